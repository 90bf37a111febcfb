//! Who comes after whom, by one walk over numbered rows, as a log does it.

use crate::Past;
use entry::{Entry, EntryId, Verified};
use std::collections::HashMap;

/// Entries and their causal parents.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    rows: HashMap<EntryId, u32>,
    ids: Vec<Vec<EntryId>>,
    parents: Vec<Vec<u32>>,
    /// Whether an entry came before one of its parents: then rows tell nothing about the causal order.
    tangled: bool,
}

impl Graph {
    /// Adds an entry.
    pub fn add(&mut self, entry: &Entry<Verified>) {
        let ids: Vec<EntryId> = entry.causal_parents().collect();
        let parents = ids.iter().map(|parent| self.row(*parent)).collect();
        self.tangled |= self.rows.contains_key(&entry.id());
        let row = self.row(entry.id()) as usize;
        (self.ids[row], self.parents[row]) = (ids, parents);
    }

    /// The causal parents of an entry.
    pub fn parents(&self, entry: &EntryId) -> &[EntryId] {
        self.rows.get(entry).map_or(&[], |row| &self.ids[*row as usize])
    }

    fn row(&mut self, id: EntryId) -> u32 {
        let next = self.parents.len() as u32;
        let row = *self.rows.entry(id).or_insert(next);
        if row == next {
            self.ids.push(Vec::new());
            self.parents.push(Vec::new());
        }
        row
    }

    /// Visits the causal past of a row, down to row `floor`, until the visitor says stop.
    fn walk(&self, of: u32, floor: u32, visit: &mut dyn FnMut(u32) -> bool) {
        let floor = if self.tangled { 0 } else { floor };
        let top = if self.tangled { self.parents.len() as u32 } else { of + 1 };
        let mut seen = vec![0_u64; top.saturating_sub(floor) as usize / 64 + 1];
        let mut waiting = vec![of];
        while let Some(row) = waiting.pop() {
            for &parent in self.parents[row as usize].iter().filter(|parent| **parent >= floor) {
                let (word, bit) = ((parent - floor) as usize / 64, 1 << ((parent - floor) % 64));
                if seen[word] & bit == 0 {
                    seen[word] |= bit;
                    if !visit(parent) {
                        return;
                    }
                    waiting.push(parent);
                }
            }
        }
    }
}

impl Past for Graph {
    fn contains(&self, ancestor: &EntryId, of: &EntryId) -> bool {
        self.contains_each(&[*ancestor], of) == [true]
    }

    fn contains_each(&self, ancestors: &[EntryId], of: &EntryId) -> Vec<bool> {
        let rows: Vec<Option<u32>> = ancestors.iter().map(|ancestor| self.rows.get(ancestor).copied()).collect();
        let mut found = vec![false; rows.len()];
        let (Some(&of), Some(floor)) = (self.rows.get(of), rows.iter().flatten().min()) else { return found };
        let mut places: HashMap<u32, Vec<usize>> = HashMap::new();
        for (place, row) in rows.iter().enumerate() {
            places.entry(row.unwrap_or(u32::MAX)).or_default().push(place);
        }
        let mut missing = rows.iter().flatten().count();
        self.walk(of, *floor, &mut |row| {
            for place in places.get(&row).into_iter().flatten() {
                found[*place] = true;
                missing -= 1;
            }
            missing > 0
        });
        found
    }
}
