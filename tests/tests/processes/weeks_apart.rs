//! Members who are never online together, and exchanges on request.

use chapterhouse_tests::Member;
use serde_json::json;

/// A text that no compression makes short.
fn noise(seed: u32, length: usize) -> String {
    let mut number = seed;
    let next = |_| {
        number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'!' + u8::try_from(number >> 24).unwrap() % 90)
    };
    (0..length).map(next).collect()
}

#[test]
fn a_newcomer_joins_a_chapter_of_many_years() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let year = |from: u32| {
        for n in from..from + 8 {
            let text = rowan.file("roll.md", &noise(n, 40_000));
            rowan.object(&["post", "London", "--kind", "blog", "--title", &format!("Roll {n}"), "--file", &text]);
        }
    };
    year(0);
    let mut asha = Member::new("asha");
    asha.object(&["join", "--no-mdns", &rowan.text(&["invite", "London"], "invitation")]);
    asha.serves(&["--peer", &rowan.address()]);
    year(8);
    asha.sees("London", "Roll 15");
    // Of the one who invites, a newcomer learns only in the middle of all this that she is a member.
    let imre = Member::new("imre");
    imre.object(&["join", "--no-mdns", &asha.text(&["invite", "London"], "invitation")]);
    imre.object(&["sync", "London", "--peer", &asha.address()]);
    assert_eq!(imre.titles("London").len(), 16);
    imre.agrees_with(&asha, "London");
}

#[test]
fn two_are_never_online_together_except_through_the_third() {
    let mut rowan = Member::new("rowan");
    let mut imre = Member::new("imre");
    let mut asha = Member::new("asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    rowan.posts("London", "Before anybody came");
    imre.object(&["join", "--no-mdns", &rowan.text(&["invite", "London"], "invitation")]);
    rowan.stops();

    // Imre's computer stays in the room, and goes on. Asha comes by his invitation: the founder is not needed.
    imre.serves(&[]);
    let room = imre.address();
    asha.object(&["join", "--no-mdns", &imre.text(&["invite", "London"], "invitation")]);
    asha.serves(&["--peer", &room]);
    asha.sees("London", "Before anybody came");
    asha.posts("London", "From asha, while rowan was away");
    asha.agrees_with(&imre, "London");
    asha.stops();

    // Weeks later. Rowan has written on the train, and comes by for one exchange.
    rowan.posts("London", "From rowan, on the train");
    let report = rowan.object(&["sync", "London", "--peer", &room, "--timeout", "60s"]);
    assert_eq!(report["sent"], json!(1), "his post: {report}");
    // Imre's invitation, asha's admission by it, and her post.
    assert_eq!(report["received"], json!(3), "{report}");
    // They met before, and go on where they were: no ids are compared.
    assert_eq!(report["rounds"], json!(0), "{report}");
    for bytes in ["bytes_in", "bytes_out"] {
        assert!((200..100_000).contains(&report[bytes].as_u64().unwrap()), "{bytes}: {report}");
    }
    assert!(report["seconds"].as_f64().unwrap() < 60.0, "{report}");
    rowan.sees("London", "From asha, while rowan was away");

    // A second exchange has nothing to do.
    let report = rowan.object(&["sync", "London", "--peer", &room]);
    assert_eq!((&report["sent"], &report["received"]), (&json!(0), &json!(0)), "{report}");

    asha.object(&["sync", "London", "--peer", &room]);
    assert_eq!(
        asha.titles("London"),
        ["From rowan, on the train", "From asha, while rowan was away", "Before anybody came"]
    );
    let state = asha.state("London");
    assert_eq!(rowan.state("London"), state);
    assert_eq!(imre.state("London"), state);
}

#[test]
fn an_exchange_with_nobody_says_so() {
    let rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    // Nobody listens on port 1.
    let refused = rowan.refused(&["sync", "London", "--peer", "/ip4/127.0.0.1/tcp/1", "--timeout", "1s"]);
    assert_eq!(refused.code, "unreachable", "{}", refused.message);
    let refused = rowan.refused(&["sync", "London", "--peer", "the room", "--timeout", "1s"]);
    assert_eq!(refused.code, "invalid", "{}", refused.message);
    assert!(refused.message.contains("the room"), "{}", refused.message);
    let refused = rowan.refused(&["serve", "--no-mdns", "--listen", "the room"]);
    assert_eq!(refused.code, "invalid", "{}", refused.message);
}

#[test]
fn an_invitation_is_kept_until_somebody_is_there() {
    let mut rowan = Member::new("rowan");
    let mut asha = Member::new("asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let address = rowan.address();
    let invitation = rowan.text(&["invite", "London"], "invitation");
    rowan.stops();

    let refused = asha.refused(&["join", "--no-mdns", "--timeout", "1s", &invitation]);
    assert_eq!(refused.code, "unreachable", "{}", refused.message);
    assert_eq!(asha.list(&["chapter", "list"])[0]["joining"], json!(true));
    // Rowan's computer is on again at the place that the invitation names; asha's program finds it by itself.
    rowan.serves_as(&["serve", "--no-mdns", "--listen", &address]);
    asha.serves(&[]);
    let joined = asha.serving().says("joined");
    assert_eq!(joined["chapter_name"], "London");
    assert_eq!(asha.list(&["chapter", "list"])[0]["joining"], json!(false));
    rowan.agrees_with(&asha, "London");
}
