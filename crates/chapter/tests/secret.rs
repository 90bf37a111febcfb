//! Secret polls: who can vote, what counts, and what nobody can do with others' ballots, or twice.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    Kind, View, Void,
    kinds::{
        BallotBox, BallotKeys, Conduct, Measure, Poll, Question, Receipt, Secrecy, SecretBallot, Weight,
        secret::MAX_BALLOTS,
    },
    testing::{
        Chapter,
        orders::settled,
        people::{ballot_secret, member},
        story::{WEEK, ballot, post, revocation},
    },
    view::TellerWord,
};
use entry::{EntryId, MemberId};
use std::collections::BTreeSet;
use vote::{
    Answer, Method,
    secret::{Linkable, Triptych},
};

const NAMES: [&str; 4] = ["asha", "imre", "noor", "tomas"];
const ALL: [&str; 5] = ["rowan", "asha", "imre", "noor", "tomas"];

/// Five members, all of whom have ballot keys but tomas.
fn five() -> Chapter {
    let mut chapter = Chapter::founded_by("rowan").with(NAMES);
    for name in &ALL[..4] {
        chapter.publish_keys(name, 3);
    }
    chapter
}

fn draft(chapter: &Chapter, conduct: Conduct) -> Kind {
    let options = vec!["yes".into(), "no".into()];
    let question = Question { key: "q".into(), text: "Roof?".into(), options, method: Method::SINGLE };
    chapter.draft_poll_held("Roof?", vec![question], conduct)
}

fn secret() -> Conduct {
    Conduct { secrecy: Secrecy::Secret, ..Conduct::default() }
}

fn open(chapter: &mut Chapter) -> EntryId {
    let poll = draft(chapter, secret());
    chapter.by("rowan").writes(&poll)
}

fn says(chapter: &Chapter, name: &str, poll: EntryId, number: u64, option: u16) -> SecretBallot {
    chapter.secret_ballot(name, poll, number, vec![Answer::One(option)])
}

fn heads(chapter: &Chapter) -> Vec<EntryId> {
    chapter.heads().iter().copied().collect()
}

fn yes_no(view: &View, poll: &EntryId) -> (u64, u64) {
    let votes = &view.outcome(poll).unwrap().questions[0].options;
    (votes[0], votes[1])
}

fn void_of(view: &View, entry: &EntryId) -> Option<Void> {
    view.item(entry).unwrap().void
}

#[test]
fn everybody_counts_what_nobody_can_trace() {
    let mut chapter = five();
    let poll = open(&mut chapter);
    let ballots = [("rowan", 0), ("asha", 0), ("imre", 1)].map(|(name, option)| says(&chapter, name, poll, 1, option));
    chapter.carry("tomas", poll, ballots[..2].to_vec());
    chapter.carry("noor", poll, ballots[1..].to_vec());
    let view = chapter.view();
    let outcome = view.outcome(&poll).unwrap();
    assert_eq!((yes_no(&view, &poll), outcome.voters, outcome.roll), ((2, 1), 3, 5));
    // Each finds their own, and what stands in a voter's place is no member.
    for ballot in &ballots {
        assert!(outcome.counted.values().any(|counted| *counted == ballot.id(poll)));
    }
    assert!(outcome.counted.keys().all(|tag| ALL.iter().all(|name| member(name) != *tag)));
    let carried = view.carried(&poll);
    let twice = carried.iter().find(|carried| carried.ballot.entry == ballots[1].id(poll)).unwrap();
    assert_eq!(BTreeSet::from_iter(&twice.carriers), BTreeSet::from([&member("tomas"), &member("noor")]));
    settled(&chapter);
}

#[test]
fn a_vote_can_be_changed_and_counts_once() {
    let mut chapter = five();
    let poll = open(&mut chapter);
    let (first, second) = (says(&chapter, "asha", poll, 1, 0), says(&chapter, "asha", poll, 2, 1));
    assert_eq!(first.tag, second.tag);
    // In whatever order they come, and by whomever.
    chapter.carry("noor", poll, vec![second]);
    chapter.carry("tomas", poll, vec![first.clone()]);
    assert_eq!(yes_no(&chapter.view(), &poll), (0, 1));
    // Two under one number: the one with the smaller id, for everybody.
    let rival = says(&chapter, "asha", poll, 2, 0);
    chapter.carry("imre", poll, vec![rival]);
    assert_eq!(chapter.view().outcome(&poll).unwrap().voters, 1);
    settled(&chapter);
}

#[test]
fn who_has_no_key_has_no_ballot_and_is_told_so_by_the_roll() {
    let mut chapter = five();
    let poll = open(&mut chapter);
    let view = chapter.view();
    assert_eq!(view.ring(&poll).unwrap().len(), 4);
    assert!(view.poll(&poll).unwrap().rules.roll.contains(&member("tomas")));
    assert!(says(&chapter, "tomas", poll, 1, 0).proof.is_empty(), "there is nothing to sign with");
    // Keys that come later are for the next poll.
    chapter.publish_keys("tomas", 2);
    assert_eq!(chapter.view().ring(&poll).unwrap().len(), 4);
    let next = open(&mut chapter);
    assert_eq!(chapter.view().ring(&next).unwrap().len(), 5);
}

#[test]
fn each_poll_takes_a_fresh_key_and_the_last_one_is_the_last() {
    let mut chapter = five();
    let polls: Vec<EntryId> = (0..3).map(|_| open(&mut chapter)).collect();
    let view = chapter.view();
    let used: Vec<_> = polls
        .iter()
        .map(|poll| view.ring(poll).unwrap().iter().find(|slot| slot.member == member("asha")).unwrap().key)
        .collect();
    assert_eq!(BTreeSet::from_iter(&used).len(), 3);
    assert_eq!(view.ballot_keys_left(&member("asha")), None, "all three are taken");
    // Nobody has a key any more: there can be no ring.
    let Kind::Poll(poll) = draft(&chapter, secret()) else { panic!("a poll is one") };
    let nobody = chapter.by("rowan").writes(&Kind::Poll(poll));
    assert_eq!(void_of(&chapter.view(), &nobody), Some(Void::WrongRoll));
    // New ones take the place of the old, and two polls that know nothing of each other may take the same.
    for name in &ALL[..4] {
        chapter.publish_keys(name, 2);
    }
    let seen = heads(&chapter);
    let draft = draft(&chapter, secret());
    let one = chapter.by("rowan").seeing(seen.clone()).writes(&draft);
    let other = chapter.by("asha").seeing(seen).writes(&draft);
    let view = chapter.view();
    assert_eq!(view.ring(&one), view.ring(&other));
    let both = [one, other].map(|poll| says(&chapter, "imre", poll, 1, 0));
    assert_ne!(both[0].tag, both[1].tag, "and nobody sees that it is one voter");
    settled(&chapter);
}

#[test]
fn what_is_copied_bent_or_from_elsewhere_does_not_count() {
    let mut chapter = five();
    let (poll, other) = (open(&mut chapter), open(&mut chapter));
    let good = says(&chapter, "asha", poll, 1, 0);
    let mut bent = good.clone();
    bent.answers = vec![Answer::One(1)];
    let mut renumbered = good.clone();
    renumbered.number = 2;
    let mut unproven = good.clone();
    unproven.proof[50] ^= 1;
    let mut stranger = good.clone();
    stranger.tag = says(&chapter, "imre", poll, 1, 0).tag;
    chapter.carry("noor", poll, vec![good.clone()]);
    for ballot in [bent, renumbered, unproven, stranger] {
        chapter.carry("tomas", poll, vec![ballot]);
    }
    // From another poll; and the same one twice.
    chapter.carry("tomas", poll, vec![says(&chapter, "imre", other, 1, 1)]);
    chapter.carry("imre", other, vec![good.clone()]);
    chapter.carry("tomas", poll, vec![good]);
    let view = chapter.view();
    assert_eq!((yes_no(&view, &poll), view.outcome(&poll).unwrap().voters), ((1, 0), 1));
    assert_eq!(view.outcome(&other).unwrap().voters, 0);
    assert!(view.carried(&poll).iter().any(|carried| !carried.holds && carried.carriers == [member("tomas")]));
    // From another chapter of the same people: their keys are others there.
    let mut elsewhere = Chapter::founded_by("rowan").with(["vera", "imre", "asha"]);
    for name in ["rowan", "vera", "imre", "asha"] {
        elsewhere.publish_keys(name, 1);
    }
    let there = open(&mut elsewhere);
    let replayed = says(&elsewhere, "imre", there, 1, 1);
    chapter.carry("tomas", poll, vec![replayed]);
    assert_eq!(chapter.view().outcome(&poll).unwrap().voters, 1);
    settled(&chapter);
}

#[test]
fn open_and_secret_ballots_are_kept_apart() {
    let mut chapter = five();
    let poll = open(&mut chapter);
    let named = chapter.by("asha").writes(&ballot(poll, 1, &[Some(0)]));
    let public = chapter.poll("rowan", "Open");
    let anonymous = says(&chapter, "imre", poll, 1, 0);
    let boxed = chapter.carry("noor", public, vec![anonymous]);
    let view = chapter.view();
    assert_eq!(void_of(&view, &named), Some(Void::WrongSecrecy));
    assert_eq!(void_of(&view, &boxed), Some(Void::WrongSecrecy));
    assert_eq!((view.outcome(&poll).unwrap().voters, view.outcome(&public).unwrap().voters), (0, 0));
    // With weights or delegation voters would be known.
    let weights = vec![Weight { member: member("asha"), parts: 2, why: "for two".into() }];
    for conduct in [Conduct { delegation: true, ..secret() }, Conduct { weights, per_vote: 1, ..secret() }] {
        assert!(chapter_refuses(&chapter, conduct));
    }
}

fn chapter_refuses(chapter: &Chapter, conduct: Conduct) -> bool {
    draft(chapter, conduct).check().is_err()
}

#[test]
fn a_forged_ring_is_no_ring() {
    let mut chapter = five();
    let Kind::Poll(honest) = draft(&chapter, secret()) else { panic!("a poll is one") };
    // Asha with a key of rowan's choice: rowan would vote for her.
    let view = chapter.view();
    let mut keys: std::collections::BTreeMap<MemberId, _> =
        view.ring_now(&view.roll()).iter().map(|slot| (slot.member, slot.key)).collect();
    keys.insert(member("asha"), Triptych::key(&ballot_secret("rowan", 99, 0)));
    let forged = Poll { ..honest }.for_keys(view.roll(), &keys);
    let forged = chapter.by("rowan").writes(&Kind::Poll(forged));
    assert_eq!(void_of(&chapter.view(), &forged), Some(Void::WrongRoll));
    // A key that is none is no entry; another's key helps nobody.
    assert!(BallotKeys::new([vote::secret::Key([0; 32])]).keys.len() == 32);
    assert!(Kind::BallotKeys(BallotKeys::new([vote::secret::Key([0; 32])])).check().is_err());
    let view = chapter.view();
    let rowans = view.ring_now(&view.roll()).iter().find(|slot| slot.member == member("rowan")).unwrap().key;
    chapter.by("asha").writes(&Kind::BallotKeys(BallotKeys::new([rowans])));
    let poll = open(&mut chapter);
    let rowan = says(&chapter, "rowan", poll, 1, 0);
    chapter.carry("noor", poll, vec![rowan]);
    let view = chapter.view();
    assert_eq!((view.ring(&poll).unwrap().len(), view.outcome(&poll).unwrap().voters), (4, 1));
    settled(&chapter);
}

#[test]
fn a_flood_of_ballots_is_bounded_for_each_who_passes_them_on() {
    let mut chapter = five();
    let poll = open(&mut chapter);
    let good = says(&chapter, "asha", poll, 1, 0);
    let rubbish = |n: usize| {
        let flood = (0..MAX_BALLOTS)
            .map(|k| SecretBallot { tag: *blake3::hash(&[n as u8, k as u8]).as_bytes(), ..good.clone() });
        flood.collect::<Vec<_>>()
    };
    let boxes: Vec<EntryId> = (0..4).map(|n| chapter.carry("tomas", poll, rubbish(n))).collect();
    let view = chapter.view();
    let voids: Vec<_> = boxes.iter().map(|entry| void_of(&view, entry)).collect();
    // Four for each of five voters, and one box more.
    assert_eq!(voids, [None, Some(Void::TooManyBallots), Some(Void::TooManyBallots), Some(Void::TooManyBallots)]);
    let passed = chapter.carry("noor", poll, vec![good]);
    let view = chapter.view();
    assert_eq!((void_of(&view, &passed), view.outcome(&poll).unwrap().voters), (None, 1));
    settled(&chapter);
}

#[test]
fn who_is_removed_passes_on_others_ballots_all_the_same() {
    let mut chapter = five();
    let poll = open(&mut chapter);
    let ballots = ["rowan", "asha"].map(|name| says(&chapter, name, poll, 1, 0));
    chapter.carry("tomas", poll, vec![ballots[0].clone()]);
    let before = heads(&chapter);
    chapter.decide(Measure::Remove { member: member("tomas") }, &ALL[..4]);
    // The removal has not seen it, or its author kept quiet about it. It is asha's ballot, and not tomas's.
    let ballots_box = BallotBox { poll, ballots: vec![ballots[1].clone()] };
    let unseen = chapter.by("tomas").seeing(before).writes(&Kind::BallotBox(ballots_box));
    let view = settled(&chapter);
    assert!(matches!(void_of(&view, &unseen), Some(Void::Removed { .. })));
    assert_eq!(view.outcome(&poll).unwrap().voters, 2);
}

/// Attack: whoever passed ballots on waits for the result, and then makes their own entry, in which others' ballots are, void.
#[test]
fn who_passed_ballots_on_takes_nothing_back_when_the_result_is_known() {
    let mut chapter = five();
    chapter.make_tellers(&["asha", "imre", "noor"], &ALL[..4]);
    chapter.add_device("tomas", 0, 1);
    let mut tellers = ["asha", "imre", "noor"].map(member).to_vec();
    tellers.sort_unstable();
    let poll = draft(&chapter, Conduct { tellers, ..secret() });
    let poll = chapter.by("rowan").writes(&poll);
    let [yes, no, other] = [("rowan", 0), ("asha", 1), ("imre", 1)].map(|(name, n)| says(&chapter, name, poll, 1, n));
    let known = chapter.post("tomas", "Hello");
    let (place, before) = (chapter.place_of("tomas", 0), heads(&chapter));
    let passed = chapter.carry("tomas", poll, vec![no, other]);
    chapter.carry("noor", poll, vec![yes]);
    for name in ["asha", "imre", "noor"] {
        chapter.cutoff(name, poll);
    }
    let closed = heads(&chapter);
    let same = |chapter: &Chapter| {
        let view = settled(chapter);
        assert_eq!((yes_no(&view, &poll), view.closing(&poll).unwrap().settled), ((1, 2), true));
    };
    same(&chapter);
    // Of two entries in one place the one with the smaller id counts, and whoever signs chooses among many.
    let rival = (0..64).map(|n| {
        let rival = post(&format!("Rival {n}"), "");
        chapter.by("tomas").behind(place).seeing(before.clone()).writes(&rival)
    });
    assert!(rival.min().unwrap() < passed);
    same(&chapter);
    // Or says that this computer was stolen before it passed them on.
    let revoked = revocation("tomas", 0, Some(known));
    chapter.by("tomas").on(1).seeing(closed).writes(&revoked);
    assert!(matches!(void_of(&chapter.view(), &passed), Some(Void::Revoked { .. })));
    same(&chapter);
}

#[test]
fn tellers_close_a_secret_poll_like_any_other() {
    let mut chapter = five();
    chapter.make_tellers(&["asha", "imre", "noor"], &ALL[..4]);
    let mut tellers: Vec<MemberId> = ["asha", "imre", "noor"].map(member).into();
    tellers.sort_unstable();
    let poll = draft(&chapter, Conduct { tellers, ..secret() });
    let poll = chapter.by("rowan").writes(&poll);
    let (early, late) = (says(&chapter, "rowan", poll, 1, 0), says(&chapter, "asha", poll, 1, 0));
    chapter.carry("tomas", poll, vec![early]);
    let seen = heads(&chapter);
    // Kept from everybody until the tellers had closed the poll, with an early time in it.
    chapter.by("tomas").seeing(seen.clone()).writes(&Kind::BallotBox(BallotBox { poll, ballots: vec![late] }));
    for name in ["asha", "imre", "noor"] {
        chapter.cutoff_seeing(name, poll, seen.clone());
    }
    let view = chapter.view();
    assert_eq!(view.outcome(&poll).unwrap().voters, 1);
    assert!(view.closing(&poll).unwrap().settled);
    settled(&chapter);
}

/// A box can have many ballots, and a ballot can come in several boxes, or be replaced.
#[test]
fn what_a_teller_had_seen_is_told_in_ballots_and_not_in_boxes() {
    let mut chapter = five();
    chapter.make_tellers(&["asha", "imre", "noor"], &ALL[..4]);
    let mut tellers = ["asha", "imre", "noor"].map(member).to_vec();
    tellers.sort_unstable();
    let poll = draft(&chapter, Conduct { tellers, ..secret() });
    let poll = chapter.by("rowan").writes(&poll);
    let mut ballots: Vec<SecretBallot> =
        ["rowan", "asha", "imre"].map(|name| says(&chapter, name, poll, 1, 0)).to_vec();
    ballots.sort_unstable_by_key(|ballot| (ballot.tag, ballot.number));
    chapter.carry("tomas", poll, ballots);
    for number in [1, 2] {
        let again = says(&chapter, "rowan", poll, number, 0);
        chapter.carry("noor", poll, vec![again]);
    }
    chapter.by("asha").writes(&Kind::Receipt(Receipt { poll }));
    assert_eq!(chapter.view().closing(&poll).unwrap().open, 3);
    chapter.cutoff("asha", poll);
    let closing = settled(&chapter).closing(&poll).unwrap();
    let asha = closing.tellers.iter().find(|teller| teller.member == member("asha")).unwrap();
    assert!(matches!(asha.word, TellerWord::Closed { votes: 3, .. }), "{:?}", asha.word);
    assert_eq!(asha.receipts, (1, 3));
}

#[test]
fn what_is_passed_on_after_the_close_is_late() {
    let mut chapter = five();
    let poll = open(&mut chapter);
    let ballot = says(&chapter, "asha", poll, 1, 0);
    chapter.wait(2 * WEEK);
    let boxed = chapter.carry("noor", poll, vec![ballot]);
    let view = chapter.view();
    assert_eq!((void_of(&view, &boxed), view.outcome(&poll).unwrap().voters), (Some(Void::Late), 0));
}

/// Two tellers who saw the same ballot in two entries have both seen it; and a ballot whose proof came after the close was not there.
#[test]
fn tellers_have_seen_a_ballot_in_whatever_entry_it_came() {
    let mut chapter = five();
    chapter.make_tellers(&["asha", "imre", "noor"], &ALL[..4]);
    let mut tellers = ["asha", "imre", "noor"].map(member).to_vec();
    tellers.sort_unstable();
    let poll = draft(&chapter, Conduct { tellers, ..secret() });
    let poll = chapter.by("rowan").writes(&poll);
    let closes = chapter.view().poll(&poll).unwrap().rules.closes;
    let before = heads(&chapter);
    let ballot = says(&chapter, "rowan", poll, 1, 0);
    let bare = SecretBallot { proof: vec![1], ..says(&chapter, "asha", poll, 1, 1) };
    let carry = |chapter: &mut Chapter, name: &str, ballots: Vec<SecretBallot>| {
        let mut ballots = ballots;
        ballots.sort_unstable_by_key(|ballot| (ballot.tag, ballot.number));
        let kind = Kind::BallotBox(BallotBox { poll, ballots });
        chapter.by(name).seeing(before.clone()).at(closes).writes(&kind)
    };
    let one = carry(&mut chapter, "rowan", vec![ballot.clone(), bare.clone()]);
    let two = carry(&mut chapter, "tomas", vec![ballot.clone(), bare.clone()]);
    chapter.cutoff_seeing("asha", poll, vec![one]);
    chapter.cutoff_seeing("imre", poll, vec![two]);
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), view.closing(&poll).unwrap().settled), ((1, 0), true));
    assert_eq!(view.seen_by(&poll, &ballot.id(poll)).len(), 2);
    // Asha's answer was known to two tellers, her proof to none.
    let proven = says(&chapter, "asha", poll, 1, 1);
    assert_eq!(proven.id(poll), bare.id(poll));
    let late = Kind::BallotBox(BallotBox { poll, ballots: vec![proven] });
    chapter.by("tomas").at(closes).writes(&late);
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), view.outcome(&poll).unwrap().voters), ((1, 0), 1));
}
