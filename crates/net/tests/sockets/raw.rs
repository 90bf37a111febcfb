//! A stranger: another program, made of libp2p's own parts, that writes down everything it can see of a node.

use std::{
    collections::{BTreeSet, VecDeque},
    task::{Context, Poll},
    time::Duration,
};

use futures::StreamExt;
use libp2p::{
    Multiaddr, PeerId, Stream, StreamProtocol, Swarm, SwarmBuilder,
    core::{Endpoint, transport::PortUse, upgrade::ReadyUpgrade},
    gossipsub, identify, noise, ping,
    swarm::{
        ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm, NetworkBehaviour,
        SubstreamProtocol, SwarmEvent, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
        handler::{ConnectionEvent, FullyNegotiatedInbound, FullyNegotiatedOutbound},
    },
    tcp, yamux,
};
use tokio::time::timeout;

const MESSAGES: StreamProtocol = StreamProtocol::new("/chapterhouse/msg/1");

/// Speaks the message protocol's name, and hands out the bare streams.
pub(crate) struct Bare {
    /// How many streams it asks for.
    streams: usize,
    queue: VecDeque<Got>,
}

#[derive(Debug)]
pub(crate) enum Got {
    Outbound(Stream),
    Inbound(Stream),
}

pub(crate) struct BareHandler {
    wanted: usize,
    queue: VecDeque<Got>,
}

impl ConnectionHandler for BareHandler {
    type FromBehaviour = ();
    type ToBehaviour = Got;
    type InboundProtocol = ReadyUpgrade<StreamProtocol>;
    type OutboundProtocol = ReadyUpgrade<StreamProtocol>;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = ();

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        SubstreamProtocol::new(ReadyUpgrade::new(MESSAGES), ())
    }

    fn connection_keep_alive(&self) -> bool {
        true
    }

    fn on_behaviour_event(&mut self, (): ()) {}

    fn on_connection_event(&mut self, event: ConnectionEvent<Self::InboundProtocol, Self::OutboundProtocol>) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, .. }) => {
                self.queue.push_back(Got::Inbound(protocol));
            }
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol, .. }) => {
                self.queue.push_back(Got::Outbound(protocol));
            }
            _ => {}
        }
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, (), Got>> {
        if self.wanted > 0 {
            self.wanted -= 1;
            let protocol = SubstreamProtocol::new(ReadyUpgrade::new(MESSAGES), ());
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest { protocol });
        }
        match self.queue.pop_front() {
            Some(got) => Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(got)),
            None => Poll::Pending,
        }
    }
}

impl NetworkBehaviour for Bare {
    type ConnectionHandler = BareHandler;
    type ToSwarm = Got;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(BareHandler { wanted: self.streams, queue: VecDeque::new() })
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(BareHandler { wanted: self.streams, queue: VecDeque::new() })
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, got: THandlerOutEvent<Self>) {
        self.queue.push_back(got);
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Got, THandlerInEvent<Self>>> {
        self.queue.pop_front().map_or(Poll::Pending, |got| Poll::Ready(ToSwarm::GenerateEvent(got)))
    }
}

#[derive(NetworkBehaviour)]
pub(crate) struct Everything {
    pub(crate) bare: libp2p::swarm::behaviour::toggle::Toggle<Bare>,
    pub(crate) gossip: gossipsub::Behaviour,
    identify: identify::Behaviour,
    ping: ping::Behaviour,
}

/// What a stranger has seen.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) protocols: BTreeSet<String>,
    pub(crate) addresses: BTreeSet<String>,
    pub(crate) says: BTreeSet<String>,
    pub(crate) subscriptions: usize,
    pub(crate) gossip: usize,
    pub(crate) gossip_refused: bool,
}

pub(crate) struct Stranger {
    pub(crate) swarm: Swarm<Everything>,
    pub(crate) seen: Seen,
    /// Streams to and from the node.
    pub(crate) out: Option<Stream>,
    pub(crate) input: Option<Stream>,
    pub(crate) gone: bool,
}

impl Stranger {
    /// With a gossipsub that speaks its usual protocols or, if one is given, the protocol of this name; and with so many
    /// message streams.
    pub(crate) fn new(gossip_name: Option<String>, streams: usize) -> Self {
        let mut config = gossipsub::ConfigBuilder::default();
        config.validation_mode(gossipsub::ValidationMode::Anonymous);
        if let Some(name) = gossip_name {
            config.protocol_id(name, gossipsub::Version::V1_1);
        }
        let config = config.build().unwrap();
        let swarm = SwarmBuilder::with_new_identity()
            .with_tokio()
            .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
            .unwrap()
            .with_behaviour(|key| Everything {
                bare: (streams > 0).then(|| Bare { streams, queue: VecDeque::new() }).into(),
                gossip: gossipsub::Behaviour::new(gossipsub::MessageAuthenticity::Anonymous, config).unwrap(),
                identify: identify::Behaviour::new(identify::Config::new("1".into(), key.public())),
                ping: ping::Behaviour::default(),
            })
            .unwrap()
            .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(60)))
            .build();
        Self { swarm, seen: Seen::default(), out: None, input: None, gone: false }
    }

    pub(crate) fn id(&self) -> Vec<u8> {
        self.swarm.local_peer_id().to_bytes()
    }

    /// Looks for so long at what there is to see.
    pub(crate) async fn look(&mut self, time: Duration) {
        let _ = timeout(time, async {
            loop {
                let event = self.swarm.select_next_some().await;
                self.note(event);
            }
        })
        .await;
    }

    fn note(&mut self, event: SwarmEvent<EverythingEvent>) {
        match event {
            SwarmEvent::Behaviour(EverythingEvent::Bare(Got::Outbound(stream))) => self.out = Some(stream),
            SwarmEvent::Behaviour(EverythingEvent::Bare(Got::Inbound(stream))) => self.input = Some(stream),
            SwarmEvent::Behaviour(EverythingEvent::Identify(identify::Event::Received { info, .. })) => {
                self.seen.protocols.extend(info.protocols.iter().map(ToString::to_string));
                self.seen.addresses.extend(info.listen_addrs.iter().map(ToString::to_string));
                self.seen.says.extend([info.agent_version, info.protocol_version]);
            }
            SwarmEvent::Behaviour(EverythingEvent::Gossip(event)) => match event {
                gossipsub::Event::Message { .. } => self.seen.gossip += 1,
                gossipsub::Event::Subscribed { .. } => self.seen.subscriptions += 1,
                gossipsub::Event::GossipsubNotSupported { .. } => self.seen.gossip_refused = true,
                _ => {}
            },
            SwarmEvent::ConnectionClosed { .. } => self.gone = true,
            _ => {}
        }
    }
}
