//! What is read from files, prompts and the environment.

mod plain;
mod shapes;

use crate::args::Text;
use api::{ErrorCode, Refusal, people::RulesView};
use data_encoding::BASE64;
pub(crate) use plain::without_number;
use serde::de::DeserializeOwned;
pub(crate) use shapes::{ANSWERS, Shaped, Table};
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

/// Why a file cannot be read, or written. The system's own words come with a number that says nothing to anybody.
pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> Refusal {
    use std::io::ErrorKind;
    let path = path.display();
    invalid(match error.kind() {
        ErrorKind::NotFound => format!("there is no file {path}; look at the name, and at the folder that you are in"),
        ErrorKind::IsADirectory => format!("{path} is a folder; name a file in it"),
        ErrorKind::NotADirectory => format!("there is no file {path}: something in the middle of it is no folder"),
        ErrorKind::PermissionDenied => format!("{path} may not be read by you; ask whoever it belongs to, or copy it"),
        ErrorKind::InvalidData => format!("{path} is no text, or not in UTF-8; save it as plain text in UTF-8"),
        _ => format!("could not read {path}: {}", without_number(error)),
    })
}

/// The bytes of a file, and no more of them than one more than `most`; `-` is standard input.
fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().take(most + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| unreadable(path, &error))?;
    Ok(bytes)
}

/// Reads a file of text; `-` is standard input.
pub(crate) fn text_file(path: &Path) -> Result<String, Refusal> {
    let bytes = bytes(path, LIMIT)?;
    if bytes.len() as u64 > LIMIT {
        return Err(invalid(format!(
            "{} is larger than 1 MiB, and no text here is; look whether it is the right file",
            path.display()
        )));
    }
    let text = String::from_utf8(bytes).map_err(|_| unreadable(path, &std::io::ErrorKind::InvalidData.into()))?;
    // Some editors begin a file with a mark that nobody sees.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Reads a file that has an invitation in it. Whether it has one is the node's to say; what cannot be one is told here.
pub(crate) fn invitation(path: &Path) -> Result<String, Refusal> {
    let no = |why: &str| Refusal::new(ErrorCode::Invitation, format!("{}: {why}", path.display()));
    let bytes = bytes(path, INVITATION)?;
    if bytes.len() as u64 > INVITATION {
        return Err(no("this is too long to be an invitation; choose the file that you were given"));
    }
    String::from_utf8(bytes)
        .map_err(|_| no("this is no invitation: it is not text; choose the file that you were given"))
}

/// Reads a TOML file into a draft. Days and times may be written as TOML's own, or as texts.
pub(crate) fn toml_file<T: DeserializeOwned + Shaped>(path: &Path) -> Result<T, Refusal> {
    draft(table(path, T::TABLE, Left::Missing)?, path)
}

/// What is said of words that a file has to have, and leaves out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    /// They are missing.
    Missing,
    /// Of rules: they stay as they are.
    Kept,
}

fn table(path: &Path, shape: &'static plain::Table, left: Left) -> Result<toml::Table, Refusal> {
    let text = text_file(path)?;
    if let Some(why) = plain::wrong(&text, shape, left == Left::Kept) {
        return Err(invalid(format!("{}{why}", path.display())));
    }
    let mut table: toml::Table = toml::from_str(&text).map_err(|error| wrong(&error, path))?;
    table.iter_mut().for_each(|(_, value)| times_to_texts(value));
    Ok(table)
}

fn draft<T: DeserializeOwned>(table: toml::Table, path: &Path) -> Result<T, Refusal> {
    table.try_into().map_err(|error| wrong(&error, path))
}

/// What was not foreseen.
fn wrong(error: &toml::de::Error, path: &Path) -> Refusal {
    invalid(format!("{}: {}", path.display(), error.message()))
}

/// Rules as a file changes them: what it leaves out stays as it is.
pub(crate) fn rules_file(path: &Path, now: &RulesView) -> Result<(RulesView, Vec<String>), Refusal> {
    changed(table(path, RulesView::TABLE, Left::Kept)?, now, path)
}

/// These words, and for those that are left out what holds now; and which those are.
fn changed(mut table: toml::Table, now: &RulesView, path: &Path) -> Result<(RulesView, Vec<String>), Refusal> {
    let now = toml::Table::try_from(now).map_err(|error| invalid(error.to_string()))?;
    let mut kept = Vec::new();
    for (word, value) in now {
        if !table.contains_key(&word) {
            table.insert(word.clone(), value);
            kept.push(word);
        }
    }
    Ok((draft(table, path)?, kept))
}

/// A motion in a file.
#[derive(Debug)]
pub(crate) struct MotionFile<'a> {
    table: toml::Table,
    path: &'a Path,
}

/// Reads a motion. Its shape cannot refuse unknown words by itself, and a mistyped `closes` is no small thing.
pub(crate) fn motion_file(path: &Path) -> Result<MotionFile<'_>, Refusal> {
    let table = table(path, api::MotionDraft::TABLE, Left::Kept)?;
    let measure = table.get("measure").and_then(toml::Value::as_str).unwrap_or_default();
    let fits: &[&str] = match measure {
        "rules" => &["rules"],
        "statement" => &["text"],
        "remove" => &["member"],
        "give" => &["role", "member", "until"],
        "recall" => &["role", "member"],
        _ => &["entry"],
    };
    let known = |word: &&String| ["measure", "why", "closes"].iter().chain(fits).all(|known| known != *word);
    if let Some(word) = table.keys().find(known) {
        return Err(invalid(format!("{}: `{word}` says nothing about such a motion", path.display())));
    }
    if let Some(word) = fits.iter().find(|word| !table.contains_key(**word)) {
        let like = shapes::like(api::MotionDraft::TABLE, word);
        return Err(invalid(format!("{}: such a motion needs `{word}`. Write a line like: {like}", path.display())));
    }
    Ok(MotionFile { table, path })
}

impl MotionFile<'_> {
    /// Whether it needs the rules that hold now.
    pub(crate) fn changes_rules(&self) -> bool {
        self.table.contains_key("rules")
    }

    /// The motion. Of rules, what is left out stays as it is `now`; which those are is told.
    pub(crate) fn motion(mut self, now: Option<&RulesView>) -> Result<(api::MotionDraft, Vec<String>), Refusal> {
        let mut kept = Vec::new();
        if let (Some(now), Some(toml::Value::Table(rules))) = (now, self.table.remove("rules")) {
            let changed = changed(rules, now, self.path)?;
            kept = changed.1;
            let rules = toml::Value::try_from(changed.0).map_err(|error| invalid(error.to_string()))?;
            self.table.insert("rules".into(), rules);
        }
        Ok((draft(self.table, self.path)?, kept))
    }
}

/// Reads a small picture into base64.
pub(crate) fn picture(path: &Path) -> Result<String, Refusal> {
    let bytes = bytes(path, PICTURE)?;
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
    if let Some(passphrase) = variable("CHAPTERHOUSE_PASSPHRASE")? {
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
    name: &str,
    option: &str,
    file: Option<&Path>,
) -> Result<String, Refusal> {
    if let Some(file) = file {
        return Ok(text_file(file)?.lines().next().unwrap_or_default().to_owned());
    }
    match variable(name)? {
        Some(passphrase) => Ok(passphrase),
        None => ask(question, name, option, true),
    }
}

/// What is in the environment under a name. What is there and is no text is refused, and not taken for nothing.
fn variable(name: &str) -> Result<Option<String>, Refusal> {
    let Some(value) = std::env::var_os(name) else { return Ok(None) };
    value
        .into_string()
        .map(Some)
        .map_err(|_| invalid(format!("what {name} is set to is no text in UTF-8: set it anew")))
}

fn ask(question: &str, variable: &str, option: &str, fresh: bool) -> Result<String, Refusal> {
    asked(question, variable, option, fresh, prompt)
}

fn asked(
    question: &str,
    variable: &str,
    option: &str,
    fresh: bool,
    mut prompt: impl FnMut(&str) -> Result<String, String>,
) -> Result<String, Refusal> {
    let first = prompt(question).map_err(|why| {
        Refusal::new(ErrorCode::Locked, format!("a passphrase is needed: set {variable} or give {option} ({why})"))
    })?;
    if fresh {
        let second = prompt("The same once more: ").map_err(|why| {
            invalid(format!(
                "the passphrase was not typed a second time, so it was not taken; nothing was made ({why})"
            ))
        })?;
        if second != first {
            return Err(invalid("the two passphrases differ; nothing was made".into()));
        }
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
    if let Some(words) = variable("CHAPTERHOUSE_RECOVERY_WORDS")? {
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
    use api::draft::Measure;

    #[test]
    fn a_passphrase_that_is_not_typed_twice_alike_is_not_taken() {
        let told = |second: Result<&str, &str>| {
            let second = second.map(str::to_owned).map_err(str::to_owned);
            let mut answers = [Ok("six blue herons".to_owned()), second].into_iter();
            asked("Choose: ", "VARIABLE", "--file", true, |_| answers.next().unwrap())
                .map_err(|refusal| refusal.message)
        };
        assert_eq!(told(Ok("six blue herons")).unwrap(), "six blue herons");
        assert!(told(Ok("six blue heron")).unwrap_err().contains("differ"));
        assert!(told(Err("unexpected end of file")).unwrap_err().contains("not typed a second time"));
        // One that is there already is asked for once.
        let once = asked("Passphrase: ", "VARIABLE", "--file", false, |_| Ok("x".into()));
        assert_eq!(once.unwrap(), "x");
    }

    #[test]
    fn a_mistyped_word_in_a_motion_is_no_motion_without_it() {
        let file = std::env::temp_dir().join(format!("chapterhouse-motion-{}", std::process::id()));
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            motion_file(&file)?.motion(None).map(|(motion, _)| motion)
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

    #[test]
    fn what_is_no_file_of_text_is_told_without_numbers() {
        let folder = std::env::temp_dir().join(format!("chapterhouse-files-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let told = |path: &Path| toml_file::<api::PollDraft>(path).unwrap_err().message;
        let file = folder.join("poll.toml");
        assert!(told(&file).contains("there is no file"), "{}", told(&file));
        assert!(told(&folder).contains("is a folder"), "{}", told(&folder));
        std::fs::write(&file, b"title = \"\xff\"").unwrap();
        assert!(told(&file).contains("UTF-8"), "{}", told(&file));
        assert!(told(&file.join("below")).contains("no folder"), "{}", told(&file.join("below")));
        // Cut in the middle of a letter, it is too long all the same.
        std::fs::write(&file, "é".repeat(1024 * 1024)).unwrap();
        assert!(told(&file).contains("larger than 1 MiB"), "{}", told(&file));
        std::fs::write(&file, "\u{feff}heading = \"Roof\"").unwrap();
        assert!(told(&file).contains("poll.toml, line 1: a poll has no `heading`"), "{}", told(&file));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn rules_that_a_file_leaves_out_stay_as_they_are() {
        let now = RulesView {
            sponsors: 1,
            operating_from: 3,
            history: api::people::History::FromJoining,
            removal_quorum: "1/2".into(),
            removal_majority: "2/3".into(),
            decision_quorum: "1/2".into(),
            decision_majority: "1/2".into(),
            stands_for_hours: 72,
            proposed_for_hours: 48,
            questions: vec!["Why?".into()],
            statement: "We listen.".into(),
        };
        let file = std::env::temp_dir().join(format!("chapterhouse-rules-{}", std::process::id()));
        std::fs::write(&file, "sponsors = 2\nquestions = []\n").unwrap();
        let (rules, kept) = rules_file(&file, &now).unwrap();
        assert_eq!(rules, RulesView { sponsors: 2, questions: vec![], ..now.clone() });
        assert!(kept.contains(&"proposed_for_hours".to_owned()) && kept.len() == 9, "{kept:?}");
        std::fs::write(&file, "measure = \"rules\"\n[rules]\nsponsors = 2\n").unwrap();
        let (motion, kept) = motion_file(&file).unwrap().motion(Some(&now)).unwrap();
        let rules = RulesView { sponsors: 2, ..now };
        assert!(matches!(motion.measure, Measure::Rules { rules: moved } if *moved == rules) && kept.len() == 10);
        std::fs::write(&file, "measure = \"give\"\nrole = \"teller\"\n").unwrap();
        assert!(motion_file(&file).unwrap_err().message.contains("needs `member`"));
        std::fs::remove_file(&file).unwrap();
    }
}
