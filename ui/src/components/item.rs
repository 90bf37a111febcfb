//! One line of a feed: one shape for all kinds.

use super::{Author, Bar, Icon, ShareState, Tag, When};
use crate::{
    browser,
    hooks::use_store,
    state::Route,
    text::{apostrophes, count, proposal, result::curly, when::Day},
};
use api::{
    people::MotionStage,
    proposal::ProposalStage,
    view::{FeedItem, PollState},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct ItemProps {
    pub(crate) item: FeedItem,
    /// The first on a front page.
    #[prop_or_default]
    pub(crate) lead: bool,
    /// Says which chapter it is from.
    #[prop_or_default]
    pub(crate) with_chapter: bool,
    /// Has a card of its own.
    #[prop_or_default]
    pub(crate) card: bool,
}

/// A kind's icon and word.
pub(crate) fn kind_words(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "news" => ("news", "News"),
        "blog" => ("post", "Blog"),
        "discussion" => ("reply", "Discussion"),
        "minutes" => ("minutes", "Minutes"),
        "poll" => ("vote", "Vote"),
        "proposal" => ("hand", "Proposed vote"),
        "motion" => ("hand", "Motion"),
        _ => ("file", "Entry"),
    }
}

/// The word for a text that was hidden, and for any other.
pub(crate) fn text_words(kind: &str) -> &'static str {
    match kind {
        "comment" => "Reply",
        "profile" => "Profile",
        "text" => "Text",
        kind => kind_words(kind).1,
    }
}

/// Its title; that went with the text where the chapter hid it.
pub(crate) fn title(item: &FeedItem) -> String {
    match item.kind.as_str() {
        _ if item.hidden && item.title.is_empty() => "A text that was hidden".to_owned(),
        // Its words are the node's.
        "motion" => apostrophes(&item.title),
        _ => item.title.clone(),
    }
}

/// Where it is read.
pub(crate) fn to(item: &FeedItem) -> Route {
    if item.kind == "motion" { Route::Motion(item.entry.clone()) } else { Route::Entry(item.entry.clone()) }
}

/// A feed item.
#[component]
pub(crate) fn Item(props: &ItemProps) -> Html {
    let item = &props.item;
    let (icon, word) = kind_words(&item.kind);
    let href = to(item).href();
    let excerpt = item.excerpt.trim();
    // Where this member is in the chapter no more, nobody tells this computer who has what.
    let silent = item.early || use_store().reading_only(&item.chapter);
    if item.blocked {
        return html! {
            <article class={classes!("item", props.card.then_some("card"))} data-test="feed-item" data-kind={item.kind.clone()} data-blocked="">
                <details class="folded">
                    <summary class="textbtn"><Icon name="right" class="sm flip" /><span>{ format!("{word} written by ") }<bdi>{ &item.author }</bdi>{ ", whom you hide" }</span></summary>
                    <h3 class="title mt2"><a {href} data-step="item">{ title(item) }</a></h3>
                </details>
            </article>
        };
    }
    html! {
        <article class={classes!("item", props.lead.then_some("lead"), props.card.then_some("card"))} data-test="feed-item" data-kind={item.kind.clone()}>
            <p class="kind dots">
                <span class="kind"><Icon name={icon} class="sm" /><b>{ word }</b></span>
                if props.with_chapter { <span>{ &item.chapter_name }</span> }
                <When time={item.time.clone()} />
                { tag(item) }
            </p>
            <h3 class="title"><a {href} data-step="item">{ title(item) }</a></h3>
            if !excerpt.is_empty() { <p class="text">{ excerpt }</p> }
            { middle(item) }
            <div class="foot">
                if item.early && item.author_id.is_empty() {
                    <span class="meta">{ "Who wrote it is not known yet" }</span>
                } else {
                    <Author member={item.author_id.clone()} handle={item.author.clone()} chapter={AttrValue::from(item.chapter.clone())} />
                }
                if item.comments > 0 { <span class="meta">{ count(item.comments as u64, "reply", "replies") }</span> }
                { action(item) }
                if !silent { <ShareState share={item.share} /> }
            </div>
        </article>
    }
}

/// When something closes: amber when it waits for this member, or soon.
fn closing(closes: &str, waiting: bool) -> Html {
    let closes = browser::local(closes);
    let class = if waiting || closes.is_some_and(|c| c.soon(browser::now())) { "wait" } else { "" };
    let words = closes.map_or_else(|| "Open".to_owned(), |c| c.closes_in(browser::now()));
    html! { <Tag {class} icon="clock">{ words }</Tag> }
}

fn tag(item: &FeedItem) -> Html {
    if item.early {
        return html! { <Tag icon="clock">{ "Not checked yet" }</Tag> };
    }
    if let Some(motion) = &item.motion {
        return match motion.stage {
            MotionStage::Open => closing(&motion.closes, motion.waiting),
            MotionStage::Passed => html! { <Tag class="ok" icon="check">{ "Passed" }</Tag> },
            MotionStage::Failed => html! { <Tag icon="x">{ "Not passed" }</Tag> },
        };
    }
    if let Some(line) = &item.proposal {
        let words = proposal::line(line, browser::local(&line.opens), browser::now());
        let class = if line.stage == ProposalStage::Ready && line.may_open { "wait" } else { "" };
        return html! { <Tag {class} icon="hand">{ words }</Tag> };
    }
    let Some(poll) = &item.poll else { return Html::default() };
    match poll.state {
        PollState::Closed => html! { <Tag icon="check">{ "Closed" }</Tag> },
        PollState::Open => closing(&poll.closes, poll.waiting),
    }
}

fn middle(item: &FeedItem) -> Html {
    let turnout = item.poll.as_ref().map(|p| (p.voters, p.roll));
    if let Some((voters, roll)) = turnout.or_else(|| item.motion.as_ref().map(|m| (m.voters, m.roll))) {
        return html! {
            <>
                <Bar part={voters as u64} whole={roll as u64} label={format!("{voters} of {roll} members have voted")} />
                <p class="meta">{ format!("{voters} of {roll} voted") }</p>
                if let Some(outcome) = item.poll.as_ref().and_then(|p| p.outcome.as_ref()) { <p class="outcome" data-test="outcome">{ curly(outcome) }</p> }
            </>
        };
    }
    if let Some(line) = item.proposal.as_ref().filter(|line| line.objections + line.amendments > 0) {
        return html! {
            <p class="meta dots">
                <span>{ count(line.objections as u64, "objection", "objections") }</span>
                <span>{ count(line.amendments as u64, "amendment", "amendments") }</span>
            </p>
        };
    }
    if let Some(minutes) = &item.minutes {
        let day = Day::parse(&minutes.date).map_or_else(|| minutes.date.clone(), Day::long);
        let place = if minutes.place.is_empty() { String::new() } else { format!(", {}", minutes.place) };
        return html! {
            <p class="meta dots">
                <span>{ format!("Meeting of {day}{place}") }</span>
                <span class="nowrap">{ format!("{} present", minutes.present) }</span>
                <span class="nowrap">{ count(minutes.decisions as u64, "decision", "decisions") }</span>
                <span class="nowrap">{ count(minutes.actions as u64, "action", "actions") }</span>
            </p>
        };
    }
    Html::default()
}

fn action(item: &FeedItem) -> Html {
    if item.poll.as_ref().is_some_and(|p| p.waiting) || item.motion.as_ref().is_some_and(|m| m.waiting) {
        let href = to(item).href();
        return html! { <a class="btn small" {href}>{ "Vote" }<span class="sr">{ format!(" on {}", item.title) }</span></a> };
    }
    Html::default()
}
