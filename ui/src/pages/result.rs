//! What the members answered, and how the count can be checked.

use super::members::six_words;
use crate::{
    browser,
    components::{Bar, Icon},
    text::{count, percent},
};
use api::view::{PollState, PollView, QuestionView};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct ResultProps {
    pub(crate) poll: PollView,
}

/// Turnout and totals.
#[component]
pub(crate) fn Totals(props: &ResultProps) -> Html {
    let poll = &props.poll;
    let (voters, roll) = (poll.voters as u64, poll.roll as u64);
    let so_far = if poll.state == PollState::Open { " so far" } else { "" };
    html! {
        <>
            <section class="card stack" aria-labelledby="turnout">
                <h2 id="turnout" class="sr">{ "Turnout" }</h2>
                <div class="figures" data-test="turnout">
                    <p class="figure"><b>{ format!("{voters} of {roll}") }</b><span>{ format!("voted{so_far}, {}%", percent(voters, roll)) }</span></p>
                    <p class="figure"><b>{ poll.questions.len() }</b><span>{ if poll.questions.len() == 1 { "question" } else { "questions" } }</span></p>
                    if !poll.not_counted.is_empty() { <p class="figure"><b>{ poll.not_counted.len() }</b><span>{ "not counted" }</span></p> }
                </div>
                <Bar part={voters} whole={roll} tall=true label={format!("Turnout: {voters} of {roll}")} />
            </section>
            { for poll.questions.iter().enumerate().map(|(n, q)| question(n, q, poll)) }
            { table(poll) }
        </>
    }
}

fn question(n: usize, q: &QuestionView, poll: &PollView) -> Html {
    let voters = q.total + q.blank;
    let most = q.options.iter().map(|o| o.votes).max().unwrap_or_default();
    let number = if poll.questions.len() == 1 {
        "How members answered".to_owned()
    } else {
        format!("Question {} of {}", n + 1, poll.questions.len())
    };
    let mine = poll.mine.as_ref();
    let own = mine.map(|m| m.answers.get(&q.key).and_then(api::poll::Answer::one).unwrap_or("blank"));
    let line = |name: &str, votes: u64, colour: &'static str, is_mine: bool| {
        html! {
            <li data-test="result" data-question={q.key.clone()} data-option={name.to_owned()} data-votes={votes.to_string()}>
                <span>{ name.to_owned() }if is_mine { <span class="meta">{ " your vote" }</span> }</span>
                <Bar part={votes} whole={voters} tall=true {colour} />
                <span class="val">{ votes }</span><span class="pct">{ format!("{}%", percent(votes, voters)) }</span>
            </li>
        }
    };
    html! {
        <section class="card stack" key={q.key.clone()} aria-labelledby={format!("result-{n}")}>
            <h2 id={format!("result-{n}")}><span class="q-num">{ number }</span>{ &q.text }</h2>
            <ul class="result">
                { for q.options.iter().map(|o| line(&o.name, o.votes, if o.votes == most && most > 0 { "c1" } else { "c2" }, own == Some(o.name.as_str()))) }
                { line("Left blank", q.blank, "c3", mine.is_some() && own == Some("blank")) }
            </ul>
            <p class="meta">{ format!("Percentages are of the {} and are rounded.", count(voters, "member who voted", "members who voted")) }</p>
        </section>
    }
}

/// The same figures as a table, for reading out and for copying.
fn table(poll: &PollView) -> Html {
    html! {
        <details class="card flush">
            <summary class="card-head textbtn"><Icon name="right" class="sm flip" />{ "All figures as a table" }</summary>
            <table class="table pad" data-test="figures">
                <caption class="sr">{ "Votes for each option" }</caption>
                <thead><tr><th scope="col">{ "Question" }</th><th scope="col">{ "Option" }</th><th scope="col" class="r">{ "Votes" }</th></tr></thead>
                <tbody>{ for poll.questions.iter().flat_map(|q| {
                    let rows = q.options.iter().map(|o| (o.name.as_str(), o.votes)).chain([("Left blank", q.blank)]);
                    rows.enumerate().map(|(n, (name, votes))| html! {
                        <tr>
                            <th scope="row">{ if n == 0 { q.text.clone() } else { String::new() } }if n > 0 { <span class="sr">{ q.text.clone() }</span> }</th>
                            <td>{ name.to_owned() }</td><td class="r num">{ votes }</td>
                        </tr>
                    }).collect::<Vec<_>>()
                }) }</tbody>
            </table>
        </details>
    }
}

/// How the count can be checked.
#[component]
pub(crate) fn Check(props: &ResultProps) -> Html {
    let poll = &props.poll;
    let arrived = poll.voters + poll.not_counted.len();
    let mine = poll.mine.as_ref();
    html! {
        <section class="card stack" aria-labelledby="check" data-test="result-check">
            <div class="line nowrap"><Icon name="checked" class="lg" /><h2 id="check">{ "Counted on this computer" }</h2></div>
            <p class="muted">{ "Every member’s computer counts the signed ballots itself." }</p>
            <ul class="steps">
                <li class="done"><Icon name="ok" /><div><b>{ "Who could vote" }</b><p class="meta">{ format!("{} on the list, fixed when the vote was opened", count(poll.roll as u64, "member", "members")) }</p></div></li>
                <li class="done"><Icon name="ok" /><div><b>{ "Ballots" }</b><p class="meta">{ format!("{arrived} arrived; {} counted", poll.voters) }</p></div></li>
                if !poll.not_counted.is_empty() {
                    <li><Icon name="info" /><div><b>{ format!("{} not counted", poll.not_counted.len()) }</b>
                        <ul data-test="not-counted">{ for poll.not_counted.iter().map(|n| html! { <li class="meta block"><bdi>{ &n.author }</bdi>{ ": " }{ &n.reason }</li> }) }</ul></div></li>
                }
                { match mine {
                    Some(ballot) => html! {
                        <li class="done"><Icon name="ok" /><div><b>{ "Your ballot" }</b>
                            <p class="meta">{ format!("Counted. Cast {}", browser::local(&ballot.time).map_or_else(|| ballot.time.clone(), |t| t.within(browser::now()))) }</p></div></li>
                    },
                    None if poll.on_roll => html! { <li><Icon name="info" /><div><b>{ "Your ballot" }</b><p class="meta">{ "You have not voted" }</p></div></li> },
                    None => html! { <li><Icon name="info" /><div><b>{ "Your ballot" }</b><p class="meta">{ "You were not a member yet when it was opened" }</p></div></li> },
                } }
            </ul>
            if !poll.voted.is_empty() {
                <details><summary class="textbtn"><Icon name="right" class="sm flip" />{ "Who has voted" }</summary><p class="meta mt2">{ poll.voted.join(", ") }</p></details>
            }
        </section>
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
