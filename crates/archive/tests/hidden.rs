//! A poll that was hidden until the close, in a file: with its tellers' keys and secrets, and what is missing if one is left out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chapter::{
    Kind,
    kinds::{Conduct, Measure, Secrecy, number},
    testing::{Chapter, people::member, story::giving},
};
use chapterhouse_archive::{Check, Checked, Fault, Stage, Stated, form::Written, write};
use common::*;
use entry::{Entry, EntryId};

const TELLERS: [&str; 3] = ["asha", "imre", "noor"];

/// Five members, three of them tellers, one of whom vanishes; two vote, and tomas gives his to rowan. Closed, and not opened.
fn closed() -> (Chapter, EntryId) {
    let mut chapter = Chapter::founded_by("rowan").with(NAMES);
    chapter.make_tellers(&TELLERS, &MOST);
    let mut tellers = TELLERS.map(member).to_vec();
    tellers.sort_unstable();
    let conduct = Conduct { secrecy: Secrecy::Hidden, tellers, delegation: true, ..Conduct::default() };
    let poll = chapter.draft_poll_held("Roof", vec![question()], conduct);
    let poll = chapter.by("rowan").writes(&poll);
    for teller in TELLERS {
        chapter.teller_key(teller, poll);
    }
    chapter.vote_hidden("rowan", poll, 1, &[Some(0)]);
    chapter.vote_hidden("noor", poll, 1, &[Some(1)]);
    chapter.by("tomas").writes(&giving(poll, 1, &[("rowan", 60)]));
    chapter.cutoff("asha", poll);
    chapter.cutoff("noor", poll);
    (chapter, poll)
}

fn opened() -> (Chapter, EntryId) {
    let (mut chapter, poll) = closed();
    chapter.teller_secret("asha", poll);
    chapter.teller_secret("noor", poll);
    (chapter, poll)
}

fn votes(result: &Checked) -> &[u64] {
    &result.stated.questions[0].votes
}

#[test]
fn a_stranger_opens_the_ballots_with_what_is_in_the_file() {
    let (chapter, poll) = opened();
    let (passed, result) = checked(&archive(&chapter, &poll));
    let result = result.unwrap();
    assert_eq!(result.stated, Stated::of(&chapter.view(), &poll).unwrap());
    assert_eq!((result.stated.stage, votes(&result), result.elsewhere), (Stage::Final, &[2, 1][..], 0));
    assert!(passed.contains(&Check::Opened { secrets: 2, need: 2, open: true, waiting: 0, lost: 0 }), "{passed:?}");
    assert_eq!(passed.last(), Some(&Check::Counted { voters: 2, not_counted: 0 }));
}

#[test]
fn before_it_is_opened_the_file_has_no_result_and_says_so() {
    let (mut chapter, poll) = closed();
    for (secrets, teller) in TELLERS.into_iter().enumerate().take(2) {
        let (passed, result) = checked(&archive(&chapter, &poll));
        let result = result.unwrap();
        assert_eq!((result.stated.stage, votes(&result), result.stated.voters), (Stage::Provisional, &[0, 0][..], 0));
        assert!(passed.contains(&Check::Opened { secrets, need: 2, open: false, waiting: 2, lost: 0 }), "{passed:?}");
        chapter.teller_secret(teller, poll);
    }
}

/// Nobody can open any of them: the file does not say that it was opened, nor that nobody voted.
#[test]
fn where_votes_are_lost_the_file_says_so() {
    let (mut chapter, poll) = closed();
    let most = ["rowan", "noor", "tomas", "vera"];
    for gone in ["imre", "asha"] {
        chapter.decide(Measure::Remove { member: member(gone) }, &most);
    }
    chapter.teller_secret("noor", poll);
    let (passed, result) = checked(&archive(&chapter, &poll));
    let result = result.unwrap();
    assert!(passed.contains(&Check::Opened { secrets: 1, need: 2, open: false, waiting: 0, lost: 2 }), "{passed:?}");
    assert_eq!((result.stated.stage, votes(&result)), (Stage::Provisional, &[0, 0][..]));
    assert_eq!(result.view.turnout(&poll).unwrap().voters, 2);
}

/// A file is made of other entries than it says: every record that matters is missed.
#[test]
fn what_is_left_out_is_missed() {
    let (chapter, poll) = opened();
    let bytes = archive(&chapter, &poll);
    for kind in [number::TELLER_KEY, number::TELLER_SECRET, number::HIDDEN_BALLOT] {
        let mut parts = Parts::of(&bytes);
        let of = |written: &Written| Entry::from_bytes(&written.head, None).unwrap().content().kind == kind;
        let last = parts.entries.iter().rposition(of).unwrap();
        // Without its body it is in no poll, and with neither, what comes after it hangs in the air.
        parts.entries[last].body = None;
        let mut result = checked(&parts.bytes()).1;
        assert!(result.is_err(), "{kind}: only the head");
        parts.entries.remove(last);
        result = checked(&parts.bytes()).1;
        assert!(result.is_err(), "{kind}: {result:?}");
    }
    // Another result than the ballots say, with a digest that fits.
    let mut parts = Parts::of(&bytes);
    parts.stated.questions[0].votes = vec![1, 2];
    assert!(matches!(checked(&parts.bytes()).1, Err(Fault::Result)));
}

/// The bytes of one archive, for other implementations: `docs/BALLOTS.md` says what is in it.
#[test]
fn the_golden_archive_of_a_hidden_poll_reads_for_ever() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden-hidden.poll");
    if std::env::var_os("WRITE_GOLDEN").is_some() {
        let (chapter, poll) = opened();
        std::fs::write(path, archive(&chapter, &poll)).unwrap();
    }
    let golden = std::fs::read(path).unwrap();
    let result = checked(&golden).1.unwrap();
    let page = include_str!("../../../docs/BALLOTS.md");
    let mut values = vec![result.poll.to_string(), result.chapter.to_string(), hex(&result.stated.digest)];
    values.push(blake3::hash(&golden).to_string());
    let entries = Shelf::in_file(&golden);
    for entry in &entries.0 {
        let said = chapter::kinds::decode(entry.content().kind, entry.body().unwrap_or_default());
        match said {
            Ok(Kind::TellerSecret(given)) => values.push(hex(&given.secret)),
            Ok(Kind::HiddenBallot(ballot)) => values.push(hex(&ballot.text)),
            _ => {}
        }
    }
    assert_eq!(values.len(), 8);
    values.retain(|value| !page.contains(value));
    assert!(values.is_empty(), "not on the page: {values:#?}");
    assert_eq!((result.stated.stage, votes(&result)), (Stage::Final, &[2, 1][..]));
    let again = write(result.chapter, &result.poll, &result.view, &entries).unwrap();
    assert!(again == golden, "the format has changed");
}

#[test]
fn no_single_change_passes() {
    let golden: &[u8] = include_bytes!("golden-hidden.poll");
    let mut random = blake3::Hasher::new().update(b"which bytes").finalize_xof();
    for _ in 0..300 {
        let mut drawn = [0; 5];
        random.fill(&mut drawn);
        let at = u32::from_be_bytes(drawn[..4].try_into().unwrap()) as usize % golden.len();
        let mut changed = golden.to_vec();
        changed[at] ^= drawn[4].max(1);
        assert!(checked(&changed).1.is_err(), "byte {at} xor {}", drawn[4].max(1));
    }
}
