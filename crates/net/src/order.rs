//! What the network can be asked to do.

use std::time::Duration;

use libp2p::Multiaddr;

use crate::Topic;

/// One thing to do. Orders about a link that is gone are ignored: the news of its end is on its way.
#[derive(Debug)]
pub enum Order {
    /// Send bytes, after everything sent to this peer before. At most [`MAX_MESSAGE`](crate::config::MAX_MESSAGE).
    Send {
        /// Whom to.
        peer: Vec<u8>,
        /// Over which of its links, so that an answer never reaches a peer that has started anew.
        link: u64,
        /// What.
        bytes: Vec<u8>,
    },
    /// End the peer's link, whichever it is.
    Disconnect {
        /// Whose.
        peer: Vec<u8>,
        /// Why, for the log.
        reason: String,
        /// Refuse the peer for so long.
        ban_for: Option<Duration>,
    },
    /// The peer has shown that it has business here: read large messages from it, and never end its link to make room.
    Trust {
        /// Whose.
        peer: Vec<u8>,
        /// Which link.
        link: u64,
    },
    /// Let gossip on this topic through to this peer, which has proved that it belongs to it. Implies `Trust`. Gossip
    /// flows once the other side has done the same, and not before does it learn that the topic exists here.
    Open {
        /// Whose.
        peer: Vec<u8>,
        /// Which link.
        link: u64,
        /// For which topic.
        topic: Topic,
    },
    /// The opposite of `Open`.
    Shut {
        /// Whose.
        peer: Vec<u8>,
        /// Which link.
        link: u64,
        /// For which topic.
        topic: Topic,
    },
    /// Take part in a topic.
    Subscribe {
        /// Which.
        topic: Topic,
    },
    /// Take part no longer.
    Unsubscribe {
        /// Which.
        topic: Topic,
    },
    /// Gossip bytes. A hint to those who listen: it may be lost, and is not repeated.
    Publish {
        /// Where.
        topic: Topic,
        /// What; at most [`MAX_GOSSIP`](crate::config::MAX_GOSSIP).
        bytes: Vec<u8>,
    },
    /// What to do with gossip that was received. Until it is given, the message is not passed on.
    GossipVerdict {
        /// As in the news.
        topic: Topic,
        /// As in the news.
        id: Vec<u8>,
        /// As in the news.
        peer: Vec<u8>,
        /// The verdict.
        verdict: Verdict,
    },
    /// Call an address. A failure is always told.
    Dial {
        /// With or without `/p2p/…`; with it, nobody else is accepted there.
        address: Multiaddr,
        /// Call again, with growing pauses, whenever there is no link to whoever answers there.
        keep: bool,
    },
    /// Stop calling an address that was kept.
    Forget {
        /// As it was given.
        address: Multiaddr,
    },
    /// Look for peers on the local network, and be found there, or not.
    SetDiscovery(bool),
}

/// What to do with a gossip message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Good: pass it on.
    Accept,
    /// Wrong, and the peer that sent it should have known.
    Reject,
    /// Not to be passed on, and nobody's fault.
    Ignore,
}
