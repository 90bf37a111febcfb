//! What the stories in `tests/tests` are told with: people with the real programs, hosts, screens.
//!
//! Knows: the words of the command line and what it prints, names in the window's pages. Must not know: any other crate
//! of ours. What a story sees is what a person or a script sees.
//!
//! Reading order: [`member`] (a person with a data folder), [`serving`] (their running program), [`program`] (one
//! command, from start to end), [`wait`], [`helper`] (programs beside the ones under test), [`host`] (several computers on
//! one), [`window`] (a person in front
//! of a window), [`driver`] (how it is clicked and typed in), [`screen`], [`x11`].
//!
//! The programs are looked for beside the tests, in the target folder, where `cargo xtask test` builds them; or where
//! `CHAPTERHOUSE_TEST_PROGRAM` and `CHAPTERHOUSE_TEST_WINDOW` say.
// All of this is test code: what is not as expected ends the test.
#![allow(clippy::unwrap_used, clippy::panic)]

pub mod driver;
pub mod helper;
pub mod host;
pub mod member;
pub mod program;
pub mod screen;
pub mod serving;
pub mod wait;
pub mod window;
#[cfg(unix)]
pub mod x11;

pub use member::Member;
