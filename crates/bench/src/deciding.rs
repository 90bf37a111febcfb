//! Counting votes, checking secret ballots, and opening hidden ones.

use crate::{
    error::Failure,
    report::{Asked, Report, Row},
};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::AeadInOut};
use curve25519_dalek_4::{
    RistrettoPoint, Scalar, constants::RISTRETTO_BASEPOINT_POINT, ristretto::CompressedRistretto,
};
use entry::{EntryId, MemberId, Timestamp};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rand_core::Rng;
use rayon::prelude::*;
use std::{sync::Arc, time::Instant};
use triptych::{Transcript, TriptychInputSet, TriptychParameters, TriptychProof, TriptychStatement};
use vote::{
    Answer, Ballot, Method, Poll, Question, Ranking,
    hidden::{Envelope, Sealed, Seed, TellerKey, TellerSecret, need, open_all},
    method::Schulze,
    secret::{Claim, Key, Linkable, Scope, Secret, Signed, Triptych},
};

/// How many.
pub(crate) struct Size {
    /// Voters of the counted polls.
    pub(crate) voters: u32,
    /// Voters of the secret poll, and of the hidden one.
    pub(crate) ring: u32,
}

const POLL: EntryId = EntryId([30; 32]);
const ONE: &[u8] = b"the first answer";

fn member(n: u32) -> MemberId {
    MemberId(*blake3::hash(&n.to_le_bytes()).as_bytes())
}

fn poll(question: Question, questions: usize, voters: u32) -> Poll {
    let roll = Arc::new((0..voters).map(member).collect());
    Poll { questions: vec![question; questions], ..Poll::plain(POLL, [], roll, Timestamp(u64::MAX)) }
}

fn ballots(voters: u32, mut answers: impl FnMut() -> Vec<Answer>) -> Vec<Ballot> {
    let ballot = |n: u32| {
        let entry = EntryId(*blake3::hash(&(!n).to_le_bytes()).as_bytes());
        Ballot { entry, member: member(n), number: 1, time: Timestamp(0), answers: answers() }
    };
    (0..voters).map(ballot).collect()
}

/// The shortest of several times, in milliseconds.
fn best(rounds: usize, mut work: impl FnMut()) -> f64 {
    let times = (0..rounds).map(|_| {
        let begun = Instant::now();
        work();
        begun.elapsed().as_secs_f64() * 1_000.0
    });
    times.fold(f64::MAX, f64::min)
}

/// Counting open polls at their largest.
pub(crate) fn counts(size: &Size, rounds: usize, seed: u64, report: &mut Report) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let wide = poll(Question { options: 5, method: Method::SINGLE }, 10, size.voters);
    let cast = ballots(size.voters, || (0..10).map(|_| Answer::One((rng.next_u32() % 5) as u16)).collect());
    let took = best(rounds, || drop(vote::count(&wide, &cast)));
    let what = format!("counting 10 questions of {} voters", size.voters);
    report.add(Row::new("count_open", what, "ms", took).asked(Asked::AtMost(1_000.0)));

    let ranked = poll(Question { options: 50, method: Method::Schulze(Schulze) }, 1, size.voters);
    let cast = ballots(size.voters, || {
        let mut order: Vec<u16> = (0..50).collect();
        for n in (1..order.len()).rev() {
            order.swap(n, rng.next_u32() as usize % (n + 1));
        }
        vec![Answer::Ranks(Ranking::strict(order))]
    });
    let took = best(rounds, || drop(vote::count(&ranked, &cast)));
    let what = format!("counting by Schulze, 50 options, {} voters", size.voters);
    report.add(Row::new("count_schulze", what, "ms", took).asked(Asked::AtMost(2_000.0)));
}

/// Checking the secret ballots of everybody, and beside it the library's own check of the same proofs.
pub(crate) fn secrets(size: &Size, rounds: usize, report: &mut Report) -> Result<(), Failure> {
    let secrets: Vec<Secret> =
        (0..size.ring).map(|n| Secret::new(*blake3::hash(&n.to_le_bytes()).as_bytes())).collect();
    let mut keys: Vec<Key> = secrets.iter().map(Triptych::key).collect();
    let scope = Scope::poll(&POLL);
    let ring = Triptych::new(&keys, &scope).map_err(|why| Failure::undone(why.to_string()))?;
    let begun = Instant::now();
    let signed: Result<Vec<Signed>, _> =
        secrets.par_iter().map(|secret| ring.sign(secret, ONE, secret.expose())).collect();
    let signed = signed.map_err(|why| Failure::undone(why.to_string()))?;
    let each = begun.elapsed().as_secs_f64() * 1_000.0 / f64::from(size.ring);
    let claims: Vec<_> =
        signed.iter().map(|signed| Claim { tag: signed.tag, proof: &signed.proof, message: ONE }).collect();
    let mut all = true;
    let ours = best(rounds, || all &= ring.verify(&claims).into_iter().all(|holds| holds));
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let one = one.map_err(|why| Failure::undone(why.to_string()))?;
    let alone = one.install(|| best(rounds, || all &= ring.verify(&claims).into_iter().all(|holds| holds)));
    keys.sort_unstable();
    let library = library(&keys, &scope, &signed, rounds).filter(|_| all);
    let (floor, read) = library.ok_or_else(|| Failure::undone("a true ballot was refused"))?;
    let row = Row::new("secret", format!("checking {0} secret ballots of {0} voters", size.ring), "ms", ours);
    report.add(row.floor(floor).asked(Asked::RatioAtMost(1.2)));
    let row = Row::new("secret_alone", "  on one core, and the library reads them, too", "ms", alone);
    report.add(row.floor(read).asked(Asked::RatioAtMost(1.2)));
    report.add(Row::new("secret_sign", "  making one of them", "ms", each));
    let row = Row::new("secret_bytes", "  the proof of one of them", "B", ring.proof_bytes() as f64);
    report.add(row.asked(Asked::AtMost(2_000.0)));
    Ok(())
}

/// What the library takes for the same proofs on one core: read already, and read from their bytes as ours are.
fn library(keys: &[Key], scope: &Scope, signed: &[Signed], rounds: usize) -> Option<(f64, f64)> {
    let point = |bytes: &[u8; 32]| CompressedRistretto(*bytes).decompress();
    let points: Vec<RistrettoPoint> = keys.iter().filter_map(|key| point(&key.0)).collect();
    let generator = RistrettoPoint::from_uniform_bytes(&scope.generator());
    let power = keys.len().next_power_of_two().trailing_zeros();
    let params = TriptychParameters::new_with_generators(2, power, &RISTRETTO_BASEPOINT_POINT, &generator).ok()?;
    let params = Arc::new(params);
    let set = Arc::new(TriptychInputSet::new_with_padding(&points, &params).ok()?);
    let read = || {
        let each = signed.iter().map(|one| {
            let statement = TriptychStatement::new(&params, &set, &point(&one.tag.0)?).ok()?;
            Some((statement, TriptychProof::from_bytes(&one.proof).ok()?))
        });
        each.collect::<Option<(Vec<_>, Vec<_>)>>()
    };
    let holds = |statements: &[TriptychStatement], proofs: &[TriptychProof]| {
        let mut transcript = Transcript::new(vote::secret::STATEMENT);
        transcript.append_message(b"ballot", ONE);
        TriptychProof::verify_batch(statements, proofs, &mut vec![transcript; proofs.len()]).is_ok()
    };
    let (statements, proofs) = read()?;
    let mut all = true;
    let checked = best(rounds, || all &= holds(&statements, &proofs));
    let both = best(rounds, || all &= read().is_some_and(|(statements, proofs)| holds(&statements, &proofs)));
    all.then_some((checked, both))
}

/// Tellers of the hidden poll.
const TELLERS: u32 = 3;
/// How long the answers of a hidden ballot are.
const ANSWERS: usize = 8;

/// Opening the hidden ballots of everybody, and beside it the bare operations that it cannot do without.
pub(crate) fn hidden(size: &Size, rounds: usize, report: &mut Report) -> Result<(), Failure> {
    let tellers: Vec<(MemberId, TellerSecret)> =
        (0..TELLERS).map(|n| (member(n), TellerSecret::new(*blake3::hash(&n.to_be_bytes()).as_bytes()))).collect();
    let keys: Vec<(MemberId, TellerKey)> = tellers.iter().map(|(teller, secret)| (*teller, secret.key())).collect();
    let need = need(keys.len());
    let envelope = |n: u32| Envelope { poll: POLL, voter: member(n), number: 1, need, tellers: &keys };
    let seal = |n: u32| {
        let seed = Seed::new(*blake3::hash(&(!n).to_be_bytes()).as_bytes());
        Some((envelope(n), envelope(n).seal(&seed, &[0; ANSWERS])?))
    };
    let begun = Instant::now();
    let sealed: Option<Vec<(Envelope<'_>, Sealed)>> = (0..size.ring).map(seal).collect();
    let sealed = sealed.ok_or_else(|| Failure::undone("a ballot could not be sealed"))?;
    let each = begun.elapsed().as_secs_f64() * 1_000.0 / f64::from(size.ring);
    let secrets: Vec<(TellerKey, &TellerSecret)> =
        tellers.iter().map(|(_, secret)| (secret.key(), secret)).take(need).collect();
    let mut all = true;
    let ours = best(rounds, || all &= open_all(&sealed, &secrets).iter().all(Result::is_ok));
    let floor = bare(&sealed, rounds).filter(|_| all);
    let floor = floor.ok_or_else(|| Failure::undone("a true ballot was not opened"))?;
    let what = format!("opening {} hidden ballots, {TELLERS} tellers", size.ring);
    report.add(Row::new("hidden", what, "ms", ours).floor(floor).asked(Asked::RatioAtMost(1.5)));
    report.add(Row::new("hidden_seal", "  sealing one of them", "ms", each));
    Ok(())
}

/// What no opening that trusts nobody can do without: to agree with each teller who opens it and, to compare, once more with
/// every teller; to read the points; to make the voter's half; to decrypt the answers, and to encrypt them again.
fn bare(sealed: &[(Envelope<'_>, Sealed)], rounds: usize) -> Option<f64> {
    let number = Scalar::from_bytes_mod_order(*blake3::hash(ONE).as_bytes());
    let cipher = ChaCha20Poly1305::new(&POLL.0.into());
    let nonce = [0; 12];
    let one = |(envelope, ballot): &(Envelope<'_>, Sealed)| {
        let from = CompressedRistretto(ballot.point).decompress()?;
        let mut told = (0..envelope.need).fold(0, |told, _| told ^ (number * from).compress().0[0]);
        for (_, key) in envelope.tellers {
            told ^= (number * CompressedRistretto(key.0).decompress()?).compress().0[0];
        }
        told ^= RistrettoPoint::mul_base(&number).compress().0[0];
        let mut text = vec![told; ANSWERS];
        cipher.encrypt_in_place(&nonce.into(), &[], &mut text).ok()?;
        cipher.decrypt_in_place(&nonce.into(), &[], &mut text).ok()?;
        Some(std::hint::black_box(text).len())
    };
    let mut all = true;
    let took = best(rounds, || all &= sealed.par_iter().all(|ballot| one(ballot) == Some(ANSWERS)));
    all.then_some(took)
}
