//! The set of a chapter's entries, and what keeps it.
//!
//! Knows: entries and envelopes, causal order, what a disk must promise. Must not know: sled, libp2p, tokio, clocks,
//! randomness, what a vote means.
//!
//! Reading order: [`open`] (from bytes to verified entries), [`set`] (the log and its one door, `ingest`), [`park`]
//! (entries that wait), [`store`] (what a log needs from a disk), [`mem`] (a strict one in memory),
//! `suite` (the tests that every disk has to pass).

pub mod mem;
pub mod open;
pub mod park;
pub mod set;
pub mod store;
#[cfg(any(test, feature = "test-suite"))]
pub mod suite;

pub use mem::{MemDisk, MemStore};
pub use open::{Kept, OpenError, Opened, Ring};
pub use set::{Accepted, Ingested, Loaded, Log, Stripped};
pub use store::{LogStore, StoreError, Tag};
