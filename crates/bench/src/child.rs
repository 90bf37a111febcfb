//! The processes of a measurement: a member who gives, a member who fetches, a program that opens its data again.
//!
//! Each is this program once more, so that its memory and its time are nobody else's. They print one line of JSON;
//! whoever gives also answers `state` lines, and ends when its input does.

use crate::{
    error::Failure,
    floor,
    machine::proc_line,
    people::{self, address},
};
use api::{
    Command, ErrorCode, Event, Refusal, Reply,
    reply::{StateReply, SyncReport},
};
use clap::Subcommand;
use node::core::{Core, Effect, Input, Saver};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{self, Stdio},
    time::Instant,
};

/// The longest that an exchange is waited for.
const PATIENCE_SECONDS: u64 = 300;

/// What a process does.
#[derive(Subcommand)]
pub(crate) enum Part {
    /// Serves a folder.
    #[command(hide = true)]
    Give {
        /// Whose.
        data: PathBuf,
        /// Of which chapter to tell the state.
        chapter: String,
    },
    /// Fetches a chapter.
    #[command(hide = true)]
    Fetch {
        /// Into which folder.
        data: PathBuf,
        /// Which.
        chapter: String,
        /// From where.
        peer: String,
    },
    /// Opens a folder as a program does when it starts.
    #[command(hide = true)]
    Reopen {
        /// Which.
        data: PathBuf,
    },
    /// Opens what the floor wrote.
    #[command(hide = true)]
    ReopenFloor {
        /// Where.
        folder: PathBuf,
    },
}

/// What a fetching process measured.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Fetched {
    /// From the command to both sides having the same, connecting included.
    pub(crate) seconds: f64,
    /// How much of that went by until the other had proven its membership, as far as it was noticed.
    pub(crate) connected: Option<f64>,
    pub(crate) report: SyncReport,
    pub(crate) state: StateReply,
    /// The most memory that the process ever had, opening the vault included.
    pub(crate) peak_mib: f64,
    /// The most since the vault was opened.
    pub(crate) peak_after_unlock_mib: f64,
}

/// What an opening process measured, in seconds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reopened {
    pub(crate) entries: u64,
    /// The passphrase's key derivation and the vault.
    pub(crate) vault: f64,
    /// Opening the store.
    pub(crate) store: f64,
    /// Reading, opening and folding every entry into the View.
    pub(crate) core: f64,
    /// The first page of the feed.
    pub(crate) feed: f64,
    pub(crate) peak_mib: f64,
}

/// What the floor's opening process measured, in seconds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReopenedFloor {
    pub(crate) entries: u64,
    /// Opening and reading.
    pub(crate) read: f64,
    /// That, and checking every signature.
    pub(crate) verified: f64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Listening {
    address: String,
}

/// Does what this process was started for.
pub(crate) async fn perform(part: Part) -> Result<(), Failure> {
    match part {
        Part::Give { data, chapter } => give(&data, &chapter).await,
        Part::Fetch { data, chapter, peer } => say(&fetch(&data, chapter, peer).await?),
        Part::Reopen { data } => say(&reopen(&data)?),
        Part::ReopenFloor { folder } => {
            let (entries, read, verified) = floor::reopen(&folder)?;
            let (read, verified) = (read.as_secs_f64(), verified.as_secs_f64());
            say(&ReopenedFloor { entries: entries as u64, read, verified })
        }
    }
}

fn say(what: &impl Serialize) -> Result<(), Failure> {
    println!("{}", serde_json::to_string(what)?);
    std::io::stdout().flush().map_err(|source| Failure::io("answer", source))
}

async fn give(data: &Path, chapter: &str) -> Result<(), Failure> {
    let node = people::open(data, true).await?;
    say(&Listening { address: address(&node).await? })?;
    // The node lives on threads of its own: this one may wait for its input.
    for line in std::io::stdin().lines() {
        line.map_err(|source| Failure::io("hear from the measuring process", source))?;
        say(&people::state(&node, chapter).await?)?;
    }
    node.close().await;
    Ok(())
}

async fn fetch(data: &Path, chapter: String, peer: String) -> Result<Fetched, Failure> {
    let node = people::open(data, true).await?;
    let before = peak_mib();
    // Sets the peak back to what is used now. Where the system does not let us, the whole peak stands for both.
    let _ = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let mut events = node.events();
    let begun = Instant::now();
    let proven = tokio::spawn(async move {
        while let Ok(event) = events.recv().await {
            if let Event::Network(network) = event
                && network.peers.iter().any(|peer| !peer.chapters.is_empty())
            {
                return Some(begun.elapsed().as_secs_f64());
            }
        }
        None
    });
    let command = Command::Sync { chapter: chapter.clone(), peer: Some(peer), timeout_seconds: PATIENCE_SECONDS };
    let Reply::Synced(report) = node.dispatch(command).await? else {
        return Err(Failure::undone("the node answered something else than a report"));
    };
    let seconds = begun.elapsed().as_secs_f64();
    let after = peak_mib();
    proven.abort();
    let connected = proven.await.ok().flatten();
    let state = people::state(&node, &chapter).await?;
    node.close().await;
    Ok(Fetched { seconds, connected, report, state, peak_mib: before.max(after), peak_after_unlock_mib: after })
}

fn peak_mib() -> f64 {
    let peak = proc_line("/proc/self/status", "VmHWM").unwrap_or_default();
    peak.split(' ').next().and_then(|kib| kib.parse::<f64>().ok()).map_or(f64::NAN, |kib| kib / 1024.0)
}

/// Opening changes nothing that a vault would keep, and so this keeps nothing.
struct Unchanged;

impl Saver for Unchanged {
    fn save(&mut self, _: &keys::Contents) -> Result<(), Refusal> {
        Err(Refusal::new(ErrorCode::Internal, "opening a folder must not change its vault"))
    }

    fn note_counts(&mut self, _: &BTreeMap<entry::ChapterId, u64>) {}

    fn counts(&self) -> BTreeMap<entry::ChapterId, u64> {
        BTreeMap::new()
    }
}

fn reopen(data: &Path) -> Result<Reopened, Failure> {
    let begun = Instant::now();
    let vault = people::open_vault(data)?;
    let contents = vault.contents.clone();
    let vault = begun.elapsed();

    let begun = Instant::now();
    let (store, _) = store::SledStore::open(&data.join("store"))?;
    let opened = begun.elapsed();
    let now = entry::Timestamp(u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or(0));
    let rng = ChaCha20Rng::seed_from_u64(0);
    let peer = sync::Peer(b"bench".to_vec());
    let core = Core::open(contents, Box::new(Unchanged), Box::new(store), peer, "bench".into(), rng, now);
    let mut core = core.map_err(|failed| failed.refusal)?;
    let read = begun.elapsed();
    let command = Command::Feed { chapter: None, kind: None, limit: 20, after: None };
    core.handle(now, Input::Command { ticket: 1, command });
    let shown = core.commit(now).into_iter().any(
        |effect| matches!(effect, Effect::Reply { ticket: 1, outcome: Ok(Reply::Feed(items)) } if items.len() == 20),
    );
    let all = begun.elapsed();
    if !shown {
        return Err(Failure::undone("the feed did not come"));
    }
    let entries = core.status().entries;
    Ok(Reopened {
        entries,
        vault: vault.as_secs_f64(),
        store: opened.as_secs_f64(),
        core: (read - opened).as_secs_f64(),
        feed: (all - read).as_secs_f64(),
        peak_mib: peak_mib(),
    })
}

/// A giving process, seen from the measuring one.
pub(crate) struct Giver {
    process: process::Child,
    lines: std::io::Lines<BufReader<process::ChildStdout>>,
    /// Where it can be called.
    pub(crate) address: String,
}

impl Giver {
    /// Starts it, and waits until it listens.
    pub(crate) fn start(data: &Path, chapter: &str) -> Result<Self, Failure> {
        let mut process = command(&["give".as_ref(), data.as_os_str(), chapter.as_ref()])?
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|source| Failure::io("start a process", source))?;
        let output = process.stdout.take().ok_or_else(|| Failure::undone("a process without output"))?;
        let mut lines = BufReader::new(output).lines();
        let Listening { address } = next(&mut lines)?;
        Ok(Self { process, lines, address })
    }

    /// What it has now.
    pub(crate) fn state(&mut self) -> Result<StateReply, Failure> {
        let input = self.process.stdin.as_mut().ok_or_else(|| Failure::undone("a process without input"))?;
        input.write_all(b"state\n").map_err(|source| Failure::io("ask a process", source))?;
        next(&mut self.lines)
    }

    /// Ends it, and waits until its folder is free.
    pub(crate) fn stop(mut self) -> Result<(), Failure> {
        drop(self.process.stdin.take());
        let status = self.process.wait().map_err(|source| Failure::io("wait for a process", source))?;
        if status.success() { Ok(()) } else { Err(Failure::undone(format!("the giving process: {status}"))) }
    }
}

impl Drop for Giver {
    fn drop(&mut self) {
        // After `stop` there is nothing left to end.
        let _ = self.process.kill().is_ok() && self.process.wait().is_ok();
    }
}

/// Runs a fetching process to its end.
pub(crate) fn run_fetch(data: &Path, chapter: &str, peer: &str) -> Result<Fetched, Failure> {
    run(&["fetch".as_ref(), data.as_os_str(), chapter.as_ref(), peer.as_ref()])
}

/// Runs an opening process to its end.
pub(crate) fn run_reopen(data: &Path) -> Result<Reopened, Failure> {
    run(&["reopen".as_ref(), data.as_os_str()])
}

/// Runs the floor's opening process to its end.
pub(crate) fn run_reopen_floor(folder: &Path) -> Result<ReopenedFloor, Failure> {
    run(&["reopen-floor".as_ref(), folder.as_os_str()])
}

fn command(arguments: &[&std::ffi::OsStr]) -> Result<process::Command, Failure> {
    let program = std::env::current_exe().map_err(|source| Failure::io("find this program", source))?;
    let mut command = process::Command::new(program);
    command.args(arguments);
    Ok(command)
}

fn run<T: DeserializeOwned>(arguments: &[&std::ffi::OsStr]) -> Result<T, Failure> {
    let output = command(arguments)?
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Failure::io("run a process", source))?;
    if !output.status.success() {
        return Err(Failure::undone(format!("a process ended with {}", output.status)));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn next<T: DeserializeOwned>(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> Result<T, Failure> {
    let line = lines.next().ok_or_else(|| Failure::undone("a process said nothing"))?;
    Ok(serde_json::from_str(&line.map_err(|source| Failure::io("hear from a process", source))?)?)
}
