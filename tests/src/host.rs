//! Several computers on one: network namespaces, joined by a cable and by nothing else.

use crate::{
    helper::{Helper, installed},
    program::{self, Finished},
};
use std::{
    env,
    process::{Command, Stdio},
};

/// Tells the test inside that it is.
const INSIDE: &str = "CHAPTERHOUSE_TEST_INSIDE";
/// Ways to a place where hosts can be made: as anybody, where the system permits it; as root.
const WAYS: [&[&str]; 2] = [&["--user", "--map-root-user", "--net"], &["--net"]];

/// Runs the test `inside`, of the same file and ignored otherwise, where hosts can be made. The reason, where it cannot
/// be run.
pub fn where_hosts_can_be_made(inside: &str) -> Result<(), String> {
    let missing = ["unshare", "nsenter", "ip"].into_iter().find(|name| !installed(name));
    if let Some(name) = missing {
        return Err(format!("{name} is not installed (`cargo xtask setup test` installs it)"));
    }
    let mut reasons = String::new();
    for way in WAYS {
        let cable = "ip link add left type veth peer name right && ip link set lo up";
        let tried = Command::new("unshare").args(way).args(["sh", "-c", cable]).output().unwrap();
        if !tried.status.success() {
            reasons.push_str(&String::from_utf8_lossy(&tried.stderr));
            continue;
        }
        let this = env::current_exe().unwrap();
        let mut command = Command::new("unshare");
        command.args(way).arg(this).args(["--ignored", "--exact", inside, "--nocapture"]).env(INSIDE, "1");
        let told = command.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&told.stdout);
        let complained = String::from_utf8_lossy(&told.stderr);
        assert!(told.status.success() && said.contains("1 passed"), "{inside}\n{said}\n{complained}");
        return Ok(());
    }
    Err(format!("this system permits no network namespaces: {}", reasons.trim().replace('\n', "; ")))
}

/// Whether this is the inner run.
pub fn is_inside() -> bool {
    env::var_os(INSIDE).is_some()
}

/// A host of its own.
#[derive(Debug)]
pub struct Host {
    holder: Helper,
    address: String,
}

impl Host {
    fn new(address: &str) -> Self {
        let mut command = Command::new("unshare");
        command.args(["--net", "sh", "-c", "echo here; read _"]);
        let holder = Helper::start(command);
        // It is in its own network before it says so.
        holder.first_line();
        Self { holder, address: address.to_owned() }
    }

    /// Two hosts and a cable.
    pub fn two() -> [Self; 2] {
        let hosts = [Self::new("10.77.0.1"), Self::new("10.77.0.2")];
        run(&["ip", "link", "add", "left", "type", "veth", "peer", "name", "right"]);
        for (host, end) in hosts.iter().zip(["left", "right"]) {
            run(&["ip", "link", "set", end, "netns", &host.holder.id().to_string()]);
            host.run(&["ip", "link", "set", end, "name", "cable"]);
            host.run(&["ip", "address", "add", &format!("{}/24", host.address), "dev", "cable"]);
            host.run(&["ip", "link", "set", "lo", "up"]);
            host.run(&["ip", "link", "set", "cable", "up"]);
        }
        hosts
    }

    /// Runs a program on it.
    pub fn run(&self, words: &[&str]) -> Finished {
        let before = self.before();
        let before: Vec<&str> = before.iter().map(String::as_str).collect();
        run(&[&before, words].concat())
    }

    /// What stands before a command to run it on this host.
    pub fn before(&self) -> Vec<String> {
        let holder = self.holder.id().to_string();
        ["nsenter", "--target", &holder, "--net", "--"].map(str::to_owned).to_vec()
    }

    /// Its only address on the cable.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Pulls the cable's end out, or puts it in.
    pub fn plug(&self, state: &str) {
        self.run(&["ip", "link", "set", "cable", state]);
    }
}

fn run(words: &[&str]) -> Finished {
    program::run(Command::new(words[0]).args(&words[1..])).succeeded()
}
