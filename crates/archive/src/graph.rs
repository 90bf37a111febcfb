//! Who comes after whom, and how deep below the charter everything stands.

use chapter::{Past, View};
use entry::{Entry, EntryId};
use std::collections::{BTreeSet, HashMap};

/// Entries, each after its causal parents.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    rows: HashMap<EntryId, u32>,
    ids: Vec<EntryId>,
    parents: Vec<Box<[u32]>>,
    depths: Vec<u32>,
    /// The entry that nearly all questions are about, and whether each row comes after it: so that ten thousand ballots are no
    /// ten thousand walks.
    anchor: Option<EntryId>,
    after: Vec<bool>,
}

impl Graph {
    /// An empty one, for many questions about one entry.
    pub fn around(anchor: EntryId) -> Self {
        Self { anchor: Some(anchor), ..Self::default() }
    }

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
        self.ids.push(entry.id());
        let after = |parent: EntryId| {
            let row = self.rows.get(&parent).and_then(|row| self.after.get(*row as usize));
            Some(parent) == self.anchor || row == Some(&true)
        };
        self.after.push(entry.causal_parents().any(after));
        self.depths.push(depth);
        self.rows.insert(entry.id(), row);
    }

    /// Whether an entry is here.
    pub fn has(&self, id: &EntryId) -> bool {
        self.rows.contains_key(id)
    }

    /// What belongs into an archive: the roots, all before them, and whatever was signed in the place of one of these, with all
    /// before that. By depth, then by id, as it stands in the file.
    pub fn chosen(&self, roots: impl IntoIterator<Item = EntryId>, view: &View) -> BTreeSet<(u32, EntryId)> {
        let mut rivals: HashMap<u32, Vec<u32>> = HashMap::new();
        for fork in view.forks() {
            let rows: Vec<u32> = fork.entries.iter().filter_map(|id| self.rows.get(id).copied()).collect();
            rows.iter().for_each(|row| rivals.entry(*row).or_default().extend(&rows));
        }
        let mut chosen = BTreeSet::new();
        let mut waiting: Vec<u32> = roots.into_iter().filter_map(|id| self.rows.get(&id).copied()).collect();
        while let Some(row) = waiting.pop() {
            let place = self.depths.get(row as usize).zip(self.ids.get(row as usize));
            if place.is_some_and(|(depth, id)| chosen.insert((*depth, *id))) {
                waiting.extend(self.parents.get(row as usize).into_iter().flatten());
                waiting.extend(rivals.get(&row).into_iter().flatten());
            }
        }
        chosen
    }

    /// Which of these rows, the smallest of which is `floor`, are in a row's past.
    fn among(&self, of: u32, floor: u32, rows: &[Option<u32>]) -> Vec<bool> {
        let mut seen = vec![0_u64; of.saturating_sub(floor) as usize / 64 + 1];
        let place = |row: u32| ((row - floor) as usize / 64, 1_u64 << ((row - floor) % 64));
        let mut waiting = vec![of];
        while let Some(row) = waiting.pop() {
            // Parents have smaller rows than what comes after them.
            for &parent in self.parents.get(row as usize).into_iter().flatten().filter(|parent| **parent >= floor) {
                let (word, bit) = place(parent);
                if let Some(word) = seen.get_mut(word).filter(|word| **word & bit == 0) {
                    *word |= bit;
                    waiting.push(parent);
                }
            }
        }
        let has = |row: u32| seen.get(place(row).0).is_some_and(|word| word & place(row).1 != 0);
        rows.iter().map(|row| row.is_some_and(|row| row < of && has(row))).collect()
    }
}

impl Past for Graph {
    fn contains(&self, ancestor: &EntryId, of: &EntryId) -> bool {
        match self.rows.get(of) {
            Some(row) if Some(*ancestor) == self.anchor => self.after.get(*row as usize) == Some(&true),
            _ => self.contains_each(&[*ancestor], of) == [true],
        }
    }

    fn contains_each(&self, ancestors: &[EntryId], of: &EntryId) -> Vec<bool> {
        let rows: Vec<Option<u32>> = ancestors.iter().map(|ancestor| self.rows.get(ancestor).copied()).collect();
        match (self.rows.get(of), rows.iter().flatten().min()) {
            (Some(of), Some(floor)) => self.among(*of, *floor, &rows),
            _ => vec![false; rows.len()],
        }
    }
}
