//! The sealed envelope: what travels, what the disk holds, what a keeper carries.
//!
//! An entry has exactly one envelope under its epoch's key: the nonce is derived from the key and the entry, so a
//! second sealing of the same entry is the same bytes, and any other sealing is refused. Without the key an envelope
//! tells its chapter's tag, its epoch's number, the hour, and its length.

use crate::{
    canon::{self, CanonError},
    entry::{self, Entry, EntryError, MAX_BYTES, Unverified, Verified},
    ids::{ChapterId, EntryId, EnvelopeId, Tag, context},
    time::LAST,
};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::AeadInOut};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The longest envelope: the longest entry, the authentication tag, and the fields around them.
pub const MAX_ENVELOPE: usize = MAX_BYTES + 128;

/// How much longer the ciphertext is than the entry: Poly1305's tag.
const AUTHENTICATION: usize = 16;

/// The key of one epoch of one chapter. Wiped from memory when dropped; never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct EpochKey([u8; 32]);

/// In constant time, as keys have to be compared: that is how BLAKE3's `Hash` compares.
impl PartialEq for EpochKey {
    fn eq(&self, other: &Self) -> bool {
        blake3::Hash::from_bytes(self.0) == other.0
    }
}

impl Eq for EpochKey {}

impl EpochKey {
    /// From 32 random bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the vault and for wrapping to a device. Handle with care.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    fn derive(&self, context: &str) -> zeroize::Zeroizing<[u8; 32]> {
        zeroize::Zeroizing::new(blake3::derive_key(context, &self.0))
    }
}

impl std::fmt::Debug for EpochKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EpochKey(secret)")
    }
}

/// A sealed entry. Its parts are public; what is inside needs the epoch's key.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The chapter's tag.
    pub tag: Tag,
    /// The key epoch.
    pub epoch: u64,
    /// Hours since 1970 of the entry's time.
    pub hour: u64,
    /// Derived from the epoch's key and the entry.
    nonce: [u8; 24],
    /// XChaCha20-Poly1305 over the entry's bytes, with the first three fields as associated data.
    ciphertext: Vec<u8>,
}

/// Why an envelope does not open.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Not the encoding of an envelope.
    #[error("this is not an envelope: {0}")]
    Encoding(#[from] CanonError),
    /// It is of another chapter or another epoch than the key that was tried.
    #[error("the envelope belongs to another chapter or epoch")]
    WrongKey,
    /// It was altered, or sealed under a key that is not this one.
    #[error("the envelope was altered, or not sealed with this key")]
    Altered,
    /// What is inside is not an entry.
    #[error("the envelope opens, but {0}")]
    Entry(#[from] EntryError),
    /// The envelope's outside says something else than the entry inside, or it is another sealing of the same entry.
    #[error("the envelope is not the one that this entry has")]
    Resealed,
}

impl std::fmt::Debug for Envelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Envelope(epoch {}, {} bytes)", self.epoch, self.ciphertext.len())
    }
}

/// Seals and opens for one chapter and one epoch. Keeps the derived keys, so that it is cheap in bulk.
pub struct Sealer {
    chapter: ChapterId,
    tag: Tag,
    epoch: u64,
    cipher: XChaCha20Poly1305,
    nonce_key: zeroize::Zeroizing<[u8; 32]>,
}

impl Sealer {
    /// For this chapter's epoch.
    pub fn new(chapter: ChapterId, epoch: u64, key: &EpochKey) -> Self {
        let cipher = XChaCha20Poly1305::new((&*key.derive(context::SEAL_KEY)).into());
        Self { chapter, tag: chapter.tag(), epoch, cipher, nonce_key: key.derive(context::NONCE_KEY) }
    }

    /// The one envelope of an entry.
    pub fn seal(&self, entry: &Entry<Verified>) -> Result<Envelope, SealError> {
        let content = entry.content();
        if content.chapter != self.chapter || content.epoch != self.epoch {
            return Err(SealError::WrongKey);
        }
        let mut bytes = entry.to_bytes();
        let hour = content.time.coarse();
        let nonce = self.nonce(&entry.id());
        let aad = associated(&self.tag, self.epoch, hour);
        self.cipher.encrypt_in_place(&XNonce::from(nonce), &aad, &mut bytes).map_err(|_| SealError::Altered)?;
        Ok(Envelope { tag: self.tag, epoch: self.epoch, hour, nonce, ciphertext: bytes })
    }

    /// Opens an envelope. The signature inside is still to be verified.
    pub fn open(&self, envelope: &Envelope) -> Result<Entry<Unverified>, SealError> {
        if envelope.tag != self.tag || envelope.epoch != self.epoch {
            return Err(SealError::WrongKey);
        }
        let mut bytes = envelope.ciphertext.clone();
        let aad = associated(&envelope.tag, envelope.epoch, envelope.hour);
        let nonce = XNonce::from(envelope.nonce);
        self.cipher.decrypt_in_place(&nonce, &aad, &mut bytes).map_err(|_| SealError::Altered)?;
        let id = entry::id_of(&bytes);
        if self.nonce(&id) != envelope.nonce {
            return Err(SealError::Resealed);
        }
        let entry = Entry::with_id(&bytes, id)?;
        let content = entry.content();
        if content.chapter != self.chapter || content.epoch != self.epoch || content.time.coarse() != envelope.hour {
            return Err(SealError::Resealed);
        }
        Ok(entry)
    }

    /// Over the id, which already is a hash over all of the entry's bytes.
    fn nonce(&self, id: &EntryId) -> [u8; 24] {
        let hash = blake3::keyed_hash(&self.nonce_key, id.as_bytes());
        let mut nonce = [0; 24];
        nonce.copy_from_slice(&hash.as_bytes()[..24]);
        nonce
    }
}

fn associated(tag: &Tag, epoch: u64, hour: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(36);
    let mut encoder = Encoder::new(&mut bytes);
    // Writing to a Vec cannot fail.
    let _ = encoder.array(3).and_then(|e| e.bytes(tag)?.u64(epoch)?.u64(hour)).is_ok();
    bytes
}

impl Envelope {
    /// Reads an envelope that came from outside.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        Ok(canon::from_bytes(bytes, MAX_ENVELOPE)?)
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        canon::to_bytes_with_room(self, MAX_ENVELOPE - MAX_BYTES + self.ciphertext.len())
    }

    /// The id, from bytes that are known to be canonical.
    pub fn id_of(bytes: &[u8]) -> EnvelopeId {
        EnvelopeId(blake3::derive_key(context::ENVELOPE_ID, bytes))
    }
}

impl<C> Encode<C> for Envelope {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(5)?.bytes(&self.tag)?.u64(self.epoch)?.u64(self.hour)?.bytes(&self.nonce)?.bytes(&self.ciphertext)?;
        Ok(())
    }
}

// By hand, because who carries envelopes without a key must refuse the same ones that a member could never accept,
// and needs hours that fit into a calendar.
impl<'b, C> Decode<'b, C> for Envelope {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(5) {
            return Err(decode::Error::message("not an array of five"));
        }
        let tag = canon::fixed(d)?;
        let epoch = d.u64()?;
        let hour = d.u64()?;
        if hour > LAST.coarse() {
            return Err(decode::Error::message("an hour past the year 9999"));
        }
        let nonce = canon::fixed(d)?;
        let ciphertext = d.bytes()?;
        if !(AUTHENTICATION..=MAX_BYTES + AUTHENTICATION).contains(&ciphertext.len()) {
            return Err(decode::Error::message("a ciphertext of a length that no entry has"));
        }
        Ok(Self { tag, epoch, hour, nonce, ciphertext: ciphertext.to_vec() })
    }
}
