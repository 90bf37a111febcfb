//! Score: each voter gives options scores from 0 up, and those with the highest sums win. An option without a score has
//! 0 from that voter, so nobody wins by being known to few.

use super::{Count, Papers, Rule, add, at, bar_fits, seats_fit};
use crate::{
    ballot::{Answer, Misfit, ascending},
    digest::{Sink, Written},
    outcome::Verdict,
    poll::{Bar, Unfit},
};

/// The highest score there can be.
pub const MAX_SCORE: u16 = 1000;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// The highest score.
    pub max: u16,
    /// How many options win.
    pub seats: u16,
    /// What a winner's sum has to come to, of the highest sum that the bar's votes could give.
    pub bar: Option<Bar>,
}

/// What can be told besides the sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// For each option the votes that gave it a score, 0 included.
    pub scored: Vec<u64>,
}

impl Rule for Score {
    fn check(&self, options: u16) -> Result<(), fn(usize) -> Unfit> {
        if self.max == 0 || self.max > MAX_SCORE {
            return Err(Unfit::Max);
        }
        seats_fit(self.seats, options)?;
        bar_fits(self.bar.as_ref())
    }

    fn fits(&self, options: u16, answer: &Answer) -> Result<(), Misfit> {
        let Answer::Scores(scores) = answer else { return Err(Misfit::Kind) };
        ascending(options, scores.iter().map(|(option, _)| *option))?;
        if scores.is_empty() {
            return Err(Misfit::Empty);
        }
        if scores.iter().any(|(_, score)| *score > self.max) { Err(Misfit::Score) } else { Ok(()) }
    }

    fn count(&self, papers: &Papers<'_>) -> Count {
        let (mut options, mut scored) = (papers.zeros::<u64>(), papers.zeros::<u64>());
        for paper in &papers.papers {
            if let Answer::Scores(scores) = paper.answer {
                for (option, score) in scores {
                    add(&mut options, *option, paper.parts * u64::from(*score));
                    add(&mut scored, *option, paper.parts);
                }
            }
        }
        let bar = self.bar.map(|bar| (bar, papers.base(&bar, &options) * u64::from(self.max)));
        let reached = |option| bar.is_none_or(|(bar, base)| bar.reached(at(&options, option), base));
        let verdict = Verdict::seats(&options, self.seats, reached);
        Count { options, record: super::Record::Scores(Record { scored }), verdict }
    }

    fn settings(&self, to: &mut Sink) {
        to.number(u64::from(self.max));
        to.number(u64::from(self.seats));
        to.perhaps(self.bar.as_ref());
    }
}

impl Written for Record {
    fn write(&self, to: &mut Sink) {
        to.list(&self.scored);
    }
}
