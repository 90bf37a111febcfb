//! One set of tests that every [`LogStore`] has to pass.
//!
//! A test module implements [`Disk`] for whatever the store keeps its data on and calls
//! [`log_store_suite!`](crate::log_store_suite) with an expression that gives a fresh one.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::store::{LogStore, MAX_ENVELOPE, MAX_META_KEY, MAX_META_VALUE, MAX_STAGED, StoreError, Tag};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// What survives when a store is dropped.
pub trait Disk {
    /// The store under test.
    type Store: LogStore;
    /// Opens what is on the disk.
    fn open(&self) -> Result<Self::Store, StoreError>;
}

const A: Tag = [0xA; 16];
const B: Tag = [0xB; 16];

/// Defines one `#[test]` for each test of the suite, on fresh disks.
#[macro_export]
macro_rules! log_store_suite {
    ($fresh:expr) => {
        $crate::log_store_suite!(@ $fresh;
            committed_envelopes_are_read_back_in_order
            nothing_staged_is_visible_or_survives
            positions_go_on_after_reopening
            rollback_forgets_everything_staged
            chapters_do_not_mix
            small_values_are_written_replaced_and_removed
            what_is_too_large_is_refused_and_the_rest_stays
            the_largest_that_is_allowed_is_kept
            a_scan_starts_and_stops_where_it_is_told
            a_removed_chapter_is_gone_and_can_begin_again
            a_removed_chapter_of_many_envelopes_is_gone
            batches_of_every_size_are_read_back
            what_is_replaced_is_read_in_its_place
            a_replacement_is_staged_and_forgotten_like_everything_else
            only_what_is_there_is_replaced
            any_history_reads_like_a_list);
    };
    (@ $fresh:expr; $($name:ident)*) => {
        $(#[test]
        fn $name() {
            $crate::suite::$name(&|| $fresh);
        })*
    };
}

fn envelope(position: u64, len: usize) -> Vec<u8> {
    let mut bytes = blake(position);
    bytes.resize(len, position as u8);
    bytes.truncate(len);
    bytes
}

fn blake(seed: u64) -> Vec<u8> {
    // Bytes that differ from position to position; a splitmix step is enough.
    (0..4_u64)
        .flat_map(|i| {
            let z = (seed ^ (i << 56)).wrapping_add(0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            (z ^ (z >> 31)).to_le_bytes()
        })
        .collect()
}

fn append(store: &mut impl LogStore, chapter: &Tag, envelopes: &[Vec<u8>]) -> u64 {
    let slices: Vec<&[u8]> = envelopes.iter().map(Vec::as_slice).collect();
    store.append(chapter, &slices).unwrap()
}

fn all(store: &impl LogStore, chapter: &Tag, from: u64) -> Vec<(u64, Vec<u8>)> {
    let mut found = Vec::new();
    store
        .scan(chapter, from, &mut |position, bytes| {
            found.push((position, bytes.to_vec()));
            ControlFlow::Continue(())
        })
        .unwrap();
    found
}

fn assert_log(store: &impl LogStore, chapter: &Tag, expected: &[Vec<u8>]) {
    assert_eq!(store.len(chapter).unwrap(), expected.len() as u64);
    let found = all(store, chapter, 0);
    assert_eq!(found.len(), expected.len());
    for (position, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert_eq!(found.0, position as u64);
        assert!(found.1 == *expected, "the envelope at {position} is another one");
    }
    for position in [0, expected.len() / 2, expected.len().saturating_sub(1), expected.len(), expected.len() + 1] {
        assert!(
            store.get(chapter, position as u64).unwrap().as_ref() == expected.get(position),
            "get({position}) is not what was committed there"
        );
    }
}

/// Envelopes that were committed come back, before and after reopening.
pub fn committed_envelopes_are_read_back_in_order<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let log: Vec<_> = (0..500).map(|i| envelope(i, 1 + (i as usize * 37) % 1500)).collect();
    let mut store = disk.open().unwrap();
    assert_eq!(append(&mut store, &A, &log[..200]), 0);
    assert_eq!(append(&mut store, &A, &log[200..]), 200);
    store.commit().unwrap();
    assert_log(&store, &A, &log);
    drop(store);
    assert_log(&disk.open().unwrap(), &A, &log);
}

/// What is staged cannot be read, and is gone when the program is.
pub fn nothing_staged_is_visible_or_survives<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let mut store = disk.open().unwrap();
    append(&mut store, &A, &[envelope(0, 10)]);
    store.commit().unwrap();
    append(&mut store, &A, &[envelope(1, 10)]);
    append(&mut store, &B, &[envelope(2, 10)]);
    store.put_meta(b"k", Some(b"v")).unwrap();
    let mut first = Some(envelope(1, 10));
    for _ in 0..2 {
        assert_eq!(store.chapters().unwrap(), [A]);
        assert_log(&store, &A, &[envelope(0, 10)]);
        assert_log(&store, &B, &[]);
        assert_eq!(store.meta(b"k").unwrap(), None);
        let staged = |position| store.staged(&A, position).unwrap();
        assert_eq!((staged(0), staged(2), staged(u64::MAX)), (None, None, None));
        assert_eq!(staged(1), first.take());
        drop(store);
        store = disk.open().unwrap();
    }
    store.commit().unwrap();
    assert_log(&store, &A, &[envelope(0, 10)]);
}

/// Positions are consecutive over commits and reopenings.
pub fn positions_go_on_after_reopening<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let mut log = Vec::new();
    for round in 0..40_u64 {
        let mut store = disk.open().unwrap();
        for _ in 0..=round % 5 {
            let next = envelope(log.len() as u64, 700);
            assert_eq!(append(&mut store, &A, std::slice::from_ref(&next)), log.len() as u64);
            store.commit().unwrap();
            log.push(next);
        }
        assert_log(&store, &A, &log);
    }
    assert_log(&disk.open().unwrap(), &A, &log);
}

/// After a rollback the next append takes the same positions.
pub fn rollback_forgets_everything_staged<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let mut store = disk.open().unwrap();
    store.put_meta(b"kept", Some(b"1")).unwrap();
    store.commit().unwrap();
    append(&mut store, &A, &[envelope(0, 10)]);
    store.put_meta(b"kept", None).unwrap();
    store.put_meta(b"new", Some(b"2")).unwrap();
    store.rollback();
    store.commit().unwrap();
    assert_eq!(store.chapters().unwrap(), [] as [Tag; 0]);
    assert_eq!(store.meta(b"kept").unwrap().unwrap(), b"1");
    assert_eq!(store.meta(b"new").unwrap(), None);
    assert_eq!(append(&mut store, &A, &[envelope(1, 10)]), 0);
    store.commit().unwrap();
    assert_log(&store, &A, &[envelope(1, 10)]);
}

/// Chapters that grow in turns keep their own logs, whatever their tags.
pub fn chapters_do_not_mix<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let tags: Vec<Tag> = (0..20_u8).map(|i| [i.wrapping_mul(83); 16]).collect();
    let mut logs: BTreeMap<Tag, Vec<Vec<u8>>> = BTreeMap::new();
    let mut store = disk.open().unwrap();
    for round in 0..15_u64 {
        for (i, tag) in tags.iter().enumerate() {
            let log = logs.entry(*tag).or_default();
            for _ in 0..(round as usize + i) % 4 {
                let next = envelope(log.len() as u64 * 100 + i as u64, 50 + i * 60);
                append(&mut store, tag, std::slice::from_ref(&next));
                log.push(next);
            }
        }
        store.commit().unwrap();
    }
    drop(store);
    let store = disk.open().unwrap();
    let mut sorted = tags.clone();
    sorted.sort_unstable();
    assert_eq!(store.chapters().unwrap(), sorted);
    for (tag, log) in &logs {
        assert_log(&store, tag, log);
    }
}

/// Small values: written, replaced, removed, kept over reopening; an empty value is a value.
pub fn small_values_are_written_replaced_and_removed<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let mut store = disk.open().unwrap();
    store.put_meta(b"a", Some(b"1")).unwrap();
    store.put_meta(b"b", Some(b"2")).unwrap();
    store.put_meta(b"empty", Some(b"")).unwrap();
    store.put_meta(&A, Some(b"a key that looks like a chapter")).unwrap();
    store.commit().unwrap();
    store.put_meta(b"a", Some(b"3")).unwrap();
    store.put_meta(b"b", Some(b"never")).unwrap();
    store.put_meta(b"b", None).unwrap();
    store.put_meta(b"absent", None).unwrap();
    store.commit().unwrap();
    drop(store);
    let store = disk.open().unwrap();
    assert_eq!(store.meta(b"a").unwrap().unwrap(), b"3");
    assert_eq!(store.meta(b"b").unwrap(), None);
    assert_eq!(store.meta(b"empty").unwrap().unwrap(), b"");
    assert_eq!(store.meta(&A).unwrap().unwrap(), b"a key that looks like a chapter");
    assert_eq!(store.chapters().unwrap(), [] as [Tag; 0]);
}

/// What is too large, and an empty envelope, is refused without losing what else is staged.
pub fn what_is_too_large_is_refused_and_the_rest_stays<D: Disk>(fresh: &dyn Fn() -> D) {
    fn refused<T>(result: Result<T, StoreError>) {
        assert!(matches!(result, Err(StoreError::TooLarge { .. })));
    }
    let disk = fresh();
    let mut store = disk.open().unwrap();
    append(&mut store, &A, &[envelope(0, 10)]);
    refused(store.append(&A, &[b"fine", &vec![1; MAX_ENVELOPE + 1]]));
    refused(store.append(&A, &[b"fine", b""]));
    refused(store.put_meta(b"", Some(b"")));
    refused(store.put_meta(&[1; MAX_META_KEY + 1], None));
    refused(store.put_meta(b"k", Some(&vec![1; MAX_META_VALUE + 1])));
    let large = vec![1; MAX_ENVELOPE];
    refused(store.append(&A, &vec![large.as_slice(); MAX_STAGED / MAX_ENVELOPE + 1]));
    assert_eq!(append(&mut store, &A, &[envelope(1, 10)]), 1);
    store.commit().unwrap();
    assert_log(&store, &A, &[envelope(0, 10), envelope(1, 10)]);
}

/// The longest envelopes, keys and values are kept, among short ones.
pub fn the_largest_that_is_allowed_is_kept<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let mut store = disk.open().unwrap();
    let log: Vec<_> = (0..60).map(|i| envelope(i, if i % 2 == 0 { MAX_ENVELOPE - i as usize } else { 1 })).collect();
    for chunk in log.chunks(7) {
        append(&mut store, &A, chunk);
        store.commit().unwrap();
    }
    for i in 0..30_u8 {
        store.put_meta(&[i; MAX_META_KEY], Some(&vec![i; MAX_META_VALUE])).unwrap();
        store.commit().unwrap();
    }
    for _ in 0..2 {
        assert_log(&store, &A, &log);
        for i in 0..30_u8 {
            assert!(store.meta(&[i; MAX_META_KEY]).unwrap().unwrap() == vec![i; MAX_META_VALUE]);
        }
        drop(store);
        store = disk.open().unwrap();
    }
}

/// A scan begins anywhere and ends where the caller breaks.
pub fn a_scan_starts_and_stops_where_it_is_told<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let mut store = disk.open().unwrap();
    let log: Vec<_> = (0..300).map(|i| envelope(i, 600)).collect();
    append(&mut store, &A, &log[..150]);
    store.commit().unwrap();
    for one in &log[150..] {
        append(&mut store, &A, std::slice::from_ref(one));
        store.commit().unwrap();
    }
    for from in 0..=301 {
        let found = all(&store, &A, from);
        assert_eq!(found.len() as u64, 300_u64.saturating_sub(from));
        assert_eq!(found.first().map(|(position, _)| *position), (from < 300).then_some(from));
        assert_eq!(store.get(&A, from).unwrap().as_ref(), log.get(from as usize));
    }
    assert!(all(&store, &A, u64::MAX).is_empty());
    assert_eq!(store.get(&A, u64::MAX).unwrap(), None);
    let mut seen = 0;
    store
        .scan(&A, 10, &mut |position, _| {
            seen += 1;
            if position == 19 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    assert_eq!(seen, 10);
}

/// Removing takes effect at once, durably, for one chapter, and its positions begin again.
pub fn a_removed_chapter_is_gone_and_can_begin_again<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let mut store = disk.open().unwrap();
    append(&mut store, &A, &[envelope(0, 10), envelope(1, 10)]);
    append(&mut store, &B, &[envelope(2, 10)]);
    store.commit().unwrap();
    append(&mut store, &A, &[envelope(3, 10)]);
    append(&mut store, &B, &[envelope(4, 10)]);
    store.remove(&A).unwrap();
    store.remove(&[9; 16]).unwrap();
    assert_eq!(store.chapters().unwrap(), [B]);
    assert_log(&store, &A, &[]);
    store.commit().unwrap();
    assert_log(&store, &B, &[envelope(2, 10), envelope(4, 10)]);
    drop(store);
    let mut store = disk.open().unwrap();
    assert_eq!(store.chapters().unwrap(), [B]);
    assert_eq!(append(&mut store, &A, &[envelope(5, 10)]), 0);
    store.commit().unwrap();
    store.remove(&B).unwrap();
    drop(store);
    let store = disk.open().unwrap();
    assert_log(&store, &A, &[envelope(5, 10)]);
    assert_log(&store, &B, &[]);
}

/// The same with thousands of envelopes around it.
pub fn a_removed_chapter_of_many_envelopes_is_gone<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let mut store = disk.open().unwrap();
    let log: Vec<_> = (0..3_000).map(|i| envelope(i, 300)).collect();
    let tags = [[1; 16], A, [0xFF; 16]];
    for chunk in log.chunks(250) {
        for tag in &tags {
            append(&mut store, tag, chunk);
        }
        store.commit().unwrap();
    }
    store.remove(&A).unwrap();
    for _ in 0..2 {
        assert_eq!(store.chapters().unwrap(), [[1; 16], [0xFF; 16]]);
        assert_log(&store, &[1; 16], &log);
        assert_log(&store, &A, &[]);
        assert_log(&store, &[0xFF; 16], &log);
        drop(store);
        store = disk.open().unwrap();
    }
    append(&mut store, &A, &log[..10]);
    store.commit().unwrap();
    assert_log(&store, &A, &log[..10]);
}

/// Batches of 1, 2, 3, … envelopes, of very different lengths.
pub fn batches_of_every_size_are_read_back<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let mut store = disk.open().unwrap();
    let mut log: Vec<Vec<u8>> = Vec::new();
    for size in 1..60_usize {
        let batch: Vec<_> =
            (0..size).map(|i| envelope(log.len() as u64 + i as u64, 1 + (size * i * 97) % 9_000)).collect();
        append(&mut store, &A, &batch);
        store.commit().unwrap();
        log.extend(batch);
    }
    assert_log(&store, &A, &log);
    drop(store);
    let store = disk.open().unwrap();
    assert_log(&store, &A, &log);
    for (position, expected) in log.iter().enumerate() {
        assert!(store.get(&A, position as u64).unwrap().as_ref() == Some(expected));
    }
}

/// Replaced by shorter and longer ones, among short and long ones, packed with others or alone: only that place changes.
pub fn what_is_replaced_is_read_in_its_place<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let mut store = disk.open().unwrap();
    let lens = [1, 300, 640, 3_000, 7_100, 7_200, 20_000, 90_000];
    let mut log: Vec<_> = (0..240).map(|i| envelope(i, lens[i as usize * 5 % 8])).collect();
    append(&mut store, &A, &log[..200]);
    append(&mut store, &B, &log[..10]);
    store.commit().unwrap();
    for one in &log[200..] {
        append(&mut store, &A, std::slice::from_ref(one));
        store.commit().unwrap();
    }
    // The first, the last, neighbours in one commit, the same place again and again.
    let places = [0, 239, 17, 18, 19, 100, 201, 202, 17, 17, 120, 0, 239];
    for (round, &place) in places.iter().cycle().take(8 * places.len()).enumerate() {
        log[place] = envelope(1_000 + round as u64, lens[round % 8]);
        store.replace(&A, place as u64, &log[place]).unwrap();
        if round % 3 > 0 {
            store.commit().unwrap();
        }
        if round % 20 == 0 {
            store.commit().unwrap();
            assert_log(&store, &A, &log);
            drop(store);
            store = disk.open().unwrap();
        }
    }
    log.push(envelope(9_999, 500));
    assert_eq!(append(&mut store, &A, &log[240..]), 240, "the log goes on where it ended");
    store.commit().unwrap();
    for _ in 0..2 {
        assert_log(&store, &A, &log);
        assert_eq!(all(&store, &B, 0).len(), 10);
        for from in [16, 17, 18, 19, 99, 101, 200, 239, 240] {
            assert!(all(&store, &A, from).iter().map(|(_, bytes)| bytes).eq(&log[from as usize..]), "from {from}");
        }
        drop(store);
        store = disk.open().unwrap();
    }
}

/// Not seen and not kept before the commit; what is staged can be replaced itself, and the last one counts.
pub fn a_replacement_is_staged_and_forgotten_like_everything_else<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let mut store = disk.open().unwrap();
    let old = [envelope(0, 600), envelope(1, 600), envelope(2, 600)];
    append(&mut store, &A, &old);
    store.commit().unwrap();
    store.replace(&A, 1, &envelope(7, 50_000)).unwrap();
    assert_log(&store, &A, &old);
    let staged = [0, 1, 2].map(|position| store.staged(&A, position).unwrap());
    assert_eq!(staged, [None, Some(envelope(7, 50_000)), None]);
    store.rollback();
    store.commit().unwrap();
    assert_log(&store, &A, &old);
    store.replace(&A, 1, &envelope(7, 10)).unwrap();
    drop(store);
    let mut store = disk.open().unwrap();
    assert_log(&store, &A, &old);

    append(&mut store, &A, &[envelope(3, 600), envelope(4, 600)]);
    store.replace(&A, 4, &envelope(8, 20)).unwrap();
    store.replace(&A, 1, &envelope(9, 30)).unwrap();
    store.replace(&A, 1, &envelope(10, 9_000)).unwrap();
    store.commit().unwrap();
    let new = [envelope(0, 600), envelope(10, 9_000), envelope(2, 600), envelope(3, 600), envelope(8, 20)];
    assert_log(&store, &A, &new);
    // A chapter that goes takes what is staged for it with it.
    store.replace(&A, 0, &envelope(11, 40)).unwrap();
    store.remove(&A).unwrap();
    append(&mut store, &A, &[envelope(12, 40)]);
    store.commit().unwrap();
    assert_log(&store, &A, &[envelope(12, 40)]);
}

/// Nothing is put where nothing stands, and nothing that is too long or empty.
pub fn only_what_is_there_is_replaced<D: Disk>(fresh: &dyn Fn() -> D) {
    let disk = fresh();
    let mut store = disk.open().unwrap();
    assert!(matches!(store.replace(&A, 0, b"x"), Err(StoreError::NoSuchPlace { position: 0, len: 0 })));
    append(&mut store, &A, &[envelope(0, 10)]);
    store.replace(&A, 0, b"staged").unwrap();
    assert!(matches!(store.replace(&A, 1, b"x"), Err(StoreError::NoSuchPlace { position: 1, len: 1 })));
    assert!(matches!(store.replace(&B, 0, b"x"), Err(StoreError::NoSuchPlace { .. })));
    assert!(matches!(store.replace(&A, u64::MAX, b"x"), Err(StoreError::NoSuchPlace { .. })));
    for wrong in [Vec::new(), vec![1; MAX_ENVELOPE + 1]] {
        assert!(matches!(store.replace(&A, 0, &wrong), Err(StoreError::TooLarge { .. })));
    }
    store.commit().unwrap();
    assert_log(&store, &A, &[b"staged".to_vec()]);
    assert_eq!(store.chapters().unwrap(), [A]);
}

#[derive(Debug, Clone)]
enum Step {
    Append(u8, Vec<u16>),
    Replace(u8, prop::sample::Index, u32),
    Put(u8, Option<u16>),
    Commit,
    Rollback,
    Sweep(u8),
    Reopen,
    Remove(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..3_u8, prop::collection::vec(1..3_000_u16, 1..30)).prop_map(|(c, lens)| Step::Append(c, lens)),
        2 => (0..3_u8, 1..9_000_u16).prop_map(|(c, len)| Step::Append(c, vec![len])),
        4 => (0..3_u8, any::<prop::sample::Index>(), prop_oneof![1..3_000_u32, 1..40_000_u32])
            .prop_map(|(c, place, len)| Step::Replace(c, place, len)),
        2 => (0..5_u8, prop::option::of(0..2_000_u16)).prop_map(|(k, v)| Step::Put(k, v)),
        6 => Just(Step::Commit),
        1 => Just(Step::Rollback),
        3 => (1..40_u8).prop_map(Step::Sweep),
        2 => Just(Step::Reopen),
        1 => (0..3_u8).prop_map(Step::Remove),
    ]
}

type Model = (BTreeMap<Tag, Vec<Vec<u8>>>, BTreeMap<Vec<u8>, Vec<u8>>);

/// Any history of appends, replacements, values, commits, rollbacks, sweeps, reopenings and removals reads like lists and a
/// map in memory.
pub fn any_history_reads_like_a_list<D: Disk>(fresh: &dyn Fn() -> D) {
    // Each case reopens a disk many times: fewer than usual, unless more are asked for.
    let usual = Config::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { usual.cases } else { 48 };
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..usual });
    runner.run(&prop::collection::vec(step(), 1..60), |steps| history(fresh(), steps)).unwrap();
}

fn history<D: Disk>(disk: D, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut store = disk.open().unwrap();
    let mut committed: Model = Model::default();
    let mut staged = committed.clone();
    let mut serial = 0_u64;
    for step in steps {
        match step {
            Step::Append(chapter, lens) => {
                let tag = [chapter; 16];
                let batch: Vec<_> = lens.iter().map(|len| (serial += 1, envelope(serial, *len as usize)).1).collect();
                let log = staged.0.entry(tag).or_default();
                prop_assert_eq!(append(&mut store, &tag, &batch), log.len() as u64);
                log.extend(batch);
            }
            Step::Replace(chapter, place, len) => {
                let tag = [chapter; 16];
                serial += 1;
                match staged.0.get_mut(&tag).filter(|log| !log.is_empty()) {
                    Some(log) => {
                        let place = place.index(log.len());
                        log[place] = envelope(serial, len as usize);
                        store.replace(&tag, place as u64, &log[place]).unwrap();
                    }
                    None => assert!(store.replace(&tag, 0, b"x").is_err()),
                }
            }
            Step::Put(key, len) => {
                let value = len.map(|len| envelope(serial, len as usize));
                store.put_meta(&[key], value.as_deref()).unwrap();
                match value {
                    Some(value) => staged.1.insert(vec![key], value),
                    None => staged.1.remove([key].as_slice()),
                };
            }
            Step::Commit => {
                store.commit().unwrap();
                committed = staged.clone();
            }
            Step::Rollback => {
                store.rollback();
                staged = committed.clone();
            }
            Step::Reopen => {
                drop(store);
                store = disk.open().unwrap();
                staged = committed.clone();
            }
            Step::Sweep(parts) => {
                for _ in 0..parts {
                    if store.sweep().unwrap() {
                        break;
                    }
                }
            }
            Step::Remove(chapter) => {
                store.remove(&[chapter; 16]).unwrap();
                committed.0.remove(&[chapter; 16]);
                staged.0.remove(&[chapter; 16]);
            }
        }
        let tags: Vec<Tag> = committed.0.keys().copied().collect();
        prop_assert_eq!(store.chapters().unwrap(), tags);
        for chapter in 0..3 {
            assert_log(&store, &[chapter; 16], committed.0.get(&[chapter; 16]).map_or(&[], Vec::as_slice));
        }
        for key in 0..5 {
            let found = store.meta(&[key]).unwrap();
            prop_assert_eq!(found.as_ref(), committed.1.get([key].as_slice()));
        }
    }
    Ok(())
}
