//! One member with several computers, and a folder that was copied.

use crate::newcomers::JOINED;
use chapterhouse_tests::{Member, program, wait::until};
use serde_json::json;

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
    assert_eq!(desk_line["chapters"], json!(["Leeds", "London"]));

    // The line was for one computer.
    let other = Member::newcomer("rowan");
    let refused = other.refused(&["init", "--pair", &code, "--no-mdns", "--timeout", "20s"]);
    assert!(["invitation", "unreachable"].contains(&refused.code.as_str()), "{}: {}", refused.code, refused.message);
    assert_eq!(rowan.list(&["device", "list"]).len(), 2);
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
    assert_eq!(refused.code, "unreachable", "{}", refused.message);
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
fn a_folder_that_was_copied_is_noticed_and_explained() {
    let mut rowan = Member::new("rowan");
    let mut asha = Member::new("asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    asha.joins(&rowan.invites("London"));
    asha.stays_with(&rowan);
    rowan.agrees_with(&asha, "London");

    // Asha copies her folder to a second computer instead of pairing it, and writes on both.
    asha.stops();
    let copy = Member::newcomer("asha");
    let copied = std::process::Command::new("cp").arg("-r").arg(asha.data()).arg(copy.data()).status().unwrap();
    assert!(copied.success());
    asha.posts("London", "From the first");
    copy.posts("London", "From the second");
    asha.object(&["sync", "London", "--peer", &rowan.address()]);
    program::run(&mut copy.command(&["sync", "London", "--peer", &rowan.address()]));
    for member in [&rowan, &copy] {
        let notices = until("a word about it", || {
            let page = member.object(&["chapter", "show", "London"]);
            page["notices"].as_array().filter(|notices| !notices.is_empty()).cloned()
        });
        let said = notices.iter().any(|notice| notice.as_str().unwrap().contains("asha"));
        assert!(said, "whose it is: {notices:?}");
        // Both are kept, one counts, and nobody is put out for it.
        assert_eq!(member.titles("London").len(), 1);
        member.sees_members("London", JOINED);
    }
}
