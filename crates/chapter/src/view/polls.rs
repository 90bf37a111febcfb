//! Questions about polls.

use super::{
    View,
    closing::Told,
    content::Voting,
    shown::{CastBallot, GivenVote, PollState},
};
use crate::Void;
use entry::{EntryId, MemberId};
use std::{cmp::Reverse, collections::BTreeMap};
use vote::{Ballot, Outcome};

impl View {
    /// A poll's definition.
    pub fn poll(&self, poll: &EntryId) -> Option<&PollState> {
        self.poll_at(self.row(poll)?)
    }

    pub(crate) fn poll_at(&self, row: u32) -> Option<&PollState> {
        self.content.polls.get(&row).map(|voting| &voting.state)
    }

    pub(super) fn voting(&self, poll: &EntryId) -> Option<&Voting> {
        self.row(poll).and_then(|row| self.content.polls.get(&row))
    }

    /// All polls that count, latest first.
    pub fn polls(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.items(Some(super::ItemKind::Poll), None).map(|item| item.id)
    }

    /// All ballots in a poll that are here, by entry, also those that do not count.
    pub fn ballots(&self, poll: &EntryId) -> Vec<CastBallot> {
        let Some(voting) = self.voting(poll) else { return Vec::new() };
        let told = self.tellers(voting);
        let mut opened = voting.hiding.as_ref().map(|hiding| self.told_of(voting, hiding)).unwrap_or_default();
        let cast = |(row, ballot): &(u32, Ballot)| {
            let (mut ballot, mut void) = (ballot.clone(), self.vote_void(&told, *row));
            match opened.remove(row) {
                Some(Ok(answers)) => ballot.answers = answers,
                Some(Err(why)) => void = void.or(Some(why)),
                None => {}
            }
            CastBallot { ballot, void }
        };
        let mut ballots: Vec<CastBallot> = voting.ballots.iter().map(cast).collect();
        ballots.sort_unstable_by_key(|cast| cast.ballot.entry);
        ballots
    }

    /// All votes given to others in a poll that are here, by entry, also those that do not count.
    pub fn delegations(&self, poll: &EntryId) -> Vec<GivenVote> {
        let Some(voting) = self.voting(poll) else { return Vec::new() };
        let told = self.tellers(voting);
        let given = voting.delegations.iter();
        let mut given: Vec<GivenVote> = given
            .map(|(row, delegation)| GivenVote { delegation: delegation.clone(), void: self.vote_void(&told, *row) })
            .collect();
        given.sort_unstable_by_key(|given| given.delegation.entry);
        given
    }

    /// Those of these that count, and were there in time; and those of which the count itself says why they do not. What else is
    /// void it would not know for what it is: a block without a reason has answers that fit.
    fn standing<'a, T>(&'a self, told: &'a Told<'_>, all: &'a [(u32, T)]) -> impl Iterator<Item = &'a T> {
        all.iter()
            .filter(|(row, _)| matches!(self.vote_void(told, *row), None | Some(Void::NotOnRoll | Void::Late)))
            .map(|(_, one)| one)
    }

    pub(super) fn vote_void(&self, told: &Told<'_>, row: u32) -> Option<Void> {
        self.void_at(row).or_else(|| told.rules_out(&[row]).then_some(Void::Unseen))
    }

    /// The count of a poll as of now. Ballots and delegations that a fork or their author's removal made void are in
    /// [`View::ballots`] and [`View::delegations`] only.
    pub fn outcome(&self, poll: &EntryId) -> Option<Outcome> {
        let voting = self.voting(poll)?;
        Some(self.count(&voting.state.rules, voting))
    }

    /// What the count would be if everybody's vote weighed the same. None where they do.
    pub fn outcome_evenly(&self, poll: &EntryId) -> Option<Outcome> {
        let voting = self.voting(poll).filter(|voting| voting.state.rules.weights.is_some())?;
        Some(self.count(&voting.state.rules.evenly(), voting))
    }

    /// The count of a hidden poll that is not open, as if all who voted had left everything blank: who voted, and with whose votes.
    /// None of any other poll.
    pub fn turnout(&self, poll: &EntryId) -> Option<Outcome> {
        let voting = self.voting(poll)?;
        let hiding = voting.hiding.as_ref().filter(|hiding| !self.is_open(voting, hiding))?;
        let (told, rules) = (self.tellers(voting), &voting.state.rules);
        let blank = |(member, entry): (MemberId, EntryId)| Ballot {
            entry,
            member,
            number: 1,
            time: rules.closes,
            answers: vec![vote::Answer::Blank; rules.questions.len()],
        };
        let ballots: Vec<Ballot> = self.hidden_voters(voting, hiding).into_iter().map(blank).collect();
        Some(vote::count_with(rules, &ballots, self.standing(&told, &voting.delegations)))
    }

    fn count(&self, rules: &vote::Poll, voting: &Voting) -> Outcome {
        if voting.secrets.is_some() {
            return vote::count(rules, &self.held(voting));
        }
        let told = self.tellers(voting);
        if let Some(hiding) = &voting.hiding {
            return vote::count_with(
                rules,
                &self.opened(voting, hiding).unwrap_or_default(),
                self.standing(&told, &voting.delegations),
            );
        }
        vote::count_with(rules, self.standing(&told, &voting.ballots), self.standing(&told, &voting.delegations))
    }

    /// The secret ballots whose proofs hold.
    fn held(&self, voting: &Voting) -> Vec<Ballot> {
        self.carried_in(voting).into_iter().filter(|carried| carried.holds).map(|carried| carried.ballot).collect()
    }

    /// How many have voted in a poll so far: for lists, which need no count.
    pub fn voter_count(&self, poll: &EntryId) -> usize {
        match self.voting(poll).filter(|voting| voting.secrets.is_some()) {
            Some(voting) => vote::turnout(&voting.state.rules, &self.held(voting)),
            None => self.voters(poll).len(),
        }
    }

    /// Who has voted in a poll so far, with the ballot that counts for each. Nobody, where ballots are secret.
    pub fn voters(&self, poll: &EntryId) -> BTreeMap<MemberId, EntryId> {
        let Some(voting) = self.voting(poll).filter(|voting| voting.secrets.is_none()) else { return BTreeMap::new() };
        if let Some(hiding) = &voting.hiding {
            return self.hidden_voters(voting, hiding);
        }
        vote::voters(&voting.state.rules, self.standing(&self.tellers(voting), &voting.ballots))
    }

    /// Whether a member has voted in a poll.
    pub fn has_voted(&self, poll: &EntryId, member: &MemberId) -> bool {
        let own = |(row, ballot): &(u32, Ballot)| ballot.member == *member && self.void_at(*row).is_none();
        self.voting(poll).is_some_and(|voting| voting.ballots.iter().any(own))
    }

    /// Whether a member has given their vote in a poll to others, and not taken it back.
    pub fn has_given(&self, poll: &EntryId, member: &MemberId) -> bool {
        let Some(voting) = self.voting(poll) else { return false };
        let own =
            voting.delegations.iter().filter(|(row, given)| given.member == *member && self.void_at(*row).is_none());
        let latest = own.max_by_key(|(_, given)| (given.number, Reverse(given.entry)));
        latest.is_some_and(|(_, given)| !given.to.is_empty())
    }

    /// Whether a poll waits for a member: they have a vote in it, and have neither cast it nor given it away.
    pub fn waits_for(&self, poll: &EntryId, member: &MemberId) -> bool {
        let on_roll = self.poll(poll).is_some_and(|state| state.rules.roll.contains(member));
        on_roll && !self.has_voted(poll, member) && !self.has_given(poll, member)
    }

    /// The number that a member's next ballot in a poll has: one more than the highest one here.
    pub fn next_ballot_number(&self, poll: &EntryId, member: &MemberId) -> u64 {
        let ballots = self.voting(poll).into_iter().flat_map(|voting| &voting.ballots);
        next(ballots.map(|(_, ballot)| (ballot.member, ballot.number)), member)
    }

    /// The same for the next delegation.
    pub fn next_delegation_number(&self, poll: &EntryId, member: &MemberId) -> u64 {
        let given = self.voting(poll).into_iter().flat_map(|voting| &voting.delegations);
        next(given.map(|(_, delegation)| (delegation.member, delegation.number)), member)
    }
}

fn next(numbers: impl Iterator<Item = (MemberId, u64)>, member: &MemberId) -> u64 {
    numbers.filter(|(of, _)| of == member).map(|(_, number)| number).max().unwrap_or(0).saturating_add(1)
}
