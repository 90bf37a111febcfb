//! Who came with an invitation that could not be used: the members who would have let them in are told as well. Kept in
//! memory, and little of it: whoever has an old invitation can come as often, and under as many names, as they like.

use crate::clock;
use entry::{MemberId, Timestamp};
use std::collections::VecDeque;

/// So many are remembered by name; the oldest give way.
const MOST: usize = 8;
/// So many of one notice are named.
const NAMED: usize = 3;

/// Why an invitation could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Its time is over.
    Expired,
    /// As many people as it is for have joined by it.
    Used,
    /// The chapter made it, and it fits this newcomer no more.
    Unfit,
}

impl Why {
    const fn words(self) -> &'static str {
        match self {
            Self::Expired => "that had expired",
            Self::Used => "that had been used up",
            Self::Unfit => "that does not hold for them any more",
        }
    }
}

struct Came {
    member: MemberId,
    handle: String,
    inviter: String,
    why: Why,
    when: Timestamp,
}

/// Those who were turned away from one chapter since the program started.
#[derive(Default)]
pub(crate) struct TurnedAway {
    named: VecDeque<Came>,
    /// How often one of them gave way.
    gone: u64,
    /// Requests with an invitation that nobody here has heard of. They name nobody: anybody can make one.
    unknown: u64,
    /// Requests that were not signed as they should be.
    forged: u64,
}

impl TurnedAway {
    /// Somebody had an invitation of this chapter's.
    pub(crate) fn named(&mut self, member: MemberId, handle: &str, inviter: &str, why: Why, when: Timestamp) {
        self.named.retain(|came| came.member != member);
        while self.named.len() >= MOST {
            self.named.pop_front();
            self.gone += 1;
        }
        let (handle, inviter) = (handle.to_owned(), inviter.to_owned());
        self.named.push_back(Came { member, handle, inviter, why, when });
    }

    /// Somebody had one that is not known.
    pub(crate) fn unknown(&mut self) {
        self.unknown += 1;
    }

    /// Somebody sent something that is signed by nobody who could.
    pub(crate) fn forged(&mut self) {
        self.forged += 1;
    }

    /// Somebody got in after all.
    pub(crate) fn came_in(&mut self, member: &MemberId) {
        self.named.retain(|came| came.member != *member);
    }

    /// What a member of the chapter should know, the latest first. Those who came with invitations of one member's, and
    /// were turned away for the same reason, are one notice: a flood of them would hide what else there is.
    pub(crate) fn notices(&self, chapter: &str) -> Vec<String> {
        let mut groups: Vec<Vec<&Came>> = Vec::new();
        for came in self.named.iter().rev() {
            let alike = |group: &&mut Vec<&Came>| group[0].why == came.why && group[0].inviter == came.inviter;
            match groups.iter_mut().find(alike) {
                Some(group) => group.push(came),
                None => groups.push(vec![came]),
            }
        }
        let mut notices: Vec<String> = groups.iter().map(|group| sentence(group)).collect();
        if let Some(last) = notices.last_mut().filter(|_| self.gone > 0) {
            last.push_str(&format!(" Before that others came, {} since this program started.", times_of(self.gone)));
        }
        let times = |n: u64| if n == 1 { "Once".to_owned() } else { times_of(n) };
        if self.unknown > 0 {
            notices.push(format!(
                "{} somebody wanted to join {chapter} with an invitation that is not known here. Either whoever made it \
                 has not been connected since, or nobody of the chapter made it. Nobody was let in by it.",
                times(self.unknown)
            ));
        }
        if self.forged > 0 {
            notices.push(format!(
                "{} a request to join {chapter} came that was altered or forged. Nobody was let in by it.",
                times(self.forged)
            ));
        }
        notices
    }
}

fn times_of(n: u64) -> String {
    if n == 1 { "once".to_owned() } else { format!("{n} times") }
}

/// About one, or several who are alike; the latest of them first.
fn sentence(group: &[&Came]) -> String {
    let Some(Came { member, handle, inviter, why, when }) = group.first() else { return String::new() };
    let (why, when) = (why.words(), clock::text(*when));
    if let [_] = group {
        return format!(
            "Somebody called {handle} (six words: {}) wanted to join with an invitation by {inviter} {why}, last on {when}. \
             They were told so, and are not in. If you know them, invite them anew.",
            keys::six_words(&member.0).join(" "),
        );
    }
    let names: Vec<&str> = group.iter().take(NAMED).map(|came| came.handle.as_str()).collect();
    let more = match group.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "{} people, called {}{more}, wanted to join with an invitation by {inviter} {why}, last on {when}. They were told \
         so, and are not in. If you know one of them, invite them anew.",
        group.len(),
        names.join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_stays_short_and_whoever_comes_again_is_told_once() {
        let mut list = TurnedAway::default();
        for n in 0..20 {
            let handle = format!("guest{n}");
            list.named(MemberId([n; 32]), &handle, "rowan", Why::Used, Timestamp(1_795_456_800_000));
            list.named(MemberId([n; 32]), &handle, "rowan", Why::Expired, Timestamp(1_795_456_800_000));
        }
        (0..3).for_each(|_| list.unknown());
        list.forged();
        let notices = list.notices("London");
        assert_eq!(notices.len(), 3, "alike ones are one: {notices:?}");
        let flood = "8 people, called guest19, guest18, guest17 and 5 more, wanted to join with an invitation by rowan that had expired";
        assert!(notices[0].starts_with(flood) && notices[0].contains("12 times"), "{}", notices[0]);
        assert!(notices[1].starts_with("3 times") && notices[2].starts_with("Once"), "{notices:?}");
        list.came_in(&MemberId([19; 32]));
        assert!(list.notices("London")[0].starts_with("7 people, called guest18"));
        // Whoever came for another reason, or with another's invitation, is told of apart.
        list.named(MemberId([30; 32]), "noor", "asha", Why::Expired, Timestamp(1_795_456_800_000));
        let notices = list.notices("London");
        assert!(notices[0].starts_with("Somebody called noor (six words: ") && notices.len() == 4, "{notices:?}");
    }
}
