//! What goes into the core and what comes out.

pub use crate::commands::writing::ReadyPost;
use api::{Command, Event, Refusal, Reply};
use entry::ChapterId;
use keys::Contents;
use log::LogStore;
use std::collections::BTreeMap;
use sync::{Gossip, Peer};

/// Names a command until it is answered.
pub type Ticket = u64;
/// A gossip topic: opaque to the network.
pub type Topic = [u8; 32];

/// Saves the vault's contents whenever they change. Durable when it returns.
pub trait Saver: Send {
    /// Saves.
    fn save(&mut self, contents: &Contents) -> Result<(), Refusal>;

    /// Notes how many entries of each chapter are durable, apart from the store: a store that has fewer when it is
    /// opened next was damaged. Need not be durable at once; a number that is too low does no harm.
    fn note_counts(&mut self, counts: &BTreeMap<ChapterId, u64>);

    /// The counts that were noted last.
    fn counts(&self) -> BTreeMap<ChapterId, u64>;
}

/// Everything that can happen to an open node.
#[derive(Debug)]
pub enum Input {
    /// Somebody asks.
    Command {
        /// Names the question in the reply.
        ticket: Ticket,
        /// What is asked.
        command: Command,
    },
    /// Somebody asks for a post, and has made it ready.
    Post {
        /// Names the question in the reply.
        ticket: Ticket,
        /// The post.
        post: ReadyPost,
    },
    /// This new computer was given the code that another one of its member shows.
    Pair {
        /// Names the question in the reply.
        ticket: Ticket,
        /// The code.
        code: String,
    },
    /// The network was joined, or left.
    Network {
        /// Joined.
        on: bool,
        /// Whether this computer makes itself known on the local network.
        discovery: bool,
    },
    /// This computer can be reached, or no longer be reached, at an address.
    Listening {
        /// Multiaddr.
        address: String,
        /// Reached.
        on: bool,
    },
    /// A peer is connected.
    Connected {
        /// Who.
        peer: Peer,
        /// Its network name, as text.
        name: String,
        /// Where it is.
        address: String,
        /// `same network`, `direct`, `relay`.
        route: &'static str,
        /// Whether this side called.
        outbound: bool,
    },
    /// A peer is gone.
    Disconnected {
        /// Who.
        peer: Peer,
    },
    /// A peer sent something.
    Message {
        /// Who.
        peer: Peer,
        /// What.
        bytes: Vec<u8>,
    },
    /// Gossip came in.
    Gossip {
        /// The topic.
        topic: Topic,
        /// Who passed it on.
        peer: Peer,
        /// Its id, for the verdict.
        id: Vec<u8>,
        /// The envelope.
        bytes: Vec<u8>,
    },
    /// Time has passed.
    Tick,
}

/// What the core wants done, once the commit that it rests on has succeeded.
#[derive(Debug)]
pub enum Effect {
    /// Answer a command.
    Reply {
        /// Which.
        ticket: Ticket,
        /// The answer.
        outcome: Result<Reply, Refusal>,
    },
    /// Tell the screens.
    Emit(Event),
    /// Tell the network.
    Net(Traffic),
}

/// What the core wants of the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Traffic {
    /// Send a message.
    Send {
        /// Whom to.
        peer: Peer,
        /// What.
        bytes: Vec<u8>,
    },
    /// End a connection.
    Disconnect {
        /// Whose.
        peer: Peer,
        /// Why, for the log.
        reason: String,
        /// Whether the peer misbehaved and is refused for a while.
        ban: bool,
    },
    /// Read long messages of this peer.
    Trust {
        /// Who.
        peer: Peer,
    },
    /// Let a peer that has proven its membership take part in a topic.
    Open {
        /// Who.
        peer: Peer,
        /// In what.
        topic: Topic,
    },
    /// Take part in a topic.
    Subscribe {
        /// Which.
        topic: Topic,
    },
    /// Spread an envelope.
    Publish {
        /// On which topic.
        topic: Topic,
        /// The envelope.
        bytes: Vec<u8>,
    },
    /// What to do with gossip that came in.
    Verdict {
        /// Its topic.
        topic: Topic,
        /// Its id.
        id: Vec<u8>,
        /// Who passed it on.
        peer: Peer,
        /// Pass it on, drop it, or hold it against the peer.
        verdict: Gossip,
    },
    /// Call an address, and keep calling.
    Dial {
        /// Multiaddr.
        address: String,
    },
    /// Whether this computer makes itself known on the local network.
    SetDiscovery(bool),
}

/// Why a core did not open. The store comes back.
pub struct NotOpened {
    /// As it was handed over.
    pub store: Box<dyn LogStore>,
    /// What a person is told.
    pub refusal: Refusal,
}
