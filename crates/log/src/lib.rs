//! The set of a chapter's entries, and what keeps it.
//!
//! Knows: entries and envelopes, what a disk must promise. Must not know: sled, libp2p, tokio, clocks, randomness,
//! what a vote means.
//!
//! Reading order: [`store`] (what a log needs from a disk).

pub mod store;

pub use store::{LogStore, StoreError, Tag};
