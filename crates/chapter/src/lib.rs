//! What entries mean: who is in a chapter, what was written, decided and asked. Entries in, a [`View`] out.
//!
//! Knows: the kinds of entries and their bodies, the rules for what counts, counting (through `vote`). Must not know:
//! clocks, randomness, files, async, peers, sealing, how anything is displayed.
//!
//! Reading order: [`kinds`] (what an entry can say), [`void`] (why one does not count), [`past`] (what is asked of the
//! log), `rules` (what counts), [`view`] (what a member sees), [`draft`] (the same rules, asked before signing). The
//! bodies and the rules are written down in `docs/KINDS.md`.

pub mod draft;
pub mod kinds;
pub mod past;
mod rules;
#[cfg(feature = "testing")]
pub mod testing;
pub mod view;
pub mod void;

pub use kinds::{BadBody, Kind};
pub use past::Past;
pub use view::{Applied, View};
pub use void::Void;
