//! A chapter that is careful: three members give their word for a newcomer, after they talked about them.

use crate::{goes_to, makes_a_name, unlocks};
use chapterhouse_tests::{Member, screen::Screen, wait::until_or, window::Window};

const RULES: &str = r#"
sponsors = 3
operating_from = 5
history = "all"
removal_quorum = "1/2"
removal_majority = "2/3"
decision_quorum = "1/2"
decision_majority = "1/2"
stands_for_hours = 0
questions = ["What would you like to do with us?", "Whom do you know?"]
statement = "We decide together, **in the room** where we can.\n\n- Nobody speaks twice before everybody spoke once.\n- Money is shown to whoever asks."
"#;

/// Rowan's London, in which asha and imre are, too.
fn careful() -> (Member, Member, Member) {
    let [mut rowan, mut asha, mut imre] = ["rowan", "asha", "imre"].map(Member::new);
    let rules = rowan.file("rules.toml", RULES);
    rowan.object(&["chapter", "found", "--name", "London", "--rules", &rules]);
    rowan.posts("London", "We have a room");
    rowan.serves(&[]);
    let room = rowan.address();
    asks(&asha, &rowan.invites("London"));
    asha.serves(&["--peer", &room]);
    asks(&imre, &rowan.invites("London"));
    imre.serves(&["--peer", &room]);
    asha.object(&["sponsor", &request(&asha)]);
    rowan.sees_members("London", &["asha", "imre", "rowan"]);
    imre.receives(&["chapter", "show", "London"]);
    rowan.agrees_with(&imre, "London");
    (rowan, asha, imre)
}

fn asks(member: &Member, invitation: &str) {
    let answers = member.file("answers.toml", "answers = [\"Cook on Thursdays.\", \"Rowan.\"]\n");
    member.object(&["join", "--no-mdns", "--agree", "--answers", &answers, invitation]);
}

/// The newest request, as soon as it is here.
fn request(member: &Member) -> String {
    let all = || member.list(&["join-requests", "London"]);
    until_or(
        || {
            let open = all().into_iter().find(|request| request["admitted"] == false)?;
            open["request"].as_str().map(str::to_owned)
        },
        || {
            format!(
                "an open request on {}'s computer, but {:?}\n{}",
                member.handle(),
                all(),
                member.object(&["network"])
            )
        },
    )
}

#[test]
fn a_newcomer_asks_is_talked_about_and_let_in() {
    let Some([left, right]) = Screen::several("a newcomer in a window") else { return };
    let (rowan, mut asha, imre) = careful();
    let room = rowan.address();
    asha.stops();
    let fern = Member::newcomer("fern");
    let theirs = Window::of(left, "joining", &fern, None);
    let hers = Window::of(right, "joining", &asha, Some(&room));
    unlocks(&hers, &asha);

    theirs.reads("title", "Run your organisation");
    theirs.looks("welcome");
    makes_a_name(&theirs, &fern, "have-invitation");
    theirs.reads("title", "Join a chapter");
    theirs.looks("join");
    theirs.fills("join-text", &rowan.invites("London"));
    theirs.reads("invitation-preview", "rowan invites you to London");
    theirs.looks("invitation");
    theirs.clicks("join");

    // What the chapter asks is read before anything is sent.
    theirs.reads("terms", "London asks you");
    theirs.reads("terms", "Nobody speaks twice before everybody spoke once.");
    theirs.looks("terms");
    theirs.clicks("answer-terms");
    theirs.reads("terms", "The chapter asks for an answer");
    theirs.pictured("terms-unanswered");
    theirs.types("answer-0", "Cook for forty at the winter assembly.");
    theirs.types("answer-1", "noor, from the tool library.");
    theirs.clicks("answer-terms");
    theirs.reads("terms", "Without it the chapter does not let anybody in.");
    theirs.clicks("agree");
    theirs.clicks("answer-terms");
    theirs.notes("join-waiting", "have", "1");
    theirs.reads("join-waiting", "1 of 3 members have given their word");
    theirs.looks("waiting");

    // A member is told, from every page.
    hers.reads("chapter-waiting", "1");
    hers.reads("waiting", "fern asks to join");
    hers.looks("front-page");
    goes_to(&hers, "members");
    hers.reads("request", "Cook for forty");
    hers.looks("members-asking");
    hers.clicks("open-request");
    hers.reads("title", "fern asks to join");
    hers.looks("request");
    hers.types("comment-body", "Who has eaten there?");
    hers.clicks("reply");
    hers.reads("comment", "Who has eaten there?");
    hers.clicks("sponsor");
    hers.reads("before", "One more is needed after it.");
    hers.clicks("sponsor-now");
    hers.reads("refusal", "compare the six words");
    hers.looks("sponsoring");
    assert_eq!(six_words(&theirs), six_words(&hers), "the same on both screens");
    hers.clicks("word-sure");
    hers.types("word-why", "We cooked together all spring.");
    hers.clicks("sponsor-now");
    hers.reads("words-given", "2 of 3 words given");
    hers.lacks("chapter-waiting");
    hers.looks("word-given");
    theirs.notes("join-waiting", "have", "2");

    // The third word, and the chapter opens by itself.
    imre.object(&["sponsor", &request(&imre)]);
    theirs.reads("title", "London");
    theirs.reads("feed", "We have a room");
    theirs.reads("tab-members", "4");
    theirs.looks("joined");
    hers.sees("fern is a member now");
    hers.looks("admitted");

    // Somebody else is told why not, and the newest member reads it as everybody does.
    let quill = Member::new("quill");
    asks(&quill, &rowan.invites("London"));
    hers.reads("chapter-waiting", "1");
    goes_to(&hers, "members");
    hers.clicks_in("request", "Read and decide");
    hers.reads("title", "quill asks to join");
    hers.clicks("decline");
    hers.clicks("decline-now");
    hers.reads("refusal", "a no without a reason helps nobody");
    hers.types("word-why", "I would like to meet first. Thursday suits me.");
    hers.looks("declining");
    hers.clicks("decline-now");
    hers.reads("declines", "Thursday suits me.");
    hers.looks("declined");
    goes_to(&theirs, "members");
    theirs.clicks_in("request", "Read and decide");
    theirs.reads("declines", "Thursday suits me.");
    theirs.looks("declined-by-another");
}

/// The six words that a page shows.
fn six_words(window: &Window) -> Vec<String> {
    window.list("six-words")
}
