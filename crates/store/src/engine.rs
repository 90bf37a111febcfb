//! sled itself: opening it after whatever happened, writing to it, making what was written durable.
//!
//! Three things that sled 0.34 does not do are done here. Its `flush` gives the bytes to the disk and is no barrier
//! against a power cut, so the file is fsynced behind it. After a failed write it is unusable until it is opened again;
//! an engine is dropped then and made anew. And it panics on some damage, which becomes an error.

use crate::key;
use log::{StoreError, Tag};
use sled::IVec;
use sled::transaction::{ConflictableTransactionError, TransactionError, Transactional};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How a store is opened.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How much memory sled may use for what it read and wrote.
    pub cache: u64,
    /// How much space is left on the disk, besides what opening again may need. A commit that would go below is refused
    /// before anything is written: the disk is full for us while there is still room to recover, and to remove. None:
    /// nothing is refused before the disk itself does.
    pub reserve: Option<u64>,
    /// About how many bytes of envelopes one call of `sweep` copies.
    pub slice: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { cache: 16 << 20, reserve: Some(8 << 20), slice: 512 << 10 }
    }
}

/// What had to be put right when a store was opened. Nothing is ever deleted that could hold data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// An index that was being written when the program was stopped was removed; it holds nothing of its own.
    UnfinishedIndex(String),
    /// Files that could not be read were put aside and made anew from the data.
    SetAside {
        /// What they are called.
        files: Vec<String>,
        /// Where they are now.
        to: PathBuf,
    },
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnfinishedIndex(name) => write!(f, "an index that was not finished ({name}) was written anew"),
            Self::SetAside { files, to } => {
                write!(f, "{} could not be read; put aside in {} and written anew", files.join(", "), to.display())
            }
        }
    }
}

/// A change to a tree: a key, and its value or none.
pub(crate) type Change = (Vec<u8>, Option<Vec<u8>>);

/// The change that notes that something was replaced or removed.
pub(crate) fn stale() -> Change {
    (key::STALE.to_vec(), Some(vec![1]))
}

/// One of sled's trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    /// The one that is always there.
    Default,
    /// Small values.
    Meta,
    /// A chapter's log.
    Chapter(Tag),
}

/// An open sled.
pub(crate) struct Engine {
    db: sled::Db,
    file: File,
}

const SEGMENT: usize = 512 * 1024;
/// How long sled's file of settings is.
const SETTINGS: u64 = 62;
/// sled forgets pages that are over its cache's size only when it has counted 64 accesses to any of 256 groups of them.
/// Reading a log from one end to the other is one access a page: without more of them it would all stay in memory.
const TOUCHES: usize = 4;
/// How long an earlier sled of this program may take to finish its writes and let go of the file.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

impl Engine {
    /// Opens the folder, which the caller has locked.
    pub(crate) fn open(folder: &Path, options: Options, repairs: &mut Vec<Repair>) -> Result<Self, StoreError> {
        remove_unfinished_indexes(folder, repairs)?;
        if fs::metadata(folder.join("conf")).is_ok_and(|conf| conf.len() < SETTINGS) {
            // Cut short when the folder was made. sled would read other settings out of it.
            repairs.extend(set_aside(folder, |name| name == "conf")?);
        }
        let db = match open_sled(folder, options) {
            Err(StoreError::Corrupt { found, .. }) => {
                let aside = set_aside(folder, |name| name == "conf" || name.starts_with("snap."))?;
                let done = match &aside {
                    Some(Repair::SetAside { files, to }) => {
                        format!("nothing was deleted; {} moved to {}", files.join(", "), to.display())
                    }
                    _ => "nothing was changed".into(),
                };
                repairs.extend(aside);
                open_sled(folder, options).map_err(|error| match error {
                    StoreError::Corrupt { .. } => StoreError::Corrupt { found, done },
                    other => other,
                })?
            }
            opened => opened?,
        };
        let file = OpenOptions::new().read(true).write(true).open(folder.join("db"));
        let file = file.map_err(|error| StoreError::io("open the saved data", error))?;
        // Opening may have made, renamed and rewritten files.
        for name in files_named(folder, |name| name == "conf" || name.starts_with("snap."))? {
            sync(&folder.join(name))?;
        }
        file.sync_all().map_err(|error| StoreError::io("write the data to the disk", error))?;
        sync_folder(&folder.join("blobs"))?;
        sync_folder(folder)?;
        Ok(Self { db, file })
    }

    fn tree(&self, name: Name) -> sled::Result<sled::Tree> {
        match name {
            Name::Default => Ok((*self.db).clone()),
            Name::Meta => self.db.open_tree(b"meta"),
            Name::Chapter(tag) => self.db.open_tree(tag),
        }
    }

    /// The tags of all chapters that have a tree, an empty one too.
    pub(crate) fn chapters(&self) -> Vec<Tag> {
        self.db.tree_names().iter().filter_map(|name| Tag::try_from(name.as_ref()).ok()).collect()
    }

    /// Puts keys in without values, one by one: losing some of them in a crash does no harm.
    pub(crate) fn put_slots(&self, name: Name, keys: &[Vec<u8>]) -> Result<(), StoreError> {
        guarded("prepare the saved data", || {
            let tree = self.tree(name)?;
            for key in keys {
                tree.insert(key, &[])?;
            }
            Ok(())
        })
    }

    /// Writes and removes in one or several trees, all or nothing.
    pub(crate) fn write(&self, writes: &BTreeMap<Name, Vec<Change>>) -> Result<(), StoreError> {
        guarded("save", || {
            let mut trees = Vec::with_capacity(writes.len());
            for name in writes.keys() {
                trees.push(self.tree(*name)?);
            }
            if let ([tree], Some(changes)) = (trees.as_slice(), writes.values().next()) {
                return match changes.as_slice() {
                    // One item is atomic without a batch, which costs two more writes.
                    [(key, Some(value))] => tree.insert(key, value.as_slice()).map(drop),
                    _ => tree.apply_batch(batch(changes)),
                };
            }
            let batches: Vec<_> = writes.values().map(|changes| batch(changes)).collect();
            let written = trees.as_slice().transaction(|views| {
                for (view, batch) in views.iter().zip(&batches) {
                    view.apply_batch(batch)?;
                }
                Ok::<(), ConflictableTransactionError<()>>(())
            });
            written.map_err(|error| match error {
                TransactionError::Storage(error) => error,
                TransactionError::Abort(()) => sled::Error::Unsupported("nothing aborts".into()),
            })
        })
    }

    /// Removes a chapter's tree.
    pub(crate) fn remove(&self, tag: &Tag) -> Result<(), StoreError> {
        guarded("remove a chapter", || self.db.drop_tree(tag).map(drop))
    }

    /// Whether something was replaced or removed here since this sled was begun.
    pub(crate) fn is_stale(&self) -> Result<bool, StoreError> {
        Ok(self.get(Name::Default, key::STALE)?.is_some())
    }

    /// Notes that something was.
    pub(crate) fn note_stale(&self) -> Result<(), StoreError> {
        self.write(&BTreeMap::from([(Name::Default, vec![stale()])]))
    }

    /// Makes all that was written durable, against a power cut too.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        guarded("save", || self.db.flush())?;
        self.file.sync_data().map_err(|error| StoreError::io("write the data to the disk", error))
    }

    pub(crate) fn get(&self, name: Name, key: &[u8]) -> Result<Option<IVec>, StoreError> {
        guarded("read the saved data", || self.tree(name)?.get(key))
    }

    /// Calls `each` for the keys that begin with `prefix`, from `from` on, until it returns false or fails.
    pub(crate) fn each_from(
        &self,
        name: Name,
        prefix: &[u8],
        from: &[u8],
        each: impl FnMut(&[u8], &IVec) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let tree = guarded("read the saved data", || self.tree(name))?;
        let own = |item: &Item| item.as_ref().map_or(true, |(key, _)| key.starts_with(prefix));
        run(&tree, tree.range(from..).take_while(own), each)
    }

    /// Calls it for all keys backwards, from the last that is at most `to`, where that is given.
    pub(crate) fn each_back(
        &self,
        name: Name,
        to: Option<&[u8]>,
        each: impl FnMut(&[u8], &IVec) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let tree = guarded("read the saved data", || self.tree(name))?;
        match to {
            Some(to) => run(&tree, tree.range(..=to).rev(), each),
            None => run(&tree, tree.iter().rev(), each),
        }
    }

    /// How long the data file is.
    pub(crate) fn size(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }
}

type Item = sled::Result<(IVec, IVec)>;

fn run(
    tree: &sled::Tree,
    mut items: impl Iterator<Item = Item>,
    mut each: impl FnMut(&[u8], &IVec) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    while let Some((key, value)) = guarded("read the saved data", || items.next().transpose())? {
        guarded("read the saved data", || (0..TOUCHES).try_for_each(|_| tree.get(&key).map(drop)))?;
        if !each(&key, &value)? {
            break;
        }
    }
    Ok(())
}

fn batch(changes: &[Change]) -> sled::Batch {
    let mut batch = sled::Batch::default();
    for (key, value) in changes {
        match value {
            Some(value) => batch.insert(key.as_slice(), value.as_slice()),
            None => batch.remove(key.as_slice()),
        }
    }
    batch
}

/// Calls sled. Its errors and its panics become ours.
fn guarded<T>(doing: &str, call: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
    let damaged = |found: String| Err(StoreError::Corrupt { found, done: "nothing was changed".into() });
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(source))) => Err(StoreError::io(doing, source)),
        Ok(Err(error @ (sled::Error::Corruption { .. } | sled::Error::Unsupported(_)))) => damaged(error.to_string()),
        Ok(Err(error)) => Err(StoreError::io(doing, io::Error::other(error.to_string()))),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
            damaged(format!("the database stopped ({text})"))
        }
    }
}

fn open_sled(folder: &Path, options: Options) -> Result<sled::Db, StoreError> {
    let start = Instant::now();
    loop {
        let config = sled::Config::new()
            .path(folder)
            .cache_capacity(options.cache)
            .segment_size(SEGMENT)
            // We say when, each time.
            .flush_every_ms(None);
        match guarded("open the saved data", || config.open()) {
            // We hold the folder's lock, so this is an earlier sled of ours whose last writes are still under way.
            Err(StoreError::Io { source, .. })
                if source.to_string().contains("could not acquire lock") && start.elapsed() < PATIENCE =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(StoreError::Io { source, .. }) if source.to_string().contains("could not acquire lock") => {
                return Err(StoreError::Busy { folder: folder.into() });
            }
            opened => return opened,
        }
    }
}

/// Removes indexes that sled had not finished: it takes the latest of them for a whole one (sled issue 1527).
fn remove_unfinished_indexes(folder: &Path, repairs: &mut Vec<Repair>) -> Result<(), StoreError> {
    for name in files_named(folder, |name| name.starts_with("snap.") && name.ends_with(".generating"))? {
        let removed = fs::remove_file(folder.join(&name));
        removed.map_err(|error| StoreError::io(format!("remove the unfinished index {name}"), error))?;
        repairs.push(Repair::UnfinishedIndex(name));
    }
    Ok(())
}

/// Moves out of sled's way what it makes anew: its indexes, and its settings, which are always the same here.
fn set_aside(folder: &Path, which: impl Fn(&str) -> bool) -> Result<Option<Repair>, StoreError> {
    let files = files_named(folder, which)?;
    if files.is_empty() {
        return Ok(None);
    }
    let to = (1..=u32::MAX).map(|n| folder.join(format!("set-aside-{n}"))).find(|to| !to.exists());
    let to = to.unwrap_or_else(|| folder.join("set-aside"));
    let failed = |error| StoreError::io("put damaged files aside", error);
    fs::create_dir(&to).map_err(failed)?;
    for name in &files {
        fs::rename(folder.join(name), to.join(name)).map_err(failed)?;
    }
    sync_folder(&to)?;
    sync_folder(folder)?;
    Ok(Some(Repair::SetAside { files, to }))
}

pub(crate) fn files_named(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<String>, StoreError> {
    let failed = |error| StoreError::io(format!("look into the folder {}", folder.display()), error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        if let Ok(name) = entry.map_err(failed)?.file_name().into_string()
            && wanted(&name)
        {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

pub(crate) fn sync(path: &Path) -> Result<(), StoreError> {
    let synced = OpenOptions::new().read(true).write(true).open(path).and_then(|file| file.sync_all());
    synced.map_err(|error| StoreError::io("write the data to the disk", error))
}

/// Makes what happened to names in a folder durable. Only Unix lets a folder be opened.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|error| StoreError::io("write the data to the disk", error))?;
    }
    Ok(())
}

/// How many bytes are free for us on the folder's disk, where the system tells.
pub(crate) fn free_space(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    return rustix::fs::statvfs(folder).ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    #[cfg(not(unix))]
    return {
        let _ = folder;
        None
    };
}
