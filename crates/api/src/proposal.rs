//! Polls that stand proposed before they open: what is asked, what members object and amend, what became of it.

use crate::{Id, PollDraft, Time, poll::MethodView, view::CommentView, view::EntryHead};
use serde::{Deserialize, Serialize};

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProposalStage {
    /// It stands open to objections and amendments, and cannot be opened yet.
    #[default]
    Standing,
    /// Its time is over: it can be opened, and changed until then.
    Ready,
    /// It is a poll.
    Opened,
}

/// A proposal's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalView {
    /// Its first version: entry (the proposal's id), author, time, share.
    #[serde(flatten)]
    pub head: EntryHead,
    /// What it would be, as it stands now.
    pub plan: PlanView,
    /// The version that stands now: its entry.
    pub last: Id,
    /// Its number.
    pub number: u64,
    /// Where it stands.
    pub stage: ProposalStage,
    /// When it can be opened.
    pub opens: Time,
    /// How many hours the chapter's rules ask that it stands; 0 if none.
    pub hours: u64,
    /// The same in a sentence.
    pub words: String,
    /// Earlier versions and how each was changed, the latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<VersionView>,
    /// Objections, the earliest first: the first two hundred.
    pub objections: Vec<ObjectionView>,
    /// How many there are.
    pub objections_all: usize,
    /// Amendments, the earliest first: the first hundred.
    pub amendments: Vec<AmendmentView>,
    /// How many there are.
    pub amendments_all: usize,
    /// The poll that became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<Id>,
    /// Polls that were opened from it beside that one, which do not stand for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Id>,
    /// Whether this member proposed it.
    pub mine: bool,
    /// Whether this member is the one to open it: the proposer, or anybody if that one is no member any more.
    pub may_open: bool,
    /// Whether this member can object and amend.
    pub may_speak: bool,
    /// As somebody would write it: to begin an amendment with.
    pub draft: PollDraft,
    /// In the order to show.
    pub comments: Vec<CommentView>,
}

/// What a poll would be, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanView {
    /// Title.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// Until when it is open: a sentence.
    pub open: String,
    /// How it is held, where that is not as most are: sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<String>,
    /// What is asked.
    pub questions: Vec<PlanQuestion>,
}

/// A question of a proposal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanQuestion {
    /// Short name.
    pub key: String,
    /// What is asked.
    pub text: String,
    /// What can be chosen.
    pub options: Vec<String>,
    /// How it is decided.
    pub method: MethodView,
}

/// One thing that is changed. What was not there before, or is not there now, is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What: `The title`, `Question "roof"`.
    pub what: String,
    /// As it was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub old: String,
    /// As it is, or would be.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub new: String,
}

/// How a proposal was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionView {
    /// The changed version's entry.
    pub entry: Id,
    /// Its number, from 2 on.
    pub number: u64,
    /// When, by the proposer's clock.
    pub time: Time,
    /// Why; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// The amendment that it adopted, and whose that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopts: Option<Adopted>,
    /// What changed. Nothing, where a page has no more room for it.
    pub changes: Vec<Change>,
}

/// An adopted amendment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adopted {
    /// Its entry.
    pub amendment: Id,
    /// Its author's handle.
    pub author: String,
}

/// How an objection stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectionStage {
    /// It stands, and nobody has answered it.
    #[default]
    Standing,
    /// The proposer answered; its owner has not withdrawn it.
    Answered,
    /// Its owner withdrew it.
    Withdrawn,
}

/// An objection: whose, why, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectionView {
    /// Its entry.
    pub entry: Id,
    /// The member's id.
    pub member: Id,
    /// Their handle.
    pub handle: String,
    /// When, by their clock.
    pub time: Time,
    /// The version that it is about.
    pub number: u64,
    /// Why.
    pub why: String,
    /// How it stands.
    pub stage: ObjectionStage,
    /// What the proposer answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<String>,
    /// What its owner said when they withdrew it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub withdrawn: String,
    /// Whether it is this member's.
    #[serde(default)]
    pub mine: bool,
}

/// An amendment: whose, why, and what it would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendmentView {
    /// Its entry.
    pub entry: Id,
    /// The member's id.
    pub member: Id,
    /// Their handle.
    pub handle: String,
    /// When, by their clock.
    pub time: Time,
    /// The version that it changes.
    pub number: u64,
    /// Why.
    pub why: String,
    /// What it changes in that version. Nothing, where a page has no more room for it.
    pub changes: Vec<Change>,
    /// The version that adopted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopted: Option<u64>,
}

/// A proposal in a feed or a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalLine {
    /// Where it stands.
    pub stage: ProposalStage,
    /// When it can be opened.
    pub opens: Time,
    /// Its version's number.
    pub number: u64,
    /// Objections that are not withdrawn.
    pub objections: usize,
    /// Amendments that are not adopted.
    pub amendments: usize,
    /// Whether this member is the one to open it.
    pub may_open: bool,
    /// The poll that became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<Id>,
}

/// A proposal in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalSummary {
    /// Its id.
    pub proposal: Id,
    /// The chapter's name.
    pub chapter: String,
    /// Title.
    pub title: String,
    /// The proposer's handle.
    pub author: String,
    /// Where it stands.
    #[serde(flatten)]
    pub line: ProposalLine,
}

/// What a poll says of the proposal that it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedView {
    /// The proposal.
    pub proposal: Id,
    /// Which version of it.
    pub number: u64,
    /// Who proposed it.
    pub handle: String,
    /// What was objected, and how it stands: the first fifty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objections: Vec<ObjectionView>,
    /// The poll that counts in the place of this one, where two were opened from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<Id>,
}
