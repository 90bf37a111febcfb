//! Texts that somebody left out on the way are asked for, of everybody once, and whatever is answered costs little.

use super::*;
use crate::limits::{WHOLE, WHOLE_AT_ONCE};

const WANT: u8 = 12;

/// How often this machine has asked for envelopes.
fn wants(world: &World, from: usize) -> usize {
    world.kinds.iter().filter(|(who, kind)| (*who, *kind) == (from, WANT)).count()
}

#[test]
fn a_text_that_one_left_out_comes_from_another() {
    let log = chain(300, 700);
    let mut world = World::of_members(&[&log, &log, &log], 31);
    let places = [3, 70, 299];
    world.held(0).leave_out(&places);
    world.held(1).leave_out(&places);
    // The one who left it out has no more than that, however often it is met.
    world.connect(0, 1);
    world.run();
    world.wait(300_000);
    assert_eq!((world.held(0).lacks.len(), wants(&world, 0), wants(&world, 1)), (3, 1, 1));
    assert_eq!(world.held(0).given, log.len(), "a stub for a stub is not even looked at");
    world.connect(0, 2);
    world.run();
    world.wait(100);
    assert!(world.held(0).lacks.is_empty() && world.held(0).log == log);
    // And passes it on to whom it had it from, once they meet anew.
    world.connect(0, 1);
    world.run();
    assert!(world.held(1).log == log);
    let asked = wants(&world, 0) + wants(&world, 1);
    world.wait(300_000);
    assert_eq!(wants(&world, 0) + wants(&world, 1), asked, "nothing is lacking any more");
    assert!(world.cut.is_empty());
}

#[test]
fn very_many_are_asked_for_in_parts_and_not_without_end() {
    let log = chain(2 * WHOLE, 200);
    let mut world = World::of_members(&[&log, &log], 32);
    let places: Vec<usize> = (0..log.len()).collect();
    world.held(0).leave_out(&places);
    world.connect(0, 1);
    world.run();
    assert_eq!(world.held(0).lacks.len(), log.len() - WHOLE_AT_ONCE);
    world.wait(600_000);
    assert_eq!(world.held(0).lacks.len(), log.len() - WHOLE);
    assert!(world.cut.is_empty());
    world.connect(0, 1);
    world.run();
    world.wait(600_000);
    assert!(world.held(0).lacks.is_empty());
}

#[test]
fn whoever_answers_with_something_else_gains_nothing() {
    let log = chain(50, 700);
    let mut world = World::of_members(&[&log, &log, &log], 33);
    world.held(0).leave_out(&[7]);
    world.connect(0, 1);
    while wants(&world, 0) == 0 {
        assert!(world.step());
    }
    // From now on only what is forged comes from it.
    world.mute.extend([(1, 0), (0, 1)]);
    world.wires.values_mut().for_each(VecDeque::clear);
    let (lane, given) = (world.label(0, 1), world.held(0).given);
    let page = |bytes: &[u8]| Message::Page { lane, left: 0, envelopes: vec![bytes.to_vec()] };
    let stub = world.held(0).log[7].clone();
    for _ in 0..100 {
        world.forge(1, 0, &page(&stub));
    }
    assert_eq!((world.held(0).given, world.held(0).lacks.len()), (given, 1), "a stub is no answer");
    // It had its turn: even the right one counts as what is here already.
    world.forge(1, 0, &page(&log[7]));
    assert_eq!((world.held(0).given, world.held(0).lacks.len()), (given, 1));
    // Another text has another id, so it is a new envelope, which the log refuses.
    let other = envelope(&chapter(1), START.coarse(), None, 4_711, 700);
    world.held(0).refuses.insert(item_of(&other).0.id);
    world.forge(1, 0, &page(&other));
    world.run();
    assert_eq!(world.held(0).log[7], stub);
    // What is no envelope at all ends the connection.
    world.forge(1, 0, &page(b"rubbish"));
    assert!(matches!(world.cut[..], [(0, 1, Reason::Violation(_))]), "{:?}", world.cut);
    // And an honest one is asked after a while.
    world.mute.clear();
    world.connect(0, 2);
    world.run();
    world.wait(120_000);
    assert!(world.held(0).log == log);
}

#[test]
fn what_was_not_asked_for_is_not_taken_a_second_time() {
    let log = chain(50, 700);
    let mut world = World::of_members(&[&log, &log], 34);
    world.connect(0, 1);
    world.run();
    let (lane, given) = (world.label(0, 1), world.held(0).given);
    // Lacking since, and nobody was asked yet.
    world.held(0).leave_out(&[7]);
    world.forge(1, 0, &Message::Page { lane, left: 0, envelopes: vec![log[7].clone()] });
    assert_eq!((world.held(0).given, world.held(0).lacks.len()), (given, 1));
}
