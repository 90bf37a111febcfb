//! One test for each reason for which an entry does not count, and for what is right beside it and does.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use chapterhouse_chapter::{
    Applied, BadBody, Kind, View, Void,
    draft::Ready,
    kinds::{self, BadJoin, Invite, Question, number},
    testing::{
        Chapter,
        people::{self, invitation_key},
        story::{FOUNDED, MINUTE, WEEK, ballot, charter, comment, post},
    },
};
use entry::{ChapterId, EntryId, Timestamp};
use vote::Method;

fn three() -> Chapter {
    Chapter::founded_by("rowan").with(["asha", "imre"])
}

fn question() -> Question {
    Question { key: "q".into(), text: "Roof?".into(), options: vec!["yes".into(), "no".into()], method: Method::SINGLE }
}

fn counted(chapter: &Chapter, entry: EntryId) -> Result<(), Void> {
    chapter.view().counted(&entry)
}

#[test]
fn not_a_member() {
    let mut chapter = three();
    let early = chapter.by("noor").seeing([]).writes(&post("Hello", ""));
    let stranger = chapter.by("noor").writes(&post("Hello again", ""));
    assert_eq!(counted(&chapter, early), Err(Void::NotAMember));
    assert_eq!(counted(&chapter, stranger), Err(Void::NotAMember));
    // A member's other device is no member's device before it is admitted.
    let other_device = chapter.by("asha").on(1).writes(&post("From my telephone", ""));
    assert_eq!(counted(&chapter, other_device), Err(Void::NotAMember));
    // Being admitted does not make good what was written before, nor what was written without having seen it.
    let admitted = chapter.admit("rowan", "noor");
    let unaware = chapter.by("noor").seeing([]).writes(&post("Still here", ""));
    let aware = chapter.by("noor").seeing([admitted]).writes(&post("Thank you", ""));
    let view = chapter.view();
    assert_eq!(view.counted(&early), Err(Void::NotAMember));
    assert_eq!(view.counted(&unaware), Err(Void::NotAMember));
    assert_eq!(view.counted(&aware), Ok(()));
    assert_eq!(view.items(None, None).map(|item| item.id).collect::<Vec<_>>(), [aware]);
}

#[test]
fn not_a_member_though_the_entry_says_so() {
    // Nobody becomes a member by their own word: an invitation and an admission signed by strangers count for nothing.
    let mut chapter = three();
    let invite = chapter.invite("noor", "door");
    let admission = chapter.admission(invite, "door", "noor", 0);
    let admit = chapter.by("noor").writes(&admission);
    // Not even when a member signs the admission: the invitation was no member's.
    let helped = chapter.by("asha").writes(&admission);
    let after = chapter.post("noor", "I am in");
    let view = chapter.view();
    assert_eq!(view.counted(&invite), Err(Void::NotAMember));
    assert_eq!(view.counted(&admit), Err(Void::NotAMember));
    assert_eq!(view.counted(&helped), Err(Void::UnknownTarget));
    assert_eq!(view.counted(&after), Err(Void::NotAMember));
    assert_eq!(view.member_count(), 3);
}

#[test]
fn broken_chain() {
    let mut chapter = three();
    let first = chapter.post("asha", "One");
    // Number 7 behind number 1, then one behind that; and one behind somebody else's entry.
    let gap = chapter.by("asha").behind(Some((6, first))).writes(&post("Seven", ""));
    let behind_gap = chapter.post("asha", "Eight");
    let other = chapter.post("imre", "Mine");
    let foreign = chapter.by("asha").behind(Some((1, other))).writes(&post("Behind imre's", ""));
    let right = chapter.by("asha").behind(Some((1, first))).writes(&post("Two", ""));
    let view = chapter.view();
    assert_eq!(view.counted(&gap), Err(Void::BrokenChain));
    assert_eq!(view.counted(&behind_gap), Err(Void::BrokenChain));
    assert_eq!(view.counted(&foreign), Err(Void::BrokenChain));
    assert_eq!(view.counted(&right), Ok(()));
    assert!(view.forks().is_empty(), "what is in no chain is no fork");
}

#[test]
fn malformed() {
    let mut chapter = three();
    let rubbish = chapter.by("asha").writes_raw(number::POST, vec![0, 0x80]).unwrap();
    let empty = chapter.by("asha").writes(&post("", "No title"));
    let admit = chapter.by("asha").writes_raw(number::ADMIT, vec![9]).unwrap();
    let view = chapter.view();
    assert_eq!(view.counted(&rubbish), Err(Void::Malformed(BadBody::Malformed)));
    assert_eq!(view.counted(&empty), Err(Void::Malformed(BadBody::Empty { what: "the title" })));
    assert_eq!(view.counted(&admit), Err(Void::Malformed(BadBody::Form)));
    assert_eq!(view.counted(&empty).unwrap_err().to_string(), "it is not well formed: the title is empty");
}

#[test]
fn not_the_charter() {
    let ours = three();
    // Another charter inside our chapter, by a member and by a stranger, in our past and out of it.
    let mut chapter = ours.clone();
    let second = chapter.by("asha").writes(&Kind::Charter(charter("asha")));
    let takeover = chapter.by("noor").seeing([]).writes(&Kind::Charter(charter("noor")));
    // Our own charter again, but not as the beginning.
    let again = chapter.by("rowan").writes(&Kind::Charter(charter("rowan")));
    // Our own charter, signed by somebody else's device.
    let stolen = chapter.by("tomas").seeing([]).writes(&Kind::Charter(charter("rowan")));
    let view = chapter.view();
    for entry in [second, takeover, again, stolen] {
        assert_eq!(view.counted(&entry), Err(Void::NotTheCharter));
    }
    assert_eq!(view.member_count(), 3);
    assert_eq!(view.charter(), Some(&charter("rowan")));
    // A charter whose founder did not certify the device.
    let mut forged = charter("rowan");
    forged.founders[0].cert.signature[0] ^= 1;
    let mut view = View::new(forged.chapter_id());
    let other = Chapter::founded_as(forged, "rowan");
    let applied = view.apply(&other.entries()[0], other.graph());
    assert_eq!(applied, Applied::Void(Void::NotTheCharter));
}

#[test]
fn another_chapters_entries_are_not_taken() {
    let chapter = three();
    let mut view = View::new(ChapterId([1; 32]));
    assert_eq!(view.apply(&chapter.entries()[0], chapter.graph()), Applied::OtherChapter);
    assert_eq!(view.entries(), 0);
}

#[test]
fn entries_without_their_parents_are_not_taken() {
    let chapter = three();
    let mut view = View::new(chapter.id());
    assert_eq!(view.apply(&chapter.entries()[1], chapter.graph()), Applied::ParentMissing);
    assert_eq!(view.apply(&chapter.entries()[0], chapter.graph()), Applied::Counts);
    assert_eq!(view.apply(&chapter.entries()[0], chapter.graph()), Applied::Again);
    assert_eq!(view.apply(&chapter.entries()[1], chapter.graph()), Applied::Counts);
}

#[test]
fn unknown_target_of_a_comment() {
    let mut chapter = three();
    let start = *chapter.heads().first().unwrap();
    let seen = chapter.post("asha", "Seen");
    // imre knows the post's id, but not the post.
    let unseen = chapter.by("imre").seeing([start]).writes(&comment(seen, "I have heard of it"));
    let on_nothing = chapter.comment("imre", EntryId([7; 32]), "Where?");
    let void = chapter.post("noor", "From outside");
    let on_void = chapter.comment("imre", void, "Who are you?");
    let on_void_comment = chapter.comment("imre", on_nothing, "There");
    let Kind::Poll(mut poll) = chapter.draft_poll("Roof?", vec![question()]) else { panic!("no poll") };
    poll.roll_count = 77;
    let void_poll = chapter.by("rowan").writes(&Kind::Poll(poll));
    let on_void_poll = chapter.comment("imre", void_poll, "Who are they?");
    let on_charter = chapter.comment("imre", chapter.entries()[0].id(), "Well said");
    let vote = chapter.poll("rowan", "Roof?");
    let cast = chapter.vote("asha", vote, 1, &[Some(0)]);
    let on_ballot = chapter.comment("imre", cast, "Why?");
    let good = chapter.comment("imre", seen, "Yes");
    let view = chapter.view();
    for entry in [on_nothing, unseen, on_void, on_charter, on_ballot] {
        assert_eq!(view.counted(&entry), Err(Void::UnknownTarget));
    }
    // What a member's text says makes no difference: not everybody has it.
    for entry in [good, on_void_comment, on_void_poll] {
        assert_eq!(view.counted(&entry), Ok(()));
    }
    assert_eq!(view.item(&seen).unwrap().comments, 1);
    assert_eq!(view.comments(&seen).len(), 1);
}

#[test]
fn unknown_target_of_a_ballot() {
    let mut chapter = three();
    let start = *chapter.heads().first().unwrap();
    let poll = chapter.poll("rowan", "Roof?");
    let unseen = chapter.by("imre").seeing([start]).writes(&ballot(poll, 1, &[Some(0)]));
    let nowhere = chapter.vote("asha", EntryId([7; 32]), 1, &[Some(0)]);
    let no_poll = chapter.vote("asha", start, 1, &[Some(0)]);
    let view = chapter.view();
    for entry in [unseen, nowhere, no_poll] {
        assert_eq!(view.counted(&entry), Err(Void::UnknownTarget));
    }
    assert!(view.ballots(&poll).is_empty());
    assert_eq!(view.outcome(&poll).unwrap().voters, 0);
}

#[test]
fn unknown_target_of_an_admission() {
    let mut chapter = three();
    let start = *chapter.heads().first().unwrap();
    let invite = chapter.invite("rowan", "door");
    let admission = chapter.admission(invite, "door", "noor", 0);
    let unseen = chapter.by("asha").seeing([start]).writes(&admission);
    let on_post = chapter.post("rowan", "No invitation");
    let wrong = chapter.admission(on_post, "door", "noor", 0);
    let wrong = chapter.by("asha").writes(&wrong);
    let view = chapter.view();
    assert_eq!(view.counted(&unseen), Err(Void::UnknownTarget));
    assert_eq!(view.counted(&wrong), Err(Void::UnknownTarget));
    assert_eq!(view.member_count(), 3);
    let seen = chapter.by("imre").writes(&admission);
    assert_eq!(counted(&chapter, seen), Ok(()));
}

#[test]
fn invitation_expired() {
    let mut chapter = three();
    let invite = chapter.invite("rowan", "door");
    let expires = chapter.view().invites().iter().find(|i| i.entry == invite).unwrap().invite.expires;
    let admission = chapter.admission(invite, "door", "noor", 0);
    let late = chapter.by("asha").at(expires.plus(1)).writes(&admission);
    assert_eq!(counted(&chapter, late), Err(Void::InvitationExpired));
    let last_moment = chapter.by("asha").at(expires).writes(&admission);
    assert_eq!(counted(&chapter, last_moment), Ok(()));
}

#[test]
fn invitation_used() {
    let mut chapter = three();
    let start = *chapter.heads().first().unwrap();
    let invite = chapter.invite("rowan", "door");
    let noor = chapter.admission(invite, "door", "noor", 0);
    let tomas = chapter.admission(invite, "door", "tomas", 0);
    let first = chapter.by("rowan").writes(&noor);
    let second = chapter.by("rowan").writes(&tomas);
    // The same newcomer again is no second use: it may have been admitted in two places at once.
    let again = chapter.by("asha").writes(&noor);
    let view = chapter.view();
    assert_eq!(view.counted(&first), Ok(()));
    assert_eq!(view.counted(&second), Err(Void::InvitationUsed));
    assert_eq!(view.counted(&again), Ok(()));
    assert_eq!(view.member_count(), 4);
    assert_eq!(view.members().iter().find(|m| m.handle == "noor").unwrap().admitted_by, first);
    // Used twice by people who cannot have known of each other, it counts twice: neither is put out again.
    let elsewhere = chapter.by("imre").seeing([start, invite]).writes(&tomas);
    let view = chapter.view();
    assert_eq!(view.counted(&elsewhere), Ok(()));
    assert_eq!(view.member_count(), 5);
}

#[test]
fn an_invitation_for_several_admits_so_many() {
    let mut chapter = three();
    let invitation = invitation_key("hall").verifying_key().to_bytes();
    let invite = Kind::Invite(Invite { invitation, expires: chapter.now().plus(WEEK), uses: 2 });
    let invite = chapter.by("rowan").writes(&invite);
    let mut admit = |name| {
        let admission = chapter.admission(invite, "hall", name, 0);
        chapter.by("rowan").writes(&admission)
    };
    let (noor, tomas, vera) = (admit("noor"), admit("tomas"), admit("vera"));
    let view = chapter.view();
    assert_eq!(view.counted(&noor), Ok(()));
    assert_eq!(view.counted(&tomas), Ok(()));
    assert_eq!(view.counted(&vera), Err(Void::InvitationUsed));
}

#[test]
fn wrong_statement() {
    let mut chapter = three();
    let invite = chapter.invite("rowan", "door");
    let other = chapter.admission(invite, "window", "noor", 0);
    let other_invitation = chapter.by("rowan").writes(&other);
    let elsewhere = Chapter::founded_by("noor").admission(invite, "door", "noor", 0);
    let other_chapter = chapter.by("rowan").writes(&elsewhere);
    let view = chapter.view();
    assert_eq!(view.counted(&other_invitation), Err(Void::WrongStatement));
    assert_eq!(view.counted(&other_chapter), Err(Void::WrongStatement));
    assert_eq!(view.member_count(), 3);
}

#[test]
fn bad_statement() {
    let mut chapter = three();
    let invite = chapter.invite("rowan", "door");
    let mut forged = |spoil: fn(&mut kinds::JoinStatement)| {
        let Kind::Admit(mut admit) = chapter.admission(invite, "door", "noor", 0) else { panic!("no admission") };
        spoil(&mut admit.statement);
        let entry = chapter.by("rowan").writes(&Kind::Admit(admit));
        chapter.view().counted(&entry)
    };
    assert_eq!(forged(|s| s.by_invitation[0] ^= 1), Err(Void::BadStatement(BadJoin::Invitation)));
    assert_eq!(forged(|s| s.by_member[0] ^= 1), Err(Void::BadStatement(BadJoin::Member)));
    assert_eq!(forged(|s| s.by_device[0] ^= 1), Err(Void::BadStatement(BadJoin::Device)));
    assert_eq!(forged(|s| s.join.handle = "nora".into()), Err(Void::BadStatement(BadJoin::Invitation)));
    assert_eq!(forged(|_| ()), Ok(()));
}

#[test]
fn device_taken() {
    let mut chapter = three();
    let invite = chapter.invite("rowan", "door");
    // noor's member key with asha's device, which for once signs it too.
    let invitation = invitation_key("door");
    let device = people::device_key("asha", 0);
    let join = kinds::Join {
        chapter: chapter.id(),
        invitation: invitation.verifying_key().to_bytes(),
        handle: "noor".into(),
        cert: entry::DeviceCert::issue(&people::member_key("noor"), device.verifying_key().to_bytes(), [3; 32]),
        time: chapter.now(),
        terms: chapter.view().rules().unwrap().terms(),
        answers: vec![],
    };
    let statement = join.sign(&invitation, &people::member_key("noor"), &device);
    let taken = chapter.by("rowan").writes(&Kind::Admit(Box::new(kinds::Admit { invite, statement })));
    let post = chapter.post("asha", "Still mine");
    let view = chapter.view();
    assert_eq!(view.counted(&taken), Err(Void::DeviceTaken));
    assert_eq!(view.item(&post).unwrap().author, Some(people::member("asha")));
}

#[test]
fn a_member_who_comes_back_gets_one_more_device_and_keeps_the_rest() {
    let mut chapter = three();
    let before = chapter.view().member(&people::member("asha")).unwrap();
    let invite = chapter.invite("imre", "back");
    let Kind::Admit(mut admit) = chapter.admission(invite, "back", "asha", 1) else { panic!("no admission") };
    // Under another handle, even: it stays the one of the beginning.
    let mut join = admit.statement.join;
    join.handle = "somebody".into();
    let keys = (invitation_key("back"), people::member_key("asha"), people::device_key("asha", 1));
    admit.statement = join.sign(&keys.0, &keys.1, &keys.2);
    chapter.by("imre").writes(&Kind::Admit(admit));
    let new = chapter.by("asha").on(1).writes(&post("On the new computer", ""));
    let old = chapter.post("asha", "On the old one");
    let view = chapter.view();
    assert_eq!((view.counted(&new), view.counted(&old)), (Ok(()), Ok(())));
    let after = view.member(&people::member("asha")).unwrap();
    assert_eq!(after.devices.len(), 2);
    assert_eq!(kinds_of(&after), kinds_of(&before));
    assert_eq!(view.member_count(), 3);
}

fn kinds_of(member: &chapterhouse_chapter::view::Member) -> (String, Timestamp, Option<entry::MemberId>, EntryId) {
    (member.handle.clone(), member.since, member.sponsor, member.admitted_by)
}

#[test]
fn wrong_roll() {
    let mut chapter = three();
    let start = *chapter.heads().first().unwrap();
    let question = question();
    let Kind::Poll(good) = chapter.draft_poll("Roof?", vec![question]) else { panic!("no poll") };
    let mut short = good.clone();
    short.roll_count = 2;
    let short = chapter.by("rowan").writes(&Kind::Poll(short));
    let mut other = good.clone();
    other.roll_hash = kinds::roll_hash(&[people::member("rowan"), people::member("asha"), people::member("noor")]);
    let other = chapter.by("rowan").writes(&Kind::Poll(other));
    // noor is admitted, and the poll's author does not know it: the roll is the one of the poll's own past.
    let admitted = chapter.admit("rowan", "noor");
    let unaware = chapter.by("imre").seeing([start]).writes(&Kind::Poll(good.clone()));
    let aware = chapter.by("asha").seeing([admitted]).writes(&Kind::Poll(good));
    let view = chapter.view();
    assert_eq!(view.counted(&short), Err(Void::WrongRoll));
    assert_eq!(view.counted(&other), Err(Void::WrongRoll));
    assert_eq!(view.counted(&unaware), Ok(()));
    assert_eq!(view.counted(&aware), Err(Void::WrongRoll));
    assert_eq!(view.poll(&unaware).unwrap().rules.roll.len(), 3);
    assert_eq!(view.roll_at(&[start]).len(), 3);
    assert_eq!(view.roll_at(&[admitted]).len(), 4);
    assert_eq!(view.roll().len(), 4);
}

#[test]
fn closes_too_early() {
    let mut chapter = three();
    let question = question();
    let poll = chapter.draft_poll("Roof?", vec![question]);
    let Kind::Poll(definition) = &poll else { panic!("no poll") };
    let closes = definition.closes;
    let over = chapter.by("rowan").at(closes).writes(&poll);
    let just = chapter.by("asha").at(Timestamp(closes.0 - 1)).writes(&poll);
    let view = chapter.view();
    assert_eq!(view.counted(&over), Err(Void::ClosesTooEarly));
    assert_eq!(view.counted(&just), Ok(()));
}

#[test]
fn not_on_roll() {
    let mut chapter = three();
    let poll = chapter.poll("rowan", "Roof?");
    chapter.admit("rowan", "noor");
    let newcomer = chapter.vote("noor", poll, 1, &[Some(0)]);
    let member = chapter.vote("asha", poll, 1, &[Some(1)]);
    let view = chapter.view();
    assert_eq!(view.counted(&newcomer), Err(Void::NotOnRoll));
    assert_eq!(view.counted(&member), Ok(()));
    let outcome = view.outcome(&poll).unwrap();
    assert_eq!(outcome.questions[0].options, [0, 1]);
    assert_eq!(outcome.not_counted, [(newcomer, vote::Reason::NotOnRoll)]);
    assert_eq!(view.ballots(&poll).len(), 2);
}

#[test]
fn late() {
    let mut chapter = three();
    let poll = chapter.poll("rowan", "Roof?");
    let closes = chapter.view().poll(&poll).unwrap().rules.closes;
    let in_time = chapter.by("asha").at(closes).writes(&ballot(poll, 1, &[Some(0)]));
    let late = chapter.by("imre").at(closes.plus(1)).writes(&ballot(poll, 1, &[Some(0)]));
    let changed_late = chapter.by("asha").at(closes.plus(1)).writes(&ballot(poll, 2, &[Some(1)]));
    let view = chapter.view();
    assert_eq!(view.counted(&in_time), Ok(()));
    assert_eq!(view.counted(&late), Err(Void::Late));
    assert_eq!(view.counted(&changed_late), Err(Void::Late));
    assert_eq!(view.outcome(&poll).unwrap().questions[0].options, [1, 0]);
}

#[test]
fn wrong_answers() {
    let mut chapter = three();
    let poll = chapter.poll("rowan", "Roof?");
    let good = chapter.vote("asha", poll, 1, &[Some(1)]);
    let third_option = chapter.vote("asha", poll, 2, &[Some(2)]);
    let two_answers = chapter.vote("asha", poll, 3, &[Some(0), Some(0)]);
    let none = chapter.vote("asha", poll, 4, &[]);
    let blank = chapter.vote("imre", poll, 1, &[None]);
    let view = chapter.view();
    for entry in [third_option, two_answers, none] {
        assert_eq!(view.counted(&entry), Err(Void::WrongAnswers));
    }
    assert_eq!((view.counted(&good), view.counted(&blank)), (Ok(()), Ok(())));
    let outcome = view.outcome(&poll).unwrap();
    assert_eq!((outcome.voters, outcome.questions[0].blank), (2, 1));
    assert_eq!(outcome.questions[0].options, [0, 1]);
    // Whatever number a next ballot needs, it is above all that are here.
    assert_eq!(view.next_ballot_number(&poll, &people::member("asha")), 5);
    assert_eq!(view.next_ballot_number(&poll, &people::member("rowan")), 1);
}

/// Two entries of asha's device in one place, each seeing the chapter as it was before.
fn forked(chapter: &mut Chapter, one: &Kind, two: &Kind) -> (EntryId, EntryId) {
    let heads: Vec<EntryId> = chapter.heads().iter().copied().collect();
    let place = chapter.place_of("asha", 0);
    let a = chapter.by("asha").seeing(heads.clone()).behind(place).writes(one);
    let b = chapter.by("asha").seeing(heads).behind(place).writes(two);
    (a.min(b), a.max(b))
}

#[test]
fn forked_posts() {
    let mut chapter = three();
    let (counts, void) = forked(&mut chapter, &post("Yes", ""), &post("No", ""));
    let view = chapter.view();
    assert_eq!(view.counted(&counts), Ok(()));
    assert_eq!(view.counted(&void), Err(Void::Forked { counts }));
    assert_eq!(view.items(None, None).map(|item| item.id).collect::<Vec<_>>(), [counts]);
    let forks = view.forks();
    assert_eq!(forks.len(), 1);
    assert_eq!(forks[0].entries, [counts, void]);
    assert_eq!((forks[0].device, forks[0].seq), (people::device("asha", 0), 1));
    assert_eq!(forks[0].member, Some(people::member("asha")));
}

/// Attack: whoever opened a poll takes it back when they know the result, by signing something else in its place.
#[test]
fn forked_polls_stand_both() {
    let mut chapter = three();
    let heads: Vec<EntryId> = chapter.heads().iter().copied().collect();
    let place = chapter.place_of("asha", 0);
    let poll = chapter.poll("asha", "Roof?");
    chapter.vote("imre", poll, 1, &[Some(1)]);
    let rivals = (0..64).map(|n| {
        let rival = post(&format!("Rival {n}"), "");
        chapter.by("asha").behind(place).seeing(heads.clone()).writes(&rival)
    });
    assert!(rivals.min().unwrap() < poll);
    let view = chapter.view();
    assert_eq!((view.counted(&poll), view.polls().collect::<Vec<_>>()), (Ok(()), vec![poll]));
    assert_eq!(view.outcome(&poll).unwrap().questions[0].options, [0, 1]);
    assert_eq!(view.forks().len(), 1, "and it is shown");
}

#[test]
fn forked_comments_and_ballots() {
    let mut chapter = three();
    let on = chapter.post("rowan", "Roof");
    let (counts, void) = forked(&mut chapter, &comment(on, "Yes"), &comment(on, "No"));
    let reply = chapter.comment("imre", void, "Really?");
    let view = chapter.view();
    assert_eq!(view.counted(&void), Err(Void::Forked { counts }));
    // An answer to the one that does not count keeps its place, and so does what it answers.
    assert_eq!(view.counted(&reply), Ok(()));
    assert_eq!(view.item(&on).unwrap().comments, 2);
    assert_eq!(view.comments(&on).len(), 3);

    let poll = chapter.poll("rowan", "Roof?");
    let (counts, void) = forked(&mut chapter, &ballot(poll, 1, &[Some(0)]), &ballot(poll, 9, &[Some(1)]));
    let view = chapter.view();
    let outcome = view.outcome(&poll).unwrap();
    assert_eq!(outcome.voters, 1);
    assert_eq!(outcome.counted[&people::member("asha")], counts);
    assert!(outcome.not_counted.is_empty());
    let shown = view.ballots(&poll);
    assert_eq!(shown.iter().find(|cast| cast.ballot.entry == void).unwrap().void, Some(Void::Forked { counts }));
}

#[test]
fn a_fork_puts_nobody_out() {
    let mut chapter = three();
    // asha's copied key invites noor on one side and writes on the other, and the other way round.
    for (door, name) in ["a", "b", "c", "d", "e", "f"].into_iter().zip(["noor", "tomas", "vera", "ilse", "jon", "kim"])
    {
        let invitation = invitation_key(door).verifying_key().to_bytes();
        let invite = Kind::Invite(Invite { invitation, expires: chapter.now().plus(WEEK), uses: 1 });
        let (one, two) = forked(&mut chapter, &invite, &post(name, ""));
        let view = chapter.view();
        let invite = if view.invites().iter().any(|i| i.entry == one) { one } else { two };
        assert_eq!(view.counted(&invite), Ok(()));
        let admission = chapter.admission(invite, door, name, 0);
        let (one, two) = forked(&mut chapter, &admission, &post(name, ""));
        let hello = chapter.by(name).seeing([one, two]).writes(&post("Hello", ""));
        assert_eq!(chapter.view().counted(&hello), Ok(()), "{name}");
    }
    let view = chapter.view();
    assert_eq!(view.member_count(), 9);
    assert_eq!(view.forks().len(), 12);
    let void = view.void_entries();
    assert!(void.iter().all(|(_, reason)| matches!(reason, Void::Forked { .. })), "{void:?}");
}

#[test]
fn forks_of_kinds_that_are_not_known() {
    // Numbers below 10 and from 100 to 199 are about membership, in this version of the program and in every later one.
    for (number, stays) in
        [(4, true), (9, true), (13, false), (99, false), (103, true), (199, true), (200, false), (4711, false)]
    {
        let mut chapter = three();
        let unknown = |body: u8| Kind::Unknown { kind: number, body: vec![body] };
        let (counts, other) = forked(&mut chapter, &unknown(1), &unknown(2));
        let view = chapter.view();
        assert_eq!(view.counted(&counts), Ok(()));
        assert_eq!(view.counted(&other).is_ok(), stays, "kind {number}");
        assert_eq!(view.forks().len(), 1);
    }
}

#[test]
fn kinds_that_are_not_known_are_kept_and_counted() {
    let mut chapter = three();
    let before = chapter.view();
    let unknown = chapter.by("asha").writes_raw(77, b"from the year 2031".to_vec()).unwrap();
    let on_unknown = chapter.comment("imre", unknown, "What is it?");
    let view = chapter.view();
    assert_eq!(view.counted(&unknown), Ok(()));
    assert_eq!(view.counted(&on_unknown), Err(Void::UnknownTarget));
    assert_eq!(view.entries(), before.entries() + 2);
    assert_eq!(view.items(None, None).count(), 0);
    assert_ne!(view.state_hash(), before.state_hash());
}

#[test]
fn an_author_hears_the_same_before_signing() {
    let mut chapter = three();
    let poll = chapter.poll("rowan", "Roof?");
    chapter.admit("rowan", "noor");
    let view = chapter.view();
    let now = chapter.now().plus(MINUTE);
    let closes = view.poll(&poll).unwrap().rules.closes;
    let check = |kind: &Kind, name: &str, at: Timestamp| {
        view.check(kind, people::device(name, 0), at).map_err(|problem| problem.0)
    };
    assert_eq!(check(&post("Hello", ""), "asha", now), Ok(()));
    assert_eq!(check(&post("Hello", ""), "tomas", now), Err(Void::NotAMember));
    assert_eq!(check(&post("", ""), "asha", now), Err(Void::Malformed(BadBody::Empty { what: "the title" })));
    assert_eq!(check(&comment(EntryId([7; 32]), "?"), "asha", now), Err(Void::UnknownTarget));
    assert_eq!(check(&comment(poll, "?"), "asha", now), Ok(()));
    assert_eq!(check(&ballot(poll, 1, &[None]), "asha", now), Ok(()));
    assert_eq!(check(&ballot(poll, 1, &[None]), "asha", closes.plus(1)), Err(Void::Late));
    assert_eq!(check(&ballot(poll, 1, &[None]), "noor", now), Err(Void::NotOnRoll));
    assert_eq!(check(&ballot(poll, 1, &[Some(2)]), "asha", now), Err(Void::WrongAnswers));
    let question =
        Question { key: "q".into(), text: "?".into(), options: vec!["a".into(), "b".into()], method: Method::SINGLE };
    let next = chapter.draft_poll("Next", vec![question]);
    assert_eq!(check(&next, "noor", now), Ok(()));
    assert_eq!(check(&next, "noor", now.plus(2 * WEEK)), Err(Void::ClosesTooEarly));
    // Having seen only what was before noor came, the roll is another.
    let earlier = view.check_at(&Ready::new(next).unwrap(), people::device("asha", 0), now, &[poll]);
    assert_eq!(earlier.unwrap_err().0, Void::WrongRoll);
    let sentence = view.check(&post("", ""), people::device("asha", 0), now).unwrap_err().to_string();
    assert_eq!(sentence, "the title is empty");
    // What could be encoded, and never read.
    let far = Kind::Invite(Invite { invitation: [1; 32], expires: Timestamp(entry::time::LAST.0 + 1), uses: 1 });
    assert_eq!(check(&far, "asha", now), Err(Void::Malformed(BadBody::Malformed)));
    // 48 KiB that cannot be compressed still fit; several such texts do not.
    let noise: String =
        (0..40_000_u32).map(|n| char::from(b'!' + (blake3::hash(&n.to_le_bytes()).as_bytes()[0] % 90))).collect();
    let item = |notes| kinds::AgendaItem { title: "Noise".into(), notes };
    assert_eq!(check(&post("Noise", &noise), "asha", now), Ok(()));
    let Kind::Minutes(mut minutes) = chapterhouse_chapter::testing::story::minutes("Noise", "2026-11-23") else {
        panic!("no minutes")
    };
    minutes.items = vec![item(noise.clone()), item(noise.chars().rev().collect())];
    let long = Kind::Minutes(minutes.clone());
    assert_eq!(check(&long, "asha", now), Err(Void::Malformed(BadBody::TooLong)));
    // A few bytes when compressed, but more than anybody reads.
    minutes.items = vec![item("x".repeat(48 * 1024)); 6];
    let long = Kind::Minutes(minutes);
    assert_eq!(check(&long, "asha", now), Err(Void::Malformed(BadBody::TooLong)));
}

#[test]
fn founding_is_checked_like_everything() {
    let charter = charter("rowan");
    let view = View::new(charter.chapter_id());
    let kind = Kind::Charter(charter.clone());
    assert!(view.check(&kind, people::device("rowan", 0), FOUNDED).is_ok());
    assert_eq!(view.check(&kind, people::device("asha", 0), FOUNDED).unwrap_err().0, Void::NotTheCharter);
    let other = View::new(ChapterId([1; 32]));
    assert_eq!(other.check(&kind, people::device("rowan", 0), FOUNDED).unwrap_err().0, Void::NotTheCharter);
}
