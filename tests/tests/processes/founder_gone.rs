//! The founder's computer is gone. Joining, deciding and new keys go on without it.

use chapterhouse_tests::{Member, wait::until};
use serde_json::json;

/// As they were, but for the first.
const RULES: &str = r#"
sponsors = 2
operating_from = 5
history = "all"
removal_quorum = "1/2"
removal_majority = "2/3"
decision_quorum = "1/2"
decision_majority = "1/2"
stands_for_hours = 72
"#;

#[test]
fn everything_goes_on_without_the_founder() {
    let mut rowan = Member::new("rowan");
    let [mut asha, mut imre, mut noor, mut tomas] = ["asha", "imre", "noor", "tomas"].map(Member::new);
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    for member in [&mut asha, &mut imre] {
        member.joins(&rowan.invites("London"));
        member.stays_with(&rowan);
    }
    rowan.posts("London", "Keep it going");
    for member in [&mut asha, &mut imre] {
        member.sees("London", "Keep it going");
        member.sees_members("London", &["asha", "imre", "rowan"]);
        member.stops();
    }
    rowan.stops();

    // Joining: imre's computer stays in the room from now on.
    imre.serves(&[]);
    let room = imre.address();
    asha.stays_with(&imre);
    noor.joins(&asha.invites("London"));
    noor.serves(&["--peer", &room]);
    noor.sees("London", "Keep it going");

    // Deciding: three of four have a say, and that is enough for anything but a unanimous vote.
    let file = asha.file("rules.toml", RULES);
    let motion = asha.text(&["rules", "propose", "London", "--file", &file, "--reason", "Rowan is gone."], "entry");
    let task = imre.text(&["task", "give", "London", "teller", "asha", "--until", "2099-01-01T00:00:00Z"], "entry");
    for member in [&asha, &imre, &noor] {
        member.votes_for(&motion);
        member.votes_for(&task);
    }
    for member in [&asha, &imre, &noor] {
        member.sees_passed(&motion);
        member.sees_passed(&task);
        let asha = &member.list(&["members", "London"])[0];
        assert_eq!((&asha["handle"], &asha["tasks"][0]["role"]), (&json!("asha"), &json!("teller")));
        assert_eq!(member.object(&["rules", "show", "London"])["sponsors"], json!(2));
    }

    // New keys: whoever thinks it is time begins one, and the others can read what is written under it.
    noor.object(&["rotate", "London"]);
    noor.posts("London", "Under a new key");
    asha.sees("London", "Under a new key");
    imre.sees("London", "Under a new key");

    // The rule that they gave themselves holds: tomas needs the word of two.
    let waiting = tomas.joins(&imre.invites("London"));
    assert_eq!((&waiting["have"], &waiting["need"]), (&json!(1), &json!(2)), "{waiting}");
    tomas.serves(&["--peer", &room]);
    let request = until("tomas' request", || {
        noor.list(&["join-requests", "London"]).into_iter().find(|request| request["handle"] == "tomas")
    });
    noor.object(&["sponsor", request["request"].as_str().unwrap()]);
    assert_eq!(tomas.serving().says("joined")["chapter_name"], "London");
    tomas.sees("London", "Under a new key");
    tomas.sees("London", "Keep it going");

    // A year later rowan finds the laptop in a box. It is one member's among others, and catches up.
    rowan.posts("London", "Written before looking");
    rowan.object(&["sync", "London", "--peer", &room, "--timeout", "60s"]);
    rowan.sees("London", "Under a new key");
    for member in [&asha, &imre, &noor, &tomas] {
        member.sees("London", "Written before looking");
        member.sees_members("London", &["asha", "imre", "noor", "rowan", "tomas"]);
    }
    imre.agrees_with(&rowan, "London");
}
