//! Which devices are a member's: the member key signs the device's two public keys.
//!
//! It is the member's word and not the device's: anybody can certify a key that belongs to somebody else. So a
//! certificate gives a device to a member only together with that device's signature over something that contains it.

use crate::{
    canon::{self, CanonError},
    ids::{DeviceId, MemberId, domain},
    signature,
};
use ed25519_dalek::{Signer, SigningKey};
use minicbor::{Decode, Encode};

/// How long the encoding of every certificate is, in bytes.
pub const CERT_BYTES: usize = 169;

/// A member's word that a device is theirs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct DeviceCert {
    /// The member's ed25519 public key.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub member: [u8; 32],
    /// The device's ed25519 public key: it signs entries.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub device: [u8; 32],
    /// The device's X25519 public key: epoch keys are wrapped to it (RFC 9180). Nothing here checks it: one to which
    /// nothing can be wrapped costs its owner the epoch, and must not cost the others theirs.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub agreement: [u8; 32],
    /// The member's signature over [`DeviceCert::message`].
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

/// The certificate is not this member's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the device's certificate is not signed by the member that it names")]
pub struct BadCert;

impl DeviceCert {
    /// Certifies a device.
    pub fn issue(member: &SigningKey, device: [u8; 32], agreement: [u8; 32]) -> Self {
        let signature = member.sign(&Self::message(&device, &agreement)).to_bytes();
        Self { member: member.verifying_key().to_bytes(), device, agreement, signature }
    }

    /// What is signed: a domain prefix, then both public keys.
    pub fn message(device: &[u8; 32], agreement: &[u8; 32]) -> Vec<u8> {
        [domain::DEVICE_CERT, device, agreement].concat()
    }

    /// Checks the member's signature, as strictly as an entry's.
    pub fn verify(&self) -> Result<(), BadCert> {
        let key = signature::public_key(&self.member).map_err(|_| BadCert)?;
        signature::check(&key, &Self::message(&self.device, &self.agreement), &self.signature).map_err(|_| BadCert)
    }

    /// Reads a certificate that came from outside. Its form is checked here, its signature by [`DeviceCert::verify`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CanonError> {
        canon::from_bytes(bytes, CERT_BYTES)
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        canon::to_bytes(self)
    }

    /// The member.
    pub const fn member_id(&self) -> MemberId {
        MemberId(self.member)
    }

    /// The device.
    pub const fn device_id(&self) -> DeviceId {
        DeviceId(self.device)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_certificate_holds_only_for_its_member_and_its_keys() {
        let member = SigningKey::from_bytes(&[1; 32]);
        let cert = DeviceCert::issue(&member, [2; 32], [3; 32]);
        assert_eq!(cert.verify(), Ok(()));
        assert_eq!(DeviceCert { device: [4; 32], ..cert.clone() }.verify(), Err(BadCert));
        assert_eq!(DeviceCert { agreement: [4; 32], ..cert.clone() }.verify(), Err(BadCert));
        let other = SigningKey::from_bytes(&[9; 32]).verifying_key().to_bytes();
        assert_eq!(DeviceCert { member: other, ..cert }.verify(), Err(BadCert));
    }
}
