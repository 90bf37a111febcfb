//! Polls that are hidden until the close, on a simulated network: votes wait for tellers' keys, nobody reads them early, a teller
//! vanishes, and all count the same.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;

use api::{
    Command, ErrorCode, PollDraft, Refusal, Reply,
    closing::{PollSummary, Stage},
    draft::{Measure, QuestionDraft},
    opening::{OpeningStage, OpeningView},
    people::Role,
    poll::{Answer, Method, Secrecy},
    view::PollView,
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;
use entry::{Envelope, Sealer};
use std::collections::BTreeMap;

const FIVE: [&str; 5] = ["rowan", "asha", "imre", "noor", "tomas"];
const PLACES: [&str; 8] = ["barn", "park", "hall", "loft", "dock", "mill", "yard", "shed"];

/// Five members, of whom asha, imre and noor are tellers.
fn five(seed: u64) -> (World, Vec<HostId>) {
    let mut world = World::new(seed, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    for name in ["asha", "imre", "noor"] {
        let until = "2027-11-23T18:00:00Z".into();
        decide(&mut world, &hosts[..4], Measure::Give { role: Role::Teller, member: name.into(), until });
    }
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    (world, hosts)
}

fn draft(minutes: u64, now: u64) -> PollDraft {
    let closes = now / MINUTE + minutes;
    let roof = QuestionDraft {
        key: "roof".into(),
        text: "Repair the roof?".into(),
        options: vec!["yes".into(), "no".into()],
        ..QuestionDraft::default()
    };
    let place = QuestionDraft {
        key: "place".into(),
        text: "Where do we meet?".into(),
        options: PLACES.map(str::to_owned).to_vec(),
        method: Method::Schulze,
        ..QuestionDraft::default()
    };
    PollDraft {
        title: "Roof".into(),
        closes: format!("2026-11-23T{:02}:{:02}:00Z", closes / 60 % 24, closes % 60),
        questions: vec![roof, place],
        secrecy: Secrecy::Hidden,
        delegation: true,
        ..PollDraft::default()
    }
}

fn open(world: &mut World, host: HostId, minutes: u64) -> String {
    let poll = draft(minutes, world.now().0);
    let opened = world.ask(host, Command::OpenPoll { chapter: "London".into(), poll }).unwrap();
    let Reply::PollOpened(opened) = opened else { panic!("no poll") };
    opened.poll
}

/// Answers both questions; a whole order of eight places cannot be in any bytes by accident.
fn cast(world: &mut World, host: HostId, poll: &str, roof: &str, first: usize) -> Reply {
    tries(world, host, poll, roof, first).unwrap()
}

fn tries(world: &mut World, host: HostId, poll: &str, roof: &str, first: usize) -> Result<Reply, Refusal> {
    let mut places = PLACES.map(|place| vec![place.to_owned()]);
    places.rotate_left(first);
    let answers = BTreeMap::from([
        ("roof".to_owned(), Answer::One(roof.into())),
        ("place".to_owned(), Answer::Ranks(places.to_vec())),
    ]);
    world.ask(host, Command::Vote { poll: poll.into(), answers, reasons: BTreeMap::new() })
}

fn seen(world: &mut World, host: HostId, poll: &str) -> PollView {
    let Reply::Poll(view) = world.ask(host, Command::ShowPoll { poll: poll.into() }).unwrap() else { panic!() };
    *view
}

fn opening(world: &mut World, host: HostId, poll: &str) -> OpeningView {
    seen(world, host, poll).opening.unwrap()
}

/// What a computer knows of it, which may not have the poll yet.
fn known(world: &mut World, host: HostId, poll: &str) -> OpeningView {
    match world.ask(host, Command::ShowPoll { poll: poll.into() }) {
        Ok(Reply::Poll(view)) => view.opening.unwrap(),
        _ => OpeningView::default(),
    }
}

fn votes(view: &PollView) -> Vec<u64> {
    view.questions[0].options.iter().map(|option| option.votes).collect()
}

/// Looked at once a minute until voting is over: a poll's page is no small thing. From when it is open on, nothing is said of an own
/// vote that nobody else could read.
fn until_open(world: &mut World, host: HostId, poll: &str) {
    let over = (0..40).any(|_| {
        world.run(MINUTE);
        opening(world, host, poll).stage != OpeningStage::Hidden
    });
    let open = |world: &mut World| opening(world, host, poll).stage == OpeningStage::Open;
    assert!(over && world.run_until(5 * MINUTE, open), "nobody opened it");
    assert!(opening(world, host, poll).own.is_none());
}

/// In how many entries, on all disks, opened with the keys that every member has, an order of places can be read.
fn readable(world: &mut World, hosts: &[HostId]) -> usize {
    let mut found = 0;
    for host in hosts {
        let sealers: Vec<Sealer> = (world.vault(*host).chapters.iter())
            .flat_map(|(chapter, keys)| keys.epochs.iter().map(|(epoch, key)| Sealer::new(*chapter, *epoch, key)))
            .collect();
        let (mut opened, mut all) = (0, 0);
        world.tamper(*host, &mut |stored| {
            all += 1;
            let envelope = Envelope::from_bytes(stored).unwrap();
            let entry = sealers.iter().find_map(|sealer| sealer.open(&envelope).ok());
            opened += usize::from(entry.is_some());
            let body = entry.as_ref().and_then(|entry| entry.body()).unwrap_or_default();
            let order = |first: u8| (0..8).map(|n| (n + first) % 8).collect::<Vec<u8>>();
            found += (0..8).filter(|first| body.windows(8).any(|window| window == order(*first))).count();
            None
        });
        assert_eq!(opened, all, "whoever has the keys reads everything that can be read");
        world.switch_on(*host);
    }
    found
}

#[test]
fn nobody_reads_a_vote_before_the_close_and_then_all_count_the_same() {
    for seed in seeds(2) {
        println!("seed {seed}");
        let (mut world, hosts) = five(seed);
        let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
        world.switch_off(imre);
        world.part(&[&[rowan], &[asha, noor, tomas]]);
        let poll = open(&mut world, rowan, 25);
        // No teller's computer has seen the poll: the vote stays here, and the voter is told so.
        let Reply::VoteKept(kept) = cast(&mut world, rowan, &poll, "yes", 1) else { panic!("it went out") };
        assert!(kept.words.contains("kept on this computer") && kept.words.contains("2 of 3"), "{}", kept.words);
        let own = opening(&mut world, rowan, &poll).own.unwrap();
        assert!(own.ballot.is_none() && own.answers.len() == 2 && own.words.contains("(0 so far)"), "{}", own.words);
        // It outlives the program.
        world.switch_off(rowan);
        world.switch_on(rowan);
        world.heal();
        world.weather = Weather::STORM;
        let went = |world: &mut World| known(world, tomas, &poll).ballots == 1;
        assert!(world.run_until(6 * MINUTE, went), "seed {seed}");
        assert!(matches!(cast(&mut world, tomas, &poll, "no", 2), Reply::Published(_)));
        cast(&mut world, noor, &poll, "yes", 3);
        // The third teller comes, and all ballots are sealed for her too, by themselves; then she is gone for good.
        world.switch_on(imre);
        let all = |world: &mut World| known(world, imre, &poll).ballots == 3 && known(world, noor, &poll).keys == 3;
        assert!(world.run_until(6 * MINUTE, all), "seed {seed}");
        world.run(2 * MINUTE);
        world.switch_off(imre);
        let to = vec![api::poll::PartDraft { member: "tomas".into(), share: 1 }];
        world.ask(asha, Command::Delegate { poll: poll.clone(), to }).unwrap();

        world.weather = Weather::FAIR;
        let four = [rowan, asha, noor, tomas];
        converge(&mut world, &four, "London", 5 * MINUTE);
        let shown = seen(&mut world, asha, &poll);
        assert_eq!((votes(&shown), shown.voters, shown.voted.len(), shown.cast), (vec![0, 0], 3, 3, 4));
        assert!(shown.questions.iter().all(|question| question.verdict.words.contains("Hidden until the close")));
        assert_eq!(readable(&mut world, &four), 0, "nobody can read what was voted");
        let own = seen(&mut world, tomas, &poll).mine.unwrap();
        assert_eq!(own.answers["roof"], Answer::One("no".into()), "but one's own, on the computer that one voted on");

        until_open(&mut world, tomas, &poll);
        converge(&mut world, &four, "London", 5 * MINUTE);
        let results: Vec<PollView> = four.map(|host| seen(&mut world, host, &poll)).to_vec();
        for view in &results {
            assert_eq!((votes(view), view.cast), (vec![2, 2], 4), "with asha's vote by tomas");
            assert_eq!(view.result_hash, results[0].result_hash);
            assert_eq!(view.closing.as_ref().unwrap().stage, Stage::Final);
            assert!(view.opening.as_ref().unwrap().tellers.iter().all(|teller| teller.early.is_none()));
        }
        assert_eq!(readable(&mut world, &four), 0, "the entries stay sealed: what opens them are the tellers' secrets");
        let vault = world.vault(tomas);
        let kept = vault.secret_votes.values().map(|votes| votes.hidden.len()).sum::<usize>();
        assert!(
            kept == 0
                || world.run_until(MINUTE, |world| world
                    .vault(tomas)
                    .secret_votes
                    .values()
                    .all(|votes| votes.hidden.is_empty()))
        );
        // She comes back, and sees the same.
        world.switch_on(imre);
        converge(&mut world, &hosts, "London", 5 * MINUTE);
        assert_eq!(votes(&seen(&mut world, imre, &poll)), [2, 2]);
    }
}

/// A vote on another computer takes the place of one that waits, and is not undone by it.
#[test]
fn what_waits_gives_way_to_what_was_said_later_elsewhere() {
    let (mut world, hosts) = five(3);
    let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
    let poll = open(&mut world, rowan, 15);
    world.switch_off(imre);
    converge(&mut world, &[rowan, asha, noor, tomas], "London", 2 * MINUTE);
    assert!(world.run_until(2 * MINUTE, |world| known(world, tomas, &poll).keys == 2));
    cast(&mut world, tomas, &poll, "no", 1);
    converge(&mut world, &[rowan, asha, noor, tomas], "London", 2 * MINUTE);
    // Changed before the third key comes: what is cast again then is the change.
    cast(&mut world, tomas, &poll, "yes", 4);
    world.switch_on(imre);
    assert!(world.run_until(5 * MINUTE, |world| opening(world, tomas, &poll).keys == 3));
    world.run(MINUTE);
    world.switch_off(asha);
    until_open(&mut world, tomas, &poll);
    let view = seen(&mut world, tomas, &poll);
    assert_eq!(votes(&view), [1, 0]);
    assert_eq!(view.mine.unwrap().answers["roof"], Answer::One("yes".into()));
}

/// Whoever is told that nothing can be written has not voted, and does not by themself later.
#[test]
fn a_vote_that_was_refused_is_not_cast_when_writing_goes_on() {
    let (mut world, hosts) = five(4);
    let [rowan, .., tomas] = hosts[..] else { panic!() };
    let poll = open(&mut world, rowan, 15);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    assert!(world.run_until(2 * MINUTE, |world| known(world, tomas, &poll).keys == 3));
    cast(&mut world, tomas, &poll, "no", 1);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    world.back_up(tomas);
    world.part(&[&hosts[..4], &[tomas]]);
    world.restore(tomas);
    assert_eq!(tries(&mut world, tomas, &poll, "yes", 4).unwrap_err().code, ErrorCode::Storage);
    world.heal();
    until_open(&mut world, rowan, &poll);
    let view = seen(&mut world, rowan, &poll);
    assert_eq!((votes(&view), view.aside.replaced), (vec![0, 1], 0));

    // Whoever hands the result on hands on the same as others, whether or not their computer has told them what it counted.
    world.ask(rowan, Command::Recount { poll: poll.clone() }).unwrap();
    world.run(MINUTE);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    let told = [rowan, tomas].map(|host| seen(&mut world, host, &poll));
    assert_ne!(told[0].counts, told[1].counts);
    let files = told.map(|view| node::whole_result(&view).unwrap());
    assert_eq!(files[0], files[1]);
}

fn tellers_words(world: &mut World, host: HostId, poll: &str) -> String {
    let Ok(Reply::Closing(closing)) = world.ask(host, Command::Tellers { poll: poll.into() }) else { panic!() };
    closing.words.join(" ")
}

fn line(world: &mut World, host: HostId, poll: &str) -> PollSummary {
    let Ok(Reply::Polls(polls)) = world.ask(host, Command::Polls { chapter: None }) else { panic!() };
    polls.into_iter().find(|summary| summary.poll == poll).unwrap()
}

/// Of two tellers none can be missing: that is said before, at every step, and when it cannot be helped any more. A recall destroys
/// nothing.
#[test]
fn votes_wait_for_a_teller_who_was_recalled_and_are_told_as_lost_when_nobody_can_open_them() {
    let mut world = World::new(5, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
    let until = || "2027-11-23T18:00:00Z".to_owned();
    let give = |name: &str| Measure::Give { role: Role::Teller, member: name.into(), until: until() };
    let recall = |name: &str| Measure::Recall { role: Role::Teller, member: name.into() };
    let preview = Command::PreviewPoll { chapter: "London".into(), poll: draft(12, world.now().0), propose: true };
    let Ok(Reply::PollPreview(preview)) = world.ask(rowan, preview) else { panic!() };
    assert!(preview.opening.unwrap().words[1].starts_with("Nobody has the task of a teller"));
    for name in ["asha", "imre"] {
        decide(&mut world, &hosts[..4], give(name));
    }
    for propose in [true, false] {
        let preview = Command::PreviewPoll { chapter: "London".into(), poll: draft(12, world.now().0), propose };
        let Ok(Reply::PollPreview(preview)) = world.ask(rowan, preview) else { panic!() };
        let warning = preview.opening.unwrap().warning.unwrap();
        assert!(warning.contains("nobody can ever read them"), "{warning}");
    }
    let poll = open(&mut world, rowan, 12);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    assert!(world.run_until(2 * MINUTE, |world| known(world, tomas, &poll).keys == 2));
    for (host, roof) in [(rowan, "yes"), (noor, "yes"), (tomas, "no")] {
        cast(&mut world, host, &poll, roof, 1);
    }
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    world.switch_off(asha);
    let four = [rowan, imre, noor, tomas];
    assert!((0..20).any(|_| {
        world.run(MINUTE);
        opening(&mut world, rowan, &poll).stage == OpeningStage::Closing
    }));
    world.run(3 * MINUTE);
    let words = tellers_words(&mut world, rowan, &poll);
    assert!(words.contains("does not open it") && words.contains("also after a recall"), "{words}");
    let moved = decide(&mut world, &four, recall("asha"));
    let effect = motion(&mut world, rowan, &moved).unwrap().effect;
    assert!(effect.contains("3 votes in \"Roof\" cannot be opened without the key of asha"), "{effect}");
    decide(&mut world, &four, give("noor"));
    assert!(world.run_until(5 * MINUTE, |world| opening(world, tomas, &poll).stage == OpeningStage::Waiting));
    assert!(world.run_until(5 * MINUTE, |world| opening(world, tomas, &poll).secrets == 1));
    let waits = opening(&mut world, tomas, &poll);
    assert!(waits.words[0].contains("Missing: asha"), "{}", waits.words[0]);
    assert_eq!((waits.waiting, waits.lost, seen(&mut world, tomas, &poll).voters), (3, 0, 3));
    // She comes back, hears that she was recalled, and her computer opens what nobody else can.
    world.switch_on(asha);
    assert!(world.run_until(5 * MINUTE, |world| opening(world, tomas, &poll).stage == OpeningStage::Open));
    let view = seen(&mut world, tomas, &poll);
    assert_eq!((votes(&view), view.closing.unwrap().stage), (vec![2, 1], Stage::Final));

    // Imre goes, and is removed: now it is too late.
    let lost = open(&mut world, rowan, 12);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    assert!(world.run_until(2 * MINUTE, |world| known(world, tomas, &lost).keys == 2));
    cast(&mut world, tomas, &lost, "no", 1);
    cast(&mut world, asha, &lost, "no", 1);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    // Should he leave by himself, he is told before.
    assert_eq!(chapter_page(&mut world, imre, "London").summary.owed, ["2 votes in \"Roof\""]);
    assert!(chapter_page(&mut world, asha, "London").summary.owed.is_empty());
    world.switch_off(imre);
    assert!((0..20).any(|_| {
        world.run(MINUTE);
        opening(&mut world, rowan, &lost).stage == OpeningStage::Closing
    }));
    let four = [rowan, asha, noor, tomas];
    let moved = propose(&mut world, rowan, remove("imre"));
    let effect = motion(&mut world, rowan, &moved).unwrap().effect;
    assert!(effect.contains("2 votes in \"Roof\" can then never be opened"), "{effect}");
    four.iter().for_each(|host| vote(&mut world, *host, &moved));
    decide(&mut world, &four, give("tomas"));
    assert!((0..20).any(|_| {
        world.run(MINUTE);
        opening(&mut world, rowan, &lost).stage == OpeningStage::Lost
    }));
    let view = seen(&mut world, rowan, &lost);
    assert!(view.sealed().unwrap().starts_with("2 sealed votes cannot be opened any more"), "{:?}", view.sealed());
    assert_eq!((view.voters, view.aside.lost, view.aside.invalid, view.counts), (2, 2, 0, None));
    assert!(view.questions.iter().all(|question| question.verdict.words.starts_with("No result")));
    let closing = view.closing.unwrap();
    assert!(closing.stage != Stage::Final && !closing.words.join(" ").contains("final"), "{:?}", closing.words);
    let summary = line(&mut world, rowan, &lost);
    assert_eq!((summary.voters, summary.lost), (2, true));
}
