//! Kinds 41 to 44: a poll that is proposed before it is opened, and what members say to it.
//!
//! A proposal says everything that a poll says but who is on its roll: that is frozen when it opens. Its proposer changes
//! it by further versions; each is whole, so that what it says hangs on nothing else.

use super::{BadBody, Conduct, Poll, Question, codec, conduct, text};
use entry::{EntryId, MemberId, Timestamp, canon};
use minicbor::{Decode, Encode};
use std::collections::BTreeSet;

/// BLAKE3 `derive_key` context of what a plan asks.
const PLAN: &str = "chapterhouse 1 poll plan";
/// The longest that a poll can stand open, in minutes: a year.
pub const MAX_MINUTES: u64 = 366 * 24 * 60;
/// The most versions of a proposal, and the longest chain of changes that somebody has to read.
pub const MAX_VERSIONS: u64 = 50;
/// The most objections of one member to one proposal.
pub const MAX_OBJECTIONS: usize = 20;
/// The most amendments of one member to one proposal.
pub const MAX_AMENDMENTS: usize = 10;
/// The most remarks of one member on one objection.
pub const MAX_REMARKS: usize = 20;
/// How much later than planned voting may end, in milliseconds: whoever opens a poll writes a round time.
const SLACK: u64 = 3_600_000;
const MINUTE: u64 = 60_000;

/// What a poll would be.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Plan {
    /// One line.
    #[n(0)]
    pub title: String,
    /// Markdown; may be empty.
    #[n(1)]
    pub description: String,
    /// Until when it is open.
    #[n(2)]
    pub span: Span,
    /// What is asked.
    #[n(3)]
    pub questions: Vec<Question>,
    /// How it is held.
    #[n(4)]
    #[cbor(with = "conduct::maybe")]
    pub conduct: Conduct,
    /// Whether all who have the task of a teller when it opens close it; then none are named.
    #[n(5)]
    #[cbor(with = "codec::flag")]
    pub all_tellers: bool,
}

/// Until when a poll is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Span {
    /// For so long.
    #[n(0)]
    For {
        /// From its opening on.
        #[n(0)]
        minutes: u64,
    },
    /// Until a moment.
    #[n(1)]
    Until {
        /// The last one.
        #[n(0)]
        #[cbor(with = "codec::time")]
        time: Timestamp,
    },
}

/// A poll is proposed, or its proposal is changed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Proposal {
    /// What it would be.
    #[n(0)]
    pub plan: Plan,
    /// Set where it takes the place of earlier versions.
    #[n(1)]
    pub version: Option<Version>,
}

/// Which version of a proposal it is, from the second on.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Version {
    /// The first version's entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub of: EntryId,
    /// The how-manieth, from 2 on.
    #[n(1)]
    pub number: u64,
    /// The amendment that it adopts: then it says the same.
    #[n(2)]
    #[cbor(with = "codec::maybe_entry_id")]
    pub adopts: Option<EntryId>,
    /// Why it was changed; may be empty.
    #[n(3)]
    pub why: String,
}

/// A member objects to a proposal. It stops nothing by itself, and stands on the ballot.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Objection {
    /// The entry of the version that it is about.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub to: EntryId,
    /// Why.
    #[n(1)]
    pub why: String,
}

/// Somebody says what a proposal should be instead.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Amendment {
    /// The entry of the version that it changes.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub to: EntryId,
    /// All of it as it should be.
    #[n(1)]
    pub plan: Plan,
    /// Why.
    #[n(2)]
    pub why: String,
}

/// What is said to an objection.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Remark {
    /// Its entry.
    #[n(0)]
    #[cbor(with = "codec::entry_id")]
    pub objection: EntryId,
    /// By whom, and what that does.
    #[n(1)]
    pub what: RemarkKind,
    /// The words.
    #[n(2)]
    pub text: String,
}

/// What a remark on an objection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum RemarkKind {
    /// Whoever objected does so no longer, and says why.
    #[n(0)]
    Withdraws,
    /// The proposer answers. Whether that resolves it is its owner's to say.
    #[n(1)]
    Answers,
}

/// What is kept of a plan: enough to tell whether something is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gist {
    text: [u8; 32],
    span: Span,
    conduct: Conduct,
    all_tellers: bool,
}

fn text_hash(title: &str, description: &str, questions: &[Question]) -> [u8; 32] {
    blake3::derive_key(PLAN, &canon::to_bytes(&(title, description, questions)))
}

impl Span {
    /// When a poll that is opened at this moment closes.
    pub const fn closes(self, opened: Timestamp) -> Timestamp {
        match self {
            Self::For { minutes } => opened.plus(minutes.saturating_mul(MINUTE)),
            Self::Until { time } => time,
        }
    }

    fn allows(self, opened: Timestamp, closes: Timestamp) -> bool {
        let planned = self.closes(opened);
        match self {
            Self::For { .. } => planned <= closes && closes <= planned.plus(SLACK),
            Self::Until { .. } => planned == closes,
        }
    }
}

/// The conduct of a poll that is opened as planned, where these are members: who went meanwhile has no vote that could
/// weigh anything, and should not keep the others from opening it.
fn held(planned: &Conduct, members: &BTreeSet<MemberId>) -> Conduct {
    let mut conduct = planned.clone();
    conduct.weights.retain(|weight| members.contains(&weight.member));
    conduct.observers.retain(|observer| members.contains(&observer.member));
    if conduct.weights.is_empty() {
        conduct.per_vote = 1;
    }
    conduct
}

impl Plan {
    /// The poll that it becomes when a version of it is opened, still without its roll. `serving` tells who has the task of
    /// a teller until a moment.
    pub fn opened(
        &self,
        version: EntryId,
        now: Timestamp,
        members: &BTreeSet<MemberId>,
        serving: &dyn Fn(Timestamp) -> Vec<MemberId>,
    ) -> Poll {
        let closes = self.span.closes(now);
        let mut conduct = held(&self.conduct, members);
        if self.all_tellers {
            conduct.tellers = serving(closes);
        }
        Poll {
            title: self.title.clone(),
            description: self.description.clone(),
            closes,
            questions: self.questions.clone(),
            roll_count: 0,
            roll_hash: [0; 32],
            conduct,
            proposal: Some(version),
        }
    }

    pub(crate) fn gist(&self) -> Gist {
        Gist {
            text: text_hash(&self.title, &self.description, &self.questions),
            span: self.span,
            conduct: self.conduct.clone(),
            all_tellers: self.all_tellers,
        }
    }

    pub(super) fn check(&self) -> Result<(), BadBody> {
        match self.span {
            Span::For { minutes } if !(1..=MAX_MINUTES).contains(&minutes) => {
                return Err(BadBody::Number { what: "the minutes that a poll is open", min: 1, max: MAX_MINUTES });
            }
            Span::For { .. } | Span::Until { .. } => {}
        }
        if self.all_tellers && !self.conduct.tellers.is_empty() {
            return Err(BadBody::Repeated { what: "where all tellers close it, none are named" });
        }
        // The same limits as for the poll that it becomes. Who has the task of a teller is known then.
        let mut conduct = self.conduct.clone();
        if self.all_tellers {
            conduct.tellers = vec![MemberId([0; 32])];
        }
        let poll = Poll {
            title: self.title.clone(),
            description: self.description.clone(),
            closes: Timestamp(0),
            questions: self.questions.clone(),
            roll_count: 0,
            roll_hash: [0; 32],
            conduct,
            proposal: None,
        };
        if self.all_tellers { poll.check_planned() } else { poll.check() }
    }
}

impl Gist {
    /// Whether a poll is what was planned.
    pub(crate) fn fits(
        &self,
        poll: &Poll,
        opened: Timestamp,
        members: &BTreeSet<MemberId>,
        serving: &dyn Fn(Timestamp) -> Vec<MemberId>,
    ) -> bool {
        let mut conduct = held(&self.conduct, members);
        if self.all_tellers {
            conduct.tellers = serving(poll.closes);
        }
        self.text == text_hash(&poll.title, &poll.description, &poll.questions)
            && conduct == poll.conduct
            && self.span.allows(opened, poll.closes)
    }
}

impl Proposal {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        self.plan.check()?;
        let Some(version) = &self.version else { return Ok(()) };
        if !(2..=MAX_VERSIONS).contains(&version.number) {
            return Err(BadBody::Number { what: "the number of a proposal's version", min: 2, max: MAX_VERSIONS });
        }
        text::bytes("the reason", &version.why, 0, text::MAX_REASON)
    }
}

impl Objection {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::bytes("the objection", &self.why, 1, text::MAX_REASON)
    }
}

impl Amendment {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        self.plan.check()?;
        text::bytes("the reason", &self.why, 1, text::MAX_REASON)
    }
}

impl Remark {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::bytes("what is said to the objection", &self.text, 1, text::MAX_REASON)
    }
}
