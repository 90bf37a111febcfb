//! Bytes that claim to be a sealed envelope. What is accepted is written again as the same bytes; and what opens with
//! the key is the one envelope that its entry has. The chapter and key are those of the golden bytes, so that the seed
//! opens.
#![no_main]

use entry::{ChapterId, Envelope, EpochKey, envelope::Sealer};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static SEALER: LazyLock<Sealer> =
    LazyLock::new(|| Sealer::new(ChapterId::of_charter(b"golden charter"), 1, &EpochKey::new([4; 32])));

fuzz_target!(|bytes: &[u8]| {
    let Ok(envelope) = Envelope::from_bytes(bytes) else { return };
    assert_eq!(envelope.to_bytes(), bytes, "two encodings of one envelope");
    let Ok(entry) = SEALER.open(&envelope) else { return };
    let entry = entry.verify().expect("only the golden one can open, and its signature holds");
    assert_eq!(SEALER.seal(&entry).expect("it was sealed before").to_bytes(), bytes, "two envelopes of one entry");
});
