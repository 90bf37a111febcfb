//! What comes out of a count.

use crate::{
    ballot::Reason,
    delegate::Flow,
    digest::{Sink, Written},
    method::{Record, at},
    poll::{Bar, Fraction, Of, Question, Reach},
};
use entry::{EntryId, MemberId};
use std::{cmp::Reverse, collections::BTreeMap};

/// BLAKE3 `derive_key` context of the digest of a plain poll's outcome (kind 30). Part of the format.
pub const OUTCOME: &str = "chapterhouse 1 open poll outcome";
/// BLAKE3 `derive_key` context of any other outcome's digest. Part of the format.
pub const COUNT: &str = "chapterhouse 1 count";

/// One question's result. Votes are in parts: [`Outcome::unit`] of them are one vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// For each option, in the poll's order: its votes, approvals, score or dots; for ranked methods the votes that rank
    /// it first.
    pub options: Vec<u64>,
    /// Votes that left the question blank.
    pub blank: u64,
    /// Votes that answered it.
    pub total: u64,
    /// How it came to the verdict.
    pub record: Record,
    /// What is decided.
    pub verdict: Verdict,
}

/// What is decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// Whether anything is.
    pub state: State,
    /// The options that are ahead, in their order; chosen, if that is what [`Self::state`] says.
    pub leading: Vec<u16>,
    /// Options that are equal where not all of them can be chosen: none of them is.
    pub tied: Vec<u16>,
    /// Whether a lot had to be drawn for it.
    pub lot: bool,
}

/// Whether a question is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum State {
    /// Nobody answered it.
    #[default]
    Unanswered,
    /// It is: those ahead are chosen; for consent and consensus, it passes.
    Decided,
    /// Those ahead are chosen, but a seat is left, for which others are equal.
    Tied,
    /// No option has the votes that it needs.
    NoMajority,
    /// Somebody blocks it.
    Blocked,
    /// Too few voted.
    NoQuorum,
}

/// A counted poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Which.
    pub poll: EntryId,
    /// What was asked.
    pub asked: Vec<Question>,
    /// What part of the roll was needed.
    pub quorum: Option<Fraction>,
    /// Whether the poll is plain, and its outcome's digest that of kind 30.
    pub plain: bool,
    /// The questions' results, in the poll's order.
    pub questions: Vec<Tally>,
    /// Members whose ballot counts; where questions are answered apart, those of the question that has the most.
    pub voters: u64,
    /// Which ballot counts, for each of them; of a secret poll by tag, and so, where questions are answered apart, for each question.
    pub counted: BTreeMap<MemberId, EntryId>,
    /// Ballots in whose place a later one of the same member counts.
    pub replaced: Vec<EntryId>,
    /// Ballots that do not count, and why; by entry.
    pub not_counted: Vec<(EntryId, Reason)>,
    /// Votes given to others, and where they went.
    pub flow: Flow,
    /// How many parts one vote has.
    pub unit: u64,
    /// What the roll weighs, in parts.
    pub roll: u64,
    /// What all votes cast weigh, in parts, those given to others included; where questions are answered apart, those of the question
    /// that has the most. Of each question it is what answered it and what left it blank.
    pub cast: u64,
}

impl Verdict {
    /// So many seats for the options with the most votes, of those that have any and are eligible.
    pub fn seats(votes: &[u64], seats: u16, eligible: impl Fn(u16) -> bool) -> Self {
        let mut order: Vec<u16> = (0_u16..).take(votes.len()).collect();
        order.retain(|option| at(votes, *option) > 0 && eligible(*option));
        order.sort_by_key(|option| Reverse(at(votes, *option)));
        let mut verdict = Self::default();
        for equal in order.chunk_by(|one, other| at(votes, *one) == at(votes, *other)) {
            if verdict.leading.len() + equal.len() > usize::from(seats) {
                if verdict.leading.len() < usize::from(seats) {
                    verdict.tied = equal.to_vec();
                }
                break;
            }
            verdict.leading.extend(equal);
        }
        verdict.state = match (verdict.tied.is_empty(), verdict.leading.is_empty()) {
            (false, _) => State::Tied,
            (true, true) => State::NoMajority,
            (true, false) => State::Decided,
        };
        verdict
    }
}

impl Outcome {
    /// Whether enough voted, on every question.
    pub fn quorate(&self) -> bool {
        self.questions.iter().all(|tally| tally.verdict.state != State::NoQuorum)
    }

    /// Equal for two counts exactly when the result and the ballots behind it are. What does not count is not part of
    /// it, so that a ballot which comes too late does not make another result.
    pub fn hash(&self) -> [u8; 32] {
        if self.plain {
            return self.plain_hash();
        }
        let mut sink = Sink::new(COUNT);
        self.poll.write(&mut sink);
        sink.list(&self.asked);
        sink.perhaps(self.quorum.as_ref());
        [self.unit, self.roll, self.cast].iter().for_each(|number| number.write(&mut sink));
        sink.list(&self.questions);
        self.write_counted(&mut sink);
        self.flow.write(&mut sink);
        sink.finish()
    }

    /// As in `docs/KINDS.md`, section 7.
    fn plain_hash(&self) -> [u8; 32] {
        let mut sink = Sink::new(OUTCOME);
        sink.number(self.questions.len() as u64);
        for question in &self.questions {
            sink.list(&question.options);
            sink.number(question.blank);
            sink.number(question.total);
        }
        self.write_counted(&mut sink);
        sink.finish()
    }

    fn write_counted(&self, sink: &mut Sink) {
        // How many follow is said by this, or, where questions are answered apart, by what each of them has.
        sink.number(self.voters);
        for (member, entry) in &self.counted {
            member.write(sink);
            entry.write(sink);
        }
    }
}

impl Written for Question {
    fn write(&self, to: &mut Sink) {
        self.options.write(to);
        self.method.write(to);
    }
}

impl Written for Fraction {
    fn write(&self, to: &mut Sink) {
        self.part.write(to);
        self.whole.write(to);
    }
}

impl Written for Bar {
    fn write(&self, to: &mut Sink) {
        self.share.write(to);
        to.number(match self.reach {
            Reach::MoreThan => 0,
            Reach::AtLeast => 1,
        });
        to.number(match self.of {
            Of::Answers => 0,
            Of::Cast => 1,
            Of::Roll => 2,
            Of::ForAndAgainst => 3,
        });
    }
}

impl Written for Tally {
    fn write(&self, to: &mut Sink) {
        to.list(&self.options);
        to.number(self.blank);
        to.number(self.total);
        self.record.write(to);
        self.verdict.write(to);
    }
}

impl State {
    /// Its number in digests and archives. Part of the format.
    pub const fn number(self) -> u64 {
        match self {
            Self::Unanswered => 0,
            Self::Decided => 1,
            Self::Tied => 2,
            Self::NoMajority => 3,
            Self::Blocked => 4,
            Self::NoQuorum => 5,
        }
    }
}

impl Written for Verdict {
    fn write(&self, to: &mut Sink) {
        to.number(self.state.number());
        to.list(&self.leading);
        to.list(&self.tied);
        to.number(u64::from(self.lot));
    }
}
