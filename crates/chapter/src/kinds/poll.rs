//! Kind 30: a poll. Its entry's id is the poll's id, so that another roll or another question is another poll.

use super::{BadBody, codec, minutes::at_most, text};
use entry::{MemberId, Timestamp};
use minicbor::{Decode, Encode};
use std::collections::BTreeSet;

/// BLAKE3 `derive_key` context of a roll's hash. Part of the format.
pub const ROLL: &str = "chapterhouse 1 roll";
/// The most questions.
pub const MAX_QUESTIONS: usize = 50;
/// The most options of a question.
pub const MAX_OPTIONS: usize = 100;
/// The longest question, in characters.
pub const MAX_QUESTION: usize = 500;
/// The longest option, in characters.
pub const MAX_OPTION: usize = 200;
/// The longest key of a question.
pub const MAX_KEY: usize = 32;

/// A poll of single-choice questions, with open ballots.
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
    /// [`roll_hash`] of them.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub roll_hash: [u8; 32],
}

/// One question: a single choice, or blank.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Question {
    /// Short name, unique in the poll: `a` to `z`, digits, `_` and `-`.
    #[n(0)]
    pub key: String,
    /// What is asked.
    #[n(1)]
    pub text: String,
    /// What can be chosen, all different.
    #[n(2)]
    pub options: Vec<String>,
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
    pub(super) fn check(&self) -> Result<(), BadBody> {
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
        Ok(())
    }
}

impl Question {
    fn check(&self) -> Result<(), BadBody> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-');
        if self.key.is_empty() || self.key.len() > MAX_KEY || !self.key.bytes().all(fits) {
            return Err(BadBody::Key);
        }
        text::line("a question", &self.text, 1, MAX_QUESTION)?;
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
