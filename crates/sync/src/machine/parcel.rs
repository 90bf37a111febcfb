//! Something sealed, on its way from hand to hand: who hands it on cannot read it, and who reads it got it from somebody who
//! need not have written it.

use super::{Sync, Turn};
use crate::{
    io::{Output, Peer, Reason},
    limits::{PARCEL_BYTES, price},
    message::Message,
};
use entry::{ChapterId, DeviceId};

impl Sync {
    pub(super) fn hand_over(
        &mut self,
        turn: &mut Turn<'_>,
        chapter: &ChapterId,
        via: &DeviceId,
        to: DeviceId,
        body: Vec<u8>,
    ) {
        let reaches = |link: &crate::link::Link| {
            let lane = link.lanes.get(chapter)?;
            (lane.member && lane.accepted && lane.device == Some(*via)).then_some(lane.label)
        };
        let found = self.links.iter().find_map(|(peer, link)| Some((peer.clone(), reaches(link)?)));
        if let Some((peer, lane)) = found.filter(|_| body.len() <= PARCEL_BYTES) {
            self.send(turn, &peer, &Message::Parcel { lane, to, body });
        }
    }

    pub(super) fn take_parcel(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        to: DeviceId,
        body: Vec<u8>,
    ) -> Result<(), Reason> {
        let Some(link) = self.links.get_mut(peer) else { return Ok(()) };
        let lane = link.lanes.get(chapter).filter(|lane| lane.member);
        let Some(from) = lane.and_then(|lane| lane.device) else {
            return self.annoy(turn.now, peer, price::STRAY);
        };
        if !link.parcels.take(turn.now, 1) {
            return self.annoy(turn.now, peer, price::REFUSED);
        }
        turn.out.push(Output::Parcel { chapter: *chapter, from, to, body });
        Ok(())
    }
}
