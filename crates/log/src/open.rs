//! From bytes off the wire or the disk to an entry that may be ingested. Pure and parallel; changes nothing.

use ed25519_dalek::VerifyingKey;
use entry::{
    ChapterId, DeviceId, Entry, EntryError, Envelope, EnvelopeId, EpochKey, SealError, Tag, Unverified, Verified,
    envelope::Sealer, signature,
};
use rayon::prelude::*;
use std::collections::{BTreeMap, btree_map};

/// The keys of one chapter, ready for bulk work.
pub struct Ring {
    chapter: ChapterId,
    tag: Tag,
    sealers: BTreeMap<u64, Sealer>,
}

/// An envelope that was opened, and whose entry is verified.
#[derive(Debug, Clone)]
pub struct Opened {
    pub(crate) envelope: EnvelopeId,
    pub(crate) hour: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) entry: Entry<Verified>,
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
        Self { chapter, tag: chapter.tag(), sealers: BTreeMap::new() }
    }

    /// The chapter.
    pub const fn chapter(&self) -> ChapterId {
        self.chapter
    }

    /// The tag on the chapter's envelopes.
    pub const fn tag(&self) -> &Tag {
        &self.tag
    }

    /// Learns an epoch's key.
    pub fn add(&mut self, epoch: u64, key: &EpochKey) {
        self.sealers.insert(epoch, Sealer::new(self.chapter, epoch, key));
    }

    /// The newest epoch that there is a key for.
    pub fn newest(&self) -> Option<u64> {
        self.sealers.last_key_value().map(|(&epoch, _)| epoch)
    }

    /// Seals an entry of our own.
    pub fn seal(&self, entry: Entry<Verified>) -> Result<Opened, OpenError> {
        let epoch = entry.content().epoch;
        let sealer = self.sealers.get(&epoch).ok_or(OpenError::NoKey { epoch, envelope: EnvelopeId([0; 32]) })?;
        let envelope = sealer.seal(&entry)?;
        let bytes = envelope.to_bytes();
        Ok(Opened { envelope: Envelope::id_of(&bytes), hour: envelope.hour, bytes, entry })
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
        let id = Envelope::id_of(&bytes);
        let sealer =
            self.sealers.get(&envelope.epoch).ok_or(OpenError::NoKey { epoch: envelope.epoch, envelope: id })?;
        let entry = trust(sealer.open(&envelope)?)?;
        Ok(Opened { envelope: id, hour: envelope.hour, bytes, entry })
    }
}
