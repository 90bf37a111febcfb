//! The way in: every entry passes here, our own and the others', and what became of them is told after the commit.

use super::{House, MENDING, internal, invalid, refuse_draft, refuse_store};
use crate::room::LogPast;
use api::{ErrorCode, Refusal};
use chapter::{Kind, draft::Ready, kinds};
use entry::{ChapterId, EntryId, Envelope, EnvelopeId};
use log::{Accepted, Ingested, Kept, OpenError as EnvelopeError, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use sync::{Host, Verdict};

/// The kinds of entries that end somebody's time.
const ENDINGS: [u64; 3] = [kinds::number::REVOKE, kinds::number::LEAVE, kinds::number::DECISION];

/// What was taken in since the last commit, from one source.
pub(crate) struct Fresh {
    pub(crate) chapter: ChapterId,
    /// The delivery that it came with; none for what was written here.
    pub(crate) ticket: Option<u64>,
    pub(crate) verdict: Verdict,
}

impl Fresh {
    pub(crate) fn into_input(self) -> sync::Input {
        match self.ticket {
            Some(ticket) => sync::Input::Ingested { ticket, verdict: self.verdict },
            None => sync::Input::Stored { chapter: self.chapter, new: self.verdict.stored },
        }
    }
}

enum Taken {
    Stored,
    Again,
    Parked,
    Refused,
}

impl House {
    /// Signs and seals something of our own, and takes it in like everybody else's.
    pub(crate) fn publish(&mut self, chapter: &ChapterId, kind: &Kind) -> Result<EntryId, Refusal> {
        self.publish_ready(chapter, Ready::new(kind.clone()).map_err(refuse_draft)?)
    }

    /// The same, for what was made ready elsewhere.
    pub(crate) fn publish_ready(&mut self, chapter: &ChapterId, ready: Ready) -> Result<EntryId, Refusal> {
        self.check_at_home(chapter)?;
        let epoch = self.ready_epoch(chapter)?;
        self.sign_and_take(chapter, ready, epoch)
    }

    /// Signs and seals something under an older epoch: keys, for those who do not have the newest yet.
    pub(crate) fn publish_under(&mut self, chapter: &ChapterId, kind: &Kind, epoch: u64) -> Result<EntryId, Refusal> {
        self.sign_and_take(chapter, Ready::new(kind.clone()).map_err(refuse_draft)?, epoch)
    }

    /// Whether something could be published now, without doing it.
    pub(crate) fn try_out(&self, chapter: &ChapterId, kind: Kind) -> Result<(), Refusal> {
        self.check_at_home(chapter)?;
        let ready = Ready::new(kind).map_err(refuse_draft)?;
        let (device, room) = (self.device(), self.room(chapter)?);
        let checked = room.view.check_at(&ready, device, self.now, &room.log.next_parents(&device));
        checked.map_err(|problem| self.refuse_own(chapter, problem))
    }

    fn sign_and_take(&mut self, chapter: &ChapterId, ready: Ready, epoch: u64) -> Result<EntryId, Refusal> {
        self.check_at_home(chapter)?;
        let (now, device) = (self.now, self.device());
        self.check_whole(chapter)?;
        let room = self.room(chapter)?;
        // With no other device there is nobody to ask, and nobody who could hold another entry in the same place.
        if room.mending && room.log.is_empty() && !matches!(ready.kind(), Kind::Charter(_)) {
            return Err(Refusal::new(ErrorCode::Storage, MENDING));
        }
        let parents = room.log.next_parents(&device);
        room.view.check_at(&ready, device, now, &parents).map_err(|problem| self.refuse_own(chapter, problem))?;
        let draft = room.log.draft(device, epoch, now, ready.kind().number(), ready.into_body());
        let entry = draft.sign(self.contents.device.signing_key()).map_err(|error| invalid(error.to_string()))?;
        let id = entry.id();
        let opened = room.ring.seal(entry).map_err(|error| internal(&error))?;
        // What is written here between two commits goes on as one: the sync machine sees how much it is.
        if self.fresh.last().is_none_or(|fresh| fresh.chapter != *chapter || fresh.ticket.is_some()) {
            self.fresh.push(Fresh { chapter: *chapter, ticket: None, verdict: Verdict::default() });
        }
        self.ingest(chapter, opened).map_err(|error| refuse_store(&error))?;
        Ok(id)
    }

    /// Takes envelopes from outside. What became of them is told after the commit, under the ticket.
    pub(crate) fn receive(&mut self, chapter: &ChapterId, ticket: Option<u64>, envelopes: Vec<Vec<u8>>) {
        self.fresh.push(Fresh { chapter: *chapter, ticket, verdict: Verdict::default() });
        let Some(room) = self.rooms.get(chapter) else { return };
        // What is no envelope is dropped here; the sync machine asks for none and passes none on.
        let ids = envelopes.into_iter().filter_map(|bytes| Some((Envelope::id_of(&bytes).ok()?, bytes)));
        let news = |(id, _): &(EnvelopeId, Vec<u8>)| room.log.kept_of(id).is_none_or(|kept| kept == Kept::Stub);
        let (ids, envelopes): (Vec<EnvelopeId>, Vec<_>) = ids.filter(news).unzip();
        let mut waiting: Vec<(EnvelopeId, Vec<u8>)> = ids.into_iter().zip(envelopes).collect();
        // An entry may bring the key of those behind it: then they are tried once more.
        while !waiting.is_empty() {
            let Some(room) = self.rooms.get(chapter) else { return };
            let keys = room.ring.keys();
            let (ready, locked): (Vec<_>, Vec<_>) =
                waiting.into_iter().partition(|(_, bytes)| room.ring.has_key_of(bytes));
            let (ids, envelopes): (Vec<EnvelopeId>, Vec<_>) = ready.into_iter().unzip();
            for (id, opened) in ids.into_iter().zip(room.ring.open_all(envelopes)) {
                self.receive_one(chapter, id, opened);
            }
            let grown = self.rooms.get(chapter).is_some_and(|room| room.ring.keys() > keys);
            if !grown {
                let Some(fresh) = self.fresh.last_mut() else { return };
                // They come again by reconciliation once the key is here.
                fresh.verdict.parked.extend(locked.into_iter().map(|(id, _)| id));
                return;
            }
            waiting = locked;
        }
    }

    /// Whether this is an entry whose text the chapter hid, and which is here without it.
    fn is_hidden(&self, chapter: &ChapterId, opened: &log::Opened) -> bool {
        let entry = opened.entry().id();
        self.rooms
            .get(chapter)
            .is_some_and(|room| room.log.kept(&entry) == Some(Kept::Stub) && room.view.hidden(&entry).is_some())
    }

    fn receive_one(&mut self, chapter: &ChapterId, id: EnvelopeId, opened: Result<log::Opened, EnvelopeError>) {
        let taken = match opened {
            // A text that a peer left out is taken without it only if it is of a kind that can be hidden; whether it was
            // is found out as the entries behind it come.
            Ok(opened) if opened.is_stub() && !Kind::can_be_hidden(opened.entry().content().kind) => Ok(Taken::Parked),
            // Its text was here and is gone for good.
            Ok(opened) if self.is_hidden(chapter, &opened) => Ok(Taken::Again),
            Ok(opened) => self.ingest(chapter, opened),
            Err(EnvelopeError::NoKey { .. }) => Ok(Taken::Parked),
            Err(error) => {
                tracing::debug!(%error, "not taken");
                Ok(Taken::Refused)
            }
        };
        let Some(fresh) = self.fresh.last_mut() else { return };
        match taken {
            Ok(Taken::Stored | Taken::Again) => {}
            Ok(Taken::Parked) => fresh.verdict.parked.push(id),
            Ok(Taken::Refused) => fresh.verdict.refused.push(id),
            // It was not staged, so it is simply not here; whoever sent it is not to blame.
            Err(error) => tracing::warn!(%error, "an entry could not be staged"),
        }
    }

    fn ingest(&mut self, chapter: &ChapterId, opened: log::Opened) -> Result<Taken, StoreError> {
        let is_stub = opened.is_stub();
        let Some(room) = self.rooms.get_mut(chapter) else { return Ok(Taken::Refused) };
        Ok(match room.log.ingest(self.now, opened, &room.ring, &mut *self.store)? {
            Ingested::Accepted(accepted) => {
                self.accepted(chapter, accepted);
                Taken::Stored
            }
            Ingested::Filled { instead, .. } => {
                let filled = self.filled.entry(*chapter).or_default();
                *filled |= instead.is_some();
                Taken::Again
            }
            Ingested::Duplicate => Taken::Again,
            // Nobody can tell whether a stub is the true one, so that nobody is to blame for it.
            Ingested::Another if is_stub => Taken::Parked,
            Ingested::Another => Taken::Refused,
            Ingested::Parked { .. } => Taken::Parked,
        })
    }

    /// Takes in what waited for its time.
    pub(crate) fn ingest_due(&mut self) {
        for chapter in self.chapters() {
            let Some(room) = self.rooms.get_mut(&chapter) else { continue };
            match room.log.ingest_due(self.now, &room.ring, &mut *self.store) {
                Ok(accepted) if accepted.is_empty() => {}
                Ok(accepted) => {
                    self.fresh.push(Fresh { chapter, ticket: None, verdict: Verdict::default() });
                    self.accepted(&chapter, accepted);
                }
                Err(error) => tracing::warn!(%error, "entries that waited could not be staged"),
            }
        }
    }

    fn accepted(&mut self, chapter: &ChapterId, accepted: Vec<Accepted>) {
        let device = self.device();
        let (Some(room), Some(fresh)) = (self.rooms.get_mut(chapter), self.fresh.last_mut()) else { return };
        for accepted in accepted {
            let applied = room.view.apply(&accepted.entry, &LogPast(&room.log));
            // The end itself, or what another computer of this member's wrote without knowing of it.
            let late = matches!(applied, chapter::view::Applied::Void(void) if void.is_later());
            if late || ENDINGS.contains(&accepted.entry.content().kind) {
                self.endings.insert(*chapter);
            }
            fresh.verdict.stored.push(sync::Item { hour: accepted.hour, id: accepted.envelope });
        }
        // By a fork what counted before may not, though what came does.
        let forks = room.view.forks().len();
        if std::mem::replace(&mut room.forks, forks) != forks {
            self.endings.insert(*chapter);
        }
        let was_member = room.member;
        if !room.count(&device) {
            return;
        }
        self.membership_changes.insert(*chapter);
        if was_member && !self.is_member(chapter) {
            self.tell_ended(chapter);
        }
        let Some(room) = self.rooms.get(chapter) else { return };
        let (is_member, joining) = (room.member, self.joins.contains_key(chapter));
        self.take_keys(chapter);
        if !was_member && is_member && joining {
            self.joined.push((*chapter, self.name(chapter)));
            self.forget_join(chapter);
        }
    }

    /// Chapters in which more of this member's entries count no longer than before, by what came since the last time.
    pub(crate) fn take_voided(&mut self) -> Vec<(ChapterId, usize)> {
        let me = self.contents.member.id();
        let mut grown = Vec::new();
        for chapter in std::mem::take(&mut self.endings) {
            let Some(room) = self.rooms.get_mut(&chapter) else { continue };
            let count = crate::commands::voided::count(room, &me);
            if count > std::mem::replace(&mut room.voided, count) {
                grown.push((chapter, count));
            }
        }
        grown
    }

    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        if !self.fresh.is_empty() {
            self.stage_notes();
        }
        self.store.commit()
    }

    /// Chapters in which texts that had been missing are durable now: their views are made anew, since what is shown of
    /// an entry, and whether it is in order, are only known with its text. True for those that sync has to look at anew.
    pub(crate) fn take_filled(&mut self) -> BTreeMap<ChapterId, bool> {
        let mut filled = std::mem::take(&mut self.filled);
        let me = self.device();
        filled.retain(|chapter, _| {
            let Some(room) = self.rooms.get_mut(chapter) else { return false };
            room.look_again(&*self.store, &me)
                .inspect_err(|error| tracing::warn!(%error, "a view is not made anew"))
                .is_ok()
        });
        filled
    }

    /// Their commit failed: none of them arrived.
    pub(crate) fn forget_filled(&mut self) {
        self.filled.clear();
    }

    /// Forgets what came of a chapter and is not durable yet.
    pub(crate) fn drop_fresh(&mut self, chapter: &ChapterId) {
        self.fresh.retain(|fresh| fresh.chapter != *chapter);
    }

    pub(crate) fn take_fresh(&mut self) -> Vec<Fresh> {
        std::mem::take(&mut self.fresh)
    }

    pub(crate) fn take_membership_changes(&mut self) -> BTreeSet<ChapterId> {
        std::mem::take(&mut self.membership_changes)
    }

    pub(crate) fn take_joined(&mut self) -> Vec<(ChapterId, String)> {
        std::mem::take(&mut self.joined)
    }
}
