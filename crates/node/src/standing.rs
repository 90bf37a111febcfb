//! Where this member's own time in a chapter ended: what is said to somebody who wants to write there all the same.

use crate::{clock, house::House};
use api::{ErrorCode, Refusal};
use chapter::view::{Ended, Ending};
use entry::ChapterId;

impl House {
    /// How this member's, or this device's, time in a chapter ended; nothing, if it did not, or never began.
    pub(crate) fn my_end(&self, chapter: &ChapterId) -> Option<Ended> {
        let room = self.rooms.get(chapter).filter(|room| !room.member)?;
        let (me, device) = (self.contents.member.id(), self.contents.device.id());
        let revoked = || room.view.former_devices(&me).into_iter().find(|former| former.id == device)?.ended;
        if room.view.is_member(&me) { revoked() } else { room.view.member(&me)?.ended }
    }

    /// Refuses whoever is in the chapter no more, in words and with the day, before anything else is looked at.
    pub(crate) fn check_at_home(&self, chapter: &ChapterId) -> Result<(), Refusal> {
        self.check_place()?;
        match self.no_more(chapter) {
            Some(message) => Err(Refusal::new(ErrorCode::NotAllowed, message)),
            None => Ok(()),
        }
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
