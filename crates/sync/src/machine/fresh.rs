//! What is new: pushed at once to a few, given to gossip, announced to the rest.

use super::{
    Sync, Turn,
    pages::{Came, Delivery, id_of},
};
use crate::{
    holding::Fresh,
    io::{Gossip, Item, Output, Peer, Reason},
    limits::{
        FRESH, FRESH_BATCH, GOSSIP_IN_HAND, HAVE_IDS, IN_HAND_BYTES, MAX_GOSSIP, PUSH_PEERS, RESUME, millis, price,
    },
    message::Message,
};
use entry::{ChapterId, EnvelopeId};
use std::collections::BTreeSet;

/// Where something came from. Beside the peer stands what it delivered; more may have come free with it.
pub(super) enum Source<'a> {
    /// Written here, or read from a file.
    Here,
    /// A page of this peer.
    Page(Peer, &'a [EnvelopeId]),
    /// Gossip that this neighbour passed on.
    Gossip(Peer, &'a [EnvelopeId]),
}

impl Sync {
    /// Envelopes are durable here from now on.
    pub(super) fn stored(&mut self, turn: &mut Turn<'_>, chapter: &ChapterId, items: &[Item], source: &Source<'_>) {
        let Some(holding) = self.holdings.get_mut(chapter) else { return };
        let mut new = Vec::with_capacity(items.len());
        for item in items {
            holding.unshelve(&item.id);
            holding.arrived(&item.id);
            if let Some(position) = holding.set.insert(item) {
                new.push((position, *item));
            }
        }
        self.mark_source(turn, chapter, source);
        if new.is_empty() {
            return;
        }
        let here = matches!(source, Source::Here);
        if here {
            self.push(turn, chapter, &new);
        }
        let Some(holding) = self.holdings.get_mut(chapter) else { return };
        if new.len() > FRESH_BATCH || holding.fresh.len() + new.len() > FRESH {
            // Too many to name one by one: sets are compared instead.
            holding.bulk_at = Some(turn.now);
            return;
        }
        let due = if here { turn.now.plus(millis::ANNOUNCE) } else { turn.now };
        holding.fresh.extend(new.iter().map(|(position, item)| Fresh { position: *position, id: item.id, due }));
        if !matches!(source, Source::Gossip(..)) {
            // Something old that was only missing here is for comparing, not for gossip.
            let recent = new.iter().filter(|(_, item)| here || item.hour.saturating_add(1) >= turn.now.coarse());
            for (position, _) in recent {
                if let Some(bytes) = turn.host.envelope(chapter, *position) {
                    turn.out.push(Output::Publish { chapter: *chapter, bytes });
                }
            }
        }
    }

    /// Whoever delivered something has it.
    pub(super) fn mark_source(&mut self, turn: &mut Turn<'_>, chapter: &ChapterId, source: &Source<'_>) {
        let (Source::Page(peer, ids) | Source::Gossip(peer, ids)) = source else { return };
        let mine = turn.host.device();
        let Some(holding) = self.holdings.get_mut(chapter) else { return };
        let Some(lane) = self.links.get(peer).and_then(|link| link.lanes.get(chapter)) else { return };
        let Some(device) = lane.device.filter(|device| lane.member && *device != mine) else { return };
        let mut news = false;
        for position in ids.iter().filter_map(|id| holding.set.position(id)) {
            news |= holding.marks.add(device, position);
        }
        if news {
            turn.out.push(Output::Shared { chapter: *chapter });
        }
    }

    /// Sends what was written here to a few members at once, without waiting for gossip.
    fn push(&mut self, turn: &mut Turn<'_>, chapter: &ChapterId, new: &[(u64, Item)]) {
        let mut pushed = Vec::new();
        for (peer, link) in &mut self.links {
            let Some(lane) = link.lanes.get_mut(chapter).filter(|lane| lane.member && lane.accepted) else { continue };
            for (position, _) in new {
                lane.outbox.add(*position);
            }
            pushed.push(peer.clone());
            if pushed.len() == PUSH_PEERS {
                break;
            }
        }
        for peer in pushed {
            self.pump(turn, &peer, chapter);
        }
    }

    /// Goes on where this device was left, once over a connection: it is given what came here since it had the same. Sent,
    /// where nobody else is known to have it; else named, since somebody may have given it meanwhile. Sets are compared when
    /// all that has moved, so that it does not matter whether it was all. Whether anything is on its way.
    pub(super) fn resume(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) -> bool {
        let mine = turn.host.device();
        let Some(link) = self.links.get_mut(peer) else { return false };
        let (Some(lane), Some(holding)) = (link.lanes.get_mut(chapter), self.holdings.get(chapter)) else {
            return false;
        };
        let serves = lane.member && !lane.locked;
        let Some(device) = lane.device.filter(|device| serves && *device != mine) else { return false };
        if std::mem::replace(&mut lane.resumed, true) {
            return false;
        }
        let below = holding.marks.below(&device);
        let since: Vec<u64> = (below..holding.set.next())
            .filter(|position| !holding.marks.contains(&device, *position) && !lane.on_its_way(*position))
            .take(RESUME + 1)
            .collect();
        if below == 0 || since.is_empty() || since.len() > RESUME {
            return false;
        }
        let mut ids = Vec::new();
        for position in since {
            if holding.marks.holders(position).next().is_none() {
                lane.outbox.add(position);
            } else if let Some(id) = turn.host.envelope(chapter, position).and_then(|it| id_of(&holding.tag, &it)) {
                ids.push(id);
            }
        }
        lane.in_sync = false;
        lane.finish = true;
        let label = lane.label;
        for ids in ids.chunks(HAVE_IDS) {
            self.send(turn, peer, &Message::Have { lane: label, ids: ids.to_vec() });
        }
        self.pump(turn, peer, chapter);
        true
    }

    /// Announces what is due to whoever is not known to have it.
    pub(super) fn announce(&mut self, turn: &mut Turn<'_>, chapter: &ChapterId) {
        let Some(holding) = self.holdings.get_mut(chapter) else { return };
        let (due, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut holding.fresh).into_iter().partition(|fresh| fresh.due <= turn.now);
        holding.fresh = rest.into();
        if due.is_empty() {
            return;
        }
        let mut messages = Vec::new();
        for (peer, link) in &self.links {
            let Some(lane) = link.lanes.get(chapter).filter(|lane| lane.member && lane.accepted) else { continue };
            let Some(device) = lane.device else { continue };
            let ids: Vec<_> = due
                .iter()
                .filter(|fresh| !holding.marks.contains(&device, fresh.position) && !lane.on_its_way(fresh.position))
                .map(|fresh| fresh.id)
                .collect();
            for ids in ids.chunks(HAVE_IDS) {
                messages.push((peer.clone(), Message::Have { lane: lane.label, ids: ids.to_vec() }));
            }
        }
        for (peer, message) in messages {
            self.send(turn, &peer, &message);
        }
    }

    pub(super) fn take_have(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        ids: &[EnvelopeId],
    ) -> Result<(), Reason> {
        let mine = turn.host.device();
        let elsewhere = self.bulk_elsewhere(turn.now, peer, chapter);
        let Some(link) = self.links.get_mut(peer) else { return Ok(()) };
        let (Some(lane), Some(holding)) = (link.lanes.get_mut(chapter), self.holdings.get_mut(chapter)) else {
            return Ok(());
        };
        lane.accepted = true;
        let device = lane.device.filter(|device| lane.member && *device != mine);
        let until = turn.now.plus(millis::ASKED_FRESH);
        let (mut news, mut want) = (false, Vec::new());
        for id in ids {
            match (holding.set.position(id), device) {
                (Some(position), Some(device)) => news |= holding.marks.add(device, position),
                (Some(_), None) => {}
                // In the middle of a bulk it is likely to be part of that anyhow.
                (None, _) if !elsewhere && holding.ask(*id, turn.now, until) => want.push(*id),
                (None, _) => {}
            }
        }
        if news {
            turn.out.push(Output::Shared { chapter: *chapter });
        }
        if !want.is_empty() && !lane.locked {
            let message = Message::Want { lane: lane.label, ids: want };
            self.send(turn, peer, &message);
        }
        Ok(())
    }

    pub(super) fn gossip(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId, bytes: Vec<u8>, token: u64) {
        let judged = self.take_gossip(turn, peer, chapter, bytes, token);
        if let Some(gossip) = judged {
            turn.out.push(Output::Judged { token, gossip });
            let price = match gossip {
                Gossip::Reject => price::REFUSED,
                Gossip::Accept | Gossip::Ignore => price::DUPLICATE,
            };
            if let Err(reason) = self.annoy(turn.now, peer, price) {
                self.cut(turn, peer, reason);
            }
        }
    }

    /// `None` when the log is asked first.
    fn take_gossip(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        bytes: Vec<u8>,
        token: u64,
    ) -> Option<Gossip> {
        let (Some(holding), Some(link)) = (self.holdings.get_mut(chapter), self.links.get_mut(peer)) else {
            return Some(Gossip::Ignore);
        };
        // Only from those who proved to hold the chapter's keys: a topic's name alone admits nobody.
        if link.lanes.get(chapter).is_none_or(|lane| lane.device.is_none()) {
            return Some(Gossip::Ignore);
        }
        let Some(id) = id_of(&holding.tag, &bytes).filter(|_| bytes.len() <= MAX_GOSSIP) else {
            return Some(Gossip::Reject);
        };
        if holding.set.contains(&id) {
            self.mark_source(turn, chapter, &Source::Gossip(peer.clone(), &[id]));
            return Some(Gossip::Ignore);
        }
        let full = link.gossip_in_hand >= GOSSIP_IN_HAND || self.in_hand_bytes > IN_HAND_BYTES;
        if full || holding.in_hand.contains_key(&id) {
            return Some(Gossip::Ignore);
        }
        holding.in_hand.insert(id, BTreeSet::new());
        holding.arrived(&id);
        link.gossip_in_hand += 1;
        self.in_hand_bytes += bytes.len();
        self.tickets += 1;
        let delivery = Delivery {
            peer: peer.clone(),
            connection: link.connection,
            chapter: *chapter,
            bytes: bytes.len(),
            ids: vec![id],
            came: Came::Gossip { token },
        };
        self.deliveries.insert(self.tickets, delivery);
        turn.out.push(Output::Deliver {
            peer: peer.clone(),
            chapter: *chapter,
            ticket: self.tickets,
            envelopes: vec![bytes],
        });
        None
    }
}
