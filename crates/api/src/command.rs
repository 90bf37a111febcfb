//! What can be asked of a node. One enum, one door: the window, the command line and scripts all send these.

use crate::{
    Id,
    draft::{MinutesDraft, MotionDraft, PollDraft, Profile},
    people::{Choice, RulesView},
    poll::{Answer, PartDraft, ResultFormat},
    view::{PostKind, Tier},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One request. The reply variant that answers it is named beside it.
///
/// Wherever a field is called `chapter`, a chapter's id, its name, or a unique beginning of either is taken;
/// wherever it is called `entry` or `poll`, an id or a unique beginning of at least 8 digits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Command {
    /// Where this node stands: no vault yet, locked, or open. Answered in every state with `Reply::Status`.
    Status,
    /// Makes the vault. With `restore`, from 24 recovery words; else fresh. Answered with `Reply::Initialised`.
    Init {
        /// The handle that other members see, 1 to 32 characters.
        handle: String,
        /// Seals the vault. Never stored.
        passphrase: String,
        /// 24 words of a member who comes back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        restore: Option<String>,
        /// The code that another computer of this member shows: this one becomes a further device of theirs. Handle
        /// and chapters come from there; `Event::Paired` follows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pair: Option<String>,
    },
    /// Opens the vault. Answered with `Reply::Me`.
    Unlock {
        /// The vault's passphrase.
        passphrase: String,
    },
    /// Opens the vault with what the system's keyring keeps, where that is turned on. Answered with `Reply::Me`.
    UnlockWithKeyring,
    /// Wipes the keys from memory and closes the chapters. Answered with `Reply::Done`.
    Lock,
    /// Answered with `Reply::Me`.
    WhoAmI,
    /// What this member is called from now on: in chapters to come, and in those where it can be said now, if
    /// `everywhere`. Their other computers, and what is written already, keep the name they have. Answered with
    /// `Reply::Renamed`.
    Rename {
        /// 1 to 32 characters.
        handle: String,
        /// Also in the profile of each chapter that they are in.
        #[serde(default)]
        everywhere: bool,
    },

    /// Founds a chapter with this member as its founder. Answered with `Reply::Chapter`.
    FoundChapter {
        /// Its name, 1 to 80 characters.
        name: String,
        /// Where it meets, up to 80 characters.
        place: String,
        /// The branch's level.
        tier: Tier,
        /// Its rules; the usual ones if there are none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rules: Option<Box<RulesView>>,
    },
    /// Answered with `Reply::Chapters`.
    ListChapters,
    /// Answered with `Reply::ChapterPage`.
    ShowChapter {
        /// Which chapter.
        chapter: String,
    },
    /// Answered with `Reply::Members`.
    Members {
        /// Which chapter.
        chapter: String,
    },
    /// Makes an invitation. Answered with `Reply::Invitation`.
    Invite {
        /// Which chapter.
        chapter: String,
        /// How long it is good for.
        expires_seconds: u64,
        /// How many people can join by it.
        #[serde(default = "one", skip_serializing_if = "is_one")]
        uses: u64,
    },
    /// Writes an invitation into a small file that can be handed over. Answered with `Reply::Saved`.
    SaveInvitation {
        /// The invitation's text.
        invitation: String,
        /// The file, which must not exist yet; from the root, or beginning with `~/`. Without it, a fresh one where
        /// people keep what they made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        path: Option<String>,
    },
    /// Reads an invitation without using it. Answered with `Reply::InvitationPreview`.
    InspectInvitation {
        /// The invitation's text, or a file's or mail's with the invitation in it.
        invitation: String,
    },
    /// Joins by an invitation: looks for the chapter's members on the networks there are.
    /// Answered with `Reply::Joining` at once; `Event::Joined` or `Event::JoinRefused` follows.
    Join {
        /// The invitation's text, or a file's or mail's with the invitation in it.
        invitation: String,
    },
    /// Agrees to what a chapter asks of newcomers (`Event::JoinTerms`), and goes on joining. Answered with
    /// `Reply::Done`.
    AnswerTerms {
        /// Which chapter.
        chapter: String,
        /// One answer for each question, in their order.
        answers: Vec<String>,
    },
    /// Stops looking for a chapter that this member was going to join. Answered with `Reply::Done`.
    CancelJoin {
        /// Which chapter.
        chapter: String,
    },
    /// Answered with `Reply::State`.
    State {
        /// Which chapter.
        chapter: String,
    },

    /// Who asks to join, latest first. Answered with `Reply::JoinRequests`.
    JoinRequests {
        /// Which chapter.
        chapter: String,
    },
    /// Gives one's word for a newcomer. Answered with `Reply::Published`.
    Sponsor {
        /// The request's entry.
        request: String,
        /// Why; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        why: String,
    },
    /// Says why one does not give it. Answered with `Reply::Published`.
    Decline {
        /// The request's entry.
        request: String,
        /// Why.
        why: String,
    },
    /// The chapter's rules as they hold now. Answered with `Reply::Rules`.
    Rules {
        /// Which chapter.
        chapter: String,
    },
    /// Moves that the chapter does something. Answered with `Reply::Published`.
    Propose {
        /// Which chapter.
        chapter: String,
        /// What, why, until when.
        motion: MotionDraft,
    },
    /// Motions, latest first. Answered with `Reply::Motions`.
    Motions {
        /// Which chapter.
        chapter: String,
    },
    /// One motion. Answered with `Reply::Motion`.
    ShowMotion {
        /// Its entry.
        motion: String,
    },
    /// Votes on a motion, or changes one's vote. Answered with `Reply::Published`.
    VoteOnMotion {
        /// Its entry.
        motion: String,
        /// For, against, or neither.
        choice: Choice,
        /// Why; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        why: String,
    },
    /// Leaves a chapter, with all devices. Answered with `Reply::Published`.
    Leave {
        /// Which chapter.
        chapter: String,
        /// A word of farewell; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        why: String,
    },
    /// Begins a new key. Answered with `Reply::Published`.
    Rotate {
        /// Which chapter.
        chapter: String,
    },
    /// Those who were members once. Answered with `Reply::Members`.
    FormerMembers {
        /// Which chapter.
        chapter: String,
    },
    /// One member with their profile. Answered with `Reply::MemberPage`.
    ShowMember {
        /// Which chapter.
        chapter: String,
        /// The member's handle or id.
        member: String,
    },
    /// Says something about oneself. Answered with `Reply::Published`.
    SetProfile {
        /// Which chapter.
        chapter: String,
        /// All of it; it replaces the one before.
        profile: Profile,
    },
    /// Hides or shows what a member writes, on this computer alone. Answered with `Reply::Done`.
    Block {
        /// Which chapter.
        chapter: String,
        /// The member's handle or id.
        member: String,
        /// Whether it is hidden.
        on: bool,
    },
    /// What of this member's own counts no longer, because somebody's time ended without that having been seen.
    /// Answered with `Reply::Voided`.
    Voided {
        /// Which chapter.
        chapter: String,
    },
    /// What the chapter hid by decision. Answered with `Reply::Hidden`.
    Hidden {
        /// Which chapter.
        chapter: String,
    },
    /// This member's devices. Answered with `Reply::Devices`.
    Devices,
    /// Gives one of them a name, which only this member's own computer shows. Answered with `Reply::Done`.
    NameDevice {
        /// The device's id, or a unique beginning of it.
        device: String,
        /// Its name.
        name: String,
    },
    /// Revokes one of them, in all chapters. Answered with `Reply::Done`.
    RevokeDevice {
        /// The device's id, or a unique beginning of it.
        device: String,
        /// Why; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        why: String,
        /// What it wrote after this moment (RFC 3339) does not count; without it, everything that is here does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<String>,
    },
    /// Offers this member's chapters to a further device for ten minutes. Answered with `Reply::Pairing`.
    Pair,
    /// Takes the offer back. Answered with `Reply::Done`.
    CancelPair,
    /// Goes on becoming a further device with another code, when the first was over or refused. Answered with
    /// `Reply::Me`; `Event::Paired` follows.
    PairWith {
        /// The code that the other computer shows now.
        code: String,
    },
    /// Gives up becoming a further device: the keys for the way there are destroyed, and this computer is as new.
    /// Answered with `Reply::Done`.
    GiveUpPairing,

    /// Publishes a post. Answered with `Reply::Published`, after it is saved on this computer.
    Post {
        /// Which chapter.
        chapter: String,
        /// News, blog or discussion.
        kind: PostKind,
        /// One line, 1 to 200 characters.
        title: String,
        /// Markdown.
        body: String,
    },
    /// Comments on a post, minutes, a poll, or another comment. Answered with `Reply::Published`.
    Comment {
        /// What is commented on.
        entry: String,
        /// Markdown.
        body: String,
    },
    /// Publishes minutes. Answered with `Reply::Published`.
    RecordMinutes {
        /// Which chapter.
        chapter: String,
        /// What happened.
        minutes: MinutesDraft,
    },
    /// Says what a poll would be, without opening it. Answered with `Reply::PollPreview`.
    PreviewPoll {
        /// Which chapter.
        chapter: String,
        /// The questions.
        poll: PollDraft,
        /// Whether it would only be proposed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        propose: bool,
    },
    /// Opens a poll; its roll is the chapter's members of this moment. Answered with `Reply::PollOpened`.
    OpenPoll {
        /// Which chapter.
        chapter: String,
        /// The questions.
        poll: PollDraft,
    },
    /// Proposes a poll, to which members can object, and which they can amend, before it is opened. Answered with
    /// `Reply::Published`.
    ProposePoll {
        /// Which chapter.
        chapter: String,
        /// What it would be.
        poll: PollDraft,
    },
    /// Says what a proposal should be instead; its proposer changes it by that. Answered with `Reply::Published`.
    AmendProposal {
        /// Which proposal.
        proposal: String,
        /// All of it, as it should be.
        poll: PollDraft,
        /// Why.
        why: String,
    },
    /// Makes an amendment the proposal, as its proposer. Answered with `Reply::Published`.
    AdoptAmendment {
        /// Its entry.
        amendment: String,
    },
    /// Objects to a proposal. Answered with `Reply::Published`.
    ObjectToProposal {
        /// Which proposal.
        proposal: String,
        /// Why.
        why: String,
    },
    /// Answers an objection, as the proposer. Answered with `Reply::Published`.
    AnswerObjection {
        /// Its entry.
        objection: String,
        /// What there is to say.
        text: String,
    },
    /// Withdraws one's own objection. Answered with `Reply::Published`.
    WithdrawObjection {
        /// Its entry.
        objection: String,
        /// Why it is resolved.
        text: String,
    },
    /// Opens a poll as it was proposed, when its time is over. Answered with `Reply::PollOpened`.
    OpenProposal {
        /// Which proposal.
        proposal: String,
    },
    /// A proposal's page. Answered with `Reply::Proposal`.
    ShowProposal {
        /// Which proposal.
        proposal: String,
    },
    /// The proposals of a chapter, or of all, latest first. Answered with `Reply::Proposals`.
    Proposals {
        /// Only this one's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chapter: Option<String>,
    },
    /// Votes, or changes one's vote. Answered with `Reply::Published`.
    Vote {
        /// Which poll.
        poll: String,
        /// Question key to answer. A question that is left out is left blank.
        answers: BTreeMap<String, Answer>,
        /// Question key to why one answers it like that. Whoever blocks says why.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        reasons: BTreeMap<String, String>,
    },
    /// Gives one's vote in a poll to others, or, to nobody, takes it back. Answered with `Reply::Published`.
    Delegate {
        /// Which poll.
        poll: String,
        /// To whom.
        to: Vec<PartDraft>,
    },

    /// What is new, latest first. Answered with `Reply::Feed`.
    Feed {
        /// Only of this chapter.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chapter: Option<String>,
        /// Only of this kind: `news`, `blog`, `discussion`, `minutes`, `poll`, `proposal`, `motion`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
        /// At most so many.
        limit: usize,
        /// Only what comes after this entry in the feed's order (for the next page).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Id>,
    },
    /// One entry with all that belongs to it. Answered with `Reply::Post`, `Reply::Minutes`, `Reply::Poll`
    /// or `Reply::Comment`.
    Show {
        /// Which entry.
        entry: String,
    },
    /// Answered with `Reply::Poll`.
    ShowPoll {
        /// Which poll.
        poll: String,
    },
    /// The polls of a chapter, or of all, latest first. Answered with `Reply::Polls`.
    Polls {
        /// Only this one's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chapter: Option<String>,
    },
    /// Publishes one-time ballot keys of this member, without waiting until this computer does it by itself. Answered with
    /// `Reply::Published`.
    PublishBallotKeys {
        /// Which chapter.
        chapter: String,
    },
    /// A poll's tellers, and what they said. Answered with `Reply::Closing`.
    Tellers {
        /// Which poll.
        poll: String,
    },
    /// Signs a receipt for the votes that are here, if this member is a teller and there are any without one. Answered with
    /// `Reply::Closing`.
    WriteReceipt {
        /// Which poll.
        poll: String,
    },
    /// Closes a poll whose time is over, as one of its tellers. Answered with `Reply::Closing`.
    ClosePoll {
        /// Which poll.
        poll: String,
    },
    /// Counts a poll again from what is saved, and compares. Answered with `Reply::Recount`.
    Recount {
        /// Which poll.
        poll: String,
    },
    /// Writes a poll's result into a new file where people keep what they made. Answered with `Reply::Saved`, an archive with
    /// `Reply::Exported`.
    SaveResult {
        /// Which poll.
        poll: String,
        /// As what.
        format: ResultFormat,
    },
    /// Shows a few words on the desktop, outside of the window; not while it is locked. Answered with `Reply::Done`.
    Notify {
        /// One line.
        title: String,
        /// A sentence or two.
        body: String,
        /// What `Event::NoticeClicked` says when somebody clicks on it. The node makes nothing of it.
        #[serde(default)]
        about: String,
    },
    /// Asks the person for a file with the system's dialog; only where there is a window. Nothing is read or written.
    /// Answered with `Reply::Chosen`.
    ChooseFile {
        /// The path that is offered first; may be empty.
        path: String,
        /// Whether the file is to be made. Otherwise it has to be there.
        #[serde(default)]
        new: bool,
    },
    /// Shows a folder with the system's program for that; only where there is a window. Answered with `Reply::Done`.
    ShowFolder {
        /// The folder, or a file in it; from the root, or beginning with `~/`.
        path: String,
    },
    /// Writes a poll into a file that a stranger can check. Answered with `Reply::Exported`.
    ExportPoll {
        /// Which poll.
        poll: String,
        /// The file, which must not exist yet; from the root, or beginning with `~/`.
        path: String,
    },
    /// One question of a poll, with the whole record of its count. Answered with `Reply::Count`.
    ShowCount {
        /// Which poll.
        poll: String,
        /// The question's key.
        question: String,
    },

    /// Who is connected, how, what is left. Answered with `Reply::Network`.
    Network,
    /// Answered with `Reply::Peers`.
    Peers,
    /// Connects to an address (multiaddr), and keeps trying. Answered with `Reply::Done`.
    Connect {
        /// For example `/ip4/192.168.1.20/tcp/4001`.
        address: String,
    },
    /// Exchanges with whoever is reachable until both sides have the same. Answered with `Reply::Synced`.
    Sync {
        /// Which chapter.
        chapter: String,
        /// An address to connect to first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        peer: Option<String>,
        /// Gives up after this long.
        timeout_seconds: u64,
    },
    /// Finding members on the same network by mDNS: on or off. Answered with `Reply::Network`.
    SetDiscovery {
        /// Whether this computer makes itself known on the local network.
        on: bool,
    },

    /// How long guessing a passphrase would take. Answered in every state with `Reply::Strength`.
    Strength {
        /// The passphrase that somebody is choosing.
        passphrase: String,
        /// What a guesser who knows the person would try first, such as the handle.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        known: Vec<String>,
    },
    /// Seals the vault under another passphrase. Answered with `Reply::Done`.
    ChangePassphrase {
        /// The one that opens it now.
        old: String,
        /// The one that opens it from now on.
        new: String,
    },
    /// What is set about locking, and where backups would go. Answered in every state with `Reply::Security`.
    Security,
    /// Locks by itself after so many minutes without use. Answered with `Reply::Security`.
    SetAutoLock {
        /// Minutes; 0 is never.
        minutes: u16,
    },
    /// Lets the system's keyring open the vault as well, or no longer. Answered with `Reply::Security`.
    SetKeyring {
        /// Whether it does.
        on: bool,
        /// The vault's passphrase; to turn it on.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        passphrase: String,
    },
    /// The data folder was moved here, and where it was before it is not used any more: writing goes on as soon as other
    /// members have sent what is missing. Answered with `Reply::Done`.
    MovedHere,
    /// Somebody is at the window: the time until it locks by itself begins anew. Answered with `Reply::Done`.
    InUse,
    /// Keeps what somebody is still writing, sealed on this computer, under a name and in the place of what was there; an empty
    /// text forgets it. Answered with `Reply::Done`.
    KeepDraft {
        /// At most 200 bytes.
        name: String,
        /// Whatever the window makes of it: at most 512 KiB.
        text: String,
    },
    /// What was kept under a name. Answered with `Reply::Draft`.
    Draft {
        /// The name.
        name: String,
    },
    /// Writes everything of this computer into one sealed file. Answered with `Reply::BackedUp`; `Event::Backup` tells
    /// how far it is.
    CreateBackup {
        /// The file, which must not exist yet; from the root, or beginning with `~/`.
        path: String,
        /// The vault's passphrase: whoever finds an unlocked computer shall not carry its keys away.
        passphrase: String,
        /// Seals the backup instead of the vault's passphrase.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        separate: Option<String>,
    },
    /// Brings everything back from a backup, on a computer on which there is nothing yet.
    /// Answered with `Reply::Restored`.
    RestoreBackup {
        /// The file.
        path: String,
        /// What the backup is sealed with. From now on it opens the vault.
        passphrase: String,
    },
    /// Destroys the keys, then everything else of this folder, in every state. Answered with `Reply::Wiped`.
    Wipe,
}

const fn one() -> u64 {
    1
}

const fn is_one(uses: &u64) -> bool {
    *uses == 1
}

/// Passphrases and recovery words never reach a log, not even by accident.
impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Command {
    /// The command's name, for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Init { .. } => "init",
            Self::Unlock { .. } => "unlock",
            Self::UnlockWithKeyring => "unlock-with-keyring",
            Self::SetKeyring { .. } => "set-keyring",
            Self::Lock => "lock",
            Self::WhoAmI => "who-am-i",
            Self::Rename { .. } => "rename",
            Self::FoundChapter { .. } => "found-chapter",
            Self::ListChapters => "list-chapters",
            Self::ShowChapter { .. } => "show-chapter",
            Self::Members { .. } => "members",
            Self::Invite { .. } => "invite",
            Self::SaveInvitation { .. } => "save-invitation",
            Self::InspectInvitation { .. } => "inspect-invitation",
            Self::Join { .. } => "join",
            Self::CancelJoin { .. } => "cancel-join",
            Self::AnswerTerms { .. } => "answer-terms",
            Self::JoinRequests { .. } => "join-requests",
            Self::Sponsor { .. } => "sponsor",
            Self::Decline { .. } => "decline",
            Self::Rules { .. } => "rules",
            Self::Propose { .. } => "propose",
            Self::Motions { .. } => "motions",
            Self::ShowMotion { .. } => "show-motion",
            Self::VoteOnMotion { .. } => "vote-on-motion",
            Self::Leave { .. } => "leave",
            Self::Rotate { .. } => "rotate",
            Self::FormerMembers { .. } => "former-members",
            Self::ShowMember { .. } => "show-member",
            Self::SetProfile { .. } => "set-profile",
            Self::Block { .. } => "block",
            Self::Voided { .. } => "voided",
            Self::Hidden { .. } => "hidden",
            Self::Devices => "devices",
            Self::NameDevice { .. } => "name-device",
            Self::RevokeDevice { .. } => "revoke-device",
            Self::Pair => "pair",
            Self::CancelPair => "cancel-pair",
            Self::PairWith { .. } => "pair-with",
            Self::GiveUpPairing => "give-up-pairing",
            Self::State { .. } => "state",
            Self::Post { .. } => "post",
            Self::Comment { .. } => "comment",
            Self::RecordMinutes { .. } => "record-minutes",
            Self::PreviewPoll { .. } => "preview-poll",
            Self::OpenPoll { .. } => "open-poll",
            Self::ProposePoll { .. } => "propose-poll",
            Self::AmendProposal { .. } => "amend-proposal",
            Self::AdoptAmendment { .. } => "adopt-amendment",
            Self::ObjectToProposal { .. } => "object-to-proposal",
            Self::AnswerObjection { .. } => "answer-objection",
            Self::WithdrawObjection { .. } => "withdraw-objection",
            Self::OpenProposal { .. } => "open-proposal",
            Self::ShowProposal { .. } => "show-proposal",
            Self::Proposals { .. } => "proposals",
            Self::Vote { .. } => "vote",
            Self::Delegate { .. } => "delegate",
            Self::Feed { .. } => "feed",
            Self::Show { .. } => "show",
            Self::ShowPoll { .. } => "show-poll",
            Self::SaveResult { .. } => "save-result",
            Self::Notify { .. } => "notify",
            Self::ChooseFile { .. } => "choose-file",
            Self::ShowFolder { .. } => "show-folder",
            Self::ShowCount { .. } => "show-count",
            Self::Polls { .. } => "polls",
            Self::Tellers { .. } => "tellers",
            Self::PublishBallotKeys { .. } => "publish-ballot-keys",
            Self::WriteReceipt { .. } => "write-receipt",
            Self::ClosePoll { .. } => "close-poll",
            Self::Recount { .. } => "recount",
            Self::ExportPoll { .. } => "export-poll",
            Self::Network => "network",
            Self::Peers => "peers",
            Self::Connect { .. } => "connect",
            Self::Sync { .. } => "sync",
            Self::SetDiscovery { .. } => "set-discovery",
            Self::Strength { .. } => "strength",
            Self::ChangePassphrase { .. } => "change-passphrase",
            Self::Security => "security",
            Self::SetAutoLock { .. } => "set-auto-lock",
            Self::InUse => "in-use",
            Self::KeepDraft { .. } => "keep-draft",
            Self::Draft { .. } => "draft",
            Self::MovedHere => "moved-here",
            Self::CreateBackup { .. } => "create-backup",
            Self::RestoreBackup { .. } => "restore-backup",
            Self::Wipe => "wipe",
        }
    }
}
