//! What is kept of every entry: enough for lists, nothing of its text.

use super::{
    acts::{DeviceNo, MemberNo, Said},
    pasts::SetId,
    shown::ItemKind,
    standing::CutBy,
};
use entry::{EntryId, Timestamp};

/// One entry. About 120 bytes and its title, a hundred thousand times.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(super) id: EntryId,
    pub(super) kind: ItemKind,
    pub(super) time: Timestamp,
    /// The latest time that it and all before it claim.
    pub(super) latest: Timestamp,
    pub(super) seq: u64,
    pub(super) title: Box<str>,
    pub(super) device: DeviceNo,
    pub(super) author: Option<MemberNo>,
    /// The acts in its causal past.
    pub(super) past: SetId,
    /// The same with itself, if it is one.
    pub(super) after: SetId,
    /// Row of what it answers or votes in.
    pub(super) target: Option<u32>,
    /// For comments, the row of what the conversation is on.
    pub(super) root: Option<u32>,
    /// Comments in its conversation that count.
    pub(super) comments: u32,
    /// Whether it continues its device's chain, from number 1 on.
    pub(super) chained: bool,
    /// Whether it may count: not void by its own fault or its past's.
    pub(super) valid: bool,
    /// Whether another entry counts in its place.
    pub(super) forked: bool,
    /// Whether it is cut off: its author left, was removed or revoked the device, and this was not known then.
    pub(super) cut: Option<CutBy>,
    /// Of a poll that is cut off, whether its tellers stand by it.
    pub(super) held: bool,
}

impl Record {
    pub(super) const fn counts(&self) -> bool {
        self.valid && (self.held || !self.forked && self.cut.is_none())
    }

    /// The order of entries that a device signed in one place: the first one counts.
    pub(super) const fn place(&self) -> (bool, EntryId) {
        (self.author.is_none() || self.cut.is_some(), self.id)
    }

    /// Where, by whom and after what it was written; nothing, if no member wrote it.
    pub(super) fn said(&self, row: u32) -> Option<Said> {
        let Self { id, device, seq, past, .. } = *self;
        Some(Said { row, id, device, member: self.author?, seq, past })
    }
}
