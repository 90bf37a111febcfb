//! Counting: who may vote, whose ballot counts, every counting method, delegation, and the record that a person can
//! follow. A pure function: the same poll and the same ballots give the same outcome, in any order, on any machine.
//!
//! Knows: member ids, times and randomness as arguments, integers, how secret ballots are signed and hidden ones sealed.
//! Must not know: clocks, entries' encoding and signatures, files, display of results.
//!
//! Reading order: [`poll`] (what is counted against what), [`ballot`] (what is counted), [`mod@count`] (the counting),
//! [`method`] (one module for each way to decide; begin with [`method::approval`]), [`delegate`] (votes in others'
//! names), [`secret`] (ballots that nobody can trace), [`hidden`] (ballots that nobody can read before the close), [`tie`]
//! (what happens when options are equal), [`outcome`] (what comes out of it), [`digest`] (the same, as 32 bytes). All of it is
//! defined in `docs/COUNTING.md`.

pub mod ballot;
pub mod count;
pub mod delegate;
pub mod digest;
pub mod hidden;
mod loops;
pub mod method;
pub mod outcome;
pub mod poll;
pub mod secret;
pub mod tie;

pub use ballot::{Answer, Ballot, Delegation, Misfit, Ranking, Reason, Undelegated};
pub use count::{count, count_with, turnout, voters};
pub use delegate::{Chain, Fate, Flow, Share};
pub use method::{Method, Record};
pub use outcome::{Outcome, State, Tally, Verdict};
pub use poll::{Bar, Fraction, Of, Poll, Question, Reach, Unfit, Weights};
