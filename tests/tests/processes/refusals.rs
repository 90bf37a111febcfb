//! What goes wrong is said in a sentence for people and a code for scripts, and nothing is harmed by it.

use chapterhouse_tests::{Member, program, wait::until};
use serde_json::json;
use std::{ffi::OsString, fs, time::SystemTime};

#[test]
fn a_vault_that_does_not_open_is_left_as_it_is() {
    let nobody = Member::newcomer("noor");
    assert_eq!(nobody.refused(&["whoami"]).code, "no-vault");
    assert!(!nobody.vault().exists());

    let noor = Member::new("noor");
    let whole = fs::read(noor.vault()).unwrap();
    assert_eq!(noor.refused(&["init", "--handle", "noor"]).code, "vault-exists");
    let wrong = program::run(noor.command(&["whoami"]).env("CHAPTERHOUSE_PASSPHRASE", "guessed")).refused();
    assert_eq!(wrong.code, "wrong-passphrase");
    assert_eq!(fs::read(noor.vault()).unwrap(), whole);

    let mut altered = whole.clone();
    *altered.last_mut().unwrap() ^= 1;
    for (what, damaged) in [("cut short", &whole[..whole.len() / 2]), ("altered", &altered), ("empty", &[])] {
        fs::write(noor.vault(), damaged).unwrap();
        for words in [["whoami"].as_slice(), &["serve", "--no-mdns"]] {
            let refused = noor.refused(words);
            assert_eq!(refused.code, "vault-damaged", "{what}, {words:?}: {}", refused.message);
            for next in ["backup restore FILE", "init --restore --handle"] {
                assert!(refused.message.contains(next), "{what}: what to do: {}", refused.message);
            }
        }
        // No fresh member is put over one who might still be saved from a copy.
        assert_eq!(noor.refused(&["init", "--handle", "noor"]).code, "vault-exists", "{what}");
        assert_eq!(fs::read(noor.vault()).unwrap(), damaged, "{what}");
    }
    fs::write(noor.vault(), &whole).unwrap();
    let file = noor.file("passphrase", &format!("{}\nsecond line\n", noor.passphrase()));
    assert_eq!(noor.run_without_passphrase(&["whoami", "--passphrase-file", &file]).object()["handle"], "noor");
}

#[test]
fn an_invitation_is_whole_fresh_and_for_one() {
    let mut rowan = Member::new("rowan");
    let asha = Member::new("asha");
    let imre = Member::new("imre");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let join =
        |member: &Member, invitation: &str| member.refused(&["join", "--no-mdns", "--timeout", "30s", invitation]);

    let short_lived = rowan.object(&["invite", "London", "--expires", "1s"]);
    let line = rowan.text(&["invite", "London"], "invitation");
    let mut changed = line.clone().into_bytes();
    let middle = changed.len() / 2;
    changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    for (what, damaged) in
        [("a letter changed", changed.as_str()), ("cut short", &line[..middle]), ("none", "https://example.org/")]
    {
        let refused = join(&asha, damaged);
        assert_eq!(refused.code, "invitation", "{what}: {}", refused.message);
    }
    assert_eq!(asha.list(&["chapter", "list"]).len(), 0, "nothing of it is kept");

    asha.object(&["join", "--no-mdns", &line]);
    let used = join(&imre, &line);
    assert_eq!(used.code, "invitation", "{}", used.message);
    assert!(used.message.contains("used"), "{}", used.message);
    assert_eq!(join(&asha, &line).code, "invitation", "she is a member already");

    // Its end is on the invitation; by now it has passed, or will at once.
    let end = short_lived["expires"].as_str().unwrap();
    until("the invitation's end", || (now().as_str() > end).then_some(()));
    let expired = join(&imre, short_lived["invitation"].as_str().unwrap());
    assert_eq!(expired.code, "invitation", "{}", expired.message);
    assert!(expired.message.contains("expired"), "{}", expired.message);
    assert_eq!(imre.list(&["chapter", "list"]).len(), 0);
    assert_eq!(rowan.list(&["members", "London"]).len(), 2);
}

/// This moment, as the programs write it: to the second, so it compares as text.
fn now() -> String {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let date = std::process::Command::new("date")
        .args(["-u", "-d", &format!("@{seconds}"), "+%Y-%m-%dT%H:%M:%SZ"])
        .output()
        .unwrap();
    String::from_utf8(date.stdout).unwrap().trim().to_owned()
}

#[test]
fn names_and_words_that_do_not_fit() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    rowan.object(&["chapter", "found", "--name", "London South"]);
    rowan.object(&["chapter", "found", "--name", "Leeds"]);
    let poll_file = |closes: &str| {
        let question = "[[question]]\nkey = \"room\"\ntext = \"Keep it?\"\noptions = [\"yes\", \"no\"]\n";
        let name = format!("closes-{}.toml", closes.replace(':', "-"));
        rowan.file(&name, &format!("title = \"The room\"\ncloses = \"{closes}\"\n{question}"))
    };
    let poll = rowan.text(&["poll", "open", "Leeds", "--file", &poll_file("2099-01-01T00:00:00Z")], "poll");

    assert_eq!(rowan.object(&["chapter", "show", "London"])["name"], "London", "the whole name is no beginning");
    assert_eq!(rowan.object(&["chapter", "show", "Le"])["name"], "Leeds");
    let beginning = &poll[..8];
    assert_eq!(rowan.object(&["poll", "show", beginning])["title"], "The room");

    let refused: &[(&str, &str, &[&str])] = &[
        ("ambiguous", "London South", &["state", "Lon"]),
        ("not-found", "Oslo", &["members", "Oslo"]),
        ("not-found", "ffffffff", &["show", "ffffffff"]),
        ("invalid", "", &["show", "ff"]),
        ("invalid", "kind", &["feed", "Leeds", "--kind", "poems"]),
        ("invalid", "poems", &["post", "Leeds", "--kind", "poems", "--title", "t", "--body", "b"]),
        ("invalid", "--body", &["post", "Leeds", "--kind", "news", "--title", "t"]),
        ("invalid", "unknown", &["minutes", "record", "Leeds", "--file", &rowan.file("m.toml", "unknown = 1\n")]),
        ("invalid", "nowhere.toml", &["poll", "open", "Leeds", "--file", "nowhere.toml"]),
        ("invalid", "soon", &["poll", "open", "Leeds", "--file", &poll_file("soon")]),
        ("invalid", "is past", &["poll", "open", "Leeds", "--file", &poll_file("2020-01-01T00:00:00Z")]),
        ("invalid", "maybe", &["vote", &poll, "--answer", "room=maybe"]),
        ("invalid", "garden", &["vote", &poll, "--answer", "garden=yes"]),
        ("invalid", "QUESTION=OPTION", &["vote", &poll, "--answer", "yes"]),
        ("invalid", "twice", &["vote", &poll, "--answer", "room=yes", "--answer", "room=no"]),
        ("invalid", "week", &["invite", "Leeds", "--expires", "1week"]),
        ("invalid", "", &["chapter", "found", "--name", ""]),
        ("invalid", "dance", &["dance"]),
    ];
    for (code, part, words) in refused {
        let refused = rowan.refused(words);
        assert_eq!(&refused.code, code, "{words:?}: {}", refused.message);
        assert!(refused.message.contains(part), "{words:?}: {}", refused.message);
    }
    assert_eq!(rowan.titles("Leeds"), ["The room"], "nothing of all this was written");
    assert_eq!(rowan.object(&["poll", "show", &poll])["voters"], json!(0));
}

#[test]
fn a_mistyped_folder_is_not_made() {
    let tomas = Member::newcomer("tomas");
    for words in [["status"].as_slice(), &["feed"], &["serve", "--no-mdns"], &["state", "London"]] {
        let refused = tomas.refused(words);
        assert_eq!(refused.code, "no-vault", "{words:?}: {}", refused.message);
        assert!(refused.message.contains(&tomas.data().display().to_string()), "which folder: {}", refused.message);
        assert!(!tomas.data().exists(), "{words:?} made it");
    }
}

#[test]
fn what_a_damaged_disk_lost_where_nobody_else_has_it_is_said_and_writing_goes_on() {
    let rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.posts("London", "The room");
    let (store, before) = (rowan.data().join("store"), rowan.data().with_extension("before"));
    let copied = std::process::Command::new("cp").arg("-r").arg(&store).arg(&before).status().unwrap();
    assert!(copied.success());
    rowan.posts("London", "The roof");
    fs::remove_dir_all(&store).unwrap();
    fs::rename(&before, &store).unwrap();
    for words in [["status"].as_slice(), &["chapter", "show", "London"]] {
        let said = rowan.reads(words);
        for part in ["1 entry that was saved", "this is lost", "writing goes on", "`store/set-aside-1`"] {
            assert!(said.contains(part), "{words:?}: {said}");
        }
    }
    rowan.posts("London", "The roof again");

    // Nothing is left, the name neither.
    fs::remove_dir_all(&store).unwrap();
    let listed = rowan.reads(&["chapter", "list"]);
    assert!(listed.contains("its name is lost") && listed.contains("disk was damaged"), "{listed}");
    let refused = rowan.refused(&["chapter", "show", "London"]).message;
    assert!(refused.contains("disk was damaged") && !refused.contains("pairing"), "{refused}");
    let said = rowan.reads(&["status"]);
    assert!(!said.contains("note: :"), "{said}");
}

#[test]
fn no_new_member_is_put_beside_the_entries_of_one_whose_vault_is_gone() {
    let asha = Member::new("asha");
    asha.object(&["chapter", "found", "--name", "London"]);
    asha.posts("London", "The room");
    let elsewhere = asha.data().with_extension("vault");
    fs::rename(asha.vault(), &elsewhere).unwrap();
    let refused = asha.refused(&["init", "--handle", "asha"]);
    assert_eq!(refused.code, "vault-damaged");
    assert!(refused.message.contains("`store`"), "what to do: {}", refused.message);
    // Nobody is told to begin, who cannot.
    let refused = asha.refused(&["whoami"]);
    assert_eq!(refused.code, "no-vault");
    for part in ["the keys that open them are gone", "backup restore", "24 words"] {
        assert!(refused.message.contains(part), "{}", refused.message);
    }
    let status = asha.reads(&["status"]);
    assert!(status.contains("the keys that open them are gone") && !status.contains("begin with"), "{status}");
    assert!(!asha.vault().exists());
    fs::rename(&elsewhere, asha.vault()).unwrap();
    assert_eq!(asha.titles("London"), ["The room"]);
}

#[test]
fn without_json_people_get_a_sentence_and_help_with_examples() {
    let tomas = Member::newcomer("tomas");
    let plain = |words: &[&str]| {
        let mut command = std::process::Command::new(program::chapterhouse());
        program::run(command.arg("--data").arg(tomas.data()).args(words))
    };
    let refused = plain(&["whoami"]);
    assert!(!refused.status.success());
    assert!(refused.stderr.starts_with("chapterhouse: there is nobody here yet"), "{refused}");
    let help = plain(&["poll", "open", "--help"]).succeeded();
    assert!(help.stdout.contains("Example: chapterhouse poll open"), "{help}");
}

#[test]
fn words_that_are_no_text_are_refused_in_a_sentence_and_a_folder_may_be_called_so() {
    use std::os::unix::ffi::OsStringExt;
    let strange = |start: &str| OsString::from_vec([start.as_bytes(), b"\xe9t\xe9"].concat());
    let rowan = Member::new("rowan");
    let mut post = rowan.command(&["post", "London", "--kind", "news", "--body", "x", "--title"]);
    let refused = program::run(post.arg(strange(""))).refused();
    assert!(refused.code == "invalid" && refused.message.contains("no text in UTF-8"), "{}", refused.message);

    let folder = strange(&format!("{}/", rowan.data().display()));
    let there = |words: &[&str]| {
        let mut command = std::process::Command::new(program::chapterhouse());
        command.env("CHAPTERHOUSE_PASSPHRASE", rowan.passphrase()).arg("--json").arg("--data").arg(&folder);
        program::run(command.args(words))
    };
    let refused = there(&["frob"]).refused();
    assert!(refused.message.contains("there is no command \"frob\""), "{}", refused.message);
    there(&["init", "--handle", "asha"]).object();
    assert_eq!(there(&["whoami"]).object()["handle"], "asha");

    let mut whoami = rowan.command(&["whoami"]);
    let refused = program::run(whoami.env("CHAPTERHOUSE_PASSPHRASE", strange(""))).refused();
    assert!(refused.message.contains("what CHAPTERHOUSE_PASSPHRASE is set to is no text"), "{}", refused.message);
}

#[test]
fn a_file_in_the_place_of_a_folder_is_called_a_file() {
    let rowan = Member::newcomer("rowan");
    fs::write(rowan.data(), "a letter").unwrap();
    for words in [&["init", "--handle", "rowan"][..], &["whoami"], &["wipe", "--yes"]] {
        let refused = rowan.refused(words);
        assert!(refused.code == "invalid" && refused.message.contains("is a file, no folder"), "{}", refused.message);
    }
    assert_eq!(fs::read_to_string(rowan.data()).unwrap(), "a letter");
    let below = rowan.data().join("below");
    let mut init = std::process::Command::new(program::chapterhouse());
    init.env("CHAPTERHOUSE_PASSPHRASE", rowan.passphrase()).args(["--json", "--data"]).arg(below);
    let refused = program::run(init.args(["init", "--handle", "rowan"])).refused();
    assert!(refused.message.contains("is a file, no folder"), "{}", refused.message);
}
