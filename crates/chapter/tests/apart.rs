//! Secret polls whose questions are answered apart: each question has ballots of its own, and nothing ties two of one voter's
//! together.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    Kind, View, Void,
    kinds::{Conduct, Question, Secrecy, SecretBallot, secret::MAX_BALLOTS},
    testing::{Chapter, orders::settled, story::WEEK},
};
use entry::EntryId;
use std::collections::BTreeSet;
use vote::{Answer, Method};

const NAMES: [&str; 4] = ["rowan", "asha", "imre", "noor"];

/// Whether a poll of so many questions, held like this, is one.
fn draft(chapter: &Chapter, questions: &[&str], secrecy: Secrecy) -> Kind {
    let question = |key: &&str| Question {
        key: (*key).to_owned(),
        text: format!("The {key}?"),
        options: vec!["yes".into(), "no".into()],
        method: Method::SINGLE,
    };
    let conduct = Conduct { secrecy, ..Conduct::default() };
    chapter.draft_poll_held("Roof?", questions.iter().map(question).collect(), conduct)
}

/// Five members, four of whom have keys, and a poll with three questions.
fn opened() -> (Chapter, EntryId) {
    let mut chapter = Chapter::founded_by("rowan").with(["asha", "imre", "noor", "tomas"]);
    for name in NAMES {
        chapter.publish_keys(name, 2);
    }
    let poll = draft(&chapter, &["roof", "name", "chair"], Secrecy::Apart);
    let poll = chapter.by("rowan").writes(&poll);
    (chapter, poll)
}

/// Somebody's ballot for one question.
fn says(
    chapter: &Chapter,
    name: &str,
    poll: EntryId,
    number: u64,
    question: usize,
    option: Option<u16>,
) -> SecretBallot {
    let mut answers = vec![Answer::Blank; question];
    answers.push(option.into());
    chapter.secret_ballot(name, poll, number, answers)
}

fn void_of(view: &View, entry: &EntryId) -> Option<Void> {
    view.item(entry).unwrap().void
}

/// Of each question the votes for yes and no, and how many left it blank.
fn votes(view: &View, poll: &EntryId) -> Vec<[u64; 3]> {
    let outcome = view.outcome(poll).unwrap();
    outcome.questions.iter().map(|tally| [tally.options[0], tally.options[1], tally.blank]).collect()
}

#[test]
fn each_question_is_counted_by_itself() {
    let (mut chapter, poll) = opened();
    let all =
        [("rowan", [Some(0), Some(1), None]), ("asha", [Some(0), Some(0), Some(0)]), ("imre", [Some(1), None, None])];
    let (mut tags, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for (question, carrier) in ["noor", "tomas", "asha"].into_iter().enumerate() {
        let ballots: Vec<SecretBallot> =
            all.iter().map(|(name, answers)| says(&chapter, name, poll, 1, question, answers[question])).collect();
        tags.extend(ballots.iter().map(|ballot| ballot.tag));
        ids.extend(ballots.iter().map(|ballot| ballot.id(poll)));
        chapter.carry(carrier, poll, ballots);
    }
    // One voter answers one question only.
    let single = says(&chapter, "noor", poll, 1, 0, Some(1));
    chapter.carry("tomas", poll, vec![single]);
    assert_eq!((tags.len(), ids.len()), (9, 9), "nothing of a voter's is the same for two questions");
    let view = settled(&chapter);
    let outcome = view.outcome(&poll).unwrap();
    assert_eq!(votes(&view, &poll), [[2, 2, 0], [1, 1, 1], [1, 0, 2]]);
    assert_eq!((outcome.voters, outcome.roll, outcome.counted.len()), (4, 5, 10));
    assert_eq!(view.voter_count(&poll), 4);
    assert!(ids.iter().all(|id| outcome.counted.values().any(|counted| counted == id)), "each finds their own");
}

#[test]
fn a_vote_is_changed_for_one_question_and_counts_once() {
    let (mut chapter, poll) = opened();
    let ballots = [(1, 0, Some(0)), (1, 1, Some(0)), (2, 1, Some(1))];
    let ballots = ballots.map(|(number, question, option)| says(&chapter, "asha", poll, number, question, option));
    assert!(ballots[1].tag == ballots[2].tag && ballots[0].tag != ballots[1].tag);
    // In whatever order they come.
    chapter.carry("noor", poll, vec![ballots[2].clone()]);
    chapter.carry("tomas", poll, ballots[..2].to_vec());
    // Two under one number: the one with the smaller id, for everybody.
    let rival = says(&chapter, "asha", poll, 1, 0, Some(1));
    let first = rival.id(poll).min(ballots[0].id(poll));
    chapter.carry("imre", poll, vec![rival]);
    let view = settled(&chapter);
    let outcome = view.outcome(&poll).unwrap();
    assert_eq!(outcome.questions.iter().map(|tally| tally.total).collect::<Vec<_>>(), [1, 1, 0]);
    assert_eq!((votes(&view, &poll)[1], outcome.voters, outcome.counted.len()), ([0, 1, 0], 1, 2));
    assert!(outcome.counted.values().any(|counted| *counted == first));
}

#[test]
fn a_ballot_answers_one_question_under_the_tag_for_it() {
    let (mut chapter, poll) = opened();
    let fits = says(&chapter, "asha", poll, 1, 1, Some(0));
    chapter.carry("noor", poll, vec![fits.clone()]);
    // Two answers in one, however they are signed; more answers than there are questions; none at all.
    let several =
        [vec![Answer::One(0), Answer::One(0)], vec![Answer::One(0), Answer::Blank], vec![Answer::Blank; 4], vec![]];
    for answers in several {
        let boxed = chapter.secret_ballot("asha", poll, 2, answers);
        let boxed = chapter.carry("tomas", poll, vec![boxed]);
        assert_eq!(void_of(&chapter.view(), &boxed), Some(Void::WrongAnswers));
    }
    // What was said for one question is nothing for another: not under its own tag, and not under the one for that.
    for question in [0, 2] {
        let mut moved = fits.clone();
        moved.answers = vec![Answer::Blank; question];
        moved.answers.push(Answer::One(0));
        let renamed = SecretBallot { tag: says(&chapter, "asha", poll, 1, question, None).tag, ..moved.clone() };
        let signed = says(&chapter, "asha", poll, 1, question, Some(0));
        let under = SecretBallot { tag: fits.tag, ..signed };
        for ballot in [moved, renamed, under] {
            let boxed = chapter.carry("tomas", poll, vec![ballot]);
            assert_eq!(void_of(&chapter.view(), &boxed), None, "whether a proof holds is asked when it is counted");
        }
    }
    let view = settled(&chapter);
    assert_eq!(votes(&view, &poll), [[0, 0, 0], [1, 0, 0], [0, 0, 0]]);
    // Of each question one under either tag.
    assert_eq!(view.carried(&poll).iter().filter(|carried| !carried.holds).count(), 4);
}

#[test]
fn ballots_of_a_whole_poll_are_none_where_questions_are_answered_apart_and_the_other_way_round() {
    let (mut chapter, apart) = opened();
    let whole = draft(&chapter, &["roof", "name", "chair"], Secrecy::Secret);
    let whole = chapter.by("rowan").writes(&whole);
    let all = chapter.secret_ballot("asha", whole, 1, vec![Answer::One(0), Answer::One(1), Answer::Blank]);
    let last = says(&chapter, "imre", apart, 1, 2, None);
    // As long as a ballot for all three, which leaves all blank; but it is from another poll.
    let boxes = [(apart, all.clone()), (whole, all), (apart, last.clone()), (whole, last)];
    let boxes = boxes.map(|(poll, ballot)| chapter.carry("noor", poll, vec![ballot]));
    let view = settled(&chapter);
    assert_eq!(boxes.map(|entry| void_of(&view, &entry)), [Some(Void::WrongAnswers), None, None, None]);
    assert_eq!(votes(&view, &whole), [[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
    assert_eq!(votes(&view, &apart), [[0, 0, 0], [0, 0, 0], [0, 0, 1]]);
}

#[test]
fn only_several_questions_can_be_answered_apart_and_a_carrier_passes_on_as_many_times_more() {
    let (mut chapter, poll) = opened();
    assert!(draft(&chapter, &["roof"], Secrecy::Apart).check().is_err());
    assert!(draft(&chapter, &["roof", "name"], Secrecy::Apart).check().is_ok());
    let good = says(&chapter, "asha", poll, 1, 0, Some(0));
    let rubbish = |n: usize| {
        let tag = |k: usize| *blake3::hash(&[n as u8, k as u8]).as_bytes();
        (0..MAX_BALLOTS).map(|k| SecretBallot { tag: tag(k), ..good.clone() }).collect::<Vec<_>>()
    };
    // Four for each of three ballots of five voters, and one box more.
    let boxes: Vec<EntryId> = (0..4).map(|n| chapter.carry("tomas", poll, rubbish(n))).collect();
    let view = chapter.view();
    let voids: Vec<_> = boxes.iter().map(|entry| void_of(&view, entry)).collect();
    assert_eq!(voids, [None, None, None, Some(Void::TooManyBallots)]);
    chapter.wait(2 * WEEK);
    let late = chapter.carry("noor", poll, vec![good]);
    assert_eq!(void_of(&settled(&chapter), &late), Some(Void::Late));
}
