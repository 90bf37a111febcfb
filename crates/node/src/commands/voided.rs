//! What of this member's own counts no longer: somebody's time ended, and whatever ended it had not seen these entries; or a
//! device signed several in one place, and another one counts.

use super::{devices, resolve};
use crate::{clock, core::Core, house::Room};
use api::{
    Refusal, Reply,
    people::{EndedView, VoidedEntry, VoidedView},
};
use chapter::{
    Void,
    view::{Ended, Ending, Item, ItemKind},
};
use entry::{DeviceId, EntryId, MemberId, Timestamp};
use std::{cmp::Reverse, collections::BTreeMap};

/// So many entries are listed for one such end.
const MOST: usize = 200;

/// What a person wrote, in plain words. What computers write for them is nothing to write again.
const fn word(kind: ItemKind) -> Option<&'static str> {
    Some(match kind {
        ItemKind::News => "news",
        ItemKind::Blog => "blog",
        ItemKind::Discussion => "discussion",
        ItemKind::Comment => "comment",
        ItemKind::Minutes => "minutes",
        ItemKind::Poll => "poll",
        ItemKind::Ballot => "ballot",
        ItemKind::Delegation => "delegation",
        ItemKind::Profile => "profile",
        ItemKind::Sponsor | ItemKind::Decline => "word",
        ItemKind::Motion => "motion",
        ItemKind::Voice => "vote",
        ItemKind::Invite => "invitation",
        _ => return None,
    })
}

fn items<'a>(room: &'a Room, entries: &[EntryId]) -> Vec<(Item<'a>, &'static str)> {
    entries.iter().filter_map(|entry| room.view.item(entry)).filter_map(|item| Some((item, word(item.kind)?))).collect()
}

/// Of each device of theirs that signed several entries in one place: the last one of these that counts, and those that do
/// not.
fn forked_of(room: &Room, me: &MemberId) -> Vec<(EntryId, Vec<EntryId>)> {
    let mut by_device: BTreeMap<DeviceId, (EntryId, Vec<EntryId>)> = BTreeMap::new();
    for fork in room.view.forks().into_iter().filter(|fork| fork.member == Some(*me)) {
        let Some(counts) = fork.entries.first() else { continue };
        let is_void =
            |entry: &&EntryId| room.view.item(entry).is_some_and(|item| matches!(item.void, Some(Void::Forked { .. })));
        let (last, void) = by_device.entry(fork.device).or_insert((*counts, Vec::new()));
        *last = *counts;
        void.extend(fork.entries.iter().filter(is_void));
    }
    by_device.into_values().collect()
}

/// How many there are.
pub(crate) fn count(room: &Room, me: &MemberId) -> usize {
    let ended = room.view.voided_of(me).into_values();
    let forked = forked_of(room, me).into_iter().map(|(_, entries)| entries);
    ended.chain(forked).map(|entries| items(room, &entries).len()).sum()
}

pub(crate) fn list(core: &Core, text: &str) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(&core.house, text)?;
    let room = core.house.room(&chapter)?;
    let me = core.house.contents.member.id();
    let mut list: Vec<VoidedView> = Vec::new();
    for (act, entries) in room.view.voided_of(&me) {
        let mut items = items(room, &entries);
        items.sort_unstable_by_key(|(item, _)| (Reverse(item.time), item.id));
        let how = match items.first().and_then(|(item, _)| item.void) {
            Some(Void::Removed { .. }) => Ending::Removed,
            Some(Void::Left { .. }) => Ending::Left,
            Some(Void::Revoked { .. }) => Ending::Revoked,
            Some(Void::Uprooted { .. }) => Ending::Uprooted,
            _ => continue,
        };
        let when = room.view.item(&act).map_or(Timestamp(0), |item| item.time);
        list.push(VoidedView {
            ended: devices::ended(room, &Ended { how, by: act, when }),
            why: why(how, when),
            advice: advice(how, room.member).into(),
            count: items.len(),
            entries: lines(items),
        });
    }
    for (counts, entries) in forked_of(room, &me) {
        let mut items = items(room, &entries);
        if items.is_empty() {
            continue;
        }
        items.sort_unstable_by_key(|(item, _)| (Reverse(item.time), item.id));
        let when = clock::text(room.view.item(&counts).map_or(Timestamp(0), |item| item.time));
        list.push(VoidedView {
            ended: EndedView { how: "forked".into(), when, by: counts.to_string(), motion: None, this_alone: false },
            why: FORKED.into(),
            advice: (if room.member { FORKED_ADVICE } else { advice(Ending::Left, false) }).into(),
            count: items.len(),
            entries: lines(items),
        });
    }
    list.sort_by(|a, b| (&b.ended.when, &b.ended.by).cmp(&(&a.ended.when, &a.ended.by)));
    Ok(Reply::Voided(list))
}

fn lines(items: Vec<(Item<'_>, &'static str)>) -> Vec<VoidedEntry> {
    let line = |(item, kind): (Item<'_>, &str)| VoidedEntry {
        entry: item.id.to_string(),
        kind: kind.into(),
        title: item.title.to_owned(),
        time: clock::text(item.time),
    };
    items.into_iter().take(MOST).map(line).collect()
}

const FORKED: &str = "A computer of yours signed something else in the same places as these. This happens when a copy of its \
    data folder, or a backup, was used beside it, or its key was stolen. Of each two one counts, by a fixed rule, and these \
    are the others.";
const FORKED_ADVICE: &str = "If it was you who wrote it, write it again: open each and copy its text. And use only one of the \
    two from now on: erase the other (`chapterhouse wipe`), or revoke it if you do not have it.";

fn why(how: Ending, when: Timestamp) -> String {
    let when = clock::text(when);
    match how {
        Ending::Removed => format!(
            "The members removed you on {when}. What you wrote without that decision having seen it counts for nobody."
        ),
        Ending::Left => format!(
            "You left on {when}. What another computer of yours wrote meanwhile, and the one with which you left had not \
             seen, does not count."
        ),
        Ending::Revoked => format!(
            "You revoked one of your computers on {when}. What it wrote after the last entry that the revocation names \
             does not count."
        ),
        Ending::Uprooted => format!(
            "A decision of {when} ended the membership of somebody whose word had brought you in, and it had not seen \
             that. So that admission does not hold, and neither does what you wrote by it."
        ),
    }
}

/// What one can do about it.
const fn advice(how: Ending, member: bool) -> &'static str {
    match (how, member) {
        (Ending::Revoked, true) => {
            "If it was you who wrote it, write it again on this computer: open each and copy its text."
        }
        (_, true) => "You are a member again: open each, copy its text, and write it again.",
        (_, false) => {
            "They can be read on this computer, and copied. The way back is a new invitation; what is still of use can \
             then be written again."
        }
    }
}
