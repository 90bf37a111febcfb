//! The head of an entry: all that is signed. It names the body by its digest, so that the signature and the entry's id
//! can be checked when the body is not there.

use crate::{
    canon,
    entry::{EntryError, MAX_HEAD, MAX_PARENTS, VERSION},
    ids::{BodyDigest, ChapterId, DeviceId, EntryId, domain},
    time::{LAST, Timestamp},
};
use minicbor::{Decode, Decoder, Encode, Encoder, data::Type, decode, encode};

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The chapter it belongs to.
    pub chapter: ChapterId,
    /// The key epoch that it is sealed under.
    pub epoch: u64,
    /// The device that signs.
    pub device: DeviceId,
    /// 1 for a device's first entry of this chapter, then one more each time.
    pub seq: u64,
    /// The device's entry before this one; none exactly when `seq` is 1.
    pub prev: Option<EntryId>,
    /// When, by the device's clock.
    pub time: Timestamp,
    /// The other heads that the device had seen: sorted, without repetition, without `prev`.
    pub parents: Vec<EntryId>,
    /// What kind of thing the body is. A number, so that older programs carry kinds that they do not know.
    pub kind: u64,
    /// The body's digest.
    pub body: BodyDigest,
}

impl Head {
    /// All causal parents, `prev` first.
    pub fn causal_parents(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.prev.iter().chain(&self.parents).copied()
    }

    pub(crate) fn check(&self) -> Result<(), EntryError> {
        let has_prev = self.prev.is_some();
        if self.seq == 0 || has_prev == (self.seq == 1) {
            return Err(EntryError::Chain { seq: self.seq, has_prev });
        }
        let sorted = self.parents.windows(2).all(|pair| pair[0] < pair[1]);
        let apart = self.prev.is_none_or(|prev| self.parents.binary_search(&prev).is_err());
        if !sorted || !apart || self.parents.len() > MAX_PARENTS {
            return Err(EntryError::Parents);
        }
        if self.time > LAST {
            return Err(EntryError::Time);
        }
        Ok(())
    }

    /// The bytes that are signed: a domain prefix, then the array of ten fields.
    pub(crate) fn message(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.room());
        bytes.extend_from_slice(domain::ENTRY);
        let mut encoder = Encoder::new(&mut bytes);
        // Writing to a Vec cannot fail.
        let _ = encoder.array(10).and_then(|e| self.fields(e).map(|()| e)).is_ok();
        bytes
    }

    /// Enough room for the encoding and for a seal's tag, so that neither lets it grow.
    fn room(&self) -> usize {
        352 + 34 * self.parents.len()
    }

    fn fields<W: encode::Write>(&self, e: &mut Encoder<W>) -> Result<(), encode::Error<W::Error>> {
        e.u64(VERSION)?.bytes(&self.chapter.0)?.u64(self.epoch)?.bytes(&self.device.0)?.u64(self.seq)?;
        match &self.prev {
            Some(prev) => e.bytes(&prev.0)?,
            None => e.null()?,
        };
        e.u64(self.time.0)?.array(self.parents.len() as u64)?;
        for parent in &self.parents {
            e.bytes(&parent.0)?;
        }
        e.u64(self.kind)?.bytes(&self.body.0)?;
        Ok(())
    }
}

/// A head and its signature, before anything about them was checked. Private, and neither `Head` nor `Entry` has a
/// `Decode`: otherwise minicbor could make one without its checks and without its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signed {
    pub(crate) head: Head,
    pub(crate) signature: [u8; 64],
}

impl Signed {
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        // The version first: a later form may differ in everything else.
        let mut peek = Decoder::new(bytes);
        if matches!(peek.array(), Ok(Some(_)))
            && let Ok(version) = peek.u64()
            && version > VERSION
        {
            return Err(EntryError::Version(version));
        }
        let signed: Self = canon::from_bytes(bytes, MAX_HEAD)?;
        signed.head.check()?;
        Ok(signed)
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        canon::to_bytes_with_room(self, self.head.room())
    }
}

impl<C> Encode<C> for Signed {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.array(11)?;
        self.head.fields(e)?;
        e.bytes(&self.signature)?;
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Signed {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        if d.array()? != Some(11) || d.u64()? != VERSION {
            return Err(decode::Error::message("not an array of eleven that begins with 1"));
        }
        let chapter = ChapterId(canon::fixed(d)?);
        let epoch = d.u64()?;
        let device = DeviceId(canon::fixed(d)?);
        let seq = d.u64()?;
        let prev = match d.datatype()? {
            Type::Null => {
                d.null()?;
                None
            }
            _ => Some(EntryId(canon::fixed(d)?)),
        };
        let time = Timestamp(d.u64()?);
        let count = d.array()?.ok_or_else(|| decode::Error::message("a list without its length"))?;
        // How many there may be is checked with the rest; a count beyond the end of the bytes fails at their end.
        let parents = (0..count).map(|_| canon::fixed(d).map(EntryId)).collect::<Result<_, _>>()?;
        let kind = d.u64()?;
        let body = BodyDigest(canon::fixed(d)?);
        let signature = canon::fixed(d)?;
        Ok(Self { head: Head { chapter, epoch, device, seq, prev, time, parents, kind, body }, signature })
    }
}
