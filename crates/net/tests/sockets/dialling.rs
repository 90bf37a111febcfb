use std::time::{Duration, Instant};

use net::{Config, DialFault, Multiaddr, News, Order};

use crate::common::{Node, connect};

async fn fault(node: &mut Node, address: &Multiaddr) -> DialFault {
    node.order(Order::Dial { address: address.clone(), keep: false }).await;
    let failed = |news| match news {
        News::DialFailed { address: which, reason } if which == *address => Some(reason),
        _ => None,
    };
    node.until("the failure", failed).await
}

#[tokio::test]
async fn a_call_that_fails_is_told_with_its_reason() {
    let (mut rowan, asha) = (Node::start(61).await, Node::start(62).await);
    let bare = |node: &Node| format!("/ip4/127.0.0.1/tcp/{}", node.port());
    let other = net::name_of(&net::peer_of(&[63; 32]));
    let parse = |text: String| text.parse::<Multiaddr>().unwrap();

    let nobody = parse("/ip4/127.0.0.1/tcp/1".into());
    assert!(matches!(fault(&mut rowan, &nobody).await, DialFault::Unreachable(_)));
    let (me, me_bare) = (rowan.address.clone(), parse(bare(&rowan)));
    assert!(matches!(fault(&mut rowan, &me).await, DialFault::OwnAddress));
    let f = fault(&mut rowan, &me_bare).await;
    assert!(matches!(f, DialFault::OwnAddress), "{f:?}");
    let wrong = parse(format!("{}/p2p/{other}", bare(&asha)));
    assert!(matches!(fault(&mut rowan, &wrong).await, DialFault::WrongPeer));
    assert!(matches!(fault(&mut rowan, &parse("/memory/5".into())).await, DialFault::Unsupported));
    let no_such_name = parse("/dns4/nobody.invalid/tcp/1".into());
    assert!(matches!(fault(&mut rowan, &no_such_name).await, DialFault::Unreachable(_)));
}

#[tokio::test]
async fn names_are_resolved() {
    let (mut rowan, asha) = (Node::start(64).await, Node::start(65).await);
    let address = format!("/dns4/localhost/tcp/{}", asha.port()).parse().unwrap();
    rowan.order(Order::Dial { address, keep: false }).await;
    rowan.connected(&asha.id).await;
}

#[tokio::test]
async fn a_kept_address_is_called_until_somebody_is_there_and_again_after() {
    // A port on which nobody listens yet.
    let port = Node::start(66).await.port();
    let address = || format!("/ip4/127.0.0.1/tcp/{port}").parse::<Multiaddr>().unwrap();
    let mut rowan = Node::start(67).await;
    rowan.order(Order::Dial { address: address(), keep: true }).await;
    rowan.until("a first failure", |news| matches!(news, News::DialFailed { .. }).then_some(())).await;

    for _ in 0..2 {
        let mut asha = Node::with(Config::new([66; 32], vec![address()], false)).await;
        rowan.connected(&asha.id).await;
        asha.connected(&rowan.id).await;
        asha.net.stop().await;
        rowan.disconnected(&asha.id).await;
    }
    // Another one answers at the same address: nobody was named, so it is welcome.
    let asha = Node::with(Config::new([68; 32], vec![address()], false)).await;
    rowan.connected(&asha.id).await;

    rowan.order(Order::Forget { address: address() }).await;
    let asha_id = asha.id.clone();
    asha.net.stop().await;
    rowan.disconnected(&asha_id).await;
    let _again = Node::with(Config::new([68; 32], vec![address()], false)).await;
    let news = rowan.all_within(Duration::from_secs(3)).await;
    assert!(news.is_empty(), "it was to be forgotten: {news:?}");
}

#[tokio::test]
async fn a_call_to_a_peer_that_is_there_changes_nothing() {
    let (mut rowan, mut asha) = (Node::start(69).await, Node::start(70).await);
    connect(&mut rowan, &mut asha).await;
    rowan.dial(&asha, false).await;
    rowan.dial(&asha, true).await;
    asha.dial(&rowan, true).await;
    let news = rowan.all_within(Duration::from_millis(700)).await;
    assert!(news.is_empty(), "{news:?}");
}

#[tokio::test]
async fn a_silent_address_does_not_hold_up_the_others() {
    // It accepts and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (mut rowan, asha) = (Node::start(71).await, Node::start(72).await);
    let address = format!("/ip4/127.0.0.1/tcp/{}", silent.local_addr().unwrap().port()).parse().unwrap();
    rowan.order(Order::Dial { address, keep: true }).await;
    let start = Instant::now();
    rowan.dial(&asha, false).await;
    rowan.connected(&asha.id).await;
    assert!(start.elapsed() < Duration::from_secs(5));
}
