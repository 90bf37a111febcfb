//! Five members decide in every way at once: one poll with a question of each method, weights, an observer, a quorum, and
//! votes that are given to others. What each of them counts is the same to the last vote.

use chapterhouse_tests::{Member, wait::until_or};
use serde_json::{Value, json};

const POLL: &str = r#"
title = "The year to come"
description = "One question of each kind."
closes = 2099-12-01T18:00:00Z
quorum = "1/2"
delegation = true
[[weight]]
member = "asha"
weight = "3/2"
reason = "speaks for two houses"
[[observer]]
member = "vera"
reason = "a guest from the next town"
[[question]]
key = "room"
text = "Keep the room?"
options = ["yes", "no"]
majority = "more than 1/2 of for and against"
[[question]]
key = "days"
text = "Which days suit you?"
method = "approval"
options = ["Monday", "Tuesday", "Friday, late"]
max = 2
[[question]]
key = "songs"
text = "How much do you like them?"
method = "score"
max = 5
options = ["Rain", "Sun", "Wind"]
[[question]]
key = "place"
text = "Where do we meet?"
method = "instant-runoff"
options = ["Library", "Barn", "Park"]
[[question]]
key = "name"
text = "What are we called?"
method = "schulze"
options = ["Oak", "Elm", "Ash"]
[[question]]
key = "council"
text = "Who sits on the council?"
method = "stv"
seats = 2
options = ["asha", "imre", "noor"]
[[question]]
key = "price"
text = "Raise the fee?"
method = "consent"
[[question]]
key = "plan"
text = "Adopt the plan?"
method = "consensus"
majority = "at least 2/3"
aside = "1/4"
[[question]]
key = "money"
text = "What is the money for?"
method = "budget"
dots = 6
max = 4
options = ["Roof", "Books", "Bread"]
"#;

fn question<'a>(poll: &'a Value, key: &str) -> &'a Value {
    poll["questions"].as_array().unwrap().iter().find(|question| question["key"] == key).unwrap()
}

fn votes(poll: &Value, key: &str) -> Vec<u64> {
    question(poll, key)["options"].as_array().unwrap().iter().map(|option| option["votes"].as_u64().unwrap()).collect()
}

fn chosen(poll: &Value, key: &str) -> (String, Value) {
    let verdict = &question(poll, key)["verdict"];
    (verdict["state"].as_str().unwrap().to_owned(), verdict["leading"].clone())
}

/// Waits until all count the same, with so many voters; returns what they count.
fn all_count(members: &[&Member], poll: &str, voters: u64) -> Value {
    let first = members[0].receives(&["poll", "show", poll]);
    let seen = |member: &&Member| member.object(&["poll", "show", poll]);
    let same = || {
        let all: Vec<Value> = members.iter().map(seen).collect();
        let done = all.iter().all(|one| one["voters"] == voters && one["result_hash"] == all[0]["result_hash"]);
        done.then(|| all[0].clone())
    };
    until_or(same, || format!("{voters} voters on each computer; the first saw {first}"))
}

#[test]
fn every_method_in_one_poll() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let [asha, imre, noor, vera] = ["asha", "imre", "noor", "vera"].map(|name| {
        let mut member = Member::new(name);
        member.joins(&rowan.invites("London"));
        member.stays_with(&rowan);
        member
    });
    rowan.sees_members("London", &["asha", "imre", "noor", "rowan", "vera"]);
    let all = [&rowan, &asha, &imre, &noor, &vera];
    let poll = rowan.text(&["poll", "open", "London", "--file", &rowan.file("poll.toml", POLL)], "poll");
    for member in all {
        member.receives(&["poll", "show", &poll]);
    }

    // Noor is away: a third of her vote is asha's, the rest imre's.
    noor.object(&["delegate", &poll, "asha:1", "imre:2"]);
    let votes_as = |member: &Member, answers: &[&str]| {
        let words = answers.iter().flat_map(|answer| ["--answer", answer]);
        let words: Vec<&str> =
            ["vote", &poll, "--reason", "plan=The plan forgets the winter."].into_iter().chain(words).collect();
        member.object(&words);
    };
    votes_as(
        &rowan,
        &[
            "room=yes",
            "days=Monday,Friday, late",
            "songs=Rain:5,Sun:2",
            "place=Park>Barn>Library",
            "name=Oak>Elm=Ash",
            "council=asha>imre>noor",
            "price=agree",
            "plan=agree",
            "money=Roof:4,Bread:2",
        ],
    );
    votes_as(
        &asha,
        &[
            "room=yes",
            "days=Tuesday",
            "songs=Rain:1,Wind:4",
            "place=Library>Barn",
            "name=Elm>Oak",
            "council=noor>asha",
            "price=reservations",
            "plan=agree",
            "money=Books:3",
        ],
    );
    votes_as(
        &imre,
        &[
            "room=no",
            "days=Monday",
            "songs=Sun:3",
            "place=Barn",
            "name=Ash=Oak>Elm",
            "council=imre",
            "price=aside",
            "plan=block",
            "money=Bread:4,Books:2",
        ],
    );
    let refused = vera.refused(&["vote", &poll, "--answer", "room=yes"]);
    assert_eq!(refused.code, "not-allowed", "{}", refused.message);
    for (words, part) in [
        ("place=Barn=Park", "none equal"),
        ("money=Roof:5", "1 to 4 on each"),
        ("days=Monday,Tuesday,Friday, late", "at most 2"),
        ("council=asha>tomas", "tomas"),
        ("weather=Rain", "no question"),
    ] {
        let refused = rowan.refused(&["vote", &poll, "--answer", words]);
        assert!(refused.message.contains(part), "{}", refused.message);
    }

    // A reason in which there is nothing to see is none.
    for why in [" ", "\u{200b}\u{ad}"] {
        let block = ["vote", &poll, "--answer", "plan=block", "--reason", &format!("plan={why}")];
        let refused = rowan.refused(&block);
        assert!(refused.message.contains("whoever blocks says why"), "{}", refused.message);
    }

    let counted = all_count(&all, &poll, 3);
    // Two parts a vote, each of sixty. Rowan 120; asha 180 and 40 of noor's; imre 120 and 80 of noor's.
    assert_eq!((&counted["unit"], &counted["roll"], &counted["cast"]), (&json!(120), &json!(4), &json!(540)));
    assert_eq!(votes(&counted, "room"), [340, 200]);
    assert_eq!(votes(&counted, "days"), [320, 220, 120]);
    assert_eq!(votes(&counted, "songs"), [5 * 120 + 220, 2 * 120 + 3 * 200, 4 * 220]);
    assert_eq!(votes(&counted, "place"), [220, 200, 120]);
    assert_eq!(votes(&counted, "price"), [120, 220, 200, 0]);
    assert_eq!(votes(&counted, "money"), [4 * 120, 3 * 220 + 2 * 200, 2 * 120 + 4 * 200]);
    assert_eq!(chosen(&counted, "room"), ("decided".into(), json!([0])));
    assert_eq!(chosen(&counted, "days"), ("decided".into(), json!([0])));
    // Park is out, and its votes go to the barn.
    assert_eq!(chosen(&counted, "place"), ("decided".into(), json!([1])));
    assert_eq!(question(&counted, "place")["record"]["rounds"][1]["votes"], json!([220, 320, 0]));
    assert_eq!(chosen(&counted, "name"), ("decided".into(), json!([0])));
    assert_eq!(question(&counted, "council")["verdict"]["leading"].as_array().unwrap().len(), 2);
    assert_eq!(chosen(&counted, "price").0, "decided");
    assert_eq!(chosen(&counted, "plan").0, "blocked");
    let block = &question(&counted, "plan")["record"]["blocks"][0];
    assert_eq!((&block["handle"], &block["reason"]), (&json!("imre"), &json!("The plan forgets the winter.")));

    // Each sees what was cast in whose name.
    let gave = &noor.object(&["poll", "show", &poll])["my_vote"]["gave"];
    let ways: Vec<(&Value, &Value)> =
        gave["ways"].as_array().unwrap().iter().map(|way| (&way["with"], &way["parts"])).collect();
    assert_eq!(ways.len(), 2);
    assert!(ways.contains(&(&json!("asha"), &json!(40))) && ways.contains(&(&json!("imre"), &json!(80))));
    let received = &imre.object(&["poll", "show", &poll])["my_vote"];
    assert_eq!((&received["received"], &received["received_from"][0]["handle"]), (&json!(80), &json!("noor")));
    assert!(vera.object(&["poll", "show", &poll])["my_vote"]["reason"].as_str().unwrap().contains("next town"));

    // Noor comes back and takes hers; imre lifts the block.
    noor.object(&["delegate", &poll, "--revoke"]);
    noor.object(&["vote", &poll, "--answer", "room=no", "--answer", "plan=agree"]);
    imre.object(&["vote", &poll, "--answer", "room=no", "--answer", "plan=aside"]);
    let counted = until_or(
        || Some(all_count(&all, &poll, 4)).filter(|counted| counted["cast"] == json!(9)),
        || "nine halves of a vote".into(),
    );
    assert_eq!(votes(&counted, "room"), [5, 4]);
    assert_eq!(chosen(&counted, "plan").0, "decided");
    assert_eq!(question(&counted, "plan")["record"]["lifted"][0]["handle"], "imre");
    let states: Vec<String> = all.iter().map(|member| member.agrees_with(&rowan, "London").1).collect();
    assert!(states.windows(2).all(|pair| pair[0] == pair[1]));
}
