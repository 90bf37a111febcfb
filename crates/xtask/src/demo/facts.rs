//! The facts that the demonstration is fed with: `tests/data/federation-2014.toml`.

use std::{collections::BTreeMap, fs};

use toml::{Table, Value};

use crate::{failure::Failure, place::Place};

/// What the demonstration takes from the file.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) organisation: String,
    /// Chapters and their countries.
    pub(crate) chapters: Vec<(String, String)>,
    /// Topics of discussions.
    pub(crate) discussions: Vec<String>,
    /// Topics of projects.
    pub(crate) projects: Vec<String>,
    /// What was done where.
    pub(crate) done: Vec<(String, String)>,
    /// The meeting whose minutes were posted: chapter and action points.
    pub(crate) meeting: (String, Vec<String>),
    pub(crate) poll: PollFacts,
}

/// The great poll.
#[derive(Debug)]
pub(crate) struct PollFacts {
    pub(crate) topic: String,
    pub(crate) voters: usize,
    pub(crate) questions: Vec<Question>,
}

/// One question and what it got.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) topic: String,
    pub(crate) options: BTreeMap<String, usize>,
    pub(crate) total: usize,
}

impl Facts {
    /// Reads the file.
    pub(crate) fn read(place: &Place) -> Result<Self, Failure> {
        let path = place.root.join("tests/data/federation-2014.toml");
        let text =
            fs::read_to_string(&path).map_err(|source| Failure::File { doing: "read", path: path.clone(), source })?;
        let wrong = |problem: String| Failure::Output { command: path.display().to_string(), problem };
        let table: Table = text.parse().map_err(|error: toml::de::Error| wrong(error.to_string()))?;
        Self::from_table(&table).ok_or_else(|| wrong("a field that the demonstration needs is missing".to_owned()))
    }

    fn from_table(table: &Table) -> Option<Self> {
        let list = |name: &str| Some(table.get(name)?.as_array()?.iter().filter_map(Value::as_table));
        let meeting = list("meeting")?.next()?;
        let facts = Self {
            organisation: text(table.get("organisation")?.as_table()?, "long_name")?,
            chapters: list("chapter")?.map(|c| Some((text(c, "name")?, text(c, "country")?))).collect::<Option<_>>()?,
            discussions: list("discussion")?.map(|d| text(d, "topic")).collect::<Option<_>>()?,
            projects: list("project")?.map(|p| text(p, "topic")).collect::<Option<_>>()?,
            done: list("done")?
                .map(|d| Some((text(d, "place")?, texts(d, "what")?.join(", "))))
                .collect::<Option<_>>()?,
            meeting: (text(meeting, "chapter")?, texts(meeting, "action_points")?),
            poll: PollFacts::from_table(table.get("poll")?.as_table()?)?,
        };
        Some(facts)
    }
}

impl PollFacts {
    fn from_table(table: &Table) -> Option<Self> {
        let question = |value: &Value| {
            let question = value.as_table()?;
            let count =
                |(name, votes): (&String, &Value)| Some((name.clone(), usize::try_from(votes.as_integer()?).ok()?));
            Some(Question {
                topic: text(question, "topic")?,
                options: question.get("options")?.as_table()?.iter().map(count).collect::<Option<_>>()?,
                total: number(question, "total")?,
            })
        };
        Some(Self {
            topic: text(table, "topic")?,
            voters: number(table, "voters")?,
            questions: table.get("question")?.as_array()?.iter().map(question).collect::<Option<_>>()?,
        })
    }

    /// What the voters of the poll answered, one map per voter from a question's number to an option; a question that
    /// was left blank is absent. The file only has totals, so who answered what is dealt out like cards: each question
    /// in another order, always the same.
    pub(crate) fn deal(&self) -> Vec<BTreeMap<usize, String>> {
        // Steps that share no factor with the number of voters visit every voter once.
        let mut steps = (self.voters / 3..).filter(|step| greatest_common_divisor(*step, self.voters) == 1);
        let mut ballots = vec![BTreeMap::new(); self.voters];
        for (number, question) in self.questions.iter().enumerate() {
            let step = steps.next().unwrap_or(1);
            let answers = question.options.iter().flat_map(|(name, votes)| std::iter::repeat_n(name, *votes));
            for (turn, answer) in answers.enumerate() {
                ballots[(number + turn * step) % self.voters].insert(number, answer.clone());
            }
        }
        ballots
    }
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

fn text(table: &Table, key: &str) -> Option<String> {
    table.get(key)?.as_str().map(str::to_owned)
}

fn texts(table: &Table, key: &str) -> Option<Vec<String>> {
    table.get(key)?.as_array()?.iter().map(|value| value.as_str().map(str::to_owned)).collect()
}

fn number(table: &Table, key: &str) -> Option<usize> {
    usize::try_from(table.get(key)?.as_integer()?).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_dealt_adds_up_to_the_totals_of_the_file() {
        let facts = Facts::read(&Place::find().unwrap()).unwrap();
        assert_eq!(facts.poll.voters, 245);
        assert_eq!(facts.poll.questions.len(), 6);
        let ballots = facts.poll.deal();
        assert_eq!(ballots.len(), facts.poll.voters);
        for (number, question) in facts.poll.questions.iter().enumerate() {
            assert_eq!(question.options.values().sum::<usize>(), question.total, "{}", question.topic);
            assert_eq!(ballots.iter().filter(|ballot| ballot.contains_key(&number)).count(), question.total);
            for (option, votes) in &question.options {
                let got = ballots.iter().filter(|ballot| ballot.get(&number) == Some(option)).count();
                assert_eq!(got, *votes, "{}: {option}", question.topic);
            }
        }
    }
}
