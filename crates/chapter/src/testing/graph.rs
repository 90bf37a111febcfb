//! Who comes after whom, by search. A log has something faster.

use crate::Past;
use entry::{Entry, EntryId, Verified};
use std::collections::{HashMap, HashSet};

/// Entries and their causal parents.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    parents: HashMap<EntryId, Vec<EntryId>>,
}

impl Graph {
    /// Adds an entry.
    pub fn add(&mut self, entry: &Entry<Verified>) {
        self.parents.insert(entry.id(), entry.causal_parents().collect());
    }

    /// The causal parents of an entry.
    pub fn parents(&self, entry: &EntryId) -> &[EntryId] {
        self.parents.get(entry).map_or(&[], Vec::as_slice)
    }
}

impl Past for Graph {
    fn contains(&self, ancestor: &EntryId, of: &EntryId) -> bool {
        let mut seen = HashSet::new();
        let mut waiting: Vec<&EntryId> = self.parents(of).iter().collect();
        while let Some(id) = waiting.pop() {
            if id == ancestor {
                return true;
            }
            if seen.insert(id) {
                waiting.extend(self.parents(id));
            }
        }
        false
    }
}
