//! Two and three real programs on one computer, over loopback. Each test tells what people do.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod bad_day;
mod first_evening;
mod one_folder;
mod refusals;
mod vault;
mod weeks_apart;
