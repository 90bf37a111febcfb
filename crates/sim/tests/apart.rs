//! Secret polls whose questions are answered apart, on a simulated network: all count the same, each finds their own, and neither
//! what is stored nor its way ties two answers of one voter together.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use api::{
    Command, Event, PollDraft, Reply,
    draft::QuestionDraft,
    poll::{Answer, Secrecy},
    view::PollView,
};
use chapterhouse_sim::{World, world::HostId};
use common::*;
use entry::{DeviceId, EntryId, Envelope, Sealer, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use sync::message::Message;

/// For half an hour: ballots leave within the first fourteen minutes.
fn draft(now: u64) -> PollDraft {
    let closes = now / MINUTE + 30;
    let question = |key: &str| QuestionDraft {
        key: key.into(),
        text: format!("The {key}?"),
        options: vec!["yes".into(), "no".into()],
        ..QuestionDraft::default()
    };
    PollDraft {
        title: "Roof".into(),
        closes: format!("2026-11-23T{:02}:{:02}:00Z", closes / 60 % 24, closes % 60),
        questions: vec![question("roof"), question("name")],
        secrecy: Secrecy::Secret,
        apart: true,
        quorum: Some("1/2".into()),
        ..PollDraft::default()
    }
}

fn open(world: &mut World, hosts: &[HostId]) -> String {
    let poll = draft(world.now().0);
    let opened = world.ask(hosts[0], Command::OpenPoll { chapter: "London".into(), poll }).unwrap();
    let Reply::PollOpened(opened) = opened else { panic!("no poll") };
    converge(world, hosts, "London", 2 * MINUTE);
    opened.poll
}

/// Who leaves a question out leaves it blank.
fn cast(world: &mut World, host: HostId, poll: &str, roof: &str, name: Option<&str>) -> String {
    let mut answers = BTreeMap::from([("roof".to_owned(), Answer::One(roof.into()))]);
    answers.extend(name.map(|name| ("name".to_owned(), Answer::One(name.into()))));
    match world.ask(host, Command::Vote { poll: poll.into(), answers, reasons: BTreeMap::new() }).unwrap() {
        Reply::VoteKept(kept) => kept.words,
        _ => panic!("at once"),
    }
}

fn seen(world: &mut World, host: HostId, poll: &str) -> PollView {
    let Reply::Poll(view) = world.ask(host, Command::ShowPoll { poll: poll.into() }).unwrap() else { panic!() };
    *view
}

fn found(world: &mut World, host: HostId, poll: &str) -> bool {
    seen(world, host, poll).secret.unwrap().own.is_some_and(|own| own.found)
}

/// Looked at twice a minute: a poll's page is no small thing.
fn all_found(world: &mut World, hosts: &[HostId], poll: &str) -> bool {
    (0..40).any(|_| {
        world.run(MINUTE / 2);
        hosts.iter().all(|host| found(world, *host, poll))
    })
}

/// A voter's ballots as they wait, by question.
fn waiting(world: &World, host: HostId) -> Vec<Vec<u8>> {
    let votes = world.vault(host).secret_votes;
    votes.values().flat_map(|votes| votes.cast.values()).filter_map(|own| own.ballot.clone()).collect()
}

/// What a ballot begins with, behind its form.
fn tag(ballot: &[u8]) -> [u8; 32] {
    ballot[3..35].try_into().unwrap()
}

/// Of every entry on a disk, opened with the keys that every member has, its time, its device, and which of these are in it.
fn places(world: &mut World, host: HostId, tags: &[[u8; 32]]) -> BTreeMap<EntryId, (Timestamp, DeviceId, Vec<usize>)> {
    let sealers: Vec<Sealer> = (world.vault(host).chapters.iter())
        .flat_map(|(chapter, keys)| keys.epochs.iter().map(|(epoch, key)| Sealer::new(*chapter, *epoch, key)))
        .collect();
    let mut places = BTreeMap::new();
    world.tamper(host, &mut |stored| {
        let envelope = Envelope::from_bytes(stored).unwrap();
        let entry = sealers.iter().find_map(|sealer| sealer.open(&envelope).ok()).unwrap();
        let body = entry.body().unwrap_or_default();
        let of = (0..tags.len()).filter(|n| body.windows(32).any(|window| window == tags[*n])).collect::<Vec<_>>();
        if !of.is_empty() {
            places.insert(entry.id(), (entry.content().time, entry.content().device, of));
        }
        None
    });
    world.switch_on(host);
    places
}

#[test]
fn all_count_each_question_and_nothing_that_is_stored_ties_two_answers_together() {
    let (mut world, hosts) = five_with_keys(1);
    let poll = open(&mut world, &hosts);
    let said = [("yes", Some("no")), ("no", Some("no")), ("yes", None), ("yes", Some("yes")), ("no", Some("no"))];
    for (host, (roof, name)) in hosts.iter().zip(said) {
        world.events(*host);
        let words = cast(&mut world, *host, &poll, roof, name);
        world.run(2000);
        let told = |event: &Event| matches!(event, Event::Changed { .. });
        assert!(world.events(*host).iter().any(told), "the screen shows that they are cast");
        assert!(words.contains("one by one, within 1"), "{words}");
    }
    let ballots: Vec<Vec<Vec<u8>>> = hosts.iter().map(|host| waiting(&world, *host)).collect();
    let tags: Vec<[u8; 32]> = ballots.iter().flatten().map(|ballot| tag(ballot)).collect();
    assert_eq!(tags.iter().collect::<BTreeSet<_>>().len(), 10);
    // One voter's ballots have no more in common than two voters'.
    for one in &ballots {
        assert!(!one[0].windows(16).any(|window| one[1].windows(16).any(|other| other == window)));
    }
    world.run(2 * MINUTE);
    let shown = seen(&mut world, hosts[0], &poll);
    assert!(shown.ballots.len() < 10, "they do not come in together");
    let words = shown.secret.unwrap().own.unwrap().words;
    assert!(words.contains("of your 2 ballots, one for each question"), "{words}");
    // Changed for one question, and what was said for the other stays as it is.
    cast(&mut world, hosts[1], &poll, "yes", Some("no"));
    assert!(all_found(&mut world, &hosts, &poll));
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    for host in &hosts {
        let view = seen(&mut world, *host, &poll);
        let votes = |n: usize| {
            let question = &view.questions[n];
            (question.options.iter().map(|option| option.votes).collect::<Vec<_>>(), question.blank)
        };
        assert_eq!((votes(0), votes(1)), ((vec![4, 1], 0), (vec![1, 3], 1)));
        assert_eq!((view.voters, view.ballots.len(), view.quorum.as_ref().unwrap().reached), (5, 10, true));
        assert!(view.voted.is_empty(), "nobody is named");
        assert!(view.ballots.iter().all(|ballot| ballot.question.is_some() && ballot.answers.len() <= 1));
        let numbers: Vec<_> = world.vault(*host).secret_votes.values().flat_map(|votes| votes.cast.clone()).collect();
        let numbers: Vec<u64> = numbers.iter().map(|(_, own)| own.number).collect();
        assert_eq!(numbers, if *host == hosts[1] { [2, 1] } else { [1, 1] });
    }
    // No entry has two ballots of one voter, nor any of its author's own; and they came at other times.
    let devices: Vec<DeviceId> = hosts.iter().map(|host| world.vault(*host).device.id()).collect();
    let entries = places(&mut world, hosts[0], &tags);
    let mut times: BTreeMap<usize, u64> = BTreeMap::new();
    for (time, device, of) in entries.values() {
        let voters: Vec<usize> = of.iter().map(|n| n / 2).collect();
        assert_eq!(voters.iter().collect::<BTreeSet<_>>().len(), voters.len(), "two of one voter's in one entry");
        assert!(voters.iter().all(|voter| devices[*voter] != *device), "nobody passes on their own");
        for n in of {
            let first = times.entry(*n).or_insert(time.0);
            *first = time.0.min(*first);
        }
    }
    let between = |voter: usize| times[&(2 * voter)].abs_diff(times[&(2 * voter + 1)]);
    assert_eq!(times.len(), 10);
    assert!((0..5).map(between).max().unwrap() > 5 * MINUTE, "{times:?}");
}

#[test]
fn the_ballots_of_one_voter_go_through_other_hands_and_outlive_a_restart() {
    let (mut world, hosts) = five_with_keys(2);
    let poll = open(&mut world, &hosts);
    let voter = hosts[2];
    cast(&mut world, voter, &poll, "yes", Some("no"));
    let devices: Vec<DeviceId> = hosts.iter().map(|host| world.vault(*host).device.id()).collect();
    // Switched on again, they do not leave both at once.
    world.switch_off(voter);
    world.switch_on(voter);
    world.tap = Some(Vec::new());
    world.run(MINUTE);
    assert!(waiting(&world, voter).len() == 2 || !found(&mut world, voter, &poll));
    assert!(all_found(&mut world, &[voter], &poll));
    let mut hands = Vec::new();
    for (from, to, message) in world.tap.take().unwrap() {
        if let Ok(Message::Parcel { to: last, .. }) = Message::from_bytes(&message)
            && from == voter
        {
            hands.extend([devices[to], last]);
        }
    }
    assert_eq!(
        (hands.len(), hands.iter().collect::<BTreeSet<_>>().len()),
        (4, 4),
        "four hands, and four different ones"
    );
}
