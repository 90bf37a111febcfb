//! Bytes that claim to be an entry. What is accepted is written again as the same bytes; and once signed properly, its
//! content survives the way through an envelope.
#![no_main]

use ed25519_dalek::SigningKey;
use entry::{DeviceId, Entry, EpochKey, Unverified, envelope::Sealer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(entry) = Entry::<Unverified>::from_bytes(bytes) else { return };
    assert_eq!(entry.to_bytes(), bytes, "two encodings of one entry");
    assert!(entry.clone().verify().is_err() || bytes.len() > 64, "a signature takes 64 bytes");

    let key = SigningKey::from_bytes(&[7; 32]);
    let mut draft = entry.into_content();
    draft.device = DeviceId(key.verifying_key().to_bytes());
    let Ok(signed) = draft.sign(&key) else { return };
    let content = signed.content();
    let sealer = Sealer::new(content.chapter, content.epoch, &EpochKey::new([9; 32]));
    let envelope = sealer.seal(&signed).expect("a signed entry can be sealed");
    let opened = sealer.open(&envelope).expect("a sealed entry can be opened");
    assert_eq!(opened.verify().expect("it is still signed").id(), signed.id());
});
