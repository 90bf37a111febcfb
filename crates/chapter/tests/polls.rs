//! Polls of every kind: methods, weights, observers, votes given to others, and what of it counts when somebody's time
//! ends or a device signs twice.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    Kind, View, Void,
    kinds::{self, Ballot, Conduct, Measure, Observer, Poll, Question, Reason, Weight},
    testing::{
        Chapter,
        orders::settled,
        people::member,
        story::{answering, giving},
    },
};
use entry::EntryId;
use vote::{
    Answer, Fate, Method, Ranking, State,
    method::{Consent, Schulze, consensus::BLOCK},
};

const NAMES: [&str; 4] = ["asha", "imre", "noor", "tomas"];

fn five() -> Chapter {
    Chapter::founded_by("rowan").with(NAMES)
}

fn asks(key: &str, method: Method) -> Question {
    let options = if kinds::method::has_positions(&method) { vec![] } else { vec!["a".into(), "b".into(), "c".into()] };
    Question { key: key.into(), text: "Which?".into(), options, method }
}

fn weighed(list: &[(&str, u32)]) -> Vec<Weight> {
    let weight = |(name, parts): &(&str, u32)| Weight { member: member(name), parts: *parts, why: "rooms".into() };
    let mut weights: Vec<Weight> = list.iter().map(weight).collect();
    weights.sort_unstable_by_key(|weight| weight.member);
    weights
}

fn observing(names: &[&str]) -> Vec<Observer> {
    let mut list: Vec<Observer> =
        names.iter().map(|name| Observer { member: member(name), why: "guest".into() }).collect();
    list.sort_unstable_by_key(|observer| observer.member);
    list
}

fn open(chapter: &mut Chapter, methods: &[Method], conduct: Conduct) -> EntryId {
    let questions = methods.iter().enumerate().map(|(n, method)| asks(&format!("q{n}"), method.clone())).collect();
    let poll = chapter.draft_poll_held("Which?", questions, conduct);
    chapter.by("rowan").writes(&poll)
}

fn delegating(chapter: &mut Chapter) -> EntryId {
    open(chapter, &[Method::SINGLE], Conduct { delegation: true, ..Conduct::default() })
}

fn fate(view: &View, poll: &EntryId, name: &str) -> Option<Fate> {
    let outcome = view.outcome(poll).unwrap();
    outcome.flow.shares.get(&member(name)).map(|shares| shares[0].fate)
}

#[test]
fn a_poll_is_counted_by_its_methods_and_weights() {
    let mut chapter = five();
    let conduct = Conduct { per_vote: 2, weights: weighed(&[("asha", 6), ("imre", 1)]), ..Conduct::default() };
    let poll = open(&mut chapter, &[Method::SINGLE, Method::Schulze(Schulze)], conduct);
    let ranks = |levels: &[Vec<u16>]| Answer::Ranks(Ranking::levels_of(levels));
    chapter.by("asha").writes(&answering(poll, 1, vec![Answer::One(0), ranks(&[vec![2], vec![0, 1]])]));
    chapter.by("imre").writes(&answering(poll, 1, vec![Answer::One(1), Answer::Blank]));
    chapter.by("noor").writes(&answering(poll, 1, vec![Answer::One(1), ranks(&[vec![1]])]));
    let wrong = chapter.by("tomas").writes(&answering(poll, 1, vec![Answer::One(1), Answer::One(1)]));
    let view = settled(&chapter);
    assert_eq!(view.counted(&poll), Ok(()));
    assert_eq!(view.counted(&wrong), Err(Void::WrongAnswers));
    let outcome = view.outcome(&poll).unwrap();
    assert_eq!((outcome.unit, outcome.roll, outcome.cast), (2, 6 + 1 + 3 * 2, 9));
    assert_eq!(outcome.questions[0].options, [6, 3, 0]);
    assert_eq!(outcome.questions[1].verdict.leading, [2]);
    let evenly = view.outcome_evenly(&poll).unwrap();
    assert_eq!(evenly.questions[0].options, [1, 2, 0]);
    assert_eq!(evenly.questions[1].verdict.state, State::Tied);
    assert_ne!(outcome.hash(), evenly.hash());
    assert_eq!(view.voters(&poll), outcome.counted);
    assert!(view.has_voted(&poll, &member("asha")) && !view.has_voted(&poll, &member("tomas")));
    let plain = chapter.poll("rowan", "Roof?");
    assert!(chapter.view().outcome_evenly(&plain).is_none());
}

#[test]
fn an_observer_has_no_vote_and_a_weight_is_of_somebody_on_the_roll() {
    let mut chapter = five();
    let poll = open(&mut chapter, &[Method::SINGLE], Conduct { observers: observing(&["imre"]), ..Conduct::default() });
    let looked = chapter.vote("imre", poll, 1, &[Some(0)]);
    let voted = chapter.vote("asha", poll, 1, &[Some(0)]);
    // Who is no member observes nothing, and weighs nothing; nor does a roll without its observers or weights hold.
    let held = |conduct: Conduct| chapter.draft_poll_held("?", vec![asks("q", Method::SINGLE)], conduct);
    let stranger = held(Conduct { observers: observing(&["vera"]), ..Conduct::default() });
    let heavy = held(Conduct { weights: weighed(&[("vera", 2)]), ..Conduct::default() });
    let Kind::Poll(plain) = held(Conduct::default()) else { panic!("no poll") };
    let without = |conduct: Conduct| Kind::Poll(Poll { conduct, ..plain.clone() });
    let more = without(Conduct { observers: observing(&["imre"]), ..Conduct::default() });
    let heavier = without(Conduct { weights: weighed(&[("asha", 2)]), ..Conduct::default() });
    let wrong = [stranger, heavy, more, heavier].map(|poll| chapter.by("rowan").writes(&poll));
    let view = settled(&chapter);
    assert_eq!((view.counted(&poll), view.counted(&voted)), (Ok(()), Ok(())));
    assert_eq!(view.counted(&looked), Err(Void::NotOnRoll));
    assert_eq!(view.poll(&poll).unwrap().rules.roll.len(), 4);
    for poll in wrong {
        assert_eq!(view.counted(&poll), Err(Void::WrongRoll));
    }
}

#[test]
fn whoever_blocks_says_why() {
    let mut chapter = five();
    let poll = open(&mut chapter, &[Method::SINGLE, Method::Consent(Consent)], Conduct::default());
    let block = |number, reasons: &[(u16, &str)]| {
        let reasons =
            reasons.iter().map(|(question, why)| Reason { question: *question, why: (*why).into() }).collect();
        Kind::Ballot(Ballot { poll, number, answers: vec![Answer::One(0), Answer::One(BLOCK)], reasons })
    };
    let silent = chapter.by("asha").writes(&block(1, &[]));
    let outcome = chapter.view().outcome(&poll).unwrap();
    assert_eq!((outcome.voters, outcome.questions[1].verdict.state), (0, State::Unanswered), "it blocks nothing");
    let beside = chapter.by("asha").writes(&block(2, &[(0, "I like a.")]));
    let said = chapter.by("asha").writes(&block(3, &[(1, "It leaks.")]));
    let view = settled(&chapter);
    assert_eq!(view.counted(&silent), Err(Void::WrongAnswers));
    assert_eq!(view.counted(&beside), Err(Void::WrongAnswers));
    assert_eq!(view.counted(&said), Ok(()));
    assert_eq!(view.outcome(&poll).unwrap().questions[1].verdict.state, State::Blocked);
}

#[test]
fn a_vote_is_given_changed_and_taken_back() {
    let mut chapter = five();
    let poll = delegating(&mut chapter);
    assert!(chapter.view().waits_for(&poll, &member("asha")) && !chapter.view().waits_for(&poll, &member("vera")));
    let first = chapter.by("asha").writes(&giving(poll, 1, &[("imre", 60)]));
    assert!(!chapter.view().waits_for(&poll, &member("asha")), "somebody else votes with it");
    chapter.vote("imre", poll, 1, &[Some(0)]);
    chapter.vote("noor", poll, 1, &[Some(1)]);
    assert!(!chapter.view().waits_for(&poll, &member("noor")));
    assert_eq!(settled(&chapter).outcome(&poll).unwrap().questions[0].options, [2, 1, 0]);
    chapter.by("asha").writes(&giving(poll, 2, &[("noor", 60)]));
    let view = settled(&chapter);
    assert_eq!(view.outcome(&poll).unwrap().questions[0].options, [1, 2, 0]);
    assert_eq!(view.next_delegation_number(&poll, &member("asha")), 3);
    assert_eq!(view.outcome(&poll).unwrap().flow.replaced, [first]);
    chapter.by("asha").writes(&giving(poll, 3, &[]));
    assert!(chapter.view().waits_for(&poll, &member("asha")));
    assert_eq!(settled(&chapter).outcome(&poll).unwrap().questions[0].options, [1, 1, 0]);
    chapter.by("asha").writes(&giving(poll, 4, &[("imre", 20), ("noor", 40)]));
    let outcome = settled(&chapter).outcome(&poll).unwrap();
    assert_eq!((outcome.unit, &outcome.questions[0].options[..]), (60, &[80, 100, 0][..]));
    // Whoever votes has their own back.
    chapter.vote("asha", poll, 1, &[Some(2)]);
    assert_eq!(settled(&chapter).outcome(&poll).unwrap().questions[0].options, [1, 1, 1]);
}

#[test]
fn what_is_no_delegation() {
    let mut chapter = five();
    let closed = chapter.poll("rowan", "Roof?");
    let not_allowed = chapter.by("asha").writes(&giving(closed, 1, &[("imre", 60)]));
    let poll = delegating(&mut chapter);
    let closes = chapter.view().poll(&poll).unwrap().rules.closes;
    let late = chapter.by("asha").at(closes.plus(1)).writes(&giving(poll, 1, &[("imre", 60)]));
    let in_time = chapter.by("imre").at(closes).writes(&giving(poll, 1, &[("asha", 60)]));
    let own = chapter.by("asha").at(closes).writes(&giving(poll, 2, &[("asha", 60)]));
    let stranger = chapter.by("asha").at(closes).writes(&giving(poll, 3, &[("vera", 60)]));
    chapter.admit("rowan", "vera");
    let newcomer = chapter.by("vera").at(closes).writes(&giving(poll, 1, &[("asha", 60)]));
    let nowhere = chapter.by("asha").at(closes).writes(&giving(EntryId([9; 32]), 1, &[("imre", 60)]));
    let view = settled(&chapter);
    assert_eq!(view.counted(&not_allowed), Err(Void::NoDelegation));
    assert_eq!(view.counted(&late), Err(Void::Late));
    assert_eq!(view.counted(&in_time), Ok(()));
    assert_eq!((view.counted(&own), view.counted(&stranger)), (Err(Void::WrongDelegates), Err(Void::WrongDelegates)));
    assert_eq!(view.counted(&newcomer), Err(Void::NotOnRoll));
    assert_eq!(view.counted(&nowhere), Err(Void::UnknownTarget));
    assert_eq!(view.delegations(&poll).len(), 5);
}

/// What a removal, or a revocation, had not seen is cut off: then what was given before it counts again.
#[test]
fn a_delegation_is_cut_off_like_a_ballot() {
    let mut chapter = five();
    let poll = delegating(&mut chapter);
    chapter.by("tomas").writes(&giving(poll, 1, &[("asha", 60)]));
    chapter.vote("asha", poll, 1, &[Some(0)]);
    chapter.vote("imre", poll, 1, &[Some(1)]);
    let before = chapter.heads().clone();
    let removal = chapter.remove("tomas", &["rowan", "asha", "imre"]);
    let unseen = chapter.by("tomas").seeing(before).writes(&giving(poll, 2, &[("imre", 60)]));
    let view = settled(&chapter);
    assert_eq!(view.counted(&unseen), Err(Void::Removed { by: removal }));
    assert_eq!(fate(&view, &poll, "tomas"), Some(Fate::Cast(member("asha"))));
    assert_eq!(view.outcome(&poll).unwrap().questions[0].options, [2, 1, 0]);
}

/// Whose delegate's ballot is cut off has not voted: the delegate did not either.
#[test]
fn a_delegate_whose_ballot_is_cut_off_has_cast_nothing() {
    let mut chapter = five();
    let poll = delegating(&mut chapter);
    chapter.by("asha").writes(&giving(poll, 1, &[("tomas", 60)]));
    let before = chapter.heads().clone();
    let removal = chapter.remove("tomas", &["rowan", "asha", "imre"]);
    let unseen = chapter.by("tomas").seeing(before).writes(&answering(poll, 1, vec![Answer::One(1)]));
    let view = settled(&chapter);
    assert_eq!(view.counted(&unseen), Err(Void::Removed { by: removal }));
    assert_eq!(fate(&view, &poll, "asha"), Some(Fate::NotCast(member("tomas"))));
    assert_eq!(view.outcome(&poll).unwrap().cast, 0);
    // It can be given to somebody else.
    chapter.by("asha").writes(&giving(poll, 2, &[("imre", 60)]));
    chapter.vote("imre", poll, 1, &[Some(0)]);
    assert_eq!(settled(&chapter).outcome(&poll).unwrap().questions[0].options, [2, 0, 0]);
}

#[test]
fn a_stolen_device_gives_nothing_once_it_is_revoked() {
    let mut chapter = five();
    chapter.add_device("asha", 0, 1);
    let poll = delegating(&mut chapter);
    chapter.by("asha").writes(&giving(poll, 1, &[("imre", 60)]));
    chapter.vote("imre", poll, 1, &[Some(0)]);
    chapter.vote("noor", poll, 1, &[Some(1)]);
    let stolen = chapter.by("asha").on(1).writes(&giving(poll, 2, &[("noor", 60)]));
    assert_eq!(settled(&chapter).outcome(&poll).unwrap().questions[0].options, [1, 2, 0]);
    let revoked = chapter.by("asha").writes(&chapterhouse_chapter::testing::story::revocation("asha", 1, None));
    let view = settled(&chapter);
    assert_eq!(view.counted(&stolen), Err(Void::Revoked { by: revoked }));
    assert_eq!(view.outcome(&poll).unwrap().questions[0].options, [2, 1, 0]);
}

#[test]
fn of_two_delegations_in_one_place_one_counts() {
    let mut chapter = five();
    let poll = delegating(&mut chapter);
    chapter.vote("imre", poll, 1, &[Some(0)]);
    chapter.vote("noor", poll, 1, &[Some(1)]);
    let (before, place) = (chapter.heads().clone(), chapter.place_of("asha", 0));
    let [one, two] = [("imre", 1), ("noor", 9)].map(|(name, number)| {
        let pen = chapter.by("asha").seeing(before.clone()).behind(place);
        (pen.writes(&giving(poll, number, &[(name, 60)])), name)
    });
    let ((counts, name), (void, _)) = (one.min(two), one.max(two));
    let view = settled(&chapter);
    assert_eq!(view.counted(&void), Err(Void::Forked { counts }));
    assert_eq!(fate(&view, &poll, "asha"), Some(Fate::Cast(member(name))));
    assert_eq!(view.delegations(&poll).len(), 2);
}

/// A delegate who is put out by decision while the poll is open, and everything else at once, arrives in any order.
#[test]
fn everything_at_once_in_any_order() {
    let mut chapter = five();
    let weights = weighed(&[("asha", 3)]);
    let conduct = Conduct { delegation: true, per_vote: 2, weights, ..Conduct::default() };
    let poll = open(&mut chapter, &[Method::SINGLE, Method::Consent(Consent)], conduct);
    chapter.by("asha").writes(&giving(poll, 1, &[("imre", 30), ("noor", 30)]));
    chapter.by("imre").writes(&giving(poll, 1, &[("noor", 60)]));
    chapter.by("noor").writes(&giving(poll, 1, &[("imre", 60)]));
    let before = chapter.heads().clone();
    chapter.by("tomas").writes(&answering(poll, 1, vec![Answer::One(2), Answer::One(1)]));
    chapter.decide(Measure::Remove { member: member("tomas") }, &["rowan", "asha", "imre"]);
    chapter.by("tomas").seeing(before).writes(&giving(poll, 1, &[("asha", 60)]));
    let looped = settled(&chapter);
    assert_eq!(fate(&looped, &poll, "imre"), Some(Fate::Loop));
    chapter.by("noor").writes(&answering(poll, 1, vec![Answer::One(1), Answer::Blank]));
    let outcome = settled(&chapter).outcome(&poll).unwrap();
    assert_eq!((outcome.unit, &outcome.questions[0].options[..]), (120, &[0, (3 + 2 + 2) * 60, 2 * 60][..]));
}
