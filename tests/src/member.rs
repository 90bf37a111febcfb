//! A person with a data folder and the command line.

use crate::{
    program::{self, Finished, Refused},
    serving::Serving,
    wait::until_or,
};
use serde_json::Value;
use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// A person. The folder is gone, and their program stopped, when they are dropped.
#[derive(Debug)]
pub struct Member {
    handle: String,
    home: TempDir,
    passphrase: String,
    /// Their running program. First of all it is stopped when the test ends.
    serving: Option<Serving>,
    /// What stands before every command, to run it on another host.
    before: Vec<String>,
}

impl Member {
    /// Somebody who has the program and has not used it yet.
    pub fn newcomer(handle: &str) -> Self {
        Self::newcomer_in("chapterhouse-", handle)
    }

    /// The same in a folder whose name begins so.
    pub fn newcomer_in(begins: &str, handle: &str) -> Self {
        let home = tempfile::Builder::new().prefix(begins).tempdir().unwrap();
        let passphrase = format!("{handle}'s kettle sings at seven");
        Self { handle: handle.to_owned(), home, passphrase, serving: None, before: Vec::new() }
    }

    /// Somebody who has chosen a name and a passphrase.
    pub fn new(handle: &str) -> Self {
        let member = Self::newcomer(handle);
        member.object(&["init", "--handle", handle]);
        member
    }

    /// Like [`Self::newcomer`], on a computer of their own: `before` stands before every command.
    pub fn newcomer_on(before: &[String], handle: &str) -> Self {
        Self { before: before.to_vec(), ..Self::newcomer(handle) }
    }

    /// Like [`Self::new`], on a computer of their own.
    pub fn on(before: &[String], handle: &str) -> Self {
        let member = Self::newcomer_on(before, handle);
        member.object(&["init", "--handle", handle]);
        member
    }

    /// rowan, who founded a chapter and serves it, and asha and imre, who joined it and stay connected.
    pub fn three_in(chapter: &str) -> [Self; 3] {
        let mut rowan = Self::new("rowan");
        rowan.object(&["chapter", "found", "--name", chapter]);
        rowan.serves(&[]);
        let [asha, imre] = ["asha", "imre"].map(|name| {
            let mut member = Self::new(name);
            member.joins(&rowan.invites(chapter));
            member.stays_with(&rowan);
            member
        });
        [rowan, asha, imre]
    }

    /// The name.
    pub fn handle(&self) -> &str {
        &self.handle
    }

    /// The passphrase.
    pub fn passphrase(&self) -> &str {
        &self.passphrase
    }

    /// Everything of theirs.
    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Writes a file beside the data folder; returns its path as a word for the command line.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.home.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A second computer of theirs, with a copy of the data folder: for what should not be done.
    pub fn copies(&self) -> Self {
        let copy = Self::newcomer(&self.handle);
        let copied = Command::new("cp").arg("-r").arg(self.data()).arg(copy.data()).status().unwrap();
        assert!(copied.success());
        copy
    }

    /// Puts a copy of the data folder in the place of it, which nobody has said anything about yet.
    pub fn becomes_a_copy(&self) {
        let copy = self.home.path().join("copy");
        let copied = Command::new("cp").arg("-r").arg(self.data()).arg(&copy).status().unwrap();
        assert!(copied.success());
        // The first one stays until the second is there, or that could have its number.
        fs::rename(self.data(), self.home.path().join("first")).unwrap();
        fs::rename(copy, self.data()).unwrap();
    }

    /// A command, with nothing of the caller's own settings.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = self.bare();
        command.arg("--json").args(words);
        command
    }

    fn bare(&self) -> Command {
        let program = program::chapterhouse();
        let mut command = match self.before.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.arg("--data").arg(self.data());
        command.env_remove("CHAPTERHOUSE_DATA").env_remove("CHAPTERHOUSE_RECOVERY_WORDS");
        command.env("CHAPTERHOUSE_PASSPHRASE", &self.passphrase).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, words: &[&str]) -> Finished {
        program::run(&mut self.command(words))
    }

    /// What a command prints for people.
    pub fn reads(&self, words: &[&str]) -> String {
        self.tries(words).succeeded().stdout
    }

    /// Runs a command as people do, to its end.
    pub fn tries(&self, words: &[&str]) -> Finished {
        program::run(self.bare().args(words))
    }

    /// Runs a command with no passphrase at hand: it works only while this member's program runs.
    pub fn run_without_passphrase(&self, words: &[&str]) -> Finished {
        program::run(self.command(words).env_remove("CHAPTERHOUSE_PASSPHRASE"))
    }

    /// Runs a command that answers with one thing.
    pub fn object(&self, words: &[&str]) -> Value {
        self.run(words).object()
    }

    /// Runs a command that answers with a list.
    pub fn list(&self, words: &[&str]) -> Vec<Value> {
        self.run(words).objects()
    }

    /// Runs a command that answers with one thing; takes a text out of it.
    pub fn text(&self, words: &[&str], name: &str) -> String {
        let object = self.object(words);
        object[name].as_str().unwrap_or_else(|| panic!("no {name} in {object}")).to_owned()
    }

    /// Runs a command that has to be refused.
    pub fn refused(&self, words: &[&str]) -> Refused {
        self.run(words).refused()
    }

    /// Makes an invitation; returns its text.
    pub fn invites(&self, chapter: &str) -> String {
        self.text(&["invite", chapter], "invitation")
    }

    /// Joins by an invitation's text, on this computer alone; nobody is looked for on the network.
    pub fn joins(&self, invitation: &str) -> Value {
        self.object(&["join", "--no-mdns", invitation])
    }

    /// Publishes a news post; returns its id.
    pub fn posts(&self, chapter: &str, title: &str) -> String {
        self.text(&["post", chapter, "--kind", "news", "--title", title, "--body", "As said."], "entry")
    }

    /// Titles in a chapter's feed, latest first; motions apart.
    pub fn titles(&self, chapter: &str) -> Vec<String> {
        let feed = self.list(&["feed", chapter, "--limit", "1000"]);
        let feed = feed.iter().filter(|item| item["kind"] != "motion");
        feed.map(|item| item["title"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until a title is in the chapter's feed.
    pub fn sees(&self, chapter: &str, title: &str) {
        until_or(
            || self.titles(chapter).iter().any(|known| known == title).then_some(()),
            || format!("\"{title}\" on {}'s computer, but {:?}\n{}", self.handle, self.titles(chapter), self.says()),
        );
    }

    /// Waits until something can be shown; returns it. It has to arrive first.
    pub fn receives(&self, words: &[&str]) -> Value {
        until_or(
            || {
                let finished = self.run(words);
                finished.status.success().then(|| finished.object())
            },
            || format!("an answer to {words:?} on {}'s computer: {}\n{}", self.handle, self.run(words), self.says()),
        )
    }

    /// Votes for a motion, as soon as it is here.
    pub fn votes_for(&self, motion: &str) {
        self.receives(&["motion", "show", motion]);
        self.object(&["motion", "vote", motion, "yes"]);
    }

    /// Gives members the task of a teller, by the votes of all of these.
    pub fn makes_tellers(&self, chapter: &str, names: &[&str], all: &[&Self]) {
        for name in names {
            let until = "2099-01-01T00:00:00Z";
            let motion = self.text(&["task", "give", chapter, "teller", name, "--until", until], "entry");
            all.iter().for_each(|member| member.votes_for(&motion));
            all.iter().for_each(|member| drop(member.sees_passed(&motion)));
        }
    }

    /// Waits until a motion has passed on this computer; returns it.
    pub fn sees_passed(&self, motion: &str) -> Value {
        until_or(
            || Some(self.receives(&["motion", "show", motion])).filter(|shown| shown["stage"] == "passed"),
            || {
                format!(
                    "passed on {}'s computer: {}\n{}",
                    self.handle,
                    self.object(&["motion", "show", motion]),
                    self.says()
                )
            },
        )
    }

    /// Waits until the chapter's members are these, by name.
    pub fn sees_members(&self, chapter: &str, handles: &[&str]) {
        let names = |list: Vec<Value>| -> Vec<String> {
            list.iter().map(|member| member["handle"].as_str().unwrap().to_owned()).collect()
        };
        until_or(
            || (names(self.list(&["members", chapter])) == handles).then_some(()),
            || {
                let here = names(self.list(&["members", chapter]));
                format!("{handles:?} as members on {}'s computer, but {here:?}\n{}", self.handle, self.says())
            },
        );
    }

    /// The digest of all that this member sees of a chapter.
    pub fn state(&self, chapter: &str) -> (u64, String) {
        let state = self.object(&["state", chapter]);
        (state["entries"].as_u64().unwrap(), state["state_hash"].as_str().unwrap().to_owned())
    }

    /// Waits until both see the same of a chapter; returns it.
    pub fn agrees_with(&self, other: &Self, chapter: &str) -> (u64, String) {
        until_or(
            || {
                let (mine, theirs) = (self.state(chapter), other.state(chapter));
                (mine == theirs).then_some(mine)
            },
            || {
                let (me, you) = (&self.handle, &other.handle);
                format!("{me} and {you} see the same\n{me}:\n{}{you}:\n{}", self.says(), other.says())
            },
        )
    }

    /// Leaves the program running, with further words for `serve`. Nobody is looked for on the network.
    pub fn serves(&mut self, words: &[&str]) {
        let words = [&["serve", "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"], words].concat();
        self.serves_as(&words);
    }

    /// Leaves the program running, connected to another one's.
    pub fn stays_with(&mut self, other: &Self) {
        self.serves(&["--peer", &other.address()]);
    }

    /// Leaves the program running, with all words given.
    pub fn serves_as(&mut self, words: &[&str]) {
        assert!(self.serving.is_none(), "{} serves already", self.handle);
        self.serving = Some(Serving::start(self.command(words)));
    }

    /// The running program.
    pub fn serving(&self) -> &Serving {
        self.serving.as_ref().unwrap_or_else(|| panic!("{} does not serve", self.handle))
    }

    /// The address at which this member's running program can be reached.
    pub fn address(&self) -> String {
        self.serving().address()
    }

    /// Hands the running program over, to kill it while this member goes on.
    pub fn takes_serving(&mut self) -> Serving {
        self.serving.take().unwrap()
    }

    /// Asks the running program to end, and waits for that.
    pub fn stops(&mut self) {
        self.serving.take().unwrap().stop();
    }

    /// Kills the running program, as a power cut would.
    pub fn is_killed(&mut self) {
        self.serving.take().unwrap().kill();
    }

    fn says(&self) -> String {
        self.serving.as_ref().map(Serving::to_string).unwrap_or_default()
    }

    /// The vault's file.
    pub fn vault(&self) -> PathBuf {
        self.data().join("vault")
    }

    /// The running program's socket.
    pub fn socket(&self) -> PathBuf {
        self.data().join("socket")
    }
}
