//! The body of an entry of any kind: the first byte says which. What is accepted fits its limits, and reads back the
//! same after it was written again.
#![no_main]

use chapter::kinds::{decode, encode};
use libfuzzer_sys::fuzz_target;

/// All there are, and one that nobody knows.
const KINDS: [u64; 33] = [
    1, 2, 3, 10, 11, 12, 20, 30, 31, 32, 33, 34, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 99, 100, 101, 102, 110, 111,
    112, 120, 121, 122, 130,
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let number = KINDS[usize::from(*first) % KINDS.len()];
    let Ok(kind) = decode(number, body) else { return };
    kind.check().expect("what is read is within its limits");
    let (again, written) = encode(&kind);
    assert_eq!(again, number);
    assert_eq!(decode(again, &written).expect("what is written can be read"), kind);
});
