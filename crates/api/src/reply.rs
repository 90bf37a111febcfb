//! What a node answers.

use crate::{
    Id, Time,
    closing::{ArchiveView, ClosingView, Exported, PollSummary, RecountView},
    opening::OpeningView,
    people::{DeviceView, HiddenView, JoinRequestView, MemberPage, MotionView, RulesView, VoidedView},
    poll::MethodView,
    poll::SecretView,
    proposal::{ProposalSummary, ProposalView},
    view::{
        ChapterPage, ChapterSummary, CommentView, FeedItem, Me, MemberView, MinutesView, NetworkView, PeerView,
        PollView, PostView, QuestionView, SecurityView, StatusView, StrengthView, WipeReport,
    },
};
use serde::{Deserialize, Serialize};

/// The answer to one [`crate::Command`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", content = "value", rename_all = "kebab-case")]
pub enum Reply {
    /// It is done; there is nothing to say about it.
    Done,
    /// What was kept under a name; empty, if nothing was.
    Draft(String),
    /// Where the node stands.
    Status(StatusView),
    /// A vault was made.
    Initialised(Initialised),
    /// This member and device.
    Me(Me),
    /// One chapter in a line.
    Chapter(ChapterSummary),
    /// All chapters of this member, by name.
    Chapters(Vec<ChapterSummary>),
    /// One chapter's page.
    ChapterPage(Box<ChapterPage>),
    /// Its members, by handle.
    Members(Vec<MemberView>),
    /// A fresh invitation.
    Invitation(InvitationReply),
    /// A file was written.
    Saved(Saved),
    /// What this member is called now.
    Renamed(Renamed),
    /// Which file a person chose.
    Chosen(Chosen),
    /// What an invitation says.
    InvitationPreview(InvitationPreview),
    /// The search for the chapter's members has begun.
    Joining(InvitationPreview),
    /// A digest of everything that this member sees of a chapter.
    State(StateReply),
    /// An entry was signed and saved on this computer.
    Published(Published),
    /// A vote is saved on this computer, and goes out by itself later.
    VoteKept(VoteKept),
    /// What a poll would be.
    PollPreview(PollPreview),
    /// A poll was opened and saved on this computer.
    PollOpened(PollOpened),
    /// What is new, latest first.
    Feed(Vec<FeedItem>),
    /// A post with its comments.
    Post(Box<PostView>),
    /// Minutes with their comments.
    Minutes(Box<MinutesView>),
    /// A poll with its totals.
    Poll(Box<PollView>),
    /// One of its questions, with the whole record of its count.
    Count(Box<QuestionView>),
    /// A poll's tellers.
    Closing(Box<ClosingView>),
    /// Polls, latest first.
    Polls(Vec<PollSummary>),
    /// A proposal's page.
    Proposal(Box<ProposalView>),
    /// Proposals, latest first.
    Proposals(Vec<ProposalSummary>),
    /// A poll was written into a file.
    Exported(Exported),
    /// What a poll's file says.
    Verified(Box<ArchiveView>),
    /// A poll counted again.
    Recount(RecountView),
    /// A comment alone.
    Comment(Box<CommentView>),
    /// Connections and what is left to fetch.
    Network(NetworkView),
    /// The other computers that are connected.
    Peers(Vec<PeerView>),
    /// An exchange ended with both sides having the same.
    Synced(SyncReport),
    /// Who asks to join.
    JoinRequests(Vec<JoinRequestView>),
    /// The rules that hold now.
    Rules(Box<RulesView>),
    /// Motions.
    Motions(Vec<MotionView>),
    /// One motion.
    Motion(Box<MotionView>),
    /// One member.
    MemberPage(Box<MemberPage>),
    /// What of this member's own counts no longer, by what made it so, latest first.
    Voided(Vec<VoidedView>),
    /// What is hidden by decision.
    Hidden(Vec<HiddenView>),
    /// This member's devices.
    Devices(Vec<DeviceView>),
    /// An offer to a further device.
    Pairing(PairingReply),
    /// How long guessing a passphrase would take.
    Strength(StrengthView),
    /// What is set about locking and backups.
    Security(SecurityView),
    /// A backup was written.
    BackedUp(BackedUp),
    /// Everything is back from a backup.
    Restored(Restored),
    /// What was on this computer is destroyed.
    Wiped(WipeReport),
}

/// Answer to `Pair`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairingReply {
    /// What to type on the other computer if both are in one local network: ten digits and letters, with a hyphen.
    /// Whoever has it while it is good becomes you.
    pub short: String,
    /// What to paste on the other computer otherwise: `chapterhouse:pair/…`. It says also where to call.
    pub code: String,
    /// When it stops being good.
    pub expires: Time,
    /// The same as a QR code, as in [`InvitationReply`].
    pub qr_path: String,
    /// Side of the square.
    pub qr_size: usize,
}

/// Answer to `Init`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Initialised {
    /// The fresh member.
    pub me: Me,
    /// The 24 recovery words, only when they are new. They are shown once and stored nowhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recovery_words: Vec<String>,
}

/// Answer to `Invite`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationReply {
    /// The text to hand over: `chapterhouse:join/…`. Whoever has it can join until it expires.
    pub invitation: String,
    /// When it stops being good.
    pub expires: Time,
    /// How many people can join by it.
    pub uses: u64,
    /// The same as a QR code: one SVG path's `d`, drawn in a square of `qr_size` units, quiet zone included.
    pub qr_path: String,
    /// Side of the square.
    pub qr_size: usize,
    /// As in [`Published`]: until then nobody else can let anyone in by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated_ahead: Option<String>,
}

/// Answer to `SaveInvitation`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Where the file is.
    pub path: String,
}

/// Answer to `Rename`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renamed {
    /// Who they are.
    pub me: Me,
    /// Names of the chapters whose members are told.
    pub told: Vec<String>,
    /// Names of those in which nothing can be written now, so that the old name stands there still.
    pub not_told: Vec<String>,
}

/// Answer to `ChooseFile`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The file; none if the person thought better of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// What an invitation says before it is used. The names are the inviter's word until the chapter confirms them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationPreview {
    /// Chapter id.
    pub chapter: Id,
    /// Its name.
    pub chapter_name: String,
    /// The inviter's handle.
    pub inviter: String,
    /// When it stops being good.
    pub expires: Time,
}

/// Answer to `State`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateReply {
    /// How many entries of the chapter are here.
    pub entries: u64,
    /// Equal on two computers exactly when both see the same chapter. 64 hexadecimal digits.
    pub state_hash: String,
}

/// Answer to everything that writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The entry's id.
    pub entry: Id,
    /// What is to be said about it, in a sentence: of a vote, that the motion was decided already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why the other members may not see it yet, in a sentence: this computer wrote with a clock that was ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated_ahead: Option<String>,
}

impl Published {
    /// An entry of which there is nothing else to say.
    pub fn new(entry: impl ToString) -> Self {
        Self { entry: entry.to_string(), note: None, dated_ahead: None }
    }
}

impl Reply {
    /// Why the other members may not see yet what was written, in a sentence.
    pub fn dated_ahead(&self) -> Option<&str> {
        match self {
            Self::Published(made) => made.dated_ahead.as_deref(),
            Self::PollOpened(made) => made.dated_ahead.as_deref(),
            Self::VoteKept(kept) => kept.dated_ahead.as_deref(),
            Self::Invitation(made) => made.dated_ahead.as_deref(),
            _ => None,
        }
    }
}

/// Answer to `Vote` in a poll that is hidden until the close, as long as nothing can be sealed for its tellers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoteKept {
    /// The poll.
    pub poll: Id,
    /// What a secret ballot is found by, where there is one for all questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Id>,
    /// When it goes out, in a sentence.
    pub words: String,
    /// As in [`Published`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated_ahead: Option<String>,
}

/// Answer to `PreviewPoll`: who could vote now, and by what rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollPreview {
    /// Members who could vote.
    pub roll: usize,
    /// What there is to know of it, if it is to be secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretView>,
    /// The same, if it is to be hidden until the close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<OpeningView>,
    /// How each question is decided, in the poll's order.
    pub questions: Vec<MethodView>,
    /// Who says which votes were in time, in a sentence; empty where that is not known yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub closing: String,
}

/// Answer to `OpenPoll`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollOpened {
    /// The poll's id: its opening entry's id.
    pub poll: Id,
    /// What is to be known of it, in a sentence: that nobody can open it if one teller is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// As in [`Published`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated_ahead: Option<String>,
}

/// Answer to `Sync`: what came and went since then.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SyncReport {
    /// Entries sent.
    pub sent: u64,
    /// Entries received that were new here.
    pub received: u64,
    /// Rounds of reconciliation.
    pub rounds: u64,
    /// Bytes received, of our own protocol before the connection's encryption.
    pub bytes_in: u64,
    /// Bytes sent, likewise.
    pub bytes_out: u64,
    /// From the command to both sides having the same.
    pub seconds: f64,
    /// What is to be said about it: in a chapter that this member left nothing more is exchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
impl Eq for SyncReport {}

/// Answer to `CreateBackup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedUp {
    /// Where the file is.
    pub path: String,
    /// How long it is.
    pub bytes: u64,
    /// Chapters in it.
    pub chapters: usize,
    /// Entries in it.
    pub entries: u64,
    /// Whether it is sealed with a passphrase of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub separate: bool,
}

/// Answer to `RestoreBackup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// Who is back.
    pub me: Me,
    /// Chapters that came back.
    pub chapters: usize,
    /// Entries that came back.
    pub entries: u64,
}
