//! Kind 33: a teller's receipt. Kind 34: a teller's cutoff.
//!
//! What an entry has seen is its causal past, signed with it. So a receipt names no ballots, and a cutoff only their
//! digest: whoever is shown some of the past can tell by it whether a ballot was kept from them.

use super::codec;
use entry::EntryId;
use minicbor::{Decode, Encode};

/// BLAKE3 `derive_key` context of a cutoff's digest. Part of the format.
pub const CUTOFF: &str = "chapterhouse 1 cutoff";
/// The most receipts of one teller in one poll.
pub const MAX_RECEIPTS: usize = 1000;

/// A teller has seen the votes that are in this entry's causal past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Receipt {
    /// The poll's entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub poll: EntryId,
}

/// A teller had seen the votes that are in this entry's causal past, and no others, when the poll closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Cutoff {
    /// The poll's entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub poll: EntryId,
    /// How many ballots and delegations.
    #[n(1)]
    pub votes: u64,
    /// Of their ids, ascending: see [`Cutoff::of`].
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub digest: [u8; 32],
}

impl Cutoff {
    /// The cutoff for these ballots and delegations.
    pub fn of(poll: EntryId, mut votes: Vec<EntryId>) -> Self {
        votes.sort_unstable();
        votes.dedup();
        let mut hasher = blake3::Hasher::new_derive_key(CUTOFF);
        votes.iter().for_each(|vote| {
            hasher.update(vote.as_bytes());
        });
        Self { poll, votes: votes.len() as u64, digest: *hasher.finalize().as_bytes() }
    }
}
