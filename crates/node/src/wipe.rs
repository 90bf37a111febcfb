//! Destroying everything of this computer: the keys first, then what they opened. Only files that are ours are touched.

use api::view::WipeReport;
use keys::Vault;
use std::{
    fs,
    io::{self, ErrorKind},
    path::Path,
};

/// What the store's folder holds, beside what ends in a number.
const STORE: [&str; 5] = ["db", "conf", "lock", "ballast", "old"];

/// Destroys a data folder. Whatever fails, the rest is tried.
pub fn wipe(data: &Path) -> WipeReport {
    let vault = Vault::destroy(&data.join("vault"));
    let mut left = Vec::new();
    for name in ["counts", "counts.new", "restoring", "place", "place.new"] {
        note(&mut left, &data.join(name), fs::remove_file(data.join(name)));
    }
    wipe_store(&data.join("store"), &mut left);
    note(&mut left, &data.join("drafts"), fs::remove_dir_all(data.join("drafts")));
    // What the web view keeps: the look. Every file in there is its own, under names that it chooses.
    note(&mut left, &data.join("window"), fs::remove_dir_all(data.join("window")));
    // Where nobody answers, it is what a killed program left.
    let socket = data.join("socket");
    if std::os::unix::net::UnixStream::connect(&socket).is_err() {
        note(&mut left, &socket, fs::remove_file(&socket));
    }
    // Only when nothing of anybody else is in it.
    let _ = fs::remove_dir(data);
    let ours = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let in_the_way = vault.is_err() && name.starts_with("vault");
        name == "socket" || in_the_way || left.iter().any(|line| line.starts_with(&*path.to_string_lossy()))
    };
    let others = fs::read_dir(data).is_ok_and(|entries| entries.flatten().any(|entry| !ours(&entry.path())));
    let mut notes = match &vault {
        Ok(()) => vec!["The keys on this computer are destroyed.".to_owned()],
        Err(error) => {
            vec![format!("The keys may still be on this computer: {error}. Destroy the disk, or its contents.")]
        }
    };
    notes.push(match left.is_empty() {
        true => "The chapters that were saved here, and the drafts, are removed.".to_owned(),
        false => "Not everything else could be removed; what is left is listed.".to_owned(),
    });
    if others {
        notes.push(format!("Files in {} that are not Chapterhouse's were left alone.", data.display()));
    }
    notes.extend(
        [
            "Other members still have what you shared with them, and backups that you made are where you put them.",
            "The disk, an SSD above all, may keep traces of removed files. Without the keys they are unreadable; a trace of the sealed keys still needs your passphrase.",
        ]
        .map(str::to_owned),
    );
    WipeReport { keys_destroyed: vault.is_ok(), notes, left }
}

/// When the program ends that did it: removes what the web view wrote since. Nothing else, because somebody may have
/// begun anew in the folder.
pub(crate) fn afterwards(data: &Path) {
    if !Vault::exists(&data.join("vault")) {
        // What is left there is the web view's, and was emptied by the page before.
        let _ = fs::remove_dir_all(data.join("window"));
        let _ = fs::remove_dir(data);
    }
}

fn wipe_store(store: &Path, left: &mut Vec<String>) {
    let names = match fs::read_dir(store) {
        Ok(entries) => entries.flatten().map(|entry| entry.file_name()).collect::<Vec<_>>(),
        Err(_) => return,
    };
    for name in names {
        let (path, name) = (store.join(&name), name.to_string_lossy().into_owned());
        if name == "blobs" || name == "new" || name.starts_with("set-aside") {
            note(left, &path, fs::remove_dir_all(&path));
        } else if STORE.contains(&name.as_str()) || name.starts_with("snap.") || name.starts_with("gone-") {
            note(left, &path, fs::remove_file(&path));
        }
    }
    // Stays when something of somebody else is in it.
    let _ = fs::remove_dir(store);
}

fn note(left: &mut Vec<String>, path: &Path, removed: io::Result<()>) {
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => left.push(format!("{}: {error}", path.display())),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ours_is_gone_and_everything_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir_all(data.join("store/blobs")).unwrap();
        fs::create_dir_all(data.join("store/new")).unwrap();
        fs::create_dir_all(data.join("window/storage")).unwrap();
        fs::create_dir_all(data.join("drafts")).unwrap();
        let ours = [
            "vault",
            "vault.damaged-1",
            "counts",
            "place",
            "store/db",
            "store/snap.0001",
            "store/blobs/1",
            "store/gone-1",
            "store/new/db",
            "window/storage/x",
            "drafts/0a",
        ];
        // As a killed program leaves it: nobody listens.
        drop(std::os::unix::net::UnixListener::bind(data.join("socket")).unwrap());
        let theirs = ["letters.txt", "vault.txt", "store/photo.jpg"];
        for name in ours.iter().chain(&theirs) {
            fs::write(data.join(name), "x").unwrap();
        }
        let report = wipe(&data);
        assert!(report.keys_destroyed && report.left.is_empty(), "{report:?}");
        for name in ours {
            assert!(!data.join(name).exists(), "{name}");
        }
        for name in theirs {
            assert_eq!(fs::read_to_string(data.join(name)).unwrap(), "x", "{name}");
        }
        assert!(!data.join("socket").exists());
        assert!(report.notes.iter().any(|note| note.contains("left alone")));
        for name in theirs {
            fs::remove_file(data.join(name)).unwrap();
        }
        assert!(!wipe(&data).notes.iter().any(|note| note.contains("left alone")));
        assert!(!data.exists(), "an empty folder goes too");
        // Where there is nothing, there is nothing to complain about.
        assert!(wipe(&data).keys_destroyed);
    }

    #[test]
    fn the_keys_go_first_and_the_rest_goes_even_when_they_cannot() {
        let folder = tempfile::tempdir().unwrap();
        // A folder in the vault's place cannot be overwritten, whoever tries.
        fs::create_dir(folder.path().join("vault")).unwrap();
        fs::write(folder.path().join("counts"), "x").unwrap();
        let report = wipe(folder.path());
        assert!(!report.keys_destroyed);
        assert!(report.notes[0].contains("may still be"), "{report:?}");
        assert!(!folder.path().join("counts").exists());
    }
}
