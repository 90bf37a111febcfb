//! Whom to call, and when. Pure: time and chance come in as arguments.
//!
//! Addresses that are to be kept, and peers found on the local network, are called until there is a link, and again
//! when it ends, with growing pauses: discovery reports a peer once, and says nothing more for minutes.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use libp2p::{Multiaddr, PeerId, swarm::ConnectionId};

/// Calls under way at once.
const AT_ONCE: usize = 8;
/// Addresses remembered of one found peer.
const ADDRESSES: usize = 8;
/// The first pause; each failure doubles it.
const FIRST: Duration = Duration::from_millis(400);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(60);
/// A link that lived as long as this was a good one: the pauses begin anew.
const GOOD: Duration = Duration::from_secs(30);

/// Why a target is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// Somebody gave this address.
    Given(Multiaddr),
    /// This peer was found on the local network.
    Found(PeerId),
}

/// One call to make.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) key: Key,
    /// Who must answer.
    pub(crate) peer: Option<PeerId>,
    /// Without `/p2p/…`.
    pub(crate) address: Multiaddr,
}

struct Target {
    /// Who answers there: known from the beginning, or since the first link.
    peer: Option<PeerId>,
    named: bool,
    keep: bool,
    addresses: Vec<Multiaddr>,
    next: usize,
    failures: u32,
    due: Instant,
    calling: Option<ConnectionId>,
    up_since: Option<Instant>,
}

impl Target {
    fn waits(&self) -> bool {
        self.calling.is_none() && self.up_since.is_none()
    }

    fn pause(&self, chance: u8) -> Duration {
        let pause = FIRST.saturating_mul(1 << self.failures.min(10)).min(LONGEST);
        // Between three and five quarters, so that two sides that failed together do not meet again.
        pause * 3 / 4 + pause * u32::from(chance) / 512
    }
}

pub(crate) struct Dialer {
    most_given: usize,
    most_found: usize,
    targets: BTreeMap<Key, Target>,
}

impl Dialer {
    pub(crate) fn new(most_given: usize, most_found: usize) -> Self {
        Self { most_given, most_found, targets: BTreeMap::new() }
    }

    fn given(&self) -> usize {
        self.targets.keys().filter(|key| matches!(key, Key::Given(_))).count()
    }

    /// Call this address, once or for ever. False if there are too many.
    pub(crate) fn give(&mut self, address: &Multiaddr, keep: bool, up: impl Fn(&PeerId) -> bool, now: Instant) -> bool {
        let key = Key::Given(address.clone());
        if let Some(target) = self.targets.get_mut(&key) {
            target.keep |= keep;
            target.due = target.due.min(now);
            return true;
        }
        if self.given() >= self.most_given {
            return false;
        }
        let (bare, peer) = crate::address::split(address);
        let up_since = peer.filter(|peer| up(peer)).map(|_| now);
        if up_since.is_some() && !keep {
            return true;
        }
        let named = peer.is_some();
        let addresses = vec![bare];
        let target = Target { peer, named, keep, addresses, next: 0, failures: 0, due: now, calling: None, up_since };
        self.targets.insert(key, target);
        true
    }

    /// Call this address no more.
    pub(crate) fn forget(&mut self, address: &Multiaddr) {
        self.targets.remove(&Key::Given(address.clone()));
    }

    /// A peer was found on the local network. `delay` lets the other side call first.
    pub(crate) fn found(&mut self, peer: PeerId, address: Multiaddr, up: bool, delay: Duration, now: Instant) {
        let key = Key::Found(peer);
        if !self.targets.contains_key(&key) && !self.make_room() {
            return;
        }
        let target = self.targets.entry(key).or_insert_with(|| Target {
            peer: Some(peer),
            named: true,
            keep: true,
            addresses: Vec::new(),
            next: 0,
            failures: 0,
            due: now + delay,
            calling: None,
            up_since: up.then_some(now),
        });
        if target.addresses.contains(&address) {
            return;
        }
        if target.addresses.len() >= ADDRESSES {
            target.addresses.remove(0);
        }
        target.addresses.push(address);
        // A new address is a sign of life: the peer may have started anew.
        target.failures = 0;
        target.due = target.due.min(now + delay);
    }

    /// Room for one more found peer, at the cost of the one that has failed most.
    fn make_room(&mut self) -> bool {
        let found = || self.targets.iter().filter(|(key, _)| matches!(key, Key::Found(_)));
        if found().count() < self.most_found {
            return true;
        }
        let worst = found().filter(|(_, target)| target.waits() && target.failures > 0);
        let worst = worst.max_by_key(|(_, target)| target.failures).map(|(key, _)| key.clone());
        worst.is_some_and(|key| self.targets.remove(&key).is_some())
    }

    /// The announcement of an address has run out.
    pub(crate) fn expired(&mut self, peer: PeerId, address: &Multiaddr) {
        let key = Key::Found(peer);
        if let Some(target) = self.targets.get_mut(&key) {
            target.addresses.retain(|known| known != address);
            if target.addresses.is_empty() {
                self.targets.remove(&key);
            }
        }
    }

    /// Discovery has been switched off.
    pub(crate) fn forget_found(&mut self) {
        self.targets.retain(|key, _| !matches!(key, Key::Found(_)));
    }

    /// The next call to make now, if any. It must be followed by `calling`.
    pub(crate) fn next_call(&mut self, now: Instant) -> Option<Call> {
        let (key, target) = self.callable().filter(|(_, target)| target.due <= now).min_by_key(|(_, t)| t.due)?;
        let address = target.addresses.get(target.next % target.addresses.len().max(1))?.clone();
        let peer = target.peer.filter(|_| target.named);
        Some(Call { key: key.clone(), peer, address })
    }

    /// Who may be called when their time has come: nobody whom another call may reach already.
    fn callable(&self) -> impl Iterator<Item = (&Key, &Target)> {
        let calling = || self.targets.values().filter(|target| target.calling.is_some());
        let busy = calling().count() >= AT_ONCE;
        let peers = calling().filter_map(|target| target.peer).collect::<BTreeSet<_>>();
        self.targets.iter().filter(move |(_, target)| {
            !busy && target.waits() && !target.peer.is_some_and(|peer| peers.contains(&peer))
        })
    }

    /// The call is under way.
    pub(crate) fn calling(&mut self, key: &Key, conn: ConnectionId) {
        if let Some(target) = self.targets.get_mut(key) {
            target.calling = Some(conn);
        }
    }

    /// The call failed. Says which address to report, if somebody gave it.
    pub(crate) fn failed(&mut self, conn: ConnectionId, chance: u8, now: Instant) -> Option<Multiaddr> {
        let (key, target) = self.targets.iter_mut().find(|(_, target)| target.calling == Some(conn))?;
        target.calling = None;
        target.next += 1;
        if target.next.checked_rem(target.addresses.len()).unwrap_or(0) == 0 {
            target.next = 0;
            target.due = now + target.pause(chance);
            target.failures += 1;
        }
        let (key, keep) = (key.clone(), target.keep);
        if !keep {
            self.targets.remove(&key);
        }
        match key {
            Key::Given(address) => Some(address),
            Key::Found(_) => None,
        }
    }

    /// The call could not be made at the moment, for reasons of our own.
    pub(crate) fn postpone(&mut self, conn: ConnectionId, now: Instant) {
        for target in self.targets.values_mut().filter(|target| target.calling == Some(conn)) {
            target.calling = None;
            target.due = now + FIRST / 2;
        }
    }

    /// There is a link to this peer, by whichever connection.
    pub(crate) fn connected(&mut self, conn: ConnectionId, peer: PeerId, now: Instant) {
        self.targets.retain(|_, target| {
            if target.calling == Some(conn) {
                target.calling = None;
                target.peer = Some(peer);
            }
            if target.peer != Some(peer) {
                return true;
            }
            target.up_since.get_or_insert(now);
            target.keep
        });
    }

    /// There is no link to this peer any more.
    pub(crate) fn disconnected(&mut self, peer: &PeerId, chance: u8, now: Instant) {
        for target in self.targets.values_mut().filter(|target| target.peer == Some(*peer)) {
            let Some(since) = target.up_since.take() else { continue };
            let good = now.saturating_duration_since(since) >= GOOD;
            target.failures = if good { 0 } else { target.failures + 1 };
            target.next = 0;
            target.due = now + target.pause(chance);
        }
    }

    /// Do not call this peer for a while.
    pub(crate) fn shun(&mut self, peer: &PeerId, how_long: Duration, now: Instant) {
        let end = now.checked_add(how_long).unwrap_or(now + LONGEST);
        for target in self.targets.values_mut().filter(|target| target.peer == Some(*peer)) {
            target.due = target.due.max(end);
        }
    }

    /// This computer has come to another network: what failed before may work now.
    pub(crate) fn new_network(&mut self, now: Instant) {
        for target in self.targets.values_mut().filter(|target| target.failures > 0) {
            target.failures = 0;
            target.due = target.due.min(now + FIRST);
        }
    }

    /// When `next_call` is due.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.callable().map(|(_, target)| target.due).min()
    }
}

#[cfg(test)]
mod tests;
