use std::time::Duration;

use net::{Config, Ended, News, Order, config::Limits};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

use crate::common::{Node, connect, eventually, loopback, ordered, tcp_connections};

#[tokio::test]
async fn calling_each_other_at_once_ends_with_one_connection() {
    for round in 0..20u8 {
        let (mut rowan, mut asha) = (Node::start(40 + round).await, Node::start(140 + round).await);
        let ports = [rowan.port(), asha.port()];
        tokio::join!(rowan.dial(&asha, true), asha.dial(&rowan, true));
        rowan.connected(&asha.id.clone()).await;
        asha.connected(&rowan.id.clone()).await;
        // Whatever has to be decided is decided; then there is one connection, and it stays.
        tokio::join!(rowan.all_within(Duration::from_millis(400)), asha.all_within(Duration::from_millis(400)));
        eventually("connections", || tcp_connections(&ports), 1).await;
        rowan.connected(&asha.id.clone()).await;
        asha.connected(&rowan.id.clone()).await;
        let news = rowan.all_within(Duration::from_millis(100)).await;
        assert!(news.is_empty(), "round {round}: {news:?}");
        rowan.send(&asha.id, "one").await;
        asha.send(&rowan.id, "two").await;
        assert_eq!((asha.message().await, rowan.message().await), (b"one".to_vec(), b"two".to_vec()));
    }
}

/// Carries bytes to and fro until it goes deaf, and then keeps its connections without a word: what a peer that lost
/// its power looks like from afar.
struct Tunnel {
    address: net::Multiaddr,
    deaf: watch::Sender<bool>,
}

impl Tunnel {
    async fn to(node: &Node) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("/ip4/127.0.0.1/tcp/{}", listener.local_addr().unwrap().port()).parse().unwrap();
        let target = format!("127.0.0.1:{}", node.port());
        let (deaf, hear) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (mut far, mut hear) = (TcpStream::connect(&target).await.unwrap(), hear.clone());
                tokio::spawn(async move {
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        _ = hear.changed() => std::future::pending::<()>().await,
                    }
                });
            }
        });
        Self { address, deaf }
    }
}

#[tokio::test]
async fn a_peer_that_lost_its_power_and_is_back_is_heard() {
    let seeds = ordered([[21; 32], [22; 32]]);
    for (restarted, stays) in [(seeds[0], seeds[1]), (seeds[1], seeds[0])] {
        let mut rowan = Node::with(Config::new(restarted, loopback(), false)).await;
        let mut asha = Node::with(Config::new(stays, loopback(), false)).await;
        let tunnel = Tunnel::to(&rowan).await;
        asha.order(Order::Dial { address: tunnel.address.clone(), keep: false }).await;
        asha.connected(&rowan.id).await;
        rowan.connected(&asha.id).await;
        tunnel.deaf.send(true).unwrap();
        rowan.net.stop().await;
        let nothing = asha.all_within(Duration::from_millis(300)).await;
        assert!(nothing.is_empty(), "the end should not be noticed: {nothing:?}");

        let mut rowan = Node::with(Config::new(restarted, loopback(), false)).await;
        rowan.dial(&asha, true).await;
        assert_eq!(asha.disconnected(&rowan.id).await, Ended::Replaced);
        asha.connected(&rowan.id).await;
        rowan.connected(&asha.id).await;
        asha.send(&rowan.id, "can you hear me?").await;
        rowan.send(&asha.id, "I can").await;
        assert_eq!(rowan.message().await, b"can you hear me?");
        assert_eq!(asha.message().await, b"I can");
    }
}

#[tokio::test]
async fn a_peer_that_lost_its_power_is_noticed() {
    let limits = Limits { sign_of_life: Duration::from_millis(300), ..Limits::default() };
    let (mut rowan, mut asha) = (Node::start(33).await, Node::limited(34, limits).await);
    let tunnel = Tunnel::to(&rowan).await;
    asha.order(Order::Dial { address: tunnel.address.clone(), keep: false }).await;
    asha.connected(&rowan.id).await;
    rowan.connected(&asha.id).await;
    // A quiet peer is not a dead one.
    let nothing = asha.all_within(Duration::from_secs(2)).await;
    assert!(nothing.is_empty(), "{nothing:?}");
    tunnel.deaf.send(true).unwrap();
    let start = std::time::Instant::now();
    assert_eq!(asha.disconnected(&rowan.id).await, Ended::Silent);
    assert!(start.elapsed() < Duration::from_secs(16), "{:?}", start.elapsed());
}

#[tokio::test]
async fn the_longest_stranger_gives_way_and_the_trusted_do_not() {
    let limits = Limits { strangers: 2, ..Limits::default() };
    let mut rowan = Node::limited(23, limits).await;
    let mut others = Vec::new();
    for seed in 24..28 {
        let mut other = Node::start(seed).await;
        connect(&mut other, &mut rowan).await;
        if seed == 24 {
            rowan.order(Order::Trust { peer: other.id.clone(), link: rowan.links[&other.id] }).await;
        }
        others.push(other);
    }
    assert_eq!(rowan.links.len(), 3);
    assert!(rowan.links.contains_key(&others[0].id), "the trusted one stays");
    assert!(!rowan.links.contains_key(&others[1].id));
    assert_eq!(others[1].disconnected(&rowan.id).await, Ended::Remote);
}

#[tokio::test]
async fn a_banned_peer_is_refused_until_the_ban_ends() {
    let (mut rowan, mut asha) = (Node::start(28).await, Node::start(29).await);
    rowan.dial(&asha, true).await;
    asha.connected(&rowan.id).await;
    rowan.connected(&asha.id).await;
    let ban_for = Some(Duration::from_secs(3));
    asha.order(Order::Disconnect { peer: rowan.id.clone(), reason: "test".into(), ban_for }).await;
    assert_eq!(asha.disconnected(&rowan.id).await, Ended::Asked);
    let start = std::time::Instant::now();
    asha.connected(&rowan.id).await;
    assert!(start.elapsed() > Duration::from_millis(2500), "{:?}", start.elapsed());
}

#[tokio::test]
async fn disconnecting_ends_the_link_on_both_sides() {
    let (mut rowan, mut asha) = (Node::start(30).await, Node::start(31).await);
    connect(&mut rowan, &mut asha).await;
    // What was said before is still heard.
    for _ in 0..10 {
        rowan.send(&asha.id, vec![7; 100_000]).await;
    }
    rowan.send(&asha.id, "good-bye").await;
    rowan.order(Order::Disconnect { peer: asha.id.clone(), reason: "enough".into(), ban_for: None }).await;
    assert_eq!(rowan.disconnected(&asha.id).await, Ended::Asked);
    while asha.message().await != b"good-bye" {}
    assert_eq!(asha.disconnected(&rowan.id).await, Ended::Remote);
    let both = [rowan.port(), asha.port()];
    eventually("connections", || tcp_connections(&both), 0).await;
}

#[tokio::test]
async fn many_links_at_once() {
    let mut rowan = Node::start(32).await;
    let mut others = Vec::new();
    for seed in 200..220 {
        let other = Node::start(seed).await;
        other.dial(&rowan, true).await;
        others.push(other);
    }
    while rowan.links.len() < others.len() {
        let connected = |news| if let News::Connected { peer, link, .. } = news { Some((peer, link)) } else { None };
        let (peer, link) = rowan.until("all links", connected).await;
        rowan.order(Order::Trust { peer, link }).await;
    }
    for other in &others {
        rowan.send(&other.id, other.id.clone()).await;
    }
    for other in &mut others {
        assert_eq!(other.message().await, other.id);
    }
}
