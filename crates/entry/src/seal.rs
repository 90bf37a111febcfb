//! Sealing and opening.
//!
//! An entry has exactly one envelope under its epoch's key: the nonce is derived from the key and the entry, so a
//! second sealing of the same entry is the same bytes, and any other sealing is refused.

use crate::{
    canon::CanonError,
    entry::{self, Entry, EntryError, Unverified, Verified, is_membership},
    envelope::{AUTHENTICATION, Body, Envelope},
    epoch::{EpochKey, HeadKey},
    ids::{ChapterId, EntryId, Tag, context},
};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::AeadInOut};
use minicbor::Encoder;
use std::borrow::Cow;
use zeroize::Zeroizing;

/// Why an envelope does not open, or an entry cannot be sealed.
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
    /// The body inside is not the one that was signed.
    #[error("the envelope has another body than the one that was signed")]
    Body,
    /// There is no body to seal, or only the head key to seal a text with.
    #[error("an entry is sealed whole, with its body and its epoch's own key")]
    NoBody,
}

/// Seals and opens for one chapter and one epoch. Keeps the derived keys, so that it is cheap in bulk.
pub struct Sealer {
    chapter: ChapterId,
    tag: Tag,
    epoch: u64,
    nonce_key: Zeroizing<[u8; 32]>,
    head: XChaCha20Poly1305,
    /// For the bodies of kinds about membership.
    open_body: XChaCha20Poly1305,
    /// For all others; none where only the head key is here.
    body: Option<XChaCha20Poly1305>,
}

impl Sealer {
    /// For this chapter's epoch.
    pub fn new(chapter: ChapterId, epoch: u64, key: &EpochKey) -> Self {
        Self { body: Some(cipher(&key.derive(context::BODY_KEY))), ..Self::heads(chapter, epoch, &key.heads()) }
    }

    /// For heads, and bodies about membership, only.
    pub fn heads(chapter: ChapterId, epoch: u64, key: &HeadKey) -> Self {
        Self {
            chapter,
            tag: chapter.tag(),
            epoch,
            nonce_key: key.derive(context::NONCE_KEY),
            head: cipher(&key.derive(context::HEAD_KEY)),
            open_body: cipher(&key.derive(context::OPEN_BODY_KEY)),
            body: None,
        }
    }

    /// Whether it opens every body.
    pub const fn is_full(&self) -> bool {
        self.body.is_some()
    }

    /// The one envelope of an entry.
    pub fn seal(&self, entry: &Entry<Verified>) -> Result<Envelope<'static>, SealError> {
        let content = entry.content();
        if content.chapter != self.chapter || content.epoch != self.epoch {
            return Err(SealError::WrongKey);
        }
        let plain = entry.body().ok_or(SealError::NoBody)?;
        let body_cipher = self.body_cipher(content.kind).ok_or(SealError::NoBody)?;
        let hour = content.time.coarse();
        let nonce = self.nonce(&entry.id());
        let mut head = entry.head_bytes();
        let mut body = Vec::with_capacity(plain.len() + AUTHENTICATION);
        body.extend_from_slice(plain);
        let at = XNonce::from(nonce);
        let sealed = self.head.encrypt_in_place(&at, &associated(&self.tag, self.epoch, hour), &mut head);
        sealed.map_err(|_| SealError::Altered)?;
        body_cipher.encrypt_in_place(&at, entry.id().as_bytes(), &mut body).map_err(|_| SealError::Altered)?;
        let (head, body) = (Cow::Owned(head), Body::Sealed(Cow::Owned(body)));
        Ok(Envelope { tag: self.tag, epoch: self.epoch, hour, nonce, head, body })
    }

    /// Opens an envelope. The entry has its body unless the envelope is a stub, or the body needs a key that is not
    /// here. The signature inside is still to be verified.
    pub fn open(&self, envelope: &Envelope<'_>) -> Result<Entry<Unverified>, SealError> {
        if envelope.tag != self.tag || envelope.epoch != self.epoch {
            return Err(SealError::WrongKey);
        }
        let nonce = XNonce::from(envelope.nonce);
        let mut head = envelope.head.to_vec();
        let aad = associated(&envelope.tag, envelope.epoch, envelope.hour);
        self.head.decrypt_in_place(&nonce, &aad, &mut head).map_err(|_| SealError::Altered)?;
        let id = entry::id_of(&head);
        if self.nonce(&id) != envelope.nonce {
            return Err(SealError::Resealed);
        }
        let mut entry = Entry::with_id(&head, id)?;
        let content = entry.content();
        if content.chapter != self.chapter || content.epoch != self.epoch || content.time.coarse() != envelope.hour {
            return Err(SealError::Resealed);
        }
        if let (Body::Sealed(body), Some(cipher)) = (&envelope.body, self.body_cipher(content.kind)) {
            let mut body = body.to_vec();
            cipher.decrypt_in_place(&nonce, id.as_bytes(), &mut body).map_err(|_| SealError::Altered)?;
            entry.attach_body(body).map_err(|_| SealError::Body)?;
        }
        Ok(entry)
    }

    fn body_cipher(&self, kind: u64) -> Option<&XChaCha20Poly1305> {
        if is_membership(kind) { Some(&self.open_body) } else { self.body.as_ref() }
    }

    /// Over the id, which already is a hash over all of the head's bytes, and by way of its digest over the body's.
    fn nonce(&self, id: &EntryId) -> [u8; 24] {
        let hash = blake3::keyed_hash(&self.nonce_key, id.as_bytes());
        let mut nonce = [0; 24];
        nonce.copy_from_slice(&hash.as_bytes()[..24]);
        nonce
    }
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

fn associated(tag: &Tag, epoch: u64, hour: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(36);
    let mut encoder = Encoder::new(&mut bytes);
    // Writing to a Vec cannot fail.
    let _ = encoder.array(3).and_then(|e| e.bytes(tag)?.u64(epoch)?.u64(hour)).is_ok();
    bytes
}
