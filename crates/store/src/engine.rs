//! sled itself: opening it after whatever happened, writing to it, making what was written durable.
//!
//! Three things that sled 0.34 does not do are done here. Its `flush` gives the bytes to the disk and is no barrier
//! against a power cut, so the file is fsynced behind it. After a failed write it is unusable until it is opened again;
//! an [`Engine`] is dropped then and made anew. And it panics on some damage, which becomes an error.

use log::StoreError;
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
}

impl Default for Options {
    fn default() -> Self {
        Self { cache: 16 << 20, reserve: Some(8 << 20) }
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
    /// The removal of a chapter, which had been interrupted, was finished.
    FinishedRemoval,
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnfinishedIndex(name) => write!(f, "an index that was not finished ({name}) was written anew"),
            Self::SetAside { files, to } => {
                write!(f, "{} could not be read; put aside in {} and written anew", files.join(", "), to.display())
            }
            Self::FinishedRemoval => f.write_str("the removal of a chapter, which had been interrupted, was finished"),
        }
    }
}

/// A change to the tree: a key, and its value or none.
pub(crate) type Change = (Vec<u8>, Option<Vec<u8>>);

/// An open sled.
pub(crate) struct Engine {
    db: sled::Db,
    file: File,
}

const SEGMENT: usize = 512 * 1024;
/// How long an earlier sled of this program may take to finish its writes and let go of the file.
const PATIENCE: Duration = Duration::from_secs(10);

impl Engine {
    /// Opens the folder, which the caller has locked.
    pub(crate) fn open(folder: &Path, options: Options, repairs: &mut Vec<Repair>) -> Result<Self, StoreError> {
        remove_unfinished_indexes(folder, repairs)?;
        let db = match open_sled(folder, options) {
            Err(StoreError::Corrupt { found, .. }) => {
                let set_aside = set_aside_indexes(folder)?;
                let done = match &set_aside {
                    Some(Repair::SetAside { files, to }) => {
                        format!("nothing was deleted; {} moved to {}", files.join(", "), to.display())
                    }
                    _ => "nothing was changed".into(),
                };
                repairs.extend(set_aside);
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

    /// Puts keys in without values, one by one: losing some of them in a crash does no harm.
    pub(crate) fn put_slots(&self, keys: impl Iterator<Item = Vec<u8>>) -> Result<(), StoreError> {
        guarded("prepare the saved data", || {
            for key in keys {
                self.db.insert(key, &[])?;
            }
            Ok(())
        })
    }

    /// Writes and removes, all or nothing.
    pub(crate) fn write(&self, changes: &[Change]) -> Result<(), StoreError> {
        guarded("save", || {
            // One item is atomic without a batch, which costs two more writes.
            if let [(key, Some(value))] = changes {
                return self.db.insert(key, value.as_slice()).map(drop);
            }
            let mut batch = sled::Batch::default();
            for (key, value) in changes {
                match value {
                    Some(value) => batch.insert(key.as_slice(), value.as_slice()),
                    None => batch.remove(key.as_slice()),
                }
            }
            self.db.apply_batch(batch)
        })
    }

    /// Makes all that was written durable, against a power cut too.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        guarded("save", || self.db.flush())?;
        self.file.sync_data().map_err(|error| StoreError::io("write the data to the disk", error))
    }

    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        guarded("read the saved data", || self.db.get(key))
    }

    /// Calls `each` for the keys that begin with `prefix`, from `from` on, until it returns false or fails.
    pub(crate) fn each_from<E: From<StoreError>>(
        &self,
        prefix: &[u8],
        from: &[u8],
        each: impl FnMut(&[u8], &[u8]) -> Result<bool, E>,
    ) -> Result<(), E> {
        run(self.db.range(from..).take_while(starts_with(prefix)), each)
    }

    /// The same backwards, from the last key that is at most `to`.
    pub(crate) fn each_back<E: From<StoreError>>(
        &self,
        prefix: &[u8],
        to: &[u8],
        each: impl FnMut(&[u8], &[u8]) -> Result<bool, E>,
    ) -> Result<(), E> {
        run(self.db.range(..=to).rev().take_while(starts_with(prefix)), each)
    }

    /// How long the data file is.
    pub(crate) fn size(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }
}

type Item = sled::Result<(sled::IVec, sled::IVec)>;

fn starts_with(prefix: &[u8]) -> impl Fn(&Item) -> bool + '_ {
    move |item| item.as_ref().map_or(true, |(key, _)| key.starts_with(prefix))
}

fn run<E: From<StoreError>>(
    mut items: impl Iterator<Item = Item>,
    mut each: impl FnMut(&[u8], &[u8]) -> Result<bool, E>,
) -> Result<(), E> {
    while let Some((key, value)) = guarded("read the saved data", || items.next().transpose())? {
        if !each(&key, &value)? {
            break;
        }
    }
    Ok(())
}

/// Calls sled. Its errors and its panics become ours.
fn guarded<T>(doing: &str, call: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
    let damaged = |found: String| Err(StoreError::Corrupt { found, done: "nothing was changed".into() });
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(source))) => Err(StoreError::io(doing, source)),
        Ok(Err(error @ sled::Error::Corruption { .. })) => damaged(error.to_string()),
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

/// Moves what sled can make anew (its indexes and its settings, which are always ours) out of its way.
fn set_aside_indexes(folder: &Path) -> Result<Option<Repair>, StoreError> {
    let files = files_named(folder, |name| name == "conf" || name.starts_with("snap."))?;
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

fn files_named(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<Vec<String>, StoreError> {
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

fn sync(path: &Path) -> Result<(), StoreError> {
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
