//! Words about one's own computers, and the one word for what cannot be undone.

use clap::{Args, Subcommand};

/// `device …`
#[derive(Debug, Subcommand)]
pub(crate) enum DeviceVerb {
    /// Make a further computer yours: prints the code for `init --pair` there.
    #[command(after_help = "Example: chapterhouse device pair\n\n\
        Both computers have to reach each other, best on the same network. Where `serve` or the window runs, it\n\
        answers the other computer, and this command ends at once; else it stays until the other one has come.")]
    Pair {
        /// Stay until the other computer has come, in any case.
        #[arg(long)]
        wait: bool,
        /// Take back what was offered before.
        #[arg(long, conflicts_with = "wait")]
        cancel: bool,
        /// Do not make this computer known on the local network.
        #[arg(long)]
        no_mdns: bool,
    },
    /// List your computers.
    #[command(after_help = "Example: chapterhouse device list")]
    List,
    /// Give one of your computers a name, which only you see.
    #[command(after_help = "Example: chapterhouse device name 1a2b3c4d \"the old laptop\"")]
    Name {
        /// The device's id, or a unique beginning.
        device: String,
        /// Its name.
        #[arg(allow_hyphen_values = true)]
        name: String,
    },
    /// Say that the data folder was moved here, and that the computer on which it was before is not used any more.
    #[command(after_help = "Example: chapterhouse device moved\n\n\
        Asked for when a data folder was copied or moved to another place. If both computers are to be used, erase\n\
        the copy (`chapterhouse wipe`) and add this computer as a further one of yours: `chapterhouse device pair`\n\
        on the other one, `chapterhouse init --pair` here.\n\n\
        Says what will happen and asks once on a terminal; a script says --yes.")]
    Moved {
        /// Whether it is meant.
        #[command(flatten)]
        sure: Sure,
    },
    /// Revoke one of your computers, in all chapters: it was lost, stolen, or sold.
    #[command(after_help = "Example: chapterhouse device revoke 1a2b3c4d --reason \"Stolen on the train.\" \
        --since 2026-11-20T08:00:00Z\n\n\
        Says what will happen and asks once on a terminal; a script says --yes.")]
    Revoke {
        /// The device's id, or a unique beginning.
        device: String,
        /// Why; the members read it.
        #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
        reason: String,
        /// What it wrote after this moment does not count. Left out, all counts that you have of it.
        #[arg(long, value_name = "TIME")]
        since: Option<String>,
        /// Whether it is meant.
        #[command(flatten)]
        sure: Sure,
    },
}

/// For what cannot be undone.
#[derive(Debug, Args)]
pub(crate) struct Sure {
    /// Do not ask: it is meant.
    #[arg(long)]
    pub(crate) yes: bool,
}
