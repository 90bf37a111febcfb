//! Moving that a text is hidden.

use super::{Terms, term_fields};
use crate::{
    components::Before,
    hooks::{use_sender, use_store},
    text::before,
};
use api::{Id, draft::Measure, view::EntryHead};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct HideProps {
    pub(crate) head: EntryHead,
    /// `post`, `comment`, `minutes`.
    pub(crate) what: &'static str,
    pub(crate) onclose: Callback<()>,
}

/// The dialog.
#[component]
pub(crate) fn HideDialog(props: &HideProps) -> Html {
    let (store, sender) = (use_store(), use_sender());
    let terms = use_state(Terms::default);
    let head = &props.head;
    let onact = {
        let (store, sender, terms) = (store.clone(), sender.clone(), terms.clone());
        let (chapter, entry, onclose): (Id, Id, _) = (head.chapter.clone(), head.entry.clone(), props.onclose.clone());
        Callback::from(move |()| {
            if terms.why.trim().is_empty() {
                sender.refuse("Say why first: the reason stands in the place of the text for good.");
                crate::browser::focus("#motion-why");
                return;
            }
            terms.propose(&sender, &store, &chapter, Measure::Hide { entry: entry.clone() }, onclose.clone());
        })
    };
    let these = if props.what == "minutes" { "these minutes".to_owned() } else { format!("this {}", props.what) };
    html! {
        <Before title={format!("Ask the members to hide {these}?")} points={before::hide(&head.author.handle, &head.chapter_name)}
            act="Ask the members" danger=true {sender} {onact} onclose={props.onclose.clone()} test="propose-hiding">
            { term_fields(&terms, "If it passes, it stands where the text was.") }
        </Before>
    }
}
