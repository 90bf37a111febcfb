//! Where this member's own time in a chapter ended, or this computer's has not begun: what is said to somebody who wants
//! to write there all the same.

use crate::{
    clock, early,
    house::{House, MENDING, refuse_draft},
};
use api::{ErrorCode, Refusal};
use chapter::{
    Void,
    draft::Problem,
    view::{Ended, Ending},
};
use entry::ChapterId;

impl House {
    /// How this member's, or this device's, time in a chapter ended; nothing, if it did not, or never began.
    pub(crate) fn my_end(&self, chapter: &ChapterId) -> Option<Ended> {
        let room = self.rooms.get(chapter).filter(|room| !room.member)?;
        let (me, device) = (self.contents.member.id(), self.contents.device.id());
        let revoked = || room.view.former_devices(&me).into_iter().find(|former| former.id == device)?.ended;
        if room.view.is_member(&me) { revoked() } else { room.view.member(&me)?.ended }
    }

    /// Tells the screens that this member's, or this device's, time ended. Whoever left knows.
    pub(crate) fn tell_ended(&mut self, chapter: &ChapterId) {
        if self.my_end(chapter).is_none_or(|ended| ended.how == Ending::Left) {
            return;
        }
        if let Some(message) = self.no_more(chapter).map(|why| sentence(&why)) {
            self.told.push(api::Event::Warning { message });
        }
    }

    /// Refuses whoever is in the chapter no more, in words and with the day, before anything else is looked at.
    pub(crate) fn check_at_home(&self, chapter: &ChapterId) -> Result<(), Refusal> {
        self.check_place()?;
        match self.no_more(chapter) {
            Some(message) => Err(Refusal::new(ErrorCode::NotAllowed, message)),
            None => Ok(()),
        }
    }

    /// Refuses where entries of this device may be missing which another one can send.
    pub(crate) fn check_whole(&self, chapter: &ChapterId) -> Result<(), Refusal> {
        let room = self.room(chapter)?;
        if room.mending && room.devices > 1 { Err(Refusal::new(ErrorCode::Storage, MENDING)) } else { Ok(()) }
    }

    /// Why a draft of this device's would not count, as its owner is told: where the device is not in the chapter, what
    /// they can do about it.
    pub(crate) fn refuse_own(&self, chapter: &ChapterId, problem: Problem) -> Refusal {
        match problem.0 {
            Void::NotAMember => Refusal::new(ErrorCode::NotAllowed, self.not_in_yet(chapter)),
            _ => refuse_draft(problem),
        }
    }

    /// The sentence for somebody whose computer no entry here makes a member's.
    pub(crate) fn not_in_yet(&self, chapter: &ChapterId) -> String {
        let name = self.name(chapter);
        if self.joins.contains_key(chapter) {
            if self.rooms.get(chapter).is_some_and(|room| early::is_arriving(self, chapter, room)) {
                return format!("{name} is still arriving on this computer: you can write once all of it is here");
            }
            return format!(
                "you are not in {name} yet: your request is with its members, or still on its way to them. Leave \
                 `chapterhouse serve` or the window running; it says when you are in"
            );
        }
        let name = if name.is_empty() { "this chapter" } else { &name };
        format!(
            "{name} does not know this computer as one of yours yet. If you have just added it, wait until it has met \
             your other computer, or any other member's: leave `chapterhouse serve` or the window running on both. If \
             that does not help, it was revoked, or never added: add it again (`chapterhouse device pair` there, \
             `chapterhouse init --pair` here, on an emptied folder), or, without another computer of yours, come back \
             with your 24 words (`chapterhouse init --restore`) and an invitation"
        )
    }

    /// The sentence for somebody who is in the chapter no more.
    pub(crate) fn no_more(&self, chapter: &ChapterId) -> Option<String> {
        let ended = self.my_end(chapter)?;
        let (name, when) = (self.name(chapter), clock::text(ended.when));
        let still_in = self.rooms.get(chapter)?.view.is_member(&self.contents.member.id());
        Some(match ended.how {
            Ending::Revoked if still_in => format!(
                "this computer was revoked in {name} on {when}, and what it writes there does not count any more. Use \
                 another computer of yours; or come back with your 24 words and an invitation, on a new one"
            ),
            how => {
                let how = match how {
                    Ending::Left => format!("you left on {when}"),
                    Ending::Removed => format!("the members removed you on {when}"),
                    Ending::Revoked => format!("the last of your computers was revoked on {when}"),
                    Ending::Uprooted => {
                        format!("whoever brought you in was no member any more, by a decision of {when}")
                    }
                };
                format!(
                    "you are no member of {name} any more: {how}. What is here can be read, and nothing written. The way \
                     back is a new invitation"
                )
            }
        })
    }
}

/// The same as a sentence of its own.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}
