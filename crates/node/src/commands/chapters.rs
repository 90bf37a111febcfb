//! Founding, listing, showing.

use super::resolve;
use crate::{
    clock,
    core::Core,
    early,
    house::{Room, invalid},
};
use api::{
    Refusal, Reply,
    people::{RulesView, StatementView},
    reply::StateReply,
    view::{ChapterPage, ChapterSummary, OpenAction, Tier},
};
use chapter::{
    Kind,
    kinds::{self, Charter, Founder},
    view::ItemKind,
};
use entry::{ChapterId, MemberId, Timestamp};
use keys::Invitation;
use std::collections::BTreeSet;

pub(crate) fn found(
    core: &mut Core,
    now: Timestamp,
    name: &str,
    place: &str,
    tier: Tier,
    rules: Option<&RulesView>,
) -> Result<Reply, Refusal> {
    core.house.check_place()?;
    let contents = &core.house.contents;
    let founder = Founder { handle: contents.handle.clone(), cert: contents.member.certify(&contents.device) };
    let charter = Charter {
        salt: core.house.random_bytes(),
        name: kinds::text::tidy_line(name),
        place: kinds::text::tidy_line(place),
        tier: match tier {
            Tier::Local => kinds::Tier::Local,
            Tier::Regional => kinds::Tier::Regional,
            Tier::National => kinds::Tier::National,
            Tier::International => kinds::Tier::International,
        },
        founders: vec![founder],
        rules: rules.map(super::people::rules_from).transpose()?.unwrap_or_default(),
        founded: now,
    };
    let id = charter.chapter_id();
    let charter = Kind::Charter(charter);
    charter.check().map_err(|bad| invalid(bad.to_string()))?;
    core.house.found(id)?;
    // Before the charter is written: the sync machine counts what is stored from nothing on.
    core.started_chapter(now, id);
    core.house.publish(&id, &charter)?;
    Ok(Reply::Chapter(summary(core, now, &id)?))
}

pub(crate) fn summary(core: &Core, now: Timestamp, id: &ChapterId) -> Result<ChapterSummary, Refusal> {
    let room = core.house.room(id)?;
    let charter = room.view.charter();
    let is_open = |poll: &entry::EntryId| room.view.poll(poll).is_some_and(|state| now <= state.rules.closes);
    let open: Vec<entry::EntryId> = room.view.polls().filter(is_open).collect();
    let waiting = |poll: &&entry::EntryId| room.member && core.house.waits_for(id, poll);
    let reading_only = super::devices::own_end(&core.house, room).is_some();
    let arriving = early::is_arriving(&core.house, id, room);
    Ok(ChapterSummary {
        chapter: id.to_string(),
        name: core.house.name(id),
        place: charter.map(|charter| charter.place.clone()).unwrap_or_default(),
        tier: charter.map_or(Tier::Local, |charter| tier(charter.tier)),
        founded: charter.map(|charter| clock::text(charter.founded)),
        members: room.view.member_count(),
        entries: room.log.len() as u64,
        open_polls: open.len(),
        waiting_polls: open.iter().filter(waiting).count(),
        waiting_motions: if room.member { super::motions::waiting(core, now, room) } else { 0 },
        waiting_requests: if room.member { super::requests::waiting(core, now, room) } else { 0 },
        joining: !core.house.is_member(id) && !reading_only && !arriving,
        asks: asks(core, id),
        arriving,
        left: core.sync.left(id),
        reading_only,
        rejoining: reading_only && core.house.joins.contains_key(id),
        silent: super::unanswered::is_silent(core, id),
        lost: room.mending && room.log.is_empty(),
        owed: if room.member { super::motions::owed(room, &core.house.contents.member.id()) } else { Vec::new() },
        withheld: room.view.withheld() as u64,
    })
}

const fn tier(tier: kinds::Tier) -> Tier {
    match tier {
        kinds::Tier::Local => Tier::Local,
        kinds::Tier::Regional => Tier::Regional,
        kinds::Tier::National => Tier::National,
        kinds::Tier::International => Tier::International,
    }
}

/// Whether a chapter that is being joined asks something that was not answered yet.
fn asks(core: &Core, id: &ChapterId) -> bool {
    core.house.joins.get(id).is_some_and(|quest| quest.asked.is_some() && quest.asked != quest.joining.terms)
}

/// A chapter of which only the invitation is here.
fn expected(core: &Core, id: &ChapterId, invitation: &Invitation) -> ChapterSummary {
    ChapterSummary {
        chapter: id.to_string(),
        name: invitation.chapter_name.clone(),
        place: String::new(),
        tier: Tier::Local,
        founded: None,
        members: 0,
        entries: 0,
        open_polls: 0,
        waiting_polls: 0,
        waiting_motions: 0,
        waiting_requests: 0,
        joining: true,
        asks: asks(core, id),
        arriving: false,
        left: 0,
        reading_only: false,
        rejoining: false,
        lost: false,
        owed: Vec::new(),
        silent: false,
        withheld: 0,
    }
}

pub(crate) fn list(core: &Core, now: Timestamp) -> Reply {
    let here: BTreeSet<ChapterId> = core.house.chapters().into_iter().collect();
    let mut list: Vec<ChapterSummary> = here.iter().filter_map(|id| summary(core, now, id).ok()).collect();
    let waiting = core.house.joins().filter(|(id, _)| !here.contains(id));
    list.extend(waiting.map(|(id, invitation)| expected(core, id, invitation)));
    list.sort_by(|a, b| (a.name.to_lowercase(), &a.chapter).cmp(&(b.name.to_lowercase(), &b.chapter)));
    Reply::Chapters(list)
}

pub(crate) fn show(core: &Core, now: Timestamp, text: &str) -> Result<Reply, Refusal> {
    let id = resolve::chapter(&core.house, text)?;
    let room = core.house.room(&id)?;
    let charter = room.view.charter();
    let rules = room.view.rules();
    let mut actions: Vec<OpenAction> = Vec::new();
    let mut next_meeting = None;
    // What is over is announced no more. A day earlier than now in UTC may be today's still where somebody lives.
    let yesterday = clock::text(Timestamp(now.0.saturating_sub(DAY)));
    let over = |next: &&kinds::NextMeeting| {
        next.date.is_some_and(|date| yesterday.get(..10).is_some_and(|day| *date.to_string() < *day))
    };
    for item in room.view.items(Some(ItemKind::Minutes), None) {
        let Some(minutes) = room.view.minutes(&item.id) else { continue };
        next_meeting =
            next_meeting.or_else(|| minutes.next.as_ref().filter(|next| !over(next)).map(super::show::next_meeting));
        let open = |action| OpenAction { action: super::show::action(action), minutes: item.id.to_string() };
        actions.extend(minutes.actions.iter().map(open));
    }
    // Those without a day last.
    actions.sort_by(|a, b| (a.action.due.is_empty(), &a.action.due).cmp(&(b.action.due.is_empty(), &b.action.due)));
    Ok(Reply::ChapterPage(Box::new(ChapterPage {
        summary: summary(core, now, &id)?,
        founders: charter
            .into_iter()
            .flat_map(|charter| &charter.founders)
            .map(|founder| founder.handle.clone())
            .collect(),
        sponsors_needed: small(rules.map_or(1, |rules| rules.sponsors)),
        operating_from: small(rules.map_or(5, |rules| rules.operating_from)),
        devices: room.view.device_count(),
        shared_entries: core.sync.shared(&id),
        statement: statement(room),
        actions,
        next_meeting,
        notices: notices(core, &id, room),
        silence: super::unanswered::notice(core, &id),
        clocks: super::clocks::wrong(&core.house, room),
        voided: super::voided::count(room, &core.house.contents.member.id()),
        ended: super::devices::own_end_view(&core.house, room),
    })))
}

/// What newcomers agree to, and the vote that it comes from.
fn statement(room: &Room) -> Option<StatementView> {
    let text = room.view.rules().map(|rules| rules.statement.clone()).filter(|text| !text.trim().is_empty())?;
    let motion = room.view.statement_by();
    let decided = motion.and_then(|motion| room.view.motion(&motion)?.decided);
    let since = decided.and_then(|decision| room.view.item(&decision)).map(|item| clock::text(item.time));
    Some(StatementView { text, motion: motion.map(|motion| motion.to_string()), since })
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A day, in milliseconds.
const DAY: u64 = 24 * 3_600_000;
/// How long it is told that somebody has no computer left, in milliseconds.
const MONTH: u64 = 30 * DAY;

/// What a chapter should know about itself, in plain words.
fn notices(core: &Core, id: &ChapterId, room: &Room) -> Vec<String> {
    let handle = |member: Option<MemberId>| {
        member.and_then(|member| room.view.handle(&member).map(str::to_owned)).unwrap_or_else(|| "somebody".into())
    };
    let mut notices: Vec<String> = room
        .view
        .forks()
        .iter()
        .map(|fork| {
            if fork.member == Some(core.house.contents.member.id()) {
                return format!(
                    "A computer of yours signed {} different entries in one place. This happens when a copy of its data folder, or a \
                     backup, was used beside it, or its key was stolen. One of them counts, by a fixed rule, and the others do not, \
                     whoever wrote them. Use only one of the two from now on: erase the other (`chapterhouse wipe`), or revoke \
                     it if you do not have it.",
                    fork.entries.len(),
                );
            }
            // Somebody who is no member any more has no devices, and wrote these all the same.
            let author = || fork.entries.iter().find_map(|entry| room.view.item(entry)?.author);
            let whose = handle(fork.member.or_else(author));
            format!(
                "A device of {whose} signed {} different entries in one place. This happens when a data folder was copied to \
                 a second computer, or a key was stolen. One of them counts, by a fixed rule; ask {whose} about it.",
                fork.entries.len(),
            )
        })
        .collect();
    if room.mending {
        notices.push(crate::standing::sentence(&core.house.mending_words(id)));
    }
    let lately = |ended: &chapter::view::Ended| {
        ended.how == chapter::view::Ending::Revoked && core.house.now < ended.when.plus(MONTH)
    };
    for member in room.view.former_members() {
        let Some(ended) = member.ended.filter(lately) else { continue };
        if member.id == core.house.contents.member.id() {
            notices.push(format!(
                "All your computers were revoked, the last one on {}, so you are no member now. The way back is a member's \
                 invitation, on a new computer with your 24 words (`chapterhouse init --restore`).",
                clock::text(ended.when),
            ));
        } else {
            notices.push(format!(
                "All computers of {0} were revoked, the last one on {1}, so {0} is no member now. If {0} tells you that it was somebody \
                 else who did that, with a stolen computer, invite {0} anew.",
                member.handle,
                clock::text(ended.when),
            ));
        }
    }
    notices.extend(super::unanswered::notice(core, id));
    notices.extend(core.house.turned_away.get(id).into_iter().flat_map(|list| list.notices(&core.house.name(id))));
    let void = room.view.void_entries().len();
    if void > 0 {
        let entries = if void == 1 {
            "1 entry does not count; it says".into()
        } else {
            format!("{void} entries do not count, most of them written by computers for themselves; each says")
        };
        notices.push(format!("{entries} why where it is shown."));
    }
    notices.extend(super::clocks::wrong(&core.house, room));
    notices.extend(super::clocks::behind(room));
    notices
}

pub(crate) fn state(core: &Core, text: &str) -> Result<Reply, Refusal> {
    let id = resolve::chapter(&core.house, text)?;
    let room = core.house.room(&id)?;
    let state_hash = data_encoding::HEXLOWER.encode(&room.view.state_hash());
    Ok(Reply::State(StateReply { entries: room.log.len() as u64, state_hash }))
}
