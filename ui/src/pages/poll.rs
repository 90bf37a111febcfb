//! A vote: the ballot while it is open, the result afterwards.

use super::{entry::void_note, result::Totals};
use crate::{
    browser,
    components::{
        Author, Bar, Choice, Crumbs, Discussion, Icon, Markdown, Note, NoteKind, RefusalNote, ShareState, Signature,
        Tag, blank_answer,
    },
    hooks::{use_draft, use_sender, use_store},
    state::{Action, Route, Tab},
    text::count,
};
use api::{
    Command,
    poll::Answer,
    view::{PollState, PollView, QuestionView},
};
use std::collections::BTreeMap;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct PollProps {
    pub(crate) poll: PollView,
}

/// Question key to option; an empty option is a chosen blank.
type Answers = BTreeMap<String, String>;

/// Which part of voting is on the screen.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    /// The ballot was cast, or this member is not on the list: only reading.
    Reading,
    Answering,
    Reviewing,
}

/// The vote.
#[component]
pub(crate) fn PollPage(props: &PollProps) -> Html {
    let poll = &props.poll;
    let head = &poll.head;
    use_effect_with(poll.title.clone(), |title| browser::title(&format!("{title} - Chapterhouse")));
    let closed = poll.state == PollState::Closed;
    let may_vote = poll.plain && poll.on_roll && !closed && head.void.is_none();
    let stage = use_state(|| if may_vote && poll.mine.is_none() { Stage::Answering } else { Stage::Reading });
    let shown = if may_vote { *stage } else { Stage::Reading };
    let to = {
        let stage = stage.clone();
        Callback::from(move |next: Stage| {
            stage.set(next);
            browser::scroll_up();
            browser::focus("#main");
        })
    };
    let trail = vec![
        (AttrValue::from(head.chapter_name.clone()), Route::front(head.chapter.clone())),
        (AttrValue::from("Votes"), Route::Chapter(head.chapter.clone(), Tab::Votes)),
    ];
    let closes = browser::local(&poll.closes);
    let now = browser::now();
    let when = match (closes, closed) {
        (Some(t), true) => format!("Closed {}", t.within(now)),
        (Some(t), false) => format!("Closes {}", t.within(now)),
        (None, _) => poll.closes.clone(),
    };
    html! {
        <>
            <Crumbs {trail} />
            <header class="page-head"><div class="grow">
                <p class="line">
                    if closed { <Tag icon="check">{ "Closed" }</Tag> } else { <Tag class="accent" icon="vote">{ "Open" }</Tag> }
                    <Author member={head.author.member.clone()} handle={head.author.handle.clone()} chapter={AttrValue::from(head.chapter.clone())} />
                </p>
                <h1 class="mt2" data-test="title">{ &poll.title }</h1>
                <p class="sub dots"><span>{ count(poll.questions.len() as u64, "question", "questions") }</span><span>{ "Names shown" }</span><span>{ when }</span></p>
            </div></header>
            { match shown {
                Stage::Reading => html! { <Reading poll={poll.clone()} change={may_vote.then(|| to.reform(|_: MouseEvent| Stage::Answering))} /> },
                stage => html! { <Ballot key={head.entry.clone()} poll={poll.clone()} reviewing={stage == Stage::Reviewing} {to} /> },
            } }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ReadingProps {
    poll: PollView,
    /// Goes back to the ballot while the vote is open.
    change: Option<Callback<MouseEvent>>,
}

#[component]
fn Reading(props: &ReadingProps) -> Html {
    let poll = &props.poll;
    let head = &poll.head;
    html! {
        <div class="cols">
            <div class="stack loose">
                <div class="stack">
                    { void_note(head) }
                    if let (Some(mine), Some(change)) = (&poll.mine, &props.change) {
                        <Note kind={NoteKind::Ok} title="Your ballot is cast" test="ballot-cast"
                            action={html! { <button class="btn small" type="button" onclick={change.clone()} data-test="change-vote">{ "Change my vote" }</button> }}>
                            <p><ShareState share={mine.share} long=true /></p>
                            <p class="meta">{ "You can change it until the vote closes; only your last one counts." }</p>
                        </Note>
                    } else if let Some(change) = &props.change {
                        <Note kind={NoteKind::Wait} icon="vote" title="You have not voted yet" action={html! { <button class="btn small" type="button" onclick={change.clone()}>{ "Vote" }</button> }}><p>{ "Your answers so far are kept on this computer." }</p></Note>
                    }
                    if !poll.description.trim().is_empty() { <div class="card"><Markdown text={poll.description.clone()} /></div> }
                    if poll.plain { <Totals poll={poll.clone()} /> } else { { elsewhere(head) } }
                </div>
                <Discussion entry={head.entry.clone()} chapter_name={head.chapter_name.clone()} comments={poll.comments.clone()} />
            </div>
            <aside class="rail stack" aria-label="Checking the count">
                <super::result::Check poll={poll.clone()} />
                <super::result::Compare poll={poll.clone()} />
                <Signature head={head.clone()} what="vote" />
            </aside>
        </div>
    }
}

/// What these screens cannot show yet.
fn elsewhere(head: &api::view::EntryHead) -> Html {
    let id = head.entry.get(..12).unwrap_or(&head.entry);
    html! {
        <Note kind={NoteKind::Wait} icon="vote" title="This vote is on the command line for now" test="poll-elsewhere">
            <p>{ format!("It is counted in a way that this window does not show yet: `chapterhouse poll show {id}` shows it, and `chapterhouse vote {id}` votes.") }</p>
        </Note>
    }
}

#[derive(Properties, PartialEq)]
struct BallotProps {
    poll: PollView,
    reviewing: bool,
    to: Callback<Stage>,
}

#[component]
fn Ballot(props: &BallotProps) -> Html {
    let store = use_store();
    let sender = use_sender();
    let poll = &props.poll;
    let head = &poll.head;
    let name = format!("draft-ballot-{}", head.entry);
    let (answers, _, set) = use_draft(&name, || cast_before(poll));
    let choose = {
        let (answers, set) = (answers.clone(), set.clone());
        move |key: &str| {
            let (answers, set, key) = (answers.clone(), set.clone(), key.to_owned());
            Callback::from(move |option: String| {
                let mut answers = answers.clone();
                answers.insert(key.clone(), option);
                set.emit(answers);
            })
        }
    };
    let cast = {
        let (sender, to, poll_id, answers) = (sender.clone(), props.to.clone(), head.entry.clone(), answers.clone());
        Callback::from(move |_: MouseEvent| {
            let command = Command::Vote { poll: poll_id.clone(), answers: ballot(&answers), reasons: BTreeMap::new() };
            let (store, to, name) = (store.clone(), to.clone(), name.clone());
            sender.send(command, move |_| {
                browser::forget(&name);
                store.dispatch(Action::Say("Your ballot is cast and saved on this computer".to_owned()));
                to.emit(Stage::Reading);
            });
        })
    };
    let review = props.to.reform(|_: MouseEvent| Stage::Reviewing);
    let back = props.to.reform(|_: MouseEvent| Stage::Answering);
    let leave = props.to.reform(|_: MouseEvent| Stage::Reading);
    let all = poll.questions.len();
    let onsubmit = Callback::from(|event: SubmitEvent| event.prevent_default());
    html! {
        <div class="cols">
            <div class="stack loose">
                if props.reviewing {
                    <div class="card question" data-test="review-card">
                        <h2 class="q-title">{ "Before it is cast" }</h2>
                        { summary(poll, &answers) }
                        if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                        <div class="line">
                            <button class="btn" type="button" onclick={back}>{ "Go back" }</button>
                            <button class="btn primary" type="button" onclick={cast} data-test="cast" data-first="" disabled={sender.busy()}>{ "Cast my vote" }</button>
                        </div>
                        <p class="meta">{ "One button casts. There is no step after it. Members see your name with your answers." }</p>
                    </div>
                } else {
                    if !poll.description.trim().is_empty() { <div class="card"><Markdown text={poll.description.clone()} /></div> }
                    <form class="stack loose" aria-label="Ballot" {onsubmit}>
                        { for poll.questions.iter().enumerate().map(|(n, q)| question(n, all, q, answers.get(&q.key), choose(&q.key))) }
                    </form>
                }
                if !props.reviewing { <Discussion entry={head.entry.clone()} chapter_name={head.chapter_name.clone()} comments={poll.comments.clone()} /> }
            </div>
            <aside class="rail stack" aria-label="Your ballot">
                if !props.reviewing {
                    <section class="card stack you sticky" aria-labelledby="your-ballot">
                        <div class="line"><h2 id="your-ballot">{ "Your ballot" }</h2>
                            if poll.mine.is_some() { <span class="push"><Tag class="ok" icon="check">{ "Cast once" }</Tag></span> }
                            else { <span class="push"><Tag class="wait" icon="disk">{ "Not cast yet" }</Tag></span> }
                        </div>
                        { summary(poll, &answers) }
                        <button class="btn primary wide" type="button" onclick={review} data-test="review">{ "Read through and cast" }</button>
                        if poll.mine.is_some() { <button class="btn wide" type="button" onclick={leave}>{ "Leave it as it was cast" }</button> }
                        <p class="meta">{ "Saved on this computer as you go. After casting you can still change your vote until it closes; only your last one counts." }</p>
                    </section>
                }
                <section class="stack tight" aria-labelledby="turnout">
                    <h2 class="h3" id="turnout">{ "Turnout so far" }</h2>
                    <Bar part={poll.voters as u64} whole={poll.roll as u64} tall=true label={format!("{} of {} members have voted", poll.voters, poll.roll)} />
                    <p class="meta">{ format!("{} of {} voted. You see the answers after you have cast yours.", poll.voters, poll.roll) }</p>
                </section>
                <Signature head={head.clone()} what="vote" />
            </aside>
        </div>
    }
}

fn question(n: usize, all: usize, q: &QuestionView, answer: Option<&String>, onchoose: Callback<String>) -> Html {
    let number = if all == 1 { "Choose one".to_owned() } else { format!("Question {} of {all}, choose one", n + 1) };
    html! {
        <div class="card" key={q.key.clone()}><fieldset class="question" data-test="question" data-question={q.key.clone()}>
            <legend><span class="q-num">{ number }</span>{ &q.text }</legend>
            <div class="choices">
                { for q.options.iter().map(|o| html! {
                    <Choice name={q.key.clone()} value={o.name.clone()} chosen={answer == Some(&o.name)} onchoose={onchoose.clone()} />
                }) }
                <Choice name={q.key.clone()} value={blank_answer()} chosen={answer.is_some_and(String::is_empty)} {onchoose} />
            </div>
        </fieldset></div>
    }
}

fn summary(poll: &PollView, answers: &Answers) -> Html {
    html! {
        <ol class="steps" data-test="summary">
            { for poll.questions.iter().map(|q| {
                let (class, icon, words) = match answers.get(&q.key).map(String::as_str) {
                    Some("") => (Some("done"), "ok", "Left blank"),
                    Some(option) => (Some("done"), "ok", option),
                    None => (None, "vote", "No answer yet. It is left blank if you cast now."),
                };
                html! { <li {class}><Icon name={icon} /><div><b>{ &q.text }</b><p class="meta">{ words.to_owned() }</p></div></li> }
            }) }
        </ol>
    }
}

/// The answers of the ballot that counts, as a start for changing it.
fn cast_before(poll: &PollView) -> Answers {
    let Some(mine) = &poll.mine else { return Answers::new() };
    poll.questions
        .iter()
        .map(|q| {
            let one = mine.answers.get(&q.key).and_then(Answer::one);
            (q.key.clone(), one.map_or_else(blank_answer, str::to_owned))
        })
        .collect()
}

/// What is sent. A question without an answer is left out, and left blank.
fn ballot(answers: &Answers) -> BTreeMap<String, Answer> {
    let said = |option: &String| if option.is_empty() { Answer::Blank } else { Answer::One(option.clone()) };
    answers.iter().map(|(key, option)| (key.clone(), said(option))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_is_sent_as_one() {
        let answers = Answers::from([("a".to_owned(), "Yes".to_owned()), ("b".to_owned(), blank_answer())]);
        let sent = ballot(&answers);
        assert_eq!((&sent["a"], &sent["b"]), (&Answer::One("Yes".to_owned()), &Answer::Blank));
    }
}
