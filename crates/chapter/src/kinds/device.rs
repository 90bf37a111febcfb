//! Kinds 110 and 111: a member adds a device, or revokes one.

use super::{BadBody, BadJoin, codec, text};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use entry::{ChapterId, DeviceCert, DeviceId, EntryId, canon};
use minicbor::{Decode, Encode};

/// Prefix of what a device signs that is added. Part of the format.
pub const ADD: &[u8] = b"chapterhouse 1 add device\0";

/// A member's device adds another one of the same member.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct AddDevice {
    /// The member's certificate for it.
    #[n(0)]
    pub cert: DeviceCert,
    /// By the new device: it agrees to be this member's in this chapter.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub by_device: [u8; 64],
}

/// A device of a member counts no longer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Revoke {
    /// Which.
    #[n(0)]
    #[cbor(with = "codec::device_id")]
    pub device: DeviceId,
    /// The last entry of it that counts; none, if nothing that it ever wrote does.
    #[n(1)]
    #[cbor(with = "codec::maybe_entry_id")]
    pub last: Option<EntryId>,
    /// Why; may be empty.
    #[n(2)]
    pub why: String,
}

fn message(chapter: &ChapterId, cert: &DeviceCert) -> Vec<u8> {
    [ADD, chapter.as_bytes(), &canon::to_bytes(cert)].concat()
}

impl AddDevice {
    /// Signs with the new device's key.
    pub fn sign(chapter: &ChapterId, cert: DeviceCert, device: &SigningKey) -> Self {
        let by_device = device.sign(&message(chapter, &cert)).to_bytes();
        Self { cert, by_device }
    }

    /// Checks certificate and signature, strictly.
    pub fn verify(&self, chapter: &ChapterId) -> Result<(), BadJoin> {
        let key = VerifyingKey::from_bytes(&self.cert.device).map_err(|_| BadJoin::Device)?;
        let signature = Signature::from_bytes(&self.by_device);
        key.verify_strict(&message(chapter, &self.cert), &signature).map_err(|_| BadJoin::Device)?;
        self.cert.verify().map_err(|_| BadJoin::Cert)
    }
}

impl Revoke {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::bytes("the reason", &self.why, 0, text::MAX_REASON)
    }
}
