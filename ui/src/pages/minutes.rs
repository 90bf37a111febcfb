//! Minutes, read.

use super::entry::void_note;
use crate::{
    browser,
    components::{
        Author, Crumbs, DateTile, Discussion, HideButton, Icon, Markdown, SecHead, Signature, Tag, TextOf, When,
    },
    hooks::{use_ask, use_store},
    state::{Route, Tab},
    text::{count, when::Day},
};
use api::{
    Command, Reply,
    view::{MemberView, MinutesView},
};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct MinutesProps {
    pub(crate) minutes: MinutesView,
}

/// The minutes.
#[component]
pub(crate) fn MinutesPage(props: &MinutesProps) -> Html {
    let store = use_store();
    let m = &props.minutes;
    let head = &m.head;
    // A title that was hidden is gone with the text.
    let title = if m.title.trim().is_empty() { "Minutes that were hidden".to_owned() } else { m.title.clone() };
    use_effect_with(title.clone(), |title| browser::title(&format!("{title} - Chapterhouse")));
    // Attendance is kept as names; a name that is a member's handle gets that member's seal.
    let asked = use_ask(Some(Command::Members { chapter: head.chapter.clone() }), store.revision(&head.chapter));
    let members = match asked.reply {
        Some(Reply::Members(members)) => members,
        _ => Vec::new(),
    };
    let trail = vec![
        (AttrValue::from(head.chapter_name.clone()), Route::front(head.chapter.clone())),
        (AttrValue::from("Minutes"), Route::Chapter(head.chapter.clone(), Tab::Minutes)),
    ];
    let day = Day::parse(&m.date).map_or_else(|| m.date.clone(), Day::long);
    let hours = match (m.starts.is_empty(), m.ends.is_empty()) {
        (false, false) => format!("{} to {}", m.starts, m.ends),
        (false, true) => format!("from {}", m.starts),
        _ => String::new(),
    };
    let facts: Vec<String> = [day, hours, m.place.clone()].into_iter().filter(|f| !f.is_empty()).collect();
    html! {
        <>
            <Crumbs {trail} />
            <header class="page-head"><div class="grow">
                <h1 data-test="title">{ title }</h1>
                <p class="sub dots">{ for facts.into_iter().map(|f| html! { <span>{ f }</span> }) }</p>
            </div></header>
            <div class="cols">
                <div class="stack loose">
                    { void_note(head) }
                    <TextOf head={head.clone()} hidden={m.hidden.clone()}><div class="sheet" data-test="minutes">
                        <section class="stack" aria-labelledby="attendance">
                            <div class="line"><h2 id="attendance">{ "Attendance" }</h2><span class="meta">{ format!("{} present", m.attendance.len()) }</span></div>
                            <div class="chips">{ for m.attendance.iter().map(|name| person(name, m, &members)) }</div>
                        </section>
                        { for m.items.iter().enumerate().map(|(n, item)| html! {
                            <section aria-labelledby={format!("item-{n}")}>
                                <div class="agenda"><span class="n">{ n + 1 }</span><h2 id={format!("item-{n}")} tabindex="-1">{ &item.title }</h2>
                                    if !item.notes.trim().is_empty() { <Markdown text={item.notes.clone()} top={3} /> }
                                </div>
                            </section>
                        }) }
                        { decisions(m) }
                        { actions(m) }
                        { next(m) }
                    </div></TextOf>
                    if m.hidden.is_none() && head.void.is_none() && !head.early { <div class="line"><HideButton head={head.clone()} what="minutes" /></div> }
                    if !head.early { <Discussion void={head.void.is_some()} entry={head.entry.clone()} chapter_name={head.chapter_name.clone()} comments={m.comments.clone()} /> }
                </div>
                <aside class="rail stack loose" aria-label="About these minutes">
                    <Signature head={head.clone()} what="minutes" />
                    <section aria-labelledby="recorded">
                        <SecHead id="recorded" title="Recorded by" />
                        <div class="line"><Author member={head.author.member.clone()} handle={head.author.handle.clone()} chapter={AttrValue::from(head.chapter.clone())} /><span class="meta push"><When time={head.time.clone()} full=true /></span></div>
                    </section>
                    if m.items.len() > 1 {
                        <nav aria-labelledby="outline"><SecHead id="outline" title="In these minutes" />
                            <ol class="stack tight">{ for m.items.iter().enumerate().map(|(n, item)| html! {
                                <li><button class="linkbtn" type="button" onclick={Callback::from(move |_| to_item(n))}>{ format!("{}. {}", n + 1, item.title) }</button></li>
                            }) }</ol>
                        </nav>
                    }
                </aside>
            </div>
        </>
    }
}

/// The address after # is the page's, so places inside a page are gone to by hand.
fn to_item(n: usize) {
    let selector = format!("#item-{n}");
    if let Some(element) = browser::element(&selector) {
        element.scroll_into_view();
        element.focus().ok();
    }
}

fn person(name: &str, m: &MinutesView, members: &[MemberView]) -> Html {
    let mut duties = Vec::new();
    if name == m.facilitator {
        duties.push("facilitator");
    }
    if name == m.note_taker {
        duties.push("minutes");
    }
    let seal = members
        .iter()
        .find(|x| x.handle == name)
        .map(|x| html! { <crate::components::Seal member={x.member.clone()} /> });
    html! {
        <span class={classes!("chip", seal.is_some().then_some("plain"))}>
            { seal.unwrap_or_default() }<bdi>{ name }</bdi>
            if !duties.is_empty() { <span class="meta">{ duties.join(", ") }</span> }
        </span>
    }
}

fn decisions(m: &MinutesView) -> Html {
    if m.decisions.is_empty() {
        return Html::default();
    }
    html! {
        <section aria-labelledby="decisions" data-test="decisions">
            <h2 id="decisions">{ count(m.decisions.len() as u64, "decision", "decisions") }</h2>
            { for m.decisions.iter().enumerate().map(|(n, d)| html! {
                <div class="decision"><Icon name="shake" /><p><b>{ format!("Decision {}. ", n + 1) }</b>{ &d.text }</p></div>
            }) }
        </section>
    }
}

fn actions(m: &MinutesView) -> Html {
    if m.actions.is_empty() {
        return Html::default();
    }
    let today = browser::now().day;
    html! {
        <section aria-labelledby="action-points" data-test="action-points">
            <h2 id="action-points">{ "Action points" }</h2>
            <table class="table stackable">
                <caption class="sr">{ "Action points" }</caption>
                <thead><tr><th scope="col">{ "Action" }</th><th scope="col">{ "Owner" }</th><th scope="col">{ "Due" }</th></tr></thead>
                <tbody>{ for m.actions.iter().map(|a| {
                    let due = Day::parse(&a.due);
                    html! {
                        <tr><th scope="row">{ &a.what }</th>
                            <td data-label="Owner">{ if a.owner.is_empty() { "nobody yet" } else { &a.owner } }</td>
                            <td data-label="Due">{ match due {
                                Some(d) if d < today => html! { <Tag class="wait" icon="clock">{ d.near(today) }</Tag> },
                                Some(d) => html! { { d.near(today) } },
                                None => html! { "no day set" },
                            } }</td></tr>
                    }
                }) }</tbody>
            </table>
        </section>
    }
}

fn next(m: &MinutesView) -> Html {
    let Some(next) = &m.next else { return Html::default() };
    let day = Day::parse(&next.date);
    let today = browser::now().day;
    let who = match (next.facilitator.is_empty(), next.co_facilitator.is_empty()) {
        (false, false) => format!("{} facilitates, {} helps", next.facilitator, next.co_facilitator),
        (false, true) => format!("{} facilitates", next.facilitator),
        (true, false) => format!("{} helps", next.co_facilitator),
        (true, true) => "Nobody facilitates yet".to_owned(),
    };
    html! {
        <section class="stack" aria-labelledby="next">
            <h2 id="next">{ "Next meeting" }</h2>
            <div class="row">
                { day.map_or_else(|| html! { <Icon name="event" /> }, |date| html! { <DateTile {date} accent=true /> }) }
                <div><b>{ day.map_or_else(|| "Day not set yet".to_owned(), |d| d.near(today)) }</b><p class="meta">{ who }</p></div>
            </div>
        </section>
    }
}
