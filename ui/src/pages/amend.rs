//! A change of a proposed vote, being written: the proposal as a form, and what is different from it before it is sent.

use super::write_vote::WriteVote;
use crate::{
    components::{Answer, Crumbs, PageHead},
    hooks::{use_ask, use_store},
    state::Route,
};
use api::{Command, Id, Reply};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct AmendProps {
    pub(crate) proposal: Id,
}

/// The page.
#[component]
pub(crate) fn Amend(props: &AmendProps) -> Html {
    let store = use_store();
    let asked = use_ask(Some(Command::ShowProposal { proposal: props.proposal.clone() }), store.revision_of_all());
    let page = match &asked.reply {
        Some(Reply::Proposal(page)) => Some(Rc::new((**page).clone())),
        _ => None,
    };
    let form = page.and_then(|page| Some((store.chapter(&page.head.chapter)?.clone(), page)));
    html! {
        <Answer {asked}>
            if let Some((chapter, page)) = form {
                <Crumbs trail={vec![
                    (AttrValue::from(chapter.name.clone()), Route::front(chapter.chapter.clone())),
                    (AttrValue::from(page.plan.title.clone()), Route::Entry(page.head.entry.clone())),
                ]} />
                <PageHead title={if page.mine { "Change your proposal" } else { "Propose a change" }}><p class="sub">{ "Change what should be different; the rest stays as it is proposed." }</p></PageHead>
                <WriteVote key={page.last.clone()} {chapter} amends={page.clone()} />
            }
        </Answer>
    }
}
