//! A poll as a file that can be handed over.

use super::{Actor, State, backup, invitation};
use api::{Refusal, Reply, closing::Exported};

impl Actor {
    /// Writes the file. It is never written over another one.
    pub(super) fn export_poll(&self, poll: &str, path: &str) -> Result<Reply, Refusal> {
        let State::Open(core) = &self.state else { return Err(self.not_open()) };
        let path = backup::place(path, &backup::folder().join("vote.poll"))?;
        let (bytes, note) = core.archive(poll)?;
        invitation::write(&path, &bytes)?;
        Ok(Reply::Exported(Exported { path: path.to_string_lossy().into_owned(), bytes: bytes.len() as u64, note }))
    }
}
