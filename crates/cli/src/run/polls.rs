//! Voting: from `--answer QUESTION=…` to answers, in the way that the question is asked; and a poll with all its counts.

use super::{answers, unexpected};
use crate::{
    args::{
        polls::{Delegate, Table, Vote},
        proposals::ProposalVerb,
    },
    files,
    output::{Output, secrecy},
    session::Session,
    vault,
};
use api::{
    Command, ErrorCode, Refusal, Reply,
    poll::{Answer, PartDraft},
    reply::Saved,
    view::PollView,
};
use std::{collections::BTreeMap, io::Write, path::Path};

async fn ask(session: &Session, poll: &str) -> Result<Box<PollView>, Refusal> {
    match session.dispatch(Command::ShowPoll { poll: poll.to_owned() }).await? {
        Reply::Poll(view) => Ok(view),
        _ => Err(unexpected()),
    }
}

/// A poll, with the records that were too long for one answer of the node.
async fn whole_poll(session: &Session, poll: &str) -> Result<Box<PollView>, Refusal> {
    let mut view = ask(session, poll).await?;
    for question in view.questions.iter_mut().filter(|question| question.record_left_out) {
        let command = Command::ShowCount { poll: view.head.entry.clone(), question: question.key.clone() };
        let Reply::Count(whole) = session.dispatch(command).await? else { return Err(unexpected()) };
        *question = *whole;
    }
    Ok(view)
}

pub(super) async fn show(session: &Session, output: &Output, poll: &str) -> Result<(), Refusal> {
    let not_found = match whole_poll(session, poll).await {
        Err(refusal) if refusal.code == ErrorCode::NotFound => refusal,
        whole => return output.reply(&Reply::Poll(whole?)),
    };
    // Whoever has the id of a proposal need not know that it is no poll yet.
    match session.dispatch(Command::ShowProposal { proposal: poll.to_owned() }).await {
        Ok(proposal) => output.reply(&proposal),
        Err(_) => Err(not_found),
    }
}

/// Polls, and below them what is proposed.
pub(super) async fn list(session: &Session, output: &Output, chapter: Option<String>) -> Result<(), Refusal> {
    output.reply(&session.dispatch(Command::Polls { chapter: chapter.clone() }).await?)?;
    match session.dispatch(Command::Proposals { chapter }).await? {
        Reply::Proposals(list) if list.is_empty() => Ok(()),
        proposals => output.reply(&proposals),
    }
}

/// The commands about proposals are one question and one answer each.
pub(super) fn proposal(verb: ProposalVerb) -> Result<Command, Refusal> {
    Ok(match verb {
        ProposalVerb::Propose { chapter, file } => Command::ProposePoll { chapter, poll: files::toml_file(&file)? },
        ProposalVerb::Object { proposal, reason: why } => Command::ObjectToProposal { proposal, why },
        ProposalVerb::Answer { objection, text } => Command::AnswerObjection { objection, text },
        ProposalVerb::Withdraw { objection, reason: text } => Command::WithdrawObjection { objection, text },
        ProposalVerb::Amend { proposal, file, reason: why } => {
            Command::AmendProposal { proposal, poll: files::toml_file(&file)?, why }
        }
        ProposalVerb::Adopt { amendment } => Command::AdoptAmendment { amendment },
    })
}

/// A poll as a file that a stranger can check, or as a table.
pub(super) async fn export(
    session: &Session,
    output: &Output,
    poll: String,
    file: &Path,
    table: Option<Table>,
) -> Result<(), Refusal> {
    let ends = |ending: &str| file.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending));
    let by_ending = if ends("csv") { Some(Table::Csv) } else { ends("json").then_some(Table::Json) };
    let Some(table) = table.or(by_ending) else {
        let path = vault::whole(file)?;
        return output.reply(&session.dispatch(Command::ExportPoll { poll, path }).await?);
    };
    let view = whole_poll(session, &poll).await?;
    if let Some(why) = view.sealed() {
        return Err(Refusal::new(ErrorCode::NotAllowed, format!("there is no result to write. {why}")));
    }
    let text = match table {
        Table::Csv => api::table::csv(&view),
        Table::Json => node::whole_result(&view).map_err(|error| invalid(error.to_string()))?,
    };
    let created = std::fs::OpenOptions::new().write(true).create_new(true).open(file);
    created.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => invalid(format!(
            "there is a file {} already, and it is not overwritten: choose another name",
            file.display()
        )),
        _ => Refusal::new(
            ErrorCode::Storage,
            format!("could not write {}: {}", file.display(), files::without_number(&error)),
        ),
    })?;
    output.reply(&Reply::Saved(Saved { path: vault::whole(file)? }))
}

/// A file, with no data folder: whatever is wrong ends the program with a refusal.
pub(super) fn verify(output: &Output, file: &Path) -> Result<(), Refusal> {
    let view = node::verify_archive(file)?;
    let fault = view.fault.clone();
    output.reply(&Reply::Verified(Box::new(view)))?;
    match fault {
        None => Ok(()),
        Some(fault) => Err(invalid(format!("{}: {fault}", file.display()))),
    }
}

pub(super) async fn recount(session: &Session, output: &Output, poll: String) -> Result<(), Refusal> {
    let reply = session.dispatch(Command::Recount { poll }).await?;
    output.reply(&reply)?;
    match reply {
        Reply::Recount(view) if view.same => Ok(()),
        Reply::Recount(_) => Err(Refusal::new(
            ErrorCode::Internal,
            "what is shown is not what is saved comes to; start the program anew, and tell us of it",
        )),
        _ => Err(unexpected()),
    }
}

pub(super) async fn vote(session: &Session, output: &Output, vote: Vote) -> Result<(), Refusal> {
    let Vote { poll, answers: words, reasons } = vote;
    // Only what there is to choose tells how an answer is read.
    let view = ask(session, &poll).await?;
    let mut answers = BTreeMap::new();
    for word in &words {
        let (key, text) = split("--answer", word)?;
        let question = view.questions.iter().find(|question| question.key == key);
        let answer = match question {
            Some(question) => {
                answers::parse(question, text).map_err(|why| invalid(format!("--answer {}: {why}", short(word))))?
            }
            // The node knows what to say.
            None => Answer::Blank,
        };
        if answers.insert(key.to_owned(), answer).is_some() {
            return Err(invalid(format!("--answer {}: this question is answered twice", short(word))));
        }
    }
    let mut why = BTreeMap::new();
    for word in &reasons {
        let (key, text) = split("--reason", word)?;
        if why.insert(key.to_owned(), text.to_owned()).is_some() {
            return Err(invalid(format!("--reason {}: this question has a reason already", short(word))));
        }
    }
    // A new vote takes the place of the one before, blanks included: nobody leaves everything blank by an oversight.
    let example = view.questions.first().map_or("QUESTION", |question| question.key.as_str());
    if answers.is_empty() {
        return Err(invalid(format!(
            "say what you vote, with --answer {example}=…; what is left out is left blank, also where you had voted before. To \
             leave all blank: --answer {example}="
        )));
    }
    if let Some(alone) = why.keys().find(|key| !answers.contains_key(*key)) {
        return Err(invalid(format!(
            "--reason {alone}: there is no --answer {alone}=… beside it, and a new vote takes the place of the one before; give \
             all your answers again"
        )));
    }
    let reply = session.dispatch(Command::Vote { poll: poll.clone(), answers, reasons: why }).await?;
    output.reply(&reply)?;
    if matches!(reply, Reply::VoteKept(_)) && session.is_brief() {
        output.remark(
            "Nothing is connected from this data folder now, and the vote does not leave this computer: start chapterhouse \
             serve, or the window, and let it run.",
        );
    }
    output.remark(&format!(
        "Until it closes, on {}, the same command changes your vote; chapterhouse poll show {poll} tells how it stands.",
        view.closes
    ));
    Ok(())
}

/// Opens a poll, and says what comes next.
pub(super) async fn open(session: &Session, output: &Output, open: Command) -> Result<(), Refusal> {
    let reply = session.dispatch(open).await?;
    output.reply(&reply)?;
    let Reply::PollOpened(opened) = reply else { return Err(unexpected()) };
    if !output.json {
        let view = ask(session, &opened.poll).await?;
        if let Some(secret) = &view.secret {
            output.remark(&secrecy(secret).join("\n"));
        }
        let (poll, key) =
            (id(&opened.poll), view.questions.first().map_or("QUESTION", |question| question.key.as_str()));
        output.remark(&format!(
            "Members vote until {}, with chapterhouse vote {poll} --answer {key}=…; chapterhouse poll show {poll} tells how it stands.",
            view.closes
        ));
    }
    Ok(())
}

/// Proposes a poll, and says what a secret one would be: who could vote in it, and how few.
pub(super) async fn propose(session: &Session, output: &Output, propose: Command) -> Result<(), Refusal> {
    output.reply(&session.dispatch(propose.clone()).await?)?;
    let (false, Command::ProposePoll { chapter, poll }) = (output.json, propose) else { return Ok(()) };
    let preview = Command::PreviewPoll { chapter, poll, propose: true };
    if let Ok(Reply::PollPreview(would)) = session.dispatch(preview).await
        && let Some(secret) = would.secret
    {
        output.remark(&format!("If it were opened now:\n{}", secrecy(&secret).join("\n")));
    }
    Ok(())
}

/// As much of an id as is typed.
fn id(whole: &str) -> &str {
    whole.get(..12).unwrap_or(whole)
}

/// Without a file it is a proposal that is opened.
pub(super) fn open_proposal(proposal: String) -> Result<Command, Refusal> {
    if proposal.chars().all(|c| c.is_ascii_hexdigit()) {
        return Ok(Command::OpenProposal { proposal });
    }
    Err(invalid(format!(
        "\"{}\" is no proposal's id. To open a poll from a file: `chapterhouse poll open CHAPTER --file poll.toml`; to open what \
         stands proposed: `chapterhouse poll open PROPOSAL`, whose id `chapterhouse poll list` shows",
        short(&proposal)
    )))
}

/// `MEMBER` or `MEMBER:SHARE`, each of them.
pub(super) fn delegate(given: Delegate) -> Result<Command, Refusal> {
    let part = |word: &String| {
        let (member, share) = word.rsplit_once(':').unwrap_or((word, "1"));
        let share = share.parse().map_err(|_| {
            invalid(format!("{word}: the share of the vote behind the colon is a whole number, like asha:1 imre:2"))
        })?;
        Ok(PartDraft { member: member.to_owned(), share })
    };
    let to = given.members.iter().map(part).collect::<Result<Vec<_>, Refusal>>()?;
    Ok(Command::Delegate { poll: given.poll, to })
}

/// As much of a word as shows which one it is.
fn short(word: &str) -> String {
    let begin: String = word.chars().take(60).collect();
    if begin.len() < word.len() { format!("{begin}…") } else { begin }
}

fn invalid(message: String) -> Refusal {
    Refusal::new(ErrorCode::Invalid, message)
}

fn split<'a>(option: &str, word: &'a str) -> Result<(&'a str, &'a str), Refusal> {
    let form = if option == "--reason" { "QUESTION=WHY" } else { "QUESTION=OPTION" };
    word.split_once('=').ok_or_else(|| invalid(format!("{option} {}: write it as {form}", short(word))))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn shares_stand_behind_a_colon() {
        let given = Delegate { poll: "p".into(), members: vec!["asha".into(), "imre:2".into()], revoke: false };
        let Command::Delegate { to, .. } = delegate(given).unwrap() else { return };
        assert_eq!(
            to.iter().map(|part| (part.member.as_str(), part.share)).collect::<Vec<_>>(),
            [("asha", 1), ("imre", 2)]
        );
        let wrong = Delegate { poll: "p".into(), members: vec!["asha:half".into()], revoke: false };
        assert!(delegate(wrong).is_err());
    }
}
