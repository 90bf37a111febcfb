//! A chapter that nobody owns, on a simulated network of real nodes: joining, deciding, removing, keys, devices, and those
//! who try to get more than they should.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;

use api::{
    Command, Event, Reply,
    draft::{AgendaItem, Measure, MinutesDraft, MotionDraft},
    people::{History, JoinRequestView, RulesView},
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;

const FIVE: [&str; 5] = ["rowan", "asha", "imre", "noor", "tomas"];
fn requests(world: &mut World, host: HostId) -> Vec<JoinRequestView> {
    match world.ask(host, Command::JoinRequests { chapter: "London".into() }) {
        Ok(Reply::JoinRequests(list)) => list,
        other => panic!("{other:?}"),
    }
}

fn rules(world: &mut World, host: HostId) -> RulesView {
    let Reply::Rules(rules) = world.ask(host, Command::Rules { chapter: "London".into() }).unwrap() else { panic!() };
    *rules
}

#[test]
fn the_removal_of_somebody_who_goes_on_writing() {
    for seed in seeds(3) {
        println!("seed {seed}");
        let mut world = World::new(seed, Weather::FAIR);
        let hosts = chapter_of(&mut world, &FIVE);
        let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
        let before = post(&mut world, tomas, "London", "Before");
        converge(&mut world, &hosts, "London", 5 * MINUTE);
        world.part(&[&[rowan, asha, imre], &[noor, tomas]]);
        let unseen = post(&mut world, tomas, "London", "On the train");
        decide(&mut world, &[rowan, asha, imre], remove("tomas"));
        let after = post(&mut world, rowan, "London", "Among ourselves");
        world.run(2 * MINUTE);
        world.heal();
        let rest = [rowan, asha, imre, noor];
        converge(&mut world, &rest, "London", 10 * MINUTE);
        for host in rest {
            assert_eq!(members(&mut world, host), ["asha", "imre", "noor", "rowan"]);
            assert_eq!(show(&mut world, host, &before).unwrap().head.void, None);
            let void = show(&mut world, host, &unseen).unwrap().head.void.unwrap();
            assert!(void.contains("removed"), "{void}");
            assert!(show(&mut world, host, &after).is_some());
        }
        // Whoever was removed gets nothing that was written since, from nobody, however often they ask.
        post(&mut world, noor, "London", "Good night");
        post(&mut world, tomas, "London", "Hello? Anybody?");
        world.run(20 * MINUTE);
        assert!(show(&mut world, tomas, &after).is_none());
        converge(&mut world, &rest, "London", 5 * MINUTE);
        // And an old disk changes nothing.
        world.back_up(tomas);
        world.switch_off(tomas);
        world.restore(tomas);
        world.switch_on(tomas);
        world.run(10 * MINUTE);
        assert!(show(&mut world, tomas, &after).is_none());
        assert_eq!(members(&mut world, rowan), ["asha", "imre", "noor", "rowan"]);
    }
}

#[test]
fn what_was_written_under_the_key_of_somebody_who_was_being_removed_is_read() {
    for seed in seeds(2) {
        println!("seed {seed}");
        let mut world = World::new(seed, Weather::FAIR);
        let hosts = chapter_of(&mut world, &FIVE);
        let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
        converge(&mut world, &hosts, "London", 5 * MINUTE);
        world.part(&[&[rowan, asha, imre], &[noor, tomas]]);
        // Tomas begins a key, of which noor knows, and of whose removal she does not.
        world.ask(tomas, Command::Rotate { chapter: "London".into() }).unwrap();
        world.run(MINUTE);
        let honest = post(&mut world, noor, "London", "Under the key of tomas");
        decide(&mut world, &[rowan, asha, imre], remove("tomas"));
        world.run(MINUTE);
        world.switch_off(tomas);
        world.heal();
        let rest = [rowan, asha, imre, noor];
        converge(&mut world, &rest, "London", 10 * MINUTE);
        let since = post(&mut world, noor, "London", "Since she heard of it");
        converge(&mut world, &rest, "London", 10 * MINUTE);
        for host in rest {
            assert_eq!(show(&mut world, host, &honest).unwrap().head.void, None);
            assert!(show(&mut world, host, &since).is_some());
        }
    }
}

#[test]
fn the_founder_is_gone() {
    let mut world = World::new(11, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.ask(rowan, Command::Leave { chapter: "London".into(), why: "I move to Leeds.".into() }).unwrap();
    world.run(MINUTE);
    let vera = world.add("vera");
    world.wire_all();
    join(&mut world, imre, vera, "London");
    let rest = [asha, imre, noor, tomas, vera];
    converge(&mut world, &rest, "London", 10 * MINUTE);
    decide(
        &mut world,
        &[asha, imre, vera],
        Measure::Give {
            role: api::people::Role::Facilitator,
            member: "noor".into(),
            until: "2030-01-01T00:00:00Z".into(),
        },
    );
    let secret = post(&mut world, vera, "London", "Without rowan");
    converge(&mut world, &rest, "London", 10 * MINUTE);
    assert!(show(&mut world, tomas, &secret).is_some());
    world.run(10 * MINUTE);
    assert!(show(&mut world, rowan, &secret).is_none(), "who left reads nothing new");
    // The farewell is read, and what was there stays readable.
    let Reply::ChapterPage(page) = world.ask(rowan, Command::ShowChapter { chapter: "London".into() }).unwrap() else {
        panic!()
    };
    assert_eq!(page.ended.unwrap().how, "left");
    assert!(
        world
            .ask(
                rowan,
                Command::Post {
                    chapter: "London".into(),
                    kind: api::view::PostKind::News,
                    title: "One more".into(),
                    body: String::new()
                }
            )
            .is_err()
    );
    // Somebody invites rowan again.
    let invitation = invite(&mut world, asha, "London");
    start_join(&mut world, rowan, invitation);
    assert!(world.run_until(10 * MINUTE, |world| show(world, rowan, &secret).is_some()), "rowan is back");
}

#[test]
fn sponsors_terms_and_a_conversation() {
    let mut world = World::new(12, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let asks = RulesView {
        sponsors: 3,
        questions: vec!["Why do you come?".into()],
        statement: "We share what we have.".into(),
        ..rules(&mut world, rowan)
    };
    decide(&mut world, &[rowan, asha, imre], Measure::Rules { rules: Box::new(asks) });
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    assert_eq!(rules(&mut world, tomas).sponsors, 3);
    let vera = world.add("vera");
    world.wire_all();
    let invitation = invite(&mut world, asha, "London");
    start_join(&mut world, vera, invitation);
    let mut terms = None;
    let mut words = Vec::new();
    let look = |world: &mut World, terms: &mut Option<(String, Vec<String>)>, words: &mut Vec<(u32, u32)>| {
        for event in world.events(vera) {
            match event {
                Event::JoinTerms { statement, questions, .. } => *terms = Some((statement, questions)),
                Event::JoinWaiting { have, need, .. } => words.push((have, need)),
                Event::Joined { .. } => words.push((3, 3)),
                Event::JoinRefused { reason, .. } => panic!("{reason}"),
                _ => {}
            }
        }
    };
    world.run_until(5 * MINUTE, |world| {
        look(world, &mut terms, &mut words);
        terms.is_some()
    });
    assert_eq!(terms, Some(("We share what we have.".into(), vec!["Why do you come?".into()])));
    assert!(requests(&mut world, rowan).is_empty(), "nothing is on record before the newcomer agreed");
    world.ask(vera, Command::AnswerTerms { chapter: "London".into(), answers: vec!["To sing.".into()] }).unwrap();
    world.run_until(5 * MINUTE, |world| {
        look(world, &mut terms, &mut words);
        !words.is_empty()
    });
    assert_eq!(words, [(1, 3)], "the inviter's word is the first");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let asked = requests(&mut world, tomas).remove(0);
    assert_eq!((asked.handle.as_str(), asked.inviter.as_str(), asked.need), ("vera", "asha", 3));
    assert_eq!(asked.answers[0].answer, "To sing.");
    world
        .ask(imre, Command::Comment { entry: asked.request.clone(), body: "I know her from the choir.".into() })
        .unwrap();
    let reasons = ["I do not know her.", "Nor does my brother.", "She sings late.", "Ask her neighbours."];
    for why in reasons {
        world.ask(tomas, Command::Decline { request: asked.request.clone(), why: why.into() }).unwrap();
        world.run(2_000);
    }
    world.ask(imre, Command::Sponsor { request: asked.request.clone(), why: String::new() }).unwrap();
    world.run(MINUTE);
    look(&mut world, &mut terms, &mut words);
    assert_eq!(words.last(), Some(&(2, 3)));
    world.ask(noor, Command::Sponsor { request: asked.request.clone(), why: "She sings well.".into() }).unwrap();
    assert!(world.run_until(5 * MINUTE, |world| {
        look(world, &mut terms, &mut words);
        words.last() == Some(&(3, 3))
    }));
    let all = [rowan, asha, imre, noor, tomas, vera];
    converge(&mut world, &all, "London", 10 * MINUTE);
    let asked = requests(&mut world, vera).remove(0);
    assert!(asked.admitted);
    assert_eq!((asked.sponsors.len(), asked.comments.len()), (3, 1));
    let said: Vec<&str> = asked.declines.iter().map(|word| &*word.why).collect();
    assert_eq!(said, reasons, "as they were said");
}

#[test]
fn a_key_that_left_somebody_out_is_mended() {
    let mut world = World::new(13, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    let [rowan, asha, imre, noor, tomas] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let vera = world.add("vera");
    world.wire_all();
    world.part(&[&[rowan, asha], &[imre, noor, tomas, vera]]);
    // On one side a new key is made, on the other somebody comes in who is not in it.
    world.ask(rowan, Command::Rotate { chapter: "London".into() }).unwrap();
    let locked = post(&mut world, rowan, "London", "Under the new key");
    join(&mut world, imre, vera, "London");
    world.heal();
    let all = [rowan, asha, imre, noor, tomas, vera];
    converge(&mut world, &all, "London", 20 * MINUTE);
    assert!(show(&mut world, vera, &locked).is_some(), "somebody gave vera the key");
}

#[test]
fn two_keys_at_the_same_moment_can_both_be_used() {
    let mut world = World::new(14, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    let (left, right) = hosts.split_at(2);
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.part(&[left, right]);
    let mut posts = Vec::new();
    for host in [left[0], right[0]] {
        world.ask(host, Command::Rotate { chapter: "London".into() }).unwrap();
        posts.push(post(&mut world, host, "London", "Apart"));
    }
    world.run(MINUTE);
    world.heal();
    converge(&mut world, &hosts, "London", 10 * MINUTE);
    for host in &hosts {
        for entry in &posts {
            assert!(show(&mut world, *host, entry).is_some());
        }
        post(&mut world, *host, "London", "Together");
    }
    converge(&mut world, &hosts, "London", 10 * MINUTE);
}

#[test]
fn newcomers_read_what_is_written_after_they_joined() {
    let mut world = World::new(15, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE[..3]);
    let [rowan, asha, imre] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let from_joining = RulesView { history: History::FromJoining, ..rules(&mut world, rowan) };
    decide(&mut world, &[rowan, asha, imre], Measure::Rules { rules: Box::new(from_joining) });
    let old = post(&mut world, asha, "London", "Our old quarrels");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let vera = world.add("vera");
    world.wire_all();
    join(&mut world, imre, vera, "London");
    let new = post(&mut world, asha, "London", "Welcome, vera");
    assert!(
        world.run_until(10 * MINUTE, |world| show(world, vera, &new).is_some_and(|post| post.body.contains("Welcome")))
    );
    let withheld = show(&mut world, vera, &old).unwrap();
    assert!(!withheld.body.contains("quarrels") && withheld.title.is_empty(), "{withheld:?}");
    // Who is a member, and why, they can check all the same.
    assert_eq!(members(&mut world, vera), ["asha", "imre", "rowan", "vera"]);
    world.switch_off(vera);
    world.switch_on(vera);
    assert_eq!(members(&mut world, vera), ["asha", "imre", "rowan", "vera"]);
    assert!(show(&mut world, rowan, &old).unwrap().body.contains("quarrels"));
}

#[test]
fn what_the_chapter_hides_leaves_every_disk() {
    let mut world = World::new(16, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    let [rowan, asha, imre, _, tomas] = hosts[..] else { panic!() };
    let insult = post(&mut world, tomas, "London", "An insult");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.ask(asha, Command::Comment { entry: insult.clone(), body: "Please.".into() }).unwrap();
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let measure = Measure::Hide { entry: insult.clone() };
    let motion = MotionDraft { measure, why: " ".into(), closes: None };
    let refused = world.ask(rowan, Command::Propose { chapter: "London".into(), motion }).unwrap_err();
    assert!(refused.message.starts_with("say why"), "{}", refused.message);
    decide(&mut world, &[rowan, asha, imre], Measure::Hide { entry: insult.clone() });
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    world.run(MINUTE);
    for host in &hosts {
        // At once, and not only after a restart.
        assert_eq!(show(&mut world, *host, &insult).unwrap().title, "");
        let Reply::Motions(motions) = world.ask(*host, Command::Motions { chapter: "London".into() }).unwrap() else {
            panic!()
        };
        assert_eq!(motions[0].title, "Hide a text by tomas");
        world.switch_off(*host);
        world.switch_on(*host);
        let view = show(&mut world, *host, &insult).unwrap();
        assert_eq!((view.title.as_str(), view.body.as_str()), ("", ""), "nothing of it is on this disk");
        let hidden = view.hidden.unwrap();
        assert_eq!((hidden.author.as_str(), hidden.why.as_str()), ("tomas", "We talked about it."));
        assert_eq!(hidden.erased, api::view::Erased::Yes);
        assert_eq!(view.comments.len(), 1, "what others said to it stays");
    }
    // A newcomer gets its place, and still comes to the same.
    let vera = world.add("vera");
    world.wire_all();
    join(&mut world, imre, vera, "London");
    let all: Vec<HostId> = hosts.iter().copied().chain([vera]).collect();
    converge(&mut world, &all, "London", 10 * MINUTE);
    assert!(show(&mut world, vera, &insult).unwrap().hidden.is_some());
}

/// Shown alone it is what it was, at once and when nothing of it is left.
#[test]
fn what_is_hidden_says_what_it_was() {
    let mut world = World::new(47, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha"]);
    let published = |world: &mut World, command| match world.ask(hosts[0], command) {
        Ok(Reply::Published(made)) => made.entry,
        other => panic!("{other:?}"),
    };
    let chapter = || "London".to_owned();
    let (kind, text) = (api::view::PostKind::Blog, || "It hurts.".to_owned());
    let blog = published(&mut world, Command::Post { chapter: chapter(), kind, title: "A day".into(), body: text() });
    let comment = published(&mut world, Command::Comment { entry: blog.clone(), body: text() });
    let items = vec![AgendaItem { title: "Her".into(), notes: text() }];
    let draft = MinutesDraft { title: "November".into(), date: "2026-11-23".into(), items, ..MinutesDraft::default() };
    let minutes = published(&mut world, Command::RecordMinutes { chapter: chapter(), minutes: draft });
    for entry in [&comment, &minutes, &blog] {
        converge(&mut world, &hosts, "London", 5 * MINUTE);
        decide(&mut world, &hosts, Measure::Hide { entry: entry.clone() });
    }
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    for kind in ["blog", "text"] {
        for host in &hosts {
            let mut show = |entry: &String| world.ask(*host, Command::Show { entry: entry.clone() }).unwrap();
            let Reply::Comment(shown) = show(&comment) else { panic!("{:?}", show(&comment)) };
            assert_eq!((&shown.on, shown.body.as_str(), shown.hidden.is_some()), (&blog, "", true));
            let Reply::Minutes(shown) = show(&minutes) else { panic!("{:?}", show(&minutes)) };
            assert_eq!((shown.title.as_str(), shown.hidden.unwrap().kind.as_str()), ("", "minutes"));
            let Reply::Post(shown) = show(&blog) else { panic!("{:?}", show(&blog)) };
            // Its text alone said which kind of post it was.
            assert_eq!((shown.kind.as_str(), shown.title.as_str(), shown.hidden.is_some()), (kind, "", true));
            assert_eq!(shown.comments.len(), 1, "in its place");
        }
        world.run(MINUTE);
        for host in &hosts {
            world.switch_off(*host);
            world.switch_on(*host);
        }
    }
}

#[test]
fn a_further_device_and_its_loss() {
    let mut world = World::new(17, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE[..3]);
    let [rowan, asha, imre] = hosts[..] else { panic!() };
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let laptop = world.add("asha's laptop");
    world.wire_all();
    let Reply::Pairing(offer) = world.ask(asha, Command::Pair).unwrap() else { panic!() };
    world.pair(laptop, &offer.code).unwrap();
    let paired = world.run_until(5 * MINUTE, |world| {
        world
            .events(laptop)
            .iter()
            .any(|event| matches!(event, Event::Paired { handle, chapters: 1 } if handle == "asha"))
    });
    assert!(paired, "the laptop is asha's");
    let all = [rowan, asha, imre, laptop];
    converge(&mut world, &all, "London", 10 * MINUTE);
    assert_eq!(members(&mut world, rowan), ["asha", "imre", "rowan"]);
    let from_laptop = post(&mut world, laptop, "London", "From the train");
    converge(&mut world, &all, "London", 5 * MINUTE);
    assert_eq!(show(&mut world, imre, &from_laptop).unwrap().head.author.handle, "asha");
    // The code is used up.
    let other = world.add("a stranger's");
    world.wire_all();
    world.pair(other, &offer.code).unwrap();
    world.run(5 * MINUTE);
    assert!(!world.events(other).iter().any(|event| matches!(event, Event::Paired { .. })));
    // Stolen. Revoked from the other one, which keeps what was written before.
    let Reply::Devices(devices) = world.ask(asha, Command::Devices).unwrap() else { panic!() };
    let stolen = devices.iter().find(|device| !device.this).unwrap().device.clone();
    world.ask(asha, Command::RevokeDevice { device: stolen, why: "Stolen.".into(), since: None }).unwrap();
    let secret = post(&mut world, asha, "London", "Only for us");
    let thief = post(&mut world, laptop, "London", "Buy cheap watches");
    let rest = [rowan, asha, imre];
    world.run(10 * MINUTE);
    converge(&mut world, &rest, "London", 10 * MINUTE);
    assert!(show(&mut world, laptop, &secret).is_none(), "the thief reads nothing new");
    assert_eq!(show(&mut world, rowan, &from_laptop).unwrap().head.void, None);
    assert!(show(&mut world, rowan, &thief).is_none_or(|post| post.head.void.is_some()));
    let Reply::Devices(devices) = world.ask(asha, Command::Devices).unwrap() else { panic!() };
    assert!(devices.iter().any(|device| device.ended.as_ref().is_some_and(|ended| ended.how == "revoked")));
}

/// A text is adopted by itself; the other rules, and what was decided about them meanwhile, are told apart from it.
#[test]
fn a_chapter_adopts_a_new_text() {
    let mut world = World::new(18, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE[..3]);
    let page = |world: &mut World, host| match world.ask(host, Command::ShowChapter { chapter: "London".into() }) {
        Ok(Reply::ChapterPage(page)) => page.statement,
        other => panic!("{other:?}"),
    };
    assert_eq!(page(&mut world, hosts[0]), None);
    let before = rules(&mut world, hosts[0]);
    let text = || Measure::Statement { text: "We share what we have.".into() };
    let id = decide(&mut world, &hosts, text());
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    for host in &hosts {
        let shown = page(&mut world, *host).unwrap();
        assert_eq!((shown.text.as_str(), shown.motion.as_ref()), ("We share what we have.", Some(&id)));
        assert!(shown.since.is_some());
        assert_eq!(rules(&mut world, *host), RulesView { statement: shown.text, ..before.clone() });
    }
    let seen = motion(&mut world, hosts[1], &id).unwrap();
    assert_eq!((seen.measure.as_str(), seen.title.contains("new text")), ("statement", true));
    let texts = seen.statement.unwrap();
    assert_eq!((texts.old.as_str(), texts.new.as_str()), ("", "We share what we have."));
    let again = api::MotionDraft { measure: text(), why: String::new(), closes: None };
    let refused = world.ask(hosts[0], Command::Propose { chapter: "London".into(), motion: again }).unwrap_err();
    assert!(refused.message.contains("holds already"), "{}", refused.message);
}
