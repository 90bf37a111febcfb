//! What another computer says to the node itself, inside a message: requests and answers of joining and of pairing, and
//! lists of keys, some of them after they were unsealed.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert!(node::readings(bytes) <= 5);
});
