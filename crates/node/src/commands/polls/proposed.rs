//! What is shown of proposals: their lines in feeds and lists, their pages, and what a poll says of the one that it was.

use super::{
    handle, plan,
    proposals::{may_open, missing, plan_of},
};
use crate::{
    clock,
    commands::{
        resolve,
        show::{comments, head},
    },
    core::Core,
    house::{House, Room},
};
use api::{
    Refusal, Reply,
    proposal::{
        Adopted, AmendmentView, Change, ObjectionStage, ObjectionView, ProposalLine, ProposalStage, ProposalSummary,
        ProposalView, ProposedView, VersionView,
    },
};
use chapter::{
    Kind,
    view::{AmendmentState, ObjectionState, ProposalState},
};
use entry::{ChapterId, EntryId, Timestamp};

/// So many proposals are listed.
const LISTED: usize = 1000;
/// So many objections and amendments are on a page.
const OBJECTIONS: usize = 200;
const AMENDMENTS: usize = 100;
/// So many objections are on a ballot.
const ON_BALLOT: usize = 50;
/// What a page has of changes, in bytes: with all else it stays below two megabytes.
const CHANGES: usize = 500_000;

fn stage(state: &ProposalState, now: Timestamp) -> ProposalStage {
    match state.poll {
        Some(_) => ProposalStage::Opened,
        None if now < state.opens => ProposalStage::Standing,
        None => ProposalStage::Ready,
    }
}

/// In a feed.
pub(crate) fn line(house: &House, room: &Room, id: &EntryId, now: Timestamp) -> Option<ProposalLine> {
    let state = room.view.proposal(id).filter(|state| state.proposal == *id)?;
    Some(ProposalLine {
        stage: stage(&state, now),
        opens: clock::text(state.opens),
        number: state.versions.last().map_or(1, |version| version.number),
        objections: state.objections.iter().filter(|one| one.withdrawn.is_none()).count(),
        amendments: state.amendments.iter().filter(|one| one.adopted.is_none()).count(),
        may_open: may_open(house, room, &state),
        poll: state.poll.map(|poll| poll.to_string()),
    })
}

pub(crate) fn list(core: &Core, now: Timestamp, chapter: Option<&str>) -> Result<Reply, Refusal> {
    let chapters = match chapter {
        Some(chapter) => vec![resolve::chapter(&core.house, chapter)?],
        None => core.house.chapters(),
    };
    let mut all = Vec::new();
    for chapter in chapters {
        let room = core.house.room(&chapter)?;
        for proposal in room.view.proposals().take(LISTED) {
            let (Some(item), Some(line)) = (room.view.item(&proposal), line(&core.house, room, &proposal, now)) else {
                continue;
            };
            let summary = ProposalSummary {
                proposal: proposal.to_string(),
                chapter: core.house.name(&chapter),
                title: item.title.to_owned(),
                author: item.author.map_or_else(|| "nobody".into(), |author| handle(room, &author)),
                line,
            };
            all.push((std::cmp::Reverse(item.time), proposal, summary));
        }
    }
    all.sort_by_key(|(time, proposal, _)| (*time, *proposal));
    all.truncate(LISTED);
    Ok(Reply::Proposals(all.into_iter().map(|(.., summary)| summary).collect()))
}

pub(crate) fn show_by_name(core: &Core, now: Timestamp, text: &str) -> Result<Reply, Refusal> {
    let (chapter, id) = resolve::entry(&core.house, text)?;
    show(core, now, &chapter, &id)
}

/// The page of a proposal, by any entry that belongs to it.
pub(crate) fn show(core: &Core, now: Timestamp, chapter: &ChapterId, id: &EntryId) -> Result<Reply, Refusal> {
    let house = &core.house;
    let room = house.room(chapter)?;
    let about = || room.view.proposal(&room.view.proposal_about(&room.view.item(id)?.target.unwrap_or(*id))?);
    let state = room.view.proposal(id).or_else(|| room.view.proposal(&room.view.proposal_about(id)?)).or_else(about);
    let page = Page { core, chapter, room, state: state.ok_or_else(missing)? };
    Ok(Reply::Proposal(Box::new(page.view(now)?)))
}

/// What a poll says of the proposal that it was.
pub(super) fn proposed(core: &Core, chapter: &ChapterId, room: &Room, poll: &EntryId) -> Option<ProposedView> {
    let version = room.view.poll(poll)?.proposal?;
    let state = room.view.proposal(&version)?;
    let page = Page { core, chapter, room, state };
    Some(ProposedView {
        proposal: page.state.proposal.to_string(),
        number: page.number(&version),
        handle: handle(room, &page.state.proposer),
        objections: page.state.objections.iter().take(ON_BALLOT).map(|one| page.objection(one)).collect(),
        instead: room.view.poll_instead(poll).map(|other| other.to_string()),
    })
}

struct Page<'a> {
    core: &'a Core,
    chapter: &'a ChapterId,
    room: &'a Room,
    state: ProposalState,
}

impl Page<'_> {
    fn view(self, now: Timestamp) -> Result<ProposalView, Refusal> {
        let (house, state) = (&self.core.house, &self.state);
        let last = plan_of(house, self.chapter, &state.last)?;
        let hours = self.room.view.rules().map_or(0, |rules| rules.proposed_for);
        let stage = stage(state, now);
        let mut left = CHANGES;
        let mut changed = Vec::new();
        for pair in state.versions.windows(2).rev() {
            let [before, after] = pair else { continue };
            let Kind::Proposal(proposal) = house.read(self.chapter, &after.entry)?.1 else { continue };
            let old = plan_of(house, self.chapter, &before.entry)?;
            let adopts = after.adopts.map(|id| Adopted {
                amendment: id.to_string(),
                author: state
                    .amendments
                    .iter()
                    .find(|one| one.entry == id)
                    .map_or_else(|| "somebody".into(), |one| handle(self.room, &one.author)),
            });
            changed.push(VersionView {
                entry: after.entry.to_string(),
                number: after.number,
                time: clock::text(after.time),
                why: proposal.version.map(|version| version.why).unwrap_or_default(),
                adopts,
                changes: within(plan::changes(self.room, &old, &proposal.plan), &mut left),
            });
        }
        let amendments = state.amendments.iter().take(AMENDMENTS);
        let amendments = amendments.map(|one| self.amendment(one, &mut left)).collect::<Result<Vec<_>, _>>()?;
        let me = house.contents.member.id();
        Ok(ProposalView {
            head: head(self.core, self.chapter, self.room, &state.proposal)?,
            plan: plan::view(self.room, &last),
            last: state.last.to_string(),
            number: self.number(&state.last),
            stage,
            opens: clock::text(state.opens),
            hours,
            words: self.words(stage),
            changed,
            objections: state.objections.iter().take(OBJECTIONS).map(|one| self.objection(one)).collect(),
            objections_all: state.objections.len(),
            amendments,
            amendments_all: state.amendments.len(),
            poll: state.poll.map(|poll| poll.to_string()),
            beside: state.beside.iter().map(EntryId::to_string).collect(),
            mine: state.proposer == me,
            may_open: may_open(house, self.room, state),
            may_speak: self.room.member && state.poll.is_none(),
            draft: plan::draft_of(self.room, &last),
            comments: comments(self.core, self.chapter, self.room, &state.proposal)?,
        })
    }

    fn words(&self, stage: ProposalStage) -> String {
        let proposer = handle(self.room, &self.state.proposer);
        match stage {
            ProposalStage::Standing => format!(
                "It stands open to objections and amendments until {}. Whenever it is changed, its time begins anew.",
                clock::text(self.state.opens)
            ),
            ProposalStage::Ready if self.room.view.is_member(&self.state.proposer) => {
                format!(
                    "Its time is over: {proposer}, who proposed it, can open it. Until then members can object to it and amend it."
                )
            }
            ProposalStage::Ready => {
                format!(
                    "Its time is over, and {proposer}, who proposed it, is no member any more: any member can open it."
                )
            }
            ProposalStage::Opened => "It was opened, and is a vote now.".into(),
        }
    }

    fn number(&self, version: &EntryId) -> u64 {
        self.state.versions.iter().find(|one| one.entry == *version).map_or(1, |one| one.number)
    }

    /// What was said in a remark. Without its text, nothing.
    fn remark(&self, entry: &EntryId) -> String {
        match self.core.house.read(self.chapter, entry) {
            Ok((_, Kind::Remark(remark), _)) => remark.text,
            _ => String::new(),
        }
    }

    fn objection(&self, state: &ObjectionState) -> ObjectionView {
        let why = match self.core.house.read(self.chapter, &state.entry) {
            Ok((_, Kind::Objection(objection), _)) => objection.why,
            _ => String::new(),
        };
        ObjectionView {
            entry: state.entry.to_string(),
            member: state.owner.to_string(),
            handle: handle(self.room, &state.owner),
            time: clock::text(state.time),
            number: self.number(&state.version),
            why,
            stage: match (&state.withdrawn, state.answers.is_empty()) {
                (Some(_), _) => ObjectionStage::Withdrawn,
                (None, false) => ObjectionStage::Answered,
                (None, true) => ObjectionStage::Standing,
            },
            answers: state.answers.iter().map(|answer| self.remark(answer)).collect(),
            withdrawn: state.withdrawn.map(|remark| self.remark(&remark)).unwrap_or_default(),
            mine: state.owner == self.core.house.contents.member.id(),
        }
    }

    fn amendment(&self, state: &AmendmentState, left: &mut usize) -> Result<AmendmentView, Refusal> {
        let house = &self.core.house;
        let Kind::Amendment(amendment) = house.read(self.chapter, &state.entry)?.1 else { return Err(missing()) };
        let old = plan_of(house, self.chapter, &state.version)?;
        Ok(AmendmentView {
            entry: state.entry.to_string(),
            member: state.author.to_string(),
            handle: handle(self.room, &state.author),
            time: clock::text(state.time),
            number: self.number(&state.version),
            why: amendment.why,
            changes: within(plan::changes(self.room, &old, &amendment.plan), left),
            adopted: state.adopted.map(|version| self.number(&version)),
        })
    }
}

/// These changes, if a page has room for them.
fn within(changes: Vec<Change>, left: &mut usize) -> Vec<Change> {
    let size = changes.iter().map(|change| change.what.len() + change.old.len() + change.new.len()).sum();
    match left.checked_sub(size) {
        Some(rest) => {
            *left = rest;
            changes
        }
        None => Vec::new(),
    }
}
