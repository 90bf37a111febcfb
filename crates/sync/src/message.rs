//! The wire: every message between two peers, in its one accepted form.
//!
//! A message is a canonical CBOR array: the protocol's version, the kind's number, the kind's fields. What is not
//! exactly what [`Message::to_bytes`] would write is refused.

use crate::limits::{
    FRAME, HAVE_IDS, JOIN_BYTES, MAX_MESSAGE, PAGE_ENTRIES, PARCEL_BYTES, PROOF_BYTES, REFUSAL_BYTES, TAGS, TAGS_STEP,
    VERSION, WANT_IDS, WELCOME_BYTES,
};
use entry::{
    DeviceId, EnvelopeId,
    canon::{self, CanonError},
    envelope::MAX_ENVELOPE,
};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

/// A chapter's name within one connection. Made from the connection's nonces: it means nothing anywhere else.
pub type Label = [u8; 8];
/// A chapter's tag in one direction of one connection.
pub type LaneTag = [u8; 16];

/// A set at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest {
    /// How many envelopes.
    pub count: u64,
    /// Hash over the sum of their ids, and the count.
    pub print: [u8; 16],
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// First of each side: randomness that everything later on this connection is bound to.
    Hello {
        /// 32 fresh random bytes.
        nonce: [u8; 32],
    },
    /// The chapters that the sender has or wants to join, as tags among random ones, ascending.
    Tags {
        /// 1 for the first, one more whenever the sender's chapters changed. It salts the tags.
        round: u64,
        /// The tags.
        tags: Vec<LaneTag>,
    },
    /// The sender's device, sealed under an epoch key.
    Proof {
        /// The chapter.
        lane: Label,
        /// Under which epoch's key it is sealed.
        epoch: u64,
        /// Nonce and ciphertext.
        sealed: Vec<u8>,
    },
    /// The proof's epoch is not known here; please prove under this one.
    Again {
        /// The chapter.
        lane: Label,
        /// The sender's epoch.
        epoch: u64,
    },
    /// The proof was good, but its device is not known to be a member's: the sender listens and does not serve.
    Locked {
        /// The chapter.
        lane: Label,
    },
    /// A newcomer asks to be admitted.
    JoinRequest {
        /// The chapter.
        lane: Label,
        /// The node's words.
        body: Vec<u8>,
    },
    /// It is admitted.
    Welcome {
        /// The chapter.
        lane: Label,
        /// The node's words.
        body: Vec<u8>,
    },
    /// It is not admitted by this member.
    JoinRefused {
        /// The chapter.
        lane: Label,
        /// A sentence; empty when the sender cannot decide.
        reason: String,
    },
    /// Keys of the chapter for the receiver, who was left out when they were made.
    Keys {
        /// The chapter.
        lane: Label,
        /// The node's words.
        body: Vec<u8>,
    },
    /// Something sealed for a member's device, which the receiver passes on unless it is that one.
    Parcel {
        /// The chapter.
        lane: Label,
        /// Whom it is for in the end.
        to: DeviceId,
        /// What only that device can read.
        body: Vec<u8>,
    },
    /// What the sender has, at a glance. It also says that the sender serves the receiver.
    Summary {
        /// The chapter.
        lane: Label,
        /// Its set.
        digest: Digest,
        /// Whether the receiver shall answer with its own, as soon as it has nothing more to send.
        reply: bool,
    },
    /// A step of reconciliation by the side that began it.
    Query {
        /// The chapter.
        lane: Label,
        /// The sender's number for this reconciliation.
        session: u64,
        /// Negentropy's message.
        body: Vec<u8>,
    },
    /// The answer to a query.
    Answer {
        /// The chapter.
        lane: Label,
        /// The query's number.
        session: u64,
        /// Negentropy's message.
        body: Vec<u8>,
    },
    /// Instead of an answer: the sender is busy taking a lot from somebody else and will come back.
    Later {
        /// The chapter.
        lane: Label,
    },
    /// Please send these.
    Want {
        /// The chapter.
        lane: Label,
        /// Ids.
        ids: Vec<EnvelopeId>,
    },
    /// Please send everything: the sender has nothing.
    WantAll {
        /// The chapter.
        lane: Label,
    },
    /// Envelopes, in the order in which they arrived at the sender.
    Page {
        /// The chapter.
        lane: Label,
        /// How many more the sender is going to send.
        left: u64,
        /// Their bytes.
        envelopes: Vec<Vec<u8>>,
    },
    /// A page is dealt with: all of it is durable at the sender of this, except what is missing.
    Got {
        /// The chapter.
        lane: Label,
        /// Which page, counted from 0 over the connection and the chapter.
        page: u64,
        /// Indexes within the page that were not stored, ascending.
        missing: Vec<u64>,
    },
    /// The sender has these, durable, and the receiver perhaps has not.
    Have {
        /// The chapter.
        lane: Label,
        /// Ids.
        ids: Vec<EnvelopeId>,
    },
}

/// Why bytes are not a message.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// Not the encoding of a message.
    #[error(transparent)]
    Encoding(#[from] CanonError),
    /// Of a later protocol.
    #[error("version {0} is newer than this program")]
    Version(u64),
}

impl Message {
    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        canon::to_bytes(self)
    }

    /// Reads a message that came from outside.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        // The version first: a later protocol may differ in everything else.
        let mut peek = Decoder::new(bytes);
        if matches!(peek.array(), Ok(Some(_)))
            && let Ok(version) = peek.u64()
            && version > VERSION
        {
            return Err(WireError::Version(version));
        }
        Ok(canon::from_bytes(bytes, MAX_MESSAGE)?)
    }

    /// The chapter's label, for the kinds that belong to one.
    pub const fn lane(&self) -> Option<&Label> {
        match self {
            Self::Hello { .. } | Self::Tags { .. } => None,
            Self::Proof { lane, .. }
            | Self::Again { lane, .. }
            | Self::Locked { lane }
            | Self::JoinRequest { lane, .. }
            | Self::Welcome { lane, .. }
            | Self::JoinRefused { lane, .. }
            | Self::Keys { lane, .. }
            | Self::Parcel { lane, .. }
            | Self::Summary { lane, .. }
            | Self::Query { lane, .. }
            | Self::Answer { lane, .. }
            | Self::Later { lane }
            | Self::Want { lane, .. }
            | Self::WantAll { lane }
            | Self::Page { lane, .. }
            | Self::Got { lane, .. }
            | Self::Have { lane, .. } => Some(lane),
        }
    }
}

impl<C> Encode<C> for Message {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        let mut head = |fields: u64, kind: u64| -> Result<(), encode::Error<W::Error>> {
            e.array(2 + fields)?.u64(VERSION)?.u64(kind)?;
            Ok(())
        };
        match self {
            Self::Hello { nonce } => {
                head(1, 0)?;
                e.bytes(nonce)?;
            }
            Self::Tags { round, tags } => {
                head(2, 1)?;
                e.u64(*round)?.bytes(tags.as_flattened())?;
            }
            Self::Proof { lane, epoch, sealed } => {
                head(3, 2)?;
                e.bytes(lane)?.u64(*epoch)?.bytes(sealed)?;
            }
            Self::Again { lane, epoch } => {
                head(2, 3)?;
                e.bytes(lane)?.u64(*epoch)?;
            }
            Self::Locked { lane } => {
                head(1, 4)?;
                e.bytes(lane)?;
            }
            Self::JoinRequest { lane, body } => {
                head(2, 5)?;
                e.bytes(lane)?.bytes(body)?;
            }
            Self::Welcome { lane, body } => {
                head(2, 6)?;
                e.bytes(lane)?.bytes(body)?;
            }
            Self::JoinRefused { lane, reason } => {
                head(2, 7)?;
                e.bytes(lane)?.str(reason)?;
            }
            Self::Summary { lane, digest, reply } => {
                head(4, 8)?;
                e.bytes(lane)?.u64(digest.count)?.bytes(&digest.print)?.u64(u64::from(*reply))?;
            }
            Self::Query { lane, session, body } => {
                head(3, 9)?;
                e.bytes(lane)?.u64(*session)?.bytes(body)?;
            }
            Self::Answer { lane, session, body } => {
                head(3, 10)?;
                e.bytes(lane)?.u64(*session)?.bytes(body)?;
            }
            Self::Later { lane } => {
                head(1, 11)?;
                e.bytes(lane)?;
            }
            Self::Want { lane, ids } => {
                head(2, 12)?;
                e.bytes(lane)?.bytes(&flat(ids))?;
            }
            Self::WantAll { lane } => {
                head(1, 13)?;
                e.bytes(lane)?;
            }
            Self::Page { lane, left, envelopes } => {
                head(3, 14)?;
                e.bytes(lane)?.u64(*left)?.array(envelopes.len() as u64)?;
                for envelope in envelopes {
                    e.bytes(envelope)?;
                }
            }
            Self::Got { lane, page, missing } => {
                head(3, 15)?;
                e.bytes(lane)?.u64(*page)?.array(missing.len() as u64)?;
                for index in missing {
                    e.u64(*index)?;
                }
            }
            Self::Have { lane, ids } => {
                head(2, 16)?;
                e.bytes(lane)?.bytes(&flat(ids))?;
            }
            Self::Keys { lane, body } => {
                head(2, 17)?;
                e.bytes(lane)?.bytes(body)?;
            }
            Self::Parcel { lane, to, body } => {
                head(3, 18)?;
                e.bytes(lane)?.bytes(to.as_bytes())?.bytes(body)?;
            }
        }
        Ok(())
    }
}

fn flat(ids: &[EnvelopeId]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(32 * ids.len());
    for id in ids {
        bytes.extend_from_slice(&id.0);
    }
    bytes
}

impl<'b, C> Decode<'b, C> for Message {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let fields = d.array()?.ok_or_else(|| bad("a list without its length"))?;
        if d.u64()? != VERSION {
            return Err(bad("no such version"));
        }
        let kind = d.u64()?;
        let expected = match kind {
            0 | 4 | 11 | 13 => 1,
            1 | 3 | 5 | 6 | 7 | 12 | 16 | 17 => 2,
            2 | 9 | 10 | 14 | 15 | 18 => 3,
            8 => 4,
            _ => return Err(bad("no such kind of message")),
        };
        if fields != 2 + expected {
            return Err(bad("another number of fields"));
        }
        Ok(match kind {
            0 => Self::Hello { nonce: fixed(d)? },
            1 => Self::Tags { round: d.u64()?, tags: tags(d.bytes()?)? },
            2 => Self::Proof { lane: fixed(d)?, epoch: d.u64()?, sealed: bytes(d, PROOF_BYTES)? },
            3 => Self::Again { lane: fixed(d)?, epoch: d.u64()? },
            4 => Self::Locked { lane: fixed(d)? },
            5 => Self::JoinRequest { lane: fixed(d)?, body: bytes(d, JOIN_BYTES)? },
            6 => Self::Welcome { lane: fixed(d)?, body: bytes(d, WELCOME_BYTES)? },
            7 => Self::JoinRefused { lane: fixed(d)?, reason: sentence(d.str()?)? },
            8 => Self::Summary {
                lane: fixed(d)?,
                digest: Digest { count: d.u64()?, print: fixed(d)? },
                reply: match d.u64()? {
                    0 => false,
                    1 => true,
                    _ => return Err(bad("neither yes nor no")),
                },
            },
            // Negentropy goes a little over its own limit before it closes a message.
            9 => Self::Query { lane: fixed(d)?, session: d.u64()?, body: bytes(d, 2 * FRAME)? },
            10 => Self::Answer { lane: fixed(d)?, session: d.u64()?, body: bytes(d, 2 * FRAME)? },
            11 => Self::Later { lane: fixed(d)? },
            12 => Self::Want { lane: fixed(d)?, ids: ids(d.bytes()?, WANT_IDS)? },
            13 => Self::WantAll { lane: fixed(d)? },
            14 => Self::Page {
                lane: fixed(d)?,
                left: d.u64()?,
                envelopes: list(d, PAGE_ENTRIES, |d| bytes(d, MAX_ENVELOPE))?,
            },
            15 => Self::Got {
                lane: fixed(d)?,
                page: d.u64()?,
                missing: {
                    let missing = list(d, PAGE_ENTRIES, |d| d.u64())?;
                    if !missing.is_sorted_by(|a, b| a < b) {
                        return Err(bad("indexes out of order"));
                    }
                    missing
                },
            },
            17 => Self::Keys { lane: fixed(d)?, body: bytes(d, WELCOME_BYTES)? },
            18 => Self::Parcel { lane: fixed(d)?, to: DeviceId(fixed(d)?), body: bytes(d, PARCEL_BYTES)? },
            _ => Self::Have { lane: fixed(d)?, ids: ids(d.bytes()?, HAVE_IDS)? },
        })
    }
}

fn bad(what: &'static str) -> decode::Error {
    decode::Error::message(what)
}

fn fixed<const N: usize>(d: &mut Decoder<'_>) -> Result<[u8; N], decode::Error> {
    d.bytes()?.try_into().map_err(|_| bad("a field of another length"))
}

fn bytes(d: &mut Decoder<'_>, limit: usize) -> Result<Vec<u8>, decode::Error> {
    let bytes = d.bytes()?;
    if bytes.is_empty() || bytes.len() > limit {
        return Err(bad("a field that is empty or too long"));
    }
    Ok(bytes.to_vec())
}

fn sentence(text: &str) -> Result<String, decode::Error> {
    if text.len() > REFUSAL_BYTES {
        return Err(bad("a sentence that is too long"));
    }
    Ok(text.to_owned())
}

fn tags(flat: &[u8]) -> Result<Vec<LaneTag>, decode::Error> {
    let (tags, rest) = flat.as_chunks::<16>();
    if !rest.is_empty() || tags.is_empty() || !tags.len().is_multiple_of(TAGS_STEP) || tags.len() > TAGS {
        return Err(bad("another number of tags"));
    }
    if !tags.is_sorted_by(|a, b| a < b) {
        return Err(bad("tags out of order"));
    }
    Ok(tags.to_vec())
}

fn ids(flat: &[u8], limit: usize) -> Result<Vec<EnvelopeId>, decode::Error> {
    let (ids, rest) = flat.as_chunks::<32>();
    if !rest.is_empty() || ids.is_empty() || ids.len() > limit {
        return Err(bad("another number of ids"));
    }
    Ok(ids.iter().copied().map(EnvelopeId).collect())
}

fn list<T>(
    d: &mut Decoder<'_>,
    limit: usize,
    mut each: impl FnMut(&mut Decoder<'_>) -> Result<T, decode::Error>,
) -> Result<Vec<T>, decode::Error> {
    let count = d.array()?.ok_or_else(|| bad("a list without its length"))?;
    if count > limit as u64 {
        return Err(bad("a list that is too long"));
    }
    (0..count).map(|_| each(d)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn one_of_each() -> Vec<Message> {
        let lane = [7; 8];
        let digest = Digest { count: 10_000, print: [3; 16] };
        let tags = (0..8_u8).map(|n| [n; 16]).collect();
        let ids = vec![EnvelopeId([1; 32]), EnvelopeId([2; 32])];
        vec![
            Message::Hello { nonce: [9; 32] },
            Message::Tags { round: 1, tags },
            Message::Proof { lane, epoch: 1, sealed: vec![4; 130] },
            Message::Again { lane, epoch: 2 },
            Message::Locked { lane },
            Message::JoinRequest { lane, body: vec![1; 300] },
            Message::Welcome { lane, body: vec![1; 300] },
            Message::JoinRefused { lane, reason: "The invitation has expired.".into() },
            Message::Summary { lane, digest, reply: true },
            Message::Query { lane, session: 1, body: vec![0x61] },
            Message::Answer { lane, session: 1, body: vec![0x61] },
            Message::Later { lane },
            Message::Want { lane, ids: ids.clone() },
            Message::WantAll { lane },
            Message::Page { lane, left: 3, envelopes: vec![vec![1; 600], vec![2; 70]] },
            Message::Got { lane, page: 1, missing: vec![0, 7] },
            Message::Have { lane, ids },
            Message::Keys { lane, body: vec![4, 5] },
            Message::Parcel { lane, to: DeviceId([6; 32]), body: vec![4, 5] },
        ]
    }

    #[test]
    fn every_kind_goes_there_and_back_and_is_read_in_one_form_only() {
        for (kind, message) in one_of_each().into_iter().enumerate() {
            let bytes = message.to_bytes();
            assert_eq!(Message::from_bytes(&bytes).unwrap(), message);
            assert_eq!(usize::from(bytes[2]), kind, "the kind's number is part of the protocol");
            let mut longer = bytes.clone();
            longer.push(0);
            assert!(Message::from_bytes(&longer).is_err());
            assert!(Message::from_bytes(&bytes[..bytes.len() - 1]).is_err());
            let mut overlong = bytes.clone();
            overlong.splice(1..2, [0x18, 1]);
            assert!(matches!(Message::from_bytes(&overlong), Err(WireError::Encoding(CanonError::NotCanonical))));
            let mut newer = bytes;
            newer[1] = 2;
            assert!(matches!(Message::from_bytes(&newer), Err(WireError::Version(2))));
        }
    }

    #[test]
    fn what_is_too_long_or_out_of_order_is_refused() {
        let lane = [7; 8];
        let tags = |n: usize| Message::Tags { round: 1, tags: (0..n).map(|n| (n as u128).to_be_bytes()).collect() };
        assert!(Message::from_bytes(&tags(TAGS).to_bytes()).is_ok());
        let hostile = [
            tags(TAGS + TAGS_STEP),
            tags(7),
            tags(0),
            Message::Tags { round: 1, tags: vec![[1; 16]; 8] },
            Message::Proof { lane, epoch: 1, sealed: vec![0; PROOF_BYTES + 1] },
            Message::JoinRequest { lane, body: vec![0; JOIN_BYTES + 1] },
            Message::Welcome { lane, body: Vec::new() },
            Message::JoinRefused { lane, reason: "é".repeat(REFUSAL_BYTES / 2 + 1) },
            Message::Query { lane, session: 1, body: vec![0; 2 * FRAME + 1] },
            Message::Want { lane, ids: vec![EnvelopeId([0; 32]); WANT_IDS + 1] },
            Message::Want { lane, ids: Vec::new() },
            Message::Have { lane, ids: vec![EnvelopeId([0; 32]); HAVE_IDS + 1] },
            Message::Page { lane, left: 0, envelopes: vec![vec![1]; PAGE_ENTRIES + 1] },
            Message::Page { lane, left: 0, envelopes: vec![vec![0; MAX_ENVELOPE + 1]] },
            Message::Got { lane, page: 0, missing: vec![1, 1] },
        ];
        for message in hostile {
            assert!(Message::from_bytes(&message.to_bytes()).is_err(), "{message:?}");
        }
        // The fullest page that an honest peer makes.
        let fullest = Message::Page { lane, left: u64::MAX, envelopes: vec![vec![0; MAX_ENVELOPE]; 9] };
        assert!(fullest.to_bytes().len() <= MAX_MESSAGE);
        assert!(Message::from_bytes(&fullest.to_bytes()).is_ok());
        // A count that promises what is not there reserves nothing.
        assert!(Message::from_bytes(&[0x85, 1, 14, 0x48, 7, 7, 7, 7, 7, 7, 7, 7, 0, 0x99, 0x0f, 0xff]).is_err());
    }

    proptest! {
        #[test]
        fn rubbish_is_refused_and_what_is_accepted_is_canonical(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(message) = Message::from_bytes(&bytes) {
                prop_assert_eq!(message.to_bytes(), bytes);
            }
        }

        #[test]
        fn altered_messages_are_refused_or_other_messages(kind in 0_usize..19, at in any::<prop::sample::Index>(), bit in 0..8) {
            let mut bytes = one_of_each().swap_remove(kind).to_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            if let Ok(message) = Message::from_bytes(&bytes) {
                prop_assert_eq!(message.to_bytes(), bytes);
            }
        }
    }
}
