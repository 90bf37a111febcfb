//! Comparing two sets: summaries first, and reconciliation when they differ.
//!
//! The side with more begins to reconcile, since ids cross the wire for the ranges of the answering side: of two very
//! different sets those of the smaller one. A side with nothing asks for everything, and no ids cross the wire at all.

use super::{Sync, Turn};
use crate::{
    io::{Output, Peer, Reason},
    limits::{FRAME, ROUNDS, WANT_IDS, WHOLE, WHOLE_AT_ONCE, millis, price},
    message::{Digest, Message},
    set::Set,
};
use entry::{ChapterId, EnvelopeId, Timestamp};
use negentropy::{Id, Negentropy};

/// What one answer told.
struct Found {
    have: Vec<Id>,
    need: Vec<Id>,
    next: Option<Vec<u8>>,
}

fn first_query(set: &Set) -> Result<Vec<u8>, negentropy::Error> {
    Negentropy::borrowed(set, FRAME as u64)?.initiate()
}

fn answer(set: &Set, query: &[u8]) -> Result<Vec<u8>, negentropy::Error> {
    Negentropy::borrowed(set, FRAME as u64)?.reconcile(query)
}

fn next_query(set: &Set, answer: &[u8]) -> Result<Found, negentropy::Error> {
    let (mut have, mut need) = (Vec::new(), Vec::new());
    let mut negotiation = Negentropy::borrowed(set, FRAME as u64)?;
    negotiation.set_initiator();
    let next = negotiation.reconcile_with_ids(answer, &mut have, &mut need)?;
    Ok(Found { have, need, next })
}

fn malformed(error: negentropy::Error) -> Reason {
    Reason::Malformed(format!("reconciliation: {error}"))
}

impl Sync {
    /// Tells a member what is here, at a glance.
    pub(super) fn tell(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId, reply: bool) {
        let Some(digest) = self.holdings.get(chapter).map(|holding| holding.set.digest()) else { return };
        let now = turn.now;
        let Some(lane) = self.lane(peer, chapter).filter(|lane| lane.member) else { return };
        lane.told = Some(digest);
        if reply {
            lane.awaiting = true;
            lane.asked_at = now;
        }
        let message = Message::Summary { lane: lane.label, digest, reply };
        self.send(turn, peer, &message);
    }

    pub(super) fn take_summary(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        digest: Digest,
        reply: bool,
    ) -> Result<(), Reason> {
        let Some(lane) = self.lane(peer, chapter) else { return Ok(()) };
        lane.accepted = true;
        lane.locked = false;
        lane.theirs = Some(digest);
        lane.awaiting = false;
        let locked_out = reply && !lane.member;
        if lane.quiet() {
            if reply {
                self.tell(turn, peer, chapter, false);
            }
            self.compare(turn, peer, chapter);
        } else if reply {
            lane.owes = true;
        }
        self.pump(turn, peer, chapter);
        if locked_out { self.locked_out(turn, peer, chapter) } else { Ok(()) }
    }

    /// Looks at both summaries, when nothing is on its way.
    pub(super) fn compare(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) {
        let Some(mine) = self.holdings.get(chapter).map(|holding| holding.set.digest()) else { return };
        let Some(lane) = self.lane(peer, chapter) else { return };
        let Some(theirs) = lane.theirs.filter(|_| lane.quiet()) else { return };
        if theirs == mine {
            self.equal(turn, peer, chapter, mine);
        } else if !self.resume(turn, peer, chapter) {
            self.begin(turn, peer, chapter, mine, theirs);
        }
    }

    /// Both have the same: whatever is here, that device has.
    fn equal(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId, mine: Digest) {
        let (now, jitter) = (turn.now, jitter(turn));
        let Some(lane) = self.lane(peer, chapter).filter(|lane| lane.member) else { return };
        let untold = lane.told != Some(mine);
        let news = !lane.in_sync;
        let device = lane.device;
        lane.in_sync = true;
        lane.attempts = 0;
        lane.not_before = now;
        lane.deferred = false;
        lane.check_at = now.plus(millis::CHECK + jitter);
        let stats = lane.stats;
        if untold {
            self.tell(turn, peer, chapter, false);
        }
        let mine = turn.host.device();
        if let (Some(holding), Some(device)) = (self.holdings.get_mut(chapter), device.filter(|id| *id != mine)) {
            let len = holding.set.next();
            if holding.marks.add_below(device, len) {
                turn.out.push(Output::Shared { chapter: *chapter });
            }
        }
        if news {
            turn.out.push(Output::InSync { chapter: *chapter, peer: peer.clone(), stats });
        }
        self.warm(turn, peer, chapter);
        self.ask_for_bodies(turn, peer, chapter);
    }

    /// What is here without its body, for no reason: this member, who has the same envelopes, may have it whole. Each is
    /// asked once over a connection. Only now, when sets are equal: a decision that explains it would have arrived.
    fn ask_for_bodies(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) {
        let lacking = turn.host.lacking(chapter);
        let Some(link) = self.links.get_mut(peer) else { return };
        let (Some(lane), Some(holding)) = (link.lanes.get_mut(chapter), self.holdings.get_mut(chapter)) else { return };
        let room = WHOLE_AT_ONCE.min(WHOLE.saturating_sub(lane.whole.len()));
        let until = turn.now.plus(millis::ASKED);
        let asks = lacking
            .into_iter()
            .filter(|id| !lane.whole.contains_key(id) && holding.ask_whole(*id, turn.now, until))
            .take(room);
        let ids: Vec<EnvelopeId> = asks.collect();
        if ids.is_empty() {
            return;
        }
        lane.whole.extend(ids.iter().map(|id| (*id, true)));
        let message = Message::Want { lane: lane.label, ids };
        self.send(turn, peer, &message);
    }

    /// The sets differ. Exactly one side acts: who has nothing asks for everything, else who has more begins.
    fn begin(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId, mine: Digest, theirs: Digest) {
        let elsewhere = self.bulk_elsewhere(turn.now, peer, chapter);
        let Some(link) = self.links.get_mut(peer) else { return };
        let low = link.binding.is_some_and(|binding| binding.low);
        let (Some(lane), Some(holding)) = (link.lanes.get_mut(chapter), self.holdings.get_mut(chapter)) else { return };
        lane.in_sync = false;
        if lane.locked {
            // It serves nothing, and will ask.
            return;
        }
        if turn.now < lane.not_before {
            lane.check_at = lane.check_at.min(lane.not_before);
            return;
        }
        // Towards a device that is not known to be a member's I only take, and it is always I who begin.
        let begins = mine.count == 0
            || !lane.member
            || (theirs.count > 0 && (mine.count > theirs.count || (mine.count == theirs.count && low)));
        if !begins || theirs.count == 0 {
            lane.check_at = lane.check_at.min(turn.now.plus(millis::BULK_STALL));
            if lane.told != Some(mine) {
                self.tell(turn, peer, chapter, false);
            }
            return;
        }
        if elsewhere {
            lane.deferred = true;
            return;
        }
        // Exactly the difference of the last time: nobody can help it (a log refuses what the other holds), so that
        // there is no hurry to look at it again.
        let longest = if lane.differed == Some((mine, theirs)) { millis::HOPELESS } else { millis::CHECK };
        let pause = (millis::RETRY << (2 * lane.attempts).min(20)).min(longest);
        lane.differed = Some((mine, theirs));
        lane.attempts += 1;
        lane.not_before = turn.now.plus(pause);
        lane.theirs = None;
        lane.asked_at = turn.now;
        if holding.set.is_empty() {
            holding.cold = Some(peer.clone());
            lane.left = theirs.count;
            lane.page_at = turn.now;
            lane.finish = lane.member;
            let message = Message::WantAll { lane: lane.label };
            self.send(turn, peer, &message);
            return;
        }
        // Our own set is sound, so that this does not fail; if it does, the next check tries again.
        let Ok(body) = first_query(&holding.set) else { return };
        lane.sessions += 1;
        lane.query = Some((lane.sessions, 1));
        lane.stats.rounds += 1;
        let message = Message::Query { lane: lane.label, session: lane.sessions, body };
        self.send(turn, peer, &message);
    }

    pub(super) fn take_query(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        session: u64,
        body: &[u8],
    ) -> Result<(), Reason> {
        let elsewhere = self.bulk_elsewhere(turn.now, peer, chapter);
        let Some(link) = self.links.get_mut(peer) else { return Ok(()) };
        let low = link.binding.is_some_and(|binding| binding.low);
        let (Some(lane), Some(holding)) = (link.lanes.get_mut(chapter), self.holdings.get(chapter)) else {
            return Ok(());
        };
        lane.accepted = true;
        if !lane.member {
            return self.locked_out(turn, peer, chapter);
        }
        if lane.query.is_some() {
            if low {
                // Both began at once: mine goes on, and the other side answers it.
                return Ok(());
            }
            lane.query = None;
        }
        if elsewhere {
            lane.deferred = true;
            let message = Message::Later { lane: lane.label };
            self.send(turn, peer, &message);
            return Ok(());
        }
        let body = answer(&holding.set, body).map_err(malformed)?;
        let work = holding.set.len() as u64 / 4;
        if !link.answers.take(turn.now, body.len() as u64 + work) {
            return Err(Reason::Flood);
        }
        lane.theirs = None;
        lane.stats.rounds += 1;
        let message = Message::Answer { lane: lane.label, session, body };
        self.send(turn, peer, &message);
        Ok(())
    }

    /// It asks for something that it does not get.
    pub(super) fn locked_out(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) -> Result<(), Reason> {
        self.annoy(turn.now, peer, price::STRAY)?;
        if let Some(message) = self.lane(peer, chapter).map(|lane| Message::Locked { lane: lane.label }) {
            self.send(turn, peer, &message);
        }
        Ok(())
    }

    pub(super) fn take_answer(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        session: u64,
        body: &[u8],
    ) -> Result<(), Reason> {
        let Some(link) = self.links.get_mut(peer) else { return Ok(()) };
        let (Some(lane), Some(holding)) = (link.lanes.get_mut(chapter), self.holdings.get_mut(chapter)) else {
            return Ok(());
        };
        let Some((_, rounds)) = lane.query.filter(|(mine, _)| *mine == session) else {
            return self.annoy(turn.now, peer, price::STRAY);
        };
        lane.accepted = true;
        let found = next_query(&holding.set, body).map_err(malformed)?;
        if lane.member {
            let ids = found.have.iter().map(|id| EnvelopeId(id.to_bytes()));
            lane.queue(ids.filter_map(|id| holding.set.position(&id)));
        }
        let until = turn.now.plus(millis::ASKED);
        // Ranges come in ascending time; ids within a range come in no order, and may repeat.
        let need = found.need.iter().map(|id| EnvelopeId(id.to_bytes()));
        let mut need: Vec<EnvelopeId> = need.filter(|id| holding.ask(*id, turn.now, until)).collect();
        need.sort_unstable();
        need.dedup();
        lane.left += need.len() as u64;
        lane.page_at = turn.now;
        lane.asked_at = turn.now;
        let label = lane.label;
        lane.query = None;
        lane.finish = lane.member;
        if let Some(body) = found.next.filter(|_| rounds < ROUNDS) {
            lane.query = Some((session, rounds + 1));
            lane.stats.rounds += 1;
            self.send(turn, peer, &Message::Query { lane: label, session, body });
        }
        for ids in need.chunks(WANT_IDS) {
            self.send(turn, peer, &Message::Want { lane: label, ids: ids.to_vec() });
        }
        self.pump(turn, peer, chapter);
        self.settle(turn, peer, chapter);
        Ok(())
    }

    pub(super) fn take_later(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) -> Result<(), Reason> {
        let later = turn.now.plus(millis::CHECK + jitter(turn));
        if let Some(lane) = self.lane(peer, chapter) {
            lane.accepted = true;
            lane.query = None;
            lane.theirs = None;
            lane.attempts = 0;
            lane.not_before = turn.now;
            lane.check_at = later;
            self.settle(turn, peer, chapter);
        }
        Ok(())
    }

    /// When everything has moved, the sets are compared.
    pub(super) fn settle(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) {
        let Some(lane) = self.lane(peer, chapter).filter(|lane| lane.quiet()) else { return };
        if lane.finish {
            lane.finish = false;
            lane.owes = false;
            self.tell(turn, peer, chapter, true);
        } else if lane.owes {
            lane.owes = false;
            self.tell(turn, peer, chapter, false);
        }
        self.warm(turn, peer, chapter);
    }

    /// The first copy from this peer is over: others may be compared with.
    pub(super) fn warm(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) {
        if let Some(holding) = self.holdings.get_mut(chapter)
            && holding.cold.as_ref() == Some(peer)
        {
            holding.cold = None;
        }
        self.wake(turn, chapter);
    }

    /// Somebody else sends a lot of this chapter at this moment: nobody is asked for the same.
    pub(super) fn bulk_elsewhere(&self, now: Timestamp, peer: &Peer, chapter: &ChapterId) -> bool {
        let cold = self.holdings.get(chapter).and_then(|holding| holding.cold.as_ref());
        cold.is_some_and(|cold| cold != peer) || self.bulk_from_other(now, Some(peer), chapter)
    }

    fn bulk_from_other(&self, now: Timestamp, except: Option<&Peer>, chapter: &ChapterId) -> bool {
        let mut others = self.links.iter().filter(|(peer, _)| Some(*peer) != except);
        others.any(|(_, link)| link.lanes.get(chapter).is_some_and(|lane| lane.bulk(now)))
    }

    /// Goes back to those that were put off, if the reason for it is gone.
    pub(super) fn wake(&mut self, turn: &mut Turn<'_>, chapter: &ChapterId) {
        let cold = self.holdings.get(chapter).is_some_and(|holding| holding.cold.is_some());
        if cold || self.bulk_from_other(turn.now, None, chapter) {
            return;
        }
        for peer in self.sharing(chapter) {
            let Some(lane) = self.lane(&peer, chapter).filter(|lane| lane.deferred) else { continue };
            lane.deferred = false;
            self.ask_again(turn, &peer, chapter);
        }
    }

    /// Compares now, or as soon as everything has moved.
    pub(super) fn ask_again(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) {
        let Some(lane) = self.lane(peer, chapter) else { return };
        if !lane.member {
            self.compare(turn, peer, chapter);
        } else if lane.quiet() {
            self.tell(turn, peer, chapter, true);
        } else {
            lane.finish = true;
        }
    }

    pub(super) fn sync_now(&mut self, turn: &mut Turn<'_>, chapter: &ChapterId) {
        for peer in self.sharing(chapter) {
            if let Some(lane) = self.lane(&peer, chapter) {
                lane.attempts = 0;
                lane.not_before = turn.now;
                lane.in_sync = false;
                self.ask_again(turn, &peer, chapter);
            }
        }
        self.seek(turn, chapter);
    }
}

/// Up to [`millis::CHECK_JITTER`].
pub(super) fn jitter(turn: &mut Turn<'_>) -> u64 {
    let [a, b, ..] = turn.host.random();
    u64::from(u16::from_le_bytes([a, b])) * millis::CHECK_JITTER / (u64::from(u16::MAX) + 1)
}
