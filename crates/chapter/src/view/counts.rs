//! Who counted a poll, and with which result.

use super::{View, content::Count};
use crate::kinds::Counted;
use entry::{DeviceId, EntryId, MemberId, Timestamp};
use std::collections::BTreeMap;

/// What a device counted last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceCount {
    /// Which.
    pub device: DeviceId,
    /// Whose it is.
    pub member: MemberId,
    /// When, by its clock.
    pub time: Timestamp,
    /// The digest of the outcome.
    pub result: [u8; 32],
    /// Marks of the ballots that counted, if it named them: see [`Counted::has`].
    pub marks: Box<[u8]>,
    /// How often it said what it counted.
    pub times: usize,
}

impl View {
    pub(super) fn take_counted(&mut self, counted: Counted, said: super::acts::Said, time: Timestamp) -> Option<u32> {
        let poll = self.row(&counted.poll)?;
        let marks = counted.ballots.into_boxed_slice();
        self.content.polls.get_mut(&poll)?.counts.push(Count { said, time, result: counted.result, marks });
        Some(poll)
    }

    /// What devices said that they counted in the poll of that row.
    pub(crate) fn counts_at(&self, poll: u32) -> impl Iterator<Item = &Count> + '_ {
        self.content.polls.get(&poll).into_iter().flat_map(|voting| &voting.counts)
    }

    /// What each device counted, as far as it said so and that counts, by device.
    pub fn device_counts(&self, poll: &EntryId) -> Vec<DeviceCount> {
        let Some(row) = self.row(poll) else { return Vec::new() };
        let mut last: BTreeMap<DeviceId, DeviceCount> = BTreeMap::new();
        let mut all: Vec<&Count> = self.counts_at(row).filter(|count| self.record(count.said.row).counts()).collect();
        all.sort_unstable_by_key(|count| (self.record(count.said.row).seq, count.said.id));
        for count in all {
            let device = self.authority.device(count.said.device).id;
            let times = last.get(&device).map_or(0, |before| before.times) + 1;
            let said = DeviceCount {
                device,
                member: self.authority.member_id(count.said.member),
                time: count.time,
                result: count.result,
                marks: count.marks.clone(),
                times,
            };
            last.insert(device, said);
        }
        last.into_values().collect()
    }
}
