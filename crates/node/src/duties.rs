//! What somebody in a chapter has to do, and any member's computer can: writing down a decision that has passed,
//! admitting a newcomer whom enough members sponsored, making a new key after somebody's time ended, dropping
//! hidden texts. What only a teller's computer can do is in `tellers`.
//!
//! So that not all do it at the same moment, each waits its turn: an order by hash, another one for each thing to do.
//! Should two do it all the same, no harm is done.

use crate::house::House;
use chapter::{
    Kind,
    kinds::{Admit, Decision},
};
use entry::{ChapterId, EntryId, Timestamp};

/// How long each computer waits for the one before it, in milliseconds.
const PATIENCE: u64 = 5_000;
/// The longest wait.
const LONGEST: u64 = 120_000;
/// How often it is looked for things to do, in milliseconds.
pub(crate) const EVERY: u64 = 1_000;

impl House {
    /// Looks for things to do, in all chapters, and does what it is this computer's turn to do.
    pub(crate) fn duties(&mut self) {
        for chapter in self.chapters() {
            let working = self.room(&chapter).is_ok_and(|room| room.member && !room.mending) && !self.copied;
            if working && let Err(refusal) = self.duties_in(&chapter) {
                tracing::warn!(%refusal, "something that a chapter needs could not be done");
            }
        }
    }

    fn duties_in(&mut self, chapter: &ChapterId) -> Result<(), api::Refusal> {
        let room = self.room(chapter)?;
        let (ripe, complete) = (room.view.ripe(self.now), self.complete_requests(chapter));
        let unclean = room.clean.is_none();
        for motion in ripe {
            if self.turn(chapter, motion.as_bytes()) {
                self.publish(chapter, &Kind::Decision(Decision { motion }))?;
            }
        }
        for request in complete {
            if self.turn(chapter, request.as_bytes()) {
                self.admit_request(chapter, &request)?;
            }
        }
        if unclean && self.turn(chapter, &[0; 32]) {
            self.begin_epoch(chapter)?;
        }
        self.strip_hidden(chapter)?;
        self.secret_duties(chapter)?;
        self.tell(chapter)?;
        self.hidden_duties(chapter)?;
        self.say_counts(chapter)
    }

    /// Whether it is this computer's turn: the members in an order that differs for each thing to do, each some seconds
    /// after the one before.
    fn turn(&mut self, chapter: &ChapterId, what: &[u8; 32]) -> bool {
        let (now, me) = (self.now, self.contents.member.id());
        let rank = |member: &entry::MemberId| *blake3::keyed_hash(what, member.as_bytes()).as_bytes();
        let due = match self.turns.get(&(*chapter, *what)) {
            Some(due) => *due,
            None => {
                let Ok(room) = self.room(chapter) else { return false };
                let before = room.view.roll().iter().filter(|member| rank(member) < rank(&me)).count() as u64;
                let due = now.plus((before * PATIENCE).min(LONGEST));
                if self.turns.len() > 10_000 {
                    self.turns.clear();
                }
                self.turns.insert((*chapter, *what), due);
                due
            }
        };
        if due > now {
            return false;
        }
        // Should the same thing be needed once more, all wait anew.
        self.turns.remove(&(*chapter, *what));
        true
    }

    /// The requests that enough members sponsored.
    fn complete_requests(&self, chapter: &ChapterId) -> Vec<EntryId> {
        let Ok(room) = self.room(chapter) else { return Vec::new() };
        let invites = room.view.invites();
        let good = |asked: &chapter::view::Asked| {
            let invite = invites.iter().find(|invite| invite.entry == asked.invite);
            !asked.admitted
                && asked.sponsors.len() as u64 >= asked.need
                && invite.is_some_and(|invite| {
                    self.now <= invite.invite.expires && (invite.admitted.len() as u64) < invite.invite.uses
                })
        };
        room.view.requests().into_iter().filter(good).map(|asked| asked.entry).collect()
    }

    /// Writes the admission that a request asked for.
    pub(crate) fn admit_request(&mut self, chapter: &ChapterId, request: &EntryId) -> Result<(), api::Refusal> {
        let Some(asked) = self.room(chapter)?.view.request(request) else { return Ok(()) };
        if asked.admitted || (asked.sponsors.len() as u64) < asked.need {
            return Ok(());
        }
        let admit = Admit { invite: asked.invite, statement: asked.statement };
        self.publish(chapter, &Kind::Admit(Box::new(admit)))?;
        self.admitted(chapter)
    }

    /// After an admission, where newcomers read nothing older: what is written from now on has another key.
    pub(crate) fn admitted(&mut self, chapter: &ChapterId) -> Result<(), api::Refusal> {
        let from_joining = self
            .room(chapter)?
            .view
            .rules()
            .is_some_and(|rules| rules.history_for_newcomers == chapter::kinds::History::FromJoining);
        if from_joining {
            self.begin_epoch(chapter)?;
        }
        Ok(())
    }

    /// Lets go of the texts that the chapter hid, as far as they are still here.
    fn strip_hidden(&mut self, chapter: &ChapterId) -> Result<(), api::Refusal> {
        let hidden = self.room(chapter)?.view.hidden_entries();
        for entry in hidden {
            self.strip(chapter, &entry)?;
        }
        Ok(())
    }
}

/// When it is looked for things to do next.
pub(crate) const fn next(now: Timestamp) -> Timestamp {
    now.plus(EVERY)
}
