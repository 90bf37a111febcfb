//! One member with several computers, and a folder that was copied.

use crate::newcomers::JOINED;
use chapterhouse_tests::{Member, program, wait::until};
use serde_json::json;
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

#[test]
fn a_second_computer_is_paired() {
    let mut rowan = Member::new("rowan");
    let mut asha = Member::new("asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.object(&["chapter", "found", "--name", "Leeds"]);
    rowan.serves(&[]);
    let room = rowan.address();
    asha.joins(&rowan.invites("London"));
    asha.serves(&["--peer", &room]);
    let before = rowan.posts("London", "From the laptop");
    asha.sees("London", "From the laptop");

    // While the laptop's program runs, it is the one that answers: the command only prints the line.
    let code = rowan.text(&["device", "pair"], "code");
    assert!(code.starts_with("chapterhouse:pair/"), "{code}");
    let mut desk = Member::newcomer("rowan");
    let paired = desk.object(&["init", "--pair", &code, "--no-mdns"]);
    let laptop = rowan.object(&["whoami"]);
    assert_eq!(
        (&paired["member"], &paired["handle"], &paired["chapters"]),
        (&laptop["member"], &json!("rowan"), &json!(2))
    );
    assert_ne!(paired["device"], laptop["device"]);
    desk.serves(&["--peer", &room]);
    desk.sees("London", "From the laptop");
    let names: Vec<_> = desk.list(&["chapter", "list"]).iter().map(|chapter| chapter["name"].clone()).collect();
    assert_eq!(names, ["Leeds", "London"]);

    // What it writes is rowan's, and asha sees one member with two devices.
    let written = desk.posts("London", "From the desk");
    asha.sees("London", "From the desk");
    rowan.sees("London", "From the desk");
    for entry in [&before, &written] {
        assert_eq!(asha.object(&["show", entry])["author"]["member"], laptop["member"]);
    }
    until("two devices of rowan on asha's computer", || {
        let members = asha.list(&["members", "London"]);
        (members.len() == 2 && members[1]["devices"] == json!(2)).then_some(())
    });
    rowan.agrees_with(&desk, "London");
    rowan.agrees_with(&asha, "London");

    // The names are rowan's own affair.
    let device = paired["device"].as_str().unwrap();
    rowan.object(&["device", "name", &device[..10], "the desk"]);
    let devices = rowan.list(&["device", "list"]);
    assert_eq!(devices.len(), 2, "{devices:?}");
    let desk_line = devices.iter().find(|line| line["device"] == *device).unwrap();
    assert_eq!((&desk_line["name"], &desk_line["this"]), (&json!("the desk"), &json!(false)));
    assert_ne!(desk_line["last_used"], "", "it wrote something");
    assert_ne!(desk_line["last_met"], json!(null), "they were connected");
    assert_eq!(desk_line["chapters"], json!(["Leeds", "London"]));

    // The line was for one computer.
    let other = Member::newcomer("rowan");
    let refused = other.refused(&["init", "--pair", &code, "--no-mdns", "--timeout", "20s"]);
    assert!(["invitation", "unreachable"].contains(&refused.code.as_str()), "{}: {}", refused.code, refused.message);
    assert_eq!(rowan.list(&["device", "list"]).len(), 2);
}

#[test]
fn chapters_that_come_after_the_pairing_reach_both_computers() {
    let mut rowan = Member::new("rowan");
    rowan.serves(&[]);
    let code = rowan.text(&["device", "pair"], "code");
    let mut desk = Member::newcomer("rowan");
    let paired = desk.object(&["init", "--pair", &code, "--no-mdns"]);
    assert_eq!(paired["chapters"], json!(0));
    let device = paired["device"].as_str().unwrap().to_owned();
    for member in [&rowan, &desk] {
        let devices = member.list(&["device", "list"]);
        let line = devices.iter().find(|line| line["device"] == *device).unwrap();
        assert_eq!((devices.len(), &line["chapters"]), (2, &json!([])), "no chapter tells of it");
    }
    desk.stays_with(&rowan);
    rowan.object(&["chapter", "found", "--name", "London"]);
    desk.object(&["chapter", "found", "--name", "Leeds"]);
    for member in [&rowan, &desk] {
        until("both chapters here", || (member.list(&["chapter", "list"]).len() == 2).then_some(()));
    }
    rowan.posts("London", "From the laptop");
    desk.sees("London", "From the laptop");
    desk.posts("London", "From the desk");
    rowan.sees("London", "From the desk");
    rowan.agrees_with(&desk, "London");
    // It is found again without being told where.
    desk.stops();
    rowan.object(&["chapter", "found", "--name", "York"]);
    desk.serves(&[]);
    until("York on the desk", || (desk.list(&["chapter", "list"]).len() == 3).then_some(()));

    // Nobody puts themself out by a slip of the year; and a computer that was revoked says that it alone was.
    let laptop = rowan.text(&["whoami"], "device");
    let slip = desk.refused(&["device", "revoke", &laptop, "--since", "2020-01-01T00:00:00Z", "--yes"]);
    assert!(slip.message.contains("made this computer yours in "), "{}", slip.message);
    desk.object(&["device", "revoke", &desk.text(&["whoami"], "device"), "--yes"]);
    let shown = desk.reads(&["chapter", "show", "London"]);
    assert!(shown.contains("this computer is in it no more, since 2") && shown.contains("a member still"), "{shown}");
    let pair = desk.refused(&["device", "pair"]);
    for part in ["this computer was revoked on 2", "was not revoked", "24 words"] {
        assert!(pair.message.contains(part), "{part}: {}", pair.message);
    }

    // Another one is lost before it was in any chapter that this one knows of.
    let other = Member::newcomer("rowan");
    let code = rowan.text(&["device", "pair"], "code");
    let lost = other.object(&["init", "--pair", &code, "--no-mdns"])["device"].as_str().unwrap().to_owned();
    rowan.object(&["device", "revoke", &lost, "--yes"]);
    let ended = rowan.list(&["device", "list"]).into_iter().find(|line| line["device"] == *lost).unwrap();
    assert_eq!(ended["ended"]["how"], "revoked");
    let again = rowan.refused(&["device", "revoke", &lost, "--yes"]);
    assert!(again.message.contains(&format!("your device {}", &lost[..12])), "{}", again.message);
}

#[test]
fn ten_characters_are_enough_in_one_network() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let code = rowan.text(&["device", "pair"], "short");
    let desk = Member::newcomer("rowan");
    // A mistake is told before anything is made.
    let swapped = if code.ends_with('7') { '8' } else { '7' };
    let mistaken = format!("{}{swapped}", &code[..code.len() - 1]);
    let refused = desk.refused(&["init", "--pair", &mistaken, "--no-mdns"]);
    assert_eq!(refused.code, "invitation");
    assert!(refused.message.contains("character by character"), "{}", refused.message);
    assert!(!desk.vault().exists());
    // As a person types it.
    let typed = code.to_lowercase().replace('-', " ");
    let paired = desk.object(&["init", "--pair", &typed, "--no-mdns", "--peer", &rowan.address()]);
    assert_eq!(paired["handle"], "rowan");
    assert_eq!(rowan.list(&["device", "list"]).len(), 2);
    desk.posts("London", "From the desk");
    // Once.
    let other = Member::newcomer("rowan");
    let again = ["init", "--pair", &code, "--no-mdns", "--peer", &rowan.address(), "--timeout", "5s"];
    let refused = other.refused(&again);
    assert_eq!(refused.code, "invitation", "{}", refused.message);
    assert!(refused.message.contains("used already"), "{}", refused.message);
}

#[test]
fn pairing_without_a_running_program_stays_until_the_other_computer_has_come() {
    let imre = Member::new("imre");
    imre.object(&["chapter", "found", "--name", "London"]);
    imre.posts("London", "Alone");
    let offering = chapterhouse_tests::serving::Serving::start(imre.command(&["device", "pair", "--no-mdns"]));
    let code = offering.first_line()["code"].as_str().unwrap().to_owned();
    let desk = Member::newcomer("imre");
    let paired = desk.object(&["init", "--pair", &code, "--no-mdns"]);
    let came = offering.ends_well();
    assert_eq!(came[1]["device"], paired["device"], "{came:?}");
    assert_eq!(desk.list(&["device", "list"]).len(), 2);
}

#[test]
fn a_pairing_that_was_taken_back_or_altered_is_none() {
    let mut rowan = Member::new("rowan");
    rowan.serves(&[]);
    let code = rowan.text(&["device", "pair"], "code");
    let middle = code.len() / 2;
    for (what, damaged) in [("cut short", &code[..middle]), ("none", "https://example.org/")] {
        let other = Member::newcomer("rowan");
        let refused = other.refused(&["init", "--pair", damaged, "--no-mdns"]);
        assert!(["invalid", "invitation"].contains(&refused.code.as_str()), "{what}: {}", refused.message);
        assert!(!other.vault().exists(), "{what}: nothing was made");
    }
    rowan.object(&["device", "pair", "--cancel"]);
    let other = Member::newcomer("rowan");
    let refused = other.refused(&["init", "--pair", &code, "--no-mdns", "--timeout", "5s"]);
    assert!(["invitation", "unreachable"].contains(&refused.code.as_str()), "{}: {}", refused.code, refused.message);
    assert_eq!(rowan.list(&["device", "list"]).len(), 1);
    // Nothing stands in the way of the next try.
    let code = rowan.text(&["device", "pair"], "code");
    assert_eq!(other.object(&["init", "--pair", &code, "--no-mdns"])["handle"], "rowan");
}

#[test]
fn two_computers_that_use_one_folder_all_the_same_are_noticed_by_everybody() {
    let mut rowan = Member::new("rowan");
    let mut asha = Member::new("asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    asha.joins(&rowan.invites("London"));
    asha.stays_with(&rowan);
    rowan.agrees_with(&asha, "London");

    // Asha copies her folder to a second computer instead of pairing it, takes away what would tell, and writes on both.
    asha.stops();
    let copy = asha.copies();
    std::fs::remove_file(copy.data().join("place")).unwrap();
    asha.posts("London", "From the first");
    copy.posts("London", "From the second");
    asha.object(&["sync", "London", "--peer", &rowan.address()]);
    program::run(&mut copy.command(&["sync", "London", "--peer", &rowan.address()]));
    for (member, whose) in [(&rowan, "asha"), (&copy, "of yours")] {
        let notices = until("a word about it", || {
            let page = member.object(&["chapter", "show", "London"]);
            page["notices"].as_array().filter(|notices| !notices.is_empty()).cloned()
        });
        let said = notices.iter().any(|notice| notice.as_str().unwrap().contains(whose));
        assert!(said, "whose it is: {notices:?}");
        // Both are kept, one counts, and nobody is put out for it.
        assert_eq!(member.titles("London").len(), 1);
        member.sees_members("London", JOINED);
    }
}

#[test]
fn a_copied_folder_signs_nothing_before_it_is_said_what_it_is() {
    let mut rowan = Member::new("rowan");
    let mut asha = Member::new("asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    asha.joins(&rowan.invites("London"));
    // Alone in a chapter of her own: nobody could tell the two apart there.
    asha.object(&["chapter", "found", "--name", "Leeds"]);
    asha.stays_with(&rowan);
    asha.posts("London", "Before");
    rowan.sees("London", "Before");
    asha.stops();
    let mut copy = asha.copies();

    // Where it was before, nothing has changed; it starts again, and under another name.
    asha.stays_with(&rowan);
    assert_eq!(asha.object(&["status"])["copied"], json!(null));
    asha.posts("London", "From the first");
    rowan.sees("London", "From the first");

    // The copy shows what it has, and neither writes nor calls anybody.
    assert_eq!(copy.object(&["status"])["copied"], json!(true));
    assert_eq!(copy.titles("London"), ["Before"]);
    for chapter in ["London", "Leeds"] {
        let post = ["post", chapter, "--kind", "news", "--title", "From the second", "--body", "…"];
        let refused = copy.refused(&post);
        assert_eq!(refused.code, "storage");
        for part in ["copied or moved", "device moved", "wipe", "init --pair"] {
            assert!(refused.message.contains(part), "{part}: {}", refused.message);
        }
    }
    let found = copy.refused(&["chapter", "found", "--name", "York"]);
    assert!(found.message.contains("copied or moved"), "{}", found.message);
    let mut plain = std::process::Command::new(program::chapterhouse());
    plain.arg("--data").arg(copy.data()).args(["serve", "--no-mdns"]).env("CHAPTERHOUSE_PASSPHRASE", copy.passphrase());
    let mut plain = plain.stdout(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(plain.stdout.take().unwrap()).read_line(&mut first).unwrap();
    plain.kill().unwrap();
    plain.wait().unwrap();
    assert!(first.starts_with("Not connected: from a copy nobody is called"), "{first}");
    copy.serves(&["--peer", &rowan.address()]);
    let first = copy.serving().first_line();
    assert_eq!((&first["listening"], &first["copied"]), (&json!([]), &json!(true)));
    assert!(copy.serving().says("warning")["message"].as_str().unwrap().contains("copied or moved"));
    assert_eq!(rowan.object(&["status"])["connected"], json!(1), "asha, where she was");
    asha.posts("London", "Undisturbed");
    rowan.sees("London", "Undisturbed");

    // The first computer is given away. The second goes on, and first of all catches up.
    asha.stops();
    let refused = copy.refused(&["device", "moved"]);
    assert!(refused.message.contains("--yes") && refused.message.contains("contradict"), "{}", refused.message);
    let plain = copy.tries(&["device", "moved"]);
    assert!(
        plain.stderr.starts_with("You say that the computer")
            && plain.stderr.contains("\nchapterhouse: nothing was done yet"),
        "{plain}"
    );
    copy.object(&["device", "moved", "--yes"]);
    let listens = |line: serde_json::Value| line["listening"].as_array().is_some_and(|places| !places.is_empty());
    until("serve says that it listens now", || copy.serving().events().into_iter().any(listens).then_some(()));
    copy.sees("London", "Undisturbed");
    until("writing goes on", || {
        let post = ["post", "London", "--kind", "news", "--title", "From the second", "--body", "…"];
        copy.run(&post).status.success().then_some(())
    });
    rowan.sees("London", "From the second");
    copy.posts("Leeds", "Alone as before");
    rowan.agrees_with(&copy, "London");
    for member in [&rowan, &copy] {
        assert_eq!(member.object(&["chapter", "show", "London"])["notices"], json!([]), "no fork");
    }
    // From now on this is its place.
    copy.stops();
    assert_eq!(copy.object(&["status"])["copied"], json!(null));
    assert!(copy.refused(&["device", "moved"]).message.contains("nothing to decide"));
    copy.posts("Leeds", "As ever");
}

#[test]
fn a_copy_on_a_second_computer_is_erased_there_and_paired_instead() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.posts("London", "Before");
    let copy = rowan.copies();
    assert_eq!(copy.object(&["status"])["copied"], json!(true));
    copy.object(&["wipe", "--yes"]);
    rowan.serves(&[]);
    let code = rowan.text(&["device", "pair"], "code");
    copy.object(&["init", "--pair", &code, "--no-mdns"]);
    assert_eq!(copy.object(&["status"])["copied"], json!(null));
    assert_eq!(rowan.list(&["device", "list"]).len(), 2);
    rowan.posts("London", "From the first");
}
