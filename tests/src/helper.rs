//! A program that a story needs beside the ones under test. It ends with the story, however that ends.

use crate::wait::until;
use std::{
    env,
    fs::File,
    io::Read,
    process::{Child, ChildStdin, Command, Stdio},
    sync::Arc,
    sync::Mutex,
    thread,
};
use tempfile::NamedTempFile;

/// A helping program: a shell's script that ends when its standard input does. The other end is held here, so it ends
/// also when this process is killed.
#[derive(Debug)]
pub struct Helper {
    child: Child,
    input: Option<ChildStdin>,
    said: Arc<Mutex<String>>,
    complained: NamedTempFile,
}

impl Helper {
    /// Starts it.
    pub fn start(mut command: Command) -> Self {
        let complained = NamedTempFile::new().unwrap();
        let errors: File = complained.reopen().unwrap();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .unwrap_or_else(|error| panic!("could not start {command:?}: {error}"));
        let input = child.stdin.take();
        let said = Arc::new(Mutex::new(String::new()));
        let (into, mut from) = (Arc::clone(&said), child.stdout.take().unwrap());
        thread::spawn(move || {
            let mut bytes = [0; 1024];
            while let Ok(read @ 1..) = from.read(&mut bytes) {
                into.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..read]));
            }
        });
        Self { child, input, said, complained }
    }

    /// Waits for the first line that it prints.
    pub fn first_line(&self) -> String {
        until("the first line of a helping program", || {
            let said = self.said.lock().unwrap();
            said.split_once('\n').map(|(line, _)| line.trim().to_owned())
        })
    }

    /// Its number with the system.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The last of what it said and complained about, for a failure's words.
    pub fn tail(&self) -> String {
        let complained = std::fs::read_to_string(self.complained.path()).unwrap_or_default();
        let all = format!("{}{complained}", self.said.lock().unwrap());
        let lines: Vec<&str> = all.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        drop(self.input.take());
        // It may have ended already.
        let _ = self.child.wait();
    }
}

/// Whether a program is on the search path.
pub fn installed(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Says that a story is not told here, and why.
#[allow(clippy::print_stderr)]
pub fn skipped(story: &str, why: &str) {
    eprintln!("SKIPPED {story}: {why}");
}
