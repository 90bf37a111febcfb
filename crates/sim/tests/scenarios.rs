//! What people do, on a simulated network of real nodes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;

use api::{
    Command, PollDraft, Reply,
    draft::QuestionDraft,
    poll::Answer,
    reply::SyncReport,
    view::{PollView, PostKind, Share},
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;
use std::collections::BTreeMap;

const FIVE: [&str; 5] = ["rowan", "asha", "imre", "noor", "tomas"];

#[test]
fn first_evening_two_laptops_in_a_room() {
    for seed in seeds(5) {
        println!("seed {seed}");
        let mut world = World::new(seed, Weather::FAIR);
        let (rowan, asha) = (world.add("rowan"), world.add("asha"));
        found(&mut world, rowan, "London");
        let title = post(&mut world, rowan, "London", "The last train");
        world.wire_all();
        let before = world.now().0;
        join(&mut world, rowan, asha, "London");
        converge(&mut world, &[rowan, asha], "London", 10_000);
        assert!(world.now().0 - before <= 10_000, "ten seconds later both show the same page");
        let Reply::Post(seen) = world.ask(asha, Command::Show { entry: title.clone() }).unwrap() else { panic!() };
        assert_eq!(seen.title, "The last train");
        world.run(2_000);
        let Reply::Post(seen) = world.ask(rowan, Command::Show { entry: title }).unwrap() else { panic!() };
        assert_eq!(seen.head.share, Share { have: 2, of: 2 }, "the author sees that both devices have it");
    }
}

#[test]
fn everybody_writes_at_once_in_a_storm() {
    for seed in seeds(4) {
        println!("seed {seed}");
        let mut world = World::new(seed, Weather::FAIR);
        let hosts = chapter_of(&mut world, &FIVE);
        world.weather = Weather::STORM;
        for round in 0..8 {
            for host in &hosts {
                post(&mut world, *host, "London", &format!("round {round}"));
            }
            world.run(100);
        }
        converge(&mut world, &hosts, "London", 900_000);
        let (entries, _) = state(&mut world, hosts[0], "London");
        assert_eq!(entries, 1 + 4 * 2 + 40, "charter, invitations and admissions, posts: nothing is lost");
    }
}

#[test]
fn a_parted_chapter_grows_together_again() {
    for seed in seeds(4) {
        println!("seed {seed}");
        let mut world = World::new(seed, Weather::FAIR);
        let hosts = chapter_of(&mut world, &FIVE);
        converge(&mut world, &hosts, "London", 60_000);
        let (left, right) = hosts.split_at(2);
        world.part(&[left, right]);
        for round in 0..5 {
            for host in &hosts {
                post(&mut world, *host, "London", &format!("apart {round}"));
            }
            world.run(1_000);
        }
        assert_ne!(state(&mut world, left[0], "London"), state(&mut world, right[0], "London"));
        world.heal();
        converge(&mut world, &hosts, "London", 300_000);
    }
}

#[test]
fn two_who_are_never_online_together_meet_through_a_third() {
    let mut world = World::new(7, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre"]);
    let [rowan, asha, imre] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 60_000);
    world.switch_off(asha);
    post(&mut world, rowan, "London", "While asha was away");
    converge(&mut world, &[rowan, imre], "London", 60_000);
    world.switch_off(rowan);
    world.switch_on(asha);
    converge(&mut world, &[asha, imre], "London", 120_000);
    post(&mut world, asha, "London", "While rowan was away");
    converge(&mut world, &[asha, imre], "London", 60_000);
    world.switch_off(asha);
    world.switch_on(rowan);
    converge(&mut world, &[rowan, imre], "London", 120_000);
    let (entries, _) = state(&mut world, rowan, "London");
    assert_eq!(entries, 1 + 2 * 2 + 2);
}

#[test]
fn the_founder_is_gone_and_joining_goes_on() {
    let mut world = World::new(8, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha"]);
    world.switch_off(hosts[0]);
    let imre = world.add("imre");
    world.wire_all();
    join(&mut world, hosts[1], imre, "London");
    converge(&mut world, &[hosts[1], imre], "London", 60_000);
}

#[test]
fn a_newcomer_joins_a_chapter_that_does_not_fit_one_page() {
    let mut world = World::new(9, Weather::FAIR);
    let (rowan, asha) = (world.add("rowan"), world.add("asha"));
    found(&mut world, rowan, "London");
    let mut number = 1_u32;
    let mut next = || {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'!' + u8::try_from(number >> 24).unwrap() % 90)
    };
    // Short ones, so that the first page is filled to its last byte; nothing that can be compressed; and several pages
    // before asha's admission.
    for n in 0..600 {
        let (title, body) = (format!("Roll {n}"), (0..1_000).map(|_| next()).collect());
        let command = Command::Post { chapter: "London".into(), kind: PostKind::Blog, title, body };
        world.ask(rowan, command).unwrap();
    }
    world.wire_all();
    join(&mut world, rowan, asha, "London");
    converge(&mut world, &[rowan, asha], "London", 20_000);
    // Whom imre asks is a member by one of the last entries.
    world.switch_off(rowan);
    let imre = world.add("imre");
    world.wire_all();
    join(&mut world, asha, imre, "London");
    converge(&mut world, &[asha, imre], "London", 20_000);
}

#[test]
fn the_newcomer_years_later_reads_the_latest_first() {
    let mut world = World::new(10, Weather { latency_min: 300, latency_max: 300, ..Weather::FAIR });
    let (rowan, asha) = (world.add("rowan"), world.add("asha"));
    found(&mut world, rowan, "London");
    for n in 1..1_500 {
        post(&mut world, rowan, "London", &format!("Day {n}"));
    }
    world.run(1_000);
    let last = post(&mut world, rowan, "London", "The latest");
    world.wire_all();
    let invitation = invite(&mut world, rowan, "London");
    start_join(&mut world, asha, invitation);
    let feed = |world: &mut World| match world
        .ask(asha, Command::Feed { chapter: Some("London".into()), kind: None, limit: 1_000, after: None })
    {
        Ok(Reply::Feed(items)) => items,
        _ => Vec::new(),
    };
    assert!(world.run_until(60_000, |world| !feed(world).is_empty()));

    // The latest are there long before all that came before them, and they say so.
    let items = feed(&mut world);
    assert!(state(&mut world, asha, "London").0 < 800, "most is still on its way");
    assert!((items[0].title.as_str(), items[0].early, items[0].author.as_str()) == ("The latest", true, "rowan"));
    assert!(items.iter().filter(|item| item.early).count() > 50);
    assert!(items.iter().any(|item| !item.early && item.title == "Day 1"));
    let seen = show(&mut world, asha, &last).unwrap();
    assert!((seen.body.as_str(), seen.head.early) == ("About The latest.", true));
    let news =
        Command::Feed { chapter: None, kind: Some("news".into()), limit: 2, after: Some(items[3].entry.clone()) };
    let Reply::Feed(more) = world.ask(asha, news).unwrap() else { panic!() };
    assert_eq!(more, items[4..6], "the feed goes on behind one of them");
    let Reply::Chapters(list) = world.ask(asha, Command::ListChapters).unwrap() else { panic!() };
    assert!(list[0].arriving && !list[0].joining && list[0].left > 500);
    let me = match world.ask(asha, Command::WhoAmI) {
        Ok(Reply::Me(me)) => me.member,
        _ => panic!(),
    };
    let early = Command::Comment { entry: last.clone(), body: "Now?".into() };
    let known =
        Command::Comment { entry: items.iter().find(|item| !item.early).unwrap().entry.clone(), body: "Hm".into() };
    let own = Command::ShowMember { chapter: "London".into(), member: me };
    for (command, words) in [(early, "came ahead"), (known, "still arriving"), (own, "still arriving")] {
        let refused = world.ask(asha, command).unwrap_err();
        assert!(refused.message.contains(words), "she is not a member yet, as far as she can tell: {refused}");
    }
    assert!(!has_joined(&mut world, asha));

    converge(&mut world, &[rowan, asha], "London", 60_000);
    let items = feed(&mut world);
    assert!(items.len() == 1_000 && items.iter().all(|item| !item.early));
    assert!(!show(&mut world, asha, &last).unwrap().head.early);
    let answer = Command::Comment { entry: last, body: "Now.".into() };
    assert!(world.ask(asha, answer).is_ok());
}

#[test]
fn a_chapter_that_arrives_can_be_given_up() {
    let mut world = World::new(11, Weather { latency_min: 300, latency_max: 300, ..Weather::FAIR });
    let (rowan, asha) = (world.add("rowan"), world.add("asha"));
    found(&mut world, rowan, "London");
    for n in 1..1_500 {
        post(&mut world, rowan, "London", &format!("Day {n}"));
    }
    world.wire_all();
    let invitation = invite(&mut world, rowan, "London");
    let list = |world: &mut World| match world.ask(asha, Command::ListChapters) {
        Ok(Reply::Chapters(list)) => list,
        other => panic!("{other:?}"),
    };
    // Whoever changes their mind takes the same invitation once more, at once or later.
    for wait in [0, 0, 20_000] {
        start_join(&mut world, asha, invitation.clone());
        assert!(world.run_until(60_000, |world| list(world).iter().any(|chapter| chapter.arriving)));
        // While pages are on their way.
        world.run(100);
        world.ask(asha, Command::Leave { chapter: "London".into(), why: String::new() }).unwrap();
        assert_eq!(list(&mut world), [], "nothing of it is left");
        world.run(wait);
        assert_eq!(list(&mut world), []);
    }
    start_join(&mut world, asha, invitation);
    converge(&mut world, &[rowan, asha], "London", 60_000);
}

#[test]
fn a_plug_pulled_at_any_moment_loses_nothing_that_was_answered() {
    for seed in seeds(6) {
        println!("seed {seed}");
        let mut world = World::new(seed, Weather::STORM);
        let hosts = chapter_of(&mut world, &["rowan", "asha", "imre"]);
        let mut written = Vec::new();
        for round in 0..10u64 {
            let host = hosts[((seed + round) % 3) as usize];
            written.push(post(&mut world, host, "London", &format!("round {round}")));
            world.run(seed * 37 % 300);
            world.switch_off(host);
            world.run(200);
            world.switch_on(host);
        }
        converge(&mut world, &hosts, "London", 900_000);
        for entry in written {
            for host in &hosts {
                world.ask(*host, Command::Show { entry: entry.clone() }).unwrap();
            }
        }
    }
}

#[test]
fn a_peer_that_lies_floods_and_replays_changes_nothing() {
    for seed in seeds(4) {
        println!("seed {seed}");
        let mut world = World::new(seed, Weather::FAIR);
        let hosts = chapter_of(&mut world, &["rowan", "asha", "imre"]);
        world.add_hostile();
        for round in 0..10 {
            for host in &hosts {
                post(&mut world, *host, "London", &format!("round {round}"));
            }
            world.run(2_000);
        }
        converge(&mut world, &hosts, "London", 300_000);
        let (entries, _) = state(&mut world, hosts[0], "London");
        assert_eq!(entries, 1 + 2 * 2 + 30);
    }
}

#[test]
fn a_stranger_in_the_room_gets_nothing() {
    let mut world = World::new(9, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha"]);
    let stranger = world.add("mallory");
    found(&mut world, stranger, "Elsewhere");
    world.wire_all();
    post(&mut world, hosts[0], "London", "For members");
    world.run(60_000);
    let Reply::Chapters(list) = world.ask(stranger, Command::ListChapters).unwrap() else { panic!() };
    assert_eq!(list.len(), 1);
    assert!(world.ask(stranger, Command::State { chapter: "London".into() }).is_err());
    let Reply::Peers(peers) = world.ask(stranger, Command::Peers).unwrap() else { panic!() };
    assert!(peers.iter().all(|peer| peer.chapters.is_empty() && peer.handle.is_none()));
}

#[test]
fn a_clock_a_year_ahead_makes_its_entries_wait_and_loses_none() {
    let mut world = World::new(10, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha"]);
    world.skew(hosts[1], 3_600_000);
    let ahead = post(&mut world, hosts[1], "London", "From the future");
    world.run(30_000);
    assert!(world.ask(hosts[0], Command::Show { entry: ahead.clone() }).is_err(), "not yet");
    let told = |world: &mut World, host, words: &str| {
        let page = chapter_page(world, host, "London");
        assert!(page.notices.iter().any(|notice| notice.contains(words)), "{:?}", page.notices);
    };
    told(&mut world, hosts[0], "1 entry by asha is dated ahead of this computer's clock");
    // With the clock right again, what it writes waits behind that, and its owner is told why nobody answers.
    world.skew(hosts[1], 0);
    let behind = post(&mut world, hosts[1], "London", "The clock is right again");
    world.run(30_000);
    assert!(world.ask(hosts[0], Command::Show { entry: behind.clone() }).is_err(), "not yet");
    told(&mut world, hosts[1], "This computer wrote 1 entry here with a date that is still to come");
    told(&mut world, hosts[1], "If the clock is wrong now, set it right, and that is all.");
    told(&mut world, hosts[0], "1 entry waits for others that have not arrived yet.");
    world.run(3_600_000);
    let page = chapter_page(&mut world, hosts[1], "London");
    assert!(page.notices.is_empty(), "{:?}", page.notices);
    world.ask(hosts[0], Command::Show { entry: behind }).unwrap();
    world.ask(hosts[0], Command::Show { entry: ahead }).unwrap();
    converge(&mut world, &hosts, "London", 120_000);
}

fn synced(world: &mut World, host: HostId) -> SyncReport {
    let sync = Command::Sync { chapter: "London".into(), peer: None, timeout_seconds: 30 };
    match world.ask(host, sync) {
        Ok(Reply::Synced(report)) => report,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_exchange_says_what_it_came_to_and_not_what_came_before() {
    let mut world = World::new(43, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha"]);
    let [rowan, asha] = hosts[..] else { panic!() };
    post(&mut world, rowan, "London", "News");
    converge(&mut world, &hosts, "London", MINUTE);
    world.run(MINUTE);
    for _ in 0..3 {
        let report = synced(&mut world, asha);
        assert_eq!((report.sent, report.received, report.rounds), (0, 0, 0), "nothing was left to do: {report:?}");
        assert!(report.bytes_in < 1_000 && report.bytes_out < 1_000, "{report:?}");
    }
    // What this exchange brings counts, and once.
    world.part(&[&[rowan], &[asha]]);
    post(&mut world, rowan, "London", "While nobody listened");
    world.heal();
    let report = synced(&mut world, asha);
    assert_eq!((report.sent, report.received), (0, 1), "{report:?}");
    let report = synced(&mut world, asha);
    assert_eq!((report.sent, report.received), (0, 0), "{report:?}");
}

#[test]
fn an_invitation_is_used_once_and_not_after_it_expired() {
    let mut world = World::new(11, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha"]);
    let (imre, noor) = (world.add("imre"), world.add("noor"));
    world.wire_all();
    let invitation = invite(&mut world, hosts[0], "London");
    start_join(&mut world, imre, invitation.clone());
    assert!(world.run_until(60_000, |world| has_joined(world, imre)));
    converge(&mut world, &[hosts[0], hosts[1], imre], "London", 60_000);
    start_join(&mut world, noor, invitation);
    let mut reason = String::new();
    assert!(world.run_until(60_000, |world| {
        for event in world.events(noor) {
            if let api::Event::JoinRefused { reason: why, .. } = event {
                reason = why;
            }
        }
        !reason.is_empty()
    }));
    assert!(reason.contains("used already"), "{reason}");
    let short = Command::Invite { chapter: "London".into(), expires_seconds: 5, uses: 1 };
    let Reply::Invitation(short) = world.ask(hosts[0], short).unwrap() else { panic!() };
    world.run(10_000);
    let refused = world.ask(noor, Command::Join { invitation: short.invitation }).unwrap_err();
    assert!(refused.message.contains("expired"), "{refused}");
}

fn draft(closes: u64) -> PollDraft {
    let question = |key: &str, options: &[&str]| QuestionDraft {
        key: key.into(),
        text: format!("What about {key}?"),
        options: options.iter().map(|option| (*option).to_owned()).collect(),
        ..QuestionDraft::default()
    };
    let minute = closes / 60_000 % 60;
    PollDraft {
        title: "The organisation's future".into(),
        description: String::new(),
        closes: format!("2026-11-23T18:{minute:02}:00Z"),
        questions: vec![question("room", &["yes", "no"]), question("fund", &["none", "some", "all"])],
        ..PollDraft::default()
    }
}

fn vote(world: &mut World, host: HostId, poll: &str, room: Option<&str>, fund: Option<&str>) {
    let said = |option: Option<&str>| option.map_or(Answer::Blank, |option| Answer::One(option.to_owned()));
    let answers = BTreeMap::from([("room".to_owned(), said(room)), ("fund".to_owned(), said(fund))]);
    world.ask(host, Command::Vote { poll: poll.into(), answers, reasons: BTreeMap::new() }).unwrap();
}

fn result(world: &mut World, host: HostId, poll: &str) -> PollView {
    let Reply::Poll(view) = world.ask(host, Command::ShowPoll { poll: poll.into() }).unwrap() else { panic!() };
    *view
}

#[test]
fn a_poll_with_blanks_changed_votes_and_a_late_ballot_counts_the_same_everywhere() {
    for seed in seeds(3) {
        println!("seed {seed}");
        let mut world = World::new(seed, Weather::FAIR);
        let hosts = chapter_of(&mut world, &FIVE);
        converge(&mut world, &hosts, "London", 60_000);
        world.weather = Weather::STORM;
        let closes = world.now().0 + 12 * 60_000;
        let command = Command::OpenPoll { chapter: "London".into(), poll: draft(closes) };
        let Reply::PollOpened(opened) = world.ask(hosts[0], command).unwrap() else { panic!() };
        converge(&mut world, &hosts, "London", 200_000);
        let poll = opened.poll;
        vote(&mut world, hosts[0], &poll, Some("yes"), Some("none"));
        vote(&mut world, hosts[1], &poll, Some("yes"), None);
        vote(&mut world, hosts[2], &poll, Some("no"), Some("all"));
        vote(&mut world, hosts[3], &poll, None, None);
        vote(&mut world, hosts[2], &poll, Some("yes"), Some("some"));
        // After the close by everybody's clock but one, which is slow.
        let wait = closes - world.now().0 + 61_000;
        world.run(wait);
        let late = Command::Vote { poll: poll.clone(), answers: BTreeMap::new(), reasons: BTreeMap::new() };
        assert!(world.ask(hosts[4], late).is_err(), "a closed poll takes no votes");
        converge(&mut world, &hosts, "London", 600_000);
        let first = result(&mut world, hosts[0], &poll);
        assert_eq!((first.roll, first.voters), (5, 4));
        let votes = |q: usize| first.questions[q].options.iter().map(|option| option.votes).collect::<Vec<_>>();
        assert_eq!((votes(0), first.questions[0].blank, first.questions[0].total), (vec![3, 0], 1, 3));
        assert_eq!((votes(1), first.questions[1].blank, first.questions[1].total), (vec![1, 1, 0], 2, 2));
        for host in &hosts[1..] {
            assert_eq!(result(&mut world, *host, &poll).result_hash, first.result_hash);
        }
    }
}

#[test]
fn a_disk_that_lost_entries_is_noticed_and_mended_before_anything_is_signed() {
    let mut world = World::new(12, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha"]);
    for n in 0..5 {
        post(&mut world, hosts[1], "London", &format!("Post {n}"));
    }
    converge(&mut world, &hosts, "London", 60_000);
    // Long enough for the counts to be noted.
    world.run(20_000);
    let Reply::Chapters(chapters) = world.ask(hosts[1], Command::ListChapters).unwrap() else { panic!() };
    let id = chapters[0].chapter.clone();
    world.part(&[&[hosts[0]], &[hosts[1]]]);
    world.lose_the_disk(hosts[1]);
    world.switch_on(hosts[1]);
    assert!(world.events(hosts[1]).iter().any(|event| matches!(event, api::Event::Mending { .. })), "it is said");
    let early = Command::Post {
        chapter: id,
        kind: api::view::PostKind::News,
        title: "In the place of another".into(),
        body: String::new(),
    };
    let refused = world.ask(hosts[1], early).unwrap_err();
    assert_eq!(refused.code, api::ErrorCode::Storage, "{refused}");
    world.heal();
    converge(&mut world, &hosts, "London", 120_000);
    post(&mut world, hosts[1], "London", "After mending");
    converge(&mut world, &hosts, "London", 60_000);
    let Reply::ChapterPage(page) = world.ask(hosts[0], Command::ShowChapter { chapter: "London".into() }).unwrap()
    else {
        panic!()
    };
    assert!(page.notices.is_empty(), "no fork: {:?}", page.notices);
}

#[test]
fn an_old_backup_signs_nothing_before_the_others_have_sent_what_it_lacks() {
    for seed in seeds(3) {
        println!("seed {seed}");
        let mut world = World::new(seed, Weather::FAIR);
        let hosts = chapter_of(&mut world, &["rowan", "asha"]);
        post(&mut world, hosts[1], "London", "Before the backup");
        converge(&mut world, &hosts, "London", 60_000);
        world.back_up(hosts[1]);
        for n in 0..3 {
            post(&mut world, hosts[1], "London", &format!("After the backup {n}"));
        }
        converge(&mut world, &hosts, "London", 60_000);
        let (entries, _) = state(&mut world, hosts[0], "London");
        world.part(&[&[hosts[0]], &[hosts[1]]]);
        world.restore(hosts[1]);
        assert!(world.events(hosts[1]).iter().any(|event| matches!(event, api::Event::Mending { .. })), "it is said");
        // Also after another restart, with nobody there.
        world.run(20_000);
        world.switch_off(hosts[1]);
        world.switch_on(hosts[1]);
        let early = Command::Post {
            chapter: "London".into(),
            kind: api::view::PostKind::News,
            title: "In the place of another".into(),
            body: String::new(),
        };
        let refused = world.ask(hosts[1], early).unwrap_err();
        assert_eq!(refused.code, api::ErrorCode::Storage, "{refused}");
        world.heal();
        converge(&mut world, &hosts, "London", 120_000);
        post(&mut world, hosts[1], "London", "After all");
        converge(&mut world, &hosts, "London", 60_000);
        assert_eq!(state(&mut world, hosts[0], "London").0, entries + 1, "nothing was lost, and nothing came twice");
        let Reply::ChapterPage(page) = world.ask(hosts[0], Command::ShowChapter { chapter: "London".into() }).unwrap()
        else {
            panic!()
        };
        assert!(page.notices.is_empty(), "no fork: {:?}", page.notices);
    }
}
