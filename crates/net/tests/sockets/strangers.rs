use std::{collections::BTreeSet, time::Duration};

use futures::AsyncWriteExt;
use libp2p::gossipsub::IdentTopic;
use net::{
    Ended, News, Order, Topic,
    config::{Limits, MAX_MESSAGE},
};

use crate::{
    common::{LONG, Node, connect, eventually, hears, open, tcp_connections},
    raw::{Seen, Stranger},
};

/// The name of a topic's protocol, which only those who know the topic can form.
fn protocol(topic: &Topic) -> String {
    let name = blake3::derive_key("chapterhouse gossip protocol name 1", topic);
    format!("/chapterhouse/gossip/1/{}", blake3::Hash::from_bytes(name).to_hex())
}

/// Connects to the node, tries to gossip, and looks.
async fn visit(node: &Node, name: Option<String>, time: Duration) -> Seen {
    let mut stranger = Stranger::new(name, 1);
    let topics = ["e", "chapter"].map(IdentTopic::new);
    for topic in &topics {
        stranger.swarm.behaviour_mut().gossip.subscribe(topic).unwrap();
    }
    stranger.swarm.dial(node.address.clone()).unwrap();
    stranger.look(time / 2).await;
    for topic in topics {
        // There should be nobody who hears it.
        assert!(stranger.swarm.behaviour_mut().gossip.publish(topic, "anyone?").is_err());
    }
    stranger.look(time / 2).await;
    assert!(!stranger.gone, "a stranger is not sent away");
    stranger.seen
}

#[tokio::test]
async fn a_stranger_sees_the_same_whatever_this_computer_takes_part_in() {
    let time = Duration::from_secs(3);
    let empty = Node::start(161).await;
    let (mut full, mut member) = (Node::start(162).await, Node::start(163).await);
    for n in 0..5 {
        full.subscribe([n; 32]).await;
        member.subscribe([n; 32]).await;
    }
    // And while gossip goes on with somebody who belongs to it.
    connect(&mut full, &mut member).await;
    open(&full, &member, [3; 32]).await;
    hears(&full, &mut member, [3; 32], "among members").await;

    let later = async {
        // A stranger that is there already sees nothing of what is joined later either.
        tokio::time::sleep(time / 6).await;
        for n in 5..10 {
            full.subscribe([n; 32]).await;
        }
        full.publish([3; 32], "not for strangers").await;
    };
    let (at_empty, at_full, by_name, by_later_name, ()) = tokio::join!(
        visit(&empty, None, time),
        visit(&full, None, time),
        visit(&full, Some(protocol(&[3; 32])), time),
        visit(&full, Some(protocol(&[7; 32])), time),
        later
    );
    let expected = Seen {
        protocols: ["/chapterhouse/msg/1", "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0"]
            .map(str::to_owned)
            .into(),
        addresses: BTreeSet::new(),
        says: ["", "1"].map(str::to_owned).into(),
        subscriptions: 0,
        gossip: 0,
        gossip_refused: true,
    };
    assert_eq!(at_empty, expected);
    assert_eq!(at_full, expected);
    assert_eq!(by_name, expected, "not even by the right name");
    assert_eq!(by_later_name, expected, "not even by the right name");
    let gossip = full.all_within(Duration::from_millis(500)).await;
    assert!(!gossip.iter().any(|news| matches!(news, News::Gossip { .. })), "{gossip:?}");
}

#[tokio::test]
async fn a_member_of_one_chapter_sees_nothing_of_another() {
    let mut node = Node::start(164).await;
    for n in 0..5 {
        node.subscribe([n; 32]).await;
    }
    let mut other = Stranger::new(Some(protocol(&[3; 32])), 1);
    other.swarm.behaviour_mut().gossip.subscribe(&IdentTopic::new("e")).unwrap();
    other.swarm.dial(node.address.clone()).unwrap();
    let id = other.id();
    let connected = async {
        tokio::select! {
            link = node.connected(&id) => link,
            () = other.look(LONG) => panic!("no link"),
        }
    };
    connected.await;
    node.open(&id, [3; 32]).await;
    other.look(Duration::from_secs(2)).await;
    let gossip = other.seen.protocols.iter().filter(|name| name.contains("gossip")).collect::<Vec<_>>();
    assert_eq!(gossip, [&protocol(&[3; 32])], "the one it belongs to, and no other");
    assert_eq!((other.seen.gossip, other.seen.addresses.len()), (0, 0));
}

#[tokio::test]
async fn another_program_is_no_peer() {
    let mut node = Node::start(165).await;
    let mut other = Stranger::new(None, 0);
    other.swarm.dial(node.address.clone()).unwrap();
    other.look(Duration::from_secs(2)).await;
    assert!(other.gone, "it is sent away");
    let news = node.all_within(Duration::from_millis(300)).await;
    assert!(news.is_empty(), "nothing to tell: {news:?}");
}

/// A stranger with a link to the node, and the bytes it writes.
async fn write(node: &mut Node, bytes: &[u8]) -> Ended {
    let mut stranger = Stranger::new(None, 1);
    stranger.swarm.dial(node.address.clone()).unwrap();
    while stranger.out.is_none() {
        stranger.look(Duration::from_millis(50)).await;
    }
    let id = stranger.id();
    let mut stream = stranger.out.take().unwrap();
    let act = async {
        let write = async {
            // The node may hang up in the middle of it.
            let _ = stream.write_all(bytes).await;
            let _ = stream.flush().await;
            std::future::pending::<()>().await;
        };
        tokio::join!(stranger.look(LONG), write);
    };
    tokio::select! {
        why = node.disconnected(&id) => why,
        () = act => panic!("the link stays"),
    }
}

#[tokio::test]
async fn broken_frames_end_the_link() {
    let mut node = Node::start(166).await;
    let header = |kind: u8, length: usize| {
        let mut bytes = vec![kind];
        bytes.extend(u32::try_from(length).unwrap().to_be_bytes());
        bytes
    };
    for bytes in [header(0, MAX_MESSAGE + 1), header(4, 0), header(3, 1), header(1, 33), header(2, 0), vec![0xff; 100]]
    {
        assert_eq!(write(&mut node, &bytes).await, Ended::Misbehaved, "{bytes:?}");
    }
    // More topics than anyone has.
    let many = (0..100u8).flat_map(|n| header(1, 32).into_iter().chain([n; 32])).collect::<Vec<_>>();
    assert_eq!(write(&mut node, &many).await, Ended::Misbehaved);
    // The node is well.
    let mut asha = Node::start(167).await;
    connect(&mut asha, &mut node).await;
}

#[tokio::test]
async fn who_does_not_hang_up_is_hung_up_on() {
    let mut node = Node::start(168).await;
    let mut stranger = Stranger::new(None, 1);
    stranger.swarm.dial(node.address.clone()).unwrap();
    let id = stranger.id();
    tokio::select! {
        _ = node.connected(&id) => {}
        () = stranger.look(LONG) => panic!("no link"),
    }
    node.order(Order::Disconnect { peer: id.clone(), reason: "test".into(), ban_for: None }).await;
    assert_eq!(node.disconnected(&id).await, Ended::Asked);
    // It reads nothing, not even the last word.
    stranger.look(Duration::from_secs(4)).await;
    assert!(stranger.gone);
}

#[tokio::test]
async fn a_second_message_stream_ends_the_link() {
    let mut node = Node::start(169).await;
    let mut stranger = Stranger::new(None, 2);
    stranger.swarm.dial(node.address.clone()).unwrap();
    stranger.look(Duration::from_secs(2)).await;
    assert!(stranger.gone);
    let all = node.all_within(Duration::from_millis(100)).await;
    let ends = |news: &News| matches!(news, News::Disconnected { why: Ended::Misbehaved, .. });
    // Whether it had been told of depends on which stream came first.
    assert!(all.is_empty() || all.iter().any(ends), "{all:?}");
}

/// Connects from this address and says nothing, as often as it is hung up on, with so many connections at a time.
fn silent(from: [u8; 4], port: u16, many: usize) -> tokio::task::JoinSet<()> {
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..many {
        callers.spawn(async move {
            loop {
                let socket = tokio::net::TcpSocket::new_v4().unwrap();
                socket.bind((from, 0).into()).unwrap();
                if let Ok(mut stream) = socket.connect(([127, 0, 0, 1], port).into()).await {
                    // Until the node hangs up. What it says is of no interest.
                    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
    }
    callers
}

/// Fills the node's places with connections that say nothing, and some more, and has a newcomer call from 127.0.0.1.
async fn newcomer_gets_in(from: [u8; 4], more: usize, seed: u8) {
    let mut node = Node::start(seed).await;
    let most = usize::try_from(Limits::default().pending).unwrap();
    let _callers = silent(from, node.port(), most + more);
    eventually("places that are taken", || tcp_connections(&[node.port()]) >= most, true).await;
    let mut newcomer = Node::start(seed + 1).await;
    let start = std::time::Instant::now();
    connect(&mut newcomer, &mut node).await;
    assert!(start.elapsed() < Duration::from_secs(5), "it took {:?}", start.elapsed());
}

#[tokio::test]
async fn who_says_nothing_keeps_no_newcomer_out() {
    newcomer_gets_in([127, 0, 0, 2], 32, 170).await;
}

#[tokio::test]
async fn not_even_one_of_the_same_address() {
    newcomer_gets_in([127, 0, 0, 1], 8, 172).await;
}
