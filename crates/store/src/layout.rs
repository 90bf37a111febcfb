//! What is in the tree when it is opened: which chapters, how long, which slots are free.

use crate::{engine::Engine, key, record::Record};
use log::{StoreError, Tag};
use std::collections::{BTreeMap, VecDeque};

/// The layout's version that is written.
const VERSION: u32 = 1;

/// A chapter's log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Chapter {
    /// Its number in the tree's keys.
    pub(crate) number: u64,
    /// How many envelopes it has.
    pub(crate) len: u64,
    /// Free slots at and behind that position, ascending.
    pub(crate) slots: VecDeque<u64>,
}

/// All chapters, and those whose removal was begun.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    pub(crate) chapters: BTreeMap<Tag, Chapter>,
    pub(crate) removing: Vec<u64>,
}

impl Layout {
    /// Reads it from the tree; an empty tree gets its version.
    pub(crate) fn read(engine: &Engine) -> Result<Self, StoreError> {
        check_version(engine)?;
        let mut layout = Self::default();
        engine.each_from(key::CHAPTERS, key::CHAPTERS, |key, value| {
            let tag = key.get(key::CHAPTERS.len()..).and_then(|tag| Tag::try_from(tag).ok());
            let (Some(tag), Some(number)) = (tag, number(value)) else {
                return Err(damaged("the list of chapters cannot be read"));
            };
            layout.chapters.insert(tag, Chapter { number, ..Chapter::default() });
            Ok(true)
        })?;
        engine.each_from(key::REMOVING, key::REMOVING, |key, _| {
            let number = key.get(key::REMOVING.len()..).and_then(number);
            layout.removing.push(number.ok_or_else(|| damaged("the list of removed chapters cannot be read"))?);
            Ok::<_, StoreError>(true)
        })?;
        for chapter in layout.chapters.values_mut() {
            chapter.read_end(engine)?;
        }
        Ok(layout)
    }

    /// A number that no chapter has.
    pub(crate) fn next_number(&self) -> u64 {
        let taken = self.chapters.values().map(|chapter| chapter.number).chain(self.removing.iter().copied());
        taken.max().map_or(key::FIRST_NUMBER, |number| number + 1)
    }
}

impl Chapter {
    /// Finds the last record, and the slots behind it.
    pub(crate) fn read_end(&mut self, engine: &Engine) -> Result<(), StoreError> {
        (self.len, self.slots) = (0, VecDeque::new());
        let number = self.number;
        let mut behind = key::prefix(number);
        // No key of the chapter begins with this many set bits: it sorts behind all of them.
        behind.extend_from_slice(&[0xFF; 10]);
        engine.each_back(&key::prefix(number), &behind, |key, value| match key::position(number, key) {
            Some((position, 0)) if value.is_empty() => {
                self.slots.push_front(position);
                Ok(true)
            }
            Some((position, 0)) => {
                let record = Record::read(value).ok_or_else(|| unreadable(position))?;
                self.len = position + record.count();
                Ok(false)
            }
            Some(_) => Ok(true),
            None => Err(damaged("a key that was never written")),
        })?;
        let len = self.len;
        self.slots.retain(|slot| *slot >= len);
        Ok(())
    }
}

fn check_version(engine: &Engine) -> Result<(), StoreError> {
    match engine.get(key::FORMAT)? {
        None => engine.write(&[(key::FORMAT.to_vec(), Some(VERSION.to_be_bytes().to_vec()))]),
        Some(found) => match <[u8; 4]>::try_from(found.as_ref()).map(u32::from_be_bytes) {
            Ok(VERSION) => Ok(()),
            Ok(found) => Err(StoreError::TooNew { found, known: VERSION }),
            Err(_) => Err(damaged("its version cannot be read")),
        },
    }
}

fn number(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_be_bytes)
}

/// An error about what was found and left as it is.
pub(crate) fn damaged(found: &str) -> StoreError {
    StoreError::Corrupt { found: found.into(), done: "nothing was changed".into() }
}

pub(crate) fn unreadable(position: u64) -> StoreError {
    damaged(&format!("what was saved at place {position} cannot be read"))
}
