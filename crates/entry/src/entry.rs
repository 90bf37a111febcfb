//! The entry: what one device says at one point of a chapter's history.

use crate::{
    canon::{self, CanonError},
    ids::{ChapterId, DeviceId, EntryId, context, domain},
    time::{LAST, Timestamp},
};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use minicbor::{Decode, Decoder, Encode, Encoder, data::Type, decode, encode};
use std::marker::PhantomData;

/// The version that this program writes.
pub const VERSION: u64 = 1;
/// The longest entry, in bytes of its encoding. Larger things are attachments.
pub const MAX_BYTES: usize = 64 * 1024;
/// The most causal parents that an entry names besides `prev`.
pub const MAX_PARENTS: usize = 16;

/// What is signed. Cheap to read, made once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The chapter it belongs to.
    pub chapter: ChapterId,
    /// The key epoch that it is sealed under.
    pub epoch: u64,
    /// The device that signs.
    pub device: DeviceId,
    /// 1 for a device's first entry of this chapter, then one more each time.
    pub seq: u64,
    /// The device's entry before this one; none exactly when `seq` is 1.
    pub prev: Option<EntryId>,
    /// When, by the device's clock.
    pub time: Timestamp,
    /// The other heads that the device had seen: sorted, without repetition, without `prev`.
    pub parents: Vec<EntryId>,
    /// What kind of thing `body` is. A number, so that older programs carry kinds that they do not know.
    pub kind: u64,
    /// The thing itself, in the form of its kind.
    pub body: Vec<u8>,
}

/// Marks an entry whose signature nobody has checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unverified;
/// Marks an entry whose signature was checked, or made, by this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified;

/// A signed entry. Only an `Entry<Verified>` gets into a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<State> {
    content: Draft,
    signature: [u8; 64],
    id: EntryId,
    state: PhantomData<State>,
}

/// Why bytes are not an entry, or a draft cannot become one.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// Not the encoding of an entry.
    #[error("this is not an entry: {0}")]
    Encoding(#[from] CanonError),
    /// Written by a later program in a form that this one cannot check.
    #[error("entry version {0} is newer than this program")]
    Version(u64),
    /// `seq` and `prev` do not fit: the first entry has no `prev`, every other has one.
    #[error("number {seq} in its device's chain, but prev is {}", if *.has_prev { "given" } else { "missing" })]
    Chain {
        /// The number.
        seq: u64,
        /// Whether there is a `prev`.
        has_prev: bool,
    },
    /// Parents are unsorted, repeated, too many, or name `prev` again.
    #[error("the causal parents are not in the one accepted order")]
    Parents,
    /// The time is past the year 9999.
    #[error("the time is out of range")]
    Time,
    /// The signature is not the device's.
    #[error("the signature is not that of the device which the entry names")]
    Signature,
    /// The key that should sign is not the key of the device that the draft names.
    #[error("the draft names another device than the one that signs")]
    WrongKey,
}

impl Draft {
    fn check(&self) -> Result<(), EntryError> {
        let has_prev = self.prev.is_some();
        if self.seq == 0 || has_prev == (self.seq == 1) {
            return Err(EntryError::Chain { seq: self.seq, has_prev });
        }
        let sorted = self.parents.windows(2).all(|pair| pair[0] < pair[1]);
        let apart = self.prev.is_none_or(|prev| self.parents.binary_search(&prev).is_err());
        if !sorted || !apart || self.parents.len() > MAX_PARENTS {
            return Err(EntryError::Parents);
        }
        if self.time > LAST {
            return Err(EntryError::Time);
        }
        Ok(())
    }

    /// The bytes that are signed: a domain prefix, then the array of ten fields.
    fn message(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256 + self.body.len());
        bytes.extend_from_slice(domain::ENTRY);
        let mut encoder = Encoder::new(&mut bytes);
        // Writing to a Vec cannot fail.
        let _ = encoder.array(10).and_then(|e| self.fields(e).map(|()| e)).is_ok();
        bytes
    }

    fn fields<W: encode::Write>(&self, e: &mut Encoder<W>) -> Result<(), encode::Error<W::Error>> {
        e.u64(VERSION)?.bytes(&self.chapter.0)?.u64(self.epoch)?.bytes(&self.device.0)?.u64(self.seq)?;
        match &self.prev {
            Some(prev) => e.bytes(&prev.0)?,
            None => e.null()?,
        };
        e.u64(self.time.0)?.array(self.parents.len() as u64)?;
        for parent in &self.parents {
            e.bytes(&parent.0)?;
        }
        e.u64(self.kind)?.bytes(&self.body)?;
        Ok(())
    }

    /// Signs. The result is as good as a verified entry: the signature was made here.
    pub fn sign(self, device: &SigningKey) -> Result<Entry<Verified>, EntryError> {
        if device.verifying_key().as_bytes() != self.device.as_bytes() {
            return Err(EntryError::WrongKey);
        }
        self.check()?;
        let signature = device.sign(&self.message()).to_bytes();
        let mut entry = Entry { content: self, signature, id: EntryId([0; 32]), state: PhantomData };
        let bytes = entry.to_bytes();
        if bytes.len() > MAX_BYTES {
            return Err(CanonError::TooLong { got: bytes.len(), limit: MAX_BYTES }.into());
        }
        entry.id = id_of(&bytes);
        Ok(entry)
    }
}

fn id_of(bytes: &[u8]) -> EntryId {
    EntryId(blake3::derive_key(context::ENTRY_ID, bytes))
}

impl<State> Entry<State> {
    /// Hash over everything signed, and the signature.
    pub const fn id(&self) -> EntryId {
        self.id
    }

    /// Everything that is signed.
    pub const fn content(&self) -> &Draft {
        &self.content
    }

    /// The device's signature (RFC 8032).
    pub const fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// The canonical bytes: an array of eleven, the signature last.
    pub fn to_bytes(&self) -> Vec<u8> {
        canon::to_bytes(self)
    }

    /// All causal parents, `prev` first.
    pub fn causal_parents(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.content.prev.iter().chain(&self.content.parents).copied()
    }

    /// The thing itself, when nothing else of the entry is needed any more.
    pub fn into_content(self) -> Draft {
        self.content
    }
}

impl Entry<Unverified> {
    /// Reads an entry that came from outside. Its form is checked here, its signature by [`Entry::verify`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        // The version first: a later form may differ in everything else.
        let mut peek = Decoder::new(bytes);
        if matches!(peek.array(), Ok(Some(_)))
            && let Ok(version) = peek.u64()
            && version > VERSION
        {
            return Err(EntryError::Version(version));
        }
        let mut entry: Self = canon::from_bytes(bytes, MAX_BYTES)?;
        entry.content.check()?;
        entry.id = id_of(bytes);
        Ok(entry)
    }

    /// Checks the signature, strictly (no small-order keys, no malleable signatures), so that every member who
    /// checks it comes to the same answer.
    pub fn verify(self) -> Result<Entry<Verified>, EntryError> {
        VerifyingKey::from_bytes(&self.content.device.0)
            .and_then(|key| key.verify_strict(&self.content.message(), &Signature::from_bytes(&self.signature)))
            .map_err(|_| EntryError::Signature)?;
        Ok(self.trusted())
    }

    /// Takes an entry that this program itself verified before it stored it, and that has been under an
    /// authenticated seal since. For reopening a store, and for nothing else.
    pub fn verified_before(self) -> Entry<Verified> {
        self.trusted()
    }

    fn trusted(self) -> Entry<Verified> {
        Entry { content: self.content, signature: self.signature, id: self.id, state: PhantomData }
    }
}

impl<State, C> Encode<C> for Entry<State> {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(11)?;
        self.content.fields(e)?;
        e.bytes(&self.signature)?;
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Entry<Unverified> {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(11) || d.u64()? != VERSION {
            return Err(decode::Error::message("not an array of eleven that begins with 1"));
        }
        let chapter = ChapterId(fixed(d)?);
        let epoch = d.u64()?;
        let device = DeviceId(fixed(d)?);
        let seq = d.u64()?;
        let prev = match d.datatype()? {
            Type::Null => {
                d.null()?;
                None
            }
            _ => Some(EntryId(fixed(d)?)),
        };
        let time = Timestamp(d.u64()?);
        let count = d.array()?.ok_or_else(|| decode::Error::message("a list without its length"))?;
        if count > MAX_PARENTS as u64 {
            return Err(decode::Error::message("too many causal parents"));
        }
        let parents = (0..count).map(|_| fixed(d).map(EntryId)).collect::<Result<_, _>>()?;
        let kind = d.u64()?;
        let body = d.bytes()?.to_vec();
        let signature = fixed(d)?;
        let content = Draft { chapter, epoch, device, seq, prev, time, parents, kind, body };
        Ok(Self { content, signature, id: EntryId([0; 32]), state: PhantomData })
    }
}

fn fixed<const N: usize>(d: &mut Decoder<'_>) -> Result<[u8; N], decode::Error> {
    d.bytes()?.try_into().map_err(|_| decode::Error::message("a field of another length"))
}
