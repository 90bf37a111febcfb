//! The vault's bytes. Pure: no files, no clock, no randomness of its own. The layout is in `docs/VAULT.md`.
//!
//! Two layers: the passphrase's key opens the *key box*, which holds a random content key; that one opens the contents.
//! So saving needs neither the passphrase nor the key derived from it, and a wrong passphrase (the key box stays shut)
//! is told apart from altered contents. An unkeyed checksum over everything tells damage from a wrong passphrase before
//! any of it: whoever damages a file on purpose can make it say "wrong passphrase", and can learn nothing that guessing
//! at a copy of the file would not tell.

use crate::{
    contents::{Contents, MAX_BYTES},
    cost::Cost,
    error::VaultError,
};
use chacha20poly1305::{
    KeyInit, Tag, XChaCha20Poly1305, XNonce,
    aead::{AeadInOut, inout::InOutBuf},
};
use zeroize::Zeroizing;

/// First bytes of every vault; as in PNG, they show when something took the file for text.
pub const MAGIC: &[u8; 16] = b"Chapterhouse\r\n\x1a\n";
/// The format that is written.
pub const VERSION: u16 = 1;
/// BLAKE3 `derive_key` context of the checksum. Part of the format: never change.
pub const CHECKSUM: &str = "chapterhouse 1 vault checksum";

const VERSION_AT: usize = 16;
const COST_AT: usize = 18;
const SALT_AT: usize = 30;
const KEY_BOX_AT: usize = 46;
const CONTENTS_AT: usize = KEY_BOX_AT + NONCE + 32 + TAG;
const SEALED_AT: usize = CONTENTS_AT + NONCE + 4;
const NONCE: usize = 24;
const TAG: usize = 16;
const SUM: usize = 32;

/// The longest file that is read.
pub const MAX_FILE: usize = SEALED_AT + MAX_BYTES + TAG + SUM;

/// A content key. Wiped when dropped.
pub type ContentKey = Zeroizing<[u8; 32]>;

/// All randomness that sealing uses.
#[derive(Clone)]
pub struct Fresh {
    /// Salt of the passphrase.
    pub salt: [u8; 16],
    /// Nonce of the key box.
    pub key_box: [u8; 24],
    /// The content key.
    pub content_key: ContentKey,
}

/// The part of the file that stays when the contents change: everything up to and with the key box.
#[derive(Clone)]
pub struct Lid(Vec<u8>);

impl Lid {
    /// A new lid under a passphrase.
    pub fn new(passphrase: &str, cost: Cost, fresh: &Fresh) -> Result<Self, VaultError> {
        let key = cost.derive(passphrase, &fresh.salt)?;
        Self::under_key(&key, cost, fresh)
    }

    fn under_key(key: &[u8; 32], cost: Cost, fresh: &Fresh) -> Result<Self, VaultError> {
        let mut lid = Vec::with_capacity(CONTENTS_AT);
        lid.extend_from_slice(MAGIC);
        lid.extend_from_slice(&VERSION.to_be_bytes());
        for number in [cost.memory(), cost.passes(), 1] {
            lid.extend_from_slice(&number.to_be_bytes());
        }
        lid.extend_from_slice(&fresh.salt);
        let mut boxed = *fresh.content_key;
        let tag = seal(key, &fresh.key_box, &lid, &mut boxed)?;
        lid.extend_from_slice(&fresh.key_box);
        lid.extend_from_slice(&boxed);
        lid.extend_from_slice(&tag);
        Ok(Self(lid))
    }

    /// Opens the key box.
    pub fn open(&self, passphrase: &str) -> Result<ContentKey, VaultError> {
        let number = |at| array(&self.0, at).map_or(0, u32::from_be_bytes);
        let cost = Cost::new(number(COST_AT), number(COST_AT + 4));
        let cost = cost.ok_or(VaultError::Altered("opening it would cost more, or less, than is allowed"))?;
        let key = cost.derive(passphrase, &array(&self.0, SALT_AT).unwrap_or_default())?;
        self.open_under_key(&key)
    }

    fn open_under_key(&self, key: &[u8; 32]) -> Result<ContentKey, VaultError> {
        let (header, key_box) = self.0.split_at(KEY_BOX_AT);
        let content_key = unseal(key, header, key_box).ok_or(VaultError::WrongPassphrase)?;
        Ok(Zeroizing::new(content_key.as_slice().try_into().unwrap_or_default()))
    }

    /// The whole file: this lid over these contents.
    pub fn seal(&self, key: &ContentKey, nonce: &[u8; 24], contents: &Contents) -> Result<Vec<u8>, VaultError> {
        contents.check()?;
        let mut plain = contents.to_bytes();
        let length = u32::try_from(plain.len() + TAG).map_err(|_| VaultError::TooLarge {
            what: "the keys of all chapters, in bytes,",
            got: plain.len(),
            limit: MAX_BYTES,
        })?;
        let mut file = Vec::with_capacity(SEALED_AT + plain.len() + TAG + SUM);
        file.extend_from_slice(&self.0);
        file.extend_from_slice(nonce);
        file.extend_from_slice(&length.to_be_bytes());
        let tag = seal(key, nonce, &file, &mut plain)?;
        file.extend_from_slice(&plain);
        file.extend_from_slice(&tag);
        let sum = blake3::derive_key(CHECKSUM, &file);
        file.extend_from_slice(&sum);
        Ok(file)
    }
}

/// A file whose form and checksum are right. Nothing in it is secret, or trusted.
#[derive(Clone)]
pub struct Sealed<'a> {
    file: &'a [u8],
    cost: Cost,
    salt: [u8; 16],
}

impl<'a> Sealed<'a> {
    /// Checks the form, the version, the bounds and the checksum.
    pub fn parse(file: &'a [u8]) -> Result<Self, VaultError> {
        let known = file.len().min(MAGIC.len());
        if file[..known] != MAGIC[..known] {
            return Err(VaultError::Altered("it does not begin like one"));
        }
        // A later version may be shorter, so the version comes before the length.
        if let Some(version) = array(file, VERSION_AT).map(u16::from_be_bytes)
            && version != VERSION
        {
            return match version {
                0 => Err(VaultError::Altered("it names a format that never was")),
                found => Err(VaultError::TooNew { found, known: VERSION }),
            };
        }
        let truncated = |expected: usize| VaultError::Truncated { found: file.len() as u64, expected: expected as u64 };
        let least = SEALED_AT + TAG + SUM;
        let length = array(file, SEALED_AT - 4).map(u32::from_be_bytes).ok_or_else(|| truncated(least))?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if !(TAG..=MAX_BYTES + TAG).contains(&length) {
            return Err(VaultError::Altered("it names an impossible length"));
        }
        let expected = SEALED_AT + length + SUM;
        if file.len() < expected {
            return Err(truncated(expected));
        }
        if file.len() > expected {
            return Err(VaultError::Altered("it goes on after its end"));
        }
        let (body, sum) = file.split_at(SEALED_AT + length);
        if blake3::derive_key(CHECKSUM, body) != sum {
            return Err(VaultError::Altered("its checksum is wrong"));
        }
        let number = |at| array(file, at).map_or(0, u32::from_be_bytes);
        let (memory, passes, lanes) = (number(COST_AT), number(COST_AT + 4), number(COST_AT + 8));
        let cost = Cost::new(memory, passes).filter(|_| lanes == 1);
        let cost = cost.ok_or(VaultError::Altered("opening it would cost more, or less, than is allowed"))?;
        let salt = array(file, SALT_AT).unwrap_or_default();
        Ok(Self { file, cost, salt })
    }

    /// Opens with a passphrase.
    pub fn open(&self, passphrase: &str) -> Result<(Contents, Lid, ContentKey), VaultError> {
        let key = self.cost.derive(passphrase, &self.salt)?;
        self.open_under_key(&key)
    }

    fn open_under_key(&self, key: &[u8; 32]) -> Result<(Contents, Lid, ContentKey), VaultError> {
        let lid = Lid(self.file[..CONTENTS_AT].to_vec());
        let content_key = lid.open_under_key(key)?;
        self.open_with(lid, content_key)
    }

    /// Opens with a content key that came another way than out of the key box.
    pub(crate) fn open_second(&self, content_key: ContentKey) -> Result<(Contents, Lid, ContentKey), VaultError> {
        let lid = Lid(self.file[..CONTENTS_AT].to_vec());
        // Most likely a copy from before the passphrase was changed.
        self.open_with(lid, content_key).map_err(|error| match error {
            VaultError::Altered(_) => VaultError::SecondKey,
            other => other,
        })
    }

    fn open_with(&self, lid: Lid, content_key: ContentKey) -> Result<(Contents, Lid, ContentKey), VaultError> {
        let rest = &self.file[CONTENTS_AT..];
        // What was sealed with the contents: everything before them. The nonce is the first part of `rest`.
        let mut boxed = Vec::with_capacity(rest.len());
        boxed.extend_from_slice(&rest[..NONCE]);
        boxed.extend_from_slice(&rest[NONCE + 4..rest.len() - SUM]);
        let plain = unseal(&content_key, &self.file[..SEALED_AT], &boxed)
            .ok_or(VaultError::Altered("its contents are not what was sealed"))?;
        Ok((Contents::from_bytes(&plain)?, lid, content_key))
    }
}

pub(crate) fn seal(key: &[u8; 32], nonce: &[u8; 24], bound: &[u8], buffer: &mut [u8]) -> Result<Tag, VaultError> {
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.encrypt_inout_detached(&XNonce::from(*nonce), bound, InOutBuf::from(buffer)).map_err(|_| {
        VaultError::TooLarge { what: "the keys of all chapters, in bytes,", got: usize::MAX, limit: MAX_BYTES }
    })
}

/// Opens nonce, ciphertext and tag, one behind the other.
pub(crate) fn unseal(key: &[u8; 32], bound: &[u8], boxed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = boxed.split_first_chunk::<NONCE>()?;
    let (cipher_text, tag) = sealed.split_last_chunk::<TAG>()?;
    let mut plain = Zeroizing::new(cipher_text.to_vec());
    let cipher = XChaCha20Poly1305::new(key.into());
    let buffer = InOutBuf::from(plain.as_mut_slice());
    cipher.decrypt_inout_detached(&XNonce::from(*nonce), bound, buffer, &Tag::from(*tag)).ok()?;
    Some(plain)
}

pub(crate) fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::contents::tests::{any_contents, rowan};
    use proptest::prelude::*;

    const KEY: [u8; 32] = [42; 32];

    fn fresh() -> Fresh {
        Fresh { salt: [1; 16], key_box: [2; 24], content_key: Zeroizing::new([3; 32]) }
    }

    fn file(contents: &Contents) -> Vec<u8> {
        let lid = Lid::under_key(&KEY, Cost::minimum(), &fresh()).unwrap();
        lid.seal(&fresh().content_key, &[4; 24], contents).unwrap()
    }

    fn open(file: &[u8]) -> Result<Contents, VaultError> {
        Sealed::parse(file)?.open_under_key(&KEY).map(|(contents, ..)| contents)
    }

    /// As an attacker would who knows the format: the checksum is made right again.
    fn with_right_checksum(mut file: Vec<u8>) -> Vec<u8> {
        let body = file.len() - SUM;
        let sum = blake3::derive_key(CHECKSUM, &file[..body]);
        file[body..].copy_from_slice(&sum);
        file
    }

    #[test]
    fn the_bytes_are_fixed() {
        let file = file(&rowan());
        assert_eq!(blake3::hash(&file).to_string(), "d25ffdfec5327e1cee63833c915bb1e9a8ad85b147e81ccdeb8d02c0283c78f9");
        assert_eq!(file.len(), SEALED_AT + rowan().to_bytes().len() + TAG + SUM);
    }

    #[test]
    fn every_truncation_is_an_error() {
        let whole = file(&rowan());
        assert!(open(&whole).is_ok());
        for len in 0..whole.len() {
            assert!(matches!(open(&whole[..len]), Err(VaultError::Truncated { .. })), "cut to {len}");
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert!(matches!(open(&longer), Err(VaultError::Altered(_))));
    }

    #[test]
    fn every_change_of_one_byte_is_an_error() {
        let whole = file(&rowan());
        for at in 0..whole.len() {
            for change in 1..=255_u8 {
                let mut changed = whole.clone();
                changed[at] ^= change;
                let error = open(&changed).map(drop).unwrap_err();
                assert!(
                    !matches!(error, VaultError::WrongPassphrase),
                    "byte {at} must not look like a wrong passphrase"
                );
            }
        }
    }

    #[test]
    fn every_changed_bit_with_a_right_checksum_is_an_error() {
        let whole = file(&rowan());
        for at in 0..whole.len() - SUM {
            for bit in 0..8 {
                let mut changed = whole.clone();
                changed[at] ^= 1 << bit;
                let error = open(&with_right_checksum(changed)).map(drop).unwrap_err();
                let in_key_box = (SALT_AT..CONTENTS_AT).contains(&at) || (COST_AT..SALT_AT).contains(&at);
                match error {
                    VaultError::WrongPassphrase => assert!(in_key_box, "byte {at}"),
                    VaultError::TooNew { .. } => assert!((VERSION_AT..COST_AT).contains(&at), "byte {at}"),
                    VaultError::Truncated { .. } | VaultError::Altered(_) => {}
                    other => assert!(matches!(other, VaultError::Altered(_)), "byte {at}: {other}"),
                }
            }
        }
    }

    #[test]
    fn a_file_cannot_ask_for_more_than_is_allowed() {
        for (at, value) in
            [(COST_AT, u32::MAX), (COST_AT, 1), (COST_AT + 4, 1_000_000), (COST_AT + 4, 0), (COST_AT + 8, 2)]
        {
            let mut changed = file(&rowan());
            changed[at..at + 4].copy_from_slice(&value.to_be_bytes());
            assert!(matches!(Sealed::parse(&with_right_checksum(changed)), Err(VaultError::Altered(_))));
        }
    }

    #[test]
    fn another_key_is_a_wrong_passphrase() {
        let file = file(&rowan());
        let opened = Sealed::parse(&file).unwrap().open_under_key(&[43; 32]);
        assert!(matches!(opened, Err(VaultError::WrongPassphrase)));
    }

    #[test]
    fn contents_under_another_lid_are_refused() {
        let first = file(&rowan());
        let other = Fresh { salt: [9; 16], ..fresh() };
        let lid = Lid::under_key(&KEY, Cost::minimum(), &other).unwrap();
        let mixed = [&lid.0[..], &first[CONTENTS_AT..]].concat();
        assert!(matches!(open(&with_right_checksum(mixed)), Err(VaultError::Altered(_))));
    }

    proptest! {
        #[test]
        fn what_was_sealed_is_opened(contents in any_contents()) {
            let opened = open(&file(&contents)).unwrap();
            prop_assert_eq!(opened.to_bytes(), contents.to_bytes());
        }

        #[test]
        fn no_bytes_make_it_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..400), real: bool) {
            if real {
                let known = bytes.len().min(COST_AT);
                let begin: Vec<u8> = MAGIC.iter().copied().chain(VERSION.to_be_bytes()).collect();
                bytes[..known].copy_from_slice(&begin[..known]);
            }
            prop_assert!(open(&bytes).is_err());
        }
    }
}
