//! What cannot work is refused before anything is signed, in a sentence that says what to do.

use chapterhouse_tests::Member;
use serde_json::json;
use std::fs;

/// Two members whose programs run.
fn london() -> (Member, Member) {
    let mut rowan = Member::new("rowan");
    let mut asha = Member::new("asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    asha.joins(&rowan.invites("London"));
    asha.stays_with(&rowan);
    (rowan, asha)
}

#[test]
fn motions_that_could_not_count() {
    let (rowan, asha) = london();
    let insult = asha.posts("London", "An insult");
    rowan.sees("London", "An insult");
    let entries = rowan.state("London").0;
    let this = rowan.text(&["whoami"], "device");
    let past = "2020-01-01T00:00:00Z";
    let far = "2036-01-01T00:00:00Z";
    let same = rowan.file("rules.toml", "sponsors = 1");
    let refused: [(&[&str], &str); 10] = [
        (&["removal", "propose", "London", "asha", "--reason", "Her.", "--yes"], "only the two of you"),
        (&["rules", "propose", "London", "--file", &same], "the rules that hold already"),
        (&["hide", &insult, "--reason", "It hurts.", "--closes", past], "over already: choose a later one"),
        (&["task", "give", "London", "teller", "asha", "--until", past], "choose a later end"),
        (&["task", "recall", "London", "teller", "asha"], "nothing to take back"),
        (&["removal", "propose", "London", "rowan", "--reason", "I go.", "--yes"], "chapterhouse leave"),
        (&["profile", "set", "London", "--picture", &rowan.file("p.png", "\u{89}PNG")], "no picture that can be shown"),
        (&["hide", &insult, "--reason", "It hurts.", "--closes", far], "a year at most"),
        (&["device", "revoke", &this, "--since", far, "--yes"], "is still to come"),
        (&["removal", "propose", "London", "tomas", "--reason", "Him.", "--yes"], "nobody here is called"),
    ];
    for (words, part) in refused {
        let refused = rowan.refused(words);
        assert!(refused.message.contains(part), "{words:?}: {}", refused.message);
    }
    assert_eq!(rowan.state("London").0, entries, "nothing was signed");

    let motion = rowan.text(&["hide", &insult, "--reason", "It hurts."], "entry");
    let again = rowan.refused(&["hide", &insult, "--reason", "It hurts."]);
    assert!(again.message.contains("open already") && again.message.contains(&motion[..12]), "{}", again.message);
    let of_motion = rowan.refused(&["hide", &motion, "--reason", "It hurts."]);
    assert!(of_motion.message.contains("only posts, comments, minutes and profiles"), "{}", of_motion.message);
    rowan.votes_for(&motion);
    asha.receives(&["show", &motion]);
    asha.votes_for(&motion);
    rowan.sees_passed(&motion);
    assert!(rowan.refused(&["hide", &insult, "--reason", "It hurts."]).message.contains("has hidden this already"));
    let mut imre = Member::new("imre");
    imre.joins(&rowan.invites("London"));
    imre.stays_with(&rowan);
    let removal = ["removal", "propose", "London", "asha", "--reason", "She hurts.", "--yes"];
    let motion = rowan.text(&removal, "entry");
    let again = rowan.refused(&removal);
    assert!(again.message.contains("open already") && again.message.contains(&motion[..12]), "{}", again.message);
    let shown = rowan.reads(&["show", &insult]);
    assert!(shown.contains("Hidden by decision of the chapter: It hurts."), "{shown}");

    // She takes a name like his: wherever either is written it says whose it is.
    let renamed = asha.text(&["profile", "set", "London", "--handle", "Rowan"], "entry");
    rowan.receives(&["show", &renamed]);
    let [his, hers] = [&rowan, &asha].map(|member| {
        let words = member.text(&["whoami"], "six_words");
        words.split(' ').take(3).collect::<Vec<_>>().join(" ")
    });
    for (words, part) in [
        (["feed"].as_slice(), format!("(Rowan ({hers}), London)")),
        (&["show", &insult], format!("London · Rowan ({hers}) · ")),
        (&["members", "London"], format!("invited by rowan ({his})")),
    ] {
        let shown = rowan.reads(words);
        assert!(shown.contains(&part), "{part}: {shown}");
    }
}

#[test]
fn whoever_is_not_in_yet_gives_it_up_by_leaving() {
    let tomas = Member::new("tomas");
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let invitation = rowan.invites("London");
    rowan.stops();
    let refused = tomas.refused(&["join", "--no-mdns", "--timeout", "1s", &invitation]);
    assert_eq!(refused.code, "unreachable");
    assert_eq!(tomas.list(&["chapter", "list"])[0]["joining"], json!(true));
    let asked = tomas.refused(&["leave", "London"]);
    assert!(asked.message.contains("not in London yet") && asked.message.contains("--yes"), "{}", asked.message);
    tomas.object(&["leave", "London", "--yes"]);
    assert_eq!(tomas.list(&["chapter", "list"]).len(), 0);
}

#[test]
fn whoever_left_and_asks_to_join_again_is_told_so() {
    let tomas = Member::new("tomas");
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    tomas.joins(&rowan.invites("London"));
    tomas.object(&["leave", "London", "--yes"]);
    let listed = || tomas.list(&["chapter", "list"]).remove(0);
    assert_eq!((&listed()["reading_only"], &listed()["rejoining"]), (&json!(true), &json!(null)));
    let invitation = rowan.invites("London");
    rowan.stops();
    tomas.refused(&["join", "--no-mdns", "--timeout", "1s", &invitation]);
    assert_eq!((&listed()["reading_only"], &listed()["rejoining"]), (&json!(true), &json!(true)));
    for words in [["chapter", "list"].as_slice(), &["chapter", "show", "London"]] {
        let shown = tomas.reads(words);
        assert!(shown.contains("in it no more, and ask to join it again"), "{shown}");
    }
    // Giving that up takes nothing away.
    let asked = tomas.refused(&["leave", "London"]);
    assert!(
        asked.message.contains("You ask to join London again") && asked.message.contains("--yes"),
        "{}",
        asked.message
    );
    tomas.object(&["leave", "London", "--yes"]);
    assert_eq!((&listed()["reading_only"], &listed()["rejoining"]), (&json!(true), &json!(null)));
}

#[test]
fn leaving_and_revoking_alone_say_what_that_means() {
    let rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    // What would happen is said, and is no part of the refusal.
    let plain = rowan.tries(&["leave", "London"]);
    let (happens, refusal) = plain.stderr.split_once("\nchapterhouse: ").unwrap();
    assert!(happens.starts_with("You leave London") && refusal.starts_with("nothing was done yet"), "{plain}");
    let leaving = rowan.refused(&["leave", "London"]);
    assert!(leaving.message.contains("the chapter ends with that"), "{}", leaving.message);
    let device = rowan.object(&["whoami"])["device"].as_str().unwrap().to_owned();
    let revoking = rowan.refused(&["device", "revoke", &device]);
    assert!(
        revoking.message.contains("your only one") && revoking.message.contains("24 words"),
        "{}",
        revoking.message
    );

    // What is meant by nothing is said before what would happen.
    for device in ["", " ", "ffffffff"] {
        let plain = rowan.tries(&["device", "revoke", device]);
        assert!(plain.stderr.starts_with("chapterhouse: ") && plain.stderr.contains("device list"), "{plain}");
    }

    // Names are nobody's property.
    let second = rowan.tries(&["chapter", "found", "--name", "london"]);
    assert!(second.stderr.contains("another chapter called london"), "{second}");
    let id = second.stdout.get(..12).unwrap();
    rowan.object(&["leave", id, "--yes"]);
    let listed = rowan.reads(&["chapter", "list"]);
    assert!(listed.contains("london  you are in it no more"), "{listed}");
}

#[test]
fn words_that_are_missing_or_empty_are_told_plainly() {
    let nobody = Member::newcomer("noor");
    let mut restoring = nobody.command(&["init", "--restore"]);
    let refused = chapterhouse_tests::program::run(restoring.env("CHAPTERHOUSE_RECOVERY_WORDS", "zoo")).refused();
    assert!(refused.message.contains("init --restore --handle YOUR-NAME"), "{}", refused.message);
    let mut restoring = nobody.command(&["init", "--restore", "--handle", "noor"]);
    let words = format!("{} voted", "zoo ".repeat(23));
    let refused = chapterhouse_tests::program::run(restoring.env("CHAPTERHOUSE_RECOVERY_WORDS", words)).refused();
    assert!(
        refused.message.contains("word number 24") && refused.message.ends_with("are: vote"),
        "{}",
        refused.message
    );
    for (words, part) in [
        (&["init", "--handle", ""][..], "`chapterhouse init --handle YOUR-NAME`"),
        (&["sponsor"], "<REQUEST> is missing here"),
        (&["backup", "create", ""], "<FILE> is empty"),
    ] {
        assert!(nobody.refused(words).message.contains(part), "{words:?}");
        let plain = nobody.tries(words);
        assert!(plain.stderr.starts_with("chapterhouse: ") && plain.stderr.contains(part), "{plain}");
    }
}

#[test]
fn a_beginning_that_fails_leaves_nothing() {
    let nobody = Member::newcomer("noor");
    fs::remove_dir_all(nobody.data()).ok();
    for (passphrase, words) in [("", ["init", "--handle", "noor"]), ("nine blue herons", ["init", "--handle", "no or"])]
    {
        let mut command = nobody.command(&words);
        let refused = chapterhouse_tests::program::run(command.env("CHAPTERHOUSE_PASSPHRASE", passphrase)).refused();
        assert_eq!(refused.code, "invalid", "{}", refused.message);
        assert!(!nobody.data().exists(), "{words:?}");
    }
    // What somebody had there stays.
    fs::create_dir_all(nobody.data()).unwrap();
    fs::write(nobody.data().join("letters.txt"), "mine").unwrap();
    let mut command = nobody.command(&["init", "--handle", "noor"]);
    chapterhouse_tests::program::run(command.env("CHAPTERHOUSE_PASSPHRASE", "")).refused();
    assert_eq!(fs::read_to_string(nobody.data().join("letters.txt")).unwrap(), "mine");
    // And where nothing of Chapterhouse is, nothing is made by whoever only asks.
    fs::remove_dir_all(nobody.data()).unwrap();
    fs::create_dir_all(nobody.data()).unwrap();
    fs::write(nobody.data().join("letters.txt"), "mine").unwrap();
    for words in [&["whoami"][..], &["status"], &["serve"], &["feed"], &["sync", "London"]] {
        let refused = nobody.refused(words);
        assert!(refused.code == "no-vault" && refused.message.contains("is Chapterhouse's"), "{}", refused.message);
    }
    assert_eq!(fs::read_dir(nobody.data()).unwrap().count(), 1);
}

#[test]
fn a_running_program_is_unlocked_from_the_command_line_and_ends_when_everything_was_wiped() {
    let mut rowan = Member::new("rowan");
    assert!(rowan.refused(&["unlock"]).message.contains("nothing to unlock"));
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    rowan.object(&["lock"]);
    let refused = rowan.refused(&["feed"]);
    assert!(refused.code == "locked" && refused.message.contains("chapterhouse unlock"), "{}", refused.message);
    let mut guess = rowan.command(&["unlock"]);
    let refused = chapterhouse_tests::program::run(guess.env("CHAPTERHOUSE_PASSPHRASE", "guessed")).refused();
    assert_eq!(refused.code, "wrong-passphrase");
    rowan.object(&["unlock"]);
    rowan.posts("London", "Open again");

    rowan.object(&["wipe", "--yes"]);
    rowan.takes_serving().ends_well();
    assert!(!rowan.socket().exists() && !rowan.data().exists());
}
