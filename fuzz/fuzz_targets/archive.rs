//! A file that claims to be a poll's archive; and a good one in which something was replaced by somebody who knows how to make the
//! digest fit. Whatever is accepted makes the same file again.
#![no_main]

use archive::{
    Source, check,
    form::{About, DIGEST, MAGIC, Written},
    write,
};
use entry::{Entry, EntryId, Verified, canon};
use libfuzzer_sys::fuzz_target;

const GOLDEN: &[u8] = include_bytes!("../../crates/archive/tests/golden.poll");

struct Shelf(Vec<Entry<Verified>>);

impl Source for Shelf {
    fn ids(&self) -> Vec<EntryId> {
        self.0.iter().map(Entry::id).collect()
    }

    fn read(&self, id: &EntryId) -> Option<Entry<Verified>> {
        self.0.iter().find(|entry| entry.id() == *id).cloned()
    }
}

fn entries(file: &[u8]) -> Vec<Entry<Verified>> {
    let mut rest = &file[MAGIC.len()..];
    let mut next = || {
        let (length, behind) = rest.split_at(4);
        let length = u32::from_be_bytes(length.try_into().expect("four bytes")) as usize;
        let (record, behind) = behind.split_at(length);
        rest = behind;
        record
    };
    let about: About = canon::from_bytes(next(), usize::MAX).expect("it was accepted");
    let entry = |written: Written| Entry::from_bytes(&written.head, written.body).and_then(Entry::verify);
    (0..about.entries)
        .map(|_| entry(canon::from_bytes(next(), usize::MAX).expect("so was this")).expect("and this"))
        .collect()
}

fn read(file: &[u8]) {
    let Ok(checked) = check(&mut &file[..], &mut |_| ()) else { return };
    let again = write(checked.chapter, &checked.poll, &checked.view, &Shelf(entries(file)));
    assert!(again.is_ok_and(|again| again == file), "two files of one poll");
}

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    let with_digest = |mut file: Vec<u8>| {
        let digest = blake3::derive_key(DIGEST, &file);
        file.extend(digest);
        read(&file);
    };
    with_digest([MAGIC, bytes].concat());
    let Some((place, patch)) = bytes.split_at_checked(2) else { return };
    let body = &GOLDEN[..GOLDEN.len() - 32];
    let at = usize::from(u16::from_be_bytes([place[0], place[1]])) % body.len();
    let behind = body.get(at + patch.len()..).unwrap_or_default();
    with_digest([&body[..at], patch, behind].concat());
});
