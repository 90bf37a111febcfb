//! One computer of the simulated network.

use api::Refusal;
use entry::{ChapterId, Timestamp};
use keys::{Contents, DeviceKey, MemberKey, OwnDevice, Seed32};
use log::{LogStore, MemStore};
use node::core::{Core, NotOpened, Saver, Topic};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
    sync::{Arc, Mutex, PoisonError},
};
use sync::Peer;

/// A member's computer.
pub(crate) struct Host {
    pub(crate) peer: Peer,
    vault: Arc<Mutex<Contents>>,
    counts: Arc<Mutex<BTreeMap<ChapterId, u64>>>,
    rng: ChaCha20Rng,
    /// How far its clock is off, in milliseconds.
    pub(crate) skew: i64,
    pub(crate) state: State,
    pub(crate) links: BTreeSet<usize>,
    pub(crate) topics: BTreeSet<Topic>,
    /// Peers that may take part in a topic.
    pub(crate) open: BTreeSet<(usize, Topic)>,
    /// Whose long messages are read.
    pub(crate) trusted: BTreeSet<usize>,
    /// Gossip that was seen in each topic, so that it is passed on once.
    pub(crate) seen: BTreeSet<(Topic, Vec<u8>)>,
    pub(crate) events: Vec<api::Event>,
    pub(crate) bans: BTreeMap<usize, u64>,
    backup: Option<(MemStore, Contents)>,
}

/// Switched on, or off with its disk.
pub(crate) enum State {
    On(Box<Core>),
    Off(Option<Box<dyn LogStore>>),
}

/// The vault of a simulated computer: memory that survives switching off.
struct SimVault {
    contents: Arc<Mutex<Contents>>,
    counts: Arc<Mutex<BTreeMap<ChapterId, u64>>>,
}

impl Saver for SimVault {
    fn save(&mut self, contents: &Contents) -> Result<(), Refusal> {
        *self.contents.lock().unwrap_or_else(PoisonError::into_inner) = contents.clone();
        Ok(())
    }

    fn note_counts(&mut self, counts: &BTreeMap<ChapterId, u64>) {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner) = counts.clone();
    }

    fn counts(&self) -> BTreeMap<ChapterId, u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Host {
    pub(crate) fn contents(&self) -> Contents {
        self.vault.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A fresh member with a fresh device; the name decides the keys.
    pub(crate) fn new(name: &str, seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        for (at, byte) in bytes[8..].iter_mut().zip(name.bytes()) {
            *at = byte;
        }
        let mut rng = ChaCha20Rng::from_seed(bytes);
        let contents = {
            let member = MemberKey::from_entropy(Seed32::generate(&mut rng));
            let device = DeviceKey::generate(&mut rng);
            Contents::fresh(name.to_owned(), member, device, Seed32::generate(&mut rng))
        };
        let mut peer = [0; 38];
        rng.fill_bytes(&mut peer);
        Self {
            peer: Peer(peer.to_vec()),
            vault: Arc::new(Mutex::new(contents)),
            counts: Arc::default(),
            rng,
            skew: 0,
            state: State::Off(Some(Box::new(MemStore::default()))),
            links: BTreeSet::new(),
            topics: BTreeSet::new(),
            open: BTreeSet::new(),
            trusted: BTreeSet::new(),
            seen: BTreeSet::new(),
            events: Vec::new(),
            bans: BTreeMap::new(),
            backup: None,
        }
    }

    /// Somebody got hold of another one's member key, and has it on a device of their own, which takes what the other
    /// one's device gives.
    pub(crate) fn with_the_key_of(self, other: &Self) -> Self {
        let theirs = other.vault.lock().unwrap_or_else(PoisonError::into_inner).clone();
        {
            let mut mine = self.vault.lock().unwrap_or_else(PoisonError::into_inner);
            mine.own_devices.insert(theirs.device.id(), OwnDevice { since: 0, revoked: None });
            mine.member = theirs.member;
        }
        self
    }

    /// As a vault of before devices remembered each other. Only while it is off.
    pub(crate) fn forget_own_devices(&self) {
        self.vault.lock().unwrap_or_else(PoisonError::into_inner).own_devices.clear();
    }

    /// The time on this computer's clock.
    pub(crate) fn clock(&self, now: Timestamp) -> Timestamp {
        Timestamp(now.0.saturating_add_signed(self.skew))
    }

    /// Switches on: opens the vault and reads the store.
    pub(crate) fn switch_on(&mut self, now: Timestamp) -> Result<(), Refusal> {
        let State::Off(store) = &mut self.state else { return Ok(()) };
        let Some(store) = store.take() else { return Ok(()) };
        let contents = self.vault.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut seed = [0; 32];
        self.rng.fill_bytes(&mut seed);
        let rng = ChaCha20Rng::from_seed(seed);
        let name = contents.handle.clone();
        let saver = Box::new(SimVault { contents: Arc::clone(&self.vault), counts: Arc::clone(&self.counts) });
        let now = self.clock(now);
        match Core::open(contents, saver, store, self.peer.clone(), name, rng, now) {
            Ok(core) => self.state = State::On(Box::new(core)),
            Err(failed) => {
                let NotOpened { store, refusal } = *failed;
                self.state = State::Off(Some(store));
                return Err(refusal);
            }
        }
        Ok(())
    }

    /// Pulls the plug, and the disk comes back empty.
    pub(crate) fn lose_the_disk(&mut self) {
        self.pull_the_plug();
        self.state = State::Off(Some(Box::new(MemStore::default())));
    }

    /// Changes what lies on the disk of a computer that is off, behind its back.
    pub(crate) fn tamper(&mut self, change: &mut dyn FnMut(&[u8]) -> Option<Vec<u8>>) -> usize {
        let State::Off(Some(store)) = &mut self.state else { return 0 };
        let mut changed = 0;
        for tag in store.chapters().unwrap_or_default() {
            for position in 0..store.len(&tag).unwrap_or(0) {
                let bytes = store.get(&tag, position).ok().flatten();
                let Some(other) = bytes.and_then(|bytes| change(&bytes)) else { continue };
                changed += usize::from(store.replace(&tag, position, &other).is_ok());
            }
        }
        // A test that changed nothing would notice.
        store.commit().map_or(0, |()| changed)
    }

    /// Puts envelopes on the disk of a computer that is off, behind its back.
    pub(crate) fn plant(&mut self, chapter: &ChapterId, envelopes: &[Vec<u8>]) -> usize {
        let State::Off(Some(store)) = &mut self.state else { return 0 };
        let envelopes: Vec<&[u8]> = envelopes.iter().map(Vec::as_slice).collect();
        let planted = store.append(&chapter.tag(), &envelopes).and_then(|_| store.commit());
        planted.map_or(0, |()| envelopes.len())
    }

    /// Copies everything, as a backup does: the vault and the logs as they are now.
    pub(crate) fn back_up(&mut self) {
        let State::On(core) = &self.state else { return };
        let (mut copy, store) = (MemStore::default(), core.store());
        for tag in store.chapters().unwrap_or_default() {
            let each = &mut |_: u64, bytes: &[u8]| match copy.append(&tag, &[bytes]) {
                Ok(_) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            // A copy that lacks something would fail the test that restores it.
            let _ = store.scan(&tag, 0, each).and_then(|()| copy.commit());
        }
        let contents = self.vault.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.backup = Some((copy, contents));
    }

    /// A second computer with a copy of this one's folder, as it is now, and nothing that would notice that.
    pub(crate) fn copied(&mut self, name: &str, seed: u64) -> Option<Self> {
        self.back_up();
        let (store, contents) = self.backup.take()?;
        let mut copy = Self::new(name, seed);
        copy.vault = Arc::new(Mutex::new(contents));
        copy.state = State::Off(Some(Box::new(store)));
        Some(copy)
    }

    /// Pulls the plug, and the backup takes the place of everything, as on a new computer.
    pub(crate) fn restore(&mut self) {
        let Some((copy, contents)) = self.backup.take() else { return };
        self.pull_the_plug();
        // As the node does it: every chapter counts as one of which something is missing.
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner) =
            contents.chapters.keys().map(|id| (*id, u64::MAX)).collect();
        *self.vault.lock().unwrap_or_else(PoisonError::into_inner) = contents;
        self.state = State::Off(Some(Box::new(copy)));
    }

    /// Pulls the plug: whatever was not committed is gone.
    pub(crate) fn pull_the_plug(&mut self) {
        self.state = match std::mem::replace(&mut self.state, State::Off(None)) {
            State::On(core) => {
                let mut store = core.pull_the_plug();
                store.rollback();
                State::Off(Some(store))
            }
            off => off,
        };
        self.topics.clear();
        self.open.clear();
        self.seen.clear();
    }
}
