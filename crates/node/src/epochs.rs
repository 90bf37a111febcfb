//! Keys of a chapter's epochs: which one to write under, taking those that were wrapped to this device, beginning new
//! ones. `docs/MEMBERSHIP.md`, section 7.

use crate::house::{House, internal};
use api::{ErrorCode, Refusal};
use chapter::{
    Kind,
    kinds::{
        Epoch, History, Wrap,
        epoch::{MAX_WRAPS, commitment, generation, number},
    },
    view::{Device, View},
};
use entry::{ChapterId, DeviceId, EntryId, EpochKey, HeadKey, canon};
use keys::{ChapterKeys, DeviceKey};
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

#[cfg(test)]
mod tests;

const WRAP_INFO: &[u8] = b"chapterhouse 1 epoch";
const GIVEN_INFO: &[u8] = b"chapterhouse 1 epoch given";
/// The most keys of one chapter that are taken from others.
const MOST_KEYS: usize = 10_000;
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

/// The key of an epoch, where an entry wrapped it to this device.
fn key_for(view: &View, chapter: &ChapterId, epoch: u64, generation: u64, device: &DeviceKey) -> Option<EpochKey> {
    view.wraps(epoch, &device.id()).into_iter().find_map(|sealed| {
        let aad = context(chapter, epoch);
        let secret = keys::unwrap(device, WRAP_INFO, &aad, &sealed).ok()?;
        let key = Zeroizing::new(<[u8; 32]>::try_from(secret.as_slice()).ok()?);
        // A key that is not the one which the epoch is named after would split the chapter.
        (number(generation, &commitment(&key)) == epoch).then(|| EpochKey::new(*key))
    })
}

impl House {
    /// Takes the keys that entries wrapped to this device, and looks which epoch to write under now.
    pub(crate) fn take_keys(&mut self, chapter: &ChapterId) {
        let Ok(room) = self.room(chapter) else { return };
        let held = &self.keys_of(chapter).epochs;
        let mut found: Vec<(u64, EpochKey)> = Vec::new();
        // To read also what members wrote under the key of somebody of whose removal they had not heard.
        for (epoch, generation) in room.view.every_epoch().into_iter().filter(|(epoch, _)| !held.contains_key(epoch)) {
            let key = key_for(&room.view, chapter, epoch, generation, &self.contents.device);
            found.extend(key.map(|key| (epoch, key)));
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
            return Err(Refusal::new(ErrorCode::NotAllowed, self.not_in_yet(chapter)));
        }
        let (generation, devices) = (room.view.next_generation(), room.view.devices());
        let key = EpochKey::new(self.random_bytes());
        let number = number(generation, &commitment(key.expose()));
        // The vault first: what is written under a key that is lost could never be read.
        self.save_keys(chapter, vec![(number, key.clone())])?;
        self.hand_out(chapter, generation, &key, &devices)
    }

    /// The keys that a member's device was left out of, wrapped to it. Not as an entry: what is written under such a key
    /// comes before it, and could not be read by whom it is for.
    /// With `lacks`, also those that were wrapped to it: so that it could be opened or not, that shows to nobody else.
    pub(crate) fn keys_left_out_of(&mut self, chapter: &ChapterId, device: &DeviceId, lacks: bool) -> Option<Vec<u8>> {
        let room = self.rooms.get(chapter)?;
        let held = &self.keys_of(chapter).epochs;
        let numbers = room.view.every_epoch().into_keys();
        let mut keys = ChapterKeys::default();
        let mut agreement = None;
        for number in numbers {
            let should = if lacks { room.view.should_have(number) } else { room.view.left_out(number) };
            let left_out = should.into_iter().find(|left| left.id == *device);
            if let Some((left, key)) = left_out.zip(held.get(&number)) {
                agreement = Some(left.agreement);
                keys.epochs.insert(number, key.clone());
            }
        }
        let list = Zeroizing::new(canon::to_bytes(&KeyList::all(&keys)));
        keys::wrap(&agreement?, GIVEN_INFO, chapter.as_bytes(), &list, &mut self.rng).ok()
    }

    /// If there is an epoch to write under that this device should have the key of and has not, the newest one that it has.
    pub(crate) fn newest_without(&self, chapter: &ChapterId) -> Option<u64> {
        let (view, device) = (&self.rooms.get(chapter)?.view, self.contents.device.id());
        let held = &self.keys_of(chapter).epochs;
        // The charter's is handed to those who may read all, on the way in.
        let lacking = view.epochs().into_iter().map(|epoch| epoch.number).filter(|epoch| *epoch != 0);
        let lacking = lacking.filter(|number| !held.contains_key(number));
        let mut should = lacking.flat_map(|number| view.should_have(number));
        should.any(|should| should.id == device).then(|| held.keys().next_back().copied())?
    }

    /// Takes keys that a member gave to this device. Whether any of them is new.
    pub(crate) fn take_given_keys(&mut self, chapter: &ChapterId, body: &[u8]) -> bool {
        let Ok(list) = keys::unwrap(&self.contents.device, GIVEN_INFO, chapter.as_bytes(), body) else { return false };
        let Ok(list) = canon::from_bytes::<KeyList>(&list, keys::wrap::MAX_SECRET) else { return false };
        self.take_newer_keys(chapter, &list)
    }

    /// Of these keys, takes those that fit their epochs' numbers and are not here. Whether there are any.
    pub(crate) fn take_newer_keys(&mut self, chapter: &ChapterId, list: &KeyList) -> bool {
        let held = &self.keys_of(chapter).epochs;
        let new = |(epoch, key): &(u64, EpochKey)| {
            number(generation(*epoch), &commitment(key.expose())) == *epoch && !held.contains_key(epoch)
        };
        let keys: Vec<(u64, EpochKey)> = list.to_keys().epochs.into_iter().filter(new).collect();
        if keys.is_empty() || held.len() + keys.len() > MOST_KEYS {
            return false;
        }
        if let Err(refusal) = self.save_keys(chapter, keys) {
            tracing::warn!(%refusal, "keys could not be saved in the vault");
            return false;
        }
        self.choose_epoch(chapter);
        self.membership_changes.insert(*chapter);
        true
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
