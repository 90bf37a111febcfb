//! Polls and ballots for tests, and published elections.
#![allow(dead_code, clippy::unwrap_used, reason = "every test uses its part")]

use chapterhouse_vote::{Answer, Ballot, Method, Outcome, Poll, Question, Ranking, Tally, count, tie::Lots};
use entry::{EntryId, MemberId, Timestamp};
use std::sync::Arc;

pub(crate) const CLOSES: Timestamp = Timestamp(10);

pub(crate) fn member(n: u64) -> MemberId {
    MemberId(*blake3::hash(&n.to_le_bytes()).as_bytes())
}

pub(crate) fn id(n: u64) -> EntryId {
    EntryId(*blake3::hash(format!("entry {n}").as_bytes()).as_bytes())
}

/// A poll of one question, with members 0 to so many.
pub(crate) fn poll(method: Method, options: u16, members: u64) -> Poll {
    let roll = Arc::new((0..members).map(member).collect());
    let questions = vec![Question { options, method }];
    let poll = Poll { questions, ..Poll::plain(id(0), [], roll, CLOSES) };
    poll.check().unwrap();
    poll
}

/// Member n's ballot.
pub(crate) fn ballot(n: u64, answer: Answer) -> Ballot {
    Ballot { entry: id(n + 1), member: member(n), number: 1, time: Timestamp(1), answers: vec![answer] }
}

/// One ballot for each answer.
pub(crate) fn ballots(answers: impl IntoIterator<Item = Answer>) -> Vec<Ballot> {
    (0..).zip(answers).map(|(n, answer)| ballot(n, answer)).collect()
}

/// Counts one question.
pub(crate) fn counted(method: Method, options: u16, answers: Vec<Answer>) -> Tally {
    let poll = poll(method, options, answers.len() as u64);
    all_count(&poll, &ballots(answers)).questions.remove(0)
}

pub(crate) fn all_count(poll: &Poll, ballots: &[Ballot]) -> Outcome {
    let outcome = count(poll, ballots);
    assert!(outcome.not_counted.is_empty(), "{:?}", outcome.not_counted);
    outcome
}

pub(crate) fn strict(order: &[u16]) -> Answer {
    Answer::Ranks(Ranking::strict(order.to_vec()))
}

/// So many of each.
pub(crate) fn times<T: Clone>(groups: &[(usize, T)]) -> Vec<T> {
    groups.iter().flat_map(|(times, one)| std::iter::repeat_n(one.clone(), *times)).collect()
}

/// Letters as options: "ACB" is 0, 2, 1.
pub(crate) fn letters(order: &str) -> Answer {
    strict(&order.bytes().map(|letter| u16::from(letter - b'A')).collect::<Vec<u16>>())
}

/// A poll's id that draws these options in this order, the first of them first.
pub(crate) fn drawing(options: u16, order: &[u16]) -> EntryId {
    let fits = |id: &EntryId| {
        let lots = Lots::draw(id, 0, options);
        order.is_sorted_by_key(|option| lots.place(*option))
    };
    (0..10_000).map(id).find(fits).unwrap()
}
