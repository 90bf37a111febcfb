//! In which order acts take effect that do not know of each other: the same wherever and in whatever order they arrived.

use super::{
    acts::{Act, ActNo, Count, Deed, Target},
    authority::Authority,
    pasts::{self, Bits},
    standing::Standing,
};
use std::{
    borrow::Cow,
    cmp::Reverse,
    collections::{BTreeMap, btree_map::Entry},
};

impl Authority {
    /// What all of the acts in `binding` know of, but those that are in it. What that comes to is settled: nothing of
    /// the rest takes anything from it.
    pub(super) fn common(&self, binding: &Bits) -> Vec<u64> {
        let past = |act: ActNo| self.pasts.get(self.act(act).said.past);
        let mut known = Vec::new();
        pasts::members(binding).for_each(|act| pasts::merge(&mut known, past(act)));
        let mut common = pasts::intersection(binding, &known);
        let mut stable = false;
        while !stable {
            stable = true;
            for act in pasts::members(&pasts::difference(binding, &common)) {
                let seen = pasts::intersection(&common, past(act));
                if seen != common {
                    (common, stable) = (seen, false);
                }
            }
        }
        common
    }

    /// What more acts come to, where what all of them know of has come to `standing`.
    pub(super) fn resolve(&self, mut standing: Standing, acts: &Bits) -> Standing {
        let personal = self.personal(acts);
        for act in &personal {
            self.take_effect(&mut standing, *act);
        }
        if !personal.is_empty() {
            self.find_void(&mut standing);
        }
        let is_decision = |act: &ActNo| matches!(self.act(*act).deed, Deed::Decision(_));
        let mut waiting = Vec::new();
        pasts::members(acts).filter(is_decision).for_each(|act| pasts::insert(&mut waiting, act));
        // The votes for each, until a removal can have changed them: many write the same decision at the same moment.
        let mut counts = BTreeMap::new();
        while let Some((act, count)) = self.next_decision(&standing, &personal, &waiting, &mut counts) {
            waiting = pasts::without(&waiting, act);
            self.decide(&mut standing, act, count, &mut counts);
        }
        standing
    }

    /// What members ended by themselves: devices revoked, and leaving, unless a stolen device was it that left. A
    /// member's word about their own devices always holds: should two devices revoke each other, neither counts until
    /// the member comes back with the 24 words.
    fn personal(&self, acts: &Bits) -> Vec<ActNo> {
        let (mut revoked, mut left) = (Vec::new(), Vec::new());
        for act in pasts::members(acts) {
            match self.act(act).deed {
                Deed::Cut { target: Target::Device(_), .. } => revoked.push(act),
                Deed::Cut { target: Target::Member(_), .. } => left.push(act),
                Deed::Admission(_) | Deed::Decision(_) | Deed::Epoch { .. } => {}
            }
        }
        let by_thief = |leave: &ActNo| {
            let said = &self.act(*leave).said;
            revoked.iter().any(|act| {
                self.target_of(*act) == Some(Target::Device(said.device))
                    && !self.knew(*act, *leave)
                    && !self.knew(*leave, *act)
                    && !self.seen_by(*act, said)
            })
        };
        left.retain(|leave| !by_thief(leave));
        revoked.extend(left);
        revoked
    }

    /// What is in effect for a decision: what somebody ended later, knowing of it, takes no votes from it.
    fn at_decision<'a>(&self, standing: &'a Standing, personal: &[ActNo], decision: ActNo) -> Cow<'a, Standing> {
        let later = |act: ActNo| self.knew(act, decision) && personal.contains(&act);
        if !personal.iter().any(|act| self.knew(*act, decision)) {
            return Cow::Borrowed(standing);
        }
        let mut before = standing.without_cuts(later);
        self.find_void(&mut before);
        Cow::Owned(before)
    }

    /// Of the decisions that none of the others comes before: the one that most members stand behind, among equals the
    /// one with the smallest id; and the votes on it.
    fn next_decision(
        &self,
        standing: &Standing,
        personal: &[ActNo],
        waiting: &Bits,
        counts: &mut BTreeMap<ActNo, Count>,
    ) -> Option<(ActNo, Count)> {
        let first = |act: &ActNo| {
            let past = self.pasts.get(self.act(*act).said.past);
            !past.iter().zip(waiting).any(|(seen, waits)| seen & waits != 0)
        };
        let mut next: Option<((Reverse<u64>, entry::EntryId), ActNo, Count)> = None;
        for act in pasts::members(waiting).filter(first) {
            let Act { said, deed: Deed::Decision(decided) } = self.act(act) else { continue };
            let count = match counts.entry(act) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(place) => {
                    *place.insert(self.count(&self.at_decision(standing, personal, act), &decided.voices))
                }
            };
            let rank = (Reverse(count.yes), said.id);
            if next.as_ref().is_none_or(|(first, ..)| rank < *first) {
                next = Some((rank, act, count));
            }
        }
        next.map(|(_, act, count)| (act, count))
    }

    fn decide(&self, standing: &mut Standing, act: ActNo, count: Count, counts: &mut BTreeMap<ActNo, Count>) {
        let Deed::Decision(decided) = &self.act(act).deed else { return };
        if !self.suffices(decided.motion, count, decided.closed) {
            return;
        }
        self.take_effect(standing, act);
        let Some(Target::Member(member)) = self.target_of(act) else { return };
        if self.vouched(member) {
            self.find_void(standing);
            counts.clear();
        } else {
            // Only their own votes are gone.
            let voted = |act: ActNo| match &self.act(act).deed {
                Deed::Decision(decided) => decided.voices.iter().any(|voice| voice.said.member == member),
                _ => false,
            };
            counts.retain(|act, _| !voted(*act));
        }
    }
}
