//! Commands about who is in and what a chapter decides: what is asked before them, and what is said after them.

use super::{joining, unexpected};
use crate::{
    args::{
        device::DeviceVerb,
        membership::{MemberVerb, MotionVerb, ProfileVerb, RemovalVerb, RulesVerb, Said, TaskVerb, Verb},
    },
    ask, files,
    output::Output,
    session::Session,
};
use api::{
    Command, MotionDraft, Refusal, Reply,
    draft::{Measure, Profile},
    people::{DeviceView, JoinRequestView, MemberPage, RulesView},
    view::ChapterSummary,
};

/// What follows from it.
const MOVED: &str = "You say that the computer on which this data folder was before is not used any more, and that this one \
    goes on in its place, for ever. Writing goes on here as soon as another member's computer has sent what is missing.\n\
    If the other one is used again all the same, the two contradict each other, and everybody sees it.";

/// Does what the command line says.
pub(super) async fn perform(verb: Verb, session: &Session, output: &Output) -> Result<(), Refusal> {
    match verb {
        Verb::Sponsor { request, reason } => {
            said_about(session, output, Command::Sponsor { request: request.clone(), why: reason }, &request).await
        }
        Verb::Decline { request, reason } => {
            said_about(session, output, Command::Decline { request: request.clone(), why: reason }, &request).await
        }
        Verb::Motion(MotionVerb::Vote { motion, choice, reason }) => {
            let vote = Command::VoteOnMotion { motion: motion.clone(), choice: choice.into(), why: reason };
            output.reply(&session.dispatch(vote).await?)?;
            standing(session, output, motion).await
        }
        Verb::Rules(RulesVerb::Show { chapter, toml }) => {
            let Reply::Rules(rules) = session.dispatch(Command::Rules { chapter }).await? else {
                return Err(unexpected());
            };
            if toml && !output.json { output.toml(&rules) } else { output.reply(&Reply::Rules(rules)) }
        }
        Verb::Rules(RulesVerb::Propose { chapter, file, reason, until }) => {
            let (rules, kept) = files::rules_file(&file, &rules(session, &chapter).await?)?;
            remark_kept(output, &kept);
            let rules = Box::new(rules);
            propose(session, output, chapter, Measure::Rules { rules }, reason, until.closes).await
        }
        Verb::Rules(RulesVerb::Adopt { chapter, file, reason, until }) => {
            let text = files::text_file(&file)?;
            propose(session, output, chapter, Measure::Statement { text }, reason, until.closes).await
        }
        Verb::Motion(MotionVerb::Propose { chapter, file, sure }) => {
            let file = files::motion_file(&file)?;
            let now = if file.changes_rules() { Some(rules(session, &chapter).await?) } else { None };
            let (motion, kept) = file.motion(now.as_ref())?;
            remark_kept(output, &kept);
            if let Measure::Remove { member } = &motion.measure {
                ask::sure(&sure, &removal(session, &chapter, member).await?, output.json)?;
            }
            propose(session, output, chapter, motion.measure, motion.why, motion.closes).await
        }
        Verb::Removal(RemovalVerb::Propose { chapter, member, reason, until, sure }) => {
            ask::sure(&sure, &removal(session, &chapter, &member).await?, output.json)?;
            propose(session, output, chapter, Measure::Remove { member }, reason, until.closes).await
        }
        Verb::Task(TaskVerb::Give { chapter, role, member, until, reason, closes }) => {
            let measure = Measure::Give { role: role.into(), member, until };
            propose(session, output, chapter, measure, reason, closes.closes).await
        }
        Verb::Task(TaskVerb::Recall { chapter, role, member, reason, closes }) => {
            let measure = Measure::Recall { role: role.into(), member };
            propose(session, output, chapter, measure, reason, closes.closes).await
        }
        Verb::Hide { entry, reason, until } => {
            let chapter = chapter_of(session, &entry).await?;
            propose(session, output, chapter, Measure::Hide { entry }, reason, until.closes).await
        }
        Verb::Profile(ProfileVerb::Set { chapter, said }) => {
            let profile = said.over(page(session, &chapter, None).await?)?;
            output.reply(&session.dispatch(Command::SetProfile { chapter, profile }).await?)
        }
        Verb::Profile(ProfileVerb::Show { chapter, member }) => output.profile(&page(session, &chapter, member).await?),
        Verb::Voided { chapter } => {
            output.reply(&session.dispatch(Command::Voided { chapter: chapter.clone() }).await?)?;
            super::silence(session, output, &chapter).await
        }
        Verb::Leave { chapter, reason, sure } => {
            let (follows, others) = leaving(session, &chapter).await?;
            ask::sure(&sure, &follows, output.json)?;
            output.reply(&session.dispatch(Command::Leave { chapter, why: reason }).await?)?;
            if others {
                tell_the_others(session, output);
            }
            Ok(())
        }
        Verb::Device(DeviceVerb::Pair { cancel: true, .. }) => {
            output.reply(&session.dispatch(Command::CancelPair).await?)
        }
        Verb::Device(DeviceVerb::Pair { wait, .. }) => {
            // A node that is opened for this command alone is gone with it.
            joining::offer(session, output, wait || matches!(session, Session::Here(_))).await
        }
        Verb::Device(DeviceVerb::Moved { sure }) => {
            // Where there is nothing to decide, nobody is asked: the node says so.
            if is_copied(session).await? {
                ask::sure(&sure, MOVED, output.json)?;
            }
            output.reply(&session.dispatch(Command::MovedHere).await?)
        }
        Verb::Device(DeviceVerb::Revoke { device, reason, since, sure }) => {
            ask::sure(&sure, &revocation(session, &device, since.as_deref()).await?, output.json)?;
            output.reply(&session.dispatch(Command::RevokeDevice { device, why: reason, since }).await?)?;
            tell_the_others(session, output);
            Ok(())
        }
        other => output.reply(&session.dispatch(command(other)?).await?),
    }
}

async fn is_copied(session: &Session) -> Result<bool, Refusal> {
    match session.dispatch(Command::Status).await? {
        Reply::Status(status) => Ok(status.copied),
        _ => Err(unexpected()),
    }
}

/// What ends somebody's time helps only when the others hear of it.
fn tell_the_others(session: &Session, output: &Output) {
    if matches!(session, Session::Here(_)) {
        output.remark(
            "The others hear of it when this computer is connected: leave `chapterhouse serve` running for a while.",
        );
    }
}

/// The commands that are one question and one answer.
fn command(verb: Verb) -> Result<Command, Refusal> {
    Ok(match verb {
        Verb::JoinRequests { chapter } => Command::JoinRequests { chapter },
        Verb::Member(MemberVerb::Show { chapter, member }) => Command::ShowMember { chapter, member },
        Verb::Block { chapter, member } => Command::Block { chapter, member, on: true },
        Verb::Unblock { chapter, member } => Command::Block { chapter, member, on: false },
        Verb::Hidden { chapter } => Command::Hidden { chapter },
        Verb::Motion(MotionVerb::List { chapter }) => Command::Motions { chapter },
        Verb::Motion(MotionVerb::Show { motion }) => Command::ShowMotion { motion },
        Verb::Rotate { chapter } => Command::Rotate { chapter },
        Verb::Device(DeviceVerb::List) => Command::Devices,
        Verb::Device(DeviceVerb::Name { device, name }) => Command::NameDevice { device, name },
        _ => return Err(unexpected()),
    })
}

async fn propose(
    session: &Session,
    output: &Output,
    chapter: String,
    measure: Measure,
    why: String,
    closes: Option<String>,
) -> Result<(), Refusal> {
    // Votes may hang on whoever loses the task, or is out.
    let ends = matches!(measure, Measure::Recall { .. } | Measure::Remove { .. });
    let motion = MotionDraft { measure, why, closes };
    let reply = session.dispatch(Command::Propose { chapter, motion }).await?;
    let Reply::Published(published) = &reply else { return Err(unexpected()) };
    let motion = published.entry.clone();
    output.reply(&reply)?;
    if ends && let Reply::Motion(moved) = session.dispatch(Command::ShowMotion { motion: motion.clone() }).await? {
        output.remark(&moved.effect);
    }
    standing(session, output, motion).await
}

/// After a motion or a vote: how far it is.
async fn standing(session: &Session, output: &Output, motion: String) -> Result<(), Refusal> {
    if output.json {
        return Ok(());
    }
    let Reply::Motion(motion) = session.dispatch(Command::ShowMotion { motion }).await? else {
        return Err(unexpected());
    };
    output.motion_so_far(&motion)
}

/// Says something about a request, and then how far the request is.
async fn said_about(session: &Session, output: &Output, command: Command, request: &str) -> Result<(), Refusal> {
    output.reply(&session.dispatch(command).await?)?;
    if output.json {
        return Ok(());
    }
    match find_request(session, request).await? {
        Some(request) => output.request_so_far(&request),
        None => Ok(()),
    }
}

async fn find_request(session: &Session, request: &str) -> Result<Option<JoinRequestView>, Refusal> {
    let Reply::Chapters(chapters) = session.dispatch(Command::ListChapters).await? else { return Err(unexpected()) };
    for chapter in chapters.into_iter().filter(|chapter| !chapter.joining) {
        let reply = session.dispatch(Command::JoinRequests { chapter: chapter.chapter }).await?;
        let Reply::JoinRequests(list) = reply else { return Err(unexpected()) };
        if let Some(found) = list.into_iter().find(|known| known.request.starts_with(request)) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// A member's page; one's own if nobody is named.
async fn page(session: &Session, chapter: &str, member: Option<String>) -> Result<MemberPage, Refusal> {
    let member = match member {
        Some(member) => member,
        None => match session.dispatch(Command::WhoAmI).await? {
            Reply::Me(me) => me.member,
            _ => return Err(unexpected()),
        },
    };
    match session.dispatch(Command::ShowMember { chapter: chapter.to_owned(), member }).await? {
        Reply::MemberPage(page) => Ok(*page),
        _ => Err(unexpected()),
    }
}

async fn chapter_of(session: &Session, entry: &str) -> Result<String, Refusal> {
    Ok(match session.dispatch(Command::Show { entry: entry.to_owned() }).await? {
        Reply::Post(post) => post.head.chapter,
        Reply::Minutes(minutes) => minutes.head.chapter,
        Reply::Comment(comment) => comment.head.chapter,
        Reply::Poll(poll) => poll.head.chapter,
        // Its entry is a member's profile.
        Reply::MemberPage(page) => page.chapter,
        // Whether such a thing can be hidden is the node's to say.
        Reply::Motion(motion) => motion.head.chapter,
        Reply::Proposal(proposal) => proposal.head.chapter,
        _ => return Err(unexpected()),
    })
}

/// The rules that hold now.
async fn rules(session: &Session, chapter: &str) -> Result<RulesView, Refusal> {
    match session.dispatch(Command::Rules { chapter: chapter.to_owned() }).await? {
        Reply::Rules(rules) => Ok(*rules),
        _ => Err(unexpected()),
    }
}

/// Says which rules a file leaves out: they are moved as they are now.
fn remark_kept(output: &Output, kept: &[String]) {
    if !kept.is_empty() {
        output.remark(&format!("Not in the file, and so moved as they are now: {}.", kept.join(", ")));
    }
}

async fn removal(session: &Session, chapter: &str, member: &str) -> Result<String, Refusal> {
    let page = page(session, chapter, Some(member.to_owned())).await?;
    let rules = rules(session, chapter).await?;
    let (handle, words) = (&page.member.handle, &page.member.six_words);
    Ok(format!(
        "You move that the chapter removes {handle} (six words: {words}).\n\
         Every member reads the motion and your reason, {handle} too. It cannot be taken back.\n\
         It passes if at least {} of the others vote, and more than {} of their votes, or all, are for it. Then {handle} \
         is out with all devices, reads nothing that is written afterwards, and what {handle} still writes without \
         having heard of it does not count.",
        rules.removal_quorum, rules.removal_majority
    ))
}

/// What leaving means, and whether the others hear of it.
async fn leaving(session: &Session, chapter: &str) -> Result<(String, bool), Refusal> {
    let Reply::Chapters(list) = session.dispatch(Command::ListChapters).await? else { return Err(unexpected()) };
    let wanted = chapter.trim().to_lowercase();
    let this = |known: &&ChapterSummary| known.name.to_lowercase() == wanted || known.chapter.starts_with(&wanted);
    if let Some(known) = list.iter().find(this).filter(|known| known.arriving) {
        let follows = format!(
            "{0} is still arriving on this computer. What came is erased, and this computer asks nobody there any more. The \
             members have let you in already, and you stay among them: to leave for all to see, wait until all is here, or \
             join once more by the same invitation and leave then.",
            known.name
        );
        return Ok((follows, false));
    }
    if let Some(known) = list.iter().find(this).filter(|known| known.rejoining) {
        let follows = format!(
            "You ask to join {0} again, and are not in yet. This computer asks nobody there any more; what is here by now stays, \
             and you can read it. If you have asked already, the members still see your request, and can let you in by it: \
             tell them that you do not want to. The invitation stays good until it is over.",
            known.name
        );
        return Ok((follows, false));
    }
    if let Some(known) = list.iter().find(this).filter(|known| known.joining) {
        let follows = format!(
            "You are not in {0} yet. This computer asks nobody there any more. If you have asked already, the members \
             still see your request, and can let you in by it: tell them that you do not want to. Let in you would stand \
             among them, and have nothing of {0} here. The invitation stays good until it is over.",
            known.name
        );
        return Ok((follows, false));
    }
    let Reply::ChapterPage(page) = session.dispatch(Command::ShowChapter { chapter: chapter.to_owned() }).await? else {
        return Err(unexpected());
    };
    let name = &page.summary.name;
    let others = page.summary.members > 1;
    let follows = if others {
        format!(
            "You leave {name}, with all your devices. What is here by now stays, and you can read it; what the others write \
             from now on does not come here any more, and you can write nothing. To come back you need an invitation, as at \
             first."
        )
    } else {
        format!(
            "You leave {name}, with all your devices. You are its last member, so the chapter ends with that: nobody is \
             left who could invite you back, or anybody else. What is here by now stays, and you can read it; you can write \
             nothing."
        )
    };
    let owed = page.summary.owed.join(", ");
    let owed = if owed.is_empty() || !others {
        String::new()
    } else {
        format!(
            "\nOnly your computers can open {owed}, which is then never counted: wait until that vote is over and they have given \
             the key, which they do by themselves."
        )
    };
    Ok((follows + &owed, others))
}

async fn revocation(session: &Session, device: &str, since: Option<&str>) -> Result<String, Refusal> {
    let list = joining::devices(session).await?;
    let others = list.iter().filter(|known| !known.this && known.ended.is_none()).count();
    // Nobody is asked about what is not known, or could be two.
    let known = DeviceView::find(&list, device)?;
    let name = if known.name.is_empty() { &known.device[..known.device.len().min(12)] } else { &known.name };
    let place = if known.chapters.is_empty() { String::new() } else { format!(" in {}", known.chapters.join(", ")) };
    let counts = match since {
        Some(since) => {
            format!(
                "What it wrote after {since} does not count, and a further computer that it added since then goes with it"
            )
        }
        None => "What you have of it counts; what it wrote and you do not have, does not".to_owned(),
    };
    let this = match (known.this, others) {
        (true, 0) => {
            "\nIt is the computer in front of you, and your only one: nothing can be written under your name any more, and \
             nobody but you brings you back, with your 24 words on a new computer and a member's invitation into each \
             chapter. To leave one chapter, say `chapterhouse leave`; to clear this computer, `chapterhouse wipe`."
        }
        (true, _) => {
            "\nIt is the computer in front of you: you can write nothing with it any more. On your others everything goes on."
        }
        (false, _) => "",
    };
    Ok(format!(
        "You revoke your device {name}{place}, for ever. {counts}. It gets nothing new, and new keys that it does not \
         have. Should a thief who can open it revoke your other computers in turn, all of them are out, until you come back \
         with your 24 words and an invitation.{this}"
    ))
}

impl Said {
    /// What is said now, over what was said before.
    fn over(self, page: MemberPage) -> Result<Profile, Refusal> {
        let handle = page.member.handle;
        let mut profile = page.profile.unwrap_or_else(|| Profile { handle, ..Profile::default() });
        let about = match self.about_file {
            Some(file) => Some(files::text_file(&file)?),
            None => self.about,
        };
        let picture = match (self.picture, self.no_picture) {
            (Some(file), _) => Some(files::picture(&file)?),
            (None, no_picture) => no_picture.then(String::new),
        };
        if !self.languages.is_empty() {
            // One empty text takes all away.
            profile.languages = self.languages.into_iter().filter(|language| !language.is_empty()).collect();
        }
        let fields = [
            (&mut profile.handle, self.handle),
            (&mut profile.about, about),
            (&mut profile.contact, self.contact),
            (&mut profile.testimonial, self.testimonial),
            (&mut profile.picture, picture),
        ];
        for (field, said) in fields {
            if let Some(said) = said {
                *field = said;
            }
        }
        Ok(profile)
    }
}
