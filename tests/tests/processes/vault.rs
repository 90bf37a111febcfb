//! The passphrase is changed, everything is backed up and brought back, and destroyed.

use chapterhouse_tests::Member;
use serde_json::json;
use std::fs;

#[test]
fn an_old_backup_on_a_new_computer_waits_for_the_others_and_forks_nothing() {
    let mut rowan = Member::new("rowan");
    let mut asha = Member::new("asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let invitation = rowan.text(&["invite", "London"], "invitation");
    asha.object(&["join", &invitation, "--peer", &rowan.address(), "--no-mdns"]);
    asha.serves(&["--peer", &rowan.address()]);
    asha.posts("London", "Before the backup");
    rowan.sees("London", "Before the backup");

    let file = asha.file("asha.backup", "");
    fs::remove_file(&file).unwrap();
    // While the program runs, and it goes on running.
    let made = asha.object(&["backup", "create", &file]);
    assert_eq!(made["path"], json!(file));
    assert_eq!(made["chapters"], json!(1));
    asha.posts("London", "After the backup");
    rowan.sees("London", "After the backup");
    let (entries, _) = rowan.state("London");

    // The computer is gone.
    asha.is_killed();
    let wiped = asha.object(&["wipe", "--yes"]);
    assert_eq!(wiped["keys_destroyed"], json!(true));
    assert!(!asha.data().exists(), "nothing is left");
    assert_eq!(asha.refused(&["whoami"]).code, "no-vault");

    let back = asha.object(&["backup", "restore", &file]);
    assert_eq!((&back["me"]["handle"], &back["chapters"]), (&json!("asha"), &json!(1)));
    assert_eq!(asha.titles("London"), ["Before the backup"]);
    let early = ["post", "London", "--kind", "news", "--title", "Too early", "--body", "In the place of another."];
    let refused = asha.refused(&early);
    assert!(refused.code == "storage" && refused.message.contains("backup"), "{}", refused.message);

    // Nobody says where rowan is: that was in the backup, too.
    asha.serves(&[]);
    asha.sees("London", "After the backup");
    asha.agrees_with(&rowan, "London");
    asha.posts("London", "Back again");
    rowan.sees("London", "Back again");
    assert_eq!(rowan.agrees_with(&asha, "London").0, entries + 1);
    let page = rowan.object(&["chapter", "show", "London"]);
    assert_eq!(page["notices"], json!([]), "no fork");
}

#[test]
fn what_is_no_whole_backup_is_refused_and_leaves_nothing() {
    let rowan = Member::new("rowan");
    let file = rowan.file("rowan.backup", "");
    fs::remove_file(&file).unwrap();
    rowan.object(&["backup", "create", &file]);
    assert!(rowan.refused(&["backup", "create", &file]).message.contains("not overwritten"));
    let nowhere = rowan.refused(&["backup", "create", "/no/such/folder/backup"]);
    assert!(nowhere.message.starts_with("there is no folder /no/such/folder: "), "{}", nowhere.message);
    assert_eq!(rowan.refused(&["backup", "restore", &file]).code, "vault-exists");
    let whole = fs::read(&file).unwrap();

    let asha = Member::newcomer("asha");
    let restore = |passphrase: &str, bytes: &[u8]| {
        fs::write(&file, bytes).unwrap();
        let mut command = asha.command(&["backup", "restore", &file]);
        chapterhouse_tests::program::run(command.env("CHAPTERHOUSE_PASSPHRASE", passphrase))
    };
    assert_eq!(restore("wrong", &whole).refused().code, "wrong-passphrase");
    let cut = restore(rowan.passphrase(), &whole[..whole.len() - 1]).refused();
    assert!(cut.message.contains("cut short"), "{}", cut.message);
    let mut altered = whole.clone();
    altered[200] ^= 1;
    assert_eq!(restore(rowan.passphrase(), &altered).refused().code, "invalid");
    assert_eq!(asha.refused(&["status"]).code, "no-vault");
    assert!(!asha.data().exists());
    assert_eq!(restore(rowan.passphrase(), &whole).object()["me"]["handle"], json!("rowan"));
}

#[test]
fn the_passphrase_is_changed_while_the_program_runs_and_it_can_be_locked() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let mut change = rowan.command(&["passphrase", "change"]);
    let changed = chapterhouse_tests::program::run(change.env("CHAPTERHOUSE_NEW_PASSPHRASE", "eleven grey geese"));
    assert_eq!(changed.object()["done"], json!(true));
    rowan.posts("London", "Saved under the new one");
    rowan.object(&["lock"]);
    assert_eq!(rowan.object(&["status"])["vault"], json!("locked"));
    rowan.stops();
    assert_eq!(rowan.refused(&["feed"]).code, "wrong-passphrase");
    let mut feed = rowan.command(&["feed"]);
    let feed = chapterhouse_tests::program::run(feed.env("CHAPTERHOUSE_PASSPHRASE", "eleven grey geese")).objects();
    assert_eq!(feed[0]["title"], json!("Saved under the new one"));
}

#[test]
fn a_wipe_asks_and_works_through_the_running_program_and_on_a_damaged_folder() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    fs::write(rowan.data().join("letters.txt"), "mine").unwrap();
    assert!(rowan.refused(&["wipe"]).message.contains("nothing was destroyed"));
    assert!(rowan.vault().exists());
    rowan.serves(&[]);
    rowan.object(&["wipe", "--yes"]);
    assert!(!rowan.vault().exists() && !rowan.data().join("store").exists());
    assert_eq!(rowan.serving().says("wiped")["keys_destroyed"], json!(true));
    rowan.stops();
    assert_eq!(fs::read_to_string(rowan.data().join("letters.txt")).unwrap(), "mine");

    // A new beginning, whose store cannot be opened.
    rowan.object(&["init", "--handle", "rowan"]);
    fs::remove_dir_all(rowan.data().join("store")).unwrap();
    fs::write(rowan.data().join("store"), "no folder").unwrap();
    assert!(rowan.run(&["feed"]).refused().code != "locked");
    let finished = rowan.run(&["wipe", "--yes"]);
    assert!(!rowan.vault().exists(), "the keys go, whatever else is broken: {finished}");
}

#[test]
fn a_wipe_touches_nothing_in_a_folder_that_is_somebody_elses() {
    let rowan = Member::newcomer("rowan");
    let theirs = ["drafts/novel.txt", "window/view.jpg", "store/photo.jpg", "vault", "place"];
    for name in theirs {
        let path = rowan.data().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "theirs").unwrap();
    }
    let refused = rowan.refused(&["wipe", "--yes"]);
    assert_eq!(refused.code, "no-vault");
    assert!(refused.message.contains("nothing was destroyed"), "{}", refused.message);
    for name in theirs {
        assert_eq!(fs::read_to_string(rowan.data().join(name)).unwrap(), "theirs", "{name}");
    }
    assert_eq!(fs::read_dir(rowan.data()).unwrap().count(), 5, "nothing was made there either");
}

#[test]
fn the_keys_are_destroyed_though_the_running_program_does_not_answer() {
    let rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    // Takes every connection, and never reads from it.
    let silent = std::os::unix::net::UnixListener::bind(rowan.data().join("socket")).unwrap();
    let finished = rowan.run(&["wipe", "--yes"]);
    assert!(!finished.status.success() && finished.stderr.contains("still runs on this folder"), "{finished}");
    let report: serde_json::Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(report["keys_destroyed"], json!(true), "{finished}");
    assert!(finished.stdout.contains("A Chapterhouse that does not answer still runs on"), "{finished}");
    assert!(!rowan.vault().exists() && !rowan.data().join("store").exists());
    // Once it has ended, the rest goes, too.
    drop(silent);
    rowan.object(&["wipe", "--yes"]);
    assert!(!rowan.data().exists());
}
