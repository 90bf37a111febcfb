//! What would be opened, in the words that voters will read. After it is open, nothing of it can be changed.

use super::Ready;
use crate::{
    browser,
    components::{Field, Icon, Markdown, Opening, RefusalNote, Secret},
    hooks::Sender,
    text::{count, methods::offered, result::part_words, rules::span},
};
use api::{
    draft::QuestionDraft,
    poll::{MethodView, POSITIONS},
    proposal::ProposalView,
};
use std::rc::Rc;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// What becomes of it.
pub(super) struct How {
    pub(super) propose: bool,
    /// How long it has to stand proposed.
    pub(super) hours: u32,
    pub(super) amends: Option<Rc<ProposalView>>,
    /// Why it is changed.
    pub(super) why: UseStateHandle<String>,
}

pub(super) fn review(
    ready: &Ready,
    sender: &Sender,
    how: &How,
    back: Callback<MouseEvent>,
    open: Callback<MouseEvent>,
) -> Html {
    let (poll, roll) = (&ready.poll, ready.preview.roll as u64);
    let now = browser::now();
    let closes = browser::local(&poll.closes)
        .map_or_else(|| poll.closes.clone(), |t| format!("{}, {}", t.day.long(), t.clock()));
    let closes =
        if poll.open_for.is_empty() { format!("Closes {closes}") } else { format!("Open for {}", poll.open_for) };
    let (act, sentence) = words(how);
    let quorum = poll.quorum.as_deref().map_or_else(
        || "However few vote, what they decide holds.".to_owned(),
        |part| format!("{} of the list have to vote; otherwise nothing is decided.", part_words(part)),
    );
    html! {
        <div class="stack wide-form" data-test="review-poll-card">
            <div class="card question">
                <h2 class="q-title">{ &poll.title }</h2>
                <ul class="steps">
                    <li><Icon name="people" /><div><b>{ count(roll, "member can vote", "members can vote") }</b><p class="meta">{ "All who are members at the moment you open it." }{ match (&ready.preview.secret, &ready.preview.opening) { (Some(_), _) => "", (None, Some(_)) => " Nobody sees what anybody votes before it closes; then everybody sees who voted for what.", (None, None) => " Everybody sees who voted for what." } }</p></div></li>
                    <li><Icon name="clock" /><div><b>{ closes }</b><p class="meta">{ if browser::local(&poll.closes).is_some_and(|t| t.soon(now)) { "That is in less than a day. Members who do not look in until then cannot vote." } else { "By the clock of each computer. Until then, everybody can change their vote." } }</p></div></li>
                    if !ready.preview.closing.is_empty() { <li data-test="review-closing"><Icon name="checked" /><div><b>{ "Who says which votes were in time" }</b><p class="meta">{ &ready.preview.closing }</p></div></li> }
                    <li><Icon name="hand" /><div><b>{ "How many have to vote" }</b><p class="meta">{ quorum }</p></div></li>
                    if poll.delegation { <li><Icon name="shake" /><div><b>{ "Votes can be given to others" }</b><p class="meta">{ "And taken back until it closes." }</p></div></li> }
                    if !poll.weights.is_empty() { <li><Icon name="project" /><div><b>{ count(poll.weights.len() as u64, "vote weighs something else than one", "votes weigh something else than one") }</b><p class="meta">{ poll.weights.iter().map(|w| format!("{}: {}", w.weight, w.reason)).collect::<Vec<_>>().join("; ") }</p></div></li> }
                    if !poll.observers.is_empty() { <li><Icon name="eye" /><div><b>{ count(poll.observers.len() as u64, "observer has no vote", "observers have no vote") }</b></div></li> }
                </ul>
            </div>
            if !poll.description.trim().is_empty() {
                <section class="card stack" aria-labelledby="review-description" data-test="review-description">
                    <h2 class="label" id="review-description">{ "What members should know before they vote" }</h2>
                    <Markdown text={poll.description.clone()} top={3} />
                </section>
            }
            if let Some(secret) = &ready.preview.secret { <Secret secret={secret.clone()} before=true /> }
            if let Some(opening) = &ready.preview.opening { <Opening opening={opening.clone()} /> }
            { for poll.questions.iter().zip(&ready.preview.questions).enumerate().map(|(n, (q, method))| asked(n, poll.questions.len(), q, method)) }
            <div class="stack">
                if how.amends.is_some() { { why(&how.why) } }
                <p>{ sentence }</p>
                if let Some(refusal) = sender.refusal() { <RefusalNote {refusal} /> }
                <div class="line">
                    <button class="btn" type="button" onclick={back} data-test="back-to-poll">{ "Go back" }</button>
                    <button class="btn primary" type="button" onclick={open} data-test="open-poll" disabled={sender.busy()}>{ act }</button>
                </div>
            </div>
        </div>
    }
}

fn words(how: &How) -> (&'static str, String) {
    match &how.amends {
        Some(proposal) if proposal.mine => (
            "Change the proposal",
            "Everybody sees what was changed, as it was and as it is. Its time begins anew, and objections to it stay.".to_owned(),
        ),
        Some(proposal) => (
            "Propose this change",
            format!("Everybody sees what would be changed. {} can adopt it, or leave the proposal as it is.", proposal.head.author.handle),
        ),
        None if how.propose && how.hours > 0 => (
            "Propose it",
            format!("It stands open to objections and amendments for {}. Then you can open it as it stands.", span(how.hours)),
        ),
        None if how.propose => (
            "Propose it",
            "Members can object to it and amend it until you open it as it stands.".to_owned(),
        ),
        None => (
            "Open the vote",
            "Once it is open, nothing of it can be changed any more: not the questions, not the rules, not the list of who can vote.".to_owned(),
        ),
    }
}

fn why(why: &UseStateHandle<String>) -> Html {
    let oninput = {
        let why = why.clone();
        Callback::from(move |event: InputEvent| why.set(event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    };
    html! {
        <Field id="amend-why" label="Why it should be changed" hint="Everybody reads it beside what is changed.">
            <textarea class="input" id="amend-why" data-test="amend-why" rows="3" spellcheck="true" aria-describedby="amend-why-hint" value={(**why).clone()} {oninput} />
        </Field>
    }
}

fn asked(n: usize, all: usize, q: &QuestionDraft, method: &MethodView) -> Html {
    let number = if all == 1 {
        offered(method.method).name.to_owned()
    } else {
        format!("Question {} of {all}. {}", n + 1, offered(method.method).name)
    };
    let options: Vec<String> =
        if q.options.is_empty() { POSITIONS.map(crate::text::capital).to_vec() } else { q.options.clone() };
    html! {
        <section class="card stack" key={n} aria-labelledby={format!("asked-{n}")}>
            <h2 id={format!("asked-{n}")}><span class="q-num">{ number }</span>{ &q.text }</h2>
            <ul class="bullets">{ for options.iter().map(|o| html! { <li>{ o }</li> }) }</ul>
            <div class="card soft stack tight" data-test="rule-words">
                <p class="label">{ "The rule, as voters read it" }</p>
                { for method.words.iter().map(|words| html! { <p class="muted">{ words }</p> }) }
            </div>
        </section>
    }
}
