//! Where things are: the repository, the target folder, the folder of installed tools.

use std::{
    env,
    path::{Path, PathBuf},
};

use crate::failure::Failure;

/// The folders that every command works with.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder of the main workspace.
    pub(crate) target: PathBuf,
}

impl Place {
    /// Works out the folders from where this program was built and lies.
    pub(crate) fn find() -> Result<Self, Failure> {
        let from = |source| Failure::File { doing: "find", path: PathBuf::from("the xtask program"), source };
        let program = env::current_exe().map_err(from)?;
        // <target>/<profile>/xtask: true whatever way the target folder was chosen.
        let target = program
            .ancestors()
            .nth(2)
            .ok_or_else(|| Failure::Missing(format!("{} is not inside a target folder", program.display())))?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .ok_or_else(|| Failure::Missing("crates/xtask is not inside the repository".to_owned()))?;
        Ok(Self { root: root.to_path_buf(), target: target.to_path_buf() })
    }

    /// Where tools are installed: beside what was built, so that deleting the target folder leaves nothing behind.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The interface has its own lock file, so it has its own target folder, too.
    pub(crate) fn ui_target(&self) -> PathBuf {
        self.target.join("ui")
    }

    /// A program of ours, as built with `profile` ("debug" or "release").
    pub(crate) fn program(&self, profile: &str, name: &str) -> PathBuf {
        self.target.join(profile).join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }
}
