//! Connections and exchanges.

use super::resolve;
use crate::{
    core::{Core, SyncWait, Ticket, Traffic},
    house::invalid,
};
use api::{ErrorCode, Refusal, Reply};
use entry::Timestamp;

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
    if let Some(address) = peer {
        check_address(&address)?;
        core.net(Traffic::Dial { address });
    }
    let deadline = now.plus(timeout_seconds.clamp(1, LONGEST_WAIT) * 1000);
    core.waits.push(SyncWait { ticket, chapter, started: now, deadline });
    core.feed(now, sync::Input::SyncNow { chapter });
    Ok(())
}
