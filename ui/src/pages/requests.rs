//! Who asks to join a chapter: the list above its members.

use crate::{
    components::{Answer, Icon, Note, NoteKind, Seal, Tag, When},
    hooks::{use_ask, use_store},
    state::Route,
    text::{capital, count, list, rules::number},
};
use api::{
    Command, Reply,
    people::{JoinRequestView, WordView},
    view::ChapterPage,
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct RequestsProps {
    pub(crate) page: ChapterPage,
}

/// The open ones as cards, those that are over folded away.
#[component]
pub(crate) fn Requests(props: &RequestsProps) -> Html {
    let store = use_store();
    let c = &props.page.summary;
    let asked = use_ask(Some(Command::JoinRequests { chapter: c.chapter.clone() }), store.revision(&c.chapter));
    let requests = match &asked.reply {
        Some(Reply::JoinRequests(requests)) => requests.clone(),
        _ => Vec::new(),
    };
    if requests.is_empty() && asked.refusal.is_none() {
        return Html::default();
    }
    let (open, over): (Vec<_>, Vec<_>) = requests.into_iter().partition(JoinRequestView::is_open);
    // One filled button in a view: the first that waits.
    let first = open.iter().position(|r| r.mine.is_none()).unwrap_or(usize::MAX);
    let need = props.page.sponsors_needed;
    html! {
        <section class="stack" aria-labelledby="asking" data-test="requests">
            <div class="line"><h2 class="h3" id="asking">{ "Asking to join" }</h2>
                <span class="meta push">{ format!("{} to give their word", if need == 1 { "One member has".to_owned() } else { format!("{} members have", capital(&number(need))) }) }</span></div>
            <Answer asked={asked}>
                if open.is_empty() { <p class="meta">{ "Nobody asks to join now." }</p> }
                { for open.iter().enumerate().map(|(n, r)| card(r, n == first)) }
                if !over.is_empty() {
                    <details>
                        <summary class="textbtn"><Icon name="right" class="sm flip" />{ count(over.len() as u64, "earlier request", "earlier requests") }</summary>
                        <ul class="card flush rows tight mt2">{ for over.iter().map(line) }</ul>
                    </details>
                }
            </Answer>
        </section>
    }
}

/// How a request stands: how many words of how many.
pub(super) fn state_tag(r: &JoinRequestView) -> Html {
    if r.former {
        return html! { <Tag icon="clock">{ "No member any more" }</Tag> };
    }
    if r.used_up {
        return html! { <Tag icon="clock">{ "Invitation used up" }</Tag> };
    }
    if r.admitted {
        return html! { <Tag class="ok" icon="check">{ "Is a member now" }</Tag> };
    }
    if r.expired {
        return html! { <Tag icon="clock">{ "Invitation over" }</Tag> };
    }
    let class = if r.sponsors.is_empty() { "" } else { "accent" };
    html! { <Tag {class} icon="usercheck">{ format!("{} of {} gave their word", r.sponsors.len(), r.need) }</Tag> }
}

fn card(r: &JoinRequestView, filled: bool) -> Html {
    let href = Route::Request(r.chapter.clone(), r.request.clone()).href();
    let first = r.answers.iter().find(|a| !a.answer.trim().is_empty());
    html! {
        <article class="card stack" key={r.request.clone()} data-test="request" data-handle={r.handle.clone()}>
            <div class="row top"><Seal member={r.member.clone()} size="md" />
                <div><h3><a class="title" href={href.clone()}><bdi>{ &r.handle }</bdi></a>{ super::members::apart(r.apart.as_deref()) }</h3>
                    <p class="meta">{ "Asked " }<When time={r.time.clone()} />{ ", with " }<bdi>{ &r.inviter }</bdi>{ "’s invitation" }{ super::members::apart(r.inviter_apart.as_deref()) }</p></div>
                { state_tag(r) }
            </div>
            if let Some(a) = first { <p>{ format!("“{}”", a.answer.trim()) }</p> }
            { said(r) }
            <div class="line">
                <a class={classes!("btn", filled.then_some("primary"))} href={href} data-test="open-request">{ if r.mine.is_none() { "Read and decide" } else { "Read" } }<span class="sr">{ format!(": {}", r.handle) }</span></a>
                if !r.comments.is_empty() { <span class="meta">{ count(r.comments.len() as u64, "reply", "replies") }</span> }
                if let Some(mine) = &r.mine { <span class="meta push">{ mine_words(mine) }</span> }
            </div>
        </article>
    }
}

/// What this member said.
pub(super) fn mine_words(mine: &str) -> &'static str {
    match mine {
        "for" => "You gave your word",
        _ => "You said why you do not",
    }
}

fn said(r: &JoinRequestView) -> Html {
    let names = |words: &[WordView]| list(&words.iter().map(|w| w.handle.clone()).collect::<Vec<_>>());
    html! {
        <>
            if r.sponsors.is_empty() {
                <Note kind={NoteKind::Wait} icon="unchecked"><p>{ "Nobody has given their word yet. Meet or phone before you do." }</p></Note>
            } else {
                <Note kind={NoteKind::Info} icon="usercheck"><p><bdi>{ names(&r.sponsors) }</bdi>{ " gave their word." }</p></Note>
            }
            if !r.declines.is_empty() { <p class="meta"><bdi>{ names(&r.declines) }</bdi>{ if r.declines.len() == 1 { " does not, and says why." } else { " do not, and say why." } }</p> }
        </>
    }
}

fn line(r: &JoinRequestView) -> Html {
    let href = Route::Request(r.chapter.clone(), r.request.clone()).href();
    html! {
        <li class="row" key={r.request.clone()}><Seal member={r.member.clone()} />
            <div><a class="title" {href}><bdi>{ &r.handle }</bdi></a><p class="meta"><When time={r.time.clone()} /></p></div>{ state_tag(r) }</li>
    }
}
