//! The great poll in a real window: 245 members, six questions, blanks, a ballot that came too late. A member opens their
//! folder the day after and reads what was decided. Every step leaves a picture.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod seed;

use chapterhouse_tests::{helper::skipped, program, screen::Screen, window::Window};
use seed::Facts;
use std::{path::Path, process::Command};

const PASSPHRASE: &str = "night bus ladder";

#[test]
fn everybody_can_check_what_was_decided() {
    if !cfg!(target_os = "linux") {
        return skipped("the great poll in a window", "only Linux has screens without a monitor");
    }
    let screen = match Screen::new() {
        Ok(screen) => screen,
        Err(why) => return skipped("the great poll in a window", &why),
    };
    let facts = Facts::read();
    let rowan = Window::prepared(screen, "great-poll", |data| {
        makes_a_name(data);
        seed::great_poll(data, PASSPHRASE, &facts);
    });
    rowan.reads("title", "Locked");
    rowan.types("unlock-passphrase", PASSPHRASE);
    rowan.clicks("unlock");
    opens_the_result(&rowan, &facts);
    reads_the_result(&rowan, &facts);
    rowan.fits();
    rowan.pictured("result");
    rowan.resizes(420, 900);
    rowan.reads("turnout", "245 of 245");
    rowan.fits();
    rowan.pictured("result-420");
    rowan.resizes(1280, 800);
    rowan.clicks("nav-settings");
    rowan.clicks("theme-dark");
    opens_the_result(&rowan, &facts);
    rowan.fits();
    rowan.pictured("result-dark");
}

fn makes_a_name(data: &Path) {
    let mut command = Command::new(program::chapterhouse());
    command.arg("--data").arg(data).args(["init", "--handle", "rowan"]).env("CHAPTERHOUSE_PASSPHRASE", PASSPHRASE);
    program::run(&mut command).succeeded();
}

fn opens_the_result(who: &Window, facts: &Facts) {
    who.clicks("nav-votes");
    who.reads("feed-item", "245 of 245 voted");
    who.clicks_in("feed-item", &facts.topic);
    who.reads("title", &facts.topic);
}

fn reads_the_result(who: &Window, facts: &Facts) {
    let turnout = who.reads("turnout", "245 of 245");
    for part in ["100%", "6\nquestions", "1\nnot counted"] {
        assert!(turnout.contains(part), "no {part:?} in the turnout:\n{turnout}");
    }
    for asked in &facts.questions {
        for (option, votes) in &asked.options {
            assert_eq!(who.votes(&asked.key, option), *votes, "{}: {option}", asked.text);
        }
        assert_eq!(who.votes(&asked.key, "Left blank"), facts.voters - asked.total, "{}: blank", asked.text);
    }
    let check = who.reads("result-check", "245 members on the list");
    for part in ["246 arrived; 245 counted", "1 not counted", "tomas", "Your ballot\nFound in the count."] {
        assert!(check.contains(part), "no {part:?} in the check:\n{check}");
    }
    let compared = who.reads("result-hash", "six words");
    assert_eq!(compared.lines().filter(|line| line.chars().all(char::is_alphabetic)).count(), 6, "{compared}");
}
