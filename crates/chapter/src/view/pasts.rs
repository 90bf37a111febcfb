//! Sets of acts: which of them are in an entry's causal past.
//!
//! Nearly every entry has the same set as its parents, so each different set is kept once and named by a number.

use std::{collections::HashMap, hash::BuildHasherDefault};

/// Hashing without a random seed: a view is the same wherever it is made.
pub(crate) type Fixed = BuildHasherDefault<std::hash::DefaultHasher>;

/// Number of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SetId(u32);

/// A set of acts, by their numbers: bits, without zero words at the end.
pub(crate) type Bits = [u64];

/// All different sets.
#[derive(Debug, Clone)]
pub(crate) struct Pasts {
    sets: Vec<Box<Bits>>,
    numbers: HashMap<Box<Bits>, u32, Fixed>,
}

impl Pasts {
    /// The empty set.
    pub(crate) const EMPTY: SetId = SetId(0);

    pub(crate) fn new() -> Self {
        let empty: Box<Bits> = Box::new([]);
        Self { sets: vec![empty.clone()], numbers: HashMap::from_iter([(empty, 0)]) }
    }

    pub(crate) fn get(&self, set: SetId) -> &Bits {
        &self.sets[set.0 as usize]
    }

    /// The union of several sets.
    pub(crate) fn union(&mut self, sets: impl IntoIterator<Item = SetId>) -> SetId {
        let mut sets = sets.into_iter();
        let Some(first) = sets.next() else {
            return Self::EMPTY;
        };
        let mut union: Option<Vec<u64>> = None;
        for set in sets.filter(|set| *set != first) {
            merge(union.get_or_insert_with(|| self.get(first).to_vec()), self.get(set));
        }
        union.map_or(first, |words| self.number(words))
    }

    /// The union of several sets, without keeping it.
    pub(crate) fn gather(&self, sets: impl IntoIterator<Item = SetId>) -> Vec<u64> {
        let mut words = Vec::new();
        for set in sets {
            merge(&mut words, self.get(set));
        }
        words
    }

    /// The set with one more act in it.
    pub(crate) fn with(&mut self, set: SetId, act: u32) -> SetId {
        let mut words = self.get(set).to_vec();
        insert(&mut words, act);
        self.number(words)
    }

    fn number(&mut self, words: Vec<u64>) -> SetId {
        if let Some(number) = self.numbers.get(words.as_slice()) {
            return SetId(*number);
        }
        // There are fewer sets than entries, and a view holds fewer than 2³² of those.
        let number = self.sets.len() as u32;
        let words = words.into_boxed_slice();
        self.sets.push(words.clone());
        self.numbers.insert(words, number);
        SetId(number)
    }
}

/// Adds what another set has.
pub(super) fn merge(words: &mut Vec<u64>, other: &Bits) {
    if words.len() < other.len() {
        words.resize(other.len(), 0);
    }
    words.iter_mut().zip(other).for_each(|(word, more)| *word |= more);
}

pub(crate) fn has(set: &Bits, act: u32) -> bool {
    set.get(act as usize / 64).is_some_and(|word| word >> (act % 64) & 1 == 1)
}

pub(crate) fn insert(words: &mut Vec<u64>, act: u32) {
    let word = act as usize / 64;
    if words.len() <= word {
        words.resize(word + 1, 0);
    }
    words[word] |= 1 << (act % 64);
}

/// What two sets have in common.
pub(crate) fn intersection(one: &Bits, other: &Bits) -> Vec<u64> {
    trimmed(one.iter().zip(other).map(|(word, other)| word & other).collect())
}

/// The set less one act.
pub(crate) fn without(set: &Bits, act: u32) -> Vec<u64> {
    let mut words = set.to_vec();
    if let Some(word) = words.get_mut(act as usize / 64) {
        *word &= !(1 << (act % 64));
    }
    trimmed(words)
}

/// What one set has and another one has not.
pub(crate) fn difference(one: &Bits, other: &Bits) -> Vec<u64> {
    let other = other.iter().copied().chain(std::iter::repeat(0));
    trimmed(one.iter().zip(other).map(|(word, other)| word & !other).collect())
}

/// The numbers in the set, ascending.
pub(crate) fn members(set: &Bits) -> impl Iterator<Item = u32> + '_ {
    set.iter().enumerate().flat_map(|(at, word)| {
        let rest = |word: &u64| Some(word & (word - 1)).filter(|word| *word != 0);
        std::iter::successors(Some(*word).filter(|word| *word != 0), rest)
            .map(move |word| at as u32 * 64 + word.trailing_zeros())
    })
}

fn trimmed(mut words: Vec<u64>) -> Vec<u64> {
    while words.last() == Some(&0) {
        words.pop();
    }
    words
}

/// The set of the first `count` acts: all of them.
pub(crate) fn all(count: usize) -> Vec<u64> {
    let mut words = vec![u64::MAX; count / 64];
    if !count.is_multiple_of(64) {
        words.push((1 << (count % 64)) - 1);
    }
    words
}
