//! Kind 10: a post.

use super::{BadBody, text};
use minicbor::{Decode, Encode};

/// A post: news, a member's text, or a question to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Post {
    /// What it is.
    #[n(0)]
    pub kind: PostKind,
    /// One line.
    #[n(1)]
    pub title: String,
    /// Markdown; may be empty.
    #[n(2)]
    pub body: String,
}

/// What a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum PostKind {
    /// Something that happened or will.
    #[n(0)]
    News,
    /// One member's text.
    #[n(1)]
    Blog,
    /// A question to everybody.
    #[n(2)]
    Discussion,
}

impl Post {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::line("the title", &self.title, 1, text::MAX_TITLE)?;
        text::text("the text", &self.body, 0)
    }
}
