//! An invitation as people hand it over: `chapterhouse:join/` and a line of letters and digits.

use entry::{ChapterId, canon};
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

/// What an invitation's text begins with.
pub const PREFIX: &str = "chapterhouse:join/";
/// The most addresses that an invitation carries.
pub const MAX_ADDRESSES: usize = 3;
/// How the name of an invitation's file ends.
pub const FILE_ENDING: &str = ".chapterhouse-invitation";
/// The longest text in which an invitation is looked for: a mail with everything around it.
pub const MAX_TEXT: usize = 64 * 1024;
/// So many words of a text are taken for the pieces of one broken line.
const MAX_PIECES: usize = 200;
/// So many beginnings of an invitation are tried in one text.
const MAX_BEGINNINGS: usize = 8;
const MAX_BYTES: usize = 2048;
const CHECK: usize = 4;
const CHECK_CONTEXT: &str = "chapterhouse 1 invitation check";

/// What an invitation carries. Names are the inviter's word; the chapter itself confirms them after joining.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Invitation {
    /// Form, 1.
    #[n(0)]
    pub version: u64,
    /// Which chapter.
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub chapter: [u8; 32],
    /// Seed of the invitation's ed25519 key. Whoever has it can join.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    pub secret: [u8; 32],
    /// Milliseconds since 1970.
    #[n(3)]
    pub expires: u64,
    /// The chapter's name.
    #[n(4)]
    pub chapter_name: String,
    /// The inviter's handle.
    #[n(5)]
    pub inviter: String,
    /// Addresses at which the inviter may be found, besides the local network.
    #[n(6)]
    pub addresses: Vec<String>,
    /// Who answers there: the inviter's network name. Once, and not in every address: the text has to fit a QR code
    /// that a camera can read.
    #[n(7)]
    pub peer: String,
}

/// Why a text is no invitation, in a sentence for whoever pasted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadInvitation {
    /// It does not begin like one.
    #[error("this is not what was asked for: it has to begin with {prefix}")]
    Prefix {
        /// How it has to begin.
        prefix: &'static str,
    },
    /// Letters are missing, changed or added.
    #[error("the invitation is damaged: a part of it is missing or changed; ask for it to be sent again")]
    Damaged,
    /// A later program made it.
    #[error("it was made by a newer Chapterhouse; update this one first")]
    TooNew,
    /// More than any invitation, and any mail around one.
    #[error("this is too long to be an invitation: choose the file, or copy the line, that you were given")]
    TooLong,
    /// Not even a text.
    #[error("this is no invitation: it is not text; choose the file that you were given")]
    NotText,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Invitation(to {:?}, secret)", self.chapter_name)
    }
}

impl Drop for Invitation {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.secret);
    }
}

impl Invitation {
    /// The text.
    pub fn to_text(&self) -> String {
        write(PREFIX, self)
    }

    /// Reads a text. White space and line breaks, as mail programs add them, are forgiven.
    pub fn from_text(text: &str) -> Result<Self, BadInvitation> {
        let invitation: Self = read(PREFIX, text)?;
        let sound = invitation.version == 1
            && invitation.addresses.len() <= MAX_ADDRESSES
            && invitation.expires <= entry::time::LAST.0;
        if sound { Ok(invitation) } else { Err(BadInvitation::Damaged) }
    }

    /// Finds the invitation in what a person was given: its line alone, a file, a mail with words before and behind it,
    /// quoted, its line broken. The check tells where it ends.
    pub fn find(text: &[u8]) -> Result<Self, BadInvitation> {
        if text.len() > MAX_TEXT {
            return Err(BadInvitation::TooLong);
        }
        let text = std::str::from_utf8(text).map_err(|_| BadInvitation::NotText)?;
        if text.contains('\0') {
            return Err(BadInvitation::NotText);
        }
        let mut bad = match Self::from_text(text.trim_start_matches('\u{feff}')) {
            Ok(invitation) => return Ok(invitation),
            Err(bad) => bad,
        };
        for (at, _) in text.match_indices(PREFIX).take(MAX_BEGINNINGS) {
            match Self::from_pieces(&text[at + PREFIX.len()..]) {
                Ok(invitation) => return Ok(invitation),
                Err(worse) => bad = worse,
            }
        }
        Err(bad)
    }

    /// Reads on behind the prefix, word by word, until what was read is an invitation.
    fn from_pieces(rest: &str) -> Result<Self, BadInvitation> {
        let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let mut line = Zeroizing::new(PREFIX.to_owned());
        // What a mail program puts before a quoted line is no piece of it.
        for word in rest.split_whitespace().filter(|word| !word.bytes().all(|b| b == b'>')).take(MAX_PIECES) {
            let end = word.find(|c| !letter(c)).unwrap_or(word.len());
            line.push_str(&word[..end]);
            match Self::from_text(&line) {
                Err(BadInvitation::Damaged) if end == word.len() => {}
                decided => return decided,
            }
        }
        Err(BadInvitation::Damaged)
    }

    /// The addresses with the name of who has to answer there.
    pub fn places(&self) -> impl Iterator<Item = String> + '_ {
        self.addresses.iter().map(|address| match self.peer.as_str() {
            "" => address.clone(),
            peer => format!("{address}/p2p/{peer}"),
        })
    }

    /// Which chapter.
    pub const fn chapter_id(&self) -> ChapterId {
        ChapterId(self.chapter)
    }
}

/// A line of letters and digits, with a check, behind a prefix.
pub(crate) fn write<T: Encode<()>>(prefix: &str, value: &T) -> String {
    let mut bytes = Zeroizing::new(canon::to_bytes(value));
    let check = blake3::derive_key(CHECK_CONTEXT, &bytes);
    bytes.extend_from_slice(&check[..CHECK]);
    format!("{prefix}{}", data_encoding::BASE64URL_NOPAD.encode(&bytes))
}

/// Reads what [`write()`] wrote. The value's first field is its version.
pub(crate) fn read<T: Encode<()> + for<'b> Decode<'b, ()>>(
    prefix: &'static str,
    text: &str,
) -> Result<T, BadInvitation> {
    if text.len() > 2 * MAX_BYTES {
        return Err(BadInvitation::Damaged);
    }
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let letters = text.strip_prefix(prefix).ok_or(BadInvitation::Prefix { prefix })?;
    let bytes = data_encoding::BASE64URL_NOPAD.decode(letters.as_bytes()).map_err(|_| BadInvitation::Damaged)?;
    let bytes = Zeroizing::new(bytes);
    let (body, check) = bytes.split_last_chunk::<CHECK>().ok_or(BadInvitation::Damaged)?;
    if blake3::derive_key(CHECK_CONTEXT, body)[..CHECK] != *check {
        return Err(BadInvitation::Damaged);
    }
    let mut peek = minicbor::Decoder::new(body);
    if matches!(peek.array(), Ok(Some(_))) && peek.u64().is_ok_and(|version| version > 1) {
        return Err(BadInvitation::TooNew);
    }
    canon::from_bytes(body, MAX_BYTES).map_err(|_| BadInvitation::Damaged)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn sample() -> Invitation {
        Invitation {
            version: 1,
            chapter: [1; 32],
            secret: [2; 32],
            expires: 1_764_000_000_000,
            chapter_name: "London".into(),
            inviter: "rowan".into(),
            addresses: vec!["/ip4/192.168.1.20/tcp/4001".into()],
            peer: "12D3KooW".into(),
        }
    }

    #[test]
    fn a_text_reads_back_even_when_a_mail_program_broke_its_lines() {
        let text = sample().to_text();
        assert_eq!(Invitation::from_text(&text).unwrap(), sample());
        let broken: String =
            text.chars().enumerate().flat_map(|(i, c)| [Some(c), (i % 60 == 59).then_some('\n')]).flatten().collect();
        assert_eq!(Invitation::from_text(&broken).unwrap(), sample());
    }

    #[test]
    fn every_changed_letter_and_every_missing_one_is_noticed() {
        let text = sample().to_text();
        for i in PREFIX.len()..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[i] = if changed[i] == b'A' { b'B' } else { b'A' };
            assert!(Invitation::from_text(std::str::from_utf8(&changed).unwrap()).is_err(), "letter {i}");
            assert!(Invitation::from_text(&text[..i]).is_err(), "cut at {i}");
        }
        assert_eq!(Invitation::from_text("https://example.org"), Err(BadInvitation::Prefix { prefix: PREFIX }));
    }

    #[test]
    fn it_is_found_among_what_people_and_mail_programs_put_around_it() {
        let line = sample().to_text();
        let broken: Vec<String> = line.as_bytes().chunks(60).map(|c| String::from_utf8(c.to_vec()).unwrap()).collect();
        let letters = "See you on Tuesday, everybody brings something";
        for text in [
            format!("\u{feff}An invitation to London.\r\n\r\n{line}\r\n\r\n{letters}\r\n"),
            format!("{letters} {line} {letters}"),
            format!("<{line}>, {letters}."),
            format!("Hello\n{}\n{letters}", broken.join("\n")),
            format!("> Hello\n> {}\n> {letters}", broken.join("\n> ")),
            format!("It begins with {PREFIX} and goes on: {line}"),
            format!("It begins with {PREFIX}… {line}"),
        ] {
            assert_eq!(Invitation::find(text.as_bytes()).as_ref(), Ok(&sample()), "{text}");
        }
        let mut later = sample();
        later.version = 2;
        let later = format!("{letters} {} {letters}", later.to_text());
        assert_eq!(Invitation::find(later.as_bytes()), Err(BadInvitation::TooNew));
    }

    #[test]
    fn a_file_that_is_no_invitation_is_refused_with_its_reason() {
        let line = sample().to_text();
        let found = |text: &[u8]| Invitation::find(text).unwrap_err();
        assert_eq!(found(b"Dear all"), BadInvitation::Prefix { prefix: PREFIX });
        assert_eq!(found(b""), BadInvitation::Prefix { prefix: PREFIX });
        assert_eq!(found(&[0xff, 0xd8, 0xff, 0xe0]), BadInvitation::NotText);
        assert_eq!(found(format!("{line}\0").as_bytes()), BadInvitation::NotText);
        assert_eq!(found(format!("{line}{}", " ".repeat(MAX_TEXT)).as_bytes()), BadInvitation::TooLong);
        let text = format!("An invitation\n\n{line}\n");
        for at in text.find(PREFIX).unwrap() + PREFIX.len()..text.len() - 1 {
            let mut altered = text.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(found(&altered), BadInvitation::Damaged, "letter {at}");
        }
        // However many pieces and beginnings: it ends, and soon.
        let pieces = PREFIX.to_owned() + &"A ".repeat(30_000);
        assert_eq!(found(pieces.as_bytes()), BadInvitation::Damaged);
        assert_eq!(found(PREFIX.repeat(3_000).as_bytes()), BadInvitation::Damaged);
    }

    #[test]
    fn a_later_form_is_told_apart_from_a_damaged_one() {
        let mut later = sample();
        later.version = 2;
        assert_eq!(Invitation::from_text(&later.to_text()), Err(BadInvitation::TooNew));
    }
}
