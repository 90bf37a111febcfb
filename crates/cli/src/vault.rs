//! Passphrase, backup, locking and wiping.

use crate::{
    files,
    output::{Output, strength_line},
    progress::Progress,
    run::{next, unexpected},
    session::Session,
};
use api::{Command, ErrorCode, Event, Refusal, Reply, view::WipeReport};
use node::{Config, local::Client};
use std::{path::Path, time::Duration};

/// Says how long guessing a new passphrase would take, where a person has just typed it.
async fn say_strength(session: &Session, output: &Output, passphrase: &str, known: &[String]) -> Result<(), Refusal> {
    strength(session, output, passphrase, known).await?.iter().for_each(|line| output.remark(line));
    Ok(())
}

/// What is said of it; nothing to programs.
pub(crate) async fn strength(
    session: &Session,
    output: &Output,
    passphrase: &str,
    known: &[String],
) -> Result<Option<String>, Refusal> {
    if output.json || passphrase.is_empty() {
        return Ok(None);
    }
    let command = Command::Strength { passphrase: passphrase.to_owned(), known: known.to_vec() };
    let Reply::Strength(strength) = session.dispatch(command).await? else { return Err(unexpected()) };
    Ok(Some(strength_line(&strength)))
}

/// `passphrase change`
pub(crate) async fn change(
    session: &Session,
    output: &Output,
    old: String,
    file: Option<&Path>,
) -> Result<(), Refusal> {
    let question = "Choose a new passphrase: ";
    let new = files::other_passphrase(question, "CHAPTERHOUSE_NEW_PASSPHRASE", "--new-passphrase-file", file)?;
    say_strength(session, output, &new, &[]).await?;
    let reply = session.dispatch(Command::ChangePassphrase { old, new }).await?;
    output.remark("Backups that you made before keep the passphrase that they have.");
    output.reply(&reply)
}

/// `backup create`
pub(crate) async fn back_up(
    session: &Session,
    output: &Output,
    file: &Path,
    passphrase: String,
    separate: bool,
) -> Result<(), Refusal> {
    let question = "Choose a passphrase for the backup: ";
    let separate = match separate {
        true => {
            let own = files::other_passphrase(question, "CHAPTERHOUSE_BACKUP_PASSPHRASE", "a terminal", None)?;
            say_strength(session, output, &own, &[]).await?;
            Some(own)
        }
        false => None,
    };
    let path = whole(file)?;
    with_bar(session, output, "Backing up", Command::CreateBackup { path, passphrase, separate }).await
}

/// `backup restore`
pub(crate) async fn restore(
    session: &Session,
    output: &Output,
    file: &Path,
    passphrase: String,
) -> Result<(), Refusal> {
    let path = whole(file)?;
    with_bar(session, output, "Bringing back", Command::RestoreBackup { path, passphrase }).await
}

async fn with_bar(session: &Session, output: &Output, doing: &str, command: Command) -> Result<(), Refusal> {
    let mut events = session.events();
    let bar = Progress::start(doing, output.json);
    let reply = session.dispatch(command);
    tokio::pin!(reply);
    let reply = loop {
        tokio::select! {
            reply = &mut reply => break reply,
            Some(event) = next(&mut events) => {
                if let Event::Backup { done, total } = event {
                    bar.set(done, total.saturating_sub(done));
                }
            }
        }
    };
    bar.finish();
    output.reply(&reply?)
}

/// A path from the root: the program that opens the file may have been started elsewhere.
pub(crate) fn whole(file: &Path) -> Result<String, Refusal> {
    let no = |why: &str| Refusal::new(ErrorCode::Invalid, format!("{}: {why}", file.display()));
    let path = std::path::absolute(file).map_err(|error| no(&error.to_string()))?;
    path.into_os_string().into_string().map_err(|_| no("the path's name is no text; choose another"))
}

/// `lock`: only a running program has keys in memory.
pub(crate) async fn lock(data: &Path, output: &Output) -> Result<(), Refusal> {
    match Client::connect(data).await? {
        Some(client) => output.reply(&client.dispatch(Command::Lock).await?),
        None => {
            output.remark("No Chapterhouse runs on this folder, so it is locked.");
            output.reply(&Reply::Done)
        }
    }
}

/// `unlock`: only a running program stays unlocked.
pub(crate) async fn unlock(data: &Path, output: &Output, file: Option<&Path>) -> Result<(), Refusal> {
    let Some(client) = Client::connect(data).await? else {
        let message = "no Chapterhouse runs on this folder, so there is nothing to unlock: every command asks for the \
                       passphrase by itself; `chapterhouse serve` starts one";
        return Err(Refusal::new(ErrorCode::Invalid, message));
    };
    let passphrase = files::passphrase(file, false)?;
    output.reply(&client.dispatch(Command::Unlock { passphrase }).await?)
}

/// What a folder was before something began in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    Empty,
    Something,
}

/// Looks what is in a folder.
pub(crate) fn found(data: &Path) -> Found {
    match std::fs::read_dir(data) {
        Ok(mut entries) => {
            if entries.next().is_none() {
                Found::Empty
            } else {
                Found::Something
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Found::Nothing,
        Err(_) => Found::Something,
    }
}

/// What a beginning that failed has made is taken away again: an empty store would only puzzle whoever looks.
pub(crate) fn tidy_up(data: &Path, before: Found) {
    // A vault is never touched, whatever went wrong after it was made.
    if before == Found::Something || keys_are_here(data) {
        return;
    }
    node::wipe(data);
    if before == Found::Empty {
        // Theirs, not ours.
        let _ = std::fs::create_dir_all(data);
    }
}

fn keys_are_here(data: &Path) -> bool {
    let entries = std::fs::read_dir(data).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    entries.iter().any(|entry| entry.file_name().to_string_lossy().starts_with("vault"))
}

/// How long a running program is waited for before the keys are destroyed without it.
const PATIENCE: Duration = Duration::from_secs(10);

/// `wipe`: through the program that runs on the folder; else right here, whatever state the folder is in.
pub(crate) async fn wipe(data: &Path, yes: bool, output: &Output, config: Config) -> Result<(), Refusal> {
    std::fs::read_dir(data).map_err(|error| {
        let message = format!("could not look into the folder {}, so nothing was destroyed: {error}", data.display());
        Refusal::new(ErrorCode::Storage, message)
    })?;
    if !node::is_ours(data) {
        let message = format!(
            "nothing in {} is Chapterhouse's, so nothing was destroyed: is it written correctly?",
            data.display()
        );
        return Err(Refusal::new(ErrorCode::NoVault, message));
    }
    let question = format!(
        "This destroys your keys and everything else of Chapterhouse in {}. Only your 24 recovery words, or a backup, \
         bring you back.\nType yes to destroy it: ",
        data.display()
    );
    if !yes && !files::confirm(&question) {
        return Err(Refusal::new(
            ErrorCode::Invalid,
            "nothing was destroyed; answer yes at the terminal, or give --yes in a script",
        ));
    }
    let (mut report, runs) = match through_node(data, config).await {
        Ok(report) => (report, false),
        // Damaged, or held by a program that does not answer: the keys go all the same.
        Err(refusal) => (node::wipe(data), refusal.code == ErrorCode::Busy),
    };
    if runs {
        report.notes.push(format!(
            "A Chapterhouse that does not answer still runs on {}. It may hold your keys in memory, and save them again.",
            data.display()
        ));
    }
    let whole = report.keys_destroyed && report.left.is_empty();
    output.reply(&Reply::Wiped(report))?;
    match (whole, runs) {
        (true, false) => Ok(()),
        (_, true) => Err(Refusal::new(
            ErrorCode::Busy,
            "a Chapterhouse that does not answer still runs on this folder: end that program, then wipe once more",
        )),
        (false, false) => Err(Refusal::new(ErrorCode::Storage, "not everything could be destroyed; see above")),
    }
}

/// Destroys everything through the node, which knows what it has open. One in another program gets so much time and no more.
async fn through_node(data: &Path, config: Config) -> Result<WipeReport, Refusal> {
    let session = Session::reach(data, || config).await?;
    let asked = session.dispatch(Command::Wipe);
    let outcome = match session {
        Session::Here(_) => asked.await,
        Session::There(_) => tokio::time::timeout(PATIENCE, asked)
            .await
            .unwrap_or_else(|_| Err(Refusal::new(ErrorCode::Busy, "the running Chapterhouse does not answer"))),
    };
    session.close().await;
    match outcome? {
        Reply::Wiped(report) => Ok(report),
        _ => Err(unexpected()),
    }
}
