//! Leaving a chapter.

use crate::{
    components::{Before, TextField},
    hearing,
    hooks::{use_sender, use_store},
    state::Action,
    text::before,
};
use api::{Command, Id, Reply};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct LeaveProps {
    pub(crate) chapter: Id,
    pub(crate) onclose: Callback<()>,
}

/// The dialog.
#[component]
pub(crate) fn LeaveDialog(props: &LeaveProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let why = use_state(String::new);
    let known = store.chapter(&props.chapter);
    let (name, members) = known.map_or_else(|| (String::new(), 0), |c| (c.name.clone(), c.members));
    let owed = known.map(|c| c.owed.clone()).unwrap_or_default();
    let onact = {
        let (store, sender, why) = (store.clone(), sender.clone(), why.clone());
        let (chapter, name, onclose) = (props.chapter.clone(), name.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let (store, name, onclose) = (store.clone(), name.clone(), onclose.clone());
            let command = Command::Leave { chapter: chapter.clone(), why: why.trim().to_owned() };
            sender.send(command, move |reply| {
                if let Reply::Published(_) = reply {
                    onclose.emit(());
                    store.dispatch(Action::Say(format!("You left {name}")));
                    spawn_local(async move { hearing::list_chapters(&store).await });
                }
            });
        })
    };
    let onchange = {
        let why = why.clone();
        Callback::from(move |value| why.set(value))
    };
    html! {
        <Before title={format!("Leave {name}?")} points={before::leave(&name, members, &owed)} act={format!("Leave {name}")} danger=true
            {sender} {onact} onclose={props.onclose.clone()} test="leave-now">
            <TextField id="leave-why" label="A word to the others" hint="May stay empty." value={(*why).clone()} {onchange} maxlength={500} />
        </Before>
    }
}
