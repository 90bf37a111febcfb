//! A chapter's rules as sentences, and what a change of them changes.

use super::{capital, count};
use api::people::{History, RulesView};

/// What belongs together.
pub(crate) struct Group {
    pub(crate) title: &'static str,
    pub(crate) sentences: Vec<String>,
}

/// One rule that changes, in the words of before and after.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) what: &'static str,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// All rules but the questions and the text, which are shown as they are.
pub(crate) fn groups(rules: &RulesView) -> Vec<Group> {
    let asked = match rules.questions.len() as u64 {
        0 => "Newcomers are not asked anything.".to_owned(),
        n => format!("Newcomers answer {} first.", count(n, "question", "questions")),
    };
    let agreed = if rules.statement.trim().is_empty() {
        "There is no text that they agree to."
    } else {
        "They agree to the chapter’s text."
    };
    vec![
        Group {
            title: "Letting somebody in",
            sentences: vec![words(rules), history(rules.history).to_owned(), format!("{asked} {agreed}")],
        },
        Group {
            title: "Deciding",
            sentences: vec![decision(rules), stands(rules.stands_for_hours), proposed(rules.proposed_for_hours)],
        },
        Group {
            title: "Removing a member",
            sentences: vec![
                removal(rules),
                "The member it is about has no vote on it, and nobody can do it alone: it takes two votes at least."
                    .to_owned(),
            ],
        },
        Group { title: "The chapter", sentences: vec![operating(rules.operating_from)] },
    ]
}

/// What differs.
pub(crate) fn changes(old: &RulesView, new: &RulesView) -> Vec<Change> {
    let text = |t: &str| if t.trim().is_empty() { "None.".to_owned() } else { t.trim().to_owned() };
    let list = |q: &[String]| if q.is_empty() { "None.".to_owned() } else { q.join("\n") };
    let all = [
        ("Words for a newcomer", words(old), words(new)),
        ("What newcomers read", history(old.history).to_owned(), history(new.history).to_owned()),
        ("Questions to newcomers", list(&old.questions), list(&new.questions)),
        ("The text that newcomers agree to", text(&old.statement), text(&new.statement)),
        ("Deciding", decision(old), decision(new)),
        ("How long a motion is open", stands(old.stands_for_hours), stands(new.stands_for_hours)),
        ("How long a vote stands proposed", proposed(old.proposed_for_hours), proposed(new.proposed_for_hours)),
        ("Removing a member", removal(old), removal(new)),
        ("When the chapter is operating", operating(old.operating_from), operating(new.operating_from)),
    ];
    all.into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(what, before, after)| Change { what, before, after })
        .collect()
}

fn words(rules: &RulesView) -> String {
    match rules.sponsors {
        0 | 1 => "One member’s word lets a newcomer in: whoever invites them has given it.".to_owned(),
        n => format!(
            "{} members have to give their word for a newcomer. Whoever invites them is one of the {}.",
            capital(&number(n)),
            number(n)
        ),
    }
}

fn history(history: History) -> &'static str {
    match history {
        History::All => "Newcomers can read everything from the beginning.",
        History::FromJoining => "Newcomers read what is written after they joined, and nothing from before.",
    }
}

fn decision(rules: &RulesView) -> String {
    format!(
        "A motion passes if {}, and {}. Abstaining counts as voting, for neither side.",
        quorum(&rules.decision_quorum),
        majority(&rules.decision_majority)
    )
}

fn removal(rules: &RulesView) -> String {
    format!(
        "A member is removed if {} on it, and {}.",
        quorum(&rules.removal_quorum),
        majority(&rules.removal_majority)
    )
}

/// Of the members who have to vote.
pub(crate) fn quorum(fraction: &str) -> String {
    match fraction {
        "1/1" => "all members vote".to_owned(),
        other => format!("at least {} of the members vote", part(other)),
    }
}

/// Of the votes that have to be for it.
pub(crate) fn majority(fraction: &str) -> String {
    match fraction {
        "1/1" => "nobody votes against it".to_owned(),
        other => format!("more than {} of the votes for or against are for it", part(other)),
    }
}

fn stands(hours: u32) -> String {
    match hours {
        0 => "A motion may close at any time after it was made.".to_owned(),
        hours => format!(
            "A motion is open for {} at least. It passes sooner only if the votes still missing cannot change it.",
            span(hours)
        ),
    }
}

fn proposed(hours: u32) -> String {
    match hours {
        0 => "A vote may be opened at once; whoever wants to proposes it first.".to_owned(),
        hours => format!(
            "A vote stands proposed for {} before it may be opened, so that members can object to it and amend it.",
            span(hours)
        ),
    }
}

fn operating(from: u32) -> String {
    match from {
        0 | 1 => "It counts as operating from its first member on.".to_owned(),
        n => format!("It counts as operating from {} members on.", number(n)),
    }
}

/// `3 days`, `36 hours`.
pub(crate) fn span(hours: u32) -> String {
    match hours {
        h if h >= 48 && h % 24 == 0 => count(u64::from(h / 24), "day", "days"),
        h => count(u64::from(h), "hour", "hours"),
    }
}

/// A fraction in words: `half`, `two thirds`, `3 in 5`.
pub(crate) fn part(fraction: &str) -> String {
    match fraction {
        "1/2" => "half".to_owned(),
        "1/3" => "a third".to_owned(),
        "2/3" => "two thirds".to_owned(),
        "1/4" => "a quarter".to_owned(),
        "3/4" => "three quarters".to_owned(),
        "1/5" => "a fifth".to_owned(),
        "4/5" => "four fifths".to_owned(),
        "1/10" => "a tenth".to_owned(),
        other => other.replace('/', " in "),
    }
}

/// Small numbers as words.
pub(crate) fn number(n: u32) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(n as usize).map_or_else(|| n.to_string(), |w| (*w).to_owned())
}

/// What is wrong with rules as they stand in the form: the field, and why. None if they can be sent.
pub(crate) fn problem(rules: &RulesView) -> Option<(&'static str, &'static str)> {
    if !(1..=20).contains(&rules.sponsors) {
        return Some(("rule-sponsors", "From 1 to 20 members can be asked for their word."));
    }
    if rules.operating_from == 0 {
        return Some(("rule-operating", "One member at least."));
    }
    if rules.stands_for_hours > 366 * 24 {
        return Some(("rule-stands", "A year at most."));
    }
    if rules.proposed_for_hours > 366 * 24 {
        return Some(("rule-proposed", "A year at most."));
    }
    if rules.questions.len() > 10 {
        return Some(("rule-question-0", "Ten questions at most."));
    }
    if rules.questions.iter().any(|q| q.chars().count() > 300) {
        return Some(("rule-question-0", "A question has 300 characters at most."));
    }
    (rules.statement.len() > 8 * 1024)
        .then_some(("rule-statement", "The text is too long: some 8,000 letters at most."))
}

/// As they are sent: without empty questions.
pub(crate) fn tidy(rules: &RulesView) -> RulesView {
    let mut rules = rules.clone();
    rules.questions = rules.questions.iter().map(|q| q.trim().to_owned()).filter(|q| !q.is_empty()).collect();
    rules.statement = rules.statement.trim().to_owned();
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_read_as_sentences() {
        let mut rules = RulesView::usual();
        assert_eq!(words(&rules), "One member’s word lets a newcomer in: whoever invites them has given it.");
        rules.sponsors = 3;
        assert_eq!(
            words(&rules),
            "Three members have to give their word for a newcomer. Whoever invites them is one of the three."
        );
        assert_eq!(
            removal(&rules),
            "A member is removed if at least half of the members vote on it, and more than two thirds of the votes for or against are for it."
        );
        rules.removal_majority = "1/1".to_owned();
        assert!(removal(&rules).ends_with("nobody votes against it."));
        assert_eq!(part("7/12"), "7 in 12");
        assert_eq!((span(72), span(36), span(24)), ("3 days".to_owned(), "36 hours".to_owned(), "24 hours".to_owned()));
    }

    #[test]
    fn only_what_differs_is_told() {
        let old = RulesView::usual();
        assert!(changes(&old, &old).is_empty());
        let new = RulesView { sponsors: 2, statement: "We meet sober.".to_owned(), ..RulesView::usual() };
        let told = changes(&old, &new);
        assert_eq!(
            told.iter().map(|c| c.what).collect::<Vec<_>>(),
            ["Words for a newcomer", "The text that newcomers agree to"]
        );
        assert_eq!((told[1].before.as_str(), told[1].after.as_str()), ("None.", "We meet sober."));
    }

    #[test]
    fn what_the_node_would_refuse_is_said_before() {
        assert_eq!(problem(&RulesView::usual()), None);
        assert_eq!(problem(&RulesView { sponsors: 0, ..RulesView::usual() }).map(|p| p.0), Some("rule-sponsors"));
        let eleven = vec!["Why?".to_owned(); 11];
        assert_eq!(
            problem(&RulesView { questions: eleven, ..RulesView::usual() }).map(|p| p.0),
            Some("rule-question-0")
        );
        let blank = RulesView { questions: vec![" ".to_owned(), " Why? ".to_owned()], ..RulesView::usual() };
        assert_eq!(tidy(&blank).questions, ["Why?"]);
    }
}
