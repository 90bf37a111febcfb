//! The store.

use crate::{
    engine::{Change, Engine, Options, Repair, free_space, sync_folder},
    key,
    layout::{Chapter, Layout, damaged, unreadable},
    record::{PIECE, Plan, Record, plan},
};
use log::store::Staged;
use log::{LogStore, StoreError, Tag};
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

/// Why there is no engine, and what has to be undone before there is one again.
struct Fence {
    error: StoreError,
    undo: Vec<Change>,
}

/// How many records are removed at once.
const REMOVE_AT_ONCE: usize = 1_000;

impl SledStore {
    /// Opens a folder, made if it is missing, with the usual options. One program at a time.
    pub fn open(folder: &Path) -> Result<(Self, Report), StoreError> {
        Self::open_with(folder, Options::default())
    }

    /// Opens a folder.
    pub fn open_with(folder: &Path, options: Options) -> Result<(Self, Report), StoreError> {
        let lock = lock(folder)?;
        let mut report = Report::default();
        let engine = Engine::open(folder, options, &mut report.repairs)?;
        let layout = Layout::read(&engine)?;
        report.chapters = layout.chapters.len();
        report.envelopes = layout.chapters.values().map(|chapter| chapter.len).sum();
        report.repairs.extend(layout.removing.iter().map(|_| Repair::FinishedRemoval));
        let mut store =
            Self { folder: folder.into(), options, engine: Ok(engine), layout, staged: Staged::default(), _lock: lock };
        store.finish_removals()?;
        store.engine()?.sync()?;
        for repair in &report.repairs {
            tracing::warn!(folder = %folder.display(), "{repair}");
        }
        Ok((store, report))
    }

    fn engine(&self) -> Result<&Engine, StoreError> {
        self.engine.as_ref().map_err(|fence| StoreError::Fenced { source: Box::new(again(&fence.error)) })
    }

    /// The engine, opened again where an error closed it, with what that error may have left half done undone.
    fn mend(&mut self) -> Result<&Engine, StoreError> {
        if let Err(fence) = &mut self.engine {
            let undo = std::mem::take(&mut fence.undo);
            match self.reopen(undo.clone()) {
                Ok((engine, layout)) => (self.engine, self.layout) = (Ok(engine), layout),
                Err(error) => self.engine = Err(Fence { error, undo }),
            }
        }
        self.engine()
    }

    fn reopen(&self, undo: Vec<Change>) -> Result<(Engine, Layout), StoreError> {
        let engine = Engine::open(&self.folder, self.options, &mut Vec::new())?;
        let found = Layout::read(&engine)?;
        let mut changes = undo;
        for (tag, chapter) in &found.chapters {
            let expected = self.layout.chapters.get(tag);
            if expected.is_none() {
                changes.push((key::chapter(tag), None));
            }
            let from = key::record(chapter.number, expected.map_or(0, |expected| expected.len));
            engine.each_from::<StoreError>(&key::prefix(chapter.number), &from, |key, value| {
                if !value.is_empty() {
                    // A first piece becomes a slot again; others go.
                    let slot = matches!(key::position(chapter.number, key), Some((_, 0))).then(Vec::new);
                    changes.push((key.to_vec(), slot));
                }
                Ok(true)
            })?;
        }
        if !changes.is_empty() {
            engine.write(&changes)?;
        }
        engine.sync()?;
        let layout = Layout::read(&engine)?;
        let lens =
            |layout: &Layout| layout.chapters.iter().map(|(tag, chapter)| (*tag, chapter.len)).collect::<Vec<_>>();
        if lens(&layout) != lens(&self.layout) {
            return Err(damaged("what had been saved is not there"));
        }
        Ok((engine, layout))
    }

    /// After a failed write: sled is closed, opened again, and put back to what was last committed.
    fn fence(&mut self, error: StoreError, undo: Vec<Change>) -> StoreError {
        // Dropped before the same files are opened again.
        self.engine = Err(Fence { error: again(&error), undo });
        if let Err(mending) = self.mend() {
            tracing::error!(folder = %self.folder.display(), "{mending}");
        }
        error
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

    /// The pieces of a small value, then the removal of those that an older, longer one left.
    fn meta_changes(
        &self,
        key: &[u8],
        value: Option<&[u8]>,
        undo: &mut Vec<Change>,
    ) -> Result<Vec<Change>, StoreError> {
        let prefix = key::meta(key);
        let piece = |piece: u8| [prefix.as_slice(), &[piece]].concat();
        let mut changes: Vec<Change> = Vec::new();
        if let Some(value) = value {
            // One piece at least: an empty value is one.
            let mut chunks = value.chunks(PIECE - 1);
            let mut next = chunks.next().unwrap_or_default();
            for number in 0.. {
                let last = chunks.len() == 0;
                changes.push((piece(number), Some([&[u8::from(last)], next].concat())));
                match chunks.next() {
                    Some(chunk) => next = chunk,
                    None => break,
                }
            }
        }
        let kept = changes.len();
        self.engine()?.each_from::<StoreError>(&prefix, &prefix, |key, old| {
            let number = usize::from(key.last().copied().unwrap_or_default());
            undo.push((key.to_vec(), Some(old.to_vec())));
            if number >= kept {
                changes.push((key.to_vec(), None));
            }
            Ok(true)
        })?;
        for (key, _) in &changes[..kept] {
            if !undo.iter().any(|(old, _)| old == key) {
                undo.push((key.clone(), None));
            }
        }
        Ok(changes)
    }

    fn try_commit(&mut self, staged: Staged) -> Result<(), StoreError> {
        self.mend()?;
        self.check_room(staged.bytes())?;
        let (mut slots, mut changes, mut undo) = (Vec::new(), Vec::new(), Vec::new());
        for (key, value) in &staged.meta {
            changes.extend(self.meta_changes(key, value.as_deref(), &mut undo)?);
        }
        let mut after: Vec<(Tag, Chapter)> = Vec::new();
        let mut next_number = self.layout.next_number();
        for (tag, envelopes) in &staged.envelopes {
            let chapter = self.layout.chapters.get(tag).cloned().unwrap_or_else(|| {
                let number = next_number;
                next_number += 1;
                changes.push((key::chapter(tag), Some(number.to_be_bytes().to_vec())));
                Chapter { number, ..Chapter::default() }
            });
            let Plan { slots: new, values, len, free } = plan(chapter.len, &chapter.slots, envelopes);
            let number = chapter.number;
            slots.extend(new.into_iter().map(|position| key::record(number, position)));
            changes.extend(values.into_iter().map(|(position, piece, value)| {
                let mut key = key::record(number, position);
                if piece > 0 {
                    key.push(piece);
                }
                (key, Some(value))
            }));
            after.push((*tag, Chapter { number, len, slots: free }));
        }
        let engine = self.engine()?;
        let written = engine.put_slots(slots.into_iter()).and_then(|()| engine.write(&changes));
        match written.and_then(|()| engine.sync()) {
            Ok(()) => {
                self.layout.chapters.extend(after);
                Ok(())
            }
            Err(error) => Err(self.fence(error, undo)),
        }
    }

    fn finish_removals(&mut self) -> Result<(), StoreError> {
        while let Some(number) = self.layout.removing.last().copied() {
            let removed = self.engine().and_then(|engine| remove_records(engine, number));
            if let Err(error) = removed {
                return Err(self.fence(error, Vec::new()));
            }
            self.layout.removing.pop();
        }
        Ok(())
    }

    fn chapter(&self, tag: &Tag) -> Option<&Chapter> {
        self.layout.chapters.get(tag)
    }

    /// Calls `each` for the records of a chapter, beginning with the one that holds `from`: the position of the first
    /// envelope, and the envelopes. Holes are errors.
    fn each_record(
        &self,
        chapter: &Chapter,
        from: u64,
        mut each: impl FnMut(u64, &[&[u8]]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let engine = self.engine()?;
        let prefix = key::prefix(chapter.number);
        let mut begin = None;
        engine.each_back::<StoreError>(&prefix, &key::record(chapter.number, from), |key, value| {
            match key::position(chapter.number, key) {
                Some((position, 0)) if !value.is_empty() => begin = Some(position),
                Some(_) => {}
                None => return Err(damaged("a key that was never written")),
            }
            Ok(begin.is_none())
        })?;
        let mut next = begin.ok_or_else(|| unreadable(from))?;
        let mut long: Option<(usize, Vec<u8>)> = None;
        engine.each_from::<StoreError>(&prefix, &key::record(chapter.number, next), |key, value| {
            let (position, piece) = key::position(chapter.number, key).ok_or_else(|| unreadable(next))?;
            if let Some((length, bytes)) = &mut long {
                if (position, piece == 0, value.len() > *length - bytes.len()) != (next, false, false) {
                    return Err(unreadable(next));
                }
                bytes.extend_from_slice(value);
                if bytes.len() == *length {
                    let flow = each(next, &[bytes]);
                    long = None;
                    next += 1;
                    return Ok(flow.is_continue() && next < chapter.len);
                }
                return Ok(true);
            }
            if value.is_empty() {
                return Ok(true);
            }
            if (position, piece) != (next, 0) {
                return Err(unreadable(next));
            }
            match Record::read(value).ok_or_else(|| unreadable(next))? {
                Record::Packed(envelopes) => {
                    let flow = each(next, &envelopes);
                    next += envelopes.len() as u64;
                    Ok(flow.is_continue() && next < chapter.len)
                }
                Record::Long(length, beginning) => {
                    long = Some((length, beginning.to_vec()));
                    Ok(true)
                }
            }
        })?;
        Ok(())
    }
}

impl LogStore for SledStore {
    fn chapters(&self) -> Result<Vec<Tag>, StoreError> {
        self.engine()?;
        Ok(self.layout.chapters.keys().copied().collect())
    }

    fn append(&mut self, chapter: &Tag, envelopes: &[&[u8]]) -> Result<u64, StoreError> {
        self.mend()?;
        let committed = self.chapter(chapter).map_or(0, |chapter| chapter.len);
        self.staged.append(chapter, committed, envelopes)
    }

    fn put_meta(&mut self, key: &[u8], value: Option<&[u8]>) -> Result<(), StoreError> {
        self.mend()?;
        self.staged.put_meta(key, value)
    }

    fn meta(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let prefix = key::meta(key);
        let mut value: Option<Vec<u8>> = None;
        let mut whole = true;
        self.engine()?.each_from::<StoreError>(&prefix, &prefix, |_, piece| {
            let (last, piece) = piece.split_first().ok_or_else(|| damaged("a small value cannot be read"))?;
            value.get_or_insert_default().extend_from_slice(piece);
            whole = *last == 1;
            Ok(true)
        })?;
        if whole { Ok(value) } else { Err(damaged("a small value is cut short")) }
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let staged = std::mem::take(&mut self.staged);
        if staged.is_empty() { Ok(()) } else { self.try_commit(staged) }
    }

    fn rollback(&mut self) {
        self.staged = Staged::default();
    }

    fn len(&self, chapter: &Tag) -> Result<u64, StoreError> {
        self.engine()?;
        Ok(self.chapter(chapter).map_or(0, |chapter| chapter.len))
    }

    fn get(&self, chapter: &Tag, position: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let mut found = None;
        if let Some(chapter) = self.chapter(chapter).filter(|chapter| position < chapter.len) {
            self.each_record(chapter, position, |first, envelopes| {
                let at = position.checked_sub(first).and_then(|at| usize::try_from(at).ok());
                found = at.and_then(|at| envelopes.get(at)).map(|envelope| envelope.to_vec());
                ControlFlow::Break(())
            })?;
            if found.is_none() {
                return Err(unreadable(position));
            }
        }
        Ok(found)
    }

    fn scan(
        &self,
        chapter: &Tag,
        from: u64,
        each: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.engine()?;
        let Some(chapter) = self.chapter(chapter).filter(|chapter| from < chapter.len) else { return Ok(()) };
        let mut next = from;
        let mut stopped = false;
        self.each_record(chapter, from, |first, envelopes| {
            for (envelope, position) in envelopes.iter().zip(first..) {
                if position == next {
                    next += 1;
                    if each(position, envelope).is_break() {
                        stopped = true;
                        return ControlFlow::Break(());
                    }
                }
            }
            ControlFlow::Continue(())
        })?;
        if stopped || next == chapter.len { Ok(()) } else { Err(unreadable(next)) }
    }

    fn remove(&mut self, chapter: &Tag) -> Result<(), StoreError> {
        self.staged.forget(chapter);
        self.mend()?;
        let Some(number) = self.chapter(chapter).map(|chapter| chapter.number) else { return Ok(()) };
        let engine = self.engine()?;
        let begin = vec![(key::chapter(chapter), None), (key::removing(number), Some(Vec::new()))];
        if let Err(error) = engine.write(&begin).and_then(|()| engine.sync()) {
            let undo =
                vec![(key::chapter(chapter), Some(number.to_be_bytes().to_vec())), (key::removing(number), None)];
            return Err(self.fence(error, undo));
        }
        self.layout.chapters.remove(chapter);
        self.layout.removing.push(number);
        self.finish_removals()
    }
}

/// Removes all keys of a chapter's number, then the note that says so.
fn remove_records(engine: &Engine, number: u64) -> Result<(), StoreError> {
    let prefix = key::prefix(number);
    loop {
        let mut changes = Vec::new();
        engine.each_from::<StoreError>(&prefix, &prefix, |key, _| {
            changes.push((key.to_vec(), None));
            Ok(changes.len() < REMOVE_AT_ONCE)
        })?;
        if changes.is_empty() {
            break;
        }
        engine.write(&changes)?;
    }
    // The records first: the note goes when nothing of them can come back.
    engine.sync()?;
    engine.write(&[(key::removing(number), None)])?;
    engine.sync()
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
            SledStore::open(self.0.path()).map(|(store, _)| store)
        }
    }

    log::log_store_suite!(Folder(tempfile::tempdir().unwrap()));
}
