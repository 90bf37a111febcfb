#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;

fn address(port: u16) -> Multiaddr {
    format!("/ip4/10.0.0.1/tcp/{port}").parse().unwrap()
}

fn conn(n: usize) -> ConnectionId {
    ConnectionId::new_unchecked(n)
}

const NOBODY: fn(&PeerId) -> bool = |_| false;

/// Makes the next call fail; returns which address it was.
fn fail(dialer: &mut Dialer, now: Instant, n: usize) -> Option<Multiaddr> {
    let call = dialer.next_call(now)?;
    dialer.calling(&call.key, conn(n));
    dialer.failed(conn(n), 128, now);
    Some(call.address)
}

#[test]
fn a_kept_address_is_called_again_with_growing_pauses() {
    let (mut dialer, mut now) = (Dialer::new(4, 4), Instant::now());
    assert!(dialer.give(&address(1), true, NOBODY, now));
    let mut pauses = Vec::new();
    for n in 0..12 {
        assert_eq!(fail(&mut dialer, now, n), Some(address(1)));
        let due = dialer.deadline().unwrap();
        assert!(dialer.next_call(due - Duration::from_millis(1)).is_none());
        pauses.push(due - now);
        now = due;
    }
    assert!(pauses.is_sorted());
    assert_eq!(pauses[0], FIRST);
    assert_eq!(pauses[11], LONGEST);
}

#[test]
fn chance_spreads_the_pauses() {
    let now = Instant::now();
    let pause = |chance| {
        let mut dialer = Dialer::new(4, 4);
        dialer.give(&address(1), true, NOBODY, now);
        let call = dialer.next_call(now).unwrap();
        dialer.calling(&call.key, conn(1));
        dialer.failed(conn(1), chance, now);
        dialer.deadline().unwrap() - now
    };
    assert_eq!(pause(0), FIRST * 3 / 4);
    assert!(pause(255) > FIRST && pause(255) <= FIRST * 5 / 4);
}

#[test]
fn an_address_given_once_is_called_once() {
    let (mut dialer, now) = (Dialer::new(4, 4), Instant::now());
    dialer.give(&address(1), false, NOBODY, now);
    let call = dialer.next_call(now).unwrap();
    dialer.calling(&call.key, conn(1));
    assert!(dialer.next_call(now).is_none(), "it is being called");
    dialer.postpone(conn(1), now);
    assert_eq!(dialer.deadline(), Some(now + FIRST / 2));
    let call = dialer.next_call(now + FIRST).unwrap();
    dialer.calling(&call.key, conn(1));
    assert_eq!(dialer.failed(conn(1), 0, now), Some(address(1)));
    assert_eq!(dialer.deadline(), None);
}

#[test]
fn nobody_is_called_while_there_is_a_link_and_everybody_again_after() {
    let (mut dialer, now, peer) = (Dialer::new(4, 4), Instant::now(), PeerId::random());
    let named = address(1).with(libp2p::multiaddr::Protocol::P2p(peer));
    dialer.give(&named, true, NOBODY, now);
    dialer.found(peer, address(2), false, Duration::ZERO, now);
    assert_eq!(dialer.next_call(now).unwrap().peer, Some(peer));
    // The peer has called meanwhile.
    dialer.connected(conn(9), peer, now);
    assert!(dialer.deadline().is_none());
    dialer.disconnected(&peer, 128, now + GOOD);
    assert_eq!(dialer.deadline(), Some(now + GOOD + FIRST));
    // A link that fell at once is a failure: two programs with one key must not fight at full speed.
    dialer.connected(conn(10), peer, now + GOOD);
    dialer.disconnected(&peer, 128, now + GOOD);
    assert_eq!(dialer.deadline(), Some(now + GOOD + FIRST * 2));
}

#[test]
fn whoever_answers_at_a_kept_address_is_remembered() {
    let (mut dialer, now, peer) = (Dialer::new(4, 4), Instant::now(), PeerId::random());
    dialer.give(&address(1), true, NOBODY, now);
    let call = dialer.next_call(now).unwrap();
    assert_eq!(call.peer, None);
    dialer.calling(&call.key, conn(1));
    dialer.connected(conn(1), peer, now);
    assert_eq!(dialer.deadline(), None);
    dialer.disconnected(&peer, 0, now);
    let call = dialer.next_call(now + LONGEST).unwrap();
    assert_eq!(call.peer, None, "another may answer there tomorrow");
}

#[test]
fn all_addresses_of_a_found_peer_are_tried_before_the_pause() {
    let (mut dialer, now, peer) = (Dialer::new(4, 4), Instant::now(), PeerId::random());
    for port in 1..=20 {
        dialer.found(peer, address(port), false, Duration::ZERO, now);
    }
    let tried = (0..30).map_while(|n| fail(&mut dialer, now, n)).collect::<Vec<_>>();
    assert_eq!(tried, (13..=20).map(address).collect::<Vec<_>>());
    assert!(dialer.deadline().unwrap() > now);
    (13..20).for_each(|port| dialer.expired(peer, &address(port)));
    assert!(dialer.deadline().is_some());
    dialer.expired(peer, &address(20));
    assert!(dialer.deadline().is_none());
}

#[test]
fn the_other_side_may_call_first_and_a_new_address_hurries() {
    let (mut dialer, now, peer) = (Dialer::new(4, 4), Instant::now(), PeerId::random());
    let delay = Duration::from_secs(2);
    dialer.found(peer, address(1), false, delay, now);
    assert_eq!(dialer.deadline(), Some(now + delay));
    let mut now = now + delay;
    for n in 0..6 {
        assert_eq!(fail(&mut dialer, now, n), Some(address(1)));
        now = dialer.deadline().unwrap();
    }
    fail(&mut dialer, now, 9).unwrap();
    dialer.found(peer, address(2), false, Duration::ZERO, now);
    assert_eq!(dialer.deadline(), Some(now));
}

#[test]
fn the_books_are_bounded() {
    let (mut dialer, now) = (Dialer::new(2, 3), Instant::now());
    assert_eq!([1, 2, 3, 2].map(|port| dialer.give(&address(port), true, NOBODY, now)), [true, true, false, true]);
    dialer.forget(&address(1));
    assert!(dialer.give(&address(3), true, NOBODY, now));
    [2, 3].iter().for_each(|port| dialer.forget(&address(*port)));

    let peers = (0..4).map(|_| PeerId::random()).collect::<Vec<_>>();
    peers[..3].iter().for_each(|peer| dialer.found(*peer, address(7), false, Duration::ZERO, now));
    dialer.found(peers[3], address(8), false, Duration::ZERO, now);
    assert_eq!(dialer.targets.len(), 3, "no room, and nobody has failed yet");
    fail(&mut dialer, now, 1).unwrap();
    dialer.found(peers[3], address(8), false, Duration::ZERO, now);
    assert!(dialer.targets.len() == 3 && dialer.targets.contains_key(&Key::Found(peers[3])));
    dialer.forget_found();
    assert!(dialer.targets.is_empty());
}

#[test]
fn only_a_few_calls_at_once() {
    let (mut dialer, now) = (Dialer::new(100, 4), Instant::now());
    (1..50).for_each(|port| assert!(dialer.give(&address(port), true, NOBODY, now)));
    let mut n = 0;
    while let Some(call) = dialer.next_call(now) {
        n += 1;
        dialer.calling(&call.key, conn(n));
    }
    assert_eq!((n, dialer.deadline()), (AT_ONCE, None));
    dialer.failed(conn(1), 0, now);
    assert!(dialer.next_call(now).is_some());
}

#[test]
fn a_shunned_peer_is_left_alone_and_a_new_network_is_a_new_chance() {
    let (mut dialer, now, peer) = (Dialer::new(4, 4), Instant::now(), PeerId::random());
    dialer.found(peer, address(1), false, Duration::ZERO, now);
    dialer.connected(conn(1), peer, now);
    dialer.disconnected(&peer, 0, now);
    dialer.shun(&peer, LONGEST * 30, now);
    assert_eq!(dialer.deadline(), Some(now + LONGEST * 30));
    dialer.forget_found();
    dialer.give(&address(2), true, NOBODY, now);
    let mut later = now;
    for n in 0..9 {
        fail(&mut dialer, later, n).unwrap();
        later = dialer.deadline().unwrap();
    }
    dialer.new_network(now);
    assert_eq!(dialer.deadline(), Some(now + FIRST));
}
