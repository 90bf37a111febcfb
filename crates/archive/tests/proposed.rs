//! A poll that stood proposed, in a file: with its versions, objections, answers and amendments, as far as they are about it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chapter::{
    Kind, Void,
    kinds::{Amendment, Conduct, Objection, Plan, Proposal, Remark, RemarkKind, Span, Version},
    testing::{
        Chapter,
        story::{MINUTE, charter},
    },
};
use chapterhouse_archive::{Check, Fault, Source, write};
use common::*;
use entry::{Entry, EntryId, Verified};

/// What the file of the poll below says was said before it.
const TOLD: Check = Check::Proposed { versions: 2, withdrawn: 1, answered: 1, standing: 1, amendments: 1, adopted: 1 };

/// What there is of a poll that stood proposed, besides what every story has.
struct Proposed {
    chapter: Chapter,
    poll: EntryId,
    /// All that belongs to the proposal, in order: two versions, objections, what was said to them, amendments, and a poll
    /// that was opened too early.
    said: Vec<EntryId>,
    /// Entries about another proposal.
    elsewhere: Vec<EntryId>,
}

fn proposed() -> Proposed {
    proposed_and_opened_as("Slates")
}

fn proposed_and_opened_as(text: &str) -> Proposed {
    const HOURS: u64 = 48;
    let mut charter = charter("rowan");
    charter.rules.proposed_for = HOURS;
    let mut chapter = Chapter::founded_as(charter, "rowan").with(NAMES);
    let plan = |text: &str| Plan {
        title: "Roof".into(),
        description: text.into(),
        span: Span::For { minutes: 60 },
        questions: vec![question()],
        conduct: Conduct::default(),
        all_tellers: true,
    };
    let proposal = |text: &str, version| Kind::Proposal(Box::new(Proposal { plan: plan(text), version }));
    let objection = |to, why: &str| Kind::Objection(Objection { to, why: why.into() });
    let remark = |objection, what| Kind::Remark(Remark { objection, what, text: "The council pays half.".into() });
    let amendment =
        |to, text: &str| Kind::Amendment(Box::new(Amendment { to, plan: plan(text), why: "They last longer.".into() }));
    let open = |chapter: &mut Chapter, version, text: &str| {
        let at = chapter.now().plus(MINUTE);
        let heads: Vec<EntryId> = chapter.heads().iter().copied().collect();
        let poll = Kind::Poll(chapter.view().poll_of(&version, &plan(text), at, &heads));
        chapter.by("rowan").at(at).writes(&poll)
    };
    let first = chapter.by("rowan").writes(&proposal("Tiles", None));
    let other = chapter.by("imre").writes(&proposal("The cellar", None));
    let about_other = chapter.by("asha").writes(&objection(other, "Too damp."));
    let costs = chapter.by("asha").writes(&objection(first, "We cannot pay it."));
    let answered = chapter.by("rowan").writes(&remark(costs, RemarkKind::Answers));
    let rain = chapter.by("tomas").writes(&objection(first, "It rains in."));
    let withdrawn = chapter.by("tomas").writes(&remark(rain, RemarkKind::Withdraws));
    let slates = chapter.by("noor").writes(&amendment(first, "Slates"));
    let version = Version { of: first, number: 2, adopts: Some(slates), why: String::new() };
    let second = chapter.by("rowan").writes(&proposal("Slates", Some(version)));
    let early = open(&mut chapter, second, "Slates");
    chapter.wait(HOURS * 60 * MINUTE);
    let heads = chapter.heads().iter().copied().collect::<Vec<_>>();
    let poll = open(&mut chapter, second, text);
    chapter.vote("noor", poll, 1, &[Some(1)]);
    // Whoever opened it had not seen it, nothing comes after it, and it is in the file all the same.
    let unseen = chapter.by("imre").seeing(heads).writes(&objection(second, "Who asked the neighbours?"));
    let said = vec![first, second, costs, answered, rain, withdrawn, slates, early, unseen];
    Proposed { chapter, poll, said, elsewhere: vec![other, about_other] }
}

/// Of a poll that stood proposed, the file has all that was said before it, and nothing of what was said to other proposals.
#[test]
fn a_poll_that_stood_proposed_has_all_that_was_said_to_it() {
    let Proposed { chapter, poll, said, elsewhere } = proposed();
    assert!(write(chapter.id(), &said[7], &chapter.view(), &Shelf::of(&chapter)).is_err(), "it was too early");
    let bytes = archive(&chapter, &poll);
    assert_eq!(bytes, write(chapter.id(), &poll, &chapter.view(), &Shelf::otherwise(&chapter)).unwrap());
    let (passed, result) = checked(&bytes);
    let result = result.unwrap();
    assert_eq!((result.stated.voters, result.definition.proposal), (1, Some(said[1])));
    assert!(passed.contains(&TOLD), "{passed:?}");
    assert_eq!((result.talk.words(&said[0]), result.talk.words(&said[2])), ("Roof", "We cannot pay it."));
    assert_eq!(result.untold, elsewhere.len());
    let parts = Parts::of(&bytes);
    let has = |id: &EntryId| parts.entries[parts.place(id)].body.is_some();
    assert!(said.iter().all(has) && !elsewhere.iter().any(has));
    let again = write(result.chapter, &result.poll, &result.view, &Shelf::in_file(&bytes)).unwrap();
    assert!(again == bytes, "what is in it makes the same file again");
}

/// The bytes of one archive, for other implementations: `docs/BALLOTS.md` says what is in it.
#[test]
fn the_golden_archive_of_a_poll_that_stood_proposed_reads_for_ever() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden-proposed.poll");
    if std::env::var_os("WRITE_GOLDEN").is_some() {
        let Proposed { chapter, poll, .. } = proposed();
        std::fs::write(path, archive(&chapter, &poll)).unwrap();
    }
    let golden = std::fs::read(path).unwrap();
    let (passed, result) = checked(&golden);
    assert!(passed.contains(&TOLD), "{passed:?}");
    let result = result.unwrap();
    let mut values = vec![result.poll.to_string(), hex(&result.stated.digest), blake3::hash(&golden).to_string()];
    values.extend(result.definition.proposal.map(|version| version.to_string()));
    assert_eq!(values.len(), 4);
    let page = include_str!("../../../docs/BALLOTS.md");
    values.retain(|value| !page.contains(value));
    assert!(values.is_empty(), "not on the page: {values:#?}");
    let again = write(result.chapter, &result.poll, &result.view, &Shelf::in_file(&golden)).unwrap();
    assert!(again == golden, "the format has changed");
}

#[test]
fn what_was_said_before_a_poll_is_checked_like_the_rest() {
    let Proposed { chapter, poll, said, elsewhere } = proposed();
    let bytes = archive(&chapter, &poll);
    let fault = |change: &dyn Fn(&mut Parts)| {
        let mut parts = Parts::of(&bytes);
        change(&mut parts);
        checked(&parts.bytes()).1.map(|checked| checked.untold)
    };
    let gone = |parts: &mut Parts, id: &EntryId| {
        let at = parts.place(id);
        parts.entries[at].body = None;
    };
    // What is about another proposal has no place in it.
    for id in &elsewhere {
        let body = chapter.entry(id).unwrap().body().unwrap().to_vec();
        let body = || Some(body.clone());
        assert!(matches!(
            fault(&|parts| {
                let at = parts.place(id);
                parts.entries[at].body = body();
            }),
            Err(Fault::BodyTooMuch { .. })
        ));
    }
    // An objection whose text is left out is told as one that may be about another proposal, and then the answer has no
    // place here; where nothing else comes after it, it has no business here itself.
    assert!(matches!(fault(&|parts| gone(parts, &said[2])), Err(Fault::BodyTooMuch { .. })));
    assert!(matches!(fault(&|parts| said[2..4].iter().for_each(|id| gone(parts, id))), Ok(4)));
    assert!(matches!(fault(&|parts| gone(parts, &said[8])), Err(Fault::TooMuch)));
    // Whoever joined after the amendment that was adopted has it not, and the check tells that a text is missing.
    assert!(matches!(fault(&|parts| gone(parts, &said[6])), Ok(3)));
    let mut parts = Parts::of(&bytes);
    let at = parts.place(&said[8]);
    parts.entries.remove(at);
    assert_eq!(checked(&parts.bytes()).1.unwrap().untold, 2, "nobody can see what was kept back, and nothing follows");
}

/// A poll that passes itself off as a proposal that said something else is refused by strangers, too. Who has not read the
/// proposal cannot tell, and their file does not claim it.
#[test]
fn a_stranger_sees_that_the_poll_is_what_was_proposed() {
    let Proposed { chapter, poll, said, .. } = proposed_and_opened_as("Tiles");
    assert_eq!(chapter.view().counted(&poll), Err(Void::OtherPlan));
    let mut view = chapter::View::new(chapter.id());
    let unread = |id: &EntryId| {
        let mut entry = chapter.entry(id)?.clone();
        if *id == said[1] {
            entry.drop_body();
        }
        Some(entry)
    };
    for id in chapter.entries().iter().map(Entry::id) {
        view.apply(&unread(&id).unwrap(), chapter.graph());
    }
    let file = write(chapter.id(), &poll, &view, &Newcomer(&chapter, &unread)).unwrap();
    let (passed, result) = checked(&file);
    assert_eq!(result.unwrap().definition.proposal, Some(said[1]));
    assert!(!passed.iter().any(|check| matches!(check, Check::Proposed { .. })));
    let mut parts = Parts::of(&file);
    for id in &said[..8] {
        let at = parts.place(id);
        parts.entries[at].body = chapter.entry(id).unwrap().body().map(<[u8]>::to_vec);
    }
    assert!(matches!(checked(&parts.bytes()).1, Err(Fault::Void(Void::OtherPlan))));
}

/// The entries as somebody has them who has not all of their texts.
struct Newcomer<'a>(&'a Chapter, &'a dyn Fn(&EntryId) -> Option<Entry<Verified>>);

impl Source for Newcomer<'_> {
    fn ids(&self) -> Vec<EntryId> {
        self.0.entries().iter().map(Entry::id).collect()
    }

    fn read(&self, id: &EntryId) -> Option<Entry<Verified>> {
        (self.1)(id)
    }
}
