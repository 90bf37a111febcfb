//! Polls: opened, voted in, given away, shown. What people write comes in by `draft` and `answer`; what they read is put
//! together by `show`, a question's count by `count`, what stands proposed by `proposals`, `proposed` and `plan`, what tellers said by `closing`, in the sentences of `words`.

mod answer;
mod brief;
mod closing;
mod count;
mod counts;
mod distinct;
mod draft;
mod hidden;
mod mine;
mod plan;
mod proposals;
mod proposed;
mod secret;
mod show;
mod words;

pub(crate) use brief::{BALLOTS, brief};
pub(crate) use closing::{close, list, recount, show_tellers, write_receipt};
pub(crate) use hidden::LOST;
pub(crate) use proposals::{adopt, amend, answer as answer_objection, object, open_proposal, propose, withdraw};
pub(crate) use proposed::{
    line as proposal_line, list as list_proposals, show as show_proposal, show_by_name as proposal_by_name,
};
pub(crate) use show::{count as show_count, poll, poll_by_name};
pub(crate) use words::verdict;

use super::resolve::{self, Wanted};
use crate::{
    clock,
    house::{House, Room, invalid},
};
use api::{
    ErrorCode, PollDraft, Refusal, Reply,
    poll::{Answer, PartDraft},
    reply::{PollOpened, PollPreview, Published, VoteKept},
};
use chapter::{
    Kind,
    kinds::{Ballot, Delegation, Part, Poll, Question, Reason, text::tidy_text},
    view::PollState,
};
use entry::{ChapterId, EntryId, MemberId};
use std::collections::BTreeMap;
use vote::delegate::{MAX_DELEGATES, PARTS};

fn state<'a>(room: &'a Room, poll: &EntryId) -> Result<&'a PollState, Refusal> {
    room.view.poll(poll).ok_or_else(|| match room.view.proposal(poll) {
        Some(proposal) => proposals::no_poll(&proposal),
        None => Wanted::Poll.is_not(),
    })
}

/// Refuses whoever has no vote in a poll, with the reason.
fn has_vote(house: &House, chapter: &ChapterId, poll: &EntryId, state: &PollState) -> Result<(), Refusal> {
    let me = house.contents.member.id();
    if state.rules.roll.contains(&me) {
        return Ok(());
    }
    let Kind::Poll(definition) = house.read(chapter, poll)?.1 else { return Err(Wanted::Poll.is_not()) };
    Err(Refusal::new(ErrorCode::NotAllowed, mine::no_vote(&definition, &me)))
}

/// Members by their names, as they stand in a sentence.
pub(crate) fn names<'a>(room: &Room, members: impl Iterator<Item = &'a MemberId>) -> String {
    let names: Vec<String> = members.map(|member| handle(room, member)).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

fn handle(room: &Room, member: &MemberId) -> String {
    room.view.handle(member).unwrap_or("nobody").to_owned()
}

/// The names of what a question asks to choose from.
pub(crate) fn options(question: &Question) -> Vec<&str> {
    if chapter::kinds::method::has_positions(&question.method) {
        return api::poll::POSITIONS.to_vec();
    }
    question.options.iter().map(String::as_str).collect()
}

fn drafted(house: &House, chapter: &ChapterId, draft: &PollDraft) -> Result<Poll, Refusal> {
    let members = house.next_roll(chapter)?;
    let room = house.room(chapter)?;
    let poll = draft::poll(room, draft, &members, house.now)?;
    let poll = if poll.is_secret() { room.view.with_roll(poll) } else { poll.for_members(members) };
    if poll.roll_count == 0 {
        return Err(invalid("everybody would only observe, and nobody could vote; leave some observers out"));
    }
    secret::check(room, &poll)?;
    hidden::check(&poll)?;
    Ok(poll)
}

/// What a poll would be: told before it is opened, because it cannot be changed after.
pub(crate) fn preview(house: &House, chapter: &str, draft: &PollDraft, propose: bool) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(house, chapter)?;
    if propose {
        return proposals::preview(house, &chapter, draft);
    }
    let poll = drafted(house, &chapter, draft)?;
    let roll = usize::try_from(poll.roll_count).unwrap_or(usize::MAX);
    let questions = poll.questions.iter().map(words::method).collect();
    let secret = secret::preview(house.room(&chapter)?, &poll);
    let opening = hidden::preview(house.room(&chapter)?, &poll.conduct);
    let closing = closing::preview(house.room(&chapter)?, &poll);
    house.try_out(&chapter, Kind::Poll(poll))?;
    Ok(Reply::PollPreview(PollPreview { roll, secret, opening, questions, closing }))
}

/// Publishes ballot keys now.
pub(crate) fn publish_keys(house: &mut House, chapter: &str) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(house, chapter)?;
    let id = house.publish_ballot_keys(&chapter)?;
    Ok(Reply::Published(Published::new(id)))
}

pub(crate) fn open(house: &mut House, chapter: &str, draft: &PollDraft) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(house, chapter)?;
    let hours = house.room(&chapter)?.view.rules().map_or(0, |rules| rules.proposed_for);
    if hours > 0 {
        return Err(proposals::propose_first(&house.name(&chapter), hours));
    }
    let poll = drafted(house, &chapter, draft)?;
    let warning = hidden::warning(house.room(&chapter)?, &poll.conduct);
    let id = house.publish(&chapter, &Kind::Poll(poll))?;
    Ok(Reply::PollOpened(PollOpened { poll: id.to_string(), warning, dated_ahead: None }))
}

pub(crate) fn vote(
    house: &mut House,
    poll: &str,
    answers: &BTreeMap<String, Answer>,
    reasons: &BTreeMap<String, String>,
) -> Result<Reply, Refusal> {
    let (chapter, poll) = resolve::entry_as(house, poll, Wanted::Poll)?;
    // A secret vote is no entry, and a hidden one is kept before it is one: neither shall be kept where no other can be cast.
    house.check_at_home(&chapter)?;
    let me = house.contents.member.id();
    let room = house.room(&chapter)?;
    let state = state(room, &poll)?;
    if let Some(other) = room.view.poll_instead(&poll) {
        return Err(proposals::vote_there(&other));
    }
    has_vote(house, &chapter, &poll, state)?;
    if house.now <= state.rules.closes && room.view.is_closed(&poll) {
        return Err(Refusal::new(
            ErrorCode::NotAllowed,
            format!(
                "the tellers of this poll have closed it, so that a vote would not count any more. By the clock of this computer \
                 it is {}, and it closes at {}: one of the clocks is wrong",
                clock::text(house.now),
                clock::text(state.rules.closes)
            ),
        ));
    }
    let known = |key: &&String| state.questions.iter().any(|question| question.key == **key);
    if let Some(unknown) = answers.keys().chain(reasons.keys()).find(|key| !known(key)) {
        let known: Vec<&str> = state.questions.iter().map(|question| question.key.as_str()).collect();
        return Err(invalid(format!("the poll has no question \"{unknown}\"; it has: {}", known.join(", "))));
    }
    let mut ballot =
        Ballot { poll, number: room.view.next_ballot_number(&poll, &me), answers: Vec::new(), reasons: Vec::new() };
    for (n, question) in (0_u16..).zip(&state.questions) {
        let said = answers.get(&question.key).unwrap_or(&Answer::Blank);
        ballot.answers.push(answer::read(question, said)?);
        let why = reasons.get(&question.key).map(|why| tidy_text(why)).filter(|why| !distinct::is_blank(why));
        if why.is_none() && answer::needs_reason(question, ballot.answers.last()) {
            return Err(invalid(format!(
                "\"{}\": whoever blocks says why, so that it can be talked about; give a reason for {}",
                question.text, question.key
            )));
        }
        ballot.reasons.extend(why.map(|why| Reason { question: n, why }));
    }
    if state.rules.secret {
        if !ballot.reasons.is_empty() {
            return Err(invalid("a secret ballot has no reasons: others could tell by the words whose they are"));
        }
        let ids = house.vote_secretly(&chapter, &poll, ballot.answers)?;
        house.shows_otherwise(&chapter);
        let words = secret::kept(house, &chapter, &poll)?;
        let entry = if let [id] = &ids[..] { Some(id.to_string()) } else { None };
        return Ok(Reply::VoteKept(VoteKept { poll: poll.to_string(), entry, words, dated_ahead: None }));
    }
    if state.rules.hidden {
        if !ballot.reasons.is_empty() {
            return Err(invalid(
                "a vote that is hidden until the close has no reasons: its length would tell something",
            ));
        }
        return Ok(match house.vote_hidden(&chapter, &poll, ballot.answers)? {
            Some(id) => Reply::Published(Published::new(id)),
            None => {
                house.shows_otherwise(&chapter);
                let words = hidden::kept(house.room(&chapter)?, &poll);
                Reply::VoteKept(VoteKept { poll: poll.to_string(), entry: None, words, dated_ahead: None })
            }
        });
    }
    let id = house.publish(&chapter, &Kind::Ballot(ballot))?;
    Ok(Reply::Published(Published::new(id)))
}

pub(crate) fn delegate(house: &mut House, poll: &str, to: &[PartDraft]) -> Result<Reply, Refusal> {
    let (chapter, poll) = resolve::entry_as(house, poll, Wanted::Poll)?;
    let me = house.contents.member.id();
    let room = house.room(&chapter)?;
    let state = state(room, &poll)?;
    has_vote(house, &chapter, &poll, state)?;
    let rules = &state.rules;
    if to.len() > MAX_DELEGATES {
        return Err(invalid(format!("a vote can be given to at most {MAX_DELEGATES} members")));
    }
    let all: u64 = to.iter().map(|part| u64::from(part.share)).sum();
    let mut parts: Vec<Part> = Vec::new();
    for part in to {
        let member = resolve::member(room, &part.member)?;
        if member == me {
            return Err(invalid("your vote is yours already: to keep a part of it, you would have to vote yourself"));
        }
        if !rules.roll.contains(&member) {
            let why = format!("{} has no vote in this poll, so a vote cannot be given to them", handle(room, &member));
            return Err(Refusal::new(ErrorCode::NotAllowed, why));
        }
        if parts.iter().any(|other| other.member == member) {
            return Err(invalid(format!("{} is named twice", handle(room, &member))));
        }
        let sixtieths = u64::from(part.share) * u64::from(PARTS);
        if part.share == 0 || !sixtieths.is_multiple_of(all) {
            return Err(invalid(format!(
                "a vote is divided into whole sixtieths, and {} of {all} is none; take shares like 1 and 2, or 15 and 45",
                part.share
            )));
        }
        let sixtieths = u8::try_from(sixtieths / all).unwrap_or(PARTS);
        parts.push(Part { member, sixtieths });
    }
    parts.sort_unstable_by_key(|part| part.member);
    let number = room.view.next_delegation_number(&poll, &me);
    let id = house.publish(&chapter, &Kind::Delegation(Delegation { poll, number, to: parts }))?;
    Ok(Reply::Published(Published::new(id)))
}
