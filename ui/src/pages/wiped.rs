//! After everything was destroyed: what is gone, and what is not.

use crate::{
    components::{Note, NoteKind, Plan},
    hooks::use_store,
    state::Action,
};
use api::view::WipeReport;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct WipedProps {
    pub(crate) report: WipeReport,
}

/// The last page.
#[component]
pub(crate) fn Wiped(props: &WipedProps) -> Html {
    use_effect_with((), |()| {
        crate::browser::focus("#main");
    });
    let report = &props.report;
    let store = use_store();
    let anew = Callback::from(move |_: MouseEvent| store.dispatch(Action::Anew));
    html! {
        <main class="vault" id="main" tabindex="-1">
            <Plan closed=true />
            <h1 data-test="title">{ if report.keys_destroyed { "Erased" } else { "Not everything is erased" } }</h1>
            <Note kind={if report.keys_destroyed { NoteKind::Ok } else { NoteKind::Stop }} test="wiped">
                { for report.notes.iter().map(|note| html! { <p>{ note }</p> }) }
                if !report.left.is_empty() {
                    <ul class="bullets">{ for report.left.iter().map(|line| html! { <li class="address">{ line }</li> }) }</ul>
                }
            </Note>
            <p class="meta">{ "You can close the window now. When it is opened again, it begins as on the first day." }</p>
            if report.keys_destroyed { <button class="btn" type="button" onclick={anew} data-test="wiped-anew">{ "Begin anew" }</button> }
        </main>
    }
}
