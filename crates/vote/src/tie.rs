//! When options are equal. What can stay equal does, and is shown as a tie. Where a runoff has to eliminate one of
//! several, whoever had the fewest votes in the round before goes, or the round before that; and at last a lot decides,
//! which everybody could read from the moment the poll opened.

use crate::digest::{Sink, Written};
use entry::EntryId;

/// BLAKE3 `derive_key` context of a lot. Part of the format.
pub const LOT: &str = "chapterhouse 1 lot";

/// The order in which a question's options are drawn. It follows from the poll's id and the option's place alone: no
/// ballot changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lots(Vec<u16>);

/// What decided that an option was eliminated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// Nothing had to: it alone had the fewest votes.
    Alone,
    /// Of those with the fewest, it had the fewest in this earlier round (counted from 1).
    Earlier(u32),
    /// They were equal in all earlier rounds, too: it was drawn last.
    Lot,
}

impl Lots {
    /// Draws.
    pub fn draw(poll: &EntryId, question: usize, options: u16) -> Self {
        let lot = |option: u16| {
            let mut hasher = blake3::Hasher::new_derive_key(LOT);
            hasher.update(poll.as_bytes());
            hasher.update(&(question as u64).to_be_bytes());
            hasher.update(&u64::from(option).to_be_bytes());
            *hasher.finalize().as_bytes()
        };
        let mut order: Vec<u16> = (0..options).collect();
        order.sort_by_cached_key(|option| lot(*option));
        Self(order)
    }

    /// The options, first drawn first. Of several, the one drawn last is eliminated.
    pub fn order(&self) -> &[u16] {
        &self.0
    }

    /// When an option is drawn.
    pub fn place(&self, option: u16) -> usize {
        self.0.iter().position(|drawn| *drawn == option).unwrap_or(usize::MAX)
    }

    /// Which of the tied is eliminated, given all options' votes in the rounds before this one.
    pub fn eliminate<V: Copy + Ord + Default>(&self, tied: &[u16], earlier: &[&[V]]) -> (Option<u16>, Tie) {
        if let [alone] = tied {
            return (Some(*alone), Tie::Alone);
        }
        let mut left = tied.to_vec();
        for (round, votes) in earlier.iter().enumerate().rev() {
            let of = |option: &u16| votes.get(usize::from(*option)).copied().unwrap_or_default();
            let fewest = left.iter().map(of).min().unwrap_or_default();
            left.retain(|option| of(option) == fewest);
            if let [last] = left.as_slice() {
                return (Some(*last), Tie::Earlier(u32::try_from(round + 1).unwrap_or(u32::MAX)));
            }
        }
        (left.into_iter().max_by_key(|option| self.place(*option)), Tie::Lot)
    }
}

impl Written for Tie {
    fn write(&self, to: &mut Sink) {
        to.number(match self {
            Self::Alone => 0,
            Self::Lot => 1,
            Self::Earlier(round) => 1 + u64::from(*round),
        });
    }
}
