//! Kinds 120 to 122: a motion, what members say to it, and the decision that follows from it.

use super::{BadBody, Rules, codec, text};
use entry::{EntryId, MemberId, Timestamp};
use minicbor::{Decode, Encode};

/// Somebody moves that the chapter does something. Its roll are the members in its causal past; whoever is to be
/// removed has no vote on it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Motion {
    /// What is to be done.
    #[n(0)]
    pub measure: Measure,
    /// Why. Markdown; may be empty.
    #[n(1)]
    pub why: String,
    /// The last moment of voting.
    #[n(2)]
    #[cbor(with = "codec::time")]
    pub closes: Timestamp,
}

/// What a chapter can do by decision.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Measure {
    /// Give itself other rules.
    #[n(0)]
    Rules {
        /// All of them.
        #[n(0)]
        rules: Rules,
    },
    /// Remove a member.
    #[n(1)]
    Remove {
        /// Whom.
        #[n(0)]
        #[cbor(with = "codec::member_id")]
        member: MemberId,
    },
    /// Give a member a task.
    #[n(2)]
    Give {
        /// The task.
        #[n(0)]
        role: Role,
        /// Who does it.
        #[n(1)]
        #[cbor(with = "codec::member_id")]
        member: MemberId,
        /// Until when.
        #[n(2)]
        #[cbor(with = "codec::time")]
        until: Timestamp,
    },
    /// Take a task back before its term is over.
    #[n(3)]
    Recall {
        /// The task.
        #[n(0)]
        role: Role,
        /// Who did it.
        #[n(1)]
        #[cbor(with = "codec::member_id")]
        member: MemberId,
    },
    /// Hide what somebody wrote. Its text leaves the members' computers; its place and the reason remain.
    #[n(4)]
    Hide {
        /// What.
        #[n(0)]
        #[cbor(with = "codec::entry_id")]
        entry: EntryId,
        /// For a comment, what it is on: its own text will not tell any more.
        #[n(1)]
        #[cbor(with = "codec::maybe_entry_id")]
        on: Option<EntryId>,
    },
}

/// A task that a chapter gives to a member: no rank, and over after its term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Role {
    /// Leads meetings.
    #[n(0)]
    Facilitator,
    /// Writes the minutes.
    #[n(1)]
    NoteTaker,
    /// Signs receipts for ballots, and the cutoff.
    #[n(2)]
    Teller,
    /// Speaks for the chapter in another one.
    #[n(3)]
    Delegate,
}

/// A member's vote on a motion.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Voice {
    /// The motion's entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub motion: EntryId,
    /// The member's how-manieth vote on it, from 1. The highest one counts.
    #[n(1)]
    pub number: u64,
    /// For, against, or neither.
    #[n(2)]
    pub choice: Choice,
    /// Why; may be empty.
    #[n(3)]
    pub why: String,
}

/// How somebody votes on a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Choice {
    /// Against.
    #[n(0)]
    No,
    /// For.
    #[n(1)]
    Yes,
    /// Neither; counts for the quorum.
    #[n(2)]
    Abstain,
}

/// A motion has passed: the votes in this entry's causal past are enough. What it does begins here. Whoever sees that
/// can write it, since every member counts again.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Decision {
    /// The motion's entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub motion: EntryId,
}

impl Motion {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::text("the reason", &self.why, 0)?;
        match &self.measure {
            Measure::Rules { rules } => rules.check(),
            Measure::Remove { .. } | Measure::Give { .. } | Measure::Recall { .. } | Measure::Hide { .. } => Ok(()),
        }
    }
}

impl Voice {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        if self.number == 0 {
            return Err(BadBody::Number { what: "the number of a vote", min: 1, max: u64::MAX });
        }
        text::bytes("the reason", &self.why, 0, text::MAX_REASON)
    }
}
