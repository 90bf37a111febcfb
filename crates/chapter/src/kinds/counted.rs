//! Kind 45: what a member's device counted, signed.
//!
//! Everybody counts alone, and whoever has the same entries gets the same result. This says which result that was, so that
//! others see that it was the same one; and where it was not, which ballot makes the difference.

use super::{BadBody, codec};
use entry::EntryId;
use minicbor::{Decode, Encode};

/// How many bytes of a ballot's id stand for it.
pub const MARK: usize = 4;
/// The most ballots that are named. Of a poll with more, the first so many.
pub const MAX_MARKS: usize = 12_000;
/// The most of these by one device, of one poll.
pub const MAX_COUNTS: usize = 3;

/// A device counted a poll that was over.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Counted {
    /// The poll's entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub poll: EntryId,
    /// The digest of the outcome (`vote::Outcome::hash`).
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub result: [u8; 32],
    /// Of the ballots that counted, ascending, the first [`MARK`] bytes of what names them. Empty where somebody had said
    /// the same result before.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub ballots: Vec<u8>,
}

impl Counted {
    /// The marks of these ballots.
    pub fn marks(ballots: impl IntoIterator<Item = EntryId>) -> Vec<u8> {
        let mut ids: Vec<EntryId> = ballots.into_iter().collect();
        ids.sort_unstable();
        ids.iter().take(MAX_MARKS).flat_map(|id| id.as_bytes()[..MARK].iter().copied()).collect()
    }

    /// Whether these marks have that ballot.
    pub fn has(marks: &[u8], ballot: &EntryId) -> bool {
        let (marks, _) = marks.as_chunks::<MARK>();
        marks.iter().any(|mark| ballot.as_bytes().starts_with(mark))
    }

    pub(super) fn check(&self) -> Result<(), BadBody> {
        let (marks, rest) = self.ballots.as_chunks::<MARK>();
        super::minutes::at_most("ballots", marks.len(), MAX_MARKS)?;
        if rest.is_empty() && marks.is_sorted() { Ok(()) } else { Err(BadBody::Marks) }
    }
}
