//! Questions about polls.

use super::{
    View,
    shown::{CastBallot, PollState},
};
use entry::{EntryId, MemberId};
use vote::{Answer, Ballot, Outcome};

impl View {
    /// A poll's definition.
    pub fn poll(&self, poll: &EntryId) -> Option<&PollState> {
        self.poll_at(self.row(poll)?)
    }

    pub(crate) fn poll_at(&self, row: u32) -> Option<&PollState> {
        self.content.polls.get(&row).map(|voting| &voting.state)
    }

    /// All polls that count, latest first.
    pub fn polls(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.items(Some(super::ItemKind::Poll), None).map(|item| item.id)
    }

    /// All ballots in a poll that are here, by entry, also those that do not count.
    pub fn ballots(&self, poll: &EntryId) -> Vec<CastBallot> {
        let voting = self.row(poll).and_then(|row| self.content.polls.get(&row));
        let mut ballots: Vec<CastBallot> = (voting.into_iter().flat_map(|voting| &voting.ballots))
            .filter_map(|cast| {
                let record = self.record(cast.row);
                let ballot = Ballot {
                    entry: record.id,
                    member: self.authority.member_id(record.author?),
                    number: cast.number,
                    time: record.time,
                    answers: cast.answers.iter().copied().map(Answer::from).collect(),
                };
                Some(CastBallot { ballot, void: self.void_at(cast.row) })
            })
            .collect();
        ballots.sort_unstable_by_key(|cast| cast.ballot.entry);
        ballots
    }

    /// The count of a poll as of now. Ballots that a fork or their voter's removal made void are in [`View::ballots`]
    /// only.
    pub fn outcome(&self, poll: &EntryId) -> Option<Outcome> {
        let rules = &self.poll(poll)?.rules;
        let ballots = self.ballots(poll);
        let standing = ballots.iter().filter(|cast| !cast.void.is_some_and(|void| void.is_later()));
        Some(vote::count(rules, standing.map(|cast| &cast.ballot)))
    }

    /// The number that a member's next ballot in a poll has: one more than the highest one here.
    pub fn next_ballot_number(&self, poll: &EntryId, member: &MemberId) -> u64 {
        let voting = self.row(poll).and_then(|row| self.content.polls.get(&row));
        let own = |row: u32| self.record(row).author.is_some_and(|author| self.authority.member_id(author) == *member);
        let highest = voting.into_iter().flat_map(|voting| &voting.ballots).filter(|cast| own(cast.row));
        highest.map(|cast| cast.number).max().unwrap_or(0).saturating_add(1)
    }
}
