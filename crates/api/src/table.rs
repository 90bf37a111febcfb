//! A poll's result as a table, for spreadsheets.

use crate::{
    closing::Stage,
    poll::{State, votes},
    view::{PollState, PollView, QuestionView},
};

/// A row for each option of each question, after rows for the whole vote: where it stands; members, and what their votes weigh.
/// RFC 4180.
pub fn csv(poll: &PollView) -> String {
    let unit = u128::from(poll.unit.max(1));
    let mut rows = vec!["question,text,option,votes,parts,parts_per_vote,chosen,members".to_owned()];
    let stage = poll.closing.as_ref().map(|closing| closing.stage);
    rows.push(format!(",{},{},,,,,", cell(&poll.title), cell(&stands(stage, poll.state, &poll.closes))));
    let mut whole = |what: &str, members: usize, parts: u64| {
        let shown = votes(u128::from(parts), unit);
        rows.push(format!(",{},{},{shown},{parts},{unit},,{members}", cell(&poll.title), cell(what)));
    };
    whole("members on the list", poll.roll, poll.roll_weight);
    let apart = poll.secret.as_ref().is_some_and(|secret| secret.apart);
    whole(if apart { "voted, on the question with the most" } else { "voted" }, poll.voters, poll.cast);
    // Nobody takes those for members who did not vote.
    if let Some(lost) = poll.opening.as_ref().map(|opening| opening.lost).filter(|lost| *lost > 0) {
        whole("voted, and cannot be opened any more", lost, 0);
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
            rows.push(format!("{key},{text},{},{shown},{parts},{unit},{chosen},", cell(name)));
        }
    }
    rows.join("\r\n") + "\r\n"
}

/// Whether the figures can still change.
fn stands(stage: Option<Stage>, state: PollState, closes: &str) -> String {
    match (stage, state) {
        (Some(Stage::Final), _) => format!("final, closed {closes}"),
        (_, PollState::Open) => format!("open until {closes}: the count so far"),
        (Some(_), PollState::Closed) => format!("provisional, closed {closes}: tellers are missing"),
        (None, PollState::Closed) => format!("closed {closes}, without tellers: by the dates in the ballots"),
    }
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
    fn a_table_says_whether_its_figures_can_change() {
        let said = |stage, state| stands(stage, state, "2026-12-01T18:00:00Z");
        let open = "open until 2026-12-01T18:00:00Z: the count so far";
        assert_eq!(said(None, PollState::Open), open);
        assert_eq!(said(Some(Stage::Open), PollState::Open), open);
        assert!(said(Some(Stage::Provisional), PollState::Closed).starts_with("provisional"));
        assert!(said(None, PollState::Closed).ends_with("by the dates in the ballots"));
        assert_eq!(said(Some(Stage::Final), PollState::Closed), "final, closed 2026-12-01T18:00:00Z");
    }

    #[test]
    fn a_cell_stays_a_cell_and_a_text() {
        assert_eq!(cell("Yes, \"really\""), "\"Yes, \"\"really\"\"\"");
        assert_eq!((cell("=1+1"), cell("Barn")), ("'=1+1".to_owned(), "Barn".to_owned()));
        assert_eq!(cell("-2,5"), "\"'-2,5\"");
    }
}
