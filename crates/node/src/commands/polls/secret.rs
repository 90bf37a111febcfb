//! What a secret poll is to this member, in sentences; before it is opened, and after.

use super::{answer::by_question, handle};
use crate::{
    clock,
    core::Core,
    house::{House, Room, invalid},
};
use api::{
    Refusal,
    poll::{ApartView, CountedBallot, OwnBallotView, SecretView},
};
use chapter::{
    kinds::{Poll, SecretBallot},
    view::{PollState, Slot},
};
use entry::{ChapterId, EntryId, MemberId, Timestamp};
use keys::OwnBallot;
use std::collections::{BTreeMap, BTreeSet};
use vote::{
    Ballot, Outcome,
    secret::{FEW, FEWEST, MOST},
};

/// So many who cannot vote are named.
const NAMED: usize = 100;
/// A ballot that has less time than this, in milliseconds, may not find its way to the count before the close.
const NEAR: u64 = 180_000;
/// What happens to a ballot that answers all questions.
const WAY: &str = "Your ballot is saved on this computer. It leaves after a while, through other members' computers, so that \
    nobody can tell that it is yours, and is in the count in a minute or two: let the program run until then.";
/// So many ballots are listed.
const LISTED: usize = 1000;

fn words(voters: usize, apart: bool, secrets_kept: bool) -> Vec<String> {
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
    if apart {
        words.push(
            "Your answers are kept apart: each question has ballots of its own, and no ballot shows which answers to two questions \
             are one voter's. So that the time does not show it either, they leave your computer one by one, within an hour, and it \
             has to be on for that long. Where few vote, or all at other times, ballots that come in together may still be put \
             together."
                .into(),
        );
        words.push(
            "How many voted is told for each question; of the whole vote, what the question with the most has.".into(),
        );
    }
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

/// Refuses a poll in which nobody could cast a ballot.
fn not_too_many(voters: usize) -> Result<(), Refusal> {
    if voters <= MOST {
        return Ok(());
    }
    Err(invalid(format!(
        "a secret vote can have {MOST} voters, and this one would have {voters}: hold it in parts, or as a vote that is hidden until \
         its close"
    )))
}

/// Refuses a secret poll of too few, or too many.
pub(super) fn check(room: &Room, poll: &Poll) -> Result<(), Refusal> {
    if !poll.is_secret() {
        return Ok(());
    }
    let roll = poll.roll_in(room.view.roll());
    let slots = room.view.ring_now(&roll);
    not_too_many(slots.len())?;
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
    poll.is_secret().then(|| would(room, &poll.roll_in(room.view.roll()), poll.is_apart()))
}

/// What a secret poll of these would be.
pub(super) fn would(room: &Room, roll: &BTreeSet<MemberId>, apart: bool) -> SecretView {
    let slots = room.view.ring_now(roll);
    SecretView {
        apart,
        voters: slots.len(),
        without_key: without_key(room, roll, &slots),
        few: slots.len() < FEW,
        words: words(slots.len(), apart, false),
        barred: None,
        own: None,
        invalid: 0,
    }
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
    let reachable = core.house.hands.present.get(chapter).is_some_and(|present| !present.is_empty());
    let counts: BTreeSet<&EntryId> = outcome.counted.values().collect();
    let own: Vec<(u16, &OwnBallot)> = own_ballots(core, chapter, id).collect();
    let said = |own: &OwnBallot| {
        let here = carried.iter().find(|carried| carried.ballot.entry == own.id);
        let answers = here.map(|carried| carried.ballot.answers.clone()).or_else(|| {
            let ballot = entry::canon::from_bytes::<SecretBallot>(own.ballot.as_deref()?, keys::wrap::MAX_SECRET);
            Some(ballot.ok()?.answers)
        });
        answers.map(|answers| by_question(&state.questions, &answers))
    };
    let own = own.first().map(|(_, first)| {
        let found = own.iter().filter(|(_, own)| counts.contains(&own.id)).count();
        let waiting = own.iter().any(|(_, own)| own.ballot.is_some());
        let way = Way { found, all: own.len(), waiting, open, reachable };
        let apart = own.iter().filter(|_| state.rules.apart).filter_map(|(part, own)| {
            let question = state.questions.get(usize::from(*part))?.key.clone();
            Some(ApartView { question, ballot: own.id.to_string(), found: counts.contains(&own.id) })
        });
        OwnBallotView {
            ballot: first.id.to_string(),
            number: own.iter().map(|(_, own)| own.number).max().unwrap_or(0),
            found: found == own.len(),
            words: if state.rules.apart { way.apart() } else { way.whole().to_owned() },
            answers: own.iter().filter_map(|(_, own)| said(own)).flatten().collect(),
            apart: apart.collect(),
        }
    });
    let view = SecretView {
        apart: state.rules.apart,
        voters: slots.len(),
        without_key: without_key(room, &state.rules.roll, slots),
        few: slots.len() < FEW,
        words: words(slots.len(), state.rules.apart, !open),
        barred: if open { core.house.barred(chapter, id)? } else { None },
        own,
        invalid: carried.iter().filter(|carried| !carried.holds).count(),
    };
    Ok(Some((view, counted(state, outcome, &carried))))
}

/// How far own ballots have come.
struct Way {
    found: usize,
    all: usize,
    /// Whether any has not been seen in the chapter yet.
    waiting: bool,
    open: bool,
    reachable: bool,
}

impl Way {
    const fn whole(&self) -> &'static str {
        match (self.found > 0, self.waiting) {
            (true, _) => "Your ballot is in the count.",
            (false, true) if self.open && !self.reachable => {
                "Your ballot is saved on this computer. It leaves by itself as soon as other members are connected."
            }
            (false, true) if self.open => {
                "Your ballot is saved on this computer, and on its way through other members' computers; in a minute or two it is in \
                 the count."
            }
            (false, _) if self.open => {
                "Your ballot reached the chapter, and is not in the count: it is looked for again."
            }
            (false, _) => "Your ballot is not in the count: it did not reach the chapter before the close.",
        }
    }

    fn apart(&self) -> String {
        let (found, all) = (self.found, self.all);
        if found == all {
            return format!("Your {all} ballots, one for each question, are in the count.");
        }
        let rest = if self.open && self.waiting && !self.reachable {
            "The rest is saved on this computer, and leaves by itself once other members are connected."
        } else if self.open && self.waiting {
            "The rest is saved on this computer, and leaves one by one, within an hour: let it run until all are in the count."
        } else if self.open {
            "The rest reached the chapter, and is looked for again."
        } else {
            "The rest did not reach the chapter before the close."
        };
        let are = if found == 1 { "is" } else { "are" };
        format!("{found} of your {all} ballots, one for each question, {are} in the count. {rest}")
    }
}

/// What whoever has just voted is told.
pub(super) fn kept(house: &House, chapter: &ChapterId, id: &EntryId) -> Result<String, Refusal> {
    let rules = &super::state(house.room(chapter)?, id)?.rules;
    let way = if rules.apart { apart_ways(rules, house.now) } else { WAY.to_owned() };
    let near = house.now.plus(NEAR) > rules.closes;
    let late = if rules.apart { "some may come too late" } else { "it may come too late" };
    let late = near.then(|| format!(" Voting ends soon, {}: {late}.", clock::text(rules.closes)));
    Ok(way + &late.unwrap_or_default())
}

fn apart_ways(rules: &vote::Poll, now: Timestamp) -> String {
    let (least, more) = crate::secret::leaves(rules, now);
    let within = match (least + more).div_ceil(60_000) {
        1 => "a minute".into(),
        minutes if minutes >= 60 => "an hour".into(),
        minutes => format!("{minutes} minutes"),
    };
    format!(
        "Your answers are saved on this computer, each on a ballot of its own. The ballots leave one by one, within {within}, so that \
         nobody can put them together: let this computer run until all are in the count."
    )
}

fn own_ballots<'a>(core: &'a Core, chapter: &ChapterId, id: &EntryId) -> impl Iterator<Item = (u16, &'a OwnBallot)> {
    let votes = core.house.contents.secret_votes.get(chapter);
    let own = votes.map(|votes| votes.cast.range((*id, 0)..=(*id, u16::MAX)));
    own.into_iter().flatten().map(|((_, part), own)| (*part, own))
}

/// This member's ballots, if all of them are in the count.
pub(super) fn found(core: &Core, chapter: &ChapterId, room: &Room, id: &EntryId, outcome: &Outcome) -> Vec<Ballot> {
    let own: BTreeMap<EntryId, u16> = own_ballots(core, chapter, id).map(|(part, own)| (own.id, part)).collect();
    let counts: BTreeSet<&EntryId> = outcome.counted.values().filter(|counted| own.contains_key(counted)).collect();
    if counts.len() < own.len() {
        return Vec::new();
    }
    let carried = room.view.carried(id).into_iter().map(|carried| carried.ballot);
    let mut found: Vec<Ballot> = carried.filter(|ballot| counts.contains(&ballot.entry)).collect();
    found.sort_unstable_by_key(|ballot| own.get(&ballot.entry).copied());
    found
}

fn counted(state: &PollState, outcome: &Outcome, carried: &[chapter::view::CarriedBallot]) -> Vec<CountedBallot> {
    let counts: BTreeSet<&EntryId> = outcome.counted.values().collect();
    let key = |ballot: &Ballot| Some(state.questions.get(state.rules.part_of(&ballot.answers))?.key.clone());
    let listed = carried.iter().filter(|carried| counts.contains(&carried.ballot.entry)).take(LISTED);
    listed
        .map(|carried| CountedBallot {
            ballot: carried.ballot.entry.to_string(),
            question: state.rules.apart.then(|| key(&carried.ballot)).flatten(),
            answers: by_question(&state.questions, &carried.ballot.answers),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{MOST, not_too_many};

    #[test]
    fn a_ring_has_room_for_all_or_there_is_no_poll() {
        assert!(not_too_many(MOST).is_ok());
        assert!(not_too_many(MOST + 1).unwrap_err().message.contains("16384 voters, and this one would have 16385"));
    }
}
