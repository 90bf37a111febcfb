//! What a secret poll is to this member, in sentences; before it is opened, and after.

use super::{answer::by_question, handle};
use crate::{
    core::Core,
    house::{Room, invalid},
};
use api::{
    Refusal,
    poll::{CountedBallot, OwnBallotView, SecretView},
};
use chapter::{
    kinds::Poll,
    view::{PollState, Slot},
};
use entry::{ChapterId, EntryId, MemberId, Timestamp};
use std::collections::BTreeSet;
use vote::{
    Outcome,
    secret::{FEW, FEWEST},
};

/// So many who cannot vote are named.
const NAMED: usize = 100;
/// So many ballots are listed.
const LISTED: usize = 1000;

fn words(voters: usize, secrets_kept: bool) -> Vec<String> {
    let mut words = vec![
        "Everybody can count the ballots, and see that each is from somebody on the roll and that nobody has two. Nobody, the \
         tellers included, can see whose a ballot is."
            .to_owned(),
        "A ballot goes through two other members' computers: the first can tell that you voted, and not what; the second what, \
         and not who. Should these two, or somebody who watches all connections, work together against you, they could \
         find out. Nothing protects you from somebody who stands behind you while you vote."
            .to_owned(),
        "The way in which it is done is young, and nobody outside has examined the program for it yet.".to_owned(),
    ];
    if voters < FEW {
        words.push(format!(
            "Only {voters} can vote in it: if they agree, or if it is known how the others voted, everybody knows how you did."
        ));
    }
    if !secrets_kept {
        words.push("The key for your ballot is deleted when the vote is over.".into());
    }
    words
}

fn without_key(room: &Room, roll: &BTreeSet<MemberId>, slots: &[Slot]) -> Vec<String> {
    let has = |member: &MemberId| slots.binary_search_by_key(member, |slot| slot.member).is_ok();
    let mut names: Vec<String> = roll.iter().filter(|member| !has(member)).map(|member| handle(room, member)).collect();
    names.sort();
    names.truncate(NAMED);
    names
}

/// Refuses a secret poll of too few.
pub(super) fn check(room: &Room, poll: &Poll) -> Result<(), Refusal> {
    if !poll.is_secret() {
        return Ok(());
    }
    let roll = poll.roll_in(room.view.roll());
    let slots = room.view.ring_now(&roll);
    if slots.len() >= FEWEST {
        return Ok(());
    }
    let names = without_key(room, &roll, &slots);
    if names.is_empty() {
        return Err(invalid(format!(
            "a secret vote needs at least {FEWEST} voters, or everybody could tell who voted what; this one would have {}, because \
             the others would only observe",
            slots.len()
        )));
    }
    Err(invalid(format!(
        "a secret vote needs at least {FEWEST} members whose computers have published ballot keys; {} have. Computers do so by \
         themselves within some minutes, or at once with `chapterhouse poll keys`; these have not yet: {}",
        slots.len(),
        names.join(", ")
    )))
}

/// What it would be if it were opened now.
pub(super) fn preview(room: &Room, poll: &Poll) -> Option<SecretView> {
    let roll = poll.is_secret().then(|| poll.roll_in(room.view.roll()))?;
    let slots = room.view.ring_now(&roll);
    Some(SecretView {
        voters: slots.len(),
        without_key: without_key(room, &roll, &slots),
        few: slots.len() < FEW,
        words: words(slots.len(), false),
        barred: None,
        own: None,
        invalid: 0,
    })
}

/// What it is.
pub(super) fn view(
    core: &Core,
    now: Timestamp,
    chapter: &ChapterId,
    room: &Room,
    id: &EntryId,
    outcome: &Outcome,
) -> Result<Option<(SecretView, Vec<CountedBallot>)>, Refusal> {
    let Some((state, slots)) = room.view.poll(id).zip(room.view.ring(id)) else { return Ok(None) };
    let open = now <= state.rules.closes;
    let carried = room.view.carried(id);
    let votes = core.house.contents.secret_votes.get(chapter);
    let own = votes.and_then(|votes| votes.cast.get(id)).map(|own| {
        let found = outcome.counted.values().any(|counted| *counted == own.id);
        let reachable = core.house.hands.present.get(chapter).is_some_and(|present| !present.is_empty());
        let words = match (found, own.ballot.is_some()) {
            (true, _) => "Your ballot is in the count.",
            (false, true) if open && !reachable => {
                "Your ballot is saved on this computer. It leaves by itself as soon as other members are connected."
            }
            (false, true) if open => {
                "Your ballot is saved on this computer, and on its way through other members\' computers; in a minute or two it is in \
                 the count."
            }
            (false, _) if open => "Your ballot reached the chapter, and is not in the count: it is looked for again.",
            (false, _) => "Your ballot is not in the count: it did not reach the chapter before the close.",
        };
        OwnBallotView { ballot: own.id.to_string(), number: own.number, found, words: words.to_owned() }
    });
    let view = SecretView {
        voters: slots.len(),
        without_key: without_key(room, &state.rules.roll, slots),
        few: slots.len() < FEW,
        words: words(slots.len(), !open),
        barred: if open { core.house.barred(chapter, id)? } else { None },
        own,
        invalid: carried.iter().filter(|carried| !carried.holds).count(),
    };
    Ok(Some((view, counted(state, outcome, &carried))))
}

fn counted(state: &PollState, outcome: &Outcome, carried: &[chapter::view::CarriedBallot]) -> Vec<CountedBallot> {
    let counts: BTreeSet<&EntryId> = outcome.counted.values().collect();
    let listed = carried.iter().filter(|carried| counts.contains(&carried.ballot.entry)).take(LISTED);
    listed
        .map(|carried| CountedBallot {
            ballot: carried.ballot.entry.to_string(),
            answers: by_question(&state.questions, &carried.ballot.answers),
        })
        .collect()
}
