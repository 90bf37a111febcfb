//! The rules of `docs/MEMBERSHIP.md` a second time, and those of `docs/KINDS.md` for texts and polls, written from the
//! pages: definitions over sets of entries, as plain as they come. Nothing is kept but what was asked before.

use chapterhouse_chapter::{
    Kind, Void,
    kinds::{self, BadBody, Measure},
};
use entry::{ChapterId, DeviceId, Entry, EntryId, MemberId, Timestamp, Verified};
use std::{
    cell::RefCell,
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

mod decide;
mod judge;

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

    // 9. Forks

    /// Whether an entry counts in a set, and why not.
    pub fn counts(&self, place: usize, set: Set) -> Result<(), Void> {
        self.counts_for(place, set, true)
    }

    /// The same for somebody who does not have its text.
    pub fn counts_for(&self, place: usize, set: Set, has_text: bool) -> Result<(), Void> {
        let told = &self.told[place];
        // What is hidden is judged as by those who do not have it.
        let by_text = matches!(told.valid, Err(Void::Malformed(_) | Void::UnknownTarget));
        if !(by_text && (!has_text || self.hidden(set).contains_key(&told.id))) {
            told.valid?;
        }
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
        if counts == told.id || entry::is_membership(told.number) || told.number == kinds::number::POLL {
            Ok(())
        } else {
            Err(Void::Forked { counts })
        }
    }
}

/// The act that a reason names.
fn by(void: &Void) -> Option<EntryId> {
    match void {
        Void::Removed { by } | Void::Left { by } | Void::Revoked { by } | Void::Uprooted { by } => Some(*by),
        _ => None,
    }
}
