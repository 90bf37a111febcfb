//! Envelopes on their way: asked for, paged, taken in, acknowledged.
//!
//! A sender keeps one bit for each position that a peer lacks, and reads the bytes only when a page may leave. At most
//! two pages are with a peer and not acknowledged, and a page is acknowledged when the log has dealt with it. So a
//! slow receiver costs a bitmap, and a sender cannot make a receiver hold more than two pages.

use super::{Sync, Turn, fresh::Source};
use crate::{
    io::{Gossip, Output, Peer, Reason, Verdict},
    limits::{
        AHEAD_OF, BULK_BYTES, HAVE_IDS, IN_HAND_BYTES, PAGE_BYTES, PAGE_ENTRIES, SMALLEST_PAGE_BYTES, WINDOW, millis,
        price,
    },
    link::Sent,
    message::Message,
};
use entry::{ChapterId, Envelope, EnvelopeId, Tag};
use std::collections::{BTreeMap, BTreeSet};

/// Envelopes that are with the owner.
pub(super) struct Delivery {
    pub(super) peer: Peer,
    pub(super) connection: u64,
    pub(super) chapter: ChapterId,
    pub(super) bytes: usize,
    /// What was delivered.
    pub(super) ids: Vec<EnvelopeId>,
    pub(super) came: Came,
}

/// How they came.
pub(super) enum Came {
    /// As this page, whose envelopes, delivered or not, had these ids.
    Page { page: u64, all: Vec<EnvelopeId> },
    /// As gossip.
    Gossip { token: u64 },
}

/// The id of an envelope of this chapter. None where the bytes are no such thing.
pub(super) fn id_of(tag: &Tag, bytes: &[u8]) -> Option<EnvelopeId> {
    Envelope::from_bytes(bytes).ok().filter(|envelope| envelope.tag == *tag).map(|envelope| envelope.id())
}

fn is_stub(bytes: &[u8]) -> bool {
    Envelope::from_bytes(bytes).is_ok_and(|envelope| envelope.is_stub())
}

impl Sync {
    pub(super) fn take_want(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        ids: &[EnvelopeId],
    ) -> Result<(), Reason> {
        let Some(link) = self.links.get_mut(peer) else { return Ok(()) };
        let (Some(lane), Some(holding)) = (link.lanes.get_mut(chapter), self.holdings.get(chapter)) else {
            return Ok(());
        };
        lane.accepted = true;
        if !lane.member {
            return self.locked_out(turn, peer, chapter);
        }
        let positions: Vec<u64> = ids.iter().filter_map(|id| holding.set.position(id)).collect();
        let unknown = (ids.len() - positions.len()) as u64;
        lane.queue(positions);
        self.annoy(turn.now, peer, unknown * price::DUPLICATE)?;
        self.pump(turn, peer, chapter);
        Ok(())
    }

    pub(super) fn take_want_all(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
    ) -> Result<(), Reason> {
        let Some(link) = self.links.get_mut(peer) else { return Ok(()) };
        let (Some(lane), Some(holding)) = (link.lanes.get_mut(chapter), self.holdings.get(chapter)) else {
            return Ok(());
        };
        lane.accepted = true;
        if !lane.member {
            return self.locked_out(turn, peer, chapter);
        }
        lane.copies += 1;
        let again = lane.copies > 2;
        lane.theirs = None;
        lane.queue(0..holding.set.next());
        if again {
            self.annoy(turn.now, peer, price::ABUSE)?;
        }
        self.pump(turn, peer, chapter);
        Ok(())
    }

    /// Sends pages as long as the peer may have more.
    pub(super) fn pump(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) {
        while let Some(message) = self.next_page(turn, peer, chapter) {
            self.send(turn, peer, &message);
        }
    }

    fn next_page(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) -> Option<Message> {
        let lane = self.lane(peer, chapter).filter(|lane| lane.member && lane.accepted)?;
        if lane.unacked.len() >= WINDOW {
            return None;
        }
        let ahead = std::mem::take(&mut lane.begun) && lane.outbox.len() > AHEAD_OF;
        let (mut positions, mut envelopes, mut bytes) = (Vec::new(), Vec::new(), 0);
        while let Some(position) = if ahead { lane.outbox.last() } else { lane.outbox.first() } {
            if envelopes.len() == PAGE_ENTRIES {
                break;
            }
            if let Some(envelope) = turn.host.envelope(chapter, position) {
                bytes += envelope.len();
                if bytes > lane.page_bytes && !envelopes.is_empty() {
                    break;
                }
                positions.push(position);
                envelopes.push(envelope);
            }
            lane.outbox.remove(position);
        }
        if envelopes.is_empty() {
            return None;
        }
        if ahead {
            positions.reverse();
            envelopes.reverse();
        }
        lane.unacked.push_back(Sent { page: lane.pages_sent, count: envelopes.len(), at: turn.now, positions });
        lane.pages_sent += 1;
        lane.stats.sent += envelopes.len() as u64;
        lane.theirs = None;
        lane.asked_at = turn.now;
        Some(Message::Page { lane: lane.label, left: lane.outbox.len(), envelopes })
    }

    pub(super) fn take_page(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        left: u64,
        envelopes: Vec<Vec<u8>>,
    ) -> Result<(), Reason> {
        let mine = turn.host.device();
        let Some(link) = self.links.get_mut(peer) else { return Ok(()) };
        let connection = link.connection;
        let (Some(lane), Some(holding)) = (link.lanes.get_mut(chapter), self.holdings.get_mut(chapter)) else {
            return Ok(());
        };
        if lane.pages_in_hand >= WINDOW {
            return Err(Reason::Violation("more pages than it may send"));
        }
        lane.accepted = true;
        lane.theirs = None;
        lane.left = left;
        let page = lane.pages_taken;
        lane.pages_taken += 1;
        // Too much is with the owner already: this is dropped, and found missing again later.
        let full = self.in_hand_bytes > IN_HAND_BYTES;
        let marked = lane.device.filter(|device| lane.member && *device != mine);
        let (mut all, mut ids, mut deliver, mut bytes, mut useless) = (Vec::new(), Vec::new(), Vec::new(), 0, 0);
        for envelope in envelopes {
            let Some(id) = id_of(&holding.tag, &envelope) else {
                return Err(Reason::Violation("no envelope of this chapter"));
            };
            all.push(id);
            if let Some(position) = holding.set.position(&id) {
                // It was asked for its body, which may come once.
                let waited = lane.whole.get_mut(&id).is_some_and(std::mem::take);
                if waited && !full && !is_stub(&envelope) && !holding.in_hand.contains_key(&id) {
                    holding.in_hand.insert(id, BTreeSet::new());
                    bytes += envelope.len();
                    ids.push(id);
                    deliver.push(envelope);
                } else {
                    useless += price::DUPLICATE;
                }
                if let Some(device) = marked {
                    holding.marks.add(device, position);
                }
            } else if let Some(others) = holding.in_hand.get_mut(&id) {
                others.insert(peer.clone());
            } else if !full {
                holding.in_hand.insert(id, BTreeSet::new());
                holding.arrived(&id);
                bytes += envelope.len();
                ids.push(id);
                deliver.push(envelope);
            }
        }
        lane.pages_in_hand += 1;
        if bytes >= BULK_BYTES || left == 0 {
            // It moves. A peer that only says so, a few bytes at a time, holds nobody else up.
            lane.page_at = turn.now;
            lane.asked_at = turn.now;
        }
        if deliver.is_empty() {
            self.page_done(turn, peer, chapter, page, &all);
        } else {
            self.tickets += 1;
            self.in_hand_bytes += bytes;
            let ticket = self.tickets;
            let (peer, chapter) = (peer.clone(), *chapter);
            turn.out.push(Output::Deliver { peer: peer.clone(), chapter, ticket, envelopes: deliver });
            let came = Came::Page { page, all };
            self.deliveries.insert(ticket, Delivery { peer, connection, chapter, bytes, ids, came });
        }
        self.annoy(turn.now, peer, useless)
    }

    /// A page is dealt with: says so, and goes on.
    fn page_done(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId, page: u64, all: &[EnvelopeId]) {
        let Some(holding) = self.holdings.get(chapter) else { return };
        let missing = (0_u64..).zip(all).filter(|(_, id)| !holding.set.contains(id)).map(|(index, _)| index).collect();
        let Some(lane) = self.links.get_mut(peer).and_then(|link| link.lanes.get_mut(chapter)) else { return };
        lane.pages_in_hand = lane.pages_in_hand.saturating_sub(1);
        let message = Message::Got { lane: lane.label, page, missing };
        self.send(turn, peer, &message);
        self.settle(turn, peer, chapter);
    }

    pub(super) fn ingested(&mut self, turn: &mut Turn<'_>, ticket: u64, verdict: Verdict) {
        let Some(delivery) = self.deliveries.remove(&ticket) else { return };
        let Delivery { peer, connection, chapter, ids, .. } = &delivery;
        let Some(holding) = self.holdings.get_mut(chapter) else { return };
        let mut others: BTreeMap<Peer, Vec<EnvelopeId>> = BTreeMap::new();
        for id in ids {
            for other in holding.in_hand.remove(id).into_iter().flatten() {
                others.entry(other).or_default().push(*id);
            }
        }
        for id in &verdict.parked {
            holding.shelve(*id, turn.now.plus(millis::PARKED));
        }
        for id in &verdict.refused {
            holding.shelve(*id, turn.now.plus(millis::REFUSED_ENTRY));
        }
        let source = match delivery.came {
            Came::Page { .. } => Source::Page(peer.clone(), ids),
            Came::Gossip { .. } => Source::Gossip(peer.clone(), ids),
        };
        self.stored(turn, chapter, &verdict.stored, &source);
        self.also_from(turn, chapter, others);
        let stored = self.holdings.get(chapter).is_some_and(|holding| ids.iter().all(|id| holding.set.contains(id)));
        let gossip = match (stored, verdict.refused.is_empty()) {
            (true, _) => Gossip::Accept,
            (false, true) => Gossip::Ignore,
            (false, false) => Gossip::Reject,
        };
        self.delivered(turn, &delivery, gossip);
        if self.links.get(peer).is_none_or(|link| link.connection != *connection) {
            return;
        }
        if let Came::Page { page, all } = &delivery.came {
            self.progress(turn, peer, chapter, ids, &verdict);
            self.page_done(turn, peer, chapter, *page, all);
        }
        if !verdict.parked.is_empty()
            && let Some(lane) = self.lane(peer, chapter)
        {
            // It has what these wait for, or says so: compared with it soon, unless more is on its way anyhow.
            lane.check_at = lane.check_at.min(turn.now.plus(millis::RETRY));
        }
        let own: BTreeSet<_> = ids.iter().collect();
        let refused = verdict.refused.iter().filter(|id| own.contains(id)).count() as u64;
        if let Err(reason) = self.annoy(turn.now, peer, refused * price::REFUSED) {
            self.cut(turn, peer, reason);
        }
    }

    /// The owner has done with a delivery.
    pub(super) fn delivered(&mut self, turn: &mut Turn<'_>, delivery: &Delivery, gossip: Gossip) {
        self.in_hand_bytes = self.in_hand_bytes.saturating_sub(delivery.bytes);
        if let Came::Gossip { token } = delivery.came {
            turn.out.push(Output::Judged { token, gossip });
            if let Some(link) = self.links.get_mut(&delivery.peer)
                && link.connection == delivery.connection
            {
                link.gossip_in_hand = link.gossip_in_hand.saturating_sub(1);
            }
        }
    }

    /// Tells those who sent the same as somebody else that it is durable here now.
    fn also_from(&mut self, turn: &mut Turn<'_>, chapter: &ChapterId, others: BTreeMap<Peer, Vec<EnvelopeId>>) {
        for (peer, mut ids) in others {
            let Some(holding) = self.holdings.get(chapter) else { return };
            ids.retain(|id| holding.set.contains(id));
            self.mark_source(turn, chapter, &Source::Page(peer.clone(), &ids));
            let lane = self.lane(&peer, chapter).filter(|lane| lane.member).map(|lane| lane.label);
            for ids in ids.chunks(HAVE_IDS) {
                if let Some(lane) = lane {
                    self.send(turn, &peer, &Message::Have { lane, ids: ids.to_vec() });
                }
            }
        }
    }

    fn progress(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        ids: &[EnvelopeId],
        verdict: &Verdict,
    ) {
        let Some(lane) = self.lane(peer, chapter) else { return };
        // What was parked earlier and came free now counts too: it was received, and is stored only now.
        lane.stats.received += verdict.stored.len() as u64;
        if lane.left > 0 || ids.len() > 1 {
            let (fetched, left) = (lane.stats.received, lane.left);
            turn.out.push(Output::Progress { chapter: *chapter, peer: peer.clone(), fetched, left });
        }
    }

    pub(super) fn take_got(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        page: u64,
        missing: &[u64],
    ) -> Result<(), Reason> {
        let mine = turn.host.device();
        let Some(link) = self.links.get_mut(peer) else { return Ok(()) };
        let (Some(lane), Some(holding)) = (link.lanes.get_mut(chapter), self.holdings.get_mut(chapter)) else {
            return Ok(());
        };
        let Some(place) = lane.unacked.iter().position(|sent| sent.page == page) else {
            return Err(Reason::Violation("it acknowledges what was not sent"));
        };
        let Some(sent) = lane.unacked.remove(place) else { return Ok(()) };
        if missing.last().is_some_and(|last| *last >= sent.count as u64) {
            return Err(Reason::Violation("it lacks what was not sent"));
        }
        lane.accepted = true;
        lane.page_bytes = match turn.now.0.saturating_sub(sent.at.0) {
            ..millis::PAGE_QUICK => (2 * lane.page_bytes).min(PAGE_BYTES),
            millis::PAGE_SLOW.. => (lane.page_bytes / 2).max(SMALLEST_PAGE_BYTES),
            _ => lane.page_bytes,
        };
        let mut news = false;
        if let Some(device) = lane.device.filter(|device| lane.member && *device != mine) {
            for (index, position) in (0_u64..).zip(&sent.positions) {
                if missing.binary_search(&index).is_err() {
                    news |= holding.marks.add(device, *position);
                }
            }
        }
        if news {
            turn.out.push(Output::Shared { chapter: *chapter });
        }
        self.pump(turn, peer, chapter);
        self.settle(turn, peer, chapter);
        Ok(())
    }
}
