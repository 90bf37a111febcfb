//! Was it right? Tables for a person, and a verdict.

use serde_json::Value;

use super::{facts::PollFacts, person::Person, story};
use crate::failure::Failure;

/// What several people see of one chapter.
#[derive(Debug)]
pub(crate) struct States {
    chapter: String,
    entries: Vec<u64>,
    hashes: Vec<String>,
}

/// Asks every person about every chapter.
pub(crate) fn states(people: &[Person], chapters: &[String]) -> Result<Vec<States>, Failure> {
    let one = |chapter: &String| {
        let mut states = States { chapter: chapter.clone(), entries: Vec::new(), hashes: Vec::new() };
        for person in people {
            let state = person.ask(&["state", chapter])?;
            states.entries.push(state["entries"].as_u64().unwrap_or_default());
            states.hashes.push(state["state_hash"].as_str().unwrap_or_default().to_owned());
        }
        Ok(states)
    };
    chapters.iter().map(one).collect()
}

/// Prints who sees what. True when all see the same. `crowd`: what the many see of the first chapter.
pub(crate) fn print_states(names: &[&str], states: &[States], crowd: &[String]) -> bool {
    println!("\n  {:<20} {:>7}  {}", "chapter", "entries", columns(names.iter().copied()));
    let mut all = true;
    for state in states {
        let same = is_one(&state.hashes) && state.entries.windows(2).all(|two| two[0] == two[1]);
        let hashes = columns(state.hashes.iter().map(|hash| hash.get(..10).unwrap_or(hash)));
        let name: String = state.chapter.chars().take(20).collect();
        let entries = state.entries.first().copied().unwrap_or_default();
        let verdict = if same { "same" } else { "DIFFERENT" };
        println!("  {name:<20} {entries:>7}  {hashes}  {verdict}");
        all &= same;
    }
    if let (Some(first), false) = (states.first(), crowd.is_empty()) {
        let agree = crowd.iter().filter(|hash| first.hashes.first() == Some(hash)).count();
        println!("  {} of the {} other members see the same federation as rowan", agree, crowd.len());
        all &= agree == crowd.len();
    }
    all
}

/// Not a digest at all is not the same as anything.
fn is_one(hashes: &[String]) -> bool {
    hashes.first().is_some_and(|first| first.len() == 64 && hashes.iter().all(|hash| hash == first))
}

/// Columns of equal width.
fn columns<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(|text| format!("{text:<10}")).collect::<Vec<_>>().join(" ")
}

/// Prints the poll as each of `names` counts it, beside the data file. True when all is exactly right.
pub(crate) fn print_poll(facts: &PollFacts, names: &[&str], polls: &[Value]) -> bool {
    println!("\n  {} ({} voters on the page)", facts.topic, facts.voters);
    let mut right = names.len() == polls.len();
    let mut line = |what: &str, expected: usize, counted: &dyn Fn(&Value) -> Option<u64>| {
        let counts: Vec<Option<u64>> = polls.iter().map(counted).collect();
        let expected = u64::try_from(expected).ok();
        let equal = counts.iter().all(|count| *count == expected && count.is_some());
        let shown = counts.first().copied().flatten().map_or("-".to_owned(), |count| count.to_string());
        let page = expected.map_or("-".to_owned(), |count| count.to_string());
        println!("    {what:<46} counted {shown:>3}   page {page:>3}   {}", if equal { "equal" } else { "DIFFERENT" });
        right &= equal;
    };
    line("members on the roll", facts.voters, &|poll| poll["roll"].as_u64());
    line("members who voted", facts.voters, &|poll| poll["voters"].as_u64());
    for (number, question) in facts.questions.iter().enumerate() {
        println!("  {}", question.topic);
        let key = story::key(number);
        for (option, votes) in &question.options {
            line(option, *votes, &|poll| votes_for(find(&poll["questions"], "key", &key)?, option));
        }
        let count = |field: &'static str| {
            let key = key.clone();
            move |poll: &Value| find(&poll["questions"], "key", &key)?[field].as_u64()
        };
        line("left blank", facts.voters - question.total, &count("blank"));
        line("total", question.total, &count("total"));
    }
    let digests: Vec<String> =
        polls.iter().map(|poll| poll["result_hash"].as_str().unwrap_or_default().to_owned()).collect();
    let same = is_one(&digests);
    println!("  the digest of the result is {}", if same { "the same for all" } else { "DIFFERENT" });
    right && same
}

fn votes_for(question: &Value, option: &str) -> Option<u64> {
    find(&question["options"], "name", option)?["votes"].as_u64()
}

fn find<'a>(list: &'a Value, field: &str, wanted: &str) -> Option<&'a Value> {
    list.as_array()?.iter().find(|value| value[field] == wanted)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeMap;

    use super::*;
    use crate::demo::facts::Question;

    fn poll(remove: u64) -> Value {
        serde_json::json!({ "roll": 3, "voters": 3, "result_hash": "0".repeat(64), "questions": [
            { "key": "question-1", "blank": 1, "total": 2,
              "options": [{ "name": "remove", "votes": remove }, { "name": "retain", "votes": 0 }] }] })
    }

    #[test]
    fn one_wrong_number_at_one_member_is_seen() {
        let options = BTreeMap::from([("remove".to_owned(), 2), ("retain".to_owned(), 0)]);
        let question = Question { topic: "Keep or drop".to_owned(), options, total: 2 };
        let facts = PollFacts { topic: "Future".to_owned(), voters: 3, questions: vec![question] };
        assert!(print_poll(&facts, &["rowan", "asha"], &[poll(2), poll(2)]));
        assert!(!print_poll(&facts, &["rowan", "asha"], &[poll(2), poll(1)]));
        assert!(!print_poll(&facts, &["rowan", "asha"], &[poll(2), Value::Null]));
        assert!(!print_poll(&facts, &["rowan", "asha"], &[poll(2)]));
    }

    #[test]
    fn one_different_state_is_seen() {
        let hash = |digit: &str| digit.repeat(64);
        let states = |second: &str, entries: u64| {
            vec![States {
                chapter: "London".to_owned(),
                entries: vec![7, entries],
                hashes: vec![hash("a"), second.to_owned()],
            }]
        };
        let names = ["rowan", "asha"];
        assert!(print_states(&names, &states(&hash("a"), 7), &[hash("a")]));
        assert!(!print_states(&names, &states(&hash("b"), 7), &[]));
        assert!(!print_states(&names, &states(&hash("a"), 8), &[]));
        assert!(!print_states(&names, &states("", 7), &[]));
        assert!(!print_states(&names, &states(&hash("a"), 7), &[hash("a"), hash("b")]));
    }
}
