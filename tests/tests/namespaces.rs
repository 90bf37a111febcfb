//! Two hosts, one cable, no router, no internet, no default route: they find each other by themselves.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use chapterhouse_tests::{
    Member,
    helper::skipped,
    host::{Host, is_inside, where_hosts_can_be_made},
    wait::until,
};
use serde_json::{Value, json};

#[test]
fn two_laptops_and_a_cable() {
    if let Err(why) = where_hosts_can_be_made("two_laptops_and_a_cable_inside") {
        skipped("two laptops and a cable", &why);
    }
}

#[test]
#[ignore = "runs in a network of its own, started by the test above"]
fn two_laptops_and_a_cable_inside() {
    if !is_inside() {
        return skipped("two laptops and a cable", "this half is started by the other one");
    }
    let [left, right] = Host::two();
    for host in [&left, &right] {
        let routes = host.run(&["ip", "route"]).stdout;
        assert_eq!(routes.lines().count(), 1, "only to the neighbour: {routes}");
        assert!(routes.starts_with("10.77.0.0/24"), "{routes}");
    }
    let mut rowan = Member::on(&left.before(), "rowan");
    let mut asha = Member::on(&right.before(), "asha");
    rowan.object(&["chapter", "found", "--name", "London"]);
    // Made while the program does not run, so that no address is in it: asha has to find rowan by herself.
    let invitation = rowan.text(&["invite", "London"], "invitation");
    rowan.serves_as(&["serve"]);
    rowan.posts("London", "Two laptops in a room");
    assert!(rowan.address().starts_with("/ip4/"), "{}", rowan.address());

    let joined = asha.object(&["join", &invitation]);
    assert_eq!((&joined["name"], &joined["members"]), (&json!("London"), &json!(2)));
    // Her program starts anew, and finds him again.
    asha.serves_as(&["serve"]);
    asha.posts("London", "Nothing in between");
    rowan.sees("London", "Nothing in between");
    asha.sees("London", "Two laptops in a room");
    rowan.agrees_with(&asha, "London");
    let peer = until("asha's computer among rowan's peers", || {
        rowan.list(&["peers"]).into_iter().find(|peer| peer["handle"] == "asha")
    });
    let text = |name: &str| peer[name].as_str().unwrap_or_default().to_owned();
    assert!(text("address").starts_with(&format!("/ip4/{}/", right.address())), "over the cable: {peer}");
    assert_eq!((&peer["chapters"], text("route").as_str()), (&json!(["London"]), "same network"));

    // Somebody stumbles over the cable while rowan writes, and puts it back.
    right.plug("down");
    rowan.posts("London", "Mind the cable");
    right.plug("up");
    asha.sees("London", "Mind the cable");
    let feed: Vec<Value> = rowan.list(&["feed", "London"]);
    assert_eq!(feed.len(), 3);
    rowan.agrees_with(&asha, "London");
}

#[test]
fn ten_characters_and_a_cable() {
    if let Err(why) = where_hosts_can_be_made("ten_characters_and_a_cable_inside") {
        skipped("ten characters and a cable", &why);
    }
}

#[test]
#[ignore = "runs in a network of its own, started by the test above"]
fn ten_characters_and_a_cable_inside() {
    if !is_inside() {
        return skipped("ten characters and a cable", "this half is started by the other one");
    }
    let [left, right] = Host::two();
    let mut rowan = Member::on(&left.before(), "rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves_as(&["serve"]);
    rowan.posts("London", "From the laptop");
    // Nothing but the ten characters: no address, no name.
    let code = rowan.text(&["device", "pair"], "short");
    let mut desk = Member::newcomer_on(&right.before(), "rowan");
    assert_eq!(desk.object(&["init", "--pair", &code])["chapters"], 1);
    desk.serves_as(&["serve"]);
    desk.sees("London", "From the laptop");
    rowan.agrees_with(&desk, "London");
}
