//! What was replaced or removed is found nowhere on the disk after a sweep, and nothing else is missing.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use chapterhouse_store::{Options, SledStore};
use log::{LogStore, StoreError};
use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

const KEPT: [u8; 16] = [1; 16];
const LEFT: [u8; 16] = [2; 16];

type Model = BTreeMap<[u8; 16], Vec<Vec<u8>>>;

/// Bytes that occur nowhere else.
fn envelope(serial: u64, len: usize) -> Vec<u8> {
    let mut state = serial.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
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

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![fs::read(&path).unwrap()] }).collect()
}

/// How many of the needles are somewhere in a folder's files: a window of 24 bytes in the middle of each is enough.
fn found(folder: &Path, needles: &[Vec<u8>]) -> usize {
    let files = files(folder);
    let window = |needle: &[u8]| needle[needle.len() / 2..][..24].to_vec();
    let windows: std::collections::HashSet<Vec<u8>> = needles.iter().map(|needle| window(needle)).collect();
    let mut begins = vec![false; 1 << 16];
    let begin = |part: &[u8]| usize::from(u16::from_le_bytes([part[0], part[1]]));
    windows.iter().for_each(|window| begins[begin(window)] = true);
    let mut seen = std::collections::HashSet::new();
    for file in &files {
        let parts = file.windows(24).filter(|part| begins[begin(part)] && windows.contains(*part));
        seen.extend(parts.map(<[u8]>::to_vec));
    }
    seen.len()
}

struct Story {
    store: SledStore,
    model: Model,
    serial: u64,
    /// What was replaced or removed.
    needles: Vec<Vec<u8>>,
}

impl Story {
    fn new(folder: &Path, slice: usize) -> Self {
        let options = Options { slice, ..Options::default() };
        let (store, _) = SledStore::open_with(folder, options).unwrap();
        Self { store, model: Model::new(), serial: 0, needles: Vec::new() }
    }

    fn append(&mut self, tag: [u8; 16], count: u64) {
        for _ in 0..count {
            self.serial += 1;
            let len = if self.serial.is_multiple_of(97) { 30_000 } else { 200 + (self.serial % 900) as usize };
            let bytes = envelope(self.serial, len);
            self.store.append(&tag, &[&bytes]).unwrap();
            self.model.entry(tag).or_default().push(bytes);
        }
        self.store.put_meta(b"count", Some(&self.serial.to_be_bytes())).unwrap();
        self.store.commit().unwrap();
    }

    /// As when a text is hidden: something short takes its place.
    fn hide(&mut self, position: usize) {
        self.serial += 1;
        let stub = envelope(self.serial, 90);
        self.store.replace(&KEPT, position as u64, &stub).unwrap();
        self.store.commit().unwrap();
        let old = std::mem::replace(&mut self.model.get_mut(&KEPT).unwrap()[position], stub);
        self.needles.push(old);
    }

    fn remove(&mut self, tag: [u8; 16]) {
        self.store.remove(&tag).unwrap();
        self.needles.extend(self.model.remove(&tag).unwrap());
    }

    fn assert_all_there(&self) {
        let tags: Vec<_> = self.model.keys().copied().collect();
        assert_eq!(self.store.chapters().unwrap(), tags);
        for (tag, log) in &self.model {
            let mut all = Vec::new();
            let mut each = |_, bytes: &[u8]| {
                all.push(bytes.to_vec());
                ControlFlow::Continue(())
            };
            self.store.scan(tag, 0, &mut each).unwrap();
            assert!(all == *log);
        }
        assert_eq!(self.store.meta(b"count").unwrap().is_some(), !self.model.is_empty());
    }

    fn sweep(&mut self) -> u32 {
        let mut calls = 1;
        while !self.store.sweep().unwrap() {
            calls += 1;
        }
        calls
    }
}

#[test]
fn what_was_replaced_or_removed_is_in_no_file_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let mut story = Story::new(folder.path(), 100_000);
    assert_eq!(story.sweep(), 1, "there is nothing to do");
    story.append(KEPT, 2_000);
    story.append(LEFT, 200);
    assert_eq!(story.store.leftovers(), 0);
    for n in 0..100 {
        story.hide(n * 13);
    }
    story.remove(LEFT);
    assert_eq!(story.store.leftovers(), 101);
    assert!(found(folder.path(), &story.needles) > 200, "this test finds what is there");
    // The file itself is emptied, for whoever looks at the disk below its names.
    let link = folder.path().parent().unwrap().join(format!("{}.link", folder.path().display()));
    fs::hard_link(folder.path().join("db"), &link).unwrap();
    assert!(story.sweep() > 20, "in many small parts");
    let old = fs::read(&link).unwrap();
    fs::remove_file(&link).unwrap();
    assert!(old.len() > 1 << 20 && old.iter().all(|byte| *byte == 0), "the old file was overwritten");
    assert_eq!(story.store.leftovers(), 0);
    assert_eq!(found(folder.path(), &story.needles), 0);
    story.assert_all_there();
    // It goes on, and is still so after the next opening.
    story.append(KEPT, 50);
    let Story { model, serial, needles, store } = story;
    drop(store);
    let mut story = Story { model, serial, needles, ..Story::new(folder.path(), 100_000) };
    story.assert_all_there();
    assert_eq!((story.store.leftovers(), story.sweep()), (0, 1));
    assert_eq!(found(folder.path(), &story.needles), 0);
}

#[test]
fn what_happens_meanwhile_is_kept_and_what_is_hidden_meanwhile_is_gone_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let mut story = Story::new(folder.path(), 20_000);
    story.append(KEPT, 600);
    story.append(LEFT, 50);
    story.hide(5);
    for n in 0..300_usize {
        let done = story.store.sweep().unwrap();
        match n {
            // The copy has these already; and these not yet.
            10 | 24 => story.hide(n / 10),
            40 => story.hide(599),
            50 => story.remove(LEFT),
            60 => story.append(KEPT, 100),
            _ => {}
        }
        if n % 10 == 0 {
            story.assert_all_there();
        }
        if done && n > 60 {
            break;
        }
    }
    while story.store.leftovers() > 0 {
        story.sweep();
    }
    story.assert_all_there();
    assert_eq!(found(folder.path(), &story.needles), 0);
}

#[test]
fn after_each_part_the_files_alone_hold_everything_and_it_is_known_that_more_is_to_be_done() {
    let folder = tempfile::tempdir().unwrap();
    let mut story = Story::new(folder.path(), 60_000);
    story.append(KEPT, 700);
    story.hide(3);
    let mut parts = 0;
    let mut done = false;
    while !done {
        done = story.store.sweep().unwrap();
        parts += 1;
        // As after a kill at this moment.
        let copy = tempfile::tempdir().unwrap();
        duplicate(folder.path(), copy.path());
        let Story { store, .. } = Story::new(copy.path(), 1 << 20);
        let mut after = Story { store, model: story.model.clone(), needles: story.needles.clone(), ..story_of(0) };
        let left = found(copy.path(), &after.needles);
        assert!(after.store.leftovers() == 1 || left == 0, "part {parts}");
        assert!(!done || after.store.leftovers() == 0);
        after.assert_all_there();
        while after.store.leftovers() > 0 {
            after.sweep();
        }
        after.assert_all_there();
        assert_eq!(found(copy.path(), &after.needles), 0, "part {parts}");
    }
    assert!(parts > 15, "{parts}");
}

fn story_of(serial: u64) -> Story {
    let folder = tempfile::tempdir().unwrap();
    Story { serial, ..Story::new(folder.path(), 1) }
}

fn duplicate(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            duplicate(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_store_that_cannot_be_copied_is_used_on_and_says_how_much_room_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let mut story = Story::new(folder.path(), 60_000);
    story.append(KEPT, 300);
    story.hide(3);
    let Story { store, model, .. } = story;
    drop(store);
    // More than any disk has.
    let options = Options { reserve: Some(1 << 60), ..Options::default() };
    let (mut store, _) = SledStore::open_with(folder.path(), options).unwrap();
    let Err(error @ StoreError::NoRoom { .. }) = store.sweep() else { panic!("there was room") };
    assert!(error.to_string().contains("MB more of free disk"), "{error}");
    assert_eq!(store.leftovers(), 1);
    assert!(!folder.path().join("new").exists());
    Story { store, model, serial: 0, needles: Vec::new() }.assert_all_there();
}
