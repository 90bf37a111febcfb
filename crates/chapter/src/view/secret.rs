//! Secret polls: whose ballot keys make up the ring, and which ballots hold.
//!
//! The ring follows from the poll's causal past: of each voter the latest keys that it had seen, and of these the first one
//! that no secret poll in the same past has taken.
//!
//! Checking a proof costs milliseconds, so that it is done when somebody asks for the count, for all ballots at once, and
//! remembered. What is remembered changes no answer.

use super::{View, acts::Said, content::Voting};
use crate::kinds::{BallotBox, BallotKeys, Poll, SecretBallot};
use entry::{EntryId, MemberId, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
use vote::{
    Ballot,
    secret::{Claim, Key, Linkable, Triptych},
};

/// The keys that a member published.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    said: Said,
    time: Timestamp,
    keys: Box<[Key]>,
}

/// A voter's place in a secret poll's ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Whose.
    pub member: MemberId,
    /// The entry that their key is from.
    pub batch: EntryId,
    /// Which of its keys, from 0.
    pub index: usize,
    /// The key.
    pub key: Key,
}

/// What there is of a secret poll's ballots.
#[derive(Debug, Clone)]
pub(crate) struct Secrets {
    /// By member.
    pub(super) slots: Arc<[Slot]>,
    checked: Arc<Checked>,
    /// By the row of the entry that has them.
    pub(super) boxes: Vec<(u32, Box<[SecretBallot]>)>,
}

/// Which ballots hold.
#[derive(Default)]
struct Checked {
    ring: OnceLock<Option<Triptych>>,
    /// By ballot with its proof.
    verdicts: Mutex<HashMap<[u8; 32], bool>>,
}

/// A secret ballot that is here, whether or not it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedBallot {
    /// What it says. Its member is its tag, its entry what its voter finds it by; what it answers is that of [`Ballot::answers`].
    pub ballot: Ballot,
    /// Who passed it on.
    pub carriers: Vec<MemberId>,
    /// Whether its proof holds.
    pub holds: bool,
}

impl std::fmt::Debug for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Checked")
    }
}

impl Checked {
    /// For each of these ballots, whether its proof holds.
    fn check(&self, rules: &vote::Poll, slots: &[Slot], ballots: &[&SecretBallot]) -> Vec<bool> {
        let keys = || slots.iter().map(|slot| slot.key).collect::<Vec<_>>();
        let ring = self.ring.get_or_init(|| Triptych::new(&keys(), &rules.scope(0)).ok());
        let Some(ring) = ring else { return vec![false; ballots.len()] };
        let names: Vec<[u8; 32]> =
            ballots.iter().map(|ballot| *blake3::hash(&entry::canon::to_bytes(*ballot)).as_bytes()).collect();
        let mut verdicts = self.verdicts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new: BTreeMap<usize, BTreeMap<&[u8; 32], &SecretBallot>> = BTreeMap::new();
        for (name, ballot) in names.iter().zip(ballots).filter(|(name, _)| !verdicts.contains_key(*name)) {
            new.entry(rules.part_of(&ballot.answers)).or_default().insert(name, ballot);
        }
        for (part, new) in new {
            let Ok(ring) = ring.within(&rules.scope(part)) else { continue };
            let statements: Vec<Vec<u8>> =
                new.values().map(|ballot| SecretBallot::statement(rules.id, ballot.number, &ballot.answers)).collect();
            let claims: Vec<Claim<'_>> = new
                .values()
                .zip(&statements)
                .map(|(ballot, message)| Claim { tag: ballot.tag(), proof: &ballot.proof, message })
                .collect();
            verdicts.extend(new.into_keys().copied().zip(ring.verify(&claims)));
        }
        names.iter().map(|name| verdicts.get(name).copied().unwrap_or(false)).collect()
    }
}

impl Secrets {
    pub(super) fn new(slots: Vec<Slot>) -> Self {
        Self { slots: slots.into(), checked: Arc::default(), boxes: Vec::new() }
    }
}

impl View {
    pub(super) fn take_ballot_keys(&mut self, keys: &BallotKeys, said: Said, time: Timestamp) {
        self.content.ballot_keys.push(Published { said, time, keys: keys.list().collect() });
    }

    pub(super) fn take_ballot_box(&mut self, ballots: BallotBox, row: u32) -> Option<u32> {
        let poll = self.row(&ballots.poll)?;
        let secrets = self.content.polls.get_mut(&poll)?.secrets.as_mut()?;
        secrets.boxes.push((row, ballots.ballots.into_boxed_slice()));
        Some(poll)
    }

    /// The ring of a secret poll of these members, in the past that `saw` tells.
    pub(crate) fn slots(&self, roll: &BTreeSet<MemberId>, saw: &dyn Fn(&[EntryId]) -> Vec<bool>) -> Vec<Slot> {
        let all = &self.content.ballot_keys;
        let seen = saw(&all.iter().map(|published| published.said.id).collect::<Vec<_>>());
        let mut latest: BTreeMap<MemberId, &Published> = BTreeMap::new();
        for (published, _) in
            all.iter().zip(seen).filter(|(published, seen)| *seen && self.record(published.said.row).valid)
        {
            let member = self.authority.member_id(published.said.member);
            let place = latest.entry(member).or_insert(published);
            if (published.time, published.said.id) > (place.time, place.said.id) {
                *place = published;
            }
        }
        let secret: Vec<&Voting> = self.content.polls.values().filter(|voting| voting.secrets.is_some()).collect();
        let before = saw(&secret.iter().map(|voting| voting.state.rules.id).collect::<Vec<_>>());
        let mut taken: BTreeMap<(MemberId, EntryId), usize> = BTreeMap::new();
        for (voting, _) in secret.iter().zip(before).filter(|(_, seen)| *seen) {
            for slot in voting.secrets.iter().flat_map(|secrets| secrets.slots.iter()) {
                *taken.entry((slot.member, slot.batch)).or_default() += 1;
            }
        }
        let slot = |member: &MemberId| {
            let published = latest.get(member)?;
            let batch = published.said.id;
            let index = taken.get(&(*member, batch)).copied().unwrap_or(0);
            Some(Slot { member: *member, batch, index, key: *published.keys.get(index)? })
        };
        roll.iter().filter_map(slot).collect()
    }

    /// The ring that a secret poll of these members would have if it were opened now.
    pub fn ring_now(&self, roll: &BTreeSet<MemberId>) -> Vec<Slot> {
        self.slots(roll, &|ids| vec![true; ids.len()])
    }

    /// A poll with the roll that it would have if it were opened now, and the ring if it is secret.
    pub fn with_roll(&self, poll: Poll) -> Poll {
        let members = self.roll();
        let ring = if poll.is_secret() { self.ring_now(&poll.roll_in(members.clone())) } else { Vec::new() };
        poll.for_keys(members, &ring.iter().map(|slot| (slot.member, slot.key)).collect())
    }

    /// The ring of a secret poll, by member. None where ballots are open.
    pub fn ring(&self, poll: &EntryId) -> Option<&[Slot]> {
        self.voting(poll)?.secrets.as_ref().map(|secrets| &*secrets.slots)
    }

    /// All secret polls that count, in no order that matters.
    pub fn secret_polls(&self) -> Vec<EntryId> {
        let secret = self.content.polls.values().filter(|voting| voting.secrets.is_some());
        secret.map(|voting| voting.state.rules.id).collect()
    }

    /// The entry with a member's latest ballot keys, and how many of them secret polls have not taken yet.
    pub fn ballot_keys_left(&self, member: &MemberId) -> Option<(EntryId, usize)> {
        let slot = self.ring_now(&BTreeSet::from([*member])).pop()?;
        let published = self.content.ballot_keys.iter().find(|published| published.said.id == slot.batch)?;
        Some((slot.batch, published.keys.len() - slot.index))
    }

    /// How many ballots a member's entries have passed on in a poll, in the past that `saw` tells.
    pub(crate) fn carried_by(
        &self,
        poll: u32,
        member: super::acts::MemberNo,
        saw: &dyn Fn(&[EntryId]) -> Vec<bool>,
    ) -> usize {
        let secrets = self.content.polls.get(&poll).and_then(|voting| voting.secrets.as_ref());
        let boxes = secrets.into_iter().flat_map(|secrets| &secrets.boxes);
        let own: Vec<_> = boxes.filter(|(row, _)| self.record(*row).author == Some(member)).collect();
        let seen = saw(&own.iter().map(|(row, _)| self.record(*row).id).collect::<Vec<_>>());
        own.iter().zip(seen).filter(|(_, seen)| *seen).map(|((_, ballots), _)| ballots.len()).sum()
    }

    /// All secret ballots of a poll that are here, by what their voters find them by.
    pub fn carried(&self, poll: &EntryId) -> Vec<CarriedBallot> {
        self.voting(poll).map(|voting| self.carried_in(voting)).unwrap_or_default()
    }

    /// The ballots of a secret poll that are here, by what their voters find them by. Also those in a box that was cut off: they are
    /// others', and each proves itself, so that it makes no difference what becomes of whoever passed them on. A proof that does
    /// not hold says nothing: else somebody could bring all answers along in time, and one proof of them after the close.
    pub(super) fn copies<'a>(&'a self, voting: &'a Voting) -> BTreeMap<EntryId, Copies<'a>> {
        let Some(secrets) = &voting.secrets else { return BTreeMap::new() };
        let id = voting.state.rules.id;
        let rows = secrets.boxes.iter().filter(|(row, _)| self.record(*row).valid);
        let all: Vec<(u32, &SecretBallot)> =
            rows.flat_map(|(row, ballots)| ballots.iter().map(move |ballot| (*row, ballot))).collect();
        let ballots: Vec<&SecretBallot> = all.iter().map(|(_, ballot)| *ballot).collect();
        let mut found: BTreeMap<EntryId, Copies<'a>> = BTreeMap::new();
        for ((row, ballot), holds) in
            all.into_iter().zip(secrets.checked.check(&voting.state.rules, &secrets.slots, &ballots))
        {
            let empty = || Copies { ballot, proven: Vec::new(), others: Vec::new() };
            let copies = found.entry(ballot.id(id)).or_insert_with(empty);
            if holds { &mut copies.proven } else { &mut copies.others }.push(row);
        }
        found
    }

    pub(super) fn carried_in(&self, voting: &Voting) -> Vec<CarriedBallot> {
        let told = self.tellers(voting);
        let in_time = |(_, copies): &(EntryId, Copies<'_>)| !told.rules_out(copies.rows());
        let carried = |(entry, copies): (EntryId, Copies<'_>)| {
            let (ballot, records) = (copies.ballot, || copies.rows().iter().map(|row| self.record(*row)));
            let authors = records().filter_map(|record| record.author);
            let carriers: BTreeSet<MemberId> = authors.map(|author| self.authority.member_id(author)).collect();
            let time = records().map(|record| record.time).min().unwrap_or(voting.state.rules.closes);
            let (member, number, answers) = (MemberId(ballot.tag), ballot.number, ballot.answers.clone());
            let ballot = Ballot { entry, member, number, time, answers };
            CarriedBallot { ballot, carriers: carriers.into_iter().collect(), holds: copies.proven() }
        };
        self.copies(voting).into_iter().filter(in_time).map(carried).collect()
    }
}

/// One secret ballot, in as many entries as passed it on.
pub(super) struct Copies<'a> {
    pub(super) ballot: &'a SecretBallot,
    /// Rows of the entries in which its proof holds, and of those in which it does not.
    proven: Vec<u32>,
    others: Vec<u32>,
}

impl Copies<'_> {
    pub(super) const fn proven(&self) -> bool {
        !self.proven.is_empty()
    }

    /// Where it was seen, if it has a proof; else where something was that called itself so.
    pub(super) fn rows(&self) -> &[u32] {
        if self.proven() { &self.proven } else { &self.others }
    }
}
