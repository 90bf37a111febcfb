//! What is counted against what: a poll's roll, its questions, and the ballots.

use entry::{EntryId, MemberId, Timestamp};
use std::{collections::BTreeSet, sync::Arc};

/// A poll, as far as counting needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// How many options each question has.
    pub questions: Vec<u16>,
    /// Who may vote. Shared, since the polls of a chapter mostly have the same roll.
    pub roll: Arc<BTreeSet<MemberId>>,
    /// The last moment of voting.
    pub closes: Timestamp,
}

/// An open ballot: a member's answers to all questions of one poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// The ballot's entry.
    pub entry: EntryId,
    /// Whose it is, by the signature of the entry.
    pub member: MemberId,
    /// The member's how-manieth vote in this poll, from 1.
    pub number: u64,
    /// When it was cast, by the voter's clock.
    pub time: Timestamp,
    /// For each question the chosen option, or nothing: a blank.
    pub answers: Vec<Option<u16>>,
}

/// Why a ballot does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The voter is not on the roll.
    NotOnRoll,
    /// It was cast after the close.
    Late,
    /// It has not one answer for each question, or answers with an option that there is not.
    Answers,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotOnRoll => "its voter was not a member when the poll was opened",
            Self::Late => "it was cast after the poll had closed",
            Self::Answers => "its answers do not fit the poll's questions",
        })
    }
}

impl Poll {
    /// Whether a ballot may count, whatever the other ballots are.
    pub fn accepts(&self, member: &MemberId, time: Timestamp, answers: &[Option<u16>]) -> Result<(), Reason> {
        if !self.roll.contains(member) {
            return Err(Reason::NotOnRoll);
        }
        if time > self.closes {
            return Err(Reason::Late);
        }
        let fits = |(answer, options): (&Option<u16>, &u16)| answer.is_none_or(|chosen| chosen < *options);
        if answers.len() != self.questions.len() || !answers.iter().zip(&self.questions).all(fits) {
            return Err(Reason::Answers);
        }
        Ok(())
    }
}
