//! Puts what an entry says where questions look for it.

use super::{
    View,
    acts::{Decided, Deed, MemberNo, Moved, Said, Seen, Spoken, Target},
    authority::Admitting,
    content::{self, Asking, Told, Voting},
    hidden::{Given, Hiding, Published},
    record::Record,
    secret::{Secrets, Slot},
    shown::{ItemKind, PollState},
};
use crate::{
    Past, Void,
    kinds::{
        Admit, Ballot, Charter, Cutoff, Decision, Delegation, Epoch, HiddenBallot, Kind, Measure, Motion, Poll,
        Receipt, Revoke, Role, Voice, number, roll_hash,
    },
    rules::Judged,
};
use entry::{EntryId, MemberId};
use vote::hidden::TellerSecret;

impl View {
    /// What does not count leaves a trace only where its place is known: ballots and delegations at their poll.
    pub(super) fn take(
        &mut self,
        kind: Kind,
        void: Option<Void>,
        judged: Judged,
        row: u32,
        record: &mut Record,
        past: &dyn Past,
    ) {
        if let Kind::Ballot(_) | Kind::HiddenBallot(_) | Kind::Delegation(_) = kind {
            return self.take_vote(kind, void, row, record);
        }
        if let (Kind::Cutoff(Cutoff { poll, .. }), Some(Void::WrongVotes)) = (&kind, void) {
            record.target = self.row(poll);
        }
        if void.is_some() {
            return;
        }
        if let Kind::Charter(charter) = kind {
            return self.take_charter(charter, row, record);
        }
        let Some(said) = record.said(row) else { return };
        match kind {
            Kind::Charter(_) | Kind::Ballot(_) | Kind::HiddenBallot(_) | Kind::Delegation(_) => {}
            Kind::Receipt(Receipt { poll }) | Kind::Cutoff(Cutoff { poll, .. }) => {
                record.target = self.row(&poll);
                let Some(row) = record.target else { return };
                let closes = matches!(kind, Kind::Cutoff(_));
                let votes = judged.votes.into_boxed_slice();
                let stands_by =
                    if closes { self.stood_by(row, &votes, &record.id, record.past, past) } else { Box::default() };
                let Some(voting) = self.content.polls.get_mut(&row) else { return };
                let told = if closes { &mut voting.cutoffs } else { &mut voting.receipts };
                told.push(Told { said, time: record.time, votes, stands_by });
            }
            Kind::Unknown { .. } => {
                if record.kind.is_listed() {
                    self.content.list(record, row);
                }
            }
            Kind::Invite(invite) => drop(self.content.invites.insert(row, invite)),
            Kind::Admit(admit) => self.take_admit(&admit, judged, said, record),
            Kind::Post(post) => {
                record.title = post.title.into_boxed_str();
                self.content.list(record, row);
            }
            Kind::Comment(comment) => {
                record.target = self.row(&comment.on);
                if let Some(target) = record.target {
                    let root = self.record(target).root.unwrap_or(target);
                    record.root = Some(root);
                    self.records[root as usize].comments += 1;
                    self.content.answers.entry(target).or_default().push(row);
                }
            }
            Kind::Minutes(mut minutes) => {
                record.title = std::mem::take(&mut minutes.title).into_boxed_str();
                self.content.list(record, row);
                self.content.minutes.insert(row, content::summary(minutes));
            }
            Kind::Poll(poll) => self.take_poll(poll, judged.slots, row, record),
            Kind::Proposal(proposal) => {
                record.target = self.take_proposal(&proposal, row);
                record.title = proposal.plan.title.into_boxed_str();
                if record.kind.is_listed() {
                    self.content.list(record, row);
                }
            }
            Kind::Objection(objection) => record.target = self.take_objection(&objection, row),
            Kind::Amendment(amendment) => record.target = self.take_amendment(&amendment, row),
            Kind::Remark(remark) => record.target = self.take_remark(&remark, row),
            Kind::Counted(counted) => record.target = self.take_counted(counted, said, record.time),
            Kind::BallotKeys(keys) => self.take_ballot_keys(&keys, said, record.time),
            Kind::BallotBox(ballots) => record.target = self.take_ballot_box(ballots, row),
            Kind::TellerKey(key) => {
                record.target = self.row(&key.poll);
                if let Some(hiding) = self.hiding_at(record.target) {
                    hiding.keys.push(Published { said, key: vote::hidden::TellerKey(key.key) });
                }
            }
            Kind::TellerSecret(given) => {
                record.target = self.row(&given.poll);
                let (key, secret, time) = (given.key(), TellerSecret::new(given.secret), record.time);
                if let Some(hiding) = self.hiding_at(record.target) {
                    hiding.secrets.push(Given { said, key, secret, time, early: judged.early });
                }
            }
            Kind::Profile(profile) => {
                self.content.handles.insert(row, profile.handle.into_boxed_str());
                self.content.profiles.entry(said.member).or_default().push(row);
            }
            Kind::Request(request) => {
                record.target = self.row(&request.invite);
                if let Some(invite) = record.target {
                    let (statement, digest) = (request.statement, Default::default());
                    let mut asking = Asking { invite, statement, digest, sponsors: Vec::new(), declines: Vec::new() };
                    asking.digest = asking.statement.digest();
                    self.content.requests.insert(row, asking);
                }
            }
            Kind::Sponsor(sponsor) => {
                record.target = self.row(&sponsor.request);
                let asking = record.target.and_then(|request| self.content.requests.get_mut(&request));
                if let Some(asking) = asking {
                    asking.sponsors.push(row);
                    let digest = asking.digest;
                    self.content.give_word(digest, said);
                }
            }
            Kind::Decline(decline) => {
                record.target = self.row(&decline.request);
                let asking = record.target.and_then(|request| self.content.requests.get_mut(&request));
                if let Some(asking) = asking {
                    asking.declines.push(row);
                }
            }
            Kind::AddDevice(add) => {
                // What the member is called is not asked here: that may depend on what has arrived.
                let admitting = Admitting {
                    cert: &add.cert,
                    handle: "",
                    since: record.time,
                    invited: None,
                    words: Box::new([said]),
                    need: 1,
                };
                record.after = self.authority.admit(said, admitting);
            }
            Kind::Revoke(revoke) => self.take_revoke(&revoke, said, record, past),
            Kind::Leave(_) => {
                let seen = self.seen_of_member(said.member, record, past);
                record.after = self.authority.record(said, Deed::Cut { target: Target::Member(said.member), seen });
            }
            Kind::Motion(motion) => {
                if let Measure::Hide { entry, on: Some(on) } = &motion.measure {
                    self.place(entry, on, record.id, past);
                }
                self.take_motion(*motion, said, row, record);
            }
            Kind::Voice(voice) => self.take_voice(&voice, said, record),
            Kind::Decision(decision) => self.take_decision(&decision, judged, said, record, past),
            Kind::Epoch(Epoch { generation, commitment, wraps }) => {
                let number = crate::kinds::epoch::number(generation, &commitment);
                let wraps = wraps.into_boxed_slice();
                record.after = self.authority.record(said, Deed::Epoch { number, generation, wraps });
            }
        }
    }

    fn take_charter(&mut self, charter: Charter, row: u32, record: &mut Record) {
        for founder in &charter.founders {
            let member = self.authority.number_member(founder.cert.member_id());
            record.author = Some(member);
            let Some(said) = record.said(row) else { continue };
            let admitting = Admitting {
                cert: &founder.cert,
                handle: &founder.handle,
                since: charter.founded,
                invited: None,
                words: Box::default(),
                need: 0,
            };
            record.after = self.authority.admit(said, admitting);
        }
        self.charter = Some(charter);
    }

    fn take_admit(&mut self, admit: &Admit, judged: Judged, said: Said, record: &mut Record) {
        let join = &admit.statement.join;
        record.target = self.row(&admit.invite);
        let sponsor = record.target.and_then(|invite| self.record(invite).author);
        let admitting = Admitting {
            cert: &join.cert,
            handle: &join.handle,
            since: record.time,
            invited: sponsor.map(|sponsor| (sponsor, admit.invite)),
            words: judged.words.into_boxed_slice(),
            need: judged.need,
        };
        record.after = self.authority.admit(said, admitting);
    }

    fn take_vote(&mut self, kind: Kind, void: Option<Void>, row: u32, record: &mut Record) {
        let (Kind::Ballot(Ballot { poll, .. })
        | Kind::HiddenBallot(HiddenBallot { poll, .. })
        | Kind::Delegation(Delegation { poll, .. })) = &kind
        else {
            return;
        };
        // A valid poll that this cannot have seen is none to it.
        let poll = self.row(poll).filter(|_| void != Some(Void::UnknownTarget));
        let Some(voting) = poll.and_then(|poll| self.content.polls.get_mut(&poll)) else { return };
        record.target = poll;
        let Some(author) = record.author else { return };
        let (entry, member, time) = (record.id, self.authority.member_id(author), record.time);
        match kind {
            Kind::Ballot(Ballot { number, answers, .. }) => {
                voting.ballots.push((row, vote::Ballot { entry, member, number, time, answers }));
            }
            Kind::HiddenBallot(ballot) => {
                let (number, answers) = (ballot.number, Vec::new());
                voting.ballots.push((row, vote::Ballot { entry, member, number, time, answers }));
                if let Some(hiding) = voting.hiding.as_mut().filter(|_| void.is_none()) {
                    hiding.sealed.insert(row, ballot);
                }
            }
            Kind::Delegation(Delegation { number, to, .. }) => {
                let to = to.into_iter().map(|part| (part.member, part.sixtieths)).collect();
                voting.delegations.push((row, vote::Delegation { entry, member, number, time, to }));
            }
            _ => {}
        }
    }

    fn hiding_at(&mut self, poll: Option<u32>) -> Option<&mut Hiding> {
        self.content.polls.get_mut(&poll?)?.hiding.as_mut()
    }

    fn take_poll(&mut self, mut poll: Poll, slots: Vec<Slot>, row: u32, record: &mut Record) {
        record.title = std::mem::take(&mut poll.title).into_boxed_str();
        self.content.list(record, row);
        let members = self.authority.moment(record.past).roll();
        let roll = self.content.share(poll.roll_hash, poll.roll_in(members));
        let rules = poll.rules(record.id, roll);
        if let Some(version) = &poll.proposal {
            record.target = self.take_opened(version, row);
        }
        let proposal = poll.proposal;
        let state = PollState { questions: poll.questions, rules, tellers: poll.conduct.tellers, proposal };
        let (ballots, delegations, receipts, cutoffs) = Default::default();
        let secrets = state.rules.secret.then(|| Secrets::new(slots));
        let hiding = state.rules.hidden.then(Hiding::default);
        let counts = Vec::new();
        let voting = Voting { state, ballots, delegations, secrets, hiding, receipts, cutoffs, counts };
        self.content.polls.insert(row, voting);
    }

    fn take_revoke(&mut self, revoke: &Revoke, said: Said, record: &mut Record, past: &dyn Past) {
        let Some(device) = self.authority.device_no(&revoke.device) else { return };
        let mut seen = Seen::default();
        if let Some(last) = revoke.last.and_then(|last| self.row(&last)) {
            let (id, upto) = (self.record(last).id, self.record(last).seq);
            seen = self.seen_of([device].into_iter(), &id, past);
            // Nothing is in its own past, so the named entry comes on top. What else was signed in its place is in that past or not.
            let of = seen.0.entry(device).or_default();
            of.upto = of.upto.max(upto);
            match of.forked.iter_mut().find(|(seq, _)| *seq == upto) {
                Some((_, rows)) => rows.push(last),
                None => of.forked.push((upto, vec![last])),
            }
        }
        record.after = self.authority.record(said, Deed::Cut { target: Target::Device(device), seen });
    }

    fn take_motion(&mut self, motion: Motion, said: Said, row: u32, record: &mut Record) {
        let Some(rules) = self.rules_in(record.past) else { return };
        let bar = match &motion.measure {
            Measure::Remove { .. } => rules.removal,
            _ => rules.decision,
        };
        let members = self.authority.moment(record.past).roll();
        let members = self.content.share(roll_hash(&members), members);
        self.content.list(record, row);
        self.authority.add_motion(Moved {
            said,
            measure: motion.measure,
            closes: motion.closes,
            members,
            bar,
            voices: Vec::new(),
            decisions: Vec::new(),
        });
    }

    /// A comment whose text is not here is shown where a motion to hide it says that it is, if it can have been there.
    fn place(&mut self, comment: &EntryId, on: &EntryId, motion: EntryId, past: &dyn Past) {
        let row = self.row(comment).filter(|row| self.record(*row).kind == ItemKind::Withheld(number::COMMENT));
        if let (Some(row), Some(on)) = (row, self.row(on).filter(|_| past.contains(on, comment))) {
            self.content.placed.entry(row).or_default().insert(motion, on);
        }
    }

    fn take_voice(&mut self, voice: &Voice, said: Said, record: &mut Record) {
        record.target = self.row(&voice.motion);
        let motion = record.target.and_then(|motion| self.authority.motion_number(motion));
        if let Some(motion) = motion {
            let spoken = Spoken { said, number: voice.number, choice: voice.choice };
            self.authority.motions[motion].voices.push(spoken);
        }
    }

    fn take_decision(&mut self, decision: &Decision, judged: Judged, said: Said, record: &mut Record, past: &dyn Past) {
        record.target = self.row(&decision.motion);
        let Some(motion) = record.target.and_then(|motion| self.authority.motion_number(motion)) else { return };
        // Of whom it removes, and of a teller whom it recalls, only what it had seen counts.
        let ends: Option<MemberId> = match &self.authority.motions[motion].measure {
            Measure::Remove { member } | Measure::Recall { role: Role::Teller, member } => Some(*member),
            _ => None,
        };
        let seen = match ends.and_then(|member| self.authority.member_no(&member)) {
            Some(member) => self.seen_of_member(member, record, past),
            None => Seen::default(),
        };
        let recalls = matches!(self.authority.motions[motion].measure, Measure::Recall { role: Role::Teller, .. });
        let opened = if recalls { self.opened_before(&record.id, past) } else { Box::default() };
        let decided = Decided { motion, voices: judged.voices.into_boxed_slice(), closed: judged.closed, seen, opened };
        record.after = self.authority.record(said, Deed::Decision(decided));
    }

    /// What an entry had seen of a member's devices.
    fn seen_of_member(&self, member: MemberNo, record: &Record, past: &dyn Past) -> Seen {
        let acts = &self.authority.members[member.0 as usize].admissions;
        let devices: std::collections::BTreeSet<_> =
            acts.iter().filter_map(|act| self.authority.admission(*act)).map(|admission| admission.device).collect();
        self.seen_of(devices.into_iter(), &record.id, past)
    }
}
