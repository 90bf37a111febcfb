//! Who was there: members to pick, and others by name.

use crate::components::{Icon, Seal};
use api::view::MemberView;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct AttendanceProps {
    pub(crate) attendance: Vec<String>,
    pub(crate) members: Vec<MemberView>,
    pub(crate) onchange: Callback<Vec<String>>,
}

/// Members to pick, and a field for those who are none.
#[component]
pub(crate) fn Attendance(props: &AttendanceProps) -> Html {
    let guest = use_state(String::new);
    let guests: Vec<&String> =
        props.attendance.iter().filter(|a| !props.members.iter().any(|m| m.handle == **a)).collect();
    let toggle = |name: &str| {
        let (list, onchange, name) = (props.attendance.clone(), props.onchange.clone(), name.to_owned());
        Callback::from(move |_: Event| {
            let mut list = list.clone();
            if let Some(place) = list.iter().position(|a| *a == name) {
                list.remove(place);
            } else {
                list.push(name.clone());
            }
            onchange.emit(list);
        })
    };
    let add = {
        let (list, onchange, guest) = (props.attendance.clone(), props.onchange.clone(), guest.clone());
        Callback::from(move |()| {
            let name = guest.trim().to_owned();
            if !name.is_empty() && !list.contains(&name) {
                onchange.emit(list.iter().cloned().chain([name]).collect());
            }
            guest.set(String::new());
        })
    };
    let onkeydown = {
        let add = add.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                event.prevent_default();
                add.emit(());
            }
        })
    };
    let oninput = {
        let guest = guest.clone();
        Callback::from(move |event: InputEvent| guest.set(event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let pick = |name: &str, seal: Html| {
        html! {
            <label class="pick" data-test="attend" data-handle={name.to_owned()}>
                <input type="checkbox" checked={props.attendance.iter().any(|a| a == name)} onchange={toggle(name)} />
                { seal }<bdi>{ name }</bdi><Icon name="check" class="sm" />
            </label>
        }
    };
    html! {
        <>
            <fieldset><legend class="sr">{ "Present" }</legend><div class="chips">
                { for props.members.iter().map(|m| pick(&m.handle, html! { <Seal member={m.member.clone()} /> })) }
                { for guests.iter().map(|g| pick(g, html! { <Icon name="people" class="sm shown" /> })) }
            </div></fieldset>
            <div class="field"><label for="guest">{ "Somebody else" }</label>
                <div class="withbtn short"><input class="input" id="guest" data-test="guest" value={(*guest).clone()} {oninput} {onkeydown} autocomplete="off" />
                <button class="btn" type="button" onclick={add.reform(|_: MouseEvent| ())}>{ "Add" }</button></div></div>
        </>
    }
}
