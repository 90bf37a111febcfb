//! Newcomers' requests, and what members say to them.

use super::{
    resolve::{self, Wanted},
    show,
};
use crate::{
    alike::Alike,
    clock,
    core::Core,
    house::{House, Room, invalid},
};
use api::{
    ErrorCode, Refusal, Reply, in_command,
    people::{AnswerView, JoinRequestView, WordView},
    reply::Published,
};
use chapter::{
    Kind,
    kinds::{Decline, Sponsor, text::tidy_text},
    view::{Asked, ItemKind, Word},
};
use entry::{ChapterId, EntryId, MemberId, Timestamp};

pub(crate) fn list(core: &Core, now: Timestamp, text: &str) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(&core.house, text)?;
    let room = core.house.room(&chapter)?;
    let (asked, alike) = (room.view.requests(), Alike::new(room, now));
    let views = asked.iter().map(|asked| view(core, now, &chapter, room, asked, &alike));
    Ok(Reply::JoinRequests(views.collect::<Result<_, _>>()?))
}

/// Requests that this member could say something to, and has not.
pub(crate) fn waiting(core: &Core, now: Timestamp, room: &Room) -> usize {
    let me = core.house.contents.member.id();
    let open = |asked: &&Asked| {
        let said = asked.sponsors.iter().chain(&asked.declines).any(|word| word.member == me);
        over(room, asked, now).is_none() && !said
    };
    room.view.requests().iter().filter(open).count()
}

/// Why there is nothing to decide about a request any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    Admitted,
    Expired,
    UsedUp,
}

/// Whether they can still be let in by it.
pub(crate) fn is_open(room: &Room, asked: &Asked, now: Timestamp) -> bool {
    over(room, asked, now).is_none()
}

fn over(room: &Room, asked: &Asked, now: Timestamp) -> Option<Over> {
    if asked.admitted {
        return Some(Over::Admitted);
    }
    let invites = room.view.invites();
    let invite = invites.iter().find(|invite| invite.entry == asked.invite);
    match invite {
        Some(invite) if invite.admitted.len() as u64 >= invite.invite.uses => Some(Over::UsedUp),
        Some(invite) if invite.invite.expires >= now => None,
        _ => Some(Over::Expired),
    }
}

/// A word is refused that could have no effect.
fn check_open(house: &House, chapter: &ChapterId, request: &EntryId) -> Result<(), Refusal> {
    let room = house.room(chapter)?;
    let Some(asked) = room.view.request(request) else { return Ok(()) };
    let (who, name) = (&asked.statement.join.handle, house.name(chapter));
    let anew = anew(&name);
    let why = match over(room, &asked, house.now) {
        None => return Ok(()),
        Some(Over::Admitted) if room.view.is_member(&asked.statement.member_id()) => {
            format!("{who} is a member of {name} already: there is nothing to decide about this request any more")
        }
        Some(Over::Admitted) => {
            format!("{who} was let in by this request, and is no member of {name} any more; {anew}")
        }
        Some(Over::Expired) => format!("the invitation that {who} came with has expired, so it lets nobody in; {anew}"),
        Some(Over::UsedUp) => {
            format!(
                "as many people as the invitation is for have joined {name} by it, so it cannot let {who} in; {anew}"
            )
        }
    };
    Err(Refusal::new(ErrorCode::Invitation, why))
}

fn anew(chapter: &str) -> String {
    let command = format!("chapterhouse invite {}", in_command(chapter));
    format!("if they are to come in, invite them anew (`{command}`, or in the window)")
}

fn view(
    core: &Core,
    now: Timestamp,
    chapter: &ChapterId,
    room: &Room,
    asked: &Asked,
    alike: &Alike,
) -> Result<JoinRequestView, Refusal> {
    let me = core.house.contents.member.id();
    let handle = |member: &MemberId| room.view.handle(member).unwrap_or("somebody").to_owned();
    let word = |word: &Word| {
        let why = match core.house.read(chapter, &word.entry)?.1 {
            Kind::Sponsor(sponsor) => sponsor.why,
            Kind::Decline(decline) => decline.why,
            _ => String::new(),
        };
        let time = room.view.item(&word.entry).map_or(Timestamp(0), |item| item.time);
        Ok::<_, Refusal>((time, WordView { handle: handle(&word.member), why, time: clock::text(time) }))
    };
    // As they were said, as far as the clocks tell.
    let in_order = |words: &[Word]| {
        let mut list = words.iter().map(word).collect::<Result<Vec<_>, _>>()?;
        list.sort_by_key(|(time, _)| *time);
        Ok::<_, Refusal>(list.into_iter().map(|(_, word)| word).collect())
    };
    let join = &asked.statement.join;
    let questions = room.view.rules().map(|rules| rules.questions.clone()).unwrap_or_default();
    // After a change of the rules the questions are others; the answers are shown all the same.
    let questions = questions.into_iter().chain(std::iter::repeat(String::new()));
    let said = |words: &[Word]| words.iter().any(|word| word.member == me);
    let over = over(room, asked, now);
    Ok(JoinRequestView {
        request: asked.entry.to_string(),
        chapter: chapter.to_string(),
        handle: join.handle.clone(),
        apart: alike.apart(&join.handle, &asked.statement.member_id()),
        member: asked.statement.member_id().to_string(),
        six_words: keys::six_words(&asked.statement.member_id().0).join(" "),
        inviter: asked.inviter.as_ref().map(handle).unwrap_or_default(),
        inviter_apart: asked.inviter.and_then(|inviter| alike.apart(room.view.handle(&inviter)?, &inviter)),
        time: clock::text(asked.time),
        answers: questions
            .zip(&join.answers)
            .map(|(question, answer)| AnswerView { question, answer: answer.clone() })
            .collect(),
        sponsors: in_order(&asked.sponsors)?,
        declines: in_order(&asked.declines)?,
        need: u32::try_from(asked.need).unwrap_or(u32::MAX),
        admitted: asked.admitted,
        former: asked.admitted && !room.view.is_member(&asked.statement.member_id()),
        expired: over == Some(Over::Expired),
        used_up: over == Some(Over::UsedUp),
        mine: match (said(&asked.sponsors), said(&asked.declines)) {
            (true, _) => Some("for".into()),
            (_, true) => Some("against".into()),
            _ => None,
        },
        comments: show::comments(core, chapter, room, &asked.entry)?,
    })
}

fn find(house: &House, text: &str) -> Result<(ChapterId, EntryId), Refusal> {
    let (chapter, id) = resolve::entry_as(house, text, Wanted::Request)?;
    let is_request = house.room(&chapter)?.view.item(&id).is_some_and(|item| item.kind == ItemKind::Request);
    if is_request { Ok((chapter, id)) } else { Err(Wanted::Request.is_not()) }
}

pub(crate) fn sponsor(house: &mut House, request: &str, why: &str) -> Result<Reply, Refusal> {
    let (chapter, request) = find(house, request)?;
    check_open(house, &chapter, &request)?;
    let me = house.contents.member.id();
    let asked = house.room(&chapter)?.view.request(&request);
    if let Some(asked) = asked.filter(|asked| asked.sponsors.iter().any(|word| word.member == me)) {
        return Err(invalid(format!(
            "you have given your word for {} already, and it counts: nothing was written",
            asked.statement.join.handle
        )));
    }
    let id = house.publish(&chapter, &Kind::Sponsor(Sponsor { request, why: tidy_text(why) }))?;
    // If this was the last word that was missing, nobody has to wait for somebody's turn.
    let complete =
        house.room(&chapter)?.view.request(&request).is_some_and(|asked| asked.sponsors.len() as u64 >= asked.need);
    if complete && let Err(refusal) = house.admit_request(&chapter, &request) {
        tracing::warn!(%refusal, "enough members gave their word, and yet");
    }
    Ok(Reply::Published(Published::new(id)))
}

pub(crate) fn decline(house: &mut House, request: &str, why: &str) -> Result<Reply, Refusal> {
    let (chapter, request) = find(house, request)?;
    check_open(house, &chapter, &request)?;
    let why = tidy_text(why);
    if why.trim().is_empty() {
        return Err(invalid("say why: the others will want to know"));
    }
    let id = house.publish(&chapter, &Kind::Decline(Decline { request, why }))?;
    Ok(Reply::Published(Published::new(id)))
}

/// Agrees to what a chapter asks, and goes on joining.
pub(crate) fn answer(core: &mut Core, now: Timestamp, text: &str, answers: &[String]) -> Result<Reply, Refusal> {
    let wanted = text.trim().to_lowercase();
    let found = core.house.joins.iter().find(|(id, quest)| {
        id.to_string().starts_with(&wanted) || quest.invitation.chapter_name.to_lowercase() == wanted
    });
    let (chapter, terms) = found
        .filter(|_| !wanted.is_empty())
        .and_then(|(id, quest)| Some((*id, quest.asked?)))
        .ok_or_else(|| Refusal::new(ErrorCode::NotFound, "no chapter of that name has asked you anything"))?;
    let answers: Vec<String> = answers.iter().map(|answer| tidy_text(answer)).collect();
    if answers.iter().any(|answer| answer.trim().is_empty()) {
        return Err(invalid("an answer is empty: the members decide by what you write, so answer every question"));
    }
    if let Some(long) = answers.iter().find(|answer| answer.len() > chapter::kinds::text::MAX_REASON) {
        return Err(invalid(format!(
            "an answer is {} bytes long; {} are allowed",
            long.len(),
            chapter::kinds::text::MAX_REASON
        )));
    }
    core.house.agree(&chapter, terms, answers)?;
    core.feed(now, sync::Input::Tick);
    Ok(Reply::Done)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_to_invite_anew_can_be_copied_whatever_the_chapter_is_called() {
        assert!(super::anew("London").contains("`chapterhouse invite London`"));
        assert!(super::anew("North London").contains("`chapterhouse invite 'North London'`"));
    }
}
