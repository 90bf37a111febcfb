//! Kind 31: an open ballot. Kind 32: a vote given to others.

use super::{BadBody, answer, codec, minutes::at_most, poll::MAX_QUESTIONS, text};
use entry::{EntryId, MemberId};
use minicbor::{Decode, Encode};
use vote::{
    Answer,
    delegate::{MAX_DELEGATES, PARTS},
};

/// A member's answers to a poll.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Ballot {
    /// The poll's entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub poll: EntryId,
    /// The member's how-manieth vote in this poll, from 1. The highest one counts.
    #[n(1)]
    pub number: u64,
    /// For each question the answer.
    #[n(2)]
    #[cbor(with = "answer")]
    pub answers: Vec<Answer>,
    /// Why the voter answers like that, by ascending question. Who blocks says why; else it is theirs to say.
    #[n(3)]
    pub reasons: Vec<Reason>,
}

/// Why a voter answers a question as they do.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Reason {
    /// The question's place.
    #[n(0)]
    pub question: u16,
    /// Markdown.
    #[n(1)]
    pub why: String,
}

/// A member gives their vote in a poll to others, or takes it back.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Delegation {
    /// The poll's entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub poll: EntryId,
    /// The member's how-manieth delegation in this poll, from 1. The highest one counts.
    #[n(1)]
    pub number: u64,
    /// To whom, by ascending member. To nobody: it is taken back.
    #[n(2)]
    pub to: Vec<Part>,
}

/// A part of a vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Part {
    /// Who gets it.
    #[n(0)]
    #[cbor(with = "codec::member_id")]
    pub member: MemberId,
    /// How much.
    #[n(1)]
    pub sixtieths: u8,
}

fn numbered(number: u64) -> Result<(), BadBody> {
    if number == 0 { Err(BadBody::Number { what: "the number of a vote", min: 1, max: u64::MAX }) } else { Ok(()) }
}

impl Ballot {
    /// Why the voter answers a question as they do, if they say so.
    pub fn reason(&self, question: usize) -> Option<&str> {
        self.reasons.iter().find(|reason| usize::from(reason.question) == question).map(|reason| reason.why.as_str())
    }

    pub(super) fn check(&self) -> Result<(), BadBody> {
        numbered(self.number)?;
        at_most("answers", self.answers.len(), MAX_QUESTIONS)?;
        self.answers.iter().try_for_each(answer::check)?;
        if self.reasons.windows(2).any(|pair| pair[0].question >= pair[1].question) {
            return Err(BadBody::Repeated { what: "the reasons are not by ascending question" });
        }
        for reason in &self.reasons {
            if usize::from(reason.question) >= self.answers.len() {
                return Err(BadBody::Repeated { what: "a reason is for a question that is not answered" });
            }
            text::bytes("a reason", &reason.why, 1, text::MAX_REASON)?;
        }
        Ok(())
    }
}

impl Delegation {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        numbered(self.number)?;
        at_most("members to whom a vote is given", self.to.len(), MAX_DELEGATES)?;
        if self.to.windows(2).any(|pair| pair[0].member >= pair[1].member) {
            return Err(BadBody::Repeated { what: "the parts are not by ascending member" });
        }
        let whole: u64 = self.to.iter().map(|part| u64::from(part.sixtieths)).sum();
        let parts = self.to.is_empty() || whole == u64::from(PARTS);
        if parts && self.to.iter().all(|part| part.sixtieths > 0) { Ok(()) } else { Err(BadBody::Parts) }
    }
}
