//! What people are told when a clock is wrong.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod common;

use api::{Command, ErrorCode, PollDraft, Reply, draft::QuestionDraft, poll::Answer, view::PostKind};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;

const HOUR: u64 = 60 * MINUTE;
const AHEAD: &str = "This computer wrote 1 entry here with a date that is still to come";

fn sync(world: &mut World, host: HostId) -> Result<Reply, api::Refusal> {
    world.ask(host, Command::Sync { chapter: "London".into(), peer: None, timeout_seconds: 30 })
}

fn open_poll() -> Command {
    let options = ["yes", "no"].map(str::to_owned).into();
    let roof = QuestionDraft { key: "roof".into(), text: "Mend the roof?".into(), options, ..QuestionDraft::default() };
    let poll =
        PollDraft { title: "Roof".into(), open_for: "3 days".into(), questions: vec![roof], ..PollDraft::default() };
    Command::OpenPoll { chapter: "London".into(), poll }
}

#[test]
fn whoever_wrote_with_a_clock_ahead_is_told_with_whatever_they_write_and_when_they_exchange() {
    let mut world = World::new(41, Weather::FAIR);
    let hosts = chapter_of(&mut world, &["rowan", "asha"]);
    let [rowan, asha] = hosts[..] else { panic!() };
    let Reply::PollOpened(about) = world.ask(rowan, open_poll()).unwrap() else { panic!() };
    let about = about.poll;
    converge(&mut world, &hosts, "London", MINUTE);
    let all = || {
        let (chapter, title, body) = ("London".to_owned(), "News".to_owned(), "It rains in.".to_owned());
        let answers = [("roof".to_owned(), Answer::One("yes".to_owned()))].into();
        [
            Command::Post { chapter: chapter.clone(), kind: PostKind::News, title, body },
            Command::Comment { entry: about.clone(), body: "It does.".into() },
            Command::Vote { poll: about.clone(), answers, reasons: Default::default() },
            Command::Invite { chapter, expires_seconds: 86_400, uses: 1 },
            open_poll(),
        ]
    };
    for command in all() {
        assert_eq!(world.ask(asha, command).unwrap().dated_ahead(), None);
    }
    converge(&mut world, &hosts, "London", MINUTE);
    world.skew(asha, i64::try_from(HOUR).unwrap());
    post(&mut world, asha, "London", "From the future");
    world.skew(asha, 0);
    for command in all() {
        let reply = world.ask(asha, command).unwrap();
        assert!(reply.dated_ahead().is_some_and(|words| words.starts_with(AHEAD)), "{reply:?}");
    }
    world.run(MINUTE);

    // Neither side's exchange can end, and both say why.
    let refused = sync(&mut world, asha).unwrap_err();
    assert_eq!(refused.code, ErrorCode::Timeout);
    assert!(refused.message.contains(AHEAD), "{}", refused.message);
    let refused = sync(&mut world, rowan).unwrap_err();
    assert!(refused.message.contains("1 entry by asha is dated ahead of this computer's clock"), "{}", refused.message);
    // Whoever did not write ahead is not told anything with what they write.
    let plain = Command::Comment { entry: about.clone(), body: "Still.".into() };
    assert_eq!(world.ask(rowan, plain).unwrap().dated_ahead(), None);

    world.run(HOUR);
    for command in all() {
        assert_eq!(world.ask(asha, command).unwrap().dated_ahead(), None, "the hour has come");
    }
    assert!(matches!(sync(&mut world, asha), Ok(Reply::Synced(_))));
}

#[test]
fn a_newcomer_whose_clock_is_behind_is_told_so() {
    let mut world = World::new(42, Weather::FAIR);
    let (rowan, asha) = (world.add("rowan"), world.add("asha"));
    found(&mut world, rowan, "London");
    world.wire_all();
    let invitation = invite(&mut world, rowan, "London");
    world.skew(asha, -i64::try_from(HOUR).unwrap());
    start_join(&mut world, asha, invitation);
    world.run(MINUTE);
    assert!(!has_joined(&mut world, asha));
    let page = chapter_page(&mut world, asha, "London");
    assert!(page.summary.arriving);
    let [words] = &page.clocks[..] else { panic!("{:?}", page.clocks) };
    assert!(words.contains("dated ahead of this computer's clock") && page.notices.contains(words), "{page:?}");
    assert_eq!(page.summary.founded, None, "its charter has not come");
    world.skew(asha, 0);
    world.run(MINUTE);
    let page = chapter_page(&mut world, asha, "London");
    assert!(page.clocks.is_empty() && page.summary.founded.is_some(), "{page:?}");
}
