//! What the machine asks of its owner. Every answer is immediate; nothing here waits for a network or a person.

use entry::{ChapterId, DeviceId, EnvelopeId, EpochKey};

/// What a chapter's View says of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A certified device of a current member: it is served.
    Member,
    /// Nothing is known of it: perhaps its admission has not arrived. It is listened to, and not served.
    Unknown,
    /// It was removed or revoked: it is neither served nor listened to.
    Removed,
}

/// What somebody else's device has to do with this member, so that it may go out together with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// It is this member's, too.
    Own,
    /// Its member came in by this member's invitation.
    LetIn,
    /// Its member let this one in, or invited them.
    LetMeIn,
    /// Nothing.
    None,
}

/// A refusal, as a sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// What an answer to a request to join came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Welcomed {
    /// This device holds the chapter's keys now.
    In,
    /// Nothing is decided yet: the request is made again in a while.
    NotYet,
    /// There is more to say: the request is made again at once.
    Further,
    /// There is nothing for this device at the moment: it asks again after a while.
    Nothing,
    /// It was no chapter that was asked for, and there is nothing more to ask.
    Done,
}

/// The owner: a node with its keys, logs and Views.
pub trait Host {
    /// The bytes of the envelope at this arrival position (see [`crate::Input::Loaded`]).
    fn envelope(&self, chapter: &ChapterId, position: u64) -> Option<Vec<u8>>;

    /// Envelopes that are here without their bodies, although nothing explains it: somebody left the texts out on the way.
    fn lacking(&self, chapter: &ChapterId) -> Vec<EnvelopeId>;

    /// What the chapter's View says of a device.
    fn standing(&self, chapter: &ChapterId, device: &DeviceId) -> Standing;

    /// What a device has to do with this member.
    fn tie(&self, chapter: &ChapterId, device: &DeviceId) -> Tie;

    /// Of a removed device: whether it is that of a newcomer whom somebody let in who was no member any more. They did
    /// nothing wrong, and are told; of all others nobody says a word.
    fn uprooted(&self, chapter: &ChapterId, device: &DeviceId) -> bool;

    /// The number of the epoch that this device now seals under; `None` if it holds no key of the chapter.
    fn epoch(&self, chapter: &ChapterId) -> Option<u64>;

    /// The key of an epoch, if this device holds it.
    fn epoch_key(&self, chapter: &ChapterId, epoch: u64) -> Option<EpochKey>;

    /// The newest epoch older than this one that this device holds the key of: what a peer may share that has not heard
    /// of the newer one yet.
    fn epoch_before(&self, chapter: &ChapterId, epoch: u64) -> Option<u64>;

    /// Keys for a member's device that was left out when they were made, in words that only it can read. If it says that
    /// it lacks one, all that it should have got: what was wrapped to it may be rubbish, and nobody else can tell.
    fn keys_for(&mut self, chapter: &ChapterId, device: &DeviceId, lacks: bool) -> Option<Vec<u8>>;

    /// If an epoch began whose key this device should have got and did not, the newest one that it holds.
    fn lacks_key(&self, chapter: &ChapterId) -> Option<u64>;

    /// Takes keys that a member's device gave. Whether any of them is new.
    fn take_keys(&mut self, chapter: &ChapterId, body: &[u8]) -> bool;

    /// This device.
    fn device(&self) -> DeviceId;

    /// Signs with this device's key. The machine prefixes every message with its own domain.
    fn sign(&self, message: &[u8]) -> [u8; 64];

    /// 32 fresh random bytes, fit for cryptography.
    fn random(&mut self) -> [u8; 32];

    /// Newcomer's side: the request by which this device asks to be admitted, made for the connection that `binding`
    /// names. `None` when there is nothing to ask any more.
    fn join_request(&mut self, chapter: &ChapterId, binding: &[u8; 32]) -> Option<Vec<u8>>;

    /// Member's side: decides a request, and when it is granted has saved the admission before this returns. The
    /// answer travels over the encrypted connection to the peer that asked, and nobody else.
    fn admit(&mut self, chapter: &ChapterId, request: &[u8], binding: &[u8; 32]) -> Result<Vec<u8>, Refusal>;

    /// Newcomer's side: takes what `admit` returned.
    fn welcomed(&mut self, chapter: &ChapterId, welcome: &[u8], binding: &[u8; 32]) -> Result<Welcomed, Refusal>;
}
