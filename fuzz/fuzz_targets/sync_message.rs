//! Bytes that a peer sends. What is accepted is written again as the same bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sync::message::Message;

fuzz_target!(|bytes: &[u8]| {
    let Ok(message) = Message::from_bytes(bytes) else { return };
    assert_eq!(message.to_bytes(), bytes, "two encodings of one message");
});
