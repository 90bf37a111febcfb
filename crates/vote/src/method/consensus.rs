//! Consent and consensus: each voter takes one of four positions towards a proposal. A block is an objection with an
//! owner, who lifts it by casting another ballot; its reason is in the ballot's entry.

use super::{Count, Papers, Rule, add, at, bar_fits};
use crate::{
    ballot::{Answer, Misfit},
    digest::{Sink, Written},
    outcome::{State, Verdict},
    poll::{Bar, Fraction, Unfit},
};
use entry::{EntryId, MemberId};
use std::collections::BTreeMap;

/// The positions, in the order of the question's options.
pub const POSITIONS: u16 = 4;
/// For it.
pub const AGREE: u16 = 0;
/// For it, with reservations.
pub const RESERVATIONS: u16 = 1;
/// Not for it, and not in its way.
pub const ASIDE: u16 = 2;
/// Against it, for a reason that has to be dealt with.
pub const BLOCK: u16 = 3;

/// Consent: it passes when somebody agrees and nobody blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent;

/// Consensus: it passes when enough agree, few enough stand aside, and nobody blocks, or no more than allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consensus {
    /// What those who agree, with reservations or without, have to come to.
    pub agree: Bar,
    /// What part of the answers may stand aside at most.
    pub aside: Option<Fraction>,
    /// How many voters may block in vain: 0, or 1 for consensus minus one.
    pub overruled: u16,
}

/// Who is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Blocks that stand: whose, and the ballot with the reason.
    pub blocks: Vec<(MemberId, EntryId)>,
    /// Blocks that their owners lifted by a later ballot. Not part of the digest: it is of what counts.
    pub lifted: Vec<(MemberId, EntryId)>,
}

impl Rule for Consent {
    fn check(&self, options: u16) -> Result<(), fn(usize) -> Unfit> {
        positions(options)
    }

    fn fits(&self, options: u16, answer: &Answer) -> Result<(), Misfit> {
        position(options, answer)
    }

    fn count(&self, papers: &Papers<'_>) -> Count {
        counted(papers, 0, |options| at(options, AGREE) + at(options, RESERVATIONS) > 0)
    }

    fn settings(&self, _: &mut Sink) {}
}

impl Rule for Consensus {
    fn check(&self, options: u16) -> Result<(), fn(usize) -> Unfit> {
        positions(options)?;
        bar_fits(Some(&self.agree))?;
        if self.aside.is_none_or(Fraction::is_fraction) { Ok(()) } else { Err(Unfit::Bar) }
    }

    fn fits(&self, options: u16, answer: &Answer) -> Result<(), Misfit> {
        position(options, answer)
    }

    fn count(&self, papers: &Papers<'_>) -> Count {
        counted(papers, usize::from(self.overruled), |options| {
            let (all, agree) = (papers.answered(), at(options, AGREE) + at(options, RESERVATIONS));
            let few = self.aside.is_none_or(|most| most.compare(at(options, ASIDE), all).is_le());
            few && self.agree.reached(agree, papers.base(&self.agree, options))
        })
    }

    fn settings(&self, to: &mut Sink) {
        self.agree.write(to);
        to.perhaps(self.aside.as_ref());
        to.number(u64::from(self.overruled));
    }
}

fn positions(options: u16) -> Result<(), fn(usize) -> Unfit> {
    if options == POSITIONS { Ok(()) } else { Err(Unfit::Options) }
}

fn position(options: u16, answer: &Answer) -> Result<(), Misfit> {
    match answer.one() {
        None => Err(Misfit::Kind),
        Some(position) if position >= options => Err(Misfit::NoSuchOption),
        Some(_) => Ok(()),
    }
}

fn counted(papers: &Papers<'_>, overruled: usize, enough: impl Fn(&[u64]) -> bool) -> Count {
    let blocking = |paper: &&super::Paper<'_>| paper.answer.one() == Some(BLOCK);
    let mut options = papers.zeros::<u64>();
    for paper in &papers.papers {
        if let Answer::One(position) = paper.answer {
            add(&mut options, *position, paper.parts);
        }
    }
    let blocks: BTreeMap<MemberId, EntryId> =
        papers.papers.iter().filter(blocking).map(|paper| (paper.voter, paper.ballot)).collect();
    let mut lifted: Vec<(MemberId, EntryId)> = (papers.replaced.iter().filter(blocking))
        .filter(|paper| !blocks.contains_key(&paper.voter))
        .map(|paper| (paper.voter, paper.ballot))
        .collect();
    lifted.sort_unstable();
    lifted.dedup();
    let state = if blocks.len() > overruled {
        State::Blocked
    } else if enough(&options) {
        State::Decided
    } else {
        State::NoMajority
    };
    let record = super::Record::Consensus(Record { blocks: blocks.into_iter().collect(), lifted });
    Count { options, record, verdict: Verdict { state, ..Verdict::default() } }
}

impl Written for Record {
    fn write(&self, to: &mut Sink) {
        to.number(self.blocks.len() as u64);
        for (member, ballot) in &self.blocks {
            member.write(to);
            ballot.write(to);
        }
    }
}
