//! A disk in memory, for tests and the simulator: stricter than a real one.
//!
//! [`MemDisk`] is what survives a kill, [`MemStore`] the program that has it open. What was not committed is gone with
//! the store, a second store on one disk is refused, and a commit can be told to fail.

use crate::store::{LogStore, Staged, StoreError, Tag};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A disk. Clones are the same disk.
#[derive(Debug, Clone, Default)]
pub struct MemDisk(Arc<Mutex<Platter>>);

#[derive(Debug, Default)]
struct Platter {
    chapters: BTreeMap<Tag, Vec<Arc<[u8]>>>,
    meta: BTreeMap<Vec<u8>, Vec<u8>>,
    open: bool,
    full_at_next_commit: bool,
    commits: u64,
}

impl MemDisk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens the disk; refused while a store has it open.
    pub fn open(&self) -> Result<MemStore, StoreError> {
        let mut platter = self.lock();
        if platter.open {
            return Err(StoreError::Busy { folder: "(in memory)".into() });
        }
        platter.open = true;
        drop(platter);
        Ok(MemStore { disk: self.clone(), staged: Staged::default() })
    }

    /// Makes the next commit find a full disk.
    pub fn fill_for_one_commit(&self) {
        self.lock().full_at_next_commit = true;
    }

    /// How many commits wrote something.
    pub fn commits(&self) -> u64 {
        self.lock().commits
    }

    fn lock(&self) -> MutexGuard<'_, Platter> {
        // No code of ours panics between two halves of a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open [`MemDisk`]. Dropping it is a kill.
#[derive(Debug)]
pub struct MemStore {
    disk: MemDisk,
    staged: Staged,
}

impl MemStore {
    /// A store on an empty disk of its own.
    pub fn new() -> Self {
        let disk = MemDisk::new();
        disk.lock().open = true;
        Self { disk, staged: Staged::default() }
    }

    /// The disk, which outlives the store.
    pub fn disk(&self) -> MemDisk {
        self.disk.clone()
    }

    /// Kills the program and starts it again.
    pub fn reopen(&mut self) {
        self.staged = Staged::default();
    }
}

impl Default for MemStore {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for MemStore {
    fn drop(&mut self) {
        self.disk.lock().open = false;
    }
}

impl LogStore for MemStore {
    fn chapters(&self) -> Result<Vec<Tag>, StoreError> {
        Ok(self.disk.lock().chapters.keys().copied().collect())
    }

    fn append(&mut self, chapter: &Tag, envelopes: &[&[u8]]) -> Result<u64, StoreError> {
        let committed = self.len(chapter)?;
        self.staged.append(chapter, committed, envelopes)
    }

    fn replace(&mut self, chapter: &Tag, position: u64, envelope: &[u8]) -> Result<(), StoreError> {
        let committed = self.len(chapter)?;
        self.staged.replace(chapter, committed, position, envelope)
    }

    fn put_meta(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), StoreError> {
        self.staged.put_meta(key, value)
    }

    fn meta(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.disk.lock().meta.get(key).cloned())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let staged = std::mem::take(&mut self.staged);
        if staged.is_empty() {
            return Ok(());
        }
        let mut platter = self.disk.lock();
        if std::mem::take(&mut platter.full_at_next_commit) {
            return Err(StoreError::DiskFull);
        }
        for (chapter, envelopes) in staged.envelopes {
            platter.chapters.entry(chapter).or_default().extend(envelopes.into_iter().map(Arc::from));
        }
        for (chapter, replaced) in staged.replaced {
            let mut log = platter.chapters.get_mut(&chapter);
            for (position, envelope) in replaced {
                let place = usize::try_from(position).ok();
                if let Some(place) = place.and_then(|place| log.as_mut()?.get_mut(place)) {
                    *place = Arc::from(envelope);
                }
            }
        }
        for (key, value) in staged.meta {
            match value {
                Some(value) => platter.meta.insert(key, value),
                None => platter.meta.remove(&key),
            };
        }
        platter.commits += 1;
        Ok(())
    }

    fn rollback(&mut self) {
        self.staged = Staged::default();
    }

    fn len(&self, chapter: &Tag) -> Result<u64, StoreError> {
        Ok(self.disk.lock().chapters.get(chapter).map_or(0, |log| log.len() as u64))
    }

    fn get(&self, chapter: &Tag, position: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let platter = self.disk.lock();
        let log = platter.chapters.get(chapter);
        Ok(log.and_then(|log| log.get(usize::try_from(position).ok()?)).map(|envelope| envelope.to_vec()))
    }

    fn staged(&self, chapter: &Tag, position: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.staged.at(chapter, self.len(chapter)?, position).map(<[u8]>::to_vec))
    }

    fn scan(
        &self,
        chapter: &Tag,
        from: u64,
        each: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        // Not under the lock: `each` may look at the disk itself.
        let Ok(skip) = usize::try_from(from) else { return Ok(()) };
        let log: Vec<_> = self.disk.lock().chapters.get(chapter).into_iter().flatten().skip(skip).cloned().collect();
        for (envelope, position) in log.iter().zip(from..) {
            if each(position, envelope).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn remove(&mut self, chapter: &Tag) -> Result<(), StoreError> {
        self.staged.forget(chapter);
        self.disk.lock().chapters.remove(chapter);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    impl crate::suite::Disk for MemDisk {
        type Store = MemStore;
        fn open(&self) -> Result<MemStore, StoreError> {
            self.open()
        }
    }

    crate::log_store_suite!(MemDisk::new());

    #[test]
    fn a_commit_on_a_full_disk_changes_nothing_and_the_next_one_works() {
        let disk = MemDisk::new();
        let mut store = disk.open().unwrap();
        store.append(&[1; 16], &[b"one"]).unwrap();
        disk.fill_for_one_commit();
        assert!(matches!(store.commit(), Err(StoreError::DiskFull)));
        assert_eq!(store.len(&[1; 16]).unwrap(), 0);
        assert_eq!(store.append(&[1; 16], &[b"two"]).unwrap(), 0);
        store.commit().unwrap();
        drop(store);
        assert_eq!(disk.open().unwrap().get(&[1; 16], 0).unwrap().unwrap(), b"two");
    }

    #[test]
    fn a_second_store_is_refused_until_the_first_is_gone() {
        let disk = MemDisk::new();
        let first = disk.open().unwrap();
        assert!(matches!(disk.open(), Err(StoreError::Busy { .. })));
        drop(first);
        assert!(disk.open().is_ok());
    }
}
