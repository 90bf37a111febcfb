//! A [`LogStore`](log::LogStore) on a real disk: sled 0.34.7, with the safeguards that it needs.
//!
//! Knows: sled, files, fsync, full disks. Must not know: signatures, what an envelope holds, peers.
//!
//! Reading order: [`key`] (where things are in sled's one tree), [`record`] (envelopes and their slots), [`engine`]
//! (sled itself: opening it after a crash, making it durable), [`layout`] (what is in the tree when it is opened),
//! [`sled_store`] (the store). Why it is laid out as it is, with figures: `docs/STORE.md`.

pub mod engine;
pub mod key;
pub mod layout;
pub mod record;
pub mod sled_store;

pub use engine::{Options, Repair};
pub use sled_store::{Report, SledStore};
