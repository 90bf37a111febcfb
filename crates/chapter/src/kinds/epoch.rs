//! Kind 130: a key epoch begins, or somebody who was left out of it gets its key.

use super::{BadBody, codec, minutes::at_most};
use entry::DeviceId;
use minicbor::{Decode, Encode};

/// The most wrapped keys in one entry; a larger chapter takes several entries.
pub const MAX_WRAPS: usize = 500;
/// Bytes of a wrapped key: HPKE's encapsulated key (32), the key (32) and the tag (16).
pub const WRAPPED: usize = 80;
/// The highest generation: 16 bits, less the last.
pub const MAX_GENERATION: u64 = 0xffff;

/// BLAKE3 `derive_key` context of a key's commitment. Part of the format.
const COMMITMENT: &str = "chapterhouse 1 epoch commitment";

/// The key of an epoch, for devices.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Epoch {
    /// How-manieth key of the chapter it is: one more than the highest that its author had seen. The charter's is 0.
    #[n(0)]
    pub generation: u64,
    /// [`commitment`] of the key.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub commitment: [u8; 32],
    /// The key for each device, by ascending device.
    #[n(2)]
    pub wraps: Vec<Wrap>,
}

/// An epoch's key for one device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Wrap {
    /// The device.
    #[n(0)]
    #[cbor(with = "codec::device_id")]
    pub device: DeviceId,
    /// HPKE: encapsulated key, then ciphertext.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub sealed: [u8; WRAPPED],
}

/// What an epoch says of its key, so that nobody can give two devices two keys for one epoch.
pub fn commitment(key: &[u8; 32]) -> [u8; 32] {
    blake3::derive_key(COMMITMENT, key)
}

/// The number under which entries name an epoch: its generation, and 48 bits of the commitment. So two epochs that two
/// members begin at the same moment have different numbers, and both can be used.
pub const fn number(generation: u64, commitment: &[u8; 32]) -> u64 {
    let [a, b, c, d, e, f, ..] = *commitment;
    generation << 48 | u64::from_be_bytes([0, 0, a, b, c, d, e, f])
}

/// The generation in an epoch's number.
pub const fn generation(number: u64) -> u64 {
    number >> 48
}

/// The lowest number that an epoch of this generation can have.
pub const fn first_number(generation: u64) -> u64 {
    generation << 48
}

impl Epoch {
    /// The number under which entries name it.
    pub const fn number(&self) -> u64 {
        number(self.generation, &self.commitment)
    }

    pub(super) fn check(&self) -> Result<(), BadBody> {
        if !(1..=MAX_GENERATION).contains(&self.generation) {
            return Err(BadBody::Number { what: "the generation of a key", min: 1, max: MAX_GENERATION });
        }
        at_most("wrapped keys", self.wraps.len(), MAX_WRAPS)?;
        if self.wraps.windows(2).any(|pair| pair[0].device >= pair[1].device) {
            return Err(BadBody::Repeated { what: "the wrapped keys are not by ascending device" });
        }
        Ok(())
    }
}
