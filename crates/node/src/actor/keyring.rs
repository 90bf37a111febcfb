//! Unlocking through the system's keyring: off until somebody wants it. What the keyring keeps is a random key that opens a
//! copy of the vault's key in a file beside the vault; never the passphrase.

use super::{Actor, State, refuse_vault};
use crate::keyring::{KeyringError, ask};
use api::{ErrorCode, Event, Refusal, Reply};
use keys::{Second, SecondKey, Vault};
use std::time::Duration;
use zeroize::Zeroizing;

/// For as long as a person may take to open their keyring.
const PATIENCE: Duration = Duration::from_secs(45);
/// For what nobody has to be asked about.
const SHORT: Duration = Duration::from_secs(5);

fn refuse(error: &KeyringError) -> Refusal {
    Refusal::new(
        ErrorCode::Keyring,
        format!("the system's keyring did not open Chapterhouse: {error}. Your passphrase opens it"),
    )
}

impl Actor {
    /// Whether it is on: whether there is a copy that a key somewhere else opens.
    pub(super) fn keyring_is_on(&self) -> bool {
        Second::name_of(&self.vault_path()).is_some()
    }

    /// Turns it on or off. On wants the passphrase: whoever finds an unlocked computer shall not make it open for ever.
    pub(super) async fn set_keyring(&mut self, on: bool, passphrase: &str) -> Result<Reply, Refusal> {
        if !matches!(self.state, State::Open(_)) {
            return Err(self.not_open());
        }
        if on {
            self.open_vault()?.check_passphrase(passphrase).map_err(|error| refuse_vault(&error))?;
            self.forget_keyring().await;
            self.keep_in_keyring()
                .await
                .map_err(|refusal| Refusal::new(refusal.code, format!("{}; nothing was turned on", refusal.message)))?;
        } else {
            self.forget_keyring().await;
        }
        Ok(self.security())
    }

    /// A fresh key into the keyring, then the copy that it opens beside the vault.
    async fn keep_in_keyring(&mut self) -> Result<(), Refusal> {
        let second = self.open_vault()?.second().map_err(|error| refuse_vault(&error))?;
        let (name, key) = (second.name.clone(), second.key.clone());
        ask(&self.keyring, PATIENCE, move |keyring| keyring.put(&name, key.as_slice()))
            .await
            .map_err(|error| Refusal::new(ErrorCode::Keyring, format!("the system's keyring took nothing: {error}")))?;
        second.write(&self.vault_path()).map_err(|error| refuse_vault(&error))
    }

    /// Destroys the copy, and takes its key out of the keyring. Either is enough.
    pub(super) async fn forget_keyring(&mut self) {
        let Some(name) = Second::name_of(&self.vault_path()) else { return };
        if let Err(error) = Second::destroy(&self.vault_path()) {
            self.emit(Event::Warning { message: error.to_string() });
        }
        self.remove_from_keyring(name).await;
    }

    pub(super) async fn remove_from_keyring(&self, name: String) {
        let removed = ask(&self.keyring, SHORT, move |keyring| keyring.remove(&name)).await;
        if let Err(error) = removed {
            tracing::info!(%error, "a key that opens nothing any more stays in the keyring");
        }
    }

    /// After a change of the passphrase the vault has another key, so that the copy opens nothing. It is made anew.
    pub(super) async fn renew_keyring(&mut self) {
        if !self.keyring_is_on() {
            return;
        }
        self.forget_keyring().await;
        if let Err(refusal) = self.keep_in_keyring().await {
            let message = format!("{}: unlocking through it is turned off", refusal.message);
            self.emit(Event::Warning { message });
        }
    }

    /// Opens the vault with what the keyring keeps.
    pub(super) async fn unlock_with_keyring(&mut self) -> Result<Reply, Refusal> {
        if !matches!(self.state, State::Open(_)) {
            let path = self.vault_path();
            if !Vault::exists(&path) {
                return Err(self.not_open());
            }
            let Some(name) = Second::name_of(&path) else {
                let message = "unlocking through the system's keyring is not turned on: your passphrase opens it";
                return Err(Refusal::new(ErrorCode::Keyring, message));
            };
            let kept = ask(&self.keyring, PATIENCE, move |keyring| keyring.get(&name)).await;
            let kept = kept.map_err(|error| refuse(&error))?;
            let key: SecondKey = match <[u8; 32]>::try_from(kept.as_slice()) {
                Ok(key) => Zeroizing::new(key),
                Err(_) => return Err(refuse(&KeyringError::Empty)),
            };
            let vault = Vault::open_second(&path, &key).map_err(|error| match error {
                keys::VaultError::SecondKey => Refusal::new(ErrorCode::Keyring, error.to_string()),
                other => refuse_vault(&other),
            })?;
            self.open(vault).await?;
        }
        let State::Open(core) = &self.state else { return Err(self.not_open()) };
        Ok(Reply::Me(core.me()))
    }
}
