//! What membership rests on: admissions, the acts that end one, decisions, keys. Each with its place in the causal past.

use super::pasts::SetId;
use crate::kinds::{Bar, Choice, Measure, Wrap};
use entry::{EntryId, MemberId, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Number of a device of this view; also of devices that are no member's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DeviceNo(pub(crate) u32);

/// Number of a member of this view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MemberNo(pub(crate) u32);

/// Number of an act of this view. What comes later in the causal order has the higher number.
pub(crate) type ActNo = u32;

/// Where, by whom, and after what an entry was written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said {
    pub(crate) row: u32,
    pub(crate) id: EntryId,
    pub(crate) device: DeviceNo,
    pub(crate) member: MemberNo,
    pub(crate) seq: u64,
    /// The acts in its causal past, without itself.
    pub(crate) past: SetId,
}

/// A valid entry that membership rests on.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub(crate) said: Said,
    pub(crate) deed: Deed,
}

/// What an act does.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// Makes one device one member's.
    Admission(Admission),
    /// Ends something: what `target` wrote and `seen` does not have counts no longer.
    Cut { target: Target, seen: Seen },
    /// A motion passed.
    Decision(Decided),
    /// Keys of an epoch.
    Epoch { number: u64, generation: u64, wraps: Box<[Wrap]> },
}

/// A counting charter, admission or added device.
#[derive(Debug, Clone)]
pub(crate) struct Admission {
    pub(crate) member: MemberNo,
    pub(crate) device: DeviceNo,
    pub(crate) agreement: [u8; 32],
    /// What the member wants to be called; nothing, if it only adds a device.
    pub(crate) handle: Box<str>,
    pub(crate) since: Timestamp,
    /// Who invited them, and by which entry; nobody invited founders and further devices.
    pub(crate) invited: Option<(MemberNo, EntryId)>,
    /// The words that it rests on: the invitation, and those of other sponsors.
    pub(crate) words: Box<[Said]>,
    /// How many different members' words it needs.
    pub(crate) need: u64,
    /// Whether the member was none before, in this entry's causal past. Else it only adds a device.
    pub(crate) first: bool,
}

/// Who is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A member, with all devices.
    Member(MemberNo),
    /// One device.
    Device(DeviceNo),
}

/// The entries of one member's devices that an act had seen, or named.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen(pub(crate) BTreeMap<DeviceNo, SeenOf>);

/// The entries of one device: those up to a number, less the wrong sides of forks.
#[derive(Debug, Clone, Default)]
pub(crate) struct SeenOf {
    pub(crate) upto: u64,
    /// Where the device had signed several entries in one place: which rows of those were seen.
    pub(crate) forked: Vec<(u64, Vec<u32>)>,
}

/// A decision.
#[derive(Debug, Clone)]
pub(crate) struct Decided {
    /// Index of the motion.
    pub(crate) motion: usize,
    /// The votes in its causal past.
    pub(crate) voices: Box<[Spoken]>,
    /// Whether the motion's time was over, by the decision's own time.
    pub(crate) closed: bool,
    /// For a removal, and for the recall of a teller, what it had seen of the member.
    pub(crate) seen: Seen,
    /// For the recall of a teller, the hidden polls that it had seen opened, by row.
    pub(crate) opened: Box<[u32]>,
}

/// A member's vote on a motion.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken {
    pub(crate) said: Said,
    pub(crate) number: u64,
    pub(crate) choice: Choice,
}

/// A motion.
#[derive(Debug, Clone)]
pub(crate) struct Moved {
    pub(crate) said: Said,
    pub(crate) measure: Measure,
    pub(crate) closes: Timestamp,
    /// The members in its past, which motions and polls of the same members share.
    pub(crate) members: Arc<BTreeSet<MemberId>>,
    /// What it needs.
    pub(crate) bar: Bar,
    pub(crate) voices: Vec<Spoken>,
    /// The acts that decided it.
    pub(crate) decisions: Vec<ActNo>,
}

/// The votes on a motion, one of each member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// For.
    pub yes: u64,
    /// Against.
    pub no: u64,
    /// Neither.
    pub abstain: u64,
}

impl Seen {
    /// Whether an entry is among them. Entries that came after the act are not, whatever their number.
    pub(crate) fn has(&self, act_row: u32, said: &Said) -> bool {
        if said.row >= act_row {
            // The entry that ends something is still part of what it ends.
            return said.row == act_row;
        }
        self.0.get(&said.device).is_some_and(|seen| {
            let fork = seen.forked.iter().find(|(seq, _)| *seq == said.seq);
            said.seq <= seen.upto && fork.is_none_or(|(_, rows)| rows.contains(&said.row))
        })
    }
}

impl Count {
    /// Members who voted.
    pub const fn voters(&self) -> u64 {
        self.yes + self.no + self.abstain
    }

    /// Whether this is enough, for a roll of so many. Before the close only if nothing that is still missing could
    /// change it. Nobody decides alone about somebody else: a removal takes two.
    pub fn passes(&self, bar: &Bar, roll: u64, closed: bool, removal: bool) -> bool {
        let against = if closed { self.no } else { roll.saturating_sub(self.yes + self.abstain) };
        self.yes >= if removal { 2 } else { 1 }
            && bar.quorum.reached_by(self.voters(), roll)
            && bar.majority.passed_by(self.yes, self.yes + against)
    }
}

impl Moved {
    pub(crate) const fn removes(&self) -> Option<&MemberId> {
        match &self.measure {
            Measure::Remove { member } => Some(member),
            _ => None,
        }
    }

    /// Whether somebody has a vote on it.
    pub(crate) fn on_roll(&self, member: &MemberId) -> bool {
        self.removes() != Some(member) && self.members.contains(member)
    }

    /// How many have one.
    pub(crate) fn roll_count(&self) -> u64 {
        self.members.len() as u64 - u64::from(self.removes().is_some_and(|member| self.members.contains(member)))
    }

    /// Who has one.
    pub(crate) fn roll(&self) -> Arc<BTreeSet<MemberId>> {
        match self.removes() {
            None => self.members.clone(),
            Some(_) => Arc::new(self.members.iter().copied().filter(|member| self.on_roll(member)).collect()),
        }
    }

    /// Counts these votes: of each member the one with the highest number, among equals the smallest id.
    pub(crate) fn count<'a>(voices: impl Iterator<Item = &'a Spoken>) -> Count {
        let mut best: BTreeMap<MemberNo, &Spoken> = BTreeMap::new();
        for voice in voices {
            let rank = |voice: &Spoken| (voice.number, std::cmp::Reverse(voice.said.id));
            let place = best.entry(voice.said.member).or_insert(voice);
            if rank(voice) > rank(place) {
                *place = voice;
            }
        }
        let mut count = Count::default();
        for voice in best.values() {
            match voice.choice {
                Choice::Yes => count.yes += 1,
                Choice::No => count.no += 1,
                Choice::Abstain => count.abstain += 1,
            }
        }
        count
    }
}
