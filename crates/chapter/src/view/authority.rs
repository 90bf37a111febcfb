//! Who is a member, with which devices, under which rules: from the acts in an entry's causal past, and from nothing
//! else. [`Moment`] is the one place where this is asked.

use super::{
    acts::{Act, ActNo, Admission, Deed, DeviceNo, MemberNo, Moved, Said, Seen, Target},
    pasts::{self, Bits, Fixed, Pasts, SetId},
    standing::Standing,
};
use crate::kinds::{Measure, Role, Rules, conduct::MAX_TELLERS};
use entry::{DeviceCert, DeviceId, EntryId, MemberId, Timestamp};
use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
};

/// A device that signed an entry here, or was admitted.
#[derive(Debug, Clone)]
pub(crate) struct DeviceState {
    pub(super) id: DeviceId,
    /// Numbers of the acts that made it somebody's.
    pub(super) admissions: Vec<ActNo>,
    /// Numbers of the acts that end its time, those included that take no effect.
    pub(super) ended: Vec<ActNo>,
    /// The entry that counts for each number of its chain, from 1.
    pub(super) chain: Vec<u32>,
}

/// Somebody who is, or was, a member.
#[derive(Debug, Clone)]
pub(crate) struct MemberState {
    pub(super) id: MemberId,
    pub(super) admissions: Vec<ActNo>,
    /// Numbers of the acts that end their time, those included that take no effect.
    pub(super) ended: Vec<ActNo>,
}

/// What an entry that admits says.
pub(super) struct Admitting<'a> {
    pub(super) cert: &'a DeviceCert,
    pub(super) handle: &'a str,
    pub(super) since: Timestamp,
    pub(super) invited: Option<(MemberNo, EntryId)>,
    pub(super) words: Box<[Said]>,
    pub(super) need: u64,
}

/// Devices, members, and the acts that make and end them.
#[derive(Debug, Clone)]
pub(crate) struct Authority {
    pub(super) acts: Vec<Act>,
    pub(super) devices: Vec<DeviceState>,
    device_numbers: HashMap<DeviceId, u32, Fixed>,
    pub(super) members: Vec<MemberState>,
    member_numbers: HashMap<MemberId, u32, Fixed>,
    /// Which admissions used which invitation.
    used: HashMap<EntryId, Vec<ActNo>, Fixed>,
    /// Members on whose word some admission rests.
    vouched: BTreeSet<MemberNo>,
    pub(crate) motions: Vec<Moved>,
    motion_numbers: HashMap<u32, usize, Fixed>,
    /// The acts that end or decide something: what is in effect depends on these alone.
    binding: Vec<u64>,
    standings: Vec<Standing>,
    /// Number of the standing of each set of binding acts that there was.
    numbers: HashMap<Box<Bits>, usize, Fixed>,
    /// The standing of all binding acts.
    now: usize,
    pub(super) pasts: Pasts,
}

/// A causal past, to ask who is who in it.
pub(crate) struct Moment<'a> {
    authority: &'a Authority,
    bits: Cow<'a, Bits>,
    pub(crate) standing: Cow<'a, Standing>,
}

impl Authority {
    pub(super) fn new() -> Self {
        Self {
            acts: Vec::new(),
            devices: Vec::new(),
            device_numbers: HashMap::default(),
            members: Vec::new(),
            member_numbers: HashMap::default(),
            used: HashMap::default(),
            vouched: BTreeSet::new(),
            motions: Vec::new(),
            motion_numbers: HashMap::default(),
            binding: Vec::new(),
            standings: vec![Standing::default()],
            numbers: HashMap::from_iter([(Box::default(), 0)]),
            now: 0,
            pasts: Pasts::new(),
        }
    }

    pub(super) fn act(&self, act: ActNo) -> &Act {
        &self.acts[act as usize]
    }

    pub(super) fn admission(&self, act: ActNo) -> Option<&Admission> {
        match &self.act(act).deed {
            Deed::Admission(admission) => Some(admission),
            _ => None,
        }
    }

    pub(super) fn find_device(&self, id: &DeviceId) -> Option<&DeviceState> {
        self.device_no(id).map(|number| self.device(number))
    }

    pub(crate) fn device_no(&self, id: &DeviceId) -> Option<DeviceNo> {
        self.device_numbers.get(id).copied().map(DeviceNo)
    }

    pub(super) fn find_member(&self, id: &MemberId) -> Option<&MemberState> {
        self.member_numbers.get(id).map(|number| &self.members[*number as usize])
    }

    pub(crate) fn member_no(&self, id: &MemberId) -> Option<MemberNo> {
        self.member_numbers.get(id).copied().map(MemberNo)
    }

    pub(super) fn device(&self, number: DeviceNo) -> &DeviceState {
        &self.devices[number.0 as usize]
    }

    pub(crate) fn member_id(&self, number: MemberNo) -> MemberId {
        self.members[number.0 as usize].id
    }

    pub(crate) fn motion_at(&self, row: u32) -> Option<&Moved> {
        self.motion_number(row).map(|number| &self.motions[number])
    }

    pub(crate) fn motion_number(&self, row: u32) -> Option<usize> {
        self.motion_numbers.get(&row).copied()
    }

    pub(super) fn add_motion(&mut self, motion: Moved) {
        self.motion_numbers.insert(motion.said.row, self.motions.len());
        self.motions.push(motion);
    }

    /// The device's number, a new one if it is seen for the first time.
    pub(super) fn number_device(&mut self, id: DeviceId) -> DeviceNo {
        let next = self.devices.len() as u32;
        let number = *self.device_numbers.entry(id).or_insert(next);
        if number == next {
            self.devices.push(DeviceState { id, admissions: Vec::new(), ended: Vec::new(), chain: Vec::new() });
        }
        DeviceNo(number)
    }

    pub(super) fn number_member(&mut self, id: MemberId) -> MemberNo {
        let next = self.members.len() as u32;
        let number = *self.member_numbers.entry(id).or_insert(next);
        if number == next {
            self.members.push(MemberState { id, admissions: Vec::new(), ended: Vec::new() });
        }
        MemberNo(number)
    }

    /// Puts an admission on record. The result is the past of what follows it.
    pub(super) fn admit(&mut self, said: Said, admitting: Admitting<'_>) -> SetId {
        let Admitting { cert, handle, since, invited, words, need } = admitting;
        let first = !self.moment(said.past).is_member(&cert.member_id());
        let act = self.acts.len() as ActNo;
        let (device, member) = (self.number_device(cert.device_id()), self.number_member(cert.member_id()));
        self.devices[device.0 as usize].admissions.push(act);
        self.members[member.0 as usize].admissions.push(act);
        if let Some((_, invite)) = invited {
            self.used.entry(invite).or_default().push(act);
        }
        self.vouched.extend(words.iter().map(|word| word.member).chain([said.member]));
        let (agreement, handle) = (cert.agreement, handle.into());
        let admission = Admission { member, device, agreement, handle, since, invited, words, need, first };
        let past = self.record(said, Deed::Admission(admission));
        for number in 0..self.standings.len() {
            if let Some(reason) = self.void_reason(&self.standings[number], act) {
                self.standings[number].void.insert(act, reason);
            }
        }
        past
    }

    /// Whether some admission rests on a member's word.
    pub(super) fn vouched(&self, member: MemberNo) -> bool {
        self.vouched.contains(&member)
    }

    /// Puts an act on record. The result is the past of what follows it.
    pub(super) fn record(&mut self, said: Said, deed: Deed) -> SetId {
        let act = self.acts.len() as ActNo;
        let binds = matches!(deed, Deed::Cut { .. } | Deed::Decision(_));
        if let Deed::Decision(decided) = &deed {
            self.motions[decided.motion].decisions.push(act);
        }
        self.acts.push(Act { said, deed });
        match self.target_of(act) {
            Some(Target::Member(member)) => self.members[member.0 as usize].ended.push(act),
            Some(Target::Device(device)) => self.devices[device.0 as usize].ended.push(act),
            None => {}
        }
        if binds {
            pasts::insert(&mut self.binding, act);
            self.now = self.prepare(&self.binding.clone());
        }
        let past = self.pasts.with(said.past, act);
        self.prepare_set(past);
        past
    }

    /// Makes sure that the standing of a set is known.
    pub(super) fn prepare_set(&mut self, set: SetId) {
        let bits = pasts::intersection(self.pasts.get(set), &self.binding);
        self.prepare(&bits);
    }

    fn prepare(&mut self, binding: &Bits) -> usize {
        if let Some(number) = self.numbers.get(binding) {
            return *number;
        }
        let standing = self.compute(binding);
        let number = self.standings.len();
        self.standings.push(standing);
        self.numbers.insert(binding.into(), number);
        number
    }

    /// What all the others come after is mostly known already; they only add to it.
    fn compute(&self, binding: &Bits) -> Standing {
        let common = self.common(binding);
        match self.numbers.get(common.as_slice()) {
            Some(number) => self.resolve(self.standings[*number].clone(), &pasts::difference(binding, &common)),
            None => self.resolve(Standing::default(), binding),
        }
    }

    /// A causal past.
    pub(crate) fn moment(&self, past: SetId) -> Moment<'_> {
        self.moment_of(Cow::Borrowed(self.pasts.get(past)))
    }

    /// A causal past that need not be one of an entry here.
    pub(crate) fn moment_of<'a>(&'a self, bits: Cow<'a, Bits>) -> Moment<'a> {
        let binding = pasts::intersection(&bits, &self.binding);
        let standing = match self.numbers.get(binding.as_slice()) {
            Some(number) => Cow::Borrowed(&self.standings[*number]),
            None => Cow::Owned(self.compute(&binding)),
        };
        Moment { authority: self, bits, standing }
    }

    /// Everything that is known now, as a causal past.
    pub(crate) fn now(&self) -> Moment<'_> {
        let bits = Cow::Owned(pasts::all(self.acts.len()));
        Moment { authority: self, bits, standing: Cow::Borrowed(self.standing()) }
    }

    /// What all acts come to.
    pub(super) fn standing(&self) -> &Standing {
        &self.standings[self.now]
    }

    /// What to compare with later, to see whether other entries are cut off.
    pub(super) const fn mark(&self) -> usize {
        self.now
    }

    pub(super) fn has_changed(&self, mark: usize) -> bool {
        // An admission that is void when it arrives has nothing behind it yet.
        mark != self.now && !self.standing().cuts_like(&self.standings[mark])
    }

    /// Whom an act cuts off, if it took effect.
    pub(super) fn target_of(&self, act: ActNo) -> Option<Target> {
        match &self.act(act).deed {
            Deed::Cut { target, .. } => Some(*target),
            Deed::Decision(decided) => {
                self.motions[decided.motion].removes().and_then(|member| self.member_no(member)).map(Target::Member)
            }
            Deed::Admission(_) | Deed::Epoch { .. } => None,
        }
    }

    /// What an act that cuts off had seen.
    pub(super) fn seen_of(&self, act: ActNo) -> Option<&Seen> {
        match &self.act(act).deed {
            Deed::Cut { seen, .. } => Some(seen),
            Deed::Decision(decided) => Some(&decided.seen),
            Deed::Admission(_) | Deed::Epoch { .. } => None,
        }
    }
}

impl Moment<'_> {
    /// Whose device it is.
    pub(crate) fn member_of(&self, device: &DeviceId) -> Option<MemberNo> {
        self.admission_of(self.authority.find_device(device)?).map(|(_, admission)| admission.member)
    }

    /// The admission that says whose device it is. Should two members have a device, which takes the device's own two
    /// signatures, it is the one with the smallest id.
    pub(super) fn admission_of(&self, device: &DeviceState) -> Option<(ActNo, &Admission)> {
        (device.admissions.iter())
            .filter_map(|act| Some((*act, self.holds(*act)?)))
            .min_by_key(|(act, _)| self.authority.act(*act).said.id)
    }

    /// What the acts of this moment come to.
    pub(super) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Whether an admission is here, and is not void; its device may be cut off.
    pub(super) fn keeps(&self, act: ActNo) -> bool {
        pasts::has(&self.bits, act) && !self.standing.void.contains_key(&act)
    }

    /// An admission, if it holds.
    pub(super) fn holds(&self, act: ActNo) -> Option<&Admission> {
        if !pasts::has(&self.bits, act) || self.standing.void.contains_key(&act) {
            return None;
        }
        let admission = self.authority.admission(act)?;
        let mut cuts = self.authority.cuts(&self.standing, admission.member, admission.device);
        cuts.all(|cut| self.authority.is_after(act, cut)).then_some(admission)
    }

    /// Whether a device was ever this member's.
    pub(crate) fn was_device_of(&self, device: &DeviceId, member: MemberNo) -> bool {
        let admissions = self.authority.find_device(device).map_or(&[][..], |state| &state.admissions);
        admissions.iter().any(|act| {
            pasts::has(&self.bits, *act)
                && self.authority.admission(*act).is_some_and(|admission| admission.member == member)
        })
    }

    pub(crate) fn is_member(&self, member: &MemberId) -> bool {
        self.authority.find_member(member).is_some_and(|state| self.stands(state))
    }

    pub(super) fn stands(&self, state: &MemberState) -> bool {
        state.admissions.iter().any(|act| self.holds(*act).is_some())
    }

    /// All members.
    pub(crate) fn roll(&self) -> BTreeSet<MemberId> {
        self.authority.members.iter().filter(|state| self.stands(state)).map(|state| state.id).collect()
    }

    /// The acts that ended the time of a member or of a device.
    pub(crate) fn ended(&self, member: &MemberId, device: &DeviceId) -> Vec<ActNo> {
        let (authority, standing) = (self.authority, &*self.standing);
        let of_member = authority.member_no(member).map(|member| authority.cuts_on_member(standing, member));
        let of_device = authority.device_no(device).map(|device| authority.cuts_on_device(standing, device));
        of_member.into_iter().flatten().chain(of_device.into_iter().flatten()).collect()
    }

    /// How many members there are; no more than so many are counted.
    pub(crate) fn members_up_to(&self, most: u64) -> u64 {
        let members = self.authority.members.iter().filter(|state| self.stands(state));
        members.take(usize::try_from(most).unwrap_or(usize::MAX)).count() as u64
    }

    /// The members whom an invitation admitted.
    pub(crate) fn admitted_by(&self, invite: &EntryId) -> BTreeSet<MemberId> {
        (self.authority.used.get(invite).into_iter().flatten())
            .filter(|act| pasts::has(&self.bits, **act) && !self.standing.void.contains_key(act))
            .filter_map(|act| self.authority.admission(*act))
            .map(|admission| self.authority.member_id(admission.member))
            .collect()
    }

    /// The rules that a decision gave the chapter, if one did.
    pub(crate) fn decided_rules(&self) -> Option<&Rules> {
        let Deed::Decision(decided) = &self.authority.act(self.standing.rules?).deed else { return None };
        match &self.authority.motions[decided.motion].measure {
            Measure::Rules { rules } => Some(rules),
            _ => None,
        }
    }

    /// Whether a member has a task.
    pub(crate) fn has_role(&self, role: Role, member: &MemberId) -> bool {
        let holder = self.authority.member_no(member).filter(|_| self.is_member(member));
        holder.is_some_and(|holder| self.standing.roles.contains_key(&(role, holder)))
    }

    /// Until when a member has a task.
    pub(crate) fn term(&self, role: Role, member: &MemberId) -> Option<Timestamp> {
        let holder = self.authority.member_no(member).filter(|_| self.is_member(member))?;
        let Deed::Decision(decided) = &self.authority.act(*self.standing.roles.get(&(role, holder))?).deed else {
            return None;
        };
        match self.authority.motions[decided.motion].measure {
            Measure::Give { until, .. } => Some(until),
            _ => None,
        }
    }

    /// The tellers whose term lasts until then, ascending: no more than a poll can have.
    pub(crate) fn serving(&self, until: Timestamp) -> Vec<MemberId> {
        let tellers = self.standing.roles.keys().filter(|(role, _)| *role == Role::Teller);
        let tellers = tellers.map(|(_, member)| self.authority.member_id(*member));
        let tellers: BTreeSet<MemberId> =
            tellers.filter(|member| self.term(Role::Teller, member).is_some_and(|term| term >= until)).collect();
        tellers.into_iter().take(MAX_TELLERS).collect()
    }

    /// Whether what somebody said still counts.
    pub(crate) fn counts(&self, said: &Said) -> bool {
        self.authority.cut_by(&self.standing, said).is_none()
    }

    /// The highest generation of keys.
    pub(crate) fn generation(&self) -> u64 {
        let generation = |act: ActNo| match self.authority.act(act).deed {
            Deed::Epoch { generation, .. } => Some(generation),
            _ => None,
        };
        pasts::members(&self.bits).filter_map(generation).max().unwrap_or(0)
    }
}
