//! The power goes while people write.

use chapterhouse_tests::Member;
use std::{collections::BTreeSet, sync::mpsc, thread};

const WRITERS: usize = 3;
/// So many posts are acknowledged before the power goes.
const ROUNDS: [usize; 3] = [4, 9, 15];

#[test]
fn everything_acknowledged_is_there_after_the_power_has_gone() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    let mut acknowledged = BTreeSet::new();
    for (round, enough) in ROUNDS.into_iter().enumerate() {
        rowan.serves(&[]);
        acknowledged.extend(write_until_killed(&mut rowan, round, enough));
        // The folder is as the power cut left it. The program puts it right by itself.
        let feed = rowan.list(&["feed", "London", "--limit", "1000"]);
        let here: BTreeSet<String> = feed.iter().map(|item| item["entry"].as_str().unwrap().to_owned()).collect();
        let lost: Vec<&String> = acknowledged.difference(&here).collect();
        assert!(lost.is_empty(), "after {} acknowledged posts: lost {lost:?}", acknowledged.len());
        // What was written in the last moment may be there or not; it was not acknowledged.
        assert!(here.len() <= acknowledged.len() + WRITERS * (round + 1), "{} here", here.len());
    }
    rowan.posts("London", "The light is back");
    assert_eq!(rowan.titles("London")[0], "The light is back");
}

/// Several command lines write through the running program; it is killed while they do. Returns what it acknowledged.
fn write_until_killed(rowan: &mut Member, round: usize, enough: usize) -> Vec<String> {
    let (acknowledge, acknowledgements) = mpsc::channel();
    let writer = |number: usize, acknowledge: mpsc::Sender<String>, rowan: &Member| {
        for post in 0.. {
            let title = format!("Round {round}, writer {number}, post {post}");
            // Without a passphrase, so that nobody goes on alone when the program has gone.
            let words =
                ["post", "London", "--kind", "news", "--title", &title, "--body", "Quickly, before it is dark."];
            let finished = rowan.run_without_passphrase(&words);
            if !finished.status.success() {
                let refused = finished.refused();
                // Which one depends on how far this command was. Busy is it while another one looks at the folder.
                assert!(["unreachable", "locked", "busy"].contains(&refused.code.as_str()), "{}", refused.message);
                return;
            }
            acknowledge.send(finished.object()["entry"].as_str().unwrap().to_owned()).unwrap();
        }
    };
    let serving = rowan.takes_serving();
    thread::scope(|scope| {
        let rowan = &*rowan;
        for number in 0..WRITERS {
            let acknowledge = acknowledge.clone();
            scope.spawn(move || writer(number, acknowledge, rowan));
        }
        drop(acknowledge);
        let mut all: Vec<String> = acknowledgements.iter().take(enough).collect();
        serving.kill();
        all.extend(acknowledgements);
        assert!(all.len() >= enough);
        all
    })
}
