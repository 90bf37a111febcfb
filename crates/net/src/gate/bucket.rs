//! How much gossip a peer may send: so much at once, and then so much in a second. Gossip is a hint; what goes beyond
//! is slowed down rather than refused. Without this a flood would fill the memory, because gossipsub keeps for some
//! seconds whatever it has received.

use std::time::{Duration, Instant};

/// Bytes of messages that were new and on the topic: at once, and in a second.
const BYTES: (f64, f64) = (4.0 * 1024.0 * 1024.0, 1024.0 * 1024.0);

/// Everything else (repeats, control, rubbish), whose size gossipsub does not tell; each may be as large as a message.
const OTHERS: (f64, f64) = (512.0, 256.0);

/// What one peer may still send on one topic.
pub(super) struct Allowance {
    bytes: f64,
    others: f64,
    at: Instant,
}

impl Allowance {
    pub(super) fn new(now: Instant) -> Self {
        Self { bytes: BYTES.0, others: OTHERS.0, at: now }
    }

    /// Something came.
    pub(super) fn came(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.bytes = (self.bytes + passed * BYTES.1).min(BYTES.0);
        self.others = (self.others + passed * OTHERS.1).min(OTHERS.0) - 1.0;
    }

    /// It turned out to hold a new message.
    #[expect(clippy::cast_precision_loss, reason = "a message is far smaller than what a float counts exactly")]
    pub(super) fn was_message(&mut self, bytes: usize) {
        self.others = (self.others + 1.0).min(OTHERS.0);
        self.bytes -= bytes as f64;
    }

    /// How long the peer has to wait before the next.
    pub(super) fn pause(&self) -> Option<Duration> {
        let owed = (-self.bytes / BYTES.1).max(-self.others / OTHERS.1);
        (owed > 0.0).then(|| Duration::from_secs_f64(owed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many come in ten seconds when the peer sends as fast as it may.
    fn flood(mut came: impl FnMut(&mut Allowance)) -> usize {
        let start = Instant::now();
        let (mut now, mut count, mut allowance) = (start, 0, Allowance::new(start));
        while now < start + Duration::from_secs(10) {
            allowance.came(now);
            came(&mut allowance);
            count += 1;
            now += allowance.pause().unwrap_or(Duration::ZERO);
        }
        count
    }

    #[test]
    fn a_flood_of_large_messages_is_slowed() {
        let count = flood(|allowance| allowance.was_message(65_536));
        assert!((64 + 150..64 + 170).contains(&count), "4 MiB and then 1 MiB/s, but {count} came");
    }

    #[test]
    fn a_flood_of_anything_else_is_slowed() {
        let count = flood(|_| ());
        assert!((512 + 2500..512 + 2620).contains(&count), "{count}");
    }

    #[test]
    fn many_small_messages_pass() {
        let mut allowance = Allowance::new(Instant::now());
        for _ in 0..8000 {
            allowance.came(allowance.at);
            allowance.was_message(500);
        }
        assert_eq!(allowance.pause(), None);
    }
}
