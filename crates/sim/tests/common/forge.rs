//! What the computer of a member who lies writes: signed and sealed as it should be, and saying what it should not.
#![allow(clippy::unwrap_used, clippy::panic, dead_code, missing_docs)]

use api::{Command, Reply};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, aead::AeadInOut};
use chapter::{
    Kind, Void,
    kinds::{self, AddDevice, Admit, Epoch, Invite, Join, Rules, Wrap, epoch},
    testing::graph::Graph,
    view::{Device, View},
};
use chapterhouse_sim::{World, world::HostId};
use entry::{
    ChapterId, DeviceCert, DeviceId, Draft, Entry, EntryId, EpochKey, Timestamp, Unverified, Verified, ids::context,
    is_membership,
};
use keys::{DeviceKey, MemberKey, Seed32};
use log::Ring;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::collections::BTreeSet;

/// The id of a chapter of this name.
pub(crate) fn chapter_id(world: &mut World, host: HostId, name: &str) -> ChapterId {
    let Ok(Reply::Chapters(list)) = world.ask(host, Command::ListChapters) else { panic!("no chapters") };
    let found = list.iter().find(|chapter| chapter.name == name).unwrap();
    ChapterId::from_hex(&found.chapter).unwrap()
}

/// Keys that belong to nobody here.
pub(crate) fn member_key(number: u8) -> MemberKey {
    MemberKey::from_entropy(Seed32::new([number; 32]))
}

pub(crate) fn device_key(number: u8) -> DeviceKey {
    DeviceKey::from_seeds(Seed32::new([number; 32]), Seed32::new([number ^ 0x80; 32]))
}

/// Where in the chapter an entry stands.
#[derive(Clone, Default)]
pub(crate) struct Place {
    /// What its author has seen; everything, if nothing is said.
    pub(crate) seen: Option<Vec<EntryId>>,
    /// The device's entry that it comes behind; the last one, if nothing is said.
    pub(crate) behind: Option<Option<(u64, EntryId)>>,
    /// When, by its author's clock; now, if nothing is said.
    pub(crate) time: Option<Timestamp>,
}

/// A chapter as it is on the disk of one computer, and what is written to it there behind its node's back.
pub(crate) struct Forge {
    pub(crate) chapter: ChapterId,
    pub(crate) entries: Vec<Entry<Verified>>,
    ring: Ring,
    /// The newest key here: what is written is sealed under it.
    pub(crate) epoch: u64,
    now: Timestamp,
    fresh: Vec<Vec<u8>>,
}

impl Forge {
    /// Pulls the plug of a computer, and reads its disk with the keys of its vault.
    pub(crate) fn at(world: &mut World, host: HostId, name: &str) -> Self {
        let chapter = chapter_id(world, host, name);
        let mut ring = Ring::new(chapter);
        let keys = world.vault(host).chapters.remove(&chapter).unwrap();
        keys.epochs.iter().for_each(|(epoch, key)| assert!(ring.add(*epoch, key)));
        let mut entries = Vec::new();
        world.tamper(host, &mut |bytes| {
            entries.extend(ring.open(bytes.to_vec()).map(log::Opened::into_entry));
            None
        });
        let epoch = ring.newest().unwrap();
        Self { chapter, entries, ring, epoch, now: world.now(), fresh: Vec::new() }
    }

    /// The same, read only: the computer goes on.
    pub(crate) fn read(world: &mut World, host: HostId, name: &str) -> Self {
        let read = Self::at(world, host, name);
        world.switch_on(host);
        read
    }

    pub(crate) fn graph(&self) -> Graph {
        let mut graph = Graph::default();
        self.entries.iter().for_each(|entry| graph.add(entry));
        graph
    }

    /// What all this comes to.
    pub(crate) fn view(&self) -> View {
        let (graph, mut view) = (self.graph(), View::new(self.chapter));
        for entry in &self.entries {
            view.apply(entry, &graph);
        }
        view
    }

    /// Why an entry does not count; none if it does.
    pub(crate) fn void(&self, entry: &EntryId) -> Option<Void> {
        assert!(self.entry(entry).is_some(), "{entry} is not here");
        self.view().counted(entry).err()
    }

    pub(crate) fn entry(&self, id: &EntryId) -> Option<&Entry<Verified>> {
        self.entries.iter().find(|entry| entry.id() == *id)
    }

    pub(crate) fn tip(&self, device: &DeviceKey) -> Option<(u64, EntryId)> {
        let own = self.entries.iter().filter(|entry| entry.content().device == device.id());
        own.map(|entry| (entry.content().seq, entry.id())).max_by_key(|(seq, _)| *seq)
    }

    fn heads(&self) -> BTreeSet<EntryId> {
        let named: BTreeSet<EntryId> = self.entries.iter().flat_map(Entry::causal_parents).collect();
        self.entries.iter().map(Entry::id).filter(|id| !named.contains(id)).collect()
    }

    fn rules(&self) -> Rules {
        self.view().rules().unwrap().clone()
    }

    /// Signs and seals it.
    pub(crate) fn writes_at(&mut self, device: &DeviceKey, place: Place, kind: &Kind) -> EntryId {
        let (kind, body) = kinds::encode(kind);
        let behind = place.behind.unwrap_or_else(|| self.tip(device));
        let prev = behind.map(|(_, id)| id);
        let mut parents = place.seen.unwrap_or_else(|| self.heads().into_iter().collect());
        parents.sort_unstable();
        parents.retain(|parent| Some(*parent) != prev);
        let time = place.time.unwrap_or(self.now);
        let seq = behind.map_or(1, |(seq, _)| seq + 1);
        let (chapter, epoch, device_id) = (self.chapter, self.epoch, device.id());
        let draft = Draft { chapter, epoch, device: device_id, seq, prev, time, parents, kind, body };
        self.take(draft.sign(device.signing_key()).unwrap())
    }

    /// The same, by whoever has seen everything.
    pub(crate) fn writes(&mut self, device: &DeviceKey, kind: &Kind) -> EntryId {
        self.writes_at(device, Place::default(), kind)
    }

    fn take(&mut self, entry: Entry<Verified>) -> EntryId {
        let id = entry.id();
        self.fresh.push(self.ring.seal(entry.clone()).unwrap().bytes().to_vec());
        self.entries.push(entry);
        id
    }

    /// Writes what `device` says as if `other` had said it, whose key is not here.
    pub(crate) fn writes_as(&mut self, device: &DeviceKey, other: &DeviceKey, kind: &Kind) -> EntryId {
        let behind = self.tip(other);
        let own = self.writes_at(device, Place { behind: Some(behind), ..Place::default() }, kind);
        let entry = self.entries.pop().unwrap();
        assert!(self.fresh.pop().is_some() && entry.id() == own);
        let mut head = entry.head_bytes();
        let at = head.windows(32).position(|bytes| bytes == device.id().as_bytes()).unwrap();
        head[at..at + 32].copy_from_slice(other.id().as_bytes());
        let forged = Entry::<Unverified>::from_bytes(&head, entry.into_body()).unwrap();
        assert!(forged.clone().verify().is_err());
        // On this disk nobody checks it again.
        self.take(forged.verified_before())
    }

    /// An invitation of which the secret key is at hand.
    pub(crate) fn invites(&mut self, by: &DeviceKey, place: Place, door: &MemberKey) -> EntryId {
        let invitation = door.signing_key().verifying_key().to_bytes();
        let expires = place.time.unwrap_or(self.now).plus(3_600_000);
        self.writes_at(by, place, &Kind::Invite(Invite { invitation, expires, uses: 3 }))
    }

    /// Lets somebody in with a device, by an invitation of one's own.
    pub(crate) fn lets_in(&mut self, by: &DeviceKey, place: Place, member: &MemberKey, device: &DeviceKey) -> EntryId {
        let door = member_key(0xdd);
        let invite = self.invites(by, place.clone(), &door);
        let admission = self.admission(invite, &door, member, (member, device));
        self.writes_at(by, Place { seen: Some(vec![invite]), behind: None, ..place }, &admission)
    }

    /// The admission of a device with a certificate of `certifier` for it, signed as if by `member`.
    pub(crate) fn admission(
        &self,
        invite: EntryId,
        door: &MemberKey,
        member: &MemberKey,
        (certifier, device): (&MemberKey, &DeviceKey),
    ) -> Kind {
        let join = Join {
            chapter: self.chapter,
            invitation: door.signing_key().verifying_key().to_bytes(),
            handle: "mallory".into(),
            cert: DeviceCert { member: member.id().0, ..certifier.certify(device) },
            time: self.now,
            terms: self.rules().terms(),
            answers: Vec::new(),
        };
        let statement = join.sign(door.signing_key(), certifier.signing_key(), device.signing_key());
        Kind::Admit(Box::new(Admit { invite, statement }))
    }

    /// Begins a key, wrapped to these devices as a node does it, and to the others as nobody can unwrap it.
    pub(crate) fn begins_epoch(&mut self, by: &DeviceKey, to: &[DeviceId], rubbish: &[DeviceId]) -> EntryId {
        let view = self.view();
        let (key, generation) = ([0xee; 32], view.next_generation());
        let commitment = epoch::commitment(&key);
        let number = epoch::number(generation, &commitment);
        let about = [self.chapter.as_bytes().as_slice(), &number.to_be_bytes()].concat();
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        let mut wrap = |device: &Device| {
            let sealed = keys::wrap(&device.agreement, b"chapterhouse 1 epoch", &about, &key, &mut rng).unwrap();
            Wrap { device: device.id, sealed: sealed.try_into().unwrap() }
        };
        let mut wraps: Vec<Wrap> =
            view.devices().iter().filter(|device| to.contains(&device.id)).map(&mut wrap).collect();
        wraps.extend(rubbish.iter().map(|device| Wrap { device: *device, sealed: [7; 80] }));
        wraps.sort_unstable_by_key(|wrap| wrap.device);
        self.writes(by, &Kind::Epoch(Epoch { generation, commitment, wraps }))
    }

    /// Puts what was written on a computer's disk, and switches it on.
    pub(crate) fn plant(&mut self, world: &mut World, host: HostId) {
        let fresh = std::mem::take(&mut self.fresh);
        assert_eq!(world.plant(host, &self.chapter, &fresh), fresh.len());
        world.switch_on(host);
    }
}

/// The entry that makes a device `member`'s, with a certificate of `certifier`.
pub(crate) fn added(member: &MemberKey, certifier: &MemberKey, device: &DeviceKey) -> Kind {
    let cert = DeviceCert { member: member.id().0, ..certifier.certify(device) };
    let by_device = AddDevice::consent(&member.id(), device.signing_key(), &cert.agreement);
    Kind::AddDevice(Box::new(AddDevice { cert, by_device }))
}

/// Seals an entry by hand, for any chapter: with its own nonce there, or another one.
pub(crate) fn sealed(entry: &Entry<Verified>, chapter: &ChapterId, key: &EpochKey, nonce: Option<[u8; 24]>) -> Vec<u8> {
    let content = entry.content();
    let (tag, epoch, hour) = (chapter.tag(), content.epoch, content.time.coarse());
    let heads = key.heads();
    let derived = blake3::keyed_hash(&blake3::derive_key(context::NONCE_KEY, heads.expose()), entry.id().as_bytes());
    let nonce = nonce.unwrap_or_else(|| derived.as_bytes()[..24].try_into().unwrap());
    let (mut head, mut body) = (entry.head_bytes(), entry.body().unwrap().to_vec());
    let mut about = Vec::new();
    minicbor::Encoder::new(&mut about).array(3).unwrap().bytes(&tag).unwrap().u64(epoch).unwrap().u64(hour).unwrap();
    let body_key = if is_membership(content.kind) {
        blake3::derive_key(context::OPEN_BODY_KEY, heads.expose())
    } else {
        blake3::derive_key(context::BODY_KEY, key.expose())
    };
    let cipher = |key: [u8; 32]| XChaCha20Poly1305::new(&key.into());
    cipher(blake3::derive_key(context::HEAD_KEY, heads.expose()))
        .encrypt_in_place(&nonce.into(), &about, &mut head)
        .unwrap();
    cipher(body_key).encrypt_in_place(&nonce.into(), entry.id().as_bytes(), &mut body).unwrap();
    let mut bytes = Vec::new();
    let mut list = minicbor::Encoder::new(&mut bytes);
    list.array(6).unwrap().bytes(&tag).unwrap().u64(epoch).unwrap().u64(hour).unwrap();
    list.bytes(&nonce).unwrap().bytes(&head).unwrap().bytes(&body).unwrap();
    bytes
}
