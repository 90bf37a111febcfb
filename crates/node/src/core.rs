//! The node without clock, disk or sockets: inputs in, effects out.
//!
//! [`Core::handle`] takes one input and changes memory only: entries are staged in the store, effects are held back.
//! [`Core::commit`] makes what is staged durable and lets the effects go. So whatever arrives together shares one
//! fsync, and nothing is told to anybody that could still be lost. When the disk refuses, the whole batch has not
//! happened.

pub use crate::io::{Effect, Input, NotOpened, ReadyPost, Saver, Ticket, Topic, Traffic};
use crate::{clock, commands, early, house::House};
use api::{
    Event, Refusal, Reply,
    view::{Me, NetworkView, PeerView, StatusView, VaultState},
};
use entry::{ChapterId, DeviceId, Timestamp};
use keys::Contents;
use log::LogStore;
use rand_chacha::ChaCha20Rng;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use sync::{Input as SyncInput, Output as SyncOutput, Peer, Sync};

/// How a refusal begins that another member, or the same one later, may not repeat.
pub(crate) const NOT_YET: &str = "not yet: ";

/// A connected computer.
pub(crate) struct Connection {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) route: &'static str,
    pub(crate) outbound: bool,
    pub(crate) last_exchange: Option<Timestamp>,
}

/// What the node knows of the network.
#[derive(Default)]
pub(crate) struct Surroundings {
    pub(crate) on: bool,
    pub(crate) discovery: bool,
    pub(crate) listening: BTreeSet<String>,
    pub(crate) connections: BTreeMap<Peer, Connection>,
}

/// A `Sync` command that is not answered yet.
pub(crate) struct SyncWait {
    pub(crate) ticket: Ticket,
    pub(crate) chapter: ChapterId,
    pub(crate) started: Timestamp,
    pub(crate) deadline: Timestamp,
    /// What each connection's counters said when the exchange began.
    pub(crate) before: BTreeMap<Peer, sync::Stats>,
}

/// An unlocked node.
pub struct Core {
    pub(crate) house: House,
    pub(crate) sync: Sync,
    pub(crate) around: Surroundings,
    pub(crate) waits: Vec<SyncWait>,
    /// Each connection's counters when both sides had the same for the last time.
    pub(crate) settled: BTreeMap<(Peer, ChapterId), sync::Stats>,
    /// Own network name, as text.
    name: String,
    pending: Vec<Effect>,
    /// Chapters that take part no longer, after the next commit.
    forget: Vec<ChapterId>,
    /// What the screens are told at the next commit.
    changed: BTreeSet<ChapterId>,
    network_changed: bool,
    /// Gossip that waits for a verdict, by its token.
    gossips: BTreeMap<u64, (Topic, Peer, Vec<u8>)>,
    next_token: u64,
    /// The topics that the network was told of.
    topics: BTreeSet<Topic>,
    /// When it is looked next for what has to be done.
    duties_at: Timestamp,
}

impl Core {
    /// Reads all chapters of an open vault from the store. On failure the store comes back.
    pub fn open(
        contents: Contents,
        saver: Box<dyn Saver>,
        store: Box<dyn LogStore>,
        me: Peer,
        name: String,
        rng: ChaCha20Rng,
        now: Timestamp,
    ) -> Result<Self, Box<NotOpened>> {
        let house = House::open(contents, saver, store, rng, now).map_err(Box::new)?;
        let mut core = Self {
            house,
            sync: Sync::new(me),
            around: Surroundings::default(),
            waits: Vec::new(),
            settled: BTreeMap::new(),
            name,
            pending: Vec::new(),
            forget: Vec::new(),
            changed: BTreeSet::new(),
            network_changed: false,
            gossips: BTreeMap::new(),
            next_token: 0,
            topics: BTreeSet::new(),
            duties_at: now,
        };
        for chapter in core.house.chapters() {
            core.introduce(now, chapter);
        }
        for (chapter, name) in core.house.mending() {
            let named = if name.is_empty() { String::new() } else { format!("{name}: ") };
            let message = format!("{named}{}", core.house.mending_words(&chapter));
            core.emit(Event::Mending { chapter: chapter.to_string(), message });
        }
        // Invitations that nobody has answered yet are kept, and so is the search.
        let joining: Vec<ChapterId> = core.house.joins().map(|(chapter, _)| *chapter).collect();
        for chapter in joining {
            core.feed(now, SyncInput::Join { chapter });
        }
        if let Some(lane) = core.house.pairing.as_ref().map(keys::PairCode::lane) {
            core.feed(now, SyncInput::Join { chapter: lane });
        }
        if core.house.contents.pairing.is_none() {
            core.meet_own_devices(now);
        }
        Ok(core)
    }

    /// Other devices of this member find this one from now on, and each asks the other what it has.
    fn meet_own_devices(&mut self, now: Timestamp) {
        let chapter = self.house.own_lane();
        self.feed(now, SyncInput::Loaded { chapter, items: Vec::new() });
        self.feed(now, SyncInput::Join { chapter });
    }

    /// Tells the sync machine of a chapter that is here, and the network of its topic.
    fn introduce(&mut self, now: Timestamp, chapter: ChapterId) {
        let items = self.house.items(&chapter);
        self.feed(now, SyncInput::Loaded { chapter, items });
        self.sync.restore_marks(&chapter, self.house.load_marks(&chapter));
        if let Some(topic) = self.house.topic(&chapter) {
            self.subscribe(topic);
        }
    }

    /// Wipes the keys and gives the store back.
    pub fn close(mut self) -> Box<dyn LogStore> {
        self.save_marks();
        // Nothing that anybody was told rests on this commit; if it fails, the counts are rebuilt by exchanging.
        if self.house.store.commit().is_err() {
            self.house.store.rollback();
        }
        self.house.note_counts();
        self.house.into_store()
    }

    /// What is committed. For tests, which copy it as a backup does.
    pub fn store(&self) -> &dyn LogStore {
        &*self.house.store
    }

    /// As when the power fails: whatever was not committed is gone. For tests.
    pub fn pull_the_plug(self) -> Box<dyn LogStore> {
        self.house.into_store()
    }

    /// Looks for the computer of the same member whose code this one was given.
    pub fn pair_with(&mut self, now: Timestamp, code: &str) -> Result<(), Refusal> {
        commands::devices::pair_with(self, now, code)
    }

    /// Handles one input. Its effects come out of the next [`Core::commit`].
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        self.house.now = now;
        match input {
            Input::Command { ticket, command } => {
                if let Some(outcome) = commands::perform(self, now, ticket, command) {
                    self.reply(ticket, outcome);
                }
            }
            Input::Post { ticket, post } => {
                let outcome = commands::writing::post(&mut self.house, post);
                self.reply(ticket, outcome);
            }
            Input::Pair { ticket, code } => {
                let outcome = self.pair_with(now, &code).map(|()| Reply::Done);
                self.pending.push(Effect::Reply { ticket, outcome });
            }
            Input::Network { on, discovery } => {
                self.around = Surroundings { on, discovery, ..Surroundings::default() };
                if on {
                    for chapter in self.house.chapters() {
                        if let Some(topic) = self.house.topic(&chapter) {
                            self.net(Traffic::Subscribe { topic });
                        }
                    }
                    let mut addresses: BTreeSet<String> = self.house.joining_addresses().into_iter().collect();
                    for lane in self.house.chapters().into_iter().chain([self.house.own_lane()]) {
                        addresses.extend(self.house.addresses(&lane));
                    }
                    for address in addresses {
                        self.net(Traffic::Dial { address });
                    }
                }
                self.network_changed = true;
            }
            Input::Listening { address, on } => {
                let known = &mut self.around.listening;
                let _ = if on { known.insert(address) } else { known.remove(&address) };
                let listening = self.around.listening.iter().cloned().collect();
                self.emit(Event::Listening { listening, peer_id: self.name.clone() });
            }
            Input::Connected { peer, name, address, route, outbound } => {
                self.let_go(&peer);
                let connection = Connection { name, address, route, outbound, last_exchange: None };
                self.around.connections.insert(peer.clone(), connection);
                self.network_changed = true;
                self.feed(now, SyncInput::Connected { peer, outbound });
            }
            Input::Disconnected { peer } => {
                self.let_go(&peer);
                self.around.connections.remove(&peer);
                self.network_changed = true;
                self.feed(now, SyncInput::Disconnected { peer });
            }
            Input::Message { peer, bytes } => {
                if let Some(connection) = self.around.connections.get_mut(&peer) {
                    connection.last_exchange = Some(now);
                }
                self.feed(now, SyncInput::Message { peer, bytes });
            }
            Input::Gossip { topic, peer, id, bytes } => self.gossip(now, topic, peer, id, bytes),
            Input::Tick => self.tick(now),
        }
    }

    fn reply(&mut self, ticket: Ticket, outcome: Result<Reply, Refusal>) {
        let outcome = outcome.map(|reply| commands::clocks::with_warning(&self.house, reply));
        self.pending.push(Effect::Reply { ticket, outcome });
    }

    /// What was meant for a peer's connection goes with that connection. Held back until the commit, it would go over the
    /// next one, ahead of its greeting: an offence, for which the other side refuses this one for minutes.
    fn let_go(&mut self, peer: &Peer) {
        // The next connection counts from nothing.
        self.settled.retain(|(with, _), _| with != peer);
        for wait in &mut self.waits {
            wait.before.remove(peer);
        }
        self.pending.retain(|effect| match effect {
            Effect::Net(
                Traffic::Send { peer: to, .. } | Traffic::Trust { peer: to } | Traffic::Open { peer: to, .. },
            ) => to != peer,
            // An offence of the peer's stays one.
            Effect::Net(Traffic::Disconnect { peer: to, ban, .. }) => to != peer || *ban,
            _ => true,
        });
    }

    fn gossip(&mut self, now: Timestamp, topic: Topic, peer: Peer, id: Vec<u8>, bytes: Vec<u8>) {
        let Some(chapter) = self.house.chapter_of_topic(&topic) else { return };
        self.next_token += 1;
        let token = self.next_token;
        self.gossips.insert(token, (topic, peer.clone(), id));
        self.feed(now, SyncInput::Gossip { peer, chapter, bytes, token });
    }

    fn tick(&mut self, now: Timestamp) {
        self.feed(now, SyncInput::Tick);
        self.house.ingest_due();
        if now >= self.duties_at {
            self.duties_at = crate::duties::next(now);
            self.house.hands.present = self.present();
            let present: BTreeSet<DeviceId> = self.house.hands.present.values().flatten().copied().collect();
            self.house.meet(present);
            self.house.duties();
            commands::devices::expire(self, now);
        }
        commands::network::end_waits(self, now);
        let mut late = Vec::new();
        self.waits.retain(|wait| {
            let over = now >= wait.deadline;
            if over {
                late.push((wait.ticket, wait.chapter));
            }
            !over
        });
        for (ticket, chapter) in late {
            let outcome = Err(commands::network::too_late(self, &chapter));
            self.pending.push(Effect::Reply { ticket, outcome });
        }
        if self.house.marks_due(now) {
            self.save_marks();
            self.house.note_counts();
        }
    }

    /// The members' devices that are connected.
    fn present(&self) -> BTreeMap<ChapterId, BTreeSet<DeviceId>> {
        let mut present: BTreeMap<ChapterId, BTreeSet<DeviceId>> = BTreeMap::new();
        for status in self.sync.peers() {
            for lane in status.lanes.into_iter().filter(|lane| lane.member) {
                present.entry(lane.chapter).or_default().insert(lane.device);
            }
        }
        present
    }

    fn save_marks(&mut self) {
        for chapter in self.house.chapters() {
            let marks = self.sync.marks(&chapter);
            self.house.save_marks(&chapter, &marks);
        }
        self.house.stage_notes();
    }

    /// Gives the sync machine an input, carries out what it wants, and hands on what the house noticed meanwhile.
    pub(crate) fn feed(&mut self, now: Timestamp, input: SyncInput) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for output in self.sync.handle(now, input, &mut self.house) {
                self.carry_out(now, output);
            }
            inputs.extend(std::mem::take(&mut self.house.hands.out));
            for chapter in self.house.take_membership_changes() {
                self.tune_in(&chapter);
                inputs.push_back(SyncInput::MembershipChanged { chapter });
            }
        }
        for event in std::mem::take(&mut self.house.told) {
            self.emit(event);
        }
        if let Some(device) = self.house.paired_device.take() {
            self.emit(Event::DeviceAdded { device: device.to_string() });
        }
        for chapter in std::mem::take(&mut self.house.moved_in) {
            self.introduce(now, chapter);
            self.network_changed = true;
        }
        if std::mem::take(&mut self.house.became) {
            self.meet_own_devices(now);
        }
        for (chapter, chapter_name) in self.house.take_joined() {
            self.house.uprooted.remove(&chapter);
            self.emit(Event::Joined { chapter: chapter.to_string(), chapter_name });
        }
    }

    /// A new key has a new topic: takes part in it, with those who have proven themselves already.
    fn tune_in(&mut self, chapter: &ChapterId) {
        let Some(topic) = self.house.topic(chapter).filter(|topic| !self.topics.contains(topic)) else { return };
        self.subscribe(topic);
        for status in self.sync.peers() {
            if status.lanes.iter().any(|lane| lane.chapter == *chapter && lane.member) {
                self.net(Traffic::Open { peer: status.peer, topic });
            }
        }
    }

    fn subscribe(&mut self, topic: Topic) {
        self.topics.insert(topic);
        self.net(Traffic::Subscribe { topic });
    }

    fn carry_out(&mut self, now: Timestamp, output: SyncOutput) {
        match output {
            SyncOutput::Send { peer, bytes } => self.net(Traffic::Send { peer, bytes }),
            SyncOutput::Disconnect { peer, reason } => {
                let ban = !matches!(reason, sync::Reason::Unproven | sync::Reason::Full | sync::Reason::Stalled);
                self.net(Traffic::Disconnect { peer, reason: reason.to_string(), ban });
            }
            SyncOutput::Deliver { chapter, ticket, envelopes, .. } => {
                self.house.receive(&chapter, Some(ticket), envelopes);
            }
            SyncOutput::Parcel { chapter, from, to, body } => self.house.take_parcel(&chapter, from, to, body),
            SyncOutput::Known { peer } => self.net(Traffic::Trust { peer }),
            SyncOutput::Proven { peer, chapter, device } => {
                self.network_changed = true;
                self.house.meet([device]);
                if let Some(connection) = self.around.connections.get(&peer).filter(|connection| connection.outbound) {
                    let address = match connection.address.contains("/p2p/") {
                        true => connection.address.clone(),
                        false => format!("{}/p2p/{}", connection.address, connection.name),
                    };
                    self.house.remember_address(&chapter, address);
                }
                if let Some(topic) = self.house.topic(&chapter) {
                    self.net(Traffic::Open { peer, topic });
                }
            }
            SyncOutput::Publish { chapter, bytes } => {
                if let Some(topic) = self.house.topic(&chapter) {
                    self.net(Traffic::Publish { topic, bytes });
                }
            }
            SyncOutput::Judged { token, gossip } => {
                if let Some((topic, peer, id)) = self.gossips.remove(&token) {
                    self.net(Traffic::Verdict { topic, id, peer, verdict: gossip });
                }
            }
            // Whoever knows that their time ended knows why.
            SyncOutput::Unanswered { chapter } if self.house.my_end(&chapter).is_some() => {}
            SyncOutput::Unanswered { chapter } => {
                let chapter_name = self.house.name(&chapter);
                self.changed.insert(chapter);
                self.network_changed = true;
                self.emit(Event::Unanswered { chapter: chapter.to_string(), chapter_name });
            }
            SyncOutput::Uprooted { chapter, device } => {
                // Said once, and not after every connection.
                if self.house.uprooted.insert(chapter, device).is_none()
                    && let Some(reason) = commands::unanswered::sentence(self, &chapter)
                {
                    self.changed.insert(chapter);
                    self.emit(Event::JoinRefused { chapter: chapter.to_string(), reason });
                }
            }
            SyncOutput::JoinRefused { chapter, reason, .. } => self.join_refused(chapter, reason.0),
            SyncOutput::Joined { chapter, .. } => {
                // The machine knows the chapter already, with nothing in it; the network does not.
                if let Some(topic) = self.house.topic(&chapter) {
                    self.subscribe(topic);
                }
                self.network_changed = true;
            }
            SyncOutput::Shared { chapter } => {
                self.changed.insert(chapter);
            }
            SyncOutput::Progress { chapter, fetched, left, .. } => {
                self.emit(Event::Progress { chapter: chapter.to_string(), fetched, left });
            }
            SyncOutput::InSync { chapter, peer, stats } => self.in_sync(now, chapter, peer, stats),
        }
    }

    /// A member whose computer has not heard of the invitation yet is no reason to give up; every other refusal is.
    fn join_refused(&mut self, chapter: ChapterId, reason: String) {
        if chapter == self.house.own_lane() {
            return;
        }
        let reason = chapter::kinds::text::tidy_line(&reason);
        if let Some(reason) = reason.strip_prefix(NOT_YET) {
            let reason = reason.to_owned();
            self.emit(Event::JoinUnknown { chapter: chapter.to_string(), reason });
            return;
        }
        if self.house.pairing.as_ref().is_some_and(|code| code.lane() == chapter) {
            // The vault remembers the code: the person says whether they try another one, or give it up.
            self.house.pairing = None;
        } else {
            self.house.forget_join(&chapter);
        }
        self.forget.push(chapter);
        self.emit(Event::JoinRefused { chapter: chapter.to_string(), reason });
    }

    fn in_sync(&mut self, now: Timestamp, chapter: ChapterId, peer: Peer, stats: sync::Stats) {
        if self.house.mended(&chapter) {
            let chapter_name = self.house.name(&chapter);
            self.emit(Event::Mended { chapter: chapter.to_string(), chapter_name });
        }
        self.house.settled(&chapter);
        self.settled.insert((peer, chapter), stats);
        commands::network::answer(self, now, &chapter, None);
    }

    /// Answers all who wait for an exchange of a chapter.
    pub(crate) fn answer_waits(&mut self, chapter: &ChapterId, answer: impl Fn(&SyncWait) -> Result<Reply, Refusal>) {
        let (done, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.waits).into_iter().partition(|wait| wait.chapter == *chapter);
        self.waits = waiting;
        for wait in done {
            self.pending.push(Effect::Reply { ticket: wait.ticket, outcome: answer(&wait) });
        }
    }

    /// Makes everything since the last commit durable and lets its effects go. When the disk refuses, the batch has
    /// not happened: commands of it are refused, and nothing is sent.
    pub fn commit(&mut self, now: Timestamp) -> Vec<Effect> {
        self.house.now = now;
        if let Err(error) = self.house.commit() {
            return self.undo(now, &error);
        }
        let (filled, all) = (self.house.take_filled(), self.house.take_fresh());
        for (chapter, renamed) in &filled {
            self.changed.insert(*chapter);
            if *renamed {
                let items = self.house.items(chapter);
                self.feed(now, SyncInput::Loaded { chapter: *chapter, items });
            }
        }
        for mut fresh in all {
            let ahead =
                || self.house.room(&fresh.chapter).is_ok_and(|room| early::is_shown(self, &fresh.chapter, room));
            if !fresh.verdict.stored.is_empty() || (!fresh.verdict.parked.is_empty() && ahead()) {
                self.changed.insert(fresh.chapter);
            }
            if filled.get(&fresh.chapter) == Some(&true) {
                // It was among all that was loaded.
                fresh.verdict.stored.clear();
            }
            self.feed(now, fresh.into_input());
        }
        for (chapter, entries) in self.house.take_voided() {
            let chapter_name = self.house.name(&chapter);
            self.emit(Event::Voided { chapter: chapter.to_string(), chapter_name, entries });
        }
        for chapter in std::mem::take(&mut self.forget) {
            self.feed(now, SyncInput::Forget { chapter });
        }
        for chapter in std::mem::take(&mut self.changed) {
            let entries = self.house.len(&chapter);
            self.emit(Event::Changed { chapter: chapter.to_string(), entries });
        }
        if std::mem::take(&mut self.network_changed) {
            let network = self.network();
            self.emit(Event::Network(network));
        }
        std::mem::take(&mut self.pending)
    }

    fn undo(&mut self, now: Timestamp, error: &log::StoreError) -> Vec<Effect> {
        let refusal = crate::house::refuse_store(error);
        let touched = self.house.take_fresh();
        self.house.forget_filled();
        let mut effects: Vec<Effect> = std::mem::take(&mut self.pending)
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::Reply { ticket, .. } => Some(Effect::Reply { ticket, outcome: Err(refusal.clone()) }),
                Effect::Emit(_) => None,
                // Sent messages may speak of entries that are not there. Connections begin anew, which is always safe.
                Effect::Net(Traffic::Send { peer, .. }) => {
                    let reason = "the disk refused".to_owned();
                    Some(Effect::Net(Traffic::Disconnect { peer, reason, ban: false }))
                }
                Effect::Net(Traffic::Publish { .. }) => None,
                Effect::Net(other) => Some(Effect::Net(other)),
            })
            .collect();
        let chapters: BTreeSet<ChapterId> = touched.iter().map(|fresh| fresh.chapter).collect();
        for chapter in chapters {
            if let Err(refusal) = self.house.reload(&chapter) {
                effects.push(Effect::Emit(Event::Warning { message: refusal.message }));
            }
            let items = self.house.items(&chapter);
            self.feed(now, SyncInput::Loaded { chapter, items });
        }
        for fresh in touched {
            // Every delivery gets its one answer: nothing of it is here.
            if let Some(ticket) = fresh.ticket {
                self.feed(now, SyncInput::Ingested { ticket, verdict: sync::Verdict::default() });
            }
        }
        effects.push(Effect::Emit(Event::Warning { message: refusal.message }));
        effects.append(&mut self.pending);
        effects
    }

    pub(crate) fn emit(&mut self, event: Event) {
        self.pending.push(Effect::Emit(event));
    }

    pub(crate) fn net(&mut self, traffic: Traffic) {
        self.pending.push(Effect::Net(traffic));
    }

    /// The data folder was last used in another place.
    pub(crate) fn is_a_copy(&mut self) {
        self.house.copied = true;
    }

    /// Somebody said that it is used only here from now on.
    pub(crate) fn moved_here(&mut self) {
        self.house.moved_here();
        for (chapter, name) in self.house.mending() {
            let message =
                format!("{name}: writing goes on as soon as another computer there has sent what may be missing here");
            self.emit(Event::Mending { chapter: chapter.to_string(), message });
        }
        self.network_changed = true;
    }

    /// What was hidden has left the disk, or there is not enough room for that: screens that show it look again.
    pub(crate) fn swept(&mut self, missing: Option<u64>) {
        self.house.room_missing = missing;
        let hiding = |(chapter, room): (&ChapterId, &crate::house::Room)| {
            (!room.view.hidden_entries().is_empty()).then_some(*chapter)
        };
        self.changed.extend(self.house.rooms().filter_map(hiding));
    }

    pub(crate) fn network_has_changed(&mut self) {
        self.network_changed = true;
    }

    pub(crate) fn started_chapter(&mut self, now: Timestamp, chapter: ChapterId) {
        self.introduce(now, chapter);
    }

    /// This computer's network name, as text.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// This member and device.
    pub fn me(&self) -> Me {
        self.house.me()
    }

    /// Where the node stands.
    pub fn status(&self) -> StatusView {
        StatusView {
            vault: VaultState::Open,
            handle: Some(self.house.contents.handle.clone()),
            chapters: self.house.chapters().len(),
            entries: self.house.chapters().iter().map(|chapter| self.house.len(chapter)).sum(),
            connected: self.sync.peers().iter().filter(|peer| peer.lanes.iter().any(|lane| lane.member)).count(),
            serving: self.around.on,
            copied: self.house.copied,
            notes: self.notes(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Chapters of which something is missing here.
    fn notes(&self) -> Vec<String> {
        let note = |(chapter, name): (ChapterId, String)| {
            // Where nothing of it can be read, its name cannot either.
            let id = chapter.to_string().chars().take(12).collect();
            format!("{}: {}.", if name.is_empty() { id } else { name }, self.house.mending_words(&chapter))
        };
        self.house.mending().into_iter().map(note).collect()
    }

    /// Connections and what is left.
    pub fn network(&self) -> NetworkView {
        let chapters = self.house.chapters();
        NetworkView {
            serving: self.around.on,
            discovery: self.around.discovery,
            listening: self.around.listening.iter().cloned().collect(),
            peer_id: self.name.clone(),
            peers: self.peers(),
            left: chapters.iter().map(|chapter| self.sync.left(chapter)).sum(),
            // Where there is no other device, nothing can be elsewhere; where this member is in no more, nothing is sent.
            only_here: chapters
                .iter()
                .filter(|chapter| {
                    self.house.room(chapter).is_ok_and(|room| room.member && room.view.device_count() > 1)
                })
                .map(|chapter| self.house.len(chapter).saturating_sub(self.sync.shared(chapter)))
                .sum(),
            joining: self.house.joining_names(),
        }
    }

    /// The computers that are connected.
    pub fn peers(&self) -> Vec<PeerView> {
        let lanes: BTreeMap<Peer, Vec<sync::LaneStatus>> =
            self.sync.peers().into_iter().map(|status| (status.peer, status.lanes)).collect();
        let view = |(peer, connection): (&Peer, &Connection)| {
            let lanes: Vec<_> = lanes.get(peer).into_iter().flatten().filter(|lane| lane.member).collect();
            let name = |lane: &&sync::LaneStatus| self.house.name(&lane.chapter);
            let (silent, answering): (Vec<_>, Vec<_>) =
                lanes.iter().copied().partition(|lane| self.sync.unanswered(&lane.chapter).contains(&lane.device));
            PeerView {
                peer_id: connection.name.clone(),
                address: connection.address.clone(),
                route: connection.route.to_owned(),
                handle: lanes.first().and_then(|lane| self.house.handle_of_device(&lane.chapter, &lane.device)),
                chapters: answering.iter().map(name).collect(),
                silent: silent.iter().map(name).collect(),
                left: lanes.iter().map(|lane| lane.left).sum(),
                last_exchange: connection.last_exchange.map(clock::text),
            }
        };
        self.around.connections.iter().map(view).collect()
    }

    /// Whether a device of another member is connected and has proven it.
    pub(crate) fn reaches(&self, chapter: &ChapterId) -> bool {
        let in_chapter = |lane: &sync::LaneStatus| lane.member && lane.chapter == *chapter;
        self.sync.peers().iter().any(|peer| peer.lanes.iter().any(in_chapter))
    }
}
