//! The driver's end of the message streams, and the door at which banned peers are turned away.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use libp2p::{
    Multiaddr, PeerId,
    core::{Endpoint, transport::PortUse},
    swarm::{
        ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler, THandler, THandlerInEvent,
        THandlerOutEvent, ToSwarm,
    },
};

use super::{
    Ack, Pipe,
    handler::{Activate, Handler, Told},
};
use crate::{Topic, Traffic, bans::Bans, config::Limits, news::Ended};

/// What happened on a connection.
#[derive(Debug)]
pub(crate) enum Event {
    Ready(ConnectionId),
    Message { conn: ConnectionId, bytes: Vec<u8>, ack: Ack },
    Gate { conn: ConnectionId, topic: Topic, open: bool },
    Drained(ConnectionId),
    Broken(ConnectionId, Ended),
}

/// The peer is banned.
#[derive(Debug, thiserror::Error)]
#[error("this peer is refused at present")]
pub(crate) struct Banned;

pub(crate) struct Post {
    limits: Limits,
    traffic: Arc<Traffic>,
    pub(crate) bans: Bans,
    pipes: HashMap<ConnectionId, Arc<Pipe>>,
    queue: VecDeque<ToSwarm<Event, Activate>>,
}

impl Post {
    pub(crate) fn new(limits: &Limits, traffic: Arc<Traffic>) -> Self {
        Self {
            limits: limits.clone(),
            traffic,
            bans: Bans::new(limits.bans),
            pipes: HashMap::new(),
            queue: VecDeque::new(),
        }
    }

    /// The queues of a connection.
    pub(crate) fn pipe(&self, conn: ConnectionId) -> Option<&Arc<Pipe>> {
        self.pipes.get(&conn)
    }

    /// Use this connection for the peer's messages.
    pub(crate) fn activate(&mut self, peer: PeerId, conn: ConnectionId) {
        self.queue.push_back(ToSwarm::NotifyHandler {
            peer_id: peer,
            handler: NotifyHandler::One(conn),
            event: Activate,
        });
    }

    /// Says the last word to everybody.
    pub(crate) fn bye(&self) {
        self.pipes.values().for_each(|pipe| pipe.bye());
    }

    fn handler(&mut self, conn: ConnectionId, peer: PeerId) -> Result<Handler, ConnectionDenied> {
        if self.bans.contains(&peer, Instant::now()) {
            return Err(ConnectionDenied::new(Banned));
        }
        let pipe = Pipe::new(&self.limits, Arc::clone(&self.traffic));
        self.pipes.insert(conn, Arc::clone(&pipe));
        Ok(Handler::new(pipe, self.limits.stall))
    }
}

impl NetworkBehaviour for Post {
    type ConnectionHandler = Handler;
    type ToSwarm = Event;

    fn handle_established_inbound_connection(
        &mut self,
        conn: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.handler(conn, peer)
    }

    fn handle_established_outbound_connection(
        &mut self,
        conn: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.handler(conn, peer)
    }

    fn on_swarm_event(&mut self, event: FromSwarm<'_>) {
        // The two failures: another behaviour may refuse what this one has accepted.
        match event {
            FromSwarm::ConnectionClosed(closed) => self.pipes.remove(&closed.connection_id),
            FromSwarm::DialFailure(failed) => self.pipes.remove(&failed.connection_id),
            FromSwarm::ListenFailure(failed) => self.pipes.remove(&failed.connection_id),
            _ => None,
        };
    }

    fn on_connection_handler_event(&mut self, _: PeerId, conn: ConnectionId, told: THandlerOutEvent<Self>) {
        self.queue.push_back(ToSwarm::GenerateEvent(match told {
            Told::Ready => Event::Ready(conn),
            Told::Message { bytes, ack } => Event::Message { conn, bytes, ack },
            Told::Gate { topic, open } => Event::Gate { conn, topic, open },
            Told::Drained => Event::Drained(conn),
            Told::Broken(why) => Event::Broken(conn, why),
        }));
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        // Filled only by calls from the swarm and the driver, both of which poll afterwards: no waker is needed.
        self.queue.pop_front().map_or(Poll::Pending, Poll::Ready)
    }
}
