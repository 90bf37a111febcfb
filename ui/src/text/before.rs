//! What is said before something is done that cannot be taken back: what happens, what stays, what is for good.

use super::{capital, list, rules::number};
use api::people::Role;

/// One sentence or two of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Point {
    /// What happens, to whom.
    Happens(String),
    /// What stays as it is.
    Stays(String),
    /// What cannot be undone.
    Forever(String),
}

use Point::{Forever, Happens, Stays};

/// Before leaving a chapter.
pub(crate) fn leave(chapter: &str, members: usize, owed: &[String]) -> Vec<Point> {
    let back = if members <= 1 {
        format!("You are the only member of {chapter}. After you nobody is left who could let anybody in.")
    } else {
        "You cannot take it back. The way in again is a new invitation, like everybody’s first one.".to_owned()
    };
    let mut points = vec![
        Happens(format!(
            "You and all your devices stop being members of {chapter}, at once. The others see that you left. Nothing that they write from then on comes to you."
        )),
        Stays(
            "What you wrote stays with the others, under your name. What is on this computer now you can go on reading."
                .to_owned(),
        ),
        Forever(back),
    ];
    if members > 1 && !owed.is_empty() {
        points.push(Forever(format!(
            "Only your devices can open {}, which is then never counted. They give the key by themselves once that vote is over: leave after that.",
            owed.join(", ")
        )));
    }
    points
}

/// Before a removal is moved.
pub(crate) fn remove(who: &str, chapter: &str) -> Vec<Point> {
    vec![
        Happens(format!(
            "This asks the members of {chapter}. Nothing changes unless enough of them vote for it; {who} has no vote. If it passes, {who} is out with all devices, and {chapter} goes on under a new key that they do not have."
        )),
        Stays(format!("What {who} wrote stays, and counts as far as the members had seen it.")),
        Forever(format!(
            "What {who} has read, they have: nothing can be fetched back from their computers. The way in again is a new invitation."
        )),
    ]
}

/// Before a text is moved to be hidden.
pub(crate) fn hide(author: &str, chapter: &str) -> Vec<Point> {
    vec![
        Happens(format!(
            "This asks the members of {chapter}. If enough of them vote for it, the text is erased from every member’s computer as soon as it hears of it."
        )),
        Stays(format!("Its place, {author}’s name and your reason stay to be seen, and so do the replies.")),
        Forever("Nobody can bring the text back. Whoever copied it elsewhere still has it.".to_owned()),
    ]
}

/// Before a device is revoked. `all` says whether everything that it wrote counts.
pub(crate) fn revoke(name: &str, chapters: &[String], all: bool) -> Vec<Point> {
    let of = match chapters {
        [] => "your chapters".to_owned(),
        some => list(some),
    };
    let counts = if all {
        "What it wrote until now counts."
    } else {
        "What it wrote until the moment that you choose counts; what it wrote later does not, except for votes in a result that is final."
    };
    vec![
        Happens(format!(
            "{name} is no longer yours in {of}. Members’ computers take nothing more from it and give it nothing new, and the chapters go on under new keys."
        )),
        Stays(format!("You stay a member, with your other devices. {counts}")),
        Forever(
            "It cannot be taken back, and it erases nothing on that device. If you find it again, add it as a new one. A thief who can open it could still revoke your other devices in turn; then you come back with your 24 words and an invitation."
                .to_owned(),
        ),
    ]
}

/// Before a member is blocked.
pub(crate) fn block(who: &str) -> Vec<Point> {
    vec![
        Happens(format!(
            "What {who} writes, and wrote, is folded away on this computer. You can still open each thing."
        )),
        Stays(format!(
            "It is yours alone: nobody is told, {who} stays a member and can read what you write, and their votes count. You can undo it at any time."
        )),
    ]
}

/// Before a task is given.
pub(crate) fn give(who: &str, role: Role) -> Vec<Point> {
    vec![
        Happens(format!(
            "This asks the members. If enough of them vote for it, {who} is {} until that day. Whoever has this task {}.",
            task(role),
            duty(role)
        )),
        Stays("A task is no rank. It gives no vote more, and the members can take it back at any time.".to_owned()),
    ]
}

/// Before a task is taken back.
pub(crate) fn recall(who: &str, role: Role) -> Vec<Point> {
    let mut points = vec![
        Happens(format!("This asks the members. If enough of them vote for it, {who} is not {} any more.", task(role))),
        Stays(format!("{who} stays a member, and what they did in the task stays as it is.")),
    ];
    if role == Role::Teller {
        points.push(Stays(format!(
            "Votes that are hidden until the close and sealed for {who} open with {who}’s key only. Whoever takes the place cannot open them. \
             They wait for {who}; where the others opened a vote already, they are lost. The motion names them."
        )));
    }
    points
}

/// Before a new key is begun.
pub(crate) fn rotate(chapter: &str) -> Vec<Point> {
    vec![
        Happens(format!(
            "{chapter} goes on under a new key, which all members’ devices get. Do it if somebody may have got hold of the old one."
        )),
        Stays("What was written under the old key stays readable to whoever has that key.".to_owned()),
    ]
}

/// Before one gives one's word: how many were given, how many are needed.
pub(crate) fn sponsor(who: &str, have: usize, need: u32) -> Vec<Point> {
    let after = u32::try_from(have).unwrap_or(u32::MAX).saturating_add(1);
    let then = if after >= need {
        format!("It is the last one needed: {who} becomes a member with it.")
    } else {
        let left = need - after;
        format!("{} more {} needed after it.", capital(&number(left)), if left == 1 { "is" } else { "are" })
    };
    vec![
        Happens(format!("Everybody in the chapter sees that you give your word for {who}. {then}")),
        Forever("A word that was given cannot be taken back.".to_owned()),
    ]
}

/// A task's name.
pub(crate) fn task(role: Role) -> &'static str {
    match role {
        Role::Facilitator => "facilitator",
        Role::NoteTaker => "note-taker",
        Role::Teller => "teller",
        Role::Delegate => "delegate",
    }
}

/// What whoever has it does.
pub(crate) fn duty(role: Role) -> &'static str {
    match role {
        Role::Facilitator => "leads meetings",
        Role::NoteTaker => "writes the minutes",
        Role::Teller => "confirms which votes were cast, and when voting was over",
        Role::Delegate => "speaks for the chapter elsewhere",
    }
}

/// How somebody's membership ended.
pub(crate) fn ended(how: &str) -> &'static str {
    match how {
        "left" => "left",
        "removed" => "removed by decision",
        "revoked" => "all devices revoked",
        "uprooted" => "whoever brought them in was no member any more",
        _ => "no member any more",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    #[test]
    fn whoever_gives_the_last_word_is_told_that_it_admits() {
        let told = |have, need| match sponsor("fern", have, need).remove(0) {
            Happens(words) => words,
            other => panic!("{other:?}"),
        };
        assert!(told(1, 2).ends_with("fern becomes a member with it."));
        assert!(told(0, 3).ends_with("Two more are needed after it."));
        assert!(told(1, 3).ends_with("One more is needed after it."));
    }

    #[test]
    fn what_is_for_good_is_said() {
        let forever = |points: &[Point]| points.iter().any(|p| matches!(p, Forever(_)));
        assert!(
            forever(&leave("London", 4, &[])) && forever(&remove("imre", "London")) && forever(&hide("imre", "London"))
        );
        assert!(forever(&revoke("Grey laptop", &[], true)));
        // Blocking is not.
        assert!(!forever(&block("imre")));
        let owed = leave("London", 4, &["2 votes in “Roof”".to_owned()]);
        assert!(matches!(owed.last(), Some(Forever(words)) if words.contains("2 votes in “Roof”")));
        assert!(matches!(&leave("London", 1, &[])[2], Forever(words) if words.contains("only member")));
    }
}
