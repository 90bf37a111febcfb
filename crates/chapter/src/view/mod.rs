//! The chapter as a member sees it: a function of a set of entries, whatever order they came in.
//!
//! Entries are applied one by one, parents before children. What an entry may do is decided once, from its causal past
//! alone (`rules`), and never again; the one thing that can change later is that a fork shows up and another entry of
//! the same device counts in its place. Texts stay in the log: per post about 300 bytes are kept.
//!
//! [`shown`] is what is answered, `authority` who is a member in which past, `pasts` the sets behind it, `record` what
//! is kept of every entry, `content` of posts, minutes and polls, `queries`, `comments` and `polls` the questions,
//! `state` the digest.

pub(crate) mod authority;
mod comments;
mod content;
pub(crate) mod pasts;
mod polls;
mod queries;
mod record;
pub mod shown;
mod state;

pub use comments::MAX_DEPTH;
pub use shown::{
    Applied, CastBallot, CommentLine, Device, ForkProof, Invitation, Item, ItemKind, Member, MinutesSummary, PollState,
};

use crate::{
    Past, Void,
    kinds::{self, Charter, Kind, number},
    rules::{self, Scene},
};
use authority::{Admitting, Authority};
use content::{Cast, Content, Voting};
use entry::{ChapterId, DeviceId, Entry, EntryId, Head, Verified};
use pasts::{Fixed, SetId};
use record::Record;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One chapter, as the entries applied so far make it.
#[derive(Debug, Clone)]
pub struct View {
    chapter: ChapterId,
    records: Vec<Record>,
    rows: HashMap<EntryId, u32, Fixed>,
    pub(crate) authority: Authority,
    charter: Option<Charter>,
    content: Content,
    /// Why entries do not count, by their own fault or their past's. Forks come on top.
    void: BTreeMap<u32, Void>,
    forks: BTreeMap<(DeviceId, u64), BTreeSet<EntryId>>,
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
        let set = self.authority.pasts.union(parents.iter().map(|row| self.records[*row as usize].past));
        let chained = content.prev.is_none() || parents.first().is_some_and(|prev| self.continues(*prev, content));
        // Without its body an entry is kept, and says nothing.
        let read = self.read(content, entry.body().unwrap_or_default(), set, chained);
        let verdict = read.as_ref().map_err(|void| *void).and_then(|kind| {
            // What stands right before it is the usual thing to answer, and needs no search.
            let saw = |seen: &EntryId| entry.causal_parents().any(|parent| parent == *seen) || past.contains(seen, &id);
            rules::judge(kind, &self.scene(content, set, &saw))
        });

        let row = self.records.len() as u32;
        let mut record = Record {
            id,
            kind: read.as_ref().map_or(ItemKind::Other(content.kind), ItemKind::of),
            time: content.time,
            seq: content.seq,
            title: Box::default(),
            device: self.authority.number_device(content.device),
            author: self.authority.member_of(&content.device, self.authority.pasts.get(set)),
            past: set,
            target: None,
            root: None,
            comments: 0,
            chained,
            valid: verdict.is_ok(),
            forked: false,
        };
        if let Ok(kind) = read {
            self.take(kind, verdict.err(), row, &mut record);
        }
        self.rows.insert(id, row);
        self.records.push(record);
        if let Err(void) = verdict {
            self.void.insert(row, void);
        }
        if chained {
            self.chain(row);
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

    /// Whether an entry with this content comes right behind that row in its device's chain.
    fn continues(&self, prev: u32, content: &Head) -> bool {
        let prev = self.record(prev);
        prev.chained && prev.seq + 1 == content.seq && self.authority.device(prev.device).id == content.device
    }

    /// The body, if anybody who may say something says it.
    fn read(&self, content: &Head, body: &[u8], set: SetId, chained: bool) -> Result<Kind, Void> {
        if !chained {
            return Err(Void::BrokenChain);
        }
        if content.kind != number::CHARTER {
            self.authority.member_of(&content.device, self.authority.pasts.get(set)).ok_or(Void::NotAMember)?;
        }
        kinds::decode(content.kind, body).map_err(Void::Malformed)
    }

    fn scene<'a>(&'a self, content: &Head, set: SetId, saw: &'a dyn Fn(&EntryId) -> bool) -> Scene<'a> {
        Scene {
            view: self,
            device: content.device,
            time: content.time,
            is_root: content.prev.is_none() && content.parents.is_empty(),
            past: self.authority.pasts.get(set),
            saw,
        }
    }

    /// Puts what an entry says where questions look for it. What does not count leaves a trace only where its place
    /// is known: a ballot at its poll.
    fn take(&mut self, kind: Kind, void: Option<Void>, row: u32, record: &mut Record) {
        match (kind, void) {
            (Kind::Ballot(ballot), void) => {
                // A valid poll that this ballot cannot have seen is none to it.
                let poll = self.row(&ballot.poll).filter(|_| void != Some(Void::UnknownTarget));
                if let Some(voting) = poll.and_then(|poll| self.content.polls.get_mut(&poll)) {
                    record.target = poll;
                    let (number, answers) = (ballot.number, ballot.answers.into_boxed_slice());
                    voting.ballots.push(Cast { row, number, answers });
                }
            }
            (_, Some(_)) => {}
            (Kind::Charter(charter), None) => {
                for founder in &charter.founders {
                    let (cert, handle) = (&founder.cert, founder.handle.as_str());
                    let admitting = Admitting { entry: record.id, cert, handle, since: charter.founded, invited: None };
                    let (past, member) = self.authority.admit(&admitting, record.past);
                    (record.past, record.author) = (past, Some(member));
                }
                self.charter = Some(charter);
            }
            (Kind::Invite(invite), None) => {
                self.content.invites.insert(row, invite);
            }
            (Kind::Admit(admit), None) => {
                let join = &admit.statement.join;
                record.target = self.row(&admit.invite);
                let sponsor = record.target.and_then(|invite| self.record(invite).author);
                let invited = sponsor.map(|sponsor| (sponsor, admit.invite));
                let (cert, handle) = (&join.cert, join.handle.as_str());
                let admitting = Admitting { entry: record.id, cert, handle, since: record.time, invited };
                record.past = self.authority.admit(&admitting, record.past).0;
            }
            (Kind::Post(post), None) => {
                record.title = post.title.into_boxed_str();
                self.content.list(record, row);
            }
            (Kind::Comment(comment), None) => {
                record.target = self.row(&comment.on);
                if let Some(target) = record.target {
                    let root = self.record(target).root.unwrap_or(target);
                    record.root = Some(root);
                    self.records[root as usize].comments += 1;
                    self.content.answers.entry(target).or_default().push(row);
                }
            }
            (Kind::Minutes(mut minutes), None) => {
                record.title = std::mem::take(&mut minutes.title).into_boxed_str();
                self.content.list(record, row);
                self.content.minutes.insert(row, content::summary(minutes));
            }
            (Kind::Poll(poll), None) => {
                record.title = poll.title.into_boxed_str();
                self.content.list(record, row);
                let roll = self.authority.roll(self.authority.pasts.get(record.past));
                let rules = vote::Poll {
                    // At most 100 options a question.
                    questions: poll.questions.iter().map(|question| question.options.len() as u16).collect(),
                    roll: self.content.share(poll.roll_hash, roll),
                    closes: poll.closes,
                };
                let state = PollState { questions: poll.questions, rules };
                self.content.polls.insert(row, Voting { state, ballots: Vec::new() });
            }
            (Kind::Unknown { .. }, None) => {}
        }
    }

    /// Gives an entry its place in its device's chain. If another one is there already, the smaller id counts.
    fn chain(&mut self, row: u32) {
        let (id, seq, device) = {
            let record = self.record(row);
            (record.id, record.seq, record.device)
        };
        let device_id = self.authority.device(device).id;
        let chain = &mut self.authority.devices[device.0 as usize].chain;
        // Number n comes behind number n - 1 of the same chain, so there are no gaps.
        let Some(place) = usize::try_from(seq - 1).ok().and_then(|index| chain.get_mut(index)) else {
            chain.push(row);
            return;
        };
        let other = self.records[*place as usize].id;
        let loser = if id < other { std::mem::replace(place, row) } else { row };
        self.forks.entry((device_id, seq)).or_default().extend([id, other]);
        self.set_aside(loser);
    }

    /// Another entry counts in this one's place. What it says about membership stays: nobody is put out by a copied
    /// key.
    fn set_aside(&mut self, row: u32) {
        let record = &mut self.records[row as usize];
        if record.kind.is_membership() || record.forked {
            return;
        }
        let counted = record.counts();
        record.forked = true;
        let root = record.root;
        if counted {
            if let Some(root) = root {
                self.records[root as usize].comments -= 1;
            }
            let record = &self.records[row as usize];
            self.content.unlist(record);
        }
    }

    fn void_at(&self, row: u32) -> Option<Void> {
        let record = self.record(row);
        if let Some(void) = self.void.get(&row) {
            return Some(*void);
        }
        let winner = || {
            let place = usize::try_from(record.seq - 1).ok()?;
            self.authority.device(record.device).chain.get(place).map(|row| self.record(*row).id)
        };
        if record.forked { winner().map(|counts| Void::Forked { counts }) } else { None }
    }
}
