//! All votes: open ones first.

use super::home::items;
use crate::{
    components::{Answer, Empty, Icon, Item, PageHead, SecHead},
    hooks::{use_ask, use_store},
    state::{Route, Writing},
};
use api::{
    Command,
    proposal::ProposalStage,
    view::{FeedItem, PollState},
};
use yew::prelude::*;

/// Votes of one step.
const STEP: usize = 50;

/// The list.
#[component]
pub(crate) fn Votes() -> Html {
    let store = use_store();
    let steps = use_state(|| 1_usize);
    let limit = STEP * *steps;
    let asked = use_ask(
        Some(Command::Feed { chapter: None, kind: Some("poll".to_owned()), limit, after: None }),
        store.revision_of_all(),
    );
    let all = items(&asked.reply).to_vec();
    let proposals = use_ask(
        Some(Command::Feed { chapter: None, kind: Some("proposal".to_owned()), limit, after: None }),
        store.revision_of_all(),
    );
    let proposed = standing(items(&proposals.reply));
    let (open, closed): (Vec<_>, Vec<_>) =
        all.iter().cloned().partition(|i| i.poll.as_ref().is_some_and(|p| p.state == PollState::Open));
    let several = store.joined().count() > 1;
    let to = Route::Write(store.here(), Writing::Vote).href();
    // Whoever is in no chapter has nothing to open a vote in.
    let homeless = store.chapters.is_some() && store.writable().next().is_none();
    let actions = if homeless {
        Html::default()
    } else {
        html! { <a class="btn" href={to.clone()} data-test="open-vote"><Icon name="plus" class="sm" />{ "Open a vote" }</a> }
    };
    let more = {
        let steps = steps.clone();
        Callback::from(move |_| steps.set(*steps + 1))
    };
    let waiting = store.waiting_votes();
    let sub = match waiting {
        0 => "Nothing waits for your vote".to_owned(),
        1 => "1 vote waits for you".to_owned(),
        n => format!("{n} votes wait for you"),
    };
    html! {
        <>
            <PageHead title="Votes" {actions}><p class="sub">{ sub }</p></PageHead>
            <Answer asked={asked}>
                if all.is_empty() && proposed.is_empty() && homeless {
                    <Empty title="No votes yet" text="Votes are held in a chapter. Start one, or join one by an invitation.">
                        <a class="btn primary" href={Route::Start.href()}>{ "Join or start a chapter" }</a>
                    </Empty>
                } else if all.is_empty() && proposed.is_empty() {
                    <Empty title="No votes yet" text="A vote asks every member the same questions. Its result can be counted again on every computer.">
                        <a class="btn" href={to}>{ "Open a vote" }</a>
                    </Empty>
                } else {
                    <div class="stack loose column">
                        { part("proposed", "Proposed", &proposed, several) }
                        { part("open", "Open", &open, several) }
                        { part("closed", "Closed", &closed, several) }
                        if all.len() >= limit { <div><button class="btn small" type="button" onclick={more}>{ "Show more" }</button></div> }
                    </div>
                }
            </Answer>
        </>
    }
}

/// Those that are no votes yet.
pub(super) fn standing(items: &[FeedItem]) -> Vec<FeedItem> {
    let stands = |i: &&FeedItem| i.proposal.as_ref().is_some_and(|p| p.stage != ProposalStage::Opened);
    items.iter().filter(stands).cloned().collect()
}

fn part(id: &'static str, title: &'static str, items: &[FeedItem], with_chapter: bool) -> Html {
    if items.is_empty() {
        return Html::default();
    }
    html! {
        <section aria-labelledby={id}>
            <SecHead {id} {title} />
            <div class="card flush rows">{ for items.iter().map(|i| html! { <Item key={i.entry.clone()} item={i.clone()} {with_chapter} /> }) }</div>
        </section>
    }
}
