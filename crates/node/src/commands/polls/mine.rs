//! What a poll is to this member: what their vote weighs, to whom they gave it and what was cast with it, and who gave
//! theirs to them.

use super::{answer::by_question, handle};
use crate::{clock, house::Room};
use api::poll::{Fate as Shown, GaveView, GivenView, MyVote, PartView, ReceivedView, WayView};
use chapter::{
    kinds::Poll,
    view::{CastBallot, PollState},
};
use entry::{EntryId, MemberId};
use std::cmp::Reverse;
use vote::{Chain, Fate, Outcome};

/// So many of those who gave their votes are listed.
const RECEIVED: usize = 100;
/// So many hands of a way are named.
const HANDS: usize = 12;
/// For so many ways the answers are shown that were cast.
const ANSWERS: usize = 12;

/// What is needed to tell it.
pub(super) struct Telling<'a> {
    pub(super) room: &'a Room,
    pub(super) id: &'a EntryId,
    pub(super) state: &'a PollState,
    pub(super) definition: &'a Poll,
    pub(super) outcome: &'a Outcome,
    pub(super) ballots: &'a [CastBallot],
    pub(super) me: MemberId,
}

/// Why somebody who is not on its roll has no vote in a poll.
pub(super) fn no_vote(definition: &Poll, member: &MemberId) -> String {
    match definition.conduct.observers.iter().find(|observer| observer.member == *member) {
        Some(observer) => format!("you observe this vote: {}", observer.why),
        None => "you were not a member yet when this vote was opened".into(),
    }
}

/// Where all that was given away went.
pub(super) fn given(outcome: &Outcome) -> GivenView {
    let mut given = GivenView { members: outcome.flow.given.len(), ..GivenView::default() };
    for share in outcome.flow.shares.values().flatten() {
        *match share.fate {
            Fate::Cast(_) => &mut given.cast,
            Fate::NotCast(_) => &mut given.not_cast,
            Fate::Loop => &mut given.looped,
            Fate::TooFine => &mut given.too_fine,
        } += share.parts;
    }
    given
}

impl Telling<'_> {
    pub(super) fn view(&self) -> MyVote {
        let (me, flow) = (self.me, &self.outcome.flow);
        let on_roll = self.state.rules.roll.contains(&me);
        let reaches = |fate: &Fate| matches!(fate, Fate::Cast(voter) | Fate::NotCast(voter) if *voter == me);
        let received: Vec<(&MemberId, u64)> = (flow.shares.iter())
            .filter_map(|(member, shares)| Some((member, shares.iter().find(|share| reaches(&share.fate))?.parts)))
            .collect();
        MyVote {
            weight: if on_roll { self.state.rules.weight_of(&me) * flow.fineness } else { 0 },
            reason: self.reason(on_roll),
            gave: self.gave(),
            received: received.iter().map(|(_, parts)| parts).sum(),
            received_from: (received.iter().take(RECEIVED))
                .map(|(member, parts)| ReceivedView {
                    member: member.to_string(),
                    handle: handle(self.room, member),
                    parts: *parts,
                })
                .collect(),
            received_members: received.len(),
        }
    }

    fn reason(&self, on_roll: bool) -> String {
        let conduct = &self.definition.conduct;
        if on_roll {
            let weight = conduct.weights.iter().find(|weight| weight.member == self.me);
            return weight.map(|weight| weight.why.clone()).unwrap_or_default();
        }
        no_vote(self.definition, &self.me)
    }

    fn gave(&self) -> Option<GaveView> {
        let given = self.room.view.delegations(self.id);
        let own = given.iter().filter(|given| given.void.is_none() && given.delegation.member == self.me);
        let latest = own.max_by_key(|given| (given.delegation.number, Reverse(given.delegation.entry)))?;
        let delegation = &latest.delegation;
        if delegation.to.is_empty() {
            return None;
        }
        let part = |(member, sixtieths): &(MemberId, u8)| PartView {
            member: member.to_string(),
            handle: handle(self.room, member),
            sixtieths: *sixtieths,
        };
        let chains = self.outcome.flow.chains(&self.me);
        Some(GaveView {
            entry: delegation.entry.to_string(),
            time: clock::text(delegation.time),
            to: delegation.to.iter().map(part).collect(),
            stands: self.outcome.flow.given.contains_key(&self.me),
            ways: chains.iter().enumerate().map(|(n, chain)| self.way(chain, n < ANSWERS)).collect(),
        })
    }

    fn way(&self, chain: &Chain, with_answers: bool) -> WayView {
        let (fate, with) = match &chain.share.fate {
            Fate::Cast(voter) => (Shown::Cast, Some(voter)),
            Fate::NotCast(whom) => (Shown::NotCast, Some(whom)),
            Fate::Loop => (Shown::Loop, chain.via.last()),
            Fate::TooFine => (Shown::TooFine, chain.via.last()),
        };
        let counted = with.and_then(|with| self.outcome.counted.get(with)).filter(|_| with_answers);
        let ballot = counted.and_then(|entry| self.ballots.iter().find(|cast| cast.ballot.entry == *entry));
        WayView {
            via: chain.via.iter().take(HANDS).map(|member| handle(self.room, member)).collect(),
            steps: chain.via.len(),
            parts: chain.share.parts,
            fate,
            with: with.map(|with| handle(self.room, with)).unwrap_or_default(),
            answers: ballot.map(|cast| by_question(&self.state.questions, &cast.ballot.answers)).unwrap_or_default(),
        }
    }
}
