//! What is printed: plain lines for people, JSON for scripts. Nothing else writes to standard output.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod closing;
mod membership;
mod polls;
mod proposals;
mod table;
mod vault;

pub(crate) use membership::told_apart;
pub(crate) use polls::secrecy;
pub(crate) use vault::strength as strength_line;

use api::{
    ErrorCode, Event, Refusal, Reply, in_command,
    reply::SyncReport,
    view::{ChapterSummary, CommentView, EntryHead, FeedItem, Share, VaultState},
};
use serde::Serialize;
use std::io::Write;

/// Where a data folder has to be explained first.
pub(crate) const COPIED: &str = "this data folder was copied or moved to here. If it is used only here from now on, say \
    `chapterhouse device moved`; if it is a second computer, erase this copy (`chapterhouse wipe`) and add it as a further \
    one of yours (`chapterhouse init --pair`)";

/// Prints.
pub(crate) struct Output {
    /// For scripts.
    pub(crate) json: bool,
}

/// Prints a refusal where refusals go.
pub(crate) fn refusal(refusal: &Refusal, json: bool) {
    if json {
        eprintln!("{}", serde_json::json!({ "error": refusal }));
    } else {
        eprintln!("chapterhouse: {}", refusal.message);
    }
}

impl Output {
    /// For scripts, or for people.
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints an answer.
    pub(crate) fn reply(&self, reply: &Reply) -> Result<(), Refusal> {
        if self.json { self.reply_json(reply) } else { self.line(&with_warning(reply)) }
    }

    /// Prints an entry; where this member blocks its author, that, and not its text. Scripts are told in `blocked`.
    pub(crate) fn unless_blocked(&self, reply: &Reply) -> Result<(), Refusal> {
        let head = match reply {
            Reply::Post(post) => &post.head,
            Reply::Minutes(minutes) => &minutes.head,
            Reply::Comment(comment) => &comment.head,
            // Votes are the chapter's; whoever opened them.
            _ => return self.reply(reply),
        };
        if self.json || !head.blocked {
            return self.reply(reply);
        }
        let (chapter, name) = (&head.chapter_name, &head.author.handle);
        self.line(&format!(
            "{}\n\n{}\nTo see again whatever {name} writes: chapterhouse unblock {} {}",
            head_line(head),
            blocked(head),
            in_command(chapter),
            in_command(name),
        ))
    }

    fn reply_json(&self, reply: &Reply) -> Result<(), Refusal> {
        match reply {
            Reply::Draft(text) => self.object(&serde_json::json!({ "draft": text })),
            Reply::Done => self.object(&serde_json::json!({ "done": true })),
            Reply::Status(value) => self.object(value),
            Reply::Initialised(value) => self.object(&serde_json::json!({
                "member": value.me.member, "handle": value.me.handle, "device": value.me.device,
                "six_words": value.me.six_words, "recovery_words": value.recovery_words,
            })),
            Reply::Me(value) => self.object(value),
            Reply::Chapter(value) => self.object(value),
            Reply::Chapters(list) => self.list(list),
            Reply::ChapterPage(value) => self.object(value),
            Reply::Members(list) => self.list(list),
            Reply::Invitation(value) => {
                let mut object = serde_json::json!({
                    "invitation": value.invitation, "expires": value.expires, "uses": value.uses,
                });
                if let Some(words) = &value.dated_ahead {
                    object["dated_ahead"] = words.as_str().into();
                }
                self.object(&object)
            }
            Reply::Saved(value) => self.object(value),
            Reply::Chosen(value) => self.object(value),
            Reply::Renamed(value) => self.object(value),
            Reply::InvitationPreview(value) | Reply::Joining(value) => self.object(value),
            Reply::State(value) => self.object(value),
            Reply::Published(value) => self.object(value),
            Reply::VoteKept(value) => self.object(value),
            Reply::PollPreview(value) => self.object(value),
            Reply::PollOpened(value) => self.object(value),
            Reply::Feed(list) => self.list(&not_blocked(list)),
            Reply::Post(value) => self.object(value),
            Reply::Minutes(value) => self.object(value),
            Reply::Poll(value) => self.object(value),
            Reply::Count(value) => self.object(value),
            Reply::Closing(value) => self.object(value),
            Reply::Polls(list) => self.list(list),
            Reply::Proposal(value) => self.object(value),
            Reply::Proposals(list) => self.list(list),
            Reply::Recount(value) => self.object(value),
            Reply::Exported(value) => self.object(value),
            Reply::Verified(value) => self.object(value),
            Reply::Comment(value) => self.object(value),
            Reply::Network(value) => self.object(value),
            Reply::Peers(list) => self.list(list),
            Reply::Synced(value) => self.object(value),
            Reply::JoinRequests(list) => self.list(list),
            Reply::Rules(value) => self.object(value),
            Reply::Motions(list) => self.list(list),
            Reply::Motion(value) => self.object(value),
            Reply::MemberPage(value) => self.object(value),
            Reply::Hidden(list) => self.list(list),
            Reply::Voided(list) => self.list(list),
            Reply::Devices(list) => self.list(list),
            Reply::Pairing(value) => self.object(&serde_json::json!({
                "short": value.short, "code": value.code, "expires": value.expires,
            })),
            Reply::Strength(value) => self.object(value),
            Reply::Security(value) => self.object(value),
            Reply::BackedUp(value) => self.object(value),
            Reply::Restored(value) => self.object(value),
            Reply::Wiped(value) => self.object(value),
        }
    }

    /// The first line of `serve` on a copy: nobody can reach it, and nobody is called from it.
    pub(crate) fn silent_copy(&self, peer_id: &str) -> Result<(), Refusal> {
        if self.json {
            return self.object(&serde_json::json!({ "listening": [], "peer_id": peer_id, "copied": true }));
        }
        self.line("Not connected: from a copy nobody is called, and nobody can reach it. Stop with Ctrl C.")
    }

    /// The first line of `serve`.
    pub(crate) fn listening(&self, listening: &[String], peer_id: &str) -> Result<(), Refusal> {
        if self.json {
            return self.object(&serde_json::json!({ "listening": listening, "peer_id": peer_id }));
        }
        let mut text = String::from("Connected to the network. Stop with Ctrl C.");
        for address in listening {
            text.push_str(&format!("\n  reachable at {address}/p2p/{peer_id}"));
        }
        self.line(&text)
    }

    /// Something that the node said by itself.
    pub(crate) fn event(&self, event: &Event) -> Result<(), Refusal> {
        if self.json {
            return self.object(event);
        }
        match event {
            Event::Changed { chapter, entries } => {
                self.line(&format!("{}: {} here", chapter.get(..8).unwrap_or(chapter), self::entries(*entries)))
            }
            Event::Joined { chapter_name, .. } => self.line(&format!("You are now a member of {chapter_name}.")),
            Event::JoinRefused { reason, .. } => self.line(&format!("Not joined: {reason}")),
            Event::JoinUnknown { reason, .. } => self.line(&format!("Not joined yet: {reason}.")),
            Event::Voided { chapter_name, entries, .. } => self.line(&voided(chapter_name, *entries)),
            Event::Unanswered { chapter_name, .. } => self.line(&unanswered(chapter_name)),
            Event::JoinTerms { chapter_name, .. } => self.line(&format!(
                "{chapter_name} asks something of you before you can go on joining: chapterhouse join, with the same \
                 invitation, shows it"
            )),
            Event::JoinWaiting { have, need, .. } => {
                self.line(&format!("Your request is on record. {}", membership::words(*have, *need)))
            }
            Event::Paired { handle, chapters } => self
                .line(&format!("You are {handle} on this computer, too; {} came along.", count(*chapters, "chapter"))),
            Event::DeviceAdded { device } => {
                self.line(&format!("Another computer is yours now, too: device {}.", short(device)))
            }
            Event::Warning { message } | Event::Mending { message, .. } => self.line(&format!("Note: {message}")),
            Event::Mended { chapter_name, .. } => {
                self.line(&format!("{chapter_name}: what was missing here has come, and writing goes on."))
            }
            Event::Network(network) => self.line(&format!("{} connected", count(network.peers.len(), "computer"))),
            Event::Wiped(report) => self.line(&report.notes.join("\n")),
            Event::Progress { .. }
            | Event::Listening { .. }
            | Event::Locked { .. }
            | Event::Unlocked
            | Event::NoticeClicked { .. }
            | Event::Backup { .. } => Ok(()),
        }
    }

    /// What a newcomer's feed does not show, once, below it.
    pub(crate) fn withheld(&self, chapters: &[ChapterSummary]) {
        for chapter in chapters.iter().filter(|chapter| chapter.withheld > 0) {
            let (n, name) = (chapter.withheld, &chapter.name);
            let are = if n == 1 { "1 earlier entry is".into() } else { format!("{n} earlier entries are") };
            self.remark(&format!("{are} not shown: {name} shows newcomers what was written since they joined."));
        }
    }

    /// A remark beside the answer, for people only.
    pub(crate) fn remark(&self, text: &str) {
        if !self.json {
            eprintln!("{text}");
        }
    }

    fn object<T: Serialize + ?Sized>(&self, value: &T) -> Result<(), Refusal> {
        let text = serde_json::to_string(value).map_err(|error| broken(&error))?;
        self.line(&text)
    }

    fn list<T: Serialize>(&self, list: &[T]) -> Result<(), Refusal> {
        list.iter().try_for_each(|value| self.object(value))
    }

    /// A line to standard output. A reader that has gone (`| head`) has all it wanted.
    fn line(&self, text: &str) -> Result<(), Refusal> {
        if text.is_empty() {
            return Ok(());
        }
        let mut out = std::io::stdout().lock();
        match writeln!(out, "{text}").and_then(|()| out.flush()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            done => done.map_err(|error| broken(&error)),
        }
    }
}

fn voided(chapter: &str, entries: usize) -> String {
    let many = match entries {
        1 => "1 entry of yours does not count".into(),
        many => format!("{many} entries of yours do not count"),
    };
    format!("{many} in {chapter} any more: chapterhouse voided {} lists them", in_command(chapter))
}

fn unanswered(chapter: &str) -> String {
    format!(
        "The others in {chapter} do not answer this computer any more: chapterhouse chapter show {} says what that may mean",
        in_command(chapter)
    )
}

fn broken(error: &dyn std::error::Error) -> Refusal {
    Refusal::new(ErrorCode::Internal, format!("could not print: {error}"))
}

/// `1 thing`, `2 things`.
pub(crate) fn count(n: usize, thing: &str) -> String {
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}

fn entries(n: u64) -> String {
    if n == 1 { "1 entry".into() } else { format!("{n} entries") }
}

fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

fn share(share: Share) -> String {
    match share {
        Share { have: 0 | 1, of: 0 | 1 } => "on your only device".into(),
        Share { have: 0 | 1, .. } => "only on this computer so far".into(),
        Share { have, of } if have >= of => format!("all {of} devices have this"),
        Share { have, of } => format!("{have} of {of} devices have this"),
    }
}

/// In the place of an author whose membership has not come.
const UNKNOWN: &str = "who wrote it is not known yet";
/// Below what came ahead of its past.
const EARLY: &str = "not checked yet: what was written before it is still on its way to this computer";

fn head_line(head: &EntryHead) -> String {
    if head.early {
        let author = if head.author.member.is_empty() { UNKNOWN } else { &head.author.handle };
        return format!("{} · {author} · {}\n{EARLY}", head.chapter_name, head.time);
    }
    let mut text = format!("{} · {} · {} · {}", head.chapter_name, head.author.handle, head.time, share(head.share));
    if let Some(void) = &head.void {
        text.push_str(&format!("\nDoes not count: {void}"));
    }
    text
}

fn chapter_line(chapter: &ChapterSummary) -> String {
    if chapter.lost {
        let how = "nothing that was saved of it can be read any more, because the disk was damaged: leave `chapterhouse serve` or \
                   the window running until another member's computer has sent it again; a backup has it, too";
        return format!("{}  (its name is lost as well)  {how}", short(&chapter.chapter));
    }
    if chapter.joining && chapter.name.is_empty() {
        let how = "it came with this computer's pairing, and nothing of it is here yet: leave `chapterhouse serve` or the window \
                   running until it has met your other computer, or another member's";
        return format!("{}  (its name has not come yet)  {how}", short(&chapter.chapter));
    }
    if chapter.asks {
        let how = "it asks something of you first: `chapterhouse join`, with the same invitation, shows it and takes your answers";
        return format!("{}  {}  {how}", short(&chapter.chapter), chapter.name);
    }
    if chapter.joining {
        // With nothing of it here, nobody can say how far it is; the members decide, or have not been found.
        let how =
            "you are not in yet: `chapterhouse serve` goes on asking its members, `chapterhouse leave` gives it up";
        return format!("{}  {}  {how}", short(&chapter.chapter), chapter.name);
    }
    if chapter.arriving {
        let left = if chapter.left == 0 { String::new() } else { format!(", {} left", entries(chapter.left)) };
        return format!(
            "{}  {}  it is arriving ({} here{left}): the latest can be read, and you can write once all is here",
            short(&chapter.chapter),
            chapter.name,
            entries(chapter.entries),
        );
    }
    if chapter.rejoining {
        return format!(
            "{}  {}  you are in it no more, and ask to join it again: what is here can be read, `chapterhouse serve` goes on \
             asking its members, `chapterhouse leave` gives it up",
            short(&chapter.chapter),
            chapter.name
        );
    }
    if chapter.reading_only {
        return format!(
            "{}  {}  you are in it no more: what is here can be read (`chapterhouse chapter show` says since when)",
            short(&chapter.chapter),
            chapter.name
        );
    }
    let place = if chapter.place.is_empty() { String::new() } else { format!(", {}", chapter.place) };
    format!(
        "{}  {}{place}  {}  {}  {} open",
        short(&chapter.chapter),
        chapter.name,
        count(chapter.members, "member"),
        entries(chapter.entries),
        count(chapter.open_polls, "vote"),
    )
}

/// A feed without those whom this member does not want to see.
fn not_blocked(list: &[FeedItem]) -> Vec<&FeedItem> {
    list.iter().filter(|item| !item.blocked).collect()
}

fn feed_line(item: &FeedItem) -> String {
    let title = match item.title.as_str() {
        _ if item.hidden => "(hidden by decision of the chapter)",
        "" => "(from before you joined: its text is not here)",
        title => title,
    };
    let author = if item.early && item.author_id.is_empty() { UNKNOWN } else { &item.author };
    let early = if item.early { ", not checked yet: it came ahead of what was written before it" } else { "" };
    let polls = item.poll.as_ref().is_some_and(|poll| poll.waiting);
    let waits =
        if polls || item.motion.as_ref().is_some_and(|motion| motion.waiting) { "  waits for your vote" } else { "" };
    format!(
        "{}  {}  {:<10}  {}  ({}, {}{early}){waits}",
        short(&item.entry),
        item.time,
        item.kind,
        title,
        author,
        item.chapter_name
    )
}

/// In the place of a text by somebody whom this member blocks.
fn blocked(head: &EntryHead) -> String {
    let (name, id) = (&head.author.handle, short(&head.entry));
    format!("Not shown: you block {name}. To read it all the same: chapterhouse show {id} --blocked")
}

fn comment_text(comment: &CommentView) -> String {
    comment.hidden.as_deref().map_or_else(|| comment.body.clone(), membership::hidden_text)
}

fn comments(list: &[CommentView]) -> String {
    list.iter()
        .map(|comment| {
            let indent = "  ".repeat(comment.depth + 1);
            let body = if comment.head.blocked { blocked(&comment.head) } else { comment_text(comment) };
            let body = body.replace('\n', &format!("\n{indent}"));
            format!(
                "\n\n{indent}{} · {} · {}\n{indent}{body}",
                comment.head.author.handle,
                comment.head.time,
                short(&comment.head.entry)
            )
        })
        .collect()
}

fn plain(reply: &Reply) -> String {
    match reply {
        Reply::Done => "Done.".into(),
        Reply::Draft(text) => text.clone(),
        Reply::Strength(strength) => vault::strength(strength),
        Reply::Security(security) => vault::security(security),
        Reply::BackedUp(made) => vault::backed_up(made),
        Reply::Restored(back) => vault::restored(back),
        Reply::Wiped(report) => vault::wiped(report),
        Reply::Status(status) => {
            let vault = match status.vault {
                VaultState::Missing if !status.notes.is_empty() => "Your keys are not here.".into(),
                VaultState::Missing => "There is nobody here yet: begin with `chapterhouse init`.".into(),
                VaultState::Locked => "Locked.".into(),
                VaultState::Open => format!(
                    "Open: {}. {}, {} on this computer.",
                    status.handle.as_deref().unwrap_or("-"),
                    count(status.chapters, "chapter"),
                    entries(status.entries)
                ),
            };
            let net = if status.copied {
                format!("\nNothing is written here: {COPIED}.")
            } else if status.serving {
                format!(" {} connected.", count(status.connected, "computer"))
            } else {
                String::new()
            };
            let notes: String = status.notes.iter().map(|note| format!("\nnote: {note}")).collect();
            format!("{vault}{net}{notes}")
        }
        Reply::Initialised(made) => {
            let mut text = format!("You are {} on this computer.", made.me.handle);
            if !made.recovery_words.is_empty() {
                text.push_str("\nYour 24 recovery words. Write them down now, on paper: they are not shown again.\n");
                for (line, words) in made.recovery_words.chunks(6).enumerate() {
                    text.push_str(&format!("\n  {:>2}  {}", line * 6 + 1, words.join(" ")));
                }
            }
            text
        }
        Reply::Me(me) => {
            format!("{}\nsix words: {}\nmember {}\ndevice {}", me.handle, me.six_words, me.member, me.device)
        }
        Reply::Renamed(renamed) => membership::renamed(renamed),
        Reply::Chapter(chapter) => chapter_line(chapter),
        Reply::Chapters(list) if list.is_empty() => "No chapter yet: found one, or join by an invitation.".into(),
        Reply::Chapters(list) => list.iter().map(chapter_line).collect::<Vec<_>>().join("\n"),
        Reply::ChapterPage(page) => {
            let mut text = chapter_line(&page.summary);
            // Before its charter has come nobody knows.
            if !page.founders.is_empty() {
                let on = page.summary.founded.iter().map(|when| format!(" {when}")).collect::<String>();
                text.push_str(&format!("\nfounded{on} by {}", page.founders.join(", ")));
            }
            if let Some(statement) = &page.statement {
                let from = match (&statement.motion, &statement.since) {
                    (Some(motion), Some(since)) => format!("adopted {since} by motion {}", short(motion)),
                    _ => "from its charter".into(),
                };
                text.push_str(&format!("\nnewcomers agree to a text, {from}: chapterhouse rules show"));
            }
            for open in &page.actions {
                text.push_str(&format!("\nto do: {} ({}, {})", open.action.what, open.action.owner, open.action.due));
            }
            for notice in &page.notices {
                text.push_str(&format!("\nnote: {notice}"));
            }
            if page.voided > 0 {
                let name = &page.summary.name;
                let many = if page.voided == 1 {
                    "1 entry of yours does".into()
                } else {
                    format!("{} entries of yours do", page.voided)
                };
                text.push_str(&format!(
                    "\nnote: {many} not count any more. See: chapterhouse voided {}",
                    in_command(name)
                ));
            }
            text + &membership::waiting_lines(page)
        }
        Reply::Members(list) => membership::members(list),
        Reply::Invitation(made) => {
            let whom = if made.uses == 1 { "one person".into() } else { format!("up to {} people", made.uses) };
            format!(
                "{}\n\nFor {whom}, until {}. Whoever has this line can join: hand it over in private.",
                made.invitation, made.expires
            )
        }
        Reply::Saved(saved) => format!("Written to {}.", saved.path),
        Reply::Chosen(chosen) => chosen.path.clone().unwrap_or_default(),
        Reply::InvitationPreview(p) | Reply::Joining(p) => {
            format!("{} invites you to {}, until {}", p.inviter, p.chapter_name, p.expires)
        }
        Reply::State(state) => format!("{}\n{}", entries(state.entries), state.state_hash),
        Reply::Published(made) => {
            let note = made.note.as_ref().map(|note| format!("\n{note}")).unwrap_or_default();
            format!("{}\nsaved on this computer{note}", made.entry)
        }
        Reply::VoteKept(kept) => kept.words.clone(),
        Reply::PollPreview(would) => {
            let rules = would.questions.iter().map(|method| method.words.join(" ")).collect::<Vec<_>>().join("\n");
            let secret = would.secret.iter().flat_map(polls::secrecy).map(|line| line + "\n").collect::<String>();
            let opening = would.opening.iter().flat_map(polls::before).map(|line| line + "\n").collect::<String>();
            format!("{} could vote\n{secret}{opening}{rules}", would.roll)
        }
        Reply::PollOpened(made) => {
            let warning = made.warning.iter().map(|warning| format!("\nWarning: {warning}")).collect::<String>();
            format!("{}\nsaved on this computer{warning}", made.poll)
        }
        Reply::Feed(list) if not_blocked(list).is_empty() => "Nothing here yet.".into(),
        Reply::Feed(list) => not_blocked(list).into_iter().map(feed_line).collect::<Vec<_>>().join("\n"),
        Reply::Post(post) => {
            let (title, text) = match &post.hidden {
                Some(hidden) => ("(hidden)", membership::hidden_text(hidden)),
                None => (post.title.as_str(), post.body.clone()),
            };
            format!("{title}\n{}\n\n{text}{}", head_line(&post.head), comments(&post.comments))
        }
        Reply::Comment(comment) => format!("{}\n\n{}", head_line(&comment.head), comment_text(comment)),
        Reply::Minutes(m) if m.hidden.is_some() => {
            let hidden = m.hidden.as_deref().map_or_else(String::new, membership::hidden_text);
            format!("(hidden)\n{}\n\n{hidden}{}", head_line(&m.head), comments(&m.comments))
        }
        Reply::Minutes(m) => {
            let mut text = format!(
                "{}\n{}\n\n{} {}–{} {}\nfacilitator {}, notes {}\npresent: {}",
                m.title,
                head_line(&m.head),
                m.date,
                m.starts,
                m.ends,
                m.place,
                m.facilitator,
                m.note_taker,
                m.attendance.join(", ")
            );
            for (n, item) in m.items.iter().enumerate() {
                text.push_str(&format!("\n\n{}. {}\n{}", n + 1, item.title, item.notes));
            }
            for decision in &m.decisions {
                text.push_str(&format!("\nDecided: {}", decision.text));
            }
            for action in &m.actions {
                text.push_str(&format!("\nTo do: {} ({}, {})", action.what, action.owner, action.due));
            }
            if let Some(next) = &m.next {
                text.push_str(&format!(
                    "\nNext: {}, facilitator {}, co-facilitator {}",
                    next.date, next.facilitator, next.co_facilitator
                ));
            }
            text + &comments(&m.comments)
        }
        Reply::Poll(view) => polls::poll(view),
        Reply::Count(question) => polls::question(question, 1, 0, false).join("\n"),
        Reply::Closing(view) => closing::tellers(view).join("\n"),
        Reply::Polls(list) => closing::polls(list),
        Reply::Proposal(page) => proposals::proposal(page),
        Reply::Proposals(list) => proposals::list(list),
        Reply::Recount(view) => closing::recount(view),
        Reply::Exported(made) => closing::exported(made),
        Reply::Verified(view) => closing::verified(view),
        Reply::Network(network) => {
            format!("{} connected, {} left to fetch", count(network.peers.len(), "computer"), entries(network.left))
        }
        Reply::Peers(list) if list.is_empty() => "Nobody is connected.".into(),
        Reply::Peers(list) => list
            .iter()
            .map(|p| {
                format!(
                    "{:<20}  {}  {}  {}",
                    p.handle.as_deref().unwrap_or("not known"),
                    p.route,
                    p.address,
                    p.chapters.join(", ")
                )
            })
            .collect::<Vec<_>>()
            .join("\n"),
        Reply::JoinRequests(list) => membership::requests(list),
        Reply::Rules(rules) => membership::rules(rules),
        Reply::Motions(list) => membership::motions(list),
        Reply::Motion(motion) => membership::motion(motion),
        Reply::MemberPage(page) => membership::member_page(page),
        Reply::Hidden(list) => membership::hidden(list),
        Reply::Voided(list) => membership::voided(list),
        Reply::Devices(list) => membership::devices(list),
        Reply::Pairing(offer) => membership::pairing(offer),
        Reply::Synced(SyncReport { note: Some(note), sent, .. }) => {
            format!("{} sent: {note}", entries(*sent))
        }
        Reply::Synced(report) => format!(
            "Both sides have the same. {} sent, {} received, {:.1} KB out, {:.1} KB in, {:.2} s",
            report.sent,
            report.received,
            report.bytes_out as f64 / 1000.0,
            report.bytes_in as f64 / 1000.0,
            report.seconds
        ),
    }
}

/// What was written, and why the others may not see it yet.
fn with_warning(reply: &Reply) -> String {
    let warning = reply.dated_ahead().map(|words| format!("\nWarning: {words}"));
    plain(reply) + &warning.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::{
        reply::Published,
        view::{Author, PollLine, PollState},
    };

    #[test]
    fn a_suggested_command_can_be_copied_whatever_the_chapter_is_called() {
        assert!(
            voided("London", 1)
                .ends_with("1 entry of yours does not count in London any more: chapterhouse voided London lists them")
        );
        assert!(voided("North London", 2).contains("chapterhouse voided 'North London' lists"));
        assert!(unanswered("Roof & garden").contains("chapterhouse chapter show 'Roof & garden' says"));
    }

    #[test]
    fn a_line_without_a_title_says_which_of_two_reasons_it_has_and_one_that_waits_says_so() {
        let line = |hidden, waiting: Option<bool>| {
            feed_line(&FeedItem {
                early: false,
                entry: "4f2a91c0".into(),
                chapter: "aa".into(),
                chapter_name: "London".into(),
                kind: "other".into(),
                title: String::new(),
                author: "rowan".into(),
                author_id: "bb".into(),
                time: "2026-11-24T18:30:00Z".into(),
                excerpt: String::new(),
                comments: 0,
                share: Share { have: 1, of: 1 },
                poll: waiting.map(|waiting| PollLine {
                    state: PollState::Open,
                    closes: "2026-12-01T18:00:00Z".into(),
                    roll: 2,
                    voters: 1,
                    waiting,
                    outcome: None,
                }),
                minutes: None,
                motion: None,
                proposal: None,
                blocked: false,
                hidden,
            })
        };
        assert!(line(true, None).contains("(hidden by decision of the chapter)"));
        assert!(line(false, None).contains("(from before you joined"));
        assert!(
            line(false, Some(true)).ends_with("waits for your vote") && !line(false, Some(false)).contains("waits")
        );
    }

    #[test]
    fn what_the_others_cannot_see_yet_has_a_warning() {
        let mut made = Published::new("4f2a91c0");
        assert_eq!(with_warning(&Reply::Published(made.clone())), "4f2a91c0\nsaved on this computer");
        made.dated_ahead = Some("The clock was ahead.".into());
        assert_eq!(
            with_warning(&Reply::Published(made)),
            "4f2a91c0\nsaved on this computer\nWarning: The clock was ahead."
        );
    }

    #[test]
    fn what_came_ahead_is_not_checked_and_has_no_share() {
        let author = Author { member: String::new(), handle: "nobody".into(), me: false };
        let mut head = EntryHead {
            entry: "4f2a91c0".into(),
            chapter: "aa".into(),
            chapter_name: "London".into(),
            author,
            device: "cc".into(),
            time: "2026-11-24T18:30:00Z".into(),
            share: Share::default(),
            early: true,
            void: None,
            blocked: false,
        };
        let line = head_line(&head);
        assert!(
            line.starts_with("London · who wrote it is not known yet · 2026-11-24T18:30:00Z\nnot checked yet"),
            "{line}"
        );
        head.author = Author { member: "bb".into(), handle: "rowan".into(), me: false };
        let line = head_line(&head);
        assert!(line.starts_with("London · rowan · ") && !line.contains("device"), "{line}");
    }
}
