//! The machine: its state, and which part of it takes which input.
//!
//! Reading order: this file, [`greet`] (from a connection to a proven member), [`join`] (invitations), [`exchange`]
//! (comparing two sets), [`pages`] (envelopes on their way), [`fresh`] (what is new, and gossip), [`tick`] (time).

mod exchange;
mod fresh;
mod greet;
mod join;
mod pages;
mod parcel;
mod status;
mod tick;

use crate::{
    budget::Budget,
    holding::{Holding, Quest},
    host::Host,
    io::{Input, Output, Peer, Reason},
    limits::{ADMISSION_SECONDS, ADMISSIONS, MAX_UNPROVEN_MESSAGE, price},
    link::{Lane, Link},
    message::{Message, WireError},
};
use entry::{ChapterId, Timestamp};
use pages::Delivery;
use std::collections::BTreeMap;

/// The state of everything between this device and its peers.
pub struct Sync {
    me: Peer,
    links: BTreeMap<Peer, Link>,
    holdings: BTreeMap<ChapterId, Holding>,
    quests: BTreeMap<ChapterId, Quest>,
    deliveries: BTreeMap<u64, Delivery>,
    tickets: u64,
    connections: u64,
    in_hand_bytes: usize,
    admissions: Budget,
    ticked: Option<Timestamp>,
    expired: Timestamp,
}

/// One call of [`Sync::handle`].
struct Turn<'a> {
    now: Timestamp,
    host: &'a mut dyn Host,
    out: Vec<Output>,
}

impl Sync {
    /// For the node of this network name.
    pub fn new(me: Peer) -> Self {
        Self {
            me,
            links: BTreeMap::new(),
            holdings: BTreeMap::new(),
            quests: BTreeMap::new(),
            deliveries: BTreeMap::new(),
            tickets: 0,
            connections: 0,
            in_hand_bytes: 0,
            admissions: Budget::new(ADMISSIONS * ADMISSION_SECONDS, 1, Timestamp(0)),
            ticked: None,
            expired: Timestamp(0),
        }
    }

    /// Takes one input; returns what is to be done, in order.
    pub fn handle(&mut self, now: Timestamp, input: Input, host: &mut dyn Host) -> Vec<Output> {
        let mut turn = Turn { now, host, out: Vec::new() };
        let turn = &mut turn;
        match input {
            Input::Connected { peer, outbound } => self.connected(turn, peer, outbound),
            Input::Disconnected { peer } => self.drop_link(turn, &peer),
            Input::Message { peer, bytes } => self.message(turn, &peer, &bytes),
            Input::Gossip { peer, chapter, bytes, token } => self.gossip(turn, &peer, &chapter, bytes, token),
            Input::Loaded { chapter, items } => self.loaded(turn, chapter, &items),
            Input::Stored { chapter, new } => self.stored(turn, &chapter, &new, &fresh::Source::Here),
            Input::Ingested { ticket, verdict } => self.ingested(turn, ticket, verdict),
            Input::Join { chapter } => self.join(turn, chapter),
            Input::Forget { chapter } => self.forget(turn, &chapter),
            Input::MembershipChanged { chapter } => self.membership_changed(turn, &chapter),
            Input::SyncNow { chapter } => self.sync_now(turn, &chapter),
            Input::Parcel { chapter, via, to, body } => self.hand_over(turn, &chapter, &via, to, body),
            Input::Tick => self.tick(turn),
        }
        std::mem::take(&mut turn.out)
    }

    fn message(&mut self, turn: &mut Turn<'_>, peer: &Peer, bytes: &[u8]) {
        // A peer that was cut off may have sent more before it noticed.
        let Some(link) = self.links.get_mut(peer) else { return };
        link.heard = turn.now;
        let read = if !link.traffic.take(turn.now, 1) {
            Err(Reason::Flood)
        } else if bytes.len() > MAX_UNPROVEN_MESSAGE && !link.known() {
            Err(Reason::Violation("a long message before anything was proved"))
        } else {
            Message::from_bytes(bytes).map_err(|error| match error {
                WireError::Version(version) => Reason::NewerVersion(version),
                WireError::Encoding(error) => Reason::Malformed(error.to_string()),
            })
        };
        if let Err(reason) = read.and_then(|message| self.take(turn, peer, message, bytes.len())) {
            self.cut(turn, peer, reason);
        }
    }

    fn take(&mut self, turn: &mut Turn<'_>, peer: &Peer, message: Message, len: usize) -> Result<(), Reason> {
        let Some(label) = message.lane() else {
            return match message {
                Message::Hello { nonce } => self.take_hello(turn, peer, &nonce),
                Message::Tags { round, tags } => self.take_tags(turn, peer, round, tags),
                _ => Err(Reason::Violation("a message without its chapter")),
            };
        };
        let Some(chapter) = self.links.get(peer).and_then(|link| link.chapter_of(label)) else {
            // Either side may have forgotten a chapter while a message about it was on its way.
            return self.annoy(turn.now, peer, price::STRAY);
        };
        let chapter = &chapter;
        if let Some(lane) = self.lane(peer, chapter) {
            lane.stats.bytes_in += len as u64;
            let early = matches!(
                message,
                Message::Proof { .. }
                    | Message::Again { .. }
                    | Message::Locked { .. }
                    | Message::JoinRequest { .. }
                    | Message::Welcome { .. }
                    | Message::JoinRefused { .. }
            );
            if !early && lane.device.is_none() {
                // Perhaps it could read my proof and I could not read its own yet. It gets no answer at all.
                return self.annoy(turn.now, peer, price::STRAY);
            }
        }
        match message {
            Message::Hello { .. } | Message::Tags { .. } => Ok(()),
            Message::Proof { .. } => self.take_proof(turn, peer, chapter, message),
            Message::Again { epoch, .. } => self.take_again(turn, peer, chapter, epoch),
            Message::Locked { .. } => self.take_locked(turn, peer, chapter),
            Message::JoinRequest { body, .. } => self.take_join_request(turn, peer, chapter, &body),
            Message::Welcome { body, .. } => self.take_welcome(turn, peer, chapter, &body),
            Message::JoinRefused { reason, .. } => self.take_join_refused(turn, peer, chapter, reason),
            Message::Summary { digest, reply, .. } => self.take_summary(turn, peer, chapter, digest, reply),
            Message::Query { session, body, .. } => self.take_query(turn, peer, chapter, session, &body),
            Message::Answer { session, body, .. } => self.take_answer(turn, peer, chapter, session, &body),
            Message::Later { .. } => self.take_later(turn, peer, chapter),
            Message::Want { ids, .. } => self.take_want(turn, peer, chapter, &ids),
            Message::WantAll { .. } => self.take_want_all(turn, peer, chapter),
            Message::Page { left, envelopes, .. } => self.take_page(turn, peer, chapter, left, envelopes),
            Message::Got { page, missing, .. } => self.take_got(turn, peer, chapter, page, &missing),
            Message::Have { ids, .. } => self.take_have(turn, peer, chapter, &ids),
            Message::Keys { body, .. } => self.take_keys(turn, peer, chapter, &body),
            Message::Parcel { to, body, .. } => self.take_parcel(turn, peer, chapter, to, body),
        }
    }

    fn lane(&mut self, peer: &Peer, chapter: &ChapterId) -> Option<&mut Lane> {
        self.links.get_mut(peer)?.lanes.get_mut(chapter)
    }

    /// The peers with which this chapter is shared.
    fn sharing(&self, chapter: &ChapterId) -> Vec<Peer> {
        self.links.iter().filter(|(_, link)| link.lanes.contains_key(chapter)).map(|(peer, _)| peer.clone()).collect()
    }

    fn send(&mut self, turn: &mut Turn<'_>, peer: &Peer, message: &Message) {
        let Some(link) = self.links.get_mut(peer) else { return };
        let bytes = message.to_bytes();
        if let Some(label) = message.lane()
            && let Some(lane) = link.lanes.values_mut().find(|lane| lane.label == *label)
        {
            lane.stats.bytes_out += bytes.len() as u64;
        }
        turn.out.push(Output::Send { peer: peer.clone(), bytes });
    }

    /// Charges a peer for something useless.
    fn annoy(&mut self, now: Timestamp, peer: &Peer, price: u64) -> Result<(), Reason> {
        let Some(link) = self.links.get_mut(peer) else { return Ok(()) };
        if link.patience.take(now, price) { Ok(()) } else { Err(Reason::Flood) }
    }

    fn cut(&mut self, turn: &mut Turn<'_>, peer: &Peer, reason: Reason) {
        turn.out.push(Output::Disconnect { peer: peer.clone(), reason });
        self.drop_link(turn, peer);
    }
}
