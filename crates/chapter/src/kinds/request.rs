//! Kinds 100 to 102: a newcomer's request, put on record by a member, and what members say to it.

use super::{BadBody, JoinStatement, codec, text};
use entry::EntryId;
use minicbor::{Decode, Encode};

/// A newcomer came with an invitation to a chapter that asks for more than one sponsor.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Request {
    /// The entry of the invitation.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub invite: EntryId,
    /// The newcomer's statement.
    #[n(1)]
    pub statement: JoinStatement,
}

/// A member's word for a newcomer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Sponsor {
    /// The entry of the request.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub request: EntryId,
    /// Why; may be empty.
    #[n(1)]
    pub why: String,
}

/// A member does not give their word, and says why. It keeps nobody else from giving theirs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Decline {
    /// The entry of the request.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub request: EntryId,
    /// Why.
    #[n(1)]
    pub why: String,
}

impl Request {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        self.statement.check()
    }
}

impl Sponsor {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::bytes("the reason", &self.why, 0, text::MAX_REASON)
    }
}

impl Decline {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::bytes("the reason", &self.why, 1, text::MAX_REASON)
    }
}
