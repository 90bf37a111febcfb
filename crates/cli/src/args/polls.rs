//! `poll …`, `vote` and `delegate`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `poll …`
#[derive(Debug, Subcommand)]
pub(crate) enum PollVerb {
    /// Open a poll. The members of this moment can vote in it.
    #[command(after_help = POLL)]
    Open {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// The poll, TOML.
        #[arg(long)]
        file: PathBuf,
    },
    /// Show a poll with its totals, and how they were counted.
    #[command(after_help = "Example: chapterhouse poll show 9c01ab77")]
    Show {
        /// The poll's id, or a unique beginning of 8 digits or more.
        poll: String,
    },
}

const POLL: &str = "Example: chapterhouse poll open London --file poll.toml

poll.toml:
  title = \"Autumn poll\"
  description = \"Three questions.\"
  closes = \"2026-12-01T18:00:00Z\"
  [[question]]
  key = \"room\"
  text = \"Keep the room?\"
  options = [\"yes\", \"no\"]

What it may have besides, all of it optional:
  quorum = \"1/2\"          # so much of the roll has to vote
  delegation = true        # votes can be given to others
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
