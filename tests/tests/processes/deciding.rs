//! What a chapter decides, and what a member decides for themself alone.

use chapterhouse_tests::{Member, wait::until};
use serde_json::json;

/// Rowan and asha in London.
fn london() -> (Member, Member) {
    let mut rowan = Member::new("rowan");
    let mut asha = Member::new("asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    asha.joins(&rowan.invites("London"));
    asha.stays_with(&rowan);
    rowan.sees_members("London", &["asha", "rowan"]);
    (rowan, asha)
}

#[test]
fn a_task_is_given_and_taken_back() {
    let (rowan, asha) = london();
    let until_then = "2099-01-01T00:00:00Z";
    let give = rowan.text(
        &["task", "give", "London", "note-taker", "asha", "--until", until_then, "--reason", "She writes well."],
        "entry",
    );
    let shown = rowan.object(&["motion", "show", &give]);
    assert_eq!(
        (&shown["measure"], &shown["why"], &shown["roll"]),
        (&json!("give"), &json!("She writes well."), &json!(2))
    );
    assert_eq!(rowan.object(&["chapter", "show", "London"])["waiting_motions"], json!(1));
    rowan.object(&["motion", "vote", &give, "no", "--reason", "I wanted to see whether it can be changed."]);
    rowan.object(&["motion", "vote", &give, "yes"]);
    let shown = rowan.object(&["motion", "show", &give]);
    assert_eq!(
        (&shown["yes"], &shown["no"], &shown["mine"]),
        (&json!(1), &json!(0), &json!("yes")),
        "the last word counts"
    );
    asha.votes_for(&give);
    for member in [&rowan, &asha] {
        member.sees_passed(&give);
        let task = &member.list(&["members", "London"])[0]["tasks"][0];
        assert_eq!(
            (&task["role"], &task["until"], &task["over"]),
            (&json!("note-taker"), &json!(until_then), &json!(false))
        );
    }
    // Whoever is late is told that it is decided; the vote is taken, for it may be needed yet.
    let late = rowan.object(&["motion", "vote", &give, "no"]);
    assert!(late["note"].as_str().is_some_and(|note| note.contains("had passed before")), "{late}");
    let late = rowan.reads(&["motion", "vote", &give, "yes"]);
    assert!(late.contains("what was decided stays as it is") && late.contains("Passed: 2 for"), "{late}");
    // The long way round, by a file.
    let file = asha
        .file("motion.toml", "measure = \"recall\"\nrole = \"note-taker\"\nmember = \"asha\"\nwhy = \"I moved.\"\n");
    let recall = asha.text(&["motion", "propose", "London", "--file", &file], "entry");
    let first = rowan.receives(&["motion", "show", &recall]);
    assert_eq!(first["stage"], "open");
    assert_eq!(rowan.object(&["motion", "vote", &recall, "yes"])["note"], json!(null), "it is what decides");
    asha.votes_for(&recall);
    for member in [&rowan, &asha] {
        member.sees_passed(&recall);
        assert!(member.list(&["members", "London"])[0]["tasks"].is_null(), "{}", member.handle());
        let list = member.list(&["motion", "list", "London"]);
        let measures: Vec<_> = list.iter().map(|motion| motion["measure"].clone()).collect();
        assert_eq!(measures, ["recall", "give"], "latest first");
    }
    let refused = asha.refused(&["task", "recall", "London", "note-taker", "asha"]);
    assert!(["invalid", "not-found", "not-allowed"].contains(&refused.code.as_str()), "{}", refused.code);
    rowan.agrees_with(&asha, "London");
}

#[test]
fn what_the_chapter_hides_is_gone_and_its_place_remains() {
    let (mut rowan, mut asha) = london();
    let post = rowan.text(
        &["post", "London", "--kind", "news", "--title", "About the neighbour", "--body", "Her name is Quillfeather."],
        "entry",
    );
    let kept = rowan.posts("London", "About the room");
    asha.sees("London", "About the room");
    let motion = asha.text(&["hide", &post, "--reason", "She did not agree to this."], "entry");
    assert_eq!(asha.object(&["motion", "show", &motion])["measure"], "hide");
    assert_eq!(asha.object(&["show", &post])["body"], "Her name is Quillfeather.", "not yet");
    rowan.votes_for(&motion);
    asha.votes_for(&motion);
    for member in [&rowan, &asha] {
        member.sees_passed(&motion);
        let hidden = member.list(&["hidden", "London"]);
        assert_eq!(hidden.len(), 1, "{hidden:?}");
        let line = &hidden[0];
        assert_eq!((&line["entry"], &line["motion"]), (&json!(post), &json!(motion)));
        assert_eq!((&line["author"], &line["why"]), (&json!("rowan"), &json!("She did not agree to this.")));
        let seen = member.run(&["show", &post]);
        assert!(!format!("{}{}", seen.stdout, seen.stderr).contains("Quillfeather"), "{seen}");
        assert!(!member.titles("London").iter().any(|title| title == "About the neighbour"));
        assert_eq!(member.object(&["show", &kept])["title"], "About the room");
    }
    let state = rowan.agrees_with(&asha, "London");
    asha.stops();
    rowan.stops();
    for member in [&rowan, &asha] {
        assert_eq!(member.state("London"), state);
        assert_eq!(member.list(&["hidden", "London"]).len(), 1);
        let seen = member.run(&["show", &post]);
        assert!(!seen.stdout.contains("Quillfeather"), "{seen}");
    }
}

#[test]
fn blocking_somebody_is_ones_own_affair() {
    let (rowan, asha) = london();
    let loud = rowan.posts("London", "Loud");
    asha.sees("London", "Loud");
    asha.posts("London", "Quiet");
    rowan.sees("London", "Quiet");
    let state = rowan.agrees_with(&asha, "London");
    asha.object(&["block", "London", "rowan"]);
    let shown = asha.reads(&["member", "show", "London", "rowan"]);
    assert!(shown.contains("not shown: you block them."), "{shown}");
    assert_eq!(asha.titles("London"), ["Quiet"]);
    let folded = asha.reads(&["show", &loud]);
    assert!(folded.contains("you block rowan") && !folded.contains("As said."), "{folded}");
    assert!(folded.contains(&format!("show {} --blocked", &loud[..12])), "{folded}");
    assert!(asha.reads(&["show", &loud, "--blocked"]).contains("As said."));
    let blocked = |member: &Member| member.list(&["members", "London"])[1]["blocked"].clone();
    assert_eq!((blocked(&asha), blocked(&rowan)), (json!(true), json!(false)));
    assert_eq!(rowan.titles("London"), ["Quiet", "Loud"], "rowan does not notice");
    assert_eq!((asha.state("London"), rowan.state("London")), (state.clone(), state), "nothing was written for it");
    asha.object(&["unblock", "London", "rowan"]);
    assert_eq!(asha.titles("London"), ["Quiet", "Loud"]);
    assert_eq!(asha.refused(&["block", "London", "nobody"]).code, "not-found");
}

#[test]
fn members_say_something_about_themselves() {
    let (rowan, asha) = london();
    asha.object(&["profile", "set", "London", "--about", "I bake.", "--language", "en", "--language", "cy"]);
    asha.object(&["profile", "set", "London", "--contact", "At the bakery"]);
    assert_eq!(asha.refused(&["profile", "set", "London"]).code, "invalid", "nothing is said");
    let expected = json!({
        "handle": "asha", "languages": ["en", "cy"], "about": "I bake.", "contact": "At the bakery", "testimonial": "",
        "picture": "",
    });
    assert_eq!(asha.object(&["profile", "show", "London"]), expected, "what was left out stayed");
    until("asha's profile on rowan's computer", || {
        (rowan.object(&["profile", "show", "London", "asha"]) == expected).then_some(())
    });
    let page = rowan.object(&["member", "show", "London", "asha"]);
    assert_eq!((&page["handle"], &page["profile"]), (&json!("asha"), &expected));
    asha.object(&["profile", "set", "London", "--contact", "", "--handle", "asha-b"]);
    assert_eq!(asha.object(&["profile", "show", "London"])["contact"], "");
    rowan.sees_members("London", &["asha-b", "rowan"]);
    rowan.agrees_with(&asha, "London");
}
