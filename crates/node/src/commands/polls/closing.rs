//! How a poll is closed: what its tellers said, the list of polls, and counting once more.

use super::{
    handle, names,
    resolve::{self, Wanted},
    state,
};
use crate::{
    clock,
    commands::reading::poll_state,
    core::Core,
    house::{House, Room},
    tellers::{closes_itself, refuse_close},
};
use api::{
    ErrorCode, Refusal, Reply,
    closing::{ClosingView, PollSummary, RecountView, Said, SetAside, Stage, TellerView},
    view::PollState,
};
use chapter::{
    Void,
    kinds::Poll,
    view::{Closing, Teller, TellerWord},
};
use entry::{ChapterId, EntryId, Timestamp};
use vote::{Outcome, hidden::need};

/// So many polls are listed.
const LISTED: usize = 1000;

/// What a poll's tellers said. None where it has none.
pub(super) fn view(room: &Room, poll: &EntryId, now: Timestamp) -> Option<ClosingView> {
    let closing = room.view.closing(poll)?;
    let closes = room.view.poll(poll)?.rules.closes;
    let stage = stage(&closing, closes, now);
    let itself = closes_itself(room.view.item(poll)?.time, closes);
    // What a closed poll waits for is told with its opening.
    let waits = room.view.is_closed(poll) && room.view.turnout(poll).is_some();
    Some(ClosingView {
        tellers: closing.tellers.iter().map(|teller| one(room, teller)).collect(),
        need: closing.need,
        missing: closing.missing,
        open_votes: closing.open,
        stage,
        words: words(room, poll, &closing, stage, now > closes && !waits, (now <= itself).then_some(itself)),
    })
}

fn stage(closing: &Closing, closes: Timestamp, now: Timestamp) -> Stage {
    match (closing.settled, now > closes) {
        (true, _) => Stage::Final,
        (false, true) => Stage::Provisional,
        (false, false) => Stage::Open,
    }
}

fn one(room: &Room, teller: &Teller) -> TellerView {
    let (said, entries) = match &teller.word {
        TellerWord::Missing => (Said::Missing, vec![]),
        TellerWord::Closed { entry, .. } => (Said::Closed, vec![*entry]),
        TellerWord::Contradicts { entries } => (Said::Contradicts, entries.clone()),
        TellerWord::Recalled { entry } => (Said::Recalled, vec![*entry]),
    };
    let closed = match &teller.word {
        TellerWord::Closed { time, votes, .. } => Some((*time, *votes)),
        _ => None,
    };
    TellerView {
        member: teller.member.to_string(),
        handle: handle(room, &teller.member),
        said,
        substitute: teller.substitute,
        entries: entries.iter().map(EntryId::to_string).collect(),
        time: closed.map(|(time, _)| clock::text(time)),
        votes: closed.map(|(_, votes)| votes),
        receipts: teller.receipts.0,
        receipted: teller.receipts.1,
    }
}

/// Who says which votes were in time, before it is opened.
pub(super) fn preview(room: &Room, poll: &Poll) -> String {
    let tellers = &poll.conduct.tellers;
    match tellers.len() {
        0 => "It has no tellers: the date in each vote says whether it was in time, and one that is dated back counts."
            .into(),
        all => who(&names(room, tellers.iter()), all, need(all)),
    }
}

fn who(tellers: &str, all: usize, need: usize) -> String {
    match (all, need) {
        (1, _) => format!("{tellers} is the teller: what {tellers} has seen in time counts."),
        (2, 2) => format!("The tellers are {tellers}: what both of them have seen in time counts."),
        (all, need) if need == all => format!("The tellers are {tellers}: what all of them have seen in time counts."),
        (all, need) => format!("The tellers are {tellers}: what {need} of these {all} have seen in time counts."),
    }
}

/// `soon` is when tellers' computers close it by themselves, as long as that is to come.
fn words(
    room: &Room,
    poll: &EntryId,
    closing: &Closing,
    stage: Stage,
    over: bool,
    soon: Option<Timestamp>,
) -> Vec<String> {
    let named = || closing.tellers.iter().filter(|teller| !teller.substitute);
    let tellers = names(room, named().map(|teller| &teller.member));
    let mut words = vec![who(&tellers, named().count(), closing.need)];
    for teller in &closing.tellers {
        let name = handle(room, &teller.member);
        match &teller.word {
            TellerWord::Contradicts { .. } => words.push(format!(
                "{name} signed two things that cannot both be so. Both are kept as the proof, and neither counts."
            )),
            TellerWord::Recalled { .. } => {
                words.push(format!(
                    "The chapter had taken the task from {name}, who closed it all the same. That does not count."
                ));
            }
            TellerWord::Closed { .. } if teller.substitute => {
                words.push(format!("{name} closed it in the place of somebody who has the task no more."));
            }
            TellerWord::Closed { .. } | TellerWord::Missing => {}
        }
    }
    match stage {
        Stage::Final => {
            words.push("The result is final: nothing that is missing could change which votes count.".into())
        }
        Stage::Provisional if over && let Some(soon) = soon => words.push(format!(
            "The result is provisional: votes that were cast in time may be on their way. The tellers' computers close it by \
             themselves at {}.",
            clock::text(soon)
        )),
        Stage::Provisional if over => {
            let missing = names(room, closing.missing_members());
            let have = if closing.missing_members().count() == 1 { "has" } else { "have" };
            let votes = match closing.open {
                0 => String::new(),
                1 => " 1 vote hangs on that.".into(),
                open => format!(" {open} votes hang on that."),
            };
            words.push(format!(
                "The result is provisional: {missing} {have} not closed the poll yet, or not so that it counts.{votes} \
                 Whoever does not come back can be recalled by a motion, and another teller takes the place."
            ));
            // Closing it is one thing, and opening it another.
            let opens = room.view.opening(poll).map(|opening| opening.need);
            words.extend(opens.filter(|need| *need > 0).map(|need| {
                format!(
                    "That closes the poll, and does not open it: its votes are opened by {need} of the tellers for whom they are \
                     sealed, and by nobody in their places. Their programs do it by themselves when they run again, also after a recall."
                )
            }));
        }
        Stage::Provisional | Stage::Open => {}
    }
    words
}

/// What is here and does not count, by the reason.
pub(super) fn aside(voids: impl Iterator<Item = Void>, replaced: usize) -> SetAside {
    let mut aside = SetAside { replaced, ..SetAside::default() };
    for void in voids {
        *match void {
            Void::Late => &mut aside.late,
            Void::Unseen => &mut aside.unseen,
            Void::NotOnRoll | Void::NotAMember => &mut aside.not_on_roll,
            Void::Unopened => &mut aside.lost,
            void if void.is_later() => &mut aside.taken_back,
            _ => &mut aside.invalid,
        } += 1;
    }
    aside
}

/// A poll with tellers, and this member's word on it.
fn told(house: &House, text: &str) -> Result<(ChapterId, EntryId), Refusal> {
    let (chapter, poll) = resolve::entry_as(house, text, Wanted::Poll)?;
    if state(house.room(&chapter)?, &poll)?.tellers.is_empty() {
        let none = "this poll has no tellers: what counts is what was cast before its close, by the voters' own clocks";
        return Err(Refusal::new(ErrorCode::Invalid, none));
    }
    Ok((chapter, poll))
}

fn shown(house: &House, chapter: &ChapterId, poll: &EntryId, now: Timestamp) -> Result<ClosingView, Refusal> {
    view(house.room(chapter)?, poll, now).ok_or_else(|| Wanted::Poll.is_not())
}

fn reply(house: &House, chapter: &ChapterId, poll: &EntryId, now: Timestamp) -> Result<Reply, Refusal> {
    shown(house, chapter, poll, now).map(|view| Reply::Closing(Box::new(view)))
}

pub(crate) fn show_tellers(house: &House, now: Timestamp, poll: &str) -> Result<Reply, Refusal> {
    let (chapter, poll) = told(house, poll)?;
    reply(house, &chapter, &poll, now)
}

pub(crate) fn write_receipt(house: &mut House, now: Timestamp, poll: &str) -> Result<Reply, Refusal> {
    let (chapter, poll) = told(house, poll)?;
    serving(house, &chapter)?;
    let me = house.contents.member.id();
    if house.room(&chapter)?.view.has_closed(&poll, &me) {
        return Err(Refusal::new(ErrorCode::NotAllowed, "you have closed this poll; after that there are no receipts"));
    }
    let device = house.contents.device.id();
    let (votes, last) = house.room(&chapter)?.view.unreceipted(&poll, &device);
    if !votes.is_empty() {
        house.write_receipts(&chapter, &poll)?;
        return reply(house, &chapter, &poll, now);
    }
    let nothing = match last {
        Some(time) => format!(
            "Nothing was signed: no vote has come here since the receipt that this computer wrote on {}.",
            crate::clock::text(time)
        ),
        None => "Nothing was signed: no vote in this poll has come here yet.".into(),
    };
    let mut view = shown(house, &chapter, &poll, now)?;
    view.words.insert(0, nothing);
    Ok(Reply::Closing(Box::new(view)))
}

pub(crate) fn close(house: &mut House, now: Timestamp, poll: &str) -> Result<Reply, Refusal> {
    let (chapter, poll) = told(house, poll)?;
    let me = house.contents.member.id();
    let room = house.room(&chapter)?;
    let closes = state(room, &poll)?.rules.closes;
    let closing = room.view.closing(&poll);
    let word = closing.as_ref().and_then(|closing| closing.tellers.iter().find(|teller| teller.member == me));
    if let Some(refusal) = refuse_close(word.map(|teller| &teller.word), closes, now) {
        return Err(refusal);
    }
    serving(house, &chapter)?;
    house.write_cutoff(&chapter, &poll)?;
    reply(house, &chapter, &poll, now)
}

fn serving(house: &House, chapter: &ChapterId) -> Result<(), Refusal> {
    let me = house.contents.member.id();
    let tasks = house.room(chapter)?.view.tasks();
    if tasks.iter().any(|task| task.role == chapter::kinds::Role::Teller && task.member == me) {
        return Ok(());
    }
    let message =
        "you are no teller: a chapter gives that task by a motion (chapterhouse task give CHAPTER teller MEMBER)";
    Err(Refusal::new(ErrorCode::NotAllowed, message))
}

pub(crate) fn list(core: &Core, now: Timestamp, chapter: Option<&str>) -> Result<Reply, Refusal> {
    let chapters = match chapter {
        Some(chapter) => vec![resolve::chapter(&core.house, chapter)?],
        None => core.house.chapters(),
    };
    let mut polls = Vec::new();
    for chapter in chapters {
        let room = core.house.room(&chapter)?;
        for poll in room.view.polls().take(LISTED) {
            let (Some(state), Some(item)) = (room.view.poll(&poll), room.view.item(&poll)) else { continue };
            let rules = &state.rules;
            let closing = room.view.closing(&poll);
            let summary = PollSummary {
                poll: poll.to_string(),
                chapter: core.house.name(&chapter),
                title: item.title.to_owned(),
                state: poll_state(room, &poll, rules.closes, now),
                closes: clock::text(rules.closes),
                roll: rules.roll.len(),
                voters: room.view.voter_count(&poll),
                waiting: room.member
                    && poll_state(room, &poll, rules.closes, now) == PollState::Open
                    && core.house.waits_for(&chapter, &poll),
                stage: closing.map(|closing| stage(&closing, rules.closes, now)),
                lost: super::hidden::is_lost(room, &poll),
            };
            polls.push((std::cmp::Reverse(item.time), poll, summary));
        }
    }
    polls.sort_by_key(|(time, poll, _)| (*time, *poll));
    polls.truncate(LISTED);
    Ok(Reply::Polls(polls.into_iter().map(|(.., summary)| summary).collect()))
}

/// The count from a view that is made anew from the store, beside the one that is shown. What came out alike is said to the
/// others at once, where that is needed.
pub(crate) fn recount(core: &mut Core, text: &str) -> Result<Reply, Refusal> {
    let (chapter, poll) = resolve::entry_as(&core.house, text, Wanted::Poll)?;
    let room = core.house.room(&chapter)?;
    let missing = || Wanted::Poll.is_not();
    let shown = room.view.outcome(&poll).ok_or_else(missing)?;
    let anew = room.anew(&*core.house.store).map_err(|error| crate::house::refuse_store(&error))?;
    let counted = anew.outcome(&poll).ok_or_else(missing)?;
    let hex = |outcome: &Outcome| data_encoding::HEXLOWER.encode(&outcome.hash());
    let view = RecountView {
        poll: poll.to_string(),
        entries: anew.entries(),
        voters: usize::try_from(counted.voters).unwrap_or(usize::MAX),
        same: shown.hash() == counted.hash()
            && room.view.closing(&poll) == anew.closing(&poll)
            && room.view.opening(&poll) == anew.opening(&poll),
        differs: first_difference(&shown, &counted).map(|entry| entry.to_string()),
        shown: hex(&shown),
        counted: hex(&counted),
        words: keys::six_words(&counted.hash()).join(" "),
    };
    if view.same {
        core.house.say_count_now(&chapter, &poll);
    }
    Ok(Reply::Recount(view))
}

/// The first ballot, by member, that only one of two counts has.
fn first_difference(one: &Outcome, other: &Outcome) -> Option<EntryId> {
    let members = one.counted.keys().chain(other.counted.keys());
    let differing = members.filter(|member| one.counted.get(member) != other.counted.get(member)).min()?;
    one.counted.get(differing).or_else(|| other.counted.get(differing)).copied()
}
