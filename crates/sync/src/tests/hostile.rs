//! Peers that lie, flood, stall and send rubbish. Nothing panics, everything stays bounded, honest peers are served.

use super::*;
use crate::limits::{
    ASKED, GOSSIP_IN_HAND, HAVE_IDS, IN_HAND_BYTES, MAX_UNPROVEN_MESSAGE, PAGE_BYTES, PEERS, UNPROVEN_PEERS, WANT_IDS,
    WINDOW,
};
use crate::message::Digest;
use proptest::prelude::*;

/// rowan (0) and a proven member (1) who turns hostile: what it says from now on is forged.
fn pair(seed: u64) -> (World, [u8; 8]) {
    let log = chain(200, 500);
    let mut world = World::of_members(&[&log, &log], seed);
    world.connect(0, 1);
    world.run();
    let lane = world.label(0, 1);
    world.kinds.clear();
    world.bytes = 0;
    (world, lane)
}

fn random_id(rng: &mut ChaCha8Rng) -> EnvelopeId {
    let mut id = [0; 32];
    rng.fill_bytes(&mut id);
    EnvelopeId(id)
}

#[test]
fn rubbish_ends_the_connection() {
    for bytes in [vec![], vec![0xff; 40], vec![0x80], b"GET / HTTP/1.1".to_vec(), vec![0x9f, 1, 0, 0xff]] {
        let (mut world, _) = pair(1);
        world.input(0, Input::Message { peer: peer(1), bytes });
        assert!(matches!(world.cut[..], [(0, 1, Reason::Malformed(_))]));
    }
    let (mut world, _) = pair(1);
    world.input(0, Input::Message { peer: peer(1), bytes: vec![0x82, 7, 0] });
    assert_eq!(world.cut, [(0, 1, Reason::NewerVersion(7))]);
    // What it had sent before it noticed is not read.
    world.input(0, Input::Message { peer: peer(1), bytes: vec![0xff] });
    assert_eq!(world.cut.len(), 1);
}

#[test]
fn a_long_message_before_any_proof_is_refused() {
    let mut world = World::new(2, 2);
    world.connect(0, 1);
    let body = vec![0; MAX_UNPROVEN_MESSAGE];
    world.forge(1, 0, &Message::Page { lane: [0; 8], left: 0, envelopes: vec![body] });
    assert!(matches!(world.cut[..], [(0, 1, Reason::Violation(_))]));
}

#[test]
fn steps_out_of_order_are_refused_or_ignored() {
    let hello = Message::Hello { nonce: [1; 32] };
    let tags = |round| Message::Tags { round, tags: (0..8_u8).map(|n| [n; 16]).collect() };
    let violations: [&[Message]; 5] = [
        &[tags(1)],
        &[hello.clone(), hello.clone()],
        &[hello.clone(), tags(2)],
        &[hello.clone(), tags(1), tags(1)],
        &[hello.clone(), tags(1), tags(u64::MAX)],
    ];
    for messages in violations {
        let mut world = World::of_members(&[&[], &[]], 3);
        world.input(0, Input::Connected { peer: peer(1), outbound: false });
        for message in messages {
            world.forge(1, 0, message);
        }
        assert!(matches!(world.cut[..], [(0, 1, Reason::Violation(_))]), "{messages:?} {:?}", world.cut);
    }
    // Answers that nobody asked for.
    let (mut world, lane) = pair(3);
    for message in [
        Message::Answer { lane, session: 9, body: vec![0x61] },
        Message::Welcome { lane, body: vec![1] },
        Message::JoinRefused { lane, reason: "No.".into() },
        Message::Later { lane },
        Message::Again { lane, epoch: 0 },
        Message::WantAll { lane: [0; 8] },
    ] {
        world.forge(1, 0, &message);
    }
    assert!(world.cut.is_empty());
    world.run();
    assert!(world.machines[1].said.iter().all(|output| !matches!(output, Output::JoinRefused { .. })));
    let (mut world, lane) = pair(3);
    world.forge(1, 0, &Message::Got { lane, page: 0, missing: vec![] });
    assert!(matches!(world.cut[..], [(0, 1, Reason::Violation(_))]));
}

#[test]
fn a_flood_of_messages_ends_the_connection() {
    let (mut world, lane) = pair(4);
    let mut sent = 0;
    while world.cut.is_empty() {
        world.forge(1, 0, &Message::Locked { lane });
        sent += 1;
        assert!(sent <= 10_001);
    }
    assert_eq!(world.cut, [(0, 1, Reason::Flood)]);
}

#[test]
fn what_is_here_already_can_be_sent_only_so_often() {
    let (mut world, lane) = pair(5);
    let envelopes = world.held(0).log.clone();
    let mut pages = 0;
    while world.cut.is_empty() {
        world.forge(1, 0, &Message::Page { lane, left: 0, envelopes: envelopes.clone() });
        pages += 1;
        assert!(pages < 30);
    }
    assert_eq!((world.cut[0].2.clone(), world.machines[0].sync.in_hand_bytes()), (Reason::Flood, 0));
}

#[test]
fn what_the_log_refuses_counts_against_who_sent_it() {
    let (mut world, lane) = pair(6);
    let bad = heap(900, 70, 500);
    let refused: Vec<_> = bad.iter().map(|bytes| Envelope::id_of(bytes).unwrap()).collect();
    world.held(0).refuses.extend(&refused);
    world.forge(1, 0, &Message::Page { lane, left: 0, envelopes: bad.clone() });
    world.run();
    assert_eq!(world.cut, [(0, 1, Reason::Flood)]);
    // One or two do not.
    let (mut world, lane) = pair(6);
    world.held(0).refuses.extend(&refused);
    world.forge(1, 0, &Message::Page { lane, left: 0, envelopes: bad[..2].to_vec() });
    world.wires.clear();
    world.run();
    assert!(world.cut.is_empty());
}

#[test]
fn an_envelope_of_another_chapter_ends_the_connection() {
    let (mut world, lane) = pair(7);
    let foreign = envelope(&chapter(2), 1, None, 1, 500);
    world.forge(1, 0, &Message::Page { lane, left: 0, envelopes: vec![foreign] });
    assert!(matches!(world.cut[..], [(0, 1, Reason::Violation(_))]));
    let (mut world, lane) = pair(7);
    world.forge(1, 0, &Message::Page { lane, left: 0, envelopes: vec![vec![0xa0; 100]] });
    assert!(matches!(world.cut[..], [(0, 1, Reason::Violation(_))]));
}

#[test]
fn more_pages_than_the_window_end_the_connection_and_memory_stays_bounded() {
    let (mut world, lane) = pair(8);
    world.machines[0].hangs = true;
    for page in 0..=WINDOW {
        assert!(world.cut.is_empty());
        let envelopes = heap(10_000 * (page + 1), 900, 500);
        world.forge(1, 0, &Message::Page { lane, left: u64::MAX, envelopes });
    }
    assert!(matches!(world.cut[..], [(0, 1, Reason::Violation(_))]));
    assert!(world.machines[0].sync.in_hand_bytes() <= WINDOW * (PAGE_BYTES + 70_000));
    world.machines[0].hangs = false;
    world.run();
    assert_eq!(world.machines[0].sync.in_hand_bytes(), 0);
}

#[test]
fn all_peers_together_cannot_fill_the_memory() {
    let log = chain(20, 500);
    let logs = vec![log.as_slice(); 40];
    let mut world = World::of_members(&logs, 9);
    for other in 1..40 {
        world.connect(0, other);
    }
    world.run();
    world.machines[0].hangs = true;
    for other in 1..40 {
        let lane = world.label(0, other);
        for page in 0..2 {
            let envelopes = heap(1_000_000 * other + 10_000 * page, 900, 500);
            world.forge(other, 0, &Message::Page { lane, left: 9, envelopes });
        }
    }
    assert!(world.machines[0].sync.in_hand_bytes() < IN_HAND_BYTES + 2 * PAGE_BYTES);
    world.machines[0].hangs = false;
    world.run();
    assert_eq!(world.machines[0].sync.in_hand_bytes(), 0);
}

#[test]
fn announcements_of_what_does_not_exist_stay_bounded() {
    let (mut world, lane) = pair(10);
    let mut rng = ChaCha8Rng::seed_from_u64(10);
    for _ in 0..200 {
        let ids = (0..HAVE_IDS).map(|_| random_id(&mut rng)).collect();
        world.forge(1, 0, &Message::Have { lane, ids });
    }
    assert!(world.machines[0].sync.footprint() < ASKED + 1000);
    // Asked for once each, and no more than was announced.
    assert_eq!(world.kinds.iter().filter(|(_, kind)| *kind == 12).count(), 200);
    world.wires.values_mut().for_each(VecDeque::clear);
    world.wait(5_000);
    assert!(world.machines[0].sync.footprint() < 1000);
}

#[test]
fn reconciliation_that_never_ends_is_ended() {
    let log = chain(200, 500);
    let mut world = World::of_members(&[&log, &log[..100]], 11);
    world.connect(0, 1);
    while world.kinds.iter().all(|(_, kind)| *kind != 9) {
        assert!(world.step());
    }
    assert!(world.kinds.contains(&(0, 9)));
    let lane = world.label(0, 1);
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut rounds = 0;
    world.wires.values_mut().for_each(VecDeque::clear);
    // Every answer brings ids that nobody has, and a difference that goes on.
    while world.kinds.last().is_some_and(|(from, _)| *from == 0) && rounds < 2000 {
        let queries = world.kinds.iter().filter(|(_, kind)| *kind == 9).count();
        let mut body = vec![0x61, 0, 0, 2, 100];
        for _ in 0..100 {
            body.extend(random_id(&mut rng).0);
        }
        body.extend([0, 0, 1]);
        body.extend([7; 16]);
        world.forge(1, 0, &Message::Answer { lane, session: 1, body });
        world.wires.values_mut().for_each(VecDeque::clear);
        rounds += 1;
        if world.kinds.iter().filter(|(_, kind)| *kind == 9).count() == queries {
            break;
        }
    }
    assert!(rounds <= crate::limits::ROUNDS, "{rounds}");
    assert!(world.machines[0].sync.footprint() < ASKED + 2000);
    // It owes all of those, and is cut off for it in the end.
    for _ in 0..4 {
        world.wait(100_000);
    }
    assert!(world.cut.iter().any(|(from, _, reason)| *from == 0 && *reason == Reason::Stalled), "{:?}", world.cut);
}

#[test]
fn expensive_questions_can_be_asked_only_so_often() {
    let log = chain(20_000, 64);
    let mut world = World::of_members(&[&log, &log], 12);
    world.connect(0, 1);
    world.run();
    let lane = world.label(0, 1);
    world.bytes = 0;
    // Everything, as ids: 128 KiB for 20 bytes.
    while world.cut.is_empty() {
        world.forge(1, 0, &Message::Query { lane, session: 1, body: vec![0x61, 0, 0, 2, 0] });
        world.wires.values_mut().for_each(VecDeque::clear);
        assert!(world.bytes < 10_000_000);
    }
    assert_eq!(world.cut, [(0, 1, Reason::Flood)]);
    // A copy of everything again and again.
    let (mut world, lane) = pair(12);
    let mut copies = 0;
    while world.cut.is_empty() {
        world.forge(1, 0, &Message::WantAll { lane });
        world.run();
        copies += 1;
        assert!(copies < 20);
    }
    // And ids that nobody has.
    let (mut world, lane) = pair(12);
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    let mut asked = 0;
    while world.cut.is_empty() {
        let ids = (0..WANT_IDS).map(|_| random_id(&mut rng)).collect();
        world.forge(1, 0, &Message::Want { lane, ids });
        asked += 1;
        assert!(asked < 10);
    }
}

#[test]
fn who_claims_to_send_a_lot_and_does_not_holds_nobody_up() {
    let log = chain(3000, 500);
    let mut world = World::of_members(&[&log[..100], &log[..100], &log], 13);
    world.connect(0, 1);
    world.run();
    let lane = world.label(0, 1);
    // A trickle of new things, always with a lot left.
    let trickle = heap(77_000, 50, 500);
    world.forge(1, 0, &Message::Page { lane, left: 1_000_000, envelopes: trickle[..1].to_vec() });
    world.connect(0, 2);
    world.run();
    for n in 1..25 {
        world.wait(1_000);
        world.forge(1, 0, &Message::Page { lane, left: 1_000_000, envelopes: trickle[n..=n].to_vec() });
    }
    world.wait(1_000);
    assert!(world.held(0).log.len() >= 3000, "{}", world.held(0).log.len());
}

#[test]
fn gossip_counts_only_from_those_who_proved_something_and_only_in_its_chapter() {
    let (mut world, _) = pair(14);
    let gossip = |world: &mut World, from: u8, bytes: Vec<u8>| {
        let input = Input::Gossip { peer: Peer(vec![from; 38]), chapter: chapter(1), bytes, token: 1 };
        world.machines[0].said.clear();
        world.input(0, input);
        world.run();
        world.judged(0)
    };
    let new = heap(5_000, 10, 500);
    assert_eq!(gossip(&mut world, 99, new[0].clone()), [Gossip::Ignore]);
    assert_eq!(gossip(&mut world, 2, new[0].clone()), [Gossip::Accept]);
    assert_eq!(gossip(&mut world, 2, new[0].clone()), [Gossip::Ignore]);
    assert_eq!(gossip(&mut world, 2, envelope(&chapter(2), 1, None, 1, 500)), [Gossip::Reject]);
    let orphan = envelope(&chapter(1), 1, Some(EnvelopeId([9; 32])), 1, 500);
    assert_eq!(gossip(&mut world, 2, orphan), [Gossip::Ignore]);
    let id = Envelope::id_of(&new[1]).unwrap();
    world.held(0).refuses.insert(id);
    assert_eq!(gossip(&mut world, 2, new[1].clone()), [Gossip::Reject]);
    // While the disk hangs, a bounded number of them waits.
    world.machines[0].hangs = true;
    let ignored = heap(9_000, 100, 500).into_iter().filter(|bytes| !gossip(&mut world, 2, bytes.clone()).is_empty());
    assert_eq!(ignored.count(), 100 - GOSSIP_IN_HAND);
    assert!(world.cut.is_empty());
    // Rubbish on the topic ends the connection before long.
    world.machines[0].hangs = false;
    world.run();
    for _ in 0..100 {
        gossip(&mut world, 2, vec![1, 2, 3]);
    }
    assert!(world.cut.contains(&(0, 1, Reason::Flood)));
}

#[test]
fn connections_are_bounded_and_strangers_leave_room_for_members() {
    let mut world = World::new(1, 15);
    let mut full = 0;
    for n in 0..PEERS {
        let Machine { sync, node, .. } = &mut world.machines[0];
        let out =
            sync.handle(START, Input::Connected { peer: Peer(vec![(n >> 8) as u8, n as u8]), outbound: false }, node);
        full += usize::from(matches!(out[..], [Output::Disconnect { reason: Reason::Full, .. }]));
    }
    assert_eq!(full, PEERS - UNPROVEN_PEERS);
    let Machine { sync, node, .. } = &mut world.machines[0];
    let out = sync.handle(START, Input::Connected { peer: Peer(vec![7; 38]), outbound: true }, node);
    assert!(matches!(out[..], [Output::Send { .. }]));
    sync.handle(START, Input::Disconnected { peer: Peer(vec![7; 38]) }, node);
    world.now = world.now.plus(31_000);
    let Machine { sync, node, .. } = &mut world.machines[0];
    sync.handle(world.now, Input::Tick, node);
    // That was one pause of half a minute: nobody is blamed for it.
    assert_eq!(sync.peers().len(), UNPROVEN_PEERS);
    for _ in 0..31 {
        world.now = world.now.plus(1_000);
        sync.handle(world.now, Input::Tick, node);
    }
    assert!(sync.peers().is_empty());
}

#[test]
fn a_receipt_for_more_than_was_sent_ends_the_connection() {
    let (mut world, lane) = pair(16);
    world.mute.insert((0, 1));
    world.write(0, 5);
    world.forge(1, 0, &Message::Got { lane, page: 0, missing: vec![7] });
    assert!(matches!(world.cut[..], [(0, 1, Reason::Violation(_))]));
    assert_eq!(world.machines[0].sync.share(&chapter(1), 200), 0);
}

#[test]
fn a_summary_that_lies_gains_nothing() {
    let (mut world, lane) = pair(17);
    world.write(0, 6);
    for count in [0, 1, u64::MAX] {
        let digest = Digest { count, print: [1; 16] };
        world.forge(1, 0, &Message::Summary { lane, digest, reply: true });
        world.run();
    }
    world.wait(60_000);
    world.assert_equal();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// Valid conversations with messages altered, repeated, dropped, swapped and made up, at any point of the protocol.
    #[test]
    fn nothing_panics_and_everything_stays_bounded(
        seed in any::<u64>(),
        tricks in proptest::collection::vec((0_usize..8, any::<u32>(), 1_usize..12), 1..60),
    ) {
        let log = chain(120, 80);
        let mut world = World::of_members(&[&log, &log[..60], &log[40..40]], seed);
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            world.connect(a, b);
        }
        let mut heard: Vec<Vec<u8>> = Vec::new();
        for (trick, arg, steps) in tricks {
            for _ in 0..steps {
                if let Some((_, wire)) = world.wires.iter().find(|(_, wire)| !wire.is_empty()) {
                    heard.push(wire[0].clone());
                }
                world.step();
            }
            let (from, to) = ([1, 2, 0, 2][arg as usize % 4], [0, 1, 2, 0][arg as usize % 4]);
            let Some(known) = heard.get(arg as usize % heard.len().max(1)).cloned() else { continue };
            let bytes = match trick {
                0 => known,
                1 => {
                    let mut bytes = known;
                    let at = (arg as usize / 7) % bytes.len();
                    bytes[at] ^= 1 << (arg % 8);
                    bytes
                }
                2 => known[..(arg as usize / 7) % known.len()].to_vec(),
                3 => {
                    // The right shape and label, any numbers.
                    let lane = world.machines[to].sync.label(&peer(from), &chapter(1)).unwrap_or([1; 8]);
                    let session = u64::from(arg % 4);
                    let messages = [
                        Message::Answer { lane, session, body: known.clone() },
                        Message::Query { lane, session, body: [&[0x61], &known[..]].concat() },
                        Message::Got { lane, page: session, missing: vec![] },
                        Message::Have { lane, ids: vec![EnvelopeId([arg as u8; 32])] },
                        Message::Want { lane, ids: world.ids(to).into_iter().take(9).collect::<Vec<_>>() },
                        Message::Page { lane, left: u64::from(arg), envelopes: heap(arg as usize % 100, 3, 80) },
                        Message::Summary { lane, digest: Digest { count: session, print: [0; 16] }, reply: arg % 2 == 0 },
                        Message::Later { lane },
                        Message::Locked { lane },
                        Message::WantAll { lane },
                    ];
                    messages[arg as usize % messages.len()].to_bytes()
                }
                4 => {
                    world.connect(from, to);
                    continue;
                }
                5 => {
                    if let Some(wire) = world.wires.get_mut(&(from, to)) {
                        let last = wire.len().saturating_sub(1);
                        if last > 0 {
                            wire.swap(0, last);
                        }
                    }
                    continue;
                }
                6 => {
                    world.input(to, Input::Gossip { peer: peer(from), chapter: chapter(1), bytes: known, token: 1 });
                    continue;
                }
                _ => {
                    world.wait(u64::from(arg % 3000));
                    continue;
                }
            };
            if !bytes.is_empty() {
                world.input(to, Input::Message { peer: peer(from), bytes });
            }
        }
        world.wait(1_000);
        for machine in &world.machines {
            prop_assert!(machine.sync.footprint() < 5_000, "{}", machine.sync.footprint());
            prop_assert_eq!(machine.sync.in_hand_bytes(), 0);
        }
        // And after all that, honest connections mend everything.
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            world.connect(a, b);
        }
        world.wait(60_000);
        world.assert_equal();
    }
}
