//! The envelope: what travels, what the disk holds, what a keeper carries. Its form is here; what is inside is the
//! business of [`seal`](crate::seal).
//!
//! A head and a body, sealed apart. Without its body an envelope is a *stub*: it has the same id, and still opens as
//! the same entry. Without a key it tells its chapter's tag, its epoch's number, the hour, and its lengths.

use crate::{
    canon,
    entry::{MAX_BODY, MAX_BYTES, MAX_HEAD},
    ids::{EnvelopeId, Tag, context},
    seal::SealError,
    time::LAST,
};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use std::borrow::Cow;

/// The longest envelope: the longest entry, two authentication tags, and the fields around them.
pub const MAX_ENVELOPE: usize = MAX_BYTES + 128;

/// How much longer a ciphertext is than what is in it: Poly1305's tag.
pub(crate) const AUTHENTICATION: usize = 16;

/// A sealed entry. Its parts are public; what is inside needs the epoch's keys. What was read from bytes borrows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope<'b> {
    /// The chapter's tag.
    pub tag: Tag,
    /// The key epoch.
    pub epoch: u64,
    /// Hours since 1970 of the entry's time.
    pub hour: u64,
    /// Derived from the epoch's head key and the entry.
    pub(crate) nonce: [u8; 24],
    /// XChaCha20-Poly1305 over the entry's head, with the first three fields as associated data.
    pub(crate) head: Cow<'b, [u8]>,
    pub(crate) body: Body<'b>,
}

/// An envelope's last part.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Body<'b> {
    /// XChaCha20-Poly1305 over the entry's body, with the entry's id as associated data.
    Sealed(Cow<'b, [u8]>),
    /// The hash of what was there.
    Stub([u8; 32]),
}

impl std::fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.body {
            Body::Sealed(body) => {
                write!(f, "Envelope(epoch {}, {} + {} bytes)", self.epoch, self.head.len(), body.len())
            }
            Body::Stub(_) => write!(f, "Envelope(epoch {}, {} bytes, a stub)", self.epoch, self.head.len()),
        }
    }
}

impl<'b> Envelope<'b> {
    /// Reads an envelope that came from outside. Copies nothing.
    pub fn from_bytes(bytes: &'b [u8]) -> Result<Self, SealError> {
        Ok(canon::from_bytes(bytes, MAX_ENVELOPE)?)
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let body = match &self.body {
            Body::Sealed(body) => body.len(),
            Body::Stub(_) => 32,
        };
        canon::to_bytes_with_room(self, 128 + self.head.len() + body)
    }

    /// The id: a hash over everything but the sealed body, and over the hash of that. So it does not change when the
    /// body goes.
    pub fn id(&self) -> EnvelopeId {
        let mut hash = blake3::Hasher::new_derive_key(context::ENVELOPE_ID);
        let mut encoder = Encoder::new(Hashed(&mut hash));
        // Writing to a hash cannot fail.
        let _ = encoder.array(6).and_then(|e| self.front(e)?.bytes(&self.body_id())).is_ok();
        EnvelopeId(*hash.finalize().as_bytes())
    }

    /// The id of the envelope that these bytes are. No copy and no decryption, only the hashing.
    pub fn id_of(bytes: &[u8]) -> Result<EnvelopeId, SealError> {
        Envelope::from_bytes(bytes).map(|envelope| envelope.id())
    }

    /// Whether it has no body any more.
    pub const fn is_stub(&self) -> bool {
        matches!(self.body, Body::Stub(_))
    }

    /// The same envelope without its body.
    pub fn stub(&self) -> Envelope<'_> {
        let Self { tag, epoch, hour, nonce, head, .. } = self;
        let head = Cow::Borrowed(&**head);
        Envelope { tag: *tag, epoch: *epoch, hour: *hour, nonce: *nonce, head, body: Body::Stub(self.body_id()) }
    }

    fn body_id(&self) -> [u8; 32] {
        match &self.body {
            Body::Sealed(body) => blake3::derive_key(context::ENVELOPE_BODY_ID, body),
            Body::Stub(id) => *id,
        }
    }

    /// The five fields that a stub keeps.
    fn front<'e, W: encode::Write>(
        &self,
        e: &'e mut Encoder<W>,
    ) -> Result<&'e mut Encoder<W>, encode::Error<W::Error>> {
        e.bytes(&self.tag)?.u64(self.epoch)?.u64(self.hour)?.bytes(&self.nonce)?.bytes(&self.head)
    }
}

/// Hashes what is written.
struct Hashed<'h>(&'h mut blake3::Hasher);

impl encode::Write for Hashed<'_> {
    type Error = std::convert::Infallible;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        self.0.update(bytes);
        Ok(())
    }
}

impl<C> Encode<C> for Envelope<'_> {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        match &self.body {
            Body::Sealed(body) => self.front(e.array(6)?)?.bytes(body)?,
            Body::Stub(id) => self.front(e.array(7)?)?.null()?.bytes(id)?,
        };
        Ok(())
    }
}

// By hand, because who carries envelopes without a key must refuse the same ones that a member could never accept,
// and needs hours that fit into a calendar.
impl<'b, C> Decode<'b, C> for Envelope<'b> {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let whole = match d.array()? {
            Some(6) => true,
            Some(7) => false,
            _ => return Err(decode::Error::message("not an array of six or seven")),
        };
        let tag = canon::fixed(d)?;
        let epoch = d.u64()?;
        let hour = d.u64()?;
        if hour > LAST.coarse() {
            return Err(decode::Error::message("an hour past the year 9999"));
        }
        let nonce = canon::fixed(d)?;
        let head = Cow::Borrowed(ciphertext(d, MAX_HEAD)?);
        let body = if whole {
            Body::Sealed(Cow::Borrowed(ciphertext(d, MAX_BODY)?))
        } else {
            d.null()?;
            Body::Stub(canon::fixed(d)?)
        };
        Ok(Self { tag, epoch, hour, nonce, head, body })
    }
}

fn ciphertext<'b>(d: &mut Decoder<'b>, longest: usize) -> Result<&'b [u8], decode::Error> {
    let ciphertext = d.bytes()?;
    if !(AUTHENTICATION..=longest + AUTHENTICATION).contains(&ciphertext.len()) {
        return Err(decode::Error::message("a ciphertext of a length that no entry has"));
    }
    Ok(ciphertext)
}
