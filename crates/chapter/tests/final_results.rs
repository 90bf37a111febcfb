//! What is final stays: nobody takes back a vote, or a poll, that most tellers stood by when they closed it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    Kind, View, Void,
    kinds::{Choice, Conduct, Leave, Measure, Question, Secrecy},
    testing::{
        Chapter,
        orders::settled,
        people::member,
        story::{WEEK, ballot, decision, giving, motion, post, revocation, voice},
    },
    view::TellerWord,
};
use entry::{EntryId, MemberId};
use vote::Method;

const TELLERS: [&str; 3] = ["asha", "imre", "noor"];
const MOST: [&str; 4] = ["rowan", "asha", "imre", "noor"];

/// Six members, of whom asha, imre and noor are tellers; tomas and rowan have a second computer.
fn six() -> Chapter {
    let mut chapter = Chapter::founded_by("rowan").with(["asha", "imre", "noor", "tomas", "vera"]);
    chapter.make_tellers(&TELLERS, &MOST);
    chapter.add_device("tomas", 0, 1);
    chapter.add_device("rowan", 0, 1);
    chapter
}

fn open(chapter: &mut Chapter, secrecy: Secrecy) -> EntryId {
    let mut tellers: Vec<MemberId> = TELLERS.iter().map(|name| member(name)).collect();
    tellers.sort_unstable();
    let options = vec!["yes".into(), "no".into()];
    let question = Question { key: "q".into(), text: "Roof?".into(), options, method: Method::SINGLE };
    let conduct = Conduct { secrecy, tellers, delegation: true, ..Conduct::default() };
    let poll = chapter.draft_poll_held("Roof?", vec![question], conduct);
    chapter.by("rowan").writes(&poll)
}

/// What is seen of a result: the votes, whether it is final, and its digest.
fn result(chapter: &Chapter, poll: &EntryId) -> ((u64, u64), bool, [u8; 32]) {
    let view = settled(chapter);
    let outcome = view.outcome(poll).unwrap();
    let votes = &outcome.questions[0].options;
    ((votes[0], votes[1]), view.closing(poll).unwrap().settled, outcome.hash())
}

fn heads(chapter: &Chapter) -> Vec<EntryId> {
    chapter.heads().iter().copied().collect()
}

fn void_of(view: &View, poll: &EntryId, vote: &EntryId) -> Option<Void> {
    view.ballots(poll).into_iter().find(|cast| cast.ballot.entry == *vote).unwrap().void
}

/// Rowan votes yes, tomas no, and all tellers close it. What tomas wrote before, and the ballots.
fn closed(chapter: &mut Chapter) -> (EntryId, (u64, EntryId), [EntryId; 2]) {
    let poll = open(chapter, Secrecy::Open);
    let before = chapter.by("tomas").writes(&post("Tea", "At five."));
    let place = chapter.place_of("tomas", 0).unwrap();
    assert_eq!(place.1, before);
    let votes = [chapter.vote("rowan", poll, 1, &[Some(0)]), chapter.vote("tomas", poll, 1, &[Some(1)])];
    for name in TELLERS {
        chapter.cutoff(name, poll);
    }
    (poll, place, votes)
}

/// Attack: with a second computer somebody revokes the one that they voted with, from before their vote, when the result is known.
#[test]
fn nobody_takes_their_own_vote_back_when_it_is_final() {
    let mut chapter = six();
    let (poll, (_, before), [_, vote]) = closed(&mut chapter);
    let told = result(&chapter, &poll);
    assert_eq!((told.0, told.1), ((1, 1), true));
    let later = chapter.by("tomas").writes(&post("And cake", "At six."));
    let revoked = chapter.by("tomas").on(1).writes(&revocation("tomas", 0, Some(before)));
    assert_eq!(result(&chapter, &poll), told);
    let view = settled(&chapter);
    assert_eq!((void_of(&view, &poll, &vote), view.counted(&vote)), (None, Ok(())));
    assert!(view.has_voted(&poll, &member("tomas")));
    assert_eq!(view.counted(&later), Err(Void::Revoked { by: revoked }), "everything else falls as before");
}

/// Attack: the same by a second entry in the place of the vote, and by one that knows of nothing that came after.
#[test]
fn nobody_puts_another_entry_in_the_place_of_a_vote_that_is_final() {
    let mut chapter = six();
    let (poll, place, [_, vote]) = closed(&mut chapter);
    let (told, seen) = (result(&chapter, &poll), vec![poll]);
    // As often as it takes to have a smaller id than the vote.
    for n in 0.. {
        let other =
            chapter.by("tomas").seeing(seen.clone()).behind(Some(place)).writes(&post(&format!("Tea {n}"), "!"));
        if other < vote {
            break;
        }
    }
    let closes = chapter.view().poll(&poll).unwrap().rules.closes;
    let pen = chapter.by("tomas").seeing(seen).behind(Some(place)).at(closes);
    let changed = pen.writes(&ballot(poll, 2, &[Some(0)]));
    assert_eq!(result(&chapter, &poll), told);
    assert_eq!(void_of(&settled(&chapter), &poll, &vote), None);
    assert!(matches!(void_of(&settled(&chapter), &poll, &changed), Some(Void::Unseen | Void::Forked { .. })));
}

/// Attack: a removal whose author left the vote out of what it has seen.
#[test]
fn no_removal_takes_a_vote_out_of_what_is_final() {
    let mut chapter = six();
    chapter.add_device("asha", 0, 1);
    let poll = open(&mut chapter, Secrecy::Open);
    let before = heads(&chapter);
    chapter.vote("vera", poll, 1, &[Some(0)]);
    for name in TELLERS {
        chapter.cutoff(name, poll);
    }
    let told = result(&chapter, &poll);
    assert_eq!((told.0, told.1), ((1, 0), true));
    let remove = motion(Measure::Remove { member: member("vera") }, chapter.now().plus(WEEK));
    let moved = chapter.by("rowan").on(1).seeing(before).writes(&remove);
    let yes = voice(moved, 1, Choice::Yes);
    let votes = ["rowan", "tomas", "asha"].map(|name| chapter.by(name).on(1).seeing([moved]).writes(&yes));
    chapter.wait(WEEK);
    chapter.by("rowan").on(1).seeing(votes).writes(&decision(moved));
    assert!(!settled(&chapter).roll().contains(&member("vera")));
    assert_eq!(result(&chapter, &poll), told);
}

/// Attack: whoever opened the poll revokes the computer that they opened it on, from before that.
#[test]
fn nobody_takes_back_a_poll_that_is_final() {
    let mut chapter = six();
    let place = chapter.place_of("rowan", 0).unwrap();
    let (poll, _, votes) = closed(&mut chapter);
    let told = result(&chapter, &poll);
    let revoked = chapter.by("rowan").on(1).writes(&revocation("rowan", 0, Some(place.1)));
    assert_eq!(result(&chapter, &poll), told);
    let view = settled(&chapter);
    assert_eq!((view.counted(&poll), void_of(&view, &poll, &votes[0])), (Ok(()), None));
    assert_eq!(view.polls().collect::<Vec<_>>(), [poll], "it is listed");
    // One that nobody closed goes with the computer.
    let mut chapter = six();
    let place = chapter.place_of("rowan", 0).unwrap();
    let poll = open(&mut chapter, Secrecy::Open);
    chapter.cutoff("asha", poll);
    let revoked_early = chapter.by("rowan").on(1).writes(&revocation("rowan", 0, Some(place.1)));
    let view = settled(&chapter);
    assert_eq!(view.counted(&poll), Err(Void::Revoked { by: revoked_early }));
    assert_eq!((view.polls().count(), revoked == revoked_early), (0, false));
    // Also if the others close it then: they knew.
    for name in ["imre", "noor"] {
        chapter.cutoff(name, poll);
    }
    assert_eq!(settled(&chapter).polls().count(), 0);
}

/// Attack: a vote that was given to somebody is taken back in the same way.
#[test]
fn nobody_takes_back_a_vote_that_they_gave_away() {
    let mut chapter = six();
    let poll = open(&mut chapter, Secrecy::Open);
    let before = chapter.place_of("tomas", 0).unwrap().1;
    let given = chapter.by("tomas").writes(&giving(poll, 1, &[("rowan", 60)]));
    chapter.vote("rowan", poll, 1, &[Some(0)]);
    for name in TELLERS {
        chapter.cutoff(name, poll);
    }
    let told = result(&chapter, &poll);
    assert_eq!(told.0, (2, 0));
    chapter.by("tomas").on(1).writes(&revocation("tomas", 0, Some(before)));
    assert_eq!(result(&chapter, &poll), told);
    assert_eq!(settled(&chapter).delegations(&poll)[0].void, None);
    assert_eq!(settled(&chapter).counted(&given), Ok(()));
}

/// Attack: the same in a hidden poll, when it is open.
#[test]
fn nobody_takes_a_hidden_vote_back_when_it_is_open() {
    let mut chapter = six();
    let poll = open(&mut chapter, Secrecy::Hidden);
    for name in TELLERS {
        chapter.teller_key(name, poll);
    }
    let before = chapter.place_of("tomas", 0).unwrap().1;
    chapter.vote_hidden("tomas", poll, 1, &[Some(1)]);
    chapter.vote_hidden("rowan", poll, 1, &[Some(0)]);
    for name in TELLERS {
        chapter.cutoff(name, poll);
    }
    for name in &TELLERS[..2] {
        chapter.teller_secret(name, poll);
    }
    let told = result(&chapter, &poll);
    assert_eq!((told.0, told.1), ((1, 1), true));
    chapter.by("tomas").on(1).writes(&revocation("tomas", 0, Some(before)));
    assert_eq!(result(&chapter, &poll), told);
}

/// A thief's vote: what the tellers knew to be revoked stays void, and whose revocation came in between counts as most saw it.
#[test]
fn what_most_tellers_knew_to_be_revoked_does_not_count() {
    for knowing in 0..=3 {
        let mut chapter = six();
        let poll = open(&mut chapter, Secrecy::Open);
        let before = chapter.place_of("tomas", 0).unwrap().1;
        let stolen = chapter.vote("tomas", poll, 1, &[Some(1)]);
        let unaware = heads(&chapter);
        let revoked = chapter.by("tomas").on(1).writes(&revocation("tomas", 0, Some(before)));
        let aware = heads(&chapter);
        for (n, name) in TELLERS.iter().enumerate() {
            chapter.cutoff_seeing(name, poll, if n < knowing { aware.clone() } else { unaware.clone() });
            // Nothing is final while it hangs on one who is missing.
            let seen = settled(&chapter).closing(&poll).unwrap();
            let decided = n == 2 || n == 1 && knowing != 1;
            assert_eq!((seen.settled, seen.open), (decided, usize::from(!decided)), "{knowing} {n}");
        }
        let view = settled(&chapter);
        let void = (knowing >= 2).then_some(Void::Revoked { by: revoked });
        assert_eq!(void_of(&view, &poll, &stolen), void, "{knowing} knew of it");
        assert_eq!(result(&chapter, &poll).0, (0, u64::from(knowing < 2)));
    }
}

/// A vote that was cut off when most tellers closed the poll does not come back when what cut it off falls.
#[test]
fn what_was_cut_off_when_it_became_final_does_not_come_back() {
    let mut chapter = six();
    let poll = open(&mut chapter, Secrecy::Open);
    // Somebody with tomas' second computer leaves for him, and tomas votes, not knowing of that.
    let before = heads(&chapter);
    let left = chapter.by("tomas").on(1).writes(&Kind::Leave(Leave { why: String::new() }));
    let vote = chapter.by("tomas").seeing(before.clone()).writes(&ballot(poll, 1, &[Some(0)]));
    assert_eq!(void_of(&settled(&chapter), &poll, &vote), Some(Void::Left { by: left }));
    for name in TELLERS {
        chapter.cutoff(name, poll);
    }
    let told = result(&chapter, &poll);
    assert_eq!((told.0, told.1), ((0, 0), true));
    // He revokes that computer, not having heard of the leaving, which falls. He is a member; what is final stays.
    chapter.by("tomas").seeing(before).writes(&revocation("tomas", 1, None));
    assert!(settled(&chapter).roll().contains(&member("tomas")));
    assert_eq!(result(&chapter, &poll), told);
    assert_eq!(void_of(&settled(&chapter), &poll, &vote), Some(Void::Unseen));
}

/// A teller whose two computers close it with the same votes, of which one knows that one of them is revoked, says two things.
#[test]
fn a_teller_who_stands_by_a_vote_and_does_not_contradicts_themself() {
    let mut chapter = six();
    chapter.add_device("asha", 0, 1);
    let poll = open(&mut chapter, Secrecy::Open);
    let before = chapter.place_of("tomas", 0).unwrap().1;
    chapter.vote("tomas", poll, 1, &[Some(1)]);
    let unaware = heads(&chapter);
    chapter.by("tomas").on(1).writes(&revocation("tomas", 0, Some(before)));
    let (aware, cutoff) = (heads(&chapter), chapter.view().draft_cutoff(&poll).unwrap());
    let at = chapter.view().poll(&poll).unwrap().rules.closes.plus(1);
    let one = chapter.by("asha").seeing(unaware).at(at).writes(&Kind::Cutoff(cutoff));
    let two = chapter.by("asha").on(1).seeing(aware).at(at).writes(&Kind::Cutoff(cutoff));
    let closing = settled(&chapter).closing(&poll).unwrap();
    let asha = closing.tellers.iter().find(|teller| teller.member == member("asha")).unwrap();
    assert_eq!(asha.word, TellerWord::Contradicts { entries: vec![one.min(two), one.max(two)] });
}
