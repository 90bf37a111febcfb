//! Finding peers on the local network, and being found there.
//!
//! libp2p's mDNS leaves its tasks running when it is dropped, and they go on answering: whoever has switched discovery
//! off would still be announced to the whole café. So it runs on a runtime of its own, which ends with it.

use std::{
    future::poll_fn,
    io,
    task::{Context, Poll},
    time::Duration,
};

use libp2p::{
    Multiaddr, PeerId,
    core::transport::ListenerId,
    mdns,
    swarm::{ExpiredListenAddr, FromSwarm, NetworkBehaviour, NewListenAddr, ToSwarm},
};
use tokio::{
    runtime::{self, Runtime},
    sync::mpsc,
};

/// What a peer announces counts for so long, and is asked for again before that.
const TTL: Duration = Duration::from_secs(120);
const ASK: Duration = Duration::from_secs(50);

/// libp2p remembers every announcement there is; someone who floods the network with them must not fill the memory.
const MOST: usize = 2048;

/// What was found.
#[derive(Debug)]
pub(crate) enum Found {
    Here(Vec<(PeerId, Multiaddr)>),
    Gone(Vec<(PeerId, Multiaddr)>),
    /// There are more announcements than is sensible: discovery has ended, and may be started again.
    Flooded,
}

/// Where this computer listens has changed.
#[derive(Debug)]
enum Change {
    Listening(ListenerId, Multiaddr),
    NotListening(ListenerId, Multiaddr),
}

/// Discovery, for as long as this value lives.
pub(crate) struct Discovery {
    runtime: Option<Runtime>,
    changes: mpsc::UnboundedSender<Change>,
    found: mpsc::Receiver<Found>,
}

impl Discovery {
    pub(crate) fn start<'a>(
        me: PeerId,
        listening: impl Iterator<Item = &'a (ListenerId, Multiaddr)>,
    ) -> io::Result<Self> {
        let runtime =
            runtime::Builder::new_multi_thread().worker_threads(1).thread_name("net-discovery").enable_all().build()?;
        // Interfaces are few, so changes are too.
        let (changes, mut changed) = mpsc::unbounded_channel();
        let (finder, found) = mpsc::channel(64);
        let config = mdns::Config { ttl: TTL, query_interval: ASK, enable_ipv6: false };
        let guard = runtime.enter();
        let mut mdns = mdns::tokio::Behaviour::new(config, me)?;
        drop(guard);
        for (id, address) in listening {
            change(&mut mdns, &Change::Listening(*id, address.clone()));
        }
        runtime.spawn(async move {
            loop {
                tokio::select! {
                    changed = changed.recv() => match changed {
                        Some(what) => change(&mut mdns, &what),
                        None => return,
                    },
                    found = poll_fn(|cx| next(&mut mdns, cx)) => {
                        let flooded = mdns.discovered_nodes().len() > MOST;
                        let end = finder.send(if flooded { Found::Flooded } else { found }).await;
                        if flooded || end.is_err() {
                            return;
                        }
                    }
                }
            }
        });
        Ok(Self { runtime: Some(runtime), changes, found })
    }

    pub(crate) fn listening(&self, id: ListenerId, address: &Multiaddr) {
        self.tell(Change::Listening(id, address.clone()));
    }

    pub(crate) fn not_listening(&self, id: ListenerId, address: &Multiaddr) {
        self.tell(Change::NotListening(id, address.clone()));
    }

    fn tell(&self, what: Change) {
        if self.changes.send(what).is_err() {
            tracing::debug!("discovery has ended by itself");
        }
    }

    pub(crate) async fn next(&mut self) -> Found {
        match self.found.recv().await {
            Some(found) => found,
            // It has ended and has said so; there is nothing more to come.
            None => std::future::pending().await,
        }
    }
}

impl Drop for Discovery {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // All its tasks end at their next wait, which is at once.
            runtime.shutdown_background();
        }
    }
}

fn change(mdns: &mut mdns::tokio::Behaviour, what: &Change) {
    match what {
        Change::Listening(listener_id, addr) => {
            mdns.on_swarm_event(FromSwarm::NewListenAddr(NewListenAddr { listener_id: *listener_id, addr }));
        }
        Change::NotListening(listener_id, addr) => {
            mdns.on_swarm_event(FromSwarm::ExpiredListenAddr(ExpiredListenAddr { listener_id: *listener_id, addr }));
        }
    }
}

fn next(mdns: &mut mdns::tokio::Behaviour, cx: &mut Context<'_>) -> Poll<Found> {
    loop {
        match std::task::ready!(mdns.poll(cx)) {
            ToSwarm::GenerateEvent(mdns::Event::Discovered(list)) => return Poll::Ready(Found::Here(list)),
            ToSwarm::GenerateEvent(mdns::Event::Expired(list)) => return Poll::Ready(Found::Gone(list)),
            _ => {}
        }
    }
}
