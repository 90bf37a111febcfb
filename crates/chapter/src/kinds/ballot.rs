//! Kind 31: an open ballot.

use super::{BadBody, codec, minutes::at_most, poll::MAX_QUESTIONS};
use entry::EntryId;
use minicbor::{Decode, Encode};

/// A member's answers to a poll.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Ballot {
    /// The poll's entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub poll: EntryId,
    /// The member's how-manieth vote in this poll, from 1. The highest one counts.
    #[n(1)]
    pub number: u64,
    /// For each question the chosen option, counted from 0; or nothing: a blank.
    #[n(2)]
    pub answers: Vec<Option<u16>>,
}

impl Ballot {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        if self.number == 0 {
            return Err(BadBody::Number { what: "the number of a vote", min: 1, max: u64::MAX });
        }
        at_most("answers", self.answers.len(), MAX_QUESTIONS)
    }
}
