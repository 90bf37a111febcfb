//! Secret ballots: who may sign, what links them, and what does not.
#![allow(clippy::unwrap_used)]

use chapterhouse_vote::secret::{Claim, Key, Linkable, Scope, Secret, Signed, Tag, Triptych, Unsigned};
use entry::EntryId;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn secret(n: u32) -> Secret {
    Secret::new(*blake3::hash(&n.to_le_bytes()).as_bytes())
}

fn secrets(count: u32) -> Vec<Secret> {
    (0..count).map(secret).collect()
}

fn keys(secrets: &[Secret]) -> Vec<Key> {
    secrets.iter().map(Triptych::key).collect()
}

fn scope(n: u8) -> Scope {
    Scope::poll(&EntryId([n; 32]))
}

fn ring(count: u32, poll: u8) -> (Vec<Secret>, Triptych) {
    let secrets = secrets(count);
    let ring = Triptych::new(&keys(&secrets), &scope(poll)).unwrap();
    (secrets, ring)
}

fn claim<'a>(signed: &'a Signed, message: &'a [u8]) -> Claim<'a> {
    Claim { tag: signed.tag, proof: &signed.proof, message }
}

fn holds(ring: &Triptych, signed: &Signed, message: &[u8]) -> bool {
    ring.verify(&[claim(signed, message)]) == [true]
}

#[test]
fn everybody_of_a_ring_can_sign_and_nobody_else() {
    for count in [3, 4, 5, 8, 9] {
        let (secrets, ring) = ring(count, 1);
        assert_eq!(ring.size(), count as usize);
        let tags: BTreeSet<Tag> = secrets
            .iter()
            .map(|secret| {
                let signed = ring.sign(secret, b"yes", &[7; 32]).unwrap();
                assert!(holds(&ring, &signed, b"yes"));
                assert_eq!((signed.tag, signed.proof.len()), (ring.tag(secret), ring.proof_bytes()));
                signed.tag
            })
            .collect();
        assert_eq!(tags.len(), count as usize, "each has a tag of their own");
        assert_eq!(ring.sign(&secret(99), b"yes", &[7; 32]), Err(Unsigned::Stranger));
    }
}

#[test]
fn a_ring_has_an_order_of_its_own_and_a_key_given_twice_counts_once() {
    let (secrets, ring) = ring(5, 1);
    let mut shuffled = keys(&secrets);
    shuffled.reverse();
    shuffled.push(shuffled[2]);
    let same = Triptych::new(&shuffled, &scope(1)).unwrap();
    let signed = ring.sign(&secrets[3], b"yes", &[7; 32]).unwrap();
    assert!(same.size() == 5 && holds(&same, &signed, b"yes"));
}

#[test]
fn what_is_no_ring_is_refused() {
    let refused = |keys: &[Key]| Triptych::new(keys, &scope(1)).err();
    let all = keys(&secrets(4));
    assert_eq!(refused(&all[..2]), Some(Unsigned::Size));
    assert_eq!(refused(&[]), Some(Unsigned::Size));
    let with = |key| refused(&[all[0], all[1], all[2], Key(key)]);
    // The neutral element, and bytes that are no point: whoever had such a key could sign for nobody.
    assert_eq!(with([0; 32]), Some(Unsigned::Key));
    assert_eq!(with([0xff; 32]), Some(Unsigned::Key));
    assert!(!Triptych::is_key(&Key([0; 32])) && !Triptych::is_key(&Key([0xff; 32])) && Triptych::is_key(&all[0]));
}

#[test]
fn a_signature_holds_for_its_words_its_poll_and_its_ring_only() {
    let (secrets, ring) = ring(5, 1);
    let signed = ring.sign(&secrets[2], b"yes", &[7; 32]).unwrap();
    assert!(!holds(&ring, &signed, b"no"));
    let elsewhere = Triptych::new(&keys(&secrets), &scope(2)).unwrap();
    assert!(!holds(&elsewhere, &signed, b"yes"));
    let others = Triptych::new(&keys(&secrets[..4]), &scope(1)).unwrap();
    assert!(!holds(&others, &signed, b"yes"));
    let stolen = Signed { tag: ring.tag(&secrets[1]), proof: signed.proof.clone() };
    assert!(!holds(&ring, &stolen, b"yes"), "under another's tag");
    for n in 0..signed.proof.len() * 8 {
        let mut bent = signed.clone();
        bent.proof[n / 8] ^= 1 << (n % 8);
        assert!(!holds(&ring, &bent, b"yes"), "bit {n}");
    }
    for proof in [vec![], signed.proof[1..].to_vec(), [signed.proof.clone(), vec![0]].concat(), vec![0xff; 456]] {
        assert!(!holds(&ring, &Signed { tag: signed.tag, proof }, b"yes"));
    }
    let nobody = Signed { tag: Tag([0; 32]), proof: signed.proof.clone() };
    assert!(!holds(&ring, &nobody, b"yes"));
}

#[test]
fn two_ballots_of_one_key_have_one_tag_whatever_they_say() {
    let (secrets, ring) = ring(4, 1);
    let one = ring.sign(&secrets[0], b"yes", &[1; 32]).unwrap();
    let other = ring.sign(&secrets[0], b"no", &[2; 32]).unwrap();
    assert_eq!(one.tag, other.tag);
    assert_ne!(one.proof, other.proof);
    // The same randomness twice gives nothing away: what is drawn hangs on the words, too.
    let again = ring.sign(&secrets[0], b"no", &[1; 32]).unwrap();
    assert!(again.proof[8..40] != one.proof[8..40]);
}

#[test]
fn questions_that_are_answered_apart_have_tags_of_their_own() {
    let poll = EntryId([1; 32]);
    let (secrets, whole) = ring(5, 1);
    let rings: Vec<Triptych> = (0..3).map(|n| whole.within(&Scope::question(&poll, n)).unwrap()).collect();
    let mut tags: BTreeSet<Tag> = secrets.iter().map(|secret| whole.tag(secret)).collect();
    for ring in &rings {
        assert_eq!((ring.size(), ring.proof_bytes()), (whole.size(), whole.proof_bytes()));
        assert!(
            secrets.iter().all(|secret| tags.insert(ring.tag(secret))),
            "of another question, or of the whole poll"
        );
    }
    // What is signed for one question holds for no other, nor for the whole poll, nor for a question of another poll.
    let signed = rings[0].sign(&secrets[2], b"yes", &[7; 32]).unwrap();
    assert!(holds(&rings[0], &signed, b"yes"));
    let elsewhere = whole.within(&Scope::question(&EntryId([2; 32]), 0)).unwrap();
    for ring in [&rings[1], &rings[2], &whole, &elsewhere] {
        assert!(!holds(ring, &signed, b"yes"));
        let renamed = Signed { tag: ring.tag(&secrets[2]), proof: signed.proof.clone() };
        assert!(!holds(ring, &renamed, b"yes"), "not under the tag of the same voter there, either");
    }
    // A ring that was made for a question from the beginning is the same.
    let anew = Triptych::new(&keys(&secrets), &Scope::question(&poll, 0)).unwrap();
    assert!(
        holds(&anew, &signed, b"yes")
            && anew.within(&Scope::poll(&poll)).unwrap().tag(&secrets[0]) == whole.tag(&secrets[0])
    );
}

/// What the library tests of itself (the tests in `src/proof.rs` and `src/statement.rs` of triptych 0.1.1: prove and verify, batches that
/// are empty, bad in one place and bad in all, another message, another input set, another linking tag, padding), through our door.
#[test]
fn what_the_library_tests_of_itself_holds_here() {
    for members in 3..=9 {
        let (secrets, here) = ring(members, 1);
        let signed: Vec<Signed> =
            secrets.iter().map(|secret| here.sign(secret, b"yes", secret.expose()).unwrap()).collect();
        let claims: Vec<Claim<'_>> = signed.iter().map(|signed| claim(signed, b"yes")).collect();
        assert_eq!(here.verify(&[]), []);
        assert!(here.verify(&claims).into_iter().all(|holds| holds), "{members} members, whether or not padded");
        let evil_messages: Vec<_> = signed.iter().map(|signed| claim(signed, b"no")).collect();
        assert!(!here.verify(&evil_messages).contains(&true), "blame on all");
        let (_, more) = ring(members + 1, 1);
        assert!(!more.verify(&claims).contains(&true), "another input set");
        for evil in 0..claims.len() {
            let tag = signed[(evil + 1) % signed.len()].tag;
            let mut claims: Vec<_> = signed.iter().map(|signed| claim(signed, b"yes")).collect();
            claims[evil] = Claim { tag, ..claim(&signed[evil], b"yes") };
            let held = here.verify(&claims);
            assert!(held.iter().enumerate().all(|(at, holds)| *holds == (at != evil)), "blame on {evil} alone");
        }
    }
}

#[test]
fn bad_ones_among_many_are_found_and_the_rest_counts() {
    let (secrets, ring) = ring(40, 1);
    let mut signed: Vec<Signed> = secrets.iter().map(|secret| ring.sign(secret, b"yes", &[7; 32]).unwrap()).collect();
    for bad in [0, 17, 39] {
        signed[bad].proof[100] ^= 1;
    }
    signed[20].proof.truncate(3);
    signed[21] = ring.sign(&secrets[21], b"no", &[7; 32]).unwrap();
    let claims: Vec<_> = signed.iter().map(|signed| claim(signed, b"yes")).collect();
    let wrong: Vec<usize> = ring.verify(&claims).iter().enumerate().filter(|(_, ok)| !**ok).map(|(n, _)| n).collect();
    assert_eq!(wrong, [0, 17, 20, 21, 39]);
    assert_eq!(ring.verify(&[]), Vec::<bool>::new());
}

#[test]
fn it_stays_the_same() {
    // Part of the format: another key, tag or order of the ring would part old polls from new programs.
    let (secrets, ring) = ring(3, 1);
    let question = ring.within(&Scope::question(&EntryId([1; 32]), 1)).unwrap().tag(&secrets[1]);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let signed = ring.sign(&secrets[1], b"yes", &[7; 32]).unwrap();
    let proof = blake3::hash(&signed.proof);
    let key = Triptych::key(&secrets[1]);
    let found = [&key.0, &signed.tag.0, proof.as_bytes(), &question.0].map(|bytes| hex(bytes));
    assert_eq!(
        found.each_ref().map(String::as_str),
        [
            "da3edd483f3a0e0d1d6f276e7b13ad92444d89cde248a04a8a3ea99a2ba99168",
            "eadbf72d71b90efb47c6bcb61370122be5447b6425069e62f452be2b4decf722",
            "d9f8229258295eace9a465d891b7d3a69f2036edf910a1ef9624f014167ddc76",
            "140908e412c8ae2cedb0cdd4aa9b153d23ea06e21c39c2972244807946293427",
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_tag_is_ever_the_same_in_two_polls_or_questions(members in proptest::collection::btree_set(any::<u32>(), 3..8), polls in proptest::collection::btree_set(any::<[u8; 32]>(), 2..6)) {
        let secrets: Vec<Secret> = members.iter().map(|n| secret(*n)).collect();
        let keys = keys(&secrets);
        let mut tags = BTreeSet::new();
        for poll in &polls {
            let poll = EntryId(*poll);
            let ring = Triptych::new(&keys, &Scope::poll(&poll)).unwrap();
            let [first, last] = [0, 49].map(|n| ring.within(&Scope::question(&poll, n)).unwrap());
            for secret in &secrets {
                for ring in [&ring, &first, &last] {
                    prop_assert!(tags.insert(ring.tag(secret)));
                }
            }
        }
    }

    #[test]
    fn nothing_that_is_no_proof_panics(proof in proptest::collection::vec(any::<u8>(), 0..700), tag in any::<[u8; 32]>()) {
        let (_, ring) = ring(3, 1);
        let mut rubbish = Signed { tag: Tag(tag), proof };
        prop_assert!(!holds(&ring, &rubbish, b"yes"));
        rubbish.proof.resize(ring.proof_bytes(), 1);
        prop_assert!(!holds(&ring, &rubbish, b"yes"));
    }
}
