//! What holds for every poll and every set of ballots.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chapterhouse_vote::{
    Answer, Ballot, Bar, Delegation, Fraction, Method, Outcome, Poll, Question, Ranking, Record, State, Tally, Weights,
    count, count_with,
    method::{Approval, Budget, Consensus, Consent, Runoff, Schulze, Score, Stv, runoff, schulze, stv},
};
use common::{CLOSES, all_count, ballots, counted, id, member};
use entry::Timestamp;
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use std::{collections::BTreeMap, sync::Arc};

const OPTIONS: u16 = 4;
const MEMBERS: u64 = 12;

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    }
}

/// One question of each method.
fn everything() -> Vec<Method> {
    let aside = Some(Fraction { part: 1, whole: 4 });
    vec![
        Method::SINGLE,
        Method::Approval(Approval { max: 3, seats: 2, bar: Some(Bar::MAJORITY) }),
        Method::Score(Score { max: 5, seats: 1, bar: None }),
        Method::Runoff(Runoff { bar: None }),
        Method::Schulze(Schulze),
        Method::Stv(Stv { seats: 2 }),
        Method::Consent(Consent),
        Method::Consensus(Consensus { agree: Bar::MAJORITY, aside, overruled: 1 }),
        Method::Budget(Budget { dots: 10, max: 6, seats: None }),
    ]
}

fn whole_poll() -> Poll {
    let questions = everything().into_iter().map(|method| Question { options: OPTIONS, method }).collect();
    let of = (0..MEMBERS).filter(|n| n % 3 == 0).map(|n| (member(n), n as u32 + 1)).collect();
    let poll = Poll {
        questions,
        weights: Some(Arc::new(Weights { per_vote: 2, of })),
        delegation: true,
        quorum: Some(Fraction { part: 1, whole: 10 }),
        ..Poll::plain(id(0), [], Arc::new((0..MEMBERS).map(member).collect()), CLOSES)
    };
    poll.check().unwrap();
    poll
}

fn some_options() -> impl Strategy<Value = Vec<u16>> {
    prop::sample::subsequence((0..OPTIONS).collect::<Vec<_>>(), 1..=usize::from(OPTIONS))
}

fn any_order() -> impl Strategy<Value = Vec<u16>> {
    some_options().prop_shuffle()
}

fn strict() -> impl Strategy<Value = Answer> {
    any_order().prop_map(|order| Answer::Ranks(Ranking::strict(order)))
}

fn with_equals() -> impl Strategy<Value = Answer> {
    (any_order(), prop::collection::vec(any::<bool>(), usize::from(OPTIONS))).prop_map(|(order, joined)| {
        let mut levels: Vec<Vec<u16>> = Vec::new();
        for (option, joined) in order.into_iter().zip(joined) {
            match levels.last_mut() {
                Some(level) if joined => level.push(option),
                _ => levels.push(vec![option]),
            }
        }
        Answer::Ranks(Ranking::levels_of(&levels))
    })
}

fn any_answer(method: &Method) -> BoxedStrategy<Answer> {
    let each = |most: u16, least: u16| {
        some_options().prop_flat_map(move |options| {
            let number = options.len();
            (Just(options), prop::collection::vec(least..=most, number))
                .prop_map(|(options, numbers)| options.into_iter().zip(numbers).collect::<Vec<(u16, u16)>>())
        })
    };
    let answer = match method {
        Method::Single(_) | Method::Consent(_) | Method::Consensus(_) => (0..OPTIONS).prop_map(Answer::One).boxed(),
        Method::Approval(_) => {
            some_options().prop_filter("at most 3", |some| some.len() < 4).prop_map(Answer::Approved).boxed()
        }
        Method::Score(_) => each(5, 0).prop_map(Answer::Scores).boxed(),
        Method::Runoff(_) | Method::Stv(_) => strict().boxed(),
        Method::Schulze(_) => with_equals().boxed(),
        Method::Budget(_) => each(2, 1).prop_map(Answer::Dots).boxed(),
    };
    prop_oneof![1 => Just(Answer::Blank), 8 => answer].boxed()
}

fn any_answers() -> impl Strategy<Value = Vec<Answer>> {
    everything().iter().map(any_answer).collect::<Vec<_>>()
}

fn any_ballots() -> impl Strategy<Value = Vec<Ballot>> {
    let ballot = (0..MEMBERS + 2, 1_u64..4, 8_u64..12, any_answers());
    prop::collection::vec(ballot, 0..24).prop_map(|all| {
        (1..)
            .zip(all)
            .map(|(n, (who, number, time, answers))| Ballot {
                entry: id(n),
                member: member(who),
                number,
                time: Timestamp(time),
                answers,
            })
            .collect()
    })
}

fn any_delegations(members: u64) -> impl Strategy<Value = Vec<Delegation>> {
    let parts = prop_oneof![
        Just(vec![]),
        Just(vec![60]),
        Just(vec![60]),
        Just(vec![30, 30]),
        Just(vec![20, 39, 1]),
        Just(vec![15, 15, 15, 15])
    ];
    let whom = prop::sample::subsequence((0..members).collect::<Vec<_>>(), 4.min(members as usize)).prop_shuffle();
    let one = (0..members, 1_u64..3, parts, whom);
    prop::collection::vec(one, 0..20).prop_map(|all| {
        (1000..)
            .zip(all)
            .map(|(n, (who, number, parts, whom))| Delegation {
                entry: id(n),
                member: member(who),
                number,
                time: Timestamp(9),
                to: whom.into_iter().map(member).zip(parts).collect(),
            })
            .collect()
    })
}

fn twice<T: Clone + std::fmt::Debug>(all: Vec<T>) -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
    let twice = [all.clone(), all.clone()].concat();
    (Just(all), Just(twice).prop_shuffle())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_order_and_any_repetition_give_the_same_record(
        (some, shuffled) in any_ballots().prop_flat_map(twice),
        (given, mixed) in any_delegations(MEMBERS).prop_flat_map(twice),
    ) {
        let poll = whole_poll();
        let outcome = count_with(&poll, &some, &given);
        let again = count_with(&poll, &shuffled, &mixed);
        prop_assert_eq!(&outcome, &again);
        prop_assert_eq!(outcome.hash(), again.hash());
    }

    #[test]
    fn nothing_is_lost(some in any_ballots(), given in any_delegations(MEMBERS)) {
        let poll = whole_poll();
        let outcome = count_with(&poll, &some, &given);
        let own: u64 = outcome.counted.keys().map(|member| poll.weight_of(member) * outcome.flow.fineness).sum();
        let from_others: u64 = outcome.counted.keys().map(|member| outcome.flow.received(member)).sum();
        prop_assert_eq!(own + from_others, outcome.cast);
        for (member, shares) in &outcome.flow.shares {
            let whole = poll.weight_of(member) * outcome.flow.fineness;
            prop_assert_eq!(shares.iter().map(|share| share.parts).sum::<u64>(), whole);
        }
        prop_assert!(outcome.cast <= outcome.roll);
        for (asked, tally) in outcome.asked.iter().zip(&outcome.questions) {
            prop_assert_eq!(tally.total + tally.blank, outcome.cast);
            let sum: u64 = tally.options.iter().sum();
            match &tally.record {
                Record::Budget(record) => prop_assert_eq!(sum + record.kept, 10 * tally.total),
                Record::Runoff(record) => for round in &record.rounds {
                    prop_assert_eq!(round.votes.iter().sum::<u64>() + round.exhausted, tally.total);
                },
                Record::Stv(record) => for round in &record.rounds {
                    let all = u128::from(tally.total) * u128::from(stv::ONE);
                    prop_assert_eq!(round.votes.iter().sum::<u128>() + round.exhausted, all);
                },
                Record::Votes if matches!(asked.method, Method::Single(_)) => prop_assert_eq!(sum, tally.total),
                Record::Consensus(_) => prop_assert_eq!(sum, tally.total),
                _ => {}
            }
        }
    }

    /// Somebody with three votes counts like three people with one who say the same.
    #[test]
    fn a_weight_is_so_many_votes(all in prop::collection::vec((1_usize..4, any_answers()), 0..8)) {
        let voters = all.len() as u64;
        let of: BTreeMap<_, _> = (0..).zip(&all).map(|(n, (times, _))| (member(n), *times as u32)).collect();
        let weighed = Poll { weights: Some(Arc::new(Weights { per_vote: 1, of })), ..everybody(voters) };
        let repeated: Vec<(usize, Vec<Answer>)> = all.clone();
        let people: Vec<Vec<Answer>> = common::times(&repeated);
        let even = everybody(people.len() as u64);
        let answers: Vec<Vec<Answer>> = all.into_iter().map(|(_, answers)| answers).collect();
        let (one, other) = (all_count(&weighed, &cast(answers)), all_count(&even, &cast(people)));
        prop_assert_eq!((one.cast, one.roll, one.unit), (other.cast, other.roll, other.unit));
        for (one, other) in one.questions.iter().zip(&other.questions) {
            if !matches!(one.record, Record::Consensus(_)) {
                prop_assert_eq!(one, other);
            }
        }
    }

    #[test]
    fn who_beats_all_others_wins_by_schulze(all in prop::collection::vec(with_equals(), 1..9)) {
        let tally = counted(Method::Schulze(Schulze), OPTIONS, all);
        let record = pairs(&tally);
        let beats = |one: u16, other: u16| record.pairs[usize::from(one)][usize::from(other)]
            > record.pairs[usize::from(other)][usize::from(one)];
        let best = (0..OPTIONS).find(|one| (0..OPTIONS).all(|other| other == *one || beats(*one, other)));
        if let Some(best) = best {
            prop_assert_eq!(&tally.verdict.leading, &[best]);
            prop_assert_eq!(tally.verdict.state, State::Decided);
        }
        let worst = (0..OPTIONS).find(|one| (0..OPTIONS).all(|other| other == *one || beats(other, *one)));
        if let Some(worst) = worst {
            prop_assert_eq!(record.ranking.last().unwrap(), &[worst]);
        }
    }

    #[test]
    fn schulzes_ranking_is_an_order(all in prop::collection::vec(with_equals(), 1..9)) {
        let tally = counted(Method::Schulze(Schulze), OPTIONS, all);
        let record = pairs(&tally);
        let better = |one: u16, other: u16| record.paths[usize::from(one)][usize::from(other)]
            > record.paths[usize::from(other)][usize::from(one)];
        for (a, b, c) in triples() {
            prop_assert!(!(better(a, b) && better(b, c)) || better(a, c), "{} {} {}", a, b, c);
        }
        let place = |option: u16| record.ranking.iter().position(|level| level.contains(&option)).unwrap();
        for (a, b) in triples().map(|(a, b, _)| (a, b)) {
            prop_assert!(!better(a, b) || place(a) < place(b));
        }
        for levels in record.ranking.windows(2) {
            for below in &levels[1] {
                prop_assert!(levels[0].iter().any(|above| better(*above, *below)));
            }
        }
        prop_assert_eq!(record.ranking.iter().map(Vec::len).sum::<usize>(), usize::from(OPTIONS));
    }

    #[test]
    fn to_raise_a_winner_does_not_harm_it(
        all in prop::collection::vec(with_equals(), 1..9),
        which in any::<prop::sample::Index>(),
    ) {
        let before = counted(Method::Schulze(Schulze), OPTIONS, all.clone()).verdict;
        for winner in before.leading.iter().chain(&before.tied).copied() {
            let mut all = all.clone();
            let raised = which.get_mut(&mut all);
            let Answer::Ranks(ranking) = &*raised else { panic!("no ranking") };
            let rest = ranking.levels().map(|level| level.iter().copied().filter(|one| *one != winner).collect());
            let levels: Vec<Vec<u16>> = std::iter::once(vec![winner]).chain(rest).collect();
            *raised = Answer::Ranks(Ranking::levels_of(&levels));
            let after = counted(Method::Schulze(Schulze), OPTIONS, all).verdict;
            prop_assert!(after.leading.contains(&winner) || after.tied.contains(&winner), "{:?} {:?}", before, after);
        }
    }

    #[test]
    fn who_is_first_on_most_ballots_wins_the_runoff(
        first in 0..OPTIONS,
        all in prop::collection::vec(strict(), 0..9),
        most in prop::collection::vec(any_order(), 9..12),
    ) {
        let with_first = most.into_iter().map(|mut order| {
            order.retain(|option| *option != first);
            order.insert(0, first);
            Answer::Ranks(Ranking::strict(order))
        });
        let tally = counted(Method::Runoff(Runoff { bar: None }), OPTIONS, with_first.chain(all).collect());
        prop_assert_eq!(&tally.verdict.leading, &[first]);
        let Record::Runoff(record) = &tally.record else { panic!("no runoff") };
        prop_assert_eq!(record.rounds.len(), 1);
    }

    #[test]
    fn one_seat_by_meek_is_a_runoff(all in prop::collection::vec(strict(), 1..12), n in 0_u64..1000) {
        let ballots = ballots(all);
        let of = |method| {
            let poll = Poll { id: id(n), ..common::poll(method, OPTIONS, ballots.len() as u64) };
            all_count(&poll, &ballots).questions.remove(0)
        };
        let (meek, runoff) = (of(Method::Stv(Stv { seats: 1 })), of(Method::Runoff(Runoff { bar: None })));
        prop_assert_eq!(meek.verdict, runoff.verdict);
        let (Record::Stv(meek), Record::Runoff(runoff)) = (meek.record, runoff.record) else { panic!("records") };
        for (meek, runoff) in meek.rounds.iter().zip(&runoff.rounds) {
            let whole: Vec<u128> = runoff.votes.iter().map(|votes| u128::from(*votes) * u128::from(stv::ONE)).collect();
            prop_assert_eq!(&meek.votes, &whole);
            match (&meek.end, &runoff.end) {
                (stv::End::Elected(one), runoff::End::Elected(other)) => prop_assert_eq!(one, &[*other]),
                (stv::End::Defeated { option, by }, runoff::End::Eliminated { option: other, by: how }) => {
                    prop_assert_eq!((option, by), (other, how));
                }
                (one, other) => prop_assert!(false, "{:?} {:?}", one, other),
            }
        }
    }

    /// Proportionality: more than so many quotas of voters who put the same options before all others elect so many of
    /// them.
    #[test]
    fn a_group_gets_its_seats(
        group in prop::sample::subsequence((0..OPTIONS).collect::<Vec<_>>(), 1..4),
        seats in 1_u16..4,
        within in prop::collection::vec((Just((0..OPTIONS).collect::<Vec<u16>>()).prop_shuffle(), any::<bool>()), 1..12),
        others in prop::collection::vec(strict(), 0..12),
    ) {
        let first = within.iter().map(|(order, _)| {
            let (own, rest): (Vec<u16>, Vec<u16>) = order.iter().partition(|option| group.contains(option));
            Answer::Ranks(Ranking::strict([own, rest].concat()))
        });
        let (own, all) = (within.len(), within.len() + others.len());
        let tally = counted(Method::Stv(Stv { seats }), OPTIONS, first.chain(others.clone()).collect());
        // More than `deserved` quotas of all / (seats + 1).
        let deserved = (1..=usize::from(seats)).rev().find(|k| own * (usize::from(seats) + 1) > k * all).unwrap_or(0);
        let got = tally.verdict.leading.iter().filter(|option| group.contains(option)).count();
        prop_assert!(got >= deserved.min(group.len()), "{} of {:?}: {:?}", deserved, group, tally.verdict);
        prop_assert_eq!(tally.verdict.leading.len(), usize::from(seats));
    }

    /// The delegations' flow, against following every single way by itself.
    #[test]
    fn votes_given_away_end_where_their_ways_do(
        voters in prop::sample::subsequence((0..7_u64).collect::<Vec<_>>(), 0..4),
        given in any_delegations(7),
    ) {
        let poll = Poll { delegation: true, ..common::poll(Method::SINGLE, 2, 7) };
        let cast: Vec<Ballot> = voters.iter().map(|n| common::ballot(*n, Answer::One(0))).collect();
        let outcome = count_with(&poll, &cast, &given);
        by_hand(&outcome)?;
    }
}

/// Each share of each member is the sum of the ways that end so, worked out from the delegations alone.
fn by_hand(outcome: &Outcome) -> Result<(), TestCaseError> {
    use chapterhouse_vote::Fate;
    let flow = &outcome.flow;
    let reaches = |from: &entry::MemberId, to: &entry::MemberId| {
        let (mut open, mut seen) = (vec![*from], std::collections::BTreeSet::new());
        while let Some(at) = open.pop() {
            if seen.insert(at) {
                open.extend(flow.given.get(&at).into_iter().flat_map(|(_, to)| to.iter().map(|(whom, _)| *whom)));
            }
        }
        seen.contains(to)
    };
    for (member, shares) in &flow.shares {
        prop_assert_eq!(shares.iter().map(|share| share.parts).sum::<u64>(), flow.fineness);
        // Parts of 60³, so that every way is whole.
        let mut ends: BTreeMap<Fate, u64> = BTreeMap::new();
        let mut open = vec![(*member, 0_u32, 216_000_u64)];
        while let Some((at, splits, parts)) = open.pop() {
            let to = &flow.given[&at].1;
            if to.len() > 1 && splits == 3 {
                *ends.entry(Fate::TooFine).or_default() += parts;
                continue;
            }
            for (whom, sixtieths) in to {
                let part = parts * u64::from(*sixtieths) / 60;
                let fate = if reaches(whom, &at) {
                    Fate::Loop
                } else if outcome.counted.contains_key(whom) {
                    Fate::Cast(*whom)
                } else if flow.given.contains_key(whom) {
                    open.push((*whom, splits + u32::from(to.len() > 1), part));
                    continue;
                } else {
                    Fate::NotCast(*whom)
                };
                *ends.entry(fate).or_default() += part;
            }
        }
        let finest = 216_000 / flow.fineness;
        let counted: BTreeMap<Fate, u64> = shares.iter().map(|share| (share.fate, share.parts * finest)).collect();
        prop_assert_eq!(&counted, &ends);
        let mut chains: BTreeMap<Fate, u64> = BTreeMap::new();
        for chain in flow.chains(member) {
            *chains.entry(chain.share.fate).or_default() += chain.share.parts * finest;
        }
        prop_assert_eq!(&chains, &ends);
    }
    Ok(())
}

fn everybody(voters: u64) -> Poll {
    let questions = everything().into_iter().map(|method| Question { options: OPTIONS, method }).collect();
    Poll { questions, ..Poll::plain(id(0), [], Arc::new((0..voters).map(member).collect()), CLOSES) }
}

fn cast(all: Vec<Vec<Answer>>) -> Vec<Ballot> {
    let ballot = |(n, answers)| Ballot { answers, ..common::ballot(n, Answer::Blank) };
    (0..).zip(all).map(ballot).collect()
}

fn pairs(tally: &Tally) -> &schulze::Record {
    let Record::Schulze(record) = &tally.record else { panic!("no comparison in pairs") };
    record
}

fn triples() -> impl Iterator<Item = (u16, u16, u16)> {
    (0..OPTIONS).flat_map(|a| (0..OPTIONS).flat_map(move |b| (0..OPTIONS).map(move |c| (a, b, c))))
}

#[test]
fn the_whole_poll_counts_ballots_of_every_method() {
    // Guards the generators above: ballots that never fit would make every property true.
    let answers = vec![
        Answer::One(1),
        Answer::Approved(vec![0, 2]),
        Answer::Scores(vec![(0, 5), (3, 0)]),
        Answer::Ranks(Ranking::strict(vec![2, 0])),
        Answer::Ranks(Ranking::levels_of(&[vec![1, 2], vec![0]])),
        Answer::Ranks(Ranking::strict(vec![3])),
        Answer::One(0),
        Answer::One(3),
        Answer::Dots(vec![(1, 6), (2, 4)]),
    ];
    let outcome = count(&whole_poll(), &cast(vec![answers; 3]));
    assert_eq!((outcome.voters, outcome.not_counted.len()), (3, 0));
    assert!(outcome.questions.iter().all(|tally| tally.blank == 0));
}
