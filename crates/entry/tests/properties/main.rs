//! What holds for every entry, envelope and certificate, tried on many of them.
//!
//! `make` makes valid things, `forms` writes and seals what the crate itself would never write, the others are tests.
#![allow(clippy::unwrap_used, clippy::panic)] // tests

mod cert;
mod entry;
mod envelope;
mod fork;
mod forms;
mod make;
mod time;
