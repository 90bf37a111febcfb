//! A backup: everything of one computer in one sealed file. The format is in `docs/VAULT.md`.
//!
//! Reading order: [`stream`] (sealing bytes without an end in pieces), [`parts`] (what is inside), this file (the file on
//! the disk).
//!
//! Inside, the vault's contents lie open under the backup's own seal, so that one passphrase opens the whole: a second
//! one, for the vault, would be one that people have forgotten by the day they need it.

pub mod parts;
pub mod stream;

use crate::{
    contents::Contents,
    cost::Cost,
    error::VaultError,
    files::{at, beside, create_new, link_new, remove, sync_folder},
};
use parts::{Packer, Unpacker};
use std::fs::File;
use std::io::{BufReader, BufWriter, ErrorKind};
use std::path::{Path, PathBuf};
use stream::{Fresh, Opener, Sealer};

/// A backup that is being written. Until [`Writing::finish`] it has another name, and dropping it removes it.
pub struct Writing {
    /// Takes what goes in.
    pub to: Packer<BufWriter<File>>,
    file: Unfinished,
}

/// Removes what was not finished.
struct Unfinished {
    path: PathBuf,
    new: PathBuf,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // It may have its right name by now; what cannot be removed is sealed and has a name that tells.
        let _ = remove(&self.new);
    }
}

impl Writing {
    /// Begins a backup. Refused when there is a file of that name.
    pub fn begin(path: &Path, passphrase: &str, cost: Cost, contents: &Contents) -> Result<Self, VaultError> {
        if std::fs::symlink_metadata(path).is_ok() {
            return Err(VaultError::Exists { path: path.into() });
        }
        let mut fresh = Fresh { salt: [0; 16], prefix: [0; 19] };
        getrandom::fill(&mut fresh.salt)?;
        getrandom::fill(&mut fresh.prefix)?;
        let new = beside(path, ".unfinished");
        // What an interrupted backup left here was never called one.
        remove(&new)?;
        let made = create_new(&new).map_err(|source| at("write", &new, source))?;
        let file = Unfinished { path: path.into(), new };
        let sealer = Sealer::new(BufWriter::new(made), passphrase, cost, &fresh)?;
        Ok(Self { to: Packer::new(sealer, contents)?, file })
    }

    /// Makes it durable and gives it its name. Returns how long it is.
    pub fn finish(self) -> Result<u64, VaultError> {
        let Self { to, file } = self;
        let failed = |source| at("write", &file.new, source);
        let made = to.finish()?.into_inner().map_err(|error| failed(error.into_error()))?;
        made.sync_all().map_err(failed)?;
        let bytes = made.metadata().map_err(failed)?.len();
        link_new(&file.new, &file.path)?;
        remove(&file.new)?;
        sync_folder(&file.path)?;
        Ok(bytes)
    }
}

/// Opens a backup for reading from the beginning.
pub fn open(path: &Path, passphrase: &str) -> Result<Unpacker<BufReader<File>>, VaultError> {
    let file = File::open(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => VaultError::Missing { path: path.into() },
        _ => at("open", path, source),
    })?;
    Unpacker::new(Opener::new(BufReader::new(file), passphrase)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::contents::tests::rowan;
    use std::fs;

    const PASS: &str = "six blue herons";

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_backup_has_its_name_only_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rowan.backup");
        let mut writing = Writing::begin(&path, PASS, Cost::minimum(), &rowan()).unwrap();
        writing.to.chapter(&[7; 16], 1).unwrap();
        assert_eq!(names(folder.path()), ["rowan.backup.unfinished"]);
        drop(writing);
        assert!(names(folder.path()).is_empty(), "nothing is left of one that was given up");

        let mut writing = Writing::begin(&path, PASS, Cost::minimum(), &rowan()).unwrap();
        writing.to.chapter(&[7; 16], 1).unwrap();
        writing.to.envelope(b"sealed").unwrap();
        let bytes = writing.finish().unwrap();
        assert_eq!(names(folder.path()), ["rowan.backup"]);
        assert_eq!(fs::metadata(&path).unwrap().len(), bytes);
        assert!(matches!(Writing::begin(&path, PASS, Cost::minimum(), &rowan()), Err(VaultError::Exists { .. })));

        assert!(matches!(open(&path, "six blue heron"), Err(VaultError::WrongPassphrase)));
        assert!(matches!(open(&folder.path().join("none"), PASS), Err(VaultError::Missing { .. })));
        let mut back = open(&path, PASS).unwrap();
        assert_eq!(back.contents.to_bytes(), rowan().to_bytes());
        assert_eq!(back.part().unwrap(), Some(parts::Part::Chapter { tag: [7; 16], count: 1 }));
        assert_eq!(back.part().unwrap(), Some(parts::Part::Envelope(b"sealed".to_vec())));
        assert_eq!(back.part().unwrap(), None);
    }
}
