//! What the stories of archives share: where entries come from, and a file taken apart.
#![allow(dead_code, unreachable_pub, reason = "not every story needs all of it")]

use chapter::{kinds::Question, testing::Chapter};
use chapterhouse_archive::{
    Check, Checked, Fault, Source, Stated, check,
    form::{About, DIGEST, MAGIC, Written},
    write,
};
use entry::{Entry, EntryId, Verified, canon};
use vote::Method;

pub const NAMES: [&str; 4] = ["asha", "imre", "noor", "tomas"];
pub const MOST: [&str; 4] = ["rowan", "asha", "imre", "noor"];

pub fn question() -> Question {
    let options = vec!["yes".into(), "no".into()];
    Question { key: "roof".into(), text: "Repair the roof?".into(), options, method: Method::SINGLE }
}

/// Entries in the order in which they came.
pub struct Shelf(pub Vec<Entry<Verified>>);

impl Shelf {
    pub fn of(chapter: &Chapter) -> Self {
        Self(chapter.entries().to_vec())
    }

    /// In another causal order: as they would have come from the other side.
    pub fn otherwise(chapter: &Chapter) -> Self {
        let mut left = chapter.entries().to_vec();
        let mut order: Vec<Entry<Verified>> = Vec::new();
        while let Some(at) = left
            .iter()
            .rposition(|entry| entry.causal_parents().all(|parent| order.iter().any(|entry| entry.id() == parent)))
        {
            order.push(left.remove(at));
        }
        Self(order)
    }

    /// Those of a file, as a computer has them that has no others.
    pub fn in_file(bytes: &[u8]) -> Self {
        let read = |written: Written| Entry::from_bytes(&written.head, written.body).unwrap().verify().unwrap();
        Self(Parts::of(bytes).entries.into_iter().map(read).collect())
    }
}

impl Source for Shelf {
    fn ids(&self) -> Vec<EntryId> {
        self.0.iter().map(Entry::id).collect()
    }

    fn read(&self, id: &EntryId) -> Option<Entry<Verified>> {
        self.0.iter().find(|entry| entry.id() == *id).cloned()
    }
}

pub fn archive(chapter: &Chapter, poll: &EntryId) -> Vec<u8> {
    write(chapter.id(), poll, &chapter.view(), &Shelf::of(chapter)).unwrap()
}

pub fn checked(bytes: &[u8]) -> (Vec<Check>, Result<Checked, Fault>) {
    let mut passed = Vec::new();
    let result = check(&mut { bytes }, &mut |check| passed.push(check));
    (passed, result)
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file taken apart, by somebody who puts it together again as they like.
pub struct Parts {
    pub about: About,
    pub entries: Vec<Written>,
    pub stated: Stated,
}

impl Parts {
    pub fn of(bytes: &[u8]) -> Self {
        let mut rest = &bytes[MAGIC.len()..bytes.len() - 32];
        let mut next = || {
            let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
            let record = &rest[4..4 + length];
            rest = &rest[4 + length..];
            record
        };
        let about: About = canon::from_bytes(next(), 1000).unwrap();
        let entries = (0..about.entries).map(|_| canon::from_bytes(next(), 70_000).unwrap()).collect();
        Self { entries, stated: canon::from_bytes(next(), 70_000).unwrap(), about }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let mut record = |encoded: Vec<u8>| {
            bytes.extend((encoded.len() as u32).to_be_bytes());
            bytes.extend(encoded);
        };
        record(canon::to_bytes(&About { entries: self.entries.len() as u64, ..self.about.clone() }));
        self.entries.iter().for_each(|entry| record(canon::to_bytes(entry)));
        record(canon::to_bytes(&self.stated));
        let digest = blake3::derive_key(DIGEST, &bytes);
        bytes.extend(digest);
        bytes
    }

    pub fn place(&self, id: &EntryId) -> usize {
        let is = |written: &Written| Entry::from_bytes(&written.head, None).unwrap().id() == *id;
        self.entries.iter().position(is).unwrap()
    }
}
