//! [`Linkable`] by Triptych (Noether and Goodell, <https://eprint.iacr.org/2020/018>), over Ristretto.
//!
//! A key is `r·G`, its tag `r⁻¹·U`, and `U` is hashed from the scope: the library's own `U` would be the same in every
//! poll, and tags with it. The ring is padded to a power of two by repeating its last key.

use super::{Claim, FEWEST, KEY_BYTES, Key, Linkable, MOST, Scope, Secret, Signed, Tag, Unsigned};
use ::triptych::{Transcript, TriptychInputSet, TriptychParameters, TriptychProof, TriptychStatement, TriptychWitness};
use curve25519_dalek_4::{
    RistrettoPoint, Scalar, constants::RISTRETTO_BASEPOINT_POINT, ristretto::CompressedRistretto, traits::IsIdentity,
};
use rand_core_06::{CryptoRng, Error, RngCore};
use rayon::prelude::*;
use std::sync::Arc;
use zeroize::Zeroizing;

/// BLAKE3 `derive_key` context of a secret's scalar. Part of the format, like those below.
const SCALAR: &str = "chapterhouse 1 ballot key";
/// What stands before what is signed.
pub const STATEMENT: &[u8] = b"chapterhouse 1 secret ballot";
/// Of the randomness of one signature.
const RANDOM: &str = "chapterhouse 1 ballot randomness";
/// The ring's size is a power of this.
const BASE: u32 = 2;
/// The fewest claims that are worth another core.
const CHUNK: usize = 16;

/// A ring of Triptych.
pub struct Triptych {
    params: Arc<TriptychParameters>,
    set: Arc<TriptychInputSet>,
    /// Ascending, none twice.
    keys: Arc<[Key]>,
}

fn scalar(secret: &Secret) -> Zeroizing<Scalar> {
    let mut wide = Zeroizing::new([0; 64]);
    blake3::Hasher::new_derive_key(SCALAR).update(secret.expose()).finalize_xof().fill(wide.as_mut_slice());
    Zeroizing::new(Scalar::from_bytes_mod_order_wide(&wide))
}

fn point(bytes: &[u8; KEY_BYTES]) -> Option<RistrettoPoint> {
    CompressedRistretto(*bytes).decompress().filter(|point| !point.is_identity())
}

/// Those of a ring of 2^`power` in a scope: everything but its keys.
fn params(power: u32, scope: &Scope) -> Result<Arc<TriptychParameters>, Unsigned> {
    let generator = RistrettoPoint::from_uniform_bytes(&scope.generator());
    let params = TriptychParameters::new_with_generators(BASE, power, &RISTRETTO_BASEPOINT_POINT, &generator);
    Ok(Arc::new(params.map_err(|_| Unsigned::Failed)?))
}

fn transcript(message: &[u8]) -> Transcript {
    let mut transcript = Transcript::new(STATEMENT);
    transcript.append_message(b"ballot", message);
    transcript
}

/// 32 random bytes drawn out.
struct Drawn(blake3::OutputReader);

impl Drawn {
    /// Beside the given randomness stand the secret and what is signed: were it ever given twice, nothing would be given away.
    fn new(random: &[u8; 32], secret: &Secret, message: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(RANDOM);
        hasher.update(random).update(secret.expose()).update(message);
        Self(hasher.finalize_xof())
    }
}

impl RngCore for Drawn {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl CryptoRng for Drawn {}

impl Triptych {
    /// A claim as the library has it. `None` if it cannot be one.
    fn read(&self, claim: &Claim<'_>) -> Option<(TriptychStatement, TriptychProof)> {
        if claim.proof.len() != self.proof_bytes() {
            return None;
        }
        let statement = TriptychStatement::new(&self.params, &self.set, &point(&claim.tag.0)?).ok()?;
        Some((statement, TriptychProof::from_bytes(claim.proof).ok()?))
    }

    /// All of them if all hold; else by halves, so that a few bad ones cost a few batches.
    fn check(&self, claims: &[(usize, &[u8])], read: &Read, holds: &mut Vec<usize>) {
        let (Some(statements), Some(proofs)) = (read.0.get(..claims.len()), read.1.get(..claims.len())) else { return };
        let mut transcripts: Vec<_> = claims.iter().map(|(_, message)| transcript(message)).collect();
        if TriptychProof::verify_batch(statements, proofs, &mut transcripts).is_ok() {
            holds.extend(claims.iter().map(|(index, _)| *index));
        } else if claims.len() > 1 {
            let (left, right) = claims.split_at(claims.len() / 2);
            let rest = Read(read.0[left.len()..].to_vec(), read.1[left.len()..].to_vec());
            self.check(left, read, holds);
            self.check(right, &rest, holds);
        }
    }
}

/// Statements and their proofs.
struct Read(Vec<TriptychStatement>, Vec<TriptychProof>);

impl Linkable for Triptych {
    fn key(secret: &Secret) -> Key {
        Key((*scalar(secret) * RISTRETTO_BASEPOINT_POINT).compress().to_bytes())
    }

    fn is_key(key: &Key) -> bool {
        point(&key.0).is_some()
    }

    fn new(keys: &[Key], scope: &Scope) -> Result<Self, Unsigned> {
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        keys.dedup();
        if !(FEWEST..=MOST).contains(&keys.len()) {
            return Err(Unsigned::Size);
        }
        let points: Option<Vec<_>> = keys.par_iter().map(|key| point(&key.0)).collect();
        // The power of two that holds them all; of two at least, as the protocol wants it.
        let power = keys.len().next_power_of_two().trailing_zeros().max(2);
        let params = params(power, scope)?;
        let set = TriptychInputSet::new_with_padding(&points.ok_or(Unsigned::Key)?, &params);
        Ok(Self { params, set: Arc::new(set.map_err(|_| Unsigned::Failed)?), keys: keys.into() })
    }

    fn within(&self, scope: &Scope) -> Result<Self, Unsigned> {
        let params = params(self.params.get_m(), scope)?;
        Ok(Self { params, set: Arc::clone(&self.set), keys: Arc::clone(&self.keys) })
    }

    fn size(&self) -> usize {
        self.keys.len()
    }

    fn proof_bytes(&self) -> usize {
        // Its dimensions; A, B, C, D and three scalars; X, Y and f for each power.
        8 + KEY_BYTES * (7 + 3 * self.params.get_m() as usize)
    }

    fn tag(&self, secret: &Secret) -> Tag {
        let inverse = Zeroizing::new(scalar(secret).invert());
        Tag((*inverse * self.params.get_U()).compress().to_bytes())
    }

    fn sign(&self, secret: &Secret, message: &[u8], random: &[u8; 32]) -> Result<Signed, Unsigned> {
        let place = self.keys.binary_search(&Self::key(secret)).map_err(|_| Unsigned::Stranger)?;
        let place = u32::try_from(place).map_err(|_| Unsigned::Size)?;
        let witness = TriptychWitness::new(&self.params, place, &scalar(secret)).map_err(|_| Unsigned::Failed)?;
        let tag = witness.compute_linking_tag();
        let statement = TriptychStatement::new(&self.params, &self.set, &tag).map_err(|_| Unsigned::Failed)?;
        let mut drawn = Drawn::new(random, secret, message);
        let proof = TriptychProof::prove_with_rng(&witness, &statement, &mut drawn, &mut transcript(message));
        Ok(Signed { tag: Tag(tag.compress().to_bytes()), proof: proof.map_err(|_| Unsigned::Failed)?.to_bytes() })
    }

    fn verify(&self, claims: &[Claim<'_>]) -> Vec<bool> {
        let size = claims.len().div_ceil(rayon::current_num_threads()).max(CHUNK);
        let chunks = claims.par_chunks(size).map(|claims| {
            let mut read = Read(Vec::with_capacity(claims.len()), Vec::with_capacity(claims.len()));
            let mut able = Vec::with_capacity(claims.len());
            for (index, claim) in claims.iter().enumerate() {
                if let Some((statement, proof)) = self.read(claim) {
                    read.0.push(statement);
                    read.1.push(proof);
                    able.push((index, claim.message));
                }
            }
            let mut holds = Vec::with_capacity(able.len());
            self.check(&able, &read, &mut holds);
            let mut verdicts = vec![false; claims.len()];
            holds.into_iter().for_each(|index| verdicts[index] = true);
            verdicts
        });
        chunks.flatten().collect()
    }
}
