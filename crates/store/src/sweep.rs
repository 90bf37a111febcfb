//! Getting off the disk what was replaced or removed. sled leaves it in its file; so what can still be read is copied into
//! a new sled, which takes the old one's place, and the old file is overwritten and removed.
//!
//! ```text
//! new/             the copy that is being made
//! old              the data file whose place the copy takes: there only between two renamings
//! gone-1 (2, 3 …)  data files that nothing reads any more, to be overwritten and removed
//! ```
//!
//! A crash leaves one whole store, at any moment. While there is a `db`, that is it. There is none only between the two
//! renamings, and then `new/db` is whole and durable.

use crate::{
    engine::{Change, Engine, Name, Options, PATIENCE, files_named, sync, sync_folder},
    layout::{self, Layout, damaged},
    {changes::Changes, read},
};
use log::store::Staged;
use log::{StoreError, Tag};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

const DATA: &str = "db";
const NEW: &str = "new";
const OLD: &str = "old";
const GONE: &str = "gone-";
/// How much memory the copy's sled may use beside the other one's.
const CACHE: u64 = 8 << 20;
/// Small values that are written at once.
const META: usize = 1 << 20;
/// Overwriting a file is so much quicker than copying entries.
const QUICKER: usize = 8;

/// A copy that is being made.
pub(crate) struct Copying {
    engine: Engine,
    /// What it holds so far.
    layout: Layout,
    /// How much of each chapter was read again and is the same.
    checked: BTreeMap<Tag, u64>,
}

impl Copying {
    pub(crate) fn begin(folder: &Path, options: Options) -> Result<Self, StoreError> {
        discard(folder)?;
        let new = folder.join(NEW);
        fs::create_dir_all(&new).map_err(|error| failed("begin a copy of", error))?;
        let engine = Engine::open(&new, Options { cache: CACHE, ..options }, &mut Vec::new())?;
        let layout = layout::read(&engine)?;
        Ok(Self { engine, layout, checked: BTreeMap::new() })
    }

    /// Whether the copy has what stood at a position.
    pub(crate) fn has(&self, tag: &Tag, position: u64) -> bool {
        self.layout.get(tag).is_some_and(|chapter| position < chapter.len)
    }

    /// Whether the copy has anything of a chapter.
    pub(crate) fn has_any(&self, tag: &Tag) -> bool {
        self.has(tag, 0)
    }

    /// Copies about a `slice` of bytes, or, when all is copied, reads as much again. True when nothing is left to do.
    pub(crate) fn step(&mut self, from: &Engine, there: &Layout, slice: usize) -> Result<bool, StoreError> {
        for (tag, chapter) in there {
            let have = self.layout.get(tag).map_or(0, |chapter| chapter.len);
            if have < chapter.len {
                let envelopes = gather(from, tag, have, chapter.len, slice)?;
                let slices: Vec<&[u8]> = envelopes.iter().map(Vec::as_slice).collect();
                let mut staged = Staged::default();
                staged.append(tag, have, &slices)?;
                let (changes, layout) = Changes::of(&self.engine, &self.layout, &staged)?;
                changes.write(&self.engine)?;
                self.layout.extend(layout);
                return Ok(false);
            }
        }
        for (tag, chapter) in &self.layout {
            let at = self.checked.entry(*tag).or_default();
            if *at < chapter.len {
                let envelopes = gather(from, tag, *at, chapter.len, slice)?;
                if gather(&self.engine, tag, *at, *at + envelopes.len() as u64, usize::MAX)? != envelopes {
                    return Err(damaged("a copy is not the same as what was copied"));
                }
                *at += envelopes.len() as u64;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Copies the small values and makes everything durable.
    pub(crate) fn finish(self, from: &Engine, there: &Layout) -> Result<(), StoreError> {
        let mut pieces: Vec<Change> = Vec::new();
        let mut bytes = 0;
        let write =
            |pieces: &mut Vec<Change>| self.engine.write(&BTreeMap::from([(Name::Meta, std::mem::take(pieces))]));
        from.each_from(Name::Meta, &[], &[], |key, value| {
            bytes += key.len() + value.len();
            pieces.push((key.to_vec(), Some(value.to_vec())));
            if bytes >= META {
                bytes = 0;
                write(&mut pieces)?;
            }
            Ok(true)
        })?;
        if !pieces.is_empty() {
            write(&mut pieces)?;
        }
        self.engine.sync()?;
        let same = self.layout.len() == there.len()
            && there.iter().all(|(tag, chapter)| self.layout.get(tag).is_some_and(|copy| copy.len == chapter.len));
        if same { Ok(()) } else { Err(damaged("a copy is not as long as what was copied")) }
    }
}

/// Envelopes from a position on, about a slice of them, and one at least.
fn gather(engine: &Engine, tag: &Tag, from: u64, len: u64, slice: usize) -> Result<Vec<Vec<u8>>, StoreError> {
    let (mut envelopes, mut bytes) = (Vec::new(), 0_usize);
    read::scan(engine, tag, from, len, &mut |_, envelope| {
        bytes += envelope.len();
        envelopes.push(envelope.to_vec());
        if bytes < slice { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    Ok(envelopes)
}

/// Puts the whole copy into the old data's place. Both have been closed.
pub(crate) fn swap(folder: &Path) -> Result<(), StoreError> {
    make_ready(folder)?;
    move_out(folder)?;
    move_in(folder)?;
    settle(folder)
}

fn make_ready(folder: &Path) -> Result<(), StoreError> {
    let new = folder.join(NEW);
    for data in [new.join(DATA), folder.join(DATA)] {
        wait_until_closed(&data)?;
    }
    if !files_named(&new.join("blobs"), |_| true)?.is_empty() {
        return Err(damaged("a copy has files of its own beside it"));
    }
    sync(&new.join(DATA))?;
    sync_folder(&new)?;
    // An index names places in the old file. Without one, sled makes it anew.
    for name in files_named(folder, |name| name.starts_with("snap."))? {
        fs::remove_file(folder.join(&name)).map_err(|error| failed("remove an index of", error))?;
    }
    sync_folder(folder)
}

fn move_out(folder: &Path) -> Result<(), StoreError> {
    rename(&folder.join(DATA), &folder.join(OLD))?;
    sync_folder(folder)
}

fn move_in(folder: &Path) -> Result<(), StoreError> {
    rename(&folder.join(NEW).join(DATA), &folder.join(DATA))?;
    sync_folder(&folder.join(NEW))?;
    sync_folder(folder)
}

/// Finishes what a crash, or an error, left half done. Before sled sees the folder.
pub(crate) fn settle(folder: &Path) -> Result<(), StoreError> {
    let (data, old) = (folder.join(DATA), folder.join(OLD));
    if old.exists() {
        if !data.exists() && folder.join(NEW).join(DATA).exists() {
            move_in(folder)?;
        } else if !data.exists() {
            rename(&old, &data)?;
            sync_folder(folder)?;
        }
        if old.exists() {
            put_aside(folder, &old)?;
        }
    }
    discard(folder)
}

/// Gives up a copy. What is in it may have been removed since: it is erased like the rest.
pub(crate) fn discard(folder: &Path) -> Result<(), StoreError> {
    let new = folder.join(NEW);
    if new.join(DATA).exists() {
        put_aside(folder, &new.join(DATA))?;
    }
    match fs::remove_dir_all(&new) {
        Ok(()) => sync_folder(folder),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed("remove a copy of", error)),
    }
}

/// The data file of a copy that was closed a moment ago is not written to any more when this returns.
pub(crate) fn wait_until_copy_is_closed(folder: &Path) -> Result<(), StoreError> {
    let data = folder.join(NEW).join(DATA);
    if data.exists() { wait_until_closed(&data) } else { Ok(()) }
}

fn put_aside(folder: &Path, file: &Path) -> Result<(), StoreError> {
    let mut names = (1..=u32::MAX).map(|n| folder.join(format!("{GONE}{n}")));
    let to = names.find(|to| !to.exists()).ok_or_else(|| damaged("too many files wait to be erased"))?;
    rename(file, &to)?;
    sync_folder(folder)
}

/// Whether files wait to be overwritten.
pub(crate) fn any_gone(folder: &Path) -> Result<bool, StoreError> {
    Ok(!files_named(folder, |name| name.starts_with(GONE))?.is_empty())
}

/// Overwrites a part of what nothing reads any more, from `at` on; at its end the file is removed. True when there was
/// none.
pub(crate) fn erase(folder: &Path, at: &mut u64, slice: usize) -> Result<bool, StoreError> {
    let Some(name) = files_named(folder, |name| name.starts_with(GONE))?.into_iter().next() else { return Ok(true) };
    let path = folder.join(name);
    match overwrite(&path, at, slice.saturating_mul(QUICKER) as u64) {
        Ok(false) => return Ok(false),
        Ok(true) => {}
        // A disk that writes elsewhere, and has no room for that: removing it is all that can be done.
        Err(error) => tracing::warn!(%error, "what was removed could not be overwritten"),
    }
    *at = 0;
    fs::remove_file(&path).map_err(|error| failed("remove what was left behind in", error))?;
    sync_folder(folder)?;
    Ok(false)
}

fn overwrite(path: &Path, at: &mut u64, most: u64) -> io::Result<bool> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        // An earlier sled of ours finishes its last writes.
        Err(TryLockError::WouldBlock) => return Ok(false),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    let end = file.metadata()?.len().min(at.saturating_add(most));
    file.seek(SeekFrom::Start(*at))?;
    let zeros = [0; 64 * 1024];
    while *at < end {
        let length = usize::try_from(end - *at).unwrap_or(usize::MAX).min(zeros.len());
        file.write_all(&zeros[..length])?;
        *at += length as u64;
    }
    let whole = *at >= file.metadata()?.len();
    if whole {
        file.sync_all()?;
    }
    Ok(whole)
}

/// sled goes on writing for a moment after it was dropped, and holds its lock on the file until then.
fn wait_until_closed(data: &Path) -> Result<(), StoreError> {
    let start = Instant::now();
    let file = File::open(data).map_err(|error| failed("open", error))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(TryLockError::WouldBlock) => return Err(StoreError::Busy { folder: data.into() }),
            Err(TryLockError::Error(error)) => return Err(failed("take", error)),
        }
    }
}

fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(|error| failed("put a copy in the place of", error))
}

fn failed(doing: &str, error: io::Error) -> StoreError {
    StoreError::io(format!("{doing} the saved data"), error)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::SledStore;
    use log::LogStore;

    const TAG: Tag = [9; 16];
    const MANY: u64 = 300;

    fn envelope(position: u64) -> Vec<u8> {
        let byte = |n: u64| (position.wrapping_add(n).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8;
        (0..700 + position % 40).map(byte).collect()
    }

    /// A store in which one of the envelopes was replaced.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, _) = SledStore::open(folder.path()).unwrap();
        let envelopes: Vec<_> = (0..MANY).map(envelope).collect();
        store.append(&TAG, &envelopes.iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap();
        store.put_meta(b"k", Some(b"value")).unwrap();
        store.commit().unwrap();
        store.replace(&TAG, 7, b"a stub").unwrap();
        store.commit().unwrap();
        folder
    }

    /// The copy, whole and closed, as a sweep has it before it takes the place.
    fn copy(folder: &Path) {
        let from = Engine::open(folder, Options::default(), &mut Vec::new()).unwrap();
        let there = layout::read(&from).unwrap();
        let mut copy = Copying::begin(folder, Options::default()).unwrap();
        while !copy.step(&from, &there, 9_000).unwrap() {}
        copy.finish(&from, &there).unwrap();
    }

    fn assert_whole(folder: &Path, stale: u64) {
        let (mut store, report) = SledStore::open(folder).unwrap();
        assert_eq!((report.envelopes, store.leftovers()), (MANY, stale));
        for position in 0..MANY {
            let expected = if position == 7 { b"a stub".to_vec() } else { envelope(position) };
            assert_eq!(store.get(&TAG, position).unwrap().unwrap(), expected);
        }
        assert_eq!(store.meta(b"k").unwrap().unwrap(), b"value");
        for name in [OLD, NEW] {
            assert!(!folder.join(name).exists(), "{name} is left");
        }
        while !store.sweep().unwrap() {}
        assert_eq!(store.leftovers(), 0);
        assert!(!any_gone(folder).unwrap());
        store.append(&TAG, &[b"more"]).unwrap();
        store.commit().unwrap();
    }

    #[test]
    fn a_crash_between_any_two_steps_leaves_one_whole_store() {
        for steps in 0..=4 {
            let folder = folder();
            let folder = folder.path();
            copy(folder);
            let all = [make_ready, move_out, move_in, settle];
            all.iter().take(steps).for_each(|step| step(folder).unwrap());
            // After the first renaming it is the copy that counts, in which nothing is stale; what is left is a file.
            assert_whole(folder, 1);
        }
    }

    #[test]
    fn without_a_copy_the_old_data_comes_back() {
        let folder = folder();
        move_out(folder.path()).unwrap();
        assert_whole(folder.path(), 1);
    }

    #[test]
    fn a_copy_that_is_not_the_same_is_not_taken() {
        let folder = folder();
        let from = Engine::open(folder.path(), Options::default(), &mut Vec::new()).unwrap();
        let there = layout::read(&from).unwrap();
        let mut copy = Copying::begin(folder.path(), Options::default()).unwrap();
        while copy.checked.is_empty() {
            assert!(!copy.step(&from, &there, 9_000).unwrap());
        }
        let mut staged = Staged::default();
        staged.replace(&TAG, MANY, 200, b"another").unwrap();
        Changes::of(&copy.engine, &copy.layout, &staged).unwrap().0.write(&copy.engine).unwrap();
        let error = loop {
            match copy.step(&from, &there, 9_000) {
                Ok(whole) => assert!(!whole, "it was taken"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, StoreError::Corrupt { .. }));
    }
}
