//! Secret polls on a simulated network: ballots go through others' hands, everybody counts them, and who listens to all of it
//! does not hear whose they are.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;

use api::{
    Command, ErrorCode, PollDraft, Reply,
    draft::{Measure, ObserverDraft, QuestionDraft},
    people::Role,
    poll::{Answer, Secrecy},
    view::PollView,
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;
use entry::DeviceId;
use std::collections::BTreeMap;
use sync::message::Message;

const HOUR: u64 = 60 * MINUTE;

fn draft(minutes: u64, now: u64) -> PollDraft {
    let closes = now / MINUTE + minutes;
    let question = QuestionDraft {
        key: "roof".into(),
        text: "Repair the roof?".into(),
        options: vec!["yes".into(), "no".into()],
        ..QuestionDraft::default()
    };
    PollDraft {
        title: "Roof".into(),
        closes: format!("2026-11-23T{:02}:{:02}:00Z", closes / 60 % 24, closes % 60),
        questions: vec![question],
        secrecy: Secrecy::Secret,
        ..PollDraft::default()
    }
}

fn open(world: &mut World, host: HostId, minutes: u64) -> String {
    let poll = draft(minutes, world.now().0);
    let opened = world.ask(host, Command::OpenPoll { chapter: "London".into(), poll }).unwrap();
    let Reply::PollOpened(opened) = opened else { panic!("no poll") };
    opened.poll
}

fn cast(world: &mut World, host: HostId, poll: &str, answer: &str) -> Result<Reply, api::Refusal> {
    let answers = BTreeMap::from([("roof".to_owned(), Answer::One(answer.into()))]);
    world.ask(host, Command::Vote { poll: poll.into(), answers, reasons: BTreeMap::new() })
}

fn seen(world: &mut World, host: HostId, poll: &str) -> PollView {
    let Reply::Poll(view) = world.ask(host, Command::ShowPoll { poll: poll.into() }).unwrap() else { panic!() };
    *view
}

fn votes(world: &mut World, host: HostId, poll: &str) -> Vec<u64> {
    seen(world, host, poll).questions[0].options.iter().map(|option| option.votes).collect()
}

fn found(world: &mut World, host: HostId, poll: &str) -> bool {
    seen(world, host, poll).secret.unwrap().own.is_some_and(|own| own.found)
}

/// Whoever votes is told that the ballot is on its way for a while, and near the close that it may be too late; and of a result
/// without tellers, that the dates decide.
#[test]
fn who_votes_is_told_that_the_ballot_takes_its_time() {
    let (mut world, hosts) = five_with_keys(7);
    let [long, short] = [60, 2].map(|minutes| open(&mut world, hosts[0], minutes));
    let words = |world: &mut World, poll: &str| match cast(world, hosts[0], poll, "yes").unwrap() {
        Reply::VoteKept(kept) if kept.entry.is_some() => kept.words,
        other => panic!("{other:?}"),
    };
    let said = words(&mut world, &long);
    assert!(said.contains("through other members' computers") && !said.contains("Voting ends soon"), "{said}");
    let said = words(&mut world, &short);
    assert!(said.contains("Voting ends soon") && said.contains("may come too late"), "{said}");
    world.run(5 * MINUTE);
    let [open, over] = [long, short].map(|poll| seen(&mut world, hosts[0], &poll).by_dates());
    assert!(open.is_none() && over.unwrap().contains("the dates in the ballots decide"), "{over:?}");
}

#[test]
fn all_vote_all_count_the_same_and_each_finds_their_own() {
    for seed in seeds(2) {
        println!("seed {seed}");
        let (mut world, hosts) = five_with_keys(seed);
        let poll = open(&mut world, hosts[0], 60);
        converge(&mut world, &hosts, "London", 2 * MINUTE);
        world.weather = Weather::STORM;
        for (host, answer) in hosts.iter().zip(["yes", "no", "yes", "yes", "no"]) {
            cast(&mut world, *host, &poll, answer).unwrap();
        }
        // Somebody changes their mind, while the first ballot is on its way.
        world.run(MINUTE);
        cast(&mut world, hosts[1], &poll, "yes").unwrap();
        let all = |world: &mut World| hosts.iter().all(|host| found(world, *host, &poll));
        assert!(world.run_until(20 * MINUTE, all), "seed {seed}");
        world.weather = Weather::FAIR;
        converge(&mut world, &hosts, "London", 10 * MINUTE);
        for host in &hosts {
            assert_eq!(votes(&mut world, *host, &poll), [4, 1], "seed {seed}");
            let view = seen(&mut world, *host, &poll);
            assert!(view.voted.is_empty(), "nobody is named");
            assert_eq!((view.voters, view.ballots.len()), (5, 5));
        }
    }
}

#[test]
fn who_listens_to_everything_does_not_hear_whose_a_ballot_is() {
    let (mut world, hosts) = five_with_keys(3);
    let poll = open(&mut world, hosts[0], 60);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    let (voter, devices): (HostId, Vec<DeviceId>) =
        (hosts[2], hosts.iter().map(|host| world.vault(*host).device.id()).collect());
    let entries = state(&mut world, hosts[0], "London").0;
    world.tap = Some(Vec::new());
    cast(&mut world, voter, &poll, "yes").unwrap();
    let ballot = world.vault(voter).secret_votes.values().next().unwrap().cast.values().next().unwrap().clone();
    let bytes = ballot.ballot.unwrap();
    assert!(world.run_until(10 * MINUTE, |world| found(world, voter, &poll)));
    // Until its ballot came to it from others, the voter's computer has given nothing to anybody but parcels.
    let heard = world.tap.take().unwrap();
    let mut parcels = 0;
    for (from, to, message) in &heard {
        let what = Message::from_bytes(message).unwrap();
        assert!(!message.windows(32).any(|window| bytes.windows(32).any(|own| own == window)), "in clear, {what:?}");
        match what {
            Message::Page { .. } => assert_ne!(*from, voter, "an entry of the voter's, or one that nobody else had"),
            Message::Parcel { to: last, body, .. } => {
                parcels += 1;
                if *from == voter {
                    assert_ne!(last, devices[*to], "whoever gets it from the voter cannot open it");
                    assert_ne!(last, devices[voter]);
                }
                assert_eq!(body.len() % 2048, 48, "all parcels have one of few lengths");
            }
            _ => {}
        }
    }
    assert!(parcels >= 2, "through two hands: {parcels}");
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    // One entry came of it, by somebody else: the voter has as many as before.
    assert_eq!(state(&mut world, hosts[0], "London").0, entries + 1);
    // No disk has a part of it in clear.
    for host in &hosts {
        let mut clear = 0;
        world.tamper(*host, &mut |stored| {
            clear += usize::from(stored.windows(32).any(|window| bytes.windows(32).any(|own| own == window)));
            None
        });
        assert_eq!(clear, 0);
        world.switch_on(*host);
    }
}

#[test]
fn a_ballot_waits_for_two_others_and_outlives_a_restart() {
    let (mut world, hosts) = five_with_keys(4);
    let poll = open(&mut world, hosts[0], 60);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
    // Nobody is there, then one, who is told nothing that they could open.
    world.part(&[&[rowan], &[asha], &[imre, noor, tomas]]);
    cast(&mut world, rowan, &poll, "no").unwrap();
    world.run(5 * MINUTE);
    assert!(seen(&mut world, rowan, &poll).secret.unwrap().own.unwrap().words.contains("as soon as other members"));
    world.part(&[&[rowan, asha], &[imre, noor, tomas]]);
    world.run(5 * MINUTE);
    assert!(!found(&mut world, asha, &poll) && votes(&mut world, asha, &poll) == [0, 0]);
    world.switch_off(rowan);
    world.switch_on(rowan);
    world.heal();
    assert!(world.run_until(10 * MINUTE, |world| found(world, rowan, &poll)));
    // Once it is there, only its number is kept.
    assert!(world.run_until(MINUTE, |world| {
        let votes = world.vault(rowan).secret_votes;
        votes.values().next().unwrap().cast.values().next().unwrap().ballot.is_none()
    }));
}

#[test]
fn tellers_close_it_and_then_the_key_is_deleted() {
    let (mut world, hosts) = five_with_keys(5);
    let until = "2027-11-23T18:00:00Z";
    for name in &FIVE[..3] {
        let give = Measure::Give { role: Role::Teller, member: (*name).into(), until: until.into() };
        decide(&mut world, &hosts[..4], give);
    }
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    let poll = open(&mut world, hosts[0], 20);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    cast(&mut world, hosts[3], &poll, "yes").unwrap();
    let keys = world.vault(hosts[3]).secret_votes.values().next().unwrap().keys.len();
    world.run(HOUR);
    for host in &hosts {
        assert_eq!(votes(&mut world, *host, &poll), [1, 0]);
    }
    let left = world.vault(hosts[3]).secret_votes.values().next().unwrap().keys.len();
    assert_eq!(left, keys - 1);
    let refused = cast(&mut world, hosts[3], &poll, "no").unwrap_err();
    assert!(matches!(refused.code, ErrorCode::NotAllowed | ErrorCode::PollClosed), "{}", refused.message);
}

#[test]
fn a_secret_poll_of_too_few_is_refused_with_what_to_do() {
    let mut world = World::new(6, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE[..3]);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    let poll = draft(60, world.now().0);
    let refused = world.ask(hosts[0], Command::OpenPoll { chapter: "London".into(), poll: poll.clone() }).unwrap_err();
    assert!(
        refused.message.contains("chapterhouse poll keys") && refused.message.contains("asha"),
        "{}",
        refused.message
    );
    for host in &hosts {
        world.ask(*host, Command::PublishBallotKeys { chapter: "London".into() }).unwrap();
    }
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    let observer = ObserverDraft { member: "imre".into(), reason: "a guest".into() };
    let observed = PollDraft { observers: vec![observer], ..poll.clone() };
    let refused = world.ask(hosts[0], Command::OpenPoll { chapter: "London".into(), poll: observed }).unwrap_err();
    assert!(refused.message.contains("this one would have 2"), "{}", refused.message);
    world.ask(hosts[0], Command::OpenPoll { chapter: "London".into(), poll }).unwrap();
}

#[test]
fn where_all_connections_go_through_one_computer_its_owner_can_vote_too() {
    let mut world = World::new(7, Weather::FAIR);
    let hosts: Vec<HostId> = FIVE.iter().map(|name| world.add(name)).collect();
    for leaf in &hosts[1..] {
        world.wire(hosts[0], *leaf);
    }
    common::found(&mut world, hosts[0], "London");
    for leaf in &hosts[1..] {
        join(&mut world, hosts[0], *leaf, "London");
    }
    for host in &hosts {
        world.ask(*host, Command::PublishBallotKeys { chapter: "London".into() }).unwrap();
    }
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    let poll = open(&mut world, hosts[1], 60);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    for host in &hosts {
        cast(&mut world, *host, &poll, "yes").unwrap();
    }
    let all = |world: &mut World| hosts.iter().all(|host| found(world, *host, &poll));
    assert!(world.run_until(2 * MINUTE, all), "at the first attempt");
}

/// Whoever has a voter's key twice, by a copy or a backup, has one ballot all the same, whatever the two of them sign.
#[test]
fn two_ballots_of_one_key_and_number_are_one() {
    let (mut world, hosts) = five_with_keys(8);
    let poll = open(&mut world, hosts[0], 60);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    let tomas = hosts[4];
    world.back_up(tomas);
    cast(&mut world, tomas, &poll, "yes").unwrap();
    assert!(world.run_until(10 * MINUTE, |world| found(world, tomas, &poll)));
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    // As it was before: neither vault nor store knows of the first one. Nobody takes the second one's number for its own.
    world.part(&[&[tomas], &hosts[..4]]);
    world.restore(tomas);
    assert_eq!(votes(&mut world, tomas, &poll), [0, 0]);
    cast(&mut world, tomas, &poll, "no").unwrap();
    let number = |world: &mut World| seen(world, tomas, &poll).secret.unwrap().own.unwrap().number;
    assert_eq!(number(&mut world), 1, "the same number once more");
    world.heal();
    assert!(world.run_until(20 * MINUTE, |world| found(world, tomas, &poll)), "what was said last is counted");
    assert_eq!(number(&mut world), 2);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    for host in &hosts {
        let view = seen(&mut world, *host, &poll);
        assert_eq!((view.voters, view.ballots.len(), view.aside.replaced), (1, 1, 1));
        assert_eq!(votes(&mut world, *host, &poll), [0, 1]);
    }
}
