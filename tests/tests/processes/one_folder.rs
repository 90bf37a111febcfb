//! One data folder: the command line finds the program that runs on it, and a second program is turned away.

use chapterhouse_tests::{Member, wait::until};
use serde_json::json;
use std::{fs, os::unix::fs::PermissionsExt};

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
