//! A ballot while it is filled in: what each click makes of an answer, what is still wrong with it, and how it is said.
//! No answer (`None`) is not the same as a blank that was chosen, and is left blank when it is cast.

use super::{capital, ordinal_list};
use api::{
    poll::{Answer, Method, POSITIONS},
    view::QuestionView,
};
use std::collections::BTreeMap;

/// Options from the most preferred down; those in one list are equal.
pub(crate) type Levels = Vec<Vec<String>>;

/// What a click does to an option in a ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Gives it the next place.
    In,
    Up,
    Down,
    /// Takes it out.
    Out,
}

impl Step {
    /// Its name on the buttons.
    pub(crate) const fn act(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Up => "up",
            Self::Down => "down",
            Self::Out => "out",
        }
    }
}

/// `1st`, `2nd`, `3rd`, `11th`.
pub(crate) fn ordinal(n: usize) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

/// The ranking so far.
pub(crate) fn levels(answer: Option<&Answer>) -> Levels {
    match answer {
        Some(Answer::Ranks(levels)) => levels.clone(),
        _ => Vec::new(),
    }
}

/// An option's place, counted from 1, and with how many it shares that.
pub(crate) fn place(levels: &Levels, option: &str) -> Option<(usize, usize)> {
    let mut before = 0;
    for level in levels {
        if level.iter().any(|o| o == option) {
            return Some((before + 1, level.len() - 1));
        }
        before += level.len();
    }
    None
}

/// The ranking after a click. Where options may be equal, each step up or down first goes level with the next one.
pub(crate) fn stepped(mut levels: Levels, option: &str, step: Step, equals: bool) -> Levels {
    let at = levels.iter().position(|level| level.iter().any(|o| o == option));
    let name = || option.to_owned();
    match (step, at) {
        (Step::In, None) => levels.push(vec![name()]),
        (Step::Out, Some(at)) => {
            levels[at].retain(|o| o != option);
            levels.retain(|level| !level.is_empty());
        }
        (Step::Up | Step::Down, Some(at)) if levels[at].len() > 1 => {
            levels[at].retain(|o| o != option);
            levels.insert(if step == Step::Up { at } else { at + 1 }, vec![name()]);
        }
        (Step::Up, Some(at)) if at > 0 => over(&mut levels, at, at - 1, equals),
        (Step::Down, Some(at)) if at + 1 < levels.len() => over(&mut levels, at, at + 1, equals),
        _ => {}
    }
    levels
}

/// Moves a level of one option onto its neighbour, or changes places with it.
fn over(levels: &mut Levels, from: usize, to: usize, equals: bool) {
    if equals {
        let one = std::mem::take(&mut levels[from]);
        levels[to].extend(one);
        levels.remove(from);
    } else {
        levels.swap(from, to);
    }
}

/// A ranking as an answer; an empty one is none.
pub(crate) fn ranking(levels: Levels) -> Option<Answer> {
    (!levels.is_empty()).then_some(Answer::Ranks(levels))
}

/// What is ticked.
pub(crate) fn ticked(answer: Option<&Answer>) -> &[String] {
    match answer {
        Some(Answer::Approve(options)) => options,
        _ => &[],
    }
}

/// Ticks or unticks an option. With nothing ticked there is no answer: that none is approved is said by a row of its own.
pub(crate) fn tick(answer: Option<&Answer>, option: &str, on: bool) -> Option<Answer> {
    let mut options: Vec<String> = ticked(answer).iter().filter(|o| *o != option).cloned().collect();
    if on {
        options.push(option.to_owned());
    }
    (!options.is_empty()).then_some(Answer::Approve(options))
}

/// The numbers given so far, scores or dots.
pub(crate) fn numbers(answer: Option<&Answer>) -> BTreeMap<String, u16> {
    match answer {
        Some(Answer::Scores(numbers) | Answer::Dots(numbers)) => numbers.clone(),
        _ => BTreeMap::new(),
    }
}

/// Gives an option a score, or none.
pub(crate) fn score(answer: Option<&Answer>, option: &str, score: Option<u16>) -> Option<Answer> {
    let mut all = numbers(answer);
    match score {
        Some(score) => all.insert(option.to_owned(), score),
        None => all.remove(option),
    };
    (!all.is_empty()).then_some(Answer::Scores(all))
}

/// Puts dots on an option, as many as are left at most.
pub(crate) fn dots(answer: Option<&Answer>, option: &str, dots: u16, of: u16) -> Option<Answer> {
    let mut all = numbers(answer);
    all.remove(option);
    let rest = of.saturating_sub(spent(&all));
    if dots.min(rest) > 0 {
        all.insert(option.to_owned(), dots.min(rest));
    }
    (!all.is_empty()).then_some(Answer::Dots(all))
}

/// Dots that are put somewhere.
pub(crate) fn spent(dots: &BTreeMap<String, u16>) -> u16 {
    dots.values().fold(0, |sum, n| sum.saturating_add(*n))
}

/// Whether an answer is a block.
pub(crate) fn blocks(answer: Option<&Answer>) -> bool {
    answer.and_then(Answer::one) == Some(POSITIONS[3])
}

/// What has to be mended before the ballot can be cast.
pub(crate) fn problem(q: &QuestionView, answer: Option<&Answer>, reason: &str) -> Option<String> {
    let has_positions = matches!(q.method.method, Method::Consent | Method::Consensus);
    if has_positions && blocks(answer) && reason.trim().is_empty() {
        return Some("Write your reason: a block needs one, and every member can read it.".to_owned());
    }
    let most = q.method.max.map_or(usize::MAX, usize::from);
    if q.method.method == Method::Approval && ticked(answer).len() > most {
        return Some(format!("Approve {most} at most: {} are ticked.", ticked(answer).len()));
    }
    None
}

/// An answer in words, in the order of the ballot or of the ranking.
pub(crate) fn words(q: &QuestionView, answer: &Answer) -> String {
    let in_order = |named: &dyn Fn(&str) -> Option<String>| {
        let said: Vec<String> = q.options.iter().filter_map(|o| named(&o.name)).collect();
        said.join(", ")
    };
    match answer {
        Answer::Blank => "Left blank".to_owned(),
        Answer::One(option) if POSITIONS.contains(&option.as_str()) => capital(option),
        Answer::One(option) => option.clone(),
        Answer::Approve(options) if options.is_empty() => "None of them".to_owned(),
        Answer::Approve(options) => in_order(&|name| options.iter().any(|o| o == name).then(|| name.to_owned())),
        Answer::Scores(scores) => in_order(&|name| scores.get(name).map(|n| format!("{name} {n}"))),
        Answer::Dots(dots) => {
            let kept = q.method.dots.unwrap_or_default().saturating_sub(spent(dots));
            let kept = if kept > 0 { format!(", {kept} kept") } else { String::new() };
            in_order(&|name| dots.get(name).map(|n| format!("{name} {n}"))) + &kept
        }
        Answer::Ranks(levels) => ordinal_list(levels),
    }
}

/// The options that a ranking leaves out, which come last.
pub(crate) fn left_out<'a>(q: &'a QuestionView, answer: &Answer) -> Vec<&'a str> {
    let Answer::Ranks(levels) = answer else { return Vec::new() };
    q.options.iter().map(|o| o.name.as_str()).filter(|name| place(levels, name).is_none()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::{poll::MethodView, view::OptionView};

    fn question(method: MethodView) -> QuestionView {
        let options = ["Vienna", "Oslo", "Leeds"].map(|name| OptionView { name: name.to_owned(), votes: 0 }).to_vec();
        QuestionView { options, method, ..QuestionView::default() }
    }

    fn ranked(levels: &[&[&str]]) -> Levels {
        levels.iter().map(|level| level.iter().map(|o| (*o).to_owned()).collect()).collect()
    }

    #[test]
    fn places_have_their_endings() {
        assert_eq!(
            [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal).join(" "),
            "1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 111th"
        );
    }

    #[test]
    fn a_step_changes_places_where_none_may_be_equal() {
        let all = ranked(&[&["a"], &["b"], &["c"]]);
        assert_eq!(stepped(all.clone(), "c", Step::Up, false), ranked(&[&["a"], &["c"], &["b"]]));
        assert_eq!(stepped(all.clone(), "a", Step::Up, false), all);
        assert_eq!(stepped(all.clone(), "c", Step::Down, false), all);
        assert_eq!(stepped(all.clone(), "b", Step::Out, false), ranked(&[&["a"], &["c"]]));
        assert_eq!(stepped(all, "d", Step::In, false).last(), Some(&vec!["d".to_owned()]));
    }

    #[test]
    fn where_options_may_be_equal_a_step_goes_level_first() {
        let mut at = ranked(&[&["a"], &["b"], &["c"]]);
        for expected in [
            &[&["a"][..], &["b", "c"]][..],
            &[&["a"], &["c"], &["b"]],
            &[&["a", "c"], &["b"]],
            &[&["c"], &["a"], &["b"]],
        ] {
            at = stepped(at, "c", Step::Up, true);
            assert_eq!(at, ranked(expected));
        }
        at = stepped(at, "c", Step::Down, true);
        assert_eq!(at, ranked(&[&["a", "c"], &["b"]]));
        assert_eq!((place(&at, "c"), place(&at, "b"), place(&at, "x")), (Some((1, 1)), Some((3, 0)), None));
    }

    #[test]
    fn nothing_left_is_no_answer() {
        let one = tick(None, "a", true);
        assert_eq!(one, Some(Answer::Approve(vec!["a".to_owned()])));
        assert_eq!(tick(one.as_ref(), "a", false), None);
        assert_eq!(score(score(None, "a", Some(0)).as_ref(), "a", None), None);
        assert_eq!(dots(dots(None, "a", 3, 5).as_ref(), "a", 0, 5), None);
        assert_eq!(ranking(Vec::new()), None);
    }

    #[test]
    fn nobody_can_put_more_dots_than_they_have() {
        let three = dots(None, "a", 3, 5);
        assert_eq!(numbers(dots(three.as_ref(), "b", 9, 5).as_ref())["b"], 2);
        assert_eq!(numbers(dots(three.as_ref(), "a", 9, 5).as_ref())["a"], 5);
    }

    #[test]
    fn a_block_needs_its_reason() {
        let q = question(MethodView { method: Method::Consent, ..MethodView::default() });
        let block = Answer::One(POSITIONS[3].to_owned());
        assert!(problem(&q, Some(&block), " ").is_some());
        assert!(problem(&q, Some(&block), "The roof.").is_none());
        let two = question(MethodView { method: Method::Approval, max: Some(1), ..MethodView::default() });
        assert!(problem(&two, Some(&Answer::Approve(vec!["a".to_owned(), "b".to_owned()])), "").is_some());
    }

    #[test]
    fn answers_are_said_in_the_ballots_order_and_rankings_in_their_own() {
        let q = question(MethodView { dots: Some(6), ..MethodView::default() });
        let numbers = BTreeMap::from([("Leeds".to_owned(), 1), ("Vienna".to_owned(), 4)]);
        assert_eq!(words(&q, &Answer::Scores(numbers.clone())), "Vienna 4, Leeds 1");
        assert_eq!(words(&q, &Answer::Dots(numbers)), "Vienna 4, Leeds 1, 1 kept");
        let ranks = Answer::Ranks(ranked(&[&["Leeds", "Oslo"], &["Vienna"]]));
        assert_eq!(words(&q, &ranks), "1st Leeds and Oslo, 3rd Vienna");
        assert_eq!(left_out(&q, &Answer::Ranks(ranked(&[&["Oslo"]]))), ["Vienna", "Leeds"]);
        assert_eq!(words(&q, &Answer::One(POSITIONS[2].to_owned())), "Stand aside");
    }
}
