//! Single transferable vote for several seats by Meek's method, after the reference rule of the Proportional
//! Representation Foundation: fixed-point numbers with nine decimals, rounded so that nothing is lost unnoticed.
//!
//! An elected option keeps a share of every vote that reaches it (its *keep value*), just so much that it stays at the
//! quota; the rest of each vote goes on. When nobody reaches the quota, the last is eliminated and keeps nothing.

use super::{Count, Papers, Rule, at, seats_fit};
use crate::{
    ballot::{Answer, Misfit, ranks},
    digest::{Sink, Written},
    outcome::{State, Verdict},
    poll::Unfit,
    tie::Tie,
};
use std::{cmp::Reverse, collections::BTreeMap};

/// One vote's worth: nine decimals.
pub const ONE: u64 = 1_000_000_000;
/// When the elected have less than this in excess, a round's keep values are settled.
pub const OMEGA: u128 = 1_000;
/// In how many steps they are settled at most. The reference rule has no such bound, and no ballots are known that reach it
/// (50 seats for options with nothing but first preferences take 450).
pub const MAX_STEPS: u32 = 1_000;
/// The most seats.
pub const MAX_SEATS: u16 = 50;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stv {
    /// How many options are elected.
    pub seats: u16,
}

/// Round by round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The rounds.
    pub rounds: Vec<Round>,
    /// Who was elected at last because as many seats were left as options.
    pub remaining: Vec<u16>,
}

/// One round, as it stood when its keep values had settled. Votes are in billionths of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// In how many steps they settled.
    pub steps: u32,
    /// Each option's keep value, in billionths: of every vote that reaches it, what it keeps.
    pub keep: Vec<u64>,
    /// Each option's votes.
    pub votes: Vec<u128>,
    /// What no option keeps.
    pub exhausted: u128,
    /// What an option needs.
    pub quota: u128,
    /// What the elected have above the quota.
    pub surplus: u128,
    /// How the round ended.
    pub end: End,
}

/// How a round ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Options reached the quota; the one with the most votes first.
    Elected(Vec<u16>),
    /// An option had the fewest.
    Defeated {
        /// Which.
        option: u16,
        /// What decided among several. Options count as equal when they differ by no more than the surplus.
        by: Tie,
    },
}

impl Rule for Stv {
    fn check(&self, options: u16) -> Result<(), fn(usize) -> Unfit> {
        seats_fit(self.seats, options.min(MAX_SEATS))
    }

    fn fits(&self, options: u16, answer: &Answer) -> Result<(), Misfit> {
        if ranks(options, answer)?.is_strict() { Ok(()) } else { Err(Misfit::Equal) }
    }

    fn count(&self, papers: &Papers<'_>) -> Count {
        let (record, elected) = Meek::new(self.seats, papers).count();
        let mut first = papers.zeros::<u64>();
        for paper in &papers.papers {
            if let Answer::Ranks(ranking) = paper.answer
                && let [option, ..] = ranking.order()
            {
                super::add(&mut first, *option, paper.parts);
            }
        }
        let lot = record.rounds.iter().any(|round| matches!(round.end, End::Defeated { by: Tie::Lot, .. }));
        let verdict = Verdict { state: State::Decided, leading: elected, tied: Vec::new(), lot };
        Count { options: first, record: super::Record::Stv(record), verdict }
    }

    fn settings(&self, to: &mut Sink) {
        to.number(u64::from(self.seats));
    }
}

/// The count's state.
struct Meek<'a> {
    papers: &'a Papers<'a>,
    /// Rankings, and the parts of all who gave them.
    ballots: BTreeMap<&'a [u16], u64>,
    seats: usize,
    hopeful: Vec<u16>,
    elected: Vec<u16>,
    keep: Vec<u64>,
    rounds: Vec<Round>,
}

/// What a distribution of all votes comes to.
struct Votes {
    of: Vec<u128>,
    exhausted: u128,
    quota: u128,
}

impl<'a> Meek<'a> {
    fn new(seats: u16, papers: &'a Papers<'a>) -> Self {
        let mut ballots: BTreeMap<&[u16], u64> = BTreeMap::new();
        for paper in &papers.papers {
            if let Answer::Ranks(ranking) = paper.answer {
                *ballots.entry(ranking.order()).or_default() += paper.parts;
            }
        }
        let hopeful = if ballots.is_empty() { Vec::new() } else { (0..papers.options).collect() };
        let keep = vec![ONE; usize::from(papers.options)];
        Self { papers, ballots, seats: usize::from(seats), hopeful, elected: Vec::new(), keep, rounds: Vec::new() }
    }

    fn count(mut self) -> (Record, Vec<u16>) {
        while self.elected.len() < self.seats && self.elected.len() + self.hopeful.len() > self.seats {
            let round = self.round();
            match &round.end {
                End::Elected(options) => {
                    self.hopeful.retain(|option| !options.contains(option));
                    self.elected.extend(options);
                }
                End::Defeated { option, .. } => {
                    self.hopeful.retain(|other| other != option);
                    if let Some(keep) = self.keep.get_mut(usize::from(*option)) {
                        *keep = 0;
                    }
                }
            }
            self.rounds.push(round);
        }
        let left = self.seats.saturating_sub(self.elected.len());
        let remaining: Vec<u16> = self.hopeful.iter().copied().take(left).collect();
        self.elected.extend(&remaining);
        (Record { rounds: self.rounds, remaining }, self.elected)
    }

    fn round(&mut self) -> Round {
        let paths = self.paths();
        let mut before = None;
        let mut steps = 0;
        loop {
            steps += 1;
            let votes = self.distribute(&paths);
            let reached = self.reached(&votes);
            let over = self.elected.iter().chain(&reached).map(|option| at(&votes.of, *option));
            let quotas = votes.quota * (self.elected.len() + reached.len()) as u128;
            let surplus = over.sum::<u128>().saturating_sub(quotas);
            let settled = surplus < OMEGA || before.is_some_and(|before| surplus >= before) || steps == MAX_STEPS;
            let end = if !reached.is_empty() {
                End::Elected(reached)
            } else if settled {
                let (option, by) = self.lowest(&votes, surplus);
                End::Defeated { option, by }
            } else {
                before = Some(surplus);
                self.adjust(&votes);
                continue;
            };
            let Votes { of, exhausted, quota } = votes;
            return Round { steps, keep: self.keep.clone(), votes: of, exhausted, quota, surplus, end };
        }
    }

    /// The ways that votes take in this round: through elected options to a hopeful one, or to the end. Ballots that
    /// take the same way are counted together, which changes nothing.
    fn paths(&self) -> BTreeMap<Vec<u16>, u64> {
        let mut paths: BTreeMap<Vec<u16>, u64> = BTreeMap::new();
        let hopeful: Vec<bool> = (0..self.papers.options).map(|option| self.hopeful.contains(&option)).collect();
        for (order, parts) in &self.ballots {
            let mut path = Vec::new();
            for option in order.iter().filter(|option| at(&self.keep, **option) > 0) {
                path.push(*option);
                if at(&hopeful, *option) {
                    break;
                }
            }
            *paths.entry(path).or_default() += parts;
        }
        paths
    }

    /// Every option on a ballot's way keeps its share of what reaches it, rounded up.
    fn distribute(&self, paths: &BTreeMap<Vec<u16>, u64>) -> Votes {
        let mut of = self.papers.zeros::<u128>();
        let mut exhausted = 0;
        for (path, parts) in paths {
            let mut weight = ONE;
            for option in path {
                let kept = (weight * at(&self.keep, *option)).div_ceil(ONE);
                super::add(&mut of, *option, u128::from(kept) * u128::from(*parts));
                weight -= kept;
                if weight == 0 {
                    break;
                }
            }
            exhausted += u128::from(weight) * u128::from(*parts);
        }
        let quota = of.iter().sum::<u128>() / (self.seats as u128 + 1) + 1;
        Votes { of, exhausted, quota }
    }

    /// Who reaches the quota, the most votes first; never more than there are seats. (Rounding can make one more.)
    fn reached(&self, votes: &Votes) -> Vec<u16> {
        let mut reached: Vec<u16> =
            self.hopeful.iter().copied().filter(|option| at(&votes.of, *option) >= votes.quota).collect();
        reached.sort_by_key(|option| (Reverse(at(&votes.of, *option)), self.papers.lots.place(*option)));
        reached.truncate(self.seats - self.elected.len());
        reached
    }

    fn lowest(&self, votes: &Votes, surplus: u128) -> (u16, Tie) {
        let of = |option: &u16| at(&votes.of, *option);
        let fewest = self.hopeful.iter().map(of).min().unwrap_or_default();
        let tied: Vec<u16> = self.hopeful.iter().copied().filter(|option| of(option) <= fewest + surplus).collect();
        let earlier: Vec<&[u128]> = self.rounds.iter().map(|round| round.votes.as_slice()).collect();
        let (option, by) = self.papers.lots.eliminate(&tied, &earlier);
        // There is always a hopeful option when a round begins.
        (option.unwrap_or_default(), by)
    }

    fn adjust(&mut self, votes: &Votes) {
        for option in &self.elected {
            let (quota, own) = (votes.quota, at(&votes.of, *option));
            if let Some(keep) = self.keep.get_mut(usize::from(*option)) {
                let needed = (u128::from(*keep) * quota).div_ceil(u128::from(ONE));
                let share = (needed * u128::from(ONE)).div_ceil(own.max(1));
                *keep = u64::try_from(share).unwrap_or(ONE).min(ONE);
            }
        }
    }
}

impl Written for Record {
    fn write(&self, to: &mut Sink) {
        to.list(&self.rounds);
        to.list(&self.remaining);
    }
}

impl Written for Round {
    fn write(&self, to: &mut Sink) {
        to.number(u64::from(self.steps));
        to.list(&self.keep);
        to.list(&self.votes);
        [self.exhausted, self.quota, self.surplus].into_iter().for_each(|votes| to.wide(votes));
        match &self.end {
            End::Elected(options) => {
                to.number(0);
                to.list(options);
            }
            End::Defeated { option, by } => {
                to.number(1);
                option.write(to);
                by.write(to);
            }
        }
    }
}
