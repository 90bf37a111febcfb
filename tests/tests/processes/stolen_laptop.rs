//! A laptop is stolen. Its owner revokes it from another computer, or comes back with the 24 words.

use chapterhouse_tests::{Member, program, wait::until};
use serde_json::json;
use std::{fs, path::Path};

/// Whether some file below a folder holds these bytes.
fn holds(folder: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, bytes);
        }
        path.is_file() && fs::read(&path).unwrap().windows(bytes.len()).any(|window| window == bytes)
    })
}

#[test]
fn the_laptop_is_revoked_from_the_desk() {
    let mut desk = Member::new("rowan");
    let mut asha = Member::new("asha");
    desk.object(&["chapter", "found", "--name", "London"]);
    desk.serves(&[]);
    let room = desk.address();
    asha.joins(&desk.invites("London"));
    asha.stays_with(&desk);
    let code = desk.text(&["device", "pair"], "code");
    let mut laptop = Member::newcomer("rowan");
    let stolen = laptop.object(&["init", "--pair", &code, "--no-mdns"])["device"].as_str().unwrap().to_owned();
    laptop.stays_with(&desk);
    let train = laptop.posts("London", "In the train to Wigan");
    asha.sees("London", "In the train to Wigan");
    desk.sees("London", "In the train to Wigan");
    laptop.agrees_with(&asha, "London");

    // Stolen. The thief has the disk, not the passphrase: the disk says how much there is, and no more.
    laptop.is_killed();
    for words in [["whoami"].as_slice(), &["feed"], &["device", "list"]] {
        let guessed = program::run(laptop.command(words).env("CHAPTERHOUSE_PASSPHRASE", "guessed")).refused();
        assert_eq!(guessed.code, "wrong-passphrase", "{words:?}");
    }
    for plain in ["In the train to Wigan", "As said.", "London", "asha", "rowan"] {
        assert!(!holds(&laptop.data(), plain.as_bytes()), "{plain} is on the disk");
    }

    // Or the passphrase was on a note beneath it. Before anybody knows, the thief writes.
    let forged = laptop.posts("London", "By the thief");
    let refused = desk.refused(&["device", "revoke", &stolen[..10], "--reason", "Stolen at Wigan."]);
    assert_eq!(refused.code, "invalid");
    assert!(refused.message.contains("London") && refused.message.contains("--yes"), "{}", refused.message);
    desk.object(&["device", "revoke", &stolen[..10], "--reason", "Stolen at Wigan.", "--yes"]);
    let devices = desk.list(&["device", "list"]);
    let line = devices.iter().find(|line| line["device"] == *stolen).unwrap();
    assert_eq!(line["ended"]["how"], "revoked", "{line}");
    until("one device of rowan on asha's computer", || {
        asha.list(&["members", "London"])
            .iter()
            .any(|m| m["handle"] == "rowan" && m["devices"] == json!(1))
            .then_some(())
    });
    desk.posts("London", "New locks");
    asha.sees("London", "New locks");

    // The laptop gets nothing new from anybody, and nobody takes what it wrote.
    for address in [&room, &asha.address()] {
        laptop.run(&["sync", "London", "--peer", address, "--timeout", "5s"]);
        let seen = laptop.titles("London");
        assert!(!seen.iter().any(|title| title == "New locks"), "{seen:?}");
    }
    laptop.run(&["device", "revoke", desk.object(&["whoami"])["device"].as_str().unwrap(), "--yes"]);
    for member in [&desk, &asha] {
        assert_eq!(member.titles("London"), ["New locks", "In the train to Wigan"], "{}", member.handle());
        assert!(member.object(&["show", &train])["void"].is_null(), "what it wrote before counts");
        assert_eq!(member.refused(&["show", &forged]).code, "not-found");
        member.sees_members("London", &["asha", "rowan"]);
    }
    desk.agrees_with(&asha, "London");
}

#[test]
fn somebody_who_lost_everything_comes_back_with_the_24_words() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let mut imre = Member::newcomer("imre");
    let made = imre.object(&["init", "--handle", "imre"]);
    let words: Vec<&str> =
        made["recovery_words"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    imre.joins(&rowan.invites("London"));
    imre.stays_with(&rowan);
    let old = imre.posts("London", "On the old laptop");
    rowan.sees("London", "On the old laptop");
    rowan.agrees_with(&imre, "London");
    imre.stops();

    // The only laptop is gone. A new one, the words from the drawer, and somebody who lets him in again.
    let mut again = Member::newcomer("imre");
    let mut init = again.command(&["init", "--handle", "imre", "--restore"]);
    let back = program::run(init.env("CHAPTERHOUSE_RECOVERY_WORDS", words.join(" "))).object();
    assert_eq!(back["member"], made["member"]);
    again.joins(&rowan.invites("London"));
    again.stays_with(&rowan);
    again.sees("London", "On the old laptop");
    assert_eq!(again.object(&["show", &old])["author"]["me"], json!(true), "it is his");
    rowan.sees_members("London", &["imre", "rowan"]);

    // From the new one he revokes the old.
    let lost = made["device"].as_str().unwrap();
    assert_eq!(again.list(&["device", "list"]).len(), 2);
    again.object(&["device", "revoke", lost, "--reason", "Lost.", "--yes"]);
    until("one device of imre on rowan's computer", || {
        let members = rowan.list(&["members", "London"]);
        (members[0]["handle"] == "imre" && members[0]["devices"] == json!(1)).then_some(())
    });
    rowan.posts("London", "Welcome back");
    again.sees("London", "Welcome back");
    again.posts("London", "On the new laptop");
    rowan.sees("London", "On the new laptop");

    // Whoever has the old one is outside.
    let forged = imre.posts("London", "By whoever found it");
    imre.run(&["sync", "London", "--peer", &rowan.address(), "--timeout", "5s"]);
    assert_eq!(imre.titles("London"), ["By whoever found it", "On the old laptop"]);
    assert_eq!(rowan.refused(&["show", &forged]).code, "not-found");
    assert_eq!(rowan.titles("London"), ["On the new laptop", "Welcome back", "On the old laptop"]);
    rowan.agrees_with(&again, "London");
}

#[test]
#[cfg(unix)]
fn other_users_of_the_computer_cannot_look_into_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let rowan = Member::new("rowan");
    let mode = std::fs::metadata(rowan.data()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}
