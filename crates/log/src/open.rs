//! From bytes off the wire or the disk to an entry that may be ingested. Pure and parallel; changes nothing.

use ed25519_dalek::VerifyingKey;
use entry::{
    ChapterId, DeviceId, Entry, EntryError, Envelope, EnvelopeId, EpochKey, HeadKey, SealError, Sealer, Tag,
    Unverified, Verified, signature,
};
use rayon::prelude::*;
use std::collections::{BTreeMap, btree_map};

/// The keys of one chapter, ready for bulk work.
pub struct Ring {
    chapter: ChapterId,
    tag: Tag,
    /// An epoch's number is derived from its key in few bits, so that somebody may make two keys of one number. Each
    /// of them is tried, in the order in which they came.
    epochs: BTreeMap<u64, Vec<Held>>,
}

/// The most keys of one number that are kept. Nobody meets a second one by chance.
pub const MAX_KEYS_OF_AN_EPOCH: usize = 16;

/// A key of an epoch, the whole of it or its head key.
struct Held {
    heads: HeadKey,
    sealer: Sealer,
}

/// An envelope that was opened, and whose entry is verified.
#[derive(Debug, Clone)]
pub struct Opened {
    pub(crate) envelope: EnvelopeId,
    pub(crate) hour: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) entry: Entry<Verified>,
    pub(crate) kept: Kept,
}

/// How much of an envelope is at hand; what is more stands behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// Only its stub: the body is gone.
    Stub,
    /// All of it, to be served on, but the body's key is not here. Nobody here knows that it is the right body.
    Sealed,
    /// All of it, and the body was read and is the one that was signed.
    Whole,
}

/// Why an envelope is not taken. Nothing here can be mended by waiting, except [`OpenError::NoKey`].
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Altered, re-sealed, of another chapter, not an envelope, not an entry.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The signature is not the device's.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The epoch's key has not arrived yet.
    #[error("the key of epoch {epoch} has not arrived yet")]
    NoKey {
        /// Which epoch.
        epoch: u64,
        /// The envelope's id.
        envelope: EnvelopeId,
    },
}

impl Opened {
    /// The entry.
    pub const fn entry(&self) -> &Entry<Verified> {
        &self.entry
    }

    /// The entry, for itself.
    pub fn into_entry(self) -> Entry<Verified> {
        self.entry
    }

    /// The envelope's id.
    pub const fn envelope(&self) -> EnvelopeId {
        self.envelope
    }

    /// The envelope, as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How much of the envelope this is.
    pub const fn kept(&self) -> Kept {
        self.kept
    }

    /// Whether it is only an envelope's stub.
    pub const fn is_stub(&self) -> bool {
        matches!(self.kept, Kept::Stub)
    }

    /// Whether this takes the place of what is kept of the same entry, under the same envelope's id or another: it has
    /// more; and of two different envelopes only one whose body was read is known to be the true one.
    pub(crate) fn is_better_than(&self, kept: Kept, same: bool) -> bool {
        self.kept > kept && (same || self.kept == Kept::Whole)
    }
}

/// The public keys of the devices whose entries were checked in one go: reading a key from its bytes is a tenth of a
/// check.
#[derive(Default)]
struct Keys(BTreeMap<DeviceId, VerifyingKey>);

impl Keys {
    fn verify(&mut self, entry: Entry<Unverified>) -> Result<Entry<Verified>, EntryError> {
        let device = entry.content().device;
        let key = match self.0.entry(device) {
            btree_map::Entry::Occupied(known) => known.into_mut(),
            btree_map::Entry::Vacant(place) => {
                place.insert(signature::public_key(device.as_bytes()).map_err(|_| EntryError::Signature)?)
            }
        };
        entry.verify_with(key)
    }
}

impl Ring {
    /// For a chapter, without keys yet.
    pub fn new(chapter: ChapterId) -> Self {
        Self { chapter, tag: chapter.tag(), epochs: BTreeMap::new() }
    }

    /// The chapter.
    pub const fn chapter(&self) -> ChapterId {
        self.chapter
    }

    /// The tag on the chapter's envelopes.
    pub const fn tag(&self) -> &Tag {
        &self.tag
    }

    /// Learns an epoch's key. In place of its own head key, if that was here; once more, it changes nothing. False when
    /// there are too many of this number already.
    pub fn add(&mut self, epoch: u64, key: &EpochKey) -> bool {
        let heads = key.heads();
        let known = self.epochs.entry(epoch).or_default();
        if let Some(held) = known.iter_mut().find(|held| held.heads == heads) {
            if !held.sealer.is_full() {
                held.sealer = Sealer::new(self.chapter, epoch, key);
            }
            return true;
        }
        keep(known, || Held { heads, sealer: Sealer::new(self.chapter, epoch, key) })
    }

    /// Learns an epoch's head key: its heads open, and the bodies about membership. Changes nothing where the epoch's
    /// own key is here.
    pub fn add_heads(&mut self, epoch: u64, key: &HeadKey) -> bool {
        let known = self.epochs.entry(epoch).or_default();
        known.iter().any(|held| held.heads == *key)
            || keep(known, || Held { heads: key.clone(), sealer: Sealer::heads(self.chapter, epoch, key) })
    }

    /// The epochs that there is a key of, ascending, and whether one of them opens texts too.
    pub fn epochs(&self) -> impl Iterator<Item = (u64, bool)> + '_ {
        self.epochs.iter().map(|(&epoch, known)| (epoch, known.iter().any(|held| held.sealer.is_full())))
    }

    /// Whether everything that is sealed under this key opens here.
    pub fn has(&self, epoch: u64, key: &EpochKey) -> bool {
        let heads = key.heads();
        self.epochs.get(&epoch).into_iter().flatten().any(|held| held.sealer.is_full() && held.heads == heads)
    }

    /// How many keys there are: more than before means that what did not open may open now.
    pub fn keys(&self) -> usize {
        self.epochs.values().map(Vec::len).sum()
    }

    /// Whether there is a key of the epoch that an envelope names. What is no envelope is for [`Ring::open`] to refuse.
    pub fn has_key_of(&self, envelope: &[u8]) -> bool {
        Envelope::from_bytes(envelope).map_or(true, |envelope| self.epochs.contains_key(&envelope.epoch))
    }

    /// The newest epoch that there is a whole key for.
    pub fn newest(&self) -> Option<u64> {
        self.epochs().filter(|(_, full)| *full).map(|(epoch, _)| epoch).last()
    }

    /// Seals an entry of our own, with the first whole key of its epoch's number that came.
    pub fn seal(&self, entry: Entry<Verified>) -> Result<Opened, OpenError> {
        let epoch = entry.content().epoch;
        let held = self.epochs.get(&epoch).and_then(|known| known.iter().find(|held| held.sealer.is_full()));
        let held = held.ok_or(OpenError::NoKey { epoch, envelope: EnvelopeId([0; 32]) })?;
        let envelope = held.sealer.seal(&entry)?;
        Ok(Opened {
            envelope: envelope.id(),
            hour: envelope.hour,
            bytes: envelope.to_bytes(),
            entry,
            kept: Kept::Whole,
        })
    }

    /// Opens and verifies one envelope from outside.
    pub fn open(&self, bytes: Vec<u8>) -> Result<Opened, OpenError> {
        self.unseal(bytes, Entry::verify)
    }

    /// Opens one that comes from this computer's own store, as [`Ring::reopen_all`] does.
    pub fn reopen(&self, bytes: Vec<u8>) -> Result<Opened, OpenError> {
        self.unseal(bytes, |entry| Ok(entry.verified_before()))
    }

    /// Opens and verifies many, on all cores.
    pub fn open_all(&self, envelopes: Vec<Vec<u8>>) -> Vec<Result<Opened, OpenError>> {
        let open = |keys: &mut Keys, bytes| self.unseal(bytes, |entry| keys.verify(entry));
        envelopes.into_par_iter().map_init(Keys::default, open).collect()
    }

    /// Opens many that come from this computer's own store, where only verified ones got in, and whose seal shows
    /// that they are unchanged: the signatures are not checked again.
    pub fn reopen_all(&self, envelopes: Vec<Vec<u8>>) -> Vec<Result<Opened, OpenError>> {
        envelopes.into_par_iter().map(|bytes| self.unseal(bytes, |entry| Ok(entry.verified_before()))).collect()
    }

    fn unseal(
        &self,
        bytes: Vec<u8>,
        trust: impl FnOnce(Entry<Unverified>) -> Result<Entry<Verified>, EntryError>,
    ) -> Result<Opened, OpenError> {
        let envelope = Envelope::from_bytes(&bytes)?;
        let (id, epoch, hour) = (envelope.id(), envelope.epoch, envelope.hour);
        let mut opened = Err(OpenError::NoKey { epoch, envelope: id });
        for held in self.epochs.get(&epoch).into_iter().flatten() {
            opened = held.sealer.open(&envelope).map_err(OpenError::from);
            // Another key of the same number is all that helps there.
            if !matches!(opened, Err(OpenError::Seal(SealError::Altered))) {
                break;
            }
        }
        let entry = trust(opened?)?;
        let kept = match (envelope.is_stub(), entry.has_body()) {
            (true, _) => Kept::Stub,
            (false, false) => Kept::Sealed,
            (false, true) => Kept::Whole,
        };
        Ok(Opened { envelope: id, hour, bytes, entry, kept })
    }
}

fn keep(known: &mut Vec<Held>, held: impl FnOnce() -> Held) -> bool {
    let room = known.len() < MAX_KEYS_OF_AN_EPOCH;
    if room {
        known.push(held());
    }
    room
}
