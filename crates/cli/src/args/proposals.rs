//! The words of `poll` that are about proposals.

use clap::Subcommand;
use std::path::PathBuf;

/// `poll propose` and what is said to a proposal.
#[derive(Debug, Subcommand)]
pub(crate) enum ProposalVerb {
    /// Propose a poll, so that members can object to it and amend it before it is opened.
    #[command(after_help = PROPOSE)]
    Propose {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// The poll, TOML: see `poll open --help`.
        file: PathBuf,
    },
    /// Object to a proposal. That stops nothing by itself: it stands on the ballot until you withdraw it.
    #[command(after_help = "Example: chapterhouse poll object 4f2a91c0 --reason \"We cannot pay it.\"")]
    Object {
        /// The proposal's id, or a unique beginning of 8 digits or more.
        proposal: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Answer an objection to your proposal. Whether that resolves it, its owner says.
    #[command(after_help = "Example: chapterhouse poll answer 7be0d134 --text \"The council pays half.\"")]
    Answer {
        /// The objection's id, or a unique beginning of 8 digits or more.
        objection: String,
        /// What there is to say.
        #[arg(long)]
        text: String,
    },
    /// Withdraw an objection of yours.
    #[command(after_help = "Example: chapterhouse poll withdraw 7be0d134 --reason \"Half is fine.\"")]
    Withdraw {
        /// The objection's id, or a unique beginning of 8 digits or more.
        objection: String,
        /// Why it is resolved.
        #[arg(long)]
        reason: String,
    },
    /// Say what a proposal should be instead. Your own proposal is changed by that, and its time begins anew.
    #[command(after_help = AMEND)]
    Amend {
        /// The proposal's id, or a unique beginning of 8 digits or more.
        proposal: String,
        /// All of it as it should be, TOML.
        file: PathBuf,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Make an amendment your proposal. Its time begins anew.
    #[command(after_help = "Example: chapterhouse poll adopt 1a2b3c4d")]
    Adopt {
        /// The amendment's id, or a unique beginning of 8 digits or more.
        amendment: String,
    },
}

const PROPOSE: &str = "Example: chapterhouse poll propose London poll.toml

The file is that of `poll open`; instead of `closes` it mostly has
  open_for = \"3 days\"       # or: 36 hours, 2 weeks

How long it stands open to objections and amendments, the chapter's rules say (chapterhouse rules show London). Then
  chapterhouse poll show 4f2a91c0
  chapterhouse poll open 4f2a91c0";

const AMEND: &str = "Example: chapterhouse poll amend 4f2a91c0 poll.toml --reason \"Slates last longer.\"

The file has all of it, as for `poll propose`; what is different is shown to everybody, as it was and as it would be.";
