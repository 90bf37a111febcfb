//! Ends that are nobody's fault, or two people's: a request that is withdrawn, two members who remove each other, a task
//! whose time is over.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;

use api::{
    Command, ErrorCode, Event, PollDraft, Reply,
    draft::{Measure, QuestionDraft},
    people::{JoinRequestView, MotionStage, Role, RulesView},
    view::{MemberView, Tier},
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;

fn requests(world: &mut World, host: HostId) -> Vec<JoinRequestView> {
    match world.ask(host, Command::JoinRequests { chapter: "London".into() }) {
        Ok(Reply::JoinRequests(list)) => list,
        other => panic!("{other:?}"),
    }
}

fn found_by(world: &mut World, host: HostId, change: impl FnOnce(&mut RulesView)) {
    let part = || "1/5".to_owned();
    let mut rules = RulesView {
        sponsors: 1,
        operating_from: 5,
        history: api::people::History::All,
        removal_quorum: part(),
        removal_majority: part(),
        decision_quorum: part(),
        decision_majority: part(),
        stands_for_hours: 1,
        proposed_for_hours: 0,
        questions: Vec::new(),
        statement: String::new(),
    };
    change(&mut rules);
    let (name, place, rules) = ("London".into(), String::new(), Some(Box::new(rules)));
    world.ask(host, Command::FoundChapter { name, place, tier: Tier::Local, rules }).unwrap();
}

#[test]
fn a_request_that_is_withdrawn_while_everybody_is_online_asks_no_more() {
    let mut world = World::new(51, Weather::FAIR);
    let [rowan, asha, noor] = ["rowan", "asha", "noor"].map(|name| world.add(name));
    found_by(&mut world, rowan, |rules| rules.sponsors = 2);
    world.wire_all();
    join(&mut world, rowan, asha, "London");
    let invitation = invite(&mut world, rowan, "London");
    start_join(&mut world, noor, invitation.clone());
    assert!(world.run_until(MINUTE, |world| requests(world, asha).len() == 1));
    world.ask(noor, Command::Leave { chapter: "London".into(), why: String::new() }).unwrap();
    let Reply::Chapters(none) = world.ask(noor, Command::ListChapters).unwrap() else { panic!() };
    assert!(none.is_empty(), "{none:?}");
    let again = world.ask(noor, Command::Leave { chapter: "London".into(), why: String::new() });
    assert_eq!(again.unwrap_err().code, ErrorCode::NotFound);
    world.events(noor);
    world.run(5 * MINUTE);
    assert_eq!(
        world.events(noor).iter().filter(|event| !matches!(event, Event::Network(_))).count(),
        0,
        "nobody answers"
    );

    // What is on record stays, and is the members' to decide. Should they let noor in, that waits for noor, who is handed
    // nothing meanwhile.
    let asked = requests(&mut world, asha).remove(0);
    assert!(asked.is_open() && asked.sponsors.len() == 1);
    world.ask(asha, Command::Sponsor { request: asked.request, why: String::new() }).unwrap();
    world.run(5 * MINUTE);
    assert!(requests(&mut world, rowan)[0].admitted);
    let Reply::Chapters(none) = world.ask(noor, Command::ListChapters).unwrap() else { panic!() };
    assert!(none.is_empty(), "{none:?}");
    // Who thinks better of it comes in by the same invitation, at once.
    start_join(&mut world, noor, invitation);
    assert!(world.run_until(MINUTE, |world| has_joined(world, noor)));
    converge(&mut world, &[rowan, asha, noor], "London", 5 * MINUTE);
    assert_eq!(members(&mut world, noor), ["asha", "noor", "rowan"]);
}

/// Moved with a close in a minute; all of these vote for it.
fn removal_for_a_minute(world: &mut World, by: &[HostId], name: &str) -> String {
    let closes = world.now().0 / MINUTE + 2;
    let closes = Some(format!("2026-11-23T{:02}:{:02}:00Z", closes / 60 % 24, closes % 60));
    let motion = api::MotionDraft { measure: remove(name), why: "We talked about it.".into(), closes };
    let Ok(Reply::Published(made)) = world.ask(by[0], Command::Propose { chapter: "London".into(), motion }) else {
        panic!()
    };
    by.iter().for_each(|host| vote(world, *host, &made.entry));
    made.entry
}

#[test]
fn whoever_votes_on_a_motion_that_is_over_is_told_when_it_ended() {
    let mut world = World::new(48, Weather::FAIR);
    let [rowan, asha, imre] = ["rowan", "asha", "imre"].map(|name| world.add(name));
    found_by(&mut world, rowan, |rules| rules.stands_for_hours = 0);
    world.wire_all();
    join(&mut world, rowan, asha, "London");
    join(&mut world, rowan, imre, "London");
    let moved = removal_for_a_minute(&mut world, &[rowan], "imre");
    let closes = motion(&mut world, rowan, &moved).unwrap().closes;
    world.run(5 * MINUTE);
    let late = Command::VoteOnMotion { motion: moved, choice: api::people::Choice::Yes, why: String::new() };
    let refused = world.ask(asha, late).unwrap_err();
    assert_eq!(refused.code, ErrorCode::PollClosed);
    assert!(refused.message.contains(&format!("ended on {closes}")), "{}", refused.message);
    assert!(refused.message.ends_with("it can be moved again"), "{}", refused.message);
}

/// Rowan and his friends remove asha, asha and hers remove rowan, and neither half has heard of the other. The two in the
/// middle hear first of one, and first of the other.
fn each_other(seed: u64, friends: usize) {
    println!("seed {seed}, {friends} friends each");
    // With one, the votes decide at once. With two, it takes until the close, when one vote less would have been enough, too.
    let majority = if friends == 1 { "1/5" } else { "1/2" };
    let mut world = World::new(seed, Weather::FAIR);
    let names = ["rowan", "asha", "imre", "noor", "bram", "cleo", "tomas", "vera"];
    let hosts: Vec<HostId> = names.iter().map(|name| world.add(name)).collect();
    let [rowan, asha, imre, noor, bram, cleo, tomas, vera] = hosts[..] else { panic!() };
    found_by(&mut world, rowan, |rules| {
        (rules.removal_majority, rules.stands_for_hours) = (majority.into(), 0);
    });
    world.wire_all();
    for (n, host) in hosts.iter().enumerate().skip(1) {
        join(&mut world, hosts[n - 1], *host, "London");
    }
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let (his, hers) = (&[rowan, imre, bram][..=friends], &[asha, noor, cleo][..=friends]);
    world.part(&[his, hers]);
    let [against_her, against_him] =
        [(his, "asha"), (hers, "rowan")].map(|(half, name)| removal_for_a_minute(&mut world, half, name));
    for (id, half) in [(&against_her, his), (&against_him, hers)] {
        let passed =
            |world: &mut World| motion(world, half[0], id).is_some_and(|view| view.stage == MotionStage::Passed);
        assert!(world.run_until(5 * MINUTE, passed), "it did not pass");
    }
    let all_but = |out: &[HostId]| hosts.iter().copied().filter(|host| !out.contains(host)).collect::<Vec<_>>();

    // Tomas hears of the one first, vera of the other; then all meet.
    world.part(&[&[his, &[tomas]].concat(), &[hers, &[vera]].concat()]);
    assert!(world.run_until(2 * MINUTE, |world| members(world, tomas).len() == 7 && members(world, vera).len() == 7));
    assert!(
        !members(&mut world, tomas).contains(&"asha".into()) && !members(&mut world, vera).contains(&"rowan".into())
    );
    world.heal();
    world.run(5 * MINUTE);
    let names = members(&mut world, tomas);
    let gone: Vec<HostId> =
        [rowan, asha].into_iter().filter(|host| !names.contains(&world.name(*host).to_owned())).collect();
    // The removal that comes first takes the vote of whom it removes from the other. With one friend each that has one left,
    // and falls; with two it has enough, and holds.
    assert_eq!(gone.len(), friends, "{names:?}");
    let rest = all_but(&gone);
    for host in &rest {
        assert_eq!(members(&mut world, *host), names, "{} sees other members", world.name(*host));
    }
    let stages =
        |world: &mut World, host| [&against_her, &against_him].map(|id| motion(world, host, id).unwrap().stage);
    let first = stages(&mut world, tomas);
    assert_eq!(first.iter().filter(|stage| **stage == MotionStage::Passed).count(), gone.len(), "{first:?}");
    for host in &rest {
        assert_eq!(stages(&mut world, *host), first);
    }
    // Nobody who is left is unable to act: everybody writes, is read by all, and they decide and let people in.
    for host in &rest {
        let title = format!("by {}", world.name(*host));
        post(&mut world, *host, "London", &title);
    }
    converge(&mut world, &rest, "London", 10 * MINUTE);
    let until = "2027-11-23T18:00:00Z".into();
    decide(&mut world, &rest, Measure::Give { role: Role::Facilitator, member: "vera".into(), until });
    let fern = world.add("fern");
    world.wire_all();
    join(&mut world, tomas, fern, "London");
    converge(&mut world, &[rest.as_slice(), &[fern]].concat(), "London", 10 * MINUTE);
    // Those who are out come back by an invitation, and are members as before.
    for host in gone {
        join(&mut world, vera, host, "London");
    }
    assert!(world.run_until(5 * MINUTE, |world| members(world, rowan).len() == 9 && members(world, asha).len() == 9));
}

#[test]
fn two_members_who_remove_each_other() {
    for seed in seeds(2) {
        each_other(seed, 1);
        each_other(seed, 2);
    }
}

fn tasks(world: &mut World, host: HostId) -> Vec<(String, bool)> {
    let Reply::Members(list) = world.ask(host, Command::Members { chapter: "London".into() }).unwrap() else {
        panic!()
    };
    let of = |member: MemberView| member.tasks.into_iter().map(move |task| (member.handle.clone(), task.over));
    list.into_iter().flat_map(of).collect()
}

fn open(world: &mut World, host: HostId, closes: &str) -> Result<Reply, api::Refusal> {
    let question = QuestionDraft {
        key: "roof".into(),
        text: "Repair the roof?".into(),
        options: vec!["yes".into(), "no".into()],
        ..QuestionDraft::default()
    };
    let poll = PollDraft {
        title: format!("Roof, until {closes}"),
        closes: closes.into(),
        questions: vec![question],
        tellers: Some(vec!["asha".into()]),
        ..PollDraft::default()
    };
    world.ask(host, Command::OpenPoll { chapter: "London".into(), poll })
}

/// The first evening begins at 18:30.
#[test]
fn a_task_whose_time_is_over_is_over_for_everybody_at_the_same_moment() {
    let mut world = World::new(53, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre"]);
    let [rowan, asha, imre] = hosts[..] else { panic!() };
    let end = "2026-11-23T18:45:00Z";
    let give = |end: &str| Measure::Give { role: Role::Teller, member: "asha".into(), until: end.into() };
    decide(&mut world, &hosts, give(end));
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    // Whether somebody had a task follows from the entries' own times, and a poll's from its close: not from any clock.
    let too_late = open(&mut world, rowan, "2026-11-23T18:45:01Z").unwrap_err();
    assert_eq!(too_late.code, ErrorCode::Invalid, "{too_late}");
    let Reply::PollOpened(opened) = open(&mut world, rowan, end).unwrap() else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);

    // Up to the last second it is everybody's, and after it nobody's, though nothing was sent meanwhile.
    let to = |time: u64| 1_795_458_600_000 + time;
    let last = to(15 * MINUTE);
    let wait = last - world.now().0;
    world.run(wait);
    for host in &hosts {
        assert_eq!(tasks(&mut world, *host), [("asha".into(), false)]);
    }
    let state = state(&mut world, rowan, "London");
    world.run(1);
    for host in &hosts {
        assert_eq!(tasks(&mut world, *host), [("asha".into(), true)]);
    }
    // Whoever's clock is slow sees it later; what they could sign by it is refused by everybody else's rules all the same.
    world.skew(imre, -600_000);
    assert_eq!(tasks(&mut world, imre), [("asha".into(), false)]);
    assert!(open(&mut world, imre, "2026-11-23T19:45:00Z").is_err());
    world.skew(imre, 0);
    for host in &hosts {
        assert!(open(&mut world, *host, "2026-11-23T19:45:00Z").is_err(), "{}", world.name(*host));
    }
    assert_eq!(self::state(&mut world, rowan, "London"), state, "an end by time is no entry");

    // A poll that was opened while she had it is closed by her, whatever the time is.
    let poll = opened.poll;
    let closed = |world: &mut World| match world.ask(imre, Command::Tellers { poll: poll.clone() }) {
        Ok(Reply::Closing(view)) => view.stage == api::closing::Stage::Final,
        _ => false,
    };
    assert!(world.run_until(10 * MINUTE, closed));
    // And given anew, it is hers again.
    decide(&mut world, &hosts, give("2026-11-24T20:00:00Z"));
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    for host in &hosts {
        assert!(tasks(&mut world, *host).contains(&("asha".into(), false)));
    }
    assert!(open(&mut world, asha, "2026-11-24T19:00:00Z").is_ok());
}
