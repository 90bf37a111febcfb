//! One chapter's log: the set of its entries in a causal order, and the one door into it.

use crate::{
    open::{Kept, OpenError, Opened, Ring},
    park::Park,
    store::{LogStore, StoreError},
};
use entry::{ChapterId, DeviceId, Draft, Entry, EntryId, EnvelopeId, Timestamp, Verified, entry::MAX_PARENTS};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    ops::ControlFlow,
};

mod after;
mod bodies;

pub use bodies::Stripped;

/// Entries of the store that are opened at a time while loading: enough for all cores, little memory.
const LOAD_CHUNK: usize = 512;

/// A chapter's log.
pub struct Log {
    chapter: ChapterId,
    slots: Vec<Slot>,
    by_entry: HashMap<EntryId, u32>,
    by_envelope: HashMap<EnvelopeId, u32>,
    tips: HashMap<DeviceId, Tip>,
    heads: BTreeSet<EntryId>,
    /// Those of which only the stub is here.
    stubs: BTreeMap<u32, EntryId>,
    park: Park,
    after: after::After,
}

/// An entry that is in the set. Its parents' slots are always smaller than its own.
struct Slot {
    envelope: EnvelopeId,
    /// Fits: an envelope's hour is in the calendar.
    hour: u32,
    kept: Kept,
    position: u64,
    parents: Box<[u32]>,
}

/// A device's longest chain.
#[derive(Clone, Copy)]
struct Tip {
    seq: u64,
    id: EntryId,
}

/// An entry that just became part of the set.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The entry.
    pub entry: Entry<Verified>,
    /// Its envelope.
    pub envelope: EnvelopeId,
    /// The envelope's hour.
    pub hour: u64,
    /// Where the store has it.
    pub position: u64,
}

/// What became of an opened envelope.
#[derive(Debug)]
pub enum Ingested {
    /// It is in the set now, and so are those that waited for it, in causal order.
    Accepted(Vec<Accepted>),
    /// It was here without its body, or its body could not be read, and now it can. Where another envelope stood for
    /// this entry, a false one with a body that nobody signed, that one is not in the set any more.
    Filled {
        /// The entry, where it was before.
        entry: Box<Accepted>,
        /// The other envelope.
        instead: Option<EnvelopeId>,
    },
    /// It was here already, or waits here already.
    Duplicate,
    /// Its entry is here, or waits here, in another envelope, and this is no better one: it is not taken.
    Another,
    /// It waits for causal parents, or for its time. Those that had to make room for it were dropped.
    Parked {
        /// Envelopes that fell out of the waiting room.
        dropped: Vec<EnvelopeId>,
    },
}

/// What loading a log found besides the entries.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Positions whose envelopes do not open, although only good ones were written: the disk changed them.
    pub damaged: Vec<u64>,
}

impl Log {
    /// An empty log.
    pub fn new(chapter: ChapterId) -> Self {
        Self {
            chapter,
            slots: Vec::new(),
            by_entry: HashMap::new(),
            by_envelope: HashMap::new(),
            tips: HashMap::new(),
            heads: BTreeSet::new(),
            stubs: BTreeMap::new(),
            park: Park::default(),
            after: after::After::default(),
        }
    }

    /// Reads a chapter's log from the store. `each` gets every entry, in the same causal order in which
    /// [`Log::ingest`] once accepted them.
    pub fn load(
        ring: &Ring,
        store: &dyn LogStore,
        each: &mut dyn FnMut(&Self, &Accepted),
    ) -> Result<(Self, Loaded), StoreError> {
        let mut log = Self::new(ring.chapter());
        let mut loaded = Loaded::default();
        let total = usize::try_from(store.len(ring.tag())?).unwrap_or(0).min(1 << 20);
        log.slots.reserve(total);
        log.by_entry.reserve(total);
        log.by_envelope.reserve(total);
        let mut chunk = Vec::with_capacity(LOAD_CHUNK);
        let (mut first, mut before) = (0, (0, Vec::new()));
        store.scan(ring.tag(), 0, &mut |position, bytes| {
            if chunk.len() == LOAD_CHUNK {
                let full = std::mem::replace(&mut chunk, Vec::with_capacity(LOAD_CHUNK));
                let mut opened = Vec::new();
                // Opening takes about as long as what follows it, so the one goes on while the other does.
                rayon::in_place_scope(|scope| {
                    scope.spawn(|_| opened = ring.reopen_all(full));
                    log.take_opened(std::mem::take(&mut before), &mut loaded, each);
                });
                before = (first, opened);
                first = position;
            }
            chunk.push(bytes.to_vec());
            ControlFlow::Continue(())
        })?;
        log.take_opened(before, &mut loaded, each);
        log.take_opened((first, ring.reopen_all(chunk)), &mut loaded, each);
        Ok((log, loaded))
    }

    /// Takes in entries that stand in the store at consecutive positions from the given one.
    fn take_opened(
        &mut self,
        (first, opened): (u64, Vec<Result<Opened, OpenError>>),
        loaded: &mut Loaded,
        each: &mut dyn FnMut(&Self, &Accepted),
    ) {
        for (position, opened) in (first..).zip(opened) {
            let Ok(opened) = opened else {
                loaded.damaged.push(position);
                continue;
            };
            let id = opened.entry.id();
            if self.by_entry.contains_key(&id) || self.park.waits(&id) {
                continue;
            }
            let missing = self.missing_parents(&opened.entry);
            if missing.is_empty() {
                for accepted in self.accept_with_waiting(opened, position) {
                    each(self, &accepted);
                }
            } else {
                self.park.for_parents(opened, Some(position), &missing);
            }
        }
    }

    /// The one door. Takes what [`Ring`] opened and verified, or signed here; stages it in the store, where it is
    /// durable after the next commit. An entry that is here without its body gets it back so; who does not want that
    /// must not ask. After a store error, as after a commit that fails, the log has to be loaded
    /// again: it may hold entries that the store does not.
    pub fn ingest(
        &mut self,
        now: Timestamp,
        opened: Opened,
        ring: &Ring,
        store: &mut dyn LogStore,
    ) -> Result<Ingested, StoreError> {
        let id = opened.entry.id();
        if let Some(&slot) = self.by_entry.get(&id) {
            return self.fill(slot, opened, ring, store);
        }
        if self.park.waits(&id) && !self.park.gives_way_to(&opened) {
            let same = self.park.has(&opened.envelope);
            return Ok(if same { Ingested::Duplicate } else { Ingested::Another });
        }
        if opened.entry.content().time.is_ahead_of(now) {
            return Ok(Ingested::Parked { dropped: self.park.for_time(opened) });
        }
        let missing = self.missing_parents(&opened.entry);
        if !missing.is_empty() {
            return Ok(Ingested::Parked { dropped: self.park.for_parents(opened, None, &missing) });
        }
        let mut accepted = Vec::with_capacity(1);
        let mut ready = VecDeque::from([(opened, None)]);
        while let Some((opened, stored)) = ready.pop_front() {
            let position = match stored {
                Some(position) => position,
                None => store.append(ring.tag(), &[&opened.bytes])?,
            };
            let id = opened.entry.id();
            accepted.push(self.accept(opened, position));
            // A parent may come before another one that is still missing, and an entry before its time.
            for (child, stored) in self.park.arrived(&id) {
                if child.entry.content().time.is_ahead_of(now) {
                    self.park.for_time(child);
                } else {
                    ready.push_back((child, stored));
                }
            }
        }
        Ok(Ingested::Accepted(accepted))
    }

    /// Ingests those whose time has come.
    pub fn ingest_due(
        &mut self,
        now: Timestamp,
        ring: &Ring,
        store: &mut dyn LogStore,
    ) -> Result<Vec<Accepted>, StoreError> {
        let mut all = Vec::new();
        for opened in self.park.due(now) {
            if let Ingested::Accepted(accepted) = self.ingest(now, opened, ring, store)? {
                all.extend(accepted);
            }
        }
        Ok(all)
    }

    fn accept_with_waiting(&mut self, opened: Opened, position: u64) -> Vec<Accepted> {
        let mut accepted = Vec::with_capacity(1);
        let mut ready = VecDeque::from([(opened, position)]);
        while let Some((opened, position)) = ready.pop_front() {
            let id = opened.entry.id();
            accepted.push(self.accept(opened, position));
            // Whoever waits while a store is loaded is in that store.
            ready.extend(self.park.arrived(&id).into_iter().map(|(child, at)| (child, at.unwrap_or(position))));
        }
        accepted
    }

    fn accept(&mut self, opened: Opened, position: u64) -> Accepted {
        let Opened { envelope, hour, entry, kept, .. } = opened;
        // 4 billion entries of one chapter do not fit any memory that this runs in.
        let slot = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        let parents = entry.causal_parents().filter_map(|parent| self.by_entry.get(&parent).copied()).collect();
        for parent in entry.causal_parents() {
            self.heads.remove(&parent);
        }
        self.heads.insert(entry.id());
        self.slots.push(Slot { envelope, hour: u32::try_from(hour).unwrap_or(u32::MAX), kept, position, parents });
        self.by_entry.insert(entry.id(), slot);
        if kept == Kept::Stub {
            self.stubs.insert(slot, entry.id());
        }
        self.by_envelope.insert(envelope, slot);
        let content = entry.content();
        let tip = self.tips.entry(content.device).or_insert(Tip { seq: content.seq, id: entry.id() });
        if content.seq > tip.seq || (content.seq == tip.seq && entry.id() < tip.id) {
            *tip = Tip { seq: content.seq, id: entry.id() };
        }
        Accepted { entry, envelope, hour, position }
    }

    fn missing_parents(&self, entry: &Entry<Verified>) -> BTreeSet<EntryId> {
        entry.causal_parents().filter(|parent| !self.by_entry.contains_key(parent)).collect()
    }

    /// What a device signs next: its chain goes on, and the heads are the causal parents.
    pub fn draft(&self, device: DeviceId, epoch: u64, time: Timestamp, kind: u64, body: Vec<u8>) -> Draft {
        let tip = self.tips.get(&device);
        let prev = tip.map(|tip| tip.id);
        let parents = self.other_heads(prev).collect();
        let seq = tip.map_or(1, |tip| tip.seq + 1);
        Draft { chapter: self.chapter, epoch, device, seq, prev, time, parents, kind, body }
    }

    /// The causal parents that a device's next entry will have.
    pub fn next_parents(&self, device: &DeviceId) -> Vec<EntryId> {
        let prev = self.tips.get(device).map(|tip| tip.id);
        prev.into_iter().chain(self.other_heads(prev)).collect()
    }

    /// The heads besides a device's own last entry. Those that an entry has no room for stay heads for the next one.
    fn other_heads(&self, prev: Option<EntryId>) -> impl Iterator<Item = EntryId> + '_ {
        self.heads.iter().filter(move |head| Some(**head) != prev).take(MAX_PARENTS).copied()
    }

    /// The chapter.
    pub const fn chapter(&self) -> ChapterId {
        self.chapter
    }

    /// How many entries are in the set.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Whether an envelope's entry is in the set.
    pub fn has(&self, envelope: &EnvelopeId) -> bool {
        self.by_envelope.contains_key(envelope)
    }

    /// Whether an entry is in the set.
    pub fn has_entry(&self, entry: &EntryId) -> bool {
        self.by_entry.contains_key(entry)
    }

    /// Where the store has an envelope.
    pub fn position(&self, envelope: &EnvelopeId) -> Option<u64> {
        self.by_envelope.get(envelope).map(|&slot| self.slots[slot as usize].position)
    }

    /// Where the store has the entry that became part of the set as number `slot`, counted from 0.
    pub fn stored_at(&self, slot: u64) -> Option<u64> {
        self.slots.get(usize::try_from(slot).ok()?).map(|slot| slot.position)
    }

    /// As which number an entry became part of the set, counted from 0.
    pub fn slot_of(&self, entry: &EntryId) -> Option<u64> {
        self.by_entry.get(entry).map(|&slot| u64::from(slot))
    }

    /// Where the store has an entry's envelope.
    pub fn position_of_entry(&self, entry: &EntryId) -> Option<u64> {
        self.by_entry.get(entry).map(|&slot| self.slots[slot as usize].position)
    }

    /// All envelopes with their hours and positions, in the order in which they became part of the set.
    pub fn envelopes(&self) -> impl ExactSizeIterator<Item = (u64, EnvelopeId, u64)> + '_ {
        self.slots.iter().map(|slot| (u64::from(slot.hour), slot.envelope, slot.position))
    }

    /// The entries that no other entry names as a parent.
    pub fn heads(&self) -> impl Iterator<Item = &EntryId> {
        self.heads.iter()
    }

    /// Those that wait.
    pub const fn park(&self) -> &Park {
        &self.park
    }

    /// Whether `ancestor` is in the causal past of `of` (an entry is not in its own past).
    pub fn is_ancestor(&self, ancestor: &EntryId, of: &EntryId) -> bool {
        let (Some(&ancestor), Some(&of)) = (self.by_entry.get(ancestor), self.by_entry.get(of)) else {
            return false;
        };
        if ancestor >= of {
            return false;
        }
        if let Some(known) = self.after.asks(ancestor, of, &|slot| &self.slots[slot as usize].parents) {
            return known;
        }
        let mut found = false;
        self.walk(of, ancestor, &mut |slot| {
            found = slot == ancestor;
            !found
        });
        found
    }

    /// Whether each entry of a list is in the causal past of `of`: one walk for all of them.
    pub fn ancestors_among<'a>(&self, of: &EntryId, list: impl Iterator<Item = &'a EntryId>) -> Vec<bool> {
        let slots: Vec<Option<u32>> = list.map(|entry| self.by_entry.get(entry).copied()).collect();
        let Some(&of) = self.by_entry.get(of) else { return vec![false; slots.len()] };
        let floor = slots.iter().flatten().min().copied().unwrap_or(of);
        let mut past = std::collections::HashSet::new();
        self.walk(of, floor, &mut |slot| {
            past.insert(slot);
            true
        });
        slots.into_iter().map(|slot| slot.is_some_and(|slot| past.contains(&slot))).collect()
    }

    /// Visits the causal past of a slot down to slot `floor` (parents always have smaller slots than children), until
    /// the visitor says stop.
    fn walk(&self, of: u32, floor: u32, visit: &mut dyn FnMut(u32) -> bool) {
        if floor > of {
            return;
        }
        let mut seen = vec![0u64; (of - floor) as usize / 64 + 1];
        let mut stack = vec![of];
        while let Some(slot) = stack.pop() {
            for &parent in &self.slots[slot as usize].parents {
                if parent < floor {
                    continue;
                }
                let (word, bit) = ((parent - floor) as usize / 64, 1 << ((parent - floor) % 64));
                if seen[word] & bit != 0 {
                    continue;
                }
                seen[word] |= bit;
                if !visit(parent) {
                    return;
                }
                stack.push(parent);
            }
        }
    }
}
