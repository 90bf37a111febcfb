//! How somebody begins on a computer: as a new member, with the 24 words, or with the code of another computer of theirs.

use super::{Actor, State, UNLOCK_TIME, generator, refuse_vault};
use crate::{
    clock,
    house::{invalid, refuse_store},
};
use api::{
    ErrorCode, Refusal, Reply,
    reply::Initialised,
    view::{LockCause, Me},
};
use keys::{Contents, Cost, DeviceKey, MemberKey, OpenVault, Seed32, Vault, VaultError};

impl Actor {
    pub(super) async fn init(
        &mut self,
        handle: String,
        passphrase: &str,
        restore: Option<&str>,
        pair: Option<&str>,
    ) -> Result<Reply, Refusal> {
        let path = self.vault_path();
        if Vault::exists(&path) {
            return Err(refuse_vault(&VaultError::Exists { path }));
        }
        self.check_nothing_is_orphaned()?;
        self.begin_anew()?;
        if passphrase.is_empty() {
            return Err(invalid("the passphrase is empty: choose one that only you know"));
        }
        let mut handle = chapter::kinds::text::tidy_line(&handle);
        if let Some(code) = pair {
            crate::commands::devices::good_code(clock::now(), code)?;
            // Until the other computer says whose this one is.
            handle = "new-device".into();
        }
        chapter::kinds::text::handle(&handle).map_err(|bad| invalid(bad.to_string()))?;
        let mut rng = generator()?;
        let (member, recovery_words) = match restore {
            Some(words) => (MemberKey::from_words(words).map_err(|bad| invalid(bad.to_string()))?, Vec::new()),
            None => {
                let member = MemberKey::from_entropy(Seed32::generate(&mut rng));
                let words = member.to_words().split(' ').map(str::to_owned).collect();
                (member, words)
            }
        };
        let contents = Contents::fresh(handle, member, DeviceKey::generate(&mut rng), Seed32::generate(&mut rng));
        let cost = Cost::calibrate(UNLOCK_TIME).map_err(|error| refuse_vault(&error))?;
        let vault = Vault::create(&path, passphrase, contents, cost).map_err(|error| refuse_vault(&error))?;
        match self.begin_with(vault, pair).await {
            // The words are the other computer's: this one's own keys are only for the way there.
            Ok(me) => {
                let recovery_words = if pair.is_some() { Vec::new() } else { recovery_words };
                Ok(Reply::Initialised(Initialised { me, recovery_words }))
            }
            // Nobody has seen the words, so what was begun is undone.
            Err(mut refusal) => {
                if matches!(self.state, State::Open(_)) {
                    self.lock(LockCause::Asked).await;
                }
                if let Err(left) = Vault::destroy(&path) {
                    refusal.message = format!("{}; and what was begun is still there: {left}", refusal.message);
                }
                Err(refusal)
            }
        }
    }

    async fn begin_with(&mut self, vault: OpenVault, pair: Option<&str>) -> Result<Me, Refusal> {
        self.begins_here()?;
        self.open(vault).await?;
        let State::Open(core) = &mut self.state else { return Err(self.not_open()) };
        if let Some(code) = pair {
            core.pair_with(clock::now(), code)?;
        }
        Ok(core.me())
    }

    /// Entries without a vault are somebody's whose vault was lost or moved. New keys beside them could not open them,
    /// and would stand in the way of the old vault when it is found.
    fn check_nothing_is_orphaned(&self) -> Result<(), Refusal> {
        self.orphaned()?.map_or(Ok(()), |message| Err(Refusal::new(ErrorCode::VaultDamaged, message)))
    }

    /// What is so where entries are here and no vault is, and what can be done.
    pub(super) fn orphaned(&self) -> Result<Option<String>, Refusal> {
        let State::Closed(store) = &self.state else { return Ok(None) };
        let chapters = store.chapters().map_err(|error| refuse_store(&error))?.len();
        if chapters == 0 || Vault::exists(&self.vault_path()) {
            return Ok(None);
        }
        let (data, many) = (self.config.data.display(), if chapters == 1 { "a chapter" } else { "chapters" });
        Ok(Some(format!(
            "the entries of {many} are saved in {data}, but the keys that open them are gone: the file `vault` is not there. \
             Put it back from a copy, or bring everything back from a backup (`chapterhouse --data NEW-FOLDER backup \
             restore FILE`). If there is neither, move the folder `store` away and begin anew: your 24 words bring your \
             name back (`chapterhouse init --restore --handle YOUR-NAME`), and an invitation your chapters"
        )))
    }
}
