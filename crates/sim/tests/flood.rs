//! Somebody has one invitation, and comes with it under as many names as they like, again and again.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use api::{
    Command, Event, MotionDraft, Reply,
    draft::Measure,
    people::{Choice, JoinRequestView, MotionStage, RulesView},
    view::MemberView,
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;

const MINUTE: u64 = 60_000;
const NAMES: usize = 40;

fn requests(world: &mut World, host: HostId) -> Vec<JoinRequestView> {
    match world.ask(host, Command::JoinRequests { chapter: "London".into() }) {
        Ok(Reply::JoinRequests(list)) => list,
        other => panic!("{other:?}"),
    }
}

fn members(world: &mut World, host: HostId) -> Vec<String> {
    let Reply::Members(members) = world.ask(host, Command::Members { chapter: "London".into() }).unwrap() else {
        panic!()
    };
    members.into_iter().map(|member: MemberView| member.handle).collect()
}

/// From now on two members have to give their word.
fn two_sponsors(world: &mut World, hosts: &[HostId]) {
    let Reply::Rules(rules) = world.ask(hosts[0], Command::Rules { chapter: "London".into() }).unwrap() else {
        panic!()
    };
    let measure = Measure::Rules { rules: Box::new(RulesView { sponsors: 2, ..*rules }) };
    let motion = MotionDraft { measure, why: String::new(), closes: None };
    let Reply::Published(made) = world.ask(hosts[0], Command::Propose { chapter: "London".into(), motion }).unwrap()
    else {
        panic!()
    };
    for host in hosts {
        let vote = Command::VoteOnMotion { motion: made.entry.clone(), choice: Choice::Yes, why: String::new() };
        assert!(world.run_until(5 * MINUTE, |world| world.ask(*host, vote.clone()).is_ok()));
    }
    let passed = |world: &mut World| {
        let shown = world.ask(hosts[0], Command::ShowMotion { motion: made.entry.clone() });
        matches!(shown, Ok(Reply::Motion(view)) if view.stage == MotionStage::Passed)
    };
    assert!(world.run_until(5 * MINUTE, passed));
}

#[test]
fn a_flood_of_requests_is_bounded_and_an_honest_newcomer_gets_in_meanwhile() {
    let mut world = World::new(21, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre"]);
    let [rowan, asha, imre] = hosts[..] else { panic!() };
    two_sponsors(&mut world, &hosts);
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let leaked = invite(&mut world, imre, "London");
    world.run(MINUTE);
    let (before, _) = state(&mut world, rowan, "London");

    // The same invitation under forty names, at every member's door; whoever is put off comes back on a new line.
    let names: Vec<HostId> = (0..NAMES).map(|n| world.add(&format!("nobody{n}"))).collect();
    for name in &names {
        for host in &hosts {
            world.wire(*name, *host);
        }
        start_join(&mut world, *name, leaked.clone());
    }
    let come_again = |world: &mut World| {
        for name in &names {
            world.switch_off(*name);
            world.switch_on(*name);
        }
        world.run(2_000);
    };
    (0..10).for_each(|_| come_again(&mut world));

    // In the middle of it somebody whom asha knows.
    let vera = world.add("vera");
    hosts.iter().for_each(|host| world.wire(vera, *host));
    let invitation = invite(&mut world, asha, "London");
    start_join(&mut world, vera, invitation);
    let mut word = false;
    let mut joined = false;
    for _ in 0..60 {
        come_again(&mut world);
        if !word && let Some(asked) = requests(&mut world, rowan).into_iter().find(|asked| asked.handle == "vera") {
            world.ask(rowan, Command::Sponsor { request: asked.request, why: String::new() }).unwrap();
            word = true;
        }
        joined |= world.events(vera).iter().any(|event| matches!(event, Event::Joined { .. }));
        if joined {
            break;
        }
    }
    assert!(word && joined, "vera came in: word {word}, joined {joined}");

    let all = [rowan, asha, imre, vera];
    converge(&mut world, &all, "London", 10 * MINUTE);
    assert_eq!(members(&mut world, vera), ["asha", "imre", "rowan", "vera"]);
    // Four for each use of an invitation, by each of those who did not know of the others' in time.
    let flood = requests(&mut world, rowan).into_iter().filter(|asked| asked.handle != "vera").count();
    assert!((1..=4 * hosts.len()).contains(&flood), "{flood} requests are on record");
    let (after, _) = state(&mut world, rowan, "London");
    // And vera's: an invitation, a request, a word, an admission.
    // Besides, each of four members has published ballot keys meanwhile.
    assert!(after - before <= flood as u64 + 4 + 4, "{} more entries, {flood} of the flood", after - before);
    // Who was turned away is told of, and not without end.
    for host in hosts {
        let Reply::ChapterPage(page) = world.ask(host, Command::ShowChapter { chapter: "London".into() }).unwrap()
        else {
            panic!()
        };
        assert!(page.notices.len() <= 12, "{:?}", page.notices);
    }
    // They are served as ever.
    let news = post(&mut world, vera, "London", "Thank you");
    converge(&mut world, &all, "London", 5 * MINUTE);
    assert!(world.ask(imre, Command::Show { entry: news }).is_ok());
}
