//! The rules of the count, one by one, and in any order of ballots.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_vote::{Answer, Ballot, Fraction, Poll, Reason, State, Unfit, count, secret::Scope, turnout};
use entry::{EntryId, MemberId, Timestamp};
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use std::{sync::Arc, time::Instant};

fn member(n: u8) -> MemberId {
    MemberId([n; 32])
}

fn ballot(entry: u8, who: u8, number: u64, answers: &[Option<u16>]) -> Ballot {
    let answers = answers.iter().copied().map(Answer::from).collect();
    Ballot { entry: EntryId([entry; 32]), member: member(who), number, time: Timestamp(5), answers }
}

/// Two questions of two and three options; members 1 to 5.
fn poll() -> Poll {
    Poll::plain(EntryId([0; 32]), [2, 3], Arc::new((1..=5).map(member).collect()), Timestamp(10))
}

fn only(ballot: Ballot) -> Vec<(EntryId, Reason)> {
    let outcome = count(&poll(), &[ballot]);
    assert_eq!(outcome.voters, u64::from(outcome.not_counted.is_empty()));
    outcome.not_counted
}

#[test]
fn only_members_on_the_roll_vote() {
    assert_eq!(only(ballot(1, 6, 1, &[None, None])), [(EntryId([1; 32]), Reason::NotOnRoll)]);
    assert_eq!(only(ballot(1, 5, 1, &[None, None])), []);
}

#[test]
fn the_close_is_the_last_moment() {
    assert_eq!(only(Ballot { time: Timestamp(10), ..ballot(1, 1, 1, &[None, None]) }), []);
    let late = Ballot { time: Timestamp(11), ..ballot(1, 1, 1, &[None, None]) };
    assert_eq!(only(late), [(EntryId([1; 32]), Reason::Late)]);
}

#[test]
fn answers_fit_the_questions() {
    let void = [(EntryId([1; 32]), Reason::Answers)];
    assert_eq!(only(ballot(1, 1, 1, &[Some(1), Some(2)])), []);
    assert_eq!(only(ballot(1, 1, 1, &[Some(2), None])), void);
    assert_eq!(only(ballot(1, 1, 1, &[None, Some(3)])), void);
    assert_eq!(only(ballot(1, 1, 1, &[None])), void);
    assert_eq!(only(ballot(1, 1, 1, &[None, None, None])), void);
    assert_eq!(only(ballot(1, 1, 1, &[])), void);
}

#[test]
fn the_highest_number_counts_and_among_equals_the_smallest_id() {
    let ballots = [
        ballot(1, 1, 1, &[Some(0), None]),
        ballot(2, 1, 3, &[Some(1), None]),
        ballot(3, 1, 2, &[Some(0), None]),
        ballot(9, 2, 7, &[Some(0), Some(0)]),
        ballot(8, 2, 7, &[Some(1), Some(1)]),
    ];
    let outcome = count(&poll(), &ballots);
    assert_eq!(outcome.counted[&member(1)], EntryId([2; 32]));
    assert_eq!(outcome.counted[&member(2)], EntryId([8; 32]));
    assert_eq!(outcome.replaced, [EntryId([1; 32]), EntryId([3; 32]), EntryId([9; 32])]);
    assert_eq!(outcome.questions[0].options, [0, 2]);
    assert_eq!((outcome.questions[1].total, outcome.questions[1].blank), (1, 1));
}

/// Two questions that are answered apart. What stands for a voter is a tag, and no two of one voter's have anything in common.
fn apart() -> Poll {
    Poll { secret: true, apart: true, ..poll() }
}

#[test]
fn questions_that_are_answered_apart_have_voters_of_their_own() {
    let ballots = [
        ballot(1, 11, 1, &[Some(1)]),
        ballot(2, 12, 1, &[Some(1)]),
        ballot(3, 13, 1, &[None]),
        ballot(4, 21, 1, &[None, Some(2)]),
        ballot(5, 22, 1, &[None, None]),
        // Changed, for the second question only.
        ballot(6, 21, 2, &[None, Some(0)]),
    ];
    let outcome = count(&apart(), &ballots);
    let [roof, name] = &outcome.questions[..] else { panic!("two questions") };
    assert_eq!((&roof.options[..], roof.blank, roof.total), (&[0, 2][..], 1, 2));
    assert_eq!((&name.options[..], name.blank, name.total), (&[1, 0, 0][..], 1, 1));
    assert_eq!(
        (outcome.voters, outcome.cast, outcome.counted.len()),
        (3, 3, 5),
        "as many as the question with the most has"
    );
    assert_eq!(outcome.replaced, [EntryId([4; 32])]);
    assert!(!outcome.plain);
    assert_eq!(turnout(&apart(), &ballots), 3);
}

#[test]
fn a_ballot_of_one_question_answers_no_other() {
    let void = |answers: &[Option<u16>]| !count(&apart(), &[ballot(1, 11, 1, answers)]).not_counted.is_empty();
    assert!(void(&[]) && void(&[Some(0), Some(0)]) && void(&[Some(0), None]) && void(&[None, None, None]));
    assert!(void(&[Some(2)]) && void(&[None, Some(3)]), "no such option");
    assert!(!void(&[None]) && !void(&[Some(1)]) && !void(&[None, Some(2)]) && !void(&[None, None]));
    // Nothing else is new for ballots that answer everything.
    assert_eq!((apart().parts(), apart().part_of(&[Answer::Blank]), poll().parts()), (2, 0, 1));
    assert_ne!(apart().scope(0), apart().scope(1));
    assert_eq!(poll().scope(0), Scope::poll(&poll().id));
}

#[test]
fn each_question_has_its_quorum() {
    let poll = Poll { quorum: Some(Fraction::HALF), ..apart() };
    let ballots = [
        ballot(1, 11, 1, &[Some(1)]),
        ballot(2, 12, 1, &[None]),
        ballot(3, 13, 1, &[None]),
        ballot(4, 21, 1, &[None, Some(2)]),
    ];
    let outcome = count(&poll, &ballots);
    assert_eq!(
        outcome.questions.iter().map(|tally| tally.verdict.state).collect::<Vec<_>>(),
        [State::Decided, State::NoQuorum]
    );
    assert!(!outcome.quorate());
}

#[test]
fn only_a_secret_poll_of_several_questions_keeps_them_apart() {
    assert_eq!(apart().check(), Ok(()));
    assert_eq!(Poll { secret: false, ..apart() }.check(), Err(Unfit::Apart));
    let one = Poll { questions: apart().questions[..1].to_vec(), ..apart() };
    assert_eq!(one.check(), Err(Unfit::Apart));
}

#[test]
fn a_void_ballot_replaces_nothing() {
    let ballots = [ballot(1, 1, 1, &[Some(0), None]), ballot(2, 1, 2, &[Some(7), None])];
    let outcome = count(&poll(), &ballots);
    assert_eq!(outcome.counted[&member(1)], EntryId([1; 32]));
    assert!(outcome.replaced.is_empty());
    assert_eq!(outcome.not_counted, [(EntryId([2; 32]), Reason::Answers)]);
}

#[test]
fn the_digest_is_of_the_result_and_of_the_ballots_behind_it() {
    let digest = |ballots: &[Ballot]| count(&poll(), ballots).hash();
    let one = digest(&[ballot(1, 1, 1, &[Some(0), None])]);
    assert_ne!(one, digest(&[ballot(1, 1, 1, &[Some(1), None])]));
    assert_ne!(one, digest(&[ballot(1, 1, 1, &[None, Some(0)])]));
    assert_ne!(one, digest(&[ballot(2, 1, 1, &[Some(0), None])]));
    assert_ne!(one, digest(&[ballot(1, 2, 1, &[Some(0), None])]));
    assert_eq!(one, digest(&[ballot(1, 1, 1, &[Some(0), None]), ballot(2, 1, 2, &[Some(9), None])]));
}

#[test]
fn ten_thousand_voters_and_ten_questions_are_quick() {
    let id = |n: u64| *blake3::hash(&n.to_le_bytes()).as_bytes();
    let voters = 10_000;
    let roll = Arc::new((0..voters).map(|n| MemberId(id(n))).collect());
    let poll = Poll::plain(EntryId([0; 32]), [5; 10], roll, Timestamp(10));
    let ballots: Vec<Ballot> = (0..voters)
        .map(|n| Ballot {
            entry: EntryId(id(n + voters)),
            member: MemberId(id(n)),
            number: 1,
            time: Timestamp(1),
            answers: (0..10).map(|q| Answer::One(((n + q) % 5) as u16)).collect(),
        })
        .collect();
    let started = Instant::now();
    let outcome = count(&poll, &ballots);
    let took = started.elapsed();
    assert_eq!(outcome.voters, voters);
    assert!(outcome.questions.iter().all(|tally| tally.options == [2000; 5]));
    assert!(took.as_millis() < 1000, "{took:?}");
}

fn any_ballot() -> impl Strategy<Value = Ballot> {
    let answers = prop::collection::vec(prop::option::of(0_u16..4), 1..4);
    (any::<u8>(), 1_u8..8, 1_u64..4, 8_u64..12, answers).prop_map(|(entry, who, number, time, answers)| Ballot {
        // An entry's id stands for all that it says.
        entry: EntryId(*blake3::hash(format!("{entry} {who} {number} {time} {answers:?}").as_bytes()).as_bytes()),
        time: Timestamp(time),
        ..ballot(0, who, number, &answers)
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_order_and_any_repetition_count_the_same(
        (ballots, shuffled) in prop::collection::vec(any_ballot(), 0..40)
            .prop_flat_map(|ballots| {
                let twice = [ballots.clone(), ballots.clone()].concat();
                (Just(ballots), Just(twice).prop_shuffle())
            }),
    ) {
        let outcome = count(&poll(), &ballots);
        prop_assert_eq!(&count(&poll(), &shuffled), &outcome);
        let ids: std::collections::BTreeSet<EntryId> = ballots.iter().map(|ballot| ballot.entry).collect();
        let parts = outcome.counted.len() + outcome.replaced.len() + outcome.not_counted.len();
        prop_assert_eq!(parts, ids.len(), "every ballot is counted, replaced or not counted");
        for tally in &outcome.questions {
            prop_assert_eq!(tally.options.iter().sum::<u64>(), tally.total);
            prop_assert_eq!(tally.total + tally.blank, outcome.voters);
        }
    }
}
