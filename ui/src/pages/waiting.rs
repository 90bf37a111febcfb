//! What waits for this member in a chapter beside its votes: motions, and people who ask to join.

use super::motions::waits;
use crate::{
    browser,
    components::{Icon, SecHead},
    hooks::{use_ask, use_store},
    state::Route,
    text::apostrophes,
};
use api::{
    Command, Reply,
    people::{JoinRequestView, MotionView},
    view::ChapterPage,
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct WaitingProps {
    pub(crate) page: ChapterPage,
    /// Says which chapter it is.
    #[prop_or_default]
    pub(crate) with_chapter: bool,
}

/// The rows, for a list that a page has already.
#[component]
pub(crate) fn WaitingRows(props: &WaitingProps) -> Html {
    let store = use_store();
    let page = &props.page;
    let chapter = &page.summary.chapter;
    let revision = store.revision(chapter);
    let motions =
        use_ask((page.summary.waiting_motions > 0).then(|| Command::Motions { chapter: chapter.clone() }), revision);
    let requests = use_ask(
        (page.summary.waiting_requests > 0).then(|| Command::JoinRequests { chapter: chapter.clone() }),
        revision,
    );
    let place = if props.with_chapter { format!("{}. ", page.summary.name) } else { String::new() };
    let motions = match &motions.reply {
        Some(Reply::Motions(all)) => all.as_slice(),
        _ => &[],
    };
    let requests = match &requests.reply {
        Some(Reply::JoinRequests(all)) => all.as_slice(),
        _ => &[],
    };
    html! {
        <>
            { for motions.iter().filter(|m| waits(m)).map(|m| motion_row(m, &place)) }
            { for requests.iter().filter(|r| r.mine.is_none() && r.is_open()).map(|r| request_row(r, &place)) }
        </>
    }
}

/// The same as a section of a chapter's own front page.
#[component]
pub(crate) fn ChapterWaiting(props: &WaitingProps) -> Html {
    let c = &props.page.summary;
    if c.waiting_motions + c.waiting_requests == 0 || !props.page.is_writable() {
        return Html::default();
    }
    html! {
        <section aria-labelledby="waits-here" data-test="waiting-here">
            <SecHead id="waits-here" title="Waiting for you" />
            <ul class="card flush rows tight you"><WaitingRows page={props.page.clone()} /></ul>
        </section>
    }
}

fn motion_row(m: &MotionView, place: &str) -> Html {
    let href = Route::Motion(m.head.entry.clone()).href();
    let closes = browser::local(&m.closes).map_or_else(String::new, |c| format!("{}. ", c.closes(browser::now())));
    html! {
        <li class="row act" key={m.head.entry.clone()} data-test="waiting-motion">
            <Icon name="hand" />
            <div><a class="title" href={href.clone()}>{ apostrophes(&m.title) }</a><p class="meta">{ format!("{place}Motion. {closes}{} of {} voted", m.yes + m.no + m.abstain, m.roll) }</p></div>
            <a class="btn small" {href}>{ "Read and vote" }<span class="sr">{ format!(": {}", apostrophes(&m.title)) }</span></a>
        </li>
    }
}

fn request_row(r: &JoinRequestView, place: &str) -> Html {
    let href = Route::Request(r.chapter.clone(), r.request.clone()).href();
    html! {
        <li class="row act" key={r.request.clone()} data-test="waiting-request">
            <Icon name="join" />
            <div><a class="title" href={href.clone()}><bdi>{ &r.handle }</bdi>{ " asks to join" }</a><p class="meta">{ format!("{place}{} of {} gave their word", r.sponsors.len(), r.need) }</p></div>
            <a class="btn small" {href}>{ "Read" }<span class="sr">{ format!(": {} asks to join", r.handle) }</span></a>
        </li>
    }
}
