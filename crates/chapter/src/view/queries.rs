//! Questions about the chapter, its members and its entries.

use super::{
    View,
    authority::MemberState,
    content::Place,
    shown::{Device, ForkProof, Invitation, Item, ItemKind, Member, MinutesSummary},
};
use crate::{
    Void,
    kinds::{Charter, Invite, Rules},
};
use entry::{ChapterId, DeviceId, EntryId, MemberId, Timestamp};
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

    /// The rules that hold now.
    pub fn rules(&self) -> Option<&Rules> {
        self.charter.as_ref().map(|charter| &charter.rules)
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

    /// How many members there are.
    pub const fn member_count(&self) -> usize {
        self.authority.members.len()
    }

    /// All members, by id.
    pub fn members(&self) -> Vec<Member> {
        let mut members: Vec<Member> =
            self.authority.members.iter().filter_map(|state| self.show_member(state)).collect();
        members.sort_unstable_by_key(|member| member.id);
        members
    }

    /// A member.
    pub fn member(&self, member: &MemberId) -> Option<Member> {
        self.show_member(self.authority.find_member(member)?)
    }

    /// What a member is called. Cheap, for lists.
    pub fn handle(&self, member: &MemberId) -> Option<&str> {
        let state = self.authority.find_member(member)?;
        self.authority.beginning(state).map(|admission| &*admission.handle)
    }

    fn show_member(&self, state: &MemberState) -> Option<Member> {
        let beginning = self.authority.beginning(state)?;
        let devices: BTreeSet<DeviceId> = (state.admissions.iter())
            .map(|number| self.authority.device(self.authority.admissions[*number as usize].device).id)
            .filter(|device| self.member_of_device(device) == Some(state.id))
            .collect();
        Some(Member {
            id: state.id,
            handle: beginning.handle.to_string(),
            since: beginning.since,
            sponsor: beginning.invited.map(|(sponsor, _)| self.authority.member_id(sponsor)),
            admitted_by: beginning.entry,
            devices: devices.into_iter().collect(),
        })
    }

    /// Whether somebody is a member now.
    pub fn is_member(&self, member: &MemberId) -> bool {
        self.authority.find_member(member).is_some()
    }

    /// Whose device this is now.
    pub fn member_of_device(&self, device: &DeviceId) -> Option<MemberId> {
        let member = self.authority.member_of(device, &self.authority.now())?;
        Some(self.authority.member_id(member))
    }

    /// Whether this is a member's device now.
    pub fn is_member_device(&self, device: &DeviceId) -> bool {
        self.authority.find_device(device).is_some_and(|state| !state.admissions.is_empty())
    }

    /// The members' devices, by id.
    pub fn devices(&self) -> Vec<Device> {
        let now = self.authority.now();
        let mut devices: Vec<Device> = (self.authority.devices.iter())
            .filter_map(|state| {
                let admission = self.authority.admission_of(state, &now)?;
                let member = self.authority.member_id(admission.member);
                let (id, entries) = (state.id, state.chain.len() as u64);
                Some(Device { id, member, agreement: admission.agreement, entries })
            })
            .collect();
        devices.sort_unstable();
        devices
    }

    /// How many devices the members have.
    pub fn device_count(&self) -> usize {
        self.authority.devices.iter().filter(|state| !state.admissions.is_empty()).count()
    }

    /// The members of this moment: the roll that a poll written now has.
    pub fn roll(&self) -> BTreeSet<MemberId> {
        self.authority.roll(&self.authority.now())
    }

    /// The members in the causal past of an entry that will have these causal parents. Parents that are not here
    /// tell nothing.
    pub fn roll_at(&self, parents: &[EntryId]) -> BTreeSet<MemberId> {
        self.authority.roll(&self.past_of(parents))
    }

    pub(crate) fn past_of(&self, parents: &[EntryId]) -> Vec<u64> {
        let sets = parents.iter().filter_map(|id| self.row(id)).map(|row| self.record(row).past);
        self.authority.pasts.gather(sets)
    }

    /// One entry.
    pub fn item(&self, entry: &EntryId) -> Option<Item<'_>> {
        self.row(entry).map(|row| self.show(row))
    }

    pub(super) fn show(&self, row: u32) -> Item<'_> {
        let record = self.record(row);
        Item {
            id: record.id,
            kind: record.kind,
            author: record.author.map(|member| self.authority.member_id(member)),
            device: self.authority.device(record.device).id,
            seq: record.seq,
            time: record.time,
            title: &record.title,
            target: record.target.map(|row| self.record(row).id),
            root: record.root.map(|row| self.record(row).id),
            comments: record.comments,
            void: self.void_at(row),
        }
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
                let admitted = self.authority.admitted_by(&record.id, &now).into_iter().collect();
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
                entries: entries.iter().copied().collect(),
            })
            .collect()
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

    pub(crate) fn invite_at(&self, row: u32) -> Option<&Invite> {
        self.content.invites.get(&row)
    }
}
