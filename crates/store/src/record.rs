//! Envelopes in sled's leaves, and the slots that keep sled from writing them three times.
//!
//! sled appends an item to its file, and appends the whole leaf again when it splits, with all its values; with values
//! of 640 bytes that came to 2,850 bytes written for each. So leaves are made to split while they are still empty: keys
//! without values, *slots*, are put in ahead of the envelopes. When an envelope comes, its slot stands in a leaf that
//! will never split again, and it is written once.
//!
//! A leaf splits at 17 items into 9 and 8 and is rewritten when it changed ten times: nine values fit exactly.
//!
//! Several envelopes of one commit share a record, up to the next slot: that saves keys, leaves, and time.

use std::{collections::VecDeque, iter::Peekable};

/// The longest value that is given to sled. A leaf of 17 such values stays below 128 KiB, above which sled would put
/// it into a file of its own, which it does not make durable and removes late.
pub const PIECE: usize = 7 * 1024;
/// How full a record is packed.
const PACK: usize = 4 * 1024;
/// With fewer slots than this ahead, new ones are put in: as many as keep the next ones out of the last leaf.
const LOW: usize = 18;
/// How many there are then.
const HIGH: usize = 34;

const PACKED: u8 = 1;
const LONG: u8 = 2;

/// What is written for one commit of one chapter.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Positions at which keys without values are put in first.
    pub slots: Vec<u64>,
    /// Position, piece, value.
    pub values: Vec<(u64, u8, Vec<u8>)>,
    /// How many envelopes the chapter has then.
    pub len: u64,
    /// Positions of the slots that are free then.
    pub free: VecDeque<u64>,
}

/// Lays out `envelopes` behind the `len` that a chapter has, with `free` slots at or behind that position.
pub fn plan(len: u64, free: &VecDeque<u64>, envelopes: &[Vec<u8>]) -> Plan {
    let mut plan = Plan { len, free: free.clone(), ..Plan::default() };
    let mut waiting = envelopes.iter().peekable();
    while let Some(first) = waiting.next() {
        let at = plan.len;
        while plan.free.front().is_some_and(|slot| *slot < at) {
            plan.free.pop_front();
        }
        if plan.free.front() == Some(&at) {
            plan.free.pop_front();
        } else {
            plan.slots.push(at);
        }
        let end = plan.free.front().copied().unwrap_or(u64::MAX);
        plan.len = lay(at, end, first, &mut waiting, &mut plan.values);
    }
    if plan.free.len() < LOW {
        let next = plan.free.back().map_or(plan.len, |last| last + 1).max(plan.len);
        let more = next..next + (HIGH - plan.free.len()) as u64;
        plan.slots.extend(more.clone());
        plan.free.extend(more);
    }
    plan
}

/// Lays out the envelopes of a record, some of which were replaced, from where it began. Several records, where one of
/// them became too long for one.
pub fn again(first: u64, envelopes: &[Vec<u8>]) -> Vec<(u64, u8, Vec<u8>)> {
    let (mut at, mut values) = (first, Vec::new());
    let mut waiting = envelopes.iter().peekable();
    while let Some(next) = waiting.next() {
        at = lay(at, u64::MAX, next, &mut waiting, &mut values);
    }
    values
}

/// Lays out one record from `at` on, up to the next slot: `first`, and what of the others fits with it. Returns where
/// the next record begins.
fn lay<'a>(
    at: u64,
    end: u64,
    first: &[u8],
    waiting: &mut Peekable<impl Iterator<Item = &'a Vec<u8>>>,
    values: &mut Vec<(u64, u8, Vec<u8>)>,
) -> u64 {
    let mut next = at + 1;
    if first.len() + 5 > PIECE {
        values.extend(long(first).zip(0..).map(|(value, piece)| (at, piece, value)));
        return next;
    }
    let mut value = vec![PACKED];
    push(&mut value, first);
    while next < end
        && let Some(envelope) = waiting.next_if(|envelope| value.len() + 4 + envelope.len() <= PACK)
    {
        push(&mut value, envelope);
        next += 1;
    }
    values.push((at, 0, value));
    next
}

fn push(value: &mut Vec<u8>, envelope: &[u8]) {
    value.extend_from_slice(&(envelope.len() as u32).to_be_bytes());
    value.extend_from_slice(envelope);
}

/// The pieces of an envelope that is too long for one; the first names the whole length.
fn long(envelope: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let (head, tail) = envelope.split_at(envelope.len().min(PIECE - 5));
    let mut first = vec![LONG];
    push(&mut first, head);
    first[1..5].copy_from_slice(&(envelope.len() as u32).to_be_bytes());
    std::iter::once(first).chain(tail.chunks(PIECE).map(<[u8]>::to_vec))
}

/// What a record's first value holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Record<'a> {
    /// Whole envelopes, at consecutive positions.
    Packed(Vec<&'a [u8]>),
    /// The beginning of one envelope, and its whole length.
    Long(usize, &'a [u8]),
}

impl<'a> Record<'a> {
    /// Reads a value; `None` when it is none that [`plan`] writes.
    pub fn read(value: &'a [u8]) -> Option<Self> {
        match value.split_first()? {
            (&PACKED, mut rest) => {
                let mut envelopes = Vec::with_capacity(8);
                while let Some((length, after)) = rest.split_first_chunk() {
                    let (envelope, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
                    envelopes.push(envelope);
                    rest = after;
                }
                (rest.is_empty() && !envelopes.is_empty()).then_some(Self::Packed(envelopes))
            }
            (&LONG, rest) => {
                let (length, beginning) = rest.split_first_chunk()?;
                let length = u32::from_be_bytes(*length) as usize;
                (length > beginning.len()).then_some(Self::Long(length, beginning))
            }
            _ => None,
        }
    }

    /// How many envelopes it holds.
    pub fn count(&self) -> u64 {
        match self {
            Self::Packed(envelopes) => envelopes.len() as u64,
            Self::Long(..) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    fn read_back(plan: &Plan) -> Vec<Vec<u8>> {
        let mut envelopes: Vec<Vec<u8>> = Vec::new();
        let mut missing = 0;
        for (_, piece, value) in &plan.values {
            assert!(value.len() <= PIECE);
            if *piece > 0 {
                envelopes.last_mut().unwrap().extend_from_slice(value);
                missing -= value.len();
                continue;
            }
            assert_eq!(missing, 0);
            match Record::read(value).unwrap() {
                Record::Packed(some) => envelopes.extend(some.into_iter().map(<[u8]>::to_vec)),
                Record::Long(length, beginning) => {
                    envelopes.push(beginning.to_vec());
                    missing = length - beginning.len();
                }
            }
        }
        assert_eq!(missing, 0);
        envelopes
    }

    #[test]
    fn single_envelopes_find_their_slots_and_none_is_left_unused() {
        let mut free = VecDeque::new();
        for len in 0..1_000 {
            let plan = plan(len, &free, &[vec![7; 640]]);
            assert_eq!(plan.values.len(), 1);
            assert_eq!(plan.values[0].0, len);
            assert!(plan.free.iter().copied().eq(len + 1..len + 1 + plan.free.len() as u64));
            assert!((LOW..=HIGH).contains(&plan.free.len()));
            assert_eq!(plan.slots.contains(&len), len == 0);
            free = plan.free;
        }
    }

    #[test]
    fn a_batch_uses_up_its_slots_and_is_packed_behind_them() {
        let slots: VecDeque<u64> = (100..120).collect();
        let plan = plan(100, &slots, &vec![vec![7; 640]; 200]);
        assert_eq!(plan.len, 300);
        let positions: Vec<u64> = plan.values.iter().map(|(at, ..)| *at).collect();
        assert!(positions[..20].iter().copied().eq(100..120));
        assert_eq!(positions[20..23], [125, 131, 137]);
        assert_eq!(plan.values.len(), 20 + 175_usize.div_ceil(6));
        assert!(plan.free.iter().copied().eq(300..300 + HIGH as u64));
    }

    #[test]
    fn what_was_never_written_is_not_read() {
        for value in
            [&[][..], &[0], &[1], &[1, 0, 0, 0], &[1, 0, 0, 0, 2, 9], &[1, 0, 0, 0, 1, 9, 9], &[3, 1], &[2, 0, 0]]
        {
            assert_eq!(Record::read(value), None);
        }
        assert_eq!(Record::read(&[2, 0, 0, 0, 1, 9]), None, "a long envelope is longer than its first piece");
    }

    proptest! {
        /// A record stays one as long as what is in it gets shorter, and is never torn in the wrong place.
        #[test]
        fn a_record_is_laid_out_again(
            first in 0..100_000_u64,
            lens in prop::collection::vec(1..1_500_usize, 1..9),
            place in any::<prop::sample::Index>(),
            len in prop_oneof![4 => 1..1_500_usize, 1 => 1..90_000_usize],
        ) {
            let mut envelopes: Vec<Vec<u8>> = lens.iter().enumerate().map(|(i, len)| vec![i as u8; *len]).collect();
            let records = |envelopes: &[Vec<u8>]| again(first, envelopes).iter().filter(|v| v.1 == 0).count();
            let place = place.index(envelopes.len());
            let before = (records(&envelopes), envelopes[place].len());
            envelopes[place] = vec![99; len];
            let plan = Plan { values: again(first, &envelopes), ..Plan::default() };
            prop_assert_eq!(read_back(&plan), envelopes.clone());
            prop_assert_eq!(plan.values[0].0, first);
            prop_assert!(len > before.1 || records(&envelopes) <= before.0);
        }

        #[test]
        fn everything_planned_is_read_back(
            len in 0..100_000_u64,
            gaps in prop::collection::vec(0..9_u64, 0..40),
            lens in prop::collection::vec(prop_oneof![8 => 1..2_000_usize, 1 => 1..100_000_usize], 1..80),
        ) {
            let free: VecDeque<u64> =
                gaps.iter().scan(len, |at, gap| { *at += gap + 1; Some(*at - 1) }).collect();
            let envelopes: Vec<Vec<u8>> = lens.iter().enumerate().map(|(i, len)| vec![i as u8; *len]).collect();
            let plan = plan(len, &free, &envelopes);
            prop_assert_eq!(read_back(&plan), envelopes.clone());
            prop_assert_eq!(plan.len, len + envelopes.len() as u64);
            // Every record begins at a slot, old or new, and covers none.
            let slots: std::collections::BTreeSet<u64> = free.iter().chain(&plan.slots).copied().collect();
            let begins: Vec<u64> = plan.values.iter().filter(|v| v.1 == 0).map(|v| v.0).collect();
            prop_assert!(begins.iter().all(|at| slots.contains(at)));
            prop_assert!(begins.is_sorted_by(|a, b| a < b));
            for slot in slots.range(len..plan.len) {
                prop_assert!(begins.contains(slot));
            }
            prop_assert!(plan.free.iter().all(|slot| *slot >= plan.len));
            prop_assert!(plan.free.len() >= LOW);
        }
    }
}
