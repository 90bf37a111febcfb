//! Six words that two people read to each other to be sure that they see the same key.

use bip39::Language;

/// BLAKE3 `derive_key` context of the six words. Part of the format: never change.
pub const SIX_WORDS: &str = "chapterhouse 1 six words";

/// Six words of the English BIP-39 list: the first 66 bits of a hash of the key, 11 bits a word.
pub fn six_words(key: &[u8; 32]) -> [&'static str; 6] {
    let hash = blake3::derive_key(SIX_WORDS, key);
    let list = Language::English.word_list();
    std::array::from_fn(|word| {
        let index = (word * 11..word * 11 + 11)
            .fold(0_usize, |index, bit| index << 1 | usize::from(hash[bit / 8] >> (7 - bit % 8) & 1));
        list[index]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_fixed_key_has_fixed_words() {
        assert_eq!(six_words(&[0; 32]).join(" "), "country black orphan autumn hand portion");
    }

    proptest! {
        #[test]
        fn another_key_has_other_words(key: [u8; 32], bit in 0..256_usize) {
            let mut other = key;
            other[bit / 8] ^= 1 << (bit % 8);
            prop_assert_ne!(six_words(&key), six_words(&other));
        }

        #[test]
        fn words_are_the_bits_of_the_hash(key: [u8; 32]) {
            let hash = blake3::derive_key(SIX_WORDS, &key);
            let bits = hash[..9].iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte)) >> 6;
            let list = Language::English.word_list();
            let expected: [&str; 6] = std::array::from_fn(|i| list[(bits >> (55 - 11 * i)) as usize & 0x7FF]);
            prop_assert_eq!(six_words(&key), expected);
        }
    }
}
