//! `poll …`, `vote` and `delegate`.

use super::proposals::ProposalVerb;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `poll …`
#[derive(Debug, Subcommand)]
pub(crate) enum PollVerb {
    /// Open a poll, from a file or as it was proposed. The members of this moment can vote in it.
    #[command(after_help = POLL)]
    Open {
        /// With a file: the chapter, by name or id, or a unique beginning. Else the proposal's id, or a unique beginning of
        /// 8 digits or more.
        #[arg(value_name = "CHAPTER or PROPOSAL")]
        what: String,
        /// The poll, TOML.
        #[arg(long)]
        file: Option<PathBuf>,
    },
    #[command(flatten)]
    Proposal(ProposalVerb),
    /// Publish keys for your next secret ballots now. Your computer does it by itself some minutes after you joined.
    #[command(after_help = "Example: chapterhouse poll keys London")]
    Keys {
        /// Name or id, or a unique beginning.
        chapter: String,
    },
    /// List the polls and the proposals of a chapter, or of all, latest first.
    #[command(after_help = "Example: chapterhouse poll list London")]
    List {
        /// Name or id, or a unique beginning.
        chapter: Option<String>,
    },
    /// Close a poll whose time is over, as one of its tellers. Computers of tellers do it by themselves.
    #[command(after_help = "Example: chapterhouse poll close 9c01ab77")]
    Close {
        /// The poll's id, or a unique beginning of 8 digits or more.
        poll: String,
    },
    /// Write a poll into one file that a stranger can check; or its result as a table.
    #[command(after_help = EXPORT)]
    Export {
        /// The poll's id, or a unique beginning of 8 digits or more.
        poll: String,
        /// The file, which must not exist yet.
        file: PathBuf,
        /// A table, which nobody can check. A file that ends in .csv or .json is one in any case.
        #[arg(long, value_enum)]
        table: Option<Table>,
    },
    /// Check a file that `poll export` wrote. It needs nothing but the file.
    #[command(after_help = "Example: chapterhouse poll verify roof.poll")]
    Verify {
        /// The file.
        file: PathBuf,
    },
    /// Show a poll with its totals, and how they were counted; or a proposal, with objections and amendments.
    #[command(after_help = "Example: chapterhouse poll show 9c01ab77")]
    Show {
        /// The poll's or the proposal's id, or a unique beginning of 8 digits or more.
        poll: String,
    },
}

/// Forms of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Table {
    /// One line for each option.
    Csv,
    /// Everything that `poll show --json` shows.
    Json,
}

/// `teller …`
#[derive(Debug, Subcommand)]
pub(crate) enum TellerVerb {
    /// Show a poll's tellers, and what they said.
    #[command(after_help = "Example: chapterhouse teller show 9c01ab77")]
    Show {
        /// The poll's id, or a unique beginning of 8 digits or more.
        poll: String,
    },
    /// Sign now that you have seen the votes that are here. Your computer does it by itself now and then.
    #[command(after_help = "Example: chapterhouse teller receipts 9c01ab77")]
    Receipts {
        /// The poll's id, or a unique beginning of 8 digits or more.
        poll: String,
    },
    /// Sign, after the close, which votes you have seen. Your computer does it by itself half a minute after the close.
    #[command(after_help = "Example: chapterhouse teller cutoff 9c01ab77")]
    Cutoff {
        /// The poll's id, or a unique beginning of 8 digits or more.
        poll: String,
    },
}

const EXPORT: &str = "Example: chapterhouse poll export 9c01ab77 roof.poll
  chapterhouse poll export 9c01ab77 roof.csv
  chapterhouse poll export 9c01ab77 roof.txt --table json

Whoever has roof.poll can check the result (chapterhouse poll verify roof.poll). They see who voted what in it, who is and was a
member, what newcomers answered, and all motions; no posts, minutes or comments. docs/BALLOTS.md says what it proves.";

const POLL: &str = "Example: chapterhouse poll open London --file poll.toml
  chapterhouse poll open 4f2a91c0                      (as it was proposed; see poll propose --help)

poll.toml:
  title = \"Autumn poll\"
  description = \"Three questions.\"
  closes = \"2026-12-01T18:00:00Z\"   # or: open_for = \"3 days\"
  [[question]]
  key = \"room\"
  text = \"Keep the room?\"
  options = [\"yes\", \"no\"]

What it may have besides, all of it optional:
  quorum = \"1/2\"          # so much of the roll has to vote; or \"50%\"
  secrecy = \"secret\"       # nobody can tell whose a ballot is; left out: open
  apart = true             # with it: nor which answers to two questions are one voter's
  secrecy = \"hidden\"       # nobody can read a ballot until the tellers open all of them after the close
  delegation = true        # votes can be given to others
  tellers = [\"asha\"]       # who closes it; left out: all who have that task. [] is nobody
  [[weight]]               # whose votes weigh something else than one
  member = \"asha\"
  weight = \"3/2\"
  reason = \"speaks for two houses\"
  [[observer]]             # members without a vote
  member = \"noor\"
  reason = \"a guest\"

and a question, in place of a single choice:
  method = \"single\"          # majority
  method = \"approval\"        # max, seats, majority
  method = \"score\"           # max (needed), seats, majority
  method = \"instant-runoff\"  # majority
  method = \"schulze\"
  method = \"stv\"             # seats (needed)
  method = \"consent\"         # without options
  method = \"consensus\"       # without options; majority (needed), aside, overruled
  method = \"budget\"          # dots (needed), max, seats
  majority = \"more than 1/2\" # or: at least 2/3 of roll, of cast, of for and against";

/// `vote`
#[derive(Debug, Args)]
pub(crate) struct Vote {
    /// The poll's id, or a unique beginning of 8 digits or more.
    pub(crate) poll: String,
    /// QUESTION=ANSWER, as often as there are questions to answer.
    #[arg(long = "answer", value_name = "QUESTION=ANSWER")]
    pub(crate) answers: Vec<String>,
    /// QUESTION=WHY: why you answer like that. Who blocks says why.
    #[arg(long = "reason", value_name = "QUESTION=WHY")]
    pub(crate) reasons: Vec<String>,
}

/// Below `vote --help`.
pub(crate) const VOTE: &str = "Example: chapterhouse vote 9c01ab77 --answer convention=yes --answer travel=\"$50\"
  chapterhouse vote 9c01ab77 --answer day=\"Monday,Friday\"          (approval; \"nothing\" approves none)
  chapterhouse vote 9c01ab77 --answer day=\"Monday:5,Friday:3\"      (scores, and dots of a budget)
  chapterhouse vote 9c01ab77 --answer seats=\"asha>imre>noor\"       (ranked, the first is liked most)
  chapterhouse vote 9c01ab77 --answer name=\"Rain>Sun=Wind\"         (Schulze: Sun and Wind are equal)
  chapterhouse vote 9c01ab77 --answer day=\"#1,#3\"                 (options by their numbers, whatever they are called)
  chapterhouse vote 9c01ab77 --answer plan=block --reason plan=\"The roof does not carry it.\"
    (consent and consensus: agree, reservations, aside, block)";

/// `delegate`
#[derive(Debug, Args)]
pub(crate) struct Delegate {
    /// The poll's id, or a unique beginning of 8 digits or more.
    pub(crate) poll: String,
    /// MEMBER or MEMBER:SHARE, at most six.
    #[arg(value_name = "MEMBER[:SHARE]", required_unless_present = "revoke")]
    pub(crate) members: Vec<String>,
    /// Take back what was given.
    #[arg(long, conflicts_with = "members")]
    pub(crate) revoke: bool,
}

/// Below `delegate --help`.
pub(crate) const DELEGATE: &str = "Example: chapterhouse delegate 9c01ab77 asha
  chapterhouse delegate 9c01ab77 asha:1 imre:2      (a third to asha, two thirds to imre)
  chapterhouse delegate 9c01ab77 --revoke

It is for this poll only, and until it closes. Whoever votes has their own vote back.";
