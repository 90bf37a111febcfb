//! Proposed polls: their versions, what members say to them, and the polls that became of them.

use super::{
    View,
    acts::{MemberNo, Said},
};
use crate::kinds::{Amendment, Objection, Plan, Poll, Proposal, Remark, RemarkKind, number, proposal::Gist};
use entry::{EntryId, MemberId, Timestamp};
use std::{cmp::Reverse, collections::BTreeMap};

/// All proposals, by the rows of their entries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proposals {
    all: BTreeMap<u32, Proposed>,
    versions: BTreeMap<u32, Edition>,
    amendments: BTreeMap<u32, (u32, Gist)>,
    objections: BTreeMap<u32, Objected>,
}

/// One proposal, by its first version: rows of what belongs to it.
#[derive(Debug, Clone, Default)]
struct Proposed {
    versions: Vec<u32>,
    objections: Vec<u32>,
    amendments: Vec<u32>,
    polls: Vec<u32>,
}

#[derive(Debug, Clone)]
struct Edition {
    of: u32,
    number: u64,
    adopts: Option<u32>,
    gist: Gist,
}

#[derive(Debug, Clone)]
struct Objected {
    proposal: u32,
    to: u32,
    remarks: Vec<(u32, RemarkKind)>,
}

/// A proposal as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalState {
    /// Its first version.
    pub proposal: EntryId,
    /// Who proposed it.
    pub proposer: MemberId,
    /// All versions that count, the first one first.
    pub versions: Vec<VersionState>,
    /// The version that can be opened.
    pub last: EntryId,
    /// When that was proposed, by the latest time of all that it had seen.
    pub since: Timestamp,
    /// From when on it may be opened, by the rules of now.
    pub opens: Timestamp,
    /// Objections that count, the earliest first.
    pub objections: Vec<ObjectionState>,
    /// Amendments that count, the earliest first.
    pub amendments: Vec<AmendmentState>,
    /// The poll that became of it.
    pub poll: Option<EntryId>,
    /// Polls that were opened from it beside that one, by id.
    pub beside: Vec<EntryId>,
}

/// One version of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionState {
    /// Its entry.
    pub entry: EntryId,
    /// The how-manieth.
    pub number: u64,
    /// When, by the proposer's clock.
    pub time: Timestamp,
    /// The amendment that it adopted.
    pub adopts: Option<EntryId>,
}

/// An objection, whose it is, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectionState {
    /// Its entry.
    pub entry: EntryId,
    /// Who objects.
    pub owner: MemberId,
    /// When, by their clock.
    pub time: Timestamp,
    /// The version that it is about.
    pub version: EntryId,
    /// The remark by which its owner withdrew it.
    pub withdrawn: Option<EntryId>,
    /// The proposer's answers, the earliest first.
    pub answers: Vec<EntryId>,
}

/// An amendment, and whether it was adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmendmentState {
    /// Its entry.
    pub entry: EntryId,
    /// Who proposes it.
    pub author: MemberId,
    /// When, by their clock.
    pub time: Timestamp,
    /// The version that it changes.
    pub version: EntryId,
    /// The version that adopted it.
    pub adopted: Option<EntryId>,
}

impl View {
    pub(super) fn take_proposal(&mut self, proposal: &Proposal, row: u32) -> Option<u32> {
        let gist = proposal.plan.gist();
        let (of, number, adopts) = match &proposal.version {
            None => (row, 1, None),
            Some(version) => {
                (self.row(&version.of)?, version.number, version.adopts.and_then(|adopts| self.row(&adopts)))
            }
        };
        self.content.proposals.versions.insert(row, Edition { of, number, adopts, gist });
        self.content.proposals.all.entry(of).or_default().versions.push(row);
        (of != row).then_some(of)
    }

    pub(super) fn take_objection(&mut self, objection: &Objection, row: u32) -> Option<u32> {
        let to = self.row(&objection.to)?;
        let proposal = self.proposal_row(to)?;
        self.content.proposals.objections.insert(row, Objected { proposal, to, remarks: Vec::new() });
        self.content.proposals.all.entry(proposal).or_default().objections.push(row);
        Some(to)
    }

    pub(super) fn take_amendment(&mut self, amendment: &Amendment, row: u32) -> Option<u32> {
        let to = self.row(&amendment.to)?;
        let proposal = self.proposal_row(to)?;
        self.content.proposals.amendments.insert(row, (proposal, amendment.plan.gist()));
        self.content.proposals.all.entry(proposal).or_default().amendments.push(row);
        Some(to)
    }

    pub(super) fn take_remark(&mut self, remark: &Remark, row: u32) -> Option<u32> {
        let objection = self.row(&remark.objection)?;
        self.content.proposals.objections.get_mut(&objection)?.remarks.push((row, remark.what));
        Some(objection)
    }

    /// A poll that is a version of a proposal whose text is here.
    pub(super) fn take_opened(&mut self, version: &EntryId, row: u32) -> Option<u32> {
        let version = self.row(version)?;
        if let Some(proposal) = self.proposal_row(version) {
            self.content.proposals.all.entry(proposal).or_default().polls.push(row);
        }
        Some(version)
    }

    /// The row of the first version of the proposal of which this is one. A version whose text is not here stands for the first:
    /// whoever came later has only what was said after it.
    pub(crate) fn proposal_row(&self, version: u32) -> Option<u32> {
        let known = self.content.proposals.versions.get(&version).map(|edition| edition.of);
        known.or_else(|| self.is_untold(version, number::PROPOSAL).then_some(version))
    }

    /// Whether this is an entry of a kind whose text is not here.
    pub(crate) fn is_untold(&self, row: u32, kind: u64) -> bool {
        self.record(row).kind == super::ItemKind::Withheld(kind)
    }

    pub(crate) fn version_number(&self, version: u32) -> Option<u64> {
        self.content.proposals.versions.get(&version).map(|edition| edition.number)
    }

    pub(crate) fn gist_at(&self, version: u32) -> Option<&Gist> {
        self.content.proposals.versions.get(&version).map(|edition| &edition.gist)
    }

    /// The proposal that an amendment is to, and what it says.
    pub(crate) fn amendment_at(&self, row: u32) -> Option<(u32, &Gist)> {
        self.content.proposals.amendments.get(&row).map(|(proposal, gist)| (*proposal, gist))
    }

    /// The proposal that an objection is to, and its owner.
    pub(crate) fn objection_at(&self, row: u32) -> Option<(u32, MemberNo)> {
        let objected = self.content.proposals.objections.get(&row)?;
        Some((objected.proposal, self.said(row)?.member))
    }

    fn belonging(&self, proposal: u32, rows: fn(&Proposed) -> &Vec<u32>) -> impl Iterator<Item = Said> + '_ {
        let rows = self.content.proposals.all.get(&proposal).map(rows);
        rows.into_iter().flatten().filter_map(|row| self.said(*row))
    }

    pub(crate) fn versions_of(&self, proposal: u32) -> Vec<Said> {
        self.belonging(proposal, |proposed| &proposed.versions).collect()
    }

    pub(crate) fn opened_from(&self, proposal: u32) -> Vec<Said> {
        self.belonging(proposal, |proposed| &proposed.polls).collect()
    }

    pub(crate) fn objections_to(&self, proposal: u32) -> impl Iterator<Item = Said> + '_ {
        self.belonging(proposal, |proposed| &proposed.objections)
    }

    pub(crate) fn amendments_to(&self, proposal: u32) -> impl Iterator<Item = Said> + '_ {
        self.belonging(proposal, |proposed| &proposed.amendments)
    }

    pub(crate) fn remarks_on(&self, objection: u32) -> impl Iterator<Item = Said> + '_ {
        let remarks = self.content.proposals.objections.get(&objection).map(|objected| &objected.remarks);
        remarks.into_iter().flatten().filter_map(|(row, _)| self.said(*row))
    }

    /// Of these versions the one that can be opened: the highest number, among equals the smallest id.
    pub(crate) fn last_version(&self, versions: Vec<Said>) -> Option<u32> {
        let last = versions.into_iter().max_by_key(|said| (self.version_number(said.row), Reverse(said.id)));
        last.map(|said| said.row)
    }

    /// Since when something stands: the latest time that it and all before it claim. Whoever dates it back has to
    /// write as if nothing had happened since, their own entries included.
    pub(crate) fn stands_since(&self, row: u32) -> Timestamp {
        self.record(row).latest
    }

    /// The proposal that an objection or an amendment is to, or that a poll was opened from.
    pub fn proposal_about(&self, entry: &EntryId) -> Option<EntryId> {
        let row = self.row(entry)?;
        let proposals = &self.content.proposals;
        let of = (proposals.objections.get(&row).map(|objected| objected.proposal))
            .or_else(|| proposals.amendments.get(&row).map(|(of, _)| *of));
        let opened = || self.proposal_row(self.record(row).target.filter(|_| self.poll_at(row).is_some())?);
        of.or_else(opened).map(|row| self.record(row).id)
    }

    /// All proposals that count, latest first.
    pub fn proposals(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.items(Some(super::ItemKind::Proposal), None).map(|item| item.id)
    }

    /// A proposal, by any of its versions.
    pub fn proposal(&self, version: &EntryId) -> Option<ProposalState> {
        let row = self.proposal_row(self.row(version)?)?;
        let proposed = self.content.proposals.all.get(&row)?;
        let id = |row: &u32| self.record(*row).id;
        // What a fork made void is one version still: whether it can be opened, its past decides.
        let uncut = |said: &Said| self.record(said.row).cut.is_none();
        let last = self.last_version(self.versions_of(row).into_iter().filter(uncut).collect())?;
        let author = |row: &u32| Some(self.authority.member_id(self.record(*row).author?));
        let mut versions: Vec<VersionState> = (proposed.versions.iter().filter(|row| self.record(**row).cut.is_none()))
            .filter_map(|row| {
                let edition = self.content.proposals.versions.get(row)?;
                let adopts = edition.adopts.as_ref().map(id);
                Some(VersionState { entry: id(row), number: edition.number, time: self.record(*row).time, adopts })
            })
            .collect();
        versions.sort_unstable_by_key(|version| (version.number, version.entry));
        let since = self.stands_since(last);
        let hours = self.rules().map_or(0, |rules| rules.proposed_for);
        let adopted = |row: u32| {
            let adopts = |version: &&u32| {
                let edition = self.content.proposals.versions.get(version);
                self.record(**version).cut.is_none() && edition.is_some_and(|edition| edition.adopts == Some(row))
            };
            proposed.versions.iter().filter(adopts).map(id).min()
        };
        let mut amendments: Vec<AmendmentState> = (proposed.amendments.iter())
            .filter(|row| self.record(**row).counts())
            .filter_map(|row| {
                let record = self.record(*row);
                let (version, adopted) = (id(&record.target?), adopted(*row));
                Some(AmendmentState { entry: record.id, author: author(row)?, time: record.time, version, adopted })
            })
            .collect();
        amendments.sort_unstable_by_key(|amendment| (amendment.time, amendment.entry));
        let mut objections: Vec<ObjectionState> =
            (proposed.objections.iter()).filter_map(|row| self.objection_state(*row)).collect();
        objections.sort_unstable_by_key(|objection| (objection.time, objection.entry));
        let mut polls = self.opened_polls(proposed);
        let poll = if polls.is_empty() { None } else { Some(polls.remove(0)) };
        polls.sort_unstable();
        Some(ProposalState {
            proposal: self.record(row).id,
            proposer: author(&row)?,
            versions,
            last: self.record(last).id,
            since,
            opens: if hours == 0 { self.record(last).time } else { since.plus(hours * 3_600_000) },
            objections,
            amendments,
            poll,
            beside: polls,
        })
    }

    fn objection_state(&self, row: u32) -> Option<ObjectionState> {
        let (record, objected) = (self.record(row), self.content.proposals.objections.get(&row)?);
        if !record.counts() {
            return None;
        }
        let mut remarks: Vec<(Timestamp, EntryId, RemarkKind)> = (objected.remarks.iter())
            .filter(|(row, _)| self.record(*row).counts())
            .map(|(row, what)| (self.record(*row).time, self.record(*row).id, *what))
            .collect();
        remarks.sort_unstable();
        let of = |wanted: RemarkKind| remarks.iter().filter(move |(.., what)| *what == wanted).map(|(_, id, _)| *id);
        Some(ObjectionState {
            entry: record.id,
            owner: self.authority.member_id(record.author?),
            time: record.time,
            version: self.record(objected.to).id,
            withdrawn: of(RemarkKind::Withdraws).next(),
            answers: of(RemarkKind::Answers).collect(),
        })
    }

    /// The polls that were opened from a proposal, the one that it became first: the one in which most members voted,
    /// among equals the smallest id. Whoever opens a second one when they see how the first goes gets nobody's votes by it.
    fn opened_polls(&self, proposed: &Proposed) -> Vec<EntryId> {
        let counting = proposed.polls.iter().filter(|row| self.record(**row).counts());
        let mut polls: Vec<EntryId> = counting.map(|row| self.record(*row).id).collect();
        if polls.len() > 1 {
            polls.sort_by_cached_key(|poll| (Reverse(self.voter_count(poll)), *poll));
        }
        polls
    }

    /// The poll that counts in the place of this one, which was opened from the same proposal.
    pub fn poll_instead(&self, poll: &EntryId) -> Option<EntryId> {
        let proposal = self.proposal_row(self.record(self.row(poll)?).target?)?;
        let first = self.opened_polls(self.content.proposals.all.get(&proposal)?).into_iter().next()?;
        (first != *poll).then_some(first)
    }

    /// The poll that a version becomes if it is opened behind these entries, with its roll.
    pub fn poll_of(&self, version: &EntryId, plan: &Plan, now: Timestamp, parents: &[EntryId]) -> Poll {
        let moment = self.authority.moment_of(self.past_of(parents).into());
        let members = moment.roll();
        let poll = plan.opened(*version, now, &members, &|until| moment.serving(until));
        if poll.is_secret() { self.with_roll(poll) } else { poll.for_members(members) }
    }
}
