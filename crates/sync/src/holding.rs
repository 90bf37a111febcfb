//! What is kept of one chapter, whoever is connected.

use crate::{
    io::{Item, Peer},
    limits::{ASKED, SHELVED},
    marks::Marks,
    set::Set,
};
use entry::{ChapterId, DeviceId, EnvelopeId, Tag, Timestamp};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A chapter that takes part.
pub(crate) struct Holding {
    pub(crate) tag: Tag,
    pub(crate) set: Set,
    pub(crate) marks: Marks,
    /// With nothing here yet: the one peer that was asked for everything.
    pub(crate) cold: Option<Peer>,
    /// Delivered to the owner and not answered for; and who else sent the same meanwhile, and is to be told.
    pub(crate) in_hand: BTreeMap<EnvelopeId, BTreeSet<Peer>>,
    /// Asked of somebody; asked of somebody else after the time.
    asked: BTreeMap<EnvelopeId, Timestamp>,
    /// Bodies that somebody was asked for; somebody else is asked after the time.
    whole: BTreeMap<EnvelopeId, Timestamp>,
    /// Parked or refused by the log; not asked for before the time.
    shelved: BTreeMap<EnvelopeId, Timestamp>,
    /// To be announced after the time.
    pub(crate) fresh: VecDeque<Fresh>,
    /// A lot arrived, last at this time: everybody else compares afterwards.
    pub(crate) bulk_at: Option<Timestamp>,
    /// Members' devices that take no notice of this one, since the last that did.
    pub(crate) silent: BTreeSet<DeviceId>,
    /// Somebody who has this chapter too was met, and neither side has a key that the other one could read.
    pub(crate) foreign: bool,
}

/// Something new, to be announced to peers that are not known to have it.
#[derive(Debug)]
pub(crate) struct Fresh {
    pub(crate) position: u64,
    pub(crate) id: EnvelopeId,
    pub(crate) due: Timestamp,
}

impl Holding {
    pub(crate) fn new(chapter: &ChapterId, items: &[Item]) -> Self {
        Self {
            tag: chapter.tag(),
            set: Set::load(items),
            marks: Marks::default(),
            cold: None,
            in_hand: BTreeMap::new(),
            asked: BTreeMap::new(),
            whole: BTreeMap::new(),
            shelved: BTreeMap::new(),
            fresh: VecDeque::new(),
            bulk_at: None,
            silent: BTreeSet::new(),
            foreign: false,
        }
    }

    /// Notes that an id is going to be asked for; `false` if it need not be: it is here, or on its way.
    pub(crate) fn ask(&mut self, id: EnvelopeId, now: Timestamp, until: Timestamp) -> bool {
        let waits = |times: &BTreeMap<EnvelopeId, Timestamp>| times.get(&id).is_some_and(|until| *until > now);
        if self.set.contains(&id) || self.in_hand.contains_key(&id) || waits(&self.asked) || waits(&self.shelved) {
            return false;
        }
        if self.asked.len() < ASKED {
            self.asked.insert(id, until);
        }
        true
    }

    /// Notes that the body of what is here without it is going to be asked for; `false` if somebody else was just asked.
    pub(crate) fn ask_whole(&mut self, id: EnvelopeId, now: Timestamp, until: Timestamp) -> bool {
        let free = self.set.contains(&id)
            && !self.in_hand.contains_key(&id)
            && self.whole.get(&id).is_none_or(|until| *until <= now);
        if free && self.whole.len() < ASKED {
            self.whole.insert(id, until);
        }
        free
    }

    pub(crate) fn arrived(&mut self, id: &EnvelopeId) {
        self.asked.remove(id);
    }

    /// Whoever was asked is gone: somebody else may be asked.
    pub(crate) fn ask_anew(&mut self) {
        self.asked.clear();
        self.whole.clear();
    }

    pub(crate) fn shelve(&mut self, id: EnvelopeId, until: Timestamp) {
        if self.shelved.len() < SHELVED || self.shelved.contains_key(&id) {
            self.shelved.insert(id, until);
        }
    }

    pub(crate) fn unshelve(&mut self, id: &EnvelopeId) {
        self.shelved.remove(id);
    }

    pub(crate) fn expire(&mut self, now: Timestamp) {
        self.asked.retain(|_, until| *until > now);
        self.whole.retain(|_, until| *until > now);
        self.shelved.retain(|_, until| *until > now);
    }
}

/// A chapter that this device wants to join.
#[derive(Debug)]
pub(crate) struct Quest {
    /// Who was asked, and until when an answer is waited for.
    pub(crate) asked: Option<(Peer, Timestamp)>,
    /// Who is not asked again before the time. Only connected peers.
    pub(crate) tried: BTreeMap<Peer, Timestamp>,
    /// Somebody said that this device is in, and gave it keys. Until what proves it is here, it may not be so: whoever was
    /// removed unseen, or pretends not to know of it, gives away what they have all the same.
    pub(crate) welcomed: bool,
    /// Not before this somebody else is asked.
    pub(crate) not_before: Timestamp,
}

impl Default for Quest {
    fn default() -> Self {
        Self { asked: None, tried: BTreeMap::new(), welcomed: false, not_before: Timestamp(0) }
    }
}

#[cfg(test)]
impl Holding {
    pub(crate) fn noted(&self) -> usize {
        self.asked.len() + self.shelved.len()
    }
}
