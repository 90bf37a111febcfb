//! The file: made once, replaced as a whole, never written over by a new one.

use crate::{
    contents::Contents,
    cost::Cost,
    error::VaultError,
    files::{at, beside, link_new, remove, sync_folder, write_durably},
    seal::{ContentKey, Fresh, Lid, MAGIC, MAX_FILE, Sealed},
    second::{Second, SecondKey},
};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, Write};
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

    /// Whether there is a vault, or what is left of one, that begins as only a vault does.
    pub fn is_known(path: &Path) -> bool {
        family(path).iter().any(|file| !is_link(file) && begins_like_one(file))
    }

    /// Makes a vault. Refused when there is any, in whatever state, or one that was being replaced.
    pub fn create(path: &Path, passphrase: &str, contents: Contents, cost: Cost) -> Result<OpenVault, VaultError> {
        if Self::exists(path) {
            return Err(VaultError::Exists { path: path.into() });
        }
        let (lid, content_key) = new_lid(passphrase, cost)?;
        let vault = OpenVault { contents, path: path.into(), lid, content_key, recovered: None };
        let new = vault.write_new()?;
        // Not a rename, which would replace: between the look above and now, another program may have made one.
        link_new(&new, path)?;
        // It is ours from here on: where the rest fails, nobody is told that there is one, so there is none.
        if let Err(failed) = remove(&new).and_then(|()| sync_folder(path)) {
            overwrite(path).and(remove(path))?;
            return Err(failed);
        }
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

    /// Opens the vault with the key of the copy beside it. A vault that has to be recovered wants its passphrase.
    pub fn open_second(path: &Path, key: &SecondKey) -> Result<OpenVault, VaultError> {
        let content_key = Second::open(path, key)?;
        let bytes = read_file(path)?;
        let (contents, lid, content_key) = Sealed::parse(&bytes)?.open_second(content_key)?;
        Ok(OpenVault { contents, path: path.into(), lid, content_key, recovered: None })
    }

    /// Destroys the vault and every earlier copy of it beside it: each is overwritten, durably, then removed. All of them
    /// are tried; the first failure is returned.
    pub fn destroy(path: &Path) -> Result<(), VaultError> {
        let mut first = Second::destroy(path);
        for file in family(path) {
            // A link to what is no vault: the link is ours, what it leads to is somebody's.
            let elsewhere = is_link(&file) && !begins_like_one(&file);
            let overwritten = if elsewhere { Ok(()) } else { overwrite(&file) };
            first = first.and(overwritten).and(remove(&file));
        }
        match first.and(sync_folder(path)) {
            // No folder, no vault.
            Err(VaultError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }
}

/// A vault's file, and every copy of it that may be beside it.
fn family(path: &Path) -> Vec<PathBuf> {
    let mut files = vec![path.to_owned(), previous(path), beside(path, ".new"), beside(path, ".damaged")];
    files.extend((1..=u32::MAX).map(|n| beside(path, &format!(".damaged-{n}"))).take_while(|name| name.exists()));
    files
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|file| file.is_symlink())
}

fn begins_like_one(path: &Path) -> bool {
    let mut start = [0; MAGIC.len()];
    // Anything else than a file might never answer.
    fs::metadata(path).is_ok_and(|file| file.is_file())
        && File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == *MAGIC
}

/// Puts random bytes in the place of a file's.
pub(crate) fn overwrite(path: &Path) -> Result<(), VaultError> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        Err(source) if source.kind() == ErrorKind::NotFound => return Ok(()),
        opened => opened.map_err(|source| at("overwrite", path, source))?,
    };
    let failed = |source| at("overwrite", path, source);
    let mut left = file.seek(std::io::SeekFrom::End(0)).map_err(failed)?;
    file.rewind().map_err(failed)?;
    let mut noise = [0; 4096];
    while left > 0 {
        getrandom::fill(&mut noise)?;
        let now = usize::try_from(left).unwrap_or(usize::MAX).min(noise.len());
        file.write_all(&noise[..now]).map_err(failed)?;
        left -= now as u64;
    }
    file.sync_all().map_err(failed)
}

/// A lid over a fresh content key.
fn new_lid(passphrase: &str, cost: Cost) -> Result<(Lid, ContentKey), VaultError> {
    let mut fresh = Fresh { salt: [0; 16], key_box: [0; 24], content_key: Zeroizing::new([0; 32]) };
    getrandom::fill(&mut fresh.salt)?;
    getrandom::fill(&mut fresh.key_box)?;
    getrandom::fill(fresh.content_key.as_mut_slice())?;
    Ok((Lid::new(passphrase, cost, &fresh)?, fresh.content_key))
}

impl OpenVault {
    /// Refuses every passphrase but the vault's.
    pub fn check_passphrase(&self, passphrase: &str) -> Result<(), VaultError> {
        self.lid.open(passphrase).map(drop)
    }

    /// Seals the vault under another passphrase. The content key is new, too: whoever has a copy of the old file and
    /// the old passphrase opens nothing that is saved from now on. When it fails, the old passphrase goes on.
    pub fn change_passphrase(&mut self, old: &str, new: &str, cost: Cost) -> Result<(), VaultError> {
        self.check_passphrase(old)?;
        let (lid, content_key) = new_lid(new, cost)?;
        let before = (std::mem::replace(&mut self.lid, lid), std::mem::replace(&mut self.content_key, content_key));
        self.save().inspect_err(|_| (self.lid, self.content_key) = before)
    }

    /// A second key, and a copy of what opens the vault, sealed with it. Nothing is written yet.
    pub fn second(&self) -> Result<Second, VaultError> {
        Second::new(&self.content_key)
    }

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
    let bytes = read_file(from)?;
    let (contents, lid, content_key) = Sealed::parse(&bytes)?.open(passphrase)?;
    Ok(OpenVault { contents, path: path.into(), lid, content_key, recovered: None })
}

fn read_file(from: &Path) -> Result<Vec<u8>, VaultError> {
    let mut bytes = Vec::new();
    let file = File::open(from).map_err(|source| match source.kind() {
        ErrorKind::NotFound => VaultError::Missing { path: from.into() },
        _ => at("open", from, source),
    })?;
    file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes).map_err(|source| at("read", from, source))?;
    Ok(bytes)
}

fn previous(path: &Path) -> PathBuf {
    beside(path, ".previous")
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

    #[test]
    fn a_changed_passphrase_is_the_only_one_and_the_old_file_opens_nothing_new() {
        let (folder, path) = folder();
        let mut vault = create(&path);
        let before = fs::read(&path).unwrap();
        assert!(matches!(
            vault.change_passphrase("six blue heron", "seven red kites", Cost::minimum()),
            Err(VaultError::WrongPassphrase)
        ));
        assert_eq!(fs::read(&path).unwrap(), before);
        let old_key = vault.content_key.clone();
        vault.change_passphrase(PASS, "seven red kites", Cost::minimum()).unwrap();
        assert_ne!(vault.content_key, old_key, "the content key is new");
        assert_eq!(names(&folder), ["vault"]);
        assert!(matches!(Vault::open(&path, PASS), Err(VaultError::WrongPassphrase)));
        let again = Vault::open(&path, "seven red kites").unwrap();
        assert_eq!(again.contents.to_bytes(), vault.contents.to_bytes());
        // What is saved later is under the new passphrase, too.
        add_chapter(&mut vault, 77);
        vault.save().unwrap();
        assert_eq!(Vault::open(&path, "seven red kites").unwrap().contents.chapters.len(), 3);
    }

    #[test]
    fn a_passphrase_that_could_not_be_changed_goes_on() {
        let (_folder, path) = folder();
        let mut vault = create(&path);
        fs::create_dir(beside(&path, ".new")).unwrap();
        assert!(vault.change_passphrase(PASS, "seven red kites", Cost::minimum()).is_err());
        fs::remove_dir(beside(&path, ".new")).unwrap();
        vault.check_passphrase(PASS).unwrap();
        vault.save().unwrap();
        assert!(Vault::open(&path, PASS).is_ok());
    }

    #[test]
    fn a_kill_at_any_moment_of_a_change_leaves_one_of_the_two_that_opens() {
        let (_kept, path) = folder();
        let mut vault = create(&path);
        let before = fs::read(&path).unwrap();
        vault.change_passphrase(PASS, "seven red kites", Cost::minimum()).unwrap();
        let after = fs::read(&path).unwrap();
        // Every state of the folder that the steps of saving pass through.
        let moments: [&[(&str, &[u8])]; 7] = [
            &[("vault", &before)],
            &[("vault", &before), ("vault.new", b"")],
            &[("vault", &before), ("vault.new", &after[..100])],
            &[("vault", &before), ("vault.new", &after)],
            &[("vault", &before), ("vault.new", &after), ("vault.previous", &before)],
            &[("vault", &after), ("vault.previous", &before)],
            &[("vault", &after)],
        ];
        for (n, moment) in moments.iter().enumerate() {
            let (folder, path) = folder();
            for (name, bytes) in *moment {
                fs::write(folder.path().join(name), bytes).unwrap();
            }
            let (old, new) = (Vault::open(&path, PASS), Vault::open(&path, "seven red kites"));
            assert!(old.is_ok() != new.is_ok(), "moment {n}: exactly one of them opens it");
            old.or(new).unwrap().save().unwrap();
        }
    }

    #[test]
    fn a_destroyed_vault_is_overwritten_and_gone_with_all_its_copies() {
        let (folder, path) = folder();
        let mut vault = create(&path);
        vault.save().unwrap();
        let whole = fs::read(&path).unwrap();
        for name in ["vault.previous", "vault.new", "vault.damaged-1", "vault.damaged-2"] {
            fs::write(folder.path().join(name), &whole).unwrap();
        }
        fs::write(folder.path().join("letters.txt"), "mine").unwrap();
        // A second name shows what became of the bytes.
        let second = folder.path().join("second");
        fs::hard_link(&path, &second).unwrap();
        Vault::destroy(&path).unwrap();
        assert_eq!(names(&folder), ["letters.txt", "second"]);
        let noise = fs::read(&second).unwrap();
        assert_eq!(noise.len(), whole.len());
        assert_ne!(noise[..16], whole[..16]);
        Vault::destroy(&path).unwrap();
    }
}
