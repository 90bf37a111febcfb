//! Folders as crashes and bad disks leave them.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use chapterhouse_store::{Repair, Report, SledStore};
use log::{LogStore, StoreError};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const TAG: [u8; 16] = [5; 16];

fn envelope(position: u64) -> Vec<u8> {
    vec![position as u8; 1 + (position as usize * 131) % 2_000]
}

fn save(store: &mut SledStore, count: u64) {
    let from = store.len(&TAG).unwrap();
    let envelopes: Vec<_> = (from..from + count).map(envelope).collect();
    let slices: Vec<&[u8]> = envelopes.iter().map(Vec::as_slice).collect();
    store.append(&TAG, &slices).unwrap();
    store.put_meta(b"k", Some(&(from + count).to_be_bytes())).unwrap();
    store.commit().unwrap();
}

fn read_all(store: &SledStore) -> Result<u64, StoreError> {
    let mut seen = 0;
    store.scan(&TAG, 0, &mut |position, bytes| {
        assert_eq!(position, seen);
        assert!(bytes == envelope(position));
        seen += 1;
        ControlFlow::Continue(())
    })?;
    Ok(seen)
}

fn open(folder: &Path) -> (SledStore, Report) {
    SledStore::open(folder).unwrap()
}

/// A folder with 500 envelopes that was closed and opened, so that it has an index.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    save(&mut open(folder.path()).0, 300);
    save(&mut open(folder.path()).0, 200);
    drop(open(folder.path()));
    folder
}

fn file_named(folder: &Path, beginning: &str) -> PathBuf {
    let mut files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| path.file_name().unwrap().to_str().unwrap().starts_with(beginning)).unwrap()
}

fn assert_whole(folder: &Path) -> Report {
    let (mut store, report) = open(folder);
    assert_eq!(read_all(&store).unwrap(), 500);
    assert_eq!((report.chapters, report.envelopes), (1, 500));
    assert_eq!(store.meta(b"k").unwrap().unwrap(), 500_u64.to_be_bytes());
    save(&mut store, 1);
    assert_eq!(read_all(&store).unwrap(), 501);
    report
}

#[test]
fn a_second_program_is_refused() {
    let folder = folder();
    let (store, report) = open(folder.path());
    assert_eq!(report.repairs, []);
    let Err(error) = SledStore::open(folder.path()) else { panic!("opened twice") };
    assert!(matches!(&error, StoreError::Busy { folder: busy } if busy == folder.path()));
    assert!(error.to_string().starts_with("another Chapterhouse program has the folder "));
    drop(store);
    assert_whole(folder.path());
}

#[test]
fn an_index_that_was_being_written_is_written_anew() {
    let folder = folder();
    let name = "snap.00000000FFFFFFFF.generating";
    fs::write(folder.path().join(name), b"half").unwrap();
    let report = assert_whole(folder.path());
    assert_eq!(report.repairs, [Repair::UnfinishedIndex(name.into())]);
    assert!(!folder.path().join(name).exists());
}

#[test]
fn a_damaged_index_is_put_aside_and_nothing_is_missing() {
    for damage in [|bytes: &mut Vec<u8>| bytes.truncate(20), |bytes: &mut Vec<u8>| bytes[30] ^= 0xFF, Vec::clear] {
        let folder = folder();
        let index = file_named(folder.path(), "snap.");
        let mut bytes = fs::read(&index).unwrap();
        damage(&mut bytes);
        fs::write(&index, &bytes).unwrap();
        let report = assert_whole(folder.path());
        let [Repair::SetAside { files, to }] = report.repairs.as_slice() else { panic!("{:?}", report.repairs) };
        let name = index.file_name().unwrap();
        assert!(files.contains(&name.to_str().unwrap().to_owned()));
        assert_eq!(fs::read(to.join(name)).unwrap(), bytes, "what was found is kept");
    }
}

#[test]
fn no_index_at_all_is_no_loss() {
    let folder = folder();
    fs::remove_file(file_named(folder.path(), "snap.")).unwrap();
    assert_whole(folder.path());
}

#[test]
fn settings_cut_by_a_crash_are_written_anew() {
    for length in [0, 5, 20, 58, 60] {
        let folder = folder();
        let conf = folder.path().join("conf");
        let whole = fs::read(&conf).unwrap();
        fs::write(&conf, &whole[..length]).unwrap();
        assert_whole(folder.path());
        assert_eq!(fs::read(&conf).unwrap(), whole);
    }
}

#[test]
fn at_each_commit_the_files_alone_hold_everything() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = open(folder.path());
    let mut saved = 0;
    for count in [1, 1, 40, 1, 700, 3, 1, 1, 250, 1] {
        save(&mut store, count);
        saved += count;
        // As after a kill at this moment: the running program's files, without anything that it does when it ends.
        let copy = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
            }
        }
        let (store, report) = open(copy.path());
        assert_eq!((read_all(&store).unwrap(), report.repairs), (saved, Vec::new()));
        assert_eq!(fs::read_dir(copy.path().join("blobs")).unwrap().count(), 0);
    }
}

#[test]
fn long_envelopes_and_values_leave_no_files_of_their_own() {
    // sled would not make them durable.
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = open(folder.path());
    for round in 0..40_u8 {
        let long = vec![round; 90_000 - round as usize];
        store.append(&TAG, &[&long, &long[..50], &long]).unwrap();
        store.put_meta(&[round % 3], Some(&long[..60_000])).unwrap();
        store.commit().unwrap();
        assert_eq!(fs::read_dir(folder.path().join("blobs")).unwrap().count(), 0, "round {round}");
    }
}

#[test]
fn a_newer_layout_is_refused_and_left_alone() {
    let folder = folder();
    let db = sled::Config::new().path(folder.path()).open().unwrap();
    db.insert(b"layout", &2_u32.to_be_bytes()).unwrap();
    db.flush().unwrap();
    drop(db);
    assert!(matches!(SledStore::open(folder.path()), Err(StoreError::TooNew { found: 2, known: 1 })));
}

#[test]
fn holes_and_foreign_bytes_are_reported_and_not_passed_over() {
    // A record in the middle is lost, or is another thing; the log before it can still be read.
    for value in [None, Some(&b"no record"[..]), Some(&b""[..])] {
        let folder = folder();
        let db = sled::Config::new().path(folder.path()).open().unwrap();
        let tree = db.open_tree(TAG).unwrap();
        let records: Vec<_> = tree.iter().map(Result::unwrap).filter(|(_, value)| !value.is_empty()).collect();
        let key = records[records.len() / 2].0.clone();
        match value {
            None => tree.remove(key).unwrap(),
            Some(value) => tree.insert(key, value).unwrap(),
        };
        db.flush().unwrap();
        drop((tree, db));
        let (store, _) = open(folder.path());
        assert_eq!(store.len(&TAG).unwrap(), 500);
        let mut seen = 0;
        let scanned = store.scan(&TAG, 0, &mut |position, bytes| {
            assert!(position == seen && bytes == envelope(position));
            seen += 1;
            ControlFlow::Continue(())
        });
        let Err(error @ StoreError::Corrupt { .. }) = scanned else { panic!("{scanned:?}") };
        assert!(error.to_string().contains(&format!("at place {seen} ")), "{error}");
        assert!((100..400).contains(&seen));
        assert!(matches!(store.get(&TAG, seen), Err(StoreError::Corrupt { .. })));
        assert_eq!(store.get(&TAG, seen - 1).unwrap().unwrap(), envelope(seen - 1));
        assert_eq!(store.get(&TAG, 499).unwrap().unwrap(), envelope(499));
    }
}

#[test]
fn a_data_file_cut_anywhere_never_gives_wrong_bytes_and_never_panics() {
    let folder = folder();
    let whole = fs::read(folder.path().join("db")).unwrap();
    let used = whole.iter().rposition(|byte| *byte != 0).unwrap();
    for step in 0..24 {
        let cut = used * step / 24;
        let copy = tempfile::tempdir().unwrap();
        fs::write(copy.path().join("db"), &whole[..cut]).unwrap();
        // Less than there was, or an error; both without an index, which would name what is not there any more.
        if let Ok((store, report)) = SledStore::open(copy.path()) {
            let read = read_all(&store);
            assert!(matches!(&read, Ok(seen) if *seen == report.envelopes) || read.is_err(), "cut at {cut}");
        }
    }
}
