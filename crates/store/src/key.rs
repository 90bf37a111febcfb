//! Where things are in sled's one tree.
//!
//! One tree, because one batch on one tree is atomic: a commit that touches several chapters and small values is one.
//! Keys are short, because sled writes a node of up to 256 of them anew whenever one of its leaves splits.
//!
//! ```text
//! 00 'f'                              the layout's version
//! 00 'c' tag                          a chapter's number
//! 00 'x' number                       a chapter that is being removed
//! 01 length key piece                 a small value, in pieces
//! number position [piece]             a record or a slot; number 2 or more
//! ```

use log::Tag;

/// The layout's version.
pub const FORMAT: &[u8] = b"\0f";
/// Before a chapter's tag.
pub const CHAPTERS: &[u8] = b"\0c";
/// Before the number of a chapter that is being removed.
pub const REMOVING: &[u8] = b"\0x";
/// The first chapter number: the bytes below begin other keys.
pub const FIRST_NUMBER: u64 = 2;

/// Where a chapter's number is.
pub fn chapter(tag: &Tag) -> Vec<u8> {
    [CHAPTERS, tag].concat()
}

/// Where it is noted that a chapter's records are being removed.
pub fn removing(number: u64) -> Vec<u8> {
    [REMOVING, &number.to_be_bytes()].concat()
}

/// Before the pieces of a small value. Its key's length comes first, so that no key is the beginning of another.
pub fn meta(key: &[u8]) -> Vec<u8> {
    let length = u16::try_from(key.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&[1], length.as_slice(), key].concat()
}

/// Before all keys of a chapter.
pub fn prefix(number: u64) -> Vec<u8> {
    let mut key = Vec::with_capacity(12);
    ordered(&mut key, number);
    key
}

/// Where the record is that begins at a position.
pub fn record(number: u64, position: u64) -> Vec<u8> {
    let mut key = prefix(number);
    ordered(&mut key, position);
    key
}

/// The position in a record's key, and the piece when it is not the first.
pub fn position(number: u64, key: &[u8]) -> Option<(u64, u8)> {
    let rest = key.strip_prefix(prefix(number).as_slice())?;
    let (position, rest) = read_ordered(rest)?;
    match rest {
        [] => Some((position, 0)),
        [piece] if *piece > 0 => Some((position, *piece)),
        _ => None,
    }
}

/// A number whose bytes sort as the numbers do, short for small ones; no encoding is the beginning of another.
///
/// The first byte has as many leading ones as bytes follow it, up to five bytes in all; above that it is `ff` and the
/// eight bytes of the number.
fn ordered(to: &mut Vec<u8>, number: u64) {
    let more = (0..5_u32).find(|more| number < 1 << (7 * (more + 1)));
    match more {
        Some(more) => {
            let marked = number << (8 * (7 - more)) | !(u64::MAX >> more);
            to.extend_from_slice(&marked.to_be_bytes()[..=more as usize]);
        }
        None => {
            to.push(0xFF);
            to.extend_from_slice(&number.to_be_bytes());
        }
    }
}

fn read_ordered(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let more = bytes.first()?.leading_ones();
    let length = if more < 5 { more as usize + 1 } else { 9 };
    let (own, rest) = bytes.split_at_checked(length)?;
    let mut whole = [0; 8];
    let number = if more < 5 {
        whole[8 - length..].copy_from_slice(own);
        u64::from_be_bytes(whole) & ((1 << (7 * (more + 1))) - 1)
    } else {
        whole.copy_from_slice(&own[1..]);
        u64::from_be_bytes(whole)
    };
    let mut again = Vec::with_capacity(9);
    ordered(&mut again, number);
    (again == own).then_some((number, rest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn any_number() -> impl Strategy<Value = u64> {
        (any::<u64>(), 0..64_u32).prop_map(|(number, shift)| number >> shift)
    }

    #[test]
    fn small_numbers_are_short() {
        let length = |number| record(2, number).len();
        assert_eq!([0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152].map(length), [2, 2, 3, 3, 4, 4, 5]);
        assert_eq!(length((1 << 35) - 1), 6);
        assert_eq!(length(1 << 35), 10);
        assert_eq!(length(u64::MAX), 10);
    }

    #[test]
    fn parts_of_the_tree_do_not_overlap() {
        let records = record(FIRST_NUMBER, 0);
        assert!(meta(&[0xFF; 256]) < records);
        assert!(chapter(&[0xFF; 16]) < meta(b""));
        assert!(removing(u64::MAX) < meta(b""));
        assert!(FORMAT.to_vec() < meta(b""));
    }

    proptest! {
        #[test]
        fn keys_sort_as_their_numbers(a in any_number(), b in any_number(), c in any_number(), d in any_number()) {
            prop_assert_eq!(record(a, b).cmp(&record(c, d)), (a, b).cmp(&(c, d)));
            prop_assert!(a == c || !record(c, d).starts_with(&prefix(a)));
        }

        #[test]
        fn keys_are_read_back(number in any_number(), at in any_number(), piece in 1..=255_u8) {
            let mut key = record(number, at);
            prop_assert_eq!(position(number, &key), Some((at, 0)));
            key.push(piece);
            prop_assert_eq!(position(number, &key), Some((at, piece)));
            prop_assert!(record(number, at) < key && at.checked_add(1).is_none_or(|next| key < record(number, next)));
            key.push(1);
            prop_assert_eq!(position(number, &key), None);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
            if let Some((at, 0)) = position(2, &bytes) {
                prop_assert_eq!(record(2, at), bytes);
            }
        }
    }
}
