//! What devices say that they counted: when that is valid, how often, and which ballot makes the difference.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    Kind, View, Void,
    kinds::{Conduct, Counted, Question, counted::MAX_COUNTS},
    testing::{Chapter, story::ballot},
};
use entry::EntryId;
use vote::Method;

fn story() -> (Chapter, EntryId) {
    let mut chapter = Chapter::founded_by("rowan").with(["asha", "imre"]);
    let question = Question {
        key: "roof".into(),
        text: "Repair the roof?".into(),
        options: vec!["yes".into(), "no".into()],
        method: Method::SINGLE,
    };
    let draft = chapter.draft_poll_held("Roof", vec![question], Conduct::default());
    let poll = chapter.by("rowan").writes(&draft);
    for name in ["rowan", "asha"] {
        chapter.vote(name, poll, 1, &[Some(0)]);
    }
    (chapter, poll)
}

fn void(view: &View, entry: &EntryId) -> Option<Void> {
    view.item(entry).unwrap().void
}

fn counted(chapter: &Chapter, poll: EntryId) -> Kind {
    let outcome = chapter.view().outcome(&poll).unwrap();
    let result = outcome.hash();
    Kind::Counted(Counted { poll, result, ballots: Counted::marks(outcome.counted.into_values()) })
}

#[test]
fn each_device_says_what_it_counted_after_the_close_and_not_too_often() {
    let (mut chapter, poll) = story();
    let (kind, closes) = (counted(&chapter, poll), chapter.view().poll(&poll).unwrap().rules.closes);
    let early = chapter.by("asha").at(closes).writes(&kind);
    assert_eq!(void(&chapter.view(), &early), Some(Void::TooEarly));
    assert!(chapter.view().device_counts(&poll).is_empty());
    let all: Vec<EntryId> = (0..=MAX_COUNTS).map(|_| chapter.by("asha").at(closes.plus(1)).writes(&kind)).collect();
    let view = chapter.view();
    for id in &all[..MAX_COUNTS] {
        assert_eq!(void(&view, id), None);
    }
    assert_eq!(void(&view, &all[MAX_COUNTS]), Some(Void::CountedEnough));
    let counts = view.device_counts(&poll);
    assert_eq!((counts.len(), counts[0].times), (1, MAX_COUNTS));
    assert_eq!(counts[0].result, view.outcome(&poll).unwrap().hash());
    let nothing = Kind::Counted(Counted { poll: EntryId([7; 32]), result: [0; 32], ballots: vec![] });
    let unknown = chapter.by("imre").at(closes.plus(1)).writes(&nothing);
    assert_eq!(void(&chapter.view(), &unknown), Some(Void::UnknownTarget));
}

#[test]
fn who_counted_other_ballots_is_seen_by_their_marks() {
    let (mut chapter, poll) = story();
    let closes = chapter.view().poll(&poll).unwrap().rules.closes;
    let kind = counted(&chapter, poll);
    chapter.by("imre").at(closes.plus(1)).writes(&kind);
    // It was cast in time, and imre had not seen it.
    let late = chapter.by("imre").at(closes).writes(&ballot(poll, 1, &[Some(1)]));
    let view = chapter.view();
    let (own, counts) = (view.outcome(&poll).unwrap(), view.device_counts(&poll));
    let of = |entry: &EntryId| Counted::has(&counts[0].marks, entry);
    assert!(own.counted.values().filter(|entry| **entry != late).all(of));
    assert!(!of(&late));
}
