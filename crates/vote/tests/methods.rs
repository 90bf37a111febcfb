//! The rules of every method, one by one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chapterhouse_vote::{
    Answer, Ballot, Bar, Fraction, Method, Misfit, Of, Poll, Question, Ranking, Reach, Record, State, Tally, Unfit,
    Verdict, Weights, count,
    method::{Approval, Budget, Consensus, Consent, Runoff, Schulze, Score, Single, Stv, consensus, runoff, stv},
    tie::{Lots, Tie},
};
use common::{all_count, ballot, ballots, counted, drawing, id, letters, member, poll, strict, times};
use entry::Timestamp;
use std::{collections::BTreeMap, sync::Arc};

const TWO_THIRDS: Fraction = Fraction { part: 2, whole: 3 };

fn single(bar: Option<Bar>) -> Method {
    Method::Single(Single { bar })
}

fn bar(share: Fraction, reach: Reach, of: Of) -> Bar {
    Bar { share, reach, of }
}

/// So many votes for each option, and so many blanks.
fn votes(options: &[usize], blank: usize) -> Vec<Answer> {
    let groups: Vec<(usize, Answer)> = (0..).zip(options).map(|(option, n)| (*n, Answer::One(option))).collect();
    times(&[groups, vec![(blank, Answer::Blank)]].concat())
}

fn decided(leading: &[u16]) -> Verdict {
    Verdict { state: State::Decided, leading: leading.to_vec(), ..Verdict::default() }
}

// --------------------------------------------------------------------------------------------------- single choice

#[test]
fn the_most_votes_win_and_equals_stay_tied() {
    assert_eq!(counted(single(None), 3, votes(&[2, 3, 1], 4)).verdict, decided(&[1]));
    let tied = counted(single(None), 3, votes(&[3, 1, 3], 0)).verdict;
    assert_eq!((tied.state, tied.leading, tied.tied), (State::Tied, vec![], vec![0, 2]));
    assert_eq!(counted(single(None), 3, votes(&[0, 0, 0], 3)).verdict.state, State::Unanswered);
}

#[test]
fn a_majority_is_of_what_the_poll_says() {
    let state = |bar, votes| counted(single(Some(bar)), 3, votes).verdict.state;
    let half = |of| bar(Fraction::HALF, Reach::MoreThan, of);
    // 3 of 5 answers, of 7 votes cast.
    let given = || votes(&[3, 2], 2);
    assert_eq!(state(half(Of::Answers), given()), State::Decided);
    assert_eq!(state(half(Of::Cast), given()), State::NoMajority);
    // More than half is not half.
    assert_eq!(state(half(Of::Answers), votes(&[3, 2, 1], 0)), State::NoMajority);
    assert_eq!(state(bar(Fraction::HALF, Reach::AtLeast, Of::Answers), votes(&[3, 2, 1], 0)), State::Decided);
    assert_eq!(state(bar(TWO_THIRDS, Reach::AtLeast, Of::Answers), votes(&[4, 2], 0)), State::Decided);
    assert_eq!(state(bar(TWO_THIRDS, Reach::MoreThan, Of::Answers), votes(&[4, 2], 0)), State::NoMajority);
    // All of it is more than any share.
    let all = Fraction { part: 1, whole: 1 };
    assert_eq!(state(bar(all, Reach::MoreThan, Of::Answers), votes(&[4], 1)), State::Decided);
    assert_eq!(state(bar(all, Reach::MoreThan, Of::Answers), votes(&[4, 1], 0)), State::NoMajority);
}

#[test]
fn of_the_roll_whoever_does_not_vote_is_against() {
    let given = ballots(votes(&[3, 1], 0));
    let state = |members| {
        let method = single(Some(bar(Fraction::HALF, Reach::MoreThan, Of::Roll)));
        count(&poll(method, 2, members), &given).questions[0].verdict.state
    };
    assert_eq!(state(5), State::Decided);
    assert_eq!(state(6), State::NoMajority);
}

#[test]
fn of_for_and_against_only_for_can_pass() {
    let method = |share| single(Some(bar(share, Reach::MoreThan, Of::ForAndAgainst)));
    // For, against, neither: however many say neither.
    assert_eq!(counted(method(Fraction::HALF), 3, votes(&[2, 1, 9], 5)).verdict, decided(&[0]));
    assert_eq!(counted(method(TWO_THIRDS), 3, votes(&[2, 1, 9], 5)).verdict.state, State::NoMajority);
    assert_eq!(counted(method(Fraction::HALF), 3, votes(&[1, 2, 0], 0)).verdict.state, State::NoMajority);
    assert_eq!(counted(method(Fraction::HALF), 3, votes(&[0, 0, 2], 0)).verdict.state, State::NoMajority);
}

#[test]
fn a_quorum_is_of_the_roll_and_blanks_count_for_it() {
    let given = ballots(votes(&[2, 1], 1));
    let state = |members| {
        let poll = Poll { quorum: Some(Fraction::HALF), ..poll(Method::SINGLE, 2, members) };
        let outcome = count(&poll, &given);
        assert_eq!(outcome.quorate(), outcome.questions[0].verdict.state != State::NoQuorum);
        outcome.questions[0].verdict.state
    };
    assert_eq!(state(8), State::Decided);
    assert_eq!(state(9), State::NoQuorum);
}

#[test]
fn weights_decide_and_can_be_left_out() {
    let weights = Weights { per_vote: 2, of: BTreeMap::from([(member(2), 5)]) };
    let poll = Poll { weights: Some(Arc::new(weights)), ..poll(Method::SINGLE, 2, 4) };
    poll.check().unwrap();
    let given = ballots([0, 0, 1].map(Answer::One));
    let outcome = count(&poll, &given);
    assert_eq!((outcome.unit, outcome.roll, outcome.cast), (2, 11, 9));
    assert_eq!((outcome.questions[0].options.as_slice(), outcome.voters), ([4, 5].as_slice(), 3));
    assert_eq!(outcome.questions[0].verdict, decided(&[1]));
    let even = count(&poll.evenly(), &given);
    assert_eq!((even.unit, even.roll, even.questions[0].options.as_slice()), (1, 4, [2, 1].as_slice()));
}

// ------------------------------------------------------------------------------------- approval, score, budget

fn approval(seats: u16, bar: Option<Bar>) -> Method {
    Method::Approval(Approval { max: 3, seats, bar })
}

#[test]
fn approvals_fill_seats_and_the_last_seat_can_stay_tied() {
    let approved = |groups: &[(usize, &[u16])]| {
        let groups: Vec<(usize, Answer)> =
            groups.iter().map(|(n, options)| (*n, Answer::Approved(options.to_vec()))).collect();
        times(&groups)
    };
    // 0: 5, 1: 3, 2: 3, 3: 1
    let given = approved(&[(2, &[0, 1]), (3, &[0, 2]), (1, &[1, 3])]);
    let tally = counted(approval(1, None), 4, given.clone());
    assert_eq!((tally.options, tally.total, tally.verdict), (vec![5, 3, 3, 1], 6, decided(&[0])));
    let two = counted(approval(2, None), 4, given.clone()).verdict;
    assert_eq!((two.state, two.leading, two.tied), (State::Tied, vec![0], vec![1, 2]));
    assert_eq!(counted(approval(3, None), 4, given.clone()).verdict, decided(&[0, 1, 2]));
    // Seats stay empty rather than go to somebody below the bar: 3 of 6 is not more than half.
    assert_eq!(counted(approval(3, Some(Bar::MAJORITY)), 4, given).verdict, decided(&[0]));
    // To approve nothing is an answer.
    let nothing = counted(approval(1, Some(Bar::MAJORITY)), 4, approved(&[(1, &[0]), (1, &[])]));
    assert_eq!((nothing.total, nothing.verdict.state), (2, State::NoMajority));
}

#[test]
fn scores_add_up_and_unscored_is_nothing() {
    let score = |bar| Method::Score(Score { max: 5, seats: 1, bar });
    let given = || {
        vec![
            Answer::Scores(vec![(0, 5), (1, 3)]),
            Answer::Scores(vec![(1, 4), (2, 0)]),
            Answer::Scores(vec![(0, 1), (1, 1), (2, 5)]),
        ]
    };
    let tally = counted(score(None), 3, given());
    assert_eq!((tally.options, tally.verdict), (vec![6, 8, 5], decided(&[1])));
    let Record::Scores(record) = tally.record else { panic!("no scores") };
    assert_eq!(record.scored, [2, 3, 2]);
    // 8 of the 15 that three voters could give.
    assert_eq!(counted(score(Some(Bar::MAJORITY)), 3, given()).verdict.state, State::Decided);
    let two_thirds = bar(TWO_THIRDS, Reach::AtLeast, Of::Answers);
    assert_eq!(counted(score(Some(two_thirds)), 3, given()).verdict.state, State::NoMajority);
}

#[test]
fn dots_are_the_result_or_fill_seats() {
    let budget = |seats| Method::Budget(Budget { dots: 10, max: 7, seats });
    let given = || vec![Answer::Dots(vec![(0, 3), (1, 7)]), Answer::Dots(vec![(1, 1)]), Answer::Dots(vec![(2, 3)])];
    let tally = counted(budget(None), 4, given());
    assert_eq!((tally.options.as_slice(), &tally.verdict), ([3, 8, 3, 0].as_slice(), &decided(&[1, 0, 2])));
    let Record::Budget(record) = tally.record else { panic!("no budget") };
    assert_eq!(record.kept, 16);
    assert_eq!(counted(budget(Some(2)), 4, given()).verdict.tied, [0, 2]);
}

// ------------------------------------------------------------------------------------------------------- ranked

fn rounds(tally: &Tally) -> &[runoff::Round] {
    let Record::Runoff(record) = &tally.record else { panic!("no runoff") };
    &record.rounds
}

#[test]
fn who_had_fewer_before_is_eliminated_first() {
    // A 4, B 3, C 2, D 1: D goes to C, and B and C are equal; C had fewer in the first round.
    let groups: Vec<(usize, Answer)> =
        [(4, "A"), (3, "B"), (2, "C"), (1, "DC")].map(|(n, order)| (n, letters(order))).to_vec();
    let tally = counted(Method::Runoff(Runoff { bar: None }), 4, times(&groups));
    let ends: Vec<runoff::End> = rounds(&tally).iter().map(|round| round.end).collect();
    assert_eq!(
        ends,
        [
            runoff::End::Eliminated { option: 3, by: Tie::Alone },
            runoff::End::Eliminated { option: 2, by: Tie::Earlier(1) },
            runoff::End::Elected(0)
        ]
    );
    assert_eq!(rounds(&tally)[2].exhausted, 3);
    assert!(!tally.verdict.lot);
}

#[test]
fn a_lot_from_the_polls_id_decides_at_last() {
    let winner = |order: &[u16]| {
        let poll = Poll { id: drawing(3, order), ..poll(Method::Runoff(Runoff { bar: None }), 3, 3) };
        let outcome = all_count(&poll, &ballots([letters("A"), letters("B"), letters("C")]));
        let verdict = outcome.questions[0].verdict.clone();
        assert!(verdict.lot);
        assert_eq!(rounds(&outcome.questions[0])[0].end, runoff::End::Eliminated { option: order[2], by: Tie::Lot });
        verdict.leading
    };
    assert_eq!(winner(&[0, 1, 2]), [0]);
    assert_eq!(winner(&[2, 1, 0]), [2]);
    assert_eq!(winner(&[1, 0, 2]), [1]);
}

#[test]
fn lots_are_of_poll_and_question() {
    let lots = |poll, question| Lots::draw(&id(poll), question, 30);
    assert_eq!(lots(1, 0), lots(1, 0));
    assert_ne!(lots(1, 0), lots(2, 0));
    assert_ne!(lots(1, 0), lots(1, 1));
    let mut order = lots(1, 0).order().to_vec();
    order.sort_unstable();
    assert_eq!(order, (0..30).collect::<Vec<u16>>());
    // Part of the format.
    assert_eq!(Lots::draw(&entry::EntryId([7; 32]), 1, 5).order(), GOLDEN_LOTS);
}

const GOLDEN_LOTS: [u16; 5] = [3, 4, 1, 2, 0];

#[test]
fn a_runoffs_winner_may_have_to_reach_a_bar() {
    let groups: Vec<(usize, Answer)> = [(3, "A"), (2, "B"), (2, "C")].map(|(n, order)| (n, letters(order))).to_vec();
    // Whoever loses the lot, A ends with 3 of 3 to 5 that are left, and never with more than half of all.
    let verdict = counted(Method::Runoff(Runoff { bar: Some(Bar::MAJORITY) }), 3, times(&groups)).verdict;
    assert_eq!((verdict.state, verdict.leading), (State::NoMajority, vec![0]));
}

#[test]
fn a_circle_of_equals_stays_a_tie() {
    let groups: Vec<(usize, Answer)> = [(1, "ABC"), (1, "BCA"), (1, "CAB")].map(|(n, o)| (n, letters(o))).to_vec();
    let verdict = counted(Method::Schulze(Schulze), 3, times(&groups)).verdict;
    assert_eq!((verdict.state, verdict.leading, verdict.tied), (State::Tied, vec![], vec![0, 1, 2]));
}

#[test]
fn of_victories_with_equal_votes_the_one_with_fewer_against_is_stronger() {
    let levels = |levels: &[&[u16]]| {
        Answer::Ranks(Ranking::levels_of(&levels.iter().map(|level| level.to_vec()).collect::<Vec<_>>()))
    };
    let given = times(&[
        (2, letters("ABC")),
        (1, letters("BCA")),
        (3, letters("CAB")),
        (2, levels(&[&[1], &[0, 2]])),
        (1, levels(&[&[2], &[0, 1]])),
    ]);
    let tally = counted(Method::Schulze(Schulze), 3, given);
    let Record::Schulze(record) = &tally.record else { panic!("no comparison in pairs") };
    // A beats B, B beats C, C beats A, each with 5 votes. By these alone, all three would be tied.
    let pair = |one: usize, other: usize| (record.pairs[one][other], record.pairs[other][one]);
    assert_eq!([pair(0, 1), pair(1, 2), pair(2, 0)], [(5, 3), (5, 4), (5, 2)]);
    assert_eq!((record.paths[2][1].votes, record.paths[2][1].against), (5, 3));
    assert_eq!(record.ranking, [[2], [0], [1]]);
}

#[test]
fn who_is_equal_to_another_has_no_victory_over_it() {
    let given = times(&[
        (1, letters("ABC")),
        (2, letters("CAB")),
        (3, Answer::Ranks(Ranking::levels_of(&[vec![1], vec![0, 2]]))),
    ]);
    let tally = counted(Method::Schulze(Schulze), 3, given);
    let Record::Schulze(record) = &tally.record else { panic!("no comparison in pairs") };
    // A and B are equal, 3 to 3; B beats C, C beats A. From A to C leads nothing, though 3 are more than C's 2.
    let pair = |one: usize, other: usize| (record.pairs[one][other], record.pairs[other][one]);
    assert_eq!([pair(0, 1), pair(1, 2), pair(2, 0)], [(3, 3), (4, 2), (2, 1)]);
    assert_eq!(record.paths[0][2].votes, 0);
    assert_eq!(record.ranking, [[1], [2], [0]]);
}

#[test]
fn as_many_seats_as_options_need_no_count() {
    let tally = counted(Method::Stv(Stv { seats: 2 }), 2, vec![strict(&[1])]);
    assert_eq!(tally.verdict, decided(&[0, 1]));
    let nobody = counted(Method::Stv(Stv { seats: 2 }), 2, vec![Answer::Blank]);
    assert_eq!(nobody.verdict, Verdict::default());
}

/// One seat count of ballots that weigh a lot, so that the last decimal of a keep value moves whole votes.
fn heavy(seats: u16, options: u16, groups: &[(u32, &[u16])]) -> (Vec<u16>, stv::Record) {
    let of = (0..).zip(groups).map(|(n, (parts, _))| (member(n), *parts)).collect();
    let weights = Some(Arc::new(Weights { per_vote: 1, of }));
    let poll = Poll { weights, ..poll(Method::Stv(Stv { seats }), options, groups.len() as u64) };
    let outcome = all_count(&poll, &ballots(groups.iter().map(|(_, order)| strict(order))));
    let Record::Stv(record) = outcome.questions[0].record.clone() else { panic!("no transferable vote") };
    (outcome.questions[0].verdict.leading.clone(), record)
}

/// By the reference rule alone, the last round would elect one more than there are seats.
#[test]
fn no_more_are_elected_than_there_are_seats() {
    let groups: [(u32, &[u16]); 4] = [
        (3_000_000_000, &[1, 0, 3, 2, 4]),
        (2_000_000_000, &[1, 0, 3, 2, 4]),
        (2, &[1, 3, 0, 2]),
        (3_000_000_000, &[0, 4]),
    ];
    let (elected, record) = heavy(3, 5, &groups);
    assert_eq!(elected.len(), 3);
    assert!(elected.iter().enumerate().all(|(n, option)| !elected[..n].contains(option)));
    assert!(record.remaining.is_empty());
}

/// The surplus does not always come below its bound; the count goes on when it does not shrink any more.
#[test]
fn a_round_ends_when_nothing_moves_any_more() {
    let (elected, record) = heavy(2, 3, &[(3_000_000_000, &[2]), (3, &[0])]);
    assert_eq!(elected[0], 2);
    assert!(record.rounds.iter().any(|round| round.surplus >= stv::OMEGA && round.steps > 2));
    assert!(record.rounds.iter().all(|round| round.steps < 100), "{record:?}");
}

/// From the last round back to the first, not the other way.
#[test]
fn the_latest_difference_decides() {
    let lots = Lots::draw(&id(0), 0, 3);
    let rounds: [&[u64]; 3] = [&[1, 2, 3], &[5, 4, 9], &[7, 7, 9]];
    assert_eq!(lots.eliminate(&[0, 1], &rounds), (Some(1), Tie::Earlier(2)));
    assert_eq!(lots.eliminate(&[0, 1], &rounds[..1]), (Some(0), Tie::Earlier(1)));
    // Those who had more are out of it, and the rest is compared further back.
    let rounds: [&[u64]; 2] = [&[3, 2, 1], &[4, 4, 9]];
    assert_eq!(lots.eliminate(&[0, 1, 2], &rounds), (Some(1), Tie::Earlier(1)));
    assert_eq!(lots.eliminate(&[2], &rounds), (Some(2), Tie::Alone));
}

// ---------------------------------------------------------------------------------------- consent and consensus

fn consensus(overruled: u16) -> Method {
    let aside = Some(Fraction { part: 1, whole: 4 });
    Method::Consensus(Consensus { agree: bar(Fraction::HALF, Reach::MoreThan, Of::Cast), aside, overruled })
}

fn in_the_way(tally: &Tally) -> &consensus::Record {
    let Record::Consensus(record) = &tally.record else { panic!("no consensus") };
    record
}

#[test]
fn consent_passes_unless_somebody_blocks() {
    let consent = || Method::Consent(Consent);
    // Agree, reservations, stand aside, block.
    assert_eq!(counted(consent(), 4, votes(&[0, 1, 5, 0], 5)).verdict.state, State::Decided);
    assert_eq!(counted(consent(), 4, votes(&[0, 0, 5, 0], 0)).verdict.state, State::NoMajority);
    let blocked = counted(consent(), 4, votes(&[9, 0, 0, 1], 0));
    assert_eq!(blocked.verdict.state, State::Blocked);
    assert_eq!(in_the_way(&blocked).blocks, [(member(9), id(10))]);
}

#[test]
fn consensus_needs_enough_and_bears_so_many_blocks() {
    let state = |overruled, given| counted(consensus(overruled), 4, given).verdict.state;
    assert_eq!(state(0, votes(&[3, 2, 1, 0], 3)), State::Decided);
    assert_eq!(state(0, votes(&[3, 2, 1, 0], 4)), State::NoMajority, "not more than half of the votes cast");
    assert_eq!(state(0, votes(&[6, 0, 2, 0], 0)), State::Decided);
    assert_eq!(state(0, votes(&[6, 0, 3, 0], 0)), State::NoMajority, "too many stand aside");
    assert_eq!(state(0, votes(&[9, 0, 0, 1], 0)), State::Blocked);
    assert_eq!(state(1, votes(&[9, 0, 0, 1], 0)), State::Decided);
    assert_eq!(state(1, votes(&[9, 0, 0, 2], 0)), State::Blocked);
}

#[test]
fn a_block_is_lifted_by_its_owner_alone() {
    let poll = poll(Method::Consent(Consent), 4, 3);
    let again = |n: u64, number, answer| Ballot { entry: id(100 + 10 * n + number), number, ..ballot(n, answer) };
    let mut given = ballots([consensus::BLOCK, consensus::BLOCK, consensus::AGREE].map(Answer::One));
    given.push(again(0, 2, Answer::One(consensus::RESERVATIONS)));
    given.push(again(1, 2, Answer::One(consensus::BLOCK)));
    let outcome = all_count(&poll, &given);
    let record = in_the_way(&outcome.questions[0]);
    assert_eq!(record.blocks, [(member(1), id(112))]);
    assert_eq!(record.lifted, [(member(0), id(1))]);
    given.push(again(1, 3, Answer::Blank));
    let outcome = all_count(&poll, &given);
    assert_eq!(outcome.questions[0].verdict.state, State::Decided);
    assert_eq!(in_the_way(&outcome.questions[0]).lifted.len(), 3);
}

// ------------------------------------------------------------------------------------------------ what is refused

#[test]
fn answers_that_cannot_be_counted_are_refused() {
    let ranks = |levels: &[&[u16]]| {
        Answer::Ranks(Ranking::levels_of(&levels.iter().map(|level| level.to_vec()).collect::<Vec<_>>()))
    };
    let question = |method| Question { options: 4, method };
    let refused = |method, answer: &Answer| question(method).fits(answer).unwrap_err();
    let all = [
        single(None),
        approval(1, None),
        Method::Score(Score { max: 5, seats: 1, bar: None }),
        Method::Runoff(Runoff { bar: None }),
        Method::Schulze(Schulze),
        Method::Stv(Stv { seats: 2 }),
        Method::Consent(Consent),
        consensus(0),
        Method::Budget(Budget { dots: 10, max: 6, seats: None }),
    ];
    let kinds = [
        Answer::One(3),
        Answer::Approved(vec![1]),
        Answer::Scores(vec![(1, 1)]),
        ranks(&[&[1]]),
        Answer::Dots(vec![(1, 1)]),
    ];
    let fitting = [0, 1, 2, 3, 3, 3, 0, 0, 4];
    for (method, kind) in all.into_iter().zip(fitting) {
        assert_eq!(question(method.clone()).fits(&Answer::Blank), Ok(()));
        for (n, answer) in kinds.iter().enumerate() {
            let expected = if n == kind { Ok(()) } else { Err(Misfit::Kind) };
            assert_eq!(question(method.clone()).fits(answer), expected, "{method:?} {answer:?}");
        }
    }
    let score = || Method::Score(Score { max: 5, seats: 1, bar: None });
    let budget = || Method::Budget(Budget { dots: 10, max: 6, seats: None });
    let runoff = || Method::Runoff(Runoff { bar: None });
    assert_eq!(refused(single(None), &Answer::One(4)), Misfit::NoSuchOption);
    assert_eq!(refused(Method::Consent(Consent), &Answer::One(4)), Misfit::NoSuchOption);
    assert_eq!(refused(approval(1, None), &Answer::Approved(vec![1, 4])), Misfit::NoSuchOption);
    assert_eq!(refused(approval(1, None), &Answer::Approved(vec![1, 1])), Misfit::Repeated);
    assert_eq!(refused(approval(1, None), &Answer::Approved(vec![2, 1])), Misfit::Repeated);
    assert_eq!(refused(approval(1, None), &Answer::Approved(vec![0, 1, 2, 3])), Misfit::TooMany);
    assert_eq!(refused(score(), &Answer::Scores(vec![(1, 6)])), Misfit::Score);
    assert_eq!(refused(score(), &Answer::Scores(vec![(1, 1), (1, 2)])), Misfit::Repeated);
    assert_eq!(refused(score(), &Answer::Scores(vec![])), Misfit::Empty);
    assert_eq!(refused(budget(), &Answer::Dots(vec![(0, 6), (1, 5)])), Misfit::Dots);
    assert_eq!(refused(budget(), &Answer::Dots(vec![(0, 7)])), Misfit::Dots);
    assert_eq!(refused(budget(), &Answer::Dots(vec![(0, 0)])), Misfit::Dots);
    assert_eq!(refused(budget(), &Answer::Dots(vec![])), Misfit::Empty);
    for method in [runoff(), Method::Schulze(Schulze), Method::Stv(Stv { seats: 2 })] {
        assert_eq!(refused(method.clone(), &ranks(&[&[1], &[2], &[1]])), Misfit::Repeated);
        assert_eq!(refused(method.clone(), &ranks(&[&[4]])), Misfit::NoSuchOption);
        assert_eq!(refused(method, &ranks(&[])), Misfit::Empty);
    }
    assert_eq!(refused(runoff(), &ranks(&[&[1, 2]])), Misfit::Equal);
    assert_eq!(refused(Method::Stv(Stv { seats: 2 }), &ranks(&[&[1, 2]])), Misfit::Equal);
    assert_eq!(question(Method::Schulze(Schulze)).fits(&ranks(&[&[1, 2], &[0]])), Ok(()));
}

#[test]
fn polls_that_cannot_be_counted_are_refused() {
    let with = |options, method| {
        let poll = Poll::plain(id(0), [], Arc::new([member(0), member(1)].into()), Timestamp(10));
        Poll { questions: vec![Question { options, method }], ..poll }
    };
    let why = |options, method| with(options, method).check();
    assert_eq!(why(2, Method::SINGLE), Ok(()));
    assert_eq!(why(1, Method::SINGLE), Err(Unfit::Options(0)));
    assert_eq!(why(101, Method::SINGLE), Err(Unfit::Options(0)));
    assert_eq!(why(3, Method::Consent(Consent)), Err(Unfit::Options(0)));
    assert_eq!(why(2, Method::Stv(Stv { seats: 0 })), Err(Unfit::Seats(0)));
    assert_eq!(why(2, Method::Stv(Stv { seats: 3 })), Err(Unfit::Seats(0)));
    assert_eq!(why(100, Method::Stv(Stv { seats: 51 })), Err(Unfit::Seats(0)));
    assert_eq!(why(3, approval(4, None)), Err(Unfit::Seats(0)));
    assert_eq!(why(2, approval(1, None)), Err(Unfit::Max(0)), "three may be approved of two");
    assert_eq!(why(2, Method::Score(Score { max: 1001, seats: 1, bar: None })), Err(Unfit::Max(0)));
    assert_eq!(why(2, Method::Score(Score { max: 0, seats: 1, bar: None })), Err(Unfit::Max(0)));
    assert_eq!(why(2, Method::Budget(Budget { dots: 3, max: 4, seats: None })), Err(Unfit::Max(0)));
    assert_eq!(why(2, Method::Budget(Budget { dots: 3, max: 3, seats: Some(3) })), Err(Unfit::Seats(0)));
    let none = Fraction { part: 0, whole: 2 };
    assert_eq!(why(2, single(Some(bar(none, Reach::AtLeast, Of::Answers)))), Err(Unfit::Bar(0)));
    let more = Fraction { part: 3, whole: 2 };
    assert_eq!(why(2, single(Some(bar(more, Reach::AtLeast, Of::Answers)))), Err(Unfit::Bar(0)));
    let against = bar(Fraction::HALF, Reach::AtLeast, Of::ForAndAgainst);
    assert_eq!(why(2, Method::Runoff(Runoff { bar: Some(against) })), Err(Unfit::Bar(0)));
    let none_asked = Poll { questions: vec![], ..with(2, Method::SINGLE) };
    assert_eq!(none_asked.check(), Err(Unfit::Questions));
    let quorum = Poll { quorum: Some(none), ..with(2, Method::SINGLE) };
    assert_eq!(quorum.check(), Err(Unfit::Quorum));
    let weighed = |per_vote, of: &[(u64, u32)]| {
        let of = of.iter().map(|(n, parts)| (member(*n), *parts)).collect();
        Poll { weights: Some(Arc::new(Weights { per_vote, of })), ..with(2, Method::SINGLE) }.check()
    };
    assert_eq!(weighed(2, &[(0, 3)]), Ok(()));
    assert_eq!(weighed(0, &[]), Err(Unfit::Weights));
    assert_eq!(weighed(1, &[(0, 0)]), Err(Unfit::Weights));
    assert_eq!(weighed(1, &[(2, 1)]), Err(Unfit::Weights), "not on the roll");
    let third = Question { options: 1, method: Method::SINGLE };
    let mut several = with(2, Method::SINGLE);
    several.questions.extend([several.questions[0].clone(), third]);
    assert_eq!(several.check(), Err(Unfit::Options(2)));
}
