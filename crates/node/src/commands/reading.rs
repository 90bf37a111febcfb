//! The feed.

use super::{resolve, show};
use crate::{
    alike::Alike,
    clock,
    core::Core,
    early::{self, Early},
    house::{Room, invalid},
};
use api::{
    ErrorCode, Refusal, Reply,
    view::{FeedItem, MinutesLine, MotionLine, PollLine, PollState, Share},
};
use chapter::{
    Kind,
    view::{Item, ItemKind},
};
use entry::{ChapterId, EntryId, Timestamp};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::cmp::Reverse;

/// The most that one page of a feed has.
const MAX_PAGE: usize = 1000;
/// How much of a text a feed shows, in characters.
const EXCERPT: usize = 280;

/// The Markdown that is shown.
const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS);

/// The kinds by the names that scripts use.
const KINDS: [(&str, ItemKind); 7] = [
    ("news", ItemKind::News),
    ("blog", ItemKind::Blog),
    ("discussion", ItemKind::Discussion),
    ("minutes", ItemKind::Minutes),
    ("poll", ItemKind::Poll),
    ("proposal", ItemKind::Proposal),
    ("motion", ItemKind::Motion),
];

fn kind_named(name: &str) -> Result<ItemKind, Refusal> {
    KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind).ok_or_else(|| {
        let known: Vec<&str> = KINDS.iter().map(|(known, _)| *known).collect();
        invalid(format!("there is no kind \"{name}\"; there are {}", known.join(", ")))
    })
}

fn kind_name(kind: ItemKind) -> &'static str {
    KINDS.iter().find(|(_, known)| *known == kind).map_or("other", |(name, _)| name)
}

pub(crate) fn feed(
    core: &Core,
    now: Timestamp,
    chapter: Option<&str>,
    kind: Option<&str>,
    limit: usize,
    after: Option<&str>,
) -> Result<Reply, Refusal> {
    let kind = kind.map(kind_named).transpose()?;
    let chapters: Vec<ChapterId> = match chapter {
        Some(chapter) => vec![resolve::chapter(&core.house, chapter)?],
        None => core.house.chapters(),
    };
    let after = after.map(|text| place(core, text)).transpose()?;
    let mut feeds = Vec::with_capacity(chapters.len());
    for id in &chapters {
        let room = core.house.room(id)?;
        feeds.push((id, room, room.view.items(kind, after).filter(readable).peekable()));
    }
    let limit = limit.min(MAX_PAGE);
    let (mut items, mut ballots) = (Vec::new(), super::polls::BALLOTS);
    while items.len() < limit {
        let first = feeds
            .iter_mut()
            .filter_map(|(id, room, feed)| {
                feed.peek().map(|item| (Reverse(item.time), item.id)).map(|at| (at, *id, *room, feed))
            })
            .min_by_key(|(at, ..)| *at);
        let Some((at, id, room, feed)) = first else { break };
        if let Some(item) = feed.next() {
            let mut line = line(core, now, id, room, &item)?;
            if let Some(poll) = line.poll.as_mut().filter(|poll| poll.state == PollState::Closed) {
                poll.outcome = super::polls::brief(room, &item.id, &mut ballots);
            }
            items.push((at, line));
        }
    }
    let after = after.map(|(time, id)| (Reverse(time), id));
    for id in &chapters {
        let room = core.house.room(id)?;
        let ahead = early::all(core, id, room).filter(|early| kind.is_none_or(|kind| kind == early.item_kind()));
        let placed = ahead.map(|early| ((Reverse(early.time()), early.id()), early_line(core, id, room, &early)));
        items.extend(placed.filter(|(at, _)| after.is_none_or(|after| *at > after)));
    }
    items.sort_by_key(|(at, _)| *at);
    Ok(Reply::Feed(items.into_iter().take(limit).map(|(_, item)| item).collect()))
}

/// Whether a feed shows it. Whoever came later than a chapter that keeps its past from newcomers would read a list of
/// empty lines; what the chapter hid keeps its place.
pub(crate) fn readable(item: &Item<'_>) -> bool {
    !matches!(item.kind, ItemKind::Withheld(_)) || item.hidden.is_some()
}

fn place(core: &Core, text: &str) -> Result<(Timestamp, EntryId), Refusal> {
    if let Some((.., early)) = early::find(core, text) {
        return Ok((early.time(), early.id()));
    }
    let (chapter, id) = resolve::entry(&core.house, text)?;
    let room = core.house.room(&chapter)?;
    let missing = || Refusal::new(ErrorCode::NotFound, "the feed's last entry is not here any more; begin at the top");
    room.view.item(&id).map(|item| (item.time, id)).ok_or_else(missing)
}

pub(crate) fn line(
    core: &Core,
    now: Timestamp,
    id: &ChapterId,
    room: &Room,
    item: &Item<'_>,
) -> Result<FeedItem, Refusal> {
    let me = core.house.contents.member.id();
    let text = if item.hidden.is_some() { String::new() } else { text_of(&core.house.read(id, &item.id)?.1) };
    let poll = room.view.poll(&item.id).map(|state| PollLine {
        state: poll_state(room, &item.id, state.rules.closes, now),
        closes: clock::text(state.rules.closes),
        roll: state.rules.roll.len(),
        voters: room.view.voter_count(&item.id),
        waiting: room.member
            && poll_state(room, &item.id, state.rules.closes, now) == PollState::Open
            && core.house.waits_for(id, &item.id),
        outcome: None,
    });
    let minutes = room.view.minutes(&item.id).map(|minutes| MinutesLine {
        date: minutes.date.to_string(),
        place: minutes.place.clone(),
        present: minutes.present,
        decisions: minutes.decisions,
        actions: minutes.actions.len(),
    });
    let author = item.author;
    let motion = room.view.motion(&item.id);
    let title = match &motion {
        Some(state) => super::motions::title(room, &Alike::new(room, core.house.now), &item.id, &state.measure),
        // The title went with the text.
        None if item.hidden.is_some() => String::new(),
        None => item.title.to_owned(),
    };
    Ok(FeedItem {
        early: false,
        hidden: item.hidden.is_some(),
        blocked: author.is_some_and(|author| core.house.is_blocked(id, &author)),
        motion: motion.map(|state| MotionLine {
            stage: super::motions::stage(&state, now),
            closes: clock::text(state.closes),
            roll: state.roll.len(),
            voters: usize::try_from(state.count.voters()).unwrap_or(usize::MAX),
            waiting: room.member && super::motions::waits(&state, &me, now),
        }),
        proposal: super::polls::proposal_line(&core.house, room, &item.id, now),
        entry: item.id.to_string(),
        chapter: id.to_string(),
        chapter_name: core.house.name(id),
        kind: kind_name(item.kind).to_owned(),
        title,
        author: author.and_then(|author| room.view.handle(&author)).unwrap_or("nobody").to_owned(),
        author_id: author.map(|author| author.to_string()).unwrap_or_default(),
        time: clock::text(item.time),
        excerpt: excerpt(&text),
        comments: usize::try_from(item.comments).unwrap_or(usize::MAX),
        share: show::share(core, id, room, &item.id),
        poll,
        minutes,
    })
}

/// What came ahead of its past.
fn early_line(core: &Core, id: &ChapterId, room: &Room, early: &Early<'_>) -> FeedItem {
    FeedItem {
        entry: early.id().to_string(),
        chapter: id.to_string(),
        chapter_name: core.house.name(id),
        kind: kind_name(early.item_kind()).to_owned(),
        title: early.title().to_owned(),
        author: early.author.and_then(|author| room.view.handle(&author)).unwrap_or("nobody").to_owned(),
        author_id: early.author.map(|author| author.to_string()).unwrap_or_default(),
        time: clock::text(early.time()),
        excerpt: excerpt(&text_of(&early.kind)),
        comments: 0,
        share: Share::default(),
        poll: None,
        minutes: None,
        motion: None,
        proposal: None,
        blocked: early.author.is_some_and(|author| core.house.is_blocked(id, &author)),
        early: true,
        hidden: false,
    }
}

/// What a feed shows the beginning of.
fn text_of(kind: &Kind) -> String {
    match kind {
        Kind::Post(post) => post.body.clone(),
        Kind::Motion(motion) => motion.why.clone(),
        Kind::Poll(poll) => poll.description.clone(),
        Kind::Proposal(proposal) => proposal.plan.description.clone(),
        Kind::Minutes(minutes) => {
            let titles: Vec<&str> = minutes.items.iter().map(|item| item.title.as_str()).collect();
            titles.join(". ")
        }
        _ => String::new(),
    }
}

/// Whether a vote would still count. Where most tellers have closed it, their clocks decide, and not this computer's.
pub(crate) fn poll_state(room: &Room, poll: &EntryId, closes: Timestamp, now: Timestamp) -> PollState {
    if now <= closes && !room.view.is_closed(poll) { PollState::Open } else { PollState::Closed }
}

/// The beginning of a Markdown text without its markup.
fn excerpt(markdown: &str) -> String {
    let mut text = String::new();
    let mut length = 0;
    for event in Parser::new_ext(markdown, OPTIONS) {
        let part = match &event {
            Event::Text(part) | Event::Code(part) => part.as_ref(),
            // Nothing begins with a space, and nothing is apart by two.
            _ if text.is_empty() || text.ends_with(' ') => continue,
            Event::SoftBreak
            | Event::HardBreak
            // A list within an item follows its words at once.
            | Event::Start(Tag::Item)
            | Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::CodeBlock | TagEnd::TableCell,
            ) => " ",
            _ => continue,
        };
        for c in part.chars() {
            if length == EXCERPT {
                // At a word's end, if one is near.
                let cut = text.rfind(' ').filter(|at| text.len() - at < 30).unwrap_or(text.len());
                text.truncate(cut);
                text.push('…');
                return text;
            }
            text.push(c);
            length += 1;
        }
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_has_no_markup_and_ends_at_a_word() {
        assert_eq!(excerpt("# Room\n\nWe have a **room**.\n\n- one\n- two"), "Room We have a room. one two");
        let long = excerpt(&"word ".repeat(200));
        assert!(long.ends_with("word…") && long.chars().count() <= 281);
        assert_eq!(excerpt("<script>alert(1)</script>"), "");
        assert_eq!(excerpt("- one\n  - two\n  - three\n- four"), "one two three four");
        assert_eq!(excerpt("- [ ] open\n- [x] done"), "open done");
        assert_eq!(excerpt("| What | Cost |\n|---|--:|\n| ~~Roof~~ | 4 |\n\nAll."), "What Cost Roof 4 All.");
    }
}
