//! Kind 3: an admission. A member puts on record that somebody came with a valid invitation.

use super::{BadBody, codec, minutes::at_most, rules::MAX_QUESTIONS, text};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use entry::{ChapterId, DeviceCert, EntryId, MemberId, Timestamp, canon};
use minicbor::{Decode, Encode};

/// Prefix of what a newcomer signs. Part of the format.
pub const JOIN: &[u8] = b"chapterhouse 1 join\0";
/// BLAKE3 `derive_key` context of a statement's digest. Part of the format.
const STATEMENT: &str = "chapterhouse 1 join statement";

/// The newcomer's own statement that they join, carried by the admission.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct JoinStatement {
    /// What is stated.
    #[n(0)]
    pub join: Join,
    /// By the invitation's key: the newcomer was given it.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub by_invitation: [u8; 64],
    /// By the member's key.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub by_member: [u8; 64],
    /// By the device's key: else somebody could have another's device certified as theirs.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub by_device: [u8; 64],
}

/// What a newcomer states.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Join {
    /// The chapter.
    #[n(0)]
    #[cbor(with = "codec::chapter_id")]
    pub chapter: ChapterId,
    /// The invitation's public key.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub invitation: [u8; 32],
    /// What the others shall call them.
    #[n(2)]
    pub handle: String,
    /// Their device.
    #[n(3)]
    pub cert: DeviceCert,
    /// When, by the newcomer's clock.
    #[n(4)]
    #[cbor(with = "codec::time")]
    pub time: Timestamp,
    /// What they agree to: [`super::Rules::terms`].
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub terms: [u8; 32],
    /// Their answers to the chapter's questions, in its order.
    #[n(6)]
    pub answers: Vec<String>,
}

/// An admission.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Admit {
    /// The entry of the invitation.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub invite: EntryId,
    /// The newcomer's statement.
    #[n(1)]
    pub statement: JoinStatement,
}

/// A join statement that somebody else made, or made for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum BadJoin {
    /// Not signed by the invitation's key.
    #[error("it is not signed with the invitation")]
    Invitation,
    /// Not signed by the member's key.
    #[error("it is not signed by the newcomer")]
    Member,
    /// Not signed by the device's key.
    #[error("it is not signed by the newcomer's device")]
    Device,
    /// The member did not certify the device.
    #[error("the newcomer did not certify the device")]
    Cert,
}

impl Join {
    /// What is signed, thrice: a domain prefix, then the statement.
    pub fn message(&self) -> Vec<u8> {
        [JOIN, &canon::to_bytes(self)].concat()
    }

    /// Signs with the three keys. The newcomer has all of them.
    pub fn sign(self, invitation: &SigningKey, member: &SigningKey, device: &SigningKey) -> JoinStatement {
        let message = self.message();
        let by = |key: &SigningKey| key.sign(&message).to_bytes();
        let (by_invitation, by_member, by_device) = (by(invitation), by(member), by(device));
        JoinStatement { join: self, by_invitation, by_member, by_device }
    }
}

impl JoinStatement {
    /// The newcomer.
    pub const fn member_id(&self) -> MemberId {
        self.join.cert.member_id()
    }

    /// Reads a statement that came from outside. The signatures are checked by [`JoinStatement::verify`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadBody> {
        let statement: Self = super::body::canonical(bytes)?;
        statement.check()?;
        Ok(statement)
    }

    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        canon::to_bytes(self)
    }

    /// Checks the three signatures and the certificate, strictly.
    pub fn verify(&self) -> Result<(), BadJoin> {
        let message = self.join.message();
        let by = |key: &[u8; 32], signature: &[u8; 64]| {
            VerifyingKey::from_bytes(key)
                .is_ok_and(|key| key.verify_strict(&message, &Signature::from_bytes(signature)).is_ok())
        };
        if !by(&self.join.invitation, &self.by_invitation) {
            return Err(BadJoin::Invitation);
        }
        if !by(&self.join.cert.member, &self.by_member) {
            return Err(BadJoin::Member);
        }
        if !by(&self.join.cert.device, &self.by_device) {
            return Err(BadJoin::Device);
        }
        self.join.cert.verify().map_err(|_| BadJoin::Cert)
    }

    /// Stands for the statement: what sponsors give their word for.
    pub fn digest(&self) -> [u8; 32] {
        blake3::derive_key(STATEMENT, &self.to_bytes())
    }

    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::handle(&self.join.handle)?;
        at_most("answers", self.join.answers.len(), MAX_QUESTIONS)?;
        for answer in &self.join.answers {
            text::bytes("an answer", answer, 0, text::MAX_REASON)?;
        }
        Ok(())
    }
}

impl Admit {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        self.statement.check()
    }
}
