//! Peers that are refused for a while. Bounded: when there are too many, the ban that ends first is forgotten.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use libp2p::PeerId;

pub(crate) struct Bans {
    most: usize,
    until: HashMap<PeerId, Instant>,
}

impl Bans {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, until: HashMap::new() }
    }

    pub(crate) fn add(&mut self, peer: PeerId, how_long: Duration, now: Instant) {
        // An end too far away to be a time is the furthest that matters: a year.
        let end = now.checked_add(how_long).unwrap_or(now + Duration::from_secs(365 * 86_400));
        self.until.retain(|_, until| *until > now);
        if self.until.len() >= self.most
            && !self.until.contains_key(&peer)
            && let Some(first) = self.until.iter().min_by_key(|(_, until)| **until).map(|(peer, _)| *peer)
        {
            self.until.remove(&first);
        }
        self.until.insert(peer, end);
    }

    pub(crate) fn contains(&self, peer: &PeerId, now: Instant) -> bool {
        self.until.get(peer).is_some_and(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ban_ends_and_the_list_stays_short() {
        let now = Instant::now();
        let second = Duration::from_secs(1);
        let mut bans = Bans::new(3);
        let peers = (0..5).map(|_| PeerId::random()).collect::<Vec<_>>();
        for (i, peer) in (1..).zip(&peers) {
            bans.add(*peer, second * i, now);
        }
        let banned = peers.iter().map(|peer| bans.contains(peer, now)).collect::<Vec<_>>();
        assert_eq!(banned, [false, false, true, true, true]);
        assert!(!bans.contains(&peers[2], now + second * 3));
        bans.add(peers[0], Duration::MAX, now);
        assert!(bans.contains(&peers[0], now + second * 1000));
    }
}
