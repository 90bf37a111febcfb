//! Where commands go: to the node that runs on the data folder already, else to one that is opened here.

use api::{Command, ErrorCode, Event, Refusal, Reply};
use node::{Config, Node, local::Client};
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tokio::sync::broadcast;

/// How long a command waits for a folder that another one holds.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(100);

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
        let config = config();
        let end = Instant::now() + PATIENCE;
        loop {
            match Node::open(config.clone()) {
                Ok(node) => return Ok(Self::Here(node)),
                // Whoever holds the folder may just be starting, and its socket appear in a moment; or be a short command, and done
                // in a moment.
                Err(busy) if busy.code == ErrorCode::Busy && Instant::now() < end => {}
                Err(other) => return Err(other),
            }
            tokio::time::sleep(PAUSE).await;
            if let Some(client) = Client::connect(data).await? {
                return Ok(Self::There(client));
            }
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
