//! Entries in the set whose bodies go, and come back. The set itself stays the same: a stub has its envelope's id.

use super::{Accepted, Ingested, Log};
use crate::{
    open::{Kept, Opened, Ring},
    store::{LogStore, StoreError},
};
use entry::{EntryId, Envelope, EnvelopeId};

/// What became of the wish to forget a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stripped {
    /// Its stub takes its place with the next commit.
    Done,
    /// There is no body here.
    Already,
    /// The entry is not committed yet: ask again after the commit.
    Staged,
    /// There is no such entry in the set.
    Unknown,
}

impl Log {
    /// Takes an envelope of an entry that is in the set, if it is a better one.
    pub(super) fn fill(
        &mut self,
        slot: u32,
        opened: Opened,
        ring: &Ring,
        store: &mut dyn LogStore,
    ) -> Result<Ingested, StoreError> {
        let here = &mut self.slots[slot as usize];
        let same = here.envelope == opened.envelope;
        if !opened.is_better_than(here.kept, same) {
            return Ok(if same { Ingested::Duplicate } else { Ingested::Another });
        }
        // With the body sealed and the id the same, the very same bytes are there.
        if !same || here.kept == Kept::Stub {
            store.replace(ring.tag(), here.position, &opened.bytes)?;
        }
        let Opened { envelope, hour, entry, kept, .. } = opened;
        here.kept = kept;
        self.stubs.remove(&slot);
        let instead = (!same).then(|| std::mem::replace(&mut here.envelope, envelope));
        let entry = Box::new(Accepted { entry, envelope, hour, position: here.position });
        if let Some(instead) = &instead {
            self.by_envelope.remove(instead);
            self.by_envelope.insert(envelope, slot);
        }
        Ok(Ingested::Filled { entry, instead })
    }

    /// Forgets an entry's body: stages the envelope's stub in its place. The entry stays in the set, under the same
    /// ids. After a store error, as after a commit that fails, the log has to be loaded again.
    pub fn strip(&mut self, entry: &EntryId, ring: &Ring, store: &mut dyn LogStore) -> Result<Stripped, StoreError> {
        let Some(&slot) = self.by_entry.get(entry) else { return Ok(Stripped::Unknown) };
        let here = &mut self.slots[slot as usize];
        if here.kept == Kept::Stub {
            return Ok(Stripped::Already);
        }
        let Some(bytes) = store.get(ring.tag(), here.position)? else { return Ok(Stripped::Staged) };
        let envelope = Envelope::from_bytes(&bytes).ok().filter(|envelope| envelope.id() == here.envelope);
        let envelope = envelope.ok_or_else(|| StoreError::Corrupt {
            found: format!("another envelope at place {}", here.position),
            done: "nothing was changed".into(),
        })?;
        store.replace(ring.tag(), here.position, &envelope.stub().to_bytes())?;
        here.kept = Kept::Stub;
        self.stubs.insert(slot, *entry);
        Ok(Stripped::Done)
    }

    /// The entries of which only the stub is here, with its envelope's id, in the order in which they became part of the set.
    pub fn stubs(&self) -> impl Iterator<Item = (&EntryId, EnvelopeId)> {
        self.stubs.iter().map(|(&slot, entry)| (entry, self.slots[slot as usize].envelope))
    }

    /// How much of an entry's envelope is here.
    pub fn kept(&self, entry: &EntryId) -> Option<Kept> {
        self.by_entry.get(entry).map(|&slot| self.slots[slot as usize].kept)
    }

    /// How much of an envelope is here.
    pub fn kept_of(&self, envelope: &EnvelopeId) -> Option<Kept> {
        self.by_envelope.get(envelope).map(|&slot| self.slots[slot as usize].kept)
    }
}
