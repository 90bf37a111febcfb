//! The code by which a further device finds the one that is there, in two forms: ten characters to type where both are
//! in one local network, and `chapterhouse:pair/` with a line of letters and digits, which says also where to call.

use crate::{
    cost::Cost,
    error::VaultError,
    invitation::{BadInvitation, MAX_ADDRESSES, read, write},
};
use entry::ChapterId;
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

/// What a code's long form begins with.
pub const PREFIX: &str = "chapterhouse:pair/";
/// BLAKE3 `derive_key` context of the lane on which the two meet.
const LANE: &str = "chapterhouse 1 pairing lane";
/// BLAKE3 `derive_key` context of the last character of a short code.
const CHECK: &str = "chapterhouse 1 pairing check";
/// The salt of the short code's derivation. The same for all: both sides have to come to the same without having met.
const SALT: [u8; 16] = *b"chapterhouse pai";
/// What trying one short code costs: 64 MiB, three passes.
const MEMORY: u32 = 64 * 1024;
const PASSES: u32 = 3;
/// Digits and letters without those that are taken for others (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a short code, the check included.
const SHORT: usize = 10;

/// What a code says. Whoever has it while it is good becomes the member.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct PairCode {
    /// Form, 1.
    #[n(0)]
    pub version: u64,
    /// Derived from the short form.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub secret: [u8; 32],
    /// Milliseconds since 1970. Of a short code only the other device knows it.
    #[n(2)]
    pub expires: u64,
    /// Addresses at which the other device may be found, besides the local network.
    #[n(3)]
    pub addresses: Vec<String>,
    /// Who answers there: its network name.
    #[n(4)]
    pub peer: String,
}

/// Why a text is no pairing code, in a sentence for whoever typed it.
#[derive(Debug, thiserror::Error)]
pub enum BadCode {
    /// Neither form.
    #[error("this is no code: it has ten digits and letters, like 7K3MQ-XFT9W, or begins with chapterhouse:pair/")]
    Form,
    /// The check does not fit.
    #[error("there is a mistake in the code: compare it with the other screen, character by character")]
    Typo,
    /// The long form is not as it was shown.
    #[error("the code is damaged: a part of it is missing or changed; copy it once more from the other computer")]
    Damaged,
    /// The long form, of a program that is newer.
    #[error(transparent)]
    Long(BadInvitation),
    /// The secret could not be derived.
    #[error(transparent)]
    Derive(#[from] VaultError),
}

impl std::fmt::Debug for PairCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PairCode(secret)")
    }
}

impl Drop for PairCode {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.secret);
    }
}

impl PairCode {
    /// The long form.
    pub fn to_text(&self) -> String {
        write(PREFIX, self)
    }

    /// Reads either form. White space, hyphens, small letters, and letters that look like digits are forgiven. A short
    /// code takes a fraction of a second: its secret is derived as slowly as a passphrase's key.
    pub fn from_text(text: &str) -> Result<Self, BadCode> {
        if text.trim_start().starts_with(PREFIX) {
            let code: Self = read(PREFIX, text).map_err(|bad| match bad {
                BadInvitation::Damaged => BadCode::Damaged,
                other => BadCode::Long(other),
            })?;
            let sound =
                code.version == 1 && code.addresses.len() <= MAX_ADDRESSES && code.expires <= entry::time::LAST.0;
            return if sound { Ok(code) } else { Err(BadCode::Damaged) };
        }
        let secret = secret_of(&tidy(text)?)?;
        Ok(Self { version: 1, secret, expires: entry::time::LAST.0, addresses: Vec::new(), peer: String::new() })
    }

    /// The addresses with the name of who has to answer there.
    pub fn places(&self) -> impl Iterator<Item = String> + '_ {
        self.addresses.iter().map(|address| match self.peer.as_str() {
            "" => address.clone(),
            peer => format!("{address}/p2p/{peer}"),
        })
    }

    /// The lane on which the two meet. It looks like that of a chapter, and only who has the code can find it.
    pub fn lane(&self) -> ChapterId {
        ChapterId(blake3::derive_key(LANE, &self.secret))
    }
}

/// A fresh short code from random bytes, and its secret. 45 bits, good for minutes and once: whoever listens could check
/// guesses against what both sides show, but each costs 64 MiB and a fifth of a second.
pub fn short_code(random: [u8; SHORT - 1]) -> Result<(Zeroizing<String>, [u8; 32]), VaultError> {
    let letters = random.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    let mut text = Zeroizing::new(String::from_iter(letters));
    let check = check(&text);
    text.push(check);
    let secret = secret_of(&text)?;
    text.insert(SHORT / 2, '-');
    Ok((text, secret))
}

fn secret_of(tidy: &str) -> Result<[u8; 32], VaultError> {
    let cost = Cost::new(MEMORY, PASSES).unwrap_or(Cost::minimum());
    Ok(*cost.derive(tidy, &SALT)?)
}

fn check(text: &str) -> char {
    char::from(ALPHABET[usize::from(blake3::derive_key(CHECK, text.as_bytes())[0] % 32)])
}

/// A short code as it was made, out of what somebody typed.
fn tidy(text: &str) -> Result<Zeroizing<String>, BadCode> {
    let mut tidy = Zeroizing::new(String::new());
    for letter in text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-') {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        if tidy.len() >= SHORT || !letter.is_ascii() || !ALPHABET.contains(&(letter as u8)) {
            return Err(BadCode::Form);
        }
        tidy.push(letter);
    }
    let Some((rest, last)) = tidy.split_at_checked(SHORT - 1) else { return Err(BadCode::Form) };
    match last.chars().next() {
        None => Err(BadCode::Form),
        Some(last) if last != check(rest) => Err(BadCode::Typo),
        Some(_) => Ok(tidy),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_code_reads_back_and_a_changed_one_does_not() {
        let code = PairCode {
            version: 1,
            secret: [1; 32],
            expires: 3,
            addresses: vec!["/ip4/10.0.0.2/tcp/4001".into()],
            peer: "12D3KooW".into(),
        };
        let text = code.to_text();
        assert_eq!(PairCode::from_text(&text).unwrap(), code);
        for i in PREFIX.len()..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[i] = if changed[i] == b'A' { b'B' } else { b'A' };
            let read = PairCode::from_text(std::str::from_utf8(&changed).unwrap());
            assert!(matches!(read, Err(BadCode::Damaged)), "{read:?}");
        }
        assert!(crate::Invitation::from_text(&text).is_err(), "a code is no invitation");
        assert!(!format!("{code:?}").contains("1, 1"));
    }

    #[test]
    fn a_short_code_is_forgiven_how_it_is_typed_and_not_what() {
        let (text, secret) = short_code([0, 1, 20, 255, 33, 64, 7, 8, 9]).unwrap();
        assert_eq!(text.len(), SHORT + 1);
        for typed in [text.to_lowercase(), text.replace('-', " "), text.replace('0', "o").replace('1', "l")] {
            let read = PairCode::from_text(&format!(" {typed}\n")).unwrap();
            assert_eq!(read.secret, secret);
        }
        let plain = text.replace('-', "");
        for i in 0..SHORT {
            // Each mistake of one character has 31 chances in 32 to be noticed.
            let noticed = ALPHABET.iter().filter(|letter| **letter != plain.as_bytes()[i]).filter(|letter| {
                let mut wrong = plain.clone().into_bytes();
                wrong[i] = **letter;
                matches!(tidy(std::str::from_utf8(&wrong).unwrap()), Err(BadCode::Typo))
            });
            assert!(noticed.count() >= 24, "{i}");
        }
        for none in ["", "-", &plain[..9], &format!("{plain}7"), "7K3MQ-XFT9Ü", "7U3MQXFT9W", &"7".repeat(100_000)] {
            assert!(matches!(PairCode::from_text(none), Err(BadCode::Form)), "{:?}", none.get(..20));
        }
    }

    #[test]
    fn the_secret_of_a_short_code_is_fixed() {
        let (text, secret) = short_code([0; 9]).unwrap();
        assert_eq!(text.as_str(), "00000-00001");
        let known = "1728b3df7b67af5ed69febb2451cc52f6d3be787994f564408daf85430d2d0d4";
        assert_eq!(entry::EntryId(secret).to_string(), known);
    }
}
