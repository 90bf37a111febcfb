//! What the stories in `tests/tests` are told with: people with the real programs, hosts, screens.
//!
//! Knows: the words of the command line and what it prints, names in the window's pages. Must not know: any other crate
//! of ours. What a story sees is what a person or a script sees.
//!
//! Reading order: [`member`] (a person with a data folder), [`serving`] (their running program), [`program`] (one
//! command, from start to end), [`wait`], [`host`] (several computers on one), [`screen`], [`driver`] and [`window`]
//! (windows that are clicked and typed in).
//!
//! The programs are looked for beside the tests, in the target folder, where `cargo xtask test` builds them; or where
//! `CHAPTERHOUSE_TEST_PROGRAM` and `CHAPTERHOUSE_TEST_WINDOW` say.
// All of this is test code: what is not as expected ends the test.
#![allow(clippy::unwrap_used, clippy::panic)]

pub mod member;
pub mod program;
pub mod serving;
pub mod wait;

pub use member::Member;
