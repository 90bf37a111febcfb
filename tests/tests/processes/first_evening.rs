//! Rowan founds a chapter and writes; asha joins by invitation, answers and votes; both see the same, also tomorrow.

use chapterhouse_tests::{Member, wait::until};
use serde_json::{Value, json};

const MINUTES: &str = r#"
title = "November meeting"
date = "2026-11-24"
starts = "18:30"
ends = "21:30"
place = "The Weavers' Room"
facilitator = "asha"
note_taker = "imre"
attendance = ["asha", "imre", "rowan"]
[[item]]
title = "Travel"
notes = "The last train is at **22:10**."
[[item]]
title = "The room"
[[decision]]
text = "We pay the last train."
[[action]]
what = "Book the room"
owner = "rowan"
due = "2026-12-01"
[next]
date = "2026-12-29"
facilitator = "noor"
co_facilitator = "tomas"
"#;

const POLL: &str = r#"
title = "Autumn poll"
description = "Three questions."
closes = "2099-12-01T18:00:00Z"
[[question]]
key = "room"
text = "Keep the room?"
options = ["yes", "no"]
[[question]]
key = "travel"
text = "How much for travel?"
options = ["nothing", "£50", "£100"]
[[question]]
key = "day"
text = "Which day?"
options = ["Tuesday", "Thursday"]
"#;

/// One line per question: the votes for each option, then the blanks.
fn totals(poll: &Value) -> Vec<String> {
    let line = |question: &Value| {
        let options = question["options"].as_array().unwrap().iter();
        let votes: Vec<String> =
            options.map(|option| format!("{} {}", option["name"].as_str().unwrap(), option["votes"])).collect();
        format!("{}: {}, blank {}", question["key"].as_str().unwrap(), votes.join(", "), question["blank"])
    };
    poll["questions"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn a_first_evening() {
    let mut rowan = Member::new("rowan");
    let founded = rowan.object(&["chapter", "found", "--name", "London", "--place", "The Weavers' Room"]);
    assert_eq!((&founded["name"], &founded["members"]), (&json!("London"), &json!(1)));
    rowan.serves(&[]);
    rowan.posts("London", "We have a room");
    let text = rowan.file("blog.md", "# Why\n\nBecause *we* can.\n");
    rowan.object(&["post", "London", "--kind", "blog", "--title", "Why a chapter", "--file", &text]);
    let words = ["post", "London", "--kind", "discussion", "--title", "Which day suits you?", "--body", "Mondays?"];
    let question = rowan.text(&words, "entry");
    let minutes = rowan.text(&["minutes", "record", "London", "--file", &rowan.file("m.toml", MINUTES)], "entry");

    // Asha comes with the invitation's line. Joining is one command: it ends when she is a member.
    let mut asha = Member::new("asha");
    let invitation = rowan.text(&["invite", "London"], "invitation");
    let joined = asha.object(&["join", "--no-mdns", &invitation]);
    assert_eq!((&joined["name"], &joined["members"]), (&json!("London"), &json!(2)));
    asha.serves(&["--peer", &rowan.address()]);
    asha.sees("London", "We have a room");
    asha.sees("London", "Why a chapter");
    asha.sees("London", "Which day suits you?");
    asha.sees("London", "November meeting");

    // The poll is opened now, when both are members: the roll is of this moment.
    let poll = rowan.text(&["poll", "open", "London", "--file", &rowan.file("p.toml", POLL)], "poll");
    asha.sees("London", "Autumn poll");
    asha.object(&["comment", &question, "--body", "Tuesdays, after the night shift."]);
    asha.object(&["vote", &poll, "--answer", "room=yes", "--answer", "travel=£50", "--answer", "day=Tuesday"]);
    rowan.object(&["vote", &poll, "--answer", "room=no", "--answer", "travel=£50"]);
    // Asha thinks again, and leaves the travel open this time. Her last word counts.
    asha.object(&["vote", &poll, "--answer", "room=no", "--answer", "day=Thursday"]);

    let expected = [
        "room: yes 0, no 2, blank 0",
        "travel: nothing 0, £50 1, £100 0, blank 1",
        "day: Tuesday 0, Thursday 1, blank 1",
    ];
    let counted = until("both have counted both ballots", || {
        let (hers, his) = (asha.object(&["poll", "show", &poll]), rowan.object(&["poll", "show", &poll]));
        (totals(&hers) == expected && totals(&his) == expected).then_some((hers, his))
    });
    for result in [&counted.0, &counted.1] {
        assert_eq!((&result["title"], &result["state"]), (&json!("Autumn poll"), &json!("open")));
        assert_eq!((&result["roll"], &result["voters"]), (&json!(2), &json!(2)));
        assert_eq!(result["voted"], json!(["asha", "rowan"]));
        assert_eq!(result["questions"][1]["total"], json!(1));
    }
    assert_eq!(counted.0["result_hash"], counted.1["result_hash"]);
    assert_eq!(counted.0["result_words"], counted.1["result_words"]);
    assert_eq!(counted.0["mine"]["answers"], json!({ "room": { "one": "no" }, "day": { "one": "Thursday" } }));

    let state = rowan.agrees_with(&asha, "London");
    until("the comment on rowan's computer", || {
        let post = rowan.object(&["show", &question]);
        let comment = &post["comments"][0];
        assert_eq!(post["kind"], "discussion");
        (comment["body"] == "Tuesdays, after the night shift." && comment["author"]["handle"] == "asha").then_some(())
    });
    until("rowan knows that asha has his minutes", || {
        (rowan.object(&["show", &minutes])["share"] == json!({ "have": 2, "of": 2 })).then_some(())
    });
    the_minutes_are_as_recorded(&asha.object(&["show", &minutes]));
    let members: Vec<String> = asha
        .list(&["members", "London"])
        .iter()
        .map(|member| format!("{} by {} me {}", member["handle"], member["sponsor"], member["me"]))
        .collect();
    assert_eq!(members, [r#""asha" by "rowan" me true"#, r#""rowan" by null me false"#]);

    // Home. The next day each opens the program again, alone.
    asha.stops();
    rowan.stops();
    for member in [&rowan, &asha] {
        assert_eq!(member.state("London"), state, "{}", member.handle());
        let kinds: Vec<Value> = member.list(&["feed", "London"]).iter().map(|item| item["kind"].clone()).collect();
        assert_eq!(kinds, ["poll", "minutes", "discussion", "blog", "news"], "{}", member.handle());
        assert_eq!(totals(&member.object(&["poll", "show", &poll])), expected, "{}", member.handle());
    }
    // And together again they go on where they were.
    rowan.serves(&[]);
    asha.serves(&["--peer", &rowan.address()]);
    asha.posts("London", "Good morning");
    rowan.sees("London", "Good morning");
    rowan.agrees_with(&asha, "London");
}

fn the_minutes_are_as_recorded(minutes: &Value) {
    let expected = json!({
        "title": "November meeting", "date": "2026-11-24", "starts": "18:30", "ends": "21:30",
        "place": "The Weavers' Room", "facilitator": "asha", "note_taker": "imre",
        "attendance": ["asha", "imre", "rowan"],
        "items": [
            { "title": "Travel", "notes": "The last train is at **22:10**." },
            { "title": "The room" },
        ],
        "decisions": [{ "text": "We pay the last train." }],
        "actions": [{ "what": "Book the room", "owner": "rowan", "due": "2026-12-01" }],
        "next": { "date": "2026-12-29", "facilitator": "noor", "co_facilitator": "tomas" },
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&minutes[name], value, "{name}");
    }
    assert_eq!(minutes["author"]["handle"], "rowan");
}

#[test]
fn imre_comes_back_with_his_24_words() {
    let imre = Member::newcomer("imre");
    let made = imre.object(&["init", "--handle", "imre"]);
    let words: Vec<&str> =
        made["recovery_words"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    assert_eq!(words.len(), 24);

    let elsewhere = Member::newcomer("imre");
    let restore = |words: &[&str]| {
        let mut command = elsewhere.command(&["init", "--handle", "imre", "--restore"]);
        chapterhouse_tests::program::run(command.env("CHAPTERHOUSE_RECOVERY_WORDS", words.join(" ")))
    };
    assert_eq!(restore(&words[..23]).refused().code, "invalid");
    let back = restore(&words).object();
    assert_eq!(back["member"], made["member"], "the same member");
    assert_ne!(back["device"], made["device"], "on another device");
    assert_eq!(back["recovery_words"], json!([]), "they are shown once");
    assert_eq!(elsewhere.object(&["whoami"])["six_words"], made["six_words"]);
}
