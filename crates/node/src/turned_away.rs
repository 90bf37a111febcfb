//! Who came with an invitation that could not be used: the members who would have let them in are told as well. Kept in
//! memory, and little of it: whoever has an old invitation can come as often, and under as many names, as they like.

use crate::clock;
use entry::{MemberId, Timestamp};
use std::collections::VecDeque;

/// So many are remembered by name; the oldest give way.
const MOST: usize = 8;

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

    /// What a member of the chapter should know, the latest first.
    pub(crate) fn notices(&self, chapter: &str) -> Vec<String> {
        let mut notices: Vec<String> = self.named.iter().rev().map(sentence).collect();
        let times = |n: u64| if n == 1 { "Once".to_owned() } else { format!("{n} times") };
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

fn sentence(came: &Came) -> String {
    let Came { member, handle, inviter, why, when } = came;
    let why = match why {
        Why::Expired => "that had expired",
        Why::Used => "that had been used up",
        Why::Unfit => "that does not hold for them any more",
    };
    format!(
        "Somebody called {handle} (six words: {}) wanted to join with an invitation by {inviter} {why}, last on {}. They \
         were told so, and are not in. If you know them, invite them anew.",
        keys::six_words(&member.0).join(" "),
        clock::text(*when)
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
        assert_eq!(notices.len(), MOST + 2);
        assert!(notices[0].contains("guest19") && notices[0].contains("expired"), "{}", notices[0]);
        assert!(notices[MOST].starts_with("3 times") && notices[MOST + 1].starts_with("Once"), "{notices:?}");
        list.came_in(&MemberId([19; 32]));
        assert!(list.notices("London")[0].contains("guest18"));
    }
}
