//! One member's devices: chapters that come after the pairing, a device that no chapter knows of, and thieves.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;

use api::{Command, Event, Reply, people::DeviceView};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;

fn pair(world: &mut World, old: HostId, new: HostId) {
    let Reply::Pairing(offer) = world.ask(old, Command::Pair).unwrap() else { panic!() };
    world.pair(new, &offer.code).unwrap();
    let paired = |world: &mut World| world.events(new).iter().any(|event| matches!(event, Event::Paired { .. }));
    assert!(world.run_until(5 * MINUTE, paired), "not paired");
}

fn devices(world: &mut World, host: HostId) -> Vec<DeviceView> {
    let Reply::Devices(devices) = world.ask(host, Command::Devices).unwrap() else { panic!() };
    devices
}

fn this(world: &mut World, host: HostId) -> String {
    devices(world, host).into_iter().find(|device| device.this).unwrap().device
}

fn revoke(world: &mut World, host: HostId, device: String) {
    world.ask(host, Command::RevokeDevice { device, why: "Stolen.".into(), since: None }).unwrap();
}

fn chapters(world: &mut World, host: HostId) -> Vec<String> {
    let Reply::Chapters(list) = world.ask(host, Command::ListChapters).unwrap() else { panic!() };
    let mut names: Vec<String> = list.into_iter().map(|chapter| chapter.name).collect();
    names.sort();
    names
}

#[test]
fn chapters_that_came_after_the_pairing_come_to_all_devices() {
    for seed in seeds(2) {
        println!("seed {seed}");
        let mut world = World::new(seed, Weather::FAIR);
        let [laptop, desk, asha] = ["rowan", "rowan's desk", "asha"].map(|name| world.add(name));
        world.wire_all();
        pair(&mut world, laptop, desk);
        for (host, other) in [(laptop, desk), (desk, laptop)] {
            let other = this(&mut world, other);
            let list = devices(&mut world, host);
            let listed = list.iter().find(|device| device.device == other).unwrap();
            assert!(listed.chapters.is_empty() && listed.ended.is_none(), "no chapter tells, and both know it");
        }
        // One is founded here, one there, one joined.
        found(&mut world, laptop, "London");
        found(&mut world, desk, "Leeds");
        found(&mut world, asha, "York");
        join(&mut world, asha, laptop, "York");
        let from_asha = post(&mut world, asha, "York", "Welcome");
        let everywhere =
            |world: &mut World| [laptop, desk].iter().all(|host| chapters(world, *host) == ["Leeds", "London", "York"]);
        assert!(world.run_until(5 * MINUTE, everywhere), "{:?}", chapters(&mut world, desk));
        assert!(
            world
                .events(desk)
                .iter()
                .any(|event| { matches!(event, Event::Joined { chapter_name, .. } if chapter_name == "York") })
        );
        assert!(world.run_until(5 * MINUTE, |world| show(world, desk, &from_asha).is_some()));
        // It writes there as the same member.
        for (host, chapter, readers) in
            [(desk, "London", vec![laptop]), (laptop, "Leeds", vec![desk]), (desk, "York", vec![asha, laptop])]
        {
            let entry = post(&mut world, host, chapter, "From the other one");
            for reader in readers {
                assert!(world.run_until(5 * MINUTE, |world| show(world, reader, &entry).is_some()), "{chapter}");
            }
        }
        // Also after a restart, and with nobody else there.
        for host in [laptop, desk] {
            world.switch_off(host);
            world.switch_on(host);
        }
        found(&mut world, desk, "Hull");
        assert!(world.run_until(5 * MINUTE, |world| chapters(world, laptop).contains(&"Hull".to_owned())));
        // A key that is made later reaches both.
        world.ask(laptop, Command::Rotate { chapter: "York".into() }).unwrap();
        let under_it = post(&mut world, laptop, "York", "Under the new key");
        assert!(world.run_until(5 * MINUTE, |world| show(world, desk, &under_it).is_some()));
    }
}

#[test]
fn whoever_comes_back_to_a_chapter_brings_all_devices_along() {
    let mut world = World::new(3, Weather::FAIR);
    let [laptop, desk, asha] = ["rowan", "rowan's desk", "asha"].map(|name| world.add(name));
    world.wire_all();
    pair(&mut world, laptop, desk);
    found(&mut world, asha, "London");
    join(&mut world, asha, laptop, "London");
    assert!(world.run_until(5 * MINUTE, |world| !chapters(world, desk).is_empty()));
    converge(&mut world, &[laptop, desk, asha], "London", 5 * MINUTE);
    world.ask(laptop, Command::Leave { chapter: "London".into(), why: String::new() }).unwrap();
    converge(&mut world, &[laptop, asha], "London", 5 * MINUTE);
    let meanwhile = post(&mut world, asha, "London", "Alone");
    join(&mut world, asha, laptop, "London");
    assert!(world.run_until(10 * MINUTE, |world| show(world, desk, &meanwhile).is_some()), "the desk reads it too");
    converge(&mut world, &[laptop, desk, asha], "London", 5 * MINUTE);
    post(&mut world, desk, "London", "Back");
}

#[test]
fn a_device_that_was_revoked_before_there_was_a_chapter_is_handed_nothing() {
    let mut world = World::new(4, Weather::FAIR);
    let [laptop, desk, stolen] = ["rowan", "rowan's desk", "rowan's phone"].map(|name| world.add(name));
    world.wire_all();
    pair(&mut world, laptop, desk);
    pair(&mut world, laptop, stolen);
    // The thief has a copy of how it was before.
    world.back_up(stolen);
    let id = this(&mut world, stolen);
    revoke(&mut world, laptop, id.clone());
    let list = devices(&mut world, laptop);
    let ended = list.iter().find(|device| device.device == id).unwrap().ended.clone().unwrap();
    assert_eq!(ended.how, "revoked");
    found(&mut world, laptop, "London");
    assert!(world.run_until(5 * MINUTE, |world| !chapters(world, desk).is_empty()));
    world.run(10 * MINUTE);
    world.restore(stolen);
    world.run(10 * MINUTE);
    // Nor does it bring anything.
    found(&mut world, stolen, "Cheap watches");
    world.run(10 * MINUTE);
    assert_eq!(chapters(&mut world, stolen), ["Cheap watches"]);
    assert_eq!(chapters(&mut world, laptop), ["London"]);
    assert_eq!(chapters(&mut world, desk), ["London"]);
    assert!(!devices(&mut world, desk).iter().any(|device| device.device == id), "no chapter took it in");
    // For good.
    let again = world.ask(laptop, Command::RevokeDevice { device: id, why: String::new(), since: None });
    assert!(again.is_err());
    world.switch_off(laptop);
    world.switch_on(laptop);
    found(&mut world, laptop, "Leeds");
    world.run(10 * MINUTE);
    assert_eq!(chapters(&mut world, stolen), ["Cheap watches"]);
}

#[test]
fn a_device_that_was_revoked_in_a_chapter_is_handed_no_other_one_by_any_device() {
    let mut world = World::new(5, Weather::FAIR);
    let [laptop, desk, stolen, asha] = ["rowan", "rowan's desk", "rowan's phone", "asha"].map(|name| world.add(name));
    world.wire_all();
    found(&mut world, laptop, "London");
    join(&mut world, laptop, asha, "London");
    pair(&mut world, laptop, desk);
    pair(&mut world, laptop, stolen);
    converge(&mut world, &[laptop, desk, stolen, asha], "London", 5 * MINUTE);
    world.back_up(stolen);
    let id = this(&mut world, stolen);
    revoke(&mut world, laptop, id);
    converge(&mut world, &[laptop, desk, asha], "London", 5 * MINUTE);
    // The desk never paired with it, and knows of the revocation from London.
    found(&mut world, desk, "Leeds");
    assert!(world.run_until(5 * MINUTE, |world| chapters(world, laptop).len() == 2));
    world.restore(stolen);
    world.run(10 * MINUTE);
    assert_eq!(chapters(&mut world, stolen), ["London"]);
}

#[test]
fn words_alone_are_handed_nothing_and_strangers_neither() {
    let mut world = World::new(6, Weather::FAIR);
    let [laptop, asha] = ["rowan", "asha"].map(|name| world.add(name));
    // Somebody has the 24 words, or the key out of a stolen vault, and makes a device of their own with it.
    let thief = world.add_device_of(laptop, "thief");
    world.wire_all();
    found(&mut world, laptop, "London");
    world.run(10 * MINUTE);
    assert_eq!(chapters(&mut world, thief), Vec::<String>::new());
    assert_eq!(chapters(&mut world, asha), Vec::<String>::new());
    // An accomplice lets them into one chapter under that name: that is the chapter's affair. The others are not.
    found(&mut world, asha, "York");
    join(&mut world, asha, laptop, "York");
    join(&mut world, asha, thief, "York");
    world.run(10 * MINUTE);
    assert_eq!(chapters(&mut world, thief), ["York"]);
    assert_eq!(chapters(&mut world, laptop), ["London", "York"]);
}

#[test]
fn devices_that_were_paired_by_an_earlier_version_find_each_other_by_what_is_on_record() {
    let mut world = World::new(7, Weather::FAIR);
    let [laptop, desk, phone] = ["rowan", "rowan's desk", "rowan's phone"].map(|name| world.add(name));
    world.wire_all();
    found(&mut world, laptop, "London");
    pair(&mut world, laptop, desk);
    pair(&mut world, desk, phone);
    converge(&mut world, &[laptop, desk, phone], "London", 5 * MINUTE);
    [laptop, desk, phone].into_iter().for_each(|host| world.age(host));
    // Those two never met over a code; the desk, which met both, is off.
    world.switch_off(desk);
    found(&mut world, phone, "Leeds");
    assert!(world.run_until(5 * MINUTE, |world| chapters(world, laptop) == ["Leeds", "London"]));
    let entry = post(&mut world, laptop, "Leeds", "From the laptop");
    assert!(world.run_until(5 * MINUTE, |world| show(world, phone, &entry).is_some()));
}

#[test]
fn a_device_that_is_not_known_yet_or_revoked_is_told_what_to_do() {
    let mut world = World::new(43, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha"]);
    let laptop = hosts[0];
    let desk = world.add("rowan's desk");
    world.wire(laptop, desk);
    let revoke_it = |device: String| Command::RevokeDevice { device, why: String::new(), since: None };
    let id = this(&mut world, desk);
    assert!(world.ask(desk, revoke_it(id)).unwrap_err().message.contains("in no chapter yet"));
    let Reply::Pairing(offer) = world.ask(laptop, Command::Pair).unwrap() else { panic!() };
    world.pair(desk, &offer.code).unwrap();
    // Paired, and not a single entry has come yet.
    while !world.events(desk).iter().any(|event| matches!(event, Event::Paired { .. })) {
        world.run(1);
    }
    world.part(&[&[laptop, hosts[1]]]);
    let Reply::Chapters(list) = world.ask(desk, Command::ListChapters).unwrap() else { panic!() };
    assert_eq!((list[0].name.as_str(), list[0].joining), ("", true));
    let chapter = list[0].chapter.clone();
    let by_name = world.ask(desk, Command::State { chapter: "London".into() }).unwrap_err().message;
    assert!(by_name.contains("of one that came with this computer's pairing, nothing is here yet"), "{by_name}");
    let write = Command::Post {
        chapter: chapter.clone(),
        kind: api::view::PostKind::News,
        title: "At once".into(),
        body: "Text.".into(),
    };
    for command in [write.clone(), Command::Rotate { chapter: chapter.clone() }] {
        let refused = world.ask(desk, command).unwrap_err().message;
        assert!(
            refused.starts_with("this chapter does not know this computer as one of yours yet")
                && refused.contains("24 words"),
            "{refused}"
        );
    }
    world.heal();
    assert!(world.run_until(5 * MINUTE, |world| world.ask(desk, write.clone()).is_ok()));
    converge(&mut world, &[laptop, desk, hosts[1]], "London", 5 * MINUTE);

    // It wrote nothing since on the laptop, and the desk has met it all the same.
    let id = this(&mut world, laptop);
    let met = |world: &mut World| devices(world, desk).into_iter().find(|known| known.device == id).unwrap().last_met;
    assert_ne!(met(&mut world), "");
    world.switch_off(desk);
    world.switch_on(desk);
    assert_ne!(met(&mut world), "", "it is noted");

    let id = this(&mut world, desk);
    revoke(&mut world, laptop, id.clone());
    let refused = world.ask(laptop, revoke_it(id)).unwrap_err().message;
    assert!(
        refused.contains("none of your chapters any more, since 2026") && refused.contains("device pair"),
        "{refused}"
    );
}

/// With a moment of before it was added itself, the desk would put itself out, and its owner.
#[test]
fn nobody_revokes_the_device_that_added_this_one_from_before_that() {
    let mut world = World::new(44, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["asha", "rowan"]);
    let (asha, laptop) = (hosts[0], hosts[1]);
    let [desk, phone] = ["rowan's desk", "rowan's telephone"].map(|name| world.add(name));
    world.wire_all();
    pair(&mut world, laptop, desk);
    assert!(world.run_until(5 * MINUTE, |world| chapters(world, desk) == ["London"]));
    pair(&mut world, desk, phone);
    assert!(world.run_until(5 * MINUTE, |world| chapters(world, phone) == ["London"]));
    let id = this(&mut world, laptop);
    let since =
        |since: &str| Command::RevokeDevice { device: id.clone(), why: String::new(), since: Some(since.into()) };
    for host in [desk, phone] {
        let before = chapter_page(&mut world, host, "London").summary.entries;
        let refused = world.ask(host, since("2020-01-01T00:00:00Z")).unwrap_err().message;
        assert!(refused.contains("made this computer yours in London"), "{refused}");
        let listed = devices(&mut world, host).into_iter().find(|device| device.device == id).unwrap();
        assert!(listed.ended.is_none(), "nothing was done");
        assert_eq!(chapter_page(&mut world, host, "London").summary.entries, before);
    }
    revoke(&mut world, desk, id.clone());
    // Of this computer alone, its owner being a member still, is said what it is.
    let ended = |world: &mut World| chapter_page(world, laptop, "London").ended;
    assert!(world.run_until(5 * MINUTE, |world| ended(world).is_some()));
    let here = ended(&mut world).unwrap();
    assert!(here.how == "revoked" && here.this_alone, "{here:?}");
    let entry = post(&mut world, phone, "London", "Still here");
    assert!(world.run_until(5 * MINUTE, |world| show(world, asha, &entry).is_some()));
}
