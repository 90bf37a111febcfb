//! Words and shapes that follow from data alone. Pure, so that they are tested without a browser.

pub(crate) mod ballot;
pub(crate) mod before;
pub(crate) mod draw;
pub(crate) mod markdown;
pub(crate) mod methods;
pub(crate) mod name;
pub(crate) mod proposal;
pub(crate) mod remind;
pub(crate) mod result;
pub(crate) mod rules;
pub(crate) mod share;
pub(crate) mod when;

/// `1 thing`, `2 things`.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// `asha`, `asha and imre`, `asha, imre and noor`.
pub(crate) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `1st Leeds and Oslo, 3rd Vienna`: those in one list are equal.
pub(crate) fn ordinal_list(levels: &[Vec<String>]) -> String {
    let mut before = 0;
    let said = levels.iter().map(|level| {
        let place = before + 1;
        before += level.len();
        format!("{} {}", ballot::ordinal(place), list(level))
    });
    said.collect::<Vec<_>>().join(", ")
}

/// Apostrophes as they are set: the node writes those of a terminal.
pub(crate) fn apostrophes(words: &str) -> String {
    let mut before = ' ';
    let set = |c: char| {
        let set = match c {
            '\'' if before.is_alphanumeric() => '’',
            '\'' => '‘',
            other => other,
        };
        before = c;
        set
    };
    words.chars().map(set).collect()
}

/// `three` as `Three`.
pub(crate) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

/// A day inside a sentence: names of days and months keep their capitals.
pub(crate) fn lower(day: &str) -> String {
    for word in ["Today", "Yesterday", "Tomorrow"] {
        if let Some(rest) = day.strip_prefix(word) {
            return word.to_lowercase() + rest;
        }
    }
    day.to_owned()
}

/// A refusal as a sentence: the node begins it small, as a command line goes on, and leaves its end open.
pub(crate) fn sentence(words: &str) -> String {
    let words = words.trim();
    let open = !words.ends_with(['.', '!', '?', '…', ':']);
    format!("{}{}", capital(words), if open && !words.is_empty() { "." } else { "" })
}

/// A chapter's two letters: the initials of its first two words, or the first two letters of its only one.
pub(crate) fn letters(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    let two: String = match (words.next(), words.next()) {
        (Some(a), Some(b)) => a.chars().take(1).chain(b.chars().take(1)).collect(),
        (Some(a), None) => a.chars().take(2).collect(),
        _ => String::new(),
    };
    two.to_uppercase()
}

/// An id as a person may read it out: the first 16 digits in groups of four.
pub(crate) fn short_id(id: &str) -> String {
    let digits: Vec<char> = id.chars().take(16).collect();
    digits.chunks(4).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// Part of a whole in hundredths, rounded; 0 of 0 is 0.
pub(crate) fn percent(part: u64, whole: u64) -> u64 {
    if whole == 0 { 0 } else { (part * 200 + whole) / (whole * 2) }
}

/// Part of a whole as an SVG width.
pub(crate) fn width(part: u64, whole: u64) -> String {
    wide(u128::from(part), u128::from(whole))
}

/// The same of larger numbers.
pub(crate) fn wide(part: u128, whole: u128) -> String {
    let hundredths = (part.min(whole) * 10_000).checked_div(whole).unwrap_or_default();
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_todays_are_small_inside_a_sentence() {
        assert_eq!((lower("Today, 20:58"), lower("Monday")), ("today, 20:58".to_owned(), "Monday".to_owned()));
    }

    #[test]
    fn apostrophes_are_set() {
        assert_eq!(
            apostrophes("the others' computers, the chapter's 'rules'"),
            "the others’ computers, the chapter’s ‘rules’"
        );
    }

    #[test]
    fn a_refusal_begins_large_and_ends() {
        assert_eq!(sentence("it was not changed"), "It was not changed.");
        assert_eq!(sentence(" Ask rowan for a new one. "), "Ask rowan for a new one.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn a_chapter_has_two_letters() {
        assert_eq!(letters("London"), "LO");
        assert_eq!(letters("Common Table"), "CT");
        assert_eq!(letters("Britain & Ireland"), "BI");
        assert_eq!(letters(""), "");
    }

    #[test]
    fn shares_of_a_whole_never_exceed_it() {
        assert_eq!(percent(63, 81), 78);
        assert_eq!(percent(0, 0), 0);
        assert_eq!(width(81, 103), "78.64%");
        assert_eq!(width(9, 3), "100.00%");
        assert_eq!(count(1, "reply", "replies"), "1 reply");
        let names: Vec<String> = ["asha", "imre", "noor"].map(str::to_owned).to_vec();
        assert_eq!((list(&names), list(&names[..1])), ("asha, imre and noor".to_owned(), "asha".to_owned()));
    }
}
