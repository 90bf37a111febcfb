//! Budget: each voter has so many dots and puts them on options, perhaps at most so many on one. Dots may be kept.

use super::{Count, Papers, Rule, add, seats_fit};
use crate::{
    ballot::{Answer, Misfit, ascending},
    digest::{Sink, Written},
    outcome::Verdict,
    poll::Unfit,
};

/// The most dots there can be.
pub const MAX_DOTS: u16 = 1000;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// How many dots each voter has.
    pub dots: u16,
    /// How many a voter may put on one option, at most.
    pub max: u16,
    /// How many options win; without, the dots themselves are the result, and every option with a dot is in it.
    pub seats: Option<u16>,
}

/// What can be told besides the dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Dots that were kept by voters who answered.
    pub kept: u64,
}

impl Rule for Budget {
    fn check(&self, options: u16) -> Result<(), fn(usize) -> Unfit> {
        if self.max == 0 || self.max > self.dots || self.dots > MAX_DOTS {
            return Err(Unfit::Max);
        }
        self.seats.map_or(Ok(()), |seats| seats_fit(seats, options))
    }

    fn fits(&self, options: u16, answer: &Answer) -> Result<(), Misfit> {
        let Answer::Dots(dots) = answer else { return Err(Misfit::Kind) };
        ascending(options, dots.iter().map(|(option, _)| *option))?;
        if dots.is_empty() {
            return Err(Misfit::Empty);
        }
        let all: u64 = dots.iter().map(|(_, dots)| u64::from(*dots)).sum();
        let each = |(_, dots): &(u16, u16)| (1..=self.max).contains(dots);
        if all > u64::from(self.dots) || !dots.iter().all(each) { Err(Misfit::Dots) } else { Ok(()) }
    }

    fn count(&self, papers: &Papers<'_>) -> Count {
        let mut options = papers.zeros::<u64>();
        for paper in &papers.papers {
            if let Answer::Dots(dots) = paper.answer {
                dots.iter().for_each(|(option, dots)| add(&mut options, *option, paper.parts * u64::from(*dots)));
            }
        }
        let kept = papers.answered() * u64::from(self.dots) - options.iter().sum::<u64>();
        let verdict = Verdict::seats(&options, self.seats.unwrap_or(papers.options), |_| true);
        Count { options, record: super::Record::Budget(Record { kept }), verdict }
    }

    fn settings(&self, to: &mut Sink) {
        to.number(u64::from(self.dots));
        to.number(u64::from(self.max));
        to.perhaps(self.seats.as_ref());
    }
}

impl Written for Record {
    fn write(&self, to: &mut Sink) {
        to.number(self.kept);
    }
}
