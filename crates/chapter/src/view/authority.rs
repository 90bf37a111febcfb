//! Who is a member, with which devices: from the charter and the admissions in an entry's causal past, and from
//! nothing else.
//!
//! Membership only grows, for now. A removal will be one more thing with a place in the causal past: the questions
//! below already ask "in which past", so it can answer no where today the answer is yes.

use super::pasts::{self, Bits, Fixed, Pasts, SetId};
use entry::{DeviceCert, DeviceId, EntryId, MemberId, Timestamp};
use std::collections::{BTreeSet, HashMap};

/// Number of a device of this view; also of devices that are no member's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DeviceNo(pub(super) u32);

/// Number of a member of this view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MemberNo(pub(super) u32);

/// A counting charter or admission: it makes one device one member's.
#[derive(Debug, Clone)]
pub(crate) struct Admission {
    pub(super) entry: EntryId,
    pub(super) member: MemberNo,
    pub(super) device: DeviceNo,
    pub(super) agreement: [u8; 32],
    pub(super) handle: Box<str>,
    pub(super) since: Timestamp,
    /// Who invited them, and by which entry; founders were not invited.
    pub(super) invited: Option<(MemberNo, EntryId)>,
    /// Whether the member was none before, in this entry's causal past. Else it only adds a device.
    pub(super) first: bool,
}

/// A device that signed an entry here, or was admitted.
#[derive(Debug, Clone)]
pub(crate) struct DeviceState {
    pub(super) id: DeviceId,
    pub(super) admissions: Vec<u32>,
    /// The entry that counts for each number of its chain, from 1.
    pub(super) chain: Vec<u32>,
}

/// A member.
#[derive(Debug, Clone)]
pub(crate) struct MemberState {
    pub(super) id: MemberId,
    pub(super) admissions: Vec<u32>,
}

/// What an entry that admits says.
#[derive(Debug)]
pub(super) struct Admitting<'a> {
    pub(super) entry: EntryId,
    pub(super) cert: &'a DeviceCert,
    pub(super) handle: &'a str,
    pub(super) since: Timestamp,
    pub(super) invited: Option<(MemberNo, EntryId)>,
}

/// Devices, members, and the admissions that make them.
#[derive(Debug, Clone)]
pub(crate) struct Authority {
    pub(super) admissions: Vec<Admission>,
    pub(super) devices: Vec<DeviceState>,
    device_numbers: HashMap<DeviceId, u32, Fixed>,
    pub(super) members: Vec<MemberState>,
    member_numbers: HashMap<MemberId, u32, Fixed>,
    /// Which admissions used which invitation.
    used: HashMap<EntryId, Vec<u32>, Fixed>,
    pub(super) pasts: Pasts,
}

impl Authority {
    pub(super) fn new() -> Self {
        Self {
            admissions: Vec::new(),
            devices: Vec::new(),
            device_numbers: HashMap::default(),
            members: Vec::new(),
            member_numbers: HashMap::default(),
            used: HashMap::default(),
            pasts: Pasts::new(),
        }
    }

    pub(super) fn find_device(&self, id: &DeviceId) -> Option<&DeviceState> {
        self.device_numbers.get(id).map(|number| &self.devices[*number as usize])
    }

    pub(super) fn find_member(&self, id: &MemberId) -> Option<&MemberState> {
        self.member_numbers.get(id).map(|number| &self.members[*number as usize])
    }

    pub(super) fn device(&self, number: DeviceNo) -> &DeviceState {
        &self.devices[number.0 as usize]
    }

    pub(crate) fn member_id(&self, number: MemberNo) -> MemberId {
        self.members[number.0 as usize].id
    }

    /// The device's number, a new one if it is seen for the first time.
    pub(super) fn number_device(&mut self, id: DeviceId) -> DeviceNo {
        let next = self.devices.len() as u32;
        let number = *self.device_numbers.entry(id).or_insert(next);
        if number == next {
            self.devices.push(DeviceState { id, admissions: Vec::new(), chain: Vec::new() });
        }
        DeviceNo(number)
    }

    fn number_member(&mut self, id: MemberId) -> MemberNo {
        let next = self.members.len() as u32;
        let number = *self.member_numbers.entry(id).or_insert(next);
        if number == next {
            self.members.push(MemberState { id, admissions: Vec::new() });
        }
        MemberNo(number)
    }

    /// Puts a counting admission on record; `past` is that of its entry. The result is the past of what follows it,
    /// and the member.
    pub(super) fn admit(&mut self, admitting: &Admitting<'_>, past: SetId) -> (SetId, MemberNo) {
        let Admitting { entry, cert, handle, since, invited } = *admitting;
        let first = !self.is_member(&cert.member_id(), self.pasts.get(past));
        let number = self.admissions.len() as u32;
        let device = self.number_device(cert.device_id());
        let member = self.number_member(cert.member_id());
        self.devices[device.0 as usize].admissions.push(number);
        self.members[member.0 as usize].admissions.push(number);
        if let Some((_, invite)) = invited {
            self.used.entry(invite).or_default().push(number);
        }
        let (agreement, handle) = (cert.agreement, handle.into());
        self.admissions.push(Admission { entry, member, device, agreement, handle, since, invited, first });
        (self.pasts.with(past, number), member)
    }

    /// Whose device it is, in this past.
    pub(crate) fn member_of(&self, device: &DeviceId, past: &Bits) -> Option<MemberNo> {
        self.admission_of(self.find_device(device)?, past).map(|admission| admission.member)
    }

    /// The admission that says whose device it is, in this past. Should two members have a device, which takes the
    /// device's own two signatures, it is the one with the smallest id.
    pub(super) fn admission_of(&self, device: &DeviceState, past: &Bits) -> Option<&Admission> {
        (device.admissions.iter())
            .filter(|number| pasts::has(past, **number))
            .map(|number| &self.admissions[*number as usize])
            .min_by_key(|admission| admission.entry)
    }

    pub(crate) fn is_member(&self, member: &MemberId, past: &Bits) -> bool {
        self.find_member(member).is_some_and(|state| state.admissions.iter().any(|number| pasts::has(past, *number)))
    }

    /// All members, in this past.
    pub(crate) fn roll(&self, past: &Bits) -> BTreeSet<MemberId> {
        let inside = |state: &&MemberState| state.admissions.iter().any(|number| pasts::has(past, *number));
        self.members.iter().filter(inside).map(|state| state.id).collect()
    }

    /// The members whom an invitation admitted, in this past.
    pub(crate) fn admitted_by(&self, invite: &EntryId, past: &Bits) -> BTreeSet<MemberId> {
        (self.used.get(invite).into_iter().flatten())
            .filter(|number| pasts::has(past, **number))
            .map(|number| self.member_id(self.admissions[*number as usize].member))
            .collect()
    }

    /// Everything that is known now, as a past.
    pub(crate) fn now(&self) -> Vec<u64> {
        pasts::all(self.admissions.len())
    }

    /// The admission that made somebody a member: of those that found them no member yet, the one with the smallest
    /// id.
    pub(super) fn beginning(&self, member: &MemberState) -> Option<&Admission> {
        (member.admissions.iter())
            .map(|number| &self.admissions[*number as usize])
            .filter(|admission| admission.first)
            .min_by_key(|admission| admission.entry)
    }
}
