//! The only encoding that is accepted.
//!
//! CBOR (RFC 8949) in the deterministic form of its section 4.2.1, narrowed: unsigned integers, byte strings, text,
//! arrays of known length, `null`. Every value has exactly one encoding. minicbor itself accepts overlong integers,
//! indefinite lengths and trailing bytes, so decoding is always followed by encoding, and the two must be equal.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

/// Why bytes are not a canonical value.
#[derive(Debug, thiserror::Error)]
pub enum CanonError {
    /// They are longer than the limit for this value.
    #[error("{got} bytes are more than the {limit} allowed")]
    TooLong {
        /// How long they are.
        got: usize,
        /// How long they may be.
        limit: usize,
    },
    /// They are no such value.
    #[error("malformed: {0}")]
    Malformed(#[from] minicbor::decode::Error),
    /// They are such a value, written in another way than the one that is accepted.
    #[error("not in the one accepted form")]
    NotCanonical,
}

/// Encodes. Writing to memory cannot fail, and the `Encode` implementations of this project have no errors of their
/// own; one that had would come out as no bytes at all, which [`from_bytes`] takes for nothing.
pub fn to_bytes<T: Encode<()>>(value: &T) -> Vec<u8> {
    to_bytes_with_room(value, 256)
}

/// [`to_bytes`] for a caller that knows about how long the encoding will be.
pub(crate) fn to_bytes_with_room<T: Encode<()>>(value: &T, room: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(room);
    let written = minicbor::Encoder::new(&mut bytes).encode(value).is_ok();
    debug_assert!(written, "an Encode implementation failed of its own accord");
    if !written {
        bytes.clear();
    }
    bytes
}

/// Decodes, and refuses what is not exactly what [`to_bytes`] would write.
pub fn from_bytes<'b, T: Encode<()> + Decode<'b, ()>>(bytes: &'b [u8], limit: usize) -> Result<T, CanonError> {
    if bytes.len() > limit {
        return Err(CanonError::TooLong { got: bytes.len(), limit });
    }
    let value: T = Decoder::new(bytes).decode()?;
    let mut rest = Same(bytes);
    let same = Encoder::new(&mut rest).encode(&value).is_ok();
    if same && rest.0.is_empty() { Ok(value) } else { Err(CanonError::NotCanonical) }
}

/// Compares what is written with what was read, in place of keeping it.
struct Same<'b>(&'b [u8]);

/// What was written is not what was read.
#[derive(Debug, thiserror::Error)]
#[error("other bytes")]
struct Other;

impl encode::Write for Same<'_> {
    type Error = Other;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Other> {
        self.0 = self.0.strip_prefix(bytes).ok_or(Other)?;
        Ok(())
    }
}

/// A byte string of a known length.
pub(crate) fn fixed<const N: usize>(d: &mut Decoder<'_>) -> Result<[u8; N], decode::Error> {
    d.bytes()?.try_into().map_err(|_| decode::Error::message("a field of another length"))
}
