//! Machines talking to each other in one thread, on a clock that the test moves.
//!
//! Reading order: this file (a fake node and the wires between several), [`meeting`] (who finds and proves what),
//! [`converge`] (sets become equal), [`hostile`] (peers that lie, flood, stall), [`whole`] (texts
//! that somebody left out), [`cost`] (bytes, rounds, time).
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod converge;
mod cost;
mod hostile;
mod meeting;
mod whole;

use crate::{
    Gossip, Host, Input, Item, Output, Peer, Reason, Refusal, Standing, Stats, Sync, Tie, Verdict, Welcomed,
    message::Message,
};
use ed25519_dalek::{Signer, SigningKey};
use entry::{ChapterId, DeviceId, Envelope, EnvelopeId, EpochKey, Timestamp};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A fake log of one chapter: it parks what lacks its parent, refuses what is marked, and keeps the order of arrival.
#[derive(Default)]
pub(super) struct Chapter {
    pub(super) keys: BTreeMap<u64, EpochKey>,
    pub(super) members: BTreeSet<DeviceId>,
    pub(super) removed: BTreeSet<DeviceId>,
    pub(super) log: Vec<Vec<u8>>,
    pub(super) have: BTreeSet<EnvelopeId>,
    pub(super) parked: BTreeMap<EnvelopeId, Vec<Vec<u8>>>,
    pub(super) most_parked: usize,
    pub(super) refuses: BTreeSet<EnvelopeId>,
    /// Of these only the stub is here, for no reason, at this place of the log.
    pub(super) lacks: BTreeMap<EnvelopeId, usize>,
    pub(super) ties: BTreeMap<DeviceId, Tie>,
    /// How often something was given to be taken in.
    pub(super) given: usize,
    /// For every newcomer a key is made, and they are given no other.
    pub(super) key_for_newcomers: bool,
}

pub(super) struct Node {
    pub(super) key: SigningKey,
    pub(super) rng: ChaCha8Rng,
    pub(super) chapters: BTreeMap<ChapterId, Chapter>,
    /// What a newcomer knows of a chapter: its invitation.
    pub(super) invitations: BTreeMap<ChapterId, Vec<u8>>,
    pub(super) admitted: Vec<(ChapterId, DeviceId)>,
}

impl Node {
    pub(super) fn device(&self) -> DeviceId {
        DeviceId(self.key.verifying_key().to_bytes())
    }
}

impl Host for Node {
    fn envelope(&self, chapter: &ChapterId, position: u64) -> Option<Vec<u8>> {
        self.chapters.get(chapter)?.log.get(position as usize).cloned()
    }

    fn lacking(&self, chapter: &ChapterId) -> Vec<EnvelopeId> {
        self.chapters.get(chapter).into_iter().flat_map(|held| held.lacks.keys().copied()).collect()
    }

    fn standing(&self, chapter: &ChapterId, device: &DeviceId) -> Standing {
        match self.chapters.get(chapter) {
            Some(chapter) if chapter.removed.contains(device) => Standing::Removed,
            Some(chapter) if chapter.members.contains(device) => Standing::Member,
            _ => Standing::Unknown,
        }
    }

    fn tie(&self, chapter: &ChapterId, device: &DeviceId) -> Tie {
        self.chapters.get(chapter).and_then(|chapter| chapter.ties.get(device)).copied().unwrap_or(Tie::None)
    }

    fn uprooted(&self, _: &ChapterId, _: &DeviceId) -> bool {
        false
    }

    fn epoch(&self, chapter: &ChapterId) -> Option<u64> {
        self.chapters.get(chapter)?.keys.keys().last().copied()
    }

    fn epoch_key(&self, chapter: &ChapterId, epoch: u64) -> Option<EpochKey> {
        self.chapters.get(chapter)?.keys.get(&epoch).cloned()
    }

    fn epoch_before(&self, chapter: &ChapterId, epoch: u64) -> Option<u64> {
        self.chapters.get(chapter)?.keys.range(..epoch).next_back().map(|(epoch, _)| *epoch)
    }

    fn keys_for(&mut self, _: &ChapterId, _: &DeviceId, _: bool) -> Option<Vec<u8>> {
        None
    }

    fn lacks_key(&self, _: &ChapterId) -> Option<u64> {
        None
    }

    fn take_keys(&mut self, _: &ChapterId, _: &[u8]) -> bool {
        false
    }

    fn device(&self) -> DeviceId {
        Node::device(self)
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }

    fn random(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }

    /// The device, the secret of the invitation, and the connection: as a real node signs them.
    fn join_request(&mut self, chapter: &ChapterId, binding: &[u8; 32]) -> Option<Vec<u8>> {
        let secret = self.invitations.get(chapter)?;
        Some([self.device().0.as_slice(), binding, secret].concat())
    }

    fn admit(&mut self, chapter: &ChapterId, request: &[u8], binding: &[u8; 32]) -> Result<Vec<u8>, Refusal> {
        let secret = self.invitations.get(chapter).cloned().unwrap_or_default();
        let (device, rest) = request.split_first_chunk::<32>().ok_or(Refusal("The request is no request.".into()))?;
        if rest != [binding.as_slice(), &secret].concat() {
            return Err(Refusal("The invitation is not valid.".into()));
        }
        let held = self.chapters.get_mut(chapter).unwrap();
        held.members.insert(DeviceId(*device));
        self.admitted.push((*chapter, DeviceId(*device)));
        if held.key_for_newcomers {
            let next = held.keys.keys().last().unwrap() + 1;
            held.keys.insert(next, EpochKey::new([9; 32]));
        }
        let (epoch, key) = held.keys.last_key_value().unwrap();
        Ok([epoch.to_le_bytes().as_slice(), key.expose()].concat())
    }

    fn welcomed(&mut self, chapter: &ChapterId, welcome: &[u8], _: &[u8; 32]) -> Result<Welcomed, Refusal> {
        let (epoch, key) = welcome.split_first_chunk::<8>().ok_or(Refusal("The welcome is no welcome.".into()))?;
        let key: [u8; 32] = key.try_into().map_err(|_| Refusal("The welcome holds no key.".into()))?;
        let held = self.chapters.entry(*chapter).or_default();
        held.keys.insert(u64::from_le_bytes(*epoch), EpochKey::new(key));
        Ok(Welcomed::In)
    }
}

/// Shaped like an envelope. In place of the head, in clear: the id of the parent (zeros for none), and a number. The
/// body is filling.
pub(super) fn envelope(chapter: &ChapterId, hour: u64, parent: Option<EnvelopeId>, n: u64, len: usize) -> Vec<u8> {
    let mut head = [0; 48];
    head[..32].copy_from_slice(&parent.map_or([0; 32], |id| id.0));
    head[32..40].copy_from_slice(&n.to_le_bytes());
    let body = vec![0; len.saturating_sub(head.len()).max(16)];
    let mut bytes = Vec::new();
    let mut e = minicbor::Encoder::new(&mut bytes);
    e.array(6).unwrap().bytes(&chapter.tag()).unwrap().u64(1).unwrap().u64(hour).unwrap();
    e.bytes(&[0; 24]).unwrap().bytes(&head).unwrap().bytes(&body).unwrap();
    bytes
}

pub(super) fn item_of(bytes: &[u8]) -> (Item, Option<EnvelopeId>) {
    read(bytes).unwrap()
}

fn read(bytes: &[u8]) -> Option<(Item, Option<EnvelopeId>)> {
    let mut d = minicbor::Decoder::new(bytes);
    d.array().ok()?;
    d.bytes().ok()?;
    d.u64().ok()?;
    let hour = d.u64().ok()?;
    d.bytes().ok()?;
    let parent = EnvelopeId(*d.bytes().ok()?.first_chunk()?);
    Some((Item { hour, id: Envelope::id_of(bytes).ok()? }, (parent.0 != [0; 32]).then_some(parent)))
}

impl Chapter {
    /// What a log does with one envelope, and with what had waited for it.
    fn ingest(&mut self, bytes: Vec<u8>, verdict: &mut Verdict) {
        let mut todo = vec![bytes];
        while let Some(bytes) = todo.pop() {
            self.given += 1;
            let (item, parent) = item_of(&bytes);
            if self.refuses.contains(&item.id) {
                verdict.refused.push(item.id);
            } else if self.have.contains(&item.id) {
                if let Some(place) = self.lacks.remove(&item.id) {
                    self.log[place] = bytes;
                }
            } else if let Some(parent) = parent.filter(|parent| !self.have.contains(parent)) {
                verdict.parked.push(item.id);
                let waiting = self.parked.entry(parent).or_default();
                if !waiting.contains(&bytes) {
                    waiting.push(bytes);
                }
                self.most_parked = self.most_parked.max(self.parked.values().map(Vec::len).sum());
            } else {
                self.log.push(bytes);
                self.have.insert(item.id);
                verdict.stored.push(item);
                todo.extend(self.parked.remove(&item.id).unwrap_or_default());
            }
        }
    }

    /// Leaves the texts out of some envelopes, as a member's computer that lies.
    pub(super) fn leave_out(&mut self, places: &[usize]) {
        for place in places {
            let stub = Envelope::from_bytes(&self.log[*place]).unwrap().stub().to_bytes();
            self.lacks.insert(item_of(&stub).0.id, *place);
            self.log[*place] = stub;
        }
    }

    pub(super) fn items(&self) -> Vec<Item> {
        self.log.iter().map(|bytes| item_of(bytes).0).collect()
    }
}

/// One machine with its node, and what it said that no wire carries.
pub(super) struct Machine {
    pub(super) sync: Sync,
    pub(super) node: Node,
    /// Inputs that its own node owes it: answers to deliveries.
    pub(super) owed: VecDeque<Input>,
    pub(super) said: Vec<Output>,
    /// While set, the node takes nothing in: a disk that hangs.
    pub(super) hangs: bool,
}

pub(super) struct World {
    pub(super) now: Timestamp,
    pub(super) rng: ChaCha8Rng,
    pub(super) machines: Vec<Machine>,
    /// Messages on their way, by sender and receiver. A pair that is missing is not connected.
    pub(super) wires: BTreeMap<(usize, usize), VecDeque<Vec<u8>>>,
    /// Messages are swallowed, by sender and receiver: a peer that stalls.
    pub(super) mute: BTreeSet<(usize, usize)>,
    pub(super) gossips: bool,
    pub(super) bytes: u64,
    pub(super) messages: u64,
    /// The kinds of all messages, in order.
    pub(super) kinds: Vec<(usize, u8)>,
    pub(super) cut: Vec<(usize, usize, Reason)>,
}

/// Milliseconds; any day in 2026.
pub(super) const START: Timestamp = Timestamp(1_795_000_000_000);

pub(super) fn peer(index: usize) -> Peer {
    Peer(vec![index as u8 + 1; 38])
}

pub(super) fn chapter(n: u8) -> ChapterId {
    ChapterId([n; 32])
}

impl World {
    pub(super) fn new(machines: usize, seed: u64) -> Self {
        let machine = |index: usize| Machine {
            sync: Sync::new(peer(index)),
            node: Node {
                key: SigningKey::from_bytes(&[index as u8 + 1; 32]),
                rng: ChaCha8Rng::seed_from_u64(seed ^ (index as u64 + 1) << 32),
                chapters: BTreeMap::new(),
                invitations: BTreeMap::new(),
                admitted: Vec::new(),
            },
            owed: VecDeque::new(),
            said: Vec::new(),
            hangs: false,
        };
        Self {
            now: START,
            rng: ChaCha8Rng::seed_from_u64(seed),
            machines: (0..machines).map(machine).collect(),
            wires: BTreeMap::new(),
            mute: BTreeSet::new(),
            gossips: false,
            bytes: 0,
            messages: 0,
            kinds: Vec::new(),
            cut: Vec::new(),
        }
    }

    /// Machines that are all members of a chapter, with the given envelopes each.
    pub(super) fn of_members(logs: &[&[Vec<u8>]], seed: u64) -> Self {
        let mut world = Self::new(logs.len(), seed);
        let devices: Vec<_> = world.machines.iter().map(|machine| machine.node.device()).collect();
        for (index, log) in logs.iter().enumerate() {
            let held = world.machines[index].node.chapters.entry(chapter(1)).or_default();
            held.keys.insert(1, EpochKey::new([1; 32]));
            held.members.extend(&devices);
            let mut verdict = Verdict::default();
            log.iter().for_each(|bytes| held.ingest(bytes.clone(), &mut verdict));
            assert!(held.parked.is_empty());
            world.load(index, 1);
        }
        world
    }

    pub(super) fn held(&mut self, index: usize) -> &mut Chapter {
        self.machines[index].node.chapters.get_mut(&chapter(1)).unwrap()
    }

    pub(super) fn load(&mut self, index: usize, n: u8) {
        let items = self.machines[index].node.chapters[&chapter(n)].items();
        self.input(index, Input::Loaded { chapter: chapter(n), items });
    }

    pub(super) fn connect(&mut self, a: usize, b: usize) {
        self.disconnect(a, b);
        self.wires.insert((a, b), VecDeque::new());
        self.wires.insert((b, a), VecDeque::new());
        self.input(a, Input::Connected { peer: peer(b), outbound: true });
        self.input(b, Input::Connected { peer: peer(a), outbound: false });
    }

    pub(super) fn disconnect(&mut self, a: usize, b: usize) {
        if self.wires.remove(&(a, b)).is_some() {
            self.wires.remove(&(b, a));
            self.input(a, Input::Disconnected { peer: peer(b) });
            self.input(b, Input::Disconnected { peer: peer(a) });
        }
    }

    pub(super) fn input(&mut self, index: usize, input: Input) {
        let machine = &mut self.machines[index];
        let out = machine.sync.handle(self.now, input, &mut machine.node);
        for output in out {
            self.output(index, output);
        }
    }

    fn output(&mut self, from: usize, output: Output) {
        match output {
            Output::Send { peer, bytes } => {
                let to = usize::from(peer.0[0]) - 1;
                self.bytes += bytes.len() as u64;
                self.messages += 1;
                self.kinds.push((from, bytes[2]));
                if let Some(wire) = self.wires.get_mut(&(from, to)).filter(|_| !self.mute.contains(&(from, to))) {
                    wire.push_back(bytes);
                }
            }
            Output::Disconnect { peer, reason } => {
                let to = usize::from(peer.0[0]) - 1;
                self.cut.push((from, to, reason));
                self.wires.remove(&(from, to));
                if self.wires.remove(&(to, from)).is_some() {
                    self.input(to, Input::Disconnected { peer: super::tests::peer(from) });
                }
            }
            Output::Deliver { chapter, ticket, envelopes, .. } => {
                let machine = &mut self.machines[from];
                let mut verdict = Verdict::default();
                let held = machine.node.chapters.get_mut(&chapter).unwrap();
                envelopes.into_iter().for_each(|bytes| held.ingest(bytes, &mut verdict));
                machine.owed.push_back(Input::Ingested { ticket, verdict });
            }
            Output::Publish { chapter, bytes } if self.gossips => {
                let neighbours: Vec<_> = self.wires.keys().filter(|(a, _)| *a == from).map(|(_, b)| *b).collect();
                for to in neighbours {
                    let input = Input::Gossip { peer: peer(from), chapter, bytes: bytes.clone(), token: 7 };
                    self.machines[to].owed.push_back(input);
                }
            }
            other => self.machines[from].said.push(other),
        }
    }

    /// Carries one message, or one answer of a node, chosen at random. `false` when nothing is on its way.
    pub(super) fn step(&mut self) -> bool {
        let wires = self.wires.iter().filter(|(_, wire)| !wire.is_empty()).map(|(pair, _)| Ok(*pair));
        let owing = self.machines.iter().enumerate().filter(|(_, m)| !m.owed.is_empty() && !m.hangs);
        let choices: Vec<Result<(usize, usize), usize>> = wires.chain(owing.map(|(index, _)| Err(index))).collect();
        if choices.is_empty() {
            return false;
        }
        match choices[self.rng.next_u32() as usize % choices.len()] {
            Ok((from, to)) => {
                let bytes = self.wires.get_mut(&(from, to)).unwrap().pop_front().unwrap();
                self.input(to, Input::Message { peer: peer(from), bytes });
            }
            Err(index) => {
                let input = self.machines[index].owed.pop_front().unwrap();
                self.input(index, input);
            }
        }
        true
    }

    /// Until nothing is on its way.
    pub(super) fn run(&mut self) {
        let mut steps = 0;
        while self.step() {
            steps += 1;
            assert!(steps < 200_000, "they never stop talking");
        }
    }

    /// Time passes, with ticks, and everything that they lead to.
    pub(super) fn wait(&mut self, millis: u64) {
        for _ in 0..millis.div_ceil(100) {
            self.now = self.now.plus(100);
            for index in 0..self.machines.len() {
                self.input(index, Input::Tick);
            }
            self.run();
        }
    }

    /// A member writes. The envelope follows the last one of that log.
    pub(super) fn write(&mut self, index: usize, n: u64) -> EnvelopeId {
        let hour = self.now.coarse();
        let held = self.held(index);
        let parent = held.log.last().map(|bytes| item_of(bytes).0.id);
        let bytes = envelope(&chapter(1), hour, parent, n, 500);
        let mut verdict = Verdict::default();
        held.ingest(bytes, &mut verdict);
        let id = verdict.stored[0].id;
        self.stored(index, verdict.stored);
        id
    }

    /// The node tells its machine, after everything that its log took before.
    pub(super) fn stored(&mut self, index: usize, new: Vec<Item>) {
        self.machines[index].owed.push_back(Input::Stored { chapter: chapter(1), new });
        while self.machines[index].owed.len() == 1 {
            let input = self.machines[index].owed.pop_front().unwrap();
            self.input(index, input);
        }
    }

    /// Puts a message on the wire that the machine did not make.
    pub(super) fn forge(&mut self, from: usize, to: usize, message: &Message) {
        self.input(to, Input::Message { peer: peer(from), bytes: message.to_bytes() });
    }

    pub(super) fn ids(&self, index: usize) -> BTreeSet<EnvelopeId> {
        self.machines[index].node.chapters[&chapter(1)].have.clone()
    }

    pub(super) fn assert_equal(&self) {
        for index in 1..self.machines.len() {
            assert_eq!(self.ids(0).len(), self.ids(index).len(), "machine {index}");
            assert!(self.ids(0) == self.ids(index), "machine {index}");
        }
    }

    pub(super) fn assert_equal_but(&self, apart: usize) {
        let others: Vec<_> = (0..self.machines.len()).filter(|index| *index != apart).collect();
        for pair in others.windows(2) {
            assert!(self.ids(pair[0]) == self.ids(pair[1]), "machines {pair:?}");
        }
    }

    pub(super) fn in_sync(&self, index: usize) -> Option<Stats> {
        self.machines[index].said.iter().rev().find_map(|output| match output {
            Output::InSync { stats, .. } => Some(*stats),
            _ => None,
        })
    }

    pub(super) fn proven(&self, index: usize) -> usize {
        self.machines[index].said.iter().filter(|output| matches!(output, Output::Proven { .. })).count()
    }

    pub(super) fn judged(&self, index: usize) -> Vec<Gossip> {
        let judged = |output: &Output| match output {
            Output::Judged { gossip, .. } => Some(*gossip),
            _ => None,
        };
        self.machines[index].said.iter().filter_map(judged).collect()
    }

    /// The label of chapter 1 between two machines.
    pub(super) fn label(&self, a: usize, b: usize) -> [u8; 8] {
        self.machines[a].sync.label(&peer(b), &chapter(1)).unwrap()
    }
}

/// A chain of posts, several to an hour.
pub(super) fn chain(count: usize, len: usize) -> Vec<Vec<u8>> {
    let mut log: Vec<Vec<u8>> = Vec::with_capacity(count);
    let first = START.coarse() - 100_000;
    let mut parent = None;
    for n in 0..count {
        let bytes = envelope(&chapter(1), first + n as u64 / 7, parent, n as u64, len);
        parent = Envelope::id_of(&bytes).ok();
        log.push(bytes);
    }
    log
}

/// Posts of one hour without order among them.
pub(super) fn heap(from: usize, count: usize, len: usize) -> Vec<Vec<u8>> {
    (from..from + count).map(|n| envelope(&chapter(1), START.coarse(), None, n as u64, len)).collect()
}
