//! Rounds of a ranked count, so that a person can follow each vote: a bar for each option that is still in, what it had
//! before and what came to it, and the line that it has to reach.

use crate::{
    components::Icon,
    text::{
        list,
        result::{Line, gained, goes_on, round_words, transferred, votes},
        width,
    },
};
use api::{
    poll::{RoundEnd, RunoffRound, StvRound},
    view::QuestionView,
};
use yew::prelude::*;

/// With more rounds than this, those in the middle are folded.
const OPEN: usize = 6;

/// One option in a round, in whatever the count is in.
struct Row {
    name: String,
    votes: u64,
    gained: u64,
    /// `7`, `5.67`.
    shown: String,
    /// What is said after it: `out`, `chosen`, `+2`.
    note: String,
    out: bool,
    elected: bool,
}

/// A round as it is drawn.
struct Drawn {
    rows: Vec<Row>,
    line: Line,
    words: Vec<String>,
}

pub(super) fn runoff(q: &QuestionView, rounds: &[RunoffRound], unit: u64) -> Html {
    let names: Vec<&str> = q.options.iter().map(|o| o.name.as_str()).collect();
    let mut out: Vec<usize> = Vec::new();
    let mut all = Vec::new();
    for (n, round) in rounds.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|b| rounds.get(b));
        let gain = gained(&round.votes, before.map(|b| b.votes.as_slice()));
        // Half of three votes lies between one vote and two.
        let Some(line) = Line::new(round.votes.iter().sum(), 1, 2) else { continue };
        let mut words = Vec::new();
        if let Some(before) = before {
            let who = match before.end {
                RoundEnd::Out { option, .. } => names.get(option).copied(),
                RoundEnd::Elected(_) => None,
            };
            words.push(goes_on(
                who.unwrap_or_default(),
                &names,
                &gain,
                round.exhausted.saturating_sub(before.exhausted),
                unit,
            ));
        }
        words.push(round_words(&names, &round.end));
        if round.exhausted > 0 {
            let many = votes(round.exhausted, unit);
            words.push(if many == "1" {
                "1 vote counts no longer: no option on it is left.".to_owned()
            } else {
                format!("{many} votes count no longer: no option on them is left.")
            });
        }
        let rows = row_list(&names, &out, &round.end, |k| {
            let (now, gain) =
                (round.votes.get(k).copied().unwrap_or_default(), gain.get(k).copied().unwrap_or_default());
            (now, gain, votes(now, unit), votes(gain, unit))
        });
        all.push(Drawn { rows, line, words });
        if let RoundEnd::Out { option, .. } = round.end {
            out.push(option);
        }
    }
    let whole = rounds.first().map_or(0, |r| r.votes.iter().sum::<u64>() + r.exhausted);
    picture(q, &all, whole, "The line marks half of the votes that still count. Whoever is past it is chosen.", &[])
}

pub(super) fn stv(q: &QuestionView, rounds: &[StvRound], remaining: &[usize], unit: u64) -> Html {
    let names: Vec<&str> = q.options.iter().map(|o| o.name.as_str()).collect();
    let (mut out, mut elected): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut all = Vec::new();
    // For drawing alone: thousandths of a part fit where billionths do not.
    let drawn = |billionths: u128| u64::try_from(billionths / 1_000_000).unwrap_or(u64::MAX);
    for (n, round) in rounds.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|b| rounds.get(b));
        let gain = |k: usize| {
            let now = round.votes.get(k).copied().unwrap_or_default();
            now.saturating_sub(before.map_or(now, |b| b.votes.get(k).copied().unwrap_or_default()))
        };
        let mut words =
            vec![format!("Quota: {} votes.", transferred(round.quota, unit)), round_words(&names, &round.end)];
        if round.surplus > 0 {
            words.push(format!(
                "{} above the quota go on to the next on each ballot.",
                transferred(round.surplus, unit)
            ));
        }
        if round.exhausted > 0 {
            words.push(format!("{} reach nobody who is left.", transferred(round.exhausted, unit)));
        }
        let mut rows = row_list(&names, &out, &round.end, |k| {
            let now = round.votes.get(k).copied().unwrap_or_default();
            (drawn(now), drawn(gain(k)), transferred(now, unit), transferred(gain(k), unit))
        });
        for row in rows.iter_mut().filter(|row| elected.iter().any(|k| names.get(*k) == Some(&row.name.as_str()))) {
            row.elected = true;
            row.note = "chosen".to_owned();
        }
        all.push(Drawn { rows, line: Line::at(drawn(round.quota)), words });
        match &round.end {
            RoundEnd::Out { option, .. } => out.push(*option),
            RoundEnd::Elected(chosen) => elected.extend(chosen),
        }
    }
    let whole =
        all.iter().flat_map(|d| d.rows.iter().map(|r| r.votes).chain([d.line.reached()])).max().unwrap_or_default();
    let last: Vec<String> = remaining.iter().filter_map(|k| names.get(*k).map(|n| (*n).to_owned())).collect();
    let ends = if last.is_empty() {
        Vec::new()
    } else {
        vec![format!("As many seats are left as options: {} chosen.", is_or_are(&last))]
    };
    picture(
        q,
        &all,
        whole + whole / 8,
        "The line marks the quota. Whoever reaches it is chosen, and what they have above it is passed on.",
        &ends,
    )
}

fn is_or_are(names: &[String]) -> String {
    format!("{} {}", list(names), if names.len() == 1 { "is" } else { "are" })
}

fn row_list(
    names: &[&str],
    out: &[usize],
    end: &RoundEnd,
    figures: impl Fn(usize) -> (u64, u64, String, String),
) -> Vec<Row> {
    let row = |(k, name): (usize, &&str)| {
        if out.contains(&k) {
            return None;
        }
        let (votes, gained, shown, gain) = figures(k);
        let leaves = matches!(end, RoundEnd::Out { option, .. } if *option == k);
        let elected = matches!(end, RoundEnd::Elected(chosen) if chosen.contains(&k));
        let note = match (leaves, elected, gained > 0) {
            (true, _, _) => "out".to_owned(),
            (_, true, _) => "chosen".to_owned(),
            (_, _, true) => format!("+{gain}"),
            _ => String::new(),
        };
        Some(Row { name: (*name).to_owned(), votes, gained, shown, note, out: leaves, elected })
    };
    names.iter().enumerate().filter_map(row).collect()
}

fn picture(q: &QuestionView, rounds: &[Drawn], whole: u64, line: &'static str, ends: &[String]) -> Html {
    let hidden = if rounds.len() > OPEN { 2..rounds.len() - 2 } else { 0..0 };
    let draw = |n: usize| rounds.get(n).map(|round| self::round(n, round, whole)).unwrap_or_default();
    html! {
        <div class="stack rounds" data-test="rounds" data-question={q.key.clone()} data-rounds={rounds.len().to_string()}>
            <h3>{ "How it was counted, round by round" }</h3>
            <ul class="legend"><li><span class="swatch c2" aria-hidden="true" />{ "had before" }</li><li><span class="swatch c4" aria-hidden="true" />{ "came in this round" }</li><li>{ line }</li></ul>
            { for (0..hidden.start.min(rounds.len())).map(draw) }
            if hidden.is_empty() { { for (0..rounds.len()).map(draw) } } else {
                <details><summary class="textbtn"><Icon name="right" class="sm flip" />{ format!("Rounds {} to {}", hidden.start + 1, hidden.end) }</summary><div class="stack mt3">{ for hidden.clone().map(draw) }</div></details>
                { for (hidden.end..rounds.len()).map(draw) }
            }
            { for ends.iter().map(|words| html! { <p>{ words }</p> }) }
            { table(rounds) }
        </div>
    }
}

fn round(n: usize, round: &Drawn, whole: u64) -> Html {
    let x = round.line.x(whole);
    html! {
        <div class="round" key={n}>
            <h4>{ format!("Round {}", n + 1) }</h4>
            <p class="muted">{ round.words.join(" ") }</p>
            <ul class="result">
                { for round.rows.iter().map(|row| html! {
                    <li class={classes!(row.out.then_some("is-out"), row.elected.then_some("is-in"))}>
                        <span>{ &row.name }</span>
                        <svg class="bar tall" aria-hidden="true"><rect class="track" width="100%" height="100%" rx="3" />
                            if row.votes > 0 { <rect class={if row.out { "c3" } else if row.elected { "c1" } else { "c2" }} width={width(row.votes, whole)} height="100%" rx="3" /> }
                            if row.gained > 0 { <rect class="c4" x={width(row.votes - row.gained.min(row.votes), whole)} width={width(row.gained, whole)} height="100%" rx="3" /> }
                            <line class="casing" x1={x.clone()} x2={x.clone()} y1="0" y2="100%" /><line class="quorum" x1={x.clone()} x2={x.clone()} y1="-3" y2="120%" />
                        </svg>
                        <span class="val">{ &row.shown }</span><span class="pct">{ &row.note }</span>
                    </li>
                }) }
            </ul>
        </div>
    }
}

/// The same as a table: a row for each option, a column for each round.
fn table(rounds: &[Drawn]) -> Html {
    let names: Vec<&str> =
        rounds.first().map(|r| r.rows.iter().map(|row| row.name.as_str()).collect()).unwrap_or_default();
    let cell = |round: &Drawn, name: &str| {
        round.rows.iter().find(|row| row.name == name).map_or_else(|| "–".to_owned(), |row| row.shown.clone())
    };
    html! {
        <details><summary class="textbtn"><Icon name="right" class="sm flip" />{ "The rounds as a table" }</summary>
            <div class="scroll-x mt2" tabindex="0" role="region" aria-label="Votes in each round"><table class="table">
                <caption class="sr">{ "Votes in each round" }</caption>
                <thead><tr><th scope="col">{ "Option" }</th>{ for (1..=rounds.len()).map(|n| html! { <th scope="col" class="r">{ format!("Round {n}") }</th> }) }</tr></thead>
                <tbody>{ for names.iter().map(|name| html! { <tr><th scope="row">{ (*name).to_owned() }</th>{ for rounds.iter().map(|round| html! { <td class="r num">{ cell(round, name) }</td> }) }</tr> }) }</tbody>
            </table></div>
        </details>
    }
}
