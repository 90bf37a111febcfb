//! What the members answered: turnout, each question with how it was decided, the figures as a table.

mod check;
mod given;
mod objections;
mod pairs;
mod question;
mod rounds;
mod save;

pub(super) use check::{Check, Compare};
pub(super) use given::Mine;
pub(super) use save::SaveResult;

use crate::{
    components::Icon,
    text::{count, methods::place, percent, result::votes, width},
};
use api::{
    opening::OpeningStage,
    view::{PollState, PollView},
};
use question::Question;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct ResultProps {
    pub(crate) poll: PollView,
}

/// Turnout and totals.
#[component]
pub(crate) fn Totals(props: &ResultProps) -> Html {
    let poll = &props.poll;
    let evenly = use_state(|| false);
    let weighed = poll.questions.iter().any(|q| q.evenly.is_some());
    let flip = {
        let evenly = evenly.clone();
        Callback::from(move |event: Event| evenly.set(event.target_unchecked_into::<HtmlInputElement>().checked()))
    };
    html! {
        <>
            { turnout(poll) }
            { given::summary(poll) }
            if let Some(why) = poll.sealed() { { sealed(poll, why) } }
            if weighed {
                <section class="card setting" aria-labelledby="weights">
                    <div><h2 class="h3" id="weights">{ "Weights" }</h2><p class="meta">{ if *evenly { "Shown as if every member had one vote. This is not the result." } else { "Some votes weigh more or less than one. This is the result." } }</p></div>
                    <label class="line nowrap"><span>{ "As if all were equal" }</span><input class="switch" type="checkbox" role="switch" data-test="evenly" checked={*evenly} onchange={flip} /></label>
                </section>
            }
            { for poll.questions.iter().enumerate().filter(|_| poll.sealed().is_none()).map(|(n, q)| html! { <Question key={q.key.clone()} {n} question={q.clone()} poll={poll.clone()} evenly={*evenly && q.evenly.is_some()} /> }) }
            if poll.sealed().is_none() { { table(poll) } }
        </>
    }
}

/// Whether nobody can open its votes any more.
pub(super) fn lost(poll: &PollView) -> bool {
    poll.opening.as_ref().is_some_and(|o| o.stage == OpeningStage::Lost)
}

/// In place of a result that nobody can know yet, or ever: what was asked, and what is waited for.
fn sealed(poll: &PollView, why: &str) -> Html {
    html! {
        <section class="card stack" aria-labelledby="sealed" data-test="sealed">
            <div class="line nowrap"><Icon name="eyeoff" class="lg" /><h2 id="sealed">{ if lost(poll) { "No result" } else { "No result yet" } }</h2></div>
            <p data-test="sealed-why">{ why.to_owned() }</p>
            <ul class="bullets muted">{ for poll.questions.iter().map(|q| html! { <li>{ &q.text }</li> }) }</ul>
        </section>
    }
}

/// How much of the list has voted, with the line that it has to reach.
fn turnout(poll: &PollView) -> Html {
    let (voters, roll) = (poll.voters as u64, poll.roll as u64);
    let (unit, weighed) = (poll.unit.max(1), !poll.weights.is_empty());
    let apart = poll.secret.as_ref().is_some_and(|s| s.apart);
    let so_far = if poll.state == PollState::Open { " so far" } else { "" };
    // A poll of an older program says nothing of parts.
    let (cast, whole) = if poll.roll_weight == 0 { (voters, roll) } else { (poll.cast, poll.roll_weight) };
    let given = poll.given.as_ref().map_or(0, |g| g.cast).min(cast);
    let line = poll.quorum.as_ref().and_then(|q| place(&q.share)).map(|place| width(place, 10_000));
    let label = format!(
        "Turnout: {voters} of {roll}{}",
        if given > 0 { format!(", and {} given to others and cast", votes(given, unit)) } else { String::new() }
    );
    html! {
        <section class="card stack" aria-labelledby="turnout">
            <h2 id="turnout" class="sr">{ "Turnout" }</h2>
            <div class="figures" data-test="turnout">
                <p class="figure"><b>{ format!("{voters} of {roll}") }</b><span>{ format!("voted{so_far}, {}%", percent(voters, roll)) }</span></p>
                if weighed { <p class="figure"><b>{ format!("{} of {}", votes(cast, unit), votes(whole, unit)) }</b><span>{ "votes cast" }</span></p> }
                if let Some(quorum) = &poll.quorum {
                    <p class="figure" data-test="quorum" data-reached={quorum.reached.to_string()}><b>{ votes(needed(&quorum.share, whole), unit) }</b>
                        <span>{ match (quorum.reached, poll.state) { (true, _) => "quorum, reached", (false, PollState::Open) => "quorum, not yet reached", (false, PollState::Closed) => "quorum, not reached" } }{ if apart { " on every question" } else { "" } }</span></p>
                }
                <p class="figure"><b>{ poll.questions.len() }</b><span>{ if poll.questions.len() == 1 { "question" } else { "questions" } }</span></p>
                if poll.not_counted_all > 0 { <p class="figure"><b>{ poll.not_counted_all }</b><span>{ "not counted" }</span></p> }
            </div>
            <svg class="bar tall" role="img" aria-label={label}>
                <rect class="track" width="100%" height="100%" rx="3" />
                { piece("c1", 0, cast - given, whole) }
                { piece("c2", cast - given, given, whole) }
                if let Some(x) = line.clone() { <line class="casing" x1={x.clone()} x2={x.clone()} y1="0" y2="100%" /><line class="quorum" x1={x.clone()} x2={x} y1="-3" y2="125%" /> }
            </svg>
            if given > 0 {
                <ul class="legend"><li><span class="swatch c1" aria-hidden="true" />{ format!("{} voted themselves", votes(cast - given, unit)) }</li><li><span class="swatch c2" aria-hidden="true" />{ format!("{} given to others and cast", votes(given, unit)) }</li>
                    <li><span class="swatch none" aria-hidden="true" />{ format!("{} not cast", votes(whole.saturating_sub(cast), unit)) }</li></ul>
            }
            if apart { <p class="meta" data-test="turnout-apart">{ "Answers are kept apart, so each question has voters of its own. Shown are those of the question with the most." }</p> }
            if let Some(quorum) = &poll.quorum {
                <p class="meta">{ format!("The line marks the quorum: {} of the {} on the list.", crate::text::rules::part(&quorum.share), if weighed { format!("{} votes", votes(whole, unit)) } else { count(roll, "member", "members") }) }</p>
            }
        </section>
    }
}

/// The least that reaches a part of a whole.
fn needed(share: &str, whole: u64) -> u64 {
    let parts = share.split_once('/').and_then(|(p, w)| Some((p.parse::<u64>().ok()?, w.parse::<u64>().ok()?)));
    parts.filter(|(_, w)| *w > 0).map_or(0, |(p, w)| (whole * p).div_ceil(w))
}

fn piece(colour: &'static str, from: u64, part: u64, whole: u64) -> Html {
    if part == 0 {
        return Html::default();
    }
    html! { <rect class={colour} x={width(from, whole)} width={width(part, whole)} height="100%" rx="3" /> }
}

/// The same figures as a table, for reading out and for copying.
fn table(poll: &PollView) -> Html {
    let unit = poll.unit.max(1);
    html! {
        <details class="card flush">
            <summary class="card-head textbtn"><Icon name="right" class="sm flip" />{ "All figures as a table" }</summary>
            <table class="table pad" data-test="figures">
                <caption class="sr">{ "Votes for each option" }</caption>
                <thead><tr><th scope="col">{ "Question" }</th><th scope="col">{ "Option" }</th><th scope="col" class="r">{ "Votes" }</th></tr></thead>
                <tbody>{ for poll.questions.iter().flat_map(|q| {
                    let rows = q.options.iter().map(|o| (o.name.as_str(), o.votes)).chain([("Left blank", q.blank)]);
                    rows.enumerate().map(|(n, (name, parts))| html! {
                        <tr>
                            <th scope="row">{ if n == 0 { q.text.clone() } else { String::new() } }if n > 0 { <span class="sr">{ q.text.clone() }</span> }</th>
                            <td>{ name.to_owned() }</td><td class="r num">{ votes(parts, unit) }</td>
                        </tr>
                    }).collect::<Vec<_>>()
                }) }</tbody>
            </table>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::needed;

    #[test]
    fn a_quorum_is_reached_by_whole_votes() {
        assert_eq!((needed("1/2", 23), needed("1/2", 24), needed("2/3", 103), needed("x", 9)), (12, 12, 69, 0));
    }
}
