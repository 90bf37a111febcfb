//! A poll's result as a table, for spreadsheets.

use crate::{
    poll::{State, votes},
    view::{PollView, QuestionView},
};

/// A row for each option of each question, after rows for the whole vote. RFC 4180.
pub fn csv(poll: &PollView) -> String {
    let unit = u128::from(poll.unit.max(1));
    let mut rows = vec!["question,text,option,votes,parts,parts_per_vote,chosen".to_owned()];
    let mut whole = |what: &str, votes: String, parts: u64| {
        rows.push(format!(",{},{},{votes},{parts},{unit},", cell(&poll.title), cell(what)));
    };
    whole("members on the list", poll.roll.to_string(), poll.roll_weight);
    whole("voted", poll.voters.to_string(), poll.cast);
    // Nobody takes those for members who did not vote.
    if let Some(lost) = poll.opening.as_ref().map(|opening| opening.lost).filter(|lost| *lost > 0) {
        whole("voted, and cannot be opened any more", lost.to_string(), 0);
    }
    for question in &poll.questions {
        let lines = question
            .options
            .iter()
            .enumerate()
            .map(|(n, option)| (option.name.as_str(), option.votes, chosen(question, n)));
        for (name, parts, chosen) in lines.chain([("Left blank", question.blank, "")]) {
            let shown = votes(u128::from(parts), unit);
            let (key, text) = (cell(&question.key), cell(&question.text));
            rows.push(format!("{key},{text},{},{shown},{parts},{unit},{chosen}", cell(name)));
        }
    }
    rows.join("\r\n") + "\r\n"
}

fn chosen(question: &QuestionView, option: usize) -> &'static str {
    let verdict = &question.verdict;
    match verdict.state {
        State::Decided | State::Tied if verdict.leading.contains(&option) => "yes",
        State::Tied if verdict.tied.contains(&option) => "tied",
        _ => "",
    }
}

/// Text in a cell. What a spreadsheet would take for a formula is made a text, because members choose the words.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_stays_a_cell_and_a_text() {
        assert_eq!(cell("Yes, \"really\""), "\"Yes, \"\"really\"\"\"");
        assert_eq!((cell("=1+1"), cell("Barn")), ("'=1+1".to_owned(), "Barn".to_owned()));
        assert_eq!(cell("-2,5"), "\"'-2,5\"");
    }
}
