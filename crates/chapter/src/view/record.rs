//! What is kept of every entry: enough for lists, nothing of its text.

use super::{
    authority::{DeviceNo, MemberNo},
    pasts::SetId,
    shown::ItemKind,
};
use entry::{EntryId, Timestamp};

/// One entry. About 120 bytes and its title, a hundred thousand times.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(super) id: EntryId,
    pub(super) kind: ItemKind,
    pub(super) time: Timestamp,
    pub(super) seq: u64,
    pub(super) title: Box<str>,
    pub(super) device: DeviceNo,
    pub(super) author: Option<MemberNo>,
    /// The admissions in its causal past, its own included.
    pub(super) past: SetId,
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
}

impl Record {
    pub(super) const fn counts(&self) -> bool {
        self.valid && !self.forked
    }
}
