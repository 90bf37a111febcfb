//! A device's two keys: one signs entries, the other receives wrapped epoch keys.

use crate::secret::Seed32;
use ed25519_dalek::SigningKey;
use entry::DeviceId;
use rand_core::CryptoRng;
use std::fmt;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::ZeroizeOnDrop;

/// A device's keys. Wiped from memory when dropped; never printed.
#[derive(Clone)]
pub struct DeviceKey {
    signing: SigningKey,
    agreement: StaticSecret,
}

// Both parts wipe themselves.
impl ZeroizeOnDrop for DeviceKey {}

impl DeviceKey {
    /// New keys.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self::from_seeds(Seed32::generate(rng), Seed32::generate(rng))
    }

    /// From an ed25519 seed and an X25519 secret.
    pub fn from_seeds(signing: Seed32, agreement: Seed32) -> Self {
        Self { signing: SigningKey::from_bytes(signing.expose()), agreement: StaticSecret::from(*agreement.expose()) }
    }

    /// Which device this is: its ed25519 public key.
    pub fn id(&self) -> DeviceId {
        DeviceId(self.signing.verifying_key().to_bytes())
    }

    /// Its X25519 public key.
    pub fn agreement_public(&self) -> [u8; 32] {
        PublicKey::from(&self.agreement).to_bytes()
    }

    /// What signs entries.
    pub const fn signing_key(&self) -> &SigningKey {
        &self.signing
    }

    /// The X25519 secret. Handle with care.
    pub fn agreement_secret(&self) -> &[u8; 32] {
        self.agreement.as_bytes()
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceKey({})", self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_keys_are_those_of_the_rfcs() {
        // RFC 7748, section 6.1 (Alice), and RFC 8032, section 7.1 (test 1).
        let hex = |text| entry::EntryId::from_hex(text).map(|id| id.0).unwrap_or_default();
        let device = DeviceKey::from_seeds(
            Seed32::new(hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")),
            Seed32::new(hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")),
        );
        assert_eq!(device.id().to_string(), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        assert_eq!(device.agreement_public(), hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
        assert_eq!(format!("{device:?}"), format!("DeviceKey({})", device.id()));
    }
}
