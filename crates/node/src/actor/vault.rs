//! What is asked about the vault itself: its passphrase, locking by itself, destroying everything.

use super::{Actor, State, UNLOCK_TIME, idle::Moment, refuse_vault};
use crate::{
    clock,
    house::{invalid, refuse_store},
};
use api::{
    ErrorCode, Event, Refusal, Reply,
    view::{LockCause, SecurityView},
};
use keys::{Cost, OpenVault};
use std::sync::{MutexGuard, PoisonError};
use store::SledStore;

/// The longest time without use that can be set: a week.
const LONGEST: u16 = 7 * 24 * 60;

impl Actor {
    pub(super) fn moment(&self) -> Moment {
        Moment { awake: self.started.elapsed(), wall: clock::now() }
    }

    pub(super) async fn lock_when_idle(&mut self) {
        let State::Open(core) = &self.state else { return };
        let minutes = core.house.lock_after();
        if let Some(why) = self.idle.due(self.moment(), minutes) {
            self.commit().await;
            self.lock(why).await;
        }
    }

    /// The computer is about to sleep: as when nobody uses the window, and at once.
    pub(super) async fn lock_before_sleep(&mut self) {
        let State::Open(core) = &self.state else { return };
        if core.house.lock_after() > 0 && self.idle.sleeps() {
            self.commit().await;
            self.lock(LockCause::Slept).await;
        }
    }

    pub(super) fn open_vault(&self) -> Result<MutexGuard<'_, OpenVault>, Refusal> {
        let vault = self.vault.as_ref().ok_or_else(|| self.not_open())?;
        Ok(vault.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn change_passphrase(&mut self, old: &str, new: &str) -> Result<Reply, Refusal> {
        if new.is_empty() {
            return Err(invalid("the new passphrase is empty: choose one that only you know"));
        }
        let cost = Cost::calibrate(UNLOCK_TIME).map_err(|error| refuse_vault(&error))?;
        self.open_vault()?.change_passphrase(old, new, cost).map_err(|error| match error {
            keys::VaultError::WrongPassphrase => Refusal::new(
                ErrorCode::WrongPassphrase,
                "the first one is not the passphrase of this computer; it was not changed",
            ),
            other => refuse_vault(&other),
        })?;
        Ok(Reply::Done)
    }

    pub(super) fn security(&mut self) -> Reply {
        let erased = self.erased();
        let (lock_after_minutes, handle) = match &self.state {
            State::Open(core) => (Some(core.house.lock_after()), core.me().handle),
            _ => (None, String::new()),
        };
        let backup_path = super::backup::default_path(&handle).to_string_lossy().into_owned();
        let backup_found = super::backup::latest().map(|path| path.to_string_lossy().into_owned());
        Reply::Security(SecurityView {
            lock_after_minutes,
            backup_path,
            backup_found,
            erased,
            keyring: self.keyring_is_on(),
        })
    }

    pub(super) fn set_auto_lock(&mut self, minutes: u16) -> Result<Reply, Refusal> {
        if minutes > LONGEST {
            return Err(invalid(format!("at most {LONGEST} minutes, a week, can be set; 0 is never")));
        }
        let refusal = self.not_open();
        let State::Open(core) = &mut self.state else { return Err(refusal) };
        core.house.set_lock_after(minutes)?;
        Ok(self.security())
    }

    /// Destroys the keys before anything else: also before the store is closed, which takes a moment.
    pub(super) async fn wipe(&mut self) -> Reply {
        let second = keys::Second::name_of(&self.vault_path());
        let keys = keys::Vault::destroy(&self.vault_path());
        if let Err(error) = &keys {
            tracing::error!(%error, "the keys could not be destroyed at once");
        }
        self.lock(LockCause::Asked).await;
        // The store is closed when it is dropped, so that it writes nothing any more.
        self.state = State::Gone;
        if let Some(name) = second {
            // It opens nothing any more; still, nothing of ours shall stay.
            self.remove_from_keyring(name).await;
        }
        let report = crate::wipe::wipe(&self.config.data);
        self.emit(Event::Wiped(report.clone()));
        Reply::Wiped(report)
    }

    /// Destroys the keys that were only for the way to another computer. Nothing else is here yet.
    pub(super) async fn give_up_pairing(&mut self) -> Result<Reply, Refusal> {
        if self.open_vault()?.contents.pairing.is_none() {
            return Err(Refusal::new(
                ErrorCode::NotAllowed,
                "this computer is not on its way to become a further device: there is nothing to give up",
            ));
        }
        keys::Vault::destroy(&self.vault_path()).map_err(|error| refuse_vault(&error))?;
        self.lock(LockCause::Asked).await;
        Ok(Reply::Done)
    }

    /// After everything was destroyed, the first that comes finds an empty store.
    pub(super) fn begin_anew(&mut self) -> Result<(), Refusal> {
        if matches!(self.state, State::Gone) {
            std::fs::create_dir_all(&self.config.data).map_err(|error| {
                Refusal::new(ErrorCode::Storage, format!("could not make {}: {error}", self.config.data.display()))
            })?;
            let (store, _) = SledStore::open(&self.config.data.join("store")).map_err(|error| refuse_store(&error))?;
            self.state = State::Closed(Box::new(store));
        }
        Ok(())
    }
}
