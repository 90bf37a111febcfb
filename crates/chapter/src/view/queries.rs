//! Questions about the chapter, its members and its entries.

use super::{
    View,
    acts::Said,
    content::Place,
    shown::{ForkProof, Invitation, Item, ItemKind, MinutesSummary},
};
use crate::{
    Void,
    kinds::{Charter, Invite},
};
use entry::{ChapterId, DeviceId, EntryId, Timestamp};
use std::{
    cmp::Reverse,
    collections::{BTreeSet, btree_map::Range},
    iter::Peekable,
    ops::Bound,
};

impl View {
    /// The chapter.
    pub const fn chapter_id(&self) -> ChapterId {
        self.chapter
    }

    /// The charter, once it is here.
    pub const fn charter(&self) -> Option<&Charter> {
        self.charter.as_ref()
    }

    /// How many entries are here, those that do not count included.
    pub const fn entries(&self) -> usize {
        self.records.len()
    }

    /// Whether an entry is here.
    pub fn has(&self, entry: &EntryId) -> bool {
        self.rows.contains_key(entry)
    }

    /// The ids of all entries, in no particular order.
    pub fn ids(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.records.iter().map(|record| record.id)
    }

    /// One entry.
    pub fn item(&self, entry: &EntryId) -> Option<Item<'_>> {
        self.row(entry).map(|row| self.show(row))
    }

    pub(super) fn show(&self, row: u32) -> Item<'_> {
        let record = self.record(row);
        let hidden = self.hidden(&record.id);
        Item {
            id: record.id,
            kind: record.kind,
            author: record.author.map(|member| self.authority.member_id(member)),
            device: self.authority.device(record.device).id,
            seq: record.seq,
            time: record.time,
            // The title of what is hidden is a part of its text, and is not shown until it is forgotten.
            title: if hidden.is_some() { "" } else { &record.title },
            target: self.target_of(row).map(|row| self.record(row).id),
            root: record.root.map(|row| self.record(row).id),
            comments: record.comments,
            void: self.void_at(row),
            hidden,
        }
    }

    /// What a row answers or votes in. Of a comment without its text that is what a motion to hide it says, of several
    /// the one with the smallest id.
    fn target_of(&self, row: u32) -> Option<u32> {
        let said = || self.content.placed.get(&row)?.values().next().copied();
        self.record(row).target.or_else(said)
    }

    /// The comments without text that stand on a row.
    pub(super) fn placed_on(&self, row: u32) -> impl Iterator<Item = u32> + '_ {
        self.content.placed.keys().copied().filter(move |comment| self.target_of(*comment) == Some(row))
    }

    /// Whether an entry counts. An entry that is not here is [`Void::UnknownTarget`].
    pub fn counted(&self, entry: &EntryId) -> Result<(), Void> {
        self.row(entry).map_or(Err(Void::UnknownTarget), |row| self.void_at(row).map_or(Ok(()), Err))
    }

    /// Posts, minutes and polls that count, latest first by their authors' clocks, then by id; of one kind, or of all.
    /// With `after`, only what comes behind that place in this order.
    pub fn items(&self, kind: Option<ItemKind>, after: Option<(Timestamp, EntryId)>) -> impl Iterator<Item = Item<'_>> {
        let from = after.map_or(Bound::Unbounded, |(time, id)| Bound::Excluded(Place { time: Reverse(time), id }));
        let mut feeds: Vec<_> = (self.content.feeds.iter())
            .filter(|(of, _)| kind.is_none_or(|kind| kind == **of))
            .map(|(_, feed)| feed.range((from, Bound::Unbounded)).peekable())
            .collect();
        std::iter::from_fn(move || {
            let first = |feed: &mut Peekable<Range<'_, Place, u32>>| feed.peek().map(|(place, _)| **place);
            let (_, feed) =
                feeds.iter_mut().filter_map(|feed| Some((first(feed)?, feed))).min_by_key(|(place, _)| *place)?;
            feed.next().map(|(_, row)| self.show(*row))
        })
    }

    /// How many of these have no text here because it was written before this member joined. What the chapter hid is not
    /// among them.
    pub fn withheld(&self) -> usize {
        let withheld = |kind: &ItemKind| matches!(kind, ItemKind::Withheld(_));
        let all =
            self.content.feeds.iter().filter(|(kind, _)| withheld(kind)).map(|(_, feed)| feed.len()).sum::<usize>();
        let hidden = self.hidden_entries().into_iter().filter_map(|entry| self.row(&entry)).map(|row| self.record(row));
        let hidden = hidden.filter(|record| withheld(&record.kind) && record.kind.is_listed() && record.counts());
        all.saturating_sub(hidden.count())
    }

    /// What lists need of minutes.
    pub fn minutes(&self, entry: &EntryId) -> Option<&MinutesSummary> {
        self.content.minutes.get(&self.row(entry)?)
    }

    /// All invitations, by entry.
    pub fn invites(&self) -> Vec<Invitation> {
        let now = self.authority.now();
        let mut invites: Vec<Invitation> = (self.content.invites.iter())
            .filter_map(|(row, invite)| {
                let record = self.record(*row);
                let author = self.authority.member_id(record.author?);
                let admitted = now.admitted_by(&record.id).into_iter().collect();
                Some(Invitation { entry: record.id, author, invite: invite.clone(), admitted })
            })
            .collect();
        invites.sort_unstable_by_key(|invite| invite.entry);
        invites
    }

    /// The places where a device signed several different entries, by device and place.
    pub fn forks(&self) -> Vec<ForkProof> {
        (self.forks.iter())
            .map(|((device, seq), entries)| ForkProof {
                device: *device,
                member: self.member_of_device(device),
                seq: *seq,
                entries: self.fork_entries(entries),
            })
            .collect()
    }

    /// The entry that counts first, then the others by id.
    fn fork_entries(&self, rows: &BTreeSet<u32>) -> Vec<EntryId> {
        let mut entries: Vec<_> = rows.iter().map(|row| self.record(*row).place()).collect();
        entries.sort_unstable();
        entries.into_iter().map(|(_, id)| id).collect()
    }

    /// The entries that do not count, by id, with the reason.
    pub fn void_entries(&self) -> Vec<(EntryId, Void)> {
        let mut void: Vec<(EntryId, Void)> =
            (0..self.records.len() as u32).filter_map(|row| Some((self.record(row).id, self.void_at(row)?))).collect();
        void.sort_unstable();
        void
    }

    pub(crate) fn valid_row(&self, entry: &EntryId) -> Option<u32> {
        self.row(entry).filter(|row| self.record(*row).valid)
    }

    pub(crate) fn kind_at(&self, row: u32) -> ItemKind {
        self.record(row).kind
    }

    /// The invitations with this public key.
    pub(crate) fn invites_with(&self, key: &[u8; 32]) -> Vec<Said> {
        let rows = self.content.invites.iter().filter(|(_, invite)| invite.invitation == *key);
        rows.filter_map(|(row, _)| self.said(*row)).collect()
    }

    pub(crate) fn invite_at(&self, row: u32) -> Option<&Invite> {
        self.content.invites.get(&row)
    }

    /// The row of an entry that has its place in its device's chain, whatever it is worth.
    pub(crate) fn chained_row(&self, entry: &EntryId) -> Option<u32> {
        self.row(entry).filter(|row| self.record(*row).chained)
    }

    pub(crate) fn device_at(&self, row: u32) -> DeviceId {
        self.authority.device(self.record(row).device).id
    }
}
