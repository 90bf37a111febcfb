//! The count: the ballot with the highest vote number of each member, in integers, in no order that matters.

use crate::{
    outcome::{Outcome, Tally},
    poll::{Ballot, Poll},
};
use entry::{EntryId, MemberId};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, btree_map::Entry as Slot},
};

/// Counts. The ballots may come in any order and more than once.
pub fn count<'a>(poll: &Poll, ballots: impl IntoIterator<Item = &'a Ballot>) -> Outcome {
    let mut best: BTreeMap<MemberId, &Ballot> = BTreeMap::new();
    let mut replaced: BTreeSet<EntryId> = BTreeSet::new();
    let mut not_counted = BTreeMap::new();
    for ballot in ballots {
        if let Err(reason) = poll.accepts(&ballot.member, ballot.time, &ballot.answers) {
            not_counted.insert(ballot.entry, reason);
            continue;
        }
        match best.entry(ballot.member) {
            Slot::Vacant(slot) => {
                slot.insert(ballot);
            }
            Slot::Occupied(slot) if slot.get().entry == ballot.entry => {}
            Slot::Occupied(mut slot) if rank(ballot) > rank(slot.get()) => {
                replaced.insert(slot.insert(ballot).entry);
            }
            Slot::Occupied(_) => {
                replaced.insert(ballot.entry);
            }
        }
    }
    let mut questions: Vec<Tally> = (poll.questions.iter())
        .map(|options| Tally { options: vec![0; usize::from(*options)], blank: 0, total: 0 })
        .collect();
    for ballot in best.values() {
        for (question, answer) in questions.iter_mut().zip(&ballot.answers) {
            // `accepts` has seen that the option is there.
            match answer.and_then(|chosen| question.options.get_mut(usize::from(chosen))) {
                Some(votes) => {
                    *votes += 1;
                    question.total += 1;
                }
                None => question.blank += 1,
            }
        }
    }
    Outcome {
        questions,
        voters: best.len() as u64,
        counted: best.iter().map(|(member, ballot)| (*member, ballot.entry)).collect(),
        replaced: replaced.into_iter().collect(),
        not_counted: not_counted.into_iter().collect(),
    }
}

/// Of two ballots of one member, the higher one counts: the later vote number, then the smaller id.
fn rank(ballot: &Ballot) -> (u64, Reverse<EntryId>) {
    (ballot.number, Reverse(ballot.entry))
}
