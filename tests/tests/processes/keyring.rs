//! The system's keyring, and the system's sleep: a real keyring on a session bus of its own; a logind of our own on another.

use chapterhouse_tests::{
    Member,
    helper::{Helper, installed, skipped},
    program,
    serving::Serving,
    wait::until,
};
use std::{
    io::{BufRead, BufReader, PipeReader, PipeWriter, Read, Write},
    os::unix::net::UnixStream,
    process::Command,
    sync::{Arc, Mutex},
};
use zbus::zvariant;

/// What a person types on a desktop with a keyring. Each answer on a line.
const EVENING: &str = r#"
set -eu
export HOME=$PLACE XDG_RUNTIME_DIR=$PLACE XDG_DATA_HOME=$PLACE/share
printf login | gnome-keyring-daemon --unlock --components=secrets --daemonize >"$PLACE/keyring" 2>&1
ask() { "$PROGRAM" --data "$PLACE/data" --json "$@" </dev/null 2>&1 || true; }
export CHAPTERHOUSE_PASSPHRASE="night bus ladder"
ask init --handle rowan >/dev/null
ask keyring on
unset CHAPTERHOUSE_PASSPHRASE
ask whoami
CHAPTERHOUSE_PASSPHRASE="night bus ladder" CHAPTERHOUSE_NEW_PASSPHRASE="six red kites" ask passphrase change
ask whoami
ask keyring off
ask whoami
CHAPTERHOUSE_PASSPHRASE="six red kites" ask keyring on
ask wipe --yes
ls -A "$PLACE/data" 2>/dev/null || echo gone
"#;

#[test]
fn the_systems_keyring_opens_it_when_that_is_wanted() {
    let story = "the system's keyring opens Chapterhouse";
    for program in ["dbus-run-session", "gnome-keyring-daemon"] {
        if !installed(program) {
            return skipped(story, &format!("{program} is not installed"));
        }
    }
    let place = tempfile::tempdir().unwrap();
    let mut evening = Command::new("dbus-run-session");
    evening.args(["--", "sh", "-c", EVENING]).env("PLACE", place.path()).env("PROGRAM", program::chapterhouse());
    evening.env_remove("CHAPTERHOUSE_PASSPHRASE").env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    let said = program::run(&mut evening).succeeded();
    let lines: Vec<&str> = said.stdout.lines().collect();
    let expected = [
        r#""keyring":true"#,
        r#""handle":"rowan""#,
        r#""done":true"#,
        r#""handle":"rowan""#,
        r#""keyring":false"#,
        r#""code":"locked""#,
        r#""keyring":true"#,
        r#""keys_destroyed":true"#,
        "gone",
    ];
    assert_eq!(lines.len(), expected.len(), "{said}");
    for (line, part) in lines.iter().zip(expected) {
        assert!(line.contains(part), "{part} in {line}\n{said}");
    }
}

/// Of logind, what a program needs that wants to hold up sleep: what it was given, to see when it lets go.
#[derive(Default)]
struct Logind(Arc<Mutex<Vec<(String, PipeReader)>>>);

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Logind {
    fn inhibit(&self, what: &str, who: &str, _why: &str, mode: &str) -> zvariant::OwnedFd {
        let (reader, writer): (PipeReader, PipeWriter) = std::io::pipe().unwrap();
        self.0.lock().unwrap().push((format!("{who} {mode} {what}"), reader));
        std::os::fd::OwnedFd::from(writer).into()
    }
}

fn in_use(member: &Member) {
    let mut socket = UnixStream::connect(member.socket()).unwrap();
    socket.write_all(b"{\"id\":7,\"command\":{\"command\":\"in-use\"}}\n").unwrap();
    let answered = BufReader::new(socket).lines().map_while(Result::ok).any(|line| line.contains("\"id\":7"));
    assert!(answered);
}

#[test]
fn it_locks_before_the_computer_sleeps() {
    if !installed("dbus-daemon") {
        return skipped("locking before sleep", "dbus-daemon is not installed");
    }
    let mut bus = Command::new("sh");
    bus.args(["-c", "dbus-daemon --session --nofork --print-address & read end; kill $!"]);
    let bus = Helper::start(bus);
    let address = bus.first_line();
    let held = Arc::new(Mutex::new(Vec::new()));
    const PATH: &str = "/org/freedesktop/login1";
    let system = zbus::blocking::connection::Builder::address(address.as_str())
        .unwrap()
        .serve_at(PATH, Logind(Arc::clone(&held)))
        .unwrap()
        .name("org.freedesktop.login1")
        .unwrap()
        .build()
        .unwrap();
    let sleeps = |begins: bool| {
        let name = "org.freedesktop.login1.Manager";
        system.emit_signal(None::<&str>, PATH, name, "PrepareForSleep", &(begins,)).unwrap();
    };
    let asha = Member::new("asha");
    let words = ["serve", "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"];
    let serving = Serving::start({
        let mut command = asha.command(&words);
        command.env("DBUS_SYSTEM_BUS_ADDRESS", &address);
        command
    });
    until("sleep is held up", || (held.lock().unwrap().len() == 1).then_some(()));
    assert_eq!(held.lock().unwrap()[0].0, "Chapterhouse delay sleep");

    // Nobody is at a window: a program that serves alone goes on, and lets the computer sleep.
    sleeps(true);
    let let_go = |held: &Mutex<Vec<(String, PipeReader)>>| {
        let (_, mut reader) = held.lock().unwrap().remove(0);
        assert_eq!(reader.read(&mut [0]).unwrap(), 0, "it let go");
    };
    let_go(&held);
    sleeps(false);
    until("sleep is held up again", || (held.lock().unwrap().len() == 1).then_some(()));
    assert_eq!(asha.object(&["status"])["vault"], "open");

    in_use(&asha);
    sleeps(true);
    let locked = serving.says("locked");
    assert_eq!(locked["why"], "slept");
    let_go(&held);
    assert_eq!(asha.run_without_passphrase(&["status"]).object()["vault"], "locked");
    serving.stop();
}
