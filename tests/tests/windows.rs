//! Two real windows on screens without a monitor, clicked and typed in through WebDriver. The first evening again
//! (see `processes`), this time as people live it. Every step leaves a picture.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use chapterhouse_tests::{helper::skipped, program, screen::Screen, window::Window};

const PASSPHRASE: &str = "night bus ladder";

#[test]
fn two_windows_one_chapter() {
    if !cfg!(target_os = "linux") {
        return skipped("two windows", "only Linux has screens without a monitor");
    }
    let (left, right) = match (Screen::new(), Screen::new()) {
        (Ok(left), Ok(right)) => (left, right),
        (Err(why), _) | (_, Err(why)) => return skipped("two windows", &why),
    };
    let mut rowan = Window::new(left, "rowan");
    let mut asha = Window::new(right, "asha");

    rowan.reads("title", "Run your organisation from your own computers");
    rowan.pictured("welcome");
    makes_a_name(&rowan, "rowan", "start-fresh");
    founds_london(&rowan);
    writes_a_post(&rowan);
    let file = invites(&rowan);

    makes_a_name(&asha, "asha", "have-invitation");
    joins(&asha, &file);
    records_minutes(&rowan);
    opens_a_vote(&rowan);
    sees_everything(&asha);
    votes(&asha);
    sees_the_vote(&rowan, &asha);

    restarts(&mut asha);
    restarts(&mut rowan);
    writes_on(&rowan, &asha);
}

/// On a computer without a screen somebody reads why, and what to do.
#[test]
fn without_a_screen_it_says_so() {
    if !cfg!(target_os = "linux") {
        return skipped("no screen", "only Linux has computers without one");
    }
    let home = tempfile::tempdir().unwrap();
    let mut opens = std::process::Command::new(program::window());
    opens
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path());
    let finished = program::run(opens.arg("--data").arg(home.path().join("data")));
    assert!(!finished.status.success() && !finished.stderr.contains("panicked"), "{finished}");
    assert!(finished.stderr.contains("there is no screen here to open a window on"), "{finished}");
}

fn makes_a_name(who: &Window, handle: &str, choice: &str) {
    who.clicks(choice);
    who.types("handle", handle);
    who.types("passphrase", PASSPHRASE);
    who.types("passphrase-again", PASSPHRASE);
    who.pictured("name");
    who.clicks("create");
    let words = who.list("words");
    assert_eq!(words.iter().filter(|word| word.chars().any(char::is_alphabetic)).count(), 24, "{words:?}");
    who.clicks("words-kept");
    who.pictured("words");
    who.clicks("words-continue");
}

fn founds_london(rowan: &Window) {
    rowan.reads("title", "Welcome, rowan");
    rowan.pictured("start");
    rowan.clicks("go-found");
    rowan.types("chapter-name", "London");
    rowan.types("chapter-place", "The Weavers' Room");
    rowan.pictured("found");
    rowan.clicks("found-chapter");
    rowan.reads("title", "London");
    rowan.reads("tab-members", "1");
    rowan.pictured("chapter");
}

fn writes_a_post(rowan: &Window) {
    // Letters are keys of the window where they are in no field, so a page that comes leaves the cursor where somebody put it.
    rowan.is_quick("post-title");
    rowan.clicks("write");
    rowan.reads("title", "Write a post");
    assert_eq!(rowan.cursor(), "post-title", "the page took the cursor away");
    rowan.clicks("kind-news");
    rowan.types("post-title", "We have a room");
    rowan.types("post-body", "From May on, **every** Tuesday.");
    rowan.clicks("view-side");
    rowan.sees("From May on, every Tuesday.");
    rowan.pictured("writing");
    rowan.clicks("publish");
    rowan.reads("title", "We have a room");
    assert_eq!(
        rowan.reads("body", "From May on").trim(),
        "From May on, every Tuesday.",
        "Markdown is drawn, not shown"
    );
    rowan.reads("share-card", "Only on this computer so far");
    rowan.pictured("post");
}

fn invites(rowan: &Window) -> String {
    rowan.clicks_in("nav-chapter", "London");
    rowan.clicks("invite");
    rowan.retypes("invite-uses", "0");
    rowan.clicks("invite-make");
    rowan.reads("refusal", "from 1 to 1000");
    rowan.retypes("invite-uses", "2");
    rowan.pictured("inviting");
    rowan.clicks("invite-make");
    let invitation = rowan.property("invitation-text", "value");
    assert!(invitation.starts_with("chapterhouse:join/"), "{invitation}");
    rowan.reads("invitation-for", "For up to 2 people");
    rowan.clicks("invitation-save");
    let saved = rowan.reads("invitation-saved", "London.chapterhouse-invitation");
    rowan.pictured("invitation");
    rowan.clicks("invite-done");
    let path = saved.trim().trim_start_matches("Saved: ").to_owned();
    assert!(std::fs::read_to_string(&path).unwrap().contains(&invitation), "{path}");
    path
}

/// By the file that rowan handed over; with a picture by mistake first.
fn joins(asha: &Window, file: &str) {
    let wrong = std::path::Path::new(file).with_file_name("picture.png");
    std::fs::write(&wrong, [0x89, b'P', b'N', b'G', 0, 0xff]).unwrap();
    asha.opens_file("join-file", wrong.to_str().unwrap());
    asha.reads("refusal", "This file is no invitation");
    asha.opens_file("join-file", file);
    let preview = asha.reads("invitation-preview", "London");
    assert!(preview.contains("rowan"), "who invites: {preview}");
    asha.pictured("invitation");
    asha.clicks("join");
    asha.reads("title", "London");
    asha.reads("feed", "We have a room");
    asha.reads("tab-members", "2");
    asha.pictured("joined");
}

fn records_minutes(rowan: &Window) {
    rowan.clicks_in("nav-chapter", "London");
    rowan.reads("tab-members", "2");
    rowan.clicks("tab-minutes");
    rowan.clicks("write");
    rowan.retypes("minutes-title", "November meeting");
    rowan.fills("minutes-date", "2026-11-24");
    rowan.fills("minutes-starts", "18:30");
    rowan.fills("minutes-ends", "21:30");
    rowan.clicks_in("attend", "asha");
    rowan.types("minutes-facilitator", "asha");
    rowan.types("item-title-0", "Travel");
    rowan.types("item-notes-0", "The last train is at *22:10*.");
    rowan.clicks("add-decision");
    rowan.types("decision-0", "We pay the last train.");
    rowan.clicks("add-action");
    rowan.types("action-what-0", "Book the room");
    rowan.types("action-owner-0", "rowan");
    // Days that are past are asked about.
    rowan.fills("action-due-0", "2099-12-01");
    rowan.fills("next-date", "2099-12-29");
    rowan.types("next-facilitator", "noor");
    rowan.types("next-co-facilitator", "tomas");
    rowan.pictured("writing-minutes");
    rowan.clicks("record-minutes");
    rowan.reads("title", "November meeting");
    reads_the_minutes(rowan);
    rowan.pictured("minutes");
}

fn reads_the_minutes(who: &Window) {
    let minutes = who.reads("minutes", "We pay the last train.");
    for part in ["2 present", "Travel", "The last train is at 22:10.", "Book the room", "noor facilitates, tomas helps"]
    {
        assert!(minutes.contains(part), "no {part:?} in the minutes:\n{minutes}");
    }
}

fn opens_a_vote(rowan: &Window) {
    rowan.clicks_in("nav-chapter", "London");
    rowan.clicks("tab-votes");
    rowan.clicks("write");
    rowan.types("vote-title", "Winter vote");
    rowan.types("question-0", "Keep the room?");
    rowan.clicks("add-question");
    rowan.types("question-1", "Which day?");
    rowan.retypes("option-1-0", "Tuesday");
    rowan.retypes("option-1-1", "Thursday");
    rowan.pictured("opening-a-vote");
    rowan.clicks("review-poll");
    rowan.reads("review-poll-card", "The option with the most votes wins.");
    rowan.pictured("vote-read-through");
    rowan.clicks("open-poll");
    rowan.reads("title", "Winter vote");
    rowan.pictured("vote-opened");
}

fn sees_everything(asha: &Window) {
    asha.clicks("nav-home");
    for title in ["We have a room", "November meeting", "Winter vote"] {
        asha.reads("feed", title);
    }
    asha.reads("feed", "Both devices");
    asha.pictured("front-page");
    asha.clicks_in("feed-item", "November meeting");
    reads_the_minutes(asha);
    asha.reads("share-card", "Both devices have this");
    asha.pictured("minutes");
    asha.clicks("nav-home");
    asha.clicks_in("feed-item", "We have a room");
    asha.reads("body", "From May on, every Tuesday.");
    asha.types("comment-body", "I can bring chairs.");
    asha.clicks("reply");
    asha.reads("comment", "I can bring chairs.");
    asha.pictured("comment");
}

fn votes(asha: &Window) {
    asha.clicks("nav-home");
    asha.reads("waiting", "Winter vote");
    asha.clicks("vote-now");
    asha.chooses("q1", "Yes");
    asha.chooses("q2", "Thursday");
    asha.pictured("ballot");
    asha.clicks("review");
    asha.reads("review-card", "Thursday");
    asha.pictured("review");
    asha.clicks("cast");
    asha.reads("ballot-cast", "Your ballot is cast");
    asha.reads("turnout", "1 of 2");
}

fn sees_the_vote(rowan: &Window, asha: &Window) {
    rowan.clicks("nav-votes");
    rowan.reads("feed-item", "1 of 2 voted");
    rowan.pictured("votes");
    rowan.clicks_in("feed-item", "Winter vote");
    rowan.chooses("q1", "Yes");
    rowan.clicks("review");
    rowan.clicks("cast");
    rowan.reads("turnout", "2 of 2");
    asha.reads("turnout", "2 of 2");
    assert_eq!(asha.result_digest(), rowan.result_digest(), "both count the same");
    asha.reads("ballot-cast", "Both devices have this");
    asha.pictured("result");
    rowan.pictured("result");
    rowan.clicks("sync");
    rowan.reads("peers", "asha");
    rowan.pictured("network");
    rowan.clicks_in("nav-chapter", "London");
    rowan.clicks("tab-members");
    rowan.reads("members", "asha");
    rowan.pictured("members");
}

fn restarts(who: &mut Window) {
    who.closes();
    who.opens();
    who.reads("title", "Locked");
    who.pictured("locked");
    who.types("unlock-passphrase", "guessed");
    who.clicks("unlock");
    who.reads("refusal", "passphrase");
    who.pictured("wrong-passphrase");
    who.retypes("unlock-passphrase", PASSPHRASE);
    who.clicks("unlock");
    who.clicks_in("nav-chapter", "London");
    for title in ["We have a room", "November meeting", "Winter vote"] {
        who.reads("feed", title);
    }
    who.clicks("tab-votes");
    who.clicks_in("feed-item", "Winter vote");
    who.reads("turnout", "2 of 2");
    who.pictured("next-day");
}

fn writes_on(rowan: &Window, asha: &Window) {
    rowan.clicks_in("nav-chapter", "London");
    rowan.clicks("write");
    rowan.types("post-title", "Good morning");
    rowan.types("post-body", "Still here.");
    rowan.clicks("publish");
    rowan.reads("title", "Good morning");
    asha.clicks("nav-home");
    asha.clicks_in("feed-item", "Good morning");
    asha.reads("body", "Still here.");
    rowan.reads("share-card", "Both devices have this");
    rowan.pictured("found-each-other-again");
}
