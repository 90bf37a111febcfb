//! A poll that was hidden until the close, in a file: with its tellers' keys and secrets, and what is missing if one is left out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapter::{
    Kind,
    kinds::{Conduct, Question, Secrecy, number},
    testing::{Chapter, people::member, story::giving},
};
use chapterhouse_archive::{
    Check, Checked, Fault, Source, Stage, Stated, check,
    form::{About, DIGEST, MAGIC, Written},
    write,
};
use entry::{Entry, EntryId, Verified, canon};
use vote::Method;

const NAMES: [&str; 4] = ["asha", "imre", "noor", "tomas"];
const MOST: [&str; 4] = ["rowan", "asha", "imre", "noor"];
const TELLERS: [&str; 3] = ["asha", "imre", "noor"];

struct Shelf(Vec<Entry<Verified>>);

impl Source for Shelf {
    fn ids(&self) -> Vec<EntryId> {
        self.0.iter().map(Entry::id).collect()
    }

    fn read(&self, id: &EntryId) -> Option<Entry<Verified>> {
        self.0.iter().find(|entry| entry.id() == *id).cloned()
    }
}

fn archive(chapter: &Chapter, poll: &EntryId) -> Vec<u8> {
    write(chapter.id(), poll, &chapter.view(), &Shelf(chapter.entries().to_vec())).unwrap()
}

fn checked(bytes: &[u8]) -> (Vec<Check>, Result<Checked, Fault>) {
    let mut passed = Vec::new();
    let result = check(&mut { bytes }, &mut |check| passed.push(check));
    (passed, result)
}

/// Five members, three of them tellers, one of whom vanishes; two vote, and tomas gives his to rowan. Closed, and not opened.
fn closed() -> (Chapter, EntryId) {
    let mut chapter = Chapter::founded_by("rowan").with(NAMES);
    chapter.make_tellers(&TELLERS, &MOST);
    let mut tellers = TELLERS.map(member).to_vec();
    tellers.sort_unstable();
    let conduct = Conduct { secrecy: Secrecy::Hidden, tellers, delegation: true, ..Conduct::default() };
    let options = vec!["yes".into(), "no".into()];
    let question = Question { key: "roof".into(), text: "Repair the roof?".into(), options, method: Method::SINGLE };
    let poll = chapter.draft_poll_held("Roof", vec![question], conduct);
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
    assert!(passed.contains(&Check::Opened { secrets: 2, need: 2, open: true }), "{passed:?}");
    assert_eq!(passed.last(), Some(&Check::Counted { voters: 2, not_counted: 0 }));
}

#[test]
fn before_it_is_opened_the_file_has_no_result_and_says_so() {
    let (mut chapter, poll) = closed();
    for (secrets, teller) in TELLERS.into_iter().enumerate().take(2) {
        let (passed, result) = checked(&archive(&chapter, &poll));
        let result = result.unwrap();
        assert_eq!((result.stated.stage, votes(&result), result.stated.voters), (Stage::Provisional, &[0, 0][..], 0));
        assert!(passed.contains(&Check::Opened { secrets, need: 2, open: false }), "{passed:?}");
        chapter.teller_secret(teller, poll);
    }
}

/// A file is made of other entries than it says: every record that matters is missed.
#[test]
fn what_is_left_out_is_missed() {
    let (chapter, poll) = opened();
    let bytes = archive(&chapter, &poll);
    for kind in [number::TELLER_KEY, number::TELLER_SECRET, number::HIDDEN_BALLOT] {
        let (about, mut entries, stated) = apart(&bytes);
        let of = |written: &Written| Entry::from_bytes(&written.head, None).unwrap().content().kind == kind;
        let last = entries.iter().rposition(of).unwrap();
        // Without its body it is in no poll, and with neither, what comes after it hangs in the air.
        entries[last].body = None;
        let mut result = checked(&together(&about, &entries, &stated)).1;
        assert!(result.is_err(), "{kind}: only the head");
        entries.remove(last);
        result = checked(&together(&about, &entries, &stated)).1;
        assert!(result.is_err(), "{kind}: {result:?}");
    }
    // Another result than the ballots say, with a digest that fits.
    let (about, entries, mut stated) = apart(&bytes);
    stated.questions[0].votes = vec![1, 2];
    assert!(matches!(checked(&together(&about, &entries, &stated)).1, Err(Fault::Result)));
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
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut values = vec![result.poll.to_string(), result.chapter.to_string(), hex(&result.stated.digest)];
    values.push(blake3::hash(&golden).to_string());
    let (_, entries, _) = apart(&golden);
    let read = |written: &Written| Entry::from_bytes(&written.head, written.body.clone()).unwrap().verify().unwrap();
    let entries: Vec<Entry<Verified>> = entries.iter().map(read).collect();
    for entry in &entries {
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
    let again = write(result.chapter, &result.poll, &result.view, &Shelf(entries)).unwrap();
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

fn apart(bytes: &[u8]) -> (About, Vec<Written>, Stated) {
    let mut rest = &bytes[MAGIC.len()..bytes.len() - 32];
    let mut next = || {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        let record = &rest[4..4 + length];
        rest = &rest[4 + length..];
        record
    };
    let about: About = canon::from_bytes(next(), 1000).unwrap();
    let entries = (0..about.entries).map(|_| canon::from_bytes(next(), 70_000).unwrap()).collect();
    (about, entries, canon::from_bytes(next(), 70_000).unwrap())
}

fn together(about: &About, entries: &[Written], stated: &Stated) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    let mut record = |encoded: Vec<u8>| {
        bytes.extend((encoded.len() as u32).to_be_bytes());
        bytes.extend(encoded);
    };
    record(canon::to_bytes(&About { entries: entries.len() as u64, ..about.clone() }));
    entries.iter().for_each(|entry| record(canon::to_bytes(entry)));
    record(canon::to_bytes(stated));
    let digest = blake3::derive_key(DIGEST, &bytes);
    bytes.extend(digest);
    bytes
}
