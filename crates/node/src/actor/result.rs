//! A poll's result as a file: for a spreadsheet, or whole for a program. It is never written over another one.

use super::{backup, invitation};
use crate::house::internal;
use api::{ErrorCode, Refusal, Reply, poll::ResultFormat, reply::Saved, view::PollView};
use serde_json::Value;
use std::path::PathBuf;

/// So many files of one name beside each other are enough.
const NUMBERS: u32 = 1000;
/// As long as a name made from a title is.
const NAME: usize = 60;

/// Writes it where people keep what they made.
pub(super) async fn save(poll: PollView, format: ResultFormat) -> Result<Reply, Refusal> {
    if let Some(why) = poll.sealed() {
        return Err(Refusal::new(ErrorCode::NotAllowed, format!("there is no result to write. {why}")));
    }
    let written = tokio::task::spawn_blocking(move || {
        let (text, ending) = match format {
            ResultFormat::Csv => (api::table::csv(&poll), "csv"),
            // An archive is made by the node, from its entries.
            ResultFormat::Json | ResultFormat::Archive => {
                (whole_result(&poll).map_err(|error| internal(&error))?, "json")
            }
        };
        // Others on this computer have no business in it: a chapter decides for itself whom it shows its results.
        let path = free(&poll.title, ending);
        invitation::write(&path, text.as_bytes()).map(|()| path)
    });
    let path = written.await.map_err(|error| internal(&error))??;
    Ok(Reply::Saved(Saved { path: path.to_string_lossy().into_owned() }))
}

/// All that is shown of a poll, less what is this member's or this computer's alone: whoever hands the file on hands on nothing
/// of their own vote. How many computers counted the same goes with it: each counts itself, whether it has told the others or not.
pub fn whole_result(poll: &PollView) -> Result<String, serde_json::Error> {
    const OWN: [(&str, &[&str]); 7] = [
        ("", &["on_roll", "mine", "my_vote", "share", "blocked", "early", "counts"]),
        ("/author", &["me"]),
        ("/secret", &["own", "barred"]),
        ("/opening", &["own"]),
        ("/not_counted", &["own"]),
        ("/comments", &["share", "blocked", "early", "author/me"]),
        ("/proposed/objections", &["mine"]),
    ];
    let mut whole = serde_json::to_value(poll)?;
    for (place, keys) in OWN {
        match whole.pointer_mut(place) {
            Some(Value::Array(list)) => list.iter_mut().for_each(|one| drop_keys(one, keys)),
            Some(one) => drop_keys(one, keys),
            None => {}
        }
    }
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}

fn drop_keys(value: &mut Value, keys: &[&str]) {
    for key in keys {
        match key.split_once('/') {
            Some((inner, key)) => value.get_mut(inner).into_iter().for_each(|inner| drop_keys(inner, &[key])),
            None => drop(value.as_object_mut().and_then(|object| object.remove(*key))),
        }
    }
}

/// A file that does not exist yet, where people keep what they made.
pub(super) fn free(title: &str, ending: &str) -> PathBuf {
    let named = |number| backup::folder().join(file_name(title, ending, number));
    (1..NUMBERS).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(NUMBERS))
}

fn file_name(title: &str, ending: &str, number: u32) -> String {
    let safe = |c: char| if c.is_alphanumeric() { c } else { '-' };
    let words: String = title.chars().take(NAME).map(safe).collect();
    let words: Vec<&str> = words.split('-').filter(|word| !word.is_empty()).collect();
    let name = if words.is_empty() { "vote".to_owned() } else { words.join("-") };
    let number = if number == 1 { String::new() } else { format!("-{number}") };
    format!("result-{name}{number}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_name_and_no_path() {
        assert_eq!(file_name("../The hall: keep it?", "csv", 1), "result-The-hall-keep-it.csv");
        assert_eq!(file_name("???", "json", 2), "result-vote-2.json");
    }
}
