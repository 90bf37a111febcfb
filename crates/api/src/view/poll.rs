//! A poll as it is shown, with its totals.

use super::entries::{CommentView, EntryHead, Share};
use crate::{
    Id, Time,
    closing::{ClosingView, CountsView, SetAside},
    poll::{
        Answer, CountedBallot, EvenlyView, GivenView, MethodView, MyVote, ObserverView, QuorumView, Record, SecretView,
        VerdictView, WeightView,
    },
    proposal::ProposedView,
};
use serde::{Deserialize, Serialize};

/// Whether a poll takes votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PollState {
    /// By this computer's clock, before its close.
    Open,
    /// After it.
    Closed,
}

/// A poll with its totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollView {
    /// Entry (the poll's id), author, time, share.
    #[serde(flatten)]
    pub head: EntryHead,
    /// Title.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// Open or closed.
    pub state: PollState,
    /// When voting ends.
    pub closes: Time,
    /// Members on the roll.
    pub roll: usize,
    /// Members whose ballot counts.
    pub voters: usize,
    /// Whether this member is on the roll.
    pub on_roll: bool,
    /// The questions with their totals, in the poll's order.
    pub questions: Vec<QuestionView>,
    /// This member's own ballot that counts, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<MyBallot>,
    /// Who voted, by handle: the first thousand.
    pub voted: Vec<String>,
    /// Ballots and votes given to others that are here and not counted, with the reason: the first two hundred.
    pub not_counted: Vec<NotCounted>,
    /// How many these are.
    #[serde(default)]
    pub not_counted_all: usize,
    /// The same and those that later ones replaced, by the reason.
    #[serde(default)]
    pub aside: SetAside,
    /// Whether it is a poll of single choices that the most votes win, everybody with one vote. Of all others, see what
    /// follows.
    #[serde(default)]
    pub plain: bool,
    /// How many parts one vote has.
    #[serde(default)]
    pub unit: u64,
    /// What the roll weighs, in parts.
    #[serde(default)]
    pub roll_weight: u64,
    /// What all votes cast weigh, in parts, those given to others included.
    #[serde(default)]
    pub cast: u64,
    /// What part of the roll has to vote, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<QuorumView>,
    /// Whether votes can be given to others.
    #[serde(default)]
    pub delegation: bool,
    /// Whose votes weigh something else than one vote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<WeightView>,
    /// Members without a vote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observers: Vec<ObserverView>,
    /// Votes that were given to others, if they can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<GivenView>,
    /// What it is to this member.
    #[serde(default)]
    pub my_vote: MyVote,
    /// What there is to know of it, if its ballots are secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretView>,
    /// How it is opened, if its ballots are hidden until the close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<crate::opening::OpeningView>,
    /// All secret ballots that count, by what their voters find them by: the first thousand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ballots: Vec<CountedBallot>,
    /// Its tellers, if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<ClosingView>,
    /// Who counted it, once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<CountsView>,
    /// The proposal that it was, if it stood proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<ProposedView>,
    /// Digest of the result: equal on two computers exactly when they count the same.
    pub result_hash: String,
    /// The same as six words, for two people to read to each other.
    pub result_words: String,
    /// In the order to show.
    pub comments: Vec<CommentView>,
}

impl PollView {
    /// Why there is no result yet, if its ballots are hidden and not open.
    pub fn sealed(&self) -> Option<&str> {
        let opening = self.opening.as_ref().filter(|opening| opening.stage != crate::opening::OpeningStage::Open)?;
        Some(opening.words.first().map_or("Hidden until the close.", String::as_str))
    }

    /// What a result is worth that no teller closes, once voting is over.
    pub fn by_dates(&self) -> Option<&'static str> {
        let over = self.state == PollState::Closed && self.closing.is_none();
        over.then_some(
            "This poll has no tellers: the dates in the ballots decide which of them count. One that arrives later, with a date \
             from before the close, still changes the result.",
        )
    }

    /// What this member is told of a vote of theirs that came and is not counted.
    pub fn own_not_counted(&self) -> Option<String> {
        let own = self.not_counted.iter().find(|ballot| ballot.own && !ballot.delegation)?;
        let which =
            if self.mine.is_some() { "Another vote of yours is not counted" } else { "Your vote is not counted" };
        Some(format!("{which}: {}.", own.reason))
    }
}

/// This member's ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyBallot {
    /// The ballot's entry.
    pub entry: Id,
    /// When it was cast.
    pub time: Time,
    /// Question key to answer; questions left blank are left out.
    pub answers: std::collections::BTreeMap<String, Answer>,
    /// Question key to why, where this member said it.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub reasons: std::collections::BTreeMap<String, String>,
    /// Where the ballot is.
    pub share: Share,
    /// Tellers who said that they have seen it, by handle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen_by: Vec<String>,
}

/// A ballot, or a vote given to others, that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotCounted {
    /// Its entry.
    pub entry: Id,
    /// Whether it gives a vote to others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub delegation: bool,
    /// Whose it is.
    pub author: String,
    /// Whether it is this member's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// Why, in a sentence.
    pub reason: String,
}

/// One question's totals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionView {
    /// Key.
    pub key: String,
    /// What is asked.
    pub text: String,
    /// In the poll's order.
    pub options: Vec<OptionView>,
    /// Votes that left this question blank.
    pub blank: u64,
    /// Votes that answer it; where one option is chosen, the sum of `votes`.
    pub total: u64,
    /// How it is decided.
    #[serde(default)]
    pub method: MethodView,
    /// What is decided.
    #[serde(default)]
    pub verdict: VerdictView,
    /// Where a runoff may have to draw a lot: the options, first drawn first. Of those equal, the last is out. It is
    /// fixed since the poll was opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<usize>,
    /// How the count came to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// Whether it is too long for this page: `Command::ShowCount` has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub record_left_out: bool,
    /// Where votes weigh differently, what it would have come to otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evenly: Option<EvenlyView>,
}

/// One option's votes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionView {
    /// Its text.
    pub name: String,
    /// Its votes, approvals, score or dots; where options are ranked, the votes that rank it first.
    pub votes: u64,
}
