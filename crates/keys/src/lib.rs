//! What a member must keep secret, and how it is kept: the vault, the member key and its 24 words, device keys,
//! wrapped epoch keys.
//!
//! Knows: Argon2id, XChaCha20-Poly1305, HPKE, BIP-39, one file and how it is replaced. Must not know: what entries
//! mean, logs, stores, peers, display.
//!
//! Reading order: [`secret`] (32 secret bytes), [`member`] (24 words, the member key), [`device`] (a device's two
//! keys), [`words`] (six words to compare), [`mod@wrap`] (an epoch key for one device), [`invitation`] (what is handed to a newcomer), [`contents`] (what a vault holds),
//! [`cost`] (Argon2id), [`seal`] (the file's bytes), `files` (replacing a file), [`vault`] (the file), [`second`] (another way into it than the passphrase), [`backup`] (everything in one
//! sealed file). The format is in `docs/VAULT.md`.
//!
//! Every secret here is wiped from memory when it is dropped, and none can be printed.

pub mod backup;
pub mod contents;
pub mod cost;
pub mod device;
pub mod error;
mod files;
pub mod invitation;
pub mod member;
pub mod pair;
pub mod seal;
pub mod second;
pub mod secret;
pub mod vault;
pub mod words;
pub mod wrap;

pub use contents::{ChapterKeys, Contents, Joining, OwnBallot, OwnDevice, OwnHidden, SecretVotes};
pub use cost::Cost;
pub use device::DeviceKey;
pub use error::VaultError;
pub use invitation::Invitation;
pub use member::{MemberKey, PhraseError};
pub use pair::{BadCode, PairCode};
pub use second::{Second, SecondKey};
pub use secret::Seed32;
pub use vault::{OpenVault, Vault};
pub use words::six_words;
pub use wrap::{WrapError, unwrap, wrap};
