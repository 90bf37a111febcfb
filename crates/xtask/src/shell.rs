//! Starting other programs: shown before they run, and never ignored when they fail.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{failure::Failure, place::Place};

/// A command line under construction.
#[derive(Debug)]
pub(crate) struct Cmd {
    inner: Command,
    shown: String,
}

impl Cmd {
    /// `program`, to be started in the repository.
    pub(crate) fn new(place: &Place, program: impl AsRef<OsStr>) -> Self {
        let mut inner = Command::new(&program);
        inner.current_dir(&place.root);
        Self { inner, shown: program.as_ref().to_string_lossy().into_owned() }
    }

    /// The same cargo that started us, for the main workspace.
    pub(crate) fn cargo(place: &Place) -> Self {
        let mut cmd = Self::new(place, cargo());
        cmd.shown = "cargo".to_owned();
        cmd.inner.env("CARGO_TARGET_DIR", &place.target);
        cmd
    }

    /// The same cargo for the interface's own workspace.
    pub(crate) fn cargo_ui(place: &Place) -> Self {
        let mut cmd = Self::cargo(place).dir(place.root.join("ui"));
        cmd.inner.env("CARGO_TARGET_DIR", place.ui_target());
        cmd
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.shown.push(' ');
        self.shown.push_str(&arg.as_ref().to_string_lossy());
        self.inner.arg(arg);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.shown = format!("{key}={} {}", value.as_ref().to_string_lossy(), self.shown);
        self.inner.env(key, value);
        self
    }

    pub(crate) fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.inner.current_dir(dir);
        self
    }

    /// Shows the command, runs it with our own output, and fails unless it succeeds.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        println!("  $ {}", self.shown);
        let status = self.inner.stdin(Stdio::null()).status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Failure::Exit { command: self.shown, status }),
            Err(source) => Err(Failure::Start { command: self.shown, source }),
        }
    }

    /// Like [`Cmd::run`], but the program may ask the person something (sudo's password, say).
    pub(crate) fn run_asking(mut self) -> Result<(), Failure> {
        println!("  $ {}", self.shown);
        match self.inner.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Failure::Exit { command: self.shown, status }),
            Err(source) => Err(Failure::Start { command: self.shown, source }),
        }
    }

    /// Runs quietly and returns what it printed.
    pub(crate) fn read(mut self) -> Result<String, Failure> {
        match self.inner.stdin(Stdio::null()).stderr(Stdio::inherit()).output() {
            Ok(output) if output.status.success() => String::from_utf8(output.stdout)
                .map_err(|error| Failure::Output { command: self.shown, problem: error.to_string() }),
            Ok(output) => Err(Failure::Exit { command: self.shown, status: output.status }),
            Err(source) => Err(Failure::Start { command: self.shown, source }),
        }
    }

    /// Whether it starts and succeeds, with nothing shown: for probing.
    pub(crate) fn succeeds(mut self) -> bool {
        let quiet = self.inner.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    }
}

fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"))
}

/// Finds a program as a shell would, and in the system folders that some users' PATH lacks.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path)
        .chain(system)
        .map(|dir| dir.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}
