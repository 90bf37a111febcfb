//! One actor that owns a member's vault, store, chapters and connections, and answers commands.
//!
//! Knows: everything below it, and the clock. Must not know: windows, terminals, how things are shown.
//!
//! Reading order: `core` (the node without clock, disk or sockets: inputs in,
//! effects out, as `io` names them) with `house` (its chapters, one `room` each; `quests` are those that are being joined, `joining` and `pairing` what the
//! two sides of that say, `own_devices` what one member's devices hand each other, `turned_away` who could not join, `standing` what
//! is said when this member is in it no more, `epochs` the keys, `duties` what it does by itself, `tellers` what a teller's does, `secret` what secret votes need, `archives` polls as files, `alike` which handles look the same) and `commands` (one file per area),
//! `actor` (the thread that performs the
//! effects; its `beginning` and `vault`, `backup`, `idle` and `keyring` answer what is about keys, `sleep` hears when the computer goes to sleep, `sweep` erases what was hidden), [`mod@keyring`] (the system's), `wipe`, `strength`, [`local`] (the socket for
//! the command line).

mod actor;
mod alike;
mod archives;
mod clock;
mod commands;
pub mod core;
mod counts;
pub mod desk;
mod duties;
mod early;
mod epochs;
mod hidden;
mod house;
mod io;
mod joining;
pub mod keyring;
pub mod local;
mod notes;
mod own_devices;
mod pairing;
mod qr;
mod quests;
mod room;
mod secret;
mod standing;
mod strength;
mod tellers;
mod turned_away;
mod wipe;

pub use actor::{Config, Handle, Node, default_data_folder, whole_result};
pub use archives::verify as verify_archive;
pub use desk::Desk;
pub use keyring::Keyring;
pub use wipe::{is_ours, wipe};

/// Reads these bytes as everything that another computer may say to the node itself, and tells how often that worked; for
/// the fuzzer.
#[doc(hidden)]
pub fn readings(bytes: &[u8]) -> usize {
    joining::readings(bytes) + pairing::readings(bytes) + own_devices::readings(bytes)
}
