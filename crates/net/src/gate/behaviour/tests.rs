#![allow(clippy::unwrap_used, clippy::panic)]
use futures::task::noop_waker;

use super::*;

const TOPIC: Topic = [7; 32];

fn conn(n: usize) -> ConnectionId {
    ConnectionId::new_unchecked(n)
}

fn connect(gate: &mut Gate, n: usize, peer: PeerId) {
    let address = "/ip4/10.0.0.1/tcp/1".parse().unwrap();
    gate.handle_established_inbound_connection(conn(n), peer, &address, &address).unwrap();
}

/// What goes to the connections, in order.
fn steps(gate: &mut Gate) -> Vec<(ConnectionId, String)> {
    let waker = noop_waker();
    let mut cx = Context::from_waker(&waker);
    let mut steps = Vec::new();
    while let Poll::Ready(step) = gate.poll(&mut cx) {
        if let ToSwarm::NotifyHandler { handler: NotifyHandler::One(conn), event, .. } = step {
            steps.push((conn, format!("{event:?}")));
        }
    }
    steps
}

fn named(steps: &[(usize, &str)]) -> Vec<(ConnectionId, String)> {
    steps.iter().map(|(n, what)| (conn(*n), (*what).to_owned())).collect()
}

#[test]
fn gossipsub_knows_one_connection_of_a_peer_and_greets_on_each() {
    let (mut gate, peer) = (Gate::new(&Limits::default()), PeerId::random());
    gate.subscribe(TOPIC).unwrap();
    connect(&mut gate, 1, peer);
    connect(&mut gate, 2, peer);
    gate.set(conn(1), TOPIC, true).unwrap();
    assert_eq!(steps(&mut gate), named(&[(1, "Install")]));
    // The first has not ended yet, as far as is known here.
    gate.set(conn(2), TOPIC, true).unwrap();
    assert_eq!(steps(&mut gate), named(&[(1, "Remove"), (2, "Install")]));
    let room = &gate.rooms[&TOPIC];
    assert_eq!(room.known.keys().collect::<Vec<_>>(), [&conn(2)]);
    // When it does end, the second is not touched.
    gate.closed(conn(1));
    assert_eq!(steps(&mut gate), []);
    assert!(gate.rooms[&TOPIC].known.contains_key(&conn(2)));
}

#[test]
fn a_stream_is_asked_for_only_when_both_gates_are_open() {
    for here_first in [true, false] {
        let (mut gate, peer) = (Gate::new(&Limits::default()), PeerId::random());
        connect(&mut gate, 1, peer);
        let mut seen = Vec::new();
        for here in [here_first, !here_first] {
            if here {
                gate.set(conn(1), TOPIC, true).unwrap();
                assert_eq!(steps(&mut gate), [], "not subscribed yet");
                gate.subscribe(TOPIC).unwrap();
            } else {
                gate.told(conn(1), TOPIC, true).unwrap();
            }
            seen.extend(steps(&mut gate));
        }
        assert_eq!(seen, named(&[(1, "Install"), (1, "Proceed")]));
    }
}

#[test]
fn a_closed_connection_is_forgotten_with_all_that_was_meant_for_it() {
    let (mut gate, peer) = (Gate::new(&Limits::default()), PeerId::random());
    gate.subscribe(TOPIC).unwrap();
    connect(&mut gate, 1, peer);
    gate.set(conn(1), TOPIC, true).unwrap();
    gate.closed(conn(1));
    assert_eq!(steps(&mut gate), []);
    assert!(gate.conns.is_empty() && gate.rooms[&TOPIC].known.is_empty());
    assert!(gate.set(conn(1), TOPIC, true).is_ok() && gate.told(conn(1), TOPIC, true).is_ok());
}

#[test]
fn gates_are_counted_on_both_sides() {
    let (mut gate, peer) = (Gate::new(&Limits::default()), PeerId::random());
    connect(&mut gate, 1, peer);
    for n in 0..SHARED_TOPICS {
        let topic = [u8::try_from(n).unwrap(); 32];
        gate.set(conn(1), topic, true).unwrap();
        gate.told(conn(1), topic, true).unwrap();
    }
    assert!(gate.set(conn(1), [99; 32], true).is_err() && gate.told(conn(1), [99; 32], true).is_err());
    assert!(
        gate.set(conn(1), [0; 32], true).is_ok() && gate.told(conn(1), [0; 32], true).is_ok(),
        "it is open already"
    );
}
