//! The digest's bytes are part of the format: these never change.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use chapterhouse_vote::{
    Answer, Bar, Delegation, Fraction, Method, Outcome, Poll, Question, Ranking, Record, Weights, count_with,
    method::{Approval, Budget, Consensus, Consent, Runoff, Schulze, Score, Single, Stv, runoff, stv},
    tie::Tie,
};
use common::{CLOSES, ballot, id, member};
use entry::Timestamp;
use std::{collections::BTreeMap, sync::Arc};

fn methods() -> Vec<(Method, Answer)> {
    let ranking = Ranking::strict(vec![2, 0, 1]);
    let bar = Some(Bar::MAJORITY);
    vec![
        (Method::Single(Single { bar }), Answer::One(1)),
        (Method::Approval(Approval { max: 2, seats: 1, bar: None }), Answer::Approved(vec![0, 3])),
        (Method::Score(Score { max: 5, seats: 2, bar }), Answer::Scores(vec![(0, 5), (1, 3)])),
        (Method::Runoff(Runoff { bar: None }), Answer::Ranks(ranking.clone())),
        (Method::Schulze(Schulze), Answer::Ranks(Ranking::levels_of(&[vec![1], vec![0, 2]]))),
        (Method::Stv(Stv { seats: 2 }), Answer::Ranks(ranking)),
        (Method::Consent(Consent), Answer::One(3)),
        (Method::Consensus(Consensus { agree: Bar::MAJORITY, aside: None, overruled: 1 }), Answer::One(0)),
        (Method::Budget(Budget { dots: 9, max: 5, seats: Some(1) }), Answer::Dots(vec![(1, 5), (2, 4)])),
    ]
}

/// Three members; 0 votes, 1 leaves all blank, 2 gives half to each.
fn outcome(methods: &[(Method, Answer)]) -> Outcome {
    let questions = methods.iter().map(|(method, _)| Question { options: 4, method: method.clone() }).collect();
    let weights = Weights { per_vote: 1, of: BTreeMap::from([(member(0), 3)]) };
    let poll = Poll {
        questions,
        weights: Some(Arc::new(weights)),
        quorum: Some(Fraction::HALF),
        delegation: true,
        ..Poll::plain(id(0), [], Arc::new((0..3).map(member).collect()), CLOSES)
    };
    poll.check().unwrap();
    let answers = methods.iter().map(|(_, answer)| answer.clone()).collect();
    let blanks = vec![Answer::Blank; methods.len()];
    let mut ballots = [ballot(0, Answer::Blank), ballot(1, Answer::Blank)];
    ballots[0].answers = answers;
    ballots[1].answers = blanks;
    let to = vec![(member(0), 30), (member(1), 30)];
    let given = Delegation { entry: id(50), member: member(2), number: 1, time: Timestamp(1), to };
    let outcome = count_with(&poll, &ballots, &[given]);
    assert_eq!((outcome.voters, outcome.cast, outcome.unit), (2, 300, 60));
    outcome
}

fn hex(hash: [u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn each_method_alone_and_all_together() {
    let all = methods();
    let each: Vec<String> = all.chunks(1).map(|one| hex(outcome(one).hash())).collect();
    let mut digests = each;
    digests.push(hex(outcome(&all).hash()));
    assert_eq!(digests, GOLDEN);
}

/// In the order of the methods, then all.
const GOLDEN: [&str; 10] = [
    "1f220eedf17c6091ffc44bf9dfdbdf8d880b2d779937930ed4d287812670540c",
    "756475d5828d4804828f587a81ae9adcb850965407c166ef5164608d3f9c06fd",
    "0b3a97491fc65ffb64c78d474d7fa8b0909e74e36c6ec65ee5a41082201be4cd",
    "4f97ba68d56d4451d2cf995e8b8f3fa4f77f2e9ff414fd22617e37a03236eca3",
    "f682844a35cd51aa2c0de51f62fb940867275285e3a477e9fb55c2ca2bcad38f",
    "b65e454b21c565c52322aa45236e724d4b4b91c4aa1d2f595cf0052f429b90ea",
    "05ce6746a3459e13562260a4798762205a95530a6158f68c3e008884f4cb1869",
    "00104066f085067410dd36c476b566572b74fe4c6fd0224a4e0e46be23a3f5ea",
    "b80caea2f711cf5b11f8a546d4b8aa066b7e5bb34f8b38303ab7ca8e2de0b2fd",
    "f4a1d461970f0b74444d319db5063bc913a7a8407b3d31c058590cdb92effed0",
];

/// Everything that an outcome says changes its digest, except what does not count.
#[test]
fn it_is_of_all_that_counts() {
    let base = outcome(&methods());
    let mut seen = std::collections::BTreeSet::from([base.hash()]);
    let mut changed = |change: &dyn Fn(&mut Outcome)| {
        let mut other = base.clone();
        change(&mut other);
        assert!(seen.insert(other.hash()), "not in the digest");
    };
    changed(&|outcome| outcome.poll = id(1));
    changed(&|outcome| outcome.quorum = None);
    changed(&|outcome| outcome.unit += 1);
    changed(&|outcome| outcome.roll += 1);
    changed(&|outcome| outcome.cast += 1);
    changed(&|outcome| outcome.voters += 1);
    changed(&|outcome| *outcome.counted.get_mut(&member(0)).unwrap() = id(99));
    for question in 0..9 {
        changed(&|outcome| outcome.questions[question].options[0] += 1);
        changed(&|outcome| outcome.questions[question].blank += 1);
        changed(&|outcome| outcome.questions[question].total += 1);
        changed(&|outcome| outcome.questions[question].verdict.lot ^= true);
        changed(&|outcome| outcome.questions[question].verdict.tied.push(0));
        changed(&|outcome| outcome.questions[question].verdict.leading.push(0));
        changed(&|outcome| outcome.questions[question].verdict.state = chapterhouse_vote::State::Unanswered);
        changed(&|outcome| outcome.asked[question].options += 1);
        changed(&|outcome| outcome.asked[question].method = Method::SINGLE);
    }
    for question in 0..9 {
        for n in 0.. {
            let mut other = base.clone();
            if !disturb(&mut other.questions[question].record, n) {
                assert!(n > 0 || matches!(other.questions[question].record, Record::Votes));
                break;
            }
            changed(&|outcome| assert!(disturb(&mut outcome.questions[question].record, n)));
        }
    }
    let settings = [
        (0, Method::Single(Single { bar: Some(Bar { of: chapterhouse_vote::Of::Roll, ..Bar::MAJORITY }) })),
        (1, Method::Approval(Approval { max: 3, seats: 1, bar: None })),
        (2, Method::Score(Score { max: 6, seats: 2, bar: Some(Bar::MAJORITY) })),
        (3, Method::Runoff(Runoff { bar: Some(Bar::MAJORITY) })),
        (5, Method::Stv(Stv { seats: 3 })),
        (7, Method::Consensus(Consensus { agree: Bar::MAJORITY, aside: None, overruled: 2 })),
        (8, Method::Budget(Budget { dots: 9, max: 5, seats: None })),
    ];
    for (question, method) in settings {
        changed(&|outcome| outcome.asked[question].method = method.clone());
    }
    let mut other = base.clone();
    other.replaced.push(id(70));
    other.not_counted.push((id(71), chapterhouse_vote::Reason::Late));
    other.flow.replaced.push(id(72));
    other.flow.overridden.push(id(73));
    assert_eq!(other.hash(), base.hash());
}

/// Changes the n-th thing that a record says, if there are so many.
fn disturb(record: &mut Record, n: usize) -> bool {
    match (record, n) {
        (Record::Scores(record), 0) => record.scored[1] += 1,
        (Record::Budget(record), 0) => record.kept += 1,
        (Record::Consensus(record), 0) => record.blocks.push((member(2), id(80))),
        (Record::Runoff(record), 0) => record.rounds[0].votes[1] += 1,
        (Record::Runoff(record), 1) => record.rounds[0].exhausted += 1,
        (Record::Runoff(record), 2) => record.rounds[0].end = runoff::End::Elected(0),
        (Record::Runoff(record), 3) => {
            record.rounds[0].end = runoff::End::Eliminated { option: 0, by: Tie::Alone };
        }
        (Record::Runoff(record), 4) => record.rounds[0].end = runoff::End::Eliminated { option: 0, by: Tie::Lot },
        (Record::Runoff(record), 5) => {
            record.rounds[0].end = runoff::End::Eliminated { option: 0, by: Tie::Earlier(1) };
        }
        (Record::Schulze(record), 0) => record.pairs[0][1] += 1,
        (Record::Schulze(record), 1) => record.paths[0][1].votes += 1,
        (Record::Schulze(record), 2) => record.paths[0][1].against += 1,
        (Record::Schulze(record), 3) => record.ranking[0].push(0),
        (Record::Stv(record), 0) => record.remaining.push(0),
        (Record::Stv(record), n @ 1..9) => {
            let round = &mut record.rounds[0];
            match n {
                1 => round.steps += 1,
                2 => round.keep[0] += 1,
                3 => round.votes[0] += 1,
                4 => round.exhausted += 1,
                5 => round.quota += 1,
                6 => round.surplus += 1,
                7 => round.end = stv::End::Elected(vec![0]),
                _ => round.end = stv::End::Defeated { option: 0, by: Tie::Lot },
            }
        }
        _ => return false,
    }
    true
}
