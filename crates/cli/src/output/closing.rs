//! How polls are closed, listed, counted again and checked, as text.

use super::{count, short, table::table};
use api::{
    closing::{
        ArchiveView, ClosingView, CountsView, Exported, PollSummary, RecountView, Said, SetAside, Stage, TellerView,
    },
    poll::votes,
    view::PollState,
};

/// A poll's tellers.
pub(super) fn tellers(closing: &ClosingView) -> Vec<String> {
    let mut lines = closing.words.clone();
    let row = |teller: &TellerView| {
        let said = match (teller.said, &teller.time, teller.votes) {
            (Said::Closed, Some(time), Some(votes)) => format!("closed it on {time}, with {votes} votes"),
            (Said::Contradicts, ..) => {
                format!("contradicts: {}", teller.entries.iter().map(|id| short(id)).collect::<Vec<_>>().join(" and "))
            }
            (Said::Recalled, ..) => "recalled".into(),
            _ => "has not closed it".into(),
        };
        let receipts = match teller.receipts {
            0 => "no receipts".into(),
            n => format!("{} for {} votes", super::count(n, "receipt"), teller.receipted),
        };
        vec![format!("  {}", teller.handle), said, receipts]
    };
    lines.push(table(&closing.tellers.iter().map(row).collect::<Vec<_>>()));
    lines
}

/// Who counted the same.
pub(super) fn counts(counts: &CountsView) -> Vec<String> {
    let more = if counts.enough { " or more" } else { "" };
    let mut lines = vec![format!("\nCounted the same on {}{more}.", count(counts.same, "device"))];
    lines.extend(counts.differ.iter().cloned());
    lines
}

/// What is here and does not count.
pub(super) fn aside(aside: &SetAside) -> Option<String> {
    let parts: Vec<String> = [
        (aside.replaced, "replaced by a later one"),
        (aside.late, "late"),
        (aside.unseen, "not seen by most tellers when they closed the poll"),
        (aside.not_on_roll, "of somebody who is not on the roll"),
        (aside.taken_back, "of somebody whose time had ended, or who signed something else in its place"),
        (aside.lost, "sealed for tellers of whom too few can open it any more"),
        (aside.invalid, "not fitting the poll"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    (!parts.is_empty()).then(|| format!("\nSet aside: {}.", parts.join(", ")))
}

pub(super) fn polls(list: &[PollSummary]) -> String {
    if list.is_empty() {
        return "No polls yet.".into();
    }
    let row = |poll: &PollSummary| {
        let state = match (poll.state, poll.stage) {
            (PollState::Open, _) if poll.waiting => "waits for you",
            (PollState::Open, _) => "open",
            (PollState::Closed, _) if poll.lost => "no result",
            (PollState::Closed, Some(Stage::Final)) => "final",
            (PollState::Closed, Some(_)) => "provisional",
            (PollState::Closed, None) => "closed",
        };
        let voted = format!("{} of {} voted", poll.voters, poll.roll);
        vec![
            short(&poll.poll).to_owned(),
            poll.closes.clone(),
            state.into(),
            voted,
            poll.title.clone(),
            poll.chapter.clone(),
        ]
    };
    table(&list.iter().map(row).collect::<Vec<_>>())
}

pub(super) fn recount(view: &RecountView) -> String {
    let RecountView { entries, voters, words, .. } = view;
    let counted = format!("Counted again from {entries} saved entries: {voters} voters. Six words: {words}");
    match (view.same, &view.differs) {
        (true, _) => format!("{counted}\nThat is what is shown."),
        (false, Some(ballot)) => {
            format!("{counted}\nThat is NOT what is shown. The first ballot that differs: {ballot}")
        }
        (false, None) => format!("{counted}\nThat is NOT what is shown."),
    }
}

pub(super) fn exported(made: &Exported) -> String {
    let mut note = made.note.clone();
    if let Some(first) = note.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("Written to {} ({} bytes).\n{note}.", made.path, made.bytes)
}

pub(super) fn verified(view: &ArchiveView) -> String {
    let mut lines: Vec<String> = view.checks.iter().map(|check| format!("good: {check}")).collect();
    if let Some(fault) = &view.fault {
        lines.push(format!("WRONG: {fault}"));
        return lines.join("\n");
    }
    if let Some(result) = &view.result {
        lines.push(format!("\n{}\n{} · closed {}", result.title, result.chapter_name, result.closes));
        lines.push(format!("chapter {}\nsix words of the chapter: {}", result.chapter, result.chapter_words));
        lines.push(format!("poll    {}", result.poll));
        lines.push(match result.stage {
            None => "no tellers".into(),
            Some(Stage::Final) => format!("final, by the tellers {}", result.tellers.join(", ")),
            Some(_) => format!("provisional; the tellers are {}", result.tellers.join(", ")),
        });
        lines.push(format!("{} of {} voted", result.voters, result.roll));
        let of = |parts: u64| votes(parts.into(), result.unit.into());
        for question in &result.questions {
            lines.push(format!("\n{}", question.text));
            let rows = question.options.iter().map(|option| vec![format!("  {}", option.name), of(option.votes)]);
            if !question.options.is_empty() {
                lines.push(table(&rows.chain([vec!["  (blank)".into(), of(question.blank)]]).collect::<Vec<_>>()));
            }
            lines.push(format!("  {}", question.verdict));
        }
        if !result.proposal.is_empty() {
            lines.push("\nWhat was said before it opened:".into());
            lines.extend(result.proposal.iter().map(|line| format!("  {line}")));
        }
        lines.push(format!("\nresult  {}\nsix words of the result: {}", result.result_hash, result.result_words));
    }
    if !view.remarks.is_empty() {
        lines.push("\nWhat this does not prove:".into());
        lines.extend(view.remarks.iter().map(|remark| format!("  {remark}")));
    }
    lines.join("\n")
}
