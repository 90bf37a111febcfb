//! How much disk an envelope takes. sled by itself takes 1,200 to 1,400 bytes for one of 640.
#![allow(missing_docs, clippy::unwrap_used)]

use chapterhouse_store::SledStore;
use log::LogStore;
use std::fs;
use std::path::Path;

const TAG: [u8; 16] = [7; 16];
const LEN: u64 = 640;

/// Bytes that the files take, each in whole blocks.
fn disk(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| match entry.metadata().unwrap() {
            folder if folder.is_dir() => disk(&entry.path()),
            file => file.len().next_multiple_of(4096),
        })
        .sum()
}

/// The bytes on disk for each of `many` envelopes, saved `batch` at a time: while open, and after opening again.
fn bytes_each(many: u64, batch: u64, value: bool) -> (u64, u64) {
    let memory = Path::new("/dev/shm");
    // Thousands of fsyncs are not what is tested here.
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let (mut store, _) = SledStore::open(folder.path()).unwrap();
    for first in (0..many).step_by(batch as usize) {
        let envelopes: Vec<Vec<u8>> =
            (first..first + batch).map(|position| vec![position as u8; LEN as usize]).collect();
        let slices: Vec<&[u8]> = envelopes.iter().map(Vec::as_slice).collect();
        store.append(&TAG, &slices).unwrap();
        if value {
            store.put_meta(b"how many", Some(&first.to_be_bytes())).unwrap();
        }
        store.commit().unwrap();
    }
    let open = disk(folder.path()) / many;
    drop(store);
    let (store, report) = SledStore::open(folder.path()).unwrap();
    assert_eq!(report.envelopes, many);
    drop(store);
    (open, disk(folder.path()) / many)
}

#[test]
fn ten_thousand_saved_one_by_one_take_less_than_a_thousand_bytes_each() {
    let (open, again) = bytes_each(10_000, 1, false);
    assert!(open < 900 && again < 960, "{open} bytes each, {again} after opening again");
}

#[test]
fn and_with_a_small_value_in_each_commit() {
    let (open, again) = bytes_each(10_000, 1, true);
    assert!(open < 1_000 && again < 1_050, "{open} bytes each, {again} after opening again");
}

#[test]
fn batches_take_hardly_more_than_their_bytes() {
    for (many, batch, limit) in [(10_000, 10, 960), (20_000, 100, 850), (50_000, 1_000, 760)] {
        let (open, again) = bytes_each(many, batch, false);
        assert!(open < limit && again < limit, "batches of {batch}: {open} bytes each, {again} after opening again");
    }
}
