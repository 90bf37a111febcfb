//! What comes after an entry that is asked about again and again: a poll, by each of its ballots.
//!
//! One walk for each of ten thousand ballots would be fifty million steps where everybody has seen the one before. So for
//! the few entries that are asked about more than once, each slot's answer is kept: it follows from those of its parents,
//! which have smaller slots.

use std::{collections::VecDeque, sync::Mutex};

/// Entries for which answers are kept. More are asked about at one time only by comments on old texts.
const KEPT: usize = 8;
/// Entries of which is remembered that somebody has asked.
const ASKED: usize = 64;

/// The answers that are kept.
#[derive(Default)]
pub(super) struct After(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// The one that was asked about last first.
    known: VecDeque<Known>,
    asked: VecDeque<u32>,
}

struct Known {
    ancestor: u32,
    /// Whether each slot behind the ancestor's comes after it, as far as it was asked.
    after: Vec<u64>,
    /// The slots whose answers are here are smaller than this one.
    upto: u32,
}

impl After {
    /// Whether a slot comes after a smaller one. Nothing, if that is asked about for the first time, and one walk will do.
    pub(super) fn asks<'a>(&self, ancestor: u32, of: u32, parents: &dyn Fn(u32) -> &'a [u32]) -> Option<bool> {
        // Whoever panicked left it as good as it was: an answer is written when it is known.
        let mut kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut known = match kept.known.iter().position(|known| known.ancestor == ancestor) {
            Some(at) => kept.known.remove(at)?,
            None if kept.asked.contains(&ancestor) => {
                kept.known.truncate(KEPT - 1);
                Known { ancestor, after: Vec::new(), upto: ancestor + 1 }
            }
            None => {
                kept.asked.truncate(ASKED - 1);
                kept.asked.push_front(ancestor);
                return None;
            }
        };
        known.extend(of, parents);
        let answer = known.has(of);
        kept.known.push_front(known);
        Some(answer)
    }
}

impl Known {
    const fn place(&self, slot: u32) -> (usize, u64) {
        let behind = slot - self.ancestor;
        (behind as usize / 64, 1 << (behind % 64))
    }

    fn has(&self, slot: u32) -> bool {
        let (word, bit) = self.place(slot);
        self.after.get(word).is_some_and(|word| word & bit != 0)
    }

    fn extend<'a>(&mut self, to: u32, parents: &dyn Fn(u32) -> &'a [u32]) {
        for slot in self.upto..=to {
            let comes = |parent: &u32| *parent == self.ancestor || (*parent > self.ancestor && self.has(*parent));
            let after = parents(slot).iter().any(comes);
            let (word, bit) = self.place(slot);
            if self.after.len() <= word {
                self.after.resize(word + 1, 0);
            }
            if let Some(word) = self.after.get_mut(word).filter(|_| after) {
                *word |= bit;
            }
        }
        self.upto = self.upto.max(to + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn walk(parents: &[Vec<u32>], ancestor: u32, of: u32) -> bool {
        parents[of as usize].iter().any(|parent| *parent == ancestor || walk(parents, ancestor, *parent))
    }

    proptest! {
        /// In any graph, asked in any order and again while it grows, the answer is that of a walk.
        #[test]
        fn kept_answers_are_those_of_a_walk(
            drawn in proptest::collection::vec(proptest::collection::vec(0_u32..1000, 0..3), 2..60),
            asked in proptest::collection::vec((0_u32..12, 0_u32..1000), 1..200),
        ) {
            let parents: Vec<Vec<u32>> = (0_u32..)
                .zip(&drawn)
                .map(|(slot, drawn)| drawn.iter().filter(|_| slot > 0).map(|parent| parent % slot.max(1)).collect())
                .collect();
            let (after, mut kept) = (After::default(), 0);
            for (ancestor, of) in asked {
                let of = 1 + of % (parents.len() as u32 - 1);
                let ancestor = ancestor % of;
                if let Some(answer) = after.asks(ancestor, of, &|slot| &parents[slot as usize]) {
                    kept += 1;
                    prop_assert_eq!(answer, walk(&parents, ancestor, of), "{} before {}", ancestor, of);
                }
            }
            let all = after.0.into_inner().unwrap_or_default();
            prop_assert!(all.known.len() <= KEPT && all.asked.len() <= ASKED);
            prop_assert!(kept > 0 || all.known.is_empty());
        }
    }
}
