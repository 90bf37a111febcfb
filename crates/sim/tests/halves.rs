//! Two halves of a chapter that cannot reach each other each remove somebody of the other half, or of their own, and make
//! keys meanwhile. Once they meet again, everybody who is a member comes to the same, whoever is connected to whom.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;

use api::{
    Command, Event, Reply,
    people::{History, RulesView},
    view::Tier,
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;

const SIX: [&str; 6] = ["asha", "bram", "cleo", "dov", "edda", "greta"];

/// What happens while they are apart.
#[derive(Debug, Clone, Copy, Default)]
struct Story {
    /// The second half removes bram, too; so many of them vote for it.
    back: usize,
    /// Dov, who is removed by the first half, makes a key meanwhile,
    rotates: bool,
    /// and writes.
    writes: bool,
    /// Edda makes one as well.
    edda_rotates: bool,
    /// Dov is not there when they meet again.
    gone: bool,
    /// All are connected then, and not in a line over asha and edda.
    all: bool,
}

/// A removal takes few votes, so that both halves can decide one.
fn found_loosely(world: &mut World, host: HostId) {
    let part = || "1/5".to_owned();
    let half = || "1/2".to_owned();
    let rules = RulesView {
        sponsors: 1,
        operating_from: 5,
        history: History::All,
        removal_quorum: part(),
        removal_majority: part(),
        decision_quorum: half(),
        decision_majority: half(),
        stands_for_hours: 1,
        proposed_for_hours: 0,
        questions: Vec::new(),
        statement: String::new(),
    };
    let (name, place, rules) = ("London".into(), String::new(), Some(Box::new(rules)));
    world.ask(host, Command::FoundChapter { name, place, tier: Tier::Local, rules }).unwrap();
}

/// Whoever of these can still vote, does.
fn try_to_remove(world: &mut World, hosts: &[HostId], name: &str) {
    let id = propose(world, hosts[0], remove(name));
    world.run(MINUTE / 2);
    for host in hosts {
        let choice = api::people::Choice::Yes;
        let _ = world.ask(*host, Command::VoteOnMotion { motion: id.clone(), choice, why: String::new() });
    }
    world.run(MINUTE / 2);
}

fn try_to_post(world: &mut World, host: HostId, title: &str) {
    let kind = api::view::PostKind::News;
    let command = Command::Post { chapter: "London".into(), kind, title: title.into(), body: "…".into() };
    let _ = world.ask(host, command);
}

fn titles(world: &mut World, host: HostId) -> Vec<String> {
    let command = Command::Feed { chapter: Some("London".into()), kind: Some("news".into()), limit: 100, after: None };
    let Reply::Feed(feed) = world.ask(host, command).unwrap() else { panic!() };
    feed.into_iter().map(|item| item.title).collect()
}

fn tell(seed: u64, story: Story) {
    println!("seed {seed}, {story:?}");
    let mut world = World::new(seed, Weather::FAIR);
    let hosts: Vec<HostId> = SIX.iter().map(|name| world.add(name)).collect();
    let [asha, bram, cleo, dov, edda, greta] = hosts[..] else { panic!() };
    found_loosely(&mut world, asha);
    for (a, b) in [(asha, bram), (asha, cleo), (asha, edda), (edda, dov), (edda, greta)] {
        world.wire(a, b);
    }
    for (by, who) in [(asha, bram), (asha, cleo), (asha, edda), (edda, dov), (edda, greta)] {
        join(&mut world, by, who, "London");
    }
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.part(&[&[asha, bram, cleo], &[dov, edda, greta]]);
    world.run(MINUTE / 4);
    try_to_remove(&mut world, &[asha, bram, cleo], "dov");
    if story.back > 0 {
        try_to_remove(&mut world, &[edda, greta, dov][..story.back], "bram");
    }
    if story.rotates {
        let _ = world.ask(dov, Command::Rotate { chapter: "London".into() });
        world.run(MINUTE / 4);
    }
    if story.writes {
        try_to_post(&mut world, dov, "by dov");
        world.run(MINUTE / 4);
    }
    if story.edda_rotates {
        let _ = world.ask(edda, Command::Rotate { chapter: "London".into() });
    }
    for host in [edda, greta, asha, bram] {
        let title = format!("by {}", world.name(host));
        try_to_post(&mut world, host, &title);
    }
    world.run(MINUTE / 2);
    if story.gone {
        world.switch_off(dov);
    }
    if story.all {
        world.wire_all();
    }
    world.heal();
    world.run(5 * MINUTE);
    let names = members(&mut world, asha);
    assert!(!names.contains(&"dov".to_owned()) || story.back > 0, "{names:?}");
    let rest: Vec<HostId> =
        (hosts.iter().copied()).filter(|host| names.contains(&world.name(*host).to_owned())).collect();
    for host in &rest {
        assert_eq!(members(&mut world, *host), names, "{} sees other members", world.name(*host));
    }
    converge(&mut world, &rest, "London", 5 * MINUTE);
    // Everybody writes, and everybody reads it.
    for host in &rest {
        let title = format!("since, by {}", world.name(*host));
        post(&mut world, *host, "London", &title);
    }
    converge(&mut world, &rest, "London", 10 * MINUTE);
    let seen: Vec<_> = rest.iter().map(|host| titles(&mut world, *host)).collect();
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
    for name in &names {
        assert!(seen[0].contains(&format!("since, by {name}")), "{seen:?}");
    }
}

/// Of all 128 combinations every one of what is done, under changing circumstances; with `SIM_ALL` all of them.
#[test]
fn two_halves_that_remove_each_other() {
    let all = std::env::var_os("SIM_ALL").is_some();
    for seed in seeds(1) {
        for n in (1..if all { 128 } else { 32_u32 }).step_by(if all { 1 } else { 2 }) {
            let bit = |at: u32| n >> at & 1 == 1;
            let [gone, line] = if all { [bit(5), bit(6)] } else { [n.count_ones() % 2 == 1, n % 3 != 0] };
            let back = (n >> 3 & 3) as usize;
            let story = Story { back, rotates: bit(0), writes: bit(1), edda_rotates: bit(2), gone, all: !line };
            tell(seed, story);
        }
    }
}

#[test]
fn two_halves_that_made_many_keys_meet_under_one_that_both_have() {
    for keys in [1, 3, 20] {
        let mut world = World::new(keys, Weather::FAIR);
        let hosts = chapter_of(&mut world, &["rowan", "asha", "imre", "noor"]);
        let [rowan, _, imre, _] = hosts[..] else { panic!() };
        converge(&mut world, &hosts, "London", 5 * MINUTE);
        world.part(&[&hosts[..2], &hosts[2..]]);
        for n in 0..keys {
            for host in [rowan, imre].into_iter().take(if n % 2 == 0 { 2 } else { 1 }) {
                world.ask(host, Command::Rotate { chapter: "London".into() }).unwrap();
                try_to_post(&mut world, host, "Apart");
            }
        }
        world.run(MINUTE);
        world.heal();
        converge(&mut world, &hosts, "London", 5 * MINUTE);
        for host in &hosts {
            assert!(world.events(*host).iter().all(|event| !matches!(event, Event::Warning { .. })));
            post(&mut world, *host, "London", "Together");
        }
        converge(&mut world, &hosts, "London", 5 * MINUTE);
    }
}

#[test]
fn a_device_that_is_revoked_while_it_makes_keys() {
    for all in [false, true] {
        let mut world = World::new(5, Weather::FAIR);
        let hosts = chapter_of(&mut world, &["rowan", "asha", "imre", "noor"]);
        let [rowan, asha, imre, noor] = hosts[..] else { panic!() };
        let stolen = world.add("rowan's laptop");
        for host in &hosts {
            world.wire(stolen, *host);
        }
        let Reply::Pairing(offer) = world.ask(rowan, Command::Pair).unwrap() else { panic!() };
        world.pair(stolen, &offer.code).unwrap();
        let everybody = [rowan, asha, imre, noor, stolen];
        world.run(MINUTE);
        converge(&mut world, &everybody, "London", 5 * MINUTE);
        world.part(&[&[rowan, asha], &[imre, noor, stolen]]);
        let Reply::Devices(devices) = world.ask(rowan, Command::Devices).unwrap() else { panic!() };
        let device = devices.into_iter().find(|device| !device.this).unwrap().device;
        world.ask(rowan, Command::RevokeDevice { device, why: "Stolen.".into(), since: None }).unwrap();
        // Those who have not heard of it write under the thief's keys, and make one after them.
        for host in [stolen, stolen, imre] {
            world.ask(host, Command::Rotate { chapter: "London".into() }).unwrap();
            world.run(MINUTE / 2);
        }
        for host in [stolen, noor, asha] {
            let name = world.name(host).to_owned();
            try_to_post(&mut world, host, &name);
        }
        if !all {
            world.switch_off(stolen);
        }
        world.run(MINUTE);
        world.heal();
        converge(&mut world, &hosts, "London", 10 * MINUTE);
        let seen = titles(&mut world, asha);
        assert!(seen.contains(&"noor".to_owned()) && seen.contains(&"asha".to_owned()), "{seen:?}");
        let secret = post(&mut world, noor, "London", "Among ourselves");
        converge(&mut world, &hosts, "London", 10 * MINUTE);
        world.switch_on(stolen);
        world.run(5 * MINUTE);
        assert!(show(&mut world, stolen, &secret).is_none());
    }
}
