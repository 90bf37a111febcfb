//! Published elections with known transcripts. The sources are named in the files and beside the figures.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chapterhouse_vote::{
    Answer, Method, Poll, Ranking, Record, State, Tally,
    method::{Runoff, Schulze, Stv, runoff, schulze, stv},
};
use common::{all_count, ballots, counted, drawing, letters, poll, strict, times};

// ---------------------------------------------------------------------------------------------------------- Meek STV

/// One round of a published transcript.
#[derive(Debug, PartialEq)]
struct Line {
    end: (String, Vec<u16>),
    quota: u128,
    exhausted: u128,
    surplus: Option<u128>,
    /// Option, votes, keep value if given.
    votes: Vec<(u16, u128, Option<u128>)>,
}

#[derive(Debug, Default)]
struct Election {
    seats: u16,
    options: u16,
    ballots: Vec<(usize, Vec<u16>)>,
    rounds: Vec<Line>,
    remaining: Vec<u16>,
}

/// "18.8" in billionths.
fn billionths(text: &str) -> u128 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{decimals:0<9}").parse().unwrap()
}

/// Options count from 1 in the files.
fn options(text: &str) -> Vec<u16> {
    text.split_whitespace().map(|option| option.parse::<u16>().unwrap() - 1).collect()
}

fn line(text: &str) -> Line {
    let parts: Vec<&str> = text.split(';').map(str::trim).collect();
    let [end, quota, exhausted, surplus, votes] = parts.as_slice() else { panic!("{text}") };
    let (how, which) = end.split_once(' ').unwrap();
    let vote = |text: &str| {
        let (option, votes) = text.split_once('=').unwrap();
        let (votes, keep) = votes.split_once('@').map_or((votes, None), |(votes, keep)| (votes, Some(keep)));
        (options(option)[0], billionths(votes), keep.map(billionths))
    };
    Line {
        end: (how.to_owned(), options(which)),
        quota: billionths(quota),
        exhausted: billionths(exhausted),
        surplus: (*surplus != "-").then(|| billionths(surplus)),
        votes: votes.split_whitespace().map(vote).collect(),
    }
}

fn read(text: &str) -> Election {
    let mut election = Election::default();
    let mut section = "";
    for text in text.lines().filter(|line| !line.starts_with('#')) {
        match text.split_once(' ') {
            Some(("seats", seats)) => election.seats = seats.parse().unwrap(),
            Some(("options", number)) => election.options = number.parse().unwrap(),
            Some(("remaining", which)) => election.remaining = options(which),
            None => section = text,
            Some((number, order)) if section == "ballots" => {
                election.ballots.push((number.parse().unwrap(), options(order)));
            }
            Some(_) => election.rounds.push(line(text)),
        }
    }
    election
}

fn transferable(tally: &Tally) -> &stv::Record {
    let Record::Stv(record) = &tally.record else { panic!("no transferable vote") };
    record
}

/// Counts, and compares every round with the transcript to the last digit.
fn compare(election: &Election, poll: &Poll) -> Vec<u16> {
    let answers = election.ballots.iter().map(|(times, order)| (*times, strict(order))).collect::<Vec<_>>();
    let outcome = all_count(poll, &ballots(times(&answers)));
    let record = transferable(&outcome.questions[0]);
    assert_eq!(record.rounds.len(), election.rounds.len());
    for (n, (round, line)) in record.rounds.iter().zip(&election.rounds).enumerate() {
        let end = match &round.end {
            stv::End::Elected(options) => ("elected".to_owned(), sorted(options)),
            stv::End::Defeated { option, .. } => ("defeated".to_owned(), vec![*option]),
        };
        let votes = line.votes.iter().map(|(option, _, keep)| {
            let (votes, own) = (round.votes[usize::from(*option)], round.keep[usize::from(*option)]);
            (*option, votes, keep.map(|_| u128::from(own)))
        });
        let counted = Line {
            end,
            quota: round.quota,
            exhausted: round.exhausted,
            surplus: line.surplus.map(|_| round.surplus),
            votes: votes.collect(),
        };
        assert_eq!(&counted, line, "round {}", n + 1);
    }
    assert_eq!(record.remaining, election.remaining);
    outcome.questions[0].verdict.leading.clone()
}

fn sorted(options: &[u16]) -> Vec<u16> {
    let mut options = options.to_vec();
    options.sort_unstable();
    options
}

fn stv_poll(election: &Election, order: &[u16]) -> Poll {
    let voters = election.ballots.iter().map(|(times, _)| *times as u64).sum();
    let method = Method::Stv(Stv { seats: election.seats });
    Poll { id: drawing(election.options, order), ..poll(method, election.options, voters) }
}

#[test]
fn a_real_steering_committee() {
    let election = read(include_str!("data/gpus-2005.txt"));
    let poll = stv_poll(&election, &[11, 10, 9, 5]);
    assert_eq!(sorted(&compare(&election, &poll)), [3, 6, 7, 12]);
}

#[test]
fn the_same_when_a_candidate_has_withdrawn() {
    const WITHDRAWN: u16 = 3;
    let place = |option: u16| option - u16::from(option > WITHDRAWN);
    let mut election = read(include_str!("data/gpus-2005-withdrawn.txt"));
    let all = read(include_str!("data/gpus-2005.txt"));
    election.options = all.options - 1;
    election.ballots = all.ballots;
    for (_, order) in &mut election.ballots {
        order.retain(|option| *option != WITHDRAWN);
        order.iter_mut().for_each(|option| *option = place(*option));
    }
    for round in &mut election.rounds {
        round.end.1.iter_mut().for_each(|option| *option = place(*option));
        round.votes.iter_mut().for_each(|(option, ..)| *option = place(*option));
    }
    let poll = stv_poll(&election, &[10, 9, 8, 4]);
    assert_eq!(sorted(&compare(&election, &poll)), [0, 5, 6, 11]);
}

#[test]
fn the_last_digits_decide_where_they_should() {
    let election = read(include_str!("data/meek-accuracy.txt"));
    let poll = stv_poll(&election, &[3, 4, 2]);
    assert_eq!(sorted(&compare(&election, &poll)), [0, 1, 3]);
    for (text, elected) in
        [(include_str!("data/meek-rounding.txt"), [0, 2]), (include_str!("data/meek-rounding-513.txt"), [0, 2])]
    {
        let election = read(text);
        assert_eq!(compare(&election, &stv_poll(&election, &[])), elected);
    }
}

// ------------------------------------------------------------------------------------------------------------ Schulze

fn compared(tally: &Tally) -> &schulze::Record {
    let Record::Schulze(record) = &tally.record else { panic!("no comparison in pairs") };
    record
}

/// M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner election
/// method", Social Choice and Welfare 36 (2011), example 1; also in his list of examples: 45 voters, 5 options.
#[test]
fn schulzes_first_example() {
    let groups: Vec<(usize, Answer)> = [
        (5, "ACBED"),
        (5, "ADECB"),
        (8, "BEDAC"),
        (3, "CABED"),
        (7, "CAEBD"),
        (2, "CBADE"),
        (7, "DCEBA"),
        (8, "EBADC"),
    ]
    .map(|(times, order)| (times, letters(order)))
    .to_vec();
    let tally = counted(Method::Schulze(Schulze), 5, times(&groups));
    let record = compared(&tally);
    let pairs =
        [[0, 20, 26, 30, 22], [25, 0, 16, 33, 18], [19, 29, 0, 17, 24], [15, 12, 28, 0, 14], [23, 27, 21, 31, 0]];
    let paths =
        [[0, 28, 28, 30, 24], [25, 0, 28, 33, 24], [25, 29, 0, 29, 24], [25, 28, 28, 0, 24], [25, 28, 28, 31, 0]];
    assert_eq!(record.pairs, pairs);
    let strengths: Vec<Vec<u64>> =
        record.paths.iter().map(|row| row.iter().map(|strength| strength.votes).collect()).collect();
    assert_eq!(strengths, paths);
    assert_eq!(record.ranking, [[4], [0], [2], [1], [3]]);
    assert_eq!((tally.verdict.state, tally.verdict.leading), (State::Decided, vec![4]));
}

/// Equal ranks and options that are not ranked, in a real election. The margins and the ranking are those of Condorcet's
/// published test (`DebianFormatTest`, "2020 implicit"); the election was won by Jonathan Carter.
#[test]
fn debians_leader_of_2020() {
    let text = include_str!("data/debian-2020.txt");
    let sheet = text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    let answer = |ranks: &str| {
        let mut levels = vec![Vec::new(); 10];
        for (option, rank) in (0..).zip(ranks.bytes()).filter(|(_, rank)| *rank != b'-') {
            levels[usize::from(rank - b'0')].push(option);
        }
        Answer::Ranks(Ranking::levels_of(&levels))
    };
    let tally = counted(Method::Schulze(Schulze), 4, sheet.map(answer).collect());
    assert_eq!(tally.total, 339);
    let record = compared(&tally);
    let margin = |one: usize, other: usize| record.pairs[one][other] as i64 - record.pairs[other][one] as i64;
    assert_eq!([margin(0, 1), margin(0, 2), margin(0, 3)], [201, 241, 267]);
    assert_eq!([margin(1, 2), margin(1, 3), margin(2, 3)], [49, 168, 69]);
    assert_eq!(record.ranking, [[0], [1], [2], [3]]);
}

// ---------------------------------------------------------------------------------------------------- instant runoff

/// Burlington, mayor, 2009, the last three: the ballots as tabulated by Gierzynski, Hamilton and Smith (rangevoting.org),
/// also in Votelib's tests. The runoff elected Kiss although Montroll beat both others in pairs (figures: electowiki).
#[test]
fn burlingtons_mayor_of_2009() {
    const MONTROLL: u16 = 0;
    const KISS: u16 = 1;
    const WRIGHT: u16 = 2;
    let groups: Vec<(usize, Answer)> = [
        (1332, vec![MONTROLL, KISS, WRIGHT]),
        (767, vec![MONTROLL, WRIGHT, KISS]),
        (455, vec![MONTROLL]),
        (2043, vec![KISS, MONTROLL, WRIGHT]),
        (371, vec![KISS, WRIGHT, MONTROLL]),
        (568, vec![KISS]),
        (1513, vec![WRIGHT, MONTROLL, KISS]),
        (495, vec![WRIGHT, KISS, MONTROLL]),
        (1289, vec![WRIGHT]),
    ]
    .map(|(times, order)| (times, strict(&order)))
    .to_vec();
    let tally = counted(Method::Runoff(Runoff { bar: None }), 3, times(&groups));
    assert_eq!((tally.verdict.state, &tally.verdict.leading), (State::Decided, &vec![KISS]));
    let Record::Runoff(record) = &tally.record else { panic!("no runoff") };
    assert_eq!(record.rounds[0].votes, [2554, 2982, 3297]);
    assert_eq!(record.rounds[1].votes, [0, 4314, 4064]);
    assert_eq!(record.rounds[1].exhausted, 455);
    assert_eq!(record.moved(0), (vec![(KISS, 1332), (WRIGHT, 767)], 455));
    assert_eq!(record.rounds[1].end, runoff::End::Elected(KISS));

    let tally = counted(Method::Schulze(Schulze), 3, times(&groups));
    assert_eq!(tally.verdict.leading, [MONTROLL]);
    let pairs = &compared(&tally).pairs;
    assert_eq!((pairs[0][1], pairs[1][0]), (4067, 3477));
    assert_eq!((pairs[0][2], pairs[2][0]), (4597, 3668));
    assert_eq!((pairs[1][2], pairs[2][1]), (4314, 4064));
}

/// The capital of Tennessee, the usual example in encyclopedias: four cities, all voters rank by distance.
#[test]
fn the_capital_of_tennessee() {
    // Memphis, Nashville, Chattanooga, Knoxville.
    let groups: Vec<(usize, Answer)> =
        [(42, "ABCD"), (26, "BCDA"), (15, "CDBA"), (17, "DCBA")].map(|(n, order)| (n, letters(order))).to_vec();
    let tally = counted(Method::Runoff(Runoff { bar: None }), 4, times(&groups));
    let Record::Runoff(record) = &tally.record else { panic!("no runoff") };
    let votes: Vec<&[u64]> = record.rounds.iter().map(|round| round.votes.as_slice()).collect();
    assert_eq!(votes, [[42, 26, 15, 17], [42, 26, 0, 32], [42, 0, 0, 58]]);
    assert_eq!(tally.verdict.leading, [3]);
    let tally = counted(Method::Schulze(Schulze), 4, times(&groups));
    assert_eq!(compared(&tally).ranking, [[1], [2], [3], [0]]);
}
