#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use api::{
    ErrorCode,
    view::{PeerView, Tier, VaultState},
};

fn status(vault: VaultState) -> Action {
    Action::Status(Ok(StatusView {
        vault,
        handle: None,
        chapters: 0,
        entries: 0,
        connected: 0,
        serving: true,
        copied: false,
        notes: Vec::new(),
        version: "0.1.0".to_owned(),
    }))
}

fn me() -> Me {
    Me {
        member: "a".repeat(64),
        handle: "asha".to_owned(),
        device: "b".repeat(64),
        six_words: "one two".to_owned(),
        pairing: None,
    }
}

fn chapter(id: &str, joining: bool) -> ChapterSummary {
    ChapterSummary {
        chapter: id.to_owned(),
        name: "London".to_owned(),
        place: "Cable Street".to_owned(),
        tier: Tier::Local,
        founded: Some("2026-11-23T18:30:00Z".to_owned()),
        members: 1,
        entries: 1,
        open_polls: 0,
        waiting_motions: 0,
        waiting_requests: 0,
        waiting_polls: 2,
        joining,
        asks: false,
        arriving: false,
        lost: false,
        left: 0,
        reading_only: false,
        rejoining: false,
        owed: Vec::new(),
        silent: false,
        withheld: 0,
    }
}

fn preview(id: &str) -> InvitationPreview {
    InvitationPreview {
        chapter: id.to_owned(),
        chapter_name: "London".to_owned(),
        inviter: "rowan".to_owned(),
        expires: "2026-12-01T00:00:00Z".to_owned(),
    }
}

#[test]
fn every_address_leads_back_to_its_page() {
    let all = [
        Route::Home,
        Route::Votes,
        Route::Network,
        Route::Settings,
        Route::Start,
        Route::Found,
        Route::Join,
        Route::front("ab".to_owned()),
        Route::Chapter("ab".to_owned(), Tab::Members),
        Route::Chapter("ab".to_owned(), Tab::Motions),
        Route::Chapter("ab".to_owned(), Tab::Rules),
        Route::Devices,
        Route::Pairing,
        Route::Member("ab".to_owned(), "cd".to_owned()),
        Route::Profile("ab".to_owned()),
        Route::Request("ab".to_owned(), "cd".to_owned()),
        Route::ChangeRules("ab".to_owned()),
        Route::Motion("cd".to_owned()),
        Route::Write(None, Writing::Post),
        Route::Write(Some("ab".to_owned()), Writing::Vote),
        Route::Entry("cd".to_owned()),
    ];
    for route in all {
        assert_eq!(Route::parse(&route.href()), route);
    }
    assert_eq!(Route::parse("#main"), Route::Home);
    // Without saying whom, it is the list of whom.
    assert_eq!(Route::parse("#/member/ab"), Route::Chapter("ab".to_owned(), Tab::Members));
    assert_eq!(Route::parse("#/chapter/x/nonsense"), Route::front("x".to_owned()));
}

#[test]
fn recovery_words_stay_until_the_person_says_so() {
    let state = State::default().reduce(status(VaultState::Missing));
    assert_eq!(state.gate, Gate::Welcome);
    // The node's own "unlocked" may overtake the answer that carries the words.
    let state = state.reduce(Action::Opened(me()));
    assert_eq!(state.gate, Gate::Welcome);
    let made = Initialised { me: me(), recovery_words: vec!["word".to_owned(); 24] };
    let state = state.reduce(Action::Intends(Intent::Join)).reduce(Action::Initialised(made));
    let words = state.gate.clone();
    assert!(matches!(&words, Gate::Words(w) if w.len() == 24));
    let state = state.reduce(status(VaultState::Open)).reduce(Action::Opened(me()));
    assert_eq!(state.gate, words);
    let state = state.reduce(Action::WordsKept);
    assert_eq!((state.gate, state.route), (Gate::Open, Route::Join));
}

#[test]
fn locking_forgets_everything_but_the_looks_and_the_page() {
    let prefs = Prefs { theme: Theme::Dark, letters: false, notices: false };
    let state = State::default()
        .reduce(status(VaultState::Open))
        .reduce(Action::Opened(me()))
        .reduce(Action::Prefs(prefs))
        .reduce(Action::Chapters(vec![chapter("c", false)]))
        .reduce(Action::Went(Route::Settings))
        .reduce(Action::Heard(Event::Locked { why: LockCause::Asked }));
    let route = Route::Settings;
    assert_eq!(state, State { gate: Gate::Locked, route, version: "0.1.0".to_owned(), prefs, ..State::default() });
}

#[test]
fn a_change_makes_only_its_chapter_ask_again() {
    let changed = |c: &str| Action::Heard(Event::Changed { chapter: c.to_owned(), entries: 3 });
    let state = State::default().reduce(changed("a")).reduce(changed("a")).reduce(changed("b"));
    assert_eq!((state.revision("a"), state.revision("b"), state.revision("c")), (2, 1, 0));
    assert_eq!(state.revision_of_all(), 3);
}

#[test]
fn joining_ends_in_the_chapter_or_in_a_reason() {
    let state = State { route: Route::Join, ..State::default() }.reduce(Action::JoinBegan(preview("c")));
    let refused = state
        .clone()
        .reduce(Action::Heard(Event::JoinRefused { chapter: "c".to_owned(), reason: "It has expired.".to_owned() }));
    assert_eq!(refused.joining["c"].refused.as_deref(), Some("It has expired."));
    let joined =
        state.reduce(Action::Heard(Event::Joined { chapter: "c".to_owned(), chapter_name: "London".to_owned() }));
    assert!(joined.joining.is_empty());
    assert_eq!(joined.route, Route::front("c".to_owned()));
    assert_eq!(joined.toasts.len(), 1);
    // Someone who is reading something else is not taken away from it.
    let reading = State { route: Route::Entry("e".to_owned()), ..State::default() }
        .reduce(Action::Heard(Event::Joined { chapter: "c".to_owned(), chapter_name: "London".to_owned() }));
    assert_eq!(reading.route, Route::Entry("e".to_owned()));
}

#[test]
fn a_chapter_that_is_being_joined_cannot_be_written_in() {
    let state = State::default().reduce(Action::Chapters(vec![chapter("a", true), chapter("b", false)]));
    assert_eq!(state.joined().count(), 1);
    assert_eq!(state.joining["a"].preview.chapter_name, "London");
    assert_eq!(state.here().as_deref(), Some("b"));
    assert_eq!(state.waiting_votes(), 2);
    let state = state.reduce(Action::JoinBegan(preview("a"))).reduce(Action::JoinGone("a".to_owned()));
    assert!(state.chapter("a").is_none());
}

#[test]
fn confirmations_and_warnings_stay_few() {
    let mut state = State::default();
    for n in 0..20 {
        state =
            state.reduce(Action::Say(format!("{n}"))).reduce(Action::Heard(Event::Warning { message: format!("{n}") }));
    }
    assert_eq!((state.toasts.len(), state.warnings.len()), (2, 5));
    let last = state.toasts[1].id;
    let state = state.reduce(Action::ToastGone(last)).reduce(Action::WarningGone(99)).reduce(Action::WarningGone(0));
    assert_eq!((state.toasts.len(), state.warnings.len()), (1, 4));
}

#[test]
fn that_the_clock_was_ahead_is_said_once_however_much_is_written() {
    let other = Event::Warning { message: "Another thing".to_owned() };
    let mut state = State::default().reduce(Action::Heard(other));
    for n in 1..4 {
        state = state.reduce(Action::DatedAhead(format!("{n} entries")));
    }
    assert_eq!(state.warnings, ["Another thing", "3 entries"]);
}

#[test]
fn a_node_that_cannot_start_is_shown() {
    let refusal = Refusal::new(ErrorCode::Busy, "Another program has this folder open.");
    let state = State::default().reduce(Action::Status(Err(refusal.clone())));
    assert_eq!(state.gate, Gate::Failed(refusal));
}

#[test]
fn the_pill_says_what_is_so() {
    let mut state = State::default();
    state.network.only_here = 2;
    assert_eq!(sync_pill(&state).title, "Waiting for a connection");
    assert_eq!(sync_pill(&state).sub, "2 things only on this computer");
    state.network.peers = vec![PeerView {
        peer_id: "p".to_owned(),
        address: "/ip4/10.0.0.2/tcp/1".to_owned(),
        route: "same network".to_owned(),
        handle: Some("rowan".to_owned()),
        chapters: vec!["London".to_owned()],
        silent: Vec::new(),
        left: 0,
        last_exchange: None,
    }];
    assert_eq!(sync_pill(&state).title, "2 things only here so far");
    state.network.only_here = 0;
    assert_eq!((sync_pill(&state).title.as_str(), sync_pill(&state).wedges), ("Up to date", 8));
    // Whoever was removed sees computers, and none of them answers.
    let silent = |name: &str| ChapterSummary { silent: true, name: name.to_owned(), ..chapter("s", false) };
    let mut nobody = state.clone().reduce(Action::Chapters(vec![chapter("c", false), silent("Leeds")]));
    assert_eq!((sync_pill(&nobody).title.as_str(), sync_pill(&nobody).wedges), ("Nobody answers in Leeds", 1));
    assert_eq!(sync_pill(&nobody).tone, SyncTone::Waiting);
    (nobody.network.peers[0].silent, nobody.network.peers[0].chapters) = (vec!["Leeds".to_owned()], Vec::new());
    assert_eq!(sync_pill(&nobody).sub, "Everything is saved on this computer");
    let nobody = nobody.reduce(Action::Chapters(vec![silent(&"L".repeat(80))]));
    assert_eq!(sync_pill(&nobody).title, "Nobody answers in a chapter");
    let state = state.reduce(Action::Heard(Event::Progress { chapter: "c".to_owned(), fetched: 66, left: 34 }));
    assert_eq!(sync_pill(&state).title, "Catching up, 34 left");
    assert_eq!(sync_pill(&state).tone, SyncTone::Waiting);
    let state = state.reduce(Action::Heard(Event::Progress { chapter: "c".to_owned(), fetched: 100, left: 0 }));
    assert_eq!(sync_pill(&state).title, "Up to date");
}

#[test]
fn why_it_locked_is_kept_until_it_is_open_again() {
    let open = State::default().reduce(status(VaultState::Open));
    let locked = open.reduce(Action::Heard(Event::Locked { why: LockCause::Slept }));
    // Pages that were asking hear of it one by one.
    let locked = locked.reduce(Action::Locked);
    assert_eq!((&locked.gate, locked.locked_because), (&Gate::Locked, LockCause::Slept));
    let open = locked.reduce(Action::Opened(me()));
    assert_eq!(open.reduce(Action::Locked).locked_because, LockCause::Asked);
}

#[test]
fn after_erasing_nothing_but_the_report_is_left_whatever_is_heard() {
    let report = WipeReport { keys_destroyed: true, notes: vec!["Gone.".to_owned()], left: Vec::new() };
    let state = State { me: Some(me()), chapters: Some(vec![chapter("a", false)]), ..State::default() };
    let mut state = state.reduce(Action::Heard(Event::Wiped(report.clone())));
    for late in [Action::Locked, Action::Heard(Event::Locked { why: LockCause::Asked }), status(VaultState::Missing)] {
        state = state.reduce(late);
        assert_eq!((&state.gate, &state.me, &state.chapters), (&Gate::Wiped(report.clone()), &None, &None));
    }
}

#[test]
fn the_question_whether_to_erase_stays_over_the_locked_door() {
    let open = State::default().reduce(status(VaultState::Open)).reduce(Action::Show(Overlay::Wipe));
    assert_eq!(open.reduce(Action::Locked).overlay, Some(Overlay::Wipe));
    let open = State::default().reduce(status(VaultState::Open)).reduce(Action::Show(Overlay::Palette));
    assert_eq!(open.reduce(Action::Locked).overlay, None);
}

fn terms(chapter: &str, question: &str) -> Action {
    Action::Heard(Event::JoinTerms {
        chapter: chapter.to_owned(),
        chapter_name: "London".to_owned(),
        statement: "We meet.".to_owned(),
        questions: vec![question.to_owned()],
    })
}

fn waiting(have: u32) -> Action {
    Action::Heard(Event::JoinWaiting { chapter: "c".to_owned(), have, need: 3 })
}

#[test]
fn joining_asks_then_waits_then_ends() {
    let state = State { route: Route::Join, ..State::default() }.reduce(Action::JoinBegan(preview("c")));
    let asked = state.reduce(terms("c", "Why?"));
    assert_eq!(asked.joining["c"].terms.as_ref().map(|t| t.questions.len()), Some(1));
    assert_eq!(sync_pill(&asked).title, "London asks you something");
    // Who is on the page sees the questions; nobody has to tell them.
    assert!(asked.toasts.is_empty());
    let answered = asked.reduce(Action::TermsAnswered("c".to_owned()));
    assert_eq!(answered.joining["c"].terms, None);
    let waits = answered.reduce(waiting(1)).reduce(waiting(2));
    assert_eq!(waits.joining["c"].words, Some((2, 3)));
    assert_eq!(sync_pill(&waits).title, "London: 2 of 3 words");
    // The chapter changed what it asks meanwhile: it is asked once more.
    let again = waits.clone().reduce(terms("c", "Why now?"));
    assert!(again.joining["c"].terms.is_some() && again.joining["c"].words.is_none());
    let refused = waits
        .clone()
        .reduce(Action::Heard(Event::JoinRefused { chapter: "c".to_owned(), reason: "It has expired.".to_owned() }));
    assert_eq!((refused.joining["c"].words, refused.joining["c"].refused.is_some()), (None, true));
    let joined =
        waits.reduce(Action::Heard(Event::Joined { chapter: "c".to_owned(), chapter_name: "London".to_owned() }));
    assert!(joined.joining.is_empty());
}

#[test]
fn whoever_reads_elsewhere_is_told_once_that_a_chapter_asks() {
    let state = State::default().reduce(terms("c", "Why?")).reduce(terms("c", "Why?"));
    assert_eq!(state.toasts.len(), 1);
    assert_eq!(state.joining["c"].preview.chapter_name, "London");
    // A list of chapters that comes meanwhile takes nothing away.
    let state = state.reduce(Action::Chapters(vec![chapter("c", true)]));
    assert!(state.joining["c"].terms.is_some());
}

#[test]
fn another_computer_waits_for_the_first() {
    let on_its_way = Me { pairing: Some("2026-11-26T20:00:00Z".to_owned()), ..me() };
    let made = Initialised { me: on_its_way, recovery_words: Vec::new() };
    let state = State::default().reduce(Action::Intends(Intent::Pair)).reduce(Action::Initialised(made));
    assert_eq!(state.gate, Gate::Pairing);
    assert_eq!(state.paired, None);
    let state = state.reduce(Action::Heard(Event::Paired { handle: "asha".to_owned(), chapters: 2 }));
    assert_eq!(state.paired, Some(Paired { handle: "asha".to_owned(), chapters: 2 }));
    assert_eq!(state.reduce(Action::Locked).paired, None);
}

#[test]
fn a_chapter_that_is_arriving_can_be_read_and_not_written_in() {
    let state = State { route: Route::Join, ..State::default() }.reduce(Action::JoinBegan(preview("c")));
    let came = ChapterSummary { arriving: true, ..chapter("c", false) };
    let state = state.reduce(Action::Chapters(vec![came, chapter("b", false)]));
    assert_eq!(state.route, Route::front("c".to_owned()), "whoever waits is shown what came");
    assert!(state.joining.is_empty() && state.reading_only("c") && state.arriving("c") && !state.arriving("b"));
    assert_eq!((state.joined().count(), state.writable().count()), (2, 1));
}

#[test]
fn a_chapter_that_one_left_is_read_only() {
    let left = ChapterSummary { reading_only: true, ..chapter("a", false) };
    let state = State::default().reduce(Action::Chapters(vec![left, chapter("b", false)]));
    assert!(state.reading_only("a") && !state.reading_only("b"));
    assert_eq!((state.joined().count(), state.writable().count()), (2, 1));
    // Its votes wait for nobody here, and nothing is written there by itself.
    assert_eq!((state.waiting_votes(), state.here().as_deref()), (2, Some("b")));
}

#[test]
fn whoever_left_and_asks_again_reads_meanwhile_and_is_told_how_far_it_is() {
    let asks = |rejoining| ChapterSummary { reading_only: true, rejoining, ..chapter("c", false) };
    let list = |state: State, rejoining| state.reduce(Action::Chapters(vec![asks(rejoining)]));
    let state = list(State::default().reduce(Action::JoinBegan(preview("c"))), true);
    let waits = list(state.reduce(waiting(1)), true);
    assert_eq!(waits.joining["c"].words, Some((1, 3)), "a list that comes meanwhile takes nothing away");
    assert!(waits.reading_only("c") && waits.joined().count() == 1);
    // A window that is opened later finds it, too.
    assert!(list(State::default(), true).joining.contains_key("c"));
    let refused = Event::JoinRefused { chapter: "c".to_owned(), reason: "It has expired.".to_owned() };
    let refused = list(waits.clone().reduce(Action::Heard(refused)), false);
    assert_eq!(refused.joining["c"].refused.as_deref(), Some("It has expired."));
    let given_up = waits.reduce(Action::JoinGone("c".to_owned()));
    assert!(given_up.joining.is_empty() && !given_up.chapter("c").unwrap().rejoining);
    assert!(list(given_up, false).joining.is_empty());
}

#[test]
fn an_invitation_that_is_not_known_is_told_and_looked_for_all_the_same() {
    let heard = |state: State, event| state.reduce(Action::Heard(event));
    let state = State::default().reduce(Action::JoinBegan(preview("a")));
    let state = heard(state, Event::JoinUnknown { chapter: "a".to_owned(), reason: "it is not known".to_owned() });
    let joining = &state.joining["a"];
    assert_eq!((joining.unknown.as_deref(), joining.refused.as_deref()), (Some("it is not known"), None));
    // Another computer knows it.
    let state = heard(state, Event::JoinWaiting { chapter: "a".to_owned(), have: 1, need: 2 });
    assert_eq!(state.joining["a"].unknown, None);
}

#[test]
fn what_was_made_void_is_a_warning_that_stays_and_the_page_asks_again() {
    let before = State::default().revision("a");
    let event = Event::Voided { chapter: "a".to_owned(), chapter_name: "London".to_owned(), entries: 2 };
    let state = State::default().reduce(Action::Heard(event));
    assert!(state.warnings[0].starts_with("2 entries of yours do not count any more in London"));
    assert_eq!(state.revision("a"), before + 1);
    let event = Event::Unanswered { chapter: "a".to_owned(), chapter_name: "London".to_owned() };
    assert_eq!(state.reduce(Action::Heard(event)).warnings.len(), 2);
}

#[test]
fn what_was_said_of_fetching_goes_when_it_is_done() {
    let begins = |chapter: &str| Event::Mending { chapter: chapter.to_owned(), message: format!("{chapter} waits") };
    let done = |chapter: &str| Event::Mended { chapter: chapter.to_owned(), chapter_name: chapter.to_uppercase() };
    let state = State::default().reduce(Action::Heard(begins("a"))).reduce(Action::Heard(begins("b")));
    let state = state.reduce(Action::Heard(done("a")));
    assert_eq!(state.warnings, ["b waits"]);
    assert!(state.toasts[0].text.starts_with("A: "));
    assert!(state.reduce(Action::Heard(done("b"))).warnings.is_empty());
}

#[test]
fn what_a_copied_folder_is_stays_asked_until_it_is_said_and_not_on_a_locked_door() {
    let Action::Status(Ok(open)) = status(VaultState::Open) else { return };
    let state = State::default().reduce(Action::Status(Ok(StatusView { copied: true, ..open })));
    assert!(state.copied && state.clone().reduce(Action::Went(Route::Home)).copied);
    assert!(!state.clone().reduce(Action::Locked).copied, "it is asked again when it is opened");
    assert!(!state.reduce(Action::Copied(false)).copied);
}

#[test]
fn an_answer_that_comes_before_the_search_has_begun_is_kept() {
    let preview = InvitationPreview {
        chapter: "c".to_owned(),
        chapter_name: "London".to_owned(),
        inviter: "rowan".to_owned(),
        expires: String::new(),
    };
    let asks = Event::JoinTerms {
        chapter: "c".to_owned(),
        chapter_name: "London".to_owned(),
        statement: "We listen.".to_owned(),
        questions: Vec::new(),
    };
    let state = State::default().reduce(Action::Heard(asks)).reduce(Action::JoinBegan(preview));
    let joining = &state.joining["c"];
    assert_eq!(joining.preview.inviter, "rowan");
    assert!(joining.terms.is_some(), "what the chapter asks is on the screen");
}

#[test]
fn a_computer_on_its_way_to_be_a_further_one_stands_at_its_door() {
    let on_its_way = Me { pairing: Some("2026-11-26T20:00:00Z".to_owned()), ..me() };
    let mut state = State { gate: Gate::Locked, ..State::default() }.reduce(Action::Opened(on_its_way));
    assert_eq!(state.gate, Gate::Pairing);
    let refused = Event::JoinRefused { chapter: "lane".to_owned(), reason: "it is over".to_owned() };
    state = state.reduce(Action::Heard(refused));
    assert_eq!(state.pairing_refused.as_deref(), Some("it is over"));
    // The other computer let it in after all.
    let paired = state.clone().reduce(Action::Heard(Event::Paired { handle: "asha".to_owned(), chapters: 1 }));
    let paired = paired.reduce(Action::Opened(me()));
    assert_eq!((paired.gate, paired.route), (Gate::Open, Route::Pairing));
    // Or it is given up: nothing of it stays, and being locked says nothing where no vault is.
    let anew = state.reduce(Action::Anew).reduce(Action::Locked);
    assert_eq!((anew.gate, anew.me), (Gate::Welcome, None));
}
