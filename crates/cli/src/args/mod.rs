//! The words of the command line. Scripts rely on them: add, do not change.

pub(crate) mod device;
pub(crate) mod membership;
pub(crate) mod polls;
pub(crate) mod proposals;
pub(crate) mod vault;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{path::PathBuf, time::Duration};

/// Chapterhouse: posts, minutes and votes of your chapter, kept on the members' own computers.
#[derive(Debug, Parser)]
#[command(name = "chapterhouse", version, max_term_width = 100)]
#[command(after_help = "Example: a first evening\n  \
    chapterhouse init --handle rowan\n  \
    chapterhouse chapter found --name London --place \"The Weavers' Room\" --tier local\n  \
    chapterhouse serve                      (leave it running, in a second terminal)\n  \
    chapterhouse invite London              (hand the line that it prints to asha)\n\
    and on asha's computer\n  \
    chapterhouse init --handle asha\n  \
    chapterhouse join chapterhouse:join/…\n\n\
    The passphrase comes from CHAPTERHOUSE_PASSPHRASE, --passphrase-file, or a prompt.")]
pub(crate) struct Cli {
    /// The folder that holds everything of this member. Default: your system's place for such data.
    #[arg(long, global = true, env = "CHAPTERHOUSE_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Print JSON: one object, or one per line for lists and `serve`.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Read the passphrase from the first line of this file.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make the vault: who you are on this computer.
    #[command(after_help = "Example: chapterhouse init --handle rowan\n\n\
        With --restore the 24 recovery words are read from CHAPTERHOUSE_RECOVERY_WORDS or asked for; what the\n\
        others call you is not in them:\n  \
        chapterhouse init --restore --handle rowan\n\
        With --pair this computer becomes a further device of yours; name and chapters come from the other one:\n  \
        chapterhouse device pair                             (there; prints a code)\n  \
        chapterhouse init --pair 7K3MQ-XFT9W                 (here, in the same local network)\n  \
        chapterhouse init --pair chapterhouse:pair/…         (here, from anywhere)")]
    Init {
        /// The name that other members see; asked for at a terminal.
        #[arg(long)]
        handle: Option<String>,
        /// Come back with your 24 recovery words.
        #[arg(long)]
        restore: bool,
        /// What `device pair` prints on another computer of yours: ten characters, or the long line.
        #[arg(long, value_name = "CODE", conflicts_with_all = ["handle", "restore"])]
        pair: Option<String>,
        /// How to find it.
        #[command(flatten)]
        search: Search,
    },
    /// Show who you are.
    #[command(after_help = "Example: chapterhouse whoami")]
    Whoami,
    /// Be called something else.
    #[command(after_help = "Example: chapterhouse rename rowan.smith --everywhere\n\n\
        In chapters that you found or join from now on; with --everywhere in those that you are in, too.\n\
        What is written already says the new name wherever it shows yours; minutes keep the names that\n\
        they were written with. Your other computers go on with the old name for new chapters.")]
    Rename {
        /// The new name.
        handle: String,
        /// In the chapters that you are in, too.
        #[arg(long)]
        everywhere: bool,
    },
    /// Found, list and show chapters.
    #[command(subcommand, after_help = "Example: chapterhouse chapter list")]
    Chapter(ChapterVerb),
    /// List a chapter's members.
    #[command(after_help = "Example: chapterhouse members London --former")]
    Members {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// Those who left, were removed, or came in through somebody who was no member any more.
        #[arg(long)]
        former: bool,
    },
    /// Make an invitation, for one person or several.
    #[command(
        after_help = "Example: chapterhouse invite London --expires 7d --uses 5 --file London.chapterhouse-invitation\n\n\
        With --file it is written into a small text file as well, which says in its first line what it is."
    )]
    Invite {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// How long it is good for: 30m, 12h, 7d.
        #[arg(long, default_value = "7d", value_parser = duration)]
        expires: Duration,
        /// How many people can join by it.
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
        uses: u64,
        /// Write it into this file, which must not exist yet.
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Join a chapter by an invitation.
    #[command(after_help = "Example: chapterhouse join chapterhouse:join/…\n\n\
        or, with the file that you were given:\n  \
        chapterhouse join --file London.chapterhouse-invitation\n\n\
        Looks for members on this network and at the invitation's addresses until --timeout;\n\
        after that the invitation is kept, and `serve` or the window goes on looking.\n\n\
        A chapter may ask newcomers to agree to a statement and to answer questions. On a terminal you are\n\
        shown the statement and asked; a script says --agree, and gives the answers in the questions' order:\n  \
        chapterhouse join chapterhouse:join/… --agree --answers answers.toml\n\n\
        answers.toml:\n  answers = [\"I live around the corner.\", \"From asha.\"]\n\n\
        Where a chapter wants the word of several members, the request is put on record and `join` ends;\n\
        `serve` or the window says when you are a member.")]
    Join {
        /// The invitation's text.
        #[arg(required_unless_present = "file", conflicts_with = "file")]
        invitation: Option<String>,
        /// A file with the invitation in it: the one that was made with it, or a saved mail; - is standard input.
        #[arg(long)]
        file: Option<PathBuf>,
        /// How to find members.
        #[command(flatten)]
        search: Search,
        /// Agree to what the chapter asks newcomers to agree to.
        #[arg(long)]
        agree: bool,
        /// The answers to the chapter's questions, TOML.
        #[arg(long, value_name = "FILE")]
        answers: Option<PathBuf>,
    },
    /// Who is in, who decides, which computers are yours.
    #[command(flatten)]
    Membership(membership::Verb),
    /// Publish a post.
    #[command(
        after_help = "Example: chapterhouse post London --kind news --title \"We have a room\" --body \"From May on.\""
    )]
    Post {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// What it is.
        #[arg(long)]
        kind: Kind,
        /// One line.
        #[arg(long, allow_hyphen_values = true)]
        title: String,
        /// The text, Markdown.
        #[command(flatten)]
        text: Text,
    },
    /// Comment on a post, minutes, a poll or a comment.
    #[command(after_help = "Example: chapterhouse comment 4f2a91c0 --body \"I can bring chairs.\"")]
    Comment {
        /// The entry's id, or a unique beginning of 8 digits or more.
        entry: String,
        /// The text, Markdown.
        #[command(flatten)]
        text: Text,
    },
    /// Show what is new, latest first.
    #[command(after_help = "Example: chapterhouse feed London --kind minutes --limit 5")]
    Feed {
        /// Only of this chapter.
        chapter: Option<String>,
        /// Only news, blog, discussion, minutes, poll or motion.
        #[arg(long)]
        kind: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Show one entry with its comments.
    #[command(after_help = "Example: chapterhouse show 4f2a91c0")]
    Show {
        /// The entry's id, or a unique beginning of 8 digits or more.
        entry: String,
        /// Show the text also if you block its author.
        #[arg(long)]
        blocked: bool,
    },
    /// Record minutes.
    #[command(subcommand, after_help = "Example: chapterhouse minutes record London --file minutes.toml")]
    Minutes(MinutesVerb),
    /// Open, list, show, close, export and check polls.
    #[command(subcommand, after_help = "Example: chapterhouse poll open London --file poll.toml")]
    Poll(polls::PollVerb),
    /// What a teller says about a poll: which votes were there in time.
    #[command(subcommand, after_help = "Example: chapterhouse teller show 9c01ab77")]
    Teller(polls::TellerVerb),
    /// Count a poll again from what is saved, and compare with what is shown. Where it is over, the others are told what came out.
    #[command(after_help = "Example: chapterhouse recount 9c01ab77")]
    Recount {
        /// The poll's id, or a unique beginning of 8 digits or more.
        poll: String,
    },
    /// Vote, or change your vote. Questions that you leave out are left blank.
    #[command(after_help = polls::VOTE)]
    Vote(polls::Vote),
    /// Give your vote in a poll to others, wholly or in parts, or take it back.
    #[command(after_help = polls::DELEGATE)]
    Delegate(polls::Delegate),
    /// Show a digest of all that you see of a chapter: equal on two computers when both see the same.
    #[command(after_help = "Example: chapterhouse state London")]
    State {
        /// Name or id, or a unique beginning.
        chapter: String,
    },
    /// Stay connected and exchange with other members until stopped.
    #[command(
        after_help = "Example: chapterhouse serve --listen /ip4/0.0.0.0/tcp/4001 --peer /ip4/192.168.1.20/tcp/4001"
    )]
    Serve {
        /// An address to listen on; may be given several times. Default: every network, any free port.
        #[arg(long, value_name = "MULTIADDR")]
        listen: Vec<String>,
        /// An address to connect to and keep connected to; may be given several times.
        #[arg(long, value_name = "MULTIADDR")]
        peer: Vec<String>,
        /// Do not make this computer known on the local network, and do not look there.
        #[arg(long)]
        no_mdns: bool,
    },
    /// Exchange once, until both sides have the same.
    #[command(after_help = "Example: chapterhouse sync London --peer /ip4/192.168.1.20/tcp/4001 --timeout 30s")]
    Sync {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// An address to connect to.
        #[arg(long, value_name = "MULTIADDR")]
        peer: Option<String>,
        /// When to give up.
        #[arg(long, default_value = "30s", value_parser = duration)]
        timeout: Duration,
    },
    /// Show whether there is a vault, whether it is open, and how much is here.
    #[command(after_help = "Example: chapterhouse status")]
    Status,
    /// List the computers that are connected.
    #[command(after_help = "Example: chapterhouse peers")]
    Peers,
    /// Change the passphrase.
    #[command(subcommand, after_help = "Example: chapterhouse passphrase change")]
    Passphrase(vault::PassphraseVerb),
    /// Unlock through the system's keyring, or no longer.
    #[command(subcommand, after_help = "Example: chapterhouse keyring on")]
    Keyring(vault::KeyringVerb),
    /// Lock the Chapterhouse that runs on this folder: its keys are wiped from memory.
    #[command(after_help = "Example: chapterhouse lock")]
    Lock,
    /// Open the Chapterhouse that runs on this folder and is locked, with the passphrase.
    #[command(after_help = "Example: chapterhouse unlock")]
    Unlock,
    /// Destroy the keys and everything else of Chapterhouse in this folder. Asks once.
    #[command(after_help = "Example: chapterhouse wipe\n\n\
        The keys are overwritten and removed first, then the chapters and drafts. Files that are not\n\
        Chapterhouse's stay, and so does what a link leads to; a folder that holds nothing of\n\
        Chapterhouse's is refused. Other members keep what you shared with them, and your backups stay where\n\
        they are. Only your 24 recovery words, or a backup, bring you back.")]
    Wipe {
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Write everything into one sealed file, or bring it back from there.
    #[command(subcommand, after_help = "Example: chapterhouse backup create rowan.backup")]
    Backup(vault::BackupVerb),
}

/// How others are found, and how long they are looked for.
#[derive(Debug, Args)]
pub(crate) struct Search {
    /// An address to try first.
    #[arg(long, value_name = "MULTIADDR")]
    pub(crate) peer: Option<String>,
    /// How long to look.
    #[arg(long, default_value = "60s", value_parser = duration)]
    pub(crate) timeout: Duration,
    /// Do not look on the local network.
    #[arg(long)]
    pub(crate) no_mdns: bool,
}

/// A text, given or in a file.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Text {
    /// The text itself.
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) body: Option<String>,
    /// A file that holds the text; - is standard input.
    #[arg(long)]
    pub(crate) file: Option<PathBuf>,
}

/// `chapter …`
#[derive(Debug, Subcommand)]
pub(crate) enum ChapterVerb {
    /// Found a chapter.
    #[command(
        after_help = "Example: chapterhouse chapter found --name London --place \"The Weavers' Room\" --tier local\n\n\
        With --rules rules.toml the chapter begins with rules of its own. What the file leaves out is as usual; its words are \
        those of `chapterhouse rules propose --help`."
    )]
    Found {
        /// Its name.
        #[arg(long, allow_hyphen_values = true)]
        name: String,
        /// Where it meets.
        #[arg(long, default_value = "", allow_hyphen_values = true)]
        place: String,
        /// Its level.
        #[arg(long, default_value = "local")]
        tier: Tier,
        /// Its rules, TOML; the usual ones if none are given.
        #[arg(long, value_name = "FILE")]
        rules: Option<PathBuf>,
    },
    /// List your chapters.
    #[command(after_help = "Example: chapterhouse chapter list")]
    List,
    /// Show a chapter.
    #[command(after_help = "Example: chapterhouse chapter show Lon")]
    Show {
        /// Name or id, or a unique beginning.
        chapter: String,
    },
}

/// `minutes …`
#[derive(Debug, Subcommand)]
pub(crate) enum MinutesVerb {
    /// Record the minutes of a meeting.
    #[command(after_help = "Example: chapterhouse minutes record London --file minutes.toml\n\n\
        minutes.toml:\n  \
        title = \"November meeting\"\n  date = \"2026-11-24\"\n  starts = \"18:30\"\n  ends = \"21:30\"\n  \
        place = \"The Weavers' Room\"\n  facilitator = \"asha\"\n  note_taker = \"imre\"\n  \
        attendance = [\"asha\", \"imre\", \"rowan\"]\n  [[item]]\n  title = \"Travel\"\n  notes = \"…\"\n  \
        [[decision]]\n  text = \"We pay the last train.\"\n  [[action]]\n  what = \"Book the room\"\n  \
        owner = \"rowan\"\n  due = \"2026-12-01\"\n  [next]\n  date = \"2026-12-29\"\n  facilitator = \"noor\"\n  \
        co_facilitator = \"tomas\"")]
    Record {
        /// Name or id, or a unique beginning.
        chapter: String,
        /// The minutes, TOML.
        #[arg(long)]
        file: PathBuf,
    },
}

/// Kinds of post.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    /// Something that happened or will.
    News,
    /// One member's text.
    Blog,
    /// A question to everybody.
    Discussion,
}

/// Levels of a branch.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Tier {
    /// A chapter.
    Local,
    /// Several chapters.
    Regional,
    /// A country.
    National,
    /// The whole federation.
    International,
}

impl From<Kind> for api::view::PostKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::News => Self::News,
            Kind::Blog => Self::Blog,
            Kind::Discussion => Self::Discussion,
        }
    }
}

impl From<Tier> for api::view::Tier {
    fn from(tier: Tier) -> Self {
        match tier {
            Tier::Local => Self::Local,
            Tier::Regional => Self::Regional,
            Tier::National => Self::National,
            Tier::International => Self::International,
        }
    }
}

/// `90`, `90s`, `30m`, `12h`, `7d`.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        other => return Err(format!("'{other}' is no unit of time; use s, m, h or d, as in 7d")),
    };
    let count: u64 = digits.parse().map_err(|_| format!("'{text}' is no length of time; write it as 30s or 7d"))?;
    count
        .checked_mul(unit)
        .filter(|&s| (1..=366 * 86_400).contains(&s))
        .map(Duration::from_secs)
        .ok_or_else(|| format!("'{text}' is out of range: from one second to one year"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_words_are_consistent_and_every_command_has_an_example() {
        let mut command = Cli::command();
        command.clone().debug_assert();
        fn check(command: &mut clap::Command) {
            if command.has_subcommands() {
                command.get_subcommands_mut().filter(|sub| sub.get_name() != "help").for_each(check);
            }
            let help = command.render_long_help().to_string();
            assert!(help.contains("Example: "), "{} has no example", command.get_name());
        }
        check(&mut command);
    }

    #[test]
    fn lengths_of_time() {
        assert_eq!(duration("7d"), Ok(Duration::from_secs(604_800)));
        assert_eq!(duration("30s"), Ok(Duration::from_secs(30)));
        for wrong in ["", "7w", "-1s", "0s", "99999999999999999999d", "366000d", "7 d"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
