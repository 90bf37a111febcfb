//! What a chapter decides and what a member decides for themself alone, in windows.

use crate::{comes_in, goes_to, london, newest_motion, unlocks, visits, votes_for};
use chapterhouse_tests::{Member, screen::Screen, window::Window};
use std::path::Path;

#[test]
fn rules_tasks_and_profiles() {
    let Some([left]) = Screen::several("rules in a window") else { return };
    let [mut asha, rowan] = ["asha", "rowan"].map(Member::new);
    london(&mut asha);
    comes_in(&rowan, &asha);
    let mine = Window::of(left, "rules", &rowan, Some(&asha.address()));
    unlocks(&mine, &rowan);

    // Other rules: in words, decided by all, and from then on they hold.
    goes_to(&mine, "rules");
    mine.reads("rules", "One member");
    mine.looks("rules");
    mine.clicks("change-rules");
    mine.reads("title", "Propose other rules");
    mine.clicks("propose-rules");
    mine.reads("refusal", "Nothing is different yet");
    mine.retypes("rule-sponsors", "2");
    mine.clicks("add-rule-question");
    mine.types("rule-question-0", "Whom do you know?");
    mine.selects("rule-decision-majority", "2/3");
    mine.reads("rule-changes", "Two members");
    mine.types("motion-why", "We are many now.");
    mine.looks("changing");
    mine.clicks("propose-rules");
    mine.reads("title", "rules");
    mine.looks("motion");
    votes_for(&mine);
    goes_to(&mine, "rules");
    mine.reads("rules", "One member");
    asha.votes_for(&newest_motion(&asha));
    mine.reads("rules", "Two members");
    mine.reads("rules", "Whom do you know?");
    mine.looks("changed");

    // A task, with its end; taken back.
    visits(&mine, "asha");
    mine.clicks("give-task");
    mine.selects("task-role", "note-taker");
    mine.fills("task-until", "2099-01-31");
    mine.reads("before", "asha is note-taker until that day");
    mine.looks("giving");
    mine.clicks("propose-task");
    mine.reads("title", "asha");
    votes_for(&mine);
    asha.votes_for(&newest_motion(&asha));
    mine.reads("effect", "It has passed");
    visits(&mine, "asha");
    mine.reads("tasks", "Until 31 January 2099");
    mine.looks("task");
    mine.clicks("recall");
    mine.reads("before", "asha is not note-taker any more");
    mine.clicks("propose-recall");
    mine.reads("effect", "If it passes");
    votes_for(&mine);
    asha.votes_for(&newest_motion(&asha));
    mine.reads("effect", "It has passed");
    visits(&mine, "asha");
    mine.lacks("tasks");
    goes_to(&mine, "motions");
    mine.notes("motion", "stage", "passed");
    mine.looks("motions");

    // A profile with a picture, which is made small and drawn.
    goes_to(&mine, "members");
    mine.clicks("edit-profile");
    mine.reads("title", "Your profile");
    mine.retypes("profile-languages", "English, Türkçe");
    mine.types("profile-contact", "020 7946 0123");
    mine.types("profile-testimonial", "Nobody reads out a budget faster.");
    mine.types("profile-about", "I bake on **Thursdays**.");
    mine.gives_file("profile-picture", &Path::new(env!("CARGO_MANIFEST_DIR")).join("../icons/128x128.png"));
    mine.reads("picture-away", "Take it away");
    mine.looks("profile");
    mine.clicks("save-profile");
    mine.reads("title", "rowan");
    let page = mine.page();
    for part in ["I bake on Thursdays.", "English, Türkçe", "020 7946 0123", "Nobody reads out"] {
        assert!(page.contains(part), "no {part:?} on\n{page}");
    }
    mine.draws(".portrait");
    mine.looks("own-page");
    // Its picture is there after the window got another size, too.
    mine.draws(".portrait");
    let seen = asha.receives(&["member", "show", "London", "rowan"]);
    assert!(seen["profile"]["picture"].as_str().is_some_and(|picture| picture.len() > 100), "{seen}");
}

#[test]
fn hidden_for_one_and_hidden_for_all() {
    let Some([left, right]) = Screen::several("hiding in windows") else { return };
    let [mut asha, rowan, noor] = ["asha", "rowan", "noor"].map(Member::new);
    london(&mut asha);
    let room = asha.address();
    for member in [&rowan, &noor] {
        comes_in(member, &asha);
    }
    let mine = Window::of(left, "hiding", &rowan, Some(&room));
    let hers = Window::of(right, "hiding", &noor, Some(&room));
    unlocks(&mine, &rowan);
    unlocks(&hers, &noor);
    let post =
        ["post", "London", "--kind", "news", "--title", "About the neighbour", "--body", "She is a Quillfeather."];
    asha.object(&post);

    // For me alone: folded away, nobody is told, and undone.
    mine.reads("feed", "About the neighbour");
    visits(&mine, "asha");
    mine.clicks("block");
    mine.reads("before", "nobody is told");
    mine.looks("blocking");
    mine.clicks("block-now");
    mine.reads("unblock", "Show what they write again");
    mine.looks("blocked");
    mine.clicks("nav-home");
    mine.reads("feed", "whom you hide");
    assert!(!mine.page().contains("Quillfeather"), "folded away");
    mine.looks("folded");
    hers.reads("feed", "Quillfeather");
    visits(&mine, "asha");
    mine.clicks("unblock");
    mine.reads("block", "Hide what they write");
    mine.clicks("nav-home");
    mine.reads("feed", "Quillfeather");

    // For all, by decision: the text is gone, its place and the reason stay, in both windows.
    hers.clicks_in("feed-item", "About the neighbour");
    hers.reads("body", "Quillfeather");
    mine.clicks_in("feed-item", "About the neighbour");
    mine.reads("body", "Quillfeather");
    mine.clicks("more-acts");
    mine.clicks("hide");
    mine.reads("before", "erased from every member");
    mine.types("motion-why", "She did not agree to this.");
    mine.looks("proposing");
    mine.clicks("propose-hiding");
    mine.reads("effect", "If it passes");
    votes_for(&mine);
    mine.looks("motion");
    asha.votes_for(&newest_motion(&asha));
    mine.reads("effect", "It has passed");
    hers.reads("hidden", "She did not agree to this.");
    assert!(!hers.page().contains("Quillfeather"), "{}", hers.page());
    hers.looks("hidden");
    goes_to(&mine, "rules");
    mine.reads("hidden-list", "She did not agree to this.");
    mine.looks("hidden-list");
    mine.clicks_in("hidden-list", "News");
    mine.reads("hidden", "She did not agree to this.");
    assert!(!mine.page().contains("Quillfeather"), "{}", mine.page());
}
