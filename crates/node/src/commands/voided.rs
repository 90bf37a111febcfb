//! What of this member's own counts no longer: somebody's time ended, and whatever ended it had not seen these entries.

use super::{devices, resolve};
use crate::{clock, core::Core, house::Room};
use api::{
    Refusal, Reply,
    people::{VoidedEntry, VoidedView},
};
use chapter::{
    Void,
    view::{Ended, Ending, Item, ItemKind},
};
use entry::{EntryId, MemberId, Timestamp};
use std::cmp::Reverse;

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

/// How many there are.
pub(crate) fn count(room: &Room, me: &MemberId) -> usize {
    room.view.voided_of(me).values().map(|entries| items(room, entries).len()).sum()
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
            entries: items
                .into_iter()
                .take(MOST)
                .map(|(item, kind)| VoidedEntry {
                    entry: item.id.to_string(),
                    kind: kind.into(),
                    title: item.title.to_owned(),
                    time: clock::text(item.time),
                })
                .collect(),
        });
    }
    list.sort_by(|a, b| (&b.ended.when, &b.ended.by).cmp(&(&a.ended.when, &a.ended.by)));
    Ok(Reply::Voided(list))
}

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
