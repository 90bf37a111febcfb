//! A poll as text: what is asked and how it is decided, totals, rounds as tables, and where votes went that were given.

use super::{comments, count, head_line, table::table};
use api::{
    opening::{OpenerView, OpeningView},
    poll::{
        Answer, ConcernView, CountedBallot, Fate, MyVote, POSITIONS, Record, RoundEnd, RunoffRound, SecretView,
        StvRound, votes,
    },
    view::{PollState, PollView, QuestionView},
};

/// The widest bar.
const BAR: u64 = 30;
/// More options than that are no table that a person reads.
const PAIRS: usize = 12;
/// So many rounds stand in one table.
const ROUNDS: usize = 8;
/// What a transferable vote counts in.
const BILLION: u128 = 1_000_000_000;

pub(super) fn poll(poll: &PollView) -> String {
    let state = match poll.state {
        PollState::Open => format!("open until {}", poll.closes),
        PollState::Closed => format!("closed {}", poll.closes),
    };
    let mut lines = vec![poll.title.clone(), head_line(&poll.head)];
    let apart = poll.secret.as_ref().is_some_and(|secret| secret.apart);
    let most = if apart { ", on the question with the most" } else { "" };
    lines.push(format!("{state}. {} of {} voted{most}.", poll.voters, poll.roll));
    if !poll.plain {
        lines.extend(held(poll));
    }
    if let Some(secret) = &poll.secret {
        lines.extend(secrecy(secret));
    }
    if let Some(opening) = &poll.opening {
        lines.extend(opened(opening));
    }
    if !poll.description.is_empty() {
        lines.extend([String::new(), poll.description.clone()]);
    }
    for asked in &poll.questions {
        lines.push(String::new());
        if poll.sealed().is_some() {
            lines.extend(covered(asked));
            continue;
        }
        lines.extend(question(asked, poll.unit, poll.cast, poll.state == PollState::Open));
    }
    if let Some(closing) = &poll.closing {
        lines.push(String::new());
        lines.extend(super::closing::tellers(closing));
    }
    if !poll.ballots.is_empty() {
        lines.push(format!("\nThe {} in the count:", count(poll.ballots.len(), "secret ballot")));
        lines.extend(poll.ballots.iter().map(|ballot| counted(poll, ballot)));
    }
    lines.extend(poll.proposed.iter().flat_map(super::proposals::proposed));
    let mine = mine(poll);
    if !mine.is_empty() {
        lines.push(String::new());
        lines.extend(mine);
    }
    lines.extend(poll.counts.iter().flat_map(super::closing::counts));
    lines.extend(super::closing::aside(&poll.aside));
    for ballot in &poll.not_counted {
        let what = if ballot.delegation { "a delegation" } else { "a ballot" };
        let whose = if ballot.own { "yours" } else { &ballot.author };
        lines.push(format!("\nNot counted: {what} of {whose}: {}", ballot.reason));
    }
    if poll.not_counted_all > poll.not_counted.len() {
        lines.push(format!("and {} more that are not counted", poll.not_counted_all - poll.not_counted.len()));
    }
    lines.push(format!("\nWhoever counted the same reads the same six words: {}", poll.result_words));
    lines.join("\n") + &comments(&poll.comments)
}

/// The same, before it is opened.
pub(super) fn before(opening: &OpeningView) -> Vec<String> {
    let warning = opening.warning.iter().map(|warning| format!("Warning: {warning}"));
    warning.chain(opening.words.iter().cloned()).collect()
}

/// What there is to know of a poll that is hidden until the close.
fn opened(opening: &OpeningView) -> Vec<String> {
    let mut lines = opening.words.clone();
    lines.extend(opening.warning.iter().map(|warning| format!("Warning: {warning}")));
    let row = |teller: &OpenerView| {
        let key = if teller.key { "has seen the poll" } else { "has not seen the poll yet" };
        let gave = match (teller.secret, &teller.early) {
            (true, Some(_)) => "gave the key too early",
            (true, None) => "gave the key",
            (false, _) => "",
        };
        vec![format!("  {}", teller.handle), key.to_owned(), gave.to_owned()]
    };
    lines.push(table(&opening.tellers.iter().map(row).collect::<Vec<_>>()));
    if let Some(own) = &opening.own {
        let said = if own.answers.is_empty() { String::new() } else { format!(" It is: {}", answers(&own.answers)) };
        lines.push(format!("{}{said}", own.words));
    }
    lines
}

/// A question whose votes nobody can read yet.
fn covered(question: &QuestionView) -> Vec<String> {
    let mut lines = vec![format!("{} [{}]", question.text, question.key)];
    lines.extend(question.method.words.iter().map(|sentence| format!("  {sentence}")));
    lines.extend(question.options.iter().map(|option| format!("  {}", option.name)));
    lines.push(format!("  {}", question.verdict.words));
    lines
}

/// What there is to know of a secret poll.
pub(super) fn secrecy(secret: &SecretView) -> Vec<String> {
    let mut lines = vec![format!("It is secret, among {}.", count(secret.voters, "voter"))];
    if !secret.without_key.is_empty() {
        let names = secret.without_key.join(", ");
        lines.push(format!("Without a ballot key when it was opened, and so without a ballot: {names}."));
    }
    lines.extend(secret.words.iter().cloned());
    if secret.invalid > 0 {
        let what = count(secret.invalid, "ballot");
        lines.push(format!("Not counted: {what} from nobody on the roll, or altered on the way."));
    }
    lines.extend(secret.barred.iter().map(|why| format!("You cannot vote in it here: {why}.")));
    if let Some(own) = &secret.own {
        let short = |ballot: &str| ballot.chars().take(16).collect::<String>();
        let each: Vec<String> =
            own.apart.iter().map(|part| format!("{} by {}", part.question, short(&part.ballot))).collect();
        let by = if each.is_empty() { format!("it by {}", short(&own.ballot)) } else { each.join(", ") };
        lines.push(format!("{} You find {by}.", own.words));
    }
    lines
}

fn counted(poll: &PollView, ballot: &CountedBallot) -> String {
    let of = |key: &str| ballot.question.as_deref().is_none_or(|only| only == key);
    let answers = poll.questions.iter().filter(|question| of(&question.key)).map(|question| {
        let said = ballot.answers.get(&question.key).map_or_else(|| "blank".into(), answer);
        format!("{}: {said}", question.key)
    });
    format!("  {}  {}", &ballot.ballot[..ballot.ballot.len().min(16)], answers.collect::<Vec<_>>().join("; "))
}

/// How it is held, where that is not as most are.
fn held(poll: &PollView) -> Vec<String> {
    let of = |parts: u64| votes(parts.into(), poll.unit.into());
    let mut lines = Vec::new();
    if poll.cast != poll.voters as u64 || poll.roll_weight != poll.roll as u64 {
        lines.push(format!("{} of {} votes are cast.", of(poll.cast), of(poll.roll_weight)));
    }
    if let Some(quorum) = &poll.quorum {
        let apart = poll.secret.as_ref().is_some_and(|secret| secret.apart);
        let reached = match (quorum.reached, apart) {
            (true, false) => "It is reached.",
            (false, false) => "It is not reached.",
            (true, true) => "It is reached on every question.",
            (false, true) => "It is not reached on every question.",
        };
        lines.push(format!("{} of the roll has to vote for anything to be decided. {reached}", quorum.share));
    }
    if let Some(given) = &poll.given {
        lines.push("Votes can be given to others, until it closes.".into());
        let mut went = Vec::new();
        for (parts, what) in [
            (given.cast, "were cast by others"),
            (given.not_cast, "ended with somebody who has not voted"),
            (given.looped, "were given round in a loop"),
            (given.too_fine, "were divided too often"),
        ] {
            if parts > 0 {
                went.push(format!("{} {what}", of(parts)));
            }
        }
        if given.members > 0 {
            lines.push(format!("{} gave theirs: {}.", count(given.members, "member"), went.join(", ")));
        }
    }
    for weight in &poll.weights {
        lines.push(format!("{} has {} votes: {}", weight.handle, weight.weight, weight.reason));
    }
    for observer in &poll.observers {
        lines.push(format!("{} has no vote: {}", observer.handle, observer.reason));
    }
    lines
}

pub(super) fn question(question: &QuestionView, unit: u64, cast: u64, open: bool) -> Vec<String> {
    let of = |parts: u64| votes(parts.into(), unit.into());
    let mut lines = vec![format!("{} [{}]", question.text, question.key)];
    lines.extend(question.method.words.iter().map(|sentence| format!("  {sentence}")));
    let most = question.options.iter().map(|option| option.votes).chain([cast, 1]).max().unwrap_or(1);
    let mut rows = Vec::new();
    for (n, option) in question.options.iter().enumerate() {
        let scaled = u128::from(option.votes) * u128::from(BAR) / u128::from(most);
        let mut row = vec![format!("  {}", option.name), format!("{:>6}", of(option.votes))];
        if let Some(evenly) = &question.evenly {
            let votes = evenly.options.get(n).copied().unwrap_or_default();
            row.push(format!("({} unweighted)", self::votes(votes.into(), evenly.unit.into())));
        }
        row.push("█".repeat(usize::try_from(scaled).unwrap_or(0)));
        rows.push(row);
    }
    lines.push(table(&rows));
    lines.push(format!("  {} answered, {} left it blank", of(question.total), of(question.blank)));
    lines.push(format!("  {}{}", if open { "So far: " } else { "" }, question.verdict.words));
    if let Some(evenly) = question.evenly.as_ref().filter(|evenly| evenly.verdict != question.verdict) {
        lines.push(format!("  If every vote weighed the same: {}", evenly.verdict.words));
    }
    if let Some(record) = &question.record {
        lines.extend(self::record(question, record, unit));
    }
    if !question.lots.is_empty() {
        lines.push(format!("  Drawn by lot when it was opened: {}", names(question, &question.lots, ", ")));
    }
    lines
}

fn name(question: &QuestionView, option: usize) -> &str {
    question.options.get(option).map(|option| option.name.as_str()).unwrap_or_default()
}

fn names(question: &QuestionView, options: &[usize], between: &str) -> String {
    options.iter().map(|option| name(question, *option)).collect::<Vec<_>>().join(between)
}

fn record(question: &QuestionView, record: &Record, unit: u64) -> Vec<String> {
    let of = |parts: u64| votes(parts.into(), unit.into());
    match record {
        Record::Scores { scored } => {
            let list =
                question.options.iter().zip(scored).map(|(option, parts)| format!("{} {}", option.name, of(*parts)));
            vec![format!("  Scored by: {}", list.collect::<Vec<_>>().join(", "))]
        }
        Record::Budget { kept } => vec![format!("  {} dots were kept.", of(*kept))],
        Record::Blocks { blocks, standing, lifted, concerns } => {
            let mut lines: Vec<String> =
                blocks.iter().map(|block| format!("  Blocked by {}: {}", block.handle, block.reason)).collect();
            if *standing > blocks.len() {
                lines.push(format!("  and by {} more", standing - blocks.len()));
            }
            lines.extend(lifted.iter().map(|block| format!("  Lifted by {}: {}", block.handle, block.reason)));
            let position = |place: usize| POSITIONS.get(place).copied().unwrap_or_default();
            let said = |c: &ConcernView| format!("  {} ({}): {}", c.handle, position(c.position), c.reason);
            lines.extend(concerns.iter().map(said));
            lines
        }
        Record::Runoff { rounds } => runoff(question, rounds, unit),
        Record::Stv { rounds, remaining } => stv(question, rounds, remaining, unit),
        Record::Schulze { pairs, ranking, .. } => schulze(question, pairs, ranking, unit),
    }
}

/// Options below each other, rounds beside each other; and below how each round ended.
fn rounds(question: &QuestionView, columns: &[Vec<String>], below: &[&str], ends: &[&RoundEnd]) -> Vec<String> {
    let mut lines = Vec::new();
    let labels = question.options.iter().map(|option| option.name.as_str()).chain(below.iter().copied());
    for (start, columns) in (0..).step_by(ROUNDS).zip(columns.chunks(ROUNDS)) {
        let heads = (start + 1..).take(columns.len()).map(|round: usize| format!("{:>8}", format!("round {round}")));
        let mut rows = vec![[vec![String::new()], heads.collect()].concat()];
        for (n, label) in labels.clone().enumerate() {
            let cells = columns.iter().map(|column| format!("{:>8}", column.get(n).map_or("", String::as_str)));
            rows.push([vec![format!("  {label}")], cells.collect()].concat());
        }
        lines.push(table(&rows));
    }
    for (round, end) in (1..).zip(ends) {
        lines.push(match end {
            RoundEnd::Elected(options) => format!("  Round {round}: elected {}", names(question, options, ", ")),
            RoundEnd::Out { option, by } if by.is_empty() => {
                format!("  Round {round}: {} is out", name(question, *option))
            }
            RoundEnd::Out { option, by } => format!("  Round {round}: {} is out ({by})", name(question, *option)),
        });
    }
    lines
}

fn runoff(question: &QuestionView, list: &[RunoffRound], unit: u64) -> Vec<String> {
    let of = |parts: u64| votes(parts.into(), unit.into());
    let mut out: Vec<usize> = Vec::new();
    let mut columns = Vec::new();
    for round in list {
        let cell = |(n, parts): (usize, &u64)| if out.contains(&n) { "-".into() } else { of(*parts) };
        let mut column: Vec<String> = round.votes.iter().enumerate().map(cell).collect();
        column.push(of(round.exhausted));
        columns.push(column);
        if let RoundEnd::Out { option, .. } = &round.end {
            out.push(*option);
        }
    }
    rounds(question, &columns, &["(exhausted)"], &list.iter().map(|round| &round.end).collect::<Vec<_>>())
}

fn stv(question: &QuestionView, list: &[StvRound], remaining: &[usize], unit: u64) -> Vec<String> {
    let of = |wide: u128| votes(wide, BILLION * u128::from(unit));
    let column = |round: &StvRound| {
        let each = round.votes.iter().map(|wide| of(*wide));
        each.chain([of(round.exhausted), of(round.quota)]).collect()
    };
    let columns: Vec<Vec<String>> = list.iter().map(column).collect();
    let ends: Vec<&RoundEnd> = list.iter().map(|round| &round.end).collect();
    let mut lines = rounds(question, &columns, &["(exhausted)", "(quota)"], &ends);
    if !remaining.is_empty() {
        lines.push(format!("  As many seats as options were left: elected {}", names(question, remaining, ", ")));
    }
    lines
}

fn schulze(question: &QuestionView, pairs: &[Vec<u64>], ranking: &[Vec<usize>], unit: u64) -> Vec<String> {
    let of = |parts: u64| votes(parts.into(), unit.into());
    let mut lines = Vec::new();
    if pairs.len() <= PAIRS {
        let heads = question.options.iter().map(|option| option.name.clone());
        let mut rows = vec![[vec!["  preferred to".to_owned()], heads.collect()].concat()];
        for (n, row) in pairs.iter().enumerate() {
            let cell = |(other, parts): (usize, &u64)| if other == n { "-".into() } else { of(*parts) };
            let cells = row.iter().enumerate().map(cell);
            rows.push([vec![format!("  {}", name(question, n))], cells.collect()].concat());
        }
        lines.push(table(&rows));
    }
    let levels: Vec<String> = ranking.iter().map(|level| names(question, level, " = ")).collect();
    if !levels.is_empty() {
        lines.push(format!("  From best to last: {}", levels.join(" > ")));
    }
    lines
}

/// An answer as it would be typed.
fn answer(answer: &Answer) -> String {
    let numbers = |list: &std::collections::BTreeMap<String, u16>| {
        list.iter().map(|(name, number)| format!("{name}:{number}")).collect::<Vec<_>>().join(",")
    };
    match answer {
        Answer::Blank => "blank".into(),
        Answer::One(option) => option.clone(),
        Answer::Approve(list) if list.is_empty() => "nothing".into(),
        Answer::Approve(list) => list.join(","),
        Answer::Scores(list) | Answer::Dots(list) => numbers(list),
        Answer::Ranks(levels) => levels.iter().map(|level| level.join("=")).collect::<Vec<_>>().join(">"),
    }
}

fn answers(list: &std::collections::BTreeMap<String, Answer>) -> String {
    list.iter().map(|(key, said)| format!("{key}={}", answer(said))).collect::<Vec<_>>().join("  ")
}

/// What it is to this member.
fn mine(poll: &PollView) -> Vec<String> {
    let MyVote { weight, reason, gave, received, received_from, received_members } = &poll.my_vote;
    let of = |parts: u64| votes(parts.into(), poll.unit.into());
    let mut lines = Vec::new();
    if *weight == 0 && !reason.is_empty() {
        lines.push(format!("You have no vote here: {reason}."));
    } else if !reason.is_empty() {
        lines.push(format!("Your vote weighs {}: {reason}", of(*weight)));
    }
    if let Some(ballot) = poll.mine.as_ref().filter(|_| poll.sealed().is_none()) {
        lines.push(format!("Your ballot: {}", answers(&ballot.answers)));
    }
    lines.extend(poll.own_not_counted());
    if let Some(gave) = gave {
        let whom = gave.to.iter().map(|part| match part.sixtieths {
            60 => part.handle.clone(),
            sixtieths => format!("{} ({sixtieths}/60)", part.handle),
        });
        let overridden = if gave.stands { "" } else { "; that does not count since you voted yourself" };
        lines.push(format!("You gave your vote to {}{overridden}.", whom.collect::<Vec<_>>().join(", ")));
        for way in &gave.ways {
            let more = if way.steps > way.via.len() { " > …" } else { "" };
            let fate = match way.fate {
                Fate::Cast if poll.sealed().is_some() => format!("{} cast it", way.with),
                Fate::Cast => format!("{} cast it: {}", way.with, answers(&way.answers)),
                Fate::NotCast => format!("{} has not voted", way.with),
                Fate::Loop => format!("{} is in a loop: it would come back", way.with),
                Fate::TooFine => "it would be divided too often".into(),
            };
            lines.push(format!("  {} by {}{more}: {fate}", of(way.parts), way.via.join(" > ")));
        }
    }
    if *received_members > 0 {
        let each = received_from.iter().map(|from| format!("{} {}", from.handle, of(from.parts)));
        let more = if *received_members > received_from.len() { " …" } else { "" };
        let list = each.collect::<Vec<_>>().join(", ");
        lines.push(format!("Others gave you {} to cast with yours: {list}{more}.", of(*received)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::view::OptionView;

    fn asked(names: &[&str]) -> QuestionView {
        let option = |name: &&str| OptionView { name: (*name).to_owned(), votes: 0 };
        QuestionView { options: names.iter().map(option).collect(), ..QuestionView::default() }
    }

    #[test]
    fn rounds_stand_beside_each_other() {
        let first =
            RunoffRound { votes: vec![4, 3, 2], exhausted: 0, end: RoundEnd::Out { option: 2, by: "by lot".into() } };
        let second = RunoffRound { votes: vec![4, 5, 0], exhausted: 1, end: RoundEnd::Elected(vec![1]) };
        let text = runoff(&asked(&["a", "b", "c"]), &[first, second], 2).join("\n");
        let expected = "                round 1   round 2\n  a                   2         2\n  b                1.50      2.50\n  \
            c                   1         -\n  (exhausted)         0      0.50\n  Round 1: c is out (by lot)\n  \
            Round 2: elected b";
        assert_eq!(text, expected);
    }

    #[test]
    fn pairs_and_levels_are_shown() {
        let lines = schulze(&asked(&["a", "b"]), &[vec![0, 3], vec![1, 0]], &[vec![0], vec![1]], 1);
        assert_eq!(
            lines.join("\n"),
            "  preferred to  a  b\n  a             -  3\n  b             1  -\n  From best to last: a > b"
        );
    }
}
