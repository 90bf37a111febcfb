//! Kind 11: a comment.

use super::{BadBody, codec, text};
use entry::EntryId;
use minicbor::{Decode, Encode};

/// A comment on a post, minutes, a poll, or another comment.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Comment {
    /// What it answers.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub on: EntryId,
    /// Markdown.
    #[n(1)]
    pub body: String,
}

impl Comment {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::text("the comment", &self.body, 1)
    }
}
