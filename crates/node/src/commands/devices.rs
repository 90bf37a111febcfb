//! This member's devices: listing, naming, revoking, adding.

use crate::{
    clock,
    core::{Core, Traffic},
    house::{House, Room, invalid},
    pairing::{GOOD_FOR, Offer, Seeking},
};
use api::{
    ErrorCode, Refusal, Reply,
    people::{DeviceView, EndedView},
    reply::PairingReply,
};
use chapter::{
    Kind,
    kinds::{Revoke, text::tidy_text},
    view::{Device, Ended, Ending},
};
use entry::{DeviceId, Timestamp};
use keys::PairCode;
use std::collections::BTreeMap;

/// The longest name of a device, in characters.
const MAX_NAME: usize = 60;

pub(crate) fn ended(room: &Room, ended: &Ended) -> EndedView {
    let how = match ended.how {
        Ending::Left => "left",
        Ending::Removed => "removed",
        Ending::Revoked => "revoked",
        Ending::Uprooted => "uprooted",
    };
    // A decision says which motion it carries out.
    let motion = (ended.how == Ending::Removed).then(|| room.view.item(&ended.by)?.target).flatten();
    EndedView {
        how: how.into(),
        when: clock::text(ended.when),
        by: ended.by.to_string(),
        motion: motion.map(|motion| motion.to_string()),
        this_alone: false,
    }
}

/// How this member's time in a chapter ended, or this device's, for its screens.
pub(crate) fn own_end_view(house: &House, room: &Room) -> Option<EndedView> {
    let still_in = room.view.is_member(&house.contents.member.id());
    own_end(house, room).map(|how| EndedView { this_alone: still_in, ..ended(room, &how) })
}

/// How this member's time in a chapter ended, or that of this device of theirs alone; nothing if it did not.
pub(crate) fn own_end(house: &House, room: &Room) -> Option<Ended> {
    if room.member {
        return None;
    }
    let (me, device) = (house.contents.member.id(), house.contents.device.id());
    match room.view.member(&me)?.ended {
        Some(ended) => Some(ended),
        None => room.view.former_devices(&me).into_iter().find(|former| former.id == device)?.ended,
    }
}

/// One device, as each chapter knows it.
#[derive(Default)]
struct Found {
    here: Vec<Device>,
    /// Names of the chapters that it is in.
    chapters: Vec<String>,
    /// Where its time is over.
    gone: Vec<Device>,
    /// How it ended, in one of them.
    ended: Option<EndedView>,
    /// When this device was paired with it.
    paired: Option<Timestamp>,
}

/// Every device of this member in any chapter, with the chapters it is in.
pub(crate) fn list(core: &Core) -> Reply {
    let me = core.house.contents.member.id();
    let mut found: BTreeMap<DeviceId, Found> = BTreeMap::new();
    found.entry(core.house.contents.device.id()).or_default();
    for (chapter, room) in core.house.rooms() {
        for device in room.view.devices().into_iter().filter(|device| device.member == me) {
            let known = found.entry(device.id).or_default();
            known.here.push(device);
            known.chapters.push(core.house.name(chapter));
        }
        for device in room.view.former_devices(&me) {
            let known = found.entry(device.id).or_default();
            known.ended = known.ended.take().or_else(|| device.ended.as_ref().map(|how| ended(room, how)));
            known.gone.push(device);
        }
    }
    for (id, own) in &core.house.contents.own_devices {
        let known = found.entry(*id).or_default();
        known.paired = Some(Timestamp(own.since));
        let revoked = own.revoked.filter(|_| known.ended.is_none()).map(|when| EndedView {
            how: "revoked".into(),
            when: clock::text(Timestamp(when)),
            by: String::new(),
            motion: None,
            this_alone: false,
        });
        known.ended = known.ended.take().or(revoked);
    }
    let mut list: Vec<DeviceView> = (found.into_iter())
        .map(|(id, Found { here, mut chapters, gone, ended, paired })| {
            let all = || here.iter().chain(&gone);
            chapters.sort();
            DeviceView {
                device: id.to_string(),
                name: core.house.contents.device_names.get(&id).cloned().unwrap_or_default(),
                this: id == core.house.contents.device.id(),
                since: clock::text(all().map(|device| device.since).chain(paired).min().unwrap_or(core.house.now)),
                last_used: all()
                    .filter_map(|device| device.last)
                    .map(|(_, time)| time)
                    .max()
                    .map(clock::text)
                    .unwrap_or_default(),
                last_met: core.house.met.get(&id).copied().map(clock::text).unwrap_or_default(),
                entries: all().map(|device| device.entries).sum(),
                chapters,
                ended: ended.filter(|_| here.is_empty()),
            }
        })
        .collect();
    list.sort_by(|a, b| {
        (a.ended.is_some(), !a.this, &a.since, &a.device).cmp(&(b.ended.is_some(), !b.this, &b.since, &b.device))
    });
    Reply::Devices(list)
}

/// One of this member's devices, by its id or a unique beginning of it.
fn find(core: &Core, text: &str) -> Result<DeviceId, Refusal> {
    let Reply::Devices(list) = list(core) else { return Err(invalid("there are no devices")) };
    let found = DeviceView::find(&list, text)?;
    DeviceId::from_hex(&found.device).ok_or_else(|| invalid("this is no device's id"))
}

pub(crate) fn name(core: &mut Core, device: &str, name: &str) -> Result<Reply, Refusal> {
    let (id, name) = (find(core, device)?, chapter::kinds::text::tidy_line(name));
    if name.chars().count() > MAX_NAME {
        return Err(invalid(format!("a device's name has at most {MAX_NAME} characters")));
    }
    let mut contents = core.house.contents.clone();
    contents.device_names.insert(id, name.clone());
    if name.is_empty() {
        contents.device_names.remove(&id);
    }
    core.house.save(contents)?;
    Ok(Reply::Done)
}

/// Revokes a device in every chapter that it is in, and makes new keys.
pub(crate) fn revoke(core: &mut Core, device: &str, why: &str, since: Option<&str>) -> Result<Reply, Refusal> {
    let id = find(core, device)?;
    let me = core.house.contents.member.id();
    let since = since.map(|text| clock::parse(text).map_err(|why| invalid(why.to_string()))).transpose()?;
    if let Some(since) = since.filter(|since| *since > core.house.now) {
        return Err(invalid(format!(
            "{} is still to come, and a revocation holds from now on: say since when the device is not in your hands (or \
             leave `--since` away, and all that came from it by now counts)",
            clock::text(since)
        )));
    }
    if let Some(since) = since {
        stays_in(core, &id, since)?;
    }
    let this = id == core.house.contents.device.id();
    let mut revoked = 0;
    if !this {
        // First of all it is handed nothing more: also where no chapter knows of it.
        let mut contents = core.house.contents.clone();
        let fresh = keys::OwnDevice { since: core.house.now.0, revoked: None };
        let known = contents.own_devices.contains_key(&id);
        let own = contents.own_devices.entry(id).or_insert(fresh);
        if own.revoked.is_none() {
            own.revoked = Some(core.house.now.0);
            revoked += usize::from(known);
            core.house.save(contents)?;
        }
    }
    for chapter in core.house.chapters() {
        let room = core.house.room(&chapter)?;
        if room.view.member_of_device(&id) != Some(me) {
            continue;
        }
        let last = room.view.last_before(&id, since.unwrap_or(entry::time::LAST));
        let revoke = Revoke { device: id, last, why: tidy_text(why) };
        core.house.publish(&chapter, &Kind::Revoke(revoke))?;
        revoked += 1;
        if !this {
            core.house.begin_epoch(&chapter)?;
        }
    }
    if revoked == 0 {
        return Err(Refusal::new(ErrorCode::NotFound, nothing_to_revoke(core, &id, this)));
    }
    Ok(Reply::Done)
}

/// Refuses to revoke a device from before it added this one: what it wrote then would not count, so that this one would be
/// nobody's, and its owner perhaps no member.
fn stays_in(core: &Core, id: &DeviceId, since: Timestamp) -> Result<(), Refusal> {
    let this = core.house.contents.device.id();
    for (chapter, room) in core.house.rooms() {
        let last = room.view.last_before(id, since);
        if !room.member || !room.view.falls_with(id, last.as_ref()).contains(&this) {
            continue;
        }
        let added = room.view.devices().into_iter().find(|device| device.id == this).map(|device| device.since);
        return Err(invalid(format!(
            "that device made this computer yours in {} on {}, and it would count no more either, if nothing counted that was \
             written there since {}. You would be out, and nothing was done: say a later moment (or leave `--since` away, \
             and all that came from that device by now counts)",
            core.house.name(chapter),
            clock::text(added.unwrap_or(since)),
            clock::text(since),
        )));
    }
    Ok(())
}

/// Why there is nothing to revoke, and what may be meant instead.
fn nothing_to_revoke(core: &Core, id: &DeviceId, this: bool) -> String {
    let Reply::Devices(list) = list(core) else { return String::new() };
    let found = list.into_iter().find(|device| device.device == id.to_string());
    let name = found.as_ref().map(|device| device.name.clone()).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| id.to_string().chars().take(12).collect());
    let ended = found.and_then(|device| device.ended);
    match (ended, this) {
        (Some(ended), true) => format!(
            "this computer is in none of your chapters any more, since {}: nothing that it writes counts, so there is \
             nothing to revoke. To use it again, empty it (`chapterhouse wipe`) and add it anew (`chapterhouse device \
             pair` on another computer of yours, `chapterhouse init --pair` here)",
            ended.when
        ),
        (Some(ended), false) => format!(
            "your device {name} is in none of your chapters any more, since {}: it gets nothing new, and nothing that it \
             writes counts, so there is nothing to revoke. To use it again, empty it there (`chapterhouse wipe`) and add it \
             anew (`chapterhouse device pair`)",
            ended.when
        ),
        (None, _) => {
            "this computer is in no chapter yet, so there is nothing to revoke. To clear it, say `chapterhouse wipe`"
                .into()
        }
    }
}

/// Refuses where this computer was revoked: a further one that it adds would be nobody's. In a chapter that it came back to since
/// then it is a member's again.
fn check_revoked(core: &Core) -> Result<(), Refusal> {
    let this = core.house.contents.device.id();
    let (mut revoked, mut here) = (None, None);
    for (_, room) in core.house.rooms() {
        let since = room.view.devices().into_iter().find(|device| device.id == this).map(|device| device.since);
        here = here.max(since);
        let end = own_end(&core.house, room).filter(|end| end.how == Ending::Revoked).map(|end| end.when);
        revoked = revoked.max(end);
    }
    match revoked.filter(|when| here.is_none_or(|since| since < *when)) {
        None => Ok(()),
        Some(when) => Err(Refusal::new(
            ErrorCode::NotAllowed,
            format!(
                "this computer was revoked on {}, so it cannot make another one yours: none of your chapters would know it. \
                 Show the code on a computer of yours that was not revoked. If there is none, begin on a new one with your \
                 24 words (`chapterhouse init --restore`) and a member's invitation",
                clock::text(when)
            ),
        )),
    }
}

/// Shows a code to a further device.
pub(crate) fn pair(core: &mut Core, now: Timestamp) -> Result<Reply, Refusal> {
    check_revoked(core)?;
    if !core.around.on {
        return Err(Refusal::new(
            ErrorCode::Unreachable,
            "adding a device needs a network: this program does not take part in one",
        ));
    }
    withdraw(core, now);
    let (short, secret) = keys::pair::short_code(core.house.random_bytes())
        .map_err(|error| Refusal::new(ErrorCode::Internal, error.to_string()))?;
    let until = now.plus(GOOD_FOR);
    let code = PairCode {
        version: 1,
        secret,
        expires: until.0,
        addresses: super::invitations::own_addresses(core),
        peer: core.name().to_owned(),
    };
    let text = code.to_text();
    let (qr_path, qr_size) =
        crate::qr::path(&text).ok_or_else(|| Refusal::new(ErrorCode::Internal, "the code does not fit a QR code"))?;
    let lane = code.lane();
    core.house.offer = Some(Offer { code, until, taken: None });
    core.feed(now, sync::Input::Loaded { chapter: lane, items: Vec::new() });
    Ok(Reply::Pairing(PairingReply {
        short: short.to_string(),
        code: text,
        expires: clock::text(until),
        qr_path,
        qr_size,
    }))
}

/// Takes the code back, if one is shown.
pub(crate) fn withdraw(core: &mut Core, now: Timestamp) {
    if let Some(offer) = core.house.offer.take() {
        core.feed(now, sync::Input::Forget { chapter: offer.code.lane() });
    }
}

/// Takes the code back when its time is over; stops looking for whoever showed one.
pub(crate) fn expire(core: &mut Core, now: Timestamp) {
    if core.house.offer.as_ref().is_some_and(|offer| offer.until < now) {
        withdraw(core, now);
    }
    if core.house.pairing.as_ref().is_some_and(|code| code.expires < now.0) {
        stop_pairing(core, now);
    }
}

fn stop_pairing(core: &mut Core, now: Timestamp) {
    if let Some(code) = core.house.pairing.take() {
        core.feed(now, sync::Input::Forget { chapter: code.lane() });
    }
}

/// Reads a code that is still good. Before a vault is made for it: one that leads nowhere would stand in the way.
pub(crate) fn good_code(now: Timestamp, text: &str) -> Result<PairCode, Refusal> {
    let mut code = PairCode::from_text(text).map_err(|bad| Refusal::new(ErrorCode::Invitation, bad.to_string()))?;
    // A short one does not say when it ends.
    code.expires = code.expires.min(now.plus(GOOD_FOR).0);
    if code.expires < now.0 {
        return Err(Refusal::new(
            ErrorCode::Invitation,
            "this code is not good any more; show a new one on the other computer",
        ));
    }
    Ok(code)
}

/// Looks for the device whose code this one was given.
pub(crate) fn pair_with(core: &mut Core, now: Timestamp, text: &str) -> Result<(), Refusal> {
    let code = good_code(now, text)?;
    if !core.house.chapters().is_empty() {
        return Err(Refusal::new(
            ErrorCode::NotAllowed,
            "there are chapters on this computer already: only a new one can become a further device",
        ));
    }
    // Remembered, so that a restart does not leave keys behind that lead nowhere.
    let contents = keys::Contents { pairing: Some(code.to_text()), ..core.house.contents.clone() };
    core.house.save(contents)?;
    stop_pairing(core, now);
    // The keys here are only for the way there: no device shares them.
    let own = core.house.own_lane();
    core.feed(now, sync::Input::Forget { chapter: own });
    for address in code.places() {
        core.net(Traffic::Dial { address });
    }
    let lane = code.lane();
    core.house.pairing = Some(code);
    core.house.seeking = Seeking::default();
    core.feed(now, sync::Input::Join { chapter: lane });
    Ok(())
}

/// Goes on with another code.
pub(crate) fn pair_again(core: &mut Core, now: Timestamp, text: &str) -> Result<Reply, Refusal> {
    if core.house.contents.pairing.is_none() {
        return Err(Refusal::new(
            ErrorCode::NotAllowed,
            "this computer is somebody's already: only a new one can become a further device",
        ));
    }
    pair_with(core, now, text)?;
    Ok(Reply::Me(core.me()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_code_is_good_until_its_end() {
        let code = PairCode {
            version: 1,
            secret: [1; 32],
            expires: 1_000,
            addresses: Vec::new(),
            peer: "12D3KooWBXkjCHxKGun4uStidPDTg6VZ5f5WEPEC9iLtYofdbqbi".into(),
        };
        let text = code.to_text();
        assert!(good_code(Timestamp(1_000), &text).is_ok());
        for (now, text) in [(1_001, text.as_str()), (1, "chapterhouse:pair/"), (1, &text[..40])] {
            assert_eq!(good_code(Timestamp(now), text).err().unwrap().code, ErrorCode::Invitation);
        }
    }
}
