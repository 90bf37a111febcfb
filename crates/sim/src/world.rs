//! The network and its clock: a queue of what happens when, and nothing else moves time.

use crate::{
    host::{Host, State},
    hostile::Hostile,
    weather::{Weather, below, happens},
};
use api::{Command, ErrorCode, Event, Refusal, Reply};
use entry::{ChapterId, Timestamp};
use node::core::{Effect, Input, Ticket, Topic, Traffic};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};
use sync::{Gossip, Peer};

/// 2026-11-23T18:30:00Z: the first evening.
const BEGIN: u64 = 1_795_458_600_000;
const TICK: u64 = 250;
const REDIAL: u64 = 1_000;
const BAN: u64 = 300_000;
/// The longest message that is read from whom nobody has said to trust: as `net` has it.
const STRANGERS_MESSAGE: usize = 128 * 1024;

/// Names a computer of the world.
pub type HostId = usize;

enum Happening {
    Tick(HostId),
    Message { from: HostId, to: HostId, link: u64, bytes: Vec<u8> },
    Gossip { from: HostId, to: HostId, topic: Topic, bytes: Vec<u8> },
    Redial { a: HostId, b: HostId },
    Mischief,
}

/// The simulated world.
pub struct World {
    /// How well the network behaves from now on.
    pub weather: Weather,
    now: Timestamp,
    rng: ChaCha20Rng,
    hosts: Vec<Host>,
    names: Vec<String>,
    queue: BTreeMap<(u64, u64), Happening>,
    next: u64,
    /// Who may be connected to whom: the wires. A link is a wire in use.
    wires: BTreeSet<(HostId, HostId)>,
    /// Each link in use, with its number and when the last message of each direction arrives: links keep order.
    links: BTreeMap<(HostId, HostId), Link>,
    /// Groups that do not reach each other. Empty: everybody reaches everybody.
    partition: Vec<BTreeSet<HostId>>,
    hostile: Option<(HostId, Hostile)>,
    tickets: Ticket,
    replies: BTreeMap<Ticket, Result<Reply, Refusal>>,
    /// Bytes sent over links so far.
    pub bytes: u64,
    /// What somebody hears who listens to all links, where that is wanted: from whom, to whom, and the message as the sync
    /// machines speak it, without the encryption of the connection.
    pub tap: Option<Vec<(HostId, HostId, Vec<u8>)>>,
}

#[derive(Clone, Copy)]
struct Link {
    number: u64,
    last: [u64; 2],
}

fn pair(a: HostId, b: HostId) -> (HostId, HostId) {
    (a.min(b), a.max(b))
}

impl World {
    /// An empty world. The seed decides everything.
    pub fn new(seed: u64, weather: Weather) -> Self {
        Self {
            weather,
            now: Timestamp(BEGIN),
            rng: ChaCha20Rng::seed_from_u64(seed),
            hosts: Vec::new(),
            names: Vec::new(),
            queue: BTreeMap::new(),
            next: 0,
            wires: BTreeSet::new(),
            links: BTreeMap::new(),
            partition: Vec::new(),
            hostile: None,
            tickets: 0,
            replies: BTreeMap::new(),
            bytes: 0,
            tap: None,
        }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A member with a computer, switched on.
    pub fn add(&mut self, name: &str) -> HostId {
        let host = Host::new(name, self.rng.next_u64());
        self.add_host(name, host)
    }

    /// A computer with another one's member key and a device key of its own, which no device of theirs knows of.
    pub fn add_device_of(&mut self, other: HostId, name: &str) -> HostId {
        let host = Host::new(name, self.rng.next_u64()).with_the_key_of(&self.hosts[other]);
        self.add_host(name, host)
    }

    /// A second computer with a copy of another one's data folder, used beside it. None while that one is off.
    pub fn add_copy_of(&mut self, other: HostId, name: &str) -> Option<HostId> {
        let seed = self.rng.next_u64();
        let host = self.hosts[other].copied(name, seed)?;
        Some(self.add_host(name, host))
    }

    /// Restarts a computer with a vault as earlier versions made it, which does not know the member's other devices.
    pub fn age(&mut self, host: HostId) {
        self.switch_off(host);
        self.hosts[host].forget_own_devices();
        self.switch_on(host);
    }

    fn add_host(&mut self, name: &str, host: Host) -> HostId {
        let id = self.hosts.len();
        self.hosts.push(host);
        self.names.push(name.to_owned());
        self.switch_on(id);
        let delay = below(&mut self.rng, TICK);
        self.after(delay, Happening::Tick(id));
        id
    }

    /// A peer that is no node, wired to everybody.
    pub fn add_hostile(&mut self) -> HostId {
        let id = self.hosts.len();
        let host = Host::new("mallory", self.rng.next_u64());
        self.hostile = Some((id, Hostile::new(host.peer.clone())));
        self.hosts.push(host);
        self.names.push("mallory".into());
        for other in 0..id {
            self.wire(id, other);
        }
        self.after(100, Happening::Mischief);
        id
    }

    /// Lets two computers find each other from now on.
    pub fn wire(&mut self, a: HostId, b: HostId) {
        if a != b && self.wires.insert(pair(a, b)) {
            self.after(1, Happening::Redial { a, b });
        }
    }

    /// Everybody finds everybody.
    pub fn wire_all(&mut self) {
        for a in 0..self.hosts.len() {
            for b in 0..a {
                self.wire(a, b);
            }
        }
    }

    /// Sets a computer's clock off.
    pub fn skew(&mut self, host: HostId, millis: i64) {
        self.hosts[host].skew = millis;
    }

    /// Splits the network. Those who are in no group reach nobody.
    pub fn part(&mut self, groups: &[&[HostId]]) {
        self.partition = groups.iter().map(|group| group.iter().copied().collect()).collect();
        let broken: Vec<_> = self.links.keys().filter(|(a, b)| !self.reach(*a, *b)).copied().collect();
        for (a, b) in broken {
            self.unlink(a, b);
        }
    }

    /// Makes the network whole again.
    pub fn heal(&mut self) {
        self.partition.clear();
    }

    fn reach(&self, a: HostId, b: HostId) -> bool {
        self.partition.is_empty() || self.partition.iter().any(|group| group.contains(&a) && group.contains(&b))
    }

    /// Pulls the plug of a computer.
    pub fn switch_off(&mut self, host: HostId) {
        for other in self.hosts[host].links.clone() {
            self.unlink(host, other);
        }
        self.hosts[host].pull_the_plug();
    }

    /// Pulls the plug of a computer whose disk then turns out to be empty. Its vault is still there.
    pub fn lose_the_disk(&mut self, host: HostId) {
        self.switch_off(host);
        self.hosts[host].lose_the_disk();
    }

    /// Pulls the plug of a computer and changes envelopes on its disk: for a member whose computer lies. Returns how many.
    pub fn tamper(&mut self, host: HostId, change: &mut dyn FnMut(&[u8]) -> Option<Vec<u8>>) -> usize {
        self.switch_off(host);
        self.hosts[host].tamper(change)
    }

    /// Pulls the plug of a computer and puts envelopes on its disk, behind those of a chapter, as nothing but its owner's
    /// own program would. From then on its node has them, and passes them on. Returns how many.
    pub fn plant(&mut self, host: HostId, chapter: &ChapterId, envelopes: &[Vec<u8>]) -> usize {
        self.switch_off(host);
        self.hosts[host].plant(chapter, envelopes)
    }

    /// A computer says, to all who listen to it in any chapter, what its node would not say.
    pub fn tell(&mut self, host: HostId, bytes: &[u8]) {
        for topic in self.hosts[host].topics.clone() {
            self.spread(host, topic, bytes);
        }
    }

    /// What a computer's vault holds.
    pub fn vault(&self, host: HostId) -> keys::Contents {
        self.hosts[host].contents()
    }

    /// Makes a backup of a computer's vault and chapters.
    pub fn back_up(&mut self, host: HostId) {
        self.hosts[host].back_up();
    }

    /// Pulls the plug of a computer and brings its backup back in place of everything, switched on.
    pub fn restore(&mut self, host: HostId) {
        self.switch_off(host);
        self.hosts[host].restore();
        self.switch_on(host);
    }

    /// Switches a computer on.
    pub fn switch_on(&mut self, host: HostId) {
        let now = self.now;
        if let Err(refusal) = self.hosts[host].switch_on(now) {
            // A test that goes on with a computer that does not start would test nothing.
            self.hosts[host].events.push(Event::Warning { message: refusal.message });
            return;
        }
        self.input(host, Input::Network { on: true, discovery: true });
        let wires: Vec<_> = self.wires.iter().filter(|(a, b)| *a == host || *b == host).copied().collect();
        for (a, b) in wires {
            self.after(1, Happening::Redial { a, b });
        }
    }

    fn after(&mut self, millis: u64, happening: Happening) {
        self.next += 1;
        self.queue.insert((self.now.0 + millis, self.next), happening);
    }

    /// Asks a computer, and runs the world until it answers.
    pub fn ask(&mut self, host: HostId, command: Command) -> Result<Reply, Refusal> {
        self.tickets += 1;
        let ticket = self.tickets;
        self.input(host, Input::Command { ticket, command });
        self.answer(ticket)
    }

    /// Gives a new computer the code that another one of its member shows.
    pub fn pair(&mut self, host: HostId, code: &str) -> Result<Reply, Refusal> {
        self.tickets += 1;
        let ticket = self.tickets;
        self.input(host, Input::Pair { ticket, code: code.to_owned() });
        self.answer(ticket)
    }

    fn answer(&mut self, ticket: u64) -> Result<Reply, Refusal> {
        let deadline = self.now.0 + 600_000;
        loop {
            if let Some(outcome) = self.replies.remove(&ticket) {
                return outcome;
            }
            if self.now.0 > deadline || !self.step() {
                return Err(Refusal::new(ErrorCode::Timeout, "no answer within ten simulated minutes"));
            }
        }
    }

    /// Lets time pass.
    pub fn run(&mut self, millis: u64) {
        let until = self.now.0 + millis;
        while self.queue.first_key_value().is_some_and(|((at, _), _)| *at <= until) {
            self.step();
        }
        self.now = Timestamp(until);
    }

    /// Runs until a condition holds, for so long at most. Returns whether it came to hold.
    pub fn run_until(&mut self, millis: u64, mut holds: impl FnMut(&mut Self) -> bool) -> bool {
        let until = self.now.0 + millis;
        while self.now.0 < until {
            if holds(self) {
                return true;
            }
            self.run(500);
        }
        holds(self)
    }

    /// What a computer's node has said by itself since it was last asked.
    pub fn events(&mut self, host: HostId) -> Vec<Event> {
        std::mem::take(&mut self.hosts[host].events)
    }

    /// A host's name.
    pub fn name(&self, host: HostId) -> &str {
        &self.names[host]
    }

    fn step(&mut self) -> bool {
        let Some(((at, _), happening)) = self.queue.pop_first() else { return false };
        self.now = Timestamp(self.now.0.max(at));
        match happening {
            Happening::Tick(host) => {
                self.input(host, Input::Tick);
                self.after(TICK, Happening::Tick(host));
            }
            Happening::Message { from, to, link, bytes } => {
                let long = bytes.len() > STRANGERS_MESSAGE && !self.hosts[to].trusted.contains(&from);
                if self.links.get(&pair(from, to)).is_none_or(|current| current.number != link) {
                    // It was on its way when the line broke.
                } else if long {
                    // The real network lets it wait for a while, and then breaks the line all the same.
                    self.unlink(from, to);
                } else {
                    let peer = self.hosts[from].peer.clone();
                    self.input(to, Input::Message { peer, bytes });
                }
            }
            Happening::Gossip { from, to, topic, bytes } => self.arrive(from, to, topic, bytes),
            Happening::Redial { a, b } => self.redial(a, b),
            Happening::Mischief => self.mischief(),
        }
        true
    }

    fn on(&self, host: HostId) -> bool {
        matches!(self.hosts[host].state, State::On(_)) || self.is_hostile(host)
    }

    fn is_hostile(&self, host: HostId) -> bool {
        self.hostile.as_ref().is_some_and(|(id, _)| *id == host)
    }

    fn banned(&self, a: HostId, b: HostId) -> bool {
        let by = |x: HostId, y: HostId| self.hosts[x].bans.get(&y).is_some_and(|until| self.now.0 < *until);
        by(a, b) || by(b, a)
    }

    fn redial(&mut self, a: HostId, b: HostId) {
        if self.links.contains_key(&pair(a, b)) || !self.wires.contains(&pair(a, b)) {
            return;
        }
        if !self.on(a) || !self.on(b) {
            // Whoever is switched on dials.
            return;
        }
        if !self.reach(a, b) || self.banned(a, b) {
            self.after(REDIAL, Happening::Redial { a, b });
            return;
        }
        self.next += 1;
        self.links.insert(pair(a, b), Link { number: self.next, last: [0; 2] });
        self.hosts[a].links.insert(b);
        self.hosts[b].links.insert(a);
        for (host, other, outbound) in [(a, b, true), (b, a, false)] {
            let (peer, name) = (self.hosts[other].peer.clone(), self.names[other].clone());
            let address = format!("/memory/{other}");
            self.input(host, Input::Connected { peer, name, address, route: "same network", outbound });
        }
    }

    fn unlink(&mut self, a: HostId, b: HostId) {
        if self.links.remove(&pair(a, b)).is_none() {
            return;
        }
        for (host, other) in [(a, b), (b, a)] {
            self.hosts[host].links.remove(&other);
            self.hosts[host].open.retain(|(peer, _)| *peer != other);
            self.hosts[host].trusted.remove(&other);
            let peer = self.hosts[other].peer.clone();
            self.input(host, Input::Disconnected { peer });
        }
        let delay = REDIAL + below(&mut self.rng, REDIAL);
        self.after(delay, Happening::Redial { a, b });
    }

    /// Gives a node an input, commits, and performs the effects.
    fn input(&mut self, host: HostId, input: Input) {
        let now = self.hosts[host].clock(self.now);
        let State::On(core) = &mut self.hosts[host].state else { return };
        core.handle(now, input);
        let effects = core.commit(now);
        for effect in effects {
            match effect {
                Effect::Reply { ticket, outcome } => {
                    self.replies.insert(ticket, outcome);
                }
                Effect::Emit(event) => self.hosts[host].events.push(event),
                Effect::Net(traffic) => self.traffic(host, traffic),
            }
        }
    }

    fn host_of(&self, peer: &Peer) -> Option<HostId> {
        self.hosts.iter().position(|host| host.peer == *peer)
    }

    fn traffic(&mut self, host: HostId, traffic: Traffic) {
        match traffic {
            Traffic::Send { peer, bytes } => {
                if let Some(to) = self.host_of(&peer) {
                    self.send(host, to, bytes);
                }
            }
            Traffic::Disconnect { peer, ban, .. } => {
                let Some(other) = self.host_of(&peer) else { return };
                if ban {
                    let until = self.now.0 + BAN;
                    self.hosts[host].bans.insert(other, until);
                }
                self.unlink(host, other);
            }
            Traffic::Trust { peer } => {
                if let Some(other) = self.host_of(&peer) {
                    self.hosts[host].trusted.insert(other);
                }
            }
            Traffic::Open { peer, topic } => {
                if let Some(other) = self.host_of(&peer) {
                    self.hosts[host].trusted.insert(other);
                    self.hosts[host].open.insert((other, topic));
                }
            }
            Traffic::Subscribe { topic } => {
                self.hosts[host].topics.insert(topic);
            }
            Traffic::Publish { topic, bytes } => {
                self.hosts[host].seen.insert((topic, bytes.clone()));
                self.spread(host, topic, &bytes);
            }
            Traffic::Verdict { topic, id, verdict, .. } => {
                // Here a message's id is the message.
                if verdict == Gossip::Accept {
                    self.spread(host, topic, &id);
                }
            }
            Traffic::Dial { .. } | Traffic::SetDiscovery(_) => {}
        }
    }

    fn send(&mut self, from: HostId, to: HostId, bytes: Vec<u8>) {
        let Some(link) = self.links.get(&pair(from, to)).copied() else { return };
        self.bytes += bytes.len() as u64;
        if let Some(tap) = &mut self.tap {
            tap.push((from, to, bytes.clone()));
        }
        if let Some((_, hostile)) = &mut self.hostile {
            hostile.hear(&bytes);
        }
        if happens(&mut self.rng, self.weather.link_breaks) {
            self.unlink(from, to);
            return;
        }
        let way = usize::from(from > to);
        let arrival = (self.now.0 + self.weather.latency(&mut self.rng)).max(link.last[way]);
        if let Some(link) = self.links.get_mut(&pair(from, to)) {
            link.last[way] = arrival;
        }
        self.after(arrival - self.now.0, Happening::Message { from, to, link: link.number, bytes });
    }

    /// Gossip goes to those who take part in the topic and to whom the gate is open on both sides.
    fn spread(&mut self, from: HostId, topic: Topic, bytes: &[u8]) {
        for to in self.hosts[from].links.clone() {
            let open = |a: HostId, b: HostId| self.hosts[a].open.contains(&(b, topic));
            if !open(from, to) || !open(to, from) || !self.hosts[to].topics.contains(&topic) {
                continue;
            }
            let copies = if happens(&mut self.rng, self.weather.gossip_twice) { 2 } else { 1 };
            for _ in 0..copies {
                if happens(&mut self.rng, self.weather.gossip_loss) {
                    continue;
                }
                let late = if happens(&mut self.rng, self.weather.gossip_late) { 10 } else { 1 };
                let delay = self.weather.latency(&mut self.rng) * late;
                self.after(delay, Happening::Gossip { from, to, topic, bytes: bytes.to_vec() });
            }
        }
    }

    fn arrive(&mut self, from: HostId, to: HostId, topic: Topic, bytes: Vec<u8>) {
        if self.hosts[to].links.contains(&from) && self.hosts[to].seen.insert((topic, bytes.clone())) {
            let peer = self.hosts[from].peer.clone();
            self.input(to, Input::Gossip { topic, peer, id: bytes.clone(), bytes });
        }
    }

    fn mischief(&mut self) {
        if let Some((id, mut hostile)) = self.hostile.take() {
            for to in self.hosts[id].links.clone() {
                let bytes = hostile.speak(&mut self.rng);
                let peer = hostile.peer.clone();
                self.hostile = Some((id, hostile));
                self.input(to, Input::Message { peer, bytes });
                let Some((_, back)) = self.hostile.take() else { return };
                hostile = back;
            }
            self.hostile = Some((id, hostile));
        }
        self.after(50, Happening::Mischief);
    }
}
