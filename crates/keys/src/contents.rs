//! What a vault holds, and its bytes: canonical CBOR, written and read without leaving copies in freed memory.

use crate::{device::DeviceKey, error::VaultError, member::MemberKey, secret::Seed32};
use entry::{ChapterId, DeviceId, EntryId, EpochKey, HeadKey, MemberId};
use minicbor::{Decoder, Encoder, data::Type, decode, encode};
use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

/// The longest that the encoded contents may be: 8 MiB.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// The longest handle, in bytes.
pub const MAX_HANDLE: usize = 256;
/// The most invitations in use at once.
pub const MAX_JOINING: usize = 64;
/// The most devices of the same member that are remembered.
pub const MAX_OWN_DEVICES: usize = 256;
/// The longest invitation, in bytes.
pub const MAX_INVITATION: usize = 16 * 1024;
/// Minutes without use after which the window locks by itself, where nothing else was chosen.
pub const LOCK_AFTER: u16 = 15;

/// All that a member keeps secret on one computer. Everything secret in it is wiped when it is dropped.
#[derive(Debug, Clone)]
pub struct Contents {
    /// What the member is called.
    pub handle: String,
    /// The member key.
    pub member: MemberKey,
    /// This device's keys.
    pub device: DeviceKey,
    /// The seed of the transport key, by which other programs know this one.
    pub transport: Seed32,
    /// The epoch keys of each chapter.
    pub chapters: BTreeMap<ChapterId, ChapterKeys>,
    /// Invitations in use: chapters that are being joined.
    pub joining: Vec<Joining>,
    /// Minutes without use after which the window locks by itself; 0 is never. Here, and not among the window's own
    /// settings, so that only somebody who could open the vault can change it, and a backup brings it back.
    pub lock_after: u16,
    /// What the member calls their devices.
    pub device_names: BTreeMap<DeviceId, String>,
    /// Members whose entries are not shown on this member's computer.
    pub blocked: BTreeMap<ChapterId, BTreeSet<MemberId>>,
    /// The code of another computer of a member, while this one is on its way to become a further device of theirs.
    pub pairing: Option<String>,
    /// Devices of the same member that this one was paired with, or that it revoked: known also where no chapter tells.
    pub own_devices: BTreeMap<DeviceId, OwnDevice>,
    /// What secret polls need of this member.
    pub secret_votes: BTreeMap<ChapterId, SecretVotes>,
}

/// One-time ballot keys, and own secret ballots, of one chapter.
#[derive(Debug, Clone, Default)]
pub struct SecretVotes {
    /// Secrets of the ballot keys that were published here, the earliest first. Each is deleted when its poll is over.
    pub keys: Vec<Seed32>,
    /// Own ballots, by poll, and by question where these are answered apart; a ballot that answers all of them is at 0.
    pub cast: BTreeMap<(EntryId, u16), OwnBallot>,
    /// Own votes in polls that are hidden until the close, until they are open.
    pub hidden: BTreeMap<EntryId, OwnHidden>,
}

/// What this member wants to say in a hidden poll. Nobody can read it in the chapter, the member's own computers included.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnHidden {
    /// The how-manieth ballot in its poll it is, or will be.
    pub number: u64,
    /// The answers.
    pub answers: Zeroizing<Vec<u8>>,
    /// The ballot's entry, once it is cast.
    pub cast: Option<EntryId>,
}

/// A secret ballot of this member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnBallot {
    /// The how-manieth in its poll, or for its question.
    pub number: u64,
    /// What it is found by in the count.
    pub id: EntryId,
    /// The ballot, until it has been seen in the chapter.
    pub ballot: Option<Vec<u8>>,
}

impl std::fmt::Debug for OwnHidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnHidden").field("number", &self.number).field("cast", &self.cast).finish_non_exhaustive()
    }
}

/// A further device of the same member. Times in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnDevice {
    /// When the two were paired.
    pub since: u64,
    /// When it was revoked here. For good.
    pub revoked: Option<u64>,
}

/// The keys of one chapter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChapterKeys {
    /// Each epoch's key.
    pub epochs: BTreeMap<u64, EpochKey>,
    /// Of epochs before the member joined, where newcomers read no older texts: what shows who is a member.
    pub heads: BTreeMap<u64, HeadKey>,
}

/// A chapter that is being joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joining {
    /// The invitation's text.
    pub invitation: String,
    /// When it was begun, in milliseconds since 1970: the newcomer's statement has this time, so that it stays the same
    /// however often it is sent.
    pub since: u64,
    /// The digest of what the newcomer agreed to; none before the chapter said what that is.
    pub terms: Option<[u8; 32]>,
    /// The answers to the chapter's questions.
    pub answers: Vec<String>,
}

impl Contents {
    /// Those of somebody who has not done anything yet.
    pub const fn fresh(handle: String, member: MemberKey, device: DeviceKey, transport: Seed32) -> Self {
        Self {
            handle,
            member,
            device,
            transport,
            chapters: BTreeMap::new(),
            joining: Vec::new(),
            lock_after: LOCK_AFTER,
            device_names: BTreeMap::new(),
            blocked: BTreeMap::new(),
            pairing: None,
            own_devices: BTreeMap::new(),
            secret_votes: BTreeMap::new(),
        }
    }

    /// Refuses what [`Contents::from_bytes`] would refuse, so that nothing is saved that cannot be opened again.
    pub fn check(&self) -> Result<(), VaultError> {
        let codes = self.joining.iter().map(|joining| &joining.invitation).chain(&self.pairing);
        let longest = codes.map(String::len).max().unwrap_or(0);
        for (what, got, limit) in [
            ("the bytes of the handle", self.handle.len(), MAX_HANDLE),
            ("the invitations in use", self.joining.len(), MAX_JOINING),
            ("your devices", self.own_devices.len(), MAX_OWN_DEVICES),
            ("the bytes of an invitation", longest, MAX_INVITATION),
            ("the keys of all chapters, in bytes,", self.encoded_len(), MAX_BYTES),
        ] {
            if got > limit {
                return Err(VaultError::TooLarge { what, got, limit });
            }
        }
        Ok(())
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Measured first: a vector that grew would leave its keys behind in memory that is not wiped.
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.encoded_len()));
        let Ok(()) = self.encode(&mut Encoder::new(&mut *bytes));
        bytes
    }

    fn encoded_len(&self) -> usize {
        let mut length = Length(0);
        let Ok(()) = self.encode(&mut Encoder::new(&mut length));
        length.0
    }

    /// Reads what [`Contents::to_bytes`] wrote, and nothing else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VaultError> {
        let contents = Self::decode(bytes).map_err(|_| VaultError::Altered("its contents cannot be read"))?;
        contents.check()?;
        if *contents.to_bytes() != bytes {
            return Err(VaultError::Altered("its contents are not in the one accepted form"));
        }
        Ok(contents)
    }

    fn encode<W: encode::Write<Error = std::convert::Infallible>>(
        &self,
        e: &mut Encoder<W>,
    ) -> Result<(), std::convert::Infallible> {
        let written = (|| {
            // What there is none of stands there only if something behind it does.
            let further = match (self.pairing.is_some(), self.own_devices.is_empty(), self.secret_votes.is_empty()) {
                (_, _, false) => 3,
                (_, false, true) => 2,
                (pairing, true, true) => u64::from(pairing),
            };
            e.array(10 + further)?.str(&self.handle)?.bytes(self.member.entropy().expose())?;
            e.bytes(self.device.signing_key().as_bytes())?.bytes(self.device.agreement_secret())?;
            e.bytes(self.transport.expose())?.array(self.chapters.len() as u64)?;
            for (chapter, keys) in &self.chapters {
                e.array(3)?.bytes(chapter.as_bytes())?.array(keys.epochs.len() as u64)?;
                for (epoch, key) in &keys.epochs {
                    e.array(2)?.u64(*epoch)?.bytes(key.expose())?;
                }
                e.array(keys.heads.len() as u64)?;
                for (epoch, key) in &keys.heads {
                    e.array(2)?.u64(*epoch)?.bytes(key.expose())?;
                }
            }
            e.array(self.joining.len() as u64)?;
            for joining in &self.joining {
                e.array(4)?.str(&joining.invitation)?.u64(joining.since)?;
                match &joining.terms {
                    Some(terms) => e.bytes(terms)?,
                    None => e.null()?,
                };
                e.array(joining.answers.len() as u64)?;
                for answer in &joining.answers {
                    e.str(answer)?;
                }
            }
            e.u16(self.lock_after)?.array(self.device_names.len() as u64)?;
            for (device, name) in &self.device_names {
                e.array(2)?.bytes(device.as_bytes())?.str(name)?;
            }
            e.array(self.blocked.len() as u64)?;
            for (chapter, members) in &self.blocked {
                e.array(2)?.bytes(chapter.as_bytes())?.array(members.len() as u64)?;
                for member in members {
                    e.bytes(member.as_bytes())?;
                }
            }
            match &self.pairing {
                Some(code) => e.str(code)?,
                None if further >= 2 => e.null()?,
                None => e,
            };
            if further >= 2 {
                e.array(self.own_devices.len() as u64)?;
            }
            for (device, own) in &self.own_devices {
                e.array(3)?.bytes(device.as_bytes())?.u64(own.since)?;
                match own.revoked {
                    Some(when) => e.u64(when)?,
                    None => e.null()?,
                };
            }
            if further == 3 {
                e.array(self.secret_votes.len() as u64)?;
            }
            for (chapter, votes) in &self.secret_votes {
                e.array(if votes.hidden.is_empty() { 3 } else { 4 })?.bytes(chapter.as_bytes())?;
                e.array(votes.keys.len() as u64)?;
                for key in &votes.keys {
                    e.bytes(key.expose())?;
                }
                e.array(votes.cast.len() as u64)?;
                for ((poll, question), own) in &votes.cast {
                    e.array(if *question == 0 { 4 } else { 5 })?.bytes(poll.as_bytes())?.u64(own.number)?;
                    e.bytes(own.id.as_bytes())?;
                    match &own.ballot {
                        Some(ballot) => e.bytes(ballot)?,
                        None => e.null()?,
                    };
                    if *question > 0 {
                        e.u16(*question)?;
                    }
                }
                if !votes.hidden.is_empty() {
                    e.array(votes.hidden.len() as u64)?;
                }
                for (poll, own) in &votes.hidden {
                    e.array(4)?.bytes(poll.as_bytes())?.u64(own.number)?.bytes(&own.answers)?;
                    match &own.cast {
                        Some(entry) => e.bytes(entry.as_bytes())?,
                        None => e.null()?,
                    };
                }
            }
            Ok::<(), encode::Error<std::convert::Infallible>>(())
        })();
        // Neither writer fails, and none of the values above has an encoding that does.
        debug_assert!(written.is_ok());
        Ok(())
    }

    fn decode(bytes: &[u8]) -> Result<Self, decode::Error> {
        let d = &mut Decoder::new(bytes);
        let fields = length(d)?;
        if !(10..=13).contains(&fields) {
            return Err(decode::Error::message("an array of another length"));
        }
        let handle = d.str()?.to_owned();
        let member = MemberKey::from_entropy(seed(d)?);
        let device = DeviceKey::from_seeds(seed(d)?, seed(d)?);
        let transport = seed(d)?;
        let mut chapters = BTreeMap::new();
        for _ in 0..length(d)? {
            expect(d, 3)?;
            let chapter = ChapterId(*seed(d)?.expose());
            let mut keys = ChapterKeys::default();
            for _ in 0..length(d)? {
                expect(d, 2)?;
                keys.epochs.insert(d.u64()?, EpochKey::new(*seed(d)?.expose()));
            }
            for _ in 0..length(d)? {
                expect(d, 2)?;
                keys.heads.insert(d.u64()?, HeadKey::new(*seed(d)?.expose()));
            }
            chapters.insert(chapter, keys);
        }
        let mut joining = Vec::new();
        for _ in 0..length(d)? {
            expect(d, 4)?;
            let (invitation, since) = (d.str()?.to_owned(), d.u64()?);
            let terms = null_or(d, |d| Ok(*seed(d)?.expose()))?;
            let answers = (0..length(d)?).map(|_| d.str().map(str::to_owned)).collect::<Result<_, _>>()?;
            joining.push(Joining { invitation, since, terms, answers });
        }
        let lock_after = d.u16()?;
        let mut device_names = BTreeMap::new();
        for _ in 0..length(d)? {
            expect(d, 2)?;
            device_names.insert(DeviceId(*seed(d)?.expose()), d.str()?.to_owned());
        }
        let mut blocked: BTreeMap<ChapterId, BTreeSet<MemberId>> = BTreeMap::new();
        for _ in 0..length(d)? {
            expect(d, 2)?;
            let members = blocked.entry(ChapterId(*seed(d)?.expose())).or_default();
            for _ in 0..length(d)? {
                members.insert(MemberId(*seed(d)?.expose()));
            }
        }
        let pairing = match fields {
            11 => Some(d.str()?.to_owned()),
            12 | 13 => null_or(d, |d| Ok(d.str()?.to_owned()))?,
            _ => None,
        };
        let mut own_devices = BTreeMap::new();
        for _ in 0..if fields >= 12 { length(d)? } else { 0 } {
            expect(d, 3)?;
            let device = DeviceId(*seed(d)?.expose());
            own_devices.insert(device, OwnDevice { since: d.u64()?, revoked: null_or(d, Decoder::u64)? });
        }
        let mut secret_votes: BTreeMap<ChapterId, SecretVotes> = BTreeMap::new();
        for _ in 0..if fields == 13 { length(d)? } else { 0 } {
            let parts = length(d)?;
            if !(3..=4).contains(&parts) {
                return Err(decode::Error::message("an array of another length"));
            }
            let votes = secret_votes.entry(ChapterId(*seed(d)?.expose())).or_default();
            for _ in 0..length(d)? {
                votes.keys.push(seed(d)?);
            }
            for _ in 0..length(d)? {
                let parts = length(d)?;
                if !(4..=5).contains(&parts) {
                    return Err(decode::Error::message("an array of another length"));
                }
                let (poll, number, id) = (EntryId(*seed(d)?.expose()), d.u64()?, EntryId(*seed(d)?.expose()));
                let ballot = null_or(d, |d| Ok(d.bytes()?.to_vec()))?;
                let question = if parts == 5 { d.u16()? } else { 0 };
                votes.cast.insert((poll, question), OwnBallot { number, id, ballot });
            }
            for _ in 0..if parts == 4 { length(d)? } else { 0 } {
                expect(d, 4)?;
                let (poll, number, answers) =
                    (EntryId(*seed(d)?.expose()), d.u64()?, Zeroizing::new(d.bytes()?.to_vec()));
                let cast = null_or(d, |d| Ok(EntryId(*seed(d)?.expose())))?;
                votes.hidden.insert(poll, OwnHidden { number, answers, cast });
            }
        }
        Ok(Self {
            handle,
            member,
            device,
            transport,
            chapters,
            joining,
            lock_after,
            device_names,
            blocked,
            pairing,
            own_devices,
            secret_votes,
        })
    }
}

/// A length that no memory is set aside for: each item has to be there to be counted.
fn length(d: &mut Decoder<'_>) -> Result<u64, decode::Error> {
    d.array()?.ok_or_else(|| decode::Error::message("an array without a length"))
}

fn null_or<'b, T>(
    d: &mut Decoder<'b>,
    read: impl FnOnce(&mut Decoder<'b>) -> Result<T, decode::Error>,
) -> Result<Option<T>, decode::Error> {
    if d.datatype()? == Type::Null { d.null().map(|()| None) } else { read(d).map(Some) }
}

fn expect(d: &mut Decoder<'_>, items: u64) -> Result<(), decode::Error> {
    if length(d)? == items { Ok(()) } else { Err(decode::Error::message("an array of another length")) }
}

fn seed(d: &mut Decoder<'_>) -> Result<Seed32, decode::Error> {
    let bytes = d.bytes()?.try_into().map_err(|_| decode::Error::message("a key of another length"))?;
    Ok(Seed32::new(bytes))
}

/// Counts what is written to it.
struct Length(usize);

impl encode::Write for Length {
    type Error = std::convert::Infallible;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        self.0 += bytes.len();
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn rowan() -> Contents {
        let key = |byte| EpochKey::new([byte; 32]);
        let chapter = |epochs: &[(u64, u8)]| ChapterKeys {
            epochs: epochs.iter().map(|(epoch, byte)| (*epoch, key(*byte))).collect(),
            heads: epochs.iter().map(|(epoch, byte)| (*epoch + 1, key(*byte).heads())).collect(),
        };
        Contents {
            handle: "rowan".into(),
            member: MemberKey::from_entropy(Seed32::new([1; 32])),
            device: DeviceKey::from_seeds(Seed32::new([2; 32]), Seed32::new([3; 32])),
            transport: Seed32::new([4; 32]),
            chapters: [(ChapterId([5; 32]), chapter(&[(0, 6), (1, 7), (300, 8)])), (ChapterId([9; 32]), chapter(&[]))]
                .into(),
            joining: vec![
                Joining {
                    invitation: "an invitation".into(),
                    since: 300,
                    terms: Some([10; 32]),
                    answers: vec!["Yes".into()],
                },
                Joining::default(),
            ],
            lock_after: LOCK_AFTER,
            device_names: [(DeviceId([7; 32]), "The old laptop".into())].into(),
            blocked: [(ChapterId([5; 32]), [MemberId([8; 32])].into())].into(),
            pairing: None,
            own_devices: BTreeMap::new(),
            secret_votes: BTreeMap::new(),
        }
    }

    pub(crate) fn any_contents() -> impl Strategy<Value = Contents> {
        let epochs = prop::collection::btree_map(any::<u64>(), any::<[u8; 32]>(), 0..5);
        let chapters = prop::collection::btree_map(any::<[u8; 32]>(), epochs, 0..5);
        let seeds = any::<[[u8; 32]; 4]>();
        let lock_after = prop_oneof![Just(LOCK_AFTER), any::<u16>()];
        let terms = prop::option::of(any::<[u8; 32]>());
        let answers = prop::collection::vec(".{0,20}", 0..3);
        let joining = (".{0,60}", any::<u64>(), terms, answers)
            .prop_map(|(invitation, since, terms, answers)| Joining { invitation, since, terms, answers });
        let pairing = prop::option::of(".{0,60}");
        let own =
            (any::<u64>(), prop::option::of(any::<u64>())).prop_map(|(since, revoked)| OwnDevice { since, revoked });
        let own = prop::collection::btree_map(any::<[u8; 32]>(), own, 0..3);
        let ballot = (any::<u64>(), any::<[u8; 32]>(), prop::option::of(prop::collection::vec(any::<u8>(), 0..9)))
            .prop_map(|(number, id, ballot)| OwnBallot { number, id: EntryId(id), ballot });
        let question = (prop_oneof![any::<[u8; 32]>(), Just([7; 32])].prop_map(EntryId), 0..3_u16);
        let cast = prop::collection::btree_map(question, ballot, 0..4);
        let keys = prop::collection::vec(any::<[u8; 32]>().prop_map(Seed32::new), 0..3);
        let kept = (any::<u64>(), prop::collection::vec(any::<u8>(), 0..9), prop::option::of(any::<[u8; 32]>()))
            .prop_map(|(number, answers, cast)| OwnHidden {
                number,
                answers: Zeroizing::new(answers),
                cast: cast.map(EntryId),
            });
        let hidden = prop::collection::btree_map(any::<[u8; 32]>().prop_map(EntryId), kept, 0..3);
        let votes = (keys, cast, hidden).prop_map(|(keys, cast, hidden)| SecretVotes { keys, cast, hidden });
        let votes = prop::collection::btree_map(any::<[u8; 32]>().prop_map(ChapterId), votes, 0..3);
        (".{0,40}", seeds, chapters, prop::collection::vec(joining, 0..4), lock_after, pairing, own, votes).prop_map(
            |(handle, [member, sign, agree, transport], chapters, joining, lock_after, pairing, own, votes)| Contents {
                handle,
                member: MemberKey::from_entropy(Seed32::new(member)),
                device: DeviceKey::from_seeds(Seed32::new(sign), Seed32::new(agree)),
                transport: Seed32::new(transport),
                chapters: chapters
                    .into_iter()
                    .map(|(id, epochs)| {
                        let epochs = epochs.into_iter().map(|(epoch, key)| (epoch, EpochKey::new(key))).collect();
                        (ChapterId(id), ChapterKeys { epochs, heads: BTreeMap::new() })
                    })
                    .collect(),
                joining,
                lock_after,
                device_names: BTreeMap::new(),
                blocked: BTreeMap::new(),
                pairing,
                own_devices: own.into_iter().map(|(id, own)| (DeviceId(id), own)).collect(),
                secret_votes: votes,
            },
        )
    }

    #[test]
    fn nothing_secret_is_printed() {
        let printed = format!("{:?}", rowan());
        assert!(printed.contains("rowan"));
        for byte in [1, 2, 3, 4, 6] {
            assert!(
                !printed.contains(&format!("{byte}, {byte}")) && !printed.contains(&format!("0{byte}0{byte}0{byte}"))
            );
        }
    }

    #[test]
    fn what_could_not_be_opened_again_is_not_saved() {
        let too_large = |change: &dyn Fn(&mut Contents)| {
            let mut contents = rowan();
            change(&mut contents);
            assert!(matches!(contents.check(), Err(VaultError::TooLarge { .. })));
            assert!(Contents::from_bytes(&contents.to_bytes()).is_err());
        };
        too_large(&|c| c.handle = "x".repeat(MAX_HANDLE + 1));
        too_large(&|c| c.joining = vec![Joining::default(); MAX_JOINING + 1]);
        too_large(&|c| {
            c.joining = vec![Joining { invitation: "x".repeat(MAX_INVITATION + 1), ..Joining::default() }];
        });
        too_large(&|c| c.pairing = Some("x".repeat(MAX_INVITATION + 1)));
    }

    #[test]
    fn other_ways_to_write_the_same_are_refused() {
        let bytes = rowan().to_bytes();
        assert!(Contents::from_bytes(&bytes).is_ok());
        let mut trailing = bytes.to_vec();
        trailing.push(0);
        assert!(Contents::from_bytes(&trailing).is_err());
        // The handle's length in two bytes instead of one.
        let mut overlong = bytes.to_vec();
        overlong.splice(1..2, [0x78, 5]);
        assert!(Contents::from_bytes(&overlong).is_err());
        // An array that claims more items than there is memory.
        assert!(Contents::from_bytes(&[0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]).is_err());
    }

    proptest! {
        #[test]
        fn contents_come_back(contents in any_contents()) {
            let bytes = contents.to_bytes();
            prop_assert_eq!(bytes.len(), bytes.capacity());
            let again = Contents::from_bytes(&bytes).unwrap();
            prop_assert_eq!(&again.handle, &contents.handle);
            prop_assert_eq!(again.member.id(), contents.member.id());
            prop_assert_eq!(again.device.id(), contents.device.id());
            prop_assert_eq!(again.device.agreement_public(), contents.device.agreement_public());
            prop_assert_eq!(again.transport.expose(), contents.transport.expose());
            prop_assert_eq!(&again.chapters, &contents.chapters);
            prop_assert_eq!(&again.joining, &contents.joining);
            prop_assert_eq!(again.lock_after, contents.lock_after);
            prop_assert_eq!(&again.pairing, &contents.pairing);
            for (chapter, votes) in &contents.secret_votes {
                prop_assert_eq!(&again.secret_votes[chapter].hidden, &votes.hidden);
                prop_assert_eq!(&again.secret_votes[chapter].cast, &votes.cast);
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(Contents::from_bytes(&bytes).is_err());
        }
    }
}
