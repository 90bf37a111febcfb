//! Hidden polls on this computer: a teller's key while the poll is open, its secret when most tellers have closed it, and this
//! member's own vote, which waits here until it can be sealed for enough tellers.
//!
//! A teller's secret is made of the member key and the poll's id. So all computers of a teller have it, and nothing has to be
//! kept. What a member voted can be read nowhere but on the computer that they voted on, until the poll is open.

use crate::house::House;
use api::{ErrorCode, Refusal};
use chapter::{
    Kind, View,
    kinds::{HiddenBallot, TellerKey, TellerSecret, hidden},
};
use entry::{ChapterId, EntryId};
use keys::OwnHidden;
use vote::{
    Answer,
    hidden::{Envelope, Seed, TellerSecret as Secret, need},
};
use zeroize::Zeroizing;

/// BLAKE3 `derive_key` context of a teller's secret. Never change: it would be another one on each computer.
const SECRET: &str = "chapterhouse 1 teller secret";
/// How often it is looked whether a poll can be opened, or a vote be sealed for more tellers, in milliseconds.
const EVERY: u64 = 5_000;

impl House {
    /// This member's secret as a teller of a poll.
    fn teller_secret(&self, poll: &EntryId) -> Secret {
        let mut from = Zeroizing::new([0; 64]);
        from[..32].copy_from_slice(self.contents.member.entropy().expose());
        from[32..].copy_from_slice(poll.as_bytes());
        Secret::new(blake3::derive_key(SECRET, from.as_slice()))
    }

    /// What hidden polls need of this computer.
    pub(crate) fn hidden_duties(&mut self, chapter: &ChapterId) -> Result<(), Refusal> {
        if self.room(chapter)?.view.hidden_polls().next().is_none() {
            return Ok(());
        }
        if self.hidden_looked_at.get(chapter).is_some_and(|at| self.now < at.plus(EVERY)) {
            return Ok(());
        }
        self.hidden_looked_at.insert(*chapter, self.now);
        self.publish_teller_keys(chapter)?;
        self.give_secrets(chapter)?;
        self.cast_waiting(chapter)
    }

    /// A key for each open poll that this member is a teller of, or where a teller's place is free.
    fn publish_teller_keys(&mut self, chapter: &ChapterId) -> Result<(), Refusal> {
        let (me, now) = (self.contents.member.id(), self.now);
        let view = &self.room(chapter)?.view;
        if !self.is_teller(view) {
            return Ok(());
        }
        let due = |poll: &EntryId| {
            let Some(state) = view.poll(poll) else { return false };
            let named = state.tellers.binary_search(&me).is_ok();
            now <= state.rules.closes && !view.has_key(poll, &me) && (named || view.free_places(poll) > 0)
        };
        let polls: Vec<EntryId> = view.hidden_polls().filter(due).collect();
        for poll in polls {
            let key = TellerKey::new(poll, &me, &self.teller_secret(&poll));
            self.publish(chapter, &Kind::TellerKey(key))?;
        }
        Ok(())
    }

    /// The secret for each poll that most tellers, this one among them, have closed. Also when the chapter has taken the task from
    /// this member: what is sealed for them nobody else can open.
    fn give_secrets(&mut self, chapter: &ChapterId) -> Result<(), Refusal> {
        let (me, now) = (self.contents.member.id(), self.now);
        let view = &self.room(chapter)?.view;
        let serves = self.is_teller(view);
        let due = |poll: &EntryId| {
            let Some(state) = view.poll(poll) else { return false };
            let owed = now > state.rules.closes && view.has_key(poll, &me) && !view.has_given_secret(poll, &me);
            let named = state.tellers.binary_search(&me).is_ok();
            let closed = !named || !serves || view.has_closed(poll, &me);
            owed && closed && view.can_give_secret(poll, &me) && view.is_closed(poll)
        };
        let polls: Vec<EntryId> = view.hidden_polls().filter(due).collect();
        for poll in polls {
            let secret = *self.teller_secret(&poll).expose();
            self.publish(chapter, &Kind::TellerSecret(TellerSecret { poll, secret }))?;
        }
        Ok(())
    }

    fn own_hidden(&self, chapter: &ChapterId, poll: &EntryId) -> Option<&OwnHidden> {
        self.contents.secret_votes.get(chapter)?.hidden.get(poll)
    }

    fn save_hidden(&mut self, chapter: &ChapterId, poll: EntryId, own: Option<OwnHidden>) -> Result<(), Refusal> {
        let mut contents = self.contents.clone();
        let votes = contents.secret_votes.entry(*chapter).or_default();
        match own {
            Some(own) => drop(votes.hidden.insert(poll, own)),
            None => drop(votes.hidden.remove(&poll)),
        }
        if votes.keys.is_empty() && votes.cast.is_empty() && votes.hidden.is_empty() {
            contents.secret_votes.remove(chapter);
        }
        self.save(contents)
    }

    /// Votes in a hidden poll: it is saved here, and goes out as soon as it can be sealed for enough tellers. The ballot, if that
    /// is now.
    pub(crate) fn vote_hidden(
        &mut self,
        chapter: &ChapterId,
        poll: &EntryId,
        answers: Vec<Answer>,
    ) -> Result<Option<EntryId>, Refusal> {
        let me = self.contents.member.id();
        self.check_whole(chapter)?;
        let view = &self.room(chapter)?.view;
        let Some(state) = view.poll(poll) else {
            return Err(Refusal::new(ErrorCode::NotFound, "this is not a poll, or it does not count"));
        };
        if let Err(why) = state.rules.admits(&me, self.now) {
            return Err(match why {
                vote::Reason::Late => {
                    Refusal::new(ErrorCode::PollClosed, "this poll has closed; a vote would not be counted any more")
                }
                _ => Refusal::new(ErrorCode::NotAllowed, "you were not a member yet when this vote was opened"),
            });
        }
        let number = view.next_ballot_number(poll, &me);
        let own = OwnHidden { number, answers: Zeroizing::new(hidden::write(answers)), cast: None };
        self.save_hidden(chapter, *poll, Some(own))?;
        self.cast_hidden(chapter, poll)
    }

    /// Seals this member's vote for all tellers whose keys are here, if they are enough.
    fn cast_hidden(&mut self, chapter: &ChapterId, poll: &EntryId) -> Result<Option<EntryId>, Refusal> {
        let Some(own) = self.own_hidden(chapter, poll).cloned() else { return Ok(None) };
        let (me, seed) = (self.contents.member.id(), Seed::new(self.random_bytes()));
        let view = &self.room(chapter)?.view;
        let (Some(state), Some(answers)) = (view.poll(poll), hidden::read(&own.answers)) else { return Ok(None) };
        let (tellers, number) = (view.seal_for(poll), view.next_ballot_number(poll, &me));
        let envelope = Envelope { poll: *poll, voter: me, number, need: need(state.tellers.len()), tellers: &tellers };
        let Some(ballot) = HiddenBallot::seal(&envelope, &seed, &state.rules.questions, answers) else {
            return Ok(None);
        };
        let entry = self.publish(chapter, &Kind::HiddenBallot(ballot))?;
        // Where there are more loose ends than an entry can name it may not have seen all keys; the next one comes after it.
        let cast = self.room(chapter)?.view.counted(&entry).is_ok().then_some(entry);
        let number = if cast.is_some() { number } else { number + 1 };
        self.save_hidden(chapter, *poll, Some(OwnHidden { number, cast, ..own }))?;
        Ok(cast)
    }

    /// Casts what waited for tellers' keys; and casts again what can be sealed for more of them, so that none who vanishes takes
    /// it along. Forgets what is open.
    fn cast_waiting(&mut self, chapter: &ChapterId) -> Result<(), Refusal> {
        let Some(votes) = self.contents.secret_votes.get(chapter) else { return Ok(()) };
        let waiting: Vec<(EntryId, OwnHidden)> = votes.hidden.iter().map(|(poll, own)| (*poll, own.clone())).collect();
        for (poll, own) in waiting {
            match self.next_step(chapter, &poll, &own)? {
                Step::Wait => {}
                Step::Cast => drop(self.cast_hidden(chapter, &poll)?),
                Step::Found(cast) => self.save_hidden(chapter, poll, Some(OwnHidden { cast: Some(cast), ..own }))?,
                Step::Forget => self.save_hidden(chapter, poll, None)?,
            }
        }
        Ok(())
    }

    fn next_step(&self, chapter: &ChapterId, poll: &EntryId, own: &OwnHidden) -> Result<Step, Refusal> {
        let (me, device) = (self.contents.member.id(), self.contents.device.id());
        let view = &self.room(chapter)?.view;
        let Some(state) = view.poll(poll) else { return Ok(Step::Wait) };
        if self.now > state.rules.closes {
            // What did not go out stays, so that its voter is told.
            let open = || view.is_closed(poll) && view.opening(poll).is_some_and(|opening| opening.open);
            return Ok(if own.cast.is_some() && open() { Step::Forget } else { Step::Wait });
        }
        let latest = view.latest_ballot(poll, &me);
        let by_this = |ballot: &EntryId| view.item(ballot).is_some_and(|item| item.device == device);
        Ok(match (latest, own.cast) {
            // Whatever was cast on another computer later is what this member wants.
            (Some(latest), _) if latest.number >= own.number && !by_this(&latest.entry) => Step::Forget,
            (Some(latest), None) if latest.number >= own.number => Step::Found(latest.entry),
            (Some(latest), Some(cast)) if latest.entry == cast => {
                let before = view.sealed_for(&cast).unwrap_or_default();
                let more = view.seal_for(poll).iter().any(|teller| !before.contains(teller));
                if more { Step::Cast } else { Step::Wait }
            }
            _ if can_seal(view, poll) => Step::Cast,
            _ => Step::Wait,
        })
    }
}

/// What becomes of a vote next.
enum Step {
    Wait,
    Cast,
    /// It had been cast, and the program ended before that was noted.
    Found(EntryId),
    Forget,
}

/// Whether enough tellers' keys are here.
pub(crate) fn can_seal(view: &View, poll: &EntryId) -> bool {
    view.poll(poll).is_some_and(|state| view.seal_for(poll).len() >= need(state.tellers.len()))
}
