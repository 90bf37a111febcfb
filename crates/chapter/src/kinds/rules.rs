//! A chapter's rules: in its charter, and in every later decision that gives it others.

use super::{BadBody, codec, minutes::at_most, text};
use entry::canon;
use minicbor::{Decode, Encode};

/// The most sponsors that a chapter can ask for.
pub const MAX_SPONSORS: u64 = 20;
/// The most questions to a newcomer.
pub const MAX_QUESTIONS: usize = 10;
/// The longest question to a newcomer, in characters.
pub const MAX_QUESTION: usize = 300;
/// The longest statement that a newcomer agrees to, in bytes.
pub const MAX_STATEMENT: usize = 8 * 1024;
/// The longest time that a motion has to stand open, in hours: a year.
pub const MAX_STANDS: u64 = 366 * 24;

/// BLAKE3 `derive_key` context of the digest of what a newcomer agrees to. Part of the format.
const TERMS: &str = "chapterhouse 1 terms";

/// What a chapter holds to until it decides otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Rules {
    /// Members who have to sponsor a newcomer, whoever invited them included.
    #[n(0)]
    pub sponsors: u64,
    /// Members from which the chapter counts as operating.
    #[n(1)]
    pub operating_from: u64,
    /// What newcomers may read.
    #[n(2)]
    pub history_for_newcomers: History,
    /// What it takes to remove a member.
    #[n(3)]
    pub removal: Bar,
    /// What it takes to decide anything else.
    #[n(4)]
    pub decision: Bar,
    /// Hours that a motion stands open at least, unless the votes still missing cannot change what comes out.
    #[n(5)]
    pub stands_for: u64,
    /// What newcomers are asked.
    #[n(6)]
    pub questions: Vec<String>,
    /// What newcomers agree to. Markdown; may be empty.
    #[n(7)]
    pub statement: String,
    /// Hours that a poll stands proposed before it may be opened. No field where it may be opened at once.
    #[n(8)]
    #[cbor(with = "codec::last_number", has_nil)]
    pub proposed_for: u64,
}

/// What newcomers may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum History {
    /// Everything from the beginning.
    #[n(0)]
    All,
    /// What is written after they joined.
    #[n(1)]
    FromJoining,
}

/// What a decision needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(array)]
pub struct Bar {
    /// The part of the roll that has to vote.
    #[n(0)]
    pub quorum: Fraction,
    /// The part of the votes for or against that has to be for: more than this, or all.
    #[n(1)]
    pub majority: Fraction,
}

/// A part of a whole: 0 < part ≤ whole ≤ 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(array)]
pub struct Fraction {
    /// Above the line.
    #[n(0)]
    pub part: u64,
    /// Below it.
    #[n(1)]
    pub whole: u64,
}

impl Default for Rules {
    fn default() -> Self {
        let half = Fraction { part: 1, whole: 2 };
        Self {
            sponsors: 1,
            operating_from: 5,
            history_for_newcomers: History::All,
            removal: Bar { quorum: half, majority: Fraction { part: 2, whole: 3 } },
            decision: Bar { quorum: half, majority: half },
            stands_for: 72,
            questions: Vec::new(),
            statement: String::new(),
            proposed_for: 0,
        }
    }
}

impl Fraction {
    /// Whether `count` of `all` is at least this part.
    pub const fn reached_by(self, count: u64, all: u64) -> bool {
        count as u128 * self.whole as u128 >= self.part as u128 * all as u128
    }

    /// Whether `count` of `all` is more than this part, or all.
    pub const fn passed_by(self, count: u64, all: u64) -> bool {
        count == all || count as u128 * self.whole as u128 > self.part as u128 * all as u128
    }

    const fn holds(self) -> bool {
        0 < self.part && self.part <= self.whole && self.whole <= 1000
    }
}

/// Stands for a statement and questions.
pub fn terms(statement: &str, questions: &[String]) -> [u8; 32] {
    blake3::derive_key(TERMS, &canon::to_bytes(&(statement, questions)))
}

impl Rules {
    /// Stands for the statement and the questions: what a newcomer agreed to, and what was asked.
    pub fn terms(&self) -> [u8; 32] {
        terms(&self.statement, &self.questions)
    }

    pub(super) fn check(&self) -> Result<(), BadBody> {
        let number = |what, value, min, max| {
            if (min..=max).contains(&value) { Ok(()) } else { Err(BadBody::Number { what, min, max }) }
        };
        number("the number of sponsors", self.sponsors, 1, MAX_SPONSORS)?;
        number("the number of members of an operating chapter", self.operating_from, 1, 1_000_000)?;
        number("the hours that a motion stands open", self.stands_for, 0, MAX_STANDS)?;
        number("the hours that a poll stands proposed", self.proposed_for, 0, MAX_STANDS)?;
        for (what, fraction) in [
            ("the quorum of a removal", self.removal.quorum),
            ("the majority of a removal", self.removal.majority),
            ("the quorum of a decision", self.decision.quorum),
            ("the majority of a decision", self.decision.majority),
        ] {
            if !fraction.holds() {
                return Err(BadBody::Fraction { what });
            }
        }
        at_most("questions to newcomers", self.questions.len(), MAX_QUESTIONS)?;
        for question in &self.questions {
            text::line("a question to newcomers", question, 1, MAX_QUESTION)?;
        }
        text::bytes("the statement that newcomers agree to", &self.statement, 0, MAX_STATEMENT)
    }
}
