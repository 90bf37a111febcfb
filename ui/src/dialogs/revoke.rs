//! Revoking a device of one's own.

use crate::{
    browser,
    components::{Before, TextField},
    hooks::{use_sender, use_store},
    state::Action,
    text::before,
};
use api::{Command, people::DeviceView};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct RevokeProps {
    pub(crate) device: DeviceView,
    pub(crate) name: AttrValue,
    pub(crate) onclose: Callback<()>,
    pub(crate) ondone: Callback<()>,
}

/// The dialog.
#[component]
pub(crate) fn RevokeDialog(props: &RevokeProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let all = use_state(|| true);
    let date = use_state(|| browser::now().day.iso());
    let time = use_state(|| "00:00".to_owned());
    let why = use_state(String::new);
    let set = |to: &UseStateHandle<String>| {
        let to = to.clone();
        Callback::from(move |value| to.set(value))
    };
    let choose = |value: bool| {
        let all = all.clone();
        Callback::from(move |_: Event| all.set(value))
    };
    let onact = {
        let (store, sender, all, date, time, why) =
            (store.clone(), sender.clone(), *all, date.clone(), time.clone(), why.clone());
        let (device, name, ondone) = (props.device.device.clone(), props.name.clone(), props.ondone.clone());
        Callback::from(move |()| {
            let since = if all { None } else { browser::to_utc(&date, &time) };
            if !all && since.is_none() {
                sender.refuse("Say from which moment on it does not count.");
                browser::focus("#revoke-date");
                return;
            }
            let (store, name, ondone) = (store.clone(), name.clone(), ondone.clone());
            let command = Command::RevokeDevice { device: device.clone(), why: why.trim().to_owned(), since };
            sender.send(command, move |_| {
                store.dispatch(Action::Say(format!("{name} is revoked")));
                ondone.emit(());
            });
        })
    };
    html! {
        <Before title={format!("Revoke {}?", props.name)} points={before::revoke(&props.name, &props.device.chapters, *all)}
            act="Revoke it" danger=true {sender} {onact} onclose={props.onclose.clone()} test="revoke-now">
            <fieldset class="choices"><legend class="label">{ "What it wrote" }</legend>
                <label class="choice mt1"><input type="radio" name="revoke-all" checked={*all} onchange={choose(true)} data-test="revoke-all" />
                    <span>{ "Counts" }<small>{ "You have it no more, but nobody else wrote with it" }</small></span></label>
                <label class="choice"><input type="radio" name="revoke-all" checked={!*all} onchange={choose(false)} data-test="revoke-since" />
                    <span>{ "Does not count from a moment on" }<small>{ "Somebody may have used it: it was lost or taken then" }</small></span></label>
            </fieldset>
            if !*all {
                <div class="pair">
                    <TextField id="revoke-date" label="From" kind="date" value={(*date).clone()} onchange={set(&date)} />
                    <TextField id="revoke-time" label="At" kind="time" value={(*time).clone()} onchange={set(&time)} />
                </div>
            }
            <TextField id="revoke-why" label="Why" hint="May stay empty. Members of your chapters can read it." value={(*why).clone()} onchange={set(&why)} maxlength={500} />
        </Before>
    }
}
