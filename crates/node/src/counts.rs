//! Signed counts: each computer says once which result it counted in a poll that is over, until enough have said the same;
//! the first of them with the ballots that it counted. So whoever counts something else says so.

use crate::house::{House, Room};
use api::Refusal;
use chapter::{
    Kind,
    kinds::{Counted, counted::MAX_COUNTS},
    view::DeviceCount,
};
use entry::{ChapterId, EntryId, Timestamp};
use std::collections::BTreeMap;

/// So many that say the same are enough.
pub(crate) const ENOUGH: usize = 16;
/// How often it is looked, in milliseconds.
const EVERY: u64 = 20_000;
/// Within how long after it was found to be over a computer says what it counted, in milliseconds: not all at once, so that
/// in large chapters few have to.
const SPREAD: u64 = 600_000;
/// How long after its close a poll without tellers is taken to be complete, in milliseconds.
const SETTLES: u64 = 900_000;
/// How long after the close nobody asks any more, in milliseconds.
const OLD: u64 = 30 * 24 * 3_600_000;

/// What this computer has looked at.
#[derive(Default)]
pub(crate) struct Counts {
    /// When it last looked, how many entries there were, and when the next poll is over by time alone.
    looked: BTreeMap<ChapterId, (Timestamp, usize, Option<Timestamp>)>,
    /// When it says what it counted.
    due: BTreeMap<EntryId, Timestamp>,
}

/// Whether what counts in a poll is taken to be settled.
pub(crate) fn is_over(room: &Room, poll: &EntryId, closes: Timestamp, now: Timestamp) -> bool {
    match room.view.closing(poll) {
        Some(closing) => now > closes && closing.settled,
        None => now > closes.plus(SETTLES),
    }
}

impl House {
    /// Somebody had the votes of a poll counted again here: if anybody learns something from it, it is said at once.
    pub(crate) fn say_count_now(&mut self, chapter: &ChapterId, poll: &EntryId) {
        self.counts.due.insert(*poll, self.now);
        self.counts.looked.remove(chapter);
    }

    /// Says what this computer counted, where that is due.
    pub(crate) fn say_counts(&mut self, chapter: &ChapterId) -> Result<(), Refusal> {
        let (now, entries) = (self.now, self.room(chapter)?.view.entries());
        let waiting = !self.counts.due.is_empty();
        if let Some((at, before, next)) = self.counts.looked.get(chapter) {
            let changed = *before != entries || waiting || next.is_some_and(|next| now > next);
            if now < at.plus(EVERY) || !changed {
                return Ok(());
            }
        }
        let (device, room) = (self.contents.device.id(), self.room(chapter)?);
        let over = |poll: &EntryId| {
            let closes = room.view.poll(poll).map(|state| state.rules.closes);
            closes.is_some_and(|closes| now < closes.plus(OLD) && is_over(room, poll, closes, now))
        };
        let polls: Vec<EntryId> = room.view.polls().filter(over).collect();
        let settle = room.view.polls().filter_map(|poll| room.view.poll(&poll));
        let next = settle.map(|state| state.rules.closes.plus(SETTLES)).filter(|settles| *settles >= now).min();
        self.counts.looked.insert(*chapter, (now, entries, next));
        // Nobody asks for those that are too long ago.
        self.counts.due.retain(|poll, _| polls.contains(poll));
        for poll in polls {
            let view = &self.room(chapter)?.view;
            let Some(outcome) = view.outcome(&poll) else { continue };
            let (result, said) = (outcome.hash(), view.device_counts(&poll));
            if !needed(&said, &device, &result) {
                self.counts.due.remove(&poll);
                continue;
            }
            let due = match self.counts.due.get(&poll) {
                Some(due) => *due,
                None => {
                    let due = now.plus(u64::from_le_bytes(self.random_bytes()) % SPREAD);
                    self.counts.due.insert(poll, due);
                    due
                }
            };
            if now >= due {
                self.counts.due.remove(&poll);
                let known = said.iter().any(|count| count.result == result && !count.marks.is_empty());
                let ballots = if known { Vec::new() } else { Counted::marks(outcome.counted.into_values()) };
                self.publish(chapter, &Kind::Counted(Counted { poll, result, ballots }))?;
            }
        }
        Ok(())
    }
}

/// Whether anybody learns anything from this device's count.
fn needed(said: &[DeviceCount], device: &entry::DeviceId, result: &[u8; 32]) -> bool {
    let own = said.iter().find(|count| count.device == *device);
    let same = said.iter().filter(|count| count.result == *result).count();
    match own {
        Some(own) => own.result != *result && own.times < MAX_COUNTS,
        // One who says something else, or lies, does not make all the others speak.
        None => same < ENOUGH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entry::{DeviceId, MemberId};

    fn said(device: u8, result: u8, times: usize) -> DeviceCount {
        DeviceCount {
            device: DeviceId([device; 32]),
            member: MemberId([device; 32]),
            time: Timestamp(0),
            result: [result; 32],
            marks: Box::default(),
            times,
        }
    }

    #[test]
    fn enough_are_enough_and_whoever_counts_something_else_says_so() {
        let me = DeviceId([200; 32]);
        let mut others: Vec<DeviceCount> = (0..15).map(|device| said(device, 1, 1)).collect();
        assert!(needed(&others, &me, &[1; 32]), "the sixteenth");
        others.push(said(15, 1, 1));
        assert!(!needed(&others, &me, &[1; 32]), "they are enough");
        assert!(needed(&others, &me, &[2; 32]), "another result is said");
        others.push(said(16, 2, 1));
        assert!(!needed(&others, &me, &[1; 32]), "which does not make all the others speak");
        // Once is enough, unless it was something else; and not for ever.
        others.push(said(200, 1, 1));
        assert!(!needed(&others, &me, &[1; 32]) && needed(&others, &me, &[3; 32]));
        others.pop();
        others.push(said(200, 1, MAX_COUNTS));
        assert!(!needed(&others, &me, &[3; 32]));
    }
}
