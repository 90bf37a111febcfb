//! A result in words and figures. Votes come in parts; so many of them are one vote.

use super::{count, list, methods, ordinal_list, rules, wide};
use api::{
    poll::{Method, MethodView, RoundEnd, State, VerdictView, votes as shown},
    view::{PollState, PollView, QuestionView},
};

/// Billionths, in which transferable votes are counted.
const BILLION: u128 = 1_000_000_000;

/// `At least half`.
pub(crate) fn part_words(fraction: &str) -> String {
    format!("At least {}", rules::part(fraction))
}

/// Votes as people read them.
pub(crate) fn votes(parts: u64, unit: u64) -> String {
    shown(u128::from(parts), u128::from(unit))
}

/// Votes of a transferable count.
pub(crate) fn transferred(billionths: u128, unit: u64) -> String {
    shown(billionths, u128::from(unit.max(1)) * BILLION)
}

/// What a question's figures are counted in.
pub(crate) fn unit(q: &QuestionView, poll_unit: u64, evenly: bool) -> u64 {
    q.evenly.as_ref().filter(|_| evenly).map_or(poll_unit, |e| e.unit).max(1)
}

/// The rules of the whole vote, in sentences; none for a vote that has none of its own.
pub(crate) fn conduct(poll: &PollView) -> Vec<String> {
    let mut said = Vec::new();
    let apart = poll.secret.as_ref().is_some_and(|s| s.apart);
    if let Some(quorum) = &poll.quorum {
        said.push(format!(
            "{} of the votes on the list have to be cast{}, blanks included; otherwise {} is decided.",
            part_words(&quorum.share),
            if apart { " on a question" } else { "" },
            if apart { "nothing of it" } else { "nothing" }
        ));
    }
    if poll.delegation {
        said.push("You can give your vote to somebody else, and take it back until the vote closes.".to_owned());
    }
    for weight in &poll.weights {
        let votes = if weight.weight == "1" { "1 vote".to_owned() } else { format!("{} votes", weight.weight) };
        said.push(format!("{} has {votes}: {}", weight.handle, weight.reason));
    }
    for observer in &poll.observers {
        said.push(format!("{} observes, without a vote: {}", observer.handle, observer.reason));
    }
    said
}

/// A verdict's colour, icon and word.
pub(crate) fn verdict_tag(q: &QuestionView, verdict: &VerdictView) -> (&'static str, &'static str, &'static str) {
    let positions = matches!(q.method.method, Method::Consent | Method::Consensus);
    match verdict.state {
        State::Decided if positions => ("ok", "check", "Passes"),
        State::Decided => ("ok", "check", "Decided"),
        State::Tied => ("wait", "warn", "Tie"),
        State::NoMajority if positions => ("", "x", "Does not pass"),
        State::NoMajority => ("", "x", "Nothing chosen"),
        State::Blocked => ("stop", "hand", "Blocked"),
        State::NoQuorum => ("wait", "people", "Too few voted"),
        State::Unanswered => ("", "info", "No answers"),
    }
}

/// A verdict as a sentence: while voting goes on, it is what it would be now.
pub(crate) fn verdict_words(verdict: &VerdictView, state: PollState) -> String {
    let words = curly(&verdict.words);
    match (state, verdict.state) {
        (PollState::Open, State::Unanswered) | (PollState::Closed, _) => words,
        (PollState::Open, _) => match words.split_once(": ").filter(|(what, _)| *what == "Chosen") {
            Some((what, whom)) => format!("{what}, if it closed now: {whom}"),
            None => format!("If it closed now: {words}"),
        },
    }
}

/// Quotation marks as they are set: the node writes those of a terminal.
pub(crate) fn curly(words: &str) -> String {
    let mut opens = false;
    let set = |c: char| {
        if c != '"' {
            return c;
        }
        opens = !opens;
        if opens { '“' } else { '”' }
    };
    words.chars().map(set).collect()
}

/// What the figures beside the bars are. `own_only`: each vote is a member who voted.
pub(crate) fn figures_words(q: &QuestionView, unit: u64, own_only: bool) -> String {
    let answered = count_votes(q.total, unit);
    let one = answered == "1 vote";
    let answer = if one { "answers" } else { "answer" };
    match q.method.method {
        Method::Single | Method::Consent | Method::Consensus => {
            let whole = if own_only {
                count(q.total + q.blank, "member who voted", "members who voted")
            } else {
                format!("{} cast", count_votes(q.total + q.blank, unit))
            };
            format!("Percentages are of the {whole} and are rounded.")
        }
        Method::Approval => {
            format!("Percentages are of the {answered} that {answer} this. One vote can approve several.")
        }
        Method::Score => format!("The sum of all scores, and the average of the {answered} that {answer} this."),
        Method::InstantRunoff | Method::Schulze | Method::Stv => {
            let rank = if one { "ranks" } else { "rank" };
            format!("Whom or what the {answered} that {answer} this {rank} first. How it was decided stands below.")
        }
        Method::Budget => "Dots on each option, and what part of all dots placed that is.".to_owned(),
    }
}

fn count_votes(parts: u64, unit: u64) -> String {
    let number = votes(parts, unit);
    if number == "1" { "1 vote".to_owned() } else { format!("{number} votes") }
}

/// The whole that an option's bar is a part of.
pub(crate) fn bar_whole(method: &MethodView, options: &[u64], total: u64, blank: u64) -> u64 {
    match method.method {
        Method::Single | Method::Consent | Method::Consensus => total + blank,
        Method::Approval | Method::InstantRunoff | Method::Schulze | Method::Stv => total,
        Method::Score => total * u64::from(method.max.unwrap_or(1)),
        Method::Budget => options.iter().copied().max().unwrap_or_default(),
    }
}

/// Where a line stands beside bars. Two thirds of two votes lie between one vote and two, so it is never rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    over: u128,
    under: u32,
}

impl Line {
    /// At `part` of `whole` of a base: `2` of `3` of all votes.
    pub(crate) fn new(base: u64, part: u32, whole: u32) -> Option<Self> {
        (whole > 0).then(|| Self { over: u128::from(base) * u128::from(part), under: whole })
    }

    /// At a whole number.
    pub(crate) fn at(number: u64) -> Self {
        Self { over: u128::from(number), under: 1 }
    }

    /// The first whole number that is not before it.
    pub(crate) fn reached(self) -> u64 {
        u64::try_from(self.over.div_ceil(u128::from(self.under))).unwrap_or(u64::MAX)
    }

    /// Its place on a bar.
    pub(crate) fn x(self, whole: u64) -> String {
        wide(self.over, u128::from(whole) * u128::from(self.under))
    }
}

/// What a winner needs: how many votes, and in words what part of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needed {
    /// Where the line stands, in parts; in scores for scores.
    pub(crate) line: Line,
    pub(crate) words: String,
}

/// The majority of a question, if it has one that can be drawn beside its options.
pub(crate) fn needed(q: &QuestionView, roll: u64) -> Option<Needed> {
    let (share, of) = q.method.majority.as_deref()?.split_once(" of ")?;
    let (reach, fraction) = share.rsplit_once(' ').unwrap_or(("more than", share));
    let base = match (of, q.method.method) {
        // Only in the last round.
        (_, Method::InstantRunoff) => return None,
        ("answers", _) => q.total,
        ("cast", _) => q.total + q.blank,
        ("roll", _) => roll,
        ("for and against", _) => q.options.iter().take(2).map(|o| o.votes).sum(),
        _ => return None,
    };
    let base = if q.method.method == Method::Score { base * u64::from(q.method.max.unwrap_or(1)) } else { base };
    let of_words = methods::OF.into_iter().chain([methods::FOR_AND_AGAINST]).find(|(value, _)| *value == of)?.1;
    let (part, whole) = methods::numbers(fraction)?;
    Some(Needed { line: Line::new(base, part, whole)?, words: format!("{reach} {} {of_words}", rules::part(fraction)) })
}

/// `4.2`: a mean of scores, to a tenth.
pub(crate) fn mean(sum: u64, of: u64) -> String {
    let tenths = if of == 0 { 0 } else { (sum * 20 + of) / (of * 2) };
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Where the votes of a round came from: for each option, what it has more than in the round before.
pub(crate) fn gained(now: &[u64], before: Option<&[u64]>) -> Vec<u64> {
    let before = before.unwrap_or(now);
    now.iter().enumerate().map(|(n, votes)| votes.saturating_sub(before.get(n).copied().unwrap_or_default())).collect()
}

/// How a round ended, in a sentence.
pub(crate) fn round_words(names: &[&str], end: &RoundEnd) -> String {
    let name = |n: &usize| names.get(*n).copied().unwrap_or_default().to_owned();
    match end {
        RoundEnd::Elected(chosen) if chosen.len() == 1 => {
            format!("{} is chosen.", chosen.iter().map(name).collect::<String>())
        }
        RoundEnd::Elected(chosen) => format!("{} are chosen.", list(&chosen.iter().map(name).collect::<Vec<_>>())),
        RoundEnd::Out { option, by } if by.is_empty() => format!("{} has the fewest votes and is out.", name(option)),
        RoundEnd::Out { option, by } if by == "by lot" => {
            format!("Several have the fewest votes; {} is out by lot.", name(option))
        }
        RoundEnd::Out { option, by } => {
            format!("Several have the fewest votes; {} had the {by} and is out.", name(option))
        }
    }
}

/// Where the votes of an option that is out go.
pub(crate) fn goes_on(who: &str, names: &[&str], gained: &[u64], exhausted: u64, unit: u64) -> String {
    let to = |(n, votes_): (usize, &u64)| {
        (*votes_ > 0).then(|| format!("{} to {}", votes(*votes_, unit), names.get(n).copied().unwrap_or_default()))
    };
    let mut parts: Vec<String> = gained.iter().enumerate().filter_map(to).collect();
    if exhausted > 0 {
        parts.push(format!("{} to nobody, because nobody else is ranked", votes(exhausted, unit)));
    }
    if parts.is_empty() {
        format!("There are no votes of {who} to pass on.")
    } else {
        format!("The votes of {who} go on: {}.", list(&parts))
    }
}

/// The winner against each other option, best known first: `The Octagon beats Eight Sides 9:7.`
pub(crate) fn beats(names: &[&str], pairs: &[Vec<u64>], a: usize, b: usize, unit: u64) -> String {
    let cell = |x: usize, y: usize| pairs.get(x).and_then(|row| row.get(y)).copied().unwrap_or_default();
    let (name, ours, theirs) = (|n: usize| names.get(n).copied().unwrap_or_default(), cell(a, b), cell(b, a));
    let score = format!("{}:{}", votes(ours.max(theirs), unit), votes(ours.min(theirs), unit));
    match ours.cmp(&theirs) {
        std::cmp::Ordering::Greater => format!("{} beats {} {score}.", name(a), name(b)),
        std::cmp::Ordering::Less => format!("{} beats {} {score}.", name(b), name(a)),
        std::cmp::Ordering::Equal => format!("{} and {} are level, {score}.", name(a), name(b)),
    }
}

/// `1st The Octagon, 2nd Eight Sides and Round Room`.
pub(crate) fn ranking_words(names: &[&str], levels: &[Vec<usize>]) -> String {
    let named: Vec<Vec<String>> = levels
        .iter()
        .map(|level| level.iter().map(|n| names.get(*n).copied().unwrap_or_default().to_owned()).collect())
        .collect();
    ordinal_list(&named)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use api::view::OptionView;

    #[test]
    fn votes_are_said_in_votes() {
        assert_eq!(
            (votes(90, 60), votes(3, 1), transferred(11_333_333_333, 2)),
            ("1.50".to_owned(), "3".to_owned(), "5.67".to_owned())
        );
        assert_eq!((mean(71, 17), mean(0, 0), mean(10, 4)), ("4.2".to_owned(), "0.0".to_owned(), "2.5".to_owned()));
        assert_eq!((count_votes(2, 2), count_votes(3, 2)), ("1 vote".to_owned(), "1.50 votes".to_owned()));
    }

    #[test]
    fn what_somebody_had_goes_on_to_others() {
        let (first, second) = ([6, 5, 2, 4], [6, 6, 0, 4]);
        let gained = gained(&second, Some(&first));
        assert_eq!(gained, [0, 1, 0, 0]);
        let names = ["A", "B", "C", "D"];
        assert_eq!(
            goes_on("C", &names, &gained, 1, 1),
            "The votes of C go on: 1 to B and 1 to nobody, because nobody else is ranked."
        );
        assert_eq!(
            round_words(&names, &RoundEnd::Out { option: 2, by: "by lot".to_owned() }),
            "Several have the fewest votes; C is out by lot."
        );
        assert_eq!(round_words(&names, &RoundEnd::Elected(vec![0, 3])), "A and D are chosen.");
    }

    #[test]
    fn one_vote_answers_and_two_answer() {
        let words = |method, total| {
            let method = MethodView { method, ..MethodView::default() };
            figures_words(&QuestionView { total, method, ..QuestionView::default() }, 1, true)
        };
        assert_eq!(words(Method::Score, 1), "The sum of all scores, and the average of the 1 vote that answers this.");
        assert!(words(Method::Approval, 2).contains("the 2 votes that answer this."));
        assert!(words(Method::Stv, 1).starts_with("Whom or what the 1 vote that answers this ranks first."));
    }

    #[test]
    fn two_options_are_compared_from_the_stronger_side() {
        let pairs = vec![vec![0, 9, 5], vec![7, 0, 6], vec![5, 8, 0]];
        let names = ["A", "B", "C"];
        assert_eq!(beats(&names, &pairs, 0, 1, 1), "A beats B 9:7.");
        assert_eq!(beats(&names, &pairs, 1, 2, 1), "C beats B 8:6.");
        assert_eq!(beats(&names, &pairs, 0, 2, 1), "A and C are level, 5:5.");
        assert_eq!(ranking_words(&names, &[vec![0, 2], vec![1]]), "1st A and C, 3rd B");
    }

    #[test]
    fn the_line_stands_at_what_is_needed_of_what() {
        let asked = |method, majority: &str, max| {
            let options =
                vec![OptionView { name: "A".to_owned(), votes: 8 }, OptionView { name: "B".to_owned(), votes: 4 }];
            let method = MethodView { method, majority: Some(majority.to_owned()), max, ..MethodView::default() };
            needed(&QuestionView { options, total: 16, blank: 2, method, ..QuestionView::default() }, 24)
        };
        // Of 24 on the list.
        let x = |method, majority, max| asked(method, majority, max).unwrap().line.x(24 * u64::from(max.unwrap_or(1)));
        let single = |majority| x(Method::Single, majority, None);
        assert_eq!(single("more than 1/2 of answers"), "33.33%");
        assert_eq!(
            (single("at least 2/3 of cast"), single("at least 3/4 of roll")),
            ("50.00%".into(), "75.00%".into())
        );
        assert_eq!(
            (single("more than 1/2 of for and against"), single("at least 2/3 of answers")),
            ("25.00%".into(), "44.44%".into())
        );
        assert_eq!(x(Method::Score, "at least 1/2 of answers", Some(5)), "33.33%");
        assert_eq!(asked(Method::InstantRunoff, "more than 1/2 of answers", None), None);
        assert_eq!(
            asked(Method::Single, "at least 2/3 of roll", None).unwrap().words,
            "at least two thirds of everybody on the list"
        );
    }

    #[test]
    fn a_line_stands_between_votes_where_that_is_its_place() {
        let x = |base, part, whole| Line::new(base, part, whole).unwrap().x(base);
        assert_eq!((x(2, 2, 3), x(3, 1, 2), x(1, 1, 2)), ("66.66%".into(), "50.00%".into(), "50.00%".into()));
        assert_eq!((Line::new(2, 2, 3).unwrap().reached(), Line::at(7).reached(), Line::new(5, 1, 0)), (2, 7, None));
    }

    #[test]
    fn while_it_is_open_nothing_is_decided() {
        let verdict =
            VerdictView { state: State::Decided, words: "Chosen: \"A\".".to_owned(), ..VerdictView::default() };
        assert_eq!(verdict_words(&verdict, PollState::Open), "Chosen, if it closed now: “A”.");
        assert_eq!(verdict_words(&verdict, PollState::Closed), "Chosen: “A”.");
        let verdict = VerdictView { words: "It passes.".to_owned(), ..verdict };
        assert_eq!(verdict_words(&verdict, PollState::Open), "If it closed now: It passes.");
    }
}
