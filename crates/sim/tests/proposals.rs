//! Polls that stand proposed, on a simulated network: talked about, amended, and opened when their hour is over.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod common;

use api::{
    Command, ErrorCode, PollDraft, Refusal, Reply,
    draft::{Measure, ObserverDraft, QuestionDraft},
    people::RulesView,
    poll::{Answer, Method, Secrecy},
    proposal::{ObjectionStage, ProposalStage, ProposalView},
    view::PollView,
};
use chapterhouse_sim::{Weather, World, world::HostId};
use common::*;
use std::collections::BTreeMap;

fn draft(text: &str) -> PollDraft {
    let options = vec!["yes".into(), "no".into()];
    PollDraft {
        title: "The roof".into(),
        open_for: "3 days".into(),
        questions: vec![QuestionDraft { key: "roof".into(), text: text.into(), options, ..QuestionDraft::default() }],
        ..PollDraft::default()
    }
}

fn entry(world: &mut World, host: HostId, command: Command) -> Result<String, Refusal> {
    match world.ask(host, command)? {
        Reply::Published(made) => Ok(made.entry),
        Reply::PollOpened(opened) => Ok(opened.poll),
        _ => panic!("nothing was written"),
    }
}

fn page(world: &mut World, host: HostId, proposal: &str) -> ProposalView {
    match world.ask(host, Command::Show { entry: proposal.into() }).unwrap() {
        Reply::Proposal(page) => *page,
        _ => panic!("no proposal"),
    }
}

fn poll(world: &mut World, host: HostId, poll: &str) -> PollView {
    let Reply::Poll(view) = world.ask(host, Command::ShowPoll { poll: poll.into() }).unwrap() else { panic!() };
    *view
}

fn refused(world: &mut World, host: HostId, command: Command) -> String {
    let refusal = world.ask(host, command).unwrap_err();
    assert!(matches!(refusal.code, ErrorCode::NotAllowed | ErrorCode::Invalid), "{refusal:?}");
    refusal.message
}

fn open(proposal: &str) -> Command {
    Command::OpenProposal { proposal: proposal.into() }
}

/// Three members, whose polls stand proposed for an hour.
fn three(world: &mut World) -> [HostId; 3] {
    let hosts = chapter_of(world, &["rowan", "asha", "imre"]);
    let Reply::Rules(rules) = world.ask(hosts[0], Command::Rules { chapter: "London".into() }).unwrap() else {
        panic!()
    };
    let rules = Box::new(RulesView { proposed_for_hours: 1, ..*rules });
    decide(world, &hosts, Measure::Rules { rules });
    converge(world, &hosts, "London", 5 * MINUTE);
    [hosts[0], hosts[1], hosts[2]]
}

#[test]
fn a_proposal_is_objected_to_amended_and_opened_by_its_time() {
    let mut world = World::new(31, Weather::FAIR);
    let hosts = three(&mut world);
    let [rowan, asha, imre] = hosts;
    let chapter = || "London".to_owned();
    let dated = PollDraft { closes: "2027-11-30T18:00:00Z".into(), open_for: String::new(), ..draft("Slates?") };
    let at_once = refused(&mut world, rowan, Command::OpenPoll { chapter: chapter(), poll: dated });
    assert!(at_once.contains("1 hour ") && at_once.contains("poll propose"), "{at_once}");
    let id = entry(&mut world, rowan, Command::ProposePoll { chapter: chapter(), poll: draft("Repair it?") }).unwrap();
    converge(&mut world, &hosts, "London", 5 * MINUTE);

    let why = || "We cannot pay it.".to_owned();
    let objection = entry(&mut world, asha, Command::ObjectToProposal { proposal: id.clone(), why: why() }).unwrap();
    world.run(MINUTE);
    let still = entry(&mut world, imre, Command::ObjectToProposal { proposal: id.clone(), why: why() }).unwrap();
    let amended = PollDraft { delegation: true, ..draft("Repair it, with slates?") };
    let amend = Command::AmendProposal { proposal: id.clone(), poll: amended, why: "They last.".into() };
    let amendment = entry(&mut world, imre, amend).unwrap();
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let text = || "The council pays half.".to_owned();
    entry(&mut world, rowan, Command::AnswerObjection { objection: objection.clone(), text: text() }).unwrap();
    let others = Command::WithdrawObjection { objection: objection.clone(), text: text() };
    assert!(refused(&mut world, rowan, others).contains("only asha"));
    assert!(refused(&mut world, asha, Command::AdoptAmendment { amendment: amendment.clone() }).contains("only rowan"));
    let said = page(&mut world, rowan, &id);
    let changes: Vec<_> = said.amendments[0].changes.iter().map(|one| (one.old.as_str(), one.new.as_str())).collect();
    assert_eq!(changes, [("Repair it?", "Repair it, with slates?"), ("not possible", "possible")]);
    assert_eq!(
        (said.objections[0].stage, said.objections[1].stage),
        (ObjectionStage::Answered, ObjectionStage::Standing)
    );
    assert!(said.mine && said.may_open && said.stage == ProposalStage::Standing && said.hours == 1);

    entry(&mut world, rowan, Command::AdoptAmendment { amendment }).unwrap();
    let early = refused(&mut world, rowan, open(&id));
    assert!(early.contains("stands open to objections"), "{early}");
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    entry(&mut world, asha, Command::WithdrawObjection { objection, text: "Fine.".into() }).unwrap();
    world.run(61 * MINUTE);
    assert!(refused(&mut world, asha, open(&id)).contains("only rowan"));
    let vote = entry(&mut world, rowan, open(&id)).unwrap();
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    for host in hosts {
        let seen = page(&mut world, host, &id);
        assert_eq!((seen.number, seen.stage, seen.poll.as_deref()), (2, ProposalStage::Opened, Some(vote.as_str())));
        assert_eq!(seen.changed[0].adopts.as_ref().unwrap().author, "imre");
        assert_eq!(seen.amendments[0].adopted, Some(2));
        let seen = poll(&mut world, host, &vote);
        assert_eq!((seen.questions[0].text.as_str(), seen.delegation), ("Repair it, with slates?", true));
        let proposed = seen.proposed.unwrap();
        assert_eq!((proposed.proposal.as_str(), proposed.number, proposed.handle.as_str()), (id.as_str(), 2, "rowan"));
        let stages: Vec<_> = proposed.objections.iter().map(|one| (one.handle.as_str(), one.stage)).collect();
        assert_eq!(stages, [("asha", ObjectionStage::Withdrawn), ("imre", ObjectionStage::Standing)]);
        assert_eq!(proposed.objections[1].entry, still);
    }
    let late = Command::ObjectToProposal { proposal: id.clone(), why: why() };
    assert!(refused(&mut world, imre, late).contains("was opened"));
}

/// One member says only so much to one proposal, and is told what else there is.
#[test]
fn who_has_said_enough_is_told_what_to_do_instead() {
    let mut world = World::new(33, Weather::FAIR);
    let hosts = three(&mut world);
    let [rowan, asha, _] = hosts;
    let propose = Command::ProposePoll { chapter: "London".into(), poll: draft("Repair it?") };
    let id = entry(&mut world, rowan, propose).unwrap();
    converge(&mut world, &hosts, "London", 5 * MINUTE);
    let object = |n: usize| Command::ObjectToProposal { proposal: id.clone(), why: format!("Reason {n}.") };
    let amend = |n: usize| Command::AmendProposal {
        proposal: id.clone(),
        poll: draft(&format!("Repair it in {n} days?")),
        why: "Sooner.".into(),
    };
    for n in 0..20 {
        entry(&mut world, asha, object(n)).unwrap();
    }
    for n in 0..10 {
        entry(&mut world, asha, amend(n)).unwrap();
    }
    let said = refused(&mut world, asha, object(20));
    assert!(said.contains("20 times") && said.contains("comment"), "{said}");
    let said = refused(&mut world, asha, amend(10));
    assert!(said.contains("10 times") && said.contains("poll of your own"), "{said}");
}

/// Rowan's two computers open the same proposal while they do not hear of each other.
#[test]
fn of_two_polls_of_one_proposal_one_counts_everywhere() {
    for seed in seeds(2) {
        println!("seed {seed}");
        let mut world = World::new(seed, Weather::FAIR);
        let hosts = three(&mut world);
        let [rowan, asha, imre] = hosts;
        let propose = Command::ProposePoll { chapter: "London".into(), poll: draft("Repair it?") };
        let id = entry(&mut world, rowan, propose).unwrap();
        world.run(2 * MINUTE);
        world.ask(rowan, Command::Leave { chapter: "London".into(), why: String::new() }).unwrap();
        world.run(65 * MINUTE);
        // Whoever proposed it is gone, and both others open it.
        world.part(&[&[asha], &[imre]]);
        let one = entry(&mut world, asha, open(&id)).unwrap();
        let other = entry(&mut world, imre, open(&id)).unwrap();
        world.heal();
        converge(&mut world, &[asha, imre], "London", 10 * MINUTE);
        let (seen, same) = (page(&mut world, asha, &id), page(&mut world, imre, &id));
        assert_eq!((&seen.poll, &seen.beside), (&same.poll, &same.beside));
        let counts = seen.poll.unwrap();
        let beside = if counts == one { other } else { one };
        assert_eq!(seen.beside, std::slice::from_ref(&beside));
        assert_eq!(poll(&mut world, imre, &beside).proposed.unwrap().instead, Some(counts.clone()));
        let answers = BTreeMap::from([("roof".to_owned(), Answer::One("yes".into()))]);
        let vote = |poll: String| Command::Vote { poll, answers: answers.clone(), reasons: BTreeMap::new() };
        assert!(refused(&mut world, imre, vote(beside)).contains(&counts));
        entry(&mut world, imre, vote(counts)).unwrap();
    }
}

/// What is proposed reads back as it was written, so that an amendment begins with it.
#[test]
fn a_proposal_is_a_draft_again() {
    let mut world = World::new(7, Weather::FAIR);
    let [rowan, ..] = three(&mut world);
    let whole = PollDraft {
        quorum: Some("1/2".into()),
        secrecy: Secrecy::Open,
        delegation: true,
        observers: vec![ObserverDraft { member: "imre".into(), reason: "a guest".into() }],
        tellers: Some(vec![]),
        questions: vec![
            QuestionDraft { majority: Some("at least 2/3 of roll".into()), ..draft("Now?").questions.remove(0) },
            QuestionDraft {
                key: "money".into(),
                text: "For what?".into(),
                options: vec!["roof".into(), "door".into()],
                method: Method::Budget,
                dots: Some(6),
                ..QuestionDraft::default()
            },
        ],
        ..draft("Now?")
    };
    let propose = |poll: PollDraft| Command::ProposePoll { chapter: "London".into(), poll };
    let id = entry(&mut world, rowan, propose(whole)).unwrap();
    let first = page(&mut world, rowan, &id);
    let again = entry(&mut world, rowan, propose(first.draft.clone())).unwrap();
    let second = page(&mut world, rowan, &again);
    assert_eq!((&first.draft, &first.plan), (&second.draft, &second.plan));
    let same = Command::AmendProposal { proposal: id, poll: first.draft, why: "No reason.".into() };
    assert!(refused(&mut world, rowan, same).contains("says already"));
}
