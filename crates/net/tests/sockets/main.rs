//! Real sockets on this computer: what two networks, and strangers, see of each other.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, missing_docs)]

extern crate chapterhouse_net as net;

mod common;
mod raw;

mod dialling;
mod discovery;
mod floods;
mod gossip;
mod links;
mod messages;
mod strangers;
