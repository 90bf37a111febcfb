//! Destroying everything of this computer: the keys first, then what they opened. Only files that are ours are touched.

use api::{view::WipeReport, without_numbers};
use keys::Vault;
use std::{
    fs,
    io::{self, ErrorKind},
    path::Path,
};

/// What the store's folder holds, beside what ends in a number.
const STORE: [&str; 5] = ["db", "conf", "lock", "ballast", "old"];

/// What a web view makes in the folder that it is given: names of its own choice, under these.
const WINDOW: [&str; 14] = [
    "alternative-services.sqlite",
    "applications",
    "CacheStorage",
    "cookies",
    "databases",
    "deviceidhashsalts",
    "hsts-storage.sqlite",
    "itp",
    "localstorage",
    "mediakeys",
    "pcm",
    "serviceworkers",
    "storage",
    "WebKitCache",
];

/// Whether a folder shows that Chapterhouse kept its data there, be it half made, damaged or half destroyed. A window's
/// folder alone tells nothing: its names are the web view's.
pub fn is_ours(data: &Path) -> bool {
    Vault::is_known(&data.join("vault"))
        || fs::symlink_metadata(data.join("place")).is_ok_and(|place| place.is_file() && place.len() == 48)
        || fs::symlink_metadata(data.join("socket")).is_ok_and(|socket| is_socket(&socket))
        || holds(&data.join("store"), |name| is_of_store(name) && name != "conf")
        || holds(&data.join("drafts"), is_draft)
}

#[cfg(unix)]
fn is_socket(file: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_socket(&file.file_type())
}

#[cfg(not(unix))]
fn is_socket(_: &fs::Metadata) -> bool {
    false
}

/// Whether a folder, and no link to one, holds a file with such a name.
fn holds(folder: &Path, ours: impl Fn(&str) -> bool) -> bool {
    let is_file = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_file());
    !is_link(folder)
        && fs::read_dir(folder).is_ok_and(|entries| {
            entries.flatten().any(|entry| ours(&entry.file_name().to_string_lossy()) && is_file(&entry))
        })
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|file| file.is_symlink())
}

fn is_draft(name: &str) -> bool {
    let name = name.strip_suffix(".new").unwrap_or(name);
    name.len() == 32 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A file of the store's own folder.
fn is_of_store(name: &str) -> bool {
    let index = name.strip_prefix("snap.").map(|rest| rest.strip_suffix(".generating").unwrap_or(rest));
    STORE.contains(&name)
        || index.is_some_and(|rest| is_all(rest, |byte| byte.is_ascii_hexdigit()))
        || name.strip_prefix("gone-").is_some_and(is_number)
}

/// A folder that the store makes within its own.
fn is_store_within(name: &str) -> bool {
    name == "new" || name == "set-aside" || name.strip_prefix("set-aside-").is_some_and(is_number)
}

fn is_number(text: &str) -> bool {
    is_all(text, |byte| byte.is_ascii_digit())
}

fn is_all(text: &str, wanted: impl Fn(&u8) -> bool) -> bool {
    !text.is_empty() && text.as_bytes().iter().all(wanted)
}

/// Destroys what is Chapterhouse's in a data folder. Whatever fails, the rest is tried.
pub fn wipe(data: &Path) -> WipeReport {
    let vault = Vault::destroy(&data.join("vault"));
    let mut left = Vec::new();
    for name in ["counts", "counts.new", "restoring", "place", "place.new"] {
        note(&mut left, &data.join(name), fs::remove_file(data.join(name)));
    }
    wipe_store(&data.join("store"), &mut left);
    clear(&data.join("drafts"), &mut left, |path, name| is_draft(name).then(|| fs::remove_file(path)));
    wipe_window(&data.join("window"), &mut left);
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
            let why = without_numbers(&error.to_string());
            vec![format!("The keys may still be on this computer: {why}. Destroy the disk, or its contents.")]
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
        wipe_window(&data.join("window"), &mut Vec::new());
        let _ = fs::remove_dir(data);
    }
}

fn wipe_store(store: &Path, left: &mut Vec<String>) {
    let mut within = Vec::new();
    clear(store, left, |path, name| {
        if is_of_store(name) {
            return Some(fs::remove_file(path));
        }
        if is_store_within(name) || name == "blobs" {
            within.push((path.to_owned(), name == "blobs"));
        }
        None
    });
    for (path, blobs) in &within {
        match blobs {
            // What sled keeps apart because it is long, under its number.
            true => clear(path, left, |path, name| is_number(name).then(|| fs::remove_file(path))),
            false => wipe_store(path, left),
        }
    }
    // Stays when something of somebody else is in it.
    let _ = fs::remove_dir(store);
}

/// What the web view keeps: the look. What is under its names is its own.
fn wipe_window(window: &Path, left: &mut Vec<String>) {
    clear(window, left, |path, name| {
        let folder = || fs::symlink_metadata(path).is_ok_and(|file| file.is_dir());
        WINDOW.contains(&name).then(|| if folder() { fs::remove_dir_all(path) } else { fs::remove_file(path) })
    });
}

/// Removes from a folder what `remove` takes for ours, then the folder, if nothing else is in it. A link to a folder is
/// not followed: what it leads to may be anybody's.
fn clear(folder: &Path, left: &mut Vec<String>, mut remove: impl FnMut(&Path, &str) -> Option<io::Result<()>>) {
    if is_link(folder) {
        left.push(format!("{}: a link to somewhere else; what it leads to was left alone", folder.display()));
        return;
    }
    match fs::read_dir(folder) {
        Ok(entries) => {
            // All names first: a folder that changes while it is read may skip some.
            for entry in entries.flatten().collect::<Vec<_>>() {
                // A name that is no text is none of ours.
                if let Some(name) = entry.file_name().to_str()
                    && let Some(removed) = remove(&entry.path(), name)
                {
                    note(left, &entry.path(), removed);
                }
            }
            // Stays when something of somebody else is in it.
            let _ = fs::remove_dir(folder);
        }
        // A file under this name is somebody else's.
        Err(error) if error.kind() == ErrorKind::NotADirectory => {}
        Err(error) => note(left, folder, Err(error)),
    }
}

fn note(left: &mut Vec<String>, path: &Path, removed: io::Result<()>) {
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            left.push(without_numbers(&format!("{}: {error}", path.display())))
        }
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
        fs::create_dir_all(data.join("store/set-aside-1")).unwrap();
        fs::create_dir_all(data.join("window/storage")).unwrap();
        fs::create_dir_all(data.join("drafts")).unwrap();
        let ours = [
            "vault",
            "vault.damaged-1",
            "counts",
            "place",
            "store/db",
            "store/snap.0000000000A1",
            "store/snap.0000000000A2.generating",
            "store/blobs/1",
            "store/gone-1",
            "store/new/db",
            "store/set-aside-1/conf",
            "window/storage/x",
            "window/hsts-storage.sqlite",
            "drafts/0123456789abcdef0123456789abcdef",
            "drafts/0123456789abcdef0123456789abcdee.new",
        ];
        // As a killed program leaves it: nobody listens.
        drop(std::os::unix::net::UnixListener::bind(data.join("socket")).unwrap());
        let theirs = [
            "letters.txt",
            "vault.txt",
            "store/photo.jpg",
            "store/gone-fishing.jpg",
            "store/snap.shot",
            "store/blobs/ink.png",
            "store/new/letters.txt",
            "window/view.jpg",
            "drafts/novel.txt",
        ];
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
        assert!(!is_ours(&data), "nothing of ours is left");
        assert!(!wipe(&data).notes.iter().any(|note| note.contains("left alone")));
        assert!(!data.exists(), "an empty folder goes too");
        // Where there is nothing, there is nothing to complain about.
        assert!(wipe(&data).keys_destroyed);
    }

    #[test]
    fn a_link_to_elsewhere_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (data, elsewhere) = (folder.path().join("data"), folder.path().join("elsewhere"));
        fs::create_dir_all(&data).unwrap();
        fs::create_dir_all(elsewhere.join("blobs")).unwrap();
        let theirs = ["db", "blobs/1", "0123456789abcdef0123456789abcdef", "cookies"];
        for name in theirs {
            fs::write(elsewhere.join(name), "theirs").unwrap();
        }
        for name in ["store", "drafts", "window"] {
            std::os::unix::fs::symlink(&elsewhere, data.join(name)).unwrap();
        }
        std::os::unix::fs::symlink(elsewhere.join("db"), data.join("vault")).unwrap();
        assert!(!is_ours(&data), "what links lead to tells nothing");
        let report = wipe(&data);
        for name in theirs {
            assert_eq!(fs::read_to_string(elsewhere.join(name)).unwrap(), "theirs", "{name}");
        }
        assert!(report.keys_destroyed && !data.join("vault").is_symlink(), "{report:?}");
        assert_eq!(report.left.len(), 3, "{report:?}");
        assert!(report.left.iter().all(|line| line.contains("a link to somewhere else")), "{report:?}");
        // A link within our own folders, too.
        for name in ["store", "drafts", "window"] {
            fs::remove_file(data.join(name)).unwrap();
        }
        fs::create_dir(data.join("store")).unwrap();
        fs::create_dir(data.join("window")).unwrap();
        for name in ["store/new", "store/blobs", "window/cookies"] {
            std::os::unix::fs::symlink(&elsewhere, data.join(name)).unwrap();
        }
        wipe(&data);
        assert_eq!(fs::read_to_string(elsewhere.join("db")).unwrap(), "theirs");
        assert_eq!(fs::read_to_string(elsewhere.join("blobs/1")).unwrap(), "theirs");
    }

    #[test]
    fn a_folder_is_ours_by_what_only_we_put_there() {
        let magic = b"Chapterhouse\r\n\x1a\n and what follows".as_slice();
        let (place, draft) = ([7; 48], "drafts/0123456789abcdef0123456789abcdef");
        let signs: [(&str, &[u8]); 9] = [
            ("vault", magic),
            ("vault.previous", magic),
            ("vault.new", &magic[..16]),
            ("vault.damaged-1", magic),
            ("place", &place),
            ("store/lock", b""),
            ("store/db", b"x"),
            ("store/gone-3", b"x"),
            (draft, b"x"),
        ];
        let theirs: [(&str, &[u8]); 7] = [
            ("vault", b"$ANSIBLE_VAULT;1.1;AES256"),
            ("place", b"London"),
            ("counts", b"1 2 3"),
            ("socket", b"no socket"),
            ("store/conf", b"x"),
            ("window/cookies", b"x"),
            ("drafts/novel.txt", b"x"),
        ];
        for (ours, list) in [(true, signs.as_slice()), (false, theirs.as_slice())] {
            for (name, bytes) in list {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
                assert_eq!(is_ours(folder.path()), ours, "{name}");
            }
        }
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_ours(folder.path()) && !is_ours(&folder.path().join("none")));
        drop(std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap());
        assert!(is_ours(folder.path()));
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
