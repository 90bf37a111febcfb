//! Why a vault could not be made, opened or saved.

use std::io;
use std::path::PathBuf;

/// Why a vault could not be made, opened or saved. Each sentence is one that a person can be shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// There is no vault.
    #[error("there are no keys at {}", .path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// There is a vault already; it is never written over by a new one.
    #[error("there are keys at {} already; they are not overwritten", .path.display())]
    Exists {
        /// Where it is.
        path: PathBuf,
    },
    /// The file is whole, and the passphrase does not open it.
    #[error("this is not the passphrase; try again, and mind capital letters and spaces")]
    WrongPassphrase,
    /// The second key does not fit, or the copy that it should open is of an earlier vault, or damaged.
    #[error("the key that is kept for this computer does not open it any more; your passphrase does")]
    SecondKey,
    /// The file ends too early.
    #[error("the file with your keys is cut short: {found} bytes instead of {expected}")]
    Truncated {
        /// How long it is.
        found: u64,
        /// How long it would have to be, at least.
        expected: u64,
    },
    /// The file is not as it was written.
    #[error("the file with your keys has been altered or damaged: {0}")]
    Altered(&'static str),
    /// Written by a later version.
    #[error(
        "the file with your keys was written by a newer version of Chapterhouse (format {found}, this one reads {known})"
    )]
    TooNew {
        /// Its format.
        found: u16,
        /// The latest that this program knows.
        known: u16,
    },
    /// More than a vault can hold.
    #[error("{what} do not fit into the file with your keys: {got}, and at most {limit} do")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much.
        got: usize,
        /// How much there may be.
        limit: usize,
    },
    /// Deriving the key needs more memory than there is.
    #[error("opening your keys needs {mib} MiB of free memory")]
    NoMemory {
        /// How much, in MiB.
        mib: u32,
    },
    /// The operating system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
    /// A file that is no backup.
    #[error("this file is no backup of Chapterhouse")]
    NoBackup,
    /// A backup of a later version.
    #[error("this backup was written by a newer version of Chapterhouse (format {found}, this one reads {known})")]
    BackupTooNew {
        /// Its format.
        found: u16,
        /// The latest that this program knows.
        known: u16,
    },
    /// A backup that ends too early, or whose end was changed.
    #[error("this backup is cut short or damaged at its end; nothing was taken from it")]
    BackupTruncated,
    /// A backup that is not as it was written.
    #[error("this backup has been altered or damaged: {0}; nothing was taken from it")]
    BackupAltered(&'static str),
    /// The disk with a backup refused.
    #[error("the backup's file could not be read or written: {0}")]
    Backup(io::Error),
    /// The disk or the operating system refused.
    #[error("could not {doing} {}: {source}", .path.display())]
    Io {
        /// What was being done, as it follows "could not".
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}
