//! Who finds what of whom, and who proves what.

use super::*;

/// What a machine puts on the wire for a peer that sends a greeting, tags and a proof out of thin air.
fn shapes(world: &mut World) -> Vec<Vec<usize>> {
    let stranger = Peer(vec![200; 38]);
    let mut shapes = Vec::new();
    let mut feed = |world: &mut World, input: Input| {
        let machine = &mut world.machines[0];
        let out = machine.sync.handle(world.now, input, &mut machine.node);
        let shape = |output: &Output| match output {
            Output::Send { bytes, .. } => bytes.len(),
            Output::Disconnect { .. } => 0,
            other => panic!("{other:?}"),
        };
        shapes.push(out.iter().map(shape).collect());
    };
    feed(world, Input::Connected { peer: stranger.clone(), outbound: false });
    let tags = (0..8_u8).map(|n| [n * 9; 16]).collect();
    let lane = [5; 8];
    for message in [
        Message::Hello { nonce: [3; 32] },
        Message::Tags { round: 1, tags },
        Message::Proof { lane, epoch: 1, sealed: vec![0; 136] },
        Message::JoinRequest { lane, body: vec![0; 100] },
        Message::WantAll { lane },
        Message::Query { lane, session: 1, body: vec![0x61, 0, 0, 2, 0] },
    ] {
        feed(world, Input::Message { peer: stranger.clone(), bytes: message.to_bytes() });
    }
    for _ in 0..320 {
        world.now = world.now.plus(100);
        feed(world, Input::Tick);
    }
    shapes
}

#[test]
fn a_stranger_learns_neither_which_chapters_there_are_nor_how_many_nor_whether() {
    let mut without = shapes(&mut World::new(1, 1));
    let log = chain(20, 500);
    let mut with = World::of_members(&[&log], 2);
    for n in 2..=8 {
        with.machines[0].node.chapters.entry(chapter(n)).or_default().keys.insert(1, EpochKey::new([n; 32]));
        with.load(0, n);
    }
    let with = shapes(&mut with);
    assert_eq!(without, with);
    assert_eq!((without[0].len(), without[1].len(), without[2].len()), (1, 1, 0));
    // Cut off in the end, and just so in both cases.
    without.retain(|shape| shape == &[0]);
    assert_eq!(without.len(), 1);
}

#[test]
fn tags_are_fresh_on_every_connection_and_in_every_round() {
    let log = chain(20, 500);
    let mut world = World::of_members(&[&log], 2);
    let stranger = Peer(vec![200; 38]);
    let mut seen = BTreeSet::new();
    let mut count = 0;
    let mut collect = |out: Vec<Output>| {
        for output in out {
            if let Output::Send { bytes, .. } = output
                && let Message::Tags { tags, .. } = Message::from_bytes(&bytes).unwrap()
            {
                count += tags.len();
                seen.extend(tags);
            }
        }
    };
    for _ in 0..2 {
        let Machine { sync, node, .. } = &mut world.machines[0];
        sync.handle(START, Input::Connected { peer: stranger.clone(), outbound: false }, node);
        let bytes = Message::Hello { nonce: [3; 32] }.to_bytes();
        collect(sync.handle(START, Input::Message { peer: stranger.clone(), bytes }, node));
        collect(sync.handle(START, Input::Join { chapter: chapter(9) }, node));
        collect(sync.handle(START, Input::Forget { chapter: chapter(9) }, node));
    }
    assert_eq!((count, seen.len()), (48, 48));
}

#[test]
fn two_peers_find_the_chapters_they_share_and_no_others() {
    let mut world = World::new(2, 3);
    let devices: Vec<_> = world.machines.iter().map(|machine| machine.node.device()).collect();
    for (index, chapters) in [(0, [1, 2, 3]), (1, [2, 3, 4])] {
        for n in chapters {
            let held = world.machines[index].node.chapters.entry(chapter(n)).or_default();
            held.keys.insert(1, EpochKey::new([n; 32]));
            held.members.extend(&devices);
            world.load(index, n);
        }
    }
    world.connect(0, 1);
    world.run();
    for index in [0, 1] {
        let peers = world.machines[index].sync.peers();
        let lanes: Vec<_> = peers[0].lanes.iter().map(|lane| (lane.chapter, lane.device, lane.member)).collect();
        assert_eq!(lanes, [(chapter(2), devices[1 - index], true), (chapter(3), devices[1 - index], true)]);
    }
    // A chapter that both have from now on is found on the standing connection; one that is gone is closed.
    world.machines[0].node.chapters.entry(chapter(4)).or_default().keys.insert(1, EpochKey::new([4; 32]));
    world.machines[0].node.chapters.get_mut(&chapter(4)).unwrap().members.extend(&devices);
    world.load(0, 4);
    world.input(1, Input::Forget { chapter: chapter(2) });
    world.run();
    for index in [0, 1] {
        let lanes: Vec<_> = world.machines[index].sync.peers()[0].lanes.iter().map(|lane| lane.chapter).collect();
        assert_eq!(lanes, [chapter(3), chapter(4)]);
    }
    assert!(world.cut.is_empty());
}

/// `rowan` (0) and `asha` (1) are members; `imre` (2) holds an invitation.
fn invited(log: &[Vec<u8>], seed: u64) -> World {
    let mut world = World::of_members(&[log, log, &[]], seed);
    let imre = world.machines[2].node.device();
    for index in [0, 1] {
        world.held(index).members.remove(&imre);
        world.machines[index].node.invitations.insert(chapter(1), b"secret".to_vec());
    }
    world.machines[2].node.chapters.clear();
    world.machines[2].node.invitations.insert(chapter(1), b"secret".to_vec());
    world.input(2, Input::Forget { chapter: chapter(1) });
    world
}

/// The newcomer's View once it has the entries.
fn learns_members(world: &mut World, index: usize) {
    let devices: Vec<_> = world.machines.iter().map(|machine| machine.node.device()).collect();
    world.held(index).members.extend(devices);
    world.input(index, Input::MembershipChanged { chapter: chapter(1) });
}

#[test]
fn a_newcomer_joins_over_a_standing_connection_and_copies_everything() {
    let log = chain(300, 500);
    let mut world = invited(&log, 4);
    world.connect(0, 2);
    world.run();
    assert!(world.machines[2].sync.peers()[0].lanes.is_empty());
    world.input(2, Input::Join { chapter: chapter(1) });
    world.run();
    assert!(world.machines[2].said.iter().any(|output| matches!(output, Output::Joined { .. })));
    assert_eq!(world.held(2).log.len(), 300);
    // It took everything before it knew that rowan is a member, and served nothing itself.
    assert_eq!((world.proven(0), world.proven(2)), (1, 0));
    learns_members(&mut world, 2);
    world.run();
    world.wait(2_000);
    assert_eq!(world.proven(2), 1);
    assert!(world.in_sync(0).is_some() && world.in_sync(2).is_some());
    assert_eq!(world.machines[0].sync.share(&chapter(1), 299), 1);
    assert!(world.cut.is_empty());
}

#[test]
fn a_newcomer_with_a_key_that_was_made_for_them_need_not_connect_anew() {
    let log = chain(30, 500);
    let mut world = invited(&log, 9);
    world.held(0).key_for_newcomers = true;
    world.connect(0, 2);
    world.input(2, Input::Join { chapter: chapter(1) });
    world.run();
    // The member's proof came before the key: it is asked for once more, under the key that both have.
    assert_eq!(world.held(2).log.len(), 30);
    learns_members(&mut world, 2);
    world.run();
    assert_eq!((world.proven(0), world.proven(2)), (1, 1));
    assert!(world.cut.is_empty());
}

#[test]
fn an_invitation_is_used_with_one_member_at_a_time() {
    let log = chain(30, 500);
    let mut world = invited(&log, 5);
    world.input(2, Input::Join { chapter: chapter(1) });
    world.connect(0, 2);
    world.connect(1, 2);
    world.run();
    assert_eq!(world.machines[0].node.admitted.len() + world.machines[1].node.admitted.len(), 1);
}

#[test]
fn a_refusal_is_told_and_another_member_is_asked() {
    let log = chain(30, 500);
    let mut world = invited(&log, 6);
    world.machines[0].node.invitations.insert(chapter(1), b"another".to_vec());
    world.input(2, Input::Join { chapter: chapter(1) });
    world.connect(0, 2);
    world.run();
    let told: Vec<_> = world.machines[2]
        .said
        .iter()
        .filter_map(|output| match output {
            Output::JoinRefused { reason, .. } => Some(reason.0.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(told, ["The invitation is not valid."]);
    // Not asked again in a hurry, however often it is looked for.
    world.wait(20_000);
    assert_eq!(world.kinds.iter().filter(|(_, kind)| *kind == 5).count(), 1);
    world.connect(1, 2);
    world.run();
    assert_eq!(world.machines[1].node.admitted.len(), 1);
    assert_eq!(world.held(2).log.len(), 30);
}

#[test]
fn a_silent_member_does_not_hold_up_joining() {
    let log = chain(30, 500);
    let mut world = invited(&log, 7);
    world.input(2, Input::Join { chapter: chapter(1) });
    world.connect(0, 2);
    world.connect(1, 2);
    while world.kinds.iter().all(|(_, kind)| *kind != 5) {
        assert!(world.step());
    }
    // Whoever was asked says nothing any more.
    let asked = usize::from(world.wires[&(2, 1)].iter().any(|bytes| bytes[2] == 5));
    world.mute.insert((asked, 2));
    world.wires.get_mut(&(asked, 2)).unwrap().clear();
    world.wait(40_000);
    assert_eq!(world.held(2).log.len(), 30);
}

#[test]
fn two_newcomers_cannot_admit_each_other() {
    let log = chain(30, 500);
    let mut world = invited(&log, 8);
    world.machines[1].node.chapters.clear();
    world.input(1, Input::Forget { chapter: chapter(1) });
    for index in [1, 2] {
        world.input(index, Input::Join { chapter: chapter(1) });
    }
    world.connect(1, 2);
    world.run();
    for index in [1, 2] {
        assert!(world.machines[index].said.is_empty());
    }
}

#[test]
fn join_requests_are_bounded_per_connection_and_over_all() {
    let log = chain(30, 500);
    let mut world = invited(&log, 9);
    world.input(2, Input::Join { chapter: chapter(1) });
    world.connect(0, 2);
    world.run();
    let admitted = world.machines[0].node.admitted.len();
    let lane = world.label(0, 2);
    for _ in 0..crate::limits::JOINS {
        world.forge(2, 0, &Message::JoinRequest { lane, body: vec![1; 64] });
    }
    assert!(world.cut.is_empty());
    for _ in 0..crate::limits::JOINS {
        world.forge(2, 0, &Message::JoinRequest { lane, body: vec![1; 64] });
    }
    assert!(matches!(world.cut[..], [(0, 2, Reason::Violation(_))]), "{:?}", world.cut);
    assert_eq!(world.machines[0].node.admitted.len(), admitted);
    // From ever new connections.
    let mut answers = 0;
    for _ in 0..crate::limits::ADMISSIONS + 10 {
        world.kinds.clear();
        world.connect(0, 2);
        world.run();
        if let Some(lane) = world.machines[0].sync.label(&peer(2), &chapter(1)) {
            let machine = &mut world.machines[0];
            let bytes = Message::JoinRequest { lane, body: vec![1; 64] }.to_bytes();
            let out = machine.sync.handle(world.now, Input::Message { peer: peer(2), bytes }, &mut machine.node);
            let Output::Send { bytes, .. } = &out[0] else { panic!("{out:?}") };
            let Message::JoinRefused { reason, .. } = Message::from_bytes(bytes).unwrap() else { panic!() };
            answers += usize::from(reason.starts_with("Too many"));
        }
    }
    assert!(answers > 5, "{answers}");
}

#[test]
fn a_device_that_is_not_known_yet_is_listened_to_and_not_served() {
    let log = chain(100, 500);
    // tomas (1) holds the key and has all; rowan (0) has not heard of him, and has entries that tomas lacks.
    let mut own = log[..60].to_vec();
    own.extend(heap(5000, 10, 500));
    let mut world = World::of_members(&[&own, &log], 10);
    let tomas = world.machines[1].node.device();
    world.held(0).members.remove(&tomas);
    world.connect(0, 1);
    world.run();
    world.wait(5_000);
    assert_eq!(world.held(0).log.len(), 110);
    assert_eq!(world.held(1).log.len(), 100);
    assert_eq!((world.proven(0), world.proven(1)), (0, 1));
    let served = |world: &World| world.kinds.iter().any(|(from, kind)| *from == 0 && [8, 10, 14, 16].contains(kind));
    assert!(!served(&world));
    // Whatever he asks for.
    let lane = world.label(0, 1);
    let ids: Vec<_> = world.ids(0).into_iter().take(5).collect();
    let digest = crate::message::Digest { count: 1, print: [0; 16] };
    for message in [
        Message::WantAll { lane },
        Message::Want { lane, ids },
        Message::Query { lane, session: 1, body: vec![0x61, 0, 0, 2, 0] },
        Message::Summary { lane, digest, reply: true },
    ] {
        world.forge(1, 0, &message);
    }
    world.write(0, 77);
    world.run();
    assert!(!served(&world));
    // His admission arrives.
    world.held(0).members.insert(tomas);
    world.input(0, Input::MembershipChanged { chapter: chapter(1) });
    world.run();
    world.wait(3_000);
    world.assert_equal();
    // He is removed: from that moment on nothing goes to him, and what he says is not heard.
    world.held(0).members.remove(&tomas);
    world.held(0).removed.insert(tomas);
    world.input(0, Input::MembershipChanged { chapter: chapter(1) });
    world.write(0, 78);
    world.write(1, 79);
    world.wait(20_000);
    assert_eq!((world.held(0).log.len(), world.held(1).log.len()), (112, 112));
    world.wait(20_000);
    assert!(world.cut.contains(&(0, 1, Reason::Unproven)));
    // Nor is he greeted with anything else than a stranger when he comes back.
    world.kinds.clear();
    world.connect(0, 1);
    world.run();
    assert_eq!(world.kinds.iter().filter(|(from, kind)| *from == 0 && *kind > 2).count(), 0);
}

/// The proof that `from` sent to `to` on their present connection.
fn proof_of(world: &mut World, from: usize, to: usize) -> Message {
    world.connect(from, to);
    loop {
        if let Some(bytes) = world.wires[&(from, to)].iter().find(|bytes| bytes[2] == 2) {
            return Message::from_bytes(bytes).unwrap();
        }
        assert!(world.step());
    }
}

#[test]
fn a_proof_is_good_for_one_connection_one_direction_and_one_chapter() {
    let log = chain(20, 500);
    let mut world = World::of_members(&[&log, &log, &log], 11);
    // asha's proof to rowan; imre replays it on his own connection, with the label that counts there.
    let Message::Proof { epoch, sealed, .. } = proof_of(&mut world, 1, 0) else { panic!() };
    world.run();
    let mallory = 2;
    let device = world.machines[mallory].node.device();
    world.held(0).members.remove(&device);
    world.connect(mallory, 0);
    while world.machines[0].sync.label(&peer(mallory), &chapter(1)).is_none() {
        assert!(world.step());
    }
    world.wires.get_mut(&(mallory, 0)).unwrap().clear();
    let before = world.proven(0);
    let lane = world.label(0, mallory);
    world.forge(mallory, 0, &Message::Proof { lane, epoch, sealed: sealed.clone() });
    assert_eq!(world.proven(0), before, "replayed on another connection");
    // rowan's own proof, thrown back at him.
    let Message::Proof { sealed: own, .. } = proof_of(&mut world, 0, mallory) else { panic!() };
    let lane = world.label(0, mallory);
    world.forge(mallory, 0, &Message::Proof { lane, epoch, sealed: own });
    assert_eq!(world.proven(0), before, "reflected");
    // asha's proof, on her own next connection.
    world.connect(1, 0);
    while world.machines[0].sync.label(&peer(1), &chapter(1)).is_none() {
        assert!(world.step());
    }
    world.wires.get_mut(&(1, 0)).unwrap().clear();
    let lane = world.label(0, 1);
    world.forge(1, 0, &Message::Proof { lane, epoch, sealed });
    assert_eq!(world.proven(0), before, "replayed on her own next connection");
    let peers = world.machines[0].sync.peers();
    assert!(peers.iter().flat_map(|peer| &peer.lanes).all(|lane| !lane.member));
}

#[test]
fn who_knows_a_chapters_id_and_not_its_key_learns_nothing_but_that_it_is_there() {
    let log = chain(20, 500);
    let mut world = World::of_members(&[&log, &log], 12);
    // The right id, membership even, and another key.
    world.held(1).keys.insert(1, EpochKey::new([9; 32]));
    world.connect(0, 1);
    world.run();
    world.wait(1_000);
    assert_eq!((world.proven(0), world.proven(1)), (0, 0));
    assert!(world.kinds.iter().all(|(_, kind)| *kind <= 2));
    world.wait(31_000);
    assert!(world.cut.iter().any(|(_, _, reason)| *reason == Reason::Unproven));
}

#[test]
fn a_second_connection_replaces_the_first() {
    let log = chain(200, 500);
    let mut world = World::of_members(&[&log, &log[..50]], 13);
    world.connect(0, 1);
    for _ in 0..14 {
        world.step();
    }
    // Both ends see the new one; nobody is told that the old one ended.
    world.wires.values_mut().for_each(VecDeque::clear);
    world.input(0, Input::Connected { peer: peer(1), outbound: false });
    world.input(1, Input::Connected { peer: peer(0), outbound: true });
    world.run();
    world.wait(2_000);
    world.assert_equal();
    assert!(world.cut.is_empty(), "{:?}", world.cut);
}

#[test]
fn connecting_to_oneself_and_echoes_are_refused() {
    let mut world = World::new(2, 14);
    world.input(0, Input::Connected { peer: peer(0), outbound: true });
    assert_eq!(world.cut, [(0, 0, Reason::Oneself)]);
    let Machine { sync, node, .. } = &mut world.machines[0];
    let out = sync.handle(START, Input::Connected { peer: peer(1), outbound: true }, node);
    let Output::Send { bytes, .. } = &out[0] else { panic!("{out:?}") };
    let out = sync.handle(START, Input::Message { peer: peer(1), bytes: bytes.clone() }, node);
    assert_eq!(out, [Output::Disconnect { peer: peer(1), reason: Reason::Violation("an echo") }]);
}

#[test]
fn whoever_is_removed_while_connected_is_cut_off_once_and_notices_it_soon() {
    let log = chain(20, 500);
    let mut world = World::of_members(&[&log, &log], 62);
    // A second chapter, over which they would stay connected.
    let [imre, asha] = [0, 1].map(|index: usize| world.machines[index].node.device());
    for index in 0..2 {
        let held = world.machines[index].node.chapters.entry(chapter(2)).or_default();
        held.keys.insert(1, EpochKey::new([2; 32]));
        held.members.extend([imre, asha]);
        world.load(index, 2);
    }
    world.connect(0, 1);
    world.wait(60_000);
    assert!(world.cut.is_empty(), "{:?}", world.cut);
    world.held(1).removed.insert(imre);
    world.input(1, Input::MembershipChanged { chapter: chapter(1) });
    world.wait(2_000);
    assert!(world.cut.is_empty(), "what came is acknowledged first");
    world.wait(2_000);
    assert_eq!(world.cut, [(1, 0, Reason::Unproven)]);
    world.connect(0, 1);
    world.wait(16_000);
    assert_eq!(world.machines[0].sync.unanswered(&chapter(1)), [asha]);
    world.wait(60_000);
    assert_eq!(world.cut.len(), 1, "over the other chapter they stay connected");
}

#[test]
fn whoever_was_removed_hears_nothing_and_notices_that() {
    let log = chain(20, 500);
    let mut world = World::of_members(&[&log, &log, &log], 61);
    let [imre, asha] = [0, 1].map(|index: usize| world.machines[index].node.device());
    // Asha's computer knows of imre's removal, noor's does not.
    world.held(1).removed.insert(imre);
    world.connect(0, 1);
    world.wait(10_000);
    assert_eq!(world.machines[0].sync.unanswered(&chapter(1)), []);
    world.wait(10_000);
    assert_eq!(world.machines[0].sync.unanswered(&chapter(1)), [asha]);
    assert_eq!(world.machines[1].sync.unanswered(&chapter(1)), [], "that is between members only");
    // The connection ends, as it does with whoever proves nothing; that nobody answered is remembered.
    world.disconnect(0, 1);
    world.wait(1_000);
    assert_eq!(world.machines[0].sync.unanswered(&chapter(1)), [asha]);
    // One who answers is enough: asha alone may be mistaken, or mean it.
    world.connect(0, 2);
    world.wait(1_000);
    assert_eq!(world.machines[0].sync.unanswered(&chapter(1)), []);
    assert!(world.in_sync(0).is_some());
}
