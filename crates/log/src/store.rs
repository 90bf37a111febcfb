//! What a log needs from a disk, and what every disk that offers it must hold to.
//!
//! The promise behind "saved on this computer" is [`LogStore::commit`]: when it returns `Ok`, everything staged since
//! the last commit survives a kill and a power cut; when it returns an error, none of it is there, now or later. What
//! reading shows is always committed, so nothing can be shown that could still be lost.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// A chapter's name on disk: 16 bytes that tell nothing about it (the envelope's tag).
pub use entry::Tag;

/// The longest envelope that is stored. Entries are at most 64 KiB; sealing adds far less than this leaves.
pub const MAX_ENVELOPE: usize = 96 * 1024;
/// The longest key of a small value.
pub const MAX_META_KEY: usize = 256;
/// The longest small value.
pub const MAX_META_VALUE: usize = 64 * 1024;
/// The most that may be staged for one commit, keys and values together.
pub const MAX_STAGED: usize = 64 * 1024 * 1024;

/// Logs of envelopes, one per chapter, and a few small values beside them.
///
/// One owner, no interior sharing: two logs on one disk are refused when opening. Reading (`chapters`, `len`, `get`,
/// `scan`, `meta`) shows committed state only; what is staged is shown by [`staged`](Self::staged) alone.
pub trait LogStore: Send {
    /// Tags of the chapters that have at least one committed envelope here, in ascending order.
    fn chapters(&self) -> Result<Vec<Tag>, StoreError>;

    /// Stages envelopes behind the chapter's last one (the staged ones included), at consecutive positions from 0;
    /// returns the first position. Not durable, and lost unless [`commit`](Self::commit) returns `Ok`. Refused as a
    /// whole when one is longer than [`MAX_ENVELOPE`], or empty, or when more than [`MAX_STAGED`] would be staged.
    fn append(&mut self, chapter: &Tag, envelopes: &[&[u8]]) -> Result<u64, StoreError>;

    /// Stages another envelope in place of the one at a position, which may be staged itself; the last one staged for a
    /// position counts. Refused when nothing stands there, and as [`append`](Self::append) refuses. What stood there
    /// cannot be read any more after the commit; its bytes may be on the disk until it is swept ([`sweep`](Self::sweep)).
    fn replace(&mut self, chapter: &Tag, position: u64, envelope: &[u8]) -> Result<(), StoreError>;

    /// Stages a small value under a key; `None` removes it. The last one staged for a key counts.
    fn put_meta(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), StoreError>;

    /// The committed value of a key.
    fn meta(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Makes everything staged since the last commit durable, or none of it: after an error nothing staged is there
    /// any more, also not after reopening, and the store stays usable. With nothing staged it does nothing.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Forgets what is staged.
    fn rollback(&mut self);

    /// How many committed envelopes a chapter has; its positions are `0..len`.
    fn len(&self, chapter: &Tag) -> Result<u64, StoreError>;

    /// The committed envelope at a position.
    fn get(&self, chapter: &Tag, position: u64) -> Result<Option<Vec<u8>>, StoreError>;

    /// What the next commit would put at a position, if anything: for a reader whose own answer waits for that commit.
    fn staged(&self, chapter: &Tag, position: u64) -> Result<Option<Vec<u8>>, StoreError>;

    /// Calls `each(position, bytes)` for the committed envelopes from `from` on, in order, until it breaks.
    fn scan(
        &self,
        chapter: &Tag,
        from: u64,
        each: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;

    /// Removes a chapter's log, committed and staged, at once and durably: no commit follows, and what is staged for
    /// other chapters stays staged. Once it has begun it is finished, if need be by the next opening.
    fn remove(&mut self, chapter: &Tag) -> Result<(), StoreError>;

    /// How much was replaced or removed whose bytes may still be on the disk; 0 when there is nothing but what can be read.
    /// Known over a restart, then perhaps as a smaller number.
    fn leftovers(&self) -> u64 {
        0
    }

    /// Does a part of what it takes to get the leftovers off the disk: some hundredths of a second's work. True when none
    /// are left. Between two calls everything else may be called; what is there to be read does not change by it. After an
    /// error nothing of it was done, and the next call begins anew.
    fn sweep(&mut self) -> Result<bool, StoreError> {
        Ok(true)
    }
}

/// Why the disk did not do it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No room. Nothing was written; the store works again as soon as there is room.
    #[error("the disk is full, so nothing of this was saved; free some space and try again")]
    DiskFull,
    /// Somebody else has the folder open.
    #[error("another Chapterhouse program has the folder {} open; close it first", .folder.display())]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// The disk or the operating system refused.
    #[error("could not {doing}: {source}")]
    Io {
        /// What was being done, as it follows "could not".
        doing: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// What is on the disk is not what was written there.
    #[error("the saved data is damaged: {found}; {done}")]
    Corrupt {
        /// What was found.
        found: String,
        /// What was done about it.
        done: String,
    },
    /// Written by a later version.
    #[error("the saved data was written by a newer version of Chapterhouse (layout {found}, this one knows {known})")]
    TooNew {
        /// Its layout.
        found: u32,
        /// The latest that this program knows.
        known: u32,
    },
    /// More than is ever stored.
    #[error("{what} of {got} bytes cannot be saved; at most {limit} bytes, and not none, are allowed")]
    TooLarge {
        /// What it is.
        what: &'static str,
        /// How long it is.
        got: usize,
        /// How long it may be.
        limit: usize,
    },
    /// There is not enough free space to leave behind what was replaced or removed. Nothing is lost by it.
    #[error(
        "what was removed is still in the saved data; erasing it needs {} MB more of free disk for a moment",
        .missing.div_ceil(1_000_000)
    )]
    NoRoom {
        /// How many bytes more have to be free.
        missing: u64,
    },
    /// Nothing stands where something was to be replaced.
    #[error("nothing is saved at place {position} of {len}, so nothing can be put in its place")]
    NoSuchPlace {
        /// Which place.
        position: u64,
        /// How many there are, the staged ones included.
        len: u64,
    },
    /// An earlier error closed the store, and opening it again did not work yet. Every call that writes tries again.
    #[error("the saved data cannot be reached since an earlier error: {source}")]
    Fenced {
        /// What the last attempt to open it again said.
        source: Box<StoreError>,
    },
}

impl StoreError {
    /// An [`io::Error`] in its place: a full disk is [`StoreError::DiskFull`], everything else [`StoreError::Io`].
    pub fn io(doing: impl Into<String>, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io { doing: doing.into(), source },
        }
    }
}

/// What waits for a commit, kept the same way and with the same limits by every [`LogStore`].
#[derive(Debug, Default)]
pub struct Staged {
    /// Envelopes to put behind each chapter's last one.
    pub envelopes: BTreeMap<Tag, Vec<Vec<u8>>>,
    /// Envelopes to put in the place of committed ones.
    pub replaced: BTreeMap<Tag, BTreeMap<u64, Vec<u8>>>,
    /// Small values to write, or to remove.
    pub meta: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    bytes: usize,
}

impl Staged {
    /// Whether a commit would do nothing.
    pub fn is_empty(&self) -> bool {
        self.envelopes.is_empty() && self.replaced.is_empty() && self.meta.is_empty()
    }

    /// How many bytes are staged, those of what was staged again before the commit included.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Stages envelopes of a chapter that has `committed` ones; returns the first position.
    pub fn append(&mut self, chapter: &Tag, committed: u64, envelopes: &[&[u8]]) -> Result<u64, StoreError> {
        let mut bytes = 0_usize;
        for envelope in envelopes {
            check("an envelope", envelope.len(), 1, MAX_ENVELOPE)?;
            bytes = bytes.saturating_add(envelope.len());
        }
        self.reserve(bytes)?;
        let waiting = self.envelopes.get(chapter).map_or(0, |waiting| waiting.len() as u64);
        if !envelopes.is_empty() {
            self.envelopes.entry(*chapter).or_default().extend(envelopes.iter().map(|envelope| envelope.to_vec()));
        }
        Ok(committed + waiting)
    }

    /// Stages an envelope in the place of one that is committed, or staged itself.
    pub fn replace(&mut self, chapter: &Tag, committed: u64, position: u64, envelope: &[u8]) -> Result<(), StoreError> {
        check("an envelope", envelope.len(), 1, MAX_ENVELOPE)?;
        let len = committed + self.envelopes.get(chapter).map_or(0, |waiting| waiting.len() as u64);
        if position >= len {
            return Err(StoreError::NoSuchPlace { position, len });
        }
        self.reserve(envelope.len())?;
        let behind = position.checked_sub(committed).and_then(|behind| usize::try_from(behind).ok());
        match behind.and_then(|behind| self.envelopes.get_mut(chapter)?.get_mut(behind)) {
            Some(staged) => *staged = envelope.to_vec(),
            None => drop(self.replaced.entry(*chapter).or_default().insert(position, envelope.to_vec())),
        }
        Ok(())
    }

    /// What is staged for a position of a chapter that has `committed` envelopes.
    pub fn at(&self, chapter: &Tag, committed: u64, position: u64) -> Option<&[u8]> {
        match position.checked_sub(committed) {
            Some(behind) => self.envelopes.get(chapter)?.get(usize::try_from(behind).ok()?),
            None => self.replaced.get(chapter)?.get(&position),
        }
        .map(Vec::as_slice)
    }

    /// Stages a small value, or its removal.
    pub fn put_meta(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), StoreError> {
        check("a key", key.len(), 1, MAX_META_KEY)?;
        check("a value", value.map_or(0, <[u8]>::len), 0, MAX_META_VALUE)?;
        self.reserve(key.len() + value.map_or(0, <[u8]>::len))?;
        self.meta.insert(key.to_vec(), value.map(<[u8]>::to_vec));
        Ok(())
    }

    /// Forgets what is staged for a chapter.
    pub fn forget(&mut self, chapter: &Tag) {
        let gone = self.envelopes.remove(chapter).unwrap_or_default();
        let replaced = self.replaced.remove(chapter).unwrap_or_default();
        let gone = gone.iter().chain(replaced.values()).map(Vec::len).sum();
        self.bytes = self.bytes.saturating_sub(gone);
    }

    fn reserve(&mut self, more: usize) -> Result<(), StoreError> {
        let bytes = self.bytes.saturating_add(more);
        check("one commit", bytes, 0, MAX_STAGED)?;
        self.bytes = bytes;
        Ok(())
    }
}

fn check(what: &'static str, got: usize, least: usize, limit: usize) -> Result<(), StoreError> {
    if (least..=limit).contains(&got) { Ok(()) } else { Err(StoreError::TooLarge { what, got, limit }) }
}
