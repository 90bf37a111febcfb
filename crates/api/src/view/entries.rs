//! What members write: the feed's lines, posts with their comments, minutes.

use super::poll::PollState;
use crate::{
    Id, Time,
    draft::{ActionPoint, AgendaItem, Decision, NextMeeting},
    people::{HiddenView, MotionStage},
    proposal::ProposalLine,
};
use serde::{Deserialize, Serialize};

/// What a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PostKind {
    /// Something that happened or will.
    News,
    /// One member's text.
    Blog,
    /// A question to everybody.
    Discussion,
}

/// Who wrote something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// Member id.
    pub member: Id,
    /// Handle.
    pub handle: String,
    /// This is you.
    pub me: bool,
}

/// Where an entry is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Devices of the chapter that confirmed to this computer that they have it, this one included: 1 or more.
    pub have: usize,
    /// Devices of the chapter.
    pub of: usize,
}

/// One line of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedItem {
    /// Entry id.
    pub entry: Id,
    /// Chapter id.
    pub chapter: Id,
    /// Chapter's name.
    pub chapter_name: String,
    /// `news`, `blog`, `discussion`, `minutes`, `poll`, `proposal`, `motion`.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Author's handle.
    pub author: String,
    /// Author's member id.
    pub author_id: Id,
    /// When the author says it was written.
    pub time: Time,
    /// The first 280 characters or so of its text, without markup.
    pub excerpt: String,
    /// How many comments.
    pub comments: usize,
    /// Where it is.
    pub share: Share,
    /// For polls: turnout and close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<PollLine>,
    /// For minutes: how many decisions and action points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<MinutesLine>,
    /// For motions: how far it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion: Option<MotionLine>,
    /// For proposals: how far it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<ProposalLine>,
    /// Whoever wrote it is blocked on this computer.
    #[serde(default)]
    pub blocked: bool,
    /// It came ahead of what was written before it, which is still on its way: until then it is shown, and counts for nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early: bool,
    /// The chapter hid it by decision: neither title nor text is left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// A motion in a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MotionLine {
    /// Open, passed, failed.
    pub stage: MotionStage,
    /// When voting ends.
    pub closes: Time,
    /// Members with a vote.
    pub roll: usize,
    /// Members who voted.
    pub voters: usize,
    /// Whether this member can vote and has not.
    pub waiting: bool,
}

/// A poll in a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollLine {
    /// `open` or `closed`.
    pub state: PollState,
    /// When voting ends.
    pub closes: Time,
    /// Members on the roll.
    pub roll: usize,
    /// Members who voted.
    pub voters: usize,
    /// Whether this member can vote and has not.
    pub waiting: bool,
    /// What it came to, once it is closed and can be counted; left out further down in long lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// Minutes in a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinutesLine {
    /// Day of the meeting.
    pub date: String,
    /// Where.
    pub place: String,
    /// How many were there.
    pub present: usize,
    /// Decisions.
    pub decisions: usize,
    /// Action points.
    pub actions: usize,
}

/// What every entry that is shown alone has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryHead {
    /// Entry id.
    pub entry: Id,
    /// Chapter id.
    pub chapter: Id,
    /// Chapter's name.
    pub chapter_name: String,
    /// Author.
    pub author: Author,
    /// The signing device's id.
    pub device: Id,
    /// When the author says it was written.
    pub time: Time,
    /// Where it is.
    pub share: Share,
    /// It came ahead of what was written before it, which is still on its way: nothing can be written under it yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early: bool,
    /// Set when the entry does not count, with the reason in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub void: Option<String>,
    /// Whoever wrote it is blocked on this computer: the text is shown only when it is asked for.
    #[serde(default)]
    pub blocked: bool,
}

/// A post with its comments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostView {
    /// Entry, author, time, share.
    #[serde(flatten)]
    pub head: EntryHead,
    /// `news`, `blog`, `discussion`; where its text is not here, what it was: also `comment`, `minutes`, `profile`, or `text`
    /// for a post of which nobody can tell any more.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Set when the chapter hid it by decision: there is no text any more, only its place and the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Box<HiddenView>>,
    /// In the order to show, replies behind what they answer.
    pub comments: Vec<CommentView>,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentView {
    /// Entry, author, time, share.
    #[serde(flatten)]
    pub head: EntryHead,
    /// What it answers: the post, minutes, poll, or another comment.
    pub on: Id,
    /// How deep: 0 answers the entry itself.
    pub depth: usize,
    /// Markdown.
    pub body: String,
    /// Set when the chapter hid it by decision: there is no text any more, only its place and the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Box<HiddenView>>,
}

/// Minutes with their comments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinutesView {
    /// Entry, author, time, share.
    #[serde(flatten)]
    pub head: EntryHead,
    /// Title.
    pub title: String,
    /// Day.
    pub date: String,
    /// `18:30`, or empty.
    pub starts: String,
    /// `21:30`, or empty.
    pub ends: String,
    /// Where.
    pub place: String,
    /// Who facilitated.
    pub facilitator: String,
    /// Who took the minutes.
    pub note_taker: String,
    /// Who was there.
    pub attendance: Vec<String>,
    /// Agenda.
    pub items: Vec<AgendaItem>,
    /// Decisions.
    pub decisions: Vec<Decision>,
    /// Action points.
    pub actions: Vec<ActionPoint>,
    /// The next meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextMeeting>,
    /// Set when the chapter hid it by decision: there is no text any more, only its place and the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Box<HiddenView>>,
    /// In the order to show.
    pub comments: Vec<CommentView>,
}
