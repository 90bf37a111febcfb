//! Secret ballots: everybody sees that each comes from somebody on the roll, and that nobody has two; nobody sees whose it
//! is.
//!
//! Each voter on the roll has published a one-time [`Key`]. These keys are the poll's *ring*. A ballot is signed with the
//! secret of one of them in a way that shows that it is one, and not which. With the signature comes a *tag*: the same
//! for all ballots of one key in one poll, so that a second ballot is known for what it is, and different in every
//! other poll, so that nothing can be put together. To the count a tag is what a member is in an open poll.
//!
//! What a tag is for is a [`Scope`]: a whole poll, or, where the questions of a poll are answered apart, one of them. Two tags of
//! one key in two scopes have no more to do with each other than those of two keys.
//!
//! What does that is a linkable ring signature. The one that is used, [`Triptych`], is young and unaudited, so that the
//! rest of the program sees only the trait [`Linkable`].
//!
//! The secret of a key is of use only to its owner, and only until the poll is over: then it is deleted.

mod triptych;

pub use triptych::{STATEMENT, Triptych};

use entry::EntryId;
use zeroize::Zeroizing;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// The fewest voters that hide each other. Below, a poll cannot be secret at all: with unanimous answers everybody is known.
pub const FEWEST: usize = 3;
/// Below so many voters a secret poll is warned about.
pub const FEW: usize = 10;
/// The most voters of a secret poll. A ring of 2^14: 1.6 KiB a ballot, and the limit of what can be verified in seconds.
pub const MOST: usize = 1 << 14;
/// How often a voter can vote again. What has a higher number is invalid.
pub const MOST_BALLOTS: u64 = 16;

/// The public half of a one-time ballot key: a point, as its only accepted encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub [u8; KEY_BYTES]);

/// What all ballots of one key in one poll (or for one question of it) have in common, and nothing else has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub [u8; KEY_BYTES]);

/// The secret half of a one-time ballot key. Overwritten when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; KEY_BYTES]>);

/// What tags can be compared within: one poll, or one question of it. Its tags say nothing about those of any other scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope([u8; 32]);

/// Something signed by one of a ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Which of all that this key signed in this scope belong together.
    pub tag: Tag,
    /// That it was one of the ring.
    pub proof: Vec<u8>,
}

/// A signature and what it is to be a signature of.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Its tag.
    pub tag: Tag,
    /// Its proof.
    pub proof: &'a [u8],
    /// What was signed.
    pub message: &'a [u8],
}

/// Why there is no ring, or no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// Fewer keys than [`FEWEST`], or more than [`MOST`].
    #[error("a secret poll needs {FEWEST} to {MOST} voters with ballot keys")]
    Size,
    /// A key of the ring is none.
    #[error("a ballot key is no key")]
    Key,
    /// The secret belongs to none of the ring's keys.
    #[error("this ballot key is not among those of the poll")]
    Stranger,
    /// The library refused.
    #[error("the ballot could not be made secret")]
    Failed,
}

/// A linkable ring signature, for one ring in one scope.
pub trait Linkable: Sized {
    /// The public half of a secret. Whatever 32 bytes the secret is, it is one.
    fn key(secret: &Secret) -> Key;

    /// Whether this is a key at all: in its canonical form, and not the neutral element.
    fn is_key(key: &Key) -> bool;

    /// From the keys of all who may sign, in any order and perhaps more than once.
    fn new(keys: &[Key], scope: &Scope) -> Result<Self, Unsigned>;

    /// The same ring in another scope, which shares with it what is large.
    fn within(&self, scope: &Scope) -> Result<Self, Unsigned>;

    /// How many may sign.
    fn size(&self) -> usize;

    /// How long each proof is.
    fn proof_bytes(&self) -> usize;

    /// The tag that this secret has here.
    fn tag(&self, secret: &Secret) -> Tag;

    /// Signs, in a time that does not depend on the secret. `random` is 32 fresh random bytes.
    fn sign(&self, secret: &Secret, message: &[u8], random: &[u8; 32]) -> Result<Signed, Unsigned>;

    /// For each claim, whether it holds. Many at once cost much less than each alone; a bad one among them costs some more.
    fn verify(&self, claims: &[Claim<'_>]) -> Vec<bool>;
}

impl Secret {
    /// From 32 fresh random bytes.
    pub fn new(random: [u8; KEY_BYTES]) -> Self {
        Self(Zeroizing::new(random))
    }

    /// To be kept, sealed.
    pub fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Scope {
    /// A whole poll: a ballot answers all its questions.
    pub fn poll(poll: &EntryId) -> Self {
        Self(blake3::derive_key("chapterhouse 1 secret poll", poll.as_bytes()))
    }

    /// One question of a poll, counted from 0: a ballot answers it, and no other.
    pub fn question(poll: &EntryId, question: u16) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("chapterhouse 1 secret question");
        hasher.update(poll.as_bytes()).update(&question.to_be_bytes());
        Self(*hasher.finalize().as_bytes())
    }

    /// What the point is made of that its tags are multiples of.
    pub fn generator(&self) -> [u8; 64] {
        let mut wide = [0; 64];
        blake3::Hasher::new_derive_key("chapterhouse 1 ballot tags").update(&self.0).finalize_xof().fill(&mut wide);
        wide
    }
}
