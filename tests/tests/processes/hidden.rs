//! A vote that is hidden until the close, from a ballot that waits for the tellers' keys to the file that a stranger checks.

use super::tellers::in_seconds;
use chapterhouse_tests::{Member, wait::until};
use serde_json::{Value, json};
use std::fs;

fn sees(member: &Member, poll: &str) -> Value {
    member.object(&["poll", "show", poll])
}

#[test]
fn nobody_sees_a_vote_before_the_tellers_open_all_of_them() {
    let [rowan, asha, imre] = Member::three_in("London");
    rowan.sees_members("London", &["asha", "imre", "rowan"]);
    let all = [&rowan, &asha, &imre];
    let file = |seconds| {
        format!(
            "title = \"Roof\"\ncloses = {}\nsecrecy = \"hidden\"\n[[question]]\nkey = \"roof\"\ntext = \"Repair the roof?\"\n\
             options = [\"yes\", \"no\"]\n",
            in_seconds(seconds)
        )
    };
    let nobody = rowan.refused(&["poll", "open", "London", "--file", &rowan.file("early.toml", &file(900))]);
    assert!(nobody.message.contains("task give CHAPTER teller"), "{}", nobody.message);
    rowan.makes_tellers("London", &["asha", "imre", "rowan"], &all);

    let poll = rowan.text(&["poll", "open", "London", "--file", &rowan.file("poll.toml", &file(45))], "poll");
    all.iter().for_each(|member| drop(member.receives(&["poll", "show", &poll])));
    for (member, answer) in [(&rowan, "roof=yes"), (&asha, "roof=yes"), (&imre, "roof=no")] {
        // It may go out at once, or wait for the others' computers to have seen the poll.
        let cast = member.object(&["vote", &poll, "--answer", answer]);
        assert!(
            cast["entry"].is_string() || cast["words"].as_str().unwrap().contains("kept on this computer"),
            "{cast}"
        );
    }
    for member in all {
        until("three ballots on each computer", || (sees(member, &poll)["opening"]["ballots"] == 3).then_some(()));
        let shown = sees(member, &poll);
        let options = &shown["questions"][0]["options"];
        assert_eq!((&options[0]["votes"], &options[1]["votes"], &shown["voters"]), (&json!(0), &json!(0), &json!(3)));
        assert_eq!(shown["questions"][0]["verdict"]["words"], "Hidden until the close.");
    }
    // One's own is shown where it was cast.
    assert_eq!(sees(&imre, &poll)["opening"]["own"]["answers"]["roof"]["one"], "no");
    let csv = imre.file("roof.csv", "");
    fs::remove_file(&csv).unwrap();
    for table in ["csv", "json"] {
        let early = imre.refused(&["poll", "export", &poll, &csv, "--table", table]);
        assert!(early.message.contains("no result"), "{}", early.message);
    }

    // A file written now has no figures that could be taken for a result.
    let sealed = imre.file("sealed.poll", "");
    fs::remove_file(&sealed).unwrap();
    let note = imre.object(&["poll", "export", &poll, &sealed])["note"].as_str().unwrap().to_owned();
    assert!(note.contains("no result") && !note.contains("who voted what"), "{note}");
    let result = imre.run_without_passphrase(&["poll", "verify", &sealed]).object()["result"].clone();
    assert_eq!((&result["voters"], &result["questions"][0]["options"]), (&json!(3), &json!([])));

    until("it is over", || (sees(&rowan, &poll)["state"] == "closed").then_some(()));
    asha.object(&["poll", "close", &poll]);
    imre.object(&["poll", "close", &poll]);
    for member in all {
        until("open on each computer", || (sees(member, &poll)["opening"]["stage"] == "open").then_some(()));
        until("all three counted", || (sees(member, &poll)["voters"] == 3).then_some(()));
        let options = &sees(member, &poll)["questions"][0]["options"];
        assert_eq!((&options[0]["votes"], &options[1]["votes"]), (&json!(2), &json!(1)));
    }
    assert_eq!(rowan.object(&["recount", &poll])["same"], true);

    let path = imre.file("roof.poll", "");
    fs::remove_file(&path).unwrap();
    imre.object(&["poll", "export", &poll, &path]);
    let vera = Member::newcomer("vera");
    let checked = vera.run_without_passphrase(&["poll", "verify", &path]).object();
    let opened =
        checked["checks"].as_array().unwrap().iter().any(|check| check.as_str().unwrap().contains("sealed before"));
    assert!(checked["good"] == true && opened, "{checked}");
    assert_eq!(checked["result"]["questions"][0]["options"][0]["votes"], 2);
}
