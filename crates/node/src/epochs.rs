//! Keys of a chapter's epochs: which one to write under, taking those that were wrapped to this device, beginning new
//! ones. `docs/MEMBERSHIP.md`, section 7.

use crate::house::{House, internal};
use api::{ErrorCode, Refusal};
use chapter::{
    Kind,
    kinds::{
        Epoch, History, Wrap,
        epoch::{MAX_WRAPS, commitment, number},
    },
    view::Device,
};
use entry::{ChapterId, EntryId, EpochKey, HeadKey};
use keys::ChapterKeys;
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

const WRAP_INFO: &[u8] = b"chapterhouse 1 epoch";
/// Keys that are handed to a newcomer, the newest first: what fits one message.
const MAX_KEYS: usize = 250;

/// Keys as they are handed over. Never stored like this.
#[derive(Encode, Decode)]
#[cbor(array)]
pub(crate) struct KeyList {
    #[n(0)]
    full: Vec<NamedKey>,
    #[n(1)]
    heads: Vec<NamedKey>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct NamedKey {
    #[n(0)]
    epoch: u64,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    key: [u8; 32],
}

impl Drop for NamedKey {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.key);
    }
}

impl KeyList {
    /// Those of a device that sees all that this one does.
    pub(crate) fn all(keys: &ChapterKeys) -> Self {
        let mut left = MAX_KEYS;
        let mut take = |named: &mut dyn Iterator<Item = NamedKey>| {
            let taken: Vec<NamedKey> = named.take(left).collect();
            left -= taken.len();
            taken
        };
        let full =
            take(&mut keys.epochs.iter().rev().map(|(epoch, key)| NamedKey { epoch: *epoch, key: *key.expose() }));
        let heads =
            take(&mut keys.heads.iter().rev().map(|(epoch, key)| NamedKey { epoch: *epoch, key: *key.expose() }));
        Self { full, heads }
    }

    /// Those of a newcomer: with `history` everything, else the texts of one epoch and what shows who is a member.
    pub(crate) fn for_newcomer(keys: &ChapterKeys, history: History, epoch: u64) -> Self {
        let mut list = Self::all(keys);
        if history == History::FromJoining {
            let (now, before): (Vec<_>, Vec<_>) = list.full.into_iter().partition(|named| named.epoch == epoch);
            let heads = before
                .iter()
                .map(|named| NamedKey { epoch: named.epoch, key: *EpochKey::new(named.key).heads().expose() });
            list.heads.extend(heads);
            list.full = now;
        }
        list
    }

    pub(crate) fn to_keys(&self) -> ChapterKeys {
        ChapterKeys {
            epochs: self.full.iter().map(|named| (named.epoch, EpochKey::new(named.key))).collect(),
            heads: self.heads.iter().map(|named| (named.epoch, HeadKey::new(named.key))).collect(),
        }
    }
}

fn context(chapter: &ChapterId, number: u64) -> Vec<u8> {
    [chapter.as_bytes().as_slice(), &number.to_be_bytes()].concat()
}

impl House {
    /// Takes the keys that entries wrapped to this device, and looks which epoch to write under now.
    pub(crate) fn take_keys(&mut self, chapter: &ChapterId) {
        let device = self.contents.device.id();
        let Ok(room) = self.room(chapter) else { return };
        let held = &self.keys_of(chapter).epochs;
        let mut found: Vec<(u64, EpochKey)> = Vec::new();
        for epoch in room.view.epochs().iter().filter(|epoch| !held.contains_key(&epoch.number)) {
            let key = room.view.wraps(epoch.number, &device).into_iter().find_map(|sealed| {
                let aad = context(chapter, epoch.number);
                let secret = keys::unwrap(&self.contents.device, WRAP_INFO, &aad, &sealed).ok()?;
                let key = Zeroizing::new(<[u8; 32]>::try_from(secret.as_slice()).ok()?);
                // A key that is not the one which the epoch is named after would split the chapter.
                (number(epoch.generation, &commitment(&key)) == epoch.number).then(|| EpochKey::new(*key))
            });
            found.extend(key.map(|key| (epoch.number, key)));
        }
        if !found.is_empty()
            && let Err(refusal) = self.save_keys(chapter, found)
        {
            tracing::warn!(%refusal, "keys could not be saved in the vault");
        }
        self.choose_epoch(chapter);
    }

    /// The clean epoch of the highest generation that this device has the key of.
    fn choose_epoch(&mut self, chapter: &ChapterId) {
        let Ok(room) = self.room(chapter) else { return };
        let held = &self.keys_of(chapter).epochs;
        let epochs = room.view.epochs();
        let clean = epochs.iter().find(|epoch| epoch.clean && held.contains_key(&epoch.number));
        let clean = clean.map(|epoch| epoch.number);
        let any =
            clean.or_else(|| epochs.iter().find(|epoch| held.contains_key(&epoch.number)).map(|epoch| epoch.number));
        let Some((number, key)) = any.and_then(|number| Some((number, held.get(&number)?.clone()))) else { return };
        self.set_epoch(chapter, clean, number, key);
    }

    /// The epoch to write under. If somebody's time ended and no key has been made since, one is made first.
    pub(crate) fn ready_epoch(&mut self, chapter: &ChapterId) -> Result<u64, Refusal> {
        if let Some(epoch) = self.room(chapter)?.clean {
            return Ok(epoch);
        }
        self.begin_epoch(chapter)?;
        self.room(chapter)?.clean.ok_or_else(|| {
            Refusal::new(ErrorCode::Internal, "a new key was made, and it is not the one to write under")
        })
    }

    /// Begins a new epoch, with the key wrapped to every device of a member.
    pub(crate) fn begin_epoch(&mut self, chapter: &ChapterId) -> Result<EntryId, Refusal> {
        let device = self.contents.device.id();
        let room = self.room(chapter)?;
        if !room.view.is_member_device(&device) {
            return Err(Refusal::new(ErrorCode::NotAllowed, "this device is not a member's device in this chapter"));
        }
        let (generation, devices) = (room.view.next_generation(), room.view.devices());
        let key = EpochKey::new(self.random_bytes());
        let number = number(generation, &commitment(key.expose()));
        // The vault first: what is written under a key that is lost could never be read.
        self.save_keys(chapter, vec![(number, key.clone())])?;
        self.hand_out(chapter, generation, &key, &devices)
    }

    /// Wraps an epoch's key to devices that were left out of it.
    pub(crate) fn mend_epoch(&mut self, chapter: &ChapterId, number: u64) -> Result<(), Refusal> {
        let room = self.room(chapter)?;
        let left_out = room.view.left_out(number);
        let generation = room.view.epochs().iter().find(|epoch| epoch.number == number).map(|epoch| epoch.generation);
        let Some((key, generation)) = self.keys_of(chapter).epochs.get(&number).cloned().zip(generation) else {
            return Ok(());
        };
        if generation > 0 && !left_out.is_empty() {
            self.hand_out(chapter, generation, &key, &left_out)?;
        }
        Ok(())
    }

    fn hand_out(
        &mut self,
        chapter: &ChapterId,
        generation: u64,
        key: &EpochKey,
        devices: &[Device],
    ) -> Result<EntryId, Refusal> {
        let commitment = commitment(key.expose());
        let aad = context(chapter, number(generation, &commitment));
        let mut wraps = Vec::with_capacity(devices.len());
        for device in devices {
            // A device whose public key is none is left out; that is its member's own affair.
            let Ok(sealed) = keys::wrap(&device.agreement, WRAP_INFO, &aad, key.expose(), &mut self.rng) else {
                continue;
            };
            let sealed =
                sealed.try_into().map_err(|_| Refusal::new(ErrorCode::Internal, "a wrapped key of another length"))?;
            wraps.push(Wrap { device: device.id, sealed });
        }
        wraps.sort_unstable_by_key(|wrap| wrap.device);
        // Under an older key, which those have that do not have this one yet.
        let epochs = self.room(chapter)?.view.epochs();
        let held = &self.keys_of(chapter).epochs;
        let under = epochs.iter().find(|epoch| epoch.generation < generation && held.contains_key(&epoch.number));
        let under = under.map_or(0, |epoch| epoch.number);
        let mut last = None;
        for part in wraps.chunks(MAX_WRAPS) {
            let epoch = Kind::Epoch(Epoch { generation, commitment, wraps: part.to_vec() });
            last = Some(self.publish_under(chapter, &epoch, under)?);
        }
        last.ok_or_else(|| internal(&keys::VaultError::Altered("there is no device to make a key for")))
    }
}
