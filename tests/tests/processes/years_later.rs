//! Somebody comes into a chapter that has been there for years: keys, rules and members have changed since.

use chapterhouse_tests::Member;
use serde_json::json;

const MINUTES: &str = r#"
title = "First meeting"
date = "2019-03-04"
[[decision]]
text = "We meet on Thursdays."
"#;

/// Rowan founded London; rowan and asha wrote under three keys, and rowan left.
fn years(rules: Option<&str>) -> (Member, String) {
    let mut rowan = Member::new("rowan");
    let mut asha = Member::new("asha");
    match rules {
        Some(rules) => {
            let file = rowan.file("rules.toml", rules);
            rowan.object(&["chapter", "found", "--name", "London", "--rules", &file])
        }
        None => rowan.object(&["chapter", "found", "--name", "London"]),
    };
    rowan.serves(&[]);
    let minutes = rowan.text(&["minutes", "record", "London", "--file", &rowan.file("m.toml", MINUTES)], "entry");
    asha.joins(&rowan.invites("London"));
    asha.stays_with(&rowan);
    asha.object(&["rotate", "London"]);
    asha.posts("London", "The second year");
    rowan.sees("London", "The second year");
    rowan.object(&["leave", "London", "--reason", "To Leeds.", "--yes"]);
    asha.sees_members("London", &["asha"]);
    asha.stops();
    asha.serves(&[]);
    asha.posts("London", "The third year");
    (asha, minutes)
}

#[test]
fn a_newcomer_reads_the_decisions_of_years_ago() {
    let (asha, minutes) = years(None);
    let mut noor = Member::new("noor");
    let joined = noor.joins(&asha.invites("London"));
    assert_eq!(joined["members"], json!(2));
    noor.stays_with(&asha);
    noor.sees("London", "First meeting");
    assert_eq!(noor.titles("London"), ["The third year", "The second year", "First meeting"]);
    let first = noor.object(&["show", &minutes]);
    assert_eq!(first["decisions"][0]["text"], "We meet on Thursdays.", "written under a key from before her time");
    assert_eq!(first["author"]["handle"], "rowan", "who is no member any more");
    asha.agrees_with(&noor, "London");
}

#[test]
fn where_history_begins_with_joining_a_newcomer_reads_what_is_written_from_then_on() {
    let rules = r#"
        sponsors = 1
        operating_from = 5
        history = "from-joining"
        removal_quorum = "1/2"
        removal_majority = "2/3"
        decision_quorum = "1/2"
        decision_majority = "1/2"
        stands_for_hours = 72
    "#;
    let (asha, minutes) = years(Some(rules));
    let mut noor = Member::new("noor");
    noor.joins(&asha.invites("London"));
    noor.stays_with(&asha);
    asha.posts("London", "Welcome, noor");
    noor.sees("London", "Welcome, noor");
    // Who is in and what was decided she can check all the same.
    asha.agrees_with(&noor, "London");
    noor.sees_members("London", &["asha", "noor"]);
    assert_eq!(noor.list(&["members", "London", "--former"])[0]["handle"], "rowan");
    let before = noor.run(&["show", &minutes]);
    assert!(!before.stdout.contains("Thursdays"), "{before}");
    let titles = noor.titles("London");
    for old in ["First meeting", "The second year", "The third year"] {
        assert!(!titles.iter().any(|title| title == old), "{titles:?}");
    }
    noor.posts("London", "Good evening");
    asha.sees("London", "Good evening");
}
