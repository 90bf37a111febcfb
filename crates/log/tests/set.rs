//! The one door: any order of arrival gives the same set, what misses something waits, and waiting is bounded.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use chapterhouse_log::{
    Ingested, Kept, Log, LogStore, OpenError, Opened, Ring, Stripped,
    mem::MemStore,
    park::{MAX_PARKED, MAX_PARKED_BYTES},
};
use ed25519_dalek::SigningKey;
use entry::{
    ChapterId, DeviceId, Draft, Entry, EntryId, Envelope, EpochKey, SealError, Sealer, Timestamp, Verified,
    time::AHEAD_MILLIS,
};
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
    let sealer = Sealer::new(CHAPTER, 0, &EpochKey::new([9; 32]));
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

// --- bodies that go and come back ------------------------------------------------------------------------------------

/// The envelope without its body.
fn stub_of(bytes: &[u8]) -> Vec<u8> {
    Envelope::from_bytes(bytes).unwrap().stub().to_bytes()
}

/// A stub or an envelope whose body's bytes somebody changed, who needs no key for that: another id, the same entry.
fn false_one(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    bytes
}

/// A ring that has the head key only.
fn heads_only() -> Ring {
    let mut ring = Ring::new(CHAPTER);
    assert!(ring.add_heads(0, &EpochKey::new([9; 32]).heads()));
    ring
}

fn reload(writer: &mut Writer) -> Vec<(EntryId, Option<Vec<u8>>)> {
    writer.store.commit().unwrap();
    let mut seen = Vec::new();
    let (log, loaded) = Log::load(&writer.ring, &writer.store, &mut |_, accepted| {
        seen.push((accepted.entry.id(), accepted.entry.body().map(<[u8]>::to_vec)));
    })
    .unwrap();
    assert!(loaded.damaged.is_empty());
    writer.log = log;
    seen
}

#[test]
fn a_body_goes_and_the_set_stays_the_same() {
    let mut rowan = Writer::new(1);
    let all: Vec<Vec<u8>> = (0..4u8).map(|n| rowan.write(&[n; 700])).collect();
    let before = ids(&rowan.log);
    let second = rowan.ring.open(all[1].clone()).unwrap().into_entry();
    let strip = |rowan: &mut Writer, id: &EntryId| rowan.log.strip(id, &rowan.ring, &mut rowan.store).unwrap();
    assert_eq!(strip(&mut rowan, &second.id()), Stripped::Staged, "nothing of it is committed yet");
    rowan.store.commit().unwrap();
    assert_eq!(strip(&mut rowan, &second.id()), Stripped::Done);
    assert_eq!(strip(&mut rowan, &second.id()), Stripped::Already);
    assert_eq!(strip(&mut rowan, &EntryId([0; 32])), Stripped::Unknown);
    assert_eq!(rowan.log.kept(&second.id()), Some(Kept::Stub));

    let seen = reload(&mut rowan);
    let bodies: Vec<Option<Vec<u8>>> = seen.into_iter().map(|(_, body)| body).collect();
    assert_eq!(bodies, [Some(vec![0; 700]), None, Some(vec![2; 700]), Some(vec![3; 700])]);
    assert_eq!(ids(&rowan.log), before);
    assert_eq!(rowan.store.get(rowan.ring.tag(), 1).unwrap().unwrap(), stub_of(&all[1]));
    assert_eq!(rowan.log.kept(&second.id()), Some(Kept::Stub), "it is known after loading, too");
    assert_eq!(strip(&mut rowan, &second.id()), Stripped::Already);
    rowan.write(b"life goes on");

    // And back: with the whole envelope, the entry is what it was.
    assert!(matches!(rowan.read(&stub_of(&all[1])), Ingested::Duplicate));
    let Ingested::Filled { entry, instead: None } = rowan.read(&all[1]) else { panic!("it was not filled") };
    assert_eq!((entry.entry.clone(), entry.position), (second.clone(), 1));
    assert!(matches!(rowan.read(&all[1]), Ingested::Duplicate));
    assert_eq!(reload(&mut rowan)[1], (second.id(), Some(vec![1; 700])));
    assert_eq!(ids(&rowan.log).intersection(&before).count(), 4);
}

#[test]
fn a_log_of_stubs_is_the_same_set_and_waits_like_any_other() {
    let mut rowan = Writer::new(1);
    let all: Vec<Vec<u8>> = (0..3u8).map(|n| rowan.write(&[n])).collect();
    let mut asha = Writer::new(2);
    assert!(matches!(asha.read(&stub_of(&all[2])), Ingested::Parked { .. }));
    assert!(matches!(asha.read(&stub_of(&all[2])), Ingested::Duplicate));
    // The whole one takes the place of the stub that waits, and not the other way.
    assert!(matches!(asha.read(&all[2]), Ingested::Parked { .. }));
    assert!(matches!(asha.read(&stub_of(&all[2])), Ingested::Duplicate));
    assert!(matches!(asha.read(&false_one(&stub_of(&all[2]))), Ingested::Another));
    assert_eq!(asha.log.park().len(), 1);
    for bytes in &all[..2] {
        asha.read(&stub_of(bytes));
    }
    assert_eq!(ids(&asha.log), ids(&rowan.log));
    assert!(asha.log.park().is_empty() && asha.log.park().bytes() == 0);
    let kept: Vec<Option<Kept>> = asha.log.envelopes().map(|(_, id, _)| asha.log.kept_of(&id)).collect();
    assert_eq!(kept, [Some(Kept::Stub), Some(Kept::Stub), Some(Kept::Whole)]);
    assert_eq!(reload(&mut asha).iter().filter(|(_, body)| body.is_none()).count(), 2);
}

/// An entry is in the set in one envelope, whoever makes how many false ones of it.
#[test]
fn false_stubs_do_not_multiply_an_entry_and_the_true_envelope_takes_their_place() {
    let mut rowan = Writer::new(1);
    let bytes = rowan.write(b"true");
    let mut asha = Writer::new(2);
    assert!(matches!(asha.read(&false_one(&stub_of(&bytes))), Ingested::Accepted(_)));
    assert!(matches!(asha.read(&stub_of(&bytes)), Ingested::Another), "nobody can tell which of two stubs is true");
    let wrong = Envelope::id_of(&false_one(&stub_of(&bytes))).unwrap();
    let Ingested::Filled { instead, .. } = asha.read(&bytes) else { panic!("it was not filled") };
    assert_eq!(instead, Some(wrong));
    assert_eq!(ids(&asha.log), ids(&rowan.log));
    assert!(!asha.log.has(&wrong) && asha.log.len() == 1);
    assert!(matches!(asha.read(&false_one(&stub_of(&bytes))), Ingested::Another));
    assert_eq!(reload(&mut asha)[0].1.as_deref(), Some(&b"true"[..]));
    assert_eq!(ids(&asha.log), ids(&rowan.log));
    // A whole one with another sealed body does not even open.
    assert!(matches!(ring().open(false_one(&bytes)), Err(OpenError::Seal(SealError::Altered))));
}

#[test]
fn with_the_head_key_only_texts_are_kept_sealed_and_open_when_the_key_comes() {
    let mut rowan = Writer::new(1);
    let bytes = rowan.write(b"a text");
    let mut newcomer = Writer::new(3);
    newcomer.ring = heads_only();
    let opened = newcomer.ring.open(bytes.clone()).unwrap();
    assert_eq!((opened.kept(), opened.is_stub(), opened.entry().body()), (Kept::Sealed, false, None));
    assert_eq!(opened.bytes(), bytes, "kept whole, to be served on");
    newcomer.read(&stub_of(&bytes));
    assert!(matches!(newcomer.read(&bytes), Ingested::Filled { instead: None, .. }), "more of it than the stub");
    assert!(matches!(newcomer.read(&false_one(&bytes)), Ingested::Another));
    assert_eq!(reload(&mut newcomer)[0].1, None);
    assert_eq!(newcomer.store.get(newcomer.ring.tag(), 0).unwrap().unwrap(), bytes);
    assert_eq!(newcomer.ring.newest(), None, "nothing can be written with a head key");
    assert!(newcomer.ring.add(0, &EpochKey::new([9; 32])));
    assert_eq!(newcomer.ring.newest(), Some(0));
    let again = newcomer.read(&bytes);
    assert!(matches!(again, Ingested::Filled { instead: None, .. }), "it can be read now: {again:?}");
    assert_eq!(reload(&mut newcomer)[0].1.as_deref(), Some(&b"a text"[..]));
}

#[test]
fn a_ring_tries_all_keys_of_a_number() {
    let keys: Vec<EpochKey> = (0..3u8).map(|n| EpochKey::new([n; 32])).collect();
    let entry = orphan(1, 10);
    let sealed = |key: &EpochKey| Sealer::new(CHAPTER, 0, key).seal(&entry).unwrap().to_bytes();
    let mut ring = Ring::new(CHAPTER);
    assert!(ring.add_heads(0, &keys[1].heads()));
    assert!(ring.add(0, &keys[0]));
    assert_eq!(ring.epochs().collect::<Vec<_>>(), [(0, true)]);
    let kept = |ring: &Ring, key: &EpochKey| ring.open(sealed(key)).map(|opened| opened.kept());
    assert_eq!(kept(&ring, &keys[0]).unwrap(), Kept::Whole);
    assert_eq!(kept(&ring, &keys[1]).unwrap(), Kept::Sealed);
    assert!(matches!(kept(&ring, &keys[2]), Err(OpenError::Seal(SealError::Altered))));
    assert!(ring.has(0, &keys[0]) && !ring.has(0, &keys[1]) && !ring.has(1, &keys[0]));
    // What is sealed here is sealed with the key that can seal.
    assert_eq!(ring.seal(entry.clone()).unwrap().bytes(), sealed(&keys[0]));
    // A whole key supersedes its own head key; its head key then changes nothing.
    assert!(ring.add(0, &keys[1]) && ring.add_heads(0, &keys[1].heads()) && ring.add(0, &keys[1]));
    assert_eq!(kept(&ring, &keys[1]).unwrap(), Kept::Whole);
    assert_eq!(ring.seal(entry.clone()).unwrap().bytes(), sealed(&keys[1]), "the first that came");
    // There is a bound, and what is known does not count against it.
    let more = (100..200u8).filter(|n| ring.add(0, &EpochKey::new([*n; 32]))).count();
    assert_eq!(more, chapterhouse_log::open::MAX_KEYS_OF_AN_EPOCH - 2);
    assert!(ring.add(0, &keys[0]) && !ring.add(0, &keys[2]) && !ring.add_heads(0, &keys[2].heads()));
}
