//! The ballot of an open vote: filled in, read through, cast.

use super::{give::GiveVote, poll::Stage};
use crate::{
    browser,
    components::{AskQuestion, Bar, Discussion, Icon, Markdown, Opening, RefusalNote, Secret, Signature, Tag},
    drafts,
    hooks::{use_draft, use_sender, use_store},
    state::Action,
    text::{ballot, result::conduct},
};
use api::{
    Command, Reply,
    poll::{Answer, Method, POSITIONS},
    view::{PollView, QuestionView},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct BallotProps {
    pub(super) poll: PollView,
    pub(super) reviewing: bool,
    pub(super) to: Callback<Stage>,
}

/// What is filled in so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Filled {
    /// By question key. One that is missing has no answer yet.
    answers: BTreeMap<String, Answer>,
    /// By question key: why.
    reasons: BTreeMap<String, String>,
}

impl Filled {
    /// The ballot that counts, as a start for changing it.
    fn cast_before(poll: &PollView) -> Self {
        let hidden = poll.opening.as_ref().and_then(|o| o.own.as_ref()).map(|own| &own.answers);
        let secret = poll.secret.as_ref().and_then(|s| s.own.as_ref()).map(|own| &own.answers);
        let kept = hidden.or(secret).filter(|answers| !answers.is_empty());
        let (before, reasons) = match (&poll.mine, kept) {
            (Some(mine), _) => (&mine.answers, mine.reasons.clone()),
            (None, Some(answers)) => (answers, BTreeMap::new()),
            (None, None) => return Self::default(),
        };
        let answered = |q: &QuestionView| (q.key.clone(), before.get(&q.key).cloned().unwrap_or(Answer::Blank));
        Self { answers: poll.questions.iter().map(answered).collect(), reasons }
    }

    fn reason(&self, key: &str) -> &str {
        self.reasons.get(key).map_or("", String::as_str)
    }

    /// Another answer. A reason that was cast is that of the answer it was cast with, and does not go along to another.
    fn answer(&mut self, key: &str, answer: Option<Answer>, cast: &Self) {
        let (had, why) = (cast.answers.get(key), cast.reason(key));
        let same = answer.as_ref() == had;
        if same && self.reason(key).is_empty() && !why.is_empty() {
            self.reasons.insert(key.to_owned(), why.to_owned());
        } else if !same && self.reason(key) == why {
            self.reasons.remove(key);
        }
        match answer {
            Some(answer) => self.answers.insert(key.to_owned(), answer),
            None => self.answers.remove(key),
        };
    }

    /// What is wrong with a question's answer.
    fn problem(&self, q: &QuestionView) -> Option<String> {
        ballot::problem(q, self.answers.get(&q.key), self.reason(&q.key))
    }

    /// Reasons that belong to what is answered now: those of positions other than agreeing.
    fn reasons(&self, questions: &[QuestionView]) -> BTreeMap<String, String> {
        let takes = |q: &&QuestionView| {
            let position = self.answers.get(&q.key).and_then(Answer::one);
            matches!(q.method.method, Method::Consent | Method::Consensus)
                && position.is_some_and(|p| p != POSITIONS[0])
        };
        let said = |q: &QuestionView| Some((q.key.clone(), self.reason(&q.key).trim().to_owned()));
        questions.iter().filter(takes).filter_map(said).filter(|(_, why)| !why.is_empty()).collect()
    }
}

/// The form, and the card that says how far it is.
#[component]
pub(super) fn Ballot(props: &BallotProps) -> Html {
    let store = use_store();
    let sender = use_sender();
    // Problems are told once casting was tried.
    let tried = use_state(|| false);
    let poll = &props.poll;
    let head = &poll.head;
    // Sealed or not, a secret ballot is not written down before it is cast, nor one that nobody may read before the close.
    let secret = poll.secret.is_some() || poll.opening.is_some();
    let apart = poll.secret.as_ref().is_some_and(|s| s.apart);
    let cast_once = poll.mine.is_some() || poll.secret.as_ref().is_some_and(|s| s.own.is_some());
    let name = if secret { String::new() } else { format!("draft-ballot-{}", head.entry) };
    let before = Filled::cast_before(poll);
    let (filled, _, set) = use_draft(&name, || before.clone());
    let answer = |key: &str| {
        let (filled, set, key, before) = (filled.clone(), set.clone(), key.to_owned(), before.clone());
        Callback::from(move |answer: Option<Answer>| {
            let mut filled = filled.clone();
            filled.answer(&key, answer, &before);
            set.emit(filled);
        })
    };
    let say = |key: &str| {
        let (filled, set, key) = (filled.clone(), set.clone(), key.to_owned());
        Callback::from(move |why: String| {
            let mut filled = filled.clone();
            filled.reasons.insert(key.clone(), why);
            set.emit(filled);
        })
    };
    let cast = {
        let (sender, to, poll, filled) = (sender.clone(), props.to.clone(), poll.clone(), filled.clone());
        Callback::from(move |_: MouseEvent| {
            let reasons = if secret { BTreeMap::new() } else { filled.reasons(&poll.questions) };
            let answers = filled.answers.clone();
            let command = Command::Vote { poll: poll.head.entry.clone(), answers, reasons };
            let (store, to, name) = (store.clone(), to.clone(), name.clone());
            sender.send(command, move |reply| {
                drafts::forget(&name);
                let said = match reply {
                    Reply::VoteKept(kept) => kept.words,
                    _ => "Your ballot is cast and saved on this computer".to_owned(),
                };
                store.dispatch(Action::Say(said));
                to.emit(Stage::Reading);
            });
        })
    };
    let review = {
        let (to, poll, filled, tried) = (props.to.clone(), poll.clone(), filled.clone(), tried.clone());
        Callback::from(move |_: MouseEvent| {
            tried.set(true);
            match poll.questions.iter().find(|q| !secret && filled.problem(q).is_some()) {
                Some(q) if browser::focus(&format!("#reason-{}", q.key)) => {}
                Some(q) => {
                    browser::focus(&format!("#question-{} input", q.key));
                }
                None => to.emit(Stage::Reviewing),
            }
        })
    };
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
                        { summary(poll, &filled, true) }
                        if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                        <div class="line">
                            <button class="btn" type="button" onclick={back}>{ "Go back" }</button>
                            <button class="btn primary" type="button" onclick={cast} data-test="cast" data-first="" disabled={sender.busy()}>{ "Cast my vote" }</button>
                        </div>
                        <p class="meta">{ if apart { "One button casts. There is no step after it. Each answer is a ballot of its own: members see the answers, and nobody sees that they are yours, or one voter’s. They leave this computer one by one, within an hour, so let it run." } else if poll.secret.is_some() { "One button casts. There is no step after it. Members see the answers, and nobody sees that they are yours." } else if poll.opening.is_some() { "One button casts. There is no step after it. Members see that you voted, and what, only after the close." } else { "One button casts. There is no step after it. Members see your name with your answers." } }</p>
                    </div>
                } else {
                    if !poll.description.trim().is_empty() { <div class="card"><Markdown text={poll.description.clone()} /></div> }
                    { rules(poll) }
                    if poll.delegation && poll.secret.is_none() && poll.mine.is_none() && poll.my_vote.gave.as_ref().is_none_or(|g| !g.stands) { <GiveVote poll={poll.clone()} /> }
                    <form class="stack loose" aria-label="Ballot" {onsubmit}>
                        { for poll.questions.iter().enumerate().map(|(n, q)| html! {
                            <AskQuestion key={q.key.clone()} question={q.clone()} at={(n, all)} answer={filled.answers.get(&q.key).cloned()} onanswer={answer(&q.key)}
                                reason={filled.reason(&q.key).to_owned()} onreason={say(&q.key)} reasons={!secret} problem={filled.problem(q).filter(|_| *tried && !secret).map(AttrValue::from)} />
                        }) }
                    </form>
                }
                if !props.reviewing { <Discussion void={head.void.is_some()} entry={head.entry.clone()} chapter_name={head.chapter_name.clone()} comments={poll.comments.clone()} /> }
            </div>
            <aside class="rail stack" aria-label="Your ballot">
                if !props.reviewing {
                    <section class="card stack you sticky" aria-labelledby="your-ballot">
                        <div class="line"><h2 id="your-ballot">{ "Your ballot" }</h2>
                            if cast_once { <span class="push"><Tag class="ok" icon="check">{ "Cast once" }</Tag></span> }
                            else { <span class="push"><Tag class="wait" icon="disk">{ "Not cast yet" }</Tag></span> }
                        </div>
                        { summary(poll, &filled, false) }
                        <button class="btn primary wide" type="button" onclick={review} data-test="review">{ "Read through and cast" }</button>
                        if cast_once { <button class="btn wide" type="button" onclick={leave}>{ "Leave it as it was cast" }</button> }
                        <p class="meta">{ if secret { "Not saved anywhere before you cast it. " } else { "Saved on this computer as you go. " } }{ "After casting you can still change your vote until it closes; only your last one counts." }</p>
                    </section>
                }
                if let Some(secret) = &poll.secret { <Secret secret={secret.clone()} /> }
                if let Some(opening) = &poll.opening { <Opening opening={opening.clone()} /> }
                <section class="stack tight" aria-labelledby="turnout">
                    <h2 class="h3" id="turnout">{ "Turnout so far" }</h2>
                    <Bar part={poll.voters as u64} whole={poll.roll as u64} tall=true label={format!("{} of {} members have voted", poll.voters, poll.roll)} />
                    <p class="meta">{ format!("{} of {} voted{}. {}", poll.voters, poll.roll, if apart { " on the question with the most" } else { "" }, if poll.opening.is_some() { "Nobody sees the answers before the close." } else { "You see the answers after you have cast yours." }) }</p>
                </section>
                <Signature head={head.clone()} what="vote" />
            </aside>
        </div>
    }
}

/// What holds for the whole vote.
fn rules(poll: &PollView) -> Html {
    let rules = conduct(poll);
    if rules.is_empty() {
        return Html::default();
    }
    html! {
        <section class="card soft stack tight" aria-labelledby="conduct" data-test="conduct">
            <h2 class="h3" id="conduct">{ "For the whole vote" }</h2>
            <ul class="bullets muted">{ for rules.iter().map(|words| html! { <li>{ words }</li> }) }</ul>
        </section>
    }
}

/// What is answered; `whole` with reasons and with what a ranking leaves out.
fn summary(poll: &PollView, filled: &Filled, whole: bool) -> Html {
    let line = |q: &QuestionView| {
        let answer = filled.answers.get(&q.key);
        let (class, icon, words) = match answer {
            Some(answer) if ballot::blocks(Some(answer)) => (Some("forever"), "hand", ballot::words(q, answer)),
            Some(answer) => (Some("done"), "ok", ballot::words(q, answer)),
            None => (None, "vote", "No answer yet. It is left blank if you cast now.".to_owned()),
        };
        let left = answer.filter(|_| whole).map(|a| ballot::left_out(q, a)).filter(|left| !left.is_empty());
        let why = filled.reason(&q.key).trim();
        let takes_reason = whole && !why.is_empty() && filled.reasons(&poll.questions).contains_key(&q.key);
        html! {
            <li {class}><Icon name={icon} /><div><b>{ &q.text }</b><p class="meta">{ words }</p>
                if let Some(left) = left { <p class="meta">{ format!("After these, all equal: {}", left.join(", ")) }</p> }
                if takes_reason { <p class="meta">{ format!("“{why}”") }</p> }
            </div></li>
        }
    };
    html! { <ol class="steps" data-test="summary">{ for poll.questions.iter().map(line) }</ol> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::poll::MethodView;

    #[test]
    fn a_reason_that_was_cast_stays_with_its_answer() {
        let (aside, block) = (Answer::One("stand aside".to_owned()), Answer::One("block".to_owned()));
        let one = |answer: &Answer, why: &str| Filled {
            answers: BTreeMap::from([("a".to_owned(), answer.clone())]),
            reasons: BTreeMap::from([("a".to_owned(), why.to_owned())]),
        };
        let cast = one(&aside, "No tram.");
        let mut filled = cast.clone();
        filled.answer("a", Some(block.clone()), &cast);
        assert_eq!((filled.answers.get("a"), filled.reason("a")), (Some(&block), ""));
        filled.answer("a", Some(aside.clone()), &cast);
        assert_eq!(filled, cast);
        // What was written now stays, whatever is chosen.
        let mut filled = one(&aside, "The roof.");
        filled.answer("a", Some(block.clone()), &cast);
        assert_eq!(filled, one(&block, "The roof."));
    }

    #[test]
    fn a_reason_goes_with_a_position_and_with_nothing_else() {
        let consent = MethodView { method: Method::Consent, ..MethodView::default() };
        let question = |key: &str, method| QuestionView { key: key.to_owned(), method, ..QuestionView::default() };
        let questions = [question("a", consent.clone()), question("b", consent), question("c", MethodView::default())];
        let said = |n: usize| Answer::One(POSITIONS[n].to_owned());
        let answers = [("a", said(3)), ("b", said(0)), ("c", Answer::Blank)];
        let filled = Filled {
            answers: answers.map(|(key, answer)| (key.to_owned(), answer)).into(),
            reasons: ["a", "b", "c"].map(|key| (key.to_owned(), " The roof. ".to_owned())).into(),
        };
        assert_eq!(filled.reasons(&questions), BTreeMap::from([("a".to_owned(), "The roof.".to_owned())]));
    }
}
