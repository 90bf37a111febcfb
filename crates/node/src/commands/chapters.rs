//! Founding, listing, showing, inviting, joining.

use super::resolve;
use crate::{
    clock,
    core::{Core, Traffic},
    house::{Room, invalid},
};
use api::{
    ErrorCode, Refusal, Reply,
    people::RulesView,
    reply::{InvitationPreview, InvitationReply, StateReply},
    view::{ChapterPage, ChapterSummary, OpenAction, Tier},
};
use chapter::{
    Kind,
    kinds::{self, Charter, Founder, Invite},
    view::ItemKind,
};
use ed25519_dalek::SigningKey;
use entry::{ChapterId, MemberId, Timestamp};
use keys::invitation::{Invitation, MAX_ADDRESSES};
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// The longest that an invitation is good for: a year.
const LONGEST_INVITATION: u64 = 366 * 86_400;

pub(crate) fn found(
    core: &mut Core,
    now: Timestamp,
    name: &str,
    place: &str,
    tier: Tier,
    rules: Option<&RulesView>,
) -> Result<Reply, Refusal> {
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
    let me = core.house.contents.member.id();
    let open: Vec<_> = room
        .view
        .polls()
        .filter_map(|poll| Some((poll, room.view.poll(&poll)?)))
        .filter(|(_, state)| now <= state.rules.closes)
        .collect();
    let waiting = |(poll, state): &&(entry::EntryId, &chapter::view::PollState)| {
        state.rules.roll.contains(&me) && !voted(room, poll, &me)
    };
    let reading_only = super::devices::own_end(&core.house, room).is_some();
    Ok(ChapterSummary {
        chapter: id.to_string(),
        name: core.house.name(id),
        place: charter.map(|charter| charter.place.clone()).unwrap_or_default(),
        tier: charter.map_or(Tier::Local, |charter| tier(charter.tier)),
        founded: clock::text(charter.map_or(Timestamp(0), |charter| charter.founded)),
        members: room.view.member_count(),
        entries: room.log.len() as u64,
        open_polls: open.len(),
        waiting_polls: open.iter().filter(waiting).count(),
        waiting_motions: if room.member { super::motions::waiting(core, now, room) } else { 0 },
        waiting_requests: if room.member { super::requests::waiting(core, now, room) } else { 0 },
        joining: !core.house.is_member(id) && !reading_only,
        left: core.sync.left(id),
        reading_only,
    })
}

pub(crate) fn voted(room: &Room, poll: &entry::EntryId, member: &MemberId) -> bool {
    room.view.ballots(poll).iter().any(|cast| cast.void.is_none() && cast.ballot.member == *member)
}

const fn tier(tier: kinds::Tier) -> Tier {
    match tier {
        kinds::Tier::Local => Tier::Local,
        kinds::Tier::Regional => Tier::Regional,
        kinds::Tier::National => Tier::National,
        kinds::Tier::International => Tier::International,
    }
}

/// A chapter of which only the invitation is here.
fn expected(id: &ChapterId, invitation: &Invitation) -> ChapterSummary {
    ChapterSummary {
        chapter: id.to_string(),
        name: invitation.chapter_name.clone(),
        place: String::new(),
        tier: Tier::Local,
        founded: clock::text(Timestamp(0)),
        members: 0,
        entries: 0,
        open_polls: 0,
        waiting_polls: 0,
        waiting_motions: 0,
        waiting_requests: 0,
        joining: true,
        left: 0,
        reading_only: false,
    }
}

pub(crate) fn list(core: &Core, now: Timestamp) -> Reply {
    let here: BTreeSet<ChapterId> = core.house.chapters().into_iter().collect();
    let mut list: Vec<ChapterSummary> = here.iter().filter_map(|id| summary(core, now, id).ok()).collect();
    let waiting = core.house.joins().filter(|(id, _)| !here.contains(id));
    list.extend(waiting.map(|(id, invitation)| expected(id, invitation)));
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
    for item in room.view.items(Some(ItemKind::Minutes), None) {
        let Some(minutes) = room.view.minutes(&item.id) else { continue };
        next_meeting = next_meeting.or_else(|| minutes.next.as_ref().map(super::show::next_meeting));
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
        actions,
        next_meeting,
        notices: notices(room),
        ended: super::devices::own_end(&core.house, room).map(|how| super::devices::ended(room, &how)),
    })))
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What a chapter should know about itself, in plain words.
fn notices(room: &Room) -> Vec<String> {
    let handle = |member: Option<MemberId>| {
        member.and_then(|member| room.view.handle(&member).map(str::to_owned)).unwrap_or_else(|| "somebody".into())
    };
    let mut notices: Vec<String> = room
        .view
        .forks()
        .iter()
        .map(|fork| {
            format!(
                "A device of {} signed {} different entries in one place. This happens when a data folder was copied to \
                 a second computer, or a key was stolen. One of them counts, by a fixed rule; ask {} about it.",
                handle(fork.member),
                fork.entries.len(),
                handle(fork.member),
            )
        })
        .collect();
    if room.mending {
        notices.push(format!("Note: {}.", crate::house::MENDING));
    }
    let void = room.view.void_entries().len();
    if void > 0 {
        let entries = if void == 1 { "1 entry does".into() } else { format!("{void} entries do") };
        notices.push(format!("{entries} not count; each says why where it is shown."));
    }
    let waiting = room.log.park().len();
    if waiting > 0 {
        notices.push(format!("{waiting} entries wait for others that have not arrived yet, or for their time."));
    }
    notices
}

pub(crate) fn state(core: &Core, text: &str) -> Result<Reply, Refusal> {
    let id = resolve::chapter(&core.house, text)?;
    let room = core.house.room(&id)?;
    let state_hash = data_encoding::HEXLOWER.encode(&room.view.state_hash());
    Ok(Reply::State(StateReply { entries: room.log.len() as u64, state_hash }))
}

pub(crate) fn invite(core: &mut Core, now: Timestamp, text: &str, seconds: u64) -> Result<Reply, Refusal> {
    let id = resolve::chapter(&core.house, text)?;
    if !(1..=LONGEST_INVITATION).contains(&seconds) {
        return Err(invalid("an invitation is good for one second to one year"));
    }
    let expires = now.plus(seconds * 1000);
    let secret = Zeroizing::new(core.house.random_bytes::<32>());
    let key = SigningKey::from_bytes(&secret);
    let invite = Kind::Invite(Invite { invitation: key.verifying_key().to_bytes(), expires, uses: 1 });
    core.house.publish(&id, &invite)?;
    let invitation = Invitation {
        version: 1,
        chapter: id.0,
        secret: *secret,
        expires: expires.0,
        chapter_name: core.house.name(&id),
        inviter: core.house.contents.handle.clone(),
        addresses: own_addresses(core),
        peer: core.name().to_owned(),
    };
    let text = invitation.to_text();
    let (qr_path, qr_size) = crate::qr::path(&text)
        .ok_or_else(|| Refusal::new(ErrorCode::Internal, "the invitation does not fit a QR code"))?;
    Ok(Reply::Invitation(InvitationReply { invitation: text, expires: clock::text(expires), qr_path, qr_size }))
}

/// Where this computer can be found, for somebody who is told.
pub(crate) fn own_addresses(core: &Core) -> Vec<String> {
    // This computer's own loopback only where there is nothing else, and one way to each place: TCP.
    let mut addresses: Vec<&String> = core.around.listening.iter().collect();
    addresses.sort_by_key(|address| (address.starts_with("/ip4/127."), address.contains("/udp/")));
    let far = addresses.iter().filter(|address| !address.starts_with("/ip4/127.")).count();
    addresses.truncate(if far > 0 { far } else { addresses.len() });
    if addresses.iter().any(|address| address.contains("/tcp/")) {
        addresses.retain(|address| address.contains("/tcp/"));
    }
    addresses.into_iter().take(MAX_ADDRESSES).cloned().collect()
}

fn read(text: &str) -> Result<Invitation, Refusal> {
    Invitation::from_text(text).map_err(|bad| Refusal::new(ErrorCode::Invitation, bad.to_string()))
}

fn preview(invitation: &Invitation) -> InvitationPreview {
    InvitationPreview {
        chapter: invitation.chapter_id().to_string(),
        chapter_name: invitation.chapter_name.clone(),
        inviter: invitation.inviter.clone(),
        expires: clock::text(Timestamp(invitation.expires)),
    }
}

pub(crate) fn inspect(text: &str) -> Result<Reply, Refusal> {
    Ok(Reply::InvitationPreview(preview(&read(text)?)))
}

pub(crate) fn join(core: &mut Core, now: Timestamp, text: &str) -> Result<Reply, Refusal> {
    let invitation = read(text)?;
    let id = invitation.chapter_id();
    if core.house.is_member(&id) {
        let message = format!("you are a member of {} already", core.house.name(&id));
        return Err(Refusal::new(ErrorCode::Invitation, message));
    }
    if invitation.expires < now.0 {
        let message = format!(
            "this invitation expired at {}; ask {} for a new one",
            clock::text(Timestamp(invitation.expires)),
            invitation.inviter
        );
        return Err(Refusal::new(ErrorCode::Invitation, message));
    }
    if !core.around.on {
        return Err(Refusal::new(
            ErrorCode::Unreachable,
            "joining needs a network: this node does not take part in one",
        ));
    }
    let preview = preview(&invitation);
    let addresses: Vec<String> = invitation.places().collect();
    core.house.start_join(invitation)?;
    for address in addresses {
        core.net(Traffic::Dial { address });
    }
    core.feed(now, sync::Input::Join { chapter: id });
    core.network_has_changed();
    Ok(Reply::Joining(preview))
}

pub(crate) fn cancel_join(core: &mut Core, now: Timestamp, text: &str) -> Result<Reply, Refusal> {
    let wanted = text.trim().to_lowercase();
    let found = core.house.joins().find(|(id, invitation)| {
        id.to_string().starts_with(&wanted) || invitation.chapter_name.to_lowercase() == wanted
    });
    let id = found
        .map(|(id, _)| *id)
        .filter(|_| !wanted.is_empty())
        .ok_or_else(|| Refusal::new(ErrorCode::NotFound, "you are not joining a chapter of that name"))?;
    core.house.forget_join(&id);
    core.feed(now, sync::Input::Forget { chapter: id });
    core.network_has_changed();
    Ok(Reply::Done)
}
