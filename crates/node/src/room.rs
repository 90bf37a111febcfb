//! One chapter: its keys, its log, what its entries come to, and what of that is asked all the time.

use crate::io::Topic;
use chapter::{Past, View};
use entry::{ChapterId, DeviceId, EntryId, EpochKey};
use keys::ChapterKeys;
use log::{Log, LogStore, Ring, StoreError};
use std::collections::BTreeSet;

const TOPIC: &str = "chapterhouse 1 gossip topic";

/// One chapter.
pub(crate) struct Room {
    pub(crate) ring: Ring,
    pub(crate) log: Log,
    pub(crate) view: View,
    /// The epoch by which this device shows who it is: the one to write under, or the newest.
    pub(crate) epoch: u64,
    key: EpochKey,
    /// The epoch to write under; none, if a new key has to be made first.
    pub(crate) clean: Option<u64>,
    /// The gossip topics of all epochs that were the one to write under.
    topics: BTreeSet<Topic>,
    acts: usize,
    /// How many devices the members have.
    pub(crate) devices: usize,
    pub(crate) member: bool,
    /// How many of this member's entries count no longer because somebody's time ended, or by a fork.
    pub(crate) voided: usize,
    /// In how many places devices signed more than one entry.
    pub(crate) forks: usize,
    /// Entries that were saved here are missing: until other members have sent them again, nothing is written, or
    /// this device would sign a second entry in the place of one that only the others still have.
    pub(crate) mending: bool,
}

/// The log's answers to the view's questions.
pub(crate) struct LogPast<'a>(pub(crate) &'a Log);

impl Past for LogPast<'_> {
    fn contains(&self, ancestor: &EntryId, of: &EntryId) -> bool {
        self.0.is_ancestor(ancestor, of)
    }

    fn contains_each(&self, ancestors: &[EntryId], of: &EntryId) -> Vec<bool> {
        self.0.ancestors_among(of, ancestors.iter())
    }
}

/// The name of a chapter's gossip topic under a key. Only those who hold the key can make it, and from it nobody gets back to the
/// chapter.
fn topic_of(key: &EpochKey) -> Topic {
    blake3::derive_key(TOPIC, key.expose())
}

impl Room {
    pub(crate) fn new(chapter: ChapterId, keys: &ChapterKeys) -> Option<Self> {
        let (&epoch, key) = keys.epochs.last_key_value()?;
        let mut ring = Ring::new(chapter);
        for (&number, key) in &keys.heads {
            ring.add_heads(number, key);
        }
        for (&number, key) in &keys.epochs {
            ring.add(number, key);
        }
        let (log, view) = (Log::new(chapter), View::new(chapter));
        let topics = [topic_of(key)].into();
        let (key, clean) = (key.clone(), Some(epoch));
        let (acts, devices, member, voided, forks, mending) = (0, 0, false, 0, 0, false);
        Some(Self { ring, log, view, epoch, key, clean, topics, acts, devices, member, voided, forks, mending })
    }

    pub(crate) fn load(&mut self, store: &dyn LogStore, me: &DeviceId) -> Result<Vec<u64>, StoreError> {
        let mut view = View::new(self.ring.chapter());
        let (log, loaded) = Log::load(&self.ring, store, &mut |log, accepted| {
            view.apply(&accepted.entry, &LogPast(log));
        })?;
        (self.log, self.view) = (log, view);
        self.count(me);
        Ok(loaded.damaged)
    }

    /// The view of what the store has.
    pub(crate) fn anew(&self, store: &dyn LogStore) -> Result<View, StoreError> {
        let mut view = View::new(self.ring.chapter());
        // Whatever waits stays where it is: only the view is taken from this.
        Log::load(&self.ring, store, &mut |log, accepted| {
            view.apply(&accepted.entry, &LogPast(log));
        })?;
        Ok(view)
    }

    /// Makes the view anew from what the store has: after texts arrived that had been missing.
    pub(crate) fn look_again(&mut self, store: &dyn LogStore, me: &DeviceId) -> Result<(), StoreError> {
        self.view = self.anew(store)?;
        self.acts = usize::MAX;
        self.count(me);
        Ok(())
    }

    /// Looks at the membership anew. Whether anything about it has changed since the last time.
    pub(crate) fn count(&mut self, me: &DeviceId) -> bool {
        if self.acts == self.view.acts() {
            return false;
        }
        self.acts = self.view.acts();
        self.devices = self.view.device_count();
        self.member = self.view.is_member_device(me);
        true
    }

    /// The epoch to show and, if it is clean, to write under.
    pub(crate) fn set_epoch(&mut self, clean: Option<u64>, number: u64, key: EpochKey) {
        self.topics.insert(topic_of(&key));
        (self.clean, self.epoch, self.key) = (clean, number, key);
    }

    /// The topic on which what is written now is spread.
    pub(crate) fn topic(&self) -> Topic {
        topic_of(&self.key)
    }

    /// Whether something spread on this topic is this chapter's. Some do not know of the newest key yet.
    pub(crate) fn is_topic(&self, topic: &Topic) -> bool {
        self.topics.contains(topic)
    }
}

#[cfg(test)]
mod tests {
    use super::{EpochKey, topic_of};

    /// It is part of the protocol.
    #[test]
    fn a_topic_is_the_same_for_ever() {
        let topic = data_encoding::HEXLOWER.encode(&topic_of(&EpochKey::new([8; 32])));
        assert_eq!(topic, "e9f3cf20d8ec4ed908d36d6e48af56609f206e3a3442ca7cf09b82ab50e69165");
        assert_ne!(topic_of(&EpochKey::new([9; 32])), topic_of(&EpochKey::new([8; 32])));
    }
}
