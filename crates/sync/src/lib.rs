//! How two devices of a chapter come to hold the same envelopes: a state machine without sockets, clocks or randomness.
//!
//! Knows: the messages between peers, which chapters two peers share, who proved to be a member, what each side
//! lacks, who has what, and how much of everything is allowed. Must not know: libp2p, tokio, sled, plaintext, what an
//! entry means.
//!
//! The owner feeds [`Input`]s to [`Sync::handle`] and performs the [`Output`]s, in order. What only the owner can
//! answer (keys, membership, stored bytes, randomness) is asked through [`Host`], at once and without waiting.
//! Messages of one connection have to arrive whole and in the order in which they were given to the network.
//!
//! Reading order: [`io`] (what goes in and out), [`host`] (what is asked of the owner), [`message`] (the wire),
//! [`limits`] (how much is allowed), `handshake` (what is bound to a connection), [`marks`] (who has what), `set` and
//! `outbox` (what reconciliation reads, what is still to be sent), `holding` and `link` (the state of a chapter and of
//! a connection), `machine` (what happens). The protocol is written down in `docs/SYNC.md`.

mod budget;
mod handshake;
mod holding;
pub mod host;
pub mod io;
pub mod limits;
mod link;
mod machine;
pub mod marks;
pub mod message;
mod outbox;
mod set;
#[cfg(test)]
mod tests;

pub use host::{Host, Refusal, Standing, Tie, Welcomed};
pub use io::{Gossip, Input, Item, LaneStatus, Output, Peer, PeerStatus, Reason, Stats, Verdict};
pub use machine::Sync;
pub use marks::Mark;
