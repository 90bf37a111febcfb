use std::time::Duration;

use net::{Config, News, Order};

use crate::common::Node;

fn everywhere(seed: u8, discovery: bool) -> Config {
    Config::new([seed; 32], vec!["/ip4/0.0.0.0/tcp/0".parse().unwrap()], discovery)
}

/// Whether this machine has a network on which anything could be found.
fn has_network() -> bool {
    let routes = std::fs::read_to_string("/proc/self/net/route").unwrap();
    routes.lines().skip(1).any(|route| !route.starts_with("lo"))
}

async fn meets(node: &mut Node, peer: &[u8], time: Duration) -> bool {
    let news = node.all_within(time).await;
    news.iter().any(|news| matches!(news, News::Connected { peer: who, .. } if who == peer))
}

#[tokio::test]
async fn found_when_both_look_and_not_otherwise() {
    // Nobody is found by, or finds, who does not look; this needs no network to be true.
    let (mut rowan, mut asha) = (Node::with(everywhere(181, true)).await, Node::with(everywhere(182, false)).await);
    let (a, b) = (rowan.id.clone(), asha.id.clone());
    let time = Duration::from_secs(3);
    let (there, back) = tokio::join!(meets(&mut rowan, &b, time), meets(&mut asha, &a, time));
    assert!(!there && !back);

    if !has_network() {
        eprintln!("skipped: this machine has no network with multicast to be found on");
        return;
    }
    asha.order(Order::SetDiscovery(true)).await;
    asha.connected(&a).await;
    rowan.connected(&b).await;

    // Switched off, nobody new finds this computer: not even its old answers.
    asha.order(Order::SetDiscovery(false)).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut imre = Node::with(everywhere(183, true)).await;
    imre.connected(&a).await;
    assert!(!meets(&mut imre, &b, Duration::from_secs(4)).await);

    // And on again.
    asha.order(Order::SetDiscovery(true)).await;
    imre.connected(&b).await;
}
