//! What came ahead of its past. While a chapter is copied, its latest entries come before all others (docs/SYNC.md, section
//! 5), so that there is something to read. They wait in the log for what came before them, and count for nothing: whether
//! their authors are members is not known yet. Only their signatures were checked.
//!
//! They are shown while more is on its way, and no longer: else somebody could write something behind an entry that
//! never comes, and have it shown for ever.

use crate::{
    core::Core,
    house::{House, Room},
};
use chapter::{
    Kind,
    kinds::{self, PostKind},
    view::ItemKind,
};
use entry::{ChapterId, Entry, EntryId, MemberId, Timestamp, Verified};

/// A post, or minutes, ahead of its past.
pub(crate) struct Early<'a> {
    pub(crate) entry: &'a Entry<Verified>,
    pub(crate) kind: Kind,
    /// Whose device signed it, if that is known already.
    pub(crate) author: Option<MemberId>,
}

impl Early<'_> {
    pub(crate) fn id(&self) -> EntryId {
        self.entry.id()
    }

    pub(crate) fn time(&self) -> Timestamp {
        self.entry.content().time
    }

    pub(crate) const fn item_kind(&self) -> ItemKind {
        match &self.kind {
            Kind::Minutes(_) => ItemKind::Minutes,
            Kind::Post(post) if matches!(post.kind, PostKind::Blog) => ItemKind::Blog,
            Kind::Post(post) if matches!(post.kind, PostKind::Discussion) => ItemKind::Discussion,
            _ => ItemKind::News,
        }
    }

    pub(crate) fn title(&self) -> &str {
        match &self.kind {
            Kind::Post(post) => &post.title,
            Kind::Minutes(minutes) => &minutes.title,
            _ => "",
        }
    }
}

/// Whether a chapter is being copied here for the first time: something of it can be read, and this member's own admission is
/// not among what came.
pub(crate) fn is_arriving(house: &House, chapter: &ChapterId, room: &Room) -> bool {
    let something = !room.log.is_empty() || !room.log.park().is_empty();
    something
        && !room.member
        && !house.uprooted.contains_key(chapter)
        && crate::commands::devices::own_end(house, room).is_none()
}

/// Whether what came ahead is shown.
pub(crate) fn is_shown(core: &Core, chapter: &ChapterId, room: &Room) -> bool {
    core.sync.left(chapter) > 0 || is_arriving(&core.house, chapter, room)
}

/// All posts and minutes of a chapter that came ahead, in no order.
pub(crate) fn all<'a>(core: &Core, chapter: &ChapterId, room: &'a Room) -> impl Iterator<Item = Early<'a>> {
    let waiting = is_shown(core, chapter, room).then(|| room.log.park().entries());
    waiting.into_iter().flatten().filter_map(|entry| read(room, entry))
}

/// One of them, by the beginning of its id.
pub(crate) fn find<'a>(core: &'a Core, text: &str) -> Option<(ChapterId, &'a Room, Early<'a>)> {
    let wanted = text.trim().to_lowercase();
    let long = wanted.len() >= crate::commands::resolve::SHORTEST;
    let each = core.house.rooms().filter(|_| long);
    each.flat_map(|(chapter, room)| all(core, chapter, room).map(move |early| (*chapter, room, early)))
        .find(|(.., early)| early.id().to_string().starts_with(&wanted))
}

fn read<'a>(room: &Room, entry: &'a Entry<Verified>) -> Option<Early<'a>> {
    let content = entry.content();
    if room.view.hidden(&entry.id()).is_some() {
        return None;
    }
    let kind = kinds::decode(content.kind, entry.body()?).ok()?;
    let author = room.view.member_of_device(&content.device);
    matches!(kind, Kind::Post(_) | Kind::Minutes(_)).then_some(Early { entry, kind, author })
}
