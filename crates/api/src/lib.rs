//! The words that a screen or a script exchanges with a node.
//!
//! Knows: serde, plain data. Must not know: any other crate of ours, clocks, keys, how anything is done.
//!
//! Reading order: [`command`] (what can be asked), [`reply`] (what is answered), [`view`] (the things shown), [`poll`] (how
//! polls are decided and what came out), [`proposal`] (how they stand before they open), [`closing`] (who closes them,
//! counting again), [`opening`] (who opens what was hidden until the close), [`draft`] (what a person writes), [`event`]
//! (what a node says by itself), [`picture`] (what is known of a picture before it is drawn), [`table`] (a result for spreadsheets), [`words`] (names in
//! commands that are suggested), [`error`] (why something was refused).
//!
//! Conventions, valid for every type here:
//! - an **id** (entry, chapter, member, device, poll) is 64 lower-case hexadecimal digits;
//! - a **time** is RFC 3339 in UTC with seconds, `2026-11-23T18:30:00Z`;
//! - a **date** is `2026-11-23`, a **time of day** `18:30`: they are the chapter's local ones and carry no zone;
//! - optional fields that are absent are left out of the JSON.

pub mod closing;
pub mod command;
pub mod draft;
pub mod error;
pub mod event;
pub mod opening;
pub mod people;
pub mod picture;
pub mod poll;
pub mod proposal;
pub mod reply;
pub mod table;
pub mod view;
pub mod words;

pub use command::Command;
pub use draft::{MinutesDraft, MotionDraft, PollDraft};
pub use error::{ErrorCode, Refusal, without_numbers};
pub use event::Event;
pub use reply::Reply;
pub use words::in_command;

/// 64 lower-case hexadecimal digits.
pub type Id = String;

/// RFC 3339 in UTC, seconds.
pub type Time = String;
