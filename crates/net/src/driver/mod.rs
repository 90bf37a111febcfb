//! The loop: orders in, news out, and the swarm in between.
//!
//! When the consumer of news is slow, news wait here. They are few: each peer has its window, beyond which nothing is
//! read from it, and what its window does not count (that it came, and went) stops the swarm at a bound of its own.
//! Orders are taken always: a consumer that waits for its order to be taken, while this waits for the consumer, would be
//! the end of both.
//!
//! Reading order: this file (the loop), `orders`, `events`.

mod events;
mod orders;

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    future::pending,
    io,
    net::{IpAddr, TcpListener, UdpSocket},
    sync::Arc,
    time::{Duration, Instant},
};

use futures::StreamExt;
use libp2p::{
    Multiaddr, PeerId, Swarm, TransportError, core::transport::ListenerId, identity::Keypair, multiaddr::Protocol,
    swarm::ConnectionId,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{sleep_until, timeout},
};

use crate::{
    Config, Ended, NetError, News, Order, Traffic,
    dialer::Dialer,
    discovery::Discovery,
    links::{Links, Step},
    swarm::{self, Behaviour},
};

/// News that may wait for the consumer before the swarm is left alone. That stops what is sent as well: libp2p reads and
/// writes a connection in one task. So it is the last resort; the peers' windows are what bounds this in fair weather.
const WAITING: usize = 32_768;

/// For what is waiting to be sent when all ends.
const LAST_WORDS: Duration = Duration::from_millis(800);

/// And then for hanging up.
const HANG_UP: Duration = Duration::from_millis(300);

/// For what is waiting to be sent on a connection that is to end.
const PARTING: Duration = Duration::from_secs(2);

/// With nothing to do, the loop looks after this.
const IDLE: Duration = Duration::from_secs(3600);

struct Conn {
    peer: PeerId,
    address: Multiaddr,
    outbound: bool,
    link: u64,
    /// Whether the consumer knows of it.
    announced: bool,
    why: Option<Ended>,
    /// What had moved when it last answered, or failed to.
    heard_at: Option<u64>,
}

pub(crate) struct Driver {
    me: PeerId,
    swarm: Swarm<Behaviour>,
    orders: mpsc::Receiver<Order>,
    news: mpsc::Sender<News>,
    waiting: VecDeque<News>,
    /// Nobody takes news any more.
    deserted: bool,
    conns: HashMap<ConnectionId, Conn>,
    links: Links,
    dialer: Dialer,
    next_link: u64,
    listening: Vec<(ListenerId, Multiaddr)>,
    discovery: Option<Discovery>,
    discover_again: Option<Instant>,
    traffic: Arc<Traffic>,
    /// Connections that were told to end, and until when they may still send what was waiting.
    parting: Vec<(ConnectionId, Instant)>,
    /// Something has happened that may change when the next deadline is.
    touched: bool,
}

impl Driver {
    pub(crate) fn new(
        key: &Keypair,
        config: Config,
        traffic: Arc<Traffic>,
        orders: mpsc::Receiver<Order>,
        news: mpsc::Sender<News>,
    ) -> Result<Self, NetError> {
        let limits = &config.limits;
        let me = key.public().to_peer_id();
        let mut swarm = swarm::build(key, limits, Arc::clone(&traffic))?;
        for address in config.listen {
            let listening = taken(&address).map_or(Ok(()), |error| Err(TransportError::Other(error)));
            if let Err(source) = listening.and_then(|()| swarm.listen_on(address.clone()).map(drop)) {
                return Err(NetError::Listen { address, source });
            }
        }
        let mut driver = Self {
            me,
            swarm,
            orders,
            news,
            waiting: VecDeque::new(),
            deserted: false,
            conns: HashMap::new(),
            links: Links::new(me, limits.strangers),
            dialer: Dialer::new(limits.kept, limits.found),
            next_link: 0,
            listening: Vec::new(),
            discovery: None,
            discover_again: None,
            traffic,
            parting: Vec::new(),
            touched: true,
        };
        if config.discovery {
            driver.discover();
        }
        Ok(driver)
    }

    /// Runs until all is to end: the handle is gone, or nobody takes news.
    pub(crate) async fn run(mut self, mut stop: oneshot::Receiver<Infallible>) {
        let mut timer = Box::pin(sleep_until(Instant::now().into()));
        let consumer = self.news.clone();
        while !self.deserted {
            if std::mem::take(&mut self.touched) {
                self.call();
                timer.as_mut().reset(self.deadline().into());
            }
            tokio::select! {
                _ = &mut stop => break,
                order = self.orders.recv() => match order {
                    Some(order) => self.order(order),
                    None => break,
                },
                place = consumer.reserve(), if !self.waiting.is_empty() => match (place, self.waiting.pop_front()) {
                    (Ok(place), Some(news)) => place.send(news),
                    (Ok(_), None) => {}
                    (Err(_), _) => self.deserted = true,
                },
                event = self.swarm.select_next_some(), if self.waiting.len() < WAITING => self.event(event),
                found = found(&mut self.discovery) => self.found(found),
                () = timer.as_mut() => self.tick(),
                () = consumer.closed() => break,
            }
        }
        self.end().await;
    }

    fn deadline(&self) -> Instant {
        let parting = self.parting.iter().map(|(_, until)| *until).min();
        let deadlines = [self.dialer.deadline(), self.links.deadline(), self.discover_again, parting];
        deadlines.into_iter().flatten().min().unwrap_or_else(|| Instant::now() + IDLE)
    }

    fn tick(&mut self) {
        self.touched = true;
        let now = Instant::now();
        let steps = self.links.tick(now);
        self.act(steps);
        let (over, parting) = std::mem::take(&mut self.parting).into_iter().partition(|(_, until)| *until <= now);
        self.parting = parting;
        for (conn, _) in Vec::<(ConnectionId, Instant)>::from_iter(over) {
            self.swarm.close_connection(conn);
        }
        if self.discover_again.take_if(|at| *at <= now).is_some() {
            self.discover();
        }
    }

    /// Tells the consumer, or keeps it for when the consumer has room.
    fn tell(&mut self, news: News) {
        if self.waiting.is_empty() {
            match self.news.try_reserve() {
                Ok(place) => return place.send(news),
                Err(mpsc::error::TrySendError::Closed(())) => self.deserted = true,
                Err(mpsc::error::TrySendError::Full(())) => {}
            }
        }
        self.waiting.push_back(news);
    }

    fn act(&mut self, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Close(conn) => self.hang_up(conn, Ended::Replaced),
                Step::Activate(conn) => {
                    if let Some(details) = self.conns.get(&conn) {
                        self.swarm.behaviour_mut().post.activate(details.peer, conn);
                    }
                }
            }
        }
    }

    /// Ends a connection. The consumer hears of it at once; nothing more comes from it.
    fn hang_up(&mut self, conn: ConnectionId, why: Ended) {
        self.touched = true;
        let Some(details) = self.conns.get_mut(&conn) else { return };
        details.why.get_or_insert(why);
        let (peer, link) = (details.peer, details.link);
        tracing::debug!(%peer, ?why, "hanging up");
        if std::mem::take(&mut details.announced) {
            self.tell(News::Disconnected { peer: peer.to_bytes(), link, why });
        }
        // From now on another connection may take its place.
        let steps = self.links.closed(conn, &peer);
        self.act(steps);
        match self.swarm.behaviour().post.pipe(conn) {
            // Perhaps it was told why; so it is the peer that hangs up, once it has read that.
            Some(pipe) if why == Ended::Asked => {
                pipe.bye();
                self.parting.push((conn, Instant::now() + PARTING));
            }
            // False when it has ended by itself meanwhile, which is as good.
            _ => drop(self.swarm.close_connection(conn)),
        }
    }

    /// Sends what is waiting, hangs up, and forgets.
    async fn end(mut self) {
        self.discovery = None;
        while let Ok(order) = self.orders.try_recv() {
            self.order(order);
        }
        self.swarm.behaviour().post.bye();
        if self.empty(LAST_WORDS).await {
            return;
        }
        tracing::debug!("not every peer took all that was waiting for it");
        for conn in self.conns.keys() {
            self.swarm.close_connection(*conn);
        }
        if !self.empty(HANG_UP).await {
            tracing::debug!("not every connection could be ended properly");
        }
    }

    /// Waits until there is no connection any more.
    async fn empty(&mut self, most: Duration) -> bool {
        let swarm = &mut self.swarm;
        let empty = async {
            while swarm.network_info().connection_counters().num_established() > 0 {
                swarm.select_next_some().await;
            }
        };
        timeout(most, empty).await.is_ok()
    }
}

/// Whether somebody listens there already. libp2p would not notice: it lets several programs share one port, and then
/// each gets some of the callers.
fn taken(address: &Multiaddr) -> Option<io::Error> {
    let mut parts = address.iter();
    let ip: IpAddr = match parts.next()? {
        Protocol::Ip4(ip) => ip.into(),
        Protocol::Ip6(ip) => ip.into(),
        _ => return None,
    };
    match parts.next()? {
        Protocol::Tcp(port) if port != 0 => TcpListener::bind((ip, port)).err(),
        Protocol::Udp(port) if port != 0 => UdpSocket::bind((ip, port)).err(),
        _ => None,
    }
}

async fn found(discovery: &mut Option<Discovery>) -> crate::discovery::Found {
    match discovery {
        Some(discovery) => discovery.next().await,
        None => pending().await,
    }
}

/// Something between 0 and 255.
fn chance() -> u8 {
    // Without chance, a middling pause does.
    getrandom::u32().map_or(128, |chance| chance.to_le_bytes()[0])
}
