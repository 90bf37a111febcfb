//! What the window remembers. Pure: [`State::reduce`] is the only place where it changes, and it reads no clock.

mod reduce;
mod route;
mod sync;
#[cfg(test)]
mod tests;

pub(crate) use route::{Route, Tab, Writing};
pub(crate) use sync::{SyncPill, SyncTone, sync_pill};

use api::{
    Event, Id, Refusal,
    reply::{Initialised, InvitationPreview},
    view::{ChapterSummary, LockCause, Me, NetworkView, StatusView, WipeReport},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which door stands between the person and the pages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Gate {
    /// The node has not answered yet.
    #[default]
    Starting,
    /// The node answered with a refusal, and there is nothing to show without it.
    Failed(Refusal),
    /// No vault yet: the welcome.
    Welcome,
    /// The vault was made just now; its 24 words are shown this once.
    Words(Vec<String>),
    /// A passphrase is needed.
    Locked,
    /// This computer is on its way to become a further device of a member.
    Pairing,
    /// The pages.
    Open,
    /// Everything on this computer was destroyed: what is gone, and what is not.
    Wiped(WipeReport),
}

/// What the person came for when they made their vault: decides which page follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Intent {
    /// They hold an invitation.
    Join,
    /// They want to look around or to found a chapter.
    #[default]
    Start,
    /// They come back with recovery words.
    Restore,
    /// They come back with a backup.
    Backup,
    /// Another computer of theirs is in use already.
    Pair,
}

/// Colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Theme {
    /// As the desktop says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// What this computer remembers about how the window should behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Prefs {
    pub(crate) theme: Theme,
    /// Whether single letters (N, J, K, G, ?) are keys.
    pub(crate) letters: bool,
    /// Whether the desktop is told of votes that were opened and that close soon.
    pub(crate) notices: bool,
}

impl Default for Prefs {
    fn default() -> Self {
        Self { theme: Theme::System, letters: true, notices: true }
    }
}

/// How far the fetching of a chapter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Progress {
    pub(crate) fetched: u64,
    pub(crate) left: u64,
}

/// A chapter whose members are being looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Joining {
    pub(crate) preview: InvitationPreview,
    /// Set when a member refused the invitation: why.
    pub(crate) refused: Option<String>,
    /// Set when a member's computer does not know the invitation: what that may mean. The search goes on.
    pub(crate) unknown: Option<String>,
    /// Set while the chapter asks something that is not answered yet.
    pub(crate) terms: Option<Terms>,
    /// Set when the request is on record: words given so far, and words that it needs.
    pub(crate) words: Option<(u32, u32)>,
}

impl Joining {
    fn new(preview: InvitationPreview) -> Self {
        Self { preview, refused: None, unknown: None, terms: None, words: None }
    }
}

/// What a chapter asks of newcomers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    /// What they agree to. Markdown; may be empty.
    pub(crate) statement: String,
    pub(crate) questions: Vec<String>,
}

/// This computer became a further device of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paired {
    pub(crate) handle: String,
    pub(crate) chapters: usize,
}

/// A short confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toast {
    pub(crate) id: u64,
    pub(crate) text: String,
}

/// What lies over the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Overlay {
    /// Search and go.
    Palette,
    /// The list of keys.
    Keys,
    /// Making an invitation to a chapter.
    Invite(Id),
    /// Destroying everything on this computer. Also over the locked door.
    Wipe,
}

/// Everything the window remembers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct State {
    pub(crate) gate: Gate,
    pub(crate) intent: Intent,
    pub(crate) version: String,
    pub(crate) me: Option<Me>,
    pub(crate) route: Route,
    /// The chapter of the entry that is read, as soon as it is known.
    pub(crate) about: Option<Id>,
    /// None until the node has listed them once.
    pub(crate) chapters: Option<Vec<ChapterSummary>>,
    pub(crate) network: NetworkView,
    pub(crate) progress: BTreeMap<Id, Progress>,
    pub(crate) joining: BTreeMap<Id, Joining>,
    /// Set when this computer became a further device of a member, just now.
    pub(crate) paired: Option<Paired>,
    /// Why the other computer did not let this one in.
    pub(crate) pairing_refused: Option<String>,
    /// Counts the changes of each chapter, so that pages know when to ask again.
    pub(crate) changes: BTreeMap<Id, u64>,
    pub(crate) toasts: Vec<Toast>,
    pub(crate) toasts_made: u64,
    /// What is saved here was last used in another place, and nobody has said yet what this copy is.
    pub(crate) copied: bool,
    /// Warnings that stay until they are put away.
    pub(crate) warnings: Vec<String>,
    /// Of them, the one that this computer wrote with a clock that was ahead.
    pub(crate) dated_ahead: Option<String>,
    /// Those of them that are over when what a chapter misses is here.
    pub(crate) mending: BTreeMap<Id, String>,
    pub(crate) overlay: Option<Overlay>,
    pub(crate) prefs: Prefs,
    /// Why it is locked, when the person did not ask for it.
    pub(crate) locked_because: LockCause,
    /// How far a backup is that is being written or read: entries done, entries in all.
    pub(crate) backup: Option<(u64, u64)>,
    /// The file that was dropped on the window last.
    pub(crate) dropped: Option<String>,
    /// Minutes that the window has been open: "2 minutes ago" grows old.
    pub(crate) minutes: u64,
}

/// Everything that can happen to it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Action {
    /// The node said where it stands, or could not.
    Status(Result<StatusView, Refusal>),
    /// Whether what is saved here was last used in another place.
    Copied(bool),
    /// What the person wants after the vault is made.
    Intends(Intent),
    /// A vault was made.
    Initialised(Initialised),
    /// The 24 words are written down.
    WordsKept,
    /// Another code is tried, to become a further device.
    PairingAnew(Me),
    /// Becoming a further device was given up, or everything was erased: this computer is as new.
    Anew,
    /// The vault is open, for this member.
    Opened(Me),
    /// The vault was locked.
    Locked,
    /// Everything is back from a backup, for this member.
    Restored(Me),
    /// A backup is written, or was refused.
    BackupEnded,
    /// A file was dropped on the window.
    Dropped(String),
    /// This member is called something else now.
    Renamed(Me),
    /// The chapters of this member.
    Chapters(Vec<ChapterSummary>),
    /// Connections.
    Network(NetworkView),
    /// The node said something by itself.
    Heard(Event),
    /// The search for a chapter's members has begun.
    JoinBegan(InvitationPreview),
    /// What a chapter asks of newcomers is answered and sent.
    TermsAnswered(Id),
    /// It was given up.
    JoinGone(Id),
    /// Another page.
    Went(Route),
    /// The entry that is read belongs to this chapter.
    About(Id),
    /// Confirm something shortly.
    Say(String),
    /// A confirmation has been there long enough.
    ToastGone(u64),
    /// What was written may not be seen yet, because this computer wrote with a clock that was ahead.
    DatedAhead(String),
    /// A warning was put away.
    WarningGone(usize),
    /// Open something over the page.
    Show(Overlay),
    /// Close it.
    Hide,
    /// A minute has passed.
    Minute,
    /// Settings changed.
    Prefs(Prefs),
}

impl State {
    /// The chapter by its id.
    pub(crate) fn chapter(&self, id: &str) -> Option<&ChapterSummary> {
        self.chapters.as_deref().unwrap_or_default().iter().find(|c| c.chapter == id)
    }

    /// Chapters that can be written in.
    pub(crate) fn writable(&self) -> impl Iterator<Item = &ChapterSummary> {
        self.joined().filter(|c| !c.reading_only && !c.arriving)
    }

    /// Whether a chapter can be read and nothing written, because this member is in it no more, or it is still arriving.
    pub(crate) fn reading_only(&self, chapter: &str) -> bool {
        self.chapter(chapter).is_some_and(|c| c.reading_only || c.arriving)
    }

    /// Whether a chapter is being copied here for the first time.
    pub(crate) fn arriving(&self, chapter: &str) -> bool {
        self.chapter(chapter).is_some_and(|c| c.arriving)
    }

    /// Chapters that can be read now.
    pub(crate) fn joined(&self) -> impl Iterator<Item = &ChapterSummary> {
        self.chapters.as_deref().unwrap_or_default().iter().filter(|c| !c.joining)
    }

    /// How often a chapter has changed since the window opened.
    pub(crate) fn revision(&self, chapter: &str) -> u64 {
        self.changes.get(chapter).copied().unwrap_or_default()
    }

    /// How often any chapter has.
    pub(crate) fn revision_of_all(&self) -> u64 {
        self.changes.values().sum()
    }

    /// Whether nobody of a chapter answers this computer, though somebody's was reached.
    pub(crate) fn silent(&self, chapter: &str) -> bool {
        self.chapter(chapter).is_some_and(|c| c.silent)
    }

    /// Whether some other computer of a chapter is connected, be it one that does not answer.
    pub(crate) fn connected(&self) -> bool {
        self.network.peers.iter().any(|p| !(p.chapters.is_empty() && p.silent.is_empty()))
    }

    /// The chapter that the page is about.
    pub(crate) fn looking_at(&self) -> Option<&Id> {
        self.route.chapter().or(self.about.as_ref())
    }

    /// The same, else the only one.
    pub(crate) fn here(&self) -> Option<Id> {
        self.looking_at().cloned().or_else(|| {
            let mut all = self.writable();
            match (all.next(), all.next()) {
                (Some(one), None) => Some(one.chapter.clone()),
                _ => None,
            }
        })
    }

    /// Where whoever has opened the vault stands.
    pub(crate) fn inside(&self) -> Gate {
        if self.me.as_ref().is_some_and(|me| me.pairing.is_some()) { Gate::Pairing } else { Gate::Open }
    }

    /// Open votes that wait for this member, over all chapters.
    pub(crate) fn waiting_votes(&self) -> usize {
        self.writable().map(|c| c.waiting_polls).sum()
    }
}
