//! The joining lane: what a newcomer asks, and what a member's node checks and answers.
//!
//! The inviter is the first sponsor: their signed invitation in the chapter's log is their word for whoever comes with
//! its secret. Where more are needed, the request goes on record and waits for members' words. Any member's node can
//! admit, also with the inviter, or the founder, gone.

use crate::{
    core::NOT_YET,
    epochs::KeyList,
    house::{House, refuse_draft},
    turned_away::Why,
};
use api::{ErrorCode, Refusal};
use chapter::{
    Kind, Void,
    draft::Problem,
    kinds::{Admit, Join, JoinStatement, Request, Rules},
};
use ed25519_dalek::SigningKey;
use entry::{ChapterId, Timestamp, canon};
use keys::{ChapterKeys, Contents, Invitation, Joining};
use minicbor::{Decode, Encode};

const WRAP_INFO: &[u8] = b"chapterhouse 1 welcome";
const MAX_ANSWER: usize = 16 * 1024;

/// A member's answer.
#[derive(Encode, Decode)]
pub(crate) enum Answer {
    /// Admitted: the keys, wrapped to the newcomer's device.
    #[n(0)]
    Keys {
        #[n(0)]
        #[cbor(with = "minicbor::bytes")]
        wrapped: Vec<u8>,
    },
    /// The chapter asks for something first.
    #[n(1)]
    Terms {
        #[n(0)]
        statement: String,
        #[n(1)]
        questions: Vec<String>,
    },
    /// On record; so many of so many words were given.
    #[n(2)]
    Waiting {
        #[n(0)]
        have: u64,
        #[n(1)]
        need: u64,
    },
}

impl Answer {
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        canon::from_bytes(bytes, MAX_ANSWER).ok()
    }
}

/// What a newcomer sends: their statement, signed with the invitation's key and with all of their own. Always the same
/// bytes, so that members give their word for one thing.
pub(crate) fn request(joining: &Joining, contents: &Contents) -> Option<Vec<u8>> {
    let invitation = Invitation::from_text(&joining.invitation).ok()?;
    let key = SigningKey::from_bytes(&invitation.secret);
    let join = Join {
        chapter: invitation.chapter_id(),
        invitation: key.verifying_key().to_bytes(),
        handle: contents.handle.clone(),
        cert: contents.member.certify(&contents.device),
        time: Timestamp(joining.since),
        // Until the chapter says that it asks for more.
        terms: joining.terms.unwrap_or_else(|| Rules::default().terms()),
        answers: joining.answers.clone(),
    };
    Some(join.sign(&key, contents.member.signing_key(), contents.device.signing_key()).to_bytes())
}

/// Decides a request: what it comes to is on record when this returns; or a sentence for the newcomer.
pub(crate) fn admit(house: &mut House, chapter: &ChapterId, request: &[u8]) -> Result<Vec<u8>, String> {
    let read = JoinStatement::from_bytes(request).map_err(|bad| bad.to_string());
    let read = read.and_then(|statement| statement.verify().map_err(|bad| bad.to_string()).map(|()| statement));
    let statement = match read {
        Ok(statement) if statement.join.chapter == *chapter => statement,
        Ok(_) => return Err(forged(house, chapter, "it is for another chapter")),
        Err(bad) => return Err(forged(house, chapter, &bad)),
    };
    let plain = |refusal: Refusal| refusal.message;
    if !house.is_member(chapter) {
        return Err(not_yet("a computer was found that is in the chapter no more, or not yet").message);
    }
    let (device, agreement) = (statement.join.cert.device_id(), statement.join.cert.agreement);
    if !house.room(chapter).map_err(plain)?.view.is_member_device(&device)
        && let Some(answer) = decide(house, chapter, statement).map_err(plain)?
    {
        return Ok(canon::to_bytes(&answer));
    }
    let room = house.room(chapter).map_err(plain)?;
    let history = room.view.rules().map(|rules| rules.history_for_newcomers).ok_or("there is no such chapter here")?;
    let list = KeyList::for_newcomer(house.keys_of(chapter), history, room.epoch);
    let list = zeroize::Zeroizing::new(canon::to_bytes(&list));
    let wrapped = keys::wrap(&agreement, WRAP_INFO, chapter.as_bytes(), &list, &mut house.rng)
        .map_err(|error| error.to_string())?;
    Ok(canon::to_bytes(&Answer::Keys { wrapped }))
}

fn forged(house: &mut House, chapter: &ChapterId, why: &str) -> String {
    house.turn_away(chapter, |list| list.forged());
    format!("the request to join is altered or forged: {why}; ask for a new invitation")
}

fn not_yet(what: &str) -> Refusal {
    Refusal::new(ErrorCode::Invitation, format!("{NOT_YET}{what}"))
}

/// Admits, or says what is still missing. Whoever has an invitation that cannot be used is told so, and so are the
/// members.
fn decide(house: &mut House, chapter: &ChapterId, statement: JoinStatement) -> Result<Option<Answer>, Refusal> {
    let view = &house.room(chapter)?.view;
    let rules = view.rules().ok_or_else(|| not_yet("this member's computer has nothing of the chapter yet"))?.clone();
    let known = view.invites().into_iter().find(|known| known.invite.invitation == statement.join.invitation);
    let Some(known) = known else {
        house.turn_away(chapter, |list| list.unknown());
        return Err(not_yet(UNKNOWN));
    };
    let newcomer = statement.member_id();
    let others = known.admitted.iter().filter(|member| **member != newcomer).count() as u64;
    let why = if known.invite.expires < house.now {
        Some(Why::Expired)
    } else {
        (others >= known.invite.uses).then_some(Why::Used)
    };
    let handle = statement.join.handle.clone();
    let inviter = view.handle(&known.author).unwrap_or("somebody").to_owned();
    let outcome = match why {
        Some(Why::Expired) => Err(refuse_draft(Problem(Void::InvitationExpired))),
        Some(_) => Err(refuse_draft(Problem(Void::InvitationUsed))),
        // Where others have to give their word, too, these may be enough.
        None if rules.sponsors <= 1 && !view.is_member(&known.author) => Err(Refusal::new(
            ErrorCode::Invitation,
            format!(
                "{inviter}, who made this invitation, is no member of {} any more, so it lets nobody in; ask a member for a \
                 new one",
                house.name(chapter)
            ),
        )),
        None => let_in(house, chapter, known.entry, &rules, statement),
    };
    match &outcome {
        Err(refusal) if refusal.code == ErrorCode::Invitation => {
            let (why, now) = (why.unwrap_or(Why::Unfit), house.now);
            house.turn_away(chapter, |list| list.named(newcomer, &handle, &inviter, why, now));
        }
        Ok(None) => house.turn_away(chapter, |list| list.came_in(&newcomer)),
        _ => {}
    }
    outcome
}

/// What is said to a newcomer whose invitation is not known.
const UNKNOWN: &str = "a member's computer was found, and it does not know this invitation. If it was made a moment ago, \
    it comes there as soon as the inviter's computer is connected; the search goes on. If it stays like this, nobody of \
    the chapter made it: ask for a new one";

/// The invitation is good.
fn let_in(
    house: &mut House,
    chapter: &ChapterId,
    invite: entry::EntryId,
    rules: &Rules,
    statement: JoinStatement,
) -> Result<Option<Answer>, Refusal> {
    let answered = statement.join.answers.iter().filter(|answer| !answer.trim().is_empty()).count();
    if statement.join.terms != rules.terms() || answered != rules.questions.len() {
        return Ok(Some(Answer::Terms { statement: rules.statement.clone(), questions: rules.questions.clone() }));
    }
    let view = &house.room(chapter)?.view;
    let record = |house: &mut House, statement| {
        house.publish(chapter, &Kind::Request(Box::new(Request { invite, statement }))).map_err(|refusal| {
            // As many as the invitation can take have asked; which ones are let in is the members' to say.
            let full = refusal == refuse_draft(Problem(Void::InvitationUsed));
            let message = "too many people have asked to join with this invitation, so no further request is put on record; \
                           ask a member for an invitation of your own";
            if full { Refusal::new(ErrorCode::Invitation, message) } else { refusal }
        })
    };
    if rules.sponsors.min(view.member_count() as u64) > 1 {
        let digest = statement.digest();
        let known = view.requests().into_iter().find(|asked| asked.statement.digest() == digest);
        let request = match known {
            Some(asked) => asked.entry,
            None => record(house, statement)?,
        };
        let asked = |house: &House| house.room(chapter).ok().and_then(|room| room.view.request(&request));
        let Some(now) = asked(house) else { return Err(crate::house::invalid("the request is not valid")) };
        let (have, need) = (now.sponsors.len() as u64, now.need);
        if have < need {
            return Ok(Some(Answer::Waiting { have, need }));
        }
        house.admit_request(chapter, &request)?;
    } else {
        house.publish(chapter, &Kind::Admit(Box::new(Admit { invite, statement })))?;
        house.admitted(chapter)?;
    }
    Ok(None)
}

/// How many of the decoders here read these bytes.
pub(crate) fn readings(bytes: &[u8]) -> usize {
    let list = canon::from_bytes::<KeyList>(bytes, MAX_ANSWER);
    usize::from(Answer::from_bytes(bytes).is_some())
        + usize::from(list.is_ok_and(|list| list.to_keys().epochs.len() < MAX_ANSWER))
}

/// Reads the keys of a member's answer.
pub(crate) fn unwrap_keys(chapter: &ChapterId, wrapped: &[u8], contents: &Contents) -> Option<ChapterKeys> {
    let list = keys::unwrap(&contents.device, WRAP_INFO, chapter.as_bytes(), wrapped).ok()?;
    let list: KeyList = canon::from_bytes(&list, MAX_ANSWER).ok()?;
    Some(list.to_keys())
}
