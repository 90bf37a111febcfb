//! Votes given to others. Each part of a vote follows the delegations until somebody has voted; whoever votes takes
//! their own back. What comes round in a loop, or ends with somebody who neither votes nor gives theirs on, is not cast.
//!
//! Parts are sixtieths, divided again at most twice: so they stay whole numbers, whatever members do.

use crate::{
    ballot::{Delegation, Undelegated},
    digest::{Sink, Written},
    loops,
};
use entry::{EntryId, MemberId};
use std::collections::{BTreeMap, BTreeSet};

/// How many parts a vote is given away in.
pub const PARTS: u8 = 60;
/// To how many others, at most.
pub const MAX_DELEGATES: usize = 6;
/// How often a vote can be divided on its way.
pub const MAX_SPLITS: u32 = 3;

/// What becomes of a part of a vote that was given away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It was cast by this voter, with the ballot that counts for them.
    Cast(MemberId),
    /// It ended with somebody who neither voted nor gave theirs on.
    NotCast(MemberId),
    /// It was given to somebody from whom it could come back.
    Loop,
    /// It would have been divided once too often.
    TooFine,
}

/// A part of a member's vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// How much, in parts of the outcome.
    pub parts: u64,
    /// What became of it.
    pub fate: Fate,
}

/// One way that a part of a member's vote took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Through whose hands, the first delegate first, the one who voted or with whom it ended last.
    pub via: Vec<MemberId>,
    /// How much.
    pub share: Share,
}

/// All that was given away, and where it went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flow {
    /// The delegations that count: of members who did not vote, their entry and to whom how many sixtieths.
    pub given: BTreeMap<MemberId, (EntryId, Vec<(MemberId, u8)>)>,
    /// For each of these members, what became of their vote; together all of it.
    pub shares: BTreeMap<MemberId, Vec<Share>>,
    /// Delegations that do not count since their member voted.
    pub overridden: Vec<EntryId>,
    /// Delegations in whose place a later one of the same member counts.
    pub replaced: Vec<EntryId>,
    /// Delegations that do not count, and why; by entry.
    pub not_counted: Vec<(EntryId, Undelegated)>,
    /// Into how many parts each of the roll's parts is divided, so that all shares are whole: 60 for each time that a
    /// vote was divided on its way.
    pub fineness: u64,
    received: BTreeMap<MemberId, u64>,
    loops: BTreeSet<(MemberId, MemberId)>,
}

/// Whether a delegation's parts make one whole, for others who are on the roll.
pub(crate) fn check(delegation: &Delegation, on_roll: impl Fn(&MemberId) -> bool) -> Result<(), Undelegated> {
    let whom: BTreeSet<&MemberId> = delegation.to.iter().map(|(whom, _)| whom).collect();
    let parts: u64 = delegation.to.iter().map(|(_, parts)| u64::from(*parts)).sum();
    let whole = delegation.to.is_empty() || parts == u64::from(PARTS);
    let distinct = whom.len() == delegation.to.len() && !whom.contains(&delegation.member);
    if !whole || !distinct || whom.len() > MAX_DELEGATES || delegation.to.iter().any(|(_, parts)| *parts == 0) {
        return Err(Undelegated::Parts);
    }
    if whom.into_iter().all(on_roll) { Ok(()) } else { Err(Undelegated::NotOnRoll) }
}

/// Follows the delegations that stand, given who voted.
pub(crate) fn flow(
    standing: &BTreeMap<MemberId, &Delegation>,
    voted: &BTreeMap<MemberId, EntryId>,
    weight: impl Fn(&MemberId) -> u64,
) -> Flow {
    let mut flow = Flow { fineness: 1, ..Flow::default() };
    for (member, delegation) in standing {
        if voted.contains_key(member) {
            flow.overridden.push(delegation.entry);
        } else if !delegation.to.is_empty() {
            let mut to = delegation.to.clone();
            to.sort_unstable();
            flow.given.insert(*member, (delegation.entry, to));
        }
    }
    let links: BTreeMap<MemberId, Vec<MemberId>> =
        flow.given.iter().map(|(from, (_, to))| (*from, to.iter().map(|(whom, _)| *whom).collect())).collect();
    let groups = loops::groups(&links);
    flow.loops = loops::within(&links, &groups);
    let order: Vec<MemberId> = groups.concat();
    let splits = flow.splits(&order);
    flow.fineness = u64::from(PARTS).pow(splits);
    for (member, fates) in flow.fates(&order, splits, voted) {
        let weight = weight(&member);
        let shares = fates.into_iter().map(|(fate, parts)| Share { parts: parts * weight, fate });
        let shares: Vec<Share> = shares.collect();
        for share in &shares {
            if let Fate::Cast(voter) = share.fate {
                *flow.received.entry(voter).or_default() += share.parts;
            }
        }
        flow.shares.insert(member, shares);
    }
    flow
}

impl Flow {
    /// What others gave to a voter, in parts of the outcome.
    pub fn received(&self, voter: &MemberId) -> u64 {
        self.received.get(voter).copied().unwrap_or(0)
    }

    /// In whose name a voter's ballot was cast, and how much of each.
    pub fn in_the_name_of<'a>(&'a self, voter: &'a MemberId) -> impl Iterator<Item = (&'a MemberId, u64)> {
        self.shares.iter().filter_map(move |(member, shares)| {
            shares.iter().find(|share| share.fate == Fate::Cast(*voter)).map(|share| (member, share.parts))
        })
    }

    /// Every way that a member's vote took: at most 6³ for one who gave it away, none for others.
    pub fn chains(&self, member: &MemberId) -> Vec<Chain> {
        let mut chains = Vec::new();
        let Some(shares) = self.shares.get(member) else { return chains };
        let whole = shares.iter().map(|share| share.parts).sum();
        let mut open = vec![(*member, Vec::new(), MAX_SPLITS, whole)];
        while let Some((at, via, splits, parts)) = open.pop() {
            let to = self.given.get(&at).map(|(_, to)| to.as_slice()).unwrap_or_default();
            let Some(left) = splits_left(to, splits) else {
                chains.push(Chain { via, share: Share { parts, fate: Fate::TooFine } });
                continue;
            };
            let mut via = Some(via);
            for (n, (whom, sixtieths)) in to.iter().enumerate() {
                // The last one takes the way so far, the others a copy of it.
                let so_far = if n + 1 < to.len() { via.clone() } else { via.take() };
                let mut via = so_far.unwrap_or_default();
                via.push(*whom);
                let parts = if to.len() == 1 { parts } else { parts / u64::from(PARTS) * u64::from(*sixtieths) };
                if self.given.contains_key(whom) && !self.loops.contains(&(at, *whom)) {
                    open.push((*whom, via, left, parts));
                } else {
                    let fate = self.end(&at, whom, |voter| self.received.contains_key(voter));
                    chains.push(Chain { via, share: Share { parts, fate } });
                }
            }
        }
        chains.sort_by(|one, other| one.via.cmp(&other.via));
        chains
    }

    /// How a way ends that leads no further.
    fn end(&self, at: &MemberId, whom: &MemberId, voted: impl Fn(&MemberId) -> bool) -> Fate {
        if self.loops.contains(&(*at, *whom)) {
            Fate::Loop
        } else if voted(whom) {
            Fate::Cast(*whom)
        } else {
            Fate::NotCast(*whom)
        }
    }

    /// How often a vote was divided on its way, at most; `order` has those first who are given to.
    fn splits(&self, order: &[MemberId]) -> u32 {
        let mut splits: BTreeMap<&MemberId, u32> = BTreeMap::new();
        for member in order {
            let to = self.given.get(member).map(|(_, to)| to.as_slice()).unwrap_or_default();
            let onward = to.iter().filter(|(whom, _)| !self.loops.contains(&(*member, *whom)));
            let most = onward.filter_map(|(whom, _)| splits.get(whom)).max().copied().unwrap_or(0);
            splits.insert(member, (most + u32::from(to.len() > 1)).min(MAX_SPLITS));
        }
        splits.into_values().max().unwrap_or(0)
    }

    /// What becomes of one vote of each, of `60^splits` parts.
    fn fates(
        &self,
        order: &[MemberId],
        splits: u32,
        voted: &BTreeMap<MemberId, EntryId>,
    ) -> BTreeMap<MemberId, BTreeMap<Fate, u64>> {
        // By how often it may still be divided.
        let mut fates: BTreeMap<MemberId, Vec<BTreeMap<Fate, u64>>> = BTreeMap::new();
        for member in order {
            let to = self.given.get(member).map(|(_, to)| to.as_slice()).unwrap_or_default();
            let of = |splits: u32| {
                let Some(left) = splits_left(to, splits) else { return BTreeMap::from([(Fate::TooFine, 1)]) };
                let whole = u64::from(PARTS).pow(left);
                let mut sum: BTreeMap<Fate, u64> = BTreeMap::new();
                for (whom, sixtieths) in to {
                    let times = if to.len() == 1 { 1 } else { u64::from(*sixtieths) };
                    let onward = fates.get(whom).filter(|_| !self.loops.contains(&(*member, *whom)));
                    match onward.and_then(|fates| fates.get(left as usize)) {
                        Some(onward) => {
                            onward.iter().for_each(|(fate, parts)| *sum.entry(*fate).or_default() += times * parts);
                        }
                        None => {
                            let end = self.end(member, whom, |whom| voted.contains_key(whom));
                            *sum.entry(end).or_default() += times * whole;
                        }
                    }
                }
                sum
            };
            let all = (0..=splits).map(of).collect();
            fates.insert(*member, all);
        }
        fates.into_iter().filter_map(|(member, mut fates)| Some((member, fates.pop()?))).collect()
    }
}

/// How often a vote may be divided behind somebody who gives it to these; nothing if they divide it once too often.
const fn splits_left(to: &[(MemberId, u8)], splits: u32) -> Option<u32> {
    if to.len() <= 1 { Some(splits) } else { splits.checked_sub(1) }
}

impl Written for Flow {
    fn write(&self, to: &mut Sink) {
        to.number(self.given.len() as u64);
        for (member, (entry, whom)) in &self.given {
            member.write(to);
            entry.write(to);
            to.number(whom.len() as u64);
            for (whom, sixtieths) in whom {
                whom.write(to);
                to.number(u64::from(*sixtieths));
            }
            to.list(self.shares.get(member).map(Vec::as_slice).unwrap_or_default());
        }
    }
}

impl Written for Share {
    fn write(&self, to: &mut Sink) {
        to.number(self.parts);
        match &self.fate {
            Fate::Cast(voter) => {
                to.number(0);
                voter.write(to);
            }
            Fate::NotCast(whom) => {
                to.number(1);
                whom.write(to);
            }
            Fate::Loop => to.number(2),
            Fate::TooFine => to.number(3),
        }
    }
}
