//! Answers as they are typed: from `QUESTION=…` to what a question asks, in the way that it is asked.

use api::{
    poll::{Answer, Method, POSITIONS},
    view::QuestionView,
};
use std::collections::BTreeMap;

/// Approves none.
const NOTHING: &str = "nothing";
/// So many beginnings are tried: whoever opens a poll chooses the names, and can make them fit together in many ways.
const STEPS: usize = 1000;

/// Reads an answer as its question is asked. Names may have any characters in them: the longest one that fits is meant.
pub(super) fn parse(question: &QuestionView, text: &str) -> Result<Answer, String> {
    let names: Vec<&str> = question.options.iter().map(|option| option.name.as_str()).collect();
    let text = text.trim();
    if text.is_empty() {
        return Ok(Answer::Blank);
    }
    let reader = Reader { names: &names, text };
    match question.method.method {
        Method::Single => reader.whole(text).map(Answer::One),
        Method::Consent | Method::Consensus => position(text).map(Answer::One),
        Method::Approval if text == NOTHING && !names.contains(&NOTHING) => Ok(Answer::Approve(Vec::new())),
        Method::Approval => Ok(Answer::Approve(reader.list(&[','])?.into_iter().map(|(name, _)| name).collect())),
        Method::InstantRunoff | Method::Stv | Method::Schulze => {
            let mut levels: Vec<Vec<String>> = Vec::new();
            let mut equal = false;
            for (name, behind) in reader.list(&['>', '='])? {
                match levels.last_mut().filter(|_| equal) {
                    Some(level) => level.push(name),
                    None => levels.push(vec![name]),
                }
                equal = behind == Some('=');
            }
            Ok(Answer::Ranks(levels))
        }
        Method::Score => reader.numbers().map(Answer::Scores),
        Method::Budget => reader.numbers().map(Answer::Dots),
    }
}

/// A position, or a word of it that no other has.
fn position(text: &str) -> Result<String, String> {
    let named =
        |position: &&&str| **position == text || position.split(' ').any(|word| word == text && word != "agree");
    let found = POSITIONS.iter().find(named);
    found.map(|position| (*position).to_owned()).ok_or_else(|| format!("the answers are {}", POSITIONS.join(", ")))
}

struct Reader<'a> {
    names: &'a [&'a str],
    text: &'a str,
}

/// What stands behind an option, and what comes after that, if more does.
type Behind<'a, T> = Option<(T, Option<&'a str>)>;

impl<'a> Reader<'a> {
    fn name(&self, option: usize) -> String {
        self.names.get(option).copied().unwrap_or_default().to_owned()
    }

    /// The option that a text is: by its name, or as `#2`.
    fn whole(&self, text: &str) -> Result<String, String> {
        let found = self.begins(text).find(|(_, rest)| rest.is_empty());
        let none = || format!("\"{text}\" is none of the options, which are \"{}\"", self.names.join("\", \""));
        found.map(|(option, _)| self.name(option)).ok_or_else(none)
    }

    /// Options that can be meant at the beginning of a text, and the rest behind each: longer names first, then a number,
    /// where no option is called so.
    fn begins<'b>(&self, text: &'b str) -> impl Iterator<Item = (usize, &'b str)> {
        let named = self.names.iter().enumerate();
        let mut found: Vec<(usize, &str)> =
            named.filter_map(|(n, name)| Some((n, text.strip_prefix(*name)?))).collect();
        found.sort_by_key(|(_, rest)| rest.len());
        let number = text.strip_prefix('#').and_then(|digits| {
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            let (number, rest) = digits.split_at(end);
            let option = number.parse::<usize>().ok()?.checked_sub(1)?;
            let called = self.names.contains(&format!("#{number}").as_str());
            (option < self.names.len() && !called).then_some((option, rest))
        });
        found.into_iter().chain(number)
    }

    /// The ways in which a text can be read, two at most. Names may have any characters in them, so it may not be one.
    fn readings<T: Copy>(&self, behind: &impl Fn(&'a str) -> Behind<'a, T>) -> Vec<Vec<(usize, T)>> {
        let (mut found, mut steps): (Vec<Vec<(usize, T)>>, _) = (Vec::new(), STEPS);
        let mut open: Vec<(Vec<(usize, T)>, &'a str)> = vec![(Vec::new(), self.text)];
        while let Some((read, text)) = open.pop().filter(|_| found.len() < 2 && steps > 0) {
            steps -= 1;
            let mut next = Vec::new();
            for (option, rest) in self.begins(text) {
                let Some((said, more)) = behind(rest.trim_start()) else { continue };
                let read = [&read[..], &[(option, said)]].concat();
                match more {
                    None => found.push(read),
                    // Nobody names an option twice.
                    Some(more) if read.len() <= self.names.len() => next.push((read, more)),
                    Some(_) => {}
                }
            }
            open.extend(next.into_iter().rev());
        }
        found
    }

    /// The one way in which a text can be read.
    fn only<T: Copy>(
        &self,
        behind: impl Fn(&'a str) -> Behind<'a, T>,
        written: impl Fn(&T) -> String,
    ) -> Result<Vec<(String, T)>, String> {
        let readings = self.readings(&behind);
        match &readings[..] {
            [one] => Ok(one.iter().map(|(option, said)| (self.name(*option), *said)).collect()),
            [] => Err(self.unknown(&behind)),
            [one, other, ..] => {
                let named = |reading: &[(usize, T)]| {
                    let each = reading.iter().map(|(n, said)| format!("\"{}\"{}", self.name(*n), written(said)));
                    each.collect::<String>()
                };
                let numbered = |reading: &[(usize, T)]| {
                    reading.iter().map(|(n, said)| format!("#{}{}", n + 1, written(said))).collect::<String>()
                };
                Err(format!(
                    "this can be read in two ways, because of what the options are called: as {}, or as {}. Write {} for the \
                     one, or {} for the other: these are the options' numbers",
                    named(one),
                    named(other),
                    numbered(one),
                    numbered(other)
                ))
            }
        }
    }

    /// Where reading comes to an end that is none.
    fn unknown<T>(&self, behind: &impl Fn(&'a str) -> Behind<'a, T>) -> String {
        let mut left = self.text;
        for _ in 0..=self.names.len() {
            let read = self.begins(left).find_map(|(option, rest)| Some((option, behind(rest.trim_start())?)));
            match read {
                Some((_, (_, Some(more)))) => left = more,
                _ => break,
            }
        }
        let options = format!("the options are \"{}\"", self.names.join("\", \""));
        match self.begins(left).next() {
            Some((option, "")) => format!("nothing stands behind \"{}\"; {options}", self.name(option)),
            Some((option, rest)) => format!("\"{rest}\" behind \"{}\" cannot be read; {options}", self.name(option)),
            None => format!("\"{left}\" begins with none of the options, which are \"{}\"", self.names.join("\", \"")),
        }
    }

    /// Options, each with the character behind it.
    fn list(&self, between: &[char]) -> Result<Vec<(String, Option<char>)>, String> {
        let behind = |rest: &'a str| {
            let mut rest = rest.chars();
            match rest.next() {
                None => Some((None, None)),
                Some(end) => between.contains(&end).then(|| (Some(end), Some(rest.as_str().trim_start()))),
            }
        };
        self.only(behind, |end| end.map(String::from).unwrap_or_default())
    }

    /// `option:3,other:1`.
    fn numbers(&self) -> Result<BTreeMap<String, u16>, String> {
        let behind = |rest: &'a str| {
            let rest = rest.strip_prefix(':')?;
            let (number, more) = rest.split_once(',').unwrap_or((rest, ""));
            let more = Some(more.trim_start()).filter(|more| !more.is_empty());
            Some(((number.trim().parse::<u16>().ok()?, more.is_some()), more))
        };
        let written = |(number, more): &(u16, bool)| format!(":{number}{}", if *more { "," } else { "" });
        let read = self.only(behind, written).map_err(|why| {
            let name = self.names.first().copied().unwrap_or_default();
            if why.starts_with("this can") { why } else { format!("{why}; write it as {name}:3, with a whole number") }
        })?;
        let mut numbers = BTreeMap::new();
        for (name, (number, _)) in read {
            if numbers.insert(name.clone(), number).is_some() {
                return Err(format!("\"{name}\" is named twice"));
            }
        }
        Ok(numbers)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use api::{poll::MethodView, view::OptionView};

    fn read(method: Method, text: &str) -> Result<Answer, String> {
        let option = |name: &&str| OptionView { name: (*name).to_owned(), votes: 0 };
        let options = ["hall", "hall, old", "a>b", "x:y"].iter().map(option).collect();
        let method = MethodView { method, ..MethodView::default() };
        parse(&QuestionView { options, method, ..QuestionView::default() }, text)
    }

    fn ranks(levels: &[&[&str]]) -> Answer {
        Answer::Ranks(levels.iter().map(|level| level.iter().map(|name| (*name).to_owned()).collect()).collect())
    }

    #[test]
    fn answers_are_read_as_the_question_is_asked() {
        assert_eq!(read(Method::Single, " hall, old "), Ok(Answer::One("hall, old".into())));
        assert_eq!(read(Method::Single, ""), Ok(Answer::Blank));
        assert_eq!(
            read(Method::Schulze, "x:y > hall=a>b > hall, old"),
            Ok(ranks(&[&["x:y"], &["hall", "a>b"], &["hall, old"]]))
        );
        assert_eq!(read(Method::Stv, "a>b"), Ok(ranks(&[&["a>b"]])));
        let approved = |names: &[&str]| Ok(Answer::Approve(names.iter().map(|name| (*name).to_owned()).collect()));
        assert_eq!(read(Method::Approval, "hall, hall, old,a>b"), approved(&["hall", "hall, old", "a>b"]));
        assert_eq!(read(Method::Approval, "nothing"), approved(&[]));
        let numbers = BTreeMap::from([("hall".to_owned(), 3), ("x:y".to_owned(), 1)]);
        assert_eq!(read(Method::Score, "hall:3,x:y:1"), Ok(Answer::Scores(numbers.clone())));
        assert_eq!(read(Method::Budget, "hall: 3, x:y: 1"), Ok(Answer::Dots(numbers)));
        for (text, position) in
            [("agree", 0), ("reservations", 1), ("agree with reservations", 1), ("aside", 2), ("block", 3)]
        {
            assert_eq!(read(Method::Consent, text), Ok(Answer::One(POSITIONS[position].into())), "{text}");
        }
    }

    /// Where an option is called like two others with a mark between them, nobody guesses.
    #[test]
    fn what_can_be_read_in_two_ways_is_refused_with_both() {
        let read = |method: Method, names: &[&str], text: &str| {
            let option = |name: &&str| OptionView { name: (*name).to_owned(), votes: 0 };
            let method = MethodView { method, ..MethodView::default() };
            let options = names.iter().map(option).collect();
            parse(&QuestionView { options, method, ..QuestionView::default() }, text)
        };
        let names = ["a>b", "a", "b", "c"];
        let refused = read(Method::Schulze, &names, "c>a>b").unwrap_err();
        assert!(
            refused.contains("\"c\">\"a>b\"") && refused.contains("#4>#1") && refused.contains("#4>#2>#3"),
            "{refused}"
        );
        assert_eq!(read(Method::Schulze, &names, "#4>#1"), Ok(ranks(&[&["c"], &["a>b"]])));
        assert_eq!(read(Method::Schulze, &names, "#2>b=c"), Ok(ranks(&[&["a"], &["b", "c"]])));
        assert_eq!(read(Method::Schulze, &names, "b>a"), Ok(ranks(&[&["b"], &["a"]])));
        let list = ["a,b", "a", "b"];
        assert!(read(Method::Approval, &list, "a,b").unwrap_err().contains("#2,#3"));
        assert_eq!(read(Method::Approval, &list, "#1"), Ok(Answer::Approve(vec!["a,b".into()])));
        let scores = ["a:1,b", "a", "b"];
        assert!(read(Method::Score, &scores, "a:1,b:2").unwrap_err().contains("#2:1,#3:2"));
        assert_eq!(read(Method::Single, &names, "#1"), Ok(Answer::One("a>b".into())));
        // Who is called like a number, is meant by it.
        assert_eq!(read(Method::Single, &["x", "#1"], "#1"), Ok(Answer::One("#1".into())));
        assert!(read(Method::Single, &names, "#5").is_err() && read(Method::Single, &names, "#0").is_err());
    }

    #[test]
    fn what_cannot_be_read_is_told_with_what_can() {
        assert!(read(Method::Single, "barn").unwrap_err().contains("\"hall\""));
        assert!(read(Method::Stv, "hall>barn").unwrap_err().contains("\"barn\""));
        assert!(read(Method::Stv, "hall>").is_err());
        assert!(read(Method::Score, "hall").unwrap_err().contains("hall:3"));
        assert!(read(Method::Score, "hall:many").unwrap_err().contains("hall:3"));
        assert!(read(Method::Score, "hall:1,hall:2").unwrap_err().contains("twice"));
        assert!(read(Method::Consent, "maybe").unwrap_err().contains("stand aside"));
    }
}
