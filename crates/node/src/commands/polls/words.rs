//! How a question is decided, and what was, in sentences.

use super::options;
use api::poll::{Method as Name, MethodView, State, VerdictView};
use chapter::kinds::{Question, method::has_positions};
use vote::{Bar, Fraction, Method, Of, Reach, State as Decided, Tally};

/// The most options that a sentence names.
const NAMED: usize = 8;
const EQUAL: &str = "If several are equal where not all can be chosen, it is a tie, and none of them is.";
const LOT: &str = "Of several with the fewest, whoever had fewer in the round before is out, and at last whoever comes last \
    in the order that was drawn by lot when the vote was opened.";

pub(super) fn part(fraction: Fraction) -> String {
    format!("{}/{}", fraction.part, fraction.whole)
}

/// As it is written in a file.
fn written(bar: &Bar) -> String {
    let reach = match bar.reach {
        Reach::MoreThan => "more than",
        Reach::AtLeast => "at least",
    };
    let of = match bar.of {
        Of::Answers => "answers",
        Of::Cast => "cast",
        Of::Roll => "roll",
        Of::ForAndAgainst => "for and against",
    };
    format!("{reach} {} of {of}", part(bar.share))
}

fn spoken(bar: &Bar, of_answers: &str) -> String {
    let or_all = match bar.reach {
        Reach::MoreThan => "more than",
        Reach::AtLeast => "at least",
    };
    let of = match bar.of {
        Of::Answers => of_answers,
        Of::Cast => "all votes cast, blanks included",
        Of::Roll => "the whole roll, those who do not vote included",
        Of::ForAndAgainst => "the first two options together",
    };
    format!("{or_all} {} of {of}", part(bar.share))
}

fn needs(bar: Option<&Bar>, what: &str) -> Option<String> {
    bar.map(|bar| format!("{what} {}.", spoken(bar, "the votes that answer this")))
}

fn win(seats: u16, with: &str) -> Option<String> {
    Some(match seats {
        1 => format!("The option {with} wins."),
        _ => format!("The {seats} options {with} win."),
    })
}

pub(super) fn method(question: &Question) -> MethodView {
    let places = question.places();
    let (all, equal, lot) = (MethodView::default(), Some(EQUAL.to_owned()), Some(LOT.to_owned()));
    let sentences = |list: Vec<Option<String>>| list.into_iter().flatten().collect();
    match &question.method {
        Method::Single(one) => {
            let names = options(question);
            let first_two = || names.iter().take(2).map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" and ");
            let wins = match &one.bar {
                Some(bar) if bar.of == Of::ForAndAgainst => vec![Some(format!(
                    "\"{}\" passes with {} of the votes for {} together; further options stand for neither.",
                    names.first().copied().unwrap_or_default(),
                    spoken(bar, "").replace(" of the first two options together", ""),
                    first_two()
                ))],
                bar => vec![
                    Some("The option with the most votes wins.".to_owned()),
                    needs(bar.as_ref(), "It needs"),
                    equal,
                ],
            };
            let words = sentences([vec![Some("Choose one option.".to_owned())], wins].concat());
            MethodView { method: Name::Single, majority: one.bar.as_ref().map(written), words, ..all }
        }
        Method::Approval(rule) => MethodView {
            method: Name::Approval,
            seats: Some(rule.seats),
            max: Some(rule.max),
            majority: rule.bar.as_ref().map(written),
            words: sentences(vec![
                Some(if rule.max < places {
                    match rule.max {
                        1 => "Approve one option at most.".into(),
                        max => format!("Approve up to {max} options."),
                    }
                } else {
                    "Approve as many options as you like.".into()
                }),
                win(rule.seats, "with the most approvals"),
                needs(rule.bar.as_ref(), "Each needs"),
                equal,
            ]),
            ..all
        },
        Method::Score(rule) => MethodView {
            method: Name::Score,
            seats: Some(rule.seats),
            max: Some(rule.max),
            majority: rule.bar.as_ref().map(written),
            words: sentences(vec![
                Some(format!("Give options a score from 0 to {}; those that you leave out get 0.", rule.max)),
                win(rule.seats, "with the highest sum"),
                rule.bar.as_ref().map(|bar| {
                    format!("Each needs {}, all of them giving the highest score.", spoken(bar, "what could be given by those who answer this"))
                }),
                equal,
            ]),
            ..all
        },
        Method::Runoff(rule) => MethodView {
            method: Name::InstantRunoff,
            majority: rule.bar.as_ref().map(written),
            words: sentences(vec![
                Some("Rank the options, the one that you want most first; those that you leave out come last.".into()),
                Some(
                    "Each vote counts for the first of its options that is still in. Round by round, the option with the \
                     fewest votes is out, until one has more than half of those that still count."
                        .into(),
                ),
                needs(rule.bar.as_ref(), "In the last round it needs"),
                lot,
            ]),
            ..all
        },
        Method::Schulze(_) => MethodView {
            method: Name::Schulze,
            words: sentences(vec![
                Some("Rank the options; several may be equal; those that you leave out come last.".into()),
                Some(
                    "Every two options are compared by how many prefer the one to the other (Schulze's method). An option \
                     that wins against each other one wins."
                        .into(),
                ),
                Some("If none is better than all others, it is a tie, and none is chosen.".into()),
            ]),
            ..all
        },
        Method::Stv(rule) => MethodView {
            method: Name::Stv,
            seats: Some(rule.seats),
            words: sentences(vec![
                Some("Rank the options, the one that you want most first; those that you leave out come last.".into()),
                Some(format!(
                    "{} are filled in proportion (single transferable vote, by Meek's method): what an elected option has \
                     above the quota, and the votes of one that is out, go on to the next on each ballot.",
                    if rule.seats == 1 { "1 seat".into() } else { format!("{} seats", rule.seats) }
                )),
                lot,
            ]),
            ..all
        },
        Method::Consent(_) => MethodView {
            method: Name::Consent,
            words: sentences(vec![
                Some("Agree, agree with reservations, stand aside, or block with a reason.".into()),
                Some("It passes if somebody agrees and nobody blocks. Only who blocked lifts a block, by voting anew.".into()),
            ]),
            ..all
        },
        Method::Consensus(rule) => MethodView {
            method: Name::Consensus,
            majority: Some(written(&rule.agree)),
            aside: rule.aside.map(part),
            overruled: Some(rule.overruled),
            words: sentences(vec![
                Some("Agree, agree with reservations, stand aside, or block with a reason.".into()),
                Some(format!(
                    "It passes if those who agree are {}.",
                    spoken(&rule.agree, "the votes that answer this")
                )),
                rule.aside.map(|most| format!("At most {} may stand aside.", part(most))),
                Some(match rule.overruled {
                    0 => "One block is enough to stop it. Only who blocked lifts a block, by voting anew.".into(),
                    1 => "One block is overruled, two stop it. Only who blocked lifts a block, by voting anew.".into(),
                    n => format!("{n} blocks are overruled, more stop it. Only who blocked lifts a block, by voting anew."),
                }),
            ]),
            ..all
        },
        Method::Budget(rule) => MethodView {
            method: Name::Budget,
            seats: rule.seats,
            max: Some(rule.max),
            dots: Some(rule.dots),
            words: sentences(vec![
                Some(match rule.dots {
                    1 => "You have 1 dot. You need not use it.".into(),
                    dots => format!("You have {dots} dots; put at most {} on one option. You need not use all.", rule.max),
                }),
                match rule.seats {
                    Some(seats) => win(seats, "with the most dots"),
                    None => Some("The dots themselves are the result.".into()),
                },
                equal.filter(|_| rule.seats.is_some()),
            ]),
            ..all
        },
    }
}

pub(crate) fn verdict(question: &Question, tally: &Tally) -> VerdictView {
    let names = options(question);
    let list = |chosen: &[u16]| {
        let name = |option: &u16| format!("\"{}\"", names.get(usize::from(*option)).copied().unwrap_or_default());
        let mut text = chosen.iter().take(NAMED).map(name).collect::<Vec<_>>().join(", ");
        if chosen.len() > NAMED {
            text.push_str(&format!(" and {} more", chosen.len() - NAMED));
        }
        text
    };
    let (leading, tied) = (&tally.verdict.leading, &tally.verdict.tied);
    let positions = has_positions(&question.method);
    let (state, mut words) = match tally.verdict.state {
        Decided::Unanswered => (State::Unanswered, "Nobody has answered this.".to_owned()),
        Decided::Decided if positions => (State::Decided, "It passes.".into()),
        Decided::Decided if matches!(&question.method, Method::Budget(budget) if budget.seats.is_none()) => {
            (State::Decided, format!("Most first, there are dots on {}.", list(leading)))
        }
        Decided::Decided => (State::Decided, format!("Chosen: {}.", list(leading))),
        Decided::Tied if leading.is_empty() => (State::Tied, format!("A tie: {} are equal.", list(tied))),
        Decided::Tied => {
            (State::Tied, format!("Chosen: {}. A tie for what is left: {} are equal.", list(leading), list(tied)))
        }
        Decided::NoMajority if positions => (State::NoMajority, "It does not pass: too few agree.".into()),
        Decided::NoMajority if leading.is_empty() => {
            (State::NoMajority, "Nothing is chosen: no option has what it needs.".into())
        }
        Decided::NoMajority => {
            (State::NoMajority, format!("Nothing is chosen: {} has not what it needs.", list(leading)))
        }
        Decided::Blocked => (State::Blocked, "It is blocked.".into()),
        Decided::NoQuorum => (State::NoQuorum, "Nothing is decided: too few voted.".into()),
    };
    if tally.verdict.lot {
        words.push_str(" A lot decided who was out in one of the rounds.");
    }
    let places = |list: &[u16]| list.iter().map(|option| usize::from(*option)).collect();
    VerdictView { state, leading: places(leading), tied: places(tied), lot: tally.verdict.lot, words }
}
