//! Who is in and who is out: leaving, removing, revoking, coming back, and what happens when these do not know of each
//! other. Every story is told in several orders of arrival.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    Applied, Kind, Void,
    kinds::{self, Bar, Choice, Decline, Fraction, History, Invite, Measure, Request, Role, Rules, Sponsor},
    testing::{
        Chapter,
        people::{self, device, member},
        settled,
        story::{MINUTE, WEEK, charter, comment, decision, epoch, farewell, motion, post, revocation, voice},
    },
    view::Ending,
};
use entry::{EntryId, Timestamp};
use std::collections::BTreeSet;

fn five() -> Chapter {
    Chapter::founded_by("rowan").with(["asha", "imre", "noor", "tomas"])
}

fn removed(by: EntryId) -> Result<(), Void> {
    Err(Void::Removed { by })
}

#[test]
fn a_removal_takes_effect_with_its_decision() {
    let mut chapter = five();
    let early = chapter.post("tomas", "Before");
    let motion = chapter.moves("rowan", Measure::Remove { member: member("tomas") });
    let between = chapter.post("tomas", "I disagree");
    chapter.agree(motion, ["rowan", "asha"]);
    // Three of four would have to be sure; two are not enough before the close.
    let too_early = chapter.by("asha").writes(&decision(motion));
    chapter.agree(motion, ["imre"]);
    assert_eq!(chapter.view().ripe(chapter.now()), [motion]);
    let last = chapter.post("tomas", "My last");
    let decided = chapter.by("noor").writes(&decision(motion));
    let after = chapter.post("tomas", "Too late");
    let unaware = chapter.by("tomas").seeing([last]).writes(&post("On the train", ""));
    let view = settled(&chapter);
    assert_eq!(view.counted(&too_early), Err(Void::NotPassed));
    for counted in [early, between, last, decided] {
        assert_eq!(view.counted(&counted), Ok(()));
    }
    assert_eq!(view.counted(&after), Err(Void::NotAMember));
    assert_eq!(view.counted(&unaware), Err(Void::NotAMember));
    assert!(!view.is_member(&member("tomas")) && !view.is_member_device(&people::device("tomas", 0)));
    assert!(view.is_former_device(&people::device("tomas", 0)));
    assert_eq!(view.member_count(), 4);
    let gone = view.former_members();
    assert_eq!((gone.len(), gone[0].handle.as_str()), (1, "tomas"));
    assert_eq!(gone[0].ended.unwrap().how, Ending::Removed);
    assert_eq!(gone[0].ended.unwrap().by, decided);
    assert_eq!(view.motion(&motion).unwrap().decided, Some(decided));
    // They have no vote on it themself.
    assert!(!view.motion(&motion).unwrap().roll.contains(&member("tomas")));
}

#[test]
fn somebody_who_never_wrote_a_word_can_be_removed() {
    let mut chapter = five();
    // Where some device has signed twice in one place, too.
    let place = chapter.place_of("rowan", 0);
    chapter.post("rowan", "One");
    chapter.by("rowan").behind(place).writes(&post("Another", ""));
    chapter.add_device("asha", 0, 1);
    chapter.remove("tomas", &["rowan", "asha", "imre"]);
    chapter.by("asha").writes(&revocation("asha", 1, None));
    let view = settled(&chapter);
    assert!(!view.is_member(&member("tomas")) && !view.is_member_device(&people::device("asha", 1)));
}

#[test]
fn what_a_removed_member_wrote_offline_counts_only_as_far_as_the_decision_had_seen_it() {
    let mut chapter = five();
    let seen = chapter.post("tomas", "Seen");
    let place = chapter.place_of("tomas", 0);
    let decided = chapter.remove("tomas", &["rowan", "asha", "imre"]);
    // On a laptop that has not been online since.
    let unseen = chapter.by("tomas").behind(place).seeing([seen]).writes(&post("Unseen", ""));
    let invite_later = chapter.by("tomas").seeing([unseen]).writes(&Kind::Unknown { kind: 99, body: vec![] });
    let answer = chapter.comment("noor", unseen, "Who is this?");
    let view = settled(&chapter);
    assert_eq!(view.counted(&seen), Ok(()));
    assert_eq!(view.counted(&unseen), removed(decided));
    assert_eq!(view.counted(&invite_later), removed(decided));
    // What others said to it stays theirs.
    assert_eq!(view.counted(&answer), Ok(()));
    assert!(view.items(None, None).all(|item| item.id != unseen));
    let mut voided = vec![unseen, invite_later];
    voided.sort();
    assert_eq!(view.voided_by(&decided), voided);
}

#[test]
fn a_rival_of_an_old_entry_does_not_put_it_out() {
    // Later, the removed member signs others in the place of entries that the decision had seen: no matter whose id is
    // smaller, what was seen counts.
    for title in ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"] {
        let mut chapter = five();
        let before = chapter.place_of("tomas", 0);
        let old = chapter.post("tomas", "Old");
        let decided = chapter.remove("tomas", &["rowan", "asha", "imre"]);
        let past = chapter.entries()[8].id();
        let rival = chapter.by("tomas").behind(before).seeing([past]).writes(&post(title, ""));
        let view = settled(&chapter);
        assert_eq!(view.counted(&old), Ok(()), "{title}");
        assert_eq!(view.counted(&rival), removed(decided), "{title}");
        assert_eq!(view.forks().len(), 1);
    }
}

#[test]
fn a_removed_member_does_not_come_back_by_an_old_laptop() {
    let mut chapter = five();
    let (key, expires) = (people::invitation_key("tomas's door").verifying_key().to_bytes(), chapter.now().plus(WEEK));
    let invite = chapter.by("tomas").writes(&Kind::Invite(Invite { invitation: key, expires, uses: 5 }));
    let place = chapter.place_of("tomas", 0);
    let decided = chapter.remove("tomas", &["rowan", "asha", "imre"]);
    // As if not knowing of it: takes themself in again, sponsors a friend, adds a device, opens an epoch.
    let again = chapter.admission(invite, "tomas's door", "tomas", 0);
    let again = chapter.by("tomas").behind(place).seeing([invite]).writes(&again);
    let friend = chapter.admission(invite, "tomas's door", "vera", 0);
    let friend = chapter.by("tomas").seeing([again]).writes(&friend);
    let second = chapter.added("tomas", 1);
    let second = chapter.by("tomas").seeing([friend]).writes(&second);
    let keys = chapter.by("tomas").seeing([second]).writes(&epoch(1, "theirs", &[("tomas", 0), ("vera", 0)]));
    let by_second = chapter.by("tomas").on(1).seeing([keys]).writes(&post("From the second", ""));
    let by_friend = chapter.by("vera").seeing([keys]).writes(&post("Hello", ""));
    let view = settled(&chapter);
    for void in [again, friend, second, keys] {
        assert_eq!(view.counted(&void), removed(decided));
    }
    assert_eq!(view.counted(&by_second), removed(decided));
    assert_eq!(view.counted(&by_friend), Err(Void::Uprooted { by: decided }));
    for name in ["tomas", "vera"] {
        assert!(!view.is_member(&member(name)), "{name}");
        assert!(view.devices().iter().all(|device| device.member != member(name)));
    }
    assert_eq!(view.epoch(), None, "a key that the removed member made is none to write under");
    // Everybody else goes on from there: what they write with all of that in its past is judged by the same rules.
    let friend_again = chapter.admission(invite, "tomas's door", "vera", 1);
    let friend_again = chapter.by("noor").writes(&friend_again);
    let honest = chapter.post("noor", "Good morning");
    let roll = chapter.poll("noor", "Tea?");
    let view = settled(&chapter);
    assert_eq!(view.counted(&friend_again), Err(Void::TooFewSponsors), "the invitation's word went with its author");
    assert_eq!(view.counted(&honest), Ok(()));
    assert_eq!(view.poll(&roll).unwrap().rules.roll.len(), 4);
}

#[test]
fn an_admission_that_the_removed_member_sponsored_meanwhile_goes_with_them() {
    let mut chapter = five();
    let old_invite = chapter.invite("tomas", "old door");
    let fork = chapter.heads().clone();
    let decided = chapter.remove("tomas", &["rowan", "asha", "imre"]);
    // noor, elsewhere, lets somebody in by an invitation that the decision had seen: it counts.
    let good = chapter.admission(old_invite, "old door", "vera", 0);
    let good = chapter.by("noor").seeing(fork.clone()).writes(&good);
    // And somebody else by one that tomas made on the laptop, not knowing of the removal: it does not.
    let now = chapter.now();
    let new_invite = chapter.by("tomas").seeing(fork.clone()).writes(&Kind::Invite(Invite {
        invitation: people::invitation_key("new door").verifying_key().to_bytes(),
        expires: now.plus(WEEK),
        uses: 1,
    }));
    let bad = chapter.admission(new_invite, "new door", "imke", 0);
    let bad = chapter.by("noor").seeing([good, new_invite]).writes(&bad);
    let by_good = chapter.by("vera").seeing([bad]).writes(&post("I am in", ""));
    let by_bad = chapter.by("imke").seeing([bad]).writes(&post("I am not", ""));
    let view = settled(&chapter);
    assert_eq!(view.counted(&good), Ok(()));
    assert_eq!(view.counted(&by_good), Ok(()));
    assert_eq!(view.counted(&new_invite), removed(decided));
    assert_eq!(view.counted(&by_bad), Err(Void::Uprooted { by: decided }));
    assert!(view.is_member(&member("vera")) && !view.is_member(&member("imke")));
    assert_eq!(
        view.former_members().iter().find(|gone| gone.handle == "imke").unwrap().ended.unwrap().how,
        Ending::Uprooted
    );
}

#[test]
fn two_concurrent_removals_both_hold() {
    let mut chapter = five();
    let fork = chapter.heads().clone();
    let tomas = chapter.remove("tomas", &["rowan", "asha", "imre"]);
    let noor = {
        let closes = chapter.now().plus(WEEK);
        let moved = chapter.by("asha").seeing(fork.clone());
        moved.writes(&motion(Measure::Remove { member: member("noor") }, closes))
    };
    // asha's chain carries the first decision with it, so the second one comes later for her; rowan and imre saw only
    // the motion.
    for name in ["asha", "rowan", "imre"] {
        chapter.by(name).seeing([noor]).writes(&voice(noor, 1, Choice::Yes));
    }
    let decided = chapter.by("imre").writes(&decision(noor));
    let view = settled(&chapter);
    assert!(!view.is_member(&member("noor")) && !view.is_member(&member("tomas")));
    assert_eq!(view.motion(&noor).unwrap().decided, Some(decided));
    assert!(view.former_members().iter().any(|gone| gone.ended.unwrap().by == tomas));
}

/// Two halves of a chapter remove each other's speaker without knowing of it.
fn mutual(ashas_side: &[&str], imres_side: &[&str]) -> (Chapter, EntryId, EntryId) {
    let mut chapter = Chapter::founded_by("rowan").with(["asha", "imre", "noor", "tomas", "vera"]);
    let fork = chapter.heads().clone();
    let side = |chapter: &mut Chapter, target: &str, names: &[&str]| {
        let closes = chapter.now().plus(WEEK);
        let moved = chapter
            .by(names[0])
            .seeing(fork.clone())
            .writes(&motion(Measure::Remove { member: member(target) }, closes));
        let mut last = moved;
        for name in names {
            last = chapter.by(name).seeing([last]).writes(&voice(moved, 1, Choice::Yes));
        }
        let late = closes.plus(MINUTE);
        chapter.by(names[0]).seeing([last]).at(late).writes(&decision(moved))
    };
    let one = side(&mut chapter, "imre", ashas_side);
    chapter.wait(0);
    let other = side(&mut chapter, "asha", imres_side);
    (chapter, one, other)
}

#[test]
fn of_a_mutual_removal_the_one_that_more_members_stand_behind_holds() {
    let (chapter, out_with_imre, out_with_asha) =
        mutual(&["asha", "noor", "rowan", "vera"], &["imre", "tomas", "rowan"]);
    let view = settled(&chapter);
    // rowan voted in both; that is rowan's affair. Without imre's vote the second has two of five.
    assert!(view.is_member(&member("asha")) && !view.is_member(&member("imre")));
    assert_eq!(view.former_members()[0].ended.unwrap().by, out_with_imre);
    assert_eq!(view.counted(&out_with_asha), removed(out_with_imre));
}

#[test]
fn what_was_undone_can_be_decided_again() {
    let (mut chapter, out_with_imre, out_with_asha) =
        mutual(&["asha", "noor", "rowan", "vera"], &["tomas", "imre", "rowan"]);
    let entry = chapter.entry(&out_with_asha).unwrap();
    let Ok(Kind::Decision(undone)) = kinds::decode(entry.content().kind, entry.body().unwrap()) else {
        panic!("no decision")
    };
    let state = chapter.view().motion(&undone.motion).unwrap();
    let lapsed = state.lapsed.unwrap();
    assert_eq!((state.decided, lapsed.decision, lapsed.without), (None, out_with_asha, [member("imre")].into()));
    assert!(chapter.view().ripe(chapter.now()).is_empty());
    // By the clocks of two others it had not closed yet.
    let in_time = chapter.view().motion(&undone.motion).unwrap().closes;
    for name in ["noor", "vera"] {
        chapter.by(name).at(in_time).writes(&voice(undone.motion, 1, Choice::Yes));
    }
    assert_eq!(settled(&chapter).ripe(chapter.now()), [undone.motion]);
    let again = chapter.by("vera").writes(&decision(undone.motion));
    let view = settled(&chapter);
    let state = view.motion(&undone.motion).unwrap();
    assert_eq!((state.decided, state.lapsed), (Some(again), None));
    assert!(view.ripe(chapter.now()).is_empty());
    assert!(!view.is_member(&member("asha")) && !view.is_member(&member("imre")));
    assert_eq!(view.counted(&out_with_imre), Ok(()));
}

#[test]
fn of_an_even_mutual_removal_one_holds_and_everybody_agrees_which() {
    let (chapter, one, other) = mutual(&["asha", "noor", "rowan"], &["imre", "tomas", "vera"]);
    let view = settled(&chapter);
    let gone = view.former_members();
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0].ended.unwrap().by, one.min(other));
}

#[test]
fn a_removal_takes_two() {
    let mut chapter = Chapter::founded_by("rowan").with(["asha"]);
    let decided = chapter.remove("asha", &["rowan"]);
    let view = settled(&chapter);
    assert_eq!(view.counted(&decided), Err(Void::NotPassed));
    assert!(view.is_member(&member("asha")));
}

#[test]
fn at_the_close_the_quorum_and_the_majority_of_the_votes_decide() {
    let mut chapter = five();
    let moved = chapter.moves("rowan", Measure::Remove { member: member("tomas") });
    let closes = Timestamp(chapter.now().0 + WEEK - MINUTE);
    chapter.agree(moved, ["rowan", "asha"]);
    let refused = chapter.by("asha").at(closes).writes(&decision(moved));
    let passed = chapter.by("asha").at(closes.plus(1)).writes(&decision(moved));
    assert_eq!(chapter.view().counted(&refused), Err(Void::NotPassed));
    assert_eq!(settled(&chapter).counted(&passed), Ok(()));

    let mut chapter = five();
    let moved = chapter.moves("rowan", Measure::Remove { member: member("tomas") });
    chapter.agree(moved, ["rowan", "asha"]);
    chapter.by("noor").writes(&voice(moved, 1, Choice::No));
    let late = chapter.by("imre").at(closes.plus(1)).writes(&voice(moved, 1, Choice::Yes));
    let not = chapter.by("asha").at(closes.plus(2)).writes(&decision(moved));
    let view = settled(&chapter);
    assert_eq!(view.counted(&late), Err(Void::Late));
    assert_eq!(view.counted(&not), Err(Void::NotPassed), "two of three are not more than two thirds");
    // Who changes their mind in time turns it: the highest number counts.
    let mut chapter = five();
    let moved = chapter.moves("rowan", Measure::Remove { member: member("tomas") });
    chapter.agree(moved, ["rowan", "asha", "imre"]);
    chapter.by("imre").writes(&voice(moved, 2, Choice::No));
    let not = chapter.by("asha").writes(&decision(moved));
    assert_eq!(chapter.view().counted(&not), Err(Void::NotPassed));
    assert_eq!(chapter.view().motion(&moved).unwrap().count.yes, 2);
}

#[test]
fn leaving_is_ones_own_and_coming_back_is_possible() {
    let mut chapter = five();
    let before = chapter.place_of("tomas", 0);
    let left = chapter.by("tomas").writes(&farewell());
    let after = chapter.post("tomas", "And another thing");
    let past = chapter.entries()[8].id();
    let backup = chapter.by("tomas").behind(before).seeing([past]).writes(&post("From a backup", ""));
    let view = settled(&chapter);
    assert_eq!(view.counted(&left), Ok(()));
    assert_eq!(view.counted(&after), Err(Void::NotAMember));
    assert_eq!(view.counted(&backup), Err(Void::Left { by: left }));
    assert_eq!(view.former_members()[0].ended.unwrap().how, Ending::Left);
    // Somebody invites them again. What they write now counts; what they wrote meanwhile does not.
    chapter.admit("asha", "tomas");
    let back = chapter.post("tomas", "Hello again");
    let view = settled(&chapter);
    assert_eq!(view.counted(&back), Ok(()));
    assert_eq!(view.counted(&backup), Err(Void::Left { by: left }));
    assert!(view.is_member(&member("tomas")) && view.former_members().is_empty());
}

#[test]
fn a_revoked_device_counts_up_to_the_named_entry() {
    let mut chapter = five();
    let paired = chapter.add_device("asha", 0, 1);
    let mine = chapter.by("asha").on(1).writes(&post("From my telephone", ""));
    let thief = chapter.by("asha").on(1).writes(&post("Buy cheap watches", ""));
    let revoked = chapter.by("asha").writes(&revocation("asha", 1, Some(mine)));
    let later = chapter.by("asha").on(1).seeing([thief]).writes(&post("More watches", ""));
    let goes_on = chapter.post("asha", "Sorry for that");
    let view = settled(&chapter);
    assert_eq!(view.counted(&paired), Ok(()));
    assert_eq!(view.counted(&mine), Ok(()));
    assert_eq!(view.counted(&thief), Err(Void::Revoked { by: revoked }));
    assert_eq!(view.counted(&later), Err(Void::Revoked { by: revoked }));
    assert_eq!(view.counted(&goes_on), Ok(()));
    assert!(view.is_member(&member("asha")));
    assert_eq!(view.member(&member("asha")).unwrap().devices, [people::device("asha", 0)]);
    let former = view.former_devices(&member("asha"));
    assert_eq!((former.len(), former[0].ended.unwrap().how), (1, Ending::Revoked));
    // Nobody revokes another member's device, or one by an entry that is not its own.
    let foreign = chapter.by("asha").writes(&revocation("imre", 0, None));
    let misnamed = chapter.by("asha").writes(&revocation("asha", 1, Some(goes_on)));
    let view = settled(&chapter);
    assert_eq!(view.counted(&foreign), Err(Void::UnknownTarget));
    assert_eq!(view.counted(&misnamed), Err(Void::UnknownTarget));
}

/// What the last entry had in its past counts, on the other side of a fork, too.
#[test]
fn a_revocation_has_seen_what_the_named_entry_knew_of_a_fork() {
    let mut chapter = five();
    chapter.add_device("asha", 0, 1);
    let place = chapter.place_of("asha", 1);
    let one = chapter.by("asha").on(1).writes(&post("One", ""));
    let behind = chapter.by("asha").on(1).writes(&post("Behind it", ""));
    let unseen = chapter.by("asha").on(1).writes(&post("And behind that", ""));
    let other = chapter.by("asha").on(1).seeing([behind]).behind(place).writes(&post("Other", ""));
    let revoked = chapter.by("asha").writes(&revocation("asha", 1, Some(other)));
    let view = settled(&chapter);
    let cut = |entry| view.counted(&entry) == Err(Void::Revoked { by: revoked });
    assert_eq!([one, behind, unseen, other].map(cut), [false, false, true, false]);
}

#[test]
fn what_somebody_is_called_is_the_same_in_every_order() {
    let mut chapter = five();
    let (fork, place) = (chapter.heads().clone(), chapter.place_of("asha", 0));
    let paired = chapter.add_device("asha", 0, 1);
    chapter.by("asha").on(1).writes(&revocation("asha", 0, Some(paired)));
    // The thief would like to be called otherwise. asha's membership rests on the telephone now.
    let profile = kinds::Profile {
        handle: "Asha_the_great".into(),
        languages: Vec::new(),
        about: String::new(),
        contact: String::new(),
        testimonial: String::new(),
        picture: Vec::new(),
    };
    chapter.by("asha").behind(place).seeing(fork).writes(&Kind::Profile(Box::new(profile)));
    assert_eq!(settled(&chapter).handle(&member("asha")), Some("asha"));
}

#[test]
fn a_stolen_device_cannot_take_its_member_out() {
    let mut chapter = five();
    let paired = chapter.add_device("asha", 0, 1);
    let mine = chapter.by("asha").on(1).writes(&post("Mine", ""));
    let revoked = chapter.by("asha").writes(&revocation("asha", 1, Some(mine)));
    // The thief, not knowing of it, leaves in asha's name, and adds a device of their own.
    let left = chapter.by("asha").on(1).seeing([mine]).writes(&farewell());
    let added = chapter.added("asha", 2);
    let added = chapter.by("asha").on(1).seeing([left]).writes(&added);
    let view = settled(&chapter);
    assert_eq!(view.counted(&paired), Ok(()));
    assert_eq!(view.counted(&left), Err(Void::Revoked { by: revoked }));
    assert!(view.is_member(&member("asha")));
    assert!(view.counted(&added).is_err());
    assert!(!view.is_member_device(&people::device("asha", 2)));
}

#[test]
fn on_a_device_that_was_revoked_and_is_back_its_member_can_leave() {
    let mut chapter = five();
    let paired = chapter.add_device("asha", 0, 1);
    chapter.by("asha").on(1).writes(&revocation("asha", 0, Some(paired)));
    chapter.add_device("asha", 1, 0);
    let fork = chapter.heads().clone();
    let left = chapter.by("asha").writes(&farewell());
    assert!(!settled(&chapter).is_member(&member("asha")));
    // What others do at the same moment has nothing to do with it.
    chapter.by("imre").seeing(fork).writes(&revocation("imre", 0, None));
    let view = settled(&chapter);
    assert_eq!(view.counted(&left), Ok(()));
    assert!(!view.is_member(&member("asha")));
}

#[test]
fn with_the_words_and_an_invitation_a_member_comes_back_on_a_new_computer() {
    let mut chapter = five();
    let last = chapter.post("asha", "My last from the laptop");
    // Everything is gone; the 24 words make the same member key, and imre invites.
    let invite = chapter.invite("imre", "asha again");
    let back = chapter.admission(invite, "asha again", "asha", 1);
    chapter.by("imre").writes(&back);
    let revoked = chapter.by("asha").on(1).writes(&revocation("asha", 0, Some(last)));
    let thief = chapter.by("asha").seeing([last]).writes(&post("From the stolen laptop", ""));
    let view = settled(&chapter);
    assert_eq!(view.counted(&revoked), Ok(()));
    assert_eq!(view.counted(&thief), Err(Void::Revoked { by: revoked }));
    assert_eq!(view.member(&member("asha")).unwrap().devices, [people::device("asha", 1)]);
    assert_eq!(view.member_count(), 5);
}

fn strict(sponsors: u64) -> Rules {
    let half = Fraction { part: 1, whole: 2 };
    Rules {
        sponsors,
        history_for_newcomers: History::All,
        decision: Bar { quorum: half, majority: half },
        stands_for: 1,
        ..Rules::default()
    }
}

#[test]
fn a_chapter_that_asks_for_three_sponsors() {
    let mut chapter = five();
    let decided = chapter.decide(Measure::Rules { rules: strict(3) }, &["rowan", "asha", "imre"]);
    assert_eq!(chapter.view().counted(&decided), Ok(()));
    assert_eq!(chapter.view().rules(), Some(&strict(3)));
    let invite = chapter.invite("asha", "door");
    let admit = chapter.admission(invite, "door", "vera", 0);
    let Kind::Admit(ref inside) = admit else { panic!("no admission") };
    let request = Kind::Request(Box::new(Request { invite, statement: inside.statement.clone() }));
    let request = chapter.by("noor").writes(&request);
    let early = chapter.by("noor").writes(&admit);
    let sponsor = Kind::Sponsor(Sponsor { request, why: String::new() });
    chapter.by("asha").writes(&sponsor);
    let still = chapter.by("noor").writes(&admit);
    let declined = chapter.by("tomas").writes(&Kind::Decline(Decline { request, why: "I do not know her.".into() }));
    let talk = chapter.comment("imre", request, "I do, from the choir.");
    chapter.by("imre").writes(&sponsor);
    let two = chapter.by("noor").writes(&admit);
    chapter.by("rowan").writes(&sponsor);
    let three = chapter.by("tomas").writes(&admit);
    let view = settled(&chapter);
    for (entry, reason) in [(early, "alone"), (still, "the inviter twice"), (two, "two")] {
        assert_eq!(view.counted(&entry), Err(Void::TooFewSponsors), "{reason}");
    }
    for entry in [declined, talk, three] {
        assert_eq!(view.counted(&entry), Ok(()));
    }
    let asked = view.request(&request).unwrap();
    assert_eq!((asked.sponsors.len(), asked.declines.len(), asked.need, asked.admitted), (3, 1, 3, true));
    assert_eq!(view.member(&member("vera")).unwrap().sponsor, Some(member("asha")));
    // A sponsor's word for one statement is none for another: the same person with another device is asked about anew.
    let other = chapter.admission(invite, "door", "vera", 1);
    let other = chapter.by("noor").writes(&other);
    assert_eq!(chapter.view().counted(&other), Err(Void::TooFewSponsors));
}

#[test]
fn newcomers_agree_to_the_terms_of_the_moment_and_answer_all_questions() {
    let mut chapter = five();
    let early_invite = chapter.invite("asha", "door");
    let old_terms = chapter.admission(early_invite, "door", "vera", 0);
    let asks = Rules { questions: vec!["Why?".into()], statement: "We share.".into(), ..Rules::default() };
    chapter.decide(Measure::Rules { rules: asks }, &["rowan", "asha", "imre"]);
    let old = chapter.by("noor").writes(&old_terms);
    let unanswered = chapter.admission(early_invite, "door", "vera", 0);
    let unanswered = chapter.by("noor").writes(&unanswered);
    let view = settled(&chapter);
    assert_eq!(view.counted(&old), Err(Void::OtherTerms));
    assert_eq!(view.counted(&unanswered), Err(Void::OtherTerms));
}

#[test]
fn a_chapter_smaller_than_its_sponsors_asks_all_it_has() {
    let mut charter = charter("rowan");
    charter.rules.sponsors = 3;
    let mut chapter = Chapter::founded_as(charter, "rowan");
    let admitted = chapter.admit("rowan", "asha");
    let alone = chapter.admit("rowan", "imre");
    let view = settled(&chapter);
    assert_eq!(view.counted(&admitted), Ok(()));
    assert_eq!(view.counted(&alone), Err(Void::TooFewSponsors));
}

#[test]
fn requests_by_one_invitation_are_bounded() {
    let mut chapter = five();
    let invite = chapter.invite("asha", "door");
    let mut seen = Vec::new();
    for number in 0..6 {
        let admit = chapter.admission(invite, "door", &format!("vera{number}"), 0);
        let Kind::Admit(inside) = admit else { panic!("no admission") };
        let request = Kind::Request(Box::new(Request { invite, statement: inside.statement }));
        let request = chapter.by("noor").writes(&request);
        seen.push(chapter.view().counted(&request).is_ok());
    }
    assert_eq!(seen, [true, true, true, true, false, false]);
}

#[test]
fn tasks_are_given_and_taken_by_decision() {
    let mut chapter = five();
    let until = chapter.now().plus(52 * WEEK);
    let give = Measure::Give { role: Role::Facilitator, member: member("noor"), until };
    let given = chapter.decide(give, &["rowan", "asha", "imre"]);
    let tasks = settled(&chapter).tasks();
    assert_eq!((tasks.len(), tasks[0].member, tasks[0].until, tasks[0].decision), (1, member("noor"), until, given));
    chapter.decide(Measure::Recall { role: Role::Facilitator, member: member("noor") }, &["rowan", "asha", "tomas"]);
    assert!(settled(&chapter).tasks().is_empty());
    // Who is removed keeps no task.
    let give = Measure::Give { role: Role::Teller, member: member("tomas"), until: chapter.now().plus(52 * WEEK) };
    chapter.decide(give, &["rowan", "asha", "imre"]);
    chapter.remove("tomas", &["rowan", "asha", "imre"]);
    assert!(settled(&chapter).tasks().is_empty());
}

#[test]
fn a_chapter_hides_text_but_no_vote() {
    let mut chapter = five();
    let insult = chapter.post("tomas", "An insult");
    let reply = chapter.comment("noor", insult, "Please.");
    let poll = chapter.poll("asha", "Tea?");
    let hidden = chapter.decide(Measure::Hide { entry: insult, on: None }, &["rowan", "asha", "imre"]);
    let comment_hidden = chapter.decide(Measure::Hide { entry: reply, on: Some(insult) }, &["rowan", "asha", "imre"]);
    let poll_hidden = chapter.moves("rowan", Measure::Hide { entry: poll, on: None });
    let misplaced = chapter.moves("rowan", Measure::Hide { entry: reply, on: None });
    let view = settled(&chapter);
    assert_eq!(view.hidden(&insult), Some(hidden));
    assert_eq!(view.hidden(&reply), Some(comment_hidden));
    assert_eq!(view.counted(&insult), Ok(()), "its place remains");
    assert_eq!(view.counted(&poll_hidden), Err(Void::UnknownTarget));
    assert_eq!(view.counted(&misplaced), Err(Void::UnknownTarget));
}

#[test]
fn after_somebodys_time_ended_a_new_key_is_needed() {
    let mut chapter = five();
    assert_eq!(chapter.view().epoch(), Some(0));
    let fork = chapter.heads().clone();
    let all = [("rowan", 0), ("asha", 0), ("imre", 0), ("noor", 0)];
    chapter.by("asha").seeing(fork).writes(&epoch(1, "before", &all));
    chapter.remove("tomas", &["rowan", "asha", "imre"]);
    let view = settled(&chapter);
    assert_eq!(view.epoch(), None, "the key was made without knowing of the removal");
    assert_eq!(view.next_generation(), 2);
    // Two members make one at the same moment: both can be used, and all write under the same.
    let fork = chapter.heads().clone();
    chapter.by("imre").seeing(fork.clone()).writes(&epoch(2, "imre's", &all[..3]));
    chapter.by("noor").seeing(fork).writes(&epoch(2, "noor's", &all));
    let view = settled(&chapter);
    let epochs = view.epochs();
    assert_eq!(epochs.iter().filter(|epoch| epoch.clean).count(), 2);
    let (first, second) = (epochs[0].number, epochs[1].number);
    assert_eq!(view.epoch(), Some(first.min(second)));
    // imre's left noor out: anybody sees it, and can mend it.
    let imres = if view.left_out(first).is_empty() { second } else { first };
    let left_out = view.left_out(imres);
    assert_eq!((left_out.len(), left_out[0].member), (1, member("noor")));
    chapter.by("rowan").writes(&epoch(2, "imre's", &[("noor", 0)]));
    assert!(settled(&chapter).left_out(imres).is_empty());
    assert_eq!(settled(&chapter).wraps(imres, &people::device("noor", 0)).len(), 1);
    // Nobody skips generations to be the last one for ever.
    let skipped = chapter.by("rowan").writes(&epoch(9, "far ahead", &all));
    assert_eq!(settled(&chapter).counted(&skipped), Err(Void::WrongGeneration));
    // Who comes later is given the keys on the way in, and is not left out.
    chapter.admit("asha", "vera");
    assert!(settled(&chapter).left_out(imres).is_empty());
}

#[test]
fn the_founder_is_gone_and_everything_goes_on() {
    let mut chapter = five();
    chapter.by("rowan").writes(&farewell());
    chapter.by("asha").writes(&epoch(1, "after rowan", &[("asha", 0), ("imre", 0), ("noor", 0), ("tomas", 0)]));
    chapter.admit("imre", "vera");
    let poll = chapter.poll("vera", "Tea?");
    chapter.vote("vera", poll, 1, &[Some(0)]);
    chapter.remove("tomas", &["asha", "imre", "noor", "vera"]);
    let view = settled(&chapter);
    assert!(view.is_member(&member("vera")) && !view.is_member(&member("rowan")) && !view.is_member(&member("tomas")));
    assert_eq!(view.outcome(&poll).unwrap().voters, 1);
}

#[test]
fn a_removed_members_ballot_counts_if_the_decision_had_seen_it() {
    let mut chapter = five();
    let poll = chapter.poll("asha", "Tea?");
    chapter.vote("tomas", poll, 1, &[Some(0)]);
    let place = chapter.place_of("tomas", 0);
    let heads = chapter.heads().clone();
    let decided = chapter.remove("tomas", &["rowan", "asha", "imre"]);
    let changed = chapter
        .by("tomas")
        .behind(place)
        .seeing(heads)
        .writes(&chapterhouse_chapter::testing::story::ballot(poll, 2, &[Some(1)]));
    let view = settled(&chapter);
    assert_eq!(view.counted(&changed), removed(decided));
    assert_eq!(view.outcome(&poll).unwrap().questions[0].options, [1, 0]);
}

#[test]
fn another_decision_of_the_same_motion_does_not_put_somebody_out_again() {
    let mut chapter = five();
    let motion = chapter.moves("rowan", Measure::Remove { member: member("tomas") });
    chapter.agree(motion, ["rowan", "asha", "imre"]);
    let fork = chapter.heads().clone();
    let one = chapter.by("asha").writes(&decision(motion));
    chapter.admit("asha", "tomas");
    let back = chapter.post("tomas", "Thank you");
    // noor was offline, and only now writes what was decided long ago.
    let two = chapter.by("noor").seeing(fork).writes(&decision(motion));
    let view = settled(&chapter);
    assert_eq!(view.counted(&one), Ok(()));
    assert_eq!(view.counted(&two), Ok(()));
    assert_eq!(view.counted(&back), Ok(()));
    assert!(view.is_member(&member("tomas")));
    assert!(matches!(view.clone().apply(chapter.last().unwrap(), chapter.graph()), Applied::Again));
    let _ = comment(back, "");
}

#[test]
fn who_revokes_their_first_computer_stays_whose_guest_they_were() {
    let mut chapter = five();
    chapter.add_device("asha", 0, 1);
    let before = chapter.view().member(&member("asha")).unwrap();
    let mine = chapter.place_of("asha", 0).map(|(_, id)| id);
    chapter.by("asha").on(1).writes(&revocation("asha", 0, mine));
    let after = settled(&chapter).member(&member("asha")).unwrap();
    assert_eq!(after.sponsor, Some(member("rowan")));
    assert_eq!((after.since, after.admitted_by, after.ended), (before.since, before.admitted_by, None));
    assert_eq!(after.devices.len(), 1);
}

#[test]
fn what_falls_with_a_device_is_known_before_it_is_revoked() {
    let mut chapter = five();
    let before = chapter.place_of("asha", 0).map(|(_, id)| id);
    chapter.add_device("asha", 0, 1);
    let between = chapter.place_of("asha", 0).map(|(_, id)| id);
    chapter.add_device("asha", 1, 2);
    chapter.add_device("asha", 0, 3);
    let all = chapter.place_of("asha", 0).map(|(_, id)| id);
    let [first, second, third, fourth] = [0, 1, 2, 3].map(|number| device("asha", number));
    let view = settled(&chapter);
    let falls = |last: Option<EntryId>| view.falls_with(&first, last.as_ref());
    assert_eq!(falls(before), [second, third, fourth].into(), "the third was added by the second");
    assert_eq!(falls(None), [second, third, fourth].into());
    assert_eq!(falls(between), [fourth].into());
    assert!(falls(all).is_empty() && view.falls_with(&fourth, None).is_empty());
    // And so it comes.
    for last in [before, between, all] {
        let mut chapter = chapter.clone();
        chapter.by("asha").on(1).writes(&revocation("asha", 0, last));
        let after = settled(&chapter);
        let gone: BTreeSet<_> =
            [second, third, fourth].into_iter().filter(|one| !after.is_member_device(one)).collect();
        assert_eq!(gone, falls(last));
    }
}

#[test]
fn whose_computers_revoke_each_other_is_told_to_have_been_revoked() {
    let mut chapter = five();
    chapter.add_device("asha", 0, 1);
    let (first, second) = (chapter.place_of("asha", 0).unwrap().1, chapter.place_of("asha", 1));
    let seen: Vec<EntryId> = chapter.heads().iter().copied().collect();
    chapter.by("asha").seeing(seen.clone()).writes(&revocation("asha", 1, second.map(|(_, id)| id)));
    chapter.by("asha").on(1).seeing(seen).writes(&revocation("asha", 0, Some(first)));
    let view = settled(&chapter);
    assert!(!view.is_member(&member("asha")));
    // The second computer is void with the first one, which is not how she came in.
    assert_eq!(view.member(&member("asha")).unwrap().ended.unwrap().how, Ending::Revoked);
}

#[test]
fn a_new_text_is_a_measure_of_its_own_and_stands_with_its_vote() {
    let mut chapter = five();
    let with = |statement: &str, sponsors| Rules { statement: statement.into(), sponsors, ..Rules::default() };
    assert_eq!((chapter.view().statement_by(), chapter.view().adopts_text(&EntryId([1; 32]))), (None, None));
    let most = ["rowan", "asha", "imre"];
    let text = chapter.decide(Measure::Rules { rules: with("We share.", 1) }, &most);
    let other = chapter.decide(Measure::Rules { rules: with("We share.", 2) }, &most);
    let both = chapter.moves("asha", Measure::Rules { rules: with("We keep.", 1) });
    let view = settled(&chapter);
    let moved = |decision: &EntryId| view.item(decision).unwrap().target.unwrap();
    assert_eq!(view.adopts_text(&moved(&text)), Some(("", "We share.")));
    assert_eq!((view.adopts_text(&moved(&other)), view.adopts_text(&both)), (None, None), "more than the text");
    assert_eq!(view.statement_by(), Some(moved(&text)), "what changed other rules since did not bring it");
    chapter.agree(both, most);
    chapter.by("rowan").writes(&decision(both));
    assert_eq!(settled(&chapter).statement_by(), Some(both));
}
