//! What a history reaches: a test that never comes to what it is about is worth nothing.

use crate::rules::Model;
use chapterhouse_chapter::{
    Kind, Void,
    kinds::{Choice, Measure},
};
use entry::{EntryId, MemberId};
use std::collections::BTreeSet;

/// What has to be reached.
pub const WANTED: &[&str] = &[
    "mutual removals",
    "a removal undone by another one",
    "concurrent removals of one member",
    "two decisions of one motion",
    "an admission void by its sponsor's removal",
    "an admission void by its sponsor's leaving",
    "an admission void by a revocation",
    "an added device void with the device that added it",
    "a leaving undone by a revocation",
    "a decision undone because its votes were cut off",
    "a decision undone by a revocation",
    "back after a removal",
    "back after leaving",
    "a revoked device is back",
    "two devices revoke each other",
    "no clean key",
    "a later key is clean",
    "an unclean key",
    "two keys of one generation",
    "a device is left out",
    "other rules",
    "a task",
    "a task is recalled",
    "a task ends with a membership",
    "contradicting rules",
    "something is hidden",
    "an entry of a fork that is about membership counts",
    "six devices revoked",
    "ten members",
    "four sponsors' words",
    "a ballot replaces another one",
    "a further device",
    "NotAMember",
    "Malformed",
    "NotTheCharter",
    "UnknownTarget",
    "InvitationExpired",
    "InvitationUsed",
    "OldInvitation",
    "WrongStatement",
    "BadStatement",
    "DeviceTaken",
    "WrongRoll",
    "ClosesTooEarly",
    "NotOnRoll",
    "Late",
    "WrongAnswers",
    "OtherTerms",
    "TooFewSponsors",
    "NotPassed",
    "WrongGeneration",
    "Removed",
    "Left",
    "Revoked",
    "Uprooted",
    "Forked",
];

struct Removal {
    decision: usize,
    motion: EntryId,
    whom: MemberId,
    supporters: BTreeSet<MemberId>,
}

fn removals(model: &Model) -> Vec<Removal> {
    let removal = |decision: usize| {
        let (motion, whom) = model.removal(decision)?;
        let supporters = model.told.iter().enumerate().filter_map(|(voice, told)| match &told.kind {
            Ok(Kind::Voice(body))
                if body.motion == motion && body.choice == Choice::Yes && model.knows(decision, voice) =>
            {
                told.author.filter(|_| told.valid.is_ok())
            }
            _ => None,
        });
        Some(Removal { decision, motion, whom, supporters: supporters.collect() })
    };
    (0..model.told.len()).filter_map(removal).collect()
}

/// The corners that this history reaches.
pub fn reached(model: &Model) -> BTreeSet<String> {
    let mut reached: BTreeSet<&'static str> = BTreeSet::new();
    let mut reach = |what: &'static str, is: bool| {
        if is {
            reached.insert(what);
        }
    };
    let all = model.all();
    let effect = model.effect(all);
    let takes_effect = |place: usize| effect.order.contains(&place);
    let apart = |one: usize, other: usize| one != other && !model.knows(one, other) && !model.knows(other, one);
    let removals = removals(model);
    for one in &removals {
        for other in &removals {
            if !apart(one.decision, other.decision) {
                continue;
            }
            let mutual = one.supporters.contains(&other.whom) && other.supporters.contains(&one.whom);
            reach("mutual removals", mutual);
            reach(
                "a removal undone by another one",
                mutual && takes_effect(one.decision) && !takes_effect(other.decision),
            );
            let both = takes_effect(one.decision) && takes_effect(other.decision);
            reach("concurrent removals of one member", both && one.whom == other.whom && one.motion != other.motion);
            reach("two decisions of one motion", both && one.motion == other.motion);
        }
    }
    for (place, told) in model.told.iter().enumerate() {
        let count = model.counts(place, all);
        let valid = told.valid.is_ok();
        let Ok(kind) = &told.kind else { continue };
        let void = model.void_by(&effect, place).and_then(|by| model.find(&by)).filter(|_| valid);
        let by = void.and_then(|act| model.told[act].kind.as_ref().ok());
        match kind {
            Kind::Admit(_) => {
                reach("an admission void by its sponsor's removal", matches!(by, Some(Kind::Decision(_))));
                reach("an admission void by its sponsor's leaving", matches!(by, Some(Kind::Leave(_))));
                reach("an admission void by a revocation", matches!(by, Some(Kind::Revoke(_))));
                reach("four sponsors' words", model.words(place) > 3);
            }
            Kind::Ballot(one) => {
                let replaces = |(other, told): (usize, &crate::rules::Told)| {
                    matches!(&told.kind, Ok(Kind::Ballot(other)) if (other.poll, other.number < one.number) == (one.poll, true))
                        && told.author == model.told[place].author
                        && model.counts(other, all).is_ok()
                };
                reach("a ballot replaces another one", count.is_ok() && model.told.iter().enumerate().any(replaces));
            }
            Kind::AddDevice(_) => reach("an added device void with the device that added it", by.is_some()),
            Kind::Leave(_) => reach("a leaving undone by a revocation", valid && !takes_effect(place)),
            Kind::Decision(_) if valid && !takes_effect(place) => {
                reach("a decision undone because its votes were cut off", true);
                let own = |act: &&usize| matches!(model.told[**act].kind, Ok(Kind::Revoke(_)));
                reach(
                    "a decision undone by a revocation",
                    removals.is_empty() && effect.order.iter().any(|act| own(&act)),
                );
            }
            Kind::Motion(motion) if matches!(motion.measure, Measure::Recall { .. }) => {
                reach("a task is recalled", model.decided(told.id, all).is_some());
            }
            Kind::Revoke(one) => {
                let mutual = |(other, told): (usize, &crate::rules::Told)| {
                    let revokes =
                        matches!(&told.kind, Ok(Kind::Revoke(body)) if body.device == model.told[place].device);
                    revokes && told.valid.is_ok() && told.device == one.device && apart(place, other)
                };
                reach("two devices revoke each other", valid && model.told.iter().enumerate().any(mutual));
            }
            _ => {}
        }
        let forked = model.told.iter().any(|other| {
            (other.device, other.seq) == (told.device, told.seq) && other.id < told.id && other.valid.is_ok()
        });
        reach("an entry of a fork that is about membership counts", forked && count.is_ok());
    }
    let holding = model.holding(all);
    let whose = |(_, member, device): &(usize, _, _)| (*member, *device);
    reach("a further device", holding.iter().map(whose).collect::<BTreeSet<_>>().len() > model.members(all).len());
    for (admission, member, device) in holding {
        for act in effect.order.iter().filter(|act| model.aware(admission, **act)) {
            match &model.told[*act].kind {
                Ok(Kind::Revoke(revoke)) => reach("a revoked device is back", revoke.device == device),
                Ok(Kind::Leave(_)) => reach("back after leaving", model.told[*act].author == Some(member)),
                _ => reach("back after a removal", model.removal(*act).is_some_and(|(_, whom)| whom == member)),
            }
        }
    }
    let epochs = model.epochs(all);
    reach("no clean key", epochs.iter().all(|(.., clean)| !clean));
    reach("a later key is clean", epochs.iter().any(|(generation, _, clean)| *clean && *generation > 0));
    reach("an unclean key", epochs.iter().any(|(generation, _, clean)| !*clean && *generation > 0));
    reach("two keys of one generation", epochs.windows(2).any(|pair| pair[0].0 == pair[1].0));
    reach(
        "a device is left out",
        epochs.iter().any(|(generation, number, _)| *generation > 0 && !model.left_out(*number, all).is_empty()),
    );
    let measures = model.measures(all);
    let rules = |measure: &Measure| matches!(measure, Measure::Rules { .. });
    let contradict = |(one, of_one): &(usize, &Measure), (other, of_other): &(usize, &Measure)| {
        apart(*one, *other) && rules(of_one) && rules(of_other) && of_one != of_other
    };
    reach("contradicting rules", measures.iter().any(|one| measures.iter().any(|other| contradict(one, other))));
    let task_of = |(_, measure): &(usize, &Measure)| match measure {
        Measure::Give { role, member, .. } => Some((*role, *member)),
        _ => None,
    };
    let given: BTreeSet<_> = measures.iter().filter_map(task_of).collect();
    let tasks = model.tasks(all);
    let members = model.members(all);
    reach(
        "a task ends with a membership",
        given.iter().any(|task| !tasks.contains_key(task) && !members.contains(&task.1)),
    );
    reach("other rules", model.rules(all).1.is_some());
    reach("a task", !tasks.is_empty());
    reach("something is hidden", !model.hidden(all).is_empty());
    let revoked: BTreeSet<_> = (effect.order.iter())
        .filter_map(|act| match &model.told[*act].kind {
            Ok(Kind::Revoke(revoke)) => Some(revoke.device),
            _ => None,
        })
        .collect();
    reach("six devices revoked", revoked.len() >= 6);
    reach("ten members", members.len() >= 10);
    let voids = (0..model.told.len()).filter_map(|place| model.counts(place, all).err());
    let name = |void: Void| format!("{void:?}").split(['(', '{', ' ']).next().unwrap_or_default().to_owned();
    let mut names: BTreeSet<String> = voids.map(name).collect();
    names.extend(reached.into_iter().map(str::to_owned));
    names
}
