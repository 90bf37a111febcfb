//! A program that runs until it is told to end: `chapterhouse serve`.

use crate::wait::until;
use serde_json::Value;
use std::{
    fmt::Write,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
};

/// What a program has printed so far.
#[derive(Debug, Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    fn collect(from: impl Read + Send + 'static) -> Self {
        let lines = Self::default();
        let all = Arc::clone(&lines.0);
        thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                all.lock().unwrap().push(line);
            }
        });
        lines
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn tail(&self) -> String {
        let lines = self.0.lock().unwrap();
        lines[lines.len().saturating_sub(30)..].iter().fold(String::new(), |mut text, line| {
            writeln!(text, "    {line}").unwrap();
            text
        })
    }
}

/// A running `serve`. Killed when it is dropped.
#[derive(Debug)]
pub struct Serving {
    child: Child,
    said: Lines,
    complained: Lines,
    first: Value,
}

impl Serving {
    /// Starts it and waits for its first line.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = Lines::collect(child.stdout.take().unwrap());
        let complained = Lines::collect(child.stderr.take().unwrap());
        let mut this = Self { child, said, complained, first: Value::Null };
        this.first = until("the first line of serve", || {
            if let Some(status) = this.child.try_wait().unwrap() {
                panic!("serve ended at once ({status}): {this}");
            }
            this.events().into_iter().next()
        });
        this
    }

    /// Every line it has printed, as JSON. The first says where it listens, the others are events.
    pub fn events(&self) -> Vec<Value> {
        self.said.all().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Waits until it has printed an event of this name; returns it.
    pub fn says(&self, event: &str) -> Value {
        until(&format!("the event {event}"), || self.events().into_iter().find(|value| value["event"] == event))
    }

    /// The first line.
    pub fn first_line(&self) -> &Value {
        &self.first
    }

    /// Where others can reach it.
    pub fn address(&self) -> String {
        self.first["listening"][0].as_str().unwrap_or_else(|| panic!("no address in {}", self.first)).to_owned()
    }

    /// Asks it to end, as the system does when it shuts down.
    pub fn stop(mut self) {
        // The shell's own word, as the program `kill` is not on every computer.
        let asked = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status().unwrap();
        assert!(asked.success());
        let status = self.ended();
        assert!(status.success(), "serve did not end well ({status}): {self}");
    }

    /// Waits until it has ended by itself, and well; returns what it had printed.
    pub fn ends_well(mut self) -> Vec<Value> {
        let status = self.ended();
        assert!(status.success(), "it did not end well ({status}): {self}");
        self.events()
    }

    /// Waits for its end.
    fn ended(&mut self) -> ExitStatus {
        until("the end of serve", || self.child.try_wait().unwrap())
    }

    /// Ends it without a chance to do anything about it.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl std::fmt::Display for Serving {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "  serve said\n{}  serve complained\n{}", self.said.tail(), self.complained.tail())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
