//! What a view answers with.

use crate::{Void, kinds};
use entry::{DeviceId, EntryId, MemberId, Timestamp};

/// What became of an entry that was given to a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It is new, and counts.
    Counts,
    /// It is new, is kept, and does not count.
    Void(Void),
    /// It was here already.
    Again,
    /// It was not taken: it is of another chapter.
    OtherChapter,
    /// It was not taken: a causal parent of it is not here. A log never lets this happen.
    ParentMissing,
}

/// What an entry is, for lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    /// A charter.
    Charter,
    /// An invitation.
    Invite,
    /// An admission.
    Admit,
    /// A post: news.
    News,
    /// A post: a member's text.
    Blog,
    /// A post: a question to everybody.
    Discussion,
    /// A comment.
    Comment,
    /// Minutes.
    Minutes,
    /// A poll.
    Poll,
    /// A ballot.
    Ballot,
    /// A vote given to others.
    Delegation,
    /// A teller's receipt.
    Receipt,
    /// A teller's cutoff.
    Cutoff,
    /// One-time ballot keys.
    BallotKeys,
    /// Secret ballots that a member passed on.
    BallotBox,
    /// A teller's key for hidden ballots.
    TellerKey,
    /// Its secret.
    TellerSecret,
    /// A poll that is proposed.
    Proposal,
    /// A further version of one.
    ProposalVersion,
    /// An objection to one.
    Objection,
    /// What one should be instead.
    Amendment,
    /// What was said to an objection.
    Remark,
    /// Which result a device counted.
    Counted,
    /// What a member says of themself.
    Profile,
    /// A newcomer's request, put on record.
    Request,
    /// A word for a newcomer.
    Sponsor,
    /// A word against one.
    Decline,
    /// A further device of a member.
    AddDevice,
    /// The end of a device.
    Revoke,
    /// A member leaves.
    Leave,
    /// A motion.
    Motion,
    /// A vote on a motion.
    Voice,
    /// A motion has passed.
    Decision,
    /// Keys of an epoch.
    Epoch,
    /// Text that is not here: hidden by decision, or from before this member joined. The number of its kind.
    Withheld(u64),
    /// Something that this program does not know, or cannot read.
    Other(u64),
}

/// One entry, for lists. Its text is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'a> {
    /// Its id.
    pub id: EntryId,
    /// What it is.
    pub kind: ItemKind,
    /// Who wrote it; nobody, if it was no member's device.
    pub author: Option<MemberId>,
    /// The device that signed it.
    pub device: DeviceId,
    /// Its number among the device's entries.
    pub seq: u64,
    /// When, by the author's clock.
    pub time: Timestamp,
    /// Its title, where its kind has one.
    pub title: &'a str,
    /// What it answers or votes in.
    pub target: Option<EntryId>,
    /// For comments, the post, minutes or poll at the bottom of the conversation.
    pub root: Option<EntryId>,
    /// For what comments are on: how many there are, comments on comments included.
    pub comments: u32,
    /// Set when it does not count.
    pub void: Option<Void>,
    /// The decision that hides it, if one does.
    pub hidden: Option<EntryId>,
}

/// A comment where it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommentLine<'a> {
    /// The comment. It may be void by a fork; then it keeps its place.
    pub item: Item<'a>,
    /// How deep to show it: 0 answers the entry itself. At most [`super::MAX_DEPTH`].
    pub depth: usize,
}

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The entry.
    pub entry: EntryId,
    /// Who invited.
    pub author: MemberId,
    /// What was invited by: public key, expiry, uses.
    pub invite: kinds::Invite,
    /// Whom it admitted, in ascending order.
    pub admitted: Vec<MemberId>,
}

/// Minutes, as far as lists need them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinutesSummary {
    /// Day of the meeting.
    pub date: kinds::Date,
    /// Where.
    pub place: String,
    /// How many were there.
    pub present: usize,
    /// How many agenda items.
    pub items: usize,
    /// How many decisions.
    pub decisions: usize,
    /// What is to be done.
    pub actions: Vec<kinds::ActionPoint>,
    /// The next meeting.
    pub next: Option<kinds::NextMeeting>,
}

/// A poll: its definition without the description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollState {
    /// The questions.
    pub questions: Vec<kinds::Question>,
    /// What the counting needs: options and methods, roll and weights, close.
    pub rules: vote::Poll,
    /// Who says which votes were there in time, ascending; nobody, where the voters' own clocks do.
    pub tellers: Vec<entry::MemberId>,
    /// The version of a proposal that it is.
    pub proposal: Option<EntryId>,
}

/// A ballot that is here, whether or not it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastBallot {
    /// The ballot.
    pub ballot: vote::Ballot,
    /// Why it does not count, if so. A ballot that a later one replaced is not void.
    pub void: Option<Void>,
}

/// A vote given to others that is here, whether or not it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenVote {
    /// To whom.
    pub delegation: vote::Delegation,
    /// Why it does not count, if so. One that a later one replaced is not void.
    pub void: Option<Void>,
}

/// The proof that a device's key signed several different entries in one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForkProof {
    /// The device.
    pub device: DeviceId,
    /// Whose it is, as far as is known now.
    pub member: Option<MemberId>,
    /// The place.
    pub seq: u64,
    /// The entries, the one that counts first.
    pub entries: Vec<EntryId>,
}

impl ItemKind {
    /// What an entry is whose text is here.
    pub fn of(kind: &kinds::Kind) -> Self {
        match kind {
            kinds::Kind::Charter(_) => Self::Charter,
            kinds::Kind::Invite(_) => Self::Invite,
            kinds::Kind::Admit(_) => Self::Admit,
            kinds::Kind::Post(post) => match post.kind {
                kinds::PostKind::News => Self::News,
                kinds::PostKind::Blog => Self::Blog,
                kinds::PostKind::Discussion => Self::Discussion,
            },
            kinds::Kind::Comment(_) => Self::Comment,
            kinds::Kind::Minutes(_) => Self::Minutes,
            kinds::Kind::Poll(_) => Self::Poll,
            kinds::Kind::Ballot(_) | kinds::Kind::HiddenBallot(_) => Self::Ballot,
            kinds::Kind::Delegation(_) => Self::Delegation,
            kinds::Kind::Receipt(_) => Self::Receipt,
            kinds::Kind::Cutoff(_) => Self::Cutoff,
            kinds::Kind::BallotKeys(_) => Self::BallotKeys,
            kinds::Kind::BallotBox(_) => Self::BallotBox,
            kinds::Kind::TellerKey(_) => Self::TellerKey,
            kinds::Kind::TellerSecret(_) => Self::TellerSecret,
            kinds::Kind::Proposal(proposal) => {
                if proposal.version.is_none() {
                    Self::Proposal
                } else {
                    Self::ProposalVersion
                }
            }
            kinds::Kind::Objection(_) => Self::Objection,
            kinds::Kind::Amendment(_) => Self::Amendment,
            kinds::Kind::Remark(_) => Self::Remark,
            kinds::Kind::Counted(_) => Self::Counted,
            kinds::Kind::Profile(_) => Self::Profile,
            kinds::Kind::Request(_) => Self::Request,
            kinds::Kind::Sponsor(_) => Self::Sponsor,
            kinds::Kind::Decline(_) => Self::Decline,
            kinds::Kind::AddDevice(_) => Self::AddDevice,
            kinds::Kind::Revoke(_) => Self::Revoke,
            kinds::Kind::Leave(_) => Self::Leave,
            kinds::Kind::Motion(_) => Self::Motion,
            kinds::Kind::Voice(_) => Self::Voice,
            kinds::Kind::Decision(_) => Self::Decision,
            kinds::Kind::Epoch(_) => Self::Epoch,
            kinds::Kind::Unknown { kind, .. } => Self::Other(*kind),
        }
    }
}
