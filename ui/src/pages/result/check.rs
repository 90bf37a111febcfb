//! How the count can be checked: who could vote, what arrived, one's own ballot found in it, and words to compare.

use super::ResultProps;
use crate::{
    browser,
    components::Icon,
    pages::six_words,
    text::{ballot, count, short_id},
};
use api::view::{MyBallot, NotCounted, PollView};
use yew::prelude::*;

/// How the count can be checked.
#[component]
pub(crate) fn Check(props: &ResultProps) -> Html {
    let poll = &props.poll;
    let not = poll.not_counted_all.max(poll.not_counted.len());
    let ballots = poll.not_counted.iter().filter(|n| !n.delegation).count();
    html! {
        <section class="card stack" aria-labelledby="check" data-test="result-check">
            <div class="line nowrap"><Icon name="checked" class="lg" /><h2 id="check">{ "Counted on this computer" }</h2></div>
            <p class="muted">{ "Every member’s computer counts the signed ballots itself." }</p>
            <ul class="steps">
                <li class="done"><Icon name="ok" /><div><b>{ "Who could vote" }</b><p class="meta">{ format!("{} on the list, fixed when the vote was opened", count(poll.roll as u64, "member", "members")) }</p>
                    { exceptions(poll) }</div></li>
                <li class="done"><Icon name="ok" /><div><b>{ "Ballots" }</b><p class="meta">{ format!("{} arrived; {} counted", poll.voters + ballots, poll.voters) }</p></div></li>
                if not > 0 {
                    <li><Icon name="info" /><div><b>{ format!("{not} not counted") }</b>
                        <ul data-test="not-counted">{ for poll.not_counted.iter().map(not_counted) }</ul>
                        if not > poll.not_counted.len() { <p class="meta">{ format!("and {} more", not - poll.not_counted.len()) }</p> }</div></li>
                }
                { match &poll.mine {
                    Some(ballot) => own(poll, ballot),
                    None if poll.on_roll => html! { <li><Icon name="info" /><div><b>{ "Your ballot" }</b><p class="meta">{ if poll.my_vote.gave.as_ref().is_some_and(|g| g.stands) { "You gave your vote to somebody else" } else { "You have not voted" } }</p></div></li> },
                    None => html! { <li><Icon name="info" /><div><b>{ "Your ballot" }</b><p class="meta">{ crate::text::sentence(if poll.my_vote.reason.is_empty() { "you were not a member yet when it was opened" } else { &poll.my_vote.reason }) }</p></div></li> },
                } }
            </ul>
            if !poll.voted.is_empty() {
                <details><summary class="textbtn"><Icon name="right" class="sm flip" />{ "Who has voted" }</summary><p class="meta mt2">{ poll.voted.join(", ") }</p></details>
            }
        </section>
    }
}

/// Who has more or less than one vote, and why.
fn exceptions(poll: &PollView) -> Html {
    if poll.weights.is_empty() && poll.observers.is_empty() {
        return Html::default();
    }
    html! {
        <ul data-test="exceptions">
            { for poll.weights.iter().map(|w| html! { <li class="meta block"><bdi>{ &w.handle }</bdi>{ format!(": {} votes. {}", w.weight, w.reason) }</li> }) }
            { for poll.observers.iter().map(|o| html! { <li class="meta block"><bdi>{ &o.handle }</bdi>{ format!(": observes. {}", o.reason) }</li> }) }
        </ul>
    }
}

fn not_counted(n: &NotCounted) -> Html {
    let what = if n.delegation { " (a vote given to others)" } else { "" };
    html! { <li class="meta block"><bdi>{ &n.author }</bdi>{ format!("{what}: ") }{ crate::text::sentence(&n.reason) }</li> }
}

/// The ballot of this member as it is in the count.
fn own(poll: &PollView, mine: &MyBallot) -> Html {
    let when = browser::local(&mine.time).map_or_else(|| mine.time.clone(), |t| t.within(browser::now()));
    let answers = poll.questions.iter().map(|q| {
        let said = mine.answers.get(&q.key).map_or_else(|| "Left blank".to_owned(), |a| ballot::words(q, a));
        html! { <div><dt class="meta">{ &q.text }</dt><dd>{ said }</dd></div> }
    });
    html! {
        <li class="done" data-test="own-ballot"><Icon name="ok" /><div><b>{ "Your ballot" }</b>
            <p class="meta">{ format!("Found in the count. Cast {when}") }</p>
            <details><summary class="textbtn"><Icon name="right" class="sm flip" />{ "What it says" }</summary>
                <dl class="stack tight mt2 ballot-says">{ for answers }</dl>
                <p class="meta mt2">{ format!("Entry {}. Whoever has it can find it under this number.", short_id(&mine.entry)) }</p>
            </details></div></li>
    }
}

/// For two people who want to be sure that they counted the same.
#[component]
pub(crate) fn Compare(props: &ResultProps) -> Html {
    let poll = &props.poll;
    html! {
        <section class="card soft stack" aria-labelledby="compare" data-test="result-hash" data-hash={poll.result_hash.clone()}>
            <h2 id="compare" class="h3">{ "Compare by phone" }</h2>
            <p class="meta">{ "Whoever counted the same ballots to the same result sees the same six words." }</p>
            { six_words(&poll.result_words) }
        </section>
    }
}
