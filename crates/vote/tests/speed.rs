//! What counting takes at the largest. Run with `cargo test --release -p chapterhouse-vote --test speed -- --ignored
//! --nocapture`; it prints, and asserts nothing about time.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "prints figures")]

mod common;

use chapterhouse_vote::{
    Answer, Delegation, Method, Poll, Record, count_with,
    method::{Runoff, Schulze, Score, Stv},
};
use common::{ballots, id, member, poll, strict};
use entry::Timestamp;
use std::time::Instant;

const VOTERS: u64 = 10_000;

/// A generator of numbers, the same each time.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    /// Options in random order, the first ones more often in front.
    fn ranking(&mut self, options: u16) -> Vec<u16> {
        let mut left: Vec<u16> = (0..options).collect();
        let mut order = Vec::new();
        while !left.is_empty() {
            let one = self.next(left.len()).min(self.next(left.len()));
            order.push(left.remove(one));
        }
        order
    }
}

fn timed(what: &str, method: Method, options: u16, answers: Vec<Answer>) {
    let poll = poll(method, options, VOTERS);
    let ballots = ballots(answers);
    let started = Instant::now();
    let outcome = count_with(&poll, &ballots, []);
    let took = started.elapsed();
    let hashed = Instant::now();
    let _ = outcome.hash();
    let rounds = match &outcome.questions[0].record {
        Record::Stv(record) => {
            format!(", {} rounds, {} steps", record.rounds.len(), record.rounds.iter().map(|r| r.steps).sum::<u32>())
        }
        Record::Runoff(record) => format!(", {} rounds", record.rounds.len()),
        _ => String::new(),
    };
    println!("{what}: {took:?}, digest {:?}{rounds}", hashed.elapsed());
}

#[test]
#[ignore = "prints figures"]
fn the_largest() {
    let mut dice = Dice(1);
    for options in [50, 100] {
        let rankings: Vec<Answer> = (0..VOTERS).map(|_| strict(&dice.ranking(options))).collect();
        timed(&format!("runoff, {options} options"), Method::Runoff(Runoff { bar: None }), options, rankings.clone());
        timed(&format!("Schulze, {options} options"), Method::Schulze(Schulze), options, rankings.clone());
        for seats in [1, 5, 10, 25, 50] {
            let what = format!("STV, {options} options, {seats} seats");
            timed(&what, Method::Stv(Stv { seats }), options, rankings.clone());
        }
        let scores = |dice: &mut Dice| Answer::Scores((0..options).map(|o| (o, dice.next(11) as u16)).collect());
        let scores = (0..VOTERS).map(|_| scores(&mut dice)).collect();
        let method = Method::Score(Score { max: 10, seats: 1, bar: None });
        timed(&format!("score, {options} options"), method, options, scores);
    }
}

#[test]
#[ignore = "prints figures"]
fn delegations() {
    let mut dice = Dice(2);
    let poll = Poll { delegation: true, ..poll(Method::SINGLE, 2, VOTERS) };
    let ballots = ballots((0..100).map(|n| Answer::One(n % 2)));
    let given = |n: u64, to: Vec<(u64, u8)>| Delegation {
        entry: id(100_000 + n),
        member: member(n),
        number: 1,
        time: Timestamp(1),
        to: to.into_iter().map(|(whom, parts)| (member(whom), parts)).collect(),
    };
    let chain: Vec<Delegation> = (100..VOTERS).map(|n| given(n, vec![(n - 1, 60)])).collect();
    let mut spread = |n: u64| {
        let mut whom: Vec<u64> = (0..6).map(|_| dice.next(n as usize) as u64).collect();
        whom.sort_unstable();
        whom.dedup();
        let rest = 60 - 10 * (whom.len() as u8 - 1);
        given(n, (0..).zip(whom).map(|(k, whom)| (whom, if k == 0 { rest } else { 10 })).collect())
    };
    let spread: Vec<Delegation> = (100..VOTERS).map(&mut spread).collect();
    for (what, given) in [("one chain of 9,900", chain), ("9,900 give to six each", spread)] {
        let started = Instant::now();
        let outcome = count_with(&poll, &ballots, &given);
        let took = started.elapsed();
        let shares: usize = outcome.flow.shares.values().map(Vec::len).sum();
        let chains = Instant::now();
        let ways = outcome.flow.chains(&member(VOTERS - 1)).len();
        println!(
            "{what}: {took:?}, {shares} shares, unit {}; {ways} ways of one: {:?}",
            outcome.unit,
            chains.elapsed()
        );
    }
}
