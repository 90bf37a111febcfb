//! What is shown of the vault and of this computer's disk: passphrases, locking, erasing, wiping.

use serde::{Deserialize, Serialize};

/// How long guessing a passphrase would take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrengthView {
    /// 0 (guessed within the hour) to 4 (not within a hundred years).
    pub level: u8,
    /// How long, as part of a sentence: `about 3 hours`.
    pub time: String,
    /// What makes it easy to guess, in a sentence, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What is set about locking and backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityView {
    /// Minutes without use after which the window locks by itself; 0 is never. Absent while locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_after_minutes: Option<u16>,
    /// Where a backup would go: a file that does not exist yet.
    pub backup_path: String,
    /// The latest backup that lies where backups go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_found: Option<String>,
    /// Whether the system's keyring opens the vault as well.
    #[serde(default)]
    pub keyring: bool,
    /// Whether what was hidden or removed has left the disk.
    #[serde(default)]
    pub erased: Erased,
}

/// Whether the bytes of what was hidden or removed have left this computer's disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Erased {
    /// They have.
    #[default]
    Yes,
    /// They are in the saved data until it is written anew, which happens by itself within minutes, or after the next start.
    Soon,
    /// Writing it anew needs more free disk than there is.
    NeedsRoom {
        /// How much more, in megabytes.
        megabytes: u64,
    },
}

impl Erased {
    /// As a person is told.
    pub fn words(self) -> String {
        match self {
            Self::Yes => "What was hidden or removed here has left this computer's disk.".into(),
            Self::Soon => {
                "What was hidden last is still to be erased from this computer's disk. That is done by itself, \
                           within minutes, while Chapterhouse is open."
                    .into()
            }
            Self::NeedsRoom { megabytes } => format!(
                "What was hidden is still to be erased from this computer's disk. For a moment that needs {megabytes} MB \
                 more of free disk; it is done by itself when there is room."
            ),
        }
    }
}

/// Why the vault was locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LockCause {
    /// Somebody asked for it, or the program ends.
    #[default]
    Asked,
    /// Nobody used the window for as long as was set.
    Unused,
    /// The computer slept.
    Slept,
}

/// What destroying everything came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipeReport {
    /// Whether the keys are destroyed. Without them nothing that may be left can be read.
    pub keys_destroyed: bool,
    /// What is gone and what is not, one sentence each.
    pub notes: Vec<String>,
    /// Files of ours that could not be removed, and why.
    pub left: Vec<String>,
}
