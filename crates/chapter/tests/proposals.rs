//! Polls that stand proposed before they open: who may change one, what is said to one, and what no poll can be passed off
//! as.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    Kind, View, Void,
    kinds::{
        Amendment, Bar, Conduct, Fraction, Measure, Objection, Observer, Plan, Poll, Proposal, Question, Remark,
        RemarkKind, Rules, Span, Version,
        proposal::{MAX_AMENDMENTS, MAX_OBJECTIONS},
    },
    testing::{
        Chapter,
        orders::settled,
        people::member,
        story::{MINUTE, ballot},
    },
};
use entry::{EntryId, Timestamp};
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use vote::Method;

const HOUR: u64 = 60 * MINUTE;
const HOURS: u64 = 48;

/// Five members, and polls stand proposed for two days.
fn five() -> Chapter {
    let mut chapter = Chapter::founded_by("rowan").with(["asha", "imre", "noor", "tomas"]);
    let half = Fraction { part: 1, whole: 2 };
    let decision = Bar { quorum: half, majority: half };
    let rules = Rules { proposed_for: HOURS, stands_for: 0, decision, ..Rules::default() };
    chapter.decide(Measure::Rules { rules }, &["rowan", "asha", "imre"]);
    chapter
}

fn plan(text: &str) -> Plan {
    let options = vec!["yes".into(), "no".into()];
    let question = Question { key: "q".into(), text: text.into(), options, method: Method::SINGLE };
    Plan {
        title: "The roof".into(),
        description: String::new(),
        span: Span::For { minutes: 72 * 60 },
        questions: vec![question],
        conduct: Conduct::default(),
        all_tellers: true,
    }
}

fn proposal(plan: Plan) -> Kind {
    Kind::Proposal(Box::new(Proposal { plan, version: None }))
}

fn version(plan: Plan, of: EntryId, number: u64, adopts: Option<EntryId>) -> Kind {
    let version = Some(Version { of, number, adopts, why: String::new() });
    Kind::Proposal(Box::new(Proposal { plan, version }))
}

fn amendment(to: EntryId, plan: Plan) -> Kind {
    Kind::Amendment(Box::new(Amendment { to, plan, why: "Slates last longer.".into() }))
}

fn objection(to: EntryId) -> Kind {
    Kind::Objection(Objection { to, why: "We cannot pay it.".into() })
}

fn remark(objection: EntryId, what: RemarkKind) -> Kind {
    Kind::Remark(Remark { objection, what, text: "We have asked for a price.".into() })
}

fn propose(chapter: &mut Chapter, name: &str) -> EntryId {
    chapter.by(name).writes(&proposal(plan("Now?")))
}

/// The poll that this plan is at a moment.
fn poll_at(chapter: &Chapter, version: EntryId, plan: &Plan, at: Timestamp) -> Poll {
    let heads: Vec<EntryId> = chapter.heads().iter().copied().collect();
    chapter.view().poll_of(&version, plan, at, &heads)
}

fn open(chapter: &mut Chapter, name: &str, version: EntryId, plan: &Plan) -> EntryId {
    let at = chapter.now().plus(MINUTE);
    let poll = poll_at(chapter, version, plan, at);
    chapter.by(name).at(at).writes(&Kind::Poll(poll))
}

fn void(view: &View, entry: &EntryId) -> Option<Void> {
    view.counted(entry).err()
}

#[test]
fn a_poll_stands_proposed_and_opens_as_it_was_proposed() {
    let mut chapter = five();
    let first = propose(&mut chapter, "rowan");
    let objected = chapter.by("asha").writes(&objection(first));
    let answered = chapter.by("rowan").writes(&remark(objected, RemarkKind::Answers));
    let still = chapter.by("imre").writes(&objection(first));
    let amended = chapter.by("noor").writes(&amendment(first, plan("Now, with slates?")));
    let left = chapter.by("noor").writes(&amendment(first, plan("Never?")));
    let talk = chapter.comment("tomas", first, "Slates, please.");
    let early = open(&mut chapter, "rowan", first, &plan("Now?"));
    let second = chapter.by("rowan").writes(&version(plan("Now, with slates?"), first, 2, Some(amended)));
    let withdrawn = chapter.by("asha").writes(&remark(objected, RemarkKind::Withdraws));
    chapter.wait(HOURS * HOUR);
    // The first version stood long enough, but it is not what the proposal says now.
    let old = open(&mut chapter, "rowan", first, &plan("Now?"));
    let poll = open(&mut chapter, "rowan", second, &plan("Now, with slates?"));
    let again = open(&mut chapter, "rowan", second, &plan("Now, with slates?"));
    let late = chapter.by("imre").writes(&objection(first));
    let vote = chapter.vote("asha", poll, 1, &[Some(0)]);
    let view = settled(&chapter);
    assert_eq!(void(&view, &early), Some(Void::Standing));
    assert_eq!(void(&view, &old), Some(Void::OtherPlan));
    assert_eq!((void(&view, &again), void(&view, &late)), (Some(Void::OpenedAlready), Some(Void::OpenedAlready)));
    for counts in [first, second, objected, answered, withdrawn, still, amended, left, talk, poll, vote] {
        assert_eq!(void(&view, &counts), None);
    }
    let state = view.proposal(&first).unwrap();
    assert_eq!(view.proposal(&second).as_ref(), Some(&state));
    assert_eq!((state.proposer, state.last, state.poll), (member("rowan"), second, Some(poll)));
    assert_eq!(state.opens, state.since.plus(HOURS * HOUR));
    let versions: Vec<_> = state.versions.iter().map(|version| (version.number, version.adopts)).collect();
    assert_eq!(versions, [(1, None), (2, Some(amended))]);
    let [one, two] = &state.objections[..] else { panic!("two objections") };
    assert_eq!((one.owner, one.withdrawn, &one.answers[..]), (member("asha"), Some(withdrawn), &[answered][..]));
    assert_eq!((two.owner, two.withdrawn, two.entry), (member("imre"), None, still));
    let adopted: Vec<_> = state.amendments.iter().map(|amendment| amendment.adopted).collect();
    assert_eq!(adopted, [Some(second), None]);
    assert_eq!(view.proposals().collect::<Vec<_>>(), [first]);
    assert_eq!(view.poll(&poll).unwrap().proposal, Some(second));
    assert_eq!((view.proposal_about(&poll), view.proposal_about(&still)), (Some(first), Some(first)));
}

#[test]
fn without_a_time_in_the_rules_polls_open_at_once_proposed_or_not() {
    let mut chapter = Chapter::founded_by("rowan").with(["asha"]);
    let plain = chapter.poll("asha", "Roof?");
    let first = propose(&mut chapter, "rowan");
    let poll = open(&mut chapter, "rowan", first, &plan("Now?"));
    let view = settled(&chapter);
    assert_eq!((void(&view, &plain), void(&view, &poll)), (None, None));
}

/// Attack: the time that others have to object in is taken from them.
#[test]
fn a_poll_cannot_be_opened_before_its_time() {
    let mut chapter = five();
    let unproposed = chapter.poll("rowan", "Roof?");
    // Dated back behind everything that it has seen: it stands from then on.
    let days_ago = Timestamp(chapter.now().0 - HOURS * HOUR);
    let first = chapter.by("rowan").at(days_ago).writes(&proposal(plan("Now?")));
    let opened = open(&mut chapter, "rowan", first, &plan("Now?"));
    // Changed in the last minute: the time begins anew.
    let stood = propose(&mut chapter, "asha");
    chapter.wait(HOURS * HOUR);
    let other = plan("Now, and for ever?");
    let changed = chapter.by("asha").writes(&version(other.clone(), stood, 2, None));
    let swapped = open(&mut chapter, "asha", changed, &other);
    // Dated ahead, it is honest by its own time; whoever gets it waits until then (the log's rule, tested there).
    let at = chapter.view().proposal(&stood).unwrap().opens;
    let just = Timestamp(at.0 - 1);
    let poll = poll_at(&chapter, changed, &other, just);
    let just_before = chapter.by("asha").at(just).writes(&Kind::Poll(poll));
    let poll = poll_at(&chapter, changed, &other, at);
    let in_time = chapter.by("asha").at(at).writes(&Kind::Poll(poll));
    let view = settled(&chapter);
    assert_eq!(void(&view, &unproposed), Some(Void::Unproposed));
    for entry in [opened, swapped, just_before] {
        assert_eq!(void(&view, &entry), Some(Void::Standing));
    }
    assert_eq!(void(&view, &in_time), None);
}

/// Attack: another poll is passed off as the one that stood proposed.
#[test]
fn a_poll_that_differs_in_anything_is_not_the_proposal() {
    let mut chapter = five();
    let planned = Plan {
        conduct: Conduct {
            observers: vec![Observer { member: member("tomas"), why: "guest".into() }],
            ..Conduct::default()
        },
        ..plan("Now?")
    };
    let first = chapter.by("rowan").writes(&proposal(planned.clone()));
    chapter.wait(HOURS * HOUR);
    let at = chapter.now().plus(MINUTE);
    let good = poll_at(&chapter, first, &planned, at);
    let members = chapter.view().roll();
    let with = |change: &dyn Fn(&mut Poll)| {
        let mut poll = good.clone();
        change(&mut poll);
        poll.for_members(members.clone())
    };
    let polls = [
        with(&|poll| poll.title = "The root".into()),
        with(&|poll| poll.description = ".".into()),
        with(&|poll| poll.questions[0].text = "Now!".into()),
        with(&|poll| poll.questions[0].options.reverse()),
        with(&|poll| poll.conduct.observers.clear()),
        with(&|poll| poll.conduct.delegation = true),
        with(&|poll| poll.closes = Timestamp(poll.closes.0 - 1)),
        with(&|poll| poll.closes = poll.closes.plus(2 * HOUR)),
    ];
    let before: Vec<EntryId> = chapter.heads().iter().copied().collect();
    let place = chapter.place_of("rowan", 0);
    let wrong =
        polls.map(|poll| chapter.by("rowan").seeing(before.clone()).behind(place).at(at).writes(&Kind::Poll(poll)));
    // Each is in one place of one device; what is asked here is whether its past allows it.
    let view = chapter.view();
    for entry in wrong {
        assert_eq!(void(&view, &entry), Some(Void::OtherPlan));
    }
    let round = with(&|poll| poll.closes = poll.closes.plus(HOUR / 2));
    let opened = chapter.by("rowan").seeing(before).behind(place).at(at).writes(&Kind::Poll(round));
    assert_eq!(chapter.view().poll(&opened).unwrap().rules.roll.len(), 4);
    assert!(!matches!(void(&chapter.view(), &opened), Some(Void::OtherPlan)));
}

/// Attack: somebody else speaks for the proposer, or for whoever objects.
#[test]
fn a_proposal_is_its_proposers_and_an_objection_its_owners() {
    let mut chapter = five();
    let first = propose(&mut chapter, "rowan");
    let amended = chapter.by("noor").writes(&amendment(first, plan("With slates?")));
    let adopted = chapter.by("noor").writes(&version(plan("With slates?"), first, 2, Some(amended)));
    // It names the amendment, and says something else.
    let faked = chapter.by("rowan").writes(&version(plan("With slate?"), first, 2, Some(amended)));
    let skipped = chapter.by("rowan").writes(&version(plan("With slates?"), first, 3, None));
    let objected = chapter.by("asha").writes(&objection(first));
    let withdrawn = chapter.by("rowan").writes(&remark(objected, RemarkKind::Withdraws));
    let answered = chapter.by("asha").writes(&remark(objected, RemarkKind::Answers));
    chapter.wait(HOURS * HOUR);
    let opened = open(&mut chapter, "noor", first, &plan("Now?"));
    let view = settled(&chapter);
    for entry in [adopted, withdrawn, answered, opened] {
        assert_eq!(void(&view, &entry), Some(Void::NotTheirs));
    }
    assert_eq!((void(&view, &faked), void(&view, &skipped)), (Some(Void::OtherPlan), Some(Void::OtherPlan)));
    let state = view.proposal(&first).unwrap();
    assert_eq!((state.versions.len(), state.objections[0].withdrawn, state.poll), (1, None, None));
}

#[test]
fn who_is_gone_holds_nobody_up() {
    let mut chapter = five();
    let planned = Plan {
        conduct: Conduct {
            observers: vec![Observer { member: member("rowan"), why: "I moved away".into() }],
            ..Conduct::default()
        },
        ..plan("Now?")
    };
    let first = chapter.by("rowan").writes(&proposal(planned.clone()));
    chapter.by("rowan").writes(&chapterhouse_chapter::testing::story::farewell());
    let early = open(&mut chapter, "asha", first, &planned);
    chapter.wait(HOURS * HOUR);
    let opened = open(&mut chapter, "asha", first, &planned);
    let view = settled(&chapter);
    assert_eq!((void(&view, &early), void(&view, &opened)), (Some(Void::Standing), None));
    assert_eq!(view.poll(&opened).unwrap().rules.roll.len(), 4, "an observer who left is none");
}

/// Attack: a flood, by which nobody would find what the others say.
#[test]
fn what_one_member_says_to_one_proposal_is_bounded() {
    let mut chapter = five();
    let first = propose(&mut chapter, "rowan");
    let objections: Vec<EntryId> =
        (0..=MAX_OBJECTIONS).map(|_| chapter.by("tomas").writes(&objection(first))).collect();
    let amendments: Vec<EntryId> =
        (0..=MAX_AMENDMENTS).map(|n| chapter.by("tomas").writes(&amendment(first, plan(&format!("{n}?"))))).collect();
    let other = chapter.by("asha").writes(&objection(first));
    let view = settled(&chapter);
    for said in [&objections, &amendments] {
        let (last, rest) = said.split_last().unwrap();
        assert_eq!(void(&view, last), Some(Void::TooMuchSaid));
        assert!(rest.iter().all(|entry| void(&view, entry).is_none()));
    }
    assert_eq!(void(&view, &other), None);
    assert_eq!(view.proposal(&first).unwrap().objections.len(), MAX_OBJECTIONS + 1);
}

/// Attack: whoever does not like how a vote goes opens it once more, as if they had not seen it.
#[test]
fn of_two_polls_from_one_proposal_the_one_with_the_votes_is_it() {
    for trial in 0..4 {
        let mut chapter = five();
        chapter.add_device("rowan", 0, 1);
        let first = propose(&mut chapter, "rowan");
        chapter.wait(HOURS * HOUR + trial * MINUTE);
        let seen: Vec<EntryId> = chapter.heads().iter().copied().collect();
        let at = chapter.now().plus(MINUTE);
        let poll = poll_at(&chapter, first, &plan("Now?"), at);
        let opened = chapter.by("rowan").at(at).writes(&Kind::Poll(poll.clone()));
        chapter.by("asha").writes(&ballot(opened, 1, &[Some(1)]));
        let second = chapter.by("rowan").on(1).seeing(seen).at(at).writes(&Kind::Poll(poll));
        let view = settled(&chapter);
        let state = view.proposal(&first).unwrap();
        assert_eq!((state.poll, &state.beside[..]), (Some(opened), &[second][..]));
        assert_eq!((view.poll_instead(&second), view.poll_instead(&opened)), (Some(opened), None));
    }
}

/// Who came later than a text, and a stranger with a file that has not all, judge what they have.
#[test]
fn a_poll_counts_for_whoever_has_not_the_proposals_text() {
    let mut chapter = five();
    let first = propose(&mut chapter, "rowan");
    chapter.wait(HOURS * HOUR);
    let early = chapter.by("asha").writes(&proposal(plan("Then?")));
    let poll = open(&mut chapter, "rowan", first, &plan("Now?"));
    let too_early = open(&mut chapter, "asha", early, &plan("Then?"));
    let stranger = open(&mut chapter, "noor", early, &plan("Then?"));
    let vote = chapter.vote("asha", poll, 1, &[Some(0)]);
    let mut view = View::new(chapter.id());
    for entry in chapter.entries() {
        let mut entry = entry.clone();
        if [first, early].contains(&entry.id()) {
            entry.drop_body();
        }
        view.apply(&entry, chapter.graph());
    }
    for view in [&view, &chapter.view()] {
        assert_eq!((void(view, &poll), void(view, &vote)), (None, None));
        assert_eq!((void(view, &too_early), void(view, &stranger)), (Some(Void::Standing), Some(Void::NotTheirs)));
    }
}

/// Whoever joined between two versions has the later one, and neither the first one nor the amendment that was adopted.
#[test]
fn a_version_counts_for_whoever_has_not_what_it_changes() {
    let mut chapter = five();
    let first = propose(&mut chapter, "rowan");
    let amended = chapter.by("noor").writes(&amendment(first, plan("With slates?")));
    let objected = chapter.by("asha").writes(&objection(first));
    let second = chapter.by("rowan").writes(&version(plan("With slates?"), first, 2, Some(amended)));
    let forged = chapter.by("imre").writes(&version(plan("Mine?"), first, 3, None));
    let late = chapter.by("tomas").writes(&objection(first));
    let answered = chapter.by("rowan").writes(&remark(late, RemarkKind::Answers));
    let third = chapter.by("rowan").writes(&version(plan("With tiles?"), first, 3, None));
    chapter.wait(HOURS * HOUR);
    let old = open(&mut chapter, "rowan", second, &plan("With slates?"));
    let poll = open(&mut chapter, "rowan", third, &plan("With tiles?"));
    let vote = chapter.vote("asha", poll, 1, &[Some(0)]);
    let all = settled(&chapter);
    for gone in [&[first][..], &[first, amended, objected], &[first, amended, objected, second]] {
        let mut view = View::new(chapter.id());
        for entry in chapter.entries() {
            let mut entry = entry.clone();
            if gone.contains(&entry.id()) {
                entry.drop_body();
            }
            view.apply(&entry, chapter.graph());
        }
        for entry in [second, forged, late, answered, third, poll, vote] {
            assert_eq!(void(&view, &entry), void(&all, &entry), "without {} texts", gone.len());
        }
        assert_eq!(void(&all, &forged), Some(Void::NotTheirs));
        // What the last version is, only those know who have the one before it.
        assert_eq!(void(&all, &old), Some(Void::OtherPlan));
        assert_eq!(view.outcome(&poll).unwrap().voters, 1);
        assert_eq!(view.proposal(&third).map(|state| state.last), Some(third));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: Some(Box::new(FileFailurePersistence::Off)), ..ProptestConfig::default() })]

    /// Members who propose, object, amend and open, having seen this and that: in every order it comes to the same.
    #[test]
    fn whatever_is_proposed_comes_to_the_same_in_every_order(deeds in proptest::collection::vec((0_u8..9, 0_usize..5, any::<u32>()), 4..24)) {
        let names = ["rowan", "asha", "imre", "noor", "tomas"];
        let mut chapter = five();
        let first = propose(&mut chapter, "rowan");
        let (mut said, mut versions) = (Vec::new(), vec![(first, 1)]);
        for (deed, who, dice) in deeds {
            let start = chapter.entries().len() - 1;
            let since = &chapter.entries()[start.min(start.saturating_sub(6))..];
            let seeing: Vec<EntryId> = if dice % 3 == 0 { chapter.heads().iter().copied().collect() } else { vec![since[dice as usize % since.len()].id()] };
            let (name, (last, number)) = (names[who], versions[dice as usize % versions.len()]);
            let pick = |said: &[EntryId]| if said.is_empty() { first } else { said[dice as usize % said.len()] };
            let asked = plan(&format!("{}?", dice % 2));
            let at = chapter.now().plus(if deed > 6 { HOURS * HOUR / 2 } else { MINUTE });
            let kind = match deed {
                0 | 1 => objection(last),
                2 => amendment(last, asked),
                3 => version(asked, first, number + 1, (dice % 2 == 0).then(|| pick(&said))),
                4 => remark(pick(&said), RemarkKind::Withdraws),
                5 => remark(pick(&said), RemarkKind::Answers),
                _ => Kind::Poll(chapter.view().poll_of(&last, &asked, at, &seeing)),
            };
            let name = if deed == 3 || deed > 5 { if dice % 4 == 0 { name } else { "rowan" } } else { name };
            let id = chapter.by(name).seeing(seeing).at(at).writes(&kind);
            match deed {
                3 => versions.push((id, number + 1)),
                0..=2 => said.push(id),
                _ => {}
            }
        }
        settled(&chapter);
    }
}
