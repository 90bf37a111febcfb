//! The member key: 24 words on paper, from which everything that says "this is me" can be made again.

use crate::{device::DeviceKey, secret::Seed32};
use bip39::{Language, Mnemonic};
use ed25519_dalek::SigningKey;
use entry::{DeviceCert, MemberId};
use std::{cmp::Reverse, fmt};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// BLAKE3 `derive_key` context that makes the ed25519 seed from the words' 32 bytes. Part of the format: never change.
pub const MEMBER_KEY: &str = "chapterhouse 1 member key";

/// A member's key. Wiped from memory when dropped; never printed.
#[derive(Clone)]
pub struct MemberKey {
    entropy: Seed32,
    signing: SigningKey,
}

// Both parts wipe themselves.
impl ZeroizeOnDrop for MemberKey {}

impl MemberKey {
    /// The member key that these 32 bytes stand for: random ones make a new member.
    pub fn from_entropy(entropy: Seed32) -> Self {
        let seed = Zeroizing::new(blake3::derive_key(MEMBER_KEY, entropy.expose()));
        let signing = SigningKey::from_bytes(&seed);
        Self { entropy, signing }
    }

    /// From the recovery phrase as a person writes it: any case, any white space between the words.
    pub fn from_words(text: &str) -> Result<Self, PhraseError> {
        let mut phrase = Zeroizing::new(String::with_capacity(text.len() * 2));
        let mut count = 0;
        for word in text.split_whitespace() {
            if count == 24 {
                return Err(PhraseError::Count(text.split_whitespace().count()));
            }
            if count > 0 {
                phrase.push(' ');
            }
            // The list is ASCII; other letters are left alone and refused below as unknown.
            let start = phrase.len();
            phrase.push_str(word);
            if let Some(added) = phrase.get_mut(start..) {
                added.make_ascii_lowercase();
            }
            count += 1;
        }
        if count != 24 {
            return Err(PhraseError::Count(count));
        }
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, &phrase).map_err(|error| match error {
            bip39::Error::UnknownWord(index) => {
                let near = phrase.split(' ').nth(index).map(near).unwrap_or_default();
                PhraseError::Unknown { at: index + 1, near }
            }
            _ => PhraseError::Checksum,
        })?;
        let (mut padded, length) = mnemonic.to_entropy_array();
        let mut entropy = Zeroizing::new([0; 32]);
        if length != entropy.len() {
            padded.zeroize();
            return Err(PhraseError::Count(count));
        }
        entropy.copy_from_slice(&padded[..32]);
        padded.zeroize();
        Ok(Self::from_entropy(Seed32::new(*entropy)))
    }

    /// The recovery phrase: 24 words of the English BIP-39 list, separated by spaces.
    pub fn to_words(&self) -> Zeroizing<String> {
        // Room for 24 words of at most 8 letters, so that no half-written copy is left behind by growing.
        let mut phrase = Zeroizing::new(String::with_capacity(24 * 9));
        if let Ok(mnemonic) = Mnemonic::from_entropy_in(Language::English, self.entropy.expose()) {
            for word in mnemonic.words() {
                if !phrase.is_empty() {
                    phrase.push(' ');
                }
                phrase.push_str(word);
            }
        }
        phrase
    }

    /// The 32 bytes behind the words. Handle with care.
    pub const fn entropy(&self) -> &Seed32 {
        &self.entropy
    }

    /// Who this is.
    pub fn id(&self) -> MemberId {
        MemberId(self.signing.verifying_key().to_bytes())
    }

    /// Signs that a device is this member's.
    pub fn certify(&self, device: &DeviceKey) -> DeviceCert {
        DeviceCert::issue(&self.signing, device.id().0, device.agreement_public())
    }

    /// The signing key, for what else a member signs.
    pub const fn signing_key(&self) -> &SigningKey {
        &self.signing
    }
}

impl fmt::Debug for MemberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberKey({})", self.id())
    }
}

/// So many words are named for one that does not exist.
const NEAR: usize = 3;
/// No word of the list is longer than 8 letters; of longer ones no more is looked at.
const LONGEST: usize = 12;

/// The words of the list that whoever wrote this may have meant: those that take the fewest slips of the pen to become it,
/// two at most. Empty where there are fewer.
fn near(word: &str) -> [&'static str; NEAR] {
    let typed: Vec<char> = word.chars().take(LONGEST).collect();
    let mut found: Vec<(usize, &'static str)> = (Language::English.word_list().iter())
        .map(|known| (slips(&typed, known), *known))
        .filter(|(slips, _)| *slips <= 2)
        .collect();
    // After as many slips first those that begin alike: the list's words are told apart by their first four letters.
    let alike = |known: &str| known.chars().zip(&typed).take_while(|(a, b)| a == *b).count();
    found.sort_by_key(|(slips, known)| (*slips, Reverse(alike(known)), *known));
    let least = found.first().map_or(0, |(slips, _)| *slips);
    found.retain(|(slips, _)| *slips == least);
    let mut near = [""; NEAR];
    near.iter_mut().zip(found).for_each(|(place, (_, known))| *place = known);
    near
}

/// How many letters have to be put in, left out, or exchanged for one another.
fn slips(typed: &[char], known: &str) -> usize {
    let mut row: Vec<usize> = (0..=typed.len()).collect();
    for (n, letter) in known.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], n + 1);
        for (column, typed) in typed.iter().enumerate() {
            let other = corner + usize::from(*typed != letter);
            corner = row[column + 1];
            row[column + 1] = other.min(corner + 1).min(row[column] + 1);
        }
    }
    row[typed.len()]
}

fn named(near: &[&'static str; NEAR]) -> String {
    let near: Vec<&str> = near.iter().copied().filter(|word| !word.is_empty()).collect();
    if near.is_empty() { String::new() } else { format!("; near to it are: {}", near.join(", ")) }
}

/// Why these are not the words of a member key. For whoever typed them, and for no log: what is near to a word says nearly
/// what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// Not 24 words.
    #[error("a recovery phrase has 24 words, these are {0}")]
    Count(usize),
    /// A word that is not in the list.
    #[error("word number {at} is not one that a recovery phrase can have; please look for a slip of the pen{}", named(.near))]
    Unknown {
        /// Which it is, counted from 1.
        at: usize,
        /// Those of the list that may be meant, the nearest first; empty ones are none.
        near: [&'static str; 3],
    },
    /// All words exist, and together they do not fit.
    #[error("these words do not belong together; please check for a wrong or exchanged word")]
    Checksum,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    /// The first and the last vector of BIP-39 with 24 words.
    const ZEROS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon \
                         abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art";
    const ONES: &str =
        "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo vote";

    #[test]
    fn fixed_words_give_the_fixed_member() {
        let zeros = MemberKey::from_words(ZEROS).unwrap();
        assert_eq!(zeros.entropy().expose(), &[0; 32]);
        assert_eq!(zeros.id().to_string(), "4af1dc4ab8152b5cd03c49cbff036ed4e6cd03ef15783f490a2830371c77d72f");
        let ones = MemberKey::from_words(ONES).unwrap();
        assert_eq!(ones.entropy().expose(), &[0xFF; 32]);
        assert_eq!(ones.id().to_string(), "fbc39390499108c3029e33e6ac01ac5f0fce602d2f9d69837bb13cdd57217f10");
        assert_eq!(ones.to_words().as_str(), ONES);
    }

    #[test]
    fn slips_are_told_apart() {
        assert_eq!(MemberKey::from_words("").unwrap_err(), PhraseError::Count(0));
        assert_eq!(MemberKey::from_words(&"zoo ".repeat(23)).unwrap_err(), PhraseError::Count(23));
        assert_eq!(MemberKey::from_words(&"zoo ".repeat(500)).unwrap_err(), PhraseError::Count(500));
        assert_eq!(MemberKey::from_words(&"zoo ".repeat(24)).unwrap_err(), PhraseError::Checksum);
        let at = |text: &str| match MemberKey::from_words(text).unwrap_err() {
            PhraseError::Unknown { at, near } => (at, near[0]),
            other => panic!("{other}"),
        };
        assert_eq!(at(&ONES.replacen("zoo", "zooo", 1)), (1, "zoo"));
        assert_eq!(at(&ONES.replace("vote", "völe")), (24, "valve"));
        assert_eq!(at(&ONES.replace("vote", "quillfeather")), (24, ""));
        assert!(MemberKey::from_words("\u{130} ").is_err());
    }

    #[test]
    fn a_slip_is_told_with_the_words_that_may_be_meant() {
        let told = |word: &str| MemberKey::from_words(&ONES.replace("vote", word)).unwrap_err().to_string();
        let sentence = told("voted");
        assert!(
            sentence.starts_with("word number 24 is not one") && sentence.ends_with("near to it are: vote"),
            "{sentence}"
        );
        assert!(told("abandons").ends_with("near to it are: abandon"));
        assert_eq!(near("crust")[0], "crush", "as near as others, and begins alike");
        assert!(told("quillfeather").ends_with("slip of the pen"));
        assert!(told(&"é".repeat(300)).ends_with("slip of the pen"));
        for (typed, known, count) in
            [("zoo", "zoo", 0), ("zo", "zoo", 1), ("ozo", "zoo", 2), ("", "zoo", 3), ("abc", "bcd", 2)]
        {
            assert_eq!(slips(&typed.chars().collect::<Vec<_>>(), known), count, "{typed} {known}");
        }
    }

    #[test]
    fn a_member_certifies_a_device_and_the_certificate_holds() {
        let member = MemberKey::from_words(ONES).unwrap();
        let device = DeviceKey::from_seeds(Seed32::new([1; 32]), Seed32::new([2; 32]));
        let cert = member.certify(&device);
        assert_eq!(cert.verify(), Ok(()));
        assert_eq!(cert.member_id(), member.id());
        assert_eq!(cert.device_id(), device.id());
        assert_eq!(cert.agreement, device.agreement_public());
    }

    #[test]
    fn it_does_not_print_its_secret() {
        let member = MemberKey::from_words(ONES).unwrap();
        assert_eq!(format!("{member:?}"), format!("MemberKey({})", member.id()));
    }

    proptest! {
        #[test]
        fn words_give_back_the_member_however_they_are_typed(entropy: [u8; 32], shout: bool, gap in "[ \t\r\n]{1,4}") {
            let member = MemberKey::from_entropy(Seed32::new(entropy));
            let words = member.to_words();
            prop_assert_eq!(words.split(' ').count(), 24);
            let mut typed = format!("{gap}{}{gap}", words.replace(' ', &gap));
            if shout {
                typed.make_ascii_uppercase();
            }
            let again = MemberKey::from_words(&typed).unwrap();
            prop_assert_eq!(again.entropy().expose(), &entropy);
            prop_assert_eq!(again.id(), member.id());
        }

        #[test]
        fn any_text_is_refused_in_peace(text in "\\PC{0,300}") {
            prop_assert!(MemberKey::from_words(&text).is_err());
        }
    }
}
