//! The programs under test, and one run of one of them.

use crate::wait::PATIENCE;
use serde_json::Value;
use std::{
    env,
    fmt::Write,
    io::{self, Read},
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
};

/// The headless program.
pub fn chapterhouse() -> PathBuf {
    find("chapterhouse", "CHAPTERHOUSE_TEST_PROGRAM", "chapterhouse-cli")
}

/// The window's program.
pub fn window() -> PathBuf {
    find("chapterhouse-app", "CHAPTERHOUSE_TEST_WINDOW", "chapterhouse-app")
}

fn find(name: &str, variable: &str, package: &str) -> PathBuf {
    let path = env::var_os(variable).map_or_else(
        || {
            let this = env::current_exe().unwrap();
            // <target>/<profile>/deps/<this test>
            this.ancestors().nth(2).unwrap().join(format!("{name}{}", env::consts::EXE_SUFFIX))
        },
        PathBuf::from,
    );
    assert!(path.is_file(), "{} is not built: run `cargo build -p {package}`, or `cargo xtask test`", path.display());
    path
}

/// What one run of a program left.
#[derive(Debug)]
pub struct Finished {
    /// The words it was called with.
    pub words: String,
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

/// A refusal as scripts see it.
#[derive(Debug)]
pub struct Refused {
    /// For scripts.
    pub code: String,
    /// For people.
    pub message: String,
}

/// Runs a program to its end, which has to come.
pub fn run(command: &mut Command) -> Finished {
    let words = words(command);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap_or_else(|error| {
        panic!("could not start {words}: {error}");
    });
    let (ended, end) = mpsc::channel();
    let out = read_all(child.stdout.take().unwrap(), ended.clone());
    let err = read_all(child.stderr.take().unwrap(), ended);
    // Both are closed when the program ends.
    let in_time = end.recv_timeout(PATIENCE).and_then(|()| end.recv_timeout(PATIENCE)).is_ok();
    if !in_time {
        child.kill().unwrap();
    }
    let status = child.wait().unwrap();
    let finished = Finished { words, status, stdout: out.join().unwrap(), stderr: err.join().unwrap() };
    assert!(in_time, "it did not end within {} s: {finished}", PATIENCE.as_secs());
    finished
}

fn words(command: &Command) -> String {
    let mut words = String::new();
    for word in std::iter::once(command.get_program()).chain(command.get_args()) {
        write!(words, "{} ", word.to_string_lossy()).unwrap();
    }
    words
}

fn read_all(mut from: impl Read + Send + 'static, ended: mpsc::Sender<()>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read: io::Result<usize> = from.read_to_end(&mut bytes);
        // Nobody waits any more when it took too long.
        let _ = ended.send(());
        read.unwrap();
        String::from_utf8(bytes).unwrap()
    })
}

impl Finished {
    /// It did what was asked.
    pub fn succeeded(self) -> Self {
        assert!(self.status.success(), "it should have worked: {self}");
        self
    }

    /// It printed one JSON object.
    pub fn object(self) -> Value {
        let this = self.succeeded();
        assert_eq!(this.stdout.lines().count(), 1, "one line was expected: {this}");
        this.values().remove(0)
    }

    /// It printed JSON objects, one per line.
    pub fn objects(self) -> Vec<Value> {
        self.succeeded().values()
    }

    fn values(&self) -> Vec<Value> {
        let read =
            |line| serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("no JSON ({error}): {self}"));
        self.stdout.lines().map(read).inspect(|value| assert!(value.is_object(), "no object: {self}")).collect()
    }

    /// It refused, and said so as scripts expect it.
    pub fn refused(self) -> Refused {
        assert!(!self.status.success(), "it should have been refused: {self}");
        assert_eq!(self.stdout, "", "something was printed all the same: {self}");
        let last = self.stderr.lines().last().unwrap_or_default();
        let value: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("no JSON ({error}): {self}"));
        let text = |name| value["error"][name].as_str().unwrap_or_else(|| panic!("no {name}: {self}")).to_owned();
        Refused { code: text("code"), message: text("message") }
    }
}

impl std::fmt::Display for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { words, status, stdout, stderr } = self;
        write!(f, "{words}\n{status}\n--- it printed\n{stdout}\n--- it complained\n{stderr}")
    }
}
