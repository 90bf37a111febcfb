//! Votes given to others, as stories.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use chapterhouse_vote::{
    Answer, Ballot, Chain, Delegation, Fate, Method, Outcome, Poll, Share, Undelegated, count_with,
};
use common::{ballot, id, member, poll};
use entry::{MemberId, Timestamp};

const ROWAN: u64 = 0;
const ASHA: u64 = 1;
const IMRE: u64 = 2;
const NOOR: u64 = 3;
const TOMAS: u64 = 4;

fn open() -> Poll {
    Poll { delegation: true, ..poll(Method::SINGLE, 2, 5) }
}

fn gives(who: u64, to: &[(u64, u8)]) -> Delegation {
    let to = to.iter().map(|(whom, parts)| (member(*whom), *parts)).collect();
    Delegation { entry: id(100 + who), member: member(who), number: 1, time: Timestamp(1), to }
}

fn votes(who: u64, option: u16) -> Ballot {
    ballot(who, Answer::One(option))
}

fn shares(outcome: &Outcome, who: u64) -> Vec<(u64, Fate)> {
    outcome.flow.shares[&member(who)].iter().map(|share| (share.parts, share.fate)).collect()
}

fn cast(who: u64) -> Fate {
    Fate::Cast(member(who))
}

#[test]
fn a_vote_passes_through_many_hands() {
    let given = [gives(ROWAN, &[(ASHA, 60)]), gives(ASHA, &[(IMRE, 60)]), gives(NOOR, &[(IMRE, 60)])];
    let outcome = count_with(&open(), &[votes(IMRE, 1), votes(TOMAS, 0)], &given);
    assert_eq!((outcome.unit, outcome.voters, outcome.cast), (1, 2, 5));
    assert_eq!(outcome.questions[0].options, [1, 4]);
    assert_eq!(shares(&outcome, ROWAN), [(1, cast(IMRE))]);
    let chain = Chain { via: vec![member(ASHA), member(IMRE)], share: Share { parts: 1, fate: cast(IMRE) } };
    assert_eq!(outcome.flow.chains(&member(ROWAN)), [chain]);
    let imre = member(IMRE);
    let names: Vec<(&MemberId, u64)> = outcome.flow.in_the_name_of(&imre).collect();
    assert_eq!(names.len(), 3);
    assert!(names.iter().all(|(_, parts)| *parts == 1));
}

#[test]
fn whoever_votes_takes_their_own_back_and_what_was_given_to_them() {
    let given = [gives(ROWAN, &[(ASHA, 60)]), gives(ASHA, &[(IMRE, 60)])];
    let outcome = count_with(&open(), &[votes(IMRE, 1), votes(ASHA, 0)], &given);
    assert_eq!(outcome.questions[0].options, [2, 1]);
    assert_eq!(outcome.flow.overridden, [id(100 + ASHA)]);
    assert!(outcome.flow.chains(&member(ASHA)).is_empty());
}

#[test]
fn a_vote_can_be_divided_and_divided_again() {
    let given = [gives(ROWAN, &[(ASHA, 30), (IMRE, 30)]), gives(ASHA, &[(IMRE, 20), (NOOR, 40)])];
    let outcome = count_with(&open(), &[votes(IMRE, 0), votes(NOOR, 1)], &given);
    assert_eq!(outcome.unit, 3600);
    // Rowan: half to imre, a sixth to imre by asha, a third to noor by asha. Asha: a third and two thirds.
    assert_eq!(outcome.questions[0].options, [3600 + 1800 + 600 + 1200, 3600 + 1200 + 2400]);
    let mut expected = [(2400, cast(IMRE)), (1200, cast(NOOR))];
    expected.sort_unstable_by_key(|(_, fate)| *fate);
    assert_eq!(shares(&outcome, ROWAN), expected);
    let mut ways: Vec<u64> = outcome.flow.chains(&member(ROWAN)).iter().map(|chain| chain.share.parts).collect();
    ways.sort_unstable();
    assert_eq!(ways, [600, 1200, 1800]);
}

#[test]
fn a_loop_is_not_cast_and_is_shown() {
    // Rowan, asha and imre give round in a circle; imre gives half of it to noor, who votes; tomas gives to rowan.
    let given = [
        gives(ROWAN, &[(ASHA, 60)]),
        gives(ASHA, &[(IMRE, 60)]),
        gives(IMRE, &[(ROWAN, 30), (NOOR, 30)]),
        gives(TOMAS, &[(IMRE, 60)]),
    ];
    let outcome = count_with(&open(), &[votes(NOOR, 0)], &given);
    assert_eq!(shares(&outcome, ROWAN), [(60, Fate::Loop)]);
    assert_eq!(shares(&outcome, IMRE), [(30, cast(NOOR)), (30, Fate::Loop)]);
    assert_eq!(shares(&outcome, TOMAS), [(30, cast(NOOR)), (30, Fate::Loop)]);
    assert_eq!(outcome.questions[0].options, [60 + 30 + 30, 0]);
    // One of them votes, and there is no loop any more.
    let outcome = count_with(&open(), &[votes(NOOR, 0), votes(ASHA, 1)], &given);
    assert_eq!(shares(&outcome, ROWAN), [(60, cast(ASHA))]);
}

#[test]
fn who_neither_votes_nor_gives_on_is_where_it_ends() {
    let outcome = count_with(&open(), &[votes(NOOR, 0)], &[gives(ROWAN, &[(ASHA, 60)])]);
    assert_eq!(shares(&outcome, ROWAN), [(1, Fate::NotCast(member(ASHA)))]);
    assert_eq!((outcome.cast, outcome.roll), (1, 5));
}

#[test]
fn a_vote_is_divided_three_times_and_no_more() {
    let halves = |who, one, other| gives(who, &[(one, 30), (other, 30)]);
    let poll = Poll { delegation: true, ..poll(Method::SINGLE, 2, 7) };
    let given = [halves(0, 1, 6), halves(1, 2, 6), halves(2, 3, 6), halves(3, 4, 6)];
    let outcome = count_with(&poll, &[votes(6, 0)], &given);
    let eighth = outcome.unit / 8;
    assert_eq!(shares(&outcome, 0), [(7 * eighth, cast(6)), (eighth, Fate::TooFine)]);
    // From member 1 on, it is divided three times.
    let half = outcome.unit / 2;
    assert_eq!(shares(&outcome, 3), [(half, cast(6)), (half, Fate::NotCast(member(4)))]);
}

#[test]
fn the_latest_counts_and_nobody_takes_it_back() {
    let later = |number, to: &[(u64, u8)]| Delegation { entry: id(number), number, ..gives(ROWAN, to) };
    let given = [gives(ROWAN, &[(ASHA, 60)]), later(3, &[]), later(2, &[(IMRE, 60)])];
    let outcome = count_with(&open(), &[votes(ASHA, 0), votes(IMRE, 1)], &given);
    assert_eq!(outcome.questions[0].options, [1, 1]);
    assert!(outcome.flow.given.is_empty());
    assert_eq!(outcome.flow.replaced.len(), 2);
    let outcome = count_with(&open(), &[votes(ASHA, 0), votes(IMRE, 1)], &given[..1]);
    assert_eq!(outcome.questions[0].options, [2, 1]);
}

#[test]
fn what_cannot_be_given_is_refused() {
    let why = |poll: &Poll, given: Delegation| poll.allows(&given).unwrap_err();
    assert_eq!(why(&Poll { delegation: false, ..open() }, gives(ROWAN, &[(ASHA, 60)])), Undelegated::NotAllowed);
    assert_eq!(why(&open(), gives(9, &[(ASHA, 60)])), Undelegated::NotOnRoll);
    assert_eq!(why(&open(), gives(ROWAN, &[(9, 60)])), Undelegated::NotOnRoll);
    let late = Delegation { time: Timestamp(11), ..gives(ROWAN, &[(ASHA, 60)]) };
    assert_eq!(why(&open(), late), Undelegated::Late);
    for to in [&[(ASHA, 59)][..], &[(ASHA, 61)], &[(ROWAN, 60)], &[(ASHA, 30), (ASHA, 30)], &[(ASHA, 60), (IMRE, 0)]] {
        assert_eq!(why(&open(), gives(ROWAN, to)), Undelegated::Parts, "{to:?}");
    }
    let many = Poll { delegation: true, ..poll(Method::SINGLE, 2, 10) };
    let to: Vec<(u64, u8)> = (1..8).map(|n| (n, if n == 1 { 54 } else { 1 })).collect();
    assert_eq!(why(&many, gives(ROWAN, &to)), Undelegated::Parts);
    assert_eq!(many.allows(&gives(ROWAN, &[(1, 55), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1)])), Ok(()));
    assert_eq!(many.allows(&gives(ROWAN, &[])), Ok(()));
}

#[test]
fn what_was_given_is_part_of_the_digest() {
    let hash = |given: &[Delegation]| count_with(&open(), &[votes(IMRE, 1)], given).hash();
    let one = hash(&[gives(ROWAN, &[(IMRE, 60)])]);
    assert_ne!(one, hash(&[]));
    assert_ne!(one, hash(&[gives(ASHA, &[(IMRE, 60)])]));
    assert_ne!(one, hash(&[Delegation { entry: id(7), ..gives(ROWAN, &[(IMRE, 60)]) }]));
    let refused = Delegation { time: Timestamp(11), ..gives(ASHA, &[(IMRE, 60)]) };
    assert_eq!(one, hash(&[gives(ROWAN, &[(IMRE, 60)]), refused]));
}
