//! The screens, one file each.

mod attendance;
mod chapter;
mod door;
mod entry;
mod home;
mod join;
mod members;
mod minutes;
mod network;
mod poll;
mod post;
mod result;
mod settings;
mod votes;
mod welcome;
mod write;
mod write_minutes;
mod write_post;
mod write_vote;

pub(crate) use chapter::Chapter;
pub(crate) use door::{Failed, Locked};
pub(crate) use entry::Entry;
pub(crate) use home::Home;
pub(crate) use join::{Found, Join, Start};
pub(crate) use network::Network;
pub(crate) use settings::Settings;
pub(crate) use votes::Votes;
pub(crate) use welcome::{RecoveryWords, Welcome};
pub(crate) use write::Write;
