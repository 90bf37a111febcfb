//! Files, as a person chooses them in the system's dialog, and where what was made is looked at.

use super::{Handle, backup};
use crate::{desk::Choice, house::invalid};
use api::{ErrorCode, Refusal, Reply, reply::Chosen};
use std::path::{Path, PathBuf};
use tokio::sync::oneshot;

fn none() -> Refusal {
    Refusal::new(ErrorCode::Unreachable, "the system's dialog for files cannot be opened from here; type the path")
}

impl Handle {
    pub(super) async fn choose_file(&self, path: &str, new: bool) -> Result<Reply, Refusal> {
        let desk = self.desk.as_ref().ok_or_else(none)?;
        // One at a time: whoever asks again waits for nothing.
        let Ok(_one) = self.choosing.try_lock() else {
            return Err(Refusal::new(ErrorCode::Busy, "the dialog for files is open already"));
        };
        let (answer, answered) = oneshot::channel();
        // Whoever asked may have gone.
        if !desk.choose(choice(path, new), Box::new(move |path| drop(answer.send(path)))) {
            return Err(none());
        }
        let path = answered.await.map_err(|_| none())?;
        Ok(Reply::Chosen(Chosen { path: path.map(|path| path.to_string_lossy().into_owned()) }))
    }

    /// Only a folder is shown: opening a file could start a program.
    pub(super) fn show_folder(&self, path: &str) -> Result<Reply, Refusal> {
        let path = backup::place(path, Path::new("~/Documents"))?;
        let folder = if path.is_dir() { Some(path.as_path()) } else { path.parent().filter(|folder| folder.is_dir()) };
        let folder = folder.ok_or_else(|| invalid(format!("there is no folder {} any more", path.display())))?;
        let unseen = |why: &str| {
            Refusal::new(
                ErrorCode::Unreachable,
                format!("the folder {} cannot be shown from here{why}", folder.display()),
            )
        };
        let desk = self.desk.as_ref().ok_or_else(|| unseen(""))?;
        desk.show_folder(folder).map_err(|error| unseen(&format!(": {error}")))?;
        Ok(Reply::Done)
    }
}

/// Where the dialog begins, from what stands in a field: also something that is no path yet.
fn choice(text: &str, new: bool) -> Choice {
    let path = backup::place(text, Path::new("")).unwrap_or_default();
    let folder = path.parent().filter(|folder| folder.is_dir()).map_or_else(backup::folder, PathBuf::from);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Choice { folder, name: if new { name } else { None }, called: Some(format!("*{}", backup::ENDING)) }
}
