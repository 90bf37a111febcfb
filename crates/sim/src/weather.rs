//! How well the simulated network behaves.

use rand_chacha::ChaCha20Rng;
use rand_core::Rng;

/// Latency and mishaps. Probabilities are in thousandths.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    /// The shortest way of a message, in milliseconds.
    pub latency_min: u64,
    /// The longest way.
    pub latency_max: u64,
    /// Messages whose link breaks instead: below is TCP or QUIC, where nothing is lost unless the link is.
    pub link_breaks: u64,
    /// Gossip that is lost.
    pub gossip_loss: u64,
    /// Gossip that arrives twice.
    pub gossip_twice: u64,
    /// Gossip that is held back by up to ten times the latency, so that it is overtaken.
    pub gossip_late: u64,
}

impl Weather {
    /// A room: a few milliseconds, no mishaps.
    pub const FAIR: Self =
        Self { latency_min: 1, latency_max: 5, link_breaks: 0, gossip_loss: 0, gossip_twice: 0, gossip_late: 0 };

    /// Worse than most networks: a tenth of the gossip is lost, and links break all the time.
    pub const STORM: Self = Self {
        latency_min: 5,
        latency_max: 400,
        link_breaks: 20,
        gossip_loss: 100,
        gossip_twice: 100,
        gossip_late: 300,
    };

    pub(crate) fn latency(&self, rng: &mut ChaCha20Rng) -> u64 {
        self.latency_min + below(rng, self.latency_max - self.latency_min + 1)
    }
}

/// A number below `bound`.
pub(crate) fn below(rng: &mut ChaCha20Rng, bound: u64) -> u64 {
    rng.next_u64() % bound.max(1)
}

/// Whether something of this many thousandths happens.
pub(crate) fn happens(rng: &mut ChaCha20Rng, thousandths: u64) -> bool {
    below(rng, 1000) < thousandths
}
