//! What people are told: by a file with an invitation, by an exchange after a farewell, about what a removal made void.

use chapterhouse_tests::{Member, program, wait::until_or};
use serde_json::json;
use std::{fs, os::unix::fs::PermissionsExt};

#[test]
fn an_invitation_for_several_is_handed_over_as_a_file() {
    let mut rowan = Member::new("rowan");
    let [asha, imre, noor] = ["asha", "imre", "noor"].map(Member::new);
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let path = rowan.file("taken.chapterhouse-invitation", "something else");
    let refused = rowan.refused(&["invite", "London", "--uses", "2", "--file", &path]);
    assert!(refused.code == "invalid" && refused.message.contains("not overwritten"), "{}", refused.message);
    assert_eq!(fs::read_to_string(&path).unwrap(), "something else");
    for uses in ["0", "1001", "many"] {
        assert_eq!(rowan.refused(&["invite", "London", "--uses", uses]).code, "invalid", "{uses}");
    }
    let path = path.replace("taken", "London");
    let made = rowan.object(&["invite", "London", "--uses", "2", "--file", &path]);
    assert_eq!(made["uses"], json!(2));
    let text = fs::read_to_string(&path).unwrap();
    let first = text.lines().next().unwrap();
    assert!(first.contains("An invitation to join London") && first.contains("from rowan"), "{first}");
    assert!(text.lines().any(|line| line == made["invitation"].as_str().unwrap()));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "whoever reads it can join");

    // Asha has the file; imre has it in a mail, as mail programs make it.
    let joined = asha.object(&["join", "--no-mdns", "--file", &path]);
    assert_eq!((&joined["name"], &joined["members"]), (&json!("London"), &json!(2)));
    let quoted: String = text.lines().map(|line| format!("> {line}\r\n")).collect();
    let mail = imre.file("mail.txt", &format!("Dear imre,\r\n\r\n{quoted}\r\nSee you on Tuesday\r\n"));
    assert_eq!(imre.object(&["join", "--no-mdns", "--file", &mail])["members"], json!(3));

    // What is not that is refused with its reason.
    let letter = text.rfind("chapterhouse:join/").unwrap() + 60;
    let mut altered = text.clone().into_bytes();
    altered[letter] = if altered[letter] == b'A' { b'B' } else { b'A' };
    let altered = noor.file("altered", &String::from_utf8(altered).unwrap());
    let picture = noor.file("picture.png", "");
    fs::write(&picture, [0x89, b'P', b'N', b'G', 0, 0xff, 0xfe]).unwrap();
    let zeros = noor.file("zeros", &format!("{text}\0"));
    let long = noor.file("long", &format!("{text}{}", "x".repeat(70_000)));
    let other = noor.file("other", "Dear noor, see you on Tuesday.");
    for (file, part) in [
        (&altered, "damaged"),
        (&picture, "not text"),
        (&zeros, "not text"),
        (&long, "too long"),
        (&other, "begin with"),
    ] {
        let refused = noor.refused(&["join", "--no-mdns", "--file", file]);
        assert!(refused.code == "invitation" && refused.message.contains(part), "{file}: {}", refused.message);
    }
    assert_eq!(noor.refused(&["join", "--no-mdns"]).code, "invalid");
    assert_eq!(noor.refused(&["join", "--no-mdns", "--file", &path, "chapterhouse:join/x"]).code, "invalid");
    assert!(noor.refused(&["join", "--file", "/nowhere/at/all"]).message.contains("/nowhere/at/all"));

    // Two have come; the third is told, and so are the members.
    let used = noor.refused(&["join", "--no-mdns", "--file", &path]);
    assert!(used.code == "invitation" && used.message.contains("used already"), "{}", used.message);
    let shown = rowan.object(&["chapter", "show", "London"]);
    let notices = shown["notices"].to_string();
    assert!(notices.contains("called noor") && notices.contains("used up"), "{notices}");
}

#[test]
fn whoever_leaves_offline_has_that_delivered() {
    let mut rowan = Member::new("rowan");
    let asha = Member::new("asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    asha.joins(&rowan.invites("London"));
    asha.object(&["leave", "London", "--yes"]);
    rowan.sees_members("London", &["asha", "rowan"]);
    let words = ["sync", "London", "--peer", &rowan.address(), "--timeout", "60s"];
    let report = asha.object(&words);
    assert!(report["note"].as_str().unwrap().contains("the others know"), "{report}");
    rowan.sees_members("London", &["rowan"]);
    let post = ["post", "London", "--kind", "news", "--title", "One more", "--body", "…"];
    let refused = asha.refused(&post);
    assert!(refused.code == "not-allowed" && refused.message.contains("you left on"), "{}", refused.message);
}

#[test]
fn whoever_was_removed_unseen_notices_it_and_after_coming_back_what_it_made_void() {
    let mut rowan = Member::new("rowan");
    let [mut asha, mut imre] = ["asha", "imre"].map(Member::new);
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    for member in [&asha, &imre] {
        member.joins(&rowan.invites("London"));
    }
    asha.stays_with(&rowan);
    rowan.sees_members("London", &["asha", "imre", "rowan"]);
    let unseen = imre.posts("London", "In the hills");
    let motion = rowan.text(&["removal", "propose", "London", "imre", "--reason", "…", "--yes"], "entry");
    rowan.votes_for(&motion);
    asha.votes_for(&motion);
    rowan.sees_passed(&motion);
    rowan.sees_members("London", &["asha", "rowan"]);

    let address = rowan.address();
    let refused = imre.refused(&["sync", "London", "--peer", &address, "--timeout", "60s"]);
    assert!(refused.code == "not-allowed" && refused.message.contains("may have removed you"), "{}", refused.message);
    assert_eq!(imre.list(&["voided", "London"]).len(), 0, "nobody told him what");

    // They invite him again.
    imre.serves(&["--peer", &address]);
    imre.serving().says("unanswered");
    // Whatever looks as ever says so, too.
    for words in [["voided", "London"], ["invite", "London"]] {
        let told = imre.tries(&words).succeeded();
        assert!(told.stderr.starts_with("note: The others do not answer this computer any more in London"), "{told}");
    }
    assert_eq!(rowan.tries(&["voided", "London"]).succeeded().stderr, "");
    imre.run(&["join", "--no-mdns", "--timeout", "60s", &rowan.invites("London")]).succeeded();
    let voided =
        until_or(|| imre.list(&["voided", "London"]).into_iter().next(), || "what the removal made void".to_owned());
    assert_eq!((&voided["ended"]["motion"], &voided["count"]), (&json!(motion), &json!(2)));
    assert_eq!(voided["entries"][0]["kind"], "invitation", "the one that he made although nobody answered");
    assert_eq!((&voided["entries"][1]["entry"], &voided["ended"]["how"]), (&json!(unseen), &json!("removed")));
    let mut plain = std::process::Command::new(program::chapterhouse());
    plain.arg("--data").arg(imre.data()).args(["voided", "London"]);
    let plain = program::run(&mut plain).succeeded();
    assert!(plain.stdout.contains("In the hills") && plain.stdout.contains("write it again"), "{plain}");
    rowan.sees_members("London", &["asha", "imre", "rowan"]);
    assert_eq!(rowan.list(&["voided", "London"]).len(), 0);
}

#[test]
fn a_members_profile_can_be_hidden_from_the_command_line() {
    let mut rowan = Member::new("rowan");
    let mut asha = Member::new("asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    asha.joins(&rowan.invites("London"));
    asha.stays_with(&rowan);
    let said = asha.text(&["profile", "set", "London", "--about", "Her name is Quillfeather."], "entry");
    let shown = until_or(
        || {
            Some(rowan.object(&["member", "show", "London", "asha"]))
                .filter(|page| page["profile_entry"] == json!(said))
        },
        || rowan.object(&["member", "show", "London", "asha"]).to_string(),
    );
    assert_eq!(shown["profile"]["about"], "Her name is Quillfeather.");
    let motion = rowan.text(&["hide", &said, "--reason", "She is no member."], "entry");
    rowan.votes_for(&motion);
    asha.votes_for(&motion);
    for member in [&rowan, &asha] {
        member.sees_passed(&motion);
        until_or(
            || (!member.run(&["member", "show", "London", "asha"]).stdout.contains("Quillfeather")).then_some(()),
            || "the profile is gone".to_owned(),
        );
        assert_eq!(member.list(&["hidden", "London"])[0]["kind"], "profile");
    }
}
