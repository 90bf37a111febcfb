//! From what a person typed to the thing that is meant.

use crate::{
    alike::WORDS,
    house::{House, Room},
};
use api::{ErrorCode, Refusal};
use entry::{ChapterId, EntryId, MemberId};

/// Shorter beginnings of an entry's id are not taken: they would be ambiguous tomorrow.
pub(crate) const SHORTEST: usize = 8;

/// What an entry is asked for as: whoever types something else is told what to give, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Entry,
    Request,
    Motion,
    Poll,
}

impl Wanted {
    /// Its name, and where they are listed.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Entry => ("an entry", "`chapterhouse feed` lists entries with their ids"),
            Self::Request => ("a request to join", "`chapterhouse join-requests CHAPTER` lists them with their ids"),
            Self::Motion => ("a motion", "`chapterhouse motion list CHAPTER` lists motions with their ids"),
            Self::Poll => ("a poll", "`chapterhouse poll list` lists polls with their ids"),
        }
    }

    /// The sentence for an entry of another kind.
    pub(crate) fn is_not(self) -> Refusal {
        let (name, listed) = self.words();
        Refusal::new(ErrorCode::NotFound, format!("this is not {name}, or it does not count: {listed}"))
    }
}

/// A chapter by its name or id, or a unique beginning of either. A whole name wins over beginnings.
pub(crate) fn chapter(house: &House, text: &str) -> Result<ChapterId, Refusal> {
    let wanted = text.trim();
    let lower = wanted.to_lowercase();
    let named = |test: &dyn Fn(&str) -> bool| -> Vec<ChapterId> {
        house.chapters().into_iter().filter(|id| test(&house.name(id).to_lowercase())).collect()
    };
    let mut found = named(&|name| name == lower);
    if found.is_empty() && !wanted.is_empty() {
        found = named(&|name| name.starts_with(&lower));
        found.extend(house.chapters().into_iter().filter(|id| id.to_string().starts_with(&lower)));
        found.sort_unstable();
        found.dedup();
    }
    // What a newly paired computer has of a chapter before it meets anybody.
    let empty = |lost| {
        move |(id, room): (&ChapterId, &Room)| {
            room.log.is_empty() && room.mending == lost && !house.joins.contains_key(id)
        }
    };
    let none = format!(
        "no chapter of yours is called \"{wanted}\", nor begins like that{}: `chapterhouse chapter list` lists yours",
        if house.rooms().any(empty(true)) {
            " (of one, nothing that was saved can be read any more, because the disk was damaged: leave `chapterhouse serve` \
             or the window running until another member's computer has sent it again; a backup has it, too)"
        } else if house.rooms().any(empty(false)) {
            " (of one that came with this computer's pairing, nothing is here yet: leave `chapterhouse serve` or the \
             window running until it has met your other computer, or another member's)"
        } else {
            ""
        }
    );
    one(found, &none, |found| {
        let list: Vec<String> =
            found.iter().map(|id| format!("{} ({})", house.name(id), &id.to_string()[..12])).collect();
        format!("\"{wanted}\" could be {}: write more of the name, or the id", list.join(" or "))
    })
}

/// An entry by its id or a unique beginning of it, with its chapter.
pub(crate) fn entry(house: &House, text: &str) -> Result<(ChapterId, EntryId), Refusal> {
    entry_as(house, text, Wanted::Entry)
}

/// The same, where it has to be a certain thing.
pub(crate) fn entry_as(house: &House, text: &str, what: Wanted) -> Result<(ChapterId, EntryId), Refusal> {
    let wanted = text.trim().to_lowercase();
    let (name, listed) = what.words();
    let missing = format!("there is no entry {wanted} on this computer");
    if let Some(id) = EntryId::from_hex(&wanted)
        && let Some((chapter, _)) = house.rooms().find(|(_, room)| room.view.has(&id))
    {
        return Ok((*chapter, id));
    }
    if wanted.len() < SHORTEST || !wanted.bytes().all(|b| b.is_ascii_hexdigit()) {
        let message = format!(
            "\"{wanted}\" is not the id of {name}: give at least its first {SHORTEST} digits (0 to 9, a to f). {listed}"
        );
        return Err(Refusal::new(ErrorCode::Invalid, message));
    }
    let bytes: Vec<u8> =
        wanted.bytes().filter_map(|b| char::from(b).to_digit(16)).filter_map(|d| u8::try_from(d).ok()).collect();
    let begins = |id: &EntryId| {
        bytes
            .iter()
            .enumerate()
            .all(|(i, digit)| id.0.get(i / 2).is_some_and(|b| if i % 2 == 0 { b >> 4 } else { b & 15 } == *digit))
    };
    let found: Vec<(ChapterId, EntryId)> = house
        .rooms()
        .flat_map(|(chapter, room)| room.view.ids().filter(begins).map(|id| (*chapter, id)))
        .take(2)
        .collect();
    if found.is_empty() && waits(house, &wanted) {
        let message = format!(
            "entry {wanted} came ahead of what was written before it, and is not checked yet: it can be answered once all is \
             here"
        );
        return Err(Refusal::new(ErrorCode::NotFound, message));
    }
    one(found, &format!("{missing}: {listed}"), |_| {
        format!("more than one entry begins with {wanted}: give more digits")
    })
}

/// Whether an entry whose id begins like that is here ahead of its past.
fn waits(house: &House, wanted: &str) -> bool {
    let mut ahead = house.rooms().flat_map(|(_, room)| room.log.park().entries());
    ahead.any(|entry| entry.id().to_string().starts_with(wanted))
}

/// Somebody who is, or was, a member: by handle, or by a unique beginning of their id. A member of now wins over a former
/// one of the same handle.
pub(crate) fn member(room: &Room, text: &str) -> Result<MemberId, Refusal> {
    let wanted = text.trim().to_lowercase();
    let (now, former) = (room.view.members(), room.view.former_members());
    for list in [&now, &former] {
        let named: Vec<MemberId> =
            list.iter().filter(|member| member.handle.to_lowercase() == wanted).map(|member| member.id).collect();
        if !named.is_empty() {
            return one(named, "", |_| {
                format!(
                    "more than one is called \"{wanted}\": give the words that stand beside the name in the list of members"
                )
            });
        }
    }
    // By the words that tell them apart from others of that name, or by the id.
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let begins = |id: &MemberId| {
        words.len() >= WORDS && keys::six_words(&id.0).starts_with(&words)
            || wanted.len() >= SHORTEST && id.to_string().starts_with(&wanted)
    };
    let found: Vec<MemberId> = now.iter().chain(&former).map(|member| member.id).filter(begins).collect();
    let none = format!(
        "nobody here is called \"{wanted}\": give a handle, or at least the first {WORDS} of a member's six words. \
         `chapterhouse members CHAPTER` lists the members"
    );
    one(found, &none, |_| format!("more than one begins with {wanted}: give more of it"))
}

fn one<T>(found: Vec<T>, none: &str, many: impl FnOnce(&[T]) -> String) -> Result<T, Refusal> {
    if found.len() > 1 {
        return Err(Refusal::new(ErrorCode::Ambiguous, many(&found)));
    }
    found.into_iter().next().ok_or_else(|| Refusal::new(ErrorCode::NotFound, none))
}
