//! For tests: a network of real nodes in one thread, on a simulated clock, from a seed.
//!
//! Knows: the node's core, its inputs and effects. Must not know: sockets, threads, real clocks, system randomness.
//!
//! Reading order: [`world`] (the network and its clock), [`host`] (one computer), [`weather`] (latency, loss,
//! duplication, reordering), [`hostile`] (a peer that lies, floods and replays). What runs here is what ships: the core
//! is the same that the actor drives with real time and libp2p.

pub mod host;
pub mod hostile;
pub mod weather;
pub mod world;

pub use weather::Weather;
pub use world::World;
