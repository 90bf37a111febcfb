//! A chapter in which two members give their word for a newcomer, and newcomers are asked something.

use chapterhouse_tests::{Member, wait::until_or};
use serde_json::{Value, json};

/// Who is in at first.
pub(crate) const JOINED: &[&str] = &["asha", "rowan"];

const STATEMENT: &str = "We listen to each other.";

/// The rules of a chapter that is careful.
const RULES: &str = r#"
sponsors = 2
operating_from = 5
history = "all"
removal_quorum = "1/2"
removal_majority = "2/3"
decision_quorum = "1/2"
decision_majority = "1/2"
stands_for_hours = 0
questions = ["What brings you here?", "Whom do you know?"]
statement = "We listen to each other."
"#;

/// Rowan founded it, and asha came in when rowan was alone.
fn london() -> (Member, Member) {
    let mut rowan = Member::new("rowan");
    let mut asha = Member::new("asha");
    let rules = rowan.file("rules.toml", RULES);
    rowan.object(&["chapter", "found", "--name", "London", "--rules", &rules]);
    rowan.serves(&[]);
    let invitation = rowan.invites("London");
    let answers = asha.file("answers.toml", "answers = [\"The garden.\", \"Rowan.\"]\n");
    asha.object(&["join", "--no-mdns", "--agree", "--answers", &answers, &invitation]);
    asha.stays_with(&rowan);
    rowan.sees_members("London", JOINED);
    (rowan, asha)
}

/// The newest request, once it is as it should be.
fn request(member: &Member, right: impl Fn(&Value) -> bool) -> Value {
    let newest = || member.list(&["join-requests", "London"]).into_iter().next();
    until_or(|| newest().filter(|request| right(request)), || format!("a request, but {:?}", newest()))
}

#[test]
fn two_sponsors_talk_about_a_newcomer_and_let_them_in() {
    let (rowan, asha) = london();
    rowan.posts("London", "We have a room");
    let rules = asha.object(&["rules", "show", "London"]);
    assert_eq!((&rules["sponsors"], &rules["statement"]), (&json!(2), &json!(STATEMENT)));

    // Noor is invited by asha. She is told what the chapter asks before anything is sent.
    let mut noor = Member::new("noor");
    let invitation = asha.invites("London");
    let refused = noor.refused(&["join", "--no-mdns", &invitation]);
    assert_eq!(refused.code, "invalid", "{}", refused.message);
    for part in [STATEMENT, "1. What brings you here?", "2. Whom do you know?", "--agree --answers"] {
        assert!(refused.message.contains(part), "{part}: {}", refused.message);
    }
    assert_eq!(rowan.list(&["join-requests", "London"]).len(), 0);
    let short = noor.file("short.toml", "answers = [\"Bread.\"]\n");
    let refused = noor.refused(&["join", "--no-mdns", "--agree", "--answers", &short, &invitation]);
    assert!(refused.message.contains("1 answer for 2 questions"), "{}", refused.message);

    let answers = noor.file("answers.toml", "answers = [\"Bread.\", \"Asha, from the bakery.\"]\n");
    let waiting = noor.object(&["join", "--no-mdns", "--agree", "--answers", &answers, &invitation]);
    assert_eq!((&waiting["name"], &waiting["joining"]), (&json!("London"), &json!(true)), "{waiting}");
    assert_eq!(
        (&waiting["have"], &waiting["need"]),
        (&json!(1), &json!(2)),
        "asha's invitation is her word: {waiting}"
    );
    // Asking once more is the same request, and says how far it is.
    let again = noor.object(&["join", "--no-mdns", "--agree", "--answers", &answers, &invitation]);
    assert_eq!(again, waiting);
    noor.serves(&[]);

    // The members see it, and talk about it.
    let seen = request(&rowan, |request| request["handle"] == "noor");
    assert_eq!((&seen["inviter"], &seen["need"], &seen["admitted"]), (&json!("asha"), &json!(2), &json!(false)));
    assert_eq!(
        seen["answers"],
        json!([
            { "question": "What brings you here?", "answer": "Bread." },
            { "question": "Whom do you know?", "answer": "Asha, from the bakery." },
        ])
    );
    assert_eq!(seen["six_words"], noor.object(&["whoami"])["six_words"], "to compare by voice");
    assert_eq!(rowan.list(&["join-requests", "London"]).len(), 1);
    assert_eq!(rowan.object(&["chapter", "show", "London"])["waiting_requests"], json!(1));
    let id = seen["request"].as_str().unwrap();
    rowan.object(&["comment", id, "--body", "Who knows her?"]);
    let talked = request(&asha, |request| request["comments"].as_array().is_some_and(|list| list.len() == 1));
    let question = talked["comments"][0]["entry"].as_str().unwrap();
    asha.object(&["comment", question, "--body", "I do, for years."]);
    let talked = request(&rowan, |request| request["comments"].as_array().is_some_and(|list| list.len() == 2));
    assert_eq!(talked["comments"][1]["body"], "I do, for years.");
    assert_eq!(noor.list(&["chapter", "list"])[0]["joining"], json!(true), "not in yet");

    rowan.object(&["sponsor", &id[..12], "--reason", "Asha knows her."]);
    let joined = noor.serving().says("joined");
    assert_eq!(joined["chapter_name"], "London");
    let done = request(&asha, |request| request["admitted"] == json!(true));
    let words: Vec<_> = done["sponsors"].as_array().unwrap().iter().map(|word| word["handle"].clone()).collect();
    assert_eq!(words, ["asha", "rowan"], "the inviter first: {done}");
    assert_eq!(done["sponsors"][1]["why"], "Asha knows her.");
    for member in [&rowan, &asha, &noor] {
        member.sees_members("London", &["asha", "noor", "rowan"]);
        member.sees("London", "We have a room");
    }
    rowan.agrees_with(&noor, "London");
    noor.posts("London", "Thank you");
    rowan.sees("London", "Thank you");
}

#[test]
fn a_word_against_is_a_reason_and_no_veto() {
    let (rowan, asha) = london();
    let mut tomas = Member::new("tomas");
    let answers = tomas.file("answers.toml", "answers = [\"The drums.\", \"Nobody.\"]\n");
    let invitation = rowan.invites("London");
    tomas.object(&["join", "--no-mdns", "--agree", "--answers", &answers, &invitation]);
    tomas.serves(&[]);
    let seen = request(&asha, |request| request["handle"] == "tomas");
    let id = seen["request"].as_str().unwrap();
    assert_eq!(asha.refused(&["decline", id]).code, "invalid", "not without a reason");
    asha.object(&["decline", id, "--reason", "Nobody of us has met him."]);
    let declined = request(&rowan, |request| request["declines"].as_array().is_some_and(|list| !list.is_empty()));
    let word = &declined["declines"][0];
    assert_eq!((&word["handle"], &word["why"]), (&json!("asha"), &json!("Nobody of us has met him.")));
    assert_eq!((&declined["admitted"], &declined["sponsors"][0]["handle"]), (&json!(false), &json!("rowan")));
    assert_eq!(request(&asha, |_| true)["mine"], "against");
    rowan.sees_members("London", JOINED);

    let again = rowan.refused(&["sponsor", id, "--reason", "Still."]);
    assert!(again.message.contains("already") && again.message.contains("nothing was written"), "{}", again.message);

    // She has met him now.
    asha.object(&["sponsor", id, "--reason", "He plays well."]);
    assert_eq!(tomas.serving().says("joined")["chapter_name"], "London");
    rowan.sees_members("London", &["asha", "rowan", "tomas"]);
}

#[test]
fn what_newcomers_are_asked_is_the_chapters_to_change() {
    let (rowan, asha) = london();
    let lighter = RULES
        .replace("sponsors = 2", "sponsors = 1")
        .replace(r#"["What brings you here?", "Whom do you know?"]"#, r#"["Do you bake?"]"#);
    let file = rowan.file("lighter.toml", &lighter);
    let motion = rowan.text(&["rules", "propose", "London", "--file", &file, "--reason", "We are too few."], "entry");
    rowan.votes_for(&motion);
    asha.votes_for(&motion);
    rowan.sees_passed(&motion);
    asha.sees_passed(&motion);
    let rules = asha.object(&["rules", "show", "London"]);
    assert_eq!((&rules["sponsors"], &rules["questions"]), (&json!(1), &json!(["Do you bake?"])));

    let noor = Member::new("noor");
    let answers = noor.file("answers.toml", "answers = [\"Every night.\"]\n");
    let invitation = asha.invites("London");
    let joined = noor.object(&["join", "--no-mdns", "--agree", "--answers", &answers, &invitation]);
    assert_eq!(joined["members"], json!(3), "{joined}");
}

#[test]
fn a_request_that_cannot_be_granted_any_more_is_listed_as_what_it_is_and_takes_no_words() {
    let (rowan, asha) = london();
    // Two come with an invitation for one; noor gets the word that was missing.
    let invitation = rowan.invites("London");
    let asks = |name: &str| {
        let mut newcomer = Member::new(name);
        let answers = newcomer.file("answers.toml", "answers = [\"Bread.\", \"Rowan.\"]\n");
        newcomer.object(&["join", "--no-mdns", "--agree", "--answers", &answers, &invitation]);
        newcomer.serves(&[]);
        newcomer
    };
    let (noor, _tomas) = (asks("noor"), asks("tomas"));
    let of = |member: &Member, name: &str, right: &dyn Fn(&Value) -> bool| {
        let found = || member.list(&["join-requests", "London"]).into_iter().find(|request| request["handle"] == *name);
        until_or(|| found().filter(|request| right(request)), || format!("a request of {name}, but {:?}", found()))
    };
    let id = of(&asha, "noor", &|_| true)["request"].as_str().unwrap().to_owned();
    let late = of(&asha, "tomas", &|_| true)["request"].as_str().unwrap().to_owned();
    asha.object(&["sponsor", &id]);
    noor.serving().says("joined");
    of(&asha, "tomas", &|request| request["used_up"] == json!(true));
    for words in [["sponsor", &late].as_slice(), &["decline", &late, "--reason", "Too late."]] {
        let refused = asha.refused(words);
        assert_eq!(refused.code, "invitation");
        assert!(refused.message.contains("as many people") && refused.message.contains("anew"), "{}", refused.message);
    }
    assert!(asha.refused(&["sponsor", &id]).message.contains("is a member"));
    assert_eq!(asha.object(&["chapter", "show", "London"])["waiting_requests"], json!(0));

    // Noor leaves: her request is none that waits.
    noor.object(&["leave", "London", "--yes"]);
    let over = of(&asha, "noor", &|request| request["former"] == json!(true));
    assert_eq!(over["admitted"], json!(true));
    assert!(asha.refused(&["sponsor", &id]).message.contains("no member of London any more"));
    assert_eq!(asha.object(&["chapter", "show", "London"])["waiting_requests"], json!(0));
}
