//! A vote being written: its questions, its rules, and what it says before it is opened, or proposed.

mod again;
mod draft;
mod more;
mod question;
mod review;

use crate::{
    browser,
    components::{Choose, Composer, Icon, Note, NoteKind, RefusalNote, TextField},
    drafts,
    hooks::{use_ask, use_draft, use_sender, use_store},
    state::Action,
    text::rules::span,
};
use api::{
    Command, PollDraft, Reply,
    proposal::ProposalView,
    reply::PollPreview,
    view::{ChapterSummary, MemberView},
};
use draft::{Draft, Question};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct WriteVoteProps {
    pub(crate) chapter: ChapterSummary,
    /// The proposal that it would change.
    #[prop_or_default]
    pub(crate) amends: Option<Rc<ProposalView>>,
}

/// Changes the draft.
#[derive(Clone, PartialEq)]
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

    /// For one question.
    fn question(&self, n: usize, change: impl Fn(&mut Question, String) + 'static) -> Callback<String> {
        self.text(move |d, value| {
            if let Some(q) = d.questions.get_mut(n) {
                change(q, value);
            }
        })
    }
}

/// What would be opened, and by what rules.
#[derive(Clone, PartialEq)]
struct Ready {
    poll: PollDraft,
    preview: PollPreview,
}

/// The form, and after it what would be opened.
#[component]
pub(crate) fn WriteVote(props: &WriteVoteProps) -> Html {
    let store = use_store();
    let sender = use_sender();
    let chapter = props.chapter.chapter.clone();
    let name = match &props.amends {
        None => format!("draft-vote-{chapter}"),
        Some(proposal) => format!("draft-amendment-{}", proposal.last),
    };
    let rules = use_ask(Some(Command::Rules { chapter: chapter.clone() }), store.revision(&chapter));
    let hours = match &rules.reply {
        Some(Reply::Rules(rules)) => rules.proposed_for_hours,
        _ => 0,
    };
    let why = use_state(String::new);
    let tried = use_state(|| false);
    let ready = use_state(|| None::<Ready>);
    let asked = use_ask(Some(Command::Members { chapter: chapter.clone() }), store.revision(&chapter));
    let members: Vec<MemberView> = match asked.reply {
        Some(Reply::Members(members)) => members,
        _ => Vec::new(),
    };
    let (mut draft, kept, set) = use_draft(&name, || match &props.amends {
        None => Draft {
            date: browser::now().day.plus(7).iso(),
            time: "18:00".to_owned(),
            questions: vec![Question::default()],
            length: "3 days".to_owned(),
            ..Draft::default()
        },
        Some(proposal) => {
            let closes = browser::local(&proposal.draft.closes);
            let closes = closes.map(|t| (t.day.iso(), t.clock())).unwrap_or_default();
            Draft::of(&proposal.draft, closes)
        }
    });
    // Where the rules ask for it, there is no other way.
    draft.propose |= hours > 0;
    let pen = Pen { draft: Rc::new(draft.clone()), set };
    let problem = (*tried).then(|| draft.problem()).flatten();
    let read = {
        let (sender, draft, tried, chapter, ready) =
            (sender.clone(), draft.clone(), tried.clone(), chapter.clone(), ready.clone());
        Callback::from(move |()| {
            tried.set(true);
            if let Some((field, _)) = draft.problem() {
                browser::focus(&format!("#{field}"));
                return;
            }
            let by_length = draft.propose && !draft.length.is_empty();
            let closes = if by_length { Some(String::new()) } else { browser::to_utc(&draft.date, &draft.time) };
            let Some(closes) = closes else {
                sender.refuse("The day or the time of the close is not one that the calendar has.");
                return;
            };
            let (poll, ready, propose) = (draft.poll(closes), ready.clone(), draft.propose);
            let command = Command::PreviewPoll { chapter: chapter.clone(), poll: poll.clone(), propose };
            sender.send(command, move |reply| {
                if let Reply::PollPreview(preview) = reply {
                    ready.set(Some(Ready { poll, preview }));
                    browser::scroll_up();
                    browser::focus("#main");
                }
            });
        })
    };
    let onsubmit = {
        let read = read.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            read.emit(());
        })
    };
    if let Some(now) = &*ready {
        let back = {
            let ready = ready.clone();
            Callback::from(move |_: MouseEvent| ready.set(None))
        };
        let open = {
            let (sender, store, name, poll) = (sender.clone(), store.clone(), name.clone(), now.poll.clone());
            let (propose, amends, why) = (draft.propose, props.amends.clone(), why.clone());
            Callback::from(move |_: MouseEvent| {
                let (store, name) = (store.clone(), name.clone());
                if propose {
                    let command = match &amends {
                        None => Command::ProposePoll { chapter: chapter.clone(), poll: poll.clone() },
                        Some(proposal) => Command::AmendProposal {
                            proposal: proposal.head.entry.clone(),
                            poll: poll.clone(),
                            why: why.trim().to_owned(),
                        },
                    };
                    let said = amends.as_ref().map(|proposal| proposal.head.entry.clone());
                    sender.send(command, move |reply| {
                        if let Reply::Published(made) = reply {
                            drafts::forget(&name);
                            let words = if said.is_some() {
                                "The change is saved on this computer"
                            } else {
                                "The vote is proposed, and saved on this computer"
                            };
                            store.dispatch(Action::Say(words.to_owned()));
                            browser::go(&crate::state::Route::Entry(said.unwrap_or(made.entry)).href());
                        }
                    });
                    return;
                }
                sender.send(Command::OpenPoll { chapter: chapter.clone(), poll: poll.clone() }, move |reply| {
                    if let Reply::PollOpened(opened) = reply {
                        drafts::forget(&name);
                        store.dispatch(Action::Say("The vote is open and saved on this computer".to_owned()));
                        browser::go(&crate::state::Route::Entry(opened.poll).href());
                    }
                });
            })
        };
        let how = review::How { propose: draft.propose, hours, amends: props.amends.clone(), why: why.clone() };
        return review::review(now, &sender, &how, back, open);
    }
    let error = |field: &str| problem.as_ref().filter(|(f, _)| f == field).map(|(_, why)| AttrValue::from(*why));
    html! {
        <form class="stack wide-form" aria-label="Vote" {onsubmit} novalidate=true>
            <Note kind={NoteKind::Info} icon="people"><p>{ format!("Everyone who is a member of {} when you open it can vote: {} now. {}", props.chapter.name, props.chapter.members, if draft.secret { "The vote is secret: nobody sees whose a vote is." } else if draft.hidden { "Nobody sees what anybody votes until it closes; then members see who voted for what." } else { "Votes are open: members see who voted for what." }) }</p></Note>
            <div class="card stack">
                <TextField id="vote-title" label="Title" value={draft.title.clone()} onchange={pen.text(|d, v| d.title = v)} maxlength={200} error={error("vote-title")} />
                { proposing(&draft, &pen, hours, props.amends.is_some()) }
                if !draft.propose || draft.length.is_empty() { <div class="pair">
                    <TextField id="vote-closes-date" label="Closes on" kind="date" value={draft.date.clone()} onchange={pen.text(|d, v| d.date = v)} error={error("vote-closes-date")} />
                    <TextField id="vote-closes-time" label="At" kind="time" value={draft.time.clone()} onchange={pen.text(|d, v| d.time = v)} error={error("vote-closes-time")} />
                </div> }
            </div>
            { for draft.questions.iter().enumerate().map(|(n, q)| question::question(n, q, draft.questions.len(), &pen, &error)) }
            <div><button class="btn small" type="button" data-test="add-question" onclick={pen.click(|d| d.questions.push(Question::default()))}><Icon name="plus" class="sm" />{ "Add a question" }</button></div>
            { more::more(&draft, &members, &pen, &error) }
            <div class="field"><label for="vote-description">{ "What members should know before they vote" }</label>
                <Composer id="vote-description" label="What members should know before they vote" value={draft.description.clone()} onchange={pen.text(|d, v| d.description = v)} onsend={read} {kept}
                    audience={format!("Seen by: members of {}", props.chapter.name)}
                    button={html! { <button class="btn primary" type="submit" data-test="review-poll" disabled={sender.busy()}>{ "Read through" }</button> }} />
            </div>
            if let Some((_, why)) = &problem { <p class="error" role="alert"><Icon name="warn" class="sm" />{ *why }</p> }
            if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
        </form>
    }
}

/// How long a proposed vote can be open.
const LENGTHS: [&str; 6] = ["1 day", "3 days", "5 days", "1 week", "2 weeks", "4 weeks"];

/// Whether it stands proposed first, and how long it is open then.
fn proposing(draft: &Draft, pen: &Pen, hours: u32, amends: bool) -> Html {
    let tick = {
        let pen = pen.clone();
        Callback::from(move |event: Event| {
            let on = event.target_unchecked_into::<HtmlInputElement>().checked();
            pen.change(|d| d.propose = on);
        })
    };
    let own = (!draft.length.is_empty() && !LENGTHS.contains(&draft.length.as_str())).then(|| draft.length.clone());
    let lengths = own.into_iter().chain(LENGTHS.map(str::to_owned));
    let lengths: Vec<(AttrValue, AttrValue)> = lengths
        .map(|length| (AttrValue::from(length.clone()), AttrValue::from(length)))
        .chain([("".into(), "Until a day and a time".into())])
        .collect();
    html! {
        <>
            if hours > 0 {
                <p class="hint" data-test="propose-first">{ format!("By this chapter’s rules a vote stands proposed for {} before it is opened. Members can object to it and amend it.", span(hours)) }</p>
            } else if !amends {
                <label class="tick"><input type="checkbox" id="vote-propose" data-test="vote-propose" checked={draft.propose} onchange={tick} />
                    <span>{ "Propose it first" }<br /><span class="hint">{ "Members can object to it and amend it before you open it." }</span></span></label>
            }
            if draft.propose {
                <Choose id="vote-length" label="From its opening on, it is open for" options={lengths} value={draft.length.clone()} onchange={pen.text(|d, v| d.length = v)} />
            }
        </>
    }
}
