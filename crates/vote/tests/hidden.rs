//! Hidden ballots: who can open them, and that it makes no difference who does.
#![allow(clippy::unwrap_used)]

use chapterhouse_vote::hidden::{Envelope, PROOF_BYTES, Sealed, Seed, TellerKey, TellerSecret, Unopened, need};
use entry::{EntryId, MemberId};
use proptest::prelude::*;

const POLL: EntryId = EntryId([9; 32]);

fn member(n: u8) -> MemberId {
    MemberId([n; 32])
}

fn secret(n: u8) -> TellerSecret {
    TellerSecret::new([n; 32])
}

fn tellers(count: u8) -> Vec<(MemberId, TellerKey)> {
    (1..=count).map(|n| (member(n), secret(n).key())).collect()
}

fn envelope(tellers: &[(MemberId, TellerKey)], need: usize) -> Envelope<'_> {
    Envelope { poll: POLL, voter: member(77), number: 1, need, tellers }
}

/// All ways to choose so many of so many.
fn subsets(of: u8, size: usize) -> Vec<Vec<TellerSecret>> {
    let chosen = (0_u32..1 << of).filter(|mask| mask.count_ones() as usize == size);
    chosen.map(|mask| (0..of).filter(|n| mask >> n & 1 == 1).map(|n| secret(n + 1)).collect()).collect()
}

#[test]
fn any_majority_opens_a_ballot_and_nobody_fewer() {
    for count in 1..=5 {
        let (tellers, need) = (tellers(count), need(usize::from(count)));
        let envelope = envelope(&tellers, need);
        let sealed = envelope.seal(&Seed::new([5; 32]), b"yes, yes, no").unwrap();
        assert_eq!(sealed.text.len(), 12 + 16);
        for secrets in subsets(count, need) {
            assert_eq!(envelope.open(&sealed, &secrets).unwrap().as_slice(), b"yes, yes, no");
        }
        for secrets in subsets(count, need - 1) {
            assert_eq!(envelope.open(&sealed, &secrets), Err(Unopened::TooFew));
        }
        // Secrets of others are no help.
        let strangers: Vec<TellerSecret> = (100..120).map(secret).collect();
        assert_eq!(envelope.open(&sealed, &strangers), Err(Unopened::TooFew));
    }
}

#[test]
fn fewer_shares_than_are_needed_say_nothing() {
    // With one share of two, every seed is as likely as any other: another polynomial goes through the same point.
    let (tellers, seed) = (tellers(3), Seed::new([5; 32]));
    let one = envelope(&tellers, 2).seal(&seed, b"yes").unwrap();
    let again = envelope(&tellers, 2).seal(&seed, b"yes").unwrap();
    let other = envelope(&tellers, 2).seal(&Seed::new([6; 32]), b"yes").unwrap();
    assert_eq!(one, again, "everything follows from the seed");
    assert!(one.point != other.point && one.text != other.text && one.shares[0] != other.shares[0]);
    // What is sealed for one, alone, is not the seed itself: one teller does not open it.
    assert_eq!(envelope(&tellers, 2).open(&one, &[secret(1)]), Err(Unopened::TooFew));
    let first = &tellers[..1];
    let cut = Sealed { shares: one.shares[..1].to_vec(), ..one };
    assert_eq!(envelope(first, 1).open(&cut, &[secret(1)]), Err(Unopened::Wrong));
}

#[test]
fn a_share_that_was_made_wrongly_shows_whoever_opens_the_ballot() {
    let tellers = tellers(5);
    let envelope = envelope(&tellers, 3);
    let good = envelope.seal(&Seed::new([5; 32]), b"yes").unwrap();
    for bad in 0..5 {
        let mut sealed = good.clone();
        sealed.shares[bad][7] ^= 1;
        // Also those who do not need this share, and have not the secret that it is for.
        for secrets in subsets(5, 3) {
            assert_eq!(envelope.open(&sealed, &secrets), Err(Unopened::Wrong), "share {bad}");
        }
    }
    // Two halves of two ballots: each majority would find something else.
    let other = envelope.seal(&Seed::new([6; 32]), b"no!").unwrap();
    let mixed = Sealed { shares: [&good.shares[..3], &other.shares[3..]].concat(), ..good };
    for secrets in subsets(5, 3) {
        assert_eq!(envelope.open(&mixed, &secrets), Err(Unopened::Wrong));
    }
}

#[test]
fn a_ballot_is_for_one_poll_one_voter_one_number_and_these_tellers() {
    let tellers = tellers(3);
    let envelope = envelope(&tellers, 2);
    let sealed = envelope.seal(&Seed::new([5; 32]), b"yes").unwrap();
    let secrets = [secret(1), secret(3)];
    let swapped = [tellers[1], tellers[0], tellers[2]];
    let renamed = [(member(8), tellers[0].1), tellers[1], tellers[2]];
    for other in [
        Envelope { poll: EntryId([8; 32]), ..envelope },
        Envelope { voter: member(78), ..envelope },
        Envelope { number: 2, ..envelope },
        Envelope { need: 1, ..envelope },
        Envelope { tellers: &swapped, ..envelope },
        Envelope { tellers: &renamed, ..envelope },
    ] {
        assert_eq!(other.open(&sealed, &secrets), Err(Unopened::Wrong), "{other:?}");
    }
    assert!(envelope.open(&sealed, &secrets).is_ok());
}

#[test]
fn what_cannot_be_opened_is_not_sealed() {
    let two = tellers(2);
    assert_eq!(envelope(&two, 3).seal(&Seed::new([5; 32]), b""), None);
    assert_eq!(envelope(&two, 0).seal(&Seed::new([5; 32]), b""), None);
    let bad = [two[0], (member(3), TellerKey([0; 32]))];
    assert_eq!(envelope(&bad, 2).seal(&Seed::new([5; 32]), b""), None);
    assert!(!TellerKey([0; 32]).is_key() && !TellerKey([0xff; 32]).is_key() && two[0].1.is_key());
}

#[test]
fn a_key_comes_with_the_proof_that_its_owner_has_the_secret() {
    let (key, proof) = (secret(1).key(), secret(1).prove(&POLL, &member(1)));
    assert!(key.verify(&POLL, &member(1), &proof));
    // Nobody can call it theirs, or take it to another poll.
    assert!(!key.verify(&POLL, &member(2), &proof) && !key.verify(&EntryId([8; 32]), &member(1), &proof));
    assert!(!secret(2).key().verify(&POLL, &member(1), &proof));
    for bit in 0..PROOF_BYTES * 8 {
        let mut changed = proof;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!key.verify(&POLL, &member(1), &changed), "bit {bit}");
    }
    assert_eq!(proof, secret(1).prove(&POLL, &member(1)), "the same on each device");
}

#[test]
fn the_bytes_are_fixed() {
    let tellers = tellers(3);
    let sealed = envelope(&tellers, 2).seal(&Seed::new([5; 32]), b"yes").unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let all = [sealed.point.as_slice(), &sealed.shares.concat(), &sealed.text].concat();
    let proof = secret(1).prove(&POLL, &member(1));
    let digest = blake3::hash(&[secret(1).key().0.as_slice(), &proof, &all].concat());
    assert_eq!(
        [hex(&secret(1).key().0), hex(&sealed.text), digest.to_string()],
        [
            "9ee090ba8ab7d5548c3e572b1868facb85f099fa85ec18db99137d2b91295733",
            "5eb24964b5c4efeebe1439f38735d2dbedc36f",
            "e61148688ff7a921a28ed1eefd2e76b5322f6faacb2507780786abe8fa50de32"
        ],
        "keys, shares and seals of old polls have to be read for ever"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_ballot_comes_back_and_no_changed_bit_passes(
        seed: [u8; 32],
        answers in prop::collection::vec(any::<u8>(), 0..200),
        count in 1_u8..=5,
        at: prop::sample::Index,
        bit in 0_u8..8,
        skip: prop::sample::Index,
    ) {
        let (tellers, need) = (tellers(count), need(usize::from(count)));
        let envelope = envelope(&tellers, need);
        let sealed = envelope.seal(&Seed::new(seed), &answers).unwrap();
        let choices = subsets(count, need);
        let secrets = &choices[skip.index(choices.len())];
        let opened = envelope.open(&sealed, secrets).unwrap();
        prop_assert_eq!(opened.as_slice(), answers.as_slice());
        let mut changed = sealed.clone();
        let shares = 32 * changed.shares.len();
        let place = at.index(32 + shares + changed.text.len());
        let byte = match place {
            0..32 => &mut changed.point[place],
            place if place < 32 + shares => &mut changed.shares[(place - 32) / 32][(place - 32) % 32],
            place => &mut changed.text[place - 32 - shares],
        };
        *byte ^= 1 << bit;
        prop_assert_eq!(envelope.open(&changed, secrets), Err(Unopened::Wrong));
    }
}
