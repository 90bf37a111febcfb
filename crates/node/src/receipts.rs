//! Who is known to have what, kept over a restart: sealed under the chapter's key, as a small value of the store.

use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};
use entry::{ChapterId, DeviceId, EpochKey, canon};
use minicbor::{Decode, Encode};
use sync::Mark;
use zeroize::Zeroizing;

const KEY: &str = "chapterhouse 1 receipts on disk";
/// What a store takes as one small value, less the seal.
const MAX_BYTES: usize = 60 * 1024;

#[derive(Encode, Decode)]
#[cbor(array)]
struct Line {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    device: [u8; 32],
    #[n(1)]
    mark: Mark,
}

/// Where the store keeps them.
pub(crate) fn store_key(chapter: &ChapterId) -> Vec<u8> {
    [b"receipts ".as_slice(), &chapter.tag()].concat()
}

/// Seals. `nonce` is fresh and random.
pub(crate) fn seal(
    key: &EpochKey,
    chapter: &ChapterId,
    nonce: [u8; 24],
    marks: &[(DeviceId, Mark)],
) -> Option<Vec<u8>> {
    let mut lines: Vec<Line> =
        marks.iter().map(|(device, mark)| Line { device: device.0, mark: mark.clone() }).collect();
    let mut plain = canon::to_bytes(&lines);
    while plain.len() > MAX_BYTES {
        lines.truncate(lines.len() / 2);
        plain = canon::to_bytes(&lines);
    }
    let sealed = cipher(key, chapter).encrypt(&XNonce::from(nonce), plain.as_slice()).ok()?;
    Some([nonce.as_slice(), &sealed].concat())
}

/// Opens what [`seal`] made.
pub(crate) fn open(key: &EpochKey, chapter: &ChapterId, sealed: &[u8]) -> Option<Vec<(DeviceId, Mark)>> {
    let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
    let plain = cipher(key, chapter).decrypt(&XNonce::from(*nonce), sealed).ok()?;
    let lines: Vec<Line> = canon::from_bytes(&plain, MAX_BYTES).ok()?;
    Some(lines.into_iter().map(|line| (DeviceId(line.device), line.mark)).collect())
}

fn cipher(key: &EpochKey, chapter: &ChapterId) -> XChaCha20Poly1305 {
    let secret = Zeroizing::new([key.expose().as_slice(), chapter.as_bytes()].concat());
    XChaCha20Poly1305::new((&blake3::derive_key(KEY, &secret)).into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn receipts_come_back_and_only_under_their_key() {
        let (key, chapter) = (EpochKey::new([1; 32]), ChapterId([2; 32]));
        let marks = vec![(DeviceId([3; 32]), Mark::default())];
        let sealed = seal(&key, &chapter, [4; 24], &marks).unwrap();
        assert_eq!(open(&key, &chapter, &sealed).unwrap(), marks);
        assert_eq!(open(&EpochKey::new([5; 32]), &chapter, &sealed), None);
        assert_eq!(open(&key, &ChapterId([5; 32]), &sealed), None);
        assert_eq!(open(&key, &chapter, &sealed[..20]), None);
    }

    #[test]
    fn very_many_devices_still_fit() {
        let device = |n: u32| DeviceId(blake3::hash(&n.to_be_bytes()).into());
        let marks: Vec<_> = (0..5000).map(|n| (device(n), Mark::default())).collect();
        let sealed = seal(&EpochKey::new([1; 32]), &ChapterId([2; 32]), [4; 24], &marks).unwrap();
        assert!(sealed.len() < 64 * 1024);
    }
}
