//! When a computer's clock is wrong: what is said of entries that are dated ahead.

use super::resolve;
use crate::{
    clock,
    house::{House, Room},
};
use api::Reply;
use entry::{ChapterId, Entry, Timestamp, Verified};
use std::collections::BTreeSet;

/// So many authors are named.
const NAMED: usize = 3;

/// What a person is told about entries that wait, here or with the others, until the clocks are where they are dated.
pub(crate) fn wrong(house: &House, room: &Room) -> Vec<String> {
    let dated: Vec<&Entry<Verified>> = room.log.park().for_their_time().collect();
    let theirs = dated.last().map(|last| theirs(room, &dated, last.content().time, house.now));
    own(house, room).into_iter().chain(theirs).collect()
}

/// What is told of entries that wait for others.
pub(crate) fn behind(room: &Room) -> Option<String> {
    match room.log.park().len() - room.log.park().for_their_time().count() {
        0 => None,
        1 => Some("1 entry waits for others that have not arrived yet.".to_owned()),
        behind => Some(format!("{behind} entries wait for others that have not arrived yet.")),
    }
}

/// What is told whoever writes in a chapter in which this computer wrote with a clock that was ahead.
pub(crate) fn wrote_ahead(house: &House, chapter: &ChapterId) -> Option<String> {
    own(house, house.room(chapter).ok()?)
}

/// The same, in the answer to what they wrote.
pub(crate) fn with_warning(house: &House, mut reply: Reply) -> Reply {
    let (entry, dated_ahead) = match &mut reply {
        Reply::Published(made) => (&made.entry, &mut made.dated_ahead),
        Reply::PollOpened(made) => (&made.poll, &mut made.dated_ahead),
        Reply::VoteKept(kept) => (&kept.poll, &mut kept.dated_ahead),
        _ => return reply,
    };
    // A secret ballot is no entry; its poll is.
    if let Ok((chapter, _)) = resolve::entry(house, entry) {
        *dated_ahead = wrote_ahead(house, &chapter);
    }
    reply
}

fn own(house: &House, room: &Room) -> Option<String> {
    let times: Vec<Timestamp> = room.view.dated_ahead(&house.contents.device.id(), house.now).collect();
    times.iter().max().map(|last| mine(times.len(), *last, house.now))
}

/// This computer wrote with a clock that was ahead, or has one now that is behind. The others' computers only wait.
fn mine(many: usize, last: Timestamp, now: Timestamp) -> String {
    let wrote = if many == 1 { "1 entry".to_owned() } else { format!("{many} entries") };
    format!(
        "This computer wrote {wrote} here with a date that is still to come, the latest {}; by its clock it is {} now. If the \
         clock is wrong now, set it right, and that is all. If it was wrong then, the other members' computers show that, and \
         whatever this one writes after it, only when that day has come. To be read before, revoke this computer from another \
         one of yours, and add it anew (`chapterhouse wipe`, then `chapterhouse init --pair`); or come back with your 24 words \
         and an invitation.",
        clock::text(last),
        clock::text(now),
    )
}

/// Others wrote ahead of the clock here. Which of the two clocks is wrong, nothing here tells.
fn theirs(room: &Room, dated: &[&Entry<Verified>], last: Timestamp, now: Timestamp) -> String {
    let author = |entry: &&Entry<Verified>| room.view.member_of_device(&entry.content().device);
    let mut names: Vec<&str> = (dated.iter().filter_map(author).collect::<BTreeSet<_>>().iter())
        .filter_map(|member| room.view.handle(member))
        .collect();
    let more = names.len() > NAMED;
    names.truncate(NAMED);
    let by = match names.split_last() {
        None => String::new(),
        Some(_) if more => format!(" by {} and others", names.join(", ")),
        Some((one, [])) => format!(" by {one}"),
        Some((one, rest)) => format!(" by {} and {one}", rest.join(", ")),
    };
    let (wait, are) = if dated.len() == 1 { ("1 entry", "is") } else { (&*format!("{} entries", dated.len()), "are") };
    format!(
        "{wait}{by} {are} dated ahead of this computer's clock, the latest {}; by the clock here it is {} now. One of the clocks \
         is wrong: set yours right if it is yours, else tell them. What is dated ahead, and whatever that computer wrote after \
         it, is shown when the clock here has come so far.",
        clock::text(last),
        clock::text(now),
    )
}
