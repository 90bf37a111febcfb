//! The chapters of one member, their keys and the store: what is here. Where entries go in is in [`intake`], what the sync
//! machine asks in [`host`], and what a person is told who is refused something in [`refusals`].

mod host;
mod intake;
mod refusals;

pub(crate) use crate::room::Room;
pub(crate) use intake::Fresh;
pub(crate) use refusals::{COPIED, MENDING, internal, invalid, refuse_draft, refuse_store};

use crate::{
    counts::Counts,
    io::{NotOpened, Saver, Topic},
    pairing::{self, Offer},
    quests::Quest,
    secret::Hands,
    turned_away::TurnedAway,
};
use api::{ErrorCode, Refusal, view::Me};
use chapter::{Kind, kinds};
use entry::{ChapterId, DeviceId, Entry, EntryId, MemberId, Timestamp, Verified};
use keys::{Contents, Invitation, PairCode};
use log::LogStore;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use std::collections::{BTreeMap, BTreeSet};
use sync::Host;

/// The count of a chapter that came from a backup: nobody knows how many entries there were, so there are fewer here than
/// there should be until a member's device has sent the rest.
pub(crate) const RESTORED: u64 = u64::MAX;

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
