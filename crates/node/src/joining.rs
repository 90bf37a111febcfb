//! The joining lane: what a newcomer asks, and what a member's node checks and answers.
//!
//! The inviter is the sponsor: their signed invitation in the chapter's log is their word for whoever comes with its
//! secret. So any member's node can admit, also with the inviter, or the founder, gone.

use crate::{core::NOT_YET, house::House};
use chapter::{
    Kind,
    kinds::{Admit, Join, JoinStatement},
};
use ed25519_dalek::SigningKey;
use entry::{ChapterId, EpochKey, Timestamp, canon};
use keys::{Contents, Invitation};
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

const WRAP_INFO: &[u8] = b"chapterhouse 1 welcome";
const MAX_WELCOME: usize = 1024;

/// A member's answer: the epoch's key, wrapped to the newcomer's device.
#[derive(Encode, Decode)]
#[cbor(array)]
struct Welcome {
    #[n(0)]
    epoch: u64,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    wrapped: Vec<u8>,
}

/// What a newcomer sends: their statement, signed with the invitation's key and with all of their own.
pub(crate) fn request(invitation: &Invitation, contents: &Contents, now: Timestamp) -> Vec<u8> {
    let key = SigningKey::from_bytes(&invitation.secret);
    let join = Join {
        chapter: invitation.chapter_id(),
        invitation: key.verifying_key().to_bytes(),
        handle: contents.handle.clone(),
        cert: contents.member.certify(&contents.device),
        time: now,
    };
    join.sign(&key, contents.member.signing_key(), contents.device.signing_key()).to_bytes()
}

/// Decides a request: checks it, writes the admission, and returns the welcome; or a sentence for the newcomer.
pub(crate) fn admit(house: &mut House, chapter: &ChapterId, request: &[u8]) -> Result<Vec<u8>, String> {
    let statement = JoinStatement::from_bytes(request).map_err(|bad| format!("the request is not valid: {bad}"))?;
    statement.verify().map_err(|bad| format!("the request is not valid: {bad}"))?;
    if statement.join.chapter != *chapter {
        return Err("the request is for another chapter".into());
    }
    let (device, agreement) = (statement.join.cert.device_id(), statement.join.cert.agreement);
    let room = house.room(chapter).map_err(|refusal| refusal.message)?;
    if !room.view.is_member_device(&device) {
        let invite = room
            .view
            .invites()
            .into_iter()
            .find(|known| known.invite.invitation == statement.join.invitation)
            .map(|known| known.entry)
            .ok_or_else(|| format!("{NOT_YET}this member's computer has not heard of the invitation"))?;
        let admit = Kind::Admit(Box::new(Admit { invite, statement }));
        house.publish(chapter, &admit).map_err(|refusal| refusal.message)?;
    }
    let (epoch, key) = house.sealing(chapter).ok_or("there is no such chapter here")?;
    let wrapped = keys::wrap(&agreement, WRAP_INFO, &context(chapter, epoch), key.expose(), &mut house.rng)
        .map_err(|error| error.to_string())?;
    Ok(canon::to_bytes(&Welcome { epoch, wrapped }))
}

/// Reads a member's answer.
pub(crate) fn unwrap_welcome(chapter: &ChapterId, bytes: &[u8], contents: &Contents) -> Option<(u64, EpochKey)> {
    let Welcome { epoch, wrapped } = canon::from_bytes(bytes, MAX_WELCOME).ok()?;
    let secret = keys::unwrap(&contents.device, WRAP_INFO, &context(chapter, epoch), &wrapped).ok()?;
    let key = Zeroizing::new(<[u8; 32]>::try_from(secret.as_slice()).ok()?);
    Some((epoch, EpochKey::new(*key)))
}

fn context(chapter: &ChapterId, epoch: u64) -> Vec<u8> {
    [chapter.as_bytes().as_slice(), &epoch.to_be_bytes()].concat()
}
