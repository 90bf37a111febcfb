//! What is there when sled is opened: which chapters, how long, which slots are free.

use crate::{
    engine::{Engine, Name},
    key,
    record::Record,
};
use log::{StoreError, Tag};
use std::collections::{BTreeMap, VecDeque};

/// The layout's version that is written.
const VERSION: u32 = 1;

/// A chapter's log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Chapter {
    /// How many envelopes it has.
    pub(crate) len: u64,
    /// Free slots at and behind that position, ascending.
    pub(crate) slots: VecDeque<u64>,
}

/// All chapters that have envelopes.
pub(crate) type Layout = BTreeMap<Tag, Chapter>;

/// Reads it; an empty store gets its version.
pub(crate) fn read(engine: &Engine) -> Result<Layout, StoreError> {
    check_version(engine)?;
    let mut layout = Layout::new();
    for tag in engine.chapters() {
        let chapter = end_of(engine, tag)?;
        if chapter.len > 0 {
            layout.insert(tag, chapter);
        }
    }
    Ok(layout)
}

/// Finds the last record, and the slots behind it.
fn end_of(engine: &Engine, tag: Tag) -> Result<Chapter, StoreError> {
    let mut chapter = Chapter::default();
    engine.each_back(Name::Chapter(tag), None, |key, value| match key::position(key) {
        Some((position, 0)) if value.is_empty() => {
            chapter.slots.push_front(position);
            Ok(true)
        }
        Some((position, 0)) => {
            let record = Record::read(value).ok_or_else(|| unreadable(position))?;
            chapter.len = position + record.count();
            Ok(false)
        }
        Some(_) => Ok(true),
        None => Err(damaged("a key that was never written")),
    })?;
    let len = chapter.len;
    chapter.slots.retain(|slot| *slot >= len);
    Ok(chapter)
}

fn check_version(engine: &Engine) -> Result<(), StoreError> {
    match engine.get(Name::Default, key::LAYOUT)? {
        None => {
            let version = (key::LAYOUT.to_vec(), Some(VERSION.to_be_bytes().to_vec()));
            engine.write(&BTreeMap::from([(Name::Default, vec![version])]))
        }
        Some(found) => match <[u8; 4]>::try_from(found.as_ref()).map(u32::from_be_bytes) {
            Ok(VERSION) => Ok(()),
            Ok(found) => Err(StoreError::TooNew { found, known: VERSION }),
            Err(_) => Err(damaged("its version cannot be read")),
        },
    }
}

/// An error about what was found and left as it is.
pub(crate) fn damaged(found: &str) -> StoreError {
    StoreError::Corrupt { found: found.into(), done: "nothing was changed".into() }
}

pub(crate) fn unreadable(position: u64) -> StoreError {
    damaged(&format!("what was saved at place {position} cannot be read"))
}
