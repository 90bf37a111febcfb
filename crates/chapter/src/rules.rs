//! What counts, decided from an entry and its causal past. `docs/KINDS.md` and `docs/MEMBERSHIP.md` say the same in
//! words.
//!
//! One function judges both what arrives and what somebody is about to sign, so that the two can never differ.

use crate::{
    Void,
    kinds::{
        AddDevice, Admit, Charter, Comment, Decision, Epoch, Founder, JoinStatement, Kind, Measure, Motion, Request,
        Revoke, Role, Rules, Voice, number,
    },
    view::{
        ItemKind, Slot, View,
        acts::{MemberNo, Said, Spoken},
        authority::Moment,
    },
};
use entry::{DeviceId, EntryId, MemberId, Timestamp, is_membership};

mod hidden;
mod polls;
mod proposals;

/// For each member that an invitation admits, how many requests may be on record.
const REQUESTS_A_USE: usize = 4;

/// The moment in which something is said.
pub(crate) struct Scene<'a> {
    pub(crate) view: &'a View,
    /// The device that says it.
    pub(crate) device: DeviceId,
    /// When it says so.
    pub(crate) time: Timestamp,
    /// Whether nothing at all comes before it.
    pub(crate) is_root: bool,
    /// Its causal past.
    pub(crate) moment: Moment<'a>,
    /// Which entries of the view are in its causal past.
    pub(crate) saw: &'a dyn Fn(&[EntryId]) -> Vec<bool>,
}

/// What something that counts rests on.
#[derive(Default)]
pub(crate) struct Judged {
    /// The sponsors' words that an admission rests on, and how many members' it needs.
    pub(crate) words: Vec<Said>,
    pub(crate) need: u64,
    /// The votes that a decision rests on, and whether the motion's time was over.
    pub(crate) voices: Vec<Spoken>,
    pub(crate) closed: bool,
    /// Rows of the votes that a teller had seen, ascending.
    pub(crate) votes: Vec<u32>,
    /// Whether a teller gave a secret before the poll was closed.
    pub(crate) early: bool,
    /// The ring of a secret poll.
    pub(crate) slots: Vec<Slot>,
}

/// Whether it counts, apart from forks and cuts.
pub(crate) fn judge(kind: &Kind, scene: &Scene<'_>) -> Result<Judged, Void> {
    if let Kind::Charter(charter) = kind {
        return scene.charter(charter).map(|()| Judged::default());
    }
    let author = scene.author()?;
    let mut judged = Judged::default();
    match kind {
        Kind::Admit(admit) => (judged.words, judged.need) = scene.admit(admit)?,
        Kind::Comment(comment) => scene.comment(comment)?,
        Kind::Poll(poll) => {
            judged.slots = scene.poll(poll)?;
            scene.proposed(poll, author)?;
        }
        Kind::Proposal(proposal) => scene.proposal(proposal, author)?,
        Kind::Objection(objection) => scene.objection(objection, author)?,
        Kind::Amendment(amendment) => scene.amendment(amendment, author)?,
        Kind::Remark(remark) => scene.remark(remark, author)?,
        Kind::Counted(counted) => scene.counted(counted)?,
        Kind::BallotBox(ballots) => scene.ballot_box(ballots, author)?,
        Kind::Ballot(ballot) => scene.ballot(ballot, author)?,
        Kind::Delegation(delegation) => scene.delegation(delegation, author)?,
        Kind::Receipt(receipt) => judged = scene.receipt(receipt, author)?,
        Kind::Cutoff(cutoff) => judged = scene.cutoff(cutoff, author)?,
        Kind::TellerKey(key) => scene.teller_key(key, author)?,
        Kind::TellerSecret(secret) => judged.early = scene.teller_secret(secret, author)?,
        Kind::HiddenBallot(ballot) => scene.hidden_ballot(ballot, author)?,
        Kind::Request(request) => scene.request(request)?,
        Kind::Sponsor(sponsor) => scene.on_request(&sponsor.request)?,
        Kind::Decline(decline) => scene.on_request(&decline.request)?,
        Kind::AddDevice(add) => scene.add_device(add, author)?,
        Kind::Revoke(revoke) => scene.revoke(revoke, author)?,
        Kind::Motion(motion) => scene.motion(motion, author)?,
        Kind::Voice(voice) => scene.voice(voice, author)?,
        Kind::Decision(decision) => (judged.voices, judged.closed) = scene.decision(decision)?,
        Kind::Epoch(epoch) => scene.epoch(epoch)?,
        Kind::Charter(_)
        | Kind::Invite(_)
        | Kind::Post(_)
        | Kind::Minutes(_)
        | Kind::Profile(_)
        | Kind::BallotKeys(_)
        | Kind::Leave(_)
        | Kind::Unknown { .. } => {}
    }
    Ok(judged)
}

impl Scene<'_> {
    pub(crate) fn author(&self) -> Result<MemberNo, Void> {
        self.moment.member_of(&self.device).ok_or(Void::NotAMember)
    }

    fn saw(&self, id: &EntryId) -> bool {
        (self.saw)(&[*id]) == [true]
    }

    /// The row of something that counted when it was written, and that the author has seen.
    fn target(&self, id: &EntryId) -> Result<u32, Void> {
        self.view.valid_row(id).filter(|_| self.saw(id)).ok_or(Void::UnknownTarget)
    }

    /// The row of a text that a member wrote and the author has seen. What is in it makes no difference: who came later,
    /// and everybody when it is hidden, does not have it.
    fn text(&self, id: &EntryId) -> Result<u32, Void> {
        self.view
            .chained_row(id)
            .filter(|row| self.view.said(*row).is_some() && self.saw(id))
            .ok_or(Void::UnknownTarget)
    }

    fn rules(&self) -> Result<&Rules, Void> {
        let founding = || self.view.charter().map(|charter| &charter.rules);
        self.moment.decided_rules().or_else(founding).ok_or(Void::UnknownTarget)
    }

    fn charter(&self, charter: &Charter) -> Result<(), Void> {
        let founds = |founder: &Founder| founder.cert.device_id() == self.device && founder.cert.verify().is_ok();
        let ours = self.is_root && charter.chapter_id() == self.view.chapter_id();
        if ours && charter.founders.iter().all(founds) { Ok(()) } else { Err(Void::NotTheCharter) }
    }

    /// What a request and an admission have in common; the row of the invitation.
    fn statement(&self, invite: &EntryId, statement: &JoinStatement) -> Result<u32, Void> {
        let row = self.target(invite)?;
        let invitation = self.view.invite_at(row).ok_or(Void::UnknownTarget)?;
        let (rules, join) = (self.rules()?, &statement.join);
        if join.chapter != self.view.chapter_id() || join.invitation != invitation.invitation {
            return Err(Void::WrongStatement);
        }
        if join.terms != rules.terms() || join.answers.len() != rules.questions.len() {
            return Err(Void::OtherTerms);
        }
        if self.time > invitation.expires {
            return Err(Void::InvitationExpired);
        }
        let mut admitted = self.moment.admitted_by(invite);
        admitted.remove(&statement.member_id());
        if admitted.len() as u64 >= invitation.uses {
            return Err(Void::InvitationUsed);
        }
        self.free(&join.cert.device_id(), &statement.member_id())?;
        self.fresh(statement)?;
        Ok(row)
    }

    /// Whether whoever comes back says so now. Statement and sponsors' words of the first time would fit, too, and with
    /// them any one member could take in again whom the chapter removed, who left, or whose device was stolen.
    fn fresh(&self, statement: &JoinStatement) -> Result<(), Void> {
        let join = &statement.join;
        let ended = self.moment.ended(&statement.member_id(), &join.cert.device_id());
        if ended.is_empty() {
            return Ok(());
        }
        let made = self.view.invites_with(&join.invitation);
        let seen = (self.saw)(&made.iter().map(|said| said.id).collect::<Vec<_>>());
        let knows = |said: &Said| ended.iter().all(|act| self.view.authority.is_known(said.past, *act));
        let fresh = made.iter().zip(seen).filter(|(_, seen)| *seen).all(|(said, _)| knows(said));
        if fresh { Ok(()) } else { Err(Void::OldInvitation) }
    }

    /// Whether a device is no other member's.
    fn free(&self, device: &DeviceId, member: &MemberId) -> Result<(), Void> {
        let owner = self.moment.member_of(device).map(|owner| self.view.authority.member_id(owner));
        if owner.is_none_or(|owner| owner == *member) { Ok(()) } else { Err(Void::DeviceTaken) }
    }

    /// The words that an admission rests on.
    fn admit(&self, admit: &Admit) -> Result<(Vec<Said>, u64), Void> {
        let invite = self.statement(&admit.invite, &admit.statement)?;
        // A chapter that is still smaller than that asks all of its members.
        let need = self.moment.members_up_to(self.rules()?.sponsors);
        let mut words: Vec<Said> = self.view.said(invite).into_iter().collect();
        let given = self.view.content.words(&admit.statement.digest());
        let ids: Vec<EntryId> = given.iter().map(|word| word.id).collect();
        words.extend(given.iter().zip((self.saw)(&ids)).filter(|(_, seen)| *seen).map(|(word, _)| *word));
        let stands = |word: &Said| {
            self.moment.counts(word) && self.moment.is_member(&self.view.authority.member_id(word.member))
        };
        words.retain(stands);
        let sponsors: std::collections::BTreeSet<MemberNo> = words.iter().map(|word| word.member).collect();
        if (sponsors.len() as u64) < need {
            return Err(Void::TooFewSponsors);
        }
        admit.statement.verify().map_err(Void::BadStatement)?;
        Ok((words, need))
    }

    fn request(&self, request: &Request) -> Result<(), Void> {
        let row = self.statement(&request.invite, &request.statement)?;
        let known = self.view.request_ids(row);
        let uses = self.view.invite_at(row).map_or(0, |invite| invite.uses);
        let seen = (self.saw)(&known).into_iter().filter(|seen| *seen).count();
        if seen >= usize::try_from(uses).unwrap_or(usize::MAX).saturating_mul(REQUESTS_A_USE) {
            return Err(Void::InvitationUsed);
        }
        request.statement.verify().map_err(Void::BadStatement)
    }

    fn on_request(&self, request: &EntryId) -> Result<(), Void> {
        if self.view.kind_at(self.target(request)?) == ItemKind::Request { Ok(()) } else { Err(Void::UnknownTarget) }
    }

    fn add_device(&self, add: &AddDevice, author: MemberNo) -> Result<(), Void> {
        if add.cert.member_id() != self.view.authority.member_id(author) {
            return Err(Void::WrongStatement);
        }
        self.free(&add.cert.device_id(), &add.cert.member_id())?;
        add.verify().map_err(Void::BadStatement)
    }

    fn revoke(&self, revoke: &Revoke, author: MemberNo) -> Result<(), Void> {
        if !self.moment.was_device_of(&revoke.device, author) {
            return Err(Void::UnknownTarget);
        }
        let Some(last) = &revoke.last else { return Ok(()) };
        // Whatever it is worth by itself: it is only a place in the device's chain.
        let row = self.view.chained_row(last).filter(|_| self.saw(last)).ok_or(Void::UnknownTarget)?;
        if self.view.device_at(row) == revoke.device { Ok(()) } else { Err(Void::UnknownTarget) }
    }

    fn motion(&self, motion: &Motion, author: MemberNo) -> Result<(), Void> {
        let hours = self.rules()?.stands_for;
        if motion.closes <= self.time || motion.closes < self.time.plus(hours * 3_600_000) {
            return Err(Void::ClosesTooEarly);
        }
        let possible = match &motion.measure {
            Measure::Rules { .. } => true,
            Measure::Remove { member } => {
                self.moment.is_member(member) && *member != self.view.authority.member_id(author)
            }
            Measure::Give { member, until, .. } => self.moment.is_member(member) && *until > self.time,
            Measure::Recall { role, member } => {
                let teller = *role == Role::Teller && self.moment.is_member(member);
                self.moment.has_role(*role, member) || (teller && self.owes_secret(member))
            }
            Measure::Hide { entry, on } => {
                // Whether it is on that only its text tells: for who has none, the motion's word is good enough.
                let kind = self.view.kind_at(self.text(entry)?).number();
                kind.is_some_and(Kind::can_be_hidden) && on.is_some() == (kind == Some(number::COMMENT))
            }
        };
        if possible { Ok(()) } else { Err(Void::UnknownTarget) }
    }

    fn voice(&self, voice: &Voice, author: MemberNo) -> Result<(), Void> {
        let row = self.target(&voice.motion)?;
        let motion = self.view.authority.motion_at(row).ok_or(Void::UnknownTarget)?;
        if !motion.on_roll(&self.view.authority.member_id(author)) {
            return Err(Void::NotOnRoll);
        }
        if self.time > motion.closes { Err(Void::Late) } else { Ok(()) }
    }

    /// The votes that a decision rests on, and whether the motion's time was over.
    fn decision(&self, decision: &Decision) -> Result<(Vec<Spoken>, bool), Void> {
        let row = self.target(&decision.motion)?;
        let number = self.view.authority.motion_number(row).ok_or(Void::UnknownTarget)?;
        let motion = &self.view.authority.motions[number];
        let ids: Vec<EntryId> = motion.voices.iter().map(|voice| voice.said.id).collect();
        let seen = (self.saw)(&ids);
        let voices: Vec<Spoken> =
            motion.voices.iter().zip(seen).filter(|(_, seen)| *seen).map(|(voice, _)| *voice).collect();
        let closed = self.time > motion.closes;
        if self.view.authority.passes(&self.moment.standing, number, &voices, closed) {
            Ok((voices, closed))
        } else {
            Err(Void::NotPassed)
        }
    }

    fn epoch(&self, epoch: &Epoch) -> Result<(), Void> {
        if epoch.generation <= self.moment.generation() + 1 { Ok(()) } else { Err(Void::WrongGeneration) }
    }

    fn comment(&self, comment: &Comment) -> Result<(), Void> {
        let kind = self.view.kind_at(self.text(&comment.on)?).number();
        if let Some(number::POST | number::COMMENT | number::MINUTES | number::POLL | number::PROPOSAL) = kind {
            return Ok(());
        }
        match self.view.kind_at(self.target(&comment.on)?) {
            ItemKind::Motion | ItemKind::Request => Ok(()),
            _ => Err(Void::UnknownTarget),
        }
    }
}

impl ItemKind {
    /// The number of its kind, where texts have one.
    const fn number(self) -> Option<u64> {
        match self {
            Self::News | Self::Blog | Self::Discussion => Some(number::POST),
            Self::Comment => Some(number::COMMENT),
            Self::Minutes => Some(number::MINUTES),
            Self::Profile => Some(number::PROFILE),
            Self::Poll => Some(number::POLL),
            Self::Proposal | Self::ProposalVersion => Some(number::PROPOSAL),
            Self::Withheld(kind) | Self::Other(kind) => Some(kind),
            _ => None,
        }
    }

    /// Whether it says who is a member: then no fork makes it void.
    pub(crate) const fn is_membership(self) -> bool {
        match self {
            Self::Charter
            | Self::Invite
            | Self::Admit
            | Self::Request
            | Self::Sponsor
            | Self::Decline
            | Self::AddDevice
            | Self::Revoke
            | Self::Leave
            | Self::Motion
            | Self::Voice
            | Self::Decision
            | Self::Epoch => true,
            Self::Other(kind) => is_membership(kind),
            Self::News
            | Self::Blog
            | Self::Discussion
            | Self::Comment
            | Self::Minutes
            | Self::Poll
            | Self::Ballot
            | Self::Delegation
            | Self::Receipt
            | Self::Cutoff
            | Self::BallotKeys
            | Self::BallotBox
            | Self::TellerKey
            | Self::TellerSecret
            | Self::Proposal
            | Self::ProposalVersion
            | Self::Objection
            | Self::Amendment
            | Self::Remark
            | Self::Counted
            | Self::Profile
            | Self::Withheld(_) => false,
        }
    }

    /// Whether it stands beside others of its device in one place. What tellers said stays: it is what they contradict
    /// themselves by; and their keys and secrets, since who has seen them knows them. So do a poll and a ballot box: others'
    /// votes are in them, and whoever opened the one or passed on the other shall not take these back when they know the result.
    pub(crate) const fn survives_forks(self) -> bool {
        self.is_membership()
            || matches!(
                self,
                Self::Poll | Self::BallotBox | Self::Receipt | Self::Cutoff | Self::TellerKey | Self::TellerSecret
            )
    }

    /// Whether it is in feeds.
    pub(crate) const fn is_listed(self) -> bool {
        matches!(
            self,
            Self::News | Self::Blog | Self::Discussion | Self::Minutes | Self::Poll | Self::Proposal | Self::Motion
        ) || matches!(self, Self::Withheld(number::POST | number::MINUTES))
    }
}
