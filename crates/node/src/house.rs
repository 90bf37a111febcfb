//! The chapters of one member, their keys and the store: what the sync machine asks of the node, and where every entry
//! goes in, our own and the others'.

pub(crate) use crate::room::Room;
use crate::{
    counts::Counts,
    io::{NotOpened, Saver, Topic},
    joining, own_devices,
    pairing::{self, Offer},
    quests::Quest,
    room::LogPast,
    secret::Hands,
    turned_away::TurnedAway,
};
use api::{ErrorCode, Refusal, view::Me};
use chapter::{Kind, Void, draft::Ready, kinds};
use entry::{ChapterId, DeviceId, Entry, EntryId, Envelope, EnvelopeId, EpochKey, MemberId, Timestamp, Verified};
use keys::{Contents, Invitation, PairCode};
use log::{Accepted, Ingested, Kept, LogStore, OpenError as EnvelopeError, StoreError};
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use std::collections::{BTreeMap, BTreeSet};
use sync::{Host, Standing, Tie, Verdict, Welcomed};

/// What a person is told whose disk has lost entries.
pub(crate) const MENDING: &str = "a part of what was saved on this computer is missing, or may be, because its disk was damaged, \
    or it was brought back from a backup or moved here; it is being fetched again from other members, and writing goes on as soon as one \
    of them is connected and has sent it";
/// The kinds of entries that end somebody's time.
const ENDINGS: [u64; 3] = [kinds::number::REVOKE, kinds::number::LEAVE, kinds::number::DECISION];
/// What a person is told whose data folder is a copy, and nobody knows yet of what.
pub(crate) const COPIED: &str = "this data folder was copied or moved: it was last used in another place. If two computers \
    used it, they would contradict each other, so nothing is written and nobody is called from here until you say which it \
    is. If the other one is not used any more, say so (`chapterhouse device moved`, or in the window): writing goes on as soon as \
    another member has sent what is missing. If both are to be used, erase this copy (`chapterhouse wipe`) and add this computer \
    as a further one of yours (`chapterhouse device pair` there, `chapterhouse init --pair` here)";
/// The count of a chapter that came from a backup: nobody knows how many entries there were, so there are fewer here than
/// there should be until a member's device has sent the rest.
pub(crate) const RESTORED: u64 = u64::MAX;

/// Of so many envelopes without their texts others are asked in turn.
const LACKING: usize = 4096;

/// The rooms, the keys, the store.
pub(crate) struct House {
    pub(crate) contents: Contents,
    pub(crate) saver: Box<dyn Saver>,
    pub(crate) store: Box<dyn LogStore>,
    pub(crate) rooms: BTreeMap<ChapterId, Room>,
    pub(crate) joins: BTreeMap<ChapterId, Quest>,
    pub(crate) rng: ChaCha20Rng,
    /// The time of the input that is being handled.
    pub(crate) now: Timestamp,
    fresh: Vec<Fresh>,
    /// Notes that are not staged yet, sealed, by their place in the store.
    pub(crate) notes: BTreeMap<Vec<u8>, Vec<u8>>,
    pub(crate) membership_changes: BTreeSet<ChapterId>,
    pub(crate) joined: Vec<(ChapterId, String)>,
    pub(crate) marks_saved: Timestamp,
    /// When this member's other devices were last connected.
    pub(crate) met: BTreeMap<DeviceId, Timestamp>,
    /// What screens are told at the next occasion.
    pub(crate) told: Vec<api::Event>,
    /// When it is this computer's turn to do what has to be done.
    pub(crate) turns: BTreeMap<(ChapterId, [u8; 32]), Timestamp>,
    /// Since when it looks for what a teller has to do.
    pub(crate) telling_since: Option<Timestamp>,
    /// Polls in which there was nothing to do for a teller with so many entries here.
    pub(crate) told_polls: BTreeMap<EntryId, usize>,
    /// What was counted in polls that are over.
    pub(crate) counts: Counts,
    /// Others' secret ballots, and what is on its way.
    pub(crate) hands: Hands,
    /// When it was last looked what hidden polls need.
    pub(crate) hidden_looked_at: BTreeMap<ChapterId, Timestamp>,
    /// The code that is shown to a further device.
    pub(crate) offer: Option<Offer>,
    /// The device that took it.
    pub(crate) paired_device: Option<DeviceId>,
    /// The code of the device that this one wants to be a further one to.
    pub(crate) pairing: Option<PairCode>,
    pub(crate) seeking: pairing::Seeking,
    /// This computer became another member's.
    pub(crate) became: bool,
    /// Chapters that came along with the member.
    pub(crate) moved_in: Vec<ChapterId>,
    /// The data folder was last used elsewhere, and nobody has said yet what this copy is: nothing is signed.
    pub(crate) copied: bool,
    /// Chapters in which texts arrived that were missing, and whether an envelope got another id by it.
    filled: BTreeMap<ChapterId, bool>,
    /// How many bytes of free disk are missing to erase what was hidden.
    pub(crate) room_missing: Option<u64>,
    /// Chapters in which a member's computer says that whoever let this one in was no member any more, and whose it is.
    pub(crate) uprooted: BTreeMap<ChapterId, DeviceId>,
    /// Who wanted to join and could not.
    pub(crate) turned_away: BTreeMap<ChapterId, TurnedAway>,
    /// Chapters in which somebody's time ended, or a fork was found, since the last commit.
    endings: BTreeSet<ChapterId>,
}

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

/// A store's error as a person is told.
pub(crate) fn refuse_store(error: &StoreError) -> Refusal {
    let code = match error {
        StoreError::DiskFull | StoreError::NoRoom { .. } => ErrorCode::DiskFull,
        StoreError::Busy { .. } => ErrorCode::Busy,
        StoreError::TooLarge { .. } => ErrorCode::Invalid,
        _ => ErrorCode::Storage,
    };
    let way_on = match error {
        StoreError::Corrupt { .. } => {
            ". Your keys are not in it, and are untouched: move the folder \"store\" out of the data folder and begin again, and \
             what other members have comes back from them; or bring back a backup"
        }
        _ => "",
    };
    Refusal::new(code, format!("{error}{way_on}"))
}

pub(crate) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::Invalid, message)
}

/// Why a draft would not count, as its author is told.
pub(crate) fn refuse_draft(problem: chapter::draft::Problem) -> Refusal {
    let code = match problem.0 {
        Void::Malformed(_) | Void::WrongAnswers | Void::WrongDelegates | Void::ClosesTooEarly => ErrorCode::Invalid,
        Void::UnknownTarget => ErrorCode::NotFound,
        Void::Late => ErrorCode::PollClosed,
        Void::InvitationExpired | Void::InvitationUsed | Void::OldInvitation => ErrorCode::Invitation,
        _ => ErrorCode::NotAllowed,
    };
    Refusal::new(code, problem.to_string())
}

pub(crate) fn internal(error: &dyn std::error::Error) -> Refusal {
    Refusal::new(ErrorCode::Internal, error.to_string())
}

impl House {
    /// Reads every chapter from the store.
    pub(crate) fn open(
        contents: Contents,
        saver: Box<dyn Saver>,
        store: Box<dyn LogStore>,
        rng: ChaCha20Rng,
        now: Timestamp,
    ) -> Result<Self, NotOpened> {
        let pairing = contents.pairing.as_deref().and_then(|code| PairCode::from_text(code).ok());
        let mut house = Self {
            joins: Quest::all(&contents),
            contents,
            saver,
            store,
            rooms: BTreeMap::new(),
            rng,
            now,
            fresh: Vec::new(),
            notes: BTreeMap::new(),
            membership_changes: BTreeSet::new(),
            joined: Vec::new(),
            marks_saved: now,
            met: BTreeMap::new(),
            told: Vec::new(),
            turns: BTreeMap::new(),
            telling_since: None,
            told_polls: BTreeMap::new(),
            hidden_looked_at: BTreeMap::new(),
            counts: Counts::default(),
            hands: Hands::default(),
            offer: None,
            paired_device: None,
            pairing: pairing.filter(|code| now.0 <= code.expires),
            seeking: pairing::Seeking::default(),
            became: false,
            moved_in: Vec::new(),
            copied: false,
            filled: BTreeMap::new(),
            room_missing: None,
            uprooted: BTreeMap::new(),
            turned_away: BTreeMap::new(),
            endings: BTreeSet::new(),
        };
        house.met = house.load_met();
        let ids: Vec<ChapterId> = house.contents.chapters.keys().copied().collect();
        let counts = house.saver.counts();
        for id in ids {
            if let Err(refusal) = house.open_room(id) {
                return Err(NotOpened { store: house.store, refusal });
            }
            let noted = counts.get(&id).copied().unwrap_or(0);
            if house.len(&id) < noted {
                if let Some(room) = house.rooms.get_mut(&id) {
                    // Brought back from a backup, and with no other device in it: there is nobody who could send the rest.
                    room.mending = noted != RESTORED || room.devices != 1;
                }
                continue;
            }
            // A key without a single entry and without an invitation is what is left when the power failed between
            // saving a new chapter's key and saving its charter: nobody was told that it was founded.
            if house.len(&id) == 0 && !house.joins.contains_key(&id) {
                house.rooms.remove(&id);
            }
        }
        Ok(house)
    }

    /// How many minutes without use until the window locks.
    pub(crate) fn lock_after(&self) -> u16 {
        self.contents.lock_after
    }

    pub(crate) fn set_lock_after(&mut self, minutes: u16) -> Result<(), Refusal> {
        let contents = Contents { lock_after: minutes, ..self.contents.clone() };
        self.saver.save(&contents)?;
        self.contents = contents;
        Ok(())
    }

    pub(crate) fn open_room(&mut self, id: ChapterId) -> Result<(), Refusal> {
        let keys = self.contents.chapters.get(&id);
        let mut room = keys
            .and_then(|keys| Room::new(id, keys))
            .ok_or_else(|| Refusal::new(ErrorCode::VaultDamaged, "the vault has no key for one of its chapters"))?;
        let device = self.device();
        let damaged = room.load(&*self.store, &device).map_err(|error| refuse_store(&error))?;
        room.voided = crate::commands::voided::count(&room, &self.contents.member.id());
        room.forks = room.view.forks().len();
        // They are fetched again from whoever has them: the sync machine does not list them as here.
        room.mending = !damaged.is_empty();
        self.rooms.insert(id, room);
        self.take_keys(&id);
        Ok(())
    }

    /// Reads one chapter again, after a commit failed.
    pub(crate) fn reload(&mut self, id: &ChapterId) -> Result<(), Refusal> {
        self.open_room(*id)
    }

    pub(crate) fn into_store(self) -> Box<dyn LogStore> {
        self.store
    }

    // --- what is here -------------------------------------------------------------------------------------------

    pub(crate) fn chapters(&self) -> Vec<ChapterId> {
        self.rooms.keys().copied().collect()
    }

    pub(crate) fn room(&self, chapter: &ChapterId) -> Result<&Room, Refusal> {
        self.rooms.get(chapter).ok_or_else(|| Refusal::new(ErrorCode::NotFound, "there is no such chapter here"))
    }

    pub(crate) fn rooms(&self) -> impl Iterator<Item = (&ChapterId, &Room)> {
        self.rooms.iter()
    }

    pub(crate) fn joins(&self) -> impl Iterator<Item = (&ChapterId, &Invitation)> {
        self.joins.iter().map(|(chapter, quest)| (chapter, &quest.invitation))
    }

    /// Whether this member's own admission has arrived.
    pub(crate) fn is_member(&self, chapter: &ChapterId) -> bool {
        self.rooms.get(chapter).is_some_and(|room| room.member)
    }

    pub(crate) fn len(&self, chapter: &ChapterId) -> u64 {
        self.rooms.get(chapter).map_or(0, |room| room.log.len() as u64)
    }

    pub(crate) fn items(&self, chapter: &ChapterId) -> Vec<sync::Item> {
        let envelopes = self.rooms.get(chapter).into_iter().flat_map(|room| room.log.envelopes());
        envelopes.map(|(hour, id, _)| sync::Item { hour, id }).collect()
    }

    pub(crate) fn name(&self, chapter: &ChapterId) -> String {
        let founded = self.rooms.get(chapter).and_then(|room| room.view.charter()).map(|charter| charter.name.clone());
        founded
            .or_else(|| self.joins.get(chapter).map(|quest| quest.invitation.chapter_name.clone()))
            .unwrap_or_default()
    }

    pub(crate) fn topic(&self, chapter: &ChapterId) -> Option<Topic> {
        self.rooms.get(chapter).map(Room::topic)
    }

    pub(crate) fn chapter_of_topic(&self, topic: &Topic) -> Option<ChapterId> {
        self.rooms.iter().find(|(_, room)| room.is_topic(topic)).map(|(chapter, _)| *chapter)
    }

    pub(crate) fn handle_of_device(&self, chapter: &ChapterId, device: &DeviceId) -> Option<String> {
        let view = &self.rooms.get(chapter)?.view;
        view.handle(&view.member_of_device(device)?).map(str::to_owned)
    }

    pub(crate) fn joining_names(&self) -> Vec<String> {
        self.joins.values().map(|quest| quest.invitation.chapter_name.clone()).collect()
    }

    pub(crate) fn joining_addresses(&self) -> Vec<String> {
        let joining = self.joins.values().flat_map(|quest| quest.invitation.places());
        joining.chain(self.pairing.iter().flat_map(PairCode::places)).collect()
    }

    pub(crate) fn me(&self) -> Me {
        Me {
            member: self.contents.member.id().to_string(),
            handle: self.contents.handle.clone(),
            device: self.device().to_string(),
            six_words: keys::six_words(&self.contents.member.id().0).join(" "),
            pairing: self.contents.pairing.as_deref().map(pairing::good_until),
        }
    }

    /// Opens one entry of the store. Used for texts, which are not kept in memory.
    pub(crate) fn read(&self, chapter: &ChapterId, id: &EntryId) -> Result<(Entry<Verified>, Kind, u64), Refusal> {
        let (entry, position) = self.saved(chapter, id)?;
        let number = entry.content().kind;
        // Hidden by decision, or from before this member joined: it has its place, and no text.
        let withheld = || Ok(Kind::Unknown { kind: number, body: Vec::new() });
        let kind = entry.body().map_or_else(withheld, |body| kinds::decode(number, body));
        Ok((entry, kind.map_err(|bad| invalid(bad.to_string()))?, position))
    }

    /// An entry as it is saved, and where; also one that the next commit saves: what is said of it waits for that.
    pub(crate) fn saved(&self, chapter: &ChapterId, id: &EntryId) -> Result<(Entry<Verified>, u64), Refusal> {
        let room = self.room(chapter)?;
        let missing = || Refusal::new(ErrorCode::NotFound, "there is no such entry here");
        let position = room.log.position_of_entry(id).ok_or_else(missing)?;
        let staged = self.store.staged(room.ring.tag(), position).map_err(|error| refuse_store(&error))?;
        let bytes = match staged {
            Some(bytes) => Some(bytes),
            None => self.store.get(room.ring.tag(), position).map_err(|error| refuse_store(&error))?,
        };
        let opened = room.ring.reopen(bytes.ok_or_else(missing)?).map_err(|error| {
            Refusal::new(ErrorCode::Storage, format!("this entry was damaged on the disk of this computer: {error}"))
        })?;
        Ok((opened.into_entry(), position))
    }

    // --- the way in ---------------------------------------------------------------------------------------------

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

    /// Remembers that somebody could not join, and tells the screens.
    pub(crate) fn turn_away(&mut self, chapter: &ChapterId, how: impl FnOnce(&mut TurnedAway)) {
        how(self.turned_away.entry(*chapter).or_default());
        self.shows_otherwise(chapter);
    }

    /// Tells the screens that something is shown otherwise than before, though no entry came.
    pub(crate) fn shows_otherwise(&mut self, chapter: &ChapterId) {
        let entries = self.len(chapter);
        self.told.push(api::Event::Changed { chapter: chapter.to_string(), entries });
    }

    /// The roll that a poll written now has: the members in the causal past of its entry.
    pub(crate) fn next_roll(&self, chapter: &ChapterId) -> Result<BTreeSet<MemberId>, Refusal> {
        let room = self.room(chapter)?;
        Ok(room.view.roll_at(&room.log.next_parents(&self.device())))
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

    /// The data folder came from another computer, which is not used any more. What that one signed last may be missing.
    pub(crate) fn moved_here(&mut self) {
        self.copied = false;
        for room in self.rooms.values_mut() {
            // With no other device there is nobody who could send it.
            room.mending = room.devices != 1;
        }
    }

    /// Refuses where the folder is a copy.
    pub(crate) fn check_place(&self) -> Result<(), Refusal> {
        if self.copied { Err(Refusal::new(ErrorCode::Storage, COPIED)) } else { Ok(()) }
    }

    /// The chapters whose entries have to be fetched again, with their names.
    pub(crate) fn mending(&self) -> Vec<(ChapterId, String)> {
        self.rooms.iter().filter(|(_, room)| room.mending).map(|(id, _)| (*id, self.name(id))).collect()
    }

    /// What is said where entries are missing: whether others can send them, or nobody else has a computer there.
    pub(crate) fn mending_words(&self, chapter: &ChapterId) -> String {
        let Some(room) = self.rooms.get(chapter).filter(|room| room.devices == 1 && !room.log.is_empty()) else {
            return MENDING.into();
        };
        let noted = self.saver.counts().get(chapter).copied().filter(|noted| *noted != RESTORED).unwrap_or(0);
        let what = match noted.saturating_sub(room.log.len() as u64) {
            0 => "a part of what was".to_owned(),
            1 => "1 entry that was".to_owned(),
            lost => format!("{lost} entries that were"),
        };
        format!(
            "{what} saved on this computer cannot be read any more, because its disk was damaged. As far as is known here \
             nobody else has a computer in this chapter, so this is lost, unless a backup has it (`chapterhouse backup \
             restore`, on a new folder). What is left can be read, and writing goes on. Files that could not be read were \
             not deleted: they are set aside in the data folder, in `store/set-aside-1` (or 2, 3 …)"
        )
    }

    /// A member's device has the same as this one: whatever was missing is here again. Whether something was.
    pub(crate) fn mended(&mut self, chapter: &ChapterId) -> bool {
        self.rooms.get_mut(chapter).is_some_and(|room| std::mem::take(&mut room.mending))
    }

    /// Notes how much is here, apart from the store. A chapter that is being mended keeps its higher number.
    pub(crate) fn note_counts(&mut self) {
        let mut counts = self.saver.counts();
        for (id, room) in &self.rooms {
            let here = room.log.len() as u64;
            let count = counts.entry(*id).or_default();
            *count = if room.mending { here.max(*count) } else { here };
        }
        self.saver.note_counts(&counts);
    }

    pub(crate) fn random_bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }
}

impl Host for House {
    fn lacking(&self, chapter: &ChapterId) -> Vec<EnvelopeId> {
        let Some(room) = self.rooms.get(chapter) else { return Vec::new() };
        let unexplained = room.log.stubs().filter(|(entry, _)| room.view.hidden(entry).is_none());
        unexplained.map(|(_, envelope)| envelope).take(LACKING).collect()
    }

    fn envelope(&self, chapter: &ChapterId, position: u64) -> Option<Vec<u8>> {
        let room = self.rooms.get(chapter)?;
        self.store.get(room.ring.tag(), room.log.stored_at(position)?).ok()?
    }

    fn standing(&self, chapter: &ChapterId, device: &DeviceId) -> Standing {
        match self.rooms.get(chapter) {
            Some(room) if room.view.is_member_device(device) => Standing::Member,
            Some(room) if room.view.is_former_device(device) => Standing::Removed,
            _ => Standing::Unknown,
        }
    }

    fn tie(&self, chapter: &ChapterId, device: &DeviceId) -> Tie {
        let me = self.contents.member.id();
        let Some(room) = self.rooms.get(chapter) else { return Tie::None };
        let brought = |member| {
            room.view.member(&me).is_some_and(|me| {
                me.sponsor == Some(member)
                    || room.view.item(&me.admitted_by).and_then(|item| item.author) == Some(member)
            })
        };
        match room.view.member_of_device(device) {
            Some(member) if member == me => Tie::Own,
            Some(member) if brought(member) => Tie::LetMeIn,
            Some(member) if room.view.member(&member).is_some_and(|member| member.sponsor == Some(me)) => Tie::LetIn,
            _ => Tie::None,
        }
    }

    fn uprooted(&self, chapter: &ChapterId, device: &DeviceId) -> bool {
        self.rooms.get(chapter).is_some_and(|room| room.view.is_uprooted_device(device))
    }

    fn epoch(&self, chapter: &ChapterId) -> Option<u64> {
        self.rooms.get(chapter).map(|room| room.epoch)
    }

    fn epoch_key(&self, chapter: &ChapterId, epoch: u64) -> Option<EpochKey> {
        self.contents.chapters.get(chapter)?.epochs.get(&epoch).cloned()
    }

    fn epoch_before(&self, chapter: &ChapterId, epoch: u64) -> Option<u64> {
        let older = ..kinds::epoch::first_number(kinds::epoch::generation(epoch));
        self.keys_of(chapter).epochs.range(older).next_back().map(|(number, _)| *number)
    }

    fn keys_for(&mut self, chapter: &ChapterId, device: &DeviceId, lacks: bool) -> Option<Vec<u8>> {
        self.keys_left_out_of(chapter, device, lacks)
    }

    fn lacks_key(&self, chapter: &ChapterId) -> Option<u64> {
        self.newest_without(chapter)
    }

    fn take_keys(&mut self, chapter: &ChapterId, body: &[u8]) -> bool {
        self.take_given_keys(chapter, body)
    }

    fn device(&self) -> DeviceId {
        self.contents.device.id()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        use ed25519_dalek::Signer;
        self.contents.device.signing_key().sign(message).to_bytes()
    }

    fn random(&mut self) -> [u8; 32] {
        self.random_bytes()
    }

    fn join_request(&mut self, chapter: &ChapterId, binding: &[u8; 32]) -> Option<Vec<u8>> {
        if let Some(code) = self.pairing.as_ref().filter(|code| code.lane() == *chapter) {
            return Some(pairing::ask(code, &self.seeking, &self.contents, binding));
        }
        if *chapter == self.own_lane() {
            return Some(own_devices::ask(self, binding));
        }
        // No signature over the connection is needed here: the statement names the newcomer's device, and the answer
        // is wrapped to that device. Whoever passes a stolen statement on gains nothing by it.
        joining::request(&self.joins.get(chapter)?.joining, &self.contents)
    }

    fn admit(&mut self, chapter: &ChapterId, request: &[u8], binding: &[u8; 32]) -> Result<Vec<u8>, sync::Refusal> {
        if self.offer.as_ref().is_some_and(|offer| offer.code.lane() == *chapter) {
            return pairing::give(self, request, binding).map_err(sync::Refusal);
        }
        if *chapter == self.own_lane() {
            // Not a word to a device that was revoked, or that nobody knows of.
            return own_devices::give(self, request, binding).ok_or_else(|| sync::Refusal(String::new()));
        }
        joining::admit(self, chapter, request).map_err(sync::Refusal)
    }

    fn welcomed(&mut self, chapter: &ChapterId, welcome: &[u8], binding: &[u8; 32]) -> Result<Welcomed, sync::Refusal> {
        let plain = |refusal: Refusal| sync::Refusal(refusal.message);
        if self.pairing.as_ref().is_some_and(|code| code.lane() == *chapter) {
            return pairing::take(self, welcome, binding).map_err(plain);
        }
        if *chapter == self.own_lane() {
            return own_devices::take(self, welcome, binding).map_err(plain);
        }
        self.answered(chapter, welcome).map_err(plain)
    }
}
