//! Messages: one long-lived stream each way per link, frames in order, nothing lost, nothing unbounded.
//!
//! A stream that stays open costs a message no negotiation and keeps the order by itself; a stream per message
//! (request-response) would need one round trip more for each, and sequence numbers to pipeline them.
//!
//! Reading order: [`frame`] (the bytes), [`pipe`] (what driver and connection share), [`handler`] (the connection's
//! end), [`behaviour`] (the driver's end).

mod behaviour;
mod frame;
mod handler;
mod pipe;

pub(crate) use behaviour::{Banned, Event, Post};
pub(crate) use pipe::{Full, Pipe, Window};

pub use frame::frames_in;
pub use pipe::Ack;
