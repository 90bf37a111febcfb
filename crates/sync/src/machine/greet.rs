//! From a fresh connection to a proven member: hello, tags, proof.

use super::{Sync, Turn};
use crate::{
    handshake::{Binding, Proof},
    holding::Holding,
    host::{Host, Standing},
    io::{Gossip, Item, Output, Peer, Reason},
    limits::{KEYS_GIVEN, PEERS, PROOFS, TAGS, TAGS_STEP, UNPROVEN_PEERS, WELCOME_BYTES, price},
    link::{Lane, Link},
    message::{LaneTag, Message},
};
use entry::{ChapterId, DeviceId};

/// What is said to a newcomer whom somebody let in who was no member any more.
const UPROOTED: &str =
    "whoever let you in was no member of this chapter any more, so you are not in; ask a member for a new invitation";

impl Sync {
    pub(super) fn connected(&mut self, turn: &mut Turn<'_>, peer: Peer, outbound: bool) {
        if peer == self.me {
            turn.out.push(Output::Disconnect { peer, reason: Reason::Oneself });
            return;
        }
        // Whatever the older connection had agreed on does not hold for the new one.
        self.drop_link(turn, &peer);
        let unproven = self.links.values().filter(|link| !link.known()).count();
        // Strangers who fill their places keep nobody from being reached whom this side wants to reach.
        if self.links.len() >= PEERS || (!outbound && unproven >= UNPROVEN_PEERS) {
            turn.out.push(Output::Disconnect { peer, reason: Reason::Full });
            return;
        }
        let nonce = turn.host.random();
        self.connections += 1;
        self.links.insert(peer.clone(), Link::new(self.connections, outbound, nonce, turn.now));
        self.send(turn, &peer, &Message::Hello { nonce });
    }

    /// Forgets a connection.
    pub(super) fn drop_link(&mut self, turn: &mut Turn<'_>, peer: &Peer) {
        let Some(link) = self.links.remove(peer) else { return };
        for quest in self.quests.values_mut() {
            quest.tried.remove(peer);
            if quest.asked.as_ref().is_some_and(|(asked, _)| asked == peer) {
                quest.asked = None;
            }
        }
        for chapter in link.lanes.keys() {
            self.lane_gone(turn, peer, chapter);
        }
    }

    /// What was expected of this peer in this chapter may now be asked of others.
    pub(super) fn lane_gone(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) {
        if let Some(holding) = self.holdings.get_mut(chapter) {
            holding.ask_anew();
            if holding.cold.as_ref() == Some(peer) {
                holding.cold = None;
            }
            self.wake(turn, chapter);
        }
        self.seek(turn, chapter);
    }

    pub(super) fn take_hello(&mut self, turn: &mut Turn<'_>, peer: &Peer, nonce: &[u8; 32]) -> Result<(), Reason> {
        let Some(link) = self.links.get_mut(peer) else { return Ok(()) };
        if link.binding.is_some() {
            return Err(Reason::Violation("a second greeting"));
        }
        if link.nonce == *nonce {
            // Randomness does not repeat: this is my own greeting, thrown back.
            return Err(Reason::Violation("an echo"));
        }
        link.binding = Some(Binding::new(&self.me, &link.nonce, peer, nonce));
        self.send_tags(turn, peer);
        Ok(())
    }

    /// Offers all chapters, so that only who has them too can tell that, and which, and nobody how many.
    fn send_tags(&mut self, turn: &mut Turn<'_>, peer: &Peer) {
        let Some(link) = self.links.get_mut(peer) else { return };
        let Some(binding) = link.binding else { return };
        link.round += 1;
        let round = link.round;
        let chapters = self.holdings.keys().chain(self.quests.keys().filter(|id| !self.holdings.contains_key(id)));
        let mut tags: Vec<LaneTag> = chapters.take(TAGS).map(|id| binding.tag(id, round, true)).collect();
        while tags.is_empty() || !tags.len().is_multiple_of(TAGS_STEP) {
            let random = turn.host.random();
            let (halves, _) = random.as_chunks::<16>();
            tags.extend(halves.iter().take(TAGS_STEP - tags.len() % TAGS_STEP));
            tags.sort_unstable();
            tags.dedup();
        }
        tags.sort_unstable();
        self.send(turn, peer, &Message::Tags { round, tags });
    }

    pub(super) fn take_tags(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        round: u64,
        tags: Vec<LaneTag>,
    ) -> Result<(), Reason> {
        let Some(link) = self.links.get_mut(peer) else { return Ok(()) };
        let Some(binding) = link.binding else { return Err(Reason::Violation("tags before a greeting")) };
        if link.their_round.checked_add(1) != Some(round) {
            return Err(Reason::Violation("tags out of turn"));
        }
        if !link.retags.take(turn.now, 1) {
            return Err(Reason::Flood);
        }
        link.their_round = round;
        let gone: Vec<ChapterId> = link
            .lanes
            .keys()
            .filter(|id| tags.binary_search(&binding.tag(id, round, false)).is_err())
            .copied()
            .collect();
        link.their_tags = tags;
        for chapter in &gone {
            link.lanes.remove(chapter);
        }
        for chapter in &gone {
            self.lane_gone(turn, peer, chapter);
        }
        self.match_lanes(turn, peer);
        Ok(())
    }

    /// Opens a lane for every chapter that both sides offer and that has none yet.
    fn match_lanes(&mut self, turn: &mut Turn<'_>, peer: &Peer) {
        let Some(link) = self.links.get_mut(peer) else { return };
        let Some(binding) = link.binding else { return };
        let mut new = Vec::new();
        for chapter in self.holdings.keys().chain(self.quests.keys()) {
            let theirs = binding.tag(chapter, link.their_round, false);
            if !link.lanes.contains_key(chapter) && link.their_tags.binary_search(&theirs).is_ok() {
                link.lanes.insert(*chapter, Lane::new(binding.label(chapter), turn.now));
                new.push(*chapter);
            }
        }
        for chapter in new {
            if self.holdings.contains_key(&chapter) {
                self.prove(turn, peer, &chapter, None);
            }
            self.seek(turn, &chapter);
        }
    }

    /// The chapters of this device changed: every peer gets new tags.
    pub(super) fn offer_anew(&mut self, turn: &mut Turn<'_>) {
        let peers: Vec<Peer> = self.links.keys().cloned().collect();
        for peer in peers {
            if let Some(link) = self.links.get_mut(&peer)
                && link.binding.is_some()
            {
                link.since = turn.now;
                self.send_tags(turn, &peer);
                self.match_lanes(turn, &peer);
            }
        }
    }

    pub(super) fn loaded(&mut self, turn: &mut Turn<'_>, chapter: ChapterId, items: &[Item]) {
        let new = Holding::new(&chapter, items);
        match self.holdings.get_mut(&chapter) {
            Some(holding) => {
                // Positions may mean other envelopes now: nothing that was agreed on in terms of them holds.
                holding.set = new.set;
                holding.marks = new.marks;
                holding.fresh.clear();
                for link in self.links.values_mut() {
                    if let Some(lane) = link.lanes.get_mut(&chapter) {
                        lane.outbox.clear();
                        lane.unacked.iter_mut().for_each(|sent| sent.positions.clear());
                        lane.in_sync = false;
                    }
                }
                self.sync_now(turn, &chapter);
            }
            None => {
                self.holdings.insert(chapter, new);
                match self.quests.remove(&chapter) {
                    // It was offered already, so that lanes may stand.
                    Some(_) => self.enter(turn, &chapter),
                    None => self.offer_anew(turn),
                }
            }
        }
    }

    /// A chapter takes part from now on: prove, on the lanes that stand already, and read the proofs that came early.
    pub(super) fn enter(&mut self, turn: &mut Turn<'_>, chapter: &ChapterId) {
        for peer in self.sharing(chapter) {
            self.prove(turn, &peer, chapter, None);
            self.read_early_proof(turn, &peer, chapter);
        }
    }

    pub(super) fn forget(&mut self, turn: &mut Turn<'_>, chapter: &ChapterId) {
        let held = self.holdings.remove(chapter).is_some();
        let sought = self.quests.remove(chapter).is_some();
        let gone: Vec<_> = self.deliveries.extract_if(.., |_, delivery| delivery.chapter == *chapter).collect();
        for (_, delivery) in gone {
            self.delivered(turn, &delivery, Gossip::Ignore);
        }
        for link in self.links.values_mut() {
            link.was_known = link.known();
            link.lanes.remove(chapter);
        }
        if held || sought {
            self.offer_anew(turn);
        }
    }

    /// Sends my device, signed for this connection and sealed with the epoch's key.
    fn prove(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId, epoch: Option<u64>) {
        let Some(epoch) = epoch.or_else(|| turn.host.epoch(chapter)) else { return };
        let Some(key) = turn.host.epoch_key(chapter, epoch) else { return };
        let Some(link) = self.links.get(peer) else { return };
        let (Some(binding), Some(lane)) = (link.binding, link.lanes.get(chapter)) else { return };
        let device = turn.host.device();
        let signature = turn.host.sign(&binding.statement(chapter, epoch, true));
        let random = turn.host.random();
        let proof = Proof { device, signature };
        if let Some(sealed) = binding.seal(chapter, epoch, &key, &proof, &random) {
            let message = Message::Proof { lane: lane.label, epoch, sealed };
            if let Some(lane) = self.lane(peer, chapter) {
                lane.proved += 1;
            }
            self.send(turn, peer, &message);
        }
    }

    pub(super) fn take_proof(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        message: Message,
    ) -> Result<(), Reason> {
        let held = self.holdings.contains_key(chapter);
        let Some(lane) = self.lane(peer, chapter) else { return Ok(()) };
        lane.proofs += 1;
        if lane.proofs > PROOFS {
            return Err(Reason::Violation("one proof after another"));
        }
        if !held {
            lane.unread = Some(message);
            return Ok(());
        }
        self.read_proof(turn, peer, chapter, message)
    }

    fn read_early_proof(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) {
        if let Some(message) = self.lane(peer, chapter).and_then(|lane| lane.unread.take())
            && let Err(reason) = self.read_proof(turn, peer, chapter, message)
        {
            self.cut(turn, peer, reason);
        }
    }

    fn read_proof(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        message: Message,
    ) -> Result<(), Reason> {
        let Message::Proof { lane: label, epoch, ref sealed } = message else { return Ok(()) };
        let Some(binding) = self.links.get(peer).and_then(|link| link.binding) else { return Ok(()) };
        let key = turn.host.epoch_key(chapter, epoch);
        if let Some(lane) = self.lane(peer, chapter) {
            lane.foreign = key.is_none();
        }
        let Some(key) = key else {
            // A newer epoch than mine, most likely: its key is on its way. Until then, under one that I can read.
            if let Some(mine) = turn.host.epoch_before(chapter, epoch) {
                if let Some(lane) = self.lane(peer, chapter) {
                    lane.unread = Some(message);
                }
                self.send(turn, peer, &Message::Again { lane: label, epoch: mine });
            } else if let Some(mine) = turn.host.epoch(chapter) {
                // An older one, and I came in with a key that was made later: under that one.
                self.send(turn, peer, &Message::Again { lane: label, epoch: mine });
            }
            return Ok(());
        };
        let Some(proof) = binding.open(chapter, epoch, &key, sealed) else {
            return self.annoy(turn.now, peer, price::ABUSE);
        };
        if !binding.signed(chapter, epoch, &proof) {
            return Err(Reason::Violation("a proof that its device did not sign"));
        }
        let standing = turn.host.standing(chapter, &proof.device);
        let known = self.links.get(peer).is_some_and(Link::known);
        let Some(lane) = self.lane(peer, chapter) else { return Ok(()) };
        if lane.device.is_some_and(|device| device != proof.device) {
            return Err(Reason::Violation("two devices on one connection"));
        }
        if standing == Standing::Removed {
            // Not a word. Should they be let in again, it is judged anew: nobody sends it twice.
            lane.unread = Some(message);
            self.tell_uprooted(turn, peer, chapter, &proof.device);
            return Ok(());
        }
        if lane.device.is_none() {
            lane.known_since = turn.now;
        }
        lane.device = Some(proof.device);
        lane.epoch = Some(epoch);
        if !known {
            turn.out.push(Output::Known { peer: peer.clone() });
        }
        match standing {
            Standing::Member => self.admit_to_lane(turn, peer, chapter),
            _ => self.send(turn, peer, &Message::Locked { lane: label }),
        }
        Ok(())
    }

    /// A newcomer whom somebody let in who was no member any more is told so, once on a connection.
    fn tell_uprooted(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId, device: &DeviceId) {
        let Some(lane) = self.lane(peer, chapter).filter(|lane| !lane.told_uprooted) else { return };
        if turn.host.uprooted(chapter, device) {
            lane.told_uprooted = true;
            let message = Message::JoinRefused { lane: lane.label, reason: UPROOTED.to_owned() };
            self.send(turn, peer, &message);
        }
    }

    /// The device is a member's: from now on it is served.
    fn admit_to_lane(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) {
        let Some(lane) = self.lane(peer, chapter) else { return };
        let Some(device) = lane.device else { return };
        if !lane.member {
            lane.member = true;
            turn.out.push(Output::Proven { peer: peer.clone(), chapter: *chapter, device });
        }
        self.give_keys(turn, peer, chapter);
        self.ask_key(turn, peer, chapter);
        let Some(lane) = self.lane(peer, chapter) else { return };
        // If it was listened to before, its summary is an old one.
        let before = lane.accepted;
        lane.attempts = 0;
        lane.not_before = turn.now;
        if lane.quiet() {
            self.tell(turn, peer, chapter, before);
        } else {
            lane.finish = true;
            self.tell(turn, peer, chapter, false);
        }
    }

    /// Gives a member's device the keys that it was left out of.
    fn give_keys(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) {
        let Some(lane) = self.lane(peer, chapter) else { return };
        let (Some(device), label, lacks) = (lane.device, lane.label, lane.lacks_key) else { return };
        if lane.keys_given >= KEYS_GIVEN {
            return;
        }
        if let Some(body) = turn.host.keys_for(chapter, &device, lacks).filter(|body| body.len() <= WELCOME_BYTES) {
            if let Some(lane) = self.lane(peer, chapter) {
                lane.keys_given += 1;
            }
            self.send(turn, peer, &Message::Keys { lane: label, body });
        }
    }

    /// Says to a member's device, once, that this one did not get a key that it should have.
    fn ask_key(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) {
        let Some(lane) = self.lane(peer, chapter).filter(|lane| !lane.key_asked) else { return };
        if let Some(epoch) = turn.host.lacks_key(chapter) {
            lane.key_asked = true;
            let message = Message::Again { lane: lane.label, epoch };
            self.send(turn, peer, &message);
        }
    }

    pub(super) fn take_keys(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        body: &[u8],
    ) -> Result<(), Reason> {
        if !self.lane(peer, chapter).is_some_and(|lane| lane.member) || !turn.host.take_keys(chapter, body) {
            return self.annoy(turn.now, peer, price::REFUSED);
        }
        // What could not be read before is asked for once more.
        self.sync_now(turn, chapter);
        Ok(())
    }

    pub(super) fn take_again(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        epoch: u64,
    ) -> Result<(), Reason> {
        self.annoy(turn.now, peer, price::REFUSED)?;
        let Some(lane) = self.lane(peer, chapter) else { return Ok(()) };
        lane.lacks_key = true;
        if lane.member {
            self.give_keys(turn, peer, chapter);
        }
        let Some(lane) = self.lane(peer, chapter) else { return Ok(()) };
        // One more than these, and the peer would take it for an offence.
        if lane.proved >= PROOFS {
            return Ok(());
        }
        let last = lane.proved + 1 == PROOFS;
        // Whoever was let in anew, and has nothing older than what somebody gave them who was no member, shares only what
        // the other one proved under.
        let theirs = lane.epoch.filter(|_| lane.member);
        if let Some(epoch) = shared_epoch(turn.host, chapter, epoch, last).or(theirs) {
            if let Some(lane) = self.lane(peer, chapter) {
                // Whatever followed my proof was not understood.
                lane.query = None;
            }
            self.prove(turn, peer, chapter, Some(epoch));
            // My summary neither; a newcomer has none of their own to begin with.
            self.tell(turn, peer, chapter, false);
        }
        Ok(())
    }

    pub(super) fn take_locked(&mut self, _: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId) -> Result<(), Reason> {
        if let Some(lane) = self.lane(peer, chapter) {
            lane.accepted = true;
            lane.locked = true;
            lane.query = None;
            lane.finish = false;
            lane.awaiting = false;
            lane.theirs = None;
            lane.left = 0;
        }
        Ok(())
    }

    /// The View says something new about members or devices, or a key arrived.
    pub(super) fn membership_changed(&mut self, turn: &mut Turn<'_>, chapter: &ChapterId) {
        if !self.holdings.contains_key(chapter) {
            return;
        }
        for peer in self.sharing(chapter) {
            self.read_early_proof(turn, &peer, chapter);
            let Some(link) = self.links.get_mut(&peer) else { continue };
            let Some(lane) = link.lanes.get_mut(chapter) else { continue };
            let Some(device) = lane.device else { continue };
            match (turn.host.standing(chapter, &device), lane.member) {
                (Standing::Member, false) => self.admit_to_lane(turn, &peer, chapter),
                (Standing::Member, true) => {
                    self.give_keys(turn, &peer, chapter);
                    self.ask_key(turn, &peer, chapter);
                }
                (Standing::Unknown, true) => {
                    lane.stop_serving();
                    let message = Message::Locked { lane: lane.label };
                    self.send(turn, &peer, &message);
                }
                (Standing::Removed, _) => {
                    // As if it had never proved anything; without another chapter it is cut off in time.
                    lane.stop_serving();
                    lane.device = None;
                    lane.query = None;
                    lane.theirs = None;
                    lane.left = 0;
                    link.since = turn.now;
                    link.turned_out.get_or_insert(turn.now);
                    self.tell_uprooted(turn, &peer, chapter, &device);
                    self.lane_gone(turn, &peer, chapter);
                }
                _ => {}
            }
        }
    }
}

/// The epoch to prove under to a peer that asked for this one: the same if it is held, else the newest older one. Both may have
/// made keys for long without knowing of each other's; each question takes them further back, and the last one to where
/// everything began. Never one that is newer than what is written under here.
fn shared_epoch(host: &dyn Host, chapter: &ChapterId, asked: u64, last: bool) -> Option<u64> {
    let mine = host.epoch(chapter)?;
    let mut epoch = Some(asked).filter(|epoch| host.epoch_key(chapter, *epoch).is_some());
    epoch = epoch.or_else(|| host.epoch_before(chapter, asked));
    while let Some(older) =
        epoch.filter(|epoch| *epoch > mine || last).and_then(|epoch| host.epoch_before(chapter, epoch))
    {
        epoch = Some(older);
    }
    epoch.filter(|epoch| *epoch <= mine)
}
