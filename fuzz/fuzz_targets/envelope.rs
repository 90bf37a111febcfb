//! Bytes that claim to be a sealed envelope. What is accepted is written again as the same bytes, and its stub has its
//! id; and what opens with the key is the one envelope that its entry has. The chapter and key are those of the golden
//! bytes, so that the seeds open.
#![no_main]

use entry::{ChapterId, Envelope, EpochKey, Sealer};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static SEALERS: LazyLock<[Sealer; 2]> = LazyLock::new(|| {
    [0, 1].map(|epoch| Sealer::new(ChapterId::of_charter(b"golden charter"), epoch, &EpochKey::new([4; 32])))
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(envelope) = Envelope::from_bytes(bytes) else { return };
    assert_eq!(envelope.to_bytes(), bytes, "two encodings of one envelope");
    let stub = envelope.stub().to_bytes();
    assert_eq!(Envelope::id_of(&stub).expect("a stub is an envelope"), envelope.id(), "two ids of one envelope");
    assert!(!envelope.is_stub() || stub == bytes, "a stub of a stub is another one");
    for sealer in SEALERS.iter() {
        let Ok(entry) = sealer.open(&envelope) else { continue };
        let entry = entry.verify().expect("only the golden ones can open, and their signatures hold");
        assert_eq!(entry.has_body(), !envelope.is_stub(), "the key opens every body");
        if entry.has_body() {
            let again = sealer.seal(&entry).expect("it was sealed before").to_bytes();
            assert_eq!(again, bytes, "two envelopes of one entry");
        }
    }
});
