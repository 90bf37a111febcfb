//! The power goes while somebody joins: of what either side was told, nothing is lost, and the next try ends well.

use chapterhouse_tests::{Member, wait::until};
use std::{process::Stdio, thread, time::Duration};

/// So often, and so much later each time.
const ROUNDS: u32 = 10;
const LATER: Duration = Duration::from_millis(150);

#[test]
fn whoever_was_told_that_they_are_in_is_in_whenever_the_members_computer_is_killed() {
    let mut rowan = Member::new("rowan");
    rowan.object(&["chapter", "found", "--name", "London"]);
    rowan.serves(&[]);
    let mut acknowledged = Vec::new();
    let mut last = None;
    for round in 0..ROUNDS {
        let guest = Member::new(&format!("guest{round}"));
        acknowledged.push(rowan.posts("London", &format!("Round {round}")));
        let invitation = rowan.invites("London");
        let mut join = guest.command(&["join", "--no-mdns", "--timeout", "2s", &invitation]);
        let mut join = join.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Each round the plug is pulled a little later after the newcomer began to look: before they met, in the middle,
        // and when all is done.
        until("the newcomer looks for somebody", || guest.socket().exists().then_some(()));
        thread::sleep(LATER * round);
        rowan.is_killed();
        let told = join.wait().unwrap().success();
        rowan.serves(&[]);
        let is_in = |rowan: &Member| {
            let members = rowan.list(&["members", "London"]);
            members.iter().any(|member| member["handle"] == guest.handle())
        };
        if told {
            // Said to the newcomer after the member's computer had it on its disk.
            assert!(is_in(&rowan), "{} was told so", guest.handle());
        } else {
            // The invitation is kept, and the next try finds the member where they are now.
            let words = ["join", "--no-mdns", "--timeout", "30s", "--peer", &rowan.address(), &invitation];
            let finished = guest.run(&words);
            assert!(finished.status.success() || finished.stderr.contains("a member of London already"), "{finished}");
            assert!(is_in(&rowan), "{} comes in by the next try", guest.handle());
        }
        last = Some(guest);
    }
    let guest = last.unwrap();
    guest.object(&["sync", "London", "--peer", &rowan.address(), "--timeout", "30s"]);
    for member in [&rowan, &guest] {
        let feed = member.list(&["feed", "London", "--limit", "100"]);
        let here: Vec<&str> = feed.iter().map(|item| item["entry"].as_str().unwrap()).collect();
        assert!(acknowledged.iter().all(|entry| here.contains(&entry.as_str())), "{here:?}");
        let members = member.list(&["members", "London"]).len() as u32;
        assert_eq!(members, ROUNDS + 1, "nobody twice, nobody lost");
    }
    assert_eq!(rowan.state("London"), guest.state("London"));
}
