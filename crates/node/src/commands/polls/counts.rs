//! Who counted a poll, as a person reads it.

use super::handle;
use crate::{counts, house::Room};
use api::closing::CountsView;
use chapter::{kinds::Counted, view::DeviceCount};
use entry::{DeviceId, EntryId, Timestamp};
use vote::Outcome;

/// So many others' counts are told one by one.
const TOLD: usize = 20;

/// Who counted the same. None while the poll is not over, and nobody has counted it.
pub(super) fn view(
    room: &Room,
    poll: &EntryId,
    device: &DeviceId,
    outcome: &Outcome,
    now: Timestamp,
) -> Option<CountsView> {
    let said = room.view.device_counts(poll);
    let closes = room.view.poll(poll)?.rules.closes;
    if said.is_empty() && !counts::is_over(room, poll, closes, now) {
        return None;
    }
    let result = outcome.hash();
    let (same, others): (Vec<&DeviceCount>, Vec<&DeviceCount>) =
        said.iter().filter(|count| count.device != *device).partition(|count| count.result == result);
    // Whoever says the same result as somebody before leaves out from which votes.
    let marks = |count: &DeviceCount| {
        let named = said.iter().find(|other| other.result == count.result && !other.marks.is_empty());
        named.map_or_else(Default::default, |other| other.marks.clone())
    };
    let differ = others.iter().take(TOLD).map(|count| differs(room, outcome, count, &marks(count))).collect();
    let same = same.len() + 1;
    Some(CountsView { same, enough: same >= counts::ENOUGH, differ })
}

/// What makes the difference: the first ballot that one of them has and the other has not.
fn differs(room: &Room, outcome: &Outcome, count: &DeviceCount, marks: &[u8]) -> String {
    let whose = format!("A computer of {} counted another result", handle(room, &count.member));
    if marks.is_empty() {
        return format!("{whose}, and does not say from which votes.");
    }
    let mut here: Vec<_> = outcome.counted.iter().map(|(member, entry)| (*entry, *member)).collect();
    here.sort_unstable();
    if let Some((entry, member)) = here.iter().find(|(entry, _)| !Counted::has(marks, entry)) {
        let vote = room
            .view
            .handle(member)
            .map_or_else(|| format!("the vote {}", &entry.to_string()[..8]), |handle| format!("the vote of {handle}"));
        return format!(
            "{whose}: without {vote}, which counts here. It may not have all entries yet, or this one has more."
        );
    }
    let own = Counted::marks(here.into_iter().map(|(entry, _)| entry));
    if own.len() < marks.len() {
        return format!("{whose}: with a vote that does not count here. This computer may not have all entries yet.");
    }
    format!(
        "{whose}, from the same votes. One of the two is at fault: both of you, count again (chapterhouse recount), and see \
         that you have the same version of Chapterhouse."
    )
}
