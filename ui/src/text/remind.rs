//! What is said outside of the window about votes and motions: that one is proposed, that one's own can be opened, that one
//! was opened, and that one closes within a day. Each once.

use super::{apostrophes, proposal, when::Local};
use crate::state::Route;
use api::{
    Id,
    people::MotionStage,
    proposal::ProposalStage,
    view::{FeedItem, PollState},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// With more than this at once, one sentence says how many there are.
const MOST: usize = 3;

/// What was said of a vote already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Said {
    opened: bool,
    closing: bool,
}

/// By the vote's entry. Votes that are over are forgotten.
pub(crate) type Told = BTreeMap<Id, Said>;

/// A few words for the desktop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) title: String,
    pub(crate) body: String,
    /// Where a click leads.
    pub(crate) to: Route,
}

/// A vote or a motion that can be voted on.
struct Open<'a> {
    word: &'static str,
    closes: &'a str,
    waiting: bool,
}

fn open(item: &FeedItem) -> Option<Open<'_>> {
    let poll = item.poll.as_ref().filter(|poll| poll.state == PollState::Open);
    let motion = item.motion.as_ref().filter(|motion| motion.stage == MotionStage::Open);
    poll.map(|poll| Open { word: "vote", closes: &poll.closes, waiting: poll.waiting }).or(motion.map(|motion| Open {
        word: "motion",
        closes: &motion.closes,
        waiting: motion.waiting,
    }))
}

/// What it is called outside; what the chapter or this member hid is not said there.
fn called(item: &FeedItem) -> String {
    match (item.hidden, item.blocked) {
        (true, _) => "Its text was hidden".to_owned(),
        (_, true) => format!("By {}, whom you hide", item.author),
        _ => apostrophes(item.title.trim_end_matches('.')),
    }
}

/// What is to be said now, and what will have been said then. `fresh`: the window has just been opened, and whoever did
/// that sees what is open; only what closes soon is said then.
pub(crate) fn remind(
    items: &[FeedItem],
    me: &str,
    told: &Told,
    fresh: bool,
    now: Local,
    local: impl Fn(&str) -> Option<Local>,
) -> (Vec<Notice>, Told) {
    let (mut notices, mut next) = (Vec::new(), Told::new());
    for item in items {
        if let Some(line) = item.proposal.as_ref().filter(|line| line.stage != ProposalStage::Opened) {
            let before = told.get(&item.entry).copied().unwrap_or_default();
            let ready = line.stage == ProposalStage::Ready && line.may_open;
            next.insert(item.entry.clone(), Said { opened: true, closing: before.closing || ready });
            let body = format!("{}. {}.", called(item), proposal::line(line, local(&line.opens), now));
            let say = |title: String| Notice { title, body, to: Route::Entry(item.entry.clone()) };
            if ready && !before.closing {
                notices.push(say(format!("Your vote can be opened in {}", item.chapter_name)));
            } else if !before.opened && !fresh && item.author_id != me {
                notices.push(say(format!("{} proposes a vote in {}", item.author, item.chapter_name)));
            }
            continue;
        }
        let Some(Open { word, closes, waiting }) = open(item) else { continue };
        let before = told.get(&item.entry).copied().unwrap_or_default();
        let closes = local(closes);
        let soon = closes.is_some_and(|closes| closes.soon(now));
        next.insert(item.entry.clone(), Said { opened: true, closing: before.closing || soon && waiting });
        if !waiting {
            continue;
        }
        let when = closes.map_or_else(String::new, |closes| format!(" {}.", closes.closes(now)));
        let say = |title: String, more: &str| Notice {
            title,
            body: format!("{}.{when}{more}", called(item)),
            to: Route::Entry(item.entry.clone()),
        };
        if soon && !before.closing {
            notices.push(say(format!("A {word} closes soon in {}", item.chapter_name), " You have not voted."));
        } else if !before.opened && !fresh {
            notices.push(say(format!("A {word} is open in {}", item.chapter_name), ""));
        }
    }
    if notices.len() > MOST {
        notices = vec![together(notices.len(), items)];
    }
    (notices, next)
}

/// Many at once. More may wait than there is news of.
fn together(news: usize, items: &[FeedItem]) -> Notice {
    let waiting: Vec<Open<'_>> = items.iter().filter_map(open).filter(|open| open.waiting).collect();
    let motions = waiting.iter().filter(|open| open.word == "motion").count();
    let word = |one: &'static str, n: usize| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    let what = match (waiting.len() - motions, motions) {
        (votes, 0) => word("vote", votes),
        (0, motions) => word("motion", motions),
        (votes, motions) => format!("{} and {}", word("vote", votes), word("motion", motions)),
    };
    let (body, to) = match waiting.len() {
        0 => ("They are on the page of votes.".to_owned(), Route::Votes),
        1 => (format!("{what} waits for you. It is on the front page."), Route::Home),
        _ => (format!("{what} wait for you. They are on the front page, those that close first above."), Route::Home),
    };
    let any = if items.iter().any(|item| item.motion.is_some()) { "votes and motions" } else { "votes" };
    Notice { title: format!("There is news of {news} {any}"), body, to }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use api::view::{PollLine, Share};

    fn utc(text: &str) -> Option<Local> {
        Local::parse(text, |_| 0)
    }

    fn vote(entry: &str, closes: &str, waiting: bool) -> FeedItem {
        let poll =
            PollLine { state: PollState::Open, closes: closes.to_owned(), roll: 5, voters: 1, waiting, outcome: None };
        FeedItem {
            entry: entry.to_owned(),
            chapter: "c".to_owned(),
            chapter_name: "London".to_owned(),
            kind: "poll".to_owned(),
            title: "The hall".to_owned(),
            author: "rowan".to_owned(),
            author_id: "r".to_owned(),
            time: "2026-12-01T10:00:00Z".to_owned(),
            excerpt: String::new(),
            comments: 0,
            share: Share { have: 1, of: 1 },
            poll: Some(poll),
            minutes: None,
            motion: None,
            proposal: None,
            blocked: false,
            early: false,
            hidden: false,
        }
    }

    fn at(now: &str, items: &[FeedItem], told: &Told, fresh: bool) -> (Vec<String>, Told) {
        let (notices, told) = remind(items, "me", told, fresh, utc(now).unwrap(), utc);
        (notices.into_iter().map(|n| format!("{}: {}", n.title, n.body)).collect(), told)
    }

    #[test]
    fn an_opened_vote_is_said_once_and_its_close_once() {
        let items = [vote("a", "2026-12-05T18:00:00Z", true)];
        let (said, told) = at("2026-12-01T10:00:00Z", &items, &Told::new(), false);
        assert_eq!(said, ["A vote is open in London: The hall. Closes Saturday, 18:00."]);
        let (said, told) = at("2026-12-01T10:01:00Z", &items, &told, false);
        assert!(said.is_empty());
        let (said, told) = at("2026-12-05T08:00:00Z", &items, &told, true);
        assert_eq!(said, ["A vote closes soon in London: The hall. Closes today, 18:00. You have not voted."]);
        assert!(at("2026-12-05T09:00:00Z", &items, &told, false).0.is_empty());
    }

    #[test]
    fn nothing_is_said_of_what_waits_for_nobody_or_was_there_when_the_window_opened() {
        let (said, told) = at("2026-12-01T10:00:00Z", &[vote("a", "2026-12-05T18:00:00Z", true)], &Told::new(), true);
        assert!(said.is_empty() && told.len() == 1);
        assert!(
            at("2026-12-01T10:00:00Z", &[vote("a", "2026-12-01T18:00:00Z", false)], &Told::new(), false).0.is_empty()
        );
        assert!(at("2026-12-01T10:00:00Z", &[], &told, false).1.is_empty());
    }

    #[test]
    fn a_proposal_is_said_to_the_others_and_to_its_proposer_when_it_can_be_opened() {
        let proposal = |stage, may_open, author: &str| FeedItem {
            poll: None,
            proposal: Some(api::proposal::ProposalLine {
                stage,
                may_open,
                opens: "2026-12-04T18:00:00Z".to_owned(),
                ..Default::default()
            }),
            author: "asha".to_owned(),
            author_id: author.to_owned(),
            ..vote("p", "", false)
        };
        let items = [proposal(ProposalStage::Standing, false, "a")];
        let (said, told) = at("2026-12-01T10:00:00Z", &items, &Told::new(), false);
        assert_eq!(said, ["asha proposes a vote in London: The hall. Open to objections until Friday, 18:00."]);
        assert!(at("2026-12-01T10:01:00Z", &items, &told, false).0.is_empty());
        let own = [proposal(ProposalStage::Standing, true, "me")];
        let (said, told) = at("2026-12-01T10:00:00Z", &own, &Told::new(), false);
        assert!(said.is_empty(), "nobody is told what they wrote");
        let (said, told) = at("2026-12-04T19:00:00Z", &[proposal(ProposalStage::Ready, true, "me")], &told, false);
        assert_eq!(said, ["Your vote can be opened in London: The hall. You can open it."]);
        assert!(at("2026-12-04T19:01:00Z", &[proposal(ProposalStage::Ready, true, "me")], &told, true).0.is_empty());
    }

    fn motion(entry: &str, closes: &str, waiting: bool) -> FeedItem {
        let line =
            api::view::MotionLine { stage: MotionStage::Open, closes: closes.to_owned(), roll: 5, voters: 1, waiting };
        FeedItem { poll: None, motion: Some(line), title: "Remove imre".to_owned(), ..vote(entry, closes, waiting) }
    }

    #[test]
    fn a_motion_that_waits_for_a_vote_is_said_like_one() {
        let items = [motion("m", "2026-12-05T18:00:00Z", true), motion("n", "2026-12-05T18:00:00Z", false)];
        let (said, told) = at("2026-12-01T10:00:00Z", &items, &Told::new(), false);
        assert_eq!(said, ["A motion is open in London: Remove imre. Closes Saturday, 18:00."]);
        let (said, told) = at("2026-12-05T08:00:00Z", &items, &told, false);
        assert_eq!(said, ["A motion closes soon in London: Remove imre. Closes today, 18:00. You have not voted."]);
        let mut over = items;
        over.iter_mut().filter_map(|item| item.motion.as_mut()).for_each(|line| line.stage = MotionStage::Passed);
        let (said, told) = at("2026-12-05T08:01:00Z", &over, &told, false);
        assert!(said.is_empty() && told.is_empty());
    }

    #[test]
    fn a_click_leads_to_what_was_said_and_nothing_hidden_is_said() {
        let hidden = FeedItem { hidden: true, title: String::new(), ..vote("a", "2026-12-05T18:00:00Z", true) };
        let blocked = FeedItem { blocked: true, ..motion("b", "2026-12-05T18:00:00Z", true) };
        let now = utc("2026-12-01T10:00:00Z").unwrap();
        let (notices, _) = remind(&[hidden, blocked], "me", &Told::new(), false, now, utc);
        assert_eq!(
            notices.iter().map(|notice| (notice.to.href(), notice.body.as_str())).collect::<Vec<_>>(),
            [
                ("#/entry/a".to_owned(), "Its text was hidden. Closes Saturday, 18:00."),
                ("#/entry/b".to_owned(), "By rowan, whom you hide. Closes Saturday, 18:00."),
            ]
        );
    }

    #[test]
    fn many_at_once_are_one() {
        let items = ["a", "b", "c", "d"].map(|entry| vote(entry, "2026-12-05T18:00:00Z", true));
        let (said, told) = at("2026-12-01T10:00:00Z", &items, &Told::new(), false);
        let rest = "votes wait for you. They are on the front page, those that close first above.";
        assert_eq!(said, [format!("There is news of 4 votes: 4 {rest}")]);
        // Five came later; the four wait still.
        let more = ["e", "f", "g", "h", "i"].map(|entry| vote(entry, "2026-12-06T18:00:00Z", true));
        let all: Vec<FeedItem> = items.into_iter().chain(more).collect();
        assert_eq!(at("2026-12-01T11:00:00Z", &all, &told, false).0, [format!("There is news of 5 votes: 9 {rest}")]);
        // Motions among them are counted as what they are.
        let mixed = ["x", "y"].map(|entry| motion(entry, "2026-12-06T18:00:00Z", true));
        let all: Vec<FeedItem> = all.into_iter().take(3).chain(mixed).collect();
        let rest = rest.trim_start_matches("votes ");
        assert_eq!(
            at("2026-12-01T11:00:00Z", &all, &Told::new(), false).0,
            [format!("There is news of 5 votes and motions: 3 votes and 2 motions {rest}")]
        );
    }
}
