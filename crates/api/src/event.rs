//! What a node says by itself.

use crate::{
    Id,
    view::{LockCause, NetworkView, WipeReport},
};
use serde::{Deserialize, Serialize};

/// Something happened; screens that show it ask again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A chapter has new entries, or other devices confirmed that they have some.
    Changed {
        /// Chapter id.
        chapter: Id,
        /// How many entries of it are here now.
        entries: u64,
    },
    /// How far an exchange is. Comes often; the last one has `left == 0`.
    Progress {
        /// Chapter id.
        chapter: Id,
        /// Entries fetched so far in this exchange.
        fetched: u64,
        /// Entries that are still to fetch.
        left: u64,
    },
    /// This member is now a member of that chapter.
    Joined {
        /// Chapter id.
        chapter: Id,
        /// Its name.
        chapter_name: String,
    },
    /// A member of the chapter refused the invitation.
    JoinRefused {
        /// Chapter id.
        chapter: Id,
        /// Why, in a sentence.
        reason: String,
    },
    /// A member's computer does not know of the invitation: it may not have heard of it yet, or nobody of the chapter
    /// made it. The search goes on.
    JoinUnknown {
        /// Chapter id.
        chapter: Id,
        /// What that means, in a sentence.
        reason: String,
    },
    /// A chapter asks something of newcomers before they can go on joining: `Command::AnswerTerms` answers it.
    JoinTerms {
        /// Chapter id.
        chapter: Id,
        /// Its name.
        chapter_name: String,
        /// What a newcomer agrees to. Markdown; may be empty.
        statement: String,
        /// What a newcomer is asked.
        questions: Vec<String>,
    },
    /// The request is on record; members have to give their word.
    JoinWaiting {
        /// Chapter id.
        chapter: Id,
        /// Words so far.
        have: u32,
        /// Words that it needs.
        need: u32,
    },
    /// This computer is a further device of that member now.
    Paired {
        /// The member's handle.
        handle: String,
        /// How many chapters came along.
        chapters: usize,
    },
    /// A further device took the code that this one showed.
    DeviceAdded {
        /// Its id.
        device: Id,
    },
    /// Entries of this member count no longer, because somebody's time ended without that having been seen, or by a fork:
    /// `Command::Voided` lists them.
    Voided {
        /// Chapter id.
        chapter: Id,
        /// Its name.
        chapter_name: String,
        /// How many there are, over all such ends.
        entries: usize,
    },
    /// Other members' computers say nothing to this one, though it showed whose it is: this member may have been
    /// removed, or this device revoked.
    Unanswered {
        /// Chapter id.
        chapter: Id,
        /// Its name.
        chapter_name: String,
    },
    /// Connections changed.
    Network(NetworkView),
    /// The node listens on these addresses.
    Listening {
        /// Multiaddrs.
        listening: Vec<String>,
        /// This computer's network name.
        peer_id: String,
    },
    /// The vault was locked.
    Locked {
        /// Why.
        #[serde(default)]
        why: LockCause,
    },
    /// The vault was opened.
    Unlocked,
    /// Something that a person should know, and that no command asked about.
    Warning {
        /// A sentence.
        message: String,
    },
    /// A chapter's entries are being fetched again, and nothing is written in it before they are here.
    Mending {
        /// Chapter id.
        chapter: Id,
        /// Why, and until when, in a sentence.
        message: String,
    },
    /// They are here: what [`Event::Mending`] said is over.
    Mended {
        /// Chapter id.
        chapter: Id,
        /// Its name.
        chapter_name: String,
    },
    /// How far the writing or reading of a backup is.
    Backup {
        /// Entries done so far.
        done: u64,
        /// Entries in all.
        total: u64,
    },
    /// Somebody clicked on a notice of the desktop: the window comes to the front, and shows what it was about.
    NoticeClicked {
        /// What `Command::Notify` said.
        about: String,
    },
    /// What was on this computer has been destroyed.
    Wiped(WipeReport),
}
