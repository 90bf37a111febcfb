//! One member, two windows: a second computer is added, named, and revoked when it is lost.

use crate::{comes_in, goes_to, london, makes_keys, unlocks};
use chapterhouse_tests::{Member, screen::Screen, wait::until, window::Window};

#[test]
fn a_second_computer_is_added_named_and_revoked() {
    let Some([left, right]) = Screen::several("two computers of one member") else { return };
    let [mut asha, rowan] = ["asha", "rowan"].map(Member::new);
    london(&mut asha);
    let room = asha.address();
    comes_in(&rowan, &asha);
    let laptop = Member::newcomer("laptop");
    let desk = Window::of(left, "devices", &rowan, Some(&room));
    let other = Window::of(right, "devices", &laptop, None);
    unlocks(&desk, &rowan);

    desk.clicks("nav-settings");
    desk.clicks("go-devices");
    desk.reads("devices", "This one");
    desk.looks("alone");

    // A code that was taken back: the way there can be given up, and nothing is left behind.
    desk.clicks("pair");
    let first = desk.property("pair-code", "value");
    assert!(first.starts_with("chapterhouse:pair/"), "{first}");
    desk.looks("code");
    desk.clicks("pair-cancel");
    other.clicks("pair-this");
    other.looks("pair-this");
    other.fills("pair-with", &first);
    makes_keys(&other, &laptop);
    other.reads("title", "Looking for your other computer");
    other.reads("pairing-wait", "good for another");
    other.looks("looking");
    other.clicks("pairing-stop");
    other.reads("title", "Run your organisation");
    assert!(!laptop.vault().exists(), "the keys for the way there are gone");

    // The next one leads there.
    desk.clicks("pair");
    let code = desk.property("pair-code", "value");
    assert_ne!(code, first);
    other.clicks("pair-this");
    other.fills("pair-with", &code);
    makes_keys(&other, &laptop);
    other.reads("title", "Welcome back, rowan");
    other.reads("paired", "1 chapter came along");
    other.looks("added");
    desk.reads("toasts", "is added");
    desk.lacks("pair-code");
    desk.looks("two");

    // Names are rowan's own affair, and each computer's own.
    desk.clicks_at("[data-test=device][data-this=false] [data-test=name-device]");
    desk.retypes("device-name", "The grey laptop");
    desk.clicks("save-name");
    desk.reads("devices", "The grey laptop");
    other.clicks_in("nav-chapter", "London");
    other.clicks("write");
    other.types("post-title", "From the laptop");
    other.types("post-body", "In the train.");
    other.clicks("publish");
    other.reads("title", "From the laptop");
    asha.sees("London", "From the laptop");
    desk.reads("devices", "last wrote today");
    other.clicks("nav-settings");
    other.clicks("go-devices");
    assert_eq!(other.list("devices").len(), 2);
    other.looks("seen-from-it");
    desk.looks("named");

    // Lost. What will happen is said first; the lost one says what happened, and what to do.
    desk.clicks("revoke-device");
    desk.reads("before", "is no longer yours in London");
    desk.clicks("revoke-since");
    desk.reads("before", "until the moment that you choose");
    desk.looks("revoking");
    desk.clicks("revoke-all");
    desk.types("revoke-why", "Left in the train.");
    desk.clicks("revoke-now");
    desk.reads("ended-devices", "The grey laptop");
    desk.looks("revoked");
    goes_to(&other, "front");
    other.reads("ended", "This computer was revoked");
    other.reads("ended", "erase it");
    other.lacks("write");
    other.looks("told");
    other.clicks("nav-settings");
    other.clicks("go-devices");
    other.reads("ended-devices", "This computer");
    other.reads("this-is-gone", "erase it under Settings");
    other.lacks("pair");
    other.lacks("revoke-device");
    other.looks("not-mine");
}

#[test]
fn a_computer_that_was_restarted_on_its_way_goes_on() {
    let Some([left]) = Screen::several("a restart on the way") else { return };
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let first = rowan.text(&["device", "pair"], "code");
    // Nobody answers to it any more.
    rowan.object(&["device", "pair", "--cancel"]);
    let laptop = Member::newcomer("laptop");
    let mut other = Window::of(left, "restart", &laptop, None);
    other.clicks("pair-this");
    other.fills("pair-with", &first);
    makes_keys(&other, &laptop);
    other.reads("title", "Looking for your other computer");
    other.closes();
    other.opens();
    other.reads("title", "Locked");
    other.types("unlock-passphrase", laptop.passphrase());
    other.clicks("unlock");
    other.reads("title", "Looking for your other computer");
    other.looks("after-a-restart");
    // Ten minutes later the code is over; another one leads there.
    other.turns_clock(11);
    other.reads("title", "Not added yet");
    other.reads("pairing-over", "good for ten minutes");
    other.clicks("pair-again-now");
    other.reads("refusal", "Paste the text");
    other.looks("over");
    other.fills("pair-again", &rowan.text(&["device", "pair"], "code"));
    other.clicks("pair-again-now");
    other.reads("title", "Welcome back, rowan");
    other.clicks("paired-go");
    other.reads("title", "Front page");
    other.reads("me", "rowan");

    // The folder comes to another place: nothing is written before somebody says what this is, and both answers are there.
    other.closes();
    laptop.becomes_a_copy();
    other.opens();
    unlocks(&other, &laptop);
    other.reads("copied", "was copied or moved");
    other.looks("copied");
    other.clicks("copied-second");
    other.reads("copied", "this copy has to go");
    other.looks("copied-second");
    other.clicks("copied-erase");
    other.reads("wipe-erase", "Erase everything");
    other.clicks("wipe-keep");
    other.clicks("copied-back");
    other.clicks_in("nav-chapter", "London");
    other.clicks("write");
    other.types("post-title", "From the new place");
    other.types("post-body", "The old computer is given away.");
    other.clicks("publish");
    other.reads("refusal", "copied or moved");
    other.looks("copied-refused");
    other.clicks("copied-moved");
    other.reads("toasts", "This computer goes on from here");
    other.lacks("copied");
    other.looks("copied-moved");
    // As soon as the other computer has sent what could be missing.
    until("writing goes on", || {
        let post = ["post", "London", "--kind", "news", "--title", "By hand", "--body", "Already?"];
        laptop.run(&post).status.success().then_some(())
    });
    other.clicks("publish");
    other.reads("title", "From the new place");
    other.lacks("warning");
    rowan.sees("London", "From the new place");
}
