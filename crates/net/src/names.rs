//! Addresses with a name in them are resolved when they are called, by the system's own resolver.
//!
//! libp2p's resolver reads its settings once, when the program starts, and refuses to start where there are none: on a
//! laptop with no network, which is where this program must start. The system's resolver also knows the local names of
//! the network one is in.

use std::{
    io,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use futures::future::{BoxFuture, Either, FutureExt};
use libp2p::{
    Multiaddr, PeerId, Transport, TransportError,
    core::{
        muxing::StreamMuxerBox,
        transport::{Boxed, DialOpts, ListenerId, TransportEvent},
    },
    multiaddr::Protocol,
};

/// Addresses of one name that are tried.
const MOST: usize = 4;

type Inner = Boxed<(PeerId, StreamMuxerBox)>;

/// A transport that resolves names.
pub(crate) struct Names {
    // Shared with the calls that are waiting for a name.
    inner: Arc<Mutex<Inner>>,
}

impl Names {
    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Names {
    type Output = (PeerId, StreamMuxerBox);
    type Error = io::Error;
    type ListenerUpgrade = <Inner as Transport>::ListenerUpgrade;
    type Dial = Either<<Inner as Transport>::Dial, BoxFuture<'static, io::Result<Self::Output>>>;

    fn listen_on(&mut self, id: ListenerId, address: Multiaddr) -> Result<(), TransportError<io::Error>> {
        self.inner().listen_on(id, address)
    }

    fn remove_listener(&mut self, id: ListenerId) -> bool {
        self.inner().remove_listener(id)
    }

    fn dial(&mut self, address: Multiaddr, opts: DialOpts) -> Result<Self::Dial, TransportError<io::Error>> {
        let Some((name, fits)) = name(&address) else {
            return self.inner().dial(address, opts).map(Either::Left);
        };
        let inner = Arc::clone(&self.inner);
        let call = async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
            for ip in found.map(|socket| socket.ip()).filter(fits).take(MOST) {
                let Some(address) = address.replace(0, |_| Some(ip.into())) else { continue };
                let call = inner.lock().unwrap_or_else(PoisonError::into_inner).dial(address, opts);
                let end = match call {
                    Ok(call) => call.await,
                    Err(TransportError::Other(error)) => Err(error),
                    Err(TransportError::MultiaddrNotSupported(_)) => Err(io::ErrorKind::Unsupported.into()),
                };
                match end {
                    Ok(connection) => return Ok(connection),
                    Err(error) => last = error,
                }
            }
            Err(last)
        };
        Ok(Either::Right(call.boxed()))
    }

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<TransportEvent<Self::ListenerUpgrade, io::Error>> {
        Pin::new(&mut *self.inner()).poll(cx)
    }
}

/// Whether an IP address is of the kind that was asked for.
type Fits = fn(&IpAddr) -> bool;

/// The name an address begins with, and which of its IP addresses are meant.
fn name(address: &Multiaddr) -> Option<(String, Fits)> {
    match address.iter().next()? {
        Protocol::Dns(name) => Some((name.into_owned(), |_| true)),
        Protocol::Dns4(name) => Some((name.into_owned(), IpAddr::is_ipv4)),
        Protocol::Dns6(name) => Some((name.into_owned(), IpAddr::is_ipv6)),
        _ => None,
    }
}
