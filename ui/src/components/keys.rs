//! The list of keys, and what each does.

use super::Dialog;
use crate::{hooks::use_store, state::Action};
use yew::prelude::*;

/// Keys and what they do.
const KEYS: [(&str, &str); 12] = [
    ("Ctrl K", "Search and go"),
    ("N", "Write"),
    ("J", "Next in a list"),
    ("K", "Previous in a list"),
    ("G then H", "Front page"),
    ("G then V", "Votes"),
    ("G then N", "Network"),
    ("Ctrl L", "Lock now"),
    ("Ctrl Shift Delete", "Erase everything on this computer. Asks once"),
    ("Ctrl Enter", "Send"),
    ("Esc", "Close what lies over the page"),
    ("?", "This list"),
];

/// The dialog that shows them.
#[component]
pub(crate) fn KeysDialog() -> Html {
    let store = use_store();
    let letters = store.prefs.letters;
    let onclose = Callback::from(move |()| store.dispatch(Action::Hide));
    let close = onclose.reform(|_: MouseEvent| ());
    html! {
        <Dialog labelled="keys-title" {onclose}>
            <h2 id="keys-title">{ "Keys" }</h2>
            <dl class="keylist">
                { for KEYS.iter().map(|(key, does)| html! { <div><dt><kbd>{ *key }</kbd></dt><dd>{ *does }</dd></div> }) }
            </dl>
            if !letters { <p class="meta">{ "Single letters are switched off in Settings." }</p> }
            <div class="buttons"><button class="btn" type="button" onclick={close} data-first="">{ "Close" }</button></div>
        </Dialog>
    }
}
