//! What the sync machine asks of the node.

use super::House;
use crate::{joining, own_devices, pairing};
use api::Refusal;
use chapter::kinds;
use entry::{ChapterId, DeviceId, EnvelopeId, EpochKey};
use sync::{Host, Standing, Tie, Welcomed};

/// Of so many envelopes without their texts others are asked in turn.
const LACKING: usize = 4096;

impl Host for House {
    fn lacking(&self, chapter: &ChapterId) -> Vec<EnvelopeId> {
        let Some(room) = self.rooms.get(chapter) else { return Vec::new() };
        let unexplained = room.log.stubs().filter(|(entry, _)| room.view.hidden(entry).is_none());
        unexplained.map(|(_, envelope)| envelope).take(LACKING).collect()
    }

    fn envelope(&self, chapter: &ChapterId, position: u64) -> Option<Vec<u8>> {
        let room = self.rooms.get(chapter)?;
        self.store.get(room.ring.tag(), room.log.stored_at(position)?).ok()?
    }

    fn standing(&self, chapter: &ChapterId, device: &DeviceId) -> Standing {
        match self.rooms.get(chapter) {
            Some(room) if room.view.is_member_device(device) => Standing::Member,
            Some(room) if room.view.is_former_device(device) => Standing::Removed,
            _ => Standing::Unknown,
        }
    }

    fn tie(&self, chapter: &ChapterId, device: &DeviceId) -> Tie {
        let me = self.contents.member.id();
        let Some(room) = self.rooms.get(chapter) else { return Tie::None };
        let brought = |member| {
            room.view.member(&me).is_some_and(|me| {
                me.sponsor == Some(member)
                    || room.view.item(&me.admitted_by).and_then(|item| item.author) == Some(member)
            })
        };
        match room.view.member_of_device(device) {
            Some(member) if member == me => Tie::Own,
            Some(member) if brought(member) => Tie::LetMeIn,
            Some(member) if room.view.member(&member).is_some_and(|member| member.sponsor == Some(me)) => Tie::LetIn,
            _ => Tie::None,
        }
    }

    fn uprooted(&self, chapter: &ChapterId, device: &DeviceId) -> bool {
        self.rooms.get(chapter).is_some_and(|room| room.view.is_uprooted_device(device))
    }

    fn epoch(&self, chapter: &ChapterId) -> Option<u64> {
        self.rooms.get(chapter).map(|room| room.epoch)
    }

    fn epoch_key(&self, chapter: &ChapterId, epoch: u64) -> Option<EpochKey> {
        self.contents.chapters.get(chapter)?.epochs.get(&epoch).cloned()
    }

    fn epoch_before(&self, chapter: &ChapterId, epoch: u64) -> Option<u64> {
        let older = ..kinds::epoch::first_number(kinds::epoch::generation(epoch));
        self.keys_of(chapter).epochs.range(older).next_back().map(|(number, _)| *number)
    }

    fn keys_for(&mut self, chapter: &ChapterId, device: &DeviceId, lacks: bool) -> Option<Vec<u8>> {
        self.keys_left_out_of(chapter, device, lacks)
    }

    fn lacks_key(&self, chapter: &ChapterId) -> Option<u64> {
        self.newest_without(chapter)
    }

    fn take_keys(&mut self, chapter: &ChapterId, body: &[u8]) -> bool {
        self.take_given_keys(chapter, body)
    }

    fn device(&self) -> DeviceId {
        self.contents.device.id()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        use ed25519_dalek::Signer;
        self.contents.device.signing_key().sign(message).to_bytes()
    }

    fn random(&mut self) -> [u8; 32] {
        self.random_bytes()
    }

    fn join_request(&mut self, chapter: &ChapterId, binding: &[u8; 32]) -> Option<Vec<u8>> {
        if let Some(code) = self.pairing.as_ref().filter(|code| code.lane() == *chapter) {
            return Some(pairing::ask(code, &self.seeking, &self.contents, binding));
        }
        if *chapter == self.own_lane() {
            return Some(own_devices::ask(self, binding));
        }
        // No signature over the connection is needed here: the statement names the newcomer's device, and the answer
        // is wrapped to that device. Whoever passes a stolen statement on gains nothing by it.
        joining::request(&self.joins.get(chapter)?.joining, &self.contents)
    }

    fn admit(&mut self, chapter: &ChapterId, request: &[u8], binding: &[u8; 32]) -> Result<Vec<u8>, sync::Refusal> {
        if self.offer.as_ref().is_some_and(|offer| offer.code.lane() == *chapter) {
            return pairing::give(self, request, binding).map_err(sync::Refusal);
        }
        if *chapter == self.own_lane() {
            // Not a word to a device that was revoked, or that nobody knows of.
            return own_devices::give(self, request, binding).ok_or_else(|| sync::Refusal(String::new()));
        }
        joining::admit(self, chapter, request).map_err(sync::Refusal)
    }

    fn welcomed(&mut self, chapter: &ChapterId, welcome: &[u8], binding: &[u8; 32]) -> Result<Welcomed, sync::Refusal> {
        let plain = |refusal: Refusal| sync::Refusal(refusal.message);
        if self.pairing.as_ref().is_some_and(|code| code.lane() == *chapter) {
            return pairing::take(self, welcome, binding).map_err(plain);
        }
        if *chapter == self.own_lane() {
            return own_devices::take(self, welcome, binding).map_err(plain);
        }
        self.answered(chapter, welcome).map_err(plain)
    }
}
