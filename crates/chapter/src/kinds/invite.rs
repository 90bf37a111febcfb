//! Kind 2: an invitation. Whoever has its secret key may be admitted by any member, until it expires.

use super::{BadBody, codec};
use entry::Timestamp;
use minicbor::{Decode, Encode};

/// The most members that one invitation admits.
pub const MAX_USES: u64 = 1000;

/// A member's invitation.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Invite {
    /// Ed25519 public key of the invitation; the secret key is in the link that is handed over.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub invitation: [u8; 32],
    /// The last moment at which somebody can be admitted by it.
    #[n(1)]
    #[cbor(with = "codec::time")]
    pub expires: Timestamp,
    /// How many members it admits.
    #[n(2)]
    pub uses: u64,
}

impl Invite {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        if (1..=MAX_USES).contains(&self.uses) {
            Ok(())
        } else {
            Err(BadBody::Number { what: "the number of members that an invitation admits", min: 1, max: MAX_USES })
        }
    }
}
