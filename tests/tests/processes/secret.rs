//! A secret vote, from keys to the file that a stranger checks. Nobody's computer passes on its own ballot.

use chapterhouse_tests::{Member, wait::until};
use serde_json::{Value, json};
use std::fs;

fn sees(member: &Member, poll: &str) -> Value {
    member.object(&["poll", "show", poll])
}

/// Of each question the votes for its options, and blanks.
fn counted(poll: &Value) -> Vec<(u64, u64, u64)> {
    let number = |value: &Value| value.as_u64().unwrap();
    let question = |question: &Value| {
        let votes = |n: usize| number(&question["options"][n]["votes"]);
        (votes(0), votes(1), number(&question["blank"]))
    };
    poll["questions"].as_array().unwrap().iter().map(question).collect()
}

/// What a member hands on as a file for programs: the same as what another one does, and nothing of how either voted.
fn same_for_all(poll: &str, members: &[&Member]) {
    let files: Vec<String> = members
        .iter()
        .map(|member| {
            let path = member.file("result.json", "");
            fs::remove_file(&path).unwrap();
            member.object(&["poll", "export", poll, &path]);
            fs::read_to_string(path).unwrap()
        })
        .collect();
    assert!(files[0].contains("result_hash"));
    for own in ["\"mine\"", "\"own\"", "\"counts\""] {
        assert!(!files[0].contains(own), "{own}");
    }
    for file in &files {
        assert_eq!(*file, files[0]);
    }
}

/// A vote whose time is nearly over, so that its ballots need not wait for an hour.
#[test]
fn answers_are_kept_apart_until_the_file_that_a_stranger_checks() {
    let [rowan, asha, imre] = Member::three_in("London");
    let all = [&rowan, &asha, &imre];
    let write = |head: &str, keys: &[&str]| {
        let questions = keys
            .iter()
            .map(|key| format!("[[question]]\nkey = \"{key}\"\ntext = \"The {key}?\"\noptions = [\"yes\", \"no\"]\n"));
        let text =
            format!("title = \"The house\"\nopen_for = \"2 minutes\"\n{head}\n{}", questions.collect::<String>());
        rowan.file(&format!("{}.toml", head.len() + keys.len()), &text)
    };
    let refused = |head: &str, keys: &[&str]| rowan.refused(&["poll", "open", "London", "--file", &write(head, keys)]);
    let public = refused("apart = true", &["roof", "name"]);
    assert!(public.message.contains("in a secret vote only"), "{}", public.message);
    let single = refused("secrecy = \"secret\"\napart = true", &["roof"]);
    assert!(single.message.contains("no two questions"), "{}", single.message);

    all.iter().for_each(|member| drop(member.object(&["poll", "keys", "London"])));
    let file = write("secrecy = \"secret\"\napart = true", &["roof", "name"]);
    let poll = until("everybody's keys are here", || {
        let opened = rowan.run(&["poll", "open", "London", "--file", &file]);
        opened.status.success().then(|| opened.object()["poll"].as_str().unwrap().to_owned())
    });
    all.iter().for_each(|member| drop(member.receives(&["poll", "show", &poll])));
    for (member, answers) in all.into_iter().zip([&["roof=yes", "name=no"][..], &["roof=no", "name=no"], &["roof=yes"]])
    {
        let answers = answers.iter().flat_map(|answer| ["--answer", answer]).collect::<Vec<_>>();
        let kept = member.object(&[&["vote", &poll][..], &answers].concat());
        assert!(kept["words"].as_str().unwrap().contains("one by one, within a minute"), "{kept}");
        let own = &sees(member, &poll)["secret"]["own"];
        assert_eq!(
            (&own["answers"]["roof"]["one"], own["apart"].as_array().unwrap().len()),
            (&json!(&answers[1][5..]), 2)
        );
    }
    for member in all {
        until("each finds their own ballots in the count", || {
            (sees(member, &poll)["secret"]["own"]["found"] == true).then_some(())
        });
        until("everybody counts each question", || {
            (counted(&sees(member, &poll)) == [(2, 1, 0), (0, 2, 1)]).then_some(())
        });
        let shown = sees(member, &poll);
        assert_eq!((&shown["voters"], shown["ballots"].as_array().unwrap().len()), (&json!(3), 6));
        let text = member.reads(&["poll", "show", &poll]);
        assert!(text.contains("on the question with the most") && text.contains("You find roof by"), "{text}");
    }
    asha.agrees_with(&rowan, "London");
    imre.agrees_with(&rowan, "London");
    same_for_all(&poll, &all);
    let path = imre.file("house.poll", "");
    fs::remove_file(&path).unwrap();
    let exported = imre.object(&["poll", "export", &poll, &path]);
    assert!(exported["note"].as_str().unwrap().contains("nor which ballots for two questions"), "{exported}");
    let checked = Member::newcomer("vera").run_without_passphrase(&["poll", "verify", &path]).object();
    assert_eq!((&checked["good"], counted(&checked["result"])), (&json!(true), vec![(2, 1, 0), (0, 2, 1)]));
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    let bent = Member::newcomer("noor").run_without_passphrase(&["poll", "verify", &path]);
    assert!(!bent.status.success(), "one byte is another");
}

#[test]
fn everybody_counts_a_secret_vote_and_nobody_sees_whose_a_ballot_is() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let [asha, mut imre, noor] = ["asha", "imre", "noor"].map(|name| {
        let mut member = Member::new(name);
        member.joins(&rowan.invites("London"));
        member.stays_with(&rowan);
        member
    });
    rowan.sees_members("London", &["asha", "imre", "noor", "rowan"]);
    // So near the close ballots do not wait on their way.
    let file = "title = \"Chair\"\nopen_for = \"2 minutes\"\nsecrecy = \"secret\"\n[[question]]\nkey = \"chair\"\n\
                text = \"Who chairs?\"\noptions = [\"asha\", \"imre\"]\n";
    let file = rowan.file("poll.toml", file);
    let early = rowan.refused(&["poll", "open", "London", "--file", &file]);
    assert!(early.message.contains("poll keys") && early.message.contains("noor"), "{}", early.message);

    // Noor's computer is not asked: she has no ballot, and everybody is told so.
    for member in [&rowan, &asha, &imre] {
        member.object(&["poll", "keys", "London"]);
    }
    let opened = until("the keys of the others are here", || {
        Some(rowan.tries(&["poll", "open", "London", "--file", &file])).filter(|opened| opened.status.success())
    });
    // Whoever opens it is told who is left out, and how few they are; and whoever proposes one, too.
    assert!(opened.stderr.contains("without a ballot: noor") && opened.stderr.contains("Only 3 can vote"), "{opened}");
    let proposed = rowan.tries(&["poll", "propose", "London", &file]).succeeded();
    assert!(proposed.stderr.contains("If it were opened now") && proposed.stderr.contains("Only"), "{proposed}");
    let poll = opened.stdout.lines().next().unwrap().to_owned();
    let all = [&rowan, &asha, &imre, &noor];
    all.iter().for_each(|member| drop(member.receives(&["poll", "show", &poll])));
    let shown = sees(&noor, &poll);
    assert_eq!((&shown["secret"]["voters"], &shown["secret"]["without_key"]), (&json!(3), &json!(["noor"])));
    assert_eq!(shown["secret"]["few"], true);
    let none = noor.refused(&["vote", &poll, "--answer", "chair=asha"]);
    assert!(none.message.contains("no ballot key"), "{}", none.message);
    let reason = rowan.refused(&["vote", &poll, "--answer", "chair=asha", "--reason", "chair=Because"]);
    assert!(reason.message.contains("no reasons"), "{}", reason.message);

    for (member, answer) in [(&rowan, "chair=asha"), (&asha, "chair=asha"), (&imre, "chair=imre")] {
        let kept = member.object(&["vote", &poll, "--answer", answer]);
        let words = kept["words"].as_str().unwrap();
        assert!(words.contains("let the program run") && words.contains("Voting ends soon"), "{kept}");
        assert!(kept["entry"].is_string(), "{kept}");
    }
    // A ballot does not leave a computer on which nothing runs.
    imre.stops();
    let alone = imre.tries(&["vote", &poll, "--answer", "chair=imre"]).succeeded();
    assert!(alone.stderr.contains("start chapterhouse serve"), "{alone}");
    // Nor one that calls nobody; there it is not said to be on its way.
    let refused = imre.copies().refused(&["vote", &poll, "--answer", "chair=asha"]);
    assert_eq!(refused.code, "storage", "{}", refused.message);
    imre.stays_with(&rowan);
    let all = [&rowan, &asha, &imre, &noor];
    for member in [&rowan, &asha, &imre] {
        until("each finds their own ballot in the count", || {
            (sees(member, &poll)["secret"]["own"]["found"] == true).then_some(())
        });
    }
    for member in all {
        until("everybody counts three", || (sees(member, &poll)["voters"] == 3).then_some(()));
        let shown = sees(member, &poll);
        let options = &shown["questions"][0]["options"];
        assert_eq!((&options[0]["votes"], &options[1]["votes"]), (&json!(2), &json!(1)));
        assert_eq!((&shown["voted"], shown["ballots"].as_array().unwrap().len()), (&json!([]), 3));
    }

    noor.object(&["comment", &poll, "--body", "We meet on Tuesday."]);
    noor.agrees_with(&rowan, "London");
    same_for_all(&poll, &[&noor, &rowan]);
    let path = noor.file("chair.poll", "");
    fs::remove_file(&path).unwrap();
    let exported = noor.object(&["poll", "export", &poll, &path]);
    assert!(exported["note"].as_str().unwrap().contains("not whose it is"), "{exported}");
    let vera = Member::newcomer("vera");
    let checked = vera.run_without_passphrase(&["poll", "verify", &path]).object();
    let proven = checked["checks"].as_array().unwrap().iter().any(|check| check.as_str().unwrap().contains("proven"));
    assert!(checked["good"] == true && proven, "{checked}");
    assert_eq!(checked["result"]["questions"][0]["options"][0]["votes"], 2);
}
