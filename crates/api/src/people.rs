//! Members, their devices, and what a chapter decides: the things that are shown.

use crate::{
    ErrorCode, Id, Refusal, Time,
    draft::Profile,
    view::{CommentView, EntryHead, Erased, FeedItem, MemberView},
};
use serde::{Deserialize, Serialize};

/// A chapter's rules. Fractions are written `2/3`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesView {
    /// Members who have to give their word for a newcomer, the inviter included.
    pub sponsors: u32,
    /// Members from which the chapter counts as operating.
    pub operating_from: u32,
    /// What newcomers may read: `all` or `from-joining`.
    pub history: History,
    /// The part of the members that has to vote on a removal.
    pub removal_quorum: String,
    /// The part of the votes that it needs: more than this, or all.
    pub removal_majority: String,
    /// The same for other decisions.
    pub decision_quorum: String,
    /// The same for other decisions.
    pub decision_majority: String,
    /// Hours that a motion stands open at least.
    pub stands_for_hours: u32,
    /// Hours that a poll stands proposed before it may be opened; 0: it may be opened at once.
    #[serde(default)]
    pub proposed_for_hours: u32,
    /// What newcomers are asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
    /// What newcomers agree to. Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub statement: String,
}

impl RulesView {
    /// The rules of a chapter that is founded without any of its own.
    pub fn usual() -> Self {
        Self {
            sponsors: 1,
            operating_from: 5,
            history: History::All,
            removal_quorum: "1/2".into(),
            removal_majority: "2/3".into(),
            decision_quorum: "1/2".into(),
            decision_majority: "1/2".into(),
            stands_for_hours: 72,
            proposed_for_hours: 0,
            questions: Vec::new(),
            statement: String::new(),
        }
    }
}

/// What newcomers may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum History {
    /// Everything from the beginning.
    All,
    /// What is written after they joined.
    FromJoining,
}

/// A task that a chapter gives by decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Leads meetings.
    Facilitator,
    /// Writes the minutes.
    NoteTaker,
    /// Signs what votes were cast, and when voting was over.
    Teller,
    /// Speaks for the chapter elsewhere.
    Delegate,
}

/// A vote on a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// For.
    Yes,
    /// Against.
    No,
    /// Neither.
    Abstain,
}

/// A member's task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskView {
    /// Which.
    pub role: Role,
    /// Until when.
    pub until: Time,
    /// Whether that is over.
    pub over: bool,
    /// The decision that gave it.
    pub decision: Id,
}

/// How a membership, or a device's time, ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedView {
    /// `left`, `removed`, `revoked`, `uprooted` (whoever brought them in was no member any more).
    pub how: String,
    /// When, by the clock of whoever wrote it.
    pub when: Time,
    /// The entry that ended it.
    pub by: Id,
    /// The motion that the members decided it by, if they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion: Option<Id>,
    /// Of a chapter's page: it is this computer alone that was revoked, and its owner a member still, on others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub this_alone: bool,
}

/// A request to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequestView {
    /// Its entry.
    pub request: Id,
    /// Chapter id.
    pub chapter: Id,
    /// What the newcomer wants to be called.
    pub handle: String,
    /// Where somebody else's handle is the same or looks like it, or letters of several alphabets stand in it: the
    /// first three of the newcomer's six words, to be shown beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apart: Option<String>,
    /// The newcomer's member id.
    pub member: Id,
    /// Six words to compare by voice.
    pub six_words: String,
    /// Handle of the inviter.
    pub inviter: String,
    /// The first three of the inviter's six words, where another handle looks like theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inviter_apart: Option<String>,
    /// When it was put on record.
    pub time: Time,
    /// The chapter's questions with the newcomer's answers.
    pub answers: Vec<AnswerView>,
    /// Words for the newcomer, the inviter's first.
    pub sponsors: Vec<WordView>,
    /// Words against.
    pub declines: Vec<WordView>,
    /// How many members' words it needs.
    pub need: u32,
    /// Whether the newcomer was let in.
    pub admitted: bool,
    /// Whether they were, and are no member any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub former: bool,
    /// Whether the invitation is over.
    pub expired: bool,
    /// Whether as many others as the invitation is for were let in by it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub used_up: bool,
    /// What this member said to it: `for`, `against`, or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<String>,
    /// What members say about it.
    pub comments: Vec<CommentView>,
}

impl JoinRequestView {
    /// Whether there is still something to decide.
    pub const fn is_open(&self) -> bool {
        !self.admitted && !self.expired && !self.used_up
    }
}

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerView {
    /// What the chapter asks.
    pub question: String,
    /// What the newcomer answered.
    pub answer: String,
}

/// A member's word for or against a newcomer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordView {
    /// Whose.
    pub handle: String,
    /// Why; may be empty.
    pub why: String,
    /// When.
    pub time: Time,
}

/// How far a motion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MotionStage {
    /// Votes are still being cast.
    Open,
    /// It has passed, and has its effect.
    Passed,
    /// Its time is over, and it has not passed.
    Failed,
}

/// A motion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MotionView {
    /// The entry.
    #[serde(flatten)]
    pub head: EntryHead,
    /// `rules`, `statement`, `remove`, `give`, `recall`, `hide`.
    pub measure: String,
    /// The member whom it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Id>,
    /// What it does, in one sentence.
    pub title: String,
    /// What follows if it passes, in plain words.
    pub effect: String,
    /// For a change of the rules: those that it would give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Box<RulesView>>,
    /// Where a new text of the statement is to be adopted, and nothing else of the rules changes: both texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Box<StatementChange>>,
    /// Why. Markdown.
    pub why: String,
    /// When voting ends.
    pub closes: Time,
    /// How far it is.
    pub stage: MotionStage,
    /// How many have a vote.
    pub roll: usize,
    /// Votes for it.
    pub yes: u64,
    /// Votes against it.
    pub no: u64,
    /// Neither.
    pub abstain: u64,
    /// What it needs, in one sentence.
    pub needs: String,
    /// Who voted how.
    pub voices: Vec<VoiceView>,
    /// Whether this member has a vote.
    pub on_roll: bool,
    /// How this member voted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<Choice>,
    /// The decision that took effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Id>,
    /// Where it had passed and has no effect after all: a sentence that says why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapsed: Option<String>,
    /// What members say about it.
    pub comments: Vec<CommentView>,
}

/// A statement's text, as it was and as it would be. Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementChange {
    /// As it was when the motion was made; may be empty.
    pub old: String,
    /// As it would be.
    pub new: String,
}

/// A statement that holds, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementView {
    /// The text. Markdown.
    pub text: String,
    /// The motion by which it was adopted; none, where it is the charter's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion: Option<Id>,
    /// When that passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Time>,
}

/// A member's vote on a motion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceView {
    /// Whose.
    pub handle: String,
    /// How.
    pub choice: Choice,
    /// Why; may be empty.
    pub why: String,
}

/// Entries of this member that counted, and count no longer: somebody's time ended, and whatever ended it had not seen
/// them; or the device signed another one in the same place, and that one counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoidedView {
    /// What made them void. By a fork: `how` is `forked`, and `by` one of the entries that count in their places.
    pub ended: EndedView,
    /// What happened, in a sentence.
    pub why: String,
    /// What one can do, in a sentence.
    pub advice: String,
    /// How many there are.
    pub count: usize,
    /// They, latest first; at most 200.
    pub entries: Vec<VoidedEntry>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoidedEntry {
    /// Entry id.
    pub entry: Id,
    /// In plain words: `news`, `blog`, `discussion`, `comment`, `minutes`, `poll`, `ballot`, `profile`, `word` (about a
    /// newcomer), `motion`, `vote` (on a motion), `invitation`.
    pub kind: String,
    /// Its title, where it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// When it was written.
    pub time: Time,
}

/// One member's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberPage {
    /// Chapter id.
    pub chapter: Id,
    /// The line.
    #[serde(flatten)]
    pub member: MemberView,
    /// What they say of themself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// The entry in which they say it: the chapter can hide it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_entry: Option<Id>,
    /// Open motions about them.
    pub motions: Vec<Id>,
    /// Their latest entries that are shown in feeds.
    pub latest: Vec<FeedItem>,
}

/// One of this member's devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceView {
    /// Its id.
    pub device: Id,
    /// Its name; empty if it has none.
    pub name: String,
    /// This is the computer in front of you.
    pub this: bool,
    /// Since when it is yours.
    pub since: Time,
    /// When it wrote something last, by its own clock; empty if it never did.
    pub last_used: String,
    /// When this computer was last connected to it, as far as it remembers; empty if never, and for itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last_met: String,
    /// How many entries it wrote.
    pub entries: u64,
    /// The chapters that it is in, by name.
    pub chapters: Vec<String>,
    /// How its time ended, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndedView>,
}

impl DeviceView {
    /// The one that is meant: by its name, or by its id or a unique beginning of it.
    pub fn find<'a>(list: &'a [Self], text: &str) -> Result<&'a Self, Refusal> {
        let wanted = text.trim().to_lowercase();
        if wanted.is_empty() {
            return Err(Refusal::new(
                ErrorCode::Invalid,
                "say which device: its name, or the beginning of its id. `chapterhouse device list` lists yours",
            ));
        }
        let is = |device: &&Self| device.name.to_lowercase() == wanted || device.device.starts_with(&wanted);
        let mut found = list.iter().filter(is);
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(one),
            (Some(_), Some(_)) => Err(Refusal::new(
                ErrorCode::Ambiguous,
                format!(
                    "more than one of your devices is called \"{wanted}\", or has an id that begins like that: give more digits \
                     of the id"
                ),
            )),
            (None, _) if list.iter().all(|device| device.this) => Err(Refusal::new(
                ErrorCode::NotFound,
                "this computer knows of no other device of yours: it learns of them in the chapters that you share. Come into \
                 one with a member's invitation (`chapterhouse join`), then `chapterhouse device list` lists them",
            )),
            (None, _) => Err(Refusal::new(
                ErrorCode::NotFound,
                format!(
                    "no device of yours is called \"{wanted}\", nor has an id that begins like that: `chapterhouse device \
                     list` lists them"
                ),
            )),
        }
    }
}

/// Something that the chapter hid by decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HiddenView {
    /// What.
    pub entry: Id,
    /// `news`, `blog`, `discussion`, `minutes`, `comment`, `profile`; or `text` for a post whose text is not here.
    pub kind: String,
    /// Whose.
    pub author: String,
    /// When it was written.
    pub time: Time,
    /// The motion that asked for it, with the reason.
    pub motion: Id,
    /// Why.
    pub why: String,
    /// Whether the text has left this computer's disk.
    #[serde(default)]
    pub erased: Erased,
}
