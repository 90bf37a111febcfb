//! The code by which a further device finds the one that is there: `chapterhouse:pair/` and a line of letters and digits.

use crate::invitation::{BadInvitation, MAX_ADDRESSES, read, write};
use entry::ChapterId;
use minicbor::{Decode, Encode};

/// What a code's text begins with.
pub const PREFIX: &str = "chapterhouse:pair/";
/// BLAKE3 `derive_key` context of the lane on which the two meet.
const LANE: &str = "chapterhouse 1 pairing lane";

/// What a code carries. Whoever has it while it is good becomes the member.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct PairCode {
    /// Form, 1.
    #[n(0)]
    pub version: u64,
    /// Random.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub secret: [u8; 32],
    /// Whose device it will be.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub member: [u8; 32],
    /// Milliseconds since 1970.
    #[n(3)]
    pub expires: u64,
    /// Addresses at which the other device may be found, besides the local network.
    #[n(4)]
    pub addresses: Vec<String>,
    /// Who answers there: its network name.
    #[n(5)]
    pub peer: String,
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
    /// The text.
    pub fn to_text(&self) -> String {
        write(PREFIX, self)
    }

    /// Reads a text. White space and line breaks are forgiven.
    pub fn from_text(text: &str) -> Result<Self, BadInvitation> {
        let code: Self = read(PREFIX, text)?;
        let sound = code.version == 1 && code.addresses.len() <= MAX_ADDRESSES && code.expires <= entry::time::LAST.0;
        if sound { Ok(code) } else { Err(BadInvitation::Damaged) }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_code_reads_back_and_a_changed_one_does_not() {
        let code = PairCode {
            version: 1,
            secret: [1; 32],
            member: [2; 32],
            expires: 3,
            addresses: vec!["/ip4/10.0.0.2/tcp/4001".into()],
            peer: "12D3KooW".into(),
        };
        let text = code.to_text();
        assert_eq!(PairCode::from_text(&text).unwrap(), code);
        for i in PREFIX.len()..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[i] = if changed[i] == b'A' { b'B' } else { b'A' };
            assert!(PairCode::from_text(std::str::from_utf8(&changed).unwrap()).is_err());
        }
        assert!(crate::Invitation::from_text(&text).is_err(), "a code is no invitation");
        assert!(!format!("{code:?}").contains("1, 1"));
    }
}
