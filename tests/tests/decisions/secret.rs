//! The secret vote, in five windows: everybody counts it, nobody sees who voted what, a second ballot takes the first one's
//! place, and everybody finds their own in the count. A stranger checks it from one file, in which no byte can be changed.

use crate::{hidden, unlocks};
use chapterhouse_tests::{Member, driver::free_port, screen::Screen, window::Window};
use std::{fs, thread};

const NAMES: [&str; 5] = ["rowan", "asha", "imre", "noor", "tomas"];
/// How long it is open, in seconds.
const OPEN_FOR: u64 = 40;
/// So many single bytes of the file are changed, one after the other.
const CHANGES: u64 = 1000;

/// Something that all five do at the same time.
fn all(windows: &mut [Window], act: impl Fn(usize, &Window) + Sync) {
    thread::scope(|scope| {
        for (n, window) in windows.iter_mut().enumerate() {
            let act = &act;
            scope.spawn(move || act(n, window));
        }
    });
}

/// London, in which rowan and asha have the task of a teller.
fn london() -> [Member; 5] {
    let [mut rowan, mut asha, imre, noor, tomas] = NAMES.map(Member::new);
    rowan.object(&["chapter", "found", "--name", "London", "--place", "The Weavers' Room"]);
    rowan.serves(&[]);
    asha.joins(&rowan.invites("London"));
    asha.stays_with(&rowan);
    rowan.makes_tellers("London", &["rowan", "asha"], &[&rowan, &asha]);
    for member in [&imre, &noor, &tomas] {
        member.joins(&rowan.invites("London"));
    }
    rowan.stops();
    asha.stops();
    [rowan, asha, imre, noor, tomas]
}

/// Their windows, which call each other.
fn windows(screens: [Screen; 5], members: &[Member; 5]) -> Vec<Window> {
    let ports: Vec<u16> = members.iter().map(|_| free_port()).collect();
    thread::scope(|scope| {
        let opening: Vec<_> = (screens.into_iter().zip(members).enumerate())
            .map(|(n, (screen, member))| {
                let ports = &ports[..=n];
                scope.spawn(move || {
                    let window = Window::among(screen, "secret", member, ports);
                    unlocks(&window, member);
                    window
                })
            })
            .collect();
        opening.into_iter().map(|window| window.join().unwrap()).collect()
    })
}

/// Written, read through, opened.
fn opens(rowan: &Window) {
    crate::writes(rowan, "The winter", "secret", OPEN_FOR);
    rowan.notes("secret", "voters", "5");
    rowan.reads("secret", "can see whose a ballot is");
    rowan.reads("secret-few", "Only 5 can vote in it");
    rowan.lacks("without-key");
    rowan.pictured("read-through");
    rowan.clicks("open-poll");
    rowan.reads("title", "The winter");
}

fn votes(window: &Window, option: &str) {
    window.chooses("q1", option);
    window.clicks("review");
    window.reads("review-card", "nobody sees that they are yours");
    window.clicks("cast");
    window.reads("ballot-cast", "Your ballot is cast");
}

#[test]
fn a_secret_vote_in_five_windows() {
    let Some(screens) = Screen::several("a secret vote in five windows") else { return };
    let members = london();
    let mut windows = windows(screens, &members);
    // Their computers would do it by themselves within some minutes.
    for member in &members {
        member.object(&["poll", "keys", "London"]);
    }
    for member in &members[1..] {
        member.agrees_with(&members[0], "London");
    }
    opens(&windows[0]);
    let poll = members[0].list(&["feed", "London"])[0]["entry"].as_str().unwrap().to_owned();

    // Each is told of it, and votes. Imre changes his mind when his ballot is in the count.
    all(&mut windows, |n, window| {
        if n > 0 {
            window.clicks("nav-home");
            window.reads("waiting", "The winter");
            window.clicks("vote-now");
        }
        votes(window, ["Barn", "Barn", "Park", "Park", "Barn"][n]);
        window.reads("ballot-cast", "Your ballot is in the count.");
        if NAMES[n] == "imre" {
            window.clicks("change-vote");
            votes(window, "Barn");
        }
    });
    // The tellers' computers close it by themselves, a little after the close. There is time for another vote.
    hidden::beside(&windows[4], &members);
    windows[4].opens_page(&format!("#/entry/{poll}"));

    // Everybody counts the same, and finds their own. Two ballots came from one voter, nobody knows whose they are, and one counts.
    all(&mut windows, |_, window| {
        window.notes("closing", "stage", "final");
        window.reads("turnout", "5 of 5");
        window.reads("arrived", "6 arrived; 5 counted; 1 was replaced by a later one of the same voter");
        assert_eq!((window.votes("q1", "Barn"), window.votes("q1", "Park")), (4, 1));
        window.reads("ballot-cast", "Your ballot is in the count.");
        window.reads("own-ballot", "Found in the count");
        window.clicks_at("[data-test=all-ballots] summary");
        let ballots = window.reads("all-ballots", "(yours)");
        assert!(ballots.contains("All 5 ballots") && ballots.matches("(yours)").count() == 1, "{ballots}");
        assert!(!window.page().contains("Who has voted"), "nobody is named");
        window.clicks("recount");
        window.reads("recounted", "The same result");
    });
    let same = |window: &Window| (window.result_digest(), window.list("six-words"));
    for window in &windows {
        assert_eq!(same(window), same(&windows[0]), "all count the same");
        window.notes("counts", "same", "5");
    }

    // As a file, for somebody who was never there.
    windows[3].clicks("save-archive");
    let saved = windows[3].reads("result-saved", "not whose it is");
    let path = saved.lines().next().unwrap().trim_start_matches("Saved: ").trim();
    let checked = Member::newcomer("vera").run_without_passphrase(&["poll", "verify", path]).object();
    assert_eq!((&checked["good"], &checked["result"]["voters"]), (&true.into(), &5.into()), "{checked}");
    assert_eq!(checked["result"]["questions"][0]["options"][0]["votes"], 4);
    let file = fs::read(path).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| no_byte_can_be_changed(&file));
        windows[2].looks("result");
        kept_apart(&windows[0]);
    });
}

/// Where there are several questions, their answers can be kept apart: chosen, read through, and cast.
fn kept_apart(window: &Window) {
    window.clicks_in("nav-chapter", "London");
    window.clicks("tab-votes");
    window.clicks("write");
    window.types("vote-title", "The spring");
    window.types("question-0", "Which room?");
    window.selects("vote-secrecy", "secret");
    window.lacks("vote-apart");
    window.clicks("add-question");
    window.types("question-1", "Repair the roof?");
    window.clicks("vote-apart");
    window.clicks("review-poll");
    window.reads("secret", "Your answers are kept apart");
    window.clicks("open-poll");
    window.reads("title", "The spring");
    window.chooses("q1", "Yes");
    window.clicks("review");
    window.reads("review-card", "Each answer is a ballot of its own");
    window.looks("apart");
    window.clicks("cast");
    window.reads("ballot-cast", "of your 2 ballots");
    window.reads("own-apart", "Repair the roof?");
    window.reads("turnout-apart", "each question has voters of its own");
}

/// Not one of a thousand.
fn no_byte_can_be_changed(file: &[u8]) {
    let good = |bytes: &[u8]| archive::check(&mut { bytes }, &mut |_| ()).is_ok();
    assert!(good(file));
    // SplitMix64, after Sebastiano Vigna.
    let seed = 20_261_127_u64;
    let random = |n: u64| {
        let mut z = seed.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    for n in 0..CHANGES {
        let (at, bits) = (random(2 * n) % file.len() as u64, (random(2 * n + 1) % 255 + 1) as u8);
        let mut changed = file.to_vec();
        changed[at as usize] ^= bits;
        assert!(!good(&changed), "byte {at} xor {bits}, from seed {seed}");
    }
}
