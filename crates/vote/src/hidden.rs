//! Hidden ballots: everybody sees who voted, and nobody what, until most of the poll's tellers open all of them.
//!
//! Each teller has a [`TellerKey`] for the poll. A voter draws a [`Seed`]. From it alone follow the key that the answers are
//! sealed with, shares of the seed of which `need` give it back, and for each teller a share that only this teller can read.
//! After the close the tellers publish the secret halves of their keys. Whoever has `need` of them, of whichever tellers, puts a
//! ballot's seed together, makes the ballot once more from it, and compares. What is not the same to the last byte is no ballot.
//!
//! So whether a ballot can be opened, and what it says, does not depend on which secrets are there: a ballot that some seed
//! makes has shares of this seed for all tellers, and any `need` of them give it; one that no seed makes is refused whatever
//! they give. A share that was made wrongly shows without the secret of its teller, since the comparison makes it anew.
//!
//! All that a ballot is for (poll, voter, number, tellers) goes into everything that is made from the seed: a ballot copied from
//! somebody else, or from another poll, opens to nothing.

mod seal;
mod shares;

use entry::{EntryId, MemberId};
use zeroize::Zeroizing;

pub use seal::{Envelope, Sealed, open_all};

/// How much longer the sealed answers are than the answers.
pub const OVERHEAD: usize = 16;
/// Bytes of the proof that comes with a teller's key.
pub const PROOF_BYTES: usize = 64;

/// What voters seal a share for: a point, as its only accepted encoding. For one poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TellerKey(pub [u8; 32]);

/// The secret half of a teller's key. Published when the poll is closed. Overwritten when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct TellerSecret(Zeroizing<[u8; 32]>);

/// What a ballot is made from: 32 random bytes of the voter's, for one ballot. Overwritten when dropped.
#[derive(Clone)]
pub struct Seed(Zeroizing<[u8; 32]>);

/// Why a ballot cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unopened {
    /// Not with these: there are too few secrets of the tellers whom it was sealed for.
    #[error("too few of the tellers for whom it was sealed have given their keys")]
    TooFew,
    /// Never: no seed makes it.
    #[error("it is not sealed as a ballot has to be, so that nobody could be sure of what it says")]
    Wrong,
}

/// How many tellers open a poll that names so many: most of them.
pub const fn need(tellers: usize) -> usize {
    tellers / 2 + 1
}

impl TellerSecret {
    /// From 32 secret bytes, whatever they are.
    pub fn new(secret: [u8; 32]) -> Self {
        Self(Zeroizing::new(secret))
    }

    /// To be published when the poll is closed.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Seed {
    /// From 32 fresh random bytes. Two ballots with one seed would give each other away.
    pub fn new(random: [u8; 32]) -> Self {
        Self(Zeroizing::new(random))
    }
}

impl TellerKey {
    /// Whether it is a key at all: in its canonical form, and not the neutral element.
    pub fn is_key(&self) -> bool {
        shares::point(&self.0).is_some()
    }
}

/// Whose key it is, in which poll.
fn owner(poll: &EntryId, teller: &MemberId) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(poll.as_bytes());
    bytes[32..].copy_from_slice(teller.as_bytes());
    bytes
}

impl std::fmt::Debug for TellerSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TellerSecret")
    }
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed")
    }
}
