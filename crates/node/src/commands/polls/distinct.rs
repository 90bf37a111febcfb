//! Options that nobody can tell apart. A ballot has one meaning for who reads it and one for who counts it; where two options
//! look the same, they need not be the same one. This is asked when a poll is drafted, and decides nothing about polls that are
//! there: tables of characters grow from year to year, and what counts must be the same in every version.

use chapter::kinds::text::tidy_line;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// Characters that show nothing: those that Unicode calls default-ignorable, and the empty Braille pattern.
const INVISIBLE: [(u32, u32); 18] = [
    (0xad, 0xad),
    (0x34f, 0x34f),
    (0x61c, 0x61c),
    (0x115f, 0x1160),
    (0x17b4, 0x17b5),
    (0x180b, 0x180f),
    (0x200b, 0x200f),
    (0x202a, 0x202e),
    (0x2060, 0x206f),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xfe00, 0xfe0f),
    (0xfeff, 0xfeff),
    (0xffa0, 0xffa0),
    (0xfff0, 0xfff8),
    (0x1_bca0, 0x1_bca3),
    (0x1_d173, 0x1_d17a),
    (0xe_0000, 0xe_0fff),
];

/// Letters of another alphabet that have the very shape of a Latin one. No two of one alphabet and case have the same, so that
/// words of one alphabet stay apart; nor are there digits, for `O` and `0`, or `1` and `l`, can both be options.
const SAME_SHAPE: [(&str, &str); 2] =
    [("аеорсухіјѕԁԛԝАВЕКМНОРСТХІЈЅԚԜ", "aeopcyxijsdqwABEKMHOPCTXIJSQW"), ("οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oABEZHIKMNOPTYX")];

fn shows(c: char) -> bool {
    !INVISIBLE.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(c)))
}

/// `10²` is another number than `102`.
const fn is_raised(c: char) -> bool {
    matches!(c, '²' | '³' | '¹' | '\u{2070}'..='\u{209f}')
}

/// What is left of a text for the eye: letters in one form, nothing invisible, one space for many, small letters.
fn seen(text: &str) -> String {
    let plain = text.nfc().filter(|c| shows(*c)).flat_map(|c| {
        let whole: Vec<char> = if is_raised(c) { vec![c] } else { std::iter::once(c).nfkc().collect() };
        whole
    });
    let plain: String = plain.filter(|c| shows(*c)).nfc().collect();
    let small: String = plain.to_lowercase().nfc().collect();
    small.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same with the letters of other alphabets as the Latin ones that they look like.
fn shape(text: &str) -> String {
    let latin = |c: char| {
        let same = |(from, to): &(&str, &str)| from.chars().zip(to.chars()).find(|(from, _)| *from == c);
        SAME_SHAPE.iter().find_map(same).map_or(c, |(_, to)| to)
    };
    seen(&text.nfc().map(latin).collect::<String>())
}

/// Whether there is nothing to see.
pub(super) fn is_blank(text: &str) -> bool {
    seen(text).is_empty()
}

/// A line as it was typed; empty, if there is nothing to see in it.
pub(super) fn line(text: &str) -> String {
    let line = tidy_line(text);
    if is_blank(&line) { String::new() } else { line }
}

/// The first two that look the same, though they are not.
pub(super) fn alike<'a>(names: &[&'a str]) -> Option<(&'a str, &'a str)> {
    let (mut by_look, mut by_shape) = (BTreeMap::new(), BTreeMap::new());
    names.iter().find_map(|name| {
        let before = [*by_look.entry(seen(name)).or_insert(*name), *by_shape.entry(shape(name)).or_insert(*name)];
        before.into_iter().find(|before| before != name).map(|before| (before, *name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_found() {
        for (one, other) in [
            ("a", "a\u{200b}"),
            ("é", "e\u{301}"),
            ("Yes", "yes"),
            ("the  hall", "the\u{a0}hall"),
            ("Ｂarn", "Barn"),
            ("ﬁne", "fine"),
            ("Park", "Раrk"),
            ("MOCKBA", "МОСКВА"),
            ("ok", "\u{202e}ok"),
            ("Straße", "STRAẞE"),
        ] {
            assert_eq!(alike(&["another", one, other]), Some((one, other)), "{one:?} {other:?}");
        }
    }

    #[test]
    fn what_differs_may_stand_beside_each_other() {
        for names in [
            vec!["O", "0"],
            vec!["1", "l", "I"],
            vec!["10²", "102", "10₂"],
            vec!["все", "всё", "н", "п", "һ", "h"],
            vec!["ν", "υ", "ο", "σ"],
            vec!["Zoe", "Zoë"],
            vec!["rn", "m", "vv", "w"],
            vec!["a", "a.", "-a", "+a"],
        ] {
            assert_eq!(alike(&names), None, "{names:?}");
        }
        assert_eq!(alike(&["same", "same"]), None, "that is refused elsewhere, in its own words");
    }

    #[test]
    fn every_letter_has_its_latin_one() {
        for (from, to) in SAME_SHAPE {
            assert_eq!(from.chars().count(), to.chars().count());
            assert!(to.is_ascii() && !from.chars().any(|c| c.is_ascii()));
        }
        assert!(is_blank("\u{200b}\u{3164} ") && !is_blank("·"));
    }
}
