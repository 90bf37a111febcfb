//! Whatever the order of messages, both sides come to hold the same.

use super::*;
use crate::limits::{BULK, FIRST_PAGE_BYTES};
use proptest::prelude::*;

#[test]
fn a_newcomer_with_nothing_gets_everything_in_order() {
    let log = chain(3000, 500);
    let mut world = World::of_members(&[&log, &[]], 1);
    world.connect(0, 1);
    world.run();
    world.assert_equal();
    let page = FIRST_PAGE_BYTES / 500;
    assert!(world.held(1).most_parked <= page, "but for one page, parents came before their children");
    assert!(world.in_sync(0).is_some());
    let stats = world.in_sync(1).unwrap();
    assert_eq!((stats.received, stats.sent, stats.rounds), (3000, 0, 0));
    assert_eq!(world.machines[0].sync.share(&chapter(1), 2999), 1);
    assert_eq!(world.machines[1].sync.shared(&chapter(1)), 3000);
    assert_eq!(world.machines[1].sync.left(&chapter(1)), 0);
    let progress: Vec<_> = world.machines[1]
        .said
        .iter()
        .filter_map(|output| match output {
            Output::Progress { fetched, left, .. } => Some((*fetched, *left)),
            _ => None,
        })
        .collect();
    assert!(progress.len() > 3 && progress.iter().all(|(fetched, left)| fetched + left <= 3000));
    assert_eq!(progress.last(), Some(&(3000, 0)));
}

/// Steps until the second machine was given something.
fn first_page(world: &mut World) -> (usize, Vec<Vec<u8>>) {
    world.held(1).given = 0;
    while world.held(1).given == 0 {
        assert!(world.step());
    }
    let parked = world.held(1).parked.values().flatten().cloned().collect();
    (world.held(1).log.len(), parked)
}

#[test]
fn of_a_large_lot_the_latest_page_goes_ahead() {
    let log = chain(3000, 500);
    let mut world = World::of_members(&[&log, &[]], 1);
    world.connect(0, 1);
    let (here, ahead) = first_page(&mut world);
    assert_eq!(here, 0);
    assert!(ahead.len() > 200 && log[3000 - ahead.len()..].iter().all(|bytes| ahead.contains(bytes)));
    world.run();
    world.assert_equal();

    // A copy that broke off goes on the same way.
    let mut world = World::of_members(&[&log, &log[..1000]], 1);
    world.connect(0, 1);
    let (here, ahead) = first_page(&mut world);
    assert_eq!(here, 1000);
    assert!(ahead.contains(&log[2999]));
    world.run();
    world.assert_equal();

    // Of a small one it is not worth it.
    let mut world = World::of_members(&[&log[..1000], &[]], 1);
    world.connect(0, 1);
    assert_eq!(first_page(&mut world).1.len(), 0);
    world.run();
    world.assert_equal();
}

#[test]
fn equal_sets_are_found_equal_without_reconciling() {
    let log = chain(500, 500);
    let mut world = World::of_members(&[&log, &log], 2);
    world.connect(0, 1);
    world.run();
    assert!(world.in_sync(0).is_some() && world.in_sync(1).is_some());
    assert!(world.kinds.iter().all(|(_, kind)| *kind < 9));
    // Hello, tags, proof, summary: a kilobyte.
    assert!(world.bytes < 1200, "{}", world.bytes);
    // And again from time to time, for the price of two summaries.
    world.bytes = 0;
    world.wait(80_000);
    assert!(world.bytes > 0 && world.bytes < 400, "{}", world.bytes);
}

#[test]
fn an_interrupted_copy_goes_on_where_it_was() {
    let log = heap(0, 4000, 500);
    let mut world = World::of_members(&[&log, &[]], 3);
    world.connect(0, 1);
    while world.held(1).log.len() < 1500 {
        assert!(world.step());
    }
    world.disconnect(0, 1);
    world.run();
    let before = world.held(1).log.len();
    assert!(before < 4000);
    world.bytes = 0;
    world.connect(0, 1);
    world.run();
    world.wait(2_000);
    world.assert_equal();
    // The rest; and in this worst case, without any order in time, every id once from each side.
    let rest = (4000 - before) * (log[0].len() + 5) + (before + 4000) * 32;
    assert!(world.bytes < rest as u64 + 20_000, "{} {rest}", world.bytes);
}

#[test]
fn what_is_written_is_pushed_at_once_and_acknowledged() {
    let log = chain(50, 500);
    let mut world = World::of_members(&[&log, &log, &log], 4);
    world.connect(0, 1);
    world.connect(0, 2);
    world.run();
    world.bytes = 0;
    world.write(0, 1000);
    world.run();
    world.assert_equal();
    assert_eq!(world.machines[0].sync.share(&chapter(1), 50), 2);
    // Two pages and two receipts; the envelope itself is nearly all of it.
    assert!(world.bytes < 2 * (570 + 60), "{}", world.bytes);
    assert!(world.machines[0].said.iter().any(|output| matches!(output, Output::Publish { .. })));
    // The others tell nobody but each other, and only what is not known.
    world.wait(3_000);
    assert!(world.bytes < 2 * (570 + 60) + 200, "{}", world.bytes);
}

#[test]
fn what_is_pushed_to_one_reaches_another_through_it() {
    let log = chain(50, 500);
    let mut world = World::of_members(&[&log, &log, &log], 5);
    world.connect(0, 1);
    world.connect(1, 2);
    world.run();
    world.write(0, 1000);
    world.wait(300);
    world.assert_equal();
    // And its author learns from the one in between that it has it, and from nobody that the third has.
    assert_eq!(world.machines[0].sync.share(&chapter(1), 50), 1);
    assert_eq!(world.machines[1].sync.share(&chapter(1), 50), 2);
}

#[test]
fn gossip_and_push_do_not_get_in_each_others_way() {
    let log = chain(50, 500);
    let mut world = World::of_members(&[&log, &log, &log], 6);
    world.gossips = true;
    for (a, b) in [(0, 1), (1, 2), (0, 2)] {
        world.connect(a, b);
    }
    world.run();
    for n in 0..20 {
        world.write((n % 3) as usize, 1000 + n);
        if n % 2 == 0 {
            world.run();
        }
    }
    world.wait(2_000);
    world.assert_equal();
    assert!(world.cut.is_empty());
    for index in 0..3 {
        assert_eq!(world.machines[index].sync.shared(&chapter(1)), 70);
        assert!(!world.judged(index).contains(&Gossip::Reject));
    }
}

#[test]
fn only_one_peer_is_asked_for_a_first_copy() {
    let log = chain(4000, 500);
    let mut world = World::of_members(&[&[], &log, &log, &log], 7);
    for other in 1..4 {
        world.connect(0, other);
    }
    world.run();
    world.wait(3_000);
    world.assert_equal();
    let envelopes: u64 = log.iter().map(|bytes| bytes.len() as u64).sum();
    assert!(world.bytes < envelopes * 11 / 10, "{} {envelopes}", world.bytes);
    for index in 0..4 {
        assert_eq!(world.machines[index].sync.shared(&chapter(1)), 4000, "machine {index}");
    }
}

#[test]
fn if_the_one_that_was_asked_stalls_another_is() {
    let log = chain(4000, 500);
    let mut world = World::of_members(&[&[], &log, &log], 8);
    world.connect(0, 1);
    world.connect(0, 2);
    while world.held(0).log.len() < 500 {
        assert!(world.step());
    }
    let asked = if world.kinds.iter().any(|(from, kind)| *from == 1 && *kind == 14) { 1 } else { 2 };
    world.mute.insert((asked, 0));
    world.wires.get_mut(&(asked, 0)).unwrap().clear();
    world.wait(15_000);
    assert_eq!(world.held(0).log.len(), 4000);
    world.wait(60_000);
    assert!(world.cut.contains(&(0, asked, Reason::Stalled)), "{:?}", world.cut);
}

#[test]
fn a_bulk_from_one_peer_is_found_by_the_others() {
    let log = chain(100, 500);
    let more = chain(1100, 500);
    let mut world = World::of_members(&[&more, &log, &log], 9);
    world.connect(1, 2);
    world.run();
    world.connect(0, 1);
    world.run();
    assert_eq!(world.held(1).log.len(), 1100);
    world.wait(3_000);
    world.assert_equal();
}

#[test]
fn many_written_at_once_stream_to_who_is_connected() {
    let log = chain(10, 500);
    let mut world = World::of_members(&[&log, &log], 10);
    world.connect(0, 1);
    world.run();
    let more = chain(2010, 500);
    let mut verdict = Verdict::default();
    for bytes in &more[10..] {
        world.held(0).ingest(bytes.clone(), &mut verdict);
    }
    world.stored(0, verdict.stored);
    world.run();
    world.assert_equal();
    assert_eq!(world.machines[0].sync.share(&chapter(1), 2009), 1);
    assert!(world.kinds.iter().all(|(_, kind)| *kind != 9), "nothing had to be reconciled");
}

#[test]
fn what_the_log_refuses_is_not_fetched_again_and_again() {
    let log = heap(0, 200, 500);
    let mut world = World::of_members(&[&log, &log[..100]], 11);
    let refused: Vec<_> = log[150..160].iter().map(|bytes| Envelope::id_of(bytes).unwrap()).collect();
    world.held(1).refuses.extend(refused);
    world.connect(0, 1);
    world.run();
    assert_eq!(world.held(1).log.len(), 190);
    assert_eq!(world.machines[0].sync.shared(&chapter(1)), 90, "what is not known for sure is not claimed");
    world.bytes = 0;
    world.wait(600_000);
    // Ten minutes of differing: they look again, ever more seldom, and nothing is sent twice.
    assert!(world.bytes < 80_000, "{}", world.bytes);
    assert!(world.cut.is_empty());
}

#[test]
fn marks_outlive_a_restart_and_never_claim_what_is_not_there() {
    let log = chain(100, 500);
    let mut world = World::of_members(&[&log, &log], 12);
    world.connect(0, 1);
    world.run();
    let kept = world.machines[0].sync.marks(&chapter(1));
    assert_eq!(kept.len(), 1);
    world.disconnect(0, 1);
    world.machines[0].sync = Sync::new(peer(0));
    world.load(0, 1);
    assert_eq!(world.machines[0].sync.share(&chapter(1), 99), 0);
    world.machines[0].sync.restore_marks(&chapter(1), kept);
    assert_eq!(world.machines[0].sync.share(&chapter(1), 99), 1);
    assert_eq!(world.machines[0].sync.share(&chapter(1), 100), 0);
    let id = world.write(0, 1000);
    assert_eq!(world.machines[0].sync.share(&chapter(1), 100), 0);
    world.connect(0, 1);
    world.run();
    assert!(world.ids(1).contains(&id));
    assert_eq!(world.machines[0].sync.share(&chapter(1), 100), 1);
}

#[test]
fn a_slow_receiver_gets_no_more_than_two_pages() {
    let log = chain(20_000, 500);
    let mut world = World::of_members(&[&log, &[]], 13);
    world.machines[1].hangs = true;
    world.connect(0, 1);
    world.run();
    assert_eq!(world.kinds.iter().filter(|(from, kind)| (*from, *kind) == (0, 14)).count(), 2);
    world.write(0, 1_000_000);
    world.run();
    assert_eq!(world.kinds.iter().filter(|(from, kind)| (*from, *kind) == (0, 14)).count(), 2);
    assert!(world.machines[0].sync.footprint() < 1000, "{}", world.machines[0].sync.footprint());
    assert!(world.machines[0].sync.left(&chapter(1)) <= BULK);
    world.machines[1].hangs = false;
    world.run();
    world.wait(1_000);
    world.assert_equal();
}

#[test]
fn an_epoch_that_has_not_arrived_is_no_obstacle() {
    let log = chain(50, 500);
    let mut world = World::of_members(&[&log, &log[..20]], 14);
    world.held(0).keys.insert(2, EpochKey::new([2; 32]));
    world.connect(0, 1);
    world.run();
    world.wait(3_000);
    world.assert_equal();
    assert_eq!((world.proven(0), world.proven(1)), (1, 1));
}

/// rowan (0) with nine others, of whom the ninth is one more than are sent something directly.
fn crowd(seed: u64) -> World {
    let log = chain(50, 500);
    let mut world = World::of_members(&[log.as_slice(); 10], seed);
    for other in 1..10 {
        world.connect(0, other);
    }
    world.run();
    world
}

#[test]
fn a_few_are_sent_what_is_new_and_the_rest_are_told_if_gossip_did_not_tell_them() {
    let mut world = crowd(15);
    world.write(0, 1000);
    world.run();
    assert_eq!(world.machines[0].sync.share(&chapter(1), 50), 8);
    world.wait(900);
    assert_eq!(world.held(9).log.len(), 50);
    world.wait(300);
    world.assert_equal();
    assert_eq!(world.machines[0].sync.share(&chapter(1), 50), 9);
}

#[test]
fn a_gap_that_gossip_shows_is_closed_at_once() {
    let mut world = crowd(16);
    world.write(0, 1000);
    world.write(0, 1001);
    let child = world.held(0).log[51].clone();
    world.input(9, Input::Gossip { peer: peer(0), chapter: chapter(1), bytes: child, token: 3 });
    world.run();
    assert_eq!((world.held(9).log.len(), world.held(9).parked.len()), (50, 1));
    world.wait(700);
    assert_eq!((world.held(9).log.len(), world.held(9).parked.len()), (52, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// Three machines with any parts of one history, connections that come and go, writing in between.
    #[test]
    fn sets_converge(seed in any::<u64>(), parts in proptest::collection::vec((0_usize..400, 0_usize..150), 3),
                     events in proptest::collection::vec((0_usize..3, 0_usize..6, 1_usize..200), 0..12)) {
        let common = chain(400, 80);
        let own: Vec<Vec<Vec<u8>>> = parts.iter().enumerate()
            .map(|(index, (shared, own))| {
                let mut log = common[..*shared].to_vec();
                log.extend(heap(10_000 * (index + 1), *own, 80));
                log
            }).collect();
        let mut world = World::of_members(&[&own[0], &own[1], &own[2]], seed);
        world.gossips = seed % 2 == 0;
        world.connect(0, 1);
        world.connect(1, 2);
        let mut number = 1_000_000;
        for (index, event, steps) in events {
            for _ in 0..steps {
                world.step();
            }
            match event {
                0 => world.disconnect(index, (index + 1) % 3),
                1 | 2 => world.connect(index, (index + 1) % 3),
                3 | 4 => {
                    number += 1;
                    world.write(index, number);
                }
                _ => world.wait(700),
            }
        }
        if world.wires.len() < 4 {
            world.connect(0, 1);
            world.connect(1, 2);
        }
        world.wait(5_000);
        world.assert_equal();
        prop_assert!(world.cut.is_empty(), "{:?}", world.cut);
        world.wait(100_000);
        let all = world.ids(0).len() as u64;
        for machine in &world.machines {
            prop_assert_eq!(machine.sync.shared(&chapter(1)), all);
            prop_assert_eq!(machine.sync.left(&chapter(1)), 0);
            prop_assert_eq!(machine.sync.in_hand_bytes(), 0);
            for peer in machine.sync.peers() {
                prop_assert!(peer.lanes[0].in_sync);
            }
        }
    }
}
