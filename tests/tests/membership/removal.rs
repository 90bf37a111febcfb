//! The members remove somebody who sits in front of a window of his own.

use crate::{comes_in, goes_to, london, newest_motion, unlocks, visits, votes_for};
use chapterhouse_tests::{Member, screen::Screen, window::Window};

#[test]
fn a_member_is_removed_and_told_so() {
    let Some([left, right]) = Screen::several("a removal in windows") else { return };
    let [mut asha, rowan, imre, mut tomas] = ["asha", "rowan", "imre", "tomas"].map(Member::new);
    london(&mut asha);
    let room = asha.address();
    for member in [&rowan, &imre, &tomas] {
        comes_in(member, &asha);
    }
    let mine = Window::of(left, "removal", &rowan, Some(&room));
    let his = Window::of(right, "removal", &imre, Some(&room));
    unlocks(&mine, &rowan);
    unlocks(&his, &imre);
    tomas.serves(&["--peer", &room]);
    imre.posts("London", "Before the meeting");
    mine.reads("feed", "Before the meeting");
    tomas.sees("London", "Before the meeting");

    // What happens is said before it happens.
    visits(&mine, "imre");
    mine.looks("member");
    mine.clicks("remove");
    mine.reads("before", "imre has no vote");
    mine.reads("before", "nothing can be fetched back");
    mine.clicks("propose-removal");
    mine.reads("refusal", "Say why first");
    mine.types("motion-why", "He took the money box, and says that he keeps it.");
    mine.looks("proposing");
    mine.clicks("propose-removal");
    mine.reads("title", "Remove imre");
    mine.reads("effect", "If it passes");
    mine.looks("motion");
    votes_for(&mine);
    mine.looks("voted");
    // He thinks of changing it, and meanwhile it passes.
    mine.clicks("change-motion-vote");

    // Whom it is about reads it, too.
    his.reads("feed", "Remove imre");
    his.clicks_in("feed-item", "Remove imre");
    his.reads("title", "Remove imre");
    his.sees("It is about you, so you have no vote on it");
    his.looks("about-him");

    let motion = newest_motion(&asha);
    asha.votes_for(&motion);
    tomas.votes_for(&motion);
    mine.reads("effect", "It has passed");
    mine.notes("motion-voted", "choice", "For");
    mine.looks("passed");

    // His own window says it, wherever he looks, and shows nothing new.
    his.clicks_in("nav-chapter", "London");
    his.reads("ended", "The members removed you: you are no member of London any more");
    his.lacks("write");
    his.lacks("invite");
    his.looks("removed");
    his.clicks("ended-motion");
    his.reads("effect", "It has passed");
    mine.clicks_in("nav-chapter", "London");
    mine.clicks("write");
    mine.types("post-title", "A fresh start");
    mine.types("post-body", "From today on.");
    mine.clicks("publish");
    mine.reads("title", "A fresh start");
    tomas.sees("London", "A fresh start");
    asha.sees("London", "A fresh start");
    his.clicks("nav-home");
    his.reads("feed", "Before the meeting");
    assert!(!his.page().contains("A fresh start"), "{}", his.page());
    his.looks("front-page");
    his.clicks_in("feed-item", "Before the meeting");
    his.reads("title", "Before the meeting");
    his.lacks("comment-body");
    his.looks("reading");

    // How it ended stands on his page.
    goes_to(&mine, "members");
    mine.reads("former-members", "imre");
    mine.looks("members");
    mine.clicks_in("former-members", "imre");
    mine.reads("ended", "Removed by decision");
    mine.looks("former");
    mine.clicks("ended-motion");
    mine.reads("title", "Remove imre");
}

#[test]
fn what_was_written_unseen_is_marked() {
    let Some([left]) = Screen::several("what does not count, in a window") else { return };
    let [mut asha, rowan, mut imre, mut tomas, mut noor] = ["asha", "rowan", "imre", "tomas", "noor"].map(Member::new);
    london(&mut asha);
    let room = asha.address();
    for member in [&rowan, &imre, &tomas, &noor] {
        comes_in(member, &asha);
    }
    for member in [&imre, &tomas] {
        member.object(&["sync", "London", "--peer", &room]);
    }
    // In the hills nobody else can be called: imre writes, and only tomas has it from him.
    asha.stops();
    let unseen = imre.posts("London", "In the hills");
    imre.serves(&[]);
    tomas.object(&["sync", "London", "--peer", &imre.address(), "--timeout", "60s"]);
    imre.stops();
    asha.serves(&[]);
    let room = asha.address();
    noor.serves(&["--peer", &room]);
    let mine = Window::of(left, "unseen", &rowan, Some(&room));
    unlocks(&mine, &rowan);
    let motion = asha.text(&["removal", "propose", "London", "imre", "--reason", "The box.", "--yes"], "entry");
    for member in [&rowan, &asha, &noor] {
        member.votes_for(&motion);
    }
    rowan.sees_passed(&motion);
    asha.sees_passed(&motion);
    tomas.serves(&["--peer", &room]);
    rowan.receives(&["show", &unseen]);
    mine.opens_page(&format!("#/entry/{unseen}"));
    mine.reads("title", "In the hills");
    mine.reads("void", "Not accepted by the chapter");
    mine.looks("void");
    goes_to(&mine, "front");
    mine.looks("notices");
}
