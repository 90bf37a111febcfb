//! The gossip streams of one connection: a handler of gossipsub's for each topic whose gate is open, and for the rest
//! nothing, not even a protocol name.

use std::{
    collections::BTreeMap,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures::{FutureExt, future::BoxFuture};
use libp2p::{
    Stream,
    core::{InboundUpgrade, UpgradeInfo},
    swarm::{
        ConnectionHandler, ConnectionHandlerEvent, SubstreamProtocol,
        handler::{
            ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound, InboundUpgradeSend,
            ListenUpgradeError, UpgradeInfoSend,
        },
    },
};
use tokio::time::{Sleep, sleep};

use crate::{Topic, post::Window};

/// Which handler something is meant for. The number tells a handler from its predecessor for the same topic, whose
/// late events must not reach it.
pub(crate) type For = (Topic, u64);

/// What the gate tells a connection.
pub(crate) enum Tell<H: ConnectionHandler> {
    /// This side's gate is open: accept streams.
    Install(For, Box<H>),
    /// The other side's gate is open too: ask for a stream.
    Proceed(For),
    Remove(For),
    /// Take nothing from the peer for so long.
    Pause(For, Duration),
    Inner(For, H::FromBehaviour),
}

impl<H: ConnectionHandler> fmt::Debug for Tell<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Install(..) => "Install",
            Self::Proceed(_) => "Proceed",
            Self::Remove(_) => "Remove",
            Self::Pause(..) => "Pause",
            Self::Inner(..) => "Inner",
        })
    }
}

/// What a connection tells the gate.
#[derive(Debug)]
pub(crate) enum Told<E> {
    /// Streams are accepted from now on.
    Installed(For),
    Inner(For, E),
}

struct Door<H: ConnectionHandler> {
    number: u64,
    handler: Box<H>,
    proceed: bool,
    /// The stream that gossipsub has asked for, until the other side's gate is open.
    held: Option<SubstreamProtocol<H::OutboundProtocol>>,
    pause: Option<Pin<Box<Sleep>>>,
}

pub(crate) struct Doors<H: ConnectionHandler> {
    doors: BTreeMap<Topic, Door<H>>,
    installed: Vec<For>,
    /// Gossip in the consumer's hands.
    window: Arc<Window>,
    /// Who was served last, so that one busy topic does not silence the others.
    last: Topic,
}

impl<H: ConnectionHandler> Doors<H> {
    pub(super) fn new(window: Arc<Window>) -> Self {
        Self { doors: BTreeMap::new(), installed: Vec::new(), window, last: Topic::default() }
    }

    fn get(&mut self, (topic, number): For) -> Option<&mut Door<H>> {
        self.doors.get_mut(&topic).filter(|door| door.number == number)
    }
}

type Event<H> = ConnectionHandlerEvent<
    <H as ConnectionHandler>::OutboundProtocol,
    For,
    Told<<H as ConnectionHandler>::ToBehaviour>,
>;

impl<H: ConnectionHandler<InboundOpenInfo = (), OutboundOpenInfo = ()>> Door<H> {
    fn poll(&mut self, topic: Topic, cx: &mut Context<'_>) -> Poll<Event<H>> {
        let me = (topic, self.number);
        if self.proceed
            && let Some(protocol) = self.held.take()
        {
            return Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest {
                protocol: protocol.map_info(|()| me),
            });
        }
        if let Some(pause) = &mut self.pause {
            std::task::ready!(pause.as_mut().poll(cx));
            self.pause = None;
        }
        loop {
            return Poll::Ready(match std::task::ready!(self.handler.poll(cx)) {
                ConnectionHandlerEvent::OutboundSubstreamRequest { protocol } if !self.proceed => {
                    self.held = Some(protocol);
                    continue;
                }
                ConnectionHandlerEvent::OutboundSubstreamRequest { protocol } => {
                    ConnectionHandlerEvent::OutboundSubstreamRequest { protocol: protocol.map_info(|()| me) }
                }
                ConnectionHandlerEvent::NotifyBehaviour(event) => {
                    ConnectionHandlerEvent::NotifyBehaviour(Told::Inner(me, event))
                }
                // Gossipsub reports none; if it did, they would be this connection's and not this topic's.
                _ => continue,
            });
        }
    }
}

impl<H: ConnectionHandler<InboundOpenInfo = (), OutboundOpenInfo = ()>> ConnectionHandler for Doors<H> {
    type FromBehaviour = Tell<H>;
    type ToBehaviour = Told<H::ToBehaviour>;
    type InboundProtocol = Accept<H::InboundProtocol>;
    type OutboundProtocol = H::OutboundProtocol;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = For;

    fn listen_protocol(&self) -> SubstreamProtocol<Self::InboundProtocol> {
        let each = self.doors.iter().map(|(topic, door)| {
            let (upgrade, ()) = door.handler.listen_protocol().into_upgrade();
            ((*topic, door.number), upgrade)
        });
        SubstreamProtocol::new(Accept(each.collect()), ())
    }

    fn on_behaviour_event(&mut self, tell: Tell<H>) {
        match tell {
            Tell::Install(at @ (topic, number), handler) => {
                self.doors.insert(topic, Door { number, handler, proceed: false, held: None, pause: None });
                self.installed.push(at);
            }
            Tell::Remove(at) => {
                if self.get(at).is_some() {
                    self.doors.remove(&at.0);
                }
            }
            Tell::Proceed(at) => {
                if let Some(door) = self.get(at) {
                    door.proceed = true;
                }
            }
            Tell::Pause(at, how_long) => {
                if let Some(door) = self.get(at) {
                    door.pause = Some(Box::pin(sleep(how_long)));
                }
            }
            Tell::Inner(at, event) => {
                if let Some(door) = self.get(at) {
                    door.handler.on_behaviour_event(event);
                }
            }
        }
    }

    fn on_connection_event(
        &mut self,
        event: ConnectionEvent<Self::InboundProtocol, Self::OutboundProtocol, (), Self::OutboundOpenInfo>,
    ) {
        let (at, event) = match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol: (at, protocol), info }) => {
                (at, ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol, info }))
            }
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol, info }) => {
                (info, ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol, info: () }))
            }
            ConnectionEvent::DialUpgradeError(DialUpgradeError { info, error }) => {
                (info, ConnectionEvent::DialUpgradeError(DialUpgradeError { info: (), error }))
            }
            ConnectionEvent::ListenUpgradeError(ListenUpgradeError { info, error: (at, error) }) => {
                (at, ConnectionEvent::ListenUpgradeError(ListenUpgradeError { info, error }))
            }
            // Changes of address and of the list of protocols are nothing to gossipsub.
            _ => return,
        };
        if let Some(door) = self.get(at) {
            door.handler.on_connection_event(event);
        }
    }

    fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<ConnectionHandlerEvent<Self::OutboundProtocol, For, Self::ToBehaviour>> {
        if let Some(at) = self.installed.pop() {
            return Poll::Ready(ConnectionHandlerEvent::NotifyBehaviour(Told::Installed(at)));
        }
        if self.doors.is_empty() || !self.window.is_open(cx) {
            return Poll::Pending;
        }
        let last = self.last;
        let (before, after) = (self.doors.range_mut(..=last).count(), self.doors.len());
        for place in (before..after).chain(0..before) {
            let Some((topic, door)) = self.doors.iter_mut().nth(place) else { continue };
            let topic = *topic;
            if let Poll::Ready(event) = door.poll(topic, cx) {
                self.last = topic;
                return Poll::Ready(event);
            }
        }
        Poll::Pending
    }
}

/// Accepts the protocols of the doors that there are.
pub(crate) struct Accept<U>(Vec<(For, U)>);

/// A protocol name, and the place of the door it belongs to.
#[derive(Clone)]
pub(crate) struct Name<I> {
    place: usize,
    name: I,
}

impl<I: AsRef<str>> AsRef<str> for Name<I> {
    fn as_ref(&self) -> &str {
        self.name.as_ref()
    }
}

impl<U: UpgradeInfoSend> UpgradeInfo for Accept<U> {
    type Info = Name<U::Info>;
    type InfoIter = std::vec::IntoIter<Self::Info>;

    fn protocol_info(&self) -> Self::InfoIter {
        let names = self.0.iter().enumerate();
        let names =
            names.flat_map(|(place, (_, upgrade))| upgrade.protocol_info().map(move |name| Name { place, name }));
        names.collect::<Vec<_>>().into_iter()
    }
}

impl<U: InboundUpgradeSend> InboundUpgrade<Stream> for Accept<U> {
    type Output = (For, U::Output);
    type Error = (For, U::Error);
    type Future = BoxFuture<'static, Result<Self::Output, Self::Error>>;

    fn upgrade_inbound(mut self, stream: Stream, Name { place, name }: Self::Info) -> Self::Future {
        // The name came from this very list, so its place is in it.
        let (at, upgrade) = self.0.swap_remove(place);
        upgrade
            .upgrade_inbound(stream, name)
            .map(move |end| end.map(|out| (at, out)).map_err(|error| (at, error)))
            .boxed()
    }
}
