//! The screens, one file each.

mod attendance;
mod chapter;
mod door;
mod entry;
mod from_backup;
mod home;
mod join;
mod members;
mod minutes;
mod network;
mod poll;
mod post;
mod result;
mod security;
mod settings;
mod votes;
mod welcome;
mod wiped;
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
pub(crate) use wiped::Wiped;
pub(crate) use write::Write;
