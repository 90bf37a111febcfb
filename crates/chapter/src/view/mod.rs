//! The chapter as a member sees it: a function of a set of entries, whatever order they came in.
//!
//! Entries are applied one by one, parents before children. What an entry may do is decided once, from its causal past
//! alone (`rules`), and never again. Two things can change later: a fork shows up and another entry of the same device
//! counts in its place, or an act arrives that ends its author's time and did not know of it (`standing`). Neither touches
//! what most tellers of a poll stand by (`closing`). Texts stay
//! in the log: per post about 300 bytes are kept.
//!
//! [`shown`] and [`people`] are what is answered, `acts` what membership rests on, `authority` who is a member in which
//! past, `standing` what acts come to, `order` which of two that contradict each other comes first, `pasts` the sets behind them, `record` what is kept of every
//! entry, `content` of posts, minutes and polls, `proposals` of polls that are proposed, `take` where what an entry says is
//! put, `queries`, `comments`, `polls`, `closing`, `secret`, `hidden`, `counts` and `motions` the questions, `state` the digest.

pub(crate) mod acts;
pub(crate) mod authority;
mod closing;
mod comments;
mod content;
mod counts;
pub(crate) mod hidden;
mod motions;
mod order;
pub(crate) mod pasts;
pub mod people;
mod polls;
mod proposals;
mod queries;
mod record;
mod secret;
pub mod shown;
pub(crate) mod standing;
mod state;
mod take;

pub use acts::Count;
pub use closing::{Closing, Teller, TellerWord};
pub use comments::MAX_DEPTH;
pub use counts::DeviceCount;
pub use hidden::{Hanging, Opener, Opening};
pub use people::{Asked, Device, Ended, Ending, EpochKeys, Lapsed, Member, MotionState, Task, Word};
pub use proposals::{AmendmentState, ObjectionState, ProposalState, VersionState};
pub use secret::{CarriedBallot, Slot};
pub use shown::{
    Applied, CastBallot, CommentLine, ForkProof, GivenVote, Invitation, Item, ItemKind, MinutesSummary, PollState,
};

use crate::{
    Past, Void,
    kinds::{self, Charter, Kind, number},
    rules::{self, Judged, Scene},
};
use acts::{Deed, DeviceNo, Said, Seen, SeenOf, Target};
use authority::Authority;
use content::Content;
use entry::{ChapterId, DeviceId, Entry, EntryId, Head, Verified};
use pasts::{Fixed, SetId};
use record::Record;
use standing::CutBy;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One chapter, as the entries applied so far make it.
#[derive(Debug, Clone)]
pub struct View {
    chapter: ChapterId,
    records: Vec<Record>,
    rows: HashMap<EntryId, u32, Fixed>,
    pub(crate) authority: Authority,
    charter: Option<Charter>,
    pub(crate) content: Content,
    /// Why entries do not count, by their own fault or their past's. Forks and cuts come on top.
    void: BTreeMap<u32, Void>,
    /// Rows of the places where a device signed several entries.
    forks: BTreeMap<(DeviceId, u64), BTreeSet<u32>>,
    /// Rows of the polls that are cut off.
    cut_polls: BTreeSet<u32>,
}

impl View {
    /// An empty view of this chapter.
    pub fn new(chapter: ChapterId) -> Self {
        Self {
            chapter,
            records: Vec::new(),
            rows: HashMap::default(),
            authority: Authority::new(),
            charter: None,
            content: Content::default(),
            void: BTreeMap::new(),
            forks: BTreeMap::new(),
            cut_polls: BTreeSet::new(),
        }
    }

    /// Takes an entry. Its causal parents must have been applied before; applying it again changes nothing.
    pub fn apply(&mut self, entry: &Entry<Verified>, past: &dyn Past) -> Applied {
        let (id, content) = (entry.id(), entry.content());
        if content.chapter != self.chapter {
            return Applied::OtherChapter;
        }
        if self.rows.contains_key(&id) {
            return Applied::Again;
        }
        let Some(parents) = entry.causal_parents().map(|id| self.row(&id)).collect::<Option<Vec<u32>>>() else {
            return Applied::ParentMissing;
        };
        let set = self.authority.pasts.union(parents.iter().map(|row| self.records[*row as usize].after));
        self.authority.prepare_set(set);
        let chained = content.prev.is_none() || parents.first().is_some_and(|prev| self.continues(*prev, content));
        let read = self.read(content, entry.body(), set, chained);
        let verdict = read.as_ref().map_err(|void| *void).and_then(|kind| {
            // What stands right before it is the usual thing to answer, and needs no search.
            let saw = |seen: &[EntryId]| match seen {
                [one] => vec![entry.causal_parents().any(|parent| parent == *one) || past.contains(one, &id)],
                several => past.contains_each(several, &id),
            };
            rules::judge(kind, &self.scene(content, set, &saw))
        });

        let row = self.records.len() as u32;
        let mut record = Record {
            id,
            kind: match (&read, entry.body()) {
                (Ok(_), None) => ItemKind::Withheld(content.kind),
                (Ok(kind), _) => ItemKind::of(kind),
                (Err(_), _) => ItemKind::Other(content.kind),
            },
            time: content.time,
            latest: parents.iter().map(|row| self.records[*row as usize].latest).fold(content.time, Ord::max),
            seq: content.seq,
            title: Box::default(),
            device: self.authority.number_device(content.device),
            author: self.authority.moment(set).member_of(&content.device),
            past: set,
            after: set,
            target: None,
            root: None,
            comments: 0,
            chained,
            valid: verdict.is_ok(),
            forked: false,
            cut: None,
            held: false,
        };
        let before = self.authority.mark();
        let (void, judged) = match verdict {
            Ok(judged) => (None, judged),
            Err(void) => (Some(void), Judged::default()),
        };
        if let Ok(kind) = read {
            self.take(kind, void, judged, row, &mut record, past);
        }
        self.rows.insert(id, row);
        self.records.push(record);
        if let Some(void) = void {
            self.void.insert(row, void);
        }
        if chained {
            self.chain(row);
        }
        if self.authority.has_changed(before) {
            (0..=row).for_each(|row| self.set_cut(row));
        } else {
            self.set_cut(row);
        }
        for poll in self.cut_polls.clone() {
            let held = self.is_held(poll);
            self.change(poll, |record| record.held = held);
        }
        match self.void_at(row) {
            None => Applied::Counts,
            Some(void) => Applied::Void(void),
        }
    }

    fn row(&self, id: &EntryId) -> Option<u32> {
        self.rows.get(id).copied()
    }

    fn record(&self, row: u32) -> &Record {
        &self.records[row as usize]
    }

    /// Where, by whom and after what a row was written; nothing, if no member wrote it.
    pub(crate) fn said(&self, row: u32) -> Option<Said> {
        self.record(row).said(row)
    }

    /// Whether an entry with this content comes right behind that row in its device's chain.
    fn continues(&self, prev: u32, content: &Head) -> bool {
        let prev = self.record(prev);
        prev.chained && prev.seq + 1 == content.seq && self.authority.device(prev.device).id == content.device
    }

    /// The body, if anybody who may say something says it.
    fn read(&self, content: &Head, body: Option<&[u8]>, set: SetId, chained: bool) -> Result<Kind, Void> {
        if !chained {
            return Err(Void::BrokenChain);
        }
        if content.kind != number::CHARTER {
            self.authority.moment(set).member_of(&content.device).ok_or(Void::NotAMember)?;
        }
        // Without its body an entry keeps its place, and says nothing.
        let withheld = || Ok(Kind::Unknown { kind: content.kind, body: Vec::new() });
        body.map_or_else(withheld, |body| kinds::decode(content.kind, body).map_err(Void::Malformed))
    }

    fn scene<'a>(&'a self, content: &Head, set: SetId, saw: &'a dyn Fn(&[EntryId]) -> Vec<bool>) -> Scene<'a> {
        Scene {
            view: self,
            device: content.device,
            time: content.time,
            is_root: content.prev.is_none() && content.parents.is_empty(),
            moment: self.authority.moment(set),
            saw,
        }
    }

    /// Gives an entry its place in its device's chain.
    fn chain(&mut self, row: u32) {
        let (seq, device) = (self.record(row).seq, self.record(row).device);
        let id = self.authority.device(device).id;
        let chain = &mut self.authority.devices[device.0 as usize].chain;
        // Number n comes behind number n - 1 of the same chain, so there are no gaps.
        let Some(place) = usize::try_from(seq - 1).ok().and_then(|index| chain.get(index)) else {
            chain.push(row);
            return;
        };
        self.forks.entry((id, seq)).or_default().extend([*place, row]);
        self.settle(device, seq);
    }

    /// Of the entries that a device signed in one place the one with the smallest id counts; those that are cut off, or
    /// that no member signed, stand back: else whoever was put out took back what they had said. What such entries say
    /// about membership stays: nobody is put out by a copied key.
    fn settle(&mut self, device: DeviceNo, seq: u64) {
        let Some(rows) = self.forks.get(&(self.authority.device(device).id, seq)).cloned() else { return };
        let Some(counts) = rows.iter().copied().min_by_key(|row| self.record(*row).place()) else { return };
        if let Some(place) = usize::try_from(seq - 1)
            .ok()
            .and_then(|index| self.authority.devices[device.0 as usize].chain.get_mut(index))
        {
            *place = counts;
        }
        for row in rows {
            let forked = row != counts && !self.record(row).kind.survives_forks();
            self.change(row, |record| record.forked = forked);
        }
    }

    /// Finds out whether a row is cut off by what is in effect now.
    fn set_cut(&mut self, row: u32) {
        let cut = self.said(row).and_then(|said| self.authority.cut_by(self.authority.standing(), &said));
        if cut != self.record(row).cut {
            self.change(row, |record| record.cut = cut);
            if self.content.polls.contains_key(&row) {
                if cut.is_some() {
                    self.cut_polls.insert(row)
                } else {
                    self.cut_polls.remove(&row)
                };
            }
            self.settle(self.record(row).device, self.record(row).seq);
        }
    }

    /// Changes a record, and what is listed and counted with it.
    fn change(&mut self, row: u32, how: impl FnOnce(&mut Record)) {
        let record = &mut self.records[row as usize];
        let counted = record.counts();
        how(record);
        let (counts, root) = (record.counts(), record.root);
        if counted == counts {
            return;
        }
        if let Some(root) = root {
            let comments = &mut self.records[root as usize].comments;
            *comments = if counts { *comments + 1 } else { *comments - 1 };
        }
        let record = &self.records[row as usize];
        if !record.kind.is_listed() {
            return;
        }
        if counts { self.content.list(record, row) } else { self.content.unlist(record) }
    }

    fn void_at(&self, row: u32) -> Option<Void> {
        let record = self.record(row);
        if let Some(void) = self.void.get(&row) {
            // What is hidden is judged as by those who do not have its text.
            let by_text = matches!(void, Void::Malformed(_) | Void::UnknownTarget);
            if !(by_text && self.hidden(&record.id).is_some()) {
                return Some(*void);
            }
        }
        if (record.cut.is_some() || record.forked) && self.is_held(row) {
            return None;
        }
        if let Some(cut) = record.cut {
            return Some(self.cut_void(cut));
        }
        let winner = || {
            let place = usize::try_from(record.seq - 1).ok()?;
            self.authority.device(record.device).chain.get(place).map(|row| self.record(*row).id)
        };
        if record.forked { winner().map(|counts| Void::Forked { counts }) } else { None }
    }

    fn cut_void(&self, cut: CutBy) -> Void {
        let act = self.authority.act(cut.act);
        let by = act.said.id;
        match (&act.deed, cut.by_sponsor) {
            (_, true) => Void::Uprooted { by },
            (Deed::Cut { target: Target::Member(_), .. }, _) => Void::Left { by },
            (Deed::Cut { .. }, _) => Void::Revoked { by },
            _ => Void::Removed { by },
        }
    }

    /// What of these devices' entries is in the causal past of an entry.
    fn seen_of(&self, devices: impl Iterator<Item = DeviceNo>, of: &EntryId, past: &dyn Past) -> Seen {
        let mut seen = Seen::default();
        for device in devices {
            let state = self.authority.device(device);
            let rows = |seq: u64| {
                let forked = self.forks.get(&(state.id, seq)).map(|rows| rows.iter().copied().collect());
                forked.unwrap_or_else(|| vec![state.chain[(seq - 1) as usize]])
            };
            let saw = |row: &u32| past.contains(&self.record(*row).id, of);
            // If number n was seen, so were those before it.
            let (mut upto, mut beyond) = (0, state.chain.len() as u64 + 1);
            if beyond > 1 && rows(beyond - 1).iter().any(saw) {
                upto = beyond - 1;
            }
            while upto + 1 < beyond {
                let middle = u64::midpoint(upto, beyond);
                let place = if rows(middle).iter().any(saw) { &mut upto } else { &mut beyond };
                *place = middle;
            }
            let forked = (self.forks.range((state.id, 0)..=(state.id, upto)))
                .map(|((_, seq), rows)| (*seq, rows.iter().copied().filter(saw).collect()))
                .collect();
            seen.0.insert(device, SeenOf { upto, forked });
        }
        seen
    }
}
