//! How a poll is closed: its tellers and what they said; the list of polls; counting again; the archive that a stranger can
//! check.

use crate::{Id, Time, view::PollState};
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
