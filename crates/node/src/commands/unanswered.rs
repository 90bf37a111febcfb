//! When other members' computers say nothing to this one, though it showed whose it is.

use crate::core::Core;
use entry::ChapterId;

/// What a person is told. Whoever was removed is told nothing by the others' computers, so this is all that theirs can
/// know; and a single computer's silence may have other reasons.
pub(crate) fn sentence(core: &Core, chapter: &ChapterId) -> Option<String> {
    uprooted(core, chapter).or_else(|| silence(core, chapter)).or_else(|| foreign(core, chapter))
}

/// A newcomer who has no older keys than the one made for them cannot be told why the others do not know them.
fn foreign(core: &Core, chapter: &ChapterId) -> Option<String> {
    let room = core.house.room(chapter).ok().filter(|room| room.member && core.sync.is_foreign(chapter))?;
    let me = room.view.member(&core.house.contents.member.id())?;
    let let_in = room.view.item(&me.admitted_by).and_then(|item| item.author);
    let whoever = let_in.and_then(|member| room.view.handle(&member)).unwrap_or("whoever let you in");
    let name = core.house.name(chapter);
    Some(format!(
        "the others in {name} do not answer this computer: a computer of theirs was reached, and neither can read what the other \
         says. Either they have not heard yet that {whoever} let you in, which ends once {whoever} is connected with them; or \
         {whoever} was no member any more, so that you are not in it for them either, and nothing that you write here reaches \
         them. Ask one of them; with a new invitation you are in at once"
    ))
}

/// Whoever was let in by somebody who was no member any more is told so by the others' computers.
fn uprooted(core: &Core, chapter: &ChapterId) -> Option<String> {
    let by = core.house.uprooted.get(chapter)?;
    let room = core.house.room(chapter).ok().filter(|room| room.member)?;
    let handle = |member| room.view.handle(&member).map(str::to_owned);
    let by = room.view.member_of_device(by).and_then(handle)?;
    let me = room.view.member(&core.house.contents.member.id())?;
    // Who let them in need not be who invited them.
    let let_in = room.view.item(&me.admitted_by).and_then(|item| item.author);
    let whoever = match (let_in, let_in.and_then(handle)) {
        (Some(member), Some(handle)) if me.sponsor == Some(member) => format!("{handle}, who invited you,"),
        (Some(_), Some(handle)) => format!("{handle}, whose computer let you in,"),
        _ => "whoever let you in".to_owned(),
    };
    let name = core.house.name(chapter);
    Some(format!(
        "{whoever} is no member of {name} any more, so the others do not have you in it either; the computer of {by} says \
         so. Nothing that you write here reaches them. Ask one of them for a new invitation"
    ))
}

fn silence(core: &Core, chapter: &ChapterId) -> Option<String> {
    let silent = core.sync.unanswered(chapter);
    let room = core.house.room(chapter).ok().filter(|room| room.member && !silent.is_empty())?;
    let mut names: Vec<&str> = silent
        .iter()
        .filter_map(|device| room.view.member_of_device(device))
        .filter_map(|member| room.view.handle(&member))
        .collect();
    names.sort_unstable();
    names.dedup();
    let reached = match names.split_last() {
        None => "those that were reached".to_owned(),
        Some((one, [])) => format!("the computer of {one} was reached, and"),
        Some((last, others)) => format!("the computers of {} and {last} were reached, and", others.join(", ")),
    };
    let name = core.house.name(chapter);
    Some(format!(
        "the others do not answer this computer any more in {name}: {reached} said nothing. The members may have removed you, \
         or this computer may have been revoked; nobody is told that by the others' computers. Ask one of the members. \
         You can read what is here, but what you write may reach nobody"
    ))
}

/// Whether nobody of a chapter answers, though somebody's computer was reached.
pub(crate) fn is_silent(core: &Core, chapter: &ChapterId) -> bool {
    sentence(core, chapter).is_some()
}

/// The same as a notice.
pub(super) fn notice(core: &Core, chapter: &ChapterId) -> Option<String> {
    sentence(core, chapter).map(|text| crate::standing::sentence(&text))
}
