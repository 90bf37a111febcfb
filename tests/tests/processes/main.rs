//! Two and three real programs on one computer, over loopback. Each test tells what people do.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod bad_day;
mod deciding;
mod devices;
mod erased;
mod every_method;
mod first_evening;
mod founder_gone;
mod hidden;
mod joining_killed;
mod keyring;
mod newcomers;
mod one_folder;
mod proposed;
mod refusals;
mod removal;
mod secret;
mod sentences;
mod stolen_laptop;
mod tellers;
mod told;
mod vault;
mod weeks_apart;
mod years_later;
