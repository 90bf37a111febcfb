//! Secret polls on this computer: one-time ballot keys, own ballots on their way, and those of others that are passed on.
//!
//! A ballot must not leave its voter's computer as something that this computer sends. So it goes through two other
//! members' hands, after a while: sealed for the second, who is called its *carrier*, by way of the first, who cannot read
//! it. The carrier puts it into the chapter, in an entry of their own, after another while. The first knows who voted, and
//! not what; the carrier what was voted, and not by whom. Until the voter's computer sees the ballot in the chapter, it
//! tries other ways: `own`.

mod own;

use crate::house::{House, Room};
use api::Refusal;
use chapter::{
    Kind,
    kinds::{BallotBox, BallotKeys, SecretBallot, secret::MAX_BALLOTS},
    view::Slot,
};
use entry::{ChapterId, DeviceId, EntryId, MemberId, Timestamp, canon};
use keys::Seed32;
use minicbor::{Decode, Encode};
use own::Part;
pub(crate) use own::leaves;
use std::collections::{BTreeMap, BTreeSet};
use vote::{
    Poll,
    secret::{Claim, Linkable, Secret, Triptych},
};

/// How many ballot keys are published at once.
const KEYS: usize = 16;
/// Within how long after it was found to have none a computer publishes ballot keys, in milliseconds: not all at once.
const SPREAD: u64 = 600_000;
/// How often it is looked whether ballot keys are missing, or over, in milliseconds.
const KEYS_EVERY: u64 = 20_000;
/// A chapter of fewer members has no secret polls, and no ballot keys.
const MEMBERS: usize = vote::secret::FEWEST;
/// How long a ballot waits on its voter's computer, at each hand, and before another way is tried, in milliseconds: from, and
/// up to so much longer.
const LEAVES: (u64, u64) = (3_000, 17_000);
const HANDED_ON: (u64, u64) = (1_000, 9_000);
const CARRIED: (u64, u64) = (3_000, 17_000);
const AGAIN: (u64, u64) = (90_000, 60_000);
/// How long a parcel is kept for somebody who is not here before it is tried through others.
const STRAYS: u64 = 5_000;
/// So long before the close no ballot waits any more, but at the first hand, which cannot tell for which poll it is.
const LAST_MOMENT: u64 = 120_000;
/// How long a parcel is kept for somebody who is not connected.
const KEPT: u64 = 900_000;
/// Parcels and ballots of others that are kept at once.
const PARCELS: usize = 512;
/// Lengths of parcels are multiples of this, so that they tell little.
const STEP: usize = 2048;
/// A poll without tellers is taken to be over so long after its close: then its keys are deleted.
const OVER: u64 = 3 * 24 * 3_600_000;

const PURPOSE: &[u8] = b"chapterhouse 1 parcel";

/// What this computer has of others.
#[derive(Default)]
pub(crate) struct Hands {
    /// Sealed for somebody else.
    relayed: Vec<Parcel>,
    /// Parcels that were handed on to somebody for whom they are not.
    strayed: BTreeSet<[u8; 32]>,
    /// To be put into the chapter.
    carried: Vec<Carried>,
    /// When an own ballot is sent on its way next.
    leaves: BTreeMap<Part, Timestamp>,
    /// Through whose hands own ballots went, where questions are answered apart, by poll.
    through: BTreeMap<EntryId, BTreeSet<MemberId>>,
    /// When ballot keys are published.
    keys_due: BTreeMap<ChapterId, Timestamp>,
    /// When it was last looked whether ballot keys are missing, or over.
    keys_looked_at: BTreeMap<ChapterId, Timestamp>,
    /// What the network is to hand over.
    pub(crate) out: Vec<sync::Input>,
    /// Members' devices that are connected.
    pub(crate) present: BTreeMap<ChapterId, BTreeSet<DeviceId>>,
}

struct Parcel {
    chapter: ChapterId,
    from: DeviceId,
    to: DeviceId,
    body: Vec<u8>,
    due: Timestamp,
    until: Timestamp,
}

struct Carried {
    chapter: ChapterId,
    poll: EntryId,
    ballot: SecretBallot,
    due: Timestamp,
}

/// What is in a parcel.
#[derive(Encode, Decode)]
#[cbor(array)]
struct Content {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    poll: [u8; 32],
    #[n(1)]
    ballot: SecretBallot,
    /// Zeros, up to a length that others have, too.
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    padding: Vec<u8>,
}

fn padded(poll: &EntryId, ballot: SecretBallot) -> Vec<u8> {
    let mut content = Content { poll: poll.0, ballot, padding: Vec::new() };
    let length = canon::to_bytes(&content).len();
    // From 256 bytes on, the padding's own length takes two bytes more than that of none.
    content.padding = vec![0; (length + 2 + 256).next_multiple_of(STEP) - length - 2];
    canon::to_bytes(&content)
}

/// Whether a ballot is one of this poll.
fn holds(room: &Room, poll: &EntryId, ballot: &SecretBallot) -> bool {
    let Some((state, slots)) = room.view.poll(poll).zip(room.view.ring(poll)) else { return false };
    let fits = state.rules.accepts(&MemberId(ballot.tag), state.rules.closes, &ballot.answers).is_ok();
    if !fits || ballot.check().is_err() {
        return false;
    }
    let statement = SecretBallot::statement(*poll, ballot.number, &ballot.answers);
    let claim = Claim { tag: ballot.tag(), proof: &ballot.proof, message: &statement };
    let scope = state.rules.scope(state.rules.part_of(&ballot.answers));
    let ring = ring(&state.rules, slots).and_then(|ring| ring.within(&scope));
    ring.is_ok_and(|ring| ring.verify(&[claim]) == [true])
}

/// The ring of a secret poll, for the first of a voter's ballots.
fn ring(rules: &Poll, slots: &[Slot]) -> Result<Triptych, vote::secret::Unsigned> {
    Triptych::new(&slots.iter().map(|slot| slot.key).collect::<Vec<_>>(), &rules.scope(0))
}

impl House {
    fn between(&mut self, (least, more): (u64, u64)) -> u64 {
        least + u64::from_le_bytes(self.random_bytes()) % more
    }

    /// Publishes one-time ballot keys of this member. Their secrets are saved first.
    pub(crate) fn publish_ballot_keys(&mut self, chapter: &ChapterId) -> Result<EntryId, Refusal> {
        let secrets: Vec<Seed32> = (0..KEYS).map(|_| Seed32::new(self.random_bytes())).collect();
        let keys: Vec<_> = secrets.iter().map(|seed| Triptych::key(&Secret::new(*seed.expose()))).collect();
        let kind = Kind::BallotKeys(BallotKeys::new(keys));
        self.try_out(chapter, kind.clone())?;
        let (before, mut contents) = (self.contents.clone(), self.contents.clone());
        contents.secret_votes.entry(*chapter).or_default().keys.extend(secrets);
        self.save(contents)?;
        self.hands.keys_due.remove(chapter);
        let published = self.publish(chapter, &kind);
        if published.is_err() {
            // Nobody will use them: they do not pile up.
            self.save(before)?;
        }
        published
    }

    /// The secret of this member's key in a poll.
    fn ballot_secret(&self, chapter: &ChapterId, poll: &EntryId) -> Result<Option<Secret>, Refusal> {
        let me = self.contents.member.id();
        let room = self.room(chapter)?;
        let Some(slot) = room.view.ring(poll).and_then(|slots| slots.iter().find(|slot| slot.member == me)) else {
            return Ok(None);
        };
        let held = self.contents.secret_votes.get(chapter).into_iter().flat_map(|votes| &votes.keys);
        let secrets = held.map(|seed| Secret::new(*seed.expose()));
        Ok(secrets.into_iter().find(|secret| Triptych::key(secret) == slot.key))
    }

    /// Why this member cannot vote in a secret poll, if so, in words for them.
    pub(crate) fn barred(&self, chapter: &ChapterId, poll: &EntryId) -> Result<Option<String>, Refusal> {
        let me = self.contents.member.id();
        let room = self.room(chapter)?;
        let on_roll = room.view.poll(poll).is_some_and(|state| state.rules.roll.contains(&me));
        let slot = room.view.ring(poll).and_then(|slots| slots.iter().find(|slot| slot.member == me));
        Ok(match slot {
            None if !on_roll => Some("you were not a member yet when this vote was opened".into()),
            None => Some(
                "your computers had published no ballot key before this secret vote was opened, so there is none to vote \
                 with; they do so by themselves, for the next one"
                    .into(),
            ),
            Some(_) if self.ballot_secret(chapter, poll)?.is_some() => None,
            Some(_) => Some(
                "the key for your ballot is on another of your computers, or was deleted since; vote on the computer that \
                 you used before this vote was opened"
                    .into(),
            ),
        })
    }

    /// Whether a poll waits for this member.
    pub(crate) fn waits_for(&self, chapter: &ChapterId, poll: &EntryId) -> bool {
        let me = self.contents.member.id();
        let Ok(room) = self.room(chapter) else { return false };
        if !room.view.poll(poll).is_some_and(|state| state.rules.secret) {
            let kept = self.contents.secret_votes.get(chapter).is_some_and(|votes| votes.hidden.contains_key(poll));
            return !kept && room.view.waits_for(poll, &me);
        }
        let cast = self.contents.secret_votes.get(chapter).is_some_and(|votes| votes.cast.contains_key(&(*poll, 0)));
        !cast && self.barred(chapter, poll).is_ok_and(|why| why.is_none())
    }

    /// What secret polls need of this computer.
    pub(crate) fn secret_duties(&mut self, chapter: &ChapterId) -> Result<(), Refusal> {
        self.send_ballots(chapter)?;
        self.hand_on(chapter);
        self.carry(chapter)?;
        // All members' keys and all secret polls are gone through for this, and it is in no hurry.
        if self.hands.keys_looked_at.get(chapter).is_some_and(|at| self.now < at.plus(KEYS_EVERY)) {
            return Ok(());
        }
        self.hands.keys_looked_at.insert(*chapter, self.now);
        self.keep_keys(chapter)?;
        self.delete_keys(chapter)
    }

    /// Sees to it that this member has ballot keys for the next poll.
    fn keep_keys(&mut self, chapter: &ChapterId) -> Result<(), Refusal> {
        let me = self.contents.member.id();
        let view = &self.room(chapter)?.view;
        if view.member_count() < MEMBERS || view.ballot_keys_left(&me).is_some() {
            self.hands.keys_due.remove(chapter);
            return Ok(());
        }
        let now = self.now;
        let due = match self.hands.keys_due.get(chapter) {
            Some(due) => *due,
            None => {
                let due = now.plus(self.between((SPREAD / 10, SPREAD)));
                self.hands.keys_due.insert(*chapter, due);
                due
            }
        };
        if now >= due {
            self.publish_ballot_keys(chapter)?;
        }
        Ok(())
    }

    /// Devices of other members: those that are connected, and all.
    fn others(&self, chapter: &ChapterId) -> Result<(Vec<DeviceId>, Vec<DeviceId>), Refusal> {
        let me = self.contents.member.id();
        let devices = self.room(chapter)?.view.devices();
        let all: Vec<DeviceId> =
            devices.into_iter().filter(|device| device.member != me).map(|device| device.id).collect();
        let present = self.hands.present.get(chapter);
        let here = all.iter().copied().filter(|id| present.is_some_and(|present| present.contains(id))).collect();
        Ok((here, all))
    }

    fn pick(&mut self, among: &[DeviceId]) -> Option<DeviceId> {
        let place = u64::from_le_bytes(self.random_bytes());
        among.get(usize::try_from(place % (among.len() as u64).max(1)).ok()?).copied()
    }

    /// Somebody handed over something sealed.
    pub(crate) fn take_parcel(&mut self, chapter: &ChapterId, from: DeviceId, to: DeviceId, body: Vec<u8>) {
        if to == self.contents.device.id() {
            if let Some((poll, ballot)) = self.open_parcel(chapter, &body) {
                self.take_ballot(chapter, poll, ballot);
            }
            return;
        }
        if self.hands.relayed.len() < PARCELS {
            let (due, until) = (self.now.plus(self.between(HANDED_ON)), self.now.plus(KEPT));
            self.hands.relayed.push(Parcel { chapter: *chapter, from, to, body, due, until });
        }
    }

    fn open_parcel(&self, chapter: &ChapterId, body: &[u8]) -> Option<(EntryId, SecretBallot)> {
        let content = keys::unwrap(&self.contents.device, PURPOSE, chapter.as_bytes(), body).ok()?;
        let content: Content = canon::from_bytes(&content, keys::wrap::MAX_SECRET).ok()?;
        let poll = EntryId(content.poll);
        let open = self.room(chapter).is_ok_and(|room| {
            room.view.poll(&poll).is_some_and(|state| self.now <= state.rules.closes)
                && holds(room, &poll, &content.ballot)
        });
        open.then_some((poll, content.ballot))
    }

    /// Of each voter one ballot of each number: else somebody could use up what this computer may pass on, and nobody could
    /// tell who.
    fn take_ballot(&mut self, chapter: &ChapterId, poll: EntryId, ballot: SecretBallot) {
        let place = (ballot.tag, ballot.number);
        let known = |carried: &Carried| carried.poll == poll && (carried.ballot.tag, carried.ballot.number) == place;
        let here = self.room(chapter).is_ok_and(|room| {
            let same = |ballot: &vote::Ballot| (ballot.member.0, ballot.number) == place;
            room.view.carried(&poll).iter().any(|carried| carried.holds && same(&carried.ballot))
        });
        if !here && self.hands.carried.len() < PARCELS && !self.hands.carried.iter().any(known) {
            let due = self.now.plus(self.between(CARRIED));
            self.hands.carried.push(Carried { chapter: *chapter, poll, ballot, due });
        }
    }

    /// Hands on what is for others, once they are there. Whoever does not come may be where somebody else is: once, it goes on
    /// to them; even back, where all connections go through one computer.
    fn hand_on(&mut self, chapter: &ChapterId) {
        let now = self.now;
        self.hands.relayed.retain(|parcel| now <= parcel.until);
        let present = self.hands.present.get(chapter).cloned().unwrap_or_default();
        for parcel in std::mem::take(&mut self.hands.relayed) {
            let Parcel { from, to, due, .. } = parcel;
            if parcel.chapter != *chapter || now < due {
                self.hands.relayed.push(parcel);
            } else if present.contains(&to) {
                self.hand_to(to, parcel);
            } else if now >= due.plus(STRAYS) && self.hands.strayed.insert(*blake3::hash(&parcel.body).as_bytes()) {
                let others: Vec<DeviceId> = present.iter().copied().filter(|device| *device != from).collect();
                let next = self.pick(&others).unwrap_or(from);
                self.hand_to(next, parcel);
            } else {
                self.hands.relayed.push(parcel);
            }
        }
        if self.hands.strayed.len() > 8 * PARCELS {
            self.hands.strayed.clear();
        }
    }

    fn hand_to(&mut self, via: DeviceId, parcel: Parcel) {
        let Parcel { chapter, to, body, .. } = parcel;
        self.hands.out.push(sync::Input::Parcel { chapter, via, to, body });
    }

    /// Puts others' ballots into the chapter.
    fn carry(&mut self, chapter: &ChapterId) -> Result<(), Refusal> {
        let now = self.now;
        let view = &self.room(chapter)?.view;
        let closes = |poll: &EntryId| view.poll(poll).map_or(Timestamp(0), |state| state.rules.closes);
        let ripe = |carried: &Carried| now >= carried.due || now.plus(LAST_MOMENT) > closes(&carried.poll);
        let polls: BTreeSet<EntryId> = (self.hands.carried.iter())
            .filter(|carried| carried.chapter == *chapter && ripe(carried))
            .map(|carried| carried.poll)
            .collect();
        for poll in polls {
            let (mut ballots, rest): (Vec<Carried>, Vec<Carried>) =
                std::mem::take(&mut self.hands.carried).into_iter().partition(|carried| carried.poll == poll);
            self.hands.carried = rest;
            ballots.sort_unstable_by_key(|carried| (carried.ballot.tag, carried.ballot.number));
            let ballots: Vec<SecretBallot> = ballots.into_iter().map(|carried| carried.ballot).collect();
            for ballots in ballots.chunks(MAX_BALLOTS) {
                self.publish(chapter, &Kind::BallotBox(BallotBox { poll, ballots: ballots.to_vec() }))?;
            }
        }
        Ok(())
    }

    /// Deletes the secrets of keys whose polls are over. No ballot can be traced by them any more.
    fn delete_keys(&mut self, chapter: &ChapterId) -> Result<(), Refusal> {
        let me = self.contents.member.id();
        let Some(votes) = self.contents.secret_votes.get(chapter).filter(|votes| !votes.keys.is_empty()) else {
            return Ok(());
        };
        let view = &self.room(chapter)?.view;
        let mut over = BTreeSet::new();
        let mut needed = BTreeSet::new();
        for poll in view.secret_polls() {
            let Some((state, slots)) = view.poll(&poll).zip(view.ring(&poll)) else { continue };
            let own = slots.iter().find(|slot| slot.member == me).map(|slot| slot.key);
            let closed = match view.closing(&poll) {
                Some(closing) => self.now > state.rules.closes && closing.settled,
                None => self.now > state.rules.closes.plus(OVER),
            };
            if closed { over.extend(own) } else { needed.extend(own) }
        }
        let gone = |seed: &Seed32| {
            let key = Triptych::key(&Secret::new(*seed.expose()));
            over.contains(&key) && !needed.contains(&key)
        };
        if over.is_empty() || !votes.keys.iter().any(gone) {
            return Ok(());
        }
        let mut contents = self.contents.clone();
        contents.secret_votes.entry(*chapter).or_default().keys.retain(|seed| !gone(seed));
        self.save(contents)
    }
}
