//! What a poll would be: from a draft, back to one, in words, and what is different between two.

use super::{
    draft::{self, gcd},
    handle, options, words,
};
use crate::{clock, house::Room};
use api::{
    PollDraft, Refusal,
    draft::{ObserverDraft, QuestionDraft, WeightDraft},
    poll::Secrecy as Name,
    proposal::{Change, PlanQuestion, PlanView},
};
use chapter::kinds::{Plan, Poll, Question, Secrecy, Span, Weight};
use entry::{MemberId, Timestamp};
use std::collections::BTreeSet;

pub(super) fn read(
    room: &Room,
    draft: &PollDraft,
    members: &BTreeSet<MemberId>,
    now: Timestamp,
) -> Result<Plan, Refusal> {
    let Poll { title, description, questions, mut conduct, .. } = draft::poll(room, draft, members, now)?;
    let all_tellers = draft.tellers.is_none();
    if all_tellers {
        conduct.tellers.clear();
    }
    Ok(Plan { title, description, span: draft::span(draft)?, questions, conduct, all_tellers })
}

/// `3 days`: in the largest unit in which it is whole.
fn length(minutes: u64) -> String {
    let units = [(7 * 24 * 60, "week"), (24 * 60, "day"), (60, "hour"), (1, "minute")];
    let (size, unit) = units.into_iter().find(|(size, _)| minutes.is_multiple_of(*size)).unwrap_or((1, "minute"));
    let number = minutes / size;
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

fn span(plan: &Plan) -> String {
    match plan.span {
        Span::For { minutes } => format!("open for {}", length(minutes)),
        Span::Until { time } => format!("open until {}", clock::text(time)),
    }
}

pub(super) fn weight(weight: &Weight, per_vote: u32) -> String {
    let common = gcd(weight.parts, per_vote).max(1);
    match (weight.parts / common, per_vote / common) {
        (whole, 1) => whole.to_string(),
        (parts, per_vote) => format!("{parts}/{per_vote}"),
    }
}

/// As somebody would write it into a file.
pub(super) fn draft_of(room: &Room, plan: &Plan) -> PollDraft {
    let conduct = &plan.conduct;
    let question = |question: &Question| {
        let method = words::method(question);
        QuestionDraft {
            key: question.key.clone(),
            text: question.text.clone(),
            options: question.options.clone(),
            method: method.method,
            seats: method.seats,
            max: method.max,
            dots: method.dots,
            majority: method.majority,
            aside: method.aside,
            overruled: method.overruled,
        }
    };
    let (closes, open_for) = match plan.span {
        Span::For { minutes } => (String::new(), length(minutes)),
        Span::Until { time } => (clock::text(time), String::new()),
    };
    let weights = conduct.weights.iter().map(|one| WeightDraft {
        member: one.member.to_string(),
        weight: weight(one, conduct.per_vote),
        reason: one.why.clone(),
    });
    let observers = conduct.observers.iter();
    let tellers = conduct.tellers.iter().map(|teller| handle(room, teller)).collect();
    PollDraft {
        title: plan.title.clone(),
        description: plan.description.clone(),
        closes,
        open_for,
        questions: plan.questions.iter().map(question).collect(),
        secrecy: match conduct.secrecy {
            Secrecy::Open => Name::Open,
            Secrecy::Hidden => Name::Hidden,
            Secrecy::Secret | Secrecy::Apart => Name::Secret,
        },
        apart: conduct.secrecy == Secrecy::Apart,
        quorum: conduct.quorum.map(words::part),
        delegation: conduct.delegation,
        weights: weights.collect(),
        observers: observers
            .map(|observer| ObserverDraft { member: observer.member.to_string(), reason: observer.why.clone() })
            .collect(),
        tellers: (!plan.all_tellers).then_some(tellers),
    }
}

/// How it is held: of each thing its name, and what there is to say of it, whether or not that is usual.
fn held(room: &Room, plan: &Plan) -> Vec<(&'static str, String)> {
    let conduct = &plan.conduct;
    let list = |names: Vec<String>| if names.is_empty() { "nobody".to_owned() } else { names.join("; ") };
    let weights = conduct.weights.iter();
    let weights = weights.map(|one| {
        let weight = weight(one, conduct.per_vote);
        let votes = if weight == "1" { "vote" } else { "votes" };
        format!("{} has {weight} {votes}: {}", handle(room, &one.member), one.why)
    });
    let observers = conduct.observers.iter().map(|one| format!("{}: {}", handle(room, &one.member), one.why));
    vec![
        (
            "Secrecy",
            match conduct.secrecy {
                Secrecy::Open => "everybody sees who voted what",
                Secrecy::Hidden => "nobody sees what anybody voted before it closes, and everybody after",
                Secrecy::Secret => "nobody can tell whose a ballot is",
                Secrecy::Apart => {
                    "nobody can tell whose an answer is, nor which answers to two questions are one voter's"
                }
            }
            .into(),
        ),
        (
            "Quorum",
            conduct
                .quorum
                .map_or_else(|| "none".into(), |part| format!("{} of the roll has to vote", words::part(part))),
        ),
        ("Giving votes to others", if conduct.delegation { "possible" } else { "not possible" }.into()),
        ("Votes that weigh something else", list(weights.collect())),
        ("Members without a vote", list(observers.collect())),
        (
            "Who closes it",
            if plan.all_tellers {
                "all who have the task of a teller".into()
            } else if conduct.tellers.is_empty() {
                "nobody: the voters' own clocks decide".into()
            } else {
                list(conduct.tellers.iter().map(|teller| handle(room, teller)).collect())
            },
        ),
    ]
}

pub(super) fn view(room: &Room, plan: &Plan) -> PlanView {
    let usual = held(room, &Plan { conduct: Default::default(), all_tellers: true, ..plan.clone() });
    let held = held(room, plan).into_iter().zip(usual);
    let question = |question: &Question| PlanQuestion {
        key: question.key.clone(),
        text: question.text.clone(),
        options: options(question).into_iter().map(str::to_owned).collect(),
        method: words::method(question),
    };
    PlanView {
        title: plan.title.clone(),
        description: plan.description.clone(),
        open: span(plan),
        held: held.filter(|(one, usual)| one != usual).map(|((what, how), _)| format!("{what}: {how}")).collect(),
        questions: plan.questions.iter().map(question).collect(),
    }
}

/// What is different between two plans, in the order of a ballot.
pub(super) fn changes(room: &Room, old: &Plan, new: &Plan) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut put = |what: String, old: String, new: String| {
        if old != new {
            changes.push(Change { what, old, new });
        }
    };
    put("The title".into(), old.title.clone(), new.title.clone());
    put("The description".into(), old.description.clone(), new.description.clone());
    put("When it is open".into(), span(old), span(new));
    let find = |plan: &'_ Plan, key: &str| plan.questions.iter().find(|question| question.key == key).cloned();
    for question in &new.questions {
        let what = format!("Question \"{}\"", question.key);
        match find(old, &question.key) {
            None => put(what, String::new(), whole(question)),
            Some(before) => {
                put(format!("{what}: what is asked"), before.text.clone(), question.text.clone());
                put(format!("{what}: its answers"), before.options.join(", "), question.options.join(", "));
                put(format!("{what}: how it is decided"), decided(&before), decided(question));
            }
        }
    }
    for question in &old.questions {
        if find(new, &question.key).is_none() {
            put(format!("Question \"{}\"", question.key), whole(question), String::new());
        }
    }
    // Where the same ones are asked, in which order they are.
    let order = |plan: &Plan, other: &Plan| {
        let kept = plan.questions.iter().filter(|question| find(other, &question.key).is_some());
        kept.map(|question| question.key.as_str()).collect::<Vec<_>>().join(", ")
    };
    put("The order of the questions".into(), order(old, new), order(new, old));
    for ((what, before), (_, after)) in held(room, old).into_iter().zip(held(room, new)) {
        put(what.into(), before, after);
    }
    changes
}

fn decided(question: &Question) -> String {
    words::method(question).words.join(" ")
}

fn whole(question: &Question) -> String {
    format!("{} ({}). {}", question.text, options(question).join(", "), decided(question))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_told_as_it_was_written() {
        // Beside others a vote is divided more finely.
        for (parts, per_vote, text) in [(9, 6, "3/2"), (2, 6, "1/3"), (12, 6, "2"), (7, 3, "7/3"), (1, 1, "1")] {
            let one = Weight { member: MemberId([1; 32]), parts, why: String::new() };
            assert_eq!(weight(&one, per_vote), text);
        }
    }
}
