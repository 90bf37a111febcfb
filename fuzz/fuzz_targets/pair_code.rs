//! A text that claims to be the code for a further computer. What is accepted of the long form is written again as the
//! same text. A whole short code is left out: Argon2id takes its time on purpose.
#![no_main]

use keys::PairCode;
use libfuzzer_sys::fuzz_target;

/// The characters of a short code.
const SHORT: usize = 10;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if plain.chars().filter(|c| *c != '-').count() == SHORT {
        return;
    }
    let Ok(code) = PairCode::from_text(text) else { return };
    assert_eq!(code.to_text(), plain, "two texts of one code");
    let _ = (code.lane(), code.places().count());
});
