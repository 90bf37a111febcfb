//! The group under hidden ballots: tellers' keys with the proof that their owner has the secret, and sharing of a number.
//!
//! Ristretto, as for secret ballots: every key has one encoding and none is of small order, so that comparing bytes compares
//! keys. Seeds are shared after Shamir, over the numbers modulo the group's order.

use super::{PROOF_BYTES, TellerKey, TellerSecret, owner};
use curve25519_dalek_4::{RistrettoPoint, Scalar, ristretto::CompressedRistretto, traits::IsIdentity};
use entry::{EntryId, MemberId};
use zeroize::Zeroizing;

/// BLAKE3 `derive_key` contexts. Part of the format.
const KEY: &str = "chapterhouse 1 teller key";
const NONCE: &str = "chapterhouse 1 teller key nonce";
const CHALLENGE: &str = "chapterhouse 1 teller key proof";

/// A number from everything that is given.
pub(super) fn number(context: &str, parts: &[&[u8]]) -> Zeroizing<Scalar> {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    parts.iter().for_each(|part| {
        hasher.update(part);
    });
    drawn(&mut hasher.finalize_xof())
}

/// The next number of a stream.
pub(super) fn drawn(from: &mut blake3::OutputReader) -> Zeroizing<Scalar> {
    let mut wide = Zeroizing::new([0; 64]);
    from.fill(wide.as_mut_slice());
    Zeroizing::new(Scalar::from_bytes_mod_order_wide(&wide))
}

pub(super) fn point(bytes: &[u8; 32]) -> Option<RistrettoPoint> {
    CompressedRistretto(*bytes).decompress().filter(|point| !point.is_identity())
}

pub(super) fn times_base(number: &Scalar) -> [u8; 32] {
    RistrettoPoint::mul_base(number).compress().to_bytes()
}

/// What two who have one half each come to, the one with a secret and the other with its public half.
pub(super) fn agreed(secret: &Scalar, with: &RistrettoPoint) -> Zeroizing<[u8; 32]> {
    Zeroizing::new((secret * with).compress().to_bytes())
}

impl TellerSecret {
    pub(super) fn scalar(&self) -> Zeroizing<Scalar> {
        number(KEY, &[self.expose()])
    }

    /// The public half.
    pub fn key(&self) -> TellerKey {
        TellerKey(times_base(&self.scalar()))
    }

    /// That whoever publishes the key has its secret: a signature after Schnorr. Without, somebody could call another teller's key
    /// theirs, and one secret would count as two. The same bytes on each of a teller's devices.
    pub fn prove(&self, poll: &EntryId, teller: &MemberId) -> [u8; PROOF_BYTES] {
        let owner = owner(poll, teller);
        let nonce = number(NONCE, &[self.expose(), &owner]);
        let commitment = times_base(&nonce);
        let challenge = number(CHALLENGE, &[&self.key().0, &commitment, &owner]);
        let answer = *nonce + *challenge * *self.scalar();
        let mut proof = [0; PROOF_BYTES];
        proof[..32].copy_from_slice(&commitment);
        proof[32..].copy_from_slice(answer.as_bytes());
        proof
    }
}

impl TellerKey {
    /// Whether whoever made this proof has the secret, and meant this poll and this teller.
    pub fn verify(&self, poll: &EntryId, teller: &MemberId, proof: &[u8; PROOF_BYTES]) -> bool {
        let (mut commitment, mut answer) = ([0; 32], [0; 32]);
        commitment.copy_from_slice(&proof[..32]);
        answer.copy_from_slice(&proof[32..]);
        let answer = Option::<Scalar>::from(Scalar::from_canonical_bytes(answer));
        let (Some(key), Some(answer)) = (point(&self.0), answer) else { return false };
        let challenge = number(CHALLENGE, &[&self.0, &commitment, &owner(poll, teller)]);
        // Compared as bytes, so that a commitment has one form, too.
        (RistrettoPoint::mul_base(&answer) - *challenge * key).compress().to_bytes() == commitment
    }
}

/// Shares of a number, for the places 1, 2, 3 and so on: values of a polynomial whose value at 0 is the number.
pub(super) fn share(
    secret: &Scalar,
    need: usize,
    count: usize,
    from: &mut blake3::OutputReader,
) -> Zeroizing<Vec<Scalar>> {
    let mut factors = Zeroizing::new(Vec::with_capacity(need));
    factors.push(*secret);
    factors.extend((1..need).map(|_| *drawn(from)));
    let value = |place: u64| factors.iter().rev().fold(Scalar::ZERO, |sum, factor| sum * Scalar::from(place) + factor);
    Zeroizing::new((1..=count as u64).map(value).collect())
}

/// The number that these shares are of, as many as are needed, each with its place: places are different.
pub(super) fn combine(shares: &[(u64, Zeroizing<Scalar>)]) -> Zeroizing<Scalar> {
    let mut sum = Zeroizing::new(Scalar::ZERO);
    for (place, share) in shares {
        let others =
            shares.iter().map(|(other, _)| Scalar::from(*other)).filter(|other| *other != Scalar::from(*place));
        let (mut above, mut below) = (Scalar::ONE, Scalar::ONE);
        for other in others {
            above *= other;
            below *= other - Scalar::from(*place);
        }
        *sum += **share * above * below.invert();
    }
    sum
}
