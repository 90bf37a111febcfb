//! Hiding what a member writes, on this computer alone.

use crate::{
    components::Before,
    hooks::{use_sender, use_store},
    state::Action,
    text::before,
};
use api::{Command, Event, Id};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct BlockProps {
    pub(crate) chapter: Id,
    pub(crate) member: Id,
    pub(crate) handle: AttrValue,
    pub(crate) onclose: Callback<()>,
}

/// The dialog.
#[component]
pub(crate) fn BlockDialog(props: &BlockProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let onact = {
        let (store, sender) = (store.clone(), sender.clone());
        let (chapter, member, handle, onclose) =
            (props.chapter.clone(), props.member.clone(), props.handle.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let (store, onclose, handle, id) = (store.clone(), onclose.clone(), handle.clone(), chapter.clone());
            let command = Command::Block { chapter: chapter.clone(), member: member.clone(), on: true };
            sender.send(command, move |_| {
                onclose.emit(());
                store.dispatch(Action::Say(format!("What {handle} writes is folded away on this computer")));
                // Nothing new came, but every page that shows theirs looks different now.
                store.dispatch(Action::Heard(Event::Changed { chapter: id, entries: 0 }));
            });
        })
    };
    html! {
        <Before title={format!("Hide what {} writes, for you?", props.handle)} points={before::block(&props.handle)} act="Hide it for me"
            {sender} {onact} onclose={props.onclose.clone()} test="block-now" />
    }
}
