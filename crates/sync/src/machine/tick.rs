//! Time: who is too slow, what is due.

use super::{Sync, Turn, exchange::jitter};
use crate::{
    host::Tie,
    io::{Output, Reason},
    limits::{SILENT_DEVICES, millis},
    link::Link,
};
use entry::{ChapterId, DeviceId, Timestamp};

impl Sync {
    pub(super) fn tick(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now;
        if self.ticked.is_none_or(|last| passed(last, now) > millis::SLEPT || last > now) {
            // The machine slept, was held up, or its clock was set. Peers are not to blame for that.
            for link in self.links.values_mut() {
                forgive(link, now);
            }
        }
        self.ticked = Some(now);
        let late: Vec<_> =
            self.links.iter().filter_map(|(peer, link)| Some((peer.clone(), late(link, now)?))).collect();
        for (peer, reason) in late {
            self.cut(turn, &peer, reason);
        }
        let chapters: Vec<ChapterId> = self.holdings.keys().chain(self.quests.keys()).copied().collect();
        for chapter in &chapters {
            self.tick_chapter(turn, chapter);
        }
        if passed(self.expired, now) >= 1_000 {
            self.expired = now;
            for holding in self.holdings.values_mut() {
                holding.expire(now);
            }
        }
    }

    fn tick_chapter(&mut self, turn: &mut Turn<'_>, chapter: &ChapterId) {
        let now = turn.now;
        self.seek(turn, chapter);
        self.announce(turn, chapter);
        let Some(holding) = self.holdings.get_mut(chapter) else { return };
        if let Some(cold) = holding.cold.clone() {
            let moves = |link: &Link| {
                link.lanes
                    .get(chapter)
                    .is_some_and(|lane| lane.pages_in_hand > 0 || passed(lane.page_at, now) < millis::BULK_STALL)
            };
            if !self.links.get(&cold).is_some_and(moves) {
                holding.cold = None;
            }
        }
        let told = holding.bulk_at.is_some_and(|at| passed(at, now) >= millis::AFTER_BULK);
        if told {
            holding.bulk_at = None;
        }
        self.wake(turn, chapter);
        self.listen_for_silence(turn, chapter);
        for peer in self.sharing(chapter) {
            let elsewhere = self.bulk_elsewhere(now, &peer, chapter);
            let next = now.plus(millis::CHECK + jitter(turn));
            let Some(holding) = self.holdings.get(chapter) else { return };
            let Some(lane) = self.links.get_mut(&peer).and_then(|link| link.lanes.get_mut(chapter)) else { continue };
            let Some(device) = lane.device else { continue };
            if lane.left > 0 && lane.pages_in_hand == 0 && passed(lane.page_at, now) > millis::UNANSWERED {
                // It never sent what was asked for. Enough of waiting.
                lane.left = 0;
            }
            let due = now >= lane.check_at || (told && holding.marks.below(&device) < holding.set.next());
            if due && lane.quiet() && !lane.awaiting {
                lane.check_at = next;
                if elsewhere {
                    lane.deferred = true;
                } else {
                    self.ask_again(turn, &peer, chapter);
                }
            }
        }
    }
}

impl Sync {
    /// Whoever is no member any more is told nothing, not even that. So it is silence that tells. This member's own devices, and
    /// those of people whom they let in themselves, may be out together with this one: their answers say little.
    fn listen_for_silence(&mut self, turn: &mut Turn<'_>, chapter: &ChapterId) {
        let mine = turn.host.device();
        let Some(holding) = self.holdings.get_mut(chapter) else { return };
        let told = !holding.silent.is_empty() || holding.foreign;
        let (mut silent, mut let_in, mut let_me_in) = (holding.silent.clone(), 0, false);
        let mut foreign = holding.foreign;
        for lane in self.links.values().filter_map(|link| link.lanes.get(chapter)) {
            let late = !lane.accepted && passed(lane.known_since, turn.now) > millis::UNANSWERED_PROOF;
            let Some(device) = lane.device.filter(|device| lane.member && *device != mine) else {
                // They asked each other for other keys, and it did not help.
                foreign |= late && lane.device.is_none() && lane.foreign && lane.lacks_key && lane.proofs > 1;
                continue;
            };
            if lane.accepted {
                match turn.host.tie(chapter, &device) {
                    Tie::Own => {}
                    Tie::LetIn => let_in += 1,
                    Tie::LetMeIn => let_me_in = true,
                    Tie::None => {
                        holding.silent.clear();
                        holding.foreign = false;
                        return;
                    }
                }
            } else if late && silent.len() < SILENT_DEVICES {
                silent.insert(device);
            }
        }
        // Whom one other member ever took notice of, all can read; so nobody who knows no more than a chapter's name
        // alarms its members.
        if foreign && !holding.foreign {
            let met = |device: &DeviceId| turn.host.tie(chapter, device) == Tie::None && *device != mine;
            foreign = !holding.marks.all().iter().any(|(device, _)| met(device));
        }
        holding.foreign = foreign;
        if silent.len() > let_in && !let_me_in {
            holding.silent = silent;
        } else {
            holding.silent.clear();
        }
        if !told && (!holding.silent.is_empty() || holding.foreign) {
            turn.out.push(Output::Unanswered { chapter: *chapter });
        }
    }
}

/// What a peer is cut off for now.
fn late(link: &Link, now: Timestamp) -> Option<Reason> {
    if link.turned_out.is_some_and(|since| passed(since, now) > millis::TURNED_OUT) {
        return Some(Reason::Unproven);
    }
    if !link.known() {
        return (passed(link.since, now) > millis::UNPROVEN).then_some(Reason::Unproven);
    }
    let owes = link.lanes.values().filter(|lane| lane.expecting()).map(|lane| passed(lane.asked_at, now)).max()?;
    let silent = passed(link.heard, now).min(owes) > millis::SILENT;
    (silent || owes > millis::UNANSWERED).then_some(Reason::Stalled)
}

fn forgive(link: &mut Link, now: Timestamp) {
    link.since = now;
    link.heard = now;
    for lane in link.lanes.values_mut() {
        lane.asked_at = now;
        lane.page_at = now;
        lane.known_since = now;
        lane.check_at = lane.check_at.min(now.plus(millis::CHECK));
        lane.not_before = lane.not_before.min(now.plus(millis::CHECK));
    }
}

fn passed(from: Timestamp, now: Timestamp) -> u64 {
    now.0.saturating_sub(from.0)
}
