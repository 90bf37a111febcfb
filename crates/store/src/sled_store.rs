//! The store.

use crate::{
    ballast,
    changes::Changes,
    engine::{Engine, Options, Repair, free_space, sync_folder},
    layout::{self, Layout, damaged},
    read,
    sweep::{self, Copying},
};
use log::store::Staged;
use log::{LogStore, StoreError, Tag};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// A [`LogStore`] in a folder.
pub struct SledStore {
    folder: PathBuf,
    options: Options,
    // Before the lock: sled lets go of its files first.
    engine: Result<Engine, Fence>,
    layout: Layout,
    staged: Staged,
    /// Whether there is room in reserve for opening sled on a full disk.
    ballast: bool,
    /// How much was replaced or removed since the last sweep, as far as is known.
    leftovers: u64,
    /// The copy that leaves it behind, while it is being made.
    copying: Option<Copying>,
    /// The copy is in its place; the old file is still to be erased.
    swapped: bool,
    /// How much of the file that is being erased is overwritten.
    overwritten: u64,
    _lock: File,
}

/// What opening found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many chapters have a log here.
    pub chapters: usize,
    /// How many envelopes they have together.
    pub envelopes: u64,
    /// What had to be put right.
    pub repairs: Vec<Repair>,
}

/// More files than ever wait to be erased.
const MANY_GONE: usize = 16;

/// Why there is no engine, and what has to be undone before there is one again.
struct Fence {
    error: StoreError,
    undo: Changes,
}

impl SledStore {
    /// Opens a folder, made if it is missing, with the usual options. One program at a time.
    pub fn open(folder: &Path) -> Result<(Self, Report), StoreError> {
        Self::open_with(folder, Options::default())
    }

    /// Opens a folder.
    pub fn open_with(folder: &Path, options: Options) -> Result<(Self, Report), StoreError> {
        let lock = lock(folder)?;
        let mut repairs = Vec::new();
        let engine = open_engine(folder, options, &mut repairs)?;
        let layout = layout::read(&engine)?;
        engine.sync()?;
        for repair in &repairs {
            tracing::warn!(folder = %folder.display(), "{repair}");
        }
        let envelopes = layout.values().map(|chapter| chapter.len).sum();
        let report = Report { chapters: layout.len(), envelopes, repairs };
        let leftovers = u64::from(engine.is_stale()? || sweep::any_gone(folder)?);
        let mut store = Self {
            folder: folder.into(),
            options,
            engine: Ok(engine),
            layout,
            staged: Staged::default(),
            ballast: false,
            leftovers,
            copying: None,
            swapped: false,
            overwritten: 0,
            _lock: lock,
        };
        store.keep_ballast();
        Ok((store, report))
    }

    fn engine(&self) -> Result<&Engine, StoreError> {
        self.engine.as_ref().map_err(|fence| StoreError::Fenced { source: Box::new(again(&fence.error)) })
    }

    /// The engine, opened again where an error closed it.
    fn mend(&mut self) -> Result<&Engine, StoreError> {
        if let Err(fence) = &mut self.engine {
            let undo = std::mem::take(&mut fence.undo);
            match self.reopen(&undo) {
                Ok((engine, layout)) => (self.engine, self.layout) = (Ok(engine), layout),
                Err(error) => self.engine = Err(Fence { error, undo }),
            }
        }
        self.engine()
    }

    /// Opens sled again, and puts it back to what was last committed.
    fn reopen(&self, undo: &Changes) -> Result<(Engine, Layout), StoreError> {
        let engine = open_engine(&self.folder, self.options, &mut Vec::new())?;
        undo.and_cut_back(&engine, &self.layout)?.write(&engine)?;
        let layout = layout::read(&engine)?;
        let lens = |layout: &Layout| layout.iter().map(|(tag, chapter)| (*tag, chapter.len)).collect::<Vec<_>>();
        if lens(&layout) != lens(&self.layout) {
            return Err(damaged("what had been saved is not there"));
        }
        Ok((engine, layout))
    }

    /// After a failed write: closes sled, and tries to open it again.
    fn fence(&mut self, error: StoreError, undo: Changes) -> StoreError {
        self.give_up_copy();
        // Dropped before the same files are opened again.
        self.engine = Err(Fence { error: again(&error), undo });
        self.ballast = false;
        // Reading takes room, too: sled writes anew what it finds in many pieces. It comes back with the next commit.
        if let (StoreError::DiskFull, Err(released)) = (&error, ballast::release(&self.folder)) {
            tracing::error!(folder = %self.folder.display(), "{released}");
        }
        if let Err(mending) = self.mend() {
            tracing::error!(folder = %self.folder.display(), "{mending}");
        }
        error
    }

    /// Takes room in reserve; where there is none left, a later commit tries again.
    fn keep_ballast(&mut self) {
        if let (false, Ok(engine)) = (self.ballast, &self.engine) {
            match ballast::keep(&self.folder, engine.size()) {
                Ok(()) => self.ballast = true,
                Err(error) => tracing::warn!(folder = %self.folder.display(), "{error}"),
            }
        }
    }

    /// Puts the finished copy, which was closed, in the place of what is here.
    fn swap(&mut self) -> Result<(), StoreError> {
        // sled has to let go of its file first. Whatever happens, opening again finds one whole store.
        let error = StoreError::io("open the saved data again", io::Error::other("it was being copied"));
        self.engine = Err(Fence { error, undo: Changes::default() });
        let swapped = sweep::swap(&self.folder);
        self.mend()?;
        swapped
    }

    fn begin_copy(&mut self) -> Result<(), StoreError> {
        let size = self.engine()?.size();
        // The copy is at most as long, and what is saved meanwhile shall not find a full disk.
        let needed = self.options.reserve.map_or(0, |reserve| size + size / 32 + (1 << 20) + 2 * reserve);
        match free_space(&self.folder) {
            Some(free) if free < needed => Err(StoreError::NoRoom { missing: needed - free }),
            _ => {
                self.copying = Some(Copying::begin(&self.folder, self.options)?);
                Ok(())
            }
        }
    }

    fn go_on_copying(&mut self) -> Result<(), StoreError> {
        let Self { engine: Ok(engine), layout, options, copying, folder, .. } = self else { return Ok(()) };
        if options.reserve.zip(free_space(folder)).is_some_and(|(reserve, free)| free < reserve) {
            // Others fill the disk.
            return Err(StoreError::DiskFull);
        }
        let Some(copy) = copying else { return Ok(()) };
        if !copy.step(engine, layout, options.slice)? {
            return Ok(());
        }
        if let Some(copy) = copying.take() {
            copy.finish(engine, layout)?;
            self.swap()?;
            self.swapped = true;
        }
        Ok(())
    }

    fn give_up_copy(&mut self) {
        if self.copying.take().is_some() {
            self.clear_copy();
        }
    }

    /// Gives back what sweeping takes for a moment: what a person saves goes first.
    fn make_room(&mut self) {
        self.give_up_copy();
        for _ in 0..MANY_GONE {
            if sweep::erase(&self.folder, &mut self.overwritten, usize::MAX).unwrap_or(true) {
                break;
            }
        }
    }

    fn clear_copy(&self) {
        let cleared = sweep::wait_until_copy_is_closed(&self.folder).and_then(|()| sweep::settle(&self.folder));
        if let Err(error) = cleared {
            // The next copy, and the next opening, try it again.
            tracing::warn!(folder = %self.folder.display(), "{error}");
        }
    }

    /// Counts what a commit replaced. Where a copy has it already, another one is needed.
    fn note_replaced(&mut self, replaced: &BTreeMap<Tag, BTreeMap<u64, Vec<u8>>>) {
        let places = || replaced.iter().flat_map(|(tag, places)| places.keys().map(move |place| (tag, *place)));
        self.leftovers += places().count() as u64;
        if self.copying.as_ref().is_some_and(|copy| places().any(|(tag, place)| copy.has(tag, place))) {
            self.give_up_copy();
        }
    }

    /// Refuses what would eat into the reserve.
    fn check_room(&self, bytes: usize) -> Result<(), StoreError> {
        let Some(reserve) = self.options.reserve else { return Ok(()) };
        // Opening again rewrites the last segment and the index, which grows with the data.
        let needed = 2 * bytes as u64 + (1 << 20) + self.engine()?.size() / 32 + reserve;
        match free_space(&self.folder) {
            Some(free) if free < needed => Err(StoreError::DiskFull),
            _ => Ok(()),
        }
    }
}

impl LogStore for SledStore {
    fn chapters(&self) -> Result<Vec<Tag>, StoreError> {
        self.engine()?;
        Ok(self.layout.keys().copied().collect())
    }

    fn append(&mut self, chapter: &Tag, envelopes: &[&[u8]]) -> Result<u64, StoreError> {
        self.mend()?;
        let committed = self.len(chapter)?;
        self.staged.append(chapter, committed, envelopes)
    }

    fn replace(&mut self, chapter: &Tag, position: u64, envelope: &[u8]) -> Result<(), StoreError> {
        self.mend()?;
        let committed = self.len(chapter)?;
        self.staged.replace(chapter, committed, position, envelope)
    }

    fn put_meta(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), StoreError> {
        self.mend()?;
        self.staged.put_meta(key, value)
    }

    fn meta(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        read::meta(self.engine()?, key)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let staged = std::mem::take(&mut self.staged);
        if staged.is_empty() {
            return Ok(());
        }
        self.mend()?;
        let engine = self.engine()?;
        let (changes, layout) = Changes::of(engine, &self.layout, &staged)?;
        // Replacing one envelope writes its whole record anew.
        let bytes = staged.bytes().max(changes.bytes());
        if self.check_room(bytes).is_err() {
            self.make_room();
            self.check_room(bytes)?;
        }
        let engine = self.engine()?;
        let undo = changes.undo(engine)?;
        match changes.write(engine) {
            Ok(()) => {
                self.layout.extend(layout);
                self.note_replaced(&staged.replaced);
                self.keep_ballast();
                Ok(())
            }
            Err(error) => Err(self.fence(error, undo)),
        }
    }

    fn rollback(&mut self) {
        self.staged = Staged::default();
    }

    fn len(&self, chapter: &Tag) -> Result<u64, StoreError> {
        self.engine()?;
        Ok(self.layout.get(chapter).map_or(0, |chapter| chapter.len))
    }

    fn get(&self, chapter: &Tag, position: u64) -> Result<Option<Vec<u8>>, StoreError> {
        if position < self.len(chapter)? { read::get(self.engine()?, chapter, position).map(Some) } else { Ok(None) }
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
        let len = self.len(chapter)?;
        if from < len { read::scan(self.engine()?, chapter, from, len, each) } else { Ok(()) }
    }

    fn remove(&mut self, chapter: &Tag) -> Result<(), StoreError> {
        self.staged.forget(chapter);
        if self.copying.as_ref().is_some_and(|copy| copy.has_any(chapter)) {
            self.give_up_copy();
        }
        let engine = self.mend()?;
        let here = engine.chapters().contains(chapter);
        // Into the reserve, if need be: this is how a person makes room.
        let noted = if here { engine.note_stale() } else { Ok(()) };
        let removed = noted.and_then(|()| engine.remove(chapter)).and_then(|()| engine.sync());
        self.leftovers += u64::from(here);
        // From here on it is gone, or half gone: opening again finds out.
        self.layout.remove(chapter);
        removed.map_err(|error| self.fence(error, Changes::default()))
    }

    fn leftovers(&self) -> u64 {
        self.leftovers
    }

    fn sweep(&mut self) -> Result<bool, StoreError> {
        self.mend()?;
        if self.copying.is_none() {
            if !sweep::erase(&self.folder, &mut self.overwritten, self.options.slice)? {
                return Ok(false);
            }
            let stale = self.engine()?.is_stale()?;
            // What was replaced behind the copy's back is for another one.
            if std::mem::take(&mut self.swapped) || !stale {
                self.leftovers = u64::from(stale);
                return Ok(true);
            }
        }
        let size = self.engine()?.size();
        let worked = if self.copying.is_some() { self.go_on_copying() } else { self.begin_copy() };
        worked.map(|()| false).map_err(|error| {
            self.copying = None;
            self.clear_copy();
            match error {
                StoreError::DiskFull => StoreError::NoRoom { missing: size },
                other => other,
            }
        })
    }
}

/// Opens sled, with the room in reserve where the disk is full.
fn open_engine(folder: &Path, options: Options, repairs: &mut Vec<Repair>) -> Result<Engine, StoreError> {
    sweep::settle(folder)?;
    match Engine::open(folder, options, repairs) {
        Err(StoreError::DiskFull) if ballast::release(folder)? => Engine::open(folder, options, repairs),
        opened => opened,
    }
}

/// Takes the folder for this program, until the file is closed.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let failed = |error| StoreError::io(format!("use the folder {}", folder.display()), error);
    fs::create_dir_all(folder).map_err(failed)?;
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("lock")).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {
            if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                sync_folder(parent)?;
            }
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => Err(StoreError::Busy { folder: folder.into() }),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// The same error once more, for those who ask later.
fn again(error: &StoreError) -> StoreError {
    match error {
        StoreError::DiskFull => StoreError::DiskFull,
        StoreError::Busy { folder } => StoreError::Busy { folder: folder.clone() },
        StoreError::Corrupt { found, done } => StoreError::Corrupt { found: found.clone(), done: done.clone() },
        other => StoreError::io("go on", io::Error::other(other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use log::suite::Disk;
    use tempfile::TempDir;

    struct Folder(TempDir);

    impl Disk for Folder {
        type Store = SledStore;
        fn open(&self) -> Result<SledStore, StoreError> {
            // Small slices: much happens between the parts of a sweep.
            let options = Options { slice: 8_000, ..Options::default() };
            SledStore::open_with(self.0.path(), options).map(|(store, _)| store)
        }
    }

    log::log_store_suite!(Folder(tempfile::tempdir().unwrap()));

    /// All of a commit reached the files, and then it failed: none of it is there.
    #[test]
    fn a_commit_that_fails_late_is_undone() {
        const TAG: Tag = [7; 16];
        let folder = tempfile::tempdir().unwrap();
        let (mut store, _) = SledStore::open(folder.path()).unwrap();
        let log: Vec<Vec<u8>> = (0..60_u8).map(|n| vec![n; 1 + usize::from(n) % 30 * 300]).collect();
        let slices: Vec<&[u8]> = log.iter().map(Vec::as_slice).collect();
        store.append(&TAG, &slices).unwrap();
        store.put_meta(b"k", Some(b"old")).unwrap();
        store.commit().unwrap();

        store.append(&TAG, &slices[..20]).unwrap();
        for (position, length) in [(0, 9_000), (3, 20_000), (4, 1), (29, 5), (59, 30_000), (70, 8_000)] {
            store.replace(&TAG, position, &vec![99; length]).unwrap();
        }
        store.put_meta(b"k", Some(b"new")).unwrap();
        let staged = std::mem::take(&mut store.staged);
        let engine = store.engine().unwrap();
        let (changes, _) = Changes::of(engine, &store.layout, &staged).unwrap();
        let undo = changes.undo(engine).unwrap();
        changes.write(engine).unwrap();
        assert!(matches!(store.fence(StoreError::DiskFull, undo), StoreError::DiskFull));
        for _ in 0..2 {
            assert_eq!((store.len(&TAG).unwrap(), store.meta(b"k").unwrap().unwrap()), (60, b"old".to_vec()));
            let mut found = Vec::new();
            let mut each = |_, bytes: &[u8]| {
                found.push(bytes.to_vec());
                ControlFlow::Continue(())
            };
            store.scan(&TAG, 0, &mut each).unwrap();
            assert!(found == log);
            drop(store);
            store = SledStore::open(folder.path()).unwrap().0;
        }
    }
}
