//! A person with a computer: a data folder, and the real program `chapterhouse`, started as a script would start it.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::failure::Failure;

pub(super) const PASSPHRASE: &str = "a passphrase for the demonstration";
/// No single command may take longer.
const PATIENCE: &str = "300s";

/// One member with one computer.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) handle: String,
    program: PathBuf,
    data: PathBuf,
}

/// A program that serves until it is told to stop, or this is dropped.
#[derive(Debug)]
pub(crate) struct Serving {
    child: Child,
    /// Where others reach it.
    pub(crate) address: String,
}

impl Person {
    /// Gets a computer and makes their keys.
    pub(crate) fn new(handle: &str, program: &Path, folder: &Path) -> Result<Self, Failure> {
        let data = folder.join(handle);
        fs::create_dir_all(&data).map_err(|source| Failure::File { doing: "make", path: data.clone(), source })?;
        let person = Self { handle: handle.to_owned(), program: program.to_path_buf(), data };
        person.ask(&["init", "--handle", handle])?;
        Ok(person)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--data").arg(&self.data).arg("--json").args(words);
        command.env("CHAPTERHOUSE_PASSPHRASE", PASSPHRASE).stdin(Stdio::null());
        command
    }

    fn shown(&self, words: &[&str]) -> String {
        format!("chapterhouse {} (as {})", words.join(" "), self.handle)
    }

    /// One command, and the one object that it answers.
    pub(crate) fn ask(&self, words: &[&str]) -> Result<Value, Failure> {
        let shown = || self.shown(words);
        let output = self.command(words).output().map_err(|source| Failure::Start { command: shown(), source })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(Failure::Output { command: shown(), problem: format!("{}; {}", output.status, said.trim()) });
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| Failure::Output { command: shown(), problem: error.to_string() })
    }

    /// One command whose answer has a text field `key`.
    pub(crate) fn ask_for(&self, key: &str, words: &[&str]) -> Result<String, Failure> {
        let answer = self.ask(words)?;
        answer[key].as_str().map(str::to_owned).ok_or_else(|| Failure::Output {
            command: self.shown(words),
            problem: format!("there is no {key} in {answer}"),
        })
    }

    /// Joins a chapter through somebody who is connected.
    pub(crate) fn join(&self, invitation: &str, peer: Option<&str>) -> Result<(), Failure> {
        let mut words = vec!["join", invitation, "--no-mdns", "--timeout", PATIENCE];
        words.extend(peer.iter().flat_map(|peer| ["--peer", *peer]));
        self.ask(&words).map(drop)
    }

    /// Exchanges with the others until both sides have the same.
    pub(crate) fn sync(&self, chapter: &str) -> Result<(), Failure> {
        self.ask(&["sync", chapter, "--timeout", PATIENCE]).map(drop)
    }

    /// Writes `text` to a file beside the data, for the commands that read one.
    pub(crate) fn file(&self, name: &str, text: &str) -> Result<String, Failure> {
        let path = self.data.with_extension(name);
        fs::write(&path, text).map_err(|source| Failure::File { doing: "write", path: path.clone(), source })?;
        Ok(path.display().to_string())
    }

    /// Connects: listens on this computer only, and keeps connected to `peers`.
    pub(crate) fn serve(&self, peers: &[&str]) -> Result<Serving, Failure> {
        let mut words = vec!["serve", "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"];
        words.extend(peers.iter().flat_map(|peer| ["--peer", *peer]));
        let complaints = self.data.with_extension("serve.log");
        let log = File::create(&complaints).map_err(|source| Failure::File {
            doing: "write",
            path: complaints.clone(),
            source,
        })?;
        let mut child = self
            .command(&words)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|source| Failure::Start { command: self.shown(&words), source })?;
        let first = child.stdout.take().map(first_line).unwrap_or_default();
        let mut serving = Serving { child, address: String::new() };
        let answer: Value = serde_json::from_str(&first).unwrap_or_default();
        match (answer["listening"][0].as_str(), answer["peer_id"].as_str()) {
            (Some(address), Some(peer)) => serving.address = format!("{address}/p2p/{peer}"),
            _ => {
                serving.stop();
                let said = fs::read_to_string(&complaints).unwrap_or_default();
                let problem = format!("its first line is {first:?}. {}", said.trim());
                return Err(Failure::Output { command: self.shown(&words), problem });
            }
        }
        Ok(serving)
    }
}

/// Reads a serving program's first line; the rest is read and forgotten, so that it never waits for a full pipe.
fn first_line(stdout: ChildStdout) -> String {
    let mut reader = BufReader::new(stdout);
    let mut line = String::new();
    // Nothing read is an empty line, which the caller reports.
    let _ = reader.read_line(&mut line);
    thread::spawn(move || {
        let mut rest = [0; 4096];
        while reader.read(&mut rest).is_ok_and(|count| count > 0) {}
    });
    line
}

impl Serving {
    /// Asks it to end, as closing the window or the system would, and makes sure that it did.
    pub(crate) fn stop(&mut self) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).stderr(Stdio::null()).status();
        let deadline = Instant::now() + Duration::from_secs(20);
        while asked.as_ref().is_ok_and(|status| status.success()) && Instant::now() < deadline {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(10)),
                _ => return,
            }
        }
        // It would not listen. Nothing more can be done about an error here.
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.stop();
        }
    }
}
