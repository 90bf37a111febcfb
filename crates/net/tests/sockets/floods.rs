use std::time::Duration;

use net::{Ended, News, Order, config::Limits};

use crate::common::{Node, connect, eventually};

const MIB: usize = 1024 * 1024;

/// Takes news, and keeps what came from one peer in hand.
async fn hold(node: &mut Node, from: &[u8], time: Duration) -> Vec<News> {
    let all = node.all_within(time).await;
    all.into_iter().filter(|news| matches!(news, News::Message { peer, .. } if peer == from)).collect()
}

#[tokio::test]
async fn a_flood_waits_at_the_sender_and_holds_up_nobody_else() {
    let limits = Limits { outgoing: 256 * MIB, ..Limits::default() };
    let (mut flooder, mut asha) = (Node::limited(81, limits).await, Node::start(82).await);
    let mut imre = Node::start(83).await;
    connect(&mut flooder, &mut asha).await;
    connect(&mut imre, &mut asha).await;
    asha.order(Order::Trust { peer: flooder.id.clone(), link: asha.links[&flooder.id] }).await;
    for i in 0..2000u32 {
        let mut bytes = i.to_be_bytes().to_vec();
        bytes.resize(32 * 1024, 0);
        flooder.send(&asha.id, bytes).await;
    }
    // The consumer takes the messages and lets none of them go.
    let mut held = hold(&mut asha, &flooder.id.clone(), Duration::from_secs(1)).await;
    let held_bytes = held.len() * 32 * 1024;
    assert!((MIB - 64 * 1024..=MIB + 64 * 1024).contains(&held_bytes), "{held_bytes} bytes came");
    assert!(asha.net.traffic().received() < 2 * MIB as u64, "more was read than may be held");

    // Another peer is not held up by that.
    for i in 0..100u8 {
        imre.send(&asha.id, vec![i]).await;
    }
    for i in 0..100u8 {
        assert_eq!(asha.message().await, [i]);
    }

    // Once they are let go, the rest comes, in order.
    let mut expected = 0u32;
    while expected < 2000 {
        let news = if held.is_empty() { asha.next().await } else { held.remove(0) };
        if let News::Message { bytes, .. } = news {
            assert_eq!(bytes[..4], expected.to_be_bytes());
            expected += 1;
        }
    }
    let drained = |news| matches!(news, News::Drained { .. }).then_some(());
    flooder.until("word that it may go on", drained).await;
}

#[tokio::test]
async fn news_that_nobody_takes_stop_the_peers_and_not_the_orders() {
    let limits = Limits { outgoing: 256 * MIB, ..Limits::default() };
    let (mut flooder, mut asha) = (Node::limited(84, limits).await, Node::start(85).await);
    connect(&mut flooder, &mut asha).await;
    for i in 0..100_000u32 {
        flooder.send(&asha.id, i.to_be_bytes()).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let received = asha.net.traffic().received();
    assert!(received < 50_000, "{received} bytes of small messages were read though nobody takes them");
    // Orders are taken, any number of them, and what they send goes out.
    for i in 0..5000u32 {
        asha.send(&flooder.id, i.to_be_bytes()).await;
    }
    for i in 0..5000u32 {
        assert_eq!(flooder.message().await, i.to_be_bytes());
    }
    for i in 0..100_000u32 {
        assert_eq!(asha.message().await, i.to_be_bytes());
    }
}

#[tokio::test]
async fn a_peer_that_takes_nothing_costs_a_bounded_queue_and_then_its_link() {
    let limits = Limits { outgoing: 4 * MIB, ..Limits::default() };
    let (mut rowan, mut slow) = (Node::limited(86, limits).await, Node::start(87).await);
    let mut imre = Node::start(88).await;
    connect(&mut rowan, &mut slow).await;
    connect(&mut rowan, &mut imre).await;
    let _held = async {
        for _ in 0..100 {
            rowan.send(&slow.id, vec![0; 100_000]).await;
        }
    }
    .await;
    assert_eq!(rowan.disconnected(&slow.id).await, Ended::TooSlow);
    rowan.send(&imre.id, "and you?").await;
    assert_eq!(imre.message().await, b"and you?");
}

#[tokio::test]
async fn a_peer_that_stalls_is_let_go() {
    let limits = Limits { stall: Duration::from_secs(1), ..Limits::default() };
    let (mut rowan, mut slow) = (Node::limited(89, limits).await, Node::start(90).await);
    connect(&mut rowan, &mut slow).await;
    // More than fits into what is under way, less than the queue holds; nobody takes the news at the other end, so at
    // some point nothing moves.
    for _ in 0..80 {
        rowan.send(&slow.id, vec![0; 100_000]).await;
    }
    let start = std::time::Instant::now();
    assert_eq!(rowan.disconnected(&slow.id).await, Ended::Stalled);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn memory_stays_flat_under_a_long_flood() {
    let limits = Limits { outgoing: 2 * MIB, ..Limits::default() };
    let (mut flooder, mut asha) = (Node::limited(91, limits).await, Node::start(92).await);
    connect(&mut flooder, &mut asha).await;
    asha.order(Order::Trust { peer: flooder.id.clone(), link: asha.links[&flooder.id] }).await;
    let resident = || {
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        pages.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 4096
    };
    let (mut sent, mut received, mut most) = (0u32, 0u32, 0);
    let before = resident();
    while received < 4000 {
        // The sender keeps no more than eight in its queue, and the consumer is slower than the sender.
        while sent < 4000 && sent < received + 16 {
            flooder.send(&asha.id, vec![0; 64 * 1024]).await;
            sent += 1;
        }
        asha.message().await;
        received += 1;
        most = most.max(resident());
    }
    let grown = most.saturating_sub(before);
    // Other tests run in this process at the same time; a leak of the 250 MiB would still stand out.
    assert!(grown < 150 * MIB, "memory grew by {} MiB", grown / MIB);
    eventually("received", || asha.net.traffic().received() > 4000 * 64 * 1024, true).await;
}
