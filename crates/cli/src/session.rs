//! Where commands go: to the node that runs on the data folder already, else to one that is opened here.

use api::{Command, ErrorCode, Event, Refusal, Reply};
use node::{Config, Node, local::Client};
use std::{path::Path, time::Duration};
use tokio::sync::broadcast;

/// A way to a node.
pub(crate) enum Session {
    /// In this process; the folder is ours until the end.
    Here(Node),
    /// In another process, over its local socket.
    There(Client),
}

impl Session {
    /// Reaches the node of a data folder, or opens one with `config`.
    pub(crate) async fn reach(data: &Path, config: impl FnOnce() -> Config) -> Result<Self, Refusal> {
        if let Some(client) = Client::connect(data).await? {
            return Ok(Self::There(client));
        }
        match Node::open(config()) {
            Ok(node) => Ok(Self::Here(node)),
            // Whoever holds the folder may just be starting, and its socket appear in a moment.
            Err(busy) if busy.code == ErrorCode::Busy => {
                for _ in 0..20 {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    if let Some(client) = Client::connect(data).await? {
                        return Ok(Self::There(client));
                    }
                }
                Err(busy)
            }
            Err(other) => Err(other),
        }
    }

    /// Sends one command and waits for its answer.
    pub(crate) async fn dispatch(&self, command: Command) -> Result<Reply, Refusal> {
        match self {
            Self::Here(node) => node.dispatch(command).await,
            Self::There(client) => client.dispatch(command).await,
        }
    }

    /// Whether it ends with this command, so that nothing leaves this computer by itself.
    pub(crate) const fn is_brief(&self) -> bool {
        matches!(self, Self::Here(_))
    }

    /// What the node says by itself from now on.
    pub(crate) fn events(&self) -> broadcast::Receiver<Event> {
        match self {
            Self::Here(node) => node.events(),
            Self::There(client) => client.events(),
        }
    }

    /// Ends it. A node of our own is closed properly.
    pub(crate) async fn close(self) {
        if let Self::Here(node) = self {
            node.close().await;
        }
    }
}
