//! A file that holds room, to be dropped on the day the disk is full.
//!
//! sled cannot be opened without writing: it finishes its last segment and writes its index anew. On a disk that others
//! have filled to the last byte it could not be opened at all, and a person could not even read what they saved. So some
//! room is taken beforehand and given up then.

use log::StoreError;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Two segments. sled finishes one each time it is opened; the other is for what was under way beside it when a write
/// failed, and for reading.
const LEAST: u64 = 1 << 20;

fn file(folder: &Path) -> PathBuf {
    folder.join("ballast")
}

/// How much room opening may take with data of this size: the index came to 3 bytes in 1,000 of it after large commits,
/// and to 20 after single envelopes.
fn needed(size: u64) -> u64 {
    LEAST + size / 40
}

/// Takes the room, where there is none or too little.
pub(crate) fn keep(folder: &Path, size: u64) -> Result<(), StoreError> {
    let file = file(folder);
    let there = fs::metadata(&file).map_or(0, |metadata| metadata.len());
    if there >= needed(size) {
        return Ok(());
    }
    // Twice what is needed now, so that it is not written anew each time the data has grown a little.
    let length = LEAST + size / 20;
    let written = write(&file, length);
    if written.is_err() {
        // Half of it is of no use, and somebody else may be glad of the room.
        release(folder)?;
    }
    written.map_err(|error| StoreError::io("keep room in reserve", error))
}

/// Gives the room up; false when there was none.
pub(crate) fn release(folder: &Path) -> Result<bool, StoreError> {
    match fs::remove_file(file(folder)) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StoreError::io("give up the room in reserve", error)),
    }
}

fn write(path: &Path, length: u64) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(path)?;
    // Bytes that a compressing file system cannot make smaller.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut block = Vec::with_capacity(64 * 1024);
    for _ in 0..length.div_ceil(64 * 1024) {
        block.clear();
        for _ in 0..8 * 1024 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            block.extend_from_slice(&state.to_le_bytes());
        }
        file.write_all(&block)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn room_is_kept_grows_with_the_data_and_is_given_up_once() {
        let folder = tempfile::tempdir().unwrap();
        let length = || fs::metadata(folder.path().join("ballast")).map_or(0, |metadata| metadata.len());
        keep(folder.path(), 0).unwrap();
        assert_eq!(length(), LEAST);
        keep(folder.path(), 200 << 20).unwrap();
        assert_eq!(length(), LEAST + (10 << 20));
        keep(folder.path(), 390 << 20).unwrap();
        assert_eq!(length(), LEAST + (10 << 20), "still enough");
        assert!(release(folder.path()).unwrap());
        assert!(!release(folder.path()).unwrap());
        assert_eq!(length(), 0);
    }
}
