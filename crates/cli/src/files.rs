//! What is read from files, prompts and the environment.

use crate::args::Text;
use api::{ErrorCode, Refusal, draft::Measure};
use data_encoding::BASE64;
use serde::de::DeserializeOwned;
use std::{
    io::{IsTerminal, Read, Write},
    path::Path,
};

/// No text, minutes or poll is longer than this.
const LIMIT: u64 = 1024 * 1024;
/// No file with an invitation in it is longer.
const INVITATION: u64 = 64 * 1024;
/// No picture has more bytes.
const PICTURE: u64 = 24 * 1024;

fn invalid(message: String) -> Refusal {
    Refusal::new(ErrorCode::Invalid, message)
}

/// Reads a file of text; `-` is standard input.
pub(crate) fn text_file(path: &Path) -> Result<String, Refusal> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(LIMIT + 1).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_string(&mut text))
    };
    read.map_err(|error| invalid(format!("could not read {}: {error}", path.display())))?;
    if text.len() as u64 > LIMIT {
        return Err(invalid(format!("{} is longer than {LIMIT} bytes", path.display())));
    }
    Ok(text)
}

/// Reads a file that has an invitation in it. Whether it has one is the node's to say; what cannot be one is told here.
pub(crate) fn invitation(path: &Path) -> Result<String, Refusal> {
    let no = |why: &str| Refusal::new(ErrorCode::Invitation, format!("{}: {why}", path.display()));
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(INVITATION + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(INVITATION + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| invalid(format!("could not read {}: {error}", path.display())))?;
    if bytes.len() as u64 > INVITATION {
        return Err(no("this is too long to be an invitation; choose the file that you were given"));
    }
    String::from_utf8(bytes)
        .map_err(|_| no("this is no invitation: it is not text; choose the file that you were given"))
}

/// Reads a TOML file into a draft. Days and times may be written as TOML's own, or as texts.
pub(crate) fn toml_file<T: DeserializeOwned>(path: &Path) -> Result<T, Refusal> {
    draft(table(path)?, path)
}

fn table(path: &Path) -> Result<toml::Table, Refusal> {
    let mut table: toml::Table = toml::from_str(&text_file(path)?).map_err(|error| wrong(&error, path))?;
    table.iter_mut().for_each(|(_, value)| times_to_texts(value));
    Ok(table)
}

fn draft<T: DeserializeOwned>(table: toml::Table, path: &Path) -> Result<T, Refusal> {
    table.try_into().map_err(|error| wrong(&error, path))
}

fn wrong(error: &toml::de::Error, path: &Path) -> Refusal {
    invalid(format!("{}: {error}", path.display()))
}

/// Reads a motion. Its shape cannot refuse unknown words by itself, and a mistyped `closes` is no small thing.
pub(crate) fn motion_file(path: &Path) -> Result<api::MotionDraft, Refusal> {
    let table = table(path)?;
    let words: Vec<String> = table.keys().cloned().collect();
    let motion: api::MotionDraft = draft(table, path)?;
    let fits: &[&str] = match motion.measure {
        Measure::Rules { .. } => &["rules"],
        Measure::Statement { .. } => &["text"],
        Measure::Remove { .. } => &["member"],
        Measure::Give { .. } => &["role", "member", "until"],
        Measure::Recall { .. } => &["role", "member"],
        Measure::Hide { .. } => &["entry"],
    };
    let known = |word: &&String| ["measure", "why", "closes"].iter().chain(fits).all(|known| known != *word);
    match words.iter().find(known) {
        Some(word) => Err(invalid(format!("{}: `{word}` says nothing about such a motion", path.display()))),
        None => Ok(motion),
    }
}

/// Reads a small picture into base64.
pub(crate) fn picture(path: &Path) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(PICTURE + 1).read_to_end(&mut bytes))
        .map_err(|error| invalid(format!("could not read {}: {error}", path.display())))?;
    if bytes.len() as u64 > PICTURE {
        return Err(invalid(format!("{} is larger than 24 KiB; make it smaller first", path.display())));
    }
    Ok(BASE64.encode(&bytes))
}

fn times_to_texts(value: &mut toml::Value) {
    match value {
        toml::Value::Datetime(time) => {
            let text = time.to_string();
            // A time of day is written without seconds.
            let of_day = time.date.is_none() && text.matches(':').count() == 2;
            let text = if of_day { text.trim_end_matches(":00").to_owned() } else { text };
            *value = toml::Value::String(text);
        }
        toml::Value::Array(list) => list.iter_mut().for_each(times_to_texts),
        toml::Value::Table(table) => table.iter_mut().for_each(|(_, value)| times_to_texts(value)),
        _ => {}
    }
}

impl Text {
    /// The text, wherever it is.
    pub(crate) fn read(self) -> Result<String, Refusal> {
        match (self.body, self.file) {
            (Some(body), _) => Ok(body),
            (None, Some(path)) => text_file(&path),
            (None, None) => Err(invalid("give the text with --body or --file".into())),
        }
    }
}

/// The passphrase: from the environment, a file's first line, or a prompt. `fresh` asks twice.
pub(crate) fn passphrase(file: Option<&Path>, fresh: bool) -> Result<String, Refusal> {
    if let Some(file) = file {
        let text = text_file(file)?;
        return Ok(text.lines().next().unwrap_or_default().to_owned());
    }
    if let Ok(passphrase) = std::env::var("CHAPTERHOUSE_PASSPHRASE") {
        return Ok(passphrase);
    }
    ask(
        if fresh { "Choose a passphrase: " } else { "Passphrase: " },
        "CHAPTERHOUSE_PASSPHRASE",
        "--passphrase-file",
        fresh,
    )
}

/// Another passphrase than the one that opens the vault now, asked for twice.
pub(crate) fn other_passphrase(
    question: &str,
    variable: &str,
    option: &str,
    file: Option<&Path>,
) -> Result<String, Refusal> {
    match (file, std::env::var(variable)) {
        (Some(file), _) => Ok(text_file(file)?.lines().next().unwrap_or_default().to_owned()),
        (None, Ok(passphrase)) => Ok(passphrase),
        (None, Err(_)) => ask(question, variable, option, true),
    }
}

fn ask(question: &str, variable: &str, option: &str, fresh: bool) -> Result<String, Refusal> {
    let first = prompt(question).map_err(|why| {
        Refusal::new(ErrorCode::Locked, format!("a passphrase is needed: set {variable} or give {option} ({why})"))
    })?;
    if fresh && prompt("The same once more: ").is_ok_and(|second| second != first) {
        return Err(invalid("the two passphrases differ; nothing was made".into()));
    }
    Ok(first)
}

/// Whether the person means it; false without a terminal.
pub(crate) fn confirm(question: &str) -> bool {
    if !std::io::stdin().is_terminal() || write!(std::io::stderr(), "{question}").is_err() {
        return false;
    }
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && answer.trim() == "yes"
}

/// The 24 recovery words: from the environment, or a prompt.
pub(crate) fn recovery_words() -> Result<String, Refusal> {
    if let Ok(words) = std::env::var("CHAPTERHOUSE_RECOVERY_WORDS") {
        return Ok(words);
    }
    prompt("Your 24 recovery words: ").map_err(|why| {
        invalid(format!("the 24 recovery words are needed: set CHAPTERHOUSE_RECOVERY_WORDS or type them ({why})"))
    })
}

fn prompt(question: &str) -> Result<String, String> {
    if !std::io::stdin().is_terminal() {
        return Err("there is no terminal to ask at".into());
    }
    rpassword::prompt_password(question).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_mistyped_word_in_a_motion_is_no_motion_without_it() {
        let file = std::env::temp_dir().join(format!("chapterhouse-motion-{}", std::process::id()));
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            motion_file(&file)
        };
        let motion = "measure = \"give\"\nrole = \"note-taker\"\nmember = \"asha\"\nuntil = 2027-06-01T00:00:00Z\n";
        let whole = read(&format!("{motion}closes = 2026-12-24T18:00:00Z\n")).unwrap();
        assert_eq!(whole.closes.as_deref(), Some("2026-12-24T18:00:00Z"));
        assert!(matches!(whole.measure, Measure::Give { until, .. } if until == "2027-06-01T00:00:00Z"));
        for (word, text) in [("close", "close = 2026-12-24T18:00:00Z\n"), ("entry", "entry = \"4f2a91c0\"\n")] {
            let refused = read(&format!("{motion}{text}")).unwrap_err();
            assert!(refused.message.contains(&format!("`{word}`")), "{}", refused.message);
        }
        std::fs::remove_file(&file).unwrap();
    }

    #[test]
    fn days_and_times_are_taken_with_and_without_quotes() {
        let folder = std::env::temp_dir().join(format!("chapterhouse-toml-{}", std::process::id()));
        let read = |text: &str| {
            std::fs::write(&folder, text).unwrap();
            toml_file::<api::MinutesDraft>(&folder)
        };
        let bare =
            read("title = \"T\"\ndate = 2026-11-24\nstarts = 18:30:00\n[[action]]\nwhat = \"w\"\ndue = 2026-12-01\n");
        let quoted = read(
            "title = \"T\"\ndate = \"2026-11-24\"\nstarts = \"18:30\"\n[[action]]\nwhat = \"w\"\ndue = \"2026-12-01\"\n",
        );
        assert_eq!(bare.unwrap(), quoted.unwrap());
        assert!(read("title = 3\ndate = 2026-11-24\n").is_err());
        std::fs::remove_file(&folder).unwrap();
    }
}
