//! What one entry costs, step by step, in microseconds, on one core.
//!
//! `cargo run --release -p chapterhouse-entry --example cost`
//!
//! The first line is the floor: the bare signature check over the same messages. Every step is timed over the same
//! 10,000 entries with bodies of 500 bytes, in runs of a hundred; the fastest run counts, since whatever else the
//! machine does only ever adds.
#![allow(clippy::print_stdout, clippy::unwrap_used)] // an example that prints what it measured

use chapterhouse_entry::{ChapterId, DeviceId, Draft, Entry, EntryId, Envelope, EpochKey, Sealer, Timestamp, Verified};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use std::{hint::black_box, time::Instant};

const COUNT: usize = 10_000;
const RUN: usize = 100;

fn time<T>(what: &str, mut step: impl FnMut(usize) -> T) {
    let runs = (0..COUNT).step_by(RUN).map(|first| {
        let start = Instant::now();
        for i in first..first + RUN {
            black_box(step(i));
        }
        start.elapsed()
    });
    println!("{what:<44}{:>9.2} µs", runs.min().unwrap().as_secs_f64() * 1e6 / RUN as f64);
}

fn main() {
    let device = SigningKey::from_bytes(&[7; 32]);
    let chapter = ChapterId::of_charter(b"a charter");
    let draft = |i: usize| Draft {
        chapter,
        epoch: 1,
        device: DeviceId(device.verifying_key().to_bytes()),
        seq: i as u64 + 2,
        prev: Some(EntryId([1; 32])),
        time: Timestamp(1_790_000_000_000 + i as u64),
        parents: vec![],
        kind: 10,
        body: (0..500).map(|j| (i * 31 + j * 7) as u8).collect(),
    };
    let sealer = Sealer::new(chapter, 1, &EpochKey::new([9; 32]));
    let entries: Vec<Entry<Verified>> = (0..COUNT).map(|i| draft(i).sign(&device).unwrap()).collect();
    let bytes: Vec<Vec<u8>> = entries.iter().map(Entry::head_bytes).collect();
    let bodies: Vec<Option<Vec<u8>>> = entries.iter().map(|entry| entry.body().map(<[u8]>::to_vec)).collect();
    let envelopes: Vec<Envelope<'_>> = entries.iter().map(|entry| sealer.seal(entry).unwrap()).collect();
    let sealed: Vec<Vec<u8>> = envelopes.iter().map(Envelope::to_bytes).collect();
    let (head, stub) = (bytes[0].len(), envelopes[0].stub().to_bytes().len());
    println!("{COUNT} entries, heads of {head} bytes, envelopes of {}, stubs of {stub}", sealed[0].len());

    let signatures: Vec<_> = bytes.iter().map(|bytes| device.sign(bytes)).collect();
    let key = device.verifying_key();
    time("bare verify_strict", |i| key.verify_strict(&bytes[i], &signatures[i]).unwrap());
    time("bare key from its 32 bytes", |i| VerifyingKey::from_bytes(black_box(&key.to_bytes())).map(|_| i).unwrap());
    time("bare sign", |i| device.sign(&bytes[i]));
    time("entry: make a draft (included below)", draft);
    time("entry: draft and sign", |i| draft(i).sign(&device).unwrap());
    time("entry: encode its head", |i| entries[i].head_bytes());
    let decode = |i: usize| Entry::from_bytes(&bytes[i], bodies[i].clone()).unwrap();
    time("entry: decode", decode);
    time("entry: decode and verify", |i| decode(i).verify().unwrap());
    time("envelope: seal", |i| sealer.seal(&entries[i]).unwrap());
    time("envelope: seal and encode", |i| sealer.seal(&entries[i]).unwrap().to_bytes());
    time("envelope: decode and id", |i| Envelope::id_of(&sealed[i]).unwrap());
    time("envelope: decode", |i| Envelope::from_bytes(&sealed[i]).map(|envelope| envelope.hour).unwrap());
    time("envelope: open, without the signature", |i| sealer.open(&envelopes[i]).unwrap());
    let heads = Sealer::heads(chapter, 1, &EpochKey::new([9; 32]).heads());
    time("the same, with the head key only", |i| heads.open(&envelopes[i]).unwrap());
    let open = |i: usize| {
        let envelope = Envelope::from_bytes(&sealed[i]).unwrap();
        (envelope.id(), sealer.open(&envelope).unwrap())
    };
    time("envelope: id, decode, open and verify", |i| open(i).1.verify().unwrap());
    time("the same, with the device's key at hand", |i| open(i).1.verify_with(&key).unwrap());
}
