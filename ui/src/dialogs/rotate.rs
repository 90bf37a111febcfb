//! Beginning a new key.

use crate::{
    components::Before,
    hooks::{use_sender, use_store},
    state::Action,
    text::before,
};
use api::{Command, Id};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct RotateProps {
    pub(crate) chapter: Id,
    pub(crate) onclose: Callback<()>,
}

/// The dialog.
#[component]
pub(crate) fn RotateDialog(props: &RotateProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let name = store.chapter(&props.chapter).map(|c| c.name.clone()).unwrap_or_default();
    let onact = {
        let (store, sender) = (store.clone(), sender.clone());
        let (chapter, name, onclose) = (props.chapter.clone(), name.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let (store, name, onclose) = (store.clone(), name.clone(), onclose.clone());
            sender.send(Command::Rotate { chapter: chapter.clone() }, move |_| {
                onclose.emit(());
                store.dispatch(Action::Say(format!("{name} goes on under a new key")));
            });
        })
    };
    html! {
        <Before title={format!("Begin a new key for {name}?")} points={before::rotate(&name)} act="Begin a new key"
            {sender} {onact} onclose={props.onclose.clone()} test="rotate-now" />
    }
}
