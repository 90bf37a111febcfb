//! What happens to the loop.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use libp2p::{
    Multiaddr, PeerId,
    core::{ConnectedPoint, transport::ListenerId},
    ping,
    swarm::{ConnectionId, DialError, SwarmEvent},
};

use super::{Conn, Driver, chance};
use crate::{
    DialFault, Ended, News,
    address::{route, split, worth_a_call},
    discovery::Found,
    gate,
    post::{self, Banned, Full},
    swarm::BehaviourEvent,
};

/// A peer of another program is not called again for so long.
const NOT_OURS: Duration = Duration::from_secs(30 * 60);

/// At discovery both sides see each other at about the same time; the one with the larger PeerId lets the other call.
const AFTER_YOU: Duration = Duration::from_millis(1500);

/// Discovery that had to be ended begins anew after this.
const ANEW: Duration = Duration::from_secs(5);

impl Driver {
    pub(super) fn event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(BehaviourEvent::Post(event)) => self.post(event),
            SwarmEvent::Behaviour(BehaviourEvent::Gate(event)) => self.gate(event),
            SwarmEvent::Behaviour(BehaviourEvent::Ping(ping::Event { connection, result, .. })) => {
                self.sign_of_life(connection, result.is_ok());
            }
            SwarmEvent::Behaviour(_) => {}
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                self.established(connection_id, peer_id, endpoint);
            }
            SwarmEvent::ConnectionClosed { connection_id, cause, .. } => {
                if let Some(cause) = cause {
                    tracing::debug!(%cause, "a connection has ended");
                }
                self.closed(connection_id);
            }
            SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
                self.not_reached(connection_id, error, chance());
            }
            SwarmEvent::IncomingConnectionError { error, .. } => {
                tracing::debug!(%error, "a caller did not get through")
            }
            SwarmEvent::NewListenAddr { listener_id, address } => self.now_listening(listener_id, address),
            SwarmEvent::ExpiredListenAddr { listener_id, address } => self.not_listening(listener_id, &address),
            SwarmEvent::ListenerClosed { listener_id, addresses, reason } => {
                if let Err(error) = reason {
                    tracing::warn!(%error, "listening has ended");
                }
                addresses.iter().for_each(|address| self.not_listening(listener_id, address));
            }
            SwarmEvent::ListenerError { error, .. } => tracing::warn!(%error, "listening is disturbed"),
            _ => {}
        }
    }

    fn post(&mut self, event: post::Event) {
        match event {
            post::Event::Ready(conn) => self.ready(conn),
            post::Event::Message { conn, bytes, ack } => {
                if let Some((peer, link)) = self.announced(conn) {
                    self.tell(News::Message { peer, link, bytes, ack });
                }
            }
            post::Event::Gate { conn, topic, open } => {
                if self.swarm.behaviour_mut().gate.told(conn, topic, open).is_err() {
                    self.hang_up(conn, Ended::Misbehaved);
                }
            }
            post::Event::Drained(conn) => {
                if let Some((peer, link)) = self.announced(conn) {
                    self.tell(News::Drained { peer, link });
                }
            }
            post::Event::Broken(conn, why) => self.hang_up(conn, why),
        }
    }

    fn gate(&mut self, event: gate::Event) {
        match event {
            gate::Event::Gate { conn, topic, open } => {
                let told = self.swarm.behaviour().post.pipe(conn).map_or(Ok(()), |pipe| pipe.gate(topic, open));
                if let Err(Full) = told {
                    self.hang_up(conn, Ended::TooSlow);
                }
            }
            gate::Event::Message { topic, peer, id, bytes, ack } => {
                self.traffic.received.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                self.tell(News::Gossip { topic, peer: peer.to_bytes(), id, bytes, ack });
            }
        }
    }

    /// The peer and the number of a link that the consumer knows.
    fn announced(&self, conn: ConnectionId) -> Option<(Vec<u8>, u64)> {
        let details = self.conns.get(&conn).filter(|details| details.announced)?;
        Some((details.peer.to_bytes(), details.link))
    }

    fn established(&mut self, conn: ConnectionId, peer: PeerId, endpoint: ConnectedPoint) {
        self.touched = true;
        let now = Instant::now();
        let outbound = endpoint.is_dialer();
        let address = match endpoint {
            ConnectedPoint::Dialer { address, .. } => address,
            ConnectedPoint::Listener { send_back_addr, .. } => send_back_addr,
        };
        self.next_link += 1;
        let (link, address) = (self.next_link, split(&address).0);
        self.conns.insert(conn, Conn { peer, address, outbound, link, announced: false, why: None, heard_at: None });
        self.dialer.connected(conn, peer, now);
        let (steps, displaced) = self.links.established(conn, peer, outbound, now);
        self.act(steps);
        if let Some(displaced) = displaced {
            self.hang_up(displaced, Ended::Displaced);
        }
    }

    /// Both sides speak the protocol: only now is the peer worth telling of.
    fn ready(&mut self, conn: ConnectionId) {
        let Some(details) = self.conns.get_mut(&conn) else { return };
        if self.links.current(&details.peer) != Some(conn) || details.why.is_some() {
            return;
        }
        details.announced = true;
        let news = News::Connected {
            peer: details.peer.to_bytes(),
            link: details.link,
            address: details.address.clone(),
            outbound: details.outbound,
            route: route(&details.address),
        };
        self.tell(news);
    }

    fn closed(&mut self, conn: ConnectionId) {
        self.touched = true;
        let Some(details) = self.conns.remove(&conn) else { return };
        let why = details.why.unwrap_or(Ended::Remote);
        if details.announced {
            self.tell(News::Disconnected { peer: details.peer.to_bytes(), link: details.link, why });
        }
        let steps = self.links.closed(conn, &details.peer);
        self.act(steps);
        if self.links.current(&details.peer).is_none() {
            let now = Instant::now();
            self.dialer.disconnected(&details.peer, chance(), now);
            if why == Ended::NotOurs {
                self.dialer.shun(&details.peer, NOT_OURS, now);
            }
        }
    }

    pub(super) fn not_reached(&mut self, conn: ConnectionId, error: DialError, chance: u8) {
        self.touched = true;
        let now = Instant::now();
        let reason = match error {
            // There is a connection already, or is about to be, or has not quite ended.
            DialError::DialPeerConditionFalse(_) => return self.dialer.postpone(conn, now),
            // The second: libp2p strikes out addresses on which it listens itself, and it was given one only. A kept one
            // may be another's again tomorrow, in another network.
            DialError::LocalPeerId { .. } | DialError::NoAddresses => DialFault::OwnAddress,
            DialError::WrongPeerId { .. } => DialFault::WrongPeer,
            DialError::Denied { cause } => match cause.downcast::<Banned>() {
                Ok(Banned) => DialFault::Banned,
                Err(cause) => DialFault::Unreachable(DialError::Denied { cause }),
            },
            other => DialFault::Unreachable(other),
        };
        if let Some(address) = self.dialer.failed(conn, chance, now) {
            self.tell(News::DialFailed { address, reason });
        }
    }

    /// A peer that does not answer, and from or to which nothing has moved since it last did, is gone. On a slow line an
    /// answer may be late because so much else is under way.
    fn sign_of_life(&mut self, conn: ConnectionId, alive: bool) {
        let moved = self.swarm.behaviour().post.pipe(conn).map_or(0, |pipe| pipe.moved());
        let Some(details) = self.conns.get_mut(&conn) else { return };
        if details.heard_at.replace(moved) == Some(moved) && !alive {
            self.hang_up(conn, Ended::Silent);
        }
    }

    fn now_listening(&mut self, id: ListenerId, address: Multiaddr) {
        self.touched = true;
        // This computer may have come to a network it was not in before.
        self.dialer.new_network(Instant::now());
        if let Some(discovery) = &self.discovery {
            discovery.listening(id, &address);
        }
        self.listening.push((id, address.clone()));
        self.tell(News::Listening { address });
    }

    fn not_listening(&mut self, id: ListenerId, address: &Multiaddr) {
        let before = self.listening.len();
        self.listening.retain(|known| (&known.0, &known.1) != (&id, address));
        if self.listening.len() < before {
            if let Some(discovery) = &self.discovery {
                discovery.not_listening(id, address);
            }
            self.tell(News::NotListening { address: address.clone() });
        }
    }

    pub(super) fn found(&mut self, found: Found) {
        self.touched = true;
        let now = Instant::now();
        match found {
            Found::Here(list) => {
                for (peer, address) in
                    list.into_iter().filter(|(peer, address)| *peer != self.me && worth_a_call(address))
                {
                    let delay =
                        if self.me < peer { Duration::ZERO } else { AFTER_YOU + AFTER_YOU * u32::from(chance()) / 512 };
                    let up = self.links.current(&peer).is_some();
                    self.dialer.found(peer, split(&address).0, up, delay, now);
                }
            }
            Found::Gone(list) => {
                list.iter().for_each(|(peer, address)| self.dialer.expired(*peer, &split(address).0));
            }
            Found::Flooded => {
                tracing::warn!("someone floods the local network with announcements");
                self.discovery = None;
                self.discover_again = Some(now + ANEW);
            }
        }
    }
}
