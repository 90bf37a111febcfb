//! Text that is not here: hidden by decision and dropped since, or from before a member joined. Whoever has it and whoever
//! has not come to the same about everything else.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    Kind, View,
    kinds::{Measure, number},
    testing::{Chapter, people::member, settled, story::comment},
};
use entry::EntryId;
use std::collections::BTreeSet;

fn five() -> Chapter {
    Chapter::founded_by("rowan").with(["asha", "imre", "noor", "tomas"])
}

/// What somebody sees who has everything but these texts.
fn without(chapter: &Chapter, gone: &[EntryId]) -> View {
    let mut view = View::new(chapter.id());
    for entry in chapter.entries() {
        let mut entry = entry.clone();
        if gone.contains(&entry.id()) {
            entry.drop_body();
        }
        view.apply(&entry, chapter.graph());
    }
    view
}

fn hide(chapter: &mut Chapter, entry: EntryId, on: Option<EntryId>) -> EntryId {
    chapter.decide(Measure::Hide { entry, on }, &["rowan", "asha", "imre"])
}

#[test]
fn what_is_hidden_stays_hidden_when_its_text_is_gone() {
    let mut chapter = five();
    let insult = chapter.post("tomas", "An insult");
    let reply = chapter.comment("tomas", insult, "And another one.");
    let talk = chapter.comment("noor", reply, "Please.");
    let hidden = hide(&mut chapter, insult, None);
    let reply_hidden = hide(&mut chapter, reply, Some(insult));
    let later = chapter.comment("asha", reply, "I agree with noor.");
    let (all, gone) = (settled(&chapter), without(&chapter, &[insult, reply]));
    for view in [&all, &gone] {
        assert_eq!(view.hidden(&insult), Some(hidden));
        assert_eq!(view.hidden(&reply), Some(reply_hidden));
        for entry in [insult, reply, talk, later] {
            assert_eq!(view.counted(&entry), Ok(()));
        }
        assert!(view.items(None, None).any(|item| item.id == insult), "its place remains");
    }
    assert_eq!(all.state_hash(), gone.state_hash());
}

#[test]
fn whether_something_can_be_hidden_does_not_depend_on_its_text() {
    // Rubbish, and an answer to nothing: who cannot read them does not know that.
    let mut chapter = five();
    let rubbish = chapter.by("tomas").writes_raw(number::POST, vec![0, 0x80]).unwrap();
    let nowhere = chapter.by("tomas").writes(&comment(EntryId([7; 32]), "To nothing."));
    let hidden = hide(&mut chapter, rubbish, None);
    let nowhere_hidden = hide(&mut chapter, nowhere, Some(EntryId([7; 32])));
    let (all, gone) = (settled(&chapter), without(&chapter, &[rubbish, nowhere]));
    for view in [&all, &gone] {
        assert_eq!((view.hidden(&rubbish), view.hidden(&nowhere)), (Some(hidden), Some(nowhere_hidden)));
    }
    assert_eq!(all.state_hash(), gone.state_hash());
}

#[test]
fn what_a_newcomer_cannot_read_changes_nothing_that_is_decided() {
    let mut chapter = five();
    let post = chapter.post("tomas", "From before");
    let rubbish = chapter.by("tomas").writes_raw(number::COMMENT, vec![9]).unwrap();
    let answer = chapter.comment("noor", rubbish, "What is this?");
    chapter.admit("asha", "vera");
    let moved = chapter.moves("rowan", Measure::Hide { entry: rubbish, on: Some(post) });
    chapter.agree(moved, ["rowan", "asha", "imre", "vera"]);
    let texts: Vec<EntryId> = (chapter.entries().iter())
        .filter(|entry| Kind::can_be_hidden(entry.content().kind))
        .map(entry::Entry::id)
        .collect();
    assert_eq!(texts.len(), 3);
    let (all, gone) = (settled(&chapter), without(&chapter, &texts));
    assert_eq!(all.motion(&moved), gone.motion(&moved));
    assert_eq!(all.ripe(chapter.now()), gone.ripe(chapter.now()));
    let void = |view: &View| view.void_entries().into_iter().map(|(id, _)| id).collect::<BTreeSet<_>>();
    assert!(!void(&gone).contains(&answer));
    assert!(gone.is_member(&member("vera")));
}
