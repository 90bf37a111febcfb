//! Posts, comments, minutes, polls and votes: from a person's words to a signed entry.

use super::resolve;
use crate::{
    clock,
    house::{House, invalid, refuse_draft},
};
use api::{
    ErrorCode, MinutesDraft, PollDraft, Refusal, Reply,
    reply::{PollOpened, Published},
    view::PostKind,
};
use chapter::{
    Kind,
    draft::{Problem, Ready},
    kinds::{
        ActionPoint, AgendaItem, Ballot, Comment, Date, Minutes, NextMeeting, Poll, Post, Question, TimeOfDay,
        roll_hash,
        text::{tidy_line, tidy_text},
    },
};
use entry::ChapterId;
use std::collections::BTreeMap;

fn published(house: &mut House, chapter: &ChapterId, kind: &Kind) -> Result<Reply, Refusal> {
    house.publish(chapter, kind).map(|id| Reply::Published(Published { entry: id.to_string() }))
}

/// A post, made ready by whoever asks for it and not by the core: half of what writing it takes is compressing its text,
/// which needs nothing that the core knows. So it goes on beside the signing of the one before.
#[derive(Debug)]
pub struct ReadyPost {
    chapter: String,
    ready: Result<Ready, Problem>,
}

impl ReadyPost {
    /// Tidies, encodes and compresses.
    pub fn new(chapter: String, kind: PostKind, title: &str, body: &str) -> Self {
        let kind = match kind {
            PostKind::News => chapter::kinds::PostKind::News,
            PostKind::Blog => chapter::kinds::PostKind::Blog,
            PostKind::Discussion => chapter::kinds::PostKind::Discussion,
        };
        let post = Post { kind, title: tidy_line(title), body: tidy_text(body) };
        Self { chapter, ready: Ready::new(Kind::Post(post)) }
    }
}

pub(crate) fn post(house: &mut House, post: ReadyPost) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(house, &post.chapter)?;
    let id = house.publish_ready(&chapter, post.ready.map_err(refuse_draft)?)?;
    Ok(Reply::Published(Published { entry: id.to_string() }))
}

pub(crate) fn comment(house: &mut House, on: &str, body: &str) -> Result<Reply, Refusal> {
    let (chapter, on) = resolve::entry(house, on)?;
    published(house, &chapter, &Kind::Comment(Comment { on, body: tidy_text(body) }))
}

fn date(what: &str, text: &str) -> Result<Date, Refusal> {
    text.trim().parse().map_err(|_| invalid(format!("{what}: \"{text}\" is no day; write it as 2026-11-24")))
}

fn maybe_date(what: &str, text: &str) -> Result<Option<Date>, Refusal> {
    if text.trim().is_empty() { Ok(None) } else { date(what, text).map(Some) }
}

fn maybe_time(what: &str, text: &str) -> Result<Option<TimeOfDay>, Refusal> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let parsed = text.trim().parse();
    parsed.map(Some).map_err(|_| invalid(format!("{what}: \"{text}\" is no time of day; write it as 18:30")))
}

pub(crate) fn minutes(house: &mut House, chapter: &str, draft: &MinutesDraft) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(house, chapter)?;
    let next = match &draft.next {
        None => None,
        Some(next) => Some(NextMeeting {
            date: maybe_date("next meeting", &next.date)?,
            facilitator: tidy_line(&next.facilitator),
            co_facilitator: tidy_line(&next.co_facilitator),
        }),
    };
    let mut actions = Vec::new();
    for action in &draft.actions {
        let due = maybe_date("action point", &action.due)?;
        actions.push(ActionPoint { what: tidy_line(&action.what), due, owner: tidy_line(&action.owner) });
    }
    let item =
        |item: &api::draft::AgendaItem| AgendaItem { title: tidy_line(&item.title), notes: tidy_text(&item.notes) };
    let minutes = Minutes {
        title: tidy_line(&draft.title),
        date: date("day of the meeting", &draft.date)?,
        starts: maybe_time("begin", &draft.starts)?,
        ends: maybe_time("end", &draft.ends)?,
        place: tidy_line(&draft.place),
        facilitator: tidy_line(&draft.facilitator),
        note_taker: tidy_line(&draft.note_taker),
        next,
        attendance: draft.attendance.iter().map(|name| tidy_line(name)).collect(),
        items: draft.items.iter().map(item).collect(),
        decisions: draft.decisions.iter().map(|decision| tidy_text(&decision.text)).collect(),
        actions,
    };
    published(house, &chapter, &Kind::Minutes(minutes))
}

pub(crate) fn open_poll(house: &mut House, chapter: &str, draft: &PollDraft) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(house, chapter)?;
    let closes = clock::parse(&draft.closes).ok_or_else(|| {
        invalid(format!("closes: \"{}\" is no point in time; write it as 2026-12-01T18:00:00Z", draft.closes))
    })?;
    let roll = house.next_roll(&chapter)?;
    let question = |question: &api::draft::QuestionDraft| Question {
        key: question.key.trim().to_owned(),
        text: tidy_line(&question.text),
        options: question.options.iter().map(|option| tidy_line(option)).collect(),
    };
    let poll = Poll {
        title: tidy_line(&draft.title),
        description: tidy_text(&draft.description),
        closes,
        questions: draft.questions.iter().map(question).collect(),
        roll_count: roll.len() as u64,
        roll_hash: roll_hash(&roll),
    };
    let id = house.publish(&chapter, &Kind::Poll(poll))?;
    Ok(Reply::PollOpened(PollOpened { poll: id.to_string() }))
}

pub(crate) fn vote(
    house: &mut House,
    poll: &str,
    answers: &BTreeMap<String, Option<String>>,
) -> Result<Reply, Refusal> {
    let (chapter, poll) = resolve::entry(house, poll)?;
    let me = house.contents.member.id();
    let room = house.room(&chapter)?;
    let state = room
        .view
        .poll(&poll)
        .ok_or_else(|| Refusal::new(ErrorCode::NotFound, "this is not a poll, or it does not count"))?;
    if let Some(unknown) = answers.keys().find(|key| !state.questions.iter().any(|question| question.key == **key)) {
        let known: Vec<&str> = state.questions.iter().map(|question| question.key.as_str()).collect();
        return Err(invalid(format!("the poll has no question \"{unknown}\"; it has: {}", known.join(", "))));
    }
    let mut chosen = Vec::with_capacity(state.questions.len());
    for question in &state.questions {
        chosen.push(match answers.get(&question.key) {
            None | Some(None) => None,
            Some(Some(name)) => {
                let place = question.options.iter().position(|option| option == name).ok_or_else(|| {
                    let options = question.options.join("\", \"");
                    invalid(format!("\"{name}\" is no answer to \"{}\"; the answers are \"{options}\"", question.text))
                })?;
                u16::try_from(place).ok()
            }
        });
    }
    let number = room.view.next_ballot_number(&poll, &me);
    published(house, &chapter, &Kind::Ballot(Ballot { poll, number, answers: chosen }))
}
