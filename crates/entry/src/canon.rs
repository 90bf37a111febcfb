//! The only encoding that is accepted.
//!
//! CBOR (RFC 8949) in the deterministic form of its section 4.2.1, narrowed: unsigned integers, byte strings, text,
//! arrays of known length, `null`. Every value has exactly one encoding. minicbor itself accepts overlong integers,
//! indefinite lengths and trailing bytes, so decoding is always followed by encoding, and the two must be equal.

use minicbor::{Decode, Decoder, Encode};

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

/// Encodes. Writing to memory cannot fail.
pub fn to_bytes<T: Encode<()>>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    let mut encoder = minicbor::Encoder::new(&mut bytes);
    // A Vec never refuses a write; our own Encode implementations return no errors of their own.
    if encoder.encode(value).is_err() {
        bytes.clear();
    }
    bytes
}

/// Decodes, and refuses what is not exactly what [`to_bytes`] would write.
pub fn from_bytes<T: Encode<()> + for<'b> Decode<'b, ()>>(bytes: &[u8], limit: usize) -> Result<T, CanonError> {
    if bytes.len() > limit {
        return Err(CanonError::TooLong { got: bytes.len(), limit });
    }
    let value: T = Decoder::new(bytes).decode()?;
    if to_bytes(&value) != bytes {
        return Err(CanonError::NotCanonical);
    }
    Ok(value)
}
