//! Inviting and joining: what an invitation is made of, written into a file, read from what a person was given.

use super::resolve;
use crate::{
    clock,
    core::{Core, Traffic},
    house::{Room, invalid},
};
use api::{
    ErrorCode, Refusal, Reply,
    reply::{InvitationPreview, InvitationReply},
};
use chapter::{
    Kind,
    kinds::{
        Invite,
        invite::MAX_USES,
        text::{MAX_HANDLE, MAX_NAME, tidy_line},
    },
};
use ed25519_dalek::SigningKey;
use entry::Timestamp;
use keys::invitation::{FILE_ENDING, Invitation, MAX_ADDRESSES};
use zeroize::Zeroizing;

/// The longest that an invitation is good for: a year.
const LONGEST_INVITATION: u64 = 366 * 86_400;

pub(crate) fn invite(core: &mut Core, now: Timestamp, text: &str, seconds: u64, uses: u64) -> Result<Reply, Refusal> {
    let id = resolve::chapter(&core.house, text)?;
    if !(1..=LONGEST_INVITATION).contains(&seconds) {
        return Err(invalid("an invitation is good for one second to one year"));
    }
    if !(1..=MAX_USES).contains(&uses) {
        return Err(invalid(format!("an invitation is for 1 to {MAX_USES} people; make several for more")));
    }
    let expires = now.plus(seconds * 1000);
    let secret = Zeroizing::new(core.house.random_bytes::<32>());
    let key = SigningKey::from_bytes(&secret);
    let invite = Kind::Invite(Invite { invitation: key.verifying_key().to_bytes(), expires, uses });
    core.house.publish(&id, &invite)?;
    let invitation = Invitation {
        version: 1,
        chapter: id.0,
        secret: *secret,
        expires: expires.0,
        chapter_name: core.house.name(&id),
        inviter: core.house.contents.handle.clone(),
        addresses: own_addresses(core),
        peer: core.name().to_owned(),
    };
    let text = invitation.to_text();
    let (qr_path, qr_size) = crate::qr::path(&text)
        .ok_or_else(|| Refusal::new(ErrorCode::Internal, "the invitation does not fit a QR code"))?;
    let dated_ahead = super::clocks::wrote_ahead(&core.house, &id);
    let expires = clock::text(expires);
    Ok(Reply::Invitation(InvitationReply { invitation: text, expires, uses, qr_path, qr_size, dated_ahead }))
}

/// Where this computer can be found, for somebody who is told.
pub(crate) fn own_addresses(core: &Core) -> Vec<String> {
    // This computer's own loopback only where there is nothing else, and one way to each place: TCP.
    let mut addresses: Vec<&String> = core.around.listening.iter().collect();
    addresses.sort_by_key(|address| (address.starts_with("/ip4/127."), address.contains("/udp/")));
    let far = addresses.iter().filter(|address| !address.starts_with("/ip4/127.")).count();
    addresses.truncate(if far > 0 { far } else { addresses.len() });
    if addresses.iter().any(|address| address.contains("/tcp/")) {
        addresses.retain(|address| address.contains("/tcp/"));
    }
    addresses.into_iter().take(MAX_ADDRESSES).cloned().collect()
}

/// Reads an invitation, with whatever is around it.
pub(crate) fn read(text: &str) -> Result<Invitation, Refusal> {
    let found =
        Invitation::find(text.as_bytes()).map_err(|bad| Refusal::new(ErrorCode::Invitation, bad.to_string()))?;
    if [&found.chapter_name, &found.inviter].into_iter().any(|name| tidy_line(name) != **name) {
        let message = "this invitation has characters in its names that cannot be shown; ask for a new one";
        return Err(Refusal::new(ErrorCode::Invitation, message));
    }
    if found.chapter_name.chars().count() > MAX_NAME || found.inviter.chars().count() > MAX_HANDLE {
        let message = "the names in this invitation are longer than any chapter's or member's: it was altered, or made by \
                       something else than Chapterhouse; ask for a new one";
        return Err(Refusal::new(ErrorCode::Invitation, message));
    }
    Ok(found)
}

/// What is written into a file: a line for people first, then the invitation, alone on its line.
pub(crate) fn file_text(invitation: &Invitation) -> String {
    format!(
        "An invitation to join {} in Chapterhouse, from {}, good until {}.\n\
         Whoever has this file can join with it until then: hand it over in private.\n\
         To use it, choose \"I have an invitation\", then \"Open a file\"; or: chapterhouse join --file FILE\n\
         \n{}\n",
        invitation.chapter_name,
        invitation.inviter,
        clock::text(Timestamp(invitation.expires)),
        invitation.to_text(),
    )
}

/// A name for such a file.
pub(crate) fn file_name(invitation: &Invitation, number: u32) -> String {
    let safe: String =
        invitation.chapter_name.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ')).collect();
    let number = if number == 1 { String::new() } else { format!(" {number}") };
    let name = if safe.trim().is_empty() { "Invitation" } else { safe.trim() };
    format!("{name}{number}{FILE_ENDING}")
}

fn preview(invitation: &Invitation) -> InvitationPreview {
    InvitationPreview {
        chapter: invitation.chapter_id().to_string(),
        chapter_name: invitation.chapter_name.clone(),
        inviter: invitation.inviter.clone(),
        expires: clock::text(Timestamp(invitation.expires)),
    }
}

pub(crate) fn inspect(text: &str) -> Result<Reply, Refusal> {
    Ok(Reply::InvitationPreview(preview(&read(text)?)))
}

pub(crate) fn join(core: &mut Core, now: Timestamp, text: &str) -> Result<Reply, Refusal> {
    let invitation = read(text)?;
    let id = invitation.chapter_id();
    // Whoever was removed and has not heard of it is still a member here. What they can know is that nobody answers, or
    // that the invitation was made by those whom they do not hear any more.
    let key = SigningKey::from_bytes(&invitation.secret).verifying_key().to_bytes();
    let known = |room: &Room| room.member && room.view.invites().iter().any(|known| known.invite.invitation == key);
    let silent = !core.sync.unanswered(&id).is_empty() || core.sync.is_foreign(&id);
    let answered = !silent && !core.house.uprooted.contains_key(&id);
    if core.house.room(&id).is_ok_and(known) && answered {
        let message = format!("you are a member of {} already", core.house.name(&id));
        return Err(Refusal::new(ErrorCode::Invitation, message));
    }
    if invitation.expires < now.0 {
        let message = format!(
            "this invitation expired at {}; by this computer's clock it is {} now. If the clock is right, ask {} for a new one",
            clock::text(Timestamp(invitation.expires)),
            clock::text(now),
            invitation.inviter
        );
        return Err(Refusal::new(ErrorCode::Invitation, message));
    }
    if !core.around.on {
        return Err(Refusal::new(
            ErrorCode::Unreachable,
            "joining needs a network: this node does not take part in one",
        ));
    }
    let preview = preview(&invitation);
    let addresses: Vec<String> = invitation.places().collect();
    core.house.start_join(invitation)?;
    for address in addresses {
        core.net(Traffic::Dial { address });
    }
    core.feed(now, sync::Input::Join { chapter: id });
    core.network_has_changed();
    Ok(Reply::Joining(preview))
}

pub(crate) fn cancel_join(core: &mut Core, now: Timestamp, text: &str) -> Result<Reply, Refusal> {
    let wanted = text.trim().to_lowercase();
    let found = core.house.joins().find(|(id, invitation)| {
        id.to_string().starts_with(&wanted) || invitation.chapter_name.to_lowercase() == wanted
    });
    let id = found
        .map(|(id, _)| *id)
        .filter(|_| !wanted.is_empty())
        .ok_or_else(|| Refusal::new(ErrorCode::NotFound, "you are not joining a chapter of that name"))?;
    core.house.forget_join(&id);
    core.house.give_up(&id)?;
    core.feed(now, sync::Input::Forget { chapter: id });
    core.network_has_changed();
    Ok(Reply::Done)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_says_what_it_is_and_reads_back_whatever_became_of_its_lines() {
        let invitation = Invitation {
            version: 1,
            chapter: [1; 32],
            secret: [2; 32],
            expires: 1_795_456_800_000,
            chapter_name: "The Weavers / Leeds".into(),
            inviter: "rowan".into(),
            addresses: vec!["/ip4/192.168.1.20/tcp/4001".into()],
            peer: "12D3KooW".into(),
        };
        let text = file_text(&invitation);
        let first = text.lines().next().unwrap();
        assert!(first.starts_with("An invitation to join The Weavers / Leeds") && first.contains("rowan"), "{first}");
        for text in [
            text.clone(),
            text.replace('\n', "\r\n"),
            format!("{text}\n-- \nSent by a mail program"),
            text.replace("\n", "\n> "),
        ] {
            assert_eq!(read(&text).unwrap(), invitation);
        }
        let mut long = invitation.clone();
        long.chapter_name = "L".repeat(MAX_NAME + 1);
        assert!(read(&long.to_text()).unwrap_err().message.contains("longer than any"));
        assert_eq!(read(&text.replace("join/", "join/A")).unwrap_err().code, ErrorCode::Invitation);
        assert_eq!(file_name(&invitation, 1), "The Weavers  Leeds.chapterhouse-invitation");
        assert_eq!(file_name(&invitation, 2), "The Weavers  Leeds 2.chapterhouse-invitation");
    }
}
