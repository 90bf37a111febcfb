//! The entry: what one device says at one point of a chapter's history. A signed head, and a body that may be missing.

use crate::{
    canon::CanonError,
    head::{Head, Signed},
    ids::{BodyDigest, ChapterId, DeviceId, EntryId, context},
    signature,
    time::Timestamp,
};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use std::{fmt, marker::PhantomData};

/// The version that this program writes.
pub const VERSION: u64 = 1;
/// The longest head, in bytes of its encoding.
pub const MAX_HEAD: usize = 1024;
/// The longest body. Larger things are attachments.
pub const MAX_BODY: usize = MAX_BYTES - MAX_HEAD;
/// The longest entry: head and body.
pub const MAX_BYTES: usize = 64 * 1024;
/// The most causal parents that an entry names besides `prev`.
pub const MAX_PARENTS: usize = 16;

/// Whether a kind is about membership. The bodies of these are open to who may know who is a member, and may read
/// nothing else.
pub const fn is_membership(kind: u64) -> bool {
    matches!(kind, 0..=9 | 100..=199)
}

/// What somebody wants to say, before it is signed: the fields of a [`Head`], and the body itself.
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

/// Marks an entry whose signature nobody has checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unverified;
/// Marks an entry whose signature was checked, or made, by this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified;

/// A signed entry. Only an `Entry<Verified>` gets into a log. Where it has a body, that is the one that was signed.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry<State> {
    signed: Signed,
    body: Option<Vec<u8>>,
    id: EntryId,
    state: PhantomData<State>,
}

/// Why bytes are not an entry, or a draft cannot become one.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// Not the encoding of an entry's head, or a body that is too long.
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
    /// The body is not the one whose digest was signed.
    #[error("the body is not the one that was signed")]
    Body,
    /// The signature is not the device's.
    #[error("the signature is not that of the device which the entry names")]
    Signature,
    /// The key that should sign is not the key of the device that the draft names.
    #[error("the draft names another device than the one that signs")]
    WrongKey,
}

// By hand, here and below: what members write must not get into a program's log by way of `{:?}`.
impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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

impl<State> fmt::Debug for Entry<State> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Entry");
        shown.field("id", &self.id).field("head", &self.signed.head);
        match &self.body {
            Some(body) => shown.field("body", &format_args!("{} bytes", body.len())),
            None => shown.field("body", &format_args!("not here")),
        };
        shown.finish()
    }
}

impl Draft {
    /// Signs. The result is as good as a verified entry: the signature was made here.
    pub fn sign(self, device: &SigningKey) -> Result<Entry<Verified>, EntryError> {
        if device.verifying_key().as_bytes() != self.device.as_bytes() {
            return Err(EntryError::WrongKey);
        }
        let Self { chapter, epoch, device: author, seq, prev, time, parents, kind, body } = self;
        check_length(&body)?;
        let digest = BodyDigest::of(&body);
        let head = Head { chapter, epoch, device: author, seq, prev, time, parents, kind, body: digest };
        // A head within these rules is always shorter than it may be.
        head.check()?;
        let signature = device.sign(&head.message()).to_bytes();
        let signed = Signed { head, signature };
        let id = id_of(&signed.to_bytes());
        Ok(Entry { signed, body: Some(body), id, state: PhantomData })
    }
}

fn check_length(body: &[u8]) -> Result<(), CanonError> {
    let got = body.len();
    if got <= MAX_BODY { Ok(()) } else { Err(CanonError::TooLong { got, limit: MAX_BODY }) }
}

/// The id of the entry whose head these bytes are, in this version of the format and in every later one.
pub(crate) fn id_of(head: &[u8]) -> EntryId {
    EntryId(blake3::derive_key(context::ENTRY_ID, head))
}

impl<State> Entry<State> {
    /// Hash over the head: everything signed, and the signature.
    pub const fn id(&self) -> EntryId {
        self.id
    }

    /// Everything that is signed. The body is named there by its digest.
    pub const fn content(&self) -> &Head {
        &self.signed.head
    }

    /// The body, unless it is not here: hidden, or sealed under a key that is not here.
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// Whether the body is here.
    pub const fn has_body(&self) -> bool {
        self.body.is_some()
    }

    /// Forgets the body. The entry stays what it is: id and signature do not need it.
    pub fn drop_body(&mut self) {
        self.body = None;
    }

    /// Puts the body to its head; any other is refused.
    pub fn attach_body(&mut self, body: Vec<u8>) -> Result<(), EntryError> {
        check_length(&body)?;
        if BodyDigest::of(&body) != self.signed.head.body {
            return Err(EntryError::Body);
        }
        self.body = Some(body);
        Ok(())
    }

    /// The device's signature (RFC 8032).
    pub const fn signature(&self) -> &[u8; 64] {
        &self.signed.signature
    }

    /// The canonical bytes of the head: an array of eleven, the signature last.
    pub fn head_bytes(&self) -> Vec<u8> {
        self.signed.to_bytes()
    }

    /// All causal parents, `prev` first.
    pub fn causal_parents(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.content().causal_parents()
    }

    /// The body alone, when nothing else of the entry is needed any more.
    pub fn into_body(self) -> Option<Vec<u8>> {
        self.body
    }

    /// What was signed, to be altered and signed again, unless the body is not here.
    pub fn into_draft(self) -> Option<Draft> {
        let body = self.body?;
        let Head { chapter, epoch, device, seq, prev, time, parents, kind, .. } = self.signed.head;
        Some(Draft { chapter, epoch, device, seq, prev, time, parents, kind, body })
    }
}

impl Entry<Unverified> {
    /// Reads an entry that came from outside: its head, and its body where that is at hand. The form is checked here,
    /// and that the body is this head's; the signature by [`Entry::verify`].
    pub fn from_bytes(head: &[u8], body: Option<Vec<u8>>) -> Result<Self, EntryError> {
        // The hash last: it is the dear part.
        let signed = Signed::from_bytes(head)?;
        let mut entry = Self { signed, body: None, id: id_of(head), state: PhantomData };
        if let Some(body) = body {
            entry.attach_body(body)?;
        }
        Ok(entry)
    }

    /// For a caller that has already computed the id of this head. Without a body.
    pub(crate) fn with_id(head: &[u8], id: EntryId) -> Result<Self, EntryError> {
        Ok(Self { signed: Signed::from_bytes(head)?, body: None, id, state: PhantomData })
    }

    /// Checks the signature in the one strict way, so that every member who checks it comes to the same answer.
    pub fn verify(self) -> Result<Entry<Verified>, EntryError> {
        let key = signature::public_key(self.content().device.as_bytes()).map_err(|_| EntryError::Signature)?;
        self.verify_with(&key)
    }

    /// [`Entry::verify`] for who has many entries of one device: reading the key from its bytes is a tenth of the
    /// work, and needs to be done once.
    pub fn verify_with(self, device: &VerifyingKey) -> Result<Entry<Verified>, EntryError> {
        let Signed { head, signature } = &self.signed;
        if device.as_bytes() != head.device.as_bytes() {
            return Err(EntryError::Signature);
        }
        signature::check(device, &head.message(), signature).map_err(|_| EntryError::Signature)?;
        Ok(self.trusted())
    }

    /// Takes an entry that this program itself verified before it stored it, and that has been under an
    /// authenticated seal since. For reopening a store, and for nothing else.
    pub fn verified_before(self) -> Entry<Verified> {
        self.trusted()
    }

    fn trusted(self) -> Entry<Verified> {
        Entry { signed: self.signed, body: self.body, id: self.id, state: PhantomData }
    }
}
