use std::time::Duration;

use net::{
    Config, Ended, News, Order,
    config::{Limits, MAX_MESSAGE},
};

use crate::common::{Node, connect};

#[tokio::test]
async fn messages_arrive_in_order_both_ways() {
    let (mut rowan, mut asha) = (Node::start(1).await, Node::start(2).await);
    connect(&mut rowan, &mut asha).await;
    for i in 0u32..1000 {
        // Of all sizes, so that small ones could overtake large ones; together less than may wait unread.
        let mut bytes = i.to_be_bytes().to_vec();
        bytes.resize(4 + (i as usize * 7919) % 12_000, 0);
        rowan.send(&asha.id, bytes.clone()).await;
        asha.send(&rowan.id, bytes).await;
        for side in [&mut rowan, &mut asha] {
            while let Ok(news) = side.news.try_recv() {
                drop(news);
            }
        }
    }
    // The ones above were let go; these are looked at.
    for i in 0u32..1000 {
        let mut bytes = vec![0xff];
        bytes.extend(i.to_be_bytes());
        rowan.send(&asha.id, bytes.clone()).await;
        asha.send(&rowan.id, bytes).await;
    }
    for side in [&mut rowan, &mut asha] {
        let mut expected = 0u32;
        while expected < 1000 {
            let message = side.message().await;
            if let [0xff, count @ ..] = message.as_slice()
                && count.len() == 4
            {
                assert_eq!(count, expected.to_be_bytes());
                expected += 1;
            }
        }
    }
}

#[tokio::test]
async fn large_messages_arrive_whole_and_larger_ones_are_refused() {
    let (mut rowan, mut asha) = (Node::start(3).await, Node::start(4).await);
    connect(&mut rowan, &mut asha).await;
    asha.order(Order::Trust { peer: rowan.id.clone(), link: asha.links[&rowan.id] }).await;
    let large = (0..MAX_MESSAGE).map(|i| (i % 253) as u8).collect::<Vec<_>>();
    for n in 0..10 {
        let mut bytes = large.clone();
        bytes[0] = n;
        rowan.send(&asha.id, bytes).await;
    }
    for n in 0..10 {
        let message = asha.message().await;
        assert_eq!(message[0], n);
        assert!(message[1..] == large[1..]);
    }
    rowan.send(&asha.id, vec![0; MAX_MESSAGE + 1]).await;
    rowan.send(&asha.id, "after").await;
    let refused = |news| match news {
        News::TooLarge { bytes, .. } => Some(bytes),
        _ => None,
    };
    assert_eq!(rowan.until("the refusal", refused).await, MAX_MESSAGE + 1);
    assert_eq!(asha.message().await, b"after");
}

#[tokio::test]
async fn a_strangers_large_message_waits_until_it_is_trusted() {
    let limits = Limits { stranger_message: 1000, ..Limits::default() };
    let (mut rowan, mut asha) = (Node::start(5).await, Node::limited(6, limits).await);
    connect(&mut rowan, &mut asha).await;
    rowan.send(&asha.id, vec![1; 1000]).await;
    rowan.send(&asha.id, vec![2; 1001]).await;
    assert_eq!(asha.message().await.len(), 1000);
    let news = asha.all_within(Duration::from_millis(500)).await;
    assert!(news.is_empty(), "{news:?}");
    asha.order(Order::Trust { peer: rowan.id.clone(), link: asha.links[&rowan.id] }).await;
    assert_eq!(asha.message().await.len(), 1001);
}

#[tokio::test]
async fn an_answer_never_reaches_a_peer_that_started_anew() {
    let (mut rowan, mut asha) = (Node::start(7).await, Node::start(8).await);
    connect(&mut rowan, &mut asha).await;
    let old = asha.links[&rowan.id];
    rowan.net.stop().await;
    asha.disconnected(&rowan.id).await;
    let mut rowan = Node::start(7).await;
    connect(&mut rowan, &mut asha).await;
    asha.order(Order::Send { peer: rowan.id.clone(), link: old, bytes: b"to the old one".into() }).await;
    asha.send(&rowan.id, "to the new one").await;
    assert_eq!(rowan.message().await, b"to the new one");
}

#[tokio::test]
async fn over_quic_as_well() {
    let quic = || vec!["/ip4/127.0.0.1/udp/0/quic-v1".parse().unwrap()];
    let mut rowan = Node::with(Config::new([9; 32], quic(), false)).await;
    let mut asha = Node::with(Config::new([10; 32], quic(), false)).await;
    connect(&mut rowan, &mut asha).await;
    rowan.send(&asha.id, vec![7; 100_000]).await;
    assert_eq!(asha.message().await.len(), 100_000);
    asha.send(&rowan.id, "thanks").await;
    assert_eq!(rowan.message().await, b"thanks");
}

#[tokio::test]
async fn what_was_waiting_is_sent_before_the_end_and_the_port_is_free_after() {
    let (mut rowan, mut asha) = (Node::start(11).await, Node::start(12).await);
    connect(&mut rowan, &mut asha).await;
    for i in 0..200u8 {
        rowan.send(&asha.id, vec![i; 10_000]).await;
    }
    let port = rowan.port();
    let id = rowan.id.clone();
    let stop = tokio::spawn(rowan.net.stop());
    for i in 0..200u8 {
        assert_eq!(asha.message().await[0], i);
    }
    assert_eq!(asha.disconnected(&id).await, Ended::Remote);
    stop.await.unwrap();
    let address = format!("/ip4/127.0.0.1/tcp/{port}").parse().unwrap();
    let again = Node::with(Config::new([11; 32], vec![address], false)).await;
    assert_eq!(again.port(), port);
}

#[tokio::test]
async fn a_port_that_is_taken_is_an_error() {
    let rowan = Node::start(13).await;
    let address = format!("/ip4/127.0.0.1/tcp/{}", rowan.port()).parse().unwrap();
    let error = net::Net::start(Config::new([14; 32], vec![address], false)).await.unwrap_err();
    assert!(matches!(error, net::NetError::Listen { .. }), "{error:?}");
}
