//! What a device signs: entries, their ids, their canonical bytes, and the sealed envelope that carries them.
//!
//! Knows: canonical CBOR, ed25519, BLAKE3, XChaCha20-Poly1305. Must not know: clocks, randomness, files, async,
//! peers, what any kind of entry means, display text.
//!
//! Reading order: [`ids`] (names of things), [`time`], [`canon`] (the only encoding that is accepted), [`signature`],
//! [`entry`] (`Entry<Unverified>` becomes `Entry<Verified>`), [`envelope`] (sealing), [`cert`] (which devices are a
//! member's), [`fork`] (two entries in one place). The format is written down in `docs/FORMAT.md`.

pub mod canon;
pub mod cert;
pub mod entry;
pub mod envelope;
pub mod fork;
pub mod ids;
pub mod signature;
pub mod time;

pub use cert::DeviceCert;
pub use entry::{Draft, Entry, EntryError, Unverified, Verified};
pub use envelope::{Envelope, EpochKey, SealError};
pub use ids::{ChapterId, DeviceId, EntryId, EnvelopeId, MemberId, Tag};
pub use time::Timestamp;
