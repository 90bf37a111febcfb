//! The count: the ballot with the highest vote number of each member, in whole parts of votes, in no order that matters.

use crate::{
    ballot::{Answer, Ballot, Delegation},
    delegate,
    method::{Paper, Papers},
    outcome::{Outcome, State, Tally, Verdict},
    poll::{Poll, Question},
    tie::Lots,
};
use entry::{EntryId, MemberId};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, btree_map::Entry as Slot},
};

/// Counts a poll that [`Poll::check`] lets pass. The ballots may come in any order and more than once.
pub fn count<'a>(poll: &Poll, ballots: impl IntoIterator<Item = &'a Ballot>) -> Outcome {
    count_with(poll, ballots, [])
}

/// The same, with votes that were given to others. Delegations, too, may come in any order and more than once.
pub fn count_with<'a>(
    poll: &Poll,
    ballots: impl IntoIterator<Item = &'a Ballot>,
    delegations: impl IntoIterator<Item = &'a Delegation>,
) -> Outcome {
    let sorted = latest(ballots, |ballot| poll.accepts(&ballot.member, ballot.time, &ballot.answers));
    let given = latest(delegations, |delegation| poll.allows(delegation));
    let counted: BTreeMap<MemberId, EntryId> =
        sorted.counting.iter().map(|(member, ballot)| (*member, ballot.entry)).collect();
    let mut flow = delegate::flow(&given.counting, &counted, |member| poll.weight_of(member));
    flow.replaced = given.replaced.keys().copied().collect();
    flow.not_counted = given.not_counted.into_iter().collect();

    let weigh = |member: &MemberId| poll.weight_of(member) * flow.fineness + flow.received(member);
    let weighed: Vec<(&Ballot, u64)> =
        sorted.counting.iter().map(|(member, ballot)| (*ballot, weigh(member))).collect();
    let roll = poll.weight() * flow.fineness;
    let (mut voters, mut most) = (0, 0);
    let mut tally = |(n, question): (usize, &Question)| {
        let paper = |ballot: &'a Ballot, parts: u64| {
            let answer = ballot.answers.get(n).filter(|answer| **answer != Answer::Blank)?;
            Some(Paper { voter: ballot.member, ballot: ballot.entry, parts, answer })
        };
        // Where questions are answered apart, each has voters of its own.
        let of: Vec<(&Ballot, u64)> =
            weighed.iter().copied().filter(|(ballot, _)| poll.concerns(&ballot.answers, n)).collect();
        let cast = of.iter().map(|(_, parts)| parts).sum();
        voters = voters.max(of.len() as u64);
        most = most.max(cast);
        let papers = Papers {
            options: question.options,
            papers: of.iter().filter_map(|(ballot, parts)| paper(ballot, *parts)).collect(),
            replaced: sorted.replaced.values().filter_map(|ballot| paper(ballot, 0)).collect(),
            cast,
            roll,
            lots: Lots::draw(&poll.id, n, question.options),
        };
        let (total, count) = (papers.answered(), question.method.rule().count(&papers));
        let mut verdict = if papers.papers.is_empty() { Verdict::default() } else { count.verdict };
        if poll.quorum.is_some_and(|quorum| quorum.compare(cast, roll).is_lt()) {
            verdict.state = State::NoQuorum;
        }
        Tally { options: count.options, blank: cast - total, total, record: count.record, verdict }
    };
    let questions = poll.questions.iter().enumerate().map(&mut tally).collect();
    Outcome {
        poll: poll.id,
        asked: poll.questions.clone(),
        quorum: poll.quorum,
        plain: poll.is_plain(),
        questions,
        voters,
        counted,
        replaced: sorted.replaced.keys().copied().collect(),
        not_counted: sorted.not_counted.into_iter().collect(),
        unit: poll.per_vote() * flow.fineness,
        flow,
        roll,
        cast: most,
    }
}

/// Who has voted, with the ballot that counts for each: what can be told without counting.
pub fn voters<'a>(poll: &Poll, ballots: impl IntoIterator<Item = &'a Ballot>) -> BTreeMap<MemberId, EntryId> {
    let sorted = latest(ballots, |ballot| poll.accepts(&ballot.member, ballot.time, &ballot.answers));
    sorted.counting.into_iter().map(|(member, ballot)| (member, ballot.entry)).collect()
}

/// How many have voted; where questions are answered apart, on the question with the most.
pub fn turnout<'a>(poll: &Poll, ballots: impl IntoIterator<Item = &'a Ballot>) -> usize {
    let sorted = latest(ballots, |ballot| poll.accepts(&ballot.member, ballot.time, &ballot.answers));
    let mut of: BTreeMap<usize, usize> = BTreeMap::new();
    sorted.counting.values().for_each(|ballot| *of.entry(poll.part_of(&ballot.answers)).or_default() += 1);
    of.into_values().max().unwrap_or(0)
}

/// What is said again by later ones of the same member.
trait Numbered {
    fn entry(&self) -> EntryId;
    fn member(&self) -> MemberId;
    fn number(&self) -> u64;

    /// Of two of one member, the higher one counts: the later number, then the smaller id.
    fn rank(&self) -> (u64, Reverse<EntryId>) {
        (self.number(), Reverse(self.entry()))
    }
}

/// Of everything that was said, what counts.
struct Latest<'a, T, R> {
    counting: BTreeMap<MemberId, &'a T>,
    replaced: BTreeMap<EntryId, &'a T>,
    not_counted: BTreeMap<EntryId, R>,
}

fn latest<'a, T: Numbered, R>(
    all: impl IntoIterator<Item = &'a T>,
    accepts: impl Fn(&T) -> Result<(), R>,
) -> Latest<'a, T, R> {
    let mut latest = Latest { counting: BTreeMap::new(), replaced: BTreeMap::new(), not_counted: BTreeMap::new() };
    for one in all {
        if let Err(reason) = accepts(one) {
            latest.not_counted.insert(one.entry(), reason);
            continue;
        }
        match latest.counting.entry(one.member()) {
            Slot::Vacant(slot) => {
                slot.insert(one);
            }
            Slot::Occupied(slot) if slot.get().entry() == one.entry() => {}
            Slot::Occupied(mut slot) if one.rank() > slot.get().rank() => {
                let before = slot.insert(one);
                latest.replaced.insert(before.entry(), before);
            }
            Slot::Occupied(_) => {
                latest.replaced.insert(one.entry(), one);
            }
        }
    }
    latest
}

impl Numbered for Ballot {
    fn entry(&self) -> EntryId {
        self.entry
    }

    fn member(&self) -> MemberId {
        self.member
    }

    fn number(&self) -> u64 {
        self.number
    }
}

impl Numbered for Delegation {
    fn entry(&self) -> EntryId {
        self.entry
    }

    fn member(&self) -> MemberId {
        self.member
    }

    fn number(&self) -> u64 {
        self.number
    }
}
