//! The gate: which peer's gossip on which topic reaches which gossipsub.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use libp2p::{
    Multiaddr, PeerId,
    core::{ConnectedPoint, Endpoint, transport::PortUse},
    gossipsub::{self, MessageAcceptance, MessageId},
    swarm::{
        ConnectionClosed, ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler, THandler,
        THandlerInEvent, THandlerOutEvent, ToSwarm, behaviour::ConnectionEstablished,
    },
};

use super::{
    bucket::Allowance,
    door::{Doors, For, Tell, Told},
    params::{BadParams, Gossip, gossip, only},
};
use crate::{
    Topic,
    config::{Limits, MAX_GOSSIP, SHARED_TOPICS},
    order::Verdict,
    post::{Ack, Window},
};

/// What the gate tells the driver.
#[derive(Debug)]
pub(crate) enum Event {
    /// Tell the peer that this side's gate is open, or shut.
    Gate {
        conn: ConnectionId,
        topic: Topic,
        open: bool,
    },
    Message {
        topic: Topic,
        peer: PeerId,
        id: Vec<u8>,
        bytes: Vec<u8>,
        ack: Ack,
    },
}

/// Why no part can be taken in a topic.
#[derive(Debug)]
pub(crate) enum CannotSubscribe {
    TooMany,
    Params(BadParams),
}

impl From<BadParams> for CannotSubscribe {
    fn from(error: BadParams) -> Self {
        Self::Params(error)
    }
}

/// Gates for more topics than can be shared with one peer.
#[derive(Debug)]
pub(crate) struct TooMany;

struct Conn {
    peer: PeerId,
    endpoint: ConnectedPoint,
    window: Arc<Window>,
    /// Topics for which this side's gate is to be open, and for which the other side's is.
    here: BTreeSet<Topic>,
    there: BTreeSet<Topic>,
}

/// A connection that a gossipsub has heard of.
struct Known {
    peer: PeerId,
    number: u64,
    allowance: Allowance,
}

struct Room {
    gossip: Gossip,
    known: HashMap<ConnectionId, Known>,
}

type Inner = <Gossip as NetworkBehaviour>::ConnectionHandler;

pub(crate) struct Gate {
    most_topics: usize,
    incoming: usize,
    rooms: BTreeMap<Topic, Room>,
    conns: HashMap<ConnectionId, Conn>,
    queue: VecDeque<ToSwarm<Event, Tell<Inner>>>,
    number: u64,
}

impl Gate {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            most_topics: limits.topics,
            incoming: limits.incoming,
            rooms: BTreeMap::new(),
            conns: HashMap::new(),
            queue: VecDeque::new(),
            number: 0,
        }
    }

    /// Takes part in a topic.
    pub(crate) fn subscribe(&mut self, topic: Topic) -> Result<(), CannotSubscribe> {
        if self.rooms.contains_key(&topic) {
            return Ok(());
        }
        if self.rooms.len() >= self.most_topics {
            return Err(CannotSubscribe::TooMany);
        }
        self.rooms.insert(topic, Room { gossip: gossip(&topic)?, known: HashMap::new() });
        for conn in self.conns.keys().copied().collect::<Vec<_>>() {
            self.install(conn, topic);
        }
        Ok(())
    }

    /// Takes part in it no longer.
    pub(crate) fn unsubscribe(&mut self, topic: Topic) {
        for conn in self.conns.keys().copied().collect::<Vec<_>>() {
            self.remove(conn, topic, true);
        }
        self.rooms.remove(&topic);
    }

    /// Opens, or shuts, this side's gate.
    pub(crate) fn set(&mut self, conn: ConnectionId, topic: Topic, open: bool) -> Result<(), TooMany> {
        let Some(known) = self.conns.get_mut(&conn) else { return Ok(()) };
        if open {
            if known.here.len() >= SHARED_TOPICS && !known.here.contains(&topic) {
                return Err(TooMany);
            }
            if known.here.insert(topic) {
                self.install(conn, topic);
            }
        } else if known.here.remove(&topic) {
            self.remove(conn, topic, true);
        }
        Ok(())
    }

    /// The other side says that its gate is open, or shut.
    pub(crate) fn told(&mut self, conn: ConnectionId, topic: Topic, open: bool) -> Result<(), TooMany> {
        let Some(known) = self.conns.get_mut(&conn) else { return Ok(()) };
        if open {
            // A gate that the other side made anew is told open once more.
            if known.there.len() >= SHARED_TOPICS && !known.there.contains(&topic) {
                return Err(TooMany);
            }
            if known.there.insert(topic) {
                self.proceed(conn, topic);
            }
        } else if known.there.remove(&topic) {
            // Its streams are gone, and gossipsub does not get over that by itself: begin anew, and wait.
            self.remove(conn, topic, false);
            self.install(conn, topic);
        }
        Ok(())
    }

    /// Gossips; says to how many at most. That nobody listens at the moment is no fault.
    pub(crate) fn publish(&mut self, topic: &Topic, bytes: Vec<u8>) -> usize {
        let Some(room) = self.rooms.get_mut(topic).filter(|_| bytes.len() <= MAX_GOSSIP) else { return 0 };
        match room.gossip.publish(only(), bytes) {
            Ok(_) => room.known.len(),
            Err(error) => {
                tracing::trace!(%error, "gossip was not sent");
                0
            }
        }
    }

    pub(crate) fn verdict(&mut self, topic: &Topic, id: &[u8], peer: &PeerId, verdict: Verdict) {
        let Some(room) = self.rooms.get_mut(topic) else { return };
        let verdict = match verdict {
            Verdict::Accept => MessageAcceptance::Accept,
            Verdict::Reject => MessageAcceptance::Reject,
            Verdict::Ignore => MessageAcceptance::Ignore,
        };
        room.gossip.report_message_validation_result(&MessageId::new(id), peer, verdict);
    }

    /// Makes gossipsub hear of the connection, if this side's gate is open and the topic is subscribed to.
    fn install(&mut self, conn: ConnectionId, topic: Topic) {
        let (Some(details), Some(room)) = (self.conns.get(&conn), self.rooms.get_mut(&topic)) else { return };
        if !details.here.contains(&topic) || room.known.contains_key(&conn) {
            return;
        }
        let peer = details.peer;
        // Gossipsub says hello on a peer's first connection only. If an older one is still known, it must be gone first.
        let older = room.known.iter().find(|(_, known)| known.peer == peer).map(|(conn, _)| *conn);
        if let Some(older) = older {
            self.remove(older, topic, false);
        }
        let (Some(details), Some(room)) = (self.conns.get(&conn), self.rooms.get_mut(&topic)) else { return };
        let handler = match &details.endpoint {
            ConnectedPoint::Dialer { address, role_override, port_use } => {
                room.gossip.handle_established_outbound_connection(conn, peer, address, *role_override, *port_use)
            }
            ConnectedPoint::Listener { local_addr, send_back_addr } => {
                room.gossip.handle_established_inbound_connection(conn, peer, local_addr, send_back_addr)
            }
        };
        let handler = match handler {
            Ok(handler) => handler,
            Err(denied) => return tracing::debug!(%denied, "gossipsub refuses a peer"),
        };
        self.number += 1;
        let at = (topic, self.number);
        self.queue.push_back(notify(peer, conn, Tell::Install(at, Box::new(handler))));
        room.known.insert(conn, Known { peer, number: at.1, allowance: Allowance::new(Instant::now()) });
        room.gossip.on_swarm_event(FromSwarm::ConnectionEstablished(ConnectionEstablished {
            peer_id: peer,
            connection_id: conn,
            endpoint: &details.endpoint,
            failed_addresses: &[],
            other_established: 0,
        }));
        if details.there.contains(&topic) {
            self.queue.push_back(notify(peer, conn, Tell::Proceed(at)));
        }
    }

    fn proceed(&mut self, conn: ConnectionId, topic: Topic) {
        if let Some(known) = self.rooms.get(&topic).and_then(|room| room.known.get(&conn)) {
            self.queue.push_back(notify(known.peer, conn, Tell::Proceed((topic, known.number))));
        }
    }

    /// Makes gossipsub forget the connection, and tells the peer if it cannot know by itself.
    fn remove(&mut self, conn: ConnectionId, topic: Topic, tell: bool) {
        let (Some(details), Some(room)) = (self.conns.get(&conn), self.rooms.get_mut(&topic)) else { return };
        let Some(known) = room.known.remove(&conn) else { return };
        room.gossip.on_swarm_event(FromSwarm::ConnectionClosed(ConnectionClosed {
            peer_id: known.peer,
            connection_id: conn,
            endpoint: &details.endpoint,
            cause: None,
            remaining_established: 0,
        }));
        self.queue.push_back(notify(known.peer, conn, Tell::Remove((topic, known.number))));
        if tell {
            self.queue.push_back(ToSwarm::GenerateEvent(Event::Gate { conn, topic, open: false }));
        }
    }

    fn closed(&mut self, conn: ConnectionId) {
        for topic in self.rooms.keys().copied().collect::<Vec<_>>() {
            self.remove(conn, topic, false);
        }
        self.conns.remove(&conn);
        // What was meant for this connection has nobody to go to.
        self.queue.retain(|step| match step {
            ToSwarm::NotifyHandler { handler: NotifyHandler::One(to), .. } => *to != conn,
            _ => true,
        });
    }

    /// What one topic's gossipsub wants.
    fn step(&mut self, topic: Topic, step: ToSwarm<gossipsub::Event, THandlerInEvent<Gossip>>) {
        let Some(room) = self.rooms.get_mut(&topic) else { return };
        match step {
            ToSwarm::GenerateEvent(gossipsub::Event::Message { propagation_source: peer, message_id, message }) => {
                let Some((conn, known)) = room.known.iter_mut().find(|(_, known)| known.peer == peer) else { return };
                let Some(details) = self.conns.get(conn) else { return };
                known.allowance.was_message(message.data.len());
                let ack = details.window.take(message.data.len());
                let (id, bytes) = (message_id.0, message.data);
                self.queue.push_back(ToSwarm::GenerateEvent(Event::Message { topic, peer, id, bytes, ack }));
            }
            ToSwarm::GenerateEvent(event) => tracing::trace!(?event, "gossip"),
            ToSwarm::NotifyHandler { peer_id, handler, event } => {
                let known = match handler {
                    NotifyHandler::One(conn) => room.known.get(&conn).map(|known| (conn, known)),
                    NotifyHandler::Any => {
                        room.known.iter().find(|(_, k)| k.peer == peer_id).map(|(conn, k)| (*conn, k))
                    }
                };
                if let Some((conn, known)) = known {
                    self.queue.push_back(notify(peer_id, conn, Tell::Inner((topic, known.number), event)));
                }
            }
            // Gossipsub does not decide whom this computer calls or hangs up on.
            _ => {}
        }
    }
}

fn notify(peer: PeerId, conn: ConnectionId, tell: Tell<Inner>) -> ToSwarm<Event, Tell<Inner>> {
    ToSwarm::NotifyHandler { peer_id: peer, handler: NotifyHandler::One(conn), event: tell }
}

impl NetworkBehaviour for Gate {
    type ConnectionHandler = Doors<Inner>;
    type ToSwarm = Event;

    fn handle_established_inbound_connection(
        &mut self,
        conn: ConnectionId,
        peer: PeerId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        let endpoint = ConnectedPoint::Listener { local_addr: local.clone(), send_back_addr: remote.clone() };
        Ok(self.doors(conn, peer, endpoint))
    }

    fn handle_established_outbound_connection(
        &mut self,
        conn: ConnectionId,
        peer: PeerId,
        address: &Multiaddr,
        role_override: Endpoint,
        port_use: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(self.doors(conn, peer, ConnectedPoint::Dialer { address: address.clone(), role_override, port_use }))
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        match event {
            FromSwarm::ConnectionClosed(closed) => self.closed(closed.connection_id),
            // Another behaviour has refused the connection.
            FromSwarm::DialFailure(failed) => self.closed(failed.connection_id),
            FromSwarm::ListenFailure(failed) => self.closed(failed.connection_id),
            _ => {}
        }
    }

    fn on_connection_handler_event(&mut self, peer: PeerId, conn: ConnectionId, told: THandlerOutEvent<Self>) {
        match told {
            Told::Installed(at @ (topic, _)) => {
                if self.is_current(conn, at) {
                    self.queue.push_back(ToSwarm::GenerateEvent(Event::Gate { conn, topic, open: true }));
                }
            }
            Told::Inner(at @ (topic, number), event) if self.is_current(conn, at) => {
                let Some(room) = self.rooms.get_mut(&topic) else { return };
                if let Some(known) = room.known.get_mut(&conn) {
                    known.allowance.came(Instant::now());
                    if let Some(pause) = known.allowance.pause() {
                        self.queue.push_back(notify(peer, conn, Tell::Pause((topic, number), pause)));
                    }
                }
                room.gossip.on_connection_handler_event(peer, conn, event);
            }
            Told::Inner(..) => {}
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        loop {
            if let Some(step) = self.queue.pop_front() {
                return Poll::Ready(step);
            }
            let mut steps = Vec::new();
            for (topic, room) in &mut self.rooms {
                if let Poll::Ready(step) = room.gossip.poll(cx) {
                    steps.push((*topic, step));
                }
            }
            if steps.is_empty() {
                return Poll::Pending;
            }
            for (topic, step) in steps {
                self.step(topic, step);
            }
        }
    }
}

impl Gate {
    fn doors(&mut self, conn: ConnectionId, peer: PeerId, endpoint: ConnectedPoint) -> Doors<Inner> {
        let window = Window::new(self.incoming);
        let details =
            Conn { peer, endpoint, window: Arc::clone(&window), here: BTreeSet::new(), there: BTreeSet::new() };
        self.conns.insert(conn, details);
        Doors::new(window)
    }

    fn is_current(&self, conn: ConnectionId, (topic, number): For) -> bool {
        self.rooms.get(&topic).and_then(|room| room.known.get(&conn)).is_some_and(|known| known.number == number)
    }
}

#[cfg(test)]
mod tests;
