//! Joining by an invitation, on both sides. What is asked and answered is the node's; here it is only carried, and
//! kept from being asked too often.

use super::{Sync, Turn};
use crate::{
    holding::{Holding, Quest},
    host::{Refusal, Standing, Welcomed},
    io::{Output, Peer, Reason},
    limits::{ADMISSION_SECONDS, JOIN_BYTES, REFUSAL_BYTES, WELCOME_BYTES, millis, price},
    message::Message,
};
use entry::ChapterId;

impl Sync {
    pub(super) fn join(&mut self, turn: &mut Turn<'_>, chapter: ChapterId) {
        if self.quests.get(&chapter).is_some_and(|quest| !quest.welcomed) {
            return;
        }
        self.quests.insert(chapter, Quest::default());
        if self.holdings.contains_key(&chapter) {
            // Somebody who was a member once comes back: the lanes stand already.
            self.seek(turn, &chapter);
        } else {
            self.offer_anew(turn);
        }
    }

    /// Asks one member at a time, so that no invitation is used twice.
    pub(super) fn seek(&mut self, turn: &mut Turn<'_>, chapter: &ChapterId) {
        if self.is_over(turn, chapter) {
            self.quests.remove(chapter);
        }
        let copying = self.is_copying(chapter);
        let Some(quest) = self.quests.get_mut(chapter) else { return };
        if quest.welcomed && (copying || turn.now < quest.not_before) {
            return;
        }
        if quest.asked.as_ref().is_some_and(|(_, until)| *until > turn.now) {
            return;
        }
        if let Some((silent, _)) = quest.asked.take() {
            quest.tried.insert(silent, turn.now.plus(millis::REFUSED));
        }
        let rested = |peer: &Peer| quest.tried.get(peer).is_none_or(|until| *until <= turn.now);
        let now = turn.now;
        let Some((peer, link)) = self
            .links
            .iter_mut()
            .filter(|(peer, link)| link.lanes.contains_key(chapter) && rested(peer))
            .find_map(|(peer, link)| link.joins_made.take(now, 1).then_some((peer, link)))
        else {
            return;
        };
        let (Some(binding), Some(lane)) = (link.binding, link.lanes.get(chapter)) else { return };
        let Some(body) = turn.host.join_request(chapter, &binding.hash) else { return };
        if body.is_empty() || body.len() > JOIN_BYTES {
            return;
        }
        let (peer, lane) = (peer.clone(), lane.label);
        quest.asked = Some((peer.clone(), turn.now.plus(millis::WELCOME)));
        self.send(turn, &peer, &Message::JoinRequest { lane, body });
    }

    /// Whether this device was welcomed, and is known to be a member's.
    fn is_over(&self, turn: &Turn<'_>, chapter: &ChapterId) -> bool {
        let welcomed = self.quests.get(chapter).is_some_and(|quest| quest.welcomed);
        welcomed && turn.host.standing(chapter, &turn.host.device()) == Standing::Member
    }

    /// Whether this device was a member's, and is known here not to be one now.
    fn has_ended(&self, turn: &Turn<'_>, chapter: &ChapterId) -> bool {
        turn.host.standing(chapter, &turn.host.device()) == Standing::Removed
    }

    /// Whether somebody is sending what they have.
    fn is_copying(&self, chapter: &ChapterId) -> bool {
        let mut lanes = self.links.values().filter_map(|link| link.lanes.get(chapter));
        self.holdings.get(chapter).is_some_and(|holding| holding.cold.is_some())
            || lanes.any(|lane| lane.left > 0 || lane.pages_in_hand > 0)
    }

    pub(super) fn take_join_request(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        body: &[u8],
    ) -> Result<(), Reason> {
        let held = self.holdings.contains_key(chapter);
        let Some(link) = self.links.get_mut(peer) else { return Ok(()) };
        let (Some(binding), Some(lane)) = (link.binding, link.lanes.get(chapter)) else { return Ok(()) };
        let lane = lane.label;
        // Twice what an honest newcomer sends; half of it is answered.
        if !link.joins_heard.take(turn.now, 1) {
            return Err(Reason::Violation("one join request after another"));
        }
        let answered = link.joins_answered.take(turn.now, 1);
        let decided = if !held {
            // Both are newcomers. Nothing to decide, and nobody to blame.
            Err(Refusal(String::new()))
        } else if !answered || !self.admissions.take(turn.now, ADMISSION_SECONDS) {
            Err(Refusal("Too many requests to join have come in a short time. Please try again later.".into()))
        } else {
            turn.host.admit(chapter, body, &binding.hash)
        };
        if let (Ok(_), Some(link)) = (&decided, self.links.get_mut(peer)) {
            // Whoever waits for members' words may stay connected meanwhile.
            link.since = turn.now;
        }
        let answer = match decided {
            Ok(body) if !body.is_empty() && body.len() <= WELCOME_BYTES => Message::Welcome { lane, body },
            Ok(_) => Message::JoinRefused { lane, reason: String::new() },
            Err(Refusal(mut reason)) => {
                reason.truncate(reason.floor_char_boundary(REFUSAL_BYTES));
                Message::JoinRefused { lane, reason }
            }
        };
        self.send(turn, peer, &answer);
        Ok(())
    }

    /// Whether it was this peer that was asked. If so, the question is settled.
    fn was_asked(&mut self, peer: &Peer, chapter: &ChapterId) -> bool {
        match self.quests.get_mut(chapter) {
            Some(quest) if quest.asked.as_ref().is_some_and(|(asked, _)| asked == peer) => {
                quest.asked = None;
                true
            }
            _ => false,
        }
    }

    pub(super) fn take_welcome(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        body: &[u8],
    ) -> Result<(), Reason> {
        if !self.was_asked(peer, chapter) {
            return self.annoy(turn.now, peer, price::ABUSE);
        }
        let Some(binding) = self.links.get(peer).and_then(|link| link.binding) else { return Ok(()) };
        match turn.host.welcomed(chapter, body, &binding.hash) {
            Ok(soon @ (Welcomed::NotYet | Welcomed::Nothing)) => {
                let pause = if soon == Welcomed::NotYet { millis::NOT_YET } else { millis::NOTHING };
                if let Some(quest) = self.quests.get_mut(chapter) {
                    quest.tried.insert(peer.clone(), turn.now.plus(pause));
                }
                if let Some(link) = self.links.get_mut(peer) {
                    link.since = turn.now;
                }
                Ok(())
            }
            Ok(Welcomed::Further) => {
                self.seek(turn, chapter);
                Ok(())
            }
            Ok(Welcomed::Done) => {
                self.forget(turn, chapter);
                Ok(())
            }
            Ok(Welcomed::In) => {
                let left = self.has_ended(turn, chapter);
                if let Some(quest) = self.quests.get_mut(chapter) {
                    quest.welcomed = true;
                    quest.not_before = turn.now.plus(millis::WELCOMED);
                    // Whoever comes back may be ahead of the news that they went: then it has another answer in a moment.
                    let pause = if left { millis::WELCOMED } else { millis::REFUSED };
                    quest.tried.insert(peer.clone(), turn.now.plus(pause));
                }
                let held = self.holdings.contains_key(chapter);
                if !held {
                    self.holdings.insert(*chapter, Holding::new(chapter, &[]));
                }
                turn.out.push(Output::Joined { chapter: *chapter, peer: peer.clone() });
                self.enter(turn, chapter);
                if held {
                    // Whoever was here all the time is told that there is nothing more to come.
                    self.sync_now(turn, chapter);
                }
                Ok(())
            }
            Err(reason) => {
                self.refused(turn, peer, chapter, reason);
                self.annoy(turn.now, peer, price::ABUSE)
            }
        }
    }

    pub(super) fn take_join_refused(
        &mut self,
        turn: &mut Turn<'_>,
        peer: &Peer,
        chapter: &ChapterId,
        reason: String,
    ) -> Result<(), Reason> {
        if !self.was_asked(peer, chapter) {
            self.annoy(turn.now, peer, price::STRAY)?;
            // Nobody asked: a member's device says that this one is in by somebody who was not. In whose words, is not
            // the peer's to choose.
            if let Some(device) = self.lane(peer, chapter).filter(|lane| lane.member).and_then(|lane| lane.device) {
                turn.out.push(Output::Uprooted { chapter: *chapter, device });
            }
            return Ok(());
        }
        self.refused(turn, peer, chapter, Refusal(reason));
        Ok(())
    }

    fn refused(&mut self, turn: &mut Turn<'_>, peer: &Peer, chapter: &ChapterId, reason: Refusal) {
        let mut welcomed = false;
        let left = self.has_ended(turn, chapter);
        if let Some(quest) = self.quests.get_mut(chapter) {
            quest.tried.insert(peer.clone(), turn.now.plus(millis::REFUSED));
            welcomed = quest.welcomed && !left;
        }
        if welcomed {
            // Somebody else said yes, and what they said is on its way.
            return;
        }
        if !reason.0.is_empty() {
            turn.out.push(Output::JoinRefused { chapter: *chapter, peer: peer.clone(), reason });
        }
        self.seek(turn, chapter);
    }
}
