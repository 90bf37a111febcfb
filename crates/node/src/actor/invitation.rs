//! An invitation as a small file that can be handed over.

use super::{Actor, State, backup};
use crate::{
    commands::invitations::{file_name, file_text, read},
    house::invalid,
};
use api::{Refusal, Reply, reply::Saved};
use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

/// So many files of one name beside each other are enough.
const NUMBERS: u32 = 1000;

impl Actor {
    /// Writes the file. It is never written over another one.
    pub(super) fn save_invitation(&self, invitation: &str, path: Option<&str>) -> Result<Reply, Refusal> {
        if !matches!(self.state, State::Open(_)) {
            return Err(self.not_open());
        }
        let invitation = read(invitation)?;
        let path = match path {
            Some(path) => backup::place(path, &default_path(1, &invitation))?,
            None => (1..NUMBERS)
                .map(|number| default_path(number, &invitation))
                .find(|path| !path.exists())
                .unwrap_or_else(|| default_path(NUMBERS, &invitation)),
        };
        write(&path, file_text(&invitation).as_bytes())?;
        Ok(Reply::Saved(Saved { path: path.to_string_lossy().into_owned() }))
    }
}

fn default_path(number: u32, invitation: &keys::Invitation) -> PathBuf {
    backup::folder().join(file_name(invitation, number))
}

/// A new file that only its owner can read: whoever reads it can join.
pub(super) fn write(path: &Path, text: &[u8]) -> Result<(), Refusal> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text)?;
        file.sync_all()
    });
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => invalid(format!(
            "there is a file {} already, and it is not overwritten: choose another name",
            path.display()
        )),
        ErrorKind::NotFound => invalid(format!("there is no folder for {}: choose another place", path.display())),
        _ => backup::refuse_io(path, &error),
    })
}
