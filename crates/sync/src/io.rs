//! What goes into the machine and what comes out.

use crate::host::Refusal;
use entry::{ChapterId, DeviceId, EnvelopeId, Timestamp};

/// A peer: the bytes of its network name, which the encrypted connection below has authenticated.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Peer(pub Vec<u8>);

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Peer(")?;
        self.0.iter().rev().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// One stored envelope as reconciliation sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    /// The envelope's hour.
    pub hour: u64,
    /// The envelope's id.
    pub id: EnvelopeId,
}

/// Something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A connection stands. Given again for a peer that is connected already, the older connection counts as gone.
    Connected {
        /// Who.
        peer: Peer,
        /// Whether this side dialled.
        outbound: bool,
    },
    /// The last connection to a peer is gone.
    Disconnected {
        /// Who.
        peer: Peer,
    },
    /// A whole message arrived, in the order in which the peer sent it.
    Message {
        /// From whom.
        peer: Peer,
        /// The message.
        bytes: Vec<u8>,
    },
    /// Gossip arrived. It is answered with [`Output::Judged`] sooner or later.
    Gossip {
        /// The neighbour that passed it on.
        peer: Peer,
        /// The chapter on whose topic it came.
        chapter: ChapterId,
        /// What [`Output::Publish`] had.
        bytes: Vec<u8>,
        /// Handed back in [`Output::Judged`].
        token: u64,
    },
    /// Everything that the chapter's log holds, in the order of arrival: the item at index `n` has position `n`.
    /// From now on the chapter takes part. Given again, it replaces what was there.
    Loaded {
        /// Which chapter.
        chapter: ChapterId,
        /// All of it.
        items: Vec<Item>,
    },
    /// Envelopes were written here (or came from a bundle) and are durable. Positions go on where they ended: this and
    /// [`Input::Ingested`] have to be given in the order in which the log took the envelopes.
    Stored {
        /// Which chapter.
        chapter: ChapterId,
        /// What is new, in the order of arrival.
        new: Vec<Item>,
    },
    /// The answer to [`Output::Deliver`]: every delivery gets exactly one. After [`Input::Forget`], answers to older
    /// deliveries are ignored.
    Ingested {
        /// The delivery.
        ticket: u64,
        /// What became of it.
        verdict: Verdict,
    },
    /// This device wants to join a chapter by an invitation.
    Join {
        /// Which chapter.
        chapter: ChapterId,
    },
    /// The chapter no longer takes part: it was left, or the search for it given up.
    Forget {
        /// Which chapter.
        chapter: ChapterId,
    },
    /// The View of a chapter's members or devices changed, or a new epoch key arrived.
    MembershipChanged {
        /// Which chapter.
        chapter: ChapterId,
    },
    /// Compare with every connected member now: somebody asked, or an entry's causal parents are missing.
    SyncNow {
        /// Which chapter.
        chapter: ChapterId,
    },
    /// Hand something sealed to a connected member's device, to keep or to pass on. If that is not connected any more, it is
    /// lost.
    Parcel {
        /// Which chapter.
        chapter: ChapterId,
        /// Whom to hand it to.
        via: DeviceId,
        /// Whom it is for.
        to: DeviceId,
        /// What only that device can read.
        body: Vec<u8>,
    },
    /// Time passed. Wanted about every 100 ms; nothing breaks when it comes late.
    Tick,
}

/// What became of a delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Durable now and not before, in the order of arrival; may include entries that had been parked earlier.
    pub stored: Vec<Item>,
    /// Kept aside until what they need arrives.
    pub parked: Vec<EnvelopeId>,
    /// Refused for good.
    pub refused: Vec<EnvelopeId>,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Send a message. Nothing but answers to what a peer asks piles up here, under budgets; a peer that asks and does
    /// not read shall be disconnected when more than some 16 MiB wait for it.
    Send {
        /// To whom.
        peer: Peer,
        /// The message.
        bytes: Vec<u8>,
    },
    /// Close every connection to a peer. The machine has forgotten it already.
    Disconnect {
        /// Whom.
        peer: Peer,
        /// Why.
        reason: Reason,
    },
    /// Take envelopes in. Answer with [`Input::Ingested`].
    Deliver {
        /// Who sent them.
        peer: Peer,
        /// The chapter of the lane on which they came; their tag was checked.
        chapter: ChapterId,
        /// To be named in the answer.
        ticket: u64,
        /// The envelopes, parents before children if the peer is honest.
        envelopes: Vec<Vec<u8>>,
    },
    /// Pass on to the chapter's gossip topic.
    Publish {
        /// Which chapter.
        chapter: ChapterId,
        /// The message.
        bytes: Vec<u8>,
    },
    /// What to tell the gossip layer about a message.
    Judged {
        /// From [`Input::Gossip`].
        token: u64,
        /// Whether to pass it on.
        gossip: Gossip,
    },
    /// A peer proved to hold a chapter's key with a device of its own. Whether that is a member's, a newcomer cannot know
    /// before it has copied the chapter, from this very peer: so its long messages are read from now on.
    Known {
        /// Who.
        peer: Peer,
    },
    /// A peer proved to be a device of a member.
    Proven {
        /// Who.
        peer: Peer,
        /// Of which chapter.
        chapter: ChapterId,
        /// Which device.
        device: DeviceId,
    },
    /// A member's device takes no notice of this one, though it was shown whose it is: the first of this chapter since
    /// somebody did; or nobody can read what the other shows. See [`crate::Sync::unanswered`] and [`crate::Sync::is_foreign`].
    Unanswered {
        /// Which chapter.
        chapter: ChapterId,
    },
    /// A member's device handed over something sealed for this one, or for another one.
    Parcel {
        /// Which chapter.
        chapter: ChapterId,
        /// Who handed it over.
        from: DeviceId,
        /// Whom it is for.
        to: DeviceId,
        /// What only that device can read.
        body: Vec<u8>,
    },
    /// A member's device says that whoever let this one in was no member any more.
    Uprooted {
        /// Into which chapter.
        chapter: ChapterId,
        /// Which device says so.
        device: DeviceId,
    },
    /// A chapter welcomed this device. It takes part now, with nothing in its log yet.
    Joined {
        /// Which chapter.
        chapter: ChapterId,
        /// Who welcomed.
        peer: Peer,
    },
    /// A member refused, or its welcome was no good. Other members are asked as they appear.
    JoinRefused {
        /// Which chapter.
        chapter: ChapterId,
        /// Who refused.
        peer: Peer,
        /// Why.
        reason: Refusal,
    },
    /// Who has what changed: [`crate::Sync::share`] may give other numbers, and the marks are worth saving.
    Shared {
        /// Which chapter.
        chapter: ChapterId,
    },
    /// How far the exchange with a peer is.
    Progress {
        /// Which chapter.
        chapter: ChapterId,
        /// From whom.
        peer: Peer,
        /// Taken from it since the connection began.
        fetched: u64,
        /// What it says it has yet to send.
        left: u64,
    },
    /// Both sides have the same.
    InSync {
        /// Which chapter.
        chapter: ChapterId,
        /// With whom.
        peer: Peer,
        /// What it took, since the connection began.
        stats: Stats,
    },
}

/// What the gossip layer does with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gossip {
    /// Pass it on.
    Accept,
    /// Drop it; nobody is to blame.
    Ignore,
    /// Drop it; whoever sent it is to blame.
    Reject,
}

/// Why a peer is cut off.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// What it sent is no message.
    #[error("it sent something that is not a message: {0}")]
    Malformed(String),
    /// It speaks a later protocol.
    #[error("it speaks version {0} of the protocol, which is newer than this program")]
    NewerVersion(u64),
    /// A message that has no place where it came.
    #[error("it broke the protocol: {0}")]
    Violation(&'static str),
    /// It did not prove to share a chapter in time.
    #[error("it shares no chapter with this computer, or did not prove it")]
    Unproven,
    /// Too much that is of no use.
    #[error("it sent too much that is of no use")]
    Flood,
    /// It owes an answer and says nothing.
    #[error("it stopped answering")]
    Stalled,
    /// There are too many connections already.
    #[error("there are too many connections already")]
    Full,
    /// It is this very node.
    #[error("it is this computer itself")]
    Oneself,
}

/// Counters of one lane (one chapter with one peer), since the connection began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// Envelopes sent.
    pub sent: u64,
    /// Envelopes received that were new here and are durable now.
    pub received: u64,
    /// Rounds of reconciliation, begun here or there.
    pub rounds: u64,
    /// Bytes of messages received for this lane.
    pub bytes_in: u64,
    /// Bytes of messages sent for this lane.
    pub bytes_out: u64,
}

/// A connected peer, for showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerStatus {
    /// Who.
    pub peer: Peer,
    /// Whether this side dialled.
    pub outbound: bool,
    /// The chapters in which it proved a device.
    pub lanes: Vec<LaneStatus>,
    /// When its last message came.
    pub heard: Timestamp,
}

/// One chapter shared with one peer, for showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneStatus {
    /// Which chapter.
    pub chapter: ChapterId,
    /// Its device.
    pub device: DeviceId,
    /// Whether the device is a member's, as far as is known here.
    pub member: bool,
    /// Whether both had the same when they last compared, and nothing is known to have changed.
    pub in_sync: bool,
    /// What the peer said it has yet to send.
    pub left: u64,
    /// Counters.
    pub stats: Stats,
}
