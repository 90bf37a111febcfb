//! Where the core's secrets and counts are saved.

use super::{hex, refuse_vault};
use crate::core::Saver;
use api::Refusal;
use entry::ChapterId;
use keys::{Contents, OpenVault};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

/// Saves what changes into the vault's file, and counts into a file beside it.
pub(super) struct VaultSaver {
    pub(super) vault: Arc<Mutex<OpenVault>>,
    pub(super) counts: PathBuf,
}

impl Saver for VaultSaver {
    fn save(&mut self, contents: &Contents) -> Result<(), Refusal> {
        let mut vault = self.vault.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut vault.contents, contents.clone());
        vault.save().map_err(|error| {
            vault.contents = before;
            refuse_vault(&error)
        })
    }

    fn note_counts(&mut self, counts: &BTreeMap<ChapterId, u64>) {
        // Tags instead of ids: the file tells a thief no more than the store does.
        let lines: String = counts.iter().map(|(id, count)| format!("{} {count}\n", hex(&id.tag()))).collect();
        if std::fs::read_to_string(&self.counts).is_ok_and(|before| before == lines) {
            return;
        }
        let fresh = self.counts.with_extension("new");
        let written = std::fs::write(&fresh, lines).and_then(|()| std::fs::rename(&fresh, &self.counts));
        if let Err(error) = written {
            tracing::warn!(%error, "how much is here could not be noted");
        }
    }

    fn counts(&self) -> BTreeMap<ChapterId, u64> {
        let text = std::fs::read_to_string(&self.counts).unwrap_or_default();
        let noted: BTreeMap<&str, u64> = text
            .lines()
            .filter_map(|line| line.split_once(' '))
            .filter_map(|(tag, n)| Some((tag, n.parse().ok()?)))
            .collect();
        let count = |id: &ChapterId| noted.get(hex(&id.tag()).as_str()).map(|count| (*id, *count));
        let vault = self.vault.lock().unwrap_or_else(PoisonError::into_inner);
        vault.contents.chapters.keys().filter_map(count).collect()
    }
}
