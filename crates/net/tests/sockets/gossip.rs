use std::time::Duration;

use net::{
    Config, News, Order, Verdict,
    config::{Limits, MAX_GOSSIP, SHARED_TOPICS},
};

use crate::common::{Node, connect, hears, loopback, open};

const TOPIC: net::Topic = [7; 32];
const OTHER: net::Topic = [8; 32];

fn gossip_of(news: &[News]) -> usize {
    news.iter().filter(|news| matches!(news, News::Gossip { .. })).count()
}

#[tokio::test]
async fn nothing_before_the_gate_is_open_and_everything_after() {
    let (mut rowan, mut asha) = (Node::start(101).await, Node::start(102).await);
    rowan.subscribe(TOPIC).await;
    asha.subscribe(TOPIC).await;
    connect(&mut rowan, &mut asha).await;
    for i in 0..10u8 {
        rowan.publish(TOPIC, [i]).await;
    }
    assert_eq!(gossip_of(&asha.all_within(Duration::from_millis(1500)).await), 0);
    open(&rowan, &asha, TOPIC).await;
    hears(&rowan, &mut asha, TOPIC, "from rowan").await;
    hears(&asha, &mut rowan, TOPIC, "from asha").await;
    let largest = vec![5; MAX_GOSSIP];
    rowan.publish(TOPIC, largest.clone()).await;
    while asha.gossip(Verdict::Accept).await != (TOPIC, largest.clone()) {}
}

#[tokio::test]
async fn one_gate_alone_lets_nothing_through() {
    let (mut rowan, mut asha) = (Node::start(103).await, Node::start(104).await);
    rowan.subscribe(TOPIC).await;
    asha.subscribe(TOPIC).await;
    connect(&mut rowan, &mut asha).await;
    rowan.open(&asha.id, TOPIC).await;
    for i in 0..10u8 {
        rowan.publish(TOPIC, [1, i]).await;
        asha.publish(TOPIC, [2, i]).await;
    }
    let pause = Duration::from_millis(1500);
    let (at_asha, at_rowan) = tokio::join!(asha.all_within(pause), rowan.all_within(pause));
    assert_eq!((gossip_of(&at_asha), gossip_of(&at_rowan)), (0, 0));
}

#[tokio::test]
async fn the_gates_may_open_in_any_order_and_seconds_apart() {
    let mut seed = 104;
    for delay in [0, 50, 500, 5000] {
        for rowan_first in [true, false] {
            seed += 2;
            let (mut rowan, mut asha) = (Node::start(seed).await, Node::start(seed + 1).await);
            rowan.subscribe(TOPIC).await;
            asha.subscribe(TOPIC).await;
            connect(&mut rowan, &mut asha).await;
            let (first, second) = if rowan_first { (&rowan, &asha) } else { (&asha, &rowan) };
            first.open(&second.id, TOPIC).await;
            // Something to say from the first moment, so that a stream is wanted at once.
            first.publish(TOPIC, "too early").await;
            tokio::time::sleep(Duration::from_millis(delay)).await;
            second.open(&first.id, TOPIC).await;
            let label = format!("{delay} {rowan_first}");
            let (there, back) =
                (hears(&rowan, &mut asha, TOPIC, &label).await, hears(&asha, &mut rowan, TOPIC, &label).await);
            let most = Duration::from_secs(3);
            assert!(there < most && back < most, "{label}: {there:?}, {back:?}");
        }
    }
}

#[tokio::test]
async fn a_verdict_decides_what_is_passed_on() {
    let mut nodes = [Node::start(120).await, Node::start(121).await, Node::start(122).await];
    for node in &nodes {
        node.subscribe(TOPIC).await;
    }
    let [rowan, asha, imre] = &mut nodes;
    connect(rowan, asha).await;
    connect(asha, imre).await;
    open(rowan, asha, TOPIC).await;
    open(asha, imre, TOPIC).await;
    hears(rowan, asha, TOPIC, "warming up").await;
    hears(imre, asha, TOPIC, "warming up too").await;
    // The mesh is built at the next heartbeats.
    tokio::time::sleep(Duration::from_secs(2)).await;
    asha.all_within(Duration::from_millis(100)).await;
    imre.all_within(Duration::from_millis(100)).await;

    let ask = [("bad", Verdict::Reject), ("stale", Verdict::Ignore), ("good", Verdict::Accept)];
    for (text, verdict) in ask {
        rowan.publish(TOPIC, text).await;
        while asha.gossip(verdict).await.1 != text.as_bytes() {}
    }
    loop {
        let (_, bytes) = imre.gossip(Verdict::Accept).await;
        assert!(bytes != b"bad" && bytes != b"stale");
        if bytes == b"good" {
            break;
        }
    }
}

#[tokio::test]
async fn shutting_and_opening_again() {
    let (mut rowan, mut asha) = (Node::start(123).await, Node::start(124).await);
    rowan.subscribe(TOPIC).await;
    asha.subscribe(TOPIC).await;
    connect(&mut rowan, &mut asha).await;
    open(&rowan, &asha, TOPIC).await;
    for round in 0..8 {
        hears(&rowan, &mut asha, TOPIC, &format!("there {round}")).await;
        hears(&asha, &mut rowan, TOPIC, &format!("back {round}")).await;
        if round % 2 == 0 {
            rowan.shut(&asha.id, TOPIC).await;
        } else {
            rowan.order(Order::Unsubscribe { topic: TOPIC }).await;
        }
        asha.all_within(Duration::from_millis(300)).await;
        asha.publish(TOPIC, format!("into the void {round}")).await;
        rowan.publish(TOPIC, format!("into the void too {round}")).await;
        let pause = Duration::from_millis(500);
        let (a, b) = tokio::join!(asha.all_within(pause), rowan.all_within(pause));
        assert_eq!((gossip_of(&a), gossip_of(&b)), (0, 0), "round {round}");
        if round % 2 == 0 {
            rowan.open(&asha.id, TOPIC).await;
        } else {
            rowan.subscribe(TOPIC).await;
        }
    }
}

#[tokio::test]
async fn topics_are_apart() {
    let (mut rowan, mut asha) = (Node::start(125).await, Node::start(126).await);
    for topic in [TOPIC, OTHER] {
        rowan.subscribe(topic).await;
        asha.subscribe(topic).await;
    }
    connect(&mut rowan, &mut asha).await;
    open(&rowan, &asha, TOPIC).await;
    rowan.open(&asha.id, OTHER).await;
    hears(&rowan, &mut asha, TOPIC, "shared").await;
    rowan.publish(OTHER, "not for asha").await;
    for news in asha.all_within(Duration::from_secs(1)).await {
        assert!(!matches!(news, News::Gossip { topic: OTHER, .. }), "{news:?}");
    }
    asha.open(&rowan.id, OTHER).await;
    hears(&rowan, &mut asha, OTHER, "shared as well").await;
}

#[tokio::test]
async fn a_node_that_starts_anew_under_its_peer_id_is_not_deaf() {
    let mut asha = Node::start(127).await;
    asha.subscribe(TOPIC).await;
    for round in 0..10 {
        let mut rowan = Node::start(128).await;
        rowan.subscribe(TOPIC).await;
        // By turns who calls, and whether the end before was clean.
        if round % 2 == 0 {
            connect(&mut rowan, &mut asha).await;
        } else {
            connect(&mut asha, &mut rowan).await;
        }
        open(&rowan, &asha, TOPIC).await;
        hears(&rowan, &mut asha, TOPIC, &format!("from the new one {round}")).await;
        hears(&asha, &mut rowan, TOPIC, &format!("to the new one {round}")).await;
        if round % 3 == 0 {
            drop(rowan);
        } else {
            rowan.net.stop().await;
        }
        if asha.links.contains_key(&net::peer_of(&[128; 32])) {
            asha.disconnected(&net::peer_of(&[128; 32])).await;
        }
    }
}

#[tokio::test]
async fn gossip_that_the_consumer_holds_makes_its_sender_wait() {
    let (mut flooder, mut asha) = (Node::start(129).await, Node::start(130).await);
    flooder.subscribe(TOPIC).await;
    asha.subscribe(TOPIC).await;
    connect(&mut flooder, &mut asha).await;
    open(&flooder, &asha, TOPIC).await;
    hears(&flooder, &mut asha, TOPIC, "ready").await;
    let mut held = Vec::new();
    for i in 0..200u32 {
        let mut bytes = i.to_be_bytes().to_vec();
        bytes.resize(60_000, 0);
        flooder.publish(TOPIC, bytes).await;
        held.extend(asha.all_within(Duration::from_millis(10)).await);
    }
    held.extend(asha.all_within(Duration::from_secs(1)).await);
    let bytes = held.iter().map(|news| if let News::Gossip { bytes, .. } = news { bytes.len() } else { 0 });
    let bytes = bytes.sum::<usize>();
    assert!((1_000_000..2_000_000).contains(&bytes), "{bytes} bytes of gossip in hand");
    // Messages are not held up by gossip.
    flooder.send(&asha.id, "but this").await;
    assert_eq!(asha.message().await, b"but this");
}

#[tokio::test]
async fn topics_have_a_bound() {
    let limits = Limits { topics: 2, ..Limits::default() };
    let mut rowan = Node::with(Config { limits, ..Config::new([131; 32], loopback(), false) }).await;
    for n in 0..3 {
        rowan.subscribe([n; 32]).await;
    }
    let refused = |news| match news {
        News::TopicRefused { topic } => Some(topic),
        _ => None,
    };
    assert_eq!(rowan.until("the refusal", refused).await, [2; 32]);
}

#[tokio::test]
async fn as_many_topics_as_can_be_shared_and_no_more() {
    let (mut rowan, mut asha) = (Node::start(132).await, Node::start(133).await);
    let many = SHARED_TOPICS + 3;
    let topics = (0..many).map(|n| [n as u8; 32]).collect::<Vec<_>>();
    connect(&mut rowan, &mut asha).await;
    for topic in &topics {
        rowan.subscribe(*topic).await;
        asha.subscribe(*topic).await;
        open(&rowan, &asha, *topic).await;
    }
    let refused = |news| if let News::TopicRefused { topic } = news { Some(topic) } else { None };
    for topic in &topics[SHARED_TOPICS..] {
        assert_eq!(rowan.until("the refusal", refused).await, *topic);
    }
    for topic in &topics[..SHARED_TOPICS] {
        hears(&rowan, &mut asha, *topic, &format!("on {}", topic[0])).await;
    }
    // One less makes room for one more.
    rowan.shut(&asha.id, topics[0]).await;
    // Asha learns of it while hers is still open, and says so again: that is not one more.
    for _ in 0..3 {
        rowan.send(&asha.id, "a moment").await;
        assert_eq!(asha.message().await, b"a moment");
        asha.send(&rowan.id, "to spare").await;
        assert_eq!(rowan.message().await, b"to spare");
    }
    asha.shut(&rowan.id, topics[0]).await;
    open(&rowan, &asha, topics[SHARED_TOPICS]).await;
    hears(&rowan, &mut asha, topics[SHARED_TOPICS], "at last").await;
    assert_eq!((rowan.links.len(), asha.links.len()), (1, 1));
}
