//! A vote being opened.

use crate::{
    browser,
    components::{Composer, Icon, Note, NoteKind, RefusalNote, TextField},
    hooks::{use_draft, use_sender, use_store},
    state::{Action, Route},
};
use api::{Command, PollDraft, Reply, draft::QuestionDraft, view::ChapterSummary};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, rc::Rc};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct WriteVoteProps {
    pub(crate) chapter: ChapterSummary,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Question {
    text: String,
    options: Vec<String>,
}

impl Default for Question {
    fn default() -> Self {
        Self { text: String::new(), options: vec!["Yes".to_owned(), "No".to_owned()] }
    }
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Draft {
    title: String,
    description: String,
    date: String,
    time: String,
    questions: Vec<Question>,
}

#[derive(Clone)]
struct Pen {
    draft: Rc<Draft>,
    set: Callback<Draft>,
}

impl Pen {
    fn change(&self, change: impl FnOnce(&mut Draft)) {
        let mut draft = (*self.draft).clone();
        change(&mut draft);
        self.set.emit(draft);
    }

    fn text(&self, change: impl Fn(&mut Draft, String) + 'static) -> Callback<String> {
        let pen = self.clone();
        Callback::from(move |value: String| pen.change(|d| change(d, value)))
    }

    fn click(&self, change: impl Fn(&mut Draft) + 'static) -> Callback<MouseEvent> {
        let pen = self.clone();
        Callback::from(move |_| pen.change(|d| change(d)))
    }
}

/// The form.
#[component]
pub(crate) fn WriteVote(props: &WriteVoteProps) -> Html {
    let store = use_store();
    let sender = use_sender();
    let name = format!("draft-vote-{}", props.chapter.chapter);
    let tried = use_state(|| false);
    let (draft, kept, set) = use_draft(&name, || Draft {
        title: String::new(),
        description: String::new(),
        date: browser::now().day.plus(7).iso(),
        time: "18:00".to_owned(),
        questions: vec![Question::default()],
    });
    let pen = Pen { draft: Rc::new(draft.clone()), set };
    let problem = (*tried).then(|| problem(&draft)).flatten();
    let send = {
        let (sender, store, draft, tried, chapter) =
            (sender.clone(), store.clone(), draft.clone(), tried.clone(), props.chapter.chapter.clone());
        Callback::from(move |()| {
            tried.set(true);
            if let Some((field, _)) = self::problem(&draft) {
                browser::focus(&format!("#{field}"));
                return;
            }
            let Some(closes) = browser::to_utc(&draft.date, &draft.time) else {
                sender.refuse("The day or the time of the close is not one that the calendar has.");
                return;
            };
            let (store, name) = (store.clone(), name.clone());
            sender.send(Command::OpenPoll { chapter: chapter.clone(), poll: poll(&draft, closes) }, move |reply| {
                if let Reply::PollOpened(opened) = reply {
                    browser::forget(&name);
                    store.dispatch(Action::Say("The vote is open and saved on this computer".to_owned()));
                    browser::go(&Route::Entry(opened.poll).href());
                }
            });
        })
    };
    let onsubmit = {
        let send = send.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(());
        })
    };
    let error = |field: &str| problem.as_ref().filter(|(f, _)| f == field).map(|(_, why)| AttrValue::from(*why));
    html! {
        <form class="stack wide-form" aria-label="Vote" {onsubmit} novalidate=true>
            <Note kind={NoteKind::Info} icon="people"><p>{ format!("Everyone who is a member of {} when you open it can vote: {} now. Votes are open: members see who voted for what.", props.chapter.name, props.chapter.members) }</p></Note>
            <div class="card stack">
                <TextField id="vote-title" label="Title" value={draft.title.clone()} onchange={pen.text(|d, v| d.title = v)} maxlength={200} error={error("vote-title")} />
                <div class="pair">
                    <TextField id="vote-closes-date" label="Closes on" kind="date" value={draft.date.clone()} onchange={pen.text(|d, v| d.date = v)} error={error("vote-closes-date")} />
                    <TextField id="vote-closes-time" label="At" kind="time" value={draft.time.clone()} onchange={pen.text(|d, v| d.time = v)} error={error("vote-closes-time")} />
                </div>
            </div>
            { for draft.questions.iter().enumerate().map(|(n, question)| self::question(n, question, draft.questions.len(), &pen, &error)) }
            <div><button class="btn small" type="button" data-test="add-question" onclick={pen.click(|d| d.questions.push(Question::default()))}><Icon name="plus" class="sm" />{ "Add a question" }</button></div>
            <div class="field"><label for="vote-description">{ "What members should know before they vote" }</label>
                <Composer id="vote-description" label="What members should know before they vote" value={draft.description.clone()} onchange={pen.text(|d, v| d.description = v)} onsend={send} {kept}
                    audience={format!("Seen by: members of {}", props.chapter.name)}
                    button={html! { <button class="btn primary" type="submit" data-test="open-poll" disabled={sender.busy()}>{ "Open the vote" }</button> }} />
            </div>
            if let Some((_, why)) = &problem { <p class="error" role="alert"><Icon name="warn" class="sm" />{ *why }</p> }
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
        </form>
    }
}

fn question(n: usize, question: &Question, all: usize, pen: &Pen, error: &impl Fn(&str) -> Option<AttrValue>) -> Html {
    let options = question.options.len();
    html! {
        <section class="card stack" key={n} aria-label={format!("Question {}", n + 1)}>
            <div class="line end">
                <div class="grow"><TextField id={format!("question-{n}")} label={format!("Question {}", n + 1)} value={question.text.clone()} onchange={pen.text(move |d, v| if let Some(q) = d.questions.get_mut(n) { q.text = v })} error={error(&format!("question-{n}"))} /></div>
                if all > 1 { <button class="btn icon-only" type="button" aria-label={format!("Remove question {}", n + 1)} onclick={pen.click(move |d| if n < d.questions.len() { d.questions.remove(n); })}><Icon name="x" class="sm" /></button> }
            </div>
            <div class="stack tight" role="group" aria-label={format!("Options of question {}", n + 1)}>
                { for question.options.iter().enumerate().map(|(k, option)| html! {
                    <div class="line end" key={k}>
                        <div class="grow"><TextField id={format!("option-{n}-{k}")} label={format!("Option {}", k + 1)} value={option.clone()} maxlength={200}
                            onchange={pen.text(move |d, v| if let Some(o) = d.questions.get_mut(n).and_then(|q| q.options.get_mut(k)) { *o = v })} error={error(&format!("option-{n}-{k}"))} /></div>
                        if options > 2 { <button class="btn icon-only" type="button" aria-label={format!("Remove option {} of question {}", k + 1, n + 1)} onclick={pen.click(move |d| if let Some(q) = d.questions.get_mut(n) && k < q.options.len() { q.options.remove(k); })}><Icon name="x" class="sm" /></button> }
                    </div>
                }) }
                <div><button class="btn small" type="button" data-test={format!("add-option-{n}")} onclick={pen.click(move |d| if let Some(q) = d.questions.get_mut(n) { q.options.push(String::new()) })}><Icon name="plus" class="sm" />{ "Add an option" }</button></div>
                <p class="hint">{ "Members can also leave it blank." }</p>
            </div>
        </section>
    }
}

/// What keeps it from being opened: the field, and the sentence.
fn problem(d: &Draft) -> Option<(String, &'static str)> {
    if d.title.trim().is_empty() {
        return Some(("vote-title".to_owned(), "Give the vote a title."));
    }
    if d.date.is_empty() {
        return Some(("vote-closes-date".to_owned(), "Say on which day it closes."));
    }
    if d.time.is_empty() {
        return Some(("vote-closes-time".to_owned(), "Say at what time it closes."));
    }
    for (n, question) in d.questions.iter().enumerate() {
        if question.text.trim().is_empty() {
            return Some((format!("question-{n}"), "Write what is asked."));
        }
        let mut seen = BTreeSet::new();
        for (k, option) in question.options.iter().enumerate() {
            if option.trim().is_empty() {
                return Some((format!("option-{n}-{k}"), "Write this option, or remove it."));
            }
            if !seen.insert(option.trim()) {
                return Some((format!("option-{n}-{k}"), "Two options are the same."));
            }
        }
    }
    None
}

fn poll(d: &Draft, closes: String) -> PollDraft {
    PollDraft {
        title: d.title.trim().to_owned(),
        description: d.description.clone(),
        closes,
        questions: d
            .questions
            .iter()
            .enumerate()
            .map(|(n, q)| QuestionDraft {
                key: format!("q{}", n + 1),
                text: q.text.trim().to_owned(),
                options: q.options.iter().map(|o| o.trim().to_owned()).collect(),
                ..QuestionDraft::default()
            })
            .collect(),
        ..PollDraft::default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn draft() -> Draft {
        Draft {
            title: " Hall ".to_owned(),
            description: String::new(),
            date: "2026-12-01".to_owned(),
            time: "18:00".to_owned(),
            questions: vec![Question { text: "Stay?".to_owned(), ..Question::default() }],
        }
    }

    #[test]
    fn a_whole_draft_becomes_a_poll() {
        assert_eq!(problem(&draft()), None);
        let poll = poll(&draft(), "2026-12-01T18:00:00Z".to_owned());
        assert_eq!((poll.title.as_str(), poll.questions[0].key.as_str()), ("Hall", "q1"));
        assert_eq!(poll.questions[0].options, ["Yes", "No"]);
    }

    #[test]
    fn what_is_missing_is_named_with_its_field() {
        let mut d = draft();
        d.questions[0].options.push(" Yes ".to_owned());
        assert_eq!(problem(&d).unwrap().0, "option-0-2");
        d.questions[0].options[2].clear();
        assert_eq!(problem(&d).unwrap().0, "option-0-2");
        d.questions[0].text = " ".to_owned();
        assert_eq!(problem(&d).unwrap().0, "question-0");
    }
}
