//! The poll of a real federation, summer 2014: 245 voters, six questions, blanks allowed. The totals are those that
//! its page showed (`federation-2014.toml` has them too).
#![allow(clippy::unwrap_used, reason = "tests")]

use chapterhouse_vote::{Answer, Ballot, Outcome, Poll, Tally, count};
use entry::{EntryId, MemberId, Timestamp};
use std::sync::Arc;

const VOTERS: u64 = 245;
const TOTALS: [&[u64]; 6] = [&[164, 75], &[145, 90], &[49, 188], &[85, 153], &[185, 53], &[75, 102, 38, 12, 10, 2]];
const VOTED: [u64; 6] = [239, 235, 237, 238, 238, 239];
const CLOSED: Timestamp = Timestamp(1_406_073_600_000);

fn member(n: u64) -> MemberId {
    MemberId(*blake3::hash(&n.to_le_bytes()).as_bytes())
}

fn ballot(n: u64, number: u64, time: Timestamp, answers: Vec<Option<u16>>) -> Ballot {
    let answers = answers.into_iter().map(Answer::from).collect();
    let entry = EntryId(*blake3::hash(format!("{n} {number}").as_bytes()).as_bytes());
    Ballot { entry, member: member(n), number, time, answers }
}

fn poll() -> Poll {
    let roll = (0..VOTERS + 20).map(member).collect();
    Poll::plain(EntryId([0; 32]), TOTALS.iter().map(|options| options.len() as u16), Arc::new(roll), CLOSED)
}

/// What voter `n` answers: the options one after another until each has its votes, the blanks spread differently for
/// every question.
fn answer(question: usize, n: u64) -> Option<u16> {
    let mut left = (n + 41 * question as u64) % VOTERS;
    for (option, votes) in TOTALS[question].iter().enumerate() {
        if left < *votes {
            return Some(option as u16);
        }
        left -= votes;
    }
    None
}

fn ballots() -> Vec<Ballot> {
    let answers = |n| (0..6).map(|question| answer(question, n)).collect();
    (0..VOTERS).map(|n| ballot(n, 1, Timestamp(CLOSED.0 - n), answers(n))).collect()
}

fn totals(outcome: &Outcome) -> Vec<Tally> {
    outcome.questions.clone()
}

#[test]
fn the_totals_are_those_of_the_page() {
    let outcome = count(&poll(), &ballots());
    assert_eq!(outcome.voters, 245);
    for (question, tally) in outcome.questions.iter().enumerate() {
        assert_eq!(tally.options, TOTALS[question]);
        assert_eq!(tally.total, VOTED[question]);
        assert_eq!(tally.blank, 245 - VOTED[question]);
    }
    assert!(outcome.not_counted.is_empty());
    assert!(outcome.replaced.is_empty());
    assert_eq!(outcome.counted.len(), 245);
}

#[test]
fn late_ballots_changes_of_mind_and_strangers_do_not_disturb_it() {
    let poll = poll();
    let expected = count(&poll, &ballots());
    let mut all = ballots();
    for n in 0..VOTERS {
        // Everybody first votes otherwise, and some once more after the close.
        all.push(ballot(n, 0, Timestamp(1), vec![Some(0); 6]));
        all.push(ballot(n, 2, Timestamp(CLOSED.0 + 1), vec![Some(1); 6]));
        all.push(ballot(1000 + n, 1, Timestamp(1), vec![Some(1); 6]));
    }
    all.sort_by_key(|ballot| ballot.entry);
    let outcome = count(&poll, &all);
    assert_eq!(totals(&outcome), totals(&expected));
    assert_eq!(outcome.hash(), expected.hash());
    assert_eq!(outcome.replaced.len(), 245);
    assert_eq!(outcome.not_counted.len(), 2 * 245);
}

#[test]
fn the_result_has_this_digest() {
    let hash = count(&poll(), &ballots()).hash();
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "6e127cb8c439711206fefbb4b08d3823b0122ed9cee68901b01c36215ebb6dd0");
}
