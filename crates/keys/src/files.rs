//! How a file is made and replaced so that a power cut leaves either the old one or the new one.

use crate::error::VaultError;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The file's name with something behind it.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().map_or_else(OsString::new, OsString::from);
    name.push(ending);
    path.with_file_name(name)
}

/// What the system said, with what was being done.
pub(crate) fn at(doing: &'static str, path: &Path, source: io::Error) -> VaultError {
    VaultError::Io { doing, path: path.into(), source }
}

/// A new file that only its owner can read. Fails when there is one.
pub(crate) fn create_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

pub(crate) fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Removes a file that may not be there.
pub(crate) fn remove(path: &Path) -> Result<(), VaultError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(at("remove", path, source)),
        _ => Ok(()),
    }
}

/// Gives `new` the name `path`, and fails when that name is taken.
pub(crate) fn link_new(new: &Path, path: &Path) -> Result<(), VaultError> {
    let taken = |source: io::Error| match source.kind() {
        ErrorKind::AlreadyExists => VaultError::Exists { path: path.into() },
        _ => at("create", path, source),
    };
    match fs::hard_link(new, path) {
        Ok(()) => Ok(()),
        Err(source) if source.kind() == ErrorKind::AlreadyExists => Err(taken(source)),
        // A file system without links: take the name first, then fill it.
        Err(_) => {
            create_new(path).map_err(taken)?;
            fs::copy(new, path).and_then(|_| File::open(path)?.sync_all()).map_err(|source| at("write", path, source))
        }
    }
}

/// Makes what happened to names in the file's folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<(), VaultError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Only Unix lets a folder be opened; elsewhere renames are as durable as the system makes them.
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|source| at("sync the folder of", path, source))?;
    }
    Ok(())
}
