//! Where and when it ran: enough to compare two runs, nothing that names anybody's computer.

use serde::Serialize;
use std::{fmt, fs, path::Path, process::Command};

/// The machine.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    day: String,
    commit: String,
    cores: usize,
    processor: String,
    kernel: String,
    memory_mib: u64,
    /// The file system that was measured.
    disk: String,
    /// How many programs wanted a core, averaged over a minute, before and after.
    load: [String; 2],
}

impl Machine {
    /// This one; the data goes into `folder`.
    pub(crate) fn here(folder: &Path) -> Self {
        let processor = proc_line("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
        let memory = proc_line("/proc/meminfo", "MemTotal").unwrap_or_default();
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self {
            day: jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string(),
            commit: commit(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            processor,
            kernel: format!("{} {}", std::env::consts::OS, kernel.split('-').next().unwrap_or_default().trim()),
            memory_mib: memory.split(' ').next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024,
            disk: disk(folder),
            load: [load(), String::new()],
        }
    }

    /// At the end.
    pub(crate) fn look_again(&mut self) {
        self.load[1] = load();
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [before, after] = &self.load;
        writeln!(f, "{}, commit {}", self.day, self.commit)?;
        writeln!(
            f,
            "{} cores, {}, {} MiB, {}, {}",
            self.cores, self.processor, self.memory_mib, self.kernel, self.disk
        )?;
        write!(f, "load {before} before and {after} after (2 processes of ours run at once)")
    }
}

/// The value of the first line of that name.
pub(crate) fn proc_line(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// What was built, as git calls it; with a mark where the sources have changed since.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let changed =
        git(&["status", "--porcelain", "--untracked-files=no", "--", ".."]).is_some_and(|list| !list.is_empty());
    let commit = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    if changed { format!("{commit} and changes") } else { commit }
}

/// The kind of file system that holds a folder.
fn disk(folder: &Path) -> String {
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let holding = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (place, kind) = (words.next()?, words.next()?);
        folder.starts_with(place).then_some((place.len(), kind))
    });
    holding.max().map_or_else(|| "unknown disk".to_owned(), |(_, kind)| kind.to_owned())
}
