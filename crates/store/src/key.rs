//! Where things are in sled.
//!
//! ```text
//! tree named by a chapter's tag:  position [piece]      a record or a slot
//! tree "meta":                    length key piece      a small value, in pieces
//! sled's default tree:            "layout"              the layout's version
//!                                 "stale"               there if anything was replaced or removed
//! ```
//!
//! Keys are short, because sled writes a node of up to 256 of them anew whenever one of its leaves splits.

/// The layout's version.
pub const LAYOUT: &[u8] = b"layout";
/// Whether bytes that cannot be read any more may be in sled's file.
pub const STALE: &[u8] = b"stale";

/// Before the pieces of a small value. Its key's length comes first, so that no key is the beginning of another.
pub fn meta(key: &[u8]) -> Vec<u8> {
    let length = u16::try_from(key.len()).unwrap_or(u16::MAX).to_be_bytes();
    [length.as_slice(), key].concat()
}

/// Where the record is that begins at a position.
pub fn record(position: u64) -> Vec<u8> {
    let mut key = Vec::with_capacity(10);
    ordered(&mut key, position);
    key
}

/// Where the piece of such a record is; piece 0 is the record's own key.
pub fn piece(position: u64, piece: u8) -> Vec<u8> {
    let mut key = record(position);
    if piece > 0 {
        key.push(piece);
    }
    key
}

/// The position in a record's key, and the piece.
pub fn position(key: &[u8]) -> Option<(u64, u8)> {
    let (position, rest) = read_ordered(key)?;
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
        let length = |number| record(number).len();
        assert_eq!([0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152].map(length), [1, 1, 2, 2, 3, 3, 4]);
        assert_eq!(length((1 << 35) - 1), 5);
        assert_eq!(length(1 << 35), 9);
        assert_eq!(length(u64::MAX), 9);
    }

    proptest! {
        #[test]
        fn keys_sort_as_their_numbers(a in any_number(), b in any_number()) {
            prop_assert_eq!(record(a).cmp(&record(b)), a.cmp(&b));
            prop_assert!(a == b || !record(b).starts_with(&record(a)));
        }

        #[test]
        fn keys_are_read_back(at in any_number(), number in 1..=255_u8) {
            prop_assert_eq!(position(&record(at)), Some((at, 0)));
            prop_assert_eq!(piece(at, 0), record(at));
            let mut key = piece(at, number);
            prop_assert_eq!(position(&key), Some((at, number)));
            prop_assert!(record(at) < key && at.checked_add(1).is_none_or(|next| key < record(next)));
            key.push(1);
            prop_assert_eq!(position(&key), None);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
            if let Some((at, number)) = position(&bytes) {
                prop_assert_eq!(piece(at, number), bytes);
            }
        }

        #[test]
        fn no_small_value_is_among_the_pieces_of_another(
            a in prop::collection::vec(any::<u8>(), 1..6),
            b in prop::collection::vec(any::<u8>(), 1..6),
        ) {
            prop_assert!(a == b || !meta(&b).starts_with(&meta(&a)));
        }
    }
}
