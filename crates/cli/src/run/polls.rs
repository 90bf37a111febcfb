//! Voting: from `--answer QUESTION=…` to answers, in the way that the question is asked; and a poll with all its counts.

use super::unexpected;
use crate::{
    args::{
        polls::{Delegate, Table, Vote},
        proposals::ProposalVerb,
    },
    files,
    output::Output,
    session::Session,
    vault,
};
use api::{
    Command, ErrorCode, Refusal, Reply,
    poll::{Answer, Method, POSITIONS, PartDraft},
    reply::Saved,
    view::{PollView, QuestionView},
};
use std::{collections::BTreeMap, io::Write, path::Path};

/// Approves none.
const NOTHING: &str = "nothing";

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
                parse(question, text).map_err(|why| invalid(format!("--answer {}: {why}", short(word))))?
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
        let (poll, key) =
            (id(&opened.poll), view.questions.first().map_or("QUESTION", |question| question.key.as_str()));
        output.remark(&format!(
            "Members vote until {}, with chapterhouse vote {poll} --answer {key}=…; chapterhouse poll show {poll} tells how it stands.",
            view.closes
        ));
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

/// Reads an answer as its question is asked. Names may have any characters in them: the longest one that fits is meant.
fn parse(question: &QuestionView, text: &str) -> Result<Answer, String> {
    let names: Vec<&str> = question.options.iter().map(|option| option.name.as_str()).collect();
    let text = text.trim();
    if text.is_empty() {
        return Ok(Answer::Blank);
    }
    let reader = Reader { names: &names, text };
    match question.method.method {
        Method::Single => reader.whole(text).map(Answer::One),
        Method::Consent | Method::Consensus => position(text).map(Answer::One),
        Method::Approval if text == NOTHING && !names.contains(&NOTHING) => Ok(Answer::Approve(Vec::new())),
        Method::Approval => Ok(Answer::Approve(reader.list(&[','])?.into_iter().map(|(name, _)| name).collect())),
        Method::InstantRunoff | Method::Stv | Method::Schulze => {
            let mut levels: Vec<Vec<String>> = Vec::new();
            let mut equal = false;
            for (name, behind) in reader.list(&['>', '='])? {
                match levels.last_mut().filter(|_| equal) {
                    Some(level) => level.push(name),
                    None => levels.push(vec![name]),
                }
                equal = behind == Some('=');
            }
            Ok(Answer::Ranks(levels))
        }
        Method::Score => reader.numbers().map(Answer::Scores),
        Method::Budget => reader.numbers().map(Answer::Dots),
    }
}

/// A position, or a word of it that no other has.
fn position(text: &str) -> Result<String, String> {
    let named =
        |position: &&&str| **position == text || position.split(' ').any(|word| word == text && word != "agree");
    let found = POSITIONS.iter().find(named);
    found.map(|position| (*position).to_owned()).ok_or_else(|| format!("the answers are {}", POSITIONS.join(", ")))
}

struct Reader<'a> {
    names: &'a [&'a str],
    text: &'a str,
}

impl<'a> Reader<'a> {
    fn unknown(&self, text: &str) -> String {
        format!("\"{text}\" begins with none of the options, which are \"{}\"", self.names.join("\", \""))
    }

    fn whole(&self, text: &str) -> Result<String, String> {
        let found = self.names.iter().find(|name| **name == text).map(|name| (*name).to_owned());
        found.ok_or_else(|| format!("\"{text}\" is none of the options, which are \"{}\"", self.names.join("\", \"")))
    }

    /// The option at the beginning of a text, behind which nothing or one of these characters is; and the rest.
    fn first(&self, text: &'a str, ends: &[char]) -> Result<(&'a str, &'a str), String> {
        let ended = |name: &&&str| {
            text.strip_prefix(**name)
                .is_some_and(|rest| rest.trim_start().is_empty() || rest.trim_start().starts_with(ends))
        };
        let longest = self.names.iter().filter(ended).max_by_key(|name| name.len());
        let name = longest.copied().ok_or_else(|| self.unknown(text))?;
        Ok((name, text.strip_prefix(name).unwrap_or_default().trim_start()))
    }

    /// Options, each with the character behind it.
    fn list(&self, between: &[char]) -> Result<Vec<(String, Option<char>)>, String> {
        let (mut list, mut left) = (Vec::new(), self.text);
        loop {
            let (name, rest) = self.first(left, between)?;
            let mut behind = rest.chars();
            let end = behind.next();
            list.push((name.to_owned(), end));
            left = behind.as_str().trim_start();
            if end.is_none() {
                return Ok(list);
            }
        }
    }

    /// `option:3,other:1`.
    fn numbers(&self) -> Result<BTreeMap<String, u16>, String> {
        let (mut numbers, mut left) = (BTreeMap::new(), self.text);
        while !left.is_empty() {
            let (name, rest) = self.first(left, &[':'])?;
            let (number, rest) =
                rest.trim_start_matches(':').split_once(',').unwrap_or((rest.trim_start_matches(':'), ""));
            let number = number.trim().parse().map_err(|_| format!("write it as {name}:3, with a whole number"))?;
            if numbers.insert(name.to_owned(), number).is_some() {
                return Err(format!("\"{name}\" is named twice"));
            }
            left = rest.trim_start();
        }
        Ok(numbers)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use api::{poll::MethodView, view::OptionView};

    fn read(method: Method, text: &str) -> Result<Answer, String> {
        let option = |name: &&str| OptionView { name: (*name).to_owned(), votes: 0 };
        let options = ["hall", "hall, old", "a>b", "x:y"].iter().map(option).collect();
        let method = MethodView { method, ..MethodView::default() };
        parse(&QuestionView { options, method, ..QuestionView::default() }, text)
    }

    fn ranks(levels: &[&[&str]]) -> Answer {
        Answer::Ranks(levels.iter().map(|level| level.iter().map(|name| (*name).to_owned()).collect()).collect())
    }

    #[test]
    fn answers_are_read_as_the_question_is_asked() {
        assert_eq!(read(Method::Single, " hall, old "), Ok(Answer::One("hall, old".into())));
        assert_eq!(read(Method::Single, ""), Ok(Answer::Blank));
        assert_eq!(
            read(Method::Schulze, "x:y > hall=a>b > hall, old"),
            Ok(ranks(&[&["x:y"], &["hall", "a>b"], &["hall, old"]]))
        );
        assert_eq!(read(Method::Stv, "a>b"), Ok(ranks(&[&["a>b"]])));
        let approved = |names: &[&str]| Ok(Answer::Approve(names.iter().map(|name| (*name).to_owned()).collect()));
        assert_eq!(read(Method::Approval, "hall, hall, old,a>b"), approved(&["hall", "hall, old", "a>b"]));
        assert_eq!(read(Method::Approval, "nothing"), approved(&[]));
        let numbers = BTreeMap::from([("hall".to_owned(), 3), ("x:y".to_owned(), 1)]);
        assert_eq!(read(Method::Score, "hall:3,x:y:1"), Ok(Answer::Scores(numbers.clone())));
        assert_eq!(read(Method::Budget, "hall: 3, x:y: 1"), Ok(Answer::Dots(numbers)));
        for (text, position) in
            [("agree", 0), ("reservations", 1), ("agree with reservations", 1), ("aside", 2), ("block", 3)]
        {
            assert_eq!(read(Method::Consent, text), Ok(Answer::One(POSITIONS[position].into())), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_with_what_can() {
        assert!(read(Method::Single, "barn").unwrap_err().contains("\"hall\""));
        assert!(read(Method::Stv, "hall>barn").unwrap_err().contains("\"barn\""));
        assert!(read(Method::Stv, "hall>").is_err());
        assert!(read(Method::Score, "hall").unwrap_err().contains("hall:3"));
        assert!(read(Method::Score, "hall:many").unwrap_err().contains("hall:3"));
        assert!(read(Method::Score, "hall:1,hall:2").unwrap_err().contains("twice"));
        assert!(read(Method::Consent, "maybe").unwrap_err().contains("stand aside"));
    }

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
