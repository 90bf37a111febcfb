//! When an entry is valid: what its kind needs, in its past.

use super::{End, Model, Set, Told, one};
use chapterhouse_chapter::{
    Kind, Void,
    kinds::{self, BadJoin, JoinStatement, Measure, Motion, Part, Poll, number},
};
use entry::{DeviceId, EntryId, MemberId};
use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
};
use vote::Answer;

impl Model {
    pub(super) fn judge(&self, told: &mut Told) -> Result<(), Void> {
        if !told.chained {
            return Err(Void::BrokenChain);
        }
        if told.number != kinds::number::CHARTER && told.author.is_none() {
            return Err(Void::NotAMember);
        }
        let past = told.past;
        let kind = told.kind.as_ref().map_err(|problem| Void::Malformed(*problem))?;
        let target = |id: &EntryId| {
            let place = self.at.get(id).copied().filter(|place| past & one(*place) != 0);
            place.and_then(|place| Some((place, self.valid(place)?))).ok_or(Void::UnknownTarget)
        };
        match kind {
            Kind::Charter(charter) => {
                let cert = &charter.founders[0].cert;
                if past != 0
                    || charter.chapter_id() != self.chapter
                    || cert.device_id() != told.device
                    || cert.verify().is_err()
                {
                    return Err(Void::NotTheCharter);
                }
                (told.admits, told.author) = (Some((cert.member_id(), told.device)), Some(cert.member_id()));
                Ok(())
            }
            Kind::Invite(_)
            | Kind::Post(_)
            | Kind::Minutes(_)
            | Kind::Profile(_)
            | Kind::BallotKeys(_)
            | Kind::Leave(_)
            | Kind::Unknown { .. } => Ok(()),
            // Histories have open polls without tellers only, and none that stand proposed.
            Kind::Receipt(_) | Kind::Cutoff(_) => Err(Void::NotATeller),
            Kind::BallotBox(_) | Kind::TellerKey(_) | Kind::TellerSecret(_) | Kind::HiddenBallot(_) => {
                Err(Void::WrongSecrecy)
            }
            Kind::Counted(_) | Kind::Proposal(_) | Kind::Objection(_) | Kind::Amendment(_) | Kind::Remark(_) => {
                Err(Void::UnknownTarget)
            }
            Kind::Admit(admit) => {
                let invite = self.join(told, &admit.invite, &admit.statement)?;
                let digest = admit.statement.digest();
                let sponsors = self.which(past, |kind| if let Kind::Sponsor(word) = kind { Some(word) } else { None });
                let for_it = sponsors.filter(|(_, word)| {
                    matches!(self.valid(self.at[&word.request]), Some(Kind::Request(request)) if request.statement.digest() == digest)
                });
                let (effect, members) = (self.effect(past), self.members(past));
                let stands = |word: &usize| {
                    self.cut(&effect, *word).is_none()
                        && self.told[*word].author.is_some_and(|author| members.contains(&author))
                };
                told.words = std::iter::once(invite).chain(for_it.map(|(word, _)| word)).filter(stands).collect();
                told.need = (self.rules(past).0.sponsors as usize).min(members.len());
                let sponsors: BTreeSet<_> = told.words.iter().map(|word| self.told[*word].author).collect();
                if sponsors.len() < told.need {
                    return Err(Void::TooFewSponsors);
                }
                verified(&admit.statement).map_err(Void::BadStatement)?;
                told.admits = Some((admit.statement.member_id(), admit.statement.join.cert.device_id()));
                Ok(())
            }
            Kind::AddDevice(add) => {
                if Some(add.cert.member_id()) != told.author {
                    return Err(Void::WrongStatement);
                }
                self.free(&add.cert.device_id(), &add.cert.member_id(), past)?;
                add.verify().map_err(Void::BadStatement)?;
                // Its author's own word is the entry itself, and is asked for with it.
                told.admits = Some((add.cert.member_id(), add.cert.device_id()));
                Ok(())
            }
            Kind::Request(request) => {
                let invite = self.join(told, &request.invite, &request.statement)?;
                let others = self.which(past, |kind| if let Kind::Request(other) = kind { Some(other) } else { None });
                let others = others.filter(|(_, other)| other.invite == request.invite).count() as u64;
                let Some(Kind::Invite(invite)) = self.valid(invite) else { return Err(Void::UnknownTarget) };
                if others >= 4 * invite.uses {
                    return Err(Void::InvitationUsed);
                }
                verified(&request.statement).map_err(Void::BadStatement)
            }
            Kind::Sponsor(kinds::Sponsor { request, .. }) | Kind::Decline(kinds::Decline { request, .. }) => {
                if matches!(target(request)?.1, Kind::Request(_)) { Ok(()) } else { Err(Void::UnknownTarget) }
            }
            Kind::Revoke(revoke) => {
                let theirs = self
                    .admissions(past)
                    .any(|(_, member, device)| Some(member) == told.author && device == revoke.device);
                let last = revoke.last.is_none_or(|last| {
                    let last = self.at.get(&last).filter(|last| past & one(**last) != 0).map(|last| &self.told[*last]);
                    last.is_some_and(|last| last.chained && last.device == revoke.device)
                });
                if theirs && last { Ok(()) } else { Err(Void::UnknownTarget) }
            }
            Kind::Motion(motion) => self.may_move(told, motion),
            Kind::Voice(voice) => {
                target(&voice.motion)?;
                let (motion, body) = self.motion(&voice.motion).ok_or(Void::UnknownTarget)?;
                if told.author.is_none_or(|author| !self.roll(motion).contains(&author)) {
                    return Err(Void::NotOnRoll);
                }
                if told.time > body.closes { Err(Void::Late) } else { Ok(()) }
            }
            Kind::Decision(decision) => {
                target(&decision.motion)?;
                self.motion(&decision.motion).ok_or(Void::UnknownTarget)?;
                let votes = self.tally(decision.motion, past, &self.effect(past));
                if self.suffices(&decision.motion, told.time, &votes) { Ok(()) } else { Err(Void::NotPassed) }
            }
            Kind::Epoch(epoch) => {
                let known =
                    self.which(past, |kind| if let Kind::Epoch(epoch) = kind { Some(epoch.generation) } else { None });
                let highest = known.map(|(_, generation)| generation).max().unwrap_or(0);
                if epoch.generation <= highest + 1 { Ok(()) } else { Err(Void::WrongGeneration) }
            }
            Kind::Comment(comment) => match self.text(&comment.on, past)? {
                number::POST | number::COMMENT | number::MINUTES | number::POLL | number::PROPOSAL => Ok(()),
                _ => match target(&comment.on)?.1 {
                    Kind::Motion(_) | Kind::Request(_) => Ok(()),
                    _ => Err(Void::UnknownTarget),
                },
            },
            Kind::Poll(poll) => {
                let roll = self.members(past);
                if poll.closes <= told.time {
                    return Err(Void::ClosesTooEarly);
                }
                let same = poll.roll_count == roll.len() as u64 && poll.roll_hash == kinds::roll_hash(&roll);
                if same { Ok(()) } else { Err(Void::WrongRoll) }
            }
            Kind::Ballot(ballot) => {
                let (place, Kind::Poll(Poll { closes, questions, .. })) = target(&ballot.poll)? else {
                    return Err(Void::UnknownTarget);
                };
                if told.author.is_none_or(|author| !self.members(self.told[place].past).contains(&author)) {
                    return Err(Void::NotOnRoll);
                }
                if told.time > *closes {
                    return Err(Void::Late);
                }
                let fits = ballot.answers.len() == questions.len()
                    && (ballot.answers.iter().zip(questions)).all(|(answer, question)| {
                        *answer == Answer::Blank
                            || answer.one().is_some_and(|option| (option as usize) < question.options.len())
                    });
                if fits { Ok(()) } else { Err(Void::WrongAnswers) }
            }
            Kind::Delegation(given) => {
                let (place, Kind::Poll(Poll { closes, conduct, .. })) = target(&given.poll)? else {
                    return Err(Void::UnknownTarget);
                };
                let roll = self.members(self.told[place].past);
                if !conduct.delegation {
                    return Err(Void::NoDelegation);
                }
                if told.author.is_none_or(|author| !roll.contains(&author)) {
                    return Err(Void::NotOnRoll);
                }
                if told.time > *closes {
                    return Err(Void::Late);
                }
                let others = |part: &Part| roll.contains(&part.member) && Some(part.member) != told.author;
                if given.to.iter().all(others) { Ok(()) } else { Err(Void::WrongDelegates) }
            }
        }
    }

    /// The kind's number of something in this past that a member wrote, whatever it says.
    fn text(&self, id: &EntryId, past: Set) -> Result<u64, Void> {
        let place = self.find(id).filter(|place| past & one(*place) != 0).ok_or(Void::UnknownTarget)?;
        let told = &self.told[place];
        if told.chained && told.author.is_some() { Ok(told.number) } else { Err(Void::UnknownTarget) }
    }

    /// What a request and an admission have in common; the place of the invitation.
    fn join(&self, told: &Told, invite: &EntryId, statement: &JoinStatement) -> Result<usize, Void> {
        let known = self.at.get(invite).copied().filter(|place| told.past & one(*place) != 0);
        let Some((place, Some(Kind::Invite(invitation)))) = known.map(|place| (place, self.valid(place))) else {
            return Err(Void::UnknownTarget);
        };
        let (join, rules) = (&statement.join, self.rules(told.past).0);
        if join.chapter != self.chapter || join.invitation != invitation.invitation {
            return Err(Void::WrongStatement);
        }
        if join.terms != rules.terms() || join.answers.len() != rules.questions.len() {
            return Err(Void::OtherTerms);
        }
        if told.time > invitation.expires {
            return Err(Void::InvitationExpired);
        }
        let effect = self.effect(told.past);
        let by_it = self.admissions(told.past).filter(|(admission, member, _)| {
            matches!(self.valid(*admission), Some(Kind::Admit(admit)) if admit.invite == *invite)
                && self.void_by(&effect, *admission).is_none()
                && *member != statement.member_id()
        });
        let others: BTreeSet<MemberId> = by_it.map(|(_, member, _)| member).collect();
        if others.len() as u64 >= invitation.uses {
            return Err(Void::InvitationUsed);
        }
        self.free(&join.cert.device_id(), &statement.member_id(), told.past)?;
        // Whoever comes back says so anew: every invitation with this key knows how their time ended.
        let ended = |act: &&usize| {
            let end = self.ends(**act);
            end == Some(End::Of(statement.member_id())) || end == Some(End::OfDevice(join.cert.device_id()))
        };
        let same = self.which(told.past, |kind| match kind {
            Kind::Invite(invite) if invite.invitation == join.invitation => Some(()),
            _ => None,
        });
        let invites: Vec<usize> = same.map(|(invite, ())| invite).collect();
        if effect.order.iter().filter(ended).any(|act| invites.iter().any(|invite| !self.aware(*invite, *act))) {
            return Err(Void::OldInvitation);
        }
        Ok(place)
    }

    fn free(&self, device: &DeviceId, member: &MemberId, past: Set) -> Result<(), Void> {
        if self.owner(device, past).is_none_or(|owner| owner == *member) { Ok(()) } else { Err(Void::DeviceTaken) }
    }

    fn may_move(&self, told: &Told, motion: &Motion) -> Result<(), Void> {
        let hours = self.rules(told.past).0.stands_for;
        if motion.closes <= told.time || motion.closes.0 < told.time.0 + hours * 3_600_000 {
            return Err(Void::ClosesTooEarly);
        }
        let members = self.members(told.past);
        let possible = match &motion.measure {
            Measure::Rules { .. } => true,
            Measure::Remove { member } => members.contains(member) && Some(*member) != told.author,
            Measure::Give { member, until, .. } => members.contains(member) && *until > told.time,
            Measure::Recall { role, member } => self.tasks(told.past).contains_key(&(*role, *member)),
            Measure::Hide { entry, on } => match self.text(entry, told.past)? {
                number::COMMENT => on.is_some(),
                number::POST | number::MINUTES | number::PROFILE => on.is_none(),
                _ => false,
            },
        };
        if possible { Ok(()) } else { Err(Void::UnknownTarget) }
    }
}

thread_local! {
    static VERIFIED: RefCell<HashMap<[u8; 32], Result<(), BadJoin>>> = RefCell::default();
}

/// Signatures take most of the time, and the same newcomers come again and again.
fn verified(statement: &JoinStatement) -> Result<(), BadJoin> {
    VERIFIED.with_borrow_mut(|known| *known.entry(statement.digest()).or_insert_with(|| statement.verify()))
}
