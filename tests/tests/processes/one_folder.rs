//! One data folder: the command line finds the program that runs on it, and a second program is turned away.

use chapterhouse_tests::{
    Member,
    helper::skipped,
    program::{chapterhouse, run},
    wait::until,
};
use serde_json::json;
use std::{
    fs,
    io::Read,
    os::unix::{fs::PermissionsExt, net::UnixListener, process::CommandExt},
    process::Command,
    thread,
};

/// The user whom every system has, and nobody is.
const NOBODY: u32 = 65_534;

#[test]
fn the_command_line_goes_through_the_running_program() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    assert_eq!(rowan.object(&["status"])["serving"], json!(false));
    assert_eq!(rowan.run_without_passphrase(&["whoami"]).refused().code, "locked");

    rowan.serves(&[]);
    let mode = fs::metadata(rowan.socket()).unwrap().permissions().mode();
    assert_eq!(format!("{mode:o}"), "140600", "only rowan can open the socket");
    // No passphrase is needed: the running program has it.
    let posted = rowan.run_without_passphrase(&[
        "post",
        "London",
        "--kind",
        "news",
        "--title",
        "From the side",
        "--body",
        "The program runs.",
    ]);
    let entry = posted.object()["entry"].clone();
    // It was the running program that wrote it, and it says so.
    let chapters = rowan.run_without_passphrase(&["chapter", "list"]).objects();
    assert_eq!(rowan.serving().says("changed")["chapter"], chapters[0]["chapter"]);
    let status = rowan.run_without_passphrase(&["status"]).object();
    assert_eq!((&status["serving"], &status["vault"], &status["entries"]), (&json!(true), &json!("open"), &json!(2)));
    assert_eq!(rowan.run_without_passphrase(&["peers"]).objects(), Vec::<serde_json::Value>::new());
    // What is refused is refused in the same words as without a running program.
    let refused = rowan.run_without_passphrase(&["show", "0000000000"]).refused();
    assert_eq!(refused.code, "not-found");

    rowan.stops();
    assert!(!rowan.socket().exists(), "nothing is left behind");
    assert_eq!(rowan.refused(&["show", "0000000000"]).message, refused.message);
    assert_eq!(rowan.list(&["feed"])[0]["entry"], entry);
}

#[test]
fn two_on_one_folder_are_refused() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let folder = rowan.data().display().to_string();
    let again = ["serve", "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"];

    let refused = rowan.refused(&again);
    assert_eq!(refused.code, "busy");
    assert!(refused.message.contains(&folder), "which folder: {}", refused.message);

    // Somebody tidied up, and the socket is gone. The folder is in use all the same.
    fs::remove_file(rowan.socket()).unwrap();
    for words in [again.as_slice(), &["feed"], &["post", "London", "--kind", "news", "--title", "t", "--body", "b"]] {
        let refused = rowan.refused(words);
        assert_eq!(refused.code, "busy", "{words:?}: {}", refused.message);
        assert!(refused.message.contains(&folder), "which folder: {}", refused.message);
    }
    // The first was not disturbed, and the folder is free when it has ended, whichever way.
    rowan.is_killed();
    rowan.serves(&[]);
    rowan.posts("London", "Back again");
    assert_eq!(rowan.titles("London"), ["Back again"]);
}

#[test]
fn a_leftover_socket_is_no_running_program() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    rowan.is_killed();
    assert!(rowan.socket().exists(), "a killed program cannot tidy up");
    rowan.posts("London", "Written without it");
    rowan.serves(&[]);
    until("the new program answers", || {
        (rowan.run_without_passphrase(&["status"]).object()["serving"] == json!(true)).then_some(())
    });
    assert_eq!(rowan.titles("London"), ["Written without it"]);
}

/// However long the folder's path is, and however it is written, the socket is in it.
#[test]
fn the_running_program_is_found_by_any_path_to_its_folder() {
    let mut rowan = Member::newcomer_in(&"a-long-name-".repeat(12), "rowan");
    rowan.object(&["init", "--handle", "rowan"]);
    rowan.serves(&[]);
    assert!(rowan.socket().exists());
    let me = rowan.run_without_passphrase(&["whoami"]).object();
    let mut from_inside = Command::new(chapterhouse());
    from_inside.args(["--json", "--data", ".", "whoami"]).current_dir(rowan.data());
    assert_eq!(run(from_inside.env_remove("CHAPTERHOUSE_PASSPHRASE")).object(), me);
}

/// Attack: another user of this computer answers in the place of the running program, and waits for the passphrase.
#[test]
fn nobody_else_is_told_a_passphrase() {
    if !rustix::process::geteuid().is_root() {
        return skipped("somebody else's socket", "only the superuser can be two users");
    }
    // The same the other way round: the socket is the superuser's, and who asks is somebody else.
    let place = tempfile::tempdir().unwrap();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let (program, data) = (place.path().join("chapterhouse"), place.path().join("data"));
    fs::copy(chapterhouse(), &program).unwrap();
    fs::create_dir(&data).unwrap();
    std::os::unix::fs::chown(&data, Some(NOBODY), Some(NOBODY)).unwrap();
    let socket = UnixListener::bind(data.join("socket")).unwrap();
    fs::set_permissions(data.join("socket"), fs::Permissions::from_mode(0o777)).unwrap();
    socket.set_nonblocking(true).unwrap();
    let mut asks = Command::new(program);
    asks.args(["--json", "--data", data.to_str().unwrap(), "unlock"])
        .env("CHAPTERHOUSE_PASSPHRASE", "night bus ladder");
    let refused = run(asks.current_dir(place.path()).uid(NOBODY).gid(NOBODY)).refused();
    assert!(refused.message.contains("another user of this computer answers"), "{}", refused.message);
    let mut heard = Vec::new();
    let (mut stream, _) = socket.accept().unwrap();
    stream.read_to_end(&mut heard).unwrap();
    assert_eq!(heard, b"", "nothing was said to it");
}

/// Whoever comes while another short command is at work waits for its end.
#[test]
fn several_short_commands_at_once_all_get_their_turn() {
    let rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    thread::scope(|scope| {
        for n in 0..4 {
            let rowan = &rowan;
            scope.spawn(move || rowan.posts("London", &format!("Post {n}")));
        }
    });
    assert_eq!(rowan.titles("London").len(), 4);
}

/// What a variable says that is empty, or no whole path, is not taken: else the keys would be wherever somebody happened to be.
#[test]
fn without_a_place_for_data_it_is_at_home() {
    let place = tempfile::tempdir().unwrap();
    let (home, here) = (place.path().join("home"), place.path().join("here"));
    fs::create_dir_all(&here).unwrap();
    for set in ["", "share"] {
        let mut init = Command::new(chapterhouse());
        init.args(["--json", "status"]).current_dir(&here).env("HOME", &home).env("XDG_DATA_HOME", set);
        let refused = run(init.env_remove("CHAPTERHOUSE_DATA")).refused();
        let expected = home.join(".local/share/chapterhouse");
        assert!(refused.message.contains(expected.to_str().unwrap()), "{}", refused.message);
    }
    assert_eq!(fs::read_dir(&here).unwrap().count(), 0);
}
