//! How a poll is opened whose ballots are hidden until the close.

use crate::{Id, Time, poll::Answer};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What there is of a hidden poll, for whoever looks at it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningView {
    /// Where it stands.
    pub stage: OpeningStage,
    /// How many tellers open it together.
    pub need: usize,
    /// How many tellers' computers have seen it, so that ballots can be sealed for them.
    pub keys: usize,
    /// How many gave their keys after the close.
    pub secrets: usize,
    /// Members whose ballots are in.
    pub ballots: usize,
    /// Ballots that are not open yet, of those that may be.
    pub waiting: usize,
    /// Ballots that nobody can open any more.
    #[serde(default)]
    pub lost: usize,
    /// What is to be known before anything else, in a sentence: that nobody can open it if one teller is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// The tellers.
    pub tellers: Vec<OpenerView>,
    /// All of it in sentences, and what it protects from and what not.
    pub words: Vec<String>,
    /// What this member voted on this computer, until it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnVoteView>,
}

/// Where a hidden poll stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpeningStage {
    /// It is open for votes, by this computer's clock.
    #[default]
    Hidden,
    /// It is over, and most tellers have not closed it yet.
    Closing,
    /// It is closed, and tellers' keys are missing.
    Waiting,
    /// There is a result.
    Open,
    /// Nothing that is in can be opened any more: there is no result, and none will be.
    Lost,
}

/// A teller of a hidden poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenerView {
    /// The member's id.
    pub member: Id,
    /// Their handle.
    pub handle: String,
    /// Whether ballots can be sealed for them.
    pub key: bool,
    /// Whether they gave their key.
    pub secret: bool,
    /// When, if that was before the poll was closed: by that, others could read ballots early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early: Option<Time>,
}

/// What this member voted in a hidden poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnVoteView {
    /// Question key to answer; questions left blank are left out.
    pub answers: BTreeMap<String, Answer>,
    /// The ballot's entry, once it is cast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ballot: Option<Id>,
    /// Where it is, in a sentence.
    pub words: String,
}
