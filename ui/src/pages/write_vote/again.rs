//! A proposed vote as a form again, to change it.

use super::draft::{Draft, Exception, Majority, Question};
use crate::text::methods::{MAJORITIES, OTHER, QUORUMS};
use api::{PollDraft, draft::QuestionDraft, poll::Secrecy};

impl Draft {
    /// As it was proposed: to change it. `date` and `time` are those of the close, where it has one.
    pub(super) fn of(poll: &PollDraft, (date, time): (String, String)) -> Self {
        let number = |n: Option<u16>| n.map(|n| n.to_string()).unwrap_or_default();
        let majority = |text: &Option<String>| {
            let Some((part, of)) = text.as_deref().and_then(|text| text.split_once(" of ")) else {
                return Majority::default();
            };
            let usual = MAJORITIES.iter().any(|(value, _)| *value == part);
            let other = part.trim_start_matches("at least ").trim_start_matches("more than ").to_owned();
            let part = if usual { part.to_owned() } else { OTHER.to_owned() };
            Majority { part, other, of: of.to_owned() }
        };
        let question = |q: &QuestionDraft| Question {
            key: q.key.clone(),
            text: q.text.clone(),
            options: if q.options.is_empty() { Question::default().options } else { q.options.clone() },
            method: q.method,
            seats: number(q.seats),
            max: number(q.max),
            dots: number(q.dots),
            majority: majority(&q.majority),
            aside: q.aside.clone().unwrap_or_default(),
            overruled: number(q.overruled),
        };
        let quorum = poll.quorum.clone().unwrap_or_default();
        let usual = quorum.is_empty() || QUORUMS.iter().any(|(value, _)| *value == quorum);
        let weights = poll.weights.iter();
        let observers = poll.observers.iter();
        Self {
            title: poll.title.clone(),
            description: poll.description.clone(),
            date,
            time,
            questions: poll.questions.iter().map(question).collect(),
            quorum_other: if usual { String::new() } else { quorum.clone() },
            quorum: if usual { quorum } else { OTHER.to_owned() },
            delegation: poll.delegation,
            secret: poll.secrecy == Secrecy::Secret,
            apart: poll.apart,
            hidden: poll.secrecy == Secrecy::Hidden,
            by_clock: poll.tellers.as_ref().is_some_and(Vec::is_empty),
            tellers: poll.tellers.clone().unwrap_or_default(),
            propose: true,
            length: poll.open_for.clone(),
            weights: weights
                .map(|w| Exception { member: w.member.clone(), weight: w.weight.clone(), reason: w.reason.clone() })
                .collect(),
            observers: observers
                .map(|o| Exception { member: o.member.clone(), weight: String::new(), reason: o.reason.clone() })
                .collect(),
        }
    }
}
