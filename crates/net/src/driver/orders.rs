//! What the loop is told to do.

use std::time::{Duration, Instant};

use libp2p::{
    Multiaddr, PeerId,
    swarm::{
        ConnectionId,
        dial_opts::{DialOpts, PeerCondition},
    },
};

use super::{Driver, chance};
use crate::{
    DialFault, Ended, News, Order, Topic,
    address::{callable, split},
    config::MAX_MESSAGE,
    discovery::Discovery,
    gate::CannotSubscribe,
    post::Full,
};

impl Driver {
    pub(super) fn order(&mut self, order: Order) {
        match order {
            Order::Send { peer, link, bytes } => self.send(peer, link, bytes),
            Order::Disconnect { peer, reason, ban_for } => self.disconnect(&peer, &reason, ban_for),
            Order::Trust { peer, link } => {
                self.trust(&peer, link);
            }
            Order::Open { peer, link, topic } => {
                if let Some(conn) = self.trust(&peer, link) {
                    self.set_gate(conn, topic, true);
                }
            }
            Order::Shut { peer, link, topic } => {
                if let Some(conn) = self.link(&peer, link) {
                    self.set_gate(conn, topic, false);
                }
            }
            Order::Subscribe { topic } => self.subscribe(topic),
            Order::Unsubscribe { topic } => self.swarm.behaviour_mut().gate.unsubscribe(topic),
            Order::Publish { topic, bytes } => self.publish(&topic, bytes),
            Order::GossipVerdict { topic, id, peer, verdict } => {
                if let Ok(peer) = PeerId::from_bytes(&peer) {
                    self.swarm.behaviour_mut().gate.verdict(&topic, &id, &peer, verdict);
                }
            }
            Order::Dial { address, keep } => self.dial(address, keep),
            Order::Forget { address } => {
                self.touched = true;
                self.dialer.forget(&address);
            }
            Order::SetDiscovery(true) => self.discover(),
            Order::SetDiscovery(false) => {
                self.touched = true;
                self.discovery = None;
                self.discover_again = None;
                self.dialer.forget_found();
            }
        }
    }

    /// The connection that a link stands for, if it is still there.
    fn link(&self, peer: &[u8], link: u64) -> Option<ConnectionId> {
        let conn = self.links.current(&PeerId::from_bytes(peer).ok()?)?;
        self.conns.get(&conn).filter(|details| details.announced && details.link == link).map(|_| conn)
    }

    fn trust(&mut self, peer: &[u8], link: u64) -> Option<ConnectionId> {
        let conn = self.link(peer, link)?;
        self.links.trust(conn);
        self.swarm.behaviour().post.pipe(conn)?.trust();
        Some(conn)
    }

    fn send(&mut self, peer: Vec<u8>, link: u64, bytes: Vec<u8>) {
        let Some(conn) = self.link(&peer, link) else { return };
        if bytes.len() > MAX_MESSAGE {
            return self.tell(News::TooLarge { peer, link, bytes: bytes.len() });
        }
        let sent = self.swarm.behaviour().post.pipe(conn).map_or(Ok(()), |pipe| pipe.send(bytes));
        if let Err(Full) = sent {
            self.hang_up(conn, Ended::TooSlow);
        }
    }

    fn disconnect(&mut self, peer: &[u8], reason: &str, ban_for: Option<Duration>) {
        let Ok(peer) = PeerId::from_bytes(peer) else { return };
        tracing::debug!(%peer, reason, ?ban_for, "told to hang up");
        let now = Instant::now();
        if let Some(how_long) = ban_for {
            self.swarm.behaviour_mut().post.bans.add(peer, how_long, now);
            self.dialer.shun(&peer, how_long, now);
        }
        for conn in self.links.all(&peer) {
            self.hang_up(conn, Ended::Asked);
        }
    }

    fn set_gate(&mut self, conn: ConnectionId, topic: Topic, open: bool) {
        if self.swarm.behaviour_mut().gate.set(conn, topic, open).is_err() {
            self.tell(News::TopicRefused { topic });
        }
    }

    fn subscribe(&mut self, topic: Topic) {
        match self.swarm.behaviour_mut().gate.subscribe(topic) {
            Ok(()) => {}
            Err(CannotSubscribe::TooMany) => self.tell(News::TopicRefused { topic }),
            Err(CannotSubscribe::Params(error)) => {
                tracing::error!(%error, "gossip cannot be set up");
                self.tell(News::TopicRefused { topic });
            }
        }
    }

    fn publish(&mut self, topic: &Topic, bytes: Vec<u8>) {
        let count = bytes.len() as u64;
        let heard_by = self.swarm.behaviour_mut().gate.publish(topic, bytes);
        self.traffic.sent.fetch_add(count * heard_by as u64, std::sync::atomic::Ordering::Relaxed);
    }

    fn dial(&mut self, address: Multiaddr, keep: bool) {
        self.touched = true;
        let now = Instant::now();
        let (_, peer) = split(&address);
        let reason = if !callable(&address) {
            DialFault::Unsupported
        } else if peer == Some(self.me) {
            DialFault::OwnAddress
        } else if peer.is_some_and(|peer| self.swarm.behaviour().post.bans.contains(&peer, now)) {
            DialFault::Banned
        } else if !self.dialer.give(&address, keep, |peer| self.links.current(peer).is_some(), now) {
            DialFault::TooMany
        } else {
            return;
        };
        self.tell(News::DialFailed { address, reason });
    }

    /// Begins discovery, unless it is under way.
    pub(super) fn discover(&mut self) {
        if self.discovery.is_some() {
            return;
        }
        match Discovery::start(self.me, self.listening.iter()) {
            Ok(discovery) => self.discovery = Some(discovery),
            Err(error) => self.tell(News::DiscoveryFailed(error)),
        }
    }

    /// Makes the calls that are due.
    pub(super) fn call(&mut self) {
        let now = Instant::now();
        while let Some(call) = self.dialer.next_call(now) {
            // A port of its own for each call: with the listening port, two sides that call each other at once fail.
            let opts = match call.peer {
                Some(peer) => DialOpts::peer_id(peer)
                    .condition(PeerCondition::DisconnectedAndNotDialing)
                    .addresses(vec![call.address])
                    .allocate_new_port()
                    .build(),
                None => DialOpts::unknown_peer_id().address(call.address).allocate_new_port().build(),
            };
            let conn = opts.connection_id();
            self.dialer.calling(&call.key, conn);
            if let Err(error) = self.swarm.dial(opts) {
                self.not_reached(conn, error, chance());
            }
        }
    }
}
