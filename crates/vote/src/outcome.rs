//! What comes out of a count.

use crate::poll::Reason;
use entry::{EntryId, MemberId};
use std::collections::BTreeMap;

/// BLAKE3 `derive_key` context of an outcome's digest. Part of the format.
pub const OUTCOME: &str = "chapterhouse 1 open poll outcome";

/// One question's totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Votes of each option, in the poll's order.
    pub options: Vec<u64>,
    /// Voters who left the question blank.
    pub blank: u64,
    /// Votes for any option.
    pub total: u64,
}

/// A counted poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The questions, in the poll's order.
    pub questions: Vec<Tally>,
    /// Members whose ballot counts.
    pub voters: u64,
    /// Which ballot counts, for each of them.
    pub counted: BTreeMap<MemberId, EntryId>,
    /// Ballots in whose place a later one of the same member counts.
    pub replaced: Vec<EntryId>,
    /// Ballots that do not count, and why; by entry.
    pub not_counted: Vec<(EntryId, Reason)>,
}

impl Outcome {
    /// Equal for two counts exactly when the totals and the ballots behind them are. What does not count is not part
    /// of it, so that a ballot which comes too late does not make another result.
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(OUTCOME);
        let mut number = |value: u64| {
            hasher.update(&value.to_be_bytes());
        };
        number(self.questions.len() as u64);
        for question in &self.questions {
            number(question.options.len() as u64);
            question.options.iter().copied().for_each(&mut number);
            number(question.blank);
            number(question.total);
        }
        number(self.voters);
        for (member, entry) in &self.counted {
            hasher.update(member.as_bytes());
            hasher.update(entry.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}
