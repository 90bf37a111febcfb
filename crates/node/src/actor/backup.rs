//! Writing a backup while the node goes on, and bringing everything back from one.
//!
//! A backup shows one moment: the vault as it is and the lengths of the chapters' logs are taken at once, and the logs only
//! grow, so what stands before those lengths can be read later, a little with every tick.

use super::{Actor, State, UNLOCK_TIME, hex, refuse_vault};
use crate::{
    house::{RESTORED, invalid, refuse_store},
    notes::Note,
};
use api::{
    ErrorCode, Event, Refusal, Reply,
    reply::{BackedUp, Restored},
};
use keys::{
    Contents, Cost, Invitation, Vault, VaultError,
    backup::{self, Writing, parts::Part},
};
use log::{LogStore, Tag};
use std::{
    collections::BTreeMap,
    fs,
    io::{ErrorKind, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};
use tokio::sync::oneshot;

/// What is read and sealed with one tick: a few hundredths of a second's work.
const STRIDE: usize = 8 * 1024 * 1024;
/// What is committed at once while everything comes back.
const BATCH: usize = 4 * 1024 * 1024;
/// How backups are called.
pub(super) const ENDING: &str = ".backup";
const BEGINNING: &str = "chapterhouse-";
/// Says that what is in the store is a restore's that was interrupted.
const MARK: &str = "restoring";

type Answer = oneshot::Sender<Result<Reply, Refusal>>;

/// A backup that is being written.
pub(super) struct Job {
    writing: Writing,
    path: PathBuf,
    /// Each chapter's log and its length at the beginning.
    chapters: Vec<(Tag, u64)>,
    /// The chapter that is being read, and where.
    at: usize,
    position: u64,
    done: u64,
    total: u64,
    notes: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Whether it has a passphrase of its own.
    separate: bool,
    answer: Option<Answer>,
}

impl Job {
    pub(super) fn answering(self, answer: Answer) -> Self {
        Self { answer: Some(answer), ..self }
    }

    /// Reads and seals a little more. True at the end.
    fn step(&mut self, store: &dyn LogStore) -> Result<bool, Refusal> {
        let mut budget = STRIDE;
        while let Some(&(tag, count)) = self.chapters.get(self.at) {
            if self.position == 0 {
                self.writing.to.chapter(&tag, count).map_err(|error| refuse_vault(&error))?;
            }
            let mut failed = None;
            if self.position < count {
                let from = self.position;
                let (to, position) = (&mut self.writing.to, &mut self.position);
                let mut each = |at: u64, bytes: &[u8]| {
                    if at != *position || at >= count || budget == 0 {
                        return ControlFlow::Break(());
                    }
                    if let Err(error) = to.envelope(bytes) {
                        failed = Some(error);
                        return ControlFlow::Break(());
                    }
                    *position += 1;
                    budget = budget.saturating_sub(bytes.len());
                    ControlFlow::Continue(())
                };
                store.scan(&tag, from, &mut each).map_err(|error| refuse_store(&error))?;
                let read = self.position - from;
                self.done += read;
                if let Some(error) = failed {
                    return Err(refuse_vault(&error));
                }
                if read == 0 && budget > 0 {
                    return Err(Refusal::new(
                        ErrorCode::Storage,
                        "a chapter was removed, or cannot be read, while it was being backed up; try again",
                    ));
                }
            }
            if self.position < count {
                return Ok(false);
            }
            (self.at, self.position) = (self.at + 1, 0);
        }
        for (key, value) in &self.notes {
            self.writing.to.note(key, value).map_err(|error| refuse_vault(&error))?;
        }
        Ok(true)
    }

    fn finish(self) -> (Option<Answer>, Result<Reply, Refusal>) {
        let chapters = self.chapters.iter().filter(|(_, count)| *count > 0).count();
        let (path, entries, separate) = (self.path.to_string_lossy().into_owned(), self.total, self.separate);
        let outcome = self.writing.finish().map_err(|error| refuse_file(&error));
        (self.answer, outcome.map(|bytes| Reply::BackedUp(BackedUp { path, bytes, chapters, entries, separate })))
    }
}

impl Actor {
    /// Checks what was given and takes down the moment that the backup shows.
    pub(super) fn begin_backup(&self, path: &str, passphrase: &str, separate: Option<&str>) -> Result<Job, Refusal> {
        if self.backup.is_some() {
            return Err(Refusal::new(ErrorCode::Busy, "a backup is being written already; wait until it is done"));
        }
        let State::Open(core) = &self.state else { return Err(self.not_open()) };
        let path = place(path, &default_path(""))?;
        if path.starts_with(&self.config.data) {
            return Err(invalid("a backup in the data folder would be lost together with it: choose another place"));
        }
        if separate.is_some_and(str::is_empty) {
            return Err(invalid("the backup's own passphrase is empty: choose one, or use this computer's"));
        }
        self.open_vault()?.check_passphrase(passphrase).map_err(|error| refuse_vault(&error))?;
        let house = &core.house;
        let cost = Cost::calibrate(UNLOCK_TIME).map_err(|error| refuse_vault(&error))?;
        let writing = Writing::begin(&path, separate.unwrap_or(passphrase), cost, &house.contents)
            .map_err(|error| refuse_file(&error))?;
        let mut chapters = Vec::new();
        let mut notes = BTreeMap::new();
        for id in house.chapters() {
            let len = house.store.len(&id.tag()).map_err(|error| refuse_store(&error))?;
            chapters.push((id.tag(), len));
            // Where members were reached is how they are found again. Receipts are not taken along: they come anew.
            let value = house.sealed_note(Note::Addresses, &id).map_err(|error| refuse_store(&error))?;
            notes.extend(value.map(|value| (Note::Addresses.store_key(&id), value)));
        }
        chapters.sort_unstable();
        let total = chapters.iter().map(|(_, count)| count).sum();
        let separate = separate.is_some();
        Ok(Job { writing, path, chapters, at: 0, position: 0, done: 0, total, notes, separate, answer: None })
    }

    pub(super) fn go_on_with_backup(&mut self) {
        let (Some(mut job), State::Open(core)) = (self.backup.take(), &self.state) else { return };
        let (answer, outcome) = match job.step(&*core.house.store) {
            Ok(false) => {
                self.emit(Event::Backup { done: job.done, total: job.total });
                self.backup = Some(job);
                return;
            }
            Ok(true) => job.finish(),
            Err(refusal) => (job.answer.take(), Err(refusal)),
        };
        if let Some(answer) = answer {
            // Whoever asked may have gone.
            let _ = answer.send(outcome);
        }
    }

    pub(super) fn stop_backup(&mut self) {
        if let Some(answer) = self.backup.take().and_then(|job| job.answer) {
            let refusal =
                Refusal::new(ErrorCode::Locked, "Chapterhouse was locked before the backup was done; there is none");
            let _ = answer.send(Err(refusal));
        }
    }

    /// Brings everything back. The whole file is checked before anything is written, and the vault comes last: as long
    /// as it is missing, nothing was restored.
    pub(super) async fn restore(&mut self, path: &str, passphrase: &str) -> Result<Reply, Refusal> {
        if Vault::exists(&self.vault_path()) {
            return Err(Refusal::new(
                ErrorCode::VaultExists,
                "there are keys on this computer already, and they are not overwritten: a backup is brought back into \
                 an empty data folder (--data DIR chooses another)",
            ));
        }
        self.begin_anew()?;
        let path = place(path, &default_path(""))?;
        let mark = self.config.data.join(MARK);
        let State::Closed(store) = &mut self.state else { return Err(self.not_open()) };
        let there = store.chapters().map_err(|error| refuse_store(&error))?;
        if !there.is_empty() && !mark.exists() {
            return Err(Refusal::new(
                ErrorCode::VaultExists,
                "chapters are saved on this computer already, and they are not overwritten: a backup is brought back \
                 into an empty data folder (--data DIR chooses another)",
            ));
        }
        let total = check(&path, passphrase)?;
        write_file(&mark, b"").map_err(|error| refuse_io(&mark, &error))?;
        let events = self.events.clone();
        let tell = move |done| drop(events.send(Event::Backup { done, total }));
        let contents = match fill(&mut **store, &path, passphrase, &tell).await {
            Ok(contents) => contents,
            Err(refusal) => {
                empty(&mut **store);
                let _ = fs::remove_file(&mark);
                return Err(refusal);
            }
        };
        let (counts, restored) = marked(&**store, &contents)?;
        let noted = self.config.data.join("counts");
        write_file(&noted, counts.as_bytes()).map_err(|error| refuse_io(&noted, &error))?;
        let cost = Cost::calibrate(UNLOCK_TIME).map_err(|error| refuse_vault(&error))?;
        let vault =
            Vault::create(&self.vault_path(), passphrase, contents, cost).map_err(|error| refuse_vault(&error))?;
        fs::remove_file(&mark).map_err(|error| refuse_io(&mark, &error))?;
        self.begins_here()?;
        self.open(vault).await?;
        let State::Open(core) = &self.state else { return Err(self.not_open()) };
        Ok(Reply::Restored(Restored { me: core.me(), chapters: restored, entries: total }))
    }
}

/// Reads the whole file without writing anything. Returns how many envelopes are in it.
fn check(path: &Path, passphrase: &str) -> Result<u64, Refusal> {
    let mut from = backup::open(path, passphrase).map_err(|error| refuse_file(&error))?;
    let mut envelopes = 0;
    while let Some(part) = from.part().map_err(|error| refuse_file(&error))? {
        envelopes += u64::from(matches!(part, Part::Envelope(_)));
    }
    Ok(envelopes)
}

/// Puts everything into the store, which is emptied first. Returns what the vault held.
async fn fill(
    store: &mut dyn LogStore,
    path: &Path,
    passphrase: &str,
    tell: &(dyn Fn(u64) + Sync),
) -> Result<Contents, Refusal> {
    empty(store);
    let mut from = backup::open(path, passphrase).map_err(|error| refuse_file(&error))?;
    let (mut chapter, mut staged, mut done) = (None, 0, 0);
    while let Some(part) = from.part().map_err(|error| refuse_file(&error))? {
        let put = match part {
            Part::Chapter { tag, .. } => {
                chapter = Some(tag);
                Ok(())
            }
            Part::Envelope(bytes) => {
                staged += bytes.len();
                done += 1;
                let tag =
                    chapter.ok_or_else(|| refuse_file(&VaultError::BackupAltered("an entry without a chapter")))?;
                store.append(&tag, &[&bytes]).map(drop)
            }
            Part::Note { key, value } => store.put_meta(&key, Some(&value)),
        };
        put.map_err(|error| refuse_store(&error))?;
        if staged >= BATCH {
            store.commit().map_err(|error| refuse_store(&error))?;
            staged = 0;
            tell(done);
            tokio::task::yield_now().await;
        }
    }
    store.commit().map_err(|error| refuse_store(&error))?;
    Ok(from.contents)
}

fn empty(store: &mut dyn LogStore) {
    store.rollback();
    for tag in store.chapters().unwrap_or_default() {
        if let Err(error) = store.remove(&tag) {
            tracing::error!(%error, "what a restore left could not be removed");
        }
    }
}

/// The note that no chapter may be written in before a member's device has sent what this one signed after the backup;
/// and how many chapters there are. A chapter that is still being joined has no entries yet and is noted as well.
pub(super) fn marked(store: &dyn LogStore, contents: &Contents) -> Result<(String, usize), Refusal> {
    let joining: Vec<_> = contents
        .joining
        .iter()
        .filter_map(|joining| Invitation::from_text(&joining.invitation).ok())
        .map(|i| i.chapter_id())
        .collect();
    let (mut lines, mut chapters) = (String::new(), 0);
    for id in contents.chapters.keys() {
        let here = store.len(&id.tag()).map_err(|error| refuse_store(&error))? > 0;
        chapters += usize::from(here);
        if here || joining.contains(id) {
            lines.push_str(&format!("{} {RESTORED}\n", hex(&id.tag())));
        }
    }
    Ok((lines, chapters))
}

/// Writes a small file durably.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    // Only Unix lets a folder be opened; elsewhere names are as durable as the system makes them.
    match path.parent().filter(|_| cfg!(unix)) {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// A path as a person writes it. There is no folder that it could be relative to: the program that writes it is not the
/// one that asks.
pub(super) fn place(text: &str, example: &Path) -> Result<PathBuf, Refusal> {
    let path = match text.trim().strip_prefix("~/") {
        Some(rest) => home().join(rest),
        None => PathBuf::from(text.trim()),
    };
    if !path.is_absolute() || path.file_name().is_none() {
        return Err(invalid(format!(
            "\"{}\" is no whole path of a file; one looks like {}",
            text.trim(),
            example.display()
        )));
    }
    Ok(path)
}

fn home() -> PathBuf {
    let variable = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    std::env::var_os(variable).map_or_else(|| PathBuf::from("/"), PathBuf::from)
}

/// Where people keep what they made: their documents, or their own folder where there are none.
pub(super) fn folder() -> PathBuf {
    let documents = home().join("Documents");
    if documents.is_dir() { documents } else { home() }
}

/// A name for a backup that does not exist yet.
pub(super) fn default_path(handle: &str) -> PathBuf {
    let safe: String = handle.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
    let day = crate::clock::text(crate::clock::now());
    let name = [safe.as_str(), day.get(..10).unwrap_or_default()];
    let name = name.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let numbered = |n: u32| {
        let number = if n == 1 { String::new() } else { format!("-{n}") };
        folder().join(format!("{BEGINNING}{name}{number}{ENDING}"))
    };
    (1..1000).map(numbered).find(|path| !path.exists()).unwrap_or_else(|| numbered(1000))
}

/// The latest backup that lies where backups go.
pub(super) fn latest() -> Option<PathBuf> {
    let named = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(BEGINNING) && name.ends_with(ENDING)
    };
    let files = fs::read_dir(folder()).ok()?.flatten().map(|entry| entry.path()).filter(named);
    files.max_by_key(|path| path.metadata().and_then(|data| data.modified()).ok())
}

/// What the operating system refused, as a person is told.
pub(super) fn refuse_io(path: &Path, error: &std::io::Error) -> Refusal {
    let (folder, path) = (path.parent().unwrap_or(path).display(), path.display());
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            let full = "the disk is full, so nothing of this was saved; free some space and try again";
            Refusal::new(ErrorCode::DiskFull, full)
        }
        ErrorKind::PermissionDenied => Refusal::new(
            ErrorCode::Storage,
            format!(
                "you may not open or change {path} as this user of the computer: look whose it is, and begin as them, or \
                 choose another place"
            ),
        ),
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            Refusal::new(ErrorCode::Storage, format!("there is no folder {folder}: choose another place"))
        }
        _ => Refusal::new(ErrorCode::Storage, format!("could not read or write {path}: {error}")),
    }
}

/// A backup's error as a person is told: the same words as for the vault would name the wrong file.
fn refuse_file(error: &VaultError) -> Refusal {
    let told = |code, text: String| Refusal::new(code, text);
    match error {
        VaultError::Missing { path } => told(ErrorCode::NotFound, format!("there is no file {}", path.display())),
        VaultError::Exists { path } => told(
            ErrorCode::Invalid,
            format!("there is a file {} already, and it is not overwritten: choose another name", path.display()),
        ),
        VaultError::WrongPassphrase => told(
            ErrorCode::WrongPassphrase,
            "this is not the passphrase of this backup; it has the one of the day on which it was made, or one of its \
             own. Nothing was changed"
                .into(),
        ),
        VaultError::Io { source, .. } | VaultError::Backup(source) if source.kind() == ErrorKind::StorageFull => told(
            ErrorCode::DiskFull,
            "the disk is full, so there is no backup; free some space, or choose another disk".into(),
        ),
        VaultError::Truncated { .. } | VaultError::Altered(_) => told(ErrorCode::VaultDamaged, error.to_string()),
        other => refuse_vault(other),
    }
}
