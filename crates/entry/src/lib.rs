//! What a device signs: entries, their ids, their canonical bytes, and the sealed envelope that carries them.
//!
//! Knows: canonical CBOR, ed25519, BLAKE3, XChaCha20-Poly1305. Must not know: clocks, randomness, files, async,
//! peers, what any kind of entry means, display text.
//!
//! Reading order: [`ids`] (names of things), [`time`], [`canon`] (the only encoding that is accepted), [`signature`],
//! [`head`] (what is signed), [`entry`] (a head and its body; `Entry<Unverified>` becomes `Entry<Verified>`), [`epoch`]
//! (the keys of an epoch), [`envelope`] (the form of what travels), [`seal`] (sealing and opening), [`cert`] (which
//! devices are a member's), [`fork`] (two entries in one place). The format is written down in `docs/FORMAT.md`.

pub mod canon;
pub mod cert;
pub mod entry;
pub mod envelope;
pub mod epoch;
pub mod fork;
pub mod head;
pub mod ids;
pub mod seal;
pub mod signature;
pub mod time;

pub use cert::DeviceCert;
pub use entry::{Draft, Entry, EntryError, Unverified, Verified, is_membership};
pub use envelope::Envelope;
pub use epoch::{EpochKey, HeadKey};
pub use head::Head;
pub use ids::{BodyDigest, ChapterId, DeviceId, EntryId, EnvelopeId, MemberId, Tag};
pub use seal::{SealError, Sealer};
pub use time::Timestamp;
