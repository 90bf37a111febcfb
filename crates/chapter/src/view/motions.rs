//! Questions about motions.

use super::{
    View,
    acts::{Deed, Moved},
    people::{Lapsed, MotionState},
};
use crate::kinds::{Measure, Rules};
use entry::{EntryId, MemberId};
use std::collections::BTreeMap;

impl View {
    /// A motion as it stands now.
    pub fn motion(&self, motion: &EntryId) -> Option<MotionState> {
        let moved = self.authority.motion_at(self.row(motion)?)?;
        let standing = self.authority.standing();
        let counting: Vec<_> =
            moved.voices.iter().filter(|voice| self.authority.cut_by(standing, &voice.said).is_none()).collect();
        let mut voices: BTreeMap<MemberId, _> = BTreeMap::new();
        for voice in &counting {
            let rank = (voice.number, std::cmp::Reverse(voice.said.id));
            let place = voices.entry(self.authority.member_id(voice.said.member)).or_insert((rank, voice.choice));
            if rank > place.0 {
                *place = (rank, voice.choice);
            }
        }
        let effective = moved.decisions.iter().filter(|act| standing.has(**act));
        let decided = effective.map(|act| self.authority.act(*act).said.id).min();
        Some(MotionState {
            measure: moved.measure.clone(),
            closes: moved.closes,
            roll: moved.roll(),
            bar: moved.bar,
            voices: voices.into_iter().map(|(member, (rank, choice))| (member, (rank.1.0, choice))).collect(),
            count: Moved::count(counting.into_iter()),
            decided,
            lapsed: if decided.is_some() { None } else { self.lapsed(moved) },
        })
    }

    /// Of the decisions that were written and have no effect, the one with the smallest id.
    fn lapsed(&self, moved: &Moved) -> Option<Lapsed> {
        let standing = self.authority.standing();
        let act = moved.decisions.iter().map(|act| self.authority.act(*act)).min_by_key(|act| act.said.id)?;
        let Deed::Decision(decided) = &act.deed else { return None };
        let cut = decided.voices.iter().filter(|voice| self.authority.cut_by(standing, &voice.said).is_some());
        let without = cut.map(|voice| self.authority.member_id(voice.said.member)).collect();
        Some(Lapsed { decision: act.said.id, without })
    }

    /// All motions that count, latest first.
    pub fn motions(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.items(Some(super::ItemKind::Motion), None).map(|item| item.id)
    }

    /// The motions that have passed with the votes that are here, and of which no decision took effect: nobody wrote
    /// one, or too many of its votes were cut off, and others came.
    pub fn ripe(&self, now: entry::Timestamp) -> Vec<EntryId> {
        let standing = self.authority.standing();
        let ripe = |number: &usize| {
            let moved = &self.authority.motions[*number];
            !moved.decisions.iter().any(|act| standing.has(*act))
                && self.record(moved.said.row).counts()
                && self.authority.passes(standing, *number, &moved.voices, now > moved.closes)
        };
        let numbers = 0..self.authority.motions.len();
        numbers.filter(ripe).map(|number| self.authority.motions[number].said.id).collect()
    }

    /// The rules of the moment in which a motion was made.
    pub fn rules_before(&self, motion: &EntryId) -> Option<&Rules> {
        self.rules_in(self.record(self.row(motion)?).past)
    }

    /// Of a motion that gives the chapter other rules whose statement alone is another one: the statement of before, and
    /// the one that would be adopted.
    pub fn adopts_text(&self, motion: &EntryId) -> Option<(&str, &str)> {
        let before = self.rules_before(motion)?;
        let Measure::Rules { rules } = &self.authority.motion_at(self.row(motion)?)?.measure else { return None };
        let same = Rules { statement: before.statement.clone(), ..rules.clone() } == *before;
        (same && rules.statement != before.statement).then_some((&before.statement, &rules.statement))
    }

    /// The motion by which the statement that holds was adopted; none, where it is the charter's.
    pub fn statement_by(&self) -> Option<EntryId> {
        let mut decision = self.authority.standing().rules;
        let statement = &self.rules()?.statement;
        loop {
            let act = self.authority.act(decision?);
            let Deed::Decision(decided) = &act.deed else { return None };
            let motion = self.authority.motions[decided.motion].said;
            // Those that this decision took the place of; they are in its past, so this ends.
            let before = self.authority.moment(act.said.past).standing.rules;
            if self.rules_of(before).is_none_or(|rules| rules.statement != *statement) {
                return Some(motion.id);
            }
            decision = before;
        }
    }

    /// The number that a member's next vote on a motion has.
    pub fn next_voice_number(&self, motion: &EntryId, member: &MemberId) -> u64 {
        let moved = self.row(motion).and_then(|row| self.authority.motion_at(row));
        let own = |member_no| self.authority.member_id(member_no) == *member;
        let voices = moved.into_iter().flat_map(|moved| &moved.voices).filter(|voice| own(voice.said.member));
        voices.map(|voice| voice.number).max().unwrap_or(0).saturating_add(1)
    }
}
