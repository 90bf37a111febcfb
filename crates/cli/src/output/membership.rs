//! Members, requests, motions, rules and devices, in plain lines.

use super::{Output, comments, count, feed_line, head_line, short, table::table};
use api::{
    Refusal,
    draft::Profile,
    in_command,
    people::{
        Choice, DeviceView, EndedView, HiddenView, History, JoinRequestView, MemberPage, MotionStage, MotionView, Role,
        RulesView, TaskView, VoidedEntry, VoidedView, WordView,
    },
    reply::{Initialised, PairingReply, Renamed},
    view::{ChapterPage, Erased, MemberView},
};
use std::fmt::Write;

impl Output {
    /// The request is on record; others have to give their word.
    pub(crate) fn waiting(&self, chapter: &str, name: &str, have: u32, need: u32) -> Result<(), Refusal> {
        if self.json {
            let value =
                serde_json::json!({ "chapter": chapter, "name": name, "joining": true, "have": have, "need": need });
            return self.object(&value);
        }
        self.line(&format!(
            "{name} has your request. {}\nLeave `chapterhouse serve` or the window running: it says when you are a member.",
            words(have, need)
        ))
    }

    /// This computer is a further device now.
    pub(crate) fn paired(&self, made: &Initialised, chapters: usize) -> Result<(), Refusal> {
        let me = &made.me;
        if self.json {
            return self.object(&serde_json::json!({
                "member": me.member, "handle": me.handle, "device": me.device, "six_words": me.six_words,
                "chapters": chapters,
            }));
        }
        self.line(&format!(
            "You are {} on this computer, too. {} came along; `chapterhouse serve` or the window fetches what is in them.",
            me.handle,
            count(chapters, "chapter")
        ))
    }

    /// What somebody says about themself.
    pub(crate) fn profile(&self, page: &MemberPage) -> Result<(), Refusal> {
        if self.json {
            let nothing = Profile { handle: page.member.handle.clone(), ..Profile::default() };
            return self.object(page.profile.as_ref().unwrap_or(&nothing));
        }
        match &page.profile {
            Some(said) => self.line(&profile(said)),
            None => self.line(&format!("{} says nothing about themself.", page.member.handle)),
        }
    }

    /// Rules as a file.
    pub(crate) fn toml(&self, rules: &RulesView) -> Result<(), Refusal> {
        let text = toml::to_string(rules).map_err(|error| super::broken(&error))?;
        self.line(text.trim_end())
    }

    /// How far a request is, for whoever has just said something to it.
    pub(crate) fn request_so_far(&self, request: &JoinRequestView) -> Result<(), Refusal> {
        self.line(&so_far(request))
    }

    /// How far a motion is, for whoever has just voted.
    pub(crate) fn motion_so_far(&self, motion: &MotionView) -> Result<(), Refusal> {
        self.line(&tally(motion))
    }
}

/// `2 of 3 members have given their word; one more is needed.`
pub(super) fn words(have: u32, need: u32) -> String {
    let given = match have {
        1 => format!("1 of {need} members has given their word"),
        _ => format!("{have} of {need} members have given their word"),
    };
    match need.saturating_sub(have) {
        0 => format!("{given}: that is enough."),
        1 => format!("{given}; one more is needed."),
        more => format!("{given}; {more} more are needed."),
    }
}

fn so_far(request: &JoinRequestView) -> String {
    if request.former {
        return format!("{} was let in, and is no member any more.", request.handle);
    }
    if request.admitted {
        return format!("{} is a member.", request.handle);
    }
    if request.used_up {
        return format!("As many as the invitation is for have come by it: {} needs a new one.", request.handle);
    }
    if request.expired {
        return format!("The invitation is over: {} needs a new one.", request.handle);
    }
    words(u32::try_from(request.sponsors.len()).unwrap_or(u32::MAX), request.need)
}

pub(super) fn requests(list: &[JoinRequestView]) -> String {
    if list.is_empty() {
        return "Nobody asks to join.".into();
    }
    list.iter().map(request).collect::<Vec<_>>().join("\n\n")
}

fn request(request: &JoinRequestView) -> String {
    let JoinRequestView { time, six_words, .. } = request;
    let inviter = told_apart(&request.inviter, request.inviter_apart.as_deref());
    let handle = told_apart(&request.handle, request.apart.as_deref());
    let mut text = format!("{}  {handle}  invited by {inviter}  {time}", short(&request.request));
    let _ = write!(text, "\n  six words: {six_words}");
    for given in &request.answers {
        let _ = write!(text, "\n  {}\n    {}", given.question, given.answer.replace('\n', "\n    "));
    }
    let word = |said: &str, word: &WordView| {
        let why = if word.why.is_empty() { String::new() } else { format!(": {}", word.why) };
        format!("\n  {said} {}{why}", word.handle)
    };
    request.sponsors.iter().for_each(|given| text.push_str(&word("for    ", given)));
    request.declines.iter().for_each(|given| text.push_str(&word("against", given)));
    let _ = write!(text, "\n  {}", so_far(request));
    if request.mine.is_none() && request.is_open() {
        let id = short(&request.request);
        let _ = write!(text, " Yours: chapterhouse sponsor {id}, or decline {id} --reason …");
    }
    text + &comments(&request.comments)
}

pub(super) fn members(list: &[MemberView]) -> String {
    let row = |member: &MemberView| {
        let came = member.sponsor.as_ref().map_or("founder".into(), |sponsor| {
            format!("invited by {}", told_apart(sponsor, member.sponsor_apart.as_deref()))
        });
        let (devices, since) = (count(member.devices, "device"), member.since.clone());
        let mut last: Vec<String> = member.tasks.iter().filter(|task| !task.over).map(task).collect();
        last.extend(member.blocked.then(|| "blocked by you".to_owned()));
        last.extend(member.ended.as_ref().map(ended));
        vec![told_apart(&member.handle, member.apart.as_deref()), came, devices, since, last.join(", ")]
    };
    if list.is_empty() { "Nobody.".into() } else { table(&list.iter().map(row).collect::<Vec<_>>()) }
}

/// A handle, with the first of the six words where another one looks like it.
pub(crate) fn told_apart(handle: &str, apart: Option<&str>) -> String {
    apart.map_or_else(|| handle.to_owned(), |id| format!("{handle} ({id})"))
}

pub(crate) fn renamed(renamed: &Renamed) -> String {
    let mut text = format!("You are {} now, in chapters that you found or join from now on", renamed.me.handle);
    if !renamed.told.is_empty() {
        let _ = write!(text, ", and in {}", renamed.told.join(", "));
    }
    text.push('.');
    if !renamed.not_told.is_empty() {
        let _ = write!(
            text,
            "\nNot in {}: nothing can be written there now. `chapterhouse profile set` says it there later.",
            renamed.not_told.join(", ")
        );
    }
    text
}

fn task(task: &TaskView) -> String {
    format!("{} until {}", role(task.role), task.until)
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Facilitator => "facilitator",
        Role::NoteTaker => "note-taker",
        Role::Teller => "teller",
        Role::Delegate => "delegate",
    }
}

fn ended(ended: &EndedView) -> String {
    let how = match ended.how.as_str() {
        "uprooted" => "came in through somebody who was no member any more,",
        "revoked" => "all computers revoked, the last one on",
        other => other,
    };
    format!("{how} {}", ended.when)
}

pub(super) fn member_page(page: &MemberPage) -> String {
    let mut text = members(std::slice::from_ref(&page.member));
    let _ = write!(text, "\nsix words: {}\nmember {}", page.member.six_words, page.member.member);
    if let Some(said) = &page.profile {
        let _ = write!(text, "\n\n{}", profile(said));
    }
    if let Some(entry) = &page.profile_entry {
        let _ = write!(text, "\nthis profile is entry {}", short(entry));
    }
    for motion in &page.motions {
        let _ = write!(text, "\n\nA motion is about them: chapterhouse motion show {}", short(motion));
    }
    if page.member.blocked && !page.latest.is_empty() {
        text.push_str("\n\nWhat they wrote last is not shown: you block them.");
    } else if !page.latest.is_empty() {
        let _ = write!(text, "\n\n{}", page.latest.iter().map(feed_line).collect::<Vec<_>>().join("\n"));
    }
    text
}

fn profile(said: &Profile) -> String {
    let mut text = said.handle.clone();
    if !said.languages.is_empty() {
        let _ = write!(text, "\nspeaks {}", said.languages.join(", "));
    }
    for (what, said) in [("contact", &said.contact), ("about the chapter", &said.testimonial)] {
        if !said.is_empty() {
            let _ = write!(text, "\n{what}: {said}");
        }
    }
    if !said.picture.is_empty() {
        text.push_str("\nwith a picture");
    }
    if !said.about.is_empty() {
        let _ = write!(text, "\n\n{}", said.about);
    }
    text
}

pub(super) fn rules(rules: &RulesView) -> String {
    let history = match rules.history {
        History::All => "everything from the beginning",
        History::FromJoining => "what is written after they joined",
    };
    let row = |what: &str, value: String| vec![what.to_owned(), value];
    let vote = |quorum, majority| {
        format!("that at least {quorum} of the members vote, and more than {majority} of the votes, or all, are for it")
    };
    let mut text = table(&[
        row("a newcomer needs", format!("the word of {}", count(rules.sponsors as usize, "member"))),
        row("newcomers read", history.to_owned()),
        row("operating from", count(rules.operating_from as usize, "member")),
        row("a removal needs", vote(&rules.removal_quorum, &rules.removal_majority)),
        row("a decision needs", vote(&rules.decision_quorum, &rules.decision_majority)),
        row("a motion is open", format!("{} at least", count(rules.stands_for_hours as usize, "hour"))),
        row(
            "a poll is proposed",
            match rules.proposed_for_hours {
                0 => "only if somebody wants to: it may be opened at once".into(),
                hours => format!("for {} before it is opened", count(hours as usize, "hour")),
            },
        ),
    ]);
    if !rules.statement.is_empty() {
        let _ = write!(text, "\n\nNewcomers agree to this:\n\n{}", rules.statement.trim_end());
    }
    if !rules.questions.is_empty() {
        text.push_str("\n\nNewcomers are asked:");
    }
    for (n, question) in rules.questions.iter().enumerate() {
        let _ = write!(text, "\n  {}. {question}", n + 1);
    }
    text
}

pub(super) fn motions(list: &[MotionView]) -> String {
    let row = |motion: &MotionView| {
        let stage = match motion.stage {
            MotionStage::Open if motion.on_roll && motion.mine.is_none() => "open, you have not voted",
            MotionStage::Open => "open",
            MotionStage::Passed => "passed",
            MotionStage::Failed => "failed",
        };
        let votes = format!("{} for, {} against", motion.yes, motion.no);
        vec![
            short(&motion.head.entry).to_owned(),
            motion.head.time.clone(),
            stage.to_owned(),
            votes,
            format!("{}  ({})", motion.title, motion.head.author.handle),
        ]
    };
    if list.is_empty() { "No motions.".into() } else { table(&list.iter().map(row).collect::<Vec<_>>()) }
}

/// Where a motion stands, what it still takes, and whether it waits for this member.
fn tally(motion: &MotionView) -> String {
    let MotionView { yes, no, abstain, roll, closes, needs, .. } = motion;
    let votes = format!("{yes} for, {no} against, {abstain} neither");
    match motion.stage {
        MotionStage::Passed => format!("Passed: {votes}, of {roll} who had a vote."),
        MotionStage::Failed => format!("Not passed: {votes}, of {roll} who had a vote.\n{needs}"),
        MotionStage::Open => {
            let silent = (*roll as u64).saturating_sub(yes + no + abstain);
            let mut text = format!("Open until {closes}: {votes}; {silent} of {roll} have not voted yet.\n{needs}");
            if motion.on_roll && motion.mine.is_none() {
                let id = short(&motion.head.entry);
                let _ = write!(text, "\nYou have not voted yet: chapterhouse motion vote {id} yes|no|abstain");
            }
            text
        }
    }
}

pub(super) fn motion(motion: &MotionView) -> String {
    let mut text = format!("{}\n{}\n\n{}", motion.title, head_line(&motion.head), motion.effect);
    if let Some(texts) = &motion.statement {
        let old = if texts.old.trim().is_empty() { "(none)" } else { texts.old.trim_end() };
        let _ = write!(text, "\n\nThe text now:\n\n{old}\n\nThe new text:\n\n{}", texts.new.trim_end());
    } else if let Some(proposed) = &motion.rules {
        let _ = write!(text, "\n\n{}", rules(proposed));
    }
    if !motion.why.is_empty() {
        let _ = write!(text, "\n\n{}", motion.why);
    }
    let voices: Vec<Vec<String>> = motion
        .voices
        .iter()
        .map(|voice| {
            let choice = match voice.choice {
                Choice::Yes => "for",
                Choice::No => "against",
                Choice::Abstain => "neither",
            };
            vec![format!("  {}", voice.handle), choice.to_owned(), voice.why.clone()]
        })
        .collect();
    if !voices.is_empty() {
        let _ = write!(text, "\n\n{}", table(&voices));
    }
    let _ = write!(text, "\n\n{}", tally(motion));
    if let Some(why) = &motion.lapsed {
        let _ = write!(text, "\n{why}");
    }
    text + &comments(&motion.comments)
}

pub(super) fn hidden(list: &[HiddenView]) -> String {
    let row = |hidden: &HiddenView| {
        let by = if hidden.author.is_empty() { String::new() } else { format!("by {}", hidden.author) };
        vec![
            short(&hidden.entry).to_owned(),
            hidden.time.clone(),
            hidden.kind.clone(),
            by,
            format!("{}  (motion {})", hidden.why, short(&hidden.motion)),
        ]
    };
    let Some(still) = list.iter().map(|hidden| hidden.erased).max_by_key(|erased| *erased != Erased::Yes) else {
        return "Nothing is hidden.".into();
    };
    format!("{}\n\n{}", table(&list.iter().map(row).collect::<Vec<_>>()), still.words())
}

/// What stands in the place of a text that the chapter hid.
pub(super) fn hidden_text(hidden: &HiddenView) -> String {
    let why = if hidden.why.is_empty() { String::new() } else { format!(": {}", hidden.why) };
    format!(
        "Hidden by decision of the chapter{why}\nHow it was decided: chapterhouse motion show {}",
        short(&hidden.motion)
    )
}

pub(super) fn voided(list: &[VoidedView]) -> String {
    let one = |voided: &VoidedView| {
        let row = |entry: &VoidedEntry| {
            vec![short(&entry.entry).to_owned(), entry.time.clone(), entry.kind.clone(), entry.title.clone()]
        };
        let mut text = voided.why.clone();
        let _ = match &voided.ended.motion {
            Some(motion) => write!(text, " What was decided, and why: chapterhouse motion show {}", short(motion)),
            None => Ok(()),
        };
        let _ = write!(text, "\n{}", table(&voided.entries.iter().map(row).collect::<Vec<_>>()));
        let more = voided.count.saturating_sub(voided.entries.len());
        if more > 0 {
            let _ = write!(text, "\nand {more} more");
        }
        let _ = write!(text, "\n{}", voided.advice);
        text
    };
    if list.is_empty() {
        return "Everything of yours counts: no removal, no revocation and no fork has made any of it void.".into();
    }
    list.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

pub(super) fn devices(list: &[DeviceView]) -> String {
    let row = |device: &DeviceView| {
        let name = match (device.name.as_str(), device.this) {
            ("", true) => "this computer".to_owned(),
            (name, true) => format!("{name} (this computer)"),
            (name, false) => name.to_owned(),
        };
        let used = used(device);
        let mut place = device.chapters.join(", ");
        if let Some(over) = &device.ended {
            place = format!("{} {}", over.how, over.when);
        }
        vec![short(&device.device).to_owned(), name, format!("since {}", device.since), used, place]
    };
    table(&list.iter().map(row).collect::<Vec<_>>())
}

/// When a computer was last in use, as far as this one knows. What it wrote bears its own time; connected it may have been
/// later, or without writing anything.
fn used(device: &DeviceView) -> String {
    let (wrote, met) = (&device.last_used, &device.last_met);
    match (device.this, wrote.as_str(), met.as_str()) {
        (true, ..) => "in use now".to_owned(),
        (false, "", "") => "not met yet, and has not written anything".to_owned(),
        (false, wrote, met) if met > wrote => format!("last met {met}"),
        (false, wrote, _) => format!("last wrote {wrote}"),
    }
}

pub(super) fn pairing(offer: &PairingReply) -> String {
    format!(
        "{short}\n\nOn the other computer, in the same local network: chapterhouse init --pair {short}\n\
         From anywhere else: chapterhouse init --pair, and this line:\n\n{long}\n\n\
         Good until {until}, for one computer. Whoever has either until then can become you: show them to nobody.",
        short = offer.short,
        long = offer.code,
        until = offer.expires
    )
}

/// What waits for this member on a chapter's page.
pub(super) fn waiting_lines(page: &ChapterPage) -> String {
    let (name, mut text) = (&page.summary.name, String::new());
    if let Some(over) = page.ended.as_ref().filter(|over| over.this_alone) {
        return format!(
            "\nthis computer is in it no more, since {}: you are a member still, on another one of yours. From here you can \
             read what came until then, and write nothing",
            over.when
        );
    }
    if let Some(over) = &page.ended {
        let over = ended(over);
        return format!("\nyou are no member any more ({over}): you can read what is here, and write nothing");
    }
    match page.summary.waiting_requests {
        0 => {}
        1 => {
            let _ = write!(text, "\nsomebody asks to join: chapterhouse join-requests {}", in_command(name));
        }
        many => {
            let _ = write!(text, "\n{many} people ask to join: chapterhouse join-requests {}", in_command(name));
        }
    }
    match page.summary.waiting_motions {
        0 => {}
        motions => {
            let many = count(motions, "motion");
            let _ = write!(text, "\n{many} without your vote: chapterhouse motion list {}", in_command(name));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_so_far_say_what_is_still_needed() {
        assert_eq!(words(0, 2), "0 of 2 members have given their word; 2 more are needed.");
        assert_eq!(words(1, 2), "1 of 2 members has given their word; one more is needed.");
        assert_eq!(words(2, 3), "2 of 3 members have given their word; one more is needed.");
        assert_eq!(words(3, 3), "3 of 3 members have given their word: that is enough.");
    }

    #[test]
    fn a_computer_that_wrote_nothing_was_met_all_the_same() {
        let device = |this, wrote: &str, met: &str| DeviceView {
            device: "1a2b".into(),
            name: String::new(),
            this,
            since: "2026-11-01T00:00:00Z".into(),
            last_used: wrote.into(),
            last_met: met.into(),
            entries: 0,
            chapters: Vec::new(),
            ended: None,
        };
        let (old, new) = ("2026-11-23T18:30:00Z", "2026-11-24T18:30:00Z");
        for (device, words) in [
            (device(true, "", ""), "in use now"),
            (device(false, "", ""), "not met yet, and has not written anything"),
            (device(false, "", new), "last met 2026-11-24T18:30:00Z"),
            (device(false, old, new), "last met 2026-11-24T18:30:00Z"),
            (device(false, new, old), "last wrote 2026-11-24T18:30:00Z"),
        ] {
            assert_eq!(used(&device), words);
        }
    }

    #[test]
    fn rules_as_a_file_can_be_read_again() {
        let whole = RulesView {
            sponsors: 2,
            operating_from: 5,
            history: History::FromJoining,
            removal_quorum: "1/2".into(),
            removal_majority: "2/3".into(),
            decision_quorum: "1/2".into(),
            decision_majority: "1/2".into(),
            stands_for_hours: 72,
            proposed_for_hours: 48,
            questions: vec!["What brings \"you\" here?".into()],
            statement: "We listen.\nTo each other.".into(),
        };
        let text = toml::to_string(&whole).unwrap_or_default();
        assert_eq!(toml::from_str::<RulesView>(&text).ok(), Some(whole));
    }
}
