//! Moving that a member is removed.

use super::{Terms, term_fields};
use crate::{
    components::Before,
    hooks::{use_sender, use_store},
    text::before,
};
use api::{Id, draft::Measure};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct RemoveProps {
    pub(crate) chapter: Id,
    pub(crate) chapter_name: AttrValue,
    pub(crate) member: Id,
    pub(crate) handle: AttrValue,
    pub(crate) onclose: Callback<()>,
}

/// The dialog.
#[component]
pub(crate) fn RemoveDialog(props: &RemoveProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let terms = use_state(Terms::default);
    let onact = {
        let (store, sender, terms) = (store.clone(), sender.clone(), terms.clone());
        let (chapter, member, onclose) = (props.chapter.clone(), props.member.clone(), props.onclose.clone());
        Callback::from(move |()| {
            if terms.why.trim().is_empty() {
                sender.refuse("Say why first: the members vote on the reason that they read.");
                crate::browser::focus("#motion-why");
                return;
            }
            terms.propose(&sender, &store, &chapter, Measure::Remove { member: member.clone() }, onclose.clone());
        })
    };
    html! {
        <Before title={format!("Ask the members to remove {}?", props.handle)} points={before::remove(&props.handle, &props.chapter_name)}
            act="Ask the members" danger=true {sender} {onact} onclose={props.onclose.clone()} test="propose-removal">
            { term_fields(&terms, "All members read it, the one it is about included.") }
        </Before>
    }
}
