//! Named people with fixed keys who write valid histories, with real signatures. For tests of this crate and of those
//! above it.
//!
//! `Chapter::founded_by("rowan").with(["asha", "imre"])` is a chapter of three members. [`people`] are the keys,
//! [`story`] is the chapter and what is written in it, [`graph`] answers [`crate::Past`], [`snapshot`] compares views,
//! [`hidden`] holds polls that are hidden until the close, [`orders`] folds in other orders.

pub mod graph;
pub mod hidden;
pub mod orders;
pub mod people;
pub mod snapshot;
pub mod story;

pub use graph::Graph;
pub use orders::settled;
pub use snapshot::Snapshot;
pub use story::{Chapter, Pen};
