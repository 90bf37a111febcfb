//! The rules of polls: who is on the roll, which votes are some, and what tellers may say.

use super::{Judged, Scene};
use crate::{
    Void,
    kinds::{
        Ballot, BallotBox, Counted, Cutoff, Delegation, Poll, Question, Receipt, Role, counted::MAX_COUNTS,
        method::has_positions, secret::MAX_BALLOTS, teller::MAX_RECEIPTS,
    },
    view::{Slot, acts::MemberNo},
};
use entry::{EntryId, MemberId};
use std::{collections::BTreeSet, sync::Arc};
use vote::{Answer, Undelegated, method::consensus::BLOCK, secret::FEWEST};

/// For each voter, and each ballot that a voter has, how many secret ballots one member may pass on.
const CARRIED_A_VOTER: usize = 4;

impl Scene<'_> {
    /// The ring, of a secret poll.
    pub(super) fn poll(&self, poll: &Poll) -> Result<Vec<Slot>, Void> {
        if poll.closes <= self.time {
            return Err(Void::ClosesTooEarly);
        }
        let members = self.moment.roll();
        let here = poll.conduct.observers.iter().all(|observer| members.contains(&observer.member));
        let roll = poll.roll_in(members);
        let slots = if poll.is_secret() { self.view.slots(&roll, self.saw) } else { Vec::new() };
        let keys = slots.iter().map(|slot| (slot.member, slot.key)).collect();
        let named = poll.roll_count == roll.len() as u64 && poll.roll_hash == poll.hash_of(&roll, &keys);
        if poll.is_secret() && keys.len() < FEWEST {
            return Err(Void::WrongRoll);
        }
        // With the roll it shows whether the weights are of it, and not too heavy.
        self.tellers(poll)?;
        if here && named && poll.rules(EntryId([0; 32]), Arc::new(roll)).check().is_ok() {
            Ok(slots)
        } else {
            Err(Void::WrongRoll)
        }
    }

    pub(super) fn ballot(&self, ballot: &Ballot, author: MemberNo) -> Result<(), Void> {
        let row = self.target(&ballot.poll)?;
        let poll = self.view.poll_at(row).ok_or(Void::UnknownTarget)?;
        if poll.rules.secret || poll.rules.hidden {
            return Err(Void::WrongSecrecy);
        }
        let voter = self.view.authority.member_id(author);
        poll.rules.accepts(&voter, self.time, &ballot.answers)?;
        let silent = |(n, (answer, question)): (usize, (&Answer, &Question))| {
            let blocks = has_positions(&question.method) && answer.one() == Some(BLOCK);
            blocks && ballot.reason(n).is_none()
        };
        if ballot.answers.iter().zip(&poll.questions).enumerate().any(silent) {
            return Err(Void::WrongAnswers);
        }
        Ok(())
    }

    /// Whether ballots may be passed on. Whether their proofs hold is asked when they are counted.
    pub(super) fn ballot_box(&self, ballots: &BallotBox, author: MemberNo) -> Result<(), Void> {
        let row = self.target(&ballots.poll)?;
        let poll = self.view.poll_at(row).ok_or(Void::UnknownTarget)?;
        if !poll.rules.secret {
            return Err(Void::WrongSecrecy);
        }
        for ballot in &ballots.ballots {
            poll.rules.accepts(&MemberId(ballot.tag), self.time, &ballot.answers)?;
        }
        let before = self.view.carried_by(row, author, self.saw);
        let most = poll.rules.roll.len() * poll.rules.parts() * CARRIED_A_VOTER + MAX_BALLOTS;
        if before + ballots.ballots.len() > most { Err(Void::TooManyBallots) } else { Ok(()) }
    }

    pub(super) fn delegation(&self, delegation: &Delegation, author: MemberNo) -> Result<(), Void> {
        let row = self.target(&delegation.poll)?;
        let poll = self.view.poll_at(row).ok_or(Void::UnknownTarget)?;
        let given = vote::Delegation {
            entry: delegation.poll,
            member: self.view.authority.member_id(author),
            number: delegation.number,
            time: self.time,
            to: delegation.to.iter().map(|part| (part.member, part.sixtieths)).collect(),
        };
        poll.rules.allows(&given).map_err(|why| match why {
            Undelegated::NotAllowed => Void::NoDelegation,
            Undelegated::Late => Void::Late,
            Undelegated::NotOnRoll if !poll.rules.roll.contains(&given.member) => Void::NotOnRoll,
            Undelegated::NotOnRoll | Undelegated::Parts => Void::WrongDelegates,
        })
    }

    /// Tellers have that task, and still have it when the poll closes.
    fn tellers(&self, poll: &Poll) -> Result<(), Void> {
        let serves =
            |teller: &MemberId| self.moment.term(Role::Teller, teller).is_some_and(|until| until >= poll.closes);
        if poll.conduct.tellers.iter().all(serves) { Ok(()) } else { Err(Void::WrongTellers) }
    }

    /// The row of a poll that tellers close, for one of them.
    fn told(&self, poll: &EntryId, author: MemberNo) -> Result<u32, Void> {
        let row = self.target(poll)?;
        let state = self.view.poll_at(row).ok_or(Void::UnknownTarget)?;
        let serves = self.moment.has_role(Role::Teller, &self.view.authority.member_id(author));
        if state.tellers.is_empty() || !serves {
            return Err(Void::NotATeller);
        }
        // Whoever has closed it says nothing more.
        let closed: Vec<EntryId> = self.view.cutoffs_by(row, author).map(|said| said.id).collect();
        if (self.saw)(&closed).contains(&true) { Err(Void::ClosedAlready) } else { Ok(row) }
    }

    /// Of these votes, those that are in the past, by their rows.
    pub(super) fn seen(&self, votes: Vec<(u32, EntryId)>) -> Vec<(u32, EntryId)> {
        let ids: Vec<EntryId> = votes.iter().map(|(_, id)| *id).collect();
        votes.into_iter().zip((self.saw)(&ids)).filter(|(_, seen)| *seen).map(|(vote, _)| vote).collect()
    }

    /// The votes that none of the device's receipts before it had seen.
    pub(super) fn receipt(&self, receipt: &Receipt, author: MemberNo) -> Result<Judged, Void> {
        let row = self.told(&receipt.poll, author)?;
        let before = self.view.receipts_by(row, author);
        let seen = (self.saw)(&before.iter().map(|receipt| receipt.said.id).collect::<Vec<_>>());
        let before: Vec<_> = before.into_iter().zip(seen).filter(|(_, seen)| *seen).map(|(before, _)| before).collect();
        if before.len() >= MAX_RECEIPTS {
            return Err(Void::TooManyReceipts);
        }
        let device = self.view.authority.device_no(&self.device);
        let own = before.iter().filter(|receipt| Some(receipt.said.device) == device);
        let known: BTreeSet<u32> = own.flat_map(|receipt| receipt.votes.iter().copied()).collect();
        let votes = self.view.votes_at(row).filter(|(vote, _)| !known.contains(vote)).collect();
        Ok(Judged { votes: self.seen(votes).into_iter().map(|(row, _)| row).collect(), ..Judged::default() })
    }

    /// Over by its author's clock, and not said too often by the device.
    pub(super) fn counted(&self, counted: &Counted) -> Result<(), Void> {
        let row = self.target(&counted.poll)?;
        let state = self.view.poll_at(row).ok_or(Void::UnknownTarget)?;
        if self.time <= state.rules.closes {
            return Err(Void::TooEarly);
        }
        let device = self.view.authority.device_no(&self.device);
        let own = self.view.counts_at(row).filter(|count| Some(count.said.device) == device);
        let own: Vec<EntryId> = own.map(|count| count.said.id).collect();
        let before = (self.saw)(&own).into_iter().filter(|seen| *seen).count();
        if before < MAX_COUNTS { Ok(()) } else { Err(Void::CountedEnough) }
    }

    /// The votes that it had seen, which are those that it names.
    pub(super) fn cutoff(&self, cutoff: &Cutoff, author: MemberNo) -> Result<Judged, Void> {
        let row = self.told(&cutoff.poll, author)?;
        if self.view.poll_at(row).is_none_or(|state| self.time <= state.rules.closes) {
            return Err(Void::TooEarly);
        }
        let (rows, ids): (Vec<u32>, Vec<EntryId>) = self.seen(self.view.votes_at(row).collect()).into_iter().unzip();
        if Cutoff::of(cutoff.poll, ids) != *cutoff {
            return Err(Void::WrongVotes);
        }
        Ok(Judged { votes: rows, ..Judged::default() })
    }
}
