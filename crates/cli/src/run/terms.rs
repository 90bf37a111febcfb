//! What a chapter asks of newcomers, and where the answers come from: a file, or the person at the terminal.

use crate::{ask, files, output::count};
use api::{ErrorCode, Refusal};
use serde::Deserialize;
use std::{fmt::Write, path::PathBuf};

/// `answers.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    answers: Vec<String>,
}

impl files::Shaped for Answers {
    const TABLE: &'static files::Table = &files::ANSWERS;
}

/// What a chapter asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    /// Its name.
    pub(crate) chapter: String,
    /// What a newcomer agrees to; may be empty.
    pub(crate) statement: String,
    /// What a newcomer is asked.
    pub(crate) questions: Vec<String>,
}

/// What the command line says to it beforehand.
pub(crate) struct Consent {
    agree: bool,
    answers: Option<Vec<String>>,
}

impl Consent {
    /// Reads the answers' file at once: a mistake in it shall not come out in the middle of joining.
    pub(crate) fn read(agree: bool, file: Option<PathBuf>) -> Result<Self, Refusal> {
        let answers = match file {
            Some(file) => Some(files::toml_file::<Answers>(&file)?.answers),
            None => None,
        };
        Ok(Self { agree, answers })
    }

    /// Whether anything was said.
    pub(crate) const fn is_given(&self) -> bool {
        self.agree || self.answers.is_some()
    }

    /// The answers, one for each question; none if the person does not agree.
    pub(crate) fn to(&self, terms: &Terms) -> Result<Option<Vec<String>>, Refusal> {
        let enough = self.answers.as_ref().map_or(terms.questions.is_empty(), |a| a.len() == terms.questions.len());
        let agreed = self.agree || terms.statement.is_empty();
        if agreed && enough {
            return Ok(Some(self.answers.clone().unwrap_or_default()));
        }
        // A file that does not fit is a mistake, whoever is there to be asked.
        if !ask::terminal() || (self.answers.is_some() && !enough) {
            return Err(Refusal::new(ErrorCode::Invalid, terms.unanswered(self.answers.as_ref().map(Vec::len))));
        }
        if !agreed {
            ask::say(&terms.shown())?;
            if !ask::yes("Do you agree?")? {
                return Ok(None);
            }
        }
        match &self.answers {
            Some(answers) => Ok(Some(answers.clone())),
            None => {
                ask::say(&format!("{} asks; its members read your answers.", terms.chapter))?;
                terms.questions.iter().map(|question| ask::line(question)).collect::<Result<_, _>>().map(Some)
            }
        }
    }
}

impl Terms {
    fn shown(&self) -> String {
        format!("{} asks newcomers to agree to this:\n\n{}\n", self.chapter, self.statement.trim_end())
    }

    fn unanswered(&self, answers: Option<usize>) -> String {
        let mut text = if self.statement.is_empty() { String::new() } else { self.shown() + "\n" };
        if !self.questions.is_empty() {
            let _ = writeln!(text, "{} asks newcomers:", self.chapter);
            for (n, question) in self.questions.iter().enumerate() {
                let _ = writeln!(text, "  {}. {question}", n + 1);
            }
        }
        if let Some(answers) = answers.filter(|answers| *answers != self.questions.len()) {
            let (answers, questions) = (count(answers, "answer"), count(self.questions.len(), "question"));
            let _ = writeln!(text, "The file has {answers} for {questions}.");
        }
        let words = match (self.statement.is_empty(), self.questions.is_empty()) {
            (false, true) => "--agree",
            (true, _) => "--answers answers.toml",
            (false, false) => "--agree --answers answers.toml",
        };
        text + "\nNothing was sent yet; the invitation is kept. Join again with " + words
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn terms(statement: &str, questions: &[&str]) -> Terms {
        let questions = questions.iter().map(|&question| question.to_owned()).collect();
        Terms { chapter: "London".into(), statement: statement.into(), questions }
    }

    fn consent(agree: bool, answers: Option<&[&str]>) -> Consent {
        Consent { agree, answers: answers.map(|list| list.iter().map(|&answer| answer.to_owned()).collect()) }
    }

    #[test]
    fn whoever_said_everything_beforehand_is_not_asked() {
        let both = terms("We listen.", &["Why?", "Whence?"]);
        let said = consent(true, Some(&["So.", "From asha."])).to(&both).unwrap().unwrap();
        assert_eq!(said, ["So.", "From asha."]);
        assert_eq!(consent(true, None).to(&terms("We listen.", &[])).unwrap(), Some(Vec::new()));
        assert!(consent(false, Some(&["So."])).to(&terms("", &["Why?"])).unwrap().is_some(), "nothing to agree to");
    }

    #[test]
    fn a_file_with_too_few_answers_is_refused_with_the_questions() {
        let refused = consent(true, Some(&["So."])).to(&terms("We listen.", &["Why?", "Whence?"])).unwrap_err();
        assert_eq!(refused.code, ErrorCode::Invalid);
        for part in ["We listen.", "1. Why?", "2. Whence?", "1 answer for 2 questions", "--agree --answers"] {
            assert!(refused.message.contains(part), "{part}: {}", refused.message);
        }
    }
}
