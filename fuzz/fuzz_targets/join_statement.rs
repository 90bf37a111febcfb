//! Bytes that claim to be a newcomer's statement, as a stranger may send them. None of them is validly signed.
#![no_main]

use chapter::kinds::JoinStatement;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(statement) = JoinStatement::from_bytes(bytes) else { return };
    assert_eq!(statement.to_bytes(), bytes, "two encodings of one statement");
    assert!(statement.verify().is_err(), "a forged signature holds");
});
