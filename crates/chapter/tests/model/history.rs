//! A random history as entries: up to 12 people with up to 6 devices each, in up to 6 corners of the world that do not
//! hear of each other until they meet.

use crate::deed::{Beginning, Chosen, Deed, Sees, What};
use crate::rules::{Set, places};
use chapterhouse_chapter::{
    Kind, Past, View,
    kinds::{
        self, Admit, Bar, Charter, Choice, Fraction, Invite, Join, JoinStatement, Measure, Request, Revoke, Role,
        Rules, Sponsor,
    },
    testing::{
        people,
        story::{self, FOUNDED, MINUTE, decision, motion, voice},
    },
};
use ed25519_dalek::SigningKey;
use entry::{ChapterId, DeviceCert, DeviceId, Entry, EntryId, MemberId, Timestamp, Verified};
use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    sync::LazyLock,
};

mod pen;
use pen::Pen;

const NAMES: [&str; 12] =
    ["rowan", "asha", "imre", "noor", "tomas", "vera", "imke", "jonas", "lena", "mira", "otto", "pavel"];
/// Invitations have so many different keys.
const DOORS: usize = 12;
const HOUR: u64 = 60 * MINUTE;
/// A history is no longer than this.
const MOST: usize = 72;

/// What somebody signs with.
struct Pocket {
    key: SigningKey,
    id: DeviceId,
    cert: DeviceCert,
}

static POCKETS: LazyLock<Vec<Vec<Pocket>>> = LazyLock::new(|| {
    let pocket = |name, device| Pocket {
        key: people::device_key(name, device),
        id: people::device(name, device),
        cert: people::cert(name, device),
    };
    NAMES.iter().map(|name| (0..6).map(|device| pocket(name, device)).collect()).collect()
});
static MEMBERS: LazyLock<Vec<MemberId>> = LazyLock::new(|| NAMES.iter().map(|name| people::member(name)).collect());
static KEYS: LazyLock<Vec<SigningKey>> = LazyLock::new(|| NAMES.iter().map(|name| people::member_key(name)).collect());
static INVITATIONS: LazyLock<Vec<SigningKey>> =
    LazyLock::new(|| (0..DOORS).map(|door| people::invitation_key(&format!("door {door}"))).collect());

type StatementKey = (ChapterId, usize, usize, (usize, usize), [u8; 32], bool);

thread_local! {
    /// The same people state the same thing in many histories.
    static STATEMENTS: RefCell<HashMap<StatementKey, JoinStatement>> = RefCell::default();
    static BEGINNINGS: RefCell<HashMap<(usize, usize), History>> = RefCell::default();
}

/// What later deeds can point at.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Thing {
    Invite(usize),
    Request,
    Motion(Timestamp),
    Decision,
    Poll,
    Epoch(u64, u8),
    Text,
    Comment(EntryId),
    Other,
}

/// What happened.
#[derive(Clone)]
pub struct History {
    pub chapter: ChapterId,
    /// In a causal order.
    pub entries: Vec<Entry<Verified>>,
    /// The past of each.
    pub pasts: Vec<Set>,
    /// The view of the beginning.
    pub begun: View,
    /// So many entries are in that.
    pub beginning: usize,
    at: HashMap<EntryId, usize>,
    things: Vec<Thing>,
    /// What is known in each corner.
    corners: Vec<Set>,
    /// Who became a member at some time, as far as whoever wrote the history knows.
    joined: Vec<usize>,
    /// Who left or was removed, the last one last.
    gone: Vec<usize>,
    /// Devices that somebody added or was admitted with, and those that were revoked.
    devices: BTreeSet<(usize, usize)>,
    revoked: Vec<(usize, usize)>,
    /// Tasks that somebody wanted to give.
    given: Vec<(Role, usize)>,
    terms: [u8; 32],
    now: Timestamp,
}

impl Past for History {
    fn contains(&self, ancestor: &EntryId, of: &EntryId) -> bool {
        match (self.at.get(ancestor), self.at.get(of)) {
            (Some(ancestor), Some(of)) => self.pasts[*of] >> ancestor & 1 == 1,
            _ => false,
        }
    }
}

/// Rules that histories begin with, and those that they give themselves.
fn rules(number: usize) -> Rules {
    let bar = |quorum: (u64, u64), majority: (u64, u64)| {
        let fraction = |(part, whole)| Fraction { part, whole };
        Bar { quorum: fraction(quorum), majority: fraction(majority) }
    };
    let easy = bar((1, 4), (1, 2));
    let plain = Rules { stands_for: 1, ..Rules::default() };
    match number {
        0 => plain,
        1 => Rules { stands_for: 0, removal: easy, decision: easy, ..plain },
        2 => Rules { sponsors: 2, removal: easy, decision: easy, ..plain },
        3 => Rules { sponsors: 3, stands_for: 0, removal: bar((1, 3), (2, 3)), decision: easy, ..plain },
        _ => Rules { statement: "We share.".into(), questions: vec!["Why?".into()], ..rules(2) },
    }
}

fn charter(number: usize) -> Charter {
    Charter { rules: rules(number), ..story::charter("rowan") }
}

impl History {
    pub fn of(beginning: Beginning, deeds: &[Deed]) -> Self {
        let known = BEGINNINGS.with_borrow_mut(|known| {
            let begun = || Self::begin(beginning.charter, beginning.members);
            known.entry((beginning.charter, beginning.members)).or_insert_with(begun).clone()
        });
        let mut history = known;
        history.corners = vec![history.corners[0]; beginning.corners];
        for deed in deeds {
            if history.entries.len() < MOST {
                history.happens(deed);
            }
        }
        history
    }

    /// A charter, one invitation, and members whom it admitted.
    fn begin(number: usize, members: usize) -> Self {
        let charter = charter(number);
        let chapter = charter.chapter_id();
        let mut history = Self {
            chapter,
            entries: Vec::new(),
            pasts: Vec::new(),
            begun: View::new(chapter),
            beginning: 0,
            at: HashMap::new(),
            things: Vec::new(),
            corners: vec![0],
            joined: vec![0],
            gone: Vec::new(),
            devices: BTreeSet::new(),
            revoked: Vec::new(),
            given: Vec::new(),
            terms: charter.rules.terms(),
            now: FOUNDED,
        };
        let sponsors = charter.rules.sponsors as usize;
        history.pen(0, 0).writes(&Kind::Charter(charter));
        let invite =
            Invite { invitation: INVITATIONS[0].verifying_key().to_bytes(), expires: FOUNDED.plus(6 * HOUR), uses: 12 };
        let invite = history.pen(0, 0).writes(&Kind::Invite(invite));
        for name in 1..members {
            history.join(0, invite, 0, (name, 0), &(1..name).take(sponsors - 1).collect::<Vec<_>>());
        }
        let mut view = View::new(chapter);
        for entry in &history.entries {
            view.apply(entry, &history);
        }
        assert_eq!(view.member_count(), members);
        history.begun = view;
        history.beginning = history.entries.len();
        history
    }

    fn pen(&mut self, who: usize, device: usize) -> Pen<'_> {
        Pen { history: self, who, device, corner: 0, sees: Sees::All, time: None }
    }

    fn id(&self, place: usize) -> EntryId {
        self.entries[place].id()
    }

    fn pick(&self, number: u8, wanted: impl Fn(&Thing) -> bool) -> Option<usize> {
        let all: Vec<usize> = (0..self.things.len()).filter(|place| wanted(&self.things[*place])).collect();
        // Mostly something recent.
        all.len().checked_sub(1).map(|last| all[last - number as usize % all.len()])
    }

    /// Somebody, or whoever was put out last.
    fn somebody(&self, number: u8) -> usize {
        match self.gone.last() {
            Some(gone) if number >= 12 => *gone,
            _ => number as usize % 12,
        }
    }

    fn happens(&mut self, deed: &Deed) {
        let corner = deed.corner as usize % self.corners.len();
        if let What::Meet(other) = deed.what {
            let other = self.corners[other as usize % self.corners.len()];
            self.corners[corner] |= other;
            return;
        }
        // Everybody is mostly in the same corner.
        let here: Vec<usize> = self.joined.iter().copied().filter(|who| who % self.corners.len() == corner).collect();
        let who = match deed.who {
            0..40 if !here.is_empty() => here[deed.who as usize % here.len()],
            40..48 => deed.who as usize % 12,
            _ => self.joined[deed.who as usize % self.joined.len()],
        };
        let time = (deed.back > 0).then(|| Timestamp(self.now.0 - u64::from(deed.back) * MINUTE));
        let theirs: Vec<usize> = self.devices.range((who, 1)..(who + 1, 0)).map(|(_, device)| *device).collect();
        let device = match deed.device {
            0 => 5,
            1..9 if !theirs.is_empty() => theirs[deed.device as usize % theirs.len()],
            _ => 0,
        };
        match deed.what {
            What::Campaign { .. } => self.campaign((corner, who, device), deed.sees, time, &deed.what),
            What::Quarrel => {
                let one = theirs.last().copied().unwrap_or(1);
                let other = device.min(one - 1);
                for (sees, device, whom) in [(deed.sees, one, other), (Sees::Own, other, one)] {
                    let revoke = Revoke { device: POCKETS[who][whom].id, last: None, why: String::new() };
                    Pen { history: self, who, device, corner, sees, time }.writes(&Kind::Revoke(revoke));
                }
            }
            What::Purge => {
                let further: Vec<_> = self.devices.iter().copied().filter(|(_, device)| *device > 0).take(6).collect();
                for (who, whom) in further {
                    let revoke = Revoke { device: POCKETS[who][whom].id, last: None, why: String::new() };
                    Pen { history: self, who, device: 0, corner, sees: Sees::All, time }.writes(&Kind::Revoke(revoke));
                }
            }
            What::Join { name, device: newcomers, sponsors } => {
                let pen = Pen { history: self, who, device, corner, sees: deed.sees, time };
                // Mostly a door that nobody has come through yet.
                let door = 4 + pen.history.entries.len() % (DOORS - 4);
                let invite = pen.invite(door, 1, false);
                let invite = pen.writes(&invite);
                let sponsors: Vec<usize> =
                    self.joined.iter().copied().filter(|member| sponsors >> member & 1 == 1).take(3).collect();
                self.join(corner, invite, door, (self.somebody(name), newcomers as usize), &sponsors);
            }
            _ => {
                let mut pen = Pen { history: self, who, device, corner, sees: deed.sees, time };
                let Some(kind) = pen.kind(&deed.what) else { return };
                pen.writes(&kind);
                // Somebody changes their mind.
                if let (Kind::Ballot(first), true) = (kind, deed.back == 0) {
                    let again = Kind::Ballot(kinds::Ballot { number: first.number + 1, ..first });
                    Pen { history: self, who, device, corner, sees: Sees::All, time }.writes(&again);
                }
            }
        }
    }

    /// Where the rules ask for it a request and words; the admission in any case.
    fn join(&mut self, corner: usize, invite: usize, door: usize, (name, device): (usize, usize), sponsors: &[usize]) {
        let statement = self.statement(door, name, (name, device), self.terms, false);
        let invite = self.id(invite);
        let here = |history: &Self, wanted: usize| {
            let here = history.joined.iter().copied().filter(|who| who % history.corners.len() == corner);
            here.chain([wanted]).next().unwrap_or(wanted)
        };
        let first = here(self, 0);
        let by = |history: &mut Self, who: usize, kind: &Kind| {
            Pen { history, who, device: 0, corner, sees: Sees::All, time: None }.writes(kind)
        };
        if !sponsors.is_empty() {
            let request = Kind::Request(Box::new(Request { invite, statement: statement.clone() }));
            let request = by(self, first, &request);
            let request = self.id(request);
            for sponsor in sponsors {
                by(self, *sponsor, &Kind::Sponsor(Sponsor { request, why: String::new() }));
            }
        }
        by(self, sponsors.first().copied().unwrap_or(first), &Kind::Admit(Box::new(Admit { invite, statement })));
        if !self.joined.contains(&name) {
            self.joined.push(name);
        }
    }

    /// What a newcomer states; the device is theirs, or somebody's who lends it.
    fn statement(
        &self,
        door: usize,
        name: usize,
        device: (usize, usize),
        terms: [u8; 32],
        forged: bool,
    ) -> JoinStatement {
        let chapter = self.chapter;
        let pocket = &POCKETS[device.0][device.1];
        STATEMENTS.with_borrow_mut(|known| {
            let make = || {
                let join = Join {
                    chapter,
                    invitation: INVITATIONS[door].verifying_key().to_bytes(),
                    handle: NAMES[name].into(),
                    cert: DeviceCert::issue(&KEYS[name], pocket.id.0, [1; 32]),
                    time: FOUNDED,
                    terms,
                    answers: vec!["Because.".into(); usize::from(terms == rules(4).terms())],
                };
                let other = if forged { (name + 1) % NAMES.len() } else { name };
                join.sign(&INVITATIONS[door], &KEYS[other], &pocket.key)
            };
            known.entry((chapter, door, name, device, terms, forged)).or_insert_with(make).clone()
        })
    }

    fn measure(&self, chosen: Chosen, not: usize) -> Measure {
        let role = |role| if role == 0 { Role::Facilitator } else { Role::Teller };
        let joined = |number: u8| self.joined[number as usize % self.joined.len()];
        match chosen {
            Chosen::Rules(number) => Measure::Rules { rules: rules(number as usize + 1) },
            Chosen::Remove(number) => {
                let whom = joined(number);
                let whom = if whom == not { joined(number + 1) } else { whom };
                Measure::Remove { member: MEMBERS[whom] }
            }
            Chosen::Give(task, number) => {
                Measure::Give { role: role(task), member: MEMBERS[joined(number)], until: self.now.plus(90 * HOUR) }
            }
            Chosen::Recall(task, number) => match self.given.last() {
                Some((role, who)) if number < 9 => Measure::Recall { role: *role, member: MEMBERS[*who] },
                _ => Measure::Recall { role: role(task), member: MEMBERS[joined(number)] },
            },
            Chosen::Hide(number) => {
                let text = self.pick(number, |thing| matches!(thing, Thing::Text | Thing::Comment(_) | Thing::Poll));
                let place = text.unwrap_or(0);
                let on = if let Thing::Comment(on) = self.things[place] { Some(on) } else { None };
                Measure::Hide { entry: self.id(place), on }
            }
        }
    }

    fn campaign(
        &mut self,
        (corner, who, device): (usize, usize, usize),
        sees: Sees,
        time: Option<Timestamp>,
        what: &What,
    ) {
        let What::Campaign { chosen, voters, against, late, twice } = *what else { return };
        let measure = self.measure(chosen, who);
        let moved = self.now.plus(MINUTE);
        let closes = time.unwrap_or(moved).plus(HOUR + 5 * MINUTE);
        let whom =
            if let Measure::Remove { member } = &measure { MEMBERS.iter().position(|id| id == member) } else { None };
        let pen = Pen { history: self, who, device, corner, sees, time };
        let place = pen.writes(&motion(measure.clone(), closes));
        let id = self.id(place);
        // Those who are here first; then others, who so are in two places at once.
        let mut voters: Vec<usize> = self.joined.iter().copied().filter(|voter| voters >> voter & 1 == 1).collect();
        let corners = self.corners.len();
        voters.sort_by_key(|voter| (voter % corners != corner, *voter));
        let mut last = place;
        let first = voters.iter().copied().find(|voter| Some(*voter) != whom);
        for voter in voters.into_iter().filter(|voter| Some(*voter) != whom).take(4) {
            let choice = if voter == against as usize { Choice::No } else { Choice::Yes };
            let pen = Pen { history: self, who: voter, device: 0, corner, sees: Sees::All, time };
            last = pen.writes(&voice(id, 1, choice));
        }
        if let (Some(voter), true) = (first, against > 8) {
            // Somebody votes twice with one number.
            let pen = Pen { history: self, who: voter, device: 0, corner, sees: Sees::All, time };
            pen.writes(&voice(id, 1, Choice::No));
        }
        let time = if late { Some(closes.plus(1)) } else { time };
        let known = self.corners[corner];
        let pen = Pen { history: self, who, device, corner, sees: Sees::All, time };
        pen.writes(&decision(id));
        if twice {
            // Somebody else who has not heard of that yet.
            let heard = std::mem::replace(&mut self.corners[corner], known);
            let who = self.joined[(who + 1) % self.joined.len()];
            let pen = Pen { history: self, who, device: 0, corner, sees: Sees::All, time };
            pen.writes(&decision(id));
            self.corners[corner] |= heard;
        }
        if let Some(whom) = whom {
            self.gone.push(whom);
        }
        if let Measure::Give { role, member, .. } = &measure {
            self.given.extend(MEMBERS.iter().position(|id| id == member).map(|who| (*role, who)));
        }
        if let Measure::Rules { rules } = measure
            && last > place
        {
            self.terms = rules.terms();
        }
    }

    /// The entries after the beginning, for whoever has to find out what went wrong.
    pub fn tell(&self) -> String {
        let line = |place: usize| {
            let content = self.entries[place].content();
            let who = NAMES.iter().zip(&*POCKETS).find_map(|(name, pockets)| {
                let device = pockets.iter().position(|pocket| pocket.id == content.device)?;
                Some(format!("{name} {device}"))
            });
            let kind = kinds::decode(content.kind, self.entries[place].body().unwrap_or_default());
            let mut kind = format!("{kind:?}");
            for (place, entry) in self.entries.iter().enumerate() {
                kind = kind.replace(&format!("{:?}", entry.id()), &format!("#{place}"));
            }
            for (name, member) in NAMES.iter().zip(&*MEMBERS) {
                kind = kind.replace(&format!("{member:?}"), name);
            }
            for (name, pockets) in NAMES.iter().zip(&*POCKETS) {
                for (device, pocket) in pockets.iter().enumerate() {
                    kind = kind.replace(&format!("{:?}", pocket.id), &format!("{name} {device}"));
                }
            }
            kind.truncate(200);
            let parents: Vec<usize> = self.entries[place].causal_parents().map(|id| self.at[&id]).collect();
            let minutes = content.time.0.wrapping_sub(FOUNDED.0) as i64 / MINUTE as i64;
            format!("{place}: {} {} after {parents:?} at {minutes}: {kind}", who.unwrap_or_default(), content.seq)
        };
        let lines: Vec<String> = (self.beginning..self.entries.len()).map(line).collect();
        lines.join("\n")
    }

    /// The entries that no other one of a set comes after.
    fn heads(&self, set: Set) -> Vec<usize> {
        let behind = places(set).fold(0, |behind, place| behind | self.pasts[place]);
        places(set & !behind).collect()
    }
}
