//! The rules of `docs/MEMBERSHIP.md` a second time, and those of `docs/KINDS.md` for texts and polls, written from the
//! pages: definitions over sets of entries, as plain as they come. Nothing is kept but what was asked before.

use chapterhouse_chapter::{
    Kind, Void,
    kinds::{self, BadBody, BadJoin, Bar, Choice, Epoch, JoinStatement, Measure, Motion, Poll, Role, Rules, Voice},
};
use entry::{ChapterId, DeviceId, Entry, EntryId, MemberId, Timestamp, Verified};
use std::{
    cell::RefCell,
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

/// A set of entries, by their places in the history: a bit for each.
pub type Set = u128;

/// The places in a set.
pub fn places(set: Set) -> impl Iterator<Item = usize> {
    let rest = |set: &Set| Some(set & (set - 1)).filter(|set| *set != 0);
    std::iter::successors(Some(set).filter(|set| *set != 0), rest).map(|set| set.trailing_zeros() as usize)
}

const fn one(place: usize) -> Set {
    1 << place
}

/// An entry, read.
pub struct Told {
    pub id: EntryId,
    pub device: DeviceId,
    pub seq: u64,
    prev: Option<usize>,
    pub time: Timestamp,
    number: u64,
    pub kind: Result<Kind, BadBody>,
    /// Everything that it names as a causal parent, directly or over others.
    pub past: Set,
    /// Whether it continues its device's entries.
    chained: bool,
    pub author: Option<MemberId>,
    pub valid: Result<(), Void>,
    /// Of an admission: whom, and the words that it rests on and how many members' it needs.
    admits: Option<(MemberId, DeviceId)>,
    words: Vec<usize>,
    need: usize,
}

/// Whose time an act ends.
#[derive(PartialEq)]
enum End {
    Of(MemberId),
    OfDevice(DeviceId),
}

/// The acts and decisions that are effective, in the order in which they are; and what is void under them.
pub struct Effect {
    pub order: Vec<usize>,
    void: RefCell<HashMap<usize, Option<EntryId>>>,
}

impl Effect {
    fn of(order: Vec<usize>) -> Self {
        Self { order, void: RefCell::default() }
    }
}

/// A history, judged.
pub struct Model {
    chapter: ChapterId,
    pub told: Vec<Told>,
    at: HashMap<EntryId, usize>,
    effects: RefCell<HashMap<Set, Rc<Effect>>>,
}

impl Model {
    /// Judges entries that are given in a causal order.
    pub fn of(chapter: ChapterId, entries: &[Entry<Verified>]) -> Self {
        let mut model = Self { chapter, told: Vec::new(), at: HashMap::new(), effects: RefCell::default() };
        for entry in entries {
            let content = entry.content();
            let past = entry.causal_parents().map(|parent| model.at[&parent]);
            let mut told = Told {
                id: entry.id(),
                device: content.device,
                seq: content.seq,
                prev: content.prev.map(|prev| model.at[&prev]),
                time: content.time,
                number: content.kind,
                kind: kinds::decode(content.kind, entry.body().unwrap_or_default()),
                past: past.fold(0, |past, parent| past | model.told[parent].past | one(parent)),
                chained: false,
                author: None,
                valid: Ok(()),
                admits: None,
                words: Vec::new(),
                need: 0,
            };
            told.chained = told.prev.map_or(content.seq == 1, |prev| {
                let prev = &model.told[prev];
                prev.chained && prev.device == told.device && prev.seq + 1 == told.seq
            });
            told.author = model.owner(&told.device, told.past);
            told.valid = model.judge(&mut told);
            model.at.insert(told.id, model.told.len());
            model.told.push(told);
        }
        model
    }

    pub fn find(&self, id: &EntryId) -> Option<usize> {
        self.at.get(id).copied()
    }

    /// How many members' words an admission rests on.
    pub fn words(&self, admission: usize) -> usize {
        let authors = self.told[admission].words.iter().map(|word| self.told[*word].author);
        authors.collect::<BTreeSet<_>>().len()
    }

    /// Everything.
    pub fn all(&self) -> Set {
        (0..self.told.len()).fold(0, |set, place| set | one(place))
    }

    pub fn knows(&self, place: usize, other: usize) -> bool {
        self.told[place].past & one(other) != 0
    }

    fn valid(&self, place: usize) -> Option<&Kind> {
        self.told[place].kind.as_ref().ok().filter(|_| self.told[place].valid.is_ok())
    }

    /// Valid entries of a set that are something.
    fn which<'a, T>(
        &'a self,
        set: Set,
        what: impl Fn(&'a Kind) -> Option<T> + 'a,
    ) -> impl Iterator<Item = (usize, T)> + 'a {
        places(set).filter_map(move |place| Some((place, what(self.valid(place)?)?)))
    }

    // 2. Admissions

    fn admissions(&self, set: Set) -> impl Iterator<Item = (usize, MemberId, DeviceId)> + '_ {
        places(set).filter_map(|place| {
            let (member, device) = self.told[place].admits.filter(|_| self.told[place].valid.is_ok())?;
            Some((place, member, device))
        })
    }

    /// The act because of which an admission is void, if it is.
    pub fn void_by(&self, effect: &Effect, admission: usize) -> Option<EntryId> {
        if matches!(self.valid(admission), Some(Kind::Charter(_))) {
            return None;
        }
        if let Some(known) = effect.void.borrow().get(&admission) {
            return *known;
        }
        let told = &self.told[admission];
        // A revocation takes nothing from somebody else's admission that it knows of.
        let takes = |act: usize| {
            let theirs = told.admits.is_some_and(|(member, _)| self.told[act].author == Some(member));
            theirs || !matches!(self.valid(act), Some(Kind::Revoke(_))) || !self.knows(act, admission)
        };
        let cut = |place| self.cut_by_some(effect, place, &takes);
        let left: BTreeSet<MemberId> = (told.words.iter())
            .filter(|word| cut(**word).is_none())
            .filter_map(|word| self.told[*word].author)
            .collect();
        let cut_words = || told.words.iter().filter_map(|word| cut(*word)).filter_map(|void| by(&void)).min();
        let void = match cut(admission) {
            Some(void) => by(&void),
            None if left.len() < told.need => cut_words(),
            None => None,
        };
        effect.void.borrow_mut().insert(admission, void);
        void
    }

    // 3. Members

    /// Whether an entry knows of an act; of a removal also by another decision of the same motion.
    pub fn aware(&self, place: usize, act: usize) -> bool {
        let same = |other: &&usize| match (self.valid(act), self.valid(**other)) {
            (Some(Kind::Decision(act)), Some(Kind::Decision(other))) => act.motion == other.motion,
            _ => **other == act,
        };
        places(self.told[place].past).any(|known| same(&&known))
    }

    fn holds(&self, effect: &Effect, (admission, member, device): (usize, MemberId, DeviceId)) -> bool {
        let ended =
            |act: &&usize| self.ends(**act).is_some_and(|end| end == End::Of(member) || end == End::OfDevice(device));
        self.void_by(effect, admission).is_none()
            && effect.order.iter().filter(ended).all(|act| self.aware(admission, *act))
    }

    pub fn holding(&self, set: Set) -> Vec<(usize, MemberId, DeviceId)> {
        let effect = self.effect(set);
        self.admissions(set).filter(|admission| self.holds(&effect, *admission)).collect()
    }

    pub fn members(&self, set: Set) -> BTreeSet<MemberId> {
        self.holding(set).into_iter().map(|(_, member, _)| member).collect()
    }

    /// Whose a device is.
    pub fn owner(&self, device: &DeviceId, set: Set) -> Option<MemberId> {
        let of_device = self.holding(set).into_iter().filter(|(.., held)| held == device);
        of_device.min_by_key(|(place, ..)| self.told[*place].id).map(|(_, member, _)| member)
    }

    pub fn devices(&self, set: Set) -> BTreeMap<DeviceId, MemberId> {
        let devices = self.holding(set).into_iter().map(|(.., device)| device);
        devices.filter_map(|device| Some((device, self.owner(&device, set)?))).collect()
    }

    // 4. Acts

    /// Of a valid decision to remove a member the motion, and whom.
    pub fn removal(&self, place: usize) -> Option<(EntryId, MemberId)> {
        let Some(Kind::Decision(decision)) = self.valid(place) else { return None };
        match self.motion(&decision.motion)?.1.measure {
            Measure::Remove { member } => Some((decision.motion, member)),
            _ => None,
        }
    }

    fn removes(&self, place: usize) -> Option<MemberId> {
        self.removal(place).map(|(_, member)| member)
    }

    fn ends(&self, act: usize) -> Option<End> {
        match self.valid(act)? {
            Kind::Revoke(revoke) => Some(End::OfDevice(revoke.device)),
            Kind::Leave(_) => self.told[act].author.map(End::Of),
            _ => self.removes(act).map(End::Of),
        }
    }

    /// Whether an act had seen an entry of the devices whose time it ends.
    fn seen(&self, act: usize, place: usize) -> bool {
        if act == place {
            return true;
        }
        match self.valid(act) {
            Some(Kind::Revoke(revoke)) => revoke.last.is_some_and(|last| {
                let last = self.at[&last];
                self.told[place].device == revoke.device && (place == last || self.knows(last, place))
            }),
            _ => self.knows(act, place),
        }
    }

    /// What is effective in a set.
    pub fn effect(&self, set: Set) -> Rc<Effect> {
        let acts =
            self.which(set, |kind| matches!(kind, Kind::Revoke(_) | Kind::Leave(_) | Kind::Decision(_)).then_some(()));
        let acts = acts.fold(0, |acts, (place, ())| acts | one(place));
        if let Some(known) = self.effects.borrow().get(&acts) {
            return known.clone();
        }
        let effect = Rc::new(Effect::of(self.effective(acts)));
        self.effects.borrow_mut().insert(acts, effect.clone());
        effect
    }

    fn effective(&self, set: Set) -> Vec<usize> {
        let revocations: Vec<usize> =
            self.which(set, |kind| matches!(kind, Kind::Revoke(_)).then_some(())).map(|(place, ())| place).collect();
        let leavings = self.which(set, |kind| matches!(kind, Kind::Leave(_)).then_some(())).map(|(place, ())| place);
        let by_thief = |leaving: &usize| {
            revocations.iter().any(|act| {
                self.ends(*act) == Some(End::OfDevice(self.told[*leaving].device))
                    && !self.seen(*act, *leaving)
                    && !self.knows(*act, *leaving)
                    && !self.knows(*leaving, *act)
            })
        };
        let mut own = revocations.clone();
        own.extend(leavings.filter(|leaving| !by_thief(leaving)));
        let mut order = own.clone();
        let mut waiting: Vec<usize> =
            self.which(set, |kind| matches!(kind, Kind::Decision(_)).then_some(())).map(|(place, ())| place).collect();
        let mut removals: Vec<usize> = Vec::new();
        // What the votes for a decision are judged by when it is its turn.
        let before = |decision: usize, removals: &[usize]| {
            let own = own.iter().filter(|act| !self.knows(**act, decision));
            Effect::of(own.chain(removals).copied().collect())
        };
        while !waiting.is_empty() {
            let next = |place: &&usize| !waiting.iter().any(|other| self.knows(**place, *other));
            let rank = |place: &&usize| {
                let support = self.count(**place, &before(**place, &removals)).yes;
                (Reverse(support), self.told[**place].id)
            };
            let next = *waiting.iter().filter(next).min_by_key(rank).expect("the causal order has no circles");
            waiting.retain(|other| *other != next);
            if self.enough(next, &before(next, &removals)) {
                order.push(next);
                removals.extend(self.removes(next).map(|_| next));
            }
        }
        order
    }

    // 5. Cut off

    /// Why an entry is cut off, if it is.
    pub fn cut(&self, effect: &Effect, place: usize) -> Option<Void> {
        self.cut_by_some(effect, place, &|_| true)
    }

    fn cut_by_some(&self, effect: &Effect, place: usize, takes: &dyn Fn(usize) -> bool) -> Option<Void> {
        let told = &self.told[place];
        let author = told.author?;
        let grounds: Vec<usize> = (self.admissions(told.past))
            .filter(|(_, member, device)| (*member, *device) == (author, told.device))
            .map(|(admission, ..)| admission)
            .collect();
        let came_back = |act: usize| {
            grounds.iter().any(|ground| self.void_by(effect, *ground).is_none() && self.aware(*ground, act))
        };
        let cuts = effect.order.iter().copied().filter(|act| {
            self.ends(*act).is_some_and(|end| end == End::Of(author) || end == End::OfDevice(told.device))
                && takes(*act)
                && !self.seen(*act, place)
                && !came_back(*act)
        });
        if let Some(act) = cuts.min_by_key(|act| self.told[*act].id) {
            let by = self.told[act].id;
            return Some(match self.valid(act) {
                Some(Kind::Revoke(_)) => Void::Revoked { by },
                Some(Kind::Leave(_)) => Void::Left { by },
                _ => Void::Removed { by },
            });
        }
        let reasons: Option<Vec<EntryId>> = grounds.iter().map(|ground| self.void_by(effect, *ground)).collect();
        Some(Void::Uprooted { by: reasons?.into_iter().min()? })
    }

    // 6. Motions and decisions

    fn motion(&self, id: &EntryId) -> Option<(usize, &Motion)> {
        let place = *self.at.get(id)?;
        match self.valid(place)? {
            Kind::Motion(motion) => Some((place, motion)),
            _ => None,
        }
    }

    /// Who has a vote on a motion.
    pub fn roll(&self, motion: usize) -> BTreeSet<MemberId> {
        let mut roll = self.members(self.told[motion].past);
        if let Some(Kind::Motion(motion)) = self.valid(motion)
            && let Measure::Remove { member } = &motion.measure
        {
            roll.remove(member);
        }
        roll
    }

    fn voices(&self, motion: EntryId, set: Set) -> impl Iterator<Item = (usize, &Voice)> {
        self.which(set, move |kind| match kind {
            Kind::Voice(voice) if voice.motion == motion => Some(voice),
            _ => None,
        })
    }

    /// The votes in a decision's past that are not cut off, one of each member.
    fn count(&self, decision: usize, effect: &Effect) -> Votes {
        let Ok(Kind::Decision(body)) = &self.told[decision].kind else { return Votes::default() };
        self.tally(body.motion, self.told[decision].past, effect)
    }

    fn tally(&self, motion: EntryId, set: Set, effect: &Effect) -> Votes {
        let mut best: BTreeMap<MemberId, (u64, Reverse<EntryId>, Choice)> = BTreeMap::new();
        for (place, voice) in self.voices(motion, set) {
            let Some(author) = self.told[place].author.filter(|_| self.cut(effect, place).is_none()) else { continue };
            let this = (voice.number, Reverse(self.told[place].id), voice.choice);
            let place = best.entry(author).or_insert(this);
            *place = this.max(*place);
        }
        let of = |choice| best.values().filter(|(.., chosen)| *chosen == choice).count() as u64;
        Votes { yes: of(Choice::Yes), no: of(Choice::No), abstain: of(Choice::Abstain) }
    }

    fn enough(&self, decision: usize, effect: &Effect) -> bool {
        let Ok(Kind::Decision(body)) = &self.told[decision].kind else { return false };
        self.suffices(&body.motion, self.told[decision].time, &self.count(decision, effect))
    }

    fn suffices(&self, motion: &EntryId, time: Timestamp, votes: &Votes) -> bool {
        let Some((place, motion)) = self.motion(motion) else { return false };
        let rules = self.rules(self.told[place].past).0;
        let removal = matches!(motion.measure, Measure::Remove { .. });
        let Bar { quorum, majority } = if removal { rules.removal } else { rules.decision };
        let roll = self.roll(place).len() as u64;
        let Votes { yes, no, abstain } = *votes;
        let voted = yes + no + abstain;
        let against = if time > motion.closes { no } else { no + (roll - voted) };
        yes >= if removal { 2 } else { 1 }
            && voted * quorum.whole >= quorum.part * roll
            && (against == 0 || yes * majority.whole > majority.part * (yes + against))
    }

    /// The decision of each motion, the one with the smallest id if several are effective.
    pub fn decided(&self, motion: EntryId, set: Set) -> Option<EntryId> {
        let effect = self.effect(set);
        let decides =
            |place: &&usize| matches!(self.valid(**place), Some(Kind::Decision(decision)) if decision.motion == motion);
        effect.order.iter().filter(decides).map(|place| self.told[*place].id).min()
    }

    /// The measures that were decided, in their order.
    pub fn measures(&self, set: Set) -> Vec<(usize, &Measure)> {
        let effect = self.effect(set);
        let measure = |place: &usize| match self.valid(*place) {
            Some(Kind::Decision(decision)) => Some((*place, &self.motion(&decision.motion)?.1.measure)),
            _ => None,
        };
        effect.order.iter().filter_map(measure).collect()
    }

    /// The rules that hold, and the decision that gave them.
    pub fn rules(&self, set: Set) -> (&Rules, Option<EntryId>) {
        let mut decided = None;
        for (place, measure) in self.measures(set) {
            if let Measure::Rules { rules } = measure
                && decided.is_none_or(|(before, _)| self.knows(place, before))
            {
                decided = Some((place, rules));
            }
        }
        match decided {
            Some((place, rules)) => (rules, Some(self.told[place].id)),
            None => self.which(set, charter).map(|(_, charter)| (&charter.rules, None)).next().expect("a charter"),
        }
    }

    /// Who has which task, until when, by which decision.
    pub fn tasks(&self, set: Set) -> BTreeMap<(Role, MemberId), (Timestamp, EntryId)> {
        let mut tasks = BTreeMap::new();
        let mut removals: Vec<(MemberId, usize)> = Vec::new();
        for (place, measure) in self.measures(set) {
            if let Measure::Remove { member } = measure {
                removals.push((*member, place));
            }
            match measure {
                Measure::Give { role, member, until } => {
                    if removals.iter().all(|(gone, removal)| gone != member || self.aware(place, *removal)) {
                        tasks.insert((*role, *member), (*until, self.told[place].id));
                    }
                }
                Measure::Recall { role, member } => drop(tasks.remove(&(*role, *member))),
                Measure::Remove { member } => tasks.retain(|(_, holder), _| holder != member),
                Measure::Rules { .. } | Measure::Hide { .. } => {}
            }
        }
        let members = self.members(set);
        tasks.retain(|(_, holder), _| members.contains(holder));
        tasks
    }

    /// What is hidden, and the first decision that hides it.
    pub fn hidden(&self, set: Set) -> BTreeMap<EntryId, EntryId> {
        let mut hidden = BTreeMap::new();
        for (place, measure) in self.measures(set) {
            if let Measure::Hide { entry, .. } = measure {
                hidden.entry(*entry).or_insert(self.told[place].id);
            }
        }
        hidden
    }

    // 7. Keys

    fn keys(&self, set: Set) -> Vec<(usize, &Epoch)> {
        let effect = self.effect(set);
        let keys = self.which(set, |kind| if let Kind::Epoch(epoch) = kind { Some(epoch) } else { None });
        keys.filter(|(place, _)| self.cut(&effect, *place).is_none()).collect()
    }

    /// The epochs, the one to write under first: generation, number, whether they are clean.
    pub fn epochs(&self, set: Set) -> Vec<(u64, u64, bool)> {
        let effect = self.effect(set);
        let ended: Vec<usize> = effect.order.iter().copied().filter(|act| self.ends(*act).is_some()).collect();
        let mut epochs = BTreeMap::from([((Reverse(0), 0), ended.is_empty())]);
        for (place, epoch) in self.keys(set) {
            let aware = ended.iter().all(|act| self.aware(place, *act));
            *epochs.entry((Reverse(epoch.generation), epoch.number())).or_insert(true) &= aware;
        }
        epochs.into_iter().map(|((generation, number), clean)| (generation.0, number, clean)).collect()
    }

    pub fn epoch(&self, set: Set) -> Option<u64> {
        self.epochs(set).into_iter().find(|(.., clean)| *clean).map(|(_, number, _)| number)
    }

    /// Devices of members that should have an epoch's key, and to which nobody wrapped it.
    pub fn left_out(&self, number: u64, set: Set) -> BTreeSet<DeviceId> {
        let keys: Vec<_> = self.keys(set).into_iter().filter(|(_, epoch)| epoch.number() == number).collect();
        let has = |device: &DeviceId| {
            keys.iter().any(|(place, epoch)| {
                self.told[*place].device == *device || epoch.wraps.iter().any(|wrap| wrap.device == *device)
            })
        };
        let came_later = |device: &DeviceId| {
            let of_device = self.admissions(set).filter(|(.., admitted)| admitted == device);
            of_device.into_iter().any(|(admission, ..)| keys.iter().any(|(place, _)| self.knows(admission, *place)))
        };
        self.devices(set).into_keys().filter(|device| !has(device) && !came_later(device)).collect()
    }

    // 9. Forks

    /// Whether an entry counts in a set, and why not.
    pub fn counts(&self, place: usize, set: Set) -> Result<(), Void> {
        let told = &self.told[place];
        told.valid?;
        let effect = self.effect(set);
        if let Some(void) = self.cut(&effect, place) {
            return Err(void);
        }
        let rivals = places(set).filter(|other| {
            let other = &self.told[*other];
            other.chained && other.device == told.device && other.seq == told.seq
        });
        let stands = |rival: usize| self.told[rival].author.is_some() && self.cut(&effect, rival).is_none();
        let rank = |rival: &usize| (!stands(*rival), self.told[*rival].id);
        let counts = self.told[rivals.min_by_key(rank).expect("at least itself")].id;
        if counts == told.id || entry::is_membership(told.number) { Ok(()) } else { Err(Void::Forked { counts }) }
    }

    // What each kind needs

    fn judge(&self, told: &mut Told) -> Result<(), Void> {
        if !told.chained {
            return Err(Void::BrokenChain);
        }
        if told.number != kinds::number::CHARTER && told.author.is_none() {
            return Err(Void::NotAMember);
        }
        let past = told.past;
        let kind = told.kind.as_ref().map_err(|problem| Void::Malformed(*problem))?;
        let target = |id: &EntryId| {
            let place = self.at.get(id).copied().filter(|place| past & one(*place) != 0);
            place.and_then(|place| Some((place, self.valid(place)?))).ok_or(Void::UnknownTarget)
        };
        match kind {
            Kind::Charter(charter) => {
                let cert = &charter.founders[0].cert;
                if past != 0
                    || charter.chapter_id() != self.chapter
                    || cert.device_id() != told.device
                    || cert.verify().is_err()
                {
                    return Err(Void::NotTheCharter);
                }
                (told.admits, told.author) = (Some((cert.member_id(), told.device)), Some(cert.member_id()));
                Ok(())
            }
            Kind::Invite(_)
            | Kind::Post(_)
            | Kind::Minutes(_)
            | Kind::Profile(_)
            | Kind::Leave(_)
            | Kind::Unknown { .. } => Ok(()),
            Kind::Admit(admit) => {
                let invite = self.join(told, &admit.invite, &admit.statement)?;
                let digest = admit.statement.digest();
                let sponsors = self.which(past, |kind| if let Kind::Sponsor(word) = kind { Some(word) } else { None });
                let for_it = sponsors.filter(|(_, word)| {
                    matches!(self.valid(self.at[&word.request]), Some(Kind::Request(request)) if request.statement.digest() == digest)
                });
                let (effect, members) = (self.effect(past), self.members(past));
                let stands = |word: &usize| {
                    self.cut(&effect, *word).is_none()
                        && self.told[*word].author.is_some_and(|author| members.contains(&author))
                };
                told.words = std::iter::once(invite).chain(for_it.map(|(word, _)| word)).filter(stands).collect();
                told.need = (self.rules(past).0.sponsors as usize).min(members.len());
                let sponsors: BTreeSet<_> = told.words.iter().map(|word| self.told[*word].author).collect();
                if sponsors.len() < told.need {
                    return Err(Void::TooFewSponsors);
                }
                verified(&admit.statement).map_err(Void::BadStatement)?;
                told.admits = Some((admit.statement.member_id(), admit.statement.join.cert.device_id()));
                Ok(())
            }
            Kind::AddDevice(add) => {
                if Some(add.cert.member_id()) != told.author {
                    return Err(Void::WrongStatement);
                }
                self.free(&add.cert.device_id(), &add.cert.member_id(), past)?;
                add.verify().map_err(Void::BadStatement)?;
                // Its author's own word is the entry itself, and is asked for with it.
                told.admits = Some((add.cert.member_id(), add.cert.device_id()));
                Ok(())
            }
            Kind::Request(request) => {
                let invite = self.join(told, &request.invite, &request.statement)?;
                let others = self.which(past, |kind| if let Kind::Request(other) = kind { Some(other) } else { None });
                let others = others.filter(|(_, other)| other.invite == request.invite).count() as u64;
                let Some(Kind::Invite(invite)) = self.valid(invite) else { return Err(Void::UnknownTarget) };
                if others >= 4 * invite.uses {
                    return Err(Void::InvitationUsed);
                }
                verified(&request.statement).map_err(Void::BadStatement)
            }
            Kind::Sponsor(kinds::Sponsor { request, .. }) | Kind::Decline(kinds::Decline { request, .. }) => {
                if matches!(target(request)?.1, Kind::Request(_)) { Ok(()) } else { Err(Void::UnknownTarget) }
            }
            Kind::Revoke(revoke) => {
                let theirs = self
                    .admissions(past)
                    .any(|(_, member, device)| Some(member) == told.author && device == revoke.device);
                let last = revoke.last.is_none_or(|last| {
                    let last = self.at.get(&last).filter(|last| past & one(**last) != 0).map(|last| &self.told[*last]);
                    last.is_some_and(|last| last.chained && last.device == revoke.device)
                });
                if theirs && last { Ok(()) } else { Err(Void::UnknownTarget) }
            }
            Kind::Motion(motion) => self.may_move(told, motion),
            Kind::Voice(voice) => {
                target(&voice.motion)?;
                let (motion, body) = self.motion(&voice.motion).ok_or(Void::UnknownTarget)?;
                if told.author.is_none_or(|author| !self.roll(motion).contains(&author)) {
                    return Err(Void::NotOnRoll);
                }
                if told.time > body.closes { Err(Void::Late) } else { Ok(()) }
            }
            Kind::Decision(decision) => {
                target(&decision.motion)?;
                self.motion(&decision.motion).ok_or(Void::UnknownTarget)?;
                let votes = self.tally(decision.motion, past, &self.effect(past));
                if self.suffices(&decision.motion, told.time, &votes) { Ok(()) } else { Err(Void::NotPassed) }
            }
            Kind::Epoch(epoch) => {
                let known =
                    self.which(past, |kind| if let Kind::Epoch(epoch) = kind { Some(epoch.generation) } else { None });
                let highest = known.map(|(_, generation)| generation).max().unwrap_or(0);
                if epoch.generation <= highest + 1 { Ok(()) } else { Err(Void::WrongGeneration) }
            }
            Kind::Comment(comment) => match target(&comment.on)?.1 {
                Kind::Post(_)
                | Kind::Minutes(_)
                | Kind::Poll(_)
                | Kind::Motion(_)
                | Kind::Comment(_)
                | Kind::Request(_) => Ok(()),
                _ => Err(Void::UnknownTarget),
            },
            Kind::Poll(poll) => {
                let roll = self.members(past);
                if poll.closes <= told.time {
                    return Err(Void::ClosesTooEarly);
                }
                let same = poll.roll_count == roll.len() as u64 && poll.roll_hash == kinds::roll_hash(&roll);
                if same { Ok(()) } else { Err(Void::WrongRoll) }
            }
            Kind::Ballot(ballot) => {
                let (place, Kind::Poll(Poll { closes, questions, .. })) = target(&ballot.poll)? else {
                    return Err(Void::UnknownTarget);
                };
                if told.author.is_none_or(|author| !self.members(self.told[place].past).contains(&author)) {
                    return Err(Void::NotOnRoll);
                }
                if told.time > *closes {
                    return Err(Void::Late);
                }
                let fits = ballot.answers.len() == questions.len()
                    && (ballot.answers.iter().zip(questions)).all(|(answer, question)| {
                        answer.is_none_or(|answer| (answer as usize) < question.options.len())
                    });
                if fits { Ok(()) } else { Err(Void::WrongAnswers) }
            }
        }
    }

    /// What a request and an admission have in common; the place of the invitation.
    fn join(&self, told: &Told, invite: &EntryId, statement: &JoinStatement) -> Result<usize, Void> {
        let known = self.at.get(invite).copied().filter(|place| told.past & one(*place) != 0);
        let Some((place, Some(Kind::Invite(invitation)))) = known.map(|place| (place, self.valid(place))) else {
            return Err(Void::UnknownTarget);
        };
        let (join, rules) = (&statement.join, self.rules(told.past).0);
        if join.chapter != self.chapter || join.invitation != invitation.invitation {
            return Err(Void::WrongStatement);
        }
        if join.terms != rules.terms() || join.answers.len() != rules.questions.len() {
            return Err(Void::OtherTerms);
        }
        if told.time > invitation.expires {
            return Err(Void::InvitationExpired);
        }
        let effect = self.effect(told.past);
        let by_it = self.admissions(told.past).filter(|(admission, member, _)| {
            matches!(self.valid(*admission), Some(Kind::Admit(admit)) if admit.invite == *invite)
                && self.void_by(&effect, *admission).is_none()
                && *member != statement.member_id()
        });
        let others: BTreeSet<MemberId> = by_it.map(|(_, member, _)| member).collect();
        if others.len() as u64 >= invitation.uses {
            return Err(Void::InvitationUsed);
        }
        self.free(&join.cert.device_id(), &statement.member_id(), told.past)?;
        // Whoever comes back says so anew: every invitation with this key knows how their time ended.
        let ended = |act: &&usize| {
            let end = self.ends(**act);
            end == Some(End::Of(statement.member_id())) || end == Some(End::OfDevice(join.cert.device_id()))
        };
        let same = self.which(told.past, |kind| match kind {
            Kind::Invite(invite) if invite.invitation == join.invitation => Some(()),
            _ => None,
        });
        let invites: Vec<usize> = same.map(|(invite, ())| invite).collect();
        if effect.order.iter().filter(ended).any(|act| invites.iter().any(|invite| !self.aware(*invite, *act))) {
            return Err(Void::OldInvitation);
        }
        Ok(place)
    }

    fn free(&self, device: &DeviceId, member: &MemberId, past: Set) -> Result<(), Void> {
        if self.owner(device, past).is_none_or(|owner| owner == *member) { Ok(()) } else { Err(Void::DeviceTaken) }
    }

    fn may_move(&self, told: &Told, motion: &Motion) -> Result<(), Void> {
        let hours = self.rules(told.past).0.stands_for;
        if motion.closes <= told.time || motion.closes.0 < told.time.0 + hours * 3_600_000 {
            return Err(Void::ClosesTooEarly);
        }
        let members = self.members(told.past);
        let possible = match &motion.measure {
            Measure::Rules { .. } => true,
            Measure::Remove { member } => members.contains(member) && Some(*member) != told.author,
            Measure::Give { member, until, .. } => members.contains(member) && *until > told.time,
            Measure::Recall { role, member } => self.tasks(told.past).contains_key(&(*role, *member)),
            Measure::Hide { entry, on } => {
                let place = self.at.get(entry).copied().filter(|place| told.past & one(*place) != 0);
                match place.and_then(|place| self.valid(place)) {
                    Some(Kind::Comment(comment)) => *on == Some(comment.on),
                    Some(Kind::Post(_) | Kind::Minutes(_) | Kind::Profile(_)) => on.is_none(),
                    _ => false,
                }
            }
        };
        if possible { Ok(()) } else { Err(Void::UnknownTarget) }
    }
}

#[derive(Default)]
struct Votes {
    yes: u64,
    no: u64,
    abstain: u64,
}

fn charter(kind: &Kind) -> Option<&kinds::Charter> {
    if let Kind::Charter(charter) = kind { Some(charter) } else { None }
}

thread_local! {
    static VERIFIED: RefCell<HashMap<[u8; 32], Result<(), BadJoin>>> = RefCell::default();
}

/// Signatures take most of the time, and the same newcomers come again and again.
fn verified(statement: &JoinStatement) -> Result<(), BadJoin> {
    VERIFIED.with_borrow_mut(|known| *known.entry(statement.digest()).or_insert_with(|| statement.verify()))
}

/// The act that a reason names.
fn by(void: &Void) -> Option<EntryId> {
    match void {
        Void::Removed { by } | Void::Left { by } | Void::Revoked { by } | Void::Uprooted { by } => Some(*by),
        _ => None,
    }
}
