//! What removed members, thieves of devices and a minority try, and what they do not get by it. Every story is told in
//! several orders of arrival, and fails if the defence that it is about is taken out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    Kind, Void,
    kinds::{BadJoin, Bar, Choice, Fraction, Invite, Measure, Request, Role, Rules, Sponsor},
    testing::{
        Chapter,
        people::{self, member},
        settled,
        story::{MINUTE, WEEK, charter, decision, epoch, farewell, motion, post, revocation, voice},
    },
};
use entry::{EntryId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// What somebody tries until the id is small enough.
const RIVALS: [&str; 12] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"];

fn five() -> Chapter {
    Chapter::founded_by("rowan").with(["asha", "imre", "noor", "tomas"])
}

fn removed(by: EntryId) -> Result<(), Void> {
    Err(Void::Removed { by })
}

fn revoked(by: EntryId) -> Result<(), Void> {
    Err(Void::Revoked { by })
}

fn door(chapter: &Chapter, called: &str, uses: u64) -> Kind {
    let invitation = people::invitation_key(called).verifying_key().to_bytes();
    Kind::Invite(Invite { invitation, expires: chapter.now().plus(WEEK), uses })
}

/// Some people who write as if nothing had happened since.
struct Apart {
    seen: BTreeSet<EntryId>,
    places: BTreeMap<(String, usize), Option<(u64, EntryId)>>,
}

impl Apart {
    fn of(chapter: &Chapter, devices: &[(&str, usize)]) -> Self {
        let place = |(name, device): &(&str, usize)| (((*name).to_owned(), *device), chapter.place_of(name, *device));
        Self { seen: chapter.heads().clone(), places: devices.iter().map(place).collect() }
    }

    fn writes(&mut self, chapter: &mut Chapter, (name, device): (&str, usize), kind: &Kind) -> EntryId {
        self.writes_at(chapter, (name, device), kind, chapter.now().plus(MINUTE))
    }

    fn writes_at(
        &mut self,
        chapter: &mut Chapter,
        (name, device): (&str, usize),
        kind: &Kind,
        time: Timestamp,
    ) -> EntryId {
        let place = self.places.entry((name.to_owned(), device)).or_default();
        let seen = self.seen.iter().copied();
        let id = chapter.by(name).on(device).behind(*place).seeing(seen).at(time).writes(kind);
        *place = Some((place.map_or(1, |(seq, _)| seq + 1), id));
        self.seen = BTreeSet::from([id]);
        id
    }

    /// One of them moves something, all of these vote for it, and the first one writes the decision after the close.
    fn decides(&mut self, chapter: &mut Chapter, measure: Measure, devices: &[(&str, usize)]) -> EntryId {
        let closes = chapter.now().plus(WEEK);
        let moved = self.writes(chapter, devices[0], &motion(measure, closes));
        for device in devices {
            self.writes(chapter, *device, &voice(moved, 1, Choice::Yes));
        }
        self.writes_at(chapter, devices[0], &decision(moved), closes.plus(1))
    }
}

#[test]
fn a_removed_member_takes_nothing_back_by_signing_in_its_place() {
    // Of two entries in one place the one with the smaller id counts, and whoever signs chooses among many ids. But this
    // one is no entry of a member: its author knows that they are none. Some of these have the smaller one.
    for title in RIVALS {
        let mut chapter = five();
        let poll = chapter.poll("asha", "Tea?");
        let before = chapter.place_of("tomas", 0);
        let vote = chapter.vote("tomas", poll, 1, &[Some(0)]);
        let decided = chapter.remove("tomas", &["rowan", "asha", "imre"]);
        let rival = chapter.by("tomas").behind(before).seeing([decided]).writes(&post(title, ""));
        let view = settled(&chapter);
        assert_eq!(view.counted(&rival), Err(Void::NotAMember), "{title}");
        assert_eq!(view.counted(&vote), Ok(()), "{title}");
        assert_eq!(view.outcome(&poll).unwrap().voters, 1);
        assert_eq!(view.forks()[0].entries, [vote, rival], "both are shown");
    }
}

#[test]
fn the_thief_of_a_revoked_device_takes_nothing_back_either() {
    for title in RIVALS {
        let mut chapter = five();
        chapter.add_device("asha", 0, 1);
        let mine = chapter.by("asha").on(1).writes(&post("Mine", ""));
        let revocation = chapter.by("asha").writes(&revocation("asha", 1, Some(mine)));
        let knowing = chapter.by("asha").on(1).behind(None).seeing([revocation]).writes(&post(title, "Knowing"));
        let past = chapter.entries()[9].id();
        let unaware = chapter.by("asha").on(1).behind(None).seeing([past]).writes(&post(title, "Unaware"));
        let view = settled(&chapter);
        assert_eq!(view.counted(&mine), Ok(()), "{title}");
        assert_eq!(view.counted(&knowing), Err(Void::NotAMember), "{title}");
        assert_eq!(view.counted(&unaware), revoked(revocation), "{title}");
    }
}

#[test]
fn an_old_key_is_not_made_clean_by_whoever_wraps_it_to_one_more() {
    let mut chapter = five();
    let all = [("rowan", 0), ("asha", 0), ("imre", 0), ("tomas", 0)];
    chapter.by("imre").writes(&epoch(1, "imre's", &all));
    let number = chapter.view().epoch().unwrap();
    chapter.remove("tomas", &["rowan", "asha", "imre"]);
    assert_eq!(chapter.view().epoch(), None);
    // noor had been left out, and needs the key for what was written until then. tomas has it, too.
    assert_eq!(chapter.view().left_out(number)[0].member, member("noor"));
    chapter.by("rowan").writes(&epoch(1, "imre's", &[("noor", 0)]));
    let view = settled(&chapter);
    assert!(view.left_out(number).is_empty());
    assert_eq!(view.epoch(), None, "nobody writes under a key that tomas has");
    // A new one is not spoilt by an entry of somebody who was put out.
    chapter.by("rowan").writes(&epoch(2, "rowan's", &[("rowan", 0), ("asha", 0), ("imre", 0), ("noor", 0)]));
    let new = settled(&chapter).epoch();
    assert!(new.is_some_and(|new| new != number));
    let past = chapter.entries()[8].id();
    chapter.by("tomas").seeing([past]).writes(&epoch(2, "rowan's", &[("tomas", 0)]));
    assert_eq!(settled(&chapter).epoch(), new);
}

#[test]
fn whoever_revokes_a_device_puts_nobody_else_out() {
    // Everybody came in by rowan's laptop. It is stolen; from the telephone rowan says that nothing of it counts.
    let mut chapter = five();
    chapter.add_device("rowan", 0, 1);
    let post = chapter.post("rowan", "From the laptop");
    let revocation = chapter.by("rowan").on(1).writes(&revocation("rowan", 0, None));
    let view = settled(&chapter);
    assert_eq!(view.counted(&post), revoked(revocation));
    // The telephone was added by the laptop: it goes with it, since that is rowan's own affair. Nobody else does.
    for name in ["asha", "imre", "noor", "tomas"] {
        assert!(view.is_member(&member(name)), "{name}");
    }
    let poll = chapter.poll("asha", "Tea?");
    assert_eq!(settled(&chapter).counted(&poll), Ok(()));
}

#[test]
fn whom_a_thief_lets_in_unaware_of_the_revocation_does_not_get_in() {
    let mut chapter = five();
    chapter.add_device("asha", 0, 1);
    let mut thief = Apart::of(&chapter, &[("asha", 1)]);
    let revocation = chapter.by("asha").writes(&revocation("asha", 1, None));
    let invite = door(&chapter, "the thief's", 9);
    let invite = thief.writes(&mut chapter, ("asha", 1), &invite);
    let admission = chapter.admission(invite, "the thief's", "vera", 0);
    let admitted = thief.writes(&mut chapter, ("asha", 1), &admission);
    let hello = thief.writes(&mut chapter, ("vera", 0), &post("Hello", ""));
    // Also if somebody else's computer lets them in, which has not heard of the revocation.
    let admission = chapter.admission(invite, "the thief's", "imke", 0);
    let by_noor = chapter.by("noor").seeing([invite]).writes(&admission);
    // Nor if somebody lets them in who has heard of it: the invitation's word is none any more, though asha's would be.
    let admission = chapter.admission(invite, "the thief's", "pavel", 0);
    let knowing = chapter.by("imre").writes(&admission);
    let view = settled(&chapter);
    assert_eq!(view.counted(&knowing), Err(Void::TooFewSponsors));
    assert_eq!(view.counted(&admitted), revoked(revocation));
    assert_eq!(view.counted(&hello), Err(Void::Uprooted { by: revocation }));
    assert_eq!(view.counted(&by_noor), Ok(()), "noor did nothing wrong");
    for name in ["vera", "imke"] {
        assert!(!view.is_member(&member(name)), "{name}");
    }
    assert_eq!(view.member_count(), 5);
}

#[test]
fn devices_that_a_stolen_one_adds_go_with_it() {
    let mut chapter = five();
    chapter.add_device("asha", 0, 1);
    let moved = chapter.moves("noor", Measure::Remove { member: member("tomas") });
    let mut thief = Apart::of(&chapter, &[("asha", 1)]);
    // One adds the next, and the last one writes.
    for device in 2..5 {
        let add = chapter.added("asha", device);
        thief.writes(&mut chapter, ("asha", device - 1), &add);
    }
    let vote = thief.writes(&mut chapter, ("asha", 4), &voice(moved, 1, Choice::Yes));
    let heads: Vec<EntryId> = chapter.heads().iter().copied().collect();
    let last = chapter.entries()[9].id();
    // asha sees all that, and names an entry of before.
    assert_eq!(chapter.entry(&last).unwrap().content().device, people::device("asha", 0));
    let revocation = chapter.by("asha").seeing(heads).writes(&revocation("asha", 1, None));
    let view = settled(&chapter);
    assert!(view.counted(&vote).is_err());
    assert_eq!(view.member(&member("asha")).unwrap().devices, [people::device("asha", 0)]);
    assert_eq!(view.motion(&moved).unwrap().count.yes, 0);
    assert_eq!(view.counted(&revocation), Ok(()));
}

#[test]
fn a_member_with_five_devices_has_one_vote() {
    let mut chapter = five();
    let moved = chapter.moves("asha", Measure::Remove { member: member("tomas") });
    for device in 0..4 {
        chapter.add_device("asha", device, device + 1);
    }
    for device in 0..5 {
        chapter.by("asha").on(device).writes(&voice(moved, 1, Choice::Yes));
    }
    let late = chapter.now().plus(WEEK);
    let decided = chapter.by("asha").at(late).writes(&decision(moved));
    let view = settled(&chapter);
    assert_eq!(view.motion(&moved).unwrap().count.yes, 1);
    assert_eq!(view.counted(&decided), Err(Void::NotPassed));
}

#[test]
fn whom_one_lets_in_for_a_motion_has_no_vote_on_it() {
    let mut chapter = five();
    let moved = chapter.moves("asha", Measure::Remove { member: member("tomas") });
    let mut votes = Vec::new();
    for name in ["puppet-1", "puppet-2", "puppet-3"] {
        chapter.admit("asha", name);
        votes.push(chapter.by(name).writes(&voice(moved, 1, Choice::Yes)));
    }
    chapter.agree(moved, ["asha"]);
    let late = chapter.now().plus(WEEK);
    let decided = chapter.by("asha").at(late).writes(&decision(moved));
    let view = settled(&chapter);
    for vote in votes {
        assert_eq!(view.counted(&vote), Err(Void::NotOnRoll));
    }
    assert_eq!(view.counted(&decided), Err(Void::NotPassed));
}

#[test]
fn those_who_left_do_not_come_back_as_a_majority() {
    let mut chapter = five();
    let leavers = ["imre", "noor", "tomas"];
    let mut apart = Apart::of(&chapter, &leavers.map(|name| (name, 0)));
    for name in leavers {
        chapter.by(name).writes(&farewell());
    }
    // As if they had never left: three of then five remove one who stayed.
    let measure = Measure::Remove { member: member("asha") };
    let decided = apart.decides(&mut chapter, measure, &leavers.map(|name| (name, 0)));
    let view = settled(&chapter);
    assert!(matches!(view.counted(&decided), Err(Void::Left { .. })));
    assert!(view.is_member(&member("asha")));
    assert_eq!(view.member_count(), 2);
}

#[test]
fn a_stolen_device_does_not_vote() {
    let mut chapter = five();
    chapter.add_device("noor", 0, 1);
    let others = [("asha", 0), ("noor", 1), ("imre", 0)];
    let mut apart = Apart::of(&chapter, &others);
    chapter.by("noor").writes(&revocation("noor", 1, None));
    // asha and imre pretend not to know that it was stolen: with its vote they are three of four.
    let closes = chapter.now().plus(WEEK);
    let moved = apart.writes(&mut chapter, others[0], &motion(Measure::Remove { member: member("tomas") }, closes));
    for device in others {
        apart.writes(&mut chapter, device, &voice(moved, 1, Choice::Yes));
    }
    let decided = apart.writes(&mut chapter, others[0], &decision(moved));
    let view = settled(&chapter);
    assert_eq!(view.counted(&decided), Ok(()), "it was all right by what it says that it knew");
    assert_eq!(view.motion(&moved).unwrap().decided, None);
    assert!(view.is_member(&member("tomas")));
}

#[test]
fn a_friend_who_pretends_not_to_know_does_not_bring_a_removed_member_back() {
    let mut chapter = five();
    let invite = chapter.invite("noor", "the back door");
    let moved = chapter.moves("rowan", Measure::Remove { member: member("tomas") });
    // A decision of this motion, too early to be one: whoever knows of it knows of nothing.
    let early = chapter.by("noor").writes(&decision(moved));
    let mut friend = Apart::of(&chapter, &[("noor", 0)]);
    chapter.agree(moved, ["rowan", "asha", "imre"]);
    let decided = chapter.by("asha").writes(&decision(moved));
    let admission = chapter.admission(invite, "the back door", "tomas", 1);
    let again = friend.writes(&mut chapter, ("noor", 0), &admission);
    let hello = friend.writes(&mut chapter, ("tomas", 1), &post("Hello", ""));
    let view = settled(&chapter);
    assert_eq!(view.counted(&early), Err(Void::NotPassed));
    assert_eq!(view.counted(&again), Ok(()), "noor is a member, and it was all right in that past");
    assert_eq!(view.counted(&hello), removed(decided));
    assert!(!view.is_member(&member("tomas")) && !view.is_member_device(&people::device("tomas", 1)));
}

#[test]
fn what_somebody_signed_the_first_time_brings_them_in_no_second_time() {
    // A chapter that asks for three sponsors. tomas has them, comes in, and is removed.
    let mut three = charter("rowan");
    three.rules.sponsors = 3;
    let mut chapter = Chapter::founded_as(three, "rowan");
    let invite = door(&chapter, "door", 20);
    let invite = chapter.by("rowan").writes(&invite);
    let mut first = None;
    for (name, sponsors) in
        [("asha", &[][..]), ("imre", &["asha"]), ("noor", &["asha", "imre"]), ("tomas", &["asha", "imre", "noor"])]
    {
        let admission = chapter.admission(invite, "door", name, 0);
        let Kind::Admit(ref inside) = admission else { panic!("no admission") };
        let request = Kind::Request(Box::new(Request { invite, statement: inside.statement.clone() }));
        let request = chapter.by("rowan").writes(&request);
        for sponsor in sponsors {
            chapter.by(sponsor).writes(&Kind::Sponsor(Sponsor { request, why: String::new() }));
        }
        chapter.by("rowan").writes(&admission);
        first = Some(admission);
    }
    assert_eq!(chapter.view().member_count(), 5);
    chapter.remove("tomas", &["rowan", "asha", "imre"]);
    // noor alone puts his first statement on record once more: the invitation still runs, and three have sponsored it.
    let again = chapter.by("noor").writes(&first.unwrap());
    // So she invites him anew, with the key of the old invitation.
    let renewed = door(&chapter, "door", 20);
    let renewed = chapter.by("noor").writes(&renewed);
    let admission = chapter.admission(renewed, "door", "tomas", 0);
    let renewed = chapter.by("noor").writes(&admission);
    let view = settled(&chapter);
    assert_eq!(view.counted(&again), Err(Void::OldInvitation));
    assert_eq!(view.counted(&renewed), Err(Void::OldInvitation));
    assert!(!view.is_member(&member("tomas")));
    // With an invitation of its own it takes three members' words again.
    let invite = door(&chapter, "another door", 1);
    let invite = chapter.by("noor").writes(&invite);
    let admission = chapter.admission(invite, "another door", "tomas", 0);
    let alone = chapter.by("noor").writes(&admission);
    assert_eq!(settled(&chapter).counted(&alone), Err(Void::TooFewSponsors));
}

#[test]
fn nobody_else_makes_a_revoked_device_its_members_again() {
    let mut chapter = Chapter::founded_by("rowan").with(["asha", "imre"]);
    let invite = chapter.invite("imre", "asha's door");
    let admission = chapter.admission(invite, "asha's door", "asha", 1);
    chapter.by("imre").writes(&admission);
    chapter.by("asha").writes(&revocation("asha", 1, None));
    // A friend of the thief has asha's statement of then; and when asha leaves, somebody would like to keep her.
    let again = chapter.by("imre").writes(&admission);
    let left = chapter.by("asha").writes(&farewell());
    let back = chapter.by("imre").writes(&admission);
    let view = settled(&chapter);
    assert_eq!(view.counted(&left), Ok(()));
    for entry in [again, back] {
        assert_eq!(view.counted(&entry), Err(Void::OldInvitation));
    }
    assert!(!view.is_member(&member("asha")) && !view.is_member_device(&people::device("asha", 1)));
}

#[test]
fn who_writes_the_decision_on_their_own_removal_gets_nothing_by_it() {
    let mut chapter = five();
    let moved = chapter.moves("rowan", Measure::Remove { member: member("tomas") });
    chapter.agree(moved, ["rowan", "asha", "imre"]);
    let mut others = Apart::of(&chapter, &[("noor", 0)]);
    // tomas lets friends in, and then writes the decision himself: it has seen all of that.
    let invite = door(&chapter, "in a hurry", 5);
    let invite = chapter.by("tomas").writes(&invite);
    for name in ["vera", "imke"] {
        let admission = chapter.admission(invite, "in a hurry", name, 0);
        chapter.by("tomas").writes(&admission);
    }
    let own = chapter.by("tomas").writes(&decision(moved));
    let noors = others.writes(&mut chapter, ("noor", 0), &decision(moved));
    let view = settled(&chapter);
    assert_eq!((view.counted(&own), view.counted(&noors)), (removed(noors), Ok(())));
    assert_eq!(view.counted(&invite), removed(noors));
    for name in ["tomas", "vera", "imke"] {
        assert!(!view.is_member(&member(name)), "{name}");
    }
}

#[test]
fn nobody_makes_a_foreign_device_theirs() {
    let mut chapter = five();
    // asha certifies imre's next telephone as hers; it has not agreed. She signs for it with her own one.
    let Kind::AddDevice(add) = chapter.added("asha", 1) else { panic!("no device") };
    let imres = people::device("imre", 1);
    let cert = entry::DeviceCert::issue(&people::member_key("asha"), imres.0, [1; 32]);
    let claimed = Kind::AddDevice(Box::new(chapterhouse_chapter::kinds::AddDevice { cert, ..*add }));
    let claimed = chapter.by("asha").writes(&claimed);
    // And one that imre adds for asha, by a certificate that she gave him.
    let lent = chapter.added("asha", 1);
    let lent = chapter.by("imre").writes(&lent);
    let view = settled(&chapter);
    assert_eq!(view.counted(&claimed), Err(Void::BadStatement(BadJoin::Device)));
    assert_eq!(view.counted(&lent), Err(Void::WrongStatement));
    assert_eq!(view.device_count(), 5);
}

#[test]
fn a_thief_signs_nothing_below_the_entry_that_the_revocation_names() {
    let mut chapter = five();
    chapter.add_device("asha", 0, 1);
    let first = chapter.by("asha").on(1).writes(&post("First", ""));
    let last = chapter.by("asha").on(1).writes(&post("Last", ""));
    // The thief signs others with lower numbers, before and after asha's laptop hears of it.
    let invite = door(&chapter, "below", 5);
    let heard = chapter.by("asha").on(1).behind(None).seeing([first]).writes(&invite);
    let revocation = chapter.by("asha").writes(&revocation("asha", 1, Some(last)));
    let unheard = chapter.by("asha").on(1).behind(Some((1, first))).seeing([first]).writes(&invite);
    let view = settled(&chapter);
    assert_eq!(view.counted(&first), Ok(()));
    assert_eq!(view.counted(&last), Ok(()));
    assert_eq!(view.counted(&heard), revoked(revocation));
    assert_eq!(view.counted(&unheard), revoked(revocation));
}

fn rules(statement: &str) -> Measure {
    let half = Fraction { part: 1, whole: 2 };
    let easy = Bar { quorum: Fraction { part: 1, whole: 4 }, majority: half };
    Measure::Rules { rules: Rules { statement: statement.into(), removal: easy, decision: easy, ..Rules::default() } }
}

#[test]
fn of_contradicting_rules_those_hold_that_more_members_stand_behind() {
    // A chapter that decides easily: two decide one thing, three others another, without knowing of each other.
    let mut easy = charter("rowan");
    let Measure::Rules { rules: Rules { removal, decision, .. } } = rules("") else { panic!("no rules") };
    (easy.rules.removal, easy.rules.decision) = (removal, decision);
    for round in ["One", "Two", "Three", "Four"] {
        let mut chapter = Chapter::founded_as(easy.clone(), "rowan").with(["asha", "imre", "noor", "tomas"]);
        let mut few = Apart::of(&chapter, &[("rowan", 0), ("asha", 0)]);
        let mut many = Apart::of(&chapter, &[("imre", 0), ("noor", 0), ("tomas", 0)]);
        few.decides(&mut chapter, rules("We give orders."), &[("rowan", 0), ("asha", 0)]);
        let measure = rules(&format!("We share. {round}"));
        let more = many.decides(&mut chapter, measure, &[("imre", 0), ("noor", 0), ("tomas", 0)]);
        assert_eq!(settled(&chapter).rules_by(), Some(more), "{round}");
        // Whoever knows of both can decide anew.
        let anew = chapter.decide(rules("We sing."), &["rowan", "asha", "noor"]);
        assert_eq!(settled(&chapter).rules_by(), Some(anew), "{round}");
    }
}

#[test]
fn a_task_that_is_given_at_the_moment_of_a_removal_is_none() {
    let mut chapter = Chapter::founded_by("rowan").with(["asha", "imre", "noor", "tomas", "vera", "imke"]);
    let friends = [("noor", 0), ("asha", 0), ("vera", 0), ("imke", 0)];
    let mut apart = Apart::of(&chapter, &friends);
    chapter.remove("tomas", &["rowan", "asha", "imre", "imke", "noor"]);
    let until = chapter.now().plus(52 * WEEK);
    let give = Measure::Give { role: Role::Teller, member: member("tomas"), until };
    apart.decides(&mut chapter, give, &friends);
    chapter.admit("asha", "tomas");
    let view = settled(&chapter);
    assert!(view.is_member(&member("tomas")));
    assert!(view.tasks().is_empty(), "who comes back begins anew");
}

#[test]
fn who_left_has_no_task_that_could_be_recalled() {
    let mut chapter = five();
    let until = chapter.now().plus(52 * WEEK);
    let give = Measure::Give { role: Role::Teller, member: member("tomas"), until };
    chapter.decide(give, &["rowan", "asha", "imre"]);
    chapter.by("tomas").writes(&farewell());
    let moved = chapter.moves("asha", Measure::Recall { role: Role::Teller, member: member("tomas") });
    let view = settled(&chapter);
    assert!(view.tasks().is_empty());
    assert_eq!(view.counted(&moved), Err(Void::UnknownTarget));
}

#[test]
fn the_word_of_somebody_who_was_put_out_meanwhile_carries_nobody_in() {
    let mut two = charter("rowan");
    two.rules.sponsors = 2;
    let mut chapter = Chapter::founded_as(two, "rowan");
    let invite = door(&chapter, "door", 20);
    let invite = chapter.by("rowan").writes(&invite);
    let join = |chapter: &mut Chapter, name: &str, sponsors: &[&str]| {
        let admission = chapter.admission(invite, "door", name, 0);
        let Kind::Admit(ref inside) = admission else { panic!("no admission") };
        let request = Kind::Request(Box::new(Request { invite, statement: inside.statement.clone() }));
        let request = chapter.by("rowan").writes(&request);
        for sponsor in sponsors {
            chapter.by(sponsor).writes(&Kind::Sponsor(Sponsor { request, why: String::new() }));
        }
        (request, admission)
    };
    for (name, sponsors) in [("asha", &[][..]), ("imre", &["asha"]), ("noor", &["asha"]), ("tomas", &["imre"])] {
        let (_, admission) = join(&mut chapter, name, sponsors);
        chapter.by("rowan").writes(&admission);
    }
    assert_eq!(chapter.view().member_count(), 5);
    let (request, admission) = join(&mut chapter, "vera", &[]);
    let mut apart = Apart::of(&chapter, &[("tomas", 0), ("noor", 0)]);
    let decided = chapter.remove("tomas", &["rowan", "asha", "imre"]);
    // tomas is the second sponsor, as if nothing had happened, and noor's computer lets vera in.
    let word = apart.writes(&mut chapter, ("tomas", 0), &Kind::Sponsor(Sponsor { request, why: String::new() }));
    apart.writes(&mut chapter, ("noor", 0), &admission);
    let hello = apart.writes(&mut chapter, ("vera", 0), &post("Hello", ""));
    let view = settled(&chapter);
    assert_eq!(view.counted(&word), removed(decided));
    assert_eq!(view.counted(&hello), Err(Void::Uprooted { by: decided }));
    assert!(!view.is_member(&member("vera")));
    // One more honest word, and an admission that knows of all that, and she is in.
    chapter.by("noor").writes(&Kind::Sponsor(Sponsor { request, why: String::new() }));
    chapter.by("imre").writes(&admission);
    assert!(settled(&chapter).is_member(&member("vera")));
}

#[test]
fn a_key_from_a_stolen_device_is_none_to_write_under() {
    let mut chapter = five();
    chapter.add_device("asha", 0, 1);
    let mut thief = Apart::of(&chapter, &[("asha", 1)]);
    chapter.by("asha").writes(&revocation("asha", 1, None));
    thief.writes(&mut chapter, ("asha", 1), &epoch(1, "the thief's", &[("asha", 1)]));
    assert_eq!(settled(&chapter).epoch(), None);
    assert_eq!(settled(&chapter).epochs().len(), 1, "nobody mends it, either");
    chapter.by("noor").writes(&epoch(2, "noor's", &[("asha", 0), ("noor", 0)]));
    let view = settled(&chapter);
    assert_eq!(view.epochs().iter().filter(|epoch| epoch.clean).count(), 1);
    assert_eq!(view.epoch().map(|number| number >> 48), Some(2));
}
