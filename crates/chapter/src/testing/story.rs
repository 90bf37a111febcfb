//! A chapter that tests write.

use super::{graph::Graph, people};
use crate::{
    View,
    kinds::{
        self, ActionPoint, AddDevice, Admit, Ballot, BallotBox, BallotKeys, Charter, Choice, Comment, Conduct,
        Decision, Delegation, Epoch, Founder, Invite, Join, Kind, Leave, Measure, Minutes, Motion, Part, Poll, Post,
        PostKind, Question, Receipt, Revoke, Role, Rules, SecretBallot, Tier, Voice, Wrap,
    },
};
use entry::{ChapterId, DeviceId, Draft, Entry, EntryId, MemberId, Timestamp, Verified};
use std::collections::{BTreeMap, BTreeSet};
use vote::{
    Answer,
    secret::{Linkable, Scope, Signed, Tag, Triptych},
};

/// When the chapters of tests are founded: 2026-11-23T18:00:00Z.
pub const FOUNDED: Timestamp = Timestamp(1_795_456_800_000);
/// From one entry to the next.
pub const MINUTE: u64 = 60_000;
/// How long invitations and polls of tests are open.
pub const WEEK: u64 = 7 * 24 * 60 * MINUTE;

/// A chapter and everything written in it, in a causal order.
#[derive(Debug, Clone)]
pub struct Chapter {
    id: ChapterId,
    founder: String,
    entries: Vec<Entry<Verified>>,
    graph: Graph,
    heads: BTreeSet<EntryId>,
    last: BTreeMap<DeviceId, (u64, EntryId)>,
    now: Timestamp,
}

/// What a test does cannot be done. Tests fail with it.
#[derive(Debug, thiserror::Error)]
#[error("this cannot be written: {0}")]
pub struct Unwritable(#[from] entry::EntryError);

/// One entry that is being written.
pub struct Pen<'a> {
    chapter: &'a mut Chapter,
    name: String,
    device: usize,
    seeing: Option<Vec<EntryId>>,
    behind: Option<Option<(u64, EntryId)>>,
    time: Option<Timestamp>,
}

impl Chapter {
    /// A fresh chapter of one member.
    pub fn founded_by(name: &str) -> Self {
        Self::founded_as(charter(name), name)
    }

    /// A chapter with this charter, whatever it is worth, signed by `name`.
    pub fn founded_as(charter: Charter, name: &str) -> Self {
        let founded = charter.founded;
        let mut chapter = Self {
            id: charter.chapter_id(),
            founder: name.to_owned(),
            entries: Vec::new(),
            graph: Graph::default(),
            heads: BTreeSet::new(),
            last: BTreeMap::new(),
            now: founded,
        };
        chapter.by(name).writes(&Kind::Charter(charter));
        chapter
    }

    /// The same chapter with more members, whom the founder invites and admits.
    pub fn with<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let founder = self.founder.clone();
        for name in names {
            self.admit(&founder, name);
        }
        self
    }

    /// `sponsor` invites and admits `name` with their first device. Returns the admission.
    pub fn admit(&mut self, sponsor: &str, name: &str) -> EntryId {
        // A key of its own each time: whoever comes back needs a new invitation.
        let called = format!("{name} {}", self.entries.len());
        let invite = self.invite(sponsor, &called);
        let admission = self.admission(invite, &called, name, 0);
        self.by(sponsor).writes(&admission)
    }

    /// `sponsor` makes an invitation that is called so.
    pub fn invite(&mut self, sponsor: &str, called: &str) -> EntryId {
        let invitation = people::invitation_key(called).verifying_key().to_bytes();
        let expires = self.now.plus(WEEK);
        self.by(sponsor).writes(&Kind::Invite(Invite { invitation, expires, uses: 1 }))
    }

    /// The admission of `name` with a device, by the invitation that is called so.
    pub fn admission(&self, invite: EntryId, called: &str, name: &str, device: usize) -> Kind {
        let invitation = people::invitation_key(called);
        let join = Join {
            chapter: self.id,
            invitation: invitation.verifying_key().to_bytes(),
            handle: name.to_owned(),
            cert: people::cert(name, device),
            time: self.now,
            terms: self.view().rules().map(Rules::terms).unwrap_or_default(),
            answers: Vec::new(),
        };
        let statement = join.sign(&invitation, &people::member_key(name), &people::device_key(name, device));
        Kind::Admit(Box::new(Admit { invite, statement }))
    }

    /// Somebody takes the pen: their first device, having seen everything, a minute after what was written last.
    pub fn by(&mut self, name: &str) -> Pen<'_> {
        Pen { chapter: self, name: name.to_owned(), device: 0, seeing: None, behind: None, time: None }
    }

    /// A short post.
    pub fn post(&mut self, name: &str, title: &str) -> EntryId {
        self.by(name).writes(&post(title, "It rained, and we met all the same."))
    }

    /// A comment.
    pub fn comment(&mut self, name: &str, on: EntryId, body: &str) -> EntryId {
        self.by(name).writes(&comment(on, body))
    }

    /// A poll on one question, yes or no, open for a week.
    pub fn poll(&mut self, name: &str, title: &str) -> EntryId {
        let question = Question {
            key: "q".into(),
            text: title.into(),
            options: vec!["yes".into(), "no".into()],
            method: vote::Method::SINGLE,
        };
        let poll = self.draft_poll(title, vec![question]);
        self.by(name).writes(&poll)
    }

    /// A poll for the members of this moment, open for a week.
    pub fn draft_poll(&self, title: &str, questions: Vec<Question>) -> Kind {
        self.draft_poll_held(title, questions, Conduct::default())
    }

    /// The same, held in another way.
    pub fn draft_poll_held(&self, title: &str, questions: Vec<Question>, conduct: Conduct) -> Kind {
        let poll = Poll {
            title: title.into(),
            description: String::new(),
            closes: self.now.plus(WEEK),
            questions,
            roll_count: 0,
            roll_hash: [0; 32],
            conduct,
            proposal: None,
        };
        Kind::Poll(self.view().with_roll(poll))
    }

    /// Somebody publishes so many one-time ballot keys.
    pub fn publish_keys(&mut self, name: &str, count: usize) -> EntryId {
        let place = self.entries.len();
        let keys = (0..count).map(|n| Triptych::key(&people::ballot_secret(name, place, n)));
        let keys = BallotKeys::new(keys.collect::<Vec<_>>());
        self.by(name).writes(&Kind::BallotKeys(keys))
    }

    /// Somebody's ballot in a secret poll; where its questions are answered apart, for the one at which its answers end.
    pub fn secret_ballot(&self, name: &str, poll: EntryId, number: u64, answers: Vec<Answer>) -> SecretBallot {
        let view = self.view();
        let slots = view.ring(&poll).unwrap_or_default();
        let scope =
            view.poll(&poll).map_or(Scope::poll(&poll), |state| state.rules.scope(state.rules.part_of(&answers)));
        let ring = Triptych::new(&slots.iter().map(|slot| slot.key).collect::<Vec<_>>(), &scope);
        let statement = SecretBallot::statement(poll, number, &answers);
        let own = slots.iter().find(|slot| slot.member == people::member(name));
        let place = own.and_then(|slot| self.entries.iter().position(|entry| entry.id() == slot.batch));
        let secret = people::ballot_secret(name, place.unwrap_or_default(), own.map_or(0, |slot| slot.index));
        let random = *blake3::hash(&statement).as_bytes();
        let signed = ring.and_then(|ring| ring.sign(&secret, &statement, &random));
        let Signed { tag, proof } = signed.unwrap_or(Signed { tag: Tag([0; 32]), proof: Vec::new() });
        SecretBallot { tag: tag.0, number, answers, proof }
    }

    /// Somebody passes on others' secret ballots.
    pub fn carry(&mut self, name: &str, poll: EntryId, mut ballots: Vec<SecretBallot>) -> EntryId {
        ballots.sort_unstable_by_key(|ballot| (ballot.tag, ballot.number));
        self.by(name).writes(&Kind::BallotBox(BallotBox { poll, ballots }))
    }

    /// A ballot.
    pub fn vote(&mut self, name: &str, poll: EntryId, number: u64, answers: &[Option<u16>]) -> EntryId {
        self.by(name).writes(&ballot(poll, number, answers))
    }

    /// The same, only with these entries and what is in their past: what somebody knows who has seen no more.
    pub fn view_of(&self, entries: impl IntoIterator<Item = EntryId>) -> View {
        let (mut past, mut waiting) = (BTreeSet::new(), entries.into_iter().collect::<Vec<_>>());
        while let Some(id) = waiting.pop() {
            if past.insert(id) {
                waiting.extend(self.graph.parents(&id));
            }
        }
        let mut view = View::new(self.id);
        for entry in self.entries.iter().filter(|entry| past.contains(&entry.id())) {
            view.apply(entry, &self.graph);
        }
        view
    }

    /// The chapter makes these members tellers, for four weeks.
    pub fn make_tellers(&mut self, names: &[&str], by: &[&str]) {
        for name in names {
            let (member, until) = (people::member(name), self.now.plus(4 * WEEK));
            self.decide(Measure::Give { role: Role::Teller, member, until }, by);
        }
    }

    /// A teller writes a receipt for what they have seen: everything.
    pub fn receipt(&mut self, name: &str, poll: EntryId) -> EntryId {
        self.by(name).writes(&Kind::Receipt(Receipt { poll }))
    }

    /// A teller closes a poll after its time, having seen everything.
    pub fn cutoff(&mut self, name: &str, poll: EntryId) -> EntryId {
        let seen: Vec<EntryId> = self.heads.iter().copied().collect();
        self.cutoff_seeing(name, poll, seen)
    }

    /// The same, having seen only these, and what the device wrote before.
    pub fn cutoff_seeing(&mut self, name: &str, poll: EntryId, seen: Vec<EntryId>) -> EntryId {
        let own = self.place_of(name, 0).map(|(_, id)| id);
        let view = self.view_of(seen.iter().copied().chain(own));
        let closes = view.poll(&poll).map_or(self.now, |state| state.rules.closes);
        let cutoff = view.draft_cutoff(&poll).unwrap_or_else(|| kinds::Cutoff::of(poll, Vec::new()));
        let at = closes.plus(1).max(self.now);
        self.by(name).seeing(seen).at(at).writes(&Kind::Cutoff(cutoff))
    }

    /// Somebody moves something, open for a week.
    pub fn moves(&mut self, name: &str, measure: Measure) -> EntryId {
        let closes = self.now.plus(WEEK);
        self.by(name).writes(&motion(measure, closes))
    }

    /// These people vote for a motion, each having seen everything.
    pub fn agree<'a>(&mut self, motion: EntryId, names: impl IntoIterator<Item = &'a str>) {
        for name in names {
            self.by(name).writes(&voice(motion, 1, Choice::Yes));
        }
    }

    /// Somebody moves something, these people vote for it, and the first of them writes the decision.
    pub fn decide(&mut self, measure: Measure, names: &[&str]) -> EntryId {
        let motion = self.moves(names[0], measure);
        self.agree(motion, names.iter().copied());
        self.by(names[0]).writes(&decision(motion))
    }

    /// These people remove a member.
    pub fn remove(&mut self, member: &str, names: &[&str]) -> EntryId {
        self.decide(Measure::Remove { member: people::member(member) }, names)
    }

    /// Somebody's device adds another one of theirs.
    pub fn add_device(&mut self, name: &str, from: usize, device: usize) -> EntryId {
        let add = self.added(name, device);
        self.by(name).on(from).writes(&add)
    }

    /// The entry that adds somebody's device.
    pub fn added(&self, name: &str, device: usize) -> Kind {
        let cert = people::cert(name, device);
        let by_device = AddDevice::consent(&cert.member_id(), &people::device_key(name, device), &cert.agreement);
        Kind::AddDevice(Box::new(AddDevice { cert, by_device }))
    }

    /// Its id.
    pub const fn id(&self) -> ChapterId {
        self.id
    }

    /// Everything written, in a causal order.
    pub fn entries(&self) -> &[Entry<Verified>] {
        &self.entries
    }

    /// One entry.
    pub fn entry(&self, id: &EntryId) -> Option<&Entry<Verified>> {
        self.entries.iter().find(|entry| entry.id() == *id)
    }

    /// What was written last.
    pub fn last(&self) -> Option<&Entry<Verified>> {
        self.entries.last()
    }

    /// The entries that nothing has come after yet.
    pub const fn heads(&self) -> &BTreeSet<EntryId> {
        &self.heads
    }

    /// Who comes after whom.
    pub const fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The time of what was written last.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Lets time pass.
    pub fn wait(&mut self, millis: u64) {
        self.now = self.now.plus(millis);
    }

    /// The view of everything written.
    pub fn view(&self) -> View {
        let mut view = View::new(self.id);
        for entry in &self.entries {
            view.apply(entry, &self.graph);
        }
        view
    }

    /// The number and the id of the last entry of somebody's device: what comes next is [`Pen::behind`] it.
    pub fn place_of(&self, name: &str, device: usize) -> Option<(u64, EntryId)> {
        self.last.get(&people::device(name, device)).copied()
    }

    /// Somebody's id.
    pub fn member(&self, name: &str) -> MemberId {
        people::member(name)
    }

    /// Adds an entry that was made elsewhere.
    pub fn add(&mut self, entry: Entry<Verified>) -> EntryId {
        let id = entry.id();
        for parent in entry.causal_parents() {
            self.heads.remove(&parent);
        }
        self.heads.insert(id);
        self.graph.add(&entry);
        self.entries.push(entry);
        id
    }
}

impl Pen<'_> {
    /// On another device of theirs, counted from 0.
    pub fn on(mut self, device: usize) -> Self {
        self.device = device;
        self
    }

    /// Having seen these, and the device's own entries.
    pub fn seeing(mut self, entries: impl IntoIterator<Item = EntryId>) -> Self {
        self.seeing = Some(entries.into_iter().collect());
        self
    }

    /// As number `seq + 1` of the device, behind its entry with number `seq`: a fork, if there is one already.
    pub fn behind(mut self, place: Option<(u64, EntryId)>) -> Self {
        self.behind = Some(place);
        self
    }

    /// At this time by the device's clock.
    pub fn at(mut self, time: Timestamp) -> Self {
        self.time = Some(time);
        self
    }

    /// Signs it, and adds it to the chapter.
    ///
    /// # Panics
    /// When it cannot be signed; a test that asks for that is wrong.
    #[allow(clippy::panic, reason = "only tests get here")]
    pub fn writes(self, kind: &Kind) -> EntryId {
        let (number, body) = kinds::encode(kind);
        match self.writes_raw(number, body) {
            Ok(id) => id,
            Err(problem) => panic!("{problem}"),
        }
    }

    /// Signs any body, and adds it to the chapter.
    pub fn writes_raw(self, kind: u64, body: Vec<u8>) -> Result<EntryId, Unwritable> {
        let key = people::device_key(&self.name, self.device);
        let device = DeviceId(key.verifying_key().to_bytes());
        let chapter = self.chapter;
        let behind = self.behind.unwrap_or_else(|| chapter.last.get(&device).copied());
        let prev = behind.map(|(_, id)| id);
        let seen = self.seeing.unwrap_or_else(|| chapter.heads.iter().copied().collect());
        let parents: BTreeSet<EntryId> = seen.into_iter().filter(|id| Some(*id) != prev).collect();
        let time = self.time.unwrap_or_else(|| chapter.now.plus(MINUTE));
        let seq = behind.map_or(1, |(seq, _)| seq + 1);
        let draft = Draft {
            chapter: chapter.id,
            epoch: 0,
            device,
            seq,
            prev,
            time,
            parents: parents.into_iter().take(entry::entry::MAX_PARENTS).collect(),
            kind,
            body,
        };
        let entry = draft.sign(&key)?;
        let id = entry.id();
        chapter.now = chapter.now.max(time);
        chapter.last.insert(device, (seq, id));
        Ok(chapter.add(entry))
    }
}

/// The charter of a chapter that `name` founds.
pub fn charter(name: &str) -> Charter {
    Charter {
        salt: blake3::derive_key("chapterhouse testing salt", name.as_bytes()),
        name: format!("{name}'s chapter"),
        place: "Edinburgh".into(),
        tier: Tier::Local,
        founders: vec![Founder { handle: name.into(), cert: people::cert(name, 0) }],
        rules: Rules::default(),
        founded: FOUNDED,
    }
}

/// A post, news.
pub fn post(title: &str, body: &str) -> Kind {
    Kind::Post(Post { kind: PostKind::News, title: title.into(), body: body.into() })
}

/// A motion.
pub fn motion(measure: Measure, closes: Timestamp) -> Kind {
    Kind::Motion(Box::new(Motion { measure, why: "We talked about it.".into(), closes }))
}

/// A vote on a motion.
pub fn voice(motion: EntryId, number: u64, choice: Choice) -> Kind {
    Kind::Voice(Voice { motion, number, choice, why: String::new() })
}

/// The decision of a motion.
pub const fn decision(motion: EntryId) -> Kind {
    Kind::Decision(Decision { motion })
}

/// The end of a device after an entry.
pub fn revocation(name: &str, device: usize, last: Option<EntryId>) -> Kind {
    Kind::Revoke(Revoke { device: people::device(name, device), last, why: "It was stolen.".into() })
}

/// Somebody's farewell.
pub fn farewell() -> Kind {
    Kind::Leave(Leave { why: String::new() })
}

/// Keys of a generation for devices, that are of no use.
pub fn epoch(generation: u64, called: &str, devices: &[(&str, usize)]) -> Kind {
    let wrap = |(name, device): &(&str, usize)| Wrap { device: people::device(name, *device), sealed: [7; 80] };
    let mut wraps: Vec<Wrap> = devices.iter().map(wrap).collect();
    wraps.sort_unstable_by_key(|wrap| wrap.device);
    let key = blake3::derive_key("chapterhouse testing epoch", called.as_bytes());
    Kind::Epoch(Epoch { generation, commitment: kinds::epoch::commitment(&key), wraps })
}

/// A comment.
pub fn comment(on: EntryId, body: &str) -> Kind {
    Kind::Comment(Comment { on, body: body.into() })
}

/// Minutes of a day, with a decision and an action point.
///
/// # Panics
/// When there is no such day.
#[allow(clippy::panic, reason = "only tests get here")]
pub fn minutes(title: &str, date: &str) -> Kind {
    let Ok(date) = date.parse() else { panic!("{date} is no day") };
    let due = Some(date);
    Kind::Minutes(Minutes {
        title: title.into(),
        date,
        starts: None,
        ends: None,
        place: "Library".into(),
        facilitator: "asha".into(),
        note_taker: "imre".into(),
        next: None,
        attendance: vec!["asha".into(), "imre".into()],
        items: Vec::new(),
        decisions: vec!["Repair the roof".into()],
        actions: vec![ActionPoint { what: "Ask for the price".into(), due, owner: "asha".into() }],
    })
}

/// A ballot.
pub fn ballot(poll: EntryId, number: u64, answers: &[Option<u16>]) -> Kind {
    answering(poll, number, answers.iter().copied().map(Answer::from).collect())
}

/// A ballot with answers of any form.
pub fn answering(poll: EntryId, number: u64, answers: Vec<Answer>) -> Kind {
    Kind::Ballot(Ballot { poll, number, answers, reasons: Vec::new() })
}

/// A vote given to others, in sixtieths.
pub fn giving(poll: EntryId, number: u64, to: &[(&str, u8)]) -> Kind {
    let mut to: Vec<Part> =
        to.iter().map(|(name, sixtieths)| Part { member: people::member(name), sixtieths: *sixtieths }).collect();
    to.sort_unstable_by_key(|part| part.member);
    Kind::Delegation(Delegation { poll, number, to })
}
