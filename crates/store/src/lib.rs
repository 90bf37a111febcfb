//! A [`LogStore`](log::LogStore) on a real disk: sled 0.34.7, with the safeguards that it needs.
//!
//! Knows: sled, files, fsync, full disks. Must not know: signatures, what an envelope holds, peers.
//!
//! Reading order: [`key`] (where things are in sled), [`record`] (envelopes and their slots), [`engine`]
//! (sled itself: opening it after a crash, making it durable), [`layout`] (what is there when it is opened),
//! `ballast` (room for a bad day), `read` (envelopes and small values out of it), `changes` (what a commit writes, and how it is undone),
//! `sweep` (how what was replaced leaves the disk), [`sled_store`] (the store). Why it is laid out as it is, with figures: `docs/STORE.md`.

mod ballast;
mod changes;
pub mod engine;
pub mod key;
pub mod layout;
mod read;
pub mod record;
pub mod sled_store;
mod sweep;

pub use engine::{Options, Repair};
pub use sled_store::{Report, SledStore};
