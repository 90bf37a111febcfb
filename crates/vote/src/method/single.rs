//! Single choice: each voter names one option, and the one with the most votes wins. With a bar it wins only when it
//! reaches that; of for and against, for wins when it does.

use super::{Count, Papers, Record, Rule, add, at};
use crate::{
    ballot::{Answer, Misfit},
    digest::Sink,
    outcome::{State, Verdict},
    poll::{Bar, Of, Unfit},
};

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Single {
    /// What the winner's votes have to come to.
    pub bar: Option<Bar>,
}

impl Rule for Single {
    fn check(&self, _: u16) -> Result<(), fn(usize) -> Unfit> {
        if self.bar.is_none_or(|bar| bar.share.is_fraction()) { Ok(()) } else { Err(Unfit::Bar) }
    }

    fn fits(&self, options: u16, answer: &Answer) -> Result<(), Misfit> {
        match answer.one() {
            None => Err(Misfit::Kind),
            Some(option) if option >= options => Err(Misfit::NoSuchOption),
            Some(_) => Ok(()),
        }
    }

    fn count(&self, papers: &Papers<'_>) -> Count {
        let mut options = papers.zeros::<u64>();
        for paper in &papers.papers {
            if let Answer::One(option) = paper.answer {
                add(&mut options, *option, paper.parts);
            }
        }
        let verdict = match self.bar {
            Some(bar) if bar.of == Of::ForAndAgainst => {
                let passes = bar.reached(at(&options, 0), papers.base(&bar, &options));
                let state = if passes { State::Decided } else { State::NoMajority };
                Verdict { state, leading: vec![0], ..Verdict::default() }
            }
            // The bar comes last: a lower one for the second does not help the first.
            bar => {
                let verdict = Verdict::seats(&options, 1, |_| true);
                let reached = |option: &u16| {
                    bar.is_none_or(|bar| bar.reached(at(&options, *option), papers.base(&bar, &options)))
                };
                if verdict.state == State::Decided && !verdict.leading.iter().all(reached) {
                    Verdict { state: State::NoMajority, ..verdict }
                } else {
                    verdict
                }
            }
        };
        Count { options, record: Record::Votes, verdict }
    }

    fn settings(&self, to: &mut Sink) {
        to.perhaps(self.bar.as_ref());
    }
}
