//! A poll in a file: the same everywhere, whole or refused, and no better for whoever leaves something out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use chapter::{
    Kind, Void,
    kinds::{Ballot, Conduct, Measure, Poll, Secrecy, number},
    testing::{
        Chapter,
        people::{device_key, member},
        story::{ballot, giving, revocation},
    },
};
use chapterhouse_archive::{
    Check, Fault, Stage, Stated,
    form::{DIGEST, MAGIC, Written},
    write,
};
use common::*;
use entry::{Entry, EntryId, Verified};
use proptest::prelude::*;

/// Five members; asha, imre and noor are tellers of a poll in which three vote.
fn story() -> (Chapter, EntryId, Vec<EntryId>) {
    let mut chapter = Chapter::founded_by("rowan").with(NAMES);
    chapter.make_tellers(&["asha", "imre", "noor"], &MOST);
    chapter.post("imre", "Nobody else's business");
    let mut tellers = vec![member("asha"), member("imre"), member("noor")];
    tellers.sort_unstable();
    let conduct = Conduct { tellers, delegation: true, ..Conduct::default() };
    let poll = chapter.draft_poll_held("Roof", vec![question()], conduct);
    let poll = chapter.by("rowan").writes(&poll);
    let elsewhere = chapter.poll("imre", "Something else?");
    chapter.vote("noor", elsewhere, 1, &[Some(0)]);
    let mut votes = vec![chapter.vote("rowan", poll, 1, &[Some(0)]), chapter.vote("noor", poll, 1, &[Some(1)])];
    chapter.receipt("asha", poll);
    votes.push(chapter.by("tomas").writes(&giving(poll, 1, &[("rowan", 60)])));
    for teller in ["asha", "imre", "noor"] {
        chapter.cutoff(teller, poll);
    }
    chapter.post("imre", "What came later");
    (chapter, poll, votes)
}

#[test]
fn a_stranger_comes_to_the_same_result() {
    let (chapter, poll, votes) = story();
    let bytes = archive(&chapter, &poll);
    let (passed, result) = checked(&bytes);
    let result = result.unwrap();
    assert_eq!(result.stated, Stated::of(&chapter.view(), &poll).unwrap());
    assert_eq!((result.stated.stage, &result.stated.questions[0].votes[..]), (Stage::Final, &[2, 1][..]));
    let entries = Parts::of(&bytes).entries.len() as u64;
    assert_eq!(
        passed,
        [
            Check::Whole { bytes: bytes.len() as u64, entries },
            Check::Signed { entries },
            Check::Founded,
            Check::Roll { members: 5 },
            Check::Told { cutoffs: 3, tellers: 3, contradict: 0 },
            Check::Counted { voters: 2, not_counted: 0 },
        ]
    );
    assert_eq!((result.elsewhere, result.doubtful.len(), result.definition.title.as_str()), (1, 0, "Roof"));
    // What came later is not in it; of posts and of other polls only the heads are.
    assert_eq!(entries, chapter.entries().len() as u64 - 1);
    let of_imre = |entry: &&Entry<Verified>| entry.content().kind == number::BALLOT && !votes.contains(&entry.id());
    let other_vote = chapter.entries().iter().find(of_imre).map(Entry::id);
    for written in &Parts::of(&bytes).entries {
        let entry = Entry::from_bytes(&written.head, written.body.clone()).unwrap();
        let kind = entry.content().kind;
        let matters =
            entry::is_membership(kind) || (number::BALLOT..=number::CUTOFF).contains(&kind) || entry.id() == poll;
        assert_eq!(entry.has_body(), matters && Some(entry.id()) != other_vote, "{kind}");
    }
}

#[test]
fn the_same_entries_make_the_same_file() {
    let (chapter, poll, _) = story();
    let other = write(chapter.id(), &poll, &chapter.view(), &Shelf::otherwise(&chapter)).unwrap();
    assert_eq!(archive(&chapter, &poll), other);
}

/// The bytes of one archive, for other implementations: `docs/BALLOTS.md` says what is in it. It was written once; a later
/// compressor may make other bodies, but has to read these.
#[test]
fn the_golden_archive_reads_for_ever() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden.poll");
    if std::env::var_os("WRITE_GOLDEN").is_some() {
        let (chapter, poll, _) = story();
        std::fs::write(path, archive(&chapter, &poll)).unwrap();
    }
    let golden = std::fs::read(path).unwrap();
    let result = checked(&golden).1.unwrap();
    let page = include_str!("../../../docs/BALLOTS.md");
    let digest = hex(&result.stated.digest);
    let (poll, chapter) = (result.poll.to_string(), result.chapter.to_string());
    for value in [poll, chapter, digest, blake3::hash(&golden).to_string()] {
        assert!(page.contains(&value), "{value}");
    }
    assert_eq!((result.stated.stage, &result.stated.questions[0].votes[..]), (Stage::Final, &[2, 1][..]));
    // What is in it makes the same file again.
    let again = write(result.chapter, &result.poll, &result.view, &Shelf::in_file(&golden)).unwrap();
    assert!(again == golden, "the format has changed");
}

/// Whoever changes a single byte is found out.
#[test]
fn a_thousand_single_changes() {
    let (chapter, poll, _) = story();
    let bytes = archive(&chapter, &poll);
    let mut random = blake3::Hasher::new().update(b"which bytes").finalize_xof();
    for _ in 0..1000 {
        let mut drawn = [0; 5];
        random.fill(&mut drawn);
        let at = u32::from_be_bytes(drawn[..4].try_into().unwrap()) as usize % bytes.len();
        let mut changed = bytes.clone();
        changed[at] ^= drawn[4].max(1);
        assert!(checked(&changed).1.is_err(), "byte {at} xor {}", drawn[4].max(1));
    }
}

#[test]
fn a_file_that_is_cut_or_has_more_is_none() {
    let (chapter, poll, _) = story();
    let bytes = archive(&chapter, &poll);
    for length in (0..bytes.len()).step_by(97).chain(bytes.len() - 40..bytes.len()) {
        let fault = checked(&bytes[..length]).1.unwrap_err();
        assert!(matches!(fault, Fault::Short | Fault::NoArchive), "{length}: {fault}");
    }
    let longer = [bytes, vec![0]].concat();
    assert!(matches!(checked(&longer).1, Err(Fault::Trailing)));
}

/// Whoever leaves a ballot out, and makes the file fit, has no cutoffs any more, and so no final result.
#[test]
fn a_ballot_is_not_left_out_unnoticed() {
    let (chapter, poll, votes) = story();
    let bytes = archive(&chapter, &poll);
    for vote in votes {
        let mut parts = Parts::of(&bytes);
        let at = parts.place(&vote);
        // Without its body it looks like one in another poll.
        parts.entries[at].body = None;
        assert!(matches!(checked(&parts.bytes()).1, Err(Fault::Result)));
        let mut view = chapter::View::new(chapter.id());
        let mut graph = chapterhouse_archive::Graph::default();
        for written in &parts.entries {
            let entry = Entry::from_bytes(&written.head, written.body.clone()).unwrap().verify().unwrap();
            let depth = graph.depth_of(&entry).unwrap();
            graph.add(&entry, depth);
            view.apply(&entry, &graph);
        }
        parts.stated = Stated::of(&view, &poll).unwrap();
        let result = checked(&parts.bytes()).1.unwrap();
        assert_eq!((result.stated.stage, result.doubtful.len()), (Stage::Provisional, 3));
        // With its head gone, what came after it has lost its past.
        let mut parts = Parts::of(&bytes);
        parts.entries.remove(at);
        assert!(matches!(checked(&parts.bytes()).1, Err(Fault::ParentMissing { .. })));
    }
}

/// Asha closes the poll on two computers with other votes: whoever checks the file reads her name, and both signatures.
#[test]
fn a_teller_who_contradicts_themself_is_told() {
    let mut chapter = Chapter::founded_by("rowan").with(NAMES);
    chapter.make_tellers(&["asha", "imre", "noor"], &MOST);
    chapter.add_device("asha", 0, 1);
    let mut tellers = ["asha", "imre", "noor"].map(member).to_vec();
    tellers.sort_unstable();
    let conduct = Conduct { tellers, ..Conduct::default() };
    let poll = chapter.draft_poll_held("Roof", vec![question()], conduct);
    let poll = chapter.by("rowan").writes(&poll);
    let before: Vec<EntryId> = chapter.heads().iter().copied().collect();
    chapter.vote("rowan", poll, 1, &[Some(0)]);
    let one = chapter.cutoff("asha", poll);
    let other = chapter.view_of(before.iter().copied()).draft_cutoff(&poll).unwrap();
    let at = chapter.view().poll(&poll).unwrap().rules.closes.plus(60_000);
    let two = chapter.by("asha").on(1).seeing(before).at(at).writes(&Kind::Cutoff(other));
    chapter.cutoff("imre", poll);
    let (passed, result) = checked(&archive(&chapter, &poll));
    let (result, mut both) = (result.unwrap(), vec![one, two]);
    both.sort_unstable();
    assert!(passed.contains(&Check::Told { cutoffs: 1, tellers: 3, contradict: 1 }), "{passed:?}");
    assert_eq!(result.contradictions, [(member("asha"), both)]);
    let latest = chapter.entries().iter().map(|entry| entry.content().time).max();
    assert_eq!(Some(result.latest), latest, "until when it reaches");
}

#[test]
fn what_was_put_together_wrongly_is_told() {
    let (chapter, poll, votes) = story();
    let bytes = archive(&chapter, &poll);
    let fault = |change: &dyn Fn(&mut Parts)| {
        let mut parts = Parts::of(&bytes);
        change(&mut parts);
        checked(&parts.bytes()).1.unwrap_err()
    };
    assert!(matches!(fault(&|parts| parts.stated.voters += 1), Fault::Result));
    assert!(matches!(fault(&|parts| parts.stated.questions[0].votes.swap(0, 1)), Fault::Result));
    assert!(matches!(fault(&|parts| parts.stated.digest[0] ^= 1), Fault::Result));
    assert!(matches!(fault(&|parts| parts.about.chapter[0] ^= 1), Fault::OtherChapter { number: 1 }));
    assert!(matches!(fault(&|parts| parts.about.poll = [9; 32]), Fault::BodyTooMuch { .. }));
    assert!(matches!(fault(&|parts| parts.about.poll = votes[0].0), Fault::BodyTooMuch { .. }));
    assert!(matches!(fault(&|parts| parts.entries.clear()), Fault::Entries { entries: 0 }));
    assert!(matches!(fault(&|parts| parts.entries[0].body = None), Fault::BodyMissing { number: 1 }));
    assert!(matches!(fault(&|parts| parts.entries.swap(1, 2)), Fault::ParentMissing { .. } | Fault::Order { .. }));
    let twice = |parts: &mut Parts| parts.entries.insert(1, parts.entries[0].clone());
    assert!(matches!(fault(&twice), Fault::Order { number: 2 }));
    let forged = |parts: &mut Parts| {
        let at = parts.place(&votes[0]);
        let other = parts.place(&votes[1]);
        parts.entries[at].body = parts.entries[other].body.clone();
    };
    assert!(matches!(fault(&forged), Fault::Entry { .. }));
    let post = chapter.entries().iter().find(|entry| entry.content().kind == number::POST).unwrap();
    // What came later is signed, fits behind the others, and has nothing to do with the poll.
    let more = |parts: &mut Parts| {
        let last = chapter.last().unwrap();
        parts.entries.push(Written { head: last.head_bytes(), body: None });
    };
    assert!(matches!(fault(&more), Fault::TooMuch));
    let gossip = |parts: &mut Parts| {
        let at = parts.place(&post.id());
        parts.entries[at].body = post.body().map(<[u8]>::to_vec);
    };
    assert!(matches!(fault(&gossip), Fault::BodyTooMuch { .. }));
}

/// A signature that was not made by the device is none, and an entry of another chapter has no place here.
#[test]
fn nobody_signs_for_another() {
    let (chapter, poll, votes) = story();
    let mut parts = Parts::of(&archive(&chapter, &poll));
    let at = parts.place(&votes[0]);
    let mut draft = chapter.entry(&votes[0]).unwrap().clone().into_draft().unwrap();
    let ballot = Kind::Ballot(Ballot { poll, number: 1, answers: vec![vote::Answer::One(1)], reasons: vec![] });
    draft.body = chapter::kinds::encode(&ballot).1;
    draft.device = entry::DeviceId(device_key("vera", 0).verifying_key().to_bytes());
    let foreign = draft.sign(&device_key("vera", 0)).unwrap();
    parts.entries[at] = Written { head: foreign.head_bytes(), body: foreign.into_body() };
    // It has another id, so that what came after the true one has lost it.
    assert!(matches!(checked(&parts.bytes()).1, Err(Fault::ParentMissing { .. } | Fault::Order { .. })));
}

#[test]
fn a_poll_that_does_not_count_has_no_archive() {
    let mut chapter = Chapter::founded_by("rowan").with(NAMES);
    let Kind::Poll(good) = chapter.draft_poll("Roof", vec![question()]) else { panic!("no poll") };
    // A forked roll: without tomas.
    let members = [member("rowan"), member("asha"), member("imre"), member("noor")];
    let forked = Kind::Poll(Poll { conduct: Conduct::default(), ..good }.for_members(members.into()));
    let poll = chapter.by("rowan").writes(&forked);
    chapter.vote("rowan", poll, 1, &[Some(0)]);
    assert_eq!(chapter.view().counted(&poll), Err(Void::WrongRoll));
    assert!(write(chapter.id(), &poll, &chapter.view(), &Shelf::of(&chapter)).is_err());
    // Nor does anybody else make one: the roll is checked by whoever reads it.
    let other = chapter.poll("rowan", "Another");
    let mut parts = Parts::of(&archive(&chapter, &other));
    parts.about.poll = poll.0;
    for written in &mut parts.entries {
        let id = Entry::from_bytes(&written.head, None).unwrap().id();
        let body = || chapter.entry(&id).unwrap().body().map(<[u8]>::to_vec);
        written.body = match Entry::from_bytes(&written.head, None).unwrap().content().kind {
            number::POLL if id == other => None,
            number::POLL | number::BALLOT => body(),
            _ => written.body.take(),
        };
    }
    parts.entries.retain(|written| Entry::from_bytes(&written.head, None).unwrap().id() != other);
    assert!(matches!(checked(&parts.bytes()).1, Err(Fault::Void(Void::WrongRoll))), "{:?}", checked(&parts.bytes()).1);
    assert!(write(chapter.id(), &EntryId([9; 32]), &chapter.view(), &Shelf::of(&chapter)).is_err());
}

/// What happened to voters and ballots after the poll opened is in the file, so that it comes to the same.
#[test]
fn removals_forks_and_late_ballots_come_along() {
    let (mut chapter, poll, _) = story();
    let early = chapter.view_of([poll]).poll(&poll).unwrap().rules.closes;
    let (heads, place) = ([poll], chapter.place_of("rowan", 0));
    chapter.by("tomas").at(early).writes(&ballot(poll, 9, &[Some(1)]));
    chapter.by("rowan").seeing(heads).behind(place).at(early).writes(&ballot(poll, 7, &[Some(1)]));
    chapter.by("rowan").seeing(heads).behind(place).at(early).writes(&ballot(poll, 8, &[Some(0)]));
    chapter.decide(Measure::Remove { member: member("noor") }, &["rowan", "asha", "imre"]);
    let bytes = archive(&chapter, &poll);
    let (passed, result) = checked(&bytes);
    assert_eq!(result.unwrap().stated, Stated::of(&chapter.view(), &poll).unwrap());
    assert_eq!(passed.last(), Some(&Check::Counted { voters: 2, not_counted: 3 }));
}

/// A device that signed a ballot and a post in one place: if the post counts there, the file has it, or the ballot would count.
#[test]
fn what_was_signed_in_a_ballots_place_comes_along() {
    let mut plain = Chapter::founded_by("rowan").with(NAMES);
    let poll = plain.poll("rowan", "Roof?");
    plain.post("noor", "Hello");
    let votes = [plain.vote("asha", poll, 1, &[Some(0)]), plain.vote("noor", poll, 1, &[Some(1)])];
    let rival = signs_in_the_place_of(&mut plain, &poll, &votes[1]);
    assert_eq!(plain.view().counted(&votes[1]), Err(Void::Forked { counts: rival }));
    let result = checked(&archive(&plain, &poll)).1.unwrap();
    assert!(result.view.has(&rival));
    assert_eq!(&result.stated.questions[0].votes[..], &[1, 0][..]);
    // Where most tellers stand by the vote, it makes no difference.
    let (mut chapter, poll, votes) = story();
    let before = Stated::of(&chapter.view(), &poll).unwrap();
    let rival = signs_in_the_place_of(&mut chapter, &poll, &votes[1]);
    assert_eq!(chapter.view().counted(&votes[1]), Ok(()));
    let result = checked(&archive(&chapter, &poll)).1.unwrap();
    assert!(result.view.has(&rival));
    assert_eq!(result.stated, before);
}

/// Noor signs something else in the place of a vote, as often as it takes until that would count in its place.
fn signs_in_the_place_of(chapter: &mut Chapter, poll: &EntryId, vote: &EntryId) -> EntryId {
    let at = chapter.view().poll(poll).unwrap().rules.closes;
    let place = chapter.entry(vote).map(|vote| vote.content()).map(|head| (head.seq - 1, head.prev.unwrap()));
    let mut n = 0;
    loop {
        n += 1;
        let post = chapter::testing::story::post(&format!("Post {n}"), "Something else.");
        let rival = chapter.by("noor").seeing([*poll]).behind(place).at(at).writes(&post);
        if rival < *vote {
            return rival;
        }
    }
}

/// Of a secret poll the file has what makes its ring: keys that came before it, and the secret polls that took some.
#[test]
fn a_secret_poll_is_checked_to_the_last_proof_and_names_nobody() {
    let mut chapter = Chapter::founded_by("rowan").with(NAMES);
    for name in ["rowan", "asha", "imre", "noor"] {
        chapter.publish_keys(name, 3);
    }
    let secret = Conduct { secrecy: Secrecy::Secret, ..Conduct::default() };
    let draft = |chapter: &Chapter| chapter.draft_poll_held("Roof", vec![question()], secret.clone());
    let first = draft(&chapter);
    let first = chapter.by("imre").writes(&first);
    let poll = draft(&chapter);
    let poll = chapter.by("rowan").writes(&poll);
    let later = chapter.publish_keys("tomas", 1);
    let says =
        |chapter: &Chapter, name: &str, option| chapter.secret_ballot(name, poll, 1, vec![vote::Answer::One(option)]);
    let mut ballots = vec![says(&chapter, "rowan", 0), says(&chapter, "asha", 1), says(&chapter, "noor", 0)];
    ballots[1].proof[9] ^= 1;
    chapter.carry("tomas", poll, ballots);
    let bytes = archive(&chapter, &poll);
    let (passed, result) = checked(&bytes);
    let result = result.unwrap();
    assert_eq!(result.stated, Stated::of(&chapter.view(), &poll).unwrap());
    assert_eq!((result.stated.voters, &result.stated.questions[0].votes[..]), (2, &[2, 0][..]));
    assert_eq!(passed.last(), Some(&Check::Counted { voters: 2, not_counted: 1 }));
    let parts = Parts::of(&bytes);
    let body_of = |id: &EntryId| parts.entries[parts.place(id)].body.clone();
    assert!(body_of(&first).is_some(), "it took a key of everybody's");
    assert!(
        !parts.entries.iter().any(|written| Entry::from_bytes(&written.head, None).unwrap().id() == later)
            || body_of(&later).is_none()
    );
    // Without that the ring would be another one, and so would the poll.
    let mut parts = Parts::of(&bytes);
    let at = parts.place(&first);
    parts.entries[at].body = None;
    assert!(matches!(checked(&parts.bytes()).1, Err(Fault::Void(Void::WrongRoll))));
    let mut parts = Parts::of(&bytes);
    let keys =
        |written: &Written| Entry::from_bytes(&written.head, None).unwrap().content().kind == number::BALLOT_KEYS;
    let at = parts.entries.iter().position(keys).unwrap();
    parts.entries[at].body = None;
    assert!(checked(&parts.bytes()).1.is_err());
}

/// Attack: whoever passed secret ballots on makes their own box void when the result is known.
#[test]
fn a_stranger_counts_ballots_that_their_carrier_wants_back() {
    let mut chapter = Chapter::founded_by("rowan").with(NAMES);
    chapter.make_tellers(&["asha", "imre", "noor"], &MOST);
    for name in MOST {
        chapter.publish_keys(name, 2);
    }
    chapter.add_device("tomas", 0, 1);
    let mut tellers = ["asha", "imre", "noor"].map(member).to_vec();
    tellers.sort_unstable();
    let conduct = Conduct { secrecy: Secrecy::Secret, tellers, ..Conduct::default() };
    let poll = chapter.draft_poll_held("Roof", vec![question()], conduct);
    let poll = chapter.by("rowan").writes(&poll);
    let says = |name, option| chapter.secret_ballot(name, poll, 1, vec![vote::Answer::One(option)]);
    let (kept, wanted) = (says("rowan", 0), says("asha", 1));
    chapter.carry("noor", poll, vec![kept]);
    let known = chapter.post("tomas", "Hello");
    let passed = chapter.carry("tomas", poll, vec![wanted]);
    for teller in ["asha", "imre", "noor"] {
        chapter.cutoff(teller, poll);
    }
    chapter.by("tomas").on(1).writes(&revocation("tomas", 0, Some(known)));
    assert!(matches!(chapter.view().counted(&passed), Err(Void::Revoked { .. })));
    let result = checked(&archive(&chapter, &poll)).1.unwrap();
    assert!(result.view.has(&passed));
    assert_eq!((result.stated.stage, &result.stated.questions[0].votes[..]), (Stage::Final, &[1, 1][..]));
}

/// Attack: whoever voted makes their vote void when the result is known, and whoever opened the poll the poll.
#[test]
fn a_stranger_counts_votes_that_their_voter_wants_back() {
    let mut chapter = Chapter::founded_by("rowan").with(NAMES);
    chapter.make_tellers(&["asha", "imre", "noor"], &MOST);
    for name in ["rowan", "tomas"] {
        chapter.add_device(name, 0, 1);
    }
    let known = ["rowan", "tomas"].map(|name| (name, chapter.place_of(name, 0).unwrap().1));
    let mut tellers = ["asha", "imre", "noor"].map(member).to_vec();
    tellers.sort_unstable();
    let poll = chapter.draft_poll_held("Roof", vec![question()], Conduct { tellers, ..Conduct::default() });
    let poll = chapter.by("rowan").writes(&poll);
    chapter.vote("rowan", poll, 1, &[Some(0)]);
    chapter.vote("tomas", poll, 1, &[Some(1)]);
    for teller in ["asha", "imre", "noor"] {
        chapter.cutoff(teller, poll);
    }
    for (name, last) in known {
        chapter.by(name).on(1).writes(&revocation(name, 0, Some(last)));
    }
    let (checks, result) = checked(&archive(&chapter, &poll));
    let result = result.unwrap_or_else(|fault| panic!("{fault}, after {checks:?}"));
    assert_eq!((result.stated.stage, &result.stated.questions[0].votes[..]), (Stage::Final, &[1, 1][..]));
}

/// Who comes after whom is the same for the entry that most is asked about, for any other, and for the chapter itself.
#[test]
fn the_graph_tells_what_the_chapter_does() {
    use chapter::Past;
    let (chapter, poll, _) = story();
    let mut graphs = [chapterhouse_archive::Graph::default(), chapterhouse_archive::Graph::around(poll)];
    let ids: Vec<EntryId> = chapter.entries().iter().map(Entry::id).collect();
    for entry in chapter.entries() {
        graphs.iter_mut().for_each(|graph| graph.add(entry, graph.depth_of(entry).unwrap()));
    }
    for of in &ids {
        for graph in &graphs {
            let expected: Vec<bool> = ids.iter().map(|id| chapter.graph().contains(id, of)).collect();
            assert_eq!(graph.contains_each(&ids, of), expected);
            assert_eq!(ids.iter().map(|id| graph.contains(id, of)).collect::<Vec<_>>(), expected);
        }
    }
}

/// By the voters' own clocks, and with as little as there can be.
#[test]
fn a_poll_without_tellers_has_one_too() {
    let mut chapter = Chapter::founded_by("rowan");
    let poll = chapter.poll("rowan", "Roof?");
    let bytes = archive(&chapter, &poll);
    let result = checked(&bytes).1.unwrap();
    assert_eq!((result.stated.stage, result.stated.voters, result.stated.roll), (Stage::ByClock, 0, 1));
}

/// What the fuzzer does, too: a good file in which something was replaced by somebody who makes the digest fit. Whatever is accepted
/// makes the same file again.
fn read_or_refuse(at: usize, patch: &[u8]) {
    let golden: &[u8] = include_bytes!("golden.poll");
    let body = &golden[..golden.len() - 32];
    let at = at % body.len();
    let behind = body.get(at + patch.len()..).unwrap_or_default();
    let mut file = [&body[..at], patch, behind].concat();
    let digest = blake3::derive_key(DIGEST, &file);
    file.extend(digest);
    if let Ok(result) = checked(&file).1 {
        let again = write(result.chapter, &result.poll, &result.view, &Shelf::in_file(&file)).unwrap();
        assert!(again == file, "two files of one poll");
    }
}

proptest! {
    #[test]
    fn a_patched_file_with_a_fitting_digest_is_refused_or_the_same(
        at in 0_usize..20_000,
        patch in proptest::collection::vec(any::<u8>(), 1..40),
    ) {
        read_or_refuse(at, &patch);
        read_or_refuse(at, &patch[..1]);
    }

    /// Rubbish, and rubbish behind a good beginning, is refused; nothing panics, nothing is kept for what a number claims.
    #[test]
    fn rubbish_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300), cut in 0_usize..4000) {
        prop_assert!(checked(&bytes).1.is_err());
        let begun = [MAGIC, &bytes].concat();
        prop_assert!(checked(&begun).1.is_err());
        let golden = include_bytes!("golden.poll");
        let spliced = [&golden[..cut.min(golden.len())], &bytes].concat();
        prop_assert!(checked(&spliced).1.is_err());
    }
}
