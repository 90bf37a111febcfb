//! A poll that tellers close, handed to a stranger as a file: she has no data folder, no network and no reason to trust anybody.

use chapterhouse_tests::{Member, wait::until};
use serde_json::{Value, json};
use std::{
    fs,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// A moment from now on, as files have it.
pub(super) fn in_seconds(seconds: u64) -> String {
    let now = (SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_secs(seconds)).as_secs();
    // Days to a date, after Howard Hinnant's `civil_from_days`; years after 1970.
    let days = now / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (now / 3600 % 24, now / 60 % 60, now % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn closing<'a>(poll: &'a Value, name: &str) -> &'a Value {
    let tellers = poll["closing"]["tellers"].as_array().unwrap();
    tellers.iter().find(|teller| teller["handle"] == name).unwrap()
}

#[test]
fn a_stranger_checks_what_the_tellers_closed() {
    let [rowan, asha, imre] = Member::three_in("London");
    rowan.sees_members("London", &["asha", "imre", "rowan"]);
    let all = [&rowan, &asha, &imre];
    rowan.makes_tellers("London", &["rowan", "asha", "imre"], &all);
    rowan.posts("London", "A secret of ours: Quillfeather");

    let file = format!(
        "title = \"Roof\"\ncloses = {}\n[[question]]\nkey = \"roof\"\ntext = \"Repair the roof?\"\noptions = [\"=yes\", \"no\"]\n",
        in_seconds(40)
    );
    let poll = rowan.text(&["poll", "open", "London", "--file", &rowan.file("poll.toml", &file)], "poll");
    let unknown = rowan.file("unknown.toml", &format!("tellers = [\"nobody\"]\n{file}"));
    assert_eq!(rowan.refused(&["poll", "open", "London", "--file", &unknown]).code, "not-found");
    all.iter().for_each(|member| drop(member.receives(&["poll", "show", &poll])));
    assert_eq!(rowan.object(&["teller", "show", &poll])["stage"], "open");
    // Whoever looks is told what waits, and whoever has voted, what comes next.
    let waits = |member: &Member| member.reads(&["feed", "London"]).contains("waits for your vote");
    assert!(waits(&rowan));
    for (member, answer) in [(&rowan, "roof==yes"), (&asha, "roof==yes"), (&imre, "roof=no")] {
        let voted = member.tries(&["vote", &poll, "--answer", answer]);
        let next = format!("chapterhouse poll show {poll} tells how it stands");
        assert!(voted.status.success() && voted.stderr.contains(&next), "{voted}");
    }
    assert!(!waits(&rowan));
    // A reason alone, or nothing at all, does not make the vote before it blank.
    let alone = rowan.refused(&["vote", &poll, "--reason", "roof=It leaks."]);
    assert!(alone.message.contains("--answer roof="), "{}", alone.message);
    assert!(rowan.refused(&["vote", &poll]).message.contains("--answer roof="));
    for member in all {
        until("three voters on each computer", || {
            (member.object(&["poll", "show", &poll])["voters"] == 3).then_some(())
        });
    }
    asha.object(&["teller", "receipts", &poll]);
    until("rowan is told that asha has seen the ballot", || {
        let mine = rowan.object(&["poll", "show", &poll])["mine"]["seen_by"].clone();
        mine.as_array().is_some_and(|tellers| tellers.contains(&json!("asha"))).then_some(())
    });
    let early = asha.refused(&["poll", "close", &poll]);
    assert!(early.code == "not-allowed" && early.message.contains("open until"), "{}", early.message);

    until("it is over", || (rowan.object(&["poll", "show", &poll])["state"] == "closed").then_some(()));
    let shown = rowan.object(&["poll", "show", &poll]);
    assert_eq!((&shown["closing"]["stage"], &shown["closing"]["missing"]), (&json!("provisional"), &json!(3)));
    let closed = asha.object(&["poll", "close", &poll]);
    assert_eq!(closed["need"], 2);
    let twice = asha.refused(&["teller", "cutoff", &poll]);
    assert!(twice.message.contains("already"), "{}", twice.message);
    imre.object(&["teller", "cutoff", &poll]);
    for member in all {
        until("final on each computer", || {
            (member.object(&["poll", "show", &poll])["closing"]["stage"] == "final").then_some(())
        });
    }
    let shown = rowan.object(&["poll", "show", &poll]);
    assert_eq!((&closing(&shown, "imre")["said"], &closing(&shown, "imre")["votes"]), (&json!("closed"), &json!(3)));
    assert_eq!(rowan.object(&["recount", &poll])["same"], true);
    let list = rowan.list(&["poll", "list", "London"]);
    assert_eq!((&list[0]["poll"], &list[0]["stage"], list.len()), (&json!(poll), &json!("final"), 1));

    let path = rowan.file("roof.poll", "");
    fs::remove_file(&path).unwrap();
    let exported = rowan.object(&["poll", "export", &poll, &path]);
    assert!(exported["note"].as_str().unwrap().contains("who voted what"), "{exported}");
    assert_eq!(rowan.refused(&["poll", "export", &poll, &path]).code, "invalid", "it is never written over");
    let bytes = fs::read(&path).unwrap();
    assert_eq!(exported["bytes"], bytes.len());

    // Vera has the program, and nothing else.
    let vera = Member::newcomer("vera");
    let checked = vera.run_without_passphrase(&["poll", "verify", &path]).object();
    assert_eq!((&checked["good"], checked["checks"].as_array().unwrap().len()), (&json!(true), 6));
    let result = &checked["result"];
    assert_eq!((&result["poll"], &result["stage"], &result["roll"]), (&json!(poll), &json!("final"), &json!(3)));
    assert_eq!((&result["result_hash"], &result["result_words"]), (&shown["result_hash"], &shown["result_words"]));
    assert!(result["stands"].as_str().unwrap().ends_with("The result is final."), "{result}");
    // Those who closed it are named, and nobody else.
    let closed = format!("{} of 3 tellers closed", result["tellers"].as_array().unwrap().len());
    let checks = checked["checks"].as_array().unwrap();
    assert!(checks.iter().any(|check| check.as_str().unwrap().starts_with(&closed)), "{closed}: {checked}");
    let options = &result["questions"][0]["options"];
    assert_eq!(*options, json!([{ "name": "=yes", "votes": 2 }, { "name": "no", "votes": 1 }]));
    assert!(!vera.data().exists(), "nothing was begun for it");

    // Whatever is changed on the way is found, and named.
    for at in [0, 40, 300, bytes.len() / 2, bytes.len() - 40, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[at] ^= 4;
        let changed_path = vera.file("changed.poll", "");
        fs::write(&changed_path, &changed).unwrap();
        let finished = vera.run(&["poll", "verify", &changed_path]);
        assert!(!finished.status.success(), "byte {at}");
        let told: Value = serde_json::from_str(finished.stdout.lines().next().unwrap()).unwrap();
        assert_eq!(told["good"], false);
        assert!(!told["fault"].as_str().unwrap().is_empty(), "{told}");
    }
    assert_eq!(vera.refused(&["poll", "verify", "/nowhere/at/all"]).code, "invalid");

    // As a table, for whoever makes reports; no formula gets into a spreadsheet by an option's name.
    let table = rowan.file("roof.csv", "");
    fs::remove_file(&table).unwrap();
    rowan.object(&["poll", "export", &poll, &table]);
    let table = fs::read_to_string(table).unwrap();
    assert!(table.contains("roof,Repair the roof?,'=yes,2,2,1,yes,\r\n"), "{table}");
    // Votes and members have columns of their own.
    assert!(table.contains(",Roof,\"final, closed ") && table.contains(",Roof,voted,3,3,1,,3\r\n"), "{table}");
    let same = asha.file("same.poll", "");
    fs::remove_file(&same).unwrap();
    asha.agrees_with(&rowan, "London");
    asha.object(&["poll", "export", &poll, &same]);
    let again = rowan.file("again.poll", "");
    fs::remove_file(&again).unwrap();
    rowan.object(&["poll", "export", &poll, &again]);
    assert!(fs::read(same).unwrap() == fs::read(again).unwrap(), "the same file on every computer");
}
