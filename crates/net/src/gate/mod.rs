//! Gossip that strangers cannot see.
//!
//! libp2p's gossipsub tells every peer it is connected to what it is subscribed to. Here a stranger must learn nothing,
//! and a member of one chapter nothing of another chapter that this computer takes part in. So each topic has a
//! gossipsub of its own, under a protocol name of its own, and that gossipsub hears of a connection only once somebody
//! has opened the gate for this peer and this topic. Until then the connection refuses the protocol as if it had never
//! heard of it.
//!
//! The two sides of a connection open their gates at different times, and gossipsub gives a peer up for good when its
//! stream is refused once. So a side begins to accept streams as soon as its own gate is open, tells the other so
//! in a frame of the message stream, and asks for a stream only when it has been told the same.
//!
//! Reading order: [`params`] (how gossipsub is set up), [`door`] (the streams of one connection), [`behaviour`].

mod behaviour;
mod bucket;
mod door;
mod params;

pub(crate) use behaviour::{CannotSubscribe, Event, Gate};
