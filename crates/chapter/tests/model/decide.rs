//! Motions, decisions and what they come to; keys.

use super::{Effect, Model, Set};
use chapterhouse_chapter::{
    Kind,
    kinds::{self, Bar, Choice, Epoch, Measure, Motion, Role, Rules, Voice},
};
use entry::{DeviceId, EntryId, MemberId, Timestamp};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

impl Model {
    // 6. Motions and decisions

    pub(super) fn motion(&self, id: &EntryId) -> Option<(usize, &Motion)> {
        let place = *self.at.get(id)?;
        match self.valid(place)? {
            Kind::Motion(motion) => Some((place, motion)),
            _ => None,
        }
    }

    /// Who has a vote on a motion.
    pub fn roll(&self, motion: usize) -> BTreeSet<MemberId> {
        let mut roll = self.members(self.told[motion].past);
        if let Some(Kind::Motion(motion)) = self.valid(motion)
            && let Measure::Remove { member } = &motion.measure
        {
            roll.remove(member);
        }
        roll
    }

    pub(super) fn voices(&self, motion: EntryId, set: Set) -> impl Iterator<Item = (usize, &Voice)> {
        self.which(set, move |kind| match kind {
            Kind::Voice(voice) if voice.motion == motion => Some(voice),
            _ => None,
        })
    }

    /// The votes in a decision's past that are not cut off, one of each member.
    pub(super) fn count(&self, decision: usize, effect: &Effect) -> Votes {
        let Ok(Kind::Decision(body)) = &self.told[decision].kind else { return Votes::default() };
        self.tally(body.motion, self.told[decision].past, effect)
    }

    pub(super) fn tally(&self, motion: EntryId, set: Set, effect: &Effect) -> Votes {
        let mut best: BTreeMap<MemberId, (u64, Reverse<EntryId>, Choice)> = BTreeMap::new();
        for (place, voice) in self.voices(motion, set) {
            let Some(author) = self.told[place].author.filter(|_| self.cut(effect, place).is_none()) else { continue };
            let this = (voice.number, Reverse(self.told[place].id), voice.choice);
            let place = best.entry(author).or_insert(this);
            *place = this.max(*place);
        }
        let of = |choice| best.values().filter(|(.., chosen)| *chosen == choice).count() as u64;
        Votes { yes: of(Choice::Yes), no: of(Choice::No), abstain: of(Choice::Abstain) }
    }

    pub(super) fn enough(&self, decision: usize, effect: &Effect) -> bool {
        let Ok(Kind::Decision(body)) = &self.told[decision].kind else { return false };
        self.suffices(&body.motion, self.told[decision].time, &self.count(decision, effect))
    }

    pub(super) fn suffices(&self, motion: &EntryId, time: Timestamp, votes: &Votes) -> bool {
        let Some((place, motion)) = self.motion(motion) else { return false };
        let rules = self.rules(self.told[place].past).0;
        let removal = matches!(motion.measure, Measure::Remove { .. });
        let Bar { quorum, majority } = if removal { rules.removal } else { rules.decision };
        let roll = self.roll(place).len() as u64;
        let Votes { yes, no, abstain } = *votes;
        let voted = yes + no + abstain;
        let against = if time > motion.closes { no } else { no + (roll - voted) };
        yes >= if removal { 2 } else { 1 }
            && voted * quorum.whole >= quorum.part * roll
            && (against == 0 || yes * majority.whole > majority.part * (yes + against))
    }

    /// The decision of each motion, the one with the smallest id if several are effective.
    pub fn decided(&self, motion: EntryId, set: Set) -> Option<EntryId> {
        let effect = self.effect(set);
        let decides =
            |place: &&usize| matches!(self.valid(**place), Some(Kind::Decision(decision)) if decision.motion == motion);
        effect.order.iter().filter(decides).map(|place| self.told[*place].id).min()
    }

    /// The measures that were decided, in their order.
    pub fn measures(&self, set: Set) -> Vec<(usize, &Measure)> {
        let effect = self.effect(set);
        let measure = |place: &usize| match self.valid(*place) {
            Some(Kind::Decision(decision)) => Some((*place, &self.motion(&decision.motion)?.1.measure)),
            _ => None,
        };
        effect.order.iter().filter_map(measure).collect()
    }

    /// The rules that hold, and the decision that gave them.
    pub fn rules(&self, set: Set) -> (&Rules, Option<EntryId>) {
        let mut decided = None;
        for (place, measure) in self.measures(set) {
            if let Measure::Rules { rules } = measure
                && decided.is_none_or(|(before, _)| self.knows(place, before))
            {
                decided = Some((place, rules));
            }
        }
        match decided {
            Some((place, rules)) => (rules, Some(self.told[place].id)),
            None => self.which(set, charter).map(|(_, charter)| (&charter.rules, None)).next().expect("a charter"),
        }
    }

    /// Who has which task, until when, by which decision.
    pub fn tasks(&self, set: Set) -> BTreeMap<(Role, MemberId), (Timestamp, EntryId)> {
        let mut tasks = BTreeMap::new();
        let mut removals: Vec<(MemberId, usize)> = Vec::new();
        for (place, measure) in self.measures(set) {
            if let Measure::Remove { member } = measure {
                removals.push((*member, place));
            }
            match measure {
                Measure::Give { role, member, until } => {
                    if removals.iter().all(|(gone, removal)| gone != member || self.aware(place, *removal)) {
                        tasks.insert((*role, *member), (*until, self.told[place].id));
                    }
                }
                Measure::Recall { role, member } => drop(tasks.remove(&(*role, *member))),
                Measure::Remove { member } => tasks.retain(|(_, holder), _| holder != member),
                Measure::Rules { .. } | Measure::Hide { .. } => {}
            }
        }
        let members = self.members(set);
        tasks.retain(|(_, holder), _| members.contains(holder));
        tasks
    }

    /// What is hidden, and the first decision that hides it.
    pub fn hidden(&self, set: Set) -> BTreeMap<EntryId, EntryId> {
        let mut hidden = BTreeMap::new();
        for (place, measure) in self.measures(set) {
            if let Measure::Hide { entry, .. } = measure {
                hidden.entry(*entry).or_insert(self.told[place].id);
            }
        }
        hidden
    }

    // 7. Keys

    pub(super) fn keys(&self, set: Set) -> Vec<(usize, &Epoch)> {
        let effect = self.effect(set);
        let keys = self.which(set, |kind| if let Kind::Epoch(epoch) = kind { Some(epoch) } else { None });
        keys.filter(|(place, _)| self.cut(&effect, *place).is_none()).collect()
    }

    /// The epochs, the one to write under first: generation, number, whether they are clean.
    pub fn epochs(&self, set: Set) -> Vec<(u64, u64, bool)> {
        let effect = self.effect(set);
        let ended: Vec<usize> = effect.order.iter().copied().filter(|act| self.ends(*act).is_some()).collect();
        let mut epochs = BTreeMap::from([((Reverse(0), 0), ended.is_empty())]);
        for (place, epoch) in self.keys(set) {
            let aware = ended.iter().all(|act| self.aware(place, *act));
            *epochs.entry((Reverse(epoch.generation), epoch.number())).or_insert(true) &= aware;
        }
        epochs.into_iter().map(|((generation, number), clean)| (generation.0, number, clean)).collect()
    }

    pub fn epoch(&self, set: Set) -> Option<u64> {
        self.epochs(set).into_iter().find(|(.., clean)| *clean).map(|(_, number, _)| number)
    }

    /// Devices of members that should have an epoch's key, and to which nobody wrapped it.
    pub fn left_out(&self, number: u64, set: Set) -> BTreeSet<DeviceId> {
        let keys: Vec<_> = self.keys(set).into_iter().filter(|(_, epoch)| epoch.number() == number).collect();
        let has = |device: &DeviceId| {
            keys.iter().any(|(place, epoch)| {
                self.told[*place].device == *device || epoch.wraps.iter().any(|wrap| wrap.device == *device)
            })
        };
        let came_later = |device: &DeviceId| {
            let of_device = self.admissions(set).filter(|(.., admitted)| admitted == device);
            of_device.into_iter().any(|(admission, ..)| keys.iter().any(|(place, _)| self.knows(admission, *place)))
        };
        self.devices(set).into_keys().filter(|device| !has(device) && !came_later(device)).collect()
    }
}

#[derive(Default)]
pub(super) struct Votes {
    pub(super) yes: u64,
    no: u64,
    abstain: u64,
}

fn charter(kind: &Kind) -> Option<&kinds::Charter> {
    if let Kind::Charter(charter) = kind { Some(charter) } else { None }
}
