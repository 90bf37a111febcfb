//! Votes given to others: all together, and what was cast in this member's name and in whose names they vote.

use crate::{
    components::Icon,
    text::{ballot, count, list, result::votes},
};
use api::{
    poll::{Fate, GaveView, MyVote, WayView},
    view::{PollState, PollView},
};
use yew::prelude::*;

/// All votes that were given away, in a sentence or two.
pub(super) fn summary(poll: &PollView) -> Html {
    let Some(given) = poll.given.as_ref().filter(|g| g.members > 0) else { return Html::default() };
    let unit = poll.unit.max(1);
    let part = |parts: u64, words: &str| (parts > 0).then(|| format!("{} {words}", votes(parts, unit)));
    let parts: Vec<String> = [
        part(given.cast, "cast by those who have them"),
        part(given.not_cast, "not cast, because whoever has them has not voted"),
        part(given.looped, "not cast, because they were given round in a circle"),
        part(given.too_fine, "not cast, because they were divided too often"),
    ]
    .into_iter()
    .flatten()
    .collect();
    html! {
        <p class="muted" data-test="given"><b>{ count(given.members as u64, "member gave their vote to others", "members gave their votes to others") }</b>
            { format!("{}: {}.", if poll.state == PollState::Open { " so far" } else { "" }, parts.join("; ")) }</p>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct MineProps {
    pub(crate) poll: PollView,
}

/// What was cast in this member's name, and in whose names this member votes.
#[component]
pub(crate) fn Mine(props: &MineProps) -> Html {
    let (poll, mine) = (&props.poll, &props.poll.my_vote);
    html! {
        <>
            if let Some(gave) = mine.gave.as_ref().filter(|g| g.stands) { { cast_for_me(poll, gave) } }
            if mine.received > 0 { { cast_for_others(poll, mine) } }
        </>
    }
}

fn cast_for_me(poll: &PollView, gave: &GaveView) -> Html {
    html! {
        <section class="card stack" aria-labelledby="cast-for-me" data-test="cast-for-me">
            <h2 class="h3" id="cast-for-me">{ "What was cast in your name" }</h2>
            <ul class="steps">{ for gave.ways.iter().map(|way| self::way(poll, way)) }</ul>
        </section>
    }
}

/// Whose hands a part of the vote went through, and what became of it.
fn way(poll: &PollView, way: &WayView) -> Html {
    let unit = poll.unit.max(1);
    let much = if way.parts == poll.my_vote.weight {
        "Your vote".to_owned()
    } else {
        format!(
            "{} of your {}",
            votes(way.parts, unit),
            if poll.my_vote.weight == unit {
                "vote".to_owned()
            } else {
                format!("{} votes", votes(poll.my_vote.weight, unit))
            }
        )
    };
    let hands = way.via.join(" → ");
    let (class, icon, words) = match way.fate {
        Fate::Cast => (Some("done"), "ok", format!("cast by {}", way.with)),
        Fate::NotCast if poll.state == PollState::Open => {
            (None, "wait", format!("with {}, who has not voted yet", way.with))
        }
        Fate::NotCast => (None, "no", format!("not cast: {} did not vote", way.with)),
        Fate::Loop => (None, "sync", "not cast: it goes round in a circle and would come back".to_owned()),
        Fate::TooFine => (None, "no", "not cast: it was divided too often".to_owned()),
    };
    let answers = poll.questions.iter().filter_map(|q| Some((q, way.answers.get(&q.key)?)));
    html! {
        <li {class} data-test="way"><Icon name={icon} /><div><b>{ format!("{much}: {words}") }</b>
            if way.steps > 1 { <p class="meta">{ format!("You → {hands}{}", if way.steps > way.via.len() { " → …" } else { "" }) }</p> }
            { for answers.map(|(q, answer)| html! { <p class="meta">{ format!("{} {}", q.text, ballot::words(q, answer)) }</p> }) }
        </div></li>
    }
}

fn cast_for_others(poll: &PollView, mine: &MyVote) -> Html {
    let unit = poll.unit.max(1);
    let names: Vec<String> = mine.received_from.iter().map(|r| r.handle.clone()).collect();
    let more = mine.received_members.saturating_sub(names.len());
    let names = if more > 0 {
        format!("{} and {}", names.join(", "), count(more as u64, "other", "others"))
    } else {
        list(&names)
    };
    let one = votes(mine.received, unit) == "1";
    let verb = match (poll.mine.is_some(), one) {
        (true, true) => "counts with your ballot",
        (true, false) => "count with your ballot",
        (false, true) => "counts once you vote",
        (false, false) => "count once you vote",
    };
    html! {
        <section class="card stack tight" aria-labelledby="cast-for-others" data-test="received">
            <h2 class="h3" id="cast-for-others">{ "Votes given to you" }</h2>
            <p class="muted">{ format!("{} {verb}.", count_votes(mine.received, unit)) }</p>
            <p class="meta">{ format!("From {names}") }</p>
        </section>
    }
}

fn count_votes(parts: u64, unit: u64) -> String {
    let number = votes(parts, unit);
    if number == "1" { "1 more vote".to_owned() } else { format!("{number} more votes") }
}
