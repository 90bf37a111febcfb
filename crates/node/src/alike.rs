//! Handles that look alike. Nobody owns a handle, so two members can have the same, or one that a hurried reader takes for
//! it; lists then show the first of their six words beside it. This decides nothing but what is shown.

use crate::{commands::is_open, house::Room};
use entry::{MemberId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// So many of the six words are shown; as many are asked for where somebody is named by them.
pub(crate) const WORDS: usize = 3;

/// Letters that look like a Latin one, in small letters: Cyrillic, Greek, and what Latin has twice.
const LOOK_LIKE: [(char, char); 52] = [
    ('а', 'a'),
    ('в', 'b'),
    ('с', 'c'),
    ('ԁ', 'd'),
    ('е', 'e'),
    ('һ', 'h'),
    ('н', 'h'),
    ('і', 'l'),
    ('ј', 'j'),
    ('к', 'k'),
    ('ӏ', 'l'),
    ('м', 'm'),
    ('п', 'n'),
    ('о', 'o'),
    ('р', 'p'),
    ('ԛ', 'q'),
    ('г', 'r'),
    ('ѕ', 's'),
    ('т', 't'),
    ('ѵ', 'v'),
    ('ԝ', 'w'),
    ('х', 'x'),
    ('у', 'y'),
    ('ё', 'e'),
    ('ї', 'l'),
    ('α', 'a'),
    ('β', 'b'),
    ('ε', 'e'),
    ('η', 'n'),
    ('ι', 'l'),
    ('κ', 'k'),
    ('μ', 'u'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('σ', 'o'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('ζ', 'z'),
    ('ά', 'a'),
    ('ό', 'o'),
    ('ɑ', 'a'),
    ('ɡ', 'g'),
    ('ı', 'l'),
    ('ł', 'l'),
    ('i', 'l'),
    ('0', 'o'),
    ('1', 'l'),
    ('5', 's'),
    ('ß', 'b'),
    ('օ', 'o'),
];

/// What a handle looks like: two that look alike have the same.
fn shape(handle: &str) -> String {
    let look = |c: char| LOOK_LIKE.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to);
    // Small letters first and last: some capitals look like another letter's small one only after the decomposition.
    let lower: String = handle.nfkc().collect::<String>().to_lowercase().nfkc().map(look).collect();
    lower.replace("rn", "m").replace("vv", "w")
}

/// Whether letters of several alphabets that share many shapes stand in one handle.
fn is_mixed(handle: &str) -> bool {
    let alphabet = |c: char| match u32::from(c) {
        0x41..=0x5a | 0x61..=0x7a | 0xc0..=0x24f => Some(0),
        0x370..=0x3ff => Some(1),
        0x400..=0x52f => Some(2),
        0x530..=0x58f => Some(3),
        _ => None,
    };
    handle.nfkc().filter_map(alphabet).collect::<BTreeSet<_>>().len() > 1
}

/// The handles of a chapter: those of members, of former ones, and of whoever asks to join and still can be let in.
pub(crate) struct Alike(BTreeMap<String, BTreeSet<MemberId>>);

impl Alike {
    pub(crate) fn new(room: &Room, now: Timestamp) -> Self {
        let mut shapes = Self(BTreeMap::new());
        for member in room.view.members().iter().chain(&room.view.former_members()) {
            shapes.add(&member.handle, member.id);
        }
        for asked in room.view.requests().iter().filter(|asked| is_open(room, asked, now)) {
            shapes.add(&asked.statement.join.handle, asked.statement.member_id());
        }
        shapes
    }

    fn add(&mut self, handle: &str, member: MemberId) {
        self.0.entry(shape(handle)).or_default().insert(member);
    }

    /// What tells somebody apart, where their handle alone does not: the first of the words that they compare by voice.
    pub(crate) fn apart(&self, handle: &str, member: &MemberId) -> Option<String> {
        let others = self.0.get(&shape(handle)).is_some_and(|members| members.iter().any(|other| other != member));
        (others || is_mixed(handle)).then(|| keys::six_words(&member.0)[..WORDS].join(" "))
    }

    /// A member's name as it stands in a sentence that people vote on: with what tells them apart where the name alone
    /// could be somebody else's, whatever they call themselves meanwhile.
    pub(crate) fn named(&self, room: &Room, member: &MemberId) -> String {
        let handle = room.view.handle(member).unwrap_or("somebody");
        self.apart(handle, member).map_or_else(|| handle.to_owned(), |words| format!("{handle} ({words})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_look_alike_have_one_shape() {
        for (one, other) in [
            ("rowan", "Rowan"),
            ("rowan", "rоwаn"),
            ("rowan", "ｒｏｗａｎ"),
            ("zoé", "zoe\u{301}"),
            ("ilse", "Il5e"),
            ("arno", "amo"),
            ("Нина", "нина"),
            ("OTTO", "0tt0"),
            ("τom", "tom"),
        ] {
            assert_eq!(shape(one), shape(other), "{one} {other}");
        }
        for (one, other) in [("rowan", "rowena"), ("asha", "imre"), ("noor", "noor2"), ("zoe", "zoé")] {
            assert_ne!(shape(one), shape(other), "{one} {other}");
        }
    }

    #[test]
    fn an_alphabet_among_another_is_noticed() {
        assert!(is_mixed("rоwan") && is_mixed("τom"));
        for plain in ["rowan", "Zoë", "Нина", "Τάσος", "佐々木", "j.r_k-2", "𠮷野"] {
            assert!(!is_mixed(plain), "{plain}");
        }
    }

    #[test]
    fn only_somebody_else_is_told_apart() {
        let mut shapes = Alike(BTreeMap::new());
        let [rowan, other, asha] = [1, 2, 3].map(|n| MemberId([n; 32]));
        shapes.add("rowan", rowan);
        shapes.add("rowan", rowan);
        assert_eq!(shapes.apart("rowan", &rowan), None, "an old request of the same member");
        shapes.add("RÖWAN", asha);
        assert_eq!(shapes.apart("rowan", &rowan), None);
        shapes.add("Rowan", other);
        for (handle, member) in [("rowan", rowan), ("Rowan", other)] {
            let words = shapes.apart(handle, &member).unwrap_or_default();
            assert_eq!(words.split(' ').count(), WORDS);
            assert!(keys::six_words(&member.0).join(" ").starts_with(&words));
        }
    }
}
