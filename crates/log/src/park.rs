//! Entries that wait: for causal parents, or for their time to come. Bounded, and never durable: what falls out, or is
//! forgotten when the program ends, is simply missing, and reconciliation brings it again.

use crate::open::Opened;
use entry::{Entry, EntryId, EnvelopeId, Timestamp, Verified};
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

/// The most entries that wait at once.
pub const MAX_PARKED: usize = 8192;
/// The most bytes of envelopes that wait at once.
pub const MAX_PARKED_BYTES: usize = 32 * 1024 * 1024;

/// The waiting room of one chapter.
#[derive(Default)]
pub struct Park {
    waiting: HashMap<EntryId, Waiting>,
    /// Missing parent to those that wait for it.
    by_parent: HashMap<EntryId, Vec<EntryId>>,
    by_time: BTreeSet<(Timestamp, EntryId)>,
    envelopes: HashSet<EnvelopeId>,
    /// In order of arrival, so that the longest waiting falls out first. May name entries that have left.
    order: VecDeque<EntryId>,
    bytes: usize,
}

struct Waiting {
    opened: Opened,
    position: Option<u64>,
    missing: usize,
}

impl Park {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Bytes of the envelopes that wait.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Those that wait, in no order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry<Verified>> {
        self.waiting.values().map(|waiting| waiting.opened.entry())
    }

    /// Whether this envelope waits here.
    pub fn has(&self, envelope: &EnvelopeId) -> bool {
        self.envelopes.contains(envelope)
    }

    /// Whether this entry waits here, in whatever envelope.
    pub fn waits(&self, entry: &EntryId) -> bool {
        self.waiting.contains_key(entry)
    }

    /// Lets an entry's envelope go whose place a better one takes: one that has the body, where this has not. What the
    /// store holds already stays; it is made better once it is in the set.
    pub(crate) fn gives_way_to(&mut self, better: &Opened) -> bool {
        let id = better.entry.id();
        let gives_way = self.waiting.get(&id).is_some_and(|waiting| {
            let same = waiting.opened.envelope == better.envelope;
            waiting.position.is_none() && better.is_better_than(waiting.opened.kept, same)
        });
        gives_way && self.take(&id).is_some()
    }

    /// The parents that are missing, to ask for.
    pub fn missing(&self) -> impl Iterator<Item = &EntryId> {
        self.by_parent.keys()
    }

    /// Lets an entry wait for its missing parents. Those that fall out to make room are returned.
    pub(crate) fn for_parents(
        &mut self,
        opened: Opened,
        position: Option<u64>,
        missing: &BTreeSet<EntryId>,
    ) -> Vec<EnvelopeId> {
        let id = opened.entry.id();
        for parent in missing {
            self.by_parent.entry(*parent).or_default().push(id);
        }
        self.put(id, Waiting { opened, position, missing: missing.len() })
    }

    /// Lets an entry wait for its time.
    pub(crate) fn for_time(&mut self, opened: Opened) -> Vec<EnvelopeId> {
        let id = opened.entry.id();
        self.by_time.insert((opened.entry.content().time, id));
        self.put(id, Waiting { opened, position: None, missing: 0 })
    }

    fn put(&mut self, id: EntryId, waiting: Waiting) -> Vec<EnvelopeId> {
        self.bytes += waiting.opened.bytes.len();
        self.envelopes.insert(waiting.opened.envelope);
        // What the store holds already costs nothing to keep and cannot be fetched again: it never falls out.
        if waiting.position.is_none() {
            self.order.push_back(id);
        }
        self.waiting.insert(id, waiting);
        let mut fallen = Vec::new();
        while (self.waiting.len() > MAX_PARKED || self.bytes > MAX_PARKED_BYTES)
            && let Some(oldest) = self.order.pop_front()
        {
            fallen.extend(self.take(&oldest).map(|waiting| waiting.opened.envelope));
        }
        fallen
    }

    fn take(&mut self, id: &EntryId) -> Option<Waiting> {
        let waiting = self.waiting.remove(id)?;
        self.bytes -= waiting.opened.bytes.len();
        self.envelopes.remove(&waiting.opened.envelope);
        self.by_time.remove(&(waiting.opened.entry.content().time, *id));
        if waiting.missing > 0 {
            for parent in waiting.opened.entry.causal_parents() {
                if let Some(children) = self.by_parent.get_mut(&parent) {
                    children.retain(|child| child != id);
                    if children.is_empty() {
                        self.by_parent.remove(&parent);
                    }
                }
            }
        }
        Some(waiting)
    }

    /// Tells that a parent is here; returns those that miss nothing any more.
    pub(crate) fn arrived(&mut self, parent: &EntryId) -> Vec<(Opened, Option<u64>)> {
        let children = self.by_parent.remove(parent).unwrap_or_default();
        let mut ready = Vec::new();
        for child in children {
            let Some(waiting) = self.waiting.get_mut(&child) else { continue };
            waiting.missing = waiting.missing.saturating_sub(1);
            if waiting.missing == 0 {
                ready.extend(self.take(&child).map(|waiting| (waiting.opened, waiting.position)));
            }
        }
        self.tidy();
        ready
    }

    /// Those whose time has come.
    pub(crate) fn due(&mut self, now: Timestamp) -> Vec<Opened> {
        let mut due = Vec::new();
        while let Some(&(time, id)) = self.by_time.first()
            && !time.is_ahead_of(now)
        {
            self.by_time.remove(&(time, id));
            due.extend(self.take(&id).map(|waiting| waiting.opened));
        }
        self.tidy();
        due
    }

    /// Forgets names of those that left, once they are most of the list.
    fn tidy(&mut self) {
        if self.order.len() > 64 + 2 * self.waiting.len() {
            self.order.retain(|id| self.waiting.contains_key(id));
        }
    }

    /// Those that wait for their time, the earliest first.
    pub fn for_their_time(&self) -> impl Iterator<Item = &Entry<Verified>> {
        self.by_time.iter().filter_map(|(_, id)| Some(self.waiting.get(id)?.opened.entry()))
    }
}
