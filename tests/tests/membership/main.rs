//! Who is in, in real windows: joining, being removed, further devices, rules, keys, leaving. One story each; whoever
//! is not looked at uses the command line. Every step leaves a picture.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod devices;
mod joining;
mod leaving;
mod removal;
mod rules;
mod security;

use chapterhouse_tests::{Member, window::Window};

/// The rules of a chapter that decides as soon as it can.
const RULES: &str = r#"
sponsors = 1
operating_from = 5
history = "all"
removal_quorum = "1/2"
removal_majority = "2/3"
decision_quorum = "1/2"
decision_majority = "1/2"
stands_for_hours = 0
questions = []
statement = ""
"#;

/// London, founded by somebody whose program runs from then on.
fn london(founder: &mut Member) {
    let rules = founder.file("rules.toml", RULES);
    founder.object(&["chapter", "found", "--name", "London", "--place", "The Weavers' Room", "--rules", &rules]);
    founder.serves(&[]);
}

/// Lets somebody into London by the command line.
fn comes_in(member: &Member, by: &Member) {
    member.joins(&by.invites("London"));
}

fn unlocks(window: &Window, member: &Member) {
    window.reads("title", "Locked");
    window.types("unlock-passphrase", member.passphrase());
    window.clicks("unlock");
    window.reads("title", "Front page");
}

/// Chooses a passphrase on the first page, and whatever was asked beside it.
fn makes_keys(window: &Window, member: &Member) {
    window.types("passphrase", member.passphrase());
    window.types("passphrase-again", member.passphrase());
    window.clicks("create");
}

/// The first page, up to the pages behind it.
fn makes_a_name(window: &Window, member: &Member, choice: &str) {
    window.clicks(choice);
    window.types("handle", member.handle());
    makes_keys(window, member);
    window.list("words");
    window.clicks("words-kept");
    window.clicks("words-continue");
}

/// To a chapter's page, and a tab of it.
fn goes_to(window: &Window, tab: &str) {
    window.clicks_in("nav-chapter", "London");
    window.clicks(&format!("tab-{tab}"));
}

/// To a member's page.
fn visits(window: &Window, handle: &str) {
    goes_to(window, "members");
    window.clicks_in("members", handle);
    window.reads("title", handle);
}

/// The motion that was made last, as soon as it is here.
fn newest_motion(member: &Member) -> String {
    chapterhouse_tests::wait::until("a motion", || {
        member.list(&["motion", "list", "London"]).first().map(|motion| motion["entry"].as_str().unwrap().to_owned())
    })
}

/// Votes in the window for the motion that is on it.
fn votes_for(window: &Window) {
    window.clicks("vote-yes");
    window.clicks("cast-motion-vote");
    window.notes("motion-voted", "choice", "For");
}
