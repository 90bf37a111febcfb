//! Incoming connections that are being set up. When there are too many, one gives way, so that a newcomer gets in
//! whoever fills the places and says nothing.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    net::{IpAddr, Ipv6Addr},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use futures::future::{AbortHandle, Abortable, BoxFuture, FutureExt};
use libp2p::{
    Multiaddr, PeerId, Transport, TransportError,
    core::{
        muxing::StreamMuxerBox,
        transport::{Boxed, DialOpts, ListenerId, TransportEvent},
    },
    multiaddr::Protocol,
};

type Inner = Boxed<(PeerId, StreamMuxerBox)>;

/// A transport that sets up a limited number of incoming connections at a time.
pub(crate) struct Backlog {
    inner: Inner,
    pending: Arc<Mutex<Pending>>,
}

impl Backlog {
    /// At most so many, not fewer than one.
    pub(crate) fn new(inner: Inner, most: usize) -> Self {
        Self { inner, pending: Arc::new(Mutex::new(Pending::new(most))) }
    }
}

impl Transport for Backlog {
    type Output = (PeerId, StreamMuxerBox);
    type Error = io::Error;
    type ListenerUpgrade = BoxFuture<'static, io::Result<Self::Output>>;
    type Dial = <Inner as Transport>::Dial;

    fn listen_on(&mut self, id: ListenerId, address: Multiaddr) -> Result<(), TransportError<io::Error>> {
        self.inner.listen_on(id, address)
    }

    fn remove_listener(&mut self, id: ListenerId) -> bool {
        self.inner.remove_listener(id)
    }

    fn dial(&mut self, address: Multiaddr, opts: DialOpts) -> Result<Self::Dial, TransportError<io::Error>> {
        self.inner.dial(address, opts)
    }

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<TransportEvent<Self::ListenerUpgrade, io::Error>> {
        let event = std::task::ready!(Pin::new(&mut self.inner).poll(cx));
        let from = match &event {
            TransportEvent::Incoming { send_back_addr, .. } => source(send_back_addr),
            _ => None,
        };
        Poll::Ready(event.map_upgrade(|upgrade| {
            let (abort, aborted) = AbortHandle::new_pair();
            // From now on, not from when it is first polled: whatever drops it gives the place back.
            let place = Place { number: lock(&self.pending).enter(from, abort), pending: Arc::clone(&self.pending) };
            let upgrade = Abortable::new(upgrade, aborted);
            async move {
                let _place = place;
                upgrade.await.unwrap_or_else(|_| Err(io::ErrorKind::ConnectionAborted.into()))
            }
            .boxed()
        }))
    }
}

fn lock(pending: &Mutex<Pending>) -> MutexGuard<'_, Pending> {
    pending.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The place of one connection that is being set up.
struct Place {
    number: u64,
    pending: Arc<Mutex<Pending>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.pending).places.remove(&self.number);
    }
}

/// Who a connection is from: an address, or for IPv6 the network of 64 bits that one computer may have for itself.
fn source(address: &Multiaddr) -> Option<IpAddr> {
    let ip = match address.iter().next()? {
        Protocol::Ip4(ip) => IpAddr::from(ip),
        Protocol::Ip6(ip) => IpAddr::from(ip).to_canonical(),
        _ => return None,
    };
    Some(match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX)).into(),
    })
}

/// The connections that are being set up, in the order in which they came.
struct Pending {
    most: usize,
    next: u64,
    places: BTreeMap<u64, (Option<IpAddr>, AbortHandle)>,
}

impl Pending {
    fn new(most: usize) -> Self {
        Self { most: most.max(1), next: 0, places: BTreeMap::new() }
    }

    /// Makes room, if there is none, at the cost of whoever has the most places.
    fn enter(&mut self, from: Option<IpAddr>, abort: AbortHandle) -> u64 {
        let number = self.next;
        self.next += 1;
        self.places.insert(number, (from, abort));
        if self.places.len() > self.most
            && let Some(number) = self.last_in_line()
            && let Some((_, abort)) = self.places.remove(&number)
        {
            abort.abort();
        }
        number
    }

    /// The oldest connection of the source that has the most. Never the newest of all: where every source has one, the
    /// oldest of all.
    fn last_in_line(&self) -> Option<u64> {
        let mut sources: HashMap<Option<IpAddr>, (usize, u64)> = HashMap::new();
        for (number, (from, _)) in &self.places {
            sources.entry(*from).or_insert((0, *number)).0 += 1;
        }
        let most = sources.values().map(|(count, _)| *count).max()?;
        sources.values().filter(|(count, _)| *count == most).map(|(_, oldest)| *oldest).min()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn enter(pending: &mut Pending, from: &str) -> u64 {
        pending.enter(source(&from.parse().unwrap()), AbortHandle::new_pair().0)
    }

    fn left(pending: &Pending) -> Vec<u64> {
        pending.places.keys().copied().collect()
    }

    #[test]
    fn whoever_has_the_most_places_gives_one() {
        let mut pending = Pending::new(4);
        let quiet = enter(&mut pending, "/ip4/192.0.2.1/tcp/1");
        for port in 1..=20 {
            enter(&mut pending, &format!("/ip4/192.0.2.2/tcp/{port}"));
        }
        let other = enter(&mut pending, "/ip4/192.0.2.3/udp/1/quic-v1");
        assert_eq!(left(&pending), [quiet, 19, 20, other]);
    }

    #[test]
    fn one_source_alone_gives_its_oldest() {
        let mut pending = Pending::new(2);
        for port in 1..=5 {
            enter(&mut pending, &format!("/ip4/192.0.2.2/tcp/{port}"));
        }
        assert_eq!(left(&pending), [3, 4]);
    }

    #[test]
    fn where_each_has_one_the_oldest_of_all_goes() {
        let mut pending = Pending::new(3);
        for last in 1..=5 {
            enter(&mut pending, &format!("/ip4/192.0.2.{last}/tcp/1"));
        }
        assert_eq!(left(&pending), [2, 3, 4]);
    }

    #[test]
    fn a_network_of_ipv6_is_one_source() {
        let source = |address: &str| source(&address.parse().unwrap());
        assert_eq!(source("/ip6/2001:db8::1/tcp/1"), source("/ip6/2001:db8::ffff:1/udp/2/quic-v1"));
        assert_ne!(source("/ip6/2001:db8::1/tcp/1"), source("/ip6/2001:db8:0:1::1/tcp/1"));
        assert_eq!(source("/ip6/::ffff:192.0.2.1/tcp/1"), source("/ip4/192.0.2.1/tcp/1"));
        assert_ne!(source("/ip4/192.0.2.1/tcp/1"), source("/ip4/192.0.2.2/tcp/1"));
    }

    #[test]
    fn who_gives_way_is_told_and_whoever_is_done_leaves_no_trace() {
        let (abort, aborted) = AbortHandle::new_pair();
        let pending = Arc::new(Mutex::new(Pending::new(1)));
        let mut first = std::pin::pin!(Abortable::new(std::future::pending::<()>(), aborted));
        lock(&pending).enter(None, abort);
        assert!(first.as_mut().now_or_never().is_none());
        let number = enter(&mut lock(&pending), "/ip4/192.0.2.1/tcp/1");
        assert!(first.now_or_never().is_some_and(|end| end.is_err()));
        drop(Place { number, pending: Arc::clone(&pending) });
        assert!(lock(&pending).places.is_empty());
    }
}
