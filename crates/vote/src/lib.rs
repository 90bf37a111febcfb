//! Counting an open poll: who may vote, whose ballot counts, the totals.
//!
//! Knows: member ids, times as arguments, integers. Must not know: clocks, randomness, entries' encoding, signatures,
//! files, display of results.
//!
//! Reading order: [`poll`] (what is counted against what), [`mod@count`] (the counting), [`outcome`] (what comes out of it).

pub mod count;
pub mod outcome;
pub mod poll;

pub use count::count;
pub use outcome::{Outcome, Tally};
pub use poll::{Ballot, Poll, Reason};
