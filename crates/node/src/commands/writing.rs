//! Posts, comments and minutes: from a person's words to a signed entry.

use super::resolve;
use crate::house::{House, invalid, refuse_draft};
use api::{MinutesDraft, Refusal, Reply, reply::Published, view::PostKind};
use chapter::{
    Kind,
    draft::{Problem, Ready},
    kinds::{
        ActionPoint, AgendaItem, Comment, Date, Minutes, NextMeeting, Post, TimeOfDay,
        text::{tidy_line, tidy_text},
    },
};
use entry::ChapterId;

fn published(house: &mut House, chapter: &ChapterId, kind: &Kind) -> Result<Reply, Refusal> {
    house.publish(chapter, kind).map(|id| Reply::Published(Published::new(id)))
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
    Ok(Reply::Published(Published::new(id)))
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
    sensible(&minutes)?;
    published(house, &chapter, &Kind::Minutes(minutes))
}

/// The longest meeting, in hours: one that ends earlier in the day than it began has gone on past midnight.
const LONGEST_MEETING: u16 = 12;

/// What nobody means to publish for good. Entries of others' are not measured by it.
fn sensible(minutes: &Minutes) -> Result<(), Refusal> {
    if minutes.items.is_empty() && minutes.decisions.is_empty() && minutes.actions.is_empty() {
        return Err(invalid(
            "these minutes say nothing yet: write at least one agenda item, decision or action point; minutes cannot be \
             changed once they are published",
        ));
    }
    if let (Some(starts), Some(ends)) = (minutes.starts, minutes.ends)
        && (ends.minute_of_day() + 24 * 60 - starts.minute_of_day()) % (24 * 60) > LONGEST_MEETING * 60
    {
        return Err(invalid(format!(
            "the meeting ends at {ends}, before it begins at {starts}; one of the two is wrong"
        )));
    }
    if let Some(next) = minutes.next.as_ref().and_then(|next| next.date).filter(|next| *next < minutes.date) {
        return Err(invalid(format!(
            "the next meeting is on {next}, before the one of the minutes, {}; one of the two is wrong",
            minutes.date
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn minutes_that_say_nothing_or_run_backwards_are_refused() {
        let whole = Minutes {
            title: "Assembly".to_owned(),
            date: "2026-11-24".parse().unwrap(),
            starts: "22:00".parse().ok(),
            ends: "00:30".parse().ok(),
            place: String::new(),
            facilitator: String::new(),
            note_taker: String::new(),
            next: None,
            attendance: Vec::new(),
            items: Vec::new(),
            decisions: vec!["We rent the room.".to_owned()],
            actions: Vec::new(),
        };
        assert!(sensible(&whole).is_ok(), "past midnight");
        let refused = |minutes: Minutes, word: &str| {
            assert!(sensible(&minutes).is_err_and(|refusal| refusal.message.contains(word)), "{word}");
        };
        refused(Minutes { decisions: Vec::new(), ..whole.clone() }, "say nothing");
        refused(Minutes { ends: "21:00".parse().ok(), ..whole.clone() }, "before it begins");
        let next = |date: &str| {
            let (facilitator, co_facilitator) = Default::default();
            Some(NextMeeting { date: date.parse().ok(), facilitator, co_facilitator })
        };
        refused(Minutes { next: next("2026-11-23"), ..whole.clone() }, "next meeting");
        assert!(sensible(&Minutes { next: next("2026-11-25"), ..whole }).is_ok());
    }
}
