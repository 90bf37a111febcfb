//! Polls that stand proposed: proposed, objected to, amended, changed, and opened when their time is over.

use super::{handle, hidden, plan, secret};
use crate::{
    clock,
    commands::{
        resolve,
        show::{comments, head},
    },
    core::Core,
    house::{House, Room, invalid},
};
use api::{
    ErrorCode, PollDraft, Refusal, Reply,
    proposal::{
        Adopted, AmendmentView, ObjectionStage, ObjectionView, ProposalLine, ProposalStage, ProposalSummary,
        ProposalView, ProposedView, VersionView,
    },
    reply::{PollOpened, PollPreview, Published},
};
use chapter::{
    Kind,
    kinds::{Amendment, Objection, Plan, Proposal, Remark, RemarkKind, Version, text::tidy_text},
    view::{AmendmentState, ObjectionState, ProposalState},
};
use entry::{ChapterId, EntryId, Timestamp};
use sync::Host;

/// So many proposals are listed.
const LISTED: usize = 1000;
/// So many objections and amendments are on a page.
const OBJECTIONS: usize = 200;
const AMENDMENTS: usize = 100;
/// So many objections are on a ballot.
const ON_BALLOT: usize = 50;
/// What a page has of changes, in bytes: with all else it stays below two megabytes.
const CHANGES: usize = 500_000;

pub(super) fn propose_first(chapter: &str, hours: u64) -> Refusal {
    Refusal::new(
        ErrorCode::NotAllowed,
        format!(
            "by this chapter's rules a poll stands proposed for {hours} hour{} before it is opened, so that members can object and \
             amend: propose it first (chapterhouse poll propose {chapter:?} poll.toml), and open the proposal when that time is over",
            if hours == 1 { "" } else { "s" }
        ),
    )
}

pub(super) fn vote_there(other: &EntryId) -> Refusal {
    let other = other.to_string();
    Refusal::new(
        ErrorCode::NotAllowed,
        format!(
            "this poll was opened beside another one of the same proposal, which is the one that counts: vote there ({other})"
        ),
    )
}

fn missing() -> Refusal {
    Refusal::new(ErrorCode::NotFound, "this is not a proposal, or it does not count")
}

/// What somebody has to say, which they have to.
fn said(text: &str, what: &str) -> Result<String, Refusal> {
    let text = tidy_text(text);
    if text.trim().is_empty() { Err(invalid(what)) } else { Ok(text) }
}

fn published(id: EntryId) -> Reply {
    Reply::Published(Published { entry: id.to_string() })
}

/// The proposal that is meant: by its id, that of one of its versions, or of the poll that it became.
fn proposal(house: &House, text: &str) -> Result<(ChapterId, ProposalState), Refusal> {
    let (chapter, id) = resolve::entry(house, text)?;
    let view = &house.room(&chapter)?.view;
    let state = view.proposal(&id).or_else(|| view.proposal(&view.proposal_about(&id)?));
    Ok((chapter, state.ok_or_else(missing)?))
}

fn plan_of(house: &House, chapter: &ChapterId, entry: &EntryId) -> Result<Plan, Refusal> {
    match house.read(chapter, entry)?.1 {
        Kind::Proposal(proposal) => Ok(proposal.plan),
        Kind::Amendment(amendment) => Ok(amendment.plan),
        _ => Err(missing()),
    }
}

fn planned(house: &House, chapter: &ChapterId, draft: &PollDraft) -> Result<Plan, Refusal> {
    let members = house.next_roll(chapter)?;
    plan::read(house.room(chapter)?, draft, &members, house.now)
}

pub(crate) fn propose(house: &mut House, chapter: &str, draft: &PollDraft) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(house, chapter)?;
    let plan = planned(house, &chapter, draft)?;
    let id = house.publish(&chapter, &Kind::Proposal(Box::new(Proposal { plan, version: None })))?;
    Ok(published(id))
}

/// What it would be. Who can vote is known when it is opened; these could now.
pub(super) fn preview(house: &House, chapter: &ChapterId, draft: &PollDraft) -> Result<Reply, Refusal> {
    let members = house.next_roll(chapter)?;
    let plan = plan::read(house.room(chapter)?, draft, &members, house.now)?;
    let roll = members.len() - plan.conduct.observers.len();
    let questions = plan.questions.iter().map(super::words::method).collect();
    house.try_out(chapter, Kind::Proposal(Box::new(Proposal { plan, version: None })))?;
    Ok(Reply::PollPreview(PollPreview { roll, secret: None, opening: None, questions }))
}

/// The proposer's own amendment is the next version.
pub(crate) fn amend(house: &mut House, text: &str, draft: &PollDraft, why: &str) -> Result<Reply, Refusal> {
    let (chapter, state) = proposal(house, text)?;
    let why = said(why, "say why it should be changed: the others decide by that")?;
    let plan = planned(house, &chapter, draft)?;
    if plan == plan_of(house, &chapter, &state.last)? {
        return Err(invalid("this is what the proposal says already: change something, or leave it"));
    }
    not_opened(&state)?;
    let kind = if state.proposer == house.contents.member.id() {
        next_version(&state, plan, None, why)
    } else {
        Kind::Amendment(Box::new(Amendment { to: state.last, plan, why }))
    };
    Ok(published(house.publish(&chapter, &kind)?))
}

fn next_version(state: &ProposalState, plan: Plan, adopts: Option<EntryId>, why: String) -> Kind {
    let number = state.versions.last().map_or(1, |version| version.number) + 1;
    let version = Some(Version { of: state.proposal, number, adopts, why });
    Kind::Proposal(Box::new(Proposal { plan, version }))
}

fn not_opened(state: &ProposalState) -> Result<(), Refusal> {
    let Some(poll) = &state.poll else { return Ok(()) };
    let poll = poll.to_string();
    Err(Refusal::new(ErrorCode::NotAllowed, format!("this proposal was opened, and is a poll now ({poll})")))
}

pub(crate) fn adopt(house: &mut House, text: &str) -> Result<Reply, Refusal> {
    let (chapter, id) = resolve::entry(house, text)?;
    let Kind::Amendment(amendment) = house.read(&chapter, &id)?.1 else {
        return Err(Refusal::new(ErrorCode::NotFound, "this is not an amendment"));
    };
    let room = house.room(&chapter)?;
    let state = room.view.proposal_about(&id).and_then(|of| room.view.proposal(&of)).ok_or_else(missing)?;
    not_opened(&state)?;
    if state.proposer != house.contents.member.id() {
        let proposer = handle(room, &state.proposer);
        let why =
            format!("only {proposer}, who proposed it, can adopt an amendment; you can propose a poll of your own");
        return Err(Refusal::new(ErrorCode::NotAllowed, why));
    }
    if state.amendments.iter().any(|one| one.entry == id && one.adopted == Some(state.last)) {
        return Err(invalid("this amendment is adopted already"));
    }
    let kind = next_version(&state, amendment.plan, Some(id), String::new());
    Ok(published(house.publish(&chapter, &kind)?))
}

pub(crate) fn object(house: &mut House, text: &str, why: &str) -> Result<Reply, Refusal> {
    let (chapter, state) = proposal(house, text)?;
    not_opened(&state)?;
    let why = said(why, "say what you have against it: the others decide by that")?;
    Ok(published(house.publish(&chapter, &Kind::Objection(Objection { to: state.last, why }))?))
}

/// An objection, and what is said to it by whom that is for.
fn remark(house: &mut House, text: &str, what: RemarkKind, words: String) -> Result<Reply, Refusal> {
    let (chapter, objection) = resolve::entry(house, text)?;
    let room = house.room(&chapter)?;
    let state = room.view.proposal_about(&objection).and_then(|of| room.view.proposal(&of));
    let found = state.as_ref().and_then(|state| state.objections.iter().find(|one| one.entry == objection));
    let Some((state, found)) = state.as_ref().zip(found) else {
        return Err(Refusal::new(ErrorCode::NotFound, "this is not an objection, or it does not count"));
    };
    let me = house.contents.member.id();
    let (entitled, sentence) = match what {
        RemarkKind::Withdraws => (found.owner, "an objection is its owner's: only {} can withdraw this one"),
        RemarkKind::Answers => {
            (state.proposer, "only {}, who proposed it, answers objections; you can comment on the proposal")
        }
    };
    if me != entitled {
        return Err(Refusal::new(ErrorCode::NotAllowed, sentence.replace("{}", &handle(room, &entitled))));
    }
    if found.withdrawn.is_some() {
        return Err(invalid("this objection is withdrawn already"));
    }
    Ok(published(house.publish(&chapter, &Kind::Remark(Remark { objection, what, text: words }))?))
}

pub(crate) fn answer(house: &mut House, objection: &str, text: &str) -> Result<Reply, Refusal> {
    let text = said(text, "say something to the objection")?;
    remark(house, objection, RemarkKind::Answers, text)
}

pub(crate) fn withdraw(house: &mut House, objection: &str, text: &str) -> Result<Reply, Refusal> {
    let text = said(text, "say in a word why it is resolved: it stays on record with the objection")?;
    remark(house, objection, RemarkKind::Withdraws, text)
}

pub(crate) fn open_proposal(house: &mut House, text: &str) -> Result<Reply, Refusal> {
    let (chapter, state) = proposal(house, text)?;
    not_opened(&state)?;
    let plan = plan_of(house, &chapter, &state.last)?;
    let room = house.room(&chapter)?;
    let refused = |why: String| Err(Refusal::new(ErrorCode::NotAllowed, why));
    if !may_open(house, room, &state) {
        return refused(format!(
            "only {}, who proposed it, can open it as long as they are a member; you can propose the same yourself",
            handle(room, &state.proposer)
        ));
    }
    let opens = state.opens;
    if house.now < opens {
        return refused(format!(
            "it stands open to objections and amendments until {}, by this chapter's rules; open it then",
            clock::text(opens)
        ));
    }
    let parents = room.log.next_parents(&house.device());
    let poll = room.view.poll_of(&state.last, &plan, house.now, &parents);
    if poll.roll_count == 0 {
        return Err(invalid("everybody would only observe, and nobody could vote; change the proposal"));
    }
    if poll.closes <= house.now {
        return Err(invalid(
            "voting would be over before it begins: change until when it is open, which makes a new version",
        ));
    }
    secret::check(room, &poll)?;
    hidden::check(&poll)?;
    let id = house.publish(&chapter, &Kind::Poll(poll))?;
    Ok(Reply::PollOpened(PollOpened { poll: id.to_string() }))
}

fn may_open(house: &House, room: &Room, state: &ProposalState) -> bool {
    room.member && (state.proposer == house.contents.member.id() || !room.view.is_member(&state.proposer))
}

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
fn within(changes: Vec<api::proposal::Change>, left: &mut usize) -> Vec<api::proposal::Change> {
    let size = changes.iter().map(|change| change.what.len() + change.old.len() + change.new.len()).sum();
    match left.checked_sub(size) {
        Some(rest) => {
            *left = rest;
            changes
        }
        None => Vec::new(),
    }
}
