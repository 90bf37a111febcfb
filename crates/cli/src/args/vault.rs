//! Words about the passphrase and backups.

use clap::Subcommand;
use std::path::PathBuf;

/// `passphrase …`
#[derive(Debug, Subcommand)]
pub(crate) enum PassphraseVerb {
    /// Choose another passphrase for this computer.
    #[command(after_help = "Example: chapterhouse passphrase change\n\n\
        The new one comes from CHAPTERHOUSE_NEW_PASSPHRASE, --new-passphrase-file, or a prompt.")]
    Change {
        /// Read the new passphrase from the first line of this file.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
}

/// `keyring …`
#[derive(Debug, Subcommand)]
pub(crate) enum KeyringVerb {
    /// Let the system's keyring open Chapterhouse as well. Asks for the passphrase.
    #[command(after_help = "Example: chapterhouse keyring on\n\n\
        The passphrase is not given away, and goes on opening it. Every program of yours, and whoever sits at\n\
        your computer while you are logged in, can then open it, too.")]
    On,
    /// Let only the passphrase open it.
    #[command(after_help = "Example: chapterhouse keyring off")]
    Off,
}

/// `backup …`
#[derive(Debug, Subcommand)]
pub(crate) enum BackupVerb {
    /// Write vault and chapters into one sealed file, while everything goes on.
    #[command(after_help = "Example: chapterhouse backup create rowan.backup\n\n\
        The file is sealed with your passphrase of today; a later change does not change it. With --separate\n\
        it gets one of its own, from CHAPTERHOUSE_BACKUP_PASSPHRASE or a prompt.")]
    Create {
        /// The file to make; there must be none of that name.
        file: PathBuf,
        /// Seal it with a passphrase of its own.
        #[arg(long)]
        separate: bool,
    },
    /// Bring everything back into an empty data folder.
    #[command(after_help = "Example: chapterhouse --data new-folder backup restore rowan.backup\n\n\
        Only when the old computer is gone or wiped: two computers with the same keys would contradict\n\
        each other. In chapters with other members nothing can be written until one of their computers has\n\
        sent what came after the backup.")]
    Restore {
        /// The backup.
        file: PathBuf,
    },
}
