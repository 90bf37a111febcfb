//! What people are told when something ended: an invitation, a membership, what somebody wrote by it.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use api::{
    Command, ErrorCode, Event, Reply,
    draft::{Measure, Profile},
    people::{History, MemberPage, RulesView, VoidedView},
    view::{ChapterPage, FeedItem, PostKind, Tier},
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;
use keys::Invitation;

fn page(world: &mut World, host: HostId) -> ChapterPage {
    match world.ask(host, Command::ShowChapter { chapter: "London".into() }) {
        Ok(Reply::ChapterPage(page)) => *page,
        other => panic!("{other:?}"),
    }
}

fn voided(world: &mut World, host: HostId) -> Vec<VoidedView> {
    match world.ask(host, Command::Voided { chapter: "London".into() }) {
        Ok(Reply::Voided(list)) => list,
        other => panic!("{other:?}"),
    }
}

fn feed(world: &mut World, host: HostId) -> Vec<FeedItem> {
    match world.ask(host, Command::Feed { chapter: None, kind: None, limit: 100, after: None }) {
        Ok(Reply::Feed(items)) => items,
        other => panic!("{other:?}"),
    }
}

fn invite_for(world: &mut World, host: HostId, expires_seconds: u64, uses: u64) -> String {
    let command = Command::Invite { chapter: "London".into(), expires_seconds, uses };
    let Ok(Reply::Invitation(made)) = world.ask(host, command) else { panic!("no invitation") };
    assert_eq!(made.uses, uses);
    made.invitation
}

/// What the newcomer hears of it: joined, refused, or that it is not known.
fn outcome(world: &mut World, newcomer: HostId, invitation: &str) -> Event {
    start_join(world, newcomer, invitation.to_owned());
    let mut heard = None;
    let of_it =
        |event: &Event| matches!(event, Event::Joined { .. } | Event::JoinRefused { .. } | Event::JoinUnknown { .. });
    world.run_until(5 * MINUTE, |world| {
        heard = world.events(newcomer).into_iter().find(of_it);
        heard.is_some()
    });
    heard.unwrap()
}

#[test]
fn an_invitation_that_cannot_be_used_is_refused_and_both_sides_learn_why() {
    let mut world = World::new(31, Weather::FAIR);
    let rowan = world.add("rowan");
    found(&mut world, rowan, "London");
    let guests = ["asha", "imre", "noor", "tomas", "vera", "wren"].map(|name| world.add(name));
    let [asha, imre, noor, tomas, vera, wren] = guests;
    world.wire_all();
    for uses in [0, 1001] {
        let command = Command::Invite { chapter: "London".into(), expires_seconds: 60, uses };
        assert_eq!(world.ask(rowan, command).unwrap_err().code, ErrorCode::Invalid, "{uses}");
    }

    // For two: the third is told, and so is the member who would have let them in.
    let for_two = invite_for(&mut world, rowan, 86_400, 2);
    for guest in [asha, imre] {
        assert!(matches!(outcome(&mut world, guest, &for_two), Event::Joined { .. }));
    }
    assert_eq!(page(&mut world, rowan).notices, Vec::<String>::new());
    let Event::JoinRefused { reason, .. } = outcome(&mut world, noor, &for_two) else { panic!("noor is in") };
    assert!(reason.contains("used already"), "{reason}");
    let noticed = |world: &mut World, part: &str| {
        let hosts = [rowan, asha, imre];
        hosts.into_iter().flat_map(|host| page(world, host).notices).find(|notice| notice.contains(part)).unwrap()
    };
    let notice = noticed(&mut world, "called noor");
    assert!(notice.contains("by rowan that had been used up") && notice.contains("six words"), "{notice}");

    // Whoever's clock is slow does not notice by themself that it is over.
    let short = invite_for(&mut world, rowan, 5, 1);
    world.run(MINUTE);
    let refused = world.ask(tomas, Command::Join { invitation: short.clone() }).unwrap_err();
    assert!(refused.code == ErrorCode::Invitation && refused.message.contains("expired"), "{refused}");
    world.skew(tomas, -600_000);
    let Event::JoinRefused { reason, .. } = outcome(&mut world, tomas, &short) else { panic!("tomas is in") };
    assert!(reason.contains("expired"), "{reason}");
    assert!(noticed(&mut world, "called tomas").contains("by rowan that had expired"));

    // Forged: somebody who knows the chapter makes up a secret. Members' computers go on being asked: they may not have
    // heard of it yet.
    let mut forged = Invitation::from_text(&for_two).unwrap();
    forged.secret = [7; 32];
    let Event::JoinUnknown { reason, .. } = outcome(&mut world, vera, &forged.to_text()) else { panic!("vera is in") };
    assert!(reason.contains("does not know this invitation"), "{reason}");
    noticed(&mut world, "not known here");

    // Altered: it is not sent anywhere. A later end, with a check that fits: what the chapter has on record counts.
    let mut letters = for_two.clone().into_bytes();
    let middle = letters.len() / 2;
    letters[middle] = if letters[middle] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(letters).unwrap();
    let refused = world.ask(wren, Command::Join { invitation: altered }).unwrap_err();
    assert!(refused.code == ErrorCode::Invitation && refused.message.contains("damaged"), "{refused}");
    let mut longer = Invitation::from_text(&short).unwrap();
    longer.expires += 86_400_000;
    let Event::JoinRefused { reason, .. } = outcome(&mut world, wren, &longer.to_text()) else { panic!("wren is in") };
    assert!(reason.contains("expired"), "{reason}");
    assert!(noticed(&mut world, "called wren").contains("expired"));
    assert_eq!(members(&mut world, rowan), ["asha", "imre", "rowan"]);
}

#[test]
fn the_author_is_told_what_a_removal_made_void() {
    let mut world = World::new(32, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre", "noor", "tomas"]);
    let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let all: Vec<Vec<Event>> = hosts.iter().map(|host| world.events(*host)).collect();
    assert!(!all.iter().flatten().any(|event| matches!(event, Event::Voided { .. } | Event::Unanswered { .. })));
    assert!(voided(&mut world, tomas).is_empty());

    world.part(&[&[rowan, asha, imre], &[noor], &[tomas]]);
    let unseen = post(&mut world, tomas, "London", "On the train");
    world.ask(tomas, Command::Comment { entry: unseen.clone(), body: "It rains.".into() }).unwrap();
    let decision = decide(&mut world, &[rowan, asha, imre], remove("tomas"));
    world.heal();
    let rest = [rowan, asha, imre, noor];
    converge(&mut world, &rest, "London", 10 * MINUTE);
    // Nobody serves him, not even with the decision. So that is what he is told.
    world.run(2 * MINUTE);
    let heard = world.events(tomas);
    assert!(heard.iter().any(|event| matches!(event, Event::Unanswered { .. })), "{heard:?}");
    let notices = page(&mut world, tomas).notices;
    assert!(notices.iter().any(|notice| notice.contains("do not answer this computer")), "{notices:?}");
    let sync = Command::Sync { chapter: "London".into(), peer: None, timeout_seconds: 120 };
    let refused = world.ask(tomas, sync.clone()).unwrap_err();
    assert!(refused.code == ErrorCode::NotAllowed && refused.message.contains("may have removed you"), "{refused}");
    for host in rest {
        assert!(
            !world.events(host).iter().any(|event| matches!(event, Event::Voided { .. } | Event::Unanswered { .. }))
        );
        assert!(page(&mut world, host).notices.iter().all(|notice| !notice.contains("do not answer")));
    }

    // They make up, and invite him again. Now he learns what the decision made void, and what to do about it.
    world.run(2 * MINUTE);
    let again = invite(&mut world, asha, "London");
    start_join(&mut world, tomas, again);
    converge(&mut world, &hosts, "London", 10 * MINUTE);
    let heard = world.events(tomas);
    assert!(heard.iter().any(|event| matches!(event, Event::Joined { .. })), "{heard:?}");
    assert!(heard.iter().any(|event| matches!(event, Event::Voided { entries: 2, .. })), "{heard:?}");
    let list = voided(&mut world, tomas);
    let [one] = list.as_slice() else { panic!("{list:?}") };
    assert_eq!((one.ended.how.as_str(), one.ended.motion.as_ref(), one.count), ("removed", Some(&decision), 2));
    assert!(one.why.contains("removed you") && one.advice.contains("write it again"), "{one:?}");
    let kinds: Vec<_> = one.entries.iter().map(|entry| (entry.kind.as_str(), entry.title.as_str())).collect();
    assert_eq!(kinds, [("comment", ""), ("news", "On the train")]);
    assert_eq!(one.entries[1].entry, unseen);
    let shown = page(&mut world, tomas);
    assert_eq!(shown.voided, 2);
    assert!(shown.notices.iter().all(|notice| !notice.contains("do not answer")), "they do again: {:?}", shown.notices);
    for host in rest {
        assert!(voided(&mut world, host).is_empty() && page(&mut world, host).voided == 0);
    }
    // It is said once, not after every start.
    world.switch_off(tomas);
    world.switch_on(tomas);
    world.run(MINUTE);
    assert!(!world.events(tomas).iter().any(|event| matches!(event, Event::Voided { .. })));
    assert_eq!(page(&mut world, tomas).voided, 2);
}

#[test]
fn whoever_is_invited_again_after_a_removal_that_they_did_not_hear_of_comes_back_at_once() {
    let mut world = World::new(38, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre", "tomas"]);
    let [rowan, asha, imre, tomas] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    // Another chapter keeps him connected with rowan, whatever becomes of this one.
    found(&mut world, rowan, "Leeds");
    join(&mut world, rowan, tomas, "Leeds");
    let old = invite(&mut world, asha, "London");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let refused = world.ask(tomas, Command::Join { invitation: old }).unwrap_err();
    assert!(refused.message.contains("member of London already"), "{refused}");
    world.part(&[&[rowan, asha, imre], &[tomas]]);
    decide(&mut world, &[rowan, asha, imre], remove("tomas"));
    converge(&mut world, &[rowan, asha, imre], "London", 5 * MINUTE);
    let again = invite(&mut world, asha, "London");
    converge(&mut world, &[rowan, asha, imre], "London", 5 * MINUTE);
    // He has not had the time to notice anything. Rowan, whom he meets, hears nothing from asha.
    world.switch_off(imre);
    world.part(&[&[asha, tomas], &[rowan]]);
    world.run(5_000);
    start_join(&mut world, tomas, again);
    assert!(world.run_until(MINUTE, |world| has_joined(world, tomas)), "he is back");
    assert!(world.ask(tomas, Command::State { chapter: "London".into() }).is_ok());
    world.switch_off(asha);
    world.heal();
    world.run(MINUTE);
    assert!(
        page(&mut world, tomas).notices.iter().any(|notice| notice.contains("do not answer")),
        "rowan does not know"
    );
    // Then rowan hears of it, and nobody has to connect anew.
    world.part(&[&[rowan, tomas], &[asha, imre]]);
    world.switch_on(asha);
    world.switch_on(imre);
    converge(&mut world, &[asha, imre], "London", 5 * MINUTE);
    world.switch_off(asha);
    world.part(&[&[rowan, tomas], &[rowan, imre]]);
    converge(&mut world, &[rowan, imre], "London", 5 * MINUTE);
    world.switch_off(imre);
    let meant = post(&mut world, rowan, "London", "Welcome back");
    assert!(world.run_until(2 * MINUTE, |world| show(world, tomas, &meant).is_some()));
    let notices = page(&mut world, tomas).notices;
    assert!(notices.iter().all(|notice| !notice.contains("do not answer")), "{notices:?}");

    // A member who uses an invitation to their own chapter is told at once, or is in as before.
    world.heal();
    world.switch_on(imre);
    let mine = invite(&mut world, rowan, "London");
    world.events(imre);
    start_join(&mut world, imre, mine);
    assert!(world.run_until(MINUTE, |world| has_joined(world, imre)));
}

#[test]
fn whoever_was_invited_by_somebody_who_is_no_member_any_more_is_told_so() {
    let mut world = World::new(39, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre", "tomas"]);
    let [rowan, asha, imre, tomas] = hosts[..] else { panic!() };
    let [fern, wren] = ["fern", "wren"].map(|name| world.add(name));
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    // One that the others know, made before.
    let known = invite(&mut world, tomas, "London");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.part(&[&[rowan, asha, imre], &[tomas, fern]]);
    decide(&mut world, &[rowan, asha, imre], remove("tomas"));
    world.wire_all();
    // He does not know, and lets a friend in.
    join(&mut world, tomas, fern, "London");
    world.events(fern);
    world.part(&[&[rowan, asha, imre, fern, wren], &[tomas]]);
    let mut reason = String::new();
    let told = world.run_until(2 * MINUTE, |world| {
        let refusal = |event: Event| if let Event::JoinRefused { reason, .. } = event { Some(reason) } else { None };
        reason.extend(world.events(fern).into_iter().find_map(refusal));
        !reason.is_empty()
    });
    assert!(told && reason.contains("tomas, who invited you, is no member of London any more"), "{reason}");
    let notices = page(&mut world, fern).notices;
    assert!(notices.iter().any(|notice| notice.contains("Ask one of them for a new invitation")), "{notices:?}");
    let sync = Command::Sync { chapter: "London".into(), peer: None, timeout_seconds: 120 };
    assert!(world.ask(fern, sync).unwrap_err().message.contains("who invited you"));
    assert_eq!(members(&mut world, rowan), ["asha", "imre", "rowan"]);
    // Who comes with the one that they know is told by whom they meet.
    let Event::JoinRefused { reason, .. } = outcome(&mut world, wren, &known) else { panic!("wren is in") };
    assert!(reason.contains("no member") && reason.contains("new"), "{reason}");

    // A new invitation, and fern is in as everybody; nothing of the old is said any more.
    let again = invite(&mut world, asha, "London");
    start_join(&mut world, fern, again);
    assert!(world.run_until(2 * MINUTE, |world| has_joined(world, fern)), "fern is in");
    converge(&mut world, &[rowan, asha, imre, fern], "London", 5 * MINUTE);
    assert_eq!(members(&mut world, rowan), ["asha", "fern", "imre", "rowan"]);
    let notices = page(&mut world, fern).notices;
    assert!(notices.iter().all(|notice| !notice.contains("who invited you")), "{notices:?}");
}

/// Such a newcomer has no key that the others ever had, so that neither can say a word to the other.
#[test]
fn whoever_was_let_in_by_somebody_who_is_no_member_any_more_and_reads_nothing_older_is_told_so() {
    let mut world = World::new(45, Weather::FAIR);
    let hosts = ["rowan", "asha", "imre", "tomas"].map(|name| world.add(name));
    let [rowan, asha, imre, tomas] = hosts;
    let fern = world.add("fern");
    found_that_shows_nothing_older(&mut world, rowan);
    world.wire_all();
    for host in [asha, imre, tomas] {
        join(&mut world, rowan, host, "London");
    }
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.part(&[&[rowan, asha, imre], &[tomas, fern]]);
    decide(&mut world, &[rowan, asha, imre], remove("tomas"));
    world.wire_all();
    join(&mut world, tomas, fern, "London");
    world.run(MINUTE);
    let unanswered = |event: &Event| matches!(event, Event::Unanswered { .. });
    assert!(!world.events(fern).iter().any(unanswered) && page(&mut world, fern).silence.is_none());
    world.part(&[&[rowan, asha, imre, fern], &[tomas]]);
    let told = world.run_until(2 * MINUTE, |world| world.events(fern).iter().any(unanswered));
    let silence = page(&mut world, fern).silence.unwrap_or_default();
    assert!(
        told && silence.contains("tomas was no member any more") && silence.contains("new invitation"),
        "{silence}"
    );
    let sync = Command::Sync { chapter: "London".into(), peer: None, timeout_seconds: 120 };
    assert!(world.ask(fern, sync).unwrap_err().message.contains("do not answer"));
    for host in [rowan, asha, imre] {
        assert!(page(&mut world, host).silence.is_none() && !world.events(host).iter().any(unanswered));
    }

    let again = invite(&mut world, asha, "London");
    start_join(&mut world, fern, again);
    assert!(world.run_until(2 * MINUTE, |world| has_joined(world, fern)), "fern is in");
    converge(&mut world, &[rowan, asha, imre, fern], "London", 5 * MINUTE);
    assert_eq!(members(&mut world, rowan), ["asha", "fern", "imre", "rowan"]);
    world.run(5_000);
    assert_eq!(page(&mut world, fern).silence, None);
}

#[test]
fn whoever_left_is_told_so_whatever_they_try() {
    let mut world = World::new(33, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre"]);
    let [rowan, asha, _] = hosts[..] else { panic!() };
    let first = post(&mut world, rowan, "London", "First");
    let motion = propose(&mut world, rowan, remove("imre"));
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    assert_eq!(page(&mut world, asha).summary.waiting_motions, 1);
    assert!(feed(&mut world, asha).iter().any(|item| item.motion.as_ref().is_some_and(|motion| motion.waiting)));
    world.ask(asha, Command::Leave { chapter: "London".into(), why: String::new() }).unwrap();

    let chapter = || "London".to_owned();
    for command in [
        Command::Post { chapter: chapter(), kind: PostKind::News, title: "More".into(), body: "Text.".into() },
        Command::Comment { entry: first, body: "Text.".into() },
        Command::VoteOnMotion { motion, choice: api::people::Choice::Yes, why: String::new() },
        Command::Invite { chapter: chapter(), expires_seconds: 60, uses: 1 },
        Command::SetProfile { chapter: chapter(), profile: Profile { handle: "asha".into(), ..Profile::default() } },
        Command::Rotate { chapter: chapter() },
        Command::Leave { chapter: chapter(), why: String::new() },
        Command::Propose {
            chapter: chapter(),
            motion: api::MotionDraft { measure: remove("rowan"), why: "We talked about it.".into(), closes: None },
        },
    ] {
        let refused = world.ask(asha, command.clone()).unwrap_err();
        let right = refused.message.contains("no member of London any more: you left on 2026-");
        assert!(refused.code == ErrorCode::NotAllowed && right, "{command:?}: {refused}");
    }
    let shown = page(&mut world, asha);
    assert_eq!((shown.summary.waiting_motions, shown.summary.waiting_requests, shown.summary.waiting_polls), (0, 0, 0));
    assert!(!feed(&mut world, asha).iter().any(|item| item.motion.as_ref().is_some_and(|motion| motion.waiting)));
}

#[test]
fn whoever_leaves_without_a_net_delivers_that_and_the_exchange_ends() {
    let mut world = World::new(34, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha"]);
    let [rowan, asha] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.part(&[&[rowan], &[asha]]);
    post(&mut world, asha, "London", "Farewell");
    world.ask(asha, Command::Leave { chapter: "London".into(), why: "I move.".into() }).unwrap();
    world.heal();
    let sync = Command::Sync { chapter: "London".into(), peer: None, timeout_seconds: 300 };
    let before = world.now();
    for _ in 0..2 {
        let Reply::Synced(report) = world.ask(asha, sync.clone()).unwrap() else { panic!() };
        let note = report.note.unwrap();
        assert!(note.contains("you left London") && note.contains("the others know"), "{note}");
    }
    assert!(world.now().0 - before.0 < MINUTE, "it ends as soon as they know");
    assert_eq!(members(&mut world, rowan), ["rowan"]);
    assert!(feed(&mut world, rowan).iter().any(|item| item.title == "Farewell"));
}

fn found_that_shows_nothing_older(world: &mut World, founder: HostId) {
    let rules = RulesView { history: History::FromJoining, stands_for_hours: 0, ..RulesView::usual() };
    let (name, place, rules) = ("London".into(), String::new(), Some(Box::new(rules)));
    world.ask(founder, Command::FoundChapter { name, place, tier: Tier::Local, rules }).unwrap();
}

/// They hand over both at once: that they went, and that they want to come back.
#[test]
fn whoever_comes_back_before_the_others_know_that_they_went_is_told_at_once_what_they_need() {
    let mut world = World::new(46, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha"]);
    let [rowan, asha] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.part(&[&[rowan], &[asha]]);
    world.ask(asha, Command::Leave { chapter: "London".into(), why: String::new() }).unwrap();
    let before_they_knew = invite(&mut world, rowan, "London");
    world.events(asha);
    start_join(&mut world, asha, before_they_knew);
    world.heal();
    let mut reason = String::new();
    let refused = world.run_until(MINUTE / 3, |world| {
        let refusal = |event: Event| if let Event::JoinRefused { reason, .. } = event { Some(reason) } else { None };
        reason.extend(world.events(asha).into_iter().find_map(refusal));
        !reason.is_empty()
    });
    assert!(refused && reason.contains("made since they went"), "{reason}");
    let since = invite(&mut world, rowan, "London");
    start_join(&mut world, asha, since);
    assert!(world.run_until(MINUTE, |world| has_joined(world, asha)));
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    assert_eq!(members(&mut world, rowan), ["asha", "rowan"]);
}

#[test]
fn a_newcomers_feed_begins_with_their_joining_where_the_chapter_wants_that() {
    let mut world = World::new(35, Weather::FAIR);
    let [rowan, asha] = ["rowan", "asha"].map(|name| world.add(name));
    found_that_shows_nothing_older(&mut world, rowan);
    let before = ["One", "Two", "Three"].map(|title| post(&mut world, rowan, "London", title));
    world.ask(rowan, Command::Comment { entry: before[0].clone(), body: "Text.".into() }).unwrap();
    world.wire_all();
    join(&mut world, rowan, asha, "London");
    post(&mut world, rowan, "London", "Welcome, asha");
    converge(&mut world, &[rowan, asha], "London", 5 * MINUTE);
    let titles = |world: &mut World, host| feed(world, host).into_iter().map(|item| item.title).collect::<Vec<_>>();
    assert_eq!(titles(&mut world, asha), ["Welcome, asha"]);
    assert_eq!(titles(&mut world, rowan), ["Welcome, asha", "Three", "Two", "One"]);
    assert_eq!((page(&mut world, asha).summary.withheld, page(&mut world, rowan).summary.withheld), (3, 0));
    let unread = Measure::Hide { entry: before[0].clone() };
    let motion = api::MotionDraft { measure: unread, why: "I guess.".into(), closes: None };
    let refused = world.ask(asha, Command::Propose { chapter: "London".into(), motion }).unwrap_err().message;
    assert!(refused.contains("a member who can has to move"), "{refused}");
    // What the chapter hides keeps its place, also where nobody could read it.
    decide(&mut world, &[rowan, asha], Measure::Hide { entry: before[1].clone() });
    converge(&mut world, &[rowan, asha], "London", 5 * MINUTE);
    assert_eq!(page(&mut world, asha).summary.withheld, 2);
    assert!(feed(&mut world, asha).iter().any(|item| item.entry == before[1]));
}

#[test]
fn a_profile_has_an_entry_that_the_chapter_can_hide() {
    let mut world = World::new(36, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre"]);
    let [rowan, asha, imre] = hosts[..] else { panic!() };
    let profile =
        Profile { handle: "imre".into(), about: "My neighbour's name is Quillfeather.".into(), ..Profile::default() };
    world.ask(imre, Command::SetProfile { chapter: "London".into(), profile }).unwrap();
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let member = |world: &mut World, host| -> MemberPage {
        let command = Command::ShowMember { chapter: "London".into(), member: "imre".into() };
        let Ok(Reply::MemberPage(page)) = world.ask(host, command) else { panic!() };
        *page
    };
    let entry = member(&mut world, rowan).profile_entry.unwrap();
    let Ok(Reply::MemberPage(shown)) = world.ask(asha, Command::Show { entry: entry.clone() }) else { panic!() };
    assert_eq!((shown.member.handle.as_str(), shown.profile_entry.as_ref()), ("imre", Some(&entry)));
    decide(&mut world, &[rowan, asha], Measure::Hide { entry: entry.clone() });
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.run(MINUTE);
    for host in hosts {
        let page = member(&mut world, host);
        assert!(page.profile.is_none_or(|profile| !profile.about.contains("Quillfeather")));
        let Ok(Reply::Hidden(hidden)) = world.ask(host, Command::Hidden { chapter: "London".into() }) else { panic!() };
        assert_eq!((hidden[0].kind.as_str(), &hidden[0].entry), ("profile", &entry));
    }
}

#[test]
fn whoever_takes_another_name_has_it_everywhere_and_loses_nothing_by_it() {
    let mut world = World::new(44, Weather::FAIR);
    let [rowan, asha] = ["rowan", "asha"].map(|name| world.add(name));
    found(&mut world, rowan, "London");
    world.wire_all();
    join(&mut world, rowan, asha, "London");
    let profile = Profile { handle: "rowan".into(), about: "I bake.".into(), ..Profile::default() };
    world.ask(rowan, Command::SetProfile { chapter: "London".into(), profile }).unwrap();
    let rename = |world: &mut World, handle: &str, everywhere| {
        // The later one by its own time counts.
        world.run(MINUTE);
        world.ask(rowan, Command::Rename { handle: handle.into(), everywhere })
    };
    for bad in ["", "rowan smith", "rowan@home", &"r".repeat(33)] {
        assert!(rename(&mut world, bad, true).is_err(), "{bad}");
    }
    let Ok(Reply::Renamed(renamed)) = rename(&mut world, " rowan.smith ", true) else { panic!() };
    assert_eq!(
        (renamed.me.handle.as_str(), renamed.told.as_slice()),
        ("rowan.smith", ["London".to_owned()].as_slice())
    );
    // Said again, there is nothing to say.
    let Ok(Reply::Renamed(again)) = rename(&mut world, "rowan.smith", true) else { panic!() };
    assert!(again.told.is_empty() && again.not_told.is_empty());
    converge(&mut world, &[rowan, asha], "London", 5 * MINUTE);
    let command = Command::ShowMember { chapter: "London".into(), member: "rowan.smith".into() };
    let Ok(Reply::MemberPage(page)) = world.ask(asha, command) else { panic!() };
    assert_eq!(page.profile.unwrap().about, "I bake.");
    // For later alone: London keeps what it has.
    let Ok(Reply::Renamed(later)) = rename(&mut world, "ro", false) else { panic!() };
    assert!(later.told.is_empty());
    found(&mut world, rowan, "Leeds");
    for (chapter, handle) in [("London", "rowan.smith"), ("Leeds", "ro")] {
        let Ok(Reply::Members(list)) = world.ask(rowan, Command::Members { chapter: chapter.into() }) else { panic!() };
        assert!(list.iter().any(|member| member.me && member.handle == handle), "{chapter}");
    }
}

#[test]
fn those_whose_handles_look_alike_are_told_apart() {
    let mut world = World::new(40, Weather::FAIR);
    let [rowan, asha, second] = ["rowan", "asha", "Rоwan"].map(|name| world.add(name));
    found(&mut world, rowan, "London");
    world.wire_all();
    join(&mut world, rowan, asha, "London");
    let list = |world: &mut World| -> Vec<(String, String, String, Option<String>)> {
        let Ok(Reply::Members(list)) = world.ask(asha, Command::Members { chapter: "London".into() }) else { panic!() };
        list.into_iter().map(|member| (member.handle, member.member, member.six_words, member.apart)).collect()
    };
    assert!(list(&mut world).iter().all(|(.., apart)| apart.is_none()));
    join(&mut world, rowan, second, "London");
    converge(&mut world, &[rowan, asha, second], "London", 5 * MINUTE);
    let first = |six: &str| six.split(' ').take(3).collect::<Vec<_>>().join(" ");
    for (handle, id, six, apart) in list(&mut world) {
        assert_eq!(apart, (handle != "asha").then(|| first(&six)), "{handle}");
        if let Some(apart) = apart {
            // And by that they can be named.
            let command = Command::ShowMember { chapter: "London".into(), member: apart };
            let Ok(Reply::MemberPage(page)) = world.ask(asha, command) else { panic!() };
            assert_eq!(page.member.member, id);
        }
    }
    // Nor is there any doubt whom a motion is about, whatever they call themselves.
    let (_, id, six, _) = list(&mut world).into_iter().find(|(handle, ..)| handle == "rowan").unwrap();
    let measure = Measure::Remove { member: id.clone() };
    let draft = api::MotionDraft { measure, why: "A test.".into(), closes: None };
    let propose = Command::Propose { chapter: "London".into(), motion: draft };
    let Ok(Reply::Published(made)) = world.ask(asha, propose) else { panic!("no motion") };
    let view = motion(&mut world, asha, &made.entry).unwrap();
    assert_eq!(view.title, format!("Remove rowan ({}) from the chapter", first(&six)));
    assert!(view.effect.starts_with(&format!("rowan ({}) is no member", first(&six))), "{}", view.effect);
}

#[test]
fn answers_are_not_empty_and_an_invitation_takes_only_so_many_requests() {
    let mut world = World::new(41, Weather::FAIR);
    let [rowan, asha] = ["rowan", "asha"].map(|name| world.add(name));
    let guests = ["Rowan", "imre", "noor", "tomas", "vera"].map(|name| world.add(name));
    found(&mut world, rowan, "London");
    world.wire_all();
    join(&mut world, rowan, asha, "London");
    let Ok(Reply::Rules(rules)) = world.ask(rowan, Command::Rules { chapter: "London".into() }) else { panic!() };
    assert_eq!(*rules, RulesView::usual());
    let rules = Box::new(RulesView { sponsors: 2, questions: vec!["Why do you come?".into()], ..*rules });
    decide(&mut world, &[rowan, asha], Measure::Rules { rules });
    converge(&mut world, &[rowan, asha], "London", 5 * MINUTE);
    let invitation = invite_for(&mut world, rowan, 300, 1);
    let mut heard = Vec::new();
    for guest in guests {
        start_join(&mut world, guest, invitation.clone());
        let asked =
            |world: &mut World| world.events(guest).iter().any(|event| matches!(event, Event::JoinTerms { .. }));
        assert!(world.run_until(MINUTE, asked), "{}", world.name(guest));
        let answer = |text: &str| Command::AnswerTerms { chapter: "London".into(), answers: vec![text.into()] };
        for empty in ["", " \n", "\u{202e}"] {
            let refused = world.ask(guest, answer(empty)).unwrap_err();
            assert!(refused.message.contains("answer every question"), "{refused}");
        }
        let asks = |world: &mut World| match world.ask(guest, Command::ListChapters) {
            Ok(Reply::Chapters(list)) => list[0].asks,
            other => panic!("{other:?}"),
        };
        assert!(asks(&mut world), "its line says what is waited for");
        world.ask(guest, answer("\u{202e}To sing.\u{7}")).unwrap();
        assert!(!asks(&mut world));
        let mut said = None;
        world.run_until(MINUTE, |world| {
            said = world.events(guest).into_iter().find_map(|event| match event {
                Event::JoinWaiting { .. } => Some(String::new()),
                Event::JoinRefused { reason, .. } => Some(reason),
                _ => None,
            });
            said.is_some()
        });
        heard.push(said.unwrap());
    }
    assert!(heard[..4].iter().all(String::is_empty), "{heard:?}");
    assert!(heard[4].contains("too many people have asked") && heard[4].contains("of your own"), "{heard:?}");
    let Ok(Reply::JoinRequests(list)) = world.ask(asha, Command::JoinRequests { chapter: "London".into() }) else {
        panic!()
    };
    assert!(list.len() == 4 && list.iter().all(|request| request.answers[0].answer == "To sing."), "{list:?}");

    // One of them looks like a member: who that is stands beside both names, as long as they can be let in.
    let marked = |world: &mut World| {
        let Ok(Reply::Members(list)) = world.ask(asha, Command::Members { chapter: "London".into() }) else { panic!() };
        list.into_iter().filter(|member| member.apart.is_some()).map(|member| member.handle).collect::<Vec<_>>()
    };
    assert_eq!(marked(&mut world), ["rowan"]);
    world.run(5 * MINUTE);
    assert!(marked(&mut world).is_empty());
}

#[test]
fn what_a_fork_made_void_is_listed_to_its_author_with_the_reason() {
    let mut world = World::new(41, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha"]);
    let [rowan, asha] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let copy = world.add_copy_of(asha, "asha's copy").unwrap();
    world.events(asha);
    let ours = ["One", "Two"].map(|title| post(&mut world, asha, "London", title));
    let theirs = ["Uno", "Due"].map(|title| post(&mut world, copy, "London", title));
    world.wire_all();
    converge(&mut world, &[rowan, asha, copy], "London", 5 * MINUTE);

    let list = voided(&mut world, asha);
    let [fork] = &list[..] else { panic!("{list:?}") };
    assert_eq!((fork.ended.how.as_str(), fork.count), ("forked", 2));
    assert!(fork.why.contains("signed something else in the same places"), "{}", fork.why);
    assert!(fork.advice.contains("erase the other"), "{}", fork.advice);
    let mut listed: Vec<&str> = fork.entries.iter().map(|entry| entry.entry.as_str()).collect();
    listed.sort_unstable();
    // In each place the one with the smaller id counts.
    let mut void: Vec<&str> = ours.iter().zip(&theirs).map(|(a, b)| a.max(b).as_str()).collect();
    void.sort_unstable();
    assert_eq!(listed, void);
    assert_eq!(page(&mut world, asha).voided, 2);
    let heard = world.events(asha);
    assert!(heard.iter().any(|event| matches!(event, Event::Voided { entries: 2, .. })), "{heard:?}");
    assert!(voided(&mut world, rowan).is_empty(), "they are nothing of rowan's");
    assert_eq!(page(&mut world, rowan).voided, 0);
}

#[test]
fn a_hidden_post_says_in_the_feed_that_it_is_hidden() {
    let mut world = World::new(42, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha"]);
    let insult = post(&mut world, hosts[1], "London", "An insult");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    decide(&mut world, &hosts, Measure::Hide { entry: insult.clone() });
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let items = feed(&mut world, hosts[0]);
    let of = |item: &&FeedItem| item.entry == insult;
    assert!(items.iter().find(of).is_some_and(|item| item.hidden && item.title.is_empty()), "{items:?}");
    assert!(items.iter().filter(|item| item.entry != insult).all(|item| !item.hidden));
}

#[test]
fn whoever_is_removed_while_connected_is_told_so_at_once() {
    let mut world = World::new(44, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre", "tomas"]);
    let [rowan, asha, imre, tomas] = hosts[..] else { panic!() };
    // They stay connected over another chapter that they share.
    found(&mut world, rowan, "Leeds");
    join(&mut world, rowan, tomas, "Leeds");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.events(tomas);
    decide(&mut world, &[rowan, asha, imre], remove("tomas"));
    let mut told = false;
    world.run_until(MINUTE / 4, |world| {
        let of_it = |event: &Event| {
            matches!(event, Event::Warning { message } if message.starts_with("You are no member of London any more: the members removed you"))
        };
        told |= world.events(tomas).iter().any(of_it);
        told
    });
    assert!(told && page(&mut world, tomas).ended.is_some_and(|ended| ended.how == "removed"));
    assert!(!world.events(rowan).iter().any(|event| matches!(event, Event::Warning { .. })));
    let entry = post(&mut world, rowan, "Leeds", "Still ours");
    assert!(world.run_until(MINUTE, |world| show(world, tomas, &entry).is_some()), "the other one goes on");
}

/// Somebody who was removed and has not heard of it, or pretends so, gives away keys that are of no use: whoever asked them asks on.
#[test]
fn whoever_comes_back_is_not_kept_out_by_somebody_who_was_removed() {
    let mut world = World::new(36, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre", "wren"]);
    let [rowan, asha, imre, wren] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.part(&[&[rowan, asha, imre], &[wren]]);
    decide(&mut world, &[rowan, asha, imre], remove("wren"));
    converge(&mut world, &[rowan, asha, imre], "London", 5 * MINUTE);
    world.ask(asha, Command::Leave { chapter: "London".into(), why: String::new() }).unwrap();
    converge(&mut world, &[rowan, asha, imre], "London", 5 * MINUTE);
    let invitation = invite(&mut world, rowan, "London");
    world.events(asha);
    // At first nobody but wren is there.
    world.part(&[&[rowan, imre], &[asha, wren]]);
    start_join(&mut world, asha, invitation);
    world.run(MINUTE);
    assert!(!has_joined(&mut world, asha));
    world.heal();
    let mut joined = false;
    let back = |world: &mut World| {
        joined |= has_joined(world, asha);
        joined
    };
    assert!(world.run_until(2 * MINUTE, back), "the others are asked, too");
    converge(&mut world, &[rowan, asha, imre], "London", 5 * MINUTE);
    assert!(page(&mut world, asha).summary.members == 3);
}

/// Nobody of the chapter says a word to whoever was removed. That their own other computer answers makes no difference.
#[test]
fn a_removed_members_own_computers_do_not_hide_the_silence_from_each_other() {
    let mut world = World::new(37, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha", "imre", "wren"]);
    let [rowan, asha, imre, wren] = hosts[..] else { panic!() };
    let laptop = world.add("wren's laptop");
    world.wire_all();
    let Reply::Pairing(offer) = world.ask(wren, Command::Pair).unwrap() else { panic!() };
    world.pair(laptop, &offer.code).unwrap();
    let all = [rowan, asha, imre, wren, laptop];
    converge(&mut world, &all, "London", 5 * MINUTE);
    assert!(page(&mut world, wren).silence.is_none() && !page(&mut world, wren).summary.silent);
    world.part(&[&[rowan, asha, imre], &[wren, laptop]]);
    decide(&mut world, &[rowan, asha, imre], remove("wren"));
    world.heal();
    world.run(3 * MINUTE);
    for host in [wren, laptop] {
        let silence = page(&mut world, host).silence.expect("it is told");
        assert!(silence.contains("do not answer this computer any more"), "{silence}");
        assert!(page(&mut world, host).summary.silent, "the window's pill needs it");
    }
    for host in [rowan, asha, imre] {
        assert!(page(&mut world, host).silence.is_none());
    }
    // Whoever is connected and does not answer is told apart from those who do.
    let Reply::Network(network) = world.ask(wren, Command::Network).unwrap() else { panic!() };
    let (silent, answering): (Vec<_>, Vec<_>) = network.peers.iter().partition(|peer| peer.chapters.is_empty());
    assert!(!silent.is_empty() && silent.iter().all(|peer| peer.silent == ["London"]), "{network:?}");
    assert!(answering.iter().all(|peer| peer.handle.as_deref() == Some("wren") && peer.silent.is_empty()));
}
