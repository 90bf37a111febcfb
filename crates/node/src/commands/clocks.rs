//! When a computer's clock is wrong: what a chapter's page says of entries that are dated ahead.

use crate::{clock, core::Core, house::Room};
use entry::{Entry, Timestamp, Verified};
use std::collections::BTreeSet;

/// So many authors are named.
const NAMED: usize = 3;

/// What a person is told about entries that wait, here or with the others, until the clocks are where they are dated.
pub(crate) fn notices(core: &Core, room: &Room) -> Vec<String> {
    let now = core.house.now;
    let own: Vec<Timestamp> = room.view.dated_ahead(&core.house.contents.device.id(), now).collect();
    let mut notices: Vec<String> = own.iter().max().map(|last| mine(own.len(), *last, now)).into_iter().collect();
    let dated: Vec<&Entry<Verified>> = room.log.park().for_their_time().collect();
    notices.extend(dated.last().map(|last| theirs(room, &dated, last.content().time, now)));
    let behind = room.log.park().len() - dated.len();
    if behind > 0 {
        notices.push(match behind {
            1 => "1 entry waits for others that have not arrived yet.".to_owned(),
            _ => format!("{behind} entries wait for others that have not arrived yet."),
        });
    }
    notices
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
