//! What stops a measurement.

use std::io;

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The node refused.
    #[error("the node refused: {0}")]
    Refused(#[from] api::Refusal),
    /// The system refused.
    #[error("could not {doing}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// Our store refused.
    #[error("the store: {0}")]
    Store(#[from] log::StoreError),
    /// The bare sled of the floor refused.
    #[error("sled: {0}")]
    Sled(#[from] sled::Error),
    /// The vault did not open.
    #[error("the vault: {0}")]
    Vault(#[from] keys::VaultError),
    /// A process of ours said something else than JSON.
    #[error("what a process answered cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// What was measured did not do its work, so its figure would be a lie.
    #[error("the work was not done: {0}")]
    Undone(String),
}

impl Failure {
    pub(crate) fn io(doing: &'static str, source: io::Error) -> Self {
        Self::Io { doing, source }
    }

    pub(crate) fn undone(what: impl Into<String>) -> Self {
        Self::Undone(what.into())
    }
}
