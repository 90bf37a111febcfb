//! A network for tests, and waiting for what it tells.

use std::{collections::HashMap, fmt::Debug, time::Duration};

use net::{Config, Multiaddr, Net, News, Order, Topic, Verdict, config::Limits};
use tokio::{sync::mpsc, time::timeout};

pub(crate) const LONG: Duration = Duration::from_secs(30);

pub(crate) fn loopback() -> Vec<Multiaddr> {
    vec!["/ip4/127.0.0.1/tcp/0".parse().unwrap()]
}

/// Two seeds whose PeerIds are in this order.
pub(crate) fn ordered(mut seeds: [[u8; 32]; 2]) -> [[u8; 32]; 2] {
    seeds.sort_by_key(net::peer_of);
    seeds
}

pub(crate) struct Node {
    pub(crate) net: Net,
    pub(crate) news: mpsc::Receiver<News>,
    /// With `/p2p/…`.
    pub(crate) address: Multiaddr,
    pub(crate) id: Vec<u8>,
    /// Links that are up.
    pub(crate) links: HashMap<Vec<u8>, u64>,
}

impl Node {
    pub(crate) async fn start(seed: u8) -> Self {
        Self::with(Config::new([seed; 32], loopback(), false)).await
    }

    pub(crate) async fn limited(seed: u8, limits: Limits) -> Self {
        Self::with(Config { limits, ..Config::new([seed; 32], loopback(), false) }).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let id = net::peer_of(&config.seed);
        let (net, mut news) = Net::start(config).await.unwrap();
        assert_eq!(net.peer_id(), id);
        let address = loop {
            match timeout(LONG, news.recv()).await.unwrap().unwrap() {
                News::Listening { address } => break address,
                other => drop(other),
            }
        };
        let address = format!("{address}/p2p/{}", net::name_of(&id)).parse().unwrap();
        Self { net, news, address, id, links: HashMap::new() }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.to_string().split('/').nth(4).unwrap().parse().unwrap()
    }

    pub(crate) async fn order(&self, order: Order) {
        self.net.order(order).await;
    }

    pub(crate) async fn dial(&self, other: &Self, keep: bool) {
        self.order(Order::Dial { address: other.address.clone(), keep }).await;
    }

    /// The next news; keeps the list of links.
    pub(crate) async fn next(&mut self) -> News {
        let news = self.news.recv().await.expect("the network has ended");
        match &news {
            News::Connected { peer, link, .. } => {
                assert_eq!(self.links.insert(peer.clone(), *link), None, "a second link to one peer");
            }
            News::Disconnected { peer, link, .. } => {
                assert_eq!(self.links.remove(peer), Some(*link), "an end without a beginning");
            }
            _ => {}
        }
        news
    }

    /// Waits for the news that are wanted; other news are let go.
    pub(crate) async fn until<T>(&mut self, what: &str, mut wanted: impl FnMut(News) -> Option<T>) -> T {
        let wait = async {
            loop {
                if let Some(found) = wanted(self.next().await) {
                    return found;
                }
            }
        };
        timeout(LONG, wait).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
    }

    pub(crate) async fn connected(&mut self, peer: &[u8]) -> u64 {
        if let Some(link) = self.links.get(peer) {
            return *link;
        }
        let connected = |news| match news {
            News::Connected { peer: who, link, .. } if who == peer => Some(link),
            _ => None,
        };
        self.until("a link", connected).await
    }

    pub(crate) async fn disconnected(&mut self, peer: &[u8]) -> net::Ended {
        let disconnected = |news| match news {
            News::Disconnected { peer: who, why, .. } if who == peer => Some(why),
            _ => None,
        };
        self.until("the end of a link", disconnected).await
    }

    /// Over the link that is up.
    pub(crate) async fn send(&self, peer: &[u8], bytes: impl Into<Vec<u8>>) {
        self.order(Order::Send { peer: peer.to_vec(), link: self.links[peer], bytes: bytes.into() }).await;
    }

    pub(crate) async fn message(&mut self) -> Vec<u8> {
        let message = |news| match news {
            News::Message { bytes, .. } => Some(bytes),
            _ => None,
        };
        self.until("a message", message).await
    }

    pub(crate) async fn open(&self, peer: &[u8], topic: Topic) {
        self.order(Order::Open { peer: peer.to_vec(), link: self.links[peer], topic }).await;
    }

    pub(crate) async fn shut(&self, peer: &[u8], topic: Topic) {
        self.order(Order::Shut { peer: peer.to_vec(), link: self.links[peer], topic }).await;
    }

    pub(crate) async fn subscribe(&self, topic: Topic) {
        self.order(Order::Subscribe { topic }).await;
    }

    pub(crate) async fn publish(&self, topic: Topic, bytes: impl Into<Vec<u8>>) {
        self.order(Order::Publish { topic, bytes: bytes.into() }).await;
    }

    /// The next gossip, on which it gives the verdict.
    pub(crate) async fn gossip(&mut self, verdict: Verdict) -> (Topic, Vec<u8>) {
        let gossip = |news| match news {
            News::Gossip { topic, peer, id, bytes, .. } => Some((topic, peer, id, bytes)),
            _ => None,
        };
        let (topic, peer, id, bytes) = self.until("gossip", gossip).await;
        self.order(Order::GossipVerdict { topic, id, peer, verdict }).await;
        (topic, bytes)
    }

    /// Everything that comes within this time.
    pub(crate) async fn all_within(&mut self, time: Duration) -> Vec<News> {
        let mut all = Vec::new();
        let _ = timeout(time, async {
            loop {
                all.push(self.next().await);
            }
        })
        .await;
        all
    }
}

/// Connects the first to the second.
pub(crate) async fn connect(a: &mut Node, b: &mut Node) {
    a.dial(b, false).await;
    let (a_id, b_id) = (a.id.clone(), b.id.clone());
    tokio::join!(a.connected(&b_id), b.connected(&a_id));
}

/// Opens both gates.
pub(crate) async fn open(a: &Node, b: &Node, topic: Topic) {
    a.open(&b.id, topic).await;
    b.open(&a.id, topic).await;
}

/// Gossips from one to the other until something arrives; says how long it took.
pub(crate) async fn hears(a: &Node, b: &mut Node, topic: Topic, label: &str) -> Duration {
    let start = std::time::Instant::now();
    let mut round = 0;
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    loop {
        tokio::select! {
            _ = tick.tick() => {
                // Each of its own: repeats are not passed on.
                round += 1;
                a.publish(topic, format!("{label} {round}")).await;
            }
            news = b.next() => if let News::Gossip { bytes, .. } = news && bytes.starts_with(label.as_bytes()) {
                return start.elapsed();
            }
        }
        assert!(start.elapsed() < LONG, "{label}: no gossip arrives");
    }
}

/// How many TCP connections there are to these listening ports.
pub(crate) fn tcp_connections(ports: &[u16]) -> usize {
    let table = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
    let established = table.lines().skip(1).filter(|line| line.split_whitespace().nth(3) == Some("01"));
    let local = established.filter_map(|line| line.split_whitespace().nth(1)?.split(':').nth(1));
    local.filter(|port| ports.contains(&u16::from_str_radix(port, 16).unwrap())).count()
}

/// Tries until it is so.
pub(crate) async fn eventually<T: PartialEq + Debug>(what: &str, mut now: impl FnMut() -> T, expected: T) {
    let start = std::time::Instant::now();
    while now() != expected {
        assert!(start.elapsed() < LONG, "{what}: {:?} instead of {expected:?}", now());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
