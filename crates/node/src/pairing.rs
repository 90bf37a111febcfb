//! A further device of the same member. The one that is there shows a code; the new one finds it over the local network,
//! or at the address in the code, on a lane of its own that only who has the code knows of. It is told whose device it
//! will be, agrees to that with its signature, is added in every chapter, and given what it needs.

use crate::{clock, epochs::KeyList, house::House};
use api::{ErrorCode, Refusal};
use chapter::{Kind, kinds::AddDevice};
use entry::{ChapterId, DeviceCert, MemberId, Timestamp, canon};
use keys::{Contents, MemberKey, PairCode, Seed32};
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;
use sync::Welcomed;
use zeroize::Zeroizing;

const WRAP_INFO: &[u8] = b"chapterhouse 1 pairing";
const REQUEST: &str = "chapterhouse 1 pairing request";
const MAX_BYTES: usize = 16 * 1024;
/// How long a code is good for, in milliseconds.
pub(crate) const GOOD_FOR: u64 = 600_000;

/// What a device that shows a code remembers of it.
pub(crate) struct Offer {
    pub(crate) code: PairCode,
    pub(crate) until: Timestamp,
    /// The device that took it. A code is for one.
    pub(crate) taken: Option<entry::DeviceId>,
}

/// What a new device has learnt on its way.
#[derive(Default)]
pub(crate) struct Seeking {
    /// Whose device it will be, as the other one says.
    member: Option<MemberId>,
}

/// The new device asks: with its keys, and proof that it was shown the code.
#[derive(Encode, Decode)]
#[cbor(array)]
struct Ask {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    device: [u8; 32],
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    agreement: [u8; 32],
    /// The device's consent to be this member's, once it has been told whose.
    #[n(2)]
    consent: Option<Consent>,
    /// Keyed with the code's secret, over the connection and all of the above.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    proof: [u8; 32],
}

#[derive(Encode, Decode)]
#[cbor(transparent)]
struct Consent(#[cbor(with = "minicbor::bytes")] [u8; 64]);

/// The answer.
#[derive(Encode, Decode)]
enum Answer {
    /// Whose device it will be, if it agrees.
    #[n(0)]
    Whose {
        #[n(0)]
        #[cbor(with = "minicbor::bytes")]
        member: [u8; 32],
    },
    /// A [`Gift`], wrapped to its agreement key.
    #[n(1)]
    Gift {
        #[n(0)]
        #[cbor(with = "minicbor::bytes")]
        wrapped: Vec<u8>,
    },
}

/// What it is given.
#[derive(Encode, Decode)]
#[cbor(array)]
struct Gift {
    #[n(0)]
    handle: String,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    member: [u8; 32],
    #[n(2)]
    chapters: Vec<GivenChapter>,
    /// The device that gives.
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    device: [u8; 32],
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct GivenChapter {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    chapter: [u8; 32],
    #[n(1)]
    keys: KeyList,
}

impl Drop for Gift {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.member);
    }
}

/// How many of the decoders here read these bytes.
pub(crate) fn readings(bytes: &[u8]) -> usize {
    let read = [
        canon::from_bytes::<Ask>(bytes, MAX_BYTES).is_ok(),
        canon::from_bytes::<Answer>(bytes, MAX_BYTES).is_ok(),
        canon::from_bytes::<Gift>(bytes, MAX_BYTES).is_ok(),
    ];
    read.into_iter().filter(|read| *read).count()
}

/// Until when a code that the vault remembers is good. One that cannot be read is over.
pub(crate) fn good_until(code: &str) -> String {
    clock::text(Timestamp(PairCode::from_text(code).map_or(0, |code| code.expires)))
}

fn proof(code: &PairCode, binding: &[u8; 32], ask: &Ask) -> [u8; 32] {
    let key = blake3::derive_key(REQUEST, &code.secret);
    let consent = ask.consent.as_ref().map_or(&[][..], |consent| &consent.0);
    let said = [binding.as_slice(), &ask.device, &ask.agreement, consent].concat();
    *blake3::keyed_hash(&key, &said).as_bytes()
}

/// What the new device sends.
pub(crate) fn ask(code: &PairCode, seeking: &Seeking, contents: &Contents, binding: &[u8; 32]) -> Vec<u8> {
    let cert = contents.member.certify(&contents.device);
    let agree = |member| Consent(AddDevice::consent(member, contents.device.signing_key(), &cert.agreement));
    let consent = seeking.member.as_ref().map(agree);
    let mut ask = Ask { device: cert.device, agreement: cert.agreement, consent, proof: [0; 32] };
    ask.proof = proof(code, binding, &ask);
    canon::to_bytes(&ask)
}

/// Checks what a new device sent. Once it agrees, adds it everywhere and makes its gift.
pub(crate) fn give(house: &mut House, asked: &[u8], binding: &[u8; 32]) -> Result<Vec<u8>, String> {
    let now = house.now;
    let offer = house.offer.as_ref().filter(|offer| now <= offer.until).ok_or("the code is not good any more")?;
    let ask: Ask = canon::from_bytes(asked, MAX_BYTES).map_err(|_| "the request is not valid".to_owned())?;
    if blake3::Hash::from_bytes(proof(&offer.code, binding, &ask)) != ask.proof {
        return Err("the other computer does not know the code".into());
    }
    if offer.taken.is_some_and(|taken| taken.0 != ask.device) {
        return Err(
            "this code was used already, and is good for one computer: show a new one on the other computer".into()
        );
    }
    let Some(Consent(by_device)) = ask.consent else {
        return Ok(canon::to_bytes(&Answer::Whose { member: house.contents.member.id().0 }));
    };
    let cert = DeviceCert::issue(house.contents.member.signing_key(), ask.device, ask.agreement);
    let add = Kind::AddDevice(Box::new(AddDevice { cert, by_device }));
    let mut chapters = Vec::new();
    for chapter in house.chapters() {
        let Ok(room) = house.room(&chapter) else { continue };
        if !room.member {
            continue;
        }
        if !room.view.is_member_device(&entry::DeviceId(ask.device)) {
            house.publish(&chapter, &add).map_err(|refusal| refusal.message)?;
        }
        chapters.push(GivenChapter { chapter: chapter.0, keys: KeyList::all(house.keys_of(&chapter)) });
    }
    let member = *house.contents.member.entropy().expose();
    let (handle, device) = (house.contents.handle.clone(), house.contents.device.id().0);
    let gift = Zeroizing::new(canon::to_bytes(&Gift { handle, member, chapters, device }));
    let wrapped = keys::wrap(&ask.agreement, WRAP_INFO, binding, &gift, &mut house.rng)
        .map_err(|_| "there are too many chapters and keys to hand over in one go".to_owned())?;
    // Before it is the member's: what is not known of cannot be revoked.
    house.remember_device(entry::DeviceId(ask.device)).map_err(|refusal| refusal.message)?;
    let device = entry::DeviceId(ask.device);
    if let Some(offer) = &mut house.offer
        && offer.taken.replace(device).is_none()
    {
        house.paired_device = Some(device);
    }
    Ok(canon::to_bytes(&Answer::Gift { wrapped }))
}

/// Takes the answer. With the gift this computer is the member's from now on.
pub(crate) fn take(house: &mut House, answer: &[u8], binding: &[u8; 32]) -> Result<Welcomed, Refusal> {
    let bad = || Refusal::new(ErrorCode::Invalid, "the answer to the code is not for this computer");
    let wrapped = match canon::from_bytes(answer, MAX_BYTES).map_err(|_| bad())? {
        Answer::Whose { member } => {
            house.seeking.member = Some(MemberId(member));
            return Ok(Welcomed::Further);
        }
        Answer::Gift { wrapped } => wrapped,
    };
    let bytes = keys::unwrap(&house.contents.device, WRAP_INFO, binding, &wrapped).map_err(|_| bad())?;
    let gift: Gift = canon::from_bytes(&bytes, MAX_BYTES).map_err(|_| bad())?;
    let mut contents = house.contents.clone();
    contents.handle.clone_from(&gift.handle);
    contents.member = MemberKey::from_entropy(Seed32::new(gift.member));
    contents.chapters = BTreeMap::new();
    contents.pairing = None;
    let own = keys::OwnDevice { since: house.now.0, revoked: None };
    contents.own_devices = BTreeMap::from([(entry::DeviceId(gift.device), own)]);
    for given in &gift.chapters {
        contents.chapters.insert(ChapterId(given.chapter), given.keys.to_keys());
    }
    let places: Vec<String> = house.pairing.iter().flat_map(PairCode::places).collect();
    house.become_member(contents)?;
    // After a restart there has to be somebody to call.
    for lane in house.chapters().into_iter().chain([house.own_lane()]) {
        for place in &places {
            house.remember_address(&lane, place.clone());
        }
    }
    Ok(Welcomed::Done)
}
