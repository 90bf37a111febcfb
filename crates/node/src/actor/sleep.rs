//! Hearing, from the system's logind, that the computer is about to sleep, and holding that up for the moment that locking
//! takes. Best effort: without logind, locking happens on waking, as on other systems.

use super::Ask;
use futures::StreamExt;
use std::time::Duration;
use tokio::sync::{mpsc::WeakSender, oneshot};
use zbus::{Connection, Proxy, zvariant::OwnedFd};

const NAME: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
/// logind itself waits for five seconds at most, unless it is told otherwise.
const MOST: Duration = Duration::from_secs(4);

/// Watches for as long as the node runs.
pub(super) async fn watch(node: WeakSender<Ask>) {
    if let Err(error) = listen(&node).await {
        tracing::debug!(%error, "it is not heard when this computer goes to sleep");
    }
}

/// Asks that sleep waits until what this returns is dropped.
async fn hold(manager: &Proxy<'_>) -> zbus::Result<OwnedFd> {
    let why = "Locks before the computer sleeps";
    manager.call("Inhibit", &("sleep", "Chapterhouse", why, "delay")).await
}

async fn listen(node: &WeakSender<Ask>) -> zbus::Result<()> {
    let bus = Connection::system().await?;
    let manager = Proxy::new(&bus, NAME, PATH, MANAGER).await?;
    let mut sleeps = manager.receive_signal("PrepareForSleep").await?;
    let mut held = Some(hold(&manager).await?);
    while let Some(signal) = sleeps.next().await {
        let begins: bool = signal.body().deserialize()?;
        if !begins {
            held = Some(hold(&manager).await?);
            continue;
        }
        let Some(node) = node.upgrade() else { return Ok(()) };
        let (awake, locked) = oneshot::channel();
        if node.send(Ask::Sleep(awake)).await.is_err() {
            return Ok(());
        }
        // The answer is that the question is gone.
        let _ = tokio::time::timeout(MOST, locked).await;
        drop(held.take());
    }
    Ok(())
}
