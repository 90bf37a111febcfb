//! A member's computer passes texts on as if the chapter had hidden them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;

use api::{
    Command, MotionDraft, Reply,
    draft::Measure,
    people::Choice,
    view::{PostKind, PostView},
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;
use entry::Envelope;

const MINUTE: u64 = 60_000;

fn long_post(world: &mut World, host: HostId, title: &str) -> String {
    // Letters that do not compress to nothing: on the disk it is known by its length.
    let mut state = 88_172_645_463_325_252_u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'0' + (state >> 40) as u8 % 64)
    };
    let body: String = (0..3_000).map(|_| letter()).collect();
    let command = Command::Post { chapter: "London".into(), kind: PostKind::News, title: title.into(), body };
    let Reply::Published(made) = world.ask(host, command).unwrap() else { panic!("not published") };
    made.entry
}

fn show(world: &mut World, host: HostId, entry: &str) -> Option<PostView> {
    match world.ask(host, Command::Show { entry: entry.into() }) {
        Ok(Reply::Post(view)) => Some(*view),
        _ => None,
    }
}

/// The long ones become stubs: true ones, or such as name another body.
fn leave_out(bytes: &[u8], falsely: bool) -> Option<Vec<u8>> {
    let envelope = Envelope::from_bytes(bytes).ok().filter(|envelope| !envelope.is_stub() && bytes.len() > 1_200)?;
    let mut stub = envelope.stub().to_bytes();
    if falsely {
        *stub.last_mut()? ^= 1;
    }
    Some(stub)
}

/// How many long envelopes are on the disk of a computer that is off.
fn long_ones(world: &mut World, host: HostId) -> usize {
    world.tamper(host, &mut |bytes| (bytes.len() > 1_200).then(|| bytes.to_vec()))
}

/// rowan wrote something; imre, who lies, gave it to asha without its text while rowan was away.
fn deceived(seed: u64, falsely: bool) -> (World, [HostId; 3], String) {
    let mut world = World::new(seed, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre"]);
    let [rowan, asha, imre] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.switch_off(asha);
    let news = long_post(&mut world, rowan, "We have a room");
    assert!(world.run_until(5 * MINUTE, |world| show(world, imre, &news).is_some()));
    world.run(MINUTE);
    world.switch_off(rowan);
    assert_eq!(world.tamper(imre, &mut |bytes| leave_out(bytes, falsely)), 1);
    world.switch_on(imre);
    world.switch_on(asha);
    assert!(world.run_until(5 * MINUTE, |world| show(world, asha, &news).is_some()), "its place arrives");
    world.run(3 * MINUTE);
    (world, [rowan, asha, imre], news)
}

#[test]
fn a_text_that_one_member_left_out_comes_from_another() {
    for (seed, falsely) in [(1, false), (2, true), (3, false), (4, true)] {
        println!("seed {seed}, falsely: {falsely}");
        let (mut world, hosts, news) = deceived(seed, falsely);
        let [rowan, asha, imre] = hosts;
        let without = show(&mut world, asha, &news).unwrap();
        assert!(without.title.is_empty() && without.hidden.is_none(), "{without:?}");
        world.switch_on(rowan);
        for host in [asha, imre] {
            let whole = |world: &mut World| show(world, host, &news).is_some_and(|post| post.body.len() >= 3_000);
            assert!(world.run_until(5 * MINUTE, whole), "its text arrives");
            assert_eq!(show(&mut world, host, &news).unwrap().title, "We have a room");
        }
        converge(&mut world, &hosts, "London", 5 * MINUTE);
        // Each pair of them finds that both have the same.
        for pair in [[rowan, asha], [rowan, imre], [asha, imre]] {
            world.part(&[&pair]);
            let command = Command::Sync { chapter: "London".into(), peer: None, timeout_seconds: 300 };
            let synced = world.ask(pair[0], command);
            assert!(matches!(synced, Ok(Reply::Synced(_))), "{pair:?}: {synced:?}");
            world.heal();
        }
        // It is on the disk, and they still agree on everything that is written after it.
        for host in hosts {
            world.switch_off(host);
            world.switch_on(host);
        }
        let more = long_post(&mut world, asha, "And chairs");
        converge(&mut world, &hosts, "London", 5 * MINUTE);
        for host in hosts {
            for entry in [&news, &more] {
                assert!(show(&mut world, host, entry).unwrap().body.len() >= 3_000);
            }
        }
    }
}

#[test]
fn what_the_chapter_hid_is_not_asked_for_and_not_taken_again() {
    let mut world = World::new(5, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre"]);
    let [rowan, asha, imre] = hosts[..] else { panic!() };
    let insult = long_post(&mut world, imre, "An insult");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.switch_off(imre);
    assert_eq!(long_ones(&mut world, imre), 1, "this test finds what is there");
    world.switch_on(imre);
    world.run(MINUTE);
    // Imre's computer keeps it: it is off when the others decide.
    world.back_up(imre);
    let motion =
        MotionDraft { measure: Measure::Hide { entry: insult.clone() }, why: "It is an insult.".into(), closes: None };
    let Reply::Published(made) = world.ask(rowan, Command::Propose { chapter: "London".into(), motion }).unwrap()
    else {
        panic!()
    };
    for host in [rowan, asha] {
        let vote = Command::VoteOnMotion { motion: made.entry.clone(), choice: Choice::Yes, why: String::new() };
        assert!(world.run_until(5 * MINUTE, |world| world.ask(host, vote.clone()).is_ok()));
    }
    let gone = |world: &mut World, host| show(world, host, &insult).is_some_and(|post| post.hidden.is_some());
    assert!(world.run_until(5 * MINUTE, |world| gone(world, rowan) && gone(world, asha)));
    world.switch_off(imre);
    // By now every device has put its keys for secret votes on record, which it does at a moment of its own.
    world.run(30 * MINUTE);
    // Over a fresh connection nothing at all is asked for.
    world.switch_off(rowan);
    world.switch_on(rowan);
    world.run(2 * MINUTE);
    let sync = Command::Sync { chapter: "London".into(), peer: None, timeout_seconds: 300 };
    let Reply::Synced(report) = world.ask(asha, sync).unwrap() else { panic!() };
    assert_eq!((report.sent, report.received), (0, 0), "what is hidden is not asked for");
    world.restore(imre);
    world.run(10 * MINUTE);
    for host in [rowan, asha, imre] {
        world.switch_off(host);
        assert_eq!(long_ones(&mut world, host), 0, "the text is on the disk of {}", world.name(host));
    }
}

/// Somebody may write behind what never comes. While a chapter is copied, what came ahead is shown; this must not be.
#[test]
fn what_waits_for_what_does_not_come_is_not_shown() {
    let mut world = World::new(5, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre"]);
    let [rowan, asha, imre] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.switch_off(asha);
    // What is no text is not taken without its body.
    invite(&mut world, rowan, "London");
    let news = long_post(&mut world, rowan, "We have a room");
    assert!(world.run_until(5 * MINUTE, |world| show(world, imre, &news).is_some()));
    world.switch_off(rowan);
    let (mut count, mut place) = (0, 0);
    world.tamper(imre, &mut |_| {
        count += 1;
        None
    });
    let stubbed = world.tamper(imre, &mut |bytes| {
        place += 1;
        let envelope = Envelope::from_bytes(bytes).ok().filter(|_| place == count - 1)?;
        Some(envelope.stub().to_bytes())
    });
    assert_eq!(stubbed, 1);
    world.switch_on(imre);
    world.switch_on(asha);
    world.run(2 * MINUTE);
    let Reply::Feed(items) =
        world.ask(asha, Command::Feed { chapter: None, kind: None, limit: 9, after: None }).unwrap()
    else {
        panic!()
    };
    assert!(items.is_empty() && show(&mut world, asha, &news).is_none(), "{items:?}");
    world.switch_on(rowan);
    assert!(world.run_until(5 * MINUTE, |world| show(world, asha, &news).is_some_and(|post| !post.head.early)));
}
