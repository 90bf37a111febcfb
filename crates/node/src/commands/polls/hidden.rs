//! What a poll that is hidden until the close is to this member, in sentences; before it is opened, and after.

use super::{answer::by_question, handle, names};
use crate::{
    clock,
    core::Core,
    hidden::can_seal,
    house::{Room, invalid},
};
use api::{
    Refusal,
    opening::{OpenerView, OpeningStage, OpeningView, OwnVoteView},
    view::QuestionView,
};
use chapter::{
    kinds::{Conduct, Poll, Secrecy, hidden},
    view::{Opener, Opening},
};
use entry::{ChapterId, EntryId, Timestamp};
use vote::hidden::need;

/// What is said in place of a result.
const HIDDEN: &str = "Hidden until the close.";
/// The same, where there will be none.
pub(crate) const LOST: &str = "No result: the votes cannot be opened any more.";

/// Whether nothing that is in can be opened any more.
pub(super) fn is_lost(room: &Room, poll: &EntryId) -> bool {
    room.view.opening(poll).is_some_and(|opening| opening.is_lost())
}

/// Refuses a hidden poll that nobody could open.
pub(super) fn check(poll: &Poll) -> Result<(), Refusal> {
    if !poll.is_hidden() || !poll.conduct.tellers.is_empty() {
        return Ok(());
    }
    Err(invalid(
        "votes that are hidden until the close are opened by tellers, and this poll would have none. Leave `tellers` out, and all \
         who have that task until it closes are its tellers; where nobody has, the chapter gives it by a motion (chapterhouse \
         task give CHAPTER teller MEMBER). Three or more are good",
    ))
}

/// What it protects from, and what not.
fn protects(tellers: &str, all: usize, need: usize, delegation: bool) -> Vec<String> {
    let early = match (all, need) {
        (0, _) => "Nobody has the task of a teller for that long. Tellers open the votes, so the poll can be opened once somebody has: \
                   the chapter gives it by a motion. Three or more are good."
            .to_owned(),
        (1, _) => {
            format!("{tellers}, the only teller, could read the votes before the close without anybody noticing.")
        }
        (all, need) if all == need => {
            format!(
                "Should the tellers {tellers} agree to it, they could read the votes before the close without anybody noticing; none of them can alone."
            )
        }
        (all, need) => format!(
            "Should {need} of the {all} tellers {tellers} agree to it, they could read the votes before the close without anybody \
             noticing; fewer cannot."
        ),
    };
    let mut words = vec![
        "Everybody sees who voted, and nobody what, until the poll is closed. Then all votes are open, with their voters' names."
            .to_owned(),
        early,
    ];
    if delegation {
        words.push("To whom votes are given is seen at once; what these cast, after the close.".to_owned());
    }
    words
}

/// What is to be known before a poll of few tellers is opened: here nobody can be missing.
pub(super) fn warning(room: &Room, conduct: &Conduct) -> Option<String> {
    let tellers = &conduct.tellers;
    let few = conduct.secrecy == Secrecy::Hidden && !tellers.is_empty() && need(tellers.len()) == tellers.len();
    few.then(|| all_needed(&names(room, tellers.iter()), tellers.len()))
}

fn all_needed(tellers: &str, all: usize) -> String {
    let who = match all {
        1 => format!(
            "Only {tellers} can open the votes. If {tellers} does not come back, or loses all computers and recovery words"
        ),
        2 => format!(
            "The votes can only be opened by {tellers} together. If one of them does not come back, or loses all computers and recovery words"
        ),
        _ => format!(
            "The votes can only be opened by all of {tellers}. If one of them does not come back, or loses all computers and recovery words"
        ),
    };
    format!(
        "{who}, nobody can ever read them; another teller in the place cannot either. With three tellers one can be missing."
    )
}

fn one_or(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// What it would be if it were opened now.
pub(super) fn preview(room: &Room, conduct: &Conduct) -> Option<OpeningView> {
    let tellers = &conduct.tellers;
    (conduct.secrecy == Secrecy::Hidden).then(|| OpeningView {
        need: need(tellers.len()),
        warning: warning(room, conduct),
        words: protects(&names(room, tellers.iter()), tellers.len(), need(tellers.len()), conduct.delegation),
        ..OpeningView::default()
    })
}

/// `2 of 3 tellers' computers have`.
fn computers(need: usize, all: usize) -> String {
    if all == 1 { "the teller's computer has".into() } else { format!("{need} of {all} tellers' computers have") }
}

/// Why a vote has not gone out yet.
pub(super) fn kept(room: &Room, poll: &EntryId) -> String {
    let Some(opening) = room.view.opening(poll) else { return String::new() };
    let named = opening.tellers.iter().filter(|opener| opener.named).count();
    let keys = room.view.seal_for(poll).len();
    format!(
        "Your vote is kept on this computer; it goes out by itself when {} seen this poll ({keys} so far). Leave the program running \
         until then.",
        computers(opening.need, named)
    )
}

/// What it is.
pub(super) fn view(core: &Core, now: Timestamp, chapter: &ChapterId, room: &Room, id: &EntryId) -> Option<OpeningView> {
    let (opening, state) = room.view.opening(id).zip(room.view.poll(id))?;
    let over = now > state.rules.closes;
    let stage = match (opening.open, opening.closed, over) {
        (true, ..) => OpeningStage::Open,
        (false, true, _) if opening.is_lost() => OpeningStage::Lost,
        (false, true, _) => OpeningStage::Waiting,
        (false, false, true) => OpeningStage::Closing,
        (false, false, false) => OpeningStage::Hidden,
    };
    let keys = room.view.seal_for(id).len();
    let mut words = stands(room, &opening, stage, keys, state.tellers.len());
    for opener in &opening.tellers {
        words.extend(odd(room, opener));
    }
    if !matches!(stage, OpeningStage::Open | OpeningStage::Lost) {
        words.extend(protects(
            &names(room, state.tellers.iter()),
            state.tellers.len(),
            opening.need,
            state.rules.delegation,
        ));
    }
    // As long as tellers can still be asked to look after what is theirs.
    let few = opening.need == state.tellers.len() && !matches!(stage, OpeningStage::Open | OpeningStage::Lost);
    let opener = |opener: &Opener| OpenerView {
        member: opener.member.to_string(),
        handle: handle(room, &opener.member),
        key: opener.key.is_some(),
        secret: opener.secret.is_some(),
        early: opener.secret.filter(|(_, _, early)| *early).map(|(_, time, _)| clock::text(time)),
    };
    Some(OpeningView {
        stage,
        need: opening.need,
        keys,
        secrets: opening.secrets,
        ballots: opening.voters,
        waiting: opening.waiting,
        lost: opening.lost,
        warning: few.then(|| all_needed(&names(room, state.tellers.iter()), opening.need)),
        tellers: opening.tellers.iter().map(opener).collect(),
        words,
        own: own(core, chapter, room, id, over),
    })
}

fn stands(room: &Room, opening: &Opening, stage: OpeningStage, keys: usize, tellers: usize) -> Vec<String> {
    let are = if opening.voters == 1 { "is" } else { "are" };
    let ballots = format!("{} {are} in", one_or(opening.voters, "ballot"));
    let (need, secrets) = (opening.need, opening.secrets);
    match stage {
        OpeningStage::Lost => vec![format!("{} There is no result.", lost(opening, ""))],
        OpeningStage::Open if opening.lost > 0 => vec![lost(opening, ", and is not counted")],
        OpeningStage::Open => Vec::new(),
        OpeningStage::Hidden if keys < need => vec![
            format!("Hidden until the close: {ballots}."),
            format!(
                "Votes can go out when {} seen this poll ({keys} so far); until then they are kept on their voters' computers.",
                computers(need, tellers)
            ),
        ],
        OpeningStage::Hidden => vec![format!("Hidden until the close: {ballots}.")],
        OpeningStage::Closing => vec![format!(
            "Voting is over, and {ballots}. {} opened when {} closed the poll.",
            if opening.voters == 1 { "It is" } else { "They are" },
            if tellers == 1 { "the teller has".into() } else { format!("{need} of {tellers} tellers have") }
        )],
        OpeningStage::Waiting if secrets < need => {
            vec![format!(
                "Voting is over, and {ballots}. Waiting for keys: {secrets} of {need} needed. Missing: {}, whose programs give \
                 them by themselves when they run again. Nobody else can open what is sealed for them, also if the chapter gives \
                 their task to another.",
                missing(room, opening)
            )]
        }
        OpeningStage::Waiting => vec![format!(
            "Voting is over, and {ballots}. {} cannot be opened without the key of {}: not all tellers' computers had seen the poll when \
             it was cast. Nothing is counted before. By a motion to recall whoever does not come back, also if they were recalled \
             before, the chapter decides to wait no longer; then what hangs on them is lost, and the rest is counted.",
            one_or(opening.waiting, "ballot"),
            missing(room, opening)
        )],
    }
}

fn missing(room: &Room, opening: &Opening) -> String {
    opening.missing.iter().map(|member| handle(room, member)).collect::<Vec<_>>().join(" or of ")
}

/// What nobody can open any more, and why.
fn lost(opening: &Opening, beside: &str) -> String {
    let (beside, them) = match opening.lost {
        1 => (beside.to_owned(), "it was"),
        _ => (beside.replace(" is ", " are "), "they were"),
    };
    format!(
        "{} cannot be opened any more{beside}: of the tellers for whom {them} sealed, too few can still give their keys, and {} \
         are needed.",
        one_or(opening.lost, "sealed vote"),
        opening.need
    )
}

/// What a teller did that is against the rules of the thing.
fn odd(room: &Room, opener: &Opener) -> Vec<String> {
    let name = handle(room, &opener.member);
    let early = opener.secret.filter(|(_, _, early)| *early).map(|(_, time, _)| {
        format!(
            "{name} gave the key too early, on {}, before the poll was closed. Whoever had enough of them could read votes that \
             were in.",
            clock::text(time)
        )
    });
    let several = opener.several.then(|| format!("{name} published several keys, which no program does by itself."));
    early.into_iter().chain(several).collect()
}

/// What this member voted, as long as nobody else can read it.
fn own(core: &Core, chapter: &ChapterId, room: &Room, id: &EntryId, over: bool) -> Option<OwnVoteView> {
    let (me, state) = (core.house.contents.member.id(), room.view.poll(id)?);
    let latest = room.view.latest_ballot(id, &me);
    let opening = room.view.opening(id);
    let open = opening.as_ref().is_none_or(|opening| opening.open);
    let lost = is_lost(room, id);
    let kept_here = core.house.contents.secret_votes.get(chapter).and_then(|votes| votes.hidden.get(id));
    // Then it is a ballot like all others; what did not go out is still told.
    if open && kept_here.is_none_or(|own| own.cast.is_some()) {
        return None;
    }
    let Some(own) = kept_here else {
        return latest.map(|latest| OwnVoteView {
            answers: Default::default(),
            ballot: Some(latest.entry.to_string()),
            words: "You voted on another of your computers; what, only that one can show before the poll is open."
                .into(),
        });
    };
    let words = match own.cast {
        Some(_) if lost => "Your vote was cast. What it says, only this computer can show.".into(),
        Some(_) => "Your vote is cast. What it says, only this computer can show before the poll is open.".into(),
        None if over => {
            "Your vote did not go out: too few tellers' computers had seen this poll before the close.".into()
        }
        None if can_seal(&room.view, id) => "Your vote is kept on this computer, and goes out in a moment.".into(),
        None => kept(room, id),
    };
    let answers = hidden::read(&own.answers).unwrap_or_default();
    let ballot = own.cast.map(|cast| cast.to_string());
    Some(OwnVoteView { answers: by_question(&state.questions, &answers), ballot, words })
}

/// A question of which nothing is known yet, or can be known any more.
pub(super) fn cover(room: &Room, poll: &EntryId, question: &mut QuestionView) {
    let words = if is_lost(room, poll) { LOST } else { HIDDEN };
    question.options.iter_mut().for_each(|option| option.votes = 0);
    (question.blank, question.total, question.record, question.evenly) = (0, 0, None, None);
    question.verdict = api::poll::VerdictView { words: words.into(), ..Default::default() };
}
