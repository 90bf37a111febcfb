//! A poll in one file, which a stranger can check: with no data folder, no network, and nobody's word but the signatures.
//!
//! Knows: the form of the file, and through `chapter` and `vote` what counts. Must not know: files, keys, peers, clocks,
//! randomness, how anything is displayed.
//!
//! Reading order: [`form`] (the bytes), [`graph`] (who comes after whom, as the file tells it), [`proposal`] (what was said
//! before the poll), [`mod@write`] (what goes in), [`mod@check`] (what is checked, in which order), [`fault`] (what can be wrong). The format is written down in
//! `docs/BALLOTS.md`.

pub mod check;
pub mod fault;
pub mod form;
pub mod graph;
pub mod proposal;
pub mod write;

pub use check::{Check, Checked, check};
pub use fault::Fault;
pub use form::{Line, Stage, Stated};
pub use graph::Graph;
pub use proposal::Talk;
pub use write::{Source, Unwritable, write};
