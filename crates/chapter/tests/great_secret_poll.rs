//! The poll of a real federation, summer 2014, as it would have been in secret: 245 voters, six questions, the totals of its page
//! (`federation-2014.toml`), however the ballots come.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    View,
    kinds::{Conduct, Question, Secrecy, SecretBallot, secret::MAX_BALLOTS},
    testing::{Chapter, people},
};
use entry::EntryId;
use std::collections::BTreeSet;
use vote::{
    Answer, Method,
    secret::{Linkable, Scope, Triptych},
};

const VOTERS: usize = 245;
const TOTALS: [&[u64]; 6] = [&[164, 75], &[145, 90], &[49, 188], &[85, 153], &[185, 53], &[75, 102, 38, 12, 10, 2]];

fn name(n: usize) -> String {
    if n == 0 { "rowan".into() } else { format!("voter{n}") }
}

/// The options one after another until each has its votes, the blanks spread differently for every question.
fn answer(question: usize, n: usize) -> Answer {
    let mut left = ((n + 41 * question) % VOTERS) as u64;
    for (option, votes) in TOTALS[question].iter().enumerate() {
        if left < *votes {
            return Answer::One(option as u16);
        }
        left -= votes;
    }
    Answer::Blank
}

fn questions() -> Vec<Question> {
    let question = |(n, totals): (usize, &&[u64])| Question {
        key: format!("q{n}"),
        text: "As on the page?".into(),
        options: (0..totals.len()).map(|option| format!("option {option}")).collect(),
        method: Method::SINGLE,
    };
    TOTALS.iter().enumerate().map(question).collect()
}

/// The chapter with its poll, and everybody's ballots in boxes of others.
fn story() -> (Chapter, EntryId) {
    let names: Vec<String> = (1..VOTERS).map(name).collect();
    let mut chapter = Chapter::founded_by("rowan").with(names.iter().map(String::as_str));
    let places: Vec<usize> = (0..VOTERS)
        .map(|n| {
            let place = chapter.entries().len();
            chapter.publish_keys(&name(n), 1);
            place
        })
        .collect();
    let conduct = Conduct { secrecy: Secrecy::Secret, ..Conduct::default() };
    let draft = chapter.draft_poll_held("The great poll", questions(), conduct);
    let poll = chapter.by("rowan").writes(&draft);
    let keys: Vec<_> = chapter.view().ring(&poll).unwrap().iter().map(|slot| slot.key).collect();
    let ring = Triptych::new(&keys, &Scope::poll(&poll)).unwrap();
    let ballots: Vec<SecretBallot> = (0..VOTERS)
        .map(|n| {
            let answers: Vec<Answer> = (0..TOTALS.len()).map(|question| answer(question, n)).collect();
            let statement = SecretBallot::statement(poll, 1, &answers);
            let secret = people::ballot_secret(&name(n), places[n], 0);
            let signed = ring.sign(&secret, &statement, blake3::hash(&n.to_le_bytes()).as_bytes()).unwrap();
            SecretBallot { tag: signed.tag.0, number: 1, answers, proof: signed.proof }
        })
        .collect();
    for (n, some) in ballots.chunks(MAX_BALLOTS - 1).enumerate() {
        // Each box has one that another has, too.
        let again = &ballots[(n * 7) % VOTERS];
        let mut all: Vec<SecretBallot> = some.iter().filter(|ballot| ballot.tag != again.tag).cloned().collect();
        all.push(again.clone());
        chapter.carry(&name(n * 3), poll, all);
    }
    (chapter, poll)
}

fn totals(view: &View, poll: &EntryId) {
    let outcome = view.outcome(poll).unwrap();
    assert_eq!((outcome.voters, outcome.roll), (VOTERS as u64, VOTERS as u64));
    for (tally, totals) in outcome.questions.iter().zip(TOTALS) {
        assert_eq!(tally.options, totals);
        assert_eq!(tally.blank, VOTERS as u64 - totals.iter().sum::<u64>());
    }
}

#[test]
fn the_totals_are_those_of_the_page_and_nobody_is_named() {
    let (chapter, poll) = story();
    let view = chapter.view();
    totals(&view, &poll);
    let tags: BTreeSet<_> = view.outcome(&poll).unwrap().counted.into_keys().collect();
    assert!((0..VOTERS).all(|n| !tags.contains(&people::member(&name(n)))));
    // In another causal order: what came last comes as soon as it can.
    let mut other = View::new(chapter.id());
    let mut waiting: Vec<_> = chapter.entries().iter().collect();
    while let Some(at) = waiting.iter().rposition(|entry| entry.causal_parents().all(|parent| other.has(&parent))) {
        other.apply(waiting.remove(at), chapter.graph());
    }
    totals(&other, &poll);
    assert_eq!(other.state_hash(), view.state_hash());
}
