//! Who closes a poll, and what nobody can do to a vote by a clock, by silence, or by saying two things.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    Kind, Past, View, Void,
    kinds::{Conduct, Cutoff, Measure, Poll, Question, Receipt, Role, decode, number, teller::MAX_RECEIPTS},
    testing::{
        Chapter,
        orders::settled,
        people::member,
        story::{MINUTE, WEEK, ballot, giving, revocation},
    },
    view::{Closing, TellerWord},
};
use entry::{Entry, EntryId, MemberId, Timestamp, Verified};
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use vote::Method;

const NAMES: [&str; 5] = ["asha", "imre", "noor", "tomas", "vera"];
const MOST: [&str; 4] = ["rowan", "asha", "imre", "noor"];

/// Six members, of whom asha, imre and noor are tellers.
fn six() -> Chapter {
    let mut chapter = Chapter::founded_by("rowan").with(NAMES);
    chapter.make_tellers(&["asha", "imre", "noor"], &MOST);
    chapter
}

fn tellers(names: &[&str]) -> Vec<MemberId> {
    let mut tellers: Vec<MemberId> = names.iter().map(|name| member(name)).collect();
    tellers.sort_unstable();
    tellers
}

fn draft(chapter: &Chapter, names: &[&str]) -> Kind {
    let options = vec!["yes".into(), "no".into()];
    let question = Question { key: "q".into(), text: "Roof?".into(), options, method: Method::SINGLE };
    let conduct = Conduct { tellers: tellers(names), delegation: true, ..Conduct::default() };
    chapter.draft_poll_held("Roof?", vec![question], conduct)
}

fn open(chapter: &mut Chapter, names: &[&str]) -> EntryId {
    let poll = draft(chapter, names);
    chapter.by("rowan").writes(&poll)
}

fn three(chapter: &mut Chapter) -> EntryId {
    open(chapter, &["asha", "imre", "noor"])
}

fn closes(chapter: &Chapter, poll: &EntryId) -> Timestamp {
    chapter.view().poll(poll).unwrap().rules.closes
}

fn yes_no(view: &View, poll: &EntryId) -> (u64, u64) {
    let votes = &view.outcome(poll).unwrap().questions[0].options;
    (votes[0], votes[1])
}

fn void_of(view: &View, poll: &EntryId, vote: &EntryId) -> Option<Void> {
    view.ballots(poll).into_iter().find(|cast| cast.ballot.entry == *vote).unwrap().void
}

fn word(closing: &Closing, name: &str) -> TellerWord {
    closing.tellers.iter().find(|teller| teller.member == member(name)).unwrap().word.clone()
}

fn state(view: &View, poll: &EntryId) -> (usize, usize, bool) {
    let closing = view.closing(poll).unwrap();
    (closing.missing, closing.open, closing.settled)
}

#[test]
fn a_result_is_final_once_nobody_who_is_missing_could_change_it() {
    let mut chapter = six();
    let poll = three(&mut chapter);
    chapter.vote("rowan", poll, 1, &[Some(0)]);
    chapter.vote("vera", poll, 1, &[Some(1)]);
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), state(&view, &poll)), ((1, 1), (3, 2, false)));
    chapter.cutoff("asha", poll);
    assert_eq!(state(&settled(&chapter), &poll), (2, 2, false));
    chapter.cutoff("imre", poll);
    let view = settled(&chapter);
    // Both saw the same: whatever noor says, it stays.
    assert_eq!((yes_no(&view, &poll), state(&view, &poll)), ((1, 1), (1, 0, true)));
    assert_eq!(view.closing(&poll).unwrap().missing_members().collect::<Vec<_>>(), [&member("noor")]);
    chapter.cutoff("noor", poll);
    assert_eq!(state(&settled(&chapter), &poll), (0, 0, true));
    let plain = chapter.poll("rowan", "Without tellers?");
    assert_eq!(chapter.view().closing(&plain), None);
}

/// Attack: a ballot from after the cutoffs, with a time from before the close in it.
#[test]
fn a_ballot_after_the_cutoff_is_late_whatever_its_time_says() {
    let mut chapter = six();
    let poll = three(&mut chapter);
    let (early, place) = (chapter.heads().clone(), chapter.place_of("tomas", 0));
    chapter.vote("rowan", poll, 1, &[Some(0)]);
    chapter.cutoff("asha", poll);
    let at = closes(&chapter, &poll);
    let late = chapter.by("tomas").seeing(early).behind(place).at(at).writes(&ballot(poll, 1, &[Some(1)]));
    let view = settled(&chapter);
    // Two tellers may still have seen it.
    assert_eq!((yes_no(&view, &poll), void_of(&view, &poll, &late)), ((1, 1), None));
    let without: Vec<EntryId> = chapter.heads().iter().copied().filter(|head| *head != late).collect();
    chapter.cutoff_seeing("imre", poll, without);
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), void_of(&view, &poll, &late)), ((1, 0), Some(Void::Unseen)));
    assert_eq!((view.counted(&late), view.voters(&poll).len()), (Ok(()), 1), "the entry is good; it was late");
    // One teller who helps the voter is not enough.
    chapter.cutoff("noor", poll);
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), state(&view, &poll)), ((1, 0), (0, 0, true)));
}

/// What was cast before counts again where the later one came too late; and the same for a vote that was given away.
#[test]
fn the_ballot_before_the_late_one_counts() {
    let mut chapter = six();
    let poll = three(&mut chapter);
    chapter.vote("tomas", poll, 1, &[Some(0)]);
    chapter.by("vera").writes(&giving(poll, 1, &[("tomas", 60)]));
    let before: Vec<EntryId> = chapter.heads().iter().copied().collect();
    let late = chapter.vote("tomas", poll, 2, &[Some(1)]);
    chapter.by("vera").writes(&giving(poll, 2, &[]));
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), state(&view, &poll)), ((0, 1), (3, 2, false)), "four votes of two");
    chapter.cutoff_seeing("asha", poll, before.clone());
    chapter.cutoff_seeing("imre", poll, before.clone());
    let view = settled(&chapter);
    assert!(matches!(word(&view.closing(&poll).unwrap(), "asha"), TellerWord::Closed { votes: 2, .. }));
    assert_eq!((yes_no(&view, &poll), void_of(&view, &poll, &late)), ((2, 0), Some(Void::Unseen)));
    assert_eq!(view.delegations(&poll).iter().filter(|given| given.void == Some(Void::Unseen)).count(), 1);
}

/// Attack: a teller leaves a ballot out.
#[test]
fn a_teller_who_leaves_a_ballot_out_is_outvoted_and_says_so_themself_by_their_receipt() {
    let mut chapter = six();
    let poll = three(&mut chapter);
    let (before, place) = (chapter.heads().clone(), chapter.place_of("asha", 0));
    let vote = chapter.vote("tomas", poll, 1, &[Some(1)]);
    let receipt = chapter.receipt("asha", poll);
    assert_eq!(chapter.view().seen_by(&poll, &vote), [member("asha")]);
    chapter.cutoff("imre", poll);
    chapter.cutoff("noor", poll);
    // By signing once more behind an older entry asha could pretend not to have seen it.
    let empty = Kind::Cutoff(Cutoff::of(poll, Vec::new()));
    let at = closes(&chapter, &poll).plus(MINUTE);
    let cutoff = chapter.by("asha").seeing(before).behind(place).at(at).writes(&empty);
    let view = settled(&chapter);
    let closing = view.closing(&poll).unwrap();
    assert_eq!(word(&closing, "asha"), TellerWord::Contradicts { entries: vec![cutoff, receipt] });
    assert_eq!((yes_no(&view, &poll), closing.settled), ((0, 1), true), "the others had it");
}

/// Attack: a teller signs two cutoffs.
#[test]
fn a_teller_who_closes_twice_is_shown_and_not_counted() {
    let mut chapter = six();
    let poll = three(&mut chapter);
    chapter.vote("rowan", poll, 1, &[Some(0)]);
    let (before, place) = (chapter.heads().clone(), chapter.place_of("asha", 0));
    chapter.vote("tomas", poll, 1, &[Some(1)]);
    let one = chapter.cutoff("asha", poll);
    let at = closes(&chapter, &poll).plus(MINUTE);
    let other = chapter.view_of(before.iter().copied()).draft_cutoff(&poll).unwrap();
    let two = chapter.by("asha").seeing(before).behind(place).at(at).writes(&Kind::Cutoff(other));
    let view = settled(&chapter);
    let mut both = vec![one, two];
    both.sort_unstable();
    assert_eq!(word(&view.closing(&poll).unwrap(), "asha"), TellerWord::Contradicts { entries: both });
    assert_eq!(state(&view, &poll), (3, 2, false));
    assert!(
        view.forks().iter().any(|fork| fork.entries.contains(&one)),
        "and the device is shown to have signed twice"
    );
    // Behind one's own cutoff there is no second one, nor a receipt.
    let again = chapter.cutoff("imre", poll);
    let second = chapter.cutoff("imre", poll);
    let receipt = chapter.receipt("imre", poll);
    let view = settled(&chapter);
    assert_eq!(view.counted(&again), Ok(()));
    assert_eq!(view.counted(&second), Err(Void::ClosedAlready));
    assert_eq!(view.counted(&receipt), Err(Void::ClosedAlready));
}

/// A teller with two computers that do not hear of each other says the same twice, and contradicts nobody.
#[test]
fn two_computers_that_saw_the_same_are_no_contradiction() {
    let mut chapter = six();
    chapter.add_device("asha", 0, 1);
    let poll = three(&mut chapter);
    chapter.vote("rowan", poll, 1, &[Some(0)]);
    let before: Vec<EntryId> = chapter.heads().iter().copied().collect();
    let cutoff = chapter.view().draft_cutoff(&poll).unwrap();
    let at = closes(&chapter, &poll).plus(1);
    let one = chapter.cutoff_seeing("asha", poll, before.clone());
    let two = chapter.by("asha").on(1).seeing(before).at(at).writes(&Kind::Cutoff(cutoff));
    let closing = settled(&chapter).closing(&poll).unwrap();
    let TellerWord::Closed { entry, votes, .. } = word(&closing, "asha") else { panic!("contradicts") };
    assert_eq!((entry, votes), (one.min(two), 1));
}

/// Another computer of hers that gathered votes in after the close promised nothing.
#[test]
fn a_receipt_from_after_the_close_contradicts_nothing() {
    for (after, contradicts) in [(0, true), (1, false)] {
        let mut chapter = six();
        chapter.add_device("asha", 0, 1);
        let poll = three(&mut chapter);
        let before: Vec<EntryId> = chapter.heads().iter().copied().collect();
        chapter.vote("rowan", poll, 1, &[Some(0)]);
        let at = closes(&chapter, &poll).plus(after);
        chapter.by("asha").on(1).at(at).writes(&Kind::Receipt(Receipt { poll }));
        chapter.cutoff_seeing("asha", poll, before);
        let said = word(&settled(&chapter).closing(&poll).unwrap(), "asha");
        assert_eq!(matches!(said, TellerWord::Contradicts { .. }), contradicts, "{said:?}");
    }
}

#[test]
fn what_is_no_cutoff_and_no_receipt() {
    let mut chapter = six();
    let poll = three(&mut chapter);
    let plain = chapter.poll("rowan", "Without tellers?");
    chapter.vote("rowan", poll, 1, &[Some(0)]);
    let (closes, good) = (closes(&chapter, &poll), chapter.view().draft_cutoff(&poll).unwrap());
    let write = |chapter: &mut Chapter, name: &str, kind: Kind, at: Timestamp| chapter.by(name).at(at).writes(&kind);
    let early = write(&mut chapter, "asha", Kind::Cutoff(good), closes);
    let stranger = write(&mut chapter, "tomas", Kind::Cutoff(good), closes.plus(1));
    let more = Cutoff::of(poll, vec![EntryId([9; 32])]);
    let invented = write(&mut chapter, "asha", Kind::Cutoff(more), closes.plus(1));
    let fewer = write(&mut chapter, "asha", Kind::Cutoff(Cutoff::of(poll, vec![])), closes.plus(1));
    let none = write(&mut chapter, "asha", Kind::Receipt(Receipt { poll: EntryId([9; 32]) }), closes);
    let untold = write(&mut chapter, "asha", Kind::Receipt(Receipt { poll: plain }), closes);
    let not_theirs = write(&mut chapter, "vera", Kind::Receipt(Receipt { poll }), closes);
    let right = write(&mut chapter, "asha", Kind::Cutoff(good), closes.plus(1));
    let view = settled(&chapter);
    let reasons = [
        (early, Void::TooEarly),
        (stranger, Void::NotATeller),
        (invented, Void::WrongVotes),
        (fewer, Void::WrongVotes),
        (none, Void::UnknownTarget),
        (untold, Void::NotATeller),
        (not_theirs, Void::NotATeller),
    ];
    for (entry, void) in reasons {
        assert_eq!(view.counted(&entry), Err(void));
    }
    assert_eq!((view.counted(&right), state(&view, &poll)), (Ok(()), (2, 1, false)));
}

#[test]
fn only_members_with_the_task_close_a_poll() {
    let mut chapter = six();
    let polls = [(vec!["asha", "tomas"], false), (vec!["asha"], true), (vec!["asha", "imre", "noor"], true)];
    for (names, good) in polls {
        let poll = open(&mut chapter, &names);
        let expected = if good { Ok(()) } else { Err(Void::WrongTellers) };
        assert_eq!(settled(&chapter).counted(&poll), expected, "{names:?}");
    }
    // The term has to last until the close.
    let Kind::Poll(poll) = draft(&chapter, &["asha"]) else { panic!("no poll") };
    let long = Kind::Poll(Poll { closes: chapter.now().plus(5 * WEEK), ..poll });
    let long = chapter.by("rowan").writes(&long);
    assert_eq!(settled(&chapter).counted(&long), Err(Void::WrongTellers));
    chapter.decide(Measure::Recall { role: Role::Teller, member: member("asha") }, &MOST);
    let poll = draft(&chapter, &["asha"]);
    let poll = chapter.by("rowan").writes(&poll);
    assert_eq!(settled(&chapter).counted(&poll), Err(Void::WrongTellers));
}

/// Attack: a teller never answers. The chapter takes the task from them, and gives it to somebody else.
#[test]
fn a_vanished_teller_is_replaced_by_decision() {
    let mut chapter = six();
    let poll = open(&mut chapter, &["asha", "imre"]);
    let vote = chapter.vote("rowan", poll, 1, &[Some(0)]);
    chapter.cutoff("imre", poll);
    assert_eq!(state(&settled(&chapter), &poll), (1, 1, false));
    let before: Vec<EntryId> = chapter.heads().iter().copied().collect();
    // Noor has the task, but nobody's place is free.
    chapter.cutoff("noor", poll);
    assert_eq!(state(&settled(&chapter), &poll), (1, 1, false));
    let recall = Measure::Recall { role: Role::Teller, member: member("asha") };
    chapter.decide(recall, &["rowan", "imre", "noor", "tomas"]);
    let view = settled(&chapter);
    let closing = view.closing(&poll).unwrap();
    assert_eq!((closing.missing, closing.open, closing.settled), (0, 0, true));
    let noor = closing.tellers.iter().find(|teller| teller.member == member("noor")).unwrap();
    assert!(noor.substitute && matches!(noor.word, TellerWord::Closed { votes: 1, .. }));
    // Whoever comes back from the woods changes nothing any more.
    let late = chapter.cutoff_seeing("asha", poll, before);
    let view = settled(&chapter);
    assert_eq!(view.counted(&late), Ok(()));
    let closing = view.closing(&poll).unwrap();
    assert_eq!(word(&closing, "asha"), TellerWord::Recalled { entry: late });
    assert_eq!((closing.missing, closing.settled, void_of(&view, &poll, &vote)), (0, true, None));
}

/// A recall takes nothing from what it had seen.
#[test]
fn a_recall_undoes_no_cutoff_that_it_had_seen() {
    let mut chapter = six();
    let poll = open(&mut chapter, &["asha"]);
    chapter.vote("rowan", poll, 1, &[Some(0)]);
    chapter.cutoff("asha", poll);
    chapter.decide(Measure::Recall { role: Role::Teller, member: member("asha") }, &MOST);
    chapter.make_tellers(&["tomas"], &MOST);
    let in_time = closes(&chapter, &poll);
    chapter.by("vera").at(in_time).writes(&ballot(poll, 1, &[Some(0)]));
    chapter.cutoff("tomas", poll);
    let view = settled(&chapter);
    assert_eq!((state(&view, &poll), yes_no(&view, &poll)), ((0, 0, true), (1, 0)));
}

/// Attack: a removed teller closes the poll as if nothing had been.
#[test]
fn a_removed_tellers_cutoff_counts_only_if_the_removal_had_seen_it() {
    let mut chapter = six();
    let poll = open(&mut chapter, &["asha"]);
    chapter.vote("rowan", poll, 1, &[Some(0)]);
    let before: Vec<EntryId> = chapter.heads().iter().copied().collect();
    let removal = chapter.remove("asha", &["rowan", "imre", "noor", "tomas"]);
    let cutoff = chapter.cutoff_seeing("asha", poll, before);
    let view = settled(&chapter);
    assert_eq!(view.counted(&cutoff), Err(Void::Removed { by: removal }));
    assert_eq!(state(&view, &poll), (1, 1, false));
    chapter.cutoff("imre", poll);
    assert_eq!(state(&settled(&chapter), &poll), (0, 0, true));
}

/// Attack: a flood of receipts. Each is a statement about the whole past, so a bounded number is enough for anybody.
#[test]
fn receipts_are_bounded() {
    let mut chapter = six();
    let poll = three(&mut chapter);
    for _ in 0..MAX_RECEIPTS {
        chapter.receipt("asha", poll);
    }
    let over = chapter.receipt("asha", poll);
    let vote = chapter.vote("rowan", poll, 1, &[Some(0)]);
    let other = chapter.receipt("imre", poll);
    let view = chapter.view();
    assert_eq!((view.counted(&over), view.counted(&other)), (Err(Void::TooManyReceipts), Ok(())));
    assert_eq!(view.seen_by(&poll, &vote), [member("imre")]);
}

/// Receipts tell only what is new in each; together they tell all.
#[test]
fn receipts_add_up() {
    let mut chapter = six();
    let poll = three(&mut chapter);
    let one = chapter.vote("rowan", poll, 1, &[Some(0)]);
    chapter.receipt("asha", poll);
    let two = chapter.vote("vera", poll, 1, &[Some(0)]);
    let device = chapterhouse_chapter::testing::people::device("asha", 0);
    assert_eq!(chapter.view().unreceipted(&poll, &device).0, [two]);
    chapter.receipt("asha", poll);
    let view = settled(&chapter);
    assert_eq!(view.unreceipted(&poll, &device), (vec![], Some(chapter.now())));
    let asha = view.closing(&poll).unwrap().tellers.into_iter().find(|teller| teller.member == member("asha")).unwrap();
    assert_eq!(asha.receipts, (2, 2));
    for vote in [one, two] {
        assert_eq!(view.seen_by(&poll, &vote), [member("asha")]);
    }
}

/// Which votes a poll without recalls leaves to the count, which of these it holds, and whether it is settled, from KINDS.md alone:
/// everything is asked of entries and their pasts. Nobody's time ends but by revocations.
fn by_the_book(chapter: &Chapter, view: &View, poll: &EntryId, named: &[&str]) -> (Vec<EntryId>, Vec<EntryId>, bool) {
    let closes = view.poll(poll).unwrap().rules.closes;
    let of_kind = |kinds: &'static [u64]| {
        let valid = |entry: &&Entry<Verified>| {
            view.counted(&entry.id()).is_ok()
                || view.item(&entry.id()).is_some_and(|item| item.void.is_some_and(|void| void.is_later()))
        };
        chapter.entries().iter().filter(move |entry| kinds.contains(&entry.content().kind)).filter(valid)
    };
    let knows = |of: &EntryId, entry: &EntryId| chapter.graph().contains(entry, of);
    let votes: Vec<&Entry<Verified>> = of_kind(&[number::BALLOT, number::DELEGATION]).collect();
    // In the past of an entry.
    let revoked = |entry: &Entry<Verified>, of: &EntryId| {
        of_kind(&[number::REVOKE]).filter(|act| knows(of, &act.id())).any(|act| {
            let Ok(Kind::Revoke(revoke)) = decode(number::REVOKE, act.body().unwrap()) else { panic!("no revocation") };
            let seen = revoke.last.is_some_and(|last| last == entry.id() || knows(&last, &entry.id()));
            revoke.device == entry.content().device && !seen
        })
    };
    let stands_by = |of: &EntryId, vote: &Entry<Verified>| {
        let place = |entry: &Entry<Verified>| (entry.content().device, entry.content().seq);
        let others = chapter.entries().iter().filter(|other| place(other) == place(vote) && other.id() < vote.id());
        let signed = |other: &&Entry<Verified>| view.item(&other.id()).unwrap().author.is_some();
        let mut others = others.filter(|other| knows(of, &other.id()) && signed(other) && !revoked(other, of));
        knows(of, &vote.id()) && !revoked(vote, of) && others.next().is_none()
    };
    let has =
        |of: &EntryId| -> Vec<EntryId> { votes.iter().map(|vote| vote.id()).filter(|vote| knows(of, vote)).collect() };
    let standing = |of: &EntryId| -> Vec<EntryId> {
        votes.iter().filter(|vote| stands_by(of, vote)).map(|vote| vote.id()).collect()
    };
    let mut cutoffs = Vec::new();
    for name in named {
        let own = |kind: &'static [u64]| {
            of_kind(kind).filter(|entry| view.item(&entry.id()).unwrap().author == Some(member(name)))
        };
        let closed: Vec<_> = own(&[number::CUTOFF]).map(|cutoff| (has(&cutoff.id()), standing(&cutoff.id()))).collect();
        let Some(first) = closed.first() else { continue };
        let early = own(&[number::RECEIPT]).filter(|receipt| receipt.content().time <= closes);
        let broken = early.flat_map(|receipt| has(&receipt.id())).any(|vote| !first.0.contains(&vote));
        if closed.iter().all(|other| other == first) && !broken {
            cutoffs.push(first.1.clone());
        }
    }
    let (need, missing) = (named.len() / 2 + 1, named.len() - cutoffs.len());
    let all = || votes.iter().map(|vote| vote.id());
    let stand = |vote: &EntryId| cutoffs.iter().filter(|cutoff| cutoff.contains(vote)).count();
    let left = all().filter(|vote| stand(vote) + missing >= need).collect();
    let held: Vec<EntryId> = all().filter(|vote| stand(vote) >= need).collect();
    let settled = missing < need && all().all(|vote| held.contains(&vote) || stand(&vote) + missing < need);
    (left, held, settled)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: Some(Box::new(FileFailurePersistence::Off)), ..ProptestConfig::default() })]

    /// Voters and tellers who see this and that, sign twice in one place, close when they like, and voters who revoke what they
    /// voted with: in every order it comes to the same, and to what the rules say.
    #[test]
    fn whatever_is_said_comes_to_the_same_in_every_order(deeds in proptest::collection::vec((0_u8..12, 0_usize..6, any::<u32>()), 4..30)) {
        let names = ["rowan", "asha", "imre", "noor", "tomas", "vera"];
        let mut chapter = six();
        for name in ["rowan", "tomas", "vera"] {
            chapter.add_device(name, 0, 1);
        }
        let poll = three(&mut chapter);
        let (closes, opened) = (closes(&chapter, &poll), chapter.entries().len());
        let mut places: Vec<_> = names.iter().map(|name| vec![chapter.place_of(name, 0)]).collect();
        for (n, (deed, who, dice)) in (1..).zip(deeds) {
            let who = match deed {
                0..=3 => who,
                4..=9 => 1 + who % 3,
                _ => [0, 4, 5][who % 3],
            };
            let name = names[who];
            let since = &chapter.entries()[opened - 1..];
            let seeing: Vec<EntryId> = if dice % 3 == 0 {
                chapter.heads().iter().copied().collect()
            } else {
                (0..2).map(|shift| since[(dice >> (8 * shift)) as usize % since.len()].id()).collect()
            };
            if deed >= 10 {
                // From after the poll, which rowan opened, so that there is one.
                let before = places[who][dice as usize % places[who].len()].map(|(_, id)| id);
                let before = before.filter(|id| seeing.iter().any(|seen| seen == id || chapter.graph().contains(id, seen)));
                let last = before.or((who == 0).then_some(poll));
                chapter.by(name).on(1).seeing(seeing).at(closes.plus(2)).writes(&revocation(name, 0, last));
                continue;
            }
            let place = if deed == 9 || deed == 3 && dice % 2 == 0 { places[who][dice as usize % places[who].len()] } else { chapter.place_of(name, 0) };
            let seen = chapter.view_of(seeing.iter().copied().chain(place.map(|(_, id)| id)));
            let (kind, time) = match deed {
                0..=2 => (ballot(poll, n, &[Some((dice % 2) as u16)]), closes),
                3 => (giving(poll, n, &[(names[(who + 1) % 6], 60)]), closes),
                4..=5 => (Kind::Receipt(Receipt { poll }), if dice % 5 == 0 { closes.plus(1) } else { closes }),
                _ => (Kind::Cutoff(seen.draft_cutoff(&poll).unwrap_or(Cutoff::of(poll, vec![]))), closes.plus(1)),
            };
            chapter.by(name).seeing(seeing).behind(place).at(time).writes(&kind);
            places[who].push(chapter.place_of(name, 0));
        }
        let view = settled(&chapter);
        let (left, held, done) = by_the_book(&chapter, &view, &poll, &["asha", "imre", "noor"]);
        let cast = view.ballots(&poll).into_iter().map(|cast| (cast.ballot.entry, cast.void));
        let given = view.delegations(&poll).into_iter().map(|given| (given.delegation.entry, given.void));
        for (vote, void) in cast.chain(given) {
            if held.contains(&vote) {
                prop_assert_eq!(void, None);
            } else if left.contains(&vote) {
                prop_assert!(matches!(void, None | Some(Void::Forked { .. } | Void::Revoked { .. })), "{vote:?} {void:?}");
            } else {
                prop_assert!(void.is_some(), "{vote:?} is ruled out");
            }
        }
        prop_assert_eq!(view.closing(&poll).unwrap().settled, done);
    }
}

/// Attack: a flood of ballots. Each replaces the one before; what others sign about them does not grow, and the result is the one
/// of the last.
#[test]
fn a_flood_of_ballots_is_one_ballot() {
    const FLOOD: u64 = 2_000;
    let mut chapter = six();
    let poll = three(&mut chapter);
    chapter.vote("rowan", poll, 1, &[Some(0)]);
    for number in 1..=FLOOD {
        chapter.vote("tomas", poll, number, &[Some((number % 2) as u16)]);
    }
    let receipt = chapter.receipt("asha", poll);
    let cutoffs = ["asha", "imre", "noor"].map(|name| chapter.cutoff(name, poll));
    let view = chapter.view();
    let outcome = view.outcome(&poll).unwrap();
    assert_eq!((outcome.voters, outcome.replaced.len() as u64, yes_no(&view, &poll)), (2, FLOOD - 1, (2, 0)));
    let size = |id: &EntryId| chapter.entry(id).unwrap().body().unwrap().len();
    assert!(size(&receipt) < 40 && cutoffs.iter().all(|cutoff| size(cutoff) < 80), "what tellers sign has one size");
    let asha = view.closing(&poll).unwrap().tellers.into_iter().find(|teller| teller.member == member("asha")).unwrap();
    assert_eq!(asha.receipts, (1, 2), "one receipt for all of them, told in voters");
    let alone = [&last_ballot(&view, &poll), &first_ballot(&view, &poll, "rowan")];
    assert_eq!(vote::count(&view.poll(&poll).unwrap().rules, alone).hash(), outcome.hash());
}

fn last_ballot(view: &View, poll: &EntryId) -> vote::Ballot {
    view.ballots(poll).into_iter().max_by_key(|cast| cast.ballot.number).unwrap().ballot
}

fn first_ballot(view: &View, poll: &EntryId, name: &str) -> vote::Ballot {
    view.ballots(poll).into_iter().find(|cast| cast.ballot.member == member(name)).unwrap().ballot
}

/// Attack: a ballot, or a teller's word, from another poll or another chapter is brought along.
#[test]
fn nothing_is_replayed() {
    let mut chapter = six();
    let (one, other) = (three(&mut chapter), three(&mut chapter));
    let cast = chapter.vote("rowan", one, 1, &[Some(0)]);
    let cutoff = chapter.cutoff("asha", one);
    // The same body in the other poll's time is still about the first poll; signed by another it is that one's own vote.
    let copied = chapter.entry(&cast).unwrap().body().unwrap().to_vec();
    let in_time = closes(&chapter, &one);
    chapter.by("tomas").at(in_time).writes_raw(number::BALLOT, copied).unwrap();
    let again = chapter.entry(&cutoff).unwrap().body().unwrap().to_vec();
    let at = closes(&chapter, &one).plus(1);
    let again = chapter.by("imre").at(at).writes_raw(number::CUTOFF, again).unwrap();
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &one), yes_no(&view, &other)), ((2, 0), (0, 0)));
    assert_eq!(view.voters(&one).keys().copied().collect::<Vec<_>>(), tellers(&["rowan", "tomas"]), "each as themself");
    assert_eq!(view.counted(&again), Err(Void::WrongVotes), "imre has seen another vote by now");
    assert_eq!(view.closing(&other).unwrap().missing, 3);
    // An entry names its chapter, and is signed with that.
    let mut elsewhere = Chapter::founded_by("asha").with(["rowan"]);
    let mut view = elsewhere.view();
    let foreign = chapter.entry(&cast).unwrap().clone();
    assert_eq!(view.apply(&foreign, chapter.graph()), chapterhouse_chapter::Applied::OtherChapter);
    elsewhere.post("rowan", "Nothing of that here");
    assert!(elsewhere.view().polls().next().is_none());
}

/// Attack: weights that do not add up. The roll is hashed with them, and all together have a bound, so nothing in a count overflows.
#[test]
fn weights_add_up_or_there_is_no_poll() {
    use chapterhouse_chapter::kinds::Weight;
    let mut chapter = six();
    let Kind::Poll(poll) = draft(&chapter, &["asha"]) else { panic!("no poll") };
    let weigh = |parts: u32, per_vote: u32| {
        let weights = vec![Weight { member: member("tomas"), parts, why: "?".into() }];
        Conduct { weights, per_vote, ..poll.conduct.clone() }
    };
    let held = |conduct: Conduct, roll: &dyn Fn(Poll) -> Poll| Kind::Poll(roll(Poll { conduct, ..poll.clone() }));
    let honest = |poll: Poll| poll.for_members(chapter.view().roll());
    let good = held(weigh(3, 2), &honest);
    // Shown as two and a half votes, hashed as one; and more than all others can ever have.
    let lying = held(weigh(5, 2), &|poll| Poll {
        roll_hash: Poll { conduct: weigh(2, 2), ..poll.clone() }.for_members(chapter.view().roll()).roll_hash,
        ..poll
    });
    let heavy = held(Conduct { per_vote: u32::MAX, ..weigh(u32::MAX, 1) }, &honest);
    let (good, lying, heavy) =
        (chapter.by("rowan").writes(&good), chapter.by("rowan").writes(&lying), chapter.by("rowan").writes(&heavy));
    let view = settled(&chapter);
    assert_eq!((view.counted(&good), view.counted(&lying)), (Ok(()), Err(Void::WrongRoll)));
    assert!(view.counted(&heavy).is_err(), "{:?}", view.counted(&heavy));
}
