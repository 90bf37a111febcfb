//! One entry of a random history, as it is written.

use super::{DOORS, HOUR, History, INVITATIONS, MEMBERS, MINUTE, NAMES, POCKETS, Pocket, Thing, charter, rules};
use crate::{
    deed::{Sees, What},
    rules::{Model, Set, places},
};
use chapterhouse_chapter::{
    Kind,
    kinds::{
        self, AddDevice, Admit, Choice, Conduct, Delegation, Epoch, Invite, Part, Poll, Profile, Question, Request,
        Revoke, Sponsor, Wrap,
    },
    testing::story::{ballot, comment, decision, farewell, minutes, motion, post, voice},
};
use entry::{DeviceId, Draft, MemberId, Timestamp};
use std::collections::BTreeSet;
use vote::Method;

/// One entry that is being written.
pub(super) struct Pen<'a> {
    pub(super) history: &'a mut History,
    pub(super) who: usize,
    pub(super) device: usize,
    pub(super) corner: usize,
    pub(super) sees: Sees,
    pub(super) time: Option<Timestamp>,
}

impl Pen<'_> {
    /// The last entry of this device in a set: the longest chain's, and of several the first one written.
    fn last(&self, set: Set) -> Option<usize> {
        let device = POCKETS[self.who][self.device].id;
        let own = places(set).filter(|place| self.history.entries[*place].content().device == device);
        own.min_by_key(|place| (std::cmp::Reverse(self.history.entries[*place].content().seq), *place))
    }

    /// What the author has seen, and the entry that theirs comes behind.
    fn stands(&self) -> (Set, Option<usize>) {
        let history = &*self.history;
        let known = history.corners[self.corner];
        let closure = |place: usize| history.pasts[place] | 1 << place;
        let all = (0..history.entries.len()).fold(0, |set: Set, place| set | 1 << place);
        match self.sees {
            Sees::All => (known, self.last(known)),
            Sees::Brings => {
                let last = self.last(all);
                (known | last.map_or(0, closure), last)
            }
            Sees::Own => match self.last(known) {
                Some(last) => (closure(last), Some(last)),
                None => (known, None),
            },
            Sees::Backup(number) => {
                let device = POCKETS[self.who][self.device].id;
                let own: Vec<usize> =
                    places(known).filter(|place| history.entries[*place].content().device == device).collect();
                match own.len() {
                    0 => (known, None),
                    length => {
                        let place = own[length - 1 - number as usize % length];
                        (closure(place), Some(place))
                    }
                }
            }
            Sees::Some(number) => {
                let last = self.last(known);
                let place = places(known).nth(number as usize % known.count_ones() as usize);
                (place.map_or(0, closure) | last.map_or(0, closure), last)
            }
        }
    }

    pub(super) fn writes(self, kind: &Kind) -> usize {
        let (seen, prev) = self.stands();
        let history = self.history;
        let (number, body) = kinds::encode(kind);
        let pocket = &POCKETS[self.who][self.device];
        let heads = history.heads(seen).into_iter().filter(|head| Some(*head) != prev);
        let mut parents: Vec<usize> = heads.collect();
        parents.sort_by_key(|place| history.id(*place));
        parents.truncate(entry::entry::MAX_PARENTS);
        let time = self.time.unwrap_or_else(|| history.now.plus(MINUTE));
        let draft = Draft {
            chapter: history.chapter,
            epoch: 0,
            device: pocket.id,
            seq: prev.map_or(1, |prev| history.entries[prev].content().seq + 1),
            prev: prev.map(|prev| history.id(prev)),
            time,
            parents: parents.iter().map(|place| history.id(*place)).collect(),
            kind: number,
            body,
        };
        let entry = draft.sign(&pocket.key).expect("a draft that can be signed");
        if let Some(place) = history.at.get(&entry.id()) {
            return *place;
        }
        let past = parents.iter().chain(&prev).fold(0, |past, place| past | history.pasts[*place] | 1 << place);
        let place = history.entries.len();
        history.at.insert(entry.id(), place);
        history.entries.push(entry);
        history.pasts.push(past);
        history.corners[self.corner] |= past | 1 << place;
        history.now = history.now.max(time);
        history.things.push(match kind {
            Kind::Invite(invite) => Thing::Invite(
                INVITATIONS.iter().position(|key| key.verifying_key().to_bytes() == invite.invitation).unwrap_or(0),
            ),
            Kind::Request(_) => Thing::Request,
            Kind::Motion(motion) => Thing::Motion(motion.closes),
            Kind::Decision(_) => Thing::Decision,
            Kind::Poll(_) => Thing::Poll,
            Kind::Epoch(epoch) => Thing::Epoch(epoch.generation, epoch.commitment[0]),
            Kind::Post(_) | Kind::Minutes(_) | Kind::Profile(_) => Thing::Text,
            Kind::Comment(comment) => Thing::Comment(comment.on),
            _ => Thing::Other,
        });
        let named = |id: DeviceId| {
            let device =
                |(who, pockets): (usize, &Vec<Pocket>)| Some((who, pockets.iter().position(|pocket| pocket.id == id)?));
            POCKETS.iter().enumerate().find_map(device)
        };
        match kind {
            Kind::Leave(_) => history.gone.push(self.who),
            Kind::Revoke(revoke) => {
                history.revoked.extend(named(revoke.device));
                history.gone.push(self.who);
            }
            Kind::AddDevice(add) => history.devices.extend(named(add.cert.device_id())),
            Kind::Admit(admit) => history.devices.extend(named(admit.statement.join.cert.device_id())),
            _ => {}
        }
        place
    }

    fn time(&self) -> Timestamp {
        self.time.unwrap_or_else(|| self.history.now.plus(MINUTE))
    }

    pub(super) fn invite(&self, door: usize, uses: u64, short: bool) -> Kind {
        let expires = self.time().plus(if short { 2 * MINUTE } else { 3 * HOUR });
        Kind::Invite(Invite { invitation: INVITATIONS[door].verifying_key().to_bytes(), expires, uses })
    }

    pub(super) fn kind(&mut self, what: &What) -> Option<Kind> {
        let time = self.time();
        let history = &*self.history;
        let id = |place: usize| history.id(place);
        let is_motion = |thing: &Thing| matches!(thing, Thing::Motion(..));
        let count = history.entries.len();
        Some(match *what {
            What::Post => post(&format!("Post {count}"), "It rained."),
            What::Comment(number) => comment(id(history.pick(number, |_| true)?), "Yes."),
            What::Minutes => minutes(&format!("Meeting {count}"), "2026-11-23"),
            What::Profile => Kind::Profile(Box::new(Profile {
                handle: format!("{}{count}", NAMES[self.who]),
                languages: Vec::new(),
                about: String::new(),
                contact: String::new(),
                testimonial: String::new(),
                picture: Vec::new(),
            })),
            What::Unknown => Kind::Unknown { kind: 99, body: vec![1, 2, 3] },
            What::Rubbish(kind) => Kind::Unknown { kind: u64::from(kind), body: vec![0, 0x81, 0x01] },
            What::Poll(right) => {
                let options = vec!["yes".into(), "no".into()];
                let question = Question { key: "q".into(), text: "Roof?".into(), options, method: Method::SINGLE };
                // The roll is that of everybody who should be there; mostly it is the right one.
                let (seen, _) = self.stands();
                let roll = Model::of(history.chapter, &history.entries).members(seen);
                let roll: BTreeSet<MemberId> = if right { roll } else { [MEMBERS[0]].into() };
                Kind::Poll(Poll {
                    title: "Roof?".into(),
                    description: String::new(),
                    closes: time.plus(40 * MINUTE),
                    questions: vec![question],
                    roll_count: roll.len() as u64,
                    roll_hash: kinds::roll_hash(&roll),
                    conduct: Conduct { delegation: !roll.len().is_multiple_of(3), ..Conduct::default() },
                    proposal: None,
                })
            }
            What::Give { poll, number, to } => {
                let poll = history.pick(poll, |thing| *thing == Thing::Poll)?;
                let part = |name| Part { member: MEMBERS[history.somebody(name)], sixtieths: 60 };
                let to = to.map(part).into_iter().collect();
                Kind::Delegation(Delegation { poll: id(poll), number: u64::from(number) + 1, to })
            }
            What::Ballot { poll, number, answer } => {
                let poll = history.pick(poll, |thing| *thing == Thing::Poll)?;
                let answers: &[Option<u16>] = match answer {
                    0 => &[],
                    1 => &[None],
                    2 => &[Some(2)],
                    _ => &[Some(1)],
                };
                ballot(id(poll), u64::from(number) + 1, answers)
            }
            What::Invite { door, uses, short } => self.invite(door as usize + 1, u64::from(uses) + 1, short),
            What::Admit { invite, name, device, wrong } => {
                let invite = history.pick(invite, |thing| matches!(thing, Thing::Invite(_)))?;
                let Thing::Invite(door) = history.things[invite] else { return None };
                let door = if wrong == 0 { (door + 1) % DOORS } else { door };
                let terms = if wrong == 1 { rules(4).terms() } else { history.terms };
                let name = history.somebody(name);
                let lender = if wrong == 3 { self.who } else { name };
                let statement = history.statement(door, name, (lender, device as usize), terms, wrong == 2);
                Kind::Admit(Box::new(Admit { invite: id(invite), statement }))
            }
            What::Request { invite, name, device } => {
                let invite = history.pick(invite, |thing| matches!(thing, Thing::Invite(_)))?;
                let Thing::Invite(door) = history.things[invite] else { return None };
                let name = history.somebody(name);
                let statement = history.statement(door, name, (name, device as usize), history.terms, false);
                Kind::Request(Box::new(Request { invite: id(invite), statement }))
            }
            What::Sponsor(number) => {
                let request = id(history.pick(number, |thing| *thing == Thing::Request)?);
                Kind::Sponsor(Sponsor { request, why: String::new() })
            }
            What::Decline(number) => {
                let request = id(history.pick(number, |thing| *thing == Thing::Request)?);
                Kind::Decline(kinds::Decline { request, why: "No.".into() })
            }
            What::AddDevice { device, whose } => {
                let whose = if whose < 20 { self.who } else { history.somebody(whose) };
                let again = history.revoked.iter().rev().find(|(who, _)| *who == self.who);
                let (whose, device) = match again {
                    Some(revoked) if device > 3 => *revoked,
                    _ => (whose, device as usize % 5 + 1),
                };
                let Pocket { key, cert, .. } = &POCKETS[whose][device];
                let by_device = AddDevice::consent(&cert.member_id(), key, &cert.agreement);
                Kind::AddDevice(Box::new(AddDevice { cert: cert.clone(), by_device }))
            }
            What::Revoke { device, whose, last } => {
                let whose = if whose < 20 { self.who } else { history.somebody(whose) };
                let theirs: Vec<usize> =
                    history.devices.range((whose, 0)..(whose + 1, 0)).map(|(_, device)| *device).collect();
                let device = theirs.get(device as usize % (theirs.len() + 1)).or(theirs.last()).copied().unwrap_or(1);
                let device = POCKETS[whose][device].id;
                let (seen, _) = self.stands();
                let own: Vec<usize> =
                    places(seen).filter(|place| history.entries[*place].content().device == device).collect();
                let last = match (last, own.len()) {
                    (0..4, _) | (_, 0) => None,
                    (15, _) => Some(id(places(seen).next()?)),
                    (last, count) => Some(id(own[count - 1 - last as usize % count])),
                };
                Kind::Revoke(Revoke { device, last, why: String::new() })
            }
            What::Leave => farewell(),
            What::Motion { chosen, early } => {
                let closes = time.plus(if early { 30 * MINUTE } else { 2 * HOUR });
                motion(history.measure(chosen, 99), closes)
            }
            What::Voice { motion, number, choice } => {
                let choice = [Choice::Yes, Choice::No, Choice::Abstain][choice as usize];
                voice(id(history.pick(motion, is_motion)?), u64::from(number) + 1, choice)
            }
            What::Decision { motion, late } => {
                let place = history.pick(motion, is_motion)?;
                if let (Thing::Motion(closes), true) = (history.things[place], late) {
                    self.time = Some(closes.plus(1));
                }
                decision(self.history.id(place))
            }
            What::Epoch { ahead, key, wraps, again } => {
                let (seen, _) = self.stands();
                let known = places(seen).filter_map(|place| match history.things[place] {
                    Thing::Epoch(generation, key) => Some((generation, key)),
                    _ => None,
                });
                let known: Vec<(u64, u8)> = known.collect();
                let highest = known.iter().map(|(generation, _)| *generation).max().unwrap_or(0);
                let generation = (highest + 2).saturating_sub(u64::from(ahead)).max(1);
                let (generation, commitment) = match known.last() {
                    Some((generation, key)) if again => (*generation, [*key; 32]),
                    _ => (generation, [key; 32]),
                };
                let wrap = |who: &usize| Wrap { device: POCKETS[*who][0].id, sealed: [7; 80] };
                let mut wraps: Vec<Wrap> =
                    history.joined.iter().filter(|who| wraps >> **who & 1 == 1).map(wrap).collect();
                wraps.sort_unstable_by_key(|wrap| wrap.device);
                Kind::Epoch(Epoch { generation, commitment, wraps })
            }
            What::OtherCharter => Kind::Charter(charter(9)),
            What::Campaign { .. } | What::Join { .. } | What::Quarrel | What::Purge | What::Meet(_) => return None,
        })
    }
}
