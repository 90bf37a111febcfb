//! The things that are shown.

use crate::{
    Id, Time,
    closing::{ClosingView, CountsView, SetAside},
    draft::{ActionPoint, AgendaItem, Decision, NextMeeting},
    people::{EndedView, HiddenView, MotionStage, StatementView, TaskView},
    poll::{
        Answer, CountedBallot, EvenlyView, GivenView, MethodView, MyVote, ObserverView, QuorumView, Record, SecretView,
        VerdictView, WeightView,
    },
    proposal::{ProposalLine, ProposedView},
};
use serde::{Deserialize, Serialize};

/// A branch's level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// A chapter.
    Local,
    /// Several chapters.
    Regional,
    /// A country.
    National,
    /// The whole federation.
    International,
}

/// What a post is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PostKind {
    /// Something that happened or will.
    News,
    /// One member's text.
    Blog,
    /// A question to everybody.
    Discussion,
}

/// Where a node stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusView {
    /// No vault yet, locked, or open.
    pub vault: VaultState,
    /// The member's handle; known only while the vault is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// Chapters on this computer, while the vault is open.
    pub chapters: usize,
    /// Entries on this computer, while the vault is open.
    pub entries: u64,
    /// Other computers that are connected and share a chapter.
    pub connected: usize,
    /// Whether the node takes part in the network now.
    pub serving: bool,
    /// The data folder was last used in another place, and nobody has said yet what this copy is: nothing is written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub copied: bool,
    /// What of the saved data is missing, chapter by chapter, in sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The program's version.
    pub version: String,
}

/// The vault's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VaultState {
    /// First start.
    Missing,
    /// A passphrase is needed.
    Locked,
    /// Keys are in memory.
    Open,
}

/// This member and this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The member's id (its public key).
    pub member: Id,
    /// The handle.
    pub handle: String,
    /// This device's id (its public key).
    pub device: Id,
    /// The member's six words, to compare by voice.
    pub six_words: String,
    /// This computer is on its way to become a further device of a member: how long the code that it was given is good.
    /// Until then it has no name and no chapters, and the keys are for the way there alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairing: Option<Time>,
}

/// A chapter in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChapterSummary {
    /// Chapter id.
    pub chapter: Id,
    /// Its name.
    pub name: String,
    /// Where it meets.
    pub place: String,
    /// Level.
    pub tier: Tier,
    /// When it was founded.
    pub founded: Time,
    /// How many members.
    pub members: usize,
    /// How many entries are here.
    pub entries: u64,
    /// Polls that are open.
    pub open_polls: usize,
    /// Open polls that this member is on the roll of and has not voted in.
    pub waiting_polls: usize,
    /// Open motions that this member has a vote on and has not voted on.
    #[serde(default)]
    pub waiting_motions: usize,
    /// Newcomers who ask to join and whom this member has not said anything about.
    #[serde(default)]
    pub waiting_requests: usize,
    /// True while the invitation is being used: nothing of the chapter is here yet.
    #[serde(default)]
    pub joining: bool,
    /// True while it is being joined and asks something not answered yet, as far as is known since the program was started.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks: bool,
    /// True while it is copied here for the first time: what came can be read, and nothing written until this member's own
    /// admission is among it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub arriving: bool,
    /// True while what was saved of it here, and cannot be read any more, is fetched again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mending: bool,
    /// Entries that are known of and still to fetch.
    #[serde(default)]
    pub left: u64,
    /// True when this member's own membership ended: the chapter can be read, and nothing written.
    #[serde(default)]
    pub reading_only: bool,
    /// True when other members' computers were reached and none answers this one: this member may have been removed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    /// Posts, minutes and votes that are in no feed here: they were written before this member joined, and the chapter
    /// shows newcomers only what was written since.
    #[serde(default)]
    pub withheld: u64,
}

/// One chapter's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChapterPage {
    /// The line.
    #[serde(flatten)]
    pub summary: ChapterSummary,
    /// Handles of the founders.
    pub founders: Vec<String>,
    /// Sponsors that admit a newcomer.
    pub sponsors_needed: u32,
    /// Members from which the chapter counts as operating.
    pub operating_from: u32,
    /// Devices of the chapter, this one included.
    pub devices: usize,
    /// How much of the chapter other devices have: entries that at least one other device confirmed.
    pub shared_entries: u64,
    /// What newcomers agree to, and where it comes from, if there is such a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<StatementView>,
    /// Action points of all minutes, earliest due first.
    pub actions: Vec<OpenAction>,
    /// The next meeting named in the latest minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_meeting: Option<NextMeeting>,
    /// What the chapter should know about itself: forked keys, entries that do not count and why.
    pub notices: Vec<String>,
    /// Of the notices, the one that the others do not answer this computer any more, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<String>,
    /// How many of this member's own entries count no longer, because somebody's time ended: `Command::Voided`.
    #[serde(default)]
    pub voided: usize,
    /// How this member's own membership ended, if it did: the chapter can be read, and nothing written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndedView>,
}

impl ChapterPage {
    /// Whether this member can write in it: not once their membership ended, and not before it has arrived here.
    pub const fn is_writable(&self) -> bool {
        self.ended.is_none() && !self.summary.arriving
    }
}

/// An action point with the minutes that it is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAction {
    /// The point.
    #[serde(flatten)]
    pub action: ActionPoint,
    /// The minutes' entry.
    pub minutes: Id,
}

/// A member of a chapter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberView {
    /// Member id.
    pub member: Id,
    /// Handle.
    pub handle: String,
    /// Where somebody else's handle looks like it, or several alphabets stand in it: the first three of the six words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apart: Option<String>,
    /// Since when.
    pub since: Time,
    /// Handle of the one who sponsored them; none for founders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor: Option<String>,
    /// What tells the sponsor apart, as in `apart`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor_apart: Option<String>,
    /// How many devices.
    pub devices: usize,
    /// Whether a device of theirs is connected to this computer now.
    pub connected: bool,
    /// Their tasks in the chapter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskView>,
    /// This computer hides what they write.
    #[serde(default)]
    pub blocked: bool,
    /// How their membership ended, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndedView>,
    /// This is you.
    pub me: bool,
    /// Six words to compare by voice.
    pub six_words: String,
}

/// Who wrote something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// Member id.
    pub member: Id,
    /// Handle.
    pub handle: String,
    /// This is you.
    pub me: bool,
}

/// Where an entry is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Devices of the chapter that confirmed to this computer that they have it, this one included: 1 or more.
    pub have: usize,
    /// Devices of the chapter.
    pub of: usize,
}

/// One line of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedItem {
    /// Entry id.
    pub entry: Id,
    /// Chapter id.
    pub chapter: Id,
    /// Chapter's name.
    pub chapter_name: String,
    /// `news`, `blog`, `discussion`, `minutes`, `poll`, `proposal`, `motion`.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Author's handle.
    pub author: String,
    /// Author's member id.
    pub author_id: Id,
    /// When the author says it was written.
    pub time: Time,
    /// The first 280 characters or so of its text, without markup.
    pub excerpt: String,
    /// How many comments.
    pub comments: usize,
    /// Where it is.
    pub share: Share,
    /// For polls: turnout and close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<PollLine>,
    /// For minutes: how many decisions and action points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<MinutesLine>,
    /// For motions: how far it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion: Option<MotionLine>,
    /// For proposals: how far it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<ProposalLine>,
    /// Whoever wrote it is blocked on this computer.
    #[serde(default)]
    pub blocked: bool,
    /// It came ahead of what was written before it, which is still on its way: until then it is shown, and counts for nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early: bool,
    /// The chapter hid it by decision: neither title nor text is left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// A motion in a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MotionLine {
    /// Open, passed, failed.
    pub stage: MotionStage,
    /// When voting ends.
    pub closes: Time,
    /// Members with a vote.
    pub roll: usize,
    /// Members who voted.
    pub voters: usize,
    /// Whether this member can vote and has not.
    pub waiting: bool,
}

/// A poll in a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollLine {
    /// `open` or `closed`.
    pub state: PollState,
    /// When voting ends.
    pub closes: Time,
    /// Members on the roll.
    pub roll: usize,
    /// Members who voted.
    pub voters: usize,
    /// Whether this member can vote and has not.
    pub waiting: bool,
    /// What it came to, once it is closed and can be counted; left out further down in long lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// Minutes in a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinutesLine {
    /// Day of the meeting.
    pub date: String,
    /// Where.
    pub place: String,
    /// How many were there.
    pub present: usize,
    /// Decisions.
    pub decisions: usize,
    /// Action points.
    pub actions: usize,
}

/// What every entry that is shown alone has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryHead {
    /// Entry id.
    pub entry: Id,
    /// Chapter id.
    pub chapter: Id,
    /// Chapter's name.
    pub chapter_name: String,
    /// Author.
    pub author: Author,
    /// The signing device's id.
    pub device: Id,
    /// When the author says it was written.
    pub time: Time,
    /// Where it is.
    pub share: Share,
    /// It came ahead of what was written before it, which is still on its way: nothing can be written under it yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early: bool,
    /// Set when the entry does not count, with the reason in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub void: Option<String>,
    /// Whoever wrote it is blocked on this computer: the text is shown only when it is asked for.
    #[serde(default)]
    pub blocked: bool,
}

/// A post with its comments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostView {
    /// Entry, author, time, share.
    #[serde(flatten)]
    pub head: EntryHead,
    /// What kind.
    pub kind: PostKind,
    /// Title.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Set when the chapter hid it by decision: there is no text any more, only its place and the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Box<HiddenView>>,
    /// In the order to show, replies behind what they answer.
    pub comments: Vec<CommentView>,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentView {
    /// Entry, author, time, share.
    #[serde(flatten)]
    pub head: EntryHead,
    /// What it answers: the post, minutes, poll, or another comment.
    pub on: Id,
    /// How deep: 0 answers the entry itself.
    pub depth: usize,
    /// Markdown.
    pub body: String,
    /// Set when the chapter hid it by decision: there is no text any more, only its place and the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Box<HiddenView>>,
}

/// Minutes with their comments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinutesView {
    /// Entry, author, time, share.
    #[serde(flatten)]
    pub head: EntryHead,
    /// Title.
    pub title: String,
    /// Day.
    pub date: String,
    /// `18:30`, or empty.
    pub starts: String,
    /// `21:30`, or empty.
    pub ends: String,
    /// Where.
    pub place: String,
    /// Who facilitated.
    pub facilitator: String,
    /// Who took the minutes.
    pub note_taker: String,
    /// Who was there.
    pub attendance: Vec<String>,
    /// Agenda.
    pub items: Vec<AgendaItem>,
    /// Decisions.
    pub decisions: Vec<Decision>,
    /// Action points.
    pub actions: Vec<ActionPoint>,
    /// The next meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<NextMeeting>,
    /// Set when the chapter hid it by decision: there is no text any more, only its place and the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Box<HiddenView>>,
    /// In the order to show.
    pub comments: Vec<CommentView>,
}

/// Whether a poll takes votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PollState {
    /// By this computer's clock, before its close.
    Open,
    /// After it.
    Closed,
}

/// A poll with its totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollView {
    /// Entry (the poll's id), author, time, share.
    #[serde(flatten)]
    pub head: EntryHead,
    /// Title.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// Open or closed.
    pub state: PollState,
    /// When voting ends.
    pub closes: Time,
    /// Members on the roll.
    pub roll: usize,
    /// Members whose ballot counts.
    pub voters: usize,
    /// Whether this member is on the roll.
    pub on_roll: bool,
    /// The questions with their totals, in the poll's order.
    pub questions: Vec<QuestionView>,
    /// This member's own ballot that counts, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<MyBallot>,
    /// Who voted, by handle: the first thousand.
    pub voted: Vec<String>,
    /// Ballots and votes given to others that are here and not counted, with the reason: the first two hundred.
    pub not_counted: Vec<NotCounted>,
    /// How many these are.
    #[serde(default)]
    pub not_counted_all: usize,
    /// The same and those that later ones replaced, by the reason.
    #[serde(default)]
    pub aside: SetAside,
    /// Whether it is a poll of single choices that the most votes win, everybody with one vote. Of all others, see what
    /// follows.
    #[serde(default)]
    pub plain: bool,
    /// How many parts one vote has.
    #[serde(default)]
    pub unit: u64,
    /// What the roll weighs, in parts.
    #[serde(default)]
    pub roll_weight: u64,
    /// What all votes cast weigh, in parts, those given to others included.
    #[serde(default)]
    pub cast: u64,
    /// What part of the roll has to vote, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<QuorumView>,
    /// Whether votes can be given to others.
    #[serde(default)]
    pub delegation: bool,
    /// Whose votes weigh something else than one vote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weights: Vec<WeightView>,
    /// Members without a vote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observers: Vec<ObserverView>,
    /// Votes that were given to others, if they can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given: Option<GivenView>,
    /// What it is to this member.
    #[serde(default)]
    pub my_vote: MyVote,
    /// What there is to know of it, if its ballots are secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretView>,
    /// How it is opened, if its ballots are hidden until the close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening: Option<crate::opening::OpeningView>,
    /// All secret ballots that count, by what their voters find them by: the first thousand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ballots: Vec<CountedBallot>,
    /// Its tellers, if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<ClosingView>,
    /// Who counted it, once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<CountsView>,
    /// The proposal that it was, if it stood proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<ProposedView>,
    /// Digest of the result: equal on two computers exactly when they count the same.
    pub result_hash: String,
    /// The same as six words, for two people to read to each other.
    pub result_words: String,
    /// In the order to show.
    pub comments: Vec<CommentView>,
}

impl PollView {
    /// Why there is no result yet, if its ballots are hidden and not open.
    pub fn sealed(&self) -> Option<&str> {
        let opening = self.opening.as_ref().filter(|opening| opening.stage != crate::opening::OpeningStage::Open)?;
        Some(opening.words.first().map_or("Hidden until the close.", String::as_str))
    }

    /// What a result is worth that no teller closes, once voting is over.
    pub fn by_dates(&self) -> Option<&'static str> {
        let over = self.state == PollState::Closed && self.closing.is_none();
        over.then_some(
            "This poll has no tellers: the dates in the ballots decide which of them count. One that arrives later, with a date \
             from before the close, still changes the result.",
        )
    }

    /// What this member is told of a vote of theirs that came and is not counted.
    pub fn own_not_counted(&self) -> Option<String> {
        let own = self.not_counted.iter().find(|ballot| ballot.own && !ballot.delegation)?;
        let which =
            if self.mine.is_some() { "Another vote of yours is not counted" } else { "Your vote is not counted" };
        Some(format!("{which}: {}.", own.reason))
    }
}

/// This member's ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyBallot {
    /// The ballot's entry.
    pub entry: Id,
    /// When it was cast.
    pub time: Time,
    /// Question key to answer; questions left blank are left out.
    pub answers: std::collections::BTreeMap<String, Answer>,
    /// Question key to why, where this member said it.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub reasons: std::collections::BTreeMap<String, String>,
    /// Where the ballot is.
    pub share: Share,
    /// Tellers who said that they have seen it, by handle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen_by: Vec<String>,
}

/// A ballot, or a vote given to others, that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotCounted {
    /// Its entry.
    pub entry: Id,
    /// Whether it gives a vote to others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub delegation: bool,
    /// Whose it is.
    pub author: String,
    /// Whether it is this member's own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// Why, in a sentence.
    pub reason: String,
}

/// One question's totals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionView {
    /// Key.
    pub key: String,
    /// What is asked.
    pub text: String,
    /// In the poll's order.
    pub options: Vec<OptionView>,
    /// Votes that left this question blank.
    pub blank: u64,
    /// Votes that answer it; where one option is chosen, the sum of `votes`.
    pub total: u64,
    /// How it is decided.
    #[serde(default)]
    pub method: MethodView,
    /// What is decided.
    #[serde(default)]
    pub verdict: VerdictView,
    /// Where a runoff may have to draw a lot: the options, first drawn first. Of those equal, the last is out. It is
    /// fixed since the poll was opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<usize>,
    /// How the count came to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// Whether it is too long for this page: `Command::ShowCount` has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub record_left_out: bool,
    /// Where votes weigh differently, what it would have come to otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evenly: Option<EvenlyView>,
}

/// One option's votes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionView {
    /// Its text.
    pub name: String,
    /// Its votes, approvals, score or dots; where options are ranked, the votes that rank it first.
    pub votes: u64,
}

/// Connections and what is left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkView {
    /// Whether the node takes part in the network now.
    pub serving: bool,
    /// Whether this computer makes itself known on the local network.
    pub discovery: bool,
    /// Own addresses.
    pub listening: Vec<String>,
    /// Own network name.
    pub peer_id: String,
    /// Connected computers.
    pub peers: Vec<PeerView>,
    /// Entries that are known of and still to fetch, over all chapters.
    pub left: u64,
    /// Entries that no other device has confirmed yet, in chapters that have other devices.
    pub only_here: u64,
    /// Chapters that this member is trying to join.
    pub joining: Vec<String>,
}

/// A connected computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerView {
    /// Its network name.
    pub peer_id: String,
    /// Its address.
    pub address: String,
    /// How: `same network`, `direct`, `relay`.
    pub route: String,
    /// The member whose device it is, once proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    /// Names of the chapters that both share, once proven.
    pub chapters: Vec<String>,
    /// Names of those in which it does not answer this computer; they are not among `chapters`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silent: Vec<String>,
    /// Entries still to fetch from it.
    pub left: u64,
    /// When something was last exchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_exchange: Option<Time>,
}

/// How long guessing a passphrase would take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrengthView {
    /// 0 (guessed within the hour) to 4 (not within a hundred years).
    pub level: u8,
    /// How long, as part of a sentence: `about 3 hours`.
    pub time: String,
    /// What makes it easy to guess, in a sentence, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What is set about locking and backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityView {
    /// Minutes without use after which the window locks by itself; 0 is never. Absent while locked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_after_minutes: Option<u16>,
    /// Where a backup would go: a file that does not exist yet.
    pub backup_path: String,
    /// The latest backup that lies where backups go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup_found: Option<String>,
    /// Whether the system's keyring opens the vault as well.
    #[serde(default)]
    pub keyring: bool,
    /// Whether what was hidden or removed has left the disk.
    #[serde(default)]
    pub erased: Erased,
}

/// Whether the bytes of what was hidden or removed have left this computer's disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Erased {
    /// They have.
    #[default]
    Yes,
    /// They are in the saved data until it is written anew, which happens by itself within minutes, or after the next start.
    Soon,
    /// Writing it anew needs more free disk than there is.
    NeedsRoom {
        /// How much more, in megabytes.
        megabytes: u64,
    },
}

impl Erased {
    /// As a person is told.
    pub fn words(self) -> String {
        match self {
            Self::Yes => "What was hidden or removed here has left this computer's disk.".into(),
            Self::Soon => {
                "What was hidden last is still to be erased from this computer's disk. That is done by itself, \
                           within minutes, while Chapterhouse is open."
                    .into()
            }
            Self::NeedsRoom { megabytes } => format!(
                "What was hidden is still to be erased from this computer's disk. For a moment that needs {megabytes} MB \
                 more of free disk; it is done by itself when there is room."
            ),
        }
    }
}

/// Why the vault was locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LockCause {
    /// Somebody asked for it, or the program ends.
    #[default]
    Asked,
    /// Nobody used the window for as long as was set.
    Unused,
    /// The computer slept.
    Slept,
}

/// What destroying everything came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipeReport {
    /// Whether the keys are destroyed. Without them nothing that may be left can be read.
    pub keys_destroyed: bool,
    /// What is gone and what is not, one sentence each.
    pub notes: Vec<String>,
    /// Files of ours that could not be removed, and why.
    pub left: Vec<String>,
}
