//! Being called something else.

use crate::{
    components::{Dialog, RefusalNote, TextField},
    hooks::{use_sender, use_store},
    state::Action,
    text::{list, name},
};
use api::{Command, Reply};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// As long as a name is.
const LONGEST: u32 = 32;

#[derive(Properties, PartialEq)]
pub(crate) struct RenameProps {
    pub(crate) now: AttrValue,
    pub(crate) onclose: Callback<()>,
}

/// The dialog.
#[component]
pub(crate) fn RenameDialog(props: &RenameProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let handle = use_state(|| props.now.to_string());
    let everywhere = use_state(|| true);
    let tried = use_state(|| false);
    let chapters: Vec<String> = store.writable().map(|chapter| chapter.name.clone()).collect();
    use_effect_with((), |()| crate::browser::select("#new-name"));
    let onname = {
        let (handle, sender) = (handle.clone(), sender.clone());
        Callback::from(move |value: String| {
            sender.calm();
            handle.set(value);
        })
    };
    let oneverywhere = {
        let everywhere = everywhere.clone();
        Callback::from(move |event: Event| everywhere.set(event.target_unchecked_into::<HtmlInputElement>().checked()))
    };
    let error = (*tried).then(|| name::problem(&handle)).flatten();
    let onsubmit = {
        let (store, sender, onclose) = (store.clone(), sender.clone(), props.onclose.clone());
        let (handle, everywhere, tried) = (handle.clone(), *everywhere, tried.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            if name::problem(&handle).is_some() {
                return;
            }
            let (store, onclose) = (store.clone(), onclose.clone());
            let command = Command::Rename { handle: handle.trim().to_owned(), everywhere };
            sender.send(command, move |reply| {
                if let Reply::Renamed(renamed) = reply {
                    let words = match renamed.not_told.as_slice() {
                        [] => format!("You are {} now", renamed.me.handle),
                        old => format!(
                            "You are {} now, but in {}: nothing can be written there at present",
                            renamed.me.handle,
                            list(old)
                        ),
                    };
                    store.dispatch(Action::Renamed(renamed.me));
                    store.dispatch(Action::Say(words));
                }
                onclose.emit(());
            });
        })
    };
    let close = props.onclose.reform(|_: MouseEvent| ());
    html! {
        <Dialog labelled="rename-title" onclose={props.onclose.clone()}>
            <h2 id="rename-title">{ "What shall members call you?" }</h2>
            <form class="stack" {onsubmit} novalidate=true>
                <TextField id="new-name" label="Your name" value={(*handle).clone()} onchange={onname} hint={name::HINT} error={error.map(AttrValue::from)} maxlength={LONGEST} />
                if !chapters.is_empty() {
                    <label class="line nowrap"><input type="checkbox" checked={*everywhere} onchange={oneverywhere} data-test="rename-everywhere" /><span>{ format!("Also in {}", list(&chapters)) }</span></label>
                }
                <p class="meta">{ "Chapters that you start or join later have it in any case. Minutes keep the names that they were written with. Your six words stay the same." }</p>
                if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                <div class="buttons">
                    <button class="btn" type="button" onclick={close}>{ "Not now" }</button>
                    <button class="btn primary" type="submit" disabled={sender.busy()} data-test="rename-save">{ if sender.busy() { "Saving…" } else { "Take this name" } }</button>
                </div>
            </form>
        </Dialog>
    }
}
