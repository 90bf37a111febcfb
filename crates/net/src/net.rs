//! Starting and stopping.

use std::{
    convert::Infallible,
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use libp2p::{PeerId, identity::Keypair};
use tokio::{
    runtime,
    sync::{mpsc, oneshot},
};

use crate::{Config, NetError, News, Order, driver::Driver};

/// How long threads that wait for the system's resolver may hold up the end.
const LAST_MOMENT: Duration = Duration::from_millis(500);

/// A running network. Dropping it ends it, without waiting.
#[derive(Debug)]
pub struct Net {
    orders: mpsc::Sender<Order>,
    peer: PeerId,
    traffic: Arc<Traffic>,
    /// Dropped to say that all is to end.
    stop: oneshot::Sender<Infallible>,
    /// Dropped by the thread when it has ended.
    ended: oneshot::Receiver<Infallible>,
}

impl Net {
    /// Starts the network, on threads of its own. When nobody takes the news, the network takes nothing more from its
    /// peers, but always takes orders; when their receiver is gone, it ends.
    pub async fn start(config: Config) -> Result<(Self, mpsc::Receiver<News>), NetError> {
        let key = Keypair::ed25519_from_bytes(config.seed).map_err(NetError::Key)?;
        let peer = key.public().to_peer_id();
        let traffic = Arc::new(Traffic::default());
        let (orders, order_queue) = mpsc::channel(config.limits.orders);
        let (news, news_queue) = mpsc::channel(config.limits.news);
        // The loop runs on a thread of its own, the connections on the workers.
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("net-connections")
            .enable_all()
            .build()
            .map_err(NetError::Threads)?;
        let (started, outcome) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let (ending, ended) = oneshot::channel();
        let counts = Arc::clone(&traffic);
        let run = move || {
            runtime.block_on(async {
                // If nobody waits for the outcome any more, the handle is gone too, and so the loop ends at once.
                match Driver::new(&key, config, counts, order_queue, news) {
                    Err(error) => drop(started.send(Err(error))),
                    Ok(driver) => {
                        drop(started.send(Ok(())));
                        driver.run(stopped).await;
                    }
                }
            });
            runtime.shutdown_timeout(LAST_MOMENT);
            drop(ending);
        };
        thread::Builder::new().name("net".to_owned()).spawn(run).map_err(NetError::Threads)?;
        outcome.await.map_err(|_| NetError::Threads(io::Error::other("the network's thread has panicked")))??;
        Ok((Self { orders, peer, traffic, stop, ended }, news_queue))
    }

    /// Gives an order, waiting while too many wait already. Once the network has ended, orders go nowhere.
    pub async fn order(&self, order: Order) {
        if self.orders.send(order).await.is_err() {
            tracing::debug!("an order came after the end");
        }
    }

    /// Where orders go, for those that cannot wait.
    pub fn orders(&self) -> &mpsc::Sender<Order> {
        &self.orders
    }

    /// This computer's PeerId, as bytes.
    pub fn peer_id(&self) -> Vec<u8> {
        self.peer.to_bytes()
    }

    /// How much has been sent and received.
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// Does what was ordered, sends what is waiting, for a moment at most, hangs up, and returns when all is over and
    /// the ports are free.
    pub async fn stop(self) {
        drop(self.stop);
        // Only ever dropped, by the thread's end, whatever that was.
        drop(self.ended.await);
    }
}

/// The PeerId of a transport key's seed.
pub fn peer_of(seed: &[u8; 32]) -> Vec<u8> {
    // Any 32 bytes are a seed: the error is only about their number.
    Keypair::ed25519_from_bytes(*seed).map(|key| key.public().to_peer_id().to_bytes()).unwrap_or_default()
}

/// The name by which people and addresses know a PeerId; empty if it is none.
pub fn name_of(peer: &[u8]) -> String {
    PeerId::from_bytes(peer).map(|peer| peer.to_base58()).unwrap_or_default()
}

/// Bytes of messages and gossip, with their frames, without encryption's and TCP's own.
#[derive(Debug, Default)]
pub struct Traffic {
    pub(crate) sent: AtomicU64,
    pub(crate) received: AtomicU64,
}

impl Traffic {
    /// Bytes sent.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Bytes received.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }
}
