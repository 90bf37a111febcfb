//! Names of things. Each is 32 bytes (a tag 16); they differ only in what they name, and the compiler keeps them apart.

use std::fmt;

/// BLAKE3 `derive_key` contexts. They are part of the format: never change one, add a new one.
pub mod context {
    /// Digest of an entry's body.
    pub const ENTRY_BODY: &str = "chapterhouse 1 entry body";
    /// Id of an entry, over its head.
    pub const ENTRY_ID: &str = "chapterhouse 1 entry id";
    /// Id of an envelope.
    pub const ENVELOPE_ID: &str = "chapterhouse 1 envelope id";
    /// Id of an envelope's sealed body.
    pub const ENVELOPE_BODY_ID: &str = "chapterhouse 1 envelope body id";
    /// Id of a chapter, over its charter's body.
    pub const CHAPTER_ID: &str = "chapterhouse 1 chapter id";
    /// A chapter's tag, over its id.
    pub const CHAPTER_TAG: &str = "chapterhouse 1 chapter tag";
    /// An epoch's head key, over its key.
    pub const HEADS: &str = "chapterhouse 1 epoch heads";
    /// Key that derives nonces, over an epoch's head key.
    pub const NONCE_KEY: &str = "chapterhouse 1 envelope nonce";
    /// Key that seals heads, over an epoch's head key.
    pub const HEAD_KEY: &str = "chapterhouse 1 envelope head";
    /// Key that seals the bodies of kinds about membership, over an epoch's head key.
    pub const OPEN_BODY_KEY: &str = "chapterhouse 1 envelope open body";
    /// Key that seals all other bodies, over an epoch's key.
    pub const BODY_KEY: &str = "chapterhouse 1 envelope body";
}

/// Domain prefixes of signed messages. They are part of the format.
pub mod domain {
    /// Prefix of what a device signs for an entry.
    pub const ENTRY: &[u8] = b"chapterhouse 1 entry\0";
    /// Prefix of what a member signs for a device.
    pub const DEVICE_CERT: &[u8] = b"chapterhouse 1 device\0";
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// From 64 hexadecimal digits, either case.
            pub fn from_hex(text: &str) -> Option<Self> {
                from_hex(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                // Whole, and not digit by digit: ids are compared as text, and go into every answer.
                let digit = |half: u8| b"0123456789abcdef"[usize::from(half)];
                let mut text = [0; 64];
                for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
                    pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
                }
                f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:02x}{:02x}{:02x}{:02x}…)"), self.0[0], self.0[1], self.0[2], self.0[3])
            }
        }

        impl From<[u8; 32]> for $name {
            fn from(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }
    };
}

id!(/** An entry: hash over its head, which is all that is signed, and the signature. */ EntryId);
id!(/** An entry's body: hash over its bytes. The head names it, and is signed. */ BodyDigest);
id!(/** An envelope: hash over its bytes, the sealed body's by way of their own. What peers reconcile. */ EnvelopeId);
id!(/** A chapter: hash of its charter. */ ChapterId);
id!(/** A device: its ed25519 public key. */ DeviceId);
id!(/** A member: its ed25519 public key. */ MemberId);

impl BodyDigest {
    /// The digest of these bytes.
    pub fn of(body: &[u8]) -> Self {
        Self(blake3::derive_key(context::ENTRY_BODY, body))
    }
}

/// A chapter's name for those who carry its envelopes and cannot read them.
pub type Tag = [u8; 16];

impl ChapterId {
    /// The id of the chapter that this charter founds.
    pub fn of_charter(body: &[u8]) -> Self {
        Self(blake3::derive_key(context::CHAPTER_ID, body))
    }

    /// The tag on this chapter's envelopes. From the tag, nobody gets back to the id.
    pub fn tag(&self) -> Tag {
        let whole = blake3::derive_key(context::CHAPTER_TAG, &self.0);
        let mut tag = [0; 16];
        tag.copy_from_slice(&whole[..16]);
        tag
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high * 16 + low).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_goes_there_and_back() {
        let id = EntryId(std::array::from_fn(|i| i as u8 * 7));
        assert_eq!(EntryId::from_hex(&id.to_string()), Some(id));
        assert_eq!(EntryId::from_hex("zz"), None);
        assert_eq!(EntryId::from_hex(&"é".repeat(32)), None);
    }
}
