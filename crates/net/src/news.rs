//! What the network tells.

use libp2p::Multiaddr;

use crate::Topic;
pub use crate::post::Ack;

/// One thing that happened. For each link: `Connected`, then its messages in the order they were sent, then
/// `Disconnected`; and a peer has one link at a time.
#[derive(Debug)]
pub enum News {
    /// An address at which this computer can be called.
    Listening {
        /// The address, without `/p2p/…`.
        address: Multiaddr,
    },
    /// An address at which it can no longer be called.
    NotListening {
        /// The address.
        address: Multiaddr,
    },
    /// A peer is there. Its transport key is certain; what it is entitled to is not.
    Connected {
        /// Its PeerId.
        peer: Vec<u8>,
        /// The link's number, never used twice.
        link: u64,
        /// Its address as seen from here.
        address: Multiaddr,
        /// Whether this side called.
        outbound: bool,
        /// Over what.
        route: Route,
    },
    /// The link is gone.
    Disconnected {
        /// Whose.
        peer: Vec<u8>,
        /// Which.
        link: u64,
        /// Why.
        why: Ended,
    },
    /// A message.
    Message {
        /// From whom.
        peer: Vec<u8>,
        /// Over which link.
        link: u64,
        /// What.
        bytes: Vec<u8>,
        /// To be dropped when the message has been dealt with: that lets the peer send more.
        ack: Ack,
    },
    /// So much was waiting to be sent to a peer that a careful sender would have paused; now little is.
    Drained {
        /// Whose.
        peer: Vec<u8>,
        /// Which link.
        link: u64,
    },
    /// A message was larger than any may be, and was not sent.
    TooLarge {
        /// For whom it was meant.
        peer: Vec<u8>,
        /// Over which link.
        link: u64,
        /// How large it was.
        bytes: usize,
    },
    /// Gossip, to be answered with a [`GossipVerdict`](crate::Order::GossipVerdict).
    Gossip {
        /// On which topic.
        topic: Topic,
        /// Who passed it on; seldom who wrote it.
        peer: Vec<u8>,
        /// Its id, for the verdict.
        id: Vec<u8>,
        /// What.
        bytes: Vec<u8>,
        /// As for a message.
        ack: Ack,
    },
    /// There are too many topics, in all or with one peer, for gossip on this one.
    TopicRefused {
        /// Which.
        topic: Topic,
    },
    /// An address that was to be called did not answer. A kept one is called again.
    DialFailed {
        /// As it was given.
        address: Multiaddr,
        /// Why.
        reason: DialFault,
    },
    /// Looking for peers on the local network is not possible (for instance, no such network).
    DiscoveryFailed(std::io::Error),
}

/// What kind of way leads to a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// This computer or a local network.
    SameNetwork,
    /// The internet.
    Direct,
    /// Through a third computer.
    Relay,
}

/// Why a link ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// The other side ended it, or the network in between did.
    Remote,
    /// It was asked for here.
    Asked,
    /// The peer has a newer link.
    Replaced,
    /// The peer speaks another language: some other program.
    NotOurs,
    /// More was waiting for it than is allowed.
    TooSlow,
    /// It took nothing of what was waiting for it, for too long.
    Stalled,
    /// It answered no sign of life.
    Silent,
    /// It broke the rules of the protocol, for instance with too large a message.
    Misbehaved,
    /// Another stranger needed the place.
    Displaced,
    /// This side is ending.
    Stopping,
}

/// Why an address could not be called.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DialFault {
    /// Nobody answers.
    #[error("nobody answers at this address")]
    Unreachable(#[source] libp2p::swarm::DialError),
    /// Another peer answers than the one that the address names.
    #[error("another computer answers at this address than the one it names")]
    WrongPeer,
    /// The address leads back here.
    #[error("this address leads to this computer itself")]
    OwnAddress,
    /// Not an address that can be called.
    #[error("this kind of address cannot be called")]
    Unsupported,
    /// The peer is banned at present.
    #[error("the peer at this address is refused at present")]
    Banned,
    /// Too many addresses are being called.
    #[error("too many addresses are being called already")]
    TooMany,
}
