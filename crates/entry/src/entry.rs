//! The entry: what one device says at one point of a chapter's history.

use crate::{
    canon::{self, CanonError},
    ids::{ChapterId, DeviceId, EntryId, context, domain},
    signature,
    time::{LAST, Timestamp},
};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use minicbor::{Decode, Decoder, Encode, Encoder, data::Type, decode, encode};
use std::marker::PhantomData;

/// The version that this program writes.
pub const VERSION: u64 = 1;
/// The longest entry, in bytes of its encoding. Larger things are attachments.
pub const MAX_BYTES: usize = 64 * 1024;
/// The most causal parents that an entry names besides `prev`.
pub const MAX_PARENTS: usize = 16;

/// What is signed. Cheap to read, made once.
#[derive(Clone, PartialEq, Eq)]
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

// By hand: what members write must not get into a program's log by way of `{:?}`.
impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft")
            .field("chapter", &self.chapter)
            .field("epoch", &self.epoch)
            .field("device", &self.device)
            .field("seq", &self.seq)
            .field("prev", &self.prev)
            .field("time", &self.time)
            .field("parents", &self.parents)
            .field("kind", &self.kind)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
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
    signed: Signed,
    id: EntryId,
    state: PhantomData<State>,
}

/// An entry's encoding, before anything about it was checked. Private, and `Entry` itself has no `Decode`: otherwise
/// minicbor could make an entry without its checks and without its id.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signed {
    content: Draft,
    signature: [u8; 64],
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
    #[error("the time is past the year 9999")]
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
        let mut bytes = Vec::with_capacity(self.room());
        bytes.extend_from_slice(domain::ENTRY);
        let mut encoder = Encoder::new(&mut bytes);
        // Writing to a Vec cannot fail.
        let _ = encoder.array(10).and_then(|e| self.fields(e).map(|()| e)).is_ok();
        bytes
    }

    /// Enough room for the encoding, so that it is written without growing.
    fn room(&self) -> usize {
        320 + 34 * self.parents.len() + self.body.len()
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
        let signed = Signed { content: self, signature };
        let bytes = signed.to_bytes();
        if bytes.len() > MAX_BYTES {
            return Err(CanonError::TooLong { got: bytes.len(), limit: MAX_BYTES }.into());
        }
        Ok(Entry { signed, id: id_of(&bytes), state: PhantomData })
    }
}

/// The id of the entry that these bytes are, in this version of the format and in every later one.
pub(crate) fn id_of(bytes: &[u8]) -> EntryId {
    EntryId(blake3::derive_key(context::ENTRY_ID, bytes))
}

impl<State> Entry<State> {
    /// Hash over everything signed, and the signature.
    pub const fn id(&self) -> EntryId {
        self.id
    }

    /// Everything that is signed.
    pub const fn content(&self) -> &Draft {
        &self.signed.content
    }

    /// The device's signature (RFC 8032).
    pub const fn signature(&self) -> &[u8; 64] {
        &self.signed.signature
    }

    /// The canonical bytes: an array of eleven, the signature last.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.signed.to_bytes()
    }

    /// All causal parents, `prev` first.
    pub fn causal_parents(&self) -> impl Iterator<Item = EntryId> + '_ {
        let content = self.content();
        content.prev.iter().chain(&content.parents).copied()
    }

    /// The thing itself, when nothing else of the entry is needed any more.
    pub fn into_content(self) -> Draft {
        self.signed.content
    }
}

impl Entry<Unverified> {
    /// Reads an entry that came from outside. Its form is checked here, its signature by [`Entry::verify`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        // The hash last: it is the dear part.
        Ok(Self { signed: Signed::from_bytes(bytes)?, id: id_of(bytes), state: PhantomData })
    }

    /// For a caller that has already computed the id of these bytes.
    pub(crate) fn with_id(bytes: &[u8], id: EntryId) -> Result<Self, EntryError> {
        Ok(Self { signed: Signed::from_bytes(bytes)?, id, state: PhantomData })
    }

    /// Checks the signature in the one strict way, so that every member who checks it comes to the same answer.
    pub fn verify(self) -> Result<Entry<Verified>, EntryError> {
        let key = signature::public_key(self.content().device.as_bytes()).map_err(|_| EntryError::Signature)?;
        self.verify_with(&key)
    }

    /// [`Entry::verify`] for who has many entries of one device: reading the key from its bytes is a tenth of the
    /// work, and needs to be done once.
    pub fn verify_with(self, device: &VerifyingKey) -> Result<Entry<Verified>, EntryError> {
        let Signed { content, signature } = &self.signed;
        if device.as_bytes() != content.device.as_bytes() {
            return Err(EntryError::Signature);
        }
        signature::check(device, &content.message(), signature).map_err(|_| EntryError::Signature)?;
        Ok(self.trusted())
    }

    /// Takes an entry that this program itself verified before it stored it, and that has been under an
    /// authenticated seal since. For reopening a store, and for nothing else.
    pub fn verified_before(self) -> Entry<Verified> {
        self.trusted()
    }

    fn trusted(self) -> Entry<Verified> {
        Entry { signed: self.signed, id: self.id, state: PhantomData }
    }
}

impl<State, C> Encode<C> for Entry<State> {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, context: &mut C) -> Result<(), encode::Error<W::Error>> {
        self.signed.encode(e, context)
    }
}

impl Signed {
    fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        // The version first: a later form may differ in everything else.
        let mut peek = Decoder::new(bytes);
        if matches!(peek.array(), Ok(Some(_)))
            && let Ok(version) = peek.u64()
            && version > VERSION
        {
            return Err(EntryError::Version(version));
        }
        let signed: Self = canon::from_bytes(bytes, MAX_BYTES)?;
        signed.content.check()?;
        Ok(signed)
    }

    fn to_bytes(&self) -> Vec<u8> {
        canon::to_bytes_with_room(self, self.content.room())
    }
}

impl<C> Encode<C> for Signed {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(11)?;
        self.content.fields(e)?;
        e.bytes(&self.signature)?;
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Signed {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(11) || d.u64()? != VERSION {
            return Err(decode::Error::message("not an array of eleven that begins with 1"));
        }
        let chapter = ChapterId(canon::fixed(d)?);
        let epoch = d.u64()?;
        let device = DeviceId(canon::fixed(d)?);
        let seq = d.u64()?;
        let prev = match d.datatype()? {
            Type::Null => {
                d.null()?;
                None
            }
            _ => Some(EntryId(canon::fixed(d)?)),
        };
        let time = Timestamp(d.u64()?);
        let count = d.array()?.ok_or_else(|| decode::Error::message("a list without its length"))?;
        // How many there may be is checked with the rest; a count beyond the end of the bytes fails at their end.
        let parents = (0..count).map(|_| canon::fixed(d).map(EntryId)).collect::<Result<_, _>>()?;
        let kind = d.u64()?;
        let body = d.bytes()?.to_vec();
        let signature = canon::fixed(d)?;
        let content = Draft { chapter, epoch, device, seq, prev, time, parents, kind, body };
        Ok(Self { content, signature })
    }
}
