//! The system's keyring: a place for small secrets that the system opens when its user logs in.
//!
//! It may be absent, locked, or ask its user something and wait for an answer; so it is asked from a thread of its own, and
//! only for so long.

use std::{fmt::Debug, sync::Arc, time::Duration};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// Our secrets are found under this name in the system's own program for them.
const SERVICE: &str = "Chapterhouse";

/// Why a keyring gave or took nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// It holds nothing of that name.
    #[error("it does not hold the key of this computer any more")]
    Empty,
    /// There is none.
    #[error(
        "no program that keeps secrets runs in this session (on Linux a Secret Service, such as GNOME Keyring or KWallet, \
         on the session's bus)"
    )]
    Absent,
    /// It is locked, or refused.
    #[error("it cannot be used: {0}")]
    Unusable(String),
    /// No answer came in time: perhaps it asks its user something.
    #[error("it did not answer in time; perhaps it asks you something in a window of its own")]
    Late,
}

/// A keyring.
pub trait Keyring: Debug + Send + Sync {
    /// Keeps a secret under a name, in the place of an earlier one.
    fn put(&self, name: &str, secret: &[u8]) -> Result<(), KeyringError>;

    /// The secret of a name.
    fn get(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, KeyringError>;

    /// Removes it. That there is none is no error.
    fn remove(&self, name: &str) -> Result<(), KeyringError>;
}

/// The one of the system: Secret Service on Linux, the systems' own elsewhere.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemKeyring;

fn entry(name: &str) -> Result<keyring::Entry, KeyringError> {
    if let Err(error) = keyring::Entry::store_status() {
        return Err(trouble(error));
    }
    keyring::Entry::new(SERVICE, name).map_err(|error| trouble(&error))
}

fn trouble(error: &keyring::Error) -> KeyringError {
    match error {
        keyring::Error::NoEntry => KeyringError::Empty,
        keyring::Error::PlatformFailure(cause) => {
            tracing::info!(%cause, "the system's keyring is not there");
            KeyringError::Absent
        }
        other => KeyringError::Unusable(other.to_string()),
    }
}

impl Keyring for SystemKeyring {
    fn put(&self, name: &str, secret: &[u8]) -> Result<(), KeyringError> {
        entry(name)?.set_secret(secret).map_err(|error| trouble(&error))
    }

    fn get(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
        entry(name)?.get_secret().map(Zeroizing::new).map_err(|error| trouble(&error))
    }

    fn remove(&self, name: &str) -> Result<(), KeyringError> {
        match entry(name)?.delete_credential().map_err(|error| trouble(&error)) {
            Err(KeyringError::Empty) => Ok(()),
            done => done,
        }
    }
}

/// Asks a keyring from a thread of its own, for so long at most.
pub(crate) async fn ask<T: Send + 'static>(
    keyring: &Arc<dyn Keyring>,
    patience: Duration,
    what: impl FnOnce(&dyn Keyring) -> Result<T, KeyringError> + Send + 'static,
) -> Result<T, KeyringError> {
    let (keyring, (answer, answered)) = (Arc::clone(keyring), oneshot::channel());
    // Not the runtime's own threads: those are waited for when it ends, and this one may wait for a person for ever.
    std::thread::Builder::new()
        .name("keyring".into())
        .spawn(move || {
            // Whoever asked may have given up.
            let _ = answer.send(what(&*keyring));
        })
        .map_err(|error| KeyringError::Unusable(error.to_string()))?;
    match tokio::time::timeout(patience, answered).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(KeyringError::Unusable("asking it failed".into())),
        Err(_) => Err(KeyringError::Late),
    }
}
