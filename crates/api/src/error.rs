//! Why something was refused: a small closed set of codes, and a sentence that says what happened and what to do.

use serde::{Deserialize, Serialize};

/// A refusal. `message` is for people, `code` for scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What kind of refusal.
    pub code: ErrorCode,
    /// What happened, what is safe, what to do next.
    pub message: String,
}

impl Refusal {
    /// A refusal with its sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

/// The kinds of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    /// The vault is locked: a passphrase is needed.
    Locked,
    /// There is no vault yet.
    NoVault,
    /// There is a vault already; nothing was overwritten.
    VaultExists,
    /// The passphrase does not open this vault.
    WrongPassphrase,
    /// The system's keyring is absent or locked, or does not open this vault. The passphrase does.
    Keyring,
    /// The vault's file is cut short or altered.
    VaultDamaged,
    /// What was given cannot be accepted as it stands.
    Invalid,
    /// No such chapter, entry, poll.
    NotFound,
    /// More than one thing begins like this.
    Ambiguous,
    /// This member may not do that.
    NotAllowed,
    /// The invitation is expired, used up, or not valid.
    Invitation,
    /// The poll is not open.
    PollClosed,
    /// Another program has this data folder open.
    Busy,
    /// The disk is full.
    DiskFull,
    /// The disk or the stored data fails.
    Storage,
    /// Nobody could be reached.
    Unreachable,
    /// It took longer than was allowed.
    Timeout,
    /// A defect of this program.
    Internal,
}
