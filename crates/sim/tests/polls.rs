//! Polls of every kind on a simulated network: opened, given away, voted in and counted, everywhere the same.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;

use api::{
    Command, ErrorCode, PollDraft, Refusal, Reply,
    draft::{ObserverDraft, QuestionDraft, WeightDraft},
    poll::{Answer, Fate, Method, PartDraft, Record, State},
    view::PollView,
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;
use std::collections::BTreeMap;

const SIX: [&str; 6] = ["rowan", "asha", "imre", "noor", "tomas", "vera"];

fn question(method: Method) -> QuestionDraft {
    let options: &[&str] = match method {
        Method::Consent | Method::Consensus => &[],
        _ => &["Rain", "Sun", "Wind"],
    };
    QuestionDraft {
        key: serde_json::to_value(method).unwrap().as_str().unwrap().to_owned(),
        text: "Which?".into(),
        options: options.iter().map(|option| (*option).to_owned()).collect(),
        method,
        ..QuestionDraft::default()
    }
}

/// A question of each method.
fn everything() -> PollDraft {
    let two = Some(2);
    PollDraft {
        title: "Everything at once".into(),
        closes: "2026-11-30T18:00:00Z".into(),
        questions: vec![
            QuestionDraft { majority: Some("more than 1/2 of cast".into()), ..question(Method::Single) },
            question(Method::Approval),
            QuestionDraft { max: Some(5), ..question(Method::Score) },
            question(Method::InstantRunoff),
            question(Method::Schulze),
            QuestionDraft { seats: two, ..question(Method::Stv) },
            question(Method::Consent),
            QuestionDraft { majority: Some("at least 2/3".into()), overruled: Some(1), ..question(Method::Consensus) },
            QuestionDraft { dots: Some(6), ..question(Method::Budget) },
        ],
        quorum: Some("1/2".into()),
        delegation: true,
        weights: vec![WeightDraft {
            member: "asha".into(),
            weight: "1.5".into(),
            reason: "speaks for two houses".into(),
        }],
        observers: vec![ObserverDraft { member: "vera".into(), reason: "a guest".into() }],
        ..PollDraft::default()
    }
}

fn open(world: &mut World, host: HostId, poll: PollDraft) -> Result<String, Refusal> {
    match world.ask(host, Command::OpenPoll { chapter: "London".into(), poll })? {
        Reply::PollOpened(opened) => Ok(opened.poll),
        _ => panic!("no poll"),
    }
}

fn preview(world: &mut World, host: HostId, poll: PollDraft) -> Result<Reply, Refusal> {
    world.ask(host, Command::PreviewPoll { chapter: "London".into(), poll, propose: false })
}

fn feed(world: &mut World, host: HostId) -> Reply {
    world.ask(host, Command::Feed { chapter: None, kind: Some("poll".into()), limit: 9, after: None }).unwrap()
}

fn show(world: &mut World, host: HostId, poll: &str) -> PollView {
    let Reply::Poll(view) = world.ask(host, Command::ShowPoll { poll: poll.into() }).unwrap() else { panic!() };
    *view
}

fn answers(order: [&str; 3], position: &str) -> BTreeMap<String, Answer> {
    let [first, second, third] = order.map(str::to_owned);
    let ranks = Answer::Ranks(vec![vec![first.clone()], vec![second.clone()], vec![third.clone()]]);
    let numbers = BTreeMap::from([(first.clone(), 4), (second.clone(), 1)]);
    let mut answers = BTreeMap::from([
        ("single", Answer::One(first.clone())),
        ("approval", Answer::Approve(vec![second.clone(), first])),
        ("score", Answer::Scores(numbers.clone())),
        ("instant-runoff", ranks.clone()),
        ("stv", ranks.clone()),
        ("budget", Answer::Dots(numbers)),
        ("consent", Answer::One("agree".into())),
        ("consensus", Answer::One(position.into())),
    ]);
    let Answer::Ranks(levels) = ranks else { panic!() };
    answers.insert("schulze", Answer::Ranks(vec![levels[0].clone(), levels[1..].concat()]));
    answers.into_iter().map(|(key, answer)| (key.to_owned(), answer)).collect()
}

fn vote(world: &mut World, host: HostId, poll: &str, order: [&str; 3], position: &str) -> Result<Reply, Refusal> {
    let reasons = BTreeMap::from([("consensus".to_owned(), "It is too early.".to_owned())]);
    world.ask(host, Command::Vote { poll: poll.into(), answers: answers(order, position), reasons })
}

fn give(world: &mut World, host: HostId, poll: &str, to: &[(&str, u32)]) -> Result<Reply, Refusal> {
    let to = to.iter().map(|(member, share)| PartDraft { member: (*member).into(), share: *share }).collect();
    world.ask(host, Command::Delegate { poll: poll.into(), to })
}

#[test]
fn every_method_at_once_counts_the_same_everywhere() {
    for seed in seeds(2) {
        println!("seed {seed}");
        let mut world = World::new(seed, Weather::FAIR);
        let hosts = chapter_of(&mut world, &SIX);
        converge(&mut world, &hosts, "London", 120_000);
        let [rowan, asha, imre, noor, tomas, vera] = hosts[..] else { panic!() };
        let Reply::PollPreview(preview) = preview(&mut world, rowan, everything()).unwrap() else { panic!() };
        let Reply::Feed(none) = feed(&mut world, rowan) else { panic!() };
        assert!(none.is_empty(), "looking at a poll opens none");
        let poll = open(&mut world, rowan, everything()).unwrap();
        converge(&mut world, &hosts, "London", 200_000);
        world.weather = Weather::STORM;
        // Tomas gives a third to imre and the rest to noor; noor gives hers to asha.
        give(&mut world, tomas, &poll, &[("imre", 1), ("noor", 2)]).unwrap();
        give(&mut world, noor, &poll, &[("asha", 1)]).unwrap();
        vote(&mut world, asha, &poll, ["Sun", "Rain", "Wind"], "agree").unwrap();
        vote(&mut world, imre, &poll, ["Rain", "Wind", "Sun"], "block").unwrap();
        vote(&mut world, rowan, &poll, ["Wind", "Rain", "Sun"], "agree with reservations").unwrap();
        let observes = vote(&mut world, vera, &poll, ["Sun", "Rain", "Wind"], "agree").unwrap_err();
        assert_eq!((observes.code, &*observes.message), (ErrorCode::NotAllowed, "you observe this vote: a guest"));
        assert_eq!(give(&mut world, vera, &poll, &[("asha", 1)]).unwrap_err(), observes);
        world.weather = Weather::FAIR;
        converge(&mut world, &hosts, "London", 600_000);

        let seen = show(&mut world, noor, &poll);
        // Two parts a vote, each of sixty: asha weighs 3/2 and casts noor's and two thirds of tomas's.
        assert_eq!((seen.roll, seen.voters, seen.unit, seen.plain), (5, 3, 120, false));
        assert_eq!((seen.roll_weight, seen.cast), (180 + 4 * 120, 180 + 4 * 120));
        assert!(seen.quorum.as_ref().unwrap().reached && seen.delegation);
        let of = |key: &str| seen.questions.iter().find(|question| question.key == key).unwrap();
        let votes = |key: &str| of(key).options.iter().map(|option| option.votes).collect::<Vec<_>>();
        assert_eq!(votes("single"), [160, 380, 120]);
        assert_eq!(of("single").verdict.leading, [1]);
        assert_eq!(of("single").evenly.as_ref().unwrap().options, [80, 160, 60]);
        assert_eq!(votes("score"), [160 * 4 + 380 + 120, 380 * 4, 120 * 4 + 160]);
        assert!(matches!(&of("instant-runoff").record, Some(Record::Runoff { rounds }) if !rounds.is_empty()));
        assert!(matches!(&of("schulze").record, Some(Record::Schulze { pairs, .. }) if pairs[1][0] == 380));
        assert!(matches!(&of("stv").record, Some(Record::Stv { rounds, .. }) if !rounds.is_empty()));
        assert_eq!((of("stv").verdict.leading.len(), of("stv").lots.len()), (2, 3));
        let Some(Record::Blocks { blocks, standing: 1, concerns, .. }) = &of("consensus").record else { panic!() };
        let said: Vec<_> = concerns.iter().map(|c| (c.handle.as_str(), c.position, c.reason.as_str())).collect();
        assert_eq!(said, [("rowan", 1, "It is too early.")]);
        assert_eq!((blocks[0].handle.as_str(), blocks[0].reason.as_str()), ("imre", "It is too early."));
        // One block is overruled; those who agree are 500 of 660, more than two thirds.
        assert_eq!((of("consensus").verdict.state, of("consent").verdict.state), (State::Decided, State::Decided));
        assert_eq!((seen.weights[0].handle.as_str(), seen.weights[0].weight.as_str()), ("asha", "3/2"));
        assert_eq!((seen.observers[0].handle.as_str(), seen.observers[0].reason.as_str()), ("vera", "a guest"));
        assert!(seen.questions.iter().all(|question| !question.method.words.is_empty()));
        assert_eq!(preview.roll, seen.roll);
        assert!(preview.questions.iter().eq(seen.questions.iter().map(|question| &question.method)));

        let gave = seen.my_vote.gave.as_ref().unwrap();
        assert!(gave.stands && seen.my_vote.received_members == 0);
        assert_eq!((gave.ways[0].fate, gave.ways[0].with.as_str(), gave.ways[0].parts), (Fate::Cast, "asha", 120));
        assert_eq!(gave.ways[0].answers["single"], Answer::One("Sun".into()));
        let blocked = show(&mut world, imre, &poll).mine.unwrap();
        assert_eq!(blocked.reasons, BTreeMap::from([("consensus".to_owned(), "It is too early.".to_owned())]));
        let mine = show(&mut world, asha, &poll).my_vote;
        assert_eq!((mine.weight, mine.received, mine.received_members), (180, 200, 2));
        assert_eq!(mine.reason, "speaks for two houses");
        let ways: Vec<_> = show(&mut world, tomas, &poll).my_vote.gave.unwrap().ways;
        assert_eq!(ways.iter().map(|way| way.parts).sum::<u64>(), 120);
        assert!(ways.iter().any(|way| way.via == ["noor", "asha"] && way.parts == 80));
        assert_eq!(show(&mut world, vera, &poll).my_vote.reason, "you observe this vote: a guest");
        for host in &hosts {
            assert_eq!(show(&mut world, *host, &poll).result_hash, seen.result_hash);
        }

        // Imre lifts the block; tomas takes his vote back, and casts it.
        vote(&mut world, imre, &poll, ["Rain", "Wind", "Sun"], "stand aside").unwrap();
        give(&mut world, tomas, &poll, &[]).unwrap();
        vote(&mut world, tomas, &poll, ["Rain", "Wind", "Sun"], "agree").unwrap();
        converge(&mut world, &hosts, "London", 600_000);
        let after = show(&mut world, tomas, &poll);
        assert_eq!((after.unit, after.cast), (2, 3 + 4 * 2));
        assert!(after.my_vote.gave.is_none() && after.mine.is_some());
        let Some(Record::Blocks { blocks, lifted, concerns, .. }) = &after.questions[7].record else { panic!() };
        assert_eq!((blocks.len(), lifted.len(), concerns.len()), (0, 1, 2));
        for host in &hosts {
            assert_eq!(show(&mut world, *host, &poll).result_hash, after.result_hash);
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_in_words_that_help() {
    let mut world = World::new(7, Weather::FAIR);
    let hosts = chapter_of(&mut world, &SIX[..3]);
    converge(&mut world, &hosts, "London", 60_000);
    let [rowan, asha, _] = hosts[..] else { panic!() };
    let draft = || PollDraft { weights: vec![], observers: vec![], ..everything() };
    let refused = |world: &mut World, spoil: &dyn Fn(&mut PollDraft)| {
        let mut poll = draft();
        spoil(&mut poll);
        open(world, rowan, poll).unwrap_err().message
    };
    let observer = |name: &str| ObserverDraft { member: name.into(), reason: "?".into() };
    type Spoil<'a> = &'a dyn Fn(&mut PollDraft);
    let cases: [(Spoil<'_>, &[&str]); 9] = [
        (&|poll| poll.observers = SIX[..3].iter().map(|name| observer(name)).collect(), &["nobody could vote"]),
        (&|poll| poll.observers = vec![observer("asha"), observer("asha")], &["asha", "twice"]),
        (&|poll| poll.quorum = Some("half".into()), &["quorum", "1/2"]),
        (&|poll| poll.questions[5].seats = Some(9), &["\"stv\"", "1 to 3"]),
        (&|poll| poll.questions[4].seats = Some(1), &["\"schulze\"", "`seats`"]),
        (&|poll| poll.questions[2].max = None, &["\"score\"", "needs `max`"]),
        (&|poll| poll.questions[6].options = vec!["yes".into()], &["\"consent\"", "leave its options out"]),
        (
            &|poll| {
                let weight = WeightDraft { member: "asha".into(), weight: "many".into(), reason: "?".into() };
                poll.weights = vec![weight];
            },
            &["asha", "3/2"],
        ),
        (
            &|poll| {
                poll.observers = vec![ObserverDraft { member: "nobody".into(), reason: "?".into() }];
            },
            &["nobody"],
        ),
    ];
    for (spoil, words) in cases {
        let message = refused(&mut world, spoil);
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    }
    let poll = open(&mut world, rowan, draft()).unwrap();
    let without_reason = Command::Vote {
        poll: poll.clone(),
        answers: answers(["Sun", "Rain", "Wind"], "block"),
        reasons: BTreeMap::new(),
    };
    let message = world.ask(rowan, without_reason).unwrap_err().message;
    assert!(message.contains("give a reason for consensus"), "{message}");
    let gave = |world: &mut World, to: &[(&str, u32)]| give(world, rowan, &poll, to).unwrap_err().message;
    assert!(gave(&mut world, &[("rowan", 1)]).contains("yours already"));
    assert!(gave(&mut world, &[("asha", 1), ("asha", 1)]).contains("twice"));
    assert!(gave(&mut world, &[("asha", 1), ("imre", 6)]).contains("sixtieths"));
    assert!(gave(&mut world, &[("asha", 0)]).contains("sixtieths"));
    let unknown = world.ask(rowan, Command::ShowCount { poll: poll.clone(), question: "weather".into() }).unwrap_err();
    assert!(unknown.message.contains("instant-runoff"), "{unknown}");
    let Reply::Count(count) = world.ask(rowan, Command::ShowCount { poll, question: "stv".into() }).unwrap() else {
        panic!()
    };
    assert_eq!(count.key, "stv");
    converge(&mut world, &hosts, "London", 60_000);
    let plain = PollDraft { questions: vec![question(Method::Single)], quorum: None, delegation: false, ..draft() };
    let plain = open(&mut world, asha, plain).unwrap();
    assert!(show(&mut world, asha, &plain).plain);
    assert_eq!(give(&mut world, asha, &plain, &[("rowan", 1)]).unwrap_err().code, ErrorCode::NotAllowed);
}

/// Fifty questions with a hundred options each: records that do not fit on a page are asked for one by one.
#[test]
fn a_page_has_an_end() {
    let mut world = World::new(3, Weather::FAIR);
    let hosts = chapter_of(&mut world, &SIX[..2]);
    let options: Vec<String> = (0..100).map(|n| format!("{n}")).collect();
    let asks = |n| QuestionDraft { key: format!("q{n}"), options: options.clone(), ..question(Method::Schulze) };
    let poll = PollDraft { questions: (0..50).map(asks).collect(), ..everything() };
    let poll = open(&mut world, hosts[0], PollDraft { weights: vec![], observers: vec![], ..poll }).unwrap();
    let page = show(&mut world, hosts[0], &poll);
    assert!(page.questions.iter().any(|question| question.record_left_out));
    let size = serde_json::to_vec(&page).unwrap().len();
    assert!(size < 2_000_000, "{size}");
    let ask = Command::ShowCount { poll, question: "q49".into() };
    let Reply::Count(count) = world.ask(hosts[0], ask).unwrap() else { panic!() };
    assert!(matches!(count.record, Some(Record::Schulze { pairs, .. }) if pairs.len() == 100));
}
