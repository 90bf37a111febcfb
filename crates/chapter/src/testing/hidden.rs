//! Polls that are hidden until the close, as tests hold them.

use super::{Chapter, people};
use crate::kinds::{HiddenBallot, Kind, TellerKey, TellerSecret};
use entry::{EntryId, MemberId};
use vote::{
    Answer,
    hidden::{Envelope, Seed, TellerKey as Key, need},
};

impl Chapter {
    /// A teller publishes the key for a poll.
    pub fn teller_key(&mut self, name: &str, poll: EntryId) -> EntryId {
        self.by(name).writes(&key_of(name, poll))
    }

    /// A teller gives the secret of it, a minute after what was written last.
    pub fn teller_secret(&mut self, name: &str, poll: EntryId) -> EntryId {
        self.by(name).writes(&secret_of(name, poll))
    }

    /// A ballot for all tellers whose keys are here.
    pub fn hidden_ballot(&self, name: &str, poll: EntryId, number: u64, answers: Vec<Answer>) -> HiddenBallot {
        self.hidden_ballot_for(name, poll, number, answers, &self.view().seal_for(&poll))
    }

    /// The same, for these tellers.
    ///
    /// # Panics
    /// When it cannot be sealed.
    #[allow(clippy::panic, reason = "only tests get here")]
    pub fn hidden_ballot_for(
        &self,
        name: &str,
        poll: EntryId,
        number: u64,
        answers: Vec<Answer>,
        tellers: &[(MemberId, Key)],
    ) -> HiddenBallot {
        let view = self.view();
        let Some(state) = view.poll(&poll) else { panic!("no poll") };
        let need = need(state.tellers.len());
        let envelope = Envelope { poll, voter: people::member(name), number, need, tellers };
        let seed = Seed::new(blake3::derive_key("chapterhouse testing seed", format!("{name} {number}").as_bytes()));
        let ballot = HiddenBallot::seal(&envelope, &seed, &state.rules.questions, answers);
        let Some(ballot) = ballot else { panic!("it cannot be sealed for {} tellers", tellers.len()) };
        ballot
    }

    /// Somebody casts a hidden ballot.
    pub fn vote_hidden(&mut self, name: &str, poll: EntryId, number: u64, answers: &[Option<u16>]) -> EntryId {
        let answers = answers.iter().copied().map(Answer::from).collect();
        let ballot = self.hidden_ballot(name, poll, number, answers);
        self.by(name).writes(&Kind::HiddenBallot(ballot))
    }
}

/// A teller's key for a poll.
pub fn key_of(name: &str, poll: EntryId) -> Kind {
    let secret = people::teller_secret(name, &poll);
    Kind::TellerKey(TellerKey::new(poll, &people::member(name), &secret))
}

/// Its secret.
pub fn secret_of(name: &str, poll: EntryId) -> Kind {
    let secret = *people::teller_secret(name, &poll).expose();
    Kind::TellerSecret(TellerSecret { poll, secret })
}
