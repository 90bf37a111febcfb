//! What is done with polls that stand proposed: proposed, objected to, amended, changed, and opened when their time is over.

use super::{distinct, handle, hidden, plan, secret};
use crate::{
    clock,
    commands::resolve,
    house::{House, Room, invalid},
};
use api::{
    ErrorCode, PollDraft, Refusal, Reply, in_command,
    reply::{PollOpened, PollPreview, Published},
};
use chapter::{
    Kind,
    kinds::{
        Amendment, Objection, Plan, Proposal, Remark, RemarkKind, Secrecy, Span, Version,
        proposal::{MAX_AMENDMENTS, MAX_OBJECTIONS},
        text::tidy_text,
    },
    view::ProposalState,
};
use entry::{ChapterId, EntryId};
use sync::Host;

pub(super) fn propose_first(chapter: &str, hours: u64) -> Refusal {
    Refusal::new(
        ErrorCode::NotAllowed,
        format!(
            "by this chapter's rules a poll stands proposed for {hours} hour{} before it is opened, so that members can object and \
             amend: propose it first (chapterhouse poll propose {} poll.toml), and open the proposal when that time is over",
            if hours == 1 { "" } else { "s" },
            in_command(chapter)
        ),
    )
}

/// What somebody is told who takes a proposal for a poll.
pub(super) fn no_poll(state: &ProposalState) -> Refusal {
    let why = match &state.poll {
        Some(poll) => format!("this is a proposal, which was opened since: the poll is {poll}"),
        None => "this is a proposal: there is no vote on it before it is opened (chapterhouse poll open)".into(),
    };
    Refusal::new(ErrorCode::NotFound, why)
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

pub(super) fn missing() -> Refusal {
    Refusal::new(ErrorCode::NotFound, "this is not a proposal, or it does not count")
}

/// What somebody has to say, which they have to.
fn said(text: &str, what: &str) -> Result<String, Refusal> {
    let text = tidy_text(text);
    if distinct::is_blank(&text) { Err(invalid(what)) } else { Ok(text) }
}

/// More than one member may say to one proposal.
fn said_enough(why: &str) -> Refusal {
    Refusal::new(ErrorCode::NotAllowed, why)
}

fn published(id: EntryId) -> Reply {
    Reply::Published(Published::new(id))
}

/// The proposal that is meant: by its id, that of one of its versions, or of the poll that it became.
fn proposal(house: &House, text: &str) -> Result<(ChapterId, ProposalState), Refusal> {
    let (chapter, id) = resolve::entry(house, text)?;
    let view = &house.room(&chapter)?.view;
    let state = view.proposal(&id).or_else(|| view.proposal(&view.proposal_about(&id)?));
    Ok((chapter, state.ok_or_else(missing)?))
}

pub(super) fn plan_of(house: &House, chapter: &ChapterId, entry: &EntryId) -> Result<Plan, Refusal> {
    match house.read(chapter, entry)?.1 {
        Kind::Proposal(proposal) => Ok(proposal.plan),
        Kind::Amendment(amendment) => Ok(amendment.plan),
        _ => Err(missing()),
    }
}

fn planned(house: &House, chapter: &ChapterId, draft: &PollDraft) -> Result<Plan, Refusal> {
    let members = house.next_roll(chapter)?;
    let room = house.room(chapter)?;
    let plan = plan::read(room, draft, &members, house.now)?;
    let hours = room.view.rules().map_or(0, |rules| rules.proposed_for);
    let opens = house.now.plus(hours.saturating_mul(3_600_000));
    match plan.span {
        Span::Until { time } if time <= opens => Err(invalid(format!(
            "voting would be over before it can begin: proposed now, it can be opened from {} on; choose a later `closes`, or say \
             for how long it is open, as in open_for = \"3 days\"",
            clock::text(opens)
        ))),
        _ => Ok(plan),
    }
}

pub(crate) fn propose(house: &mut House, chapter: &str, draft: &PollDraft) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(house, chapter)?;
    let plan = planned(house, &chapter, draft)?;
    let id = house.publish(&chapter, &Kind::Proposal(Box::new(Proposal { plan, version: None })))?;
    Ok(published(id))
}

/// What it would be. Who can vote is known when it is opened; these could now.
pub(super) fn preview(house: &House, chapter: &ChapterId, draft: &PollDraft) -> Result<Reply, Refusal> {
    let plan = planned(house, chapter, draft)?;
    let mut roll = house.next_roll(chapter)?;
    plan.conduct.observers.iter().for_each(|observer| {
        roll.remove(&observer.member);
    });
    let apart = plan.conduct.secrecy == Secrecy::Apart;
    let is_secret = apart || plan.conduct.secrecy == Secrecy::Secret;
    let room = house.room(chapter)?;
    let secret = is_secret.then(|| secret::would(room, &roll, apart));
    // Its tellers are those who have the task when it is opened; these have it now.
    let parents = room.log.next_parents(&house.device());
    let opening = hidden::preview(room, &room.view.poll_of(&EntryId([0; 32]), &plan, house.now, &parents).conduct);
    let questions = plan.questions.iter().map(super::words::method).collect();
    house.try_out(chapter, Kind::Proposal(Box::new(Proposal { plan, version: None })))?;
    Ok(Reply::PollPreview(PollPreview { roll: roll.len(), secret, opening, questions, ..PollPreview::default() }))
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
    let me = house.contents.member.id();
    if state.amendments.iter().filter(|amendment| amendment.author == me).count() >= MAX_AMENDMENTS {
        return Err(said_enough(&format!(
            "you have proposed to change this {MAX_AMENDMENTS} times, and one member cannot more often. Say what else there is in a \
             comment or an objection, or propose a poll of your own"
        )));
    }
    let kind = if state.proposer == me {
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
    let me = house.contents.member.id();
    if state.objections.iter().filter(|objection| objection.owner == me).count() >= MAX_OBJECTIONS {
        return Err(said_enough(&format!(
            "you have objected to this proposal {MAX_OBJECTIONS} times, withdrawn objections included, and one member cannot more \
             often. Say what else there is in a comment, or propose a change (chapterhouse poll amend)"
        )));
    }
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
    let warning = hidden::warning(room, &poll.conduct);
    let id = house.publish(&chapter, &Kind::Poll(poll))?;
    Ok(Reply::PollOpened(PollOpened { poll: id.to_string(), warning, dated_ahead: None }))
}

pub(super) fn may_open(house: &House, room: &Room, state: &ProposalState) -> bool {
    room.member && (state.proposer == house.contents.member.id() || !room.view.is_member(&state.proposer))
}
