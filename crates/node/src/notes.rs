//! Small things that a computer notes for itself, kept in the store over a restart: who is known to have what, where
//! members were reached, and when this member's other devices were met. Sealed under a key of this device, so that a thief of the disk learns neither.

use crate::house::House;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::Aead};
use entry::{ChapterId, DeviceId, EpochKey, Timestamp, canon};
use log::StoreError;
use minicbor::{Decode, Encode};
use std::collections::{BTreeMap, BTreeSet};
use sync::{Host, Mark};
use zeroize::Zeroizing;

/// BLAKE3 `derive_key` context of the key that notes are sealed with.
const NOTES: &str = "chapterhouse 1 notes on disk";
/// How often receipts are written down.
const MARKS_EVERY: u64 = 5_000;
/// What a store takes as one small value, less the seal.
const MAX_BYTES: usize = 60 * 1024;
/// How often it is noted that a device of this member's is connected.
const MET_EVERY: u64 = 300_000;
/// Devices of this member's of which it is noted; the one that was met longest ago gives way.
const MAX_MET: usize = 64;
/// Addresses that are kept for one chapter; the oldest give way.
pub(crate) const MAX_ADDRESSES: usize = 32;

/// What is noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Note {
    /// Receipts.
    Receipts,
    /// Addresses.
    Addresses,
    /// When other devices of this member's were met; of no chapter, but of the lane of these devices.
    Met,
}

impl Note {
    const fn context(self) -> &'static str {
        match self {
            Self::Receipts => "chapterhouse 1 receipts on disk",
            Self::Addresses => "chapterhouse 1 addresses on disk",
            Self::Met => "chapterhouse 1 own devices met on disk",
        }
    }

    /// Where the store keeps it.
    pub(crate) fn store_key(self, chapter: &ChapterId) -> Vec<u8> {
        let name: &[u8] = match self {
            Self::Receipts => b"receipts ",
            Self::Addresses => b"addresses ",
            Self::Met => b"met ",
        };
        [name, &chapter.tag()].concat()
    }

    fn cipher(self, key: &EpochKey, chapter: &ChapterId) -> XChaCha20Poly1305 {
        let secret = Zeroizing::new([key.expose().as_slice(), chapter.as_bytes()].concat());
        XChaCha20Poly1305::new((&blake3::derive_key(self.context(), &secret)).into())
    }

    /// Seals. `nonce` is fresh and random.
    pub(crate) fn seal(self, key: &EpochKey, chapter: &ChapterId, nonce: [u8; 24], plain: &[u8]) -> Option<Vec<u8>> {
        let sealed = self.cipher(key, chapter).encrypt(&XNonce::from(nonce), plain).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Note::seal`] made.
    pub(crate) fn open(self, key: &EpochKey, chapter: &ChapterId, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
        self.cipher(key, chapter).decrypt(&XNonce::from(*nonce), sealed).ok()
    }
}

impl House {
    pub(crate) fn marks_due(&mut self, now: Timestamp) -> bool {
        let due = now.0.saturating_sub(self.marks_saved.0) >= MARKS_EVERY;
        if due {
            self.marks_saved = now;
        }
        due
    }

    /// Stages the receipts.
    pub(crate) fn save_marks(&mut self, chapter: &ChapterId, marks: &[(DeviceId, Mark)]) {
        self.save_note(Note::Receipts, chapter, &receipts_to_bytes(marks));
    }

    /// The receipts as they were saved. Lost ones only mean that the counts begin lower and grow again.
    pub(crate) fn load_marks(&self, chapter: &ChapterId) -> Vec<(DeviceId, Mark)> {
        self.note(Note::Receipts, chapter).and_then(|bytes| receipts_from_bytes(&bytes)).unwrap_or_default()
    }

    /// Stages an address at which a member was reached, to be called again after a restart.
    pub(crate) fn remember_address(&mut self, chapter: &ChapterId, address: String) {
        let mut addresses = self.addresses(chapter);
        while addresses.len() >= MAX_ADDRESSES {
            addresses.pop_first();
        }
        if addresses.insert(address) {
            self.save_note(Note::Addresses, chapter, &addresses_to_bytes(&addresses));
        }
    }

    /// The addresses at which members were reached.
    pub(crate) fn addresses(&self, chapter: &ChapterId) -> BTreeSet<String> {
        self.note(Note::Addresses, chapter).and_then(|bytes| addresses_from_bytes(&bytes)).unwrap_or_default()
    }

    /// Notes that these devices are connected: of this member's own, when.
    pub(crate) fn meet(&mut self, devices: impl IntoIterator<Item = DeviceId>) {
        let (me, mine, now) = (self.contents.member.id(), self.device(), self.now);
        let mut news = false;
        for device in devices.into_iter().filter(|device| *device != mine) {
            if !self.rooms.values().any(|room| room.view.member_of_device(&device) == Some(me)) {
                continue;
            }
            let before = self.met.insert(device, now);
            news |= before.is_none_or(|before| now.0.saturating_sub(before.0 / MET_EVERY * MET_EVERY) >= MET_EVERY);
        }
        while self.met.len() > MAX_MET {
            let oldest = self.met.iter().min_by_key(|(_, when)| **when).map(|(device, _)| *device);
            oldest.map(|device| self.met.remove(&device));
        }
        if news {
            let (lane, bytes) = (self.own_lane(), met_to_bytes(&self.met));
            self.save_note(Note::Met, &lane, &bytes);
        }
    }

    /// When they were met, as far as it was noted.
    pub(crate) fn load_met(&self) -> BTreeMap<DeviceId, Timestamp> {
        self.note(Note::Met, &self.own_lane()).and_then(|bytes| met_from_bytes(&bytes)).unwrap_or_default()
    }

    fn save_note(&mut self, note: Note, chapter: &ChapterId, bytes: &[u8]) {
        let nonce = self.random_bytes();
        if self.room(chapter).is_err() && *chapter != self.own_lane() {
            return;
        }
        if let Some(sealed) = note.seal(&self.note_key(), chapter, nonce, bytes) {
            self.notes.insert(note.store_key(chapter), sealed);
        }
    }

    /// Stages what was noted. A note alone is not worth an fsync that members wait for: it goes with the next entries, or
    /// with the receipts. If it is lost meanwhile, it is noted anew.
    pub(crate) fn stage_notes(&mut self) {
        for (key, sealed) in std::mem::take(&mut self.notes) {
            if let Err(error) = self.store.put_meta(&key, Some(&sealed)) {
                tracing::warn!(%error, "a note could not be saved");
            }
        }
    }

    /// A note as it is kept: the one that waits to be written, or what the store has.
    pub(crate) fn sealed_note(&self, note: Note, chapter: &ChapterId) -> Result<Option<Vec<u8>>, StoreError> {
        let key = note.store_key(chapter);
        self.notes.get(&key).cloned().map_or_else(|| self.store.meta(&key), |sealed| Ok(Some(sealed)))
    }

    fn note(&self, note: Note, chapter: &ChapterId) -> Option<Vec<u8>> {
        let sealed = self.sealed_note(note, chapter).ok()??;
        note.open(&self.note_key(), chapter, &sealed)
    }

    /// Of this device alone, and the same whatever epochs come.
    pub(crate) fn note_key(&self) -> EpochKey {
        EpochKey::new(blake3::derive_key(NOTES, self.contents.transport.expose()))
    }
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct Line {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    device: [u8; 32],
    #[n(1)]
    mark: Mark,
}

/// Receipts as bytes that fit a note. With very many devices only some are kept: the others confirm again.
pub(crate) fn receipts_to_bytes(marks: &[(DeviceId, Mark)]) -> Vec<u8> {
    let mut lines: Vec<Line> =
        marks.iter().map(|(device, mark)| Line { device: device.0, mark: mark.clone() }).collect();
    let mut bytes = canon::to_bytes(&lines);
    while bytes.len() > MAX_BYTES {
        lines.truncate(lines.len() / 2);
        bytes = canon::to_bytes(&lines);
    }
    bytes
}

/// Receipts from bytes.
pub(crate) fn receipts_from_bytes(bytes: &[u8]) -> Option<Vec<(DeviceId, Mark)>> {
    let lines: Vec<Line> = canon::from_bytes(bytes, MAX_BYTES).ok()?;
    Some(lines.into_iter().map(|line| (DeviceId(line.device), line.mark)).collect())
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct Met {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    device: [u8; 32],
    #[n(1)]
    when: u64,
}

fn met_to_bytes(met: &BTreeMap<DeviceId, Timestamp>) -> Vec<u8> {
    canon::to_bytes(&met.iter().map(|(device, when)| Met { device: device.0, when: when.0 }).collect::<Vec<_>>())
}

fn met_from_bytes(bytes: &[u8]) -> Option<BTreeMap<DeviceId, Timestamp>> {
    let list: Vec<Met> = canon::from_bytes(bytes, MAX_BYTES).ok()?;
    Some(list.into_iter().take(MAX_MET).map(|met| (DeviceId(met.device), Timestamp(met.when))).collect())
}

/// Addresses as bytes.
pub(crate) fn addresses_to_bytes(addresses: &BTreeSet<String>) -> Vec<u8> {
    canon::to_bytes(&addresses.iter().take(MAX_ADDRESSES).cloned().collect::<Vec<String>>())
}

/// Addresses from bytes.
pub(crate) fn addresses_from_bytes(bytes: &[u8]) -> Option<BTreeSet<String>> {
    let list: Vec<String> = canon::from_bytes(bytes, MAX_BYTES).ok()?;
    Some(list.into_iter().collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_note_comes_back_only_under_its_key_for_its_chapter_and_its_purpose() {
        let (key, chapter) = (EpochKey::new([1; 32]), ChapterId([2; 32]));
        let sealed = Note::Receipts.seal(&key, &chapter, [4; 24], b"note").unwrap();
        assert_eq!(Note::Receipts.open(&key, &chapter, &sealed).unwrap(), b"note");
        assert_eq!(Note::Addresses.open(&key, &chapter, &sealed), None);
        assert_eq!(Note::Receipts.open(&EpochKey::new([5; 32]), &chapter, &sealed), None);
        assert_eq!(Note::Receipts.open(&key, &ChapterId([5; 32]), &sealed), None);
        assert_eq!(Note::Receipts.open(&key, &chapter, &sealed[..20]), None);
    }

    #[test]
    fn receipts_and_addresses_read_back_and_very_many_devices_still_fit() {
        let device = |n: u32| DeviceId(blake3::hash(&n.to_be_bytes()).into());
        let marks: Vec<_> = (0..5000).map(|n| (device(n), Mark::default())).collect();
        let bytes = receipts_to_bytes(&marks);
        assert!(bytes.len() <= MAX_BYTES);
        let back = receipts_from_bytes(&bytes).unwrap();
        assert!(!back.is_empty() && back[..] == marks[..back.len()]);
        let addresses = BTreeSet::from(["/ip4/192.168.1.20/tcp/4001".to_owned()]);
        assert_eq!(addresses_from_bytes(&addresses_to_bytes(&addresses)), Some(addresses));
    }
}
