//! The same entries make the same view, in whatever causal order they come, however often, split however one likes.
//!
//! A failing case prints its shortest form and is kept in `orders.regressions`; `PROPTEST_CASES` sets how many are
//! tried.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    Applied, Kind, View,
    kinds::{self, Invite, Question},
    testing::{
        Chapter, Snapshot,
        people::invitation_key,
        story::{MINUTE, ballot, comment, minutes, post},
    },
};
use entry::{Entry, EntryId, Verified};
use proptest::{prelude::*, sample::Index, strategy::ValueTree, test_runner::FileFailurePersistence};
use std::collections::BTreeSet;

/// Members from the beginning, and people who may become some, or try.
const PEOPLE: [&str; 6] = ["rowan", "asha", "imre", "noor", "tomas", "vera"];
const DOORS: [&str; 4] = ["north", "east", "south", "west"];

/// One thing that somebody does. What an index means depends on what is there by then.
#[derive(Debug, Clone)]
struct Deed {
    who: usize,
    device: usize,
    what: What,
    /// Which of the entries so far are seen; none: all heads.
    seeing: Option<Vec<Index>>,
    /// As if some of the device's entries had never been written: a copied key.
    forks_back: Option<Index>,
    /// Minutes before or after what was written last.
    clock: i64,
}

#[derive(Debug, Clone)]
enum What {
    Post,
    Minutes,
    Comment(Index),
    Invite(Index, u64),
    /// By the invitation's own door, or by another one.
    Admit {
        invite: Index,
        other_door: Option<Index>,
        name: usize,
        device: usize,
    },
    Poll,
    Ballot {
        poll: Index,
        number: u64,
        answer: Option<u16>,
    },
    Unknown,
    Rubbish(u64),
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![
        3 => Just(What::Post),
        1 => Just(What::Minutes),
        4 => any::<Index>().prop_map(What::Comment),
        2 => (any::<Index>(), 1_u64..3).prop_map(|(door, uses)| What::Invite(door, uses)),
        5 => (any::<Index>(), prop::option::weighted(0.2, any::<Index>()), 1..PEOPLE.len(), 0_usize..2)
            .prop_map(|(invite, other_door, name, device)| What::Admit { invite, other_door, name, device }),
        2 => Just(What::Poll),
        7 => (any::<Index>(), 1_u64..4, prop::option::of(0_u16..3))
            .prop_map(|(poll, number, answer)| What::Ballot { poll, number, answer }),
        1 => Just(What::Unknown),
        1 => (1_u64..35).prop_map(What::Rubbish),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    let seeing = prop::option::weighted(0.5, prop::collection::vec(any::<Index>(), 0..4));
    let forks_back = prop::option::weighted(0.15, any::<Index>());
    // Mostly members, mostly with their first device.
    let who = prop_oneof![3 => 0_usize..3, 1 => 3..PEOPLE.len()];
    let device = prop_oneof![4 => Just(0_usize), 1 => Just(1)];
    (who, device, what(), seeing, forks_back, -3_i64..10).prop_map(|(who, device, what, seeing, forks_back, clock)| {
        Deed { who, device, what, seeing, forks_back, clock }
    })
}

/// What happened, and what later deeds can point at.
struct History {
    chapter: Chapter,
    invites: Vec<(EntryId, &'static str)>,
    polls: Vec<EntryId>,
    /// Of each device, its entries.
    chains: std::collections::BTreeMap<(usize, usize), Vec<(u64, EntryId)>>,
}

impl History {
    fn of(deeds: &[Deed]) -> Self {
        let chapter = Chapter::founded_by("rowan").with(["asha", "imre"]);
        let founding = (chapter.entries().iter()).map(|entry| (entry.content().seq, entry.id())).collect();
        let chains = [((0, 0), founding)].into();
        let mut history = Self { chapter, invites: vec![], polls: vec![], chains };
        for deed in deeds {
            history.happens(deed);
        }
        history
    }

    fn pick(&self, index: &Index, from: &[EntryId]) -> EntryId {
        if from.is_empty() { self.chapter.entries()[0].id() } else { from[index.index(from.len())] }
    }

    fn happens(&mut self, deed: &Deed) {
        let all: Vec<EntryId> = self.chapter.entries().iter().map(Entry::id).collect();
        let (kind, body) = self.body(&deed.what, &all);
        let chain = self.chains.entry((deed.who, deed.device)).or_default();
        let place = match (&deed.forks_back, chain.len()) {
            (Some(index), length) if length > 0 => chain[..index.index(length)].last().copied(),
            _ => self.chapter.place_of(PEOPLE[deed.who], deed.device),
        };
        let time = self.chapter.now().0.saturating_add_signed(deed.clock * MINUTE as i64);
        let mut pen = self.chapter.by(PEOPLE[deed.who]).on(deed.device).behind(place).at(entry::Timestamp(time));
        if let Some(seeing) = &deed.seeing {
            pen = pen.seeing(seeing.iter().map(|index| all[index.index(all.len())]));
        }
        let id = pen.writes_raw(kind, body).unwrap();
        chain.push((place.map_or(1, |(seq, _)| seq + 1), id));
        match deed.what {
            What::Invite(door, _) => self.invites.push((id, DOORS[door.index(4)])),
            // Votes in polls that do not count are tried too, but not mostly.
            What::Poll if self.polls.is_empty() || self.chapter.view().counted(&id).is_ok() => self.polls.push(id),
            _ => {}
        }
    }

    fn body(&self, what: &What, all: &[EntryId]) -> (u64, Vec<u8>) {
        let count = all.len();
        let kind = match what {
            What::Post => post(&format!("Post {count}"), "It rained."),
            What::Minutes => minutes(&format!("Meeting {count}"), "2026-11-23"),
            What::Comment(on) => comment(self.pick(on, all), "Yes."),
            What::Invite(door, uses) => Kind::Invite(Invite {
                invitation: invitation_key(DOORS[door.index(4)]).verifying_key().to_bytes(),
                expires: self.chapter.now().plus(15 * MINUTE),
                uses: *uses,
            }),
            What::Admit { invite, other_door, name, device } => {
                let (invite, door) = match self.invites.len() {
                    0 => (all[0], DOORS[0]),
                    count => self.invites[invite.index(count)],
                };
                let door = other_door.map_or(door, |other| DOORS[other.index(4)]);
                self.chapter.admission(invite, door, PEOPLE[*name], *device)
            }
            What::Poll => {
                let question =
                    Question { key: "q".into(), text: "Roof?".into(), options: vec!["yes".into(), "no".into()] };
                let Kind::Poll(mut poll) = self.chapter.draft_poll("Roof?", vec![question]) else { panic!("no poll") };
                poll.closes = self.chapter.now().plus(60 * MINUTE);
                Kind::Poll(poll)
            }
            What::Ballot { poll, number, answer } => ballot(self.pick(poll, &self.polls), *number, &[*answer]),
            What::Unknown => Kind::Unknown { kind: 99, body: vec![1, 2, 3] },
            What::Rubbish(kind) => Kind::Unknown { kind: *kind, body: vec![0, 0x81, 0x01] },
        };
        kinds::encode(&kind)
    }
}

/// A view of these entries in the order in which the choices pick from those whose parents are there; now and then
/// one is given again.
fn view_in_order(chapter: &Chapter, entries: &[Entry<Verified>], choices: &[Index]) -> View {
    let mut view = View::new(chapter.id());
    extend_in_order(&mut view, chapter, entries, choices);
    view
}

fn extend_in_order(view: &mut View, chapter: &Chapter, entries: &[Entry<Verified>], choices: &[Index]) {
    let mut waiting: Vec<&Entry<Verified>> = entries.iter().filter(|entry| !view.has(&entry.id())).collect();
    let mut given: Vec<&Entry<Verified>> = Vec::new();
    for step in 0.. {
        let ready: Vec<usize> =
            (0..waiting.len()).filter(|at| waiting[*at].causal_parents().all(|parent| view.has(&parent))).collect();
        if ready.is_empty() {
            break;
        }
        let choice = &choices[step % choices.len()];
        let entry = waiting.remove(ready[choice.index(ready.len())]);
        assert!(matches!(view.apply(entry, chapter.graph()), Applied::Counts | Applied::Void(_)));
        given.push(entry);
        let again = given[choice.index(given.len())];
        assert_eq!(view.apply(again, chapter.graph()), Applied::Again);
    }
    assert!(waiting.is_empty(), "a history is causally closed");
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_order_makes_the_same_view(
        deeds in prop::collection::vec(deed(), 1..60),
        choices in prop::collection::vec(any::<Index>(), 1..80),
        other_choices in prop::collection::vec(any::<Index>(), 1..80),
    ) {
        let chapter = History::of(&deeds).chapter;
        let written = chapter.view();
        let one = view_in_order(&chapter, chapter.entries(), &choices);
        let two = view_in_order(&chapter, chapter.entries(), &other_choices);
        prop_assert_eq!(Snapshot::of(&one), Snapshot::of(&written));
        prop_assert_eq!(Snapshot::of(&two), Snapshot::of(&written));
        prop_assert_eq!(one.state_hash(), two.state_hash());
    }

    #[test]
    fn parts_that_meet_make_the_same_view(
        deeds in prop::collection::vec(deed(), 1..60),
        last in prop::collection::vec(any::<Index>(), 1..5),
        choices in prop::collection::vec(any::<Index>(), 1..80),
    ) {
        let chapter = History::of(&deeds).chapter;
        let entries = chapter.entries();
        // Somebody has the past of a few entries; the rest comes later.
        let mut part = BTreeSet::new();
        let mut waiting: Vec<EntryId> = last.iter().map(|index| entries[index.index(entries.len())].id()).collect();
        while let Some(id) = waiting.pop() {
            if part.insert(id) {
                waiting.extend(chapter.graph().parents(&id));
            }
        }
        let part: Vec<_> = entries.iter().filter(|entry| part.contains(&entry.id())).cloned().collect();
        let mut view = view_in_order(&chapter, &part, &choices);
        let again = view_in_order(&chapter, &part, &choices[..1]);
        prop_assert_eq!(Snapshot::of(&view), Snapshot::of(&again));
        extend_in_order(&mut view, &chapter, entries, &choices);
        let written = chapter.view();
        prop_assert_eq!(Snapshot::of(&view), Snapshot::of(&written));
        prop_assert_eq!(view.entries() > part.len(), written.state_hash() != again.state_hash());
    }

    /// What an entry may do follows from its causal past alone: nothing that comes later, a fork aside, changes it.
    #[test]
    fn what_counted_goes_on_counting(deeds in prop::collection::vec(deed(), 1..60)) {
        let chapter = History::of(&deeds).chapter;
        let mut view = View::new(chapter.id());
        let mut verdicts = Vec::new();
        for entry in chapter.entries() {
            view.apply(entry, chapter.graph());
            verdicts.push((entry.id(), view.counted(&entry.id())));
        }
        for (id, at_first) in verdicts {
            let now = view.counted(&id);
            let forked = matches!(now, Err(chapterhouse_chapter::Void::Forked { .. }));
            prop_assert!(forked || now == at_first, "{id}: {at_first:?}, then {now:?}");
        }
    }
}

/// The histories are worth something only if they reach what they are about.
#[test]
fn the_histories_reach_every_corner() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    let strategy = prop::collection::vec(deed(), 40..60);
    for _ in 0..150 {
        let deeds = strategy.new_tree(&mut runner).unwrap().current();
        let view = History::of(&deeds).chapter.view();
        for (_, void) in view.void_entries() {
            seen.insert(format!("{void:?}").split(['(', '{', ' ']).next().unwrap().to_owned());
        }
        if view.member_count() > 3 {
            seen.insert("newcomer".into());
        }
        if view.members().iter().any(|member| member.devices.len() > 1) {
            seen.insert("second device".into());
        }
        if view.polls().any(|poll| view.outcome(&poll).is_some_and(|outcome| !outcome.replaced.is_empty())) {
            seen.insert("replaced".into());
        }
    }
    for corner in [
        "NotAMember",
        "Malformed",
        "UnknownTarget",
        "InvitationExpired",
        "InvitationUsed",
        "WrongStatement",
        "WrongRoll",
        "NotOnRoll",
        "Late",
        "WrongAnswers",
        "Forked",
        "newcomer",
        "second device",
        "replaced",
    ] {
        assert!(seen.contains(corner), "no history reaches {corner}: {seen:?}");
    }
}
