//! Whether the data folder is where it was last used. Two computers that use copies of one folder would sign different
//! things in the same places; so a copy signs nothing, and calls nobody, before a person has said what it is.
//!
//! What tells is the computer's own number (`/etc/machine-id`) and the folder's (its inode). Both stay over a restart, a
//! renaming, a move within the disk, and an update of the system; a copy has another one of them at least. Only a digest
//! under a random salt is kept, in the file `place` beside the vault: nothing in it names the computer. It is a guard against
//! accidents: whoever wants to can remove it.

use super::{
    Actor, State,
    backup::{marked, refuse_io, write_file},
};
use crate::house::invalid;
use api::{ErrorCode, Refusal, Reply};
use std::{
    fs,
    path::{Path, PathBuf},
};

const CONTEXT: &str = "chapterhouse 1 place of a data folder";
const SALT: usize = 16;

/// Where a folder is, as far as the system tells.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    computer: Vec<u8>,
    folder: u64,
}

impl Place {
    fn of(data: &Path) -> Self {
        let files = ["/etc/machine-id", "/var/lib/dbus/machine-id"];
        let mut numbers = files.iter().filter_map(|file| fs::read(file).ok());
        let computer = numbers.find(|number| number.len() >= 32).unwrap_or_default();
        Self { computer, folder: number_of(data) }
    }

    fn digest(&self, salt: &[u8]) -> [u8; 32] {
        let length = self.computer.len() as u64;
        let all = [salt, &length.to_le_bytes(), &self.computer, &self.folder.to_le_bytes()].concat();
        blake3::derive_key(CONTEXT, &all)
    }
}

/// What a folder has as long as it exists, wherever it is moved on its disk. Some file systems make such numbers up each
/// time they are mounted: there it is 0, and only the computer counts.
#[cfg(unix)]
fn number_of(data: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    #[cfg(target_os = "linux")]
    {
        // FAT, exFAT, FUSE, and three kinds of Windows shares.
        const MADE_UP: [u64; 6] = [0x4d44, 0x2011_BAB0, 0x6573_5546, 0xFF53_4D42, 0xFE53_4D42, 0x517B];
        let kind = rustix::fs::statfs(data).map(|disk| disk.f_type as u64 & 0xFFFF_FFFF);
        if kind.is_ok_and(|kind| MADE_UP.contains(&kind)) {
            return 0;
        }
    }
    fs::metadata(data).map_or(0, |folder| folder.ino())
}

#[cfg(not(unix))]
fn number_of(_: &Path) -> u64 {
    0
}

fn file(data: &Path) -> PathBuf {
    data.join("place")
}

/// Whether this folder was last used here. None where nothing is noted yet.
fn is_here(data: &Path, place: &Place) -> Option<bool> {
    let noted = fs::read(file(data)).ok()?;
    let (salt, digest) = noted.split_at_checked(SALT)?;
    (digest.len() == 32).then(|| place.digest(salt) == digest)
}

fn note(data: &Path, place: &Place) -> Result<(), Refusal> {
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt).map_err(|error| Refusal::new(ErrorCode::Internal, error.to_string()))?;
    let path = file(data);
    let fresh = path.with_extension("new");
    let bytes = [salt.as_slice(), &place.digest(&salt)].concat();
    let written = write_file(&fresh, &bytes).and_then(|()| fs::rename(&fresh, &path));
    written.map_err(|error| refuse_io(&path, &error))
}

impl Actor {
    /// Right after the vault was opened.
    pub(super) fn look_where_we_are(&mut self) -> Result<(), Refusal> {
        let (data, State::Open(core)) = (&self.config.data, &mut self.state) else { return Ok(()) };
        let place = Place::of(data);
        match is_here(data, &place) {
            Some(true) => {}
            Some(false) => core.is_a_copy(),
            None => note(data, &place)?,
        }
        Ok(())
    }

    /// The keys here are new, or came from a backup, which has a guard of its own.
    pub(super) fn begins_here(&self) -> Result<(), Refusal> {
        note(&self.config.data, &Place::of(&self.config.data))
    }

    pub(super) fn is_copied(&self) -> bool {
        matches!(&self.state, State::Open(core) if core.house.copied)
    }

    /// A person says that the computer on which the folder was before is not used any more. What it signed last may be
    /// missing here: so every chapter waits until a member's device has sent that, as after a backup.
    pub(super) async fn moved_here(&mut self) -> Result<Reply, Refusal> {
        let refusal = self.not_open();
        let State::Open(core) = &mut self.state else { return Err(refusal) };
        if !core.house.copied {
            return Err(invalid("this data folder is where it was last used, so that there is nothing to decide"));
        }
        let (counts, _) = marked(&*core.house.store, &core.house.contents)?;
        let noted = self.config.data.join("counts");
        write_file(&noted, counts.as_bytes()).map_err(|error| refuse_io(&noted, &error))?;
        note(&self.config.data, &Place::of(&self.config.data))?;
        core.moved_here();
        if self.config.serve {
            let transport = core.house.contents.transport.clone();
            self.join_network(&transport).await?;
        }
        Ok(Reply::Done)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_folder_knows_its_place_through_everything_but_a_copy() {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join("data");
        fs::create_dir(&data).unwrap();
        assert_eq!(is_here(&data, &Place::of(&data)), None, "the first time");
        note(&data, &Place::of(&data)).unwrap();
        assert_eq!(is_here(&data, &Place::of(&data)), Some(true), "a restart");
        let renamed = home.path().join("old things");
        fs::rename(&data, &renamed).unwrap();
        assert_eq!(is_here(&renamed, &Place::of(&renamed)), Some(true), "renamed");
        fs::create_dir(&data).unwrap();
        fs::copy(file(&renamed), file(&data)).unwrap();
        assert_eq!(is_here(&data, &Place::of(&data)), Some(false), "a copy on the same computer");
        let elsewhere = Place { computer: vec![b'f'; 33], ..Place::of(&renamed) };
        assert_eq!(is_here(&renamed, &elsewhere), Some(false), "another computer, where it has the same number");
        note(&data, &Place::of(&data)).unwrap();
        assert_eq!(is_here(&data, &Place::of(&data)), Some(true), "from now on it is here");
    }

    #[test]
    fn what_is_kept_names_nothing_and_a_cut_file_is_none() {
        let home = tempfile::tempdir().unwrap();
        let place = Place { computer: b"0123456789abcdef0123456789abcdef".to_vec(), folder: 7 };
        note(home.path(), &place).unwrap();
        let first = fs::read(file(home.path())).unwrap();
        note(home.path(), &place).unwrap();
        let second = fs::read(file(home.path())).unwrap();
        assert_eq!((first.len(), second.len()), (48, 48));
        assert_ne!(first[SALT..], second[SALT..], "nobody can compare two of them");
        fs::write(file(home.path()), &first[..40]).unwrap();
        assert_eq!(is_here(home.path(), &place), None);
    }
}
