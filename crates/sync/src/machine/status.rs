//! What can be asked about the machine's state.

use super::Sync;
use crate::{
    io::{LaneStatus, Peer, PeerStatus},
    marks::Mark,
};
use entry::{ChapterId, DeviceId};

impl Sync {
    /// This node's network name.
    pub fn me(&self) -> &Peer {
        &self.me
    }

    /// Who is connected, strangers included.
    pub fn peers(&self) -> Vec<PeerStatus> {
        let lanes = |link: &crate::link::Link| {
            let known = link.lanes.iter().filter_map(|(chapter, lane)| Some((chapter, lane, lane.device?)));
            known
                .map(|(chapter, lane, device)| LaneStatus {
                    chapter: *chapter,
                    device,
                    member: lane.member,
                    in_sync: lane.in_sync && self.has_all(chapter, &device),
                    left: lane.left,
                    stats: lane.stats,
                })
                .collect()
        };
        self.links
            .iter()
            .map(|(peer, link)| PeerStatus {
                peer: peer.clone(),
                outbound: link.outbound,
                lanes: lanes(link),
                heard: link.heard,
            })
            .collect()
    }

    fn has_all(&self, chapter: &ChapterId, device: &DeviceId) -> bool {
        self.holdings.get(chapter).is_some_and(|holding| holding.marks.below(device) >= holding.set.next())
    }

    /// The members' devices, as far as is known here, that take no notice of this one though it showed whose it is. None
    /// as soon as any of them does.
    pub fn unanswered(&self, chapter: &ChapterId) -> Vec<DeviceId> {
        self.holdings.get(chapter).map_or_else(Vec::new, |holding| holding.silent.iter().copied().collect())
    }

    /// Somebody who has this chapter too was met, and neither side could read what the other one showed; and no member's
    /// device takes notice of this one, but at most those of whoever let this member in. So it is for a newcomer of whom the others
    /// do not know yet, or who counts for nothing with them.
    pub fn is_foreign(&self, chapter: &ChapterId) -> bool {
        self.holdings.get(chapter).is_some_and(|holding| holding.foreign)
    }

    /// How many envelopes of a chapter are known of and still to come.
    pub fn left(&self, chapter: &ChapterId) -> u64 {
        self.links.values().filter_map(|link| link.lanes.get(chapter)).map(|lane| lane.left).max().unwrap_or(0)
    }

    /// How many envelopes of a chapter are here.
    pub fn len(&self, chapter: &ChapterId) -> u64 {
        self.holdings.get(chapter).map_or(0, |holding| holding.set.len() as u64)
    }

    /// How many other devices are known to hold what is at this position, devices that were members' once included.
    pub fn share(&self, chapter: &ChapterId, position: u64) -> usize {
        self.holders(chapter, position).len()
    }

    /// Which other devices are known to hold what is at this position.
    pub fn holders(&self, chapter: &ChapterId, position: u64) -> Vec<DeviceId> {
        self.holdings.get(chapter).map_or_else(Vec::new, |holding| holding.marks.holders(position).collect())
    }

    /// How many positions at least one other device is known to hold.
    pub fn shared(&self, chapter: &ChapterId) -> u64 {
        self.holdings.get(chapter).map_or(0, |holding| holding.marks.covered())
    }

    /// What is known of who has what, for keeping over a restart.
    pub fn marks(&self, chapter: &ChapterId) -> Vec<(DeviceId, Mark)> {
        self.holdings.get(chapter).map_or_else(Vec::new, |holding| holding.marks.all())
    }

    /// Takes back what was kept. After [`crate::Input::Loaded`]; what is known already stays.
    pub fn restore_marks(&mut self, chapter: &ChapterId, marks: Vec<(DeviceId, Mark)>) {
        if let Some(holding) = self.holdings.get_mut(chapter) {
            let len = holding.set.next();
            holding.marks.restore(marks, len);
        }
    }
}

#[cfg(test)]
impl Sync {
    /// For tests that forge messages.
    pub(crate) fn label(&self, peer: &Peer, chapter: &ChapterId) -> Option<crate::message::Label> {
        Some(self.links.get(peer)?.lanes.get(chapter)?.label)
    }

    /// Everything that outside data can make grow, in items.
    pub(crate) fn footprint(&self) -> usize {
        let lanes = self.links.values().flat_map(|link| link.lanes.values());
        let held = self.holdings.values().map(|holding| holding.in_hand.len() + holding.fresh.len() + holding.noted());
        self.links.values().map(|link| 1 + link.their_tags.len()).sum::<usize>()
            + lanes.map(|lane| lane.unacked.iter().map(|sent| sent.count).sum::<usize>()).sum::<usize>()
            + held.sum::<usize>()
            + self.deliveries.values().map(|delivery| delivery.ids.len()).sum::<usize>()
            + self.quests.values().map(|quest| quest.tried.len()).sum::<usize>()
    }

    pub(crate) fn in_hand_bytes(&self) -> usize {
        self.in_hand_bytes
    }
}
