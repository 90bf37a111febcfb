//! Proposals as text.

use super::{comments, count, head_line, short, table::table};
use api::proposal::{
    AmendmentView, Change, ObjectionStage, ObjectionView, PlanView, ProposalStage, ProposalSummary, ProposalView,
    ProposedView,
};

/// Longer texts are cut in lists of changes.
const LONG: usize = 300;

pub(super) fn list(list: &[ProposalSummary]) -> String {
    let row = |one: &ProposalSummary| {
        let line = &one.line;
        let state = match line.stage {
            ProposalStage::Standing => format!("proposed, until {}", line.opens),
            ProposalStage::Ready if line.may_open => "you can open it".into(),
            ProposalStage::Ready => "its time is over".into(),
            ProposalStage::Opened => "opened".into(),
        };
        let said = format!("{}, {}", count(line.objections, "objection"), count(line.amendments, "amendment"));
        vec![short(&one.proposal).to_owned(), state, said, format!("{}  ({}, {})", one.title, one.author, one.chapter)]
    };
    if list.is_empty() { "No proposals.".into() } else { table(&list.iter().map(row).collect::<Vec<_>>()) }
}

pub(super) fn proposal(page: &ProposalView) -> String {
    let mut lines = vec![page.plan.title.clone(), head_line(&page.head)];
    lines.push(format!("A proposal, version {}. {}", page.number, page.words));
    lines.extend(page.poll.iter().map(|poll| format!("The vote: {poll}")));
    lines.extend(page.beside.iter().map(|poll| format!("Opened beside it, and not the one that counts: {poll}")));
    lines.extend(plan(&page.plan));
    for changed in &page.changed {
        let adopted = changed.adopts.iter().map(|adopted| format!(", by the amendment of {}", adopted.author));
        lines.push(format!("\nVersion {} of {}{}", changed.number, changed.time, adopted.collect::<String>()));
        lines.extend(Some(changed.why.clone()).filter(|why| !why.is_empty()));
        lines.extend(changes(&changed.changes));
    }
    lines.extend(page.objections.iter().flat_map(objection));
    if page.objections_all > page.objections.len() {
        lines.push(format!("and {} more", count(page.objections_all - page.objections.len(), "objection")));
    }
    lines.extend(page.amendments.iter().flat_map(amendment));
    if page.amendments_all > page.amendments.len() {
        lines.push(format!("and {} more", count(page.amendments_all - page.amendments.len(), "amendment")));
    }
    lines.join("\n") + &comments(&page.comments)
}

fn plan(plan: &PlanView) -> Vec<String> {
    let mut lines = vec![format!("It would be {}.", plan.open)];
    lines.extend(plan.held.iter().map(|one| format!("{one}.")));
    if !plan.description.is_empty() {
        lines.extend([String::new(), plan.description.clone()]);
    }
    for question in &plan.questions {
        lines.push(format!("\n{} [{}]", question.text, question.key));
        lines.extend(question.method.words.iter().map(|sentence| format!("  {sentence}")));
        lines.extend(question.options.iter().map(|option| format!("  - {option}")));
    }
    lines
}

fn changes(changes: &[Change]) -> Vec<String> {
    if changes.is_empty() {
        return vec!["  What it changes is too long to be listed here.".into()];
    }
    let cut = |text: &str| match text.char_indices().nth(LONG) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None if text.is_empty() => "(nothing)".into(),
        None => text.to_owned(),
    };
    let lines = changes.iter().flat_map(|change| {
        [format!("  {}", change.what), format!("    - {}", cut(&change.old)), format!("    + {}", cut(&change.new))]
    });
    lines.collect()
}

pub(super) fn objection(one: &ObjectionView) -> Vec<String> {
    let state = match one.stage {
        ObjectionStage::Standing => "stands",
        ObjectionStage::Answered => "answered, and stands",
        ObjectionStage::Withdrawn => "withdrawn",
    };
    let mut lines = vec![format!(
        "\nObjection {} of {} to version {} ({state}): {}",
        short(&one.entry),
        one.handle,
        one.number,
        one.why
    )];
    lines.extend(one.answers.iter().map(|answer| format!("  Answered: {answer}")));
    if one.stage == ObjectionStage::Withdrawn {
        lines.push(format!("  {} withdrew it: {}", one.handle, one.withdrawn));
    }
    lines
}

fn amendment(one: &AmendmentView) -> Vec<String> {
    let adopted = one.adopted.map_or_else(String::new, |number| format!(" (adopted in version {number})"));
    let mut lines = vec![format!(
        "\nAmendment {} of {} to version {}{adopted}: {}",
        short(&one.entry),
        one.handle,
        one.number,
        one.why
    )];
    lines.extend(changes(&one.changes));
    lines
}

/// On a ballot: what it was before.
pub(super) fn proposed(proposed: &ProposedView) -> Vec<String> {
    let mut lines = vec![format!(
        "\nIt stood proposed by {} ({}, version {}).",
        proposed.handle,
        short(&proposed.proposal),
        proposed.number
    )];
    lines.extend(proposed.instead.iter().map(|other| {
        format!("It was opened beside another vote of the same proposal, which is the one that counts: {other}")
    }));
    lines.extend(proposed.objections.iter().flat_map(objection));
    lines
}
