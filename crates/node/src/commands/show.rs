//! One entry with all that belongs to it.

use super::{people, resolve};
use crate::{
    clock,
    core::Core,
    early::{self, Early},
    house::Room,
};
use api::{
    ErrorCode, Refusal, Reply,
    draft::{ActionPoint, AgendaItem, Decision, NextMeeting},
    people::HiddenView,
    view::{Author, CommentView, EntryHead, MinutesView, PostView, Share},
};
use chapter::{
    Kind, kinds,
    view::{Item, ItemKind},
};
use entry::{ChapterId, EntryId, MemberId, Timestamp};

/// How many devices of the chapter are known to have an entry; this one does.
pub(crate) fn share(core: &Core, chapter: &ChapterId, room: &Room, id: &EntryId) -> Share {
    let others = room.log.slot_of(id).map_or(0, |slot| core.sync.share(chapter, slot));
    // A device that left or is not known here yet does not make it more than all.
    let of = room.view.device_count().max(1);
    Share { have: (1 + others).min(of), of }
}

pub(crate) fn action(action: &kinds::ActionPoint) -> ActionPoint {
    let due = action.due.map(|due| due.to_string()).unwrap_or_default();
    ActionPoint { what: action.what.clone(), owner: action.owner.clone(), due }
}

pub(crate) fn next_meeting(next: &kinds::NextMeeting) -> NextMeeting {
    NextMeeting {
        date: next.date.map(|date| date.to_string()).unwrap_or_default(),
        facilitator: next.facilitator.clone(),
        co_facilitator: next.co_facilitator.clone(),
    }
}

fn author(core: &Core, room: &Room, member: Option<MemberId>) -> Author {
    let handle = member.and_then(|member| room.view.handle(&member)).unwrap_or("nobody").to_owned();
    let me = member == Some(core.house.contents.member.id());
    Author { member: member.map(|member| member.to_string()).unwrap_or_default(), handle, me }
}

pub(crate) fn head(core: &Core, chapter: &ChapterId, room: &Room, id: &EntryId) -> Result<EntryHead, Refusal> {
    let missing = || Refusal::new(ErrorCode::NotFound, "there is no such entry here");
    let item = room.view.item(id).ok_or_else(missing)?;
    Ok(EntryHead {
        entry: id.to_string(),
        chapter: chapter.to_string(),
        chapter_name: core.house.name(chapter),
        author: author(core, room, item.author),
        device: item.device.to_string(),
        time: clock::text(item.time),
        share: share(core, chapter, room, id),
        early: false,
        void: item.void.map(|void| void.to_string()),
        blocked: item.author.is_some_and(|author| core.house.is_blocked(chapter, &author)),
    })
}

pub(crate) fn comments(
    core: &Core,
    chapter: &ChapterId,
    room: &Room,
    on: &EntryId,
) -> Result<Vec<CommentView>, Refusal> {
    let mut list = Vec::new();
    for line in room.view.comments(on) {
        let hidden = people::hidden_view(core, chapter, room, &line.item.id).map(Box::new);
        let body = match core.house.read(chapter, &line.item.id)?.1 {
            Kind::Comment(comment) if hidden.is_none() => comment.body,
            _ => String::new(),
        };
        list.push(CommentView {
            head: head(core, chapter, room, &line.item.id)?,
            on: line.item.target.map(|on| on.to_string()).unwrap_or_default(),
            depth: line.depth,
            body,
            hidden,
        });
    }
    Ok(list)
}

/// Where a text was written before this member joined, and the chapter keeps those from newcomers.
const WITHHELD: &str = "*This was written before you joined. By this chapter's rules, newcomers do not read it.*";

/// What came ahead of its past.
fn early_head(core: &Core, chapter: &ChapterId, room: &Room, early: &Early<'_>) -> EntryHead {
    EntryHead {
        entry: early.id().to_string(),
        chapter: chapter.to_string(),
        chapter_name: core.house.name(chapter),
        author: author(core, room, early.author),
        device: early.entry.content().device.to_string(),
        time: clock::text(early.time()),
        share: Share::default(),
        early: true,
        void: None,
        blocked: early.author.is_some_and(|author| core.house.is_blocked(chapter, &author)),
    }
}

fn show_early(core: &Core, text: &str) -> Option<Reply> {
    let (chapter, room, early) = early::find(core, text)?;
    let head = early_head(core, &chapter, room, &early);
    Some(match early.kind {
        Kind::Minutes(minutes) => Reply::Minutes(Box::new(show_minutes(head, minutes, Vec::new()))),
        Kind::Post(ref post) => Reply::Post(Box::new(PostView {
            head,
            kind: people::text_kind(early.item_kind()).into(),
            title: post.title.clone(),
            body: post.body.clone(),
            comments: Vec::new(),
            hidden: None,
        })),
        _ => return None,
    })
}

/// What stands in the place of a text that is not here.
fn without_text(core: &Core, chapter: &ChapterId, room: &Room, item: &Item<'_>) -> Result<Reply, Refusal> {
    let head = head(core, chapter, room, &item.id)?;
    let hidden = people::hidden_view(core, chapter, room, &item.id).map(Box::new);
    let (kind, gone) = (people::text_kind(item.kind), hidden.is_some());
    Ok(match (kind, item.target) {
        // The decision says what it is on.
        ("comment", Some(on)) if gone => {
            Reply::Comment(Box::new(CommentView { head, on: on.to_string(), depth: 0, body: String::new(), hidden }))
        }
        ("minutes", _) if gone => {
            let comments = comments(core, chapter, room, &item.id)?;
            Reply::Minutes(Box::new(minutes_without_text(head, hidden, comments)))
        }
        _ => Reply::Post(Box::new(PostView {
            head,
            kind: kind.into(),
            title: String::new(),
            body: if gone { String::new() } else { WITHHELD.into() },
            comments: comments(core, chapter, room, &item.id)?,
            hidden,
        })),
    })
}

pub(crate) fn entry(core: &Core, now: Timestamp, text: &str) -> Result<Reply, Refusal> {
    if let Some(early) = show_early(core, text) {
        return Ok(early);
    }
    let (chapter, id) = resolve::entry(&core.house, text)?;
    let room = core.house.room(&chapter)?;
    let head = head(core, &chapter, room, &id)?;
    let (_, kind, _) = core.house.read(&chapter, &id)?;
    let gone = matches!(&kind, Kind::Unknown { kind, .. } if Kind::can_be_hidden(*kind));
    let item = room.view.item(&id).filter(|item| gone || item.hidden.is_some());
    if let Some(item) = item {
        return without_text(core, &chapter, room, &item);
    }
    let what = people::text_kind(ItemKind::of(&kind));
    Ok(match kind {
        Kind::Post(post) => Reply::Post(Box::new(PostView {
            head,
            kind: what.into(),
            title: post.title,
            body: post.body,
            comments: comments(core, &chapter, room, &id)?,
            hidden: None,
        })),
        Kind::Comment(comment) => Reply::Comment(Box::new(CommentView {
            head,
            on: comment.on.to_string(),
            depth: 0,
            body: comment.body,
            hidden: None,
        })),
        Kind::Minutes(minutes) => {
            Reply::Minutes(Box::new(show_minutes(head, minutes, comments(core, &chapter, room, &id)?)))
        }
        Kind::Poll(_) => return super::polls::poll(core, now, &chapter, &id),
        Kind::Ballot(kinds::Ballot { poll, .. })
        | Kind::Delegation(kinds::Delegation { poll, .. })
        | Kind::Receipt(kinds::Receipt { poll })
        | Kind::Cutoff(kinds::Cutoff { poll, .. }) => {
            return super::polls::poll(core, now, &chapter, &poll);
        }
        Kind::Proposal(_) | Kind::Objection(_) | Kind::Amendment(_) | Kind::Remark(_) => {
            return super::polls::show_proposal(core, now, &chapter, &id);
        }
        Kind::Motion(_) => return super::motions::show_one(core, now, text),
        Kind::Profile(_) => return people::show(core, now, &chapter.to_string(), &head.author.member),
        _ => {
            return Err(Refusal::new(
                ErrorCode::Invalid,
                "this entry is about membership, or of a kind that this program does not show; see the members' page",
            ));
        }
    })
}

/// In the place of minutes that the chapter hid: nothing of them is left.
fn minutes_without_text(head: EntryHead, hidden: Option<Box<HiddenView>>, comments: Vec<CommentView>) -> MinutesView {
    MinutesView {
        head,
        hidden,
        comments,
        title: String::new(),
        date: String::new(),
        starts: String::new(),
        ends: String::new(),
        place: String::new(),
        facilitator: String::new(),
        note_taker: String::new(),
        attendance: Vec::new(),
        items: Vec::new(),
        decisions: Vec::new(),
        actions: Vec::new(),
        next: None,
    }
}

fn show_minutes(head: EntryHead, minutes: kinds::Minutes, comments: Vec<CommentView>) -> MinutesView {
    let time = |time: Option<kinds::TimeOfDay>| time.map(|time| time.to_string()).unwrap_or_default();
    let item = |item: kinds::AgendaItem| AgendaItem { title: item.title, notes: item.notes };
    MinutesView {
        head,
        hidden: None,
        title: minutes.title,
        date: minutes.date.to_string(),
        starts: time(minutes.starts),
        ends: time(minutes.ends),
        place: minutes.place,
        facilitator: minutes.facilitator,
        note_taker: minutes.note_taker,
        attendance: minutes.attendance,
        items: minutes.items.into_iter().map(item).collect(),
        decisions: minutes.decisions.into_iter().map(|text| Decision { text }).collect(),
        actions: minutes.actions.iter().map(action).collect(),
        next: minutes.next.as_ref().map(next_meeting),
        comments,
    }
}
