//! A member leaves, and their window says what that means, before and after.

use crate::{comes_in, goes_to, london, unlocks};
use chapterhouse_tests::{Member, screen::Screen, window::Window};

#[test]
fn a_member_leaves_and_reads_on() {
    let Some([left]) = Screen::several("leaving in a window") else { return };
    let [mut asha, rowan] = ["asha", "rowan"].map(Member::new);
    london(&mut asha);
    comes_in(&rowan, &asha);
    asha.posts("London", "We have a room");
    let mine = Window::of(left, "leaving", &rowan, Some(&asha.address()));
    unlocks(&mine, &rowan);
    mine.reads("feed", "We have a room");
    goes_to(&mine, "rules");
    mine.clicks("leave");
    mine.reads("before", "You and all your devices stop being members of London");
    mine.looks("before");
    mine.clicks("not-now");
    mine.lacks("before");
    mine.clicks("leave");
    mine.types("leave-why", "I move to Leeds.");
    mine.clicks("leave-now");
    mine.reads("ended", "you are no member of London any more");
    asha.sees_members("London", &["asha"]);
    mine.reads("nav-chapter", "Reading only");
    mine.lacks("change-rules");
    mine.lacks("leave");
    mine.looks("rules");
    goes_to(&mine, "front");
    mine.reads("ended", "You left");
    mine.lacks("write");
    mine.lacks("invite");
    mine.looks("left");
    mine.clicks_in("feed-item", "We have a room");
    mine.reads("body", "As said.");
    mine.lacks("comment-body");
    mine.lacks("hide");
    mine.reads("silent", "nothing can be written");
    mine.looks("reading");
    asha.posts("London", "Without rowan");
    for tab in ["posts", "votes", "motions", "minutes", "members"] {
        goes_to(&mine, tab);
        mine.reads("ended", "You left");
        mine.lacks("write");
        mine.looks(tab);
    }
    mine.clicks("nav-home");
    mine.reads("title", "Front page");
    mine.lacks("write");
    mine.looks("front-page");
    assert!(!mine.page().contains("Without rowan"));
}
