//! What is asked before something is done that has consequences, one file each.

mod block;
mod hide;
mod leave;
mod motion;
mod remove;
mod rename;
mod revoke;
mod rotate;
mod say;
mod task;
mod word;

pub(crate) use block::BlockDialog;
pub(crate) use hide::HideDialog;
pub(crate) use leave::LeaveDialog;
pub(crate) use motion::{Terms, term_fields};
pub(crate) use remove::RemoveDialog;
pub(crate) use rename::RenameDialog;
pub(crate) use revoke::RevokeDialog;
pub(crate) use rotate::RotateDialog;
pub(crate) use say::{Say, SayDialog};
pub(crate) use task::{GiveDialog, RecallDialog};
pub(crate) use word::{DeclineDialog, SponsorDialog};
