//! A second way into the vault, beside the passphrase: a copy of its content key, sealed with a random key that is kept
//! elsewhere, for instance by the system's keyring. Either alone is worth nothing: without the file the key opens nothing,
//! and without the key the file does not. The layout is in `docs/VAULT.md`.

use crate::{
    error::VaultError,
    files::{at, beside, remove, sync_folder, write_durably},
    seal::{ContentKey, array, seal, unseal},
    vault::overwrite,
};
use std::{
    fs::{self, File},
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// First bytes of the file.
pub const MAGIC: &[u8; 16] = b"Chapterhouse2\r\n\x1a";
/// BLAKE3 `derive_key` context of the key that seals the copy. Part of the format: never change.
const CONTEXT: &str = "chapterhouse 1 second key";
const NAME: usize = 16;
const BOX_AT: usize = MAGIC.len() + NAME;
const LENGTH: usize = BOX_AT + 24 + 32 + 16;

/// The key that seals the copy, for whoever keeps it. Wiped when dropped.
pub type SecondKey = Zeroizing<[u8; 32]>;

/// A fresh key, and the copy that it seals, before either is kept anywhere.
pub struct Second {
    /// Under which name the key is to be kept: random, and in the file.
    pub name: String,
    /// The key.
    pub key: SecondKey,
    file: Vec<u8>,
}

impl std::fmt::Debug for Second {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Second").field("name", &self.name).finish_non_exhaustive()
    }
}

fn copy_of(vault: &Path) -> PathBuf {
    beside(vault, ".second")
}

fn sealing(key: &SecondKey) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(blake3::derive_key(CONTEXT, key.as_slice()))
}

impl Second {
    /// Seals a copy.
    pub(crate) fn new(content_key: &ContentKey) -> Result<Self, VaultError> {
        let (mut name, mut nonce, mut key) = ([0; NAME], [0; 24], Zeroizing::new([0; 32]));
        getrandom::fill(&mut name)?;
        getrandom::fill(&mut nonce)?;
        getrandom::fill(key.as_mut_slice())?;
        let mut file = [MAGIC.as_slice(), &name].concat();
        let mut boxed = Zeroizing::new(**content_key);
        let tag = seal(&sealing(&key), &nonce, &file, boxed.as_mut_slice())?;
        file.extend_from_slice(&nonce);
        file.extend_from_slice(boxed.as_slice());
        file.extend_from_slice(&tag);
        Ok(Self { name: data_encoding::HEXLOWER.encode(&name), key, file })
    }

    /// Writes the copy beside the vault, in the place of an earlier one.
    pub fn write(&self, vault: &Path) -> Result<(), VaultError> {
        let path = copy_of(vault);
        Self::destroy(vault)?;
        write_durably(&path, &self.file).map_err(|source| at("write", &path, source))?;
        sync_folder(&path)
    }

    /// The name of the key that opens the copy beside this vault; none, if there is no copy.
    pub fn name_of(vault: &Path) -> Option<String> {
        let file = read(vault).ok()?;
        Some(data_encoding::HEXLOWER.encode(&array::<NAME>(&file, MAGIC.len())?))
    }

    /// The content key out of the copy beside a vault.
    pub(crate) fn open(vault: &Path, key: &SecondKey) -> Result<ContentKey, VaultError> {
        let file = read(vault)?;
        let (bound, boxed) = file.split_at(BOX_AT);
        let plain = unseal(&sealing(key), bound, boxed).ok_or(VaultError::SecondKey)?;
        plain.as_slice().try_into().map(Zeroizing::new).map_err(|_| VaultError::SecondKey)
    }

    /// Destroys the copy: overwritten, durably, then removed.
    pub fn destroy(vault: &Path) -> Result<(), VaultError> {
        let path = copy_of(vault);
        // What a link leads to is nothing that we made.
        let link = std::fs::symlink_metadata(&path).is_ok_and(|file| file.is_symlink());
        let overwritten = if link { Ok(()) } else { overwrite(&path) };
        overwritten.and(remove(&path))
    }
}

fn read(vault: &Path) -> Result<Vec<u8>, VaultError> {
    let path = copy_of(vault);
    let mut file = Vec::new();
    // A name of something else is no copy, whatever it is.
    match fs::symlink_metadata(&path) {
        Ok(found) if found.is_file() => {}
        Ok(_) => return Err(VaultError::SecondKey),
        Err(source) if source.kind() == ErrorKind::NotFound => return Err(VaultError::Missing { path }),
        Err(source) => return Err(at("read", &path, source)),
    }
    File::open(&path)
        .and_then(|from| from.take(LENGTH as u64 + 1).read_to_end(&mut file))
        .map_err(|source| at("read", &path, source))?;
    if file.len() == LENGTH && file.starts_with(MAGIC) { Ok(file) } else { Err(VaultError::SecondKey) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Cost, Vault, contents::tests::rowan};

    #[test]
    fn the_second_key_opens_what_the_passphrase_opens_and_only_with_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        let mut vault = Vault::create(&path, "six herons", rowan(), Cost::minimum()).unwrap();
        assert_eq!(Second::name_of(&path), None);
        let second = vault.second().unwrap();
        assert_eq!(Second::name_of(&path), None, "nothing is written before the key is kept");
        second.write(&path).unwrap();
        assert_eq!(Second::name_of(&path).as_ref(), Some(&second.name));
        assert!(!format!("{second:?}").contains(&format!("{:?}", second.key[0])) || second.key[0] < 100);

        // What is saved afterwards can be opened as well, and saved again.
        vault.contents.lock_after = 7;
        vault.save().unwrap();
        drop(vault);
        let mut again = Vault::open_second(&path, &second.key).unwrap();
        assert_eq!(again.contents.lock_after, 7);
        again.contents.lock_after = 8;
        again.save().unwrap();
        assert_eq!(Vault::open(&path, "six herons").unwrap().contents.lock_after, 8);

        // Another key, a changed file, a file of another vault.
        assert!(matches!(Vault::open_second(&path, &Zeroizing::new([1; 32])), Err(VaultError::SecondKey)));
        let copy = copy_of(&path);
        let whole = fs::read(&copy).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&copy, &changed).unwrap();
            assert!(matches!(Vault::open_second(&path, &second.key), Err(VaultError::SecondKey)), "byte {at}");
        }
        fs::write(&copy, &whole[..20]).unwrap();
        assert_eq!(Second::name_of(&path), None);

        // A new passphrase has a new content key: the old copy opens nothing any more, the passphrase does.
        fs::write(&copy, &whole).unwrap();
        again.change_passphrase("six herons", "seven kites", Cost::minimum()).unwrap();
        assert!(matches!(Vault::open_second(&path, &second.key), Err(VaultError::SecondKey)));
        let renewed = again.second().unwrap();
        assert_ne!((&renewed.name, &renewed.key), (&second.name, &second.key));
        renewed.write(&path).unwrap();
        assert!(Vault::open_second(&path, &renewed.key).is_ok());

        Second::destroy(&path).unwrap();
        assert!(matches!(Vault::open_second(&path, &renewed.key), Err(VaultError::Missing { .. })));
        renewed.write(&path).unwrap();
        Vault::destroy(&path).unwrap();
        assert!(!copy.exists(), "it goes with the vault");
    }
}
