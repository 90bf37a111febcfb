//! Project Wycheproof's vectors for ed25519, through the one way in which this project checks a signature.
#![allow(clippy::unwrap_used, clippy::panic)] // a test

use chapterhouse_entry::signature;
use ed25519_dalek::{Signer, SigningKey, Verifier};
use wycheproof_ng_eddsa::{TestName, TestSet};

/// A signature of another length than 64 bytes does not get as far as the check: the decoders refuse it.
fn accepts(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Ok(signature) = signature.try_into() else { return false };
    let Ok(key) = signature::public_key(key.try_into().unwrap()) else { return false };
    signature::check(&key, message, signature).is_ok()
}

#[test]
fn every_vector_is_judged_as_it_says() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let (mut accepted, mut refused) = (0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let got = accepts(&group.key.pk, &test.msg, &test.sig);
            assert_eq!(got, !test.result.must_fail(), "vector {} ({}): {:?}", test.tc_id, test.comment, test.flags);
            if got { accepted += 1 } else { refused += 1 }
        }
    }
    // Stricter than RFC 8032 asks, and still none of the valid vectors is refused. The numbers are there so that an
    // empty set of vectors does not pass.
    assert_eq!((accepted, refused), (88, 63));
}

/// The eight points of small order, and the six other encodings of some of them that are not reduced or have a sign
/// that zero cannot have.
const SMALL_ORDER: [&str; 14] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

fn point(hex: &str) -> [u8; 32] {
    *chapterhouse_entry::EntryId::from_hex(hex).unwrap().as_bytes()
}

#[test]
fn a_key_that_signs_everything_signs_nothing() {
    let mut lenient = 0;
    for key in SMALL_ORDER.map(point) {
        for r in SMALL_ORDER.map(point) {
            // [0]B = R + [k]A holds for some messages whenever A and R are of small order.
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&r);
            for message in 0..32_u8 {
                assert!(!accepts(&key, &[message], &signature), "key {key:02x?}, R {r:02x?}");
                lenient += usize::from(signature::public_key(&key).is_ok_and(|key| {
                    key.verify(&[message], &ed25519_dalek::Signature::from_bytes(&signature)).is_ok()
                }));
            }
        }
    }
    // What the strict check is for: the ordinary one takes many of these.
    assert!(lenient > 100, "only {lenient} would have been taken by the ordinary check: these vectors test nothing");
}

#[test]
fn a_signature_has_one_form() {
    // S + L satisfies the same equation as S. Refused unless a dependency switches `legacy_compatibility` on.
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let key = SigningKey::from_bytes(&[5; 32]);
    let public = key.verifying_key().to_bytes();
    let mut signature = key.sign(b"message").to_bytes();
    assert!(accepts(&public, b"message", &signature));
    let mut carry = 0;
    for (byte, add) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    assert!(!accepts(&public, b"message", &signature));
}
