//! The kinds of entries and their bodies. Numbers and forms are frozen; `docs/KINDS.md` writes them down.
//!
//! One module per kind: its fields, its limits. [`body`] is the form around them, [`text`] and [`date`] what people
//! may write.

pub mod admit;
pub mod ballot;
pub mod body;
pub mod charter;
mod codec;
pub mod comment;
pub mod date;
pub mod invite;
pub mod minutes;
pub mod poll;
pub mod post;
pub mod text;

pub use admit::{Admit, BadJoin, Join, JoinStatement};
pub use ballot::Ballot;
pub use charter::{Charter, Founder, Fraction, History, Rules, Tier};
pub use comment::Comment;
pub use date::{Date, TimeOfDay};
pub use invite::Invite;
pub use minutes::{ActionPoint, AgendaItem, Minutes, NextMeeting};
pub use poll::{Poll, Question, roll_hash};
pub use post::{Post, PostKind};

/// Numbers of the kinds. Those below 10 are about membership and are never made void by a fork.
pub mod number {
    /// [`super::Charter`].
    pub const CHARTER: u64 = 1;
    /// [`super::Invite`].
    pub const INVITE: u64 = 2;
    /// [`super::Admit`].
    pub const ADMIT: u64 = 3;
    /// The first number that is not about membership.
    pub const CONTENT: u64 = 10;
    /// [`super::Post`].
    pub const POST: u64 = 10;
    /// [`super::Comment`].
    pub const COMMENT: u64 = 11;
    /// [`super::Minutes`].
    pub const MINUTES: u64 = 20;
    /// [`super::Poll`].
    pub const POLL: u64 = 30;
    /// [`super::Ballot`].
    pub const BALLOT: u64 = 31;
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
    #[error("a handle is made of letters, digits, '-', '_' and '.'")]
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
    /// Not one sponsor.
    #[error("this program knows only chapters in which one member sponsors a newcomer")]
    Sponsors,
    /// A question's key of other characters, or of another length.
    #[error("a question's short name is made of 1 to 32 of a to z, digits, '_' and '-'")]
    Key,
    /// Fewer than two options.
    #[error("a question needs at least two options")]
    FewOptions,
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
            Self::Unknown { kind, .. } => *kind,
        }
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
            Self::Unknown { .. } => Ok(()),
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
        _ => return Ok(Kind::Unknown { kind, body: body.to_vec() }),
    };
    kind.check()?;
    Ok(kind)
}
