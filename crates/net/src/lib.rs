//! The network: opaque messages between peers and opaque gossip, over libp2p, as two channels.
//!
//! Knows: addresses, connections, peers' transport keys, bytes. Must not know: chapters, members, plaintext, views, what
//! a message means, who deserves trust (it is told).
//!
//! Orders go in, news come out; nothing else is shared. Everything that outside data can grow has a bound, and a bound
//! that is reached slows the peer that caused it, or ends its link: it never stalls the others, and a message that
//! arrived is never dropped.
//!
//! Reading order: [`order`] and [`news`] (what can be asked and told), [`net`](Net) (starting and stopping), `driver`
//! (the loop), `links` (one link per peer), `dialer` (whom to call, and when), `post` (messages), `gate` (gossip that
//! strangers cannot see), `backlog` (whose connection gives way while many are being set up), `swarm` (how libp2p is set
//! up).

pub mod config;
pub mod news;
pub mod order;

mod address;
mod backlog;
mod bans;
mod dialer;
mod discovery;
mod driver;
mod error;
mod gate;
mod links;
mod names;
mod net;
mod post;
mod swarm;

pub use config::Config;
pub use error::NetError;
pub use libp2p::Multiaddr;
pub use net::{Net, Traffic, name_of, peer_of};
pub use news::{Ack, DialFault, Ended, News, Route};
pub use order::{Order, Verdict};
#[doc(hidden)]
pub use post::frames_in;

/// How one gossip topic is told from another: opaque here.
pub type Topic = [u8; 32];
