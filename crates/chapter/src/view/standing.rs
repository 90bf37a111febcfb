//! Who stands: what the acts in one causal past come to, taken together.
//!
//! Some acts end something: a member leaves, a device is revoked, a member is removed by decision. What was written
//! without having been seen by such an act counts no longer, and with it the admissions and votes that rest on it. Acts
//! that did not know of each other can contradict; `order` has the one order in which they take effect.
//! `docs/MEMBERSHIP.md` says it in words.

use super::{
    acts::{Act, ActNo, Admission, Count, Deed, DeviceNo, MemberNo, Moved, Said, Spoken, Target},
    authority::Authority,
    pasts::{self, SetId},
};
use crate::kinds::{Measure, Role};
use entry::EntryId;
use std::{
    collections::{BTreeMap, BTreeSet},
};

/// What the acts of one causal past come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The acts that took effect.
    pub(crate) effective: BTreeSet<ActNo>,
    members: BTreeMap<MemberNo, Vec<ActNo>>,
    devices: BTreeMap<DeviceNo, Vec<ActNo>>,
    /// Admissions that count no longer, and the act that is the reason.
    pub(crate) void: BTreeMap<ActNo, ActNo>,
    /// The decision whose rules hold.
    pub(crate) rules: Option<ActNo>,
    /// Tasks and the decisions that gave them.
    pub(crate) roles: BTreeMap<(Role, MemberNo), ActNo>,
    /// What is hidden, and the decision that hides it.
    pub(crate) hidden: BTreeMap<EntryId, ActNo>,
}

/// Why an entry counts no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CutBy {
    pub(crate) act: ActNo,
    /// Not the author was cut off, but somebody on whose word the author's membership rests.
    pub(crate) by_sponsor: bool,
}

impl Standing {
    pub(crate) fn cuts_nothing(&self) -> bool {
        self.members.is_empty() && self.devices.is_empty()
    }

    /// Only what cuts off, to compare with later.
    pub(crate) fn clone_cuts(&self) -> Self {
        let Self { members, devices, void, .. } = self;
        Self { members: members.clone(), devices: devices.clone(), void: void.clone(), ..Self::default() }
    }

    /// Whether the same entries are cut off as by another one.
    pub(crate) fn cuts_like(&self, other: &Self) -> bool {
        self.members == other.members && self.devices == other.devices && self.void == other.void
    }

    /// The cuts on an author.
    pub(crate) fn cuts(&self, member: MemberNo, device: DeviceNo) -> impl Iterator<Item = ActNo> + '_ {
        let of_member = self.members.get(&member).into_iter().flatten();
        of_member.chain(self.devices.get(&device).into_iter().flatten()).copied()
    }

    /// The cuts on a member as a whole.
    pub(crate) fn cuts_on_member(&self, member: MemberNo) -> &[ActNo] {
        self.members.get(&member).map_or(&[], Vec::as_slice)
    }

    /// The cuts on one device.
    pub(crate) fn cuts_on_device(&self, device: DeviceNo) -> &[ActNo] {
        self.devices.get(&device).map_or(&[], Vec::as_slice)
    }

    /// The same without some of what cuts off; what is void has to be found out anew.
    pub(super) fn without_cuts(&self, without: impl Fn(ActNo) -> bool) -> Self {
        let mut standing = self.clone_cuts();
        for acts in standing.members.values_mut().chain(standing.devices.values_mut()) {
            acts.retain(|act| !without(*act));
        }
        standing.members.retain(|_, acts| !acts.is_empty());
        standing.devices.retain(|_, acts| !acts.is_empty());
        standing
    }

    fn cut(&mut self, target: Target, act: ActNo) {
        match target {
            Target::Member(member) => self.members.entry(member).or_default().push(act),
            Target::Device(device) => self.devices.entry(device).or_default().push(act),
        }
    }
}

impl Authority {
    /// What follows from an act alone.
    pub(super) fn take_effect(&self, standing: &mut Standing, act: ActNo) {
        standing.effective.insert(act);
        match &self.act(act).deed {
            Deed::Cut { target, .. } => standing.cut(*target, act),
            Deed::Decision(decided) => match &self.motions[decided.motion].measure {
                // The one that most stand behind came first, and stays until somebody decides who knows of it.
                Measure::Rules { .. } if standing.rules.is_none_or(|rules| self.knew(act, rules)) => {
                    standing.rules = Some(act);
                }
                Measure::Rules { .. } => {}
                Measure::Remove { member } => {
                    if let Some(member) = self.member_no(member) {
                        standing.cut(Target::Member(member), act);
                        standing.roles.retain(|(_, holder), _| *holder != member);
                    }
                }
                Measure::Give { role, member, .. } => {
                    let removal = |cut: &ActNo| matches!(self.act(*cut).deed, Deed::Decision(_));
                    let unaware = |cut: &ActNo| removal(cut) && !self.is_after(act, *cut);
                    let member = self.member_no(member);
                    if let Some(member) = member.filter(|member| !standing.cuts_on_member(*member).iter().any(unaware))
                    {
                        standing.roles.insert((*role, member), act);
                    }
                }
                Measure::Recall { role, member } => {
                    if let Some(member) = self.member_no(member) {
                        standing.roles.remove(&(*role, member));
                    }
                }
                Measure::Hide { entry, .. } => {
                    standing.hidden.entry(*entry).or_insert(act);
                }
            },
            Deed::Admission(_) | Deed::Epoch { .. } => {}
        }
    }

    /// Whether votes are enough, without those that are cut off.
    pub(crate) fn passes(&self, standing: &Standing, motion: usize, voices: &[Spoken], closed: bool) -> bool {
        self.suffices(motion, self.count(standing, voices), closed)
    }

    pub(super) fn suffices(&self, motion: usize, count: Count, closed: bool) -> bool {
        let motion = &self.motions[motion];
        count.passes(&motion.bar, motion.roll.len() as u64, closed, motion.removes().is_some())
    }

    pub(crate) fn count(&self, standing: &Standing, voices: &[Spoken]) -> Count {
        Moved::count(voices.iter().filter(|voice| self.cut_by(standing, &voice.said).is_none()))
    }

    /// Why an entry counts no longer, if so.
    pub(crate) fn cut_by(&self, standing: &Standing, said: &Said) -> Option<CutBy> {
        self.cut_by_some(standing, said, &|_| true)
    }

    /// The same, by some of the acts.
    fn cut_by_some(&self, standing: &Standing, said: &Said, counts: &dyn Fn(ActNo) -> bool) -> Option<CutBy> {
        if standing.cuts_nothing() {
            return None;
        }
        let cuts = standing
            .cuts(said.member, said.device)
            .filter(|act| counts(*act) && !self.seen_by(*act, said) && !self.came_back(standing, said, *act));
        if let Some(act) = self.smallest(cuts) {
            return Some(CutBy { act, by_sponsor: false });
        }
        if standing.void.is_empty() || self.grounds(said).any(|act| !standing.void.contains_key(&act)) {
            return None;
        }
        let reasons = self.grounds(said).filter_map(|act| standing.void.get(&act).copied());
        self.smallest(reasons).map(|act| CutBy { act, by_sponsor: true })
    }

    /// The act with the smallest id, which is the same everywhere, as their numbers are not.
    fn smallest(&self, acts: impl Iterator<Item = ActNo>) -> Option<ActNo> {
        acts.min_by_key(|act| self.act(*act).said.id)
    }

    /// The admissions that made the author's device theirs, in the entry's causal past.
    fn grounds<'a>(&'a self, said: &'a Said) -> impl Iterator<Item = ActNo> + 'a {
        let past = self.pasts.get(said.past);
        self.device(said.device).admissions.iter().copied().filter(move |act| {
            pasts::has(past, *act) && self.admission(*act).is_some_and(|admission| admission.member == said.member)
        })
    }

    /// Whether the act that ends something had seen this entry.
    pub(super) fn seen_by(&self, act: ActNo, said: &Said) -> bool {
        self.seen_of(act).is_none_or(|seen| seen.has(self.act(act).said.row, said))
    }

    /// Whether the author had been admitted again after that act.
    fn came_back(&self, standing: &Standing, said: &Said, cut: ActNo) -> bool {
        self.grounds(said).any(|act| !standing.void.contains_key(&act) && self.is_after(act, cut))
    }

    /// Whether an act knew of another one, or of another decision of the same motion.
    pub(crate) fn is_after(&self, act: ActNo, cut: ActNo) -> bool {
        self.is_known(self.act(act).said.past, cut)
    }

    /// The same of a causal past.
    pub(crate) fn is_known(&self, past: SetId, cut: ActNo) -> bool {
        let past = self.pasts.get(past);
        match &self.act(cut).deed {
            Deed::Decision(decided) => {
                self.motions[decided.motion].decisions.iter().any(|decision| pasts::has(past, *decision))
            }
            _ => pasts::has(past, cut),
        }
    }

    /// Whether an act has another one in its causal past.
    pub(super) fn knew(&self, act: ActNo, other: ActNo) -> bool {
        pasts::has(self.pasts.get(self.act(act).said.past), other)
    }

    /// Finds the admissions that rest on too few words that still count.
    pub(super) fn find_void(&self, standing: &mut Standing) {
        standing.void.clear();
        if standing.cuts_nothing() {
            return;
        }
        // In causal order, since one that is void takes those with it that rest on it.
        for act in 0..self.acts.len() as ActNo {
            if let Some(reason) = self.void_reason(standing, act) {
                standing.void.insert(act, reason);
            }
        }
    }

    /// The act because of which an admission counts no longer. Whoever revokes a device knowing of somebody else's
    /// admission takes nothing from that: nobody puts members out by what they say about their own devices.
    pub(crate) fn void_reason(&self, standing: &Standing, act: ActNo) -> Option<ActNo> {
        let Act { said, deed: Deed::Admission(Admission { member, words, need, .. }) } = self.act(act) else {
            return None;
        };
        if *need == 0 || standing.cuts_nothing() {
            return None;
        }
        let counts = |cut: ActNo| self.act(cut).said.member == *member || !self.knew(cut, act);
        if let Some(cut) = self.cut_by_some(standing, said, &counts) {
            return Some(cut.act);
        }
        let mut sponsors: BTreeSet<MemberNo> = BTreeSet::new();
        let mut reasons = Vec::new();
        for word in words {
            match self.cut_by_some(standing, word, &counts) {
                Some(cut) => reasons.push(cut.act),
                None => drop(sponsors.insert(word.member)),
            }
        }
        if (sponsors.len() as u64) < *need { self.smallest(reasons.into_iter()) } else { None }
    }
}
