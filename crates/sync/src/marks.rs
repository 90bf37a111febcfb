//! Which devices are known to hold which envelopes of ours.
//!
//! An author wants to read "3 of 5 devices have this". A device's word for it is enough: it is a member's, and the
//! number is information, not a vote. Positions are those of the arrival here, so that almost everything a device has
//! is one number: all below it.

use crate::limits::{MARKED_DEVICES, MARKS_ABOVE};
use entry::DeviceId;
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use std::collections::{BTreeMap, BTreeSet};

/// What one other device is known to have stored, in terms of arrival positions here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    below: u64,
    above: BTreeSet<u64>,
}

impl Mark {
    /// Whether it has what is at this position.
    pub fn contains(&self, position: u64) -> bool {
        position < self.below || self.above.contains(&position)
    }

    /// It has everything below this position.
    pub const fn below(&self) -> u64 {
        self.below
    }

    /// Returns whether that was news.
    fn add(&mut self, position: u64) -> bool {
        if self.contains(position) {
            return false;
        }
        if position == self.below {
            self.below += 1;
            self.close_up();
        } else if self.above.len() < MARKS_ABOVE {
            self.above.insert(position);
        } else {
            // Forgotten for now: the next comparison that finds both sets equal brings it back.
            return false;
        }
        true
    }

    fn add_below(&mut self, count: u64) -> bool {
        if count <= self.below {
            return false;
        }
        self.below = count;
        self.above = self.above.split_off(&count);
        self.close_up();
        true
    }

    fn close_up(&mut self) {
        while self.above.remove(&self.below) {
            self.below += 1;
        }
    }
}

/// The form in which a mark is kept: how much below, then the positions above.
impl<C> Encode<C> for Mark {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(2)?.u64(self.below)?.array(self.above.len() as u64)?;
        for position in &self.above {
            e.u64(*position)?;
        }
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Mark {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(2) {
            return Err(decode::Error::message("a mark of another form"));
        }
        let mut mark = Self { below: d.u64()?, above: BTreeSet::new() };
        let count = d.array()?.ok_or_else(|| decode::Error::message("a list without its length"))?;
        if count > MARKS_ABOVE as u64 {
            return Err(decode::Error::message("too many single positions"));
        }
        for _ in 0..count {
            mark.add(d.u64()?);
        }
        Ok(mark)
    }
}

/// The marks of one chapter.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    devices: BTreeMap<DeviceId, Mark>,
}

impl Marks {
    fn entry(&mut self, device: DeviceId) -> Option<&mut Mark> {
        if self.devices.len() >= MARKED_DEVICES && !self.devices.contains_key(&device) {
            return None;
        }
        Some(self.devices.entry(device).or_default())
    }

    /// A device has what is at this position. Returns whether that was news.
    pub(crate) fn add(&mut self, device: DeviceId, position: u64) -> bool {
        self.entry(device).is_some_and(|mark| mark.add(position))
    }

    /// A device has everything below this position. Returns whether that was news.
    pub(crate) fn add_below(&mut self, device: DeviceId, count: u64) -> bool {
        self.entry(device).is_some_and(|mark| mark.add_below(count))
    }

    pub(crate) fn contains(&self, device: &DeviceId, position: u64) -> bool {
        self.devices.get(device).is_some_and(|mark| mark.contains(position))
    }

    pub(crate) fn below(&self, device: &DeviceId) -> u64 {
        self.devices.get(device).map_or(0, Mark::below)
    }

    pub(crate) fn holders(&self, position: u64) -> impl Iterator<Item = DeviceId> {
        self.devices.iter().filter(move |(_, mark)| mark.contains(position)).map(|(device, _)| *device)
    }

    /// How many positions at least one device has.
    pub(crate) fn covered(&self) -> u64 {
        let below = self.devices.values().map(Mark::below).max().unwrap_or(0);
        let above: BTreeSet<_> = self.devices.values().flat_map(|mark| mark.above.range(below..)).collect();
        below + above.len() as u64
    }

    pub(crate) fn all(&self) -> Vec<(DeviceId, Mark)> {
        self.devices.iter().map(|(device, mark)| (*device, mark.clone())).collect()
    }

    /// Takes back what was kept, as far as the log reaches.
    pub(crate) fn restore(&mut self, kept: Vec<(DeviceId, Mark)>, len: u64) {
        for (device, kept) in kept {
            if let Some(mark) = self.entry(device) {
                mark.add_below(kept.below.min(len));
                for position in kept.above.range(..len) {
                    mark.add(*position);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use entry::canon;

    fn device(n: u8) -> DeviceId {
        DeviceId([n; 32])
    }

    #[test]
    fn single_positions_close_up_to_one_number() {
        let mut mark = Mark::default();
        for position in [2, 1, 4, 0] {
            assert!(mark.add(position));
        }
        assert!(!mark.add(1));
        assert_eq!((mark.below, mark.above.len()), (3, 1));
        assert!(mark.add(3));
        assert_eq!((mark.below, mark.above.len()), (5, 0));
        assert!(mark.add(9) && mark.add(7));
        assert!(mark.add_below(8));
        assert!(!mark.add_below(3));
        assert_eq!((mark.below, mark.contains(8), mark.contains(9)), (8, false, true));
    }

    #[test]
    fn what_was_kept_comes_back_and_never_reaches_past_the_log() {
        let mut marks = Marks::default();
        marks.add_below(device(1), 5);
        marks.add(device(1), 8);
        marks.add(device(2), 6);
        assert_eq!((marks.holders(2).count(), marks.holders(8).count(), marks.covered()), (1, 1, 7));
        let kept: Vec<_> = marks
            .all()
            .into_iter()
            .map(|(device, mark)| (device, canon::from_bytes::<Mark>(&canon::to_bytes(&mark), 100_000).unwrap()))
            .collect();
        assert_eq!(kept, marks.all());
        let mut again = Marks::default();
        again.restore(kept, 7);
        assert_eq!((again.below(&device(1)), again.contains(&device(1), 8), again.covered()), (5, false, 6));
    }

    #[test]
    fn the_single_positions_of_a_device_are_bounded() {
        let mut mark = Mark::default();
        for position in 0..2 * MARKS_ABOVE as u64 {
            mark.add(10 + 2 * position);
        }
        assert_eq!(mark.above.len(), MARKS_ABOVE);
    }
}
