//! Words about who is in and what a chapter decides.

use super::device::{DeviceVerb, Sure};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List who asks to join, with what members say to it.
    #[command(after_help = "Example: chapterhouse join-requests London\n\n\
        Talk about a request as about a post: chapterhouse comment 4f2a91c0 --body \"Who knows noor?\"")]
    JoinRequests {
        /// Name or id, or a unique beginning.
        chapter: String,
    },
    /// Give your word for a newcomer.
    #[command(after_help = "Example: chapterhouse sponsor 4f2a91c0 --reason \"We work together.\"")]
    Sponsor {
        /// The request's id, or a unique beginning of 8 digits or more.
        request: String,
        /// Why; the members read it.
        #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
        reason: String,
    },
    /// Say why you do not give your word for a newcomer.
    #[command(after_help = "Example: chapterhouse decline 4f2a91c0 --reason \"Nobody of us has met them yet.\"\n\n\
        It keeps nobody else from giving theirs.")]
    Decline {
        /// The request's id, or a unique beginning of 8 digits or more.
        request: String,
        /// Why; the members read it.
        #[arg(long, allow_hyphen_values = true)]
        reason: String,
    },
    /// Show one member.
    #[command(subcommand, after_help = "Example: chapterhouse member show London asha")]
    Member(MemberVerb),
    /// Say something about yourself.
    #[command(subcommand, after_help = "Example: chapterhouse profile set London --language en --language cy")]
    Profile(ProfileVerb),
    /// Hide what a member writes, from you alone and on this computer alone.
    #[command(after_help = "Example: chapterhouse block London imre")]
    Block {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// The member's handle or id.
        member: String,
    },
    /// Show again what a blocked member writes.
    #[command(after_help = "Example: chapterhouse unblock London imre")]
    Unblock {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// The member's handle or id.
        member: String,
    },
    /// Move that the chapter hides what somebody wrote.
    #[command(after_help = "Example: chapterhouse hide 4f2a91c0 --reason \"It names a neighbour.\"\n\n\
        If the motion passes, the text leaves the members' computers; its place and the reason remain.")]
    Hide {
        /// The entry's id, or a unique beginning of 8 digits or more.
        entry: String,
        /// Why; the members read it.
        #[arg(long, allow_hyphen_values = true)]
        reason: String,
        /// When voting ends.
        #[command(flatten)]
        until: Closes,
    },
    /// List what the chapter hid by decision.
    #[command(after_help = "Example: chapterhouse hidden London")]
    Hidden {
        /// Name or id, or a unique beginning.
        chapter: String,
    },
    /// List what of your own counts no longer, because somebody was removed or a computer revoked.
    #[command(after_help = "Example: chapterhouse voided London")]
    Voided {
        /// Name or id, or a unique beginning.
        chapter: String,
    },
    /// Show the chapter's rules, or move to change them.
    #[command(subcommand, after_help = "Example: chapterhouse rules show London")]
    Rules(RulesVerb),
    /// Motions: what the chapter should do.
    #[command(subcommand, after_help = "Example: chapterhouse motion list London")]
    Motion(MotionVerb),
    /// Move to give a member a task, or to take it back.
    #[command(
        subcommand,
        after_help = "Example: chapterhouse task give London teller asha --until 2027-06-01T00:00:00Z"
    )]
    Task(TaskVerb),
    /// Move that the chapter removes a member.
    #[command(
        subcommand,
        after_help = "Example: chapterhouse removal propose London imre --reason \"He took the money box.\""
    )]
    Removal(RemovalVerb),
    /// Leave a chapter, with all your devices.
    #[command(after_help = "Example: chapterhouse leave London --reason \"I move to Leeds.\"\n\n\
        Asks once on a terminal; a script says --yes.")]
    Leave {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// A word of farewell.
        #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
        reason: String,
        /// Whether it is meant.
        #[command(flatten)]
        sure: Sure,
    },
    /// Begin a new key: from now on the chapter writes under it.
    #[command(after_help = "Example: chapterhouse rotate London\n\n\
        After a removal or a revocation this happens by itself.")]
    Rotate {
        /// Name or id, or a unique beginning.
        chapter: String,
    },
    /// Your computers: pair, list, name and revoke them.
    #[command(subcommand, after_help = "Example: chapterhouse device list")]
    Device(DeviceVerb),
}

/// `member …`
#[derive(Debug, Subcommand)]
pub(crate) enum MemberVerb {
    /// Show a member: tasks, profile, open motions about them, what they wrote last.
    #[command(after_help = "Example: chapterhouse member show London asha")]
    Show {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// The member's handle or id.
        member: String,
    },
}

/// `profile …`
#[derive(Debug, Subcommand)]
pub(crate) enum ProfileVerb {
    /// Say something about yourself. What you leave out stays as it is; an empty text takes it away.
    #[command(after_help = "Example: chapterhouse profile set London --about \"I bake.\" --language en --language cy")]
    Set {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// What is said.
        #[command(flatten)]
        said: Said,
    },
    /// Show what a member says about themself.
    #[command(after_help = "Example: chapterhouse profile show London asha")]
    Show {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// The member's handle or id; yourself if it is left out.
        member: Option<String>,
    },
}

/// What `profile set` can change.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Said {
    /// What the others call you.
    #[arg(long)]
    pub(crate) handle: Option<String>,
    /// A language that you speak; may be given several times.
    #[arg(long = "language", value_name = "LANGUAGE")]
    pub(crate) languages: Vec<String>,
    /// About yourself, Markdown.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) about: Option<String>,
    /// A file with the same; - is standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "about")]
    pub(crate) about_file: Option<PathBuf>,
    /// How to reach you outside of the chapter. Every member reads it.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) contact: Option<String>,
    /// What you like about the chapter.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) testimonial: Option<String>,
    /// A small picture: PNG, JPEG or WebP, at most 24 KiB.
    #[arg(long, value_name = "FILE")]
    pub(crate) picture: Option<PathBuf>,
    /// Take the picture away.
    #[arg(long, conflicts_with = "picture")]
    pub(crate) no_picture: bool,
}

/// `rules …`
#[derive(Debug, Subcommand)]
pub(crate) enum RulesVerb {
    /// Show the rules that hold now.
    #[command(after_help = "Example: chapterhouse rules show London --toml > rules.toml")]
    Show {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// As a file to change and to propose.
        #[arg(long)]
        toml: bool,
    },
    /// Move that the chapter gives itself other rules.
    #[command(
        after_help = "Example: chapterhouse rules propose London --file rules.toml --reason \"We are many now.\"\n\n\
        rules.toml (`chapterhouse rules show London --toml` writes those that hold now; what is left out stays as it is):\n  \
        sponsors = 2                  # members who give their word for a newcomer, the inviter included\n  \
        operating_from = 5            # members from which the chapter counts as operating\n  \
        history = \"all\"               # what newcomers may read: \"all\" or \"from-joining\"\n  \
        removal_quorum = \"1/2\"        # of the members have to vote on a removal\n  \
        removal_majority = \"2/3\"      # of the votes: more than this, or all\n  \
        decision_quorum = \"1/2\"       # the same for everything else\n  \
        decision_majority = \"1/2\"\n  \
        stands_for_hours = 72         # a motion stands open at least so long\n  \
        proposed_for_hours = 48       # a poll stands proposed so long before it may be opened; 0: at once\n  \
        questions = [\"What brings you here?\"]\n  \
        statement = \"We listen to each other.\""
    )]
    Propose {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// The rules, TOML. What is left out stays as it is.
        #[arg(long)]
        file: PathBuf,
        /// Why; the members read it.
        #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
        reason: String,
        /// When voting ends.
        #[command(flatten)]
        until: Closes,
    },
    /// Move that the chapter adopts a new text of what newcomers agree to. The other rules stay as they are.
    #[command(
        after_help = "Example: chapterhouse rules adopt London statement.md --reason \"We said it too politely.\""
    )]
    Adopt {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// The whole new text, Markdown.
        file: PathBuf,
        /// Why; the members read it.
        #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
        reason: String,
        /// When voting ends.
        #[command(flatten)]
        until: Closes,
    },
}

/// `motion …`
#[derive(Debug, Subcommand)]
pub(crate) enum MotionVerb {
    /// Move that the chapter does something. For each thing there is a shorter command, too.
    #[command(after_help = "Example: chapterhouse motion propose London --file motion.toml\n\n\
        motion.toml:\n  measure = \"give\"\n  role = \"teller\"\n  member = \"asha\"\n  \
        until = 2027-06-01T00:00:00Z\n  why = \"She counted last year, too.\"\n  \
        closes = 2026-12-24T18:00:00Z      # left out: as early as the rules allow\n\n\
        measure      with                    shorter\n  \
        rules        [rules]                 chapterhouse rules propose\n  \
        remove       member                  chapterhouse removal propose\n  \
        give         role, member, until     chapterhouse task give\n  \
        recall       role, member            chapterhouse task recall\n  \
        hide         entry                   chapterhouse hide")]
    Propose {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// The motion, TOML.
        #[arg(long)]
        file: PathBuf,
        /// Whether it is meant. Only asked for a removal.
        #[command(flatten)]
        sure: Sure,
    },
    /// List motions, latest first.
    #[command(after_help = "Example: chapterhouse motion list London")]
    List {
        /// Name or id, or a unique beginning.
        chapter: String,
    },
    /// Show a motion with its votes.
    #[command(after_help = "Example: chapterhouse motion show 7be0d134")]
    Show {
        /// The motion's id, or a unique beginning of 8 digits or more.
        motion: String,
    },
    /// Vote on a motion, or change your vote.
    #[command(after_help = "Example: chapterhouse motion vote 7be0d134 yes --reason \"We need one.\"")]
    Vote {
        /// The motion's id, or a unique beginning of 8 digits or more.
        motion: String,
        /// For, against, or neither.
        choice: Choice,
        /// Why; the members read it.
        #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
        reason: String,
    },
}

/// `task …`
#[derive(Debug, Subcommand)]
pub(crate) enum TaskVerb {
    /// Move to give a member a task for a time.
    #[command(after_help = "Example: chapterhouse task give London teller asha --until 2027-06-01T00:00:00Z")]
    Give {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// The task.
        role: Role,
        /// The member's handle or id.
        member: String,
        /// Until when, as in 2027-06-01T00:00:00Z.
        #[arg(long, value_name = "TIME")]
        until: String,
        /// Why; the members read it.
        #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
        reason: String,
        /// When voting ends.
        #[command(flatten)]
        closes: Closes,
    },
    /// Move to take a task back before its time is over.
    #[command(after_help = "Example: chapterhouse task recall London teller asha --reason \"She moves to Leeds.\"")]
    Recall {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// The task.
        role: Role,
        /// The member's handle or id.
        member: String,
        /// Why; the members read it.
        #[arg(long, default_value = "", hide_default_value = true, allow_hyphen_values = true)]
        reason: String,
        /// When voting ends.
        #[command(flatten)]
        closes: Closes,
    },
}

/// `removal …`
#[derive(Debug, Subcommand)]
pub(crate) enum RemovalVerb {
    /// Move that the chapter removes a member, with all their devices.
    #[command(after_help = "Example: chapterhouse removal propose London imre --reason \"He took the money box.\"\n\n\
        Says what will happen and asks once on a terminal; a script says --yes.")]
    Propose {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// The member's handle or id.
        member: String,
        /// Why; the members read it, the one concerned too.
        #[arg(long, allow_hyphen_values = true)]
        reason: String,
        /// When voting ends.
        #[command(flatten)]
        until: Closes,
        /// Whether it is meant.
        #[command(flatten)]
        sure: Sure,
    },
}

/// The end of a vote.
#[derive(Debug, Args)]
pub(crate) struct Closes {
    /// When voting ends, as in 2026-12-24T18:00:00Z. Left out, as early as the rules allow.
    #[arg(long, value_name = "TIME")]
    pub(crate) closes: Option<String>,
}

/// Tasks.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Role {
    /// Leads meetings.
    Facilitator,
    /// Writes the minutes.
    NoteTaker,
    /// Signs what votes were cast.
    Teller,
    /// Speaks for the chapter elsewhere.
    Delegate,
}

/// A vote on a motion.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Choice {
    /// For.
    Yes,
    /// Against.
    No,
    /// Neither.
    Abstain,
}

impl From<Role> for api::people::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Facilitator => Self::Facilitator,
            Role::NoteTaker => Self::NoteTaker,
            Role::Teller => Self::Teller,
            Role::Delegate => Self::Delegate,
        }
    }
}

impl From<Choice> for api::people::Choice {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::Yes => Self::Yes,
            Choice::No => Self::No,
            Choice::Abstain => Self::Abstain,
        }
    }
}
