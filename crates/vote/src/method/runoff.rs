//! Instant runoff: each ballot counts for the highest of its options that is still in. Whoever has more than half of
//! these votes wins; else the option with the fewest is eliminated, and its ballots move on.

use super::{Count, Papers, Rule, add, at, bar_fits};
use crate::{
    ballot::{Answer, Misfit, ranks},
    digest::{Sink, Written},
    outcome::{State, Verdict},
    poll::{Bar, Unfit},
    tie::Tie,
};

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runoff {
    /// What the winner's votes of the last round have to come to.
    pub bar: Option<Bar>,
}

/// Round by round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The rounds.
    pub rounds: Vec<Round>,
}

/// One round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Each option's votes; none for those that are out.
    pub votes: Vec<u64>,
    /// Ballots on which no option is left that is still in.
    pub exhausted: u64,
    /// How it ended.
    pub end: End,
}

/// How a round ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// An option has more than half of the votes that are not exhausted, or is the only one left.
    Elected(u16),
    /// An option had the fewest.
    Eliminated {
        /// Which.
        option: u16,
        /// What decided among several.
        by: Tie,
    },
}

impl Rule for Runoff {
    fn check(&self, _: u16) -> Result<(), fn(usize) -> Unfit> {
        bar_fits(self.bar.as_ref())
    }

    fn fits(&self, options: u16, answer: &Answer) -> Result<(), Misfit> {
        if ranks(options, answer)?.is_strict() { Ok(()) } else { Err(Misfit::Equal) }
    }

    fn count(&self, papers: &Papers<'_>) -> Count {
        let record = rounds(papers);
        let first = record.rounds.first().map_or_else(|| papers.zeros(), |round| round.votes.clone());
        let winner = record.rounds.last().and_then(|last| match last.end {
            End::Elected(option) => Some((option, at(&last.votes, option))),
            End::Eliminated { .. } => None,
        });
        let verdict = match winner {
            None => Verdict::default(),
            Some((option, votes)) => {
                let reached = self.bar.is_none_or(|bar| bar.reached(votes, papers.base(&bar, &first)));
                let state = if reached { State::Decided } else { State::NoMajority };
                let lot = |round: &Round| matches!(round.end, End::Eliminated { by: Tie::Lot, .. });
                Verdict { state, leading: vec![option], tied: Vec::new(), lot: record.rounds.iter().any(lot) }
            }
        };
        Count { options: first, record: super::Record::Runoff(record), verdict }
    }

    fn settings(&self, to: &mut Sink) {
        to.perhaps(self.bar.as_ref());
    }
}

/// A ballot: what is left of its ranking, the one it counts for first.
struct Pile<'a> {
    left: &'a [u16],
    parts: u64,
}

fn rounds(papers: &Papers<'_>) -> Record {
    let mut rounds: Vec<Round> = Vec::new();
    let mut votes = papers.zeros::<u64>();
    let mut piles: Vec<Vec<Pile<'_>>> = (0..papers.options).map(|_| Vec::new()).collect();
    let mut hopeful: Vec<u16> = if papers.papers.is_empty() { Vec::new() } else { (0..papers.options).collect() };
    let mut exhausted = 0;
    for paper in &papers.papers {
        if let Answer::Ranks(ranking) = paper.answer
            && let [first, ..] = ranking.order()
        {
            add(&mut votes, *first, paper.parts);
            if let Some(pile) = piles.get_mut(usize::from(*first)) {
                pile.push(Pile { left: ranking.order(), parts: paper.parts });
            }
        }
    }
    while !hopeful.is_empty() {
        let of = |option: &u16| at(&votes, *option);
        let all: u64 = hopeful.iter().map(of).sum();
        let won = hopeful.iter().find(|option| hopeful.len() == 1 || of(option) * 2 > all);
        if let Some(option) = won {
            rounds.push(Round { votes: votes.clone(), exhausted, end: End::Elected(*option) });
            break;
        }
        let fewest = hopeful.iter().map(of).min().unwrap_or_default();
        let last: Vec<u16> = hopeful.iter().copied().filter(|option| of(option) == fewest).collect();
        let earlier: Vec<&[u64]> = rounds.iter().map(|round| round.votes.as_slice()).collect();
        let (Some(option), by) = papers.lots.eliminate(&last, &earlier) else { break };
        rounds.push(Round { votes: votes.clone(), exhausted, end: End::Eliminated { option, by } });
        hopeful.retain(|other| *other != option);
        if let Some(votes) = votes.get_mut(usize::from(option)) {
            *votes = 0;
        }
        for pile in piles.get_mut(usize::from(option)).map(std::mem::take).unwrap_or_default() {
            let next = pile.left.iter().position(|option| hopeful.contains(option));
            match next.and_then(|next| pile.left.get(next..)) {
                Some(left @ [first, ..]) => {
                    add(&mut votes, *first, pile.parts);
                    if let Some(onto) = piles.get_mut(usize::from(*first)) {
                        onto.push(Pile { left, parts: pile.parts });
                    }
                }
                _ => exhausted += pile.parts,
            }
        }
    }
    Record { rounds }
}

impl Record {
    /// What moved at the end of a round (counted from 0): to which option how much, and how much was exhausted. Nothing
    /// moves at the end of the last.
    pub fn moved(&self, round: usize) -> (Vec<(u16, u64)>, u64) {
        let Some((before, after)) = self.rounds.get(round).zip(self.rounds.get(round + 1)) else {
            return (Vec::new(), 0);
        };
        let gains = (0_u16..).zip(before.votes.iter().zip(&after.votes));
        let to = gains.filter_map(|(option, (before, after))| Some((option, after.checked_sub(*before)?)));
        (to.filter(|(_, gain)| *gain > 0).collect(), after.exhausted - before.exhausted)
    }
}

impl Written for Record {
    fn write(&self, to: &mut Sink) {
        to.list(&self.rounds);
    }
}

impl Written for Round {
    fn write(&self, to: &mut Sink) {
        to.list(&self.votes);
        to.number(self.exhausted);
        match &self.end {
            End::Elected(option) => {
                to.number(0);
                option.write(to);
            }
            End::Eliminated { option, by } => {
                to.number(1);
                option.write(to);
                by.write(to);
            }
        }
    }
}
