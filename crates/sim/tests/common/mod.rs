//! What scenarios have in common: seeds, and sentences that read like a story.
#![allow(clippy::unwrap_used, clippy::panic, dead_code, missing_docs)]

use api::{
    Command, Event, MotionDraft, Reply,
    draft::Measure,
    people::{Choice, MotionStage, MotionView},
    view::{ChapterPage, MemberView, PostKind, PostView, Tier},
};
use chapterhouse_sim::{Weather, World, world::HostId};

pub(crate) const MINUTE: u64 = 60_000;

/// Seeds of a scenario: `SIM_SEED` runs one, else the first few. The seed is printed with every failure.
pub(crate) fn seeds(count: u64) -> Vec<u64> {
    match std::env::var("SIM_SEED") {
        Ok(seed) => vec![seed.parse().unwrap()],
        Err(_) => (1..=count).collect(),
    }
}

pub(crate) fn found(world: &mut World, host: HostId, name: &str) {
    let command =
        Command::FoundChapter { name: name.into(), place: "the library".into(), tier: Tier::Local, rules: None };
    world.ask(host, command).unwrap();
}

pub(crate) fn chapter_page(world: &mut World, host: HostId, chapter: &str) -> ChapterPage {
    match world.ask(host, Command::ShowChapter { chapter: chapter.into() }) {
        Ok(Reply::ChapterPage(page)) => *page,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn invite(world: &mut World, host: HostId, chapter: &str) -> String {
    let command = Command::Invite { chapter: chapter.into(), expires_seconds: 86_400, uses: 1 };
    let Reply::Invitation(made) = world.ask(host, command).unwrap() else { panic!("no invitation") };
    made.invitation
}

pub(crate) fn start_join(world: &mut World, host: HostId, invitation: String) {
    world.ask(host, Command::Join { invitation }).unwrap();
}

pub(crate) fn has_joined(world: &mut World, host: HostId) -> bool {
    world.events(host).iter().any(|event| matches!(event, Event::Joined { .. }))
}

/// Invites and lets join, one after the other.
pub(crate) fn join(world: &mut World, inviter: HostId, newcomer: HostId, chapter: &str) {
    let invitation = invite(world, inviter, chapter);
    start_join(world, newcomer, invitation);
    let mut joined = false;
    let name = world.name(newcomer).to_owned();
    assert!(
        world.run_until(600_000, |world| {
            joined |= has_joined(world, newcomer);
            joined
        }),
        "{name} did not join"
    );
}

pub(crate) fn post(world: &mut World, host: HostId, chapter: &str, title: &str) -> String {
    let body = format!("About {title}.");
    let command = Command::Post { chapter: chapter.into(), kind: PostKind::News, title: title.into(), body };
    let Reply::Published(made) = world.ask(host, command).unwrap() else { panic!("not published") };
    made.entry
}

pub(crate) fn state(world: &mut World, host: HostId, chapter: &str) -> (u64, String) {
    match world.ask(host, Command::State { chapter: chapter.into() }) {
        Ok(Reply::State(state)) => (state.entries, state.state_hash),
        _ => (0, String::new()),
    }
}

/// All of them see the same, by `state` hash, within the time.
pub(crate) fn converge(world: &mut World, hosts: &[HostId], chapter: &str, millis: u64) {
    let seen = |world: &mut World| hosts.iter().map(|host| state(world, *host, chapter)).collect::<Vec<_>>();
    let same = |states: &[(u64, String)]| states.windows(2).all(|pair| pair[0] == pair[1]);
    let done = world.run_until(millis, |world| same(&seen(world)));
    let states = seen(world);
    assert!(done, "after {millis} ms: {states:?}");
}

/// A chapter of so many members, everybody wired to everybody.
pub(crate) fn chapter_of(world: &mut World, names: &[&str]) -> Vec<HostId> {
    let hosts: Vec<HostId> = names.iter().map(|name| world.add(name)).collect();
    found(world, hosts[0], "London");
    world.wire_all();
    for (n, host) in hosts.iter().enumerate().skip(1) {
        // Whoever came last invites the next: the founder is needed for nothing.
        join(world, hosts[n - 1], *host, "London");
    }
    hosts
}

pub(crate) fn propose(world: &mut World, host: HostId, measure: Measure) -> String {
    let motion = MotionDraft { measure, why: "We talked about it.".into(), closes: None };
    let Reply::Published(made) = world.ask(host, Command::Propose { chapter: "London".into(), motion }).unwrap() else {
        panic!("not proposed")
    };
    made.entry
}

pub(crate) fn vote(world: &mut World, host: HostId, motion: &str) {
    let command = Command::VoteOnMotion { motion: motion.into(), choice: Choice::Yes, why: String::new() };
    assert!(world.run_until(5 * MINUTE, |world| world.ask(host, command.clone()).is_ok()), "cannot vote");
}

pub(crate) fn motion(world: &mut World, host: HostId, motion: &str) -> Option<MotionView> {
    match world.ask(host, Command::ShowMotion { motion: motion.into() }) {
        Ok(Reply::Motion(view)) => Some(*view),
        _ => None,
    }
}

/// These vote for it, and it passes.
pub(crate) fn decide(world: &mut World, hosts: &[HostId], measure: Measure) -> String {
    let id = propose(world, hosts[0], measure);
    hosts.iter().for_each(|host| vote(world, *host, &id));
    let passed = |world: &mut World| motion(world, hosts[0], &id).is_some_and(|view| view.stage == MotionStage::Passed);
    assert!(world.run_until(5 * MINUTE, passed), "it did not pass");
    id
}

pub(crate) fn members(world: &mut World, host: HostId) -> Vec<String> {
    let Reply::Members(members) = world.ask(host, Command::Members { chapter: "London".into() }).unwrap() else {
        panic!()
    };
    members.into_iter().map(|member: MemberView| member.handle).collect()
}

pub(crate) fn show(world: &mut World, host: HostId, entry: &str) -> Option<PostView> {
    match world.ask(host, Command::Show { entry: entry.into() }) {
        Ok(Reply::Post(view)) => Some(*view),
        _ => None,
    }
}

pub(crate) fn remove(name: &str) -> Measure {
    Measure::Remove { member: name.into() }
}

pub(crate) const FIVE: [&str; 5] = ["rowan", "asha", "imre", "noor", "tomas"];

/// Five members, whose computers have published ballot keys by themselves.
pub(crate) fn five_with_keys(seed: u64) -> (World, Vec<HostId>) {
    let mut world = World::new(seed, Weather::FAIR);
    let hosts = chapter_of(&mut world, &FIVE);
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    let all = |world: &mut World| hosts.iter().all(|host| !world.vault(*host).secret_votes.is_empty());
    assert!(world.run_until(15 * MINUTE, all), "each publishes keys");
    converge(&mut world, &hosts, "London", 2 * MINUTE);
    (world, hosts)
}
