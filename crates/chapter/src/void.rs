//! Why an entry does not count. It is kept and passed on all the same, so that everybody holds the same set.

use crate::kinds::{BadBody, BadJoin};
use entry::EntryId;

/// Why an entry does not count; each reason is a sentence about the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Void {
    /// Its device was no member's device in its causal past.
    #[error("whoever wrote this was not a member when writing it")]
    NotAMember,
    /// `prev` is not the same device's entry with the number before.
    #[error("it does not continue its device's entries")]
    BrokenChain,
    /// The body is not what its kind says.
    #[error("it is not well formed: {0}")]
    Malformed(BadBody),
    /// A charter that is not the one which founded this chapter.
    #[error("it is not the charter of this chapter")]
    NotTheCharter,
    /// What it answers, votes in or refers to is not in its causal past, does not count, or is of another kind.
    #[error("it refers to something that its author cannot have seen")]
    UnknownTarget,
    /// The admission came after the invitation's expiry.
    #[error("the invitation had expired")]
    InvitationExpired,
    /// The invitation had been used for somebody else.
    #[error("the invitation had been used already")]
    InvitationUsed,
    /// The newcomer had been a member, or the device one's, and that ended after the invitation.
    #[error("the newcomer's membership ended after this invitation; whoever comes back needs a new one")]
    OldInvitation,
    /// The newcomer's statement is for another invitation or another chapter, or not theirs.
    #[error("the newcomer's statement does not fit the invitation")]
    WrongStatement,
    /// The newcomer's statement or certificate is forged.
    #[error("the newcomer's statement is not valid: {0}")]
    BadStatement(BadJoin),
    /// The device was another member's.
    #[error("the newcomer's device belongs to another member")]
    DeviceTaken,
    /// The roll that the poll names is not the membership in its causal past, or its weights or observers are not of it.
    #[error("the poll's roll is not the list of members at its opening")]
    WrongRoll,
    /// Voting would have ended before it began.
    #[error("the poll closes before it opens")]
    ClosesTooEarly,
    /// Not on the roll.
    #[error("its voter was not a member when the poll was opened")]
    NotOnRoll,
    /// After the close.
    #[error("it was cast after the poll had closed")]
    Late,
    /// Answers that do not fit.
    #[error("its answers do not fit the poll's questions")]
    WrongAnswers,
    /// The poll has no delegation.
    #[error("votes cannot be given to others in this poll")]
    NoDelegation,
    /// To somebody who is not on the roll, or to its author.
    #[error("it gives a vote to somebody who has none in this poll, or to its own author")]
    WrongDelegates,
    /// A teller without that task, or not for as long as the poll is open.
    #[error("it names a teller who did not have that task until its close")]
    WrongTellers,
    /// Said by somebody who is no teller, or where there are none.
    #[error("its author had not the task to say which votes were there in time")]
    NotATeller,
    /// The cutoff is from before the close.
    #[error("it closes the poll before its time")]
    TooEarly,
    /// The teller had closed the poll before.
    #[error("the teller had closed the poll already")]
    ClosedAlready,
    /// The votes that a cutoff names are not those that it had seen.
    #[error("it names other votes than those that the teller had seen")]
    WrongVotes,
    /// More receipts than a teller needs.
    #[error("the teller had written more receipts than a poll needs")]
    TooManyReceipts,
    /// An open ballot in a secret poll, or the other way round.
    #[error("its ballots are not those of this poll: open ones in a secret one, or the other way round")]
    WrongSecrecy,
    /// More ballots than a poll can have voters.
    #[error("its author had passed on more secret ballots than the poll can have")]
    TooManyBallots,
    /// A key for another poll or another teller, or whose secret its author has not.
    #[error("the key in it is not its author's, or not for this poll")]
    WrongKey,
    /// A teller's key or its secret, once more.
    #[error("its author had published it already")]
    KeyAgain,
    /// A secret that belongs to no key of its author in this poll.
    #[error("it opens nothing: its author had published no key that it belongs to")]
    WrongSecret,
    /// A hidden ballot for others than the poll's tellers, for too few of them, or of another length.
    #[error("it is not sealed for the tellers who can open this poll")]
    WrongSeal,
    /// A hidden ballot that was made wrongly. Of the count only: that shows when it is opened.
    #[error("it is not sealed as a ballot has to be, so that nobody could be sure of what it says")]
    Unsealed,
    /// A hidden ballot that nobody can open any more. Of the count only.
    #[error("too few of the tellers for whom it was sealed are left to open it")]
    Unopened,
    /// A vote that most tellers had not seen when they closed the poll.
    #[error("most of the poll's tellers had not seen it when they closed the poll")]
    Unseen,
    /// The rules ask that polls are proposed first.
    #[error("the chapter's rules ask that a poll is proposed first, and this one was not")]
    Unproposed,
    /// A poll before its proposal's time was over.
    #[error("it was opened before its proposal had stood as long as the chapter's rules ask")]
    Standing,
    /// Not what the proposal, or the amendment, says.
    #[error("it asks something else than the proposal that it names, as that stood at last")]
    OtherPlan,
    /// Said for somebody else.
    #[error("its author was not the one to say that: a proposal is its proposer's, an objection its owner's")]
    NotTheirs,
    /// More than one member may say to one proposal.
    #[error("its author had said more to this proposal than one member may")]
    TooMuchSaid,
    /// The proposal was a poll already.
    #[error("the proposal had been opened already")]
    OpenedAlready,
    /// A device counted a poll more often than it changes.
    #[error("its author's computer had said often enough what it counted")]
    CountedEnough,
    /// The newcomer agreed to something else than what the chapter asks.
    #[error("the newcomer agreed to other terms, or answered other questions")]
    OtherTerms,
    /// Fewer members than the chapter asks for gave their word.
    #[error("too few members sponsored the newcomer")]
    TooFewSponsors,
    /// The votes before it are not enough.
    #[error("the motion had not passed")]
    NotPassed,
    /// A generation was left out.
    #[error("its key does not come after the ones before it")]
    WrongGeneration,
    /// It was written without the author's removal having known of it.
    #[error("its author had been removed from the chapter")]
    Removed {
        /// The decision.
        by: EntryId,
    },
    /// It was written after its author had left.
    #[error("its author had left the chapter")]
    Left {
        /// The entry by which they left.
        by: EntryId,
    },
    /// Its device was revoked, and this is not among what still counts.
    #[error("its author revoked the device that it was written on")]
    Revoked {
        /// The revocation.
        by: EntryId,
    },
    /// Its author's membership rested on somebody who was no member any more.
    #[error("whoever brought its author into the chapter was no member any more")]
    Uprooted {
        /// What ended that member's, or device's, time.
        by: EntryId,
    },
    /// Another entry of the same device stands in its place.
    #[error("its device signed two different entries in one place, and the other one counts")]
    Forked {
        /// The one that counts.
        counts: EntryId,
    },
}

impl Void {
    /// Whether this came later: the entry counted by its causal past, and something that did not know of it, or that it
    /// did not know of, took that away.
    pub const fn is_later(&self) -> bool {
        matches!(
            self,
            Self::Forked { .. }
                | Self::Unseen
                | Self::Removed { .. }
                | Self::Left { .. }
                | Self::Revoked { .. }
                | Self::Uprooted { .. }
        )
    }
}

impl From<vote::Reason> for Void {
    fn from(reason: vote::Reason) -> Self {
        match reason {
            vote::Reason::NotOnRoll => Self::NotOnRoll,
            vote::Reason::Late => Self::Late,
            vote::Reason::Answers => Self::WrongAnswers,
        }
    }
}
