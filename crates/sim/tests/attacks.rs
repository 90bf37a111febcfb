//! What liars, invitees and removed members try, with real nodes. Each entry is signed and sealed by a program that is not
//! ours, put on the disk of the liar's computer, and passed on by the node there as nodes do; or told to the others directly,
//! where the liar's own node would refuse it. The first lines over each test name the defence without which it fails.
//! docs/MEMBERSHIP.md, section 12, lists all attacks and where each is tried.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;
#[path = "common/forge.rs"]
mod forge;

use api::{Command, ErrorCode, Event, Reply, draft::Measure, people::RulesView};
use chapter::{
    Kind, Void,
    kinds::{BadJoin, Choice, Request, Sponsor, epoch},
    testing::story::{post as news, voice},
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;
use entry::{EntryId, Timestamp};
use forge::{Forge, Place, added, device_key, member_key, sealed};

const YEAR: u64 = 365 * 24 * 60 * MINUTE;

/// They all see the same, and these are the members.
fn agree(world: &mut World, hosts: &[HostId], names: &[&str]) {
    converge(world, hosts, "London", 10 * MINUTE);
    for host in hosts {
        assert_eq!(members(world, *host), names, "to {}", world.name(*host).to_owned());
    }
}

/// None of them has it.
fn nowhere(world: &mut World, hosts: &[HostId], entry: &EntryId) {
    for host in hosts {
        assert!(Forge::read(world, *host, "London").entry(entry).is_none(), "{} has it", world.name(*host));
    }
}

fn id(text: &str) -> EntryId {
    EntryId::from_hex(text).unwrap()
}

/// From now on two members have to give their word for a newcomer.
fn two_sponsors(world: &mut World, hosts: &[HostId]) {
    let Ok(Reply::Rules(rules)) = world.ask(hosts[0], Command::Rules { chapter: "London".into() }) else { panic!() };
    let rules = RulesView { sponsors: 2, ..*rules };
    decide(world, hosts, Measure::Rules { rules: Box::new(rules) });
}

/// Defence: whoever takes an entry in checks that the device which it names has signed it.
#[test]
fn nobody_signs_for_the_device_of_another() {
    let mut world = World::new(51, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let (liar, victim) = (world.vault(tomas), world.vault(asha));
    let mut forge = Forge::at(&mut world, tomas, "London");
    let resigned = forge.writes_as(&liar.device, &victim.device, &news("I resign", "asha"));
    forge.plant(&mut world, tomas);
    assert!(show(&mut world, tomas, &resigned.to_string()).is_some(), "on the disk of the liar it is");
    world.run(3 * MINUTE);
    let rest = [rowan, asha, imre, noor];
    post(&mut world, asha, "London", "I do not");
    agree(&mut world, &rest, &["asha", "imre", "noor", "rowan", "tomas"]);
    nowhere(&mut world, &rest, &resigned);
}

/// Defences: a further device is its author's own, and a newcomer's statement is signed by the member whom it names.
#[test]
fn nobody_makes_a_device_somebody_elses() {
    let mut world = World::new(52, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    let [rowan, asha, _, _, tomas] = hosts[..] else { panic!() };
    let moved = propose(&mut world, rowan, remove("imre"));
    vote(&mut world, rowan, &moved);
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let (liar, victim) = (world.vault(tomas), world.vault(asha));
    let mut forge = Forge::at(&mut world, tomas, "London");
    let [puppet, other] = [1, 2].map(device_key);
    let add = forge.writes(&liar.device, &added(&victim.member, &liar.member, &puppet));
    // The same by an invitation, and by a device that agrees.
    let door = member_key(0xd1);
    let invite = forge.invites(&liar.device, Place::default(), &door);
    let admission = forge.admission(invite, &door, &victim.member, (&liar.member, &other));
    let admit = forge.writes(&liar.device, &admission);
    let said: Vec<EntryId> = [&puppet, &other]
        .into_iter()
        .flat_map(|device| {
            let vote = forge.writes(device, &voice(id(&moved), 9, Choice::Yes));
            [vote, forge.writes(device, &news("I resign", "asha"))]
        })
        .collect();
    forge.plant(&mut world, tomas);
    agree(&mut world, &hosts, &["asha", "imre", "noor", "rowan", "tomas"]);
    for host in hosts {
        let seen = Forge::read(&mut world, host, "London");
        assert_eq!(seen.void(&add), Some(Void::WrongStatement));
        assert_eq!(seen.void(&admit), Some(Void::BadStatement(BadJoin::Member)));
        assert!(said.iter().all(|entry| seen.void(entry) == Some(Void::NotAMember)));
        assert_eq!(motion(&mut world, host, &moved).unwrap().yes, 1);
        assert_eq!(chapter_page(&mut world, host, "London").devices, 5);
        assert!(chapter_page(&mut world, host, "London").notices.iter().any(|notice| notice.contains("do not count")));
    }
}

/// Defences: a certificate is signed by the member whom it names, and that is the author.
#[test]
fn a_certificate_from_a_stranger_makes_no_device() {
    let mut world = World::new(53, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE[2..]);
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let tomas = hosts[2];
    let (liar, stranger) = (world.vault(tomas), member_key(7));
    let mut forge = Forge::at(&mut world, tomas, "London");
    let [theirs, other] = [1, 2].map(device_key);
    let in_my_name = forge.writes(&liar.device, &added(&liar.member, &stranger, &theirs));
    let in_theirs = forge.writes(&liar.device, &added(&stranger, &stranger, &other));
    let said = [&theirs, &other].map(|device| forge.writes(device, &news("Hello", "")));
    forge.plant(&mut world, tomas);
    agree(&mut world, &hosts, &["imre", "noor", "tomas"]);
    for host in hosts {
        let seen = Forge::read(&mut world, host, "London");
        assert_eq!(seen.void(&in_my_name), Some(Void::BadStatement(BadJoin::Cert)));
        assert_eq!(seen.void(&in_theirs), Some(Void::WrongStatement));
        assert!(said.iter().all(|entry| seen.void(entry) == Some(Void::NotAMember)));
        assert_eq!(chapter_page(&mut world, host, "London").devices, 3);
    }
}

/// Defences: only members admit, only members' words count, and of these as many as the rules ask for.
#[test]
fn an_invitee_does_not_admit_themself() {
    let mut world = World::new(54, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE[2..]);
    two_sponsors(&mut world, &hosts);
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let tomas = hosts[2];
    let (liar, newcomer, theirs) = (world.vault(tomas), member_key(3), device_key(3));
    // tomas gave them an invitation and the chapter's keys, and passes on what they sign.
    let mut forge = Forge::at(&mut world, tomas, "London");
    let door = member_key(0xd1);
    let invite = forge.invites(&liar.device, Place::default(), &door);
    let admission = forge.admission(invite, &door, &newcomer, (&newcomer, &theirs));
    let Kind::Admit(inside) = &admission else { panic!() };
    let own = forge.writes(&theirs, &admission);
    let request = Request { invite, statement: inside.statement.clone() };
    let request = forge.writes(&liar.device, &Kind::Request(Box::new(request)));
    let word = forge.writes(&theirs, &Kind::Sponsor(Sponsor { request, why: String::new() }));
    let alone = forge.writes(&liar.device, &admission);
    let hello = forge.writes(&theirs, &news("Hello", ""));
    forge.plant(&mut world, tomas);
    agree(&mut world, &hosts, &["imre", "noor", "tomas"]);
    for host in hosts {
        let seen = Forge::read(&mut world, host, "London");
        assert_eq!(seen.void(&request), None, "to ask is everybody's right");
        assert_eq!(seen.void(&alone), Some(Void::TooFewSponsors));
        assert!([own, word, hello].iter().all(|entry| seen.void(entry) == Some(Void::NotAMember)));
        let Ok(Reply::JoinRequests(list)) = world.ask(host, Command::JoinRequests { chapter: "London".into() }) else {
            panic!()
        };
        assert!(
            matches!(&list[..], [asked] if asked.sponsors.len() == 1 && asked.need == 2 && !asked.admitted),
            "{list:?}"
        );
    }
}

/// Defence: a removal cuts off what it has not seen, whatever that says of its time, with all that rests on it; and nobody
/// who knows of it writes under a key of before (MEMBERSHIP.md, sections 5 and 7).
#[test]
fn what_a_removed_member_signs_as_if_nothing_had_happened_is_cut_off() {
    let mut world = World::new(55, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
    let before = post(&mut world, tomas, "London", "Before");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let founded = Forge::read(&mut world, rowan, "London").entries[0].content().time;
    world.part(&[&[rowan, asha, imre], &[noor, tomas]]);
    world.ask(tomas, Command::Rotate { chapter: "London".into() }).unwrap();
    world.run(MINUTE);
    let (liar, friend, theirs, laptop) = (world.vault(tomas), member_key(3), device_key(3), device_key(4));
    let mut forge = Forge::at(&mut world, tomas, "London");
    let add = forge.writes(&liar.device, &added(&liar.member, &liar.member, &laptop));
    let admit = forge.lets_in(&liar.device, Place::default(), &friend, &theirs);
    let long_ago = |millis| Place { time: Some(Timestamp(founded.0 + millis)), ..Place::default() };
    let own = [
        forge.writes_at(&liar.device, long_ago(1), &news("Always here", "")),
        forge.writes_at(&laptop, long_ago(2), &news("And here", "")),
    ];
    let hello = forge.writes(&theirs, &news("Hello", ""));
    forge.plant(&mut world, tomas);
    // As long as nobody has heard of anything, all this is as it should be.
    agree(&mut world, &[noor, tomas], &["asha", "imre", "mallory", "noor", "rowan", "tomas"]);
    assert!(show(&mut world, noor, &hello.to_string()).unwrap().head.void.is_none());
    let under = Forge::read(&mut world, noor, "London").epoch;

    let decision = decide(&mut world, &[rowan, asha, imre], remove("tomas"));
    world.run(MINUTE);
    world.heal();
    let rest = [rowan, asha, imre, noor];
    agree(&mut world, &rest, &["asha", "imre", "noor", "rowan"]);
    let since = post(&mut world, noor, "London", "Since");
    agree(&mut world, &rest, &["asha", "imre", "noor", "rowan"]);
    for host in rest {
        let seen = Forge::read(&mut world, host, "London");
        assert_eq!(seen.void(&id(&before)), None, "{decision}");
        for entry in [add, admit].iter().chain(&own) {
            assert!(matches!(seen.void(entry), Some(Void::Removed { .. })), "{:?}", seen.void(entry));
        }
        assert!(matches!(seen.void(&hello), Some(Void::Uprooted { .. })), "{:?}", seen.void(&hello));
        let written = seen.entry(&id(&since)).unwrap().content().epoch;
        assert!(written != under && !world.vault(tomas).chapters[&seen.chapter].epochs.contains_key(&written));
    }
    world.run(5 * MINUTE);
    assert!(show(&mut world, tomas, &since).is_none());
    // Their own computer is told no more than that nobody answers.
    assert!(chapter_page(&mut world, tomas, "London").silence.is_some());
}

/// Defences: whoever knows of their own removal is nobody, and an invitation of before it brings them back no more.
#[test]
fn what_a_removed_member_signs_afterwards_counts_for_nothing_though_a_friend_passes_it_on() {
    let mut world = World::new(56, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
    two_sponsors(&mut world, &[rowan, asha, imre]);
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let (liar, accomplice) = (world.vault(tomas), world.vault(noor));
    let (friend, theirs, door) = (member_key(3), device_key(3), member_key(0xd1));
    let mut forge = Forge::at(&mut world, noor, "London");
    // Before all that, noor invited both, and imre gave his word for tomas: two words.
    let back_door = forge.invites(&accomplice.device, Place::default(), &door);
    let again = forge.admission(back_door, &door, &liar.member, (&liar.member, &liar.device));
    let Kind::Admit(inside) = &again else { panic!() };
    let request = Request { invite: back_door, statement: inside.statement.clone() };
    let first = forge.writes(&accomplice.device, &Kind::Request(Box::new(request)));
    let sponsor = world.vault(imre).device;
    let word = forge.writes(&sponsor, &Kind::Sponsor(Sponsor { request: first, why: String::new() }));
    forge.plant(&mut world, noor);
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    decide(&mut world, &[rowan, asha, imre], remove("tomas"));
    let rest = [rowan, asha, imre, noor];
    agree(&mut world, &rest, &["asha", "imre", "noor", "rowan"]);
    post(&mut world, noor, "London", "Under a new key");
    converge(&mut world, &rest, "London", 5 * MINUTE);

    let mut forge = Forge::at(&mut world, noor, "London");
    let key = forge.epoch;
    let statement = forge.admission(back_door, &door, &friend, (&friend, &theirs));
    let Kind::Admit(inside) = &statement else { panic!() };
    let request = Request { invite: back_door, statement: inside.statement.clone() };
    let request = forge.writes(&accomplice.device, &Kind::Request(Box::new(request)));
    let epoch = chapter::kinds::Epoch {
        generation: epoch::generation(key) + 1,
        commitment: epoch::commitment(&[9; 32]),
        wraps: Vec::new(),
    };
    let tried = [
        forge.writes(&liar.device, &added(&liar.member, &liar.member, &device_key(4))),
        forge.writes(&liar.device, &Kind::Sponsor(Sponsor { request, why: String::new() })),
        forge.writes(&liar.device, &statement),
        forge.writes(&liar.device, &again),
        forge.writes(&liar.device, &Kind::Epoch(epoch)),
        forge.lets_in(&liar.device, Place::default(), &friend, &theirs),
        forge.writes(&liar.device, &news("Still here", "")),
    ];
    let by_friend = forge.writes(&accomplice.device, &again);
    forge.plant(&mut world, noor);
    agree(&mut world, &rest, &["asha", "imre", "noor", "rowan"]);
    let since = post(&mut world, asha, "London", "Since");
    agree(&mut world, &rest, &["asha", "imre", "noor", "rowan"]);
    for host in rest {
        let seen = Forge::read(&mut world, host, "London");
        assert!(tried.iter().all(|entry| seen.void(entry) == Some(Void::NotAMember)));
        assert_eq!(seen.void(&word), None);
        assert_eq!(seen.void(&by_friend), Some(Void::OldInvitation));
        assert_eq!(seen.entry(&id(&since)).unwrap().content().epoch, key, "nobody writes under their key");
    }
}

/// Defence: whoever has a key gives it to a member's device that was left out of it, or got nothing that it can open.
#[test]
fn whom_a_new_key_leaves_out_on_purpose_is_given_it() {
    for rubbish in [false, true] {
        let mut world = World::new(62, Weather::FAIR);
        let hosts = chapter_of(&mut world, &FIVE);
        let [rowan, asha, _, noor, tomas] = hosts[..] else { panic!() };
        converge(&mut world, &hosts, "London", 5 * MINUTE);
        let devices: Vec<_> = hosts.iter().map(|host| world.vault(*host).device.id()).collect();
        let liar = world.vault(tomas).device;
        let mut forge = Forge::at(&mut world, tomas, "London");
        let to: Vec<_> = devices.iter().copied().filter(|device| *device != devices[1]).collect();
        forge.begins_epoch(&liar, &to, if rubbish { &devices[1..2] } else { &[] });
        forge.plant(&mut world, tomas);
        world.run(MINUTE);
        let news = post(&mut world, rowan, "London", "Among us");
        world.switch_off(tomas);
        let read = |world: &mut World| show(world, asha, &news).is_some_and(|post| post.body.contains("Among us"));
        assert!(world.run_until(10 * MINUTE, read), "asha is left out, rubbish: {rubbish}");
        let under = Forge::read(&mut world, noor, "London");
        assert!(under.entry(&id(&news)).unwrap().content().epoch >= epoch::first_number(1), "under the new key");
        let more = post(&mut world, asha, "London", "With us");
        agree(&mut world, &hosts[..4], &["asha", "imre", "noor", "rowan", "tomas"]);
        assert!(show(&mut world, rowan, &more).is_some_and(|post| post.body.contains("With us")));
    }
}

/// Defence: an entry in the place of one that a removal has seen is not one that it has seen, whatever its id.
#[test]
fn a_newcomer_who_had_a_removed_members_own_version_comes_to_the_chapters() {
    let mut world = World::new(57, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
    let promised = post(&mut world, tomas, "London", "I pay the room");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.part(&[&[rowan, imre, noor], &[asha], &[tomas]]);
    decide(&mut world, &[rowan, imre, noor], remove("tomas"));
    // asha has not heard of it, and lets vera in. Then vera meets nobody but tomas, who knows of her by now.
    let vera = world.add("vera");
    world.wire_all();
    world.part(&[&[rowan, imre, noor], &[asha, vera, tomas]]);
    join(&mut world, asha, vera, "London");
    converge(&mut world, &[asha, vera, tomas], "London", 5 * MINUTE);
    world.switch_off(asha);
    let liar = world.vault(tomas);
    let mut forge = Forge::at(&mut world, tomas, "London");
    let first = forge.entry(&id(&promised)).unwrap().content().clone();
    let place = Place {
        seen: Some(first.parents.clone()),
        behind: Some(first.prev.map(|prev| (first.seq - 1, prev))),
        time: Some(first.time),
    };
    let rivals: Vec<EntryId> = (0..8)
        .map(|n| forge.writes_at(&liar.device, place.clone(), &news(&format!("I never paid it ({n})"), "")))
        .collect();
    assert!(rivals.iter().any(|rival| *rival < id(&promised)), "one would stand in its place");
    forge.plant(&mut world, tomas);
    agree(&mut world, &[vera, tomas], &["asha", "imre", "noor", "rowan", "tomas", "vera"]);
    assert!(show(&mut world, vera, &promised).unwrap().head.void.is_some(), "so vera was told");
    world.heal();
    world.switch_on(asha);
    let rest = [rowan, asha, imre, noor, vera];
    agree(&mut world, &rest, &["asha", "imre", "noor", "rowan", "vera"]);
    for host in rest {
        let seen = Forge::read(&mut world, host, "London");
        assert_eq!(seen.void(&id(&promised)), None);
        assert!(rivals.iter().all(|rival| matches!(seen.void(rival), Some(Void::Removed { .. }))));
        let notices = chapter_page(&mut world, host, "London").notices;
        assert!(notices.iter().any(|notice| notice.contains("A device of tomas signed 9")), "{notices:?}");
    }
}

/// Defence: an entry has one envelope, whose nonce follows from the key and the entry. A liar's own node does not load
/// another one, so it is told to the others directly.
#[test]
fn a_copy_in_another_envelope_is_taken_by_nobody() {
    let mut world = World::new(58, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE[2..]);
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let [imre, noor, tomas] = hosts[..] else { panic!() };
    let liar = world.vault(tomas);
    let mut forge = Forge::at(&mut world, tomas, "London");
    let twice = forge.writes(&liar.device, &news("Twice", ""));
    let entry = forge.entry(&twice).unwrap();
    let key = &liar.chapters[&forge.chapter].epochs[&entry.content().epoch];
    let copies = [1, 2].map(|nonce| sealed(entry, &forge.chapter, key, Some([nonce; 24])));
    let genuine = sealed(entry, &forge.chapter, key, None);
    world.switch_on(tomas);
    world.run(MINUTE);
    world.tell(tomas, &copies[0]);
    world.run(MINUTE);
    nowhere(&mut world, &[imre, noor], &twice);
    world.run(MINUTE);
    world.tell(tomas, &genuine);
    let arrived = |world: &mut World| show(world, imre, &twice.to_string()).is_some();
    assert!(world.run_until(5 * MINUTE, arrived), "so it would have been heard");
    world.tell(tomas, &copies[1]);
    world.run(MINUTE);
    agree(&mut world, &hosts, &["imre", "noor", "tomas"]);
    for pair in [[imre, noor], [imre, tomas], [noor, tomas]] {
        world.part(&[&pair]);
        let command = Command::Sync { chapter: "London".into(), peer: None, timeout_seconds: 300 };
        let synced = world.ask(pair[0], command);
        assert!(matches!(&synced, Ok(Reply::Synced(report)) if report.sent + report.received == 0), "{synced:?}");
        world.heal();
    }
}

/// Defence: what is ahead of a computer's clock waits, with all that comes behind it. What is dated back counts as its
/// author says, the same for all; it is no way around a removal (above).
#[test]
fn an_entry_of_next_year_waits_and_one_of_last_year_is_the_same_for_all() {
    let mut world = World::new(59, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let liar = world.vault(tomas);
    let mut forge = Forge::at(&mut world, tomas, "London");
    let at = |time| Place { time: Some(Timestamp(time)), ..Place::default() };
    let (founded, now) = (forge.entries[0].content().time.0, world.now().0);
    let back = forge.writes_at(&liar.device, at(founded - YEAR), &news("Of old", ""));
    let ahead = forge.writes_at(&liar.device, at(now + YEAR), &news("Next year", ""));
    let behind = forge.writes(&liar.device, &news("Behind it", ""));
    forge.plant(&mut world, tomas);
    let rest = [rowan, asha, imre, noor];
    let arrived = |world: &mut World| rest.iter().all(|host| show(world, *host, &back.to_string()).is_some());
    assert!(world.run_until(5 * MINUTE, arrived));
    world.run(2 * MINUTE);
    agree(&mut world, &rest, &["asha", "imre", "noor", "rowan", "tomas"]);
    for host in rest {
        let notices = chapter_page(&mut world, host, "London").notices;
        assert!(notices.iter().any(|notice| notice.contains("1 entry by tomas is dated ahead")), "{notices:?}");
        assert!(show(&mut world, host, &back.to_string()).unwrap().head.void.is_none());
        assert!(show(&mut world, host, &behind.to_string()).is_none_or(|post| post.head.early));
    }
    nowhere(&mut world, &rest, &ahead);
    // Who comes later hears the same, and the others do not wait.
    let vera = world.add("vera");
    world.wire_all();
    join(&mut world, asha, vera, "London");
    let after = post(&mut world, vera, "London", "After");
    let all = [rowan, asha, imre, noor, vera];
    agree(&mut world, &all, &["asha", "imre", "noor", "rowan", "tomas", "vera"]);
    nowhere(&mut world, &all, &behind);
    assert!(show(&mut world, rowan, &after).is_some());
}

/// Defences: an envelope has its chapter's tag, and what is signed names the chapter. A liar's own node loads neither of
/// these, so they are told to the others directly.
#[test]
fn an_entry_of_another_chapter_is_none_of_this_one() {
    let mut world = World::new(60, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE[2..]);
    let [imre, noor, tomas] = hosts[..] else { panic!() };
    found(&mut world, imre, "Leeds");
    join(&mut world, imre, noor, "Leeds");
    join(&mut world, noor, tomas, "Leeds");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    converge(&mut world, &hosts, "Leeds", 5 * MINUTE);
    let liar = world.vault(tomas);
    let mut own = Forge::at(&mut world, tomas, "Leeds");
    let (leeds, heard) = (own.chapter, own.writes(&liar.device, &news("For Leeds", "")));
    let control = sealed(own.entry(&heard).unwrap(), &leeds, &liar.chapters[&leeds].epochs[&0], None);
    world.switch_on(tomas);
    let mut london = Forge::at(&mut world, tomas, "London");
    // Nothing has to be there for it, so nothing would keep it out but that it is London's.
    let place = Place { seen: Some(Vec::new()), behind: Some(None), time: None };
    let foreign = london.writes_at(&liar.device, place, &news("For London", ""));
    let entry = london.entry(&foreign).unwrap();
    let same = sealed(entry, &london.chapter, &liar.chapters[&london.chapter].epochs[&0], None);
    let resealed = sealed(entry, &leeds, &liar.chapters[&leeds].epochs[&0], None);
    world.switch_on(tomas);
    world.run(MINUTE);
    // London's topic is there, too; who takes part in both must not mistake one for the other.
    for bytes in [&resealed, &same, &control] {
        world.tell(tomas, bytes);
        world.run(MINUTE);
    }
    assert!(Forge::read(&mut world, imre, "London").entry(&foreign).is_some(), "in London it is heard");
    for host in [imre, noor] {
        let seen = Forge::read(&mut world, host, "Leeds");
        assert!(seen.entry(&foreign).is_none());
        assert!(seen.entry(&heard).is_some(), "so it would have been heard");
    }
    post(&mut world, noor, "Leeds", "Good evening");
    converge(&mut world, &[imre, noor], "Leeds", 5 * MINUTE);
    converge(&mut world, &[imre, noor], "London", 5 * MINUTE);
}

/// Defences: to a device that was removed nobody says anything, and what came from a backup signs nothing before a member's
/// computer has sent what it lacks.
#[test]
fn a_backup_of_before_a_removal_brings_nobody_back() {
    let mut world = World::new(61, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.back_up(tomas);
    let before = post(&mut world, tomas, "London", "After the backup");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.switch_off(tomas);
    decide(&mut world, &[rowan, asha, imre], remove("tomas"));
    let rest = [rowan, asha, imre, noor];
    let since = post(&mut world, asha, "London", "Since");
    agree(&mut world, &rest, &["asha", "imre", "noor", "rowan"]);
    let device = world.vault(tomas).device;
    let last = Forge::read(&mut world, rowan, "London").tip(&device);
    agree(&mut world, &rest, &["asha", "imre", "noor", "rowan"]);

    world.restore(tomas);
    world.run(5 * MINUTE);
    assert_eq!(members(&mut world, tomas).len(), 5, "it knows of nothing");
    assert!(world.events(tomas).iter().any(|event| matches!(event, Event::Unanswered { .. })));
    assert!(chapter_page(&mut world, tomas, "London").silence.is_some());
    for entry in [&before, &since] {
        assert!(show(&mut world, tomas, entry).is_none(), "nobody serves them");
    }
    let command = Command::Post {
        chapter: "London".into(),
        kind: api::view::PostKind::News,
        title: "In the place of another".into(),
        body: String::new(),
    };
    assert_eq!(world.ask(tomas, command).unwrap_err().code, ErrorCode::Storage);
    agree(&mut world, &rest, &["asha", "imre", "noor", "rowan"]);
    for host in rest {
        assert_eq!(Forge::read(&mut world, host, "London").tip(&device), last, "nothing of it reached the others");
        assert!(show(&mut world, host, &before).unwrap().head.void.is_none());
        assert!(chapter_page(&mut world, host, "London").notices.iter().all(|notice| !notice.contains("in one place")));
    }
}
