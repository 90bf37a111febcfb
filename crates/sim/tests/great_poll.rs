//! The poll of a real federation, summer 2014 (`tests/data/federation-2014.toml`): six questions and their totals, by as many computers
//! as there were voters, openly and in secret, with a tenth of the gossip lost and the network in two during the close.
//!
//! Twenty computers by default, with the same totals in proportion of nothing: the first twenty voters. All 245:
//! `GREAT_POLL=245 cargo test --release -p chapterhouse-sim --test great_poll`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;

use api::{
    Command, PollDraft, Reply,
    closing::Stage,
    draft::{Measure, QuestionDraft},
    people::Role,
    poll::{Answer, Secrecy},
    view::PollView,
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;
use std::collections::BTreeMap;

const VOTERS: usize = 245;
/// The votes of each option on the page.
const TOTALS: [&[usize]; 6] = [&[164, 75], &[145, 90], &[49, 188], &[85, 153], &[185, 53], &[75, 102, 38, 12, 10, 2]];
const TELLERS: [&str; 3] = ["member1", "member2", "member3"];

fn name(n: usize) -> String {
    if n == 0 { "rowan".into() } else { format!("member{n}") }
}

/// The options one after another until each has its votes, the blanks spread differently for every question.
fn answer(question: usize, voter: usize) -> Option<usize> {
    let mut left = (voter + 41 * question) % VOTERS;
    TOTALS[question].iter().position(|votes| {
        let here = left < *votes;
        left = left.wrapping_sub(*votes);
        here
    })
}

fn answers(voter: usize) -> BTreeMap<String, Answer> {
    let one =
        |question| answer(question, voter).map(|option| (format!("q{question}"), Answer::One(format!("o{option}"))));
    (0..TOTALS.len()).filter_map(one).collect()
}

fn totals(voters: usize) -> Vec<Vec<u64>> {
    let votes = |question, option| (0..voters).filter(|voter| answer(question, *voter) == Some(option)).count() as u64;
    TOTALS.iter().enumerate().map(|(q, options)| (0..options.len()).map(|option| votes(q, option)).collect()).collect()
}

/// Everybody joins by somebody who is there already, and keeps a line to some of the others, as on the internet.
fn federation(voters: usize) -> (World, Vec<HostId>) {
    let mut world = World::new(2014, Weather::FAIR);
    let hosts: Vec<HostId> = (0..voters).map(|n| world.add(&name(n))).collect();
    found(&mut world, hosts[0], "London");
    for n in 1..voters {
        for other in [n - 1, n / 2, n / 3, (n * 7 + 3) % n] {
            world.wire(hosts[n], hosts[other]);
        }
        join(&mut world, hosts[n - 1], hosts[n], "London");
        if n == 5 {
            everywhere(&mut world, &hosts[..=n], 10);
            for teller in TELLERS {
                let until = "2027-11-23T18:00:00Z".into();
                decide(&mut world, &hosts[..=n], Measure::Give { role: Role::Teller, member: teller.into(), until });
            }
        }
    }
    everywhere(&mut world, &hosts, 30);
    (world, hosts)
}

/// All see the same within so many minutes.
fn everywhere(world: &mut World, hosts: &[HostId], minutes: u64) {
    for _ in 0..6 * minutes {
        world.run(10_000);
        let first = state(world, hosts[0], "London");
        if hosts.iter().all(|host| state(world, *host, "London") == first) {
            return;
        }
    }
    panic!("they do not see the same after {minutes} minutes");
}

fn open(world: &mut World, host: HostId, minutes: u64, secrecy: Secrecy) -> String {
    let closes = world.now().0 / MINUTE + minutes;
    let (days, hours, minutes) = (closes / 1440 - 20_780, closes / 60 % 24, closes % 60);
    let question = |(n, options): (usize, &&[usize])| QuestionDraft {
        key: format!("q{n}"),
        text: "As on the page?".into(),
        options: (0..options.len()).map(|option| format!("o{option}")).collect(),
        ..QuestionDraft::default()
    };
    let poll = PollDraft {
        title: "The great poll".into(),
        closes: format!("2026-11-{:02}T{hours:02}:{minutes:02}:00Z", 23 + days),
        questions: TOTALS.iter().enumerate().map(question).collect(),
        secrecy,
        ..PollDraft::default()
    };
    let Reply::PollOpened(opened) = world.ask(host, Command::OpenPoll { chapter: "London".into(), poll }).unwrap()
    else {
        panic!("no poll")
    };
    opened.poll
}

fn seen(world: &mut World, host: HostId, poll: &str) -> PollView {
    let Reply::Poll(view) = world.ask(host, Command::ShowPoll { poll: poll.into() }).unwrap() else { panic!() };
    *view
}

fn the_great_poll(secrecy: Secrecy) {
    let voters = std::env::var("GREAT_POLL").map_or(20, |voters| voters.parse().unwrap());
    let begun = std::time::Instant::now();
    let (mut world, hosts) = federation(voters);
    println!("{voters} members after {:?}", begun.elapsed());
    if secrecy == Secrecy::Secret {
        let all = |world: &mut World| hosts.iter().all(|host| !world.vault(*host).secret_votes.is_empty());
        assert!(world.run_until(30 * MINUTE, all), "each publishes keys");
        everywhere(&mut world, &hosts, 30);
    }
    let poll = open(&mut world, hosts[0], 90, secrecy);
    let close = world.now().0 + 90 * MINUTE;
    everywhere(&mut world, &hosts, 30);
    println!("opened after {:?}", begun.elapsed());
    world.weather = Weather::STORM;
    // They vote within half an hour, in an order of its own.
    let mut order: Vec<usize> = (0..voters).map(|n| (n * 101 + 17) % voters).collect();
    order.sort_unstable();
    order.dedup();
    order.sort_by_key(|n| (n * 7919) % 251);
    assert_eq!(order.len(), voters);
    for voter in order {
        let command = Command::Vote { poll: poll.clone(), answers: answers(voter), reasons: BTreeMap::new() };
        world.ask(hosts[voter], command).unwrap();
        world.run(30 * MINUTE / voters as u64);
    }
    println!("voted after {:?}", begun.elapsed());
    // In two halves from two minutes before the close on; one teller of three is in the smaller one.
    let left = close - 2 * MINUTE - world.now().0;
    world.run(left);
    let (some, others): (Vec<HostId>, Vec<HostId>) = hosts.iter().partition(|host| **host % 5 == 3);
    world.part(&[&some, &others]);
    // The tellers' computers close it nine minutes later, each on its side.
    world.run(15 * MINUTE);
    println!("closed after {:?}", begun.elapsed());
    world.heal();
    everywhere(&mut world, &hosts, 60);
    println!("the same everywhere after {:?}", begun.elapsed());
    let first = seen(&mut world, hosts[0], &poll);
    for host in hosts {
        let view = seen(&mut world, host, &poll);
        let counted: Vec<Vec<u64>> =
            view.questions.iter().map(|question| question.options.iter().map(|o| o.votes).collect()).collect();
        assert_eq!(counted, totals(voters));
        assert_eq!((view.voters, view.roll), (voters, voters));
        assert_eq!(view.result_hash, first.result_hash);
        assert_eq!(view.closing.unwrap().stage, Stage::Final);
    }
}

#[test]
fn openly_every_computer_has_the_totals_of_the_page() {
    the_great_poll(Secrecy::Open);
}

#[test]
fn in_secret_every_computer_has_the_totals_of_the_page() {
    the_great_poll(Secrecy::Secret);
}

#[test]
fn the_totals_are_those_of_the_page() {
    assert!(
        totals(VOTERS)
            .iter()
            .zip(TOTALS)
            .all(|(counted, page)| { counted.iter().zip(page).all(|(counted, page)| *counted == *page as u64) })
    );
}
