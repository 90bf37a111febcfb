//! The rules of proposals: who may change one, what may be said to one, and which poll is one.

use super::Scene;
use crate::{
    Void,
    kinds::{
        Amendment, Objection, Poll, Proposal, Remark, RemarkKind, number,
        proposal::{MAX_AMENDMENTS, MAX_OBJECTIONS, MAX_REMARKS},
    },
    view::{
        ItemKind,
        acts::{MemberNo, Said},
    },
};
use entry::EntryId;

const HOUR: u64 = 3_600_000;

impl Scene<'_> {
    /// Those of these that are in the past, and not cut off in it.
    fn standing(&self, said: Vec<Said>) -> Vec<Said> {
        let seen = (self.saw)(&said.iter().map(|said| said.id).collect::<Vec<_>>());
        let seen = said.into_iter().zip(seen).filter(|(_, seen)| *seen).map(|(said, _)| said);
        seen.filter(|said| self.moment.counts(said)).collect()
    }

    /// The row of the proposal of which this is a version, while it can still be changed.
    fn open_proposal(&self, version: &EntryId) -> Result<u32, Void> {
        let proposal = self.view.proposal_row(self.target(version)?).ok_or(Void::UnknownTarget)?;
        if self.standing(self.view.opened_from(proposal)).is_empty() { Ok(proposal) } else { Err(Void::OpenedAlready) }
    }

    /// Refuses what somebody says for the so-manieth time.
    fn at_most(&self, said: impl Iterator<Item = Said>, author: MemberNo, most: usize) -> Result<(), Void> {
        let own: Vec<EntryId> = said.filter(|said| said.member == author).map(|said| said.id).collect();
        let before = (self.saw)(&own).into_iter().filter(|seen| *seen).count();
        if before >= most { Err(Void::TooMuchSaid) } else { Ok(()) }
    }

    pub(super) fn proposal(&self, proposal: &Proposal, author: MemberNo) -> Result<(), Void> {
        let Some(version) = &proposal.version else { return Ok(()) };
        let row = self.open_proposal(&version.of)?;
        if self.view.said(row).is_none_or(|said| said.member != author) {
            return Err(Void::NotTheirs);
        }
        // It names the first version, and is one more than the last. Whoever has not all of them knows of no more than a lower one.
        let versions = self.standing(self.view.versions_of(row));
        let last = versions.iter().filter_map(|said| self.view.version_number(said.row)).max();
        let follows = if self.view.is_untold(row, number::PROPOSAL) {
            last.is_none_or(|last| last < version.number)
        } else {
            self.view.version_number(self.target(&version.of)?) == Some(1)
                && last.map(|last| last + 1) == Some(version.number)
        };
        if !follows {
            return Err(Void::OtherPlan);
        }
        let Some(adopts) = &version.adopts else { return Ok(()) };
        let adopts = self.target(adopts)?;
        if self.view.is_untold(adopts, number::AMENDMENT) {
            return Ok(());
        }
        let (of, gist) = self.view.amendment_at(adopts).ok_or(Void::UnknownTarget)?;
        if of == row && *gist == proposal.plan.gist() { Ok(()) } else { Err(Void::OtherPlan) }
    }

    pub(super) fn objection(&self, objection: &Objection, author: MemberNo) -> Result<(), Void> {
        let row = self.open_proposal(&objection.to)?;
        self.at_most(self.view.objections_to(row), author, MAX_OBJECTIONS)
    }

    pub(super) fn amendment(&self, amendment: &Amendment, author: MemberNo) -> Result<(), Void> {
        let row = self.open_proposal(&amendment.to)?;
        self.at_most(self.view.amendments_to(row), author, MAX_AMENDMENTS)
    }

    pub(super) fn remark(&self, remark: &Remark, author: MemberNo) -> Result<(), Void> {
        let row = self.target(&remark.objection)?;
        let (proposal, owner) = self.view.objection_at(row).ok_or(Void::UnknownTarget)?;
        let entitled = match remark.what {
            RemarkKind::Withdraws => Some(owner),
            RemarkKind::Answers => self.view.said(proposal).map(|said| said.member),
        };
        if entitled != Some(author) {
            return Err(Void::NotTheirs);
        }
        self.at_most(self.view.remarks_on(row), author, MAX_REMARKS)
    }

    /// Whether a poll is what stood proposed, and for as long as the rules ask. Of a version whose text is not here, only
    /// the time and the author are asked.
    pub(super) fn proposed(&self, poll: &Poll, author: MemberNo) -> Result<(), Void> {
        let hours = self.rules()?.proposed_for;
        let Some(version) = &poll.proposal else {
            return if hours == 0 { Ok(()) } else { Err(Void::Unproposed) };
        };
        let row = self.target(version)?;
        let proposer = self.view.said(row).filter(|said| self.moment.counts(said)).ok_or(Void::UnknownTarget)?.member;
        let kind = self.view.kind_at(row);
        if kind.number() != Some(crate::kinds::number::PROPOSAL) {
            return Err(Void::UnknownTarget);
        }
        let here = self.moment.is_member(&self.view.authority.member_id(proposer));
        if proposer != author && here {
            return Err(Void::NotTheirs);
        }
        if hours > 0 && self.time < self.view.stands_since(row).plus(hours * HOUR) {
            return Err(Void::Standing);
        }
        if matches!(kind, ItemKind::Withheld(_)) {
            return Ok(());
        }
        let proposal = self.view.proposal_row(row).ok_or(Void::UnknownTarget)?;
        let last = self.view.last_version(self.standing(self.view.versions_of(proposal)));
        let gist = self.view.gist_at(row).filter(|_| last == Some(row)).ok_or(Void::OtherPlan)?;
        if !self.standing(self.view.opened_from(proposal)).is_empty() {
            return Err(Void::OpenedAlready);
        }
        let serving = |until| self.moment.serving(until);
        if gist.fits(poll, self.time, &self.moment.roll(), &serving) { Ok(()) } else { Err(Void::OtherPlan) }
    }
}
