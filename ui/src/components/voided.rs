//! What of one's own counts no longer, and what can be done about it.

use super::{Note, NoteKind, kind_words};
use crate::{
    browser,
    hooks::{use_ask, use_store},
    state::Route,
    text::count,
};
use api::{
    Command, Id, Reply,
    people::{VoidedEntry, VoidedView},
    view::ChapterSummary,
};
use yew::prelude::*;

/// So many are listed before the rest is folded away.
const FEW: usize = 5;

#[derive(Properties, PartialEq)]
pub(crate) struct VoidedProps {
    pub(crate) chapter: Id,
}

/// The notes for a chapter's page, one for each removal, leaving or revocation that did it.
#[component]
pub(crate) fn Voided(props: &VoidedProps) -> Html {
    let store = use_store();
    let asked = use_ask(Some(Command::Voided { chapter: props.chapter.clone() }), store.revision(&props.chapter));
    let Some(Reply::Voided(list)) = &asked.reply else { return Html::default() };
    html! { { for list.iter().map(one) } }
}

fn one(voided: &VoidedView) -> Html {
    let title = format!(
        "{} any more",
        count(voided.count as u64, "entry of yours does not count", "entries of yours do not count")
    );
    let decision = voided.ended.motion.as_ref().map(|motion| {
        html! { <a class="btn small" href={Route::Motion(motion.clone()).href()} data-test="voided-motion">{ "The decision" }</a> }
    });
    let (few, rest) = voided.entries.split_at(voided.entries.len().min(FEW));
    let more = voided.count.saturating_sub(few.len());
    html! {
        <Note key={voided.ended.by.clone()} kind={NoteKind::Wait} {title} action={decision.unwrap_or_default()} test="voided">
            <p>{ &voided.why }</p>
            <ul class="bullets">{ for few.iter().map(line) }</ul>
            if more > 0 {
                <details><summary class="textbtn">{ format!("and {more} more") }</summary>
                    <ul class="bullets">{ for rest.iter().map(line) }</ul></details>
            }
            <p>{ &voided.advice }</p>
        </Note>
    }
}

fn line(entry: &VoidedEntry) -> Html {
    let words = match entry.kind.as_str() {
        "comment" => "Reply",
        "ballot" => "Ballot",
        "vote" => "Vote on a motion",
        "profile" => "Your profile",
        "word" => "Word about a newcomer",
        "invitation" => "Invitation",
        other => kind_words(other).1,
    };
    let when = browser::local(&entry.time).map_or_else(|| entry.time.clone(), |time| time.within(browser::now()));
    let name = if entry.title.is_empty() { words.to_owned() } else { format!("{words}: {}", entry.title) };
    // Words, votes and invitations have no page of their own.
    let readable = !matches!(entry.kind.as_str(), "vote" | "word" | "invitation" | "profile" | "motion");
    html! {
        <li>
            if readable { <a href={Route::Entry(entry.entry.clone()).href()}>{ name }</a> }
            else if entry.kind == "motion" { <a href={Route::Motion(entry.entry.clone()).href()}>{ name }</a> }
            else { { name } }
            <span class="meta">{ format!(", {when}") }</span>
        </li>
    }
}

/// What a newcomer's feed does not show: said once, at its end.
pub(crate) fn withheld(chapter: &ChapterSummary) -> Html {
    match chapter.withheld {
        0 => Html::default(),
        n => html! {
            <p class="meta" key={format!("withheld-{}", chapter.chapter)} data-test="withheld">{ format!(
                "{} not shown: {} shows newcomers what was written since they joined.",
                count(n, "earlier entry is", "earlier entries are"), chapter.name
            ) }</p>
        },
    }
}
