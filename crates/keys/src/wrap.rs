//! A secret for one device: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
//!
//! Base mode says nothing about the sender: who may hand out an epoch's key follows from the signed entry that carries
//! the wrapped one.

use crate::device::DeviceKey;
use hpke::{
    Deserializable, HpkeError, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256, single_shot_open, single_shot_seal_with_rng,
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

type Kem = X25519HkdfSha256;

/// The longest secret that is wrapped.
pub const MAX_SECRET: usize = 12 * 1024;
/// How much longer than the secret its wrapping is: the sender's one-time public key and the authentication tag.
pub const OVERHEAD: usize = 32 + 16;

/// Why a secret could not be wrapped or unwrapped.
#[derive(Debug, thiserror::Error)]
pub enum WrapError {
    /// Longer than [`MAX_SECRET`].
    #[error("{0} bytes are too many for a wrapped secret")]
    TooLong(usize),
    /// Shorter than any wrapping.
    #[error("{0} bytes are too few for a wrapped secret")]
    TooShort(usize),
    /// The recipient's public key is none to which anything can be wrapped.
    #[error("this device's public key cannot be used: {0}")]
    Recipient(#[source] HpkeError),
    /// For another device, another purpose, or altered.
    #[error("this was not wrapped for this device and this purpose: {0}")]
    NotForUs(#[source] HpkeError),
}

/// Wraps a secret to a device's X25519 public key. `info` and `aad` bind it to its purpose: unwrapping needs the same.
pub fn wrap(
    recipient: &[u8; 32],
    info: &[u8],
    aad: &[u8],
    secret: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, WrapError> {
    if secret.len() > MAX_SECRET {
        return Err(WrapError::TooLong(secret.len()));
    }
    let recipient = <Kem as hpke::Kem>::PublicKey::from_bytes(recipient).map_err(WrapError::Recipient)?;
    let (sender, sealed) = single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Kem>(
        &OpModeS::Base,
        &recipient,
        info,
        secret,
        aad,
        rng,
    )
    .map_err(WrapError::Recipient)?;
    Ok([sender.to_bytes().as_slice(), &sealed].concat())
}

/// Unwraps what was wrapped to this device for this purpose.
pub fn unwrap(device: &DeviceKey, info: &[u8], aad: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, WrapError> {
    if wrapped.len() > MAX_SECRET + OVERHEAD {
        return Err(WrapError::TooLong(wrapped.len()));
    }
    let Some((sender, sealed)) = wrapped.split_at_checked(32).filter(|(_, sealed)| sealed.len() >= 16) else {
        return Err(WrapError::TooShort(wrapped.len()));
    };
    let own = <Kem as hpke::Kem>::PrivateKey::from_bytes(device.agreement_secret()).map_err(WrapError::NotForUs)?;
    let sender = <Kem as hpke::Kem>::EncappedKey::from_bytes(sender).map_err(WrapError::NotForUs)?;
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, Kem>(&OpModeR::Base, &own, &sender, info, sealed, aad)
        .map(Zeroizing::new)
        .map_err(WrapError::NotForUs)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    fn device(seed: u64) -> DeviceKey {
        DeviceKey::generate(&mut ChaCha20Rng::seed_from_u64(seed))
    }

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::seed_from_u64(0)
    }

    #[test]
    fn the_bytes_are_those_of_rfc_9180() {
        // Appendix A.2.1 (X25519, HKDF-SHA256, ChaCha20Poly1305, base mode), the first message.
        let hex = |text: &str| -> Vec<u8> {
            text.as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect()
        };
        let secret: [u8; 32] =
            hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb").try_into().unwrap();
        let recipient = DeviceKey::from_seeds(crate::Seed32::new([1; 32]), crate::Seed32::new(secret));
        assert_eq!(
            recipient.agreement_public().as_slice(),
            hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a")
        );
        let wrapped = [
            hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"),
            hex("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"),
        ]
        .concat();
        let info = hex("4f6465206f6e2061204772656369616e2055726e");
        let opened = unwrap(&recipient, &info, b"Count-0", &wrapped).unwrap();
        assert_eq!(opened.as_slice(), b"Beauty is truth, truth beauty");
    }

    #[test]
    fn another_device_or_purpose_does_not_open_it() {
        let wrapped = wrap(&device(1).agreement_public(), b"info", b"aad", &[7; 32], &mut rng()).unwrap();
        assert_eq!(wrapped.len(), 32 + OVERHEAD);
        assert!(unwrap(&device(1), b"info", b"aad", &wrapped).is_ok());
        for refused in [
            unwrap(&device(2), b"info", b"aad", &wrapped),
            unwrap(&device(1), b"other", b"aad", &wrapped),
            unwrap(&device(1), b"info", b"other", &wrapped),
        ] {
            assert!(matches!(refused, Err(WrapError::NotForUs(_))));
        }
    }

    #[test]
    fn a_key_of_small_order_is_refused() {
        let refused = wrap(&[0; 32], b"", b"", &[7; 32], &mut rng());
        assert!(matches!(refused, Err(WrapError::Recipient(_))));
        assert!(matches!(unwrap(&device(1), b"", b"", &[0; 80]), Err(WrapError::NotForUs(_))));
    }

    #[test]
    fn lengths_are_bounded() {
        let to = device(1).agreement_public();
        assert!(matches!(wrap(&to, b"", b"", &[0; MAX_SECRET + 1], &mut rng()), Err(WrapError::TooLong(_))));
        let largest = wrap(&to, b"", b"", &[9; MAX_SECRET], &mut rng()).unwrap();
        assert_eq!(unwrap(&device(1), b"", b"", &largest).unwrap().as_slice(), [9; MAX_SECRET]);
        assert!(matches!(unwrap(&device(1), b"", b"", &[0; MAX_SECRET + OVERHEAD + 1]), Err(WrapError::TooLong(_))));
        for len in 0..OVERHEAD {
            assert!(matches!(unwrap(&device(1), b"", b"", &largest[..len]), Err(WrapError::TooShort(_))));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn every_secret_comes_back_and_no_changed_byte_passes(
            secret in prop::collection::vec(any::<u8>(), 0..64),
            at: prop::sample::Index,
            change in 1..=255_u8,
        ) {
            let mut wrapped = wrap(&device(1).agreement_public(), b"i", b"a", &secret, &mut rng()).unwrap();
            let opened = unwrap(&device(1), b"i", b"a", &wrapped).unwrap();
            prop_assert_eq!(opened.as_slice(), secret.as_slice());
            let at = at.index(wrapped.len());
            wrapped[at] ^= change;
            // X25519 ignores the top bit of a public key, but HPKE hashes the key as it was sent.
            prop_assert!(unwrap(&device(1), b"i", b"a", &wrapped).is_err());
        }
    }
}
