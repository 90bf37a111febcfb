//! What is written in the demonstration: the file's topics, with texts of our own.

use toml::{Table, Value};

use super::facts::{Facts, PollFacts};

/// A post before anybody has written it.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) chapter: String,
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) body: String,
}

/// All posts, in the order in which they are written.
pub(crate) fn posts(facts: &Facts) -> Vec<Post> {
    let mut posts = Vec::new();
    for topic in &facts.discussions {
        posts.push(Post {
            chapter: facts.organisation.clone(),
            kind: "discussion",
            title: topic.clone(),
            body: format!("Let us talk about this: **{topic}**.\n\nWhat speaks for it, what against, and who begins?"),
        });
    }
    for topic in &facts.projects {
        posts.push(Post {
            chapter: facts.meeting.0.clone(),
            kind: "blog",
            title: topic.clone(),
            body: format!("Some of us would like to work on this: *{topic}*. Two evenings are enough to begin."),
        });
    }
    for (place, what) in &facts.done {
        // What was done in a place without a chapter is news for everybody.
        let local = facts.chapters.iter().find(|(name, _)| name == place);
        posts.push(Post {
            chapter: local.map_or(&facts.organisation, |(name, _)| name).clone(),
            kind: "news",
            title: format!("{place}: {what}"),
            body: format!("What we did in {place} this season: {what}. Ask us how it went."),
        });
    }
    posts
}

/// The minutes of the meeting in the file, as `minutes.toml`.
pub(crate) fn minutes(facts: &Facts, people: &[&str]) -> String {
    let texts = |texts: &[&str]| Value::Array(texts.iter().map(|text| Value::from(*text)).collect());
    let name = |at: usize| Value::from(people.get(at).copied().unwrap_or_default());
    let action = |(at, what): (usize, &String)| {
        Value::Table(Table::from_iter([
            ("what".to_owned(), Value::from(what.as_str())),
            ("owner".to_owned(), name(at)),
            ("due".to_owned(), Value::from("2014-11-25")),
        ]))
    };
    let table = Table::from_iter([
        ("title".to_owned(), Value::from("Chapter meeting: September")),
        ("date".to_owned(), Value::from("2014-09-30")),
        ("starts".to_owned(), Value::from("18:30")),
        ("ends".to_owned(), Value::from("21:30")),
        ("place".to_owned(), Value::from(facts.meeting.0.as_str())),
        ("facilitator".to_owned(), name(1)),
        ("note_taker".to_owned(), name(2)),
        ("attendance".to_owned(), texts(people)),
        (
            "item".to_owned(),
            Value::Array(vec![Value::Table(Table::from_iter([
                ("title".to_owned(), Value::from("How we facilitate")),
                ("notes".to_owned(), Value::from("Two people per meeting, so that nobody does it alone.")),
            ]))]),
        ),
        (
            "decision".to_owned(),
            Value::Array(vec![Value::Table(Table::from_iter([(
                "text".to_owned(),
                Value::from("We meet on the last Tuesday of every month."),
            )]))]),
        ),
        ("action".to_owned(), Value::Array(facts.meeting.1.iter().enumerate().map(action).collect())),
        (
            "next".to_owned(),
            Value::Table(Table::from_iter([
                ("date".to_owned(), Value::from("2014-11-25")),
                ("facilitator".to_owned(), name(3)),
                ("co_facilitator".to_owned(), name(4)),
            ])),
        ),
    ]);
    table.to_string()
}

/// The poll of the file, as `poll.toml`.
pub(crate) fn poll(poll: &PollFacts, closes: &str) -> String {
    let question = |(number, question): (usize, &super::facts::Question)| {
        let options = question.options.keys().map(|option| Value::from(option.as_str())).collect();
        Value::Table(Table::from_iter([
            ("key".to_owned(), Value::from(key(number))),
            ("text".to_owned(), Value::from(question.topic.as_str())),
            ("options".to_owned(), Value::Array(options)),
        ]))
    };
    let table = Table::from_iter([
        ("title".to_owned(), Value::from(poll.topic.as_str())),
        ("description".to_owned(), Value::from("Six questions. Leave blank what you have no opinion on.")),
        ("closes".to_owned(), Value::from(closes)),
        ("question".to_owned(), Value::Array(poll.questions.iter().enumerate().map(question).collect())),
    ]);
    table.to_string()
}

/// What scripts call a question.
pub(crate) fn key(number: usize) -> String {
    format!("question-{}", number + 1)
}
