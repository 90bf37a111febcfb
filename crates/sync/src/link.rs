//! What is kept of one connection. Everything of it goes when the connection goes.

use crate::{
    budget::Budget,
    handshake::Binding,
    io::Stats,
    limits::{BULK, FIRST_PAGE_BYTES, FRAME, JOINS, PARCELS, WINDOW, millis, price},
    message::{Digest, Label, LaneTag, Message},
    outbox::Outbox,
};
use entry::{ChapterId, DeviceId, EnvelopeId, Timestamp};
use std::collections::{BTreeMap, VecDeque};

/// One connected peer.
pub(crate) struct Link {
    /// Tells this connection from an earlier one of the same peer.
    pub(crate) connection: u64,
    pub(crate) outbound: bool,
    /// Since when it could have proved something.
    pub(crate) since: Timestamp,
    /// When its last message came.
    pub(crate) heard: Timestamp,
    pub(crate) nonce: [u8; 32],
    /// Known once its hello has come.
    pub(crate) binding: Option<Binding>,
    /// My last round of tags.
    pub(crate) round: u64,
    pub(crate) their_round: u64,
    pub(crate) their_tags: Vec<LaneTag>,
    pub(crate) lanes: BTreeMap<ChapterId, Lane>,
    /// It had proved itself for a chapter that was given up since.
    pub(crate) was_known: bool,
    pub(crate) joins_made: Budget,
    pub(crate) joins_heard: Budget,
    pub(crate) joins_answered: Budget,
    pub(crate) gossip_in_hand: usize,
    /// Since when a device that was served over it is a member's no more.
    pub(crate) turned_out: Option<Timestamp>,
    /// Messages of any kind.
    pub(crate) traffic: Budget,
    /// Useless things.
    pub(crate) patience: Budget,
    /// Tags anew.
    pub(crate) retags: Budget,
    /// Answers to queries, by length and by the work they take: the one thing that is larger than what asks for it,
    /// and not under the window.
    pub(crate) answers: Budget,
    /// Parcels that it may hand over.
    pub(crate) parcels: Budget,
}

impl Link {
    pub(crate) fn new(connection: u64, outbound: bool, nonce: [u8; 32], now: Timestamp) -> Self {
        Self {
            connection,
            outbound,
            since: now,
            heard: now,
            nonce,
            binding: None,
            round: 0,
            their_round: 0,
            their_tags: Vec::new(),
            lanes: BTreeMap::new(),
            was_known: false,
            joins_made: Budget::new(JOINS, 1, now),
            joins_heard: Budget::new(2 * JOINS, 2, now),
            joins_answered: Budget::new(JOINS, 1, now),
            gossip_in_hand: 0,
            turned_out: None,
            traffic: Budget::new(10_000, 5_000, now),
            patience: Budget::new(price::BUDGET, price::REFILL, now),
            retags: Budget::new(32, 1, now),
            parcels: Budget::new(PARCELS, 1, now),
            answers: Budget::new(64 * FRAME as u64, 128 * FRAME as u64, now),
        }
    }

    /// Whether it proved to hold the keys of any chapter that is here too, or was when it did: what it sent before it heard
    /// that this side gave a chapter up is still on its way.
    pub(crate) fn known(&self) -> bool {
        self.was_known || self.lanes.values().any(|lane| lane.device.is_some())
    }

    pub(crate) fn chapter_of(&self, label: &Label) -> Option<ChapterId> {
        self.lanes.iter().find(|(_, lane)| lane.label == *label).map(|(chapter, _)| *chapter)
    }
}

/// A page on its way.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) page: u64,
    /// How many envelopes it has.
    pub(crate) count: usize,
    pub(crate) at: Timestamp,
    /// Their positions; none when the log was loaded anew meanwhile.
    pub(crate) positions: Vec<u64>,
}

/// One chapter shared with one peer.
pub(crate) struct Lane {
    pub(crate) label: Label,
    /// Its device, once it proved one that was not removed.
    pub(crate) device: Option<DeviceId>,
    /// Whether that device is a member's: only then it is served.
    pub(crate) member: bool,
    /// Since when it is known whose it is.
    pub(crate) known_since: Timestamp,
    /// A proof that could not be read yet, because the keys have not arrived.
    pub(crate) unread: Option<Message>,
    pub(crate) proofs: u32,
    /// None of them is under a key that is here.
    pub(crate) foreign: bool,
    /// The epoch of the one that could be read.
    pub(crate) epoch: Option<u64>,
    /// Whether it was told that whoever let its member in was none.
    pub(crate) told_uprooted: bool,
    /// How many of mine it was sent.
    pub(crate) proved: u32,
    /// How often it was given keys.
    pub(crate) keys_given: u32,
    /// It said that it does not have a key.
    pub(crate) lacks_key: bool,
    /// It was told that this side does not have one.
    pub(crate) key_asked: bool,
    /// The peer took my proof: it will understand what I send.
    pub(crate) accepted: bool,
    /// It took it, and does not serve me.
    pub(crate) locked: bool,

    /// What it last said to have, if nothing moved since.
    pub(crate) theirs: Option<Digest>,
    /// What I last told it to have.
    pub(crate) told: Option<Digest>,
    /// My reconciliation that runs: its number and rounds.
    pub(crate) query: Option<(u64, u32)>,
    pub(crate) sessions: u64,
    /// Compare once everything has moved.
    pub(crate) finish: bool,
    /// It was asked for its summary.
    pub(crate) awaiting: bool,
    /// It asked for my summary.
    pub(crate) owes: bool,
    /// I put it off because of a bulk from somebody else.
    pub(crate) deferred: bool,
    pub(crate) in_sync: bool,
    /// It was given what came since it last had the same, as far as that is known and little.
    pub(crate) resumed: bool,
    /// Exchanges since both had the same.
    pub(crate) attempts: u32,
    /// What both had at the beginning of the last one.
    pub(crate) differed: Option<(Digest, Digest)>,
    /// Not before this the next one.
    pub(crate) not_before: Timestamp,
    /// Compare at this time.
    pub(crate) check_at: Timestamp,

    pub(crate) outbox: Outbox,
    /// A new lot was begun in the outbox, and no page of it has left.
    pub(crate) begun: bool,
    pub(crate) unacked: VecDeque<Sent>,
    /// How large the next page may be.
    pub(crate) page_bytes: usize,
    pub(crate) pages_sent: u64,
    pub(crate) pages_taken: u64,
    pub(crate) pages_in_hand: usize,
    /// What it has yet to send, as it says.
    pub(crate) left: u64,
    /// When its last page came, or was asked for.
    pub(crate) page_at: Timestamp,
    /// When I last asked or sent something that it has to answer.
    pub(crate) asked_at: Timestamp,
    pub(crate) copies: u32,
    /// Bodies that it was asked for, and whether they are still waited for.
    pub(crate) whole: BTreeMap<EnvelopeId, bool>,
    pub(crate) stats: Stats,
}

impl Lane {
    pub(crate) fn new(label: Label, now: Timestamp) -> Self {
        Self {
            label,
            device: None,
            member: false,
            known_since: now,
            unread: None,
            proofs: 0,
            foreign: false,
            epoch: None,
            told_uprooted: false,
            proved: 0,
            keys_given: 0,
            lacks_key: false,
            key_asked: false,
            accepted: false,
            locked: false,
            theirs: None,
            told: None,
            query: None,
            sessions: 0,
            finish: false,
            awaiting: false,
            owes: false,
            deferred: false,
            in_sync: false,
            resumed: false,
            attempts: 0,
            differed: None,
            not_before: now,
            check_at: now.plus(millis::BULK_STALL),
            outbox: Outbox::default(),
            begun: false,
            unacked: VecDeque::new(),
            page_bytes: FIRST_PAGE_BYTES,
            pages_sent: 0,
            pages_taken: 0,
            pages_in_hand: 0,
            left: 0,
            page_at: now,
            asked_at: now,
            copies: 0,
            whole: BTreeMap::new(),
            stats: Stats::default(),
        }
    }

    /// Nothing is on its way in either direction, as far as is known here.
    pub(crate) fn quiet(&self) -> bool {
        self.query.is_none()
            && self.outbox.is_empty()
            && self.unacked.is_empty()
            && self.pages_in_hand == 0
            && self.left == 0
    }

    /// The peer owes something.
    pub(crate) fn expecting(&self) -> bool {
        self.device.is_some()
            && (self.query.is_some()
                || self.awaiting
                || !self.unacked.is_empty()
                || (self.left > 0 && self.pages_in_hand == 0))
    }

    /// The peer is in the middle of sending a lot.
    pub(crate) fn bulk(&self, now: Timestamp) -> bool {
        (self.left > BULK || self.pages_in_hand == WINDOW) && now.0.saturating_sub(self.page_at.0) < millis::BULK_STALL
    }

    pub(crate) fn on_its_way(&self, position: u64) -> bool {
        self.outbox.contains(position)
            || self.unacked.iter().any(|sent| sent.positions.binary_search(&position).is_ok())
    }

    /// What the peer lacks, to be sent, but for what is on its way to it.
    pub(crate) fn queue(&mut self, positions: impl IntoIterator<Item = u64>) {
        self.begun |= self.outbox.is_empty();
        for position in positions {
            if !self.on_its_way(position) {
                self.outbox.add(position);
            }
        }
    }

    /// It is no member any more, or not yet: nothing more goes to it.
    pub(crate) fn stop_serving(&mut self) {
        self.outbox.clear();
        self.member = false;
        self.in_sync = false;
        self.owes = false;
        self.finish = false;
        self.awaiting = false;
    }
}
