//! What a view answers.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    Kind, View,
    kinds::{self, PostKind, Question},
    testing::{
        Chapter, people,
        story::{FOUNDED, MINUTE, comment, minutes, post},
    },
    view::{ItemKind, MAX_DEPTH},
};
use entry::{EntryId, Timestamp};

fn three() -> Chapter {
    Chapter::founded_by("rowan").with(["asha", "imre"])
}

#[test]
fn an_empty_view_says_that_there_is_nothing() {
    let view = View::new(three().id());
    assert_eq!((view.entries(), view.member_count(), view.device_count()), (0, 0, 0));
    assert!(view.charter().is_none() && view.rules().is_none());
    assert!(view.items(None, None).next().is_none());
    assert!(view.outcome(&EntryId([1; 32])).is_none());
    assert!(view.counted(&EntryId([1; 32])).is_err());
}

#[test]
fn members_have_a_handle_a_sponsor_and_devices() {
    let mut chapter = three();
    let view = chapter.view();
    assert_eq!(view.charter().unwrap().name, "rowan's chapter");
    assert_eq!(view.rules().unwrap().operating_from, 5);
    let members = view.members();
    assert_eq!(members.len(), 3);
    assert!(members.is_sorted_by_key(|member| member.id));
    let rowan = view.member(&people::member("rowan")).unwrap();
    assert_eq!((rowan.handle.as_str(), rowan.sponsor, rowan.since), ("rowan", None, FOUNDED));
    assert_eq!(rowan.admitted_by, chapter.entries()[0].id());
    let asha = view.member(&people::member("asha")).unwrap();
    assert_eq!((asha.handle.as_str(), asha.sponsor), ("asha", Some(rowan.id)));
    assert_eq!(asha.since, view.item(&asha.admitted_by).unwrap().time);
    assert_eq!(asha.devices, [people::device("asha", 0)]);
    assert_eq!(view.handle(&asha.id), Some("asha"));
    assert_eq!(view.member_of_device(&people::device("asha", 0)), Some(asha.id));
    assert!(view.is_member_device(&people::device("asha", 0)));
    assert!(view.is_member(&asha.id));

    // The one who invited is the sponsor, whoever admits.
    let invite = chapter.invite("asha", "door");
    let admission = chapter.admission(invite, "door", "noor", 0);
    chapter.by("imre").writes(&admission);
    let view = chapter.view();
    assert_eq!(view.member(&people::member("noor")).unwrap().sponsor, Some(asha.id));
    let invites = view.invites();
    let used = invites.iter().find(|shown| shown.entry == invite).unwrap();
    assert_eq!((used.author, used.admitted.as_slice()), (asha.id, &[people::member("noor")][..]));

    let stranger = people::device("tomas", 0);
    chapter.post("tomas", "Hello");
    let view = chapter.view();
    assert!(!view.is_member_device(&stranger));
    assert_eq!(view.member_of_device(&stranger), None);
    assert!(view.member(&people::member("tomas")).is_none());
    assert_eq!((view.devices().len(), view.device_count()), (4, 4));
    assert!(view.devices().iter().all(|device| device.id != stranger));
    let device = view.devices().into_iter().find(|device| device.id == people::device("rowan", 0)).unwrap();
    assert_eq!((device.member, device.agreement), (people::member("rowan"), people::cert("rowan", 0).agreement));
    assert_eq!(device.entries, 5);
}

#[test]
fn the_feed_is_latest_first_in_pages_and_by_kind() {
    let mut chapter = three();
    let mut expected = Vec::new();
    for n in 0..20_u64 {
        let kind = match n % 4 {
            0 => Kind::Post(kinds::Post { kind: PostKind::Blog, title: format!("{n}"), body: String::new() }),
            1 => minutes(&format!("{n}"), "2026-11-23"),
            _ => post(&format!("{n}"), ""),
        };
        // Clocks are everybody's own: written in one order, dated in another, some at the same moment.
        let time = FOUNDED.plus((n * 7 % 10) * MINUTE);
        let name = ["rowan", "asha", "imre"][n as usize % 3];
        let id = chapter.by(name).at(time).writes(&kind);
        expected.push((std::cmp::Reverse(time), id, n % 4));
    }
    expected.sort_unstable();
    let view = chapter.view();
    let all: Vec<EntryId> = view.items(None, None).map(|item| item.id).collect();
    assert_eq!(all, expected.iter().map(|(_, id, _)| *id).collect::<Vec<_>>());
    let blogs: Vec<EntryId> = view.items(Some(ItemKind::Blog), None).map(|item| item.id).collect();
    assert_eq!(blogs, expected.iter().filter(|e| e.2 == 0).map(|e| e.1).collect::<Vec<_>>());
    assert_eq!(view.items(Some(ItemKind::Poll), None).count(), 0);
    assert_eq!(view.items(Some(ItemKind::Comment), None).count(), 0);

    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let page: Vec<_> = view.items(None, after).take(3).collect();
        let Some(last) = page.last() else { break };
        after = Some((last.time, last.id));
        paged.extend(page.iter().map(|item| item.id));
    }
    assert_eq!(paged, all);
    // A place between two entries, as a feed of several chapters has it.
    let between = Some((Timestamp(FOUNDED.0 + 5 * MINUTE - 1), EntryId([0; 32])));
    assert!(view.items(None, between).all(|item| item.time < Timestamp(FOUNDED.0 + 5 * MINUTE)));
}

#[test]
fn comments_stand_behind_what_they_answer() {
    let mut chapter = three();
    let on = chapter.post("rowan", "Roof");
    let first = chapter.comment("asha", on, "One");
    let second = chapter.comment("imre", on, "Two");
    let answer = chapter.comment("rowan", first, "One, and a half");
    let earlier = chapter.by("imre").at(FOUNDED).writes(&comment(on, "Dated before the post"));
    let deep = (0..8).fold(answer, |on, n| chapter.comment("asha", on, &format!("Deeper {n}")));
    let view = chapter.view();
    let lines: Vec<(EntryId, usize)> = view.comments(&on).iter().map(|line| (line.item.id, line.depth)).collect();
    assert_eq!(&lines[..3], &[(earlier, 0), (first, 0), (answer, 1)]);
    assert_eq!(lines.last(), Some(&(second, 0)));
    assert_eq!(lines.len(), 12);
    assert_eq!(lines.iter().map(|(_, depth)| *depth).max(), Some(MAX_DEPTH));
    let item = view.item(&deep).unwrap();
    assert_eq!((item.kind, item.root), (ItemKind::Comment, Some(on)));
    assert_eq!(view.item(&on).unwrap().comments, 12);
    // On a comment's own, only what answers it.
    assert_eq!(view.comments(&first).len(), 9);
    assert!(view.items(None, None).all(|item| item.kind != ItemKind::Comment));
}

#[test]
fn a_conversation_of_any_depth_is_shown() {
    let mut chapter = three();
    let on = chapter.post("rowan", "Roof");
    let start = chapter.by("asha");
    let mut last = start.writes(&comment(on, "Down"));
    for _ in 0..3000 {
        last = chapter.by("asha").seeing([]).writes(&comment(last, "Down"));
    }
    assert_eq!(chapter.view().comments(&on).len(), 3001);
}

#[test]
fn minutes_are_summed_up() {
    let mut chapter = three();
    let Kind::Minutes(mut what) = minutes("November", "2026-11-23") else { panic!("no minutes") };
    what.next = Some(kinds::NextMeeting { date: None, facilitator: "imre".into(), co_facilitator: "noor".into() });
    let id = chapter.by("asha").writes(&Kind::Minutes(what.clone()));
    let view = chapter.view();
    let shown = view.minutes(&id).unwrap();
    assert_eq!((shown.date, shown.place.as_str(), shown.present), (what.date, "Library", 2));
    assert_eq!((shown.items, shown.decisions), (0, 1));
    assert_eq!((&shown.actions, &shown.next), (&what.actions, &what.next));
    assert_eq!(view.item(&id).unwrap().title, "November");
}

#[test]
fn a_vote_can_be_changed_and_is_counted_once() {
    let mut chapter = three();
    let poll = chapter.poll("rowan", "Roof?");
    let first = chapter.vote("asha", poll, 1, &[Some(0)]);
    let mine = people::member("asha");
    assert_eq!(chapter.view().next_ballot_number(&poll, &mine), 2);
    let second = chapter.vote("asha", poll, 2, &[Some(1)]);
    chapter.vote("imre", poll, 1, &[None]);
    let view = chapter.view();
    let outcome = view.outcome(&poll).unwrap();
    assert_eq!((outcome.voters, outcome.questions[0].blank), (2, 1));
    assert_eq!(outcome.questions[0].options, [0, 1]);
    assert_eq!((outcome.counted[&mine], outcome.replaced.as_slice()), (second, &[first][..]));
    // Replaced is not void.
    assert_eq!(view.counted(&first), Ok(()));
    assert_eq!(view.ballots(&poll).len(), 3);
    let state = view.poll(&poll).unwrap();
    assert_eq!((state.rules.roll.len(), state.questions.len()), (3, 1));
    assert_eq!(view.polls().collect::<Vec<_>>(), [poll]);
    assert_eq!(view.item(&first).unwrap().target, Some(poll));
}

#[test]
fn polls_of_the_same_members_share_their_roll() {
    let mut chapter = three();
    let one = chapter.poll("rowan", "Roof?");
    let two = chapter.poll("asha", "Door?");
    let view = chapter.view();
    let roll = |poll| &view.poll(poll).unwrap().rules.roll;
    assert!(std::sync::Arc::ptr_eq(roll(&one), roll(&two)));
}

/// The great poll, with entries, signatures and invitations: 245 voters of a chapter of 250, and its totals.
#[test]
fn the_great_poll_in_a_chapter() {
    let totals: [&[u64]; 6] = [&[164, 75], &[145, 90], &[49, 188], &[85, 153], &[185, 53], &[75, 102, 38, 12, 10, 2]];
    let names: Vec<String> = (0..249).map(|n| format!("m{n}")).collect();
    let mut chapter = Chapter::founded_by("rowan").with(names.iter().map(String::as_str));
    let questions = totals.iter().enumerate().map(|(n, options)| Question {
        key: format!("q{n}"),
        text: format!("Question {n}"),
        options: (0..options.len()).map(|option| format!("option {option}")).collect(),
        method: vote::Method::SINGLE,
    });
    let poll = chapter.draft_poll("The organisation's future", questions.collect());
    let poll = chapter.by("rowan").writes(&poll);
    let answer = |options: &[u64], voter: u64| {
        let mut before = 0;
        (0..).zip(options).find_map(|(option, votes)| {
            before += votes;
            (voter < before).then_some(option as u16)
        })
    };
    for voter in 0..245_u64 {
        let answers: Vec<Option<u16>> = totals.iter().map(|options| answer(options, voter)).collect();
        chapter.vote(&names[voter as usize], poll, 1, &answers);
    }
    let view = chapter.view();
    let outcome = view.outcome(&poll).unwrap();
    assert_eq!((view.poll(&poll).unwrap().rules.roll.len(), outcome.voters), (250, 245));
    for (tally, expected) in outcome.questions.iter().zip(totals) {
        assert_eq!(tally.options, expected);
        assert_eq!(tally.blank, 245 - expected.iter().sum::<u64>());
    }
    assert!(view.void_entries().is_empty());
}

#[test]
fn views_that_differ_have_another_digest() {
    let mut chapter = three();
    let mut digests = vec![chapter.view().state_hash()];
    let on = chapter.post("rowan", "Roof");
    digests.push(chapter.view().state_hash());
    chapter.comment("asha", on, "Yes");
    digests.push(chapter.view().state_hash());
    chapter.post("tomas", "Not a member");
    digests.push(chapter.view().state_hash());
    chapter.admit("rowan", "noor");
    digests.push(chapter.view().state_hash());
    let count = digests.len();
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), count);
}
