//! What people may write into fields: lengths and characters.
//!
//! These rules decide whether an entry counts, so they must come out the same in every version of every program: the
//! characters are listed here by number, and never asked of a Unicode table, which grows from year to year. Text need
//! not be in a normal form: two titles that look the same may differ in bytes.

use super::BadBody;

/// The longest Markdown text, in bytes.
pub const MAX_TEXT: usize = 48 * 1024;
/// The longest reason that is given for something small, in bytes.
pub const MAX_REASON: usize = 2000;
/// The longest name or place, in characters.
pub const MAX_NAME: usize = 80;
/// The longest title, in characters.
pub const MAX_TITLE: usize = 200;
/// The longest handle, in characters.
pub const MAX_HANDLE: usize = 32;

/// Characters from U+0080 on that a handle may not have, in ascending ranges: controls, spaces, invisible and
/// direction-changing characters, punctuation, symbols, private use, unassigned planes.
const NOT_IN_HANDLES: [(u32, u32); 34] = [
    (0x80, 0xa9),
    (0xab, 0xb4),
    (0xb6, 0xb9),
    (0xbb, 0xbf),
    (0xd7, 0xd7),
    (0xf7, 0xf7),
    (0x34f, 0x34f),
    (0x37e, 0x37e),
    (0x387, 0x387),
    (0x589, 0x58f),
    (0x5be, 0x5be),
    (0x5c0, 0x5c0),
    (0x5c3, 0x5c3),
    (0x5c6, 0x5c6),
    (0x600, 0x60f),
    (0x61b, 0x61f),
    (0x66a, 0x66d),
    (0x6d4, 0x6d4),
    (0x6dd, 0x6de),
    (0x115f, 0x1160),
    (0x1680, 0x1680),
    (0x17b4, 0x17b5),
    (0x180b, 0x180f),
    (0x2000, 0x206f),
    (0x20a0, 0x20cf),
    (0x2190, 0x2bff),
    (0x2e00, 0x3004),
    (0x3008, 0x3020),
    (0x3030, 0x3030),
    (0x3164, 0x3164),
    (0xe000, 0xf8ff),
    (0xfd3e, 0xfe6f),
    (0xfeff, 0xff0f),
    (0xff5b, 0xffff),
];
/// From here on no character may be in a handle except the ideographs.
const ASTRAL_SYMBOLS: u32 = 0x1_d000;
/// Ideographs beyond the first plane.
const IDEOGRAPHS: (u32, u32) = (0x2_0000, 0x3_ffff);

/// A member's handle: 1 to 32 letters, digits, `-`, `_` and `.`.
pub fn handle(text: &str) -> Result<(), BadBody> {
    let what = "the handle";
    length(what, text, 1, MAX_HANDLE)?;
    if text.chars().all(in_handle) { Ok(()) } else { Err(BadBody::HandleCharacter) }
}

fn in_handle(c: char) -> bool {
    let code = u32::from(c);
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    }
    if code >= ASTRAL_SYMBOLS {
        return (IDEOGRAPHS.0..=IDEOGRAPHS.1).contains(&code);
    }
    !NOT_IN_HANDLES.iter().any(|(first, last)| (*first..=*last).contains(&code))
}

/// One line of `min` to `max` characters, that does not begin or end with a space.
pub fn line(what: &'static str, text: &str, min: usize, max: usize) -> Result<(), BadBody> {
    length(what, text, min, max)?;
    if text.starts_with(' ') || text.ends_with(' ') {
        return Err(BadBody::Spaces { what });
    }
    if text.chars().any(not_in_line) { Err(BadBody::Character { what }) } else { Ok(()) }
}

/// A Markdown text of `min` to [`MAX_TEXT`] bytes.
pub fn text(what: &'static str, text: &str, min: usize) -> Result<(), BadBody> {
    bytes(what, text, min, MAX_TEXT)
}

/// A Markdown text of `min` to `max` bytes.
pub fn bytes(what: &'static str, text: &str, min: usize, max: usize) -> Result<(), BadBody> {
    if text.len() < min {
        return Err(BadBody::Empty { what });
    }
    if text.len() > max {
        return Err(BadBody::TextTooLong { what, got: text.len(), limit: max });
    }
    // Nearly every text passes here, and without a branch for every byte.
    let printable = |byte: u8| (0x20..0x7f).contains(&byte) || byte == b'\n' || byte == b'\t';
    if text.bytes().fold(true, |all, byte| all & printable(byte)) {
        return Ok(());
    }
    if text.chars().any(not_in_text) {
        return Err(BadBody::Character { what });
    }
    Ok(())
}

/// Between `min` and `max` characters.
pub fn characters(what: &'static str, text: &str, min: usize, max: usize) -> Result<(), BadBody> {
    length(what, text, min, max)
}

fn length(what: &'static str, text: &str, min: usize, max: usize) -> Result<(), BadBody> {
    // A character has at most four bytes: a text of gigabytes is refused without counting it.
    let got = if text.len() > max.saturating_mul(4) { text.len() } else { text.chars().count() };
    if got > max {
        return Err(BadBody::LineTooLong { what, limit: max });
    }
    if got < min { Err(BadBody::Empty { what }) } else { Ok(()) }
}

/// Control characters of ASCII and Latin-1; the set is closed.
fn control(c: char) -> bool {
    matches!(u32::from(c), 0..=0x1f | 0x7f..=0x9f)
}

/// Controls, line and paragraph separators, and what turns the direction of the text around it. Marks that say the direction
/// of one place only (U+200E, U+200F, U+061C) are for whoever writes from right to left.
fn not_in_line(c: char) -> bool {
    control(c) || matches!(u32::from(c), 0x2028..=0x202e | 0x2066..=0x2069)
}

/// The same of a text of several lines.
fn not_in_text(c: char) -> bool {
    not_in_line(c) && !matches!(c, '\n' | '\t')
}

/// What a person typed into a one-line field, with what they cannot see taken away: spaces around it, line breaks and
/// control characters in it.
pub fn tidy_line(text: &str) -> String {
    let one_line: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    one_line.trim().chars().filter(|c| !not_in_line(*c)).collect()
}

/// What a person typed into a text field, with line breaks as `\n` and without other control characters, nor such as turn
/// the direction of what is around them.
pub fn tidy_text(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n")
        .chars()
        .filter(|c| !not_in_text(*c))
        .collect()
}
