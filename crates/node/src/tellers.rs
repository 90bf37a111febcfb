//! What a teller's computer does by itself: receipts for the votes that it has seen while a poll is open, and the cutoff
//! when it is over.
//!
//! A receipt is about everything before it, so a poll needs few, however many vote. An entry names at most 16 heads beside
//! its device's own last one: where there are more, receipts gather them in, so that the cutoff has seen all.

use crate::house::House;
use api::{ErrorCode, Refusal};
use chapter::{
    Kind, View,
    kinds::{Receipt, Role},
    view::TellerWord,
};
use entry::{ChapterId, EntryId, Timestamp, entry::MAX_PARENTS, time::AHEAD_MILLIS};

/// A poll has no more receipts of one teller than about so many, whatever it takes to gather heads in.
const RECEIPTS: u64 = 48;
/// The least time from one receipt to the next, in milliseconds.
const OFTEN: u64 = 60_000;
/// How long after this program has begun a teller's computer waits for what others have.
const ARRIVE: u64 = 30_000;
/// How long a member's other computers wait for the one that wrote last.
const OTHERS: u64 = 3_600_000;

/// When a teller's computer closes a poll by itself: a tenth of the time that it was open after the close, by its own clock, half
/// a minute at least and ten minutes at most. Votes that are on their way come in; and a clock that is fast closes nothing before
/// the others' clocks do: what is dated further ahead than that is not taken by anybody.
pub(crate) fn closes_itself(opened: Timestamp, closes: Timestamp) -> Timestamp {
    closes.plus((closes.0.saturating_sub(opened.0) / 10).clamp(ARRIVE, AHEAD_MILLIS))
}

/// What is to be done in a poll.
enum Due {
    Receipt(EntryId),
    Cutoff(EntryId),
}

impl House {
    /// Whether this member has the task of a teller.
    pub(crate) fn is_teller(&self, view: &View) -> bool {
        let me = self.contents.member.id();
        view.tasks().iter().any(|task| task.role == Role::Teller && task.member == me)
    }

    /// Writes what is due as a teller.
    pub(crate) fn tell(&mut self, chapter: &ChapterId) -> Result<(), Refusal> {
        for due in self.due(chapter)? {
            match due {
                Due::Receipt(poll) => self.write_receipts(chapter, &poll)?,
                Due::Cutoff(poll) => drop(self.write_cutoff(chapter, &poll)?),
            }
        }
        Ok(())
    }

    fn due(&mut self, chapter: &ChapterId) -> Result<Vec<Due>, Refusal> {
        let (me, device, now) = (self.contents.member.id(), self.contents.device.id(), self.now);
        let began = *self.telling_since.get_or_insert(now);
        let room = self.room(chapter)?;
        if room.view.told_polls().next().is_none() || !self.is_teller(&room.view) {
            return Ok(Vec::new());
        }
        let (rank, entries) = (rank(&room.view, &me, &device), room.view.entries());
        let mut due = Vec::new();
        let mut quiet = Vec::new();
        for (poll, state) in room.view.told_polls() {
            let named = state.tellers.binary_search(&me).is_ok();
            if room.view.has_closed(&poll, &me) || self.told_polls.get(&poll) == Some(&entries) {
                continue;
            }
            let closes = state.rules.closes;
            let opened = room.view.item(&poll).map_or(closes, |item| item.time);
            if now <= closes {
                let pace = (closes.0.saturating_sub(opened.0) / RECEIPTS).max(OFTEN);
                let (votes, last) = room.view.unreceipted(&poll, &device);
                if named && rank == 0 && !votes.is_empty() && now >= last.unwrap_or(opened).plus(pace) {
                    due.push(Due::Receipt(poll));
                }
            } else if now > closes_itself(opened, closes).max(began.plus(ARRIVE)).plus(rank * OTHERS) {
                if named || room.view.closing(&poll).is_some_and(|closing| closing.free > 0 && !closing.settled) {
                    due.push(Due::Cutoff(poll));
                } else {
                    quiet.push(poll);
                }
            }
        }
        self.told_polls.extend(quiet.into_iter().map(|poll| (poll, entries)));
        Ok(due)
    }

    /// Receipts for all votes that are here: one, or as many as there are heads to gather in.
    pub(crate) fn write_receipts(&mut self, chapter: &ChapterId, poll: &EntryId) -> Result<(), Refusal> {
        let device = self.contents.device.id();
        for _ in 0..=self.room(chapter)?.log.heads().count() {
            if self.room(chapter)?.view.unreceipted(poll, &device).0.is_empty() {
                break;
            }
            self.publish(chapter, &Kind::Receipt(Receipt { poll: *poll }))?;
        }
        Ok(())
    }

    /// The cutoff for all votes that are here.
    pub(crate) fn write_cutoff(&mut self, chapter: &ChapterId, poll: &EntryId) -> Result<EntryId, Refusal> {
        // Its own last entry need not be a head.
        while self.room(chapter)?.log.heads().count() > MAX_PARENTS {
            self.publish(chapter, &Kind::Receipt(Receipt { poll: *poll }))?;
        }
        let cutoff = self.room(chapter)?.view.draft_cutoff(poll);
        let cutoff =
            cutoff.ok_or_else(|| Refusal::new(ErrorCode::NotFound, "this is not a poll, or it does not count"))?;
        self.publish(chapter, &Kind::Cutoff(cutoff))
    }
}

/// How many of a member's devices come before this one: the one that wrote last speaks for them.
fn rank(view: &View, me: &entry::MemberId, device: &entry::DeviceId) -> u64 {
    let devices: Vec<_> = view.devices().into_iter().filter(|other| other.member == *me).collect();
    let order = |one: &chapter::view::Device| (std::cmp::Reverse(one.last.map(|(_, time)| time)), one.id);
    let own = devices.iter().find(|one| one.id == *device).map(order);
    devices.iter().filter(|one| own.is_none_or(|own| order(one) < own)).count() as u64
}

/// Why a teller cannot close a poll now, in words for them.
pub(crate) fn refuse_close(word: Option<&TellerWord>, closes: Timestamp, now: Timestamp) -> Option<Refusal> {
    let refuse = |code, message: String| Some(Refusal::new(code, message));
    match word {
        _ if now <= closes => refuse(
            ErrorCode::NotAllowed,
            format!("this poll is open until {}, and nobody closes it earlier", crate::clock::text(closes)),
        ),
        Some(TellerWord::Closed { time, .. }) => refuse(
            ErrorCode::NotAllowed,
            format!("you closed this poll already, on {}; nobody can do that twice", crate::clock::text(*time)),
        ),
        _ => None,
    }
}
