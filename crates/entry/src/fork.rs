//! Equivocation: two different entries of one device with the same number.
//!
//! Both are kept, so that every member comes to hold the same set. For what they say, the one with the smallest id
//! counts, a rule that needs neither a clock nor an order of arrival.

use crate::{
    entry::{Entry, Verified},
    ids::EntryId,
};

/// Which of two entries in one place counts. The proof is the two entries, which everybody who has them can check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// The entry that counts.
    pub counts: EntryId,
    /// The entry that does not.
    pub void: EntryId,
}

/// The fork that two entries prove, if they do.
pub fn fork_between(a: &Entry<Verified>, b: &Entry<Verified>) -> Option<Fork> {
    let place = |entry: &Entry<Verified>| {
        let content = entry.content();
        (content.chapter, content.device, content.seq)
    };
    if a.id() == b.id() || place(a) != place(b) {
        return None;
    }
    let (counts, void) = if a.id() < b.id() { (a.id(), b.id()) } else { (b.id(), a.id()) };
    Some(Fork { counts, void })
}
