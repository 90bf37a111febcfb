//! Connections and exchanges.

use super::{resolve, unanswered};
use crate::{
    clock,
    core::{Core, SyncWait, Ticket, Traffic},
    house::invalid,
};
use api::{ErrorCode, Refusal, Reply, reply::SyncReport};
use chapter::view::Ending;
use entry::{ChapterId, Timestamp};
use std::collections::BTreeSet;

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
    core.waits.push(SyncWait { ticket, chapter, started: now, deadline });
    core.feed(now, sync::Input::SyncNow { chapter });
    Ok(())
}

/// What an exchange came to.
pub(crate) fn report(wait: &SyncWait, stats: &sync::Stats, now: Timestamp, note: Option<String>) -> SyncReport {
    SyncReport {
        sent: stats.sent,
        received: stats.received,
        rounds: stats.rounds,
        bytes_in: stats.bytes_in,
        bytes_out: stats.bytes_out,
        seconds: now.0.saturating_sub(wait.started.0) as f64 / 1000.0,
        note,
    }
}

/// Ends the waiting that both sides' having the same will never end: of whoever left, once others know that; and of whom
/// nobody answers.
pub(crate) fn end_waits(core: &mut Core, now: Timestamp) {
    let chapters: BTreeSet<ChapterId> = core.waits.iter().map(|wait| wait.chapter).collect();
    for chapter in chapters {
        if let Some(note) = told(core, &chapter) {
            let stats = stats(core, &chapter);
            core.answer_waits(&chapter, |wait| Ok(Reply::Synced(report(wait, &stats, now, Some(note.clone())))));
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

fn stats(core: &Core, chapter: &ChapterId) -> sync::Stats {
    let mut sum = sync::Stats::default();
    for lane in core.sync.peers().iter().flat_map(|peer| &peer.lanes).filter(|lane| lane.chapter == *chapter) {
        sum.sent += lane.stats.sent;
        sum.received += lane.stats.received;
        sum.rounds += lane.stats.rounds;
        sum.bytes_in += lane.stats.bytes_in;
        sum.bytes_out += lane.stats.bytes_out;
    }
    sum
}
