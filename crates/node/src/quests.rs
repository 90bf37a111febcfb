//! Chapters that are being founded, joined, or come along with the member: how their keys get into the vault.

use crate::{
    epochs::KeyList,
    house::{House, refuse_store},
    joining::{self, Answer},
};
use api::{ErrorCode, Event, Refusal};
use chapter::kinds::text::{tidy_line, tidy_text};
use entry::{ChapterId, EntryId, EpochKey, MemberId};
use keys::{ChapterKeys, Contents, Invitation, Joining};
use log::Stripped;
use std::collections::BTreeMap;
use sync::Welcomed;

/// A chapter that is being joined.
pub(crate) struct Quest {
    pub(crate) invitation: Invitation,
    pub(crate) joining: Joining,
    /// The terms that the person was asked to agree to.
    pub(crate) asked: Option<[u8; 32]>,
    /// How many words were given, of how many.
    pub(crate) words: Option<(u64, u64)>,
    /// Whether the keys are here.
    welcomed: bool,
}

impl Quest {
    const fn new(invitation: Invitation, joining: Joining) -> Self {
        Self { invitation, joining, asked: None, words: None, welcomed: false }
    }

    /// Those that the vault remembers.
    pub(crate) fn all(contents: &Contents) -> BTreeMap<ChapterId, Self> {
        let quest = |joining: &Joining| {
            let invitation = Invitation::from_text(&joining.invitation).ok()?;
            Some((invitation.chapter_id(), Self::new(invitation, joining.clone())))
        };
        contents.joining.iter().filter_map(quest).collect()
    }
}

impl House {
    /// The keys of a chapter.
    pub(crate) fn keys_of(&self, chapter: &ChapterId) -> &ChapterKeys {
        static NONE: ChapterKeys = ChapterKeys { epochs: BTreeMap::new(), heads: BTreeMap::new() };
        self.contents.chapters.get(chapter).unwrap_or(&NONE)
    }

    /// Saves keys in the vault, and can read with them from then on.
    pub(crate) fn save_keys(&mut self, chapter: &ChapterId, keys: Vec<(u64, EpochKey)>) -> Result<(), Refusal> {
        let mut contents = self.contents.clone();
        contents.chapters.entry(*chapter).or_default().epochs.extend(keys.iter().cloned());
        self.saver.save(&contents)?;
        self.contents = contents;
        if let Some(room) = self.rooms.get_mut(chapter) {
            for (number, key) in &keys {
                room.ring.add(*number, key);
            }
        }
        Ok(())
    }

    pub(crate) fn set_epoch(&mut self, chapter: &ChapterId, clean: Option<u64>, number: u64, key: EpochKey) {
        if let Some(room) = self.rooms.get_mut(chapter) {
            room.set_epoch(clean, number, key);
        }
    }

    /// Opens a new chapter's room with a fresh key, and saves the key before anything is sealed with it.
    pub(crate) fn found(&mut self, chapter: ChapterId) -> Result<(), Refusal> {
        let key = EpochKey::new(self.random_bytes());
        self.save_keys(&chapter, vec![(0, key)])?;
        self.open_room(chapter)
    }

    /// Remembers an invitation until it has done its work. Whoever uses the same one once more asks for the same thing:
    /// members gave their word for what is on record already. The person is told anew how far it is.
    pub(crate) fn start_join(&mut self, invitation: Invitation) -> Result<(), Refusal> {
        let text = invitation.to_text();
        let known = self.joins.remove(&invitation.chapter_id()).map(|quest| quest.joining);
        let joining = known.filter(|joining| joining.invitation == text).unwrap_or_else(|| Joining {
            invitation: text,
            since: self.now.0,
            ..Joining::default()
        });
        self.joins.insert(invitation.chapter_id(), Quest::new(invitation, joining));
        self.save_joins()
    }

    pub(crate) fn forget_join(&mut self, chapter: &ChapterId) {
        self.joins.remove(chapter);
        if let Err(refusal) = self.save_joins() {
            tracing::warn!(%refusal, "the vault could not be saved");
        }
    }

    /// Takes away what has come of a chapter that was still arriving, with its keys. What somebody was a member of stays.
    pub(crate) fn give_up(&mut self, chapter: &ChapterId) -> Result<(), Refusal> {
        let Some(room) = self.rooms.get(chapter) else { return Ok(()) };
        if room.member || crate::commands::devices::own_end(self, room).is_some() {
            return Ok(());
        }
        let tag = *room.ring.tag();
        self.drop_fresh(chapter);
        self.rooms.remove(chapter);
        let mut contents = self.contents.clone();
        contents.chapters.remove(chapter);
        self.save(contents)?;
        self.store.remove(&tag).map_err(|error| refuse_store(&error))
    }

    /// What the newcomer agrees to and answers; the request is made anew with it.
    pub(crate) fn agree(&mut self, chapter: &ChapterId, terms: [u8; 32], answers: Vec<String>) -> Result<(), Refusal> {
        let since = self.now.0;
        if let Some(quest) = self.joins.get_mut(chapter) {
            quest.joining = Joining { terms: Some(terms), answers, since, ..quest.joining.clone() };
        }
        self.save_joins()
    }

    fn save_joins(&mut self) -> Result<(), Refusal> {
        self.contents.joining = self.joins.values().map(|quest| quest.joining.clone()).collect();
        self.saver.save(&self.contents)
    }

    /// All that a member's device has of a chapter is here. Whoever was a member all the time as far as this computer
    /// knew, and used an invitation, is in: either they had been removed unseen, or they need not have asked.
    pub(crate) fn settled(&mut self, chapter: &ChapterId) {
        let welcomed = self.joins.get(chapter).is_some_and(|quest| quest.welcomed);
        if welcomed && self.is_member(chapter) {
            self.joined.push((*chapter, self.name(chapter)));
            self.forget_join(chapter);
        }
    }

    /// Takes a member's answer to a request to join.
    pub(crate) fn answered(&mut self, chapter: &ChapterId, answer: &[u8]) -> Result<Welcomed, Refusal> {
        let bad = || Refusal::new(ErrorCode::Invalid, "the answer to the invitation is not for this computer");
        match Answer::from_bytes(answer).ok_or_else(bad)? {
            Answer::Keys { wrapped } => {
                let keys = joining::unwrap_keys(chapter, &wrapped, &self.contents).ok_or_else(bad)?;
                let mut contents = self.contents.clone();
                let held = contents.chapters.entry(*chapter).or_default();
                held.epochs.extend(keys.epochs);
                held.heads.extend(keys.heads);
                self.saver.save(&contents)?;
                self.contents = contents;
                self.open_room(*chapter)?;
                if let Some(quest) = self.joins.get_mut(chapter) {
                    quest.welcomed = true;
                }
                Ok(Welcomed::In)
            }
            Answer::Terms { statement, questions } => {
                let chapter_name = self.name(chapter);
                let terms = chapter::kinds::rules::terms(&statement, &questions);
                // Not checked by anybody yet.
                let statement = tidy_text(&statement);
                let questions: Vec<String> = questions.iter().map(|question| tidy_line(question)).collect();
                let quest = self.joins.get_mut(chapter).ok_or_else(bad)?;
                // Not again while a person is reading.
                if quest.asked != Some(terms) {
                    quest.asked = Some(terms);
                    let chapter = chapter.to_string();
                    self.told.push(Event::JoinTerms { chapter, chapter_name, statement, questions });
                }
                Ok(Welcomed::NotYet)
            }
            Answer::Waiting { have, need } => {
                let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
                let quest = self.joins.get_mut(chapter).ok_or_else(bad)?;
                if quest.words != Some((have, need)) {
                    quest.words = Some((have, need));
                    let (chapter, have, need) = (chapter.to_string(), small(have), small(need));
                    self.told.push(Event::JoinWaiting { chapter, have, need });
                }
                Ok(Welcomed::NotYet)
            }
        }
    }

    /// This computer is another member's from now on: the one whose code it was given.
    pub(crate) fn become_member(&mut self, contents: Contents) -> Result<(), Refusal> {
        self.saver.save(&contents)?;
        self.contents = contents;
        self.pairing = None;
        self.became = true;
        let chapters: Vec<ChapterId> = self.contents.chapters.keys().copied().collect();
        for chapter in &chapters {
            self.open_room(*chapter)?;
        }
        self.told.push(Event::Paired { handle: self.contents.handle.clone(), chapters: chapters.len() });
        self.moved_in = chapters;
        Ok(())
    }

    /// A chapter that another device of this member has.
    pub(crate) fn move_in(&mut self, chapter: ChapterId, keys: &KeyList, name: String) -> Result<(), Refusal> {
        let mut contents = self.contents.clone();
        let (held, keys) = (contents.chapters.entry(chapter).or_default(), keys.to_keys());
        held.epochs.extend(keys.epochs);
        held.heads.extend(keys.heads);
        self.save(contents)?;
        self.open_room(chapter)?;
        self.moved_in.push(chapter);
        self.joined.push((chapter, name));
        Ok(())
    }

    /// Saves what the vault holds.
    pub(crate) fn save(&mut self, contents: Contents) -> Result<(), Refusal> {
        self.saver.save(&contents)?;
        self.contents = contents;
        Ok(())
    }

    /// Whether this member does not want to see what another one writes.
    pub(crate) fn is_blocked(&self, chapter: &ChapterId, member: &MemberId) -> bool {
        self.contents.blocked.get(chapter).is_some_and(|members| members.contains(member))
    }

    /// Lets go of an entry's text.
    pub(crate) fn strip(&mut self, chapter: &ChapterId, entry: &EntryId) -> Result<(), Refusal> {
        let Some(room) = self.rooms.get_mut(chapter) else { return Ok(()) };
        match room.log.strip(entry, &room.ring, &mut *self.store) {
            Ok(Stripped::Done | Stripped::Already | Stripped::Staged | Stripped::Unknown) => Ok(()),
            Err(error) => Err(crate::house::refuse_store(&error)),
        }
    }
}
