//! What a person writes. The same shapes are read from `minutes.toml` and `poll.toml`.

use crate::people::{Role, RulesView};
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

/// A motion: what the chapter should do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MotionDraft {
    /// What.
    #[serde(flatten)]
    pub measure: Measure,
    /// Why. Markdown; may be empty.
    #[serde(default)]
    pub why: String,
    /// When voting ends, RFC 3339; as early as the rules allow if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes: Option<String>,
}

/// What a chapter can do by decision. A member is named by handle or id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "measure", rename_all = "kebab-case")]
pub enum Measure {
    /// Give itself other rules.
    Rules {
        /// All of them.
        rules: Box<RulesView>,
    },
    /// Remove a member.
    Remove {
        /// Whom.
        member: String,
    },
    /// Give a member a task.
    Give {
        /// The task.
        role: Role,
        /// Who does it.
        member: String,
        /// Until when, RFC 3339.
        until: String,
    },
    /// Take a task back.
    Recall {
        /// The task.
        role: Role,
        /// Who did it.
        member: String,
    },
    /// Hide what somebody wrote.
    Hide {
        /// Its entry.
        entry: String,
    },
}

/// What a member says of themself. Everything but the handle may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What the others call them.
    pub handle: String,
    /// Languages.
    #[serde(default)]
    pub languages: Vec<String>,
    /// About themself. Markdown.
    #[serde(default)]
    pub about: String,
    /// How to reach them outside of the chapter.
    #[serde(default)]
    pub contact: String,
    /// What they like about the chapter.
    #[serde(default)]
    pub testimonial: String,
    /// A small picture (PNG, JPEG or WebP, at most 24 KiB), in base64.
    #[serde(default)]
    pub picture: String,
}
