//! What counts, decided from an entry and its causal past. `docs/KINDS.md` says the same in words.
//!
//! One function judges both what arrives and what somebody is about to sign, so that the two can never differ.

use crate::{
    Void,
    kinds::{Admit, Ballot, Charter, Comment, Founder, Kind, Poll, number, roll_hash},
    view::{ItemKind, View, authority::MemberNo, pasts::Bits},
};
use entry::{DeviceId, EntryId, Timestamp};

/// The moment in which something is said.
pub(crate) struct Scene<'a> {
    pub(crate) view: &'a View,
    /// The device that says it.
    pub(crate) device: DeviceId,
    /// When it says so.
    pub(crate) time: Timestamp,
    /// Whether nothing at all comes before it.
    pub(crate) is_root: bool,
    /// The admissions in its causal past.
    pub(crate) past: &'a Bits,
    /// Whether an entry of the view is in its causal past.
    pub(crate) saw: &'a dyn Fn(&EntryId) -> bool,
}

/// Whether it counts, apart from forks; if it does, who says it (nobody yet, where a charter begins it all).
pub(crate) fn judge(kind: &Kind, scene: &Scene<'_>) -> Result<Option<MemberNo>, Void> {
    if let Kind::Charter(charter) = kind {
        return scene.charter(charter).map(|()| None);
    }
    let author = scene.author()?;
    match kind {
        Kind::Admit(admit) => scene.admit(admit)?,
        Kind::Comment(comment) => scene.comment(comment)?,
        Kind::Poll(poll) => scene.poll(poll)?,
        Kind::Ballot(ballot) => scene.ballot(ballot, author)?,
        Kind::Charter(_) | Kind::Invite(_) | Kind::Post(_) | Kind::Minutes(_) | Kind::Unknown { .. } => {}
    }
    Ok(Some(author))
}

impl Scene<'_> {
    pub(crate) fn author(&self) -> Result<MemberNo, Void> {
        self.view.authority.member_of(&self.device, self.past).ok_or(Void::NotAMember)
    }

    /// The row of something that counted when it was written, and that the author has seen.
    fn target(&self, id: &EntryId) -> Result<u32, Void> {
        self.view.valid_row(id).filter(|_| (self.saw)(id)).ok_or(Void::UnknownTarget)
    }

    fn charter(&self, charter: &Charter) -> Result<(), Void> {
        let founds = |founder: &Founder| founder.cert.device_id() == self.device && founder.cert.verify().is_ok();
        let ours = self.is_root && charter.chapter_id() == self.view.chapter_id();
        if ours && charter.founders.iter().all(founds) { Ok(()) } else { Err(Void::NotTheCharter) }
    }

    fn admit(&self, admit: &Admit) -> Result<(), Void> {
        let row = self.target(&admit.invite)?;
        let invite = self.view.invite_at(row).ok_or(Void::UnknownTarget)?;
        let statement = &admit.statement;
        let newcomer = statement.member_id();
        if statement.join.chapter != self.view.chapter_id() || statement.join.invitation != invite.invitation {
            return Err(Void::WrongStatement);
        }
        if self.time > invite.expires {
            return Err(Void::InvitationExpired);
        }
        let mut admitted = self.view.authority.admitted_by(&admit.invite, self.past);
        admitted.remove(&newcomer);
        if admitted.len() as u64 >= invite.uses {
            return Err(Void::InvitationUsed);
        }
        let owner = self.view.authority.member_of(&statement.join.cert.device_id(), self.past);
        if owner.is_some_and(|owner| self.view.authority.member_id(owner) != newcomer) {
            return Err(Void::DeviceTaken);
        }
        statement.verify().map_err(Void::BadStatement)
    }

    fn comment(&self, comment: &Comment) -> Result<(), Void> {
        let kind = self.view.kind_at(self.target(&comment.on)?);
        if kind.takes_comments() { Ok(()) } else { Err(Void::UnknownTarget) }
    }

    fn poll(&self, poll: &Poll) -> Result<(), Void> {
        if poll.closes <= self.time {
            return Err(Void::ClosesTooEarly);
        }
        let roll = self.view.authority.roll(self.past);
        if poll.roll_count != roll.len() as u64 || poll.roll_hash != roll_hash(&roll) {
            return Err(Void::WrongRoll);
        }
        Ok(())
    }

    fn ballot(&self, ballot: &Ballot, author: MemberNo) -> Result<(), Void> {
        let row = self.target(&ballot.poll)?;
        let poll = self.view.poll_at(row).ok_or(Void::UnknownTarget)?;
        let voter = self.view.authority.member_id(author);
        Ok(poll.rules.accepts(&voter, self.time, &ballot.answers)?)
    }
}

impl ItemKind {
    pub(crate) const fn takes_comments(self) -> bool {
        self.is_listed() || matches!(self, Self::Comment)
    }

    /// Whether it says who is a member: then no fork makes it void.
    pub(crate) const fn is_membership(self) -> bool {
        match self {
            Self::Charter | Self::Invite | Self::Admit => true,
            Self::Other(kind) => kind < number::CONTENT,
            _ => false,
        }
    }

    /// Whether it is in feeds.
    pub(crate) const fn is_listed(self) -> bool {
        matches!(self, Self::News | Self::Blog | Self::Discussion | Self::Minutes | Self::Poll)
    }
}
