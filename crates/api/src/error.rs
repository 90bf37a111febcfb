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
    /// A refusal with its sentence. What the system says in it stands there without its numbers.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: without_numbers(&message.into()) }
    }
}

/// A sentence without the system's numbers of errors, "(os error 30)", which tell nobody anything.
pub fn without_numbers(sentence: &str) -> String {
    const BEGINS: &str = " (os error ";
    let mut pieces = sentence.split(BEGINS);
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(')') {
            Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => plain.push_str(rest),
            _ => plain.extend([BEGINS, piece]),
        }
    }
    plain
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_has_no_numbers_of_the_system() {
        let system = std::io::Error::from_raw_os_error(30).to_string();
        assert!(system.ends_with("(os error 30)"), "{system}");
        let refusal = Refusal::new(ErrorCode::Storage, format!("could not use the folder x: {system}; choose another"));
        assert_eq!(refusal.message, "could not use the folder x: Read-only file system; choose another");
        for kept in ["", "nothing to mend", "a (os error ) b (os error x) c", "the end (os error 3"] {
            let expected = kept.replace(" (os error )", "");
            assert_eq!(without_numbers(kept), expected);
        }
        assert_eq!(without_numbers("a (os error 2) b (os error 13)"), "a b");
    }
}
