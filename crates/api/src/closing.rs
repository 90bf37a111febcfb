//! How a poll is closed: its tellers and what they said; the list of polls; counting again; the archive that a stranger can
//! check.

use crate::{
    Id, Time,
    view::{OptionView, PollState},
};
use serde::{Deserialize, Serialize};

/// A poll's tellers, and whether its result can still change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingView {
    /// Whom the poll names, then those who closed it in somebody's place.
    pub tellers: Vec<TellerView>,
    /// How many of them have to have seen a vote in time.
    pub need: usize,
    /// How many have not closed the poll, or not so that it counts.
    pub missing: usize,
    /// How many votes hang on those.
    pub open_votes: usize,
    /// Where it stands.
    pub stage: Stage,
    /// All of it in sentences.
    pub words: Vec<String>,
}

/// Who counted a poll that is over, and whether they got the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountsView {
    /// Devices that counted the result that this one counted, this one included.
    pub same: usize,
    /// Whether so many did that the others need not say so.
    pub enough: bool,
    /// A sentence for each device that counted something else: whose, and what makes the difference.
    pub differ: Vec<String>,
}

/// Where the closing of a poll stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It is open, by this computer's clock.
    #[default]
    Open,
    /// It is over, and tellers are missing who could change the result.
    Provisional,
    /// Nothing that is missing could change it.
    Final,
}

/// A teller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TellerView {
    /// The member's id.
    pub member: Id,
    /// Their handle.
    pub handle: String,
    /// What they said.
    pub said: Said,
    /// Whether they closed the poll in somebody's place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub substitute: bool,
    /// The entries with which they closed it: one; two that contradict each other; or none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Id>,
    /// When, by their clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// How many votes they had seen then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub votes: Option<usize>,
    /// How many receipts they wrote.
    pub receipts: usize,
    /// For how many votes.
    pub receipted: usize,
}

/// What a teller said when the poll closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// Nothing yet.
    Missing,
    /// Which votes they had seen.
    Closed,
    /// Two things that cannot both be so. It does not count.
    Contradicts,
    /// Something after the chapter had taken the task from them. It does not count.
    Recalled,
}

/// One poll in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollSummary {
    /// The poll.
    pub poll: Id,
    /// Its chapter's name.
    pub chapter: String,
    /// Its title.
    pub title: String,
    /// Open or closed, by this computer's clock.
    pub state: PollState,
    /// When voting ends.
    pub closes: Time,
    /// Members on the roll.
    pub roll: usize,
    /// Those whose ballot counts.
    pub voters: usize,
    /// Whether it waits for this member.
    pub waiting: bool,
    /// Where its closing stands, if it has tellers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Whether there is no result, and none will be: nobody can open any of its votes.
    #[serde(default)]
    pub lost: bool,
}

/// A poll, counted once more from what is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecountView {
    /// The poll.
    pub poll: Id,
    /// From how many entries.
    pub entries: usize,
    /// Members whose ballot counts.
    pub voters: usize,
    /// Whether the result is the one that is shown.
    pub same: bool,
    /// The first ballot that differs, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differs: Option<Id>,
    /// The digest that is shown.
    pub shown: String,
    /// The digest of the new count.
    pub counted: String,
    /// The same in six words.
    pub words: String,
}

/// Answer to `ExportPoll`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// Where the file is.
    pub path: String,
    /// How long it is.
    pub bytes: u64,
    /// What whoever has it sees besides the poll.
    pub note: String,
}

/// A poll's file, checked with nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveView {
    /// Whether everything is in order.
    pub good: bool,
    /// What was checked and is in order, in sentences.
    pub checks: Vec<String>,
    /// The first thing that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// What is in the file, if it is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<ArchivedResult>,
    /// What it does not prove.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// What a poll came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedResult {
    /// The chapter's id, and the name that its charter gave it.
    pub chapter: Id,
    /// Its name.
    pub chapter_name: String,
    /// The chapter's id as six words, to compare with what its members read.
    pub chapter_words: String,
    /// The poll.
    pub poll: Id,
    /// Its title.
    pub title: String,
    /// When it closed.
    pub closes: Time,
    /// Where its closing stands, if it has tellers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Its tellers, by the handles under which they were admitted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tellers: Vec<String>,
    /// Members on the roll.
    pub roll: u64,
    /// Those whose ballot counts.
    pub voters: u64,
    /// How many parts one vote has.
    pub unit: u64,
    /// The questions.
    pub questions: Vec<ArchivedQuestion>,
    /// What was said before it opened, if it came from a proposal: lines about versions, objections and amendments; what
    /// begins with two blanks is about the line before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proposal: Vec<String>,
    /// Digest of the result, as `poll show` has it.
    pub result_hash: String,
    /// The same as six words.
    pub result_words: String,
}

/// One question's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedQuestion {
    /// What was asked.
    pub text: String,
    /// Options and their votes, in parts.
    pub options: Vec<OptionView>,
    /// Votes that left it blank.
    pub blank: u64,
    /// What is decided, in a sentence.
    pub verdict: String,
}

/// Ballots and votes given to others that are here and not counted, by the reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// A later one of the same member counts.
    pub replaced: usize,
    /// Cast after the close, by the voter's own clock.
    pub late: usize,
    /// Most tellers had not seen it when they closed the poll.
    pub unseen: usize,
    /// By somebody who is not on the roll.
    pub not_on_roll: usize,
    /// Its author was removed, left or revoked the device, or signed something else in its place.
    pub taken_back: usize,
    /// Hidden, and nobody can open it any more.
    #[serde(default)]
    pub lost: usize,
    /// It does not fit the poll.
    pub invalid: usize,
}
