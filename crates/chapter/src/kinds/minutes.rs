//! Kind 20: the minutes of a meeting.

use super::{BadBody, date::Date, date::TimeOfDay, text};
use minicbor::{Decode, Encode};

/// The most people on an attendance list.
pub const MAX_PRESENT: usize = 1000;
/// The most agenda items, the most decisions, the most action points.
pub const MAX_POINTS: usize = 200;
/// The longest decision, in characters.
pub const MAX_DECISION: usize = 2000;
/// The longest action point, in characters.
pub const MAX_ACTION: usize = 500;

/// Minutes. Texts that are not known are empty, days and times that are not known are absent.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Minutes {
    /// One line.
    #[n(0)]
    pub title: String,
    /// Day of the meeting.
    #[n(1)]
    pub date: Date,
    /// When it began.
    #[n(2)]
    pub starts: Option<TimeOfDay>,
    /// When it ended; may be earlier in the day than `starts`, after midnight.
    #[n(3)]
    pub ends: Option<TimeOfDay>,
    /// Where.
    #[n(4)]
    pub place: String,
    /// Who facilitated.
    #[n(5)]
    pub facilitator: String,
    /// Who took the minutes.
    #[n(6)]
    pub note_taker: String,
    /// The next meeting, if it is known.
    #[n(7)]
    pub next: Option<NextMeeting>,
    /// Handles or names of those present.
    #[n(8)]
    pub attendance: Vec<String>,
    /// Agenda, in order.
    #[n(9)]
    pub items: Vec<AgendaItem>,
    /// What was decided.
    #[n(10)]
    pub decisions: Vec<String>,
    /// Who does what until when.
    #[n(11)]
    pub actions: Vec<ActionPoint>,
}

/// One point of the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct AgendaItem {
    /// One line.
    #[n(0)]
    pub title: String,
    /// Markdown; may be empty.
    #[n(1)]
    pub notes: String,
}

/// One action point.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ActionPoint {
    /// What is to be done.
    #[n(0)]
    pub what: String,
    /// Until which day.
    #[n(1)]
    pub due: Option<Date>,
    /// Who does it; may be empty.
    #[n(2)]
    pub owner: String,
}

/// The next meeting.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct NextMeeting {
    /// Day.
    #[n(0)]
    pub date: Option<Date>,
    /// Who facilitates; may be empty.
    #[n(1)]
    pub facilitator: String,
    /// Who helps them; may be empty.
    #[n(2)]
    pub co_facilitator: String,
}

impl Minutes {
    pub(super) fn check(&self) -> Result<(), BadBody> {
        text::line("the title", &self.title, 1, text::MAX_TITLE)?;
        text::line("the place", &self.place, 0, text::MAX_TITLE)?;
        text::line("the facilitator", &self.facilitator, 0, text::MAX_NAME)?;
        text::line("the note-taker", &self.note_taker, 0, text::MAX_NAME)?;
        at_most("people on the attendance list", self.attendance.len(), MAX_PRESENT)?;
        at_most("agenda items", self.items.len(), MAX_POINTS)?;
        at_most("decisions", self.decisions.len(), MAX_POINTS)?;
        at_most("action points", self.actions.len(), MAX_POINTS)?;
        for name in &self.attendance {
            text::line("a name on the attendance list", name, 1, text::MAX_NAME)?;
        }
        for item in &self.items {
            text::line("the title of an agenda item", &item.title, 1, text::MAX_TITLE)?;
            text::text("the notes of an agenda item", &item.notes, 0)?;
        }
        for decision in &self.decisions {
            // Longer than a line, but still a thing that lists show: characters are counted, line breaks allowed.
            text::text("a decision", decision, 1)?;
            text::characters("a decision", decision, 1, MAX_DECISION)?;
        }
        for action in &self.actions {
            text::line("an action point", &action.what, 1, MAX_ACTION)?;
            text::line("the owner of an action point", &action.owner, 0, text::MAX_NAME)?;
        }
        if let Some(next) = &self.next {
            text::line("the facilitator of the next meeting", &next.facilitator, 0, text::MAX_NAME)?;
            text::line("the co-facilitator of the next meeting", &next.co_facilitator, 0, text::MAX_NAME)?;
        }
        Ok(())
    }
}

pub(super) fn at_most(what: &'static str, got: usize, max: usize) -> Result<(), BadBody> {
    if got > max { Err(BadBody::TooMany { what, got, max }) } else { Ok(()) }
}
