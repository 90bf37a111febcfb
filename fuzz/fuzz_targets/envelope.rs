//! Bytes that claim to be a sealed envelope. What is accepted is written again as the same bytes, and without the key
//! nobody can make one that opens.
#![no_main]

use entry::{ChapterId, Envelope, EpochKey, envelope::Sealer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut envelope) = Envelope::from_bytes(bytes) else { return };
    assert_eq!(envelope.to_bytes(), bytes, "two encodings of one envelope");
    let chapter = ChapterId([1; 32]);
    envelope.tag = chapter.tag();
    let sealer = Sealer::new(chapter, envelope.epoch, &EpochKey::new([9; 32]));
    assert!(sealer.open(&envelope).is_err(), "opened without having been sealed");
});
