//! A poll's result as a file: for a spreadsheet, or whole for a program. It is never written over another one.

use super::{backup, invitation};
use crate::house::internal;
use api::{ErrorCode, Refusal, Reply, poll::ResultFormat, reply::Saved, view::PollView};
use std::path::PathBuf;

/// So many files of one name beside each other are enough.
const NUMBERS: u32 = 1000;
/// As long as a name made from a title is.
const NAME: usize = 60;

/// Writes it where people keep what they made.
pub(super) async fn save(poll: PollView, format: ResultFormat) -> Result<Reply, Refusal> {
    if let (ResultFormat::Csv, Some(why)) = (format, poll.sealed()) {
        return Err(Refusal::new(ErrorCode::NotAllowed, format!("there is no result to write yet. {why}")));
    }
    let written = tokio::task::spawn_blocking(move || {
        let (text, ending) = match format {
            ResultFormat::Csv => (api::table::csv(&poll), "csv"),
            // An archive is made by the node, from its entries.
            ResultFormat::Json | ResultFormat::Archive => {
                (serde_json::to_string_pretty(&poll).map_err(|error| internal(&error))? + "\n", "json")
            }
        };
        // Others on this computer have no business in it: a chapter decides for itself whom it shows its results.
        let path = free(&poll.title, ending);
        invitation::write(&path, text.as_bytes()).map(|()| path)
    });
    let path = written.await.map_err(|error| internal(&error))??;
    Ok(Reply::Saved(Saved { path: path.to_string_lossy().into_owned() }))
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
