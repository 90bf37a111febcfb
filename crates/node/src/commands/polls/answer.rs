//! Answers: from the names that people choose to what is signed, and back.

use super::options;
use crate::house::invalid;
use api::{Refusal, poll::Answer as Said};
use chapter::kinds::{Question, method::has_positions};
use std::collections::BTreeMap;
use vote::{Answer, Method, Misfit, Ranking, method::consensus::BLOCK};

/// What is signed for an answer.
pub(super) fn read(question: &Question, said: &Said) -> Result<Answer, Refusal> {
    let names = options(question);
    let place = |name: &String| {
        let place = names.iter().position(|option| option == name).and_then(|place| u16::try_from(place).ok());
        place.ok_or_else(|| {
            let list = names.join("\", \"");
            invalid(format!("\"{name}\" is no answer to \"{}\"; the answers are \"{list}\"", question.text))
        })
    };
    let pairs = |numbers: &BTreeMap<String, u16>| {
        let mut pairs: Vec<(u16, u16)> =
            numbers.iter().map(|(name, number)| Ok((place(name)?, *number))).collect::<Result<_, Refusal>>()?;
        pairs.sort_unstable();
        Ok(pairs)
    };
    let answer = match said {
        Said::Blank => Answer::Blank,
        Said::One(name) => Answer::One(place(name)?),
        Said::Approve(list) => {
            let mut options = list.iter().map(place).collect::<Result<Vec<u16>, _>>()?;
            options.sort_unstable();
            Answer::Approved(options)
        }
        Said::Scores(numbers) => Answer::Scores(pairs(numbers)?),
        Said::Dots(numbers) => Answer::Dots(pairs(numbers)?),
        Said::Ranks(levels) => {
            let mut read = Vec::new();
            for level in levels {
                let mut options = level.iter().map(place).collect::<Result<Vec<u16>, _>>()?;
                options.sort_unstable();
                read.push(options);
            }
            Answer::Ranks(Ranking::levels_of(&read))
        }
    };
    let counted = vote::Question { options: question.places(), method: question.method.clone() };
    counted.fits(&answer).map_err(|misfit| {
        let why = if misfit == Misfit::Kind { String::new() } else { format!(" {misfit};") };
        invalid(format!("\"{}\" ({}):{why} {}", question.text, question.key, what_fits(question)))
    })?;
    Ok(answer)
}

/// What answers a question takes.
fn what_fits(question: &Question) -> String {
    match &question.method {
        Method::Single(_) => "choose one option, or leave it blank".into(),
        Method::Consent(_) | Method::Consensus(_) => {
            format!("choose one of {}, or leave it blank", api::poll::POSITIONS.join(", "))
        }
        Method::Approval(approval) => format!("approve as many options as you like, at most {}", approval.max),
        Method::Score(score) => format!("give one or more options a score from 0 to {}, each once", score.max),
        Method::Runoff(_) | Method::Stv(_) => "rank one or more options, each once and none equal to another".into(),
        Method::Schulze(_) => "rank one or more options, each once".into(),
        Method::Budget(budget) => {
            format!("put up to {} dots on options, 1 to {} on each that you name", budget.dots, budget.max)
        }
    }
}

/// Whether an answer is a block, which has a reason.
pub(super) fn needs_reason(question: &Question, answer: Option<&Answer>) -> bool {
    has_positions(&question.method) && answer.and_then(Answer::one) == Some(BLOCK)
}

/// An answer with the names that people know.
pub(super) fn said(question: &Question, answer: &Answer) -> Said {
    let names = options(question);
    let name = |option: &u16| names.get(usize::from(*option)).copied().unwrap_or_default().to_owned();
    let numbers = |pairs: &[(u16, u16)]| pairs.iter().map(|(option, number)| (name(option), *number)).collect();
    match answer {
        Answer::Blank => Said::Blank,
        Answer::One(option) => Said::One(name(option)),
        Answer::Approved(options) => Said::Approve(options.iter().map(name).collect()),
        Answer::Scores(pairs) => Said::Scores(numbers(pairs)),
        Answer::Dots(pairs) => Said::Dots(numbers(pairs)),
        Answer::Ranks(ranking) => Said::Ranks(ranking.levels().map(|level| level.iter().map(name).collect()).collect()),
    }
}

/// A ballot's answers by question; those left blank are left out.
pub(super) fn by_question(questions: &[Question], answers: &[Answer]) -> BTreeMap<String, Said> {
    let answered = questions.iter().zip(answers).filter(|(_, answer)| **answer != Answer::Blank);
    answered.map(|(question, answer)| (question.key.clone(), said(question, answer))).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use vote::method::{Approval, Budget, Consent, Runoff, Schulze, Score};

    fn question(method: Method) -> Question {
        let names: &[&str] = if has_positions(&method) { &[] } else { &["a", "b", "c"] };
        let options = names.iter().map(|name| (*name).to_owned()).collect();
        Question { key: "q".into(), text: "Which?".into(), options, method }
    }

    #[test]
    fn every_answer_reads_back_as_it_was_said() {
        let numbers = BTreeMap::from([("c".to_owned(), 1), ("a".to_owned(), 2)]);
        let ranks = vec![vec!["c".to_owned()], vec!["a".to_owned(), "b".to_owned()]];
        let approval = Method::Approval(Approval { max: 2, seats: 1, bar: None });
        let cases = [
            (Method::SINGLE, Said::One("b".into())),
            (Method::Consent(Consent), Said::One("agree with reservations".into())),
            (approval, Said::Approve(vec!["a".into(), "c".into()])),
            (Method::Score(Score { max: 2, seats: 1, bar: None }), Said::Scores(numbers.clone())),
            (Method::Budget(Budget { dots: 3, max: 2, seats: None }), Said::Dots(numbers)),
            (Method::Schulze(Schulze), Said::Ranks(ranks)),
            (Method::SINGLE, Said::Blank),
        ];
        for (method, answer) in cases {
            let question = question(method);
            assert_eq!(said(&question, &read(&question, &answer).unwrap()), answer);
        }
    }

    #[test]
    fn what_does_not_fit_is_told_with_what_does() {
        let refused = |method, answer| read(&question(method), &answer).unwrap_err().message;
        let unknown = refused(Method::SINGLE, Said::One("d".into()));
        assert!(unknown.contains("\"d\"") && unknown.contains("\"a\", \"b\", \"c\""), "{unknown}");
        let kind = refused(Method::Runoff(Runoff { bar: None }), Said::One("a".into()));
        assert!(kind.contains("Which?") && kind.contains("rank one or more"), "{kind}");
        let equal = Said::Ranks(vec![vec!["a".into(), "b".into()]]);
        assert!(refused(Method::Runoff(Runoff { bar: None }), equal).contains("none equal"));
        let dots = Said::Dots(BTreeMap::from([("a".into(), 3)]));
        assert!(refused(Method::Budget(Budget { dots: 3, max: 2, seats: None }), dots).contains("1 to 2 on each"));
    }
}
