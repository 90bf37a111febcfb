//! What a person writes. The same shapes are read from `minutes.toml` and `poll.toml`.

use serde::{Deserialize, Serialize};

/// Minutes of a meeting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinutesDraft {
    /// One line.
    pub title: String,
    /// Day of the meeting.
    pub date: String,
    /// When it began, `18:30`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub starts: String,
    /// When it ended, `21:30`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ends: String,
    /// Where.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// Who facilitated.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub facilitator: String,
    /// Who took the minutes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note_taker: String,
    /// Handles or names of those present.
    #[serde(default)]
    pub attendance: Vec<String>,
    /// Agenda items, in order. In TOML: `[[item]]`.
    #[serde(default, rename = "item", skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<AgendaItem>,
    /// What was decided. In TOML: `[[decision]]`.
    #[serde(default, rename = "decision", skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decision>,
    /// Who does what until when. In TOML: `[[action]]`.
    #[serde(default, rename = "action", skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<ActionPoint>,
    /// The next meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextMeeting>,
}

/// One point of the agenda.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgendaItem {
    /// One line.
    pub title: String,
    /// Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

/// One decision.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What was decided.
    pub text: String,
}

/// One action point.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionPoint {
    /// What is to be done.
    pub what: String,
    /// Who does it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Until which day; empty if none was set.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub due: String,
}

/// The next meeting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextMeeting {
    /// Day, empty if not yet known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// Who facilitates.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub facilitator: String,
    /// Who helps them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub co_facilitator: String,
}

/// A poll to open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PollDraft {
    /// One line.
    pub title: String,
    /// Markdown.
    #[serde(default)]
    pub description: String,
    /// When voting ends, RFC 3339.
    pub closes: String,
    /// 1 to 50 questions. In TOML: `[[question]]`.
    #[serde(default, rename = "question")]
    pub questions: Vec<QuestionDraft>,
}

/// One question: a single choice, or blank.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionDraft {
    /// Short name for scripts and ballots, unique in the poll.
    pub key: String,
    /// What is asked.
    pub text: String,
    /// 2 to 100 different options.
    pub options: Vec<String>,
}
