//! A chapter with 1,000 devices removes a member: the new key reaches every device but theirs.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::io::Saver;
use chapter::kinds::{self, AddDevice, Charter, Choice, Decision, Founder, Invite, Measure, Motion, Post, Voice};
use ed25519_dalek::SigningKey;
use entry::{MemberId, Timestamp, envelope::MAX_ENVELOPE};
use keys::{Contents, Invitation, Joining, MemberKey, Seed32};
use log::{Kept, LogStore, MemStore, OpenError, Ring};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::{collections::BTreeMap, ops::ControlFlow};

const MEMBERS: usize = 40;
const DEVICES: usize = 25;
const BEGIN: Timestamp = Timestamp(1_795_458_600_000);

struct Nowhere;

impl Saver for Nowhere {
    fn save(&mut self, _: &Contents) -> Result<(), Refusal> {
        Ok(())
    }

    fn note_counts(&mut self, _: &BTreeMap<ChapterId, u64>) {}

    fn counts(&self) -> BTreeMap<ChapterId, u64> {
        BTreeMap::new()
    }
}

fn house(contents: Contents, store: MemStore) -> House {
    match House::open(contents, Box::new(Nowhere), Box::new(store), ChaCha20Rng::seed_from_u64(4), BEGIN) {
        Ok(house) => house,
        Err(failed) => panic!("{}", failed.refusal),
    }
}

/// One device of each member has the vault; of the others only their keys are needed.
struct Person {
    contents: Contents,
    devices: Vec<DeviceKey>,
}

impl Person {
    fn new(number: usize) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(1_000 + number as u64);
        let member = MemberKey::from_entropy(Seed32::generate(&mut rng));
        let devices: Vec<DeviceKey> = (0..DEVICES).map(|_| DeviceKey::generate(&mut rng)).collect();
        let contents = Contents::fresh(format!("m{number}"), member, devices[0].clone(), Seed32::generate(&mut rng));
        Self { contents, devices }
    }

    fn id(&self) -> MemberId {
        self.contents.member.id()
    }
}

struct Story {
    house: House,
    chapter: ChapterId,
}

impl Story {
    fn commit(&mut self) {
        self.house.commit().unwrap();
        self.house.take_fresh();
        self.house.take_membership_changes();
        self.house.now = self.house.now.plus(1_000);
    }

    /// This computer's own member writes.
    fn publish(&mut self, kind: &Kind) -> EntryId {
        let id = self.house.publish(&self.chapter, kind).unwrap();
        self.commit();
        id
    }

    /// Somebody else writes, and it arrives here.
    fn arrives(&mut self, device: &DeviceKey, kind: &Kind) -> EntryId {
        let (number, body) = kinds::encode(kind);
        let room = self.house.room(&self.chapter).unwrap();
        let draft = room.log.draft(device.id(), 0, self.house.now, number, body);
        let opened = room.ring.seal(draft.sign(device.signing_key()).unwrap()).unwrap();
        let id = opened.entry().id();
        self.house.receive(&self.chapter, None, vec![opened.bytes().to_vec()]);
        self.commit();
        assert!(self.house.room(&self.chapter).unwrap().log.has_entry(&id));
        id
    }

    fn envelopes(&self) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        let each = &mut |_: u64, bytes: &[u8]| {
            all.push(bytes.to_vec());
            ControlFlow::Continue(())
        };
        self.house.store.scan(&self.chapter.tag(), 0, each).unwrap();
        all
    }
}

/// A chapter of 40 members with 25 devices each: every one of them was admitted, and added.
fn chapter_of_a_thousand(people: &[Person]) -> Story {
    let founder = &people[0].contents;
    let charter = Charter {
        salt: [1; 32],
        name: "London".into(),
        place: String::new(),
        tier: kinds::Tier::Local,
        founders: vec![Founder { handle: founder.handle.clone(), cert: founder.member.certify(&founder.device) }],
        rules: kinds::Rules::default(),
        founded: BEGIN,
    };
    let chapter = charter.chapter_id();
    let mut house = house(founder.clone(), MemStore::new());
    house.found(chapter).unwrap();
    let mut story = Story { house, chapter };
    story.publish(&Kind::Charter(charter));
    let door = SigningKey::from_bytes(&[7; 32]);
    let expires = BEGIN.plus(86_400_000);
    story.publish(&Kind::Invite(Invite { invitation: door.verifying_key().to_bytes(), expires, uses: MEMBERS as u64 }));
    let invitation = Invitation {
        version: 1,
        chapter: chapter.0,
        secret: [7; 32],
        expires: expires.0,
        chapter_name: "London".into(),
        inviter: "m0".into(),
        addresses: Vec::new(),
        peer: String::new(),
    };
    for person in &people[1..] {
        let joining = Joining { invitation: invitation.to_text(), since: story.house.now.0, ..Joining::default() };
        let request = crate::joining::request(&joining, &person.contents).unwrap();
        crate::joining::admit(&mut story.house, &chapter, &request).unwrap();
        story.commit();
    }
    for person in people {
        for device in &person.devices[1..] {
            let cert = person.contents.member.certify(device);
            let by_device = AddDevice::consent(&person.id(), device.signing_key(), &cert.agreement);
            story.arrives(&person.devices[0], &Kind::AddDevice(Box::new(AddDevice { cert, by_device })));
        }
    }
    story
}

#[test]
fn a_removals_new_key_reaches_a_thousand_devices_and_not_those_of_the_removed() {
    let people: Vec<Person> = (0..MEMBERS).map(Person::new).collect();
    let mut story = chapter_of_a_thousand(&people);
    let chapter = story.chapter;
    let old = story.house.keys_of(&chapter).epochs[&0].clone();
    assert_eq!(story.house.room(&chapter).unwrap().view.device_count(), MEMBERS * DEVICES);

    let (removed, rest) = people.split_last().unwrap();
    let closes = story.house.now.plus(10 * 86_400_000);
    let measure = Measure::Remove { member: removed.id() };
    let motion = story.publish(&Kind::Motion(Box::new(Motion { measure, why: "Enough.".into(), closes })));
    let yes = Kind::Voice(Voice { motion, number: 1, choice: Choice::Yes, why: String::new() });
    story.publish(&yes);
    for person in &rest[1..] {
        story.arrives(&person.devices[0], &yes);
    }
    story.publish(&Kind::Decision(Decision { motion }));
    let before = story.envelopes().len();
    let post =
        Kind::Post(Post { kind: kinds::PostKind::News, title: "Among ourselves".into(), body: "At last.".into() });
    let post = story.publish(&post);

    // The key went ahead of what is written under it, in entries that are none too long.
    let room = story.house.room(&chapter).unwrap();
    let epoch = room.view.epochs().into_iter().next().unwrap();
    assert!(epoch.clean && epoch.generation == 1);
    let envelopes = story.envelopes();
    let (parts, sealed) = envelopes[before..].split_at(envelopes.len() - before - 1);
    assert_eq!(parts.len(), (MEMBERS * DEVICES - DEVICES).div_ceil(MAX_WRAPS));
    assert!(parts.len() > 1 && parts.iter().all(|bytes| bytes.len() <= MAX_ENVELOPE), "split");
    for bytes in parts {
        let opened = room.ring.reopen(bytes.clone()).unwrap();
        assert_eq!((opened.entry().content().kind, opened.entry().content().epoch), (kinds::number::EPOCH, 0));
    }

    // With what each of them had before, and what the entries say: everybody who stayed opens it, and nobody else.
    let opens = |device: &DeviceKey| {
        let mut ring = Ring::new(chapter);
        ring.add(0, &old);
        if let Some(key) = key_for(&room.view, &chapter, epoch.number, epoch.generation, device) {
            ring.add(epoch.number, &key);
        }
        match ring.open(sealed[0].clone()) {
            Ok(opened) => opened.kept() == Kept::Whole && opened.entry().id() == post,
            Err(OpenError::NoKey { .. }) => false,
            Err(other) => panic!("{other}"),
        }
    };
    let mut open = 0;
    for person in rest {
        open += person.devices.iter().filter(|device| opens(device)).count();
    }
    assert_eq!(open, 975);
    assert!(!removed.devices.iter().any(opens), "a removed device opens it");

    // Whole computers, from their vaults and entries of before, and what arrives: of the first and the last who stayed, and
    // of the one who was removed.
    for (person, reads) in [(&rest[1], true), (rest.last().unwrap(), true), (removed, false)] {
        let mut store = MemStore::new();
        store.append(&chapter.tag(), &envelopes[..before].iter().map(Vec::as_slice).collect::<Vec<_>>()).unwrap();
        store.commit().unwrap();
        let keys = ChapterKeys { epochs: [(0, old.clone())].into(), ..ChapterKeys::default() };
        let device = person.devices.last().unwrap().clone();
        let contents = Contents { device, chapters: [(chapter, keys)].into(), ..person.contents.clone() };
        let mut house = house(contents, store);
        house.now = story.house.now;
        // All in one page, as sync brings it.
        house.receive(&chapter, None, envelopes[before..].to_vec());
        house.commit().unwrap();
        let read = house.read(&chapter, &post);
        assert_eq!(matches!(&read, Ok((_, Kind::Post(post), _)) if post.body == "At last."), reads);
        let clean = house.room(&chapter).unwrap().clean;
        assert_eq!(clean == Some(epoch.number), reads, "and writes on under it, or not");
    }
}
