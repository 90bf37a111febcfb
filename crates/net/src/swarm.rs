//! How libp2p is set up.

use std::{sync::Arc, time::Duration};

use libp2p::{
    Swarm, Transport, connection_limits,
    core::{
        muxing::StreamMuxerBox,
        transport::{Boxed, timeout::TransportTimeout},
        upgrade::Version,
    },
    identify,
    identity::{Keypair, PeerId},
    memory_connection_limits, noise, ping, quic,
    swarm::{self, NetworkBehaviour},
    tcp, yamux,
};

use crate::{
    Traffic,
    backlog::Backlog,
    config::{Limits, SHARED_TOPICS},
    error::NetError,
    gate::Gate,
    names::Names,
    post::Post,
};

/// Streams of one connection: messages, one each way for every topic that is shared with the peer, ping, identify. A
/// peer may have 256 KiB under way on each, so their number is a bound of memory too; and libp2p ends a connection that
/// needs more of them.
const STREAMS: usize = 2 * SHARED_TOPICS + 32;

/// Streams of one connection that are being agreed on; more of them wait.
const AGREEING: usize = 16;

/// Setting up one connection takes no longer than this.
const SET_UP: Duration = Duration::from_secs(10);

/// What runs on every connection. The limits come first: what they refuse, the others need not hear of.
#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    limits: connection_limits::Behaviour,
    memory: memory_connection_limits::Behaviour,
    pub(crate) post: Post,
    pub(crate) gate: Gate,
    ping: ping::Behaviour,
    identify: identify::Behaviour,
}

fn behaviour(key: &Keypair, limits: &Limits, traffic: Arc<Traffic>) -> Behaviour {
    // The backlog limits those that come in and are being set up.
    let connections = connection_limits::ConnectionLimits::default()
        .with_max_pending_outgoing(Some(limits.pending))
        .with_max_established(Some(limits.connections))
        // One in use, a newer one that may replace it, and a third that ends the second.
        .with_max_established_per_peer(Some(3));
    // It says nothing but the transport key, which the other side knows already, and the protocols that everyone has.
    let identify = identify::Config::new("1".to_owned(), key.public())
        .with_agent_version(String::new())
        .with_hide_listen_addrs(true)
        .with_cache_size(0);
    let ping = ping::Config::new().with_interval(limits.sign_of_life).with_timeout(limits.sign_of_life);
    Behaviour {
        limits: connection_limits::Behaviour::new(connections),
        memory: memory_connection_limits::Behaviour::with_max_bytes(limits.memory),
        post: Post::new(limits, traffic),
        gate: Gate::new(limits),
        ping: ping::Behaviour::new(ping),
        identify: identify::Behaviour::new(identify),
    }
}

fn transport(key: &Keypair, limits: &Limits) -> Result<Boxed<(PeerId, StreamMuxerBox)>, NetError> {
    let mut streams = yamux::Config::default();
    streams.set_max_num_streams(STREAMS);
    let tcp = tcp::tokio::Transport::new(tcp::Config::default().nodelay(true))
        .upgrade(Version::V1Lazy)
        .authenticate(noise::Config::new(key).map_err(NetError::Noise)?)
        .multiplex(streams)
        .map(|(peer, muxer), _| (peer, StreamMuxerBox::new(muxer)));
    let quic = quic::tokio::Transport::new(quic::Config::new(key))
        .map(|(peer, connection), _| (peer, StreamMuxerBox::new(connection)));
    let either = tcp.or_transport(quic).map(|either, _| either.into_inner());
    let timed = TransportTimeout::new(Names::new(either.boxed()), SET_UP);
    Ok(Backlog::new(timed.boxed(), limits.pending as usize).boxed())
}

/// A swarm that does not listen yet. To be called on the runtime that is to run it.
pub(crate) fn build(key: &Keypair, limits: &Limits, traffic: Arc<Traffic>) -> Result<Swarm<Behaviour>, NetError> {
    let config = swarm::Config::with_tokio_executor()
        .with_max_negotiating_inbound_streams(AGREEING)
        // One address after the other: of two that succeed at once, the other side could keep the wrong one.
        .with_dial_concurrency_factor(std::num::NonZeroU8::MIN);
    Ok(Swarm::new(transport(key, limits)?, behaviour(key, limits, traffic), key.public().to_peer_id(), config))
}
