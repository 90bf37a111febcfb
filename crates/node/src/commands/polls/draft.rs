//! A poll as somebody writes it, with its methods and settings. What does not fit is refused with the question's name and
//! with what would fit.

use super::{
    super::{part, resolve},
    distinct,
};
use crate::{
    clock,
    house::{Room, invalid},
};
use api::{
    PollDraft, Refusal,
    draft::{QuestionDraft, WeightDraft},
    poll::Method as Name,
};
use chapter::kinds::{
    Conduct, Observer, Poll, Question, Role, Secrecy, Span, Weight,
    conduct::MAX_TELLERS,
    method::has_positions,
    proposal::MAX_MINUTES,
    text::{tidy_line, tidy_text},
};
use entry::{MemberId, Timestamp};
use std::{collections::BTreeSet, num::IntErrorKind};
use vote::{
    Bar, Fraction, Method, Of, Reach,
    method::{Approval, Budget, Consensus, Consent, Runoff, Schulze, Score, Single, Stv},
};

/// The finest that a vote can be divided by weights.
const FINEST: u32 = 1000;

pub(super) fn poll(
    room: &Room,
    draft: &PollDraft,
    members: &BTreeSet<MemberId>,
    now: Timestamp,
) -> Result<Poll, Refusal> {
    let closes = span(draft)?.closes(now);
    if closes <= now {
        let (closes, now) = (clock::text(closes), clock::text(now));
        return Err(invalid(format!(
            "closes: {closes} is past, it is {now} now; choose a later time, or write open_for = \"3 days\" in its place"
        )));
    }
    let questions = draft.questions.iter().map(question).collect::<Result<Vec<_>, _>>()?;
    let keys: Vec<&str> = questions.iter().map(|question| question.key.as_str()).collect();
    if let Some((one, other)) = distinct::alike(&keys) {
        return Err(invalid(format!(
            "the keys {} and {} of two questions look the same; change one",
            quoted(one),
            quoted(other)
        )));
    }
    Ok(Poll {
        title: distinct::line(&draft.title),
        description: tidy_text(&draft.description),
        closes,
        questions,
        roll_count: 0,
        roll_hash: [0; 32],
        conduct: conduct(room, draft, members, closes)?,
        proposal: None,
    })
}

/// Until when it is open: `closes`, or `open_for`.
pub(super) fn span(draft: &PollDraft) -> Result<Span, Refusal> {
    match (draft.closes.trim(), draft.open_for.trim()) {
        ("", "") => {
            Err(invalid("say until when it is open: closes = \"2026-12-01T18:00:00Z\", or open_for = \"3 days\""))
        }
        (text, "") => clock::parse(text).map(|time| Span::Until { time }).map_err(|why| {
            let more = match text.len() {
                10 => ", with the time of day",
                19 => ", with Z behind it for UTC, or an offset like +01:00",
                _ => "",
            };
            invalid(format!("closes: {why}{more}"))
        }),
        ("", text) => match minutes(text) {
            Some(minutes) if minutes > MAX_MINUTES => Err(invalid(format!(
                "open_for: a poll can stand open for {} days at most, and \"{text}\" is more; take less, or write until when with \
                 `closes`",
                MAX_MINUTES / (24 * 60)
            ))),
            Some(minutes) => Ok(Span::For { minutes }),
            None => Err(invalid(format!(
                "open_for: \"{text}\" is no length of time; write it as 3 days, 36 hours, or 90 minutes"
            ))),
        },
        _ => Err(invalid("a poll has either `closes` or `open_for`; leave one of them out")),
    }
}

/// `3 days`, `2 weeks`.
fn minutes(text: &str) -> Option<u64> {
    let (number, unit) = text.split_once(' ')?;
    let unit = match unit.trim().trim_end_matches('s') {
        "minute" => 1,
        "hour" => 60,
        "day" => 24 * 60,
        "week" => 7 * 24 * 60,
        _ => return None,
    };
    let number: u64 = number.parse().ok()?;
    (number > 0).then(|| number.saturating_mul(unit))
}

/// In quotation marks, with what cannot be seen by its number: else the two would look the same here, too.
fn quoted(text: &str) -> String {
    let shown = |c: char| match c {
        ' '..='~' => c.to_string(),
        c => c.escape_unicode().to_string(),
    };
    if text.is_ascii() {
        format!("\"{text}\"")
    } else {
        format!("\"{text}\" ({})", text.chars().map(shown).collect::<String>())
    }
}

fn question(draft: &QuestionDraft) -> Result<Question, Refusal> {
    let key = draft.key.trim().to_owned();
    let options: Vec<String> = draft.options.iter().map(|option| tidy_line(option)).collect();
    let wrong = |why: String| invalid(format!("question \"{key}\": {why}"));
    if let Some(n) = options.iter().position(|option| !option.is_empty() && distinct::is_blank(option)) {
        return Err(wrong(format!(
            "its option {} shows nothing: all its characters are invisible; give it a name",
            n + 1
        )));
    }
    let names: Vec<&str> = options.iter().map(String::as_str).collect();
    if let Some((one, other)) = distinct::alike(&names) {
        return Err(wrong(format!(
            "its options {} and {} look the same, or nearly, and nobody could tell which of them a vote is for; change one, or leave it out",
            quoted(one),
            quoted(other)
        )));
    }
    let method = Settings { draft, wrong: &wrong }.method()?;
    if has_positions(&method) && !options.is_empty() {
        return Err(wrong(
            "consent and consensus have the same four positions everywhere; leave its options out".into(),
        ));
    }
    let question = Question { key: key.clone(), text: distinct::line(&draft.text), options, method };
    question.check().map_err(|bad| wrong(bad.to_string()))?;
    if question.method.rule().check(question.places()).is_err() {
        return Err(wrong(what_fits(&question.method, question.places())));
    }
    Ok(question)
}

/// What the settings of a method can be, for so many options.
fn what_fits(method: &Method, options: u16) -> String {
    let bar = "majority is a part of answers, cast or roll, like \"more than 1/2 of answers\"";
    match method {
        Method::Single(_) => {
            "majority is a part of answers, cast, roll, or for and against, like \"more than 1/2 of answers\"".into()
        }
        Method::Approval(_) => format!("max and seats are 1 to {options}; {bar}"),
        Method::Score(_) => format!("max is 1 to 1000, seats 1 to {options}; {bar}"),
        Method::Runoff(_) => bar.into(),
        Method::Stv(_) => format!("seats is 1 to {}", options.min(50)),
        Method::Consensus(_) => format!("{bar}; aside is a part of the answers, like \"1/4\""),
        Method::Budget(_) => format!("dots is 1 to 1000, max 1 to the dots, seats 1 to {options}"),
        Method::Schulze(_) | Method::Consent(_) => "it has no settings".into(),
    }
}

/// The settings of one question.
struct Settings<'a> {
    draft: &'a QuestionDraft,
    wrong: &'a dyn Fn(String) -> Refusal,
}

impl Settings<'_> {
    fn method(&self) -> Result<Method, Refusal> {
        let draft = self.draft;
        let takes: &[&str] = match draft.method {
            Name::Single | Name::InstantRunoff => &["majority"],
            Name::Approval | Name::Score => &["max", "seats", "majority"],
            Name::Stv => &["seats"],
            Name::Schulze | Name::Consent => &[],
            Name::Consensus => &["majority", "aside", "overruled"],
            Name::Budget => &["dots", "max", "seats"],
        };
        let given = [
            ("seats", draft.seats.is_some()),
            ("max", draft.max.is_some()),
            ("dots", draft.dots.is_some()),
            ("majority", draft.majority.is_some()),
            ("aside", draft.aside.is_some()),
            ("overruled", draft.overruled.is_some()),
        ];
        if let Some((name, _)) = given.iter().find(|(name, given)| *given && !takes.contains(name)) {
            let takes = if takes.is_empty() { "no settings".into() } else { takes.join(", ") };
            return Err((self.wrong)(format!("its method has no setting `{name}`; it has {takes}")));
        }
        let needs = |name: &str, value: Option<u16>| {
            value.ok_or_else(|| (self.wrong)(format!("its method needs `{name}`, a whole number")))
        };
        let bar = draft.majority.as_deref().map(|text| self.bar(text)).transpose()?;
        let all = u16::try_from(draft.options.len()).unwrap_or(u16::MAX);
        Ok(match draft.method {
            Name::Single => Method::Single(Single { bar }),
            Name::Approval => {
                Method::Approval(Approval { max: draft.max.unwrap_or(all), seats: draft.seats.unwrap_or(1), bar })
            }
            Name::Score => Method::Score(Score { max: needs("max", draft.max)?, seats: draft.seats.unwrap_or(1), bar }),
            Name::InstantRunoff => Method::Runoff(Runoff { bar }),
            Name::Schulze => Method::Schulze(Schulze),
            Name::Stv => Method::Stv(Stv { seats: needs("seats", draft.seats)? }),
            Name::Consent => Method::Consent(Consent),
            Name::Consensus => {
                let needs = "its method needs `majority`: what those who agree have to come to, like \"at least 3/4\"";
                let agree = bar.ok_or_else(|| (self.wrong)(needs.into()))?;
                let aside = draft
                    .aside
                    .as_deref()
                    .map(|text| part(text).ok_or_else(|| (self.wrong)(format!("aside: {}", part::like(text)))));
                let overruled = draft.overruled.unwrap_or(0);
                Method::Consensus(Consensus { agree, aside: aside.transpose()?, overruled })
            }
            Name::Budget => {
                let dots = needs("dots", draft.dots)?;
                Method::Budget(Budget { dots, max: draft.max.unwrap_or(dots), seats: draft.seats })
            }
        })
    }

    /// `1/2`, `at least 2/3`, `more than 1/2 of roll`.
    fn bar(&self, text: &str) -> Result<Bar, Refusal> {
        let wrong = || {
            (self.wrong)(format!(
                "majority: \"{text}\" is none; write it like \"more than 1/2\" or \"at least 2/3 of roll\"; instead of \
                 roll there are answers, cast, and for and against"
            ))
        };
        let (share, of) = text.split_once(" of ").unwrap_or((text, "answers"));
        let of = match of.trim().trim_start_matches("the ") {
            "answers" => Of::Answers,
            "cast" | "votes cast" => Of::Cast,
            "roll" => Of::Roll,
            "for and against" => Of::ForAndAgainst,
            _ => return Err(wrong()),
        };
        let share = share.trim();
        let (reach, share) = match (share.strip_prefix("at least "), share.strip_prefix("more than ")) {
            (Some(share), _) => (Reach::AtLeast, share),
            (None, share_) => (Reach::MoreThan, share_.unwrap_or(share)),
        };
        Ok(Bar { share: part(share).ok_or_else(wrong)?, reach, of })
    }
}

/// `2/3`, `50%`.
fn part(text: &str) -> Option<Fraction> {
    let (part, whole) = part::read(text)?;
    let fraction = Fraction { part: part.try_into().ok()?, whole: whole.try_into().ok()? };
    Some(fraction).filter(|fraction| fraction.is_fraction())
}

fn conduct(
    room: &Room,
    draft: &PollDraft,
    members: &BTreeSet<MemberId>,
    closes: Timestamp,
) -> Result<Conduct, Refusal> {
    let quorum = draft.quorum.as_deref().map(|text| {
        part(text)
            .ok_or_else(|| invalid(format!("quorum, the part of the roll that has to vote: {}", part::like(text))))
    });
    let mut read = Vec::new();
    for weight in &draft.weights {
        read.push((weight, amount(weight)?));
    }
    let per_vote = read.iter().fold(1, |all, (_, (_, per))| lcm(all, *per));
    if per_vote > FINEST {
        let message =
            format!("the weights cannot be written as whole parts of a vote of at most {FINEST} parts; round them");
        return Err(invalid(message));
    }
    let mut named = BTreeSet::new();
    let mut somebody = |name: &str| {
        let member = resolve::member(room, name)?;
        if !members.contains(&member) {
            return Err(invalid(format!("{name} is no member now, and has no vote in any case")));
        }
        if !named.insert(member) {
            return Err(invalid(format!("{name} is named twice: a member has one weight, or observes")));
        }
        Ok(member)
    };
    let mut weights = Vec::new();
    for (weight, (number, per)) in read {
        let parts = number.checked_mul(per_vote / per).ok_or_else(|| too_heavy(weight))?;
        weights.push(Weight { member: somebody(&weight.member)?, parts, why: distinct::line(&weight.reason) });
    }
    weights.sort_by_key(|weight| weight.member);
    let mut observers = Vec::new();
    for observer in &draft.observers {
        observers.push(Observer { member: somebody(&observer.member)?, why: distinct::line(&observer.reason) });
    }
    observers.sort_by_key(|observer| observer.member);
    Ok(Conduct {
        secrecy: secrecy(draft)?,
        tellers: tellers(room, draft, closes)?,
        quorum: quorum.transpose()?,
        delegation: draft.delegation,
        per_vote,
        weights,
        observers,
    })
}

fn secrecy(draft: &PollDraft) -> Result<Secrecy, Refusal> {
    use api::poll::Secrecy as Name;
    match (draft.secrecy, draft.apart) {
        (Name::Open, false) => Ok(Secrecy::Open),
        (Name::Hidden, false) => Ok(Secrecy::Hidden),
        (Name::Secret, false) => Ok(Secrecy::Secret),
        (Name::Secret, true) if draft.questions.len() >= 2 => Ok(Secrecy::Apart),
        (Name::Secret, true) => Err(invalid(
            "apart: there are no two questions whose answers could be kept apart; leave it out, or ask one more",
        )),
        (Name::Open | Name::Hidden, true) => Err(invalid(
            "apart: answers are kept apart in a secret vote only, because elsewhere everybody sees who gave them; write secrecy = \
             \"secret\", too, or leave it out",
        )),
    }
}

/// Who closes it: those whom it names; else all who have the task for that long. The chapter gave it to them by a vote, so
/// nobody who opens a poll has to think of it, and nobody can choose a friend.
fn tellers(room: &Room, draft: &PollDraft, closes: Timestamp) -> Result<Vec<MemberId>, Refusal> {
    let tasks = room.view.tasks();
    let serving: BTreeSet<MemberId> =
        tasks.iter().filter(|task| task.role == Role::Teller && task.until >= closes).map(|task| task.member).collect();
    let Some(named) = &draft.tellers else { return Ok(serving.into_iter().take(MAX_TELLERS).collect()) };
    let mut tellers = BTreeSet::new();
    for name in named {
        let member = resolve::member(room, name)?;
        if !serving.contains(&member) {
            return Err(invalid(format!(
                "{name} has not the task of a teller until this poll closes: a chapter gives it by a motion (chapterhouse \
                 task give CHAPTER teller {name}). Leave `tellers` out, and all who have it close the poll"
            )));
        }
        tellers.insert(member);
    }
    if tellers.len() > MAX_TELLERS {
        return Err(invalid(format!("a poll has at most {MAX_TELLERS} tellers")));
    }
    Ok(tellers.into_iter().collect())
}

fn too_heavy(weight: &WeightDraft) -> Refusal {
    invalid(format!("the weight of {}: {} is too much for one member; take less", weight.member, weight.weight.trim()))
}

/// `2`, `3/2` or `1.5`: a number of parts, and how many parts one vote has.
fn amount(weight: &WeightDraft) -> Result<(u32, u32), Refusal> {
    let text = weight.weight.trim();
    let read = || {
        if let Some((number, per)) = text.split_once('/') {
            return Some((number.trim().parse().ok()?, per.trim().parse().ok()?));
        }
        if let Some((whole, decimals)) = text.split_once('.') {
            let per = 10_u32.checked_pow(u32::try_from(decimals.len()).ok()?)?;
            let (whole, decimals): (u32, u32) = (whole.parse().ok()?, decimals.parse().ok()?);
            return Some((whole.checked_mul(per)?.checked_add(decimals)?, per));
        }
        Some((text.parse().ok()?, 1))
    };
    let wrong = || {
        let name = &weight.member;
        let whole = text.split(['/', '.']).next().unwrap_or_default().trim();
        match whole.parse::<u32>() {
            Err(error) if *error.kind() == IntErrorKind::PosOverflow => too_heavy(weight),
            _ => {
                invalid(format!("the weight of {name}: \"{text}\" is no number of votes; write it like 2, 3/2 or 1.5"))
            }
        }
    };
    let (number, per) = read().filter(|(number, per)| *number > 0 && (1..=FINEST).contains(per)).ok_or_else(wrong)?;
    let common = gcd(number, per);
    Ok((number / common, per / common))
}

/// The greatest number that divides both.
pub(super) const fn gcd(mut one: u32, mut other: u32) -> u32 {
    while other > 0 {
        (one, other) = (other, one % other);
    }
    one
}

/// Of numbers of at most a thousand each; what is more than that is refused by the caller.
const fn lcm(one: u32, other: u32) -> u32 {
    if one > FINEST { one } else { one / gcd(one, other) * other }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn draft(method: Name) -> QuestionDraft {
        let options = ["a", "b", "c"].map(str::to_owned).to_vec();
        QuestionDraft { key: "room".into(), text: "Which?".into(), options, method, ..QuestionDraft::default() }
    }

    fn bar(text: &str) -> Result<Bar, Refusal> {
        let wrong = |why: String| invalid(why);
        Settings { draft: &draft(Name::Single), wrong: &wrong }.bar(text)
    }

    #[test]
    fn majorities_are_read_as_they_are_said() {
        let two_thirds = Fraction { part: 2, whole: 3 };
        assert_eq!(bar("1/2"), Ok(Bar::MAJORITY));
        assert_eq!(bar("more than 1/2 of the answers"), Ok(Bar::MAJORITY));
        assert_eq!(bar("at least 2/3 of roll"), Ok(Bar { share: two_thirds, reach: Reach::AtLeast, of: Of::Roll }));
        assert_eq!(bar("2/3 of for and against").unwrap().of, Of::ForAndAgainst);
        for wrong in ["", "half", "3/2", "1/2 of whom", "at least", "0/2"] {
            assert!(bar(wrong).unwrap_err().message.contains("at least 2/3"), "{wrong}");
        }
    }

    #[test]
    fn what_shows_nothing_is_left_out() {
        let nothing = QuestionDraft { text: "\u{200b} \u{ad}".into(), ..draft(Name::Single) };
        let refused = question(&nothing).unwrap_err().message;
        assert_eq!(refused, "question \"room\": a question is empty");
        assert_eq!(distinct::line(" Which\u{a0}hall?\n"), "Which hall?");
    }

    #[test]
    fn a_setting_that_means_nothing_is_refused_with_what_would_fit() {
        let message = |draft: QuestionDraft| question(&draft).unwrap_err().message;
        let wrong = message(QuestionDraft { seats: Some(2), ..draft(Name::Single) });
        assert!(wrong.contains("\"room\"") && wrong.contains("`seats`") && wrong.contains("majority"), "{wrong}");
        assert!(message(draft(Name::Stv)).contains("needs `seats`"));
        assert!(message(QuestionDraft { seats: Some(4), ..draft(Name::Stv) }).contains("seats is 1 to 3"));
        assert!(message(draft(Name::Consent)).contains("leave its options out"));
        let none = QuestionDraft { options: vec![], ..draft(Name::Consent) };
        assert_eq!(question(&none).unwrap().method, Method::Consent(Consent));
        let positions = QuestionDraft { options: vec![], ..draft(Name::Consensus) };
        assert!(message(positions).contains("at least 3/4"));
        let against = QuestionDraft { majority: Some("1/2 of for and against".into()), ..draft(Name::Approval) };
        assert!(message(against).contains("majority is a part"));
        let against = QuestionDraft { majority: Some("2/3 of for and against".into()), ..draft(Name::Consensus) };
        let told = message(QuestionDraft { options: vec![], ..against });
        assert!(told.starts_with("question \"room\": majority is a part of answers, cast or roll"), "{told}");
        // Whatever else is wrong with one of several questions, too.
        let few = QuestionDraft { options: vec!["a".into()], ..draft(Name::Single) };
        let strange = QuestionDraft { key: "Room 1".into(), ..draft(Name::Single) };
        for (draft, told) in
            [(few, "question \"room\": a question needs"), (strange, "question \"Room 1\": a question's")]
        {
            assert!(message(draft.clone()).starts_with(told), "{}", message(draft));
        }
    }

    #[test]
    fn options_that_look_the_same_are_refused_with_both() {
        let with = |options: [&str; 2]| QuestionDraft {
            options: options.map(str::to_owned).to_vec(),
            ..draft(Name::Approval)
        };
        let message = |options| question(&with(options)).unwrap_err().message;
        let same = message(["a", "a\u{200b}"]);
        assert!(same.contains("\"room\"") && same.contains("\"a\"") && same.contains("a\\u{200b}"), "{same}");
        assert!(message(["é", "e\u{301}"]).contains("look the same, or nearly"));
        assert!(message(["a", "\u{200b}"]).contains("option 2 shows nothing"));
        assert!(question(&with(["O", "0"])).is_ok());
    }

    #[test]
    fn until_when_it_is_open_is_a_moment_or_a_length() {
        let read = |closes: &str, open_for: &str| {
            span(&PollDraft { closes: closes.into(), open_for: open_for.into(), ..PollDraft::default() })
        };
        assert_eq!(read("", "3 days"), Ok(Span::For { minutes: 3 * 24 * 60 }));
        assert_eq!(read("", "1 hour"), Ok(Span::For { minutes: 60 }));
        assert!(matches!(read("2026-12-01T18:00:00Z", ""), Ok(Span::Until { .. })));
        for (closes, open_for) in [
            ("", ""),
            ("tomorrow", ""),
            ("", "soon"),
            ("", "0 days"),
            ("", "3 moons"),
            ("2026-12-01T18:00:00Z", "1 day"),
        ] {
            assert!(read(closes, open_for).is_err(), "{closes} {open_for}");
        }
        assert!(read("", "366 days").is_ok());
        for long in ["367 days", "1000000 weeks", "18446744073709551615 weeks"] {
            assert!(read("", long).unwrap_err().message.contains("366 days at most"), "{long}");
        }
    }

    #[test]
    fn a_part_is_written_with_a_slash_or_in_percent() {
        let half = Fraction { part: 1, whole: 2 };
        for text in ["1/2", "50%", "0.5"] {
            assert_eq!(part(text), Some(half), "{text}");
        }
        assert_eq!(bar("more than 50% of roll").unwrap().share, half);
        // Nobody knows whether it is one member or all of them.
        assert_eq!((part("1"), part("10"), part("150%"), part("33.33%")), (None, None, None, None));
    }

    #[test]
    fn weights_are_whole_parts_of_a_vote() {
        let read = |text: &str| amount(&WeightDraft { weight: text.into(), ..WeightDraft::default() });
        for (text, expected) in [("2", (2, 1)), ("3/2", (3, 2)), ("1.5", (3, 2)), ("0.05", (1, 20)), ("4/2", (2, 1))] {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
        for wrong in ["", "0", "-1", "1/0", "1.", "1/1001", "x", "1e3", "99999999999"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        for much in ["99999999999999999999", "4294967296", "99999999999999999999/2", "99999999999999999999.5"] {
            let told = read(much).unwrap_err().message;
            assert!(told.contains(&format!("{much} is too much for one member")), "{told}");
        }
        assert_eq!(lcm(lcm(4, 6), 10), 60);
    }
}
