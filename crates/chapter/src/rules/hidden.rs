//! The rules of polls that are hidden until the close: tellers' keys and secrets, and the ballots that are sealed for them.

use super::Scene;
use crate::{
    Void,
    kinds::{HiddenBallot, Role, TellerKey, TellerSecret},
    view::{PollState, acts::MemberNo},
};
use entry::{EntryId, MemberId};
use std::collections::BTreeSet;
use vote::hidden::need;

impl Scene<'_> {
    /// A hidden poll, and its row.
    fn hidden(&self, poll: &EntryId) -> Result<(u32, &PollState), Void> {
        let row = self.target(poll)?;
        let state = self.view.poll_at(row).ok_or(Void::UnknownTarget)?;
        if state.rules.hidden { Ok((row, state)) } else { Err(Void::WrongSecrecy) }
    }

    fn serves(&self, author: MemberNo) -> Result<(), Void> {
        let serves = self.moment.has_role(Role::Teller, &self.view.authority.member_id(author));
        if serves { Ok(()) } else { Err(Void::NotATeller) }
    }

    pub(super) fn teller_key(&self, key: &TellerKey, author: MemberNo) -> Result<(), Void> {
        let (row, _) = self.hidden(&key.poll)?;
        self.serves(author)?;
        let before: Vec<EntryId> = self.view.keys_by(row, author).map(|published| published.said.id).collect();
        if (self.saw)(&before).contains(&true) {
            return Err(Void::KeyAgain);
        }
        if key.is_of(&self.view.authority.member_id(author)) { Ok(()) } else { Err(Void::WrongKey) }
    }

    /// Whether it comes too early: before the close, or before most tellers have closed the poll. Whoever published the key
    /// gives its secret, with the task or without: what is sealed for them nobody else can open.
    pub(super) fn teller_secret(&self, secret: &TellerSecret, author: MemberNo) -> Result<bool, Void> {
        let (row, state) = self.hidden(&secret.poll)?;
        let key = secret.key();
        let given = self.view.secrets_by(row, author).filter(|given| given.key == key);
        if (self.saw)(&given.map(|given| given.said.id).collect::<Vec<_>>()).contains(&true) {
            return Err(Void::KeyAgain);
        }
        let own = self.view.keys_by(row, author).filter(|published| published.key == key);
        if !(self.saw)(&own.map(|published| published.said.id).collect::<Vec<_>>()).contains(&true) {
            return Err(Void::WrongSecret);
        }
        let cutoffs: Vec<_> = self.view.cutoffs_at(row).collect();
        let seen = (self.saw)(&cutoffs.iter().map(|said| said.id).collect::<Vec<_>>());
        let closed: BTreeSet<MemberNo> =
            cutoffs.iter().zip(seen).filter(|(_, seen)| *seen).map(|(said, _)| said.member).collect();
        Ok(self.time <= state.rules.closes || closed.len() < need(state.tellers.len()))
    }

    /// Whether a key of a member in a hidden poll is here, and no secret of it.
    pub(super) fn owes_secret(&self, member: &MemberId) -> bool {
        let Some(member) = self.view.authority.member_no(member) else { return false };
        let seen = |ids: Vec<EntryId>| (self.saw)(&ids).contains(&true);
        self.view.hidden_rows().any(|row| {
            seen(self.view.keys_by(row, member).map(|published| published.said.id).collect())
                && !seen(self.view.secrets_by(row, member).map(|given| given.said.id).collect())
        })
    }

    /// For tellers whose keys it has seen, as many as open it, or more: those whom the poll names, as far as they still have
    /// the task, and no more others than there are named ones who have not.
    pub(super) fn hidden_ballot(&self, ballot: &HiddenBallot, author: MemberNo) -> Result<(), Void> {
        let (row, state) = self.hidden(&ballot.poll)?;
        state.rules.admits(&self.view.authority.member_id(author), self.time)?;
        let tellers = ballot.tellers();
        let many_enough = (need(state.tellers.len())..=state.tellers.len()).contains(&tellers.len());
        let mut free = state.tellers.iter().filter(|teller| !self.moment.has_role(Role::Teller, teller)).count();
        let mut keys = Vec::new();
        for (teller, key) in &tellers {
            if state.tellers.binary_search(teller).is_err() {
                free = free.checked_sub(1).ok_or(Void::WrongSeal)?;
            }
            let number = self.view.authority.member_no(teller).ok_or(Void::WrongSeal)?;
            let published = self.view.keys_by(row, number).filter(|published| published.key == *key);
            let seen = (self.saw)(&published.map(|published| published.said.id).collect::<Vec<_>>()).contains(&true);
            keys.push(seen && self.moment.has_role(Role::Teller, teller));
        }
        let sealed = many_enough && keys.into_iter().all(|known| known) && ballot.has_room(&state.rules.questions);
        if sealed { Ok(()) } else { Err(Void::WrongSeal) }
    }
}
