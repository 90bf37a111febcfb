//! What a peer sends to compare two sets: as a question, and as an answer to ours. The library reads it; nothing that it
//! reads may stop the program, or make it answer with more than its limit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use negentropy::{Id, Negentropy, NegentropyStorageVector};
use std::sync::LazyLock;

/// As `sync` has it, but smaller.
const FRAME: u64 = 4096;

static SET: LazyLock<NegentropyStorageVector> = LazyLock::new(|| {
    let mut set = NegentropyStorageVector::new();
    for n in 0..300_u64 {
        let id = Id::from_byte_array([n as u8 ^ (n >> 8) as u8; 32].map(|byte| byte.wrapping_mul(n as u8 | 1)));
        set.insert(490_000 + n / 7, id).expect("not sealed yet");
    }
    set.seal().expect("once");
    set
});

fuzz_target!(|bytes: &[u8]| {
    if let Ok(mut asked) = Negentropy::borrowed(&*SET, FRAME)
        && let Ok(answer) = asked.reconcile(bytes)
    {
        assert!(answer.len() as u64 <= FRAME + 1024, "{} bytes in answer to {}", answer.len(), bytes.len());
    }
    if let Ok(mut asking) = Negentropy::borrowed(&*SET, FRAME) {
        asking.set_initiator();
        let (mut have, mut need) = (Vec::new(), Vec::new());
        let _ = asking.reconcile_with_ids(bytes, &mut have, &mut need).is_ok();
        assert!(need.len() <= bytes.len() && have.len() <= bytes.len() * 300);
    }
});
