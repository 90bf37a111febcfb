//! The rules, asked before signing, in words for the one who is about to sign.

use crate::{
    Kind, View, Void, kinds,
    kinds::BadBody,
    rules::{self, Scene},
    view::authority::Moment,
};
use entry::{DeviceId, EntryId, Timestamp};
use std::fmt;

/// The longest body.
pub const MAX_BODY: usize = entry::entry::MAX_BODY;

/// Why something would not count if it were signed. Shown as a sentence to its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub struct Problem(pub Void);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Void::Malformed(BadBody::TooLong) => {
                f.write_str("this is longer than one entry can be; shorten it, or make two of it")
            }
            Void::Malformed(problem) => problem.fmt(f),
            Void::NotAMember => f.write_str("this device is not a member's device in this chapter"),
            Void::UnknownTarget => f.write_str("what this refers to is not here, or does not count"),
            Void::InvitationExpired => f.write_str("the invitation has expired; ask for a new one"),
            Void::InvitationUsed => f.write_str("the invitation has been used already; ask for a new one"),
            Void::OldInvitation => f.write_str("whoever comes back needs a new invitation, made since they went"),
            Void::NotOnRoll => f.write_str(
                "you have no vote on this: it was opened when you were no member, or it is about removing you",
            ),
            Void::Late => f.write_str("this poll has closed; a vote would not be counted any more"),
            Void::WrongAnswers => f.write_str("the answers do not fit the poll's questions"),
            Void::ClosesTooEarly => f.write_str(
                "voting would be over before it begins, or earlier than the rules allow; choose a later end",
            ),
            Void::NotPassed => f.write_str("the votes that are here are not enough yet"),
            Void::OtherTerms => {
                f.write_str("the chapter has changed what it asks newcomers; they have to answer once more")
            }
            Void::Unproposed => f.write_str(
                "by this chapter's rules a poll stands proposed before it is opened: propose it first, and open it when its \
                 time is over",
            ),
            Void::Standing => f.write_str(
                "by this chapter's rules it is too early: the proposal still stands open to objections and amendments",
            ),
            other => other.fmt(f),
        }
    }
}

/// Something within all limits, and its body as it is signed. Making the two takes half as long as a signature and needs
/// no view, so it can be done before, and elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    kind: Kind,
    body: Vec<u8>,
}

impl Ready {
    /// Refuses what nobody could read, whoever says it.
    pub fn new(kind: Kind) -> Result<Self, Problem> {
        let malformed = |problem| Problem(Void::Malformed(problem));
        kind.check().map_err(malformed)?;
        kinds::reads_back(&kind).map_err(malformed)?;
        let (_, body) = kinds::encode(&kind);
        if body.len() > MAX_BODY { Err(malformed(BadBody::TooLong)) } else { Ok(Self { kind, body }) }
    }

    /// What it says.
    pub const fn kind(&self) -> &Kind {
        &self.kind
    }

    /// What is signed.
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }
}

impl View {
    /// Whether this would count if `author` signed it at `now`, having seen everything that is here.
    pub fn check(&self, kind: &Kind, author: DeviceId, now: Timestamp) -> Result<(), Problem> {
        self.check_in(&Ready::new(kind.clone())?, author, now, self.authority.now())
    }

    /// The same for an entry with these causal parents, where they are not all heads that there are: then members
    /// and roll are those of its causal past.
    pub fn check_at(
        &self,
        ready: &Ready,
        author: DeviceId,
        now: Timestamp,
        parents: &[EntryId],
    ) -> Result<(), Problem> {
        self.check_in(ready, author, now, self.authority.moment_of(self.past_of(parents).into()))
    }

    fn check_in(&self, ready: &Ready, author: DeviceId, now: Timestamp, moment: Moment<'_>) -> Result<(), Problem> {
        let is_root = self.entries() == 0;
        let saw = |ids: &[EntryId]| vec![true; ids.len()];
        let scene = Scene { view: self, device: author, time: now, is_root, moment, saw: &saw };
        rules::judge(ready.kind(), &scene).map(|_| ()).map_err(Problem)
    }
}
