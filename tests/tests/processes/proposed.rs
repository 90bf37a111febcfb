//! A poll that stands proposed before it opens: rowan proposes, asha objects and amends, and the ballot
//! says what became of it.

use super::tellers::in_seconds;
use chapterhouse_tests::{Member, wait::until};
use serde_json::json;

fn file(text: &str, open: &str) -> String {
    format!("title = \"Roof\"\n{open}\n[[question]]\nkey = \"roof\"\ntext = \"{text}\"\noptions = [\"yes\", \"no\"]\n")
}

#[test]
fn a_poll_is_proposed_amended_and_opened() {
    let (mut rowan, mut asha) = (Member::new("rowan"), Member::new("asha"));
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    asha.joins(&rowan.invites("London"));
    asha.stays_with(&rowan);
    let first = rowan.file("poll.toml", &file("Repair it?", "open_for = \"3 days\""));
    let id = rowan.text(&["poll", "propose", "London", &first], "entry");
    asha.receives(&["poll", "show", &id]);
    let objection = asha.text(&["poll", "object", &id, "--reason", "We cannot pay it."], "entry");
    let second = asha.file("poll.toml", &file("Repair it, with slates?", "open_for = \"3 days\""));
    let amendment = asha.text(&["poll", "amend", &id, &second, "--reason", "They last."], "entry");
    rowan.receives(&["show", &amendment]);
    let answer = rowan.text(&["poll", "answer", &objection, "--text", "The council pays half."], "entry");
    let others = rowan.refused(&["poll", "withdraw", &objection, "--reason", "It does."]);
    assert!(others.code == "not-allowed" && others.message.contains("only asha"), "{}", others.message);
    // What was said before a poll stays beside it; whoever would have it hidden is told what there is instead.
    for (entry, part) in [
        (&objection, format!("`chapterhouse poll withdraw {} --reason", &objection[..12])),
        (&amendment, "unless whoever proposed the poll adopts it".to_owned()),
        (&answer, "stays on record with it".to_owned()),
        (&id, "this is none of them".to_owned()),
    ] {
        let refused = rowan.refused(&["hide", entry, "--reason", "It hurts."]);
        assert!(refused.code == "invalid" && refused.message.contains(&part), "{}: {}", refused.code, refused.message);
    }
    rowan.object(&["poll", "adopt", &amendment]);
    until("asha is answered", || {
        (asha.object(&["poll", "show", &id])["objections"][0]["stage"] == "answered").then_some(())
    });
    asha.object(&["poll", "withdraw", &objection, "--reason", "Half is fine."]);
    let list = asha.list(&["poll", "list", "London"]);
    assert_eq!(
        (&list[0]["proposal"], &list[0]["stage"], &list[0]["amendments"]),
        (&json!(id), &json!("ready"), &json!(0))
    );
    assert!(asha.refused(&["poll", "open", &id]).message.contains("only rowan"));
    until("rowan knows that", || {
        (rowan.object(&["poll", "show", &id])["objections"][0]["stage"] == "withdrawn").then_some(())
    });
    let early = rowan.refused(&["vote", &id, "--answer", "roof=yes"]);
    assert!(early.message.contains("this is a proposal"), "{}", early.message);
    assert!(rowan.refused(&["poll", "open", "London"]).message.contains("--file poll.toml"));
    let poll = rowan.text(&["poll", "open", &id], "poll");
    let there = rowan.refused(&["vote", &id, "--answer", "roof=yes"]);
    assert!(there.message.contains(&poll), "{}", there.message);
    asha.receives(&["poll", "show", &poll]);
    asha.object(&["vote", &poll, "--answer", "roof=yes"]);
    let shown = asha.object(&["poll", "show", &poll]);
    assert_eq!(shown["questions"][0]["text"], "Repair it, with slates?");
    let proposed = &shown["proposed"];
    assert_eq!((&proposed["proposal"], &proposed["number"]), (&json!(id), &json!(2)));
    let one = &proposed["objections"][0];
    assert_eq!((&one["handle"], &one["withdrawn"]), (&json!("asha"), &json!("Half is fine.")));
    assert!(rowan.refused(&["poll", "open", &id]).message.contains("is a poll now"));
    rowan.agrees_with(&asha, "London");

    // Whoever gets the file reads what was objected, and what became of it.
    let path = asha.file("roof.poll", "");
    std::fs::remove_file(&path).unwrap();
    asha.object(&["poll", "export", &poll, &path]);
    let checked = Member::newcomer("vera").run_without_passphrase(&["poll", "verify", &path]).object();
    let checks = checked["checks"].as_array().unwrap();
    let told = "The proposal: 2 versions, 1 objection (withdrawn), 1 amendment (adopted)";
    assert!(checks.iter().any(|check| check.as_str().unwrap().starts_with(told)), "{checked}");
    let said: Vec<&str> = (checked["result"]["proposal"].as_array().unwrap().iter())
        .filter_map(|line| line.as_str().unwrap().trim().rsplit(" · ").next())
        .collect();
    let expected = [
        "rowan proposed it: Roof",
        "rowan changed it: it is version 2",
        "asha objected to version 1: We cannot pay it.",
        "rowan answered: The council pays half.",
        "asha withdrew it: Half is fine.",
        "asha proposed to change version 1: They last.",
        "it was adopted: version 2",
    ];
    assert_eq!(said, expected);

    // Where the charter asks for it, nothing opens that did not stand proposed.
    let rules = rowan
        .reads(&["rules", "show", "London", "--toml"])
        .replace("proposed_for_hours = 0", "proposed_for_hours = 48");
    let rules = rowan.file("rules.toml", &rules);
    rowan.object(&["chapter", "found", "--name", "Leeds", "--rules", &rules]);
    let dated = rowan.file("dated.toml", &file("At once?", "closes = \"2099-01-01T00:00:00Z\""));
    let refused = rowan.refused(&["poll", "open", "Leeds", "--file", &dated]);
    assert!(refused.message.contains("48 hours") && refused.message.contains("poll propose"), "{}", refused.message);
    let over = rowan.file("over.toml", &file("Tomorrow?", &format!("closes = {}", in_seconds(86_400))));
    let over = rowan.refused(&["poll", "propose", "Leeds", &over]);
    assert!(over.message.contains("over before it can begin") && over.message.contains("open_for"), "{}", over.message);
    let stands = rowan.text(&["poll", "propose", "Leeds", &dated], "entry");
    assert!(rowan.refused(&["poll", "open", &stands]).message.contains("stands open to objections"));

    // Rules that a file leaves out stay as they are.
    let few = rowan.file("few.toml", "operating_from = 2\n");
    let motion = rowan.text(&["rules", "propose", "Leeds", "--file", &few, "--reason", "We are two."], "entry");
    rowan.votes_for(&motion);
    rowan.sees_passed(&motion);
    let rules = rowan.object(&["rules", "show", "Leeds"]);
    assert_eq!((&rules["operating_from"], &rules["proposed_for_hours"]), (&json!(2), &json!(48)));

    // What is wrong with a file is told in words, with its line.
    for (text, part) in [
        (file("At once?", "closes = 2020-01-01T00:00:00Z"), "closes: 2020-01-01T00:00:00Z is past"),
        (file("At once?", "closes = 2099-01-01T00:00:00Z\nquorum = \"1\""), "one member or all of them"),
        (
            file("At once?", "closs = 2099-01-01T00:00:00Z"),
            "wrong.toml, line 2: a poll has no `closs`; did you mean `closes`?",
        ),
    ] {
        let refused = rowan.refused(&["poll", "open", "London", "--file", &rowan.file("wrong.toml", &text)]);
        assert!(refused.message.contains(part), "{}", refused.message);
    }
}
