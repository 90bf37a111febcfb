//! Joining a chapter, and making a further computer one's own: what takes more than a question and an answer.

use super::{
    next,
    terms::{Consent, Terms},
    unexpected,
};
use crate::{args::Search, output::Output, progress::Progress, session::Session, vault};
use api::{Command, ErrorCode, Event, Refusal, Reply, people::DeviceView, reply::Initialised, view::ChapterPage};
use std::{path::PathBuf, time::Duration};
use tokio::time::{Instant, timeout_at};

const STOPPED: &str = "the node stopped by itself";

/// Joins by an invitation. Ends when this member is one, when the request is on record and others have to give their
/// word, or when nobody was found in time.
pub(super) async fn join(
    session: &Session,
    output: &Output,
    invitation: String,
    timeout: Duration,
    consent: &Consent,
) -> Result<(), Refusal> {
    let mut events = session.events();
    let Reply::Joining(preview) = session.dispatch(Command::Join { invitation }).await? else {
        return Err(unexpected());
    };
    let (id, name) = (preview.chapter, preview.chapter_name);
    let bar = || Progress::start(&format!("Looking for members of {name}"), output.json);
    let mut waiting = bar();
    let mut end = Instant::now() + timeout;
    let mut answered: Option<(Terms, Vec<String>)> = None;
    // What a member's computer said that does not know the invitation.
    let mut unknown: Option<String> = None;
    loop {
        let event = match timeout_at(end, next(&mut events)).await {
            Ok(event) => event.ok_or_else(|| Refusal::new(ErrorCode::Internal, STOPPED))?,
            Err(_) => break,
        };
        match event {
            Event::Joined { chapter, .. } if chapter == id => {
                waiting.finish();
                return output.reply(&session.dispatch(Command::ShowChapter { chapter }).await?);
            }
            Event::JoinRefused { chapter, reason } if chapter == id => {
                waiting.finish();
                return Err(Refusal::new(ErrorCode::Invitation, reason));
            }
            Event::JoinWaiting { chapter, have, need } if chapter == id => {
                waiting.finish();
                return output.waiting(&chapter, &name, have, need);
            }
            Event::JoinUnknown { chapter, reason } if chapter == id => unknown = Some(reason),
            Event::JoinTerms { chapter, chapter_name, statement, questions } if chapter == id => {
                let terms = Terms { chapter: chapter_name, statement, questions };
                // Several members may ask the same; a person answers once.
                let known = answered.take().filter(|(known, _)| *known == terms).map(|(_, answers)| answers);
                waiting.finish();
                let answers = match known {
                    Some(answers) => Some(answers),
                    None => consent.to(&terms)?,
                };
                let Some(answers) = answers else {
                    session.dispatch(Command::CancelJoin { chapter }).await?;
                    let message = format!("nothing was sent to {name}. The invitation is as good as before");
                    return Err(Refusal::new(ErrorCode::Invalid, message));
                };
                // A person takes their time; what was said meanwhile is old.
                events = session.events();
                session.dispatch(Command::AnswerTerms { chapter, answers: answers.clone() }).await?;
                answered = Some((terms, answers));
                end = Instant::now() + timeout;
                waiting = bar();
            }
            Event::Progress { chapter, fetched, left } if chapter == id => waiting.set(fetched, left),
            _ => {}
        }
    }
    waiting.finish();
    if let Some(reason) = unknown {
        return Err(Refusal::new(ErrorCode::Invitation, format!("you are not in {name} yet: {reason}")));
    }
    if !is_sought(session, &id).await? {
        let message = format!("you gave up joining {name} meanwhile, so nobody is looked for any more");
        return Err(Refusal::new(ErrorCode::Invalid, message));
    }
    if let Some(page) = arriving(session, &id).await? {
        return Err(Refusal::new(ErrorCode::Timeout, not_all_here(&name, page.summary.left, &page.clocks)));
    }
    Err(Refusal::new(
        ErrorCode::Unreachable,
        format!(
            "no member of {name} was found yet. The invitation is kept: `chapterhouse serve` goes on looking. \
             Are both computers on the same network, and is the inviter's Chapterhouse open?{}",
            // Nobody agrees to what they have not been shown.
            if answered.is_none() && consent.is_given() {
                format!(
                    " What you agree to and answer is sent once {name} asks for it, and not kept until then: say it again \
                     with the next `chapterhouse join`"
                )
            } else {
                String::new()
            }
        ),
    ))
}

/// Whether an invitation to the chapter is still being used: another command, or the window, may have given it up.
async fn is_sought(session: &Session, chapter: &str) -> Result<bool, Refusal> {
    let Reply::Chapters(list) = session.dispatch(Command::ListChapters).await? else { return Err(unexpected()) };
    Ok(list.iter().any(|known| known.chapter == chapter))
}

/// Why a chapter that is found is not all here yet: it takes its time, or a clock is wrong.
fn not_all_here(name: &str, left: u64, clocks: &[String]) -> String {
    if !clocks.is_empty() {
        return format!("{name} is found, and cannot be shown on this computer yet. {}", clocks.join(" "));
    }
    let left = if left == 1 { "1 entry".to_owned() } else { format!("{left} entries") };
    format!(
        "{name} is arriving on this computer ({left} left): leave `chapterhouse serve` or the window running, and it goes on \
         by itself; you are in once all of it is here"
    )
}

/// A chapter's page, while it is copied here for the first time.
async fn arriving(session: &Session, chapter: &str) -> Result<Option<Box<ChapterPage>>, Refusal> {
    let Reply::Chapters(list) = session.dispatch(Command::ListChapters).await? else { return Err(unexpected()) };
    if !list.iter().any(|known| known.chapter == chapter && known.arriving) {
        return Ok(None);
    }
    match session.dispatch(Command::ShowChapter { chapter: chapter.to_owned() }).await? {
        Reply::ChapterPage(page) => Ok(Some(page)),
        _ => Err(unexpected()),
    }
}

/// Makes an invitation, and writes it into a file if one is named.
pub(super) async fn invite(
    session: &Session,
    output: &Output,
    invite: Command,
    file: Option<PathBuf>,
) -> Result<(), Refusal> {
    // Before it is made: one that is nowhere would be good for nothing, and stay good.
    let path = file.as_deref().map(vault::whole).transpose()?;
    if let (Some(file), Some(path)) = (&file, &path)
        && file.exists()
    {
        let message = format!("there is a file {path} already, and it is not overwritten: choose another name");
        return Err(Refusal::new(ErrorCode::Invalid, message));
    }
    let Reply::Invitation(made) = session.dispatch(invite).await? else { return Err(unexpected()) };
    if let Some(path) = path {
        let save = Command::SaveInvitation { invitation: made.invitation.clone(), path: Some(path) };
        let Reply::Saved(saved) = session.dispatch(save).await? else { return Err(unexpected()) };
        output.remark(&format!("Written to {}.", saved.path));
    }
    output.reply(&Reply::Invitation(made))
}

/// Makes this computer a further device of a member whose other computer shows `code`.
pub(super) async fn pair(
    session: &Session,
    output: &Output,
    passphrase: String,
    code: String,
    search: Search,
) -> Result<(), Refusal> {
    let mut events = session.events();
    let init = Command::Init { handle: String::new(), passphrase, restore: None, pair: Some(code) };
    let Reply::Initialised(made) = session.dispatch(init).await? else { return Err(unexpected()) };
    if let Some(address) = search.peer {
        session.dispatch(Command::Connect { address }).await?;
    }
    let waiting = Progress::start("Looking for your other computer", output.json);
    let paired = async {
        while let Some(event) = next(&mut events).await {
            match event {
                Event::Paired { .. } => return Ok(()),
                // Nothing else is being joined on a new computer.
                Event::JoinRefused { reason, .. } => return Err(Refusal::new(ErrorCode::Invitation, reason)),
                _ => {}
            }
        }
        Err(Refusal::new(ErrorCode::Internal, STOPPED))
    };
    let outcome = tokio::time::timeout(search.timeout, paired).await;
    waiting.finish();
    let Reply::Me(me) = session.dispatch(Command::WhoAmI).await? else { return Err(unexpected()) };
    // It may have come in the last moment.
    if me.member != made.me.member {
        copy_all(session).await?;
        let Reply::Chapters(chapters) = session.dispatch(Command::ListChapters).await? else {
            return Err(unexpected());
        };
        return output.paired(&Initialised { me, recovery_words: Vec::new() }, chapters.len());
    }
    // The keys that it was made with were for the way there alone; they would stand in the way of the next try.
    session.dispatch(Command::Wipe).await?;
    Err(match outcome {
        Ok(Err(refusal)) => refusal,
        _ => Refusal::new(
            ErrorCode::Unreachable,
            "your other computer was not found, and nothing was kept on this one. Are both on the same network, is \
             Chapterhouse open on the other one, and its code still good? Then try again",
        ),
    })
}

/// Offers this member's chapters to a further computer. With `stay` until it has come, or the offer is over.
pub(super) async fn offer(session: &Session, output: &Output, stay: bool) -> Result<(), Refusal> {
    let mut events = session.events();
    if stay {
        // The code says where this computer can be found, and it has only just begun to listen.
        let listening = async {
            while let Some(event) = next(&mut events).await {
                if matches!(event, Event::Listening { .. }) {
                    return;
                }
            }
        };
        // Without an address it can still be found on the same network.
        let _ = tokio::time::timeout(LISTENING, listening).await;
    }
    let Reply::Pairing(offer) = session.dispatch(Command::Pair).await? else { return Err(unexpected()) };
    output.reply(&Reply::Pairing(offer))?;
    if !stay {
        return Ok(());
    }
    let waiting = Progress::start("Waiting for the other computer. Stop with Ctrl C", output.json);
    let came = async {
        while let Some(event) = next(&mut events).await {
            if let Event::DeviceAdded { device } = event {
                return Ok(device);
            }
        }
        Err(Refusal::new(ErrorCode::Internal, STOPPED))
    };
    let outcome = tokio::select! {
        outcome = tokio::time::timeout(OFFERED, came) => Some(outcome),
        () = super::stop_signal() => None,
    };
    waiting.finish();
    match outcome {
        Some(Ok(device)) => {
            let device = device?;
            copy_all(session).await?;
            let added = devices(session).await?.into_iter().filter(|known| known.device == device);
            output.reply(&Reply::Devices(added.collect()))
        }
        Some(Err(_)) => Err(Refusal::new(ErrorCode::Timeout, "no other computer came in time; offer it again")),
        None => session.dispatch(Command::CancelPair).await.map(|_| ()),
    }
}

/// Exchanges every chapter with the other computer. What does not come now comes when the two meet again.
async fn copy_all(session: &Session) -> Result<(), Refusal> {
    let Reply::Chapters(list) = session.dispatch(Command::ListChapters).await? else { return Err(unexpected()) };
    for chapter in list {
        let sync = Command::Sync { chapter: chapter.chapter, peer: None, timeout_seconds: FIRST_COPY };
        match session.dispatch(sync).await {
            Ok(_) => {}
            // What this member is in no more is not exchanged.
            Err(refusal)
                if matches!(refusal.code, ErrorCode::Timeout | ErrorCode::Unreachable | ErrorCode::NotAllowed) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(())
}

/// How long it takes at most until a computer knows where it can be found.
const LISTENING: Duration = Duration::from_secs(2);
/// How long two of a member's computers stay for the first copy of a chapter, in seconds.
const FIRST_COPY: u64 = 30;
/// How long an offer is good.
const OFFERED: Duration = Duration::from_secs(600);

/// This member's devices.
pub(super) async fn devices(session: &Session) -> Result<Vec<DeviceView>, Refusal> {
    match session.dispatch(Command::Devices).await? {
        Reply::Devices(devices) => Ok(devices),
        _ => Err(unexpected()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newcomer_whose_clock_is_behind_is_told_that_and_not_to_wait() {
        let told = not_all_here("London", 0, &["2 entries are dated ahead of this computer's clock.".to_owned()]);
        assert!(told.contains("dated ahead of this computer's clock") && !told.contains("goes on by itself"), "{told}");
        let told = not_all_here("London", 1, &[]);
        assert!(told.contains("(1 entry left)") && told.contains("goes on by itself"), "{told}");
    }
}
