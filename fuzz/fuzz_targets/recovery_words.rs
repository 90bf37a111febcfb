//! A text that claims to be 24 recovery words. What is accepted is written as words that are accepted again.
#![no_main]

use keys::MemberKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(member) = MemberKey::from_words(text) else { return };
    let again = MemberKey::from_words(&member.to_words()).expect("what is written can be read");
    assert_eq!(again.id(), member.id());
});
