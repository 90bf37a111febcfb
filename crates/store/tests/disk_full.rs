//! A disk that is really full: a small one in memory, in a mount namespace of its own, so that nothing has to be
//! cleaned up and no rights are needed.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use chapterhouse_store::{Options, SledStore};
use log::{LogStore, StoreError};
use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

const TAG: [u8; 16] = [3; 16];
const MIB: u64 = 1 << 20;

/// Runs the test `inside` (of this file, ignored otherwise) where `$SMALL_DISK` is a disk of so many bytes.
fn on_a_small_disk(bytes: u64, inside: &str) {
    let folder = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=$0 tmpfs \"$SMALL_DISK\" || exit 77; exec \"$@\"";
    let this = std::env::current_exe().unwrap();
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script, &bytes.to_string()]);
    command.arg(this).args(["--ignored", "--exact", inside, "--nocapture"]).env("SMALL_DISK", folder.path());
    match command.output() {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(text.contains("1 passed"), "{inside} did not run: {text}");
        }
        Ok(output)
            if output.status.code() == Some(77) || !String::from_utf8_lossy(&output.stdout).contains("running") =>
        {
            skipped(inside, &String::from_utf8_lossy(&output.stderr));
        }
        Ok(output) => panic!(
            "{inside} failed\n{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(error) => skipped(inside, &error.to_string()),
    }
}

/// Past the test runner, which shows nothing of a test that does not fail.
fn skipped(inside: &str, reason: &str) {
    let line = format!("SKIPPED {inside}: no small disk here: {}\n", reason.trim());
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}

fn small_disk() -> PathBuf {
    std::env::var_os("SMALL_DISK").expect("run by the test that makes the small disk").into()
}

fn envelope(position: u64, len: usize) -> Vec<u8> {
    let mut state = position + 1;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// Which envelope is replaced while others are saved behind so many, and how long it is then.
fn replaced(from: u64) -> Option<(u64, usize)> {
    (from > 0).then(|| (from / 2, [100, 900, 9_000][from as usize % 3]))
}

/// The lengths of all envelopes after [`save`].
fn saved(lens: &mut Vec<usize>, count: usize, len: usize) {
    if let Some((position, len)) = replaced(lens.len() as u64) {
        lens[position as usize] = len;
    }
    lens.extend(vec![len; count]);
}

/// Tries to save the next `count` envelopes of `len` bytes, one in place of another, and a small value that names how
/// many there are then.
fn save(store: &mut SledStore, from: u64, count: u64, len: usize) -> Result<(), StoreError> {
    let envelopes: Vec<Vec<u8>> = (from..from + count).map(|position| envelope(position, len)).collect();
    let slices: Vec<&[u8]> = envelopes.iter().map(Vec::as_slice).collect();
    assert_eq!(store.append(&TAG, &slices)?, from);
    if let Some((position, len)) = replaced(from) {
        store.replace(&TAG, position, &envelope(position, len))?;
    }
    store.put_meta(b"count", Some(&(from + count).to_be_bytes()))?;
    store.commit()
}

fn assert_saved(store: &SledStore, lens: &[usize]) {
    assert_eq!(store.len(&TAG).unwrap(), lens.len() as u64);
    let mut seen = 0;
    store
        .scan(&TAG, 0, &mut |position, bytes| {
            assert!(bytes == envelope(position, lens[position as usize]), "envelope {position} is another one");
            seen += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(seen, lens.len());
    let count = store.meta(b"count").unwrap().map(|count| u64::from_be_bytes(count.try_into().unwrap()));
    assert_eq!(count.unwrap_or(0), lens.len() as u64);
}

/// Lets somebody else fill the disk up to so many bytes.
fn leave_free(disk: &Path, bytes: u64) {
    let other = disk.join("other");
    let _ = fs::remove_file(&other);
    let stat = rustix::fs::statvfs(disk).unwrap();
    let free = stat.f_bavail * stat.f_frsize;
    fs::write(&other, vec![1; usize::try_from(free.saturating_sub(bytes)).unwrap()]).unwrap();
}

#[test]
fn a_nearly_full_disk_is_refused_before_anything_is_written() {
    on_a_small_disk(40 * MIB, "inside_a_nearly_full_disk");
}

#[test]
#[ignore = "run by the test above"]
fn inside_a_nearly_full_disk() {
    let disk = small_disk();
    let (mut store, _) = SledStore::open(&disk.join("data")).unwrap();
    let mut lens = Vec::new();
    let error = loop {
        match save(&mut store, lens.len() as u64, 100, 640) {
            Ok(()) => saved(&mut lens, 100, 640),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::DiskFull));
    assert_eq!(error.to_string(), "the disk is full, so nothing of this was saved; free some space and try again");
    assert!(lens.len() > 10_000);
    let stat = rustix::fs::statvfs(&disk).unwrap();
    assert!(stat.f_bavail * stat.f_frsize > 8 * MIB, "the reserve is untouched");
    assert_saved(&store, &lens);
    // The reserve is there to be used for this.
    drop(store);
    let (mut store, report) = SledStore::open(&disk.join("data")).unwrap();
    assert_eq!(report.repairs, []);
    assert_saved(&store, &lens);
    assert!(matches!(save(&mut store, lens.len() as u64, 100, 640), Err(StoreError::DiskFull)));
    store.remove(&TAG).unwrap();
    assert_eq!(store.len(&TAG).unwrap(), 0);
}

#[test]
fn a_disk_that_fills_up_under_our_hands_loses_nothing_and_leaves_the_store_usable() {
    on_a_small_disk(28 * MIB, "inside_a_disk_that_fills_up");
}

#[test]
#[ignore = "run by the test above"]
fn inside_a_disk_that_fills_up() {
    let disk = small_disk();
    let options = Options { reserve: None, ..Options::default() };
    let (mut store, _) = SledStore::open_with(&disk.join("data"), options).unwrap();
    let mut lens: Vec<usize> = Vec::new();
    let (mut fenced, mut waited) = (0, 0);
    for round in 0..32_u64 {
        // From nothing at all to a little more than sled writes at once. Every fourth time the room that the store keeps
        // in reserve is taken away too.
        let reserve_gone = round % 4 == 3;
        if reserve_gone {
            fs::remove_file(disk.join("data").join("ballast")).unwrap();
        }
        leave_free(&disk, round * 24 * 1024);
        let (count, len) = [(1, 640), (20, 640), (900, 640), (3, 60_000), (40, 30_000)][(round % 5) as usize];
        let error = loop {
            match save(&mut store, lens.len() as u64, count, len) {
                Ok(()) => saved(&mut lens, count as usize, len),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, StoreError::DiskFull), "round {round}: {error}");
        match store.len(&TAG) {
            // Reading finds no room to write anew what is in many pieces.
            Ok(_)
                if matches!(store.scan(&TAG, 0, &mut |_, _| ControlFlow::Continue(())), Err(StoreError::DiskFull)) =>
            {
                waited += usize::from(!reserve_gone);
                drop(store);
                fs::remove_file(disk.join("other")).unwrap();
                store = SledStore::open_with(&disk.join("data"), options).unwrap().0;
                assert_saved(&store, &lens);
            }
            Ok(_) => {
                assert_saved(&store, &lens);
                // Full as it is, the program can be started again, and everything be read.
                if round % 3 == 0 {
                    drop(store);
                    store = match SledStore::open_with(&disk.join("data"), options) {
                        Ok((store, _)) => store,
                        Err(error) => {
                            assert!(matches!(error, StoreError::DiskFull), "round {round}: {error}");
                            waited += 1;
                            fs::remove_file(disk.join("other")).unwrap();
                            SledStore::open_with(&disk.join("data"), options).unwrap().0
                        }
                    };
                    assert_saved(&store, &lens);
                }
            }
            Err(StoreError::Fenced { .. }) => {
                // How much room it takes to undo a commit that failed half way depends on how far sled's threads had come.
                if reserve_gone {
                    fenced += 1;
                } else {
                    waited += 1;
                }
                assert!(matches!(store.append(&TAG, &[b"x"]), Err(StoreError::Fenced { .. })));
                assert!(matches!(store.get(&TAG, 0), Err(StoreError::Fenced { .. })));
                if round % 8 == 3 {
                    drop(store);
                    let refused = SledStore::open_with(&disk.join("data"), options).map(drop);
                    assert!(matches!(refused, Err(StoreError::DiskFull)), "round {round}: {refused:?}");
                    fs::remove_file(disk.join("other")).unwrap();
                    store = SledStore::open_with(&disk.join("data"), options).unwrap().0;
                    assert_saved(&store, &lens);
                }
            }
            Err(error) => panic!("round {round}: {error}"),
        }
        let _ = fs::remove_file(disk.join("other"));
        save(&mut store, lens.len() as u64, 2, 640).unwrap_or_else(|error| panic!("round {round}: {error}"));
        saved(&mut lens, 2, 640);
        if round % 5 == 4 {
            drop(store);
            store = SledStore::open_with(&disk.join("data"), options).unwrap().0;
        }
        assert_saved(&store, &lens);
        if lens.iter().sum::<usize>() > 2 << 20 {
            store.remove(&TAG).unwrap();
            store.put_meta(b"count", None).unwrap();
            store.commit().unwrap();
            lens.clear();
        }
    }
    assert!(fenced > 0, "without the room in reserve there was none to open again");
    assert!(waited <= 6, "with it there was, nearly always: {waited} times of 24 there was not");
}

#[test]
fn a_sweep_that_finds_no_room_leaves_the_store_as_it_is_and_is_done_when_there_is_room() {
    on_a_small_disk(64 * MIB, "inside_a_disk_without_room_for_a_copy");
}

#[test]
#[ignore = "run by the test above"]
fn inside_a_disk_without_room_for_a_copy() {
    let disk = small_disk();
    let data = disk.join("data");
    let (mut store, _) = SledStore::open(&data).unwrap();
    let mut lens = Vec::new();
    for _ in 0..120 {
        save(&mut store, lens.len() as u64, 100, 640).unwrap();
        saved(&mut lens, 100, 640);
    }
    let left = store.leftovers();
    assert!(left > 0);
    let nothing_is_left_of_it = || {
        let names = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert!(!names.into_iter().any(|name| name == "new" || name == "old"));
    };
    // There is none from the beginning: nothing is written.
    leave_free(&disk, 20 * MIB);
    let Err(StoreError::NoRoom { missing }) = store.sweep() else { panic!("there was no room") };
    assert!((MIB..30 * MIB).contains(&missing), "{missing}");
    nothing_is_left_of_it();
    assert_eq!(store.leftovers(), left);
    save(&mut store, lens.len() as u64, 100, 640).unwrap();
    saved(&mut lens, 100, 640);
    // Others take it away at any moment.
    for parts in [0, 1, 2, 5, 9, 14] {
        fs::remove_file(disk.join("other")).unwrap();
        for _ in 0..parts {
            assert!(!store.sweep().unwrap());
        }
        leave_free(&disk, 100 * 1024);
        let error = loop {
            match store.sweep() {
                Ok(done) => assert!(!done, "with {parts} parts"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, StoreError::NoRoom { .. }), "with {parts} parts: {error}");
        nothing_is_left_of_it();
        assert_saved(&store, &lens);
    }
    // What a person saves goes first: a copy that takes the last room makes way.
    fs::remove_file(disk.join("other")).unwrap();
    while !data.join("new").exists() {
        assert!(!store.sweep().unwrap());
    }
    for _ in 0..6 {
        assert!(!store.sweep().unwrap());
    }
    leave_free(&disk, 8 * MIB + 512 * 1024);
    save(&mut store, lens.len() as u64, 20, 640).unwrap_or_else(|error| panic!("the copy was in the way: {error}"));
    saved(&mut lens, 20, 640);
    nothing_is_left_of_it();
    fs::remove_file(disk.join("other")).unwrap();
    while store.leftovers() > 0 {
        store.sweep().unwrap();
    }
    assert_saved(&store, &lens);
    drop(store);
    let (store, report) = SledStore::open(&data).unwrap();
    assert_eq!((report.repairs, store.leftovers()), (Vec::new(), 0));
    assert_saved(&store, &lens);
}
