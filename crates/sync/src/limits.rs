//! How much of everything is allowed. Whatever a peer can make grow has its bound here.

use entry::envelope::MAX_ENVELOPE;

/// The version of the protocol.
pub const VERSION: u64 = 1;
/// The longest message. A page may overshoot [`PAGE_BYTES`] by one envelope, and has a few bytes around it.
pub const MAX_MESSAGE: usize = PAGE_BYTES + MAX_ENVELOPE + 64 * 1024;
/// The longest message of a peer that has proved nothing yet.
pub const MAX_UNPROVEN_MESSAGE: usize = 20 * 1024;
/// The longest gossip message: one envelope.
pub const MAX_GOSSIP: usize = MAX_ENVELOPE;

/// The largest page, in bytes of envelopes: about 800 posts, a good batch for one flush of the disk.
pub const PAGE_BYTES: usize = 512 * 1024;
/// The first page of a connection: the receiver shall have something to do soon.
pub const FIRST_PAGE_BYTES: usize = 128 * 1024;
/// The smallest page, for lines on which a large one would take minutes.
pub const SMALLEST_PAGE_BYTES: usize = 16 * 1024;
/// A page with less than this is no sign that a bulk goes on.
pub const BULK_BYTES: usize = 16 * 1024;
/// The most envelopes of one page.
pub const PAGE_ENTRIES: usize = 4096;
/// Of a lot of more envelopes than this, the latest page goes ahead of all others, so that there is something to read while
/// the rest arrives.
pub const AHEAD_OF: u64 = 1024;
/// Pages that may be on their way to a peer, or with it and not yet dealt with.
pub const WINDOW: usize = 2;
/// The length at which negentropy closes a message.
pub const FRAME: usize = 128 * 1024;
/// The most ids that are asked for in one message.
pub const WANT_IDS: usize = 2048;
/// The most ids that are announced in one message.
pub const HAVE_IDS: usize = 256;
/// What came since a device last had the same is given to it without comparing, if it is no more than this.
pub const RESUME: usize = 256;
/// The most tags of one message; so many chapters can be offered.
pub const TAGS: usize = 256;
/// Tags come in multiples of this, so that their number tells little.
pub const TAGS_STEP: usize = 8;
/// The longest sealed proof.
pub const PROOF_BYTES: usize = 256;
/// The longest join request.
pub const JOIN_BYTES: usize = 16 * 1024;
/// The longest welcome.
pub const WELCOME_BYTES: usize = 16 * 1024;
/// The longest parcel.
pub const PARCEL_BYTES: usize = 24 * 1024;
/// Parcels of one connection in one go; one more every second.
pub const PARCELS: u64 = 64;
/// The longest refusal, in bytes.
pub const REFUSAL_BYTES: usize = 512;

/// Connections at once.
pub const PEERS: usize = 256;
/// Connections at once that came from outside and have proved nothing.
pub const UNPROVEN_PEERS: usize = 64;
/// Proofs that a peer may send for one chapter before the connection has to be made anew.
pub const PROOFS: u32 = 8;
/// How often keys are given to one device over one connection.
pub const KEYS_GIVEN: u32 = 16;
/// Join requests of one connection in one go; one more every second.
pub const JOINS: u64 = 5;
/// Join requests that are decided in one go, over all connections;
pub const ADMISSIONS: u64 = 300;
/// beyond, one in so many seconds.
pub const ADMISSION_SECONDS: u64 = 1;
/// Rounds of one reconciliation. Each passes on up to [`FRAME`] bytes of differences.
pub const ROUNDS: u32 = 512;
/// Bytes of envelopes that are with the owner and not yet answered for. More is dropped, and asked for again later.
pub const IN_HAND_BYTES: usize = 16 * 1024 * 1024;
/// Gossip messages of one peer that are with the owner and not yet answered for.
pub const GOSSIP_IN_HAND: usize = 64;
/// Ids of one chapter that are remembered as asked for.
pub const ASKED: usize = 16 * 1024;
/// Ids of one chapter that are remembered as parked or refused, so that they are not fetched again and again.
pub const SHELVED: usize = 4096;
/// Envelopes that are here without their bodies, for which one peer is asked over one connection,
pub const WHOLE: usize = 1024;
/// and so many of them at once.
pub const WHOLE_AT_ONCE: usize = 256;
/// Fresh ids of one chapter that wait to be announced; beyond, sets are compared instead.
pub const FRESH: usize = 1024;
/// Stored at once: up to so many are fresh and pushed, more are a bulk and found by comparing.
pub const FRESH_BATCH: usize = 64;
/// A fresh envelope is sent to so many peers directly; gossip and announcements reach the others.
pub const PUSH_PEERS: usize = 8;
/// Devices of a chapter of which it is remembered that they do not answer.
pub const SILENT_DEVICES: usize = 64;
/// Devices of a chapter of which it is remembered what they have.
pub const MARKED_DEVICES: usize = 4096;
/// Single positions remembered of one device above its unbroken run.
pub const MARKS_ABOVE: usize = 4096;
/// While a peer has more than this left to send, no second one is asked for the same.
pub const BULK: u64 = 256;

/// All times in milliseconds.
pub mod millis {
    /// So long a peer may take to prove that it shares a chapter.
    pub const UNPROVEN: u64 = 30_000;
    /// A member's device that says nothing for so long to who has proved itself to it takes it for no member.
    pub const UNANSWERED_PROOF: u64 = 15_000;
    /// So long after a device on a connection is a member's no more, the connection ends: time enough to acknowledge what it sent
    /// (its member's own leaving, most likely), and anew it notices in [`UNANSWERED_PROOF`] that nobody answers.
    pub const TURNED_OUT: u64 = 3_000;
    /// Owing an answer, it may be silent for so long.
    pub const SILENT: u64 = 60_000;
    /// Owing an answer, it may talk of other things for so long.
    pub const UNANSWERED: u64 = 300_000;
    /// A page that was dealt with in this time makes the next one larger,
    pub const PAGE_QUICK: u64 = 2_000;
    /// one that took this long makes it smaller.
    pub const PAGE_SLOW: u64 = 8_000;
    /// So long a welcome may take before another member is asked.
    pub const WELCOME: u64 = 30_000;
    /// So long after a refusal the same peer is asked again.
    pub const REFUSED: u64 = 60_000;
    /// From an answer that decides nothing yet to the next request.
    pub const NOT_YET: u64 = 3_000;
    /// From a welcome to the next request, while nothing is copied and no admission has come.
    pub const WELCOMED: u64 = 5_000;
    /// From an answer that has nothing for this device to the next request; less than [`UNPROVEN`], so that devices that
    /// share nothing else stay connected.
    pub const NOTHING: u64 = 15_000;
    /// Sets are compared so often at least, and
    pub const CHECK: u64 = 45_000;
    /// up to this much later, so that not everybody compares at once.
    pub const CHECK_JITTER: u64 = 30_000;
    /// A bulk that does not move for so long makes room for another peer.
    pub const BULK_STALL: u64 = 10_000;
    /// After a bulk, others are told so long after the last of it.
    pub const AFTER_BULK: u64 = 1_000;
    /// First pause after an exchange that ended with a difference; it grows fourfold each time, up to [`CHECK`],
    pub const RETRY: u64 = 500;
    /// or up to this when the difference is the same as before.
    pub const HOPELESS: u64 = 600_000;
    /// Own fresh envelopes are announced to those who were not sent them after so long: gossip is usually faster.
    pub const ANNOUNCE: u64 = 1_000;
    /// An id that was announced and asked for is asked of somebody else after so long.
    pub const ASKED_FRESH: u64 = 3_000;
    /// An id that was found missing and asked for is asked of somebody else after so long.
    pub const ASKED: u64 = 30_000;
    /// A parked envelope is not fetched again for so long.
    pub const PARKED: u64 = 60_000;
    /// A refused envelope is not fetched again for so long.
    pub const REFUSED_ENTRY: u64 = 3_600_000;
    /// A pause between ticks that means that the machine slept or was held up: nobody is blamed for it.
    pub const SLEPT: u64 = 5_000;
}

/// What useless things cost, out of a budget of [`price::BUDGET`] that refills by [`price::REFILL`] a second.
pub mod price {
    /// The budget.
    pub const BUDGET: u64 = 4096;
    /// Refill per second.
    pub const REFILL: u64 = 50;
    /// An envelope that is here already. Two who push the same at once are not to blame.
    pub const DUPLICATE: u64 = 1;
    /// Something that came too late or too early, as it can happen between honest peers.
    pub const STRAY: u64 = 4;
    /// An envelope that the log refused.
    pub const REFUSED: u64 = 64;
    /// A proof that does not open, a request that was refused, a second copy of everything.
    pub const ABUSE: u64 = 512;
}
