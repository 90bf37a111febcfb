//! Connections and exchanges.

use super::{clocks, resolve, unanswered};
use crate::{
    clock,
    core::{Core, SyncWait, Ticket, Traffic},
    house::invalid,
};
use api::{ErrorCode, Refusal, Reply, reply::SyncReport};
use chapter::view::Ending;
use entry::{ChapterId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use sync::{LaneStatus, Peer, PeerStatus, Stats};

/// The longest that an exchange is waited for: a day.
const LONGEST_WAIT: u64 = 86_400;

fn needs_network(core: &Core) -> Result<(), Refusal> {
    if core.around.on {
        return Ok(());
    }
    Err(Refusal::new(ErrorCode::Unreachable, "this needs a network, and this node does not take part in one"))
}

pub(crate) fn connect(core: &mut Core, address: String) -> Result<Reply, Refusal> {
    needs_network(core)?;
    check_address(&address)?;
    core.net(Traffic::Dial { address });
    Ok(Reply::Done)
}

fn check_address(address: &str) -> Result<(), Refusal> {
    if address.parse::<net::Multiaddr>().is_ok_and(|address| !address.is_empty()) {
        return Ok(());
    }
    Err(invalid(format!("\"{address}\" is no address; one looks like /ip4/192.168.1.20/tcp/4001")))
}

pub(crate) fn set_discovery(core: &mut Core, on: bool) -> Result<Reply, Refusal> {
    needs_network(core)?;
    core.around.discovery = on;
    core.net(Traffic::SetDiscovery(on));
    core.network_has_changed();
    Ok(Reply::Network(core.network()))
}

pub(crate) fn sync(
    core: &mut Core,
    now: Timestamp,
    ticket: Ticket,
    chapter: &str,
    peer: Option<String>,
    timeout_seconds: u64,
) -> Result<(), Refusal> {
    needs_network(core)?;
    let chapter = resolve::chapter(&core.house, chapter)?;
    // Whoever left has something to tell; all others who are in it no more would wait for nothing.
    if core.house.my_end(&chapter).is_some_and(|ended| ended.how != Ending::Left) {
        core.house.check_at_home(&chapter)?;
    }
    if let Some(address) = peer {
        check_address(&address)?;
        core.net(Traffic::Dial { address });
    }
    let deadline = now.plus(timeout_seconds.clamp(1, LONGEST_WAIT) * 1000);
    let before = before(core, &chapter);
    core.waits.push(SyncWait { ticket, chapter, started: now, deadline, before });
    core.feed(now, sync::Input::SyncNow { chapter });
    Ok(())
}

/// Why an exchange did not come to its end in time.
pub(crate) fn too_late(core: &Core, chapter: &ChapterId) -> Refusal {
    if !core.reaches(chapter) {
        return Refusal::new(
            ErrorCode::Unreachable,
            "no other member of this chapter could be reached: is their Chapterhouse open, and the address right?",
        );
    }
    let wrong = core.house.room(chapter).map(|room| clocks::wrong(&core.house, room)).unwrap_or_default();
    let message = match &wrong[..] {
        [] => "the exchange took longer than was allowed; what came is saved, and it goes on from there".to_owned(),
        _ => format!("both sides cannot have the same as long as a clock is wrong. {}", wrong.join(" ")),
    };
    Refusal::new(ErrorCode::Timeout, message)
}

/// Tells all who wait for an exchange of a chapter what it came to.
pub(crate) fn answer(core: &mut Core, now: Timestamp, chapter: &ChapterId, note: Option<&str>) {
    if core.waits.iter().any(|wait| wait.chapter == *chapter) {
        let stats = stats(core, chapter);
        core.answer_waits(chapter, |wait| Ok(Reply::Synced(report(wait, &stats, now, note))));
    }
}

/// What came and went since an exchange began.
fn report(wait: &SyncWait, stats: &BTreeMap<Peer, Stats>, now: Timestamp, note: Option<&str>) -> SyncReport {
    let none = Stats::default();
    let seconds = now.0.saturating_sub(wait.started.0) as f64 / 1000.0;
    let mut sum = SyncReport { seconds, note: note.map(str::to_owned), ..SyncReport::default() };
    for (peer, now) in stats {
        let before = wait.before.get(peer).unwrap_or(&none);
        sum.sent += now.sent.saturating_sub(before.sent);
        sum.received += now.received.saturating_sub(before.received);
        sum.rounds += now.rounds.saturating_sub(before.rounds);
        sum.bytes_in += now.bytes_in.saturating_sub(before.bytes_in);
        sum.bytes_out += now.bytes_out.saturating_sub(before.bytes_out);
    }
    sum
}

/// Ends the waiting that both sides' having the same will never end: of whoever left, once others know that; and of whom
/// nobody answers.
pub(crate) fn end_waits(core: &mut Core, now: Timestamp) {
    let chapters: BTreeSet<ChapterId> = core.waits.iter().map(|wait| wait.chapter).collect();
    for chapter in chapters {
        if let Some(note) = told(core, &chapter) {
            answer(core, now, &chapter, Some(&note));
        } else if let Some(why) = unanswered::sentence(core, &chapter) {
            core.answer_waits(&chapter, |_| Err(Refusal::new(ErrorCode::NotAllowed, why.clone())));
        }
    }
}

/// What is said to whoever left, once another computer has the entry by which they did.
fn told(core: &Core, chapter: &ChapterId) -> Option<String> {
    let ended = core.house.my_end(chapter).filter(|ended| ended.how == Ending::Left)?;
    let slot = core.house.room(chapter).ok()?.log.slot_of(&ended.by)?;
    (core.sync.share(chapter, slot) > 0).then(|| {
        format!(
            "you left {} on {}, and the others know. Nothing more is exchanged with them.",
            core.house.name(chapter),
            clock::text(ended.when)
        )
    })
}

/// The counters of each connection that is about a chapter.
fn stats(core: &Core, chapter: &ChapterId) -> BTreeMap<Peer, Stats> {
    lanes(core, chapter).map(|(peer, lane)| (peer, lane.stats)).collect()
}

/// What they said when the exchange began: now where both sides have the same, and else when they had for the last time,
/// because an exchange is on its way already.
fn before(core: &Core, chapter: &ChapterId) -> BTreeMap<Peer, Stats> {
    let begun = |(peer, lane): (Peer, LaneStatus)| {
        let settled = core.settled.get(&(peer.clone(), *chapter)).copied();
        let stats = if lane.in_sync { lane.stats } else { settled.unwrap_or_default() };
        (peer, stats)
    };
    lanes(core, chapter).map(begun).collect()
}

fn lanes(core: &Core, chapter: &ChapterId) -> impl Iterator<Item = (Peer, LaneStatus)> {
    let of = |status: PeerStatus| status.lanes.into_iter().map(move |lane| (status.peer.clone(), lane));
    core.sync.peers().into_iter().flat_map(of).filter(|(_, lane)| lane.chapter == *chapter)
}
