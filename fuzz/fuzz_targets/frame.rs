//! Bytes as they come off a connection, before anything of them is a message.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Each frame has a head.
    assert!(net::frames_in(bytes) <= bytes.len());
});
