//! The things that are shown.
//!
//! Reading order: [`computer`] (this computer), [`chapter`] (a chapter and its members), [`entries`] (what they write), [`poll`].

pub mod chapter;
pub mod computer;
pub mod entries;
pub mod poll;

pub use chapter::{ChapterPage, ChapterSummary, MemberView, OpenAction, Tier};
pub use computer::{
    Erased, LockCause, Me, NetworkView, PeerView, SecurityView, StatusView, StrengthView, VaultState, WipeReport,
};
pub use entries::{
    Author, CommentView, EntryHead, FeedItem, MinutesLine, MinutesView, MotionLine, PollLine, PostKind, PostView, Share,
};
pub use poll::{MyBallot, NotCounted, OptionView, PollState, PollView, QuestionView};
