//! Minutes being written.

use super::attendance::Attendance;
use crate::{
    browser,
    components::{Icon, RefusalNote, TextField},
    drafts,
    hooks::{use_ask, use_draft, use_sender, use_store},
    state::{Action, Route},
    text::{count, when::Day},
};
use api::{
    Command, MinutesDraft, Reply,
    draft::{ActionPoint, AgendaItem, Decision, NextMeeting},
    view::ChapterSummary,
};
use std::rc::Rc;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct WriteMinutesProps {
    pub(crate) chapter: ChapterSummary,
}

/// Changes a draft and keeps it.
#[derive(Clone)]
struct Pen {
    draft: Rc<MinutesDraft>,
    set: Callback<MinutesDraft>,
}

impl Pen {
    fn change(&self, change: impl FnOnce(&mut MinutesDraft)) {
        let mut draft = (*self.draft).clone();
        change(&mut draft);
        self.set.emit(draft);
    }

    fn text(&self, change: impl Fn(&mut MinutesDraft, String) + 'static) -> Callback<String> {
        let pen = self.clone();
        Callback::from(move |value: String| pen.change(|d| change(d, value)))
    }

    fn click(&self, change: impl Fn(&mut MinutesDraft) + 'static) -> Callback<MouseEvent> {
        let pen = self.clone();
        Callback::from(move |_| pen.change(|d| change(d)))
    }
}

/// The form.
#[component]
pub(crate) fn WriteMinutes(props: &WriteMinutesProps) -> Html {
    let store = use_store();
    let sender = use_sender();
    let tried = use_state(|| false);
    let name = format!("draft-minutes-{}", props.chapter.chapter);
    let (draft, kept, set) = use_draft(&name, || MinutesDraft {
        title: format!("{} meeting", props.chapter.name),
        date: browser::now().day.iso(),
        place: props.chapter.place.clone(),
        note_taker: store.me.as_ref().map(|m| m.handle.clone()).unwrap_or_default(),
        attendance: store.me.iter().map(|m| m.handle.clone()).collect(),
        items: vec![AgendaItem::default()],
        ..MinutesDraft::default()
    });
    let asked = use_ask(Some(Command::Members { chapter: props.chapter.chapter.clone() }), 0);
    let members = match asked.reply {
        Some(Reply::Members(members)) => members,
        _ => Vec::new(),
    };
    let pen = Pen { draft: Rc::new(draft.clone()), set };
    let today = browser::now().day;
    let missing = (*tried).then(|| missing(&draft, today)).flatten();
    let late = draft.actions.iter().filter(|a| is_late(a, today)).count() as u64;
    let onsubmit = {
        let (sender, tried, draft, chapter) =
            (sender.clone(), tried.clone(), draft.clone(), props.chapter.chapter.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            if let Some((field, _)) = self::missing(&draft, browser::now().day) {
                browser::focus(&format!("#{field}"));
                return;
            }
            let (store, name) = (store.clone(), name.clone());
            sender.send(Command::RecordMinutes { chapter: chapter.clone(), minutes: tidy(&draft) }, move |reply| {
                if let Reply::Published(published) = reply {
                    drafts::forget(&name);
                    store.dispatch(Action::Say("The minutes are saved on this computer".to_owned()));
                    browser::go(&Route::Entry(published.entry).href());
                }
            });
        })
    };
    let error = |field: &str| missing.as_ref().filter(|(f, _)| *f == field).map(|(_, why)| AttrValue::from(*why));
    html! {
        <form class="stack wide-form" aria-label="Minutes" {onsubmit} novalidate=true>
            <datalist id="handles">{ for members.iter().map(|m| html! { <option value={m.handle.clone()} /> }) }</datalist>
            <div class="sheet">
                <section class="stack" aria-labelledby="w-meeting">
                    <h2 id="w-meeting">{ "The meeting" }</h2>
                    <TextField id="minutes-title" label="Title" value={draft.title.clone()} onchange={pen.text(|d, v| d.title = v)} maxlength={200} error={error("minutes-title")} />
                    <div class="quad">
                        <TextField id="minutes-date" label="Day" kind="date" value={draft.date.clone()} onchange={pen.text(|d, v| d.date = v)} error={error("minutes-date")} />
                        <TextField id="minutes-starts" label="Began" kind="time" value={draft.starts.clone()} onchange={pen.text(|d, v| d.starts = v)} />
                        <TextField id="minutes-ends" label="Ended" kind="time" value={draft.ends.clone()} onchange={pen.text(|d, v| d.ends = v)} error={error("minutes-ends")} />
                        <TextField id="minutes-place" label="Place" value={draft.place.clone()} onchange={pen.text(|d, v| d.place = v)} maxlength={80} />
                    </div>
                </section>
                <section class="stack" aria-labelledby="w-who">
                    <div class="line"><h2 id="w-who">{ "Who was there?" }</h2><span class="meta">{ format!("{} present", draft.attendance.len()) }</span></div>
                    <Attendance attendance={draft.attendance.clone()} members={members.clone()} onchange={let pen = pen.clone(); move |list: Vec<String>| pen.change(|d| d.attendance = list)} />
                    <div class="pair">
                        <TextField id="minutes-facilitator" label="Facilitator" list="handles" value={draft.facilitator.clone()} onchange={pen.text(|d, v| d.facilitator = v)} />
                        <TextField id="minutes-note-taker" label="Minutes taken by" list="handles" value={draft.note_taker.clone()} onchange={pen.text(|d, v| d.note_taker = v)} />
                    </div>
                </section>
                { agenda(&draft, &pen, error("item-title-0")) }
                { decisions(&draft, &pen) }
                { actions(&draft, &pen, today) }
                { next(&draft, &pen, error("next-date")) }
            </div>
            if late > 0 {
                <p class="state is-wait" role="status" data-test="late-actions"><Icon name="clock" class="sm" />{ format!("{} due on a day that is past already. Minutes cannot be changed once they are published.", count(late, "action point is", "action points are")) }</p>
            }
            if let Some((_, why)) = &missing { <p class="error"><Icon name="warn" class="sm" />{ *why }</p> }
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
            <div class="line">
                if kept { <span class="state"><Icon name="disk" class="sm" />{ "Draft saved on this computer" }</span> }
                <span class="meta push">{ format!("Seen by: members of {}", props.chapter.name) }</span>
                <button class="btn primary" type="submit" data-test="record-minutes" disabled={sender.busy()}>{ "Publish the minutes" }</button>
            </div>
        </form>
    }
}

/// The longest meeting, in minutes: one that ends earlier in the day than it began has gone on past midnight.
const LONGEST: u16 = 12 * 60;

/// What has to be there before it can be published: the field, and the sentence.
fn missing(d: &MinutesDraft, today: Day) -> Option<(&'static str, &'static str)> {
    let tidied = tidy(d);
    let next = d.next.as_ref().and_then(|next| Day::parse(&next.date));
    let minute = |time: &str| {
        let (hour, minute) = time.trim().split_once(':')?;
        Some(hour.parse::<u16>().ok()? * 60 + minute.parse::<u16>().ok()?)
    };
    let too_long = |(starts, ends): (u16, u16)| (ends + 24 * 60).saturating_sub(starts) % (24 * 60) > LONGEST;
    if d.title.trim().is_empty() {
        Some(("minutes-title", "Give the minutes a title."))
    } else if d.date.trim().is_empty() {
        Some(("minutes-date", "Say on which day the meeting was."))
    } else if minute(&d.starts).zip(minute(&d.ends)).is_some_and(too_long) {
        Some(("minutes-ends", "It ended before it began. One of the two times is wrong."))
    } else if tidied.items.is_empty() && tidied.decisions.is_empty() && tidied.actions.is_empty() {
        Some((
            "item-title-0",
            "These minutes say nothing yet. Write at least one agenda item, decision or action point: they cannot be changed once they are published.",
        ))
    } else if next.is_some_and(|next| Day::parse(&d.date).is_some_and(|day| next < day)) {
        Some(("next-date", "The next meeting is after this one. One of the two days is wrong."))
    } else if next.is_some_and(|next| next < today) {
        Some(("next-date", "That day is past. Leave it empty if the next meeting is over, too."))
    } else {
        None
    }
}

/// Whether an action that counts has its day behind it.
fn is_late(action: &ActionPoint, today: Day) -> bool {
    !action.what.trim().is_empty() && Day::parse(&action.due).is_some_and(|due| due < today)
}

/// Empty rows were never written.
fn tidy(draft: &MinutesDraft) -> MinutesDraft {
    let mut d = draft.clone();
    d.title = d.title.trim().to_owned();
    d.items.retain(|i| !(i.title.trim().is_empty() && i.notes.trim().is_empty()));
    for item in &mut d.items {
        if item.title.trim().is_empty() {
            item.title = "Untitled item".to_owned();
        }
    }
    d.decisions.retain(|x| !x.text.trim().is_empty());
    d.actions.retain(|a| !a.what.trim().is_empty());
    d.next = d.next.filter(|n| *n != NextMeeting::default());
    d
}

fn area(
    pen: &Pen,
    id: String,
    label: &'static str,
    value: &str,
    change: impl Fn(&mut MinutesDraft, String) + 'static,
) -> Html {
    let set = pen.text(change);
    let oninput =
        Callback::from(move |event: InputEvent| set.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value()));
    let rows = value.lines().map(|l| 1 + l.chars().count() / 80).sum::<usize>().clamp(3, 16);
    html! { <><label class="sr" for={id.clone()}>{ label }</label><textarea class="input" id={id.clone()} data-test={id} rows={rows.to_string()} placeholder={label} value={value.to_owned()} {oninput} /></> }
}

fn small(icon: &'static str, label: String, onclick: Callback<MouseEvent>, disabled: bool) -> Html {
    html! { <button class="btn icon-only small ghost" type="button" aria-label={label.clone()} title={label} {onclick} {disabled}><Icon name={icon} class="sm" /></button> }
}

fn agenda(draft: &MinutesDraft, pen: &Pen, error: Option<AttrValue>) -> Html {
    let last = draft.items.len().saturating_sub(1);
    html! {
        <>
            { for draft.items.iter().enumerate().map(|(n, item)| html! {
                <section key={n} aria-label={format!("Item {}", n + 1)}><div class="agenda"><span class="n">{ n + 1 }</span><div class="stack">
                    <div class="line end">
                        <div class="grow"><TextField id={format!("item-title-{n}")} label={format!("Item {}", n + 1)} value={item.title.clone()} onchange={pen.text(move |d, v| if let Some(i) = d.items.get_mut(n) { i.title = v })} maxlength={200} error={error.clone().filter(|_| n == 0)} /></div>
                        <span class="line nowrap">{ small("up", format!("Move item {} up", n + 1), pen.click(move |d| if n > 0 && n < d.items.len() { d.items.swap(n, n - 1) }), n == 0) }
                        { small("dn", format!("Move item {} down", n + 1), pen.click(move |d| if n + 1 < d.items.len() { d.items.swap(n, n + 1) }), n == last) }
                        { small("x", format!("Remove item {}", n + 1), pen.click(move |d| if n < d.items.len() { d.items.remove(n); }), false) }</span>
                    </div>
                    { area(pen, format!("item-notes-{n}"), "What was said (Markdown)", &item.notes, move |d, v| if let Some(i) = d.items.get_mut(n) { i.notes = v }) }
                </div></div></section>
            }) }
            <section><button class="btn small" type="button" data-test="add-item" onclick={pen.click(|d| d.items.push(AgendaItem::default()))}><Icon name="plus" class="sm" />{ "Add an agenda item" }</button></section>
        </>
    }
}

fn decisions(draft: &MinutesDraft, pen: &Pen) -> Html {
    html! {
        <section class="stack" aria-labelledby="w-decisions">
            <h2 id="w-decisions">{ "Decisions" }</h2>
            { for draft.decisions.iter().enumerate().map(|(n, decision)| html! {
                <div class="draftbox is-decision" key={n}>
                    <TextField id={format!("decision-{n}")} label={format!("Decision {}", n + 1)} value={decision.text.clone()} onchange={pen.text(move |d, v| if let Some(x) = d.decisions.get_mut(n) { x.text = v })} />
                    <div class="line"><button class="btn quiet small danger-quiet push" type="button" onclick={pen.click(move |d| if n < d.decisions.len() { d.decisions.remove(n); })}>{ "Remove" }<span class="sr">{ format!(" decision {}", n + 1) }</span></button></div>
                </div>
            }) }
            <div><button class="btn small" type="button" data-test="add-decision" onclick={pen.click(|d| d.decisions.push(Decision::default()))}><Icon name="shake" class="sm" />{ "Add a decision" }</button></div>
        </section>
    }
}

fn actions(draft: &MinutesDraft, pen: &Pen, today: Day) -> Html {
    html! {
        <section class="stack" aria-labelledby="w-actions">
            <h2 id="w-actions">{ "Action points" }</h2>
            { for draft.actions.iter().enumerate().map(|(n, action)| html! {
                <div class="rowform" key={n}>
                    <TextField id={format!("action-what-{n}")} label={format!("Action {}", n + 1)} value={action.what.clone()} onchange={pen.text(move |d, v| if let Some(a) = d.actions.get_mut(n) { a.what = v })} />
                    <TextField id={format!("action-owner-{n}")} label="Owner" list="handles" value={action.owner.clone()} onchange={pen.text(move |d, v| if let Some(a) = d.actions.get_mut(n) { a.owner = v })} />
                    <TextField id={format!("action-due-{n}")} label="Due" kind="date" value={action.due.clone()} onchange={pen.text(move |d, v| if let Some(a) = d.actions.get_mut(n) { a.due = v })}
                        hint={is_late(action, today).then(|| AttrValue::from("This day is past already"))} />
                    <button class="btn icon-only" type="button" aria-label={format!("Remove action {}", n + 1)} onclick={pen.click(move |d| if n < d.actions.len() { d.actions.remove(n); })}><Icon name="x" class="sm" /></button>
                </div>
            }) }
            <div><button class="btn small" type="button" data-test="add-action" onclick={pen.click(|d| d.actions.push(ActionPoint::default()))}><Icon name="tasks" class="sm" />{ "Add an action point" }</button></div>
        </section>
    }
}

fn next(draft: &MinutesDraft, pen: &Pen, error: Option<AttrValue>) -> Html {
    let next = draft.next.clone().unwrap_or_default();
    html! {
        <section class="stack" aria-labelledby="w-next">
            <h2 id="w-next">{ "Next meeting" }</h2>
            <div class="quad three">
                <TextField id="next-date" label="Day" kind="date" value={next.date.clone()} onchange={pen.text(|d, v| d.next.get_or_insert_default().date = v)} {error} />
                <TextField id="next-facilitator" label="Facilitator" list="handles" value={next.facilitator.clone()} onchange={pen.text(|d, v| d.next.get_or_insert_default().facilitator = v)} />
                <TextField id="next-co-facilitator" label="Helps" list="handles" value={next.co_facilitator} onchange={pen.text(|d, v| d.next.get_or_insert_default().co_facilitator = v)} />
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_rows_are_not_published() {
        let draft = MinutesDraft {
            title: " Assembly ".to_owned(),
            date: "2026-11-10".to_owned(),
            items: vec![AgendaItem::default(), AgendaItem { title: String::new(), notes: "x".to_owned() }],
            decisions: vec![Decision::default()],
            actions: vec![ActionPoint::default(), ActionPoint { what: "Book".to_owned(), ..ActionPoint::default() }],
            next: Some(NextMeeting::default()),
            ..MinutesDraft::default()
        };
        let tidied = tidy(&draft);
        assert_eq!((tidied.title.as_str(), tidied.items.len(), tidied.decisions.len()), ("Assembly", 1, 0));
        assert_eq!((tidied.actions.len(), tidied.next), (1, None));
        let today = Day { year: 2026, month: 11, day: 27 };
        assert_eq!(missing(&MinutesDraft::default(), today).map(|m| m.0), Some("minutes-title"));
        assert_eq!(missing(&draft, today), None);
    }

    #[test]
    fn minutes_that_say_nothing_or_run_backwards_are_not_published() {
        let today = Day { year: 2026, month: 11, day: 27 };
        let item = |title: &str| AgendaItem { title: title.to_owned(), notes: String::new() };
        let draft = |change: fn(&mut MinutesDraft)| {
            let mut d = MinutesDraft {
                title: "Assembly".to_owned(),
                date: "2026-11-20".to_owned(),
                items: vec![item("The room")],
                ..MinutesDraft::default()
            };
            change(&mut d);
            missing(&d, today).map(|m| m.0)
        };
        fn next(date: &str) -> Option<NextMeeting> {
            Some(NextMeeting { date: date.to_owned(), ..NextMeeting::default() })
        }
        assert_eq!(draft(|_| ()), None);
        assert_eq!(draft(|d| d.items = vec![AgendaItem::default()]), Some("item-title-0"));
        assert_eq!(draft(|d| (d.starts, d.ends) = ("19:00".to_owned(), "18:00".to_owned())), Some("minutes-ends"));
        assert_eq!(draft(|d| (d.starts, d.ends) = ("22:00".to_owned(), "00:30".to_owned())), None);
        assert_eq!(draft(|d| d.next = next("2026-11-19")), Some("next-date"));
        assert_eq!(draft(|d| d.next = next("2025-01-01")), Some("next-date"));
        assert_eq!(draft(|d| d.next = next("2026-11-27")), None);
        let late = ActionPoint { what: "Book".to_owned(), due: "2026-11-26".to_owned(), ..ActionPoint::default() };
        assert!(is_late(&late, today) && !is_late(&ActionPoint { due: today.iso(), ..late }, today));
    }
}
