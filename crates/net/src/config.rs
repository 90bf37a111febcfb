//! What the network is told once, when it starts.

use std::time::Duration;

use libp2p::Multiaddr;

/// The largest message between two peers.
pub const MAX_MESSAGE: usize = 1_310_720;

/// The largest gossip message: an entry of 64 KiB and its envelope.
pub const MAX_GOSSIP: usize = 68 * 1024;

/// Topics whose gate can be open for one peer.
pub const SHARED_TOPICS: usize = 32;

/// Settings of the network.
#[derive(Clone)]
pub struct Config {
    /// Seed of the ed25519 transport key. It says nothing about the member.
    pub seed: [u8; 32],
    /// Where to listen; port 0 lets the system choose.
    pub listen: Vec<Multiaddr>,
    /// Whether to look for peers on the local network, and to let them find this one.
    pub discovery: bool,
    /// Bounds.
    pub limits: Limits,
}

impl Config {
    /// The usual bounds with the given key, addresses and discovery.
    pub fn new(seed: [u8; 32], listen: Vec<Multiaddr>, discovery: bool) -> Self {
        Self { seed, listen, discovery, limits: Limits::default() }
    }
}

// The seed is a secret: it must not reach a log.
impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("discovery", &self.discovery)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// How much others may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections in all.
    pub connections: u32,
    /// Incoming connections whose peer has not been trusted yet; the oldest gives way to the newest.
    pub strangers: usize,
    /// Connections being set up, each way. Of incoming ones, the oldest of the source that has the most gives way to the
    /// newest.
    pub pending: u32,
    /// Bytes waiting to be sent to one peer; a peer that lets more pile up is disconnected.
    pub outgoing: usize,
    /// Bytes received from one peer that the consumer has not let go of yet; beyond it the peer has to wait.
    pub incoming: usize,
    /// The largest message that is read from a peer before it is trusted; a larger one waits.
    pub stranger_message: usize,
    /// How long a peer may take nothing of what waits for it.
    pub stall: Duration,
    /// How often to ask a peer for a sign of life, and how long to wait for it. libp2p lets one failure pass and takes
    /// ten seconds for the next, and then its link ends.
    pub sign_of_life: Duration,
    /// The process's memory above which no new connection is made.
    pub memory: usize,
    /// Addresses to keep calling.
    pub kept: usize,
    /// Peers found on the local network that are remembered.
    pub found: usize,
    /// Bans that are remembered.
    pub bans: usize,
    /// Topics subscribed to.
    pub topics: usize,
    /// Orders that may wait.
    pub orders: usize,
    /// News that may wait, before peers have to.
    pub news: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 160,
            strangers: 16,
            pending: 32,
            outgoing: 16 * 1024 * 1024,
            incoming: 1024 * 1024,
            stranger_message: 128 * 1024,
            stall: Duration::from_secs(60),
            sign_of_life: Duration::from_secs(10),
            memory: 1024 * 1024 * 1024,
            kept: 256,
            found: 256,
            bans: 1024,
            topics: 64,
            orders: 1024,
            news: 256,
        }
    }
}
