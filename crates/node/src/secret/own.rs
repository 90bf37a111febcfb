//! This member's own secret ballots: made, kept, and sent on their way until they are seen in the chapter.
//!
//! Where the questions of a poll are answered apart, a voter has a ballot for each of them, also for those left blank. Each leaves
//! at a moment of its own and through hands of its own: what its tag does not tell, neither its way nor its time shall.

use super::{AGAIN, HANDED_ON, LAST_MOMENT, LEAVES, PURPOSE, padded, ring};
use crate::house::{House, internal, invalid};
use api::{ErrorCode, Refusal};
use chapter::{kinds::SecretBallot, view::CarriedBallot};
use entry::{ChapterId, DeviceId, EntryId, MemberId, Timestamp, canon};
use keys::OwnBallot;
use std::collections::BTreeMap;
use vote::{
    Answer, Poll,
    secret::{Linkable, MOST_BALLOTS},
};

/// A poll, and which of a voter's ballots in it: the question, where these are answered apart, else 0.
pub(crate) type Part = (EntryId, u16);

/// Within how long ballots leave, each at a moment of its own, where questions are answered apart, in milliseconds.
const APART: u64 = 3_600_000;

/// Within how long a ballot in this poll leaves: from, and up to so much longer. Half of what is left before the last moment is
/// enough; then nobody waits any more.
pub(crate) fn leaves(rules: &Poll, now: Timestamp) -> (u64, u64) {
    let left = rules.closes.0.saturating_sub(now.plus(LAST_MOMENT).0);
    if left == 0 {
        return (0, 1);
    }
    if rules.apart { (LEAVES.0, APART.min(left / 2).max(LEAVES.1)) } else { LEAVES }
}

/// The answers of each ballot that says this. Where questions are answered apart, they end at the one that it answers.
fn parts(rules: &Poll, answers: Vec<Answer>) -> Vec<Vec<Answer>> {
    if !rules.apart {
        return vec![answers];
    }
    let one = |(n, answer)| [vec![Answer::Blank; n], vec![answer]].concat();
    answers.into_iter().enumerate().map(one).collect()
}

/// What an own ballot says that was to follow all others of its tag, and does not: another one is in the chapter, which this
/// computer did not know of when it signed, after a backup was brought back, or beside a copy. What was said last counts, so it is
/// signed once more, behind the other.
fn overtaken(carried: &[CarriedBallot], own: &OwnBallot) -> Option<Vec<Answer>> {
    let ballot: SecretBallot = canon::from_bytes(own.ballot.as_deref()?, keys::wrap::MAX_SECRET).ok()?;
    let before = |other: &vote::Ballot| other.member.0 == ballot.tag && other.number >= own.number;
    carried.iter().any(|carried| carried.holds && before(&carried.ballot)).then_some(ballot.answers)
}

impl House {
    /// Casts secret ballots: they are saved here, and leave by themselves. What they are found by in the count. Those that say what
    /// the ones before them said stay as they are.
    pub(crate) fn vote_secretly(
        &mut self,
        chapter: &ChapterId,
        poll: &EntryId,
        answers: Vec<Answer>,
    ) -> Result<Vec<EntryId>, Refusal> {
        let rules = self.room(chapter)?.view.poll(poll).map(|state| state.rules.clone());
        let Some(rules) = rules else {
            return Err(Refusal::new(ErrorCode::NotFound, "this is not a poll, or it does not count"));
        };
        self.sign_ballots(chapter, poll, (0_u16..).zip(parts(&rules, answers)))
    }

    /// The same, for some of them.
    fn sign_ballots(
        &mut self,
        chapter: &ChapterId,
        poll: &EntryId,
        ballots: impl Iterator<Item = (u16, Vec<Answer>)>,
    ) -> Result<Vec<EntryId>, Refusal> {
        if let Some(why) = self.barred(chapter, poll)? {
            return Err(Refusal::new(ErrorCode::NotAllowed, why));
        }
        let room = self.room(chapter)?;
        let Some((state, slots)) = room.view.poll(poll).zip(room.view.ring(poll)) else {
            return Err(Refusal::new(ErrorCode::NotFound, "this is not a poll, or it does not count"));
        };
        if self.now > state.rules.closes {
            return Err(Refusal::new(
                ErrorCode::PollClosed,
                "this poll has closed; a vote would not be counted any more",
            ));
        }
        let ring = ring(&state.rules, slots).map_err(|error| internal(&error))?;
        let Some(secret) = self.ballot_secret(chapter, poll)? else {
            return Err(invalid("the key for your ballot is not here"));
        };
        // Others' computers may have seen more of this member's ballots than this one knows of.
        let (rules, carried) = (state.rules.clone(), room.view.carried(poll));
        let mut contents = self.contents.clone();
        let votes = contents.secret_votes.entry(*chapter).or_default();
        let mut ids = Vec::new();
        for (part, answers) in ballots {
            let ring = ring.within(&rules.scope(part.into())).map_err(|error| internal(&error))?;
            let tag = ring.tag(&secret);
            let seen = || carried.iter().filter(|carried| carried.ballot.member == MemberId(tag.0));
            let before = votes.cast.get(&(*poll, part));
            let last =
                seen().map(|carried| carried.ballot.number).chain(before.map(|own| own.number)).max().unwrap_or(0);
            if let Some(own) = before.filter(|own| own.number == last) {
                let same = SecretBallot { tag: tag.0, number: last, answers: answers.clone(), proof: Vec::new() };
                let holding = || seen().filter(|carried| carried.holds && carried.ballot.number == last);
                let here = || holding().any(|carried| carried.ballot.entry == own.id);
                let alone = || holding().all(|carried| carried.ballot.entry == own.id);
                if same.id(*poll) == own.id && alone() && (own.ballot.is_some() || here()) {
                    ids.push(own.id);
                    continue;
                }
            }
            let number = last + 1;
            if number > MOST_BALLOTS {
                return Err(Refusal::new(
                    ErrorCode::NotAllowed,
                    format!("a secret vote can be changed {} times, and you did", MOST_BALLOTS - 1),
                ));
            }
            let statement = SecretBallot::statement(*poll, number, &answers);
            let signed = ring.sign(&secret, &statement, &self.random_bytes()).map_err(|error| internal(&error))?;
            let ballot = SecretBallot { tag: signed.tag.0, number, answers, proof: signed.proof };
            let (id, bytes) = (ballot.id(*poll), canon::to_bytes(&ballot));
            if padded(poll, ballot).len() > keys::wrap::MAX_SECRET {
                return Err(invalid("this ballot is too long to be passed on; rank fewer options"));
            }
            votes.cast.insert((*poll, part), OwnBallot { number, id, ballot: Some(bytes) });
            ids.push(id);
            self.hands.leaves.remove(&(*poll, part));
        }
        self.save(contents)?;
        Ok(ids)
    }

    /// Own ballots that nobody has put into the chapter yet go on their way.
    pub(super) fn send_ballots(&mut self, chapter: &ChapterId) -> Result<(), Refusal> {
        let Some(votes) = self.contents.secret_votes.get(chapter) else { return Ok(()) };
        let mut waiting: BTreeMap<EntryId, Vec<(u16, OwnBallot)>> = BTreeMap::new();
        for ((poll, part), own) in votes.cast.iter().filter(|(_, own)| own.ballot.is_some()) {
            waiting.entry(*poll).or_default().push((*part, own.clone()));
        }
        for (poll, waiting) in waiting {
            let view = &self.room(chapter)?.view;
            let rules = view.poll(&poll).map(|state| state.rules.clone());
            let closes = rules.as_ref().map_or(Timestamp(0), |rules| rules.closes);
            let over = self.now > closes;
            // For an hour nothing but the clock needs to be looked at.
            let later = |part| self.hands.leaves.get(&(poll, part)).is_some_and(|due| self.now < *due);
            if !over && rules.as_ref().is_some_and(|rules| rules.apart) && waiting.iter().all(|(part, _)| later(*part))
            {
                continue;
            }
            let carried = self.room(chapter)?.view.carried(&poll);
            let (seen, waiting): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, own)| {
                over || carried.iter().any(|carried| carried.ballot.entry == own.id && carried.holds)
            });
            if !seen.is_empty() {
                let mut contents = self.contents.clone();
                let votes = contents.secret_votes.entry(*chapter).or_default();
                for (part, _) in &seen {
                    if let Some(own) = votes.cast.get_mut(&(poll, *part)) {
                        own.ballot = None;
                    }
                    self.hands.leaves.remove(&(poll, *part));
                }
                self.save(contents)?;
            }
            if waiting.is_empty() {
                self.hands.through.remove(&poll);
            }
            let Some(rules) = rules else { continue };
            for (part, own) in waiting {
                if let Some(answers) = overtaken(&carried, &own)
                    && self.sign_ballots(chapter, &poll, std::iter::once((part, answers))).is_ok()
                {
                    continue;
                }
                let due = match self.hands.leaves.get(&(poll, part)) {
                    Some(due) => *due,
                    None => {
                        let due = self.now.plus(self.between(leaves(&rules, self.now)));
                        self.hands.leaves.insert((poll, part), due);
                        due
                    }
                };
                if self.now >= due && self.send_ballot(chapter, &rules, &own)? {
                    let hurry = self.now.plus(LAST_MOMENT) > closes;
                    let wait = self.between(if hurry { HANDED_ON } else { AGAIN });
                    self.hands.leaves.insert((poll, part), self.now.plus(wait));
                }
            }
        }
        Ok(())
    }

    /// Whether there was anybody to hand it to.
    fn send_ballot(&mut self, chapter: &ChapterId, rules: &Poll, own: &OwnBallot) -> Result<bool, Refusal> {
        let Some(ballot) = own.ballot.as_deref() else { return Ok(false) };
        let (here, all) = self.others(chapter)?;
        let devices = self.room(chapter)?.view.devices();
        let owner = |id: &DeviceId| devices.iter().find(|device| device.id == *id).map(|device| device.member);
        // Best through nobody who had another ballot of this member's in this poll.
        let used = self.hands.through.get(&rules.id).cloned().unwrap_or_default();
        let fresh = |list: Vec<DeviceId>| {
            let unused = |device: &&DeviceId| owner(device).is_some_and(|owner| !used.contains(&owner));
            let fresh: Vec<DeviceId> = list.iter().filter(unused).copied().collect();
            if fresh.is_empty() { list } else { fresh }
        };
        let Some(via) = self.pick(&fresh(here.clone())) else { return Ok(false) };
        let first = owner(&via);
        let apart = |list: &[DeviceId]| -> Vec<DeviceId> {
            list.iter().copied().filter(|device| owner(device) != first).collect()
        };
        // Best somebody who is here, since they are likely to be where the first one is, too.
        let (near, far) = (apart(&here), apart(&all));
        let Some(to) = self.pick(&fresh(if near.is_empty() { far } else { near })) else { return Ok(false) };
        let ballot: SecretBallot =
            canon::from_bytes(ballot, keys::wrap::MAX_SECRET).map_err(|error| internal(&error))?;
        let Some(agreement) = devices.iter().find(|device| device.id == to).map(|device| device.agreement) else {
            return Ok(false);
        };
        if rules.apart {
            self.hands.through.entry(rules.id).or_default().extend(first.into_iter().chain(owner(&to)));
        }
        let content = padded(&rules.id, ballot);
        let sealed = keys::wrap(&agreement, PURPOSE, chapter.as_bytes(), &content, &mut self.rng);
        let body = sealed.map_err(|error| internal(&error))?;
        self.hands.out.push(sync::Input::Parcel { chapter: *chapter, via, to, body });
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, sync::Arc};

    #[test]
    fn ballots_that_are_kept_apart_leave_within_an_hour_or_half_of_what_is_left() {
        let minutes = |n: u64| Timestamp(n * 60_000);
        let roll = Arc::new(BTreeSet::from([MemberId([1; 32])]));
        let whole = Poll::plain(EntryId([0; 32]), [2, 3], roll, minutes(1000));
        let apart = Poll { secret: true, apart: true, ..whole.clone() };
        let within = |poll: &Poll, left: u64| leaves(poll, minutes(1000 - left));
        assert_eq!(within(&whole, 900), LEAVES);
        assert_eq!(within(&apart, 900), (LEAVES.0, APART));
        assert_eq!(within(&apart, 22), (LEAVES.0, minutes(10).0));
        assert_eq!((within(&apart, 2), within(&whole, 0)), ((0, 1), (0, 1)), "at last nobody waits any more");
    }

    #[test]
    fn each_question_has_its_ballot_also_if_it_is_left_blank() {
        let poll = Poll::plain(EntryId([0; 32]), [2, 3, 2], Arc::default(), Timestamp(9));
        let said = vec![Answer::One(1), Answer::Blank, Answer::One(0)];
        assert_eq!(parts(&poll, said.clone()), std::slice::from_ref(&said));
        let apart = Poll { secret: true, apart: true, ..poll };
        let each: [&[Answer]; 3] =
            [&[Answer::One(1)], &[Answer::Blank, Answer::Blank], &[Answer::Blank, Answer::Blank, Answer::One(0)]];
        assert_eq!(parts(&apart, said), each);
    }
}
