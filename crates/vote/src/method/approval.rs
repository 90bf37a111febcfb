//! Approval: each voter names any options, and those with the most approvals win.

use super::{Count, Papers, Record, Rule, add, at, bar_fits, seats_fit};
use crate::{
    ballot::{Answer, Misfit, ascending},
    digest::Sink,
    outcome::Verdict,
    poll::{Bar, Unfit},
};

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// How many options a voter may approve, at most.
    pub max: u16,
    /// How many options win.
    pub seats: u16,
    /// What a winner's approvals have to come to.
    pub bar: Option<Bar>,
}

impl Rule for Approval {
    fn check(&self, options: u16) -> Result<(), fn(usize) -> Unfit> {
        if self.max == 0 || self.max > options {
            return Err(Unfit::Max);
        }
        seats_fit(self.seats, options)?;
        bar_fits(self.bar.as_ref())
    }

    fn fits(&self, options: u16, answer: &Answer) -> Result<(), Misfit> {
        let Answer::Approved(approved) = answer else { return Err(Misfit::Kind) };
        ascending(options, approved.iter().copied())?;
        if approved.len() > usize::from(self.max) { Err(Misfit::TooMany) } else { Ok(()) }
    }

    fn count(&self, papers: &Papers<'_>) -> Count {
        let mut options = papers.zeros::<u64>();
        for paper in &papers.papers {
            if let Answer::Approved(approved) = paper.answer {
                approved.iter().for_each(|option| add(&mut options, *option, paper.parts));
            }
        }
        let bar = self.bar.map(|bar| (bar, papers.base(&bar, &options)));
        let reached = |option| bar.is_none_or(|(bar, base)| bar.reached(at(&options, option), base));
        let verdict = Verdict::seats(&options, self.seats, reached);
        Count { options, record: Record::Votes, verdict }
    }

    fn settings(&self, to: &mut Sink) {
        to.number(u64::from(self.max));
        to.number(u64::from(self.seats));
        to.perhaps(self.bar.as_ref());
    }
}
