//! What is wrong with a file that a person wrote, in their words: which line, what is missing, how it is written.
//!
//! A parser's own errors name types and fields of a program. So a file is held against a [`Table`] first, which knows each
//! word with an example; what passes, the parser takes.

use std::ops::Range;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// What a table can have in it.
pub(crate) struct Table {
    /// What it is: `a poll`.
    pub(super) what: &'static str,
    /// Its words.
    pub(super) words: &'static [Word],
}

/// What rules are called: of these, what is left out can stay as it is.
pub(super) const RULES: &str = "a file of rules";

/// One word of a table.
pub(crate) struct Word {
    /// As it is written.
    pub(super) name: &'static str,
    /// What stands behind it.
    pub(super) shape: Shape,
    /// Whether it has to be there.
    pub(super) needed: bool,
    /// How it is written, as a whole line.
    pub(super) like: &'static str,
}

/// What stands behind a word.
pub(crate) enum Shape {
    /// A text.
    Text,
    /// A day, a time of day, or a moment, with or without quotation marks.
    Time,
    /// A whole number, at most this one.
    Number(i64),
    /// A number, or one as a text.
    Amount,
    /// True or false.
    Switch,
    /// A list of texts.
    Texts,
    /// One of these.
    One(&'static [&'static str]),
    /// `[word]`, once.
    Table(&'static Table),
    /// `[[word]]`, as often as wanted.
    Tables(&'static Table),
}

/// The first thing that is wrong, as a sentence that begins behind the file's name. `changes` says that rules may be left out.
pub(super) fn wrong(text: &str, table: &'static Table, changes: bool) -> Option<String> {
    let checking = Checking { text, whole: table, changes };
    match DeTable::parse(text) {
        Ok(found) => checking.table(found.get_ref(), table, None).err(),
        Err(error) => Some(checking.unreadable(&error)),
    }
}

struct Checking<'a> {
    text: &'a str,
    whole: &'static Table,
    changes: bool,
}

impl Checking<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        self.text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
    }

    fn unreadable(&self, error: &toml::de::Error) -> String {
        let span = error.span().unwrap_or(0..0);
        let line = self.line(&span);
        let written: String = self.text.lines().nth(line - 1).unwrap_or_default().trim().chars().take(80).collect();
        let like = self.whole.words.first().map_or("", |word| word.like);
        if error.message().contains("duplicate key") {
            return format!(", line {line}: this word is there twice: {written}");
        }
        format!(
            ", line {line}: this cannot be read: {written}\nA line is a word, =, and what it is, with texts in quotation marks: {like}"
        )
    }

    fn table(&self, found: &DeTable<'_>, table: &Table, span: Option<&Range<usize>>) -> Result<(), String> {
        let mut in_order: Vec<_> = found.iter().collect();
        in_order.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in in_order {
            let Some(word) = table.words.iter().find(|word| word.name == key.get_ref().as_ref()) else {
                return Err(self.unknown(key, table));
            };
            self.value(word, value, self.line(&key.span()))?;
        }
        let needed = |word: &&Word| word.needed && !(self.changes && table.what == RULES);
        let missing = table.words.iter().filter(needed).find(|word| !found.contains_key(word.name));
        missing.map_or(Ok(()), |word| {
            let place = span.map_or_else(String::new, |span| format!(", line {}", self.line(span)));
            Err(format!("{place}: {} needs `{}`. Write a line like: {}", table.what, word.name, word.like))
        })
    }

    fn unknown(&self, key: &Spanned<std::borrow::Cow<'_, str>>, table: &Table) -> String {
        let (line, key): (usize, String) = (self.line(&key.span()), key.get_ref().chars().take(40).collect());
        // What stands below a [[heading]] belongs to that, and it is easy to think otherwise.
        if table.what != self.whole.what && self.whole.words.iter().any(|word| word.name == key) {
            return format!(
                ", line {line}: `{key}` stands below a line in square brackets, and so belongs to {}. Put it above the first such line",
                table.what
            );
        }
        let below = |word: &&Word| match &word.shape {
            Shape::Table(below) | Shape::Tables(below) => below.words.iter().any(|word| word.name == key),
            _ => false,
        };
        if let Some(heading) = table.words.iter().find(below) {
            return format!(", line {line}: `{key}` belongs below a line {}", heading.like);
        }
        let nearest =
            table.words.iter().map(|word| (distance(&key.to_lowercase(), word.name), word)).min_by_key(|near| near.0);
        match nearest {
            Some((steps, word)) if steps <= 2.max(key.len() / 3) => {
                format!(
                    ", line {line}: {} has no `{key}`; did you mean `{}`? It is written like: {}",
                    table.what, word.name, word.like
                )
            }
            _ => {
                // Of two names of one thing, the one that is written.
                let words = table.words.iter().filter(|word| word.like.contains(word.name));
                let words: Vec<&str> = words.map(|word| word.name).collect();
                format!(", line {line}: {} has no `{key}`. It can have: {}", table.what, words.join(", "))
            }
        }
    }

    fn value(&self, word: &Word, value: &Spanned<DeValue<'_>>, line: usize) -> Result<(), String> {
        let has_to_be =
            |what: &str| Err(format!(", line {line}: `{}` has to be {what}. Write it like: {}", word.name, word.like));
        let found = value.get_ref();
        match &word.shape {
            Shape::Text if !found.is_str() => has_to_be("a text in quotation marks"),
            Shape::Time if !found.is_str() && !found.is_datetime() => has_to_be("a day or a time"),
            Shape::Number(most) => match whole(found) {
                Some(number) if (0..=*most).contains(&number) => Ok(()),
                _ => has_to_be(&format!("a whole number, at most {most}, without quotation marks")),
            },
            Shape::Amount if !found.is_str() && !found.is_integer() && !found.is_float() => has_to_be("a number"),
            // No file can have it as a number, and no vote weighs so much.
            Shape::Amount if found.is_integer() && whole(found).is_none() => has_to_be("a smaller number"),
            Shape::Switch if !found.is_bool() => has_to_be("true or false, without quotation marks"),
            Shape::Texts => match found.as_array() {
                Some(list) if list.iter().all(|one| one.get_ref().is_str()) => Ok(()),
                _ => has_to_be("a list of texts in square brackets, each in quotation marks"),
            },
            Shape::One(all) if !found.as_str().is_some_and(|found| all.contains(&found)) => {
                has_to_be(&format!("one of \"{}\"", all.join("\", \"")))
            }
            Shape::Table(table) => match found.as_table() {
                Some(found) => self.table(found, table, Some(&value.span())),
                None => has_to_be(&format!("a line [{}] with its words below", word.name)),
            },
            Shape::Tables(table) => {
                let heading = format!("a line [[{}]], with two brackets, and its words below it", word.name);
                let Some(list) = found.as_array() else { return has_to_be(&heading) };
                for one in list.iter() {
                    let Some(found) = one.get_ref().as_table() else { return has_to_be(&heading) };
                    self.table(found, table, Some(&one.span()))?;
                }
                Ok(())
            }
            Shape::Text | Shape::Time | Shape::Amount | Shape::Switch | Shape::One(_) => Ok(()),
        }
    }
}

/// A whole number that is not too large for a file.
fn whole(found: &DeValue<'_>) -> Option<i64> {
    found.as_integer().and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok())
}

/// How many letters have to be changed, put in or left out to make one word of another.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (n, letter) in one.chars().enumerate() {
        let mut next = vec![n + 1];
        for (at, (pair, to)) in row.windows(2).zip(&other).enumerate() {
            let (before, above) = (pair.first().copied().unwrap_or(0), pair.last().copied().unwrap_or(0));
            let left = next.get(at).copied().unwrap_or(0);
            next.push((before + usize::from(letter != *to)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

/// An error of the system, without the number behind it.
pub(crate) fn without_number(error: &std::io::Error) -> String {
    let words = error.to_string();
    words.split(" (os error").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{super::Shaped, *};
    use api::{MinutesDraft, MotionDraft, PollDraft, people::RulesView};
    use serde::de::DeserializeOwned;

    const POLL: &str =
        "title = \"Roof\"\nopen_for = \"3 days\"\n\n[[question]]\nkey = \"roof\"\ntext = \"Repair it?\"\n";

    fn told(text: &str) -> String {
        wrong(text, PollDraft::TABLE, false).unwrap_or_else(|| "nothing".into())
    }

    #[test]
    fn what_is_wrong_with_a_poll_is_told_with_its_line_and_an_example() {
        assert_eq!(told(POLL), "nothing");
        assert_eq!(
            told("open_for = \"3 days\"\n"),
            ": a poll needs `title`. Write a line like: title = \"Autumn poll\""
        );
        let without = POLL.replace("text = \"Repair it?\"\n", "");
        assert_eq!(told(&without), ", line 4: a question needs `text`. Write a line like: text = \"Keep the room?\"");
        for (line, word, part) in [
            (1, "titles = \"Roof\"", "did you mean `title`?"),
            (1, "options = [\"yes\"]", "`options` belongs below a line [[question]]"),
            (1, "kolour = 3", "It can have: title, description"),
            (1, "title = 3", "a text in quotation marks. Write it like: title = \"Autumn poll\""),
            (1, "description = [\"a\"]", "a text in quotation marks"),
            (1, "closes = 3", "a day or a time"),
            (1, "delegation = \"yes\"", "true or false, without quotation marks"),
            (1, "tellers = \"asha\"", "a list of texts in square brackets"),
            (1, "tellers = [3]", "a list of texts in square brackets"),
            (1, "secrecy = \"closed\"", "one of \"open\", \"hidden\", \"secret\""),
            (1, "quorum = 1", "a text in quotation marks. Write it like: quorum = \"1/2\""),
            (1, "question = \"Repair it?\"", "a line [[question]], with two brackets"),
            (1, "title = \"Roof", "this cannot be read: title = \"Roof"),
            (1, "just words", "this cannot be read: just words"),
            (7, "seats = \"two\"", "a whole number, at most 65535, without quotation marks"),
            (7, "seats = -1", "a whole number"),
            (7, "seats = 70000", "a whole number"),
            (7, "dots = 1.5", "a whole number"),
            (7, "method = \"fptp\"", "one of \"single\", \"approval\""),
            (7, "quorum = \"1/2\"", "stands below a line in square brackets, and so belongs to a question"),
            (7, "option = [\"yes\", \"no\"]", "did you mean `options`?"),
            (7, "key = \"again\"", "this word is there twice: key = \"again\""),
            (8, "[[weight]]\nmember = \"asha\"\nweight = true\n", "`weight` has to be a number"),
            (
                8,
                "[[weight]]\nmember = \"asha\"\nweight = 99999999999999999999\n",
                "`weight` has to be a smaller number. Write it like: weight = \"3/2\"",
            ),
            (8, "[[observer]]\nmember = \"noor\"\n", "an observer needs `reason`"),
        ] {
            let mut lines: Vec<&str> = POLL.lines().collect();
            lines.insert((line - 1).min(lines.len()), word);
            // The word itself, and not that it is there twice.
            lines.retain(|other| *other == word || !word.starts_with("title") || !other.starts_with("title"));
            lines.retain(|other| *other == word || !word.starts_with("question") || !other.starts_with("[["));
            let told = told(&lines.join("\n"));
            assert!(told.contains(part), "{word}: {told}");
            assert!(told.starts_with(", line ") || told.contains("[["), "{word}: {told}");
        }
        assert!(told("title = \"Roof\"\n[question]\nkey = \"roof\"\n").contains("with two brackets"));
    }

    #[test]
    fn of_a_change_of_rules_anything_may_be_left_out() {
        let table = RulesView::TABLE;
        assert!(wrong("sponsors = 2\n", table, false).unwrap().contains("a file of rules needs `operating_from`"));
        assert_eq!(wrong("sponsors = 2\n", table, true), None);
        assert!(wrong("sponsor = 2\n", table, true).unwrap().contains("did you mean `sponsors`?"));
        assert_eq!(wrong("measure = \"rules\"\n[rules]\nsponsors = 2\n", MotionDraft::TABLE, true), None);
    }

    /// A file with every word of a table, but one; the words below headings included.
    fn every(table: &Table, path: &str, but: &str) -> String {
        let mut text = String::new();
        let (flat, nested): (Vec<&Word>, Vec<&Word>) =
            table.words.iter().partition(|word| !matches!(word.shape, Shape::Table(_) | Shape::Tables(_)));
        for word in flat.into_iter().filter(|word| format!("{path}{}", word.name) != but) {
            text += &format!("{}\n", word.like);
        }
        for word in nested {
            // Two names of one thing.
            if matches!(word.name, "weights" | "observers") {
                continue;
            }
            let (Shape::Table(below) | Shape::Tables(below)) = &word.shape else { continue };
            text += &format!("{}\n{}", word.like, every(below, &format!("{path}{}.", word.name), but));
        }
        text
    }

    fn needed(table: &Table, path: &str) -> Vec<(String, bool)> {
        table
            .words
            .iter()
            .flat_map(|word| {
                let name = format!("{path}{}", word.name);
                match &word.shape {
                    Shape::Table(below) | Shape::Tables(below) => needed(below, &format!("{name}.")),
                    _ => vec![(name, word.needed)],
                }
            })
            .collect()
    }

    fn agrees<T: DeserializeOwned + Shaped>() {
        let parse = |text: &str| toml::from_str::<T>(text).map(drop).map_err(|error| error.message().to_owned());
        let whole = every(T::TABLE, "", "");
        assert_eq!((wrong(&whole, T::TABLE, false), parse(&whole)), (None, Ok(())), "{whole}");
        for (name, needed) in needed(T::TABLE, "")
            .into_iter()
            .filter(|(name, _)| !name.starts_with("weights") && !name.starts_with("observers"))
        {
            let text = every(T::TABLE, "", &name);
            assert_eq!(
                (wrong(&text, T::TABLE, false).is_some(), parse(&text).is_err()),
                (needed, needed),
                "{name}\n{text}"
            );
        }
        // The parser names all words that it knows when it meets one that it does not.
        let message = parse(&format!("unheard_of = 1\n{whole}")).unwrap_err();
        for word in message.split('`').skip(3).step_by(2).filter(|word| !word.is_empty()) {
            assert!(T::TABLE.words.iter().any(|known| known.name == word), "{word} is not in the table");
        }
    }

    #[test]
    fn the_tables_and_the_parser_take_the_same() {
        agrees::<PollDraft>();
        agrees::<RulesView>();
        agrees::<MinutesDraft>();
    }
}
