//! Who says which votes were there in time: a poll's tellers, and what they said.
//!
//! A poll has as many places as it names tellers. A place is its teller's; if the chapter recalls or removes them, or
//! they leave, before they closed the poll, somebody else with the task of a teller can close it in their place. A vote
//! counts unless so many places have closed the poll without it that most cannot have it any more. So the first count
//! is that of all votes, each cutoff can only take from it, and it is final once nobody who is missing could.
//!
//! A cutoff stands by what counts in its past, and by what most of them stand by no act that they had not heard of takes away:
//! else whoever has two computers could take a vote back when the result is known, by revoking the one that they voted with.

use super::{
    ItemKind, View,
    acts::{ActNo, Deed, MemberNo, Said},
    authority::Moment,
    content::{self, Voting},
    pasts::SetId,
    secret::Copies,
};
use crate::{
    Past, Void,
    kinds::{Cutoff, Measure, Role},
};
use entry::{EntryId, MemberId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use vote::hidden::need;

/// What a poll's tellers said so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Those whom the poll names, ascending, then those who closed it in somebody's place.
    pub tellers: Vec<Teller>,
    /// In how many cutoffs a vote has to be.
    pub need: usize,
    /// How many cutoffs are missing.
    pub missing: usize,
    /// How many named tellers' places somebody else can take.
    pub free: usize,
    /// Of how many voters a vote hangs on those who are missing; where questions are answered apart, on how many ballots.
    pub open: usize,
    /// Whether nothing that is missing could change which votes count; of a hidden poll also, whether it is open.
    pub settled: bool,
}

/// A teller, and what they said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teller {
    /// Who.
    pub member: MemberId,
    /// Whether they closed the poll in the place of another.
    pub substitute: bool,
    /// What they said when it closed.
    pub word: TellerWord,
    /// Receipts that they wrote, and how many votes these have seen.
    pub receipts: (usize, usize),
}

/// How a teller closed a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TellerWord {
    /// Not yet.
    Missing,
    /// Once.
    Closed {
        /// Their cutoff.
        entry: EntryId,
        /// When, by their clock.
        time: Timestamp,
        /// Of how many voters they had seen a vote; where questions are answered apart, how many ballots.
        votes: usize,
    },
    /// What they signed cannot all be so: it does not count.
    Contradicts {
        /// Two entries that show it.
        entries: Vec<EntryId>,
    },
    /// After their recall, or without it having seen that: it does not count.
    Recalled {
        /// Their cutoff.
        entry: EntryId,
    },
}

/// Which votes a poll's tellers had seen. Of a poll without tellers nothing is asked.
pub(super) struct Told<'a> {
    /// The cutoffs that count, one for each place.
    cutoffs: Vec<&'a content::Told>,
    places: usize,
    free: usize,
}

impl Told<'_> {
    pub(super) const fn need(&self) -> usize {
        need(self.places)
    }

    /// Whether most tellers have closed the poll: then no vote that they have not seen can count any more.
    pub(super) const fn closed(&self) -> bool {
        self.places > 0 && self.cutoffs.len() >= self.need()
    }

    const fn missing(&self) -> usize {
        self.places - self.cutoffs.len()
    }

    /// How many stand by a vote, which may have come in several entries, or by the poll.
    fn stand_by(&self, rows: &[u32]) -> usize {
        let stands = |cutoff: &&&content::Told| rows.iter().any(|row| cutoff.stands_by.binary_search(row).is_ok());
        self.cutoffs.iter().filter(stands).count()
    }

    /// Whether most tellers stand by it: then nothing that they did not know of takes it away.
    pub(super) fn holds(&self, row: u32) -> bool {
        self.places > 0 && self.stand_by(&[row]) >= self.need()
    }

    /// Whether most tellers cannot stand by a vote any more.
    pub(super) fn rules_out(&self, rows: &[u32]) -> bool {
        self.places > 0 && self.stand_by(rows) + self.missing() < self.need()
    }

    /// Whether it hangs on those who are missing.
    fn leaves_open(&self, rows: &[u32]) -> bool {
        !self.rules_out(rows) && self.stand_by(rows) < self.need()
    }
}

/// One teller's words, as far as they count.
struct Words<'a> {
    cutoffs: Vec<&'a content::Told>,
    receipts: Vec<&'a content::Told>,
}

impl<'a> Words<'a> {
    /// Two entries that contradict each other, if there are any: two cutoffs with other votes, or that stand by others, or a
    /// receipt from before the close for a vote that a cutoff has not.
    fn contradiction(&self, closes: Timestamp) -> Option<Vec<EntryId>> {
        let first = self.cutoffs.first()?;
        let same = |cutoff: &&&content::Told| cutoff.votes == first.votes && cutoff.stands_by == first.stands_by;
        if let Some(other) = self.cutoffs.iter().find(|cutoff| !same(cutoff)) {
            return Some(vec![first.said.id, other.said.id]);
        }
        let lacks = |receipt: &&&content::Told| {
            receipt.time <= closes && receipt.votes.iter().any(|vote| first.votes.binary_search(vote).is_err())
        };
        self.receipts.iter().find(lacks).map(|receipt| vec![first.said.id, receipt.said.id])
    }
}

impl View {
    fn words<'a>(&'a self, voting: &'a Voting, member: MemberNo) -> Words<'a> {
        let own = |told: &&content::Told| told.said.member == member && self.record(told.said.row).counts();
        let sorted = |list: &'a [content::Told]| {
            let mut list: Vec<&content::Told> = list.iter().filter(own).collect();
            list.sort_unstable_by_key(|told| told.said.id);
            list
        };
        Words { cutoffs: sorted(&voting.cutoffs), receipts: sorted(&voting.receipts) }
    }

    /// Whether the chapter took the task from a teller without having seen this of them, nor they having known.
    pub(super) fn recalled(&self, said: &Said) -> bool {
        let member = self.authority.member_id(said.member);
        let standing = self.authority.standing();
        self.recalls(&member).any(|act| {
            let unseen = match &self.authority.act(act).deed {
                Deed::Decision(decided) => !decided.seen.has(self.authority.act(act).said.row, said),
                _ => false,
            };
            standing.has(act) && unseen && !self.authority.is_known(said.past, act)
        })
    }

    /// The decisions, effective or not, to take the task of a teller from a member.
    pub(super) fn recalls<'a>(&'a self, member: &'a MemberId) -> impl Iterator<Item = ActNo> + 'a {
        let recall = move |measure: &Measure| matches!(measure, Measure::Recall { role: Role::Teller, member: of } if of == member);
        let moved = self.authority.motions.iter().filter(move |moved| recall(&moved.measure));
        moved.flat_map(|moved| moved.decisions.iter().copied())
    }

    /// What one teller said, with the cutoff that counts.
    fn heard<'a>(&'a self, voting: &'a Voting, member: &MemberId) -> (TellerWord, Option<&'a content::Told>) {
        let Some(number) = self.authority.member_no(member) else { return (TellerWord::Missing, None) };
        let words = self.words(voting, number);
        if let Some(entries) = words.contradiction(voting.state.rules.closes) {
            return (TellerWord::Contradicts { entries }, None);
        }
        let counts = words.cutoffs.iter().find(|cutoff| !self.recalled(&cutoff.said));
        match (counts, words.cutoffs.first()) {
            (Some(told), _) => {
                let (entry, time, votes) = (told.said.id, told.time, told.votes.len());
                (TellerWord::Closed { entry, time, votes }, Some(told))
            }
            (None, Some(told)) => (TellerWord::Recalled { entry: told.said.id }, None),
            (None, None) => (TellerWord::Missing, None),
        }
    }

    /// The tellers' words, and who closed a poll in somebody's place.
    fn hear<'a>(&'a self, voting: &'a Voting) -> (Vec<(MemberId, bool, TellerWord)>, Told<'a>) {
        let named = &voting.state.tellers;
        let mut told = Told { cutoffs: Vec::new(), places: named.len(), free: 0 };
        let mut heard = Vec::new();
        if named.is_empty() {
            return (heard, told);
        }
        let now = self.authority.now();
        for member in named {
            let (word, cutoff) = self.heard(voting, member);
            told.free += usize::from(cutoff.is_none() && !now.has_role(Role::Teller, member));
            told.cutoffs.extend(cutoff);
            heard.push((*member, false, word));
        }
        let others: BTreeSet<MemberId> =
            voting.cutoffs.iter().map(|told| self.authority.member_id(told.said.member)).collect();
        for member in others.into_iter().filter(|member| named.binary_search(member).is_err()) {
            let (word, cutoff) = self.heard(voting, &member);
            if told.free > 0
                && let Some(cutoff) = cutoff
            {
                told.free -= 1;
                told.cutoffs.push(cutoff);
                heard.push((member, true, word));
            }
        }
        (heard, told)
    }

    pub(super) fn tellers<'a>(&'a self, voting: &'a Voting) -> Told<'a> {
        self.hear(voting).1
    }

    /// Of a poll and its votes, those that count in the past of a cutoff.
    pub(super) fn stood_by(
        &self,
        poll: u32,
        votes: &[u32],
        cutoff: &EntryId,
        set: SetId,
        past: &dyn Past,
    ) -> Box<[u32]> {
        let moment = self.authority.moment(set);
        // What passes on secret ballots does not speak for them: they prove themselves.
        let secret = self.content.polls.get(&poll).is_some_and(|voting| voting.secrets.is_some());
        let counts = |row: &u32| secret && *row != poll || self.counts_in(&moment, *row, cutoff, past);
        let mut rows: Vec<u32> = votes.iter().copied().chain([poll]).filter(counts).collect();
        rows.sort_unstable();
        rows.into_boxed_slice()
    }

    /// Whether a valid row counts in the past of an entry.
    fn counts_in(&self, moment: &Moment<'_>, row: u32, of: &EntryId, past: &dyn Past) -> bool {
        let record = self.record(row);
        let stands = |row: u32| self.said(row).is_some_and(|said| moment.counts(&said));
        if !stands(row) {
            return false;
        }
        let place = (self.authority.device(record.device).id, record.seq);
        let Some(rows) = self.forks.get(&place).filter(|_| !record.kind.survives_forks()) else { return true };
        let others = rows.iter().filter(|other| **other != row && self.record(**other).id < record.id);
        let mut others = others.filter(|other| past.contains(&self.record(**other).id, of));
        !others.any(|other| stands(*other))
    }

    /// Whether most tellers stand by a poll, or by a vote in one.
    pub(super) fn is_held(&self, row: u32) -> bool {
        let record = self.record(row);
        let poll = match record.kind {
            ItemKind::Poll => Some(row),
            ItemKind::Ballot | ItemKind::Delegation => record.target,
            _ => None,
        };
        let voting = poll.and_then(|poll| self.content.polls.get(&poll));
        // Most are closed by nobody yet, and need no look at what their tellers said.
        let voting = voting.filter(|voting| voting.cutoffs.len() >= need(voting.state.tellers.len()));
        voting.is_some_and(|voting| self.tellers(voting).holds(row))
    }

    /// Whose votes are in these entries, by number: whoever voted twice once; and of secret ballots, of which a box can have
    /// many, and several the same, each once.
    fn voters_in(&self, voting: &Voting, copies: &BTreeMap<EntryId, Copies<'_>>, rows: &[u32]) -> usize {
        if voting.secrets.is_none() {
            return rows.iter().map(|row| self.record(*row).author).collect::<BTreeSet<_>>().len();
        }
        let in_them = |copies: &&Copies<'_>| copies.rows().iter().any(|row| rows.binary_search(row).is_ok());
        let proven = copies.values().filter(|copies| copies.proven()).filter(in_them);
        proven.map(|copies| copies.ballot.tag).collect::<BTreeSet<_>>().len()
    }

    /// What a poll's tellers said so far. None where it has no tellers.
    pub fn closing(&self, poll: &EntryId) -> Option<Closing> {
        let voting = self.voting(poll).filter(|voting| !voting.state.tellers.is_empty())?;
        let (heard, told) = self.hear(voting);
        let copies = self.copies(voting);
        let open = match &voting.secrets {
            Some(_) => {
                let open = copies.values().filter(|copies| copies.proven() && told.leaves_open(copies.rows()));
                open.map(|copies| copies.ballot.tag).collect::<BTreeSet<_>>().len()
            }
            None => {
                let open = self.votes_of(voting).filter(|(row, _)| told.leaves_open(&[*row]));
                open.map(|(row, _)| self.record(row).author).collect::<BTreeSet<_>>().len()
            }
        };
        let opening = voting.hiding.as_ref().and_then(|hiding| self.opening_of(voting, hiding));
        let opened = opening.is_none_or(|opening| opening.open);
        let receipts = |member: &MemberId| {
            let words = self.authority.member_no(member).map(|number| self.words(voting, number));
            let receipts = words.map(|words| words.receipts).unwrap_or_default();
            let seen: BTreeSet<u32> = receipts.iter().flat_map(|receipt| receipt.votes.iter().copied()).collect();
            (receipts.len(), self.voters_in(voting, &copies, &seen.into_iter().collect::<Vec<_>>()))
        };
        let tellers = heard.into_iter().map(|(member, substitute, mut word)| {
            let receipts = receipts(&member);
            if let TellerWord::Closed { entry, votes, .. } = &mut word
                && let Some(told) = voting.cutoffs.iter().find(|told| told.said.id == *entry)
            {
                *votes = self.voters_in(voting, &copies, &told.votes);
            }
            Teller { member, substitute, word, receipts }
        });
        Some(Closing {
            tellers: tellers.collect(),
            need: told.need(),
            missing: told.missing(),
            free: told.free,
            open,
            settled: open == 0 && told.missing() < told.need() && opened,
        })
    }

    /// Whose tellers' receipts, or cutoffs, have seen a vote.
    pub fn seen_by(&self, poll: &EntryId, vote: &EntryId) -> Vec<MemberId> {
        let Some(voting) = self.voting(poll) else { return Vec::new() };
        let rows = match &voting.secrets {
            Some(_) => self.copies(voting).get(vote).map(|copies| copies.rows().to_vec()).unwrap_or_default(),
            None => self.row(vote).into_iter().collect(),
        };
        let told = voting.receipts.iter().chain(&voting.cutoffs);
        let seen = told.filter(|told| {
            self.record(told.said.row).counts() && rows.iter().any(|row| told.votes.binary_search(row).is_ok())
        });
        let members: BTreeSet<MemberId> = seen.map(|told| self.authority.member_id(told.said.member)).collect();
        members.into_iter().collect()
    }

    /// The valid votes in a poll that none of a device's receipts has seen, which no receipt has if it wrote none; and
    /// when it wrote the last one.
    pub fn unreceipted(&self, poll: &EntryId, device: &entry::DeviceId) -> (Vec<EntryId>, Option<Timestamp>) {
        let Some(voting) = self.voting(poll) else { return (Vec::new(), None) };
        let device = self.authority.device_no(device);
        let own = || voting.receipts.iter().filter(|told| Some(told.said.device) == device);
        let seen: BTreeSet<u32> = own().flat_map(|told| told.votes.iter().copied()).collect();
        let votes = self.votes_of(voting).filter(|(row, _)| !seen.contains(row)).map(|(_, id)| id).collect();
        (votes, own().map(|told| told.time).max())
    }

    /// The cutoff of everything that is here.
    pub fn draft_cutoff(&self, poll: &EntryId) -> Option<Cutoff> {
        let voting = self.voting(poll)?;
        Some(Cutoff::of(*poll, self.votes_of(voting).map(|(_, id)| id).collect()))
    }

    /// Valid ballots and delegations, by row.
    fn votes_of<'a>(&'a self, voting: &'a Voting) -> impl Iterator<Item = (u32, EntryId)> + 'a {
        let ballots = voting.ballots.iter().map(|(row, _)| *row);
        let mut rows: Vec<u32> = ballots.chain(voting.delegations.iter().map(|(row, _)| *row)).collect();
        rows.extend(voting.secrets.iter().flat_map(|secrets| secrets.boxes.iter().map(|(row, _)| *row)));
        rows.sort_unstable();
        rows.into_iter()
            .map(|row| (row, self.record(row)))
            .filter(|(_, record)| record.valid)
            .map(|(row, record)| (row, record.id))
    }

    /// The same, of the poll at a row.
    pub(crate) fn votes_at(&self, poll: u32) -> impl Iterator<Item = (u32, EntryId)> + '_ {
        self.content.polls.get(&poll).into_iter().flat_map(|voting| self.votes_of(voting))
    }

    pub(crate) fn cutoffs_by(&self, poll: u32, member: MemberNo) -> impl Iterator<Item = Said> + '_ {
        let cutoffs = self.content.polls.get(&poll).into_iter().flat_map(|voting| &voting.cutoffs);
        cutoffs.map(|told| told.said).filter(move |said| said.member == member)
    }

    /// Who has closed a poll, whether or not it counts.
    pub(crate) fn cutoffs_at(&self, poll: u32) -> impl Iterator<Item = Said> + '_ {
        self.content.polls.get(&poll).into_iter().flat_map(|voting| &voting.cutoffs).map(|told| told.said)
    }

    pub(crate) fn receipts_by(&self, poll: u32, member: MemberNo) -> Vec<&content::Told> {
        let receipts = self.content.polls.get(&poll).into_iter().flat_map(|voting| &voting.receipts);
        receipts.filter(|told| told.said.member == member).collect()
    }

    /// The cutoffs in a poll that name other votes than those in their past, by id.
    pub fn short_cutoffs(&self, poll: &EntryId) -> Vec<EntryId> {
        let of = |row: &u32| self.record(*row).target.map(|target| self.record(target).id) == Some(*poll);
        let short = self.void.iter().filter(|(row, void)| **void == Void::WrongVotes && of(row));
        let mut short: Vec<EntryId> = short.map(|(row, _)| self.record(*row).id).collect();
        short.sort_unstable();
        short
    }

    /// Whether a member has closed a poll as a teller.
    pub fn has_closed(&self, poll: &EntryId, member: &MemberId) -> bool {
        let row_and_member = self.row(poll).zip(self.authority.member_no(member));
        row_and_member.is_some_and(|(row, member)| self.cutoffs_by(row, member).next().is_some())
    }

    /// The polls that tellers close.
    pub fn told_polls(&self) -> impl Iterator<Item = (EntryId, &super::PollState)> {
        let told = |voting: &&Voting| !voting.state.tellers.is_empty();
        self.content.polls.values().filter(told).map(|voting| (voting.state.rules.id, &voting.state))
    }
}

impl Closing {
    /// Those who have not closed the poll, or whose word does not count.
    pub fn missing_members(&self) -> impl Iterator<Item = &MemberId> {
        let missing = |teller: &&Teller| !matches!(teller.word, TellerWord::Closed { .. });
        self.tellers.iter().filter(missing).map(|teller| &teller.member)
    }

    /// The words of each teller.
    pub fn by_member(&self) -> BTreeMap<MemberId, &TellerWord> {
        self.tellers.iter().map(|teller| (teller.member, &teller.word)).collect()
    }
}
