//! A file that claims to be a vault, and contents that claim to have been in one. Opening is not tried: it takes
//! Argon2id's time on purpose.
#![no_main]

use keys::{Contents, seal::Sealed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Sealed::parse(bytes).is_ok();
    if let Ok(contents) = Contents::from_bytes(bytes) {
        assert_eq!(*contents.to_bytes(), bytes, "two encodings of the same contents");
    }
});
