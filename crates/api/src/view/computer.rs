//! This computer: its vault, who uses it, whom it is connected to, and how it keeps things safe.

use crate::{Id, Time};
use serde::{Deserialize, Serialize};

/// Where a node stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusView {
    /// No vault yet, locked, or open.
    pub vault: VaultState,
    /// The member's handle; known only while the vault is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// Chapters on this computer, while the vault is open.
    pub chapters: usize,
    /// Entries on this computer, while the vault is open.
    pub entries: u64,
    /// Other computers that are connected and share a chapter.
    pub connected: usize,
    /// Whether the node takes part in the network now.
    pub serving: bool,
    /// The data folder was last used in another place, and nobody has said yet what this copy is: nothing is written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub copied: bool,
    /// What of the saved data is missing, chapter by chapter, in sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The program's version.
    pub version: String,
}

/// The vault's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VaultState {
    /// First start.
    Missing,
    /// A passphrase is needed.
    Locked,
    /// Keys are in memory.
    Open,
}

/// This member and this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The member's id (its public key).
    pub member: Id,
    /// The handle.
    pub handle: String,
    /// This device's id (its public key).
    pub device: Id,
    /// The member's six words, to compare by voice.
    pub six_words: String,
    /// This computer is on its way to become a further device of a member: how long the code that it was given is good.
    /// Until then it has no name and no chapters, and the keys are for the way there alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairing: Option<Time>,
}

/// Connections and what is left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkView {
    /// Whether the node takes part in the network now.
    pub serving: bool,
    /// Whether this computer makes itself known on the local network.
    pub discovery: bool,
    /// Own addresses.
    pub listening: Vec<String>,
    /// Own network name.
    pub peer_id: String,
    /// Connected computers.
    pub peers: Vec<PeerView>,
    /// Entries that are known of and still to fetch, over all chapters.
    pub left: u64,
    /// Entries that no other device has confirmed yet, in chapters that have other devices.
    pub only_here: u64,
    /// Chapters that this member is trying to join.
    pub joining: Vec<String>,
}

/// A connected computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerView {
    /// Its network name.
    pub peer_id: String,
    /// Its address.
    pub address: String,
    /// How: `same network`, `direct`, `relay`.
    pub route: String,
    /// The member whose device it is, once proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// Names of the chapters that both share, once proven.
    pub chapters: Vec<String>,
    /// Names of those in which it does not answer this computer; they are not among `chapters`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silent: Vec<String>,
    /// Entries still to fetch from it.
    pub left: u64,
    /// When something was last exchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_exchange: Option<Time>,
}

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
