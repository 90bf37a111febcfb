//! What people may write into fields: each limit at its edge and one beyond.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    BadBody, Kind,
    kinds::{
        self, ActionPoint, AgendaItem, Ballot, Charter, Comment, Conduct, Date, Delegation, Fraction, Invite, Minutes,
        NextMeeting, Observer, Part, Poll, Post, PostKind, Question, Reason, TimeOfDay, Weight, text,
    },
    testing::{people, story},
};
use entry::{EntryId, MemberId, Timestamp, time};
use vote::{
    Answer, Bar, Method, Ranking, Unfit,
    method::{Approval, Consent, Single, Stv},
};

/// A correct one that a test spoils.
fn spoiled<T>(good: T, spoil: impl FnOnce(&mut T), kind: impl FnOnce(T) -> Kind) -> Result<(), BadBody> {
    let mut value = good;
    spoil(&mut value);
    let kind = kind(value);
    let checked = kind.check();
    // What is refused before signing is refused on arrival, and the other way round.
    let (number, body) = kinds::encode(&kind);
    assert_eq!(kinds::decode(number, &body).map(|_| ()), checked);
    checked
}

fn charter(spoil: impl FnOnce(&mut Charter)) -> Result<(), BadBody> {
    spoiled(story::charter("rowan"), spoil, Kind::Charter)
}

fn post(spoil: impl FnOnce(&mut Post)) -> Result<(), BadBody> {
    spoiled(Post { kind: PostKind::News, title: "t".into(), body: String::new() }, spoil, Kind::Post)
}

fn minutes(spoil: impl FnOnce(&mut Minutes)) -> Result<(), BadBody> {
    let good = Minutes {
        title: "t".into(),
        date: Date::new(2026, 11, 23).unwrap(),
        starts: None,
        ends: None,
        place: String::new(),
        facilitator: String::new(),
        note_taker: String::new(),
        next: None,
        attendance: vec![],
        items: vec![],
        decisions: vec![],
        actions: vec![],
    };
    spoiled(good, spoil, Kind::Minutes)
}

fn question() -> Question {
    Question { key: "q".into(), text: "Now?".into(), options: vec!["yes".into(), "no".into()], method: Method::SINGLE }
}

fn poll(spoil: impl FnOnce(&mut Poll)) -> Result<(), BadBody> {
    let good = Poll {
        title: "t".into(),
        description: String::new(),
        closes: Timestamp(1),
        questions: vec![question()],
        roll_count: 1,
        roll_hash: [0; 32],
        conduct: Conduct::default(),
        proposal: None,
    };
    spoiled(good, spoil, Kind::Poll)
}

fn of(length: usize) -> String {
    "é".repeat(length)
}

fn long<T>(problem: Result<T, BadBody>, what: &str, characters: usize) {
    match problem {
        Err(BadBody::LineTooLong { what: field, limit }) => assert_eq!((field, limit), (what, characters)),
        _ => panic!("{what} may be longer than {characters}"),
    }
}

#[test]
fn lines_are_measured_in_characters() {
    assert_eq!(charter(|c| c.name = of(80)), Ok(()));
    long(charter(|c| c.name = of(81)), "the chapter's name", 80);
    assert_eq!(charter(|c| c.place = of(80)), Ok(()));
    long(charter(|c| c.place = of(81)), "the place", 80);
    assert_eq!(post(|p| p.title = of(200)), Ok(()));
    long(post(|p| p.title = of(201)), "the title", 200);
    long(post(|p| p.title = "x".repeat(70_000)), "the title", 200);
    assert_eq!(minutes(|m| m.place = of(200)), Ok(()));
    long(minutes(|m| m.place = of(201)), "the place", 200);
    long(minutes(|m| m.title = of(201)), "the title", 200);
    long(minutes(|m| m.facilitator = of(81)), "the facilitator", 80);
    long(minutes(|m| m.note_taker = of(81)), "the note-taker", 80);
    long(minutes(|m| m.attendance = vec![of(81)]), "a name on the attendance list", 80);
    let item = |title, notes| AgendaItem { title, notes };
    long(minutes(|m| m.items = vec![item(of(201), of(1))]), "the title of an agenda item", 200);
    assert_eq!(minutes(|m| m.decisions = vec![of(2000)]), Ok(()));
    long(minutes(|m| m.decisions = vec![of(2001)]), "a decision", 2000);
    let action = |what, owner| ActionPoint { what, owner, due: None };
    assert_eq!(minutes(|m| m.actions = vec![action(of(500), of(80))]), Ok(()));
    long(minutes(|m| m.actions = vec![action(of(501), of(1))]), "an action point", 500);
    long(minutes(|m| m.actions = vec![action(of(1), of(81))]), "the owner of an action point", 80);
    let next = |facilitator, co_facilitator| Some(NextMeeting { date: None, facilitator, co_facilitator });
    assert_eq!(minutes(|m| m.next = next(of(80), of(80))), Ok(()));
    long(minutes(|m| m.next = next(of(81), of(1))), "the facilitator of the next meeting", 80);
    long(minutes(|m| m.next = next(of(1), of(81))), "the co-facilitator of the next meeting", 80);
    long(poll(|p| p.title = of(201)), "the title", 200);
    assert_eq!(poll(|p| p.questions[0].text = of(500)), Ok(()));
    long(poll(|p| p.questions[0].text = of(501)), "a question", 500);
    assert_eq!(poll(|p| p.questions[0].options[0] = of(200)), Ok(()));
    long(poll(|p| p.questions[0].options[0] = of(201)), "an option", 200);
}

#[test]
fn texts_are_measured_in_bytes() {
    assert_eq!(post(|p| p.body = "x".repeat(48 * 1024)), Ok(()));
    let too_long = |what, got| Err(BadBody::TextTooLong { what, got, limit: 48 * 1024 });
    assert_eq!(post(|p| p.body = of(24 * 1024 + 1)), too_long("the text", 48 * 1024 + 2));
    let comment = |body| spoiled(Comment { on: EntryId([1; 32]), body }, |_| (), Kind::Comment);
    assert_eq!(comment(of(24 * 1024)), Ok(()));
    assert_eq!(comment("x".repeat(48 * 1024 + 1)), too_long("the comment", 48 * 1024 + 1));
    assert_eq!(poll(|p| p.description = "x".repeat(48 * 1024)), Ok(()));
    assert_eq!(poll(|p| p.description = "x".repeat(48 * 1024 + 1)), too_long("the description", 48 * 1024 + 1));
    let notes = |notes| vec![AgendaItem { title: "t".into(), notes }];
    assert_eq!(minutes(|m| m.items = notes("x".repeat(48 * 1024))), Ok(()));
    assert_eq!(
        minutes(|m| m.items = notes("x".repeat(48 * 1024 + 1))),
        too_long("the notes of an agenda item", 48 * 1024 + 1)
    );
}

#[test]
fn what_is_needed_is_not_empty() {
    let empty = |what| Err(BadBody::Empty { what });
    assert_eq!(charter(|c| c.name.clear()), empty("the chapter's name"));
    assert_eq!(charter(|c| c.founders[0].handle.clear()), empty("the handle"));
    assert_eq!(post(|p| p.title.clear()), empty("the title"));
    let comment = Comment { on: EntryId([1; 32]), body: String::new() };
    assert_eq!(spoiled(comment, |_| (), Kind::Comment), empty("the comment"));
    assert_eq!(minutes(|m| m.attendance = vec![String::new()]), empty("a name on the attendance list"));
    assert_eq!(minutes(|m| m.decisions = vec![String::new()]), empty("a decision"));
    assert_eq!(poll(|p| p.questions.clear()), empty("the list of questions"));
    assert_eq!(poll(|p| p.questions[0].text.clear()), empty("a question"));
    assert_eq!(poll(|p| p.questions[0].options[1].clear()), empty("an option"));
    let nothing = ActionPoint { what: String::new(), due: None, owner: String::new() };
    assert_eq!(minutes(|m| m.actions = vec![nothing]), empty("an action point"));
    let untitled = AgendaItem { title: String::new(), notes: "x".into() };
    assert_eq!(minutes(|m| m.items = vec![untitled]), empty("the title of an agenda item"));
}

#[test]
fn lists_are_bounded() {
    let many = |what, got, max| Err(BadBody::TooMany { what, got, max });
    assert_eq!(minutes(|m| m.attendance = vec!["x".into(); 1000]), Ok(()));
    assert_eq!(minutes(|m| m.attendance = vec!["x".into(); 1001]), many("people on the attendance list", 1001, 1000));
    assert_eq!(minutes(|m| m.decisions = vec!["x".into(); 201]), many("decisions", 201, 200));
    let item = AgendaItem { title: "x".into(), notes: String::new() };
    assert_eq!(minutes(|m| m.items = vec![item.clone(); 200]), Ok(()));
    assert_eq!(minutes(|m| m.items = vec![item.clone(); 201]), many("agenda items", 201, 200));
    let action = ActionPoint { what: "x".into(), due: None, owner: String::new() };
    assert_eq!(minutes(|m| m.actions = vec![action.clone(); 201]), many("action points", 201, 200));
    let questions = |count| (0..count).map(|n| Question { key: format!("q{n}"), ..question() }).collect::<Vec<_>>();
    assert_eq!(poll(|p| p.questions = questions(50)), Ok(()));
    assert_eq!(poll(|p| p.questions = questions(51)), many("questions", 51, 50));
    let options = |count| (0..count).map(|n| format!("option {n}")).collect::<Vec<_>>();
    assert_eq!(poll(|p| p.questions[0].options = options(100)), Ok(()));
    assert_eq!(poll(|p| p.questions[0].options = options(101)), many("options of one question", 101, 100));
    assert_eq!(poll(|p| p.questions[0].options = options(1)), Err(BadBody::FewOptions));
    let ballot = |number, count| {
        let answers = vec![Answer::Blank; count];
        spoiled(Ballot { poll: EntryId([1; 32]), number, answers, reasons: vec![] }, |_| (), Kind::Ballot)
    };
    assert_eq!(ballot(1, 50), Ok(()));
    assert_eq!(ballot(1, 51), many("answers", 51, 50));
    assert!(matches!(ballot(0, 1), Err(BadBody::Number { .. })));
}

#[test]
fn questions_and_options_can_be_told_apart() {
    let same = vec!["yes".to_owned(), "yes".to_owned()];
    assert!(matches!(poll(|p| p.questions[0].options = same), Err(BadBody::Repeated { .. })));
    assert!(matches!(poll(|p| p.questions = vec![question(), question()]), Err(BadBody::Repeated { .. })));
    for key in ["a", "q-1_b", &"x".repeat(32)] {
        assert_eq!(poll(|p| p.questions[0].key = key.into()), Ok(()), "{key}");
    }
    for key in ["", "A", "a b", "ä", "a.b", &"x".repeat(33)] {
        assert_eq!(poll(|p| p.questions[0].key = key.into()), Err(BadBody::Key), "{key}");
    }
}

#[test]
fn polls_are_ones_that_can_be_counted() {
    let asks = |method: Method, options: usize| {
        poll(|p| {
            p.questions[0].options = (0..options).map(|n| n.to_string()).collect();
            p.questions[0].method = method;
        })
    };
    assert_eq!(asks(Method::Consent(Consent), 0), Ok(()));
    assert_eq!(asks(Method::Consent(Consent), 4), Err(BadBody::Positions));
    assert_eq!(asks(Method::SINGLE, 0), Err(BadBody::FewOptions));
    assert_eq!(asks(Method::Stv(Stv { seats: 3 }), 3), Ok(()));
    assert_eq!(asks(Method::Stv(Stv { seats: 4 }), 3), Err(BadBody::Uncountable(Unfit::Seats(0))));
    let approval = |max| Method::Approval(Approval { max, seats: 1, bar: None });
    assert_eq!(asks(approval(3), 2), Err(BadBody::Uncountable(Unfit::Max(0))));
    let half = |whole| vote::Fraction { part: 1, whole };
    let single = |whole| Method::Single(Single { bar: Some(Bar { share: half(whole), ..Bar::MAJORITY }) });
    assert_eq!(asks(single(1000), 2), Ok(()));
    assert_eq!(asks(single(1001), 2), Err(BadBody::Uncountable(Unfit::Bar(0))));
    assert_eq!(poll(|p| p.conduct.quorum = Some(half(0))), Err(BadBody::Uncountable(Unfit::Quorum)));

    let who = |n: u16| MemberId([n.to_be_bytes(), [0; 2]].concat().repeat(8).try_into().unwrap());
    let weight = |n, parts| Weight { member: who(n), parts, why: "two rooms".into() };
    let weighs = |list: Vec<Weight>| poll(|p| p.conduct.weights = list);
    let many = |what, got, max| Err(BadBody::TooMany { what, got, max });
    assert_eq!(weighs(vec![weight(1, 2), weight(2, 3)]), Ok(()));
    assert_eq!(weighs((0..1000).map(|n| weight(n, 1)).collect()), Ok(()));
    assert_eq!(weighs((0..1001).map(|n| weight(n, 1)).collect()), many("weights", 1001, 1000));
    assert_eq!(weighs(vec![weight(1, 0)]), Err(BadBody::Uncountable(Unfit::Weights)));
    assert_eq!(weighs((0..3).map(|n| weight(n, u32::MAX)).collect()), Err(BadBody::Uncountable(Unfit::Weights)));
    let two = |one: u16, other| matches!(weighs(vec![weight(one, 1), weight(other, 1)]), Err(BadBody::Repeated { .. }));
    assert!(two(1, 1) && two(2, 1));
    assert!(matches!(poll(|p| p.conduct.per_vote = 2), Err(BadBody::Number { .. })));
    assert_eq!(
        weighs(vec![Weight { why: String::new(), ..weight(1, 2) }]),
        Err(BadBody::Empty { what: "the reason for a weight" })
    );

    let observer = |n| Observer { member: who(n), why: "guest".into() };
    let observe = |list: Vec<Observer>| poll(|p| p.conduct.observers = list);
    assert_eq!(observe(vec![observer(1), observer(2)]), Ok(()));
    assert_eq!(observe((0..1001).map(observer).collect()), many("observers", 1001, 1000));
    assert!(matches!(observe(vec![observer(1), observer(1)]), Err(BadBody::Repeated { .. })));
    let both = |p: &mut Poll| {
        p.conduct.observers = vec![observer(1)];
        p.conduct.weights = vec![weight(1, 2)];
    };
    assert!(matches!(poll(both), Err(BadBody::Repeated { .. })));
}

#[test]
fn answers_have_one_form_and_an_end() {
    let ballot = |answers: Vec<Answer>, reasons: Vec<Reason>| {
        spoiled(Ballot { poll: EntryId([1; 32]), number: 1, answers, reasons }, |_| (), Kind::Ballot)
    };
    let one = |answer| ballot(vec![answer], vec![]);
    let repeated = |answer| matches!(one(answer), Err(BadBody::Repeated { .. }));
    let all = |count: u16| (0..count).collect::<Vec<_>>();
    let many = Err(BadBody::TooMany { what: "options in one answer", got: 101, max: 100 });
    assert_eq!(one(Answer::Approved(all(100))), Ok(()));
    assert_eq!(one(Answer::Approved(all(101))), many);
    assert_eq!(one(Answer::Ranks(Ranking::strict(all(101)))), many);
    assert_eq!(one(Answer::Dots(all(101).iter().map(|n| (*n, 1)).collect())), many);
    assert!(repeated(Answer::Approved(vec![1, 0])) && repeated(Answer::Approved(vec![1, 1])));
    assert!(repeated(Answer::Scores(vec![(1, 1), (0, 1)])) && repeated(Answer::Dots(vec![(1, 1), (1, 2)])));
    assert_eq!(one(Answer::Ranks(Ranking::levels_of(&[vec![2], vec![0, 1]]))), Ok(()));
    assert!(repeated(Answer::Ranks(Ranking::levels_of(&[vec![2], vec![1, 0]]))));

    let reason = |question, length| Reason { question, why: "x".repeat(length) };
    let reasons = |list| ballot(vec![Answer::Blank, Answer::One(0)], list);
    assert_eq!(reasons(vec![reason(0, 2000), reason(1, 1)]), Ok(()));
    assert!(matches!(reasons(vec![reason(0, 2001)]), Err(BadBody::TextTooLong { .. })));
    assert_eq!(reasons(vec![reason(0, 0)]), Err(BadBody::Empty { what: "a reason" }));
    for wrong in [vec![reason(2, 1)], vec![reason(1, 1), reason(0, 1)], vec![reason(1, 1), reason(1, 1)]] {
        assert!(matches!(reasons(wrong), Err(BadBody::Repeated { .. })));
    }
}

#[test]
fn a_vote_is_given_whole() {
    let give = |number, parts: &[(u8, u8)]| {
        let to =
            parts.iter().map(|(n, sixtieths)| Part { member: MemberId([*n; 32]), sixtieths: *sixtieths }).collect();
        spoiled(Delegation { poll: EntryId([1; 32]), number, to }, |_| (), Kind::Delegation)
    };
    assert_eq!(give(1, &[]), Ok(()));
    assert_eq!(give(1, &[(1, 60)]), Ok(()));
    assert_eq!(give(1, &[(1, 59), (2, 1)]), Ok(()));
    assert_eq!(give(1, &[(1, 59)]), Err(BadBody::Parts));
    assert_eq!(give(1, &[(1, 60), (2, 0)]), Err(BadBody::Parts));
    assert_eq!(give(1, &[(1, 255), (2, 61)]), Err(BadBody::Parts));
    assert!(matches!(give(1, &[(2, 30), (1, 30)]), Err(BadBody::Repeated { .. })));
    assert!(matches!(give(1, &[(1, 30), (1, 30)]), Err(BadBody::Repeated { .. })));
    assert!(matches!(give(0, &[]), Err(BadBody::Number { .. })));
    assert_eq!(give(1, &[1, 2, 3, 4, 5, 6].map(|n| (n, 10))), Ok(()));
    assert!(matches!(give(1, &[1, 2, 3, 4, 5, 6, 7].map(|n| (n, 8))), Err(BadBody::TooMany { got: 7, max: 6, .. })));
}

#[test]
fn rules_are_ones_that_this_program_can_keep() {
    assert_eq!(charter(|c| c.rules.sponsors = 20), Ok(()));
    for sponsors in [0, 21] {
        assert!(matches!(charter(|c| c.rules.sponsors = sponsors), Err(BadBody::Number { .. })));
    }
    assert!(matches!(charter(|c| c.rules.stands_for = 366 * 24 + 1), Err(BadBody::Number { .. })));
    assert!(matches!(charter(|c| c.rules.questions = vec!["Why?".into(); 11]), Err(BadBody::TooMany { .. })));
    assert!(matches!(charter(|c| c.rules.statement = "a".repeat(8193)), Err(BadBody::TextTooLong { .. })));
    assert_eq!(charter(|c| c.founders.clear()), Err(BadBody::Founders));
    assert_eq!(charter(|c| c.founders = vec![c.founders[0].clone(), c.founders[0].clone()]), Err(BadBody::Founders));
    assert!(matches!(charter(|c| c.rules.operating_from = 0), Err(BadBody::Number { .. })));
    for (part, whole) in [(0, 1), (2, 1), (1, 1001), (0, 0)] {
        let fraction = Fraction { part, whole };
        assert!(matches!(charter(|c| c.rules.removal.quorum = fraction), Err(BadBody::Fraction { .. })));
        assert!(matches!(charter(|c| c.rules.removal.majority = fraction), Err(BadBody::Fraction { .. })));
        assert!(matches!(charter(|c| c.rules.decision.quorum = fraction), Err(BadBody::Fraction { .. })));
        assert!(matches!(charter(|c| c.rules.decision.majority = fraction), Err(BadBody::Fraction { .. })));
    }
    assert_eq!(charter(|c| c.rules.removal.quorum = Fraction { part: 1000, whole: 1000 }), Ok(()));
    let invite = |uses| spoiled(Invite { invitation: [1; 32], expires: Timestamp(1), uses }, |_| (), Kind::Invite);
    assert_eq!(invite(1000), Ok(()));
    assert!(matches!(invite(0), Err(BadBody::Number { .. })));
    assert!(matches!(invite(1001), Err(BadBody::Number { .. })));
}

#[test]
fn times_end_with_the_year_9999() {
    let invite = |expires| Kind::Invite(Invite { invitation: [1; 32], expires, uses: 1 });
    let (number, body) = kinds::encode(&invite(time::LAST));
    assert_eq!(kinds::decode(number, &body), Ok(invite(time::LAST)));
    let (number, body) = kinds::encode(&invite(Timestamp(time::LAST.0 + 1)));
    assert_eq!(kinds::decode(number, &body), Err(BadBody::Malformed));
}

#[test]
fn characters_that_cannot_be_shown_are_refused() {
    let title = Err(BadBody::Character { what: "the title" });
    for c in ["\u{0}", "\n", "\t", "\r", "\u{7f}", "\u{85}", "\u{9f}", "\u{2028}", "\u{202e}", "\u{2066}"] {
        assert_eq!(post(|p| p.title = format!("a{c}b")), title, "{c:?}");
    }
    for c in ["\u{0}", "\r", "\u{1b}", "\u{7f}", "\u{85}", "\u{2028}", "\u{202e}", "\u{2067}"] {
        assert_eq!(post(|p| p.body = format!("a{c}b")), Err(BadBody::Character { what: "the text" }), "{c:?}");
    }
    assert_eq!(post(|p| p.body = "a\n\tb \u{200f}".into()), Ok(()));
    assert_eq!(post(|p| p.title = " a".into()), Err(BadBody::Spaces { what: "the title" }));
    assert_eq!(post(|p| p.title = "a ".into()), Err(BadBody::Spaces { what: "the title" }));
    assert_eq!(text::tidy_line("  \u{202e}Two\r\nlines\u{7} "), "Two  lines");
    assert_eq!(text::tidy_text("a\r\nb\rc\u{7}\td"), "a\nb\nc\td");
    assert_eq!(text::tidy_text("\u{202e}a\u{2028}b\u{2066}\u{200e}c"), "a\nb\u{200e}c");
}

#[test]
fn handles_are_names_without_tricks() {
    let handle = |name: &str| charter(|c| c.founders[0].handle = name.into());
    for good in ["rowan", "Asha-2", "j.r_k", "Zoë", "Łukasz", "Τάσος", "Нина", "नूर", "佐々木", "محمد", "𠮷野", &of(32)]
    {
        assert_eq!(handle(good), Ok(()), "{good}");
    }
    for bad in [
        "ro wan",
        "ro\u{a0}wan",
        "rowan!",
        "@rowan",
        "ro\u{200b}wan",
        "\u{202e}nawor",
        "ro\u{ad}wan",
        "ro\u{300}\u{34f}",
        "★",
        "🙂",
        "a/b",
        "a\nb",
        "\u{feff}rowan",
        "ro\u{e0001}wan",
        "\u{e000}",
        "ＲＯ！",
        "“rowan”",
        "rowan…",
    ] {
        assert_eq!(handle(bad), Err(BadBody::HandleCharacter), "{bad:?}");
    }
    long(handle(&of(33)), "the handle", 32);
}

#[test]
fn days_and_times_are_real_ones() {
    for good in ["2024-02-29", "2000-02-29", "2026-12-31", "0001-01-01", "9999-12-31"] {
        assert_eq!(good.parse::<Date>().unwrap().to_string(), good);
    }
    for bad in [
        "2026-02-29",
        "1900-02-29",
        "2026-04-31",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "2026-01-32",
        "0000-01-01",
        "2026-1-1",
        "26-01-01",
        "2026-01-01 ",
        "+026-01-01",
        "2026-01-01-01",
        "2026/01/01",
        "",
        "ééé",
    ] {
        assert!(bad.parse::<Date>().is_err(), "{bad}");
    }
    for good in ["00:00", "23:59", "18:30"] {
        assert_eq!(good.parse::<TimeOfDay>().unwrap().to_string(), good);
    }
    for bad in ["24:00", "18:60", "8:30", "18:3", "18.30", "18:30:00", "", "-1:30"] {
        assert!(bad.parse::<TimeOfDay>().is_err(), "{bad}");
    }
    assert!("2026-09-30".parse::<Date>().unwrap() < "2026-10-01".parse().unwrap());
}

#[test]
fn a_statement_holds_only_as_it_was_signed() {
    let chapter = chapterhouse_chapter::testing::Chapter::founded_by("rowan");
    let Kind::Admit(admit) = chapter.admission(EntryId([1; 32]), "door", "asha", 0) else { panic!("no admission") };
    let good = admit.statement;
    assert_eq!(good.verify(), Ok(()));
    assert_eq!(kinds::JoinStatement::from_bytes(&good.to_bytes()), Ok(good.clone()));
    let spoilt = |spoil: &dyn Fn(&mut kinds::JoinStatement)| {
        let mut statement = good.clone();
        spoil(&mut statement);
        statement.verify()
    };
    use kinds::BadJoin;
    assert_eq!(spoilt(&|s| s.by_invitation[5] ^= 1), Err(BadJoin::Invitation));
    assert_eq!(spoilt(&|s| s.by_member[5] ^= 1), Err(BadJoin::Member));
    assert_eq!(spoilt(&|s| s.by_device[5] ^= 1), Err(BadJoin::Device));
    // Everything that is stated is under the signatures.
    assert_eq!(spoilt(&|s| s.join.handle = "imre".into()), Err(BadJoin::Invitation));
    assert_eq!(spoilt(&|s| s.join.chapter.0[0] ^= 1), Err(BadJoin::Invitation));
    assert_eq!(spoilt(&|s| s.join.time.0 += 1), Err(BadJoin::Invitation));
    assert_eq!(spoilt(&|s| s.join.cert = people::cert("asha", 1)), Err(BadJoin::Invitation));
    // A certificate by somebody else, with everything else signed anew.
    let mut join = good.join.clone();
    join.cert.signature[0] ^= 1;
    let (invitation, member) = (people::invitation_key("door"), people::member_key("asha"));
    assert_eq!(join.sign(&invitation, &member, &people::device_key("asha", 0)).verify(), Err(BadJoin::Cert));
}
