//! Kind 36: one-time ballot keys. Kind 37: secret ballots, which a member passes on.
//!
//! A secret ballot has no author. It is in an entry of some other member, whose computer got it from a third; what shows that
//! it comes from somebody on the roll is its proof (`vote::secret`).

use super::{BadBody, answer, codec, minutes::at_most, poll::MAX_QUESTIONS};
use entry::EntryId;
use minicbor::{Decode, Encode};
use vote::{
    Answer,
    secret::{KEY_BYTES, Key, Linkable, MOST_BALLOTS, Tag, Triptych},
};

/// BLAKE3 `derive_key` context of a secret ballot's id. Part of the format.
pub const BALLOT_ID: &str = "chapterhouse 1 secret ballot id";
/// The most keys in one entry: a member's next polls.
pub const MAX_KEYS: usize = 64;
/// The most ballots in one entry.
pub const MAX_BALLOTS: usize = 24;
/// The longest proof, in bytes.
pub const MAX_PROOF: usize = 2048;

/// A member's one-time keys, for as many secret polls. The first poll that has seen them takes the first one.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct BallotKeys {
    /// One behind the other.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub keys: Vec<u8>,
}

/// Ballots of whomever.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct BallotBox {
    /// The poll's entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub poll: EntryId,
    /// By ascending tag, then number.
    #[n(1)]
    pub ballots: Vec<SecretBallot>,
}

/// A ballot of somebody on the roll.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct SecretBallot {
    /// The same for all ballots of one voter in this poll, and for nobody else's; where questions are answered apart, for all with
    /// which one voter answers this one.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub tag: [u8; KEY_BYTES],
    /// The how-manieth vote under this tag, from 1. The highest one counts.
    #[n(1)]
    pub number: u64,
    /// For each question the answer; where questions are answered apart, up to the one that it answers, all before it blank.
    #[n(2)]
    #[cbor(with = "answer")]
    pub answers: Vec<Answer>,
    /// That it is from somebody on the roll.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub proof: Vec<u8>,
}

/// What a secret ballot's proof signs: its poll, its number and its answers.
#[derive(Encode)]
#[cbor(array)]
struct Statement<'a> {
    #[n(0)]
    #[cbor(encode_with = "codec::entry_id::encode")]
    poll: EntryId,
    #[n(1)]
    number: u64,
    #[n(2)]
    #[cbor(encode_with = "answer::encode")]
    answers: &'a Vec<Answer>,
}

impl BallotKeys {
    /// From these keys.
    pub fn new(keys: impl IntoIterator<Item = Key>) -> Self {
        Self { keys: keys.into_iter().flat_map(|key| key.0).collect() }
    }

    /// The keys.
    pub fn list(&self) -> impl ExactSizeIterator<Item = Key> + '_ {
        let (keys, _) = self.keys.as_chunks::<KEY_BYTES>();
        keys.iter().map(|key| Key(*key))
    }

    pub(super) fn check(&self) -> Result<(), BadBody> {
        if self.keys.is_empty() || !self.keys.len().is_multiple_of(KEY_BYTES) {
            return Err(BadBody::BallotKey);
        }
        at_most("ballot keys", self.list().len(), MAX_KEYS)?;
        if self.list().all(|key| Triptych::is_key(&key)) { Ok(()) } else { Err(BadBody::BallotKey) }
    }
}

impl SecretBallot {
    /// What is signed for a ballot.
    pub fn statement(poll: EntryId, number: u64, answers: &Vec<Answer>) -> Vec<u8> {
        entry::canon::to_bytes(&Statement { poll, number, answers })
    }

    /// What a voter finds their ballot by. The same for every proof of the same ballot.
    pub fn id(&self, poll: EntryId) -> EntryId {
        let statement = Self::statement(poll, self.number, &self.answers);
        EntryId(*blake3::Hasher::new_derive_key(BALLOT_ID).update(&self.tag).update(&statement).finalize().as_bytes())
    }

    /// What its voter is known by in this poll, or for this question.
    pub const fn tag(&self) -> Tag {
        Tag(self.tag)
    }

    /// Whether every field is within its limits.
    pub fn check(&self) -> Result<(), BadBody> {
        if !(1..=MOST_BALLOTS).contains(&self.number) {
            return Err(BadBody::Number { what: "the number of a secret vote", min: 1, max: MOST_BALLOTS });
        }
        at_most("answers", self.answers.len(), MAX_QUESTIONS)?;
        self.answers.iter().try_for_each(answer::check)?;
        at_most("bytes of a proof", self.proof.len(), MAX_PROOF)
    }
}

impl BallotBox {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        if self.ballots.is_empty() {
            return Err(BadBody::Empty { what: "the list of ballots" });
        }
        at_most("ballots", self.ballots.len(), MAX_BALLOTS)?;
        let place = |ballot: &SecretBallot| (ballot.tag, ballot.number);
        if self.ballots.windows(2).any(|pair| place(&pair[0]) >= place(&pair[1])) {
            return Err(BadBody::Repeated { what: "the ballots are not in ascending order" });
        }
        self.ballots.iter().try_for_each(SecretBallot::check)
    }
}
