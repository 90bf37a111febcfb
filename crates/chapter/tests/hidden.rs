//! Polls that are hidden until the close: nothing is counted before enough tellers opened it, and what is does not depend on who
//! they were.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    BadBody, Kind, View, Void,
    kinds::{
        Conduct, HiddenBallot, Measure, Motion, Plan, Proposal, Question, Role, Secrecy, Span, TellerKey, TellerSecret,
        method::has_positions,
    },
    testing::{
        Chapter,
        hidden::{key_of, secret_of},
        orders::settled,
        people::{self, member},
        story::{MINUTE, ballot, giving},
    },
    view::{Hanging, Opening},
};
use entry::{EntryId, MemberId};
use vote::{Answer, Method, Unfit};

const MOST: [&str; 4] = ["rowan", "asha", "imre", "noor"];
const TELLERS: [&str; 3] = ["asha", "imre", "noor"];

/// Six members, of whom asha, imre and noor are tellers.
fn six() -> Chapter {
    let mut chapter = Chapter::founded_by("rowan").with(["asha", "imre", "noor", "tomas", "vera"]);
    chapter.make_tellers(&TELLERS, &MOST);
    chapter
}

fn question(method: Method) -> Question {
    let options = if has_positions(&method) { vec![] } else { vec!["yes".into(), "no".into()] };
    Question { key: "q".into(), text: "Roof?".into(), options, method }
}

fn draft(chapter: &Chapter, names: &[&str], method: Method) -> Kind {
    let mut tellers: Vec<MemberId> = names.iter().map(|name| member(name)).collect();
    tellers.sort_unstable();
    let conduct = Conduct { secrecy: Secrecy::Hidden, tellers, delegation: true, ..Conduct::default() };
    chapter.draft_poll_held("Roof?", vec![question(method)], conduct)
}

fn open(chapter: &mut Chapter) -> EntryId {
    let poll = draft(chapter, &TELLERS, Method::SINGLE);
    chapter.by("rowan").writes(&poll)
}

/// The same, and all tellers have published their keys.
fn ready(chapter: &mut Chapter) -> EntryId {
    let poll = open(chapter);
    for name in TELLERS {
        chapter.teller_key(name, poll);
    }
    poll
}

/// All tellers close it.
fn close(chapter: &mut Chapter, poll: EntryId) {
    for name in TELLERS {
        chapter.cutoff(name, poll);
    }
}

fn yes_no(view: &View, poll: &EntryId) -> (u64, u64) {
    let votes = &view.outcome(poll).unwrap().questions[0].options;
    (votes[0], votes[1])
}

fn opening(view: &View, poll: &EntryId) -> Opening {
    view.opening(poll).unwrap()
}

fn void_of(view: &View, poll: &EntryId, vote: &EntryId) -> Option<Void> {
    view.ballots(poll).into_iter().find(|cast| cast.ballot.entry == *vote).unwrap().void
}

fn refused(chapter: &Chapter, id: &EntryId) -> Option<Void> {
    settled(chapter).counted(id).err()
}

#[test]
fn nothing_is_counted_before_most_tellers_opened_it_and_then_all_of_it() {
    let mut chapter = six();
    let poll = ready(&mut chapter);
    for (name, option) in [("rowan", 0), ("tomas", 1), ("vera", 0)] {
        chapter.vote_hidden(name, poll, 1, &[Some(option)]);
    }
    chapter.by("imre").writes(&giving(poll, 1, &[("vera", 60)]));
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), view.voters(&poll).len()), ((0, 0), 3), "who voted is seen, and not what");
    assert!(view.ballots(&poll).iter().all(|cast| cast.ballot.answers.is_empty() && cast.void.is_none()));
    let state = opening(&view, &poll);
    assert_eq!((state.open, state.closed, state.need, state.secrets, state.voters), (false, false, 2, 0, 3));

    close(&mut chapter, poll);
    let view = settled(&chapter);
    assert!(!view.closing(&poll).unwrap().settled, "which votes count is settled, and not what they say");
    chapter.teller_secret("noor", poll);
    let view = settled(&chapter);
    let state = opening(&view, &poll);
    assert_eq!(
        (yes_no(&view, &poll), state.open, state.closed, state.secrets, state.waiting),
        ((0, 0), false, true, 1, 3)
    );
    assert_eq!(state.missing.len(), 2, "either of the others opens it");

    chapter.teller_secret("asha", poll);
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), opening(&view, &poll).open), ((3, 1), true), "with imre's vote by vera");
    assert!(view.closing(&poll).unwrap().settled);
    let outcome = view.outcome(&poll).unwrap();
    // The third makes no difference.
    chapter.teller_secret("imre", poll);
    assert_eq!(settled(&chapter).outcome(&poll).unwrap(), outcome);
    // And it is the count of an open poll with the same ballots.
    assert!(view.ballots(&poll).iter().all(|cast| cast.ballot.answers.len() == 1));
}

#[test]
fn any_two_secrets_open_the_same() {
    for pair in [["asha", "imre"], ["imre", "noor"], ["noor", "asha"]] {
        let mut chapter = six();
        let poll = ready(&mut chapter);
        chapter.vote_hidden("rowan", poll, 1, &[Some(0)]);
        let bad = chapter.hidden_ballot("tomas", poll, 1, vec![Answer::One(1)]);
        // One share is wrong: for a teller who opens it, or for the one who does not.
        let mut shares = bad.shares.clone();
        shares[1].share[0] ^= 1;
        let bad = chapter.by("tomas").writes(&Kind::HiddenBallot(HiddenBallot { shares, ..bad }));
        close(&mut chapter, poll);
        assert_eq!(void_of(&chapter.view(), &poll, &bad), None, "nobody can know yet");
        for name in pair {
            chapter.teller_secret(name, poll);
        }
        let view = settled(&chapter);
        assert_eq!((yes_no(&view, &poll), void_of(&view, &poll, &bad)), ((1, 0), Some(Void::Unsealed)), "{pair:?}");
        assert!(opening(&view, &poll).open && !view.voters(&poll).contains_key(&member("tomas")));
    }
}

/// Attack: somebody repeats another's ballot without knowing what it says.
#[test]
fn a_copied_ballot_opens_to_nothing() {
    let mut chapter = six();
    let poll = ready(&mut chapter);
    let good = chapter.hidden_ballot("rowan", poll, 1, vec![Answer::One(0)]);
    chapter.by("rowan").writes(&Kind::HiddenBallot(good.clone()));
    let copied = chapter.by("tomas").writes(&Kind::HiddenBallot(good.clone()));
    // Nor can a voter bring their own back under a higher number.
    let again = chapter.by("rowan").writes(&Kind::HiddenBallot(HiddenBallot { number: 2, ..good }));
    close(&mut chapter, poll);
    for name in TELLERS {
        chapter.teller_secret(name, poll);
    }
    let view = settled(&chapter);
    assert_eq!(yes_no(&view, &poll), (1, 0));
    assert_eq!(void_of(&view, &poll, &copied), Some(Void::Unsealed));
    assert_eq!(void_of(&view, &poll, &again), Some(Void::Unsealed));
}

/// Attack: a ballot, a key or a secret of another poll.
#[test]
fn nothing_of_another_poll_is_taken() {
    let mut chapter = six();
    let (first, second) = (ready(&mut chapter), ready(&mut chapter));
    let ballot = chapter.hidden_ballot("rowan", first, 1, vec![Answer::One(0)]);
    let moved = chapter.by("rowan").writes(&Kind::HiddenBallot(HiddenBallot { poll: second, ..ballot.clone() }));
    assert_eq!(refused(&chapter, &moved), Some(Void::WrongSeal), "its keys are not of this poll");
    // With this poll's keys in their places it is one by its form, and opens to nothing.
    let mut shares = chapter.hidden_ballot("rowan", second, 1, vec![Answer::One(0)]).shares;
    shares.iter_mut().zip(&ballot.shares).for_each(|(to, from)| to.share = from.share);
    let moved = chapter.by("rowan").writes(&Kind::HiddenBallot(HiddenBallot { poll: second, shares, ..ballot }));
    let Kind::TellerKey(key) = key_of("asha", first) else { panic!() };
    let third = open(&mut chapter);
    let stale = chapter.by("asha").writes(&Kind::TellerKey(TellerKey { poll: third, ..key }));
    assert_eq!(refused(&chapter, &stale), Some(Void::WrongKey));
    close(&mut chapter, second);
    let Kind::TellerSecret(secret) = secret_of("asha", first) else { panic!() };
    let wrong = chapter.by("asha").writes(&Kind::TellerSecret(TellerSecret { poll: second, ..secret }));
    assert_eq!(refused(&chapter, &wrong), Some(Void::WrongSecret));
    for name in TELLERS {
        chapter.teller_secret(name, second);
    }
    let view = settled(&chapter);
    assert_eq!((void_of(&view, &second, &moved), yes_no(&view, &second)), (Some(Void::Unsealed), (0, 0)));
}

/// Attack: a key or a secret of somebody else.
#[test]
fn a_teller_has_their_own_key_and_gives_its_own_secret() {
    let mut chapter = six();
    let poll = open(&mut chapter);
    let Kind::TellerKey(key) = key_of("asha", poll) else { panic!() };
    let taken = chapter.by("imre").writes(&Kind::TellerKey(key));
    assert_eq!(refused(&chapter, &taken), Some(Void::WrongKey), "without its secret it is not theirs");
    let stranger = chapter.teller_key("tomas", poll);
    assert_eq!(refused(&chapter, &stranger), Some(Void::NotATeller));
    for name in TELLERS {
        chapter.teller_key(name, poll);
    }
    let twice = chapter.teller_key("asha", poll);
    assert_eq!(refused(&chapter, &twice), Some(Void::KeyAgain));
    chapter.vote_hidden("rowan", poll, 1, &[Some(0)]);
    close(&mut chapter, poll);
    let wrong = chapter.by("asha").writes(&secret_of("imre", poll));
    assert_eq!(refused(&chapter, &wrong), Some(Void::WrongSecret));
    let right = chapter.teller_secret("asha", poll);
    let again = chapter.teller_secret("asha", poll);
    assert_eq!((refused(&chapter, &right), refused(&chapter, &again)), (None, Some(Void::KeyAgain)));
    assert_eq!(opening(&chapter.view(), &poll).secrets, 1);
    let open_poll = chapter.poll("rowan", "Another?");
    let nowhere = chapter.teller_key("asha", open_poll);
    assert_eq!(refused(&chapter, &nowhere), Some(Void::WrongSecrecy));
}

/// Attack: two tellers open the poll before it is over. The others see it, and nobody's program counts.
#[test]
fn a_secret_that_comes_too_early_is_shown_and_counts_nothing() {
    let mut chapter = six();
    let poll = ready(&mut chapter);
    chapter.vote_hidden("rowan", poll, 1, &[Some(0)]);
    for name in ["asha", "imre"] {
        let secret = chapter.teller_secret(name, poll);
        assert_eq!(refused(&chapter, &secret), None);
    }
    let view = settled(&chapter);
    let early: Vec<MemberId> = (opening(&view, &poll).tellers.iter())
        .filter(|opener| opener.secret.is_some_and(|(_, _, early)| early))
        .map(|opener| opener.member)
        .collect();
    assert_eq!(early.len(), 2);
    assert_eq!((yes_no(&view, &poll), opening(&view, &poll).open), ((0, 0), false));
    close(&mut chapter, poll);
    let noor = chapter.teller_secret("noor", poll);
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), opening(&view, &poll).open), ((1, 0), true));
    let on_time = opening(&view, &poll).tellers.into_iter().find(|opener| opener.member == member("noor")).unwrap();
    assert_eq!(on_time.secret.map(|(entry, _, early)| (entry, early)), Some((noor, false)));
}

#[test]
fn a_ballot_is_sealed_for_the_poll_s_tellers_and_for_enough_of_them() {
    let mut chapter = six();
    let poll = open(&mut chapter);
    chapter.teller_key("asha", poll);
    assert_eq!(chapter.view().seal_for(&poll).len(), 1, "too few as yet");
    let (asha, before) = (chapter.view().seal_for(&poll), chapter.heads().clone());
    chapter.teller_key("imre", poll);
    chapter.teller_key("noor", poll);
    let answers = || vec![Answer::One(0)];
    let all = chapter.view().seal_for(&poll);
    let good = chapter.hidden_ballot_for("rowan", poll, 1, answers(), &all[1..]);
    let good_entry = chapter.by("rowan").writes(&Kind::HiddenBallot(good.clone()));
    assert_eq!(refused(&chapter, &good_entry), None);
    let mut writes = |ballot: HiddenBallot| {
        let entry = chapter.by("tomas").writes(&Kind::HiddenBallot(ballot));
        settled(&chapter).counted(&entry).err()
    };
    let one = HiddenBallot { shares: good.shares[..1].to_vec(), ..good.clone() };
    assert_eq!(writes(one), Some(Void::WrongSeal));
    let mut longer = good.clone();
    longer.text.push(0);
    assert_eq!(writes(longer), Some(Void::WrongSeal), "its length would say something");
    let mut unknown = good.clone();
    unknown.shares[0].key = [7; 32];
    assert_eq!(writes(unknown), Some(Void::WrongSeal));
    let mut friend = good.clone();
    friend.shares[0].teller = member("vera");
    friend.shares.sort_unstable_by_key(|share| share.teller);
    assert_eq!(writes(friend), Some(Void::WrongSeal));
    // Whoever has not seen a key cannot seal anything for it.
    let blind = chapter.by("vera").seeing(before).writes(&Kind::HiddenBallot(good));
    assert_eq!(refused(&chapter, &blind), Some(Void::WrongSeal));
    assert_eq!(asha.len(), 1);
    let open_one = chapter.by("vera").writes(&ballot(poll, 1, &[Some(0)]));
    assert_eq!(refused(&chapter, &open_one), Some(Void::WrongSecrecy));
}

/// A ballot from when one key was missing hangs on the two that were there.
#[test]
fn what_cannot_be_opened_yet_holds_the_result_up_until_its_tellers_are_recalled() {
    let mut chapter = six();
    let poll = open(&mut chapter);
    chapter.teller_key("asha", poll);
    chapter.teller_key("imre", poll);
    let short = chapter.vote_hidden("rowan", poll, 1, &[Some(0)]);
    let other = chapter.vote_hidden("tomas", poll, 1, &[Some(0)]);
    chapter.teller_key("noor", poll);
    chapter.vote_hidden("vera", poll, 1, &[Some(1)]);
    // Tomas' program casts the same again when it sees the third key.
    chapter.vote_hidden("tomas", poll, 2, &[Some(0)]);
    chapter.cutoff("imre", poll);
    chapter.cutoff("noor", poll);
    chapter.teller_secret("imre", poll);
    chapter.teller_secret("noor", poll);
    let view = settled(&chapter);
    let state = opening(&view, &poll);
    assert_eq!((yes_no(&view, &poll), state.open, state.waiting), ((0, 0), false, 1), "no part of a result");
    assert_eq!((state.secrets, state.missing), (2, vec![member("asha")]));
    assert!(!view.closing(&poll).unwrap().settled);
    let mut with_asha = chapter.clone();
    with_asha.teller_secret("asha", poll);
    assert_eq!(yes_no(&settled(&with_asha), &poll), (2, 1));

    let asha = Measure::Recall { role: Role::Teller, member: member("asha") };
    chapter.decide(asha, &["rowan", "imre", "noor", "tomas"]);
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), opening(&view, &poll).open), ((1, 1), true));
    assert_eq!(void_of(&view, &poll, &short), Some(Void::Unopened));
    assert!(!view.voters(&poll).contains_key(&member("rowan")));
    assert_ne!(void_of(&view, &poll, &other), Some(Void::Unseen));
    // She cannot choose any more whether it counts: not by a secret that nobody had seen.
    // She has seen nothing but her own last entry.
    let seen: Vec<EntryId> = chapter.place_of("asha", 0).map(|(_, id)| id).into_iter().collect();
    let late = chapter.by("asha").seeing(seen).writes(&secret_of("asha", poll));
    assert!(
        chapter
            .view()
            .opening(&poll)
            .unwrap()
            .tellers
            .iter()
            .all(|opener| opener.secret.is_none_or(|(entry, ..)| entry != late))
    );
    assert_eq!(yes_no(&settled(&chapter), &poll), (1, 1));
}

fn recall(name: &str) -> Measure {
    Measure::Recall { role: Role::Teller, member: member(name) }
}

/// Two tellers, three votes; asha vanishes, is recalled, and noor closes the poll in her place.
fn one_of_two_recalled() -> (Chapter, EntryId) {
    let mut chapter = six();
    let poll = draft(&chapter, &["asha", "imre"], Method::SINGLE);
    let poll = chapter.by("rowan").writes(&poll);
    chapter.teller_key("asha", poll);
    chapter.teller_key("imre", poll);
    for (name, option) in [("rowan", 0), ("tomas", 1), ("vera", 0)] {
        chapter.vote_hidden(name, poll, 1, &[Some(option)]);
    }
    chapter.cutoff("imre", poll);
    let hanging = settled(&chapter).hanging_on(&member("asha"));
    assert_eq!(hanging, [Hanging { poll, ballots: 3, opened: false }]);
    chapter.decide(recall("asha"), &["rowan", "imre", "noor", "tomas"]);
    chapter.cutoff("noor", poll);
    chapter.teller_secret("imre", poll);
    (chapter, poll)
}

/// Taking the task from somebody opens no votes, and destroys none: what is sealed for them waits for them.
#[test]
fn a_recalled_teller_still_opens_what_is_sealed_for_them() {
    let (mut chapter, poll) = one_of_two_recalled();
    let view = settled(&chapter);
    let state = opening(&view, &poll);
    assert_eq!((state.open, state.closed, state.waiting, state.lost, state.voters), (false, true, 3, 0, 3));
    assert_eq!(state.missing, [member("asha")]);
    assert!(!view.closing(&poll).unwrap().settled && view.voters(&poll).len() == 3);
    let mut unaware = chapter.clone();
    let given = chapter.teller_secret("asha", poll);
    assert_eq!(refused(&chapter, &given), None, "she knows that she was recalled");
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), opening(&view, &poll).open), ((2, 1), true));
    assert!(view.closing(&poll).unwrap().settled && view.hanging_on(&member("asha")).is_empty());
    // And if she has not heard of it.
    let seen: Vec<EntryId> = unaware.place_of("asha", 0).map(|(_, id)| id).into_iter().collect();
    unaware.by("asha").seeing(seen).writes(&secret_of("asha", poll));
    assert_eq!(yes_no(&settled(&unaware), &poll), (2, 1));
    // Whoever has no key here has nothing to give.
    let stranger = chapter.teller_secret("vera", poll);
    assert_eq!(refused(&chapter, &stranger), Some(Void::WrongSecret));
}

/// Nobody can open them any more: that is no result, and not one of no voters.
#[test]
fn votes_that_are_lost_are_told_as_lost() {
    let (mut chapter, poll) = one_of_two_recalled();
    chapter.decide(Measure::Remove { member: member("asha") }, &["rowan", "imre", "noor", "tomas"]);
    let view = settled(&chapter);
    let state = opening(&view, &poll);
    assert_eq!((state.open, state.closed, state.waiting, state.lost, state.voters), (false, true, 0, 3, 3));
    assert!(state.missing.is_empty() && !view.closing(&poll).unwrap().settled);
    let turnout = view.turnout(&poll).unwrap();
    assert_eq!((turnout.voters, view.voter_count(&poll)), (3, 3));
    assert!(view.ballots(&poll).iter().all(|cast| cast.void == Some(Void::Unopened)));
}

/// Whoever was recalled before the poll was opened is waited for, until the chapter says once more that it waits no longer.
#[test]
fn a_recall_leaves_out_a_secret_only_where_it_has_seen_the_poll_opened() {
    let mut chapter = six();
    let poll = open(&mut chapter);
    chapter.teller_key("asha", poll);
    chapter.teller_key("imre", poll);
    let short = chapter.vote_hidden("rowan", poll, 1, &[Some(0)]);
    chapter.teller_key("noor", poll);
    chapter.vote_hidden("vera", poll, 1, &[Some(1)]);
    let most = ["rowan", "imre", "noor", "tomas"];
    chapter.decide(recall("asha"), &most);
    chapter.cutoff("imre", poll);
    chapter.cutoff("noor", poll);
    chapter.teller_secret("imre", poll);
    chapter.teller_secret("noor", poll);
    let view = settled(&chapter);
    let state = opening(&view, &poll);
    assert_eq!((state.open, state.waiting, state.lost, state.missing), (false, 1, 0, vec![member("asha")]));
    assert_eq!(view.hanging_on(&member("asha")), [Hanging { poll, ballots: 1, opened: true }]);

    chapter.decide(recall("asha"), &most);
    let view = settled(&chapter);
    let state = opening(&view, &poll);
    assert_eq!((yes_no(&view, &poll), state.open, state.lost, state.voters), ((0, 1), true, 1, 1));
    assert_eq!(void_of(&view, &poll, &short), Some(Void::Unopened));
    assert!(view.closing(&poll).unwrap().settled && view.turnout(&poll).is_none());
    // What is final stays: all know the others' votes by now.
    let late = chapter.teller_secret("asha", poll);
    assert_eq!((refused(&chapter, &late), yes_no(&settled(&chapter), &poll)), (None, (0, 1)));
    // The task does not bring it back.
    chapter.make_tellers(&["asha"], &most);
    assert_eq!(yes_no(&settled(&chapter), &poll), (0, 1));
}

#[test]
fn nobody_is_recalled_who_has_neither_the_task_nor_a_secret_to_give() {
    let (mut chapter, poll) = one_of_two_recalled();
    let check = |chapter: &Chapter, name| {
        let (closes, why) = (chapter.now().plus(90 * 24 * 60 * MINUTE), String::new());
        let motion = Kind::Motion(Box::new(Motion { measure: recall(name), why, closes }));
        chapter.view().check(&motion, people::device("rowan", 0), chapter.now().plus(MINUTE)).map_err(|why| why.0)
    };
    assert_eq!((check(&chapter, "asha"), check(&chapter, "vera")), (Ok(()), Err(Void::UnknownTarget)));
    chapter.teller_secret("asha", poll);
    assert_eq!(check(&chapter, "asha"), Err(Void::UnknownTarget));
}

/// Attack: a second ballot that only a friend can open, to choose after the close whether it or the first one counts.
#[test]
fn what_is_lost_takes_the_place_of_what_was_before() {
    let mut chapter = six();
    let poll = ready(&mut chapter);
    chapter.vote_hidden("rowan", poll, 1, &[Some(0)]);
    let two: Vec<_> =
        chapter.view().seal_for(&poll).into_iter().filter(|(teller, _)| *teller != member("noor")).collect();
    let second = chapter.hidden_ballot_for("rowan", poll, 2, vec![Answer::One(1)], &two);
    let second = chapter.by("rowan").writes(&Kind::HiddenBallot(second));
    chapter.cutoff("imre", poll);
    chapter.cutoff("noor", poll);
    chapter.teller_secret("imre", poll);
    chapter.teller_secret("noor", poll);
    assert!(!opening(&settled(&chapter), &poll).open);
    chapter.decide(Measure::Recall { role: Role::Teller, member: member("asha") }, &["rowan", "imre", "noor", "tomas"]);
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), void_of(&view, &poll, &second)), ((0, 0), Some(Void::Unopened)));
}

/// A teller who vanished before anybody saw their key: another one takes the place.
#[test]
fn a_substitute_s_key_takes_the_place_of_a_recalled_teller_s() {
    let mut chapter = six();
    let poll = open(&mut chapter);
    chapter.teller_key("asha", poll);
    chapter.make_tellers(&["vera"], &MOST);
    chapter.teller_key("vera", poll);
    assert_eq!(chapter.view().seal_for(&poll).len(), 1, "no place is free");
    let vera = (member("vera"), people::teller_secret("vera", &poll).key());
    let mut both = chapter.view().seal_for(&poll);
    both.push(vera);
    both.sort_unstable();
    let early = chapter.hidden_ballot_for("tomas", poll, 1, vec![Answer::One(0)], &both);
    let early = chapter.by("tomas").writes(&Kind::HiddenBallot(early));
    assert_eq!(refused(&chapter, &early), Some(Void::WrongSeal));
    chapter.decide(Measure::Recall { role: Role::Teller, member: member("imre") }, &MOST);
    assert_eq!(chapter.view().seal_for(&poll), both);
    chapter.vote_hidden("rowan", poll, 1, &[Some(0)]);
    chapter.cutoff("asha", poll);
    chapter.cutoff("vera", poll);
    chapter.teller_secret("vera", poll);
    chapter.teller_secret("asha", poll);
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), opening(&view, &poll).open), ((1, 0), true));
}

#[test]
fn answers_that_fit_nothing_do_not_count_and_do_not_replace() {
    let mut chapter = six();
    let poll = ready(&mut chapter);
    chapter.vote_hidden("rowan", poll, 1, &[Some(0)]);
    let none = chapter.vote_hidden("rowan", poll, 2, &[Some(7)]);
    let blank = chapter.vote_hidden("tomas", poll, 1, &[None]);
    close(&mut chapter, poll);
    chapter.teller_secret("asha", poll);
    chapter.teller_secret("noor", poll);
    let view = settled(&chapter);
    assert_eq!((yes_no(&view, &poll), view.outcome(&poll).unwrap().voters), ((1, 0), 2));
    assert_eq!((void_of(&view, &poll, &none), void_of(&view, &poll, &blank)), (Some(Void::WrongAnswers), None));
}

#[test]
fn what_a_hidden_poll_cannot_be_is_refused() {
    let chapter = six();
    let check = |kind: &Kind| chapter.view().check(kind, people::device("rowan", 0), chapter.now().plus(MINUTE));
    assert_eq!(check(&draft(&chapter, &TELLERS, Method::SINGLE)), Ok(()));
    let nobody = check(&draft(&chapter, &[], Method::SINGLE)).unwrap_err();
    assert_eq!(nobody.0, Void::Malformed(BadBody::NoTellers));
    let consent = check(&draft(&chapter, &TELLERS, Method::Consent(vote::method::Consent))).unwrap_err();
    assert_eq!(consent.0, Void::Malformed(BadBody::Uncountable(Unfit::Hidden)));
}

/// Who its tellers are is known when it opens: a proposal for all who will have the task names none.
#[test]
fn a_hidden_poll_can_be_proposed_for_whoever_will_be_its_tellers() {
    let conduct = Conduct { secrecy: Secrecy::Hidden, ..Conduct::default() };
    let plan = |all_tellers| Plan {
        title: "Roof?".into(),
        description: String::new(),
        span: Span::For { minutes: 60 },
        questions: vec![question(Method::SINGLE)],
        conduct: conduct.clone(),
        all_tellers,
    };
    let check = |all| Kind::Proposal(Box::new(Proposal { plan: plan(all), version: None })).check();
    assert_eq!((check(true), check(false)), (Ok(()), Err(BadBody::NoTellers)));
}

/// Somebody who has one secret less than it takes has nothing: not even by trying.
#[test]
fn too_few_secrets_open_nothing_and_say_so() {
    let mut chapter = six();
    let poll = ready(&mut chapter);
    let entry = chapter.vote_hidden("rowan", poll, 1, &[Some(0)]);
    close(&mut chapter, poll);
    chapter.teller_secret("asha", poll);
    let view = settled(&chapter);
    let cast = view.ballots(&poll).into_iter().find(|cast| cast.ballot.entry == entry).unwrap();
    assert!(cast.ballot.answers.is_empty() && cast.void.is_none());
    assert_eq!(opening(&view, &poll).secrets, 1);
}

#[test]
fn nobody_votes_once_it_is_open() {
    let mut chapter = six();
    let poll = ready(&mut chapter);
    let good = chapter.hidden_ballot("rowan", poll, 1, vec![Answer::One(0)]);
    close(&mut chapter, poll);
    chapter.teller_secret("asha", poll);
    chapter.teller_secret("noor", poll);
    let closes = chapter.view().poll(&poll).unwrap().rules.closes;
    let late = chapter.by("rowan").at(closes).writes(&Kind::HiddenBallot(good));
    let view = settled(&chapter);
    assert_eq!(
        (void_of(&view, &poll, &late), yes_no(&view, &poll)),
        (Some(Void::Unseen), (0, 0)),
        "nobody votes after it was opened"
    );
}
