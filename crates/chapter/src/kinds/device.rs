//! Kinds 110 and 111: a member adds a device, or revokes one.

use super::{BadBody, BadJoin, codec, text};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use entry::{DeviceCert, DeviceId, EntryId, MemberId};
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
    /// By the new device: it agrees to be this member's.
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

fn message(member: &MemberId, device: &DeviceId, agreement: &[u8; 32]) -> Vec<u8> {
    [ADD, member.as_bytes(), device.as_bytes(), agreement].concat()
}

impl AddDevice {
    /// The new device's word that it agrees to be this member's.
    pub fn consent(member: &MemberId, device: &SigningKey, agreement: &[u8; 32]) -> [u8; 64] {
        device.sign(&message(member, &DeviceId(device.verifying_key().to_bytes()), agreement)).to_bytes()
    }

    /// Checks certificate and signature, strictly.
    pub fn verify(&self) -> Result<(), BadJoin> {
        let key = VerifyingKey::from_bytes(&self.cert.device).map_err(|_| BadJoin::Device)?;
        let signed = message(&self.cert.member_id(), &self.cert.device_id(), &self.cert.agreement);
        key.verify_strict(&signed, &Signature::from_bytes(&self.by_device)).map_err(|_| BadJoin::Device)?;
        self.cert.verify().map_err(|_| BadJoin::Cert)
    }
}

impl Revoke {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::bytes("the reason", &self.why, 0, text::MAX_REASON)
    }
}
