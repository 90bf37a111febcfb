//! What a chapter is asked to do, and did: open motions first.

use crate::{
    browser,
    components::{Answer, Bar, Empty, Icon, SecHead, Tag},
    hooks::{use_ask, use_store},
    state::{Route, Tab},
    text::{apostrophes, lower},
};
use api::{
    Command, Reply,
    people::{MotionStage, MotionView},
    view::ChapterPage,
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct MotionsProps {
    pub(crate) page: ChapterPage,
}

/// The tab.
#[component]
pub(crate) fn Motions(props: &MotionsProps) -> Html {
    let store = use_store();
    let c = &props.page.summary;
    let asked = use_ask(Some(Command::Motions { chapter: c.chapter.clone() }), store.revision(&c.chapter));
    let all = match &asked.reply {
        Some(Reply::Motions(all)) => all.clone(),
        _ => Vec::new(),
    };
    let (open, over): (Vec<_>, Vec<_>) = all.into_iter().partition(|m| m.stage == MotionStage::Open);
    let none = open.is_empty() && over.is_empty();
    html! {
        <div class="cols">
            <div class="stack loose">
                <h2 class="sr">{ "Motions" }</h2>
                <Answer {asked}>
                    if none {
                        <Empty title="No motions yet" text="With a motion the members decide what the chapter does: other rules, a task for somebody, a member’s removal, a text that is hidden." />
                    } else {
                        <div class="stack loose">{ part("open-motions", "Open", &open) }{ part("closed-motions", "Over", &over) }</div>
                    }
                </Answer>
            </div>
            if props.page.is_writable() {
            <aside class="rail stack" aria-label="Making a motion">
                <section class="card stack" aria-labelledby="make">
                    <h2 id="make" class="h3">{ "Making a motion" }</h2>
                    <p class="muted">{ "A motion has an effect when it passes, on every member’s computer. For a question without one, open a vote." }</p>
                    <ul class="stack">
                        { way("tasks", "A task for somebody, or a removal", "on the member’s page", Route::Chapter(c.chapter.clone(), Tab::Members)) }
                        { way("edit", "Other rules", "for the chapter", Route::ChangeRules(c.chapter.clone())) }
                        { way("eyeoff", "Hiding a text", "below the text itself", Route::Chapter(c.chapter.clone(), Tab::Posts)) }
                    </ul>
                </section>
            </aside>
            }
        </div>
    }
}

fn way(icon: &'static str, what: &'static str, place: &'static str, to: Route) -> Html {
    html! { <li class="row top"><Icon name={icon} /><div><a class="title" href={to.href()}>{ what }</a><p class="meta">{ place }</p></div></li> }
}

fn part(id: &'static str, title: &'static str, motions: &[MotionView]) -> Html {
    if motions.is_empty() {
        return Html::default();
    }
    html! {
        <section aria-labelledby={id}>
            <SecHead {id} {title} />
            <div class="card flush rows">{ for motions.iter().map(row) }</div>
        </section>
    }
}

/// How far a motion is.
pub(super) fn stage_tag(stage: MotionStage, waits: bool) -> Html {
    match stage {
        MotionStage::Open if waits => html! { <Tag class="wait" icon="vote">{ "Waits for you" }</Tag> },
        MotionStage::Open => html! { <Tag class="accent" icon="vote">{ "Open" }</Tag> },
        MotionStage::Passed => html! { <Tag class="ok" icon="check">{ "Passed" }</Tag> },
        MotionStage::Failed => html! { <Tag icon="x">{ "Not passed" }</Tag> },
    }
}

/// Whether it waits for this member's vote.
pub(super) fn waits(m: &MotionView) -> bool {
    m.stage == MotionStage::Open && m.on_roll && m.mine.is_none() && m.head.void.is_none()
}

/// What it is about, as a picture.
pub(super) fn measure_icon(measure: &str) -> &'static str {
    match measure {
        "rules" | "statement" => "edit",
        "remove" => "no",
        "give" | "recall" => "tasks",
        "hide" => "eyeoff",
        _ => "vote",
    }
}

fn row(m: &MotionView) -> Html {
    let voted = m.yes + m.no + m.abstain;
    let now = browser::now();
    // What passed early was over before its day.
    let when = browser::local(&m.closes).and_then(|t| match (m.stage, t.epoch > now.epoch) {
        (MotionStage::Open, true) => Some(t.closes(now)),
        (_, true) => None,
        (_, false) => Some(format!("Closed {}", lower(&t.day.near(now.day)))),
    });
    html! {
        <article class="item" key={m.head.entry.clone()} data-test="motion" data-stage={match m.stage { MotionStage::Open => "open", MotionStage::Passed => "passed", MotionStage::Failed => "failed" }}>
            <p class="kind dots"><span class="kind"><Icon name={measure_icon(&m.measure)} class="sm" /><b>{ "Motion" }</b></span><span>{ "by " }<bdi>{ &m.head.author.handle }</bdi></span>if let Some(when) = when { <span>{ when }</span> }{ stage_tag(m.stage, waits(m)) }</p>
            <h3 class="title"><a href={Route::Motion(m.head.entry.clone()).href()} data-step="item">{ apostrophes(&m.title) }</a></h3>
            <Bar part={voted} whole={m.roll as u64} label={format!("{voted} of {} members have voted", m.roll)} />
            <p class="meta">{ format!("{} for, {} against, {} abstained. {voted} of {} voted.", m.yes, m.no, m.abstain, m.roll) }</p>
        </article>
    }
}
