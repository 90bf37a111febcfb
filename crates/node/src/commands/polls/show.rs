//! A poll's page.

use super::{
    answer::by_question,
    count::{Asked, Space},
    handle, mine, plan, words,
};
use crate::{
    clock,
    commands::{
        reading::poll_state,
        resolve::{self, Wanted},
        show::{comments, head, share},
    },
    core::Core,
    house::{Room, invalid},
};
use api::{
    Refusal, Reply,
    poll::{ObserverView, QuorumView, WeightView},
    view::{MyBallot, NotCounted, PollView},
};
use chapter::{
    Kind,
    kinds::{Poll, Question, Weight},
    view::PollState,
};
use entry::{ChapterId, EntryId, Timestamp};
use std::collections::BTreeMap;
use vote::Outcome;

/// So many of those who voted are listed.
const VOTED: usize = 1000;
/// So many of what does not count.
const NOT_COUNTED: usize = 200;
/// What a page has of the records of counts, in numbers. With all else, a page stays below two megabytes.
const RECORDS: usize = 30_000;

pub(crate) fn poll_by_name(core: &Core, now: Timestamp, text: &str) -> Result<Reply, Refusal> {
    let (chapter, id) = resolve::entry_as(&core.house, text, Wanted::Poll)?;
    poll(core, now, &chapter, &id)
}

/// What a member said with their own ballot, by question. Without its text, nothing was said.
fn own_reasons(core: &Core, chapter: &ChapterId, entry: &EntryId, state: &PollState) -> BTreeMap<String, String> {
    let Ok((_, Kind::Ballot(ballot), _)) = core.house.read(chapter, entry) else { return BTreeMap::new() };
    let said = |(n, question): (usize, &Question)| Some((question.key.clone(), ballot.reason(n)?.to_owned()));
    state.questions.iter().enumerate().filter_map(said).collect()
}

fn missing() -> Refusal {
    Wanted::Poll.is_not()
}

fn counted<'a>(room: &'a Room, id: &EntryId) -> Result<(&'a PollState, Outcome, Option<Outcome>), Refusal> {
    let state = super::state(room, id)?;
    let outcome = room.view.outcome(id).ok_or_else(missing)?;
    // Who voted is known before what: turnout and delegations are those of blank ballots.
    if let Some(turnout) = room.view.turnout(id) {
        return Ok((state, turnout, None));
    }
    Ok((state, outcome, room.view.outcome_evenly(id)))
}

/// One question with its whole record.
pub(crate) fn count(core: &Core, text: &str, key: &str) -> Result<Reply, Refusal> {
    let (chapter, poll) = resolve::entry_as(&core.house, text, Wanted::Poll)?;
    let room = core.house.room(&chapter)?;
    let (state, outcome, evenly) = counted(room, &poll)?;
    let n = state.questions.iter().position(|question| question.key == key);
    let Some((n, question)) = n.and_then(|n| Some((n, state.questions.get(n)?))) else {
        let known: Vec<&str> = state.questions.iter().map(|question| question.key.as_str()).collect();
        return Err(invalid(format!("the poll has no question \"{key}\"; it has: {}", known.join(", "))));
    };
    let asked = Asked { core, chapter: &chapter, room, poll: &poll, n, question };
    // At most 100 options in 100 rounds.
    let mut view = asked.view(&outcome, evenly.as_ref(), &mut Space(usize::MAX))?;
    if room.view.turnout(&poll).is_some() {
        super::hidden::cover(room, &poll, &mut view);
    }
    Ok(Reply::Count(Box::new(view)))
}

pub(crate) fn poll(core: &Core, now: Timestamp, chapter: &ChapterId, id: &EntryId) -> Result<Reply, Refusal> {
    let room = core.house.room(chapter)?;
    let (state, outcome, evenly) = counted(room, id)?;
    let Kind::Poll(definition) = core.house.read(chapter, id)?.1 else { return Err(missing()) };
    let (me, rules) = (core.house.contents.member.id(), &state.rules);
    let mut left = Space(RECORDS);
    let mut questions = Vec::new();
    for (n, question) in state.questions.iter().enumerate() {
        let asked = Asked { core, chapter, room, poll: id, n, question };
        questions.push(asked.view(&outcome, evenly.as_ref(), &mut left)?);
    }
    let sealed = room.view.turnout(id).is_some();
    if sealed {
        questions.iter_mut().for_each(|question| super::hidden::cover(room, id, question));
    }
    let opening = super::hidden::view(core, now, chapter, room, id);
    let digest = if sealed { room.view.outcome(id).ok_or_else(missing)? } else { outcome.clone() }.hash();
    let ballots = room.view.ballots(id);
    let mine = outcome.counted.get(&me).and_then(|entry| {
        let cast = ballots.iter().find(|cast| cast.ballot.entry == *entry)?;
        let own = opening.as_ref().filter(|_| sealed).and_then(|opening| opening.own.as_ref());
        // What cannot be read anywhere but here, and not on every computer of this member's.
        if sealed && own.is_none_or(|own| own.ballot.is_none() || own.answers.is_empty()) {
            return None;
        }
        Some(MyBallot {
            entry: entry.to_string(),
            time: clock::text(cast.ballot.time),
            answers: match own {
                Some(own) => own.answers.clone(),
                None => by_question(&state.questions, &cast.ballot.answers),
            },
            reasons: own_reasons(core, chapter, entry, state),
            share: share(core, chapter, room, entry),
            seen_by: room.view.seen_by(id, entry).iter().map(|member| handle(room, member)).collect(),
        })
    });
    let mine = mine.or_else(|| {
        let own = super::secret::found(core, chapter, room, id, &outcome);
        let first = own.first()?;
        Some(MyBallot {
            entry: first.entry.to_string(),
            time: clock::text(first.time),
            answers: own.iter().flat_map(|own| by_question(&state.questions, &own.answers)).collect(),
            reasons: BTreeMap::new(),
            share: api::view::Share::default(),
            seen_by: Vec::new(),
        })
    });
    let delegations = room.view.delegations(id);
    let given = delegations.iter().map(|given| (&given.delegation.entry, &given.delegation.member, given.void, true));
    let cast = ballots.iter().map(|cast| (&cast.ballot.entry, &cast.ballot.member, cast.void, false));
    let mut not_counted: Vec<NotCounted> = cast
        .chain(given)
        .filter_map(|(entry, member, void, delegation)| {
            let (author, reason) = (handle(room, member), void?.to_string());
            Some(NotCounted { entry: entry.to_string(), delegation, author, own: *member == me, reason })
        })
        .collect();
    // Whoever looks for their own finds it, however many there are.
    not_counted.sort_by_key(|ballot| !ballot.own);
    let voids = ballots.iter().map(|cast| cast.void).chain(delegations.iter().map(|given| given.void)).flatten();
    let replaced = outcome.replaced.len() + outcome.flow.replaced.len();
    let aside = super::closing::aside(voids, replaced);
    let not_counted_all = not_counted.len();
    not_counted.truncate(NOT_COUNTED);
    let mut voted: Vec<String> = outcome.counted.keys().map(|member| handle(room, member)).collect();
    voted.sort();
    voted.truncate(VOTED);
    let (secret, counted_ballots) = super::secret::view(core, now, chapter, room, id, &outcome)?.unzip();
    if secret.is_some() {
        // What stands in a voter's place is no member.
        voted.clear();
    }
    let telling = mine::Telling { room, id, state, definition: &definition, outcome: &outcome, ballots: &ballots, me };
    Ok(Reply::Poll(Box::new(PollView {
        head: head(core, chapter, room, id)?,
        state: poll_state(room, id, rules.closes, now),
        closes: clock::text(rules.closes),
        roll: rules.roll.len(),
        voters: usize::try_from(outcome.voters).unwrap_or(usize::MAX),
        on_roll: rules.roll.contains(&me),
        questions,
        mine,
        voted,
        not_counted,
        not_counted_all,
        aside,
        plain: outcome.plain,
        unit: outcome.unit,
        roll_weight: outcome.roll,
        cast: outcome.cast,
        quorum: rules.quorum.map(|share| QuorumView { share: words::part(share), reached: outcome.quorate() }),
        delegation: rules.delegation,
        weights: weights(room, &definition),
        observers: observers(room, &definition),
        given: rules.delegation.then(|| mine::given(&outcome)),
        my_vote: telling.view(),
        secret,
        opening,
        ballots: counted_ballots.unwrap_or_default(),
        closing: super::closing::view(room, id, now),
        counts: if sealed {
            None
        } else {
            super::counts::view(room, id, &core.house.contents.device.id(), &outcome, now)
        },
        result_hash: data_encoding::HEXLOWER.encode(&digest),
        result_words: keys::six_words(&digest).join(" "),
        proposed: super::proposed::proposed(core, chapter, room, id),
        comments: comments(core, chapter, room, id)?,
        title: definition.title,
        description: definition.description,
    })))
}

fn weights(room: &Room, definition: &Poll) -> Vec<WeightView> {
    let per_vote = definition.conduct.per_vote;
    let view = |weight: &Weight| WeightView {
        member: weight.member.to_string(),
        handle: handle(room, &weight.member),
        weight: plan::weight(weight, per_vote),
        reason: weight.why.clone(),
    };
    definition.conduct.weights.iter().map(view).collect()
}

fn observers(room: &Room, definition: &Poll) -> Vec<ObserverView> {
    let observers = definition.conduct.observers.iter();
    observers
        .map(|observer| ObserverView {
            member: observer.member.to_string(),
            handle: handle(room, &observer.member),
            reason: observer.why.clone(),
        })
        .collect()
}
