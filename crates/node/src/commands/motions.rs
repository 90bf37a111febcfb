//! Motions: what is proposed, how members vote, what follows.

use super::{
    people,
    resolve::{self, Wanted},
    show,
};
use crate::{
    alike::Alike,
    clock,
    core::Core,
    house::{House, Room, invalid},
};
use api::{
    ErrorCode, MotionDraft, Refusal, Reply, draft,
    people::{Choice, MotionStage, MotionView, StatementChange, VoiceView},
    reply::Published,
};
use chapter::{
    Kind,
    kinds::{self, Decision, Measure, Motion, Voice, text::tidy_text},
    view::{Hanging, ItemKind, Lapsed, MotionState},
};
use entry::{ChapterId, EntryId, MemberId, Timestamp};

/// From now to the earliest close that the rules allow, with a minute for what happens in between.
const MARGIN: u64 = 60_000;
/// The longest that a motion stands open: what has been open for years surprises whoever it is about.
const LONGEST: u64 = 366 * 86_400_000;
/// What is said to whoever votes on what is decided.
const DECIDED: &str = "This motion had passed before: what was decided stays as it is, whatever this vote says. It would count only \
    if votes by which it passed turned out not to count.";
/// So many polls are named in which votes hang on one member.
const NAMED: usize = 20;

pub(crate) fn propose(house: &mut House, text: &str, motion: &MotionDraft) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(house, text)?;
    house.check_at_home(&chapter)?;
    let room = house.room(&chapter)?;
    let measure = measure(house, room, &motion.measure)?;
    check(house, room, &measure)?;
    let hours = room.view.rules().map_or(0, |rules| rules.stands_for);
    let earliest = house.now.plus(hours * 3_600_000 + MARGIN);
    let closes = match &motion.closes {
        None => earliest,
        Some(text) => clock::parse(text).map_err(|why| invalid(format!("closes: {why}")))?,
    };
    if closes <= house.now {
        return Err(invalid("the end of voting would be over already: choose a later one"));
    }
    if closes < house.now.plus(hours * 3_600_000) {
        return Err(invalid(format!(
            "by this chapter's rules a motion stands open for {hours} hour{} at least; choose a later end",
            if hours == 1 { "" } else { "s" }
        )));
    }
    if closes > earliest.max(house.now.plus(LONGEST)) {
        return Err(invalid("a motion stands open for a year at most; choose an earlier end"));
    }
    let why = tidy_text(&motion.why);
    if matches!(measure, Measure::Remove { .. } | Measure::Hide { .. }) && why.trim().is_empty() {
        return Err(invalid("say why: the members decide by that, and it stays on record"));
    }
    let motion = Motion { measure, why, closes };
    let id = house.publish(&chapter, &Kind::Motion(Box::new(motion)))?;
    Ok(Reply::Published(Published::new(id)))
}

/// Refuses what would not count, or would be decided twice, in words for whoever proposes it.
fn check(house: &House, room: &Room, measure: &Measure) -> Result<(), Refusal> {
    let handle = |member: &MemberId| room.view.handle(member).unwrap_or("somebody").to_owned();
    let no = |sentence: String| Err(invalid(sentence));
    match measure {
        Measure::Remove { member } if *member == house.contents.member.id() => {
            no("nobody moves their own removal: to go, leave (`chapterhouse leave`, or in the window)".into())
        }
        Measure::Remove { member } | Measure::Give { member, .. } if !room.view.is_member(member) => {
            no(format!("{} is no member any more: there is nothing to decide", handle(member)))
        }
        Measure::Give { until, .. } if *until <= house.now => {
            no("the term would be over already: choose a later end of it".into())
        }
        Measure::Recall { role, member }
            if !room.view.tasks().iter().any(|task| task.role == *role && task.member == *member)
                && (*role != kinds::Role::Teller || room.view.hanging_on(member).is_empty()) =>
        {
            no(format!("{} is not a {}: there is nothing to take back", handle(member), people::role_name(*role)))
        }
        Measure::Remove { member } if room.view.roll().len() == 2 => no(format!(
            "there are only the two of you, and nobody decides alone about somebody else: a removal takes two votes for it. \
             You can leave (`chapterhouse leave`, or in the window), and found another chapter without {}",
            handle(member)
        )),
        Measure::Rules { rules } if room.view.rules() == Some(rules) => {
            no("these are the rules that hold already: there is nothing to decide".into())
        }
        Measure::Remove { member } => {
            let same = |other: &Measure| matches!(other, Measure::Remove { member: other } if other == member);
            match open_already(house, room, same) {
                Some(open) => no(format!(
                    "a motion to remove {} is open already: vote on it (`chapterhouse motion vote {open} yes`)",
                    handle(member)
                )),
                None => Ok(()),
            }
        }
        Measure::Hide { entry, .. } => check_hiding(house, room, entry),
        _ => Ok(()),
    }
}

fn check_hiding(house: &House, room: &Room, entry: &EntryId) -> Result<(), Refusal> {
    use ItemKind::{Blog, Comment, Discussion, Minutes, News, Profile, Withheld};
    let kind = room.view.item(entry).map(|item| item.kind);
    if matches!(kind, Some(Withheld(_))) && room.view.hidden(entry).is_none() {
        return Err(invalid(
            "this was written before you joined, and you cannot read it: a member who can has to move that it be hidden",
        ));
    }
    if !matches!(kind, Some(News | Blog | Discussion | Minutes | Comment | Profile)) {
        let instead = kind.map_or_else(String::new, |kind| instead_of_hiding(kind, entry));
        return Err(invalid(format!(
            "only posts, comments, minutes and profiles can be hidden, and this is none of them{instead}"
        )));
    }
    if room.view.hidden(entry).is_some() {
        return Err(invalid("the chapter has hidden this already: there is nothing to decide"));
    }
    match open_already(house, room, |other| matches!(other, Measure::Hide { entry: other, .. } if other == entry)) {
        None => Ok(()),
        Some(open) => Err(invalid(format!(
            "a motion to hide this is open already: vote on it (`chapterhouse motion vote {open} yes`)"
        ))),
    }
}

/// What can be done about what was said to a proposal: it stands beside the poll and its result, whatever it says.
fn instead_of_hiding(kind: ItemKind, entry: &EntryId) -> String {
    let id: String = entry.to_string().chars().take(12).collect();
    let what = match kind {
        ItemKind::Objection => format!(
            "an objection stays on record, beside the poll. Whoever made it can withdraw it (`chapterhouse poll withdraw {id} \
             --reason …`), and whoever proposed the poll can answer it (`chapterhouse poll answer {id} --text …`)"
        ),
        ItemKind::Amendment => {
            "an amendment stays on record, beside the poll. It changes nothing unless whoever proposed the poll \
            adopts it, and its reasons can be answered by a comment on the proposal"
                .to_owned()
        }
        ItemKind::Remark => {
            "what was said to an objection stays on record with it. It can be answered by a comment on the proposal"
                .to_owned()
        }
        _ => return String::new(),
    };
    format!(": {what}. Whether its author stays a member can be put to the vote (`chapterhouse removal propose`)")
}

/// An open motion to the same end, by the beginning of its id.
fn open_already(house: &House, room: &Room, same: impl Fn(&Measure) -> bool) -> Option<String> {
    let open = |motion: &EntryId| {
        let state = room.view.motion(motion);
        state.is_some_and(|state| state.decided.is_none() && house.now <= state.closes && same(&state.measure))
    };
    room.view.motions().find(open).map(|motion| motion.to_string().chars().take(12).collect())
}

fn measure(house: &House, room: &Room, draft: &draft::Measure) -> Result<Measure, Refusal> {
    Ok(match draft {
        draft::Measure::Statement { text } => {
            let rules = room.view.rules().ok_or_else(|| invalid("nothing of this chapter is here yet"))?;
            let statement = tidy_text(text);
            if statement == rules.statement {
                return Err(invalid("this is the text that holds already: there is nothing to decide"));
            }
            Measure::Rules { rules: kinds::Rules { statement, ..rules.clone() } }
        }
        draft::Measure::Rules { rules } => Measure::Rules { rules: people::rules_from(rules)? },
        draft::Measure::Remove { member } => Measure::Remove { member: resolve::member(room, member)? },
        draft::Measure::Give { role, member, until } => Measure::Give {
            role: people::role_from(*role),
            member: resolve::member(room, member)?,
            until: clock::parse(until).map_err(|why| invalid(format!("until: {why}")))?,
        },
        draft::Measure::Recall { role, member } => {
            Measure::Recall { role: people::role_from(*role), member: resolve::member(room, member)? }
        }
        draft::Measure::Hide { entry } => {
            let (_, entry) = resolve::entry(house, entry)?;
            let on = room.view.item(&entry).and_then(|item| item.target);
            let comment = room.view.item(&entry).is_some_and(|item| item.kind == ItemKind::Comment);
            Measure::Hide { entry, on: on.filter(|_| comment) }
        }
    })
}

pub(crate) fn list(core: &Core, now: Timestamp, text: &str) -> Result<Reply, Refusal> {
    let chapter = resolve::chapter(&core.house, text)?;
    let room = core.house.room(&chapter)?;
    let alike = Alike::new(room, now);
    let motions: Vec<EntryId> = room.view.motions().collect();
    let mut views =
        motions.iter().map(|motion| view(core, now, &chapter, room, &alike, motion)).collect::<Result<Vec<_>, _>>()?;
    views.sort_by_key(|view| view.stage != MotionStage::Open);
    Ok(Reply::Motions(views))
}

pub(crate) fn show_one(core: &Core, now: Timestamp, text: &str) -> Result<Reply, Refusal> {
    let (chapter, id) = resolve::entry_as(&core.house, text, Wanted::Motion)?;
    let room = core.house.room(&chapter)?;
    Ok(Reply::Motion(Box::new(view(core, now, &chapter, room, &Alike::new(room, now), &id)?)))
}

/// Open motions that this member has a vote on and has not voted on.
pub(crate) fn waiting(core: &Core, now: Timestamp, room: &Room) -> usize {
    let me = core.house.contents.member.id();
    room.view.motions().filter_map(|motion| room.view.motion(&motion)).filter(|motion| waits(motion, &me, now)).count()
}

/// Whether a member has a vote on an open motion, and has not used it.
pub(crate) fn waits(motion: &MotionState, member: &MemberId, now: Timestamp) -> bool {
    motion.decided.is_none()
        && now <= motion.closes
        && motion.roll.contains(member)
        && !motion.voices.contains_key(member)
}

pub(crate) const fn stage(motion: &MotionState, now: Timestamp) -> MotionStage {
    match (motion.decided, now.0 > motion.closes.0) {
        (Some(_), _) => MotionStage::Passed,
        (None, true) => MotionStage::Failed,
        (None, false) => MotionStage::Open,
    }
}

pub(crate) fn title(room: &Room, alike: &Alike, motion: &EntryId, measure: &Measure) -> String {
    let handle = |member| alike.named(room, member);
    match measure {
        Measure::Rules { .. } if room.view.adopts_text(motion).is_some() => {
            "Adopt a new text of what newcomers agree to".into()
        }
        Measure::Rules { .. } => "Change the chapter's rules".into(),
        Measure::Remove { member } => format!("Remove {} from the chapter", handle(member)),
        Measure::Give { role, member, .. } => format!("{} becomes {}", handle(member), people::role_name(*role)),
        Measure::Recall { role, member } => format!("{} is {} no longer", handle(member), people::role_name(*role)),
        Measure::Hide { entry, .. } => {
            let item = room.view.item(entry);
            let author = item.and_then(|item| item.author).as_ref().map_or_else(|| "somebody".into(), handle);
            match item.map(|item| item.title).filter(|title| !title.is_empty()) {
                Some(title) => format!("Hide \"{title}\" by {author}"),
                None => format!("Hide a text by {author}"),
            }
        }
    }
}

/// What becomes of votes that cannot be opened without a member.
fn sealed(room: &Room, member: &MemberId, decided: bool, ends: bool) -> String {
    let handle = room.view.handle(member).unwrap_or("they");
    let told = |hanging: Hanging| {
        let votes = votes_in(room, &hanging);
        match (ends, hanging.opened) {
            (true, _) => {
                format!(" Unless {handle} gives the key before, {votes} can then never be opened: nobody else can.")
            }
            (false, true) if !decided => format!(
                " Unless {handle} gives the key before, {votes} can then never be opened; the rest is counted \
                 without."
            ),
            (false, _) => format!(
                " {votes} cannot be opened without the key of {handle}, also after this: whoever takes the place \
                 cannot open them. They wait until a computer of {handle} is back, which opens them by itself."
            ),
        }
    };
    room.view.hanging_on(member).into_iter().take(NAMED).map(told).collect()
}

/// `2 votes in "Roof"`.
fn votes_in(room: &Room, hanging: &Hanging) -> String {
    let title = room.view.item(&hanging.poll).map_or("", |item| item.title);
    let votes = if hanging.ballots == 1 { "1 vote".to_owned() } else { format!("{} votes", hanging.ballots) };
    format!("{votes} in \"{title}\"")
}

/// What nobody can open once a member is gone.
pub(crate) fn owed(room: &Room, member: &MemberId) -> Vec<String> {
    room.view.hanging_on(member).iter().take(NAMED).map(|hanging| votes_in(room, hanging)).collect()
}

fn effect(room: &Room, alike: &Alike, motion: &EntryId, measure: &Measure, decided: bool) -> String {
    let handle = |member| alike.named(room, member);
    match measure {
        Measure::Rules { .. } if room.view.adopts_text(motion).is_some() => "The new text holds from the moment this passes: whoever joins agrees to it, and who has asked to join \
             already is asked once more. It stands on the chapter's page, with this vote. The other rules are those of now."
            .into(),
        Measure::Rules { .. } => {
            "The new rules hold from the moment this passes. What was done before stays as it is.".into()
        }
        Measure::Remove { member } => format!(
            "{0} is no member any more. What {0} wrote until then stays; what {0} writes afterwards counts for nothing, and \
             everything that the others write from then on has a new key, so that {0} cannot read it. What {0} has read \
             already cannot be taken back. Somebody can invite {0} again later.{1}",
            handle(member),
            sealed(room, member, decided, true)
        ),
        Measure::Give { member, until, .. } => {
            format!(
                "{} has this task until {}, or until the chapter takes it back.",
                handle(member),
                clock::text(*until)
            )
        }
        Measure::Recall { role, member } => {
            let votes = if *role == kinds::Role::Teller { sealed(room, member, decided, false) } else { String::new() };
            format!("The task is free again.{votes}")
        }
        Measure::Hide { .. } => {
            "The text is taken from every member's computer. Its place, its author and the reason stay. \
                                 Nobody can bring it back, but who has copied it elsewhere still has it."
                .into()
        }
    }
}

fn needs(state: &MotionState, over: bool) -> String {
    let part = |fraction: kinds::Fraction| format!("{}/{}", fraction.part, fraction.whole);
    let people = state.roll.len();
    let (quorum, majority) = (part(state.bar.quorum), part(state.bar.majority));
    let (sentence, two) = if over {
        let whole = format!(
            "At least {quorum} of the {people} who had a vote had to take part, and more than {majority} of the votes for and \
             against had to be for it."
        );
        (whole, " At least two had to be for it.")
    } else {
        let whole = format!(
            "At least {quorum} of the {people} who have a vote have to take part, and more than {majority} of the votes for \
             and against have to be for it."
        );
        (whole, " At least two have to be for it.")
    };
    let two = matches!(state.measure, Measure::Remove { .. }).then_some(two);
    let early = (!over).then_some(" It passes earlier if the votes that are missing could not change it any more.");
    [Some(sentence.as_str()), two, early].into_iter().flatten().collect()
}

/// Why something that had passed has no effect. Two halves of a chapter that did not hear of each other can decide what does
/// not go together.
fn lapsed_sentence(room: &Room, lapsed: &Lapsed, stage: MotionStage) -> String {
    let when =
        room.view.item(&lapsed.decision).map(|item| format!(" on {}", clock::text(item.time))).unwrap_or_default();
    let whose = super::polls::names(room, lapsed.without.iter());
    let why = match lapsed.without.len() {
        0 => "What it rested on no longer counts".to_owned(),
        1 => format!(
            "The vote of {whose} no longer counts, since a removal or a revoked device was not known where it was given"
        ),
        _ => format!(
            "The votes of {whose} no longer count, since a removal or a revoked device was not known where they were given"
        ),
    };
    let next = if stage == MotionStage::Open { "The others can still pass it." } else { "It can be moved again." };
    format!("It had passed{when}. {why}, and without that it has not enough. So nothing follows from it. {next}")
}

fn view(
    core: &Core,
    now: Timestamp,
    chapter: &ChapterId,
    room: &Room,
    alike: &Alike,
    id: &EntryId,
) -> Result<MotionView, Refusal> {
    let missing = || Wanted::Motion.is_not();
    let state = room.view.motion(id).ok_or_else(missing)?;
    let Kind::Motion(motion) = core.house.read(chapter, id)?.1 else { return Err(missing()) };
    let me = core.house.contents.member.id();
    let stage = stage(&state, now);
    let mut voices = Vec::with_capacity(state.voices.len());
    for (member, (entry, choice)) in &state.voices {
        let Kind::Voice(voice) = core.house.read(chapter, entry)?.1 else { continue };
        let handle = alike.named(room, member);
        voices.push(VoiceView { handle, choice: choice_view(*choice), why: voice.why });
    }
    voices.sort_by_key(|voice| voice.handle.to_lowercase());
    Ok(MotionView {
        head: show::head(core, chapter, room, id)?,
        measure: match motion.measure {
            Measure::Rules { .. } if room.view.adopts_text(id).is_some() => "statement",
            Measure::Rules { .. } => "rules",
            Measure::Remove { .. } => "remove",
            Measure::Give { .. } => "give",
            Measure::Recall { .. } => "recall",
            Measure::Hide { .. } => "hide",
        }
        .into(),
        about: match &motion.measure {
            Measure::Remove { member } | Measure::Give { member, .. } | Measure::Recall { member, .. } => {
                Some(member.to_string())
            }
            Measure::Rules { .. } | Measure::Hide { .. } => None,
        },
        title: title(room, alike, id, &motion.measure),
        effect: effect(room, alike, id, &motion.measure, state.decided.is_some()),
        statement: room
            .view
            .adopts_text(id)
            .map(|(old, new)| Box::new(StatementChange { old: old.to_owned(), new: new.to_owned() })),
        rules: match &motion.measure {
            Measure::Rules { rules } => Some(Box::new(people::rules_view(rules))),
            _ => None,
        },
        why: motion.why,
        closes: clock::text(state.closes),
        stage,
        roll: state.roll.len(),
        yes: state.count.yes,
        no: state.count.no,
        abstain: state.count.abstain,
        needs: needs(&state, stage != MotionStage::Open),
        voices,
        on_roll: state.roll.contains(&me),
        mine: state.voices.get(&me).map(|(_, choice)| choice_view(*choice)),
        decided: state.decided.map(|id| id.to_string()),
        lapsed: state.lapsed.as_ref().map(|lapsed| lapsed_sentence(room, lapsed, stage)),
        comments: show::comments(core, chapter, room, id)?,
    })
}

const fn choice_view(choice: kinds::Choice) -> Choice {
    match choice {
        kinds::Choice::Yes => Choice::Yes,
        kinds::Choice::No => Choice::No,
        kinds::Choice::Abstain => Choice::Abstain,
    }
}

pub(crate) fn vote(house: &mut House, text: &str, choice: Choice, why: &str) -> Result<Reply, Refusal> {
    let (chapter, motion) = resolve::entry_as(house, text, Wanted::Motion)?;
    let room = house.room(&chapter)?;
    let Some(before) = room.view.motion(&motion) else { return Err(Wanted::Motion.is_not()) };
    if house.now > before.closes {
        let message = format!(
            "voting on this motion ended on {}, and a vote would not be counted any more{}",
            clock::text(before.closes),
            if before.decided.is_some() { "; it has passed" } else { "; it can be moved again" }
        );
        return Err(Refusal::new(ErrorCode::PollClosed, message));
    }
    let choice = match choice {
        Choice::Yes => kinds::Choice::Yes,
        Choice::No => kinds::Choice::No,
        Choice::Abstain => kinds::Choice::Abstain,
    };
    let number = room.view.next_voice_number(&motion, &house.contents.member.id());
    let id = house.publish(&chapter, &Kind::Voice(Voice { motion, number, choice, why: tidy_text(why) }))?;
    decide(house, &chapter, &motion);
    // It counts again should the decision lose votes that it rests on, so it is taken.
    let note = before.decided.map(|_| DECIDED.to_owned());
    Ok(Reply::Published(Published { note, ..Published::new(id) }))
}

/// If this was the vote that was missing, nobody has to wait for somebody's turn.
fn decide(house: &mut House, chapter: &ChapterId, motion: &EntryId) {
    let ripe = house.room(chapter).is_ok_and(|room| room.view.ripe(house.now).contains(motion));
    if !ripe {
        return;
    }
    let decided = house.publish(chapter, &Kind::Decision(Decision { motion: *motion }));
    let keyed = decided.and_then(|_| {
        let unclean = house.room(chapter)?.clean.is_none();
        if unclean { house.begin_epoch(chapter).map(|_| ()) } else { Ok(()) }
    });
    if let Err(refusal) = keyed {
        tracing::warn!(%refusal, "a motion passed, and what follows could not be written yet");
    }
}
