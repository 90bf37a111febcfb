//! Polls: what a ballot says, how a question is decided, and what the count came to. Options are named on ballots, and
//! counted from 0 in results. Numbers of votes are in parts: [`crate::view::PollView::unit`] of them are one vote.

use crate::{Id, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An answer to one question. Options are called by their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// None. It counts as having voted.
    Blank,
    /// One option; for consent and consensus one of [`POSITIONS`].
    One(String),
    /// All options that are approved; perhaps none.
    Approve(Vec<String>),
    /// Options with their scores.
    Scores(BTreeMap<String, u16>),
    /// Options from the most preferred down; those in one list are equal.
    Ranks(Vec<Vec<String>>),
    /// Options with the dots put on them.
    Dots(BTreeMap<String, u16>),
}

impl Answer {
    /// The option, if it is one.
    pub fn one(&self) -> Option<&str> {
        match self {
            Self::One(option) => Some(option),
            _ => None,
        }
    }
}

/// Who can read the ballots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Secrecy {
    /// All members, with the voters' names.
    #[default]
    Open,
    /// Nobody before the close; then all members, with the voters' names.
    Hidden,
    /// All members, and nobody knows whose a ballot is.
    Secret,
}

impl Secrecy {
    /// Whether it is the usual one.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }
}

/// What a secret poll is to this member, and what its secrecy rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretView {
    /// Whether questions are answered apart: nobody can tell which answers to two of them are one voter's.
    #[serde(default, skip_serializing_if = "crate::draft::is_not")]
    pub apart: bool,
    /// Voters with a ballot key: those among whom each hides.
    pub voters: usize,
    /// Members on the roll without one, who cannot vote in it, by handle: the first hundred.
    pub without_key: Vec<String>,
    /// Whether they are so few that answers may tell whose they are.
    pub few: bool,
    /// What it protects from and what not, in sentences.
    pub words: Vec<String>,
    /// Why this member cannot vote in it on this computer, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barred: Option<String>,
    /// This member's ballot, or ballots, if cast on this computer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnBallotView>,
    /// Ballots that are here and do not hold: from nobody on the roll, or altered on the way.
    pub invalid: usize,
}

/// An own secret ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnBallotView {
    /// What it is found by in the count, and nobody but the voter knows to be theirs; of several, the one for the first question.
    pub ballot: Id,
    /// The how-manieth; of several, the highest number.
    pub number: u64,
    /// Whether it was found in the count; of several, whether all were.
    pub found: bool,
    /// Where it is, in a sentence.
    pub words: String,
    /// What it says, also while it is on its way; of several, all of them together. Questions left blank are left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Answer>,
    /// Where questions are answered apart: the ballot for each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<ApartView>,
}

/// An own ballot for one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApartView {
    /// The question's key.
    pub question: String,
    /// What the ballot is found by in the count.
    pub ballot: Id,
    /// Whether it was found there.
    pub found: bool,
}

/// A secret ballot in the count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedBallot {
    /// What its voter finds it by.
    pub ballot: Id,
    /// Key of the question that it is for, where questions are answered apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Question key to answer; questions left blank are left out.
    pub answers: BTreeMap<String, Answer>,
}

/// What consent and consensus ask for.
pub const POSITIONS: [&str; 4] = ["agree", "agree with reservations", "stand aside", "block"];

/// The ways to decide a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// One option each, the most votes win.
    #[default]
    Single,
    /// Any options each, the most approvals win.
    Approval,
    /// A score for each option.
    Score,
    /// Ranked, the last is eliminated round by round.
    InstantRunoff,
    /// Ranked, compared in pairs.
    Schulze,
    /// Ranked, several seats in proportion.
    Stv,
    /// Passes unless somebody blocks.
    Consent,
    /// Passes when enough agree and nobody blocks.
    Consensus,
    /// Dots put on options.
    Budget,
}

/// How a question is decided, with its settings; those that the method has not are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodView {
    /// Which way.
    pub method: Method,
    /// How many options win.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u16>,
    /// The highest score; the most options that may be approved; the most dots on one option.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u16>,
    /// How many dots each voter has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dots: Option<u16>,
    /// What the winner needs: `more than 1/2 of answers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub majority: Option<String>,
    /// What part of the answers may stand aside: `1/4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<String>,
    /// How many blocks are overruled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overruled: Option<u16>,
    /// All of it in sentences, for whoever votes: what to do, who wins, what happens when options are equal.
    pub words: Vec<String>,
}

/// Whether a question is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody answered it.
    #[default]
    Unanswered,
    /// It is: those ahead are chosen; for consent and consensus, it passes.
    Decided,
    /// A place is left for which several are equal.
    Tied,
    /// No option has what it needs.
    NoMajority,
    /// Somebody blocks it.
    Blocked,
    /// Too few voted.
    NoQuorum,
}

/// What is decided.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictView {
    /// Whether anything is.
    pub state: State,
    /// The options ahead, in their order.
    pub leading: Vec<usize>,
    /// Options that are equal where not all of them can be chosen.
    pub tied: Vec<usize>,
    /// Whether a lot had to be drawn.
    pub lot: bool,
    /// All of it in a sentence.
    pub words: String,
}

/// What it would have come to if everybody's vote weighed the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvenlyView {
    /// For each option its votes, in parts of [`Self::unit`].
    pub options: Vec<u64>,
    /// How many parts one vote has there.
    pub unit: u64,
    /// What would be decided.
    pub verdict: VerdictView,
}

/// How a count came to its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub enum Record {
    /// Of scores.
    Scores {
        /// For each option the votes that gave it a score.
        scored: Vec<u64>,
    },
    /// Of an instant runoff.
    Runoff {
        /// The rounds.
        rounds: Vec<RunoffRound>,
    },
    /// Of comparisons in pairs.
    Schulze {
        /// Row over column: votes that prefer the one to the other.
        pairs: Vec<Vec<u64>>,
        /// Row to column: votes for and against in the weakest link of the strongest path; two zeros without one.
        paths: Vec<Vec<[u64; 2]>>,
        /// The levels, best first.
        ranking: Vec<Vec<usize>>,
    },
    /// Of a transferable vote.
    Stv {
        /// The rounds.
        rounds: Vec<StvRound>,
        /// Who was elected at last because as many seats were left as options.
        remaining: Vec<usize>,
    },
    /// Of consent and consensus.
    Blocks {
        /// Blocks that stand.
        blocks: Vec<BlockView>,
        /// How many stand; more than are listed, if there are very many.
        standing: usize,
        /// Blocks that their owners lifted.
        lifted: Vec<BlockView>,
        /// What was said to other positions: the first sixty.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        concerns: Vec<ConcernView>,
    },
    /// Of a budget.
    Budget {
        /// Dots that were kept by voters who answered.
        kept: u64,
    },
}

/// How a round of a runoff ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoundEnd {
    /// These were elected.
    Elected(Vec<usize>),
    /// This one was eliminated.
    Out {
        /// Which.
        option: usize,
        /// What decided among several, in words; nothing if it alone had the fewest.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        by: String,
    },
}

/// One round of an instant runoff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunoffRound {
    /// Each option's votes; 0 for those that are out.
    pub votes: Vec<u64>,
    /// Ballots on which no option is left.
    pub exhausted: u64,
    /// How it ended.
    pub end: RoundEnd,
}

/// One round of a transferable vote. Votes are in billionths of a part; in JSON, texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StvRound {
    /// In how many steps it settled.
    pub steps: u32,
    /// What each option keeps of every vote that reaches it, in billionths.
    pub keep: Vec<u64>,
    /// Each option's votes.
    #[serde(with = "wide::list")]
    pub votes: Vec<u128>,
    /// What no option keeps.
    #[serde(with = "wide")]
    pub exhausted: u128,
    /// What an option needs.
    #[serde(with = "wide")]
    pub quota: u128,
    /// What the elected have above the quota.
    #[serde(with = "wide")]
    pub surplus: u128,
    /// How it ended.
    pub end: RoundEnd,
}

/// As what a result is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResultFormat {
    /// A table for a spreadsheet.
    Csv,
    /// All that a poll's page has, with the whole records of its counts.
    Json,
    /// All that a stranger needs to check it.
    Archive,
}

/// What a member said to a position that is no block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConcernView {
    /// The member's id.
    pub member: Id,
    /// Their handle.
    pub handle: String,
    /// The ballot's entry.
    pub entry: Id,
    /// Which of [`POSITIONS`].
    pub position: usize,
    /// What they said.
    pub reason: String,
}

/// A block: whose, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockView {
    /// The member's id.
    pub member: Id,
    /// Their handle.
    pub handle: String,
    /// The ballot's entry.
    pub entry: Id,
    /// Why.
    pub reason: String,
}

/// What part of the roll has to vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuorumView {
    /// `1/2`.
    pub share: String,
    /// Whether as much is cast.
    pub reached: bool,
}

/// A vote that weighs something else than one vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightView {
    /// The member's id.
    pub member: Id,
    /// Their handle.
    pub handle: String,
    /// How many votes: `2`, `3/2`.
    pub weight: String,
    /// Why.
    pub reason: String,
}

/// A member without a vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObserverView {
    /// The member's id.
    pub member: Id,
    /// Their handle.
    pub handle: String,
    /// Why.
    pub reason: String,
}

/// Votes that were given to others, altogether.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenView {
    /// How many members' votes.
    pub members: usize,
    /// Parts that were cast by somebody.
    pub cast: u64,
    /// Parts that ended with somebody who has not voted.
    pub not_cast: u64,
    /// Parts that were given round in a loop.
    pub looped: u64,
    /// Parts that were divided too often.
    pub too_fine: u64,
}

/// What a poll is to this member.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyVote {
    /// What their own vote weighs, in parts; 0 for whoever has none.
    pub weight: u64,
    /// Why it weighs that, or why there is none; empty for one vote.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Their latest delegation, if it gives the vote to somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gave: Option<GaveView>,
    /// What others gave to them, directly or through others, in parts.
    pub received: u64,
    /// From whom: the first hundred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub received_from: Vec<ReceivedView>,
    /// From how many.
    pub received_members: usize,
}

/// A vote of somebody else that reaches this member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedView {
    /// The member's id.
    pub member: Id,
    /// Their handle.
    pub handle: String,
    /// How much of it, in parts.
    pub parts: u64,
}

/// This member's vote, given to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GaveView {
    /// The delegation's entry.
    pub entry: Id,
    /// When.
    pub time: Time,
    /// To whom.
    pub to: Vec<PartView>,
    /// Whether it stands: whoever votes has their own vote back.
    pub stands: bool,
    /// What was cast with it, or became of it.
    pub ways: Vec<WayView>,
}

/// A part of a vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartView {
    /// The member's id.
    pub member: Id,
    /// Their handle.
    pub handle: String,
    /// How much.
    pub sixtieths: u8,
}

/// One way that a part of a vote took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayView {
    /// Through whose hands, by handle: the first twelve.
    pub via: Vec<String>,
    /// How many hands.
    pub steps: usize,
    /// How much of it, in parts.
    pub parts: u64,
    /// What became of it.
    pub fate: Fate,
    /// With whom: who cast it, or has not.
    pub with: String,
    /// What they answered with it, by question; where it was cast.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Answer>,
}

/// What became of a part of a vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It was cast.
    Cast,
    /// It ended with somebody who has not voted.
    NotCast,
    /// It was given to somebody from whom it would come back.
    Loop,
    /// It would have been divided once too often.
    TooFine,
}

/// One of those to whom a vote is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartDraft {
    /// Handle or id.
    pub member: String,
    /// Their share of the vote; of all shares together it has to be a whole number of sixtieths.
    #[serde(default = "one")]
    pub share: u32,
}

const fn one() -> u32 {
    1
}

/// A number of votes as people read it: whole, or with two decimals, rounded.
pub fn votes(parts: u128, unit: u128) -> String {
    let unit = unit.max(1);
    if parts.is_multiple_of(unit) {
        return (parts / unit).to_string();
    }
    let (whole, rest) = (parts / unit, parts % unit);
    let hundredths = (rest * 200 + unit) / (unit * 2);
    format!("{}.{:02}", whole + hundredths / 100, hundredths % 100)
}

/// Numbers that other programs' numbers cannot hold.
mod wide {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(number: &u128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }

    pub(super) mod list {
        use serde::{Deserialize, Deserializer, Serializer, de::Error};

        pub(in super::super) fn serialize<S: Serializer>(numbers: &[u128], serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(numbers.iter().map(u128::to_string))
        }

        pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u128>, D::Error> {
            let texts = Vec::<String>::deserialize(deserializer)?;
            texts.iter().map(|text| text.parse().map_err(D::Error::custom)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::votes;

    #[test]
    fn votes_are_whole_or_have_two_decimals() {
        let read = [(0, 1), (12, 1), (90, 60), (60, 60), (1, 3), (2, 3), (199, 100), (1999, 1000), (0, 0)];
        let expected = ["0", "12", "1.50", "1", "0.33", "0.67", "1.99", "2.00", "0"];
        assert_eq!(read.map(|(parts, unit)| votes(parts, unit)), expected);
    }
}
