//! What somebody is still writing: sealed, each in a file of its own in the folder `drafts`.
//!
//! Not in the store: a draft is written anew with every few letters, and a store frees what was replaced only later. And not in
//! the window: what a web view keeps lies open on the disk.

use super::{Actor, State, backup::write_file};
use crate::house::{House, invalid};
use api::{ErrorCode, Refusal, Reply};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};
use std::{fs, io::ErrorKind, path::Path, path::PathBuf};
use zeroize::Zeroizing;

/// BLAKE3 `derive_key` contexts of a draft's key, and of its file's name, which tells nothing.
const KEY: &str = "chapterhouse 1 draft on disk";
const FILE: &str = "chapterhouse 1 draft file";
/// The longest name, in bytes.
const MAX_NAME: usize = 200;
/// The longest draft, in bytes: more than the longest minutes with all that stands around them.
const MAX_TEXT: usize = 512 * 1024;
/// The most drafts; the one that was changed longest ago gives way.
const MOST: usize = 200;

/// A draft's cipher, and where it lies.
fn place(house: &House, data: &Path, name: &str) -> (XChaCha20Poly1305, PathBuf) {
    let secret = Zeroizing::new([house.note_key().expose().as_slice(), name.as_bytes()].concat());
    let file = blake3::derive_key(FILE, &secret);
    let file = data.join("drafts").join(data_encoding::HEXLOWER.encode(&file[..16]));
    (XChaCha20Poly1305::new((&blake3::derive_key(KEY, &secret)).into()), file)
}

impl Actor {
    /// Keeps a draft under a name, in the place of the one before; nothing forgets it.
    pub(super) fn keep_draft(&mut self, name: &str, text: &Zeroizing<String>) -> Result<Reply, Refusal> {
        let not_open = self.not_open();
        let State::Open(core) = &mut self.state else { return Err(not_open) };
        if name.is_empty() || name.len() > MAX_NAME || text.len() > MAX_TEXT {
            return Err(invalid("this draft is too long to be kept; what stands in the window is still there"));
        }
        let (cipher, file) = place(&core.house, &self.config.data, name);
        let nonce: [u8; 24] = core.house.random_bytes();
        let done = if text.is_empty() {
            fs::remove_file(&file)
                .or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
        } else {
            let sealed = cipher.encrypt(&XNonce::from(nonce), text.as_bytes());
            let sealed = sealed.map_err(|_| invalid("this draft could not be sealed"))?;
            write(&file, &[nonce.as_slice(), &sealed].concat())
        };
        let unsaved =
            |error: std::io::Error| Refusal::new(ErrorCode::Storage, format!("the draft could not be saved: {error}"));
        done.map(|()| Reply::Done).map_err(unsaved)
    }

    /// The draft under a name; an empty one if there is none, or it cannot be opened.
    pub(super) fn draft(&self, name: &str) -> Result<Reply, Refusal> {
        let State::Open(core) = &self.state else { return Err(self.not_open()) };
        let (cipher, file) = place(&core.house, &self.config.data, name);
        let open = || {
            let sealed = fs::read(&file).ok()?;
            let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
            String::from_utf8(cipher.decrypt(&XNonce::from(*nonce), sealed).ok()?).ok()
        };
        Ok(Reply::Draft(open().unwrap_or_default()))
    }
}

/// Writes a draft so that a crash leaves the old one or the new one.
fn write(file: &Path, sealed: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
        if !file.exists() {
            make_room(folder)?;
        }
    }
    let new = file.with_extension("new");
    write_file(&new, sealed)?;
    fs::rename(&new, file)
}

fn make_room(folder: &Path) -> std::io::Result<()> {
    let mut found: Vec<_> = (fs::read_dir(folder)?.flatten())
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    found.sort_unstable();
    let over = (found.len() + 1).saturating_sub(MOST);
    found.iter().take(over).try_for_each(|(_, path)| fs::remove_file(path))
}
