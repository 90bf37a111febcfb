//! Kind 30: a poll. Its entry's id is the poll's id, so that another roll, another question or another way of counting
//! is another poll.

use super::{BadBody, Conduct, Secrecy, codec, conduct, method, minutes::at_most, text};
use entry::{EntryId, MemberId, Timestamp};
use minicbor::{Decode, Encode};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use vote::{
    Method,
    method::consensus::POSITIONS,
    secret::{KEY_BYTES, Key},
};

/// BLAKE3 `derive_key` context of a roll's hash. Part of the format.
pub const ROLL: &str = "chapterhouse 1 roll";
/// BLAKE3 `derive_key` context of the hash of a secret poll's roll. Part of the format.
pub const SECRET_ROLL: &str = "chapterhouse 1 secret roll";
/// BLAKE3 `derive_key` context of the hash of a roll with weights. Part of the format.
pub const WEIGHED_ROLL: &str = "chapterhouse 1 weighed roll";
/// The most questions.
pub const MAX_QUESTIONS: usize = vote::poll::MAX_QUESTIONS;
/// The most options of a question.
pub const MAX_OPTIONS: usize = vote::poll::MAX_OPTIONS as usize;
/// The longest question, in characters.
pub const MAX_QUESTION: usize = 500;
/// The longest option, in characters.
pub const MAX_OPTION: usize = 200;
/// The longest key of a question.
pub const MAX_KEY: usize = 32;

/// A poll.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Poll {
    /// One line.
    #[n(0)]
    pub title: String,
    /// Markdown; may be empty.
    #[n(1)]
    pub description: String,
    /// The last moment of voting.
    #[n(2)]
    #[cbor(with = "codec::time")]
    pub closes: Timestamp,
    /// What is asked.
    #[n(3)]
    pub questions: Vec<Question>,
    /// How many members are on the roll.
    #[n(4)]
    pub roll_count: u64,
    /// [`Poll::hash_of`] them.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub roll_hash: [u8; 32],
    /// How it is held.
    #[n(6)]
    #[cbor(with = "conduct::maybe")]
    pub conduct: Conduct,
    /// The version of a proposal that it is; nothing, and no field, where it was not proposed.
    #[n(7)]
    #[cbor(with = "codec::last_entry_id", has_nil)]
    pub proposal: Option<EntryId>,
}

/// One question. It can always be left blank.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Question {
    /// Short name, unique in the poll: `a` to `z`, digits, `_` and `-`.
    #[n(0)]
    pub key: String,
    /// What is asked.
    #[n(1)]
    pub text: String,
    /// What can be chosen, all different. None where the method has positions: nobody can give these other names.
    #[n(2)]
    pub options: Vec<String>,
    /// How it is decided.
    #[n(3)]
    #[cbor(with = "method")]
    pub method: Method,
}

/// What a poll says about its roll: the hash of the members' ids in ascending order.
pub fn roll_hash<'a>(roll: impl IntoIterator<Item = &'a MemberId>) -> [u8; 32] {
    let sorted: BTreeSet<&MemberId> = roll.into_iter().collect();
    let mut hasher = blake3::Hasher::new_derive_key(ROLL);
    for member in sorted {
        hasher.update(member.as_bytes());
    }
    *hasher.finalize().as_bytes()
}

impl Poll {
    /// Of these members, those who have a vote.
    pub fn roll_in(&self, mut members: BTreeSet<MemberId>) -> BTreeSet<MemberId> {
        for observer in &self.conduct.observers {
            members.remove(&observer.member);
        }
        members
    }

    /// Whether nobody can tell whose a ballot is.
    pub fn is_secret(&self) -> bool {
        matches!(self.conduct.secrecy, Secrecy::Secret | Secrecy::Apart)
    }

    /// Whether nobody can tell either which answers to different questions are one voter's.
    pub fn is_apart(&self) -> bool {
        self.conduct.secrecy == Secrecy::Apart
    }

    /// Whether nobody can read a ballot before the close.
    pub fn is_hidden(&self) -> bool {
        self.conduct.secrecy == Secrecy::Hidden
    }

    /// What it says about this roll: the hash of the members' ids in ascending order, with what their votes weigh if
    /// these differ, and with the ballot keys that a secret poll has for them.
    pub fn hash_of(&self, roll: &BTreeSet<MemberId>, keys: &BTreeMap<MemberId, Key>) -> [u8; 32] {
        if self.is_secret() {
            let mut hasher = blake3::Hasher::new_derive_key(SECRET_ROLL);
            for member in roll {
                hasher.update(member.as_bytes()).update(keys.get(member).map_or(&[0; KEY_BYTES], |key| &key.0));
            }
            return *hasher.finalize().as_bytes();
        }
        let Some(weights) = self.weights() else { return roll_hash(roll) };
        let mut hasher = blake3::Hasher::new_derive_key(WEIGHED_ROLL);
        hasher.update(&u64::from(weights.per_vote).to_be_bytes());
        for member in roll {
            let parts = weights.of.get(member).copied().unwrap_or(weights.per_vote);
            hasher.update(member.as_bytes());
            hasher.update(&u64::from(parts).to_be_bytes());
        }
        *hasher.finalize().as_bytes()
    }

    /// The same poll, for these members.
    #[must_use]
    pub fn for_members(self, members: BTreeSet<MemberId>) -> Self {
        self.for_keys(members, &BTreeMap::new())
    }

    /// The same, for members with these ballot keys.
    #[must_use]
    pub fn for_keys(mut self, members: BTreeSet<MemberId>, keys: &BTreeMap<MemberId, Key>) -> Self {
        let roll = self.roll_in(members);
        self.roll_count = roll.len() as u64;
        self.roll_hash = self.hash_of(&roll, keys);
        self
    }

    /// What its count needs to know.
    pub fn rules(&self, id: EntryId, roll: Arc<BTreeSet<MemberId>>) -> vote::Poll {
        let question =
            |question: &Question| vote::Question { options: question.places(), method: question.method.clone() };
        vote::Poll {
            id,
            questions: self.questions.iter().map(question).collect(),
            roll,
            weights: self.weights().map(Arc::new),
            closes: self.closes,
            quorum: self.conduct.quorum,
            delegation: self.conduct.delegation,
            secret: self.is_secret(),
            apart: self.is_apart(),
            hidden: self.is_hidden(),
        }
    }

    fn weights(&self) -> Option<vote::Weights> {
        let of = self.conduct.weights.iter().map(|weight| (weight.member, weight.parts));
        let weights = vote::Weights { per_vote: self.conduct.per_vote, of: of.collect() };
        Some(weights).filter(|weights| !weights.of.is_empty())
    }

    pub(super) fn check(&self) -> Result<(), BadBody> {
        self.check_planned()?;
        if self.is_hidden() && self.conduct.tellers.is_empty() { Err(BadBody::NoTellers) } else { Ok(()) }
    }

    /// The same, where it is not known yet who its tellers are.
    pub(super) fn check_planned(&self) -> Result<(), BadBody> {
        text::line("the title", &self.title, 1, text::MAX_TITLE)?;
        text::text("the description", &self.description, 0)?;
        if self.questions.is_empty() {
            return Err(BadBody::Empty { what: "the list of questions" });
        }
        at_most("questions", self.questions.len(), MAX_QUESTIONS)?;
        self.questions.iter().try_for_each(Question::check)?;
        let keys: BTreeSet<&str> = self.questions.iter().map(|question| question.key.as_str()).collect();
        if keys.len() < self.questions.len() {
            return Err(BadBody::Repeated { what: "two questions have the same short name" });
        }
        self.conduct.check()?;
        // Who is on the roll only the poll's past tells; here, those whose vote weighs something else are.
        let weighed = self.conduct.weights.iter().map(|weight| weight.member).collect();
        self.rules(EntryId([0; 32]), Arc::new(weighed)).check().map_err(BadBody::Uncountable)
    }
}

impl Question {
    /// Among how many options or positions it asks to choose.
    pub fn places(&self) -> u16 {
        if method::has_positions(&self.method) {
            return POSITIONS;
        }
        // More than there can be is refused as too many.
        u16::try_from(self.options.len()).unwrap_or(u16::MAX)
    }

    /// Whether it can be asked; its method's settings apart.
    pub fn check(&self) -> Result<(), BadBody> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
        if self.key.is_empty() || self.key.len() > MAX_KEY || !self.key.bytes().all(fits) {
            return Err(BadBody::Key);
        }
        text::line("a question", &self.text, 1, MAX_QUESTION)?;
        if method::has_positions(&self.method) {
            return if self.options.is_empty() { Ok(()) } else { Err(BadBody::Positions) };
        }
        if self.options.len() < 2 {
            return Err(BadBody::FewOptions);
        }
        at_most("options of one question", self.options.len(), MAX_OPTIONS)?;
        for option in &self.options {
            text::line("an option", option, 1, MAX_OPTION)?;
        }
        let different: BTreeSet<&String> = self.options.iter().collect();
        if different.len() < self.options.len() {
            return Err(BadBody::Repeated { what: "two options of a question are the same" });
        }
        Ok(())
    }
}
