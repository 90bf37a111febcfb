//! The one way in which a signature is checked.
//!
//! ed25519 as in RFC 8032, strictly: the key and R must not be of small order, S must be below the group's order, and R
//! must be the very bytes that the equation gives. No batches: batch and single checks can disagree on crafted
//! signatures, and then two honest members would hold different sets.

use ed25519_dalek::{Signature, VerifyingKey};

/// The signature is not that of this key over this message, or the key is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not hold")]
pub struct BadSignature;

/// A public key from its bytes. That is a tenth of the work of a check, so who checks much keeps it.
pub fn public_key(bytes: &[u8; 32]) -> Result<VerifyingKey, BadSignature> {
    VerifyingKey::from_bytes(bytes).map_err(|_| BadSignature)
}

/// Checks a signature.
pub fn check(key: &VerifyingKey, message: &[u8], signature: &[u8; 64]) -> Result<(), BadSignature> {
    key.verify_strict(message, &Signature::from_bytes(signature)).map_err(|_| BadSignature)
}
