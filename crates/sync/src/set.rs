//! The set of a chapter's envelopes as reconciliation wants it: sorted by hour and id, always ready.
//!
//! Sorted runs of a few hundred items. An insertion moves one run, not the whole set; finding a place is two binary
//! searches; reading a range is reading memory in order, which is what fingerprints are made of (100,000 ids: half a
//! millisecond, measured in `docs/SYNC.md`), so that no tree of sums has to be kept.

use crate::{io::Item, message::Digest};
use entry::EnvelopeId;
use negentropy::{Bound, Error, Id, Item as Sorted, NegentropyStorageBase};
use std::collections::HashMap;

/// Items of one run, at most.
const RUN: usize = 512;
/// Items of a run after loading: some room, so that what comes next does not split every run.
const LOADED_RUN: usize = 384;

/// Everything that a chapter's log holds.
#[derive(Debug, Default)]
pub(crate) struct Set {
    /// Ascending, none of them empty.
    runs: Vec<Vec<Sorted>>,
    /// How many items come before each run.
    starts: Vec<usize>,
    positions: HashMap<EnvelopeId, u32>,
    next: u64,
    /// All ids added up, modulo 2^256, least significant word first.
    sum: [u64; 4],
}

fn sorted(item: &Item) -> Sorted {
    Sorted::with_timestamp_and_id(item.hour, Id::from_byte_array(item.id.0))
}

fn run_of(items: &[Sorted]) -> Vec<Sorted> {
    let mut run = Vec::with_capacity(RUN + 1);
    run.extend_from_slice(items);
    run
}

impl Set {
    /// From everything there is, in the order of arrival.
    pub(crate) fn load(items: &[Item]) -> Self {
        let mut set = Self { positions: HashMap::with_capacity(items.len()), ..Self::default() };
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            if set.note(item).is_some() {
                all.push(sorted(item));
            }
        }
        all.sort_unstable();
        for items in all.chunks(LOADED_RUN) {
            set.starts.push(set.runs.len() * LOADED_RUN);
            set.runs.push(run_of(items));
        }
        set
    }

    /// Counts an arrival and gives its position; `None` for an id that is here already.
    fn note(&mut self, item: &Item) -> Option<u64> {
        let position = self.next;
        // The arrival counts in either case: positions are the log's, and stay in step with it.
        self.next += 1;
        let short = u32::try_from(position).ok()?;
        match self.positions.entry(item.id) {
            std::collections::hash_map::Entry::Occupied(_) => return None,
            std::collections::hash_map::Entry::Vacant(place) => place.insert(short),
        };
        let mut carry = false;
        for (word, bytes) in self.sum.iter_mut().zip(item.id.0.chunks_exact(8)) {
            let add = bytes.iter().rev().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
            let (partial, first) = word.overflowing_add(add);
            let (total, second) = partial.overflowing_add(u64::from(carry));
            *word = total;
            carry = first || second;
        }
        Some(position)
    }

    /// Adds what has arrived. Returns its position; `None` if it is here already.
    pub(crate) fn insert(&mut self, item: &Item) -> Option<u64> {
        let position = self.note(item)?;
        let new = sorted(item);
        let at = self.runs.partition_point(|run| run.last().is_some_and(|last| *last < new));
        match self.runs.get_mut(at) {
            Some(run) => {
                let place = run.partition_point(|item| *item < new);
                run.insert(place, new);
                if run.len() > RUN {
                    let rest = run_of(&run[RUN / 2..]);
                    run.truncate(RUN / 2);
                    self.runs.insert(at + 1, rest);
                }
            }
            // Behind everything: the usual case. Full runs stay full.
            None => match self.runs.last_mut() {
                Some(run) if run.len() < RUN => run.push(new),
                _ => self.runs.push(run_of(&[new])),
            },
        }
        self.count_from(at.min(self.starts.len()).saturating_sub(1));
        Some(position)
    }

    fn count_from(&mut self, run: usize) {
        self.starts.truncate(run);
        let mut start = match run.checked_sub(1) {
            Some(before) => self.starts[before] + self.runs[before].len(),
            None => 0,
        };
        for run in &self.runs[run..] {
            self.starts.push(start);
            start += run.len();
        }
    }

    /// The position of an id.
    pub(crate) fn position(&self, id: &EnvelopeId) -> Option<u64> {
        self.positions.get(id).copied().map(u64::from)
    }

    pub(crate) fn contains(&self, id: &EnvelopeId) -> bool {
        self.positions.contains_key(id)
    }

    /// How many different envelopes there are.
    pub(crate) fn len(&self) -> usize {
        self.positions.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// The position that the next arrival gets.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    /// What tells two sets apart at a glance.
    pub(crate) fn digest(&self) -> Digest {
        let mut material = Vec::with_capacity(40);
        for word in self.sum {
            material.extend_from_slice(&word.to_le_bytes());
        }
        let count = self.len() as u64;
        material.extend_from_slice(&count.to_le_bytes());
        let hash = blake3::derive_key("chapterhouse 1 sync digest", &material);
        let mut print = [0; 16];
        print.copy_from_slice(&hash[..16]);
        Digest { count, print }
    }
}

impl NegentropyStorageBase for Set {
    fn size(&self) -> Result<usize, Error> {
        Ok(self.len())
    }

    fn get_item(&self, index: usize) -> Result<Option<Sorted>, Error> {
        let run = self.starts.partition_point(|start| *start <= index).saturating_sub(1);
        Ok(self.runs.get(run).and_then(|items| items.get(index - self.starts[run])).copied())
    }

    fn iterate(
        &self,
        begin: usize,
        end: usize,
        each: &mut dyn FnMut(Sorted, usize) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        if begin > end || end > self.len() {
            return Err(Error::BadRange);
        }
        if begin == end {
            return Ok(());
        }
        let mut index = begin;
        let first = self.starts.partition_point(|start| *start <= begin).saturating_sub(1);
        for (run, start) in self.runs.iter().zip(&self.starts).skip(first) {
            for item in &run[index - start..] {
                if index == end || !each(*item, index)? {
                    return Ok(());
                }
                index += 1;
            }
        }
        Ok(())
    }

    fn find_lower_bound(&self, first: usize, last: usize, value: &Bound) -> usize {
        let run = self.runs.partition_point(|run| run.last().is_some_and(|last| *last < value.item));
        let found = match self.runs.get(run) {
            Some(items) => self.starts[run] + items.partition_point(|item| *item < value.item),
            None => self.len(),
        };
        found.clamp(first, last.max(first))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use negentropy::NegentropyStorageVector;
    use proptest::prelude::*;

    fn items() -> impl Strategy<Value = Vec<Item>> {
        let item = (0_u64..4, any::<u16>()).prop_map(|(hour, n)| Item {
            hour,
            id: EnvelopeId(*blake3::hash(&[n.to_le_bytes(), (hour as u16).to_le_bytes()].concat()).as_bytes()),
        });
        proptest::collection::vec(item, 0..3000)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn it_is_what_a_sorted_vector_is(all in items(), split in 0_usize..3000, a in 0_usize..3000, b in 0_usize..3000) {
            let split = split.min(all.len());
            let mut set = Set::load(&all[..split]);
            for item in &all[split..] {
                set.insert(item);
            }
            let mut plain = NegentropyStorageVector::new();
            for item in &all {
                plain.insert(item.hour, Id::from_byte_array(item.id.0)).unwrap();
            }
            plain.seal().unwrap();
            prop_assert_eq!(set.len(), plain.size().unwrap());
            prop_assert_eq!(set.next(), all.len() as u64);
            for index in 0..=set.len() {
                prop_assert_eq!(set.get_item(index).unwrap(), plain.get_item(index).unwrap());
            }
            let (a, b) = (a.min(set.len()), b.min(set.len()));
            let (begin, end) = (a.min(b), a.max(b));
            let ours = set.fingerprint(begin, end).unwrap().to_bytes();
            prop_assert_eq!(ours, plain.fingerprint(begin, end).unwrap().to_bytes());
            for item in all.iter().take(100) {
                let bound = Bound::with_timestamp_and_id(item.hour, &item.id.0[..3]).unwrap();
                let ours = set.find_lower_bound(begin, end, &bound);
                prop_assert_eq!(ours, plain.find_lower_bound(begin, end, &bound));
                prop_assert_eq!(all[set.position(&item.id).unwrap() as usize].id, item.id);
            }
            // The digest depends on the set and on nothing else.
            let mut shuffled = all.clone();
            shuffled.sort();
            prop_assert_eq!(Set::load(&shuffled).digest(), set.digest());
            if let Some(last) = shuffled.pop() {
                shuffled.retain(|item| item.id != last.id);
                prop_assert_ne!(Set::load(&shuffled).digest(), set.digest());
            }
        }
    }
}
