//! Schulze's method: options are compared in pairs, and one is better than another if the strongest path of victories
//! from it is stronger than the one back. Equal ranks are allowed.

use super::{Count, Papers, Rule, add};
use crate::{
    ballot::{Answer, Misfit, ranks},
    digest::{Sink, Written},
    outcome::{State, Verdict},
    poll::Unfit,
};

/// The settings: there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schulze;

/// All that the ranking follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Row over column: the votes that prefer the one to the other.
    pub pairs: Vec<Vec<u64>>,
    /// Row to column: the strongest path.
    pub paths: Vec<Vec<Strength>>,
    /// Levels, the best first. Nothing in a level is beaten by anything in it or below; whatever is below is beaten by
    /// something above.
    pub ranking: Vec<Vec<u16>>,
}

/// How strong a victory is, or the weakest one on a path: by its votes, and among equals by how few are against. No
/// votes: there is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Strength {
    /// For.
    pub votes: u64,
    /// Against.
    pub against: u64,
}

impl Ord for Strength {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.votes.cmp(&other.votes).then(other.against.cmp(&self.against))
    }
}

impl PartialOrd for Strength {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Rule for Schulze {
    fn check(&self, _: u16) -> Result<(), fn(usize) -> Unfit> {
        Ok(())
    }

    fn fits(&self, options: u16, answer: &Answer) -> Result<(), Misfit> {
        ranks(options, answer).map(|_| ())
    }

    fn count(&self, papers: &Papers<'_>) -> Count {
        let mut first = papers.zeros::<u64>();
        for paper in &papers.papers {
            if let Answer::Ranks(ranking) = paper.answer {
                let level = ranking.levels().next().unwrap_or_default();
                level.iter().for_each(|option| add(&mut first, *option, paper.parts));
            }
        }
        let pairs = pairs(papers);
        let paths = paths(&pairs);
        let ranking = levels(&paths);
        let verdict = match ranking.first().map(Vec::as_slice) {
            None => Verdict::default(),
            Some([best]) => Verdict { state: State::Decided, leading: vec![*best], ..Verdict::default() },
            Some(best) => Verdict { state: State::Tied, tied: best.to_vec(), ..Verdict::default() },
        };
        Count { options: first, record: super::Record::Schulze(Record { pairs, paths, ranking }), verdict }
    }

    fn settings(&self, _: &mut Sink) {}
}

fn pairs(papers: &Papers<'_>) -> Vec<Vec<u64>> {
    let mut pairs: Vec<Vec<u64>> = vec![papers.zeros(); usize::from(papers.options)];
    for paper in &papers.papers {
        let Answer::Ranks(ranking) = paper.answer else { continue };
        // Options that are not ranked are equal, below all others.
        let mut level_of: Vec<u32> = vec![u32::MAX; usize::from(papers.options)];
        for (level, options) in (0..).zip(ranking.levels()) {
            for option in options {
                if let Some(place) = level_of.get_mut(usize::from(*option)) {
                    *place = level;
                }
            }
        }
        for (row, level) in pairs.iter_mut().zip(&level_of) {
            for (votes, other) in row.iter_mut().zip(&level_of) {
                if level < other {
                    *votes += paper.parts;
                }
            }
        }
    }
    pairs
}

/// Floyd and Warshall's algorithm, for the widest path.
fn paths(pairs: &[Vec<u64>]) -> Vec<Vec<Strength>> {
    let number = pairs.len();
    let get = |row: usize, column: usize| pairs.get(row).and_then(|row| row.get(column)).copied().unwrap_or_default();
    let victory = |row, column| {
        let (votes, against) = (get(row, column), get(column, row));
        if votes > against { Strength { votes, against } } else { Strength::default() }
    };
    let mut paths: Vec<Vec<Strength>> =
        (0..number).map(|row| (0..number).map(|column| victory(row, column)).collect()).collect();
    for middle in 0..number {
        let onward = paths.get(middle).cloned().unwrap_or_default();
        for (from, row) in paths.iter_mut().enumerate() {
            let there = row.get(middle).copied().unwrap_or_default();
            for (to, (strongest, on)) in row.iter_mut().zip(&onward).enumerate() {
                if from != to {
                    *strongest = (*strongest).max(there.min(*on));
                }
            }
        }
    }
    paths
}

fn levels(paths: &[Vec<Strength>]) -> Vec<Vec<u16>> {
    let get = |row: u16, column: u16| {
        paths.get(usize::from(row)).and_then(|row| row.get(usize::from(column))).copied().unwrap_or_default()
    };
    let mut left: Vec<u16> = (0_u16..).take(paths.len()).collect();
    let mut ranking = Vec::new();
    while !left.is_empty() {
        let beaten = |option: &u16| left.iter().any(|other| get(*other, *option) > get(*option, *other));
        let (below, level): (Vec<u16>, Vec<u16>) = left.iter().partition(|option| beaten(option));
        // "Better" is transitive, so somebody is always unbeaten.
        if level.is_empty() {
            break;
        }
        ranking.push(level);
        left = below;
    }
    ranking
}

impl Written for Record {
    fn write(&self, to: &mut Sink) {
        to.list(&self.pairs);
        to.list(&self.paths);
        to.list(&self.ranking);
    }
}

impl Written for Strength {
    fn write(&self, to: &mut Sink) {
        to.number(self.votes);
        to.number(self.against);
    }
}
