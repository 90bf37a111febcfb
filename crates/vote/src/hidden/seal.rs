//! Making a hidden ballot from its seed, and finding the seed again.

use super::{
    OVERHEAD, Seed, TellerKey, TellerSecret, Unopened,
    shares::{agreed, combine, number, point, share, times_base},
};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::AeadInOut};
use curve25519_dalek_4::Scalar;
use entry::{EntryId, MemberId};
use rayon::prelude::*;
use zeroize::Zeroizing;

/// BLAKE3 `derive_key` contexts. Part of the format.
const SEED: &str = "chapterhouse 1 hidden ballot seed";
const PLACE: &str = "chapterhouse 1 hidden ballot";
const POINT: &str = "chapterhouse 1 hidden ballot point";
const SHARES: &str = "chapterhouse 1 hidden ballot shares";
const WRAP: &str = "chapterhouse 1 hidden ballot wrap";
const KEY: &str = "chapterhouse 1 hidden ballot key";

/// What a ballot is for, apart from its answers.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// The poll.
    pub poll: EntryId,
    /// Who votes.
    pub voter: MemberId,
    /// The voter's how-manieth ballot in this poll.
    pub number: u64,
    /// How many tellers open it.
    pub need: usize,
    /// For whom it is sealed, in their order, each once: as many as are needed, or more.
    pub tellers: &'a [(MemberId, TellerKey)],
}

/// A sealed ballot, with a share for each teller of its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The voter's half of what the shares are wrapped with.
    pub point: [u8; 32],
    /// One for each teller.
    pub shares: Vec<[u8; 32]>,
    /// The answers.
    pub text: Vec<u8>,
}

/// What is put together from shares.
struct Root(Zeroizing<Scalar>);

impl Seed {
    fn root(&self) -> Root {
        Root(number(SEED, &[&*self.0]))
    }
}

impl Envelope<'_> {
    /// What everything that is made from the seed is bound to.
    fn place(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(PLACE);
        hasher.update(self.poll.as_bytes()).update(self.voter.as_bytes()).update(&self.number.to_be_bytes());
        hasher.update(&(self.need as u64).to_be_bytes());
        for (teller, key) in self.tellers {
            hasher.update(teller.as_bytes()).update(&key.0);
        }
        *hasher.finalize().as_bytes()
    }

    /// Seals a ballot. None if it can never be opened: for fewer tellers than are needed, or for keys that are none.
    pub fn seal(&self, seed: &Seed, answers: &[u8]) -> Option<Sealed> {
        self.make(&seed.root(), answers)
    }

    /// The one ballot that this number and these answers make.
    fn make(&self, root: &Root, answers: &[u8]) -> Option<Sealed> {
        if self.need == 0 || self.tellers.len() < self.need {
            return None;
        }
        let place = self.place();
        let sender = number(POINT, &[root.0.as_bytes(), &place]);
        let mut stream = blake3::Hasher::new_derive_key(SHARES).update(root.0.as_bytes()).update(&place).finalize_xof();
        let parts = share(&root.0, self.need, self.tellers.len(), &mut stream);
        let mut shares = Vec::with_capacity(parts.len());
        for ((_, key), part) in self.tellers.iter().zip(parts.iter()) {
            shares.push(masked(part.as_bytes(), &agreed(&sender, &point(&key.0)?), &place, key));
        }
        let (cipher, nonce) = cipher(root, &place);
        let mut text = Vec::with_capacity(answers.len() + OVERHEAD);
        text.extend_from_slice(answers);
        cipher.encrypt_in_place(&nonce.into(), &[], &mut text).ok()?;
        Some(Sealed { point: times_base(&sender), shares, text })
    }

    /// The answers, from any secrets that are enough: those of others, or too many, do no harm.
    pub fn open(&self, sealed: &Sealed, secrets: &[TellerSecret]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let known: Vec<(TellerKey, &TellerSecret)> = secrets.iter().map(|secret| (secret.key(), secret)).collect();
        self.open_with(sealed, &known)
    }

    /// The same, with secrets that are known to belong to these keys: to find that out once serves for all ballots.
    pub fn open_with(
        &self,
        sealed: &Sealed,
        secrets: &[(TellerKey, &TellerSecret)],
    ) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let of = |key: &TellerKey| secrets.iter().find(|(known, _)| known == key).map(|(_, secret)| *secret);
        let held = (1_u64..).zip(self.tellers).zip(&sealed.shares);
        let held: Vec<_> =
            held.filter_map(|((n, (_, key)), share)| Some((n, key, share, of(key)?))).take(self.need).collect();
        if held.len() < self.need.max(1) {
            return Err(Unopened::TooFew);
        }
        let (place, from) = (self.place(), point(&sealed.point).ok_or(Unopened::Wrong)?);
        let mut parts = Vec::with_capacity(held.len());
        for (n, key, share, secret) in held {
            let part = masked(share, &agreed(&secret.scalar(), &from), &place, key);
            let part = Option::<Scalar>::from(Scalar::from_canonical_bytes(part)).ok_or(Unopened::Wrong)?;
            parts.push((n, Zeroizing::new(part)));
        }
        let root = Root(combine(&parts));
        let (cipher, nonce) = cipher(&root, &place);
        let mut answers = Zeroizing::new(sealed.text.clone());
        cipher.decrypt_in_place(&nonce.into(), &[], &mut *answers).map_err(|_| Unopened::Wrong)?;
        // The whole ballot once more: also the shares of those whose secrets are not here.
        if self.make(&root, &answers).as_ref() == Some(sealed) { Ok(answers) } else { Err(Unopened::Wrong) }
    }
}

/// Opens many ballots, on all cores.
pub fn open_all(
    ballots: &[(Envelope<'_>, Sealed)],
    secrets: &[(TellerKey, &TellerSecret)],
) -> Vec<Result<Zeroizing<Vec<u8>>, Unopened>> {
    ballots.par_iter().map(|(envelope, sealed)| envelope.open_with(sealed, secrets)).collect()
}

/// A share, covered or uncovered.
fn masked(share: &[u8; 32], agreed: &[u8; 32], place: &[u8; 32], key: &TellerKey) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key(WRAP);
    let mask = Zeroizing::new(*hasher.update(agreed).update(place).update(&key.0).finalize().as_bytes());
    std::array::from_fn(|n| share[n] ^ mask[n])
}

fn cipher(root: &Root, place: &[u8; 32]) -> (ChaCha20Poly1305, [u8; 12]) {
    let mut drawn = Zeroizing::new([0; 44]);
    let mut hasher = blake3::Hasher::new_derive_key(KEY);
    hasher.update(root.0.as_bytes()).update(place).finalize_xof().fill(drawn.as_mut_slice());
    let (mut key, mut nonce) = (Zeroizing::new([0; 32]), [0; 12]);
    key.copy_from_slice(&drawn[..32]);
    nonce.copy_from_slice(&drawn[32..]);
    (ChaCha20Poly1305::new((&*key).into()), nonce)
}
