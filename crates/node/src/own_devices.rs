//! One member's devices among themselves: each is handed the chapters, and the keys, that another one has and it has not.
//! They meet on a lane of their own, whose name follows from the member's key, so that nobody else finds it. Each asks the
//! others again and again; what is handed over is for devices that this one knows to be the member's, and were not revoked.
//!
//! A certificate is not enough for that: who got hold of the member's key can make as many as they like.

use crate::{
    epochs::KeyList,
    house::{House, invalid},
};
use api::Refusal;
use chapter::{
    Kind,
    kinds::{AddDevice, text::tidy_line},
    view::Ending,
};
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use entry::{ChapterId, DeviceId, canon};
use keys::{MemberKey, OwnDevice};
use minicbor::{Decode, Encode};
use std::collections::BTreeSet;
use sync::Welcomed;
use zeroize::Zeroizing;

/// Contexts and domains. They are part of the protocol: never change one, add a new one.
const LANE: &str = "chapterhouse 1 own devices lane";
const ASK: &[u8] = b"chapterhouse 1 own devices ask\0";
const GIVE: &[u8] = b"chapterhouse 1 own devices give\0";
const HELD: &[u8] = b"chapterhouse 1 own devices held\0";
const WRAP_INFO: &[u8] = b"chapterhouse 1 own devices";
const MAX_BYTES: usize = 16 * 1024;
/// Keys that are named as held: of each chapter the newest,
const HELD_OF_CHAPTER: usize = 8;
/// and so many in all, which fit one message.
const MAX_HELD: usize = 800;

/// What a device asks: whose it is, and what it has.
#[derive(Encode, Decode)]
#[cbor(array)]
struct Ask {
    /// As it is put on record in the chapters that it is new in.
    #[n(0)]
    add: AddDevice,
    /// The keys that it holds, as tags that only who holds the same chapter can make.
    #[n(1)]
    held: Vec<Tag>,
    /// By the device, over the connection and all of the above.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    signature: [u8; 64],
}

#[derive(Encode, Decode, PartialEq, Eq, PartialOrd, Ord)]
#[cbor(transparent)]
struct Tag(#[cbor(with = "minicbor::bytes")] [u8; 16]);

/// The answer: nothing, or [`Given`] chapters, wrapped to the device that asked.
#[derive(Encode, Decode)]
#[cbor(array)]
struct Answer {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    device: [u8; 32],
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    wrapped: Vec<u8>,
    /// By the device that answers, over the connection, the device that asked, and what is wrapped: wrapping alone says
    /// nothing about who did it.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    signature: [u8; 64],
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct Given {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    chapter: [u8; 32],
    /// For the person, until the charter is here.
    #[n(1)]
    name: String,
    #[n(2)]
    keys: KeyList,
}

/// How many of the decoders here read these bytes.
pub(crate) fn readings(bytes: &[u8]) -> usize {
    let read = [
        canon::from_bytes::<Ask>(bytes, MAX_BYTES).is_ok(),
        canon::from_bytes::<Answer>(bytes, MAX_BYTES).is_ok(),
        canon::from_bytes::<Vec<Given>>(bytes, MAX_BYTES).is_ok(),
    ];
    read.into_iter().filter(|read| *read).count()
}

/// The lane on which the devices of one member meet. It looks like that of a chapter.
pub(crate) fn lane(member: &MemberKey) -> ChapterId {
    ChapterId(blake3::derive_key(LANE, member.entropy().expose()))
}

fn held(chapter: &ChapterId, epoch: u64, binding: &[u8; 32]) -> Tag {
    let mut hasher = blake3::Hasher::new_keyed(&chapter.0);
    hasher.update(HELD).update(binding).update(&epoch.to_le_bytes());
    let mut tag = [0; 16];
    tag.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    Tag(tag)
}

fn ask_message(binding: &[u8; 32], add: &AddDevice, held: &[Tag]) -> Vec<u8> {
    let tags = held.iter().flat_map(|tag| tag.0);
    let said = ASK.iter().chain(binding).copied().chain(add.cert.to_bytes()).chain(add.by_device).chain(tags);
    said.collect()
}

fn give_message(binding: &[u8; 32], asker: &DeviceId, wrapped: &[u8]) -> Vec<u8> {
    [GIVE, binding, asker.as_bytes(), wrapped].concat()
}

fn signed(device: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let key = VerifyingKey::from_bytes(device);
    key.and_then(|key| key.verify_strict(message, &Signature::from_bytes(signature))).is_ok()
}

/// What this device asks of another one that meets it on the lane.
pub(crate) fn ask(house: &House, binding: &[u8; 32]) -> Vec<u8> {
    let (member, device) = (&house.contents.member, &house.contents.device);
    let cert = member.certify(device);
    let by_device = AddDevice::consent(&member.id(), device.signing_key(), &cert.agreement);
    let add = AddDevice { cert, by_device };
    let chapters = house.chapters();
    let each = (MAX_HELD / chapters.len().max(1)).min(HELD_OF_CHAPTER);
    let newest = |chapter: &ChapterId| {
        let epochs = house.keys_of(chapter).epochs.keys().rev().take(each);
        epochs.map(|epoch| held(chapter, *epoch, binding)).collect::<Vec<_>>()
    };
    let mut held: Vec<Tag> = chapters.iter().flat_map(newest).collect();
    // In no order that says how many are of the same chapter.
    held.sort_unstable();
    let signature = device.signing_key().sign(&ask_message(binding, &add, &held)).to_bytes();
    canon::to_bytes(&Ask { add, held, signature })
}

/// Answers another device of this member, and adds it where it is new. Nothing is said to any other one.
pub(crate) fn give(house: &mut House, asked: &[u8], binding: &[u8; 32]) -> Option<Vec<u8>> {
    let Ask { add, held: theirs, signature } = canon::from_bytes(asked, MAX_BYTES).ok()?;
    let asker = add.cert.device_id();
    let is_ours = add.cert.member_id() == house.contents.member.id()
        && add.verify().is_ok()
        && signed(&asker.0, &ask_message(binding, &add, &theirs), &signature);
    if !is_ours || !house.own_devices().contains(&asker) {
        return None;
    }
    let agreement = add.cert.agreement;
    let add = Kind::AddDevice(Box::new(add));
    let mut list: Vec<Given> = Vec::new();
    for chapter in house.chapters() {
        let Ok(room) = house.room(&chapter) else { continue };
        if !room.member {
            continue;
        }
        if !room.view.is_member_device(&asker)
            && let Err(refusal) = house.publish(&chapter, &add)
        {
            tracing::warn!(%refusal, "another device of this member could not be added to a chapter");
            continue;
        }
        let Ok(room) = house.room(&chapter) else { continue };
        if theirs.contains(&held(&chapter, room.epoch, binding)) {
            continue;
        }
        list.push(Given {
            chapter: chapter.0,
            name: house.name(&chapter),
            keys: KeyList::all(house.keys_of(&chapter)),
        });
        if canon::to_bytes(&list).len() > keys::wrap::MAX_SECRET {
            // The rest when it asks again.
            list.pop();
            break;
        }
    }
    let mut wrapped = Vec::new();
    if !list.is_empty() {
        let list = Zeroizing::new(canon::to_bytes(&list));
        wrapped = keys::wrap(&agreement, WRAP_INFO, binding, &list, &mut house.rng).ok()?;
    }
    let key = house.contents.device.signing_key();
    let signature = key.sign(&give_message(binding, &asker, &wrapped)).to_bytes();
    Some(canon::to_bytes(&Answer { device: house.contents.device.id().0, wrapped, signature }))
}

/// Takes what another device of this member has for this one.
pub(crate) fn take(house: &mut House, answer: &[u8], binding: &[u8; 32]) -> Result<Welcomed, Refusal> {
    let bad = || invalid("the answer is not one of a device of yours");
    let Answer { device, wrapped, signature } = canon::from_bytes(answer, MAX_BYTES).map_err(|_| bad())?;
    let ours = house.own_devices().contains(&DeviceId(device));
    if !ours || !signed(&device, &give_message(binding, &house.contents.device.id(), &wrapped), &signature) {
        return Err(bad());
    }
    if wrapped.is_empty() {
        return Ok(Welcomed::Nothing);
    }
    let bytes = keys::unwrap(&house.contents.device, WRAP_INFO, binding, &wrapped).map_err(|_| bad())?;
    let list: Vec<Given> = canon::from_bytes(&bytes, keys::wrap::MAX_SECRET).map_err(|_| bad())?;
    let mut new = false;
    for given in list {
        let chapter = ChapterId(given.chapter);
        new |= if house.room(&chapter).is_ok() {
            house.take_newer_keys(&chapter, &given.keys)
        } else {
            house.move_in(chapter, &given.keys, tidy_line(&given.name))?;
            true
        };
    }
    // There may be more than fitted one message.
    Ok(if new { Welcomed::Further } else { Welcomed::Nothing })
}

impl House {
    /// The lane on which this member's devices meet.
    pub(crate) fn own_lane(&self) -> ChapterId {
        lane(&self.contents.member)
    }

    /// The other devices of this member that chapters are handed over to: those that this one was paired with, or that
    /// are linked to it by one adding the other on record; and not those that were revoked here or in any chapter. Who
    /// came in by somebody's invitation under this member's name is not among them.
    pub(crate) fn own_devices(&self) -> BTreeSet<DeviceId> {
        let me = self.contents.member.id();
        let mut links: Vec<(DeviceId, DeviceId)> = Vec::new();
        let mut revoked: BTreeSet<DeviceId> = BTreeSet::new();
        for (_, room) in self.rooms() {
            links.extend(room.view.added_devices(&me));
            let gone = room.view.former_devices(&me).into_iter();
            revoked.extend(
                gone.filter(|device| device.ended.is_some_and(|ended| ended.how == Ending::Revoked))
                    .map(|device| device.id),
            );
        }
        for (device, own) in &self.contents.own_devices {
            links.push((self.contents.device.id(), *device));
            revoked.extend(own.revoked.map(|_| *device));
        }
        let mut known = BTreeSet::from([self.contents.device.id()]);
        let mut ways = vec![self.contents.device.id()];
        while let Some(from) = ways.pop() {
            for (a, b) in &links {
                let to = if *a == from { *b } else { *a };
                if (*a == from || *b == from) && known.insert(to) {
                    ways.push(to);
                }
            }
        }
        known.remove(&self.contents.device.id());
        known.retain(|device| !revoked.contains(device));
        known
    }

    /// Remembers a device that this one was paired with.
    pub(crate) fn remember_device(&mut self, device: DeviceId) -> Result<(), Refusal> {
        let mut contents = self.contents.clone();
        contents.own_devices.entry(device).or_insert(OwnDevice { since: self.now.0, revoked: None });
        self.save(contents)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use keys::Seed32;

    /// Fixed for ever: a device that computes another one never meets the others.
    #[test]
    fn the_lane_and_the_tags_never_change() {
        let member = MemberKey::from_entropy(Seed32::new([1; 32]));
        let chapter = lane(&member);
        assert_eq!(chapter.0, blake3::derive_key("chapterhouse 1 own devices lane", &[1; 32]));
        let said = [b"chapterhouse 1 own devices held\0".as_slice(), &[2; 32], &3_u64.to_le_bytes()].concat();
        assert_eq!(held(&chapter, 3, &[2; 32]).0, blake3::keyed_hash(&chapter.0, &said).as_bytes()[..16]);
    }

    #[test]
    fn as_many_tags_as_there_can_be_fit_one_request() {
        let member = MemberKey::from_entropy(Seed32::new([1; 32]));
        let device = keys::DeviceKey::from_seeds(Seed32::new([2; 32]), Seed32::new([3; 32]));
        let add = AddDevice { cert: member.certify(&device), by_device: [4; 64] };
        let held = (0..MAX_HELD as u64).map(|n| held(&ChapterId([5; 32]), n, &[6; 32])).collect();
        assert!(canon::to_bytes(&Ask { add, held, signature: [7; 64] }).len() < MAX_BYTES);
    }
}
