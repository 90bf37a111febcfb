//! The bytes of an archive: a line of text, records behind their lengths, a digest over all.

use chapter::{Kind, View, kinds, kinds::number};
use entry::{Entry, EntryId, is_membership};
use minicbor::{Decode, Encode};
use vote::Outcome;

/// With this an archive begins.
pub const MAGIC: &[u8] = b"chapterhouse 1 poll archive\n";
/// BLAKE3 `derive_key` context of the digest at its end. Part of the format.
pub const DIGEST: &str = "chapterhouse 1 poll archive";
/// The most entries.
pub const MAX_ENTRIES: u64 = 2_000_000;
/// The longest record of an entry: head, body, and what stands around them.
pub const MAX_ENTRY: usize = entry::entry::MAX_BYTES + 64;
/// The longest record of anything else.
pub const MAX_RECORD: usize = 1024 * 1024;

/// The first record: what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct About {
    /// The chapter's id.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub chapter: [u8; 32],
    /// The poll's.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub poll: [u8; 32],
    /// How many records of entries follow.
    #[n(2)]
    pub entries: u64,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Written {
    /// Its head.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub head: Vec<u8>,
    /// Its body, where it matters.
    #[n(1)]
    #[cbor(with = "body")]
    pub body: Option<Vec<u8>>,
}

/// Whether which votes count can still change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Stage {
    /// There are no tellers: the voters' own clocks say which votes were there in time.
    #[n(0)]
    ByClock,
    /// Tellers are missing who could change it.
    #[n(1)]
    Provisional,
    /// Nobody who is missing could.
    #[n(2)]
    Final,
}

/// The last record: what the poll came to, for whoever reads the file without counting.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Stated {
    /// The result's digest.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub digest: [u8; 32],
    /// Whether it can still change.
    #[n(1)]
    pub stage: Stage,
    /// Members on the roll.
    #[n(2)]
    pub roll: u64,
    /// Those whose ballot counts.
    #[n(3)]
    pub voters: u64,
    /// How many parts one vote has.
    #[n(4)]
    pub unit: u64,
    /// What the roll weighs, in parts.
    #[n(5)]
    pub weight: u64,
    /// What is cast, in parts.
    #[n(6)]
    pub cast: u64,
    /// The questions, in the poll's order.
    #[n(7)]
    pub questions: Vec<Line>,
}

/// One question's result.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Line {
    /// For each option its votes, in parts.
    #[n(0)]
    pub votes: Vec<u64>,
    /// Votes that left it blank.
    #[n(1)]
    pub blank: u64,
    /// Votes that answered it.
    #[n(2)]
    pub answered: u64,
    /// Whether it is decided: the number of COUNTING.md, section 6.
    #[n(3)]
    pub state: u64,
    /// The options that are ahead.
    #[n(4)]
    pub leading: Vec<u16>,
    /// Those that are equal where not all can be chosen.
    #[n(5)]
    pub tied: Vec<u16>,
}

impl Stated {
    /// What a view says of a poll; nothing, if that is none or does not count.
    pub fn of(view: &View, poll: &EntryId) -> Option<Self> {
        view.counted(poll).ok()?;
        let (state, outcome) = (view.poll(poll)?, view.outcome(poll)?);
        let stage = view
            .closing(poll)
            .map_or(Stage::ByClock, |closing| if closing.settled { Stage::Final } else { Stage::Provisional });
        let Outcome { voters, unit, roll, cast, .. } = outcome;
        let lines = outcome.questions.iter().map(|tally| Line {
            votes: tally.options.clone(),
            blank: tally.blank,
            answered: tally.total,
            state: tally.verdict.state.number(),
            leading: tally.verdict.leading.clone(),
            tied: tally.verdict.tied.clone(),
        });
        Some(Self {
            digest: outcome.hash(),
            stage,
            roll: state.rules.roll.len() as u64,
            voters,
            unit,
            weight: roll,
            cast,
            questions: lines.collect(),
        })
    }
}

/// What an archive has of an entry besides its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its body: it says who is a member.
    Membership,
    /// Its body: it is the poll, or a vote or a teller's word in it.
    Poll,
    /// Its body, if the poll is secret and comes after it: ballot keys, or another secret poll, which took some.
    Ring,
    /// Its body, if that is here and it belongs to the proposal that the poll came from.
    Proposed,
    /// Nothing: what it says makes no difference here.
    Head,
    /// Nothing; but it is a vote, or a teller's word, perhaps in this poll.
    Other,
}

impl Part {
    /// Of an entry, which needs its body to tell unless the kind does.
    pub fn of<S>(entry: &Entry<S>, poll: &EntryId) -> Self {
        let kind = entry.content().kind;
        match kind {
            // Keys are for members.
            number::EPOCH => Self::Head,
            _ if is_membership(kind) => Self::Membership,
            number::POLL if entry.id() == *poll => Self::Poll,
            number::BALLOT_KEYS => Self::Ring,
            number::POLL => match entry.body().map(|body| kinds::decode(kind, body)) {
                Some(Ok(Kind::Poll(other))) if other.is_secret() => Self::Ring,
                Some(Ok(Kind::Poll(other))) if other.proposal.is_some() => Self::Proposed,
                _ => Self::Head,
            },
            number::PROPOSAL | number::OBJECTION | number::AMENDMENT | number::REMARK => Self::Proposed,
            number::BALLOT
            | number::DELEGATION
            | number::RECEIPT
            | number::CUTOFF
            | number::BALLOT_BOX
            | number::TELLER_KEY
            | number::TELLER_SECRET
            | number::HIDDEN_BALLOT => {
                let said = entry.body().and_then(|body| kinds::decode(kind, body).ok());
                if said.as_ref().and_then(poll_of) == Some(*poll) { Self::Poll } else { Self::Other }
            }
            _ => Self::Head,
        }
    }

    /// Whether the body is in the archive, whatever the poll is.
    pub const fn has_body(self) -> bool {
        matches!(self, Self::Membership | Self::Poll)
    }
}

/// The poll that a vote, or a teller's word, is in.
pub const fn poll_of(kind: &Kind) -> Option<EntryId> {
    match kind {
        Kind::Ballot(ballot) => Some(ballot.poll),
        Kind::Delegation(delegation) => Some(delegation.poll),
        Kind::Receipt(receipt) => Some(receipt.poll),
        Kind::Cutoff(cutoff) => Some(cutoff.poll),
        Kind::BallotBox(ballots) => Some(ballots.poll),
        Kind::TellerKey(key) => Some(key.poll),
        Kind::TellerSecret(secret) => Some(secret.poll),
        Kind::HiddenBallot(ballot) => Some(ballot.poll),
        _ => None,
    }
}

/// Bytes, or null.
mod body {
    use minicbor::{
        Decoder, Encoder,
        data::Type,
        decode::Error as Unread,
        encode::{Error as Unwritten, Write},
    };

    pub(super) fn encode<C, W: Write>(
        body: &Option<Vec<u8>>,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), Unwritten<W::Error>> {
        match body {
            Some(body) => e.bytes(body)?,
            None => e.null()?,
        };
        Ok(())
    }

    pub(super) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Option<Vec<u8>>, Unread> {
        if d.datatype()? == Type::Null {
            d.null()?;
            return Ok(None);
        }
        Ok(Some(d.bytes()?.to_vec()))
    }
}
