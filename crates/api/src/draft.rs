//! What a person writes. The same shapes are read from `minutes.toml` and `poll.toml`.

use crate::{
    people::{Role, RulesView},
    poll::Method,
    poll::Secrecy,
};
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
    /// When voting ends, RFC 3339. Or else, how long it is open:
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub closes: String,
    /// For so long from its opening on: `3 days`, `36 hours`, `2 weeks`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub open_for: String,
    /// 1 to 50 questions. In TOML: `[[question]]`.
    #[serde(default, rename = "question")]
    pub questions: Vec<QuestionDraft>,
    /// Who can read the ballots: `open`, `hidden` until the close, or `secret`.
    #[serde(default, skip_serializing_if = "Secrecy::is_open")]
    pub secrecy: Secrecy,
    /// In a secret poll with two or more questions: each is answered by itself, so that nobody can tell which answers to two of them
    /// are one voter's.
    #[serde(default, skip_serializing_if = "is_not")]
    pub apart: bool,
    /// The part of the roll that has to vote for anything to be decided: `1/2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<String>,
    /// Whether members may give their votes to others.
    #[serde(default)]
    pub delegation: bool,
    /// Whose votes weigh something else than one vote. In TOML: `[[weight]]`.
    #[serde(default, rename = "weight", alias = "weights", skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<WeightDraft>,
    /// Members without a vote. In TOML: `[[observer]]`.
    #[serde(default, rename = "observer", alias = "observers", skip_serializing_if = "Vec::is_empty")]
    pub observers: Vec<ObserverDraft>,
    /// Members with the task of a teller, by handle or id, who say which votes were there in time. Left out: all who have
    /// that task until the close; an empty list: nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tellers: Option<Vec<String>>,
}

/// What a member's vote weighs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightDraft {
    /// Handle or id.
    pub member: String,
    /// How many votes: `2`, `3/2`, `1.5`.
    #[serde(deserialize_with = "text_or_number")]
    pub weight: String,
    /// Why. One line.
    pub reason: String,
}

/// A member without a vote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObserverDraft {
    /// Handle or id.
    pub member: String,
    /// Why. One line.
    pub reason: String,
}

pub(crate) const fn is_not(flag: &bool) -> bool {
    !*flag
}

/// A number in a file needs no quotes.
fn text_or_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a weight is a number of votes: 2, 1.5 or \"3/2\"")]
    enum Either {
        Number(u64),
        Decimals(f64),
        Text(String),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Number(number) => number.to_string(),
        // Only to be read again, digit by digit: nothing is ever counted with it.
        Either::Decimals(number) => number.to_string(),
        Either::Text(text) => text,
    })
}

/// One question, which can always be left blank. Settings that its method has not are refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionDraft {
    /// Short name for scripts and ballots, unique in the poll.
    pub key: String,
    /// What is asked.
    pub text: String,
    /// 2 to 100 different options; none for consent and consensus, which have positions of their own.
    #[serde(default)]
    pub options: Vec<String>,
    /// How it is decided.
    #[serde(default)]
    pub method: Method,
    /// How many options win: approval and score (1 if left out), STV, budget (without, the dots are the result).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u16>,
    /// Score: the highest. Approval: how many options may be approved (all if left out). Budget: the most dots on one
    /// option (all of them if left out).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u16>,
    /// Budget: how many dots each voter has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dots: Option<u16>,
    /// What the winner needs: `1/2` (more than that), `at least 2/3 of roll`, `more than 1/2 of for and against`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub majority: Option<String>,
    /// Consensus: the part of the answers that may stand aside at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<String>,
    /// Consensus: how many blocks are overruled (none if left out).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overruled: Option<u16>,
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
    /// Adopt a new text of the statement that newcomers agree to; the other rules stay.
    Statement {
        /// All of it. Markdown.
        text: String,
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
