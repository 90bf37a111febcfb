//! Time and memory of folding the membership of a large chapter from nothing: 1,000 members, of whom 20 are removed,
//! each by the votes of 600; fifteen people write every decision at once, and a new key follows.
//!
//! `cargo run --release -p chapterhouse-chapter --features testing --example membership_cost`
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "it prints what it measured")]

use chapterhouse_chapter::{
    Kind, View,
    kinds::{self, Admit, Choice, Epoch, Invite, Join, Measure, Wrap},
    testing::{
        Graph, people,
        story::{FOUNDED, MINUTE, WEEK, charter, decision, motion, voice},
    },
};
use ed25519_dalek::SigningKey;
use entry::{ChapterId, DeviceCert, DeviceId, Draft, Entry, EntryId, Timestamp, Verified};
use std::{collections::BTreeSet, time::Instant};

const MEMBERS: usize = 1000;
const REMOVALS: usize = 20;
const VOTES: usize = 600;
/// So many write each decision, without having seen each other.
const WRITERS: usize = 15;
/// So many vote without having seen each other.
const AT_ONCE: usize = 15;

struct Person {
    key: SigningKey,
    cert: DeviceCert,
    last: Option<(u64, EntryId)>,
}

struct Writing {
    chapter: ChapterId,
    people: Vec<Person>,
    entries: Vec<Entry<Verified>>,
    now: Timestamp,
}

impl Writing {
    fn write(&mut self, who: usize, seen: &BTreeSet<EntryId>, kind: &Kind) -> EntryId {
        let person = &mut self.people[who];
        self.now = self.now.plus(1000);
        let (number, body) = kinds::encode(kind);
        let prev = person.last.map(|(_, id)| id);
        let draft = Draft {
            chapter: self.chapter,
            epoch: 0,
            device: DeviceId(person.key.verifying_key().to_bytes()),
            seq: person.last.map_or(1, |(seq, _)| seq + 1),
            prev,
            time: self.now,
            parents: seen.iter().copied().filter(|id| Some(*id) != prev).collect(),
            kind: number,
            body,
        };
        let entry = draft.sign(&person.key).unwrap();
        person.last = Some((entry.content().seq, entry.id()));
        let id = entry.id();
        self.entries.push(entry);
        id
    }

    /// Several people write at the same moment.
    fn at_once(&mut self, who: &[usize], seen: &mut BTreeSet<EntryId>, kind: &Kind) {
        *seen = who.iter().map(|who| self.write(*who, seen, kind)).collect();
    }
}

fn person(number: usize) -> Person {
    let name = if number == 0 { "rowan".to_owned() } else { format!("member-{number}") };
    Person { key: people::device_key(&name, 0), cert: people::cert(&name, 0), last: None }
}

fn join(writing: &Writing, who: usize, terms: [u8; 32]) -> kinds::JoinStatement {
    let invitation = people::invitation_key("door");
    let name = format!("member-{who}");
    let join = Join {
        chapter: writing.chapter,
        invitation: invitation.verifying_key().to_bytes(),
        handle: name.clone(),
        cert: writing.people[who].cert.clone(),
        time: FOUNDED,
        terms,
        answers: Vec::new(),
    };
    join.sign(&invitation, &people::member_key(&name), &writing.people[who].key)
}

fn history() -> Writing {
    let charter = charter("rowan");
    let (chapter, terms) = (charter.chapter_id(), charter.rules.terms());
    let people = (0..MEMBERS).map(person).collect();
    let mut writing = Writing { chapter, people, entries: Vec::new(), now: FOUNDED };
    let mut seen = BTreeSet::from([writing.write(0, &BTreeSet::new(), &Kind::Charter(charter))]);
    let invitation = people::invitation_key("door").verifying_key().to_bytes();
    let invite = Kind::Invite(Invite { invitation, expires: FOUNDED.plus(WEEK), uses: 1000 });
    let invite = writing.write(0, &seen, &invite);
    seen = BTreeSet::from([invite]);
    for who in 1..MEMBERS {
        let admit = Kind::Admit(Box::new(Admit { invite, statement: join(&writing, who, terms) }));
        seen = BTreeSet::from([writing.write(who / 2, &seen, &admit)]);
    }
    for number in 0..REMOVALS {
        let target = MEMBERS - 1 - number;
        let closes = writing.now.plus(WEEK);
        let measure = Measure::Remove { member: writing.people[target].cert.member_id() };
        let moved = writing.write(number, &seen, &motion(measure, closes));
        seen = BTreeSet::from([moved]);
        let voters: Vec<usize> = (0..VOTES).map(|voter| (voter * 11 + number) % (MEMBERS - REMOVALS)).collect();
        for voters in voters.chunks(AT_ONCE) {
            writing.at_once(voters, &mut seen, &voice(moved, 1, Choice::Yes));
        }
        writing.now = closes.plus(MINUTE);
        writing.at_once(&(1..=WRITERS).collect::<Vec<_>>(), &mut seen, &decision(moved));
        // The new key, for everybody who is left, in as many entries as it takes.
        let mut wraps: Vec<Wrap> = (0..target)
            .map(|who| Wrap { device: writing.people[who].cert.device_id(), sealed: [7; kinds::epoch::WRAPPED] })
            .collect();
        wraps.sort_unstable_by_key(|wrap| wrap.device);
        for wraps in wraps.chunks(kinds::epoch::MAX_WRAPS) {
            let commitment = kinds::epoch::commitment(&[number as u8; 32]);
            let epoch = Epoch { generation: number as u64 + 1, commitment, wraps: wraps.to_vec() };
            seen = BTreeSet::from([writing.write(number, &seen, &Kind::Epoch(epoch))]);
        }
    }
    writing
}

fn memory(of: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(of));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}

/// Seconds that this program has had a core: the machine has other things to do.
fn on_core() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    stat.split_whitespace().next().and_then(|nanos| nanos.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1e9
}

fn main() {
    let writing = history();
    let mut graph = Graph::default();
    writing.entries.iter().for_each(|entry| graph.add(entry));
    let before = memory("VmRSS:");
    for _ in 0..3 {
        let (started, core) = (Instant::now(), on_core());
        let mut view = View::new(writing.chapter);
        for entry in &writing.entries {
            view.apply(entry, &graph);
        }
        let (took, core) = (started.elapsed().as_secs_f64(), on_core() - core);
        println!("fold         {took:7.3} s ({core:.3} s of a core) for {} entries", view.entries());
        println!("view         {:7.1} MB", memory("VmRSS:") - before);
        assert!(view.void_entries().is_empty(), "{:?}", view.void_entries().first());
        assert_eq!(view.member_count(), MEMBERS - REMOVALS);
        assert!(view.epoch().is_some());
        let started = Instant::now();
        let _ = std::hint::black_box(view.state_hash());
        println!("state hash   {:7.1} ms", started.elapsed().as_secs_f64() * 1e3);
    }
    println!("at most      {:7.1} MB, with the entries and their graph", memory("VmHWM:"));
}
