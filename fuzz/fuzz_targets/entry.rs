//! Bytes that claim to be an entry's head. What is accepted is written again as the same bytes; and once signed properly,
//! over a body, its content survives the way through an envelope, and through a stub.
#![no_main]

use ed25519_dalek::SigningKey;
use entry::{DeviceId, Draft, Entry, EpochKey, Head, Sealer, Unverified};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(entry) = Entry::<Unverified>::from_bytes(bytes, None) else { return };
    assert_eq!(entry.head_bytes(), bytes, "two encodings of one head");
    assert!(entry.clone().verify().is_err() || bytes.len() > 64, "a signature takes 64 bytes");

    let key = SigningKey::from_bytes(&[7; 32]);
    let device = DeviceId(key.verifying_key().to_bytes());
    let Head { chapter, epoch, seq, prev, time, parents, kind, body, .. } = entry.content().clone();
    let body = body.0.to_vec();
    let draft = Draft { chapter, epoch, device, seq, prev, time, parents, kind, body };
    let signed = draft.sign(&key).expect("its head was accepted");
    let epoch_key = EpochKey::new([9; 32]);
    let sealer = Sealer::new(chapter, epoch, &epoch_key);
    let envelope = sealer.seal(&signed).expect("a signed entry can be sealed");
    let opened = sealer.open(&envelope).expect("a sealed entry can be opened");
    assert_eq!(opened.verify().expect("it is still signed"), signed);
    let heads = Sealer::heads(chapter, epoch, &epoch_key.heads());
    let stub = heads.open(&envelope.stub()).expect("a stub can be opened").verify().expect("it is still signed");
    assert!(stub.id() == signed.id() && !stub.has_body());
});
