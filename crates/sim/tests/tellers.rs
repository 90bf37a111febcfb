//! Polls that tellers close, on a simulated network: receipts and cutoffs that computers write by themselves, a partition during the
//! close, a teller who never comes back, a voter whose clock is wrong on purpose.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;

use api::{
    Command, ErrorCode, PollDraft, Reply,
    closing::{ClosingView, Said, Stage},
    draft::{Measure, QuestionDraft},
    people::Role,
    poll::Answer,
    view::{PollState, PollView},
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;
use std::collections::BTreeMap;

const SIX: [&str; 6] = ["rowan", "asha", "imre", "noor", "tomas", "vera"];
const HOUR: u64 = 60 * MINUTE;

/// Six members, of whom asha, imre and noor are tellers.
fn six(seed: u64) -> (World, Vec<HostId>) {
    let mut world = World::new(seed, Weather::FAIR);
    let hosts = chapter_of(&mut world, &SIX);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    for name in ["asha", "imre", "noor"] {
        make_teller(&mut world, &hosts[..4], name);
    }
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    (world, hosts)
}

fn make_teller(world: &mut World, by: &[HostId], name: &str) {
    let until = "2027-11-23T18:00:00Z".into();
    decide(world, by, Measure::Give { role: Role::Teller, member: name.into(), until });
}

/// A poll that is open for so long, with the tellers whom the chapter has.
fn open(world: &mut World, host: HostId, minutes: u64, tellers: Option<&[&str]>) -> String {
    let closes = world.now().0 / MINUTE + minutes;
    let question = QuestionDraft {
        key: "roof".into(),
        text: "Repair the roof?".into(),
        options: vec!["yes".into(), "no".into()],
        ..QuestionDraft::default()
    };
    let poll = PollDraft {
        title: "Roof".into(),
        closes: format!("2026-11-23T{:02}:{:02}:00Z", closes / 60 % 24, closes % 60),
        questions: vec![question],
        tellers: tellers.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
        ..PollDraft::default()
    };
    let Reply::PollOpened(opened) = world.ask(host, Command::OpenPoll { chapter: "London".into(), poll }).unwrap()
    else {
        panic!("no poll")
    };
    opened.poll
}

fn cast(world: &mut World, host: HostId, poll: &str, answer: &str) {
    let answers = BTreeMap::from([("roof".to_owned(), Answer::One(answer.into()))]);
    world.ask(host, Command::Vote { poll: poll.into(), answers, reasons: BTreeMap::new() }).unwrap();
}

fn seen(world: &mut World, host: HostId, poll: &str) -> PollView {
    let Reply::Poll(view) = world.ask(host, Command::ShowPoll { poll: poll.into() }).unwrap() else { panic!() };
    *view
}

fn closing(world: &mut World, host: HostId, poll: &str) -> ClosingView {
    seen(world, host, poll).closing.unwrap()
}

fn votes(view: &PollView) -> Vec<u64> {
    view.questions[0].options.iter().map(|option| option.votes).collect()
}

fn said(view: &ClosingView, name: &str) -> Said {
    view.tellers.iter().find(|teller| teller.handle == name).unwrap().said
}

fn is_final(world: &mut World, host: HostId, poll: &str) -> bool {
    closing(world, host, poll).stage == Stage::Final
}

#[test]
fn computers_of_tellers_close_a_poll_by_themselves_and_all_count_the_same() {
    for seed in seeds(2) {
        println!("seed {seed}");
        let (mut world, hosts) = six(seed);
        let [rowan, asha, imre, noor, tomas, vera] = hosts[..] else { panic!() };
        let poll = open(&mut world, rowan, 20, None);
        converge(&mut world, &hosts, "London", 2 * MINUTE);
        assert_eq!(closing(&mut world, vera, &poll).tellers.len(), 3, "all who have the task");
        world.weather = Weather::STORM;
        cast(&mut world, rowan, &poll, "yes");
        cast(&mut world, tomas, &poll, "no");
        // The voter is told who has seen the ballot, long before the close.
        let told = |world: &mut World| seen(world, rowan, &poll).mine.is_some_and(|mine| mine.seen_by.len() == 3);
        assert!(world.run_until(8 * MINUTE, told));
        let receipts = closing(&mut world, rowan, &poll).tellers.iter().map(|teller| teller.receipts).sum::<usize>();
        assert!((3..=12).contains(&receipts), "{receipts} receipts for two ballots");

        // Over the close, imre and vera hear of nobody: vera's ballot reaches one teller of three in time.
        world.part(&[&[imre, vera], &[rowan, asha, noor, tomas]]);
        cast(&mut world, vera, &poll, "no");
        world.run(25 * MINUTE);
        assert_eq!(votes(&seen(&mut world, vera, &poll)), [1, 2], "as far as imre knows");
        assert_eq!(closing(&mut world, vera, &poll).stage, Stage::Provisional);
        let there = closing(&mut world, rowan, &poll);
        assert_eq!((there.stage, said(&there, "imre"), there.missing), (Stage::Final, Said::Missing, 1));
        assert_eq!(votes(&seen(&mut world, rowan, &poll)), [1, 1]);

        world.weather = Weather::FAIR;
        world.heal();
        converge(&mut world, &hosts, "London", 10 * MINUTE);
        let first = seen(&mut world, vera, &poll);
        assert_eq!((votes(&first), first.mine.is_none(), first.not_counted.len()), (vec![1, 1], true, 1));
        assert!(first.not_counted[0].reason.contains("tellers"), "{}", first.not_counted[0].reason);
        let told = first.own_not_counted().unwrap();
        assert!(told.starts_with("Your vote is not counted: most of the poll's tellers"), "{told}");
        assert_eq!(seen(&mut world, rowan, &poll).own_not_counted(), None, "it is vera's");
        for host in &hosts {
            let view = seen(&mut world, *host, &poll);
            assert_eq!((&view.result_hash, view.closing.as_ref()), (&first.result_hash, first.closing.as_ref()));
            assert!(is_final(&mut world, *host, &poll));
            let Reply::Recount(again) = world.ask(*host, Command::Recount { poll: poll.clone() }).unwrap() else {
                panic!()
            };
            assert!(again.same && again.counted == first.result_hash);
        }
        let Reply::Polls(list) = world.ask(vera, Command::Polls { chapter: None }).unwrap() else { panic!() };
        assert_eq!((list[0].poll.as_str(), list[0].stage), (poll.as_str(), Some(Stage::Final)));
    }
}

#[test]
fn a_voter_with_a_slow_clock_is_late() {
    let (mut world, hosts) = six(5);
    let [rowan, _, _, _, tomas, _] = hosts[..] else { panic!() };
    let poll = open(&mut world, rowan, 10, None);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    cast(&mut world, rowan, &poll, "yes");
    world.part(&[&[tomas], &hosts.iter().copied().filter(|host| *host != tomas).collect::<Vec<_>>()]);
    assert!(world.run_until(20 * MINUTE, |world| is_final(world, rowan, &poll)));
    // The others know the result; tomas is out of reach, sets the clock back, and has all the time of the world.
    world.skew(tomas, -(HOUR as i64));
    cast(&mut world, tomas, &poll, "no");
    world.skew(tomas, 0);
    world.heal();
    converge(&mut world, &hosts, "London", 10 * MINUTE);
    for host in hosts {
        let view = seen(&mut world, host, &poll);
        assert_eq!((votes(&view), view.not_counted_all), (vec![1, 0], 1));
        assert_eq!((view.aside.unseen, view.aside.late, view.aside.replaced), (1, 0, 0));
        assert_eq!(view.own_not_counted().is_some(), host == tomas);
    }
}

/// All tellers' clocks are five minutes fast. Nothing is closed before the others' clocks say so; and where two close it by hand,
/// who is still voting is told.
#[test]
fn tellers_with_fast_clocks_close_nothing_early() {
    let (mut world, hosts) = six(7);
    let [rowan, asha, imre, noor, tomas, vera] = hosts[..] else { panic!() };
    for teller in [asha, imre, noor] {
        world.skew(teller, 5 * MINUTE as i64);
    }
    let begun = world.now().0;
    let [poll, other] = [0, 1].map(|_| open(&mut world, rowan, 100, None));
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    world.run(begun + 98 * MINUTE - world.now().0);
    for teller in [asha, imre] {
        world.ask(teller, Command::ClosePoll { poll: other.clone() }).unwrap();
    }
    cast(&mut world, tomas, &poll, "no");
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    let late = Command::Vote { poll: other.clone(), answers: BTreeMap::new(), reasons: BTreeMap::new() };
    let refusal = world.ask(vera, late).unwrap_err();
    assert!(refusal.message.contains("one of the clocks is wrong"), "{refusal}");
    assert_eq!(seen(&mut world, vera, &other).state, PollState::Closed);
    assert!(closing(&mut world, vera, &poll).tellers.iter().all(|teller| teller.said == Said::Missing));
    assert!(world.run_until(30 * MINUTE, |world| is_final(world, rowan, &poll)));
    assert_eq!(votes(&seen(&mut world, rowan, &poll)), [0, 1]);
}

#[test]
fn a_teller_who_never_answers_is_replaced_by_decision() {
    let (mut world, hosts) = six(6);
    let [rowan, asha, imre, noor, tomas, vera] = hosts[..] else { panic!() };
    let poll = open(&mut world, rowan, 10, Some(&["asha", "imre"]));
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    let signs = |world: &mut World| match world.ask(imre, Command::WriteReceipt { poll: poll.clone() }).unwrap() {
        Reply::Closing(view) => view.words.first().is_some_and(|words| words.starts_with("Nothing was signed")),
        _ => panic!("no closing"),
    };
    assert!(signs(&mut world), "there is no vote yet");
    cast(&mut world, tomas, &poll, "yes");
    world.run(10_000);
    assert!(!signs(&mut world) && signs(&mut world), "once is enough");
    world.switch_off(asha);
    let early = world.ask(imre, Command::ClosePoll { poll: poll.clone() }).unwrap_err();
    assert_eq!(early.code, ErrorCode::NotAllowed);
    assert!(world.ask(rowan, Command::WriteReceipt { poll: poll.clone() }).is_err(), "rowan is no teller");
    world.run(15 * MINUTE);
    let view = closing(&mut world, vera, &poll);
    assert_eq!((view.stage, view.open_votes, said(&view, "imre")), (Stage::Provisional, 1, Said::Closed));
    assert!(view.words.iter().any(|words| words.contains("asha has not closed")), "{:?}", view.words);
    let others = [rowan, imre, noor, tomas];
    decide(&mut world, &others, Measure::Recall { role: Role::Teller, member: "asha".into() });
    // Noor's computer has the task, and does it by itself.
    assert!(world.run_until(10 * MINUTE, |world| is_final(world, vera, &poll)));
    let view = closing(&mut world, vera, &poll);
    assert!(view.tellers.iter().any(|teller| teller.handle == "noor" && teller.substitute), "{view:?}");
    // Asha is back, and signs as if nothing had been; or her computer hears of it first, and signs nothing.
    world.part(&[&[asha], &[rowan, imre, noor, tomas, vera]]);
    world.switch_on(asha);
    world.run(5 * MINUTE);
    assert_eq!(said(&closing(&mut world, asha, &poll), "asha"), Said::Closed);
    world.heal();
    converge(&mut world, &hosts, "London", 10 * MINUTE);
    for host in hosts {
        let view = closing(&mut world, host, &poll);
        assert_eq!((view.stage, said(&view, "asha")), (Stage::Final, Said::Recalled));
        assert_eq!(votes(&seen(&mut world, host, &poll)), [1, 0]);
    }
}

/// Nobody has seen anybody else's ballot: more loose ends than an entry can name, which the teller gathers in.
#[test]
fn a_cutoff_has_seen_all_however_many_voted_at_once() {
    let names: Vec<String> = (0..24).map(|n| format!("member{n}")).collect();
    let mut world = World::new(9, Weather::FAIR);
    let hosts = chapter_of(&mut world, &names.iter().map(String::as_str).collect::<Vec<_>>());
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    make_teller(&mut world, &hosts[..16], "member0");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let poll = open(&mut world, hosts[0], 10, None);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    world.part(&[]);
    hosts.iter().for_each(|host| cast(&mut world, *host, &poll, "yes"));
    world.heal();
    assert!(world.run_until(20 * MINUTE, |world| is_final(world, hosts[1], &poll)));
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let view = seen(&mut world, hosts[23], &poll);
    assert_eq!((votes(&view), view.not_counted_all), (vec![24, 0], 0));
    let teller = &view.closing.unwrap().tellers[0];
    assert_eq!((teller.votes, teller.receipted), (Some(24), 24));
    assert!(teller.receipts <= 12, "{} receipts", teller.receipts);
}

#[test]
fn each_says_what_it_counted_and_says_it_anew_when_it_learns_more() {
    let (mut world, hosts) = six(9);
    let [rowan, _, _, _, tomas, vera] = hosts[..] else { panic!() };
    let poll = open(&mut world, rowan, 5, Some(&[]));
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    cast(&mut world, tomas, &poll, "yes");
    assert!(seen(&mut world, rowan, &poll).counts.is_none(), "it is not over");
    // A ballot in time that nobody hears of before they have counted.
    world.part(&[&[vera], &hosts[..5]]);
    cast(&mut world, vera, &poll, "no");
    world.run(32 * MINUTE);
    let there = seen(&mut world, rowan, &poll).counts.unwrap();
    assert_eq!((there.same, there.enough, there.differ.len()), (5, false, 0));
    assert_eq!(seen(&mut world, vera, &poll).counts.unwrap().same, 1);
    world.heal();
    let differ = |world: &mut World| {
        let counts = seen(world, vera, &poll).counts.unwrap();
        counts.differ.iter().filter(|words| words.contains("without the vote of vera")).count()
    };
    assert!(world.run_until(2 * MINUTE, |world| differ(world) == 5), "what makes the difference is said");
    let all = |world: &mut World| {
        hosts.iter().all(|host| {
            let counts = seen(world, *host, &poll).counts.unwrap();
            (counts.same, counts.differ.len()) == (6, 0)
        })
    };
    assert!(world.run_until(HOUR, all));
}
