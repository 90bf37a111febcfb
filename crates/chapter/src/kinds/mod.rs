//! The kinds of entries and their bodies. Numbers and forms are frozen; `docs/KINDS.md` writes them down.
//!
//! One module per kind: its fields, its limits. [`body`] is the form around them, [`text`] and [`date`] what people
//! may write.

pub mod admit;
mod answer;
pub mod ballot;
pub mod body;
pub mod charter;
mod codec;
pub mod comment;
pub mod conduct;
pub mod counted;
pub mod date;
pub mod device;
pub mod epoch;
pub mod hidden;
pub mod invite;
pub mod leave;
pub mod method;
pub mod minutes;
pub mod motion;
pub mod poll;
pub mod post;
pub mod profile;
pub mod proposal;
pub mod request;
pub mod rules;
pub mod secret;
pub mod teller;
pub mod text;

pub use admit::{Admit, BadJoin, Join, JoinStatement};
pub use ballot::{Ballot, Delegation, Part, Reason};
pub use charter::{Charter, Founder, Tier};
pub use comment::Comment;
pub use conduct::{Conduct, Observer, Secrecy, Weight};
pub use counted::Counted;
pub use date::{Date, TimeOfDay};
pub use device::{AddDevice, Revoke};
pub use epoch::{Epoch, Wrap};
pub use hidden::{HiddenBallot, TellerKey, TellerSecret};
pub use invite::Invite;
pub use leave::Leave;
pub use minutes::{ActionPoint, AgendaItem, Minutes, NextMeeting};
pub use motion::{Choice, Decision, Measure, Motion, Role, Voice};
pub use poll::{Poll, Question, roll_hash};
pub use post::{Post, PostKind};
pub use profile::Profile;
pub use proposal::{Amendment, Objection, Plan, Proposal, Remark, RemarkKind, Span, Version};
pub use request::{Decline, Request, Sponsor};
pub use rules::{Bar, Fraction, History, Rules};
pub use secret::{BallotBox, BallotKeys, SecretBallot};
pub use teller::{Cutoff, Receipt};

/// Numbers of the kinds. Those below 10 and from 100 to 199 are about membership ([`entry::is_membership`]): every member can
/// read them, and no fork makes them void.
pub mod number {
    /// [`super::Charter`].
    pub const CHARTER: u64 = 1;
    /// [`super::Invite`].
    pub const INVITE: u64 = 2;
    /// [`super::Admit`].
    pub const ADMIT: u64 = 3;
    /// [`super::Post`].
    pub const POST: u64 = 10;
    /// [`super::Comment`].
    pub const COMMENT: u64 = 11;
    /// [`super::Profile`].
    pub const PROFILE: u64 = 12;
    /// [`super::Minutes`].
    pub const MINUTES: u64 = 20;
    /// [`super::Poll`].
    pub const POLL: u64 = 30;
    /// [`super::Ballot`].
    pub const BALLOT: u64 = 31;
    /// [`super::Delegation`].
    pub const DELEGATION: u64 = 32;
    /// [`super::Receipt`].
    pub const RECEIPT: u64 = 33;
    /// [`super::Cutoff`].
    pub const CUTOFF: u64 = 34;
    /// [`super::BallotKeys`].
    pub const BALLOT_KEYS: u64 = 36;
    /// [`super::BallotBox`].
    pub const BALLOT_BOX: u64 = 37;
    /// [`super::TellerKey`].
    pub const TELLER_KEY: u64 = 38;
    /// [`super::TellerSecret`].
    pub const TELLER_SECRET: u64 = 39;
    /// [`super::HiddenBallot`].
    pub const HIDDEN_BALLOT: u64 = 40;
    /// [`super::Proposal`].
    pub const PROPOSAL: u64 = 41;
    /// [`super::Objection`].
    pub const OBJECTION: u64 = 42;
    /// [`super::Amendment`].
    pub const AMENDMENT: u64 = 43;
    /// [`super::Remark`].
    pub const REMARK: u64 = 44;
    /// [`super::Counted`].
    pub const COUNTED: u64 = 45;
    /// [`super::Request`].
    pub const REQUEST: u64 = 100;
    /// [`super::Sponsor`].
    pub const SPONSOR: u64 = 101;
    /// [`super::Decline`].
    pub const DECLINE: u64 = 102;
    /// [`super::AddDevice`].
    pub const ADD_DEVICE: u64 = 110;
    /// [`super::Revoke`].
    pub const REVOKE: u64 = 111;
    /// [`super::Leave`].
    pub const LEAVE: u64 = 112;
    /// [`super::Motion`].
    pub const MOTION: u64 = 120;
    /// [`super::Voice`].
    pub const VOICE: u64 = 121;
    /// [`super::Decision`].
    pub const DECISION: u64 = 122;
    /// [`super::Epoch`].
    pub const EPOCH: u64 = 130;
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// 1
    Charter(Charter),
    /// 2
    Invite(Invite),
    /// 3
    Admit(Box<Admit>),
    /// 10
    Post(Post),
    /// 11
    Comment(Comment),
    /// 20
    Minutes(Minutes),
    /// 30
    Poll(Poll),
    /// 31
    Ballot(Ballot),
    /// 32
    Delegation(Delegation),
    /// 33
    Receipt(Receipt),
    /// 34
    Cutoff(Cutoff),
    /// 36
    BallotKeys(BallotKeys),
    /// 37
    BallotBox(BallotBox),
    /// 38
    TellerKey(TellerKey),
    /// 39
    TellerSecret(TellerSecret),
    /// 40
    HiddenBallot(HiddenBallot),
    /// 41
    Proposal(Box<Proposal>),
    /// 42
    Objection(Objection),
    /// 43
    Amendment(Box<Amendment>),
    /// 44
    Remark(Remark),
    /// 45
    Counted(Counted),
    /// 12
    Profile(Box<Profile>),
    /// 100
    Request(Box<Request>),
    /// 101
    Sponsor(Sponsor),
    /// 102
    Decline(Decline),
    /// 110
    AddDevice(Box<AddDevice>),
    /// 111
    Revoke(Revoke),
    /// 112
    Leave(Leave),
    /// 120
    Motion(Box<Motion>),
    /// 121
    Voice(Voice),
    /// 122
    Decision(Decision),
    /// 130
    Epoch(Epoch),
    /// A kind that this program does not know: kept and passed on as it is.
    Unknown {
        /// Its number.
        kind: u64,
        /// Its body.
        body: Vec<u8>,
    },
}

/// Why a body is not what its kind says, in words for the one who wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum BadBody {
    /// Neither of the two forms.
    #[error("it is in a form that this program does not know")]
    Form,
    /// The compressed form is not one whole frame of bounded size.
    #[error("its compressed form is damaged, or longer than is allowed")]
    Compressed,
    /// A charter is never compressed.
    #[error("a charter must not be compressed")]
    CompressedCharter,
    /// More than [`body::MAX_PLAIN`].
    #[error("it is longer than is allowed")]
    TooLong,
    /// Not the fields of its kind.
    #[error("its fields are not those of its kind")]
    Malformed,
    /// The fields of its kind in another than the accepted encoding.
    #[error("its fields are not in the one accepted form")]
    NotCanonical,
    /// Nothing where something is needed.
    #[error("{what} is empty")]
    Empty {
        /// What.
        what: &'static str,
    },
    /// Too many characters.
    #[error("{what} is longer than {limit} characters")]
    LineTooLong {
        /// What.
        what: &'static str,
        /// Characters allowed.
        limit: usize,
    },
    /// Too many bytes.
    #[error("{what} is {got} bytes long; {limit} are allowed")]
    TextTooLong {
        /// What.
        what: &'static str,
        /// Its bytes.
        got: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A control character, or a line break in a line.
    #[error("{what} has a character that cannot be shown there")]
    Character {
        /// What.
        what: &'static str,
    },
    /// Spaces at an end.
    #[error("{what} begins or ends with a space")]
    Spaces {
        /// What.
        what: &'static str,
    },
    /// A handle of other characters.
    #[error("a name is made of letters, digits, '-', '_' and '.', without spaces")]
    HandleCharacter,
    /// A number out of its range.
    #[error("{what} must be between {min} and {max}")]
    Number {
        /// What.
        what: &'static str,
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// Not a part of a whole.
    #[error("{what} must be a part of a whole: more than nothing, at most all, in at most 1,000 parts")]
    Fraction {
        /// What.
        what: &'static str,
    },
    /// Too long a list.
    #[error("there are {got} {what}; {max} are allowed")]
    TooMany {
        /// What.
        what: &'static str,
        /// How many.
        got: usize,
        /// How many may be.
        max: usize,
    },
    /// Not one founder.
    #[error("a chapter is founded by one member")]
    Founders,
    /// A question's key of other characters, or of another length.
    #[error("a question's short name is made of 1 to 32 of a to z, digits, '_' and '-'")]
    Key,
    /// Fewer than two options.
    #[error("a question needs at least two options")]
    FewOptions,
    /// Options where positions are the same for all.
    #[error(
        "consent and consensus ask for four positions that are the same everywhere; such a question has no options"
    )]
    Positions,
    /// A poll that cannot be counted as it says.
    #[error("{0}")]
    Uncountable(vote::Unfit),
    /// Marks of ballots in no order, or not whole.
    #[error("the marks of the ballots that counted are not whole, or not in ascending order")]
    Marks,
    /// No point, or the neutral one.
    #[error("a ballot key is no key")]
    BallotKey,
    /// Hidden until the close, and nobody to open it.
    #[error(
        "votes that are hidden until the close need tellers, who open them: members with that task until the close"
    )]
    NoTellers,
    /// Not a whole vote.
    #[error("the parts of a vote are sixtieths, and together a whole one")]
    Parts,
    /// Two of the same.
    #[error("{what}")]
    Repeated {
        /// What is repeated.
        what: &'static str,
    },
}

impl Kind {
    /// The kind's number.
    pub const fn number(&self) -> u64 {
        match self {
            Self::Charter(_) => number::CHARTER,
            Self::Invite(_) => number::INVITE,
            Self::Admit(_) => number::ADMIT,
            Self::Post(_) => number::POST,
            Self::Comment(_) => number::COMMENT,
            Self::Minutes(_) => number::MINUTES,
            Self::Poll(_) => number::POLL,
            Self::Ballot(_) => number::BALLOT,
            Self::Delegation(_) => number::DELEGATION,
            Self::Receipt(_) => number::RECEIPT,
            Self::Cutoff(_) => number::CUTOFF,
            Self::BallotKeys(_) => number::BALLOT_KEYS,
            Self::BallotBox(_) => number::BALLOT_BOX,
            Self::TellerKey(_) => number::TELLER_KEY,
            Self::TellerSecret(_) => number::TELLER_SECRET,
            Self::HiddenBallot(_) => number::HIDDEN_BALLOT,
            Self::Proposal(_) => number::PROPOSAL,
            Self::Objection(_) => number::OBJECTION,
            Self::Amendment(_) => number::AMENDMENT,
            Self::Remark(_) => number::REMARK,
            Self::Counted(_) => number::COUNTED,
            Self::Profile(_) => number::PROFILE,
            Self::Request(_) => number::REQUEST,
            Self::Sponsor(_) => number::SPONSOR,
            Self::Decline(_) => number::DECLINE,
            Self::AddDevice(_) => number::ADD_DEVICE,
            Self::Revoke(_) => number::REVOKE,
            Self::Leave(_) => number::LEAVE,
            Self::Motion(_) => number::MOTION,
            Self::Voice(_) => number::VOICE,
            Self::Decision(_) => number::DECISION,
            Self::Epoch(_) => number::EPOCH,
            Self::Unknown { kind, .. } => *kind,
        }
    }

    /// Whether a chapter can hide entries of this kind: what is text, and nothing that is counted.
    pub const fn can_be_hidden(kind: u64) -> bool {
        matches!(kind, number::POST | number::COMMENT | number::PROFILE | number::MINUTES)
    }

    /// Whether every field is within its limits.
    pub fn check(&self) -> Result<(), BadBody> {
        match self {
            Self::Charter(charter) => charter.check(),
            Self::Invite(invite) => invite.check(),
            Self::Admit(admit) => admit.check(),
            Self::Post(post) => post.check(),
            Self::Comment(comment) => comment.check(),
            Self::Minutes(minutes) => minutes.check(),
            Self::Poll(poll) => poll.check(),
            Self::Ballot(ballot) => ballot.check(),
            Self::Delegation(delegation) => delegation.check(),
            Self::BallotKeys(keys) => keys.check(),
            Self::BallotBox(ballots) => ballots.check(),
            Self::HiddenBallot(ballot) => ballot.check(),
            Self::Proposal(proposal) => proposal.check(),
            Self::Objection(objection) => objection.check(),
            Self::Amendment(amendment) => amendment.check(),
            Self::Remark(remark) => remark.check(),
            Self::Counted(counted) => counted.check(),
            Self::Profile(profile) => profile.check(),
            Self::Request(request) => request.check(),
            Self::Sponsor(sponsor) => sponsor.check(),
            Self::Decline(decline) => decline.check(),
            Self::Revoke(revoke) => revoke.check(),
            Self::Leave(leave) => leave.check(),
            Self::Motion(motion) => motion.check(),
            Self::Voice(voice) => voice.check(),
            Self::Epoch(epoch) => epoch.check(),
            Self::Receipt(_)
            | Self::Cutoff(_)
            | Self::TellerKey(_)
            | Self::TellerSecret(_)
            | Self::AddDevice(_)
            | Self::Decision(_)
            | Self::Unknown { .. } => Ok(()),
        }
    }
}

/// The number and the body of a kind, in the smaller of the two forms; a charter's is never compressed.
pub fn encode(kind: &Kind) -> (u64, Vec<u8>) {
    let body = match kind {
        Kind::Charter(charter) => body::plain(charter),
        Kind::Invite(invite) => body::smaller(invite),
        Kind::Admit(admit) => body::smaller(&**admit),
        Kind::Post(post) => body::smaller(post),
        Kind::Comment(comment) => body::smaller(comment),
        Kind::Minutes(minutes) => body::smaller(minutes),
        Kind::Poll(poll) => body::smaller(poll),
        Kind::Ballot(ballot) => body::smaller(ballot),
        Kind::Delegation(delegation) => body::smaller(delegation),
        Kind::Receipt(receipt) => body::smaller(receipt),
        Kind::Cutoff(cutoff) => body::smaller(cutoff),
        Kind::BallotKeys(keys) => body::smaller(keys),
        Kind::BallotBox(ballots) => body::smaller(ballots),
        Kind::TellerKey(key) => body::smaller(key),
        Kind::TellerSecret(secret) => body::smaller(secret),
        Kind::HiddenBallot(ballot) => body::smaller(ballot),
        Kind::Proposal(proposal) => body::smaller(&**proposal),
        Kind::Objection(objection) => body::smaller(objection),
        Kind::Amendment(amendment) => body::smaller(&**amendment),
        Kind::Remark(remark) => body::smaller(remark),
        Kind::Counted(counted) => body::smaller(counted),
        Kind::Profile(profile) => body::smaller(&**profile),
        Kind::Request(request) => body::smaller(&**request),
        Kind::Sponsor(sponsor) => body::smaller(sponsor),
        Kind::Decline(decline) => body::smaller(decline),
        Kind::AddDevice(add) => body::smaller(&**add),
        Kind::Revoke(revoke) => body::smaller(revoke),
        Kind::Leave(leave) => body::smaller(leave),
        Kind::Motion(motion) => body::smaller(&**motion),
        Kind::Voice(voice) => body::smaller(voice),
        Kind::Decision(decision) => body::smaller(decision),
        Kind::Epoch(epoch) => body::smaller(epoch),
        Kind::Unknown { body, .. } => body.clone(),
    };
    (kind.number(), body)
}

/// Whether others can read what would be signed: the encoding has limits of its own, such as that of times.
pub fn reads_back(kind: &Kind) -> Result<(), BadBody> {
    match kind {
        Kind::Charter(charter) => body::reads_back(charter),
        Kind::Invite(invite) => body::reads_back(invite),
        Kind::Admit(admit) => body::reads_back(&**admit),
        Kind::Post(post) => body::reads_back(post),
        Kind::Comment(comment) => body::reads_back(comment),
        Kind::Minutes(minutes) => body::reads_back(minutes),
        Kind::Poll(poll) => body::reads_back(poll),
        Kind::Ballot(ballot) => body::reads_back(ballot),
        Kind::Delegation(delegation) => body::reads_back(delegation),
        Kind::Receipt(receipt) => body::reads_back(receipt),
        Kind::Cutoff(cutoff) => body::reads_back(cutoff),
        Kind::BallotKeys(keys) => body::reads_back(keys),
        Kind::BallotBox(ballots) => body::reads_back(ballots),
        Kind::TellerKey(key) => body::reads_back(key),
        Kind::TellerSecret(secret) => body::reads_back(secret),
        Kind::HiddenBallot(ballot) => body::reads_back(ballot),
        Kind::Proposal(proposal) => body::reads_back(&**proposal),
        Kind::Objection(objection) => body::reads_back(objection),
        Kind::Amendment(amendment) => body::reads_back(&**amendment),
        Kind::Remark(remark) => body::reads_back(remark),
        Kind::Counted(counted) => body::reads_back(counted),
        Kind::Profile(profile) => body::reads_back(&**profile),
        Kind::Request(request) => body::reads_back(&**request),
        Kind::Sponsor(sponsor) => body::reads_back(sponsor),
        Kind::Decline(decline) => body::reads_back(decline),
        Kind::AddDevice(add) => body::reads_back(&**add),
        Kind::Revoke(revoke) => body::reads_back(revoke),
        Kind::Leave(leave) => body::reads_back(leave),
        Kind::Motion(motion) => body::reads_back(&**motion),
        Kind::Voice(voice) => body::reads_back(voice),
        Kind::Decision(decision) => body::reads_back(decision),
        Kind::Epoch(epoch) => body::reads_back(epoch),
        Kind::Unknown { .. } => Ok(()),
    }
}

/// Reads the body of an entry of this kind. All fields are within their limits.
pub fn decode(kind: u64, body: &[u8]) -> Result<Kind, BadBody> {
    let kind = match kind {
        number::CHARTER => Kind::Charter(body::read_plain(body)?),
        number::INVITE => Kind::Invite(body::read(body)?),
        number::ADMIT => Kind::Admit(Box::new(body::read(body)?)),
        number::POST => Kind::Post(body::read(body)?),
        number::COMMENT => Kind::Comment(body::read(body)?),
        number::MINUTES => Kind::Minutes(body::read(body)?),
        number::POLL => Kind::Poll(body::read(body)?),
        number::BALLOT => Kind::Ballot(body::read(body)?),
        number::DELEGATION => Kind::Delegation(body::read(body)?),
        number::RECEIPT => Kind::Receipt(body::read(body)?),
        number::CUTOFF => Kind::Cutoff(body::read(body)?),
        number::BALLOT_KEYS => Kind::BallotKeys(body::read(body)?),
        number::BALLOT_BOX => Kind::BallotBox(body::read(body)?),
        number::TELLER_KEY => Kind::TellerKey(body::read(body)?),
        number::TELLER_SECRET => Kind::TellerSecret(body::read(body)?),
        number::HIDDEN_BALLOT => Kind::HiddenBallot(body::read(body)?),
        number::PROPOSAL => Kind::Proposal(Box::new(body::read(body)?)),
        number::OBJECTION => Kind::Objection(body::read(body)?),
        number::AMENDMENT => Kind::Amendment(Box::new(body::read(body)?)),
        number::REMARK => Kind::Remark(body::read(body)?),
        number::COUNTED => Kind::Counted(body::read(body)?),
        number::PROFILE => Kind::Profile(Box::new(body::read(body)?)),
        number::REQUEST => Kind::Request(Box::new(body::read(body)?)),
        number::SPONSOR => Kind::Sponsor(body::read(body)?),
        number::DECLINE => Kind::Decline(body::read(body)?),
        number::ADD_DEVICE => Kind::AddDevice(Box::new(body::read(body)?)),
        number::REVOKE => Kind::Revoke(body::read(body)?),
        number::LEAVE => Kind::Leave(body::read(body)?),
        number::MOTION => Kind::Motion(Box::new(body::read(body)?)),
        number::VOICE => Kind::Voice(body::read(body)?),
        number::DECISION => Kind::Decision(body::read(body)?),
        number::EPOCH => Kind::Epoch(body::read(body)?),
        _ => return Ok(Kind::Unknown { kind, body: body.to_vec() }),
    };
    kind.check()?;
    Ok(kind)
}
