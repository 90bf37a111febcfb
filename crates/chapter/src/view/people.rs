//! Members, devices, tasks, requests and keys: what a view answers about people.

use super::{
    View,
    acts::{ActNo, Deed, MemberNo, Said, Target},
    authority::{MemberState, Moment},
    pasts::SetId,
};
use crate::kinds::{self, JoinStatement, Measure, Role, Rules, Wrap};
use entry::{DeviceId, EntryId, MemberId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Somebody who is, or was, a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// What they are called.
    pub handle: String,
    /// Since when.
    pub since: Timestamp,
    /// Who invited them; nobody invited a founder.
    pub sponsor: Option<MemberId>,
    /// The entry that made them a member.
    pub admitted_by: EntryId,
    /// Their devices.
    pub devices: Vec<DeviceId>,
    /// The entry with their profile.
    pub profile: Option<EntryId>,
    /// How their membership ended, if it did.
    pub ended: Option<Ended>,
}

/// How something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub how: Ending,
    /// The entry that ended it.
    pub by: EntryId,
    /// When, by that entry's author's clock.
    pub when: Timestamp,
}

/// How a membership, or a device's time, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// They left.
    Left,
    /// The chapter removed them.
    Removed,
    /// Their member revoked it.
    Revoked,
    /// Whoever brought them in was no member any more.
    Uprooted,
}

/// A member's device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Whose it is.
    pub member: MemberId,
    /// Its X25519 public key.
    pub agreement: [u8; 32],
    /// How many entries it has signed.
    pub entries: u64,
    /// Since when it is the member's.
    pub since: Timestamp,
    /// Its last entry, and when it was written by its own clock.
    pub last: Option<(EntryId, Timestamp)>,
    /// How its time ended, if it did.
    pub ended: Option<Ended>,
}

/// A member's task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// Which.
    pub role: Role,
    /// Whose.
    pub member: MemberId,
    /// Until when. Whether that is over is for who has a clock.
    pub until: Timestamp,
    /// The decision that gave it.
    pub decision: EntryId,
}

/// A request to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its entry.
    pub entry: EntryId,
    /// The invitation's entry, and who invited.
    pub invite: EntryId,
    /// Who invited.
    pub inviter: Option<MemberId>,
    /// Who put it on record, and when.
    pub time: Timestamp,
    /// What the newcomer stated.
    pub statement: JoinStatement,
    /// Words for it that count, the invitation first.
    pub sponsors: Vec<Word>,
    /// Words against it that count.
    pub declines: Vec<Word>,
    /// How many members' words it needs.
    pub need: u64,
    /// Whether the newcomer is a member by now, or was let in by this invitation once.
    pub admitted: bool,
}

/// A member's word for or against a newcomer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Its entry.
    pub entry: EntryId,
    /// Whose.
    pub member: MemberId,
}

/// A motion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MotionState {
    /// What it would do.
    pub measure: Measure,
    /// The last moment of voting.
    pub closes: Timestamp,
    /// Who has a vote.
    pub roll: std::sync::Arc<BTreeSet<MemberId>>,
    /// What it needs.
    pub bar: kinds::Bar,
    /// How each member votes, as of now.
    pub voices: BTreeMap<MemberId, (EntryId, kinds::Choice)>,
    /// The count of these.
    pub count: super::acts::Count,
    /// The decision that took effect, if one did.
    pub decided: Option<EntryId>,
    /// Where none did, though one was written in order: why it has no effect.
    pub lapsed: Option<Lapsed>,
}

/// Why a decision that was written in order has no effect: what came to light later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapsed {
    /// The decision.
    pub decision: EntryId,
    /// Members whose votes it rested on, and which are cut off.
    pub without: BTreeSet<MemberId>,
}

/// An epoch of keys, with what is on record for its devices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpochKeys {
    /// Its number.
    pub number: u64,
    /// Its generation.
    pub generation: u64,
    /// Whether every act that ended somebody's time was known whenever its key was wrapped. Only such a one may be
    /// written under.
    pub clean: bool,
}

impl View {
    /// The rules that hold now.
    pub fn rules(&self) -> Option<&Rules> {
        self.rules_of(self.authority.standing().rules)
    }

    pub(super) fn rules_of(&self, decision: Option<ActNo>) -> Option<&Rules> {
        let decided = decision.and_then(|act| match &self.authority.act(act).deed {
            Deed::Decision(decided) => match &self.authority.motions[decided.motion].measure {
                Measure::Rules { rules } => Some(rules),
                _ => None,
            },
            _ => None,
        });
        decided.or_else(|| self.charter.as_ref().map(|charter| &charter.rules))
    }

    pub(super) fn rules_in(&self, past: SetId) -> Option<&Rules> {
        let decision = self.authority.moment(past).standing.rules;
        self.rules_of(decision)
    }

    /// The decision that gave the chapter its rules, if they are not its charter's.
    pub fn rules_by(&self) -> Option<EntryId> {
        self.authority.standing().rules.map(|act| self.authority.act(act).said.id)
    }

    /// How many entries that membership rests on are here: when this grows, something about it may have changed.
    pub const fn acts(&self) -> usize {
        self.authority.acts.len()
    }

    /// How many members there are.
    pub fn member_count(&self) -> usize {
        let now = self.authority.now();
        self.authority.members.iter().filter(|state| now.stands(state)).count()
    }

    /// All members, by id.
    pub fn members(&self) -> Vec<Member> {
        let now = self.authority.now();
        let standing = self.authority.members.iter().filter(|state| now.stands(state));
        let mut members: Vec<Member> = standing.filter_map(|state| self.show_member(&now, state)).collect();
        members.sort_unstable_by_key(|member| member.id);
        members
    }

    /// Those who were members once and are none now, by id.
    pub fn former_members(&self) -> Vec<Member> {
        let now = self.authority.now();
        let gone = self.authority.members.iter().filter(|state| !now.stands(state));
        let mut members: Vec<Member> = gone.filter_map(|state| self.show_member(&now, state)).collect();
        members.sort_unstable_by_key(|member| member.id);
        members
    }

    /// Somebody who is, or was, a member.
    pub fn member(&self, member: &MemberId) -> Option<Member> {
        self.show_member(&self.authority.now(), self.authority.find_member(member)?)
    }

    /// What somebody is called who is, or was, a member. Cheap, for lists.
    pub fn handle(&self, member: &MemberId) -> Option<&str> {
        self.authority.member_no(member).map(|member| self.current_handle(member))
    }

    pub(super) fn current_handle(&self, member: MemberNo) -> &str {
        let named = self.profile_row(member).and_then(|row| self.content.handles.get(&row)).map(|handle| &**handle);
        let state = &self.authority.members[member.0 as usize];
        let stated = |act: ActNo| {
            self.authority.admission(act).map(|admission| &*admission.handle).filter(|handle| !handle.is_empty())
        };
        // A further device says nothing of that; then it is what they were called when they came.
        let beginning = || self.beginning(&self.authority.now(), state).and_then(stated);
        let id = |act: &ActNo| self.authority.act(*act).said.id;
        let first = || state.admissions.iter().copied().filter(|act| stated(*act).is_some()).min_by_key(id);
        named.or_else(beginning).or_else(|| first().and_then(stated)).unwrap_or_default()
    }

    /// The profile that counts: the latest by its own time, then the smallest id.
    fn profile_row(&self, member: MemberNo) -> Option<u32> {
        let rows = self.content.profiles.get(&member)?;
        let counting = rows.iter().copied().filter(|row| self.record(*row).counts());
        counting.max_by_key(|row| (self.record(*row).time, std::cmp::Reverse(self.record(*row).id)))
    }

    /// The admission that made somebody a member: of those that found them no member, and that hold, the one with the
    /// smallest id, though its device may have been revoked since; of somebody who is none any more, of all.
    fn beginning(&self, now: &Moment<'_>, state: &MemberState) -> Option<ActNo> {
        let first = |act: &ActNo| self.authority.admission(*act).is_some_and(|admission| admission.first);
        let id = |act: &ActNo| self.authority.act(*act).said.id;
        let of = |wanted: &dyn Fn(&ActNo) -> bool| state.admissions.iter().copied().filter(wanted).min_by_key(id);
        let member = self.authority.member_no(&state.id);
        let stays = |act: &ActNo| {
            let mut cuts = member.into_iter().flat_map(|member| self.authority.cuts_on_member(now.standing(), member));
            first(act) && now.keeps(*act) && cuts.all(|cut| self.authority.is_after(*act, cut))
        };
        of(&|act| first(act) && now.holds(*act).is_some())
            .or_else(|| of(&stays))
            .or_else(|| of(&|act| now.holds(*act).is_some()))
            .or_else(|| of(&first))
            .or_else(|| of(&|_| true))
    }

    fn show_member(&self, now: &Moment<'_>, state: &MemberState) -> Option<Member> {
        let beginning = self.beginning(now, state)?;
        let admission = self.authority.admission(beginning)?;
        let holding = state.admissions.iter().filter_map(|act| now.holds(*act));
        let devices: BTreeSet<DeviceId> = (holding.map(|admission| self.authority.device(admission.device)))
            .filter(|device| now.member_of(&device.id).map(|member| self.authority.member_id(member)) == Some(state.id))
            .map(|device| device.id)
            .collect();
        let number = self.authority.member_no(&state.id)?;
        Some(Member {
            id: state.id,
            handle: self.current_handle(number).to_owned(),
            since: admission.since,
            sponsor: admission.invited.map(|(sponsor, _)| self.authority.member_id(sponsor)),
            admitted_by: self.authority.act(beginning).said.id,
            ended: if now.stands(state) { None } else { self.ended_member(number, state) },
            devices: devices.into_iter().collect(),
            profile: self.profile_row(number).map(|row| self.record(row).id),
        })
    }

    fn ended(&self, act: ActNo, uprooted: bool) -> Ended {
        let said = &self.authority.act(act).said;
        let how = match (&self.authority.act(act).deed, uprooted) {
            (_, true) => Ending::Uprooted,
            (Deed::Cut { target: Target::Device(_), .. }, _) => Ending::Revoked,
            (Deed::Cut { .. }, _) => Ending::Left,
            _ => Ending::Removed,
        };
        Ended { how, by: said.id, when: self.record(said.row).time }
    }

    fn latest(&self, acts: impl Iterator<Item = ActNo>) -> Option<ActNo> {
        acts.max_by_key(|act| {
            let said = &self.authority.act(*act).said;
            (self.record(said.row).time, said.id)
        })
    }

    fn ended_member(&self, member: MemberNo, state: &MemberState) -> Option<Ended> {
        let standing = self.authority.standing();
        if let Some(act) = self.latest(self.authority.cuts_on_member(standing, member)) {
            return Some(self.ended(act, false));
        }
        // A further device is void with the one that added it, and says nothing of who brought the member in.
        let invited = |act: &ActNo| self.authority.admission(*act).is_some_and(|admission| admission.first);
        let void = state.admissions.iter().filter(|act| invited(act)).filter_map(|act| standing.void.get(act).copied());
        if let Some(act) = self.latest(void) {
            return Some(self.ended(act, true));
        }
        // All devices revoked: a member who has none left.
        let devices = state.admissions.iter().filter_map(|act| self.authority.admission(*act));
        let cuts = devices.flat_map(|admission| self.authority.cuts_on_device(standing, admission.device));
        self.latest(cuts).map(|act| self.ended(act, false))
    }

    /// Whether somebody is a member now.
    pub fn is_member(&self, member: &MemberId) -> bool {
        self.authority.now().is_member(member)
    }

    /// Whose device this is now.
    pub fn member_of_device(&self, device: &DeviceId) -> Option<MemberId> {
        self.authority.now().member_of(device).map(|member| self.authority.member_id(member))
    }

    /// Whether this is a member's device now.
    pub fn is_member_device(&self, device: &DeviceId) -> bool {
        self.authority.now().member_of(device).is_some()
    }

    /// Whether this was a member's device once, and is none now.
    pub fn is_former_device(&self, device: &DeviceId) -> bool {
        self.authority.find_device(device).is_some_and(|state| !state.admissions.is_empty())
            && !self.is_member_device(device)
    }

    /// Whether this is the device of somebody who came by an invitation, and whoever brought them in was no member any
    /// more; nothing else ever ended their time.
    pub fn is_uprooted_device(&self, device: &DeviceId) -> bool {
        let Some(state) = self.authority.find_device(device) else { return false };
        let standing = self.authority.standing();
        let uprooted = |act: &ActNo| {
            self.authority.admission(*act).is_some_and(|admission| {
                let mut cuts = self.authority.cuts(standing, admission.member, admission.device);
                admission.invited.is_some() && standing.void.contains_key(act) && cuts.next().is_none()
            })
        };
        !state.admissions.is_empty() && state.admissions.iter().all(uprooted)
    }

    /// The members' devices of now, by id.
    pub fn devices(&self) -> Vec<Device> {
        let now = self.authority.now();
        let mut devices: Vec<Device> = (self.authority.devices.iter())
            .filter_map(|state| {
                let (_, admission) = now.admission_of(state)?;
                Some(self.show_device(state, admission, None))
            })
            .collect();
        devices.sort_unstable_by_key(|device| device.id);
        devices
    }

    /// Devices of a member whose time is over, by id.
    pub fn former_devices(&self, member: &MemberId) -> Vec<Device> {
        let now = self.authority.now();
        let Some(number) = self.authority.member_no(member) else { return Vec::new() };
        let standing = self.authority.standing();
        let mut devices: Vec<Device> = (self.authority.devices.iter())
            .filter(|state| now.admission_of(state).is_none())
            .filter_map(|state| {
                // Of several, as everywhere, the one with the smallest id: their numbers are in the order of arrival.
                let theirs = state.admissions.iter().filter_map(|act| Some((*act, self.authority.admission(*act)?)));
                let theirs = theirs.filter(|(_, admission)| admission.member == number);
                let (_, admission) = theirs.min_by_key(|(act, _)| self.authority.act(*act).said.id)?;
                let cuts = self.authority.cuts(standing, number, admission.device);
                let ended = self.latest(cuts).map(|act| self.ended(act, false)).or_else(|| {
                    let void = state.admissions.iter().filter_map(|act| standing.void.get(act).copied());
                    self.latest(void).map(|act| self.ended(act, true))
                });
                Some(self.show_device(state, admission, ended))
            })
            .collect();
        devices.sort_unstable_by_key(|device| device.id);
        devices
    }

    /// Which of a member's devices was added by which other one of theirs, as far as that holds: (by, added).
    pub fn added_devices(&self, member: &MemberId) -> Vec<(DeviceId, DeviceId)> {
        let now = self.authority.now();
        let admissions = self.authority.find_member(member).map_or(&[][..], |state| &state.admissions);
        let added = admissions.iter().filter_map(|act| {
            let (admission, said) = (now.holds(*act)?, &self.authority.act(*act).said);
            let own = said.member == admission.member && said.device != admission.device && admission.invited.is_none();
            own.then(|| (self.authority.device(said.device).id, self.authority.device(admission.device).id))
        });
        added.collect()
    }

    /// What else a revocation of a device ends that names this entry as its last one: further devices of the same member
    /// that it added later, and those that these added. A device that another admission keeps is not among them.
    pub fn falls_with(&self, device: &DeviceId, last: Option<&EntryId>) -> BTreeSet<DeviceId> {
        let (Some(by), Some(member)) = (self.authority.device_no(device), self.member_of_device(device)) else {
            return BTreeSet::new();
        };
        let seen = last.and_then(|last| self.row(last)).map_or(0, |row| self.record(row).seq);
        let now = self.authority.now();
        let admissions = self.authority.find_member(&member).map_or(&[][..], |state| &state.admissions);
        let held: Vec<_> = (admissions.iter())
            .filter_map(|act| Some((now.holds(*act)?.device, &self.authority.act(*act).said)))
            .collect();
        let mut fallen = BTreeSet::new();
        loop {
            let falls = |said: &Said| fallen.contains(&said.device) || said.device == by && said.seq > seen;
            let kept: BTreeSet<_> = held.iter().filter(|(_, said)| !falls(said)).map(|(device, _)| *device).collect();
            let all: BTreeSet<_> = held.iter().map(|(device, _)| *device).filter(|device| *device != by).collect();
            let next: BTreeSet<_> = all.difference(&kept).copied().collect();
            if next.len() == fallen.len() {
                return fallen.into_iter().map(|device| self.authority.device(device).id).collect();
            }
            fallen = next;
        }
    }

    /// Times that a device wrote on its entries and that are still to come by this clock, for whoever judges by it.
    pub fn dated_ahead(&self, device: &DeviceId, now: Timestamp) -> impl Iterator<Item = Timestamp> {
        let chain = self.authority.find_device(device).map_or(&[][..], |state| &state.chain);
        // The last one knows the latest time of all before it. As a rule there is nothing to look for.
        let any = chain.last().is_some_and(|row| self.record(*row).latest.is_ahead_of(now));
        let chain = if any { chain } else { &[] };
        chain.iter().map(|row| self.record(*row).time).filter(move |time| time.is_ahead_of(now))
    }

    fn show_device(
        &self,
        state: &super::authority::DeviceState,
        admission: &super::acts::Admission,
        ended: Option<Ended>,
    ) -> Device {
        let last = state.chain.last().map(|row| (self.record(*row).id, self.record(*row).time));
        Device {
            id: state.id,
            member: self.authority.member_id(admission.member),
            agreement: admission.agreement,
            entries: state.chain.len() as u64,
            since: admission.since,
            last,
            ended,
        }
    }

    /// The last entry of a device that it wrote, by its own clock, before a moment.
    pub fn last_before(&self, device: &DeviceId, moment: Timestamp) -> Option<EntryId> {
        let chain = &self.authority.find_device(device)?.chain;
        let row = chain.iter().take_while(|row| self.record(**row).time < moment).last()?;
        Some(self.record(*row).id)
    }

    /// How many devices the members have.
    pub fn device_count(&self) -> usize {
        let now = self.authority.now();
        self.authority.devices.iter().filter(|state| now.admission_of(state).is_some()).count()
    }

    /// The members of this moment: the roll that a poll written now has.
    pub fn roll(&self) -> BTreeSet<MemberId> {
        self.authority.now().roll()
    }

    /// The members in the causal past of an entry that will have these causal parents. Parents that are not here
    /// tell nothing.
    pub fn roll_at(&self, parents: &[EntryId]) -> BTreeSet<MemberId> {
        self.authority.moment_of(self.past_of(parents).into()).roll()
    }

    pub(crate) fn past_of(&self, parents: &[EntryId]) -> Vec<u64> {
        let sets = parents.iter().filter_map(|id| self.row(id)).map(|row| self.record(row).after);
        self.authority.pasts.gather(sets)
    }

    /// The tasks of members, those whose term is over included, by task and member.
    pub fn tasks(&self) -> Vec<Task> {
        let now = self.authority.now();
        let mut tasks: Vec<Task> = (self.authority.standing().roles.iter())
            .filter_map(|((role, member), act)| {
                let member = self.authority.member_id(*member);
                let Deed::Decision(decided) = &self.authority.act(*act).deed else { return None };
                let Measure::Give { until, .. } = self.authority.motions[decided.motion].measure else { return None };
                let decision = self.authority.act(*act).said.id;
                now.is_member(&member).then_some(Task { role: *role, member, until, decision })
            })
            .collect();
        tasks.sort_unstable_by_key(|task| (task.role, task.member));
        tasks
    }

    /// The decision that hides an entry, if one does.
    pub fn hidden(&self, entry: &EntryId) -> Option<EntryId> {
        self.authority.standing().hidden.get(entry).map(|act| self.authority.act(*act).said.id)
    }

    /// Everything that is hidden, by entry.
    pub fn hidden_entries(&self) -> Vec<EntryId> {
        self.authority.standing().hidden.keys().copied().collect()
    }

    pub(crate) fn request_ids(&self, invite: u32) -> Vec<EntryId> {
        self.content.requests_by(invite).map(|row| self.record(row).id).collect()
    }

    /// The requests to join, latest first. Several records of one statement are one request: the smallest entry's.
    pub fn requests(&self) -> Vec<Asked> {
        let mut by_digest: BTreeMap<[u8; 32], EntryId> = BTreeMap::new();
        for (row, asking) in &self.content.requests {
            let record = self.record(*row);
            if record.counts() {
                let place = by_digest.entry(asking.digest).or_insert(record.id);
                *place = record.id.min(*place);
            }
        }
        let mut asked: Vec<Asked> = by_digest.values().filter_map(|id| self.request(id)).collect();
        asked.sort_unstable_by_key(|asked| (std::cmp::Reverse(asked.time), asked.entry));
        asked
    }

    /// A request to join, with the words for and against it of whoever is a member.
    pub fn request(&self, entry: &EntryId) -> Option<Asked> {
        let row = self.row(entry)?;
        let asking = self.content.requests.get(&row)?;
        let now = self.authority.now();
        let word = |row: &u32| {
            let record = self.record(*row);
            let member = self.authority.member_id(record.author?);
            (record.counts() && now.is_member(&member)).then_some(Word { entry: record.id, member })
        };
        let same = || self.content.requests.values().filter(|other| other.digest == asking.digest);
        let mut sponsors: Vec<Word> = same().flat_map(|other| &other.sponsors).filter_map(word).collect();
        sponsors.sort_unstable_by_key(|word| word.entry);
        sponsors.splice(0..0, word(&asking.invite));
        let mut seen = BTreeSet::new();
        sponsors.retain(|word| seen.insert(word.member));
        let mut declines: Vec<Word> = same().flat_map(|other| &other.declines).filter_map(word).collect();
        declines.sort_unstable_by_key(|word| word.entry);
        let need = self.rules().map_or(1, |rules| rules.sponsors).min(self.member_count() as u64).max(1);
        Some(Asked {
            entry: *entry,
            invite: self.record(asking.invite).id,
            inviter: self.record(asking.invite).author.map(|author| self.authority.member_id(author)),
            time: self.record(row).time,
            // Nobody is let in twice by one invitation: whoever left or was removed since needs another one.
            admitted: now.admitted_by(&self.record(asking.invite).id).contains(&asking.statement.member_id())
                || now.is_member(&asking.statement.member_id())
                    && now.member_of(&asking.statement.join.cert.device_id()).is_some(),
            statement: asking.statement.clone(),
            sponsors,
            declines,
            need,
        })
    }

    /// The epochs of keys that count, highest generation first, then by number. The charter's is number 0.
    pub fn epochs(&self) -> Vec<EpochKeys> {
        let standing = self.authority.standing();
        let cuts: Vec<ActNo> = standing.ending().collect();
        // Whoever is wrapped a key by an entry that knew of nothing has it, whatever later entries of its epoch knew.
        let mut epochs: BTreeMap<u64, EpochKeys> = BTreeMap::new();
        epochs.insert(0, EpochKeys { number: 0, generation: 0, clean: cuts.is_empty() });
        for (act, number, generation, _) in self.epoch_acts() {
            let clean = cuts.iter().all(|cut| self.authority.is_after(act, *cut));
            let epoch = epochs.entry(number).or_insert(EpochKeys { number, generation, clean });
            epoch.clean &= clean;
        }
        let mut epochs: Vec<EpochKeys> = epochs.into_values().collect();
        epochs.sort_unstable_by_key(|epoch| (std::cmp::Reverse(epoch.generation), epoch.number));
        epochs
    }

    /// The epoch to write under: the clean one of the highest generation, with the smallest number. None, if somebody's
    /// time ended and no key has been made since.
    pub fn epoch(&self) -> Option<u64> {
        self.epochs().into_iter().find(|epoch| epoch.clean).map(|epoch| epoch.number)
    }

    /// The generation of the next key.
    pub fn next_generation(&self) -> u64 {
        self.authority.now().generation() + 1
    }

    /// The generation of every epoch that has an entry here, by number, also of those whose entries are all cut off:
    /// members who had not heard of that yet wrote under them, and what they wrote counts. The charter's is not among them.
    pub fn every_epoch(&self) -> BTreeMap<u64, u64> {
        self.every_epoch_act().map(|(_, number, generation, _)| (number, generation)).collect()
    }

    /// The key of an epoch as it was wrapped to a device, also by entries that are cut off; there may be several, of
    /// which some may be rubbish.
    pub fn wraps(&self, number: u64, device: &DeviceId) -> Vec<[u8; kinds::epoch::WRAPPED]> {
        let of_epoch = self.every_epoch_act().filter(|(_, other, _, _)| *other == number);
        of_epoch
            .filter_map(|(_, _, _, wraps)| {
                let at = wraps.binary_search_by_key(device, |wrap| wrap.device).ok()?;
                Some(wraps[at].sealed)
            })
            .collect()
    }

    /// The entries of an epoch: those that are not cut off or, if all are, these.
    fn entries_of_epoch(&self, number: u64) -> Vec<(ActNo, &[Wrap])> {
        let standing: Vec<_> = self
            .epoch_acts()
            .filter(|(_, other, ..)| *other == number)
            .map(|(act, _, _, wraps)| (act, wraps))
            .collect();
        if !standing.is_empty() {
            return standing;
        }
        self.every_epoch_act()
            .filter(|(_, other, ..)| *other == number)
            .map(|(act, _, _, wraps)| (act, wraps))
            .collect()
    }

    /// The devices that have an epoch's key by its entries.
    pub fn epoch_members(&self, number: u64) -> BTreeSet<DeviceId> {
        let of_epoch = self.entries_of_epoch(number).into_iter();
        of_epoch
            .flat_map(|(act, wraps)| {
                let author = self.authority.device(self.authority.act(act).said.device).id;
                wraps.iter().map(|wrap| wrap.device).chain([author]).collect::<Vec<_>>()
            })
            .collect()
    }

    /// Devices that should have an epoch's key, and to which nobody has wrapped it.
    pub fn left_out(&self, number: u64) -> Vec<Device> {
        let have = self.epoch_members(number);
        self.should_have(number).into_iter().filter(|device| !have.contains(&device.id)).collect()
    }

    /// Devices to which an epoch's entries should have wrapped its key: those of members that were so already when it
    /// began. Whoever came later was given it on the way in.
    pub fn should_have(&self, number: u64) -> Vec<Device> {
        let openers: Vec<ActNo> = self.entries_of_epoch(number).into_iter().map(|(act, _)| act).collect();
        let came_later = |device: &DeviceId| {
            let admissions = self.authority.find_device(device).map_or(&[][..], |state| &state.admissions);
            let knew = |act: ActNo| {
                let past = self.authority.pasts.get(self.authority.act(act).said.past);
                openers.iter().any(|opener| super::pasts::has(past, *opener))
            };
            admissions.iter().any(|act| knew(*act))
        };
        self.devices().into_iter().filter(|device| !came_later(&device.id)).collect()
    }

    /// Those that are not cut off.
    fn epoch_acts(&self) -> impl Iterator<Item = (ActNo, u64, u64, &[Wrap])> {
        let standing = self.authority.standing();
        self.every_epoch_act()
            .filter(move |(act, ..)| self.authority.cut_by(standing, &self.authority.act(*act).said).is_none())
    }

    fn every_epoch_act(&self) -> impl Iterator<Item = (ActNo, u64, u64, &[Wrap])> {
        (0..).zip(&self.authority.acts).filter_map(|(number, act)| match &act.deed {
            Deed::Epoch { number: epoch, generation, wraps } => Some((number, *epoch, *generation, &**wraps)),
            _ => None,
        })
    }

    /// The entries of a member that count no longer because an act ended somebody's time and had not seen them, by act.
    /// They count but for that.
    pub fn voided_of(&self, member: &MemberId) -> BTreeMap<EntryId, Vec<EntryId>> {
        let mut by_act: BTreeMap<EntryId, Vec<EntryId>> = BTreeMap::new();
        let Some(number) = self.authority.member_no(member) else { return by_act };
        for record in self.records.iter().filter(|record| record.author == Some(number) && record.valid) {
            if let Some(cut) = record.cut {
                by_act.entry(self.authority.act(cut.act).said.id).or_default().push(record.id);
            }
        }
        by_act
    }

    /// The entries that an act which ended somebody's time made void, by id.
    pub fn voided_by(&self, act: &EntryId) -> Vec<EntryId> {
        let mut ids: Vec<EntryId> = (self.records.iter())
            .filter(|record| record.cut.is_some_and(|cut| self.authority.act(cut.act).said.id == *act))
            .map(|record| record.id)
            .collect();
        ids.sort_unstable();
        ids
    }
}
