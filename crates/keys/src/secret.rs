//! 32 secret bytes.

use rand_core::CryptoRng;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// 32 secret bytes. Wiped from memory when dropped; never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Seed32([u8; 32]);

impl Seed32 {
    /// From bytes; the caller wipes its own copy.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Fresh ones.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut seed = Self([0; 32]);
        rng.fill_bytes(&mut seed.0);
        seed
    }

    /// The bytes. Handle with care.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Seed32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed32(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_every_key_wipes_itself() {
        fn wiped<T: ZeroizeOnDrop>() {}
        wiped::<Seed32>();
        wiped::<entry::EpochKey>();
        // What member and device keys are made of; their own word for it is only as good as this.
        wiped::<ed25519_dalek::SigningKey>();
        wiped::<x25519_dalek::StaticSecret>();
        wiped::<crate::seal::ContentKey>();
    }

    #[test]
    fn it_is_wiped_and_not_printed() {
        let mut seed = Seed32::new([0xAB; 32]);
        assert_eq!(format!("{seed:?}"), "Seed32(secret)");
        seed.zeroize();
        assert_eq!(seed.expose(), &[0; 32]);
    }
}
