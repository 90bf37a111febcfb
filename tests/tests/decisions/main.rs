//! A ranked vote and a consent in two real windows: written and read through, ranked with buttons, blocked with a reason,
//! given to somebody and taken back, counted round by round, and saved as a file. A proposed vote; and in five windows a secret
//! one, and beside it one that is hidden until its close. Every step leaves a picture.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod hidden;
mod secret;

use chapterhouse_tests::{Member, screen::Screen, window::Window};
use std::fs;

const BY_ROUNDS: &str = "Ranking, one winner by rounds";
const CONSENT: &str = "Consent: nobody objects";

fn unlocks(window: &Window, member: &Member) {
    window.reads("title", "Locked");
    window.types("unlock-passphrase", member.passphrase());
    window.clicks("unlock");
    window.reads("title", "Front page");
}

/// Presses a button in the row of an option.
fn ranks(window: &Window, option: &str, act: &str) {
    window.clicks_at(&format!("[data-test=rank][data-option=\"{option}\"] [data-act={act}]"));
}

fn opens_the_vote(window: &Window) {
    window.clicks("nav-home");
    window.clicks_in("feed-item", "The winter");
    window.reads("title", "The winter");
}

/// Writes a vote of two rooms, and reads it through.
fn writes(window: &Window, title: &str, secrecy: &str, open_for: u64) {
    window.clicks_in("nav-chapter", "London");
    window.clicks("tab-votes");
    window.clicks("write");
    window.reads("title", "Write a vote");
    window.types("vote-title", title);
    window.types("question-0", "Which room?");
    window.retypes("option-0-0", "Barn");
    window.retypes("option-0-1", "Park");
    window.selects("vote-secrecy", secrecy);
    let (day, time) = window.clock_in(open_for);
    window.fills("vote-closes-date", &day);
    window.fills("vote-closes-time", &time);
    window.clicks("review-poll");
    window.reads("review-closing", "The tellers are");
}

fn casts(window: &Window) {
    window.clicks("review");
    window.reads("review-card", "Before it is cast");
    window.looks("review");
    window.clicks("cast");
    window.reads("ballot-cast", "Your ballot is cast");
}

#[test]
fn a_ranked_vote_in_two_windows() {
    let Some([left, right]) = Screen::several("a ranked vote in two windows") else { return };
    let [mut asha, rowan, noor, mut imre] = ["asha", "rowan", "noor", "imre"].map(Member::new);
    asha.object(&["chapter", "found", "--name", "London", "--place", "The Weavers' Room"]);
    asha.serves(&[]);
    for member in [&rowan, &noor, &imre] {
        member.joins(&asha.invites("London"));
    }
    imre.stays_with(&asha);
    let hers = Window::of(left, "decisions", &rowan, Some(&asha.address()));
    unlocks(&hers, &rowan);
    let theirs = Window::of(right, "decisions", &noor, Some(&asha.address()));
    unlocks(&theirs, &noor);

    // Written, and read through before it is opened: after that nothing of it can be changed.
    hers.clicks_in("nav-chapter", "London");
    hers.clicks("tab-votes");
    hers.clicks("write");
    hers.reads("title", "Write a vote");
    hers.types("vote-title", "The winter");
    hers.selects("method-0", BY_ROUNDS);
    hers.types("question-0", "Which room?");
    hers.retypes("option-0-0", "Barn");
    hers.retypes("option-0-1", "Park");
    hers.clicks("add-option-0");
    hers.types("option-0-2", "Library");
    hers.clicks("add-question");
    hers.selects("method-1", CONSENT);
    hers.types("question-1", "Meet on Sundays?");
    hers.selects("quorum", "1/2");
    hers.clicks("vote-delegation");
    hers.looks("writing");
    hers.clicks("review-poll");
    let card = hers.reads("review-poll-card", "Round by round");
    for said in ["4 members can vote", "At least half", "nobody blocks", "nothing of it can be changed any more"] {
        assert!(card.contains(said), "no {said:?} in:\n{card}");
    }
    hers.looks("read-through");
    hers.clicks("open-poll");
    hers.reads("title", "The winter");
    hers.looks("ballot");

    // Rowan has no time, and gives the vote to noor.
    hers.clicks("give-vote");
    let id = noor.object(&["member", "show", "London", "noor"])["member"].as_str().unwrap().to_owned();
    hers.selects("give-0", &id);
    hers.clicks("give-now");
    hers.reads("vote-given", "Your vote is with noor");
    hers.reads("cast-for-me", "with noor, who has not voted yet");

    // Noor ranks with buttons, and blocks: not without a reason.
    opens_the_vote(&theirs);
    theirs.reads("conduct", "You can give your vote");
    for option in ["Park", "Barn"] {
        ranks(&theirs, option, "in");
    }
    ranks(&theirs, "Barn", "up");
    theirs.reads("summary", "1st Barn, 2nd Park");
    theirs.chooses("q2", "block");
    theirs.clicks("review");
    theirs.sees("a block needs one");
    theirs.looks("block");
    theirs.types("reason-q2", "No tram runs.");
    casts(&theirs);
    theirs.reads("received", "rowan");
    hers.reads("cast-for-me", "cast by noor");
    hers.reads("cast-for-me", "1st Barn, 2nd Park");
    hers.looks("cast-for-me");

    // Rowan takes it back and votes; two others vote by the command line.
    hers.clicks("take-back");
    hers.lacks("vote-given");
    hers.clicks_in("ballot-waits", "Vote");
    ranks(&hers, "Library", "in");
    ranks(&hers, "Barn", "in");
    hers.chooses("q2", "agree with reservations");
    hers.types("reason-q2", "Only before six.");
    casts(&hers);
    let poll = asha.list(&["feed", "London"])[0]["entry"].as_str().unwrap().to_owned();
    asha.object(&["vote", &poll, "--answer", "q1=Park>Barn", "--answer", "q2=agree"]);
    imre.receives(&["poll", "show", &poll]);
    imre.object(&["vote", &poll, "--answer", "q1=Barn"]);

    // Both windows count the same: Barn has two, and whichever of the others is out by lot hands its vote on to Barn.
    for window in [&hers, &theirs] {
        window.reads("turnout", "4 of 4");
        window.notes("question-result", "state", "decided");
        window.notes("rounds", "rounds", "2");
        assert_eq!((window.votes("q1", "Barn"), window.votes("q1", "Left blank")), (2, 0));
        assert_eq!((window.votes("q2", "block"), window.votes("q2", "Left blank")), (1, 1));
        let said = window.reads("objections", "No tram runs.");
        assert!(said.contains("Only before six.") && said.contains("noor"), "{said}");
        window.looks("result");
    }
    assert_eq!(hers.result_digest(), theirs.result_digest(), "both count the same");

    // Noor's own reason comes back when the vote is changed; the block is lifted.
    theirs.clicks("change-vote");
    theirs.has_value("reason-q2", "No tram runs.");
    theirs.chooses("q2", "stand aside");
    casts(&theirs);
    for window in [&hers, &theirs] {
        window.reads("objections", "1 objection was lifted");
    }

    // As a file.
    hers.clicks("save-csv");
    let saved = hers.reads("result-saved", "result-The-winter.csv");
    let table = fs::read_to_string(saved.trim_start_matches("Saved: ").trim()).unwrap();
    assert!(table.contains("q1,Which room?,Barn,2,2,1,yes"), "{table}");
}

#[test]
fn a_proposed_vote_in_a_window() {
    let Some([left]) = Screen::several("a proposed vote in a window") else { return };
    let [mut asha, rowan] = ["asha", "rowan"].map(Member::new);
    asha.object(&["chapter", "found", "--name", "London", "--place", "The Weavers' Room"]);
    asha.serves(&[]);
    rowan.joins(&asha.invites("London"));
    let hers = Window::of(left, "proposal", &rowan, Some(&asha.address()));
    unlocks(&hers, &rowan);
    hers.clicks_in("nav-chapter", "London");
    hers.clicks("tab-votes");
    hers.clicks("write");
    hers.types("vote-title", "The roof");
    hers.types("question-0", "Repair it?");
    hers.clicks("vote-propose");
    hers.selects("vote-length", "1 week");
    hers.clicks("review-poll");
    hers.reads("review-poll-card", "Open for 1 week");
    hers.clicks("open-poll");
    hers.reads("title", "The roof");
    hers.reads("plan", "Repair it?");
    hers.looks("proposed");

    // Asha is told so, and says what she has against it, and how it should be.
    let proposal = asha.receives(&["poll", "list", "London"])["proposal"].as_str().unwrap().to_owned();
    asha.object(&["poll", "object", &proposal, "--reason", "We cannot pay it."]);
    let amended = "title = \"The roof\"\nopen_for = \"1 week\"\n[[question]]\nkey = \"q1\"\ntext = \"Repair it, with slates?\"\noptions = [\"Yes\", \"No\"]\n";
    let amended = asha.file("amended.toml", amended);
    asha.object(&["poll", "amend", &proposal, &amended, "--reason", "They last."]);
    hers.reads("proposal-objections", "We cannot pay it.");
    hers.clicks("answer-objection");
    hers.types("say-text", "The council pays half.");
    hers.clicks("say-now");
    hers.reads("proposal-objections", "Answered, and stands");
    hers.reads("amendments", "Repair it, with slates?");
    hers.looks("objected");
    hers.clicks("adopt");
    hers.clicks("say-now");
    hers.reads("version", "Version 2");
    hers.reads("plan", "with slates?");
    hers.reads("changed", "an amendment of asha");

    // Opened as it stands; what was objected stands on the ballot, too.
    hers.clicks("open-proposal");
    hers.looks("opening");
    hers.clicks("say-now");
    hers.reads("proposed", "1 objection stands");
    hers.reads("proposed", "The council pays half.");
    hers.chooses("q1", "Yes");
    casts(&hers);
}
