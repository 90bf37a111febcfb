//! Who comes after whom, and how deep below the charter everything stands.

use chapter::Past;
use entry::{Entry, EntryId};
use std::collections::{HashMap, HashSet};

/// Entries, each after its causal parents.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    rows: HashMap<EntryId, u32>,
    parents: Vec<Box<[u32]>>,
    depths: Vec<u32>,
}

impl Graph {
    /// The longest way from an entry to one without parents; nothing, if a parent is not here.
    pub fn depth_of<S>(&self, entry: &Entry<S>) -> Option<u32> {
        let mut depth = 0;
        for parent in entry.causal_parents() {
            let row = *self.rows.get(&parent)?;
            depth = depth.max(self.depths.get(row as usize)?.checked_add(1)?);
        }
        Some(depth)
    }

    /// Adds an entry, with its depth. Its parents are here, and it is not.
    pub fn add<S>(&mut self, entry: &Entry<S>, depth: u32) {
        let row = self.parents.len() as u32;
        let parents = entry.causal_parents().filter_map(|parent| self.rows.get(&parent).copied());
        self.parents.push(parents.collect());
        self.depths.push(depth);
        self.rows.insert(entry.id(), row);
    }

    /// Whether an entry is here.
    pub fn has(&self, id: &EntryId) -> bool {
        self.rows.contains_key(id)
    }

    /// The rows of a row's past, down to a row.
    fn past(&self, of: u32, floor: u32) -> HashSet<u32> {
        let (mut seen, mut waiting) = (HashSet::new(), vec![of]);
        while let Some(row) = waiting.pop() {
            let parents = self.parents.get(row as usize).into_iter().flatten();
            waiting.extend(parents.copied().filter(|parent| *parent >= floor && seen.insert(*parent)));
        }
        seen
    }
}

impl Past for Graph {
    fn contains(&self, ancestor: &EntryId, of: &EntryId) -> bool {
        self.contains_each(&[*ancestor], of) == [true]
    }

    fn contains_each(&self, ancestors: &[EntryId], of: &EntryId) -> Vec<bool> {
        let rows: Vec<Option<u32>> = ancestors.iter().map(|ancestor| self.rows.get(ancestor).copied()).collect();
        let (Some(of), Some(floor)) = (self.rows.get(of), rows.iter().flatten().min()) else {
            return vec![false; rows.len()];
        };
        // Parents have smaller rows than what comes after them.
        let past = self.past(*of, *floor);
        rows.into_iter().map(|row| row.is_some_and(|row| past.contains(&row))).collect()
    }
}
