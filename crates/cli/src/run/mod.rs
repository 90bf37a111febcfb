//! From words to commands.

mod answers;
mod apart;
mod joining;
mod membership;
mod polls;
mod terms;

use crate::{
    args::{
        ChapterVerb, Cli, MinutesVerb, Search, Verb,
        device::DeviceVerb,
        membership::Verb as Membership,
        polls::{PollVerb, TellerVerb},
        proposals::ProposalVerb,
        vault::{BackupVerb, KeyringVerb, PassphraseVerb},
    },
    ask, files,
    output::{COPIED, Output},
    progress::Progress,
    session::Session,
    vault,
};
use api::{Command, ErrorCode, Event, Refusal, Reply, people::RulesView, view::VaultState};
use node::Config;
use std::{path::PathBuf, time::Duration};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// Entries of a feed that are asked for at a time.
const FEED_PAGE: usize = 500;
/// When no further address appears for so long, all are there.
const SETTLED: Duration = Duration::from_millis(150);

/// Does what the command line says.
pub(crate) async fn run(cli: Cli) -> Result<(), Refusal> {
    let data = match cli.data {
        Some(data) => data,
        None => node::default_data_folder()?,
    };
    let output = Output::new(cli.json);
    if let Verb::Poll(PollVerb::Verify { file }) = &cli.verb {
        return polls::verify(&output, file);
    }
    // Only what begins anew makes a folder: a mistyped one is no place to begin in.
    let begins = matches!(cli.verb, Verb::Init { .. } | Verb::Backup(BackupVerb::Restore { .. }));
    if let Some(file) = data.ancestors().find(|path| path.exists()).filter(|path| !path.is_dir()) {
        let message = format!("{} is a file, no folder: name another place with --data", file.display());
        return Err(Refusal::new(ErrorCode::Invalid, message));
    }
    if !begins && !data.is_dir() {
        let message = format!(
            "there is nobody here yet, and no folder {}: is it written correctly? `chapterhouse init --handle \
             YOUR-NAME` makes it",
            data.display()
        );
        return Err(Refusal::new(ErrorCode::NoVault, message));
    }
    // Nothing is made in a folder that is somebody else's. What a wipe finds there, it says itself.
    if !begins && !matches!(cli.verb, Verb::Wipe { .. }) && !node::is_ours(&data) {
        let message = format!(
            "there is nobody here yet: nothing in {} is Chapterhouse's. Is it written correctly? `chapterhouse init --handle \
             YOUR-NAME` begins there",
            data.display()
        );
        return Err(Refusal::new(ErrorCode::NoVault, message));
    }
    let config = config_for(&cli.verb, data.clone());
    match cli.verb {
        // Both work in every state of the folder, and ask for no passphrase.
        Verb::Wipe { yes } => return vault::wipe(&data, yes, &output, config).await,
        Verb::Lock => return vault::lock(&data, &output).await,
        Verb::Unlock => return vault::unlock(&data, &output, cli.passphrase_file.as_deref()).await,
        _ => {}
    }
    let was_there = vault::found(&data);
    let serves = matches!(cli.verb, Verb::Serve { .. });
    let session = Session::reach(&data, || config).await?;
    if serves && matches!(session, Session::There(_)) {
        return Err(Refusal::new(
            ErrorCode::Busy,
            format!("Chapterhouse runs on {} already; it is connected as it is", data.display()),
        ));
    }
    let here = matches!(session, Session::Here(_));
    let outcome = perform(cli.verb, cli.passphrase_file, &session, &output).await;
    session.close().await;
    if begins && here && outcome.is_err() {
        vault::tidy_up(&data, was_there);
    }
    outcome
}

/// A node that is opened only for one command takes part in the network only if the command is about that.
fn config_for(verb: &Verb, data: PathBuf) -> Config {
    let quiet = Config { data, listen: Vec::new(), peers: Vec::new(), discovery: false, serve: false };
    match verb {
        Verb::Serve { listen, peer, no_mdns } => {
            Config { listen: listen.clone(), peers: peer.clone(), discovery: !no_mdns, serve: true, ..quiet }
        }
        Verb::Sync { peer, .. } => {
            Config { peers: peer.iter().cloned().collect(), discovery: peer.is_none(), serve: true, ..quiet }
        }
        Verb::Join { search, .. } | Verb::Init { search, pair: Some(_), .. } => searching(search, quiet),
        Verb::Membership(Membership::Device(DeviceVerb::Pair { no_mdns, cancel: false, .. })) => {
            Config { discovery: !no_mdns, serve: true, ..quiet }
        }
        _ => quiet,
    }
}

fn searching(search: &Search, quiet: Config) -> Config {
    Config { peers: search.peer.iter().cloned().collect(), discovery: !search.no_mdns, serve: true, ..quiet }
}

async fn perform(
    verb: Verb,
    passphrase_file: Option<PathBuf>,
    session: &Session,
    output: &Output,
) -> Result<(), Refusal> {
    let passphrase = |fresh| files::passphrase(passphrase_file.as_deref(), fresh);
    if let Verb::Init { handle, restore, pair, search } = verb {
        let handle = if pair.is_some() { String::new() } else { called(handle, restore)? };
        let restore = restore.then(files::recovery_words).transpose()?;
        let passphrase = passphrase(true)?;
        let strength = match passphrase_file {
            None => vault::strength(session, output, &passphrase, std::slice::from_ref(&handle)).await?,
            Some(_) => None,
        };
        if let Some(code) = pair {
            strength.iter().for_each(|line| output.remark(line));
            return joining::pair(session, output, passphrase, code, search).await;
        }
        let back = restore.is_some();
        let made = session.dispatch(Command::Init { handle, passphrase, restore, pair: None }).await?;
        // Of a passphrase that nothing came of, there is nothing to say.
        strength.iter().for_each(|line| output.remark(line));
        output.reply(&made)?;
        if back {
            output.remark(
                "The 24 words bring back who you are, not your chapters: ask a member of each for an invitation, and use it \
                 here with `chapterhouse join`. You come back as the member that you were.",
            );
        }
        return Ok(());
    }
    if let Verb::Backup(BackupVerb::Restore { file }) = verb {
        return vault::restore(session, output, &file, passphrase(false)?).await;
    }
    let asked_for = passphrase_file.is_some() || std::env::var_os("CHAPTERHOUSE_PASSPHRASE").is_some();
    if !matches!(verb, Verb::Status) {
        if !asked_for && matches!(session, Session::Here(_)) {
            through_keyring(session, output).await?;
        }
        unlock(session, || passphrase(false)).await?;
    } else if asked_for && matches!(session, Session::Here(_)) {
        // What is here can only be counted when it is open; without a vault there is nothing to open.
        match unlock(session, || passphrase(false)).await {
            Err(refusal) if refusal.code != ErrorCode::NoVault => return Err(refusal),
            _ => {}
        }
    }
    match verb {
        Verb::Serve { .. } => serve(session, output).await,
        Verb::Invite { chapter, expires, uses, file } => {
            let of = chapter.clone();
            let invite = Command::Invite { chapter, expires_seconds: expires.as_secs(), uses };
            joining::invite(session, output, invite, file).await?;
            silence(session, output, &of).await
        }
        Verb::Join { invitation, file, search, agree, answers } => {
            let invitation = match (invitation, file) {
                (Some(text), _) => text,
                (None, Some(file)) => files::invitation(&file)?,
                (None, None) => return Err(unexpected()),
            };
            let consent = terms::Consent::read(agree, answers)?;
            if let Some(address) = search.peer {
                session.dispatch(Command::Connect { address }).await?;
            }
            joining::join(session, output, invitation, search.timeout, &consent).await
        }
        Verb::Membership(verb) => membership::perform(verb, session, output).await,
        Verb::Sync { chapter, peer, timeout } => sync(session, output, chapter, peer, timeout).await,
        Verb::Passphrase(PassphraseVerb::Change { new_passphrase_file }) => {
            vault::change(session, output, passphrase(false)?, new_passphrase_file.as_deref()).await
        }
        Verb::Keyring(verb) => {
            let on = matches!(verb, KeyringVerb::On);
            let passphrase = if on { passphrase(false)? } else { String::new() };
            output.reply(&session.dispatch(Command::SetKeyring { on, passphrase }).await?)
        }
        Verb::Backup(BackupVerb::Create { file, separate }) => {
            vault::back_up(session, output, &file, passphrase(false)?, separate).await
        }
        Verb::Show { entry, blocked } => {
            let mut reply = session.dispatch(Command::Show { entry }).await?;
            if !output.json {
                apart::entry(session, &mut reply).await?;
            }
            if blocked { output.reply(&reply) } else { output.unless_blocked(&reply) }
        }
        verb @ Verb::Chapter(ChapterVerb::Found { .. }) => found(session, output, command(verb)?).await,
        Verb::Members { chapter, former } => members(session, output, chapter, former).await,
        Verb::Feed { chapter, kind, limit } => feed(session, output, chapter, kind, limit).await,
        Verb::Poll(PollVerb::List { chapter }) => polls::list(session, output, chapter).await,
        Verb::Poll(PollVerb::Show { poll }) => polls::show(session, output, &poll).await,
        Verb::Poll(PollVerb::Export { poll, file, table }) => polls::export(session, output, poll, &file, table).await,
        Verb::Recount { poll } => polls::recount(session, output, poll).await,
        Verb::Vote(vote) => polls::vote(session, output, vote).await,
        Verb::Poll(verb @ PollVerb::Open { .. }) => polls::open(session, output, command(Verb::Poll(verb))?).await,
        Verb::Poll(verb @ PollVerb::Proposal(ProposalVerb::Propose { .. })) => {
            polls::propose(session, output, command(Verb::Poll(verb))?).await
        }
        other => output.reply(&session.dispatch(command(other)?).await?),
    }
}

/// What the others call whoever begins here.
fn called(handle: Option<String>, restore: bool) -> Result<String, Refusal> {
    match handle.filter(|handle| !handle.trim().is_empty()) {
        Some(handle) => Ok(handle),
        None if ask::terminal() => ask::line("What shall the other members call you?"),
        None if restore => Err(Refusal::new(
            ErrorCode::Invalid,
            "say what the other members call you: `chapterhouse init --restore --handle YOUR-NAME`. The 24 words bring \
             back who you are; what you are called is not in them",
        )),
        None => Err(Refusal::new(
            ErrorCode::Invalid,
            "say what the other members shall call you: `chapterhouse init --handle YOUR-NAME`",
        )),
    }
}

/// Where nobody answers this computer any more, says so below whatever else was said about the chapter.
async fn silence(session: &Session, output: &Output, chapter: &str) -> Result<(), Refusal> {
    if output.json {
        return Ok(());
    }
    let command = Command::ShowChapter { chapter: chapter.to_owned() };
    if let Reply::ChapterPage(page) = session.dispatch(command).await?
        && let Some(silence) = &page.silence
    {
        output.remark(&format!("note: {silence}"));
    }
    Ok(())
}

/// Founds a chapter. Names are nobody's property, so a second one of the same name is told and not refused.
async fn found(session: &Session, output: &Output, command: Command) -> Result<(), Refusal> {
    let reply = session.dispatch(command).await?;
    let Reply::Chapter(made) = &reply else { return Err(unexpected()) };
    let name = made.name.clone();
    output.reply(&reply)?;
    let Reply::Chapters(list) = session.dispatch(Command::ListChapters).await? else { return Err(unexpected()) };
    if list.iter().filter(|known| known.name.to_lowercase() == name.to_lowercase()).count() > 1 {
        output.remark(&format!(
            "You have another chapter called {name}: from now on tell them apart by the beginning of their ids, which \
             `chapterhouse chapter list` shows."
        ));
    }
    Ok(())
}

/// The members; while a chapter arrives, those of whom it is known by now.
async fn members(session: &Session, output: &Output, chapter: String, former: bool) -> Result<(), Refusal> {
    let about = Command::ShowChapter { chapter: chapter.clone() };
    let reply =
        session.dispatch(if former { Command::FormerMembers { chapter } } else { Command::Members { chapter } });
    let reply = reply.await?;
    let page = if output.json { None } else { Some(session.dispatch(about).await?) };
    match page {
        Some(Reply::ChapterPage(page)) if page.summary.arriving => {
            if !matches!(&reply, Reply::Members(list) if list.is_empty()) {
                output.reply(&reply)?;
            }
            output.remark(&format!(
                "{} is still arriving on this computer: who is in it is known once all of it is here.",
                page.summary.name
            ));
            Ok(())
        }
        _ => output.reply(&reply),
    }
}

/// A feed of any length, page by page.
async fn feed(
    session: &Session,
    output: &Output,
    chapter: Option<String>,
    kind: Option<String>,
    limit: usize,
) -> Result<(), Refusal> {
    let mut all = Vec::new();
    while all.len() < limit || all.is_empty() {
        let after = all.last().map(|item: &api::view::FeedItem| item.entry.clone());
        let (chapter, kind, page) = (chapter.clone(), kind.clone(), (limit - all.len()).min(FEED_PAGE));
        let reply = session.dispatch(Command::Feed { chapter, kind, limit: page, after }).await?;
        let Reply::Feed(items) = reply else { return Err(unexpected()) };
        let last = items.len() < page || page == 0;
        all.extend(items);
        if last {
            break;
        }
    }
    if !output.json {
        apart::feed(session, &mut all).await?;
    }
    output.reply(&Reply::Feed(all))?;
    if output.json {
        return Ok(());
    }
    let about = match chapter {
        Some(chapter) => Command::ShowChapter { chapter },
        None => Command::ListChapters,
    };
    match session.dispatch(about).await? {
        Reply::ChapterPage(page) => output.withheld(&[page.summary]),
        Reply::Chapters(list) => output.withheld(&list),
        _ => return Err(unexpected()),
    }
    Ok(())
}

/// Tries what the keyring keeps, where that is turned on, before anybody is asked for a passphrase.
async fn through_keyring(session: &Session, output: &Output) -> Result<(), Refusal> {
    let Reply::Security(security) = session.dispatch(Command::Security).await? else { return Err(unexpected()) };
    if security.keyring
        && let Err(refusal) = session.dispatch(Command::UnlockWithKeyring).await
    {
        output.remark(&format!("{}.", refusal.message));
    }
    Ok(())
}

async fn unlock(session: &Session, passphrase: impl FnOnce() -> Result<String, Refusal>) -> Result<(), Refusal> {
    let Reply::Status(status) = session.dispatch(Command::Status).await? else {
        return Err(unexpected());
    };
    match status.vault {
        VaultState::Open => Ok(()),
        // Whoever locked it at the screen meant it: a script with the passphrase does not open it behind their back.
        VaultState::Locked if matches!(session, Session::There(_)) => Err(Refusal::new(
            ErrorCode::Locked,
            "Chapterhouse is running on this folder and locked; unlock it in its window, or with `chapterhouse unlock`",
        )),
        VaultState::Locked => {
            session.dispatch(Command::Unlock { passphrase: passphrase()? }).await?;
            Ok(())
        }
        // Where entries are here without their keys, the node says so.
        VaultState::Missing => Err(Refusal::new(
            ErrorCode::NoVault,
            status.notes.into_iter().next().unwrap_or_else(|| {
                "there is nobody here yet: begin with `chapterhouse init --handle YOUR-NAME`".into()
            }),
        )),
    }
}

/// The commands that are one question and one answer.
fn command(verb: Verb) -> Result<Command, Refusal> {
    Ok(match verb {
        Verb::Whoami => Command::WhoAmI,
        Verb::Rename { handle, everywhere } => Command::Rename { handle, everywhere },
        Verb::Chapter(ChapterVerb::Found { name, place, tier, rules }) => {
            let usual = RulesView::usual();
            let rules = rules.map(|file| files::rules_file(&file, &usual)).transpose()?;
            let rules = rules.map(|(rules, _)| Box::new(rules));
            Command::FoundChapter { name, place, tier: tier.into(), rules }
        }
        Verb::Chapter(ChapterVerb::List) => Command::ListChapters,
        Verb::Chapter(ChapterVerb::Show { chapter }) => Command::ShowChapter { chapter },
        Verb::Post { chapter, kind, title, text } => {
            Command::Post { chapter, kind: kind.into(), title, body: text.read()? }
        }
        Verb::Comment { entry, text } => Command::Comment { entry, body: text.read()? },
        Verb::Minutes(MinutesVerb::Record { chapter, file }) => {
            Command::RecordMinutes { chapter, minutes: files::toml_file(&file)? }
        }
        Verb::Poll(PollVerb::Open { what: chapter, file: Some(file) }) => {
            Command::OpenPoll { chapter, poll: files::toml_file(&file)? }
        }
        Verb::Poll(PollVerb::Open { what: proposal, file: None }) => polls::open_proposal(proposal)?,
        Verb::Poll(PollVerb::Proposal(verb)) => polls::proposal(verb)?,
        Verb::Poll(PollVerb::Keys { chapter }) => Command::PublishBallotKeys { chapter },
        Verb::Poll(PollVerb::Close { poll }) | Verb::Teller(TellerVerb::Cutoff { poll }) => Command::ClosePoll { poll },
        Verb::Teller(TellerVerb::Receipts { poll }) => Command::WriteReceipt { poll },
        Verb::Teller(TellerVerb::Show { poll }) => Command::Tellers { poll },
        Verb::Delegate(given) => polls::delegate(given)?,
        Verb::State { chapter } => Command::State { chapter },
        Verb::Status => Command::Status,
        Verb::Peers => Command::Peers,
        Verb::Init { .. }
        | Verb::Serve { .. }
        | Verb::Invite { .. }
        | Verb::Join { .. }
        | Verb::Sync { .. }
        | Verb::Members { .. }
        | Verb::Feed { .. }
        | Verb::Show { .. }
        | Verb::Poll(
            PollVerb::List { .. } | PollVerb::Show { .. } | PollVerb::Export { .. } | PollVerb::Verify { .. },
        )
        | Verb::Recount { .. }
        | Verb::Vote(_)
        | Verb::Membership(_)
        | Verb::Passphrase(_)
        | Verb::Keyring(_)
        | Verb::Lock
        | Verb::Unlock
        | Verb::Wipe { .. }
        | Verb::Backup(_) => return Err(unexpected()),
    })
}

/// The next event, or none when the node has gone. Missed events are no harm: every event only says "look again".
pub(crate) async fn next(events: &mut Receiver<Event>) -> Option<Event> {
    loop {
        match events.recv().await {
            Ok(event) => return Some(event),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}

async fn serve(session: &Session, output: &Output) -> Result<(), Refusal> {
    let mut events = session.events();
    // Listens with ears of its own: what happens meanwhile is told after the first line.
    let mut copied = matches!(session.dispatch(Command::Status).await?, Reply::Status(status) if status.copied);
    if copied {
        let Reply::Network(network) = session.dispatch(Command::Network).await? else { return Err(unexpected()) };
        output.silent_copy(&network.peer_id)?;
        output.event(&Event::Warning { message: COPIED.into() })?;
    } else {
        connected(session, output).await?;
    }
    let stop = stop_signal();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return Ok(()),
            event = next(&mut events) => match event {
                Some(wiped @ Event::Wiped(_)) => {
                    output.event(&wiped)?;
                    output.remark("Nothing is left to serve, so this program ends.");
                    // Whoever asked for it gets their answer first.
                    tokio::time::sleep(SETTLED).await;
                    return Ok(());
                }
                // Somebody said what it is, and it goes on here.
                Some(Event::Listening { .. }) if copied => {
                    copied = false;
                    connected(session, output).await?;
                }
                Some(event) => output.event(&event)?,
                None => return Err(Refusal::new(ErrorCode::Internal, "the node stopped by itself")),
            },
        }
    }
}

/// Says where this computer can be reached.
async fn connected(session: &Session, output: &Output) -> Result<(), Refusal> {
    let (listening, peer_id) = listening(session, &mut session.events()).await?;
    output.listening(&listening, &peer_id)
}

/// The addresses at which this computer can be reached. They appear one by one, in the first moments.
async fn listening(session: &Session, events: &mut Receiver<Event>) -> Result<(Vec<String>, String), Refusal> {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
    loop {
        let Reply::Network(network) = session.dispatch(Command::Network).await? else { return Err(unexpected()) };
        let more = async { while !matches!(next(events).await, Some(Event::Listening { .. }) | None) {} };
        let patience = if network.listening.is_empty() { deadline } else { tokio::time::Instant::now() + SETTLED };
        if tokio::time::timeout_at(patience.min(deadline), more).await.is_err() {
            return Ok((network.listening, network.peer_id));
        }
    }
}

/// Until Ctrl C, or the system asks the program to end.
async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

async fn sync(
    session: &Session,
    output: &Output,
    chapter: String,
    peer: Option<String>,
    timeout: Duration,
) -> Result<(), Refusal> {
    let mut events = session.events();
    let bar = Progress::start("Exchanging", output.json);
    let command = Command::Sync { chapter, peer, timeout_seconds: timeout.as_secs() };
    let reply = session.dispatch(command);
    tokio::pin!(reply);
    let reply = loop {
        tokio::select! {
            reply = &mut reply => break reply,
            Some(event) = next(&mut events) => {
                if let Event::Progress { fetched, left, .. } = event {
                    bar.set(fetched, left);
                }
            }
        }
    };
    bar.finish();
    output.reply(&reply?)
}

pub(crate) fn unexpected() -> Refusal {
    Refusal::new(ErrorCode::Internal, "the node answered something else than what was asked")
}
