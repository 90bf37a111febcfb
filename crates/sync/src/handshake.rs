//! What binds two peers to one connection, and proves to each that the other is a member's device.
//!
//! Everything here is derived from the *binding*: a hash over both network names and both nonces. A tag, label or
//! proof made for one connection means nothing on any other; one made in one direction means nothing in the other.

use crate::{
    io::Peer,
    limits::PROOF_BYTES,
    message::{Label, LaneTag},
};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::AeadInOut};
use ed25519_dalek::{Signature, VerifyingKey};
use entry::{ChapterId, DeviceId, EpochKey};
use zeroize::Zeroizing;

/// BLAKE3 contexts and domains. They are part of the protocol: never change one, add a new one.
mod context {
    pub(super) const BINDING: &str = "chapterhouse 1 sync binding";
    pub(super) const PROOF_KEY: &str = "chapterhouse 1 sync proof key";
    pub(super) const TAG: &[u8] = b"chapterhouse 1 sync tag\0";
    pub(super) const LABEL: &[u8] = b"chapterhouse 1 sync lane\0";
    pub(super) const PROOF: &[u8] = b"chapterhouse 1 sync proof\0";
}

/// One connection, as one of its two sides sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Binding {
    /// The same on both sides.
    pub(crate) hash: [u8; 32],
    /// Whether this side's network name is the lower one. It breaks ties, and tells the directions apart.
    pub(crate) low: bool,
}

impl Binding {
    pub(crate) fn new(me: &Peer, my_nonce: &[u8; 32], peer: &Peer, their_nonce: &[u8; 32]) -> Self {
        let low = me < peer;
        let (a, b) = if low { ((me, my_nonce), (peer, their_nonce)) } else { ((peer, their_nonce), (me, my_nonce)) };
        let mut hasher = blake3::Hasher::new_derive_key(context::BINDING);
        for (name, nonce) in [a, b] {
            hasher.update(&(name.0.len() as u64).to_le_bytes());
            hasher.update(&name.0);
            hasher.update(nonce);
        }
        Self { hash: *hasher.finalize().as_bytes(), low }
    }

    /// Which side speaks: the lower (0) or the higher (1).
    const fn speaker(&self, mine: bool) -> u8 {
        (self.low != mine) as u8
    }

    /// The tag of a chapter in my list (`mine`) or in theirs.
    pub(crate) fn tag(&self, chapter: &ChapterId, round: u64, mine: bool) -> LaneTag {
        let mut hasher = blake3::Hasher::new_keyed(&chapter.0);
        hasher.update(context::TAG).update(&self.hash).update(&[self.speaker(mine)]).update(&round.to_le_bytes());
        cut(hasher.finalize().as_bytes())
    }

    /// The chapter's label on this connection.
    pub(crate) fn label(&self, chapter: &ChapterId) -> Label {
        let mut hasher = blake3::Hasher::new_keyed(&chapter.0);
        hasher.update(context::LABEL).update(&self.hash);
        cut(hasher.finalize().as_bytes())
    }

    /// What a device signs to prove itself.
    pub(crate) fn statement(&self, chapter: &ChapterId, epoch: u64, mine: bool) -> Vec<u8> {
        let parts: [&[u8]; 5] = [context::PROOF, &chapter.0, &self.hash, &[self.speaker(mine)], &epoch.to_le_bytes()];
        parts.concat()
    }

    fn cipher(&self, key: &EpochKey, mine: bool) -> XChaCha20Poly1305 {
        let mut hasher = blake3::Hasher::new_derive_key(context::PROOF_KEY);
        hasher.update(key.expose()).update(&self.hash).update(&[self.speaker(mine)]);
        let key = Zeroizing::new(*hasher.finalize().as_bytes());
        XChaCha20Poly1305::new((&*key).into())
    }

    /// Seals my device and its signature. `random` must be fresh.
    pub(crate) fn seal(
        &self,
        chapter: &ChapterId,
        epoch: u64,
        key: &EpochKey,
        proof: &Proof,
        random: &[u8; 32],
    ) -> Option<Vec<u8>> {
        let nonce: [u8; 24] = cut(random);
        let mut inside = [proof.device.0.as_slice(), &proof.signature].concat();
        let aad = self.statement(chapter, epoch, true);
        self.cipher(key, true).encrypt_in_place(&XNonce::from(nonce), &aad, &mut inside).ok()?;
        Some([nonce.as_slice(), &inside].concat())
    }

    /// Opens the peer's proof. The signature inside is still to be checked.
    pub(crate) fn open(&self, chapter: &ChapterId, epoch: u64, key: &EpochKey, sealed: &[u8]) -> Option<Proof> {
        let (nonce, inside) = sealed.split_first_chunk::<24>()?;
        if inside.len() > PROOF_BYTES {
            return None;
        }
        let mut inside = inside.to_vec();
        let aad = self.statement(chapter, epoch, false);
        self.cipher(key, false).decrypt_in_place(&XNonce::from(*nonce), &aad, &mut inside).ok()?;
        let (device, signature) = inside.split_first_chunk::<32>()?;
        Some(Proof { device: DeviceId(*device), signature: signature.try_into().ok()? })
    }

    /// Whether the device signed for this connection, this chapter and this direction.
    pub(crate) fn signed(&self, chapter: &ChapterId, epoch: u64, proof: &Proof) -> bool {
        let message = self.statement(chapter, epoch, false);
        VerifyingKey::from_bytes(&proof.device.0)
            .and_then(|key| key.verify_strict(&message, &Signature::from_bytes(&proof.signature)))
            .is_ok()
    }
}

/// A device, and its signature for one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proof {
    pub(crate) device: DeviceId,
    pub(crate) signature: [u8; 64],
}

fn cut<const N: usize>(bytes: &[u8; 32]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[..N]);
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};

    fn sides() -> (Binding, Binding) {
        let (a, b) = (Peer(vec![1; 38]), Peer(vec![2; 38]));
        (Binding::new(&a, &[3; 32], &b, &[4; 32]), Binding::new(&b, &[4; 32], &a, &[3; 32]))
    }

    fn proof(binding: &Binding, chapter: &ChapterId, epoch: u64) -> Proof {
        let key = SigningKey::from_bytes(&[5; 32]);
        let signature = key.sign(&binding.statement(chapter, epoch, true)).to_bytes();
        Proof { device: DeviceId(key.verifying_key().to_bytes()), signature }
    }

    #[test]
    fn both_sides_agree_and_each_direction_has_its_own_tags() {
        let (a, b) = sides();
        let chapter = ChapterId([6; 32]);
        assert_eq!(a.hash, b.hash);
        assert!(a.low && !b.low);
        assert_eq!(a.label(&chapter), b.label(&chapter));
        assert_eq!(a.tag(&chapter, 1, true), b.tag(&chapter, 1, false));
        assert_ne!(a.tag(&chapter, 1, true), a.tag(&chapter, 1, false));
        assert_ne!(a.tag(&chapter, 1, true), a.tag(&chapter, 2, true));
        assert_ne!(a.tag(&chapter, 1, true), a.tag(&ChapterId([7; 32]), 1, true));
    }

    /// As `docs/SYNC.md` has it, and fixed for ever: other programs compute the same.
    #[test]
    fn what_is_derived_never_changes() {
        let (a, b) = sides();
        let chapter = ChapterId([6; 32]);
        let key = EpochKey::new([8; 32]);
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let side = |name: u8, nonce: u8| [&38_u64.to_le_bytes()[..], &[name; 38], &[nonce; 32]].concat();
        let binding = blake3::derive_key("chapterhouse 1 sync binding", &[side(1, 3), side(2, 4)].concat());
        assert_eq!(a.hash, binding);
        let salted = [b"chapterhouse 1 sync tag\0".as_slice(), &binding, &[0], &2_u64.to_le_bytes()].concat();
        assert_eq!(a.tag(&chapter, 2, true), blake3::keyed_hash(&chapter.0, &salted).as_bytes()[..16]);
        let salted = [b"chapterhouse 1 sync lane\0".as_slice(), &binding].concat();
        assert_eq!(b.label(&chapter), blake3::keyed_hash(&chapter.0, &salted).as_bytes()[..8]);
        let statement =
            [b"chapterhouse 1 sync proof\0".as_slice(), &[6; 32], &binding, &[1], &1_u64.to_le_bytes()].concat();
        assert_eq!(b.statement(&chapter, 1, true), statement);
        let sealed = a.seal(&chapter, 1, &key, &proof(&a, &chapter, 1), &[9; 32]).unwrap();
        let golden = [hex(&binding), hex(blake3::hash(&sealed).as_bytes())];
        assert_eq!(
            golden,
            [
                "869f749c2e1d0a5663d64b67564c37e9b5fbab709da41b45f59432231f6b8901",
                "6e0a4bcd25ea08ab062d44939c1567cf8f25f5b6968e35155f81c1f63087c8aa",
            ]
        );
    }

    #[test]
    fn names_cannot_be_shifted_into_nonces() {
        let nonce = [1; 32];
        let one = Binding::new(&Peer(vec![1, 1]), &nonce, &Peer(vec![1]), &nonce);
        let other = Binding::new(&Peer(vec![1]), &nonce, &Peer(vec![1, 1, 1]), &nonce);
        assert_ne!(one.hash, other.hash);
    }

    #[test]
    fn a_proof_holds_for_one_chapter_one_epoch_one_connection_and_one_direction() {
        let (a, b) = sides();
        let (chapter, key) = (ChapterId([6; 32]), EpochKey::new([8; 32]));
        let sealed = a.seal(&chapter, 1, &key, &proof(&a, &chapter, 1), &[9; 32]).unwrap();
        assert!(sealed.len() <= PROOF_BYTES);
        let opened = b.open(&chapter, 1, &key, &sealed).unwrap();
        assert!(b.signed(&chapter, 1, &opened));
        // Sealed for something else: it does not open.
        let elsewhere = Binding::new(&Peer(vec![2; 38]), &[4; 32], &Peer(vec![1; 38]), &[99; 32]);
        assert!(elsewhere.open(&chapter, 1, &key, &sealed).is_none());
        assert!(a.open(&chapter, 1, &key, &sealed).is_none());
        assert!(b.open(&ChapterId([7; 32]), 1, &key, &sealed).is_none());
        assert!(b.open(&chapter, 2, &key, &sealed).is_none());
        assert!(b.open(&chapter, 1, &EpochKey::new([0; 32]), &sealed).is_none());
        assert!(b.open(&chapter, 1, &key, &sealed[..20]).is_none());
        // Opened and sealed anew by somebody who holds the key too: the signature does not hold.
        assert!(!elsewhere.signed(&chapter, 1, &opened));
        assert!(!a.signed(&chapter, 1, &opened));
        assert!(!b.signed(&ChapterId([7; 32]), 1, &opened));
        assert!(!b.signed(&chapter, 2, &opened));
    }
}
