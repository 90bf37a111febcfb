//! The chapter removes a member who goes on writing from a laptop that is offline; a member leaves and comes back.

use chapterhouse_tests::{Member, wait::until_or};
use serde_json::json;

/// What counts at the end, on every computer and for ever.
const COUNTS: [&str; 3] = ["Noor, back from the hills", "A fresh start", "Before the meeting"];

#[test]
fn a_removed_member_goes_on_writing_from_an_offline_laptop() {
    let mut rowan = Member::new("rowan");
    let [mut asha, mut tomas, mut imre, mut noor] = ["asha", "tomas", "imre", "noor"].map(Member::new);
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let room = rowan.address();
    for member in [&mut asha, &mut tomas, &mut imre, &mut noor] {
        member.joins(&rowan.invites("London"));
        member.serves(&["--peer", &room]);
    }
    imre.posts("London", "Before the meeting");
    for member in [&rowan, &asha, &tomas, &imre, &noor] {
        member.sees("London", "Before the meeting");
        member.sees_members("London", &["asha", "imre", "noor", "rowan", "tomas"]);
    }
    rowan.agrees_with(&noor, "London");

    // Imre and noor are in the hills, each with a laptop, and no net. He writes before the others meet.
    imre.stops();
    noor.stops();
    let before = imre.posts("London", "In the hills, before they met");

    // The others decide. Whoever moves it is told what will happen, and nobody decides it alone.
    let reason = "He took the money box.";
    let words = ["removal", "propose", "London", "imre", "--reason", reason];
    let refused = rowan.refused(&words);
    assert_eq!(refused.code, "invalid");
    for part in ["imre", "1/2", "2/3", "--yes"] {
        assert!(refused.message.contains(part), "{part}: {}", refused.message);
    }
    assert_eq!(rowan.list(&["motion", "list", "London"]).len(), 0, "nothing was moved by it");
    let motion = rowan.text(&[&words[..], &["--yes"]].concat(), "entry");
    rowan.votes_for(&motion);
    let shown = rowan.object(&["motion", "show", &motion]);
    let so_far = (&shown["measure"], &shown["stage"], &shown["yes"], &shown["why"]);
    assert_eq!(so_far, (&json!("remove"), &json!("open"), &json!(1), &json!(reason)));
    assert_eq!(shown["roll"], json!(4), "whoever is to be removed has no vote on it: {shown}");
    asha.votes_for(&motion);
    tomas.votes_for(&motion);
    // Three of four: noor's vote could not change it any more.
    for member in [&rowan, &asha, &tomas] {
        member.sees_passed(&motion);
        member.sees_members("London", &["asha", "noor", "rowan", "tomas"]);
    }
    let former = rowan.list(&["members", "London", "--former"]);
    assert_eq!((&former[0]["handle"], &former[0]["ended"]["how"]), (&json!("imre"), &json!("removed")), "{former:?}");
    rowan.posts("London", "A fresh start");
    asha.sees("London", "A fresh start");
    tomas.sees("London", "A fresh start");

    // In the hills nobody has heard of it, and nobody can be called. Imre writes on; noor has it from him, and answers.
    for member in [&mut asha, &mut tomas, &mut rowan] {
        member.stops();
    }
    let after = imre.posts("London", "In the hills, after they met");
    imre.serves(&[]);
    noor.object(&["sync", "London", "--peer", &imre.address(), "--timeout", "60s"]);
    assert_eq!(noor.titles("London")[0], "In the hills, after they met");
    noor.object(&["comment", &before, "--body", "It rains here."]);
    imre.stops();

    rowan.serves(&[]);
    let room = rowan.address();
    for member in [&mut asha, &mut tomas] {
        member.serves(&["--peer", &room]);
    }
    // Noor comes back and brings it all along. What imre had written unseen counts nowhere; what she wrote does.
    noor.serves(&["--peer", &room]);
    noor.sees("London", "A fresh start");
    noor.posts("London", "Noor, back from the hills");
    let everybody = [&rowan, &asha, &tomas, &noor];
    for member in everybody {
        member.sees("London", "Noor, back from the hills");
        assert_eq!(member.titles("London"), COUNTS, "{}", member.handle());
        for entry in [&before, &after] {
            let shown = member.receives(&["show", entry]);
            assert_eq!(shown["author"]["handle"], "imre");
            let void = shown["void"].as_str().unwrap_or_else(|| panic!("it counts on {}'s computer", member.handle()));
            assert!(!void.is_empty());
        }
    }
    let state = rowan.agrees_with(&noor, "London");

    // Imre comes back, too: nothing new is given to him, and nothing is taken from him.
    let late = imre.posts("London", "In the train");
    imre.run(&["sync", "London", "--peer", &room, "--timeout", "5s"]);
    let of_imre = imre.titles("London");
    assert!(!of_imre.iter().any(|title| COUNTS[..2].contains(&title.as_str())), "{of_imre:?}");
    assert_eq!(rowan.refused(&["show", &late]).code, "not-found");

    // The next year: everybody starts again, and somebody new comes in. They all see the same.
    for member in [&mut asha, &mut tomas, &mut noor, &mut rowan] {
        member.stops();
    }
    for member in [&rowan, &asha, &tomas, &noor] {
        assert_eq!(member.state("London"), state, "{}", member.handle());
        assert_eq!(member.titles("London"), COUNTS, "{}", member.handle());
    }
    asha.serves(&[]);
    let mut wren = Member::new("wren");
    wren.joins(&asha.invites("London"));
    wren.serves(&["--peer", &asha.address()]);
    wren.sees("London", "Before the meeting");
    asha.agrees_with(&wren, "London");
    assert_eq!(wren.titles("London"), COUNTS);
    wren.sees_members("London", &["asha", "noor", "rowan", "tomas", "wren"]);
}

#[test]
fn a_member_leaves_and_comes_back() {
    let mut rowan = Member::new("rowan");
    let mut asha = Member::new("asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let room = rowan.address();
    asha.joins(&rowan.invites("London"));
    asha.serves(&["--peer", &room]);
    asha.posts("London", "Hello");
    rowan.sees("London", "Hello");

    let refused = asha.refused(&["leave", "London"]);
    assert_eq!(refused.code, "invalid");
    assert!(refused.message.contains("You leave London") && refused.message.contains("--yes"), "{}", refused.message);
    rowan.sees_members("London", &["asha", "rowan"]);
    asha.object(&["leave", "London", "--reason", "I move to Leeds.", "--yes"]);
    rowan.sees_members("London", &["rowan"]);
    let former = rowan.list(&["members", "London", "--former"]);
    assert_eq!((&former[0]["handle"], &former[0]["ended"]["how"]), (&json!("asha"), &json!("left")), "{former:?}");
    // What she wrote stays hers, and she can read it; she writes nothing more.
    assert_eq!(asha.titles("London"), ["Hello"]);
    assert_eq!(asha.object(&["chapter", "show", "London"])["ended"]["how"], "left");
    let post = ["post", "London", "--kind", "news", "--title", "One more", "--body", "…"];
    assert_eq!(asha.refused(&post).code, "not-allowed");
    rowan.posts("London", "Without asha");

    // The trains are full; she stays. By an invitation, as at first.
    asha.stops();
    asha.joins(&rowan.invites("London"));
    asha.serves(&["--peer", &room]);
    rowan.sees_members("London", &["asha", "rowan"]);
    asha.sees("London", "Without asha");
    asha.posts("London", "Back again");
    rowan.sees("London", "Back again");
    rowan.agrees_with(&asha, "London");
    until_or(
        || (rowan.list(&["members", "London", "--former"]).is_empty()).then_some(()),
        || "nobody among the former members".to_owned(),
    );
}
