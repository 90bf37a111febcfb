//! A chapter and its members.

use crate::{
    Id, Time,
    draft::{ActionPoint, NextMeeting},
    people::{EndedView, StatementView, TaskView},
};
use serde::{Deserialize, Serialize};

/// A branch's level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// A chapter.
    Local,
    /// Several chapters.
    Regional,
    /// A country.
    National,
    /// The whole federation.
    International,
}

/// A chapter in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChapterSummary {
    /// Chapter id.
    pub chapter: Id,
    /// Its name.
    pub name: String,
    /// Where it meets.
    pub place: String,
    /// Level.
    pub tier: Tier,
    /// When it was founded; none before its charter has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub founded: Option<Time>,
    /// How many members.
    pub members: usize,
    /// How many entries are here.
    pub entries: u64,
    /// Polls that are open.
    pub open_polls: usize,
    /// Open polls that this member is on the roll of and has not voted in.
    pub waiting_polls: usize,
    /// Open motions that this member has a vote on and has not voted on.
    #[serde(default)]
    pub waiting_motions: usize,
    /// Newcomers who ask to join and whom this member has not said anything about.
    #[serde(default)]
    pub waiting_requests: usize,
    /// True while the invitation is being used: nothing of the chapter is here yet.
    #[serde(default)]
    pub joining: bool,
    /// True while it is being joined and asks something that has not been answered yet, as far as is known since the program
    /// was started.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks: bool,
    /// True while it is copied here for the first time: what came can be read, and nothing written until this member's own
    /// admission is among it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub arriving: bool,
    /// Entries that are known of and still to fetch.
    #[serde(default)]
    pub left: u64,
    /// True when this member's own membership ended: the chapter can be read, and nothing written.
    #[serde(default)]
    pub reading_only: bool,
    /// True while this member, who is in it no more, asks to join it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rejoining: bool,
    /// True when other members' computers were reached and none answers this one: this member may have been removed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    /// True when nothing that was saved of it can be read any more, its name included: the disk was damaged.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lost: bool,
    /// Votes in hidden polls that nobody can open without this member's key, which is not given yet, as in `2 votes in "Roof"`:
    /// whoever leaves takes it with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owed: Vec<String>,
    /// Posts, minutes and votes that are in no feed here: they were written before this member joined, and the chapter
    /// shows newcomers only what was written since.
    #[serde(default)]
    pub withheld: u64,
}

/// One chapter's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChapterPage {
    /// The line.
    #[serde(flatten)]
    pub summary: ChapterSummary,
    /// Handles of the founders.
    pub founders: Vec<String>,
    /// Sponsors that admit a newcomer.
    pub sponsors_needed: u32,
    /// Members from which the chapter counts as operating.
    pub operating_from: u32,
    /// Devices of the chapter, this one included.
    pub devices: usize,
    /// How much of the chapter other devices have: entries that at least one other device confirmed.
    pub shared_entries: u64,
    /// What newcomers agree to, and where it comes from, if there is such a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<StatementView>,
    /// Action points of all minutes, earliest due first.
    pub actions: Vec<OpenAction>,
    /// The next meeting named in the latest minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_meeting: Option<NextMeeting>,
    /// What the chapter should know about itself: forked keys, entries that do not count and why.
    pub notices: Vec<String>,
    /// Of the notices, the one that the others do not answer this computer any more, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<String>,
    /// Of the notices, those that a clock is wrong, here or with others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<String>,
    /// How many of this member's own entries count no longer, because somebody's time ended: `Command::Voided`.
    #[serde(default)]
    pub voided: usize,
    /// How this member's own membership ended, if it did: the chapter can be read, and nothing written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndedView>,
}

impl ChapterPage {
    /// Whether this member can write in it: not once their membership ended, and not before it has arrived here.
    pub const fn is_writable(&self) -> bool {
        self.ended.is_none() && !self.summary.arriving
    }
}

/// An action point with the minutes that it is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAction {
    /// The point.
    #[serde(flatten)]
    pub action: ActionPoint,
    /// The minutes' entry.
    pub minutes: Id,
}

/// A member of a chapter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberView {
    /// Member id.
    pub member: Id,
    /// Handle.
    pub handle: String,
    /// Where somebody else's handle is the same or looks like it, or letters of several alphabets stand in it: the
    /// first three of the six words, to be shown beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apart: Option<String>,
    /// Since when.
    pub since: Time,
    /// Handle of the one who sponsored them; none for founders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor: Option<String>,
    /// What tells the sponsor apart, as in `apart`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor_apart: Option<String>,
    /// How many devices.
    pub devices: usize,
    /// Whether a device of theirs is connected to this computer now.
    pub connected: bool,
    /// Their tasks in the chapter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskView>,
    /// This computer hides what they write.
    #[serde(default)]
    pub blocked: bool,
    /// How their membership ended, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndedView>,
    /// This is you.
    pub me: bool,
    /// Six words to compare by voice.
    pub six_words: String,
}
