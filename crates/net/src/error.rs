//! Why the network could not start.

use libp2p::Multiaddr;

/// Why the network could not start.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The seed is no key.
    #[error("the transport key cannot be used")]
    Key(#[source] libp2p::identity::DecodingError),
    /// The threads that it runs on.
    #[error("cannot start the network's threads")]
    Threads(#[source] std::io::Error),
    /// An address to listen on.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: Multiaddr,
        /// Why.
        #[source]
        source: libp2p::TransportError<std::io::Error>,
    },
    /// The encrypted transport.
    #[error("cannot set up encryption of connections")]
    Noise(#[source] libp2p::noise::Error),
}
