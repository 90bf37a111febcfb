//! What is written of a vote so far, what keeps it from being opened, and what is sent.

use crate::text::methods::{OTHER, fraction};
use api::{
    PollDraft,
    draft::{ObserverDraft, QuestionDraft, WeightDraft},
    poll::{Method, Secrecy},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a winner needs, as it was chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Majority {
    /// `more than 1/2`; `other`; nothing, where the most votes are enough.
    pub(super) part: String,
    /// What was typed for `other`.
    pub(super) other: String,
    /// `answers`.
    pub(super) of: String,
}

impl Default for Majority {
    fn default() -> Self {
        Self { part: String::new(), other: String::new(), of: "answers".to_owned() }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    /// Its short name, where it has one already: what is changed is told by it.
    pub(super) key: String,
    pub(super) text: String,
    pub(super) options: Vec<String>,
    pub(super) method: Method,
    pub(super) seats: String,
    pub(super) max: String,
    pub(super) dots: String,
    pub(super) majority: Majority,
    pub(super) aside: String,
    pub(super) overruled: String,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            key: String::new(),
            text: String::new(),
            options: vec!["Yes".to_owned(), "No".to_owned()],
            method: Method::Single,
            seats: String::new(),
            max: String::new(),
            dots: String::new(),
            majority: Majority::default(),
            aside: String::new(),
            overruled: String::new(),
        }
    }
}

/// Which settings a method has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Takes {
    pub(super) options: bool,
    pub(super) seats: bool,
    pub(super) max: bool,
    pub(super) dots: bool,
    pub(super) majority: bool,
    /// How many may stand aside, and how many blocks are overruled.
    pub(super) limits: bool,
}

impl Question {
    pub(super) fn takes(&self) -> Takes {
        let options = Takes { options: true, ..Takes::default() };
        match self.method {
            Method::Single | Method::InstantRunoff => Takes { majority: true, ..options },
            Method::Approval | Method::Score => Takes { seats: true, max: true, majority: true, ..options },
            Method::Schulze => options,
            Method::Stv => Takes { seats: true, ..options },
            Method::Consent => Takes::default(),
            Method::Consensus => Takes { majority: true, limits: true, ..Takes::default() },
            Method::Budget => Takes { seats: true, max: true, dots: true, ..options },
        }
    }

    /// Changes the method; what it needs has a usual value at once.
    pub(super) fn becomes(&mut self, method: Method) {
        self.method = method;
        let usual = |setting: &mut String, value: &str| {
            if setting.trim().is_empty() {
                value.clone_into(setting);
            }
        };
        self.seats.clear();
        self.max.clear();
        match method {
            Method::Stv => usual(&mut self.seats, "2"),
            Method::Score => usual(&mut self.max, "5"),
            Method::Budget => usual(&mut self.dots, "10"),
            Method::Consensus => usual(&mut self.majority.part, "at least 3/4"),
            _ => {}
        }
        if self.majority.of == "for and against" && method != Method::Single {
            "answers".clone_into(&mut self.majority.of);
        }
    }

    fn majority(&self) -> Option<String> {
        let m = &self.majority;
        let part = match m.part.as_str() {
            "" => return None,
            OTHER => format!("at least {}", fraction(&m.other)?),
            part => part.to_owned(),
        };
        Some(format!("{part} of {}", m.of))
    }

    fn draft(&self, key: String) -> QuestionDraft {
        let takes = self.takes();
        let number = |takes: bool, text: &str| if takes { text.trim().parse().ok() } else { None };
        QuestionDraft {
            key,
            text: self.text.trim().to_owned(),
            options: if takes.options {
                self.options.iter().map(|o| o.trim().to_owned()).collect()
            } else {
                Vec::new()
            },
            method: self.method,
            seats: number(takes.seats, &self.seats),
            max: number(takes.max, &self.max),
            dots: number(takes.dots, &self.dots),
            majority: if takes.majority { self.majority() } else { None },
            aside: if takes.limits { Some(self.aside.clone()).filter(|part| !part.is_empty()) } else { None },
            overruled: number(takes.limits, &self.overruled),
        }
    }

    fn problem(&self, n: usize) -> Option<(String, &'static str)> {
        let takes = self.takes();
        let at = |field: &str, why| Some((format!("{field}-{n}"), why));
        if self.text.trim().is_empty() {
            return at("question", "Write what is asked.");
        }
        let mut seen = BTreeSet::new();
        for (k, option) in self.options.iter().enumerate().filter(|_| takes.options) {
            if option.trim().is_empty() {
                return Some((format!("option-{n}-{k}"), "Write this option, or remove it."));
            }
            if !seen.insert(option.trim()) {
                return Some((format!("option-{n}-{k}"), "Two options are the same."));
            }
        }
        let number = |text: &str, most: usize| text.trim().parse::<usize>().is_ok_and(|n| (1..=most).contains(&n));
        let kept = |text: &str, most: usize| text.trim().is_empty() || number(text, most);
        let (all, needs_seats) = (self.options.len(), self.method == Method::Stv);
        if takes.seats && !(if needs_seats { number(&self.seats, all.min(50)) } else { kept(&self.seats, all) }) {
            return at("seats", "This is a whole number, and not more than there are options.");
        }
        if takes.dots && !number(&self.dots, 1000) {
            return at("dots", "This is a whole number from 1 to 1000.");
        }
        let fits = match self.method {
            Method::Score => number(&self.max, 1000),
            Method::Budget => kept(&self.max, self.dots.trim().parse().unwrap_or(1000)),
            _ => kept(&self.max, all),
        };
        if takes.max && !fits {
            return at(
                "max",
                match self.method {
                    Method::Score => "The highest score is a whole number from 1 to 1000.",
                    Method::Budget => "This is a whole number, and not more than there are dots.",
                    _ => "This is a whole number, and not more than there are options.",
                },
            );
        }
        if takes.majority && self.majority.part == OTHER && fraction(&self.majority.other).is_none() {
            return at("majority-other", "Write a part of a whole, like 3/5.");
        }
        if takes.limits && !self.overruled.trim().is_empty() && self.overruled.trim().parse::<u16>().is_err() {
            return at("overruled", "This is a whole number.");
        }
        None
    }
}

/// A member whose vote weighs something else, or who has none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Exception {
    pub(super) member: String,
    /// Votes; nothing for an observer.
    pub(super) weight: String,
    pub(super) reason: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Draft {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) date: String,
    pub(super) time: String,
    pub(super) questions: Vec<Question>,
    /// `1/2`, `other`, or nothing.
    pub(super) quorum: String,
    pub(super) quorum_other: String,
    pub(super) delegation: bool,
    /// Nobody sees whose a vote is.
    pub(super) secret: bool,
    /// Nor which answers to two questions are one voter's.
    pub(super) apart: bool,
    /// Nobody sees what anybody votes before the close.
    pub(super) hidden: bool,
    /// No tellers, though the chapter may have some.
    pub(super) by_clock: bool,
    /// Tellers who were named elsewhere: kept as they are.
    pub(super) tellers: Vec<String>,
    /// It stands proposed first.
    pub(super) propose: bool,
    /// How long a proposed vote is open: `3 days`; nothing, until a day and a time.
    pub(super) length: String,
    pub(super) weights: Vec<Exception>,
    pub(super) observers: Vec<Exception>,
}

impl Draft {
    /// What keeps it from being opened: the field, and the sentence.
    pub(super) fn problem(&self) -> Option<(String, &'static str)> {
        let at = |field: &str, why| Some((field.to_owned(), why));
        if self.title.trim().is_empty() {
            return at("vote-title", "Give the vote a title.");
        }
        if self.hidden && self.by_clock {
            return at("vote-tellers", "Tellers open what is hidden until the close: without them, nobody could.");
        }
        // A length of time needs no day.
        let dated = !self.propose || self.length.is_empty();
        if dated && self.date.is_empty() {
            return at("vote-closes-date", "Say on which day it closes.");
        }
        if dated && self.time.is_empty() {
            return at("vote-closes-time", "Say at what time it closes.");
        }
        if let Some(problem) = self.questions.iter().enumerate().find_map(|(n, q)| q.problem(n)) {
            return Some(problem);
        }
        if self.quorum == OTHER && fraction(&self.quorum_other).is_none() {
            return at("quorum-other", "Write a part of a whole, like 3/5.");
        }
        let parts = [("weight", &self.weights), ("observer", &self.observers)];
        for (n, e, kind) in parts.iter().flat_map(|(kind, all)| all.iter().enumerate().map(move |(n, e)| (n, e, kind)))
        {
            if e.member.is_empty() {
                return Some((format!("{kind}-{n}-member"), "Choose a member, or remove the line."));
            }
            if *kind == "weight" && e.weight.trim().is_empty() {
                return Some((format!("{kind}-{n}-weight"), "Say how many votes."));
            }
            if e.reason.trim().is_empty() {
                return Some((format!("{kind}-{n}-reason"), "Say why: every member reads it."));
            }
        }
        None
    }

    /// Whether answers can be kept apart: of a secret vote with two questions or more.
    pub(super) fn can_be_apart(&self) -> bool {
        self.secret && self.questions.len() > 1
    }

    /// The short names of the questions: those that they have, and for new ones the next that is free.
    fn keys(&self) -> Vec<String> {
        let had: BTreeSet<&str> = self.questions.iter().map(|q| q.key.as_str()).collect();
        let mut free = (1..).map(|n| format!("q{n}")).filter(|key| !had.contains(key.as_str()));
        let key = |q: &Question| if q.key.is_empty() { free.next().unwrap_or_default() } else { q.key.clone() };
        self.questions.iter().map(key).collect()
    }

    pub(super) fn poll(&self, closes: String) -> PollDraft {
        let quorum = match self.quorum.as_str() {
            "" => None,
            OTHER => fraction(&self.quorum_other),
            part => Some(part.to_owned()),
        };
        let trimmed = |text: &str| text.trim().to_owned();
        let weight = |e: &Exception| WeightDraft {
            member: e.member.clone(),
            weight: trimmed(&e.weight).replace(',', "."),
            reason: trimmed(&e.reason),
        };
        PollDraft {
            title: trimmed(&self.title),
            description: self.description.clone(),
            closes,
            open_for: if self.propose { self.length.clone() } else { String::new() },
            questions: self.questions.iter().zip(self.keys()).map(|(q, key)| q.draft(key)).collect(),
            quorum,
            delegation: self.delegation,
            weights: self.weights.iter().map(weight).collect(),
            observers: (self.observers.iter())
                .map(|e| ObserverDraft { member: e.member.clone(), reason: trimmed(&e.reason) })
                .collect(),
            secrecy: match (self.secret, self.hidden) {
                (true, _) => Secrecy::Secret,
                (false, true) => Secrecy::Hidden,
                (false, false) => Secrecy::Open,
            },
            apart: self.apart && self.can_be_apart(),
            tellers: (self.by_clock || !self.tellers.is_empty())
                .then(|| if self.by_clock { Vec::new() } else { self.tellers.clone() }),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn draft() -> Draft {
        Draft {
            title: " Hall ".to_owned(),
            date: "2026-12-01".to_owned(),
            time: "18:00".to_owned(),
            questions: vec![Question { text: "Stay?".to_owned(), ..Question::default() }],
            ..Draft::default()
        }
    }

    fn sent(d: &Draft) -> PollDraft {
        d.poll("2026-12-01T18:00:00Z".to_owned())
    }

    #[test]
    fn a_whole_draft_becomes_a_poll() {
        assert_eq!(draft().problem(), None);
        let poll = sent(&draft());
        assert_eq!((poll.title.as_str(), poll.questions[0].key.as_str()), ("Hall", "q1"));
        assert_eq!(poll.questions[0].options, ["Yes", "No"]);
        assert_eq!((poll.questions[0].majority.as_ref(), poll.quorum), (None, None));
    }

    #[test]
    fn what_is_missing_is_named_with_its_field() {
        let mut d = draft();
        d.questions[0].options.push(" Yes ".to_owned());
        assert_eq!(d.problem().unwrap().0, "option-0-2");
        d.questions[0].options[2].clear();
        assert_eq!(d.problem().unwrap().0, "option-0-2");
        d.questions[0].text = " ".to_owned();
        assert_eq!(d.problem().unwrap().0, "question-0");
    }

    #[test]
    fn a_method_sends_its_own_settings_and_no_others() {
        let mut d = draft();
        let q = &mut d.questions[0];
        q.becomes(Method::Budget);
        q.max = "4".to_owned();
        let sent = |q: &Question| q.draft("q1".to_owned());
        assert_eq!((sent(q).dots, sent(q).max, sent(q).seats), (Some(10), Some(4), None));
        q.becomes(Method::Consensus);
        let asked = sent(q);
        assert_eq!((asked.dots, asked.max, asked.options.len()), (None, None, 0));
        assert_eq!(asked.majority.as_deref(), Some("at least 3/4 of answers"));
        q.becomes(Method::Stv);
        assert_eq!((sent(q).seats, sent(q).majority), (Some(2), None));
        q.seats = "3".to_owned();
        assert_eq!(d.problem().unwrap().0, "seats-0", "two options have no third seat");
    }

    #[test]
    fn a_part_that_was_typed_is_a_part() {
        let mut d = draft();
        d.quorum = OTHER.to_owned();
        assert_eq!(d.problem().unwrap().0, "quorum-other");
        d.quorum_other = "2 / 5".to_owned();
        d.questions[0].majority = Majority { part: OTHER.to_owned(), other: "4/7".to_owned(), of: "roll".to_owned() };
        assert_eq!(d.problem(), None);
        assert_eq!(sent(&d).quorum.as_deref(), Some("2/5"));
        assert_eq!(sent(&d).questions[0].majority.as_deref(), Some("at least 4/7 of roll"));
    }

    #[test]
    fn whoever_votes_otherwise_is_named_with_a_reason() {
        let mut d = draft();
        d.weights.push(Exception { member: "noor".to_owned(), weight: "1,5".to_owned(), ..Exception::default() });
        assert_eq!(d.problem().unwrap().0, "weight-0-reason");
        d.weights[0].reason = "Pays half".to_owned();
        assert_eq!((d.problem(), sent(&d).weights[0].weight.as_str()), (None, "1.5"));
        d.observers.push(Exception::default());
        assert_eq!(d.problem().unwrap().0, "observer-0-member");
    }

    #[test]
    fn answers_are_kept_apart_in_a_secret_vote_of_several_questions() {
        let mut d = Draft { apart: true, ..draft() };
        d.questions.push(d.questions[0].clone());
        assert!(!sent(&d).apart, "it is not secret");
        d.secret = true;
        let poll = sent(&d);
        assert!(poll.apart && Draft::of(&poll, (String::new(), String::new())).apart);
        d.questions.pop();
        assert!(!sent(&d).apart, "there is only one question");
    }

    #[test]
    fn what_is_proposed_can_be_changed_and_keeps_its_names() {
        let mut d = draft();
        d.propose = true;
        d.length = "3 days".to_owned();
        d.date.clear();
        d.quorum = OTHER.to_owned();
        d.quorum_other = "2/5".to_owned();
        d.questions[0].majority = Majority { part: OTHER.to_owned(), other: "4/7".to_owned(), of: "roll".to_owned() };
        assert_eq!(d.problem(), None, "a length needs no day");
        let mut poll = d.poll(String::new());
        assert_eq!((poll.open_for.as_str(), poll.closes.as_str()), ("3 days", ""));
        poll.questions[0].key = "q2".to_owned();
        let mut again = Draft::of(&poll, (String::new(), String::new()));
        assert_eq!(again.poll(String::new()), poll);
        again.questions.insert(0, Question { text: "Why?".to_owned(), ..Question::default() });
        again.questions.push(Question { text: "How?".to_owned(), ..Question::default() });
        let keys: Vec<String> = again.poll(String::new()).questions.into_iter().map(|q| q.key).collect();
        assert_eq!(keys, ["q1", "q2", "q3"]);
    }

    #[test]
    fn a_draft_of_an_older_version_is_still_read() {
        let old =
            r#"{"title":"A","description":"","date":"","time":"","questions":[{"text":"B","options":["C","D"]}]}"#;
        let d: Draft = serde_json::from_str(old).unwrap();
        assert_eq!((d.questions[0].method, d.questions[0].majority.of.as_str()), (Method::Single, "answers"));
    }
}
