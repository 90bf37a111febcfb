//! Members: who they are, what they say of themselves, what ends their time; the chapter's rules in words.

use super::{devices, part, reading, resolve};
use crate::{
    actor::sweep::erased,
    alike::Alike,
    clock,
    core::Core,
    early,
    house::{House, Room, invalid},
};
use api::{
    ErrorCode, Refusal, Reply, draft,
    people::{HiddenView, History, MemberPage, Role, RulesView, TaskView},
    reply::{Published, Renamed},
    view::MemberView,
};
use chapter::{
    Kind,
    kinds::{
        self, Bar, Fraction, Leave, Measure, Rules,
        text::{tidy_line, tidy_text},
    },
    view::{ItemKind, Member},
};
use data_encoding::BASE64;
use entry::{ChapterId, MemberId, Timestamp};
use std::collections::BTreeSet;

/// A member's latest entries that their page shows.
const LATEST: usize = 10;

pub(crate) fn members(core: &Core, now: Timestamp, text: &str, former: bool) -> Result<Reply, Refusal> {
    let id = resolve::chapter(&core.house, text)?;
    let room = core.house.room(&id)?;
    let connected = connected(core, &id, room);
    let list = if former { room.view.former_members() } else { room.view.members() };
    let alike = Alike::new(room, now);
    let mut members: Vec<MemberView> =
        list.iter().map(|member| line(core, now, &id, room, member, &connected, &alike)).collect();
    members.sort_by(|a, b| (a.handle.to_lowercase(), &a.member).cmp(&(b.handle.to_lowercase(), &b.member)));
    Ok(Reply::Members(members))
}

fn connected(core: &Core, id: &ChapterId, room: &Room) -> BTreeSet<MemberId> {
    let peers = core.sync.peers();
    let lanes = peers.iter().flat_map(|peer| &peer.lanes).filter(|lane| lane.chapter == *id && lane.member);
    lanes.filter_map(|lane| room.view.member_of_device(&lane.device)).collect()
}

fn line(
    core: &Core,
    now: Timestamp,
    id: &ChapterId,
    room: &Room,
    member: &Member,
    connected: &BTreeSet<MemberId>,
    alike: &Alike,
) -> MemberView {
    let tasks = room.view.tasks().into_iter().filter(|task| task.member == member.id);
    MemberView {
        member: member.id.to_string(),
        handle: member.handle.clone(),
        apart: alike.apart(&member.handle, &member.id),
        since: clock::text(member.since),
        sponsor: member.sponsor.and_then(|sponsor| room.view.handle(&sponsor).map(str::to_owned)),
        sponsor_apart: member.sponsor.and_then(|sponsor| alike.apart(room.view.handle(&sponsor)?, &sponsor)),
        devices: member.devices.len(),
        connected: connected.contains(&member.id),
        me: member.id == core.house.contents.member.id(),
        six_words: keys::six_words(&member.id.0).join(" "),
        tasks: tasks
            .map(|task| TaskView {
                role: role_view(task.role),
                until: clock::text(task.until),
                over: task.until < now,
                decision: task.decision.to_string(),
            })
            .collect(),
        blocked: core.house.is_blocked(id, &member.id),
        ended: member.ended.as_ref().map(|how| devices::ended(room, how)),
    }
}

pub(crate) fn show(core: &Core, now: Timestamp, chapter: &str, text: &str) -> Result<Reply, Refusal> {
    let id = resolve::chapter(&core.house, chapter)?;
    let room = core.house.room(&id)?;
    let who = resolve::member(room, text).map_err(|refusal| match early::is_arriving(&core.house, &id, room) {
        true => Refusal::new(ErrorCode::NotFound, core.house.not_in_yet(&id)),
        false => refusal,
    })?;
    let member = room.view.member(&who).ok_or_else(|| invalid("there is no such member"))?;
    let profile = match member.profile.map(|entry| core.house.read(&id, &entry)).transpose()? {
        Some((_, Kind::Profile(profile), _)) => Some(draft::Profile {
            handle: profile.handle,
            languages: profile.languages,
            about: profile.about,
            contact: profile.contact,
            testimonial: profile.testimonial,
            picture: BASE64.encode(&profile.picture),
        }),
        _ => None,
    };
    let about = |measure: &Measure| match measure {
        Measure::Remove { member } | Measure::Give { member, .. } | Measure::Recall { member, .. } => *member == who,
        Measure::Rules { .. } | Measure::Hide { .. } => false,
    };
    let open = |motion: &entry::EntryId| {
        room.view
            .motion(motion)
            .is_some_and(|state| state.decided.is_none() && now <= state.closes && about(&state.measure))
    };
    let latest = room.view.items(None, None).filter(|item| item.author == Some(who) && reading::readable(item));
    Ok(Reply::MemberPage(Box::new(MemberPage {
        chapter: id.to_string(),
        profile_entry: member.profile.map(|entry| entry.to_string()),
        member: line(core, now, &id, room, &member, &connected(core, &id, room), &Alike::new(room, now)),
        profile,
        motions: room.view.motions().filter(open).map(|motion| motion.to_string()).collect(),
        latest: latest.take(LATEST).map(|item| reading::line(core, now, &id, room, &item)).collect::<Result<_, _>>()?,
    })))
}

pub(crate) fn set_profile(house: &mut House, chapter: &str, profile: &draft::Profile) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(house, chapter)?;
    let picture = BASE64
        .decode(profile.picture.trim().as_bytes())
        .map_err(|_| invalid("the picture is not in base64, or cut short"))?;
    // Before it is signed: what nobody can show would stay on every member's disk.
    if !picture.is_empty() && api::picture::kind(&picture).is_none() {
        return Err(invalid(
            "this is no picture that can be shown: choose a PNG, JPEG or WebP of at most 24 KiB, and of at most 1024 \
             points in width and height",
        ));
    }
    let profile = kinds::Profile {
        handle: profile.handle.trim().to_owned(),
        languages: profile.languages.iter().map(|language| tidy_line(language)).collect(),
        about: tidy_text(&profile.about),
        contact: tidy_line(&profile.contact),
        testimonial: tidy_text(&profile.testimonial),
        picture,
    };
    let id = house.publish(&chapter, &Kind::Profile(Box::new(profile)))?;
    Ok(Reply::Published(Published::new(id)))
}

/// Says the new name where it can be said, and keeps it for what is founded and joined later.
pub(crate) fn rename(house: &mut House, handle: &str, everywhere: bool) -> Result<Reply, Refusal> {
    let handle = tidy_line(handle);
    kinds::text::handle(&handle).map_err(|bad| invalid(bad.to_string()))?;
    let me = house.contents.member.id();
    let (mut told, mut not_told) = (Vec::new(), Vec::new());
    let chapters = house.chapters().into_iter().filter(|_| everywhere);
    for chapter in chapters.filter(|chapter| house.is_member(chapter)).collect::<Vec<_>>() {
        let member = house.room(&chapter)?.view.member(&me);
        let Some(member) = member.filter(|member| member.handle != handle) else { continue };
        // Everything else in it stays what it is.
        let profile = match member.profile.map(|entry| house.read(&chapter, &entry)).transpose()? {
            Some((_, Kind::Profile(profile), _)) => *profile,
            _ => kinds::Profile::default(),
        };
        let profile = Kind::Profile(Box::new(kinds::Profile { handle: handle.clone(), ..profile }));
        let said = house.publish(&chapter, &profile).is_ok();
        if said { &mut told } else { &mut not_told }.push(house.name(&chapter));
    }
    let mut contents = house.contents.clone();
    contents.handle = handle;
    house.save(contents)?;
    Ok(Reply::Renamed(Renamed { me: house.me(), told, not_told }))
}

pub(crate) fn block(house: &mut House, chapter: &str, member: &str, on: bool) -> Result<Reply, Refusal> {
    let id = resolve::chapter(house, chapter)?;
    let who = resolve::member(house.room(&id)?, member)?;
    if who == house.contents.member.id() {
        return Err(invalid("you cannot hide yourself from yourself"));
    }
    let mut contents = house.contents.clone();
    let blocked = contents.blocked.entry(id).or_default();
    let _ = if on { blocked.insert(who) } else { blocked.remove(&who) };
    contents.blocked.retain(|_, members| !members.is_empty());
    house.save(contents)?;
    Ok(Reply::Done)
}

pub(crate) fn leave(core: &mut Core, now: Timestamp, text: &str, why: &str) -> Result<Reply, Refusal> {
    // Whoever is not in yet gives up the search.
    let chapter = match resolve::chapter(&core.house, text) {
        Ok(chapter) if core.house.is_member(&chapter) || !core.house.joins.contains_key(&chapter) => chapter,
        other => return super::invitations::cancel_join(core, now, text).or_else(|_| other.map(|_| Reply::Done)),
    };
    let house = &mut core.house;
    let id = house.publish(&chapter, &Kind::Leave(Leave { why: tidy_text(why) }))?;
    Ok(Reply::Published(Published::new(id)))
}

pub(crate) fn rotate(house: &mut House, chapter: &str) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(house, chapter)?;
    house.check_at_home(&chapter)?;
    let id = house.begin_epoch(&chapter)?;
    Ok(Reply::Published(Published::new(id)))
}

pub(crate) fn hidden(core: &Core, chapter: &str) -> Result<Reply, Refusal> {
    let id = resolve::chapter(&core.house, chapter)?;
    let room = core.house.room(&id)?;
    let list = room.view.hidden_entries().into_iter().filter_map(|entry| hidden_view(core, &id, room, &entry));
    Ok(Reply::Hidden(list.collect()))
}

/// What is shown in the place of a text that the chapter hid.
pub(crate) fn hidden_view(core: &Core, id: &ChapterId, room: &Room, entry: &entry::EntryId) -> Option<HiddenView> {
    let decision = room.view.hidden(entry)?;
    let (item, motion) = (room.view.item(entry)?, room.view.item(&decision)?.target?);
    let why = match core.house.read(id, &motion) {
        Ok((_, Kind::Motion(motion), _)) => motion.why,
        _ => String::new(),
    };
    let kind = match item.kind {
        ItemKind::News => "news",
        ItemKind::Blog => "blog",
        ItemKind::Discussion => "discussion",
        ItemKind::Minutes => "minutes",
        ItemKind::Comment => "comment",
        ItemKind::Profile => "profile",
        _ => "text",
    };
    // Not even let go of yet, or its bytes are still in the saved data.
    let here = u64::from(room.log.kept(entry) != Some(log::Kept::Stub));
    let erased = erased(core.house.store.leftovers().max(here), core.house.room_missing);
    Some(HiddenView {
        entry: entry.to_string(),
        kind: kind.into(),
        author: item.author.and_then(|author| room.view.handle(&author)).unwrap_or("nobody").to_owned(),
        time: clock::text(item.time),
        motion: motion.to_string(),
        why,
        erased,
    })
}

pub(crate) fn rules(core: &Core, chapter: &str) -> Result<Reply, Refusal> {
    let id = resolve::chapter(&core.house, chapter)?;
    let rules = core.house.room(&id)?.view.rules().ok_or_else(|| invalid("nothing of this chapter is here yet"))?;
    Ok(Reply::Rules(Box::new(rules_view(rules))))
}

pub(crate) fn rules_view(rules: &Rules) -> RulesView {
    let part = |fraction: Fraction| format!("{}/{}", fraction.part, fraction.whole);
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    RulesView {
        sponsors: small(rules.sponsors),
        operating_from: small(rules.operating_from),
        history: match rules.history_for_newcomers {
            kinds::History::All => History::All,
            kinds::History::FromJoining => History::FromJoining,
        },
        removal_quorum: part(rules.removal.quorum),
        removal_majority: part(rules.removal.majority),
        decision_quorum: part(rules.decision.quorum),
        decision_majority: part(rules.decision.majority),
        stands_for_hours: small(rules.stands_for),
        proposed_for_hours: small(rules.proposed_for),
        questions: rules.questions.clone(),
        statement: rules.statement.clone(),
    }
}

pub(crate) fn rules_from(view: &RulesView) -> Result<Rules, Refusal> {
    let part = |what: &str, text: &str| {
        let read = part::read(text).map(|(part, whole)| Fraction { part, whole });
        read.ok_or_else(|| invalid(format!("{what}: {}", part::like(text))))
    };
    Ok(Rules {
        sponsors: view.sponsors.into(),
        operating_from: view.operating_from.into(),
        history_for_newcomers: match view.history {
            History::All => kinds::History::All,
            History::FromJoining => kinds::History::FromJoining,
        },
        removal: Bar {
            quorum: part("removal_quorum", &view.removal_quorum)?,
            majority: part("removal_majority", &view.removal_majority)?,
        },
        decision: Bar {
            quorum: part("decision_quorum", &view.decision_quorum)?,
            majority: part("decision_majority", &view.decision_majority)?,
        },
        stands_for: view.stands_for_hours.into(),
        proposed_for: view.proposed_for_hours.into(),
        questions: view.questions.iter().map(|question| tidy_line(question)).collect(),
        statement: tidy_text(&view.statement),
    })
}

pub(crate) const fn role_from(role: Role) -> kinds::Role {
    match role {
        Role::Facilitator => kinds::Role::Facilitator,
        Role::NoteTaker => kinds::Role::NoteTaker,
        Role::Teller => kinds::Role::Teller,
        Role::Delegate => kinds::Role::Delegate,
    }
}

const fn role_view(role: kinds::Role) -> Role {
    match role {
        kinds::Role::Facilitator => Role::Facilitator,
        kinds::Role::NoteTaker => Role::NoteTaker,
        kinds::Role::Teller => Role::Teller,
        kinds::Role::Delegate => Role::Delegate,
    }
}

pub(crate) const fn role_name(role: kinds::Role) -> &'static str {
    match role {
        kinds::Role::Facilitator => "facilitator",
        kinds::Role::NoteTaker => "note-taker",
        kinds::Role::Teller => "teller",
        kinds::Role::Delegate => "delegate",
    }
}
