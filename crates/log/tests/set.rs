//! The one door: any order of arrival gives the same set, what misses something waits, and waiting is bounded.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use chapterhouse_log::{
    Ingested, Log, LogStore, OpenError, Opened, Ring,
    mem::MemStore,
    park::{MAX_PARKED, MAX_PARKED_BYTES},
};
use ed25519_dalek::SigningKey;
use entry::{ChapterId, DeviceId, Draft, Entry, EntryId, EpochKey, Timestamp, Verified, time::AHEAD_MILLIS};
use proptest::prelude::*;
use std::collections::BTreeSet;

const CHAPTER: ChapterId = ChapterId([7; 32]);
const NOW: Timestamp = Timestamp(1_795_458_600_000);

fn ring() -> Ring {
    let mut ring = Ring::new(CHAPTER);
    ring.add(0, &EpochKey::new([9; 32]));
    ring
}

/// A device that writes into a log of its own.
struct Writer {
    key: SigningKey,
    log: Log,
    store: MemStore,
    ring: Ring,
}

impl Writer {
    fn new(seed: u8) -> Self {
        Self { key: SigningKey::from_bytes(&[seed; 32]), log: Log::new(CHAPTER), store: MemStore::new(), ring: ring() }
    }

    fn write_at(&mut self, time: Timestamp, body: &[u8]) -> Vec<u8> {
        let device = DeviceId(self.key.verifying_key().to_bytes());
        let entry = self.log.draft(device, 0, time, 10, body.to_vec()).sign(&self.key).unwrap();
        let opened = self.ring.seal(entry).unwrap();
        let bytes = bytes_of(&self.ring, &opened);
        let later = time.plus(1);
        self.log.ingest(later, opened, &self.ring, &mut self.store).unwrap();
        bytes
    }

    fn write(&mut self, body: &[u8]) -> Vec<u8> {
        self.write_at(NOW, body)
    }

    fn read(&mut self, bytes: &[u8]) -> Ingested {
        let opened = self.ring.open(bytes.to_vec()).unwrap();
        self.log.ingest(NOW, opened, &self.ring, &mut self.store).unwrap()
    }
}

/// The envelope of an opened entry: it has exactly one, so sealing again gives it.
fn bytes_of(_ring: &Ring, opened: &Opened) -> Vec<u8> {
    let sealer = entry::envelope::Sealer::new(CHAPTER, 0, &EpochKey::new([9; 32]));
    sealer.seal(opened.entry()).unwrap().to_bytes()
}

/// Two devices that write in turns and at the same time.
fn history(steps: &[bool]) -> Vec<Vec<u8>> {
    let (mut rowan, mut asha) = (Writer::new(1), Writer::new(2));
    let mut all: Vec<Vec<u8>> = Vec::new();
    let mut shared = 0;
    for (n, exchange) in steps.iter().enumerate() {
        let body = [u8::try_from(n).unwrap()];
        let writer = if n % 2 == 0 { &mut rowan } else { &mut asha };
        all.push(writer.write(&body));
        if *exchange {
            for bytes in &all[shared..] {
                rowan.read(bytes);
                asha.read(bytes);
            }
            shared = all.len();
        }
    }
    all
}

fn ids(log: &Log) -> BTreeSet<entry::EnvelopeId> {
    log.envelopes().map(|(_, id, _)| id).collect()
}

proptest! {
    #[test]
    fn any_order_with_repetitions_gives_the_same_set(
        steps in prop::collection::vec(any::<bool>(), 1..24),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..80),
    ) {
        let all = history(&steps);
        let mut straight = Writer::new(3);
        for bytes in &all {
            straight.read(bytes);
        }
        prop_assert_eq!(straight.log.len(), all.len());
        let mut shuffled = Writer::new(4);
        for index in order {
            shuffled.read(&all[index.index(all.len())]);
        }
        for bytes in all.iter().rev() {
            shuffled.read(bytes);
        }
        prop_assert_eq!(ids(&shuffled.log), ids(&straight.log));
        prop_assert!(shuffled.log.park().is_empty());
        let heads = |log: &Log| log.heads().copied().collect::<Vec<_>>();
        prop_assert_eq!(heads(&shuffled.log), heads(&straight.log));
        // What the store has is what the set has, and it loads in the same causal order.
        shuffled.store.commit().unwrap();
        let mut seen: BTreeSet<EntryId> = BTreeSet::new();
        let mut causal = true;
        let (loaded, report) = Log::load(&shuffled.ring, &shuffled.store, &mut |_, accepted| {
            causal &= accepted.entry.causal_parents().all(|parent| seen.contains(&parent));
            seen.insert(accepted.entry.id());
        }).unwrap();
        prop_assert!(causal && report.damaged.is_empty());
        prop_assert_eq!(ids(&loaded), ids(&straight.log));
    }
}

#[test]
fn a_child_waits_for_its_parent_and_comes_in_with_it() {
    let mut rowan = Writer::new(1);
    let (first, second, third) = (rowan.write(b"1"), rowan.write(b"2"), rowan.write(b"3"));
    let mut asha = Writer::new(2);
    assert!(matches!(asha.read(&third), Ingested::Parked { .. }));
    assert!(matches!(asha.read(&second), Ingested::Parked { .. }));
    assert!(matches!(asha.read(&third), Ingested::Duplicate), "it waits already");
    assert_eq!((asha.log.len(), asha.log.park().len()), (0, 2));
    let Ingested::Accepted(accepted) = asha.read(&first) else { panic!("the first misses nothing") };
    assert_eq!(accepted.iter().map(|a| a.entry.content().seq).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(asha.log.park().len(), 0);
    assert!(matches!(asha.read(&second), Ingested::Duplicate));
}

#[test]
fn ahead_of_the_clock_is_not_yet_and_never_never() {
    let mut rowan = Writer::new(1);
    let future = NOW.plus(AHEAD_MILLIS + 5_000);
    let bytes = rowan.write_at(future, b"from the future");
    let after = rowan.write_at(future, b"and one more");
    let mut asha = Writer::new(2);
    assert!(matches!(asha.read(&bytes), Ingested::Parked { .. }));
    assert!(matches!(asha.read(&after), Ingested::Parked { .. }));
    assert!(asha.log.ingest_due(NOW.plus(1_000), &asha.ring, &mut asha.store).unwrap().is_empty());
    let due = asha.log.ingest_due(NOW.plus(6_000), &asha.ring, &mut asha.store).unwrap();
    assert_eq!(due.len(), 2);
}

/// An entry whose parent nobody has.
fn orphan(n: u32, body: usize) -> Entry<Verified> {
    let key = SigningKey::from_bytes(&[5; 32]);
    let prev = Some(EntryId(blake3_of(n)));
    let device = DeviceId(key.verifying_key().to_bytes());
    let body = vec![0; body];
    Draft { chapter: CHAPTER, epoch: 0, device, seq: 2, prev, time: NOW, parents: vec![], kind: 10, body }
        .sign(&key)
        .unwrap()
}

fn blake3_of(n: u32) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    bytes
}

#[test]
fn a_flood_of_orphans_stays_bounded_in_number_and_in_bytes() {
    let ring = ring();
    let (mut log, mut store) = (Log::new(CHAPTER), MemStore::new());
    let mut dropped = 0;
    for n in 0..u32::try_from(MAX_PARKED).unwrap() + 100 {
        let opened = ring.seal(orphan(n, 1)).unwrap();
        let Ingested::Parked { dropped: out } = log.ingest(NOW, opened, &ring, &mut store).unwrap() else { panic!() };
        dropped += out.len();
    }
    assert_eq!((log.park().len(), dropped), (MAX_PARKED, 100));
    for n in 0..700 {
        let opened = ring.seal(orphan(1_000_000 + n, 60_000)).unwrap();
        log.ingest(NOW, opened, &ring, &mut store).unwrap();
        assert!(log.park().bytes() <= MAX_PARKED_BYTES);
    }
}

#[test]
fn what_has_no_key_yet_says_so_and_what_was_altered_is_refused() {
    let mut rowan = Writer::new(1);
    let bytes = rowan.write(b"1");
    assert!(matches!(Ring::new(CHAPTER).open(bytes.clone()), Err(OpenError::NoKey { epoch: 0, .. })));
    let mut altered = bytes.clone();
    *altered.last_mut().unwrap() ^= 1;
    assert!(matches!(ring().open(altered), Err(OpenError::Seal(_))));
    assert!(ring().open_all(vec![bytes, vec![0]]).iter().map(Result::is_ok).eq([true, false]));
}

#[test]
fn ancestors_are_those_that_can_be_reached() {
    let all = history(&[false, true, false, false, true, true]);
    let mut log = Writer::new(9);
    let mut entries = Vec::new();
    for bytes in &all {
        log.read(bytes);
        entries.push(ring().open(bytes.clone()).unwrap().into_entry().id());
    }
    // rowan 1 and asha 1 did not know of each other; rowan 2 knew both.
    assert!(!log.log.is_ancestor(&entries[0], &entries[1]));
    assert!(log.log.is_ancestor(&entries[0], &entries[2]) && log.log.is_ancestor(&entries[1], &entries[2]));
    assert!(!log.log.is_ancestor(&entries[2], &entries[0]));
    assert!(!log.log.is_ancestor(&entries[0], &entries[0]), "nothing is in its own past");
    assert!(entries[..5].iter().all(|past| log.log.is_ancestor(past, &entries[5])));
}

#[test]
fn a_damaged_envelope_is_told_and_fetched_again_and_its_children_are_not_lost() {
    let mut rowan = Writer::new(1);
    let all: Vec<Vec<u8>> = (0..4u8).map(|n| rowan.write(&[n])).collect();
    let mut store = MemStore::new();
    let mut broken = all.clone();
    *broken[1].last_mut().unwrap() ^= 1;
    let slices: Vec<&[u8]> = broken.iter().map(Vec::as_slice).collect();
    store.append(ring().tag(), &slices).unwrap();
    store.commit().unwrap();
    let ring = ring();
    let (mut log, report) = Log::load(&ring, &store, &mut |_, _| {}).unwrap();
    assert_eq!((report.damaged, log.len()), (vec![1], 1));
    let again = ring.open(all[1].clone()).unwrap();
    let Ingested::Accepted(accepted) = log.ingest(NOW, again, &ring, &mut store).unwrap() else { panic!() };
    assert_eq!(accepted.iter().map(|a| a.position).collect::<Vec<_>>(), [4, 2, 3]);
    store.commit().unwrap();
    let (log, report) = Log::load(&ring, &store, &mut |_, _| {}).unwrap();
    assert_eq!((report.damaged, log.len()), (vec![1], 4), "and it loads whole from then on");
}
