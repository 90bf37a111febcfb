//! A secret poll whose questions are answered apart, in a file: each ballot is checked for its question, and nothing in the file
//! ties two ballots of one voter together.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chapter::{
    Kind,
    kinds::{BallotBox, Conduct, Question, Secrecy, SecretBallot},
    testing::Chapter,
};
use chapterhouse_archive::{Check, Stage, Stated, form::DIGEST};
use common::{archive, checked, hex};
use entry::EntryId;
use std::collections::BTreeSet;
use vote::{Answer, Method};

const VOTERS: [&str; 4] = ["rowan", "asha", "imre", "noor"];
/// What each of three answers to two questions.
const SAID: [[Option<u16>; 2]; 3] = [[Some(0), Some(1)], [Some(0), None], [Some(1), Some(1)]];

fn ballot(chapter: &Chapter, name: &str, poll: EntryId, question: usize, option: Option<u16>) -> SecretBallot {
    let mut answers = vec![Answer::Blank; question];
    answers.push(option.into());
    chapter.secret_ballot(name, poll, 1, answers)
}

/// Four with keys, three of whom vote; tomas and noor pass their ballots on.
fn story() -> (Chapter, EntryId, Vec<SecretBallot>) {
    let mut chapter = Chapter::founded_by("rowan").with(["asha", "imre", "noor", "tomas"]);
    for name in VOTERS {
        chapter.publish_keys(name, 1);
    }
    let question = |key: &str| Question {
        key: key.into(),
        text: format!("The {key}?"),
        options: vec!["yes".into(), "no".into()],
        method: Method::SINGLE,
    };
    let conduct = Conduct { secrecy: Secrecy::Apart, ..Conduct::default() };
    let poll = chapter.draft_poll_held("Roof", vec![question("roof"), question("name")], conduct);
    let poll = chapter.by("rowan").writes(&poll);
    let mut all = Vec::new();
    for (question, carrier) in ["tomas", "noor"].into_iter().enumerate() {
        let said = VOTERS.iter().zip(SAID);
        let ballots: Vec<_> = said.map(|(name, said)| ballot(&chapter, name, poll, question, said[question])).collect();
        all.extend(ballots.clone());
        chapter.carry(carrier, poll, ballots);
    }
    (chapter, poll, all)
}

#[test]
fn a_stranger_counts_each_question_and_ties_no_two_ballots_together() {
    let (mut chapter, poll, ballots) = story();
    let (passed, result) = checked(&archive(&chapter, &poll));
    let result = result.unwrap();
    assert_eq!(result.stated, Stated::of(&chapter.view(), &poll).unwrap());
    let votes: Vec<_> =
        result.stated.questions.iter().map(|question| (question.votes.clone(), question.blank)).collect();
    assert_eq!(votes, [(vec![2, 1], 0), (vec![0, 2], 1)]);
    assert_eq!((result.stated.stage, result.stated.voters, result.stated.cast), (Stage::ByClock, 3, 3));
    assert!(passed.contains(&Check::Proven { ballots: 6, voters: 4 }), "{passed:?}");
    let tags: BTreeSet<_> = ballots.iter().map(|ballot| ballot.tag).collect();
    assert_eq!(tags.len(), 6);
    // Somebody's proof for one question under the name of another is in the file, and does not count.
    let mut moved = ballots[0].clone();
    moved.answers.insert(0, Answer::Blank);
    chapter.carry("imre", poll, vec![moved]);
    let (passed, result) = checked(&archive(&chapter, &poll));
    assert_eq!(result.unwrap().stated.questions.len(), 2);
    assert_eq!(passed.last(), Some(&Check::Counted { voters: 3, not_counted: 1 }));
}

/// A ballot for one question more, made by somebody who has no key: whoever changes the file cannot make the result fit.
#[test]
fn a_ballot_that_holds_for_another_question_changes_no_result() {
    let (mut chapter, poll, ballots) = story();
    let before = Stated::of(&chapter.view(), &poll).unwrap();
    let renamed = SecretBallot { tag: ballots[3].tag, number: 2, ..ballots[0].clone() };
    chapter.by("imre").writes(&Kind::BallotBox(BallotBox { poll, ballots: vec![renamed] }));
    assert_eq!(checked(&archive(&chapter, &poll)).1.unwrap().stated, before);
}

/// The bytes of one archive, for other implementations: `docs/BALLOTS.md` says what is in it.
#[test]
fn the_golden_archive_of_a_poll_that_is_answered_apart_reads_for_ever() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden-apart.poll");
    if std::env::var_os("WRITE_GOLDEN").is_some() {
        let (chapter, poll, _) = story();
        std::fs::write(path, archive(&chapter, &poll)).unwrap();
    }
    let golden = std::fs::read(path).unwrap();
    let result = checked(&golden).1.unwrap();
    let mut values = vec![result.poll.to_string(), hex(&result.stated.digest), blake3::hash(&golden).to_string()];
    let carried = result.view.carried(&result.poll);
    let of = |question: usize| carried.iter().filter(move |carried| carried.ballot.answers.len() == question + 1);
    values.extend([0, 1].map(|question| of(question).map(|carried| hex(&carried.ballot.member.0)).min().unwrap()));
    let page = include_str!("../../../docs/BALLOTS.md");
    values.retain(|value| !page.contains(value));
    assert!(values.is_empty(), "not on the page: {values:?}");
    // Whatever single byte is another one, with a digest that fits, is noticed.
    let body = golden.len() - 32;
    for at in (0..body).step_by(97) {
        let mut bent = golden[..body].to_vec();
        bent[at] ^= 1;
        let digest = blake3::derive_key(DIGEST, &bent);
        bent.extend(digest);
        assert!(checked(&bent).1.is_err(), "byte {at}");
    }
}
