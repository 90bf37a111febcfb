//! The file: made once, replaced as a whole, never written over by a new one.

use crate::{
    contents::Contents,
    cost::Cost,
    error::VaultError,
    seal::{ContentKey, Fresh, Lid, MAX_FILE, Sealed},
};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The vault of a data folder.
#[derive(Debug)]
pub struct Vault;

/// An open vault. Dropping it wipes its keys.
pub struct OpenVault {
    /// What it holds. Changes are kept by [`OpenVault::save`].
    pub contents: Contents,
    path: PathBuf,
    lid: Lid,
    content_key: ContentKey,
    recovered: Option<String>,
}

impl std::fmt::Debug for OpenVault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenVault").field("path", &self.path).field("contents", &self.contents).finish_non_exhaustive()
    }
}

impl Vault {
    /// Whether there is a vault, whole or not: then only [`Vault::open`] makes sense.
    pub fn exists(path: &Path) -> bool {
        [path, &previous(path)].iter().any(|path| fs::symlink_metadata(path).is_ok())
    }

    /// Makes a vault. Refused when there is any, in whatever state, or one that was being replaced.
    pub fn create(path: &Path, passphrase: &str, contents: Contents, cost: Cost) -> Result<OpenVault, VaultError> {
        if Self::exists(path) {
            return Err(VaultError::Exists { path: path.into() });
        }
        let mut fresh = Fresh { salt: [0; 16], key_box: [0; 24], content_key: Zeroizing::new([0; 32]) };
        getrandom::fill(&mut fresh.salt)?;
        getrandom::fill(&mut fresh.key_box)?;
        getrandom::fill(fresh.content_key.as_mut_slice())?;
        let lid = Lid::new(passphrase, cost, &fresh)?;
        let vault = OpenVault { contents, path: path.into(), lid, content_key: fresh.content_key, recovered: None };
        let new = vault.write_new()?;
        // Not a rename, which would replace: between the look above and now, another program may have made one.
        link_new(&new, path)?;
        remove(&new)?;
        sync_folder(path)?;
        Ok(vault)
    }

    /// Opens the vault. When the file is missing or cut short and the one before it is whole, that one is opened
    /// instead, and [`OpenVault::recovered`] says so.
    pub fn open(path: &Path, passphrase: &str) -> Result<OpenVault, VaultError> {
        match open_file(path, path, passphrase) {
            Err(error @ (VaultError::Missing { .. } | VaultError::Truncated { .. })) => {
                let mut vault = match open_file(&previous(path), path, passphrase) {
                    Ok(vault) => vault,
                    // Whole, and only the passphrase is wrong: say that.
                    Err(VaultError::WrongPassphrase) => return Err(VaultError::WrongPassphrase),
                    Err(_) => return Err(error),
                };
                vault.recovered = Some(format!("{error}; the version before it was opened instead"));
                Ok(vault)
            }
            opened => opened,
        }
    }
}

impl OpenVault {
    /// What a person should be told when the vault was not opened from its own file but from the one before it.
    pub fn recovered(&self) -> Option<&str> {
        self.recovered.as_deref()
    }

    /// Writes the contents, sealed afresh, in place of the file; until that is durable the file before it stays beside
    /// it. When it fails, the file is what it was.
    pub fn save(&mut self) -> Result<(), VaultError> {
        let new = self.write_new()?;
        let old = previous(&self.path);
        if self.recovered.is_some() {
            // The file before it is the good one and stays; what is damaged is kept beside it, for those who may yet
            // read something out of it.
            set_aside(&self.path)?;
        } else {
            remove(&old)?;
            keep(&self.path, &old)?;
        }
        sync_folder(&self.path)?;
        fs::rename(&new, &self.path).map_err(|source| at("replace", &self.path, source))?;
        sync_folder(&self.path)?;
        self.recovered = None;
        remove(&old)
    }

    /// Writes the sealed contents to a file of their own, durably.
    fn write_new(&self) -> Result<PathBuf, VaultError> {
        let mut nonce = [0; 24];
        getrandom::fill(&mut nonce)?;
        let bytes = self.lid.seal(&self.content_key, &nonce, &self.contents)?;
        let new = beside(&self.path, ".new");
        // What an interrupted save left here was never called saved.
        remove(&new)?;
        write_durably(&new, &bytes).map_err(|source| at("write", &new, source))?;
        Ok(new)
    }
}

fn open_file(from: &Path, path: &Path, passphrase: &str) -> Result<OpenVault, VaultError> {
    let mut bytes = Vec::new();
    let file = File::open(from).map_err(|source| match source.kind() {
        ErrorKind::NotFound => VaultError::Missing { path: from.into() },
        _ => at("open", from, source),
    })?;
    file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes).map_err(|source| at("read", from, source))?;
    let (contents, lid, content_key) = Sealed::parse(&bytes)?.open(passphrase)?;
    Ok(OpenVault { contents, path: path.into(), lid, content_key, recovered: None })
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().map_or_else(OsString::new, OsString::from);
    name.push(ending);
    path.with_file_name(name)
}

fn previous(path: &Path) -> PathBuf {
    beside(path, ".previous")
}

fn at(doing: &'static str, path: &Path, source: io::Error) -> VaultError {
    VaultError::Io { doing, path: path.into(), source }
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn remove(path: &Path) -> Result<(), VaultError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(at("remove", path, source)),
        _ => Ok(()),
    }
}

/// Gives `new` the name `path`, and fails when that name is taken.
fn link_new(new: &Path, path: &Path) -> Result<(), VaultError> {
    let taken = |source: io::Error| match source.kind() {
        ErrorKind::AlreadyExists => VaultError::Exists { path: path.into() },
        _ => at("create", path, source),
    };
    match fs::hard_link(new, path) {
        Ok(()) => Ok(()),
        Err(source) if source.kind() == ErrorKind::AlreadyExists => Err(taken(source)),
        // A file system without links: take the name first, then fill it.
        Err(_) => {
            OpenOptions::new().write(true).create_new(true).open(path).map_err(taken)?;
            fs::copy(new, path).and_then(|_| File::open(path)?.sync_all()).map_err(|source| at("write", path, source))
        }
    }
}

/// Keeps a second name, or a copy, of `path`.
fn keep(path: &Path, second: &Path) -> Result<(), VaultError> {
    match fs::hard_link(path, second) {
        Ok(()) => Ok(()),
        // Somebody removed it while it was open: there is nothing to keep.
        Err(source) if source.kind() == ErrorKind::NotFound => Ok(()),
        Err(_) => fs::copy(path, second)
            .and_then(|_| File::open(second)?.sync_all())
            .map_err(|source| at("keep a copy of", path, source)),
    }
}

/// Gives a damaged file a name of its own.
fn set_aside(path: &Path) -> Result<(), VaultError> {
    if fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    let free = (1..=u32::MAX).map(|n| beside(path, &format!(".damaged-{n}"))).find(|name| !name.exists());
    let aside = free.unwrap_or_else(|| beside(path, ".damaged"));
    fs::rename(path, &aside).map_err(|source| at("set aside", path, source))
}

/// Makes what happened to names in the file's folder durable.
fn sync_folder(path: &Path) -> Result<(), VaultError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Only Unix lets a folder be opened; elsewhere renames are as durable as the system makes them.
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|source| at("sync the folder of", path, source))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::contents::tests::rowan;
    use entry::{ChapterId, EpochKey};

    const PASS: &str = "six blue herons";

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        (folder, path)
    }

    fn create(path: &Path) -> OpenVault {
        Vault::create(path, PASS, rowan(), Cost::minimum()).unwrap()
    }

    fn names(folder: &tempfile::TempDir) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn add_chapter(vault: &mut OpenVault, byte: u8) {
        let keys = vault.contents.chapters.entry(ChapterId([byte; 32])).or_default();
        keys.epochs.insert(0, EpochKey::new([byte; 32]));
    }

    #[test]
    fn made_saved_and_opened_again() {
        let (folder, path) = folder();
        assert!(!Vault::exists(&path));
        assert!(matches!(Vault::open(&path, PASS), Err(VaultError::Missing { .. })));
        let mut vault = create(&path);
        assert!(Vault::exists(&path));
        let first = fs::read(&path).unwrap();
        add_chapter(&mut vault, 77);
        vault.save().unwrap();
        assert_ne!(fs::read(&path).unwrap(), first);
        assert_eq!(names(&folder), ["vault"]);
        let again = Vault::open(&path, PASS).unwrap();
        assert_eq!(again.contents.to_bytes(), vault.contents.to_bytes());
        assert_eq!(again.recovered(), None);
    }

    #[test]
    fn the_same_contents_are_sealed_differently_each_time() {
        let (_folder, path) = folder();
        let mut vault = create(&path);
        let first = fs::read(&path).unwrap();
        vault.save().unwrap();
        let second = fs::read(&path).unwrap();
        assert_ne!(first[118..142], second[118..142], "the nonce must be fresh");
        assert_ne!(first[146..], second[146..]);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, path) = folder();
        create(&path).save().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn nothing_that_is_there_is_replaced_by_a_new_vault() {
        for (name, text) in [("vault", "cut"), ("vault", ""), ("vault.previous", "old")] {
            let (folder, path) = folder();
            let there = folder.path().join(name);
            fs::write(&there, text).unwrap();
            let made = Vault::create(&path, PASS, rowan(), Cost::minimum());
            assert!(matches!(made, Err(VaultError::Exists { .. })));
            assert_eq!(fs::read_to_string(&there).unwrap(), text);
            assert_eq!(names(&folder), [name]);
        }
    }

    #[test]
    fn a_name_that_is_taken_in_between_is_left_alone() {
        let (folder, path) = folder();
        let new = folder.path().join("vault.new");
        fs::write(&new, "new").unwrap();
        fs::write(&path, "theirs").unwrap();
        assert!(matches!(link_new(&new, &path), Err(VaultError::Exists { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    }

    #[test]
    fn wrong_passphrase_cut_and_altered_files_are_told_apart() {
        let (_folder, path) = folder();
        create(&path);
        assert!(matches!(Vault::open(&path, "six blue heron"), Err(VaultError::WrongPassphrase)));
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(matches!(Vault::open(&path, PASS), Err(VaultError::Truncated { .. })));
        fs::write(&path, "").unwrap();
        assert!(matches!(Vault::open(&path, PASS), Err(VaultError::Truncated { .. })));
        let mut altered = whole.clone();
        altered[200] ^= 1;
        fs::write(&path, &altered).unwrap();
        assert!(matches!(Vault::open(&path, PASS), Err(VaultError::Altered(_))));
        let mut newer = whole.clone();
        newer[17] = 2;
        fs::write(&path, &newer).unwrap();
        assert!(matches!(Vault::open(&path, PASS), Err(VaultError::TooNew { found: 2, known: 1 })));
        fs::write(&path, vec![b'C'; MAX_FILE + 10]).unwrap();
        assert!(matches!(Vault::open(&path, PASS), Err(VaultError::Altered(_))));
    }

    #[test]
    fn the_version_before_is_opened_when_the_file_is_cut_and_only_then() {
        let (folder, path) = folder();
        let mut vault = create(&path);
        let first = fs::read(&path).unwrap();
        add_chapter(&mut vault, 77);
        vault.save().unwrap();
        let second = fs::read(&path).unwrap();
        fs::write(previous(&path), &first).unwrap();

        let mut altered = second.clone();
        altered[150] ^= 1;
        fs::write(&path, &altered).unwrap();
        assert!(matches!(Vault::open(&path, PASS), Err(VaultError::Altered(_))));

        fs::write(&path, &second[..50]).unwrap();
        assert!(matches!(Vault::open(&path, "wrong"), Err(VaultError::WrongPassphrase)));
        let mut vault = Vault::open(&path, PASS).unwrap();
        assert!(vault.recovered().unwrap().contains("cut short"));
        assert_eq!(vault.contents.chapters.len(), 2);
        assert_eq!(fs::read(&path).unwrap(), &second[..50], "opening changes nothing");
        add_chapter(&mut vault, 78);
        vault.save().unwrap();
        assert_eq!(vault.recovered(), None);
        assert_eq!(names(&folder), ["vault", "vault.damaged-1"]);
        assert_eq!(fs::read(folder.path().join("vault.damaged-1")).unwrap(), &second[..50]);
        assert_eq!(Vault::open(&path, PASS).unwrap().contents.chapters.len(), 3);

        fs::rename(&path, previous(&path)).unwrap();
        assert!(Vault::exists(&path));
        let mut vault = Vault::open(&path, PASS).unwrap();
        assert!(vault.recovered().is_some());
        vault.save().unwrap();
        assert_eq!(names(&folder), ["vault", "vault.damaged-1"]);
        fs::remove_file(&path).unwrap();
        fs::write(previous(&path), b"no vault").unwrap();
        assert!(matches!(Vault::open(&path, PASS), Err(VaultError::Missing { .. })));
    }

    #[test]
    fn a_save_that_fails_leaves_the_file_as_it_was() {
        let (_folder, path) = folder();
        let mut vault = create(&path);
        let before = fs::read(&path).unwrap();
        vault.contents.handle = "x".repeat(300);
        assert!(matches!(vault.save(), Err(VaultError::TooLarge { .. })));
        assert_eq!(fs::read(&path).unwrap(), before);
        vault.contents.handle = "rowan".into();
        // A folder in the way of the new file: writing it is impossible, whoever runs this.
        fs::create_dir(beside(&path, ".new")).unwrap();
        assert!(matches!(vault.save(), Err(VaultError::Io { .. })));
        assert_eq!(fs::read(&path).unwrap(), before);
        fs::remove_dir(beside(&path, ".new")).unwrap();
        fs::write(beside(&path, ".new"), "left by a crash").unwrap();
        vault.save().unwrap();
        assert!(Vault::open(&path, PASS).is_ok());
    }
}
