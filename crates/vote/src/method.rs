//! The ways to decide a question. Each is a module with its settings, what answers fit it, and its count; to add one,
//! write such a module (look at [`approval`]), and name it in [`Method`], and in [`Record`] if it has more to tell than
//! votes. All count in whole parts of votes.

pub mod approval;
pub mod budget;
pub mod consensus;
pub mod runoff;
pub mod schulze;
pub mod score;
pub mod single;
pub mod stv;

pub use approval::Approval;
pub use budget::Budget;
pub use consensus::{Consensus, Consent};
pub use runoff::Runoff;
pub use schulze::Schulze;
pub use score::Score;
pub use single::Single;
pub use stv::Stv;

use crate::{
    ballot::{Answer, Misfit},
    digest::{Sink, Written},
    outcome::Verdict,
    poll::{Bar, Of, Unfit},
    tie::Lots,
};
use entry::{EntryId, MemberId};

/// How a question is decided, with its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// One option each; the most votes win.
    Single(Single),
    /// Any options each; the most approvals win.
    Approval(Approval),
    /// A score for each option; the highest sum wins.
    Score(Score),
    /// Ranked; the last is eliminated and its votes move on, until one has a majority.
    Runoff(Runoff),
    /// Ranked; compared in pairs (Schulze's method).
    Schulze(Schulze),
    /// Ranked, for several seats in proportion (single transferable vote by Meek's method).
    Stv(Stv),
    /// Passes unless somebody objects.
    Consent(Consent),
    /// Passes when enough agree and nobody blocks.
    Consensus(Consensus),
    /// Dots put on options.
    Budget(Budget),
}

/// What a method has to know and do.
pub trait Rule {
    /// Whether the settings make sense for so many options; if not, why, for the question's place.
    fn check(&self, options: u16) -> Result<(), fn(usize) -> Unfit>;
    /// Whether an answer that is not blank can be counted.
    fn fits(&self, options: u16, answer: &Answer) -> Result<(), Misfit>;
    /// Counts answers that fit. When there are none, the verdict does not matter: the question is unanswered.
    fn count(&self, papers: &Papers<'_>) -> Count;
    /// The settings' canonical bytes.
    fn settings(&self, to: &mut Sink);
}

/// One question's answers, of the ballots that count.
#[derive(Debug)]
pub struct Papers<'a> {
    /// How many options there are.
    pub options: u16,
    /// Those that answer the question.
    pub papers: Vec<Paper<'a>>,
    /// Answers of ballots in whose place a later one of the same voter counts.
    pub replaced: Vec<Paper<'a>>,
    /// What all votes cast weigh together, blanks included, in parts.
    pub cast: u64,
    /// What the roll weighs, in the same parts.
    pub roll: u64,
    /// How ties are broken where they have to be.
    pub lots: Lots,
}

/// An answer, and what it weighs.
#[derive(Debug, Clone, Copy)]
pub struct Paper<'a> {
    /// Whose it is.
    pub voter: MemberId,
    /// The ballot that it is on.
    pub ballot: EntryId,
    /// Its weight in parts, with what was given to the voter by others.
    pub parts: u64,
    /// What it says.
    pub answer: &'a Answer,
}

/// What a method's count comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// For each option what the method counts for it.
    pub options: Vec<u64>,
    /// How it came to the verdict.
    pub record: Record,
    /// What is decided, before the quorum.
    pub verdict: Verdict,
}

/// What can be told of a count besides the votes of each option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// Nothing.
    Votes,
    /// Of scores.
    Scores(score::Record),
    /// Of a runoff.
    Runoff(runoff::Record),
    /// Of comparisons in pairs.
    Schulze(schulze::Record),
    /// Of a transferable vote.
    Stv(stv::Record),
    /// Of consent or consensus.
    Consensus(consensus::Record),
    /// Of a budget.
    Budget(budget::Record),
}

impl Method {
    /// One option each, the most votes win, whatever they are.
    pub const SINGLE: Self = Self::Single(Single { bar: None });

    /// The method itself, and its number in the format.
    fn numbered(&self) -> (u64, &dyn Rule) {
        match self {
            Self::Single(rule) => (0, rule),
            Self::Approval(rule) => (1, rule),
            Self::Score(rule) => (2, rule),
            Self::Runoff(rule) => (3, rule),
            Self::Schulze(rule) => (4, rule),
            Self::Stv(rule) => (5, rule),
            Self::Consent(rule) => (6, rule),
            Self::Consensus(rule) => (7, rule),
            Self::Budget(rule) => (8, rule),
        }
    }

    /// The method itself.
    pub fn rule(&self) -> &dyn Rule {
        self.numbered().1
    }
}

impl Papers<'_> {
    /// What the answers that are not blank weigh.
    pub fn answered(&self) -> u64 {
        self.papers.iter().map(|paper| paper.parts).sum()
    }

    /// What a bar is a share of.
    pub fn base(&self, bar: &Bar, votes: &[u64]) -> u64 {
        match bar.of {
            Of::Answers => self.answered(),
            Of::Cast => self.cast,
            Of::Roll => self.roll,
            Of::ForAndAgainst => votes.iter().take(2).sum(),
        }
    }

    /// One number for each option, zero.
    pub(crate) fn zeros<N: Clone + Default>(&self) -> Vec<N> {
        vec![N::default(); usize::from(self.options)]
    }
}

/// Whether a bar is one that a method without for and against can have.
pub(crate) fn bar_fits(bar: Option<&Bar>) -> Result<(), fn(usize) -> Unfit> {
    match bar {
        Some(bar) if !bar.share.is_fraction() || bar.of == Of::ForAndAgainst => Err(Unfit::Bar),
        _ => Ok(()),
    }
}

/// Whether there can be so many seats.
pub(crate) fn seats_fit(seats: u16, options: u16) -> Result<(), fn(usize) -> Unfit> {
    if seats == 0 || seats > options { Err(Unfit::Seats) } else { Ok(()) }
}

/// The number at an option's place.
pub(crate) fn at<N: Copy + Default>(numbers: &[N], option: u16) -> N {
    numbers.get(usize::from(option)).copied().unwrap_or_default()
}

/// Adds to the number at an option's place.
pub(crate) fn add<N: std::ops::AddAssign>(numbers: &mut [N], option: u16, more: N) {
    // Answers are counted only when they fit: the option is there.
    if let Some(number) = numbers.get_mut(usize::from(option)) {
        *number += more;
    }
}

impl Written for Method {
    fn write(&self, to: &mut Sink) {
        let (number, rule) = self.numbered();
        to.number(number);
        rule.settings(to);
    }
}

impl Written for Record {
    fn write(&self, to: &mut Sink) {
        match self {
            Self::Votes => {}
            Self::Scores(record) => record.write(to),
            Self::Runoff(record) => record.write(to),
            Self::Schulze(record) => record.write(to),
            Self::Stv(record) => record.write(to),
            Self::Consensus(record) => record.write(to),
            Self::Budget(record) => record.write(to),
        }
    }
}
